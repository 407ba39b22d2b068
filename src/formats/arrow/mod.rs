//! Writes events as Arrow record batches: one row for each event.
//!
//! The columns are named as the keys of the JSON form and have types of their own: times are microseconds in UTC, names are
//! dictionary-encoded, numbers are integers. `tokens` is a list of structs `(name, code, ssid, type, index, text, integer, real, hex)`; a
//! LIST is a row of that list, followed by what it holds. Besides, any token can have a typed column of its own. Commands and bytes
//! that are not a buffer have no row.
//!
//! ```
//! use arrow_array::cast::AsArray;
//! use zems::describe::{Described, Record};
//! use zems::formats::arrow::Batches;
//! use zems::site::Site;
//! use zems::spi::read::Buffer;
//!
//! let site = Site::builtin();
//! let mut batches = Batches::new(&site, &["number".into(), "ZRPC-TKN-CPU".into()])?;
//! let buffer = Buffer::parse(zems::samples::BKUP_FAIL)?;
//! batches.push(&Record::new(Described::new(&site, &buffer)))?;
//! let batch = batches.finish();
//! assert_eq!(batch.num_rows(), 1);
//! assert_eq!(batch["ZRPC-TKN-CPU"].as_primitive::<arrow_array::types::Int32Type>().value(0), 3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Needs the feature `arrow`.

mod cells;
mod column;
mod stream;
mod tokens;

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{Schema, SchemaRef};

use self::cells::Cells;
use self::column::Column;
use super::OptionsError;
use crate::describe::Record;
use crate::site::Site;
use crate::spi::read::DecodeError;

pub(super) use self::stream::ARROW;
#[cfg(feature = "parquet")]
pub(super) use self::stream::PARQUET;

/// Rows in a batch unless something else is asked for.
pub const BATCH_ROWS: usize = 8192;

/// Collects events and makes record batches of them. See the [module](self).
#[derive(Debug)]
pub struct Batches {
    schema: SchemaRef,
    columns: Vec<(Column, Cells)>,
    rows: usize,
}

impl Batches {
    /// The columns of these names, in this order; names of tokens among them are typed columns of those tokens, `NAME:2` the second
    /// occurrence. No names at all: every column except [`subject`](self). Names of tokens only: all of these, and the tokens' columns.
    ///
    /// # Errors
    /// A name is neither that of a column nor that of a token.
    pub fn new(site: &Site, columns: &[String]) -> Result<Self, OptionsError> {
        let columns = column::resolve(site, columns)?;
        let fields: Vec<_> = columns.iter().map(|(name, column)| column.field(name)).collect();
        let columns = columns
            .into_iter()
            .map(|(_, column)| {
                let cells = column.cells();
                (column, cells)
            })
            .collect();
        Ok(Self { schema: Arc::new(Schema::new(fields)), columns, rows: 0 })
    }

    /// The schema of every batch.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// How many rows have been collected.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// Whether a column shows the sentence: otherwise it need not be made.
    #[must_use]
    pub fn wants_text(&self) -> bool {
        self.columns.iter().any(|(column, _)| matches!(column, Column::Text))
    }

    /// Whether a column shows what is odd about a buffer: otherwise it need not be looked for.
    #[must_use]
    pub fn wants_findings(&self) -> bool {
        self.columns.iter().any(|(column, _)| matches!(column, Column::Findings))
    }

    /// Adds the row of an event. A command adds none.
    ///
    /// # Errors
    /// A token cannot be read; no row is added.
    pub fn push(&mut self, record: &Record<'_>) -> Result<(), DecodeError> {
        let Some(event) = record.described.event() else { return Ok(()) };
        // Nothing is added before it is known that all can be.
        record.described.buffer().check(|_| {})?;
        self.columns.iter_mut().for_each(|(column, cells)| column.append(cells, record, event));
        self.rows += 1;
        Ok(())
    }

    /// The batch of all rows that have been collected; collecting begins anew.
    ///
    /// # Panics
    /// Never: each column has as many cells as there are rows.
    #[must_use]
    pub fn finish(&mut self) -> RecordBatch {
        self.rows = 0;
        let columns: Vec<ArrayRef> = self.columns.iter_mut().map(|(_, cells)| cells.finish()).collect();
        RecordBatch::try_new(self.schema(), columns).unwrap_or_else(|_| RecordBatch::new_empty(self.schema()))
    }
}
