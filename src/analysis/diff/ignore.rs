//! Tokens and fields that the comparison ignores.

use std::collections::HashSet;

use crate::ems::HeaderToken;
use crate::site::Site;
use crate::spi::TokenCode;

/// Header tokens that are not compared: those that say how the buffer is made, those that the pairing has compared, times, and where the process ran.
const HEADER: [&str; 13] = [
    "ZSPI-TKN-HDRTYPE",
    "ZSPI-TKN-BUFLEN",
    "ZSPI-TKN-USEDLEN",
    "ZSPI-TKN-CHECKSUM",
    "ZSPI-TKN-MAX-FIELD-VERSION",
    "ZSPI-TKN-SSID",
    "ZSPI-TKN-LASTERR",
    "ZSPI-TKN-LASTERRCODE",
    "ZEMS-TKN-EVENTNUMBER",
    "ZEMS-TKN-GENTIME",
    "ZEMS-TKN-LOGTIME",
    "ZEMS-TKN-CPU",
    "ZEMS-TKN-PIN",
];

/// Header tokens that say the same as another one, if both events have that.
const DERIVED: [(&str, &str); 3] = [
    ("ZEMS-TKN-CRTPID", "ZEMS-TKN-PROC-DESC"),
    ("ZEMS-TKN-NODENAME", "ZEMS-TKN-PROC-DESC"),
    ("ZEMS-TKN-SYSTEM", "ZEMS-TKN-NODENUM"),
];

/// The names that are left out, as they are compared.
#[derive(Debug, Default)]
pub(super) struct Ignored(HashSet<String>);

/// Names are the same in any case, and with `^` or `_` for `-`.
fn canonical(name: &str) -> String {
    name.chars()
        .map(|letter| if matches!(letter, '^' | '_') { '-' } else { letter.to_ascii_uppercase() })
        .collect()
}

impl Ignored {
    pub(super) fn add(&mut self, name: &str, site: &Site) -> bool {
        let name = canonical(name);
        let token = name.split('.').next().unwrap_or_default();
        let is_code = token.len() == 8 && token.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_known = is_code
            || HeaderToken::from_name(token).is_some()
            || site.dictionary().token_named(token).is_some();
        self.0.insert(name);
        is_known
    }

    /// Whether a token, or a field of it, is left out.
    pub(super) fn token(&self, name: Option<&str>, code: TokenCode, field: &str) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let code = format!("{code:X}");
        [name, Some(&code)].into_iter().flatten().any(|name| match field {
            "" => self.0.contains(&canonical(name)),
            field => self.0.contains(&canonical(&format!("{name}.{field}"))),
        })
    }

    /// Whether a header token is left out.
    pub(super) fn header(&self, name: &str, is_in_both: impl Fn(&str) -> bool) -> bool {
        HEADER.contains(&name)
            || DERIVED.iter().any(|(derived, of)| *derived == name && is_in_both(of))
            || self.0.contains(name)
    }
}
