//! The buffers of an input of any form, found in steps.

use std::io::{self, Cursor, Read};

use zems::dictionary::SourceKind;
use zems::formats::json::Reader;
use zems::sources::Compiled;
use zems::spi::{Profile, Timestamp};
use zems::text::looks_like_hex;
use zems_io::{Buffers, Content, Form, Item, Source};

/// Bytes that an input may unpack to.
const LONGEST: u64 = 1 << 30;

/// How much is looked at to tell a form.
const FRONT: usize = 4096;

/// The form of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InputForm {
    Auto,
    Buffers(Form),
    Json,
}

impl InputForm {
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "auto" => Self::Auto,
            "raw" => Self::Buffers(Form::Raw),
            "hex" => Self::Buffers(Form::Hex),
            "be16" => Self::Buffers(Form::Be16),
            "be32" => Self::Buffers(Form::Be32),
            "scan" => Self::Buffers(Form::Scan),
            "json" => Self::Json,
            _ => return None,
        })
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Buffers(Form::Raw) => "raw",
            Self::Buffers(Form::Hex) => "hex",
            Self::Buffers(Form::Be16) => "be16",
            Self::Buffers(Form::Be32) => "be32",
            Self::Buffers(Form::Scan) => "scan",
            Self::Json => "json",
            _ => "auto",
        }
    }

    /// The form of what begins so. A string cannot be raw: what is not JSON in it are digits.
    fn of(front: &[u8], is_string: bool) -> Self {
        let trimmed = front.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(front).trim_ascii_start();
        let is_json = trimmed.starts_with(b"[{") || trimmed.first() == Some(&b'{');
        match front {
            [0xFF, 0xE4, ..] => Self::Buffers(Form::Raw),
            [_, _, 0xFF, 0xE4, ..] => Self::Buffers(Form::Be16),
            [0, _, _, _, 0xFF, 0xE4, ..] => Self::Buffers(Form::Be32),
            _ if is_json => Self::Json,
            _ if looks_like_hex(front) => Self::Buffers(Form::Hex),
            _ if is_string => Self::Buffers(Form::Hex),
            _ => Self::Buffers(Form::Raw),
        }
    }
}

/// The kind of a file: `definition`, `filter` or `buffers`.
pub(crate) fn classify(name: &str, front: &[u8]) -> &'static str {
    if Compiled::is_compiled(front) {
        return "definition";
    }
    let shown = front.get(..FRONT).unwrap_or(front);
    if matches!(
        InputForm::of(shown, false),
        InputForm::Buffers(Form::Be16 | Form::Be32 | Form::Hex) | InputForm::Json
    ) || shown.starts_with(&[0xFF, 0xE4])
        || matches!(Content::of(shown), Content::Known(_) | Content::Binary)
    {
        return "buffers";
    }
    match SourceKind::of_file(name, &String::from_utf8_lossy(front)) {
        kind if kind.is_definition() => "definition",
        SourceKind::Filter => "filter",
        _ => "buffers",
    }
}

/// A piece of an input.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Where it is among [`Entries::bytes`], which is where it is in the input unless that is text.
    pub(crate) start: usize,
    pub(crate) len: usize,
    /// Why it is not a buffer.
    pub(crate) fault: Option<Box<str>>,
}

/// Goes through an input.
#[derive(Debug)]
pub(crate) struct Entries {
    input: Vec<u8>,
    /// All of it came as strings.
    is_string: bool,
    is_text: bool,
    /// The bytes that a text stands for.
    made: Vec<u8>,
    form: InputForm,
    at: usize,
    line: usize,
    has_begun: bool,
    is_packed: bool,
}

impl Entries {
    pub(crate) fn new(form: InputForm) -> Self {
        Self {
            input: Vec::new(),
            is_string: true,
            is_text: false,
            made: Vec::new(),
            form,
            at: 0,
            line: 0,
            has_begun: false,
            is_packed: false,
        }
    }

    pub(crate) fn reserve(&mut self, len: usize) {
        self.input.reserve_exact(len);
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.is_string = false;
        self.input.extend_from_slice(bytes);
    }

    pub(crate) fn push_text(&mut self, text: &str) {
        self.input.extend_from_slice(text.as_bytes());
    }

    pub(crate) const fn form(&self) -> InputForm {
        self.form
    }

    pub(crate) const fn is_packed(&self) -> bool {
        self.is_packed
    }

    /// The bytes that entries are pieces of.
    pub(crate) fn bytes(&self) -> &[u8] {
        if self.is_text { &self.made } else { &self.input }
    }

    /// The share of the input that is done, in bytes of both.
    pub(crate) fn progress(&self) -> (usize, usize) {
        (self.at, self.input.len())
    }

    /// Finds the entries of the next bytes. `false`: that was all.
    ///
    /// # Errors
    ///
    /// The input is of a form that is not read, or what it is packed in is damaged; nothing of it is read then.
    pub(crate) fn step(
        &mut self,
        budget: usize,
        profile: &Profile,
        json: &Reader<'_>,
        found: &mut Vec<Entry>,
    ) -> Result<bool, String> {
        if !self.has_begun {
            self.begin()?;
            self.has_begun = true;
        }
        match self.form {
            InputForm::Json => self.objects(budget, json, found),
            InputForm::Buffers(form) => self.buffers(form, budget, profile, found),
            InputForm::Auto => {}
        }
        Ok(self.at < self.input.len())
    }

    fn begin(&mut self) -> Result<(), String> {
        let front = self.input.get(..FRONT).unwrap_or(&self.input);
        self.is_packed = zems_io::packing(front).is_some();
        if self.is_packed || matches!(Content::of(front), Content::Utf16 { .. }) {
            let input = core::mem::take(&mut self.input);
            let unpacked = zems_io::unpack(Cursor::new(input)).map_err(|error| error.to_string())?;
            let is_wanted =
                |front: &[u8]| !matches!(InputForm::of(front, false), InputForm::Buffers(Form::Raw));
            let mut text = unpacked.into_text_if(is_wanted).take(LONGEST + 1);
            text.read_to_end(&mut self.input).map_err(|error| error.to_string())?;
            if u64::try_from(self.input.len()).is_ok_and(|len| len > LONGEST) {
                return Err(format!(
                    "unpacks to more than {} MiB; unpack it first and cut it",
                    LONGEST >> 20
                ));
            }
        }
        let front = self.input.get(..FRONT).unwrap_or(&self.input);
        if self.form == InputForm::Auto {
            if let Content::Known(what) = Content::of(front) {
                return Err(format!("is {what}"));
            }
            self.form = InputForm::of(front, self.is_string);
        }
        self.is_text = matches!(self.form, InputForm::Json | InputForm::Buffers(Form::Hex));
        Ok(())
    }

    fn buffers(&mut self, form: Form, budget: usize, profile: &Profile, found: &mut Vec<Entry>) {
        let Self { input, made, at, is_text, .. } = self;
        let begin = *at;
        let rest = Slice(input.get(begin..).unwrap_or_default());
        let mut buffers = Buffers::at(rest, form, profile, u64::try_from(begin).unwrap_or(0));
        let place = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX);
        // Memory can always be read.
        while let Ok(Some(item)) = buffers.next() {
            match item {
                Item::Buffer(buffer) => {
                    if *is_text {
                        made.extend_from_slice(buffer.as_bytes());
                    }
                    found.push(Entry { start: place(buffer.origin()), len: buffer.len(), fault: None });
                }
                Item::Bad { bytes, offset, region, fault, ends, .. } => {
                    if *is_text {
                        made.extend_from_slice(bytes);
                    }
                    if !ends {
                        continue;
                    }
                    let (start, end) = (place(region), place(offset) + bytes.len());
                    found.push(Entry { start, len: end - start, fault: Some(fault.to_string().into()) });
                }
                Item::Between { bytes, .. } => {
                    if *is_text {
                        made.extend_from_slice(bytes);
                    }
                }
                _ => break,
            }
            // Offsets of a text are not places in it: it is gone through at once.
            if !*is_text && place(buffers.position()).saturating_sub(begin) >= budget {
                *at = place(buffers.position());
                return;
            }
        }
        *at = input.len();
    }

    fn objects(&mut self, budget: usize, reader: &Reader<'_>, found: &mut Vec<Entry>) {
        let begin = self.at;
        while self.at < self.input.len() && self.at - begin < budget {
            let rest = self.input.get(self.at..).unwrap_or_default();
            let (skipped, len) = object(rest);
            self.line += newlines(rest.get(..skipped).unwrap_or_default());
            let text = rest.get(skipped..skipped + len).unwrap_or_default();
            let line = self.line + 1;
            self.line += newlines(text);
            self.at += skipped + len;
            if text.is_empty() {
                continue;
            }
            let read = core::str::from_utf8(text).map_err(|error| error.to_string());
            let start = self.made.len();
            match read.and_then(|text| reader.read(text, now()).map_err(|error| error.to_string())) {
                Ok(Some(bytes)) => {
                    self.made.extend_from_slice(&bytes);
                    found.push(Entry { start, len: bytes.len(), fault: None });
                }
                Ok(None) => {}
                Err(error) => {
                    let fault = Some(format!("line {line}: {error}").into());
                    found.push(Entry { start, len: 0, fault });
                }
            }
        }
    }
}

fn newlines(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte == b'\n').count()
}

/// The length of the text before the next object, and of the object: up to the brace that closes it, or, if none does,
/// up to the next object.
fn object(text: &[u8]) -> (usize, usize) {
    let is_between =
        |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b'[' | b']' | 0xEF | 0xBB | 0xBF);
    let skipped = text.iter().take_while(|byte| is_between(byte)).count();
    let rest = text.get(skipped..).unwrap_or_default();
    let line = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    if rest.first() != Some(&b'{') {
        return (skipped, line);
    }
    let (mut depth, mut in_text, mut is_escaped) = (0_usize, false, false);
    for (at, byte) in rest.iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_text => is_escaped = true,
            b'"' => in_text = !in_text,
            // A text ends on its line, and the next object begins on one of its own.
            b'\n' if in_text || rest.get(at + 1..).is_some_and(|rest| rest.starts_with(br#"{"kind""#)) => {
                return (skipped, at);
            }
            b'{' | b'[' if !in_text => depth += 1,
            b'}' | b']' if !in_text => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return (skipped, at + 1);
                }
            }
            _ => {}
        }
    }
    (skipped, rest.len())
}

/// The clock of this machine, for events that do not say when they were generated.
pub(crate) fn now() -> Timestamp {
    let micros = format!("{:.0}", js_sys::Date::now() * 1000.0).parse().ok();
    micros.and_then(Timestamp::from_unix_micros).unwrap_or(Timestamp::UNSET)
}

/// Bytes in memory.
struct Slice<'b>(&'b [u8]);

impl Read for Slice<'_> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        self.0.read(space)
    }
}

impl Source for Slice<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(input: &[u8], form: InputForm, budget: usize) -> (Entries, Vec<Entry>) {
        let mut entries = Entries::new(form);
        entries.push(input);
        let dictionary = zems::dictionary::Dictionary::builtin();
        let (reader, mut found) = (Reader::new(dictionary), Vec::new());
        while entries.step(budget, dictionary.profile(), &reader, &mut found).unwrap() {}
        (entries, found)
    }

    fn spans(found: &[Entry]) -> Vec<(usize, usize, bool)> {
        found.iter().map(|entry| (entry.start, entry.len, entry.fault.is_some())).collect()
    }

    #[test]
    fn steps_of_any_size_find_the_same() {
        let noise = vec![0x55; 3_000_000];
        let raw =
            [zems::samples::COMMAND, b"noise", zems::samples::EVENT, &[0], &noise, zems::samples::BKUP_FAIL]
                .concat();
        let (_, whole) = all(&raw, InputForm::Auto, usize::MAX);
        assert_eq!(whole.len(), 5);
        for budget in [1, 100, 1 << 20] {
            let (entries, found) = all(&raw, InputForm::Auto, budget);
            assert_eq!(spans(&found), spans(&whole), "{budget}");
            assert_eq!(entries.bytes().len(), raw.len());
        }
    }

    #[test]
    fn forms_are_distinguished() {
        let event = zems::samples::BKUP_FAIL;
        let frame = |width: usize| {
            let length = u32::try_from(event.len()).unwrap().to_be_bytes();
            [&length[4 - width..], event].concat()
        };
        let hex = event.iter().map(|byte| format!("{byte:02X} ")).collect::<String>();
        for (input, form) in [
            (event.to_vec(), "raw"),
            (frame(2).repeat(3), "be16"),
            (frame(4).repeat(3), "be32"),
            (hex.clone().into_bytes(), "hex"),
            (hex.encode_utf16().flat_map(u16::to_le_bytes).collect(), "hex"),
        ] {
            let (entries, found) = all(&input, InputForm::Auto, 1);
            assert_eq!(entries.form().name(), form);
            let of = |entry: &Entry| entries.bytes()[entry.start..entry.start + entry.len].to_vec();
            assert!(!found.is_empty() && found.iter().all(|entry| of(entry) == event), "{form}");
        }
    }

    #[test]
    fn objects_end_at_their_braces() {
        assert_eq!(object(b"[ {\"a\":\"}\"}, {}"), (2, 9));
        assert_eq!(object(b"{\n \"a\": [1]\n}\n{}"), (0, 13));
        assert_eq!(object(b"{\"kind\":\n{\"kind\":1}"), (0, 8));
        assert_eq!(object(b"words\n{}"), (0, 5));
        assert_eq!(object(b"{\"a\n{}"), (0, 3));
        assert_eq!(object(b" ]\n"), (3, 0));
    }

    #[test]
    fn files_are_distinguished() {
        for (name, front, kind) in [
            ("a", &b"\xFF\xE4\0\0"[..], "buffers"),
            ("a.hex", b"FFE4 0FB8 00B1", "buffers"),
            ("bankddl", b"CONSTANT bank VALUE 1.", "definition"),
            ("x.tmpl", b"VERSION: \"A\"\nSSID: ZXXX-VAL-SSID", "definition"),
            ("x.filter", b"FILTER A; BEGIN PASS; END;", "filter"),
            ("x.json", b"{\"kind\":\"event\"}", "buffers"),
        ] {
            assert_eq!(classify(name, front), kind, "{name}");
        }
    }
}
