use crate::{
    events,
    harness::{Bench, Row},
};
use core::hint::black_box;
use zems::ems::Event;
use zems::spi::{
    Profile,
    read::{Buffer, Framer, Step},
};

fn pass(num: i16, evno: i16, emph: bool, pin: u16, cpu: u16) -> bool {
    num == 12 && (500..520).contains(&evno) && (emph || pin == 0) && cpu != 3
}

pub fn run(bench: &mut Bench) {
    let size: usize = if bench.is_quick() { 64 << 20 } else { 256 << 20 };
    let mut set: Vec<Vec<u8>> =
        events::recs().iter().map(|r| events::build(&r.borrow(), Vec::new())).collect();
    set.extend(events::mix());
    let mut all: Vec<u8> = Vec::with_capacity(size + 5000);
    let mut rng = events::Rng(5);
    let mut n = 0usize;
    while all.len() < size {
        let e = &set[rng.below(set.len())];
        all.extend(e);
        if e.len() % 2 == 1 {
            all.push(0);
        }
        n += 1;
    }
    println!("\n{} MiB, {n} events, mean {} B", all.len() >> 20, all.len() / n);
    use zems::spi::HeaderField as F;
    let l = Profile::DEFAULT.layouts().next().unwrap().clone();
    let p = |f| 28 + l.place(f).unwrap().0;
    let (onum, oflags, ocpu, opin) = (p(F::EventNumber), p(F::Flags), p(F::CrtpidCpu), p(F::CrtpidPin));
    let [emph, ..] = crate::decode::flag_masks(&l);
    let all = &all[..];
    let used = |h: &[u8]| -> usize { zems_used(h) };
    // the hand filter: same fields as the header has in both layouts
    let hand_at = |o: usize| -> (bool, usize) {
        let Some(h) = all.get(o..o + 60) else { return (false, 1 << 20) };
        let w = |at: usize| u16::from_be_bytes([h[at], h[at + 1]]);
        let num = w(14) as i16;
        let ok = pass(num, w(onum) as i16, w(oflags) & emph != 0, u16::from(h[opin]), u16::from(h[ocpu]));
        let u = used(h);
        (ok, u + (u & 1))
    };
    let ours_pass = |e: &Event<'_>| {
        let s = e.ssid();
        s.number() == 12
            && e.number().is_some_and(|n| (500..520).contains(&n))
            && (e.emphasis() == Some(true) || e.pin() == Some(0))
            && e.cpu().is_some_and(|c| c != 3)
    };
    const CH: usize = 256;
    // starts of the parts, at events
    let mut starts = vec![0usize];
    {
        let mut o = 0;
        let step = all.len() / CH;
        while o < all.len() {
            let (_, u) = hand_at(o);
            o += u;
            if starts.len() < CH && o >= starts.len() * step {
                starts.push(o);
            }
        }
        starts.push(all.len());
    }
    // and of the eight cursors in each part: the cheap block index, made before
    let cursors: Vec<[usize; 9]> = (0..CH)
        .map(|c| {
            let (s, e) = (starts[c], starts[c + 1]);
            let mut v = [e; 9];
            v[0] = s;
            let mut k = 1;
            let mut o = s;
            while o < e {
                let (_, u) = hand_at(o);
                o += u;
                if k < 8 && o >= s + k * (e - s) / 8 {
                    v[k] = o;
                    k += 1;
                }
            }
            v
        })
        .collect();
    let ours = |c: usize| {
        let (mut o, e) = (starts[c], starts[c + 1]);
        let mut k = 0usize;
        while o < e {
            let (b, _) = Buffer::parse_prefix(&all[o..]).unwrap();
            if Event::try_from(b).is_ok_and(|e| ours_pass(&e)) {
                k += 1;
            }
            o += b.len();
            o += o & 1;
        }
        k
    };
    let framer = |c: usize| {
        let mut f = Framer::new(&Profile::DEFAULT);
        let mut rest = &all[starts[c]..starts[c + 1]];
        let mut k = 0usize;
        loop {
            match f.step(rest, true) {
                Step::Buffer(b) => {
                    if Event::try_from(b).is_ok_and(|e| ours_pass(&e)) {
                        k += 1;
                    }
                    rest = &rest[b.len()..];
                }
                Step::Pad => rest = &rest[1..],
                Step::Bad { len, .. } => rest = &rest[len..],
                _ => break,
            }
        }
        k
    };
    let one = |c: usize| {
        let (mut o, e) = (starts[c], starts[c + 1]);
        let mut k = 0usize;
        while o < e {
            let (ok, u) = hand_at(o);
            k += usize::from(ok);
            o += u;
        }
        k
    };
    let eight = |c: usize| {
        let cur = &cursors[c];
        let mut o = [0usize; 8];
        o.copy_from_slice(&cur[..8]);
        let mut k = 0usize;
        let mut live = true;
        while live {
            live = false;
            for i in 0..8 {
                if o[i] < cur[i + 1] {
                    let (ok, u) = hand_at(o[i]);
                    k += usize::from(ok);
                    o[i] += u;
                    live = true;
                }
            }
        }
        k
    };
    let ours_eight = |c: usize| {
        let cur = &cursors[c];
        let mut o = [0usize; 8];
        o.copy_from_slice(&cur[..8]);
        let mut k = 0usize;
        let mut live = true;
        while live {
            live = false;
            for i in 0..8 {
                if o[i] < cur[i + 1] {
                    let (b, _) = Buffer::parse_prefix(&all[o[i]..]).unwrap();
                    if Event::try_from(b).is_ok_and(|e| ours_pass(&e)) {
                        k += 1;
                    }
                    o[i] += b.len();
                    o[i] += o[i] & 1;
                    live = true;
                }
            }
        }
        k
    };
    let skim = |c: usize| {
        let mut f = Framer::new(&Profile::DEFAULT);
        let mut rest = &all[starts[c]..starts[c + 1]];
        let mut found = Vec::new();
        let mut k = 0usize;
        while !rest.is_empty() {
            found.clear();
            let n = f.skim(rest, |b| Event::try_from(*b).is_ok_and(|e| ours_pass(&e)), &mut found);
            k += found.len();
            rest = &rest[n..];
            if n == 0 {
                match f.step_if(rest, true, |b| {
                    let ok = Event::try_from(*b).is_ok_and(|e| ours_pass(&e));
                    k += usize::from(ok);
                    false
                }) {
                    Step::Buffer(b) => rest = &rest[b.len()..],
                    Step::Pad => rest = &rest[1..],
                    Step::Bad { len, .. } => rest = &rest[len..],
                    _ => break,
                }
            }
        }
        k
    };
    let by_headers = |c: usize| {
        let mut f = Framer::new(&Profile::DEFAULT);
        let mut rest = &all[starts[c]..starts[c + 1]];
        let mut k = 0usize;
        loop {
            match f.step_if(rest, true, |b| {
                let ok = Event::try_from(*b).is_ok_and(|e| ours_pass(&e));
                k += usize::from(ok);
                ok
            }) {
                Step::Buffer(b) => rest = &rest[b.len()..],
                Step::Pad => rest = &rest[1..],
                Step::Bad { len, .. } => rest = &rest[len..],
                _ => break,
            }
        }
        k
    };
    let walk = |c: usize| {
        let (mut o, e) = (starts[c], starts[c + 1]);
        let mut k = 0u64;
        while o < e {
            let (b, _) = Buffer::parse_prefix(&all[o..]).unwrap();
            for t in b.tokens() {
                k += u64::from(u32::from(t.unwrap().code()));
            }
            o += b.len();
            o += o & 1;
        }
        k
    };
    let sum = |c: usize| {
        all[starts[c]..starts[c + 1]]
            .as_chunks::<8>()
            .0
            .iter()
            .fold(0u64, |s, c| s.wrapping_add(u64::from_ne_bytes(*c)))
    };
    let want: usize = (0..CH).map(one).sum();
    println!("{want} events pass");
    assert_eq!((0..CH).map(ours).sum::<usize>(), want);
    assert_eq!((0..CH).map(skim).sum::<usize>(), want);
    assert_eq!((0..CH).map(by_headers).sum::<usize>(), want);
    assert_eq!((0..CH).map(framer).sum::<usize>(), want);
    assert_eq!((0..CH).map(eight).sum::<usize>(), want);
    assert_eq!((0..CH).map(ours_eight).sum::<usize>(), want);
    let rows: Vec<Row<'_>> = vec![
        (
            "u64 sum read",
            Box::new(|c| {
                black_box(sum(c));
            }),
        ),
        (
            "ours: parse_prefix + Event getters, one cursor",
            Box::new(|c| {
                black_box(ours(c));
            }),
        ),
        (
            "ours: the same, 8 cursors by hand",
            Box::new(|c| {
                black_box(ours_eight(c));
            }),
        ),
        (
            "ours: Framer::skim + getters",
            Box::new(|c| {
                black_box(skim(c));
            }),
        ),
        (
            "ours: Framer::step_if, passing buffers walked",
            Box::new(|c| {
                black_box(by_headers(c));
            }),
        ),
        (
            "ours: Framer (checks all tokens) + getters",
            Box::new(|c| {
                black_box(framer(c));
            }),
        ),
        (
            "ours: parse_prefix + token walk",
            Box::new(|c| {
                black_box(walk(c));
            }),
        ),
        (
            "by hand: one cursor",
            Box::new(|c| {
                black_box(one(c));
            }),
        ),
        (
            "by hand: 8 cursors",
            Box::new(|c| {
                black_box(eight(c));
            }),
        ),
    ];
    let times =
        bench.table("Header-only filter in memory", (all.len() / 1000, "kB (1000 / x GB/s)"), CH, rows);
    bench.claim_faster(
        "header filter in memory, of read bandwidth",
        &times,
        "ours: Framer::skim + getters",
        "u64 sum read",
        0.9,
    );
    bench.claim_faster(
        "header filter through Framer, of read bandwidth",
        &times,
        "ours: Framer::step_if, passing buffers walked",
        "u64 sum read",
        0.6,
    );
}
fn zems_used(h: &[u8]) -> usize {
    zems_used_impl(h)
}
#[inline]
fn zems_used_impl(h: &[u8]) -> usize {
    // as StandardPart::used_len: see the source
    usize::from(u16::from_be_bytes([h[4], h[5]])) + 6
}
