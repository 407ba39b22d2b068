//! Looks up names and codes: tokens, structures, enumerations, events, subsystems.
//!
//! A [`Dictionary`] answers, by code and by name, what a site's definition files say: tokens, enumerations, structures,
//! constants, subsystems, events. It is built once, never changes, and is read by any number of threads. It gives
//! out small views of one run of bytes.
//!
//! * [`Dictionary::builtin`]: what is shipped, ready as it lies in the program; its sources are in [`builtin`].
//! * [`Loader`]: DDL sources, C headers, template sources and facts about events, a site's own or shipped, to a dictionary
//!   with [`Diagnostics`](crate::text::Diagnostics).
//! * [`Chapter`]: message documentation, made into such sources.
//! * [`Structure`], [`Field`], [`FieldValue`]: the fields of a token's bytes.
//! * [`catalogue`]: everything that is defined, as JSON Lines, tables, or Rust source.
//! * [`Definitions`]: plain data in, for what comes from elsewhere.

pub mod builtin;
mod c_header;
pub mod catalogue;
mod chapter;
mod compiled;
mod definitions;
mod enumeration;
mod event;
mod field_value;
mod hash;
mod image;
mod load;
mod naming;
mod printed;
mod structure;
mod token;
mod write;

use alloc::borrow::Cow;
use core::fmt;

pub use chapter::nonstop::{ChapterEvent, ChapterToken, EventChapter};
pub use chapter::{Chapter, ChapterMessage, ChapterOptions, TextPart};
pub use definitions::*;
pub use enumeration::{EnumValue, Enumeration};
pub use event::{Advice, EventDef, EventToken, FACILITIES, Message, Presence, SEVERITIES, UnnumberedToken};
pub use field_value::FieldValue;
pub(crate) use load::TABLE_DIRECTIVES;
pub use load::{Loaded, Loader, SourceKind};
pub use printed::BufferSsid;
pub use structure::{Digits, Field, FieldPathError, FieldType, Sign, Structure};
pub use token::TokenDef;

pub use crate::ddl::Tacl;

use crate::spi::{ParseSsidError, Profile, Ssid, SsidName, TokenCode, Version};
use image::{Image, Record, Section, hash_name, hash_number, same_name};

/// The meaning of names and codes. See the [module](self).
pub struct Dictionary {
    image: Cow<'static, [u8]>,
    profile: Profile,
    nodes: Vec<(i32, String)>,
    /// The definitions lie over the shipped ones, of which the image has only the types that they refer to.
    is_overlay: bool,
}

/// The image of the shipped definitions. `BLESS=1 cargo test catalogue` makes it anew when their sources change.
static CATALOGUE: &[u8] = include_bytes!("builtin/catalogue.bin");

static BUILTIN: Dictionary = Dictionary {
    image: Cow::Borrowed(CATALOGUE),
    profile: Profile::DEFAULT,
    nodes: Vec::new(),
    is_overlay: false,
};

impl Dictionary {
    /// The shipped definitions: everything public about SPI, EMS, the common extensions, RPC and the JSRPD messages.
    ///
    /// Nothing is read or made here: the definitions lie in the program as they are looked up.
    #[must_use]
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// A dictionary that knows nothing, with the default profile.
    #[must_use]
    pub fn empty() -> Self {
        Self::new(&Definitions::default())
    }

    /// A dictionary of these definitions.
    #[must_use]
    pub fn new(definitions: &Definitions) -> Self {
        Self {
            image: Cow::Owned(write::write(definitions.clone())),
            profile: definitions.profile.clone(),
            nodes: definitions.nodes.clone(),
            is_overlay: false,
        }
    }

    /// A dictionary of types that have been written, and all else that is defined.
    fn written(writer: write::DictionaryWriter, mut definitions: Definitions, is_overlay: bool) -> Self {
        let profile = core::mem::take(&mut definitions.profile);
        let nodes = core::mem::take(&mut definitions.nodes);
        Self { image: Cow::Owned(writer.finish(definitions)), profile, nodes, is_overlay }
    }

    /// Whether all shipped definitions are in it as they are, and the user's besides.
    #[must_use]
    pub const fn extends_builtin(&self) -> bool {
        self.is_overlay
    }

    /// The bytes of the dictionary, as they are looked up: what `builtin/catalogue.bin` holds of the shipped definitions; of a
    /// dictionary that [extends](Self::extends_builtin) these only its own. Their form is our own and may change.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.image
    }

    /// The wire profile that the definitions make.
    #[must_use]
    pub const fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The names of nodes by number, from NODE lines, without `\`.
    #[must_use]
    pub fn nodes(&self) -> &[(i32, String)] {
        &self.nodes
    }

    /// The token of this code in this subsystem. Versions are not compared; numbers that SPI owns, 0 and below, mean the
    /// same everywhere.
    #[must_use]
    pub fn token(&self, ssid: Ssid, code: TokenCode) -> Option<TokenDef<'_>> {
        let hash = hash_code(ssid, code);
        self.images().find_map(|image| {
            image.probe(Section::CodeIndex, hash).find_map(|number| {
                let token = TokenDef(image.record(Section::Tokens, TokenDef::SIZE, number)?);
                let is_it = token.stored_code() == code
                    && (code.number().is_shared()
                        || token.owner_ssid().is_some_and(|own| own.is_same_subsystem(ssid)));
                is_it.then_some(token)
            })
        })
    }

    /// The token of this name, or for which this is another name.
    #[must_use]
    pub fn token_named(&self, name: &str) -> Option<TokenDef<'_>> {
        let token = self.named(name, Section::Tokens, TokenDef::SIZE).map(TokenDef);
        token.or_else(|| Alias(self.named(name, Section::Aliases, Alias::SIZE)?).token())
    }

    /// All other names of tokens.
    pub fn aliases(&self) -> impl Iterator<Item = Alias<'_>> {
        self.records(Section::Aliases, Alias::SIZE).map(Alias)
    }

    /// All tokens.
    pub fn tokens(&self) -> impl Iterator<Item = TokenDef<'_>> {
        self.records(Section::Tokens, TokenDef::SIZE).map(TokenDef)
    }

    /// The tokens that manuals name without their numbers.
    pub fn unnumbered_tokens(&self) -> impl Iterator<Item = UnnumberedToken<'_>> {
        self.records(Section::Unnumbered, UnnumberedToken::SIZE).map(UnnumberedToken)
    }

    /// The constant of this name.
    #[must_use]
    pub fn constant(&self, name: &str) -> Option<ConstantDef<'_>> {
        self.named(name, Section::Constants, ConstantDef::SIZE).map(ConstantDef)
    }

    /// All constants.
    pub fn constants(&self) -> impl Iterator<Item = ConstantDef<'_>> {
        self.records(Section::Constants, ConstantDef::SIZE).map(ConstantDef)
    }

    /// The token type of this name: its 16 bits.
    #[must_use]
    pub fn token_type(&self, name: &str) -> Option<TokenTypeDef<'_>> {
        self.named(name, Section::TokenTypes, TokenTypeDef::SIZE).map(TokenTypeDef)
    }

    /// All token types.
    pub fn token_types(&self) -> impl Iterator<Item = TokenTypeDef<'_>> {
        self.records(Section::TokenTypes, TokenTypeDef::SIZE).map(TokenTypeDef)
    }

    /// The enumeration of this name.
    #[must_use]
    pub fn enumeration_named(&self, name: &str) -> Option<Enumeration<'_>> {
        self.named(name, Section::Enumerations, Enumeration::SIZE).map(Enumeration)
    }

    /// All enumerations.
    pub fn enumerations(&self) -> impl Iterator<Item = Enumeration<'_>> {
        self.records(Section::Enumerations, Enumeration::SIZE).map(Enumeration)
    }

    /// The structure of this name.
    #[must_use]
    pub fn structure_named(&self, name: &str) -> Option<Structure<'_>> {
        self.named(name, Section::Structures, Structure::SIZE).map(Structure)
    }

    /// All structures.
    pub fn structures(&self) -> impl Iterator<Item = Structure<'_>> {
        self.records(Section::Structures, Structure::SIZE).map(Structure)
    }

    /// The SSID a DEF of this name holds, or a string constant of this name says.
    #[must_use]
    pub fn ssid_named(&self, name: &str) -> Option<Ssid> {
        if let Some(record) = self.named(name, Section::Ssids, SsidDef::SIZE) {
            return Some(SsidDef(record).ssid());
        }
        match self.constant(name)?.value() {
            ConstantValue::Text(text) => self.parse_ssid(text).ok(),
            ConstantValue::Number(_) | ConstantValue::Version(_) => None,
        }
    }

    /// All SSIDs that definitions name.
    pub fn ssids(&self) -> impl Iterator<Item = SsidDef<'_>> {
        self.records(Section::Ssids, SsidDef::SIZE).map(SsidDef)
    }

    /// Reads the external text of an SSID, its subsystem by number or by name.
    ///
    /// # Errors
    /// The text is not `owner.subsystem.version`, or the subsystem's name is not known.
    pub fn parse_ssid(&self, text: &str) -> Result<Ssid, ParseSsidError> {
        Ssid::parse(text, |owner, name| self.subsystem_number(owner, name))
    }

    /// The external text of an SSID, with the name of its subsystem if it has one; what [`parse_ssid`](Self::parse_ssid) reads.
    ///
    /// ```
    /// let dictionary = zems::dictionary::Dictionary::builtin();
    /// let ssid = dictionary.parse_ssid("TANDEM.RPC.D10")?;
    /// assert_eq!(dictionary.ssid_name(ssid).to_string(), "TANDEM.RPC.D10");
    /// # Ok::<(), zems::spi::ParseSsidError>(())
    /// ```
    #[must_use]
    pub fn ssid_name(&self, ssid: Ssid) -> SsidName<'_> {
        ssid.with_name(self.subsystem(ssid).map(|known| known.name()))
    }

    /// The known facts about the subsystem of this SSID, whose version makes no difference.
    #[must_use]
    pub fn subsystem(&self, ssid: Ssid) -> Option<Subsystem<'_>> {
        let hash = hash_subsystem(ssid);
        self.images().find_map(|image| {
            image.probe(Section::SubsystemIndex, hash).find_map(|number| {
                let subsystem = Subsystem(image.record(Section::Subsystems, Subsystem::SIZE, number)?);
                subsystem.ssid().is_same_subsystem(ssid).then_some(subsystem)
            })
        })
    }

    /// The number of the subsystem that goes by this name. Case counts.
    #[must_use]
    pub fn subsystem_number(&self, owner: &str, name: &str) -> Option<i16> {
        let subsystem =
            self.subsystems().find(|known| known.name() == name && known.ssid().owner_name() == Some(owner));
        subsystem.map(|known| known.ssid().number())
    }

    /// All subsystems that have a name.
    pub fn subsystems(&self) -> impl Iterator<Item = Subsystem<'_>> {
        self.records(Section::Subsystems, Subsystem::SIZE).map(Subsystem)
    }

    /// The event of this number in this subsystem, whose version makes no difference.
    #[must_use]
    pub fn event(&self, ssid: Ssid, number: i16) -> Option<EventDef<'_>> {
        let hash = hash_event(ssid, number);
        self.images().find_map(|image| {
            image.probe(Section::EventIndex, hash).find_map(|record| {
                let event = EventDef(image.record(Section::Events, EventDef::SIZE, record)?);
                (event.number() == number && event.ssid().is_same_subsystem(ssid)).then_some(event)
            })
        })
    }

    /// The event of this name.
    #[must_use]
    pub fn event_named(&self, name: &str) -> Option<EventDef<'_>> {
        self.named(name, Section::Events, EventDef::SIZE).map(EventDef)
    }

    /// All events.
    pub fn events(&self) -> impl Iterator<Item = EventDef<'_>> {
        self.records(Section::Events, EventDef::SIZE).map(EventDef)
    }

    /// The definitions of its own, then those that it extends.
    fn images(&self) -> impl Iterator<Item = Image<'_>> {
        let shipped = self.is_overlay.then(|| Image::new(CATALOGUE));
        core::iter::once(Image::new(&self.image)).chain(shipped)
    }

    /// All records of a section, a user's before the shipped ones. A type of an overlay that is shipped is there once.
    fn records(&self, section: Section, size: usize) -> impl Iterator<Item = Record<'_>> {
        let shipped = self.is_overlay.then_some(&BUILTIN);
        let is_type = matches!(section, Section::Enumerations | Section::Structures);
        let is_again = move |record: &Record<'_>| {
            let shipped = shipped.filter(|_| is_type);
            shipped.is_some_and(|shipped| shipped.named(record.text(0), section, size).is_some())
        };
        let of_shipped =
            shipped.into_iter().flat_map(move |shipped| Image::new(&shipped.image).records(section, size));
        let own = Image::new(&self.image).records(section, size);
        own.filter(move |record| !is_again(record)).chain(of_shipped)
    }

    /// The record of this name in one section. The name index holds the records of all; their names come first in each.
    fn named(&self, name: &str, section: Section, size: usize) -> Option<Record<'_>> {
        let hash = hash_name(name) ^ hash_number(section as u64);
        // The column after the name's place.
        let len = u32::try_from(name.len()).ok()?;
        self.images().find_map(|image| {
            image
                .probe(Section::NameIndex, hash)
                .filter_map(|number| image.record(section, size, number))
                .find(|record| record.number(1) == len && same_name(record.text(0), name))
        })
    }
}

impl fmt::Debug for Dictionary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dictionary({} tokens, {} events)", self.tokens().count(), self.events().count())
    }
}

/// A CONSTANT.
#[derive(Clone, Copy)]
pub struct ConstantDef<'d>(Record<'d>);

/// The value of a [`ConstantDef`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, clippy::exhaustive_enums)]
pub enum ConstantValue<'d> {
    /// From the least of 64 bits with a sign to the greatest of 64 bits without.
    Number(i128),
    Text(&'d str),
    Version(Version),
}

impl<'d> ConstantDef<'d> {
    const SIZE: usize = 24;

    /// The name.
    #[must_use]
    pub fn name(&self) -> &'d str {
        self.0.text(0)
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> ConstantValue<'d> {
        let [low, high] = [self.0.number(3), self.0.number(4)].map(u32::to_le_bytes);
        match self.0.number(2) & 3 {
            0 => ConstantValue::Text(self.0.text(3)),
            1 => ConstantValue::Version(Version(u16::from_le_bytes([low[0], low[1]]))),
            tag => {
                let [a, b, c, d] = low;
                let [e, f, g, h] = high;
                let bytes = [a, b, c, d, e, f, g, h];
                ConstantValue::Number(match tag {
                    3 => u64::from_le_bytes(bytes).into(),
                    _ => i64::from_le_bytes(bytes).into(),
                })
            }
        }
    }

    /// Whether its value is not a published one.
    #[must_use]
    pub fn is_provisional(&self) -> bool {
        self.0.number(5) != 0
    }
}

impl fmt::Debug for ConstantDef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {:?}", self.name(), self.value())
    }
}

/// A TOKEN-TYPE.
#[derive(Clone, Copy)]
pub struct TokenTypeDef<'d>(Record<'d>);

impl<'d> TokenTypeDef<'d> {
    const SIZE: usize = 16;

    /// The name.
    #[must_use]
    pub fn name(&self) -> &'d str {
        self.0.text(0)
    }

    /// Data type and length byte.
    #[must_use]
    pub fn value(&self) -> u16 {
        u16::try_from(self.0.number(2)).unwrap_or(0)
    }

    /// Whether its data type is not a published one.
    #[must_use]
    pub fn is_provisional(&self) -> bool {
        self.0.number(3) != 0
    }
}

impl fmt::Debug for TokenTypeDef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.name(), self.value())
    }
}

/// A DEF that holds a subsystem's SSID.
#[derive(Clone, Copy)]
pub struct SsidDef<'d>(Record<'d>);

impl<'d> SsidDef<'d> {
    const SIZE: usize = 24;

    /// The DEF's name.
    #[must_use]
    pub fn name(&self) -> &'d str {
        self.0.text(0)
    }

    /// The SSID.
    #[must_use]
    pub fn ssid(&self) -> Ssid {
        Ssid::from_bytes(self.0.twelve(2))
    }

    /// Whether a part of it is not published.
    #[must_use]
    pub fn is_provisional(&self) -> bool {
        self.0.number(5) != 0
    }
}

impl fmt::Debug for SsidDef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.name(), self.ssid())
    }
}

/// A subsystem with a name.
#[derive(Clone, Copy)]
pub struct Subsystem<'d>(Record<'d>);

impl<'d> Subsystem<'d> {
    const SIZE: usize = 28;

    /// The name external SSIDs use in place of the number.
    #[must_use]
    pub fn name(&self) -> &'d str {
        self.0.text(0)
    }

    /// The abbreviation of three characters.
    #[must_use]
    pub fn abbreviation(&self) -> Option<&'d str> {
        self.0.optional_text(2)
    }

    /// Owner and number; the version is that of the definition.
    #[must_use]
    pub fn ssid(&self) -> Ssid {
        Ssid::from_bytes(self.0.twelve(4))
    }
}

impl fmt::Debug for Subsystem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.name(), self.ssid())
    }
}

/// Another name of a token.
#[derive(Clone, Copy)]
pub struct Alias<'d>(Record<'d>);

impl<'d> Alias<'d> {
    const SIZE: usize = 12;

    /// The other name.
    #[must_use]
    pub fn name(&self) -> &'d str {
        self.0.text(0)
    }

    /// The token it names.
    #[must_use]
    pub fn token(&self) -> Option<TokenDef<'d>> {
        self.0.image().record(Section::Tokens, TokenDef::SIZE, self.0.number(2)).map(TokenDef)
    }
}

impl fmt::Debug for Alias<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {:?}", self.name(), self.token())
    }
}

fn hash_code(ssid: Ssid, code: TokenCode) -> u64 {
    let code_bits = u64::from(u32::from(code));
    if code.number().is_shared() {
        return hash_number(code_bits);
    }
    hash_number(code_bits ^ hash_subsystem(ssid))
}

fn hash_event(ssid: Ssid, number: i16) -> u64 {
    let [high, low] = number.to_be_bytes();
    hash_number(u64::from(u16::from_be_bytes([high, low])) ^ hash_subsystem(ssid))
}

fn hash_subsystem(ssid: Ssid) -> u64 {
    let [high, low] = ssid.number().to_be_bytes();
    hash_number(u64::from_le_bytes(ssid.owner()) ^ (u64::from(u16::from_be_bytes([high, low])) << 48))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spi::{TokenNumber, TypeCode};

    fn definitions() -> Definitions {
        let rpc: Ssid = "TANDEM.9001.D10".parse().unwrap();
        let mut definitions = Definitions::default();
        definitions.enumerations.push(EnumerationDefinition {
            name: "ZRPC-DDL-REASON".into(),
            default_label: Some("for another reason".into()),
            values: [("ZRPC-ENM-ABENDED", 1, Some("it abended")), ("ZRPC-ENM-STOPPED", 3, None)]
                .map(|(name, value, label)| EnumValueDefinition {
                    name: name.into(),
                    value,
                    label: label.map(Into::into),
                    constant: None,
                })
                .into(),
        });
        definitions.structures.push(StructureDefinition {
            name: "ZRPC-DDL-WHERE".into(),
            len: 4,
            is_provisional: false,
            fields: [("Z-PID", 0, 2), ("Z-PID.Z-CPU", 0, 1), ("Z-PID.Z-PIN", 1, 1), ("Z-OLD.Z-PIN", 2, 1)]
                .map(|(name, offset, len)| FieldDefinition {
                    name: name.into(),
                    offset,
                    len,
                    count: 1,
                    stride: len,
                    ..FieldDefinition::default()
                })
                .into(),
        });
        for (name, data_type, length, number, ssid) in [
            ("ZRPC-TKN-REASON", TypeCode::ENUM, 2, 2, Some(rpc)),
            ("ZSPI-TKN-ERRLIST", TypeCode::LIST, 0, -252, Some(Ssid::NULL)),
            ("ZRPC-MAP-WHERE", TypeCode::MAP, 255, 7, Some(rpc)),
        ] {
            definitions.tokens.push(TokenDefinition {
                name: name.into(),
                code: TokenCode::new(data_type, length, TokenNumber(number)),
                ssid,
                enumeration: (number == 2).then(|| "ZRPC-DDL-REASON".into()),
                structure: (number == 7).then(|| "ZRPC-DDL-WHERE".into()),
                map_words: if number == 7 { [2303, 7, 4, 0, 1023].into() } else { Vec::new() },
                ..TokenDefinition::default()
            });
        }
        definitions.events.push(EventDefinition {
            name: "ZRPC-EVT-BKUP-FAIL".into(),
            ssid: rpc,
            number: 8,
            subject: Some("ZRPC-MAP-WHERE".into()),
            tokens: [EventTokenDefinition {
                name: "ZRPC-TKN-REASON".into(),
                presence: Presence::Required,
                within: None,
            }]
            .into(),
            ..EventDefinition::default()
        });
        definitions.constants.push(ConstantDefinition {
            name: "ZRPC-VAL-EXT-SSID".into(),
            value: OwnedConstant::Text("TANDEM.RPC.0".into()),
            is_provisional: false,
        });
        definitions.subsystems.push(SubsystemDefinition {
            ssid: rpc,
            name: "RPC".into(),
            abbreviation: None,
        });
        definitions
    }

    #[test]
    fn finds_by_code_and_by_name() {
        let dictionary = Dictionary::new(&definitions());
        let rpc = "TANDEM.9001.A00".parse().unwrap();
        let reason = dictionary.token(rpc, TokenCode::from_bits(0x0B02_0002)).unwrap();
        assert_eq!(reason.name(), "ZRPC-TKN-REASON");
        assert!(dictionary.token("TANDEM.9002.0".parse().unwrap(), reason.code()).is_none());
        assert_eq!(dictionary.token_named("zrpc^tkn_reason").unwrap().code(), reason.code());
        let list = dictionary.token(rpc, TokenCode::from_bits(0x25FF_FF04)).unwrap();
        assert_eq!((list.name(), list.ssid()), ("ZSPI-TKN-ERRLIST", Some(Ssid::NULL)));
        let map = dictionary.token(rpc, TokenCode::from_bits(0x07FF_0007)).unwrap();
        assert!(map.map_words().eq([2303, 7, 4, 0, 1023]));
    }

    #[test]
    fn labels_come_from_the_level_89_or_the_def() {
        let dictionary = Dictionary::new(&definitions());
        let reasons = dictionary.token_named("ZRPC-TKN-REASON").unwrap().enumeration().unwrap();
        assert_eq!(
            [1, 3, 9].map(|value| reasons.label(value).unwrap()),
            ["it abended", "ZRPC-ENM-STOPPED", "for another reason"]
        );
        assert_eq!(reasons.value_named("it abended"), Some(1));
        assert_eq!(reasons.value_named("zrpc-enm-stopped"), Some(3));
    }

    #[test]
    fn fields_may_be_named_in_short() {
        let dictionary = Dictionary::new(&definitions());
        let place = dictionary.structure_named("ZRPC-DDL-WHERE").unwrap();
        assert_eq!(place.field("Z-CPU").unwrap().name(), "Z-PID.Z-CPU");
        assert_eq!(place.field("Z^PID.Z^PIN").unwrap().offset(), 1);
        assert_eq!(place.field("Z-PIN").unwrap_err(), FieldPathError::Ambiguous);
        assert_eq!(place.field("Z-SEQ").unwrap_err(), FieldPathError::Unknown);
        assert_eq!(place.field("Z-CPU").unwrap().bytes(&[5], 0), Some(&[5][..]));
        assert_eq!(place.field("Z-PID").unwrap().bytes(&[5], 0), None);
    }

    #[test]
    fn events_and_subsystems_are_found_whatever_the_version() {
        let dictionary = Dictionary::new(&definitions());
        let event = dictionary.event("TANDEM.9001.0".parse().unwrap(), 8).unwrap();
        assert_eq!(event.subject().unwrap().name(), "ZRPC-MAP-WHERE");
        assert!(
            event.tokens().map(|(token, required)| (token.name(), required)).eq([("ZRPC-TKN-REASON", true)])
        );
        assert_eq!(dictionary.parse_ssid("TANDEM.RPC.D10").unwrap(), event.ssid());
        assert_eq!(dictionary.ssid_named("ZRPC-VAL-EXT-SSID").unwrap().to_string(), "TANDEM.9001.0");
        assert_eq!(dictionary.subsystem(event.ssid()).unwrap().name(), "RPC");
    }

    #[test]
    fn an_empty_dictionary_knows_nothing() {
        let dictionary = Dictionary::empty();
        assert!(dictionary.token(Ssid::NULL, TokenCode::default()).is_none());
        assert!(dictionary.event(Ssid::NULL, 0).is_none() && dictionary.constant("X").is_none());
    }
}
