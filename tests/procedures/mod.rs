//! The SPI and EMS procedures: the pointer table, the error table, whole programs, and any sequence of calls.

mod errors;
mod events;
mod model;
mod operations;
mod pointers;
mod programs;

use zems::procedures::{Host, Initial, Special, Status, TokenId, Vocabulary};
use zems::spi::read::Buffer;
use zems::spi::{Context, Position, Ssid, TokenCode, TokenNumber, TypeCode};

/// A program's buffer, and the calls on it.
#[derive(Clone)]
pub struct Program {
    pub bytes: Vec<u8>,
}

pub const fn code(data_type: TypeCode, length: u8, number: i16) -> TokenCode {
    TokenCode::new(data_type, length, TokenNumber(number))
}

pub const A: TokenCode = code(TypeCode::INT, 2, 1);
pub const B: TokenCode = code(TypeCode::CHAR, 255, 2);
pub const C: TokenCode = code(TypeCode::CHAR, 3, 3);
pub const LIST: TokenCode = code(TypeCode::LIST, 0, -253);
pub const MARK: TokenCode = code(TypeCode::MARK, 0, 7);
pub const ENDLIST: TokenCode = code(TypeCode::SSCTL, 0, -254);

pub fn special(special: Special) -> TokenCode {
    let data_type = if special == Special::EndList { TypeCode::SSCTL } else { TypeCode::TOKENCODE };
    let length = if special == Special::EndList { 0 } else { 4 };
    TokenCode::new(data_type, length, Vocabulary::DEFAULT.number(special))
}

pub fn ssid(text: &str) -> Ssid {
    text.parse().unwrap()
}

impl Program {
    pub fn new() -> Self {
        Self::with_len(2000)
    }

    pub fn with_len(len: usize) -> Self {
        let mut bytes = vec![0; len];
        let declared = u16::try_from(len).unwrap();
        let initial = Initial { command: 3, ..Initial::default() };
        Host::default().ssinit(&mut bytes, declared, &ssid("ACME.7.A01"), 0, &initial).unwrap();
        Self { bytes }
    }

    pub fn put(&mut self, code: TokenCode, value: &[u8]) -> Result<(), Status> {
        self.put_qualified(code, value, None, None)
    }

    pub fn put_qualified(
        &mut self,
        code: TokenCode,
        value: &[u8],
        count: Option<i16>,
        ssid: Option<Ssid>,
    ) -> Result<(), Status> {
        Host::default().ssputtkn(&mut self.bytes, code, Some(value), count, ssid.as_ref())
    }

    pub fn get(&mut self, code: TokenCode, index: i16) -> Result<Vec<u8>, Status> {
        self.get_of(code, index, 1, None).map(|(value, _)| value)
    }

    /// The values and how many they are.
    pub fn get_of(
        &mut self,
        code: TokenCode,
        index: i16,
        count: u16,
        ssid: Option<Ssid>,
    ) -> Result<(Vec<u8>, u16), Status> {
        let mut value = vec![0xAA; 4000];
        let (mut count, mut ssid) = (count, ssid.unwrap_or(Ssid::NULL));
        let index = Some(index);
        let host = Host::default();
        host.ssgettkn(&mut self.bytes, code, Some(&mut value), index, Some(&mut count), Some(&mut ssid))?;
        let len = value.iter().rposition(|byte| *byte != 0xAA).map_or(0, |at| at + 1);
        value.truncate(len);
        Ok((value, count))
    }

    /// NEXTTOKEN or NEXTCODE: the code and the count.
    pub fn next(&mut self, operation: Special) -> Result<(TokenCode, u16), Status> {
        let (value, count) = self.get_of(special(operation), 0, 1, None)?;
        Ok((TokenCode::from_bits(u32::from_be_bytes(value[..4].try_into().unwrap())), count))
    }

    /// An operation that asks about a token.
    pub fn ask(&mut self, operation: Special, code: TokenCode, index: i16) -> Result<u16, Status> {
        let mut value = code.to_be_bytes(false);
        let mut count = 0;
        let host = Host::default();
        let operation = special(operation);
        host.ssgettkn(&mut self.bytes, operation, Some(&mut value), Some(index), Some(&mut count), None)?;
        Ok(count)
    }

    pub fn context(&self) -> Context<'_> {
        let (buffer, _) = Buffer::parse_prefix(&self.bytes).unwrap();
        buffer.context().unwrap()
    }

    /// Current list, current token, and whether the next-token pointer is after the current value.
    pub fn pointers(&self) -> (u16, u16, bool) {
        let Position { list, current, index } = self.context().position();
        (list, current, index & 0x8000 == 0)
    }

    pub fn last_error(&self) -> (i16, TokenCode) {
        (self.context().last_error(), self.context().last_error_code())
    }

    pub fn used(&self) -> &[u8] {
        Buffer::parse_prefix(&self.bytes).unwrap().0.as_bytes()
    }
}

pub fn text(text: &str) -> Vec<u8> {
    let mut value = u16::try_from(text.len()).unwrap().to_be_bytes().to_vec();
    value.extend(text.as_bytes());
    value
}

/// The numbers of the special operations are those of the shipped definitions.
#[test]
fn the_vocabulary_is_that_of_the_shipped_definitions() {
    let dictionary = zems::dictionary::Dictionary::builtin();
    for (name, special, number) in Vocabulary::DEFAULT.entries() {
        let token = dictionary.token_named(name).unwrap_or_else(|| panic!("{name} is not defined"));
        assert_eq!(token.code().number(), number, "{name}");
        assert_eq!(Vocabulary::DEFAULT.special(number), Some(special), "{name}");
    }
    let same = Vocabulary::from_names(|name| dictionary.token_named(name).map(|token| token.code().number()));
    assert_eq!(same, Vocabulary::DEFAULT);
}

/// A published status has the number the manuals print.
#[test]
fn every_status_has_its_number() {
    for (at, status) in Status::ALL.into_iter().enumerate() {
        assert_eq!(status.0, -i16::try_from(at).unwrap());
        assert!(status.name().unwrap().starts_with("ZSPI-ERR-"));
    }
}

#[test]
fn a_map_is_passed_by_words() {
    let map = [2303, 63, 4, 17152, 512, 1, 17162, 512 + 32];
    let mut program = Program::new();
    let host = Host::default();
    let id = TokenId::Map(&map);
    let mut structure = [9; 4];
    zems::procedures::ssnull(&map, &mut structure).unwrap();
    assert_eq!(structure, [0, 0, 32, 32]);
    structure[1] = 5;
    host.ssput(&mut program.bytes, id, Some(&structure), None, None).unwrap();
    let (buffer, _) = Buffer::parse_prefix(&program.bytes).unwrap();
    assert_eq!(buffer.standard().max_field_version().0, 17152);
    assert_eq!(buffer.tokens().next().unwrap().unwrap().raw(), [7, 255, 0, 63, 0, 4, 0, 5, 32, 32]);

    // A newer map gets the missing field null, an older one less of the structure.
    let newer = [2303, 63, 6, 17152, 512, 1, 17162, 512 + 32, 1, 17172, 512 + 7];
    let mut value = [1; 8];
    host.ssget(&mut program.bytes, TokenId::Map(&newer), Some(&mut value), Some(1), None, None).unwrap();
    assert_eq!(value, [0, 5, 32, 32, 7, 7, 1, 1]);
    let older = [2303, 63, 2, 17152, 512];
    let mut value = [1; 4];
    host.ssget(&mut program.bytes, TokenId::Map(&older), Some(&mut value), Some(1), None, None).unwrap();
    assert_eq!(value, [0, 5, 1, 1]);
    structure[2] = 1;
    host.ssput(&mut program.bytes, id, Some(&structure), None, None).unwrap();
    assert_eq!(Buffer::parse_prefix(&program.bytes).unwrap().0.standard().max_field_version().0, 17162);
}
