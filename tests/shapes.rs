//! Generated structures, blocks gone over by headers, and headers written into each other.

use std::time::Instant;

use zems::ems::{Event, EventHeader};
use zems::samples;
use zems::spi::read::{Framer, Step};
use zems::spi::write::{EncodeError, SliceOutput};
use zems::spi::{Profile, Ssid, TokenCode, TokenNumber, TypeCode};

use super::catalogue::zrpc;
use super::support::oracle;

fn failed_backup() -> zrpc::ZrpcEvtBkupFail<'static> {
    let bytes = encode(&zrpc::ZrpcEvtBkupFail {
        zcom_tkn_subj_proc: b"$ZPM",
        zcom_tkn_objtype: Some(1),
        zrpc_tkn_cpu: Some(3),
        zrpc_tkn_bkup_fail_reason: None,
    });
    let found = zrpc::ZrpcEvtBkupFail::decode(&Event::parse(bytes.leak()).unwrap()).unwrap().unwrap();
    assert_eq!(found.zcom_tkn_subj_proc, b"$ZPM");
    found
}

fn header() -> EventHeader<'static> {
    EventHeader { process: br"\NODE.$ZPM", ..EventHeader::new(zrpc::ZrpcEvtBkupFail::SSID, 8) }
}

fn encode(event: &zrpc::ZrpcEvtBkupFail<'_>) -> Vec<u8> {
    let mut space = [0xAA; 512];
    let len = event.encode(&header(), &Profile::DEFAULT, &mut space).unwrap();
    space[..len].to_vec()
}

#[test]
fn a_generated_structure_writes_what_the_builder_writes() {
    let mut event = failed_backup();
    for reason in [None, Some(1), Some(-1)] {
        for subject in [&b"$ZPM"[..], b"$ZPMX", b"", &[b'x'; 300]] {
            for layout in [None, Some(32)] {
                (event.zrpc_tkn_bkup_fail_reason, event.zcom_tkn_subj_proc) = (reason, subject);
                let header = EventHeader { layout, ..header() };
                let built = event.build(&header, &Profile::DEFAULT, Vec::new()).unwrap();
                let mut space = [0xAA; 600];
                let len = event.encode(&header, &Profile::DEFAULT, &mut space).unwrap();
                assert_eq!(space[..len], built);
                assert!(space[len..].iter().all(|byte| *byte == 0xAA));
                oracle::decode(&built);
                let read = zrpc::ZrpcEvtBkupFail::decode(&Event::parse(&built).unwrap()).unwrap();
                assert_eq!(read, Some(event));
                // Every length that is too short is refused as the builder refuses it.
                for short in [0, 27, 28, 79, 109, 129, 130, len - 1].into_iter().filter(|short| *short < len)
                {
                    let mut space = vec![0; short];
                    let error = event.encode(&header, &Profile::DEFAULT, &mut space).unwrap_err();
                    let mut space = vec![0; short];
                    let output = SliceOutput::new(&mut space);
                    let same: EncodeError = event.build(&header, &Profile::DEFAULT, output).unwrap_err();
                    assert_eq!(error, same);
                }
            }
        }
    }
}

/// A text of odd length at the end: no pad is written after it.
#[test]
fn a_sequence_writes_nothing_after_the_event() {
    let text = TokenCode::from_bits(0x01FF_000A);
    for (len, first) in (0..9).flat_map(|len| [(len, "$A"), (len, "$AB")]) {
        let value = &b"12345678"[..len];
        let header = EventHeader::new("ACME.7.0".parse().unwrap(), 1);
        let built = {
            let mut event =
                zems::ems::EventBuilder::new(Vec::new(), &header, &Profile::DEFAULT, text, first).unwrap();
            event.put(text, value).unwrap();
            event.finish().unwrap()
        };
        for more in [0, 1, 7] {
            let mut space = vec![0xAA; built.len() + more];
            let mut writer = zems::ems::SequenceWriter::new(&header, &Profile::DEFAULT, &mut space).unwrap();
            writer.mark().unwrap();
            writer.put(text, first).unwrap();
            writer.put(text, value).unwrap();
            assert_eq!(writer.finish(), Some(built.len()));
            assert_eq!(space[..built.len()], built);
            assert!(space[built.len()..].iter().all(|byte| *byte == 0xAA), "{len}, {more}");
        }
    }
}

/// Another order, tokens between, a table instead of a value, another profile: what is found is what slots find.
#[test]
fn a_generated_structure_finds_its_tokens_in_any_order() {
    let cpu = zrpc::ZRPC_TKN_CPU;
    let reason = zrpc::ZRPC_TKN_BKUP_FAIL_REASON;
    let foreign = TokenCode::new(TypeCode::CHAR, 255, TokenNumber(999));
    let zcom: Ssid = "TANDEM.21.0".parse().unwrap();
    let subject = zems::dictionary::Dictionary::builtin().token_named("ZCOM-TKN-SUBJ-PROC").unwrap();
    let subject = subject.stored_code();
    let new = || {
        let profile = &Profile::DEFAULT;
        zems::ems::EventBuilder::qualified(Vec::new(), &header(), profile, zcom, subject, "$ZPM").unwrap()
    };
    let mut swapped = new();
    swapped.put(reason, 2_i16).unwrap();
    swapped.put(foreign, "between").unwrap();
    swapped.put_table_qualified(Ssid::NULL, cpu.code(), [7_u16, 8]).unwrap();
    swapped.put(reason, 3_i16).unwrap();
    let bytes = swapped.finish().unwrap();
    let found = zrpc::ZrpcEvtBkupFail::decode(&Event::parse(&bytes).unwrap()).unwrap().unwrap();
    assert_eq!((found.zrpc_tkn_bkup_fail_reason, found.zrpc_tkn_cpu), (Some(2), Some(7)));
    assert_eq!((found.zcom_tkn_subj_proc, found.zcom_tkn_objtype), (&b"$ZPM"[..], None));

    let header = EventHeader::new("ACME.7.0".parse().unwrap(), 8);
    let other =
        zems::ems::EventBuilder::new(Vec::new(), &header, &Profile::DEFAULT, subject, "$ZPM").unwrap();
    let bytes = other.finish().unwrap();
    assert_eq!(zrpc::ZrpcEvtBkupFail::decode(&Event::parse(&bytes).unwrap()).unwrap(), None);
}

/// Cut anywhere, and with any byte changed, what is read is what slots find, or the same error.
#[test]
fn a_generated_structure_is_never_wrong_about_damaged_bytes() {
    let whole = encode(&zrpc::ZrpcEvtBkupFail { zrpc_tkn_bkup_fail_reason: Some(1), ..failed_backup() });
    let in_order = zrpc::ZrpcEvtBkupFail::decode(&Event::parse(&whole).unwrap()).unwrap().unwrap();
    assert_eq!(in_order.zrpc_tkn_bkup_fail_reason, Some(1));
    for at in 130..whole.len() {
        for bit in 0..8 {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << bit;
            let event = Event::parse(&bytes).unwrap();
            let cpu = event
                .buffer()
                .find(zems::spi::read::TokenKey::qualified(event.ssid(), zrpc::ZRPC_TKN_CPU.code()));
            if let (Ok(Some(read)), Ok(cpu)) = (zrpc::ZrpcEvtBkupFail::decode(&event), cpu) {
                assert_eq!(read.zrpc_tkn_cpu, cpu.and_then(|token| token.first()), "byte {at}, bit {bit}");
            }
        }
    }
}

/// Events that hold whole events: a cursor that begins at one of those inside must not count.
#[test]
fn a_block_gone_over_by_headers_has_the_buffers_of_the_stream() {
    let inner = [samples::COMMAND, samples::EVENT].concat();
    let code = TokenCode::new(TypeCode(99), 255, TokenNumber(40));
    let mut stream = Vec::new();
    for number in 0..600 {
        let header = EventHeader::new("ACME.7.0".parse().unwrap(), number);
        let subject = TokenCode::from_bits(0x01FF_000A);
        let mut event =
            zems::ems::EventBuilder::new(Vec::new(), &header, &Profile::DEFAULT, subject, "$A").unwrap();
        for _ in 0..number % 5 {
            event.put(code, zems::spi::write::Raw(&inner)).unwrap();
        }
        stream.extend(event.finish().unwrap());
        if number % 3 == 0 && stream.len() % 2 == 1 {
            stream.push(0);
        }
    }
    oracle::skim(&stream);
    let whole = stream.len();
    stream.extend(b"noise");
    stream.extend_from_within(..whole / 2);
    oracle::skim(&stream);
    let mut framer = Framer::new(&Profile::DEFAULT);
    let (mut found, mut start) = (Vec::new(), 0);
    while start < whole {
        start += framer.skim(&stream[start..whole], |_| true, &mut found);
        if start < whole {
            assert!(matches!(framer.step_if(&stream[start..whole], true, |_| false), Step::Pad));
            start += 1;
        }
    }
    assert_eq!(found.len(), 600);
}

/// Every 28 bytes another buffer of up to 64 KiB seems to begin. That costs at most 20 times what ordinary events cost.
#[test]
fn headers_written_into_each_other_cost_little() {
    let hostile = include_bytes!("data/overlapping-headers.bin").repeat(16);
    let ordinary: Vec<u8> = samples::EVENT.iter().copied().chain([0]).cycle().take(hostile.len()).collect();
    let time = |bytes: &[u8]| {
        let (mut framer, mut rest) = (Framer::new(&Profile::DEFAULT), bytes);
        let start = Instant::now();
        loop {
            match framer.step(rest, true) {
                Step::Buffer(buffer) => rest = &rest[buffer.len()..],
                Step::Bad { len, .. } => rest = &rest[len..],
                Step::Pad | Step::Length { .. } => rest = &rest[1..],
                Step::More | Step::End => return start.elapsed(),
            }
        }
    };
    // In turns, and the best of each: other work of the machine slows down both.
    let rounds: Vec<_> = (0..12).map(|_| (time(&hostile), time(&ordinary))).collect();
    let hostile = rounds.iter().map(|(hostile, _)| *hostile).min().unwrap();
    let ordinary = rounds.iter().map(|(_, ordinary)| *ordinary).min().unwrap();
    assert!(hostile < 20 * ordinary, "{hostile:?} and {ordinary:?}");
}
