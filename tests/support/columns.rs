//! The properties of the columns of any events.

use std::sync::OnceLock;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, RecordBatch};
use zems::describe::{Described, Record};
use zems::formats::arrow::Batches;
use zems::site::Site;
use zems::spi::read::{Framer, Step};

/// Each event that can be read has a row, which says what the event says; nothing else has one.
pub fn columns(bytes: &[u8]) {
    static SITE: OnceLock<Site> = OnceLock::new();
    let site = SITE.get_or_init(Site::builtin);
    let named = ["ZRPC-TKN-CPU".to_owned(), "ZEMS-TKN-TEXT:2".to_owned()];
    let (mut all, mut some) = (Batches::new(site, &[]).unwrap(), Batches::new(site, &named).unwrap());
    let (mut framer, mut rest) = (Framer::new(site.profile()), bytes);
    let mut wanted = Vec::new();
    loop {
        let len = match framer.step(rest, true) {
            Step::Buffer(buffer) => {
                let described = Described::new(site, &buffer);
                let mut record = Record::new(described);
                let text = described.event().map(|event| site.sentence(event).to_string());
                record.text = text.as_deref();
                for batches in [&mut all, &mut some] {
                    batches.push(&record).unwrap();
                }
                if let Some(event) = described.event() {
                    let generated = event.generated().and_then(|time| time.unix_micros());
                    wanted.push((buffer.origin(), event.number().map(i32::from), generated, text));
                }
                buffer.len()
            }
            Step::Bad { len, .. } => len,
            Step::Pad => 1,
            Step::Length { width, .. } => width,
            Step::More | Step::End => break,
        };
        rest = &rest[len..];
    }
    assert_eq!((all.rows(), some.rows()), (wanted.len(), wanted.len()));
    let (all, some): (RecordBatch, RecordBatch) = (all.finish(), some.finish());
    assert_eq!((all.num_rows(), some.num_rows()), (wanted.len(), wanted.len()));
    assert!(some.columns().iter().all(|column| column.len() == wanted.len()));
    let numbers = all["number"].as_primitive::<Int32Type>();
    let times = all["generated"].as_primitive::<TimestampMicrosecondType>();
    let offsets = all["offset"].as_primitive::<Int64Type>();
    let texts = all["text"].as_string::<i32>();
    for (row, (offset, number, generated, text)) in wanted.iter().enumerate() {
        assert_eq!(u64::try_from(offsets.value(row)), Ok(*offset));
        assert_eq!(numbers.is_valid(row).then(|| numbers.value(row)), *number);
        if times.is_valid(row) {
            assert_eq!(Some(times.value(row)), *generated);
        }
        assert_eq!(texts.is_valid(row).then(|| texts.value(row)), text.as_deref());
    }
}
