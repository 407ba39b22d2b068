//! The oracle of the codec for asynchronous streams: how the bytes come changes nothing, and every byte lies in one item.

use bytes::BytesMut;
use tokio_util::codec::{Decoder, Encoder};
use zems::codec::{Codec, Item};

/// Any bytes, in every form: all at once, one by one, and in pieces whose lengths the bytes themselves say.
pub fn codec(bytes: &[u8]) {
    for codec in [Codec::raw(), Codec::be16(), Codec::be32()] {
        let whole = items(&codec, bytes, |_| usize::MAX);
        let pieces = items(&codec, bytes, |at| usize::from(bytes[at]) + 1);
        assert_eq!(whole, pieces, "the items depend on the pieces that the bytes come in");
        if bytes.len() < 3000 {
            assert_eq!(
                whole,
                items(&codec, bytes, |_| 1),
                "the items depend on the pieces that the bytes come in"
            );
        }
        let mut covered = 0;
        for (offset, item, _) in &whole {
            // The bytes between items are a pad or the length of a frame.
            assert!(*offset >= covered, "{offset} {covered}");
            covered = offset + u64::try_from(item.len()).unwrap();
        }
        assert!(covered <= u64::try_from(bytes.len()).unwrap());
        returns(&whole);
    }
}

/// Buffers that were found are found again when they are put on another stream, in every form.
fn returns(found: &[(u64, Vec<u8>, Option<String>)]) {
    let good: Vec<_> =
        found.iter().filter(|(_, _, error)| error.is_none()).map(|(_, bytes, _)| bytes).collect();
    for mut codec in [Codec::raw(), Codec::be16(), Codec::be32()] {
        let mut stream = BytesMut::new();
        let mut put = Vec::new();
        for bytes in &good {
            let buffer = zems::spi::read::Buffer::parse(bytes).unwrap();
            if codec.encode(buffer, &mut stream).is_ok() {
                put.push((*bytes).clone());
            }
        }
        let back = items(&codec, &stream, |_| usize::MAX);
        assert!(back.iter().all(|(_, _, error)| error.is_none()), "{back:?}");
        assert_eq!(back.into_iter().map(|(_, bytes, _)| bytes).collect::<Vec<_>>(), put);
    }
}

/// Offset, bytes and fault of each item; the parts of a bad region are one.
pub fn items(
    codec: &Codec,
    bytes: &[u8],
    piece: impl Fn(usize) -> usize,
) -> Vec<(u64, Vec<u8>, Option<String>)> {
    let mut codec = codec.clone();
    let mut stream = BytesMut::new();
    let mut items: Vec<(u64, Vec<u8>, Option<String>)> = Vec::new();
    let mut is_open = false;
    let mut take = |item: Item, items: &mut Vec<(u64, Vec<u8>, Option<String>)>| {
        let (offset, bytes) = (item.offset(), item.bytes().to_vec());
        if is_open {
            let Item::Bad { ends, .. } = &item else { panic!("a region has not ended") };
            let (start, region, _) = items.last_mut().unwrap();
            assert_eq!(*start + u64::try_from(region.len()).unwrap(), offset);
            region.extend_from_slice(&bytes);
            is_open = !ends;
            return;
        }
        let error = match &item {
            Item::Bad { error, ends, .. } => {
                is_open = !ends;
                Some(error.to_string())
            }
            _ => None,
        };
        items.push((offset, bytes, error));
    };
    let mut at = 0;
    while at < bytes.len() {
        let end = at.saturating_add(piece(at)).min(bytes.len());
        stream.extend_from_slice(&bytes[at..end]);
        at = end;
        while let Some(item) = codec.decode(&mut stream).unwrap() {
            take(item, &mut items);
        }
    }
    while let Some(item) = codec.decode_eof(&mut stream).unwrap() {
        take(item, &mut items);
    }
    assert!(!is_open && stream.is_empty());
    items
}
