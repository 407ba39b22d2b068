//! How definitions are named: subsystem, kind, description (SPI Reference Summary 1-2): `ZRPC-TKN-CPU`.

/// The parts of names that tell a kind.
const KINDS: [&str; 14] =
    ["CMD", "DDL", "ENM", "ERR", "EVT", "MAP", "OBJ", "SSN", "TDT", "TKN", "TLN", "TNM", "TYP", "VAL"];

/// Whose a name in upper case is, and its kind: `ZRPC` and `TKN`. A name made otherwise belongs to its first part.
pub(super) fn parts(name: &str) -> (&str, Option<&str>) {
    let mut end = 0;
    for part in name.split('-') {
        if end > 0 && KINDS.contains(&part) {
            return (name.get(..end - 1).unwrap_or_default(), Some(part));
        }
        end += part.len() + 1;
    }
    (name.split('-').next().unwrap_or(name), None)
}

/// Whose a name in upper case is.
pub(super) fn prefix(name: &str) -> &str {
    parts(name).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_parts() {
        for (name, found) in [
            ("ZRPC-TKN-CPU", ("ZRPC", Some("TKN"))),
            ("MY-BANK-EVT-ERR-X", ("MY-BANK", Some("EVT"))),
            ("ZEMS-WRN-EOF", ("ZEMS", None)),
            ("ERR-X", ("ERR", None)),
            ("ZRPC", ("ZRPC", None)),
            ("", ("", None)),
        ] {
            assert_eq!(parts(name), found, "{name}");
        }
    }
}
