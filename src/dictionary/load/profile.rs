//! The wire profile that definitions make: every number of the format that the vendor has not published.

use std::collections::HashMap;

use super::facts::{Facts, FieldFact, LayoutFact, Name};
use super::{Constants, key};
use crate::dictionary::definitions::{Definitions, FieldDefinition, OwnedConstant, StructureDefinition};
use crate::ems::HeaderToken;
use crate::spi::{DataType, HeaderBit, HeaderField, HeaderLayout, Profile, TokenNumber, TypeCode};
use crate::text::Diagnostics;

/// Applies the definitions to `base`.
pub(super) fn profile(
    definitions: &Definitions,
    facts: &Facts,
    base: Profile,
    diagnostics: &mut Diagnostics,
) -> Profile {
    let mut profile = base;
    set_kinds(&mut profile, definitions);
    let constants = Constants::new(&definitions.constants);
    let number = |name| match constants.get(name)?.value {
        OwnedConstant::Number(number) => i16::try_from(number).ok().map(TokenNumber),
        _ => None,
    };
    if let Some(number) = number("ZSPI-TNM-EVTHDR") {
        profile.event_header = number;
    }
    if let Some(number) = number("ZSPI-TNM-TBLHDR") {
        profile.table_header = number;
    }
    if let Some(number) = number("ZEMS-TNM-SUBJECT-MARK") {
        profile.subject_mark.number = number;
    }
    set_layouts(&mut profile, definitions, facts, diagnostics);
    profile
}

/// Data types: `ZSPI-TDT-name`. A published number counts before a provisional one that would be equal.
fn set_kinds(profile: &mut Profile, definitions: &Definitions) {
    let kinds: HashMap<_, _> =
        DataType::ALL.into_iter().filter_map(|kind| Some((kind.name()?, kind))).collect();
    let defined = definitions.constants.iter().filter_map(|constant| {
        let kind = constant.name.strip_prefix("ZSPI-TDT-").and_then(|name| kinds.get(name))?;
        let OwnedConstant::Number(number) = constant.value else { return None };
        let data_type = u8::try_from(number).ok().filter(|number| *number < 128).map(TypeCode)?;
        Some((constant.is_provisional, data_type, *kind))
    });
    let mut defined: Vec<_> = defined.collect();
    defined.sort_by_key(|(is_provisional, ..)| !is_provisional);
    for (_, _, kind) in &defined {
        while let Some(old) = profile.type_code(*kind) {
            profile.set_data_type(old, DataType::Unknown);
        }
    }
    for (_, data_type, kind) in defined {
        profile.set_data_type(data_type, kind);
    }
}

fn set_layouts(
    profile: &mut Profile,
    definitions: &Definitions,
    facts: &Facts,
    diagnostics: &mut Diagnostics,
) {
    let structures: HashMap<_, _> =
        definitions.structures.iter().map(|structure| (key(&structure.name), structure)).collect();
    let mut lengths = HashMap::new();
    for fact in &facts.layouts {
        if let Some(earlier) = lengths.insert(fact.length, &fact.structure) {
            let message = format!("there is a layout of length {} already; the later counts", fact.length);
            facts.warn(earlier, &fact.structure, message, diagnostics);
        }
        let Some(structure) = structures.get(&key(&fact.structure.text)) else {
            let problem = format!("there is no structure {}", fact.structure.text);
            diagnostics.push(fact.structure.error(problem));
            continue;
        };
        if structure.len > u32::from(fact.length) {
            let problem =
                format!("{} has {} bytes, more than the length byte says", structure.name, structure.len);
            diagnostics.push(fact.structure.error(problem));
            continue;
        }
        if !profile.set_layout(layout(fact, structure, diagnostics)) {
            let problem = format!("a profile holds no more than {} layouts", Profile::MAX_LAYOUTS);
            diagnostics.push(fact.structure.error(problem));
        }
    }
}

fn layout(fact: &LayoutFact, structure: &StructureDefinition, diagnostics: &mut Diagnostics) -> HeaderLayout {
    // The last part of the name: `C00`, `D00`.
    let name = structure.name.rsplit('-').next().and_then(|part| part.chars().next()).unwrap_or('?');
    let fields: HashMap<_, _> = structure.fields.iter().map(|field| (key(&field.name), field)).collect();
    let mut layout = HeaderLayout::new(name, fact.length);
    layout.is_provisional = structure.is_provisional;
    for FieldFact { field: path, token, bit } in &fact.fields {
        let Some(field) = fields.get(&key(&path.text)) else {
            diagnostics.push(path.error(format!("{} has no field {}", structure.name, path.text)));
            continue;
        };
        let served = match bit {
            Some(bit) => serve_flag(layout, field, token, *bit),
            None => serve(layout, field, token),
        };
        match served {
            Ok(with_field) => layout = with_field,
            Err(problem) => diagnostics.push(path.error(problem)),
        }
    }
    layout
}

/// The layout with a field that holds a header token.
fn serve(layout: HeaderLayout, field: &FieldDefinition, token: &Name) -> Result<HeaderLayout, String> {
    let served = HeaderToken::from_name(&key(&token.text));
    let bytes = field.len.saturating_mul(field.count);
    let wrong_size = |right: &str| Err(format!("{} is served by {right}, not by {bytes} bytes", token.text));
    let (Ok(offset), Ok(len)) = (u8::try_from(field.offset), u8::try_from(bytes)) else {
        return Err(format!("{} lies beyond the length byte", field.name));
    };
    let simple = |layout: HeaderLayout, header_field, right: u8, words| {
        if len == right { Ok(layout.with(header_field, offset, right)) } else { wrong_size(words) }
    };
    match served {
        Some(HeaderToken::EventNumber) => simple(layout, HeaderField::EventNumber, 2, "2 bytes"),
        Some(HeaderToken::GenTime) => simple(layout, HeaderField::GenerationTime, 8, "8 bytes"),
        Some(HeaderToken::LogTime) => simple(layout, HeaderField::LogTime, 8, "8 bytes"),
        Some(HeaderToken::System | HeaderToken::NodeNum) if matches!(len, 1 | 2) => {
            Ok(layout.with(HeaderField::System, offset, len))
        }
        Some(HeaderToken::System) => wrong_size("1 or 2 bytes"),
        Some(HeaderToken::HeaderVersion) => simple(layout, HeaderField::HeaderVersion, 2, "2 bytes"),
        Some(HeaderToken::ContentStandard) => simple(layout, HeaderField::ContentStandard, 2, "2 bytes"),
        Some(HeaderToken::ContentUser) => simple(layout, HeaderField::ContentUser, 2, "2 bytes"),
        Some(HeaderToken::NodeNum) => simple(layout, HeaderField::NodeNumber, 4, "1, 2 or 4 bytes"),
        Some(HeaderToken::UserId) if len == 2 => Ok(layout.with(HeaderField::Group, offset, 1).with(
            HeaderField::User,
            offset.saturating_add(1),
            1,
        )),
        Some(HeaderToken::UserId) => wrong_size("2 bytes, group and user"),
        Some(HeaderToken::Crtpid) if len == 8 => Ok(layout
            .with(HeaderField::CrtpidName, offset, 6)
            .with(HeaderField::CrtpidCpu, offset.saturating_add(6), 1)
            .with(HeaderField::CrtpidPin, offset.saturating_add(7), 1)),
        // The name alone: processor and process number are elsewhere, or nowhere.
        Some(HeaderToken::Crtpid) if len == 6 => Ok(layout.with(HeaderField::CrtpidName, offset, 6)),
        Some(HeaderToken::Crtpid) => wrong_size("8 bytes, or the 6 of its name"),
        Some(HeaderToken::Cpu) if len == 1 => Ok(layout.with(HeaderField::CrtpidCpu, offset, 1)),
        Some(HeaderToken::Cpu) => simple(layout, HeaderField::Cpu, 2, "1 or 2 bytes"),
        Some(HeaderToken::Pin) if len == 1 => Ok(layout.with(HeaderField::CrtpidPin, offset, 1)),
        Some(HeaderToken::Pin) => simple(layout, HeaderField::Pin, 2, "1 or 2 bytes"),
        Some(HeaderToken::ProcDesc) if len > 2 => {
            Ok(layout.with(HeaderField::ProcessDescriptor, offset, len))
        }
        Some(HeaderToken::ProcDesc) => wrong_size("a length word and the text after it"),
        Some(flag @ (HeaderToken::ConsolePrint | HeaderToken::Emphasis | HeaderToken::SuppressDisplay)) => {
            let Some((first, _)) = field.bit.filter(|(first, last)| first == last && *last < 16) else {
                return Err(format!("{} is served by one bit (TYPE BIT 1)", token.text));
            };
            Ok(with_flag(layout, flag, (offset, 2), first))
        }
        _ => Err(format!("{} is not a header token that a field of the event header serves", token.text)),
    }
}

/// The layout with a flag that is one bit of a field of one or two bytes: what a FLAG line says.
fn serve_flag(
    layout: HeaderLayout,
    field: &FieldDefinition,
    token: &Name,
    bit: u8,
) -> Result<HeaderLayout, String> {
    let flag = HeaderToken::from_name(&key(&token.text));
    let flags = [HeaderToken::ConsolePrint, HeaderToken::Emphasis, HeaderToken::SuppressDisplay];
    let Some(flag) = flag.filter(|flag| flags.contains(flag)) else {
        return Err(format!("{} is not a flag of the event header", token.text));
    };
    let bytes = field.len.saturating_mul(field.count);
    let (Ok(offset), Ok(len)) = (u8::try_from(field.offset), u8::try_from(bytes)) else {
        return Err(format!("{} lies beyond the length byte", field.name));
    };
    if !matches!(len, 1 | 2) || bit >= 8 * len {
        return Err(format!("{} has {bytes} bytes: flags are bits of 1 or 2 bytes", field.name));
    }
    Ok(with_flag(layout, flag, (offset, len), bit))
}

/// The layout with a flag that is a bit of this word or byte, counted from its most significant. Flags may be in several words.
fn with_flag(mut layout: HeaderLayout, flag: HeaderToken, (offset, len): (u8, u8), bit: u8) -> HeaderLayout {
    if layout.place(HeaderField::Flags).is_none() {
        layout = layout.with(HeaderField::Flags, offset, len);
    }
    let bit = Some(HeaderBit::new(offset.saturating_add(bit / 8), bit % 8));
    match flag {
        HeaderToken::ConsolePrint => layout.console_print = bit,
        HeaderToken::Emphasis => layout.emphasis = bit,
        _ => layout.suppress_display = bit,
    }
    layout
}

#[cfg(test)]
mod tests {
    use super::super::facts;
    use super::*;
    use crate::dictionary::{Loader, builtin};
    use crate::text::{NoLoader, SourceMap};

    /// Unpublished numbers are in the shipped sources; the profile that is compiled in repeats it.
    #[test]
    fn the_default_profile_is_the_one_of_the_shipped_sources() {
        let (definitions, ..) = Loader::with_builtin().define(&NoLoader, false);
        let (mut sources, mut facts) = (SourceMap::new(), Facts::default());
        let mut diagnostics = Diagnostics::new();
        for (name, text) in builtin::definitions().iter().filter(|(name, _)| name.ends_with(".events")) {
            let id = sources.add(*name, *text).unwrap();
            facts::read(id, sources.get(id).unwrap(), &mut facts, &mut diagnostics);
        }
        // Nothing of the default is left: what the profile says, the sources have said.
        let mut blank = Profile::DEFAULT;
        (0..128).for_each(|data_type| blank.set_data_type(TypeCode(data_type), DataType::Unknown));
        (blank.event_header, blank.table_header) = (TokenNumber(0), TokenNumber(0));
        blank.subject_mark.number = TokenNumber(0);
        let lengths: Vec<_> = blank.layouts().map(|layout| layout.length).collect();
        lengths.iter().for_each(|length| assert!(blank.set_layout(HeaderLayout::new('?', *length))));

        let made = profile(&definitions, &facts, blank, &mut diagnostics);
        assert!(diagnostics.is_empty(), "{}", diagnostics.render(&sources));
        assert_eq!(made, Profile::DEFAULT);
        assert_eq!(definitions.profile, Profile::DEFAULT);
    }
}
