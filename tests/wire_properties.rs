//! Properties of all buffers, and of all bytes.

use crate::support;

use proptest::collection::vec;
use proptest::prelude::*;
use support::{generate, oracle};
use zems::spi::read::Buffer;
use zems::spi::write::{CommandHeader, Encoder, Measure, SliceOutput};
use zems::spi::{Profile, Ssid};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Build, parse: the same values.
    #[test]
    fn what_is_built_is_read(bytes in vec(any::<u8>(), 0..2000)) {
        let (buffer, made) = generate::command(&bytes);
        let buffer = Buffer::parse(&buffer).unwrap();
        prop_assert_eq!(buffer.check(|finding| panic!("{finding}")), Ok(()));
        generate::compare(buffer.tokens(), &made, buffer.ssid());
    }

    /// Parse, re-encode: the same bytes; and both decoders agree.
    #[test]
    fn what_is_built_is_reencoded(bytes in vec(any::<u8>(), 0..2000)) {
        let (buffer, _) = generate::command(&bytes);
        oracle::decode(&buffer);
        oracle::reencode_any(&buffer);
        let event = generate::event(&bytes);
        oracle::decode(&event);
        oracle::reencode_any(&event);
    }

    /// Buffers with a few bytes changed: nothing panics, everything ends, both decoders agree.
    #[test]
    fn damaged_buffers(bytes in vec(any::<u8>(), 0..1500), damage in vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let (mut buffer, _) = generate::command(&bytes);
        for (at, byte) in damage {
            let at = at.index(buffer.len());
            buffer[at] = byte;
        }
        oracle::decode(&buffer);
        oracle::reencode_any(&buffer);
        oracle::resync(&buffer);
    }

    /// Arbitrary bytes, after a header and alone.
    #[test]
    fn arbitrary_bytes(bytes in vec(any::<u8>(), 0..600)) {
        oracle::decode(&bytes);
        oracle::resync(&bytes);
        let mut buffer = zems::samples::COMMAND[..36].to_vec();
        buffer.extend(&bytes);
        let occurs = u16::try_from(buffer.len() - 6).unwrap();
        buffer[4..6].copy_from_slice(&occurs.to_be_bytes());
        oracle::decode(&buffer);
        oracle::reencode_any(&buffer);
    }

    /// A stream of buffers, some damaged, with noise and pads between.
    #[test]
    fn streams(parts in vec((0..5_u8, vec(any::<u8>(), 0..200)), 0..8)) {
        let mut stream = Vec::new();
        for (what, bytes) in parts {
            match what {
                0 => stream.extend(&bytes),
                1 => {
                    let (buffer, _) = generate::command(&bytes);
                    stream.extend(&buffer[..buffer.len() * 2 / 3]);
                }
                2 if stream.len() % 2 == 1 => stream.push(0),
                _ => stream.extend(generate::event(&bytes)),
            }
        }
        oracle::resync(&stream);
    }

    /// All outputs take the same bytes, and their number is known before.
    #[test]
    fn outputs_agree(bytes in vec(any::<u8>(), 0..1500)) {
        let header = CommandHeader::new(Ssid::NULL, 1);
        let mut measured = Encoder::command(Measure::default(), &header, &Profile::DEFAULT).unwrap();
        let made = generate::fill(&mut generate::Source(&bytes), &mut measured, 0);
        let len = zems::spi::write::Output::len(&measured.finish().unwrap());

        let mut space = vec![0; len];
        let mut in_slice = Encoder::command(SliceOutput::new(&mut space), &header, &Profile::DEFAULT).unwrap();
        prop_assert_eq!(&generate::fill(&mut generate::Source(&bytes), &mut in_slice, 0), &made);
        let in_slice = in_slice.finish().unwrap().into_written().to_vec();
        let mut in_bytes = Encoder::command(bytes::BytesMut::new(), &header, &Profile::DEFAULT).unwrap();
        generate::fill(&mut generate::Source(&bytes), &mut in_bytes, 0);
        prop_assert_eq!(in_slice.len(), len);
        prop_assert_eq!(&in_slice[..], &in_bytes.finish().unwrap()[..]);
    }

    /// A put that fails leaves the buffer as it was, wherever the space ends.
    #[test]
    fn failed_puts_leave_no_trace(bytes in vec(any::<u8>(), 0..600), space in 56..400_usize) {
        let header = CommandHeader::new(Ssid::NULL, 1);
        let mut space = vec![0; space];
        let mut encoder = Encoder::command(SliceOutput::new(&mut space), &header, &Profile::DEFAULT).unwrap();
        let made = generate::fill(&mut generate::Source(&bytes), &mut encoder, 0);
        let written = encoder.finish().unwrap().into_written().to_vec();
        let buffer = Buffer::parse(&written).unwrap();
        prop_assert_eq!(buffer.check(|finding| panic!("{finding}")), Ok(()));
        generate::compare(buffer.tokens(), &made, Ssid::NULL);
    }
}
