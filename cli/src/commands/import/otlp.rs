//! `zems import otlp`: OpenTelemetry log records in, events out.

use core::fmt::Display;
use std::io::{self, BufRead, BufReader, Read};

use zems::formats::otlp::{Logged, Reader, Request};
use zems::spi::Timestamp;
use zems_io::{Content, Unpacked};

use super::{Common, Events, text_event};
use crate::Stop;
use crate::commands::encode::now;
use crate::input::files;
use crate::input::lines::{Origin, rest_of_line};
use crate::terminal::named::Named;
use crate::terminal::report::Report;

/// OpenTelemetry log records, as `decode --format otlp` writes and sends them; those of others become their text.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// How the input holds its requests.
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
    /// Requests in protobuf behind a 32-bit length, as the Collector's file exporter writes them.
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
    let mut import = Import { reader: Reader::new(definitions.dictionary()), events };
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
        .finish("are of another origin: their body has become ZEMS-TKN-TEXT, their attributes are left out")
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
}

impl Import<'_> {
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
            let origin = Origin { place: &place, offset, len, bytes: &[] };
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
            let origin = Origin { place: &place, offset, len: prefix + len, bytes: &[] };
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
            return self.protobuf(&bytes, &Origin { place: &name, offset: 0, len, bytes: &[] }, report);
        }
        let len = len + io::copy(input, &mut io::sink())?;
        self.too_long(len, &Origin { place: &name, offset: 0, len, bytes: &[] }, report)
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
                Ok(Logged::Foreign) => {
                    let time = record.time().unwrap_or(Timestamp::UNSET);
                    text_event(&record.body_text(), time, self.events.definitions).map(|bytes| (bytes, false))
                }
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

/// As much as may be a request, and a byte more.
fn piece<R: Read>(input: &mut R) -> io::Take<&mut R> {
    input.take(LONGEST_REQUEST + 1)
}

fn length(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}
