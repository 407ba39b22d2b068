//! The formats `arrow`, an IPC stream, and `parquet`.

use arrow_ipc::writer::StreamWriter;

use super::{BATCH_ROWS, Batches};
use crate::describe::Record;
use crate::formats::{Format, FormatDef, Options, OptionsError};
use crate::site::Site;
use crate::spi::read::DecodeError;

pub(in crate::formats) const ARROW: FormatDef = FormatDef {
    name: "arrow",
    about: "Record batches: an Arrow IPC stream",
    options: &["columns", "no-names", "no-provisional"],
    is_one_file: false,
    make: |site, options| Ok(Box::new(Ipc::new(site, options)?)),
};

/// Writes an IPC stream.
struct Ipc {
    batches: Batches,
    writer: StreamWriter<Vec<u8>>,
}

impl Ipc {
    fn new(site: &Site, options: &Options) -> Result<Self, OptionsError> {
        let batches = Batches::new(site, &options.columns)?;
        let writer = StreamWriter::try_new(Vec::new(), &batches.schema())
            .map_err(|error| OptionsError::new("columns", error.to_string()))?;
        Ok(Self { batches, writer })
    }

    fn batch(&mut self, out: &mut Vec<u8>) {
        let batch = self.batches.finish();
        // Writing to memory does not fail, and every batch has the schema of the stream.
        let _ = self.writer.write(&batch);
        out.append(self.writer.get_mut());
    }
}

impl Format for Ipc {
    fn begin(&mut self, out: &mut Vec<u8>) {
        out.append(self.writer.get_mut());
    }

    fn event(&mut self, out: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        self.batches.push(record)?;
        if self.batches.rows() >= BATCH_ROWS {
            self.batch(out);
        }
        Ok(())
    }

    fn command(&mut self, _: &mut Vec<u8>, _: &Record<'_>) -> Result<(), DecodeError> {
        Ok(())
    }

    fn flush(&mut self, out: &mut Vec<u8>) {
        if self.batches.rows() > 0 {
            self.batch(out);
        }
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        self.flush(out);
        let _ = self.writer.finish();
        out.append(self.writer.get_mut());
    }
}

#[cfg(feature = "parquet")]
pub(in crate::formats) const PARQUET: FormatDef = FormatDef {
    name: "parquet",
    about: "Columns in row groups: a Parquet file; needs -o",
    options: &["columns", "no-names", "no-provisional"],
    is_one_file: true,
    make: |site, options| Ok(Box::new(Parquet::new(site, options)?)),
};

/// Writes a Parquet file.
#[cfg(feature = "parquet")]
struct Parquet {
    batches: Batches,
    writer: Option<parquet::arrow::ArrowWriter<Vec<u8>>>,
}

/// Rows of a row group: enough for compression, few enough for the memory of a reader.
#[cfg(feature = "parquet")]
const GROUP_ROWS: usize = 131_072;

#[cfg(feature = "parquet")]
impl Parquet {
    fn new(site: &Site, options: &Options) -> Result<Self, OptionsError> {
        use parquet::basic::{Compression, ZstdLevel};
        use parquet::file::properties::{EnabledStatistics, WriterProperties};

        let batches = Batches::new(site, &options.columns)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_dictionary_enabled(true)
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .build();
        let writer = parquet::arrow::ArrowWriter::try_new(Vec::new(), batches.schema(), Some(properties))
            .map_err(|error| OptionsError::new("columns", error.to_string()))?;
        Ok(Self { batches, writer: Some(writer) })
    }

    fn batch(&mut self, out: &mut Vec<u8>) {
        let batch = self.batches.finish();
        if let Some(writer) = &mut self.writer {
            // Writing to memory does not fail, and every batch has the schema of the file.
            let _ = writer.write(&batch);
            out.append(writer.inner_mut());
        }
    }
}

#[cfg(feature = "parquet")]
impl Format for Parquet {
    fn event(&mut self, out: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        self.batches.push(record)?;
        if self.batches.rows() >= BATCH_ROWS {
            self.batch(out);
        }
        Ok(())
    }

    fn command(&mut self, _: &mut Vec<u8>, _: &Record<'_>) -> Result<(), DecodeError> {
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        if self.batches.rows() > 0 {
            self.batch(out);
        }
        if let Some(file) = self.writer.take().and_then(|writer| writer.into_inner().ok()) {
            out.extend(file);
        }
    }
}
