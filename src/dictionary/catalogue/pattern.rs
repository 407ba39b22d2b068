/// The pattern for names of definitions. Upper and lower case are the same, and so are `^`, `_` and `-`.
///
/// ```
/// use zems::dictionary::catalogue::Pattern;
///
/// assert!(Pattern::new("zrpc").fits("ZRPC-TKN-CPU") && Pattern::new("tkn_cpu").fits("ZRPC-TKN-CPU"));
/// assert!(Pattern::new("z*-tkn-cpu").fits("ZRPC-TKN-CPU") && !Pattern::new("z*-tkn").fits("ZRPC-TKN-CPU"));
/// assert!(Pattern::ANY.fits("ZRPC-TKN-CPU"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern<'p> {
    text: &'p str,
    is_whole: bool,
}

impl<'p> Pattern<'p> {
    /// Fits every name.
    pub const ANY: Self = Self::new("");

    /// A pattern. With `*` (any characters) or `?` (any one) it stands for the whole name, else for a part of it.
    #[must_use]
    pub const fn new(pattern: &'p str) -> Self {
        Self { text: pattern, is_whole: false }
    }

    /// A pattern that stands for the whole name, whatever is in it.
    ///
    /// ```
    /// use zems::dictionary::catalogue::Pattern;
    ///
    /// assert!(Pattern::whole("tandem.rpc.*").fits("TANDEM.RPC.D10") && !Pattern::whole("rpc").fits("TANDEM.RPC.D10"));
    /// ```
    #[must_use]
    pub const fn whole(pattern: &'p str) -> Self {
        Self { text: pattern, is_whole: true }
    }

    /// Whether a name is like this.
    #[must_use]
    pub fn fits(&self, name: &str) -> bool {
        let (pattern, name) = (self.text.as_bytes(), name.as_bytes());
        if self.is_whole || pattern.contains(&b'*') || pattern.contains(&b'?') {
            return fits_whole(pattern, name);
        }
        if pattern.is_empty() {
            return true;
        }
        name.windows(pattern.len()).any(|part| part.iter().map(fold).eq(pattern.iter().map(fold)))
    }
}

/// Compares from left to right; after a failure goes back to the last `*` only, which is enough.
fn fits_whole(mut pattern: &[u8], mut name: &[u8]) -> bool {
    let mut retry: Option<(&[u8], &[u8])> = None;
    loop {
        match (pattern, name) {
            ([b'*', rest @ ..], _) => {
                retry = Some((rest, name));
                pattern = rest;
            }
            ([], []) => return true,
            ([wanted, rest_pattern @ ..], [found, rest_name @ ..])
                if *wanted == b'?' || fold(wanted) == fold(found) =>
            {
                (pattern, name) = (rest_pattern, rest_name);
            }
            _ => match retry {
                Some((behind, [_, skipped @ ..])) => {
                    retry = Some((behind, skipped));
                    (pattern, name) = (behind, skipped);
                }
                _ => return false,
            },
        }
    }
}

fn fold(byte: &u8) -> u8 {
    match byte {
        b'^' | b'_' => b'-',
        byte => byte.to_ascii_uppercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_take_as_much_as_is_needed() {
        for (pattern, name, fits) in [
            ("*", "", true),
            ("*A", "BAABA", true),
            ("*A*B", "XAXB", true),
            ("*A*B", "XBXA", false),
            ("??", "AB", true),
            ("??", "ABC", false),
            ("a?c*", "ABCDE", true),
            ("", "X", true),
            ("longer than the name", "X", false),
        ] {
            assert_eq!(Pattern::new(pattern).fits(name), fits, "{pattern} {name}");
        }
        assert!(!Pattern::new(&"*a".repeat(40)).fits(&"a".repeat(30)));
    }

    #[test]
    fn patterns_of_whole_names() {
        for (pattern, fits) in [
            ("TANDEM.RPC.D10", true),
            ("tandem.*", true),
            ("*.RPC.*", true),
            ("*D1?", true),
            ("*", true),
            ("TANDEM.RPC", false),
            ("TANDEM.RPC.D1", false),
            ("*EMS*", false),
            ("", false),
        ] {
            assert_eq!(Pattern::whole(pattern).fits("TANDEM.RPC.D10"), fits, "{pattern}");
        }
    }
}
