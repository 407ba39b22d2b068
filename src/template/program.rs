//! A compiled template: a flat list of operations over token slots, made once and run for every event. Jumps only go
//! forward, so a run ends.

use alloc::borrow::{Cow, ToOwned as _};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use std::sync::OnceLock;

use super::datetime::EditString;
use super::display::{Labels, Radix, Shape};
use super::source::Operator;
use crate::dictionary::TokenDef;
use crate::ems::HeaderToken;
use crate::spi::read::{BufferShape, Token, TokenKey};
use crate::spi::{Ssid, TokenCode};

/// A format template.
#[derive(Clone, Debug, Default)]
pub(super) struct Program {
    pub(super) ops: Box<[Op]>,
    /// The literal text of all operations.
    pub(super) text: Cow<'static, str>,
    /// The tokens the edits and tests need.
    pub(super) slots: Box<[Slot]>,
    pub(super) edits: Box<[Edit]>,
    pub(super) tests: Box<[Test]>,
    /// The edit strings of DATE and TIME.
    pub(super) strings: Box<[EditString]>,
    pub(super) keys: Box<[MessageKey]>,
    /// The outcome of searches for the slots.
    pub(super) shapes: Shapes,
    /// The same of whole events, of which this program makes the sentence because nothing in them comes before a template.
    pub(super) sentences: Shapes,
}

/// The first shapes that events with this template had. Most have one or two; the slots of others are searched for.
#[derive(Debug, Default)]
pub(super) struct Shapes([OnceLock<Option<BufferShape>>; 2]);

/// A copy of a program knows no shapes: it may be for other definitions.
impl Clone for Shapes {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Shapes {
    /// The first answer of a shape that applies.
    #[inline]
    pub(super) fn find(&self, apply: impl FnMut(&BufferShape) -> Option<()>) -> Option<()> {
        self.0.iter().map_while(OnceLock::get).flatten().find_map(apply)
    }

    /// Takes what a search has found, unless enough is known.
    pub(super) fn learn(&self, shape: impl FnOnce() -> Option<BufferShape>) {
        if let Some(free) = self.0.iter().find(|known| known.get().is_none()) {
            free.get_or_init(shape);
        }
    }
}

/// Slots of one template at most: as many as descriptor numbers, 0 to 99.
pub(super) const MAX_SLOTS: usize = 100;
/// The number of a label table where there are no labels.
pub(super) const NO_LABELS: u32 = u32::MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    /// Bytes of the program's text.
    Text {
        start: u32,
        len: u32,
    },
    Break,
    Edit(u8),
    /// Continues at `target` if the test fails.
    Unless {
        test: u8,
        target: u32,
    },
    Jump {
        target: u32,
    },
}

impl Program {
    pub(super) fn literal(&self, start: u32, len: u32) -> &str {
        let index = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
        self.text.get(index(start)..).and_then(|rest| rest.get(..index(len))).unwrap_or("")
    }
}

/// A token to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    /// The code as programs name it.
    pub(super) code: TokenCode,
    /// The code as buffers store it.
    pub(super) stored: TokenCode,
    /// Which occurrence, from 1.
    pub(super) index: u16,
    /// The subsystem ID it is stored with; `None`: that of the event.
    pub(super) ssid: Option<Ssid>,
    /// The template has it in SSID(...), so that it cannot be a token of the event's subsystem.
    pub(super) is_qualified: bool,
}

impl Slot {
    /// A token as the template qualifies it. Without SSID(...) it is a token of the event's subsystem, or else is stored
    /// with the SSID of its definition.
    pub(super) fn new(token: TokenDef<'_>, qualifier: Option<Ssid>, index: u16) -> Self {
        let code = token.code();
        let own = token.ssid().filter(|own| *own != Ssid::NULL && !code.number().is_shared());
        let (ssid, is_qualified) = (qualifier.or(own), qualifier.is_some());
        Self { code, stored: token.stored_code(), index, ssid, is_qualified }
    }

    /// Whether `token` is the one looked for, by all rules. Of tokens with a length only those with the stored code are.
    pub(super) fn matches(&self, token: &Token<'_>) -> bool {
        !self.is_qualified && TokenKey::new(self.code).matches(token)
            || self.ssid.is_some_and(|ssid| TokenKey::qualified(ssid, self.code).matches(token))
    }
}

/// The operand of an edit or test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Subject {
    pub(super) operand: Operand,
    pub(super) shape: Shape,
    /// The bytes that the value always has, 0 if they differ.
    pub(super) len: u16,
    pub(super) part: Option<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operand {
    Slot(u8),
    /// A header token, and the bytes its value has.
    Header(HeaderToken, u8),
    /// The token after the current position: ZSPI-TKN-NEXTTOKEN.
    Next,
}

/// A field, or a range of its occurrences, in the bytes of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) offset: u16,
    /// Bytes of one occurrence.
    pub(super) len: u16,
    pub(super) count: u16,
    pub(super) stride: u16,
    /// Bytes of the whole structure, for those who build one.
    pub(super) structure_len: u16,
}

/// The key of MSG less its value: the code, and the SSID if it is not the event's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MessageKey {
    pub(super) code: TokenCode,
    pub(super) ssid: Option<Ssid>,
}

/// An edit descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) subject: Subject,
    pub(super) action: Action,
}

/// The action of an edit on its value: the edit codes, and the moves of the descriptors that show nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// I, B, O, H, ZI, ZB, ZO, ZH.
    Number { radix: Radix, zeros: bool, width: u8 },
    /// A.
    Text { width: u8 },
    /// BOOL.
    Truth,
    /// ENUM, with the label table of this number.
    Label(u32),
    /// DATE and TIME, with the edit string of this number.
    Moment(u8),
    /// MSG, with the key of this number.
    Message(u8),
    /// SSID.
    Ssid { width: u8 },
    /// SSIDABBR.
    Abbreviation { width: u8 },
    /// FILE, TRANSID, and values that need no edit code.
    Plain,
    /// SUBVOL.
    Subvolume,
    /// SYSTEM.
    System,
    /// IPADDR, which is ours: `d.d.d.d`.
    IpAddress,
    /// TOKENHEADING.
    Heading,
    /// TOKENVALUE.
    NextValue,
    /// A list token: later descriptors search the list, then outward.
    Enter,
    /// ENDLIST.
    Leave,
    /// A mark: NEXTTOKEN continues after it.
    Position,
    /// INITIAL-POSITION: back to the front of the event.
    Front,
}

/// An *IF descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Test {
    pub(super) subject: Subject,
    pub(super) negated: bool,
    /// `None`: TOKENPRESENT.
    pub(super) comparison: Option<(Operator, i64)>,
}

impl Operator {
    pub(super) const fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Self::Less => left < right,
            Self::Equal => left == right,
            Self::Greater => left > right,
            Self::LessOrEqual => left <= right,
            Self::GreaterOrEqual => left >= right,
            Self::NotEqual => left != right,
        }
    }
}

/// The labels of an enumeration, copied so that a template needs no look-up by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct LabelTable {
    /// Sorted by value.
    pub(super) entries: Vec<(i32, Cow<'static, str>)>,
    /// AS of the DEF.
    pub(super) default: Option<Cow<'static, str>>,
}

impl LabelTable {
    /// Of several labels of one value the first counts.
    pub(super) fn new(mut entries: Vec<(i32, Cow<'static, str>)>, default: Option<&str>) -> Self {
        entries.sort_by_key(|(value, _)| *value);
        entries.dedup_by_key(|(value, _)| *value);
        Self { entries, default: default.map(|label| Cow::Owned(label.to_owned())) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.default.is_none()
    }

    pub(super) fn entries(&self) -> &[(i32, Cow<'static, str>)] {
        &self.entries
    }

    pub(super) fn default_label(&self) -> Option<&str> {
        self.default.as_deref()
    }

    /// Adds the values of another enumeration; the first value both have is returned.
    pub(super) fn merge(&mut self, other: &Self) -> Option<i32> {
        let clash = other.entries.iter().find(|(value, _)| self.position(*value).is_ok());
        let clash = clash.map(|(value, _)| *value);
        self.entries.extend(other.entries.iter().cloned());
        self.entries.sort_by_key(|(value, _)| *value);
        self.entries.dedup_by_key(|(value, _)| *value);
        self.default = self.default.take().or_else(|| other.default.clone());
        clash
    }

    fn position(&self, value: i32) -> Result<usize, usize> {
        self.entries.binary_search_by_key(&value, |(known, _)| *known)
    }
}

impl Labels for LabelTable {
    #[inline]
    fn label(&self, value: i32) -> Option<&str> {
        let found = self.position(value).ok().and_then(|at| self.entries.get(at));
        found.map(|(_, label)| &**label).or(self.default.as_deref())
    }
}

/// The operations of a template while it is compiled.
#[derive(Debug, Default)]
pub(super) struct Assembler {
    pub(super) ops: Vec<Op>,
    pub(super) text: String,
    pub(super) slots: Vec<Slot>,
    pub(super) edits: Vec<Edit>,
    pub(super) tests: Vec<Test>,
    pub(super) strings: Vec<EditString>,
    pub(super) keys: Vec<MessageKey>,
}

impl Assembler {
    /// The number of the slot of this token.
    pub(super) fn slot(&mut self, slot: Slot) -> u8 {
        let at = self.slots.iter().position(|known| *known == slot).unwrap_or_else(|| {
            self.slots.push(slot);
            self.slots.len() - 1
        });
        u8::try_from(at).unwrap_or(u8::MAX)
    }

    pub(super) fn text(&mut self, text: &str) {
        let position = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.ops.push(Op::Text { start: position(self.text.len()), len: position(text.len()) });
        self.text.push_str(text);
    }

    /// The number of the next operation.
    pub(super) fn here(&self) -> u32 {
        u32::try_from(self.ops.len()).unwrap_or(u32::MAX)
    }

    /// Lets an earlier jump lead to the next operation.
    pub(super) fn land(&mut self, jump: usize) {
        let here = self.here();
        if let Some(Op::Unless { target, .. } | Op::Jump { target }) = self.ops.get_mut(jump) {
            *target = here;
        }
    }

    pub(super) fn finish(self) -> Program {
        Program {
            ops: self.ops.into(),
            text: self.text.into(),
            slots: self.slots.into(),
            edits: self.edits.into(),
            tests: self.tests.into(),
            strings: self.strings.into(),
            keys: self.keys.into(),
            shapes: Shapes::default(),
            sentences: Shapes::default(),
        }
    }
}
