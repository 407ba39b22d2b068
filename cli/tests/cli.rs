//! The program as a script sees it: output, standard error, exit codes.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use zems::samples;

use crate::support::scratch;

struct Ran {
    code: i32,
    out: Vec<u8>,
    err: String,
}

impl Ran {
    fn text(&self) -> &str {
        core::str::from_utf8(&self.out).unwrap()
    }
}

fn zems(args: &[&str], input: &[u8]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zems"));
    command.args(args).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).env_remove("COLUMNS");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A program that has seen enough closes its input.
    let feed = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    feed.join().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: output.stdout,
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

const BACKUP: &str = "26-11-20 10:15:00 \\NODE.$ZPM* TANDEM.RPC.D10          000008 \
                      Backup process in CPU 3 died because its CPU is down\n";

#[test]
fn all_samples_come_back_through_json() {
    let stream =
        [samples::EVENT, &[0], samples::COMMAND, samples::BKUP_FAIL, samples::PID_FILE_LOCK].concat();
    let json = zems(&["decode", "--format", "json", "--raw"], &stream);
    assert_eq!((json.code, json.err.as_str()), (0, ""));
    let kinds: Vec<_> = json.text().lines().map(|line| line.split(',').next().unwrap().to_owned()).collect();
    let (event, command) = ("{\"kind\":\"event\"", "{\"kind\":\"command\"");
    assert_eq!(kinds, [event, command, event, event]);
    let back = zems(&["encode"], &json.out);
    let without_pad = [samples::EVENT, samples::COMMAND, samples::BKUP_FAIL, samples::PID_FILE_LOCK].concat();
    assert!(back.code == 0 && back.out == without_pad);
    // An event that a builder would write is restored without raw bytes too.
    let json = zems(&["decode", "--format", "json"], samples::BKUP_FAIL);
    assert_eq!(zems(&["encode"], &json.out).out, samples::BKUP_FAIL);
}

#[test]
fn json_carries_names_labels_and_the_sentence() {
    let json = zems(&["decode", "--format", "json"], samples::BKUP_FAIL);
    for part in [
        r#""ssid":"TANDEM.RPC.D10","number":8,"name":"ZRPC-EVT-BKUP-FAIL","generated":"2026-11-20T10:15:00.123456Z","logged":null"#,
        r#"{"name":"ZRPC-TKN-BKUP-FAIL-REASON","code":"0B020009","type":"ENUM","value":2,"label":"its CPU is down"}"#,
        r#""text":"Backup process in CPU 3 died because its CPU is down","provisional":["layout","text","ssid","#,
        r#""its CPU is down"],"offset":0,"length":186}"#,
    ] {
        assert!(json.text().contains(part), "{part}\n{}", json.text());
    }
    let bare = zems(&["decode", "--format", "json", "--no-builtin"], samples::BKUP_FAIL);
    assert!(bare.text().contains(r#"{"code":"0B020009","type":"ENUM","value":2}"#), "{}", bare.text());
}

#[test]
fn faults_are_reported_counted_and_passed_over() {
    let stream = [b"noise", samples::EVENT, &samples::EVENT[..100], samples::BKUP_FAIL].concat();
    let directory = scratch("faults");
    let reject = directory.join("bad");
    let json = zems(&["decode", "--format", "json", "--reject", reject.to_str().unwrap()], &stream);
    assert_eq!(json.code, 1);
    let lines: Vec<_> = json.text().lines().collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(
        lines[0],
        r#"{"kind":"error","offset":0,"length":5,"error":"the first word is 6E6F, not FFE4 (-28) as in every SPI buffer (at byte 0)"}"#
    );
    assert!(lines[2].starts_with(r#"{"kind":"error","offset":188,"length":100,"#), "{}", lines[2]);
    assert!(lines[3].contains(r#""offset":288,"length":186}"#));
    assert!(
        json.err.contains("standard input: item 1 at byte 0, 5 bytes skipped: the first word"),
        "{}",
        json.err
    );
    assert!(json.err.ends_with("zems: 2 of 4 buffers were bad, 105 bytes skipped\n"), "{}", json.err);
    assert_eq!(fs::read(reject).unwrap(), [b"noise", &samples::EVENT[..100]].concat());
    // The good ones, encoded again.
    let back = zems(&["encode"], &zems(&["decode", "--format", "json", "--raw"], &stream).out);
    assert_eq!(back.out, [samples::EVENT, samples::BKUP_FAIL].concat());

    let strict = zems(&["decode", "--strict"], &stream);
    assert_eq!((strict.code, strict.text()), (1, ""));
}

#[test]
fn findings_are_faults_only_when_strict() {
    let mut odd = samples::EVENT.to_vec();
    odd[172] = 0x12;
    let json = zems(&["decode", "--format", "json"], &odd);
    assert_eq!(json.code, 0);
    assert!(json.text().contains(r#""findings":[{"offset":170,"finding":"the end-list code says 4638, but its list is 30 bytes long"}]"#));
    let strict = zems(&["decode", "--format", "json", "--strict"], &[&odd, samples::COMMAND].concat());
    assert_eq!(strict.code, 1);
    assert!(strict.err.contains("item 1 at byte 170: the end-list code says 4638"), "{}", strict.err);
}

#[test]
fn offsets_begin_anew_with_every_file() {
    let directory = scratch("offsets");
    let [good, bad] = ["good", "bad"].map(|name| directory.join(name));
    fs::write(&good, samples::BKUP_FAIL).unwrap();
    fs::write(&bad, [samples::BKUP_FAIL, b"rubbish!"].concat()).unwrap();
    let [good, bad] = [&good, &bad].map(|path| path.to_str().unwrap());
    for from in ["auto", "raw"] {
        let ran = zems(&["decode", "--format", "json", "--from", from, good, bad, good], b"");
        let at = samples::BKUP_FAIL.len();
        assert_eq!(offsets(ran.text()), [("event", 0), ("event", 0), ("error", at), ("event", 0)]);
        assert!(ran.err.contains(&format!("bad: item 3 at byte {at}, 8 bytes skipped")), "{}", ran.err);
    }
}

#[test]
fn every_input_form() {
    let hex: String = samples::EVENT.iter().map(|byte| format!("{byte:02x} ")).collect();
    let command = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/command.hex")).unwrap();
    let blocks = format!("{hex}\n\n\n{command}\n\nzz\n\nFFE4\n");
    let lengths = |ran: &Ran| {
        let length = |line: &str| {
            line.rsplit("\"length\":").next().map(|rest| rest.split(['}', ',']).next().unwrap().to_owned())
        };
        ran.text().lines().filter_map(length).collect::<Vec<_>>().join(" ")
    };
    let ran = zems(&["decode", "--format", "json"], blocks.as_bytes());
    assert_eq!((ran.code, lengths(&ran).as_str()), (1, "183 138 0 2"));
    assert!(ran.err.contains("not a hexadecimal digit (line "), "{}", ran.err);
    for (form, width) in [("be16", 2), ("be32", 4)] {
        let frame = |bytes: &[u8]| {
            let len = u32::try_from(bytes.len()).unwrap().to_be_bytes();
            [&len[4 - width..], bytes].concat()
        };
        let stream =
            [frame(samples::EVENT), frame(b"bad"), frame(samples::COMMAND), vec![0; width - 1]].concat();
        let ran = zems(&["decode", "--format", "json", "--from", form], &stream);
        let last = (width - 1).to_string();
        assert_eq!((ran.code, lengths(&ran)), (1, format!("183 3 138 {last}")), "{}", ran.text());
    }
    let raw = zems(&["decode", "--from", "raw"], hex.as_bytes());
    assert_eq!(raw.code, 1);
}

#[test]
fn replies_are_unwrapped_when_asked() {
    use zems::spi::write::{CommandHeader, Encoder};
    use zems::spi::{Profile, Ssid, TokenCode, TokenNumber, TypeCode};
    let mut reply =
        Encoder::command(Vec::new(), &CommandHeader::new(Ssid::NULL, 3), &Profile::DEFAULT).unwrap();
    reply.put(TokenCode::new(TypeCode(12), 255, TokenNumber(4)), samples::BKUP_FAIL).unwrap();
    let reply = reply.finish().unwrap();
    assert_eq!(zems(&["decode"], &reply).text(), "0.0.0 command 3, object type 0, 1 tokens\n");
    assert_eq!(zems(&["decode", "--unwrap"], &reply).text(), BACKUP);
    assert!(
        zems(&["decode", "--unwrap", "--format", "json"], &reply)
            .text()
            .contains(r#""offset":62,"length":186}"#)
    );
}

#[test]
fn text_is_wrapped_coloured_and_zoned_on_request() {
    let narrow = zems(&["decode", "--width", "80", "--indent", "4"], samples::BKUP_FAIL);
    assert_eq!(
        narrow.text(),
        "26-11-20 10:15:00 \\NODE.$ZPM* TANDEM.RPC.D10          000008 Backup process in\n    CPU 3 died because its CPU is down\n"
    );
    let zoned = zems(&["decode", "--zone", "America/New_York"], samples::BKUP_FAIL);
    assert!(zoned.text().starts_with("26-11-20 05:15:00 "), "{}", zoned.text());
    let coloured = zems(&["decode", "--color", "always"], samples::BKUP_FAIL);
    assert!(
        coloured.text().contains("\u{1b}[2m26-11-20")
            && coloured.text().contains("\u{1b}[1m\u{1b}[31mBackup"),
        "{:?}",
        coloured.text()
    );
    assert_eq!(zems(&["decode", "--zone", "Nowhere/Else"], b"").code, 2);
}

/// `script` of util-linux gives a program a terminal.
#[cfg(target_os = "linux")]
#[test]
fn a_terminal_is_as_wide_as_it_is() {
    let lines = |columns: usize| {
        let run = format!(
            "stty rows 50 cols {columns}; {} decode --no-notes --color never samples/bkup-fail.hex",
            env!("CARGO_BIN_EXE_zems")
        );
        let mut script = Command::new("script");
        script.args(["-qec", &run, "/dev/null"]).stdin(Stdio::null());
        let output =
            script.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).env_remove("COLUMNS").output();
        output.map(|output| String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n"))
    };
    if let Err(error) = lines(80) {
        return eprintln!("skipped: script: {error}");
    }
    assert_eq!(lines(200).unwrap(), BACKUP);
    let (first, second) = BACKUP.split_once(" CPU 3 ").unwrap();
    assert_eq!(lines(80).unwrap(), format!("{first}\n{}CPU 3 {second}", " ".repeat(36)));
    // After the indent would be next to nothing: the terminal does better.
    assert_eq!(lines(60).unwrap(), BACKUP);
}

#[test]
fn selection() {
    let stream =
        [samples::EVENT, &[0], samples::COMMAND, samples::BKUP_FAIL, samples::PID_FILE_LOCK].concat();
    let count = |args: &[&str]| {
        let ran = zems(&[&["decode", "--format", "json"], args].concat(), &stream);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{args:?}");
        ran.text().lines().count()
    };
    for (args, expected) in [
        (&[][..], 4),
        (&["--ssid", "TANDEM.*"], 2),
        (&["--ssid", "tandem.rpc.*"], 1),
        (&["--ssid", "TANDEM.9001.*"], 1),
        (&["--ssid", "TANDEM.*", "--invert"], 2),
        (&["--event", "4-8"], 2),
        (&["--event", "101"], 1),
        (&["--since", "2026-01-01"], 2),
        (&["--until", "2026-01-01"], 1),
        (&["--limit", "3"], 3),
        (&["--limit", "0"], 0),
        (&["--where", "ZEMS^TKN^EVENTNUMBER < 100"], 2),
        (&["--where", "ZEMS-TKN-EMPHASIS = [ZSPI-VAL-TRUE]"], 1),
    ] {
        assert_eq!(count(args), expected, "{args:?}");
    }
}

#[test]
fn filters_pass_numbers_and_say_why() {
    let directory = scratch("filters");
    let filter = directory.join("night");
    fs::write(
        &filter,
        "FILTER night (ZRPC^TKN^CPU);\nBEGIN\n  IF ZEMS^TKN^EVENTNUMBER = 8 THEN PASS 5;\nEND;\n",
    )
    .unwrap();
    let path = filter.to_str().unwrap();
    let stream = [samples::EVENT, &[0], samples::BKUP_FAIL].concat();
    let ran = zems(&["decode", "--format", "json", "--filter", path], &stream);
    assert_eq!((ran.code, ran.text().lines().count()), (0, 1));
    assert!(ran.text().contains(r#""pass_value":5"#));
    let why = zems(&["decode", "--filter", path, "--explain"], &stream);
    assert!(why.err.contains("ZEMS^TKN^EVENTNUMBER is 101") && why.err.contains("PASS 5 by "), "{}", why.err);
    let condition = ["decode", "--where", "ZSPI^TKN^SSID = SSID(ZRPC^VAL^SSID)", "--explain"];
    let named = zems(&condition, samples::BKUP_FAIL).err;
    assert!(named.contains("(ZSPI^TKN^SSID is TANDEM.RPC."), "{named}");
    let numbered = zems(&[&condition[..], &["--no-names"]].concat(), samples::BKUP_FAIL).err;
    assert!(numbered.contains("(ZSPI^TKN^SSID is TANDEM.9001."), "{numbered}");
    fs::write(&filter, "FILTER night; BEGIN IF ZRPC^TKN^NONE = 1 THEN PASS END;\n").unwrap();
    let broken = zems(&["decode", "--filter", path], &stream);
    assert_eq!((broken.code, broken.text()), (2, ""));
    assert!(broken.err.contains("night:1:24: error"), "{}", broken.err);
}

#[test]
fn a_condition_and_filters_both_have_to_hold() {
    let directory = scratch("both");
    let all = directory.join("all");
    fs::write(&all, "FILTER all; BEGIN PASS 3; END;\n").unwrap();
    let all = all.to_str().unwrap();
    let stream = [samples::EVENT, &[0], samples::BKUP_FAIL].concat();
    let decode = |condition: &str| {
        let args = ["decode", "--format", "json", "--filter", all, "--where", condition];
        let ran = zems(&args, &stream);
        assert_eq!(ran.code, 0, "{}", ran.err);
        (ran.text().lines().count(), ran.text().matches(r#""pass_value":3"#).count())
    };
    assert_eq!(decode("TRUE"), (2, 2));
    assert_eq!(decode("ZEMS-TKN-EVENTNUMBER = 8"), (1, 1));
    assert_eq!(decode("FALSE"), (0, 0));
    // Nobody else would say what is odd about a condition.
    let odd = zems(&["decode", "--where", "SSID(ZEMS-VAL-SSID, ZCOM-TKN-SUBJ-PROC) = \"$ZPM\""], &stream);
    assert!(odd.err.contains("--where:1:21: warning: ZCOM^TKN^SUBJ^PROC is a token of"), "{}", odd.err);
    // A token is its definer's, without anybody saying so.
    assert_eq!(decode("ZCOM-TKN-SUBJ-PROC = \"$ZPM\" AND ZRPC-TKN-CPU = 3"), (1, 1));
}

#[test]
fn a_parameter_decides() {
    let with = |param: &str| {
        let args =
            ["decode", "--filter", "samples/portmapper.emf", "--param", param, "samples/bkup-fail.hex"];
        zems(&args, b"").text().lines().count()
    };
    assert_eq!((with("ZRPC^TKN^CPU=2"), with("zrpc-tkn-cpu=3")), (0, 1));
}

#[test]
fn parameters_that_are_wrong_are_named() {
    let directory = scratch("parameters");
    let path = directory.join("limit");
    fs::write(
        &path,
        "FILTER limit\n  (ZRPC^TKN^CPU REQUIRED);\nBEGIN IF ZEMS^TKN^CPU < ZRPC^TKN^CPU THEN PASS; END;\n",
    )
    .unwrap();
    let path = path.to_str().unwrap();
    for (args, message) in [
        (&[][..], "limit:2:4: error 1022: parameter ZRPC^TKN^CPU has no value"),
        (
            &["--param", "ZRPC^TKN^CPU=many"],
            "limit:2:4: error: parameter ZRPC^TKN^CPU takes unsigned numbers of 16 bits",
        ),
        (&["--param", "ZRPC^TKN^CPU=many"], "not \"many\""),
        (
            &["--param", "ZRPC^TKN^PIN=1"],
            "--param ZRPC^TKN^PIN: no filter declares it; declared: ZRPC^TKN^CPU",
        ),
        (&["--param", "ZRPC^TKN^CPU"], "NAME=VALUE, not ZRPC^TKN^CPU"),
    ] {
        let ran = zems(&[&["decode", "--filter", path], args].concat(), samples::BKUP_FAIL);
        assert_eq!((ran.code, ran.text()), (2, ""), "{}", ran.err);
        assert!(ran.err.contains(message), "{}", ran.err);
    }
    let ran =
        zems(&["decode", "--filter", path, "--param", "ZRPC-TKN-CPU=3", "--explain"], samples::BKUP_FAIL);
    assert!(ran.err.contains("(ZEMS^TKN^CPU is 2, ZRPC^TKN^CPU is 3)"), "{}", ran.err);
    assert_eq!(zems(&["decode", "--explain"], samples::BKUP_FAIL).code, 2);
}

#[test]
fn as_many_filters_as_a_distributor_takes() {
    let directory = scratch("compatible");
    let write = |name: &str, text: &str| {
        fs::write(directory.join(name), text).unwrap();
        directory.join(name).to_str().unwrap().to_owned()
    };
    let (filter, burst) = (write("f", "FILTER f; BEGIN END;\n"), write("b", "?SUPPRESS\n"));
    let run = |filters: &[&str]| {
        let mut args = vec!["decode", "--where", "TRUE"];
        filters.iter().for_each(|filter| args.extend(["--filter", *filter]));
        let free = zems(&args, samples::EVENT).code;
        args.push("--compatible");
        let ran = zems(&args, samples::EVENT);
        (free, ran.code, ran.err)
    };
    assert_eq!(run(&[filter.as_str(); 10]), (0, 0, String::new()));
    let (free, compatible, message) = run(&[filter.as_str(); 11]);
    assert_eq!((free, compatible), (0, 2));
    assert!(message.contains("takes at most 10 filters, not 11"), "{message}");
    let (free, compatible, message) = run(&[&burst, &burst]);
    assert_eq!((free, compatible), (0, 2));
    assert!(message.contains("takes at most 1 burst filter, not 2"), "{message}");
}

#[test]
fn conditions_that_are_wrong_are_shown() {
    for (condition, message) in [
        ("ZEMS-TKN-CPU == 3", "hint: == begins a comment of TACL's; equality is a single ="),
        ("ZEMS-TKN-CPU = ", "--where:1:16: error: Invalid syntax - end of input"),
        ("ZEMS-TKN-NONE = 3", "--where:1:1: error: Expected a valid token: variable does not exist"),
        ("ZEMS-TKN-CPU = 3 THEN PASS", "expected the end of the expression"),
    ] {
        let ran = zems(&["decode", "--where", condition], samples::EVENT);
        assert_eq!((ran.code, ran.text()), (2, ""), "{condition}");
        assert!(ran.err.contains(message), "{}", ran.err);
    }
}

#[test]
fn a_burst_filter_without_its_directive_is_one_all_the_same() {
    let directory = scratch("burst");
    let path = directory.join("limits");
    fs::write(&path, "?N 50\n?T1 60\n").unwrap();
    let ran = zems(&["check", path.to_str().unwrap()], b"");
    assert_eq!(ran.code, 2, "{}", ran.text());
    assert!(
        ran.text().contains("limits:1:1: error: SUPPRESS directive missing (error -59)"),
        "{}",
        ran.text()
    );
    assert_eq!(ran.text().matches("error:").count(), 1, "{}", ran.text());
}

#[test]
fn destinations_are_shown() {
    let directory = scratch("destinations");
    let path = directory.join("route");
    fs::write(
        &path,
        "FILTER route;\nBEGIN\nDESTINATION RID 7, TYPE PROCESS, NAME =_ANALYZER, FORMAT OFF, OBJECT =_OBJ, CPU 5;\n\
         DESTINATION RID 8, TYPE CONSOLE, NAME $HOME;\nPASS 2 (7);\nEND;\n",
    )
    .unwrap();
    let path = path.to_str().unwrap();
    let analyzer = "DESTINATION RID 7, TYPE PROCESS, NAME =_ANALYZER, FORMAT OFF, OBJECT =_OBJ, CPU 5";
    let checked = zems(&["check", path], b"");
    assert_eq!(checked.code, 0);
    let listing = format!("filter ROUTE\n  {analyzer}\n  DESTINATION RID 8, TYPE CONSOLE, NAME $HOME\n");
    assert!(checked.text().contains(&listing), "{}", checked.text());
    let why = zems(&["decode", "--filter", path, "--explain"], samples::EVENT).err;
    assert!(why.contains("PASS 2 (7) by ") && why.contains(&format!("\n  routed to {analyzer}\n")), "{why}");
    assert!(!why.contains("$HOME"), "{why}");
}

#[test]
fn check_warns_of_conditions_that_cannot_hold() {
    let directory = scratch("warnings");
    let path = directory.join("odd");
    fs::write(
        &path,
        "FILTER odd;\nBEGIN SSID(ZSPI^VAL^SSID)\nBOOLEAN v;\nIF ZRPC^TKN^CPU = 3 THEN PASS 1;\n\
         BEGIN SSID(0.0.0) IF ZCOM^TKN^OBJTYPE = 3 THEN PASS 2; END;\nIF v THEN PASS 3;\nFAIL;\nPASS 4;\nEND;\n",
    )
    .unwrap();
    let ran = zems(&["check", path.to_str().unwrap()], b"");
    assert_eq!(ran.code, 0, "{}", ran.text());
    for warning in [
        "odd:4:4: warning: ZRPC^TKN^CPU is a token of TANDEM.RPC.0, but is looked for under TANDEM.SPI",
        "odd:5:22: warning: ZCOM^TKN^OBJTYPE is a token of",
        "odd:6:4: warning: This variable is never set, so it is always FALSE",
        "odd:8:1: warning: This PASS is never reached",
    ] {
        assert!(ran.text().contains(warning), "{warning}\n{}", ran.text());
    }
    fs::write(&path, "FILTER odd; BEGIN IF ZEMS^TKN^CPU = \"3\" THEN PASS; END;\n").unwrap();
    let ran = zems(&["check", path.to_str().unwrap()], b"");
    assert_eq!(ran.code, 2);
    assert!(ran.text().contains("odd:1:22: error: Incompatible data types in comparison"), "{}", ran.text());
}

#[test]
fn a_private_subsystem_is_named_from_its_own_files() {
    let directory = scratch("site");
    fs::write(
        directory.join("acmeddl"),
        r#"! a private subsystem
CONSTANT acme-val-owner   VALUE IS "ACME    ".
CONSTANT acme-val-version VALUE IS VERSION "A01".
DEF acme-val-ssid TACL SSID.
 02 z-filler  TYPE CHARACTER 8 VALUE IS acme-val-owner.
 02 z-owner   REDEFINES z-filler TYPE zspi-ddl-char8.
 02 z-number  TYPE zspi-ddl-int  VALUE IS 7.
 02 z-version TYPE zspi-ddl-uint VALUE IS acme-val-version.
END
CONSTANT acme-evt-disk VALUE IS 101.
TOKEN-CODE acme-tkn-disk   VALUE IS 10 TOKEN-TYPE IS zspi-typ-string.
TOKEN-CODE acme-tkn-status VALUE IS 11 TOKEN-TYPE IS zspi-typ-int.
DEF acme-ddl-part.
 02 part-count TYPE BINARY 16.
 02 part-name  PIC X(4).
END
TOKEN-MAP acme-map-part VALUE IS 12 DEF IS acme-ddl-part.
 VERSION "A01" FOR part-count THRU part-name.
END
"#,
    )
    .unwrap();
    fs::write(
        directory.join("acmetmpl"),
        "VERSION: \"acme\"\nSSID: ACME-VAL-SSID\nSSNAME: \"VAULT\", \"VLT\"\n\
         MSG: ZEMS-TKN-EVENTNUMBER, ACME-EVT-DISK\n\"Disk <1> has status <2>\"\n1: ACME-TKN-DISK\n2: ACME-TKN-STATUS\n",
    )
    .unwrap();
    let path = directory.to_str().unwrap();
    let json = zems(&["decode", "--define", path, "--format", "json"], samples::EVENT);
    assert_eq!((json.code, json.err.as_str()), (0, ""));
    for part in [
        r#""ssid":"ACME.VAULT.A01","number":101,"name":"ACME-EVT-DISK""#,
        r#"{"name":"ACME-TKN-DISK","code":"01FF000A","type":"CHAR","value":"$DISK"}"#,
        r#"{"name":"ACME-MAP-PART","code":"07FF000C","type":"STRUCT","value":{"PART-COUNT":1,"PART-NAME":"WXYZ"}}"#,
        r#""text":"Disk $DISK has status -2""#,
    ] {
        assert!(json.text().contains(part), "{part}\n{}", json.text());
    }
    let checked = zems(&["check", path], b"");
    assert_eq!(checked.code, 0, "{}{}", checked.text(), checked.err);
    assert!(checked.text().contains("Format templates: 1"), "{}", checked.text());
    let listed = zems(&["catalog", "--define", path, "--format", "json", "acme-map"], b"");
    assert!(listed.text().contains(r#""words":[2303,12,6,16641,1791]"#), "{}", listed.text());
}

#[test]
fn sources_with_errors_get_carets_and_exit_code_2() {
    let directory = scratch("broken");
    let source = directory.join("ddl");
    fs::write(
        &source,
        "CONSTANT one VALUE IS 1.\nDEF thing.\n 02 field TYPE BINARRY 16.\nEND\nCONSTANT two VALUE 99999.\n",
    )
    .unwrap();
    let ran = zems(&["check", source.to_str().unwrap()], b"");
    assert_eq!(ran.code, 2);
    let name = source.to_str().unwrap();
    assert!(
        ran.text().contains(&format!("{name}:3:")) && ran.text().contains(&format!("{name}:5:")),
        "{}",
        ran.text()
    );
    assert!(ran.text().contains("^^^"));
    let used = zems(&["decode", "--define", name], samples::EVENT);
    assert_eq!((used.code, used.text()), (2, ""));
    assert_eq!(zems(&["check", "no-such-file"], b"").code, 2);
}

#[test]
fn lines_that_cannot_be_encoded_are_reported_and_passed_over() {
    let lines = b"{\"kind\":\"event\",\"ssid\":\"ACME.7.A01\",\"number\":1,\"tokens\":[]}\n\
                  \n{\"kind\":\"error\",\"offset\":0,\"length\":3,\"error\":\"x\"}\n\xFF\n\
                  {\"kind\":\"command\",\"ssid\":\"ACME.7.A01\",\"command\":1,\"tokens\":[]}\n";
    let ran = zems(&["encode"], lines);
    assert_eq!((ran.code, ran.out.len()), (1, 56));
    assert!(ran.err.contains("standard input: line 1: an event needs a subject"), "{}", ran.err);
    assert!(ran.err.contains("line 4: invalid utf-8"), "{}", ran.err);
    assert!(ran.err.ends_with("zems: 2 of 3 lines were bad\n"), "{}", ran.err);
    assert_eq!(zems(&["encode", "--strict"], lines).out.len(), 0);
}

#[test]
fn an_event_without_a_time_happens_now() {
    let line = br#"{"kind":"event","ssid":"ACME.7.A01","number":1,"tokens":[{"name":"ZEMS-TKN-SUBJECT-MARK"},{"code":"01FF0001","value":"x"}]}"#;
    let decoded = zems(&["decode", "--format", "json"], &zems(&["encode"], line).out);
    let year: u16 = decoded.text().split("\"generated\":\"").nth(1).unwrap()[..4].parse().unwrap();
    assert!(year >= 2026);
}

#[test]
fn dump_accounts_for_every_byte() {
    let mut odd = samples::EVENT.to_vec();
    odd.push(0);
    odd[5] += 1;
    let stream = [&odd, samples::COMMAND, b"rubbish", samples::PID_FILE_LOCK].concat();
    let ran = zems(&["dump"], &stream);
    assert_eq!(ran.code, 1);
    let mut shown = Vec::new();
    for line in ran.text().lines().filter(|line| line.len() > 8 && line.as_bytes()[6..8] == *b"  ") {
        let Ok(offset) = usize::from_str_radix(&line[..6], 16) else { continue };
        assert_eq!(offset, shown.len(), "{line}");
        let digits = line[8..].get(..23).unwrap_or(&line[8..]);
        shown.extend(digits.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()));
    }
    assert_eq!(shown, stream);
    for part in [
        "event ACME.7.A01 101, 184 bytes at 0",
        "end of the list",
        "of TANDEM.52.0",
        "pad, counted",
        "7 bytes at 000142",
    ] {
        assert!(ran.text().contains(part), "{part}\n{}", ran.text());
    }
}

#[test]
fn files_that_are_not_inputs() {
    for (input, code) in
        [(&b""[..], 0), (b"just a text file\n", 1), (&[0; 1 << 20], 1), (&[0xFF; 100_000], 1)]
    {
        let ran = zems(&["decode"], input);
        assert_eq!((ran.code, ran.text()), (code, ""));
        assert_eq!(ran.err.lines().count(), if code == 0 { 0 } else { 2 }, "{}", ran.err);
    }
    let missing = zems(&["decode", "no-such-file"], b"");
    assert_eq!(missing.code, 2);
    assert!(missing.err.starts_with("zems: no-such-file: "), "{}", missing.err);
    // A directory stands for the files in it.
    let directory = zems(&["decode", "samples/bank"], b"");
    assert_eq!(directory.code, 1);
    assert!(directory.err.contains("zems: samples/bank/events.jsonl: item "), "{}", directory.err);
    assert_eq!(zems(&["decode", "--format", "xml"], b"").code, 2);
}

#[cfg(target_os = "linux")]
#[test]
fn faults_of_reading_say_where() {
    // Opens, and cannot be read.
    let unreadable = "/proc/self/mem";
    let commands: [&[&str]; 6] = [
        &["decode"],
        &["decode", "--from", "be16"],
        &["encode"],
        &["import", "syslog"],
        &["import", "text"],
        &["import", "otlp"],
    ];
    for command in commands {
        let ran = zems(&[command, &[unreadable]].concat(), b"");
        assert_eq!(ran.code, 2, "{command:?}");
        assert!(ran.err.starts_with("zems: /proc/self/mem: Input/output error"), "{command:?}: {}", ran.err);
    }
}

#[test]
fn a_closed_pipe_is_quiet() {
    let many = samples::EVENT[..].repeat(20_000);
    let mut child = Command::new(env!("CARGO_BIN_EXE_zems"))
        .args(["decode", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let feed = std::thread::spawn(move || drop(stdin.write_all(&many)));
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    feed.join().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_reported_with_its_name() {
    for args in [
        &["decode", "samples/event.bin"][..],
        &["decode", "--format", "syslog", "samples/event.bin"],
        &["import", "syslog", "samples/junos.log"],
        &["stats", "samples/event.bin"],
        &["catalog", "zrpc"],
        &["completions", "bash"],
        &["man"],
    ] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_zems"));
        let ran = command
            .args(args)
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
            .stdout(full)
            .output()
            .unwrap();
        let err = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(ran.status.code(), Some(2), "{args:?}: {err}");
        assert!(err.contains("zems: standard output: No space left on device"), "{args:?}: {err}");
    }
    let ran = zems(&["import", "syslog", "samples/junos.log", "-o", "/dev/full"], b"");
    assert!(ran.code == 2 && ran.err.contains("zems: /dev/full: No space left on device"), "{}", ran.err);
}

#[test]
fn printed_lines_become_events_again() {
    let stream = [samples::BKUP_FAIL, samples::EVENT, &[0], samples::PID_FILE_LOCK].concat();
    let printed = zems(&["decode", "--width", "80", "--zone", "Europe/Berlin"], &stream);
    let log = format!("a line of another origin\n{}", printed.text());
    let imported = zems(&["import", "text", "--zone", "Europe/Berlin"], log.as_bytes());
    assert_eq!(imported.code, 0, "{}", imported.err);
    assert!(imported.err.contains("2 of 4 events have their whole text"), "{}", imported.err);
    let again = zems(&["decode", "--width", "80", "--zone", "Europe/Berlin"], &imported.out);
    assert!(again.text().ends_with(printed.text()), "{}", again.text());
    assert!(again.text().contains(" 000512 a line of another origin\n"), "{}", again.text());
    let json = zems(&["import", "text", "--format", "json"], BACKUP.as_bytes());
    for part in [
        r#""name":"ZRPC-EVT-BKUP-FAIL","generated":"2026-11-20T10:15:00.000000Z""#,
        r#"{"name":"ZRPC-TKN-CPU","code":"09020008","type":"UINT","value":3}"#,
        r#""value":2,"label":"its CPU is down""#,
    ] {
        assert!(json.text().contains(part), "{part}\n{}", json.text());
    }

    // No character is lost; each event is UTF-8 or Latin-1 by itself.
    let log = b"gr\xFC\xDFe \xE9\ngr\xC3\xBC\xC3\x9Fe\n";
    let imported = zems(&["import", "text"], log);
    let again = zems(&["decode", "--no-header"], &imported.out);
    assert_eq!(again.text(), "gr\u{FC}\u{DF}e \u{E9}\ngr\u{FC}\u{DF}e\n");

    // The offset of each is its place in the log, whatever bytes are before it.
    let printed = BACKUP.trim_end();
    let long = "x".repeat(5_000);
    let log =
        [b"\n a\xFF\xFEb\r\n  c\n", printed.as_bytes(), b"\n  more\n\n", long.as_bytes(), b"\nend"].concat();
    let json = zems(&["import", "text", "--format", "json"], &log);
    let (more, end) = (12 + printed.len(), log.len() - 3);
    let expected = [("event", 1), ("event", 8), ("event", 12), ("error", more + 9), ("event", end)];
    assert_eq!(offsets(json.text()), expected);
    assert!(json.text().contains(&format!(r#"{{"kind":"error","offset":{},"length":5001,"#, more + 9)));
    assert!(json.err.contains("standard input: line 7: "), "{}", json.err);
}

/// Kinds and offsets of JSON Lines.
fn offsets(lines: &str) -> Vec<(&str, usize)> {
    let kind = |line: &'_ str| if line.contains(r#""kind":"error""#) { "error" } else { "event" };
    let offset = |line: &str| {
        let (_, offset) = line.rsplit_once(r#""offset":"#).unwrap();
        offset.split(',').next().unwrap().parse().unwrap()
    };
    lines.lines().map(|line| (kind(line), offset(line))).collect()
}

#[test]
fn lines_of_a_system_log_become_events_and_lines_again() {
    let log = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/junos.log")).unwrap();
    let imported = zems(&["import", "syslog", "--year", "2025", "samples/junos.log"], b"");
    assert_eq!(imported.code, 0, "{}", imported.err);
    assert!(imported.err.contains("8 of 16 events are SYSLOG event 0 with their text"), "{}", imported.err);
    let again = zems(&["decode", "--format", "syslog", "--syslog-style", "junos"], &imported.out);
    assert_eq!((again.code, again.err.as_str()), (0, ""));
    let structured = |line: &&str| line.get(3..8).is_some_and(|front| front.contains(">1 2"));
    let lines: Vec<&str> = again.text().lines().collect();
    assert_eq!(lines.len(), 16);
    assert!(log.lines().filter(structured).count() > 5);
    assert!(log.lines().filter(structured).all(|line| lines.contains(&line)), "{}", again.text());
    let text = zems(&["decode", "--limit", "6", "--event", "0"], &imported.out);
    assert!(text.text().starts_with("25-07-24 17:43:28 "), "{}", text.text());

    // A zone, both ways; no year and no clock in the line.
    let line = b"<27>Jul  1 12:00:00 h jsrpd[7]: JSRPD_NOT_ROOT: Must be run as root\r\n\n";
    let args = ["import", "syslog", "--year", "2025", "--zone", "Europe/Berlin"];
    let event = zems(&args, line);
    assert_eq!((event.code, event.err.as_str()), (0, ""));
    let strict = zems(&["decode", "--format", "syslog", "--framing", "octets"], &event.out);
    let told = "<27>1 2025-07-01T10:00:00.000000Z h jsrpd 7 JSRPD_NOT_ROOT [junos@2636] Must be run as root";
    assert_eq!(strict.text(), format!("{} {told}", told.len()));
    let json = zems(&[&args[..], &["--format", "json"]].concat(), line);
    assert!(json.text().contains(r#""name":"JSRPD-EVT-NOT-ROOT","generated":"2025-07-01T10:00:00.000000Z""#));

    // The line that an object was made of is at its offset.
    let two = [b"a b\r\n\n", &line[..], b"end"].concat();
    let json = zems(&["import", "syslog", "--year", "2025", "--format", "json"], &two);
    assert_eq!(offsets(json.text()), [("event", 0), ("event", 6), ("event", two.len() - 3)]);

    // Text that is too long for an event is reported, with its line.
    let long = [b"short\n", &[b'x'; 5_000][..], b"\n", &[b'y'; 100_000][..], b"\nlast"].concat();
    let ran = zems(&["import", "syslog"], &long);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("standard input: line 2: ") && ran.err.contains("4024"), "{}", ran.err);
    assert!(ran.err.contains("line 3: 100001 bytes are more than an event can hold"), "{}", ran.err);
    assert!(ran.err.contains("2 of 4 lines were bad"), "{}", ran.err);
    assert_eq!(zems(&["decode", "--no-header"], &ran.out).text(), "short\nlast\n");
    // It is not lost.
    let rejected = scratch("reject").join("lines");
    let reject = |what: &str| {
        zems(&["import", what, "--reject", rejected.to_str().unwrap()], &long);
        fs::read(&rejected).unwrap()
    };
    assert!(reject("syslog") == long["short\n".len()..long.len() - "last".len()]);
    assert!(reject("text") == long["short\n".len()..long.len() - "last".len()]);
    let json = zems(&["import", "syslog", "--format", "json"], &long);
    assert_eq!(offsets(json.text()), [("event", 0), ("error", 6), ("error", 5_007), ("event", 105_008)]);
}

#[test]
fn messages_for_a_system_log_are_to_order() {
    let line = |args: &[&str]| {
        let ran = zems(&[&["decode", "--format", "syslog", "samples/bkup-fail.bin"], args].concat(), b"");
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        ran.text().to_owned()
    };
    let shipped = line(&[]);
    assert!(
        shipped
            .starts_with("<130>1 2026-11-20T10:15:00.123456Z NODE $ZPM 2,45 ZRPC-EVT-BKUP-FAIL [zems@32473 ")
    );
    assert!(shipped.ends_with("] Backup process in CPU 3 died because its CPU is down\n"), "{shipped}");
    let other = ["--facility", "daemon", "--severity", "emphasis=alert", "--enterprise", "99"];
    assert_eq!(line(&other), shipped.replace("<130>", "<25>").replace("@32473", "@99"));
    let bsd = line(&["--syslog-style", "bsd", "--zone", "Europe/Berlin"]);
    assert!(bsd.starts_with("<130>Nov 20 11:15:00 NODE $ZPM[2,45]: ZRPC-EVT-BKUP-FAIL: Backup "), "{bsd}");
    for (args, fault) in [
        (["--severity", "nonsense=alert"], "unknown rule `nonsense`: expected `emphasis`, `default`"),
        (["--severity", "default=bad"], "\"bad\" is not a severity"),
        (["--facility", "bad"], "`bad` is not a facility"),
    ] {
        let ran =
            zems(&[&["decode", "--format", "syslog", "samples/bkup-fail.bin"], &args[..]].concat(), b"");
        assert!(ran.code == 2 && ran.err.contains(fault), "{}", ran.err);
    }
}

#[test]
fn stats_count_and_find_bursts() {
    let stream = [&samples::BKUP_FAIL.repeat(150), samples::PID_FILE_LOCK, samples::COMMAND].concat();
    let ran = zems(&["stats", "--bursts"], &stream);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let words = ran.text().split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "152 buffers ",
        "TANDEM.RPC.D10 8 ZRPC-EVT-BKUP-FAIL 150 ",
        "\\NODE.$ZPM 150 ",
        "2026-11-20 10 151 ",
        "Bursts 1 burst, 50 events hidden 50 TANDEM.RPC 8 ZRPC-EVT-BKUP-FAIL, subject ZCOM-TKN-SUBJ-PROC \"$ZPM\" after 2026-",
    ] {
        assert!(words.contains(part), "{part}\n{}", ran.text());
    }
    // Which events they are: the first that a burst hides is number 100, counted from 0.
    let (first, last) = (100 * samples::BKUP_FAIL.len(), 149 * samples::BKUP_FAIL.len());
    let places = format!("from byte {first} of standard input to byte {last} of standard input");
    assert!(words.contains(&places), "{places}\n{}", ran.text());
    let ran = zems(&["stats", "--bursts"], &samples::BKUP_FAIL.repeat(101));
    assert!(ran.text().contains(&format!("at byte {first} of standard input\n")), "{}", ran.text());
}

#[test]
fn a_pattern_that_fits_nothing_is_reported() {
    let ran = zems(&["catalog", "no-such-name"], b"");
    let note = "zems: nothing that is defined is called like no-such-name\n";
    assert_eq!((ran.code, ran.text(), ran.err.as_str()), (0, "", note));
}

#[test]
fn help_has_examples() {
    for command in ["decode", "dump", "encode", "check", "catalog", "stats"] {
        let help = zems(&[command, "--help"], b"");
        assert_eq!(help.code, 0);
        assert!(
            help.text().contains("Examples:\n  zems ") || help.text().contains("Examples:\n  echo"),
            "{}",
            help.text()
        );
    }
    assert!(zems(&["man"], b"").text().contains(".TH zems"));
    assert!(zems(&["completions", "bash"], b"").text().contains("_zems"));
}

#[test]
fn generated_events_are_canonical_and_follow_from_the_seed() {
    let made = zems(&["generate", "-n", "400", "--seed", "7"], b"");
    assert_eq!((made.code, made.err.as_str()), (0, ""));
    assert_eq!(zems(&["generate", "-n", "400", "--seed", "7"], b"").out, made.out);
    assert_ne!(zems(&["generate", "-n", "400", "--seed", "8"], b"").out, made.out);
    // Every event is one that `encode` would have built.
    let json = zems(&["decode", "--strict", "--format", "json"], &made.out);
    assert_eq!((json.code, json.err.as_str()), (0, ""));
    assert_eq!(json.text().lines().count(), 400);
    assert_eq!(zems(&["encode"], &json.out).out, made.out);

    let own = zems(&["generate", "-n", "50", "--ssid", "tandem.rpc.*", "--event", "8"], b"");
    let decoded = zems(&["decode", "--no-header"], &own.out);
    assert!(
        decoded.text().lines().all(|line| line.starts_with("Backup process in CPU ")),
        "{}",
        decoded.text()
    );
    let none = zems(&["generate", "--ssid", "ACME.*"], b"");
    assert!(none.code == 2 && none.err.contains("no defined event with a subject matches"), "{}", none.err);
}

#[test]
fn damaged_events_are_distinguished_from_good_ones() {
    let made = zems(&["generate", "-n", "300", "--damaged", "30", "--ssid", "TANDEM.*"], b"");
    let json = zems(&["decode", "--format", "json", "--raw"], &made.out);
    assert_eq!(json.code, 1);
    let faults = json.text().lines().filter(|line| line.starts_with("{\"kind\":\"error\"")).count();
    assert!((20..120).contains(&faults), "{faults} faults");
    // Every byte is in one object.
    let total: usize = json
        .text()
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["length"].as_u64().unwrap())
        .map(|length| usize::try_from(length).unwrap())
        .sum();
    assert!(total <= made.out.len() && total + 300 > made.out.len(), "{total} of {}", made.out.len());
}

#[test]
fn message_documentation_becomes_definitions() {
    let directory = scratch("chapter");
    let out = directory.display().to_string();
    let chapter = "tests/dictionary/jsrpd-chapter.txt";
    let made = zems(&["import", "catalog", chapter, "-o", &out], b"");
    assert_eq!((made.code, made.err.as_str()), (0, "zems: 9 messages of JSRPD\n"));
    assert_eq!(made.text().lines().count(), 3);
    // They say of JSRPD what the shipped ones say, the later messages left out.
    let catalog = |args: &[&str]| zems(&[&["catalog", "--format", "json"], args].concat(), b"").out;
    let own = catalog(&["--define", &out, "jsrpd-*"]);
    let lock = "\"emphasis\":false,\"cause\":\"Somebody else holds the file.\"}";
    let own = String::from_utf8(own).unwrap();
    assert!(
        own.lines().any(|line| line.contains("JSRPD-EVT-PID-FILE-LOCK") && line.ends_with(lock)),
        "{own}"
    );
    let bare = directory.join("bare").display().to_string();
    let made = zems(&["import", "catalog", "--no-descriptions", chapter, "-o", &bare], b"");
    assert_eq!(made.code, 0, "{}", made.err);
    let without_advice = |args: &[&str]| -> Vec<serde_json::Value> {
        let entry = |line: &str| {
            let mut entry: serde_json::Value = serde_json::from_str(line).unwrap();
            let keys = entry.as_object_mut().unwrap();
            keys.retain(|key, _| !matches!(key.as_str(), "cause" | "effect" | "recovery"));
            entry
        };
        String::from_utf8(catalog(args)).unwrap().lines().map(entry).collect()
    };
    let own = without_advice(&["--define", &bare, "jsrpd-*"]);
    assert!(!own.is_empty());
    assert_eq!(own, without_advice(&["jsrpd-*"]));
    let again = zems(&["import", "catalog", chapter, "-o", &out], b"");
    assert!(again.code == 2 && again.err.contains("--force replaces it"), "{}", again.err);

    let path = directory.join("bad.txt");
    fs::write(&path, "A_ONE\nSystem Log Message\nlost\nSeverity\nbad\n").unwrap();
    let bad = zems(&["import", "catalog", path.to_str().unwrap(), "-o", &out], b"");
    assert!(bad.code == 2 && bad.err.contains("bad.txt:5:1: error: this is not a severity"), "{}", bad.err);
}

/// Listings, a byte order mark, a comment of any length, and all bytes of a block with a fault.
#[test]
fn hexadecimal_text_of_other_programs() {
    for name in ["xxd", "hexdump", "od", "ptrace"] {
        let path = format!("{}/tests/listings/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        let ran = zems(&["decode", "--width", "0", &path], b"");
        assert_eq!((ran.code, ran.text(), ran.err.as_str()), (0, BACKUP, ""), "{name}");
    }
    let hex: String = samples::BKUP_FAIL.iter().map(|byte| format!("{byte:02x} ")).collect();
    let (front, rest) = hex.split_at(60);
    let comment = "a 00 ".repeat(500_000);
    for text in [format!("\u{FEFF}{hex}\n"), format!("{front}\n# {comment}\n{rest}\n# {comment}")] {
        let ran = zems(&["decode", "--width", "0"], text.as_bytes());
        assert_eq!((ran.code, ran.text(), ran.err.as_str()), (0, BACKUP, ""));
    }
    let rejected = scratch("hex").join("rejected");
    let args = ["decode", "--format", "json", "--reject", rejected.to_str().unwrap()];
    let ran = zems(&args, format!("00 01\n02 xy 03\n04\n\n{hex}").as_bytes());
    assert_eq!(ran.code, 1);
    assert!(ran.text().starts_with("{\"kind\":\"error\",\"offset\":0,\"length\":5,"), "{}", ran.text());
    assert_eq!(fs::read(&rejected).unwrap(), [0, 1, 2, 3, 4]);
}

#[test]
fn printed_lines_keep_unknown_subsystems() {
    let log = "26-01-02 03:04:05 \\N.$X  TANDEM.DSK.H01          000500 disk text\n\
               26-01-02 03:04:06 \\N.$Y  TANDEM.NSKCOM.H01       000500 other text\n\
               26-01-02 03:04:07 \\N.$X  TANDEM.DSK.H01          000501 more\n\
               26-01-02 03:04:08 \\N.$X  TANDEM.OSS.D30          000010 USER NOTICE\n\
               (SUPER.SUPER) :\nSTARTIT : done\n\nalone\n\
               2019-03-07 04:31:26 $Z  TANDEM.RPC.D10          000008 Backup process in CPU 3 was lost\n";
    let ran = zems(&["import", "text"], log.as_bytes());
    assert_eq!(ran.code, 0);
    assert_eq!(ran.err.matches("no definition knows the subsystem TANDEM.DSK.H01").count(), 1, "{}", ran.err);
    assert!(ran.err.contains("line 2: no definition knows the subsystem TANDEM.NSKCOM.H01"), "{}", ran.err);
    let text = zems(&["decode", "--width", "0"], &ran.out);
    let expected = log
        .replace("NOTICE\n(SUPER.SUPER) :\nSTARTIT", "NOTICE (SUPER.SUPER) : STARTIT")
        .replace("\n\nalone", "\n00-00-00 00:00:00 ?  TANDEM.EMS.0            000512 alone")
        .replace("2019-", "19-");
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (found, expected) = (lines(text.text()), lines(&expected));
    assert_eq!(found[..4], expected[..4]);
    assert_eq!(found[5], expected[5]);
    assert!(found[4].ends_with("000512 alone"), "{}", found[4]);
    let json = zems(&["decode", "--format", "json", "--limit", "1"], &ran.out);
    assert!(
        json.text()
            .starts_with(r#"{"kind":"event","ssid":"0.0.0","printed_ssid":"TANDEM.DSK.H01","number":500,"#)
    );
    assert!(!json.text().contains("\"cpu\"") && !json.text().contains("\"pin\""), "{}", json.text());
    let chosen = zems(&["decode", "--ssid", "TANDEM.DSK.*"], &ran.out);
    assert_eq!(chosen.text().lines().count(), 2);
    let counted = zems(&["stats"], &ran.out);
    assert!(counted.text().contains("TANDEM.NSKCOM.H01"), "{}", counted.text());
    let syslog = zems(&["decode", "--format", "syslog", "--limit", "1"], &ran.out);
    assert!(syslog.text().contains("N $X - 500 [zems@32473 ssid=\"TANDEM.DSK.H01\""), "{}", syslog.text());
    let csv = zems(&["decode", "--format", "csv", "--limit", "1"], &ran.out);
    assert!(csv.text().contains(",TANDEM.DSK.H01,") && csv.text().contains(",-1,-1,"), "{}", csv.text());
}

/// The text of RPC event 1, printed at any width, gives that event again.
#[test]
fn a_wrapped_line_of_the_program_comes_back() {
    let event = r#"{"kind":"event","ssid":"TANDEM.RPC.D10","number":1,"process":"\\NODE.$ZPM","generated":"2026-11-20T10:15:00Z","tokens":[{"name":"ZEMS-TKN-SUBJECT-MARK"},{"name":"ZCOM-TKN-SUBJ-PROC","value":"$ZPM"},{"name":"ZSPI-TKN-SERVER-BANNER","value":"RPC PORTMAPPER - T9999D31 - (01JAN93) - SYSTEM"}]}"#;
    let event = zems(&["encode"], event.as_bytes());
    let printed = zems(&["decode", "--width", "0"], &event.out);
    for width in ["60", "72", "80", "100", "132"] {
        let wrapped = zems(&["decode", "--width", width], &event.out);
        let again = zems(&["import", "text"], &wrapped.out);
        assert_eq!((again.code, again.err.as_str()), (0, ""), "{width}");
        assert_eq!(zems(&["decode", "--width", "0"], &again.out).text(), printed.text(), "{width}");
    }
}

/// Frames one after the other are events each.
#[test]
fn octet_counted_frames_are_taken_apart() {
    let frames: String = ["<27>May  1 10:11:12 h jsrpd[9]: JSRPD_NOT_ROOT: Must be run as root", "<13>two"]
        .iter()
        .map(|message| format!("{} {message}", message.len()))
        .collect();
    let ran = zems(&["import", "syslog", "--year", "2026"], format!("{frames}\n{frames}").as_bytes());
    let text = zems(&["decode", "--no-header"], &ran.out);
    assert_eq!(text.text(), "Must be run as root\ntwo\n".repeat(2));
}

/// A frame that says its length may have line ends inside. A length that is wrong makes nothing of two lines.
#[test]
fn octet_counted_frames_may_have_line_ends_inside() {
    let frame = |text: &str| format!("{} {text}", text.len());
    let texts = |input: &str| {
        let ran = zems(&["import", "syslog", "--format", "json"], input.as_bytes());
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.text()
            .lines()
            .map(|line| {
                let event: serde_json::Value = serde_json::from_str(line).unwrap();
                let tokens = event["tokens"].as_array().unwrap();
                let text = tokens.iter().find(|token| token["name"] == "SYSLOG-TKN-TEXT").unwrap();
                match &text["value"] {
                    serde_json::Value::String(text) => text.clone(),
                    _ => text["hex"].as_str().unwrap().to_owned(),
                }
            })
            .collect::<Vec<_>>()
    };
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02X}")).collect::<String>();
    let [one, two] = ["<13>1 - h p - - - one\ntwo\n\nthree", "<13>1 - h p - - - four"];
    let expected = [hex("one\ntwo\n\nthree"), "four".to_owned()];
    assert_eq!(texts(&(frame(one) + &frame(two))), expected);
    assert_eq!(texts(&(frame(one) + "\n" + &frame(two) + "\n")), expected);
    assert_eq!(texts(&(frame(two) + &frame(one)))[1], expected[0]);
    // A frame that ends with its line end.
    assert_eq!(texts(&(frame("<13>1 - h p - - - x\n") + &frame(two))), ["x", "four"]);
    // Wrong lengths: into the next line, beyond the end, beyond what can be.
    for length in [30, 900, 70_000] {
        let lines = format!("{length} <13>1 - h p - - - one\n<13>1 - h p - - - two\n");
        assert_eq!(texts(&lines), ["one", "two"], "{length}");
    }
    // More than a line may have, with and without line ends.
    for end in ["", "\nend"] {
        let numbered = |number: u32| format!("<13>1 - h p - - - number {number:05}{end}");
        let log: String = (0..5000).map(|number| frame(&numbered(number))).collect();
        let expected = |number| match end {
            "" => format!("number {number:05}"),
            _ => hex(&format!("number {number:05}{end}")),
        };
        assert!(texts(&log).into_iter().eq((0..5000).map(expected)));
    }
    // A frame that begins in the bytes that a wrong length has taken.
    let lines = format!("60 <13>1 - h p - - - one\n<13>1 - h p - - - two\n{}", frame(one));
    assert_eq!(texts(&lines), ["one", "two", &expected[0]]);
    let log = "1\n22 <13>1 - h p - - - yes\n";
    assert_eq!(texts(log), ["1", "yes"]);
    // Places are those of lines.
    let long = "y".repeat(70_000);
    let ran = zems(&["import", "syslog"], format!("{}\n{long}\n", frame(one)).as_bytes());
    assert!(ran.err.contains("line 5"), "{}", ran.err);
}
