//! Sections 2, 3 and 9: the form of an event, its definitions, its text.

use super::Report;
use super::view::{Item, View};
use crate::dictionary::Presence;
use crate::ems::MAX_EVENT_LEN;
use crate::spi::read::FindingKind;
use crate::spi::{DataType, HeaderField, Ssid, Value};
use crate::template::{Layout, Origin, Status, TemplateKey, TemplatePiece, Text};

/// How much later generation time may be than log time, in microseconds: clocks of nodes differ.
const CLOCK_DIFFERENCE: i64 = 60_000_000;
/// The size of the text that #EMSTEXT returns by default.
const TEXT_LINES: usize = 10;
const TEXT_COLUMNS: usize = 80;
/// A text sent with WRITE is cut here (EMS Manual 20-8).
const CUT_TEXT_LEN: usize = 102;

/// The rules that need the sentence.
const TEXT_RULES: [&str; 7] = [
    "template-missing",
    "subject-not-shown",
    "text-gap",
    "text-too-long",
    "text-unprintable",
    "std-template-cut",
    "std-template-needless",
];

pub(super) fn check(view: &View<'_>, report: &mut Report) {
    form(view, report);
    header(view, report);
    for item in &view.tokens {
        token(view, item, report);
    }
    if !view.is_imported() {
        known(view, report);
        described(view, report);
    }
}

fn form(view: &View<'_>, report: &mut Report) {
    let event = &view.event;
    let len = event.buffer().len();
    if len > usize::from(MAX_EVENT_LEN) {
        view.hit(report, "event-too-long", &format!("this one has {len}"), None, &[]);
    }
    let mut marks = Vec::new();
    // A token that cannot be read is reported by whoever decodes.
    let _ = event.check(|finding| match finding.kind() {
        FindingKind::NoSubject => marks.push(None),
        FindingKind::MarkAtEnd
        | FindingKind::MarkBeforeMark
        | FindingKind::MarkBeforeList
        | FindingKind::MarkInList => marks.push(Some(finding.kind().to_string())),
        _ => {}
    });
    for mark in marks {
        match mark {
            None => view.hit(report, "subject-missing", "", None, &[]),
            Some(text) => view.hit(report, "subject-mark-misplaced", &text, None, &[]),
        }
    }
    for subject in view.subjects() {
        if subject.bytes().iter().all(|byte| *byte == b' ') {
            view.hit(report, "subject-empty", "", Some(subject), &[]);
        }
    }
    for (at, list) in view.tokens.iter().enumerate().filter(|(_, item)| item.name() == "ZSPI-TKN-ERRLIST") {
        let has_error =
            view.tokens.iter().any(|item| item.list == Some(at) && item.name() == "ZSPI-TKN-ERROR");
        if list.token.is_list() && !has_error {
            view.hit(report, "errlist-without-error", "", Some(list), &[]);
        }
    }
}

fn header(view: &View<'_>, report: &mut Report) {
    let event = &view.event;
    let ssid = event.ssid();
    if ssid != Ssid::NULL && ssid.owner_name().is_none() {
        view.hit(report, "owner-form", "", None, &[]);
    }
    identity(view, report);
    let is_bel = |item: &&Item<'_>| item.token.data_type() == DataType::Char && item.bytes().contains(&7);
    if let Some(item) = view.top().find(is_bel)
        && event.emphasis() == Some(false)
    {
        view.hit(report, "bel-without-emphasis", "", Some(item), &[]);
    }
    let ems = view.names.dictionary().ssid_named("ZEMS-VAL-SSID");
    if ems.is_some_and(|ems| ems.is_same_subsystem(ssid)) && matches!(event.number(), Some(1..=512)) {
        let text = view.token("ZEMS-TKN-TEXT").filter(|text| text.bytes().len() == CUT_TEXT_LEN);
        let detail =
            if event.number() == Some(512) && text.is_some() { "the text may have been cut" } else { "" };
        view.hit(report, "untokenized-text", detail, None, &["ZEMS-VAL-SSID"]);
    }
    if view.is_later() == Some(false) {
        view.hit(report, "c-series-header", "", None, &[]);
    }
    let (generated, logged) = (event.generated().map(|time| time.0), event.logged().map_or(0, |time| time.0));
    match generated {
        Some(0) => view.hit(report, "time-implausible", "the generation time is not set", None, &[]),
        Some(time) if logged != 0 && time > logged.saturating_add(CLOCK_DIFFERENCE) => {
            let seconds = time.abs_diff(logged) / 1_000_000;
            let detail = format!("it is {seconds} seconds later");
            view.hit(report, "time-implausible", &detail, None, &[]);
        }
        _ => {}
    }
}

/// Process descriptor, cpu and pin, and the byte fields beside them.
fn identity(view: &View<'_>, report: &mut Report) {
    let event = &view.event;
    let has = |field| event.layout().is_some_and(|layout| layout.place(field).is_some());
    if !has(HeaderField::ProcessDescriptor) || !has(HeaderField::Cpu) {
        return;
    }
    let unknown = |value: Option<u16>| value.filter(|value| *value != u16::MAX);
    let (Some(cpu), Some(pin)) = (unknown(event.cpu()), unknown(event.pin())) else { return };
    let descriptor = event.process_descriptor().and_then(|text| core::str::from_utf8(text).ok());
    if let Some((other_cpu, other_pin)) = descriptor.and_then(shown_process)
        && (other_cpu, other_pin) != (cpu, pin)
    {
        let detail =
            format!("the descriptor shows cpu {other_cpu} and pin {other_pin}, the header {cpu} and {pin}");
        view.hit(report, "identity-split", &detail, None, &[]);
        return;
    }
    let byte =
        |field| event.field(field).and_then(|bytes| bytes.first().copied()).filter(|byte| *byte != 255);
    let differs = |byte: Option<u8>, value: u16| byte.is_some_and(|byte| u16::from(byte) != value);
    if differs(byte(HeaderField::CrtpidCpu), cpu) || differs(byte(HeaderField::CrtpidPin), pin) {
        let detail = "the process ID of the C series has another cpu or pin";
        view.hit(report, "identity-split", detail, None, &[]);
    }
}

/// Cpu and pin of a descriptor that shows them: `\NODE.cc,ppp` or `$:cpu:pin:sequence`.
fn shown_process(text: &str) -> Option<(u16, u16)> {
    let name = text.rsplit('.').next()?;
    let (cpu, pin) = match name.strip_prefix("$:") {
        Some(rest) => {
            let mut parts = rest.split(':');
            (parts.next()?, parts.next()?)
        }
        None => name.split_once(',')?,
    };
    Some((cpu.parse().ok()?, pin.parse().ok()?))
}

fn token(view: &View<'_>, item: &Item<'_>, report: &mut Report) {
    let token = &item.token;
    let (code, kind) = (token.code(), token.data_type());
    if let Some(own) = token.ssid()
        && own != Ssid::NULL
        && own.owner_name().is_none()
    {
        view.hit(report, "owner-form", "", Some(item), &[]);
    }
    if kind == DataType::Unknown {
        let detail = format!("data type {} is none", code.type_code().0);
        view.hit(report, "type-length", &detail, Some(item), &[]);
    } else if !code.is_variable()
        && let Some(element) = kind.element_len()
        && !usize::from(code.length()).is_multiple_of(element)
    {
        let detail = format!("{} is not a multiple of {element}", code.length());
        view.hit(report, "type-length", &detail, Some(item), &[]);
    }
    let number = code.number().0;
    let is_reserved = (-512..=0).contains(&number) || item.def.is_some() && number <= 0 || item.is_mark;
    let is_foreign = token.effective_ssid().owner_name() == Some("TANDEM");
    if token.ssid().is_none()
        && !is_foreign
        && view.owner() != "TANDEM"
        && !is_reserved
        && !(1..=9998).contains(&number)
    {
        view.hit(report, "token-number-range", &format!("this one has {number}"), Some(item), &[]);
    }
    if let Some(def) = item.def.filter(|def| def.is_map()) {
        let (newest, stored) =
            (def.newest_version(item.bytes()), view.event.buffer().standard().max_field_version());
        if newest > stored {
            let detail = format!("{newest} is in the structure, the header says {stored}");
            view.hit(report, "field-version-low", &detail, Some(item), &[]);
        }
    }
}

fn known(view: &View<'_>, report: &mut Report) {
    let (event, names) = (&view.event, view.names);
    let ssid = event.ssid();
    if event.number() == Some(0) {
        view.hit(report, "event-number-zero", "", None, &[]);
    }
    // Once for the subsystem, whatever the event.
    let unknown = |report: &mut Report, id: &str, ssid: Ssid, detail: &str| {
        let mut place = view.place.clone();
        place.number = None;
        report.add_event(id, ssid, place, detail, None, Vec::new());
    };
    if !names.has_events(ssid) {
        let detail = if names.has_tokens(ssid) {
            "no event of this subsystem is defined"
        } else {
            "nothing is defined of this subsystem"
        };
        unknown(report, "event-undefined", ssid, detail);
    } else if let Some(number) = event.number().filter(|number| *number != 0) {
        // Events -1 to -4 of any of the vendor's subsystems are the common ones.
        let is_common = (-4..0).contains(&number) && view.owner() == "TANDEM";
        if !is_common && names.dictionary().event(ssid, number).is_none() {
            view.hit(report, "event-undefined", "", None, &[]);
        }
    }
    for item in &view.tokens {
        if item.is_mark {
            continue;
        }
        let Some(def) = item.def else {
            let number = item.token.code().number();
            let home = if number.is_shared() { Ssid::NULL } else { item.ssid() };
            let others = names.by_number.get(&(home.without_version(), number.0));
            if let Some((code, name)) = others.and_then(|others| others.first()) {
                let detail = format!("{name} is {code}, the event has {}", item.token.code());
                view.hit(report, "token-type-differs", &detail, Some(item), &[name.as_str()]);
            } else if names.has_tokens(item.ssid()) || number.is_shared() {
                view.hit(report, "token-undefined", "", Some(item), &[]);
            } else if names.has_events(item.ssid()) || !item.ssid().is_same_subsystem(ssid) {
                let detail = format!("no token of {} is defined", names.dictionary().ssid_name(item.ssid()));
                unknown(report, "token-undefined", item.ssid(), &detail);
            }
            continue;
        };
        let Some(enumeration) = def.enumeration().filter(|_| item.token.data_type() == DataType::Enum) else {
            continue;
        };
        let Value::Enum(values) = Value::new(DataType::Enum, item.bytes()) else { continue };
        if let Some(value) = values.iter().find(|value| enumeration.label(i32::from(*value)).is_none()) {
            view.hit(report, "enum-no-label", &format!("{value} has none"), Some(item), &[]);
        }
    }
}

/// Against the facts about the event.
fn described(view: &View<'_>, report: &mut Report) {
    let event = &view.event;
    let Some(def) = event.number().and_then(|number| view.names.dictionary().event(event.ssid(), number))
    else {
        return;
    };
    let subject = view.subject();
    if let (Some(expected), Some(found)) = (def.subject(), subject)
        && found.name() != expected.name()
    {
        let detail = format!("{} is described", expected.name());
        view.hit(report, "subject-other-token", &detail, Some(found), &[expected.name()]);
    }
    if let (Some(expected), Some(found)) = (def.emphasis(), event.emphasis())
        && expected != found
    {
        let detail = if expected { "TRUE is described" } else { "FALSE is described" };
        view.hit(report, "emphasis-other", detail, None, &[]);
    }
    if def.event_tokens().next().is_none() {
        return;
    }
    for expected in def.event_tokens().filter(|token| token.presence == Presence::Required) {
        let name = expected.token.name();
        let is_in =
            |list: Option<usize>| view.tokens.iter().any(|item| item.list == list && (item.name() == name));
        let is_there = match expected.within {
            None => is_in(None),
            // A list that is missing is a matter of its own.
            Some(list) => view
                .tokens
                .iter()
                .enumerate()
                .filter(|(_, item)| item.name() == list.name() && item.token.is_list())
                .all(|(at, _)| is_in(Some(at))),
        };
        if !is_there {
            view.miss(report, "required-token-missing", name);
        }
    }
    for item in view.tokens.iter().filter(|item| !item.is_mark && !item.is_subject) {
        let is_counted = !item.token.code().number().is_shared();
        let is_listed = def.event_tokens().any(|known| known.token.name() == item.name());
        if is_counted && !is_listed {
            view.hit(report, "token-undocumented", "", Some(item), &[]);
        }
    }
}

/// Section 9 on events.
pub(super) fn check_text(view: &View<'_>, report: &mut Report) {
    if !TEXT_RULES.iter().any(|rule| report.is_on(rule)) {
        return;
    }
    let (site, event) = (view.names.site, &view.event);
    let (templates, dictionary) = (site.templates(), site.dictionary());
    let (mut text, options) = (Text::new(), site.render_options(false));
    let Ok(rendered) = templates.sentence_text(event, dictionary, &options, &mut text) else { return };
    if rendered.origin == Origin::Fallback {
        view.hit(report, "template-missing", "", None, &[]);
        return;
    }
    let Origin::Template(key) = rendered.origin else {
        unprintable(view, None, report);
        long(view, &text, report);
        return;
    };
    if rendered.status.extended() == Status::MISSING_TOKEN.extended() {
        view.hit(report, "text-gap", "", None, &[]);
    }
    if let Some(subject) = view.subject().and_then(Item::text)
        && !subject.is_empty()
        && !text.as_str().contains(subject)
    {
        view.hit(report, "subject-not-shown", "the text of the subject is not in it", view.subject(), &[]);
    }
    long(view, &text, report);
    unprintable(view, Some(key), report);
    if !view.is_imported() {
        standard(view, key, report);
    }
}

fn long(view: &View<'_>, text: &Text, report: &mut Report) {
    let layout = Layout { width: TEXT_COLUMNS, lines: TEXT_LINES, indent: 0 };
    let mut rows = layout.rows(text);
    let _ = rows.by_ref().count();
    if rows.is_cut() {
        view.hit(report, "text-too-long", "", None, &[]);
    }
}

/// Control characters in the texts of tokens that the sentence shows.
fn unprintable(view: &View<'_>, key: Option<TemplateKey>, report: &mut Report) {
    let template = key.and_then(|key| view.names.site.templates().template(key));
    let is_shown = |item: &Item<'_>| match template {
        None => item.name() == "ZEMS-TKN-TEXT",
        Some(template) => template.pieces().any(|piece| match piece {
            TemplatePiece::Token { code, .. } => code.number() == item.token.code().number(),
            TemplatePiece::NextToken => item.is_subject,
            _ => false,
        }),
    };
    // BEL is at the end of critical texts.
    let is_bad = |item: &&Item<'_>| {
        item.token.data_type() == DataType::Char
            && item.bytes().iter().any(|byte| (*byte < 32 && *byte != 7) || *byte == 127)
    };
    if let Some(item) = view.top().filter(|item| is_shown(item)).find(is_bad) {
        view.hit(report, "text-unprintable", "", Some(item), &[]);
    }
}

/// A standard event that has a template of its own.
fn standard(view: &View<'_>, key: TemplateKey, report: &mut Report) {
    let names = view.names;
    let (Some(kind), Some(content)) = (view.standard(), view.event.content_standard()) else { return };
    let code = |name: &str| names.dictionary().token_named(name).map(|token| token.stored_code());
    let (Some(number_code), Some(content_code)) =
        (code("ZEMS-TKN-EVENTNUMBER"), code("ZEMS-TKN-CONTENT-STANDARD"))
    else {
        return;
    };
    if key.code() != number_code || kind.is_empty() {
        return;
    }
    let templates = names.site.templates();
    let ems = names.dictionary().ssid_named("ZEMS-VAL-SSID").unwrap_or(Ssid::NULL);
    let candidates = [ems, Ssid::NULL].map(|ssid| TemplateKey::new(ssid, content_code, content.into()));
    let (Some(own), Some(standard)) =
        (templates.template(key), candidates.into_iter().find_map(|candidate| templates.template(candidate)))
    else {
        return;
    };
    let shows = |template: crate::template::TemplateInfo<'_>, wanted| {
        template.pieces().any(|piece| matches!(piece, TemplatePiece::Token { code, .. } if code == wanted))
    };
    for piece in standard.pieces() {
        let TemplatePiece::Token { code, .. } = piece else { continue };
        if !shows(own, code) {
            let name = names
                .dictionary()
                .token(ems, code)
                .map_or_else(|| format!("{code:X}"), |def| def.name().to_owned());
            view.hit(report, "std-template-cut", &format!("{name} is not shown"), None, &[&name]);
        }
    }
    let is_private = |item: &Item<'_>| {
        let owner = item.def.and_then(|def| def.owner_ssid()).unwrap_or(item.ssid());
        !item.is_subject && !item.token.code().number().is_shared() && !owner.is_same_subsystem(ems)
    };
    let has_reason = view.subjects().count() > 1
        || view.subject().is_some_and(|subject| subject.token.data_type() != DataType::Char)
        || view.top().any(is_private);
    if !has_reason {
        view.hit(report, "std-template-needless", "this event has none of these", None, &[kind]);
    }
}
