//! Reading a line allocates nothing; importing and writing allocate nothing once their buffers have grown.

use allocation_counter::measure;
use zems::dictionary::Dictionary;
use zems::ems::Event;
use zems::formats::syslog::{Framing, Options, Writer};
use zems::samples;
use zems::site::Site;
use zems::syslog::{Importer, Line, TimePolicy};

const LINES: [&str; 4] = [
    "<27>1 2024-05-01T10:11:12.345Z srx-n0 jsrpd 1234 JSRPD_PID_FILE_LOCK [junos@2636.1 error-message=\"no\"][x@1] text",
    "<101>Jun 6 15:18:03 host01 xntpd[2130]: kernel time sync enabled 2001",
    "Aug 21 12:36:30.401 2006 srx-n0 jsrpd[1234]: %DAEMON-3-JSRPD_NOT_ROOT: Must be run as root",
    "nothing of that kind",
];

#[test]
fn reading_allocates_nothing() {
    let allocations = measure(|| {
        for text in LINES {
            let line = Line::parse(text);
            let bytes = Line::parse_bytes(text.as_bytes());
            assert_eq!(line.message().as_bytes(), bytes.message());
            for element in line.structured_data().into_iter().flat_map(|data| data.elements()) {
                let values = element.params().map(|param| param.value().unescaped().len());
                assert!(!element.id().is_empty() && values.sum::<usize>() <= 2);
            }
            if let Some(time) = line.time() {
                assert!(TimePolicy { year: Some(2024), ..TimePolicy::default() }.timestamp(&time).is_some());
            }
        }
    });
    assert_eq!(allocations.count_total, 0);
}

#[test]
fn importing_and_writing_allocate_nothing_after_the_first() {
    let dictionary = Dictionary::builtin();
    let templates = zems::template::TemplateSet::new(dictionary);
    let mut importer = Importer::new(dictionary, &templates).unwrap();
    let options = Options { framing: Framing::Octets, ..Options::default() };
    let writer = Writer::new(&Site::builtin(), options);
    let (mut bytes, mut out) = (Vec::new(), Vec::new());
    let mut round = || {
        for text in LINES {
            bytes.clear();
            let policy = TimePolicy::default();
            importer.event(&Line::parse(text), &policy, &mut bytes).unwrap();
            out.clear();
            writer.write(&mut out, &Event::parse(&bytes).unwrap(), "a sentence").unwrap();
        }
        out.clear();
        for sample in [samples::EVENT, samples::BKUP_FAIL, samples::PID_FILE_LOCK] {
            writer.write(&mut out, &Event::parse(sample).unwrap(), "a sentence").unwrap();
        }
    };
    round();
    assert_eq!(measure(round).count_total, 0);
}
