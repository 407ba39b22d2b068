use core::fmt;

use super::enumeration::Enumeration;
use super::image::{NONE, Record, Section, same_name};
use crate::spi::Version;

/// What the bytes of one element are, by the DEF behind a token or field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
#[non_exhaustive]
pub enum FieldType {
    /// Fields of its own.
    Group,
    /// Bytes that no definition explains.
    #[default]
    Unknown,
    Character,
    /// A whole number of 8, 16, 32 or 64 bits.
    Binary {
        bits: u8,
        unsigned: bool,
        /// Implied decimal places.
        scale: i8,
    },
    /// Tandem floating point of 32 or 64 bits.
    Float(u8),
    Complex,
    /// Of 1, 2 or 4 bytes.
    Logical(u8),
    Enum,
    /// Bits of a 16-bit word.
    Bit {
        bits: u8,
        unsigned: bool,
    },
    /// A number in ASCII digits.
    NumericDisplay,
    PackedDecimal,
    /// What a TACL clause says it is.
    Tacl(Tacl),
}

/// A TACL type (DDL Reference Manual 6-45).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
#[non_exhaustive]
pub enum Tacl {
    Crtpid,
    Device,
    Enum,
    Fname,
    Fname32,
    Phandle,
    Ssid,
    Subvol,
    Transid,
    Tstamp,
    Username,
}

const TACL: [Tacl; 11] = [
    Tacl::Crtpid,
    Tacl::Device,
    Tacl::Enum,
    Tacl::Fname,
    Tacl::Fname32,
    Tacl::Phandle,
    Tacl::Ssid,
    Tacl::Subvol,
    Tacl::Transid,
    Tacl::Tstamp,
    Tacl::Username,
];

impl FieldType {
    /// One column of a record: tag, two parameters, scale.
    pub(super) fn pack(self) -> u32 {
        let bytes = match self {
            Self::Unknown => [0, 0, 0, 0],
            Self::Group => [1, 0, 0, 0],
            Self::Character => [2, 0, 0, 0],
            Self::Binary { bits, unsigned, scale } => [3, bits, u8::from(unsigned), scale.to_le_bytes()[0]],
            Self::Float(bits) => [4, bits, 0, 0],
            Self::Complex => [5, 0, 0, 0],
            Self::Logical(bytes) => [6, bytes, 0, 0],
            Self::Enum => [7, 0, 0, 0],
            Self::Bit { bits, unsigned } => [8, bits, u8::from(unsigned), 0],
            Self::NumericDisplay => [9, 0, 0, 0],
            Self::PackedDecimal => [10, 0, 0, 0],
            Self::Tacl(tacl) => {
                let at = TACL.iter().position(|known| *known == tacl).unwrap_or(0);
                [11, u8::try_from(at).unwrap_or(0), 0, 0]
            }
        };
        u32::from_le_bytes(bytes)
    }

    pub(super) fn unpack(column: u32) -> Self {
        match column.to_le_bytes() {
            [1, ..] => Self::Group,
            [2, ..] => Self::Character,
            [3, bits, unsigned, scale] => {
                Self::Binary { bits, unsigned: unsigned != 0, scale: i8::from_le_bytes([scale]) }
            }
            [4, bits, ..] => Self::Float(bits),
            [5, ..] => Self::Complex,
            [6, bytes, ..] => Self::Logical(bytes),
            [7, ..] => Self::Enum,
            [8, bits, unsigned, _] => Self::Bit { bits, unsigned: unsigned != 0 },
            [9, ..] => Self::NumericDisplay,
            [10, ..] => Self::PackedDecimal,
            [11, tacl, ..] => TACL.get(usize::from(tacl)).copied().map_or(Self::Unknown, Self::Tacl),
            _ => Self::Unknown,
        }
    }
}

/// A structure: what a group DEF says about the bytes of a token.
///
/// The bytes may be shorter or longer than the DEF: a token written by an older or newer release. A field is there when
/// all its bytes are.
#[derive(Clone, Copy)]
pub struct Structure<'d>(pub(super) Record<'d>);

impl<'d> Structure<'d> {
    pub(super) const SIZE: usize = 20;

    /// The DEF's name.
    #[must_use]
    pub fn name(&self) -> &'d str {
        self.0.text(0)
    }

    /// Bytes of the whole structure.
    #[must_use]
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> u32 {
        self.0.number(2)
    }

    /// The fields in the order of the DEF: groups before their members, redefinitions too, fillers left out.
    pub fn fields(&self) -> impl Iterator<Item = Field<'d>> + Clone + use<'d> {
        let (image, first, count) = (self.0.image(), self.0.number(3), self.0.number(4));
        (first..first.saturating_add(count))
            .map_while(move |number| image.record(Section::Fields, Field::SIZE, number))
            .map(move |record| Field { record, first })
    }

    /// The field of this name, `A.B.C`. Groups may be left out, as in COBOL, while only one field is meant.
    ///
    /// # Errors
    /// No field has the name, or several have.
    pub fn field(&self, path: &str) -> Result<Field<'d>, FieldPathError> {
        if let Some(field) = self.fields().find(|field| same_name(field.name(), path)) {
            return Ok(field);
        }
        let mut fields = self.fields().filter(|field| is_short_for(path, field.name()));
        match (fields.next(), fields.next()) {
            (Some(field), None) => Ok(field),
            (Some(_), Some(_)) => Err(FieldPathError::Ambiguous),
            (None, _) => Err(FieldPathError::Unknown),
        }
    }
}

/// Whether the parts of `path` stand among those of `full`, in order, the last in the last place.
fn is_short_for(path: &str, full: &str) -> bool {
    let mut full = full.rsplit('.');
    let mut parts = path.rsplit('.');
    let ends_alike = parts.next().zip(full.next()).is_some_and(|(part, name)| same_name(part, name));
    ends_alike && parts.all(|part| full.by_ref().any(|name| same_name(part, name)))
}

impl fmt::Debug for Structure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Structure({})", self.name())
    }
}

/// Why a field cannot be named so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldPathError {
    /// The structure has no such field.
    Unknown,
    /// More than one field can be meant.
    Ambiguous,
}

impl fmt::Display for FieldPathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "the structure has no such field",
            Self::Ambiguous => "the name fits several fields of the structure; name the group too",
        })
    }
}

impl core::error::Error for FieldPathError {}

/// A named item of a [`Structure`].
#[derive(Clone, Copy)]
pub struct Field<'d> {
    record: Record<'d>,
    /// The number of the structure's first field.
    first: u32,
}

impl<'d> Field<'d> {
    pub(super) const SIZE: usize = 64;

    /// The name, those of its groups before it, joined by periods.
    #[must_use]
    pub fn name(&self) -> &'d str {
        self.record.text(0)
    }

    /// Bytes from the start of the structure to the first occurrence. Of a bit field: to its 16-bit word.
    #[must_use]
    pub fn offset(&self) -> u32 {
        self.record.number(2)
    }

    /// Bytes of one occurrence.
    #[must_use]
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> u32 {
        self.record.number(3)
    }

    /// How often it occurs in its group.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.record.number(4)
    }

    /// Bytes from one occurrence to the next.
    #[must_use]
    pub fn stride(&self) -> u32 {
        self.record.number(5)
    }

    /// What one occurrence is.
    #[must_use]
    pub fn field_type(&self) -> FieldType {
        FieldType::unpack(self.record.number(6))
    }

    /// Whether it has fields of its own.
    #[must_use]
    pub fn is_group(&self) -> bool {
        self.field_type() == FieldType::Group
    }

    /// The field in whose place this one stands too.
    #[must_use]
    pub fn redefines(&self) -> Option<Field<'d>> {
        let number = self.record.number(7);
        let record = self.record.image().record(Section::Fields, Self::SIZE, number)?;
        (number != NONE).then_some(Field { record, first: self.first })
    }

    /// First and last bit of a bit field, counted from the most significant of its word.
    #[must_use]
    pub fn bit(&self) -> Option<(u8, u8)> {
        match self.record.number(8).to_le_bytes() {
            [first, last, 1, _] => Some((first, last)),
            _ => None,
        }
    }

    /// The byte that fills the field while it has no value.
    #[must_use]
    pub fn null(&self) -> u8 {
        let [null, ..] = self.record.number(9).to_le_bytes();
        null
    }

    /// Whether every byte is the null byte: the field has no value.
    #[must_use]
    pub fn is_null(&self, bytes: &[u8]) -> bool {
        let null = self.null();
        bytes.iter().all(|byte| *byte == null)
    }

    /// The release that brought the field, `None` for NOVERSION or a structure without a token map.
    #[must_use]
    pub fn version(&self) -> Option<Version> {
        u16::try_from(self.record.number(10)).ok().filter(|version| *version != 0).map(Version)
    }

    /// HEADING of the field.
    #[must_use]
    pub fn heading(&self) -> Option<&'d str> {
        self.record.optional_text(11)
    }

    /// DISPLAY of the field.
    #[must_use]
    pub fn display(&self) -> Option<&'d str> {
        self.record.optional_text(13)
    }

    /// The enumeration of the field's values.
    #[must_use]
    pub fn enumeration(&self) -> Option<Enumeration<'d>> {
        let number = self.record.number(15);
        self.record.image().record(Section::Enumerations, Enumeration::SIZE, number).map(Enumeration)
    }

    /// The bytes of occurrence `index` in those of the structure; `None` if they are not all there. For items of groups
    /// that occur several times this is the item in the first of them.
    #[must_use]
    pub fn bytes<'a>(&self, structure: &'a [u8], index: u32) -> Option<&'a [u8]> {
        if index >= self.count().max(1) {
            return None;
        }
        let start = self.stride().checked_mul(index)?.checked_add(self.offset())?;
        structure.get(usize::try_from(start).ok()?..)?.get(..usize::try_from(self.len()).ok()?)
    }
}

impl fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Field({} at {})", self.name(), self.offset())
    }
}
