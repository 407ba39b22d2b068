use core::fmt;

use super::UNKNOWN_PROCESSOR;
use super::header::EventHeader;
use super::header_token::HeaderToken;
use super::subject::{SubjectCheck, Subjects};
use crate::spi::read::{Buffer, DecodeError, DecodeErrorKind, Finding, Tokens, Visit, check_visit};
use crate::spi::write::StandardFields;
use crate::spi::{Crtpid, HeaderBit, HeaderField, HeaderLayout, HeaderType, Profile, Ssid, Timestamp};

/// One event message, read in place.
///
/// Which header fields an event has is decided by the length byte of its specialized part: the profile has a layout for
/// it or not. Getters answer `None` for what the layout lacks, and for everything in an event without a known layout;
/// the tokens are the same in all of them.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    buffer: Buffer<'a>,
    layout: Option<&'a HeaderLayout>,
    /// The header fields, if they are where the D series has them: read there without a look at the layout.
    d_series: Option<&'a DSeries>,
    overrides: Overrides,
}

/// The header fields of the D series.
#[allow(clippy::as_conversions)]
pub(super) type DSeries = [u8; HeaderLayout::D_SERIES.length as usize];

/// Where a field is in [`DSeries`].
pub(super) const fn d_series(field: HeaderField) -> usize {
    HeaderLayout::D_SERIES.offset(field)
}

/// The header overrides of templates for an event (Template Services Manual 3-20); `None`: the header counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, clippy::exhaustive_structs)]
pub struct Overrides {
    pub emphasis: Option<bool>,
    pub console_print: Option<bool>,
    pub suppress_display: Option<bool>,
}

impl Overrides {
    /// The statement about one of the three tokens.
    #[must_use]
    pub const fn value(&self, token: HeaderToken) -> Option<bool> {
        match token {
            HeaderToken::Emphasis => self.emphasis,
            HeaderToken::ConsolePrint => self.console_print,
            HeaderToken::SuppressDisplay => self.suppress_display,
            _ => None,
        }
    }
}

/// The event in a buffer. The error is that of [`Event::parse`] for a command or response.
impl<'a> TryFrom<Buffer<'a>> for Event<'a> {
    type Error = DecodeError;

    #[inline(always)]
    fn try_from(buffer: Buffer<'a>) -> Result<Self, DecodeError> {
        if buffer.header_type() != HeaderType::Event {
            let kind = DecodeErrorKind::HeaderCode { code: buffer.header_code(), extended: false };
            return Err(DecodeError::new(kind, buffer.origin() + 24));
        }
        let specialized = buffer.specialized();
        let layout = u8::try_from(specialized.len()).ok().and_then(|length| buffer.profile().layout(length));
        let d_series =
            if layout.is_some_and(HeaderLayout::is_d_series) { specialized.first_chunk() } else { None };
        Ok(Self { buffer, layout, d_series, overrides: Overrides::default() })
    }
}

impl<'a> Event<'a> {
    /// Reads an event that fills `bytes`, under the default profile.
    ///
    /// # Errors
    /// The bytes are not an SPI buffer, or a command or response.
    #[inline(always)]
    pub fn parse(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        Buffer::parse(bytes)?.try_into()
    }

    /// The same event with the flags that override templates give it. The getters, header tokens and filters see these; the bytes
    /// stay as they are.
    ///
    /// ```
    /// use zems::ems::{Event, Overrides};
    ///
    /// let event = Event::parse(zems::samples::BKUP_FAIL)?;
    /// let event = event.with_overrides(Overrides { emphasis: Some(false), ..Overrides::default() });
    /// assert_eq!((event.emphasis(), event.stored().emphasis()), (Some(false), Some(true)));
    /// # Ok::<(), zems::spi::read::DecodeError>(())
    /// ```
    #[must_use]
    pub const fn with_overrides(self, overrides: Overrides) -> Self {
        Self { overrides, ..self }
    }

    /// The overrides of the header.
    #[must_use]
    pub const fn overrides(&self) -> Overrides {
        self.overrides
    }

    /// The event as its bytes say it, without overrides.
    #[must_use]
    pub const fn stored(self) -> Self {
        Self { overrides: Overrides { emphasis: None, console_print: None, suppress_display: None }, ..self }
    }

    /// The buffer the event is in.
    #[must_use]
    #[inline]
    pub const fn buffer(&self) -> &Buffer<'a> {
        &self.buffer
    }

    /// The layout of the header fields, if the profile has one for this event.
    #[must_use]
    #[inline]
    pub const fn layout(&self) -> Option<&'a HeaderLayout> {
        self.layout
    }

    /// The profile the event is read under.
    #[must_use]
    #[inline]
    pub const fn profile(&self) -> &'a Profile {
        self.buffer.profile()
    }

    /// Whose event it is, version included: ZSPI-TKN-SSID.
    #[must_use]
    #[inline]
    pub fn ssid(&self) -> Ssid {
        self.buffer.ssid()
    }

    /// ZEMS-TKN-EVENTNUMBER. Negative numbers belong to events common to several subsystems.
    #[must_use]
    #[inline]
    pub fn number(&self) -> Option<i16> {
        self.fixed::<{ d_series(HeaderField::EventNumber) }, 2>(HeaderField::EventNumber)
            .map(i16::from_be_bytes)
    }

    /// ZEMS-TKN-GENTIME: when the event happened, GMT.
    #[must_use]
    #[inline]
    pub fn generated(&self) -> Option<Timestamp> {
        self.fixed::<{ d_series(HeaderField::GenerationTime) }, 8>(HeaderField::GenerationTime).map(timestamp)
    }

    /// ZEMS-TKN-LOGTIME: when a collector logged it, GMT; [`Timestamp::UNSET`] before that.
    #[must_use]
    #[inline]
    pub fn logged(&self) -> Option<Timestamp> {
        self.fixed::<{ d_series(HeaderField::LogTime) }, 8>(HeaderField::LogTime).map(timestamp)
    }

    /// ZEMS-TKN-USERID: group and user number of the reporting process.
    #[must_use]
    #[inline]
    pub fn user(&self) -> Option<(u8, u8)> {
        let [group] = self.fixed::<{ d_series(HeaderField::Group) }, 1>(HeaderField::Group)?;
        let [user] = self.fixed::<{ d_series(HeaderField::User) }, 1>(HeaderField::User)?;
        Some((group, user))
    }

    /// The node number: ZEMS-TKN-NODENUM, in C-series events ZEMS-TKN-SYSTEM.
    #[must_use]
    #[inline]
    pub fn node(&self) -> Option<i32> {
        let long = self.fixed::<{ d_series(HeaderField::NodeNumber) }, 4>(HeaderField::NodeNumber);
        long.map(i32::from_be_bytes).or_else(|| {
            let short = self.field(HeaderField::System)?;
            (short.len() <= 2).then(|| short.iter().fold(0, |number, byte| number << 8 | i32::from(*byte)))
        })
    }

    /// The processor: ZEMS-TKN-CPU. [`UNKNOWN_PROCESSOR`] is not known.
    #[must_use]
    #[inline]
    pub fn cpu(&self) -> Option<u16> {
        let cpu = self.fixed::<{ d_series(HeaderField::Cpu) }, 2>(HeaderField::Cpu);
        cpu.map(u16::from_be_bytes)
            .or_else(|| self.byte(HeaderField::CrtpidCpu).map(u16::from))
            .filter(|cpu| *cpu != UNKNOWN_PROCESSOR)
    }

    /// The process number in its processor: ZEMS-TKN-PIN. [`UNKNOWN_PROCESSOR`] is not known.
    #[must_use]
    #[inline]
    pub fn pin(&self) -> Option<u16> {
        let pin = self.fixed::<{ d_series(HeaderField::Pin) }, 2>(HeaderField::Pin);
        pin.map(u16::from_be_bytes)
            .or_else(|| self.byte(HeaderField::CrtpidPin).map(u16::from))
            .filter(|pin| *pin != UNKNOWN_PROCESSOR)
    }

    /// The reporting process: ZEMS-TKN-PROC-DESC, in C-series events ZEMS-TKN-CRTPID.
    #[must_use]
    #[inline]
    pub fn process(&self) -> Option<Process<'a>> {
        if self.d_series.is_some() || self.field(HeaderField::ProcessDescriptor).is_some() {
            return self.process_descriptor().filter(|text| !text.is_empty()).map(Process::Descriptor);
        }
        let crtpid = self.crtpid().filter(|crtpid| !crtpid.as_bytes().starts_with(b"      "))?;
        // An unnamed process is its processor and number, which a layout need not have.
        let is_known = crtpid.has_name() || self.cpu().is_some() && self.pin().is_some();
        is_known.then_some(Process::Crtpid { node: self.node(), crtpid })
    }

    /// ZEMS-TKN-PROC-DESC: `\node.$name:sequence`, as much of it as there is.
    #[must_use]
    #[inline]
    pub fn process_descriptor(&self) -> Option<&'a [u8]> {
        match self.d_series {
            Some(fields) => descriptor_text(fields),
            None => text_after_length(self.field(HeaderField::ProcessDescriptor)?),
        }
    }

    #[inline]
    fn process_text(&self) -> &'a [u8] {
        self.process_descriptor()
            .or_else(|| self.field(HeaderField::CrtpidName).map(<[u8]>::trim_ascii_end))
            .unwrap_or_default()
    }

    /// ZEMS-TKN-CRTPID. D-series events carry it too, as far as the process fits it.
    ///
    /// A layout may hold name, processor and process number apart from each other; a processor or number that it lacks is 0, one
    /// that is too large for a CRTPID is 255.
    #[must_use]
    pub fn crtpid(&self) -> Option<Crtpid> {
        let name: &[u8; 6] = self.field(HeaderField::CrtpidName)?.first_chunk()?;
        let [a, b, c, d, e, f] = *name;
        let part = |byte, word: Option<u16>| {
            self.byte(byte).unwrap_or_else(|| word.map_or(0, |word| u8::try_from(word).unwrap_or(u8::MAX)))
        };
        let cpu = part(HeaderField::CrtpidCpu, self.cpu());
        let pin = part(HeaderField::CrtpidPin, self.pin());
        Some(Crtpid::from_bytes([a, b, c, d, e, f, cpu, pin]))
    }

    /// ZEMS-TKN-EMPHASIS: the event is critical.
    #[must_use]
    #[inline]
    pub fn emphasis(&self) -> Option<bool> {
        self.overrides.emphasis.or_else(|| self.flag(|layout| layout.emphasis))
    }

    /// ZEMS-TKN-CONSOLE-PRINT.
    #[must_use]
    #[inline]
    pub fn console_print(&self) -> Option<bool> {
        self.overrides.console_print.or_else(|| self.flag(|layout| layout.console_print))
    }

    /// ZEMS-TKN-SUPPRESS-DISPLAY.
    #[must_use]
    #[inline]
    pub fn suppress_display(&self) -> Option<bool> {
        self.overrides.suppress_display.or_else(|| self.flag(|layout| layout.suppress_display))
    }

    /// ZEMS-TKN-CONTENT-STANDARD: which standard event it is; 0 = none.
    #[must_use]
    #[inline]
    pub fn content_standard(&self) -> Option<i16> {
        self.fixed::<{ d_series(HeaderField::ContentStandard) }, 2>(HeaderField::ContentStandard)
            .map(i16::from_be_bytes)
    }

    /// ZEMS-TKN-CONTENT-USER; 0 = none.
    #[must_use]
    #[inline]
    pub fn content_user(&self) -> Option<i16> {
        self.fixed::<{ d_series(HeaderField::ContentUser) }, 2>(HeaderField::ContentUser)
            .map(i16::from_be_bytes)
    }

    /// ZEMS-TKN-EVTHDR-VSN.
    #[must_use]
    #[inline]
    pub fn header_version(&self) -> Option<i16> {
        self.fixed::<{ d_series(HeaderField::HeaderVersion) }, 2>(HeaderField::HeaderVersion)
            .map(i16::from_be_bytes)
    }

    /// The bytes of a header field, if the layout has it.
    #[must_use]
    pub fn field(&self, field: HeaderField) -> Option<&'a [u8]> {
        let (offset, len) = self.layout?.place(field)?;
        self.buffer.specialized().get(offset..)?.get(..len)
    }

    /// All header fields at once, as [`EventBuilder`](super::EventBuilder) takes them; `None` without a known layout.
    /// Fields the layout lacks are null; without a process descriptor, the process is the name part of the CRTPID.
    ///
    /// ```
    /// use zems::ems::Event;
    ///
    /// let event = Event::parse(zems::samples::EVENT)?;
    /// let header = event.header().unwrap();
    /// assert_eq!(Some(header.number), event.number());
    /// assert_eq!(header.process, event.process().unwrap().to_string().as_bytes());
    /// # Ok::<(), zems::spi::read::DecodeError>(())
    /// ```
    #[must_use]
    #[inline(always)]
    pub fn header(&self) -> Option<EventHeader<'a>> {
        match self.d_series {
            Some(fields) => self.d_series_header(fields),
            None => self.header_by_layout(),
        }
    }

    /// All header fields, each at its fixed place: the layout is not asked for each.
    #[inline(always)]
    fn d_series_header(&self, fields: &'a DSeries) -> Option<EventHeader<'a>> {
        let layout = self.layout?;
        let word = |field| u16::from_be_bytes(fixed(fields, field));
        let known = |number: u16| if number == UNKNOWN_PROCESSOR { 0 } else { number };
        let flag = |overridden: Option<bool>, bit: Option<HeaderBit>| {
            overridden.or_else(|| bit?.is_on(fields)).unwrap_or_default()
        };
        let [group, user] = [HeaderField::Group, HeaderField::User].map(|field| {
            let [byte] = fixed(fields, field);
            byte
        });
        Some(EventHeader {
            standard: self.standard_fields(),
            number: word(HeaderField::EventNumber).cast_signed(),
            generated: timestamp(fixed(fields, HeaderField::GenerationTime)),
            logged: timestamp(fixed(fields, HeaderField::LogTime)),
            user: (group, user),
            node: i32::from_be_bytes(fixed(fields, HeaderField::NodeNumber)),
            process: descriptor_text(fields).unwrap_or_default(),
            cpu: known(word(HeaderField::Cpu)),
            pin: known(word(HeaderField::Pin)),
            emphasis: flag(self.overrides.emphasis, layout.emphasis),
            console_print: flag(self.overrides.console_print, layout.console_print),
            suppress_display: flag(self.overrides.suppress_display, layout.suppress_display),
            content_standard: word(HeaderField::ContentStandard).cast_signed(),
            content_user: word(HeaderField::ContentUser).cast_signed(),
            layout: Some(layout.length),
        })
    }

    #[inline(never)]
    fn header_by_layout(&self) -> Option<EventHeader<'a>> {
        let layout = self.layout?;
        Some(EventHeader {
            standard: self.standard_fields(),
            number: self.number().unwrap_or_default(),
            generated: self.generated().unwrap_or(Timestamp::UNSET),
            logged: self.logged().unwrap_or(Timestamp::UNSET),
            user: self.user().unwrap_or_default(),
            node: self.node().unwrap_or_default(),
            process: self.process_text(),
            cpu: self.cpu().unwrap_or_default(),
            pin: self.pin().unwrap_or_default(),
            emphasis: self.emphasis().unwrap_or_default(),
            console_print: self.console_print().unwrap_or_default(),
            suppress_display: self.suppress_display().unwrap_or_default(),
            content_standard: self.content_standard().unwrap_or_default(),
            content_user: self.content_user().unwrap_or_default(),
            layout: Some(layout.length),
        })
    }

    #[inline(always)]
    fn standard_fields(&self) -> StandardFields {
        let standard = self.buffer.standard();
        StandardFields {
            ssid: standard.ssid(),
            buffer_len: standard.buffer_len(),
            max_field_version: standard.max_field_version(),
            context: self.buffer.context().is_some(),
        }
    }

    /// The tokens of the top level.
    #[must_use]
    #[inline]
    pub fn tokens(&self) -> Tokens<'a> {
        self.buffer.tokens()
    }

    /// The subjects in order; the first is the event's main one.
    #[must_use]
    pub fn subjects(&self) -> Subjects<'a> {
        Subjects::new(self.buffer.tokens())
    }

    /// Goes through the whole event once and reports what is odd, the rules for subjects included, in the order it is.
    ///
    /// # Errors
    /// A token cannot be read. Findings before it have been reported.
    pub fn check(&self, mut report: impl FnMut(Finding)) -> Result<(), DecodeError> {
        self.buffer.check_header(&mut report);
        let mut subjects = SubjectCheck::default();
        for visit in self.buffer.walk() {
            let visit = visit?;
            check_visit(&visit, &mut report);
            if let Visit::Token(token) | Visit::Open(token) = visit {
                subjects.token(&token, &mut report);
            }
        }
        subjects.end(&self.buffer, &mut report);
        Ok(())
    }

    /// The front of a field, which is at `AT` in the D series.
    #[inline(always)]
    fn fixed<const AT: usize, const N: usize>(&self, field: HeaderField) -> Option<[u8; N]> {
        match self.d_series {
            Some(fields) => fields.get(AT..)?.first_chunk().copied(),
            None => self.field(field)?.first_chunk().copied(),
        }
    }

    fn byte(&self, field: HeaderField) -> Option<u8> {
        self.field(field)?.first().copied()
    }

    #[inline]
    fn flag(&self, place: fn(&HeaderLayout) -> Option<HeaderBit>) -> Option<bool> {
        // A layout that gives a flag no bit does not know it.
        let bit = place(self.layout?)?;
        match self.d_series {
            Some(fields) => bit.is_on(fields),
            None => bit.is_on(self.buffer.specialized()),
        }
    }
}

/// A field at its place in the D series.
#[inline(always)]
fn fixed<const N: usize>(fields: &DSeries, field: HeaderField) -> [u8; N] {
    fields.get(d_series(field)..).and_then(|rest| rest.first_chunk()).copied().unwrap_or([0; N])
}

/// The process descriptor of the D series.
#[inline(always)]
fn descriptor_text(fields: &DSeries) -> Option<&[u8]> {
    text_after_length(fields.get(d_series(HeaderField::ProcessDescriptor)..)?)
}

/// As many bytes as the length word says, or all there are.
#[inline(always)]
fn text_after_length(field: &[u8]) -> Option<&[u8]> {
    let (len, text) = field.split_first_chunk()?;
    Some(text.get(..usize::from(u16::from_be_bytes(*len))).unwrap_or(text))
}

#[inline(always)]
fn timestamp(bytes: [u8; 8]) -> Timestamp {
    Timestamp(i64::from_be_bytes(bytes))
}

/// The process that reported an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Process<'a> {
    /// A process descriptor: `\node.$name:sequence` or less.
    Descriptor(&'a [u8]),
    /// A C-series process ID.
    Crtpid {
        /// The node number, if the header has one.
        node: Option<i32>,
        /// Name, processor and process number.
        crtpid: Crtpid,
    },
}

/// A descriptor as it is, a named process by its name, an unnamed one as `\node.cc,ppp`. Characters outside printable ASCII show
/// as `?`.
impl fmt::Display for Process<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        match self {
            Self::Descriptor(text) => text.iter().try_for_each(|byte| {
                f.write_char(if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '?' })
            }),
            Self::Crtpid { node: Some(node), crtpid } if !crtpid.has_name() => write!(f, "\\{node}.{crtpid}"),
            Self::Crtpid { crtpid, .. } => crtpid.fmt(f),
        }
    }
}
