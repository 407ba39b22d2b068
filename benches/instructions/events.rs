//! The events that are read and written.

use zems::ems::{EventBuilder, EventHeader};
use zems::samples;
use zems::spi::write::Raw;
use zems::spi::{Profile, Ssid, Timestamp, TokenCode, TokenNumber, TypeCode};

const fn code(data_type: TypeCode, length: u8, number: i16) -> TokenCode {
    TokenCode::new(data_type, length, TokenNumber(number))
}

pub const SUBJECT: TokenCode = code(TypeCode::CHAR, 255, 1);
pub const NUMBER: TokenCode = code(TypeCode::INT, 2, 10);
pub const STATE: TokenCode = code(TypeCode::ENUM, 2, 20);
pub const TEXT: TokenCode = code(TypeCode::CHAR, 255, 30);
pub const LAST: TokenCode = code(TypeCode::CHAR, 255, 34);

/// About 400 bytes: text, numbers, a time, foreign tokens, an error list, in an order that differs from one to the next.
pub fn mixed(seed: usize) -> Vec<u8> {
    let number = i16::try_from(seed % 997).unwrap();
    let header = EventHeader {
        generated: Timestamp(212_570_827_200_000_000 + i64::from(number) * 1_000_003),
        process: br"\NODE.$ZPM",
        emphasis: seed.is_multiple_of(8),
        ..EventHeader::new("TANDEM.9001.D10".parse().unwrap(), number)
    };
    let text = &"a text of a length that differs from one event to the next"[seed % 20..];
    let mut event = EventBuilder::new(Vec::new(), &header, &Profile::DEFAULT, SUBJECT, "$DATA01").unwrap();
    for at in 0..5_i16 {
        match (seed + usize::try_from(at).unwrap()) % 3 {
            0 => event.put(code(TypeCode::INT, 2, 10 + at), at).unwrap(),
            1 => event.put(code(TypeCode::INT2, 4, 15 + at), i32::from(at)).unwrap(),
            _ => event.put(TEXT, &text[seed % 7..]).unwrap(),
        }
        event.put(code(TypeCode::ENUM, 2, 20 + at), number).unwrap();
    }
    event.put(TEXT, text).unwrap();
    event.put(code(TypeCode::TIMESTAMP, 8, 31), Timestamp(212_570_827_200_000_000)).unwrap();
    event.put_qualified("TANDEM.21.0".parse().unwrap(), code(TypeCode::CHAR, 255, 2), "$ZNET").unwrap();
    for at in 0..seed * 31 % 5 {
        event.put(code(TypeCode(99), 255, 40), Raw(&[0xAB; 40][..(seed * 7 + at * 13) % 40])).unwrap();
    }
    event
        .list_qualified(Ssid::NULL, code(TypeCode::LIST, 255, -252), |list| {
            list.put(code(TypeCode::ENUM, 2, -249), number)?;
            list.put(code(TypeCode::CHAR, 255, 33), "file system error")
        })
        .unwrap();
    event.put(LAST, "the end of the event").unwrap();
    event.finish().unwrap()
}

/// Events and a command, those of the samples among them.
pub fn all(count: usize) -> Vec<Vec<u8>> {
    let samples = [samples::BKUP_FAIL, samples::PID_FILE_LOCK, samples::EVENT, samples::COMMAND];
    (0..count)
        .map(|at| if at % 2 == 0 { mixed(at) } else { samples[at / 2 % samples.len()].to_vec() })
        .collect()
}

/// At least this many bytes of them, back to back, odd ones padded.
pub fn stream(len: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(len + 1024);
    for event in all(64).iter().cycle() {
        bytes.extend_from_slice(event);
        bytes.resize(bytes.len().next_multiple_of(2), 0);
        if bytes.len() >= len {
            break;
        }
    }
    bytes
}
