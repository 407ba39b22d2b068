//! The small questions: getters and conversions that larger tests do not ask, against bytes and numbers written out here.

use std::sync::Arc;

use bytes::Bytes;
use zems::ems::{Event, EventBuf, EventBuilder, EventHeader, HeaderToken, HeaderValue};
use zems::samples;
use zems::spi::read::{Buffer, Visit};
use zems::spi::write::{CommandHeader, Encoder};
use zems::spi::{
    Boolean, DataType, Profile, Ssid, Timestamp, TokenCode, TokenNumber, TypeCode, Value, Version,
};

const LIST: TokenCode = TokenCode::from_bits(0x25FF_0001);
const INT: TokenCode = TokenCode::from_bits(0x0202_0001);
const TEXT: TokenCode = TokenCode::from_bits(0x01FF_0001);

fn ssid(text: &str) -> Ssid {
    text.parse().unwrap()
}

/// The SSID in force is that of the message, and in a list that of the list.
#[test]
fn default_ssids_are_those_in_force() {
    let (own, other) = (ssid("ACME.7.A01"), ssid("OTHER.9.0"));
    let mut encoder = Encoder::command(Vec::new(), &CommandHeader::new(own, 1), &Profile::DEFAULT).unwrap();
    assert_eq!(encoder.default_ssid(), own);
    encoder.put(INT, 1_i16).unwrap();
    encoder.begin_list(other, LIST).unwrap();
    assert_eq!(encoder.default_ssid(), other);
    encoder.put(INT, 2_i16).unwrap();
    encoder.end_list().unwrap();
    assert_eq!(encoder.default_ssid(), own);
    let bytes = encoder.finish().unwrap();
    let mut seen = Vec::new();
    for visit in Buffer::parse(&bytes).unwrap().walk() {
        if let Visit::Token(token) | Visit::Open(token) = visit.unwrap() {
            seen.push((token.default_ssid(), token.effective_ssid()));
        }
    }
    assert_eq!(seen, [(own, own), (own, other), (other, other)]);

    let header = EventHeader::new(own, 1);
    let writer = EventBuilder::relay(Vec::new(), &header, &Profile::DEFAULT).unwrap();
    assert_eq!(writer.default_ssid(), own);
}

#[test]
fn a_further_subject_may_be_of_another_subsystem() {
    let (own, other) = (ssid("ACME.7.A01"), ssid("OTHER.9.0"));
    let header = EventHeader::new(own, 1);
    let mut builder = EventBuilder::new(Vec::new(), &header, &Profile::DEFAULT, TEXT, "first").unwrap();
    builder.subject_qualified(other, TEXT, "second").unwrap();
    let bytes = builder.finish().unwrap();
    let event = Event::parse(&bytes).unwrap();
    let subjects: Vec<_> = event
        .subjects()
        .map(|subject| subject.map(|subject| (subject.token().effective_ssid(), subject.bytes())).unwrap())
        .collect();
    assert_eq!(subjects, [(own, &b"first"[..]), (other, b"second")]);
}

#[test]
fn header_tokens_have_their_names_and_no_others() {
    for (token, name) in HeaderToken::ALL {
        assert_eq!(HeaderToken::from_name(name), Some(token));
        assert_eq!(HeaderToken::from_name(&name.to_lowercase()), None);
    }
    assert_eq!(HeaderToken::from_name("ZEMS-TKN-CPU"), Some(HeaderToken::Cpu));
    assert_eq!(HeaderToken::from_name("ZSPI-TKN-SSID"), Some(HeaderToken::Ssid));
    assert_eq!(HeaderToken::from_name(""), None);
}

#[test]
fn the_version_of_the_header_is_its_token() {
    let version = |bytes| {
        let event = Event::parse(bytes).unwrap();
        let version = event.header_version();
        let token = event.header_token(HeaderToken::HeaderVersion);
        assert_eq!(token, version.map(|version| HeaderValue::Number(i64::from(version))));
        version
    };
    let header = EventHeader::new(ssid("ACME.7.A01"), 1);
    let builder = EventBuilder::new(Vec::new(), &header, &Profile::DEFAULT, TEXT, "x").unwrap();
    let bytes = builder.finish().unwrap();
    assert_eq!(version(&bytes), Some(1));
    for bytes in [samples::EVENT, samples::BKUP_FAIL, samples::PID_FILE_LOCK] {
        version(bytes);
    }
}

#[test]
fn times_count_from_1970_and_lengths_of_time_are_not_dates() {
    let begin = Timestamp::from_unix_micros(0).unwrap();
    assert_eq!(begin.to_string(), "1970-01-01T00:00:00.000000Z");
    assert_eq!(begin.unix_micros(), Some(0));
    assert_eq!(Timestamp::from_unix_micros(-1).unwrap().to_string(), "1969-12-31T23:59:59.999999Z");
    assert_eq!(Timestamp::from_unix_micros(i64::MAX), None);
    assert_eq!(Timestamp(i64::MIN).unix_micros(), None);
    assert!(!begin.is_elapsed() && !Timestamp::UNSET.is_elapsed());
    assert!(Timestamp(1).is_elapsed() && Timestamp(-1).is_elapsed() && Timestamp(3_600_000_000).is_elapsed());
    // Thirty-one years and eight months are the longest.
    let longest = 1_000_000_000_000_000;
    assert!(Timestamp(longest - 1).is_elapsed() && !Timestamp(longest).is_elapsed());
    // Dates are those of the years 1 to 9999.
    let first: Timestamp = "0001-01-01T00:00:00Z".parse().unwrap();
    assert!(first.civil().is_some() && Timestamp(first.0 - 1).civil().is_none() && !first.is_elapsed());
}

/// One bit of the standard part says that there is a checksum.
#[test]
fn one_bit_says_checksum() {
    assert!(!Buffer::parse(samples::COMMAND).unwrap().standard().has_checksum());
    let mut found = Vec::new();
    for at in 0..24 {
        for bit in 0..8 {
            let mut bytes = samples::COMMAND.to_vec();
            bytes[at] ^= 1 << bit;
            if Buffer::parse(&bytes).is_ok_and(|buffer| buffer.standard().has_checksum()) {
                found.push((at, bit));
            }
        }
    }
    assert_eq!(found, [(22, 7)]);
}

#[test]
fn the_code_of_the_header_says_what_the_buffer_is() {
    let code = |bytes| Buffer::parse(bytes).unwrap().header_code();
    for bytes in [samples::COMMAND, samples::EVENT] {
        assert_eq!(code(bytes).to_be_bytes(false), bytes[24..28]);
        assert_eq!(code(bytes).type_code(), TypeCode::STRUCT);
    }
    assert_eq!(code(samples::COMMAND).number(), TokenNumber::CMDHDR);
    for number in i16::MIN..=i16::MAX {
        assert_eq!(TokenNumber(number).is_header_type(), (-480..=-449).contains(&number), "{number}");
        assert_eq!(TokenNumber(number).is_shared(), number <= 0, "{number}");
    }
}

#[test]
fn names_of_subsystems_and_owners() {
    for (name, is_name) in [
        ("A", true),
        ("SAFEGUARD", true),
        ("A-1", true),
        ("TOO-LONG-1", false),
        ("1A", false),
        ("-A", false),
        ("A_B", false),
        ("A B", false),
        ("", false),
    ] {
        assert_eq!(Ssid::is_subsystem_name(name), is_name, "{name}");
    }
    for (owner, name) in [
        (b"TANDEM  ", Some("TANDEM")),
        (b"ACME-123", Some("ACME-123")),
        (b"A       ", Some("A")),
        (b"        ", None),
        (b"TAN DEM ", None),
        (b"TANDEM\0\0", None),
        (b"1TANDEM ", None),
        (b"\0\0\0\0\0\0\0\0", None),
    ] {
        let ssid = Ssid::new(*owner, 1, Version(0));
        assert_eq!(ssid.owner_name(), name);
        assert_eq!(ssid.round_trips(), name.is_some());
    }
    assert!(Ssid::NULL.round_trips());
}

#[test]
fn truth_is_any_word_but_zero() {
    for word in [0, -1, 1, 2, i16::MIN, i16::MAX] {
        let bytes = word.to_be_bytes();
        let Value::Boolean(values) = Value::new(DataType::Boolean, &bytes) else { panic!("{word}") };
        let value = values.only().unwrap();
        assert_eq!((value.is_true(), value.word()), (word != 0, word));
    }
    assert_eq!((Boolean::from(true), Boolean::from(false)), (Boolean::TRUE, Boolean::FALSE));
}

/// A profile gives numbers their meaning; of several with one meaning the first counts, and there are 128.
#[test]
fn profiles_give_data_types_their_numbers() {
    let mut profile = Profile::DEFAULT;
    let (list, free) = (profile.type_code(DataType::List).unwrap(), TypeCode(100));
    assert_eq!(list, TypeCode::LIST);
    assert_ne!(profile.data_type(free), DataType::List);
    profile.set_data_type(free, DataType::List);
    assert_eq!((profile.data_type(free), profile.type_code(DataType::List)), (DataType::List, Some(list)));
    profile.set_data_type(list, DataType::Unknown);
    assert_eq!(profile.type_code(DataType::List), Some(free));
    let before = profile.clone();
    profile.set_data_type(TypeCode(200), DataType::List);
    assert_eq!(profile, before);
    let strings: Vec<_> = (0..=127)
        .filter(|number| Profile::DEFAULT.data_type(TypeCode(*number)).is_string())
        .map(|number| Profile::DEFAULT.data_type(TypeCode(number)))
        .collect();
    assert_eq!(strings, [DataType::Char, DataType::Byte]);
}

/// An owned event is read under the profile it is given, for good.
#[test]
fn owned_events_keep_their_profile() {
    let mut profile = Profile::DEFAULT;
    let number = profile.event_header;
    let event = Bytes::from_static(samples::EVENT);
    let owned = EventBuf::parse_with(event.clone(), Arc::new(profile.clone())).unwrap();
    assert_eq!(owned.bytes(), &event);
    assert!(EventBuf::parse_with(Bytes::from_static(samples::COMMAND), Arc::new(profile.clone())).is_err());
    assert!(EventBuf::parse_with(event.slice(..100), Arc::new(profile.clone())).is_err());
    // Under another profile a list is none.
    profile.set_data_type(TypeCode::LIST, DataType::Unknown);
    assert_eq!(profile.event_header, number);
    let owned = EventBuf::parse_with(event, Arc::new(profile)).unwrap();
    let lists =
        |event: &Event<'_>| event.buffer().tokens().filter(|token| token.as_ref().unwrap().is_list()).count();
    assert_eq!(lists(&owned.event()), 0);
    assert_eq!(lists(&Event::parse(samples::EVENT).unwrap()), 1);
}
