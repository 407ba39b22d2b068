//! Writes values by their edit codes (Template Services Manual 3-23 to 3-37).

use core::fmt::{self, Write};

use super::datetime::{EditString, Moment};
use super::display::{self, Labels, Names, Radix, Shape, Style, fill, separated};
use super::program::Action;
use super::set::TemplateSet;
use crate::spi::{DataType, Fname32};

/// A value, or some occurrences of a field of one.
#[derive(Clone, Copy)]
pub(super) struct Value<'v> {
    pub(super) bytes: &'v [u8],
    /// Bytes of one element, and from one to the next.
    pub(super) len: usize,
    pub(super) stride: usize,
}

impl<'v> Value<'v> {
    /// A value whose elements follow each other.
    pub(super) fn of(shape: Shape, bytes: &'v [u8]) -> Self {
        let len = shape.element_len().unwrap_or(bytes.len());
        Self { bytes, len, stride: len }
    }

    pub(super) fn elements(&self) -> impl Iterator<Item = &'v [u8]> + use<'v> {
        let len = self.len;
        self.bytes.chunks(self.stride.max(1)).filter_map(move |chunk| chunk.get(..len))
    }

    pub(super) fn first(&self) -> Option<&'v [u8]> {
        self.bytes.get(..self.len)
    }
}

/// Writes values with edit codes, all but those that need the event: MSG, TOKENHEADING, TOKENVALUE.
#[derive(Clone, Copy)]
pub(super) struct ValueWriter<'w> {
    pub(super) set: &'w TemplateSet,
    pub(super) names: Names<'w>,
    pub(super) strings: &'w [EditString],
}

impl ValueWriter<'_> {
    /// Writes the elements with one blank between them.
    #[inline]
    pub(super) fn write<W: Write + ?Sized>(
        &self,
        out: &mut W,
        action: Action,
        shape: Shape,
        value: &Value<'_>,
    ) -> fmt::Result {
        let names = &self.names;
        match action {
            Action::Label(labels) => {
                let labels = self.set.labels(labels);
                each(out, value, |out, element| {
                    let Some(number) = shape.number(element) else { return Ok(()) };
                    let value = i32::try_from(number.value()).ok();
                    match labels.zip(value).and_then(|(labels, value)| labels.label(value)) {
                        Some(label) => out.write_str(label),
                        None => number.write(out, Radix::Decimal, 0, false),
                    }
                })
            }
            Action::Text { width } => each(out, value, |out, element| {
                display::text(out, element)?;
                match usize::from(width) {
                    0 => Ok(()),
                    width => fill(out, ' ', width.saturating_sub(columns(element))),
                }
            }),
            Action::Number { radix, zeros, width } => {
                // The integer codes take text byte by byte.
                let value = if shape == Shape::Text { Value { len: 1, stride: 1, ..*value } } else { *value };
                each(out, &value, |out, element| match shape.number(element) {
                    Some(number) => number.write(out, radix, width.into(), zeros),
                    None => Ok(()),
                })
            }
            Action::Truth => each(out, value, |out, element| out.write_char(display::truth(element))),
            Action::Moment(string) => {
                let Some(string) = self.strings.get(usize::from(string)) else { return Ok(()) };
                each(out, value, |out, element| {
                    let time = display::timestamp(element);
                    string.write(out, &Moment::of(time, names.utc_offset(time)))
                })
            }
            Action::Ssid { width } => {
                each(out, value, |out, element| names.write_ssid(out, display::ssid(element), width.into()))
            }
            Action::Abbreviation { width } => each(out, value, |out, element| {
                let width = usize::from(width);
                write!(out, "{:<width$}", names.abbreviation(display::ssid(element)))
            }),
            Action::Subvolume => each(out, value, |out, element| match element.first_chunk() {
                Some(name) if shape == Shape::Kind(DataType::Fname32) => {
                    names.write_fname32(out, &Fname32::from_bytes(*name), 2)
                }
                _ => names.write_name(out, element, 2),
            }),
            Action::System => each(out, value, |out, element| self.system(out, shape, element)),
            Action::IpAddress => separated(out, value.bytes.chunks(4), |out, address| {
                for (at, byte) in address.iter().enumerate() {
                    let separator = if at == 0 { "" } else { "." };
                    write!(out, "{separator}{byte}")?;
                }
                Ok(())
            }),
            _ => {
                let style = Style { names: *names, radix: Radix::Decimal, is_listing: false };
                each(out, value, |out, element| style.write(out, shape, element, None))
            }
        }
    }

    /// SYSTEM: the node of a number or of the name's node part; a name without one is of the node that reports.
    fn system<W: Write + ?Sized>(&self, out: &mut W, shape: Shape, element: &[u8]) -> fmt::Result {
        let names = &self.names;
        let number = match (shape, element) {
            (Shape::Kind(DataType::Fname32), [b'\\', ..]) => {
                let node = element.get(..8).unwrap_or(element).trim_ascii_end();
                if node.len() > 1 {
                    return display::text(out, node);
                }
                names.node
            }
            (Shape::Kind(DataType::Transid), [node, ..]) => node.checked_sub(1).map(i32::from).or(names.node),
            (
                Shape::Kind(DataType::Fname | DataType::Subvol | DataType::Device | DataType::Crtpid),
                [b'\\', node, ..],
            ) => Some(i32::from(*node)),
            _ => match shape.number(element) {
                Some(number) => i32::try_from(number.value()).ok(),
                None => names.node,
            },
        };
        number.map_or(Ok(()), |number| names.write_node(out, number))
    }
}

/// Writes the elements of a value with one blank between them; most values are one element.
#[inline]
fn each<W: Write + ?Sized>(
    out: &mut W,
    value: &Value<'_>,
    mut write: impl FnMut(&mut W, &[u8]) -> fmt::Result,
) -> fmt::Result {
    if value.bytes.len() == value.len {
        return write(out, value.bytes);
    }
    separated(out, value.elements(), write)
}

/// Characters that text of an event is shown with.
fn columns(bytes: &[u8]) -> usize {
    bytes.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum()
}
