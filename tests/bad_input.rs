//! Bytes that are not a buffer, or no longer one: an error that says what and where, and nothing worse.

use crate::support;

use support::oracle;
use zems::samples;
use zems::spi::read::{Buffer, DecodeErrorKind, FindingKind, Framer, MAX_DEPTH, Step};
use zems::spi::write::{CommandHeader, EncodeErrorKind, Encoder, Raw};
use zems::spi::{Profile, Ssid, TokenCode};

const LIST: TokenCode = TokenCode::from_bits(0x25FF_FF01);

#[test]
fn truncated_at_every_byte() {
    for sample in [samples::COMMAND, samples::EVENT] {
        for len in 0..sample.len() {
            let error = Buffer::parse(&sample[..len]).unwrap_err();
            assert_eq!(error.offset(), u64::try_from(len).unwrap(), "the input ends at {len}");
            let have = u16::try_from(len).unwrap();
            let used = u16::try_from(sample.len()).unwrap();
            let expected = if len < 28 {
                DecodeErrorKind::ShortHeader { have }
            } else {
                DecodeErrorKind::Truncated { used, have }
            };
            assert_eq!(error.kind(), expected);
            oracle::resync(&sample[..len]);
        }
    }
}

/// The same with a used length that says so: the cut goes through the tokens.
#[test]
fn used_length_set_to_every_value() {
    for sample in [samples::COMMAND, samples::EVENT] {
        for used in 0..=sample.len() + 2 {
            let mut bytes = sample.to_vec();
            bytes[4..6].copy_from_slice(&u16::try_from(used.wrapping_sub(6) & 0xFFFF).unwrap().to_be_bytes());
            oracle::decode(&bytes);
            oracle::reencode_any(&bytes);
            oracle::resync(&bytes);
        }
    }
}

#[test]
fn every_length_field_set_to_every_boundary() {
    // Declared and used length, header length, context length; length words and bytes of text, structure and list.
    let words = [2, 4, 88, 130, 142, 178];
    let bytes = [25, 61, 81, 85, 97, 103, 127, 139, 145, 163, 171, 175];
    for at in words {
        for value in [
            0_u16, 1, 2, 3, 4, 5, 28, 29, 30, 31, 32, 33, 127, 128, 177, 178, 182, 183, 184, 254, 255,
            0x7FFF, 0x8000, 0xFFFE, 0xFFFF,
        ] {
            let mut buffer = samples::EVENT.to_vec();
            buffer[at..at + 2].copy_from_slice(&value.to_be_bytes());
            oracle::decode(&buffer);
            oracle::reencode_any(&buffer);
            oracle::resync(&buffer);
        }
    }
    for at in bytes {
        for value in 0..=u8::MAX {
            let mut buffer = samples::EVENT.to_vec();
            buffer[at] = value;
            oracle::decode(&buffer);
            oracle::reencode_any(&buffer);
            oracle::resync(&buffer);
        }
    }
}

#[test]
fn sixty_four_lists_nest_and_no_more() {
    let mut encoder =
        Encoder::command(Vec::new(), &CommandHeader::new(Ssid::NULL, 1), &Profile::DEFAULT).unwrap();
    for _ in 0..MAX_DEPTH {
        encoder.begin_list(Ssid::NULL, LIST).unwrap();
    }
    assert_eq!(encoder.begin_list(Ssid::NULL, LIST).unwrap_err().kind(), EncodeErrorKind::TooDeep);
    while encoder.depth() > 0 {
        encoder.end_list().unwrap();
    }
    let bytes = encoder.finish().unwrap();
    assert_eq!(Buffer::parse(&bytes).unwrap().check(|finding| panic!("{finding}")), Ok(()));
    oracle::decode(&bytes);
    oracle::reencode_any(&bytes);

    // One more around them, by hand.
    let body = &bytes[56..];
    let inner = u16::try_from(body.len() + 4).unwrap();
    let mut deeper = bytes[..56].to_vec();
    deeper.extend([0x25, 0xFF, 0xFF, 1]);
    deeper.extend(inner.to_be_bytes());
    deeper.extend(body);
    deeper.extend([0x27, 0]);
    deeper.extend(inner.to_be_bytes());
    let occurs = u16::try_from(deeper.len() - 6).unwrap();
    deeper[4..6].copy_from_slice(&occurs.to_be_bytes());
    let error = Buffer::parse(&deeper).unwrap().check(|_| {}).unwrap_err();
    assert_eq!((error.kind(), error.offset()), (DecodeErrorKind::TooDeep, 56 + 64 * 6));
    oracle::decode(&deeper);
}

#[test]
fn sixty_four_kilobytes_of_list_headers_end_at_once() {
    let mut bytes = samples::COMMAND[..36].to_vec();
    bytes[2..6].copy_from_slice(&[0xFF, 0xFE, 0xFF, 0xF8]);
    while bytes.len() + 6 <= 0xFFFE {
        let behind = 0xFFFE - bytes.len() - 6;
        bytes.extend([0x25, 0xFF, 0xFF, 1]);
        bytes.extend(u16::try_from(behind).unwrap().to_be_bytes());
    }
    bytes.resize(0xFFFE, 0);
    let error = Buffer::parse(&bytes).unwrap().check(|_| {}).unwrap_err();
    assert!(matches!(error.kind(), DecodeErrorKind::UnclosedList { .. } | DecodeErrorKind::TooDeep));
    oracle::reencode_any(&bytes);
}

#[test]
fn a_wrong_end_tag_is_found_and_read_over() {
    let mut bytes = samples::EVENT.to_vec();
    bytes[172..174].copy_from_slice(&[0x12, 0x34]);
    let buffer = Buffer::parse(&bytes).unwrap();
    let mut findings = Vec::new();
    buffer.check(|finding| findings.push((finding.kind(), finding.offset()))).unwrap();
    assert_eq!(findings, [(FindingKind::EndListNumber { found: 0x1234, length: 30 }, 170)]);
    oracle::reencode_any(&bytes);
}

#[test]
fn a_list_without_its_end_is_an_error_at_the_list() {
    let mut bytes = samples::EVENT.to_vec();
    bytes[170] = 0x28;
    let error = Buffer::parse(&bytes).unwrap().check(|_| {}).unwrap_err();
    assert_eq!((error.kind(), error.offset()), (DecodeErrorKind::UnclosedList { length: 30 }, 138));
    bytes[142..144].copy_from_slice(&[1, 0]);
    let error = Buffer::parse(&bytes).unwrap().check(|_| {}).unwrap_err();
    assert_eq!((error.kind(), error.offset()), (DecodeErrorKind::ListTooLong { length: 256, have: 39 }, 138));
}

#[test]
fn odd_things_are_read_as_ordinary_tokens_and_found() {
    for (tokens, kind) in [
        (&[0x27, 0, 0, 4][..], FindingKind::StrayEndList),
        (&[0x25, 2, 0xFF, 1, 9, 9], FindingKind::FixedLengthList { length: 2 }),
        (&[0x26, 0xFF, 0xFE, 0x23, 0, 2, 0, 1], FindingKind::MalformedTable),
        (&[0x26, 0xFF, 0xFE, 0x23, 0, 6, 0xFF, 0xFF, 0x1F, 0, 0, 1], FindingKind::MalformedTable),
        (&[0x26, 2, 0xFE, 0x23, 0, 1], FindingKind::MalformedTable),
        // One text of two bytes, and two bytes that are not a value.
        (b"\x26\xFF\xFE\x23\0\x0C\0\x01\x01\xFF\0\x01\0\x02abcd", FindingKind::MalformedTable),
    ] {
        let mut bytes = samples::COMMAND[..56].to_vec();
        bytes.extend(tokens);
        let occurs = u16::try_from(bytes.len() - 6).unwrap();
        bytes[4..6].copy_from_slice(&occurs.to_be_bytes());
        let buffer = Buffer::parse(&bytes).unwrap();
        let mut findings = Vec::new();
        buffer.check(|finding| findings.push((finding.kind(), finding.offset()))).unwrap();
        assert_eq!(findings, [(kind, 56)]);
        let token = buffer.tokens().next().unwrap().unwrap();
        assert_eq!(token.raw(), tokens);
        oracle::decode(&bytes);
        oracle::reencode_any(&bytes);
    }
}

#[test]
fn a_pad_of_any_value_is_kept() {
    let mut bytes = samples::EVENT.to_vec();
    for at in [95, 169] {
        bytes[at] = 0xAB;
    }
    // A trailing pad that is counted in the used length.
    bytes.push(0xCD);
    bytes[5] += 1;
    let buffer = Buffer::parse(&bytes).unwrap();
    assert_eq!(buffer.check(|finding| panic!("{finding}")), Ok(()));
    assert_eq!(buffer.tokens().count(), 7);
    oracle::decode(&bytes);
    oracle::reencode_any(&bytes);
}

#[test]
fn files_that_hold_no_buffer() {
    for bytes in [
        &b""[..],
        b"\0",
        b"\xFF",
        b"\xFF\xE4",
        b"TANDEM.RPC.D10 is not a buffer\n",
        &[0xFF; 4096],
        &[0; 4096],
    ] {
        oracle::decode(bytes);
        oracle::resync(bytes);
        assert!(Buffer::parse(bytes).is_err());
    }
    let error = Buffer::parse(b"text").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the first word is 7465, not FFE4 (-28) as in every SPI buffer (at byte 0)"
    );
}

#[test]
fn a_gigabyte_of_zeros_is_one_bad_region() {
    let zeros = vec![0; 1 << 20];
    let mut framer = Framer::new(&Profile::DEFAULT);
    let mut bad = 0;
    for at in 0..1024 {
        let mut shown = &zeros[..];
        while let Step::Bad { len, error, ends } = framer.step(shown, at == 1023) {
            assert_eq!((error.kind(), error.offset()), (DecodeErrorKind::MessageCode { found: 0 }, 0));
            bad += len;
            shown = &shown[len..];
            assert_eq!(ends, shown.is_empty() && at == 1023);
        }
    }
    assert!((1 << 30) - 1024 <= bad, "what is left over may begin a header");
}

#[test]
fn buffers_are_found_between_faults() {
    let stream =
        [b"noise", samples::EVENT, &[0], samples::COMMAND, &samples::EVENT[..100], samples::COMMAND, b"end"]
            .concat();
    let frames = oracle::frames(&stream, 64);
    let lens: Vec<_> = frames.iter().map(|frame| (frame.len, frame.error.is_some(), frame.is_pad)).collect();
    assert_eq!(
        lens,
        [
            (5, true, false),
            (183, false, false),
            (1, false, true),
            (138, false, false),
            (100, true, false),
            (138, false, false),
            (3, true, false)
        ]
    );
    // A bad token inside a buffer: the whole buffer is bad, the next is not.
    let mut damaged = samples::COMMAND.to_vec();
    damaged[60] = 0xFF;
    let stream = [&damaged[..], samples::EVENT].concat();
    let frames = oracle::frames(&stream, 1000);
    assert_eq!(
        frames.iter().map(|frame| (frame.len, frame.error.is_some())).collect::<Vec<_>>(),
        [(138, true), (183, false)]
    );
    assert!(frames[0].error.as_ref().unwrap().contains("at byte 56"), "{:?}", frames[0].error);
}

/// A record that may have taken bytes of the next one is not handed out before what follows it is there.
#[test]
fn a_record_that_may_be_cut_waits_for_what_follows() {
    let stream = [&samples::EVENT[..100], samples::COMMAND].concat();
    let mut framer = Framer::new(&Profile::DEFAULT);
    assert!(matches!(framer.step(&stream[..samples::EVENT.len()], false), Step::More));
    assert!(matches!(framer.step(&stream, true), Step::Bad { len: 100, ends: true, .. }));
    assert!(matches!(framer.step(&stream[100..], true), Step::Buffer(buffer) if buffer.len() == 138));
}

#[test]
fn puts_that_cannot_be_are_refused() {
    let mut encoder =
        Encoder::command(Vec::new(), &CommandHeader::new(Ssid::NULL, 1), &Profile::DEFAULT).unwrap();
    let int = TokenCode::from_bits(0x0202_0001);
    let text = TokenCode::from_bits(0x01FF_0001);
    let kind = |result: Result<(), zems::spi::write::EncodeError>| result.unwrap_err().kind();
    assert!(matches!(kind(encoder.put(int, "ab")), EncodeErrorKind::Type { .. }));
    assert!(matches!(kind(encoder.put(text, 1_i16)), EncodeErrorKind::Type { .. }));
    assert_eq!(kind(encoder.put(int, Raw(b"abc"))), EncodeErrorKind::Length { expected: 2, found: 3 });
    let ints = TokenCode::from_bits(0x02FF_0001);
    assert_eq!(kind(encoder.put(ints, Raw(b"abc"))), EncodeErrorKind::Elements { element: 2, found: 3 });
    assert_eq!(kind(encoder.put(LIST, Raw(b"abcd"))), EncodeErrorKind::NotAList);
    assert_eq!(kind(encoder.begin_list(Ssid::NULL, int)), EncodeErrorKind::NotAList);
    assert_eq!(kind(encoder.end_list()), EncodeErrorKind::NoOpenList);
    assert_eq!(kind(encoder.put_table(LIST, [1_i16])), EncodeErrorKind::NotATable);
    assert_eq!(
        kind(encoder.put(text, &[b'x'; 4000][..])),
        EncodeErrorKind::BufferFull { used: 4062, declared: 4024 }
    );
    assert_eq!(encoder.len(), 56);
    encoder.begin_list(Ssid::NULL, LIST).unwrap();
    assert_eq!(encoder.finish().unwrap_err().kind(), EncodeErrorKind::OpenList);
}
