//! Checks operands against the meaning of their names.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::ast::*;
use super::check::{Checker, count, qualified};
use super::environment::{canonical_name, ddl_name};
use super::messages::{self, Treatment};
use super::plan::Qualifier;
use super::program::{Base, ParameterUse, Part, Source};
use super::types::{EmfType, Form};
use crate::dictionary::{Field, FieldPathError, FieldType};
use crate::ems::HeaderToken;
use crate::spi::{DataType, Fname, Ssid, TokenCode, TypeCode};
use crate::text::limits::filter as limits;
use crate::text::similar;

/// Tokens that stand for what EMSGET works out, and are in no event (EMS Manual 15-16).
const PSEUDO_TOKENS: [&str; 5] =
    ["ZEMS-TKN-SUBJECT", "ZEMS-TKN-SENDERID", "ZEMS-TKN-XSENDERID", "ZEMS-TKN-XSENDERID-PD", "ZEMS-TKN-D00"];

/// An operand, and what is known of it without an event.
#[derive(Clone, Debug)]
pub(super) struct Resolved {
    pub(super) source: Source,
    /// The type that a comparison uses for it, with a warning.
    pub(super) coerced_to: Option<Treatment>,
    /// The SSID a constant stands for.
    pub(super) ssid: Option<Ssid>,
    /// No event has it.
    pub(super) is_never_there: bool,
    /// Bytes it always has.
    pub(super) len: Option<usize>,
}

impl Resolved {
    fn new(base: Base, emf_type: EmfType, kind: DataType, text: &str) -> Self {
        Self {
            source: Source {
                is_parameter: matches!(base, Base::Parameter(_)),
                base,
                part: None,
                form: emf_type.form,
                bits: None,
                kind,
                text: text.into(),
            },
            coerced_to: emf_type.coerced_to,
            ssid: None,
            is_never_there: false,
            len: None,
        }
    }

    /// A string.
    pub(super) fn text(text: &[u8]) -> Self {
        let shown = String::from_utf8_lossy(text);
        Self::new(Base::Bytes(text.into()), EmfType::text(false), DataType::Char, &shown)
    }

    /// The least and greatest number it can be.
    pub(super) fn range(&self) -> (i128, i128) {
        if let Some((first, last)) = self.source.bits {
            return (0, (1 << (u32::from(last) + 1).saturating_sub(u32::from(first))) - 1);
        }
        match self.source.form {
            Form::Elements { .. } if self.is_header_flag() => (-1, 0),
            Form::Elements { size, is_signed: true } => {
                let half = 1_i128 << (8 * u32::from(size)).saturating_sub(1);
                (-half, half - 1)
            }
            Form::Elements { size, is_signed: false } => (0, (1_i128 << (8 * u32::from(size))) - 1),
            _ => (i128::MIN, i128::MAX),
        }
    }

    /// Whether it is a Boolean, whole.
    pub(super) fn is_flag(&self) -> bool {
        self.source.kind == DataType::Boolean && self.source.bits.is_none()
    }

    /// Whether it is a Boolean of the header, which has no values but 0 and -1.
    pub(super) fn is_header_flag(&self) -> bool {
        self.is_flag() && matches!(self.source.base, Base::Header(_))
    }
}

impl Checker<'_> {
    /// The value an operand stands for; nothing if it has been reported.
    pub(super) fn operand(&mut self, operand: &Operand) -> Option<Resolved> {
        let mut resolved = match &operand.kind {
            OperandKind::Token(token) => self.token(token),
            OperandKind::Field(field) => self.field(&field.0, &field.1),
            OperandKind::Constant(constant) => self.constant(constant, operand.place),
            OperandKind::SsidFunction(ssid) => {
                let text = self.text(operand.place);
                self.ssid(ssid).map(|ssid| ssid_constant(ssid, false, &text))
            }
            OperandKind::HashName(_) => {
                self.push(operand.place, messages::SYNTAX, "only FILENAMECOMPARE takes a name with #");
                None
            }
        }?;
        if let Some((first, last)) = operand.bits.as_deref().copied() {
            self.bits(&mut resolved, first, last, operand.place)?;
        }
        resolved.source.text = self.text(operand.place).into();
        Some(resolved)
    }

    fn bits(&mut self, value: &mut Resolved, first: i128, last: i128, place: Place) -> Option<()> {
        let Form::Elements { size, .. } = value.source.form else {
            self.error(place, messages::BIT_EXTRACTION);
            return None;
        };
        let is_composite = value.len.is_some_and(|len| len != usize::from(size));
        let is_array = value.source.part.is_some_and(|part| part.slice.is_some());
        if is_composite || is_array || value.coerced_to.is_some() || value.source.bits.is_some() {
            self.error(place, messages::BIT_EXTRACTION);
            return None;
        }
        let bits = u8::try_from(first).ok().zip(u8::try_from(last).ok());
        let Some(bits) = bits.filter(|(first, last)| first <= last && *last < 8 * size) else {
            self.push(
                place,
                messages::BIT_EXTRACTION,
                format!("its bits are numbered 0 to {}", 8 * i32::from(size) - 1),
            );
            return None;
        };
        value.source.bits = Some(bits);
        Some(())
    }

    /// The code of a token, as buffers store it, and its canonical name.
    pub(super) fn token_code(&mut self, name: &Name) -> Option<(TokenCode, String)> {
        let canonical = canonical_name(&name.text);
        if let Some(text) = self.context.tacl.variable(&canonical) {
            let code = text.parse::<u32>().ok().map(TokenCode::from_bits);
            if code.is_none() {
                self.error(name.place, messages::TOKEN_FORM);
            }
            return Some((code?, canonical));
        }
        let dictionary = self.context.environment.dictionary;
        if let Some(token) = dictionary.token_named(&name.text) {
            return Some((token.stored_code(), canonical));
        }
        let hint =
            if dictionary.constant(&name.text).is_some() || dictionary.event_named(&name.text).is_some() {
                format!("{canonical} is a constant: [{canonical}] puts in its value")
            } else {
                "define it: --define FILE, or [#SET NAME token-code] in the source".to_string()
            };
        let names = dictionary.tokens().map(|token| token.name());
        let names = names.chain(HeaderToken::ALL.iter().map(|(_, name)| *name));
        let hint = self.suggestion(&name.text, names).map_or(hint, did_you_mean);
        self.push_with_hint(name.place, messages::TOKEN_UNKNOWN, hint);
        None
    }

    /// The known name that is most like one that is not known. A search through all names is bounded in number.
    fn suggestion<'n>(&mut self, name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
        self.suggestions = self.suggestions.checked_sub(1)?;
        similar(&ddl_name(&canonical_name(name)), known)
    }

    fn token(&mut self, token: &TokenName) -> Option<Resolved> {
        let index = self.index(token)?;
        let canonical = canonical_name(&token.name.text);
        if let Some(parameter) = self.parameter_numbers.get(&canonical).copied() {
            return self.parameter(parameter, index, token);
        }
        if let Some(header) = HeaderToken::from_name(&ddl_name(&canonical)) {
            let mut resolved = Resolved::new(
                Base::Header(header),
                EmfType::of_header(header),
                header_kind(header),
                &canonical,
            );
            resolved.len = header.len().map(usize::from);
            if let Some((_, place)) = token.index.as_deref().copied().filter(|_| index > 1) {
                let message = format!("{canonical} is in the header, once: this occurrence is never there");
                self.warning_with_hint(place, message, "leave the index out".to_string());
                resolved.source.base = Base::Missing;
                resolved.is_never_there = true;
            }
            return Some(resolved);
        }
        // The name of an SSID is a constant as well.
        let dictionary = self.context.environment.dictionary;
        if token.index.is_none() && token.ssid.is_none() && dictionary.token_named(&canonical).is_none() {
            let is_ssid = match self.context.tacl.variable(&canonical) {
                Some(text) => text.contains('.'),
                None => dictionary.ssid_named(&canonical).is_some(),
            };
            if is_ssid {
                let name =
                    SsidName { text: canonical.as_str().into(), is_constant: false, place: token.name.place };
                return self.ssid(&name).map(|ssid| ssid_constant(ssid, true, &canonical));
            }
        }
        let (code, _) = self.token_code(&token.name)?;
        if code.type_code() == TypeCode::UNDEF {
            self.error(token.name.place, messages::TOKEN_TYPE);
            return None;
        }
        let kind = dictionary.profile().data_type(code.type_code());
        let owner = dictionary.token_named(&canonical).and_then(|known| known.owner_ssid());
        let owner =
            owner.filter(|owner| self.owner_qualifies && *owner != Ssid::NULL && token.ssid.is_none());
        let qualifier = self.qualifier(token, code, kind, owner)?;
        if owner.is_none() {
            self.lint_qualifier(token, code, &canonical);
        }
        let slot = self.plan.slot(self.scope, qualifier, code, index);
        // A map's code is STRUCT where it is stored; what its words are taken for is the same.
        let mut resolved =
            Resolved::new(Base::Slot(slot), EmfType::of(kind, code.is_variable()), kind, &canonical);
        resolved.len = (!code.is_variable()).then(|| usize::from(code.length()));
        if PSEUDO_TOKENS.contains(&ddl_name(&canonical).as_str()) {
            let message = format!("{canonical} is in no event: it stands for what EMSGET works out");
            self.warning_with_hint(
                token.name.place,
                message,
                "compare a token of the header instead".to_string(),
            );
            resolved.is_never_there = true;
        }
        Some(resolved)
    }

    fn index(&mut self, token: &TokenName) -> Option<u16> {
        let Some((index, place)) = token.index.as_deref().copied() else { return Some(1) };
        if !(1..=limits::INDEX).contains(&index) {
            self.error(place, messages::INDEX_RANGE);
            return None;
        }
        u16::try_from(index).ok()
    }

    fn qualifier(
        &mut self,
        token: &TokenName,
        code: TokenCode,
        kind: DataType,
        owner: Option<Ssid>,
    ) -> Option<Qualifier> {
        let given = match &token.ssid {
            Some(ssid) => Some(self.ssid(ssid)?),
            None => owner,
        };
        if code.number().is_shared() && kind != DataType::List {
            return Some(Qualifier::Any);
        }
        Some(given.map_or_else(|| self.default_qualifier(), qualified))
    }

    /// Warns where a body token is looked for under another subsystem than the one it belongs to.
    fn lint_qualifier(&mut self, token: &TokenName, code: TokenCode, name: &str) {
        let dictionary = self.context.environment.dictionary;
        let owner = dictionary.token_named(name).and_then(|known| known.ssid());
        let Some(owner) = owner.filter(|owner| *owner != Ssid::NULL && !code.number().is_shared()) else {
            return;
        };
        let place = token.name.place;
        let (in_force, written) = match (&token.ssid, self.default_ssid) {
            (Some(written), _) => (self.ssid(written), Some(written.place)),
            (None, Some((default, place))) => (Some(default), Some(place)),
            (None, None) => (None, None),
        };
        match in_force {
            Some(ssid) if ssid.is_same_subsystem(owner) => {}
            Some(ssid) if ssid != Ssid::NULL => {
                let (owner, ssid) = (self.ssid_text(owner), self.ssid_text(ssid));
                let message = format!("{name} is a token of {owner}, but is looked for under {ssid}");
                self.warning_with_secondary(place, message, written, "this subsystem ID is in force");
            }
            _ => {
                let location = self.location(place);
                self.unqualified.push((location, name.to_string(), owner));
            }
        }
    }

    fn parameter(&mut self, parameter: usize, index: u16, token: &TokenName) -> Option<Resolved> {
        let (code, kind, declared) = {
            let definition = self.parameters.get(parameter)?;
            (definition.code, definition.kind, definition.ssid)
        };
        if let Some(written) = &token.ssid {
            let ssid = self.ssid(written)?;
            if !ssid.is_same_subsystem(declared) {
                self.push(
                    written.place,
                    messages::NOT_DECLARED_WITH_SSID,
                    "a parameter goes by its simple name",
                );
                return None;
            }
        }
        let number = *self.parameter_uses.entry((parameter, index)).or_insert_with(|| {
            self.program.parameter_uses.push(ParameterUse { parameter, index });
            self.program.parameter_uses.len() - 1
        });
        let base = Base::Parameter(count(number));
        let mut resolved = Resolved::new(base, EmfType::of(kind, code.is_variable()), kind, &token.name.text);
        resolved.len = (!code.is_variable()).then(|| usize::from(code.length()));
        Some(resolved)
    }

    fn field(&mut self, token: &TokenName, name: &FieldName) -> Option<Resolved> {
        let mut resolved = self.token(token)?;
        let dictionary = self.context.environment.dictionary;
        let Some(structure) = dictionary.structure_named(&name.structure.text) else {
            let is_other = dictionary.constant(&name.structure.text).is_some()
                || dictionary.token_named(&name.structure.text).is_some();
            let message = if is_other { messages::STRUCTURE_WANTED } else { messages::STRUCTURE_UNKNOWN };
            match self.suggestion(&name.structure.text, dictionary.structures().map(|known| known.name())) {
                Some(known) => self.push_with_hint(name.structure.place, message, did_you_mean(known)),
                None => self.error(name.structure.place, message),
            }
            return None;
        };
        if structure.len() > limits::MAP {
            self.push(
                name.structure.place,
                messages::TOKEN_MAP_SIZE,
                format!("{} bytes; 4000 are the most", structure.len()),
            );
            return None;
        }
        let Some((last, last_index)) = name.fields.last() else {
            if name.range.is_some() {
                self.error(name.structure.place, messages::FIELD_UNKNOWN);
                return None;
            }
            return Some(resolved);
        };
        let (mut path, mut offset) = (String::new(), 0_u32);
        let mut found: Option<Field<'_>> = None;
        for (part, index) in &name.fields {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&ddl_name(&part.text));
            let field = match structure.field(&path) {
                Ok(field) => field,
                Err(error) => {
                    let label = match error {
                        FieldPathError::Unknown => {
                            format!("{} has no field {}", structure.name(), canonical_name(&path))
                        }
                        _ => error.to_string(),
                    };
                    // Names beside it: fields of the same group.
                    let group = path.rfind('.').map_or("", |end| path.get(..=end).unwrap_or(""));
                    let wanted = ddl_name(&part.text);
                    let fields = structure.fields().filter_map(|field| field.name().strip_prefix(group));
                    let fields = fields.filter(|field| !field.contains('.'));
                    let hint = match error {
                        FieldPathError::Unknown => self.suggestion(&wanted, fields),
                        _ => None,
                    };
                    let hint = hint.map(did_you_mean);
                    self.push_with_label(part.place, messages::FIELD_UNKNOWN, label, hint);
                    return None;
                }
            };
            offset = offset.saturating_add(self.occurrence(field, index.unwrap_or(0), part.place)?);
            found = Some(field);
        }
        let field = found?;
        offset = offset.saturating_add(field.offset());
        let mut slice = None;
        if let Some((first, end)) = name.range {
            if last_index.is_some() || first > end {
                self.error(last.place, messages::FIELD_UNKNOWN);
                return None;
            }
            self.occurrence(field, end, last.place)?;
            offset = offset.saturating_add(self.occurrence(field, first, last.place)?);
            slice = usize::try_from(end - first + 1).ok().zip(usize::try_from(field.stride()).ok());
        }
        let Some(emf_type) = EmfType::of_field(field.field_type()) else {
            self.error(last.place, messages::FIELD_TYPE);
            return None;
        };
        let len = if field.bit().is_some() { 2 } else { field.len() };
        let is_word = matches!(emf_type.form, Form::Elements { size: 2.., .. } | Form::FileName);
        if is_word && offset % 2 == 1 {
            self.error(last.place, messages::FIELD_ALIGNMENT);
            return None;
        }
        let (offset, len) = (usize::try_from(offset).ok()?, usize::try_from(len).ok()?);
        let extent = slice.map_or(len, |(count, stride): (usize, usize)| {
            (count - 1).saturating_mul(stride).saturating_add(len)
        });
        if let Some(whole) = resolved.len.filter(|whole| offset.saturating_add(extent) > *whole) {
            self.push(last.place, messages::FIELD_PAST_END, format!("the token holds {whole} bytes"));
            return None;
        }
        let slice =
            slice.map(|(count, stride)| Some((u16::try_from(count).ok()?, u16::try_from(stride).ok()?)));
        let part = Part {
            offset: u16::try_from(offset).ok()?,
            len: u16::try_from(len).ok()?,
            slice: slice.flatten(),
        };
        resolved.source.part = Some(part);
        resolved.source.form = emf_type.form;
        resolved.source.bits = field.bit();
        resolved.source.kind = field_kind(field.field_type());
        resolved.coerced_to = emf_type.coerced_to;
        resolved.len = Some(len);
        Some(resolved)
    }

    /// Bytes from the first occurrence of a field to this one.
    fn occurrence(&mut self, field: Field<'_>, index: i128, place: Place) -> Option<u32> {
        let index = u32::try_from(index).ok().filter(|index| *index < field.count().max(1));
        let Some(index) = index else {
            let highest = field.count().max(1) - 1;
            self.push(place, messages::FIELD_UNKNOWN, format!("its elements are numbered 0 to {highest}"));
            return None;
        };
        Some(index.saturating_mul(field.stride()))
    }

    fn constant(&mut self, constant: &Constant, place: Place) -> Option<Resolved> {
        let text = self.text(place);
        Some(match constant {
            Constant::Integer(number) => {
                let mut resolved =
                    Resolved::new(Base::Number(*number), EmfType::signed(8), DataType::Int4, &text);
                resolved.len = Some(8);
                resolved
            }
            Constant::Text(string) => Resolved::text(string.as_bytes()),
            Constant::Ssid(ssid) => {
                let name = SsidName { text: ssid.clone(), is_constant: true, place };
                ssid_constant(self.ssid(&name)?, true, &text)
            }
            Constant::FileName(name) => {
                let internal = self.file_name(name, place)?;
                let base = Base::Bytes(internal.as_bytes().as_slice().into());
                Resolved::new(base, EmfType::FILE_NAME, DataType::Fname, &text)
            }
            Constant::List(constants) => {
                let mut bytes = Vec::new();
                self.constant_list(constants, &mut bytes)?;
                Resolved::new(Base::Bytes(bytes.into()), EmfType::unsigned(1), DataType::Byte, &text)
            }
        })
    }

    /// Numbers make a byte each, everything else the bytes of its internal form.
    fn constant_list(&mut self, constants: &[(Constant, Place)], bytes: &mut Vec<u8>) -> Option<()> {
        for (constant, place) in constants {
            match constant {
                Constant::Integer(number) => match u8::try_from(*number) {
                    Ok(byte) => bytes.push(byte),
                    Err(_) => {
                        self.error(*place, messages::BYTE_RANGE);
                        return None;
                    }
                },
                Constant::List(inner) => self.constant_list(inner, bytes)?,
                other => match self.constant(other, *place)?.source.base {
                    Base::Bytes(more) => bytes.extend_from_slice(&more),
                    _ => return None,
                },
            }
        }
        Some(())
    }

    /// The internal form of a file name. There is no default volume and subvolume to complete a name with.
    fn file_name(&mut self, name: &str, place: Place) -> Option<Fname> {
        let upper = name.to_ascii_uppercase();
        let local = match upper.strip_prefix('\\').and_then(|rest| rest.split_once('.')) {
            Some((node, rest)) => {
                let number = node.parse::<u32>().ok().or_else(|| self.context.environment.nodes.number(node));
                let Some(number) = number else {
                    let hint = format!("give it: --node {node}=NUMBER");
                    self.push_with_hint(place, "The number of this node is not known", hint);
                    return None;
                };
                format!("\\{number}.{rest}")
            }
            None => upper.clone(),
        };
        let parts = local.split('.').count() - usize::from(local.starts_with('\\'));
        if parts < 2 {
            self.push(place, "This is not a legal file name", "a file name has a volume and a file");
            return None;
        }
        if parts == 2 && !local.contains(".#") {
            self.push(
                place,
                "This is not a legal file name",
                "the subvolume is missing, and there is no default one here",
            );
            return None;
        }
        match local.parse::<Fname>() {
            Ok(name) => Some(name),
            Err(error) => {
                self.push(place, "This is not a legal file name", error.to_string());
                None
            }
        }
    }
}

fn did_you_mean(name: &str) -> String {
    format!("did you mean {}?", canonical_name(name))
}

/// A constant of 6 words, or of 5 without the version.
fn ssid_constant(ssid: Ssid, has_version: bool, text: &str) -> Resolved {
    let len = if has_version { Ssid::LEN } else { Ssid::LEN - 2 };
    let bytes: Box<[u8]> = ssid.as_bytes().iter().take(len).copied().collect();
    let mut resolved = Resolved::new(Base::Bytes(bytes), EmfType::unsigned(2), DataType::Ssid, text);
    resolved.ssid = Some(ssid);
    resolved.len = Some(len);
    resolved
}

/// The display form of a header token.
const fn header_kind(token: HeaderToken) -> DataType {
    match token {
        HeaderToken::Ssid => DataType::Ssid,
        HeaderToken::GenTime | HeaderToken::LogTime => DataType::Timestamp,
        HeaderToken::LastErrCode => DataType::TokenCode,
        HeaderToken::Checksum
        | HeaderToken::ConsolePrint
        | HeaderToken::Emphasis
        | HeaderToken::SuppressDisplay => DataType::Boolean,
        HeaderToken::NodeName | HeaderToken::ProcDesc => DataType::Char,
        HeaderToken::Crtpid => DataType::Crtpid,
        HeaderToken::UserId => DataType::Byte,
        HeaderToken::NodeNum => DataType::Int2,
        HeaderToken::EventNumber => DataType::Enum,
        _ => DataType::Uint,
    }
}

fn field_kind(field_type: FieldType) -> DataType {
    match field_type {
        FieldType::Character | FieldType::NumericDisplay => DataType::Char,
        FieldType::Tacl(tacl) => tacl.data_type(),
        FieldType::Logical(_) => DataType::Boolean,
        FieldType::Enum => DataType::Enum,
        FieldType::Binary { bits: 8, .. } => DataType::Byte,
        FieldType::Binary { unsigned: true, .. } => DataType::Uint,
        FieldType::Binary { .. } => DataType::Int,
        _ => DataType::Struct,
    }
}
