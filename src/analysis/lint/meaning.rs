//! Sections 4 to 7: subjects and manager, severity and display, requests, standard events.

use super::Report;
use super::view::{Item, View};
use crate::spi::{DataType, Flt};
use crate::template::Origin;

pub(super) fn check(view: &View<'_>, report: &mut Report) {
    subjects(view, report);
    manager(view, report);
    severity(view, report);
    requests(view, report);
    contents(view, report);
    standard(view, report);
    common(view, report);
}

const MANAGER: &str = "ZEMS-TKN-NAME-MANAGER";
const OLD_MANAGERS: [&str; 2] = ["ZSPI-TKN-MANAGER", "ZCOM-TKN-XMGR"];
const ACTION_NEEDED: &str = "ZEMS-TKN-ACTION-NEEDED";
const ACTION_ID: &str = "ZEMS-TKN-ACTION-ID";
const SEVERITY: &str = "ZEMS-TKN-ISO-SEVERITY";
const REASON: &str = "ZEMS-TKN-CHANGE-REASON";

/// Endings of tokens that name a process because the event is about it.
const PROCESS_TOKENS: [&str; 5] = ["PROC", "PROCESS", "PROCNAME", "MANAGER", "SUBSYS"];

fn subjects(view: &View<'_>, report: &mut Report) {
    let Some(subject) = view.subject() else { return };
    let name = subject.name();
    if let Some(text) = subject.text() {
        let object = text.trim_matches('"').rsplit('.').next().unwrap_or(text);
        let object = object.split(':').next().unwrap_or(object);
        let is_reporter = view.process().is_some_and(|process| process == object);
        if is_reporter && !name.is_empty() && !PROCESS_TOKENS.iter().any(|ending| name.ends_with(ending)) {
            view.hit(report, "subject-is-reporter", &format!("{object} reports it"), Some(subject), &[]);
        }
        if is_file_name(text) && (name.contains("PROG") || name.contains("OBJECT-FILE")) {
            view.hit(report, "subject-is-program", "", Some(subject), &[]);
        }
        let is_watched = view.is_standard() || view.is_true(ACTION_NEEDED);
        if is_watched && text.starts_with(['$', '#']) {
            view.hit(report, "subject-unqualified", &format!("{text} has no node"), Some(subject), &[]);
        }
    }
    if subject.token.data_type() != DataType::Char {
        let site = view.names.site;
        let mut text = crate::template::Text::new();
        let rendered = site.templates().sentence_text(
            &view.event,
            site.dictionary(),
            &site.render_options(false),
            &mut text,
        );
        let number = site.dictionary().token_named("ZEMS-TKN-EVENTNUMBER").map(|token| token.stored_code());
        let is_own = rendered.is_ok_and(
            |rendered| matches!(rendered.origin, Origin::Template(key) if Some(key.code()) == number),
        );
        if !is_own {
            view.hit(report, "subject-not-text", "the event has no template of its own", Some(subject), &[]);
        }
    }
    if view.is_standard()
        && let Some(other) = view.subjects().find(|other| other.token.code() != subject.token.code())
    {
        view.hit(
            report,
            "subjects-of-two-kinds",
            &format!("the first is {}", subject.shown()),
            Some(other),
            &[],
        );
    }
}

/// A full disk file name: `$VOL.SUBVOL.FILE`, perhaps after a node.
fn is_file_name(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let parts = if text.starts_with('\\') { parts.get(1..).unwrap_or_default() } else { &parts };
    let is_word = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    matches!(parts, [volume, subvolume, file]
        if volume.strip_prefix('$').is_some_and(is_word) && is_word(subvolume) && is_word(file))
}

/// `\node.$process`, perhaps with more after a period or colon.
fn has_process(text: &str) -> bool {
    text.starts_with('\\')
        && text
            .split_once('.')
            .is_some_and(|(node, rest)| node.len() > 1 && rest.starts_with('$') && rest.len() > 1)
}

fn manager(view: &View<'_>, report: &mut Report) {
    if let Some(item) = view.token(MANAGER) {
        let text = item.text().unwrap_or_default();
        let is_process = has_process(text) && text.matches('.').count() == 1;
        if !is_process {
            view.hit(
                report,
                "manager-form",
                &format!("it reads `{}`", text.escape_default()),
                Some(item),
                &[],
            );
        }
    }
    let old = OLD_MANAGERS.iter().find_map(|name| view.token(name));
    if view.is_standard()
        && let Some(old) = old
        && !view.has(MANAGER)
    {
        view.hit(report, "manager-old-token", "", Some(old), &[MANAGER]);
    }
    let is_watched = view.is_standard() || view.is_true(ACTION_NEEDED);
    let Some(subject) = view.subject().filter(|_| is_watched) else { return };
    if old.is_none() && !view.has(MANAGER) && !subject.text().is_some_and(has_process) {
        view.hit(report, "manager-missing", "", Some(subject), &[MANAGER]);
    }
}

const SEVERITIES: [&str; 5] = [
    "ZEMS-VAL-SEVERITY-CRITICAL",
    "ZEMS-VAL-SEVERITY-MAJOR",
    "ZEMS-VAL-SEVERITY-MINOR",
    "ZEMS-VAL-SEVERITY-WARNING",
    "ZEMS-VAL-SEVERITY-CLEARED",
];

fn severity(view: &View<'_>, report: &mut Report) {
    let event = &view.event;
    let (emphasis, is_request) = (event.emphasis() == Some(true), view.is_true(ACTION_NEEDED));
    let standard = view.standard();
    match view.token(SEVERITY).and_then(|item| Some((item, item.number()?))) {
        None => {
            let is_more = emphasis
                || is_request
                || matches!(
                    standard,
                    Some(
                        "ZEMS-VAL-OBJECT-UNAVAILABLE"
                            | "ZEMS-VAL-ATTN-NEEDED"
                            | "ZEMS-VAL-TRANSIENT-FAULT"
                            | "ZEMS-VAL-USAGE-THRESHOLD"
                    )
                );
            if is_more && !view.has(SEVERITY) {
                view.miss(report, "severity-missing", SEVERITY);
            }
        }
        Some((item, value)) => {
            let [critical, major, .., cleared] = SEVERITIES;
            if !view.is_one_of(value, &SEVERITIES) {
                view.hit(
                    report,
                    "severity-unknown",
                    &format!("{value} is none of them"),
                    Some(item),
                    &SEVERITIES,
                );
            } else if view.is_one_of(value, &[critical, major]) {
                if event.emphasis() == Some(false) {
                    view.hit(report, "emphasis-missing", "", Some(item), &[critical, major]);
                }
            } else if emphasis {
                view.hit(report, "emphasis-unfit", "", Some(item), &SEVERITIES);
            }
            let is_fault = matches!(
                standard,
                Some("ZEMS-VAL-OBJECT-UNAVAILABLE" | "ZEMS-VAL-TRANSIENT-FAULT" | "ZEMS-VAL-ATTN-NEEDED")
            );
            if view.is_one_of(value, &[cleared]) && is_fault {
                view.hit(report, "cleared-unfit", standard.unwrap_or_default(), Some(item), &[cleared]);
            }
        }
    }
    let is_hidden = event.suppress_display();
    let traces = ["ZEMS-VAL-DATA-TRACE", "ZEMS-VAL-DATA-DEBUG", "ZEMS-VAL-DATA-DIAGNOSTIC"];
    if event.content_user().is_some_and(|value| view.is_one_of(value.into(), &traces))
        && is_hidden == Some(false)
    {
        view.hit(report, "trace-displayed", "", None, &traces);
    }
    if is_hidden == Some(true) && (emphasis || is_request) {
        view.hit(report, "hidden-but-urgent", "", None, &[]);
    }
}

fn requests(view: &View<'_>, report: &mut Report) {
    let (needed, id) = (view.token(ACTION_NEEDED), view.has(ACTION_ID));
    if needed.is_some() && !id {
        view.miss(report, "action-id-missing", ACTION_ID);
    }
    if needed.is_none() && id && view.standard() != Some("ZEMS-VAL-ATTN-COMPLETED") {
        view.miss(report, "action-needed-missing", ACTION_NEEDED);
    }
    let count = view.subjects().count();
    if needed.is_some() && count != 1 {
        view.hit(report, "action-subject-count", &format!("this one has {count}"), None, &[ACTION_NEEDED]);
    }
}

/// Tokens whose values a subsystem may add to.
const OPEN_VALUES: [&str; 5] = [
    "ZEMS-TKN-STATE-CURRENT",
    "ZEMS-TKN-STATE-PREVIOUS",
    "ZEMS-TKN-CHANGE-REASON",
    "ZEMS-TKN-TXFAULT-TYPE",
    "ZEMS-TKN-UTIL-UNIT",
];

fn contents(view: &View<'_>, report: &mut Report) {
    let (event, names) = (&view.event, view.names);
    let least = names.constant("ZEMS-VAL-MIN-USER-VALUE").unwrap_or(1024);
    let dictionary = names.dictionary();
    let labels = |value: i64, enumeration: Option<crate::dictionary::Enumeration<'_>>| {
        let value = i32::try_from(value).ok();
        enumeration.zip(value).is_some_and(|(enumeration, value)| enumeration.value(value).is_some())
    };
    if let Some(content) = event.content_standard()
        && view.standard() == Some("")
    {
        view.hit(
            report,
            "content-unknown",
            &format!("{content} is none of them"),
            None,
            &["ZEMS-TKN-CONTENT-STANDARD"],
        );
    }
    if let Some(content) = event.content_user().map(i64::from) {
        let enumeration =
            dictionary.token_named("ZEMS-TKN-CONTENT-USER").and_then(|token| token.enumeration());
        if content < least && !labels(content, enumeration) {
            view.hit(
                report,
                "content-user-low",
                &format!("this one is {content}"),
                None,
                &["ZEMS-TKN-CONTENT-USER"],
            );
        }
        if content == 0 && event.content_standard() == Some(0) {
            view.hit(report, "content-untyped", "", None, &[]);
        }
    }
    for item in OPEN_VALUES.iter().filter_map(|name| view.token(name)) {
        let Some(value) = item.number() else { continue };
        if value < least && !labels(value, item.def.and_then(|def| def.enumeration())) {
            view.hit(report, "private-value-low", &format!("this one is {value}"), Some(item), &[]);
        }
    }
}

/// The tokens of each kind of standard event (EMS Manual 9-25 to 9-33).
fn tokens_of(standard: &str) -> &'static [&'static str] {
    const STATE: &[&str] = &["ZEMS-TKN-STATE-CURRENT", "ZEMS-TKN-STATE-PREVIOUS", "ZEMS-TKN-CHANGE-REASON"];
    match standard {
        "ZEMS-VAL-OBJECT-AVAILABLE" | "ZEMS-VAL-OBJECT-UNAVAILABLE" | "ZEMS-VAL-OTHER-STATE-CHANGE" => STATE,
        "ZEMS-VAL-ATTN-NEEDED" => &["ZEMS-TKN-ACTION-ID", "ZEMS-TKN-ACTION-NEEDED"],
        "ZEMS-VAL-ATTN-COMPLETED" => &["ZEMS-TKN-ACTION-ID"],
        "ZEMS-VAL-TRANSIENT-FAULT" => &["ZEMS-TKN-TXFAULT-TYPE"],
        "ZEMS-VAL-USAGE-THRESHOLD" => &[
            "ZEMS-TKN-UTIL-LEVEL-CURR",
            "ZEMS-TKN-UTIL-CONFIG-HI",
            "ZEMS-TKN-UTIL-CONFIG-LOW",
            "ZEMS-TKN-UTIL-UNIT",
        ],
        _ => &[],
    }
}

/// The reasons listed for a kind (EMS Manual 9-25, 9-27).
fn reasons_of(standard: &str) -> Option<&'static [&'static str]> {
    match standard {
        "ZEMS-VAL-OBJECT-AVAILABLE" => {
            Some(&["ZEMS-VAL-OPERATOR-INITIATED", "ZEMS-VAL-UNDERLYING-UP", "ZEMS-VAL-REASON-UNKNOWN"])
        }
        "ZEMS-VAL-OBJECT-UNAVAILABLE" => Some(&[
            "ZEMS-VAL-NORM-TERMINATION",
            "ZEMS-VAL-OPERATOR-INITIATED",
            "ZEMS-VAL-INTERNAL-FAILED",
            "ZEMS-VAL-UNDERLYING-FAILED",
            "ZEMS-VAL-REASON-UNKNOWN",
        ]),
        _ => None,
    }
}

fn standard(view: &View<'_>, report: &mut Report) {
    let Some(standard) = view.standard().filter(|standard| !standard.is_empty()) else { return };
    for name in tokens_of(standard) {
        if !view.has(name) {
            view.miss(report, "std-token-missing", name);
        }
    }
    let least = view.names.constant("ZEMS-VAL-MIN-USER-VALUE").unwrap_or(1024);
    let reason = view.token(REASON).and_then(|item| Some((item, item.number()?)));
    if let (Some((item, value)), Some(reasons)) = (reason, reasons_of(standard))
        && value < least
        && !view.is_one_of(value, reasons)
    {
        view.hit(report, "std-reason-unfit", &format!("{value} is not"), Some(item), reasons);
    }
    if standard == "ZEMS-VAL-OBJECT-UNAVAILABLE"
        && let Some((item, value)) = reason
    {
        let underlying = "ZEMS-TKN-UNDERLYING-OBJ-NAME";
        let has_failed = view.is_one_of(value, &["ZEMS-VAL-UNDERLYING-FAILED"]);
        if has_failed && !view.has(underlying) {
            view.miss(report, "std-underlying", underlying);
        } else if !has_failed && view.has(underlying) {
            view.hit(report, "std-underlying", &format!("the reason is {value}"), Some(item), &[underlying]);
        }
        if view.is_one_of(value, &["ZEMS-VAL-INTERNAL-FAILED"]) && !view.has("ZEMS-TKN-SYMPTOM-STRING") {
            view.miss(report, "std-symptom", "ZEMS-TKN-SYMPTOM-STRING");
        }
    }
    let needed = view.token(ACTION_NEEDED);
    let is_wrong = match standard {
        "ZEMS-VAL-ATTN-NEEDED" => needed.is_some() && !view.is_true(ACTION_NEEDED),
        "ZEMS-VAL-ATTN-COMPLETED" => view.is_true(ACTION_NEEDED),
        _ => false,
    };
    if is_wrong {
        view.hit(report, "std-action-value", "", needed, &[]);
    }
    if standard == "ZEMS-VAL-USAGE-THRESHOLD" {
        usage(view, report);
    }
    if let Some(item) = view.token("ZEMS-TKN-BATCHJOB-ID")
        && item.number() == Some(0)
    {
        view.hit(report, "std-batch-zero", "", Some(item), &[]);
    }
    if let Some(item) = view.token("ZEMS-TKN-TEXT") {
        view.hit(report, "std-text-token", "", Some(item), &[]);
    }
}

/// A number of Tandem floating point.
pub(super) fn float(item: &Item<'_>) -> Option<f64> {
    let bytes = item.bytes().first_chunk()?;
    (item.token.data_type() == DataType::Flt).then(|| Flt::from_bits(u32::from_be_bytes(*bytes)).to_f64())
}

fn usage(view: &View<'_>, report: &mut Report) {
    let names = ["ZEMS-TKN-UTIL-LEVEL-PREV", "ZEMS-TKN-UTIL-TIME-PREV"];
    match names.map(|name| view.has(name)) {
        [true, false] => view.miss(report, "std-usage-first", names[1]),
        [false, true] => view.miss(report, "std-usage-first", names[0]),
        _ => {}
    }
    let mark = |name| view.token(name).and_then(float);
    if let (Some(high), Some(low)) = (mark("ZEMS-TKN-UTIL-CONFIG-HI"), mark("ZEMS-TKN-UTIL-CONFIG-LOW"))
        && high < low
    {
        let item = view.token("ZEMS-TKN-UTIL-CONFIG-HI");
        view.hit(report, "std-usage-order", &format!("{high} is below {low}"), item, &[]);
    }
}

/// The tokens of the events common to several subsystems (SPI Common Extensions Manual 6-1 to 6-4).
fn tokens_of_common(number: i16) -> &'static [&'static str] {
    match number {
        -1 => &["ZCOM-TKN-OLD-CPU", "ZCOM-TKN-NEW-CPU", "ZCOM-TKN-CPU-SWITCH-CAUSE"],
        -2 => &["ZCOM-TKN-OLD-PATH", "ZCOM-TKN-NEW-PATH", "ZCOM-TKN-PATH-SWITCH-CAUSE"],
        -3 => &["ZCOM-TKN-OLD-OBJSTATE", "ZCOM-TKN-OBJSTATE", "ZCOM-TKN-OBJSTATE-CHG-CAUSE"],
        -4 => &["ZEMS-TKN-LDEV", "ZCOM-TKN-IO-FATAL-ERR-CAUSE"],
        _ => &[],
    }
}

fn common(view: &View<'_>, report: &mut Report) {
    let event = &view.event;
    let Some(number @ -4..=-1) = event.number() else { return };
    let zcom = view.names.dictionary().ssid_named("ZCOM-VAL-SSID");
    if view.owner() != "TANDEM" && !zcom.is_some_and(|zcom| zcom.is_same_subsystem(event.ssid())) {
        return;
    }
    for name in tokens_of_common(number) {
        if !view.has(name) {
            view.miss(report, "zcom-token-missing", name);
        }
    }
    if number > -4 && event.emphasis() == Some(true) {
        view.hit(report, "zcom-critical", "", None, &[]);
    }
}
