//! Matches one program against one text. Choices are tried in a fixed order and taken back when they lead nowhere; every
//! step counts against a budget, so that no text takes long.

use alloc::vec::Vec;

use super::decode::{Decoder, MomentParts, is_in_class, read_moment};
use super::matcher::Messages;
use crate::spi::Ssid;
use crate::template::display::{Labels, Shape};
use crate::template::limits;
use crate::template::program::{Action, Edit, Op, Operand, Program};
use crate::template::set::index;

/// What a match has taken from the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Capture {
    /// The number of the template.
    pub(super) template: u32,
    pub(super) what: What,
    /// Bytes of the text.
    pub(super) start: u32,
    pub(super) end: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// The text of an edit.
    Edit(u8),
    /// An edit whose text stands for this value: a label, or a MSG template.
    Value(u8, i32),
    /// An edit that moves, or whose text leaves the value open.
    Nothing(u8),
    /// A condition that was taken to hold, or not.
    Test(u8, bool),
}

/// Memory of the matcher, kept from one text to the next.
#[derive(Debug, Default)]
pub(super) struct Memory {
    choices: Vec<Choice>,
    frames: Vec<Frame>,
    captures: Vec<Capture>,
    bytes: Vec<u8>,
}

/// A template being matched, and where to go on behind it.
#[derive(Clone, Copy, Debug)]
struct Frame {
    template: u32,
    /// The frame of the MSG edit code, and the operation behind that; the first frame is its own parent.
    parent: usize,
    back: usize,
    level: u8,
}

/// Where the matching is.
#[derive(Clone, Copy, Debug)]
struct State {
    frame: usize,
    op: usize,
    at: usize,
}

/// A state in which there are more ways to go on, from the way number `resume` on.
#[derive(Clone, Copy, Debug)]
struct Choice {
    state: State,
    resume: usize,
    captures: usize,
    frames: usize,
}

pub(super) struct Machine<'m> {
    pub(super) decoder: &'m Decoder<'m>,
    pub(super) messages: &'m Messages,
    /// The event's subsystem.
    pub(super) ssid: Ssid,
    pub(super) text: &'m str,
    /// The text was printed: blanks at line breaks are lost, and those at the end.
    pub(super) printed: bool,
}

impl Machine<'_> {
    /// Matches the whole text, and gives `solution` what was taken for each way it fits, until that says stop. `false`:
    /// the budget was used up before all ways had been tried.
    pub(super) fn run(
        &self,
        template: u32,
        memory: &mut Memory,
        mut solution: impl FnMut(&[Capture]) -> bool,
    ) -> bool {
        memory.choices.clear();
        memory.frames.clear();
        memory.captures.clear();
        memory.frames.push(Frame { template, parent: 0, back: usize::MAX, level: 0 });
        let mut state = State { frame: 0, op: 0, at: 0 };
        let mut steps = limits::MATCH_STEPS;
        loop {
            let Some(left) = steps.checked_sub(1) else { return false };
            steps = left;
            let goes_on = match self.step(&mut state, memory, &mut steps) {
                Step::On => true,
                Step::End if self.is_end(state.at) => {
                    if solution(&memory.captures) {
                        return true;
                    }
                    false
                }
                Step::End | Step::Fail => false,
            };
            if goes_on {
                continue;
            }
            // Back to the latest choice that has another way.
            loop {
                let Some(choice) = memory.choices.pop() else { return true };
                let Some(left) = steps.checked_sub(1) else { return false };
                steps = left;
                memory.captures.truncate(choice.captures);
                memory.frames.truncate(choice.frames);
                state = choice.state;
                if self.choose(&mut state, choice.resume, memory, &mut steps) {
                    break;
                }
            }
        }
    }

    fn step(&self, state: &mut State, memory: &mut Memory, steps: &mut u32) -> Step {
        let Some(frame) = memory.frames.get(state.frame).copied() else { return Step::Fail };
        let Some(program) = self.program(frame.template) else { return Step::Fail };
        let Some(op) = program.ops.get(state.op) else {
            if frame.back == usize::MAX {
                return Step::End;
            }
            *state = State { frame: frame.parent, op: frame.back, at: state.at };
            return Step::On;
        };
        match *op {
            Op::Text { start, len } => match self.literal(program.literal(start, len), state.at) {
                Some(end) => {
                    state.at = end;
                    state.op += 1;
                    Step::On
                }
                None => Step::Fail,
            },
            Op::Jump { target } => {
                state.op = index(target);
                Step::On
            }
            Op::Break | Op::Edit(_) | Op::Unless { .. } => {
                if self.choose(state, 0, memory, steps) {
                    Step::On
                } else {
                    Step::Fail
                }
            }
        }
    }

    fn program(&self, template: u32) -> Option<&Program> {
        self.decoder.set.templates.get(index(template)).map(|template| &template.program)
    }

    /// Where a literal ends that stands at `at`. Where blanks may be lost, one of the text stands for any number of them.
    fn literal(&self, literal: &str, at: usize) -> Option<usize> {
        let rest = self.text.get(at..)?;
        if rest.starts_with(literal) {
            return Some(at + literal.len());
        }
        if !self.printed {
            return None;
        }
        let (mut left, mut rest) = (literal, rest);
        loop {
            let word = left.find(' ').unwrap_or(left.len());
            let (text, blanks) = left.split_at(word);
            rest = rest.strip_prefix(text)?;
            left = blanks.trim_start_matches(' ');
            if blanks.is_empty() || rest.is_empty() && left.is_empty() {
                return Some(self.text.len() - rest.len());
            }
            let behind = rest.trim_start_matches(' ');
            if behind.len() == rest.len() {
                return None;
            }
            // Blanks of the text beyond those of the literal belong to what follows.
            let taken = (rest.len() - behind.len()).min(blanks.len() - left.len());
            rest = rest.get(taken..)?;
        }
    }

    fn is_end(&self, at: usize) -> bool {
        at == self.text.len()
    }

    /// Goes on in the first way from number `resume` on, and notes the way after it.
    fn choose(&self, state: &mut State, resume: usize, memory: &mut Memory, steps: &mut u32) -> bool {
        let Some(frame) = memory.frames.get(state.frame).copied() else { return false };
        let Some(program) = self.program(frame.template) else { return false };
        let Some(way) = self.way(program, frame, *state, resume, memory, steps) else { return false };
        if let Some(resume) = way.next {
            let (captures, frames) = (memory.captures.len(), memory.frames.len());
            memory.choices.push(Choice { state: *state, resume, captures, frames });
        }
        let position = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        if let Some(what) = way.what {
            let (start, end) = (position(state.at), position(way.end));
            memory.captures.push(Capture { template: frame.template, what, start, end });
        }
        match way.enter {
            Some(template) => {
                let (parent, back, level) = (state.frame, state.op + 1, frame.level + 1);
                memory.frames.push(Frame { template, parent, back, level });
                *state = State { frame: memory.frames.len() - 1, op: 0, at: state.at };
            }
            None => *state = State { frame: state.frame, op: way.op, at: way.end },
        }
        true
    }

    fn way(
        &self,
        program: &Program,
        frame: Frame,
        state: State,
        resume: usize,
        memory: &mut Memory,
        steps: &mut u32,
    ) -> Option<Way> {
        let State { op, at, .. } = state;
        let on = Way { what: None, end: at, op: op + 1, enter: None, next: None };
        match *program.ops.get(op)? {
            // At a line break a blank may have come in.
            Op::Break if resume == 0 => {
                let blank = self.printed && self.text.get(at..)?.starts_with(' ');
                Some(Way { next: blank.then_some(1), ..on })
            }
            Op::Break => Some(Way { end: at + 1, ..on }),
            Op::Unless { test, .. } if resume == 0 => {
                Some(Way { what: Some(What::Test(test, true)), next: Some(1), ..on })
            }
            Op::Unless { test, target } => {
                Some(Way { what: Some(What::Test(test, false)), op: index(target), ..on })
            }
            Op::Edit(number) => {
                let edit = program.edits.get(usize::from(number))?;
                let follow = match program.ops.get(op + 1) {
                    Some(Op::Text { start, len }) => Follow::Literal(program.literal(*start, *len)),
                    None if frame.back == usize::MAX => Follow::End,
                    _ => Follow::Anything,
                };
                let found = self.edit(program, edit, number, follow, frame, at, resume, memory, steps)?;
                Some(Way { op: op + 1, ..found })
            }
            Op::Text { .. } | Op::Jump { .. } => None,
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn edit(
        &self,
        program: &Program,
        edit: &Edit,
        number: u8,
        follow: Follow<'_>,
        frame: Frame,
        at: usize,
        resume: usize,
        memory: &mut Memory,
        steps: &mut u32,
    ) -> Option<Way> {
        let on = Way { what: Some(What::Edit(number)), end: at, op: 0, enter: None, next: None };
        let rest = self.text.get(at..)?;
        match edit.action {
            Action::Enter | Action::Leave | Action::Position | Action::Front => {
                Some(Way { what: Some(What::Nothing(number)), ..on })
            }
            Action::Text { .. } | Action::Heading | Action::NextValue => {
                let end = match self.fixed_len(program, edit) {
                    Some(len) if resume == 0 => self.fixed_end(at, len)?,
                    Some(_) => return None,
                    None => self.free_end(follow, at.max(resume), steps)?,
                };
                Some(Way { end, next: Some(end + 1), ..on })
            }
            Action::Label(labels) => {
                let labels = labels.and_then(|labels| self.decoder.set.labels(labels));
                let entries = labels.map_or(&[][..], |labels| labels.entries());
                let mut entries_left = entries.iter().enumerate().skip(resume);
                *steps = steps.saturating_sub(u32::try_from(entries.len() / 16).unwrap_or(0));
                let found =
                    entries_left.find(|(_, (_, label))| rest.starts_with(&**label) && !label.is_empty());
                if let Some((entry, (value, label))) = found {
                    let what = Some(What::Value(number, *value));
                    return Some(Way { what, end: at + label.len(), next: Some(entry + 1), ..on });
                }
                if let Some(default) = labels.and_then(|labels| labels.default_label()) {
                    let is_it = resume <= entries.len() && rest.starts_with(default);
                    let next = Some(entries.len() + 1);
                    return is_it.then(|| Way {
                        what: Some(What::Nothing(number)),
                        end: at + default.len(),
                        next,
                        ..on
                    });
                }
                let way = self.bounded(
                    program,
                    edit,
                    on,
                    follow,
                    at,
                    resume.saturating_sub(entries.len()),
                    memory,
                    steps,
                )?;
                // A number stands for a value without a label only.
                let value = rest.get(..way.end - at)?.parse().ok()?;
                if labels.is_some_and(|labels| labels.label(value).is_some()) {
                    return None;
                }
                Some(Way { next: way.next.map(|next| next + entries.len()), ..way })
            }
            Action::Moment(string) => {
                let string = program.strings.get(usize::from(string))?;
                let len = read_moment(string, rest, &mut MomentParts::default())?;
                (resume == 0).then_some(Way { end: at + len, ..on })
            }
            Action::Message { code, ssid } => {
                let templates = self.messages.of(self.decoder.set, ssid.unwrap_or(self.ssid), code);
                *steps = steps.saturating_sub(u32::try_from(templates.len() / 16).unwrap_or(0));
                let mut left = templates.iter().enumerate().skip(resume);
                let found = left.find(|(_, (_, template))| self.may_start(*template, at));
                if let Some((entry, (value, template))) = found.filter(|_| frame.level < limits::MSG_LEVELS) {
                    let what = Some(What::Value(number, *value));
                    return Some(Way { what, enter: Some(*template), next: Some(entry + 1), ..on });
                }
                if resume > templates.len() {
                    return None;
                }
                let len = rest.bytes().take_while(|byte| matches!(byte, b'-' | b'0'..=b'9')).count();
                let digits = rest.get(..len)?;
                let value: i32 = digits.parse().ok()?;
                let is_canonical = value != 0 && !digits.starts_with(['0', '+']) && !digits.starts_with("-0")
                    || digits == "0";
                let has_template = templates.iter().any(|(known, _)| *known == value);
                (is_canonical && !has_template).then(|| Way {
                    what: Some(What::Value(number, value)),
                    end: at + len,
                    ..on
                })
            }
            _ => self.bounded(program, edit, on, follow, at, resume, memory, steps),
        }
    }

    /// Whether a template that begins with a literal can stand here.
    fn may_start(&self, template: u32, at: usize) -> bool {
        let Some(program) = self.program(template) else { return false };
        match program.ops.first() {
            Some(Op::Text { start, len }) => self.literal(program.literal(*start, *len), at).is_some(),
            _ => true,
        }
    }

    /// The longest text of the edit code's characters that can be read, then shorter ones.
    #[allow(clippy::too_many_arguments)]
    fn bounded(
        &self,
        program: &Program,
        edit: &Edit,
        on: Way,
        follow: Follow<'_>,
        at: usize,
        resume: usize,
        memory: &mut Memory,
        steps: &mut u32,
    ) -> Option<Way> {
        const LONGEST: usize = 512;
        let rest = self.text.get(at..)?;
        let shape = edit.subject.shape;
        let bytes = rest.bytes().take(LONGEST);
        let extent = bytes.take_while(|byte| is_in_class(edit.action, shape, *byte)).count();
        let len = self.value_len(program, edit);
        for shorter in resume..extent {
            let end = extent - shorter;
            let Some(text) = rest.get(..end) else { continue };
            let fits = match follow {
                Follow::Literal(literal) => self.literal(literal, at + end).is_some(),
                Follow::End => at + end == self.text.len(),
                Follow::Anything => true,
            };
            if !fits {
                continue;
            }
            *steps = steps.saturating_sub(1);
            if self.decoder.decode(edit.action, shape, &program.strings, text, len, &mut memory.bytes) {
                return Some(Way { end: at + end, next: Some(shorter + 1), ..on });
            }
        }
        None
    }

    /// Where text of any length can end, from `from` on.
    fn free_end(&self, follow: Follow<'_>, from: usize, steps: &mut u32) -> Option<usize> {
        let rest = self.text.get(from..).or_else(|| self.text.get(from + 1..))?;
        let from = self.text.len() - rest.len();
        match follow {
            Follow::End => Some(self.text.len()),
            Follow::Anything => Some(from),
            Follow::Literal(literal) => {
                // Where blanks may be lost, up to the first run of several counts.
                let end = if self.printed {
                    literal.find("  ").map_or(literal.len(), |at| at + 1)
                } else {
                    literal.len()
                };
                let needle = literal.get(..end).unwrap_or(literal);
                let found = rest.find(needle);
                let scanned = found.unwrap_or(rest.len()) / 64;
                *steps = steps.saturating_sub(u32::try_from(scanned).unwrap_or(u32::MAX));
                match found {
                    Some(at) => Some(from + at),
                    // The blanks at the end of the text may be lost.
                    None if self.printed && literal.trim_end_matches(' ').is_empty() => Some(self.text.len()),
                    None if self.printed => {
                        let needle = needle.trim_end_matches(' ');
                        rest.ends_with(needle).then(|| self.text.len() - needle.len())
                    }
                    None => None,
                }
            }
        }
    }

    /// The bytes that text of a fixed length has.
    fn fixed_len(&self, program: &Program, edit: &Edit) -> Option<usize> {
        let Action::Text { width } = edit.action else { return None };
        let len = self.value_len(program, edit)?;
        match edit.subject.part {
            // Several strings with blanks between them.
            Some(part) if part.count > 1 && part.len > 1 => {
                Some((index(part.len).max(width.into()) + 1) * index(part.count) - 1)
            }
            _ => Some(len.max(width.into())),
        }
    }

    /// The bytes of a value of fixed length, or of the field shown of it.
    fn value_len(&self, program: &Program, edit: &Edit) -> Option<usize> {
        if let Some(part) = edit.subject.part {
            return Some(index(part.len) * index(part.count));
        }
        let len = match edit.subject.operand {
            Operand::Slot(slot) => program.slots.get(usize::from(slot))?.code.length(),
            Operand::Header(_, len) => len,
            Operand::Next => return None,
        };
        (len != crate::spi::TokenType::VARIABLE && edit.subject.shape != Shape::Bytes).then_some(len.into())
    }

    /// The end of a text of fixed length; its blanks may be lost at the end of a printed text.
    fn fixed_end(&self, at: usize, len: usize) -> Option<usize> {
        let end = at.saturating_add(len);
        if self.text.is_char_boundary(end) && end <= self.text.len() {
            return Some(end);
        }
        (self.printed && end > self.text.len()).then_some(self.text.len())
    }
}

enum Step {
    On,
    /// The end of the template.
    End,
    Fail,
}

/// What stands behind an edit.
#[derive(Clone, Copy)]
enum Follow<'p> {
    Literal(&'p str),
    End,
    Anything,
}

/// One way to go on.
struct Way {
    what: Option<What>,
    end: usize,
    op: usize,
    /// Goes on in this template.
    enter: Option<u32>,
    /// The number of the next way.
    next: Option<usize>,
}
