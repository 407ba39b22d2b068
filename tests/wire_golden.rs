//! Buffers whose every byte is known: a real command (425836-006, page 15-10), used lengths seen in practice, and tables
//! (a worked event), and the forms that the public record describes without a sample.

use zems::ems::{Event, EventBuilder, EventHeader};
use zems::samples;
use zems::spi::read::{Buffer, FindingKind, TokenKey, Visit};
use zems::spi::write::{CommandHeader, Encoder, Raw, StandardFields};
use zems::spi::{
    Action, Fname32, HeaderType, Profile, Ssid, Timestamp, TokenCode, TokenNumber, TypeCode, Value, Version,
    reencode,
};

const PROFILE: &Profile = &Profile::DEFAULT;

fn code(bits: u32) -> TokenCode {
    TokenCode::from_bits(bits)
}

#[test]
fn the_real_command_reads_as_the_manual_shows_it() {
    let buffer = Buffer::parse(samples::COMMAND).unwrap();
    assert_eq!((buffer.len(), buffer.header_type()), (138, HeaderType::Command));
    let standard = buffer.standard();
    assert_eq!((standard.message_code(), standard.buffer_len(), standard.used_len()), (-28, 3900, 138));
    assert_eq!((standard.max_field_version().to_string().as_str(), standard.flags()), ("C00", 0));
    assert_eq!(buffer.ssid().to_string(), "TANDEM.36.C30");

    let command = buffer.command().unwrap();
    assert_eq!((command.command(), command.object_type()), (Some(3), Some(13)));
    assert_eq!((command.max_response(), command.server_version()), (Some(10), Some(0)));

    let context = buffer.context().unwrap();
    assert_eq!((context.last_error(), context.last_error_code()), (-8, code(0x08FF_1F41)));
    assert_eq!((context.position(), context.last_list()), (Default::default(), 0));
    assert_eq!(context.last_token(), 122);

    let tokens: Vec<_> = buffer.tokens().map(Result::unwrap).collect();
    assert_eq!(tokens.iter().map(|token| token.start()).collect::<Vec<_>>(), [56, 68, 104, 116, 122]);
    assert_eq!(tokens[0].value(), Value::Char(b"$SNA1"));
    let Value::Fname32(manager) = tokens[1].value() else { panic!() };
    assert_eq!(manager.only(), r"\.$SSCP".parse::<Fname32>().ok());
    let Value::Timestamp(time) = tokens[2].value() else { panic!() };
    assert_eq!(time.only(), Some(Timestamp(90_000_000)));
    let Value::Enum(numbers) = tokens[3].value() else { panic!() };
    assert_eq!(numbers.only(), Some(3));
    assert_eq!(tokens[4].value(), Value::Struct(b"$Z321 \x0D\x94\xFF\xFF"));
    assert_eq!((tokens[4].range(), tokens[4].raw().len()), (122..138, 16));
    assert_eq!(buffer.check(|finding| panic!("{finding}")), Ok(()));
}

#[test]
fn the_real_command_is_written_to_the_byte() {
    let source = Buffer::parse(samples::COMMAND).unwrap();
    let mut encoder = Encoder::with_header_bytes(Vec::new(), &samples::COMMAND[..56], PROFILE).unwrap();
    encoder.put(code(0x01FF_2706), "$SNA1").unwrap();
    encoder.put(code(0x1920_FF0D), r"\.$SSCP".parse::<Fname32>().unwrap()).unwrap();
    encoder.put(code(0x1708_1F40), Timestamp(90_000_000)).unwrap();
    encoder.put(code(0x0B02_FF07), 3_i16).unwrap();
    encoder.put(code(0x07FF_1F41), b"$Z321 \x0D\x94\xFF\xFF").unwrap();
    assert_eq!(encoder.finish().unwrap(), samples::COMMAND);

    let header = CommandHeader {
        standard: StandardFields {
            buffer_len: 3900,
            max_field_version: Version(0x4300),
            ..StandardFields::new(source.ssid())
        },
        object_type: 13,
        max_response: 10,
        ..CommandHeader::new(source.ssid(), 3)
    };
    let mut built = Encoder::command(Vec::new(), &header, PROFILE).unwrap();
    for token in source.tokens().map(Result::unwrap) {
        built.put(token.code(), Raw(token.bytes())).unwrap();
    }
    let mut expected = samples::COMMAND.to_vec();
    // A new buffer has had no error.
    expected[40..46].fill(0);
    assert_eq!(built.finish().unwrap(), expected);
}

/// 425836-006, page 15-10: the first eight bytes of a real request and its reply.
#[test]
fn used_lengths_of_other_real_headers() {
    for (front, declared, used) in [
        ([0xFF, 0xE4, 0x14, 0x00, 0x00, 0x8A, 0x54, 0x41], 5120, 144),
        ([0xFF, 0xE4, 0x13, 0xD6, 0x00, 0xA6, 0x54, 0x41], 5078, 172),
    ] {
        let mut bytes = vec![0; used];
        bytes[..36].copy_from_slice(&samples::COMMAND[..36]);
        bytes[..8].copy_from_slice(&front);
        let buffer = Buffer::parse(&bytes).unwrap();
        assert_eq!((buffer.standard().buffer_len(), buffer.len()), (declared, used));
    }
}

/// SPI Programming Manual 427506, section 2: a command of 69 bytes, and its response of 86 with a list.
#[test]
fn used_lengths_of_netbatch() {
    let (text, enumeration) = (code(0x01FF_0001), code(0x0B02_0000));
    let mut command = Encoder::command(Vec::new(), &CommandHeader::new(Ssid::NULL, 1), PROFILE).unwrap();
    command.put(text, "1234567").unwrap();
    assert_eq!(command.finish().unwrap().len(), 69);

    let mut response = Encoder::command(Vec::new(), &CommandHeader::new(Ssid::NULL, 1), PROFILE).unwrap();
    response
        .list(code(0x2500_FF03), |list| {
            list.put(text, "1234567")?;
            list.put(enumeration, 0_i16)
        })
        .unwrap();
    assert_eq!(response.finish().unwrap().len(), 86);
}

#[test]
fn the_worked_event_reads_as_annotated() {
    let event = Event::parse(samples::EVENT).unwrap();
    assert_eq!((event.number(), event.ssid().to_string().as_str()), (Some(101), "ACME.7.A01"));
    assert_eq!(event.generated().unwrap().to_string(), "2024-01-01T00:00:00.000000Z");
    assert_eq!(event.logged(), Some(Timestamp::UNSET));
    assert_eq!(
        (event.user(), event.node(), event.cpu(), event.pin()),
        (Some((255, 255)), Some(3), Some(2), Some(45))
    );
    assert_eq!(event.process().unwrap().to_string(), "$ABC");
    assert_eq!(
        (event.emphasis(), event.console_print(), event.suppress_display()),
        (Some(false), Some(false), Some(false))
    );
    assert_eq!(event.content_standard(), None);

    let starts: Vec<_> = event.tokens().map(|token| token.unwrap().start()).collect();
    assert_eq!(starts, [80, 84, 96, 102, 126, 138, 174]);
    let subjects: Vec<_> = event.subjects().map(Result::unwrap).collect();
    assert_eq!(subjects.len(), 1);
    assert_eq!((subjects[0].bytes(), subjects[0].position()), (&b"$DISK"[..], 1));

    let qualified = event
        .buffer()
        .find(TokenKey::qualified("TANDEM.52.0".parse().unwrap(), code(0x0108_0014)))
        .unwrap()
        .unwrap();
    assert_eq!(qualified.bytes(), b"ABCDEFGH");
    assert!(event.buffer().find(TokenKey::new(code(0x0108_0014))).unwrap().is_none());

    let list = event.buffer().find(TokenKey::new(code(0x2500_FF04))).unwrap().unwrap();
    assert_eq!((list.end_list_number(), list.bytes().len()), (Some(30), 30));
    let inside: Vec<_> = list.tokens().unwrap().map(Result::unwrap).collect();
    let Value::Error(errors) = inside[0].value() else { panic!() };
    assert_eq!(errors.only().unwrap().error, -8);
    assert_eq!(inside[1].value(), Value::Char(b"abc"));
    assert_eq!(event.check(|finding| panic!("{finding}")), Ok(()));
}

#[test]
fn the_worked_event_is_written_to_the_byte() {
    let header = EventHeader {
        standard: StandardFields {
            max_field_version: Version(0x4101),
            ..StandardFields::new("ACME.7.A01".parse().unwrap())
        },
        generated: Timestamp(212_570_827_200_000_000),
        user: (255, 255),
        node: 3,
        process: b"$ABC",
        cpu: 2,
        pin: 45,
        layout: Some(32),
        ..EventHeader::new(Ssid::NULL, 101)
    };
    let tandem52 = "TANDEM.52.D00".parse().unwrap();
    let mut writer = EventBuilder::relay(Vec::new(), &header, PROFILE).unwrap();
    writer.subject_qualified(Ssid::NULL, code(0x01FF_000A), "$DISK").unwrap();
    writer.put_qualified(Ssid::NULL, code(0x0202_000B), -2_i16).unwrap();
    writer.put_qualified(tandem52, code(0x0108_0014), "ABCDEFGH").unwrap();
    writer.put_qualified(Ssid::NULL, code(0x07FF_000C), b"\0\x01WXYZ").unwrap();
    writer.begin_list(Ssid::NULL, code(0x2500_FF04)).unwrap();
    writer
        .put_qualified(Ssid::NULL, code(0x1C0E_FF05), zems::spi::ErrorToken { ssid: tandem52, error: -8 })
        .unwrap();
    writer.put_qualified(Ssid::NULL, code(0x0103_000D), "abc").unwrap();
    writer.end_list().unwrap();
    writer.put_qualified(Ssid::NULL, code(0x01FF_000E), "end").unwrap();
    assert_eq!(writer.finish().unwrap(), samples::EVENT);
}

/// Tables, docs/formats/spi-ems.md: three INT2 values of number 15.
#[test]
fn a_table_stores_its_code_once() {
    let mut encoder = Encoder::command(Vec::new(), &CommandHeader::new(Ssid::NULL, 1), PROFILE).unwrap();
    encoder.put_table(code(0x0304_000F), [1_i32, 2, 3]).unwrap();
    let bytes = encoder.finish().unwrap();
    assert_eq!(
        bytes[56..],
        [0x26, 0xFF, 0xFE, 0x23, 0, 0x12, 0, 3, 3, 4, 0, 15, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]
    );
    assert_eq!(bytes[54..56], [0, 56], "the last token is the table header");
    let buffer = Buffer::parse(&bytes).unwrap();
    let token = buffer.find(TokenKey::new(code(0x0304_000F))).unwrap().unwrap();
    let values: Vec<_> = token.table().unwrap().items().map(|item| item.value_offset()).collect();
    assert_eq!(values, [68, 72, 76]);
}

#[test]
fn text_is_packed_in_tables_and_other_values_are_at_words() {
    type Case = (u32, &'static [&'static [u8]], &'static [u8]);
    let tables: [Case; 4] = [
        (0x0103_0001, &[b"abc", b"def"], b"abcdef"),
        (0x0703_0001, &[b"abc", b"def"], b"abc\0def"),
        (0x01FF_0001, &[b"a", b"", b"bcd"], b"\0\x01a\0\0\0\0\x03bcd"),
        (0x0C01_0001, &[b"a", b"b"], b"ab"),
    ];
    for (bits, values, stored) in tables {
        let mut encoder = Encoder::command(Vec::new(), &CommandHeader::new(Ssid::NULL, 1), PROFILE).unwrap();
        encoder.put_table(code(bits), values.iter().map(|value| Raw(value))).unwrap();
        let bytes = encoder.finish().unwrap();
        assert_eq!(&bytes[68..], stored, "{bits:08X}");
        let token = Buffer::parse(&bytes).unwrap().tokens().next().unwrap().unwrap();
        assert!(
            token.table().unwrap().items().map(|item| item.bytes()).eq(values.iter().copied()),
            "{bits:08X}"
        );
    }
}

#[test]
fn lists_bring_their_ssid_to_what_is_in_them() {
    let outer: Ssid = "TANDEM.1.0".parse().unwrap();
    let [inner, other] = ["ACME.2.A00", "ACME.3.0"].map(|text| text.parse::<Ssid>().unwrap());
    let list = code(0x25FF_FF01);
    let number = code(0x0202_0001);
    let mut encoder = Encoder::command(Vec::new(), &CommandHeader::new(outer, 1), PROFILE).unwrap();
    encoder
        .list_qualified(inner, list, |level| {
            level.put(number, 1_i16)?;
            level.put_qualified("ACME.2.C00".parse().unwrap(), number, 2_i16)?;
            level.put_qualified(other, number, 3_i16)?;
            level.list(list, |level| level.put(number, 4_i16))?;
            level.list_qualified(outer, list, |level| level.put(number, 5_i16))
        })
        .unwrap();
    encoder.put(number, 6_i16).unwrap();
    let bytes = encoder.finish().unwrap();
    let buffer = Buffer::parse(&bytes).unwrap();
    let seen: Vec<_> = buffer
        .walk()
        .filter_map(|visit| match visit.unwrap() {
            Visit::Token(token) => Some((token.ssid().is_some(), token.effective_ssid().to_string())),
            Visit::Open(_) | Visit::Close(_) => None,
        })
        .collect();
    let expected = [
        (false, "ACME.2.0"),
        (false, "ACME.2.0"),
        (true, "ACME.3.0"),
        (false, "ACME.2.0"),
        (false, "TANDEM.1.0"),
        (false, "TANDEM.1.0"),
    ];
    assert_eq!(seen, expected.map(|(is_extended, ssid)| (is_extended, ssid.to_owned())));
}

#[test]
fn a_buffer_without_context_part_begins_its_tokens_earlier() {
    let standard = StandardFields { context: false, ..StandardFields::new(Ssid::NULL) };
    let header = CommandHeader { standard, ..CommandHeader::new(Ssid::NULL, 1) };
    let mut encoder = Encoder::command(Vec::new(), &header, PROFILE).unwrap();
    encoder.put(code(0x0202_0001), 7_i16).unwrap();
    let bytes = encoder.finish().unwrap();
    let buffer = Buffer::parse(&bytes).unwrap();
    assert_eq!((buffer.body(), buffer.context()), (36..42, None));
}

#[test]
fn specialized_parts_of_any_length_are_skipped() {
    for length in 0..=255_u8 {
        for context in [false, true] {
            let standard = StandardFields { context, ..StandardFields::new(Ssid::NULL) };
            let fields = vec![0xAA; usize::from(length)];
            let mut encoder =
                Encoder::new(Vec::new(), &standard, TokenNumber(-478), &fields, PROFILE).unwrap();
            encoder.put(code(0x1F00_FBF0), ()).unwrap();
            encoder.put(code(0x0202_0001), 7_i16).unwrap();
            let bytes = encoder.finish().unwrap();
            let event = Event::parse(&bytes).unwrap();
            assert_eq!(event.buffer().specialized(), fields);
            assert_eq!(event.buffer().context().is_some(), context, "{length}");
            assert_eq!(event.layout().is_some(), matches!(length, 32 | 82));
            assert_eq!(event.number().is_some(), matches!(length, 32 | 82));
            assert_eq!(
                event.subjects().next().unwrap().unwrap().value(),
                Value::Int(zems::spi::Array::new(&[0, 7]).unwrap())
            );
        }
    }
}

#[test]
fn a_header_number_of_the_range_is_an_event_and_reported() {
    for number in -480..-448_i16 {
        let standard = StandardFields::new(Ssid::NULL);
        let encoder = Encoder::new(Vec::new(), &standard, TokenNumber(number), &[0; 32], PROFILE).unwrap();
        let bytes = encoder.finish().unwrap();
        let mut findings = Vec::new();
        match Buffer::parse(&bytes) {
            Ok(buffer) => buffer.check(|finding| findings.push(finding.kind())).unwrap(),
            Err(error) => assert_eq!((number, error.offset()), (-477, 24)),
        }
        let is_odd = !matches!(number, -479..=-477);
        assert_eq!(findings, if is_odd { vec![FindingKind::HeaderNumber { number }] } else { Vec::new() });
    }
}

#[test]
fn an_event_inside_a_reply_keeps_its_place() {
    let mut encoder = Encoder::command(Vec::new(), &CommandHeader::new(Ssid::NULL, 3), PROFILE).unwrap();
    encoder.put(TokenCode::new(TypeCode(12), 255, TokenNumber(4)), samples::EVENT).unwrap();
    let bytes = encoder.finish().unwrap();
    let token = Buffer::parse(&bytes).unwrap().tokens().next().unwrap().unwrap();
    let event = Event::try_from(token.nested().unwrap()).unwrap();
    assert_eq!((event.number(), event.buffer().origin()), (Some(101), 62));
    assert_eq!(event.tokens().next().unwrap().unwrap().range(), 142..146);
}

#[test]
fn reencoding_drops_and_replaces() {
    let buffer = Buffer::parse(samples::EVENT).unwrap();
    let mut without_end = Vec::new();
    reencode(&buffer, &mut without_end, |token| {
        if token.code() == code(0x01FF_000E) { Action::Drop } else { Action::Keep }
    })
    .unwrap();
    // The standard end: used length, and the context part's last token is now the end of the list.
    assert_eq!(without_end.len(), 174);
    assert_eq!((without_end[5], without_end[79]), (174 - 6, 170));

    let mut replaced = Vec::new();
    reencode(&buffer, &mut replaced, |token| {
        if token.code() == code(0x0103_000D) {
            Action::Replace { ssid: Ssid::NULL, code: code(0x01FF_000D), value: b"longer" }
        } else {
            Action::Keep
        }
    })
    .unwrap();
    let event = Event::parse(&replaced).unwrap();
    assert_eq!(event.check(|finding| panic!("{finding}")), Ok(()));
    let list = event.buffer().find(TokenKey::new(code(0x2500_FF04))).unwrap().unwrap();
    assert_eq!(list.end_list_number(), Some(34));
    assert_eq!(list.tokens().unwrap().nth(1).unwrap().unwrap().bytes(), b"longer");
}

#[test]
fn a_checksum_is_kept_but_never_made() {
    let mut bytes = samples::EVENT.to_vec();
    bytes[18..24].copy_from_slice(&[0x12, 0x34, 0x41, 0x01, 0x80, 0]);
    let buffer = Buffer::parse(&bytes).unwrap();
    let mut findings = Vec::new();
    buffer.check(|finding| findings.push((finding.kind(), finding.offset()))).unwrap();
    assert_eq!(findings, [(FindingKind::Checksum, 22)]);
    let mut same = Vec::new();
    reencode(&buffer, &mut same, |_| Action::Keep).unwrap();
    assert_eq!(same, bytes);
    let mut changed = b"before".to_vec();
    assert!(reencode(&buffer, &mut changed, |_| Action::Drop).is_err());
    assert_eq!(changed, b"before");
    assert!(EventBuilder::relay_with_header(Vec::new(), &bytes[..80], PROFILE).is_err());
}

#[test]
fn samples_are_what_their_comments_say() {
    for (name, bytes) in [
        ("command", samples::COMMAND),
        ("event", samples::EVENT),
        ("bkup-fail", samples::BKUP_FAIL),
        ("pid-file-lock", samples::PID_FILE_LOCK),
    ] {
        let text =
            std::fs::read_to_string(format!("{}/samples/{name}.hex", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let mut read = Vec::new();
        for line in text.lines() {
            let line = line.split('#').next().unwrap();
            let (offset, digits) =
                line.split_once(':').map_or((None, line), |(at, digits)| (Some(at), digits));
            if let Some(offset) = offset {
                assert_eq!(usize::from_str_radix(offset, 16).unwrap(), read.len(), "{name}: {line}");
            }
            let digits: Vec<_> = digits.chars().filter_map(|digit| digit.to_digit(16)).collect();
            read.extend(digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap()));
        }
        assert_eq!(read, bytes, "{name}");
    }
}
