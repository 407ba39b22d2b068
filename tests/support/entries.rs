//! The properties that hold for any bytes at entry points that the other oracles do not reach: searches, scans, text values, definition sources.

use core::fmt::{Debug, Display};
use core::str::FromStr;

use zems::dictionary::{Dictionary, Loader, SourceKind};
use zems::spi::read::{Buffer, DecodeError, Token, TokenKey, scan};
use zems::spi::{Device, Fname, Fname32, Profile, Ssid, Subvol, Timestamp, TokenCode, Username, Version};
use zems::text::NoLoader;

use super::diagnostics;

/// Searches give what going through the tokens one by one gives, errors too.
pub fn find(bytes: &[u8]) {
    const SEARCHES: usize = 24;
    let Ok((buffer, _)) = Buffer::parse_prefix(bytes) else { return };
    let tokens: Vec<Result<Token<'_>, DecodeError>> = buffer.tokens().collect();
    let naive = |wanted: TokenKey| -> Result<Option<usize>, DecodeError> {
        for token in &tokens {
            match token {
                Ok(token) if wanted.matches(token) => return Ok(Some(token.start())),
                Ok(_) => {}
                Err(error) => return Err(*error),
            }
        }
        Ok(None)
    };
    let known = tokens.iter().flatten().take(SEARCHES);
    let mut wanted: Vec<_> =
        known.map(|token| TokenKey::qualified(token.effective_ssid(), token.code())).collect();
    for token in tokens.iter().flatten().take(4) {
        // A neighbour in each part of the code, and another subsystem.
        let code = u32::from(token.code());
        wanted.push(TokenKey::qualified(token.effective_ssid(), TokenCode::from_bits(code ^ 1)));
        wanted.push(TokenKey::qualified(token.effective_ssid(), TokenCode::from_bits(code ^ 0x0001_0000)));
        wanted.push(TokenKey::qualified(Ssid::NULL, token.code()));
        wanted.push(TokenKey::new(token.code()));
    }
    for wanted in &wanted {
        let found = buffer.find(*wanted).map(|found| found.map(|token| token.start()));
        assert_eq!(found, naive(*wanted), "{wanted:?}");
        let all: Vec<_> = buffer.find_all(*wanted).map(|found| found.map(|token| token.start())).collect();
        let expected: Vec<_> = tokens
            .iter()
            .filter(|token| token.as_ref().map_or(true, |token| wanted.matches(token)))
            .map(|token| token.as_ref().map(Token::start).map_err(|error| *error))
            .collect();
        assert_eq!(all, expected, "{wanted:?}");
    }
    // All of them in one walk, which fails only if it has to go past the fault.
    let mut slots = vec![None; wanted.len()];
    let filled = buffer.find_into(&wanted, &mut slots);
    let singly: Vec<_> = wanted.iter().map(|wanted| naive(*wanted)).collect();
    assert_eq!(filled.err(), singly.iter().find_map(|found| found.err()));
    for (slot, single) in slots.iter().zip(&singly) {
        if let (Some(token), Ok(start)) = (slot, single) {
            assert_eq!(Some(token.start()), *start);
        }
        assert!(filled.is_err() || slot.map(|token| token.start()) == single.unwrap_or(None));
    }
    // Going on from a place gives the rest.
    let mut rest = buffer.tokens();
    for token in &tokens {
        let place = rest.position();
        match (rest.next(), token) {
            (Some(Ok(next)), Ok(token)) => {
                assert!(
                    place <= next.start() && next.start() == token.start() && rest.position() >= next.end()
                );
            }
            (Some(Err(next)), Err(error)) => assert_eq!(next, *error),
            (next, token) => panic!("{next:?} after {token:?}"),
        }
    }
}

/// A scan finds buffers that can be read, in order and without overlap, and of a buffer among bytes that are none the whole.
pub fn scanned(bytes: &[u8]) {
    let bytes = &bytes[..bytes.len().min(1 << 14)];
    let mut end = 0;
    for buffer in scan(bytes, &Profile::DEFAULT) {
        let start = usize::try_from(buffer.origin()).unwrap();
        assert!(start >= end, "{start} before {end}");
        end = start + buffer.len();
        assert_eq!(buffer.as_bytes(), &bytes[start..end]);
        buffer.check(|_| {}).unwrap();
    }
    // The same bytes with a buffer at either end, and bytes that begin none in between.
    let around = [zems::samples::BKUP_FAIL, &[0; 2], zems::samples::EVENT].concat();
    let found: Vec<_> = scan(&around, &Profile::DEFAULT).map(|buffer| buffer.len()).collect();
    assert_eq!(found, [zems::samples::BKUP_FAIL.len(), zems::samples::EVENT.len()]);
    let front = [zems::samples::BKUP_FAIL, bytes].concat();
    assert_eq!(
        scan(&front, &Profile::DEFAULT).next().map(|buffer| (buffer.origin(), buffer.len())),
        Some((0, zems::samples::BKUP_FAIL.len()))
    );
}

/// A value that is read from a text is written as a text that is read as the same value.
pub fn text_values(bytes: &[u8]) {
    fn both<T: FromStr + Display + PartialEq + Debug>(text: &str) {
        let Ok(value) = text.parse::<T>() else { return };
        let shown = value.to_string();
        match shown.parse::<T>() {
            Ok(again) => assert_eq!(again, value, "{text:?} is shown as {shown:?}"),
            Err(_) => panic!("{text:?} is shown as {shown:?}, which cannot be read"),
        }
    }
    let text = String::from_utf8_lossy(bytes);
    for line in text.lines().take(64) {
        both::<Version>(line);
        both::<TokenCode>(line);
        if let Ok(code) = line.parse::<TokenCode>() {
            assert_eq!(format!("{code:X}").parse(), Ok(code), "{line:?}");
        }
        both::<Ssid>(line);
        both::<Timestamp>(line);
        both::<Fname>(line);
        both::<Fname32>(line);
        both::<Subvol>(line);
        both::<Device>(line);
        both::<Username>(line);
        both::<zems::site::Level>(line);
        let _ = zems::syslog::Time::parse(line);
        let _ = zems::filter::Parameters::new().add(line);
        if let Some(data) = zems::syslog::StructuredData::parse(line) {
            assert!(line.starts_with(data.as_written()), "{line:?}");
        }
        // Each byte is in one frame.
        let frames: usize = zems::syslog::split_frames(line.as_bytes()).map(<[u8]>::len).sum();
        assert_eq!(frames, line.len(), "{line:?}");
    }
}

/// Any texts as the sources of a site, whatever they are taken for: diagnostics lie in their sources, and the dictionary made of them
/// comes back from its compiled form.
pub fn sources(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut loader = Loader::new();
    for (part, name) in text.split("\n====").zip(["a", "b.h", "c.events", "d.ddl", "e.tmpl", "f"]) {
        let kind = SourceKind::of(part);
        // Neither a byte order mark nor a line end says what a text is.
        if !part.starts_with('\u{feff}') {
            assert_eq!(SourceKind::of(&format!("\u{feff}{part}")), kind, "{part:?}");
        }
        assert_eq!(SourceKind::of(&format!("{part}\n")), kind, "{part:?}");
        let Ok(taken) = loader.add(name, part.to_owned()) else { return };
        assert!(taken == kind || kind == SourceKind::Unknown, "{taken:?} and {kind:?}");
    }
    let loaded = loader.load(&NoLoader);
    diagnostics::check(&loaded.diagnostics, &loaded.sources);
    let dictionary = &loaded.dictionary;
    for token in dictionary.tokens() {
        assert!(dictionary.token_named(token.name()).is_some(), "{}", token.name());
    }
    for event in dictionary.events() {
        assert!(dictionary.event(event.ssid(), event.number()).is_some(), "{}", event.name());
    }
    let compiled = dictionary.to_compiled();
    let again = Dictionary::from_compiled(&compiled).expect("what was compiled is read");
    assert_eq!((again.to_compiled() == compiled, again.profile()), (true, dictionary.profile()));
}
