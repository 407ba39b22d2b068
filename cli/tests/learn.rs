//! Unknown systems on the command line: `doctor`, `--from scan`, `generate --like` and `learn`.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value as Json;
use zems::samples;

use crate::support::scratch;

fn zems(directory: &Path, args: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zems"));
    command.args(args.split(' ')).current_dir(directory).env_remove("COLUMNS").output().unwrap()
}

fn good(directory: &Path, args: &str) -> String {
    let output = zems(directory, args);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), &*errors), (Some(0), ""), "zems {args}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A system whose header has nothing where the shipped layouts have it.
const DDL: &str = "\
CONSTANT SYS-SSN-TELLER VALUE IS 77.
CONSTANT SYS-VAL-OWNER VALUE IS \"BANK\".
CONSTANT ZEMS-TNM-SUBJECT-MARK VALUE IS -1234.
DEF SYS-DDL-H.
 02 FILLER PIC X(3).
 02 NAME PIC X(6).
 02 NODE PIC X(1).
 02 MADE PIC X(8).
 02 FILLER PIC X(1).
 02 NUM PIC X(2).
 02 FLG PIC X(2).
 02 PIN PIC X(1).
 02 LOGGED PIC X(8).
 02 FILLER PIC X(2).
 02 CPU PIC X(1).
END
";
const EVENTS: &str = "\
SUBSYSTEM SYS-SSN-TELLER OWNER SYS-VAL-OWNER NAME TELLER
NODE 17 NAME PARIS
NODE 200 NAME ROME
LAYOUT SYS-DDL-H LENGTH 40
 FIELD NAME SERVES ZEMS-TKN-CRTPID
 FIELD NODE SERVES ZEMS-TKN-NODENUM
 FIELD MADE SERVES ZEMS-TKN-GENTIME
 FIELD LOGGED SERVES ZEMS-TKN-LOGTIME
 FIELD NUM SERVES ZEMS-TKN-EVENTNUMBER
 FIELD PIN SERVES ZEMS-TKN-PIN
 FIELD CPU SERVES ZEMS-TKN-CPU
 FLAG FLG BIT 9 SERVES ZEMS-TKN-EMPHASIS
";

#[test]
fn a_system_is_understood_from_its_own_log() {
    let directory = scratch("understood");
    fs::create_dir(directory.join("hidden")).unwrap();
    fs::write(directory.join("hidden/h.ddl"), DDL).unwrap();
    fs::write(directory.join("hidden/h.events"), EVENTS).unwrap();
    good(&directory, "generate --no-builtin --like hidden -n 300 --seed 5 -o raw.bin");
    let shown = "--zone Asia/Kathmandu --width 80 raw.bin";
    let printed = good(&directory, &format!("decode --no-builtin --define hidden {shown}"));
    assert!(printed.contains(r"\PARIS.$") && printed.contains("BANK.TELLER.0"), "{printed}");
    fs::write(directory.join("printed.txt"), &printed).unwrap();

    // Unknown, it does not print the same.
    assert_ne!(good(&directory, &format!("decode --no-builtin {shown}")), printed);
    let learned =
        good(&directory, "learn --no-builtin --format json --raw raw.bin --printed printed.txt -o site");
    let items: Vec<Json> = learned.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let field = |name: &str| items.iter().find(|item| item["field"] == name).unwrap();
    assert_eq!(
        (&field("event-number")["answer"]["offset"], &field("event-number")["of"]),
        (&19.into(), &300.into())
    );
    assert_eq!(field("emphasis")["answer"], serde_json::json!({ "offset": 22, "bit": 1 }));
    assert_eq!(field("log-time")["answer"]["offset"], 24);
    assert!(items.iter().any(|item| item["zone"] == "+05:45"));
    let files = fs::read_to_string(directory.join("site/learned.events")).unwrap();
    assert!(files.contains("SERVES ZEMS-TKN-EVENTNUMBER ! 300 of 300 events\n"), "{files}");

    let again = good(&directory, &format!("decode --no-builtin --define site {shown}"));
    assert_eq!(again, printed);
    let by_offset = shown.replace("Asia/Kathmandu", "+05:45");
    assert_eq!(good(&directory, &format!("decode --no-builtin --define site {by_offset}")), printed);
}

/// Numbers that differ from the shipped ones are found by the templates that print the tokens.
#[test]
fn numbers_of_tokens_are_found_by_their_templates() {
    let directory = scratch("numbers");
    fs::create_dir(directory.join("hidden")).unwrap();
    let numbers = [
        "CONSTANT ZSPI-SSN-ZRPC VALUE IS 47.",
        "CONSTANT ZSPI-SSN-ZEMS VALUE IS 12.",
        "CONSTANT ZEMS-TNM-SUBJECT-MARK VALUE IS -1234.",
        "CONSTANT ZEMS-TNM-TEXT VALUE IS 4711.",
        "CONSTANT ZRPC-TNM-CPU VALUE IS 77.",
        // The number of another token in the shipped definitions.
        "CONSTANT ZRPC-TNM-PROGRAM-NUM VALUE IS 8.",
        "CONSTANT ZCOM-TNM-SUBJ-FILE VALUE IS 120.",
    ];
    fs::write(directory.join("hidden/h.ddl"), numbers.join("\n")).unwrap();
    let nodes = "NODE 3 NAME NODE\nNODE 4 NAME SYSA\nNODE 5 NAME SYSB\nNODE 254 NAME TEST\n";
    fs::write(directory.join("hidden/h.events"), nodes).unwrap();
    good(&directory, "generate --like hidden -n 700 --seed 8 -o raw.bin");
    let shown = "--zone Europe/Berlin --width 80 raw.bin";
    let printed = good(&directory, &format!("decode --define hidden {shown}"));
    fs::write(directory.join("printed.txt"), &printed).unwrap();
    assert_ne!(good(&directory, &format!("decode {shown}")), printed);
    good(&directory, "learn --raw raw.bin --printed printed.txt -o site");
    let learned = fs::read_to_string(directory.join("site/learned.ddl")).unwrap();
    for number in numbers {
        assert!(learned.contains(number), "{number}: {learned}");
    }
    assert_eq!(good(&directory, &format!("decode --define site {shown}")), printed);
}

/// The tokens that listings show become definitions.
#[test]
fn listings_name_tokens_and_values() {
    let directory = scratch("listings");
    good(&directory, "generate -n 200 --seed 2 --ssid TANDEM.RPC.* -o raw.bin");
    let list = good(&directory, "decode --format tokens --labels names raw.bin");
    fs::write(directory.join("list.txt"), list).unwrap();
    good(&directory, "learn --no-builtin --raw raw.bin --listing list.txt -o site");
    let json = good(&directory, "decode --no-builtin --define site --format json raw.bin");
    let with = |key: &str, value: &str| {
        let is_it = |token: &Json| token[key] == value;
        json.lines()
            .filter(|line| {
                let event: Json = serde_json::from_str(line).unwrap();
                event["tokens"].as_array().unwrap().iter().any(is_it)
            })
            .count()
    };
    let truth = good(&directory, "decode --format json raw.bin");
    let count = |what: &str| truth.lines().filter(|line| line.contains(what)).count();
    assert!(with("name", "ZCOM-TKN-SUBJ-PROC") > 3);
    assert_eq!(with("name", "ZCOM-TKN-SUBJ-PROC"), count("\"ZCOM-TKN-SUBJ-PROC\""));
    assert_eq!(with("label", "PROC"), count("\"label\":\"PROC\""));
    // The header of these events too, with no layout known at first and no printed line.
    let bare = good(&directory, "decode --no-builtin --format json raw.bin");
    let objects =
        |text: &str| text.lines().map(|line| serde_json::from_str::<Json>(line).unwrap()).collect::<Vec<_>>();
    for ((shown, truth), bare) in objects(&json).iter().zip(objects(&truth)).zip(objects(&bare)) {
        for key in ["number", "generated", "logged", "cpu", "pin", "emphasis", "node"] {
            assert_eq!((&shown[key], &bare[key]), (&truth[key], &Json::Null), "{key}");
        }
        assert!(shown["provisional"].is_null() && truth["provisional"].to_string().contains("\"layout\""));
    }
}

/// The shipped layout, which `--no-builtin` does not know, in a night in which the clocks are put back.
#[test]
fn the_shipped_layout_is_worked_out_across_a_change_of_clocks() {
    let directory = scratch("shipped");
    good(&directory, "generate -n 400 --seed 3 --start 2026-10-24T19:00:00Z --step 90 -o raw.bin");
    let shown = "--zone Europe/Berlin --width 80 raw.bin";
    let printed = good(&directory, &format!("decode {shown}"));
    fs::write(directory.join("printed.txt"), &printed).unwrap();
    let bare = good(&directory, "decode --no-builtin --format json raw.bin");
    assert!(
        bare.lines().all(|line| line.contains("\"layout\":82") && !line.contains("\"number\":")),
        "{bare}"
    );
    let learned =
        good(&directory, "learn --no-builtin --format json --raw raw.bin --printed printed.txt -o site");
    let items: Vec<Json> = learned.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let zones: Vec<_> = items.iter().filter_map(|item| item["zone"].as_str()).collect();
    assert!(zones == ["+02:00", "+01:00"] || zones == ["+01:00", "+02:00"], "{zones:?}");
    for (field, offset) in [("event-number", 0), ("generation-time", 2), ("log-time", 10), ("node", 38)] {
        let item = items.iter().find(|item| item["field"] == field).unwrap();
        assert_eq!((&item["header"], &item["answer"]["offset"]), (&82.into(), &offset.into()), "{item}");
    }
    // With the shipped names and the layout learnt, the same lines; the layout is a fact now.
    assert_eq!(good(&directory, &format!("decode --define site {shown}")), printed);
    let json = good(&directory, "decode --define site --format json raw.bin");
    assert!(!json.contains("\"layout\",") && !json.contains("[\"layout\"]"), "{json}");
}

#[test]
fn learn_says_when_there_is_nothing_to_learn() {
    let directory = scratch("nothing");
    fs::write(directory.join("raw.bin"), samples::EVENT).unwrap();
    fs::write(directory.join("printed.txt"), "no line of an event\n").unwrap();
    let output = zems(&directory, "learn --raw raw.bin --printed printed.txt -o site");
    assert_eq!(output.status.code(), Some(1));
    assert!(!directory.join("site").exists());
    assert_eq!(zems(&directory, "learn --raw raw.bin -o site").status.code(), Some(2));
}

/// Blocks of 2048 bytes with a header, records with lengths, and an odd rest.
fn blocks(buffers: &[&[u8]]) -> Vec<u8> {
    let mut file = Vec::new();
    for (number, buffers) in buffers.chunks(5).enumerate() {
        let start = file.len();
        file.extend(b"block header of 30 bytes......");
        for buffer in buffers {
            file.extend(u16::try_from(buffer.len()).unwrap().to_be_bytes());
            file.extend(*buffer);
        }
        file.extend(vec![u8::try_from(number).unwrap(); number + 1]);
        file.resize(start + 2048, b'.');
    }
    file
}

#[test]
fn a_scan_finds_readable_buffers_only() {
    let directory = scratch("scan");
    let file = blocks(&[samples::BKUP_FAIL; 12]);
    fs::write(directory.join("dump.bin"), &file).unwrap();
    let json = good(&directory, "decode --from scan --strict --format json dump.bin");
    let offsets: Vec<_> = json
        .lines()
        .map(|line| serde_json::from_str::<Json>(line).unwrap()["offset"].as_u64().unwrap())
        .collect();
    let step = u64::try_from(samples::BKUP_FAIL.len()).unwrap() + 2;
    let truth: Vec<_> = (0..12).map(|at| 2048 * (at / 5) + 32 + step * (at % 5)).collect();
    assert_eq!(offsets, truth);
    // Cut short, the last one is not there.
    fs::write(directory.join("dump.bin"), &file[..2048 * 2 + 32 + 100]).unwrap();
    assert_eq!(good(&directory, "decode --from scan --strict --format json dump.bin").lines().count(), 10);
    assert_eq!(good(&directory, "decode --from scan --strict --format json /dev/null"), "");
}

#[test]
fn doctor_reports_the_framing_and_unknown_names() {
    let directory = scratch("doctor");
    let buffers = [samples::BKUP_FAIL; 25];
    let framed: Vec<u8> = buffers
        .iter()
        .flat_map(|buffer| [&u32::try_from(buffer.len()).unwrap().to_be_bytes()[..], buffer].concat())
        .collect();
    let hex: String = samples::COMMAND.iter().map(|byte| format!("{byte:02X}")).collect();
    // A header of an unknown length, an unknown subsystem, a data type without a meaning.
    let mut strange = samples::EVENT.to_vec();
    strange.splice(28..28, [0; 12]);
    (strange[4..6]).copy_from_slice(&(183_u16 + 12 - 6).to_be_bytes());
    strange[25] = 44;
    let place = strange.windows(4).position(|code| code == [0x02, 0x02, 0x00, 0x0B]).unwrap();
    strange[place] = 0x55;
    for (name, bytes) in [
        ("frames.bin", framed.as_slice()),
        ("blocks.bin", &blocks(&buffers)),
        ("text.hex", hex.as_bytes()),
        ("strange.bin", &strange),
    ] {
        fs::write(directory.join(name), bytes).unwrap();
    }
    let all = "frames.bin blocks.bin text.hex strange.bin";
    let report: Json =
        serde_json::from_str(&good(&directory, &format!("doctor --format json {all}"))).unwrap();
    let input = |at: usize, key: &str| report["inputs"][at][key].clone();
    assert_eq!([input(0, "framing"), input(1, "framing"), input(2, "framing")], ["be32", "scan", "hex"]);
    assert_eq!(
        (input(0, "source"), input(0, "buffers"), input(1, "block")),
        ("frames.bin".into(), 25.into(), 2048.into())
    );
    let header = report["headers"].as_array().unwrap().iter().find(|header| header["length"] == 44).unwrap();
    assert_eq!((&header["layout"], &header["count"]), (&Json::Null, &1.into()));
    assert_eq!(report["data_types"][0]["data_type"], 0x55);
    let has = |list: &str, key: &str, value: i64| {
        report[list].as_array().unwrap().iter().any(|item| item[key] == value)
    };
    assert!(has("subsystems", "number", 7) && has("tokens", "number", 11));
    assert!(report["fetch"].as_array().unwrap().iter().any(|what| what.as_str().unwrap().contains("ACME.7")));

    let text = good(&directory, &format!("doctor {all}"));
    for said in [
        "frames.bin: 25 buffers",
        "(be32)",
        "every 2048 bytes",
        "(hex)",
        "length byte 44",
        "  85, 1 times",
        "ACME.7.0",
        "number 11",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let output = zems(&directory, "doctor frames.bin missing.bin");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("missing.bin"));
    assert!(String::from_utf8_lossy(&output.stdout).contains("frames.bin: 25 buffers"));
}
