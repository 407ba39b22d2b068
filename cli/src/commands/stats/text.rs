//! The report as text.

use std::io::Write;

use zems::analysis::stats::{Interval, Ranking, Scale};
use zems::text::escaped;

use super::{Shown, number, step};
use crate::Stop;
use crate::terminal::output;

/// Columns of the longest bar.
const BAR: usize = 30;
/// Columns of a row that neither its name nor its bar takes.
const BEFORE_BAR: usize = 14;
/// Columns of a sparkline.
const SPARKS: usize = 24;
const LEVELS: [char; 9] = ['·', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

pub(super) fn write(shown: &Shown<'_>, out: &mut impl Write) -> Result<(), Stop> {
    let night = shown.night;
    writeln!(out, "{}", number(night.buffers, "buffer"))?;
    if let (Some(first), Some(last)) = (night.first, night.last) {
        let (first, last) = (shown.time(first), shown.time(last));
        let (events, zone) = (number(night.events, "event"), &shown.zone);
        writeln!(out, "{events}, {} critical, from {first} to {last} {zone}", night.critical)?;
    }
    table(shown, out, "Subsystems", &night.subsystems)?;
    events(shown, out)?;
    if let Some(gone) = night.gone.as_ref().filter(|gone| !gone.is_empty()) {
        writeln!(out, "\nOnly in the baseline")?;
        for (ssid, number, count) in gone.iter().take(shown.top) {
            writeln!(out, "  {:>8}  {}", count, escaped(shown.kind(*ssid, *number)))?;
        }
        more(out, gone.len(), shown.top)?;
    }
    table(shown, out, "Processes", &night.processes)?;
    table(shown, out, "Subjects", &night.subjects)?;
    intervals(shown, out)?;
    if shown.has_bursts {
        bursts(shown, out)?;
    }
    Ok(())
}

fn events(shown: &Shown<'_>, out: &mut impl Write) -> Result<(), Stop> {
    let kinds = &shown.night.kinds;
    if kinds.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nEvents")?;
    let rows = kinds.rows();
    let names: Vec<_> = rows.iter().take(shown.top).map(|(name, _)| escaped(name).to_string()).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let scale = Scale::of(&shown.night.timeline, shown.night.by, SPARKS);
    for (name, (_, kind)) in names.iter().zip(&rows) {
        let sparks = scale.map(|scale| sparkline(&kind.kept.series.over(scale))).unwrap_or_default();
        let times = match (kind.kept.first, kind.kept.last) {
            (Some(first), Some(last)) if first == last => shown.time(first),
            (Some(first), Some(last)) => format!("{} to {}", shown.time(first), shown.time(last)),
            _ => String::new(),
        };
        let new = if kind.kept.is_new() { "  new" } else { "" };
        writeln!(
            out,
            "{}",
            format!("  {name:<width$}  {:>8}  {sparks}  {times}{new}", kind.count).trim_end()
        )?;
    }
    more(out, rows.len(), shown.top)?;
    inexact(out, kinds)
}

fn table<T: Default>(
    shown: &Shown<'_>,
    out: &mut impl Write,
    title: &str,
    ranking: &Ranking<T>,
) -> Result<(), Stop> {
    if ranking.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{title}")?;
    let rows = ranking.rows();
    let bars = rows.iter().take(shown.top).map(|(name, counted)| (escaped(name).to_string(), counted.count));
    bar_rows(out, &bars.collect::<Vec<_>>())?;
    more(out, rows.len(), shown.top)?;
    inexact(out, ranking)
}

fn intervals(shown: &Shown<'_>, out: &mut impl Write) -> Result<(), Stop> {
    let timeline = &shown.night.timeline;
    if timeline.counts().len() == 0 {
        return Ok(());
    }
    let title = match timeline.interval() {
        Interval::Minute => "Minutes",
        Interval::Hour => "Hours",
        _ => "Days",
    };
    writeln!(out, "\n{title} ({})", shown.zone)?;
    if let Some(scale) = Scale::of(timeline, shown.night.by, 2 * SPARKS).filter(|scale| scale.places > 1) {
        writeln!(out, "  {}", sparkline(&scale.counts(timeline)))?;
    }
    let rows = shown.busiest();
    let bars: Vec<_> = rows.iter().map(|(begin, count)| (shown.interval(*begin), *count)).collect();
    bar_rows(out, &bars)?;
    more(out, timeline.counts().len(), shown.top)?;
    if timeline.interval() != shown.night.by {
        let (by, wanted) = (timeline.interval().name(), shown.night.by.name());
        writeln!(out, "  by the {by}: by the {wanted} there are too many")?;
    }
    if timeline.outside() > 0 {
        writeln!(out, "  {} at other times: there are too many days", number(timeline.outside(), "event"))?;
    }
    Ok(())
}

/// Names and counts, with bars.
fn bar_rows(out: &mut impl Write, rows: &[(String, u64)]) -> Result<(), Stop> {
    let most = rows.iter().map(|(_, count)| *count).max().unwrap_or(1);
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    // On a terminal a bar ends where the line does.
    let columns = output::terminal_width().unwrap_or(usize::MAX);
    let longest = columns.saturating_sub(width.saturating_add(BEFORE_BAR)).min(BAR);
    for (name, count) in rows {
        let bar = "#".repeat(step(*count, most, longest));
        writeln!(out, "{}", format!("  {name:<width$}  {count:>8}  {bar}").trim_end())?;
    }
    Ok(())
}

fn more(out: &mut impl Write, rows: usize, top: usize) -> Result<(), Stop> {
    if rows > top {
        writeln!(out, "  and {} more", rows - top)?;
    }
    Ok(())
}

fn inexact<T: Default>(out: &mut impl Write, ranking: &Ranking<T>) -> Result<(), Stop> {
    if ranking.shortfall() > 0 {
        let shortfall = ranking.shortfall();
        writeln!(out, "  there are more names than are kept: a count may be up to {shortfall} too low")?;
    }
    Ok(())
}

fn sparkline(counts: &[u64]) -> String {
    let most = counts.iter().copied().max().unwrap_or(0);
    counts.iter().map(|count| LEVELS.get(step(*count, most, 8)).copied().unwrap_or(' ')).collect()
}

/// Which events a burst filter would have hidden: of each burst whose they are, how many, when, and where they are in
/// the input.
fn bursts(shown: &Shown<'_>, out: &mut impl Write) -> Result<(), Stop> {
    let bursts = &shown.night.bursts;
    let (count, hidden) = (number(bursts.count, "burst"), number(bursts.hidden, "event"));
    writeln!(out, "\nBursts\n  {count}, {hidden} hidden")?;
    for at in bursts.most.iter().take(shown.top) {
        let burst = &at.burst;
        let subject = shown.subject(burst).map(|subject| format!(", subject {subject}")).unwrap_or_default();
        let kind = shown.kind(burst.ssid, burst.number);
        writeln!(out, "  {:>8}  {}", burst.hidden, escaped(format_args!("{kind}{subject}")))?;
        writeln!(out, "            after {}, the last {}", burst.detected, burst.last)?;
        match &at.places {
            Some((first, last)) if first == last => {
                writeln!(out, "            at {}", escaped(first))?;
            }
            Some((first, last)) => {
                writeln!(out, "            from {} to {}", escaped(first), escaped(last))?;
            }
            None => {}
        }
    }
    let all = usize::try_from(bursts.count).unwrap_or(usize::MAX);
    more(out, all, shown.top)
}
