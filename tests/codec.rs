//! Buffers on asynchronous streams.

use core::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncWriteExt, duplex};
use tokio_util::codec::{FramedRead, FramedWrite};
use zems::codec::{Codec, Events, Fault, Item};
use zems::ems::EventBuf;
use zems::samples;

use crate::codec_oracle::{codec, items};
use crate::files::files;
use crate::support::generate;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn framed(width: usize, buffers: &[&[u8]]) -> Vec<u8> {
    let length = |buffer: &[u8]| u32::try_from(buffer.len()).unwrap().to_be_bytes()[4 - width..].to_vec();
    buffers.iter().flat_map(|buffer| [length(buffer), buffer.to_vec()].concat()).collect()
}

#[test]
fn how_the_bytes_come_changes_nothing() {
    let events = [samples::EVENT, samples::COMMAND, samples::BKUP_FAIL];
    codec(&events.concat());
    codec(&[samples::EVENT, &[0], b"noise \xff\xe4", samples::COMMAND, &samples::BKUP_FAIL[..90]].concat());
    for width in [2, 4] {
        let whole = framed(width, &events);
        codec(&whole);
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x81;
            codec(&damaged);
        }
    }
    for target in ["resync", "decode", "codec"] {
        files(&format!("fuzz/corpus/{target}"), None, 1).iter().for_each(|input| codec(input));
    }
}

#[test]
fn a_wrong_length_loses_its_own_buffer_only() {
    for (width, form) in [(2, Codec::be16()), (4, Codec::be32())] {
        let good = framed(width, &[samples::EVENT, samples::BKUP_FAIL, samples::EVENT]);
        for wrong in [1_u8, 0xFF] {
            let mut input = good.clone();
            let second = width + samples::EVENT.len();
            input[second + width - 1] ^= wrong;
            let found = items(&form, &input, |_| 1000);
            let events: Vec<_> = found
                .iter()
                .filter(|(_, _, error)| error.is_none())
                .map(|(_, bytes, _)| bytes.as_slice())
                .collect();
            assert_eq!(events, [samples::EVENT, samples::EVENT], "{found:?}");
            assert_eq!(found.iter().filter(|(_, _, error)| error.is_some()).count(), 1, "{found:?}");
        }
    }
}

#[test]
fn events_go_from_one_end_to_the_other_and_faults_are_errors() {
    block_on(async {
        let (near, far) = duplex(64);
        let write = async {
            let mut sink = FramedWrite::new(near, Codec::be32());
            sink.send(EventBuf::parse(samples::EVENT.into()).unwrap()).await.unwrap();
            sink.get_mut().write_all(b"\0\0\0\x05noise").await.unwrap();
            sink.send(&EventBuf::parse(samples::BKUP_FAIL.into()).unwrap()).await.unwrap();
            sink.send(zems::spi::read::Buffer::parse(samples::COMMAND).unwrap()).await.unwrap();
        };
        let read = Events::new(far, Codec::be32()).collect::<Vec<_>>();
        let ((), read) = tokio::join!(write, read);
        let [Ok(first), Err(Fault::Bad { offset: 191, .. }), Ok(second), Err(Fault::Command { .. })] =
            read.as_slice()
        else {
            panic!("{read:?}")
        };
        assert_eq!((first.bytes(), second.bytes()), (&samples::EVENT.into(), &samples::BKUP_FAIL.into()));
    });
}

#[test]
fn a_frame_has_a_limit() {
    let mut codec = Codec::be16();
    let mut long = samples::EVENT.to_vec();
    long.resize(66_000, 0);
    // A buffer as long as its used length can say.
    long[4..6].copy_from_slice(&u16::MAX.to_be_bytes());
    if let Ok(buffer) = zems::spi::read::Buffer::parse(&long[..65_535 + 1]) {
        let put = tokio_util::codec::Encoder::encode(&mut codec, buffer, &mut bytes::BytesMut::new());
        assert!(put.unwrap_err().to_string().contains("at most 65535"));
    }
}

/// A peer that sends anything but buffers takes no more memory than one that sends buffers.
#[test]
fn memory_does_not_grow() {
    block_on(async {
        for form in [Codec::raw(), Codec::be16(), Codec::be32()] {
            for pattern in [&b"\xff\xe4"[..], b"\0\xff\xe4\0", b"\xff", b"\0\0\0\0"] {
                let input = pattern.repeat((4 << 20) / pattern.len());
                let mut items = FramedRead::new(input.as_slice(), form.clone());
                let begun = std::time::Instant::now();
                while let Some(item) = items.next().await {
                    assert!(matches!(item.unwrap(), Item::Bad { .. }));
                    assert!(items.read_buffer().capacity() < 1 << 20);
                }
                assert!(begun.elapsed() < Duration::from_secs(60));
            }
        }
    });
}

#[test]
fn generated_events_come_back() {
    for seed in 0..20_u8 {
        let random = |at: u32| u8::try_from(at.wrapping_mul(2_654_435_761) >> 24).unwrap() ^ seed;
        let stream = (0..10).flat_map(|number| {
            generate::event(&(0..200).map(|at| random(at + number * 200)).collect::<Vec<_>>())
        });
        codec(&stream.collect::<Vec<_>>());
    }
}
