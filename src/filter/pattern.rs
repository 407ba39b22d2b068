//! MATCH: `?` stands for one character, `*` for any number of them; neither can be quoted (EMS Manual 5-42).

use alloc::boxed::Box;

/// The pattern of a MATCH.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    bytes: Box<[u8]>,
    is_literal: bool,
}

impl Pattern {
    pub(super) fn new(pattern: &[u8], is_literal: bool) -> Self {
        Self { bytes: pattern.into(), is_literal }
    }

    /// Whether the whole text is of the pattern.
    pub(super) fn matches(&self, text: &[u8]) -> bool {
        matches(&self.bytes, text, self.is_literal)
    }
}

/// Whether a whole text is of a pattern. Takes time in proportion to their lengths multiplied, at most; patterns longer than
/// 511 characters are not for here.
pub(super) fn matches(pattern: &[u8], text: &[u8], is_literal: bool) -> bool {
    let begins = |text: &[u8], part: &[u8]| {
        let is_one = |(wanted, found): (&u8, &u8)| {
            *wanted == b'?' || *wanted == *found || !is_literal && wanted.eq_ignore_ascii_case(found)
        };
        text.len() >= part.len() && part.iter().zip(text).all(is_one)
    };
    let Some(asterisk) = pattern.iter().position(|byte| *byte == b'*') else {
        return text.len() == pattern.len() && begins(text, pattern);
    };
    let (first, more) = pattern.split_at_checked(asterisk).unwrap_or((pattern, &[]));
    let last = more.rsplit(|byte| *byte == b'*').next().unwrap_or_default();
    let is_long_enough = text.len() >= first.len() + last.len();
    if !is_long_enough || !begins(text, first) {
        return false;
    }
    let (mut rest, tail) = text.split_at_checked(text.len() - last.len()).unwrap_or((text, &[]));
    rest = rest.get(first.len()..).unwrap_or_default();
    // The parts between asterisks; the leftmost place of each leaves the most bytes for the next.
    let middle = more.get(..more.len() - last.len()).unwrap_or_default();
    for part in middle.split(|byte| *byte == b'*').filter(|part| !part.is_empty()) {
        let Some(farthest) = rest.len().checked_sub(part.len()) else { return false };
        let found = (0..=farthest).find(|at| rest.get(*at..).is_some_and(|rest| begins(rest, part)));
        let Some(at) = found else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    begins(tail, last)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn question_marks_and_asterisks() {
        for (pattern, text, expected) in [
            ("$SYSTEM.SYSTEM.*", "$system.system.tacl", true),
            ("$SYSTEM.SYSTEM.*", "$SYSTEM.SYS00.TACL", false),
            ("$ZPM*", "$ZPM", true),
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("?", "", false),
            ("a*b*c", "aXbYbZc", true),
            ("a*bc*c", "abc", false),
            ("*ab", "aab", true),
            ("?b*", "ab", true),
            ("**a**", "a", true),
            ("ab*ba", "aba", false),
        ] {
            let found = Pattern::new(pattern.as_bytes(), false).matches(text.as_bytes());
            assert_eq!(found, expected, "{pattern} {text}");
        }
        assert!(!Pattern::new(b"abc", true).matches(b"ABC"));
    }

    /// One character after the other, with every choice tried.
    fn matches_slowly(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern, text) {
            ([], _) => text.is_empty(),
            ([b'*', rest @ ..], _) => (0..=text.len()).any(|at| matches_slowly(rest, &text[at..])),
            ([b'?', rest @ ..], [_, text @ ..]) => matches_slowly(rest, text),
            ([a, rest @ ..], [b, text @ ..]) => a == b && matches_slowly(rest, text),
            (_, []) => false,
        }
    }

    proptest! {
        #[test]
        fn is_what_trying_everything_finds(pattern in "[ab?*]{0,7}", text in "[ab]{0,9}") {
            let found = Pattern::new(pattern.as_bytes(), true).matches(text.as_bytes());
            prop_assert_eq!(found, matches_slowly(pattern.as_bytes(), text.as_bytes()));
        }
    }
}
