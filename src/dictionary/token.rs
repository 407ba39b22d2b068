use core::fmt;

use super::definitions::TokenDefinition;
use super::enumeration::Enumeration;
use super::image::{Record, Section};
use super::structure::{FieldType, Structure};
use crate::ems::HeaderToken;
use crate::spi::{Ssid, TokenCode, TokenKey, TokenType, TypeCode, Version};

/// A token's definition: a TOKEN-CODE or TOKEN-MAP.
#[derive(Clone, Copy)]
pub struct TokenDef<'d>(pub(super) Record<'d>);

const HAS_SSID: u32 = 1;
const IS_PROVISIONAL: u32 = 2;
const HAS_HOME: u32 = 4;

impl<'d> TokenDef<'d> {
    pub(super) const SIZE: usize = 72;

    pub(super) fn flags(token: &TokenDefinition) -> u32 {
        let flags = [
            (token.ssid.is_some(), HAS_SSID),
            (token.home.is_some(), HAS_HOME),
            (token.is_provisional, IS_PROVISIONAL),
        ];
        flags.iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag).sum()
    }

    /// The symbolic name.
    #[must_use]
    pub fn name(&self) -> &'d str {
        self.0.text(0)
    }

    /// The code as programs name it: a list has length 0, an extensible structure the type MAP.
    #[must_use]
    pub fn code(&self) -> TokenCode {
        TokenCode::from_bits(self.0.number(2))
    }

    /// The code as buffers store it: a list has length 255, an extensible structure the type STRUCT.
    #[must_use]
    pub fn stored_code(&self) -> TokenCode {
        stored(self.code())
    }

    /// Whether it is a TOKEN-MAP.
    #[must_use]
    pub fn is_map(&self) -> bool {
        self.code().type_code() == TypeCode::MAP
    }

    /// The SSID clause: `None` without one, [`Ssid::NULL`] for `0.0.0`.
    #[must_use]
    pub fn ssid(&self) -> Option<Ssid> {
        (self.0.number(3) & HAS_SSID != 0).then(|| Ssid::from_bytes(self.0.twelve(4)))
    }

    /// Whose token it is: the SSID clause, or without one the subsystem whose SSID DEF has the same prefix. Tokens of SPI's
    /// own numbers, 0 and below, belong to all.
    #[must_use]
    pub fn owner_ssid(&self) -> Option<Ssid> {
        (self.0.number(3) & (HAS_SSID | HAS_HOME) != 0).then(|| Ssid::from_bytes(self.0.twelve(4)))
    }

    /// The key that finds and puts the token: its code as buffers store it, and its subsystem.
    ///
    /// ```
    /// use zems::dictionary::Dictionary;
    /// use zems::ems::{Event, EventBuilder, EventHeader};
    ///
    /// let dictionary = Dictionary::builtin();
    /// let token = |name| dictionary.token_named(name).unwrap().key();
    /// let header = EventHeader::new("ACME.7.A01".parse()?, 101);
    /// let subject = token("ZCOM-TKN-SUBJ-PROC");
    /// let mut event = EventBuilder::new(Vec::new(), &header, dictionary.profile(), subject, "$ACME")?;
    /// event.put(token("ZRPC-TKN-CPU"), 3_u16)?;
    /// let bytes = event.finish()?;
    /// let event = Event::parse(&bytes)?;
    /// assert_eq!(event.buffer().value::<u16>(token("ZRPC-TKN-CPU"))?, Some(3));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn key(&self) -> TokenKey {
        let code = self.stored_code();
        match self.owner_ssid().filter(|_| !code.number().is_shared()) {
            Some(ssid) => TokenKey::qualified(ssid, code),
            None => TokenKey::new(code),
        }
    }

    /// Whether its number or data type is not a published one.
    #[must_use]
    pub fn is_provisional(&self) -> bool {
        self.0.number(3) & IS_PROVISIONAL != 0
    }

    /// The name of the TOKEN-TYPE; of a map, of the DEF.
    #[must_use]
    pub fn type_name(&self) -> &'d str {
        self.0.text(7)
    }

    /// HEADING.
    #[must_use]
    pub fn heading(&self) -> Option<&'d str> {
        self.0.optional_text(9)
    }

    /// DISPLAY.
    #[must_use]
    pub fn display(&self) -> Option<&'d str> {
        self.0.optional_text(11)
    }

    /// The kind of one element of the value.
    #[must_use]
    pub fn field_type(&self) -> FieldType {
        FieldType::unpack(self.0.number(13))
    }

    /// The enumeration of the values.
    #[must_use]
    pub fn enumeration(&self) -> Option<Enumeration<'d>> {
        let image = self.0.image();
        image.record(Section::Enumerations, Enumeration::SIZE, self.0.number(14)).map(Enumeration)
    }

    /// The structure of the value, if its DEF is a group.
    #[must_use]
    pub fn structure(&self) -> Option<Structure<'d>> {
        let image = self.0.image();
        image.record(Section::Structures, Structure::SIZE, self.0.number(15)).map(Structure)
    }

    /// The words of a TOKEN-MAP, what SSNULL and SSPUT take.
    pub fn map_words(&self) -> impl Iterator<Item = u16> + Clone + use<'d> {
        let words = self.0.image().section(Section::MapWords).chunks_exact(2);
        let [first, count] = [16, 17].map(|column| usize::try_from(self.0.number(column)).unwrap_or(0));
        words
            .skip(first)
            .take(count)
            .filter_map(|word| word.first_chunk())
            .map(|word| u16::from_le_bytes(*word))
    }

    /// The newest version among the fields that have a value in `bytes`, by the words of a TOKEN-MAP: what a put raises
    /// ZSPI-TKN-MAX-FIELD-VERSION to (SPI Programming Manual 3-12, C-8). Fields without a version never raise it.
    #[must_use]
    pub fn newest_version(&self, bytes: &[u8]) -> Version {
        let mut words = self.map_words().skip(3);
        let (mut version, mut newest, mut rest) = (words.next().unwrap_or(0), 0, bytes);
        while let Some(word) = words.next() {
            let [run, null] = word.to_be_bytes();
            if run == 0 {
                version = words.next().unwrap_or(0);
                continue;
            }
            let (fields, behind) = rest.split_at(rest.len().min(usize::from(run)));
            if fields.iter().any(|byte| *byte != null) {
                newest = newest.max(version);
            }
            rest = behind;
        }
        Version(newest)
    }

    /// The header field that serves the token, if it is a header token of events.
    #[must_use]
    pub fn header_token(&self) -> Option<HeaderToken> {
        HeaderToken::from_name(self.name())
    }
}

/// The token type of every TOKEN-MAP: type MAP, variable length.
pub(super) const MAP_TYPE: u16 = 0x08FF;

/// The form in which buffers store a token that programs name by this code.
pub(super) const fn stored(code: TokenCode) -> TokenCode {
    match code.type_code() {
        TypeCode::MAP => TokenCode::new(TypeCode::STRUCT, TokenType::VARIABLE, code.number()),
        TypeCode::LIST => TokenCode::new(TypeCode::LIST, TokenType::VARIABLE, code.number()),
        _ => code,
    }
}

impl fmt::Debug for TokenDef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenDef({} = {:X})", self.name(), self.code())
    }
}

impl From<TokenDef<'_>> for TokenKey {
    fn from(token: TokenDef<'_>) -> Self {
        token.key()
    }
}
