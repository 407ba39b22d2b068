//! The report as JSON Lines: `docs/stats.md` describes the objects.

use std::io::Write;

use serde_json::{Map, Value as Json, json};
use zems::analysis::stats::Ranking;
use zems::spi::Timestamp;

use super::Shown;
use crate::Stop;

pub(super) fn write(shown: &Shown<'_>, out: &mut impl Write) -> Result<(), Stop> {
    let night = shown.night;
    line(
        out,
        json!({
            "kind": "total", "buffers": night.buffers, "events": night.events, "critical": night.critical,
            "first": time(night.first), "last": time(night.last), "zone": shown.zone,
            "by": night.timeline.interval().name(), "outside": night.timeline.outside(),
        }),
    )?;
    ranking(shown, out, "subsystem", &night.subsystems)?;
    for (_, counted) in night.kinds.rows().into_iter().take(shown.top) {
        let kind = &counted.kept;
        let mut object = json!({
            "kind": if kind.is_event { "event" } else { "command" },
            "ssid": kind.ssid, "number": kind.number, "name": kind.name, "count": counted.count,
            "critical": kind.critical, "first": time(kind.first), "last": time(kind.last),
        });
        if let (Some(before), Json::Object(object)) = (kind.before, &mut object) {
            object.insert("baseline".to_owned(), before.into());
            object.insert("new".to_owned(), kind.is_new().into());
        }
        exactness(&mut object, night.kinds.shortfall());
        line(out, object)?;
    }
    for (ssid, number, count) in night.gone.iter().flatten().take(shown.top) {
        let name = shown.site.dictionary().event(*ssid, *number).map(|event| event.name());
        let ssid = shown.site.ssid(*ssid).to_string();
        line(out, json!({"kind": "gone", "ssid": ssid, "number": number, "name": name, "baseline": count}))?;
    }
    ranking(shown, out, "process", &night.processes)?;
    for (name, counted) in night.subjects.rows().into_iter().take(shown.top) {
        let mut object =
            json!({"kind": "subject", "name": name, "token": counted.kept, "count": counted.count});
        exactness(&mut object, night.subjects.shortfall());
        line(out, object)?;
    }
    for (begin, count) in shown.busiest() {
        line(out, json!({"kind": "interval", "begin": shown.interval(begin), "count": count}))?;
    }
    if shown.has_bursts {
        let bursts = &night.bursts;
        line(out, json!({"kind": "bursts", "count": bursts.count, "hidden": bursts.hidden}))?;
        for at in bursts.most.iter().take(shown.top) {
            let burst = &at.burst;
            let name = shown.site.dictionary().event(burst.ssid, burst.number).map(|event| event.name());
            let mut object = json!({
                "kind": "burst", "ssid": shown.site.ssid(burst.ssid).to_string(), "number": burst.number,
                "name": name, "subject": shown.subject(burst), "hidden": burst.hidden,
                "first": time(Some(burst.first)), "detected": time(Some(burst.detected)),
                "last": time(Some(burst.last)),
            });
            if let (Some((first, last)), Json::Object(object)) = (&at.places, &mut object) {
                for (key, place) in [("from", first), ("to", last)] {
                    let place = json!({"source": &*place.source, "offset": place.offset});
                    object.insert(key.to_owned(), place);
                }
            }
            line(out, object)?;
        }
    }
    Ok(())
}

fn ranking<T: Default>(
    shown: &Shown<'_>,
    out: &mut impl Write,
    kind: &str,
    ranking: &Ranking<T>,
) -> Result<(), Stop> {
    for (name, counted) in ranking.rows().into_iter().take(shown.top) {
        let mut object = json!({"kind": kind, "name": name, "count": counted.count});
        exactness(&mut object, ranking.shortfall());
        line(out, object)?;
    }
    Ok(())
}

/// How much too low a count may be, if it may be.
fn exactness(object: &mut Json, shortfall: u64) {
    if let Json::Object(object) = object
        && shortfall > 0
    {
        object.insert("shortfall".to_owned(), shortfall.into());
    }
}

fn time(time: Option<Timestamp>) -> Option<String> {
    time.map(|time| time.to_string())
}

/// Unknown values are left out.
fn line(out: &mut impl Write, object: Json) -> Result<(), Stop> {
    let object: Map<String, Json> = match object {
        Json::Object(object) => object.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        _ => Map::new(),
    };
    Ok(writeln!(out, "{}", Json::Object(object))?)
}
