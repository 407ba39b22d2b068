//! The report as one page: styles and charts are in it, it has no scripts and asks no server for anything.
//!
//! Names come from the log, which anybody may have written to: all text goes through [`text`], and the page forbids scripts besides.

use core::fmt::{Display, Write};

use zems::analysis::stats::{Interval, Ranking, Scale};
use zems::text::escaped;

use super::{Shown, number, step};

/// Bars of the chart of a whole log, and of one kind of events.
const BARS: usize = 180;
const SPARKS: usize = 48;
/// The chart of a log, in its own units.
const WIDTH: usize = 960;
const HEIGHT: usize = 160;
/// A bar is not wider.
const WIDEST: usize = 48;
const SPARK_WIDTH: usize = 192;
const SPARK_HEIGHT: usize = 24;

const HEAD: &str = r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Event report</title>
<style>
:root { color-scheme: light dark; --ink: #1b1f24; --dim: #57606a; --line: #d0d7de; --bar: #2f6fb2; --new: #b35900; --page: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --dim: #9198a1; --line: #3d444d; --bar: #6cb0f5; --new: #f0a35e; --page: #0d1117; }
}
body { margin: 2rem auto; max-width: 70rem; padding: 0 1rem; font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--page); }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.dim { color: var(--dim); } .new { color: var(--new); font-weight: 600; }
svg { display: block; } svg.log { width: 100%; height: auto; } rect { fill: var(--bar); } line { stroke: var(--line); }
</style>
</head>
<body>
"#;

pub(super) fn page(shown: &Shown<'_>) -> String {
    let night = shown.night;
    let mut out = String::from(HEAD);
    // Writing to a String does not fail.
    let _ = writeln!(out, "<h1>Event report</h1>");
    let buffers = number(night.buffers, "buffer");
    let _ = write!(out, "<p>{buffers}, {}, {} critical", number(night.events, "event"), night.critical);
    if let (Some(first), Some(last)) = (night.first, night.last) {
        let (first, last) = (shown.time(first), shown.time(last));
        let _ = write!(out, ", from {} to {} ({})", text(first), text(last), text(&shown.zone));
    }
    out.push_str(".</p>\n");
    rates(shown, &mut out);
    news(shown, &mut out);
    events(shown, &mut out);
    ranking(shown, &mut out, "Subsystems", &night.subsystems);
    ranking(shown, &mut out, "Subjects", &night.subjects);
    ranking(shown, &mut out, "Processes", &night.processes);
    bursts(shown, &mut out);
    let _ = writeln!(out, "<p class=\"dim\">zems {}</p>\n</body>\n</html>", env!("CARGO_PKG_VERSION"));
    out
}

/// Text of any origin: nothing in it is markup, and what would hide or turn it is shown.
fn text(text: impl Display) -> String {
    let mut safe = String::new();
    for c in escaped(text).to_string().chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// The chart of the whole log.
fn rates(shown: &Shown<'_>, out: &mut String) {
    let timeline = &shown.night.timeline;
    let Some(scale) = Scale::of(timeline, timeline.interval(), BARS) else { return };
    let counts = scale.counts(timeline);
    let most = counts.iter().copied().max().unwrap_or(0);
    let _ = writeln!(out, "<h2>Rates</h2>");
    let _ = writeln!(
        out,
        "<svg class=\"log\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"Events by time, {} at most\">",
        number(most, "event")
    );
    bars(out, &counts, (WIDTH, HEIGHT), |place, count| {
        let begin = shown.time_of(scale.begin(place));
        format!("<title>{} {}</title>", text(begin), number(count, "event"))
    });
    let _ = writeln!(out, "<line x1=\"0\" y1=\"{HEIGHT}\" x2=\"{WIDTH}\" y2=\"{HEIGHT}\"/>\n</svg>");
    let times = scale.width / timeline.interval().micros();
    let interval = timeline.interval().name();
    let each = if times == 1 { format!("one {interval}") } else { format!("{times} {interval}s") };
    let _ = writeln!(
        out,
        "<p class=\"dim\">A bar is {each}; the highest is {}. From {} on, {}.</p>",
        number(most, "event"),
        text(shown.time_of(scale.begin(0))),
        text(&shown.zone)
    );
    if timeline.outside() > 0 {
        let outside = number(timeline.outside(), "event");
        let _ = writeln!(out, "<p>{outside} at other times: there are too many days.</p>");
    }
}

/// The bars of a chart, `note` inside each.
fn bars(
    out: &mut String,
    counts: &[u64],
    (width, height): (usize, usize),
    note: impl Fn(usize, u64) -> String,
) {
    let most = counts.iter().copied().max().unwrap_or(0);
    let places = counts.len().max(1);
    for (place, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let (begin, end) = (place * width / places, (place + 1) * width / places);
        let tall = step(*count, most, height);
        // A gap between bars that are wide enough for one. A few bars do not fill the chart.
        let wide = (end - begin).saturating_sub(usize::from(end - begin > 3)).clamp(1, WIDEST);
        let _ = writeln!(
            out,
            "<rect x=\"{begin}\" y=\"{}\" width=\"{wide}\" height=\"{tall}\">{}</rect>",
            height - tall,
            note(place, *count)
        );
    }
}

/// The changes since the baseline.
fn news(shown: &Shown<'_>, out: &mut String) {
    let Some(gone) = &shown.night.gone else { return };
    let rows = shown.night.kinds.rows();
    let new: Vec<_> = rows.iter().filter(|(_, counted)| counted.kept.is_new()).collect();
    let _ = writeln!(out, "<h2>New events</h2>");
    if new.is_empty() {
        let _ = writeln!(out, "<p>None: the baseline has every kind of event that came.</p>");
    } else {
        let _ = writeln!(out, "<table>\n<tr><th>Event</th><th class=\"n\">Count</th><th>First</th></tr>");
        for (name, counted) in new.iter().take(shown.top) {
            let first = counted.kept.first.map(|first| shown.time(first)).unwrap_or_default();
            let (name, count, first) = (text(name), counted.count, text(first));
            let _ = writeln!(
                out,
                "<tr class=\"new\"><td>{name}</td><td class=\"n\">{count}</td><td>{first}</td></tr>"
            );
        }
        out.push_str("</table>\n");
        more(out, new.len(), shown.top);
    }
    if !gone.is_empty() {
        let _ = writeln!(out, "<h2>Only in the baseline</h2>\n<table>");
        let _ = writeln!(out, "<tr><th>Event</th><th class=\"n\">Count there</th></tr>");
        for (ssid, number, count) in gone.iter().take(shown.top) {
            let name = text(shown.kind(*ssid, *number));
            let _ = writeln!(out, "<tr><td>{name}</td><td class=\"n\">{count}</td></tr>");
        }
        out.push_str("</table>\n");
        more(out, gone.len(), shown.top);
    }
}

fn events(shown: &Shown<'_>, out: &mut String) {
    let kinds = &shown.night.kinds;
    let rows = kinds.rows();
    let scale = Scale::of(&shown.night.timeline, shown.night.by, SPARKS);
    let _ = writeln!(
        out,
        "<h2>Events</h2>\n<table>\n<tr><th>Event</th><th class=\"n\">Count</th><th class=\"n\">Critical</th>\
         <th>First</th><th>Last</th><th>Rate</th></tr>"
    );
    for (name, counted) in rows.iter().take(shown.top) {
        let kind = &counted.kept;
        let [first, last] =
            [kind.first, kind.last].map(|time| text(time.map(|time| shown.time(time)).unwrap_or_default()));
        let new = if kind.is_new() { " <span class=\"new\">new</span>" } else { "" };
        let _ = write!(
            out,
            "<tr><td>{}{new}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{first}</td><td>{last}</td><td>",
            text(name),
            counted.count,
            kind.critical
        );
        if let Some(scale) = scale {
            let size = format!("width=\"{SPARK_WIDTH}\" height=\"{SPARK_HEIGHT}\"");
            let _ = writeln!(out, "<svg {size} viewBox=\"0 0 {SPARK_WIDTH} {SPARK_HEIGHT}\" role=\"img\">");
            let counts = kind.series.over(scale);
            bars(out, &counts, (SPARK_WIDTH, SPARK_HEIGHT), |place, count| {
                let begin = shown.time_of(scale.begin(place));
                format!("<title>{} {}</title>", text(begin), number(count, "event"))
            });
            out.push_str("</svg>");
        }
        out.push_str("</td></tr>\n");
    }
    out.push_str("</table>\n");
    more(out, rows.len(), shown.top);
    inexact(out, kinds);
}

fn ranking<T: Default>(shown: &Shown<'_>, out: &mut String, title: &str, ranking: &Ranking<T>) {
    if ranking.is_empty() {
        return;
    }
    let rows = ranking.rows();
    let most = rows.first().map_or(0, |(_, counted)| counted.count);
    let _ = writeln!(out, "<h2>{title}</h2>\n<table>");
    for (name, counted) in rows.iter().take(shown.top) {
        let wide = step(counted.count, most, SPARK_WIDTH);
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td class=\"n\">{}</td><td><svg width=\"{SPARK_WIDTH}\" height=\"12\" role=\"img\">\
             <rect x=\"0\" y=\"0\" width=\"{wide}\" height=\"12\"/></svg></td></tr>",
            text(name),
            counted.count
        );
    }
    out.push_str("</table>\n");
    more(out, rows.len(), shown.top);
    inexact(out, ranking);
}

fn bursts(shown: &Shown<'_>, out: &mut String) {
    if !shown.has_bursts {
        return;
    }
    let bursts = &shown.night.bursts;
    let (count, hidden) = (number(bursts.count, "burst"), number(bursts.hidden, "event"));
    let _ =
        writeln!(out, "<h2>Bursts</h2>\n<p>{count}. A burst filter would have hidden {hidden}.</p>\n<table>");
    let _ = writeln!(
        out,
        "<tr><th>Event</th><th>Subject</th><th class=\"n\">Hidden</th><th>First</th><th>Last</th><th>Place</th></tr>"
    );
    for at in bursts.most.iter().take(shown.top) {
        let burst = &at.burst;
        let place = match &at.places {
            Some((first, last)) if first == last => first.to_string(),
            Some((first, last)) => format!("{first} to {last}"),
            None => String::new(),
        };
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            text(shown.kind(burst.ssid, burst.number)),
            text(shown.subject(burst).unwrap_or_default()),
            burst.hidden,
            text(shown.time(burst.first)),
            text(shown.time(burst.last)),
            text(place)
        );
    }
    out.push_str("</table>\n");
    more(out, usize::try_from(bursts.count).unwrap_or(usize::MAX), shown.top);
}

fn more(out: &mut String, rows: usize, top: usize) {
    if rows > top {
        let _ = writeln!(out, "<p class=\"dim\">and {} more</p>", rows - top);
    }
}

fn inexact<T: Default>(out: &mut String, ranking: &Ranking<T>) {
    let shortfall = ranking.shortfall();
    if shortfall > 0 {
        let note = "There are more names than are kept: a count may be up to";
        let _ = writeln!(out, "<p class=\"dim\">{note} {shortfall} too low.</p>");
    }
}

impl Shown<'_> {
    /// When a bar begins, which is in the zone already.
    fn time_of(&self, begin: zems::spi::Timestamp) -> String {
        let len = if self.night.timeline.interval() == Interval::Day { 10 } else { 16 };
        let text = begin.to_string().replace('T', " ");
        text.get(..len).unwrap_or(&text).to_owned()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_is_escaped_in_markup() {
        let hostile = "<script>alert('x')</script>&\u{202e}\"\u{7}";
        assert_eq!(
            super::text(hostile),
            "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;\\u{202e}&quot;\\u{7}"
        );
    }
}
