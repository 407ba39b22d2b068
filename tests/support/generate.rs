//! Buffers made from a stream of arbitrary bytes: the same for proptest and the fuzzer.

use zems::ems::{EventBuilder, EventHeader};
use zems::spi::read::Tokens;
use zems::spi::write::{CommandHeader, EncodeError, Encoder, Output, Raw, StandardFields};
use zems::spi::{Profile, Ssid, Timestamp, TokenCode, TokenNumber, TypeCode, Version};

/// The parts of a buffer, to compare with those that are read from it.
#[derive(Clone, Debug, PartialEq)]
pub enum Made {
    Value { ssid: Ssid, code: TokenCode, bytes: Vec<u8> },
    Table { ssid: Ssid, code: TokenCode, values: Vec<Vec<u8>> },
    List { ssid: Ssid, code: TokenCode, inside: Vec<Made> },
}

/// Takes decisions from bytes; when they run out, everything is 0.
pub struct Source<'a>(pub &'a [u8]);

impl Source<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn word(&mut self) -> u16 {
        u16::from_be_bytes([self.byte(), self.byte()])
    }

    fn below(&mut self, limit: u8) -> u8 {
        self.byte() % limit
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.byte()).collect()
    }

    fn ssid(&mut self) -> Ssid {
        match self.below(5) {
            0 => Ssid::new(*b"ACME    ", i16::from(self.below(3)), Version(self.word())),
            1 => Ssid::new(*b"TANDEM  ", 21, Version(0)),
            _ => Ssid::NULL,
        }
    }

    /// A code whose value can have `len` bytes.
    fn code(&mut self, len: usize) -> TokenCode {
        const TYPES: [(u8, usize); 13] = [
            (1, 1),
            (2, 2),
            (3, 4),
            (4, 8),
            (7, 1),
            (9, 2),
            (10, 2),
            (11, 2),
            (12, 1),
            (23, 8),
            (24, 12),
            (20, 24),
            (99, 1),
        ];
        let fitting: Vec<_> = TYPES.iter().filter(|(_, element)| len.is_multiple_of(*element)).collect();
        let (data_type, _) = *fitting[usize::from(self.byte()) % fitting.len()];
        let length = if len > 254 || self.below(2) == 0 { 255 } else { u8::try_from(len).unwrap() };
        TokenCode::new(
            TypeCode(data_type),
            length,
            TokenNumber(i16::from_be_bytes(self.word().to_be_bytes())),
        )
    }
}

/// Makes tokens until the source runs dry; stops at the first that does not fit.
pub fn fill<O: Output>(source: &mut Source<'_>, encoder: &mut Encoder<'_, O>, depth: usize) -> Vec<Made> {
    let mut made = Vec::new();
    while !source.0.is_empty() && made.len() < 200 {
        let ssid = source.ssid();
        let put = match source.below(8) {
            0 if depth < 64 => {
                let code = TokenCode::new(
                    TypeCode::LIST,
                    255,
                    TokenNumber(i16::from_be_bytes(source.word().to_be_bytes())),
                );
                let mut inside = Vec::new();
                let is_end = source.below(2) == 0;
                let put = encoder.list_qualified(ssid, code, |list| {
                    if !is_end {
                        inside = fill(source, list, depth + 1);
                    }
                    Ok::<_, EncodeError>(())
                });
                made.push(Made::List { ssid, code, inside });
                put
            }
            1 if depth > 0 => return made,
            2 => {
                let len = usize::from(source.below(9)) + 1;
                let code = source.code(len);
                let values: Vec<_> = (0..source.below(5)).map(|_| source.bytes(len)).collect();
                let put = encoder.put_table_qualified(ssid, code, values.iter().map(|value| Raw(value)));
                made.push(Made::Table { ssid, code, values });
                put
            }
            _ => {
                let len = usize::from(source.byte()) * if source.below(20) == 0 { 3 } else { 1 } % 300;
                let code = source.code(len);
                let bytes = source.bytes(len);
                let put = encoder.put_qualified(ssid, code, Raw(&bytes));
                made.push(Made::Value { ssid, code, bytes });
                put
            }
        };
        if put.is_err() {
            made.pop();
            return made;
        }
    }
    made
}

/// A command with tokens of every form.
pub fn command(bytes: &[u8]) -> (Vec<u8>, Vec<Made>) {
    let mut source = Source(bytes);
    let standard = StandardFields {
        buffer_len: 4024 + source.word() % 60_000,
        context: source.below(2) == 0,
        ..StandardFields::new(Ssid::new(*b"ACME    ", 7, Version(0x4101)))
    };
    let header = CommandHeader { standard, ..CommandHeader::new(Ssid::NULL, 1) };
    let mut encoder = Encoder::command(Vec::new(), &header, &Profile::DEFAULT).unwrap();
    let made = fill(&mut source, &mut encoder, 0);
    (encoder.finish().unwrap(), made)
}

/// An event with a subject, and tokens of every form.
pub fn event(bytes: &[u8]) -> Vec<u8> {
    let mut source = Source(bytes);
    let header = EventHeader {
        generated: Timestamp(212_570_827_200_000_000 + i64::from(source.word())),
        process: br"\NODE.$PROC",
        cpu: u16::from(source.byte()),
        emphasis: source.below(2) == 0,
        layout: Some(if source.below(2) == 0 { 32 } else { 82 }),
        ..EventHeader::new(Ssid::new(*b"ACME    ", 7, Version(0x4101)), i16::from(source.byte()))
    };
    let mut writer = EventBuilder::relay(Vec::new(), &header, &Profile::DEFAULT).unwrap();
    writer.subject_qualified(Ssid::NULL, TokenCode::from_bits(0x01FF_0001), "$DISK").unwrap();
    let mut count = 0;
    while !source.0.is_empty() && count < 100 {
        let len = usize::from(source.below(24));
        let (ssid, code) = (source.ssid(), source.code(len));
        let value = source.bytes(len);
        if writer.put_qualified(ssid, code, Raw(&value)).is_err() {
            break;
        }
        count += 1;
    }
    writer.finish().unwrap()
}

/// Holds tokens read against what they were made of; `default` is the SSID in force.
pub fn compare(tokens: Tokens<'_>, made: &[Made], default: Ssid) {
    let mut made = made.iter();
    for token in tokens {
        let token = token.unwrap();
        let (ssid, code) = match made.next().unwrap() {
            Made::Value { ssid, code, bytes } => {
                assert_eq!(token.bytes(), bytes);
                assert!(token.table().is_none() && !token.is_list());
                (ssid, code)
            }
            Made::Table { ssid, code, values } => {
                assert!(
                    token
                        .table()
                        .unwrap()
                        .items()
                        .map(|item| item.bytes())
                        .eq(values.iter().map(Vec::as_slice))
                );
                (ssid, code)
            }
            Made::List { ssid, code, inside } => {
                compare(token.tokens().unwrap(), inside, if *ssid == Ssid::NULL { default } else { *ssid });
                (ssid, code)
            }
        };
        assert_eq!(token.code(), *code);
        let is_default = *ssid == Ssid::NULL || ssid.is_same_subsystem(default);
        assert_eq!(token.ssid(), (!is_default).then(|| ssid.without_version()));
    }
    assert_eq!(made.next(), None);
}
