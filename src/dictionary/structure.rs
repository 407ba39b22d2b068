use core::fmt;
use core::ops::Range;

use super::enumeration::Enumeration;
use super::field_value::FieldValue;
use super::image::{NONE, Record, Section, same_name};
use crate::ddl::Tacl;
use crate::spi::Version;

/// The kind of the bytes of one element, by the DEF after a token or field.
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
    /// Text of two bytes a character.
    National,
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
    /// The type that a TACL clause gives it.
    Tacl(Tacl),
}

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
                let at = Tacl::ALL.iter().position(|known| *known == tacl).unwrap_or(0);
                [11, u8::try_from(at).unwrap_or(0), 0, 0]
            }
            Self::National => [12, 0, 0, 0],
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
            [11, tacl, ..] => Tacl::ALL.get(usize::from(tacl)).copied().map_or(Self::Unknown, Self::Tacl),
            [12, ..] => Self::National,
            _ => Self::Unknown,
        }
    }
}

/// The TYPE that means the same, without the length of text: `BINARY 16 UNSIGNED`, `CHARACTER`, `BIT 4`; of a TACL type its
/// name.
impl fmt::Display for FieldType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unsigned = |unsigned| if unsigned { " UNSIGNED" } else { "" };
        match *self {
            Self::Group => f.write_str("GROUP"),
            Self::Unknown => f.write_str("UNKNOWN"),
            Self::Character => f.write_str("CHARACTER"),
            Self::National => f.write_str("NATIONAL"),
            Self::Binary { bits, unsigned: is_unsigned, scale: 0 } => {
                write!(f, "BINARY {bits}{}", unsigned(is_unsigned))
            }
            Self::Binary { bits, unsigned: is_unsigned, scale } => {
                write!(f, "BINARY {bits},{scale}{}", unsigned(is_unsigned))
            }
            Self::Float(bits) => write!(f, "FLOAT {bits}"),
            Self::Complex => f.write_str("COMPLEX"),
            Self::Logical(bytes) => write!(f, "LOGICAL {bytes}"),
            Self::Enum => f.write_str("ENUM"),
            Self::Bit { bits, unsigned: is_unsigned } => write!(f, "BIT {bits}{}", unsigned(is_unsigned)),
            Self::NumericDisplay => f.write_str("NUMERIC"),
            Self::PackedDecimal => f.write_str("PACKED-DECIMAL"),
            Self::Tacl(tacl) => f.write_str(tacl.name()),
        }
    }
}

/// The picture of a [`FieldType::NumericDisplay`] or [`FieldType::PackedDecimal`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_structs)]
pub struct Digits {
    /// How many digits there are.
    pub digits: u8,
    /// How many of them are right of the implied decimal point.
    pub scale: u8,
    /// Where the sign is.
    pub sign: Sign,
}

/// The sign of a number in digits (DDL Reference Manual, 426798 edition, 6-27 to 6-31).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Sign {
    /// There is none.
    #[default]
    None,
    /// A byte before the digits.
    Leading,
    /// A byte after the digits; of a packed number its last half byte.
    Trailing,
    /// Part of the first digit.
    LeadingEmbedded,
    /// Part of the last digit.
    TrailingEmbedded,
}

const SIGNS: [Sign; 5] =
    [Sign::None, Sign::Leading, Sign::Trailing, Sign::LeadingEmbedded, Sign::TrailingEmbedded];

impl Digits {
    /// One column of a record.
    pub(super) fn pack(self) -> u32 {
        let at = SIGNS.iter().position(|known| *known == self.sign).unwrap_or(0);
        u32::from_le_bytes([self.digits, self.scale, u8::try_from(at).unwrap_or(0), 0])
    }

    fn unpack(column: u32) -> Option<Self> {
        match column.to_le_bytes() {
            [digits, scale, sign, 0] => {
                Some(Self { digits, scale, sign: SIGNS.get(usize::from(sign)).copied().unwrap_or_default() })
            }
            _ => None,
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
        (first..first.saturating_add(count)).map_while(move |number| {
            Some(Field { record: image.record(Section::Fields, Field::SIZE, number)?, number })
        })
    }

    /// A field by its place among [`fields`](Self::fields).
    pub(crate) fn field_at(&self, at: u32) -> Option<Field<'d>> {
        let (image, first, count) = (self.0.image(), self.0.number(3), self.0.number(4));
        let number = first.checked_add(at).filter(|_| at < count)?;
        Some(Field { record: image.record(Section::Fields, Field::SIZE, number)?, number })
    }

    /// The outermost items in the order of the DEF, redefinitions too.
    pub fn members(&self) -> impl Iterator<Item = Field<'d>> + Clone + use<'d> {
        self.fields().filter(|field| field.record.number(Field::GROUP) == NONE)
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

/// Whether the parts of `path` are among those of `full`, in order, the last in the last place.
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
    /// The number of the record, which those of its members name.
    number: u32,
}

impl<'d> Field<'d> {
    pub(super) const SIZE: usize = 76;
    /// The column of the group's record.
    pub(super) const GROUP: usize = 17;
    pub(super) const REDEFINES: usize = 7;

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

    /// The kind of one occurrence.
    #[must_use]
    pub fn field_type(&self) -> FieldType {
        FieldType::unpack(self.record.number(6))
    }

    /// Whether it has fields of its own.
    #[must_use]
    pub fn is_group(&self) -> bool {
        self.field_type() == FieldType::Group
    }

    /// The field in whose place this one is too.
    #[must_use]
    pub fn redefines(&self) -> Option<Field<'d>> {
        self.neighbour(Self::REDEFINES)
    }

    /// The group it is in; `None`: the structure itself.
    #[must_use]
    pub fn group(&self) -> Option<Field<'d>> {
        self.neighbour(Self::GROUP)
    }

    /// The items of the group in the order of the DEF, redefinitions too; none for a field that is not a group.
    pub fn members(&self) -> impl Iterator<Item = Field<'d>> + Clone + use<'d> {
        let (image, own) = (self.record.image(), self.number);
        // All that a group holds follows it, and everything in a group names one that is no earlier.
        (own.saturating_add(1)..NONE)
            .map_while(move |number| {
                Some(Self { record: image.record(Section::Fields, Self::SIZE, number)?, number })
            })
            .take_while(move |field| (own..NONE).contains(&field.record.number(Self::GROUP)))
            .filter(move |field| field.record.number(Self::GROUP) == own)
    }

    fn neighbour(&self, column: usize) -> Option<Field<'d>> {
        let number = self.record.number(column);
        Some(Field { record: self.record.image().record(Section::Fields, Self::SIZE, number)?, number })
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

    /// Whether every byte of one occurrence is the null byte: the field has no value. Of a bit field only its own bits count.
    #[must_use]
    pub fn is_null(&self, bytes: &[u8]) -> bool {
        let null = self.null();
        match (self.bit(), bytes) {
            (Some((first, last)), [high, low]) => {
                let own = u16::MAX >> first.min(15) & u16::MAX << (15 - last.min(15));
                (u16::from_be_bytes([*high, *low]) ^ u16::from_be_bytes([null, null])) & own == 0
            }
            _ => bytes.iter().all(|byte| *byte == null),
        }
    }

    /// Digits and sign of a [`FieldType::NumericDisplay`] or [`FieldType::PackedDecimal`].
    #[must_use]
    pub fn digits(&self) -> Option<Digits> {
        Digits::unpack(self.record.number(16))
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

    /// The structure of the field's own DEF, if it is one of a group.
    #[must_use]
    pub fn structure(&self) -> Option<Structure<'d>> {
        let number = self.record.number(18);
        self.record.image().record(Section::Structures, Structure::SIZE, number).map(Structure)
    }

    /// Where an occurrence is in the bytes of the structure. `indexes` counts from 0 and holds one number for each OCCURS
    /// of more than one, the field's own last, those of its groups before it; numbers left out at the front are 0. `None` if
    /// an index is too high.
    #[must_use]
    pub fn place(&self, indexes: &[u32]) -> Option<Range<usize>> {
        let mut start = self.offset();
        let mut rest = indexes.iter().rev();
        let mut around = Some(*self);
        while let Some(field) = around {
            if field.count() > 1 {
                let index = rest.next().copied().unwrap_or(0);
                let shift = field.stride().checked_mul(index).filter(|_| index < field.count())?;
                start = start.checked_add(shift)?;
            }
            around = field.group();
        }
        if rest.any(|index| *index != 0) {
            return None;
        }
        let start = usize::try_from(start).ok()?;
        Some(start..start.checked_add(usize::try_from(self.len()).ok()?)?)
    }

    /// The bytes of occurrence `index` in those of the structure; `None` if they are not all there. For items of groups
    /// that occur several times this is the item in the first of them.
    #[must_use]
    pub fn bytes<'a>(&self, structure: &'a [u8], index: u32) -> Option<&'a [u8]> {
        if index >= self.count().max(1) {
            return None;
        }
        structure.get(self.place(&[index])?)
    }

    /// The value of an occurrence, from the bytes of the structure. `None` if they do not reach so far: the token was written
    /// by a release that did not know the field. For `indexes` see [`Self::place`]; whether the field is null, which is for
    /// the reader to ask, [`Self::is_null`] tells.
    ///
    /// ```
    /// use zems::dictionary::{Dictionary, FieldValue};
    ///
    /// let info = Dictionary::builtin().structure_named("ZRPC-DDL-RECV-INFO").unwrap();
    /// let zpin = info.field("ZPIN").unwrap();
    /// let bytes = [0, 0, 0, 3, 0, 2, 0, 45];
    /// assert_eq!(zpin.value(&bytes, &[]), Some(FieldValue::Number(45)));
    /// assert_eq!(info.field("ZPAID").unwrap().value(&bytes, &[]), None);
    /// ```
    #[must_use]
    pub fn value<'a>(&self, structure: &'a [u8], indexes: &[u32]) -> Option<FieldValue<'a>> {
        Some(self.read(structure.get(self.place(indexes)?)?))
    }

    /// The value in the bytes of one occurrence.
    #[must_use]
    pub fn read<'a>(&self, bytes: &'a [u8]) -> FieldValue<'a> {
        FieldValue::read(self.field_type(), self.bit(), self.digits(), bytes)
    }
}

impl fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Field({} at {})", self.name(), self.offset())
    }
}
