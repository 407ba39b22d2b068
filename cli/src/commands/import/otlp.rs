//! `zems import otlp`: OpenTelemetry log records in, events out.

use core::fmt::Display;
use std::io::{self, BufRead, BufReader, Read};

use zems::formats::otlp::{AnyValue, LogRecord, Logged, Reader, Request};
use zems::spi::Timestamp;
use zems_io::{Content, Unpacked};

use super::{Common, Events, LineTokens, text_event};
use crate::Stop;
use crate::commands::encode::now;
use crate::input::files;
use crate::input::lines::{Origin, rest_of_line};
use crate::terminal::named::Named;
use crate::terminal::report::{Report, say};

/// Make events of OpenTelemetry log records, as `decode --format otlp` writes them; records of other producers become
/// events with their text.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Read the input in this form.
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    from: Form,
    #[command(flatten)]
    common: Common,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// As the first bytes look.
    #[default]
    Auto,
    /// OTLP JSON, one request a line.
    Json,
    /// One request in protobuf.
    Protobuf,
    /// Requests in protobuf after a 32-bit length, as the Collector's file exporter writes them.
    Be32,
}

const EXAMPLES: &str = "\
Examples:
  zems import otlp logs.jsonl -o events.bin
  zems decode --format otlp events.bin | zems import otlp | cmp - events.bin";

/// A request is not longer: more than the 20 MiB that a Collector takes. In memory each byte may become a hundred, as a record
/// can be two bytes long.
const LONGEST_REQUEST: u64 = 1 << 25;

pub(crate) fn run(args: &Args, report: &mut Report) -> Result<(), Stop> {
    report.count("log records");
    args.common.names().check()?;
    let definitions = args.common.definitions.load()?;
    let events = Events::new(&args.common, &definitions)?;
    let mut import = Import { reader: Reader::new(definitions.dictionary()), events, too_long: 0 };
    for path in args.common.files.list(report) {
        let Some((input, name)) = files::open(&path, report) else { continue };
        if let Some(refusal) = refusal(&input) {
            report.unread(format_args!("{name}: {refusal}"));
            continue;
        }
        let input = Named::new(input.into_text_if(|_| true), name.clone());
        let mut input = BufReader::with_capacity(1 << 16, input);
        let form = match args.from {
            Form::Auto => form_of(input.fill_buf()?),
            form => form,
        };
        match form {
            Form::Auto | Form::Json => import.lines(&mut input, &name, report)?,
            Form::Be32 => import.frames(&mut input, &name, report)?,
            Form::Protobuf => import.whole(&mut input, &name, report)?,
        }
    }
    report.check_inputs()?;
    import
        .events
        .finish(
            "are of another origin: their body has become ZEMS-TKN-TEXT, what else they say the tokens of a line of a system log; \
             scopes and schema URLs are left out",
        )?;
    if import.too_long > 0 {
        say(format_args!(
            "{} of them are too long for an event with their attributes: only the body is kept",
            import.too_long
        ));
    }
    Ok(())
}

/// Why a file is not read, if it is known to be something else.
fn refusal(input: &Unpacked) -> Option<String> {
    match input.content() {
        what @ Content::Known(_) => Some(format!("is {what}")),
        Content::Buffers => Some("is event buffers: use zems decode".to_owned()),
        _ => None,
    }
}

/// A request in protobuf begins with field 1, a line feed; in front of it may be a length below 16 MB. Text in JSON begins
/// with an object that has members.
fn form_of(front: &[u8]) -> Form {
    let is_json = front.trim_ascii_start().strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    match (is_json, front) {
        (Some([b'"', ..]), _) => Form::Json,
        (_, [0, ..]) => Form::Be32,
        (_, [b'\n', ..]) => Form::Protobuf,
        _ => Form::Json,
    }
}

struct Import<'d> {
    reader: Reader<'d>,
    events: Events<'d>,
    /// Records of others whose attributes did not fit.
    too_long: u64,
}

impl Import<'_> {
    /// The event of a record of another origin: its body, host, severity, and all else as structured data.
    fn foreign(&mut self, record: &LogRecord<'_>) -> Result<Vec<u8>, String> {
        let time = record.time().unwrap_or(Timestamp::UNSET);
        let body = record.body_text();
        let host = record.resource_attributes().find(|(key, _)| *key == "host.name");
        let host = host.map(|(_, value)| plain(value));
        // From level user.
        let priority = severity(record.severity_number()).map(|severity| 8 + severity);
        let data = structured_data(record);
        let (mut tokens, definitions) = (LineTokens::default(), self.events.definitions);
        (tokens.host, tokens.priority) = (host.as_deref(), priority);
        tokens.structured_data = data.as_deref();
        match text_event(&body, time, tokens, definitions) {
            Err(_) if data.is_some() => {
                tokens.structured_data = None;
                let made = text_event(&body, time, tokens, definitions);
                self.too_long += u64::from(made.is_ok());
                made
            }
            made => made,
        }
    }

    fn lines(&mut self, input: &mut impl BufRead, name: &str, report: &mut Report) -> Result<(), Stop> {
        let mut line = Vec::new();
        let mut offset = 0;
        for number in 1_u64.. {
            line.clear();
            let mut len = piece(input).read_until(b'\n', &mut line).map(length)?;
            if len == 0 {
                return Ok(());
            }
            // One object over many lines, as people write it.
            let is_all = number == 1 && line.trim_ascii() == b"{";
            if is_all {
                len += piece(input).read_to_end(&mut line).map(length)?;
            }
            let is_too_long = len > LONGEST_REQUEST;
            if is_too_long && is_all {
                len += io::copy(input, &mut io::sink())?;
            } else if is_too_long && !line.ends_with(b"\n") {
                len += rest_of_line(input, |_| {})?.0;
            }
            let place = format!("{name}: line {number} at byte {offset}");
            let origin = Origin { place: &place, source: name, offset, len, bytes: &[] };
            if is_too_long {
                self.too_long(len, &origin, report)?;
            } else if !line.trim_ascii().is_empty() {
                let text = core::str::from_utf8(&line).map_err(|error| error.to_string());
                let request =
                    text.and_then(|text| Request::from_json(text).map_err(|error| error.to_string()));
                self.request(request, &origin, report)?;
            }
            offset += len;
        }
        Ok(())
    }

    fn frames(&mut self, input: &mut impl Read, name: &str, report: &mut Report) -> Result<(), Stop> {
        let mut bytes = Vec::new();
        let mut offset = 0;
        for number in 1_u64.. {
            bytes.clear();
            let prefix = input.take(4).read_to_end(&mut bytes).map(length)?;
            if prefix == 0 {
                return Ok(());
            }
            let wanted = bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
            bytes.clear();
            let len = if prefix < 4 {
                0
            } else if wanted > LONGEST_REQUEST {
                io::copy(&mut input.take(wanted), &mut io::sink())?
            } else {
                input.take(wanted).read_to_end(&mut bytes).map(length)?
            };
            let place = format!("{name}: request {number} at byte {offset}");
            let origin = Origin { place: &place, source: name, offset, len: prefix + len, bytes: &[] };
            let is_cut = prefix < 4 || len < wanted;
            if wanted > LONGEST_REQUEST {
                self.too_long(wanted, &origin, report)?;
            } else if is_cut {
                self.events.bad(&"the input ends inside it", 0, &origin, report)?;
            } else {
                self.protobuf(&bytes, &origin, report)?;
            }
            if is_cut {
                return Ok(());
            }
            offset += origin.len;
        }
        Ok(())
    }

    fn whole(&mut self, input: &mut impl Read, name: &str, report: &mut Report) -> Result<(), Stop> {
        let mut bytes = Vec::new();
        let len = piece(input).read_to_end(&mut bytes).map(length)?;
        if len <= LONGEST_REQUEST {
            return self.protobuf(
                &bytes,
                &Origin { place: &name, source: name, offset: 0, len, bytes: &[] },
                report,
            );
        }
        let len = len + io::copy(input, &mut io::sink())?;
        self.too_long(len, &Origin { place: &name, source: name, offset: 0, len, bytes: &[] }, report)
    }

    fn too_long(&mut self, len: u64, origin: &Origin<'_>, report: &mut Report) -> Result<(), Stop> {
        let error = format!("the request is {len} bytes long; the limit is {LONGEST_REQUEST}");
        self.events.bad(&error, origin.len, origin, report)
    }

    fn protobuf(&mut self, bytes: &[u8], origin: &Origin<'_>, report: &mut Report) -> Result<(), Stop> {
        self.request(Request::from_protobuf(bytes), origin, report)
    }

    fn request(
        &mut self,
        request: Result<Request, impl Display>,
        origin: &Origin<'_>,
        report: &mut Report,
    ) -> Result<(), Stop> {
        let request = match request {
            Ok(request) if request.is_empty() => {
                return self.events.bad(&"there are no resource logs", 0, origin, report);
            }
            Ok(request) => request,
            Err(error) => return self.events.bad(&error, 0, origin, report),
        };
        for (number, record) in (1_u64..).zip(request.records()) {
            let made = match self.reader.read(&record, now()) {
                Ok(Logged::Buffer(bytes)) => Ok((bytes, true)),
                Ok(Logged::Error { offset, length, error }) => {
                    Err(format!("stands for {length} bytes at byte {offset} that were no buffer: {error}"))
                }
                Ok(Logged::Foreign) => self.foreign(&record).map(|bytes| (bytes, false)),
                Err(error) => Err(error.to_string()),
            };
            let made = made.as_ref().map(|(bytes, is_ours)| (bytes.as_slice(), *is_ours));
            let request = origin.place;
            self.events.put(
                made,
                &Origin { place: &format_args!("{request}: log record {number}"), ..*origin },
                report,
            )?;
        }
        Ok(())
    }
}

/// The severity of a system log for a level of OpenTelemetry.
const fn severity(number: i32) -> Option<u16> {
    match number {
        1..=8 => Some(7),
        9 => Some(6),
        10..=12 => Some(5),
        13..=16 => Some(4),
        17 => Some(3),
        18 => Some(2),
        19 | 20 => Some(1),
        21..=24 => Some(0),
        _ => None,
    }
}

/// A text as it is, anything else as JSON.
fn plain(value: &AnyValue) -> String {
    match value {
        AnyValue::Text(text) => text.clone(),
        value => value.to_string(),
    }
}

/// The parts of a record besides body, host, time and severity, as an element of structured data.
fn structured_data(record: &LogRecord<'_>) -> Option<Vec<u8>> {
    let (trace, span) = record.trace();
    let own = [
        ("event.name", record.event_name()),
        ("severity.text", record.severity_text()),
        ("trace.id", trace),
        ("span.id", span),
    ];
    let own = own.into_iter().filter(|(_, text)| !text.is_empty()).map(|(key, text)| (key, text.to_owned()));
    let resource = record.resource_attributes().filter(|(key, _)| *key != "host.name");
    let attributes = record.attributes().chain(resource).map(|(key, value)| (key, plain(value)));
    let mut data = "[otlp@32473".to_owned();
    let empty = data.len();
    for (key, value) in own.chain(attributes) {
        data.push_str(if key.is_empty() { " _" } else { " " });
        data.extend(key.chars().map(|c| match c {
            '!' | '#'..='<' | '>'..='\\' | '^'..='~' => c,
            _ => '_',
        }));
        data.push_str("=\"");
        for c in value.chars() {
            if matches!(c, '"' | '\\' | ']') {
                data.push('\\');
            }
            data.push(c);
        }
        data.push('"');
    }
    (data.len() > empty).then(|| (data + "]").into_bytes())
}

/// As much as may be a request, and a byte more.
fn piece<R: Read>(input: &mut R) -> io::Take<&mut R> {
    input.take(LONGEST_REQUEST + 1)
}

fn length(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}
