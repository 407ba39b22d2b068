//! The texts that a site's templates have for events, for catalogues and for lines of a system log.

use super::Site;
use crate::dictionary::EventDef;
use crate::dictionary::catalogue::Texts;
use crate::template::{TemplateInfo, TemplateKey, TemplatePiece};

impl Site {
    fn template(&self, event: EventDef<'_>) -> Option<TemplateInfo<'_>> {
        let number = self.dictionary().token_named("ZEMS-TKN-EVENTNUMBER")?;
        self.templates().template(TemplateKey::new(event.ssid(), number.code(), event.number().into()))
    }
}

impl Texts for Site {
    fn template(&self, event: EventDef<'_>) -> Option<String> {
        Self::template(self, event).map(|template| template.strings().to_owned())
    }

    /// A variable has the name of its token: `JSRPD-TKN-ERROR-MESSAGE` is `<error-message>`.
    fn message(&self, event: EventDef<'_>) -> Option<String> {
        let pieces = Self::template(self, event)?.pieces().map(|piece| match piece {
            TemplatePiece::Text(text) => text.to_owned(),
            TemplatePiece::Token { ssid, code, .. } => {
                let token = self.dictionary().token(ssid.unwrap_or(event.ssid()), code);
                let name = token.map_or_else(|| code.to_string(), |token| token.name().to_ascii_lowercase());
                format!("<{}>", name.split_once("-tkn-").map_or(&*name, |(_, variable)| variable))
            }
            TemplatePiece::Header(token) => format!("<{}>", token.name().to_ascii_lowercase()),
            _ => "<token>".to_owned(),
        });
        Some(pieces.collect())
    }
}
