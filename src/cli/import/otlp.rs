//! `zems import otlp`: OpenTelemetry log records in, events out.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;

use zems::otlp::proto::collector::logs::v1::ExportLogsServiceRequest;
use zems::otlp::{LogReader, Logged, body_text, decode_json, decode_protobuf, record_time};
use zems::spi::Timestamp;

use super::{Events, Target, text_event};
use crate::cli::Stop;
use crate::cli::definitions;
use crate::cli::encode::now;
use crate::cli::input::{inputs, open};
use crate::cli::report::Report;

/// OpenTelemetry log records, as `decode --format otlp` writes and sends them; those of others become their text.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Files to read; none or `-` is standard input.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How the input holds its requests.
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    from: Form,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    definitions: definitions::Args,
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

/// A request is not longer.
const LONGEST_REQUEST: u64 = 1 << 28;

pub(super) fn run(args: &Args, report: &mut Report) -> Result<(), Stop> {
    report.count("log records");
    let definitions = args.definitions.load()?;
    let events = Events::new(&args.target, &definitions)?;
    let mut import = Import { reader: LogReader::new(definitions.dictionary()), events };
    for path in inputs(&args.files) {
        let (input, name) = open(&path, report)?;
        let mut input = BufReader::with_capacity(1 << 16, input);
        let form = match args.from {
            Form::Auto => form_of(input.fill_buf()?),
            form => form,
        };
        match form {
            Form::Auto | Form::Json => import.lines(&mut input, &name, report)?,
            Form::Be32 => import.frames(&mut input, &name, report)?,
            Form::Protobuf => {
                let mut bytes = Vec::new();
                Read::by_ref(&mut input).take(LONGEST_REQUEST + 1).read_to_end(&mut bytes)?;
                if u64::try_from(bytes.len()).is_ok_and(|len| len <= LONGEST_REQUEST) {
                    import.protobuf(&bytes, &name, report)?;
                } else {
                    report.bad(0, format_args!("{name}: is longer than {LONGEST_REQUEST} bytes"));
                }
            }
        }
    }
    import
        .events
        .finish("are of another origin: their body has become ZEMS-TKN-TEXT, their attributes are left out")
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
    reader: LogReader<'d>,
    events: Events<'d>,
}

impl Import<'_> {
    fn lines(&mut self, input: &mut impl BufRead, name: &str, report: &mut Report) -> Result<(), Stop> {
        let mut line = Vec::new();
        for number in 1_u64.. {
            line.clear();
            Read::by_ref(input).take(LONGEST_REQUEST).read_until(b'\n', &mut line)?;
            if line.is_empty() {
                return Ok(());
            }
            if number == 1 && line.trim_ascii() == b"{" {
                // One object over many lines, as people write it.
                Read::by_ref(input).take(LONGEST_REQUEST).read_to_end(&mut line)?;
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            let place = format!("{name}: line {number}");
            let request = match core::str::from_utf8(&line) {
                Ok(text) => decode_json(text).map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            self.request(request, &place, report)?;
        }
        Ok(())
    }

    fn frames(&mut self, input: &mut impl Read, name: &str, report: &mut Report) -> Result<(), Stop> {
        let mut bytes = Vec::new();
        for number in 1_u64.. {
            bytes.clear();
            if Read::by_ref(input).take(4).read_to_end(&mut bytes)? == 0 {
                return Ok(());
            }
            let len = bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
            let is_cut = bytes.len() < 4;
            bytes.clear();
            let wanted = len.min(LONGEST_REQUEST);
            let count = Read::by_ref(input).take(wanted).read_to_end(&mut bytes)?;
            if is_cut || u64::try_from(count) != Ok(len) {
                report.bad(0, format_args!("{name}: request {number}: the input ends inside it"));
                return Ok(());
            }
            self.protobuf(&bytes, &format!("{name}: request {number}"), report)?;
        }
        Ok(())
    }

    fn protobuf(&mut self, bytes: &[u8], place: &str, report: &mut Report) -> Result<(), Stop> {
        self.request(decode_protobuf(bytes).map_err(|error| error.to_string()), place, report)
    }

    fn request(
        &mut self,
        request: Result<ExportLogsServiceRequest, String>,
        place: &str,
        report: &mut Report,
    ) -> Result<(), Stop> {
        let request = match request {
            Ok(request) if request.resource_logs.is_empty() => {
                report.bad(0, format_args!("{place}: there are no resource logs"));
                return Ok(());
            }
            Ok(request) => request,
            Err(error) => {
                report.bad(0, format_args!("{place}: {error}"));
                return Ok(());
            }
        };
        let scopes = request.resource_logs.iter().flat_map(|resource| &resource.scope_logs);
        for (number, record) in (1_u64..).zip(scopes.flat_map(|scope| &scope.log_records)) {
            let event = match self.reader.read(record, now()) {
                Ok(Logged::Buffer(bytes)) => Ok((bytes, true)),
                Ok(Logged::Error) => continue,
                Ok(Logged::Foreign) => {
                    let time = record_time(record).unwrap_or(Timestamp::UNSET);
                    text_event(&body_text(record), time, self.events.definitions).map(|bytes| (bytes, false))
                }
                Err(error) => Err(error.to_string()),
            };
            match event {
                Ok((bytes, is_ours)) => {
                    self.events.write(&bytes, is_ours)?;
                    report.good();
                }
                Err(error) => report.bad(0, format_args!("{place}: log record {number}: {error}")),
            }
        }
        Ok(())
    }
}
