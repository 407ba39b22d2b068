//! Sections 2 to 4, 7, 9 to 11 and 13 on sources: definitions, templates, event metadata.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Place, Report, SourcePlace};
use crate::ddl::{self, DdlType, Definition, EnumValue, Field, Info, Input, Schema, Value};
use crate::dictionary::{Dictionary, Loader, SourceKind, builtin};
use crate::site::Site;
use crate::spi::{DataType, Ssid, TokenCode, TokenNumber, Version};
use crate::template::{Outline, OutlineMessage, TemplateKey, TemplateSet};
use crate::text::{Diagnostics, Location, SourceId, SourceLoader, SourceMap, SourceTooLong, Span};

/// Sources by name and text.
#[derive(Clone, Debug, Default)]
#[allow(clippy::exhaustive_structs)]
pub struct Files {
    /// The sources that are checked.
    pub checked: Vec<(String, String)>,
    /// Sources that only define what the checked ones use.
    pub defined: Vec<(String, String)>,
    /// The shipped definitions are not used.
    pub no_builtin: bool,
    /// Macros that are defined for C headers.
    pub macros: Vec<String>,
}

/// Sources that were read together, with what they define.
#[derive(Debug)]
pub struct Sources {
    map: SourceMap,
    /// The faults of the sources themselves.
    diagnostics: Diagnostics,
    site: Site,
    pub(super) schema: Schema,
    /// Sources that are not checked.
    unchecked: HashSet<SourceId>,
    pub(super) outlines: Vec<Outline>,
    pub(super) events: Vec<EventLine>,
}

/// An EVENT of a metadata source, with the lines that belong to it.
#[derive(Clone, Debug)]
pub(super) struct EventLine {
    pub(super) name: String,
    pub(super) place: Location,
    /// ABOUT: it adds to an event that an EVENT line describes.
    pub(super) is_addition: bool,
    subject: Option<String>,
    has_emphasis: bool,
    pub(super) tokens: Vec<TokenLine>,
    /// Where its recovery is. The texts are those that the loader read.
    recovery: Option<Location>,
}

/// A TOKEN line.
#[derive(Clone, Debug)]
pub(super) struct TokenLine {
    pub(super) name: String,
    pub(super) place: Location,
    /// REQUIRED, OPTIONAL or INTERNAL.
    pub(super) presence: Option<String>,
}

impl Sources {
    /// Reads sources together.
    ///
    /// # Errors
    /// A text has 4 GiB or more.
    pub fn read(files: &Files, loader: &dyn SourceLoader) -> Result<Self, SourceTooLong> {
        let mut all = if files.no_builtin { Loader::new() } else { Loader::with_builtin() };
        files.macros.iter().for_each(|name| all.define_macro(name));
        for (name, text) in files.defined.iter().chain(&files.checked) {
            all.add(name.clone(), text.clone())?;
        }
        let loaded = all.load(loader);
        let (dictionary, mut map) = (loaded.dictionary, loaded.sources);
        let mut diagnostics = loaded.diagnostics;
        let mut templates =
            if files.no_builtin { TemplateSet::new(&dictionary) } else { TemplateSet::builtin() };
        let mut inputs = Vec::new();
        let mut unchecked = HashSet::new();
        if !files.no_builtin {
            for (name, _) in builtin::definitions() {
                if let Some(source) = map.find(name) {
                    unchecked.insert(source);
                    if name.ends_with(".ddl") {
                        inputs.push(Input::built_in(source));
                    }
                }
            }
        }
        let (mut outlines, mut events) = (Vec::new(), Vec::new());
        for (at, (source, kind)) in loaded.inputs.iter().copied().enumerate() {
            let is_checked = at >= files.defined.len();
            if !is_checked {
                unchecked.insert(source);
            }
            match kind {
                SourceKind::Ddl => inputs.push(Input::user(source)),
                SourceKind::Template => {
                    templates.compile(&dictionary, source, &mut map, loader, &mut diagnostics);
                    if is_checked {
                        outlines.push(Outline::read(source, &mut map, loader));
                    }
                }
                SourceKind::Events if is_checked => {
                    let text = map.get(source).map_or_else(String::new, |source| source.text().to_owned());
                    events.extend(event_lines(source, &text));
                }
                _ => {}
            }
        }
        let (schema, _) = ddl::compile(&mut map, &inputs, loader);
        let site = Site::builder().definitions(dictionary, templates).build();
        Ok(Self { map, diagnostics, site, schema, unchecked, outlines, events })
    }

    /// Definitions and templates, the shipped ones among them.
    #[must_use]
    pub const fn site(&self) -> &Site {
        &self.site
    }

    /// The faults of the sources, whatever the rules.
    #[must_use]
    pub const fn diagnostics(&self) -> &Diagnostics {
        &self.diagnostics
    }

    /// The sources.
    #[must_use]
    pub const fn map(&self) -> &SourceMap {
        &self.map
    }

    /// The definitions that are checked.
    pub(super) fn definitions(&self) -> impl Iterator<Item = Definition<'_>> + Clone {
        self.schema.definitions().filter(|definition| {
            let info = definition.info();
            !info.built_in && !self.unchecked.contains(&info.location.source)
        })
    }

    pub(super) fn place(&self, location: Location) -> Place {
        Place::Source(SourcePlace::new(&self.map, location))
    }

    /// The subsystem of a prefix, by its SSID.
    fn ssid(&self, prefix: &str) -> Option<Ssid> {
        let of = |definition: Definition<'_>| match definition {
            Definition::Def(def) if prefix_of(def.info.name).eq_ignore_ascii_case(prefix) => def.ssid(),
            _ => None,
        };
        self.schema.definitions().find_map(of).map(Ssid::from_bytes)
    }
}

/// The lines of a metadata source. Faults are a matter of loading.
fn event_lines(source: SourceId, text: &str) -> Vec<EventLine> {
    let mut events: Vec<EventLine> = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let code = line.split('!').next().unwrap_or(line);
        let words: Vec<&str> = code.split_whitespace().collect();
        let (Some(first), Some(name)) = (words.first(), words.get(1)) else { continue };
        let at = start + code.find(name).unwrap_or(0);
        let end = u32::try_from(at + name.len()).unwrap_or(u32::MAX);
        let place = Location { source, span: Span::new(u32::try_from(at).unwrap_or(u32::MAX), end) };
        let after = |keyword: &str| {
            let place = words.iter().position(|word| word.eq_ignore_ascii_case(keyword))?;
            words.get(place + 1).map(|word| (*word).to_owned())
        };
        match first.to_ascii_uppercase().as_str() {
            keyword @ ("EVENT" | "ABOUT") => events.push(EventLine {
                name: (*name).to_ascii_uppercase(),
                place,
                is_addition: keyword == "ABOUT",
                subject: after("SUBJECT"),
                has_emphasis: after("EMPHASIS").is_some(),
                tokens: Vec::new(),
                recovery: None,
            }),
            "TOKEN" => {
                let presence = ["REQUIRED", "OPTIONAL", "INTERNAL"];
                let presence =
                    presence.iter().find(|known| words.iter().any(|word| word.eq_ignore_ascii_case(known)));
                let presence = presence.map(|known| (*known).to_owned());
                let token = TokenLine { name: (*name).to_ascii_uppercase(), place, presence };
                if let Some(event) = events.last_mut() {
                    event.tokens.push(token);
                }
            }
            "RECOVERY" => {
                events.last_mut().into_iter().for_each(|event| event.recovery = Some(place));
            }
            _ => {}
        }
    }
    events
}

pub(super) fn prefix_of(name: &str) -> &str {
    name.split('-').next().unwrap_or(name)
}

/// Whether a name is that of an event number: `subsys-EVT-name`.
pub(super) fn is_event(name: &str) -> bool {
    name.split('-').nth(1).is_some_and(|part| part.eq_ignore_ascii_case("EVT"))
}

/// Checks one load of sources.
struct Check<'c> {
    sources: &'c Sources,
    report: &'c mut Report,
    /// The kind of a definition's prefix: its owner's, the vendor's, or not known.
    vendor: HashMap<String, bool>,
}

pub(super) fn check(sources: &Sources, report: &mut Report) {
    let mut vendor = HashMap::new();
    for definition in sources.definitions() {
        let prefix = prefix_of(definition.info().name).to_ascii_uppercase();
        let is_vendors = prefix.starts_with('Z')
            && sources.ssid(&prefix).is_some_and(|ssid| ssid.owner_name() == Some("TANDEM"));
        vendor.insert(prefix, is_vendors);
    }
    let mut check = Check { sources, report, vendor };
    check.definitions();
    check.enumerations();
    check.names();
    check.numbers();
    check.tokens();
    check.templates();
    check.metadata();
}

/// The most characters of a label or a HEADING.
const LABEL_LEN: usize = 40;
/// Types of names (SPI Reference Summary 1-2).
const NAME_TYPES: [&str; 14] =
    ["CMD", "DDL", "ENM", "ERR", "EVT", "MAP", "OBJ", "SSN", "TDT", "TKN", "TLN", "TNM", "TYP", "VAL"];
/// Tokens of the vendor whose values a subsystem may add to, and whether the content rule covers them.
const OPEN_TOKENS: [(&str, &str); 6] = [
    ("ZEMS-TKN-CONTENT-USER", "content-user-low"),
    ("ZEMS-TKN-STATE-CURRENT", "private-value-low"),
    ("ZEMS-TKN-STATE-PREVIOUS", "private-value-low"),
    ("ZEMS-TKN-CHANGE-REASON", "private-value-low"),
    ("ZEMS-TKN-TXFAULT-TYPE", "private-value-low"),
    ("ZEMS-TKN-UTIL-UNIT", "private-value-low"),
];
const MIN_USER_VALUE: i16 = 1024;
const EVENT_NUMBER: &str = "ZEMS-TKN-EVENTNUMBER";

impl Check<'_> {
    fn hit(&mut self, id: &str, at: Location, detail: &str, token: Option<&str>, provisional: Option<&str>) {
        let place = self.sources.place(at);
        let provisional = provisional.map(str::to_owned).into_iter().collect();
        self.report.add(id, place, detail, token, provisional);
    }

    /// A finding about a definition.
    fn hit_at(&mut self, id: &str, info: &Info<'_>, detail: &str) {
        let provisional = info.provisional.then_some(info.name);
        self.hit(id, info.location, detail, Some(info.name), provisional);
    }

    /// Whether sections 10 and 11 leave a definition out: it is the vendor's.
    fn is_exempt(&self, name: &str) -> bool {
        self.vendor.get(&prefix_of(name).to_ascii_uppercase()) == Some(&true)
    }

    /// Section 2, and what section 9 says of single definitions.
    fn definitions(&mut self) {
        let sources = self.sources;
        for definition in sources.definitions() {
            let info = definition.info();
            match definition {
                Definition::TokenType(token_type) => {
                    let data_type = crate::spi::TypeCode(token_type.data_type);
                    let kind = sources.site.dictionary().profile().data_type(data_type);
                    if kind == DataType::Unknown && token_type.data_type != 0 {
                        self.hit_at("type-length", &info, &format!("{} is no ZSPI-TDT number", data_type.0));
                    } else if let (Some(element), Some(def)) =
                        (kind.element_len(), token_type.def.and_then(|def| sources.schema.def(def)))
                        && !usize::try_from(def.size()).unwrap_or(0).is_multiple_of(element)
                    {
                        let detail = format!("{} bytes are not a multiple of {element}", def.size());
                        self.hit_at("type-length", &info, &detail);
                    }
                }
                Definition::TokenCode(token) => {
                    self.number_range(&info, token.number);
                    self.heading(&info, token.heading);
                }
                Definition::TokenMap(map) => {
                    self.number_range(&info, map.number);
                    self.heading(&info, map.heading);
                }
                Definition::Def(def) => {
                    if let Some(ssid) = def.ssid().map(Ssid::from_bytes)
                        && ssid.owner_name().is_none()
                    {
                        self.hit_at("owner-form", &info, "");
                    }
                    self.heading(&info, def.heading());
                    for (name, field) in def.qualified_fields().filter(|(_, field)| field.type_name.is_none())
                    {
                        if field.heading.is_some_and(|heading| heading.chars().count() > LABEL_LEN) {
                            self.hit_at("heading-long", &info, &format!("that of {name} is longer"));
                        }
                    }
                }
                Definition::Constant(_) => {}
            }
        }
        for (info, number) in event_numbers(sources) {
            if number == 0 {
                self.hit_at("event-number-zero", &info, "");
            }
        }
        // Subjects of the events that these sources describe.
        let mut seen = HashSet::new();
        for event in &sources.events {
            let Some(subject) = &event.subject else { continue };
            let Some(token) = sources.site.dictionary().token_named(subject) else { continue };
            if token.heading().is_none() && seen.insert(subject.clone()) {
                self.hit("subject-no-heading", event.place, "", Some(token.name()), None);
            }
            let kind = sources.site.dictionary().profile().data_type(token.code().type_code());
            if kind != DataType::Char && !self.has_template(&event.name) {
                self.hit(
                    "subject-not-text",
                    event.place,
                    "the event has no template of its own",
                    Some(token.name()),
                    None,
                );
            }
        }
    }

    fn number_range(&mut self, info: &Info<'_>, number: i16) {
        if !info.name.starts_with(['Z', 'z']) && !(1..=9998).contains(&number) {
            self.hit_at("token-number-range", info, &format!("this one has {number}"));
        }
    }

    fn heading(&mut self, info: &Info<'_>, heading: Option<&str>) {
        if let Some(len) = heading.map(|heading| heading.chars().count()).filter(|len| *len > LABEL_LEN) {
            self.hit_at("heading-long", info, &format!("this one has {len}"));
        }
    }

    /// Whether an event has a template by its number.
    fn has_template(&self, event: &str) -> bool {
        let dictionary = self.sources.site.dictionary();
        let Some(def) = dictionary.event_named(event) else { return false };
        self.has_template_for(def.ssid(), def.number().into())
    }

    fn has_template_for(&self, ssid: Ssid, number: i32) -> bool {
        let code = self.sources.site.dictionary().token_named(EVENT_NUMBER).map(|token| token.stored_code());
        code.is_some_and(|code| {
            self.sources.site.templates().template(TemplateKey::new(ssid, code, number)).is_some()
        })
    }

    /// Labels, and which enumerations are bound to which tokens.
    fn enumerations(&mut self) {
        let sources = self.sources;
        let mut labelled: HashSet<String> = HashSet::new();
        for definition in sources.schema.definitions() {
            if let Definition::Def(def) = definition
                && let Some(values) = def.enumeration()
            {
                let with_label = values.values().filter(|value| value.label.is_some());
                labelled.extend(with_label.filter_map(|value| value.constant).map(str::to_ascii_uppercase));
            }
        }
        let bindings: Vec<(String, Vec<String>, Location)> = sources
            .outlines
            .iter()
            .flat_map(|outline| &outline.enumerations)
            .map(|known| (known.token.to_ascii_uppercase(), known.enumerations.clone(), known.place))
            .collect();
        for definition in sources.definitions() {
            let Definition::Def(def) = definition else { continue };
            let Some(values) = def.enumeration().filter(|values| values.def() == Some(def.info.name)) else {
                continue;
            };
            for value in values.values() {
                if let Some(len) =
                    value.label.map(|label| label.chars().count()).filter(|len| *len > LABEL_LEN)
                {
                    self.hit_at("label-long", &def.info, &format!("that of {} has {len}", value.name));
                }
                if value.label.is_none() {
                    self.hit_at("label-missing", &def.info, &format!("{} has none", value.name));
                }
            }
            let is_bound = |token: &&(String, Vec<String>, Location)| {
                token.1.iter().any(|name| name.eq_ignore_ascii_case(def.info.name))
            };
            let foreign = bindings.iter().filter(is_bound).find(|(token, ..)| token.starts_with('Z'));
            if let Some((token, ..)) = foreign
                && values.otherwise().is_some()
            {
                self.hit_at("enum-default-text", &def.info, &format!("it is bound to {token}"));
            } else if foreign.is_none()
                && !values.values().filter_map(|value| value.constant).any(is_event)
                && values.otherwise().is_none()
                && !self.is_exempt(def.info.name)
            {
                let place = sources.place(def.info.location);
                let detail = "other values have no text";
                self.report.advise("enum-default-text", place, detail, Some(def.info.name));
            }
        }
        for (token, enumerations, place) in &bindings {
            let Some((_, rule)) = OPEN_TOKENS.iter().find(|(name, _)| name == token) else { continue };
            for value in enumerations
                .iter()
                .filter_map(|name| sources.schema.def(name)?.enumeration())
                .flat_map(|known| known.values())
            {
                if value.value < MIN_USER_VALUE && !self.is_vendors_value(token, &value) {
                    self.hit(rule, *place, &format!("{} is {}", value.name, value.value), Some(token), None);
                }
                if let Some(constant) = value.constant
                    && !constant.to_ascii_uppercase().contains("-VAL-")
                {
                    self.hit("value-name", *place, &format!("{constant} is not"), Some(token), None);
                }
            }
        }
        for (info, _) in event_numbers(sources) {
            if !labelled.contains(&info.name.to_ascii_uppercase()) {
                self.hit_at("label-missing", &info, "the event number has none");
            }
        }
        self.bound(&bindings);
    }

    /// Whether EMS itself labels the value.
    fn is_vendors_value(&self, token: &str, value: &EnumValue<'_>) -> bool {
        let enumeration = Dictionary::builtin().token_named(token).and_then(|token| token.enumeration());
        enumeration.is_some_and(|enumeration| enumeration.value(value.value.into()).is_some())
    }

    /// An enumeration of event numbers is bound to ZEMS-TKN-EVENTNUMBER, one of contents to ZEMS-TKN-CONTENT-USER.
    fn bound(&mut self, bindings: &[(String, Vec<String>, Location)]) {
        let sources = self.sources;
        if sources.outlines.is_empty() {
            return;
        }
        for definition in sources.definitions() {
            let Definition::Def(def) = definition else { continue };
            let Some(values) = def.enumeration().filter(|values| values.def() == Some(def.info.name)) else {
                continue;
            };
            let holds = |part: &str| {
                let mut constants = values.values().filter_map(|value| value.constant).peekable();
                constants.peek().is_some() && constants.all(|name| name.to_ascii_uppercase().contains(part))
            };
            // The values of a token's own type need no binding.
            let is_own = sources.schema.definitions().any(|known| {
                matches!(known, Definition::TokenType(known) if known.def.is_some_and(|name| name.eq_ignore_ascii_case(def.info.name)))
            });
            if is_own {
                continue;
            }
            let token = if holds("-EVT-") {
                EVENT_NUMBER
            } else if def.info.name.to_ascii_uppercase().contains("CONTENT-USER") {
                "ZEMS-TKN-CONTENT-USER"
            } else {
                continue;
            };
            let is_bound = bindings.iter().any(|(of, names, _)| {
                of == token && names.iter().any(|name| name.eq_ignore_ascii_case(def.info.name))
            });
            if !is_bound {
                self.hit_at("enum-not-bound", &def.info, &format!("no DEF_ENUM names {token}"));
            }
        }
    }

    /// Section 10.
    fn names(&mut self) {
        let sources = self.sources;
        let mut prefixes = HashSet::new();
        let mut by_file: BTreeMap<SourceId, (Option<Location>, bool)> = BTreeMap::new();
        for definition in sources.definitions() {
            let info = definition.info();
            let upper = info.name.to_ascii_uppercase();
            let prefix = prefix_of(&upper).to_owned();
            let file = by_file.entry(info.location.source).or_default();
            if prefix == "ZSPI" || prefix == "ZEMS" {
                file.0.get_or_insert(info.location);
            } else if !self.is_exempt(&upper) {
                file.1 = true;
            }
            if self.is_exempt(&upper) {
                continue;
            }
            let parts: Vec<&str> = upper.split('-').collect();
            let has_form = matches!(parts.as_slice(), [prefix, kind, _, ..]
                if prefix.len() == 4 && NAME_TYPES.contains(kind));
            if !has_form && prefixes.insert(prefix.clone()) {
                self.hit_at("name-form", &info, &format!("{upper} does not"));
            }
            let Definition::Def(def) = definition else { continue };
            let Some(ssid) = def.ssid().map(Ssid::from_bytes) else { continue };
            let is_tandem = ssid.owner_name() == Some("TANDEM");
            if prefix.starts_with('Z') && !is_tandem {
                self.hit_at("name-reserved", &info, &format!("the owner is {}", owner(ssid)));
            }
            if is_tandem && !prefix.starts_with('Z') {
                self.hit_at("ssid-owner-foreign", &info, "");
            }
            if upper != format!("{prefix}-VAL-SSID") {
                self.hit_at("ssid-name", &info, &format!("this one is {upper}"));
            }
            let [letter, number] = ssid.version().0.to_be_bytes();
            if !letter.is_ascii_uppercase() || number > 99 {
                self.hit_at("ssid-version-form", &info, &format!("this one is {}", ssid.version()));
            }
        }
        for (vendors, has_own) in by_file.into_values() {
            if let Some(place) = vendors.filter(|_| has_own) {
                self.hit("standard-redefined", place, "this file also has names of its own", None, None);
            }
        }
        // Numbers of events that are used under another name.
        let uses = sources.events.iter().map(|event| (event.name.clone(), event.place));
        let keys = sources.outlines.iter().flat_map(|outline| &outline.messages);
        let keys = keys.filter(|message| message.token.eq_ignore_ascii_case(EVENT_NUMBER));
        let uses: Vec<_> =
            uses.chain(keys.map(|message| (message.value.to_ascii_uppercase(), message.place))).collect();
        let mut seen = HashSet::new();
        for (name, place) in uses {
            let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic());
            if is_name && !is_event(&name) && !self.is_exempt(&name) && seen.insert(name.clone()) {
                self.hit("event-name", place, &format!("{name} is not"), None, None);
            }
        }
    }

    fn numbers(&mut self) {
        let sources = self.sources;
        let mut events: HashMap<(String, i128), String> = HashMap::new();
        for (info, number) in event_numbers(sources) {
            if self.is_exempt(info.name) {
                continue;
            }
            let prefix = prefix_of(info.name).to_ascii_uppercase();
            if number < 0 {
                self.hit_at("event-number-negative", &info, &format!("this one has {number}"));
            }
            if let Some(other) = events.insert((prefix, number), info.name.to_owned()) {
                self.hit_at("event-number-twice", &info, &format!("{other} has {number} too"));
            }
        }
        let mut tokens: HashMap<(String, i16), String> = HashMap::new();
        for definition in sources.definitions() {
            let (info, number, ssid) = match definition {
                Definition::TokenCode(token) => (token.info, token.number, token.ssid),
                Definition::TokenMap(map) => (map.info, map.number, map.ssid),
                _ => continue,
            };
            if self.is_exempt(info.name) {
                continue;
            }
            let upper = info.name.to_ascii_uppercase();
            let prefix = prefix_of(&upper).to_owned();
            if let Some(other) = tokens.insert((prefix, number), info.name.to_owned()) {
                self.hit_at("token-number-twice", &info, &format!("{other} has {number} too"));
            }
            let constant = upper.replacen("-TKN-", "-TNM-", 1).replacen("-MAP-", "-TNM-", 1);
            let named = sources.schema.constant(&constant).map(|constant| constant.value);
            if named != Some(Value::Number(number.into())) {
                self.hit_at("token-number-name", &info, &format!("no constant {constant} is {number}"));
            }
            match ssid {
                None => self.hit_at("token-without-ssid", &info, ""),
                Some(text) => {
                    let version = text.rsplit('.').next().unwrap_or_default();
                    let is_form =
                        version == "0" || version.parse::<Version>().is_ok_and(|known| known.0 > 255);
                    if !is_form {
                        self.hit_at("ssid-version-form", &info, &format!("that of its SSID is {version}"));
                    }
                }
            }
        }
    }

    /// Section 11.
    fn tokens(&mut self) {
        let sources = self.sources;
        let mut used: HashSet<String> = HashSet::new();
        for definition in sources.definitions() {
            if self.is_exempt(definition.info().name) {
                continue;
            }
            match definition {
                Definition::TokenCode(token) => {
                    let kind =
                        sources.site.dictionary().profile().data_type(crate::spi::TypeCode(token.data_type));
                    if token.length == 0 && kind != DataType::List {
                        self.hit_at("token-valueless", &token.info, "");
                    }
                    if kind == DataType::Struct {
                        self.hit_at("struct-not-extensible", &token.info, "");
                    }
                    let of_type = sources.schema.token_type(token.token_type);
                    used.extend(of_type.and_then(|known| known.def).map(str::to_ascii_uppercase));
                    self.interval(&token.info, token.info.name, kind == DataType::Timestamp);
                }
                Definition::TokenMap(map) => {
                    used.insert(map.def.to_ascii_uppercase());
                    let mut newest = Version(0);
                    let all: Vec<Field<'_>> = map.fields().map(|(field, _)| field).collect();
                    for varying in all.windows(3).filter_map(varying_text) {
                        self.hit_at("map-variable", &map.info, &format!("{varying} varies"));
                    }
                    for (field, version) in map.fields().filter(|(field, _)| field.data != DdlType::Group) {
                        if field.depending_on.is_some() {
                            self.hit_at("map-variable", &map.info, &format!("{} varies", field.name));
                        }
                        if version != 0 && Version(version) < newest {
                            let detail = format!(
                                "{} is of {}, a field before it of {newest}",
                                field.name,
                                Version(version)
                            );
                            self.hit_at("map-version-order", &map.info, &detail);
                        }
                        newest = newest.max(Version(version));
                    }
                }
                _ => {}
            }
        }
        for definition in sources.definitions() {
            let Definition::Def(def) = definition else { continue };
            if self.is_exempt(def.info.name) {
                continue;
            }
            for (name, field) in def.qualified_fields() {
                let is_time =
                    field.type_name.is_some_and(|name| name.to_ascii_uppercase().contains("TIMESTAMP"));
                self.interval(&def.info, &name, is_time);
                let null = i16::from_be_bytes([field.null; 2]);
                if let Some(value) = field.enumeration.and_then(|values| values.find(null)) {
                    self.hit_at("null-is-a-value", &def.info, &format!("{null} is {} of {name}", value.name));
                }
            }
            if let Some(value) =
                def.enumeration().and_then(|values| values.find(i16::from_be_bytes([def.null(); 2])))
            {
                self.hit_at("null-is-a-value", &def.info, &format!("it is {}", value.name));
            }
            if used.contains(&def.info.name.to_ascii_uppercase())
                && let Some(name) = gap(&def)
            {
                self.hit_at("odd-field", &def.info, &format!("{name} is followed by a byte of the compiler"));
            }
        }
    }

    fn interval(&mut self, info: &Info<'_>, name: &str, is_time: bool) {
        let name = name.to_ascii_uppercase();
        let is_interval =
            ["INTERVAL", "ELAPSED", "DURATION", "TIMEOUT"].iter().any(|word| name.contains(word));
        if is_interval && !is_time {
            self.hit_at("interval-type", info, &format!("{name} has another type"));
        }
    }

    /// Templates beside the definitions and the metadata.
    fn templates(&mut self) {
        let sources = self.sources;
        let checked: HashSet<String> = sources
            .outlines
            .iter()
            .filter_map(|outline| outline.ssid.as_ref())
            .map(|(name, _)| prefix_of(name).to_ascii_uppercase())
            .collect();
        for (info, number) in event_numbers(sources) {
            let prefix = prefix_of(info.name).to_ascii_uppercase();
            let (Some(ssid), Ok(number)) = (sources.ssid(&prefix), i32::try_from(number)) else { continue };
            if checked.contains(&prefix) && !self.has_template_for(ssid, number) {
                self.hit_at("template-missing", &info, "it has no MSG; a standard event needs none");
            }
        }
        for outline in &sources.outlines {
            for message in &outline.messages {
                self.message(message);
            }
        }
    }

    fn message(&mut self, message: &OutlineMessage) {
        if message.text.chars().any(char::is_control) {
            self.hit("text-unprintable", message.place, "", None, None);
        }
        if !message.has_strings || !message.token.eq_ignore_ascii_case(EVENT_NUMBER) {
            return;
        }
        let dictionary = self.sources.site.dictionary();
        let Some(event) = dictionary.event_named(&message.value) else { return };
        if let Some(subject) = event.subject() {
            let shows = |name: &str| message.shown.iter().any(|token| token.name.eq_ignore_ascii_case(name));
            let by_mark = shows("ZEMS-TKN-SUBJECT-MARK") && shows("ZSPI-TKN-NEXTTOKEN");
            if !by_mark && !shows(subject.name()) {
                self.hit("subject-not-shown", message.place, "", Some(subject.name()), None);
            }
        }
        for token in &message.shown {
            let is_optional = event.event_tokens().any(|known| {
                known.token.name().eq_ignore_ascii_case(&token.name)
                    && known.presence == crate::dictionary::Presence::Optional
            });
            if is_optional && !token.is_guarded {
                self.hit("token-not-guarded", token.place, "", Some(&token.name), None);
            }
        }
    }

    /// Section 13.
    fn metadata(&mut self) {
        let sources = self.sources;
        let documented: HashSet<&str> = sources.events.iter().map(|event| event.name.as_str()).collect();
        let subsystems: HashSet<&str> = documented.iter().map(|name| prefix_of(name)).collect();
        for (info, _) in event_numbers(sources) {
            let upper = info.name.to_ascii_uppercase();
            if subsystems.contains(prefix_of(&upper)) && !documented.contains(upper.as_str()) {
                self.hit_at("event-undocumented", &info, "");
            }
        }
        let dictionary = sources.site().dictionary();
        let advice = |event: &EventLine| {
            dictionary.event_named(&event.name).map(|def| def.advice()).unwrap_or_default()
        };
        let has_advice = sources
            .events
            .iter()
            .map(advice)
            .any(|advice| advice.cause.is_some() || advice.effect.is_some() || advice.recovery.is_some());
        for event in &sources.events {
            let (advice, mut missing) = (advice(event), Vec::new());
            if event.subject.is_none() {
                missing.push("SUBJECT".to_owned());
            }
            if !event.has_emphasis {
                missing.push("EMPHASIS".to_owned());
            }
            let unstated = event.tokens.iter().filter(|token| token.presence.is_none());
            missing.extend(unstated.map(|token| format!("REQUIRED or OPTIONAL of {}", token.name)));
            if !missing.is_empty() && !event.is_addition {
                let detail = format!("{} of {} is not given", missing.join(", "), event.name);
                self.hit("description-incomplete", event.place, &detail, None, None);
            }
            if has_advice && !event.is_addition {
                let parts = [
                    ("CAUSE", advice.cause.is_none()),
                    ("EFFECT", advice.effect.is_none()),
                    ("RECOVERY", advice.recovery.is_none()),
                ];
                let missing: Vec<&str> =
                    parts.iter().filter(|(_, is_missing)| *is_missing).map(|(name, _)| *name).collect();
                if !missing.is_empty() {
                    let detail = format!("{} of {} is missing", missing.join(", "), event.name);
                    self.hit("cause-effect-recovery", event.place, &detail, None, None);
                }
            }
            if let (Some(text), Some(place)) = (advice.recovery, event.recovery)
                && is_call_only(text)
            {
                self.hit("recovery-says-nothing", place, "", None, None);
            }
        }
    }
}

/// The EVT constants that are checked.
pub(super) fn event_numbers(sources: &Sources) -> Vec<(Info<'_>, i128)> {
    sources
        .definitions()
        .filter_map(|definition| match definition {
            Definition::Constant(constant) if is_event(constant.info.name) => match constant.value {
                Value::Number(number) => Some((constant.info, number)),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

/// The name of an SQL text of varying length: a group of a length and a text.
fn varying_text<'s>(fields: &[Field<'s>]) -> Option<&'s str> {
    let [group, length, text] = fields else { return None };
    let is_length = length.name == "LEN" && matches!(length.data, DdlType::Binary { bytes: 2, .. });
    let is_text = text.name == "VAL" && matches!(text.data, DdlType::Character(_) | DdlType::National(_));
    let are_members = length.depth == group.depth + 1 && text.depth == length.depth;
    (group.data == DdlType::Group && is_length && is_text && are_members).then_some(group.name)
}

fn owner(ssid: Ssid) -> String {
    String::from_utf8_lossy(&ssid.owner()).trim_end().to_owned()
}

/// The field after which the compiler put a byte.
fn gap(def: &ddl::Def<'_>) -> Option<String> {
    let mut end = 0;
    let mut last = String::new();
    for (name, field) in def.qualified_fields() {
        if field.data == DdlType::Group || field.is_overlay || field.bits.is_some() {
            // The bits of a word share its offset.
            if field.bits.is_some() && !field.is_overlay {
                end = end.max(field.offset + 2);
                last = name;
            }
            continue;
        }
        if field.offset > end {
            return Some(last);
        }
        end = end.max(field.offset + field.size * field.count);
        last = name;
    }
    (def.size() > end && end > 0).then_some(last)
}

/// A recovery that is only a call for the supplier.
fn is_call_only(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let words: Vec<&str> =
        text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    words.len() <= 12
        && has(&["contact", "call", "notify"])
        && has(&[
            "hp",
            "hpe",
            "tandem",
            "supplier",
            "support",
            "vendor",
            "service",
            "representative",
            "analyst",
            "gcsc",
        ])
}

/// The code of a token of the sources.
pub(super) fn code_of(definition: &Definition<'_>) -> Option<TokenCode> {
    match definition {
        Definition::TokenCode(token) => Some(TokenCode::from_bits(token.code)),
        Definition::TokenMap(map) => {
            Some(TokenCode::new(crate::spi::TypeCode::MAP, 255, TokenNumber(map.number)))
        }
        _ => None,
    }
}
