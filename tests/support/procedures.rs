//! A naive model of the SPI procedures: a buffer is a flat row of tokens with names, and every pointer is such a name.
//!
//! [`run`] makes calls out of arbitrary bytes, on the model and on a buffer, and compares every answer; afterwards the decoder
//! reads the buffer and finds the model's tokens. [`hostile`] makes calls on arbitrary bytes.

use zems::procedures::{Host, Initial, Special, Status, TokenId, Vocabulary};
use zems::spi::read::{Buffer, Visit};
use zems::spi::{Ssid, TokenCode, TokenNumber, TypeCode};

const fn code(data_type: TypeCode, length: u8, number: i16) -> TokenCode {
    TokenCode::new(data_type, length, TokenNumber(number))
}

const ENDLIST: TokenCode = code(TypeCode::SSCTL, 0, -254);
/// A word, a text, an odd string, a mark, a list of SPI's and one of the subsystem's.
const CODES: [TokenCode; 6] = [
    code(TypeCode::INT, 2, 1),
    code(TypeCode::CHAR, 255, 2),
    code(TypeCode::CHAR, 3, 3),
    code(TypeCode::MARK, 0, 4),
    code(TypeCode::LIST, 0, -252),
    code(TypeCode::LIST, 0, 50),
];
const OWNERS: [&str; 2] = ["ACME.7.0", "OTHER.9.0"];

#[derive(Clone, Debug, PartialEq)]
enum What {
    Value(Vec<u8>),
    Open,
    Close,
}

#[derive(Clone, Debug)]
struct Token {
    name: u32,
    code: TokenCode,
    ssid: Ssid,
    what: What,
    /// Put by one call: the values of one table.
    put: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Pointers {
    list: Option<u32>,
    current: Option<u32>,
    is_unread: bool,
}

#[derive(Default)]
struct Model {
    tokens: Vec<Token>,
    at: Pointers,
    last_error: (i16, TokenCode),
    names: u32,
}

impl Model {
    fn index(&self, name: u32) -> usize {
        self.tokens.iter().position(|token| token.name == name).unwrap()
    }

    /// The end of the list that opens here: its close, or the end of the buffer.
    fn close(&self, open: usize) -> usize {
        let mut depth = 0;
        for (at, token) in self.tokens.iter().enumerate().skip(open) {
            match token.what {
                What::Open => depth += 1,
                What::Close => depth -= 1,
                What::Value(_) => {}
            }
            if depth == 0 {
                return at;
            }
        }
        self.tokens.len()
    }

    /// The lists without a close.
    fn open_lists(&self) -> Vec<u32> {
        let mut open = Vec::new();
        for token in &self.tokens {
            match token.what {
                What::Open => open.push(token.name),
                What::Close => drop(open.pop()),
                What::Value(_) => {}
            }
        }
        open
    }

    fn parent(&self, list: u32) -> Option<u32> {
        let mut open = Vec::new();
        for token in &self.tokens[..self.index(list)] {
            match token.what {
                What::Open => open.push(token.name),
                What::Close => drop(open.pop()),
                What::Value(_) => {}
            }
        }
        open.pop()
    }

    /// The tokens directly in a list; of an inner list the one that opens it.
    fn level(&self, list: Option<u32>) -> Vec<usize> {
        let (mut at, end) = match list {
            None => (0, self.tokens.len()),
            Some(list) => (self.index(list) + 1, self.close(self.index(list))),
        };
        let mut level = Vec::new();
        while at < end {
            level.push(at);
            at = if self.tokens[at].what == What::Open { self.close(at) + 1 } else { at + 1 };
        }
        level
    }

    fn in_force(&self, list: Option<u32>) -> Ssid {
        list.map_or(OWNERS[0].parse().unwrap(), |list| self.tokens[self.index(list)].ssid)
    }

    fn matches(&self, at: usize, code: TokenCode, ssid: Ssid) -> bool {
        let token = &self.tokens[at];
        token.code == code && (code.number().0 <= 0 || token.ssid == ssid)
    }

    fn is_at_end(&self) -> bool {
        self.at.current.is_some_and(|current| self.tokens[self.index(current)].what == What::Close)
    }

    /// Where the next-token pointer is among the tokens of the level.
    fn next(&self, level: &[usize]) -> usize {
        let Some(current) = self.at.current else { return 0 };
        if self.at.list == Some(current) {
            return 0;
        }
        if self.is_at_end() {
            return level.len();
        }
        let place = level.iter().position(|at| self.tokens[*at].name == current).unwrap();
        if self.at.is_unread { place } else { place + 1 }
    }

    fn find(&self, code: TokenCode, index: usize, ssid: Option<Ssid>) -> Vec<usize> {
        let ssid = ssid.unwrap_or(self.in_force(self.at.list));
        let level = self.level(self.at.list);
        let from = if index > 0 { 0 } else { self.next(&level) };
        let mut found: Vec<usize> =
            level[from..].iter().copied().filter(|at| self.matches(*at, code, ssid)).collect();
        if index > 0 {
            found.drain(..(index - 1).min(found.len()));
        }
        if index == 0
            && self.at.is_unread
            && self.at.list.is_some()
            && self.at.list == self.at.current
            && let Some(list) = self.at.list
            && self.tokens[self.index(list)].code == code
            && (code.number().0 <= 0 || self.is_own(list, ssid))
        {
            // It is found on the level outside, and so is what follows it.
            let at = self.index(list);
            let outer = self.level(self.parent(list));
            found =
                outer.into_iter().filter(|other| *other >= at && self.matches(*other, code, ssid)).collect();
        }
        found
    }

    fn is_own(&self, list: u32, ssid: Ssid) -> bool {
        self.tokens[self.index(list)].ssid == ssid
    }

    fn select(&mut self, at: usize) {
        let token = &self.tokens[at];
        if token.what == What::Open {
            self.at = Pointers { list: Some(token.name), current: Some(token.name), is_unread: false };
        } else {
            self.at = Pointers { current: Some(token.name), is_unread: false, ..self.at };
        }
    }

    fn put(&mut self, code: TokenCode, what: What, count: usize, ssid: Option<Ssid>) {
        let in_force = self.in_force(self.open_lists().last().copied());
        let put = self.names;
        for _ in 0..count {
            let (what, ssid) = (what.clone(), ssid.unwrap_or(in_force));
            self.tokens.push(Token { name: self.names, code, ssid, what, put });
            self.names += 1;
        }
    }

    fn after_current(&self, level: &[usize]) -> usize {
        let Some(current) = self.at.current else { return 0 };
        if self.at.list == Some(current) {
            return 0;
        }
        level.iter().position(|at| self.tokens[*at].name == current).map_or(level.len(), |place| place + 1)
    }

    fn leave(&mut self) {
        let list = self.at.list.unwrap();
        self.at = Pointers { list: self.parent(list), current: Some(list), is_unread: false };
    }

    fn step(&mut self, is_code: bool) -> Result<(TokenCode, u16), Status> {
        let before = self.at;
        if self.is_at_end() {
            self.leave();
        }
        let level = self.level(self.at.list);
        let mut place = self.after_current(&level);
        let is_same = |one: usize, other: usize| {
            let (one, other) = (&self.tokens[one], &self.tokens[other]);
            one.code == other.code && one.ssid == other.ssid
        };
        if is_code && place > 0 && before == self.at {
            while place < level.len() && is_same(level[place - 1], level[place]) {
                place += 1;
            }
        }
        if let Some(at) = level.get(place).copied() {
            let count = level[place..].iter().take_while(|other| is_same(at, **other)).count();
            let (name, code) = (self.tokens[at].name, self.tokens[at].code);
            let list = if !is_code && self.tokens[at].what == What::Open { Some(name) } else { self.at.list };
            self.at = Pointers { list, current: Some(name), is_unread: true };
            return Ok((code, if is_code { u16::try_from(count).unwrap() } else { 1 }));
        }
        if let Some(list) = self.at.list {
            let close = self.close(self.index(list));
            if close < self.tokens.len() {
                if is_code {
                    self.at = Pointers { current: Some(self.tokens[close].name), is_unread: true, ..self.at };
                } else {
                    self.leave();
                }
                return Ok((ENDLIST, 1));
            }
        }
        self.at = before;
        Err(Status::MISTKN)
    }

    /// The text before a token of the level, as read.
    fn before(&self, list: Option<u32>, at: usize) -> Pointers {
        let level = self.level(list);
        let place = level.iter().position(|other| *other == at).unwrap_or(level.len());
        match place.checked_sub(1) {
            Some(place) => Pointers { list, current: Some(self.tokens[level[place]].name), is_unread: false },
            None => Pointers { list, current: list, is_unread: false },
        }
    }

    fn delete(&mut self, code: TokenCode, index: usize, ssid: Option<Ssid>) -> Result<(), Status> {
        let in_force = ssid.unwrap_or(self.in_force(self.at.list));
        let level = self.level(self.at.list);
        let from = match self.at.current {
            _ if index > 0 => 0,
            None => 0,
            Some(current) if Some(current) == self.at.list => 0,
            Some(_) if self.is_at_end() => level.len(),
            Some(current) => level.iter().position(|at| self.tokens[*at].name == current).unwrap(),
        };
        let mut found = level[from..].iter().copied().filter(|at| self.matches(*at, code, in_force));
        let at = found.nth(index.saturating_sub(1)).ok_or(Status::MISTKN)?;
        let end = if self.tokens[at].what == What::Open {
            (self.close(at) + 1).min(self.tokens.len())
        } else {
            at + 1
        };
        let before = self.before(self.at.list, at);
        let is_here = self.at.current.is_some_and(|current| (at..end).contains(&self.index(current)));
        self.tokens.drain(at..end);
        if is_here {
            self.at = before;
        }
        Ok(())
    }

    fn flush(&mut self) {
        let Some(current) = self.at.current else {
            self.tokens.clear();
            return;
        };
        let at = self.index(current);
        let list = if self.at.list == Some(current) { self.parent(current) } else { self.at.list };
        let before = self.before(list, at);
        self.tokens.truncate(at);
        self.at = before;
    }
}

/// Arbitrary decisions.
struct Choices<'b>(&'b [u8]);

impl Choices<'_> {
    fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    fn below(&mut self, bound: u8) -> usize {
        usize::from(self.byte() % bound)
    }
}

fn special(special: Special) -> TokenCode {
    match special {
        Special::EndList => ENDLIST,
        special => TokenCode::new(TypeCode::TOKENCODE, 4, Vocabulary::DEFAULT.number(special)),
    }
}

fn value(code: TokenCode, choices: &mut Choices<'_>, count: usize) -> (What, Vec<u8>) {
    let letter = b'a' + choices.byte() % 26;
    let len = if code.is_variable() {
        let len = choices.below(5);
        if count > 1 { len & !1 } else { len }
    } else {
        usize::from(code.length())
    };
    let bytes = vec![letter; len];
    let mut memory = Vec::new();
    for _ in 0..count {
        if code.is_variable() {
            memory.extend(u16::try_from(len).unwrap().to_be_bytes());
        }
        memory.extend(&bytes);
    }
    let what = if code.type_code() == TypeCode::LIST { What::Open } else { What::Value(bytes) };
    (what, memory)
}

/// Makes calls out of arbitrary bytes on the model and on a buffer.
pub fn run(bytes: &[u8]) {
    let mut choices = Choices(bytes);
    let host = Host::default();
    let mut model = Model::default();
    let mut buffer = vec![0; 20_000];
    host.ssinit(&mut buffer, 20_000, &OWNERS[0].parse().unwrap(), 0, &Initial::default()).unwrap();
    let mut steps = 0;
    while !choices.0.is_empty() && steps < 150 {
        steps += 1;
        let operation = choices.byte() % 16;
        let token = CODES[choices.below(6)];
        let index = choices.below(4);
        let owner: Option<Ssid> = match choices.byte() % 4 {
            0 => Some(OWNERS[1].parse().unwrap()),
            1 => Some(OWNERS[0].parse().unwrap()),
            _ => None,
        };
        let (called, expected): (TokenCode, Result<(), Status>);
        let result = match operation {
            0..=3 => {
                let is_list = token.type_code() == TypeCode::LIST;
                let count = if is_list || index < 2 { 1 } else { index };
                let (what, memory) = value(token, &mut choices, count);
                if is_list && model.open_lists().len() >= 60 {
                    continue;
                }
                model.put(token, what, count, owner);
                (called, expected) = (token, Ok(()));
                let count = i16::try_from(count).ok();
                host.ssputtkn(&mut buffer, token, Some(&memory), count, owner.as_ref())
            }
            4 | 5 => {
                called = ENDLIST;
                expected = match model.open_lists().last() {
                    None => Err(Status::MISTKN),
                    Some(list) => {
                        let ssid = model.in_force(Some(*list));
                        let (name, put) = (model.names, model.names);
                        model.tokens.push(Token { name, code: ENDLIST, ssid, what: What::Close, put });
                        model.names += 1;
                        Ok(())
                    }
                };
                host.ssputtkn(&mut buffer, ENDLIST, None, None, None)
            }
            6..=8 => {
                let wanted = choices.byte() % 3 + 1;
                let found: Vec<usize> =
                    model.find(token, index, owner).into_iter().take(usize::from(wanted)).collect();
                called = token;
                let mut expected_value = Vec::new();
                for at in &found {
                    if let What::Value(bytes) = &model.tokens[*at].what {
                        if token.is_variable() {
                            if expected_value.len() % 2 == 1 {
                                expected_value.push(0xAA);
                            }
                            expected_value.extend(u16::try_from(bytes.len()).unwrap().to_be_bytes());
                        }
                        expected_value.extend(bytes);
                    }
                }
                if let Some(at) = found.last() {
                    // The list token itself, when its list is current already, is found on the level outside.
                    model.select(*at);
                }
                expected = if found.is_empty() { Err(Status::MISTKN) } else { Ok(()) };
                let (mut got, mut count, mut of) =
                    ([0xAA; 400], u16::from(wanted), owner.unwrap_or(Ssid::NULL));
                let index = i16::try_from(index).ok();
                let result =
                    host.ssgettkn(&mut buffer, token, Some(&mut got), index, Some(&mut count), Some(&mut of));
                if result.is_ok() {
                    assert_eq!(usize::from(count), found.len());
                    assert_eq!(got[..expected_value.len()], expected_value);
                    assert!(got[expected_value.len()..].iter().all(|byte| *byte == 0xAA));
                }
                result
            }
            9 | 10 => {
                let next = if operation == 9 { Special::NextToken } else { Special::NextCode };
                called = special(next);
                let step = model.step(operation == 10);
                expected = step.map(|_| ());
                let (mut got, mut count, mut of) = ([0; 4], 0, Ssid::NULL);
                let (place, own) = (Some(&mut count), Some(&mut of));
                let result = host.ssgettkn(&mut buffer, called, Some(&mut got), None, place, own);
                if let Ok((code, contiguous)) = step {
                    assert_eq!((TokenCode::from_bits(u32::from_be_bytes(got)), count), (code, contiguous));
                }
                result
            }
            11 => {
                called = ENDLIST;
                expected = if model.at.list.is_some() {
                    model.leave();
                    Ok(())
                } else {
                    Err(Status::MISTKN)
                };
                host.ssgettkn(&mut buffer, ENDLIST, None, None, None, None)
            }
            12 => {
                called = special(Special::Count);
                expected = Ok(());
                let found = model.find(token, index, owner);
                let is_list_itself =
                    found.first().is_some_and(|at| Some(model.tokens[*at].name) == model.at.list);
                if is_list_itself {
                    continue;
                }
                if let Some(at) = found.first() {
                    let name = model.tokens[*at].name;
                    model.at = Pointers { current: Some(name), is_unread: true, ..model.at };
                }
                let (mut value, mut count, mut of) =
                    (token.to_be_bytes(false), 0, owner.unwrap_or(Ssid::NULL));
                let index = i16::try_from(index).ok();
                let (place, own) = (Some(&mut count), Some(&mut of));
                let result = host.ssgettkn(&mut buffer, called, Some(&mut value), index, place, own);
                assert_eq!(usize::from(count), found.len());
                result
            }
            13 => {
                called = special(Special::Delete);
                expected = model.delete(token, index, owner);
                let value = token.to_be_bytes(false);
                host.ssputtkn(&mut buffer, called, Some(&value), i16::try_from(index).ok(), owner.as_ref())
            }
            14 if index == 0 => {
                called = special(Special::DataFlush);
                expected = Ok(());
                model.flush();
                host.ssputtkn(&mut buffer, called, None, None, None)
            }
            _ => {
                called = special(Special::InitialPosition);
                expected = Ok(());
                let is_list = index % 2 == 1;
                model.at = match model.at.list.filter(|_| is_list) {
                    Some(list) => Pointers { list: Some(list), current: Some(list), is_unread: true },
                    None => Pointers::default(),
                };
                let value = if is_list { [0xFF; 2] } else { [0; 2] };
                host.ssputtkn(&mut buffer, called, Some(&value), None, None)
            }
        };
        assert_eq!(result, expected, "operation {operation} of {called}");
        if let Err(status) = expected {
            model.last_error = (status.0, called);
        }
        let context = Buffer::parse_prefix(&buffer).unwrap().0.context().unwrap();
        assert_eq!((context.last_error(), context.last_error_code()), model.last_error);
        assert_eq!(usize::from(context.last_list()) == 0, model.open_lists().is_empty());
    }
    while !model.open_lists().is_empty() {
        let ssid = model.in_force(model.open_lists().last().copied());
        model.tokens.push(Token { name: model.names, code: ENDLIST, ssid, what: What::Close, put: 0 });
        model.names += 1;
        host.ssputtkn(&mut buffer, ENDLIST, None, None, None).unwrap();
    }
    compare(&model, &buffer);
}

/// The decoder reads what the model has.
fn compare(model: &Model, buffer: &[u8]) {
    let (buffer, _) = Buffer::parse_prefix(buffer).unwrap();
    buffer.check(|finding| panic!("{finding:?}")).unwrap();
    let mut read = Vec::new();
    for visit in buffer.walk() {
        match visit.unwrap() {
            Visit::Token(token) => match token.table() {
                Some(table) => {
                    for item in table.items() {
                        read.push((token.code(), token.effective_ssid(), What::Value(item.bytes().to_vec())));
                    }
                }
                None => {
                    read.push((token.code(), token.effective_ssid(), What::Value(token.bytes().to_vec())));
                }
            },
            Visit::Open(token) => {
                let code = TokenCode::new(TypeCode::LIST, 0, token.code().number());
                read.push((code, token.effective_ssid(), What::Open));
            }
            _ => read.push((ENDLIST, Ssid::NULL, What::Close)),
        }
    }
    let expected: Vec<_> = model
        .tokens
        .iter()
        .map(|token| {
            let ssid = if token.what == What::Close { Ssid::NULL } else { token.ssid };
            (token.code, ssid, token.what.clone())
        })
        .collect();
    assert_eq!(read, expected);
}

/// Any calls on any bytes return; a buffer the decoder reads without a fault stays one.
pub fn hostile(bytes: &[u8]) {
    let (calls, buffer) = bytes.split_at(bytes.len().min(64));
    let mut buffer = buffer.to_vec();
    buffer.truncate(6000);
    buffer.resize(buffer.len() + 40, 0);
    let mut other = buffer.clone();
    let mut choices = Choices(calls);
    let host = Host::default();
    let map = [2303, 9, 4, 17152, 1024];
    let specials: Vec<TokenCode> =
        Vocabulary::DEFAULT.entries().map(|(_, special_of, _)| special(special_of)).collect();
    let was_good = is_good(&buffer);
    while !choices.0.is_empty() {
        let at = choices.below(64);
        let token = match specials.get(at) {
            Some(code) => *code,
            None => CODES[at % 6],
        };
        let (index, count) = (i16::from(choices.byte().cast_signed()) / 16, choices.byte());
        let operand = CODES[choices.below(6)].to_be_bytes(false);
        let mut value = [0; 300];
        value[..4].copy_from_slice(&operand);
        let (mut of, mut places) = (Ssid::NULL, u16::from(count % 4));
        let id = if count > 250 { TokenId::Map(&map) } else { TokenId::Code(token) };
        let result = match count % 5 {
            0 | 1 => host.ssput(&mut buffer, id, Some(&value), Some(index), None),
            2 => host.ssget(&mut buffer, id, Some(&mut value), Some(index), Some(&mut places), Some(&mut of)),
            3 => host.ssmove(id, &mut other, None, &mut buffer, Some(index), Some(&mut places), None),
            _ => {
                let none = zems::ems::Overrides::default();
                let (place, own) = (Some(&mut places), Some(&mut of));
                host.emsget(&mut buffer, id, Some(&mut value), Some(index), place, own, &none)
            }
        };
        let _ = result;
    }
    if was_good
        && Buffer::parse_prefix(&buffer)
            .is_ok_and(|(buffer, _)| buffer.context().is_none_or(|context| context.last_list() == 0))
    {
        assert!(is_good(&buffer), "a good buffer became a bad one");
    }
}

/// Reads without an error or a finding, and has no open list.
fn is_good(buffer: &[u8]) -> bool {
    Buffer::parse_prefix(buffer).is_ok_and(|(buffer, _)| {
        let mut findings = 0;
        let is_closed = buffer.context().is_some_and(|context| context.last_list() == 0);
        let read = buffer.check(|_| findings += 1);
        read.is_ok() && findings == 0 && is_closed
    })
}
