//! The report as rows.

use std::io::Write;

use zems::spi::Timestamp;

use super::Shown;
use crate::Stop;

const COLUMNS: &str = "kind,ssid,number,name,count,critical,first,last,baseline,new";

/// The cells of a row; those that say nothing are empty.
#[derive(Default)]
struct Row {
    kind: &'static str,
    ssid: String,
    number: Option<i16>,
    name: String,
    count: u64,
    critical: Option<u64>,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    baseline: Option<u64>,
    new: Option<bool>,
}

pub(super) fn write(shown: &Shown<'_>, out: &mut impl Write) -> Result<(), Stop> {
    let night = shown.night;
    let name_of = |ssid, number| {
        shown.site.dictionary().event(ssid, number).map(|event| event.name().to_owned()).unwrap_or_default()
    };
    let mut rows = vec![Row {
        kind: "total",
        count: night.buffers,
        critical: Some(night.critical),
        first: night.first,
        last: night.last,
        ..Row::default()
    }];
    let named = |kind, name: &str, count| Row { kind, name: name.to_owned(), count, ..Row::default() };
    let top = shown.top;
    let subsystems = night.subsystems.rows().into_iter().take(top);
    rows.extend(subsystems.map(|(name, counted)| named("subsystem", name, counted.count)));
    rows.extend(night.kinds.rows().into_iter().take(top).map(|(_, counted)| {
        let kind = &counted.kept;
        Row {
            kind: if kind.is_event { "event" } else { "command" },
            ssid: kind.ssid.clone(),
            number: kind.number,
            name: kind.name.clone().unwrap_or_default(),
            count: counted.count,
            critical: Some(kind.critical),
            first: kind.first,
            last: kind.last,
            baseline: kind.before,
            new: kind.before.map(|_| kind.is_new()),
        }
    }));
    rows.extend(night.gone.iter().flatten().take(top).map(|(ssid, number, count)| Row {
        kind: "gone",
        ssid: shown.site.ssid(*ssid).to_string(),
        number: Some(*number),
        name: name_of(*ssid, *number),
        baseline: Some(*count),
        ..Row::default()
    }));
    let processes = night.processes.rows().into_iter().take(top);
    rows.extend(processes.map(|(name, counted)| named("process", name, counted.count)));
    let subjects = night.subjects.rows().into_iter().take(top);
    rows.extend(subjects.map(|(name, counted)| named("subject", name, counted.count)));
    let intervals = shown.busiest().into_iter();
    rows.extend(intervals.map(|(begin, count)| named("interval", &shown.interval(begin), count)));
    rows.extend(night.bursts.most.iter().filter(|_| shown.has_bursts).take(top).map(|at| Row {
        kind: "burst",
        ssid: shown.site.ssid(at.burst.ssid).to_string(),
        number: Some(at.burst.number),
        name: name_of(at.burst.ssid, at.burst.number),
        count: at.burst.hidden,
        first: Some(at.burst.first),
        last: Some(at.burst.last),
        ..Row::default()
    }));
    writeln!(out, "{COLUMNS}")?;
    rows.into_iter().try_for_each(|row| row.write(out))
}

impl Row {
    fn write(self, out: &mut impl Write) -> Result<(), Stop> {
        fn cell<T: ToString>(value: Option<T>) -> String {
            value.map(|value| value.to_string()).unwrap_or_default()
        }
        let cells = [
            self.kind.to_owned(),
            self.ssid,
            cell(self.number),
            self.name,
            self.count.to_string(),
            cell(self.critical),
            cell(self.first),
            cell(self.last),
            cell(self.baseline),
            cell(self.new),
        ];
        Ok(writeln!(out, "{}", cells.map(quoted).join(","))?)
    }
}

/// Quoted where RFC 4180 wants it.
fn quoted(cell: String) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}
