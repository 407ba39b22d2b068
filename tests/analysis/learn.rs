//! Systems nobody has seen are understood from their own logs, and nothing is claimed that is not so.

use zems::analysis::learn::{Candidate, Learned, Learner, Outcome, Subject};
use zems::dictionary::{Dictionary, Loaded, Loader};
use zems::ems::Event;
use zems::spi::HeaderField;
use zems::spi::read::Decoder;
use zems::template::{PrintedLines, TemplateSet};
use zems::text::NoLoader;

use crate::support::hidden::{Hidden, Made, Random};

fn learn(dictionary: &Dictionary, templates: &TemplateSet, made: &[Made], log: &str) -> Learned {
    let mut learner = Learner::new(dictionary, templates);
    let mut offset = 0;
    for event in made {
        let buffer = Decoder::new(dictionary.profile()).parse(&event.bytes).unwrap();
        learner.raw(&Event::new(buffer).unwrap(), 0, offset);
        offset += event.bytes.len() as u64;
    }
    for event in PrintedLines::new(log).flatten() {
        learner.printed(&event);
    }
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
    whole: usize,
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
        if let Some(Candidate::Bit { offset, bit }) = answer("emphasis") {
            let (place, len) = layout.place(HeaderField::Flags).unwrap_or_default();
            let mask = u16::from(0x80_u8 >> bit) << (8 * (place + len - 1).saturating_sub((*offset).into()));
            if mask != layout.emphasis {
                fail("emphasis".to_owned());
            }
        }
        // With so many events every field that lines show is determined.
        if of_layout.len() >= 120 {
            let has = |field| layout.place(field).is_some();
            let named = has(HeaderField::CrtpidName) || has(HeaderField::ProcessDescriptor);
            let unnamed = (has(HeaderField::Cpu) || has(HeaderField::CrtpidCpu))
                && (has(HeaderField::Pin) || has(HeaderField::CrtpidPin));
            let has_node = has(HeaderField::System) || has(HeaderField::NodeNumber);
            // Without a node a line does not say whose it is, and is no printed line.
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
                ("emphasis", has_node && has(HeaderField::Flags)),
            ] {
                let _ = named;
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
    let mut whole = true;
    for event in made {
        let line = hidden.print(dictionary, &templates, &event.bytes, 0);
        whole &= line == event.line;
        // Whatever is shown, is so; but a header of which nothing was learnt may have the length of a shipped one.
        let layout = format!("LENGTH {}\n", event.bytes[25]);
        if !learned.files.iter().any(|(_, text)| text.contains(&layout)) {
            continue;
        }
        let buffer = Decoder::new(dictionary.profile()).parse(&event.bytes).unwrap();
        let event_read = Event::new(buffer).unwrap();
        let truth =
            Event::new(Decoder::new(hidden.dictionary.profile()).parse(&event.bytes).unwrap()).unwrap();
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
    }
    score.whole += usize::from(whole);
    for item in &learned.report.items {
        if let (Subject::Token { name }, Outcome::Learned { answer, .. }) = (&item.subject, &item.outcome) {
            match name.as_str() {
                "ZEMS-TKN-SUBJECT-MARK" => {
                    let truth = hidden.dictionary.profile().subject_mark.number.0;
                    assert_eq!(*answer, Candidate::Number(truth.into()), "seed {seed}");
                }
                "ZEMS-TKN-TEXT" => {
                    let truth = hidden.dictionary.token_named(name).unwrap();
                    let ssid = Some(truth.home().unwrap().to_string());
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
    let dictionary = Dictionary::empty();
    let learned = learn(&dictionary, &TemplateSet::new(&dictionary), &raw, &log);
    check(&hidden, &raw, &learned, score, seed);
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
}
