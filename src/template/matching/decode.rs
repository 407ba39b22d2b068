//! From the text of a value to its bytes: the edit codes backwards. Every value is written again and compared, so that
//! only what the edit code would have written is taken.

use alloc::borrow::Cow;
use alloc::format;
use alloc::vec::Vec;
use core::fmt::{self, Write};

use crate::spi::{Crtpid, DataType, Device, Flt, Flt2, Fname, Fname32, Ssid, Subvol, Transid, Username};
use crate::template::datetime::{EditString, Moment, Part, Piece};
use crate::template::display::{Names, Radix, Shape};
use crate::template::edit::{Value, ValueWriter};
use crate::template::program::Action;
use crate::template::set::TemplateSet;

/// Reads values.
#[derive(Clone, Copy)]
pub(super) struct Decoder<'d> {
    pub(super) set: &'d TemplateSet,
    pub(super) names: Names<'d>,
}

/// Bytes that may be in the text of a value.
pub(super) fn is_in_class(action: Action, shape: Shape, byte: u8) -> bool {
    match action {
        Action::Number { radix: Radix::Decimal, .. } => matches!(byte, b'0'..=b'9' | b'-' | b' '),
        Action::Number { .. } => matches!(byte, b'0'..=b'9' | b'A'..=b'F' | b' '),
        Action::Truth => matches!(byte, b'T' | b'F' | b' '),
        Action::Label(_) => matches!(byte, b'0'..=b'9' | b'-'),
        Action::IpAddress => matches!(byte, b'0'..=b'9' | b'.'),
        Action::Ssid { width: 1.. } | Action::Abbreviation { width: 1.. } => matches!(byte, b' '..=b'~'),
        Action::Plain if matches!(shape, Shape::Bytes) => matches!(byte, b'0'..=b'9' | b' '),
        _ => byte > b' ',
    }
}

impl Decoder<'_> {
    /// Reads a value into `bytes`; `false` if the edit code writes no such text. `len` is the length of the value if the
    /// token has a fixed one.
    pub(super) fn decode(
        &self,
        action: Action,
        shape: Shape,
        strings: &[EditString],
        text: &str,
        len: Option<usize>,
        bytes: &mut Vec<u8>,
    ) -> bool {
        bytes.clear();
        let is_read = match action {
            Action::Number { radix, .. } => numbers(shape, radix, text, bytes),
            Action::Label(_) => numbers(shape, Radix::Decimal, text, bytes),
            Action::Truth => truths(shape, text, bytes),
            Action::Ssid { .. } => self.ssid(text.trim_end_matches(' '), bytes),
            Action::Abbreviation { .. } => self.abbreviation(text.trim_end_matches(' '), bytes),
            Action::Subvolume => self.subvolume(shape, text, bytes),
            Action::System => self.system(shape, text, bytes),
            Action::IpAddress => addresses(text, bytes),
            Action::Plain => self.plain(shape, text, bytes),
            _ => None,
        };
        if is_read.is_none() || len.is_some_and(|len| len != bytes.len()) {
            return false;
        }
        let mut compare = Compare { rest: text };
        let writer = ValueWriter { set: self.set, names: self.names, strings };
        let written = writer.write(&mut compare, action, shape, &Value::of(shape, bytes));
        written.is_ok() && compare.rest.is_empty()
    }

    fn ssid(&self, text: &str, bytes: &mut Vec<u8>) -> Option<()> {
        let ssid = Ssid::parse(text, |owner, name| self.set.subsystem_number(owner, name)).ok()?;
        bytes.extend_from_slice(ssid.as_bytes());
        Some(())
    }

    fn abbreviation(&self, text: &str, bytes: &mut Vec<u8>) -> Option<()> {
        let mut names = self.set.names.iter();
        let (known, _) = names.find(|(_, names)| names.abbreviation.as_deref() == Some(text))?;
        let version = crate::spi::Version(0);
        bytes.extend_from_slice(Ssid::new(known.owner.to_be_bytes(), known.number, version).as_bytes());
        Some(())
    }

    /// Volume and subvolume; the rest of a file name is not in the text.
    fn subvolume(&self, shape: Shape, text: &str, bytes: &mut Vec<u8>) -> Option<()> {
        match shape {
            Shape::Kind(DataType::Fname32) => {
                bytes.extend_from_slice(text.parse::<Fname32>().ok()?.as_bytes());
            }
            _ => {
                let name = self.numbered(text)?;
                bytes.extend_from_slice(name.parse::<Subvol>().ok()?.as_bytes());
                bytes.resize(shape.element_len()?, b' ');
            }
        }
        Some(())
    }

    /// The number of a node. The node of a name says nothing of the name.
    fn system(&self, shape: Shape, text: &str, bytes: &mut Vec<u8>) -> Option<()> {
        let number = self.node(text.strip_prefix('\\')?)?;
        encode_integer(shape, number.into(), bytes)
    }

    fn plain(&self, shape: Shape, text: &str, bytes: &mut Vec<u8>) -> Option<()> {
        match shape {
            Shape::Kind(DataType::Fname) => {
                bytes.extend_from_slice(self.numbered(text)?.parse::<Fname>().ok()?.as_bytes());
            }
            Shape::Kind(DataType::Device) => {
                bytes.extend_from_slice(self.numbered(text)?.parse::<Device>().ok()?.as_bytes());
            }
            Shape::Kind(DataType::Subvol) => {
                bytes.extend_from_slice(self.numbered(text)?.parse::<Subvol>().ok()?.as_bytes());
            }
            Shape::Kind(DataType::Fname32) => {
                bytes.extend_from_slice(text.parse::<Fname32>().ok()?.as_bytes());
            }
            Shape::Kind(DataType::Username) => {
                bytes.extend_from_slice(text.parse::<Username>().ok()?.as_bytes());
            }
            Shape::Kind(DataType::Crtpid) => bytes.extend_from_slice(self.crtpid(text)?.as_bytes()),
            Shape::Kind(DataType::Transid) => bytes.extend_from_slice(self.transid(text)?.as_bytes()),
            Shape::Kind(DataType::Flt) => {
                let real = Flt::try_from(text.parse::<f64>().ok()?).ok()?;
                bytes.extend_from_slice(&real.to_bits().to_be_bytes());
            }
            Shape::Kind(DataType::Flt2) => {
                let real = Flt2::try_from(text.parse::<f64>().ok()?).ok()?;
                bytes.extend_from_slice(&real.to_bits().to_be_bytes());
            }
            Shape::Kind(DataType::Phandle) => {
                for word in text.split('.') {
                    bytes.extend_from_slice(&word.parse::<u16>().ok()?.to_be_bytes());
                }
            }
            Shape::Bytes => {
                return numbers(Shape::Integer { len: 1, signed: false }, Radix::Decimal, text, bytes);
            }
            _ => return None,
        }
        Some(())
    }

    /// A process by name, or `\node.cc,ppp`. Processor and number of a named one are not in the text.
    fn crtpid(&self, text: &str) -> Option<Crtpid> {
        if let Ok(named) = Crtpid::new(&self.numbered(text)?, 0, 0) {
            return Some(named);
        }
        let (_, process) = text.rsplit_once('.').unwrap_or(("", text));
        let (cpu, pin) = process.split_once(',')?;
        Some(Crtpid::from_bytes([b' ', b' ', b' ', b' ', b' ', b' ', cpu.parse().ok()?, pin.parse().ok()?]))
    }

    /// `cpu.sequence`, `\node.cpu.sequence`, `\node(flags).cpu.sequence`.
    fn transid(&self, text: &str) -> Option<Transid> {
        let (rest, sequence) = text.rsplit_once('.')?;
        let (node, cpu) = rest.rsplit_once('.').unwrap_or(("", rest));
        let (node, flags) = match node.strip_suffix(')').and_then(|node| node.split_once('(')) {
            Some((node, flags)) => (node, flags.parse::<u16>().ok()?),
            None => (node, 0),
        };
        let node = match node.strip_prefix('\\') {
            Some(node) => u8::try_from(self.node(node)?.checked_add(1)?).ok()?,
            None => 0,
        };
        let [a, b, c, d] = sequence.parse::<u32>().ok()?.to_be_bytes();
        let [x, y] = flags.to_be_bytes();
        Some(Transid::from_bytes([node, cpu.parse().ok()?, a, b, c, d, x, y]))
    }

    /// A name with the number of its node in place of the node's name.
    fn numbered<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        let Some((node, name)) = text.strip_prefix('\\').and_then(|rest| rest.split_once('.')) else {
            return Some(Cow::Borrowed(text));
        };
        Some(Cow::Owned(format!("\\{}.{name}", self.node(node)?)))
    }

    fn node(&self, name: &str) -> Option<i32> {
        name.parse().ok().or_else(|| self.names.nodes?.number(name))
    }
}

fn numbers(shape: Shape, radix: Radix, text: &str, bytes: &mut Vec<u8>) -> Option<()> {
    let base = match radix {
        Radix::Binary => 2,
        Radix::Octal => 8,
        Radix::Decimal => 10,
        Radix::Hexadecimal => 16,
    };
    let mut words = text.split(' ').filter(|word| !word.is_empty()).peekable();
    words.peek()?;
    for word in words {
        let value = match word.strip_prefix('-') {
            Some(digits) => -i128::from(u64::from_str_radix(digits, base).ok()?),
            None => i128::from(u64::from_str_radix(word, base).ok()?),
        };
        if word.starts_with("--") || word.starts_with("-+") || word.starts_with('+') {
            return None;
        }
        // Bases other than ten show two's complement.
        encode_integer(shape, if radix == Radix::Decimal { value } else { wrap(shape, value) }, bytes)?;
    }
    Some(())
}

/// The signed number with these bits, if the shape is signed.
fn wrap(shape: Shape, value: i128) -> i128 {
    let bits = match shape {
        Shape::Integer { len, signed: true } => 8 * u32::from(len),
        Shape::Logical { len } => 8 * u32::from(len),
        Shape::Bits { first, last, signed: true } => u32::from(last.saturating_sub(first)) + 1,
        _ => return value,
    };
    if bits > 0 && value >> (bits - 1) == 1 { value - (1 << bits) } else { value }
}

/// Writes a number as a value of this shape; `None` if it does not fit.
pub(super) fn encode_integer(shape: Shape, value: i128, bytes: &mut Vec<u8>) -> Option<()> {
    let (len, signed) = match shape {
        Shape::Integer { len, signed } => (usize::from(len), signed),
        Shape::Logical { len } => (usize::from(len), true),
        Shape::Kind(DataType::TokenCode) => (4, false),
        Shape::Text => (1, false),
        Shape::Bits { first, last, signed } => {
            let bits = u32::from(last.checked_sub(first)?) + 1;
            let range = if signed { -(1 << (bits - 1))..1 << (bits - 1) } else { 0..1 << bits };
            if !range.contains(&value) {
                return None;
            }
            let field = u16::try_from(value & ((1 << bits) - 1)).ok()?;
            let word = u32::from(field) << 15_u32.checked_sub(last.into())?;
            bytes.extend_from_slice(&u16::try_from(word).ok()?.to_be_bytes());
            return Some(());
        }
        _ => return None,
    };
    let bits = 8 * u32::try_from(len).ok()?;
    let range = if signed { -(1_i128 << (bits - 1))..1 << (bits - 1) } else { 0..1 << bits };
    if !range.contains(&value) {
        return None;
    }
    let all = value.to_be_bytes();
    bytes.extend_from_slice(all.get(all.len() - len..)?);
    Some(())
}

fn truths(shape: Shape, text: &str, bytes: &mut Vec<u8>) -> Option<()> {
    text.split(' ').try_for_each(|word| match word {
        "T" => encode_integer(shape, -1, bytes),
        "F" => encode_integer(shape, 0, bytes),
        _ => None,
    })
}

fn addresses(text: &str, bytes: &mut Vec<u8>) -> Option<()> {
    text.split('.').try_for_each(|number| {
        bytes.push(number.parse().ok()?);
        Some(())
    })
}

/// The parts of a date or time that an edit string shows, and how many bytes of the text they take.
pub(super) fn read_moment(string: &EditString, text: &str, moment: &mut MomentParts) -> Option<usize> {
    let mut rest = text;
    for piece in string.pieces() {
        match piece {
            Piece::Text(text) => rest = rest.strip_prefix(text.as_str())?,
            Piece::Part(part) => {
                let digits = rest.get(..part.digits())?;
                if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                    return None;
                }
                let number: u16 = digits.parse().ok()?;
                rest = rest.get(part.digits()..)?;
                let known = moment.part(*part);
                if known.is_some_and(|known| known != number) {
                    return None;
                }
                *known = Some(number);
            }
        }
    }
    Some(text.len() - rest.len())
}

/// The known facts about a time from the texts made of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct MomentParts {
    pub(super) year: Option<u16>,
    pub(super) year_of_century: Option<u16>,
    pub(super) month: Option<u16>,
    pub(super) day: Option<u16>,
    pub(super) hour: Option<u16>,
    pub(super) minute: Option<u16>,
    pub(super) second: Option<u16>,
    pub(super) millisecond: Option<u16>,
    pub(super) microsecond: Option<u16>,
}

impl MomentParts {
    fn part(&mut self, part: Part) -> &mut Option<u16> {
        match part {
            Part::Year => &mut self.year,
            Part::YearOfCentury => &mut self.year_of_century,
            Part::Month => &mut self.month,
            Part::Day => &mut self.day,
            Part::Hour => &mut self.hour,
            Part::Minute => &mut self.minute,
            Part::Second => &mut self.second,
            Part::Millisecond => &mut self.millisecond,
            Part::Microsecond => &mut self.microsecond,
        }
    }

    /// The date and time meant, in the zone it is shown in; the date is that of `day` where the text has none. Also
    /// whether nothing had to be guessed.
    pub(super) fn civil(&self, day: Option<Moment>) -> Option<(crate::spi::Civil, bool)> {
        let has_day = self.month.is_some() && self.day.is_some();
        let year = self.year.or_else(|| self.year_of_century.map(full_year));
        let day = if has_day { None } else { Some(day?) };
        let byte = |number: u16| u8::try_from(number).ok();
        let milli = u32::from(self.millisecond.unwrap_or(0));
        let micro = u32::from(self.microsecond.unwrap_or(0));
        let civil = crate::spi::Civil {
            year: year.or(day.map(|day| day.year))?,
            month: self.month.and_then(byte).or(day.map(|day| day.month))?,
            day: self.day.and_then(byte).or(day.map(|day| day.day))?,
            hour: byte(self.hour.unwrap_or(0))?,
            minute: byte(self.minute.unwrap_or(0))?,
            second: byte(self.second.unwrap_or(0))?,
            microsecond: milli * 1000 + micro,
        };
        let is_exact = has_day && self.year.is_some() && self.second.is_some() && self.microsecond.is_some();
        Some((civil, is_exact))
    }
}

/// A year of two digits: 80 to 99 are of the last century. The first events were logged in the 1980s.
pub(super) fn full_year(year: u16) -> u16 {
    if year < 80 { 2000 + year } else { 1900 + year }
}

/// Takes only what continues a text, and leaves the rest of it.
struct Compare<'t> {
    rest: &'t str,
}

impl Write for Compare<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.rest = self.rest.strip_prefix(text).ok_or(fmt::Error)?;
        Ok(())
    }
}
