//! From what a match has taken to tokens with values.

use alloc::vec;
use alloc::vec::Vec;

use super::decode::{Decoder, MomentParts, encode_integer, read_moment};
use super::machine::{Capture, What, value_len};
use crate::dictionary::{Dictionary, TokenDef};
use crate::ems::HeaderToken;
use crate::spi::{DataType, Ssid, Timestamp, TokenCode, TokenType};
use crate::template::datetime::{DateOrTime, EditString, Moment};
use crate::template::display::{Number, Radix, Shape};
use crate::template::program::{Action, Edit, Operand, Part, Program, Slot, Subject};
use crate::template::set::{Template, index};
use crate::template::source::Operator;

/// A token whose value was read from a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MatchedToken {
    /// The lists it is in, outermost first: subsystem, `None` for the event's, and code.
    pub lists: Vec<(Option<Ssid>, TokenCode)>,
    /// Whose token it is; `None`: the event's subsystem's.
    pub ssid: Option<Ssid>,
    /// The code as buffers store it.
    pub code: TokenCode,
    /// Which occurrence of the code it is, from 1.
    pub index: u16,
    /// The value. Of a structure the fields that are not in the text are zeros.
    pub bytes: Vec<u8>,
    /// The template shows it as the token after a subject mark.
    pub is_subject: bool,
}

/// The tokens of one match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Assembled {
    pub(super) tokens: Vec<MatchedToken>,
    /// Values of header tokens, in the bytes tokens of their codes have.
    pub(super) header: Vec<(HeaderToken, Vec<u8>)>,
    /// The text says every byte of them.
    pub(super) is_exact: bool,
}

/// Puts tokens together.
#[derive(Clone, Copy)]
pub(super) struct Assembler<'m> {
    pub(super) decoder: &'m Decoder<'m>,
    pub(super) dictionary: &'m Dictionary,
    /// The event's subsystem, and its number if that is known.
    pub(super) ssid: Ssid,
    pub(super) number: Option<i16>,
    /// The day of times that are shown without a date, and seconds east of GMT.
    pub(super) day: Option<Timestamp>,
    pub(super) text: &'m str,
}

/// The item under construction.
#[derive(Default)]
struct Work {
    done: Assembled,
    /// Times, by token and field: their parts may come from several places of the text.
    moments: Vec<(usize, Option<Part>, MomentParts)>,
    lists: Vec<(Option<Ssid>, TokenCode)>,
    /// The latest move was to a mark.
    after_mark: bool,
    /// The heading of the next token, and whether a value has been read for it.
    heading: Option<(u32, u32)>,
}

impl Assembler<'_> {
    /// The tokens of these captures; `None` if they contradict each other.
    pub(super) fn assemble(&self, captures: &[Capture]) -> Option<Assembled> {
        let mut work = Work { done: Assembled { is_exact: true, ..Assembled::default() }, ..Work::default() };
        for capture in captures {
            let template = self.decoder.set.templates.get(index(capture.template))?;
            let (number, value) = match capture.what {
                What::Edit(number) | What::Nothing(number) => (number, None),
                What::Value(number, value) => (number, Some(value)),
                What::Test(..) => continue,
            };
            let edit = template.program.edits.get(usize::from(number))?;
            match (capture.what, value) {
                (What::Nothing(_), _) => self.moved(&mut work, template, edit),
                (_, Some(value)) => self.value(&mut work, template, edit, value)?,
                _ => self.edit(&mut work, template, edit, capture)?,
            }
        }
        self.finish_moments(&mut work)?;
        for capture in captures {
            if let What::Test(number, holds) = capture.what {
                let template = self.decoder.set.templates.get(index(capture.template))?;
                self.test(&mut work, &template.program, number, holds)?;
            }
        }
        Some(work.done)
    }

    fn moved(&self, work: &mut Work, template: &Template, edit: &Edit) {
        let slot = match edit.subject.operand {
            Operand::Slot(slot) => template.program.slots.get(usize::from(slot)),
            _ => None,
        };
        match (edit.action, slot) {
            // A list named inside another is taken to be beside it, as error lists are.
            (Action::Enter, Some(slot)) => work.lists = vec![(slot.ssid, slot.stored)],
            (Action::Leave, _) => {
                work.lists.pop();
            }
            (Action::Front, _) => work.lists.clear(),
            (Action::Position, _) => work.after_mark = true,
            _ => work.done.is_exact = false,
        }
    }

    /// A value given by its number: of a label, or of a MSG template.
    fn value(&self, work: &mut Work, template: &Template, edit: &Edit, value: i32) -> Option<()> {
        let Subject { shape, .. } = edit.subject;
        let mut bytes = Vec::new();
        let width = match shape {
            Shape::Integer { len, .. } => len,
            _ => 4,
        };
        // Keys hold the leftmost 32 bits of a value.
        let value = if width == 8 { i128::from(value) << 32 } else { i128::from(value) };
        match encode_integer(shape, value, &mut bytes) {
            Some(()) => {}
            None if value < 0 => encode_integer(
                shape,
                i128::from(u32::from_ne_bytes(i32::try_from(value).ok()?.to_ne_bytes())),
                &mut bytes,
            )?,
            None => return None,
        }
        work.done.is_exact &= width <= 4;
        self.put(work, &template.program, &edit.subject, bytes)
    }

    fn edit(&self, work: &mut Work, template: &Template, edit: &Edit, capture: &Capture) -> Option<()> {
        let text = self.text.get(index(capture.start)..index(capture.end))?;
        let Subject { shape, part, .. } = edit.subject;
        match edit.action {
            Action::Heading => {
                work.heading = Some((capture.start, capture.end));
                return Some(());
            }
            Action::NextValue => return self.next_value(work, text),
            Action::Moment(string) => {
                let string = template.program.strings.get(usize::from(string))?;
                return self.moment(work, template, edit, string, text);
            }
            Action::Text { .. } => {
                let len = value_len(edit);
                let mut bytes = Vec::from(text.as_bytes());
                match part {
                    // Strings with blanks between them.
                    Some(Part { len, count, .. }) if count > 1 && len > 1 => {
                        let stride = (text.len() + 1) / usize::from(count);
                        let strings = text.as_bytes().chunks(stride.max(1));
                        bytes = strings.flat_map(|string| string.iter().take(len.into())).copied().collect();
                    }
                    _ => {}
                }
                if let Some(len) = len {
                    // Remove the blanks that a width added, or restore those that the end of a printed line lost.
                    bytes.resize(len, b' ');
                }
                return self.put(work, &template.program, &edit.subject, bytes);
            }
            _ => {}
        }
        let mut bytes = Vec::new();
        let len = value_len(edit);
        let strings = &template.program.strings;
        if !self.decoder.decode(edit.action, shape, strings, text, len, &mut bytes) {
            return None;
        }
        // The text leaves these out: processor and number of a named process, the file of a subvolume, a version.
        let is_lossy = match edit.action {
            Action::Abbreviation { .. } => true,
            Action::Subvolume => shape != Shape::Kind(DataType::Subvol),
            Action::Plain => matches!(shape, Shape::Kind(DataType::Crtpid | DataType::Flt | DataType::Flt2)),
            _ => false,
        };
        work.done.is_exact &= !is_lossy;
        self.put(work, &template.program, &edit.subject, bytes)
    }

    /// TOKENVALUE: the token whose heading was read before, else the event's subject.
    fn next_value(&self, work: &mut Work, text: &str) -> Option<()> {
        let heading = work.heading.and_then(|(start, end)| self.text.get(index(start)..index(end)));
        let token = self.next_token(heading)?;
        let code = token.stored_code();
        let kind = self.dictionary.profile().data_type(code.type_code());
        let bytes = self.default_value(token, kind, text)?;
        let ssid = token.ssid().filter(|ssid| *ssid != Ssid::NULL && !code.number().is_shared());
        let known = work.done.tokens.iter().find(|known| known.code == code && known.ssid == ssid);
        if let Some(known) = known {
            return (known.bytes == bytes).then_some(());
        }
        let is_subject = work.after_mark;
        work.done.tokens.push(MatchedToken { lists: Vec::new(), ssid, code, index: 1, bytes, is_subject });
        Some(())
    }

    fn next_token(&self, heading: Option<&str>) -> Option<TokenDef<'_>> {
        let fits = |token: &TokenDef<'_>| {
            heading.is_none_or(|heading| token.heading().unwrap_or(token.name()) == heading)
        };
        let event = self.number.and_then(|number| self.dictionary.event(self.ssid, number));
        let subject = event.and_then(|event| event.subject()).filter(fits);
        if subject.is_some() || heading.is_none() {
            return subject;
        }
        let own = |token: &TokenDef<'_>| token.ssid().is_some_and(|ssid| ssid.is_same_subsystem(self.ssid));
        let tokens = || self.dictionary.tokens().filter(fits);
        tokens().find(own).or_else(|| tokens().next())
    }

    /// Reads what TOKENVALUE writes.
    fn default_value(&self, token: TokenDef<'_>, kind: DataType, text: &str) -> Option<Vec<u8>> {
        let shape = Shape::of_kind(kind);
        let length = token.stored_code().length();
        let len = (length != TokenType::VARIABLE).then_some(usize::from(length));
        let mut bytes = Vec::new();
        if shape == Shape::Text {
            bytes.extend_from_slice(text.as_bytes());
            if let Some(len) = len {
                bytes.resize(len.max(bytes.len()), b' ');
            }
            return (len.is_none_or(|len| len == bytes.len())).then_some(bytes);
        }
        let mut labels = token.enumeration().into_iter().flat_map(|enumeration| enumeration.values());
        if let Some(value) = labels.find(|value| value.label() == text) {
            encode_integer(shape, value.value().into(), &mut bytes)?;
            return Some(bytes);
        }
        let action = match shape {
            Shape::Integer { .. } => Action::Number { radix: Radix::Decimal, zeros: false, width: 0 },
            Shape::Logical { .. } => Action::Truth,
            Shape::Kind(DataType::Ssid) => Action::Ssid { width: 0 },
            Shape::Kind(DataType::Timestamp) => {
                let string = EditString::parse("yyyy-mm-dd hh:mi:ss.mil.mic", DateOrTime::Date)?;
                let mut parts = MomentParts::default();
                let is_whole = read_moment(&string, text, &mut parts) == Some(text.len());
                let (time, _) = self.timestamp(&parts).filter(|_| is_whole)?;
                return Some(Vec::from(time.0.to_be_bytes()));
            }
            _ => Action::Plain,
        };
        self.decoder.decode(action, shape, &[], text, len, &mut bytes).then_some(bytes)
    }

    // ---- Times

    fn moment(
        &self,
        work: &mut Work,
        template: &Template,
        edit: &Edit,
        string: &EditString,
        text: &str,
    ) -> Option<()> {
        let Operand::Slot(slot) = edit.subject.operand else {
            // Times of the header come from the header line.
            work.done.is_exact = false;
            return Some(());
        };
        let slot = template.program.slots.get(usize::from(slot))?;
        let part = edit.subject.part;
        if part.is_some_and(|part| part.count > 1) {
            return None;
        }
        let token = self.token(work, slot);
        let is_it = |(of, field, _): &(usize, Option<Part>, MomentParts)| (*of, *field) == (token, part);
        let at = work.moments.iter().position(is_it).unwrap_or_else(|| {
            work.moments.push((token, part, MomentParts::default()));
            work.moments.len() - 1
        });
        let (_, _, parts) = work.moments.get_mut(at)?;
        read_moment(string, text, parts)?;
        Some(())
    }

    fn finish_moments(&self, work: &mut Work) -> Option<()> {
        for (at, part, parts) in &work.moments {
            let token = work.done.tokens.get_mut(*at)?;
            let (time, is_exact) = self.timestamp(parts)?;
            let bytes = time.0.to_be_bytes();
            match part {
                Some(part) => put_field(token, *part, Shape::Kind(DataType::Timestamp), &bytes)?,
                None => token.bytes = bytes.into(),
            }
            work.done.is_exact &= is_exact && part.is_none();
        }
        Some(())
    }

    /// The time of these parts, which are in the zone times are shown in; and whether they are all there are.
    fn timestamp(&self, parts: &MomentParts) -> Option<(Timestamp, bool)> {
        let names = &self.decoder.names;
        let day = self.day.map(|day| Moment::of(day, names.utc_offset(day)));
        let (civil, is_exact) = parts.civil(day)?;
        let local = civil.timestamp()?;
        Some((Timestamp::from_local(local, |time| names.utc_offset(time)), is_exact))
    }

    // ---- Tokens

    /// The token of this slot, made if there is none yet.
    fn token(&self, work: &mut Work, slot: &Slot) -> usize {
        // Tokens that SPI owns are in the list; a subsystem's own tokens are beside it.
        let lists = if slot.code.number().is_shared() { work.lists.clone() } else { Vec::new() };
        let Slot { ssid, stored: code, index, .. } = *slot;
        let ssid = ssid.filter(|ssid| !ssid.is_same_subsystem(self.ssid));
        let is_it = |known: &MatchedToken| {
            known.code == code && known.ssid == ssid && known.index == index && known.lists == lists
        };
        work.done.tokens.iter().position(is_it).unwrap_or_else(|| {
            let bytes = Vec::new();
            work.done.tokens.push(MatchedToken { lists, ssid, code, index, bytes, is_subject: false });
            work.done.tokens.len() - 1
        })
    }

    /// Gives a token, or a field of it, its value; `None` if it has another.
    fn put(&self, work: &mut Work, program: &Program, subject: &Subject, bytes: Vec<u8>) -> Option<()> {
        let slot = match subject.operand {
            Operand::Slot(slot) => program.slots.get(usize::from(slot))?,
            Operand::Header(token, _) => {
                let known = work.done.header.iter().find(|(known, _)| *known == token);
                let agrees = known.is_none_or(|(_, known)| *known == bytes);
                if known.is_none() {
                    work.done.header.push((token, bytes));
                }
                return agrees.then_some(());
            }
            Operand::Next => return None,
        };
        let tokens = work.done.tokens.len();
        let at = self.token(work, slot);
        let is_new = at == tokens;
        let token = work.done.tokens.get_mut(at)?;
        let Some(part) = subject.part else {
            if !is_new && token.bytes != bytes {
                return None;
            }
            token.bytes = bytes;
            return Some(());
        };
        work.done.is_exact = false;
        put_field(token, part, subject.shape, &bytes)
    }

    // ---- Conditions

    /// Holds what a branch has assumed against the values; a value that must be equal to a constant is.
    fn test(&self, work: &mut Work, program: &Program, number: u8, holds: bool) -> Option<()> {
        let test = program.tests.get(usize::from(number))?;
        let Subject { operand, part, shape, .. } = test.subject;
        let Operand::Slot(slot) = operand else {
            let Operand::Header(token, _) = operand else { return Some(()) };
            let known = work.done.header.iter().find(|(known, _)| *known == token).map(|(_, bytes)| bytes);
            let value = known.and_then(|bytes| shape.number(bytes)).map(Number::value);
            let expected = match (test.comparison, value) {
                (Some((operator, constant)), Some(value)) => {
                    Some(operator.holds(value, constant) != test.negated)
                }
                (None, Some(_)) => Some(!test.negated),
                _ => None,
            };
            return (expected.is_none_or(|expected| expected == holds)).then_some(());
        };
        let slot = program.slots.get(usize::from(slot))?;
        let ssid = slot.ssid.filter(|ssid| !ssid.is_same_subsystem(self.ssid));
        let is_it = |known: &&MatchedToken| {
            known.code == slot.stored && known.ssid == ssid && known.index == slot.index
        };
        let is_list = |known: &MatchedToken| known.lists.contains(&(slot.ssid, slot.stored));
        let token = work.done.tokens.iter().find(is_it);
        let Some((operator, constant)) = test.comparison else {
            let is_present = token.is_some() || work.done.tokens.iter().any(is_list);
            if is_present {
                return (holds != test.negated).then_some(());
            }
            // The token is not shown: if it is to be there, nobody knows its value.
            work.done.is_exact &= holds == test.negated;
            return Some(());
        };
        let value = token.and_then(|token| match part {
            None => shape.number(&token.bytes),
            Some(part) => {
                let bytes = token.bytes.get(part.offset.into()..)?.get(..part.len.into())?;
                shape.number(bytes)
            }
        });
        if let Some(value) = value {
            let expected = operator.holds(value.value(), constant) != test.negated;
            return (expected == holds).then_some(());
        }
        if !holds {
            return Some(()); // also what a missing token gives
        }
        let is_equal = match operator {
            Operator::Equal => !test.negated,
            Operator::NotEqual => test.negated,
            _ => false,
        };
        work.done.is_exact &= is_equal;
        if is_equal {
            let mut bytes = Vec::new();
            encode_integer(shape, constant.into(), &mut bytes)?;
            return self.put(work, program, &test.subject, bytes);
        }
        Some(())
    }
}

/// Puts the occurrences of a field in their places of a token, all other bytes of which are zeros until they are said.
fn put_field(token: &mut MatchedToken, part: Part, shape: Shape, bytes: &[u8]) -> Option<()> {
    let len = match token.code.length() {
        TokenType::VARIABLE => part.structure_len.into(),
        length => length.into(),
    };
    if token.bytes.len() < len {
        token.bytes.resize(len, 0);
    }
    let [offset, part_len, stride] = [part.offset, part.len, part.stride].map(usize::from);
    for (at, element) in bytes.chunks(part_len.max(1)).enumerate() {
        let start = stride.checked_mul(at)?.checked_add(offset)?;
        let space = token.bytes.get_mut(start..)?.get_mut(..element.len())?;
        // Bit fields share their word.
        let is_bits = matches!(shape, Shape::Bits { .. });
        for (to, from) in space.iter_mut().zip(element) {
            *to = if is_bits { *to | from } else { *from };
        }
    }
    Some(())
}
