//! The messages of the protocol, read from protobuf.
//!
//! Fields that buffers are not made of are skipped. As in every reader of protobuf, the last value of a field counts, messages that
//! occur again are merged, and messages nest to [`MAX_DEPTH`].

use super::budget::Budget;
use super::model::{AnyValue, Export, KeyValue, Record, ResourceLogs, ScopeLogs};
use super::read::{OtlpError, Response};

/// How deep messages may be nested, the request included.
const MAX_DEPTH: usize = 100;

pub(super) fn request(bytes: &[u8]) -> Result<Export, OtlpError> {
    let mut request = Export::default();
    read(&mut request, Bytes { bytes, at: 0 }, MAX_DEPTH, &Budget::of(bytes.len()))?;
    Ok(request)
}

pub(super) fn response(bytes: &[u8]) -> Result<Response, OtlpError> {
    let mut response = Response::default();
    read(&mut response, Bytes { bytes, at: 0 }, MAX_DEPTH, &Budget::of(bytes.len()))?;
    Ok(response)
}

/// A message, field by field.
trait Message {
    fn field(&mut self, number: u64, value: Field<'_>) -> Result<(), OtlpError>;
}

/// Bytes that are left, and where they are in the request.
#[derive(Clone, Copy)]
struct Bytes<'b> {
    bytes: &'b [u8],
    at: usize,
}

/// The value of a field as the wire has it.
#[derive(Clone, Copy)]
enum Wire<'b> {
    Varint(u64),
    Fixed64(u64),
    Fixed32,
    Length(Bytes<'b>),
}

/// A field that has been read.
struct Field<'b> {
    wire: Wire<'b>,
    /// Where its tag is.
    at: usize,
    /// How much deeper messages may be nested.
    levels: usize,
    budget: &'b Budget,
}

#[cold]
fn fault(at: usize, what: &str) -> OtlpError {
    OtlpError::new(format!("{what} (at byte {at})"))
}

fn read(
    message: &mut impl Message,
    mut bytes: Bytes<'_>,
    levels: usize,
    budget: &Budget,
) -> Result<(), OtlpError> {
    if levels == 0 {
        return Err(fault(bytes.at, "recursion limit reached: more than 100 messages are nested"));
    }
    while !bytes.bytes.is_empty() {
        let at = bytes.at;
        let tag = bytes.varint()?;
        let wire = match tag & 7 {
            0 => Wire::Varint(bytes.varint()?),
            1 => Wire::Fixed64(bytes.fixed().map(u64::from_le_bytes)?),
            2 => {
                let len = bytes.varint()?;
                Wire::Length(bytes.take(len)?)
            }
            5 => bytes.fixed::<4>().map(|_| Wire::Fixed32)?,
            _ => return Err(fault(at, "the field is a group or has no wire type of proto3")),
        };
        if tag >> 3 == 0 || u32::try_from(tag).is_err() {
            return Err(fault(at, "the tag has a field number that is out of range"));
        }
        message.field(tag >> 3, Field { wire, at, levels, budget })?;
    }
    Ok(())
}

impl Bytes<'_> {
    fn varint(&mut self) -> Result<u64, OtlpError> {
        let start = self.at;
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let [byte] = self.fixed()?;
            let bits = u64::from(byte & 0x7F);
            if shift == 63 && byte > 1 {
                break;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(fault(start, "the number does not fit 64 bits"))
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], OtlpError> {
        let (first, rest) = self
            .bytes
            .split_first_chunk()
            .ok_or_else(|| fault(self.at, "the message ends inside a field"))?;
        *self = Self { bytes: rest, at: self.at + N };
        Ok(*first)
    }

    fn take(&mut self, len: u64) -> Result<Self, OtlpError> {
        let parts = usize::try_from(len).ok().and_then(|len| self.bytes.split_at_checked(len));
        let (taken, rest) = parts.ok_or_else(|| {
            let has = self.bytes.len();
            fault(
                self.at,
                &format!("the field has a length of {len} bytes, and the message ends after {has}"),
            )
        })?;
        let taken = Self { bytes: taken, at: self.at };
        *self = Self { bytes: rest, at: self.at + taken.bytes.len() };
        Ok(taken)
    }
}

impl<'b> Field<'b> {
    fn varint(&self) -> Result<u64, OtlpError> {
        match self.wire {
            Wire::Varint(number) => Ok(number),
            _ => Err(fault(self.at, "the field must be a varint")),
        }
    }

    /// The low 32 bits, as protobuf reads an `int32`.
    fn int32(&self) -> Result<i32, OtlpError> {
        let [a, b, c, d, ..] = self.varint()?.to_le_bytes();
        Ok(i32::from_le_bytes([a, b, c, d]))
    }

    fn fixed64(&self) -> Result<u64, OtlpError> {
        match self.wire {
            Wire::Fixed64(number) => Ok(number),
            _ => Err(fault(self.at, "the field must be 64 bits wide")),
        }
    }

    fn bytes(&self) -> Result<Bytes<'b>, OtlpError> {
        match self.wire {
            Wire::Length(bytes) => Ok(bytes),
            _ => Err(fault(self.at, "the field must have a length")),
        }
    }

    fn text(&self) -> Result<String, OtlpError> {
        let Bytes { bytes, at } = self.bytes()?;
        let text = core::str::from_utf8(bytes);
        text.map(str::to_owned).map_err(|error| fault(at + error.valid_up_to(), "the text is not UTF-8"))
    }

    /// Bytes as hexadecimal digits.
    fn hex(&self) -> Result<String, OtlpError> {
        Ok(crate::describe::Hex(self.bytes()?.bytes).to_string())
    }

    fn message(&self, message: &mut impl Message) -> Result<(), OtlpError> {
        read(message, self.bytes()?, self.levels - 1, self.budget)
    }

    fn pushed<T: Message + Default>(&self, messages: &mut Vec<T>) -> Result<(), OtlpError> {
        self.charge(size_of::<T>())?;
        let mut message = T::default();
        self.message(&mut message)?;
        messages.push(message);
        Ok(())
    }

    fn charge(&self, bytes: usize) -> Result<(), OtlpError> {
        self.budget.charge(bytes).map_err(|error| fault(self.at, error))
    }
}

impl Message for Export {
    fn field(&mut self, number: u64, value: Field<'_>) -> Result<(), OtlpError> {
        match number {
            1 => value.pushed(&mut self.resources),
            _ => Ok(()),
        }
    }
}

impl Message for ResourceLogs {
    fn field(&mut self, number: u64, value: Field<'_>) -> Result<(), OtlpError> {
        match number {
            1 => value.message(&mut Attributes(&mut self.attributes)),
            2 => value.pushed(&mut self.scopes),
            _ => Ok(()),
        }
    }
}

/// The attributes of a resource.
struct Attributes<'m>(&'m mut Vec<KeyValue>);

impl Message for Attributes<'_> {
    fn field(&mut self, number: u64, value: Field<'_>) -> Result<(), OtlpError> {
        if number == 1 { value.pushed(self.0) } else { Ok(()) }
    }
}

impl Message for ScopeLogs {
    fn field(&mut self, number: u64, value: Field<'_>) -> Result<(), OtlpError> {
        match number {
            2 => value.pushed(&mut self.records),
            _ => Ok(()),
        }
    }
}

impl Message for Record {
    fn field(&mut self, number: u64, value: Field<'_>) -> Result<(), OtlpError> {
        match number {
            1 => self.time = value.fixed64()?,
            2 => self.severity_number = value.int32()?,
            3 => self.severity_text = value.text()?,
            5 => value.message(&mut self.body)?,
            6 => value.pushed(&mut self.attributes)?,
            9 => self.set_trace(value.hex()?, |trace| &mut trace.trace_id),
            10 => self.set_trace(value.hex()?, |trace| &mut trace.span_id),
            11 => self.observed = value.fixed64()?,
            12 => self.event_name = value.text()?,
            _ => {}
        }
        Ok(())
    }
}

impl Message for KeyValue {
    fn field(&mut self, number: u64, value: Field<'_>) -> Result<(), OtlpError> {
        match number {
            1 => self.key = value.text()?,
            2 => value.message(&mut self.value)?,
            _ => {}
        }
        Ok(())
    }
}

impl Message for AnyValue {
    fn field(&mut self, number: u64, value: Field<'_>) -> Result<(), OtlpError> {
        *self = match (number, core::mem::take(self)) {
            (1, _) => Self::Text(value.text()?),
            (2, _) => Self::Bool(value.varint()? != 0),
            (3, _) => Self::Int(value.varint()?.cast_signed()),
            (4, _) => Self::Double(f64::from_bits(value.fixed64()?)),
            (5, before) => {
                let mut values = Values(if let Self::Array(values) = before { values } else { Vec::new() });
                value.message(&mut values)?;
                Self::Array(values.0)
            }
            (6, before) => {
                let mut members = Members(if let Self::Map(members) = before { members } else { Vec::new() });
                value.message(&mut members)?;
                Self::Map(members.0)
            }
            (7, _) => Self::Bytes(value.bytes()?.bytes.to_vec()),
            (_, before) => before,
        };
        Ok(())
    }
}

struct Values(Vec<AnyValue>);

impl Message for Values {
    fn field(&mut self, number: u64, value: Field<'_>) -> Result<(), OtlpError> {
        if number == 1 { value.pushed(&mut self.0) } else { Ok(()) }
    }
}

struct Members(Vec<(String, AnyValue)>);

impl Message for Members {
    fn field(&mut self, number: u64, value: Field<'_>) -> Result<(), OtlpError> {
        if number == 1 {
            value.charge(size_of::<KeyValue>())?;
            let mut member = KeyValue::default();
            value.message(&mut member)?;
            self.0.push((member.key, member.value));
        }
        Ok(())
    }
}

impl Message for Response {
    fn field(&mut self, number: u64, value: Field<'_>) -> Result<(), OtlpError> {
        match number {
            1 => value.message(&mut PartialSuccess(self)),
            _ => Ok(()),
        }
    }
}

struct PartialSuccess<'r>(&'r mut Response);

impl Message for PartialSuccess<'_> {
    fn field(&mut self, number: u64, value: Field<'_>) -> Result<(), OtlpError> {
        match number {
            1 => self.0.rejected = u64::try_from(value.varint()?.cast_signed()).unwrap_or(0),
            2 => self.0.message = value.text()?,
            _ => {}
        }
        Ok(())
    }
}
