use crate::{
    events,
    harness::{Bench, Row},
    model::*,
    typed,
};
use core::hint::black_box;
use prost::Message;
use zems::spi::write::SliceOutput;
use zems::spi::{Action, read::Buffer, reencode};

pub fn run(bench: &mut Bench) {
    let recs = events::recs();
    let ev: Vec<Vec<u8>> = recs.iter().map(|r| events::build(&r.borrow(), Vec::new())).collect();
    let refs: Vec<RecRef<'_>> = recs.iter().map(|r| r.borrow()).collect();
    let pr: Vec<PRec> = recs.iter().map(PRec::from).collect();
    let cfg = bincode::config::standard().with_fixed_int_encoding();
    let (mut space, mut room2, mut room3, mut room4) =
        (vec![0u8; 4096], vec![0u8; 4096], vec![0u8; 4096], vec![0u8; 4096]);
    let (mut v, mut v2, mut v3, mut v4) =
        (Vec::<u8>::new(), Vec::<u8>::new(), Vec::<u8>::new(), Vec::<u8>::new());
    for (i, r) in refs.iter().enumerate() {
        assert_eq!(&*events::build(r, SliceOutput::new(&mut space)).into_written(), &ev[i][..]);
        let len = typed::encode(r, &mut space).unwrap();
        assert_eq!(&space[..len], &ev[i][..]);
    }
    let mut room5 = vec![0u8; 4096];
    let pg: Vec<PEvent> = ev.iter().map(|b| PEvent::decode(&crate::walk::pevent(b)[..]).unwrap()).collect();
    let mut v5 = Vec::<u8>::new();
    let mut arena = rkyv::util::AlignedVec::<16>::with_capacity(4096);
    let rows: Vec<Row<'_>> = vec![
        (
            "memcpy of the event",
            Box::new(|_c| {
                for b in &ev {
                    space[..b.len()].copy_from_slice(black_box(b));
                    black_box(&mut space);
                }
            }),
        ),
        (
            "ours: typed into a slice",
            Box::new(|_c| {
                for r in &refs {
                    black_box(typed::encode(black_box(r), &mut room5));
                }
            }),
        ),
        (
            "ours: EventBuilder into a slice",
            Box::new(|_c| {
                for r in &refs {
                    black_box(events::build(black_box(r), SliceOutput::new(&mut room2)).into_written().len());
                }
            }),
        ),
        (
            "ours: EventBuilder into a reused Vec",
            Box::new(|_c| {
                for r in &refs {
                    v.clear();
                    black_box(events::build(black_box(r), &mut v).len());
                }
            }),
        ),
        (
            "ours: EventBuilder into a new Vec",
            Box::new(|_c| {
                for r in &refs {
                    black_box(events::build(black_box(r), Vec::new()));
                }
            }),
        ),
        (
            "ours: reencode, all kept, into a slice",
            Box::new(|_c| {
                for b in &ev {
                    let mut o = SliceOutput::new(&mut room4);
                    reencode(&Buffer::parse(black_box(b)).unwrap(), &mut o, |_| Action::Keep).unwrap();
                    black_box(o.into_written().len());
                }
            }),
        ),
        (
            "bincode 2 into a slice",
            Box::new(|_c| {
                for r in &refs {
                    black_box(bincode::encode_into_slice(black_box(r), &mut room3, cfg).unwrap());
                }
            }),
        ),
        (
            "rkyv into a reused buffer",
            Box::new(|_c| {
                for r in &recs {
                    arena.clear();
                    let a = core::mem::take(&mut arena);
                    arena = rkyv::api::high::to_bytes_in::<_, rkyv::rancor::Error>(black_box(r), a).unwrap();
                    black_box(&arena);
                }
            }),
        ),
        (
            "minicbor into a reused Vec",
            Box::new(|_c| {
                for r in &refs {
                    v2.clear();
                    minicbor::encode(black_box(r), &mut v2).unwrap();
                    black_box(&v2);
                }
            }),
        ),
        (
            "prost into a reused Vec",
            Box::new(|_c| {
                for r in &pr {
                    v3.clear();
                    black_box(r).encode(&mut v3).unwrap();
                    black_box(&v3);
                }
            }),
        ),
        (
            "prost generic tokens into a reused Vec",
            Box::new(|_c| {
                for r in &pg {
                    v5.clear();
                    black_box(r).encode(&mut v5).unwrap();
                    black_box(&v5);
                }
            }),
        ),
        (
            "postcard into a reused Vec",
            Box::new(|_c| {
                for r in &refs {
                    v4.clear();
                    v4 = postcard::to_extend(black_box(r), core::mem::take(&mut v4)).unwrap();
                    black_box(&v4);
                }
            }),
        ),
    ];
    let times = bench.table("Encode one event of 29 values", (recs.len(), "event"), 1, rows);
    bench.claim("encode typed into a slice", &times, "ours: typed into a slice", "memcpy of the event", 1.2);
    bench.claim(
        "encode with the generic builder",
        &times,
        "ours: EventBuilder into a slice",
        "memcpy of the event",
        4.0,
    );
}
