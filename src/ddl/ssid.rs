//! Subsystem identifiers: definitions that hold one, and their external form. [SPI 2-45, 2-46; DDL 7-9]

use alloc::format;
use core::fmt;

use super::data_type::Tacl;
use super::resolve::Resolver;
use super::tables::{AttributeKind, Operand, Stored, index};
use super::version::{VersionText, version};
use crate::text::limits::ddl as limits;

/// The 12 bytes of a subsystem identifier in external form: `TANDEM.8.C00`. The owner without its blanks, the number
/// signed, the version as letter and digits where it is one, and `0.0.0` for none.
///
/// ```
/// use zems::ddl::SsidText;
/// assert_eq!(SsidText(*b"TANDEM  \x00\x08\x43\x00").to_string(), "TANDEM.8.C00");
/// assert_eq!(SsidText([0; 12]).to_string(), "0.0.0");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // the 12 bytes are all there is
pub struct SsidText(
    /// Owner (8), number (2), version (2).
    pub [u8; 12],
);

impl fmt::Display for SsidText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [owner @ .., n0, n1, v0, v1] = self.0;
        let owner = owner.trim_ascii_end();
        if owner.iter().all(|byte| *byte == 0) {
            f.write_str("0")?;
        }
        for byte in owner.iter().filter(|byte| **byte != 0) {
            write!(f, "{}", if byte.is_ascii_graphic() { char::from(*byte) } else { '?' })?;
        }
        let version = VersionText(u16::from_be_bytes([v0, v1]));
        write!(f, ".{}.{version}", i16::from_be_bytes([n0, n1]))
    }
}

/// Whether a text is `owner.number-or-name.version`. [DDL 7-9]
pub(super) fn is_external(text: &str) -> bool {
    let mut parts = text.trim().split('.');
    let (Some(owner), Some(number), Some(release), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let is_word = |word: &str| {
        (1..=8).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let is_number = number.parse::<i32>().is_ok_and(|number| (-32_768..=65_535).contains(&number));
    is_word(owner)
        && (is_number || is_word(number) && number.starts_with(|c: char| c.is_ascii_alphabetic()))
        && (release.parse::<u16>().is_ok() || version(release).is_some())
}

impl Resolver<'_> {
    /// Whether a definition is that of an SSID: it says TACL SSID or is called `...-VAL-SSID`, and is no larger than one.
    pub(super) fn is_ssid(&self, def: usize) -> bool {
        let def = &self.tables.defs[def];
        let root = &self.tables.fields[index(def.root)];
        let name = self.tables.names.spelling(def.head.name);
        let named_so = name.len() > 9 && name.to_ascii_uppercase().ends_with("-VAL-SSID");
        let members = index(root.end) - index(def.root) - 1;
        (root.tacl == Some(Tacl::Ssid) || named_so) && members <= limits::LARGEST_SSID
    }

    /// The bytes a definition of an SSID stands for: owner, number and version from the VALUE clauses of its fields, in
    /// this order.
    pub(super) fn ssid(&mut self, def: usize) -> Option<[u8; 12]> {
        if !self.is_ssid(def) {
            return None;
        }
        let head = self.tables.defs[def].head;
        let root = self.tables.fields[index(self.tables.defs[def].root)];
        let name = self.spelling(head.name);
        let members = index(self.tables.defs[def].root) + 1..index(root.end);
        let mut values = [None; 3];
        let mut provisional = false;
        let with_value = members.filter_map(|at| {
            let field = self.tables.fields[at];
            Some((self.tables.attribute(&field, AttributeKind::Value)?, field.provisional))
        });
        for (value, (operand, is_provisional)) in values.iter_mut().zip(with_value) {
            *value = Some(operand);
            provisional |= is_provisional;
        }
        self.tables.defs[def].head.provisional |= provisional;
        let [owner, number, version] = values;
        let owner = owner?;
        let mut bytes = [b' '; 12];
        let mut is_complete = true;

        // A name left here has been reported as not defined.
        let is_known = |operand: &Operand| !matches!(operand.value, Stored::Name(_));
        let text = match owner.value {
            Stored::Text(text) => self.tables.text(text).trim_ascii_end(),
            _ => "",
        };
        let is_owner = (1..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if is_owner {
            bytes[..text.len()].copy_from_slice(text.as_bytes());
        } else {
            is_complete = false;
            if is_known(&owner) {
                let message = "the owner of a subsystem is a string of 1 to 8 characters without blanks";
                self.error(&head, owner.at, message);
            }
        }
        // A member with a fault may be the one whose value is missing.
        if (number.is_none() || version.is_none()) && !head.broken {
            let message = format!("the values of {name} are an owner, a subsystem number and a version");
            self.error(&head, owner.at, message);
        }
        for (operand, at, what) in
            [(number, 8, "a subsystem number"), (version, 10, "the version of a subsystem")]
        {
            let word = operand
                .filter(is_known)
                .and_then(|operand| self.number(&head, operand, -32_768..=65_535, what).ok());
            match word.and_then(|word| u16::try_from(word.rem_euclid(65_536)).ok()) {
                Some(word) => bytes[at..at + 2].copy_from_slice(&word.to_be_bytes()),
                None => is_complete = false,
            }
        }
        is_complete.then_some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn external_forms() {
        // SSID definitions (SPI Programming Manual 2-46) and the null SSID.
        for text in
            ["TANDEM.43.1245", "TANDEM.XYZ.0", "0.0.0", "TANDEM.8.C00", "MY-CO.-5.0", "TANDEM.PATHWAY.C00"]
        {
            assert!(is_external(text), "{text}");
        }
        for text in [
            "",
            "TANDEM",
            "TANDEM.43",
            "TANDEM.43.0.0",
            "TOO-LONG-X.1.0",
            "A B.1.0",
            ".1.0",
            "X.1.C0",
            "X..0",
        ] {
            assert!(!is_external(text), "{text}");
        }
    }
}
