//! Systems nobody has seen are understood from their own logs, and nothing is claimed that is not so.

use zems::analysis::learn::{Candidate, Learned, Learner, Outcome, Subject};
use zems::dictionary::{Dictionary, Loaded, Loader};
use zems::ems::{Event, EventBuilder, EventHeader};
use zems::spi::read::Decoder;
use zems::spi::{HeaderBit, HeaderField, Profile, TokenCode};
use zems::template::{PrintedLines, TemplateSet};
use zems::text::NoLoader;

use crate::support::hidden::{Hidden, Made, Random};

fn learn(made: &[Made], log: &str, listings: &str) -> Learned {
    let dictionary = &Dictionary::empty();
    let templates = &TemplateSet::new(dictionary);
    let mut learner = Learner::new(dictionary, templates);
    let mut offset = 0;
    for event in made {
        let buffer = Decoder::new(dictionary.profile()).parse(&event.bytes).unwrap();
        learner.raw(&Event::try_from(buffer).unwrap(), 0, offset);
        offset += event.bytes.len() as u64;
    }
    for event in PrintedLines::new(log).flatten() {
        learner.printed(&event);
    }
    learner.listing(listings);
    learner.learn()
}

/// The definitions learnt, loaded as `--no-builtin --define DIR` does.
fn load(learned: &Learned) -> Loaded {
    let mut loader = Loader::new();
    for (name, text) in &learned.files {
        loader.add(name.clone(), text.clone()).unwrap();
    }
    let loaded = loader.load(&NoLoader);
    let diagnostics = loaded.diagnostics.render(&loaded.sources);
    assert!(diagnostics.is_empty(), "{diagnostics}\n{:?}", learned.files);
    loaded
}

/// Counts, over many systems, of what could have been learnt, and of that what was.
#[derive(Debug, Default)]
struct Score {
    systems: usize,
    /// Events whose printed facts are all known with the definitions learnt: their lines are printed again.
    whole: usize,
    events: usize,
    fields: std::collections::BTreeMap<&'static str, (usize, usize)>,
}

fn check(hidden: &Hidden, made: &[Made], learned: &Learned, score: &mut Score, seed: u64) {
    let fail = |what: String| {
        panic!("seed {seed}: {what}\n{:#?}\n{:?}\n{:#?}", learned.report, hidden.layouts, learned.files)
    };
    let loaded = load(learned);
    let dictionary = &loaded.dictionary;
    score.systems += 1;
    for layout in &hidden.layouts {
        let of_layout: Vec<&Made> = made.iter().filter(|made| made.bytes[25] == layout.length).collect();
        let answer = |field| learned.report.answer(&Subject::Header { length: layout.length, field });
        let last = |field| match answer(field)? {
            Candidate::Bytes { offset, width } => Some(usize::from(*offset) + usize::from(*width)),
            other => fail(format!("{field} is {other}")),
        };
        let ends = |fields: &[HeaderField]| -> Vec<usize> {
            fields.iter().filter_map(|field| layout.place(*field)).map(|(offset, len)| offset + len).collect()
        };
        for (field, truth) in [
            ("event-number", &[HeaderField::EventNumber][..]),
            ("generation-time", &[HeaderField::GenerationTime]),
            ("log-time", &[HeaderField::LogTime]),
            ("process-name", &[HeaderField::CrtpidName]),
            ("cpu", &[HeaderField::Cpu, HeaderField::CrtpidCpu]),
            ("pin", &[HeaderField::Pin, HeaderField::CrtpidPin]),
        ] {
            let truth = ends(truth);
            if let Some(end) = last(field)
                && !truth.contains(&end)
            {
                fail(format!("{field} of {} does not end at {end}", layout.length));
            }
        }
        if let Some(Candidate::Bytes { offset, .. }) = answer("process-descriptor") {
            let truth = layout.place(HeaderField::ProcessDescriptor).map(|(truth, _)| truth);
            if truth != Some(usize::from(*offset)) {
                fail("process-descriptor".to_owned());
            }
        }
        if let Some(Candidate::Bit { offset, bit }) = answer("emphasis")
            && layout.emphasis != Some(HeaderBit::new(*offset, *bit))
        {
            fail("emphasis".to_owned());
        }
        for (field, truth) in
            [("console-print", layout.console_print), ("suppress-display", layout.suppress_display)]
        {
            if let Some(Candidate::Bit { offset, bit }) = answer(field)
                && truth != Some(HeaderBit::new(*offset, *bit))
            {
                fail(format!("{field} is {truth:?}"));
            }
        }
        if let Some(Candidate::Bytes { offset, .. }) = answer("user-id") {
            let place = |field, more| layout.place(field).map(|(place, _)| place - more);
            let truth = [place(HeaderField::Group, 0), place(HeaderField::User, 1)];
            if truth != [Some(usize::from(*offset)); 2] {
                fail("user-id".to_owned());
            }
        }
        // With this many events every field that lines show is determined.
        if of_layout.len() >= 120 {
            let has = |field| layout.place(field).is_some();
            let unnamed = (has(HeaderField::Cpu) || has(HeaderField::CrtpidCpu))
                && (has(HeaderField::Pin) || has(HeaderField::CrtpidPin));
            let has_node = has(HeaderField::System) || has(HeaderField::NodeNumber);
            // Without a node a line does not say whose it is, and is not a printed line.
            let is_printed = has_node || has(HeaderField::ProcessDescriptor);
            for (field, could) in [
                ("event-number", has_node),
                ("generation-time", has_node),
                ("log-time", has_node && has(HeaderField::LogTime)),
                ("process-name", has_node && has(HeaderField::CrtpidName)),
                ("process-descriptor", is_printed && has(HeaderField::ProcessDescriptor)),
                ("cpu", has_node && unnamed),
                ("pin", has_node && unnamed),
                ("node", has_node && hidden.nodes.len() > 1),
                ("emphasis", has_node && layout.emphasis.is_some()),
            ] {
                if could {
                    let (asked, found) = score.fields.entry(field).or_default();
                    *asked += 1;
                    *found += usize::from(answer(field).is_some());
                    if answer(field).is_none() && std::env::var_os("ZEMS_SHOW").is_some() {
                        let items = learned.report.items.iter();
                        let item = items
                            .filter(|item| item.subject == Subject::Header { length: layout.length, field });
                        println!(
                            "{seed} {field} {:?}\n  {layout:?} {}",
                            item.collect::<Vec<_>>(),
                            of_layout.len()
                        );
                    }
                }
            }
        }
    }
    let templates = TemplateSet::new(dictionary);
    for event in made {
        let line = hidden.print(dictionary, &templates, &event.bytes, 0);
        let buffer = Decoder::new(dictionary.profile()).parse(&event.bytes).unwrap();
        let event_read = Event::try_from(buffer).unwrap();
        let truth =
            Event::try_from(Decoder::new(hidden.dictionary.profile()).parse(&event.bytes).unwrap()).unwrap();
        let same = |name: &str, read: Option<String>, truth: Option<String>| {
            if read.is_some() && read != truth {
                fail(format!("{name} is {truth:?}, not {read:?}"));
            }
        };
        let text = |it: Option<i64>| it.map(|it| it.to_string());
        same("number", text(event_read.number().map(Into::into)), text(truth.number().map(Into::into)));
        same(
            "emphasis",
            event_read.emphasis().map(|it| it.to_string()),
            truth.emphasis().map(|it| it.to_string()),
        );
        same(
            "generated",
            text(event_read.generated().map(|it| it.0)),
            text(truth.generated().map(|it| it.0)),
        );
        same("logged", text(event_read.logged().map(|it| it.0)), text(truth.logged().map(|it| it.0)));
        same(
            "ssid",
            loaded.dictionary.subsystem(event_read.ssid()).map(|it| it.name().to_owned()),
            hidden.dictionary.subsystem(event_read.ssid()).map(|it| it.name().to_owned()),
        );
        if let Some(node) = event_read.node()
            && let Some((_, name)) = dictionary.nodes().iter().find(|(number, _)| *number == node)
        {
            let truth = hidden.nodes.iter().find(|(number, _)| Some(*number) == truth.node());
            if truth.is_some_and(|(_, truth)| truth != name) {
                fail(format!("node is {truth:?}, not {name}"));
            }
        }
        // The facts of this event that a line shows.
        let facts = |event: &Event<'_>, dictionary: &Dictionary| {
            let node =
                event.node().map(|node| dictionary.nodes().iter().find(|(known, _)| *known == node).cloned());
            (
                (event.number(), event.generated(), event.emphasis().unwrap_or_default()),
                (node, event.process().map(|process| process.to_string()), (event.cpu(), event.pin())),
                dictionary.subsystem(event.ssid()).map(|known| known.name().to_owned()),
            )
        };
        let has_text = |dictionary: &Dictionary| dictionary.token_named("ZEMS-TKN-TEXT").is_some();
        score.events += 1;
        if facts(&event_read, dictionary) == facts(&truth, &hidden.dictionary)
            && (has_text(dictionary) || !event.has_text)
        {
            score.whole += 1;
            if line != event.line {
                fail(format!("the line is\n{}\nnot\n{line}", event.line));
            }
        }
    }
    for item in &learned.report.items {
        if let (Subject::Token { name }, Outcome::Learned { answer, .. }) = (&item.subject, &item.outcome) {
            match name.as_str() {
                "ZEMS-TKN-SUBJECT-MARK" => {
                    let truth = hidden.dictionary.profile().subject_mark.number.0;
                    assert_eq!(*answer, Candidate::Number(truth.into()), "seed {seed}");
                }
                "ZEMS-TKN-TEXT" => {
                    let truth = hidden.dictionary.token_named(name).unwrap();
                    let ssid = Some(truth.owner_ssid().unwrap().to_string());
                    let code = truth.stored_code().to_string();
                    assert_eq!(*answer, Candidate::Code { code, ssid }, "seed {seed}");
                }
                other => drop(fail(format!("{other} is learnt"))),
            }
        }
    }
    if let [span] = learned.report.zone.as_slice() {
        assert_eq!(span.seconds_east, hidden.zone, "seed {seed}");
    }
}

/// The raw events and the log of a hidden system, and what was learnt of them.
fn system(seed: u64, score: &mut Score) {
    let mut random = Random(seed);
    let hidden =
        if seed.is_multiple_of(50) { Hidden::shipped(&mut random) } else { Hidden::new(&mut random) };
    let count = *random.choice(&[5, 20, 60, 150, 300, 400]);
    let made = hidden.events(count, &mut random);
    let log = hidden.log(&made, &mut random);
    // Some raw events are lost too.
    let mut raw: Vec<Made> = made.into_iter().filter(|_| !random.chance(5)).collect();
    if random.chance(20) {
        random.shuffle(&mut raw);
    }
    check(&hidden, &raw, &learn(&raw, &log, ""), score, seed);
}

#[test]
fn hidden_systems_are_understood() {
    let count = std::env::var("ZEMS_HIDDEN_SYSTEMS").ok().and_then(|count| count.parse().ok()).unwrap_or(150);
    let from = std::env::var("ZEMS_HIDDEN_FROM").ok().and_then(|from| from.parse().ok()).unwrap_or(0);
    let mut score = Score::default();
    for seed in from..from + count {
        system(seed, &mut score);
    }
    println!("{score:?}");
    for (field, (could, was)) in &score.fields {
        assert!(100 * was >= RECALL * could, "{field}: {was} of {could}");
    }
    assert!(100 * score.whole >= 40 * score.events, "{} of {} lines", score.whole, score.events);
}

/// Of 100 fields that a hundred and more events show, this many are learnt.
const RECALL: usize = 99;

/// Systems of which there are listings and no log.
#[test]
fn listings_show_the_fields_of_headers() {
    let mut found: std::collections::BTreeMap<&str, (usize, usize)> = Default::default();
    for seed in 1..40 {
        let mut random = Random(seed * 7919);
        let hidden = if seed % 13 == 0 { Hidden::shipped(&mut random) } else { Hidden::new(&mut random) };
        let mut made = hidden.events(120, &mut random);
        let mut listings: Vec<_> = made.iter().map(|event| hidden.list(&event.bytes)).collect();
        random.shuffle(&mut listings);
        listings.truncate(100);
        made.retain(|_| !random.chance(5));
        let learned = learn(&made, "", &listings.join("\n"));
        check(&hidden, &made, &learned, &mut Score::default(), seed);
        for layout in hidden.layouts.iter().filter(|_| hidden.layouts.len() == 1) {
            let has = |field| layout.place(field).is_some();
            for (field, could) in [
                ("event-number", true),
                ("generation-time", true),
                ("log-time", has(HeaderField::LogTime)),
                ("process-name", has(HeaderField::CrtpidName)),
                ("process-descriptor", has(HeaderField::ProcessDescriptor)),
                ("cpu", has(HeaderField::Cpu) || has(HeaderField::CrtpidCpu)),
                ("pin", has(HeaderField::Pin) || has(HeaderField::CrtpidPin)),
                (
                    "node",
                    hidden.nodes.len() > 1 && (has(HeaderField::System) || has(HeaderField::NodeNumber)),
                ),
                ("emphasis", layout.emphasis.is_some()),
                ("console-print", layout.console_print.is_some()),
                ("suppress-display", layout.suppress_display.is_some()),
            ] {
                let (asked, was) = found.entry(field).or_default();
                *asked += usize::from(could);
                let answer = learned.report.answer(&Subject::Header { length: layout.length, field });
                *was += usize::from(could && answer.is_some());
            }
        }
    }
    println!("{found:?}");
    assert_eq!(found.len(), 11);
    for (field, (could, was)) in found {
        assert!(could >= 3 && 100 * was >= RECALL * could, "{field}: {was} of {could}");
    }
}

/// Clocks that are put forward in the middle of the log.
#[test]
fn the_zone_may_change_within_a_log() {
    for (seed, change) in [(3, 3600), (4, -3600), (7, 1800), (9, 3600)] {
        let mut random = Random(seed);
        let mut hidden = Hidden::shipped(&mut random);
        hidden.zone = 3600 * (i32::try_from(random.below(20)).unwrap() - 9);
        let zones = [hidden.zone, hidden.zone + change];
        let mut made = hidden.events(300, &mut random);
        for (at, event) in made.iter_mut().enumerate() {
            hidden.zone = zones[usize::from(at >= 130)];
            event.line = hidden.print(&hidden.dictionary, &hidden.templates, &event.bytes, 0);
        }
        let log: Vec<_> = made.iter().map(|event| event.line.as_str()).collect();
        let learned = learn(&made, &(log.join("\n") + "\n"), "");
        let mut spans: Vec<_> =
            learned.report.zone.iter().map(|span| (span.first, span.last, span.seconds_east)).collect();
        spans.sort_unstable();
        let [(_, end, before), (start, _, after)] = spans[..] else { panic!("seed {seed}: {spans:?}") };
        assert_eq!([before, after], zones, "seed {seed}");
        assert!(end <= start, "seed {seed}: {spans:?}");
        for length in [32, 82] {
            for field in ["event-number", "generation-time", "log-time", "emphasis"] {
                let subject = Subject::Header { length, field };
                assert!(
                    learned.report.answer(&subject).is_some(),
                    "seed {seed}: {subject:?} {:#?}",
                    learned.report
                );
            }
        }
        // The lines of each half are printed again in its zone.
        let loaded = load(&learned);
        let templates = TemplateSet::new(&loaded.dictionary);
        for (at, event) in made.iter().enumerate() {
            hidden.zone = zones[usize::from(at >= 130)];
            let line = hidden.print(&loaded.dictionary, &templates, &event.bytes, 0);
            assert_eq!(line[..17], event.line[..17], "seed {seed}");
        }
    }
}

/// More events than are kept: those left out are counted, and learning stays below 256 MiB.
#[test]
fn more_events_than_are_kept_are_counted() {
    const EVENTS: usize = 20_000;
    let text = TokenCode::from_bits(0x01FF_0001);
    let header = EventHeader::new("ACME.7.A01".parse().unwrap(), 1);
    let mut builder = EventBuilder::new(Vec::new(), &header, &Profile::DEFAULT, text, "$DISK").unwrap();
    builder.put(text, &[b'x'; 3800][..]).unwrap();
    let mut bytes = builder.finish().unwrap();
    let last = bytes.len() - 8;
    let (dictionary, templates) = (Dictionary::empty(), TemplateSet::new(&Dictionary::empty()));
    let mut report = None;
    let info = allocation_counter::measure(|| {
        let mut learner = Learner::new(&dictionary, &templates);
        for number in 0..EVENTS {
            bytes[last..].copy_from_slice(format!("{number:08}").as_bytes());
            learner.raw(&Event::parse(&bytes).unwrap(), 0, 0);
        }
        report = Some(learner.learn().report);
    });
    let report = report.unwrap();
    assert!(report.left_out > 0 && report.events + report.left_out == EVENTS, "{report:?}");
    assert!(info.bytes_max < 256 << 20, "{} bytes", info.bytes_max);
}
