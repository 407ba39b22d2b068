//! Reading, checking, picking and writing into a caller's slice allocate nothing.

use allocation_counter::measure;
use zems::ems::{Event, EventBuilder, EventHeader};
use zems::samples;
use zems::spi::read::{Buffer, Framer, Step, TokenKey, Visit};
use zems::spi::write::SliceOutput;
use zems::spi::{Action, Profile, Ssid, TokenCode, Value, reencode};

#[test]
fn reading_allocates_nothing() {
    let wanted =
        [0x01FF_000A, 0x0202_000B, 0x01FF_000E].map(|bits| TokenKey::new(TokenCode::from_bits(bits)));
    let allocations = measure(|| {
        for bytes in [samples::COMMAND, samples::EVENT] {
            let buffer = Buffer::parse(bytes).unwrap();
            let mut sum = 0;
            for visit in buffer.walk() {
                if let Visit::Token(token) = visit.unwrap()
                    && let Value::Int(numbers) = token.value()
                {
                    sum += numbers.iter().map(i32::from).sum::<i32>();
                }
            }
            buffer.check(|_| {}).unwrap();
            assert!(sum <= 0);
        }
        let event = Event::parse(samples::EVENT).unwrap();
        assert_eq!(event.subjects().count(), 1);
        assert!(event.buffer().find_many(&wanted).unwrap().iter().all(Option::is_some));
        assert!(Buffer::parse(&samples::EVENT[..150]).is_err());
        let mut framer = Framer::new(&Profile::DEFAULT);
        assert!(matches!(framer.step(samples::EVENT, true), Step::Buffer(_)));
    });
    assert_eq!(allocations.count_total, 0);
}

#[test]
fn writing_into_a_slice_allocates_nothing() {
    let mut space = [0; 512];
    let header = EventHeader { process: b"$ZPM", ..EventHeader::new(Ssid::NULL, 8) };
    let allocations = measure(|| {
        let code = TokenCode::from_bits(0x01FF_0001);
        let output = SliceOutput::new(&mut space);
        let mut builder = EventBuilder::new(output, &header, &Profile::DEFAULT, code, "$DISK").unwrap();
        builder.put(TokenCode::from_bits(0x0902_0002), 3_u16).unwrap();
        let written = builder.finish().unwrap().into_written();
        let mut copy = [0; 512];
        let mut output = SliceOutput::new(&mut copy);
        reencode(&Buffer::parse(written).unwrap(), &mut output, |_| Action::Keep).unwrap();
        assert_eq!(output.into_written(), written);
    });
    assert_eq!(allocations.count_total, 0);
}

#[test]
fn the_counter_counts() {
    assert_eq!(measure(|| drop(core::hint::black_box(Box::new(1)))).count_total, 1);
}
