//! Runs programs: one walk of the event fills the slots, then the operations write.

use alloc::vec::Vec;
use core::fmt::{self, Write};

use super::display::{self, Labels, Names, Shape, Style, separated};
use super::edit::{Value, ValueWriter};
use super::program::{Action, Edit, MAX_SLOTS, MessageKey, Op, Operand, Part, Program, Slot, Subject, Test};
use super::set::TemplateSet;
use super::sink::Sink;
use super::status::Status;
use crate::dictionary::Dictionary;
use crate::ems::{Event, HeaderToken, HeaderValue, Overrides};
use crate::spi::read::{BufferShape, DecodeError, MAX_DEPTH, Token, Tokens};
use crate::spi::{DataType, Ssid, TokenCode};
use crate::text::limits::template as limits;

/// The inputs of a text in addition to the template.
#[derive(Clone, Copy)]
pub(super) struct Environment<'e> {
    pub(super) set: &'e TemplateSet,
    pub(super) dictionary: &'e Dictionary,
    pub(super) names: Names<'e>,
    /// Stands for a token that is missing.
    pub(super) filler: &'e str,
}

/// Writes the text of one event.
pub(super) struct Renderer<'r, 'a, S> {
    environment: &'r Environment<'r>,
    event: &'r Event<'a>,
    out: &'r mut S,
    pub(super) status: Status,
    position: Position,
    /// Counts the moves, so that a template knows that one inside it has moved.
    moves: u32,
    overrides: Option<Overrides>,
    /// Work still allowed: walks over the event, and templates run for MSG.
    work: u32,
    /// Bytes of text still allowed.
    space: usize,
}

/// The current position in the event: the lists it is in, and where NEXTTOKEN continues.
struct Position {
    /// Offsets of the lists that have been entered, outermost first.
    lists: [u16; MAX_DEPTH],
    depth: usize,
    /// Tokens of the innermost list that start before this offset have been passed.
    after: usize,
}

/// The tokens that a walk looks for, and those that it has found.
#[derive(Clone, Copy)]
struct Found<'a> {
    bytes: &'a [u8],
    /// The code the token is stored with.
    code: TokenCode,
    /// Offset of the token, 0 if there is none.
    start: u32,
    /// The depth of lists at which it was found.
    depth: u16,
    /// How many occurrences have been passed at the depth being searched.
    seen: u16,
}

impl Found<'_> {
    const NOTHING: Self = Self { bytes: &[], code: TokenCode::from_bits(0), start: 0, depth: 0, seen: 0 };

    /// The token, if there is one.
    fn token(found: &[Self], slot: u8) -> Option<Self> {
        found.get(usize::from(slot)).copied().filter(|found| found.start != 0)
    }
}

/// Space for the value of a header token that the event does not hold as bytes.
pub(super) type HeaderRoom = [u8; Ssid::LEN];

impl<'r, 'a, S: Sink> Renderer<'r, 'a, S> {
    pub(super) fn new(environment: &'r Environment<'r>, event: &'r Event<'a>, out: &'r mut S) -> Self {
        Self {
            environment,
            event,
            out,
            status: Status::NORMAL,
            position: Position { lists: [0; MAX_DEPTH], depth: 0, after: 0 },
            moves: 0,
            overrides: None,
            work: limits::WORK,
            space: limits::TEXT,
        }
    }

    /// Runs a program; `level` counts the MSG edit codes around it.
    pub(super) fn run(&mut self, program: &Program, level: u8) -> fmt::Result {
        // Space on the stack for as many slots as are needed: most templates have a few.
        match program.slots.len() {
            0..=4 => self.run_in::<4>(program, level),
            5..=16 => self.run_in::<16>(program, level),
            _ => self.run_in::<MAX_SLOTS>(program, level),
        }
    }

    fn run_in<const N: usize>(&mut self, program: &Program, level: u8) -> fmt::Result {
        let mut found = [Found::NOTHING; N];
        let found = found.get_mut(..program.slots.len()).unwrap_or_default();
        self.run_with(program, level, found)
    }

    fn run_with(&mut self, program: &Program, level: u8, found: &mut [Found<'a>]) -> fmt::Result {
        self.fill(program, found);
        self.operate(program, level, found)
    }

    /// Runs a program for the sentence of an event whose shape is known: one look at the event verifies that nothing in it
    /// comes before a template, and fills the slots. `None`: the event has another shape, and nothing has been written.
    pub(super) fn run_known(&mut self, program: &Program) -> Option<fmt::Result> {
        match program.slots.len() {
            0..=4 => self.run_known_in::<4>(program),
            5..=16 => self.run_known_in::<16>(program),
            _ => self.run_known_in::<MAX_SLOTS>(program),
        }
    }

    fn run_known_in<const N: usize>(&mut self, program: &Program) -> Option<fmt::Result> {
        let mut found = [Found::NOTHING; N];
        let found = found.get_mut(..program.slots.len())?;
        program.sentences.find(|shape| find_by(shape, self.event, found))?;
        // Paid for as a search is.
        if !found.is_empty() {
            self.may_go_on(found.len() / 16);
        }
        Some(self.operate(program, 0, found))
    }

    fn operate(&mut self, program: &Program, level: u8, found: &mut [Found<'a>]) -> fmt::Result {
        let mut moves = self.moves;
        let mut next = 0;
        while let Some(op) = program.ops.get(next) {
            next += 1;
            match *op {
                Op::Text { start, len } => self.put(program.literal(start, len))?,
                Op::Break => self.out.preferred_break(),
                Op::Edit(edit) => {
                    if let Some(edit) = program.edits.get(usize::from(edit)) {
                        self.edit(program, edit, level, found)?;
                    }
                    if self.moves != moves {
                        self.fill(program, found);
                        moves = self.moves;
                    }
                }
                Op::Unless { test, target } => {
                    let holds =
                        program.tests.get(usize::from(test)).is_some_and(|test| self.holds(test, found));
                    if !holds {
                        next = super::set::index(target);
                    }
                }
                Op::Jump { target } => next = super::set::index(target),
            }
        }
        Ok(())
    }

    /// Takes one unit of work and this many more from what is allowed; `false`: there is not as much left, and none will
    /// be, so that a text ends soon.
    fn may_go_on(&mut self, more: usize) -> bool {
        let units = u32::try_from(more).unwrap_or(u32::MAX).saturating_add(1);
        let left = self.work.checked_sub(units);
        self.work = left.unwrap_or(0);
        if left.is_none() {
            self.status.note(Status::NO_ROOM);
        }
        left.is_some()
    }

    // ---- Finding tokens

    /// Looks for the tokens of all slots: at the top level, then in each list that has been entered, the inner one
    /// counting more.
    fn fill(&mut self, program: &Program, found: &mut [Found<'a>]) {
        let slots = &program.slots;
        if slots.is_empty() {
            return;
        }
        if !self.may_go_on(slots.len() / 16) {
            return;
        }
        let is_top = self.position.depth == 0;
        if is_top && program.shapes.find(|shape| find_by(shape, self.event, found)).is_some() {
            return;
        }
        for (found, slot) in found.iter_mut().zip(slots) {
            *found = Found { code: slot.stored, ..Found::NOTHING };
        }
        if self.search(slots, found).is_err() {
            self.status.note(Status::UNREADABLE_TOKEN);
        } else if is_top {
            program.shapes.learn(|| shape_of(self.event, slots, found));
        }
    }

    #[inline]
    fn search(&self, slots: &[Slot], found: &mut [Found<'a>]) -> Result<(), DecodeError> {
        search_level(self.event.tokens(), slots, found, 0)?;
        if self.position.depth > 0 { self.search_lists(slots, found) } else { Ok(()) }
    }

    #[cold]
    fn search_lists(&self, slots: &[Slot], found: &mut [Found<'a>]) -> Result<(), DecodeError> {
        for depth in 1..=self.position.depth {
            found.iter_mut().for_each(|found| found.seen = 0);
            search_level(self.level(depth)?, slots, found, u16::try_from(depth).unwrap_or(u16::MAX))?;
        }
        Ok(())
    }

    /// The tokens at this depth: of the top level, or of a list that has been entered.
    fn level(&self, depth: usize) -> Result<Tokens<'a>, DecodeError> {
        let mut tokens = self.event.tokens();
        for depth in 0..depth {
            let list = self.position.list(depth).unwrap_or(0);
            let mut inside = None;
            for token in tokens.by_ref() {
                let token = token?;
                if token.start() == list {
                    inside = token.tokens();
                    break;
                }
            }
            let Some(inside) = inside else { break };
            tokens = inside;
        }
        Ok(tokens)
    }

    /// The token after the current position, which moves there.
    fn next_token(&mut self) -> Option<Token<'a>> {
        if !self.may_go_on(0) {
            return None;
        }
        let after = self.position.after;
        let next = self.level(self.position.depth).and_then(|mut tokens| {
            tokens.find(|token| token.as_ref().map_or(true, |token| token.start() >= after)).transpose()
        });
        match next {
            Ok(next) => {
                self.position.after = next.map_or(usize::MAX, |token| token.start() + 1);
                next
            }
            Err(_) => {
                self.status.note(Status::UNREADABLE_TOKEN);
                None
            }
        }
    }

    /// The bytes of what an edit or test looks at.
    fn value<'v>(
        &mut self,
        subject: &Subject,
        found: &[Found<'a>],
        space: &'v mut HeaderRoom,
    ) -> Option<Value<'v>>
    where
        'a: 'v,
    {
        let bytes = match subject.operand {
            Operand::Slot(slot) => Found::token(found, slot)?.bytes,
            Operand::Header(token, len) => self.header_bytes(token, len, space)?,
            Operand::Next => return None,
        };
        let whole = |bytes: &[u8]| subject.shape.element_len().unwrap_or(bytes.len());
        let Some(part) = subject.part else {
            let len = whole(bytes);
            return Some(Value { bytes, len, stride: len });
        };
        let Part { offset, len, count, stride, .. } = part;
        let [offset, len, stride, count] = [offset, len, stride, count].map(usize::from);
        let bytes = bytes.get(offset..)?;
        let all = stride.checked_mul(count.checked_sub(1)?)?.checked_add(len)?;
        let bytes = bytes.get(..all)?;
        // Single characters in a row are one string.
        if subject.shape == Shape::Text && len == 1 {
            return Some(Value { bytes, len: all, stride: all });
        }
        Some(Value { bytes, len, stride })
    }

    /// The value of a header token. CONTENT-STANDARD and CONTENT-USER that are null count as absent.
    fn header_bytes<'v>(&mut self, token: HeaderToken, len: u8, space: &'v mut HeaderRoom) -> Option<&'v [u8]>
    where
        'a: 'v,
    {
        let value = self.event.header_token(token)?;
        if is_content(token) && value == HeaderValue::Number(0) {
            return None;
        }
        let value = match value {
            HeaderValue::Boolean(_) => {
                let overrides =
                    self.overrides.get_or_insert_with(|| self.environment.set.overrides(self.event));
                overrides.value(token).map_or(value, HeaderValue::Boolean)
            }
            value => value,
        };
        value.bytes(len, space)
    }

    // ---- Conditions

    fn holds(&mut self, test: &Test, found: &[Found<'a>]) -> bool {
        let mut space = [0; Ssid::LEN];
        let Some(value) = self.value(&test.subject, found, &mut space) else {
            // A comparison with a missing token is false, NOT or no NOT.
            return test.comparison.is_none() && test.negated;
        };
        let holds = match test.comparison {
            None => true,
            Some((operator, constant)) => {
                let number = value.first().and_then(|element| test.subject.shape.number(element));
                let Some(number) = number else { return false };
                operator.holds(number.value(), constant)
            }
        };
        holds != test.negated
    }

    // ---- Edits

    fn edit(&mut self, program: &Program, edit: &Edit, level: u8, found: &[Found<'a>]) -> fmt::Result {
        match edit.action {
            Action::Heading | Action::NextValue => return self.next_edit(edit.action),
            Action::Enter | Action::Leave | Action::Position | Action::Front => {
                self.move_to(edit, found);
                return Ok(());
            }
            _ => {}
        }
        let mut space = [0; Ssid::LEN];
        let Some(value) = self.value(&edit.subject, found, &mut space) else { return self.missing() };
        let shape = edit.subject.shape;
        if let Action::Message(key) = edit.action {
            let key = program.keys.get(usize::from(key)).copied();
            let Some((key, number)) = key.zip(message_number(shape, &value)) else { return self.missing() };
            return self.message(key, number, level);
        }
        let Environment { set, names, .. } = *self.environment;
        let writer = ValueWriter { set, names, strings: &program.strings };
        writer.write(&mut Counted(self), edit.action, shape, &value)
    }

    fn style(&self) -> Style<'r> {
        Style { names: self.environment.names, radix: display::Radix::Decimal, is_listing: false }
    }

    /// TOKENHEADING and TOKENVALUE.
    fn next_edit(&mut self, action: Action) -> fmt::Result {
        let Some(token) = self.next_token() else { return self.missing() };
        let Environment { set, dictionary, .. } = *self.environment;
        let (ssid, code) = (token.effective_ssid(), token.code());
        let definition = dictionary.token(ssid, code);
        if action == Action::Heading {
            let heading = definition.map(|definition| definition.heading().unwrap_or(definition.name()));
            return match heading {
                Some(heading) => self.put(heading),
                None => write!(Counted(self), "{code}"),
            };
        }
        let def_enum = set.def_enum(self.event.ssid(), |of| match (of, definition) {
            (super::set::Labelled::Token(known), Some(definition)) => *known == definition.code(),
            _ => false,
        });
        let enumeration = definition.and_then(|definition| definition.enumeration());
        let labels = def_enum
            .map(|labels| labels as &dyn Labels)
            .or_else(|| enumeration.as_ref().map(|enumeration| enumeration as &dyn Labels));
        let shape = Shape::of_kind(token.data_type());
        let style = self.style();
        let mut out = Counted(self);
        match token.table() {
            Some(table) => {
                separated(&mut out, table.items(), |out, item| style.write(out, shape, item.bytes(), labels))
            }
            None if token.is_list() || token.data_type() == DataType::Mark => Ok(()),
            None => style.write(&mut out, shape, token.bytes(), labels),
        }
    }

    fn move_to(&mut self, edit: &Edit, found: &[Found<'a>]) {
        let target = match edit.subject.operand {
            Operand::Slot(slot) => Found::token(found, slot),
            _ => None,
        };
        let start = target.map(|target| target.start);
        match (edit.action, start) {
            (Action::Front, _) => {
                self.position.depth = 0;
                self.position.after = 0;
                self.moves = self.moves.wrapping_add(1);
            }
            (Action::Leave, _) => {
                if let Some(outer) = self.position.depth.checked_sub(1) {
                    self.position.after = self.position.list(outer).map_or(0, |list| list + 1);
                    self.position.depth = outer;
                    self.moves = self.moves.wrapping_add(1);
                }
            }
            (_, None) => self.status.note(Status::MISSING_TOKEN),
            (Action::Enter, Some(start)) => {
                // A list found further out closes those inside its level.
                let depth = target.map_or(0, |target| usize::from(target.depth));
                if let (Some(list), Ok(start)) = (self.position.lists.get_mut(depth), u16::try_from(start)) {
                    *list = start;
                    self.position.depth = depth + 1;
                    self.position.after = 0;
                    self.moves = self.moves.wrapping_add(1);
                }
            }
            (_, Some(start)) => {
                let depth = target.map_or(0, |target| usize::from(target.depth));
                if depth < self.position.depth {
                    self.position.depth = depth;
                    self.moves = self.moves.wrapping_add(1);
                }
                self.position.after = super::set::index(start) + 1;
            }
        }
    }

    /// MSG: the template of a value, else the value as a number.
    fn message(&mut self, key: MessageKey, value: i32, level: u8) -> fmt::Result {
        let set = self.environment.set;
        match set.message(key.ssid.unwrap_or(self.event.ssid()), key.code, value) {
            Some(_) if level >= limits::MSG_LEVELS => self.status.note(Status::MSG_LEVELS),
            Some(program) => {
                // Paid for here too: a template without slots walks nowhere, yet may show itself again and again.
                return if self.may_go_on(program.ops.len() / 256) {
                    self.run(program, level + 1)
                } else {
                    Ok(())
                };
            }
            None => {}
        }
        write!(Counted(self), "{value}")
    }

    fn missing(&mut self) -> fmt::Result {
        self.status.note(Status::MISSING_TOKEN);
        self.put(self.environment.filler)
    }

    /// Writes as much as there is space for.
    #[inline]
    fn put(&mut self, text: &str) -> fmt::Result {
        if let Some(left) = self.space.checked_sub(text.len()) {
            self.space = left;
            return self.out.write_str(text);
        }
        self.status.note(Status::NO_ROOM);
        self.space = 0;
        Ok(())
    }
}

impl Position {
    fn list(&self, depth: usize) -> Option<usize> {
        let list = self.lists.get(depth).filter(|_| depth < self.depth)?;
        Some(usize::from(*list))
    }
}

/// Writes through the renderer, which counts.
struct Counted<'c, 'r, 'a, S>(&'c mut Renderer<'r, 'a, S>);

impl<S: Sink> Write for Counted<'_, '_, '_, S> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.put(text)
    }
}

/// Finds the tokens of all slots where the shape has them.
#[inline]
fn find_by<'a>(shape: &BufferShape, event: &Event<'a>, found: &mut [Found<'a>]) -> Option<()> {
    found.fill(Found::NOTHING);
    shape.find(event.buffer(), |slot, bytes, start| {
        if let Some(found) = found.get_mut(slot) {
            *found = Found { bytes, start: u32::try_from(start).unwrap_or(0), ..Found::NOTHING };
        }
    })
}

/// The shape of an event in whose top level these tokens have been found.
#[cold]
fn shape_of(event: &Event<'_>, slots: &[Slot], found: &[Found<'_>]) -> Option<BufferShape> {
    BufferShape::learn(event.buffer(), slots.iter().map(|slot| slot.code), &starts(found), |code| {
        may_match(slots, code)
    })
}

/// The shape of a whole event that has none of these `other` tokens.
#[cold]
pub(super) fn shape_without(
    event: &Event<'_>,
    program: &Program,
    other: &[TokenCode],
) -> Option<BufferShape> {
    let slots = &program.slots;
    let mut found: Vec<Found<'_>> =
        slots.iter().map(|slot| Found { code: slot.stored, ..Found::NOTHING }).collect();
    search_level(event.tokens(), slots, &mut found, 0).ok()?;
    let mut starts = starts(&found);
    // That a token is missing is known at the end only.
    starts.resize(slots.len() + other.len().max(1), None);
    let wanted = slots.iter().map(|slot| slot.code).chain(other.iter().copied());
    BufferShape::learn(event.buffer(), wanted, &starts, |code| {
        may_match(slots, code) || other.iter().any(|other| other.number() == code.number())
    })
}

fn starts(found: &[Found<'_>]) -> Vec<Option<usize>> {
    found.iter().map(|found| usize::try_from(found.start).ok().filter(|start| *start != 0)).collect()
}

/// Whether [`search_level`] looks closely at a token of this code.
fn may_match(slots: &[Slot], code: TokenCode) -> bool {
    code.length() == 0 || slots.iter().any(|slot| slot.stored == code)
}

/// Searches one level for the slots not yet found there.
#[inline]
fn search_level<'a>(
    mut tokens: Tokens<'a>,
    slots: &[Slot],
    found: &mut [Found<'a>],
    depth: u16,
) -> Result<(), DecodeError> {
    let mut missing = slots.len();
    let profile = tokens.profile();
    while missing > 0
        && let Some(bare) = tokens.next_bare().transpose()?
    {
        // A code stands for at most one kind of token, except that a mark may have been declared as SSCTL. Of a table the
        // code of the values counts.
        let code = bare.code();
        let is_empty = code.length() == 0;
        if !is_empty && !bare.is_table_header(profile) && found.iter().all(|found| found.code != code) {
            continue;
        }
        let token = &tokens.token(&bare);
        let code = token.code();
        for (at, found) in found.iter_mut().enumerate() {
            if found.code != code && !is_empty || found.start != 0 && found.depth == depth {
                continue;
            }
            let slot = slots.get(at).filter(|slot| slot.matches(token));
            if slot.is_some_and(|slot| occurrence(slot, found, token, depth)) {
                missing -= 1;
            }
        }
    }
    Ok(())
}

/// Notes a token that matches a slot; `true` if it is the occurrence wanted.
#[inline]
fn occurrence<'a>(slot: &Slot, found: &mut Found<'a>, token: &Token<'a>, depth: u16) -> bool {
    let values = token.table().map_or(1, |table| table.len());
    let wanted = slot.index - found.seen;
    let bytes = match token.table() {
        _ if usize::from(wanted) > values => None,
        None => Some(token.bytes()),
        Some(table) => table.items().nth(usize::from(wanted) - 1).map(|item| item.bytes()),
    };
    let Some(bytes) = bytes else {
        found.seen += u16::try_from(values).unwrap_or(wanted).min(wanted - 1);
        return false;
    };
    let start = u32::try_from(token.start()).unwrap_or(0);
    *found = Found { bytes, start, depth, ..*found };
    true
}

fn is_content(token: HeaderToken) -> bool {
    matches!(token, HeaderToken::ContentStandard | HeaderToken::ContentUser)
}

/// The leftmost 32 bits of a value, as the key of a template has them; a true BOOLEAN is -1. [TS 3-31]
fn message_number(shape: Shape, value: &Value<'_>) -> Option<i32> {
    let first = value.first()?;
    let first = first.get(..4).unwrap_or(first);
    if let Shape::Logical { .. } = shape {
        return Some(if display::truth(value.first()?) == 'T' { -1 } else { 0 });
    }
    if first.is_empty() {
        return None;
    }
    let number = shape.number(first)?.value();
    i32::try_from(number)
        .ok()
        .or_else(|| u32::try_from(number).ok().map(|bits| i32::from_ne_bytes(bits.to_ne_bytes())))
}
