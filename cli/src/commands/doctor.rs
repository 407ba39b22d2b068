//! `zems doctor`: a first look at unknown data, and what to get from the host.

use core::fmt::Write as _;
use std::fs::File;
use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::{Value as Json, json};
use zems::analysis::doctor::{Counted, Diagnosis, Doctor, Framing};
use zems::spi::HeaderType;
use zems::spi::read::Buffer;

use crate::Stop;
use crate::args::definitions;
use crate::input::files::Files;
use crate::input::{self, Bad, Flow, Form, Sink};
use crate::terminal::output;
use crate::terminal::report::{Report, say};

/// Diagnose unknown buffers: framing, headers, types, subsystems, tokens, and the files to get from the host.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Files to read; none or `-` is standard input.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Read the input in this form.
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    from: Form,
    /// How to show what was found.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Lines of each list of the text.
    #[arg(long, value_name = "N", default_value_t = 40)]
    top: usize,
    #[command(flatten)]
    definitions: definitions::Args,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A report for people, with a list to mail to an operator.
    #[default]
    Text,
    /// One JSON object.
    Json,
}

const EXAMPLES: &str = "\
Examples:
  zems doctor events.bin
  zems doctor --from scan dump.bin
  zems doctor --define site --format json log1 log2 | jq .fetch

Exit code 0 if the files could be read, whatever is in them; 1 if one could not.";

pub(crate) fn run(args: &Args, report: &mut Report) -> Result<(), Stop> {
    let definitions = args.definitions.load()?;
    let profile = definitions.dictionary().profile().clone();
    let mut look = Look { doctor: Doctor::new(definitions.dictionary()), from: args.from };
    let mut unread = 0;
    for path in Files::of(&args.files).list(report) {
        let is_file = path.as_os_str() != "-";
        if is_file && let Err(error) = File::open(&path) {
            say(format_args!("{}: {error}", path.display()));
            unread += 1;
            continue;
        }
        if let Err(stop) = input::Args::of(core::slice::from_ref(&path), args.from)
            .silent()
            .read(&profile, report, &mut look)
        {
            let message = match stop {
                Stop::Usage(message) => message,
                Stop::NoInput => {
                    unread += 1;
                    continue;
                }
                _ => return Err(stop),
            };
            say(format_args!("{message}"));
            unread += 1;
        }
    }
    let diagnosis = look.doctor.finish();
    let shown = match args.format {
        Format::Text => text(&diagnosis, args.top),
        Format::Json => json_text(&diagnosis),
    };
    output::all(shown.as_bytes())?;
    if unread > 0 {
        return Err(Stop::Undelivered(format!("{unread} of the inputs could not be read")));
    }
    Ok(())
}

struct Look<'d> {
    doctor: Doctor<'d>,
    from: Form,
}

impl Sink for Look<'_> {
    fn input(&mut self, name: &str, form: Form) {
        let framing = match form {
            Form::Hex => Framing::Hex,
            Form::Be16 => Framing::Be16,
            Form::Be32 => Framing::Be32,
            _ if self.from == Form::Scan => Framing::Scattered,
            _ => Framing::BackToBack,
        };
        self.doctor.input(name, framing);
    }

    fn buffer(&mut self, buffer: &Buffer<'_>, _: &str, _: &mut Report) -> Result<Flow, Stop> {
        self.doctor.buffer(buffer);
        Ok(Flow::Next)
    }

    fn bad_bytes(&mut self, bytes: &[u8], offset: u64) -> Result<(), Stop> {
        self.doctor.between(bytes, offset);
        Ok(())
    }

    fn bad(&mut self, _: &Bad) -> Result<(), Stop> {
        Ok(())
    }
}

fn text(diagnosis: &Diagnosis, top: usize) -> String {
    let mut out = String::new();
    for input in &diagnosis.inputs {
        let framing = match input.framing {
            Framing::Hex => "hexadecimal text (hex)",
            Framing::BackToBack => "one after the other (raw)",
            Framing::Be16 => "frames after a 16-bit length (be16)",
            Framing::Be32 => "frames after a 32-bit length (be32)",
            _ => "with other bytes in between (scan)",
        };
        let _ = writeln!(
            out,
            "{}: {} buffers of {} bytes, {framing}",
            input.name, input.buffers, input.buffer_bytes
        );
        if input.pads > 0 {
            let _ = writeln!(out, "  {} pads after buffers of odd length", input.pads);
        }
        if input.gaps > 0 {
            let _ = writeln!(out, "  gaps: {}, {} bytes in all", input.gaps, input.gap_bytes);
        }
        if let Some(block) = input.block {
            let _ =
                writeln!(out, "  the large gaps repeat every {block} bytes: blocks, as of an Enscribe file");
        }
    }
    section(&mut out, "Headers", &diagnosis.headers, top, |out, header| {
        let kind = if header.header_type == HeaderType::Command { "command" } else { "event" };
        let _ = write!(
            out,
            "type {} ({kind}), length byte {}: {} buffers",
            header.number, header.length, header.count
        );
        match header.layout {
            Some(layout) => {
                let mark = if header.is_provisional { " (provisional)" } else { "" };
                let _ = write!(out, ", layout {layout}{mark}");
            }
            None if header.header_type == HeaderType::Event => out.push_str(", no layout is known"),
            None => {}
        }
        for field in &header.fields {
            let verdict = if field.is_plausible() { "looks right" } else { "DOES NOT LOOK RIGHT" };
            let _ = write!(
                out,
                "\n    {:<10} {verdict}: {} of {} events ({})",
                field.field, field.good, field.of, field.seen
            );
        }
    });
    counted(&mut out, "Data types without a meaning", &diagnosis.data_types, top, |it| it.0.to_string());
    counted(&mut out, "Subsystems without a name", &diagnosis.subsystems, top, |it| it.ssid.to_string());
    counted(&mut out, "Events without a definition", &diagnosis.events, top, |it| {
        format!("{} number {}", it.ssid, it.number)
    });
    counted(&mut out, "Tokens without a name", &diagnosis.tokens, top, |it| {
        format!(
            "{} of {}: data type {}, number {}",
            it.code,
            it.ssid,
            it.code.type_code().0,
            it.code.number().0
        )
    });
    counted(&mut out, "Names that rest on provisional numbers", &diagnosis.provisional, top, Clone::clone);
    counted(&mut out, "Findings", &diagnosis.findings, top, Clone::clone);
    section(&mut out, "To get from the host", &diagnosis.fetch, usize::MAX, |out, what| out.push_str(what));
    out
}

fn counted<T>(
    out: &mut String,
    heading: &str,
    items: &[Counted<T>],
    top: usize,
    show: impl Fn(&T) -> String,
) {
    section(out, heading, items, top, |out, it| {
        let _ = write!(out, "{}, {} times", show(&it.what), it.count);
    });
}

fn section<T>(out: &mut String, heading: &str, items: &[T], top: usize, show: impl Fn(&mut String, &T)) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{heading}");
    for item in items.iter().take(top) {
        out.push_str("  ");
        show(out, item);
        out.push('\n');
    }
    let more = items.len().saturating_sub(top);
    if more > 0 {
        let _ = writeln!(out, "  {more} more: see --top");
    }
}

fn json_text(diagnosis: &Diagnosis) -> String {
    let inputs = diagnosis.inputs.iter().map(|input| {
        json!({
            "source": input.name, "framing": input.framing.name(), "buffers": input.buffers,
            "buffer_bytes": input.buffer_bytes, "pads": input.pads, "gaps": input.gaps, "gap_bytes": input.gap_bytes,
            "block": input.block,
        })
    });
    let headers = diagnosis.headers.iter().map(|header| {
        let fields = header.fields.iter().map(|field| {
            json!({
                "field": field.field, "plausible": field.is_plausible(), "good": field.good, "of": field.of,
                "seen": field.seen,
            })
        });
        json!({
            "type": header.number,
            "kind": if header.header_type == HeaderType::Command { "command" } else { "event" },
            "length": header.length, "count": header.count,
            "layout": header.layout.map(String::from), "provisional": header.is_provisional, "fields": fields.collect::<Json>(),
        })
    });
    let data_types =
        diagnosis.data_types.iter().map(|it| json!({ "data_type": it.what.0, "count": it.count }));
    let subsystems = diagnosis.subsystems.iter().map(|it| {
        let ssid = it.what.ssid;
        json!({ "ssid": ssid.to_string(), "number": ssid.number(), "count": it.count })
    });
    let events = diagnosis
        .events
        .iter()
        .map(|it| json!({ "ssid": it.what.ssid.to_string(), "number": it.what.number, "count": it.count }));
    let tokens = diagnosis.tokens.iter().map(|it| {
        let code = it.what.code;
        json!({
            "ssid": it.what.ssid.to_string(), "code": format!("{:08X}", u32::from(code)),
            "data_type": code.type_code().0, "length": code.length(), "number": code.number().0, "count": it.count,
        })
    });
    let named = |items: &[Counted<String>]| -> Json {
        items.iter().map(|it| json!({ "name": it.what, "count": it.count })).collect()
    };
    let object = json!({
        "kind": "doctor",
        "inputs": inputs.collect::<Json>(),
        "headers": headers.collect::<Json>(),
        "data_types": data_types.collect::<Json>(),
        "subsystems": subsystems.collect::<Json>(),
        "events": events.collect::<Json>(),
        "tokens": tokens.collect::<Json>(),
        "provisional": named(&diagnosis.provisional),
        "findings": named(&diagnosis.findings),
        "fetch": diagnosis.fetch,
    });
    format!("{object}\n")
}
