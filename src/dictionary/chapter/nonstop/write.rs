//! The sources that a chapter becomes.

use core::fmt::Write as _;
use std::collections::HashMap;

use super::super::write::paragraph;
use super::{ChapterEvent, ChapterToken, EventChapter, SUBJECT_MARK};
use crate::dictionary::event::Presence;
use crate::ems::HeaderToken;

impl EventChapter {
    /// The definition (DDL) source: the event numbers.
    #[must_use]
    pub fn definitions(&self) -> String {
        let prefix = &self.prefix;
        let mut out = format!(
            "! {prefix}: the numbers of the events.\n\
             !\n\
             ! Made from a chapter of a manual by `zems import catalog`. The chapter gives no token numbers and no subsystem number:\n\
             ! these come from the definitions of your system. All else is in the .events source.\n\
             \n\
             ?SECTION {prefix}-EVT\n"
        );
        let widest = self.events.iter().map(|event| event.name.len()).max().unwrap_or(0);
        for event in &self.events {
            // Writing to a String does not fail.
            let _ = writeln!(out, "CONSTANT {:<widest$} VALUE IS {}.", event.name, event.number);
        }
        out
    }

    /// The facts (`.events`): tokens with their types, subjects, texts, and, if they are wanted, descriptions, causes, effects and
    /// recoveries.
    #[must_use]
    pub fn facts(&self, describes: bool) -> String {
        let prefix = &self.prefix;
        let mut out = format!(
            "! {prefix}: the events.\n\
             !\n\
             ! Made from a chapter of a manual by `zems import catalog`. UNNUMBERED: the chapter gives the type of the token, its number\n\
             ! comes from the definitions of your system. ABOUT adds to the event of that name.\n\
             \n"
        );
        let mut types: HashMap<&str, Option<&str>> = HashMap::new();
        let mut tokens: Vec<&ChapterToken> = Vec::new();
        for token in self.events.iter().flat_map(|event| &event.tokens) {
            let known = types.entry(&token.name).or_insert_with(|| {
                tokens.push(token);
                None
            });
            *known = known.or(token.token_type.as_deref());
        }
        for token in tokens {
            let _ = write!(out, "UNNUMBERED {}", token.name);
            if let Some(Some(name)) = types.get(token.name.as_str()) {
                let _ = write!(out, " TYPE {name}");
            }
            out.push('\n');
            if describes {
                let described = self.events.iter().flat_map(|event| &event.tokens);
                let described =
                    described.filter(|other| other.name == token.name).map(|token| &token.description);
                let description = described.into_iter().find(|text| !text.is_empty());
                description.into_iter().for_each(|text| paragraphs(&mut out, "DESCRIPTION", text));
            }
        }
        for event in &self.events {
            event.write(&mut out, describes);
        }
        out
    }
}

impl ChapterEvent {
    fn write(&self, out: &mut String, describes: bool) {
        let subject = self.subject().map(|token| token.name.as_str());
        let _ = write!(out, "\nABOUT {}", self.name);
        if let Some(subject) = subject {
            let _ = write!(out, " SUBJECT {subject}");
        }
        out.push('\n');
        // Every event has the header tokens, and its subject is above.
        let is_listed = |token: &&ChapterToken| {
            let name = token.name.as_str();
            HeaderToken::from_name(name).is_none() && name != SUBJECT_MARK && Some(name) != subject
        };
        for token in self.tokens.iter().filter(is_listed) {
            let presence = match token.presence {
                Presence::Required => " REQUIRED",
                Presence::Optional => " OPTIONAL",
                Presence::Internal => " INTERNAL",
                Presence::Unstated => "",
            };
            let marker = token.marker.as_ref().map(|marker| format!(" ! <{marker}>")).unwrap_or_default();
            let _ = writeln!(out, "  TOKEN {}{presence}{marker}", token.name);
        }
        paragraphs(out, "TEXT", &self.text);
        if describes {
            paragraphs(out, "DESCRIPTION", &self.description);
            paragraphs(out, "CAUSE", &self.cause);
            paragraphs(out, "EFFECT", &self.effect);
            paragraphs(out, "RECOVERY", &self.recovery);
        }
    }
}

fn paragraphs(out: &mut String, keyword: &str, text: &str) {
    text.lines().for_each(|line| paragraph(out, keyword, line));
}
