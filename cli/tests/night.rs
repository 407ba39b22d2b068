//! `zems stats`, `decode --advice` and `import catalog` of a NonStop chapter, as a script and a browser see them.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value as Json;
use zems::samples;

use crate::support::scratch;

fn zems(args: &[&str], input: &[u8]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zems"));
    command.args(args).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).env_remove("COLUMNS");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let feed = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    feed.join().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn objects(text: &str) -> Vec<Json> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

const PAGE: &str = "tests/dictionary/rpc-page.txt";

#[test]
fn a_page_of_a_manual_becomes_definitions() {
    let directory = scratch("night-catalog");
    let site = directory.to_str().unwrap();
    let (code, out, err) = zems(&["import", "catalog", PAGE, "-o", site], b"");
    assert_eq!(code, 0, "{err}");
    assert_eq!(out, format!("{site}/zrpc.ddl\n{site}/zrpc.events\n"));
    assert!(err.contains("1 event of ZRPC;") && err.contains("begins before these pages"), "{err}");
    let (code, out, err) = zems(&["catalog", "--no-builtin", "--define", site, "--format", "json"], b"");
    assert_eq!((code, err.as_str()), (0, ""));
    let listed = objects(&out);
    let find = |kind: &str, name: &str| {
        listed.iter().find(|object| object["kind"] == kind && object["name"] == name).unwrap().clone()
    };
    assert_eq!(
        find("token", "ZRPC-TKN-CPU"),
        serde_json::json!({"kind": "token", "name": "ZRPC-TKN-CPU", "type": "ZSPI-TYP-UINT", "missing": ["code"]})
    );
    let event = find("event", "ZRPC-EVT-BKUP-FAIL");
    assert_eq!(event["missing"], serde_json::json!(["ssid"]));
    assert_eq!((&event["number"], &event["subject"]), (&8.into(), &"ZCOM-TKN-SUBJ-PROC".into()));
    assert_eq!(event["text"], "Backup process in CPU <1> died because <2>");
    // The recovery on the page is that of the event before.
    assert!(event.get("recovery").is_none(), "{event}");
    assert_eq!(listed.iter().filter(|object| object["kind"] == "token").count(), 7);
    let (code, out, err) = zems(&["catalog", "--define", site, "--format", "json", "ZRPC-TKN-CPU"], b"");
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("\"code\":\"09020008\"") && !out.contains("missing"), "{out}");

    for args in [&["import", "catalog", PAGE, "--owner", "ACME"][..], &["import", "catalog", "README.md"]] {
        let empty = directory.join("none");
        let (code, out, _) = zems(&[args, &["-o", empty.to_str().unwrap()]].concat(), b"");
        assert_eq!((code, out.as_str(), empty.exists()), (2, "", false));
    }
}

#[test]
fn advice_is_below_the_sentence_and_in_json() {
    let directory = scratch("night-advice");
    let own = directory.join("own.events");
    fs::write(&own, "ABOUT ZRPC-EVT-BKUP-FAIL\n  CAUSE \"The CPU failed.\"\n  RECOVERY \"Reload it.\"\n")
        .unwrap();
    let define = own.to_str().unwrap();
    let decode = ["decode", "--define", define, "--advice"];
    let (code, out, err) = zems(&[&decode[..], &["--no-header"]].concat(), samples::BKUP_FAIL);
    assert_eq!((code, err.as_str()), (0, ""));
    let below = "Backup process in CPU 3 died because its CPU is down\n    Cause: The CPU failed.\n    Recovery: Reload it.\n";
    assert_eq!(out, below);
    let (_, json, _) = zems(&[&decode[..], &["--format", "json"]].concat(), samples::BKUP_FAIL);
    let advice = serde_json::json!({"cause": "The CPU failed.", "recovery": "Reload it."});
    assert_eq!(objects(&json)[0]["advice"], advice);
    let back = scratch("night-encode").join("back.bin");
    let (code, _, err) = zems(&["encode", "-o", back.to_str().unwrap()], json.as_bytes());
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(fs::read(back).unwrap(), samples::BKUP_FAIL);
    let (code, _, err) = zems(&[&decode[..], &["--format", "csv"]].concat(), samples::BKUP_FAIL);
    assert!(code == 2 && err.contains("--advice has no effect with --format csv"), "{err}");
    // A compiled file keeps the texts.
    let compiled = directory.join("site.zems");
    let compiled = compiled.to_str().unwrap();
    let (code, _, err) = zems(&["compile", define, "-o", compiled], b"");
    assert_eq!(code, 0, "{err}");
    let (_, out, _) = zems(&["decode", "--define", compiled, "--advice", "--no-header"], samples::BKUP_FAIL);
    assert_eq!(out, below);
}

#[test]
fn the_report_compares_with_a_baseline() {
    let directory = scratch("night-baseline");
    let baseline = directory.join("before.bin");
    fs::write(&baseline, [samples::BKUP_FAIL, samples::EVENT].concat()).unwrap();
    let log = [&samples::BKUP_FAIL.repeat(3), samples::PID_FILE_LOCK, samples::COMMAND].concat();
    let stats = ["stats", "--baseline", baseline.to_str().unwrap()];
    let (code, out, err) = zems(&[&stats[..], &["--format", "json"]].concat(), &log);
    assert_eq!((code, err.as_str()), (0, ""));
    let rows = objects(&out);
    let total = &rows[0];
    assert_eq!((&total["buffers"], &total["events"], &total["by"]), (&5.into(), &4.into(), &"hour".into()));
    let events: Vec<_> = rows.iter().filter(|row| row["kind"] == "event").collect();
    assert_eq!((&events[0]["name"], &events[0]["count"]), (&"ZRPC-EVT-BKUP-FAIL".into(), &3.into()));
    assert_eq!((&events[0]["new"], &events[0]["baseline"]), (&false.into(), &1.into()));
    assert_eq!(events[0]["first"], "2026-11-20T10:15:00.123456Z");
    assert_eq!((&events[1]["new"], &events[1]["baseline"]), (&true.into(), &0.into()));
    assert_eq!(rows.iter().filter(|row| row["kind"] == "gone").count(), 1);
    let subject = rows.iter().find(|row| row["kind"] == "subject").unwrap();
    assert_eq!((&subject["name"], &subject["token"]), (&"$ZPM".into(), &"ZCOM-TKN-SUBJ-PROC".into()));
    let (_, text, _) = zems(&[&stats[..], &["--by", "minute", "--zone", "Europe/Berlin"]].concat(), &log);
    for part in ["  new\n", "\nMinutes (Europe/Berlin)\n", "2026-11-20 11:15 ", "Only in the baseline", "█"]
    {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let (_, csv, _) = zems(&[&stats[..], &["--format", "csv", "--top", "1"]].concat(), &log);
    assert!(
        csv.starts_with("kind,ssid,number,name,count,critical,first,last,baseline,new\ntotal,,,,5,3,"),
        "{csv}"
    );
    assert_eq!(csv.lines().filter(|line| line.starts_with("event,")).count(), 1);
    let (code, _, _) = zems(&["stats", "--baseline", "no-such-file"], &log);
    assert_ne!(code, 0);
}

/// A log whose names want to be more than text, on a page in a real browser.
#[test]
fn the_page_is_text_to_a_browser() {
    let directory = scratch("night-html");
    let hostile = "<img src=x onerror=alert(1)><script>document.title='owned'</script>";
    let event = |subject: &str, minute: u32| {
        format!(
            "{{\"kind\":\"event\",\"ssid\":\"TANDEM.RPC.D10\",\"number\":8,\"generated\":\"2026-11-20T{:02}:{:02}:00Z\",\"emphasis\":true,\
             \"process\":\"\\\\N.$<b>x\",\"tokens\":[{{\"name\":\"ZEMS-TKN-SUBJECT-MARK\",\"code\":\"1F00FBF0\"}},\
             {{\"name\":\"ZCOM-TKN-SUBJ-PROC\",\"value\":\"{subject}\"}}]}}\n",
            minute / 60,
            minute % 60
        )
    };
    let lines: String =
        (0..300).map(|minute| event(if minute % 2 == 0 { hostile } else { "$ZPM" }, minute)).collect();
    let log = directory.join("<b>log.bin");
    let (code, _, err) = zems(&["encode", "-o", log.to_str().unwrap()], lines.as_bytes());
    assert_eq!((code, err.as_str()), (0, ""));
    let page = directory.join("night.html");
    let html = page.to_str().unwrap();
    let (code, _, err) =
        zems(&["stats", "--html", html, "--baseline", "samples/bkup-fail.bin", log.to_str().unwrap()], b"");
    assert_eq!((code, err.as_str()), (0, ""));
    let source = fs::read_to_string(&page).unwrap();
    for part in ["<script", "<img", "<link", "src=\"", "href=", "http:", "https:", "url(", "@import"] {
        assert!(!source.contains(part), "{part}");
    }
    // The page is never the log.
    let (code, _, _) = zems(&["stats", "--html", html, html], b"");
    assert_eq!(code, 2);

    let Some(browser) =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser"].into_iter().find(|it| Path::new(it).exists())
    else {
        println!("skipped: Chromium is not installed");
        return;
    };
    let profile = directory.join("profile");
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("file://{html}"))
        .stderr(Stdio::null())
        .output()
        .unwrap();
    let dom = String::from_utf8(output.stdout).unwrap();
    assert!(dom.contains("<title>Event report</title>"), "{dom}");
    // Check the page in the browser: charts with bars, the name as text, no element that comes from the log.
    assert!(dom.contains("&lt;img src=x onerror=alert(1)&gt;&lt;script&gt;"), "{dom}");
    for part in ["<script", "<img", "<b>", "onerror=\""] {
        assert!(!dom.contains(part), "{part}");
    }
    let charts = dom.matches("<svg").count();
    let (_, chart) = dom.split_once("<svg class=\"log\"").unwrap();
    let bars = chart.split_once("</svg>").unwrap().0.matches("<rect").count();
    assert!(charts >= 4 && bars == 5, "{charts} charts, {bars} bars");
    assert!(dom.contains(">60 events</title>") || dom.contains(" 60 events</title>"), "{dom}");
}
