//! Runs a program on one event.

use alloc::string::String;
use core::fmt;

use super::environment::Nodes;
use super::file_name::{ExternalName, ObjectName};
use super::pattern;
use super::plan::{Plan, Slots};
use super::program::{Base, Check, Program, Source, Target, Test};
use super::relation::Relation;
use super::types::Form;
use super::value::{ElementBytes, Elements, Value, compare};
use crate::dictionary::Dictionary;
use crate::ems::{Event, HeaderToken, HeaderValue};
use crate::spi::read::DecodeError;
use crate::spi::{DataType, Ssid, TokenCode, UtcOffset};
use crate::text::limits::filter as limits;

/// The memory filters work in, and what they ask for while they run. Kept by the caller from event to event: once it
/// has grown to the size of the filters, verdicts allocate nothing. Each thread wants its own.
#[derive(Default)]
pub struct Scratch<'s> {
    slots: Slots,
    header: HeaderBytes,
    text: String,
    event_text: Option<&'s dyn EventText>,
    /// For names in explanations.
    pub(super) dictionary: Option<&'s Dictionary>,
    pub(super) zone: Option<&'s dyn UtcOffset>,
}

impl<'s> Scratch<'s> {
    /// Space without a text for EMSTEXTMATCH, in the zone GMT.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the texts for EMSTEXTMATCH from here.
    #[must_use]
    pub fn with_event_text(mut self, text: &'s dyn EventText) -> Self {
        self.event_text = Some(text);
        self
    }

    /// Takes the names of subsystems in explanations from here: `TANDEM.RPC.D10`, not the number.
    #[must_use]
    pub fn with_names(mut self, dictionary: &'s Dictionary) -> Self {
        self.dictionary = Some(dictionary);
        self
    }

    /// Takes the zone of `?START` and `?STOP` from here.
    #[must_use]
    pub fn with_zone(mut self, zone: &'s dyn UtcOffset) -> Self {
        self.zone = Some(zone);
        self
    }
}

impl fmt::Debug for Scratch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scratch").finish_non_exhaustive()
    }
}

/// Makes the display text of an event, as EMSTEXT does; EMSTEXTMATCH compares with it.
pub trait EventText: Send + Sync {
    /// Writes the text that the template of `key` makes in front of the event's own.
    ///
    /// # Errors
    /// There is no text; EMSTEXTMATCH is then FALSE.
    fn write_text(&self, event: &Event<'_>, key: TemplateKey, text: &mut dyn fmt::Write) -> fmt::Result;
}

/// Names a template: ZEMS-DDL-INITTEMPLATE (EMS Manual 15-22).
///
/// ```text
///   0       12           16           20
///   SSID   | token code | token value |
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_structs)]
pub struct TemplateKey {
    /// Whose template it is.
    pub ssid: Ssid,
    /// The token whose value chooses it.
    pub code: TokenCode,
    /// That value.
    pub value: i32,
}

impl TemplateKey {
    fn read(bytes: &[u8]) -> Option<Self> {
        let (ssid, rest) = bytes.split_first_chunk()?;
        let (code, rest) = rest.split_first_chunk()?;
        Some(Self {
            ssid: Ssid::from_bytes(*ssid),
            code: TokenCode::from_bits(u32::from_be_bytes(*code)),
            value: i32::from_be_bytes(*rest.first_chunk()?),
        })
    }
}

/// Sees each node that a run comes by.
pub(super) trait Observer {
    fn node(&mut self, program: &Program, node: u32, holds: bool, evaluation: &Evaluation<'_, '_, '_>);
}

/// Nobody looks.
impl Observer for () {
    #[inline]
    fn node(&mut self, _: &Program, _: u32, _: bool, _: &Evaluation<'_, '_, '_>) {}
}

/// One event before one or more programs of one plan. The body is walked when the first condition on it comes up.
pub(super) struct Evaluation<'r, 'e, 's> {
    event: &'r Event<'e>,
    plan: &'r Plan,
    /// Of the filter that runs.
    pub(super) nodes: &'r Nodes,
    scratch: &'r mut Scratch<'s>,
    is_filled: bool,
    /// The bytes of header tokens, for their fields, are those of this event.
    has_header_bytes: bool,
}

impl<'r, 'e, 's> Evaluation<'r, 'e, 's> {
    #[inline]
    pub(super) const fn new(
        event: &'r Event<'e>,
        plan: &'r Plan,
        nodes: &'r Nodes,
        scratch: &'r mut Scratch<'s>,
    ) -> Self {
        Self { event, plan, nodes, scratch, is_filled: false, has_header_bytes: false }
    }

    /// The end that a program comes to from `start`.
    pub(super) fn run(
        &mut self,
        program: &Program,
        start: Target,
        observer: &mut impl Observer,
    ) -> Result<Target, DecodeError> {
        let mut variables = 0_u64;
        let mut at = start;
        loop {
            let number = match at {
                Target::Node(number) => number,
                end => return Ok(end),
            };
            // Every target of a program is one of its nodes.
            let Some(node) = usize::try_from(number).ok().and_then(|number| program.nodes.get(number)) else {
                return Ok(Target::default());
            };
            let holds = match &node.test {
                Test::EventNumber(_) | Test::Subsystem { .. } | Test::HeaderNumber { .. } => {
                    node.test.on_header(self.event).unwrap_or(false)
                }
                Test::SlotNumber { slot, size, is_signed, range } => {
                    self.fill()?;
                    let bytes = self.scratch.slots.bytes(*slot, self.event);
                    let number = bytes.and_then(|bytes| small_number(bytes, *size, *is_signed));
                    number.is_some_and(|number| range.holds(number))
                }
                Test::SlotPresent(slot) => {
                    self.fill()?;
                    self.scratch.slots.bytes(*slot, self.event).is_some()
                }
                Test::Check(check) => {
                    match usize::try_from(*check).ok().and_then(|at| program.checks.get(at)) {
                        Some(check) => self.check(check)?,
                        None => false,
                    }
                }
                Test::Variable(variable) => variables >> variable & 1 == 1,
                Test::Set { variable, value: true } => {
                    variables |= 1 << variable;
                    true
                }
                Test::Set { variable, value: false } => {
                    variables &= !(1 << variable);
                    true
                }
                Test::List(scope) => {
                    self.fill()?;
                    self.scratch.slots.has_list(*scope)
                }
            };
            observer.node(program, number, holds, self);
            at = if holds { node.if_true } else { node.if_false };
        }
    }

    /// The definitions that names for people come from.
    pub(super) fn dictionary(&self) -> Option<&Dictionary> {
        self.scratch.dictionary
    }

    /// Walks the body, if that has not been done for this event.
    #[inline]
    fn fill(&mut self) -> Result<(), DecodeError> {
        if self.is_filled {
            return Ok(());
        }
        self.is_filled = true;
        self.plan.fill(self.event, &mut self.scratch.slots)
    }

    fn check(&mut self, check: &Check) -> Result<bool, DecodeError> {
        if !self.is_filled && check.sources().any(|source| matches!(source.base, Base::Slot(_))) {
            self.fill()?;
        }
        if !self.has_header_bytes && check.sources().any(Source::is_header_field) {
            self.scratch.header.fill(self.event);
            self.has_header_bytes = true;
        }
        Ok(match check {
            Check::Compare { left, relation, right, is_literal } => {
                if left.is_slice() || right.is_slice() {
                    self.compare_slices(left, *relation, right, *is_literal)
                } else {
                    compare(self.value(left), *relation, self.value(right), *is_literal, self.event)
                }
            }
            Check::Match { source, pattern } => match self.value(source) {
                Value::Text { bytes, is_fixed: true } => pattern.matches(trim_blanks(bytes)),
                Value::Text { bytes, is_fixed: false } => pattern.matches(bytes),
                Value::FileName(name) => pattern.matches(ExternalName::new(name, self.nodes).as_bytes()),
                Value::Missing | Value::Elements(_) => false,
            },
            Check::TokenPresent(source) => self.is_present(source),
            Check::FileNameCompare { left, right } => match (self.object(left), self.object(right)) {
                (Some(left), Some(right)) => left.is_same(&right, self.event, self.nodes),
                _ => false,
            },
            Check::EmsTextMatch { key, pattern, is_literal } => self.matches_text(key, pattern, *is_literal),
        })
    }

    /// The value of an operand. The body has been walked if it is there.
    pub(super) fn value<'v>(&'v self, source: &'v Source) -> Value<'v> {
        let value = match &source.base {
            Base::Header(token) if source.part.is_none() => header_value(self.event, *token, source.form),
            Base::Number(number) => Value::number((*number).into()),
            _ => match self.bytes(source) {
                Some(bytes) => Value::new(source.form, bytes),
                None => Value::Missing,
            },
        };
        match source.bits {
            Some((first, last)) => value.bits(first, last),
            None => value,
        }
    }

    /// The bytes of an operand that has some: of the first occurrence, if it is a slice.
    fn bytes<'v>(&'v self, source: &'v Source) -> Option<&'v [u8]> {
        let whole = self.whole(source)?;
        match source.part {
            Some(part) => whole.get(part.offset.into()..)?.get(..part.len.into()),
            None => Some(whole),
        }
    }

    fn whole<'v>(&'v self, source: &'v Source) -> Option<&'v [u8]> {
        match &source.base {
            Base::Slot(slot) => self.scratch.slots.bytes(*slot, self.event),
            Base::Bytes(bytes) => Some(bytes),
            Base::Header(token) => self.scratch.header.bytes(*token, self.event),
            Base::Number(_) | Base::Parameter(_) | Base::Missing => None,
        }
    }

    pub(super) fn is_present(&self, source: &Source) -> bool {
        match source.base {
            Base::Header(token) if source.part.is_none() => self.event.header_token(token).is_some(),
            _ => self.bytes(source).is_some(),
        }
    }

    /// Compares array with array, pair by pair: the operator must hold of every one of them (EMS Manual 5-24). The shorter
    /// array says how many there are.
    fn compare_slices(&self, left: &Source, relation: Relation, right: &Source, is_literal: bool) -> bool {
        let are_single = [left, right].iter().all(|source| {
            !source.is_slice()
                || matches!((source.form, source.part), (Form::Elements { size, .. }, Some(part)) if part.len == u16::from(size))
        });
        let pairs = (0_usize..)
            .map(|index| (self.unit(left, index, are_single), self.unit(right, index, are_single)));
        let mut some = false;
        for (left, right) in pairs {
            if left.is_missing() || right.is_missing() {
                break;
            }
            if !compare(left, relation, right, is_literal, self.event) {
                return false;
            }
            some = true;
        }
        some
    }

    /// One member of an array: an occurrence of a slice; of another value an element, or the whole if occurrences are not
    /// single numbers.
    pub(super) fn unit<'v>(&'v self, source: &'v Source, index: usize, are_single: bool) -> Value<'v> {
        if let Some(part) = source.part
            && let Some((count, stride)) = part.slice
        {
            let start =
                index.checked_mul(stride.into()).and_then(|start| start.checked_add(part.offset.into()));
            let bytes = start
                .filter(|_| index < usize::from(count))
                .and_then(|start| self.whole(source)?.get(start..)?.get(..part.len.into()));
            let value = bytes.map_or(Value::Missing, |bytes| Value::new(source.form, bytes));
            return match source.bits {
                Some((first, last)) => value.bits(first, last),
                None => value,
            };
        }
        match self.value(source) {
            Value::Elements(elements) if are_single => {
                elements.at(index).map_or(Value::Missing, Value::number)
            }
            value if index == 0 => value,
            _ => Value::Missing,
        }
    }

    /// The name an operand of FILENAMECOMPARE holds.
    fn object<'v>(&'v self, source: &'v Source) -> Option<ObjectName<'v>> {
        match self.value(source) {
            Value::FileName(bytes) => Some(ObjectName::internal(bytes)),
            Value::Text { bytes, .. } if source.kind == DataType::Fname32 => {
                Some(ObjectName::internal(bytes))
            }
            Value::Text { bytes, .. } => Some(ObjectName::external(bytes)),
            Value::Missing | Value::Elements(_) => None,
        }
    }

    fn matches_text(&mut self, key: &Source, pattern: &Source, is_literal: bool) -> bool {
        let Some(event_text) = self.scratch.event_text else { return false };
        let Some(key) = self.bytes(key).and_then(TemplateKey::read) else { return false };
        let mut text = core::mem::take(&mut self.scratch.text);
        text.clear();
        let is_match = event_text.write_text(self.event, key, &mut text).is_ok()
            && match self.value(pattern) {
                // TEXTMATCH would refuse a longer one.
                Value::Text { bytes, .. } if trim_blanks(bytes).len() <= limits::PATTERN => {
                    pattern::matches(trim_blanks(bytes), text.as_bytes(), is_literal)
                }
                _ => false,
            };
        self.scratch.text = text;
        is_match
    }
}

/// The bytes of the header tokens of one event, as tokens would hold them. A field of a header token is a part of these.
#[derive(Default)]
struct HeaderBytes {
    /// By the place of the token in [`HeaderToken::ALL`]: the bytes, and how many they are; `None` for text, and where the
    /// event has none.
    values: [Option<([u8; Ssid::LEN], u8)>; HeaderToken::ALL.len()],
}

impl HeaderBytes {
    fn fill(&mut self, event: &Event<'_>) {
        for (value, (token, _)) in self.values.iter_mut().zip(HeaderToken::ALL) {
            *value = token.len().zip(event.header_token(token)).and_then(|(len, known)| {
                let (mut buffer, mut bytes) = ([0; Ssid::LEN], [0; Ssid::LEN]);
                let found = known.bytes(len, &mut buffer)?;
                bytes.get_mut(..found.len())?.copy_from_slice(found);
                Some((bytes, len))
            });
        }
    }

    fn bytes<'v>(&'v self, token: HeaderToken, event: &Event<'v>) -> Option<&'v [u8]> {
        if token.len().is_none() {
            return match event.header_token(token)? {
                HeaderValue::Text(text) => Some(text),
                _ => None,
            };
        }
        let at = HeaderToken::ALL.iter().position(|(known, _)| *known == token)?;
        let (bytes, len) = self.values.get(at)?.as_ref()?;
        bytes.get(..usize::from(*len))
    }
}

impl Source {
    /// Whether it is a field of a header token.
    fn is_header_field(&self) -> bool {
        self.part.is_some() && matches!(self.base, Base::Header(_))
    }

    pub(super) fn is_slice(&self) -> bool {
        self.part.is_some_and(|part| part.slice.is_some())
    }
}

impl Test {
    /// The outcome of a test that needs no more than the header; `None` for all others.
    #[inline(always)]
    pub(super) fn on_header(&self, event: &Event<'_>) -> Option<bool> {
        match self {
            Self::EventNumber(range) => Some(event.number().is_some_and(|number| range.holds(number.into()))),
            Self::Subsystem { ssid, is_equal } => Some(event.ssid().is_same_subsystem(*ssid) == *is_equal),
            Self::HeaderNumber { token, range } => {
                Some(header_number(event, *token).is_some_and(|number| range.holds(number)))
            }
            _ => None,
        }
    }
}

/// A header token of up to 32 bits.
#[inline(always)]
fn header_number(event: &Event<'_>, token: HeaderToken) -> Option<i64> {
    let flag = |flag: bool| -i64::from(flag);
    match token {
        HeaderToken::Emphasis => event.emphasis().map(flag),
        HeaderToken::ConsolePrint => event.console_print().map(flag),
        HeaderToken::SuppressDisplay => event.suppress_display().map(flag),
        HeaderToken::Cpu => event.cpu().map(i64::from),
        HeaderToken::Pin => event.pin().map(i64::from),
        HeaderToken::NodeNum | HeaderToken::System => event.node().map(i64::from),
        HeaderToken::ContentStandard => event.content_standard().map(i64::from),
        HeaderToken::ContentUser => event.content_user().map(i64::from),
        _ => None,
    }
}

/// The first number of a value, of up to 32 bits or signed.
#[inline]
fn small_number(bytes: &[u8], size: u8, is_signed: bool) -> Option<i64> {
    Some(match (size, is_signed) {
        (2, true) => i16::from_be_bytes(*bytes.first_chunk()?).into(),
        (2, false) => u16::from_be_bytes(*bytes.first_chunk()?).into(),
        (4, true) => i32::from_be_bytes(*bytes.first_chunk()?).into(),
        (4, false) => u32::from_be_bytes(*bytes.first_chunk()?).into(),
        (8, _) => i64::from_be_bytes(*bytes.first_chunk()?),
        (_, true) => i8::from_be_bytes(*bytes.first_chunk()?).into(),
        (_, false) => (*bytes.first()?).into(),
    })
}

fn header_value<'e>(event: &Event<'e>, token: HeaderToken, form: Form) -> Value<'e> {
    let Some(value) = event.header_token(token) else { return Value::Missing };
    let Form::Elements { size, is_signed } = form else {
        return match value {
            HeaderValue::Text(bytes) => Value::Text { bytes, is_fixed: false },
            _ => Value::Missing,
        };
    };
    let bytes = match value {
        HeaderValue::Number(number) => ElementBytes::Number(number.into()),
        HeaderValue::Boolean(flag) => ElementBytes::Number(-i128::from(flag)),
        // TIMESTAMP is unsigned to EMF.
        HeaderValue::Timestamp(time) => ElementBytes::Number(u64::from_be_bytes(time.0.to_be_bytes()).into()),
        HeaderValue::Version(version) => ElementBytes::Number(version.0.into()),
        HeaderValue::TokenCode(code) => ElementBytes::Number(u32::from(code).into()),
        HeaderValue::Ssid(ssid) => ElementBytes::inline(ssid.as_bytes()),
        HeaderValue::Crtpid(crtpid) => ElementBytes::inline(crtpid.as_bytes()),
        HeaderValue::User(group, user) => ElementBytes::inline(&[group, user]),
        HeaderValue::Text(_) => return Value::Missing,
    };
    Value::Elements(Elements { bytes, size, is_signed })
}

fn trim_blanks(mut bytes: &[u8]) -> &[u8] {
    while let [front @ .., b' '] = bytes {
        bytes = front;
    }
    bytes
}
