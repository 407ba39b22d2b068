use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::environment::{Nodes, canonical_name};
use crate::dictionary::Dictionary;
use crate::spi::{DataType, Device, Fname, Fname32, Ssid, Subvol, Timestamp, TokenCode, Username};
use crate::text::{Location, grammar};

/// A parameter that a filter declares: a token whose values are given when the filter is loaded (EMS Manual 5-29).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParameterDef {
    /// The token's name, upper case, with `^`.
    pub name: String,
    /// Whose token it is.
    pub ssid: Ssid,
    /// The token's code.
    pub code: TokenCode,
    /// The kind of its values.
    pub kind: DataType,
    /// Whether the filter cannot be loaded without it.
    pub is_required: bool,
    /// Where it is declared.
    pub location: Location,
}

/// Values for parameters, in the order they were given. One parameter may have several; filters tell them apart by index.
///
/// ```
/// use zems::filter::Parameters;
///
/// let mut parameters = Parameters::new();
/// parameters.add("MY^TKN^LIMIT=131")?;
/// assert_eq!(parameters.values("my-tkn-limit").collect::<Vec<_>>(), ["131"]);
/// # Ok::<(), zems::filter::LoadError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    values: Vec<(String, String)>,
}

impl Parameters {
    /// No values.
    #[must_use]
    pub const fn new() -> Self {
        Self { values: Vec::new() }
    }

    /// Adds `NAME=VALUE`.
    ///
    /// # Errors
    /// There is no `=` with a name before it.
    pub fn add(&mut self, text: &str) -> Result<(), LoadError> {
        match text.split_once('=') {
            Some((name, value)) if !name.trim().is_empty() => {
                self.values.push((canonical_name(name.trim()), value.to_string()));
                Ok(())
            }
            _ => Err(LoadError { parameter: text.to_string(), kind: LoadErrorKind::Form }),
        }
    }

    /// The values of a parameter.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let name = canonical_name(name);
        self.values.iter().filter(move |(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Names, as TACL spells them, and values.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The names that have values, each as often as it has one.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(|(name, _)| name.as_str())
    }
}

/// Why a filter cannot be loaded with these parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// The parameter's name.
    pub parameter: String,
    /// The fault.
    pub kind: LoadErrorKind,
}

/// The faults of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadErrorKind {
    /// Not `NAME=VALUE`.
    Form,
    /// ZEMS^ERR^REQ^PARAM, 1022: a REQUIRED parameter has no value.
    Required,
    /// The value is none of the parameter's type.
    #[non_exhaustive]
    Value {
        /// The value.
        given: Box<str>,
        /// The form of a value of the type.
        want: Box<str>,
    },
    /// The value has another length than the parameter's token.
    #[non_exhaustive]
    Length {
        /// The value.
        given: Box<str>,
        /// Bytes it has.
        found: usize,
        /// Bytes the token has.
        want: usize,
    },
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.parameter;
        match &self.kind {
            LoadErrorKind::Form => write!(f, "a parameter is given as NAME=VALUE, not {name}"),
            LoadErrorKind::Required => {
                write!(f, "error 1022 (ZEMS^ERR^REQ^PARAM): the filter requires a value for parameter {name}")
            }
            LoadErrorKind::Length { given, found, want } => {
                write!(f, "parameter {name} takes {want} bytes, not {found}: {given:?}")
            }
            LoadErrorKind::Value { given, want } => write!(f, "parameter {name} takes {want}, not {given:?}"),
        }
    }
}

impl core::error::Error for LoadError {}

impl ParameterDef {
    /// The bytes of a value given as text: as the type says (numbers separated by commas, text, external names), or for any
    /// type but text `0x` and hexadecimal digits.
    pub(super) fn encode(
        &self,
        text: &str,
        dictionary: &Dictionary,
        nodes: &Nodes,
    ) -> Result<Box<[u8]>, LoadError> {
        let wrong = |kind| LoadError { parameter: self.name.clone(), kind };
        let digits =
            text.strip_prefix("0x").filter(|digits| self.kind != DataType::Char && !digits.is_empty());
        let bytes = match digits.and_then(grammar::hexadecimal) {
            Some(bytes) => bytes,
            None => self.encode_text(text, dictionary, nodes).ok_or_else(|| {
                wrong(LoadErrorKind::Value { given: text.into(), want: self.value_form().into() })
            })?,
        };
        let longest = usize::from(self.code.length());
        if self.code.is_variable() || bytes.len() == longest {
            return Ok(bytes.into());
        }
        if self.kind == DataType::Char && bytes.len() < longest {
            let blanks = core::iter::repeat_n(b' ', longest - bytes.len());
            return Ok(bytes.into_iter().chain(blanks).collect());
        }
        Err(wrong(LoadErrorKind::Length { given: text.into(), found: bytes.len(), want: longest }))
    }

    fn encode_text(&self, text: &str, dictionary: &Dictionary, nodes: &Nodes) -> Option<Vec<u8>> {
        fn fixed<const N: usize>(bytes: &[u8; N]) -> Vec<u8> {
            bytes.to_vec()
        }
        match self.kind {
            DataType::Char => Some(text.as_bytes().to_vec()),
            DataType::Timestamp => {
                let micros =
                    text.parse::<i64>().ok().or_else(|| text.parse::<Timestamp>().ok().map(|time| time.0));
                micros.map(|micros| fixed(&micros.to_be_bytes()))
            }
            DataType::Ssid => {
                dictionary.parse_ssid(&text.to_ascii_uppercase()).ok().map(|ssid| fixed(ssid.as_bytes()))
            }
            DataType::Fname => {
                with_number(text, nodes).parse::<Fname>().ok().map(|name| fixed(name.as_bytes()))
            }
            DataType::Fname32 => {
                text.to_ascii_uppercase().parse::<Fname32>().ok().map(|name| fixed(name.as_bytes()))
            }
            DataType::Subvol => {
                with_number(text, nodes).parse::<Subvol>().ok().map(|name| fixed(name.as_bytes()))
            }
            DataType::Device => {
                with_number(text, nodes).parse::<Device>().ok().map(|name| fixed(name.as_bytes()))
            }
            DataType::Username => {
                text.to_ascii_uppercase().parse::<Username>().ok().map(|name| fixed(name.as_bytes()))
            }
            DataType::TokenCode => text.parse::<TokenCode>().ok().map(|code| fixed(&code.to_be_bytes(false))),
            DataType::Boolean
            | DataType::Enum
            | DataType::Int
            | DataType::Int2
            | DataType::Int4
            | DataType::Uint
            | DataType::Byte => {
                let size = self.kind.element_len()?;
                let numbers = text.split(',').map(|element| self.number(element.trim(), size, dictionary));
                numbers.collect::<Option<Vec<_>>>().map(|numbers| numbers.concat())
            }
            _ => None,
        }
    }

    fn number(&self, text: &str, size: usize, dictionary: &Dictionary) -> Option<Vec<u8>> {
        let named = match self.kind {
            DataType::Boolean if text.eq_ignore_ascii_case("TRUE") => Some(-1),
            DataType::Boolean if text.eq_ignore_ascii_case("FALSE") => Some(0),
            DataType::Enum => {
                let enumeration = dictionary.token_named(&self.name).and_then(|token| token.enumeration());
                enumeration.and_then(|values| values.value_named(text)).map(i64::from)
            }
            _ => None,
        };
        let number = named.or_else(|| text.parse::<i64>().ok())?;
        let bits = 8 * u32::try_from(size).ok()?;
        let (least, most) = match self.kind {
            DataType::Byte | DataType::Uint => (0, (1_i128 << bits) - 1),
            _ => (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1),
        };
        if !(least..=most).contains(&i128::from(number)) {
            return None;
        }
        number.to_be_bytes().get(8_usize.checked_sub(size)?..).map(<[u8]>::to_vec)
    }

    /// The form of a value of the parameter's type, for people: `TRUE or FALSE`.
    #[must_use]
    pub fn value_form(&self) -> String {
        match self.kind {
            DataType::Timestamp => "a time such as 2026-11-20T10:15:00Z, or microseconds".to_string(),
            DataType::Ssid => "a subsystem ID: owner.subsystem.version".to_string(),
            DataType::Fname | DataType::Fname32 | DataType::Subvol | DataType::Device => {
                "a name in its external form, beginning with $ (or \\ and a node)".to_string()
            }
            DataType::Username => "a user name: GROUP.USER".to_string(),
            DataType::TokenCode => "a token code: eight hexadecimal digits".to_string(),
            DataType::Char => "text".to_string(),
            DataType::Boolean => "TRUE or FALSE".to_string(),
            DataType::Enum
            | DataType::Int
            | DataType::Int2
            | DataType::Int4
            | DataType::Uint
            | DataType::Byte => {
                let bits = self.kind.element_len().unwrap_or(1) * 8;
                let sign = if matches!(self.kind, DataType::Uint | DataType::Byte) { "un" } else { "" };
                format!("{sign}signed numbers of {bits} bits, separated by commas")
            }
            _ => "the bytes of its value: 0x and hexadecimal digits".to_string(),
        }
    }
}

/// A name in upper case, its node by number where that is known: so internal names hold it.
fn with_number(name: &str, nodes: &Nodes) -> String {
    let name = name.to_ascii_uppercase();
    let parts = name.strip_prefix('\\').and_then(|rest| rest.split_once('.'));
    match parts.and_then(|(node, rest)| Some((nodes.number(node)?, rest))) {
        Some((number, rest)) => format!("\\{number}.{rest}"),
        None => name,
    }
}
