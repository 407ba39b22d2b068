//! Which names rest on numbers that the vendor has not published and no user file has given.

use std::collections::{HashMap, HashSet};

use super::Site;
use crate::dictionary::{ConstantValue, Dictionary, EventDef, TokenDef};
use crate::ems::Event;
use crate::spi::Ssid;
use crate::template::{TemplateKey, TemplatePiece};

/// The provisional items of the dictionary, by what outputs look it up with.
#[derive(Debug, Default)]
pub(super) struct Provisional {
    /// Owner and number of subsystems.
    subsystems: HashSet<Ssid>,
}

impl Provisional {
    pub(super) fn new(dictionary: &Dictionary) -> Self {
        let mut numbers: HashMap<i128, bool> = HashMap::new();
        for constant in dictionary.constants().filter(|constant| constant.name().contains("-SSN-")) {
            if let ConstantValue::Number(number) = constant.value() {
                // A published number counts before a provisional one that would be equal.
                let is_provisional = numbers.entry(number).or_insert(true);
                *is_provisional &= constant.is_provisional();
            }
        }
        let by_number = |ssid: Ssid| numbers.get(&i128::from(ssid.number())) == Some(&true);
        let subsystems = dictionary.subsystems().map(|known| known.ssid());
        let subsystems = subsystems.filter(|ssid| ssid.owner_name() == Some("TANDEM") && by_number(*ssid));
        Self { subsystems: subsystems.map(Ssid::without_version).collect() }
    }
}

impl Site {
    /// Whether the name of a subsystem rests on a provisional number.
    #[must_use]
    pub fn is_provisional_subsystem(&self, ssid: Ssid) -> bool {
        self.0.provisional.subsystems.contains(&ssid.without_version())
    }

    /// Whether the name of an event rests on a provisional number: its own, or that of its subsystem.
    #[must_use]
    pub fn is_provisional_event(&self, event: &EventDef<'_>) -> bool {
        event.is_provisional() || self.is_provisional_subsystem(event.ssid())
    }

    /// Whether the label of a value rests on a provisional number: that of the token, or of the value itself.
    #[must_use]
    pub fn is_provisional_label(&self, token: &TokenDef<'_>, value: i32) -> bool {
        let constant =
            token.enumeration().and_then(|values| values.value(value)).and_then(|value| value.constant());
        token.is_provisional()
            || constant
                .and_then(|name| self.dictionary().constant(name))
                .is_some_and(|constant| constant.is_provisional())
    }

    /// Whether the fields of an event's header are read by a shipped layout, which the vendor has not published and no definition
    /// of the user has given.
    #[must_use]
    pub fn is_provisional_layout(&self, event: &Event<'_>) -> bool {
        event.layout().is_some_and(|layout| layout.is_provisional)
    }

    /// Whether the sentence of an event is made with provisional names: its template is found by one, or shows one.
    #[must_use]
    pub fn is_provisional_sentence(&self, event: &Event<'_>) -> bool {
        let Some(key) = self.templates().main_template(event) else { return false };
        self.is_provisional_template(key, event)
    }

    fn is_provisional_template(&self, key: TemplateKey, event: &Event<'_>) -> bool {
        let def = event.number().and_then(|number| self.dictionary().event(event.ssid(), number));
        if self.is_provisional_subsystem(key.ssid()) || def.is_some_and(|def| def.is_provisional()) {
            return true;
        }
        let Some(template) = self.templates().template(key) else { return false };
        template.pieces().any(|piece| match piece {
            TemplatePiece::Token { ssid, code, .. } => {
                let ssid = ssid.unwrap_or(event.ssid());
                self.dictionary().token(ssid, code).is_some_and(|token| token.is_provisional())
            }
            _ => false,
        })
    }
}
