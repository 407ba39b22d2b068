//! Rules on definition sources, template sources, event metadata, and two releases of them.

use zems::analysis::lint::{Files, Finding, GROUPS, Linter, Place, RULES, Sources};
use zems::text::NoLoader;

use super::{DDL, EVENTS, TEMPLATES, files, selection};

#[derive(Clone)]
struct Src {
    ddl: String,
    templates: String,
    events: String,
}

fn good() -> Src {
    Src { ddl: DDL.to_owned(), templates: TEMPLATES.to_owned(), events: EVENTS.to_owned() }
}

fn ddl(text: &str) -> Src {
    Src { ddl: format!("{DDL}\n{text}\n"), ..good() }
}

fn changed(from: &str, to: &str) -> Src {
    assert!(DDL.contains(from), "{from}");
    Src { ddl: DDL.replace(from, to), ..good() }
}

fn template(from: &str, to: &str) -> Src {
    assert!(TEMPLATES.contains(from), "{from}");
    Src { templates: TEMPLATES.replace(from, to), ..good() }
}

fn metadata(from: &str, to: &str) -> Src {
    assert!(EVENTS.contains(from), "{from}");
    Src { events: EVENTS.replace(from, to), ..good() }
}

impl Src {
    fn and_ddl(mut self, text: &str) -> Self {
        self.ddl.push_str(text);
        self
    }

    fn read(&self) -> Sources {
        let checked =
            files(&[("acmeddl", &self.ddl), ("acme.tmpl", &self.templates), ("acme.events", &self.events)]);
        Sources::read(&Files { checked, ..Files::default() }, &NoLoader).unwrap()
    }

    fn findings(&self, rule: &str) -> Vec<Finding> {
        let sources = self.read();
        let mut linter = Linter::new(sources.site(), selection(rule));
        linter.sources(&sources);
        linter.finish()
    }
}

/// Sources in which the rule fires, and some in which it does not.
type Case = (&'static str, Src, Src);

const BOUND: &str = "DEF_ENUM: ZEMS-TKN-EVENTNUMBER AS ACME-DDL-EVENT";
const LONG: &str = "a text that is longer than forty characters";

fn other_ssid(name: &str, owner: &str, version: &str) -> Src {
    ddl(&format!(
        "CONSTANT {name}-O VALUE IS \"{owner}\".\nCONSTANT {name}-V VALUE IS {version}.\nDEF {name} TACL SSID.\n \
         02 Z-OWNER   PIC X(8)      VALUE IS {name}-O.\n 02 Z-NUMBER  TYPE BINARY 16 VALUE IS 8.\n \
         02 Z-VERSION TYPE BINARY 16 VALUE IS {name}-V.\nEND"
    ))
}

/// A token whose number constant follows the rules.
fn own_token(name: &str, number: i32, rest: &str) -> String {
    format!(
        "CONSTANT ACME-TNM-{name} VALUE IS {number}.\nTOKEN-CODE ACME-TKN-{name} VALUE IS ACME-TNM-{name} {rest}.\n"
    )
}

fn map(fields: &str, versions: &str) -> Src {
    ddl(&format!(
        "CONSTANT ACME-TNM-BOX VALUE IS 30.\nDEF ACME-DDL-BOX.\n{fields}\nEND\nTOKEN-MAP ACME-MAP-BOX VALUE IS ACME-TNM-BOX \
         DEF IS ACME-DDL-BOX SSID \"ACME.7.0\".\n{versions}\nEND"
    ))
}

/// An enumeration of the content tokens, bound in the templates.
fn content(token: &str, constant: &str, value: i32) -> Src {
    let text = format!(
        "CONSTANT {constant} VALUE IS {value}.\nDEF ACME-DDL-CONTENT-USER TYPE ENUM BEGIN.\n \
         89 ACME-ENM-OWN VALUE IS {constant} AS \"own\".\nEND."
    );
    Src {
        templates: TEMPLATES.replace(BOUND, &format!("{BOUND}\nDEF_ENUM: {token} AS ACME-DDL-CONTENT-USER")),
        ..ddl(&text)
    }
}

#[allow(clippy::too_many_lines)]
fn cases() -> Vec<Case> {
    let string = "TOKEN-TYPE IS ZSPI-TYP-STRING SSID \"ACME.7.0\"";
    vec![
        (
            "type-length",
            ddl(
                "DEF ACME-DDL-ODD PIC X(3).\nTOKEN-TYPE ACME-TYP-ODD VALUE IS ZSPI-TDT-INT DEF IS ACME-DDL-ODD.",
            ),
            ddl(
                "DEF ACME-DDL-EVEN PIC X(4).\nTOKEN-TYPE ACME-TYP-EVEN VALUE IS ZSPI-TDT-INT DEF IS ACME-DDL-EVEN.",
            ),
        ),
        ("token-number-range", ddl(&own_token("BIG", 9999, string)), ddl(&own_token("BIG", 9998, string))),
        ("owner-form", other_ssid("BANK-VAL-SSID", "7BANK", "VERSION \"A01\""), good()),
        ("event-number-zero", ddl("CONSTANT ACME-EVT-NONE VALUE IS 0."), good()),
        (
            "subject-not-text",
            metadata("ACME-EVT-CLOSED SUBJECT ACME-TKN-DISK", "ACME-EVT-CLOSED SUBJECT ACME-TKN-COUNT")
                .with_templates(&TEMPLATES.replace("ACME-EVT-CLOSED", "9")),
            metadata("ACME-EVT-CLOSED SUBJECT ACME-TKN-DISK", "ACME-EVT-CLOSED SUBJECT ACME-TKN-COUNT"),
        ),
        ("subject-no-heading", changed("SSID \"ACME.7.0\" HEADING \"Disk\"", "SSID \"ACME.7.0\""), good()),
        (
            "content-user-low",
            content("ZEMS-TKN-CONTENT-USER", "ACME-VAL-OWN", 1023),
            content("ZEMS-TKN-CONTENT-USER", "ACME-VAL-OWN", 1024),
        ),
        (
            "private-value-low",
            content("ZEMS-TKN-STATE-CURRENT", "ACME-VAL-OWN", 7),
            content("ZEMS-TKN-STATE-CURRENT", "ACME-VAL-OWN", 1024),
        ),
        ("template-missing", ddl("CONSTANT ACME-EVT-NEW VALUE IS 9."), good()),
        (
            "subject-not-shown",
            template("\"Disk <1> closed\"\n1: ACME-TKN-DISK", "\"Something closed\""),
            template(
                "\"Disk <1> closed\"\n1: ACME-TKN-DISK",
                "\"Disk <1><2> closed\"\n1: ZEMS-TKN-SUBJECT-MARK\n2: ZSPI-TKN-NEXTTOKEN",
            ),
        ),
        (
            "token-not-guarded",
            template("<*IF 3> in <4> mode<*ENDIF>", "<*IF 3> in<*ELSE> <4> mode<*ENDIF>"),
            good(),
        ),
        ("text-unprintable", template("\"Disk <1> closed\"", "\"Disk <1>\u{1}closed\""), good()),
        ("enum-not-bound", template(BOUND, ""), good()),
        ("label-long", changed("AS \"closed\"", &format!("AS \"{LONG}\"")), good()),
        ("label-missing", changed("ACME-EVT-CLOSED AS \"closed\"", "ACME-EVT-CLOSED"), good()),
        (
            "enum-default-text",
            content("ZEMS-TKN-STATE-CURRENT", "ACME-VAL-OWN", 1024)
                .with_ddl("TYPE ENUM BEGIN.", "TYPE ENUM AS \"x\" BEGIN."),
            content("ZEMS-TKN-STATE-CURRENT", "ACME-VAL-OWN", 1024),
        ),
        ("heading-long", changed("HEADING \"Disk\"", &format!("\n HEADING \"{LONG}\"")), good()),
        ("name-form", ddl("CONSTANT BIGBANK-LIMIT VALUE IS 1."), ddl("CONSTANT BANK-VAL-LIMIT VALUE IS 1.")),
        (
            "name-reserved",
            other_ssid("ZBNK-VAL-SSID", "BANK", "VERSION \"A01\""),
            other_ssid("ZBNK-VAL-SSID", "TANDEM", "VERSION \"A01\""),
        ),
        ("ssid-name", other_ssid("BANK-VAL-ID", "BANK", "VERSION \"A01\""), good()),
        ("ssid-owner-foreign", other_ssid("BANK-VAL-SSID", "TANDEM", "VERSION \"A01\""), good()),
        ("ssid-version-form", other_ssid("BANK-VAL-SSID", "BANK", "7"), good()),
        (
            "event-name",
            template("ACME-EVT-CLOSED", "ACME-VAL-CLOSED").and_ddl("CONSTANT ACME-VAL-CLOSED VALUE IS 2.\n"),
            good(),
        ),
        ("event-number-twice", ddl("CONSTANT ACME-EVT-AGAIN VALUE IS 2."), good()),
        ("event-number-negative", ddl("CONSTANT ACME-EVT-MINUS VALUE IS -2."), good()),
        (
            "value-name",
            content("ZEMS-TKN-STATE-CURRENT", "ACME-STATE-OWN", 1024),
            content("ZEMS-TKN-STATE-CURRENT", "ACME-VAL-OWN", 1024),
        ),
        ("token-number-twice", ddl(&own_token("SAME", 11, string)), good()),
        (
            "token-number-name",
            ddl(&format!("TOKEN-CODE ACME-TKN-BARE VALUE IS 40 {string}.")),
            ddl(&own_token("BARE", 40, string)),
        ),
        ("token-without-ssid", ddl(&own_token("BARE", 40, "TOKEN-TYPE IS ZSPI-TYP-STRING")), good()),
        ("standard-redefined", ddl("CONSTANT ZSPI-VAL-MSGCODE VALUE IS -28."), good()),
        (
            "token-valueless",
            ddl(&own_token("FLAG", 40, "TOKEN-TYPE IS ZSPI-TYP-MARK SSID \"ACME.7.0\"")),
            good(),
        ),
        (
            "struct-not-extensible",
            ddl(&own_token("BOX", 40, "TOKEN-TYPE IS ZSPI-TYP-STRUCT SSID \"ACME.7.0\"")),
            good(),
        ),
        (
            "map-variable",
            map(
                " 02 HOW-MANY TYPE BINARY 16 UNSIGNED.\n 02 PART TYPE BINARY 16 OCCURS 0 TO 4 TIMES DEPENDING ON HOW-MANY.",
                " VERSION \"A01\" FOR HOW-MANY THRU PART.",
            ),
            map(" 02 PART TYPE BINARY 16 OCCURS 4 TIMES.", " VERSION \"A01\" FOR PART."),
        ),
        (
            "map-version-order",
            map(
                " 02 OLD TYPE BINARY 16.\n 02 NEW TYPE BINARY 16.",
                " VERSION \"A02\" FOR OLD.\n VERSION \"A01\" FOR NEW.",
            ),
            map(
                " 02 OLD TYPE BINARY 16.\n 02 NEW TYPE BINARY 16.",
                " VERSION \"A01\" FOR OLD.\n VERSION \"A02\" FOR NEW.",
            ),
        ),
        (
            "null-is-a-value",
            ddl(
                "DEF ACME-DDL-FLAG TYPE ENUM SPI-NULL 0 AS \"x\" BEGIN.\n 89 ACME-ENM-NO VALUE IS 0 AS \"no\".\nEND.",
            ),
            ddl(
                "DEF ACME-DDL-FLAG TYPE ENUM SPI-NULL 255 AS \"x\" BEGIN.\n 89 ACME-ENM-NO VALUE IS 0 AS \"no\".\nEND.",
            ),
        ),
        (
            "odd-field",
            ddl(&format!(
                "DEF ACME-DDL-PAIR.\n 02 PART PIC X(3).\n 02 NEXT TYPE BINARY 16.\nEND\nTOKEN-TYPE ACME-TYP-PAIR VALUE IS ZSPI-TDT-STRUCT DEF IS \
                 ACME-DDL-PAIR.\n{}",
                own_token("PAIR", 40, "TOKEN-TYPE IS ACME-TYP-PAIR SSID \"ACME.7.0\"")
            )),
            ddl(&format!(
                "DEF ACME-DDL-PAIR.\n 02 PART PIC X(3).\n 02 FILLER PIC X.\n 02 NEXT TYPE BINARY 16.\nEND\nTOKEN-TYPE ACME-TYP-PAIR VALUE IS \
                 ZSPI-TDT-STRUCT DEF IS ACME-DDL-PAIR.\n{}",
                own_token("PAIR", 40, "TOKEN-TYPE IS ACME-TYP-PAIR SSID \"ACME.7.0\"")
            )),
        ),
        (
            "interval-type",
            ddl(&own_token("TIMEOUT", 40, "TOKEN-TYPE IS ZSPI-TYP-INT SSID \"ACME.7.0\"")),
            ddl(&own_token("TIMEOUT", 40, "TOKEN-TYPE IS ZSPI-TYP-TIMESTAMP SSID \"ACME.7.0\"")),
        ),
        ("event-undocumented", ddl("CONSTANT ACME-EVT-NEW VALUE IS 9."), good()),
        ("description-incomplete", metadata("ACME-TKN-COUNT REQUIRED", "ACME-TKN-COUNT"), good()),
        (
            "cause-effect-recovery",
            metadata("EVENT ACME-EVT-CLOSED SUBJECT", "  CAUSE \"x\"\nEVENT ACME-EVT-CLOSED SUBJECT"),
            good(),
        ),
        (
            "recovery-says-nothing",
            metadata(
                "EVENT ACME-EVT-CLOSED SUBJECT",
                "  RECOVERY \"Contact your service provider's support.\"\nEVENT ACME-EVT-CLOSED SUBJECT",
            ),
            metadata(
                "EVENT ACME-EVT-CLOSED SUBJECT",
                "  RECOVERY \"Mount the disk again and start the process; if that fails twice, contact the support.\"\nEVENT ACME-EVT-CLOSED SUBJECT",
            ),
        ),
    ]
}

impl Src {
    fn with_templates(mut self, text: &str) -> Self {
        text.clone_into(&mut self.templates);
        self
    }

    fn with_ddl(mut self, from: &str, to: &str) -> Self {
        assert!(self.ddl.contains(from), "{from}");
        self.ddl = self.ddl.replace(from, to);
        self
    }
}

pub const RULES_TESTED: &[&str] = &super::table::ON_SOURCES;

#[test]
fn each_rule_fires_and_does_not() {
    let mut faults = Vec::new();
    let cases = cases();
    for (rule, fires, does_not) in &cases {
        let found = fires.findings(rule);
        if found.is_empty() {
            let sources = fires.read();
            faults.push(format!("{rule} does not fire\n{}", sources.diagnostics().render(sources.map())));
        }
        for finding in &found {
            let Place::Source(place) = &finding.place else { panic!("{finding:?}") };
            assert!(place.line > 0 && place.column > 0 && !place.text.is_empty(), "{finding:?}");
        }
        let must = does_not.findings(rule).into_iter().filter(|finding| finding.level == finding.rule.level);
        for finding in must {
            faults.push(format!("{rule} fires: {} {:?}", finding.expected, finding.place));
        }
    }
    for (rule, before, after, unchanged) in releases() {
        if between(rule, &before, &after).is_empty() {
            faults.push(format!("{rule} does not fire"));
        }
        for finding in between(rule, &before, &unchanged) {
            faults.push(format!("{rule} fires: {}", finding.expected));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let of_releases = releases().into_iter().map(|(rule, ..)| rule);
    let names: Vec<&str> = cases.iter().map(|(rule, ..)| *rule).chain(of_releases).collect();
    assert_eq!(names, super::table::ON_SOURCES);
}

fn between(rule: &str, before: &Src, after: &Src) -> Vec<Finding> {
    let (before, after) = (before.read(), after.read());
    let mut linter = Linter::new(after.site(), selection(rule));
    linter.releases(&before, &after);
    linter.finish()
}

/// Earlier sources, later ones in which the rule fires, and later ones in which it does not.
fn releases() -> Vec<(&'static str, Src, Src, Src)> {
    let field = " 02 SECOND-PART TYPE BINARY 16 SPI-NULL 0.\n";
    let grown = DDL
        .replace(field, &format!("{field} 02 THIRD-PART TYPE BINARY 16 SPI-NULL 0.\n"))
        .replace("FOR SECOND-PART.", "FOR SECOND-PART.\n VERSION \"A03\" FOR THIRD-PART.");
    let moved = DDL
        .replace(field, &format!(" 02 THIRD-PART TYPE BINARY 16 SPI-NULL 0.\n{field}"))
        .replace("FOR SECOND-PART.", "FOR SECOND-PART.\n VERSION \"A03\" FOR THIRD-PART.");
    vec![
        (
            "event-reused",
            good(),
            changed("CONSTANT ACME-EVT-CLOSED VALUE IS 2.", "CONSTANT ACME-EVT-SHUT VALUE IS 2."),
            ddl("CONSTANT ACME-EVT-NEW VALUE IS 9."),
        ),
        ("token-removed", good(), metadata("  TOKEN ACME-TKN-MODE OPTIONAL\n", ""), good()),
        (
            "template-removed",
            good(),
            template("MSG: ZEMS-TKN-EVENTNUMBER, ACME-EVT-CLOSED", "MSG: ZEMS-TKN-EVENTNUMBER, 9"),
            template("\"Disk <1> closed\"", "\"<1> was closed\""),
        ),
        (
            "definition-changed",
            good(),
            changed("CONSTANT ACME-TNM-COUNT VALUE IS 11.", "CONSTANT ACME-TNM-COUNT VALUE IS 18."),
            ddl("CONSTANT ACME-VAL-NEW VALUE IS 1."),
        ),
        ("map-not-appended", good(), Src { ddl: moved, ..good() }, Src { ddl: grown, ..good() }),
        ("required-loosened", good(), metadata("ACME-TKN-COUNT REQUIRED", "ACME-TKN-COUNT OPTIONAL"), good()),
    ]
}

/// An SQL text of varying length is one too.
#[test]
fn a_map_has_no_text_of_varying_length() {
    let varying = map(" 02 NOTE TYPE SQL VARCHAR(10).", " VERSION \"A01\" FOR NOTE.");
    let found = varying.findings("map-variable");
    let [finding] = found.as_slice() else { panic!("{found:?}") };
    assert!(finding.expected.ends_with("NOTE varies"), "{}", finding.expected);
    let fixed = map(" 02 NOTE TYPE SQL CHAR(10).", " VERSION \"A01\" FOR NOTE.");
    assert!(fixed.findings("map-variable").is_empty());
}

/// ABOUT adds to an event: its texts are checked, and they do not belong to the event above it.
#[test]
fn an_addition_describes_no_event_by_itself() {
    let about = "\nABOUT ACME-EVT-OPENED\n  RECOVERY \"Contact HP support.\"\n";
    let with = Src { events: format!("{EVENTS}{about}"), ..good() };
    let found = with.findings("recovery-says-nothing");
    let [finding] = found.as_slice() else { panic!("{found:?}") };
    let Place::Source(place) = &finding.place else { panic!("{finding:?}") };
    assert_eq!(place.text.trim(), "RECOVERY \"Contact HP support.\"");
    assert!(with.findings("description-incomplete").is_empty());
}

/// The shipped sources pass, but for the exceptions in docs/lint.md. Sections 10 and 11 are for the sources of others.
#[test]
fn the_shipped_definitions_pass() {
    let builtin =
        zems::dictionary::builtin::definitions().iter().chain(zems::dictionary::builtin::templates());
    let checked = builtin.map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let sources = Sources::read(&Files { checked, ..Files::default() }, &NoLoader).unwrap();
    let mut selection = zems::analysis::lint::Selection::default();
    for rule in RULES.iter().filter(|rule| matches!(rule.section, 10 | 11)) {
        selection.off(rule.id).unwrap();
    }
    let mut linter = Linter::new(sources.site(), selection);
    linter.sources(&sources);
    let mut counts = std::collections::BTreeMap::new();
    for finding in linter.finish() {
        let Place::Source(place) = &finding.place else { panic!("{finding:?}") };
        *counts.entry((finding.rule.id, finding.level.name(), place.file.clone())).or_insert(0) += 1;
    }
    let found: Vec<String> = counts
        .iter()
        .map(|((rule, level, file), count)| format!("| {rule} | {level} | {file} | {count} |"))
        .collect();
    let page = include_str!("../../docs/lint.md");
    let (_, exceptions) = page.split_once("## Exceptions").expect("the page has the exceptions");
    let documented: Vec<&str> = exceptions
        .lines()
        .filter(|line| line.contains(".ddl |") || line.contains(".tmpl |") || line.contains(".events |"))
        .collect();
    for line in &documented {
        let reason = line.split('|').nth(5).map(str::trim).unwrap_or_default();
        assert!(!reason.is_empty(), "the exception has no reason: {line}");
    }
    let documented: Vec<String> =
        documented.iter().map(|line| line.split('|').take(5).collect::<Vec<_>>().join("|") + "|").collect();
    assert_eq!(found, documented);
}

/// The page has every rule as the code has it; `BLESS=1` writes the tables anew.
#[test]
fn the_page_lists_the_rules() {
    let mut tables = String::new();
    for (section, title) in GROUPS {
        tables.push_str(&format!("\n### {title}\n\n| rule | number | requirement | on | level | manual |\n|---|---|---|---|---|---|\n"));
        for rule in RULES.iter().filter(|rule| rule.section == section) {
            let level = if rule.is_default {
                rule.level.name().to_owned()
            } else {
                format!("{}, off", rule.level.name())
            };
            tables.push_str(&format!(
                "| `{}` | {} | {}. {} | {} | {level} | {} |\n",
                rule.id,
                rule.numbers.join(", "),
                rule.requirement.replace('|', "\\|"),
                rule.remedy,
                rule.on,
                rule.manual
            ));
        }
    }
    let page = include_str!("../../docs/lint.md");
    let (before, rest) = page.split_once("<!-- rules -->\n").expect("the page marks its tables");
    let (found, after) =
        rest.split_once("<!-- end of rules -->").expect("the page marks the end of its tables");
    if std::env::var_os("BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lint.md");
        std::fs::write(path, format!("{before}<!-- rules -->\n{tables}\n<!-- end of rules -->{after}"))
            .unwrap();
        return;
    }
    assert_eq!(found.trim(), tables.trim());
}
