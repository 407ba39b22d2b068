//! Definitions that another language makes, such as C headers: the statements of DDL without their text.

use alloc::format;

use crate::text::limits::ddl as limits;
use crate::text::{Diagnostics, Location, SourceId};

use super::Origin;
use super::ast::{self, Item, Literal, Occurs, Operand, Place, Type, Word};
use super::collect::{Collector, Context};
use super::data_type::{DdlType, Tacl};
use super::tables::{Kind, Tables, index};

/// Takes definitions beside those of the sources; each has the place in its own source that diagnostics show.
pub(crate) struct Definer<'a>(Collector<'a>);

/// The value of a constant or of a field.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Given<'s> {
    Number(i128),
    Text(&'s str),
    /// The name of a constant.
    Constant(&'s str),
}

/// The content of a definition or a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum MadeOf<'s> {
    /// The fields that follow.
    Group,
    Data(DdlType),
    /// The DEF of this name.
    Def(&'s str),
}

/// A definition, or a field of one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part<'s> {
    /// 1 for a definition.
    pub(crate) level: u8,
    /// `None`: a FILLER.
    pub(crate) name: Option<&'s str>,
    pub(crate) made_of: MadeOf<'s>,
    pub(crate) occurs: Option<u64>,
    pub(crate) redefines: Option<&'s str>,
    pub(crate) tacl: Option<Tacl>,
    pub(crate) null: Option<u8>,
    pub(crate) value: Option<Given<'s>>,
}

impl<'a> Definer<'a> {
    pub(super) fn new(tables: Tables, source: SourceId, diagnostics: &'a mut Diagnostics) -> Self {
        let mut collector = Collector::new(diagnostics, context(source));
        collector.tables = tables;
        Self(collector)
    }

    pub(super) fn finish(self) -> Tables {
        self.0.tables
    }

    /// A CONSTANT; `binary` is the bytes of a number, and whether it is unsigned.
    pub(crate) fn constant(
        &mut self,
        name: &str,
        value: Given<'_>,
        binary: Option<(u8, bool)>,
        at: Location,
    ) {
        let place = self.begin(at);
        let name = Word { text: name, left: place.left };
        if let Given::Number(number) = value
            && number < i64::MIN.into()
        {
            self.0.error(place, format!("the value {number} has more than 64 bits"));
            return self.0.broken(Kind::Constant, name);
        }
        let binary = binary.map(|(bytes, unsigned)| (bytes, unsigned, place));
        self.0.constant(&ast::Constant { name, value: value.operand(place), binary }, false);
    }

    /// A DEF. Its fields and values follow, then [`Self::end`].
    pub(crate) fn def(&mut self, part: &Part<'_>, at: Location) {
        let place = self.begin(at);
        self.0.begin_def(&part.item(place), false);
        self.check(part, place);
    }

    /// A field of the last DEF.
    pub(crate) fn part(&mut self, part: &Part<'_>, at: Location) {
        let place = self.begin(at);
        if !limits::LEVELS.contains(&part.level.into()) {
            self.0.error(place, "a field has a level from 02 to 49: it is in too many groups");
            return self.0.break_def();
        }
        self.0.line_item(&part.item(place), false);
        self.check(part, place);
    }

    /// A value of the last DEF, an enumeration.
    pub(crate) fn value(&mut self, name: &str, value: i128, label: Option<&str>, at: Location) {
        let place = self.begin(at);
        let name = Word { text: name, left: place.left };
        let value = Some(Given::Number(value).operand(place));
        let label = label.map(|label| Given::Text(label).operand(place));
        self.0.enum_value(&ast::EnumValue { name, value, label }, false);
    }

    /// The end of the last DEF.
    pub(crate) fn end(&mut self) {
        self.0.end_def();
    }

    fn check(&mut self, part: &Part<'_>, place: Place) {
        if part.is_faulty() {
            self.0.error(place, "a text has a length from 1 to 32767");
            self.0.break_def();
        }
    }

    fn begin(&mut self, at: Location) -> Place {
        self.0.set_context(context(at.source));
        let [start, end] = [at.span.start, at.span.end].map(index);
        Place { left: END - start, length: end.saturating_sub(start) }
    }
}

/// Places count back from the end of a text, which this one stands for.
const END: usize = 0xFFFF_FFFF;

fn context(source: SourceId) -> Context {
    Context { source, origin: Origin::User, shared8: false, length: END }
}

impl<'s> Given<'s> {
    fn operand(self, place: Place) -> Operand<'s> {
        let literal = match self {
            Self::Number(number) => Literal::Number(number),
            Self::Text(text) => Literal::Plain(text),
            Self::Constant(name) => Literal::Name(name),
        };
        Operand { literal, place, fills: false }
    }
}

impl<'s> Part<'s> {
    pub(crate) fn new(level: u8, name: Option<&'s str>, made_of: MadeOf<'s>) -> Self {
        Self { level, name, made_of, occurs: None, redefines: None, tacl: None, null: None, value: None }
    }

    /// Whether its text is longer than a text can be.
    fn is_faulty(&self) -> bool {
        matches!(self.made_of, MadeOf::Data(DdlType::Character(length))
            if length == 0 || u32::from(length) > limits::DEFINITION)
    }

    fn item(&self, place: Place) -> Item<'s> {
        let word = |text| Word { text, left: place.left };
        let mut item = Item::new(self.level, self.name.map(word), place);
        item.kind = match self.made_of {
            _ if self.is_faulty() => Some(Type::Unknown),
            MadeOf::Group => None,
            MadeOf::Data(data) => Some(Type::Data(data)),
            MadeOf::Def(name) => Some(Type::Def(word(name))),
        };
        item.occurs = self.occurs.map(|times| Occurs {
            minimum: None,
            maximum: Given::Number(times.into()).operand(place),
            depending: None,
        });
        item.redefines = self.redefines.map(word);
        item.tacl = self.tacl;
        item.null = self.null.map(|null| Given::Number(null.into()).operand(place));
        item.value = self.value.map(|value| value.operand(place));
        item
    }
}
