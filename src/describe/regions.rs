//! The meaning of every byte of a buffer.

use core::fmt::{self, Write};
use core::ops::Range;

use super::{Described, Item, Scalar};
use crate::dictionary::TokenDef;
use crate::ems::Event;
use crate::site::Site;
use crate::spi::read::{Buffer, DecodeError, MAX_DEPTH, Token, Visit};
use crate::spi::{DataType, HeaderBit, HeaderField, Ssid, Timestamp, Version};

/// Bytes that mean one thing.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Region {
    /// Where they are in the buffer; never empty.
    pub range: Range<usize>,
    /// Their role.
    pub role: Role,
    /// How many lists and tables they are in; the value of a token is one level deeper than its code.
    pub depth: usize,
    /// The token they belong to: how many tokens and lists begin before it, at any level. `None` in the header.
    pub token: Option<usize>,
    /// Which value of its table it is.
    pub value: Option<usize>,
    /// The name of the token, or its code; only of the bytes that are the code.
    pub name: Option<String>,
    /// Whether the name rests on a number that the vendor has not published and no user file has given.
    pub is_provisional: bool,
    /// Their meaning.
    pub meaning: String,
}

/// A [`Region`] whose texts are not made yet.
pub(crate) struct ShownRegion<'r> {
    pub(crate) range: Range<usize>,
    role: Role,
    pub(crate) depth: usize,
    token: Option<usize>,
    value: Option<usize>,
    pub(crate) name: Option<&'r dyn fmt::Display>,
    pub(crate) is_provisional: bool,
    pub(crate) meaning: &'r dyn fmt::Display,
}

/// The part that bytes play in a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// A field of the header that every buffer has.
    Header,
    /// A field of the header of events, commands or responses.
    Field,
    /// A field of the context part, with which the procedures remember positions.
    Context,
    /// A token code, or the code that begins a table.
    Code,
    /// The subsystem ID of a token.
    Ssid,
    /// A length or a number of values.
    Length,
    /// A value.
    Value,
    /// The end of a list.
    ListEnd,
    /// Bytes that make an even length.
    Pad,
    /// Bytes that no known field covers.
    Unknown,
}

impl Role {
    /// One lower-case word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Field => "field",
            Self::Context => "context",
            Self::Code => "code",
            Self::Ssid => "ssid",
            Self::Length => "length",
            Self::Value => "value",
            Self::ListEnd => "end",
            Self::Pad => "pad",
            Self::Unknown => "unknown",
        }
    }
}

impl Described<'_> {
    /// Hands out what every byte of the buffer means, in order and without a gap.
    ///
    /// ```
    /// use zems::describe::{Described, Role};
    /// use zems::site::Site;
    /// use zems::spi::read::Buffer;
    ///
    /// let site = Site::builtin();
    /// let buffer = Buffer::parse(zems::samples::BKUP_FAIL)?;
    /// let (mut end, mut values) = (0, Vec::new());
    /// Described::new(&site, &buffer).regions(&mut |region| {
    ///     assert_eq!(region.range.start, end);
    ///     end = region.range.end;
    ///     if region.role == Role::Value {
    ///         values.push(region.meaning);
    ///     }
    /// })?;
    /// assert_eq!(end, buffer.len());
    /// assert_eq!(values.first().map(String::as_str), Some("\"$ZPM\""));
    /// # Ok::<(), zems::spi::read::DecodeError>(())
    /// ```
    ///
    /// # Errors
    /// A token cannot be read; everything before it has been handed out.
    pub fn regions(&self, found: &mut dyn FnMut(Region)) -> Result<(), DecodeError> {
        self.shown_regions(&mut |region| {
            found(Region {
                range: region.range.clone(),
                role: region.role,
                depth: region.depth,
                token: region.token,
                value: region.value,
                name: region.name.map(ToString::to_string),
                is_provisional: region.is_provisional,
                meaning: region.meaning.to_string(),
            });
        })
    }

    /// The same without a copy of what is shown.
    pub(crate) fn shown_regions(&self, found: &mut dyn FnMut(&ShownRegion<'_>)) -> Result<(), DecodeError> {
        let mut map = Map { site: self.site, buffer: self.buffer, depth: 0, token: None, value: None, found };
        map.header();
        map.tokens()
    }
}

/// The regions under construction.
struct Map<'a, 'f> {
    site: &'a Site,
    buffer: Buffer<'a>,
    depth: usize,
    token: Option<usize>,
    value: Option<usize>,
    found: &'f mut dyn FnMut(&ShownRegion<'_>),
}

impl Map<'_, '_> {
    fn header(&mut self) {
        let buffer = self.buffer;
        let standard = buffer.standard();
        let (used, declared) = (buffer.len(), standard.buffer_len());
        let (role, ssid) = (Role::Header, self.ssid(buffer.ssid()));
        self.region(0..2, role, &format_args!("message code {}", standard.message_code()));
        self.region(2..4, role, &format_args!("declared length {declared}"));
        self.region(4..6, role, &format_args!("used length {used}, less 6"));
        self.region(6..18, role, &format_args!("SSID {ssid}"));
        self.region(18..20, role, &format_args!("checksum {:04X}", standard.checksum()));
        self.region(20..22, role, &format_args!("maximum field version {}", standard.max_field_version()));
        match (standard.flags(), standard.has_checksum()) {
            (0, _) => self.region(22..24, role, &"no flags"),
            (flags, true) => self.region(22..24, role, &format_args!("flags {flags:04X}: checksum")),
            (flags, false) => self.region(22..24, role, &format_args!("flags {flags:04X}")),
        }
        let kind = buffer.header_type();
        let len = buffer.header_code().length();
        self.region(24..28, role, &format_args!("{kind:?} header, {len} bytes"));
        self.specialized();
        let specialized_end = 28 + buffer.specialized().len();
        let Some(context) = buffer.context() else {
            return self.region(specialized_end..buffer.body().start, Role::Pad, &"pad");
        };
        let start = specialized_end.next_multiple_of(2);
        self.region(specialized_end..start, Role::Pad, &"pad");
        let position = context.position();
        let mut region = |range: Range<usize>, meaning: &dyn fmt::Display| {
            self.region(start + range.start..start + range.end, Role::Context, meaning);
        };
        region(0..4, &"context part");
        region(4..6, &format_args!("last error {}", context.last_error()));
        region(6..10, &format_args!("last error code {}", context.last_error_code()));
        region(10..12, &format_args!("position: list {}", AtOrNone(position.list)));
        region(12..14, &format_args!("position: token {}", AtOrNone(position.current)));
        region(14..16, &format_args!("position: index {}", position.index));
        region(16..18, &format_args!("open list {}", AtOrNone(context.last_list())));
        region(18..20, &format_args!("last token {}", AtOrNone(context.last_token())));
        self.region(start + 20..buffer.body().start, Role::Unknown, &"rest of the context part");
    }

    fn specialized(&mut self) {
        const BASE: usize = 28;
        let buffer = self.buffer;
        let end = BASE + buffer.specialized().len();
        let mut places = Places::default();
        if let Some(command) = buffer.command() {
            for (offset, place) in [
                (0, Place::Number("command", command.command())),
                (2, Place::Number("object type", command.object_type())),
                (4, Place::Number("maximum responses", command.max_response())),
                (6, Place::ServerVersion(command.server_version())),
            ] {
                places.add(offset, 2, place);
            }
        }
        let event = Event::try_from(buffer).ok();
        if let Some(event) = &event
            && let Some(layout) = event.layout()
        {
            for field in HeaderField::ALL {
                if let Some((offset, len)) = layout.place(field) {
                    places.add(offset, len, Place::Field(field));
                }
            }
            for (name, bit) in flags(event) {
                if let Some(bit) = bit.filter(|bit| !is_in_flags(event, *bit)) {
                    places.add_flag(usize::from(bit.offset), name, bit);
                }
            }
        }
        let mark = event.as_ref().map_or("", |event| mark(self.site.is_provisional_layout(event)));
        let mut at = BASE;
        for (offset, len, place) in places.in_order() {
            let (start, stop) = ((BASE + offset).clamp(at, end), (BASE + offset + len).clamp(at, end));
            self.region(at..start, Role::Unknown, &"no known field");
            self.region(start..stop, Role::Field, &ShownPlace { place, event: event.as_ref(), mark });
            at = stop;
        }
        self.region(at..end, Role::Unknown, &"no known field");
    }

    fn tokens(&mut self) -> Result<(), DecodeError> {
        let buffer = self.buffer;
        let mut at = buffer.body().start;
        // The lists that are open, and how many tokens have begun.
        let (mut open, mut depth, mut count) = ([0; MAX_DEPTH + 1], 0_usize, 0);
        for visit in buffer.walk() {
            let visit = visit?;
            let (Visit::Token(token) | Visit::Open(token) | Visit::Close(token)) = visit;
            let start = match visit {
                Visit::Close(list) => list.end().saturating_sub(4),
                _ => token.start(),
            };
            let innermost = depth.checked_sub(1).and_then(|at| open.get(at).copied());
            self.token = innermost;
            self.region(at..start, Role::Pad, &"pad");
            match visit {
                Visit::Close(_) => {
                    depth = depth.saturating_sub(1);
                    self.depth = token.depth();
                    self.region(start..token.end(), Role::ListEnd, &"end of the list");
                    at = token.end();
                    continue;
                }
                Visit::Open(_) => {
                    self.token = Some(count);
                    open.get_mut(depth).into_iter().for_each(|place| *place = count);
                    depth += 1;
                    self.code(&token);
                    let value = token.value_offset();
                    self.region(value - 2..value, Role::Length, &BytesOf(token.bytes()));
                    self.depth = token.depth() + 1;
                    at = value;
                }
                Visit::Token(_) => {
                    self.token = Some(count);
                    self.value(&token);
                    at = token.end();
                }
            }
            count += 1;
        }
        (self.depth, self.token) = (0, None);
        self.region(at..buffer.len(), Role::Pad, &"pad, counted in the used length");
        Ok(())
    }

    /// Code and SSID of a token, up to its length word.
    fn code(&mut self, token: &Token<'_>) {
        let def = self.site.token(token.effective_ssid(), token.code());
        let at = if let Some(table) = token.table() {
            let start = token.start();
            self.region(start..start + 4, Role::Code, &"table header");
            self.region(start + 4..start + 6, Role::Length, &"bytes of the table");
            self.region(start + 6..start + 8, Role::Length, &format_args!("{} values of", table.len()));
            start + 8
        } else {
            token.start()
        };
        let code = token.code();
        let name: &dyn fmt::Display = match &def {
            Some(def) => &def.name(),
            None => &code,
        };
        let meaning = CodeMeaning(token);
        let region = ShownRegion {
            name: Some(name),
            is_provisional: def.as_ref().is_some_and(TokenDef::is_provisional),
            ..self.of(at..at + 4, Role::Code, &meaning)
        };
        (self.found)(&region);
        if let Some(ssid) = token.ssid() {
            let ssid = self.ssid(ssid);
            self.region(at + 4..at + 16, Role::Ssid, &format_args!("of {ssid}"));
        }
    }

    fn value(&mut self, token: &Token<'_>) {
        self.code(token);
        let site = self.site;
        let item = Item::new(site, *token, 0);
        self.depth += 1;
        let mut at = token.value_offset();
        match item.values() {
            None => {
                if token.code().is_variable() {
                    self.depth -= 1;
                    self.region(at - 2..at, Role::Length, &BytesOf(token.bytes()));
                    self.depth += 1;
                }
                self.region(at..token.end(), Role::Value, &Meaning(&item));
            }
            Some(values) => {
                for value in values {
                    let range = value.range();
                    let [start, end] = [range.start, range.end].map(|at| {
                        usize::try_from(at.saturating_sub(self.buffer.origin())).unwrap_or(usize::MAX)
                    });
                    let front = if token.code().is_variable() { start - 2 } else { start };
                    self.region(at..front, Role::Pad, &"pad");
                    self.value = Some(value.index());
                    self.region(front..start, Role::Length, &BytesOf(value.bytes()));
                    self.region(start..end, Role::Value, &Meaning(&value));
                    self.value = None;
                    at = end;
                }
            }
        }
        self.depth -= 1;
    }

    fn region(&mut self, range: Range<usize>, role: Role, meaning: &dyn fmt::Display) {
        let range = range.start..range.end.min(self.buffer.len());
        if !range.is_empty() {
            let region = self.of(range, role, meaning);
            (self.found)(&region);
        }
    }

    fn of<'r>(&self, range: Range<usize>, role: Role, meaning: &'r dyn fmt::Display) -> ShownRegion<'r> {
        let Self { depth, token, value, .. } = *self;
        ShownRegion { range, role, depth, token, value, name: None, is_provisional: false, meaning }
    }
}

impl<'a> Map<'a, '_> {
    fn ssid(&self, ssid: Ssid) -> MarkedSsid<'a> {
        MarkedSsid { site: self.site, ssid }
    }
}

/// An SSID, and whether the name of its subsystem rests on an unpublished number.
pub(crate) struct MarkedSsid<'a> {
    pub(crate) site: &'a Site,
    pub(crate) ssid: Ssid,
}

impl fmt::Display for MarkedSsid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { site, ssid } = *self;
        let is_named = site.subsystem(ssid).is_some();
        write!(f, "{}{}", site.ssid(ssid), mark(is_named && site.is_provisional_subsystem(ssid)))
    }
}

/// The meaning of a field of the header of a command or event.
#[derive(Clone, Copy)]
enum Place {
    Number(&'static str, Option<i16>),
    ServerVersion(Option<u16>),
    Field(HeaderField),
    /// A byte that holds flags apart from the word of flags.
    Flags([Option<(&'static str, HeaderBit)>; 3]),
}

/// Every field of a layout, every flag apart from them, or the fields of a command.
const MOST_PLACES: usize = HeaderField::ALL.len() + 4;

/// The fields of a header: where, how long, and what.
struct Places {
    all: [(usize, usize, Place); MOST_PLACES],
    count: usize,
}

impl Default for Places {
    fn default() -> Self {
        Self { all: [(0, 0, Place::ServerVersion(None)); MOST_PLACES], count: 0 }
    }
}

impl Places {
    fn add(&mut self, offset: usize, len: usize, place: Place) {
        if let Some(next) = self.all.get_mut(self.count) {
            *next = (offset, len, place);
            self.count += 1;
        }
    }

    /// Several flags may be in a byte.
    fn add_flag(&mut self, offset: usize, name: &'static str, bit: HeaderBit) {
        for (at, _, place) in self.all.iter_mut().take(self.count) {
            if let Place::Flags(flags) = place
                && *at == offset
            {
                flags
                    .iter_mut()
                    .find(|flag| flag.is_none())
                    .into_iter()
                    .for_each(|flag| *flag = Some((name, bit)));
                return;
            }
        }
        self.add(offset, 1, Place::Flags([Some((name, bit)), None, None]));
    }

    fn in_order(&mut self) -> impl Iterator<Item = (usize, usize, Place)> + '_ {
        let all = self.all.get_mut(..self.count).unwrap_or_default();
        // Few, and nearly in order: those at the same place stay as they are.
        for end in 1..all.len() {
            let mut at = end;
            while at > 0 && all[at - 1].0 > all[at].0 {
                all.swap(at - 1, at);
                at -= 1;
            }
        }
        all.iter().copied()
    }
}

struct ShownPlace<'e> {
    place: Place,
    event: Option<&'e Event<'e>>,
    mark: &'static str,
}

impl fmt::Display for ShownPlace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.place, self.event) {
            (Place::Number(name, number), _) => {
                write!(f, "{name} ")?;
                number.map_or(Ok(()), |number| number.fmt(f))
            }
            (Place::ServerVersion(version), _) => {
                f.write_str("server version ")?;
                version.map_or(Ok(()), |version| Version(version).fmt(f))
            }
            (Place::Field(field), Some(event)) => field_meaning(f, event, field, self.mark),
            (Place::Flags(flags), Some(event)) => {
                let on = flags.into_iter().flatten();
                let on = on.filter(|(_, bit)| bit.is_on(event.buffer().specialized()) == Some(true));
                write_flags(f, on.map(|(name, _)| name), self.mark)
            }
            (_, None) => Ok(()),
        }
    }
}

/// The type of a token, its number and its length.
struct CodeMeaning<'t, 'a>(&'t Token<'a>);

impl fmt::Display for CodeMeaning<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(kind) = self.0.data_type().name() {
            write!(f, "{kind} ")?;
        }
        let code = self.0.code();
        write!(f, "{}, ", code.number().0)?;
        if code.is_variable() { f.write_str("variable") } else { write!(f, "{} bytes", code.length()) }
    }
}

/// After a name that rests on an unpublished number.
pub(crate) const fn mark(is_provisional: bool) -> &'static str {
    if is_provisional { "?" } else { "" }
}

struct BytesOf<'v>(&'v [u8]);

impl fmt::Display for BytesOf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// Text in quotes. Only text that is not UTF-8 is copied.
struct Quoted<'v>(&'v [u8]);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(self.0))
    }
}

/// Shows control characters as `?`.
struct WithoutControl<'w, 'f>(&'w mut fmt::Formatter<'f>);

impl Write for WithoutControl<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some((at, control)) = rest.char_indices().find(|(_, c)| c.is_control()) {
            self.0.write_str(rest.get(..at).unwrap_or_default())?;
            self.0.write_char('?')?;
            rest = rest.get(at + control.len_utf8()..).unwrap_or_default();
        }
        self.0.write_str(rest)
    }
}

/// The meaning of the bytes of a value: a remark on one row, whatever they are.
struct Meaning<'i, 'a>(&'i Item<'a>);

impl fmt::Display for Meaning<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(item) = self;
        let site = item.site();
        for (at, scalar) in item.elements().enumerate() {
            f.write_str(if at > 0 { ", " } else { "" })?;
            match scalar {
                Scalar::Text(text) => write!(WithoutControl(f), "{}", Quoted(text))?,
                Scalar::Time(time) => ShownTime(time).fmt(f)?,
                Scalar::Error { ssid, error } => write!(f, "error {error} of {}", site.ssid(ssid))?,
                Scalar::TokenCode(code) => {
                    write!(f, "{}", crate::spi::TokenCode::from_bits(code))?;
                    f.write_str(if code >> 31 == 1 { " extended" } else { "" })?;
                }
                Scalar::Bytes(_) if item.data_type() == DataType::Struct => f.write_str("structure")?,
                Scalar::Bytes(_) => f.write_str("value")?,
                scalar => {
                    write!(f, "{}", scalar.text(site))?;
                    if item.data_type() == DataType::Enum
                        && let Some(number) =
                            scalar.as_integer().and_then(|number| i32::try_from(number).ok())
                        && let Some(def) = item.definition()
                        && let Some(label) = def.enumeration().and_then(|values| values.label(number))
                    {
                        write!(f, " ({label}{})", mark(site.is_provisional_label(&def, number)))?;
                    }
                }
            }
        }
        Ok(())
    }
}

struct AtOrNone(u16);

impl fmt::Display for AtOrNone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 { f.write_str("none") } else { write!(f, "at {}", self.0) }
    }
}

struct ShownTime(Timestamp);

impl fmt::Display for ShownTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == Timestamp::UNSET {
            f.write_str("not set")
        } else if self.0.is_elapsed() {
            write!(f, "{} microseconds", self.0.0)
        } else {
            self.0.fmt(f)
        }
    }
}

/// The meaning of a field of the header; its name has `?` if the place of the field is not published.
fn field_meaning(
    f: &mut fmt::Formatter<'_>,
    event: &Event<'_>,
    field: HeaderField,
    mark: &str,
) -> fmt::Result {
    let bytes = event.field(field).unwrap_or_default();
    let name = match field {
        HeaderField::EventNumber => "event number",
        HeaderField::GenerationTime => "generated",
        HeaderField::LogTime => "logged",
        HeaderField::Group => "group",
        HeaderField::User => "user",
        HeaderField::System => "system",
        HeaderField::CrtpidName => "process",
        HeaderField::CrtpidCpu | HeaderField::Cpu => "processor",
        HeaderField::CrtpidPin | HeaderField::Pin => "process number",
        HeaderField::Flags => {
            let on = flags(event).into_iter().filter_map(|(name, bit)| {
                let bit = bit.filter(|bit| is_in_flags(event, *bit))?;
                (bit.is_on(event.buffer().specialized()) == Some(true)).then_some(name)
            });
            return write_flags(f, on, mark);
        }
        HeaderField::HeaderVersion => "header version",
        HeaderField::ContentStandard => "standard content",
        HeaderField::ContentUser => "user content",
        HeaderField::NodeNumber => "node",
        HeaderField::ProcessDescriptor => "process descriptor",
    };
    write!(f, "{name}{mark}")?;
    match field {
        HeaderField::EventNumber => event.number().map_or(Ok(()), |number| write!(f, " {number}")),
        HeaderField::GenerationTime => {
            event.generated().map_or(Ok(()), |time| write!(f, " {}", ShownTime(time)))
        }
        HeaderField::LogTime => event.logged().map_or(Ok(()), |time| write!(f, " {}", ShownTime(time))),
        HeaderField::CrtpidName => write!(f, " {}", Quoted(bytes)),
        HeaderField::NodeNumber => event.node().map_or(Ok(()), |node| write!(f, " {node}")),
        HeaderField::ProcessDescriptor => {
            event.process_descriptor().map_or(Ok(()), |text| write!(f, " {}", Quoted(text)))
        }
        _ => write!(f, " {}", bytes.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte))),
    }
}

/// The flags that are on.
fn write_flags(
    f: &mut fmt::Formatter<'_>,
    on: impl Iterator<Item = &'static str>,
    mark: &str,
) -> fmt::Result {
    let mut is_any = false;
    for name in on {
        f.write_str(if is_any { ", " } else { "" })?;
        write!(f, "{name}{mark}")?;
        is_any = true;
    }
    if is_any { Ok(()) } else { write!(f, "no flags{mark}") }
}

/// The flags of an event's header, with their places.
fn flags(event: &Event<'_>) -> [(&'static str, Option<HeaderBit>); 3] {
    let layout = event.layout();
    [
        ("console print", layout.and_then(|layout| layout.console_print)),
        ("emphasis", layout.and_then(|layout| layout.emphasis)),
        ("suppress display", layout.and_then(|layout| layout.suppress_display)),
    ]
}

/// Whether a flag is in the word that holds the flags, or the first of them.
fn is_in_flags(event: &Event<'_>, bit: HeaderBit) -> bool {
    let place = event.layout().and_then(|layout| layout.place(HeaderField::Flags));
    place.is_some_and(|(offset, len)| (offset..offset + len).contains(&usize::from(bit.offset)))
}
