//! Every format says the same of an event: emphasis, severity, names, labels, texts and numbers.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};
use zems::formats::{self, Options};
use zems::site::Site;
use zems::spi::read::Decoder;

use super::{built, shown, site};

/// Templates that change the flags of some events, and none of others.
pub const OVERRIDES: &str = "\
VERSION: \"1\"
SSID: ZRPC-VAL-SSID
MSG: ZEMS-TKN-EVENTNUMBER, ZRPC-EVT-BKUP-FAIL
OVERRIDE ZEMS-TKN-EMPHASIS ZSPI-VAL-FALSE
MSG: ZEMS-TKN-EVENTNUMBER, 3
OVERRIDE ZEMS-TKN-EMPHASIS ZSPI-VAL-TRUE
";

fn reference(rules: &[String]) -> Site {
    let builder = site(&[], &[("overrides", OVERRIDES)]).node(3, "NODE");
    rules.iter().fold(builder, |builder, rule| builder.severity(rule).unwrap()).build()
}

/// The severity of an event by the rules in their words, worked out apart from the library.
fn expected_level(rules: &[String], number: i16, emphasis: bool, standard: i16) -> &'static str {
    let mut level = match (emphasis, standard) {
        (true, _) => "critical",
        (_, 2 | 5) => "error",
        (_, 1 | 7) => "warning",
        (_, 3 | 4 | 6) => "notice",
        _ => "info",
    };
    let mut is_covered = level != "info";
    for rule in rules {
        let (rule, name) = rule.split_once('=').unwrap();
        let name = ["alert", "WARN2", "debug"].into_iter().find(|known| *known == name).unwrap();
        let covers = match rule {
            "emphasis" => emphasis,
            "ZRPC-EVT-BKUP-FAIL" => number == 8,
            _ => false,
        };
        if covers {
            (level, is_covered) = (name, true);
        }
    }
    let default = rules.iter().rev().find_map(|rule| rule.strip_prefix("default="));
    match default {
        Some(name) if !is_covered => {
            ["alert", "WARN2", "debug"].into_iter().find(|known| *known == name).unwrap()
        }
        _ => level,
    }
}

const OTLP: [(&str, u64); 8] = [
    ("critical", 18),
    ("error", 17),
    ("warning", 13),
    ("notice", 10),
    ("info", 9),
    ("alert", 19),
    ("WARN2", 14),
    ("debug", 5),
];
const SYSLOG: [(&str, u64); 8] = [
    ("critical", 2),
    ("error", 3),
    ("warning", 4),
    ("notice", 5),
    ("info", 6),
    ("alert", 1),
    ("WARN2", 4),
    ("debug", 7),
];

fn of(table: &[(&str, u64)], level: &str) -> u64 {
    table.iter().find(|(name, _)| *name == level).unwrap().1
}

fn attribute<'v>(record: &'v Value, key: &str) -> &'v Value {
    record["attributes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|a| a["key"] == key)
        .map_or(&Value::Null, |a| &a["value"])
}

/// The value of a key of CEF or LEEF.
fn field<'t>(line: &'t str, key: &str, end: char) -> &'t str {
    let at = line.find(&format!("{end}{key}=")).or_else(|| line.find(&format!("|{key}="))).unwrap();
    let rest = &line[at + key.len() + 2..];
    rest.split(end).next().unwrap().trim_end()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn formats_agree(
        number in prop_oneof![Just(8_i16), Just(3), Just(10), 1_i16..20],
        emphasis: bool,
        standard in 0_i16..8,
        cpu in 0_u16..16,
        reason in 1_i16..5,
        text in "[ -~]{1,20}",
        rules in proptest::collection::vec(
            (
                prop_oneof![Just("emphasis"), Just("default"), Just("ZRPC-EVT-BKUP-FAIL")],
                prop_oneof![Just("alert"), Just("WARN2"), Just("debug")],
            ).prop_map(|(rule, level)| format!("{rule}={level}")),
            0..3,
        ),
    ) {
        let site = reference(&rules);
        let line = json!({
            "kind": "event", "ssid": "TANDEM.RPC.D10", "number": number, "generated": "2026-11-20T10:15:00.123456Z",
            "node": 3, "process": "\\NODE.$ZPM", "cpu": cpu, "pin": 45, "emphasis": emphasis, "content_standard": standard,
            "tokens": [
                {"name": "ZEMS-TKN-SUBJECT-MARK"}, {"name": "ZCOM-TKN-SUBJ-PROC", "value": text},
                {"name": "ZRPC-TKN-CPU", "value": cpu}, {"name": "ZRPC-TKN-BKUP-ERROR", "value": reason},
            ],
        });
        let line = match built(&site, &line.to_string()) {
            Ok(bytes) => bytes,
            // Without the token for reasons the rest says enough.
            Err(error) if error.contains("ZRPC-TKN-BKUP-ERROR") => {
                let mut object = line;
                object["tokens"].as_array_mut().unwrap().pop();
                built(&site, &object.to_string()).unwrap()
            }
            Err(error) => panic!("{error}"),
        };
        let bytes = line;
        let plain = Options::default();
        let shown = |format: &str| shown(&site, format, &plain, &bytes);

        // The expected values follow from the text of this test alone.
        let is_critical = match number { 8 => false, 3 => true, _ => emphasis };
        let level = expected_level(&rules, number, is_critical, standard);

        let json: Value = serde_json::from_str(&shown("json")).unwrap();
        let sentence = json["text"].as_str().unwrap().to_owned();
        let name = json.get("name").and_then(Value::as_str).map_or_else(|| format!("TANDEM.RPC:{number}"), str::to_owned);
        prop_assert_eq!(&json["emphasis"], &json!(is_critical));
        prop_assert_eq!(json.get("stored").is_some(), is_critical != emphasis);

        let buffer = Decoder::new(site.profile()).parse(&bytes).unwrap();
        let event = site.event(&buffer).unwrap();
        prop_assert_eq!(site.emphasis(&event), Some(is_critical));
        prop_assert_eq!(site.severity(&event).name(), level);
        prop_assert_eq!(site.sentence(&event).to_string(), sentence.clone());

        let line = shown("text");
        prop_assert!(line.ends_with(&format!("{}\n", sentence.trim_end())), "{}", line);
        prop_assert_eq!(line.contains("$ZPM* "), is_critical, "{}", line);

        let columns = "emphasis,severity,name,text,cpu,ZRPC-TKN-CPU,subject".split(',').map(str::to_owned).collect();
        let csv = Options { columns, header: false, ..Options::default() };
        let row = super::shown(&site, "csv", &csv, &bytes);
        let quoted = |text: &str| if text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() };
        let shown_name = json.get("name").and_then(Value::as_str).unwrap_or("");
        let expected = format!("{is_critical},{level},{shown_name},{},{cpu},{cpu},{}\n", quoted(&sentence), quoted(&text));
        prop_assert_eq!(row, expected);

        let otlp: Value = serde_json::from_str(&shown("otlp")).unwrap();
        let record = &otlp["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0];
        prop_assert_eq!(&record["severityNumber"], &json!(of(&OTLP, level)));
        prop_assert_eq!(&record["severityText"], &json!(level));
        prop_assert_eq!(&record["body"]["stringValue"], &json!(sentence));
        prop_assert_eq!(&record["eventName"], &json!(name));
        prop_assert_eq!(&attribute(record, "ems.emphasis")["boolValue"], &json!(is_critical));
        prop_assert_eq!(&attribute(record, "ZRPC-TKN-CPU")["intValue"], &json!(cpu.to_string()));

        let syslog = shown("syslog");
        prop_assert!(syslog.starts_with(&format!("<{}>1 ", 128 + of(&SYSLOG, level))), "{} {}", level, syslog);
        prop_assert!(syslog.contains(&format!(" ZRPC-TKN-CPU=\"{cpu}\"")), "{}", syslog);
        prop_assert!(syslog.trim_end().ends_with(sentence.trim_end()), "{}", syslog);

        let cef = shown("cef");
        let severity = [10, 9, 8, 7, 5, 3, 2, 0][usize::try_from(of(&SYSLOG, level)).unwrap()];
        prop_assert!(cef.starts_with(&format!("CEF:0|HPE|NonStop EMS|D10|{number}|{name}|{severity}|rt=1795169700123 ")), "{}", cef);
        let escaped = sentence.replace('\\', "\\\\").replace('=', "\\=");
        prop_assert!(cef.ends_with(&format!(" msg={escaped}\n")), "{}", cef);
        prop_assert_eq!(field(&cef, "cn1", ' '), cpu.to_string());

        let leef = shown("leef");
        prop_assert!(leef.starts_with(&format!("LEEF:2.0|HPE|NonStop EMS|D10|{number}|x09|devTime=1795169700123\t")), "{}", leef);
        prop_assert_eq!(field(&leef, "eventName", '\t'), name.clone());
        prop_assert_eq!(field(&leef, "ZRPC-TKN-CPU", '\t'), cpu.to_string());
        prop_assert!(leef.ends_with(&format!("\tmsg={sentence}\n")), "{}", leef);

        let ecs: Value = serde_json::from_str(&shown("ecs")).unwrap();
        prop_assert_eq!(&ecs["log.level"], &json!(level));
        prop_assert_eq!(&ecs["message"], &json!(sentence));
        prop_assert_eq!(&ecs["event.code"], &json!(number.to_string()));
        prop_assert_eq!(&ecs["event.action"], &json!(name));
        prop_assert_eq!(&ecs["nonstop.emphasis"], &json!(is_critical));
        prop_assert_eq!(&ecs["nonstop.tokens"]["ZRPC-TKN-CPU"], &json!(cpu));
        prop_assert_eq!(&ecs["host.name"], &json!("NODE"));

        // These show what is stored.
        let dump = shown("dump");
        prop_assert_eq!(dump.contains("  emphasis"), emphasis, "{}", dump);
        let list = shown("tokens");
        let flag = list.lines().find(|line| line.contains("EMPHASIS") || line.contains("Emphasis")).unwrap_or("");
        prop_assert!(flag.is_empty() || flag.ends_with(if emphasis { "T" } else { "F" }), "{}", list);
        prop_assert!(formats::ALL.len() >= 10);
    }
}

static SITE: LazyLock<Site> = LazyLock::new(|| reference(&[]));

/// The labels of ZRPC-TKN-BKUP-FAIL-REASON, as zrpc.ddl has them.
const REASONS: [(i16, &str); 3] = [(1, "it abended"), (2, "its CPU is down"), (3, "it was stopped")];

/// The lines of an output after the one that names a token.
fn after<'t>(output: &'t str, name: &str) -> impl Iterator<Item = &'t str> {
    output.lines().skip_while(move |line| !line.contains(name)).skip(1)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Numbers, labels and texts of tokens, worked out by the test and found in every format.
    #[test]
    fn values_agree(
        number in prop_oneof![Just(8_i16), Just(3), Just(10)],
        emphasis: bool,
        reason in prop_oneof![0_i16..8, Just(-1), any::<i16>()],
        int: i16,
        int2: i32,
        uint: u16,
        text in "[!-~]([ -~]{0,18}[!-~])?",
    ) {
        let site = &*SITE;
        let line = json!({
            "kind": "event", "ssid": "TANDEM.RPC.D10", "number": number, "generated": "2026-11-20T10:15:00.123456Z",
            "node": 3, "process": "\\NODE.$ZPM", "cpu": 2, "pin": 45, "emphasis": emphasis,
            "tokens": [
                {"name": "ZEMS-TKN-SUBJECT-MARK"}, {"name": "ZCOM-TKN-SUBJ-PROC", "value": "$ZPM"},
                {"name": "ZRPC-TKN-BKUP-FAIL-REASON", "value": reason}, {"name": "ZRPC-TKN-CREATE-ERR", "value": int},
                {"name": "ZRPC-TKN-PROGRAM-NUM", "value": int2}, {"name": "ZRPC-TKN-CPU", "value": uint},
                {"name": "ZRPC-TKN-BAD-ARG", "value": text},
            ],
        });
        let bytes = built(site, &line.to_string()).unwrap();
        let shown = |format: &str| shown(site, format, &Options::default(), &bytes);
        let label = REASONS.iter().find(|(known, _)| *known == reason).map(|(_, label)| *label);
        let reason_text = label.map_or_else(|| reason.to_string(), str::to_owned);
        let numbers = [
            ("ZRPC-TKN-CREATE-ERR", "Creation_error:", i64::from(int)),
            ("ZRPC-TKN-PROGRAM-NUM", "Program_number:", i64::from(int2)),
            ("ZRPC-TKN-CPU", "CPU:", i64::from(uint)),
        ];

        let json: Value = serde_json::from_str(&shown("json")).unwrap();
        let tokens = json["tokens"].as_array().unwrap();
        let token = |name: &str| tokens.iter().find(|token| token["name"] == name).unwrap();
        prop_assert_eq!(&token("ZRPC-TKN-BKUP-FAIL-REASON")["value"], &json!(reason));
        prop_assert_eq!(token("ZRPC-TKN-BKUP-FAIL-REASON").get("label").and_then(Value::as_str), label);
        prop_assert_eq!(&token("ZRPC-TKN-BAD-ARG")["value"], &json!(text));
        for (name, _, value) in numbers {
            prop_assert_eq!(&token(name)["value"], &json!(value));
        }

        let names = ["ZRPC-TKN-BKUP-FAIL-REASON", "ZRPC-TKN-CREATE-ERR", "ZRPC-TKN-PROGRAM-NUM", "ZRPC-TKN-CPU", "ZRPC-TKN-BAD-ARG"];
        let csv = Options { columns: names.map(str::to_owned).to_vec(), header: false, ..Options::default() };
        let quoted = if text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.clone() };
        prop_assert_eq!(super::shown(site, "csv", &csv, &bytes), format!("{reason_text},{int},{int2},{uint},{quoted}\n"));

        let otlp: Value = serde_json::from_str(&shown("otlp")).unwrap();
        let record = &otlp["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0];
        let reason_value = match label {
            Some(label) => json!({"stringValue": label}),
            None => json!({"intValue": reason.to_string()}),
        };
        prop_assert_eq!(attribute(record, "ZRPC-TKN-BKUP-FAIL-REASON"), &reason_value);
        prop_assert_eq!(&attribute(record, "ZRPC-TKN-BAD-ARG")["stringValue"], &json!(text));
        let ecs: Value = serde_json::from_str(&shown("ecs")).unwrap();
        let tokens = &ecs["nonstop.tokens"];
        prop_assert_eq!(&tokens["ZRPC-TKN-BKUP-FAIL-REASON"], &label.map_or_else(|| json!(reason), |label| json!(label)));
        prop_assert_eq!(&tokens["ZRPC-TKN-BAD-ARG"], &json!(text));
        let leef = shown("leef");
        prop_assert_eq!(field(&leef, "ZRPC-TKN-BKUP-FAIL-REASON", '\t'), &reason_text);
        prop_assert_eq!(field(&leef, "ZRPC-TKN-BAD-ARG", '\t'), &text);
        // Structured data has the numbers of enumerations, so that it reads back without definitions.
        let syslog = shown("syslog");
        prop_assert!(syslog.contains(&format!(" ZRPC-TKN-BKUP-FAIL-REASON=\"{reason}\"")), "{}", syslog);
        let escaped: String = text.chars().flat_map(|c| ['\\'].into_iter().filter(move |_| "\"\\]".contains(c)).chain([c])).collect();
        prop_assert!(syslog.contains(&format!(" ZRPC-TKN-BAD-ARG=\"{escaped}\"]")), "{} {}", escaped, syslog);

        let list = shown("tokens");
        let heading = |label: &str| -> Vec<&str> { list.lines().filter(|line| line.starts_with(label)).collect() };
        let last = heading("Backup_failure_reason:")[0];
        let listed = label.map_or_else(|| format!(" {reason}"), |label| format!(" {label} ({reason})"));
        prop_assert!(last.ends_with(&listed), "{} {}", last, listed);
        prop_assert!(heading("Bad_argument:").iter().any(|line| line.ends_with(&format!(" {text}"))), "{}", list);
        let dump = shown("dump");
        let stored = after(&dump, "ZRPC-TKN-BKUP-FAIL-REASON").next().unwrap();
        let stored_as = label.map_or_else(|| format!("  {reason}"), |label| format!("  {reason} ({label}?)"));
        prop_assert!(stored.ends_with(&stored_as), "{} {}", stored, stored_as);

        for (name, label, value) in numbers {
            prop_assert_eq!(&attribute(record, name)["intValue"], &json!(value.to_string()));
            prop_assert_eq!(&tokens[name], &json!(value));
            prop_assert_eq!(field(&leef, name, '\t'), value.to_string());
            prop_assert!(syslog.contains(&format!(" {name}=\"{value}\"")), "{} {} {}", name, value, syslog);
            prop_assert!(heading(label).iter().any(|line| line.ends_with(&format!(" {value}"))), "{} {}", label, list);
            prop_assert!(after(&dump, name).next().unwrap().ends_with(&format!("  {value}")), "{} {}", name, dump);
        }

        #[cfg(feature = "arrow")]
        arrow(site, &bytes, reason, numbers.map(|(_, _, value)| value), &text, json["emphasis"] == json!(true));
    }
}

/// The columns of Arrow, which Parquet stores; `emphasis` as the JSON form has it. The text of an enumeration is its number there.
#[cfg(feature = "arrow")]
fn arrow(site: &Site, bytes: &[u8], reason: i16, numbers: [i64; 3], text: &str, emphasis: bool) {
    use arrow_array::Array;
    use arrow_array::cast::AsArray;
    use arrow_array::types::Int64Type;
    use zems::describe::{Described, Record};

    let buffer = Decoder::new(site.profile()).parse(bytes).unwrap();
    let mut batches = formats::arrow::Batches::new(site, &[]).unwrap();
    batches.push(&Record::new(Described::new(site, &buffer))).unwrap();
    let found = batches.finish();
    assert_eq!(found["emphasis"].as_boolean().value(0), emphasis);
    let tokens = found["tokens"].as_list::<i32>().value(0);
    let tokens = tokens.as_struct();
    let texts = tokens.column_by_name("text").unwrap().as_string::<i32>();
    let integers = tokens.column_by_name("integer").unwrap().as_primitive::<Int64Type>();
    // Mark and subject come first.
    assert_eq!((tokens.len(), texts.value(2), texts.value(6)), (7, &*reason.to_string(), text));
    assert_eq!([3, 4, 5].map(|at| integers.value(at)), numbers);
}

/// A new format has to be compared with the others.
#[test]
fn every_format_is_compared() {
    let compared =
        ["text", "json", "tokens", "csv", "syslog", "otlp", "cef", "leef", "ecs", "dump", "arrow", "parquet"];
    let others = formats::ALL.iter().filter(|format| !compared.contains(&format.name));
    assert_eq!(others.map(|format| format.name).collect::<Vec<_>>(), Vec::<&str>::new());
}
