//! The tokens of two events that are one event in two inputs.

use core::fmt::{self, Display as _};
use core::ops::Range;
use std::collections::{HashMap, VecDeque};

use super::ignore::Ignored;
use super::process::{is_same_crtpid, is_same_text};
use crate::describe::{Described, FieldItem, Fields, HeaderItem, Hex, Item, Items, Scalar};
use crate::ems::HeaderValue;
use crate::spi::{DataType, Ssid, TokenCode};

/// A token, or a field of a structure, that differs.
#[derive(Debug)]
pub struct TokenChange<'a> {
    name: Option<&'a str>,
    code: Option<TokenCode>,
    list: String,
    field: String,
    occurrence: usize,
    a: Option<Seen<'a>>,
    b: Option<Seen<'a>>,
}

impl<'a> TokenChange<'a> {
    /// The symbolic name of the token.
    #[must_use]
    pub const fn name(&self) -> Option<&'a str> {
        self.name
    }

    /// Its code, if there is one: no definition need know that of a header token.
    #[must_use]
    pub const fn code(&self) -> Option<TokenCode> {
        self.code
    }

    /// The lists it is in, outermost first, with `/` between them; `NAME[2]` is the second of this name. Empty at the top level.
    #[must_use]
    pub fn list(&self) -> &str {
        &self.list
    }

    /// The field of the structure, with the groups it is in: `GROUP.ITEM[2]`. Empty for the whole token.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// Which of the tokens of this code in its level it is, from 1.
    #[must_use]
    pub const fn occurrence(&self) -> usize {
        self.occurrence
    }

    /// The value in A.
    #[must_use]
    pub const fn a(&self) -> Option<&Seen<'a>> {
        self.a.as_ref()
    }

    /// The value in B.
    #[must_use]
    pub const fn b(&self) -> Option<&Seen<'a>> {
        self.b.as_ref()
    }
}

/// Lists, name or code, occurrence and field: `LIST/TOKEN[2].FIELD`.
impl fmt::Display for TokenChange<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.list.is_empty() {
            write!(f, "{}/", self.list)?;
        }
        match (self.name, self.code) {
            (Some(name), _) => f.write_str(name)?,
            (None, Some(code)) => write!(f, "{code:X}")?,
            (None, None) => {}
        }
        if self.occurrence > 1 {
            write!(f, "[{}]", self.occurrence)?;
        }
        if self.field.is_empty() { Ok(()) } else { write!(f, ".{}", self.field) }
    }
}

/// A value of one of the events.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Seen<'a> {
    /// A header token.
    Header(HeaderItem<'a>),
    /// A token.
    Token(Item<'a>),
    /// A field of a structure, and where it is in it.
    Field(FieldItem<'a>, Range<usize>, Item<'a>),
    /// The bytes of a token, where its text is the same in both events.
    Bytes(&'a [u8]),
}

impl<'a> Seen<'a> {
    /// The name of the value, if it is one of an enumeration.
    #[must_use]
    pub fn label(&self) -> Option<&'a str> {
        match self {
            Self::Header(item) => item.label(),
            Self::Token(item) if item.values().is_none() => item.label(),
            Self::Field(field, place, _) => field.label(place),
            Self::Token(_) | Self::Bytes(_) => None,
        }
    }

    fn bytes(&self) -> Option<&'a [u8]> {
        match self {
            Self::Header(_) => None,
            Self::Token(item) => Some(item.bytes()),
            Self::Field(field, place, _) => Some(field.bytes(place)),
            Self::Bytes(bytes) => Some(bytes),
        }
    }
}

/// The text of the value; of a value that has none its bytes.
impl fmt::Display for Seen<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(item) => item.fmt(f),
            Self::Token(item) => match item.values() {
                Some(values) => values.enumerate().try_for_each(|(at, value)| {
                    f.write_str(if at > 0 { ", " } else { "" })?;
                    write_item(f, &value)
                }),
                None => write_item(f, item),
            },
            Self::Field(field, place, item) => {
                let scalar = field.scalar(place);
                let scalar = if scalar.has_text() { scalar } else { Scalar::Bytes(field.bytes(place)) };
                scalar.text(item.site()).fmt(f)
            }
            Self::Bytes(bytes) => Hex(bytes).fmt(f),
        }
    }
}

fn write_item(f: &mut fmt::Formatter<'_>, item: &Item<'_>) -> fmt::Result {
    if item.has_text() { item.text().fmt(f) } else { Hex(item.bytes()).fmt(f) }
}

/// The tokens that differ; of one event only, all of the body.
pub(super) fn compare<'a>(
    a: Option<&Described<'a>>,
    b: Option<&Described<'a>>,
    ignored: &Ignored,
) -> Vec<TokenChange<'a>> {
    let mut comparison = Comparison { ignored, changes: Vec::new(), levels: VecDeque::new() };
    if let (Some(a), Some(b)) = (a, b) {
        comparison.header(a, b);
    }
    let tokens = |described: Option<&Described<'a>>| described.map(Described::tokens);
    comparison.levels.push_back((String::new(), tokens(a), tokens(b)));
    // Lists are gone into one by one, however deep they are.
    while let Some((list, a, b)) = comparison.levels.pop_front() {
        comparison.level(&list, a, b);
    }
    comparison.changes
}

/// The key by which the tokens of a level pair, and which of those that are the same in this it is, from 1.
type Place = (Ssid, TokenCode, bool, usize);

/// The tokens of a level. A mark only says that the next token is a subject, which is noted with that.
fn places<'a>(items: Option<Items<'a>>) -> Vec<(Place, Item<'a>)> {
    let mut counts: HashMap<(Ssid, TokenCode, bool), usize> = HashMap::new();
    let mut places = Vec::new();
    let mut mark: Option<Item<'a>> = None;
    let mut place = |item: Item<'a>, is_subject: bool| {
        let same = (item.token().effective_ssid().without_version(), item.code(), is_subject);
        let count = counts.entry(same).or_default();
        *count += 1;
        places.push(((same.0, same.1, same.2, *count), item));
    };
    for item in items.into_iter().flatten().flatten() {
        let before = mark.take();
        if item.token().is_subject_mark() {
            // A mark after a mark announces nothing.
            before.into_iter().for_each(|mark| place(mark, false));
            mark = Some(item);
        } else {
            place(item, before.is_some());
        }
    }
    mark.into_iter().for_each(|mark| place(mark, false));
    places
}

struct Comparison<'a, 'c> {
    ignored: &'c Ignored,
    changes: Vec<TokenChange<'a>>,
    /// Lists to compare: their path, and their tokens.
    levels: VecDeque<(String, Option<Items<'a>>, Option<Items<'a>>)>,
}

impl<'a> Comparison<'a, '_> {
    fn header(&mut self, a: &Described<'a>, b: &Described<'a>) {
        let (of_a, of_b): (Vec<_>, Vec<_>) = (a.header().collect(), b.header().collect());
        fn named<'h, 'a>(items: &'h [HeaderItem<'a>], name: &str) -> Option<&'h HeaderItem<'a>> {
            items.iter().find(|item| item.name() == name)
        }
        let is_in_both = |name: &str| named(&of_a, name).is_some() && named(&of_b, name).is_some();
        let only_b = of_b.iter().filter(|item| named(&of_a, item.name()).is_none());
        for item in of_a.iter().chain(only_b) {
            let name = item.name();
            let (in_a, in_b) = (named(&of_a, name), named(&of_b, name));
            let is_same = match (in_a.map(HeaderItem::value), in_b.map(HeaderItem::value)) {
                (Some(HeaderValue::Text(a)), Some(HeaderValue::Text(b))) => is_same_text(a, b),
                (Some(HeaderValue::Crtpid(a)), Some(HeaderValue::Crtpid(b))) => {
                    is_same_crtpid(a.as_bytes(), b.as_bytes())
                }
                (a, b) => a == b,
            };
            if is_same || self.ignored.header(name, is_in_both) {
                continue;
            }
            let code = a.site().dictionary().token_named(name).map(|def| def.code());
            self.changes.push(TokenChange {
                name: Some(name),
                code,
                list: String::new(),
                field: String::new(),
                occurrence: 1,
                a: in_a.copied().map(Seen::Header),
                b: in_b.copied().map(Seen::Header),
            });
        }
    }

    fn level(&mut self, list: &str, a: Option<Items<'a>>, b: Option<Items<'a>>) {
        let (of_a, of_b) = (places(a), places(b));
        let mut in_b: HashMap<Place, Item<'a>> = of_b.iter().copied().collect();
        for (place, item) in of_a {
            let other = in_b.remove(&place);
            self.token(list, place.3, Some(item), other);
        }
        for (place, item) in of_b {
            if in_b.contains_key(&place) {
                self.token(list, place.3, None, Some(item));
            }
        }
    }

    fn token(&mut self, list: &str, occurrence: usize, a: Option<Item<'a>>, b: Option<Item<'a>>) {
        let Some(item) = a.or(b) else { return };
        if self.ignored.token(item.name(), item.code(), "") {
            return;
        }
        let place = (list, occurrence);
        let lists = (a.and_then(|a| a.tokens()), b.and_then(|b| b.tokens()));
        if lists.0.is_some() || lists.1.is_some() {
            let has_tokens =
                |list: &Option<Items<'_>>| list.clone().is_some_and(|mut list| list.next().is_some());
            if a.is_some() == lists.0.is_some() && b.is_some() == lists.1.is_some() {
                // An empty list that is in one only would not show by its tokens.
                if (lists.0.is_some() && lists.1.is_some()) || has_tokens(&lists.0) || has_tokens(&lists.1) {
                    let mut path = if list.is_empty() { String::new() } else { format!("{list}/") };
                    path.push_str(&item.name().map_or_else(|| format!("{:X}", item.code()), str::to_owned));
                    if occurrence > 1 {
                        path.push_str(&format!("[{occurrence}]"));
                    }
                    self.levels.push_back((path, lists.0, lists.1));
                    return;
                }
            }
            return self.change(place, &item, "", a.map(Seen::Token), b.map(Seen::Token));
        }
        let (Some(a), Some(b)) = (a, b) else {
            return self.change(place, &item, "", a.map(Seen::Token), b.map(Seen::Token));
        };
        match (a.values(), b.values()) {
            (Some(of_a), Some(of_b)) => {
                let (of_a, of_b): (Vec<_>, Vec<_>) = (of_a.collect(), of_b.collect());
                let pairs = || of_a.iter().zip(&of_b);
                let is_of_structures = of_a.iter().chain(&of_b).all(|value| value.fields().is_some());
                if of_a.len() == of_b.len() && is_of_structures {
                    for (at, (a, b)) in pairs().enumerate() {
                        self.value(place, &format!("[{}]", at + 1), a, b);
                    }
                } else if of_a.len() != of_b.len() || !pairs().all(|(a, b)| is_same(a, b)) {
                    self.change(place, &item, "", Some(Seen::Token(a)), Some(Seen::Token(b)));
                }
            }
            (None, None) => self.value(place, "", &a, &b),
            _ => self.change(place, &item, "", Some(Seen::Token(a)), Some(Seen::Token(b))),
        }
    }

    /// A value that is not a table; `path` is its place in one.
    fn value(&mut self, place: (&str, usize), path: &str, a: &Item<'a>, b: &Item<'a>) {
        if is_same(a, b) {
            return;
        }
        if let (Some(of_a), Some(of_b)) = (a.fields(), b.fields()) {
            let before = self.changes.len();
            let mut is_seen = false;
            self.structure(place, path, (a, &of_a), (b, &of_b), &mut is_seen);
            if is_seen || self.changes.len() > before {
                return;
            }
            // The bytes that differ belong to no field.
            return self.change(place, a, path, Some(Seen::Bytes(a.bytes())), Some(Seen::Bytes(b.bytes())));
        }
        self.change(place, a, path, Some(Seen::Token(*a)), Some(Seen::Token(*b)));
    }

    /// `is_seen`: a field differs, be it ignored.
    fn structure(
        &mut self,
        place: (&str, usize),
        path: &str,
        (a, of_a): (&Item<'a>, &Fields<'a>),
        (b, of_b): (&Item<'a>, &Fields<'a>),
        is_seen: &mut bool,
    ) {
        let (of_a, of_b) = (of_a.items(), of_b.items());
        self.fields(place, path, (a, of_a), (b, of_b), is_seen);
    }

    /// The fields of a structure or group, one by one: both have the same definition. The levels of a definition bound the recursion.
    fn fields(
        &mut self,
        place: (&str, usize),
        path: &str,
        (a, mut of_a): (&Item<'a>, impl Iterator<Item = FieldItem<'a>>),
        (b, mut of_b): (&Item<'a>, impl Iterator<Item = FieldItem<'a>>),
        is_seen: &mut bool,
    ) {
        loop {
            let (in_a, in_b) = (of_a.next(), of_b.next());
            let Some(field) = in_a.or(in_b) else { return };
            let mut places_a = in_a.map(|field| field.places()).into_iter().flatten();
            let mut places_b = in_b.map(|field| field.places()).into_iter().flatten();
            for at in 1_usize.. {
                let (at_a, at_b) = (places_a.next(), places_b.next());
                if at_a.is_none() && at_b.is_none() {
                    break;
                }
                let point = if path.is_empty() { "" } else { "." };
                let index = if field.is_array() { format!("[{at}]") } else { String::new() };
                let path = format!("{path}{point}{}{index}", field.name());
                if field.is_group() {
                    self.group(place, &path, (a, in_a.zip(at_a)), (b, in_b.zip(at_b)), is_seen);
                    continue;
                }
                let in_a = in_a.zip(at_a).map(|(field, at)| Seen::Field(field, at, *a));
                let in_b = in_b.zip(at_b).map(|(field, at)| Seen::Field(field, at, *b));
                if !is_same_field(in_a.as_ref(), in_b.as_ref()) {
                    *is_seen = true;
                    self.change(place, a, &path, in_a, in_b);
                }
            }
        }
    }

    fn group(
        &mut self,
        place: (&str, usize),
        path: &str,
        (a, in_a): (&Item<'a>, Option<(FieldItem<'a>, Range<usize>)>),
        (b, in_b): (&Item<'a>, Option<(FieldItem<'a>, Range<usize>)>),
        is_seen: &mut bool,
    ) {
        let items = |group: Option<(FieldItem<'a>, Range<usize>)>| {
            let items: Vec<_> =
                group.into_iter().flat_map(|(field, at)| field.items(&at).collect::<Vec<_>>()).collect();
            items.into_iter()
        };
        self.fields(place, path, (a, items(in_a)), (b, items(in_b)), is_seen);
    }

    fn change(
        &mut self,
        (list, occurrence): (&str, usize),
        item: &Item<'a>,
        field: &str,
        a: Option<Seen<'a>>,
        b: Option<Seen<'a>>,
    ) {
        let plain: String = without_indexes(field);
        if !plain.is_empty() && self.ignored.token(item.name(), item.code(), &plain) {
            return;
        }
        // Texts that are the same do not show what differs.
        let texts = (a.as_ref().map(Seen::to_string), b.as_ref().map(Seen::to_string));
        let (a, b) = match (a, b) {
            (Some(a), Some(b)) if texts.0 == texts.1 => (
                a.bytes().map_or(Some(a), |bytes| Some(Seen::Bytes(bytes))),
                b.bytes().map_or(Some(b), |bytes| Some(Seen::Bytes(bytes))),
            ),
            pair => pair,
        };
        self.changes.push(TokenChange {
            name: item.name(),
            code: Some(item.code()),
            list: list.to_owned(),
            field: field.to_owned(),
            occurrence,
            a,
            b,
        });
    }
}

/// `GROUP[2].ITEM` as `GROUP.ITEM`.
fn without_indexes(field: &str) -> String {
    let names = field.split('.').map(|part| part.split('[').next().unwrap_or_default());
    names.filter(|name| !name.is_empty()).collect::<Vec<_>>().join(".")
}

/// Whether two values are the same but for what is ignored.
fn is_same(a: &Item<'_>, b: &Item<'_>) -> bool {
    a.bytes() == b.bytes()
        || match a.data_type() {
            DataType::Char => is_same_text(a.bytes(), b.bytes()),
            DataType::Crtpid => is_same_crtpid(a.bytes(), b.bytes()),
            _ => false,
        }
}

fn is_same_field(a: Option<&Seen<'_>>, b: Option<&Seen<'_>>) -> bool {
    let (Some(Seen::Field(a, at_a, _)), Some(Seen::Field(b, at_b, _))) = (a, b) else { return false };
    match (a.scalar(at_a), b.scalar(at_b)) {
        (Scalar::Text(a), Scalar::Text(b)) => is_same_text(a, b),
        (Scalar::Crtpid(a), Scalar::Crtpid(b)) => is_same_crtpid(a.as_bytes(), b.as_bytes()),
        // Bit fields share a word.
        (of_a, of_b) if a.field().bit().is_some() => of_a == of_b,
        _ => a.bytes(at_a) == b.bytes(at_b),
    }
}
