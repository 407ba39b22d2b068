//! The properties of learning from any bytes: the same for the fuzz target and the corpus test.

use zems::analysis::doctor::{Doctor, Framing};
use zems::analysis::learn::{Learner, Outcome, limits};
use zems::dictionary::{Dictionary, Loader};
use zems::ems::Event;
use zems::spi::read::{Framer, Step};
use zems::template::{PrintedLines, TemplateSet};
use zems::text::NoLoader;

/// The input is raw events, then `\0\0`, printed lines, `\0\0`, and listings. It always ends, what is claimed has enough evidence, and
/// what is written loads without a diagnostic.
pub fn learn(input: &[u8]) {
    let mut parts = split(input).into_iter();
    let mut part = || parts.next().unwrap_or_default();
    let (raw, printed, listing) = (part(), part(), part());
    let (printed, listing) = (String::from_utf8_lossy(printed), String::from_utf8_lossy(listing));
    let dictionary = Dictionary::builtin();
    let templates = TemplateSet::builtin();
    let mut learner = Learner::new(dictionary, &templates);
    let mut doctor = Doctor::new(dictionary);
    doctor.input("input", Framing::BackToBack);
    let (mut framer, mut rest, mut events, mut buffers) = (Framer::new(dictionary.profile()), raw, 0, 0);
    loop {
        let offset = framer.offset();
        let len = match framer.step(rest, true) {
            Step::Buffer(buffer) => {
                doctor.buffer(&buffer);
                buffers += 1;
                if let Ok(event) = Event::try_from(buffer) {
                    learner.raw(&event, 0, buffer.origin());
                    events += 1;
                }
                buffer.len()
            }
            Step::Bad { len, .. } => {
                doctor.between(&rest[..len], offset);
                len
            }
            Step::Pad => 1,
            Step::Length { width, .. } => width,
            Step::More | Step::End => break,
        };
        rest = &rest[len..];
    }
    PrintedLines::new(&printed).flatten().for_each(|line| learner.printed(&line));
    learner.listing(&listing);
    let learned = learner.learn();
    assert!(
        learned.report.events <= events
            && learned.report.pairs <= learned.report.events.min(learned.report.lines)
    );
    for item in &learned.report.items {
        if let Outcome::Learned { events, of, .. } = &item.outcome {
            assert!(*events >= limits::EVENTS && events <= of, "{item:?}");
        }
    }
    assert_eq!(learned.files.is_empty(), learned.report.learned().next().is_none(), "{:?}", learned.report);
    if !learned.files.is_empty() {
        let mut loader = Loader::with_builtin();
        for (name, text) in &learned.files {
            loader.add(name.clone(), text.clone()).unwrap();
        }
        let loaded = loader.load(&NoLoader);
        assert!(
            loaded.diagnostics.is_empty(),
            "{}\n{:?}",
            loaded.diagnostics.render(&loaded.sources),
            learned.files
        );
    }
    let diagnosis = doctor.finish();
    assert_eq!(diagnosis.inputs[0].buffers, buffers);
    assert_eq!(diagnosis.headers.iter().map(|header| header.count).sum::<u64>(), buffers);
}

fn split(mut input: &[u8]) -> Vec<&[u8]> {
    // Raw events hold zeros: the last two separators count.
    let mut parts = Vec::new();
    for _ in 0..2 {
        let Some(at) = input.windows(4).rposition(|bytes| bytes == b"\n\0\0\n") else { break };
        parts.push(&input[at + 4..]);
        input = &input[..at];
    }
    parts.push(input);
    parts.reverse();
    parts
}
