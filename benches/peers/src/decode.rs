use crate::{
    events::{self, *},
    harness::{Bench, Row},
    model::*,
    typed,
};
use core::hint::black_box;
use prost::Message;
use zems::ems::Event;
use zems::spi::{Value, read::TokenKey};

#[inline(always)]
pub fn header<'a>(e: &Event<'a>, r: &mut RecBytes<'a>) -> Option<()> {
    let h = e.header()?;
    r.number = h.number;
    r.generated = h.generated.0;
    r.logged = h.logged.0;
    (r.group, r.user) = h.user;
    r.node = h.node;
    r.cpu = h.cpu;
    r.pin = h.pin;
    r.emphasis = h.emphasis;
    r.console_print = h.console_print;
    r.suppress_display = h.suppress_display;
    r.content_standard = h.content_standard;
    r.content_user = h.content_user;
    r.header_version = e.header_version()?;
    r.ssid_number = h.standard.ssid.number();
    r.ssid_version = h.standard.ssid.version().0;
    r.buffer_len = h.standard.buffer_len;
    r.max_field_version = h.standard.max_field_version.0;
    // The owner's bytes are borrowed from the buffer: the API gives a copy.
    r.owner = e.buffer().as_bytes().get(OWNER_AT..OWNER_AT + 8)?;
    r.process = h.process;
    Some(())
}
pub const OWNER_AT: usize = 6;
/// documented way: header getters, then the tokens
#[inline(never)]
pub fn ours_walk<'a>(b: &'a [u8]) -> Option<RecBytes<'a>> {
    let e = Event::parse(b).ok()?;
    let mut r = RecBytes::default();
    header(&e, &mut r)?;
    for t in e.tokens() {
        let t = t.ok()?;
        match t.code() {
            c if c == SUBJECT => {
                if let Value::Char(v) = t.value() {
                    r.subject = v
                }
            }
            c if c == COUNT => {
                if let Value::Int(v) = t.value() {
                    r.count = v.only()?
                }
            }
            c if c == STATE => {
                if let Value::Enum(v) = t.value() {
                    r.state = v.only()?
                }
            }
            c if c == ERRORS => {
                if let Value::Int2(v) = t.value() {
                    r.errors = v.only()?
                }
            }
            c if c == TOTAL => {
                if let Value::Int4(v) = t.value() {
                    r.total = v.only()?
                }
            }
            c if c == STARTED => {
                if let Value::Timestamp(v) = t.value() {
                    r.started = v.only()?.0
                }
            }
            c if c == VOLUME => {
                if let Value::Char(v) = t.value() {
                    r.volume = v
                }
            }
            c if c == FILE => {
                if let Value::Char(v) = t.value() {
                    r.file = v
                }
            }
            c if c == MESSAGE => {
                if let Value::Char(v) = t.value() {
                    r.message = v
                }
            }
            _ => {}
        }
    }
    Some(r)
}
#[inline(never)]
pub fn ours_bytes<'a>(b: &'a [u8]) -> Option<RecBytes<'a>> {
    let e = Event::parse(b).ok()?;
    let mut r = RecBytes::default();
    header(&e, &mut r)?;
    for t in e.tokens() {
        let t = t.ok()?;
        let v = t.bytes();
        match t.code() {
            c if c == SUBJECT => r.subject = v,
            c if c == COUNT => r.count = i16::from_be_bytes(v.try_into().ok()?),
            c if c == STATE => r.state = i16::from_be_bytes(v.try_into().ok()?),
            c if c == ERRORS => r.errors = i32::from_be_bytes(v.try_into().ok()?),
            c if c == TOTAL => r.total = i64::from_be_bytes(v.try_into().ok()?),
            c if c == STARTED => r.started = i64::from_be_bytes(v.try_into().ok()?),
            c if c == VOLUME => r.volume = v,
            c if c == FILE => r.file = v,
            c if c == MESSAGE => r.message = v,
            _ => {}
        }
    }
    Some(r)
}
const WANTED: [TokenKey; 9] = [
    TokenKey::new(SUBJECT),
    TokenKey::new(COUNT),
    TokenKey::new(STATE),
    TokenKey::new(ERRORS),
    TokenKey::new(TOTAL),
    TokenKey::new(STARTED),
    TokenKey::new(VOLUME),
    TokenKey::new(FILE),
    TokenKey::new(MESSAGE),
];
#[inline(never)]
pub fn ours_slots<'a>(b: &'a [u8]) -> Option<RecBytes<'a>> {
    let e = Event::parse(b).ok()?;
    let mut r = RecBytes::default();
    header(&e, &mut r)?;
    let s = e.buffer().find_many(&WANTED).ok()?;
    let ch = |i: usize| match s[i]?.value() {
        Value::Char(v) => Some(v),
        _ => None,
    };
    r.subject = ch(0)?;
    r.volume = ch(6)?;
    r.file = ch(7)?;
    r.message = ch(8)?;
    if let Value::Int(v) = s[1]?.value() {
        r.count = v.only()?
    }
    if let Value::Enum(v) = s[2]?.value() {
        r.state = v.only()?
    }
    if let Value::Int2(v) = s[3]?.value() {
        r.errors = v.only()?
    }
    if let Value::Int4(v) = s[4]?.value() {
        r.total = v.only()?
    }
    if let Value::Timestamp(v) = s[5]?.value() {
        r.started = v.only()?.0
    }
    Some(r)
}
#[inline(never)]
fn ours_header<'a>(b: &'a [u8]) -> Option<RecBytes<'a>> {
    let e = Event::parse(b).ok()?;
    let mut r = RecBytes::default();
    header(&e, &mut r)?;
    Some(r)
}
fn c2(b: &[u8], o: usize) -> Option<u16> {
    Some(u16::from_be_bytes(b.get(o..o + 2)?.try_into().ok()?))
}
fn c4(b: &[u8], o: usize) -> Option<u32> {
    Some(u32::from_be_bytes(b.get(o..o + 4)?.try_into().ok()?))
}
fn c8(b: &[u8], o: usize) -> Option<u64> {
    Some(u64::from_be_bytes(b.get(o..o + 8)?.try_into().ok()?))
}
#[derive(Clone, Copy)]
pub struct At {
    number: usize,
    gen_: usize,
    log: usize,
    user: usize,
    node: usize,
    cpu: usize,
    pin: usize,
    flags: usize,
    cs: usize,
    cu: usize,
    hv: usize,
    desc: usize,
}
pub fn at() -> At {
    use zems::spi::HeaderField as F;
    let l = zems::spi::Profile::DEFAULT
        .layout(82)
        .cloned()
        .unwrap_or_else(|| zems::spi::Profile::DEFAULT.layouts().next().unwrap().clone());
    let p = |f| 28 + l.place(f).unwrap().0;
    At {
        number: p(F::EventNumber),
        gen_: p(F::GenerationTime),
        log: p(F::LogTime),
        user: p(F::Group),
        node: p(F::NodeNumber),
        cpu: p(F::Cpu),
        pin: p(F::Pin),
        flags: p(F::Flags),
        cs: p(F::ContentStandard),
        cu: p(F::ContentUser),
        hv: p(F::HeaderVersion),
        desc: p(F::ProcessDescriptor),
    }
}
/// The masks of the three flags in the word of flags.
pub fn flag_masks(layout: &zems::spi::HeaderLayout) -> [u16; 3] {
    let (at, _) = layout.place(zems::spi::HeaderField::Flags).unwrap();
    [layout.emphasis, layout.console_print, layout.suppress_display].map(|flag| {
        let flag = flag.unwrap();
        0x8000 >> (8 * (usize::from(flag.offset) - at) + usize::from(flag.bit))
    })
}
#[inline(always)]
fn hand_fields<'a>(b: &'a [u8], at: &At, bits: [u16; 3], r: &mut RecBytes<'a>) -> Option<()> {
    let h: &[u8; 130] = b.first_chunk()?;
    // one check of the header: message code, header code
    if c2(h, 0)? != 0xFFE4 {
        return None;
    }
    r.number = c2(h, at.number)? as i16;
    r.generated = c8(h, at.gen_)? as i64;
    r.logged = c8(h, at.log)? as i64;
    r.group = *h.get(at.user)?;
    r.user = *h.get(at.user + 1)?;
    r.node = c4(h, at.node)? as i32;
    r.cpu = c2(h, at.cpu)?;
    r.pin = c2(h, at.pin)?;
    let f = c2(h, at.flags)?;
    r.emphasis = f & bits[0] != 0;
    r.console_print = f & bits[1] != 0;
    r.suppress_display = f & bits[2] != 0;
    r.content_standard = c2(h, at.cs)? as i16;
    r.content_user = c2(h, at.cu)? as i16;
    r.header_version = c2(h, at.hv)? as i16;
    r.owner = h.get(OWNER_AT..OWNER_AT + 8)?;
    r.ssid_number = c2(h, OWNER_AT + 8)? as i16;
    r.ssid_version = c2(h, OWNER_AT + 10)?;
    r.buffer_len = c2(h, 2)?;
    r.max_field_version = c2(h, 20)?;
    let n = usize::from(c2(h, at.desc)?);
    r.process = h.get(at.desc + 2..at.desc + 2 + n)?;
    Some(())
}
#[inline(never)]
pub fn hand_shape<'a>(b: &'a [u8], at: &At, bits: [u16; 3], body: usize) -> Option<RecBytes<'a>> {
    let mut r = RecBytes::default();
    hand_fields(b, at, bits, &mut r)?;
    let text = |o: usize, c: TokenCodeBits| {
        if c4(b, o)? != c {
            return None;
        }
        let n = usize::from(c2(b, o + 4)?);
        let v = b.get(o + 6..o + 6 + n)?;
        Some((v, o + 6 + n + (n & 1)))
    };
    let o = body + 4;
    let (v, o) = text(o, SUBJECT.into())?;
    r.subject = v;
    let w: &[u8; 44] = b.get(o..)?.first_chunk()?;
    let wc = |p: usize, c: TokenCodeBits| {
        (u32::from_be_bytes([w[p], w[p + 1], w[p + 2], w[p + 3]]) == c).then_some(())
    };
    wc(0, COUNT.into())?;
    r.count = i16::from_be_bytes([w[4], w[5]]);
    wc(6, STATE.into())?;
    r.state = i16::from_be_bytes([w[10], w[11]]);
    wc(12, ERRORS.into())?;
    r.errors = i32::from_be_bytes([w[16], w[17], w[18], w[19]]);
    wc(20, TOTAL.into())?;
    r.total = i64::from_be_bytes([w[24], w[25], w[26], w[27], w[28], w[29], w[30], w[31]]);
    wc(32, STARTED.into())?;
    r.started = i64::from_be_bytes([w[36], w[37], w[38], w[39], w[40], w[41], w[42], w[43]]);
    let (v, o) = text(o + 44, VOLUME.into())?;
    r.volume = v;
    let (v, o) = text(o, FILE.into())?;
    r.file = v;
    let (v, o) = text(o, MESSAGE.into())?;
    r.message = v;
    (o >= b.len()).then_some(r)
}
type TokenCodeBits = u32;
#[inline(never)]
fn pick_typed(b: &[u8]) -> Option<(i16, i16, &[u8])> {
    let e = Event::parse(b).ok()?;
    let tokens = typed::Tokens::decode(&e).ok()??;
    Some((e.number()?, tokens.state?, tokens.message?))
}
const PICK: [TokenKey; 2] = [TokenKey::new(STATE), TokenKey::new(MESSAGE)];
#[inline(never)]
fn pick_slots(b: &[u8]) -> Option<(i16, i16, &[u8])> {
    let e = Event::parse(b).ok()?;
    let [s, m] = e.buffer().find_many(&PICK).ok()?;
    let s = match s?.value() {
        Value::Enum(v) => v.only()?,
        _ => return None,
    };
    Some((e.number()?, s, m?.bytes()))
}
#[inline(never)]
fn pick_hand(b: &[u8]) -> Option<(i16, i16, &[u8])> {
    let e = Event::parse(b).ok()?;
    let (mut s, mut m) = (None, None);
    for t in e.tokens() {
        let t = t.ok()?;
        if t.code() == STATE {
            s = Some(i16::from_be_bytes(t.bytes().try_into().ok()?))
        } else if t.code() == MESSAGE {
            m = Some(t.bytes());
            break;
        }
    }
    Some((e.number()?, s?, m?))
}
/// The 20 header fields at fixed offsets.
#[inline(never)]
fn hand_header<'a>(b: &'a [u8], at: &At, bits: [u16; 3]) -> Option<RecBytes<'a>> {
    let mut r = RecBytes::default();
    hand_fields(b, at, bits, &mut r)?;
    Some(r)
}
pub fn run(bench: &mut Bench) {
    let recs = events::recs();
    let ev: Vec<Vec<u8>> = recs.iter().map(|r| events::build(&r.borrow(), Vec::new())).collect();
    println!("\nevents of {} B on average", ev.iter().map(Vec::len).sum::<usize>() / ev.len());
    let pr: Vec<Vec<u8>> = recs.iter().map(|r| PRec::from(r).encode_to_vec()).collect();
    let rk: Vec<rkyv::util::AlignedVec> =
        recs.iter().map(|r| rkyv::to_bytes::<rkyv::rancor::Error>(r).unwrap()).collect();
    let pc: Vec<Vec<u8>> = recs.iter().map(|r| postcard::to_allocvec(r).unwrap()).collect();
    let cfg = bincode::config::standard().with_fixed_int_encoding();
    let bc: Vec<Vec<u8>> = recs.iter().map(|r| bincode::encode_to_vec(r, cfg).unwrap()).collect();
    let mc: Vec<Vec<u8>> = recs.iter().map(|r| minicbor::to_vec(r).unwrap()).collect();
    let js: Vec<Vec<u8>> = recs.iter().map(|r| serde_json::to_vec(r).unwrap()).collect();
    let a = at();
    let l = zems::spi::Profile::DEFAULT.layouts().next().unwrap().clone();
    let bits = flag_masks(&l);
    let body = zems::spi::read::Buffer::parse(&ev[0]).unwrap().body().start;
    for (i, r) in recs.iter().enumerate() {
        let want = r.borrow();
        assert_eq!(ours_walk(&ev[i]).unwrap().checked().unwrap(), want);
        assert_eq!(ours_bytes(&ev[i]).unwrap().checked().unwrap(), want);
        assert_eq!(ours_slots(&ev[i]).unwrap().checked().unwrap(), want);
        assert_eq!(typed::decode(&ev[i]).unwrap().checked().unwrap(), want);
        assert_eq!(hand_header(&ev[i], &a, bits).unwrap(), ours_header(&ev[i]).unwrap());
        assert_eq!(pick_typed(&ev[i]).unwrap(), (r.number, r.state, r.message.as_bytes()));
        assert_eq!(hand_shape(&ev[i], &a, bits, body).unwrap().checked().unwrap(), want);
        assert!(PRec::decode(&pr[i][..]).unwrap().same(r));
        assert_eq!(from_archived(rkyv::access::<ArchivedRec, rkyv::rancor::Error>(&rk[i]).unwrap()), want);
        assert_eq!(postcard::from_bytes::<RecRef<'_>>(&pc[i]).unwrap(), want);
        assert_eq!(bincode::borrow_decode_from_slice::<RecRef<'_>, _>(&bc[i], cfg).unwrap().0, want);
        assert_eq!(minicbor::decode::<RecRef<'_>>(&mc[i]).unwrap(), want);
        assert_eq!(serde_json::from_slice::<Rec>(&js[i]).unwrap(), *r);
        assert_eq!(sonic_rs::from_slice::<Rec>(&js[i]).unwrap(), *r);
        let three = pick_slots(&ev[i]).unwrap();
        assert_eq!(three, (r.number, r.state, r.message.as_bytes()));
        assert_eq!(pick_hand(&ev[i]).unwrap(), three);
    }
    macro_rules! row { ($name:expr, $v:expr, $b:ident => $e:expr) => { ($name, Box::new(|_c| for $b in &$v { let $b = black_box($b); black_box($e); }) as Box<dyn FnMut(usize)>) } }
    let mut dst = vec![0u8; 4096];
    let rows: Vec<Row<'_>> = vec![
        (
            "memcpy of the event",
            Box::new(|_c| {
                for b in &ev {
                    dst[..b.len()].copy_from_slice(black_box(b));
                    black_box(&mut dst);
                }
            }),
        ),
        row!("ours: header only, 20 fields", ev, b => ours_header(b)),
        row!("by hand: header only, 20 fields", ev, b => hand_header(b, &a, bits)),
        row!("ours: typed, text not checked", ev, b => typed::decode(b)),
        row!("ours: typed + is_ascii", ev, b => { let r = typed::decode(b).unwrap(); black_box(r.ascii()); r }),
        row!("ours: walk, Value, text not checked", ev, b => ours_walk(b)),
        row!("ours: walk, bytes(), text not checked", ev, b => ours_bytes(b)),
        row!("ours: 9 slots, Value, text not checked", ev, b => ours_slots(b)),
        row!("by hand: shape cached, text not checked", ev, b => hand_shape(b, &a, bits, body)),
        row!("ours: walk + is_ascii", ev, b => { let r = ours_walk(b).unwrap(); black_box(r.ascii()); r }),
        row!("ours: walk + from_utf8", ev, b => ours_walk(b).unwrap().checked()),
        row!("by hand: shape cached + is_ascii", ev, b => { let r = hand_shape(b, &a, bits, body).unwrap(); black_box(r.ascii()); r }),
        row!("by hand: shape cached + from_utf8", ev, b => hand_shape(b, &a, bits, body).unwrap().checked()),
        row!("rkyv checked, all fields", rk, b => from_archived(rkyv::access::<ArchivedRec, rkyv::rancor::Error>(b).unwrap())),
        row!("bincode 2 borrowed", bc, b => bincode::borrow_decode_from_slice::<RecRef<'_>, _>(b, cfg).unwrap().0),
        row!("postcard borrowed", pc, b => postcard::from_bytes::<RecRef<'_>>(b).unwrap()),
        row!("minicbor borrowed", mc, b => minicbor::decode::<RecRef<'_>>(b).unwrap()),
        row!("ours: walk, owned Strings", ev, b => ours_walk(b).unwrap().owned()),
        row!("prost", pr, b => PRec::decode(&b[..]).unwrap()),
        row!("sonic-rs", js, b => sonic_rs::from_slice::<Rec>(b).unwrap()),
        row!("serde_json", js, b => serde_json::from_slice::<Rec>(b).unwrap()),
    ];
    let times = bench.table("All 29 values of an event, typed", (recs.len(), "event"), 1, rows);
    bench.claim(
        "20 header fields",
        &times,
        "ours: header only, 20 fields",
        "by hand: header only, 20 fields",
        1.5,
    );
    bench.claim(
        "29 values typed, text unchecked",
        &times,
        "ours: typed, text not checked",
        "rkyv checked, all fields",
        0.43,
    );
    bench.claim(
        "29 values typed, text checked",
        &times,
        "ours: typed + is_ascii",
        "rkyv checked, all fields",
        1.05,
    );
    let rows: Vec<Row<'_>> = vec![
        row!("ours: header field and 2 of the typed tokens", ev, b => pick_typed(b)),
        row!("ours: header field and 2 slots", ev, b => pick_slots(b)),
        row!("ours: header field and tokens() by hand", ev, b => pick_hand(b)),
        row!("rkyv checked", rk, b => { let a = rkyv::access::<ArchivedRec, rkyv::rancor::Error>(b).unwrap(); (a.number.to_native(), a.state.to_native(), a.message.as_str()) }),
        row!("prost, schema of 3 fields", pr, b => PRec3::decode(&b[..]).unwrap()),
        row!("postcard borrowed", pc, b => { let r = postcard::from_bytes::<RecRef<'_>>(b).unwrap(); (r.number, r.state, r.message) }),
    ];
    let times = bench.table("Pick 3 values", (recs.len(), "event"), 1, rows);
    bench.claim(
        "pick 3 values",
        &times,
        "ours: header field and 2 of the typed tokens",
        "prost, schema of 3 fields",
        0.11,
    );
}
