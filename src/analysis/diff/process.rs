//! Names of processes without what another run of the process changes.

use crate::spi::Crtpid;

/// Whether two texts are the same but for the sequence number of a process name, and processor and process number of an
/// unnamed process.
pub(super) fn is_same_text(a: &[u8], b: &[u8]) -> bool {
    a == b || has_sequence(a) | has_sequence(b) && stable(a).eq(stable(b))
}

/// Whether two process IDs have the same name; those of unnamed processes are the same.
pub(super) fn is_same_crtpid(a: &[u8], b: &[u8]) -> bool {
    // Name, then processor and process number.
    let name = |id: &[u8]| id.first_chunk().map(|id: &[u8; 8]| Crtpid::from_bytes(*id).name().to_string());
    a == b || a.len() == b.len() && a.chunks(8).zip(b.chunks(8)).all(|(a, b)| name(a) == name(b))
}

fn has_sequence(text: &[u8]) -> bool {
    sequence(text).is_some()
}

/// The text without the sequence number, and without the blanks at its end.
pub(super) fn stable(text: &[u8]) -> impl Iterator<Item = u8> {
    let (before, after) = match sequence(text) {
        Some((start, end)) => (text.get(..start), text.get(end..).map(<[u8]>::trim_ascii_end)),
        None => (Some(text), None),
    };
    before.into_iter().chain(after).flatten().copied()
}

/// Where the numbers are in `\node.$name:sequence` and `\node.$:cpu:pin:sequence`, their colons included. Qualifiers or
/// blanks may follow.
fn sequence(text: &[u8]) -> Option<(usize, usize)> {
    let letters = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        from + rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count()
    };
    let name = match text.first()? {
        b'\\' => Some(letters(1)).filter(|at| text.get(*at) == Some(&b'.'))? + 1,
        _ => 0,
    };
    let start = Some(name).filter(|at| text.get(*at) == Some(&b'$')).map(|at| letters(at + 1))?;
    let mut end = start;
    while text.get(end) == Some(&b':') {
        let rest = text.get(end + 1..).unwrap_or_default();
        match rest.iter().take_while(|byte| byte.is_ascii_digit()).count() {
            0 => return None,
            digits => end += 1 + digits,
        }
    }
    let is_over = matches!(text.get(end), None | Some(b' ' | b'.' | 0));
    (end > start && is_over).then_some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequence_numbers_do_not_count() {
        for (a, b, is_same) in [
            ("\\NODE.$ZRPC:17", "\\NODE.$ZRPC:4711", true),
            ("$ZRPC:17", "$ZRPC", true),
            ("$ZRPC:17  ", "$ZRPC:4711", true),
            ("$ZRPC:17.#A", "$ZRPC:18.#A", true),
            ("$ZRPC:17.#A", "$ZRPC:17.#B", false),
            ("\\N.$:2:213:84", "\\N.$:3:1:9", true),
            ("\\NODE.$ZRPC:17", "\\OTHER.$ZRPC:17", false),
            ("$ZRPC:17", "$ZRPD:17", false),
            ("$DISK", "$DISK ", false),
            ("10:15", "10:16", false),
            ("$A:x", "$A:y", false),
            ("$A:1x", "$A:2x", false),
            ("\\N:1", "\\N:2", false),
            ("", "$A:1", false),
        ] {
            assert_eq!(is_same_text(a.as_bytes(), b.as_bytes()), is_same, "{a} {b}");
        }
        assert!(is_same_crtpid(b"$ABC  \x01\x02", b"$ABC  \x03\x04"));
        assert!(!is_same_crtpid(b"$ABC  \x01\x02", b"$ABD  \x01\x02"));
        assert!(!is_same_crtpid(b"$ABC  \x01\x02", b""));
    }
}
