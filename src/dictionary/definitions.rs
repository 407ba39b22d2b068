use super::event::Presence;
use super::structure::{Digits, FieldType};
use crate::spi::{Profile, Ssid, TokenCode, Version};

/// The contents of a dictionary as plain data: the facts of definition sources of any kind, resolved.
///
/// Names are upper case with hyphens. Of several definitions of one name the first is found.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
#[non_exhaustive]
pub struct Definitions {
    pub tokens: Vec<TokenDefinition>,
    pub enumerations: Vec<EnumerationDefinition>,
    pub structures: Vec<StructureDefinition>,
    pub constants: Vec<ConstantDefinition>,
    pub token_types: Vec<TokenTypeDefinition>,
    pub ssids: Vec<SsidDefinition>,
    pub subsystems: Vec<SubsystemDefinition>,
    pub events: Vec<EventDefinition>,
    pub aliases: Vec<AliasDefinition>,
    /// Tokens that manuals name without their numbers. One that is among `tokens` too means nothing.
    pub unnumbered: Vec<UnnumberedDefinition>,
    /// Names of nodes by number, without `\`; of two names of a number the first is found.
    pub nodes: Vec<(i32, String)>,
    /// The wire profile the definitions make.
    pub profile: Profile,
}

/// A TOKEN-CODE or TOKEN-MAP.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, clippy::exhaustive_structs)]
pub struct TokenDefinition {
    pub name: String,
    pub code: TokenCode,
    /// `None` without an SSID clause.
    pub ssid: Option<Ssid>,
    /// Whose token it is if it has no SSID clause: the subsystem whose SSID DEF has the same prefix.
    pub home: Option<Ssid>,
    pub type_name: String,
    pub heading: Option<String>,
    pub display: Option<String>,
    /// The kind of one element of the value.
    pub field_type: FieldType,
    /// The enumeration of the values, by name.
    pub enumeration: Option<String>,
    /// The structure of the value, by name.
    pub structure: Option<String>,
    /// The words of a TOKEN-MAP.
    pub map_words: Vec<u16>,
    pub is_provisional: bool,
}

/// A DEF with level 89 values.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, clippy::exhaustive_structs)]
pub struct EnumerationDefinition {
    pub name: String,
    /// AS of the DEF: the label of values without a level 89.
    pub default_label: Option<String>,
    pub values: Vec<EnumValueDefinition>,
}

/// A level 89.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, clippy::exhaustive_structs)]
pub struct EnumValueDefinition {
    pub name: String,
    pub value: i32,
    pub label: Option<String>,
    /// The CONSTANT that gives the value.
    pub constant: Option<String>,
}

/// A DEF that is a group, or the structure of a token.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, clippy::exhaustive_structs)]
pub struct StructureDefinition {
    pub name: String,
    /// Bytes.
    pub len: u32,
    /// Groups before their members, redefinitions too; fillers left out.
    pub fields: Vec<FieldDefinition>,
    /// Whether the vendor has not published it.
    pub is_provisional: bool,
}

/// A named item of a structure.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, clippy::exhaustive_structs)]
pub struct FieldDefinition {
    /// With the names of its groups, joined by periods.
    pub name: String,
    pub offset: u32,
    /// Bytes of one occurrence.
    pub len: u32,
    /// How often it occurs in its group.
    pub count: u32,
    /// Bytes from one occurrence to the next.
    pub stride: u32,
    pub field_type: FieldType,
    /// Digits and sign of a [`FieldType::NumericDisplay`] or [`FieldType::PackedDecimal`].
    pub digits: Option<Digits>,
    /// The name of the field it redefines.
    pub redefines: Option<String>,
    /// First and last bit, counted from the most significant of its word.
    pub bit: Option<(u8, u8)>,
    pub null: u8,
    pub version: Option<Version>,
    pub heading: Option<String>,
    pub display: Option<String>,
    pub enumeration: Option<String>,
    /// The DEF of its TYPE, if that is a group.
    pub structure: Option<String>,
}

/// A CONSTANT.
#[derive(Clone, Debug)]
#[allow(missing_docs, clippy::exhaustive_structs)]
pub struct ConstantDefinition {
    pub name: String,
    pub value: OwnedConstant,
    pub is_provisional: bool,
}

/// The value of a CONSTANT.
#[derive(Clone, Debug)]
#[allow(missing_docs, clippy::exhaustive_enums)]
pub enum OwnedConstant {
    Number(i128),
    Text(String),
    Version(Version),
}

/// A TOKEN-TYPE.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, clippy::exhaustive_structs)]
pub struct TokenTypeDefinition {
    pub name: String,
    pub value: u16,
    pub is_provisional: bool,
}

/// A DEF that is the SSID of a subsystem.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, clippy::exhaustive_structs)]
pub struct SsidDefinition {
    pub name: String,
    pub ssid: Ssid,
    pub is_provisional: bool,
}

/// The names that an SSNAME statement of a template source gives.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, clippy::exhaustive_structs)]
pub struct SubsystemDefinition {
    pub ssid: Ssid,
    pub name: String,
    pub abbreviation: Option<String>,
}

/// An event, by the name of its number's CONSTANT.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, clippy::exhaustive_structs)]
pub struct EventDefinition {
    pub name: String,
    pub ssid: Ssid,
    pub number: i16,
    /// The name of the subject token.
    pub subject: Option<String>,
    pub emphasis: Option<bool>,
    pub tokens: Vec<EventTokenDefinition>,
    pub message: Option<MessageDefinition>,
    pub is_provisional: bool,
    /// Whose event it is, is not known: `ssid` says nothing, and no event is found by it.
    pub is_ssid_missing: bool,
    /// The text as a manual prints it, with its markers.
    pub text: Option<String>,
    pub advice: AdviceDefinition,
}

/// The texts of a manual or a site about an event. Each line is a paragraph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, clippy::exhaustive_structs)]
pub struct AdviceDefinition {
    pub description: Option<String>,
    pub cause: Option<String>,
    pub effect: Option<String>,
    pub recovery: Option<String>,
}

impl AdviceDefinition {
    /// Takes over what another says; what it does not say stays.
    pub(super) fn update(&mut self, later: &Self) {
        let texts = [
            (&mut self.description, &later.description),
            (&mut self.cause, &later.cause),
            (&mut self.effect, &later.effect),
            (&mut self.recovery, &later.recovery),
        ];
        for (text, later) in texts {
            if later.is_some() {
                text.clone_from(later);
            }
        }
    }
}

/// A token that a manual names and gives no number.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, clippy::exhaustive_structs)]
pub struct UnnumberedDefinition {
    pub name: String,
    /// The name of its TOKEN-TYPE.
    pub type_name: Option<String>,
    /// The description in the manual.
    pub description: Option<String>,
}

/// A token of an event.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, clippy::exhaustive_structs)]
pub struct EventTokenDefinition {
    /// The token's name.
    pub name: String,
    pub presence: Presence,
    /// The name of the list it is in; `None`: at the top level.
    pub within: Option<String>,
}

/// Another name for a token. It is read, never written.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, clippy::exhaustive_structs)]
pub struct AliasDefinition {
    pub name: String,
    /// The token's own name.
    pub token: String,
}

/// The syslog side of an event.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, clippy::exhaustive_structs)]
pub struct MessageDefinition {
    pub tag: String,
    /// `error` or `event`.
    pub kind: Option<String>,
    /// 0 (emergency) to 7 (debug).
    pub severity: Option<u8>,
    /// 0 (kernel) to 23 (local7).
    pub facility: Option<u8>,
}
