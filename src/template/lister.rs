//! The token lister: what the SPI_BUFFER_FORMAT procedures print (Template Services Manual, section 2).

use alloc::string::String;
use core::fmt::{self, Write};

use super::display::{Labels, Names, Number, Radix, Shape, Style, SubsystemNames, fill, separated};
use super::emstext::RenderOptions;
use super::set::{Labelled, TemplateSet};
use crate::dictionary::{Dictionary, Field, FieldType, Structure, Tacl, TokenDef};
use crate::ems::{Event, HeaderToken, HeaderValue, Overrides};
use crate::spi::read::{Buffer, DecodeError, Token, Visit};
use crate::spi::{DataType, HeaderField, Ssid, TokenCode};

/// Which characters of text are shown as they are; any other is shown as `?nnn`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)]
pub enum Printable {
    /// Codes 32 to 126: string-format 0.
    #[default]
    Ascii,
    /// Codes 32 to 255, those above 126 as in ISO 8859-1: string-format -1.
    Latin1,
    /// All codes: string-format -2. Control characters are written too.
    All,
}

/// The display form of values of fields and tokens, whatever they are declared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)]
pub enum TypeOverride {
    /// As declared: type-override 0.
    #[default]
    Declared,
    /// As numbers: type-override 1. `A` in a DISPLAY clause is ignored.
    Numbers,
    /// As text: type-override 2. Codes for numbers in a DISPLAY clause are ignored.
    Text,
}

/// The parameters of SPI_BUFFER_FORMATSTART_ (Template Services Manual 2-2 to 2-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, clippy::struct_excessive_bools)]
pub struct ListOptions {
    /// The base of numbers without a DISPLAY clause: numeric-format 10, 2, 8, 16.
    pub radix: Radix,
    /// That base for all numbers, DISPLAY or not: a negative numeric-format.
    pub forces_radix: bool,
    /// string-format.
    pub printable: Printable,
    /// type-override.
    pub type_override: TypeOverride,
    /// Shows redefinitions of fields too: display-redefs.
    pub redefinitions: bool,
    /// Shows tokens and fields with an empty HEADING too: display-hidden.
    pub hidden: bool,
    /// Shows the header tokens: no-header is 0.
    pub header: bool,
    /// Names of the DDL as labels even where there is a HEADING: label-source.
    pub ddl_names: bool,
    /// Shows what the buffer holds, not what override templates say: buffer-values-only.
    pub buffer_values_only: bool,
    /// Columns for the label of a token, 20 or more: token-label-len.
    pub token_label: usize,
    /// Columns for the label of a field, 10 or more; 0: fields are below their token, their labels right-justified:
    /// field-label-len.
    pub field_label: usize,
    /// Columns of a line; 0: no limit.
    pub width: usize,
}

impl Default for ListOptions {
    /// Decimal, headings, header shown, 24 columns for each label, lines without limit.
    fn default() -> Self {
        Self {
            radix: Radix::Decimal,
            forces_radix: false,
            printable: Printable::Ascii,
            type_override: TypeOverride::Declared,
            redefinitions: false,
            hidden: false,
            header: true,
            ddl_names: false,
            buffer_values_only: false,
            token_label: 24,
            field_label: 24,
            width: 0,
        }
    }
}

/// Why a token list could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListError {
    /// A label is too short, or a line is too short for the labels and 15 columns more: status -2, ZSPI-ERR-ILLPARM.
    Options,
    /// A token of the buffer cannot be read; those before it have been listed: status -1, ZSPI-ERR-INVBUF.
    Decode(DecodeError),
    /// The list could not be written.
    Write,
}

impl From<fmt::Error> for ListError {
    fn from(_: fmt::Error) -> Self {
        Self::Write
    }
}

impl From<DecodeError> for ListError {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

impl fmt::Display for ListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Options => f.write_str(
                "token labels need 20 columns, field labels 10 or none, and a line 15 more than both",
            ),
            Self::Decode(error) => error.fmt(f),
            Self::Write => f.write_str("the list could not be written"),
        }
    }
}

impl core::error::Error for ListError {}

/// Writes the labelled list of all tokens of a buffer, as the SPI_BUFFER_FORMAT procedures do.
///
/// ```
/// use zems::dictionary::Dictionary;
/// use zems::template::{ListOptions, RenderOptions, TemplateSet, TokenLister};
///
/// let dictionary = Dictionary::empty();
/// let templates = TemplateSet::new(&dictionary);
/// let options = ListOptions { header: false, ..ListOptions::default() };
/// let lister = TokenLister::new(options, &dictionary, &templates, RenderOptions::default())?;
/// let buffer = zems::spi::read::Buffer::parse(zems::samples::COMMAND)?;
/// let mut list = String::new();
/// lister.list(&buffer, &mut list)?;
/// assert!(list.starts_with("(1,255,9990):              $SNA1\n"), "{list}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TokenLister<'l> {
    options: ListOptions,
    dictionary: &'l Dictionary,
    set: &'l TemplateSet,
    render: RenderOptions<'l>,
}

/// Columns for the colon, the position flag and a blank.
const FLAGS: usize = 3;
/// Columns of a HEADING that are shown. [DDL 7-9]
const HEADING: usize = 40;
/// Groups inside groups that are followed; a definition has fewer.
const GROUPS: usize = 64;

/// Header tokens in the order of the list: those of SPI, then those of EMS. [TS 2-11]
const EVENT_HEADER: [HeaderToken; 25] = [
    HeaderToken::HeaderType,
    HeaderToken::Checksum,
    HeaderToken::LastErr,
    HeaderToken::LastErrCode,
    HeaderToken::MaxFieldVersion,
    HeaderToken::Ssid,
    HeaderToken::UsedLen,
    HeaderToken::BufferLen,
    HeaderToken::ConsolePrint,
    HeaderToken::ContentStandard,
    HeaderToken::ContentUser,
    HeaderToken::Cpu,
    HeaderToken::Crtpid,
    HeaderToken::Emphasis,
    HeaderToken::EventNumber,
    HeaderToken::HeaderVersion,
    HeaderToken::GenTime,
    HeaderToken::LogTime,
    HeaderToken::NodeName,
    HeaderToken::NodeNum,
    HeaderToken::Pin,
    HeaderToken::ProcDesc,
    HeaderToken::SuppressDisplay,
    HeaderToken::System,
    HeaderToken::UserId,
];

impl<'l> TokenLister<'l> {
    /// A lister. Of `render` the node names, the zone and the choice between names and numbers count.
    ///
    /// # Errors
    /// [`ListError::Options`].
    pub fn new(
        options: ListOptions,
        dictionary: &'l Dictionary,
        set: &'l TemplateSet,
        render: RenderOptions<'l>,
    ) -> Result<Self, ListError> {
        let ListOptions { token_label, field_label, width, .. } = options;
        let is_good = token_label >= 20
            && (field_label == 0 || field_label >= 10)
            && (width == 0 || width >= token_label.saturating_add(field_label).saturating_add(15));
        if is_good { Ok(Self { options, dictionary, set, render }) } else { Err(ListError::Options) }
    }

    /// Writes the list of a buffer, an event or not; every line ends with a line end. `*` marks the token at the current
    /// position, `-` the one at the last position.
    ///
    /// # Errors
    /// A token cannot be read, or `out` takes no more.
    pub fn list(&self, buffer: &Buffer<'_>, out: &mut (impl Write + ?Sized)) -> Result<(), ListError> {
        let event = Event::try_from(*buffer).ok();
        let names = Names {
            nodes: self.render.nodes,
            subsystems: if self.render.numbers_only { None } else { Some(self.set as &dyn SubsystemNames) },
            node: event.and_then(|event| event.node()),
            offset: self.render.zone,
        };
        let style = Style { names, radix: self.options.radix, is_listing: true };
        let page = Page { out, width: self.options.width, column: 0, blanks: 0, indent: 0, is_open: false };
        let mut list = List { lister: self, style, page, ssid: buffer.ssid() };
        if self.options.header {
            match &event {
                Some(event) => list.event_header(event)?,
                None => list.command_header(buffer)?,
            }
        }
        for visit in buffer.walk() {
            match visit? {
                Visit::Token(token) | Visit::Open(token) => list.token(&token, buffer)?,
                Visit::Close(_) => {}
            }
        }
        list.page.end_line()?;
        Ok(())
    }
}

/// Where the lines of one list go.
struct List<'p, 'l, W: ?Sized> {
    lister: &'p TokenLister<'l>,
    style: Style<'p>,
    page: Page<'p, W>,
    /// Of the message.
    ssid: Ssid,
}

/// The known facts about a value besides its bytes.
#[derive(Clone, Copy)]
struct About<'v> {
    shape: Shape,
    labels: Option<&'v dyn Labels>,
    display: Option<&'v str>,
}

impl<W: Write + ?Sized> List<'_, '_, W> {
    // ---- The header

    fn event_header(&mut self, event: &Event<'_>) -> fmt::Result {
        let overrides = match self.lister.options.buffer_values_only {
            true => Overrides::default(),
            false => self.lister.set.overrides(event),
        };
        for token in EVENT_HEADER {
            // A C-series header has no node number of its own; the getter would give that of ZEMS-TKN-SYSTEM.
            if token == HeaderToken::NodeNum && event.field(HeaderField::NodeNumber).is_none() {
                continue;
            }
            let Some(value) = event.header_token(token) else { continue };
            let value = overrides.value(token).map_or(value, HeaderValue::Boolean);
            self.header_line(token.name(), value)?;
        }
        Ok(())
    }

    fn command_header(&mut self, buffer: &Buffer<'_>) -> fmt::Result {
        let standard = buffer.standard();
        let context = buffer.context();
        let number = |number: i64| HeaderValue::Number(number);
        self.header_line("ZSPI-TKN-HDRTYPE", number(0))?;
        self.header_line("ZSPI-TKN-CHECKSUM", HeaderValue::Boolean(standard.has_checksum()))?;
        let (error, code) = context
            .map_or((0, TokenCode::default()), |context| (context.last_error(), context.last_error_code()));
        self.header_line("ZSPI-TKN-LASTERR", number(error.into()))?;
        self.header_line("ZSPI-TKN-LASTERRCODE", HeaderValue::TokenCode(code))?;
        self.header_line("ZSPI-TKN-MAX-FIELD-VERSION", HeaderValue::Version(standard.max_field_version()))?;
        self.header_line("ZSPI-TKN-SSID", HeaderValue::Ssid(buffer.ssid()))?;
        self.header_line("ZSPI-TKN-USEDLEN", number(i64::try_from(buffer.len()).unwrap_or(0)))?;
        self.header_line("ZSPI-TKN-BUFLEN", number(standard.buffer_len().into()))?;
        let Some(command) = buffer.command() else { return Ok(()) };
        let fields = [
            ("ZSPI-TKN-COMMAND", command.command().map(i64::from)),
            ("ZSPI-TKN-MAXRESP", command.max_response().map(i64::from)),
            ("ZSPI-TKN-OBJECT-TYPE", command.object_type().map(i64::from)),
            ("ZSPI-TKN-SERVER-VERSION", command.server_version().map(i64::from)),
        ];
        for (name, value) in fields {
            if let Some(value) = value {
                self.header_line(name, number(value))?;
            }
        }
        Ok(())
    }

    fn header_line(&mut self, name: &str, value: HeaderValue<'_>) -> fmt::Result {
        let token = self.lister.dictionary.token_named(name);
        if token.is_some_and(|token| self.is_hidden(token.heading())) {
            return Ok(());
        }
        let label = token.map_or(name, |token| self.label(token.heading(), token.name()));
        self.page.open_line(0)?;
        self.token_label(label, ' ')?;
        let mut space = [0; Ssid::LEN];
        match token {
            Some(token) => {
                let code = token.code();
                let kind = self.lister.dictionary.profile().data_type(code.type_code());
                let Some(bytes) = value.bytes(code.length(), &mut space) else { return Ok(()) };
                self.about(Some(token), kind, |list, about| list.value(about, bytes))
            }
            None => {
                let shape = match value {
                    HeaderValue::Text(_) => Shape::Text,
                    HeaderValue::Timestamp(_) => Shape::Kind(DataType::Timestamp),
                    HeaderValue::Boolean(_) => Shape::Logical { len: 2 },
                    HeaderValue::Ssid(_) => Shape::Kind(DataType::Ssid),
                    HeaderValue::TokenCode(_) => Shape::Kind(DataType::TokenCode),
                    HeaderValue::Crtpid(_) => Shape::Kind(DataType::Crtpid),
                    HeaderValue::User(..) => Shape::Integer { len: 1, signed: false },
                    _ => Shape::Integer { len: 8, signed: true },
                };
                let len = shape.element_len().map_or(8, |len| if len == 1 { 2 } else { len });
                let len = u8::try_from(len).unwrap_or(8);
                let Some(bytes) = value.bytes(len, &mut space) else { return Ok(()) };
                self.value(About { shape, labels: None, display: None }, bytes)
            }
        }
    }

    // ---- Tokens

    fn token(&mut self, token: &Token<'_>, buffer: &Buffer<'_>) -> fmt::Result {
        let definition = self.lister.dictionary.token(token.effective_ssid(), token.code());
        if definition.is_some_and(|definition| self.is_hidden(definition.heading())) {
            return Ok(());
        }
        let position = buffer.context().map(|context| (context.position().current, context.last_token()));
        let flag = match position.map(|(current, last)| (usize::from(current), usize::from(last))) {
            Some((current, _)) if current == token.start() => '*',
            Some((_, last)) if last == token.start() => '-',
            _ => ' ',
        };
        match token.table() {
            None => self.token_line(token, definition, flag, token.bytes()),
            // A table is shown as the single tokens it stands for.
            Some(table) => {
                table.items().try_for_each(|item| self.token_line(token, definition, flag, item.bytes()))
            }
        }
    }

    fn token_line(
        &mut self,
        token: &Token<'_>,
        definition: Option<TokenDef<'_>>,
        flag: char,
        bytes: &[u8],
    ) -> fmt::Result {
        let mut code_label = Label::default();
        let label = match definition {
            Some(definition) => self.label(definition.heading(), definition.name()),
            None => {
                write!(code_label, "{}", token.code())?;
                code_label.as_str()
            }
        };
        let indent = 2 * token.depth();
        match token.ssid() {
            None => self.page.open_line(indent)?,
            // The subsystem ID from column 1, on a line of its own if it does not fit before the value.
            Some(ssid) => {
                let names = self.style.names;
                let mut qualifier = Label::default();
                names.write_ssid(&mut qualifier, ssid, 0)?;
                self.page.open_line(0)?;
                self.page.write_str(qualifier.as_str())?;
                let shared = qualifier.as_str().len() + 1;
                if shared + label.chars().count() > indent + self.lister.options.token_label {
                    self.page.open_line(indent)?;
                } else {
                    self.page.pad_to(shared.max(indent))?;
                }
                self.page.indent = indent;
            }
        }
        self.token_label(label, flag)?;
        if token.is_list() || bytes.is_empty() && token.data_type() == DataType::Mark {
            return Ok(());
        }
        let structure = definition.and_then(|definition| definition.structure());
        let kind = token.data_type();
        // Shown field by field, or byte by byte where no DEF says what they are. [TS 2-13]
        let has_fields =
            Shape::of_kind(kind) == Shape::Bytes || matches!(kind, DataType::Error | DataType::Username);
        match structure {
            Some(structure) if has_fields => self.structure(structure, bytes),
            None if has_fields => {
                self.value(About { shape: Shape::Bytes, labels: None, display: None }, bytes)
            }
            _ => self.about(definition, kind, |list, about| list.value(about, bytes)),
        }
    }

    /// `label:`, flag, and blanks up to the column of values.
    fn token_label(&mut self, label: &str, flag: char) -> fmt::Result {
        self.page.write_str(label)?;
        self.page.write_char(':')?;
        if flag != ' ' {
            self.page.write_char(flag)?;
        }
        let values = self.page.indent + self.lister.options.token_label + FLAGS;
        if self.page.column + 1 > values {
            self.page.open_line(values)?;
        }
        self.page.indent = values;
        self.page.pad_to(values)
    }

    // ---- Values

    fn about(
        &mut self,
        token: Option<TokenDef<'_>>,
        kind: DataType,
        write: impl FnOnce(&mut Self, About<'_>) -> fmt::Result,
    ) -> fmt::Result {
        let set = self.lister.set;
        let def_enum = token.and_then(|token| {
            set.def_enum(self.ssid, |of| matches!(of, Labelled::Token(code) if *code == token.code()))
        });
        let enumeration = token.and_then(|token| token.enumeration());
        let labels = def_enum
            .map(|labels| labels as &dyn Labels)
            .or_else(|| enumeration.as_ref().map(|enumeration| enumeration as &dyn Labels));
        let display = token.and_then(|token| token.display());
        write(self, About { shape: Shape::of_kind(kind), labels, display })
    }

    fn value(&mut self, about: About<'_>, bytes: &[u8]) -> fmt::Result {
        let ListOptions { type_override, forces_radix, .. } = self.lister.options;
        let About { shape, labels, .. } = about;
        let is_text = match type_override {
            TypeOverride::Declared => shape == Shape::Text,
            TypeOverride::Numbers => false,
            TypeOverride::Text => true,
        };
        // Of the DISPLAY codes those for the other kind are ignored when the type is overridden. [TS 2-3]
        let display = about.display.filter(|_| !forces_radix).and_then(DisplayCode::parse);
        match display {
            Some(DisplayCode::Text { width }) if is_text => {
                let start = self.page.column + self.page.blanks;
                self.text(bytes)?;
                let written = self.page.column + self.page.blanks - start;
                fill(&mut self.page, ' ', width.saturating_sub(written))
            }
            Some(DisplayCode::Number { radix, width, zeros })
                if type_override != TypeOverride::Text && is_number(shape) =>
            {
                self.numbers(shape, bytes, radix, width, zeros)
            }
            _ if is_text => self.text(bytes),
            _ if type_override == TypeOverride::Numbers && is_number(shape) => {
                self.numbers(shape, bytes, self.style.radix, 0, false)
            }
            _ if type_override == TypeOverride::Numbers => self.style.write_bytes(&mut self.page, bytes),
            _ if shape == Shape::Kind(DataType::TokenCode) => self.token_codes(bytes),
            _ => self.style.write(&mut self.page, shape, bytes, labels),
        }
    }

    /// The elements of a value as numbers; of text each byte is one.
    fn numbers(
        &mut self,
        shape: Shape,
        bytes: &[u8],
        radix: Radix,
        width: usize,
        zeros: bool,
    ) -> fmt::Result {
        let len = if shape == Shape::Text { 1 } else { shape.element_len().unwrap_or(1) };
        separated(&mut self.page, bytes.chunks(len), |page, element| match shape.number(element) {
            Some(number) => number.write(page, radix, width, zeros),
            None => Ok(()),
        })
    }

    /// `(type,length,number) NAME`.
    fn token_codes(&mut self, bytes: &[u8]) -> fmt::Result {
        let (dictionary, ssid) = (self.lister.dictionary, self.ssid);
        separated(&mut self.page, bytes.chunks(4), |page, code| {
            let code = TokenCode::from_bits(code.first_chunk().map_or(0, |bits| u32::from_be_bytes(*bits)));
            write!(page, "{code}")?;
            match dictionary.token(ssid, code) {
                Some(token) if code != TokenCode::default() => write!(page, " {}", token.name()),
                _ => Ok(()),
            }
        })
    }

    /// Text, with `?nnn` in the base of numbers for what cannot be printed. [TS 2-3]
    fn text(&mut self, bytes: &[u8]) -> fmt::Result {
        let ListOptions { printable, radix, .. } = self.lister.options;
        let digits = if radix == Radix::Binary { 8 } else { 3 };
        for byte in bytes {
            let shown = match printable {
                Printable::Ascii => matches!(byte, 32..=126),
                Printable::Latin1 => *byte >= 32,
                Printable::All => true,
            };
            if shown {
                self.page.write_char(char::from(*byte))?;
            } else {
                self.page.write_char('?')?;
                Number::from_be(&[*byte], false).write(&mut self.page, radix, digits, true)?;
            }
        }
        Ok(())
    }

    // ---- Structures

    fn structure(&mut self, structure: Structure<'_>, bytes: &[u8]) -> fmt::Result {
        if self.converted(structure.name(), bytes)? {
            return Ok(());
        }
        let values = self.page.indent;
        let mut place = FieldPlace { values, is_first: true, depth: 0 };
        self.fields(structure.name(), Run { structure, start: 0, end: u32::MAX }, bytes, 0, &mut place)
    }

    /// Whether a FORMAT procedure has written the value.
    fn converted(&mut self, def: &str, bytes: &[u8]) -> Result<bool, fmt::Error> {
        let set = self.lister.set;
        // Sources may name procedures by the thousands even where there is none.
        if set.procedures.is_empty() {
            return Ok(false);
        }
        let subsystem = super::set::Subsystem::of(self.ssid);
        let format =
            set.conversions.iter().rev().find(|known| known.subsystem == subsystem && known.def == def);
        let procedure = format.and_then(|format| {
            set.procedures
                .iter()
                .rev()
                .find(|(name, _)| *name == format.procedure)
                .map(|(_, procedure)| procedure)
        });
        let Some(procedure) = procedure else { return Ok(false) };
        let mut text = String::new();
        match procedure(bytes, &mut text) {
            Ok(()) => self.page.write_str(&text).map(|()| true),
            Err(_) => Ok(false),
        }
    }

    /// The fields of a group, whose occurrence starts `base` bytes after where its definition puts it.
    fn fields(
        &mut self,
        structure: &str,
        fields: Run<'_>,
        bytes: &[u8],
        base: u32,
        place: &mut FieldPlace,
    ) -> fmt::Result {
        let mut rest = fields;
        while let Some(field) = rest.next() {
            let name = field.name();
            let is_member =
                |other: &Field<'_>| other.name().strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
            let mut members = Run { end: rest.start, ..rest };
            while rest.first().is_some_and(|other| is_member(&other)) {
                rest.start += 1;
            }
            members.end = rest.start;
            let is_redefinition = field.redefines().is_some() && !self.lister.options.redefinitions;
            if is_redefinition || self.is_hidden(field.heading()) {
                continue;
            }
            let simple = name.rsplit('.').next().unwrap_or(name);
            let label = self.label(field.heading(), simple);
            let is_username = field.field_type() == FieldType::Tacl(Tacl::Username);
            if field.is_group() || is_username && !members.is_empty() {
                self.group(structure, &field, label, members, bytes, base, place)?;
            } else {
                self.field(structure, &field, label, bytes, base, place)?;
            }
        }
        Ok(())
    }

    #[allow(clippy::too_many_arguments)]
    fn group(
        &mut self,
        structure: &str,
        group: &Field<'_>,
        label: &str,
        members: Run<'_>,
        bytes: &[u8],
        base: u32,
        place: &mut FieldPlace,
    ) -> fmt::Result {
        if place.depth >= GROUPS {
            return Ok(());
        }
        let occurs = group.count().max(1);
        for occurrence in 0..occurs {
            let shift = group.stride().saturating_mul(occurrence).saturating_add(base);
            let start = super::set::index(group.offset().saturating_add(shift));
            if start >= bytes.len() || occurrence > 0 && group.stride() == 0 {
                break;
            }
            let mut numbered = Label::default();
            match occurs {
                1 => numbered.write_str(label)?,
                _ => write!(numbered, "{label}({occurrence})")?,
            }
            self.field_label(numbered.as_str(), place)?;
            place.depth += 1;
            self.fields(structure, members, bytes, shift, place)?;
            place.depth -= 1;
        }
        Ok(())
    }

    fn field(
        &mut self,
        structure: &str,
        field: &Field<'_>,
        label: &str,
        bytes: &[u8],
        base: u32,
        place: &mut FieldPlace,
    ) -> fmt::Result {
        let (shape, _) = Shape::of_field(field);
        let len = if field.bit().is_some() { 2 } else { field.len() };
        let stride = field.stride().max(len);
        let Some(bytes) = bytes.get(super::set::index(field.offset().saturating_add(base))..) else {
            return Ok(());
        };
        let [len, stride, count] = [len, stride, field.count().max(1)].map(super::set::index);
        if bytes.len() < len || len == 0 {
            return Ok(());
        }
        self.field_label(label, place)?;
        let def_enum = self.lister.set.def_enum(
            self.ssid,
            |of| matches!(of, Labelled::Field(of, name) if of == structure && name == field.name()),
        );
        let enumeration = field.enumeration();
        let labels = def_enum
            .map(|labels| labels as &dyn Labels)
            .or_else(|| enumeration.as_ref().map(|enumeration| enumeration as &dyn Labels));
        let about = About { shape, labels, display: field.display() };
        for (at, element) in bytes.chunks(stride).take(count).filter_map(|chunk| chunk.get(..len)).enumerate()
        {
            if at > 0 {
                self.page.write_char(' ')?;
            }
            self.value(about, element)?;
        }
        Ok(())
    }

    /// Puts the label of a field or group where it belongs, and continues to the column of its value.
    fn field_label(&mut self, label: &str, place: &mut FieldPlace) -> fmt::Result {
        let shift = 2 * place.depth;
        let width = self.lister.options.field_label;
        let columns = label.chars().count();
        if width == 0 {
            // Below the token, ending two blanks after `label:`.
            let end = place.values + shift;
            self.page.open_line(end.saturating_sub(columns))?;
            self.page.write_str(label)?;
            self.page.indent = self.page.column.max(end) + 1;
            return self.page.pad_to(self.page.indent);
        }
        if place.is_first {
            self.page.pad_to(place.values + shift)?;
        } else {
            self.page.open_line(place.values + shift)?;
        }
        place.is_first = false;
        self.page.write_str(label)?;
        let value = place.values + shift + width + 1;
        if columns > width {
            self.page.open_line(value)?;
        }
        self.page.indent = value;
        self.page.pad_to(value)
    }

    // ---- Labels

    fn label<'n>(&self, heading: Option<&'n str>, name: &'n str) -> &'n str {
        let heading = heading.filter(|heading| !heading.is_empty() && !self.lister.options.ddl_names);
        let Some(heading) = heading else { return name };
        let end = heading.char_indices().nth(HEADING).map_or(heading.len(), |(end, _)| end);
        heading.get(..end).unwrap_or(heading)
    }

    /// An empty HEADING hides a token or field.
    fn is_hidden(&self, heading: Option<&str>) -> bool {
        heading == Some("") && !self.lister.options.hidden
    }
}

fn is_number(shape: Shape) -> bool {
    shape.number(&[0; 8]).is_some()
}

/// Fields of a structure that are one after the other in its definition.
#[derive(Clone, Copy)]
struct Run<'d> {
    structure: Structure<'d>,
    start: u32,
    /// The first that is not among them.
    end: u32,
}

impl<'d> Run<'d> {
    fn first(&self) -> Option<Field<'d>> {
        self.structure.field_at(self.start).filter(|_| !self.is_empty())
    }

    fn next(&mut self) -> Option<Field<'d>> {
        let first = self.first()?;
        self.start += 1;
        Some(first)
    }

    const fn is_empty(&self) -> bool {
        self.start >= self.end
    }
}

/// Where the next field of a structure goes.
struct FieldPlace {
    /// The column of token values.
    values: usize,
    /// The first field is on the token's line.
    is_first: bool,
    /// Groups around the field.
    depth: usize,
}

/// A short text made on the stack; what is too long is cut.
struct Label {
    bytes: [u8; 64],
    len: usize,
}

impl Default for Label {
    fn default() -> Self {
        Self { bytes: [0; 64], len: 0 }
    }
}

impl Label {
    fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..self.len).unwrap_or_default();
        core::str::from_utf8(bytes).unwrap_or("")
    }
}

impl Write for Label {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            let end = self.len + character.len_utf8();
            if let Some(space) = self.bytes.get_mut(self.len..end) {
                character.encode_utf8(space);
                self.len = end;
            }
        }
        Ok(())
    }
}

/// Lines of limited width: what is too long continues in the next line, from the column of values on. Blanks at the end of
/// a line are not written.
struct Page<'p, W: ?Sized> {
    out: &'p mut W,
    /// 0: no limit.
    width: usize,
    /// Columns written in the line, without `blanks`.
    column: usize,
    /// Blanks that are before the next character.
    blanks: usize,
    /// Where a line that continues another starts.
    indent: usize,
    is_open: bool,
}

impl<W: Write + ?Sized> Page<'_, W> {
    /// Ends the line, and begins one at this column.
    fn open_line(&mut self, indent: usize) -> fmt::Result {
        self.end_line()?;
        self.is_open = true;
        self.indent = indent;
        self.blanks = indent;
        Ok(())
    }

    fn end_line(&mut self) -> fmt::Result {
        let was_open = core::mem::replace(&mut self.is_open, false);
        self.column = 0;
        self.blanks = 0;
        if was_open { self.out.write_char('\n') } else { Ok(()) }
    }

    /// Writes on a page without an end of the line: all characters between two blanks at once.
    fn write_words(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while !rest.is_empty() {
            let len = rest.bytes().position(|byte| byte == b' ').unwrap_or(rest.len());
            let (word, after) = rest.split_at(len);
            if !word.is_empty() {
                if self.blanks > 0 {
                    fill(self.out, ' ', self.blanks)?;
                }
                self.column += self.blanks + if word.is_ascii() { len } else { word.chars().count() };
                self.blanks = 0;
                self.out.write_str(word)?;
            }
            let blanks = after.bytes().position(|byte| byte != b' ').unwrap_or(after.len());
            self.blanks += blanks;
            rest = after.get(blanks..).unwrap_or_default();
        }
        Ok(())
    }

    fn pad_to(&mut self, column: usize) -> fmt::Result {
        self.blanks = self.blanks.max(column.saturating_sub(self.column));
        Ok(())
    }
}

impl<W: Write + ?Sized> Write for Page<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.width == 0 {
            return self.write_words(text);
        }
        for character in text.chars() {
            if self.column + self.blanks >= self.width {
                let indent = self.indent.min(self.width.saturating_sub(1));
                self.open_line(indent)?;
            }
            if character == ' ' {
                self.blanks += 1;
                continue;
            }
            fill(self.out, ' ', self.blanks)?;
            self.column += self.blanks + 1;
            self.blanks = 0;
            self.out.write_char(character)?;
        }
        Ok(())
    }
}

/// The edit code of a DISPLAY clause. [TS 2-11, 2-12]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DisplayCode {
    Number { radix: Radix, width: usize, zeros: bool },
    Text { width: usize },
}

impl DisplayCode {
    /// `Iw`, `Iw.m`, likewise B, O and Z (hexadecimal), and `Aw`.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (letter, rest) = text.split_at_checked(1)?;
        let (width, minimum) = match rest.split_once('.') {
            Some((width, minimum)) => (width, Some(minimum.parse::<usize>().ok()?)),
            None => (rest, None),
        };
        let width: usize = if width.is_empty() { 0 } else { width.parse().ok()? };
        if width > crate::text::limits::template::DISPLAY_WIDTH
            || minimum.is_some_and(|minimum| minimum > width)
        {
            return None;
        }
        let radix = match letter {
            "A" | "a" if minimum.is_none() => return Some(Self::Text { width }),
            "I" | "i" => Radix::Decimal,
            "B" | "b" => Radix::Binary,
            "O" | "o" => Radix::Octal,
            "Z" | "z" => Radix::Hexadecimal,
            _ => return None,
        };
        Some(Self::Number { radix, width, zeros: minimum.is_some() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_codes() {
        let number = |radix, width, zeros| Some(DisplayCode::Number { radix, width, zeros });
        for (text, code) in [
            ("I5", number(Radix::Decimal, 5, false)),
            ("Z4.4", number(Radix::Hexadecimal, 4, true)),
            ("O6.1", number(Radix::Octal, 6, true)),
            ("B", number(Radix::Binary, 0, false)),
            ("A10", Some(DisplayCode::Text { width: 10 })),
            ("I4.5", None),
            ("A4.1", None),
            ("X2", None),
            ("I999999999", None),
            ("", None),
        ] {
            assert_eq!(DisplayCode::parse(text), code, "{text}");
        }
    }
}
