//! Buffers in frames: a wrong length loses at most its own buffer, and that is said.

use zems::spi::Profile;
use zems::spi::read::{Framer, Step};

/// Offsets of the buffers, and regions that hold none with their faults.
fn read(mut framer: Framer<'_>, bytes: &[u8]) -> (Vec<u64>, Vec<(u64, usize, String)>) {
    let (mut buffers, mut bad) = (Vec::new(), Vec::new());
    let mut rest = bytes;
    loop {
        let offset = framer.offset();
        match framer.step(rest, true) {
            Step::Buffer(buffer) => {
                buffers.push(buffer.origin());
                rest = &rest[buffer.len()..];
            }
            Step::Bad { len, error, .. } => {
                bad.push((offset, len, error.kind().to_string()));
                rest = &rest[len..];
            }
            Step::Pad => rest = &rest[1..],
            Step::Length { width, .. } => rest = &rest[width..],
            Step::More => panic!("everything was shown"),
            Step::End => return (buffers, bad),
        }
    }
}

#[test]
fn a_wrong_length_loses_its_own_buffer_only() {
    let (buffers, bad) =
        read(Framer::be16(&Profile::DEFAULT), include_bytes!("frames/frames-one-too-long.be16"));
    assert_eq!(buffers, [0x95, 0xDA]);
    let error = "the frame is 146 bytes long, but the buffer in it 145".to_owned();
    assert_eq!(bad, [(2, 0x91, error)]);

    let (buffers, bad) = read(Framer::be32(&Profile::DEFAULT), include_bytes!("frames/frames-greatest.be32"));
    assert_eq!(buffers, [4, 0xE0]);
    let error = "the frame is 4294967295 bytes long, longer than any buffer".to_owned();
    assert_eq!(bad, [(0x99, 0x43, error)]);
}

#[test]
fn a_frame_of_length_0_is_nothing() {
    let (buffers, bad) = read(Framer::be16(&Profile::DEFAULT), include_bytes!("frames/frames-empty.be16"));
    assert_eq!((buffers, bad), (vec![4], vec![]));
}

#[test]
fn frames_hold_buffers_pads_and_damage() {
    let event = zems::samples::EVENT;
    let frame = |bytes: &[u8]| [&u16::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat();
    // Two buffers in a frame with their pads, a cut one, one with a byte too few, a damaged token, and a good one.
    let two = frame(&[event, &[0], event, &[0]].concat());
    let short = frame(&event[..event.len() - 1]);
    let mut damaged = event.to_vec();
    let end = damaged.len();
    damaged[end - 2..].fill(0xFF);
    let damaged = frame(&damaged);
    let stream = [two, short, damaged, frame(event), frame(event)[..100].to_vec()].concat();
    let (buffers, bad) = read(Framer::be16(&Profile::DEFAULT), &stream);
    assert_eq!(buffers[..2], [2, 186]);
    let good: Vec<_> = buffers[2..].to_vec();
    let last = 370 + 184 + 185;
    assert!(good.last() == Some(&(last + 2)), "{buffers:?} {bad:?}");
    assert_eq!(bad.last().unwrap().2, "the frame is 183 bytes long, but the input ends after 98");
    assert_eq!(bad[0].0, 372);
}
