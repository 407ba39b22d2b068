//! Lines in the shapes of common devices and daemons: `shapes.txt` has every field that each must give, and the event.

use std::collections::BTreeMap;

use zems::dictionary::Dictionary;
use zems::ems::Event;
use zems::syslog::{Line, Priority, TimePolicy};

use super::texts::importer;
use super::write::sentence;

#[test]
fn every_shape_gives_every_field() {
    let text = include_str!("shapes.txt");
    let mut importer = importer();
    let policy = TimePolicy { now: "2026-11-21T12:00:00Z".parse().unwrap(), ..TimePolicy::default() };
    let (mut count, mut faults) = (0, Vec::new());
    for block in text.split("\n\n").filter(|block| !block.starts_with('#')) {
        let listed = block.lines().map(|line| line.split_once(": ").unwrap());
        let mut expected: BTreeMap<&str, String> =
            listed.map(|(name, value)| (name, value.to_owned())).collect();
        let text = expected.remove("line").unwrap();
        let line = Line::parse(&text);
        let mut bytes = Vec::new();
        importer.event(&line, &policy, &mut bytes).unwrap();
        let event = Event::parse(&bytes).unwrap();
        let number = |priority: Option<Priority>| priority.map(|priority| priority.pri().to_string());
        let owned = |field: Option<&str>| field.map(str::to_owned);
        let generated = event.generated().filter(|time| time.0 != 0).map(|time| time.to_string());
        let name = Dictionary::builtin().ssid_name(event.ssid());
        let found = [
            ("form", Some(format!("{:?}", line.form()))),
            ("pri", number(line.priority())),
            ("explicit", number(line.explicit_priority())),
            ("generated", generated),
            ("sequence", owned(line.sequence())),
            ("host", owned(line.host())),
            ("process", owned(line.process())),
            ("pid", owned(line.pid())),
            ("tag", owned(line.tag())),
            ("service", owned(line.service())),
            ("data", owned(line.structured_data().map(|data| data.as_written()))),
            ("event", Some(format!("{name} {}", event.number().unwrap()))),
            ("text", Some(sentence(&event))),
        ];
        let found: BTreeMap<_, _> =
            found.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        if found != expected {
            faults.push(format!("{text}\n  found    {found:?}\n  expected {expected:?}"));
        }
        count += 1;
    }
    assert!(faults.is_empty(), "{} of {count}:\n{}", faults.len(), faults.join("\n"));
    assert!(count >= 200, "{count} lines");
}
