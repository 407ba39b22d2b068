//! Columns: the same as the JSON form says, with types of their own.

use std::io::Cursor;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, RecordBatch, StructArray};
use zems::describe::{Described, Record};
use zems::formats::arrow::Batches;
use zems::formats::{self, Options};
use zems::samples;
use zems::site::Site;
use zems::spi::read::Buffer;

use crate::support::generate;

fn batch(columns: &[&str], buffers: &[&[u8]]) -> RecordBatch {
    let site = Site::builtin();
    let columns: Vec<_> = columns.iter().map(|name| (*name).to_owned()).collect();
    let mut batches = Batches::new(&site, &columns).unwrap();
    for bytes in buffers {
        let buffer = Buffer::parse(bytes).unwrap();
        let described = Described::new(&site, &buffer);
        let mut record = Record::new(described);
        let text = described.event().map(|event| site.sentence(event).to_string());
        record.text = text.as_deref();
        batches.push(&record).unwrap();
    }
    batches.finish()
}

#[test]
fn a_row_has_the_values_of_the_event() {
    let found = batch(&[], &[samples::BKUP_FAIL, samples::COMMAND, samples::PID_FILE_LOCK]);
    assert_eq!(found.num_rows(), 2, "a command has no row");
    let number = found["number"].as_primitive::<Int32Type>();
    assert_eq!((number.value(0), number.value(1)), (8, 4));
    let generated = found["generated"].as_primitive::<TimestampMicrosecondType>();
    assert_eq!(generated.value(0), 1_795_169_700_123_456);
    assert!(found["logged"].is_null(0));
    assert!(found["emphasis"].as_boolean().value(0));
    let text = found["text"].as_string::<i32>();
    assert_eq!(text.value(0), "Backup process in CPU 3 died because its CPU is down");
    let names =
        found["name"].as_dictionary::<Int32Type>().downcast_dict::<arrow_array::StringArray>().unwrap();
    assert_eq!(names.into_iter().next(), Some(Some("ZRPC-EVT-BKUP-FAIL")));

    let tokens = found["tokens"].as_list::<i32>().value(0);
    let tokens: &StructArray = tokens.as_struct();
    let names: Vec<_> = tokens.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, ["name", "code", "ssid", "type", "index", "text", "integer", "real", "hex"]);
    assert_eq!(tokens.column_by_name("integer").unwrap().as_primitive::<Int64Type>().value(3), 3);
    assert_eq!(tokens.column_by_name("text").unwrap().as_string::<i32>().value(1), "$ZPM");
}

#[test]
fn columns_are_chosen_and_typed() {
    let found = batch(&["ssid", "ZRPC-TKN-CPU", "subject"], &[samples::BKUP_FAIL]);
    let names: Vec<_> = found.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, ["ssid", "ZRPC-TKN-CPU", "subject"]);
    assert_eq!(found["ZRPC-TKN-CPU"].as_primitive::<Int32Type>().value(0), 3);
    assert_eq!(found["subject"].as_string::<i32>().value(0), "$ZPM");
    let all = batch(&["ZRPC-TKN-CPU"], &[samples::PID_FILE_LOCK]);
    assert!(all.column_by_name("tokens").is_some() && all["ZRPC-TKN-CPU"].is_null(0));

    let error = Batches::new(&Site::builtin(), &["NO-SUCH".to_owned()]).unwrap_err().to_string();
    assert!(error.contains("NO-SUCH") && error.contains("generated"), "{error}");
}

/// The stream that a format writes is read back by another reader of the protocol.
#[test]
fn streams_and_files_are_read_back() {
    let site = Site::builtin();
    let events: Vec<_> = (0..3000_u32).map(|seed| generate::event(&seed.to_be_bytes().repeat(9))).collect();
    for name in [
        "arrow",
        #[cfg(feature = "parquet")]
        "parquet",
    ] {
        let mut format = formats::named(name).unwrap().make(&site, &Options::default()).unwrap();
        let mut out = Vec::new();
        format.begin(&mut out);
        for bytes in &events {
            let buffer = Buffer::parse(bytes).unwrap();
            format.record(&mut out, &Record::new(Described::new(&site, &buffer))).unwrap();
        }
        format.end(&mut out);
        let rows: usize = match name {
            "arrow" => arrow_ipc::reader::StreamReader::try_new(Cursor::new(&out), None)
                .unwrap()
                .map(|batch| batch.unwrap().num_rows())
                .sum(),
            #[cfg(feature = "parquet")]
            _ => {
                parquet::arrow::arrow_reader::ParquetRecordBatchReader::try_new(bytes::Bytes::from(out), 1024)
                    .unwrap()
                    .map(|batch| batch.unwrap().num_rows())
                    .sum()
            }
            #[cfg(not(feature = "parquet"))]
            _ => 0,
        };
        assert_eq!(rows, events.len(), "{name}");
    }
}
