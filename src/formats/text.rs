//! The operator's line: header and sentence, laid out in lines.

use super::{CommandText, Format, FormatDef, Options, Utf8, show};
use crate::describe::Record;
use crate::ems::Event;
use crate::site::Site;
use crate::spi::read::DecodeError;
use crate::template::{Layout, Text};

pub(super) const TEXT: FormatDef = FormatDef {
    name: "text",
    about: "The operator's line",
    options: &["advice", "no-provisional", "no-header", "width", "indent", "zone", "node", "color"],
    is_one_file: false,
    make: |site, options| Ok(Box::new(Lines::new(site, options))),
};

struct Lines {
    site: Site,
    layout: Layout,
    advice: bool,
    header: bool,
    color: bool,
    text: Text,
    line: String,
}

/// Terminal codes: dimmed; bold and red; neither.
const DIM: &str = "\x1B[2m";
const CRITICAL: &str = "\x1B[1m\x1B[31m";
const PLAIN: &str = "\x1B[0m";

impl Lines {
    fn new(site: &Site, options: &Options) -> Self {
        Self {
            site: site.clone(),
            layout: Layout { width: options.width, lines: 0, indent: options.indent },
            advice: options.advice,
            header: options.header,
            color: options.color,
            text: Text::new(),
            line: String::new(),
        }
    }
}

/// Blanks before what is said about an event, and before the lines that a paragraph continues with.
const ADVICE: usize = 4;
const CONTINUED: usize = 6;

impl Lines {
    /// The advice about an event, below its sentence.
    fn advice(&self, out: &mut Vec<u8>, record: &Record<'_>, event: &Event<'_>) {
        if !self.advice {
            return;
        }
        for (heading, text) in record.described.site().advice(event).texts() {
            let mut heading = Some(heading);
            for paragraph in text.lines() {
                let words = paragraph.split(' ').filter(|word| !word.is_empty());
                let mut columns = match heading.take() {
                    Some(heading) => {
                        show(out, format_args!("{:ADVICE$}{heading}:", ""));
                        ADVICE + heading.len() + 1
                    }
                    None => {
                        show(out, format_args!("{:1$}", "", CONTINUED - 1));
                        CONTINUED - 1
                    }
                };
                for word in words {
                    let word: String =
                        word.chars().map(|c| if crate::text::is_unsafe(c) { '?' } else { c }).collect();
                    let len = word.chars().count();
                    if self.layout.width > 0 && columns + 1 + len > self.layout.width && columns >= CONTINUED
                    {
                        show(out, format_args!("\n{:1$}", "", CONTINUED - 1));
                        columns = CONTINUED - 1;
                    }
                    show(out, format_args!(" {word}"));
                    columns += 1 + len;
                }
                out.push(b'\n');
            }
        }
    }
}

impl Format for Lines {
    fn has_parts(&self) -> bool {
        true
    }

    fn event(&mut self, out: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        let Some(event) = record.described.event() else { return Ok(()) };
        let options = self.site.render_options(true);
        let header = if self.header {
            self.site.line_text(event, &options, &mut self.text)
        } else {
            self.site.sentence_text(event, &options, &mut self.text);
            0
        };
        if !self.color {
            let _ = self.layout.write(&self.text, &mut Utf8(out));
            out.push(b'\n');
            self.advice(out, record, event);
            return Ok(());
        }
        self.line.clear();
        let _ = self.layout.write(&self.text, &mut self.line);
        // A narrow page breaks the header itself: then its parts cannot be distinguished.
        let end = self.line.char_indices().nth(header).map_or(self.line.len(), |(at, _)| at);
        let end = if self.line.get(..end).is_some_and(|header| header.contains('\n')) { 0 } else { end };
        let (header, rest) = self.line.split_at_checked(end).unwrap_or(("", &self.line));
        let is_critical = self.site.emphasis(event) == Some(true);
        let (on, off) = if is_critical { (CRITICAL, PLAIN) } else { ("", "") };
        show(out, format_args!("{DIM}{header}{PLAIN}{on}{rest}{off}\n"));
        self.advice(out, record, event);
        Ok(())
    }

    fn command(&mut self, out: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        let buffer = record.described.buffer();
        show(out, format_args!("{} {}\n", self.site.ssid(buffer.ssid()), CommandText(buffer)));
        Ok(())
    }
}
