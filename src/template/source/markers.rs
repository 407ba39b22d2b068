//! The content inside a template string: text and edit markers (Template Services Manual 3-19).

use alloc::string::String;
use alloc::vec::Vec;

use super::ast::Piece;
use crate::text::{Diagnostic, Diagnostics, Location, Severity, SourceId, Span};

/// Adds the pieces of a string to those of the strings before it. `raw` is what is between the quotation marks, at
/// offset `start` of the source.
pub(super) fn scan(
    raw: &str,
    source: SourceId,
    start: u32,
    pieces: &mut Vec<Piece>,
    diagnostics: &mut Diagnostics,
) {
    let mut rest = raw;
    while let Some(at) = rest.find(['<', '"']) {
        let (text, behind) = rest.split_at(at);
        push_text(pieces, text);
        // A quotation mark is here doubled, for one; a less-than sign alone begins a marker.
        let doubled = behind.as_bytes().get(1) == behind.as_bytes().first();
        if doubled {
            push_text(pieces, &behind[..1]);
            rest = &behind[2..];
            continue;
        }
        let offset = |rest: &str| start + u32::try_from(raw.len() - rest.len()).unwrap_or(0);
        let from = offset(behind);
        let Some(end) = behind.find('>') else {
            let span = Span::new(from, offset(""));
            let error = Diagnostic::error(source, span, "this marker has no `>`")
                .with_hint("a `<` that is text is written `<<`");
            diagnostics.push(error);
            return;
        };
        let place = Location::new(source, Span::new(from, offset(&behind[end + 1..])));
        match marker(&behind[1..end], place) {
            Some(piece) => pieces.push(piece),
            None => {
                let error = Diagnostic::new(
                    Severity::Error,
                    place,
                    "this is not a marker: expected <nn>, <*CR>, <*IF nn>, <*ELSE> or <*ENDIF>",
                );
                diagnostics.push(error.with_hint("a `<` that is text is written `<<`"));
            }
        }
        rest = &behind[end + 1..];
    }
    push_text(pieces, rest);
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        Some(Piece::Text(last)) => last.push_str(text),
        _ if text.is_empty() => {}
        _ => pieces.push(Piece::Text(String::from(text))),
    }
}

fn marker(inside: &str, place: Location) -> Option<Piece> {
    let inside = inside.trim();
    let Some(word) = inside.strip_prefix('*') else {
        return number(inside).map(|number| Piece::Edit(number, place));
    };
    let word = word.trim_start();
    if word.eq_ignore_ascii_case("CR") {
        Some(Piece::Break)
    } else if word.eq_ignore_ascii_case("ELSE") {
        Some(Piece::Else(place))
    } else if word.eq_ignore_ascii_case("ENDIF") {
        Some(Piece::EndIf(place))
    } else {
        let (keyword, argument) = word.split_at_checked(2)?;
        let number = number(argument.trim())?;
        keyword.eq_ignore_ascii_case("IF").then_some(Piece::If(number, place))
    }
}

/// One or two digits.
pub(super) fn number(digits: &str) -> Option<u8> {
    let is_number = matches!(digits.len(), 1 | 2) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::SourceMap;

    fn pieces(raw: &'static str) -> (String, String) {
        let mut sources = SourceMap::new();
        let source = sources.add("s", raw).unwrap();
        let (mut pieces, mut diagnostics) = (Vec::new(), Diagnostics::new());
        scan(raw, source, 0, &mut pieces, &mut diagnostics);
        let shown = pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Edit(number, _) => alloc::format!("[{number}]"),
            Piece::Break => "[CR]".into(),
            Piece::If(number, _) => alloc::format!("[IF {number}]"),
            Piece::Else(_) => "[ELSE]".into(),
            Piece::EndIf(_) => "[ENDIF]".into(),
        });
        (shown.collect(), diagnostics.render(&sources))
    }

    #[test]
    fn every_marker() {
        let source = "a<<b< 1><*CR><*if 21><2 ><*Else>c>d<*IF3>\"\"<*ENDIF>";
        let (shown, diagnostics) = pieces(source);
        assert_eq!((&*shown, &*diagnostics), ("a<b[1][CR][IF 21][2][ELSE]c>d[IF 3]\"[ENDIF]", ""));
    }

    #[test]
    fn wrong_markers_are_shown() {
        for (raw, caret) in [("a <123> b", "^^^^^"), ("a <*FI 1>", "^^^^^^^"), ("a <b", "^^"), ("<>", "^^")] {
            let (_, diagnostics) = pieces(raw);
            let drawn = diagnostics.lines().nth(2).unwrap().trim_start_matches([' ', '|']);
            assert_eq!(drawn, caret, "{raw}: {diagnostics}");
        }
    }
}
