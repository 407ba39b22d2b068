//! The results as definition sources: DDL for what it has a form for, event metadata for the rest.

use core::fmt::Write;
use std::collections::{BTreeMap, BTreeSet};

use super::header::{Field, Header, Place};
use super::listing::Named;
use super::{names, tokens};
use crate::dictionary::{ConstantValue, Dictionary};
use crate::spi::{Ssid, TokenCode, TypeCode};

/// Bytes of a process descriptor's field in the shipped layout: as many are taken where no other field follows.
const DESCRIPTOR: usize = 36;

pub(super) struct Writer<'d> {
    dictionary: &'d Dictionary,
    ddl: String,
    events: String,
    /// Constants that were written, with their values.
    constants: BTreeMap<String, i64>,
    owners: BTreeMap<String, String>,
    types: BTreeSet<(u8, u8)>,
    /// Constants of subsystem IDs.
    ssids: BTreeMap<Ssid, String>,
}

impl<'d> Writer<'d> {
    pub(super) fn new(dictionary: &'d Dictionary) -> Self {
        Self {
            dictionary,
            ddl: String::new(),
            events: String::new(),
            constants: BTreeMap::new(),
            owners: BTreeMap::new(),
            types: BTreeSet::new(),
            ssids: BTreeMap::new(),
        }
    }

    fn ddl(&mut self, line: &str) {
        self.ddl.push_str(line);
        self.ddl.push('\n');
    }

    fn event(&mut self, line: &str) {
        self.events.push_str(line);
        self.events.push('\n');
    }

    fn constant(&mut self, name: &str, value: i64, evidence: &str) {
        if self.constants.insert(name.to_owned(), value) != Some(value) {
            self.ddl(&format!("CONSTANT {name} VALUE IS {value}. ! {evidence}"));
        }
    }

    /// The layout of one length byte.
    pub(super) fn header(&mut self, header: &Header) {
        if header.fields.is_empty() {
            return;
        }
        let length = header.length;
        let def = format!("LEARNED-DDL-EVTHDR-L{length}");
        let mut fields: Vec<(Place, Field)> =
            header.fields.iter().map(|(field, learned)| (learned.place, *field)).collect();
        fields.sort_unstable();
        self.ddl(&format!("DEF {def}."));
        let (mut at, mut lines) = (0, Vec::new());
        // The bytes that hold flags.
        let mut flags = BTreeMap::new();
        for (number, (place, field)) in fields.iter().enumerate() {
            let learned = &header.fields[field];
            let evidence = evidence(learned.events, learned.of);
            let token = field.token().name();
            let mut name = ddl_name(*field).to_owned();
            if let Some(bit) = place.bit {
                let known = flags.len();
                let is_new = !flags.contains_key(&place.offset);
                let of_byte = || if known == 0 { name } else { format!("{name}-{}", known + 1) };
                name = flags.entry(place.offset).or_insert_with(of_byte).clone();
                lines.push(format!("  FLAG {name} BIT {bit} SERVES {token} ! {evidence}"));
                if !is_new {
                    continue;
                }
            } else {
                lines.push(format!("  FIELD {name} SERVES {token} ! {evidence}"));
            }
            let mut width = place.width;
            if *field == Field::ProcessDescriptor {
                let next = fields.get(number + 1).map_or(usize::from(length), |(next, _)| next.offset);
                width = DESCRIPTOR.max(width).min(next - place.offset);
            }
            if place.offset > at {
                self.ddl(&format!(" 02 FILLER PIC X({}).", place.offset - at));
            }
            self.ddl(&format!(" 02 {name} PIC X({width}). ! offset {}", place.offset));
            at = place.offset + width;
        }
        self.ddl("END");
        self.event(&format!("LAYOUT {def} LENGTH {length}"));
        lines.iter().for_each(|line| self.event(line));
    }

    pub(super) fn subsystems(&mut self, subsystems: &[names::Numbered]) {
        for subsystem in subsystems {
            let names::Numbered { owner, name, number, events, of } = subsystem;
            let evidence = evidence(*events, *of);
            let constant = self.subsystem_constant(owner, name);
            self.constant(&constant, *number, &evidence);
            let owner = self.owner(owner);
            self.event(&format!("SUBSYSTEM {constant} OWNER {owner} NAME {name} ! {evidence}"));
        }
    }

    /// The constant that holds the number of a subsystem: the one that is known, so that whatever is made of it follows.
    fn subsystem_constant(&self, owner: &str, name: &str) -> String {
        let known = self.dictionary.subsystem_number(owner, name);
        let mut constants = self.dictionary.constants().filter(|constant| {
            constant.name().contains("-SSN-")
                && known.is_some_and(|known| constant.value() == ConstantValue::Number(known.into()))
        });
        match (constants.next(), constants.next()) {
            (Some(only), None) => only.name().to_owned(),
            _ => format!("LEARNED-SSN-{owner}-{}", name.to_ascii_uppercase()),
        }
    }

    fn owner(&mut self, owner: &str) -> String {
        let known = self.owners.len() + 1;
        if let Some(name) = self.owners.get(owner) {
            return name.clone();
        }
        let name = format!("LEARNED-VAL-OWNER-{known}");
        self.ddl(&format!("CONSTANT {name} VALUE IS \"{owner}\"."));
        self.owners.insert(owner.to_owned(), name.clone());
        name
    }

    pub(super) fn nodes(&mut self, nodes: &[names::Numbered]) {
        for names::Numbered { name, number, events, of, .. } in nodes {
            self.event(&format!("NODE {number} NAME {name} ! {}", evidence(*events, *of)));
        }
    }

    pub(super) fn tokens(&mut self, learned: &[tokens::Numbered]) {
        for token in learned {
            let tokens::Numbered { name, code, ssid, events, of } = token;
            let evidence = evidence(*events, *of);
            self.number(name, *code, *ssid, &evidence);
        }
    }

    /// The number of a token: of the constant that its definition is made of, else as a definition of its own.
    fn number(&mut self, name: &str, code: TokenCode, ssid: Option<Ssid>, evidence: &str) {
        let number = i64::from(code.number().0);
        let constant = name.replacen("-TKN-", "-TNM-", 1);
        let known = self.dictionary.token_named(name);
        let is_made_of_it = known.is_none_or(|known| {
            let old = i64::from(known.code().number().0);
            self.dictionary
                .constant(&constant)
                .is_some_and(|it| it.value() == ConstantValue::Number(old.into()))
        });
        let is_same_type = known.is_none_or(|known| {
            let old = known.stored_code();
            (old.type_code(), old.length()) == (code.type_code(), code.length())
        });
        // The subsystem of a foreign token, by the constant its number is made of.
        if let (Some(ssid), Some(known)) = (ssid, known.and_then(|known| known.owner_ssid()))
            && ssid.owner() == known.owner()
            && ssid.number() != known.number()
            && let Some(subsystem) = self.dictionary.subsystem(known)
            && let Some(owner) = known.owner_name()
        {
            let constant = self.subsystem_constant(owner, subsystem.name());
            if !self.constants.contains_key(&constant) {
                self.constant(&constant, ssid.number().into(), evidence);
            }
        }
        let is_mark = known.is_none() && code.type_code() == TypeCode::MARK;
        if is_mark || known.is_some() && is_made_of_it && is_same_type {
            self.constant(&constant, number, evidence);
        } else {
            self.token_code(name, code, ssid, evidence, None);
        }
    }

    /// A whole definition of a token.
    fn token_code(
        &mut self,
        name: &str,
        code: TokenCode,
        ssid: Option<Ssid>,
        evidence: &str,
        def: Option<&str>,
    ) {
        let (data_type, length) = (code.type_code().0, code.length());
        let type_name = match def {
            Some(def) => {
                let type_name = format!("{}-TYP", def);
                self.ddl(&format!("TOKEN-TYPE {type_name} VALUE IS {data_type} DEF IS {def}."));
                type_name
            }
            None => self.token_type(data_type, length),
        };
        let ssid =
            ssid.and_then(|ssid| self.ssid(ssid)).map(|def| format!(" SSID {def}")).unwrap_or_default();
        let number = code.number().0;
        self.ddl(&format!(
            "TOKEN-CODE {name} VALUE IS {number} TOKEN-TYPE IS {type_name}{ssid}. ! {evidence}"
        ));
    }

    fn token_type(&mut self, data_type: u8, length: u8) -> String {
        let name = format!("LEARNED-TYP-{data_type}-{length}");
        if self.types.insert((data_type, length)) {
            let of = match length {
                0 => "OCCURS 0 TIMES".to_owned(),
                255 => "OCCURS VARYING".to_owned(),
                length => {
                    self.ddl(&format!("DEF LEARNED-DDL-{data_type}-{length} PIC X({length})."));
                    format!("DEF IS LEARNED-DDL-{data_type}-{length}")
                }
            };
            self.ddl(&format!("TOKEN-TYPE {name} VALUE IS {data_type} {of}."));
        }
        name
    }

    /// The constant that holds the text of a subsystem ID.
    fn ssid(&mut self, ssid: Ssid) -> Option<String> {
        let ssid = ssid.without_version();
        if let Some(known) = self.ssids.get(&ssid) {
            return Some(known.clone());
        }
        ssid.owner_name()?;
        let name = format!("LEARNED-VAL-SSID-{}", self.ssids.len() + 1);
        self.ddl(&format!("CONSTANT {name} VALUE IS \"{ssid}\"."));
        self.ssids.insert(ssid, name.clone());
        Some(name)
    }

    /// Tokens that listings name.
    pub(super) fn listed(&mut self, listed: &[Named]) {
        for token in listed {
            let Named { name, code, ssid, values, events, of } = token;
            let evidence = evidence(*events, *of);
            let known = self.dictionary.token_named(name);
            let is_known = known.is_some_and(|known| {
                known.stored_code() == *code
                    && known.owner_ssid().is_none_or(|home| home.is_same_subsystem(*ssid))
            });
            let label = |value: i64| {
                let value = i32::try_from(value).ok()?;
                known
                    .and_then(|known| known.enumeration())?
                    .values()
                    .find(|it| it.value() == value)
                    .map(|it| it.label())
            };
            let is_labelled = values.iter().all(|(value, name, _)| label(*value) == Some(name.as_str()));
            let owner = (!code.number().is_shared()).then_some(*ssid);
            if values.is_empty() || is_labelled {
                if is_known || self.dictionary.constant(&name.replacen("-TKN-", "-TNM-", 1)).is_some() {
                    self.number(name, *code, owner, &evidence);
                } else {
                    self.token_code(name, *code, owner, &evidence, None);
                }
                continue;
            }
            let def = format!("LEARNED-ENM-{name}");
            self.ddl(&format!("DEF {def} TYPE ENUM."));
            for (number, (value, label, events)) in values.iter().enumerate() {
                let label = label.replace('"', "\"\"");
                let plural = if *events == 1 { "event" } else { "events" };
                self.ddl(&format!(" 89 {def}-{number} VALUE IS {value} AS \"{label}\". ! {events} {plural}"));
            }
            self.ddl("END");
            self.token_code(name, *code, owner, &evidence, Some(&def));
        }
    }

    /// The files, by name; those with nothing in them are left out.
    pub(super) fn finish(self, pairs: usize) -> Vec<(String, String)> {
        let files = [("learned.ddl", self.ddl), ("learned.events", self.events)];
        let files = files.into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| {
            let mut file = String::new();
            let _ = writeln!(file, "! Learned from {pairs} pairs of a raw event and its printed line.");
            let _ =
                writeln!(file, "! At the end of a line: how many events say so, of those that say anything.");
            file.push_str(&text);
            (name.to_owned(), file)
        });
        files.collect()
    }
}

fn evidence(events: usize, of: usize) -> String {
    format!("{events} of {of} events")
}

const fn ddl_name(field: Field) -> &'static str {
    match field {
        Field::EventNumber => "Z-EVENTNUMBER",
        Field::GenerationTime => "Z-GENTIME",
        Field::LogTime => "Z-LOGTIME",
        Field::ProcessName => "Z-NAME",
        Field::ProcessDescriptor => "Z-PROC-DESC",
        Field::Cpu => "Z-CPU",
        Field::Pin => "Z-PIN",
        Field::Node => "Z-NODENUM",
        Field::Emphasis | Field::ConsolePrint | Field::SuppressDisplay => "Z-FLAGS",
        Field::UserId => "Z-USERID",
        Field::ContentStandard => "Z-CONTENT-STANDARD",
        Field::ContentUser => "Z-CONTENT-USER",
        Field::HeaderVersion => "Z-EVTHDR-VSN",
    }
}
