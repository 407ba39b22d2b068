//! Reading the value of a token from its JSON form.

use core::fmt;

use super::structure;
use super::tree::Json;
use crate::dictionary::{Dictionary, Enumeration, TokenDef};
use crate::spi::write::Encode;
use crate::spi::{
    Boolean, Crtpid, DataType, Device, ErrorToken, Flt, Flt2, Fname, Fname32, Ssid, Subvol, Timestamp,
    TokenCode, Username,
};
use crate::text::grammar;

/// Bytes of a value, by its length word.
pub(super) const LONGEST: usize = 65_535;

/// Why a JSON value is not the value of a token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ParseValue {
    /// Another type of JSON value is needed.
    Type(&'static str),
    /// The least and the greatest number there may be.
    Range(i128, i128),
    /// Longer than the bytes there are.
    TooLong(usize),
    /// More elements than a token holds.
    TooMany,
    /// A hexadecimal text with an odd number of digits, or other characters.
    Hex,
    /// A text that is not of its form: what is wrong.
    Form(String),
    /// The name or label of no value.
    Label(String),
    /// A structure whose definition leaves bytes out, or is not known.
    Uncovered,
    Field(String, &'static str),
    Inside(String, Box<ParseValue>),
}

impl ParseValue {
    pub(super) fn inside(self, field: &str) -> Self {
        Self::Inside(field.to_owned(), self.into())
    }

    pub(super) fn form<E: fmt::Display>(error: E) -> Self {
        Self::Form(format!("{error}"))
    }
}

impl fmt::Display for ParseValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(wanted) => write!(f, "the value must be {wanted}"),
            Self::Range(least, most) => {
                write!(f, "the number is out of the range of its data type, {least} to {most}")
            }
            Self::TooLong(len) => write!(f, "the text is longer than the {len} bytes of its data type"),
            Self::TooMany => write!(f, "the elements take more than the {LONGEST} bytes that a token holds"),
            Self::Hex => f.write_str("\"hex\" must be pairs of hexadecimal digits"),
            Self::Form(error) => f.write_str(error),
            Self::Label(name) => write!(f, "no value of the enumeration has the name or label \"{name}\""),
            Self::Uncovered => f.write_str(
                "no definition says where all the fields of the structure are: give \"hex\" instead",
            ),
            Self::Field(name, problem) => write!(f, "{name} {problem}"),
            Self::Inside(field, problem) => write!(f, "{field}: {problem}"),
        }
    }
}

/// The bytes of `{"hex":"..."}`, `None` for any other value.
pub(super) fn hex_of(value: Json<'_>) -> Option<Result<Vec<u8>, ParseValue>> {
    let mut members = value.as_object()?.members();
    match (members.next()?, members.next()) {
        (("hex", digits), None) => Some(hex(digits)),
        _ => None,
    }
}

/// The bytes of a text of hexadecimal digits.
pub(super) fn hex(value: Json<'_>) -> Result<Vec<u8>, ParseValue> {
    value.as_str().and_then(grammar::hexadecimal).ok_or(ParseValue::Hex)
}

pub(super) fn integer(value: Json<'_>) -> Result<i128, ParseValue> {
    value.as_integer().ok_or(ParseValue::Type("a whole number"))
}

/// The bytes of the value of a token of this code.
pub(super) fn value(
    value: Json<'_>,
    code: TokenCode,
    kind: DataType,
    def: Option<TokenDef<'_>>,
    dictionary: &Dictionary,
) -> Result<Vec<u8>, ParseValue> {
    if let Some(hex) = hex_of(value) {
        return hex;
    }
    match kind {
        DataType::Char => {
            let text = value.as_str().ok_or(ParseValue::Type("text"))?;
            let mut bytes = text.as_bytes().to_vec();
            if !code.is_variable() {
                let len = usize::from(code.length());
                if bytes.len() > len {
                    return Err(ParseValue::TooLong(len));
                }
                bytes.resize(len, b' ');
            }
            Ok(bytes)
        }
        DataType::Mark => Err(ParseValue::Type("left out: a mark has none, or given as \"hex\"")),
        DataType::Struct | DataType::Map => match def.and_then(|def| def.structure()) {
            Some(def) => structure::read(value, &def, dictionary),
            None => Err(ParseValue::Uncovered),
        },
        DataType::Phandle | DataType::Transid | DataType::Unknown | DataType::Ssctl | DataType::Table => {
            Err(ParseValue::Type("given as \"hex\""))
        }
        _ => {
            let enumeration = def.and_then(|def| def.enumeration());
            match value.as_array() {
                Some(elements) => {
                    let mut bytes = Vec::new();
                    for value in elements {
                        bytes.extend(element(value, kind, enumeration, dictionary)?);
                        if bytes.len() > LONGEST {
                            return Err(ParseValue::TooMany);
                        }
                    }
                    Ok(bytes)
                }
                None => element(value, kind, enumeration, dictionary),
            }
        }
    }
}

/// The bytes of one element.
pub(super) fn element(
    value: Json<'_>,
    kind: DataType,
    enumeration: Option<Enumeration<'_>>,
    dictionary: &Dictionary,
) -> Result<Vec<u8>, ParseValue> {
    if let Some(hex) = hex_of(value) {
        return hex;
    }
    let text = || value.as_str().ok_or(ParseValue::Type("text"));
    let number = || match (value.as_str(), enumeration) {
        (Some(name), Some(enumeration)) => {
            enumeration.value_named(name).map(i128::from).ok_or_else(|| ParseValue::Label(name.to_owned()))
        }
        (Some(_), None) => Err(ParseValue::Type("a whole number")),
        (None, _) => integer(value),
    };
    let real = || value.as_real().ok_or(ParseValue::Type("a number"));
    Ok(match kind {
        DataType::Int | DataType::Enum => bytes(&ranged::<i16>(number()?)?),
        DataType::Uint => bytes(&ranged::<u16>(number()?)?),
        DataType::Int2 => bytes(&ranged::<i32>(number()?)?),
        DataType::Int4 => bytes(&ranged::<i64>(number()?)?),
        DataType::Byte => [ranged::<u8>(number()?)?].into(),
        DataType::Boolean => bytes(&Boolean::from(value.as_bool().ok_or(ParseValue::Type("true or false"))?)),
        DataType::Flt => bytes(&Flt::try_from(real()?).map_err(ParseValue::form)?),
        DataType::Flt2 => bytes(&Flt2::try_from(real()?).map_err(ParseValue::form)?),
        DataType::Timestamp => bytes(&timestamp(value)?),
        DataType::TokenCode => token_code(text()?)?.to_be_bytes().into(),
        DataType::Ssid => bytes(&ssid(value, dictionary)?),
        DataType::Error => bytes(&ErrorToken {
            ssid: ssid(
                value.get("ssid").ok_or(ParseValue::Type("an object with \"ssid\" and \"error\""))?,
                dictionary,
            )?,
            error: ranged(value.get("error").map_or(Err(ParseValue::Type("a whole number")), integer)?)?,
        }),
        DataType::Fname => bytes(&text()?.parse::<Fname>().map_err(ParseValue::form)?),
        DataType::Fname32 => bytes(&text()?.parse::<Fname32>().map_err(ParseValue::form)?),
        DataType::Subvol => bytes(&text()?.parse::<Subvol>().map_err(ParseValue::form)?),
        DataType::Device => bytes(&text()?.parse::<Device>().map_err(ParseValue::form)?),
        DataType::Username => bytes(&text()?.parse::<Username>().map_err(ParseValue::form)?),
        DataType::Crtpid => {
            let wanted = ParseValue::Type("an object with \"name\", \"cpu\" and \"pin\"");
            let name = value.get("name").and_then(Json::as_str).ok_or(wanted)?;
            let byte =
                |key| ranged::<u8>(value.get(key).map_or(Err(ParseValue::Type("a whole number")), integer)?);
            bytes(&Crtpid::new(name, byte("cpu")?, byte("pin")?).map_err(ParseValue::form)?)
        }
        _ => return Err(ParseValue::Type("given as \"hex\"")),
    })
}

fn bytes(value: &impl Encode) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(value.encoded_len());
    value.encode(&mut bytes);
    bytes
}

/// All 32 bits of a token code that is a value.
fn token_code(text: &str) -> Result<u32, ParseValue> {
    let digits =
        Some(text).filter(|text| text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    code.ok_or(ParseValue::Type("a token code of eight hexadecimal digits"))
}

/// A number type with its limits.
pub(super) trait Ranged: TryFrom<i128> {
    const LIMITS: (i128, i128);
}

macro_rules! ranged {
    ($($type:ident)*) => {$(
        impl Ranged for $type {
            #[allow(clippy::as_conversions)]
            const LIMITS: (i128, i128) = ($type::MIN as i128, $type::MAX as i128);
        }
    )*};
}

ranged!(u8 i16 u16 i32 i64);

pub(super) fn ranged<T: Ranged>(number: i128) -> Result<T, ParseValue> {
    let (least, most) = T::LIMITS;
    T::try_from(number).map_err(|_| ParseValue::Range(least, most))
}

pub(super) fn timestamp(value: Json<'_>) -> Result<Timestamp, ParseValue> {
    match value.as_str() {
        Some(text) => text.parse().map_err(ParseValue::form),
        None => integer(value).and_then(ranged).map(Timestamp),
    }
}

pub(super) fn ssid(value: Json<'_>, dictionary: &Dictionary) -> Result<Ssid, ParseValue> {
    if let Some(hex) = hex_of(value) {
        return hex?.first_chunk().map(|bytes| Ssid::from_bytes(*bytes)).ok_or(ParseValue::Hex);
    }
    dictionary.parse_ssid(value.as_str().ok_or(ParseValue::Type("text"))?).map_err(ParseValue::form)
}
