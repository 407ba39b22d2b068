//! Every case of small spaces: token codes, lengths, and damage of one byte. Sampling could miss the one that panics.

use zems::samples;
use zems::spi::Profile;
use zems::spi::read::{Buffer, Framer, Step};

use crate::support::generate;

/// How much of a space is tested: all of it in an optimised build, a part that is spread over it in a plain one.
const STRIDE: usize = if cfg!(debug_assertions) { 37 } else { 1 };

/// A command buffer whose body is `body`.
fn command(body: &[u8]) -> Vec<u8> {
    let mut bytes = samples::COMMAND[..36].to_vec();
    bytes.extend(body);
    let occurs = u16::try_from(bytes.len() - 6).unwrap();
    bytes[2..4].copy_from_slice(&(occurs + 6).to_be_bytes());
    bytes[4..6].copy_from_slice(&occurs.to_be_bytes());
    bytes
}

/// Every data type and length byte, before each number of remaining bytes from 0 to 300: the walk ends, and a fault is inside the
/// buffer. A plain value is read exactly when its bytes are there.
#[test]
fn every_token_code_before_every_remainder() {
    let mut body = [0_u8; 4 + 300];
    for (at, byte) in body.iter_mut().enumerate().skip(4) {
        *byte = u8::try_from(at % 7).unwrap();
    }
    for top in 0..=u16::MAX {
        body[..2].copy_from_slice(&top.to_be_bytes());
        body[2..4].copy_from_slice(&[0x12, 0x34]);
        let [kind, length] = top.to_be_bytes();
        for remaining in (usize::from(top) % STRIDE..=300).step_by(STRIDE) {
            let bytes = command(&body[..4 + remaining]);
            let buffer = Buffer::parse(&bytes).unwrap();
            let checked = buffer.check(|_| {});
            if let Err(error) = checked {
                let offset = usize::try_from(error.offset()).unwrap();
                assert!((36..=bytes.len()).contains(&offset), "{top:04X} {remaining}: {error}");
            }
            let is_plain = kind & 0x7F != 37 && kind & 0x7F != 39 && kind & 0x7F != 38;
            let front = if kind & 0x80 == 0 { 0 } else { 12 };
            if is_plain && length != 255 {
                let fits = front + usize::from(length) <= remaining;
                let first = buffer.tokens().next().unwrap();
                assert_eq!(first.is_ok(), fits, "{top:04X} {remaining}");
                if let Ok(token) = first {
                    assert_eq!(token.bytes().len(), usize::from(length));
                }
            }
        }
    }
}

/// Every used length with 64 declared lengths, and as many bytes at hand as there are: a buffer, or a fault that says why not.
#[test]
fn every_used_length_in_buffers_of_64_sizes() {
    let mut bytes = vec![0_u8; 65_536 + 6];
    bytes[..36].copy_from_slice(&samples::COMMAND[..36]);
    for size in 0..64_usize {
        let declared = u16::try_from(size * 1040).unwrap();
        bytes[2..4].copy_from_slice(&declared.to_be_bytes());
        for occurs in (size % STRIDE..=65_535).step_by(STRIDE) {
            let occurs = u16::try_from(occurs).unwrap();
            bytes[4..6].copy_from_slice(&occurs.to_be_bytes());
            let used = usize::from(occurs) + 6;
            match Buffer::parse_prefix(&bytes) {
                Ok((buffer, _)) => {
                    assert_eq!(buffer.len(), used);
                    assert!(used <= usize::from(declared) && used >= 36);
                }
                Err(error) => {
                    assert!(used > usize::from(declared) || used < 36, "{used} of {declared}: {error}");
                    assert!(error.offset() <= 65_542);
                }
            }
        }
    }
}

/// Fifty events of all kinds.
fn golden() -> Vec<Vec<u8>> {
    let mut events = vec![
        samples::EVENT.to_vec(),
        samples::BKUP_FAIL.to_vec(),
        samples::PID_FILE_LOCK.to_vec(),
        samples::COMMAND.to_vec(),
    ];
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    while events.len() < 50 {
        let bytes: Vec<u8> = (0..60)
            .map(|_| {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                seed.to_be_bytes()[0]
            })
            .collect();
        let event = generate::event(&bytes);
        if event.len().is_multiple_of(2) && event.len() <= 400 {
            events.push(event);
        }
    }
    events
}

/// Steps through the stream; returns the ranges of its buffers. Every byte is in a buffer, a bad region or a pad.
fn buffers(stream: &[u8]) -> Vec<(usize, usize)> {
    let mut framer = Framer::new(&Profile::DEFAULT);
    let (mut at, mut found) = (0, Vec::new());
    loop {
        match framer.step(&stream[at..], true) {
            Step::Buffer(buffer) => {
                found.push((at, at + buffer.len()));
                at += buffer.len();
            }
            Step::Bad { len, error, .. } => {
                assert!(error.offset() <= u64::try_from(stream.len()).unwrap());
                at += len;
            }
            Step::Pad => at += 1,
            Step::Length { .. } => panic!("a stream without frames"),
            Step::More => panic!("more input wanted at the end"),
            Step::End => break,
        }
    }
    assert_eq!(at, stream.len());
    found
}

/// The records before and after the damaged one are still found. The exception is damage that leaves a well-formed record
/// which ends exactly where the next one does, or with its first byte: nothing in the bytes tells, and an event that ends with
/// FF does not have to wait for the next one. Both are counted; of the first byte, the rest of the record is reported.
fn neighbours_survive(stream: &[u8], front: usize, back: usize, swallowed: &mut usize) {
    let found = buffers(stream);
    assert_eq!(found.first(), Some(&(0, front)));
    if found.last() != Some(&(back, stream.len())) {
        assert!(
            found.iter().any(|(start, end)| *start < back && (*end == stream.len() || *end == back + 1)),
            "the record at {back} of {} is lost: {found:?}",
            stream.len()
        );
        *swallowed += 1;
    }
}

#[test]
fn every_truncation_of_golden_events_loses_no_other_record() {
    let front = samples::BKUP_FAIL;
    let (mut swallowed, mut all) = (0, 0);
    for event in golden() {
        for len in 0..event.len() {
            let stream = [front, &event[..len], front].concat();
            neighbours_survive(&stream, front.len(), front.len() + len, &mut swallowed);
            all += 1;
        }
    }
    // At most two lengths of each event.
    assert!(all > 1000 && swallowed <= 2 * golden().len(), "{swallowed} of {all}");
}

#[test]
fn every_changed_byte_of_golden_events_loses_no_other_record() {
    let front = samples::BKUP_FAIL;
    let (mut swallowed, mut all) = (0, 0);
    for (index, event) in golden().iter().enumerate() {
        let mut stream = [front, event, front].concat();
        let back = front.len() + event.len();
        for at in front.len()..back {
            let before = stream[at];
            for value in ((index + at) % STRIDE..256).step_by(STRIDE) {
                stream[at] = u8::try_from(value).unwrap();
                neighbours_survive(&stream, front.len(), back, &mut swallowed);
                all += 1;
            }
            stream[at] = before;
        }
    }
    assert!(all > 1000 && swallowed * 1000 < all, "{swallowed} of {all}");
}
