use crate::model::*;
use zems::ems::{EventBuilder, EventHeader};
use zems::spi::write::{Output, Raw};
use zems::spi::{TypeCode, Profile, Ssid, Timestamp, TokenCode, TokenNumber};

pub struct Rng(pub u64);
impl Rng {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let m = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let m = (m ^ (m >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        m ^ (m >> 31)
    }
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}
pub const fn code(t: TypeCode, len: u8, n: i16) -> TokenCode {
    TokenCode::new(t, len, TokenNumber(n))
}
pub const SUBJECT: TokenCode = code(TypeCode::CHAR, 255, 1);
pub const COUNT: TokenCode = code(TypeCode::INT, 2, 2);
pub const STATE: TokenCode = code(TypeCode::ENUM, 2, 3);
pub const ERRORS: TokenCode = code(TypeCode::INT2, 4, 4);
pub const TOTAL: TokenCode = code(TypeCode::INT4, 8, 5);
pub const STARTED: TokenCode = code(TypeCode::TIMESTAMP, 8, 6);
pub const VOLUME: TokenCode = code(TypeCode::CHAR, 255, 7);
pub const FILE: TokenCode = code(TypeCode::CHAR, 255, 8);
pub const MESSAGE: TokenCode = code(TypeCode::CHAR, 255, 9);

fn words(r: &mut Rng, len: usize) -> String {
    const W: [&str; 10] =
        ["file", "not", "found", "path", "down", "timeout", "line", "restarted", "by", "operator"];
    let mut s = String::new();
    while s.len() < len {
        s.push_str(W[r.below(10)]);
        s.push(' ');
    }
    s.truncate(len);
    s
}
pub fn recs() -> Vec<Rec> {
    let mut r = Rng(7);
    (0..256)
        .map(|i| Rec {
            number: 480 + r.below(60) as i16,
            generated: 212_570_827_200_000_000 + i,
            logged: 212_570_827_200_000_100 + i,
            group: r.below(256) as u8,
            user: r.below(256) as u8,
            node: r.below(255) as i32,
            cpu: r.below(16) as u16,
            pin: r.below(255) as u16,
            emphasis: r.below(4) == 0,
            console_print: r.below(2) == 0,
            suppress_display: r.below(8) == 0,
            content_standard: r.below(3) as i16,
            content_user: r.below(3) as i16,
            header_version: 1,
            owner: "TANDEM  ".into(),
            ssid_number: [12, 21, 52, 9000][r.below(4)],
            ssid_version: 17408,
            buffer_len: 4024,
            max_field_version: 0,
            process: format!("\\NODE.$ZP{:02}", r.below(100)),
            subject: format!("$DATA{:02}", r.below(100)),
            count: r.below(30000) as i16,
            state: r.below(12) as i16,
            errors: r.next() as i32,
            total: r.next() as i64,
            started: 212_570_827_200_000_000 + r.below(1_000_000_000) as i64,
            volume: {
                let n = 20 + r.below(20);
                words(&mut r, n)
            },
            file: {
                let n = 30 + r.below(30);
                words(&mut r, n)
            },
            message: {
                let n = 80 + r.below(50);
                words(&mut r, n)
            },
        })
        .collect()
}
pub fn header<'a>(rec: &RecRef<'a>) -> EventHeader<'a> {
    let owner: [u8; 8] = rec.owner.as_bytes().try_into().unwrap();
    let ssid = Ssid::new(owner, rec.ssid_number, zems::spi::Version(rec.ssid_version));
    let mut h = EventHeader {
        generated: Timestamp(rec.generated),
        logged: Timestamp(rec.logged),
        user: (rec.group, rec.user),
        node: rec.node,
        process: rec.process.as_bytes(),
        cpu: rec.cpu,
        pin: rec.pin,
        emphasis: rec.emphasis,
        console_print: rec.console_print,
        suppress_display: rec.suppress_display,
        content_standard: rec.content_standard,
        content_user: rec.content_user,
        ..EventHeader::new(ssid, rec.number)
    };
    h.standard.buffer_len = rec.buffer_len;
    h
}
pub fn build<O: Output>(rec: &RecRef<'_>, out: O) -> O {
    let h = header(rec);
    let mut b = EventBuilder::new(out, &h, &Profile::DEFAULT, SUBJECT, rec.subject).unwrap();
    b.put(COUNT, rec.count).unwrap();
    b.put(STATE, rec.state).unwrap();
    b.put(ERRORS, rec.errors).unwrap();
    b.put(TOTAL, rec.total).unwrap();
    b.put(STARTED, Timestamp(rec.started)).unwrap();
    b.put(VOLUME, rec.volume).unwrap();
    b.put(FILE, rec.file).unwrap();
    b.put(MESSAGE, rec.message).unwrap();
    b.finish().unwrap()
}
/// 8,192 events: random order, sizes, lists, qualified tokens, tables, both header layouts.
pub fn mix() -> Vec<Vec<u8>> {
    let mut r = Rng(99);
    let zcom: Ssid = "TANDEM.21.0".parse().unwrap();
    (0..8192)
        .map(|_| {
            let c_series = r.below(4) == 0;
            let h = EventHeader {
                generated: Timestamp(212_570_827_200_000_000 + r.below(1 << 30) as i64),
                node: 3,
                process: br"\NODE.$ZPM",
                cpu: r.below(16) as u16,
                pin: r.below(255) as u16,
                emphasis: r.below(4) == 0,
                layout: c_series.then_some(32),
                ..EventHeader::new(
                    Ssid::new(*b"TANDEM  ", [12, 21, 52, 9000][r.below(4)], zems::spi::Version(0)),
                    480 + r.below(60) as i16,
                )
            };
            let mut b = EventBuilder::new(Vec::new(), &h, &Profile::DEFAULT, SUBJECT, "$DATA01").unwrap();
            let n = 4 + r.below(16);
            for _ in 0..n {
                let text = [b'x'; 80];
                match r.below(12) {
                    0 => b.put(COUNT, 5_i16).unwrap(),
                    1 => b.put(STATE, 3_i16).unwrap(),
                    2 => b.put(ERRORS, 77_i32).unwrap(),
                    3 => b.put(TOTAL, 7_i64).unwrap(),
                    4 => b.put(STARTED, Timestamp(7)).unwrap(),
                    5 => b.put_qualified(zcom, VOLUME, &text[..r.below(30)]).unwrap(),
                    6 => b.put(FILE, &text[..r.below(60)]).unwrap(),
                    7 => b.put(MESSAGE, &text[..r.below(80)]).unwrap(),
                    8 => b.put_qualified(zcom, COUNT, 8_i16).unwrap(),
                    9 => {
                        let k = 1 + r.below(4);
                        let l = r.below(20);
                        b.list_qualified(Ssid::NULL, code(TypeCode::LIST, 255, -252), |l2| {
                            for i in 0..k {
                                l2.put(STATE, i as i16)?;
                                l2.put(FILE, &text[..l + i])?;
                            }
                            Ok(())
                        })
                        .unwrap()
                    }
                    10 => {
                        let k = 2 + r.below(6);
                        b.put_table_qualified(Ssid::NULL, COUNT, (0..k as i16).collect::<Vec<_>>()).unwrap()
                    }
                    _ => b.put(code(TypeCode(99), 255, 40), Raw(&text[..r.below(40)])).unwrap(),
                }
            }
            b.finish().unwrap()
        })
        .collect()
}
