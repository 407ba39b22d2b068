//! An input of any form and length, gone through in steps, with an index of what is in it.

use serde::Serialize;
use wasm_bindgen::prelude::{JsError, JsValue, wasm_bindgen};
use zems::formats::json::Reader;
use zems::site::Site as Known;
use zems::spi::read::{Buffer, Decoder};

use crate::details::time_text;
use crate::entries::{Entries, Entry, InputForm};
use crate::explain::Filter;
use crate::site::Site;
use crate::values::{check_options, object, text, wrong};

/// The severity of what is not an event.
const NONE: u8 = 8;

/// Goes through an input of any form: first all its bytes are given to `push`, then `step` is called until it returns `false`. The
/// rows found so far are there after every step.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Log {
    site: Known,
    entries: Entries,
    rows: Vec<Indexed>,
    /// The text of all rows in lower case.
    words: String,
    faults: usize,
}

/// A piece of the input.
#[derive(Debug)]
struct Indexed {
    entry: Entry,
    /// The severity of syslog, or 8.
    severity: u8,
    /// Where its words end.
    words: usize,
}

/// The row that a list shows for a piece.
#[derive(Serialize)]
struct Row {
    index: usize,
    kind: &'static str,
    offset: usize,
    length: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ssid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<i16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    process: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    text: String,
}

impl Row {
    /// The row of a buffer, and its severity.
    fn of(site: &Known, index: usize, buffer: &Buffer<'_>, offset: usize) -> (Self, u8) {
        let Some(event) = site.event(buffer) else {
            let command = buffer.command();
            let number = |number: Option<i16>| number.map_or_else(|| "?".to_owned(), |n| n.to_string());
            let text = format!(
                "command {}, object type {}",
                number(command.and_then(|command| command.command())),
                number(command.and_then(|command| command.object_type())),
            );
            let row = Self {
                index,
                kind: "command",
                offset,
                length: buffer.len(),
                time: None,
                severity: None,
                ssid: Some(site.ssid(buffer.ssid()).to_string()),
                number: None,
                name: None,
                process: None,
                subject: None,
                text,
            };
            return (row, NONE);
        };
        let level = site.severity(&event);
        let subject = site.subject(&event);
        let row = Self {
            index,
            kind: "event",
            offset,
            length: buffer.len(),
            time: event.generated().map(|time| time_text(site, time)),
            severity: Some(level.name()),
            ssid: Some(site.event_ssid(&event).to_string()),
            number: event.number(),
            name: site.event_name(&event).map(str::to_owned),
            process: site.process(&event).map(|process| process.to_string()),
            subject: subject.map(|token| {
                let item = zems::describe::Item::new(site, token, 0).first_value();
                item.text().to_string()
            }),
            text: site.sentence(&event).to_string(),
        };
        (row, level.syslog())
    }

    fn fault(index: usize, entry: &Entry, fault: &str) -> Self {
        Self {
            index,
            kind: "error",
            offset: entry.start,
            length: entry.len,
            time: None,
            severity: None,
            ssid: None,
            number: None,
            name: None,
            process: None,
            subject: None,
            text: fault.to_owned(),
        }
    }

    /// Adds what a search looks at.
    fn words(&self, words: &mut String) {
        let number = self.number.map(|number| number.to_string());
        let parts = [&self.time, &self.ssid, &number, &self.name, &self.process, &self.subject];
        for part in parts.into_iter().flatten().chain([&self.text]) {
            words.extend(part.chars().flat_map(char::to_lowercase));
            words.push('\n');
        }
    }
}

#[wasm_bindgen]
impl Log {
    /// An input that is to be read as this site knows its events. Options: `from`, the form, `"auto"` unless given; `size`, how many
    /// bytes there will be, so that memory is taken once.
    ///
    /// # Errors
    /// An option is not known.
    #[wasm_bindgen(constructor)]
    pub fn new(
        site: &Site,
        #[wasm_bindgen(unchecked_optional_param_type = "LogOptions")] options: JsValue,
    ) -> Result<Self, JsError> {
        check_options(&options, &["from", "size"])?;
        let form = form(&options)?;
        let mut entries = Entries::new(form);
        if let Some(size) = crate::values::option(&options, "size").and_then(|size| size.as_f64()) {
            let size = format!("{size:.0}")
                .parse::<usize>()
                .map_err(|_| wrong("option \"size\": expected a number"))?;
            entries.reserve(size);
        }
        Ok(Self { site: site.known().clone(), entries, rows: Vec::new(), words: String::new(), faults: 0 })
    }

    /// Adds bytes of the input.
    pub fn push(&mut self, bytes: &[u8]) {
        self.entries.push(bytes);
    }

    /// Adds text to the input.
    #[wasm_bindgen(js_name = pushText)]
    pub fn push_text(&mut self, text: &str) {
        self.entries.push_text(text);
    }

    /// Finds what is in about the next `budget` bytes. `false`: that was all.
    ///
    /// # Errors
    /// The input is of a form that is not read, or packed and damaged.
    pub fn step(&mut self, budget: usize) -> Result<bool, JsError> {
        let Self { site, entries, rows, words, faults } = self;
        let mut found = Vec::new();
        let reader = Reader::new(site.dictionary());
        let is_more = entries.step(budget, site.profile(), &reader, &mut found).map_err(wrong)?;
        let bytes = entries.bytes();
        rows.reserve(found.len());
        for entry in found {
            let (row, severity) = row(site, rows.len(), &entry, bytes);
            row.words(words);
            *faults += usize::from(row.kind == "error");
            rows.push(Indexed { entry, severity, words: words.len() });
        }
        Ok(is_more)
    }

    /// How many buffers and regions that are not buffers there are so far.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn length(&self) -> usize {
        self.rows.len()
    }

    /// How many of them are not buffers.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn faults(&self) -> usize {
        self.faults
    }

    /// The form of the input.
    #[wasm_bindgen(getter, unchecked_return_type = "InputForm")]
    #[must_use]
    pub fn form(&self) -> String {
        self.entries.form().name().to_owned()
    }

    /// Whether it was packed with gzip or zstd.
    #[wasm_bindgen(getter, js_name = isPacked)]
    #[must_use]
    pub fn is_packed(&self) -> bool {
        self.entries.is_packed()
    }

    /// The share of the input that has been gone through, 0 to 1.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn progress(&self) -> f64 {
        let (done, all) = self.entries.progress();
        let number = |len: usize| f64::from(u32::try_from(len).unwrap_or(u32::MAX));
        if all == 0 { 1.0 } else { number(done) / number(all) }
    }

    /// The rows from one index up to another.
    ///
    /// # Errors
    /// None that are known.
    #[wasm_bindgen(unchecked_return_type = "Row[]")]
    pub fn rows(&self, from: usize, to: usize) -> Result<JsValue, JsError> {
        let shown = self.rows.get(from..to.min(self.rows.len())).unwrap_or_default();
        let rows: Vec<_> = shown.iter().zip(from..).map(|(row, at)| self.row(at, row)).collect();
        object(&rows)
    }

    /// The rows at these indexes.
    ///
    /// # Errors
    /// None that are known.
    #[wasm_bindgen(js_name = rowsAt, unchecked_return_type = "Row[]")]
    pub fn rows_at(&self, indexes: &[u32]) -> Result<JsValue, JsError> {
        let rows: Vec<_> = indexes
            .iter()
            .filter_map(|at| usize::try_from(*at).ok())
            .filter_map(|at| Some(self.row(at, self.rows.get(at)?)))
            .collect();
        object(&rows)
    }

    /// The bytes of a row.
    ///
    /// # Errors
    /// There is no such row.
    pub fn bytes(&self, index: usize) -> Result<Vec<u8>, JsError> {
        let row = self.rows.get(index).ok_or_else(|| wrong(format!("there is no row {index}")))?;
        Ok(self.of(&row.entry).to_vec())
    }

    /// The indexes of the rows, of those from one index up to another, that have every word of `text` in what they say and are at
    /// least as severe as `severity`: 0 emergency to 7 debug; 8 takes all, commands and errors too.
    #[must_use]
    pub fn select(&self, text: &str, severity: u8, from: usize, to: usize) -> Vec<u32> {
        self.selected(text, severity, None, from, to)
    }

    /// Those of them that a filter passes besides.
    #[wasm_bindgen(js_name = selectPassed)]
    #[must_use]
    pub fn select_passed(
        &self,
        filter: &Filter,
        text: &str,
        severity: u8,
        from: usize,
        to: usize,
    ) -> Vec<u32> {
        self.selected(text, severity, Some(filter), from, to)
    }
}

impl Log {
    fn selected(
        &self,
        text: &str,
        severity: u8,
        filter: Option<&Filter>,
        from: usize,
        to: usize,
    ) -> Vec<u32> {
        let text = text.to_lowercase();
        let wanted: Vec<_> = text.split_whitespace().collect();
        let mut session = filter.map(|filter| filter.filters.session(filter.site.filter_scratch()));
        let mut before = from.checked_sub(1).and_then(|at| self.rows.get(at)).map_or(0, |row| row.words);
        let mut found = Vec::new();
        for (at, row) in self.rows.iter().enumerate().take(to).skip(from) {
            let words = self.words.get(before..row.words).unwrap_or_default();
            before = row.words;
            if row.severity > severity || !wanted.iter().all(|word| words.contains(word)) {
                continue;
            }
            if let Some(session) = &mut session {
                if row.entry.fault.is_some() {
                    continue;
                }
                let Ok(buffer) = Decoder::new(self.site.profile()).parse(self.of(&row.entry)) else {
                    continue;
                };
                let Some(event) = self.site.event(&buffer) else { continue };
                if !session.judge(&event).is_ok_and(|judgement| judgement.verdict.is_pass()) {
                    continue;
                }
            }
            // An index fits: memory has 32 bits of addresses.
            found.extend(u32::try_from(at));
        }
        found
    }

    fn of(&self, entry: &Entry) -> &[u8] {
        self.entries.bytes().get(entry.start..entry.start + entry.len).unwrap_or_default()
    }

    fn row(&self, at: usize, indexed: &Indexed) -> Row {
        row(&self.site, at, &indexed.entry, self.entries.bytes()).0
    }
}

fn row(site: &Known, at: usize, entry: &Entry, bytes: &[u8]) -> (Row, u8) {
    if let Some(fault) = &entry.fault {
        return (Row::fault(at, entry, fault), NONE);
    }
    let bytes = bytes.get(entry.start..entry.start + entry.len).unwrap_or_default();
    match Decoder::new(site.profile()).parse(bytes) {
        Ok(buffer) => Row::of(site, at, &buffer, entry.start),
        Err(error) => (Row::fault(at, entry, &error.to_string()), NONE),
    }
}

/// The option `from`.
pub(crate) fn form(options: &JsValue) -> Result<InputForm, JsError> {
    let Some(name) = text(options, "from")? else { return Ok(InputForm::Auto) };
    InputForm::named(&name).ok_or_else(|| {
        wrong(format!(
            "option \"from\": {name:?} is not a form; the forms are auto, raw, hex, be16, be32, json and scan"
        ))
    })
}
