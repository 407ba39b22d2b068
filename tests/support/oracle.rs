//! The properties that hold for any bytes. The fuzz targets and the property tests call the same functions.

use zems::ems::Event;
use zems::spi::read::{BareVisit, Buffer, Framer, Step, Token, TokenKey, Tokens, Visit};
use zems::spi::{Action, HeaderType, Profile, Ssid, TokenCode, Value, reencode};

use super::reference::{self, Content};

/// Reading never panics, always ends, and agrees with the reference decoder on what can be read and what is read.
pub fn decode(bytes: &[u8]) {
    let expected = reference::decode(bytes);
    let buffer = match Buffer::parse_prefix(bytes) {
        Ok((buffer, rest)) => {
            assert_eq!(buffer.len() + rest.len(), bytes.len());
            buffer
        }
        Err(error) => {
            assert!(expected.is_none(), "the reference decoder reads what fails here with: {error}");
            assert!(error.offset() <= u64::try_from(bytes.len()).unwrap());
            return;
        }
    };
    let mut findings = 0;
    let check = buffer.check(|_| findings += 1);
    assert_eq!(check.is_ok(), expected.is_some(), "{check:?}");
    let walked = buffer.walk().try_for_each(|visit| {
        if let Visit::Token(token) | Visit::Open(token) = visit? {
            read_everything(&token);
        }
        Ok(())
    });
    assert_eq!(walked, check);
    walk_bare(&buffer);
    sequence(&buffer);
    if let Ok(event) = Event::try_from(buffer) {
        assert_eq!(event.check(|_| {}), check);
        for subject in event.subjects().map_while(Result::ok) {
            assert!(subject.value() == subject.value() || subject.bytes().is_empty());
        }
        for (token, _) in zems::ems::HeaderToken::ALL {
            let _ = event.header_token(token);
        }
        let _ = event.process().map(|process| process.to_string());
    }
    let Some(expected) = expected else { return };
    assert_eq!(buffer.header_type() == HeaderType::Event, expected.is_event);
    assert_eq!(buffer.context().is_some(), expected.has_context);
    assert_eq!(buffer.body(), expected.body..expected.used);
    compare(buffer.tokens(), &expected.tokens);
}

/// The bare steps are those of the walk, error and all; each makes the token the walk gives.
fn walk_bare(buffer: &Buffer<'_>) {
    let mut bare = Vec::new();
    let mut depth = 0_usize;
    let result = buffer.walk_bare(|visit| {
        let (token, at) = match visit {
            BareVisit::Token(token) => (token, depth),
            BareVisit::Open(token) => {
                depth += 1;
                (token, depth - 1)
            }
            BareVisit::Close(token) => {
                depth -= 1;
                (token, depth)
            }
        };
        assert_eq!(matches!(visit, BareVisit::Token(_)), !token.is_list());
        bare.push((matches!(visit, BareVisit::Close(_)), token.start(), token.value().end, at));
    });
    let mut rich = Vec::new();
    let walked = buffer.walk().try_for_each(|visit| {
        let visit = visit?;
        let (Visit::Token(token) | Visit::Open(token) | Visit::Close(token)) = visit;
        rich.push((matches!(visit, Visit::Close(_)), token.start(), token.end(), token.depth()));
        Ok(())
    });
    assert_eq!(result, walked);
    assert_eq!(bare, rich);
    let (mut tokens, mut again) = (buffer.tokens(), buffer.tokens());
    while let Some(step) = tokens.next_bare() {
        let token = again.next().unwrap();
        assert_eq!(step.err(), token.err());
        let (Ok(step), Ok(token)) = (step, token) else { break };
        let made = tokens.token(&step);
        assert_eq!((made.raw(), made.code(), made.ssid()), (token.raw(), token.code(), token.ssid()));
        assert_eq!((made.bytes(), made.is_list()), (token.bytes(), token.is_list()));
        assert_eq!(made.effective_ssid(), token.effective_ssid());
        assert!(token.table().is_none() || step.is_table_header(buffer.profile()));
        if token.table().is_none() {
            assert_eq!((step.code(), step.is_extended()), (token.code(), token.ssid().is_some()));
            assert_eq!(&buffer.as_bytes()[step.value()], token.bytes());
        }
        assert!(step.next() == tokens.position() && step.next() == again.position());
    }
    assert!(tokens.next_bare().is_none() && again.next().is_none());
}

/// Tokens asked for in order are those of the walk; others are not found there.
fn sequence(buffer: &Buffer<'_>) {
    let (mut sequence, mut tokens) = (buffer.sequence(), buffer.tokens());
    while let Some(step) = tokens.next_bare() {
        assert!(!sequence.is_at_end());
        let Ok(step) = step else { return };
        let token = tokens.token(&step);
        let code = step.code();
        let other = TokenCode::from_bits(u32::from(code) ^ 1);
        assert!(sequence.bytes(other).is_none());
        let value = match token.ssid().filter(|_| step.is_extended()) {
            Some(ssid) => {
                assert!(sequence.bytes(code).is_none() && sequence.bytes_of(ssid, other).is_none());
                sequence.bytes_of(ssid, code)
            }
            None => sequence.bytes(code),
        };
        if step.is_list() || step.is_table_header(buffer.profile()) {
            assert!(value.is_none());
            return;
        }
        assert_eq!(value, Some(token.bytes()));
    }
    assert!(sequence.is_at_end());
}

fn compare(tokens: Tokens<'_>, expected: &[reference::Token]) {
    let mut expected = expected.iter();
    for token in tokens {
        let (token, expected) = (token.unwrap(), expected.next().unwrap());
        assert_eq!(token.start(), expected.start);
        assert_eq!(u32::from(token.code()), expected.code);
        assert_eq!(token.ssid().map(|ssid| ssid.as_bytes().to_vec()), expected.ssid);
        assert_eq!(token.effective_ssid().as_bytes(), &expected.effective[..]);
        match &expected.content {
            Content::Value(bytes) => {
                assert!(token.table().is_none() && !token.is_list());
                assert_eq!(token.bytes(), bytes);
            }
            Content::List(inside) => compare(token.tokens().unwrap(), inside),
            Content::Table(values) => {
                assert!(
                    token
                        .table()
                        .unwrap()
                        .items()
                        .map(|item| item.bytes())
                        .eq(values.iter().map(Vec::as_slice))
                );
            }
        }
    }
    assert_eq!(expected.next(), None);
}

fn read_everything(token: &Token<'_>) {
    assert!(token.raw().len() >= 4 && token.end() >= token.start() + token.raw().len());
    assert!(TokenKey::qualified(token.effective_ssid(), token.code()).matches(token));
    let _ = token.nested();
    read_value(&token.value());
    for item in token.table().into_iter().flat_map(|table| table.items()) {
        read_value(&item.value());
    }
}

fn read_value(value: &Value<'_>) {
    let text = format!("{value:?}");
    assert!(!text.is_empty());
    match value {
        Value::Fname(names) => names.iter().filter(|name| name.round_trips()).for_each(|name| {
            assert_eq!(name.to_string().parse(), Ok(name));
        }),
        Value::Fname32(names) => names.iter().filter(|name| name.round_trips()).for_each(|name| {
            assert_eq!(name.to_string().parse(), Ok(name));
        }),
        Value::Subvol(names) => names.iter().filter(|name| name.round_trips()).for_each(|name| {
            assert_eq!(name.to_string().parse(), Ok(name));
        }),
        Value::Device(names) => names.iter().filter(|name| name.round_trips()).for_each(|name| {
            assert_eq!(name.to_string().parse(), Ok(name));
        }),
        Value::Username(names) => names.iter().filter(|name| name.round_trips()).for_each(|name| {
            assert_eq!(name.to_string().parse(), Ok(name));
        }),
        Value::Ssid(ssids) => ssids.iter().filter(|ssid| ssid.round_trips()).for_each(|ssid| {
            assert_eq!(ssid.to_string().parse(), Ok(ssid));
        }),
        Value::Timestamp(times) => {
            times.iter().for_each(|time| assert_eq!(time.to_string().parse(), Ok(time)));
        }
        _ => {}
    }
}

/// Keeping everything gives the same bytes; dropping and replacing gives a buffer that reads as changed.
pub fn reencode_any(bytes: &[u8]) {
    let Ok((buffer, _)) = Buffer::parse_prefix(bytes) else { return };
    let mut same = Vec::new();
    let kept = reencode(&buffer, &mut same, |_| Action::Keep);
    assert_eq!(kept.is_ok(), buffer.check(|_| {}).is_ok(), "{kept:?}");
    if kept.is_err() {
        assert!(same.is_empty());
        return;
    }
    assert_eq!(same, buffer.as_bytes());

    let odd = |token: &Token<'_>| token.code().number().0 % 2 != 0;
    let mut fewer = Vec::new();
    if reencode(&buffer, &mut fewer, |token| if odd(token) { Action::Drop } else { Action::Keep }).is_ok() {
        let buffer = Buffer::parse(&fewer).unwrap();
        buffer.check(|_| {}).unwrap();
        for visit in buffer.walk() {
            if let Visit::Token(token) | Visit::Open(token) = visit.unwrap() {
                assert!(!odd(&token));
            }
        }
    } else {
        assert!(fewer.is_empty());
    }

    let code = TokenCode::from_bits(0x01FF_0002);
    let mut other = Vec::new();
    let replaced = reencode(&buffer, &mut other, |token| {
        if odd(token) { Action::Replace { ssid: Ssid::NULL, code, value: b"other" } } else { Action::Keep }
    });
    if replaced.is_ok() {
        Buffer::parse(&other).unwrap().check(|_| {}).unwrap();
    }
}

/// Every byte of a stream lies in exactly one step, whatever it is shown at a time.
pub fn resync(bytes: &[u8]) {
    prefixed(bytes);
    let whole = frames(bytes, usize::MAX);
    let chunked = frames(bytes, 97);
    assert_eq!(whole, frames_late(bytes), "the steps depend on when the end is known");
    assert_eq!(whole, chunked, "the steps depend on how much input is shown at a time");
    assert_eq!(whole, frames_refused(bytes), "a consumer that walks and refuses sees other steps");
    skim(bytes);
    let mut covered = 0;
    for frame in &whole {
        assert_eq!(frame.start, covered);
        covered += frame.len;
    }
    assert_eq!(covered, bytes.len());
}

#[derive(Debug, PartialEq)]
pub struct Frame {
    pub start: usize,
    pub len: usize,
    pub error: Option<String>,
    pub is_pad: bool,
}

/// The steps of a stream whose end is known only when nothing more comes, as in a pipe.
fn frames_late(bytes: &[u8]) -> Vec<Frame> {
    frames_of(bytes, 4096, true)
}

/// The steps of a stream of which `grow` more bytes are shown each time more are asked for.
pub fn frames(bytes: &[u8], grow: usize) -> Vec<Frame> {
    frames_of(bytes, grow, false)
}

/// A block gone over by headers alone has the buffers that the steps by headers alone have.
pub fn skim(bytes: &[u8]) {
    let is_wanted = |buffer: &Buffer<'_>| !buffer.len().is_multiple_of(3);
    let mut expected = Vec::new();
    let (mut framer, mut start) = (Framer::new(&Profile::DEFAULT), 0);
    loop {
        start += match framer.step_if(&bytes[start..], true, |_| false) {
            Step::Buffer(buffer) => {
                if is_wanted(&buffer) {
                    expected.push(start);
                }
                buffer.len()
            }
            Step::Bad { len, .. } => len,
            Step::Pad => 1,
            Step::Length { width, .. } => width,
            Step::More | Step::End => break,
        };
    }
    let mut found = Vec::new();
    let (mut framer, mut start) = (Framer::new(&Profile::DEFAULT), 0);
    loop {
        let mut block = Vec::new();
        let len = framer.skim(&bytes[start..], is_wanted, &mut block);
        assert!(block.iter().all(|at| *at < len));
        found.extend(block.iter().map(|at| start + at));
        start += len;
        assert_eq!(framer.offset(), u64::try_from(start).unwrap());
        start += match framer.step_if(&bytes[start..], true, |_| false) {
            Step::Buffer(buffer) => {
                if is_wanted(&buffer) {
                    found.push(start);
                }
                buffer.len()
            }
            Step::Bad { len, .. } => len,
            Step::Pad => 1,
            Step::Length { width, .. } => width,
            Step::More | Step::End => break,
        };
    }
    assert_eq!(found, expected);
}

/// The steps a consumer sees that walks every buffer itself and refuses what it cannot read.
fn frames_refused(bytes: &[u8]) -> Vec<Frame> {
    let mut framer = Framer::new(&Profile::DEFAULT);
    let mut frames: Vec<Frame> = Vec::new();
    let (mut start, mut is_open) = (0, false);
    loop {
        match framer.step_if(&bytes[start..], true, |_| false) {
            Step::Buffer(buffer) => {
                if let Err(error) = buffer.check(|_| {}) {
                    framer.refuse(&buffer, error);
                    continue;
                }
                frames.push(Frame { start, len: buffer.len(), error: None, is_pad: false });
                start += buffer.len();
            }
            Step::Pad => {
                frames.push(Frame { start, len: 1, error: None, is_pad: true });
                start += 1;
            }
            Step::Bad { len, error, ends } => {
                if is_open {
                    frames.last_mut().unwrap().len += len;
                } else {
                    frames.push(Frame { start, len, error: Some(error.to_string()), is_pad: false });
                }
                is_open = !ends;
                start += len;
            }
            Step::Length { width, .. } => start += width,
            Step::More | Step::End => return frames,
        }
    }
}

fn frames_of(bytes: &[u8], grow: usize, end_comes_late: bool) -> Vec<Frame> {
    let is_told = !end_comes_late;
    steps(Framer::new(&Profile::DEFAULT), bytes, grow, is_told)
}

/// The same for buffers in frames: every byte lies in exactly one step, whatever is shown when.
pub fn prefixed(bytes: &[u8]) {
    for framer in [Framer::be16(&Profile::DEFAULT), Framer::be32(&Profile::DEFAULT)] {
        for grow in [usize::MAX, 1, 7, 4096] {
            let mut end = 0;
            for frame in steps(framer.clone(), bytes, grow, true) {
                assert_eq!(frame.start, end);
                end += frame.len;
            }
            assert_eq!(end, bytes.len());
        }
    }
}

fn steps(mut framer: Framer<'_>, bytes: &[u8], grow: usize, mut is_told: bool) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    let (mut start, mut shown) = (0, grow.min(bytes.len()));
    let mut is_open = false;
    loop {
        let at_end = is_told && shown == bytes.len();
        assert_eq!(framer.offset(), u64::try_from(start).unwrap());
        match framer.step(&bytes[start..shown], at_end) {
            Step::Buffer(buffer) => {
                assert_eq!(buffer.origin(), u64::try_from(start).unwrap());
                frames.push(Frame { start, len: buffer.len(), error: None, is_pad: false });
                start += buffer.len();
            }
            Step::Pad => {
                frames.push(Frame { start, len: 1, error: None, is_pad: true });
                start += 1;
            }
            Step::Length { width, .. } => {
                frames.push(Frame { start, len: width, error: None, is_pad: true });
                start += width;
            }
            Step::Bad { len, error, ends } => {
                if is_open {
                    frames.last_mut().unwrap().len += len;
                } else {
                    frames.push(Frame { start, len, error: Some(error.to_string()), is_pad: false });
                }
                is_open = !ends;
                start += len;
            }
            Step::More => {
                assert!(!at_end && shown - start < Framer::LOOK_AHEAD);
                is_told |= shown == bytes.len();
                shown = shown.saturating_add(grow).min(bytes.len());
            }
            Step::End => {
                assert!(!is_open, "a bad region has no end");
                return frames;
            }
        }
    }
}

/// A buffer built from arbitrary decisions is read as it was made, by both decoders, and comes back re-encoded.
pub fn build(bytes: &[u8]) {
    let (command, made) = super::generate::command(bytes);
    let buffer = Buffer::parse(&command).unwrap();
    buffer.check(|finding| panic!("{finding}")).unwrap();
    super::generate::compare(buffer.tokens(), &made, buffer.ssid());
    for buffer in [command, super::generate::event(bytes)] {
        decode(&buffer);
        reencode_any(&buffer);
    }
}
