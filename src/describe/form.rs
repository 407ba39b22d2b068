//! The structured form of a buffer: what JSON writes as text, and OTLP as attributes. It is given to any serde serializer.
//!
//! A value without a faithful form as text or number is `hex`, so that nothing is lost on the way.

use core::cell::RefCell;
use core::fmt;
use core::ops::{ControlFlow, Range};
use std::collections::{HashMap, HashSet};

use serde_core::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::fields::{FieldItem, Fields};
use super::item::{Elements, Item, Items};
use super::scalar::{Fidelity, Hex, Scalar, hex_digits, printable};
use super::{Described, Record};
use crate::dictionary::Advice;
use crate::ems::{Event, Subject};
use crate::site::Site;
use crate::spi::read::Finding;
use crate::spi::{Ssid, Timestamp, TokenCode};

/// Text that is made when it is written.
pub(crate) struct Shown<T>(pub(crate) T);

impl<T: fmt::Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Eight hexadecimal digits.
struct CodeForm(TokenCode);

impl Serialize for CodeForm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut digits = [0; 8];
        serializer.serialize_str(hex_digits(&self.0.to_be_bytes(false), &mut digits))
    }
}

impl Serialize for Hex<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// `{"hex":"..."}`.
pub(crate) struct HexObject<'b>(pub(crate) &'b [u8]);

impl Serialize for HexObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(1))?;
        object.serialize_entry("hex", &Hex(self.0))?;
        object.end()
    }
}

/// The external text of an SSID; `{"hex":...}` when there is no such text.
pub(crate) struct SsidForm<'a>(pub(crate) &'a Site, pub(crate) Ssid);

impl Serialize for SsidForm<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.1.round_trips() {
            serializer.serialize_str(self.1.with_name(self.0.subsystem(self.1)).text().as_str())
        } else {
            HexObject(self.1.as_bytes()).serialize(serializer)
        }
    }
}

/// RFC 3339, or the number of what is not a time of the years 1 to 9999.
pub(crate) struct TimeForm(pub(crate) Timestamp);

impl Serialize for TimeForm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.rfc3339() {
            Some(text) => serializer.serialize_str(core::str::from_utf8(&text).unwrap_or_default()),
            None => serializer.serialize_i64(self.0.0),
        }
    }
}

/// The structured form of an element; one that has none is its bytes.
pub(crate) struct ScalarForm<'a>(pub(crate) &'a Site, pub(crate) Scalar<'a>);

impl Serialize for ScalarForm<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.1 {
            Scalar::Text(text) => match printable(text) {
                Some(text) => serializer.serialize_str(text),
                None => HexObject(text).serialize(serializer),
            },
            Scalar::Integer(number) => serializer.serialize_i64(*number),
            Scalar::Unsigned(number) => serializer.serialize_u64(*number),
            Scalar::Decimal { value, .. } => match (i64::try_from(*value), u64::try_from(*value)) {
                (Ok(number), _) => serializer.serialize_i64(number),
                (_, Ok(number)) => serializer.serialize_u64(number),
                _ => serializer.collect_str(value),
            },
            Scalar::Boolean { value, .. } => serializer.serialize_bool(*value),
            Scalar::Real { value, .. } => serializer.serialize_f64(*value),
            Scalar::Time(time) => TimeForm(*time).serialize(serializer),
            Scalar::Ssid(ssid) => SsidForm(self.0, *ssid).serialize(serializer),
            Scalar::Error { ssid, error } => {
                let mut object = serializer.serialize_map(Some(2))?;
                object.serialize_entry("ssid", &SsidForm(self.0, *ssid))?;
                object.serialize_entry("error", error)?;
                object.end()
            }
            Scalar::Crtpid(id) => {
                let mut object = serializer.serialize_map(Some(3))?;
                object.serialize_entry("name", &Shown(id.name()))?;
                object.serialize_entry("cpu", &id.cpu())?;
                object.serialize_entry("pin", &id.pin())?;
                object.end()
            }
            Scalar::Bytes(bytes) => HexObject(bytes).serialize(serializer),
            other => serializer.collect_str(&other.text(self.0)),
        }
    }
}

/// The structured form of a value: one element by itself, several or none as an array, a structure as an object of its fields.
pub(crate) struct ValueForm<'a>(pub(crate) Item<'a>);

impl Serialize for ValueForm<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let item = &self.0;
        if let Some(fields) = item.fields() {
            return FieldsForm(item.site(), fields).serialize(serializer);
        }
        let mut elements: Elements<'_> = item.elements();
        if elements.is_array() {
            let mut array = serializer.serialize_seq(None)?;
            elements.try_for_each(|element| array.serialize_element(&ScalarForm(item.site(), element)))?;
            return array.end();
        }
        match elements.next() {
            Some(element) => ScalarForm(item.site(), element).serialize(serializer),
            None => serializer.serialize_str(""),
        }
    }
}

struct FieldsForm<'a>(&'a Site, Fields<'a>);

impl Serialize for FieldsForm<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        for item in self.1.items() {
            object.serialize_entry(item.name(), &FieldForm(self.0, item))?;
        }
        object.end()
    }
}

/// An item: of several occurrences an array.
struct FieldForm<'a>(&'a Site, FieldItem<'a>);

impl Serialize for FieldForm<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(site, item) = self;
        let mut places = item.places();
        if item.is_array() {
            let mut array = serializer.serialize_seq(None)?;
            places.try_for_each(|place| array.serialize_element(&OccurrenceForm(site, item, place)))?;
            return array.end();
        }
        // The group of a shortened structure may be there in part.
        let start = usize::try_from(item.field().offset()).unwrap_or(usize::MAX);
        let place = places.next().unwrap_or_else(|| item.start()..item.start().max(start));
        OccurrenceForm(site, item, place).serialize(serializer)
    }
}

pub(crate) struct OccurrenceForm<'a>(
    pub(crate) &'a Site,
    pub(crate) &'a FieldItem<'a>,
    pub(crate) Range<usize>,
);

impl Serialize for OccurrenceForm<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(site, item, place) = self;
        if item.is_group() {
            let mut object = serializer.serialize_map(None)?;
            for inner in item.items(place) {
                object.serialize_entry(inner.name(), &FieldForm(site, inner))?;
            }
            return object.end();
        }
        let scalar = item.scalar(place);
        match scalar.fidelity() {
            Fidelity::Exact => ScalarForm(site, scalar).serialize(serializer),
            _ => HexObject(item.bytes(place)).serialize(serializer),
        }
    }
}

/// Name, code and SSID.
fn identify<M: SerializeMap>(object: &mut M, item: &Item<'_>) -> Result<(), M::Error> {
    if let Some(name) = item.name() {
        object.serialize_entry("name", name)?;
    }
    object.serialize_entry("code", &CodeForm(item.code()))?;
    match item.ssid() {
        Some(ssid) => object.serialize_entry("ssid", &SsidForm(item.site(), ssid)),
        None => Ok(()),
    }
}

/// `value`, or `hex` where that would lose something, and what is said about it.
fn value<'a, M: SerializeMap>(
    object: &mut M,
    item: &Item<'a>,
    raw: bool,
    notes: Option<&Notes<'a>>,
) -> Result<(), M::Error> {
    if item.is_mark() {
        return Ok(());
    }
    let fidelity = item.fidelity();
    if fidelity != Fidelity::None {
        object.serialize_entry("value", &ValueForm(*item))?;
    }
    if fidelity != Fidelity::Exact || raw {
        object.serialize_entry("hex", &Hex(item.bytes()))?;
    }
    if let Some(scalar @ (Scalar::Phandle(_) | Scalar::Transid(_))) = item.scalar() {
        object.serialize_entry("text", &Shown(scalar.text(item.site())))?;
    }
    let Some((number, label)) = item.labelled() else { return Ok(()) };
    if let Some(notes) = notes {
        notes.label(item, number, label);
    }
    object.serialize_entry("label", label)
}

/// The tokens of a level.
pub(crate) struct TokensForm<'a, 'n> {
    items: Items<'a>,
    /// Whether all bytes are written besides.
    raw: bool,
    /// Takes note of provisional names.
    notes: Option<&'n Notes<'a>>,
}

#[cfg(any(feature = "json", feature = "diff"))]
impl<'a> TokensForm<'a, '_> {
    pub(crate) const fn new(items: Items<'a>) -> Self {
        Self { items, raw: false, notes: None }
    }
}

impl Serialize for TokensForm<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { items, raw, notes } = self;
        let mut array = serializer.serialize_seq(None)?;
        for item in items.clone() {
            // All tokens have been read when the buffer was framed.
            let item = item.map_err(serde_core::ser::Error::custom)?;
            array.serialize_element(&TokenForm { item, raw: *raw, notes: *notes })?;
        }
        array.end()
    }
}

/// A token; lists nest as deep as the reader of buffers allows, and no deeper.
struct TokenForm<'a, 'n> {
    item: Item<'a>,
    raw: bool,
    notes: Option<&'n Notes<'a>>,
}

impl Serialize for TokenForm<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { item, raw, notes } = self;
        if let Some(notes) = notes {
            notes.name(item);
        }
        let mut object = serializer.serialize_map(None)?;
        identify(&mut object, item)?;
        match (item.code().type_code().0, item.data_type().name()) {
            (_, Some(name)) => object.serialize_entry("type", name)?,
            (0, None) => object.serialize_entry("type", "UNDEF")?,
            _ => {}
        }
        if let Some(items) = item.tokens() {
            object.serialize_entry("tokens", &TokensForm { items, raw: *raw, notes: *notes })?;
        } else if let Some(values) = item.values() {
            object.serialize_entry("values", &TableForm(*item))?;
            if let Some(notes) = notes {
                let labelled = values.filter_map(|value| Some((value, value.labelled()?)));
                labelled.for_each(|(value, (number, label))| notes.label(&value, number, label));
            }
        } else {
            value(&mut object, item, *raw, *notes)?;
        }
        object.end()
    }
}

/// A token by itself, as it is in `tokens`.
impl Serialize for Item<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        TokenForm { item: *self, raw: false, notes: None }.serialize(serializer)
    }
}

/// The values of a table; one without a faithful form is its bytes.
pub(crate) struct TableForm<'a>(pub(crate) Item<'a>);

impl Serialize for TableForm<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut array = serializer.serialize_seq(None)?;
        for value in self.0.values().into_iter().flatten() {
            if value.round_trips() {
                array.serialize_element(&ValueForm(value))?;
            } else {
                array.serialize_element(&HexObject(value.bytes()))?;
            }
        }
        array.end()
    }
}

struct SubjectsForm<'a>(&'a Described<'a>, &'a Event<'a>);

impl Serialize for SubjectsForm<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(described, event) = self;
        let mut array = serializer.serialize_seq(None)?;
        for (subject, occurrence) in occurrences(event) {
            let item = Item::new(described.site(), *subject.token(), subject.position());
            array.serialize_element(&SubjectForm(item, occurrence))?;
        }
        array.end()
    }
}

/// More subjects than this are counted with a table of tokens.
const FEW: usize = 4;

/// The subjects, and which of the tokens with its code and SSID each is, from 1.
fn occurrences<'a>(event: &Event<'a>) -> impl Iterator<Item = (Subject<'a>, usize)> {
    let mut subjects = event.subjects().flatten();
    let mut few: [_; FEW] = core::array::from_fn(|_| subjects.next().map(|subject| (subject, 0)));
    let mut many = Vec::new();
    if subjects.next().is_none() {
        let tokens = few.iter().flatten().last().map_or(0, |(last, _)| last.position() + 1);
        for (position, token) in event.tokens().flatten().take(tokens).enumerate() {
            for (subject, count) in few.iter_mut().flatten().filter(|(it, _)| position <= it.position()) {
                let is_same = token.code() == subject.code()
                    && token.effective_ssid().is_same_subsystem(subject.ssid());
                *count += usize::from(is_same);
            }
        }
    } else {
        few = [None; FEW];
        let mut counts: HashMap<_, usize> = HashMap::new();
        let mut subjects = event.subjects().flatten().peekable();
        for (position, token) in event.tokens().flatten().enumerate() {
            let count = counts.entry((token.code(), token.effective_ssid().without_version())).or_default();
            *count += 1;
            if let Some(subject) = subjects.next_if(|subject| subject.position() == position) {
                many.push((subject, *count));
            }
        }
    }
    few.into_iter().flatten().chain(many)
}

struct SubjectForm<'a>(Item<'a>, usize);

impl Serialize for SubjectForm<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(item, index) = self;
        let mut object = serializer.serialize_map(None)?;
        identify(&mut object, item)?;
        object.serialize_entry("token", &item.index())?;
        object.serialize_entry("index", index)?;
        value(&mut object, &item.first_value(), false, None)?;
        object.end()
    }
}

struct FindingForm<'a>(&'a Finding);

impl Serialize for FindingForm<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(2))?;
        object.serialize_entry("offset", &self.0.offset())?;
        object.serialize_entry("finding", &Shown(self.0.kind()))?;
        object.end()
    }
}

struct FindingsForm<'a>(&'a [Finding]);

impl Serialize for FindingsForm<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(FindingForm))
    }
}

/// The flags of the header where an override template says otherwise.
struct StoredForm<'a>(&'a Event<'a>);

impl Serialize for StoredForm<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        for (key, flag, stored) in flags(self.0) {
            if let Some(stored) = stored.filter(|_| flag != stored) {
                object.serialize_entry(key, &stored)?;
            }
        }
        object.end()
    }
}

/// The flags of an event: as overridden, and as stored.
fn flags(event: &Event<'_>) -> [(&'static str, Option<bool>, Option<bool>); 3] {
    let stored = event.stored();
    [
        ("emphasis", event.emphasis(), stored.emphasis()),
        ("console_print", event.console_print(), stored.console_print()),
        ("suppress_display", event.suppress_display(), stored.suppress_display()),
    ]
}

fn event_keys<M: SerializeMap>(
    object: &mut M,
    described: &Described<'_>,
    event: &Event<'_>,
) -> Result<(), M::Error> {
    let site = described.site();
    if let Some(printed) = site.printed_ssid(event) {
        object.serialize_entry("printed_ssid", printed)?;
    }
    if let Some(number) = event.number() {
        object.serialize_entry("number", &number)?;
        if let Some(name) = site.event_name(event) {
            object.serialize_entry("name", name)?;
        }
    }
    for (key, time) in [("generated", event.generated()), ("logged", event.logged())] {
        match time {
            Some(Timestamp::UNSET) => object.serialize_entry(key, &())?,
            Some(time) => object.serialize_entry(key, &TimeForm(time))?,
            None => {}
        }
    }
    if let Some(node) = event.node() {
        object.serialize_entry("node", &node)?;
    }
    if let Some(process) = site.process(event) {
        object.serialize_entry("process", &Shown(process))?;
    }
    for (key, number) in [("cpu", event.cpu()), ("pin", event.pin())] {
        if let Some(number) = number {
            object.serialize_entry(key, &number)?;
        }
    }
    if let Some((group, user)) = event.user() {
        object.serialize_entry("user", &[group, user][..])?;
    }
    let flags = flags(event);
    for (key, flag, _) in flags {
        if let Some(flag) = flag {
            object.serialize_entry(key, &flag)?;
        }
    }
    if flags.iter().any(|(_, flag, stored)| stored.is_some() && flag != stored) {
        object.serialize_entry("stored", &StoredForm(event))?;
    }
    for (key, content) in
        [("content_standard", event.content_standard()), ("content_user", event.content_user())]
    {
        if let Some(content) = content {
            object.serialize_entry(key, &content)?;
        }
    }
    match event.layout() {
        Some(layout) => object.serialize_entry("layout", &layout.name)?,
        None => object.serialize_entry("layout", &event.buffer().header_code().length())?,
    }
    object.serialize_entry("subjects", &SubjectsForm(described, event))
}

fn command_keys<M: SerializeMap>(object: &mut M, described: &Described<'_>) -> Result<(), M::Error> {
    let Some(command) = described.buffer().command() else { return Ok(()) };
    for (key, number) in [
        ("command", command.command()),
        ("object_type", command.object_type()),
        ("max_response", command.max_response()),
    ] {
        if let Some(number) = number {
            object.serialize_entry(key, &number)?;
        }
    }
    match command.server_version() {
        Some(version) => object.serialize_entry("server_version", &version),
        None => Ok(()),
    }
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        self.keys(&mut object, true)?;
        object.end()
    }
}

impl Record<'_> {
    /// Adds the keys of the form to an object, with or without the sentence.
    pub(crate) fn keys<M: SerializeMap>(&self, object: &mut M, has_text: bool) -> Result<(), M::Error> {
        let described = &self.described;
        let buffer = described.buffer();
        let kind = if described.event().is_some() { "event" } else { "command" };
        object.serialize_entry("kind", kind)?;
        object.serialize_entry("ssid", &SsidForm(described.site(), buffer.ssid()))?;
        match described.event() {
            Some(event) => event_keys(object, described, event)?,
            None => command_keys(object, described)?,
        }
        let notes = Notes::default();
        let tokens = TokensForm { items: described.tokens(), raw: self.raw, notes: Some(&notes) };
        object.serialize_entry("tokens", &tokens)?;
        if let Some(text) = self.text.filter(|_| has_text) {
            object.serialize_entry("text", text)?;
        }
        if let Some(advice) = self.advice.filter(|advice| !advice.is_empty()) {
            object.serialize_entry("advice", &AdviceForm(advice))?;
        }
        let provisional = ProvisionalForm { described, is_text: self.text.is_some(), notes: &notes };
        if !provisional.is_empty() {
            object.serialize_entry("provisional", &provisional)?;
        }
        if let Some(value) = self.pass_value {
            object.serialize_entry("pass_value", &value)?;
        }
        if !self.findings.is_empty() {
            object.serialize_entry("findings", &FindingsForm(self.findings))?;
        }
        if self.raw {
            let header = buffer.as_bytes().get(..buffer.body().start).unwrap_or_default();
            object.serialize_entry("header_hex", &Hex(header))?;
            object.serialize_entry("buffer_hex", &Hex(buffer.as_bytes()))?;
        }
        if let Some(source) = self.source {
            object.serialize_entry("source", source)?;
        }
        object.serialize_entry("offset", &buffer.origin())?;
        object.serialize_entry("length", &buffer.len())
    }
}

/// `{"cause":"...","effect":"...","recovery":"..."}`.
struct AdviceForm<'a>(Advice<'a>);

impl Serialize for AdviceForm<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Advice { description, cause, effect, recovery } = self.0;
        let mut object = serializer.serialize_map(None)?;
        for (key, text) in
            [("description", description), ("cause", cause), ("effect", effect), ("recovery", recovery)]
        {
            if let Some(text) = text {
                object.serialize_entry(key, text)?;
            }
        }
        object.end()
    }
}

impl Serialize for Described<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Record::new(*self).serialize(serializer)
    }
}

/// Adds a member for each name among the tokens of the top level, marks and lists left out: its value, or an array if it occurs more
/// than once. `names` is working memory: where their names lie, by which they are distinguished.
#[cfg(feature = "json")]
pub(crate) fn named<M: SerializeMap>(
    record: &Record<'_>,
    names: &mut Vec<usize>,
    object: &mut M,
) -> Result<(), M::Error> {
    let items =
        || record.described.tokens().flatten().filter(|item| !item.is_mark() && !item.token().is_list());
    let key = |item: &Item<'_>| item.name().map(|name| name.as_ptr().addr());
    names.clear();
    names.extend(items().filter_map(|item| key(&item)));
    names.sort_unstable();
    if names.windows(2).all(|pair| pair.first() != pair.last()) {
        for item in items() {
            if let Some(name) = item.name() {
                object.serialize_entry(name, &NamedForm(&item))?;
            }
        }
        return Ok(());
    }
    // Some token occurs more than once: the same in groups.
    let mut groups: Vec<(usize, usize, Item<'_>)> = Vec::with_capacity(names.len());
    groups.extend(items().enumerate().filter_map(|(at, item)| Some((key(&item)?, at, item))));
    groups.sort_unstable_by_key(|(key, at, _)| (*key, *at));
    let mut groups: Vec<_> = groups.chunk_by(|a, b| a.0 == b.0).collect();
    groups.sort_unstable_by_key(|group| group.first().map(|(_, at, _)| *at));
    for group in groups {
        match group {
            [(_, _, item)] => object.serialize_entry(item.name().unwrap_or_default(), &NamedForm(item))?,
            [(_, _, first), ..] => {
                let values: Vec<_> = group.iter().map(|(_, _, item)| NamedForm(item)).collect();
                object.serialize_entry(first.name().unwrap_or_default(), &values)?;
            }
            [] => {}
        }
    }
    Ok(())
}

/// The value of a token as people want it.
#[cfg(feature = "json")]
struct NamedForm<'i, 'a>(&'i Item<'a>);

#[cfg(feature = "json")]
impl Serialize for NamedForm<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(item) = self;
        if let Some(label) = item.label() {
            return serializer.serialize_str(label);
        }
        if item.values().is_some() {
            return TableForm(**item).serialize(serializer);
        }
        if item.fidelity() != Fidelity::None {
            return ValueForm(**item).serialize(serializer);
        }
        if item.data_type() == crate::spi::DataType::Char || item.has_text() {
            return serializer.collect_str(&item.text());
        }
        serializer.collect_str(&format_args!("hex:{}", Hex(item.bytes())))
    }
}

/// The parts of an event that rest on unpublished numbers: each entry once. Those of tokens have been noted when they were written.
struct ProvisionalForm<'a, 'n> {
    described: &'n Described<'a>,
    is_text: bool,
    notes: &'n Notes<'a>,
}

impl ProvisionalForm<'_, '_> {
    fn is_empty(&self) -> bool {
        let is_none_besides = || {
            self.described
                .provisional_besides_tokens(self.is_text, &mut |_| ControlFlow::Break(()))
                .is_continue()
        };
        self.notes.0.borrow().len == 0 && is_none_besides()
    }
}

impl Serialize for ProvisionalForm<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut array = serializer.serialize_seq(None)?;
        let mut besides = Noted::default();
        let mut result = Ok(());
        let _ = self.described.provisional_besides_tokens(self.is_text, &mut |name| {
            if result.is_ok() && besides.add(name) {
                result = array.serialize_element(name);
            }
            ControlFlow::Continue(())
        });
        result?;
        let notes = self.notes.0.borrow();
        notes.names().filter(|name| !besides.has(name)).try_for_each(|name| array.serialize_element(name))?;
        array.end()
    }
}

/// The provisional names of the tokens that have been written, and those of their labels.
#[derive(Default)]
struct Notes<'a>(RefCell<Noted<'a>>);

impl<'a> Notes<'a> {
    fn name(&self, item: &Item<'a>) {
        if let Some(name) = item.name().filter(|_| item.is_provisional()) {
            self.0.borrow_mut().add(name);
        }
    }

    fn label(&self, item: &Item<'a>, number: i32, label: &'a str) {
        if item.is_provisional_label(number) {
            self.0.borrow_mut().add(label);
        }
    }
}

/// Names, each once, in their order. The first few need no heap.
#[derive(Default)]
struct Noted<'a> {
    first: [&'a str; 32],
    more: Vec<&'a str>,
    /// Which names are in `more`.
    known: HashSet<&'a str>,
    len: usize,
}

impl<'a> Noted<'a> {
    fn names(&self) -> impl Iterator<Item = &'a str> {
        self.first.iter().take(self.len).chain(&self.more).copied()
    }

    fn has(&self, name: &str) -> bool {
        // Equal names are at the same place: definitions keep each once.
        let is_same = |known: &&str| known.as_ptr() == name.as_ptr() && known.len() == name.len();
        self.first.iter().take(self.len).any(is_same) || self.known.contains(name)
    }

    /// Whether it is a new one.
    fn add(&mut self, name: &'a str) -> bool {
        if self.has(name) {
            return false;
        }
        match self.first.get_mut(self.len) {
            Some(place) => {
                *place = name;
                self.len += 1;
            }
            None => {
                self.more.push(name);
                self.known.insert(name);
            }
        }
        true
    }
}
