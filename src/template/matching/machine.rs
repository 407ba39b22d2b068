//! Matches one program against one text. Choices are tried in a fixed order and taken back when they lead nowhere; every
//! step counts against a budget, so that no text takes long.

use alloc::vec::Vec;

use super::decode::{Decoder, MomentParts, is_in_class, read_moment};
use super::matcher::Messages;
use crate::spi::Ssid;
use crate::template::display::Labels;
use crate::template::program::{Action, Edit, MessageKey, Op, Program};
use crate::template::set::index;
use crate::text::limits::template as limits;

/// The values that a match has taken from the text.
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

/// A template being matched, and where to go on after it.
#[derive(Clone, Copy, Debug)]
struct Frame {
    template: u32,
    /// The frame of the MSG edit code, and the operation after that; the first frame is its own parent.
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

/// The frame the matching is in, and its program.
#[derive(Clone, Copy)]
struct Here<'p> {
    program: &'p Program,
    frame: Frame,
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
    /// `steps`, the budget, was used up before all ways had been tried.
    pub(super) fn run(
        &self,
        template: u32,
        memory: &mut Memory,
        steps: &mut u32,
        mut solution: impl FnMut(&[Capture]) -> bool,
    ) -> bool {
        memory.choices.clear();
        memory.frames.clear();
        memory.captures.clear();
        let frame = Frame { template, parent: 0, back: usize::MAX, level: 0 };
        memory.frames.push(frame);
        let Some(program) = self.program(template) else { return true };
        let mut here = Here { program, frame };
        let mut state = State { frame: 0, op: 0, at: 0 };
        loop {
            let Some(left) = steps.checked_sub(1) else { return false };
            *steps = left;
            let goes_on = match self.step(&mut here, &mut state, memory, steps) {
                Step::On => true,
                Step::End if state.at == self.text.len() => {
                    if solution(&memory.captures) {
                        return true;
                    }
                    // Reading the values of a long template takes as long as many steps.
                    *steps = steps.saturating_sub(u32::try_from(memory.captures.len()).unwrap_or(u32::MAX));
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
                *steps = left;
                memory.captures.truncate(choice.captures);
                memory.frames.truncate(choice.frames);
                state = choice.state;
                if self.enter(&mut here, state.frame, memory)
                    && self.choose(&mut here, &mut state, choice.resume, memory, steps)
                {
                    break;
                }
            }
        }
    }

    fn step<'p>(
        &'p self,
        here: &mut Here<'p>,
        state: &mut State,
        memory: &mut Memory,
        steps: &mut u32,
    ) -> Step {
        let Some(op) = here.program.ops.get(state.op) else {
            let Frame { parent, back, .. } = here.frame;
            if back == usize::MAX {
                return Step::End;
            }
            *state = State { frame: parent, op: back, at: state.at };
            return if self.enter(here, parent, memory) { Step::On } else { Step::Fail };
        };
        match *op {
            Op::Text { start, len } => match self.literal(here.program.literal(start, len), state.at) {
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
                if self.choose(here, state, 0, memory, steps) {
                    Step::On
                } else {
                    Step::Fail
                }
            }
        }
    }

    /// Goes to a frame.
    fn enter<'p>(&'p self, here: &mut Here<'p>, frame: usize, memory: &Memory) -> bool {
        let Some(frame) = memory.frames.get(frame).copied() else { return false };
        let Some(program) = self.program(frame.template) else { return false };
        *here = Here { program, frame };
        true
    }

    fn program(&self, template: u32) -> Option<&Program> {
        self.decoder.set.templates.get(index(template)).map(|template| &template.program)
    }

    /// Where a literal ends that is at `at`. Where blanks may be lost, one of the text stands for any number of them.
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

    /// Continues in the first way from number `resume` on, and notes the way after it.
    fn choose<'p>(
        &'p self,
        here: &mut Here<'p>,
        state: &mut State,
        resume: usize,
        memory: &mut Memory,
        steps: &mut u32,
    ) -> bool {
        let Some(way) = self.way(here, *state, resume, memory, steps) else { return false };
        if let Some(resume) = way.next {
            let (captures, frames) = (memory.captures.len(), memory.frames.len());
            memory.choices.push(Choice { state: *state, resume, captures, frames });
        }
        let position = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        if let Some(what) = way.what {
            let (start, end) = (position(state.at), position(way.end));
            memory.captures.push(Capture { template: here.frame.template, what, start, end });
        }
        let Some(template) = way.enter else {
            *state = State { frame: state.frame, op: way.op, at: way.end };
            return true;
        };
        let (parent, back, level) = (state.frame, state.op + 1, here.frame.level + 1);
        memory.frames.push(Frame { template, parent, back, level });
        *state = State { frame: memory.frames.len() - 1, op: 0, at: state.at };
        self.enter(here, state.frame, memory)
    }

    fn way(
        &self,
        here: &Here<'_>,
        state: State,
        resume: usize,
        memory: &mut Memory,
        steps: &mut u32,
    ) -> Option<Way> {
        let Here { program, frame } = *here;
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
                let Some(len) = text_len(edit) else {
                    let end = self.free_end(follow, at.max(resume), steps)?;
                    return Some(Way { end, next: Some(end + 1), ..on });
                };
                let exact = if resume == 0 { self.fixed_end(at, len) } else { None };
                match exact {
                    Some(end) => Some(Way { end, next: self.printed.then_some(at.max(1)), ..on }),
                    // A line break may have taken the blanks at its end.
                    None if self.printed => {
                        let end = self.free_end(follow, at.max(resume), steps)?;
                        (end - at < len).then_some(Way { end, next: Some(end + 1), ..on })
                    }
                    None => None,
                }
            }
            Action::Label(labels) => {
                let labels = self.decoder.set.labels(labels);
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
            Action::Message(key) => {
                let MessageKey { code, ssid } = *program.keys.get(usize::from(key))?;
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

    /// Whether a template that begins with a literal can match here.
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
        let len = value_len(edit);
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
                let needle = needle(literal, self.printed);
                let found = find(rest.as_bytes(), needle.as_bytes());
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

/// The text after an edit.
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
    /// Continues in this template.
    enter: Option<u32>,
    /// The number of the next way.
    next: Option<usize>,
}

/// The bytes that text of a fixed length has, when it is shown.
fn text_len(edit: &Edit) -> Option<usize> {
    let Action::Text { width } = edit.action else { return None };
    let len = value_len(edit)?;
    match edit.subject.part {
        // Several strings with blanks between them.
        Some(part) if part.count > 1 && part.len > 1 => {
            Some((usize::from(part.len).max(width.into()) + 1) * usize::from(part.count) - 1)
        }
        _ => Some(len.max(width.into())),
    }
}

/// The bytes of a value of fixed length, or of the field shown of it.
pub(super) fn value_len(edit: &Edit) -> Option<usize> {
    match edit.subject.len {
        0 => None,
        len => Some(len.into()),
    }
}

/// The front of a literal, which tells well enough where it may be; the whole of it is compared there. Where blanks
/// may be lost, up to the first run of several.
fn needle(literal: &str, printed: bool) -> &str {
    const LONGEST: usize = 16;
    let mut end = literal.len().min(LONGEST);
    while !literal.is_char_boundary(end) {
        end -= 1;
    }
    let needle = literal.get(..end).unwrap_or(literal);
    let blanks = || needle.as_bytes().windows(2).position(|pair| pair == b"  ");
    match printed.then(blanks).flatten() {
        Some(blanks) => needle.get(..=blanks).unwrap_or(needle),
        None => needle,
    }
}

/// Where a few bytes are. Texts are short, so that preparing a better search would take longer than this one; it looks
/// for the second byte, since the first is a blank more often than not.
fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    let Some(second) = needle.get(1) else {
        let first = needle.first()?;
        return text.iter().position(|byte| byte == first);
    };
    let mut at = 1;
    loop {
        at += text.get(at..)?.iter().position(|byte| byte == second)?;
        if text.get(at - 1..)?.starts_with(needle) {
            return Some(at - 1);
        }
        at += 1;
    }
}
