//! Whether the VALUE of a field fits it. [DDL 6-71, 6-76]

use alloc::format;
use alloc::string::String;

use super::Figurative;
use super::data_type::{DdlType, Sign};
use super::resolve::Resolver;
use super::tables::{FieldKind, Mark, NONE, Stored};

impl Resolver<'_> {
    /// Reports a VALUE that its field cannot hold. It does not change the layout.
    pub(super) fn initial_value(&mut self, def: usize, field: usize, value: Stored, at: Mark) {
        let head = self.tables.defs[def].head;
        let field = self.tables.fields[field];
        // Where VALUE has no meaning, that has been said.
        if field.redefines != NONE || field.has_occurs || matches!(field.kind, FieldKind::Unknown) {
            return;
        }
        let data = self.tables.data(&field);
        // The owner of a subsystem has a rule of its own.
        if self.is_ssid(def) && matches!(data, DdlType::Character(_)) {
            return;
        }
        let text = match value {
            Stored::Text(text) | Stored::National(text) => Some(self.tables.text(text)),
            _ => None,
        };
        if let Some(why) = misfit(data, value, text) {
            let name = match field.name {
                super::names::NameId::NONE => String::from("FILLER"),
                name => self.spelling(name),
            };
            self.error(&head, at, format!("the VALUE does not fit {name}: {why}"));
        }
    }
}

/// Why a value does not fit.
fn misfit(data: DdlType, value: Stored, text: Option<&str>) -> Option<String> {
    match data {
        // Groups are filled with text, whatever they are made of.
        DdlType::Group | DdlType::Complex => None,
        DdlType::Character(size) | DdlType::National(size) => match (text, value) {
            (Some(text), _) if text.chars().count() > usize::from(size) => {
                let length = text.chars().count();
                Some(format!("the text has {length} characters, the field {size}"))
            }
            (Some(_), _) | (None, Stored::Figurative(_)) => None,
            _ => Some(format!("{data} holds text, not a number")),
        },
        _ => number_misfit(data, value, text),
    }
}

fn number_misfit(data: DdlType, value: Stored, text: Option<&str>) -> Option<String> {
    if let Stored::Figurative(figurative) = value {
        let is_number =
            matches!(figurative, Figurative::Zeros | Figurative::LowValues | Figurative::HighValues);
        return (!is_number).then(|| format!("{data} holds a number"));
    }
    // A number with a decimal point comes as it is written: whole part and digits after the point.
    let (number, decimals) = match (value.number(), text) {
        (Some(number), _) => (number, 0),
        (None, Some(text)) => match decimal(text) {
            Some(parts) => parts,
            None => return Some(format!("{data} holds a number, not text")),
        },
        _ => return None,
    };
    let (least, most, scale) = match data {
        DdlType::Binary { bytes, scale, unsigned } => {
            let bits = u32::from(bytes) * 8;
            let (least, most) = range(bits, unsigned);
            (least, most, scale)
        }
        DdlType::Enum => (i16::MIN.into(), i16::MAX.into(), 0),
        DdlType::Logical(bytes) => {
            let (least, most) = range(u32::from(bytes) * 8, false);
            (least, most, 0)
        }
        DdlType::Bit { width, unsigned } => {
            let (least, most) = range(u32::from(width), unsigned);
            (least, most, 0)
        }
        DdlType::Numeric { digits, scale, sign } => digits_range(digits, scale, sign != Sign::None),
        DdlType::Packed { digits, scale, signed } => digits_range(digits, scale, signed),
        _ => return None,
    };
    // The stored value is the number without its decimal point.
    let shift = i32::from(scale) - decimals;
    let stored = match u32::try_from(shift) {
        Ok(shift) => 10_i128.checked_pow(shift).and_then(|factor| number.checked_mul(factor)),
        Err(_) => 10_i128.checked_pow(shift.unsigned_abs()).map(|factor| number / factor),
    };
    match stored {
        Some(stored) if (least..=most).contains(&stored) => None,
        _ if scale == 0 => Some(format!("it lies between {least} and {most}")),
        _ => Some(format!("{data} does not hold a number of this size")),
    }
}

/// The range of a number of this many bits.
fn range(bits: u32, unsigned: bool) -> (i128, i128) {
    if unsigned { (0, (1 << bits) - 1) } else { (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) }
}

fn digits_range(digits: u8, scale: u8, signed: bool) -> (i128, i128, i8) {
    let most = 10_i128.pow(u32::from(digits.min(18))) - 1;
    (if signed { -most } else { 0 }, most, i8::try_from(scale).unwrap_or(i8::MAX))
}

/// A number with a decimal point: its digits as one number, and how many are after the point.
fn decimal(text: &str) -> Option<(i128, i32)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = whole.strip_prefix(['+', '-']).unwrap_or(whole);
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if digits.len() + fraction.len() == 0 || !are_digits(digits) || !are_digits(fraction) {
        return None;
    }
    let number = format!("{whole}{fraction}").parse().ok()?;
    Some((number, i32::try_from(fraction.len()).ok()?))
}
