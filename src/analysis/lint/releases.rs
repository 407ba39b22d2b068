//! Section 12: sources against an earlier state of them.

use std::collections::HashMap;

use super::Report;
use super::sources::{EventLine, Sources, code_of, event_numbers, prefix_of};
use crate::ddl::{DdlType, Definition, Field, TokenMap, Value};

pub(super) fn check(earlier: &Sources, later: &Sources, report: &mut Report) {
    events(earlier, later, report);
    definitions(earlier, later, report);
    templates(earlier, later, report);
    metadata(earlier, later, report);
}

/// event-reused.
fn events(earlier: &Sources, later: &Sources, report: &mut Report) {
    let by_number = |sources: &Sources| -> HashMap<(String, i128), String> {
        let key = |name: &str, number| (prefix_of(name).to_ascii_uppercase(), number);
        event_numbers(sources)
            .into_iter()
            .map(|(info, number)| (key(info.name, number), info.name.to_ascii_uppercase()))
            .collect()
    };
    let before = by_number(earlier);
    for (info, number) in event_numbers(later) {
        let key = (prefix_of(info.name).to_ascii_uppercase(), number);
        if let Some(other) = before.get(&key).filter(|other| !other.eq_ignore_ascii_case(info.name)) {
            let detail = format!("{number} was {other}");
            report.add("event-reused", later.place(info.location), &detail, Some(info.name), Vec::new());
        }
    }
}

fn definitions(earlier: &Sources, later: &Sources, report: &mut Report) {
    let after: HashMap<String, Definition<'_>> =
        later.schema.definitions().map(|known| (known.info().name.to_ascii_uppercase(), known)).collect();
    for before in earlier.definitions() {
        let info = before.info();
        let name = info.name.to_ascii_uppercase();
        let Some(now) = after.get(&name) else {
            let is_token = matches!(before, Definition::TokenCode(_) | Definition::TokenMap(_));
            let rule = if is_token { "token-removed" } else { "definition-changed" };
            report.add(
                rule,
                earlier.place(info.location),
                &format!("{name} is gone"),
                Some(&name),
                Vec::new(),
            );
            continue;
        };
        let place = later.place(now.info().location);
        let mut changed = |detail: String| {
            report.add("definition-changed", place.clone(), &detail, Some(&name), Vec::new());
        };
        match (&before, now) {
            (Definition::Constant(one), Definition::Constant(other)) => {
                if one.value != other.value {
                    changed(format!("{name} was {}", shown(one.value)));
                }
            }
            (Definition::TokenType(one), Definition::TokenType(other)) => {
                if one.value != other.value {
                    changed(format!("{name} was ({},{})", one.data_type, one.length));
                }
            }
            (Definition::TokenMap(one), Definition::TokenMap(other)) => {
                if one.number != other.number {
                    changed(format!("the number of {name} was {}", one.number));
                }
                if let Some(detail) = not_appended(one, other) {
                    report.add("map-not-appended", place, &detail, Some(&name), Vec::new());
                }
            }
            (Definition::Def(one), Definition::Def(other)) => {
                let is_map = earlier.definitions().any(|known| {
                    matches!(known, Definition::TokenMap(map) if map.def.eq_ignore_ascii_case(one.info.name))
                });
                if !is_map && (one.size() != other.size() || one.data() != other.data()) {
                    changed(format!("{name} had {} bytes, or another type", one.size()));
                }
                let values = one.enumeration().filter(|values| values.def() == Some(one.info.name));
                for value in values.into_iter().flat_map(|values| values.values()) {
                    let now = other.enumeration();
                    let now = now.and_then(|values| {
                        values.values().find(|known| known.name.eq_ignore_ascii_case(value.name))
                    });
                    match now {
                        None => changed(format!("{} of {name} is gone", value.name)),
                        Some(known) if known.value != value.value => {
                            changed(format!("{} of {name} was {}", value.name, value.value));
                        }
                        Some(_) => {}
                    }
                }
            }
            (one, other) => {
                if code_of(one) != code_of(other)
                    || core::mem::discriminant(one) != core::mem::discriminant(other)
                {
                    let code =
                        code_of(one).map_or_else(|| "of another kind".to_owned(), |code| code.to_string());
                    changed(format!("{name} was {code}"));
                }
            }
        }
    }
}

fn shown(value: Value<'_>) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Text(text) => format!("\"{text}\""),
        Value::Figurative(word) => format!("{word:?}"),
    }
}

/// A field of the earlier structure that is not where it was, or a new one that is neither at the end nor where a FILLER was.
fn not_appended(before: &TokenMap<'_>, now: &TokenMap<'_>) -> Option<String> {
    let fields = |map: &TokenMap<'_>| -> Vec<(String, u32, u32)> {
        let is_value =
            |field: &Field<'_>| field.data != DdlType::Group && !field.is_filler && !field.is_overlay;
        map.fields()
            .map(|(field, _)| field)
            .filter(is_value)
            .map(|field| (field.name.to_ascii_uppercase(), field.offset, field.size * field.count))
            .collect()
    };
    let (before, now) = (fields(before), fields(now));
    for (name, offset, size) in &before {
        let is_there = now.iter().any(|known| (&known.0, known.1, known.2) == (name, *offset, *size));
        if !is_there {
            return Some(format!("{name} was at {offset} with {size} bytes"));
        }
    }
    None
}

/// template-removed.
fn templates(earlier: &Sources, later: &Sources, report: &mut Report) {
    let key = |ssid: &str, token: &str, value: &str| format!("{ssid}|{token}|{value}").to_ascii_uppercase();
    let ssid =
        |outline: &crate::template::Outline| outline.ssid.clone().map_or_else(String::new, |(name, _)| name);
    let mut now = std::collections::HashSet::new();
    for outline in &later.outlines {
        for message in outline.messages.iter().filter(|message| message.has_strings) {
            now.insert(key(&ssid(outline), &message.token, &message.value));
        }
    }
    for outline in &earlier.outlines {
        for message in outline.messages.iter().filter(|message| message.has_strings) {
            if !now.contains(&key(&ssid(outline), &message.token, &message.value)) {
                let detail = format!("MSG {} {} is gone", message.token, message.value);
                report.add("template-removed", earlier.place(message.place), &detail, None, Vec::new());
            }
        }
    }
}

/// Lines of the metadata: token-removed and required-loosened.
fn metadata(earlier: &Sources, later: &Sources, report: &mut Report) {
    fn described(sources: &Sources) -> impl Iterator<Item = &EventLine> {
        sources.events.iter().filter(|event| !event.is_addition)
    }
    let now: HashMap<&str, &EventLine> = described(later).map(|event| (event.name.as_str(), event)).collect();
    for before in described(earlier) {
        let Some(event) = now.get(before.name.as_str()) else { continue };
        for token in &before.tokens {
            let presence = token.presence.as_deref();
            if presence == Some("INTERNAL") {
                continue;
            }
            match event.tokens.iter().find(|known| known.name == token.name) {
                None if presence.is_some() => {
                    let detail = format!("{} of {} is gone", token.name, event.name);
                    report.add(
                        "token-removed",
                        later.place(event.place),
                        &detail,
                        Some(&token.name),
                        Vec::new(),
                    );
                }
                Some(known) if presence == Some("REQUIRED") && known.presence.as_deref() != presence => {
                    let detail = format!("{} of {} was REQUIRED", token.name, event.name);
                    report.add(
                        "required-loosened",
                        later.place(known.place),
                        &detail,
                        Some(&token.name),
                        Vec::new(),
                    );
                }
                _ => {}
            }
        }
    }
}
