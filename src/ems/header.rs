use super::UNKNOWN_PROCESSOR;
use super::event::{DSeries, d_series};
use crate::spi::header::{self, field};
use crate::spi::write::{CONTEXT_PART, EncodeErrorKind, StandardFields};
use crate::spi::{HeaderField, HeaderLayout, Profile, Ssid, Timestamp, TokenCode, TokenNumber, TypeCode};

/// The header of a new event.
///
/// A D-series header holds process and node twice, in the fields of the C series and in its own; both are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)]
pub struct EventHeader<'a> {
    /// The fields every SPI buffer has.
    pub standard: StandardFields,
    /// ZEMS-TKN-EVENTNUMBER.
    pub number: i16,
    /// ZEMS-TKN-GENTIME.
    pub generated: Timestamp,
    /// ZEMS-TKN-LOGTIME; the collector sets it.
    pub logged: Timestamp,
    /// ZEMS-TKN-USERID: group and user number.
    pub user: (u8, u8),
    /// ZEMS-TKN-NODENUM.
    pub node: i32,
    /// ZEMS-TKN-PROC-DESC, up to 33 bytes: `\NODE.$NAME:sequence` or less.
    pub process: &'a [u8],
    /// ZEMS-TKN-CPU.
    pub cpu: u16,
    /// ZEMS-TKN-PIN.
    pub pin: u16,
    /// ZEMS-TKN-EMPHASIS: critical.
    pub emphasis: bool,
    /// ZEMS-TKN-CONSOLE-PRINT.
    pub console_print: bool,
    /// ZEMS-TKN-SUPPRESS-DISPLAY.
    pub suppress_display: bool,
    /// ZEMS-TKN-CONTENT-STANDARD; 0 = ZEMS-VAL-NULL.
    pub content_standard: i16,
    /// ZEMS-TKN-CONTENT-USER; 0 = ZEMS-VAL-NULL.
    pub content_user: i16,
    /// The length byte of the header layout; `None` = the profile's first, the D series by default.
    pub layout: Option<u8>,
}

impl EventHeader<'_> {
    /// An event of this subsystem with this number, everything else null.
    #[must_use]
    pub const fn new(ssid: Ssid, number: i16) -> Self {
        Self {
            standard: StandardFields::new(ssid),
            number,
            generated: Timestamp::UNSET,
            logged: Timestamp::UNSET,
            user: (0, 0),
            node: 0,
            process: &[],
            cpu: 0,
            pin: 0,
            emphasis: false,
            console_print: false,
            suppress_display: false,
            content_standard: 0,
            content_user: 0,
            layout: None,
        }
    }

    /// The layout the header is written in.
    #[inline]
    pub(super) fn layout_in<'p>(&self, profile: &'p Profile) -> Result<&'p HeaderLayout, EncodeErrorKind> {
        let layout = match self.layout {
            Some(length) => profile.layout(length),
            None => profile.layouts().next(),
        };
        layout.ok_or(EncodeErrorKind::NoLayout { length: self.layout.unwrap_or(0) })
    }

    /// The whole header in the D-series layout, if everything fits it: each field at its fixed place. The context part
    /// counts if the header has one.
    #[inline(always)]
    pub(super) fn encode_d_series(
        &self,
        layout: &HeaderLayout,
        number: TokenNumber,
        bytes: &mut [u8; D_SERIES_END + header::CONTEXT_LEN],
    ) -> Option<()> {
        if !layout.is_d_series() || self.process.len() > MAX_DESCRIPTOR_LEN {
            return None;
        }
        let code = TokenCode::new(TypeCode::STRUCT, layout.length, number);
        let (front, context) = bytes.split_at_mut(D_SERIES_END);
        let (standard, fields) = front.split_first_chunk_mut::<{ field::SPECIALIZED }>()?;
        self.standard.encode_into(code, standard);
        let byte = |number: u16| u8::try_from(number).unwrap_or(u8::MAX);
        let [.., node_high, node_low] = self.node.to_be_bytes();
        let fields = fields.first_chunk_mut()?;
        put::<{ d_series(HeaderField::EventNumber) }, 2>(fields, self.number.to_be_bytes());
        put::<{ d_series(HeaderField::GenerationTime) }, 8>(fields, self.generated.0.to_be_bytes());
        put::<{ d_series(HeaderField::LogTime) }, 8>(fields, self.logged.0.to_be_bytes());
        put::<{ d_series(HeaderField::Group) }, 1>(fields, [self.user.0]);
        put::<{ d_series(HeaderField::User) }, 1>(fields, [self.user.1]);
        put::<{ d_series(HeaderField::System) }, 2>(fields, [node_high, node_low]);
        put::<{ d_series(HeaderField::CrtpidCpu) }, 1>(fields, [byte(self.cpu)]);
        put::<{ d_series(HeaderField::CrtpidPin) }, 1>(fields, [byte(self.pin)]);
        put::<{ d_series(HeaderField::Flags) }, 2>(fields, [0; 2]);
        put::<{ d_series(HeaderField::HeaderVersion) }, 2>(fields, 1_i16.to_be_bytes());
        put::<{ d_series(HeaderField::ContentStandard) }, 2>(fields, self.content_standard.to_be_bytes());
        put::<{ d_series(HeaderField::ContentUser) }, 2>(fields, self.content_user.to_be_bytes());
        put::<{ d_series(HeaderField::NodeNumber) }, 4>(fields, self.node.to_be_bytes());
        put::<{ d_series(HeaderField::Cpu) }, 2>(fields, self.cpu.to_be_bytes());
        put::<{ d_series(HeaderField::Pin) }, 2>(fields, self.pin.to_be_bytes());
        let descriptor = fields.get_mut(d_series(HeaderField::ProcessDescriptor)..)?;
        let (len, text) = descriptor.split_first_chunk_mut()?;
        *len = u16::try_from(self.process.len()).ok()?.to_be_bytes();
        let text = text.first_chunk_mut::<DESCRIPTOR_TEXT_LEN>()?;
        *text = [0; DESCRIPTOR_TEXT_LEN];
        text.get_mut(..self.process.len())?.copy_from_slice(self.process);
        let name = crtpid_name_in(text, self.process.len());
        put::<{ d_series(HeaderField::CrtpidName) }, 6>(fields, name);
        self.switch_flags(layout, fields);
        if self.standard.context {
            context.copy_from_slice(&CONTEXT_PART);
        }
        Some(())
    }

    /// Fills the fields after the header's token code; `space` is as long as the layout.
    pub(super) fn encode(&self, layout: &HeaderLayout, space: &mut [u8]) -> Result<(), EncodeErrorKind> {
        let has = |field| layout.place(field).is_some();
        let byte = |number: u16| u8::try_from(number).unwrap_or(u8::MAX);
        let fields: [(HeaderField, &[u8]); 15] = [
            (HeaderField::EventNumber, &self.number.to_be_bytes()),
            (HeaderField::GenerationTime, &self.generated.0.to_be_bytes()),
            (HeaderField::LogTime, &self.logged.0.to_be_bytes()),
            (HeaderField::Group, &[self.user.0]),
            (HeaderField::User, &[self.user.1]),
            (HeaderField::System, &self.node.to_be_bytes()),
            (HeaderField::CrtpidName, &crtpid_name(self.process)),
            (HeaderField::CrtpidCpu, &[byte(self.cpu)]),
            (HeaderField::CrtpidPin, &[byte(self.pin)]),
            (HeaderField::HeaderVersion, &1_i16.to_be_bytes()),
            (HeaderField::ContentStandard, &self.content_standard.to_be_bytes()),
            (HeaderField::ContentUser, &self.content_user.to_be_bytes()),
            (HeaderField::NodeNumber, &self.node.to_be_bytes()),
            (HeaderField::Cpu, &self.cpu.to_be_bytes()),
            (HeaderField::Pin, &self.pin.to_be_bytes()),
        ];
        for (field, bytes) in fields {
            self.place(layout, field, bytes, space)?;
        }
        if has(HeaderField::ProcessDescriptor) {
            self.place_descriptor(layout, space)?;
        }
        self.switch_flags(layout, space);
        self.refuse_loss(layout)
    }

    /// Switches on the bits of the flags that are set.
    #[inline]
    fn switch_flags(&self, layout: &HeaderLayout, fields: &mut [u8]) {
        for (is_on, bit) in [
            (self.console_print, layout.console_print),
            (self.emphasis, layout.emphasis),
            (self.suppress_display, layout.suppress_display),
        ] {
            if let Some(bit) = bit.filter(|_| is_on) {
                bit.set(fields, true);
            }
        }
    }

    fn place(
        &self,
        layout: &HeaderLayout,
        field: HeaderField,
        bytes: &[u8],
        space: &mut [u8],
    ) -> Result<(), EncodeErrorKind> {
        let Some((offset, len)) = layout.place(field) else { return Ok(()) };
        let place = space.get_mut(offset..).and_then(|rest| rest.get_mut(..len));
        let Some(place) = place else { return Err(no_space(bytes.len(), len)) };
        // A number may be in fewer bytes if they hold it; the node of a D-series header is whole in NODENUM.
        let (cut, kept) = bytes.split_at(bytes.len().saturating_sub(len));
        let is_whole_elsewhere =
            field == HeaderField::System && layout.place(HeaderField::NodeNumber).is_some();
        let place_len = place.len();
        match place.get_mut(place_len - kept.len()..) {
            Some(place) if is_whole_elsewhere || cut.iter().all(|byte| *byte == 0) => {
                place.copy_from_slice(kept);
                Ok(())
            }
            _ => Err(no_space(bytes.len(), len)),
        }
    }

    fn place_descriptor(&self, layout: &HeaderLayout, space: &mut [u8]) -> Result<(), EncodeErrorKind> {
        let found = self.process.len();
        let Some((offset, len)) = layout.place(HeaderField::ProcessDescriptor) else { return Ok(()) };
        let place = space.get_mut(offset..).and_then(|rest| rest.get_mut(..len));
        let fields = place.and_then(|place| place.split_first_chunk_mut());
        let Some((len_word, text)) = fields else { return Err(no_space(found, len)) };
        let text = text.get_mut(..found).filter(|_| found <= MAX_DESCRIPTOR_LEN);
        let Some(text) = text else { return Err(no_space(found, MAX_DESCRIPTOR_LEN)) };
        *len_word = u16::try_from(found).unwrap_or(u16::MAX).to_be_bytes();
        text.copy_from_slice(self.process);
        Ok(())
    }

    /// A layout without the D-series fields must not swallow what only they can hold.
    fn refuse_loss(&self, layout: &HeaderLayout) -> Result<(), EncodeErrorKind> {
        if self.misfit(layout).is_some() { Err(no_space(2, 0)) } else { Ok(()) }
    }

    /// The first field that this layout cannot hold, by its name in JSON, and what the layout takes.
    pub(crate) fn misfit(&self, layout: &HeaderLayout) -> Option<(&'static str, &'static str)> {
        let lacks = |field| layout.place(field).is_none();
        // A layout without a place for the number at all loses nothing when it is not known.
        let is_too_great =
            |number: u16, byte| number > u16::from(u8::MAX) && !(number == UNKNOWN_PROCESSOR && lacks(byte));
        [
            (
                "content_standard",
                "has no place for it",
                lacks(HeaderField::ContentStandard) && self.content_standard != 0,
            ),
            (
                "content_user",
                "has no place for it",
                lacks(HeaderField::ContentUser) && self.content_user != 0,
            ),
            ("node", "takes 0 to 65535", lacks(HeaderField::NodeNumber) && u16::try_from(self.node).is_err()),
            (
                "cpu",
                "takes 0 to 255",
                lacks(HeaderField::Cpu) && is_too_great(self.cpu, HeaderField::CrtpidCpu),
            ),
            (
                "pin",
                "takes 0 to 255",
                lacks(HeaderField::Pin) && is_too_great(self.pin, HeaderField::CrtpidPin),
            ),
            (
                "process",
                "takes a name of $ and up to five characters",
                lacks(HeaderField::ProcessDescriptor)
                    && !lacks(HeaderField::CrtpidName)
                    && !is_unnamed(self.process)
                    && crtpid_name(self.process) == [b' '; 6],
            ),
        ]
        .into_iter()
        .find_map(|(key, takes, is_lost)| is_lost.then_some((key, takes)))
    }
}

/// A process descriptor has up to 33 bytes, though its place has 34.
const MAX_DESCRIPTOR_LEN: usize = 33;
/// Bytes after the length word of a D-series process descriptor.
const DESCRIPTOR_TEXT_LEN: usize = 34;

/// The end of the specialized part in a D-series header.
#[allow(clippy::as_conversions)]
pub(super) const D_SERIES_END: usize = field::SPECIALIZED + HeaderLayout::D_SERIES.length as usize;

/// Writes a field at its place in the D series.
#[inline(always)]
fn put<const AT: usize, const N: usize>(fields: &mut DSeries, value: [u8; N]) {
    if let Some(place) = fields.get_mut(AT..).and_then(|rest| rest.first_chunk_mut()) {
        *place = value;
    }
}

#[cold]
fn no_space(found: usize, space: usize) -> EncodeErrorKind {
    EncodeErrorKind::HeaderField {
        found: u32::try_from(found).unwrap_or(u32::MAX),
        space: u8::try_from(space).unwrap_or(u8::MAX),
    }
}

const BLANKS: [u8; 6] = [b' '; 6];

/// `$` and up to five characters of a process descriptor, blank-filled; blanks if its name is longer or it has none.
fn crtpid_name(descriptor: &[u8]) -> [u8; 6] {
    let local = match descriptor.strip_prefix(b"\\") {
        Some(rest) => rest.iter().position(|byte| *byte == b'.').and_then(|end| rest.get(end + 1..)),
        None => Some(descriptor),
    };
    let local = local.unwrap_or_default();
    let mut field = BLANKS;
    let mut len = 0;
    for byte in local {
        if *byte == b':' {
            break;
        }
        let Some(place) = field.get_mut(len) else { return BLANKS };
        *place = *byte;
        len += 1;
    }
    if field.starts_with(b"$") && len > 1 { field } else { BLANKS }
}

/// The same of a descriptor of `len` bytes in a field filled with zeros: node and name are looked at eight bytes at a time.
#[inline]
fn crtpid_name_in(text: &[u8; DESCRIPTOR_TEXT_LEN], len: usize) -> [u8; 6] {
    let word =
        |at: usize| text.get(at..).and_then(|rest| rest.first_chunk()).map(|word| u64::from_le_bytes(*word));
    let start = match text {
        // A backslash, up to seven characters, a period.
        [b'\\', ..] => match word(1).and_then(|node| first(node, b'.')) {
            Some(period) => period + 2,
            None => return crtpid_name(text.get(..len).unwrap_or_default()),
        },
        _ => 0,
    };
    let Some(local) = word(start) else { return BLANKS };
    let name_len = first(local, b':').unwrap_or(8).min(len - start.min(len));
    if !(2..=6).contains(&name_len) || local.to_le_bytes().first() != Some(&b'$') {
        return BLANKS;
    }
    let kept = (1 << (8 * name_len)) - 1;
    let [a, b, c, d, e, f, ..] = (local & kept | u64::from_le_bytes([b' '; 8]) & !kept).to_le_bytes();
    [a, b, c, d, e, f]
}

/// Where the first such byte is, counted from the least significant.
#[inline]
fn first(word: u64, byte: u8) -> Option<usize> {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH_BITS: u64 = u64::from_le_bytes([0x80; 8]);
    let zero_where_equal = word ^ u64::from_le_bytes([byte; 8]);
    let found = zero_where_equal.wrapping_sub(ONES) & !zero_where_equal & HIGH_BITS;
    (found != 0).then(|| usize::try_from(found.trailing_zeros() / 8).unwrap_or(8))
}

/// Whether a process descriptor says no name: processor and process number are fields of their own.
fn is_unnamed(descriptor: &[u8]) -> bool {
    let local = match descriptor.strip_prefix(b"\\") {
        Some(rest) => rest.iter().position(|byte| *byte == b'.').and_then(|end| rest.get(end + 1..)),
        None => Some(descriptor),
    };
    local.is_none_or(|local| local.iter().all(|byte| byte.is_ascii_digit() || *byte == b','))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_the_same_in_zero_filled_space() {
        let parts = ["", "\\", "$", ".", ":", "A", "ZPM", "NODE", "1234567", "\0", " ", "\u{e9}"];
        let mut checked = 0;
        for a in parts {
            for b in parts {
                for c in parts {
                    for d in parts {
                        for e in parts {
                            let text = [a, b, c, d, e].concat();
                            let Some(len) = Some(text.len()).filter(|len| *len <= MAX_DESCRIPTOR_LEN) else {
                                continue;
                            };
                            let mut space = [0; DESCRIPTOR_TEXT_LEN];
                            space[..len].copy_from_slice(text.as_bytes());
                            assert_eq!(crtpid_name_in(&space, len), crtpid_name(text.as_bytes()), "{text:?}");
                            checked += 1;
                        }
                    }
                }
            }
        }
        assert!(checked > 200_000, "{checked}");
    }

    #[test]
    fn a_crtpid_takes_the_name_that_fits() {
        for (descriptor, name) in [
            ("$ZPM", b"$ZPM  "),
            (r"\NODE.$ZPM:123456", b"$ZPM  "),
            (r"\NODE.$ABCDE", b"$ABCDE"),
            (r"\NODE.$ABCDEF", b"      "),
            (r"\NODE.2,45:99", b"      "),
            (r"\NODE", b"      "),
            ("$", b"      "),
            ("", b"      "),
        ] {
            assert_eq!(&crtpid_name(descriptor.as_bytes()), name, "{descriptor}");
        }
    }
}
