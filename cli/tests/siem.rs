//! The configurations of docs/siem.md, as far as their programs are installed here.

use std::fs;
use std::path::Path;
use std::process::Command;

use saphyr::{LoadableYamlNode as _, Yaml};

use crate::support::{Running, free_port, installed, lines_of, scratch};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The blocks of the page in a language that contain a text.
fn block(language: &str, contains: &str) -> String {
    let page = fs::read_to_string(Path::new(ROOT).join("docs/siem.md")).unwrap();
    let fence = format!("```{language}\n");
    let mut blocks = page.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.find(|block| block.contains(contains)).unwrap().to_owned()
}

#[test]
fn rsyslog_writes_the_objects_that_the_page_promises() {
    let Some(program) = installed("rsyslogd", "rsyslog") else { return };
    let directory = scratch("siem-rsyslog");
    let port = free_port();
    let written = directory.join("nonstop.jsonl");
    let configuration = block("rsyslog", "imtcp");
    assert!(configuration.contains("/var/log/nonstop.jsonl") && configuration.contains("\"5140\""));
    let configuration = configuration
        .replace("/var/log/nonstop.jsonl", &written.display().to_string())
        .replace("\"5140\"", &format!("\"{port}\""));
    let file = directory.join("rsyslog.conf");
    fs::write(&file, format!("global(workDirectory=\"{}\")\n{configuration}", directory.display())).unwrap();
    let checked = Command::new(&program).args(["-N1", "-f"]).arg(&file).output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));

    let mut command = Command::new(&program);
    command.arg("-n").arg("-f").arg(&file).arg("-i").arg(directory.join("pid"));
    let _receiver = Running::listening(&mut command, port);
    let sent = Command::new(env!("CARGO_BIN_EXE_zems"))
        .args(["decode", "--syslog-to", &format!("tcp://127.0.0.1:{port}"), "samples/bkup-fail.bin"])
        .current_dir(ROOT)
        .output()
        .unwrap();
    assert!(sent.status.success(), "{}", String::from_utf8_lossy(&sent.stderr));
    let lines = lines_of(&written, 1).concat();
    let object: serde_json::Value = serde_json::from_str(&lines).unwrap();
    let text = |key: &str| object.get(key).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    assert_eq!(text("node"), "NODE");
    assert_eq!(text("process"), "$ZPM");
    assert_eq!(text("event"), "ZRPC-EVT-BKUP-FAIL");
    assert_eq!(text("severity"), "crit");
    assert!(text("sd").contains("ZRPC-TKN-CPU=\"3\""), "{lines}");
    assert_eq!(text("text").trim_start(), "Backup process in CPU 3 died because its CPU is down");
    assert!(text("time").starts_with("2026-11-20T10:15:00.123456"), "{lines}");
}

#[test]
fn systemd_accepts_the_unit() {
    let Some(program) = installed("systemd-analyze", "systemd") else { return };
    let directory = scratch("siem-systemd");
    let unit = block("ini", "[Service]");
    assert!(unit.contains("/usr/local/bin/zems"));
    // systemd looks whether the program is there.
    let unit = unit.replace("/usr/local/bin/zems", env!("CARGO_BIN_EXE_zems"));
    let file = directory.join("zems.service");
    fs::write(&file, &unit).unwrap();
    let verified = |file: &Path| {
        let output = Command::new(&program).args(["verify", "--man=no"]).arg(file).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        let ours: Vec<_> = told.lines().filter(|line| line.contains("zems")).map(str::to_owned).collect();
        ours
    };
    assert_eq!(verified(&file), Vec::<String>::new());
    fs::write(&file, unit.replace("ProtectHome=yes", "ProtectHome=perhaps\nNoSuchSetting=1")).unwrap();
    assert!(!verified(&file).is_empty(), "systemd-analyze does not look at the unit");
}

#[test]
fn vectors_configurations_are_toml() {
    for contains in ["opentelemetry", "exec"] {
        let table: toml::Table = block("toml", contains).parse().unwrap();
        assert!(table.contains_key("sources") && table.contains_key("sinks"), "{table:?}");
    }
}

/// A file of the page in YAML.
fn yaml(contains: &str) -> Yaml<'static> {
    let text: &'static str = block("yaml", contains).leak();
    Yaml::load_from_str(text).unwrap().remove(0)
}

fn words(list: &Yaml<'_>) -> Vec<String> {
    list.as_sequence().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
}

#[test]
fn pipelines_of_the_collector_name_components_that_are_defined() {
    let file = yaml("memory_limiter");
    let pipeline = &file["service"]["pipelines"]["logs"];
    for part in ["receivers", "processors", "exporters"] {
        let used = words(&pipeline[part]);
        assert!(!used.is_empty());
        let defined: Vec<_> =
            file[part].as_mapping().unwrap().keys().map(|it| it.as_str().unwrap()).collect();
        assert_eq!(used, defined, "{part}");
    }
    // The collector's documentation wants the limiter first.
    assert_eq!(words(&pipeline["processors"])[0], "memory_limiter");
}

/// The addresses in the configurations are those of the commands beside them, and the forms those that the agents parse.
#[test]
fn agents_listen_where_the_commands_send() {
    let page = fs::read_to_string(Path::new(ROOT).join("docs/siem.md")).unwrap();
    let collector = yaml("memory_limiter");
    let endpoint = collector["receivers"]["otlp"]["protocols"]["http"]["endpoint"].as_str().unwrap();
    assert!(page.contains(&format!("--otlp-to http://{endpoint}")), "{endpoint}");
    let bit = yaml("pipeline:");
    let input = &bit["pipeline"]["inputs"][0];
    let bound = (input["listen"].as_str().unwrap(), input["port"].as_integer().unwrap());
    assert_eq!(format!("{}:{}", bound.0, bound.1), endpoint);
    assert_eq!(bit["pipeline"]["outputs"][0]["match"].as_str(), Some("*"));
    let vector: toml::Table = block("toml", "opentelemetry").parse().unwrap();
    let source = vector["sources"]["nonstop"].as_table().unwrap();
    assert_eq!(source["http"]["address"].as_str(), Some(endpoint));
    // Vector names the logs of this source after it.
    assert_eq!(vector["sinks"]["out"]["inputs"][0].as_str(), Some("nonstop.logs"));
}

#[test]
fn splunk_finds_the_time_of_each_event() {
    let file = block("ini", "TIME_PREFIX");
    let setting = |name: &str| {
        let line = file.lines().find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix('='));
        line.unwrap_or_else(|| panic!("{name}")).trim().to_owned()
    };
    let source = block("ini", "monitor:");
    assert!(file.starts_with("[nonstop:ems]") && source.contains("sourcetype = nonstop:ems"));
    let written = Command::new(env!("CARGO_BIN_EXE_zems"))
        .args([
            "decode",
            "--format",
            "json",
            "samples/bkup-fail.bin",
            "samples/event.bin",
            "samples/pid-file-lock.bin",
        ])
        .current_dir(ROOT)
        .output()
        .unwrap();
    let written = String::from_utf8(written.stdout).unwrap();
    let (prefix, ahead) =
        (setting("TIME_PREFIX"), setting("MAX_TIMESTAMP_LOOKAHEAD").parse::<usize>().unwrap());
    assert_eq!(setting("TIME_FORMAT"), "%Y-%m-%dT%H:%M:%S.%6N");
    assert!(written.lines().count() > 1);
    for line in written.lines() {
        let (_, after) = line.split_once(&prefix).unwrap();
        let time = chrono::NaiveDateTime::parse_from_str(&after[..ahead], "%Y-%m-%dT%H:%M:%S%.6f");
        assert!(time.is_ok(), "{line}");
    }
}

#[test]
fn filebeat_reads_lines_of_objects_with_dotted_keys() {
    let file = yaml("filestream");
    let parser = &file["filebeat.inputs"][0]["parsers"][0]["ndjson"];
    assert_eq!(parser["expand_keys"].as_bool(), Some(true));
    assert_eq!(parser["target"].as_str(), Some(""));
}
