//! Offset, bytes and meaning of every byte, nested by level. It shows the stored bytes; a name that rests on a number which the vendor
//! has not published is marked with `?`.

use core::fmt::{self, Write};

use super::{Fault, Format, FormatDef, Gap, GapKind, Options, find, show};
use crate::describe::{Described, MarkedSsid, Record, mark};
use crate::ems::Event;
use crate::site::Site;
use crate::spi::HeaderType;
use crate::spi::read::{Buffer, DecodeError, Finding};

pub(super) const DUMP: FormatDef = FormatDef {
    name: "dump",
    about: "Offset, bytes and meaning of every byte",
    options: &["color", "no-provisional", "no-names"],
    is_one_file: false,
    make: |site, options: &Options| Ok(Box::new(Dump::new(site, options))),
};

struct Dump {
    site: Site,
    page: Page,
    findings: Vec<Finding>,
    /// The last row of a bad region, so that a thousand like it take one line.
    repeated: Option<([u8; ROW], bool)>,
    is_first: bool,
}

/// Bytes on a row.
const ROW: usize = 8;

/// The rows under construction.
struct Page {
    text: String,
    styles: Styles,
    depth: usize,
}

/// Terminal codes before the parts of a row, and after them.
#[derive(Clone, Copy)]
struct Styles {
    offset: &'static str,
    bytes: &'static str,
    name: &'static str,
    odd: &'static str,
    end: &'static str,
}

impl Styles {
    const fn new(is_on: bool) -> Self {
        if !is_on {
            return Self { offset: "", bytes: "", name: "", odd: "", end: "" };
        }
        Self { offset: "\x1B[2m", bytes: "\x1B[36m", name: "\x1B[1m", odd: "\x1B[33m", end: "\x1B[0m" }
    }
}

impl Page {
    fn heading(&mut self, title: fmt::Arguments<'_>) {
        let Styles { name, end, .. } = self.styles;
        let _ = writeln!(self.text, "{name}{title}{end}");
    }

    /// The bytes at `offset`, the first row with what they mean.
    fn row(&mut self, offset: u64, bytes: &[u8], meaning: &dyn fmt::Display) {
        let Styles { offset: dim, bytes: hex, end, .. } = self.styles;
        for (at, piece) in bytes.chunks(ROW).enumerate() {
            let at = offset + u64::try_from(at * ROW).unwrap_or(0);
            self.text.push_str(dim);
            self.offset(at);
            self.text.push_str(end);
            self.text.push_str("  ");
            self.text.push_str(hex);
            let mut columns = [b' '; 3 * ROW - 1];
            for (place, byte) in columns.chunks_mut(3).zip(piece) {
                place.iter_mut().zip(digits(*byte)).for_each(|(place, digit)| *place = digit);
            }
            self.text.push_str(core::str::from_utf8(&columns).unwrap_or_default());
            self.text.push_str(end);
            if at == offset {
                (0..2 + 2 * self.depth).for_each(|_| self.text.push(' '));
                let _ = write!(self.text, "{meaning}");
            }
            let end = self.text.trim_end_matches(' ').len();
            self.text.truncate(end);
            self.text.push('\n');
        }
    }

    /// At least six digits.
    fn offset(&mut self, offset: u64) {
        if offset >= 1 << 24 {
            let _ = write!(self.text, "{offset:06X}");
            return;
        }
        let [.., high, middle, low] = offset.to_be_bytes();
        for byte in [high, middle, low] {
            digits(byte).into_iter().for_each(|digit| self.text.push(char::from(digit)));
        }
    }

    fn finding(&mut self, finding: &Finding) {
        let Styles { odd, end, .. } = self.styles;
        let _ = writeln!(self.text, "{odd}odd at {:06X}: {}{end}", finding.offset(), finding.kind());
    }

    fn take(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.text.as_bytes());
        self.text.clear();
    }
}

impl Format for Dump {
    fn event(&mut self, out: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        if !core::mem::replace(&mut self.is_first, false) {
            out.push(b'\n');
        }
        self.part(out, record)
    }

    fn has_parts(&self) -> bool {
        true
    }

    fn part(&mut self, part: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        let buffer = record.described.buffer();
        find(buffer, &mut self.findings);
        self.heading(buffer);
        let tokens = self.body(&record.described);
        self.findings.iter().for_each(|finding| self.page.finding(finding));
        self.page.take(part);
        tokens
    }

    fn join(&mut self, out: &mut Vec<u8>, part: &[u8]) {
        if !core::mem::replace(&mut self.is_first, false) {
            out.push(b'\n');
        }
        out.extend_from_slice(part);
    }

    fn command(&mut self, out: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        self.event(out, record)
    }

    fn gap(&mut self, out: &mut Vec<u8>, gap: &Gap<'_>) {
        match gap.kind {
            GapKind::Pad => self.page.row(gap.offset, gap.bytes, &"pad between buffers"),
            GapKind::FrameLength => {
                let length = gap.bytes.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
                self.page.row(gap.offset, gap.bytes, &format_args!("length of the frame: {length}"));
            }
            GapKind::Bad => self.bad(gap.bytes, gap.offset),
        }
        self.page.take(out);
    }

    fn fault(&mut self, out: &mut Vec<u8>, fault: &Fault<'_>) {
        self.repeated = None;
        let Styles { odd, end, .. } = self.page.styles;
        let Fault { length, offset, error, .. } = fault;
        let error = crate::text::escaped(error);
        show(out, format_args!("{odd}{length} bytes at {offset:06X}: {error}{end}\n"));
    }
}

impl Dump {
    fn new(site: &Site, options: &Options) -> Self {
        Self {
            site: site.clone(),
            page: Page { text: String::new(), styles: Styles::new(options.color), depth: 0 },
            findings: Vec::new(),
            repeated: None,
            is_first: true,
        }
    }

    fn bad(&mut self, bytes: &[u8], offset: u64) {
        for (at, piece) in bytes.chunks(ROW).enumerate() {
            let at = offset + u64::try_from(at * ROW).unwrap_or(0);
            match (&mut self.repeated, <[u8; ROW]>::try_from(piece)) {
                (Some((last, is_said)), Ok(row)) if *last == row => {
                    if !*is_said {
                        self.page.text.push_str("*\n");
                    }
                    *is_said = true;
                }
                (repeated, row) => {
                    *repeated = row.ok().map(|row| (row, false));
                    self.page.row(at, piece, &"no buffer");
                }
            }
        }
    }

    fn heading(&mut self, buffer: &Buffer<'_>) {
        let (kind, ssid) = (buffer.header_type(), MarkedSsid { site: &self.site, ssid: buffer.ssid() });
        let (len, origin) = (buffer.len(), buffer.origin());
        let event = Event::try_from(*buffer).ok();
        match event.and_then(|event| event.number()) {
            Some(number) => {
                let def = event.and_then(|event| self.site.event_def(&event));
                let (blank, name, mark) = match &def {
                    Some(def) => (" ", def.name(), mark(self.site.is_provisional_event(def))),
                    None => ("", "", ""),
                };
                let page = &mut self.page;
                page.heading(format_args!(
                    "event {ssid} {number}{blank}{name}{mark}, {len} bytes at {origin}"
                ));
            }
            None if kind == HeaderType::Event => {
                self.page.heading(format_args!("event {ssid}, {len} bytes at {origin}"));
            }
            None => self.page.heading(format_args!("command {ssid}, {len} bytes at {origin}")),
        }
    }

    /// Every region of the buffer as rows.
    fn body(&mut self, described: &Described<'_>) -> Result<(), DecodeError> {
        let (page, buffer) = (&mut self.page, described.buffer());
        let regions = described.shown_regions(&mut |region| {
            let Styles { name: style, end, .. } = page.styles;
            let bytes = buffer.as_bytes().get(region.range.clone()).unwrap_or_default();
            let offset = buffer.origin() + u64::try_from(region.range.start).unwrap_or(0);
            page.depth = region.depth;
            match &region.name {
                Some(name) => {
                    let mark = mark(region.is_provisional);
                    page.row(offset, bytes, &format_args!("{style}{name}{mark}{end} {}", region.meaning));
                }
                None => page.row(offset, bytes, region.meaning),
            }
        });
        page.depth = 0;
        regions
    }
}

/// The two hexadecimal digits of a byte.
fn digits(byte: u8) -> [u8; 2] {
    [byte >> 4, byte & 15].map(|digit| b"0123456789ABCDEF".get(usize::from(digit)).copied().unwrap_or(b'0'))
}
