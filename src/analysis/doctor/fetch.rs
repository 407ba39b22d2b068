//! Files to get from the host for each gap: a list that can be mailed to an operator.

use std::collections::BTreeMap;

use super::{Diagnosis, Framing};
use crate::spi::HeaderType;

/// Subsystems that are asked for one by one.
const SHOWN: usize = 100;

pub(super) fn list(diagnosis: &Diagnosis) -> Vec<String> {
    let mut wanted = Vec::new();
    for input in &diagnosis.inputs {
        match (input.framing, input.block) {
            (Framing::Scattered, Some(block)) => wanted.push(format!(
                "{}: the buffers lie in blocks of {block} bytes. Have the events copied by a consumer distributor (EMSDIST) to an \
                 unstructured file, or send the output of FUP INFO {}, DETAIL.",
                input.name, input.name
            )),
            (Framing::Scattered, None) if input.buffers > 0 => wanted.push(format!(
                "{}: {} bytes lie between the buffers. Tell how the file was made and transferred (binary?), and send the output of \
                 FUP INFO, DETAIL for it.",
                input.name, input.gap_bytes
            )),
            (_, _) if input.buffers == 0 => wanted.push(format!(
                "{}: no buffer was found. Transfer the file again in binary mode, and tell how it was made.",
                input.name
            )),
            _ => {}
        }
    }
    for header in &diagnosis.headers {
        let HeaderType::Event = header.header_type else { continue };
        let is_odd = header.fields.iter().any(|field| !field.is_plausible());
        if header.is_provisional && !is_odd {
            wanted.push(format!(
                "Event headers with length byte {} look right, but the layout in use is not published ({} events). Send the printed \
                 lines of the same events for `zems learn`, or the DDL of the EMS header ($SYSTEM.ZSPIDEF.ZEMSDDL and ZSPIDDL): \
                 they confirm or correct it.",
                header.length, header.count
            ));
        }
        if header.layout.is_none() || is_odd {
            let what = if is_odd { "do not look right with the layout in use" } else { "have no layout" };
            wanted.push(format!(
                "Event headers with length byte {} {what} ({} events). Send the printed lines of the same events (EMSDIST TYPE \
                 PRINTING, or the EMS log as text), a few hundred and some marked `*`, for `zems learn`; or the DDL of the EMS \
                 header ($SYSTEM.ZSPIDEF.ZEMSDDL and ZSPIDDL).",
                header.length, header.count
            ));
        }
    }
    if !diagnosis.data_types.is_empty() {
        let numbers: Vec<_> = diagnosis.data_types.iter().take(16).map(|it| it.what.0.to_string()).collect();
        wanted.push(format!(
            "Token data types without a meaning: {}. Send $SYSTEM.ZSPIDEF.ZSPIDDL (the constants ZSPI-TDT-...).",
            numbers.join(", ")
        ));
    }
    for subsystem in diagnosis.subsystems.iter().take(SHOWN) {
        let ssid = subsystem.what.ssid;
        let (owner, number) = (ssid.owner_name().unwrap_or("?").to_owned(), ssid.number());
        wanted.push(format!(
            "Subsystem {owner}.{number} has no name ({} times). Send its definition files ($SYSTEM.ZSPIDEF.Z...DDL, or the \
             supplier's), its template source or object, and one of its events as a printed line.",
            subsystem.count
        ));
    }
    let more = diagnosis.subsystems.len().saturating_sub(SHOWN);
    if more > 0 {
        wanted.push(format!("{more} more subsystems have no name: send their definition files too."));
    }
    let mut of_subsystem: BTreeMap<String, (usize, u64)> = BTreeMap::new();
    for event in &diagnosis.events {
        let (kinds, count) = of_subsystem.entry(event.what.ssid.to_string()).or_default();
        (*kinds, *count) = (*kinds + 1, *count + event.count);
    }
    for (ssid, (kinds, count)) in of_subsystem.into_iter().take(SHOWN) {
        wanted.push(format!(
            "{kinds} kinds of events of {ssid} have no definition ({count} events). Send the event numbers of that subsystem (its \
             DDL, or the chapter of its messages in the Operator Messages Manual) and its template source."
        ));
    }
    let mut of_subsystem: BTreeMap<String, (usize, u64)> = BTreeMap::new();
    for token in &diagnosis.tokens {
        let ssid = if token.what.code.number().is_shared() {
            "SPI and EMS (shared)".to_owned()
        } else {
            token.what.ssid.to_string()
        };
        let (kinds, count) = of_subsystem.entry(ssid).or_default();
        (*kinds, *count) = (*kinds + 1, *count + token.count);
    }
    for (ssid, (kinds, count)) in of_subsystem.into_iter().take(SHOWN) {
        wanted.push(format!(
            "{kinds} tokens of {ssid} have no name ({count} times). Send the DDL of that subsystem, or token listings of some of its \
             events (ViewPoint or an analyzer) for `zems learn --listing`."
        ));
    }
    if !diagnosis.provisional.is_empty() {
        wanted.push(format!(
            "{} names rest on provisional numbers. Send $SYSTEM.ZSPIDEF (all Z...DDL files): loaded with --define they replace them.",
            diagnosis.provisional.len()
        ));
    }
    wanted
}
