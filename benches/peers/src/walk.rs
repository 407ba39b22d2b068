use crate::{events, harness::Bench, model::*};
use core::hint::black_box;
use netlink_packet_utils::nla::NlasIterator;
use prost::Message;
use zems::spi::read::{Buffer, Visit};

/// the 20 lines anybody would write; lists are stepped into
#[inline(never)]
pub fn obvious(b: &[u8]) -> Option<(usize, u64)> {
    let mut p = 28 + usize::from(*b.get(25)?);
    p += p & 1;
    if b.get(p + 2..p + 4)? == [0xFE, 0x46] {
        p += 4 + usize::from(*b.get(p + 1)?);
    }
    let (mut n, mut sum) = (0, 0u64);
    while p < b.len() {
        let code = u32::from_be_bytes(b.get(p..p + 4)?.try_into().ok()?);
        p += 4;
        if code >> 31 == 1 {
            p += 12;
        }
        let kind = (code >> 24) & 127;
        let mut len = (code >> 16 & 255) as usize;
        if len == 255 {
            len = usize::from(u16::from_be_bytes(b.get(p..p + 2)?.try_into().ok()?));
            p += 2;
            if kind == 37 {
                n += 1;
                sum += u64::from(code & 0x7fff_ffff);
                continue;
            }
        }
        if kind == 39 && len == 0 {
            continue;
        }
        b.get(p..p + len)?;
        sum += u64::from(code & 0x7fff_ffff);
        n += 1;
        p += len;
        p += p & 1;
    }
    Some((n, sum))
}
#[inline(never)]
pub fn ours_walk(b: &[u8]) -> Option<(usize, u64)> {
    let (mut n, mut sum) = (0, 0u64);
    for v in Buffer::parse(b).ok()?.walk() {
        if let Visit::Token(t) | Visit::Open(t) = v.ok()? {
            n += 1;
            sum += u64::from(u32::from(t.code()));
        }
    }
    Some((n, sum))
}
#[inline(never)]
pub fn ours_bare(b: &[u8]) -> Option<(usize, u64)> {
    use zems::spi::read::BareVisit;
    let (mut n, mut sum) = (0, 0u64);
    Buffer::parse(b)
        .ok()?
        .walk_bare(|v| {
            if let BareVisit::Token(t) | BareVisit::Open(t) = v {
                n += 1;
                sum += u64::from(u32::from(t.code()));
            }
        })
        .ok()?;
    Some((n, sum))
}
#[inline(never)]
pub fn ours_top_bare(b: &[u8]) -> Option<(usize, u64)> {
    let (mut n, mut sum) = (0, 0u64);
    let mut ts = Buffer::parse(b).ok()?.tokens();
    while let Some(t) = ts.next_bare() {
        n += 1;
        sum += u64::from(u32::from(t.ok()?.code()));
    }
    Some((n, sum))
}
#[inline(never)]
pub fn ours_top(b: &[u8]) -> Option<(usize, u64)> {
    let (mut n, mut sum) = (0, 0u64);
    for t in Buffer::parse(b).ok()?.tokens() {
        n += 1;
        sum += u64::from(u32::from(t.ok()?.code()));
    }
    Some((n, sum))
}
pub fn ours_rec(b: &[u8]) -> Option<(usize, u64)> {
    fn level(t: zems::spi::read::Tokens<'_>, n: &mut usize, sum: &mut u64) -> Option<()> {
        for t in t {
            let t = t.ok()?;
            *n += 1;
            *sum += u64::from(u32::from(t.code()));
            if let Some(i) = t.tokens() {
                level(i, n, sum)?;
            }
        }
        Some(())
    }
    let (mut n, mut sum) = (0, 0u64);
    level(Buffer::parse(b).ok()?.tokens(), &mut n, &mut sum)?;
    Some((n, sum))
}
fn put_nla(out: &mut Vec<u8>, kind: u16, value: &[u8]) {
    out.extend(((value.len() + 4) as u16).to_ne_bytes());
    out.extend(kind.to_ne_bytes());
    out.extend(value);
    while out.len() % 4 != 0 {
        out.push(0);
    }
}
fn nlas(tokens: zems::spi::read::Tokens<'_>, out: &mut Vec<u8>) {
    for t in tokens {
        let t = t.unwrap();
        if let Some(inside) = t.tokens() {
            let mut v = Vec::new();
            nlas(inside, &mut v);
            put_nla(out, 0x8000 | (t.code().number().0 as u16 & 0x3fff), &v);
        } else {
            put_nla(out, t.code().number().0 as u16 & 0x3fff, t.bytes());
        }
    }
}
#[inline(never)]
pub fn nla_walk(b: &[u8]) -> Option<(usize, u64)> {
    fn level(b: &[u8], n: &mut usize, sum: &mut u64) -> Option<()> {
        for a in NlasIterator::new(b) {
            let a = a.ok()?;
            *n += 1;
            *sum += u64::from(a.kind());
            if a.nested_flag() {
                level(a.value(), n, sum)?;
            }
        }
        Some(())
    }
    let (mut n, mut sum) = (0, 0u64);
    level(b, &mut n, &mut sum)?;
    Some((n, sum))
}
fn ptoks(tokens: zems::spi::read::Tokens<'_>) -> Vec<PTok> {
    tokens
        .map(|t| {
            let t = t.unwrap();
            PTok {
                code: t.code().into(),
                ssid: t.ssid().map(|s| s.as_bytes().to_vec()),
                value: if t.is_list() { vec![] } else { t.bytes().to_vec() },
                inside: t.tokens().map(ptoks).unwrap_or_default(),
            }
        })
        .collect()
}
pub fn pevent(b: &[u8]) -> Vec<u8> {
    let buf = Buffer::parse(b).unwrap();
    PEvent { header: b[..buf.body().start].to_vec(), tokens: ptoks(buf.tokens()) }.encode_to_vec()
}
pub fn prost_generic(b: &[u8]) -> Option<(usize, u64)> {
    fn level(t: &[PTok], n: &mut usize, sum: &mut u64) {
        for t in t {
            *n += 1;
            *sum += u64::from(t.code);
            level(&t.inside, n, sum);
        }
    }
    let e = PEvent::decode(b).ok()?;
    let (mut n, mut sum) = (0, 0u64);
    level(&e.tokens, &mut n, &mut sum);
    Some((n, sum))
}
/// nom 8, tokens only
pub fn nom_walk(b: &[u8]) -> Option<(usize, u64)> {
    use nom::{
        IResult, Parser,
        bytes::complete::take,
        number::complete::{be_u16, be_u32},
    };
    fn token(i: &[u8]) -> IResult<&[u8], u32> {
        let (i, code) = be_u32(i)?;
        let (i, _) = if code >> 31 == 1 { take(12usize).parse(i)? } else { (i, &i[..0]) };
        let (i, len) = if code >> 16 & 255 == 255 {
            let (i, n) = be_u16(i)?;
            if code >> 24 & 127 == 37 {
                return Ok((i, code));
            }
            (i, usize::from(n))
        } else {
            (i, (code >> 16 & 255) as usize)
        };
        let (i, _) = take(len).parse(i)?;
        Ok((i, code))
    }
    let mut start = 28 + usize::from(*b.get(25)?);
    start += start & 1;
    if b.get(start + 2..start + 4)? == [0xFE, 0x46] {
        start += 4 + usize::from(*b.get(start + 1)?);
    }
    let mut i = b.get(start..)?;
    let (mut n, mut sum) = (0, 0u64);
    while !i.is_empty() {
        let (r, code) = token(i).ok()?;
        let at = b.len() - r.len();
        i = if at & 1 == 1 { r.get(1..).unwrap_or_default() } else { r };
        let kind = code >> 24 & 127;
        if kind == 39 && code >> 16 & 255 == 0 {
            continue;
        }
        n += 1;
        sum += u64::from(code & 0x7fff_ffff);
    }
    Some((n, sum))
}
pub fn run(bench: &mut Bench) {
    let recs = events::recs();
    let fixed: Vec<Vec<u8>> = recs.iter().map(|r| events::build(&r.borrow(), Vec::new())).collect();
    let mix = events::mix();
    for (name, set) in [("fixed order, 256 events", &fixed), ("mix, 8,192 events", &mix)] {
        let bytes: usize = set.iter().map(Vec::len).sum();
        let nl: Vec<Vec<u8>> = set
            .iter()
            .map(|b| {
                let mut o = Vec::new();
                nlas(Buffer::parse(b).unwrap().tokens(), &mut o);
                o
            })
            .collect();
        let pg: Vec<Vec<u8>> = set.iter().map(|b| pevent(b)).collect();
        let mut toks = 0;
        for i in 0..set.len() {
            let a = ours_walk(&set[i]).unwrap();
            toks += a.0;
            // a table's code is that of its values with us, of the table with the others: only the count is compared then
            assert_eq!(a.0, obvious(&set[i]).unwrap().0);
            assert_eq!(a.0, nom_walk(&set[i]).unwrap().0);
            assert_eq!(a, ours_rec(&set[i]).unwrap());
            assert_eq!(a.0, nla_walk(&nl[i]).unwrap().0);
            assert_eq!(a, prost_generic(&pg[i]).unwrap());
        }
        println!(
            "\n{name}: mean {} B, {:.1} tokens an event",
            bytes / set.len(),
            toks as f64 / set.len() as f64
        );
        let over = |s: &'static str,
                    v: &Vec<Vec<u8>>,
                    f: fn(&[u8]) -> Option<(usize, u64)>|
         -> crate::harness::Row<'static> {
            let v = v.clone();
            (
                s,
                Box::new(move |c| {
                    for b in crate::harness::chunk(&v, c, if v.len() > 1000 { 64 } else { 1 }) {
                        black_box(f(black_box(b)));
                    }
                }),
            )
        };
        let times = bench.table(
            &format!("Token walk, {name}"),
            (set.len(), "event"),
            if set.len() > 1000 { 64 } else { 1 },
            vec![
                over("ours: Buffer::walk", set, ours_walk),
                over("ours: walk_bare", set, ours_bare),
                over("ours: next_bare", set, ours_top_bare),
                over("ours: tokens(), top level only", set, ours_top),
                over("ours: tokens() by recursion", set, ours_rec),
                over("obvious 20 lines", set, obvious),
                over("nom 8", set, nom_walk),
                over("netlink attribute walk", &nl, nla_walk),
                over("prost generic", &pg, prost_generic),
            ],
        );
        if name.starts_with("fixed") {
            bench.claim("token walk, fixed order", &times, "ours: walk_bare", "obvious 20 lines", 1.2);
            bench.claim("token walk, fixed order, beside nom", &times, "ours: walk_bare", "nom 8", 1.0);
        } else {
            bench.claim("token walk, random mix", &times, "ours: walk_bare", "netlink attribute walk", 1.25);
            bench.claim_faster(
                "token walk, random mix, beside prost",
                &times,
                "ours: walk_bare",
                "prost generic",
                7.0,
            );
        }
    }
}
