//! A sentence of an event whose shape is known is the sentence that a search makes.

use zems::dictionary::Dictionary;
use zems::ems::Event;
use zems::samples;
use zems::spi::read::Buffer;
use zems::spi::{DataType, Profile, TypeCode};
use zems::template::{RenderOptions, Rendered, TemplateSet};

/// The text by a set that knows no shapes: a copy of a set knows none, and learns from what it has searched for only.
fn searched(set: &TemplateSet, event: &Event<'_>) -> (String, Rendered) {
    sentence(&set.clone(), event)
}

fn sentence(set: &TemplateSet, event: &Event<'_>) -> (String, Rendered) {
    let mut text = String::new();
    let rendered = set.render(event, Dictionary::builtin(), &RenderOptions::default(), &mut text).unwrap();
    (text, rendered)
}

/// The header of the sample, and these tokens after it.
fn event_of(header: &[u8], tokens: &[&[u8]]) -> Vec<u8> {
    let mut bytes = header.to_vec();
    for token in tokens {
        bytes.resize(bytes.len().next_multiple_of(2), 0);
        bytes.extend(*token);
    }
    let used = u16::try_from(bytes.len() - 6).unwrap();
    bytes[4..6].copy_from_slice(&used.to_be_bytes());
    bytes
}

/// Tokens left out, twice, in other orders, of others; words of a system log, a subject TEXT, lists and tables among them.
#[test]
fn tokens_in_any_order_make_the_same_sentence() {
    let named = |name: &str| Dictionary::builtin().token_named(name).unwrap();
    let set = TemplateSet::builtin();
    let sample = Buffer::parse(samples::BKUP_FAIL).unwrap();
    let header = &samples::BKUP_FAIL[..sample.body().start];
    let mut tokens: Vec<Vec<u8>> = sample.tokens().map(|token| token.unwrap().raw().to_vec()).collect();
    // The tokens of the subsystem in the extended form, of its own subsystem and of another.
    for at in 2..tokens.len() {
        for other in [false, true] {
            let plain = tokens[at].clone();
            if plain[0] & 0x80 == 0 {
                let mut ssid = *sample.ssid().as_bytes();
                ssid[9] ^= u8::from(other);
                let mut extended = [&plain[..4], &ssid[..], &plain[4..]].concat();
                extended[0] |= 0x80;
                tokens.push(extended);
            }
        }
    }
    for name in ["SYSLOG-TKN-TEXT", "SYSLOG-TKN-STRUCTURED-DATA", "ZEMS-TKN-TEXT"] {
        let code = named(name).stored_code();
        let ssid = named(name).owner_ssid().unwrap_or_default();
        tokens.push([&code.to_be_bytes(true)[..], ssid.as_bytes(), &[0, 3], b"abc"].concat());
        tokens.push([&code.to_be_bytes(false)[..], &[0, 3], b"abc"].concat());
    }
    let end_list = [0x27, 0, 0, 4];
    tokens.push([&[0x25, 0xFF, 0xFF, 0x03, 0, 4][..], &end_list].concat());
    // The same list with an end-list code that is none.
    tokens.push(vec![0x25, 0xFF, 0xFF, 0x03, 0, 4, 0x26, 0, 0, 4]);
    let mut state = 1_u32;
    let mut below = |limit: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::try_from(state >> 16).unwrap() % limit
    };
    let mut texts = std::collections::BTreeSet::new();
    for round in 0..600 {
        let mut order: Vec<&[u8]> = tokens[..sample.tokens().count()].iter().map(Vec::as_slice).collect();
        for _ in 0..below(4) {
            let at = below(order.len());
            match below(3) {
                0 => drop(order.remove(at)),
                1 => order.insert(at, &tokens[below(tokens.len())]),
                _ => order.swap(0, at),
            }
            if order.is_empty() {
                break;
            }
        }
        let bytes = event_of(header, &order);
        let event = Event::parse(&bytes).unwrap();
        let known = sentence(&set, &event);
        assert_eq!(known, searched(&set, &event), "round {round}: {bytes:02X?}");
        // The order that the set has learned, again.
        assert_eq!(
            sentence(&set, &Event::parse(samples::BKUP_FAIL).unwrap()).0,
            "Backup process in CPU 3 died because its CPU is down"
        );
        texts.insert(known.0);
    }
    // With and without each of the two values, and the text of TEXT.
    assert!(texts.len() >= 5, "{texts:?}");
}

#[test]
fn any_bit_of_a_body_makes_the_same_sentence() {
    let set = TemplateSet::builtin();
    let sample = Event::parse(samples::BKUP_FAIL).unwrap();
    let expected = sentence(&set, &sample);
    assert_eq!(expected, sentence(&set, &sample));
    for at in (6..18).chain(sample.buffer().body()) {
        for bit in [0, 1, 3, 7] {
            let mut bytes = samples::BKUP_FAIL.to_vec();
            bytes[at] ^= 1 << bit;
            if let Ok(event) = Event::parse(&bytes) {
                assert_eq!(sentence(&set, &event), searched(&set, &event), "byte {at}, bit {bit}");
            }
        }
    }
}

/// A shape learned under one profile says nothing about another.
#[test]
fn another_profile_makes_the_same_sentence() {
    let set = TemplateSet::builtin();
    let sample = Event::parse(samples::BKUP_FAIL).unwrap();
    sentence(&set, &sample);
    for data_type in DataType::ALL {
        for code in [TypeCode::CHAR, TypeCode::UINT, TypeCode::ENUM, TypeCode::MARK] {
            let mut profile = Profile::DEFAULT;
            profile.set_data_type(code, data_type);
            let decoder = zems::spi::read::Decoder::new(&profile);
            let event = Event::try_from(decoder.parse(samples::BKUP_FAIL).unwrap()).unwrap();
            assert_eq!(sentence(&set, &event), searched(&set, &event), "{code:?} as {data_type:?}");
        }
    }
}
