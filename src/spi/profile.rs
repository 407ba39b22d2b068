use super::data_type::DataType;
use super::token_code::{TokenCode, TokenNumber, TypeCode};

/// Every number and layout of the wire format that the vendor has not published, in one replaceable value.
///
/// [`Profile::DEFAULT`] holds provisional numbers. A site's own definition files bring the true ones; the dictionary
/// turns them into a profile. Nothing else in the codec knows a provisional number, and a buffer walks, lists and
/// round-trips under any profile, because lengths describe themselves.
///
/// ```
/// use zems::spi::{TypeCode, DataType, Profile};
///
/// let mut site = Profile::DEFAULT;
/// site.set_data_type(TypeCode(14), DataType::Byte);
/// assert_eq!(site.data_type(TypeCode(14)), DataType::Byte);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    kinds: [DataType; 128],
    /// The first data type of each kind.
    type_codes: [Option<TypeCode>; DataType::ALL.len()],
    layouts: [Option<HeaderLayout>; Self::MAX_LAYOUTS],
    /// The number of the token code that opens an event's specialized part. A reader takes any number of the range for
    /// header types that is not a command's; a writer uses this one.
    pub event_header: TokenNumber,
    /// The number of a table header. Readers know a table by its data type and form; a writer uses this number.
    pub table_header: TokenNumber,
    /// Which marks announce a subject.
    pub subject_mark: SubjectMark,
}

/// Which zero-length tokens of type MARK are subject marks (ZEMS-TKN-SUBJECT-MARK).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)]
pub struct SubjectMark {
    /// The number a builder writes.
    pub number: TokenNumber,
    /// Whether a reader takes every mark for a subject mark, whatever its number.
    pub any: bool,
}

impl Default for Profile {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl Profile {
    /// Published numbers, and provisional ones for the rest.
    pub const DEFAULT: Self = Self {
        kinds: default_kinds(),
        type_codes: type_codes(&default_kinds()),
        layouts: [
            Some(HeaderLayout::D_SERIES),
            Some(HeaderLayout::C_SERIES),
            None,
            None,
            None,
            None,
            None,
            None,
        ],
        event_header: TokenNumber(-478),
        table_header: TokenNumber(-477),
        subject_mark: SubjectMark { number: TokenNumber(-1040), any: true },
    };

    /// The numbers of [`DEFAULT`](Self::DEFAULT), but no layout of an event header: the headers of a system that nobody has
    /// described. A reader leaves their fields alone, and a builder refuses to write an event.
    pub const WITHOUT_LAYOUTS: Self = Self { layouts: [None; Self::MAX_LAYOUTS], ..Self::DEFAULT };

    /// How many event-header layouts a profile can hold.
    pub const MAX_LAYOUTS: usize = 8;

    /// The meaning of values of this data type.
    #[must_use]
    #[allow(clippy::as_conversions, clippy::indexing_slicing)]
    #[inline]
    pub const fn data_type(&self, code: TypeCode) -> DataType {
        // The mask keeps the index inside the table without a check.
        self.kinds[(code.0 & 0x7F) as usize]
    }

    /// The data type with this meaning: the first, if several have it.
    #[must_use]
    #[inline]
    #[allow(clippy::as_conversions)]
    pub fn type_code(&self, data_type: DataType) -> Option<TypeCode> {
        self.type_codes.get(data_type as usize).copied().flatten()
    }

    /// Gives a data type its meaning. Numbers above 127 do not exist on the wire and are ignored.
    pub fn set_data_type(&mut self, code: TypeCode, data_type: DataType) {
        if let Some(known) = self.kinds.get_mut(usize::from(code.0)) {
            *known = data_type;
        }
        self.type_codes = type_codes(&self.kinds);
    }

    /// The event-header layout whose length byte is `length`.
    #[must_use]
    #[inline]
    pub fn layout(&self, length: u8) -> Option<&HeaderLayout> {
        self.layouts().find(|layout| layout.length == length)
    }

    /// The known event-header layouts. Builders use the first by default.
    pub fn layouts(&self) -> impl Iterator<Item = &HeaderLayout> {
        self.layouts.iter().flatten()
    }

    /// Adds a layout, or replaces the one of the same length byte. `false`: the profile holds no more.
    pub fn set_layout(&mut self, layout: HeaderLayout) -> bool {
        let same =
            self.layouts.iter().position(|known| known.is_some_and(|known| known.length == layout.length));
        let Some(at) = same.or_else(|| self.layouts.iter().position(Option::is_none)) else { return false };
        self.layouts.iter_mut().skip(at).take(1).for_each(|slot| *slot = Some(layout));
        true
    }

    /// Has these layouts and no others, in this order. `false`, and nothing changed: there are too many.
    #[cfg(feature = "std")]
    pub(crate) fn set_layouts(&mut self, layouts: &[HeaderLayout]) -> bool {
        if layouts.len() > Self::MAX_LAYOUTS {
            return false;
        }
        let given = layouts.iter().copied().map(Some).chain(core::iter::repeat(None));
        self.layouts.iter_mut().zip(given).for_each(|(slot, layout)| *slot = layout);
        true
    }

    /// Whether a token of this code is a mark that announces a subject.
    #[must_use]
    #[inline]
    pub fn is_subject_mark(&self, code: TokenCode) -> bool {
        self.data_type(code.type_code()) == DataType::Mark
            && code.length() == 0
            && (self.subject_mark.any || code.number() == self.subject_mark.number)
    }
}

#[allow(clippy::as_conversions, clippy::cast_possible_truncation, clippy::indexing_slicing)]
const fn type_codes(kinds: &[DataType; 128]) -> [Option<TypeCode>; DataType::ALL.len()] {
    let mut type_codes = [None; DataType::ALL.len()];
    let mut at = kinds.len();
    while at > 0 {
        at -= 1;
        type_codes[kinds[at] as usize] = Some(TypeCode(at as u8));
    }
    type_codes
}

#[allow(clippy::as_conversions, clippy::indexing_slicing)]
const fn default_kinds() -> [DataType; 128] {
    let mut kinds = [DataType::Unknown; 128];
    let mut at = 0;
    while at < DataType::ALL.len() {
        if let Some(code) = DataType::ALL[at].default_code() {
            kinds[code.0 as usize] = DataType::ALL[at];
        }
        at += 1;
    }
    kinds
}

const C_SERIES_LEN: u8 = 32;
const C_SERIES: [(HeaderField, u8, u8); 10] = [
    (HeaderField::EventNumber, 0, 2),
    (HeaderField::GenerationTime, 2, 8),
    (HeaderField::LogTime, 10, 8),
    (HeaderField::Group, 18, 1),
    (HeaderField::User, 19, 1),
    (HeaderField::System, 20, 2),
    (HeaderField::CrtpidName, 22, 6),
    (HeaderField::CrtpidCpu, 28, 1),
    (HeaderField::CrtpidPin, 29, 1),
    (HeaderField::Flags, 30, 2),
];
const D_SERIES_LEN: u8 = 82;
const D_SERIES: [(HeaderField, u8, u8); 7] = [
    (HeaderField::HeaderVersion, 32, 2),
    (HeaderField::ContentStandard, 34, 2),
    (HeaderField::ContentUser, 36, 2),
    (HeaderField::NodeNumber, 38, 4),
    (HeaderField::Cpu, 42, 2),
    (HeaderField::Pin, 44, 2),
    (HeaderField::ProcessDescriptor, 46, 36),
];

/// Where an event's header fields are, for one value of the specialized part's length byte.
///
/// Offsets count from the first byte after the specialized part's token code (buffer offset 28).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeaderLayout {
    /// The letter the layout goes by: `C` or `D` series, or a site's own.
    pub name: char,
    /// The length byte the layout belongs to.
    pub length: u8,
    fields: [Option<(u8, u8)>; HeaderField::ALL.len()],
    /// Whether the fields are those of the D series: found out once, not with every event.
    is_d_series: bool,
    /// The bit that asks for the console.
    pub console_print: Option<HeaderBit>,
    /// The bit that marks a critical event.
    pub emphasis: Option<HeaderBit>,
    /// The bit that keeps an event off displays.
    pub suppress_display: Option<HeaderBit>,
    /// Whether the vendor has not published the layout, and no definition of a site has given it.
    pub is_provisional: bool,
}

/// One bit of an event's header: a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)]
pub struct HeaderBit {
    /// Its byte, counted from buffer offset 28.
    pub offset: u8,
    /// Its place in the byte, 0 for the most significant bit to 7.
    pub bit: u8,
}

impl HeaderBit {
    /// A bit of the byte at `offset`.
    #[must_use]
    pub const fn new(offset: u8, bit: u8) -> Self {
        Self { offset, bit: bit % 8 }
    }

    /// Whether the bit is on in these fields; `None` if they end before it.
    #[must_use]
    #[inline]
    pub fn is_on(self, fields: &[u8]) -> Option<bool> {
        Some(fields.get(usize::from(self.offset))? & self.mask() != 0)
    }

    /// Switches the bit of these fields. `false`, and nothing changed: they end before it.
    #[inline]
    pub(crate) fn set(self, fields: &mut [u8], is_on: bool) -> bool {
        let Some(byte) = fields.get_mut(usize::from(self.offset)) else { return false };
        *byte = if is_on { *byte | self.mask() } else { *byte & !self.mask() };
        true
    }

    const fn mask(self) -> u8 {
        0x80 >> (self.bit % 8)
    }
}

impl HeaderLayout {
    /// The C-series fields, 32 bytes. The part from the user on is published (SPI Programming Manual C-4); the order of
    /// the first three fields and the flag bits are provisional.
    pub const C_SERIES: Self = Self::new('C', C_SERIES_LEN).with_all(&C_SERIES).shipped();

    /// The provisional D-series layout, 82 bytes: the C-series fields and the later header tokens after them.
    pub const D_SERIES: Self = Self::new('D', D_SERIES_LEN).with_all(&C_SERIES).with_all(&D_SERIES).shipped();

    /// A layout without fields and flags.
    #[must_use]
    pub const fn new(name: char, length: u8) -> Self {
        Self {
            name,
            length,
            fields: [None; HeaderField::ALL.len()],
            is_d_series: false,
            console_print: None,
            emphasis: None,
            suppress_display: None,
            is_provisional: false,
        }
    }

    /// With the flag bits of the shipped layouts.
    const fn shipped(mut self) -> Self {
        (self.console_print, self.emphasis, self.suppress_display) =
            (Some(HeaderBit::new(30, 0)), Some(HeaderBit::new(30, 1)), Some(HeaderBit::new(30, 2)));
        self.is_provisional = true;
        self
    }

    /// Places a field: offset from buffer offset 28, and length, both in bytes.
    #[must_use]
    #[allow(clippy::as_conversions, clippy::indexing_slicing)]
    pub const fn with(mut self, field: HeaderField, offset: u8, length: u8) -> Self {
        self.fields[field as usize] = Some((offset, length));
        self.is_d_series = self.length == D_SERIES_LEN && self.has_all(&C_SERIES) && self.has_all(&D_SERIES);
        self
    }

    #[allow(clippy::indexing_slicing)]
    const fn with_all(mut self, places: &[(HeaderField, u8, u8)]) -> Self {
        let mut at = 0;
        while at < places.len() {
            let (field, offset, length) = places[at];
            self = self.with(field, offset, length);
            at += 1;
        }
        self
    }

    #[allow(clippy::as_conversions, clippy::indexing_slicing)]
    const fn has_all(&self, places: &[(HeaderField, u8, u8)]) -> bool {
        let mut at = 0;
        while at < places.len() {
            let (field, offset, length) = places[at];
            match self.fields[field as usize] {
                Some((known, len)) if known == offset && len == length => at += 1,
                _ => return false,
            }
        }
        true
    }

    /// Offset (from buffer offset 28) of a field the layout has; 0 for others.
    #[allow(clippy::as_conversions, clippy::indexing_slicing)]
    #[inline]
    pub(crate) const fn offset(&self, field: HeaderField) -> usize {
        match self.fields[field as usize] {
            Some((offset, _)) => offset as usize,
            None => 0,
        }
    }

    /// Whether the fields are where [`HeaderLayout::D_SERIES`] has them.
    #[inline]
    pub(crate) const fn is_d_series(&self) -> bool {
        self.is_d_series
    }

    /// Offset (from buffer offset 28) and length of a field, if the layout has it.
    #[must_use]
    #[inline]
    #[allow(clippy::as_conversions)]
    pub fn place(&self, field: HeaderField) -> Option<(usize, usize)> {
        let (offset, length) = self.fields.get(field as usize).copied().flatten()?;
        Some((usize::from(offset), usize::from(length)))
    }
}

/// A field of an event's header, by the header token it serves (EMS Manual 14-4 to 14-7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HeaderField {
    /// ZEMS-TKN-EVENTNUMBER, signed 16 bits.
    EventNumber,
    /// ZEMS-TKN-GENTIME.
    GenerationTime,
    /// ZEMS-TKN-LOGTIME, 0 before the event is logged.
    LogTime,
    /// The group half of ZEMS-TKN-USERID.
    Group,
    /// The user half of ZEMS-TKN-USERID.
    User,
    /// ZEMS-TKN-SYSTEM, the C-series node number, 16 bits or 8.
    System,
    /// The name part of ZEMS-TKN-CRTPID.
    CrtpidName,
    /// The processor of ZEMS-TKN-CRTPID.
    CrtpidCpu,
    /// The process number of ZEMS-TKN-CRTPID.
    CrtpidPin,
    /// ZEMS-TKN-CONSOLE-PRINT, -EMPHASIS and -SUPPRESS-DISPLAY, as bits of a byte or word: the first one that has
    /// a flag.
    Flags,
    /// ZEMS-TKN-EVTHDR-VSN.
    HeaderVersion,
    /// ZEMS-TKN-CONTENT-STANDARD.
    ContentStandard,
    /// ZEMS-TKN-CONTENT-USER.
    ContentUser,
    /// ZEMS-TKN-NODENUM, 32 bits.
    NodeNumber,
    /// ZEMS-TKN-CPU, 16 bits.
    Cpu,
    /// ZEMS-TKN-PIN, 16 bits.
    Pin,
    /// ZEMS-TKN-PROC-DESC: a length word and the text after it.
    ProcessDescriptor,
}

impl HeaderField {
    /// Every field, in the order of the layouts here.
    pub const ALL: [Self; 17] = [
        Self::EventNumber,
        Self::GenerationTime,
        Self::LogTime,
        Self::Group,
        Self::User,
        Self::System,
        Self::CrtpidName,
        Self::CrtpidCpu,
        Self::CrtpidPin,
        Self::Flags,
        Self::HeaderVersion,
        Self::ContentStandard,
        Self::ContentUser,
        Self::NodeNumber,
        Self::Cpu,
        Self::Pin,
        Self::ProcessDescriptor,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_have_no_gap_and_end_at_their_length() {
        for layout in Profile::DEFAULT.layouts() {
            let mut at = 0;
            for field in HeaderField::ALL {
                let Some((offset, length)) = layout.place(field) else { continue };
                assert_eq!(offset, at, "{field:?}");
                at += length;
            }
            assert_eq!(at, usize::from(layout.length));
        }
    }

    #[test]
    fn a_site_replaces_and_adds_layouts() {
        let mut profile = Profile::DEFAULT;
        let own = HeaderLayout::new('X', 32).with(HeaderField::EventNumber, 30, 2);
        assert!(profile.set_layout(own));
        assert_eq!(profile.layout(32), Some(&own));
        for length in 100..106 {
            assert!(profile.set_layout(HeaderLayout::new('X', length)));
        }
        assert!(!profile.set_layout(HeaderLayout::new('X', 200)));
    }

    #[test]
    fn a_mark_is_known_by_its_type_or_also_by_its_number() {
        let mut profile = Profile::DEFAULT;
        let mark = TokenCode::new(TypeCode::MARK, 0, TokenNumber(7));
        assert!(profile.is_subject_mark(mark));
        profile.subject_mark.any = false;
        assert!(!profile.is_subject_mark(mark));
    }
}
