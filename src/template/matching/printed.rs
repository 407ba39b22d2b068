use alloc::string::String;

use super::decode::full_year;
use crate::spi::{Civil, Ssid, Timestamp};
use crate::template::set::TemplateSet;

/// One event as a printing distributor has printed it, its lines joined (EMS Manual 13-34, Guardian User's Guide 17-3):
/// `yy-mm-dd hh:mm:ss \node.process`, `*` for a critical event, subsystem ID, event number, text. The year may have four
/// digits, and the node be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PrintedEvent<'t> {
    /// The number of its first line in the input, from 1.
    pub line: usize,
    /// Date and time as printed, taken as GMT. Years 80 to 99 are of the last century.
    pub time: Timestamp,
    /// `\node.process`; `?` if it was not known.
    pub process: &'t str,
    /// The flag before the subsystem ID.
    pub emphasis: bool,
    /// The subsystem ID as printed, its subsystem by name or by number.
    pub ssid: &'t str,
    /// The event number.
    pub number: i16,
    /// The text, line breaks made blanks.
    pub text: String,
}

/// Stands for a process that is not known.
pub(super) const UNKNOWN: &str = "?";

impl PrintedEvent<'_> {
    /// The subsystem ID, if its subsystem has a name the templates know or is shown by number.
    #[must_use]
    pub fn ssid(&self, set: &TemplateSet) -> Option<Ssid> {
        Ssid::parse(self.ssid, |owner, name| set.subsystem_number(owner, name)).ok()
    }
}

/// Iterator over the events of a distributor's output. Lines that belong to no event are given back as they are.
///
/// After the first line of an event, lines belong to it, indented or not, up to an empty one or the first line of the next.
///
/// ```
/// use zems::template::PrintedLines;
///
/// let log = "96-10-03 15:09:51 \\NET.$FTI1  TANDEM.MHS.G01          000023 $ZL1\n\
///            \u{20}       MR.\\NET.MRGRP1 $RL11: OSI resource\n\
///            \u{20}       problem\n";
/// let mut events = PrintedLines::new(log);
/// let event = events.next().unwrap().unwrap();
/// assert_eq!((event.process, event.ssid, event.number), (r"\NET.$FTI1", "TANDEM.MHS.G01", 23));
/// assert_eq!(event.text, r"$ZL1 MR.\NET.MRGRP1 $RL11: OSI resource problem");
/// assert_eq!(event.time.to_string(), "1996-10-03T15:09:51.000000Z");
/// assert_eq!(events.next(), None);
///
/// let mut events = PrintedLines::new("before\n26-01-02 03:04:05 $X  A.1.0 000001 one\ntwo\n\nthree\n");
/// assert_eq!(events.next(), Some(Err("before")));
/// assert_eq!(events.next().unwrap().unwrap().text, "one two");
/// assert_eq!(events.next(), Some(Err("three")));
/// assert_eq!(events.next(), None);
/// ```
#[derive(Clone, Debug)]
pub struct PrintedLines<'t> {
    rest: &'t str,
    line: usize,
}

impl<'t> PrintedLines<'t> {
    /// The events of this output.
    #[must_use]
    pub const fn new(text: &'t str) -> Self {
        Self { rest: text, line: 0 }
    }

    /// The events of a piece of an output that begins after `lines` lines.
    #[must_use]
    pub const fn after(lines: usize, text: &'t str) -> Self {
        Self { rest: text, line: lines }
    }

    /// The number of the last line that has been read.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// Whether a line is the first of an event. Who reads a long output piece by piece may cut it before such a line, and
    /// before and after any that is empty.
    #[must_use]
    pub fn begins_event(line: &[u8]) -> bool {
        // Most lines of other kinds are reported by their front.
        let is_date =
            line.first().is_some_and(u8::is_ascii_digit) && matches!(line.get(2), Some(b'-' | b'0'..=b'9'));
        is_date && header(String::from_utf8_lossy(line).trim_end_matches(['\n', '\r']), 0).is_some()
    }

    fn next_line(&mut self) -> Option<&'t str> {
        if self.rest.is_empty() {
            return None;
        }
        let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
        self.rest = rest;
        self.line += 1;
        Some(line.strip_suffix('\r').unwrap_or(line))
    }
}

impl<'t> Iterator for PrintedLines<'t> {
    type Item = Result<PrintedEvent<'t>, &'t str>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = loop {
            let line = self.next_line()?;
            if !line.trim().is_empty() {
                break line;
            }
        };
        let Some(mut event) = header(line, self.line) else { return Some(Err(line)) };
        loop {
            let before = self.clone();
            let Some(line) = self.next_line() else { break };
            if Self::begins_event(line.as_bytes()) {
                *self = before;
                break;
            }
            let more = line.trim();
            if more.is_empty() {
                break;
            }
            event.text.truncate(event.text.trim_end().len());
            if !event.text.is_empty() {
                event.text.push(' ');
            }
            event.text.push_str(more);
        }
        Some(Ok(event))
    }
}

/// Reads the first line of an event.
fn header(line: &str, number: usize) -> Option<PrintedEvent<'_>> {
    let (date, rest) = line.split_once(' ')?;
    let (time, rest) = rest.split_once(' ')?;
    let time = timestamp(date, time)?;
    let (process, rest) = rest.split_once([' ', '*'])?;
    // The flag is directly after the process, which may be all of it, or two columns before the subsystem ID.
    let flags = line.get(..line.len() - rest.len())?;
    let body = rest.trim_start_matches([' ', '*']);
    let emphasis = flags.ends_with('*') || rest.get(..rest.len() - body.len())?.contains('*');
    let (ssid, rest) = body.split_once(' ')?;
    let rest = rest.trim_start_matches(' ');
    let (event, text) = rest.split_once(' ').unwrap_or((rest, ""));
    let is_number = matches!(event.len(), 4..=6) && !event.starts_with('+');
    let event = event.parse().ok().filter(|_| is_number)?;
    let is_ssid = ssid.split('.').count() == 3;
    is_ssid.then(|| PrintedEvent {
        line: number,
        time,
        process,
        emphasis,
        ssid,
        number: event,
        text: text.trim_end().into(),
    })
}

/// `yy-mm-dd` or `yyyy-mm-dd`, and `hh:mm:ss`; zeros mean that no time was set.
fn timestamp(date: &str, time: &str) -> Option<Timestamp> {
    let (century, date) = match date.split_at_checked(2) {
        Some((century, of_century)) if date.len() == 10 => (Some(century.parse::<u16>().ok()?), of_century),
        _ => (None, date),
    };
    let three = |text: &str, separator: char| -> Option<[u16; 3]> {
        let mut parts = text.split(separator).map(|part| {
            let is_number = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            if is_number { part.parse().ok() } else { None }
        });
        let three = [parts.next()??, parts.next()??, parts.next()??];
        parts.next().is_none().then_some(three)
    };
    let ([year, month, day], [hour, minute, second]) = (three(date, '-')?, three(time, ':')?);
    if [month, day] == [0, 0] {
        return Some(Timestamp::UNSET);
    }
    let byte = |number: u16| u8::try_from(number).unwrap_or(u8::MAX);
    let civil = Civil {
        year: century.map_or_else(|| full_year(year), |century| century * 100 + year),
        month: byte(month),
        day: byte(day),
        hour: byte(hour),
        minute: byte(minute),
        second: byte(second),
        microsecond: 0,
    };
    civil.timestamp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_of_the_manuals() {
        let line = r"89-11-20 14:21:14 \MTL.02,171  CUSTOMER.1.J00  000004 Program:";
        let event = header(line, 1).unwrap();
        assert_eq!((event.process, event.ssid, event.number), (r"\MTL.02,171", "CUSTOMER.1.J00", 4));
        assert_eq!((event.text.as_str(), event.emphasis), ("Program:", false));
        let line = r"26-11-20 10:15:00 \NODE.$ZPM* TANDEM.RPC.D10          -00007 Backup";
        let event = header(line, 1).unwrap();
        assert_eq!((event.number, event.emphasis, event.text.as_str()), (-7, true, "Backup"));
    }

    #[test]
    fn other_lines_are_not_events() {
        for line in [
            "",
            "one two three",
            r"026-11-20 10:15:00 \N.$ZPM  TANDEM.RPC.D10 000007 x",
            r"26-11-20 10:15:00  \N.$ZPM  TANDEM.RPC.D10 000007 x",
            r"26-11-31 10:15:00 \N.$ZPM  TANDEM.RPC.D10 000007 x",
            r"26-11-20 10:15 \N.$ZPM  TANDEM.RPC.D10 000007 x",
            r"26-11-20 10:15:00 \N.$ZPM  TANDEM.RPC 000007 x",
            r"26-11-20 10:15:00 \N.$ZPM  TANDEM.RPC.D10 7 x",
            r"26-11-20 10:15:00 \N.$ZPM  TANDEM.RPC.D10 999999 x",
        ] {
            assert_eq!(header(line, 1), None, "{line}");
        }
        let line = "2019-03-07 04:31:26 $ZPM  TANDEM.RPC.D10 000007 x";
        let event = header(line, 1).unwrap();
        assert_eq!((event.process, event.time.to_string().as_str()), ("$ZPM", "2019-03-07T04:31:26.000000Z"));
        let unset = header(r"00-00-00 00:00:00 \3.?  A.1.0                   000001 x", 1).unwrap();
        assert_eq!(unset.time, Timestamp::UNSET);
    }
}
