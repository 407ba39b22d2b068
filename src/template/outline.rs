//! A template source as a check of its style sees it: what it says, with places, and nothing looked up.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::source::{Constant, DescriptorKind, Message, Messages, Piece};
use crate::text::{Location, SourceId, SourceLoader, SourceMap};

/// The statements of a template source, with everything it includes.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Outline {
    /// The name in its SSID statement.
    pub ssid: Option<(String, Location)>,
    /// Its MSG statements.
    pub messages: Vec<OutlineMessage>,
    /// Its DEF_ENUM statements.
    pub enumerations: Vec<OutlineEnum>,
}

/// A MSG.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OutlineMessage {
    /// The MSG line.
    pub place: Location,
    /// The token of its key.
    pub token: String,
    /// The value of its key, as written.
    pub value: String,
    /// Its strings without markers.
    pub text: String,
    /// Whether it has strings; without them it only overrides.
    pub has_strings: bool,
    /// The tokens its strings show, and those of conditions.
    pub shown: Vec<OutlineToken>,
}

/// A token of a template.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OutlineToken {
    /// The token, as written.
    pub name: String,
    /// Its place.
    pub place: Location,
    /// Its marker is only where a condition says that the token is there.
    pub is_guarded: bool,
}

/// A DEF_ENUM.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OutlineEnum {
    /// The token, or the structure of the field, that the labels are for.
    pub token: String,
    /// Its place.
    pub place: Location,
    /// The enumerations with the labels.
    pub enumerations: Vec<String>,
}

impl Outline {
    /// Reads a template source. Errors are reported when it is compiled.
    #[must_use]
    pub fn read(source: SourceId, sources: &mut SourceMap, loader: &dyn SourceLoader) -> Self {
        let (file, messages) = Messages::new(source, sources, loader);
        Self {
            ssid: file.ssid.map(|word| (word.text, word.place)),
            messages: messages.map(|known| message(&known)).collect(),
            enumerations: file
                .enumerations
                .into_iter()
                .map(|known| OutlineEnum {
                    token: known.token.token.name.text,
                    place: known.token.token.name.place,
                    enumerations: known.enumerations.into_iter().map(|word| word.text).collect(),
                })
                .collect(),
        }
    }
}

fn message(message: &Message) -> OutlineMessage {
    let name_of = |number: u8| {
        let descriptor = message.descriptors.iter().find(|known| known.number == number)?;
        let reference = descriptor.reference()?;
        Some((descriptor, reference.token.name.text.clone(), reference.token.name.place))
    };
    let mut shown = Vec::new();
    let mut text = String::new();
    // For each open *IF: the token it tests, and whether the text is where the token is there.
    let mut open: Vec<(String, bool)> = Vec::new();
    for piece in &message.pieces {
        match piece {
            Piece::Text(words) => text.push_str(words),
            Piece::Break => text.push(' '),
            Piece::Edit(number, _) => {
                if let Some((_, name, place)) = name_of(*number) {
                    let is_guarded =
                        open.iter().any(|(tested, is_there)| *is_there && tested.eq_ignore_ascii_case(&name));
                    shown.push(OutlineToken { name, place, is_guarded });
                }
            }
            Piece::If(number, _) => {
                let (name, is_there) = match name_of(*number) {
                    Some((descriptor, name, place)) => {
                        shown.push(OutlineToken { name: name.clone(), place, is_guarded: true });
                        // A comparison with a token that is missing is false.
                        let is_there = match &descriptor.kind {
                            DescriptorKind::Present { negated, .. } => !negated,
                            DescriptorKind::Compare { .. } => true,
                            _ => false,
                        };
                        (name, is_there)
                    }
                    None => (String::new(), false),
                };
                open.push((name, is_there));
            }
            Piece::Else(_) => {
                if let Some((_, is_there)) = open.last_mut() {
                    *is_there = !*is_there;
                }
            }
            Piece::EndIf(_) => drop(open.pop()),
        }
    }
    OutlineMessage {
        place: message.place,
        token: message.token.text.clone(),
        value: match &message.value {
            Constant::Number(number, _) => number.to_string(),
            Constant::Name(word) => word.text.clone(),
        },
        text,
        has_strings: message.has_strings,
        shown,
    }
}
