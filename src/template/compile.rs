//! The compiler: looks up names, makes programs. Diagnostics carry the numbers of the template compiler where those are
//! known (Template Services Manual B-11): 63, 65 to 69, 159, and 42 of the installer.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::hash::BuildHasher;
use std::collections::HashMap;
use std::hash::RandomState;

use super::datetime::{DateOrTime, EditString};
use super::display::{Radix, Shape};
use super::program::{
    Action, Assembler, Edit, LabelTable, MAX_SLOTS, MessageKey, NO_LABELS, Op, Operand, Part, Program, Slot,
    Subject, Test,
};
use super::set::{
    DefEnum, Format, Labelled, Listing, Subsystem, SubsystemName, Template, TemplateKey, TemplateSet,
};
use super::source::{
    Constant, Descriptor, DescriptorKind, EditArgument, EditCode, FieldPath, File, Message, Messages, Piece,
    Reference, TokenName, Word,
};
use crate::dictionary::{
    ConstantValue, Dictionary, Enumeration, Field, FieldPathError, FieldType, Structure, TokenDef,
};
use crate::ems::Overrides;
use crate::spi::{DataType, Ssid, TokenCode, TokenNumber, TokenType};
use crate::text::limits::template as limits;
use crate::text::{Diagnostic, Diagnostics, Location, Severity, SourceId, SourceLoader, SourceMap, Span};

/// Numbers of the template compiler's messages, and of the installer's.
mod number {
    pub(super) const SAME_ABBREVIATION: u16 = 42;
    pub(super) const TOO_BIG: u16 = 63;
    pub(super) const NOT_IN_DICTIONARY: u16 = 65;
    pub(super) const BAD_NAME: u16 = 66;
    pub(super) const BAD_NAME_SHOWN: u16 = 67;
    pub(super) const NO_SSID_FORM: u16 = 68;
    pub(super) const BAD_SSID: u16 = 69;
    pub(super) const OTHER_NAME_INSTALLED: u16 = 159;
}

/// Tokens that templates treat in a way of their own, by name, since their numbers differ from system to system.
const NEXT_TOKEN: &str = "ZSPI-TKN-NEXTTOKEN";
const INITIAL_POSITION: &str = "ZSPI-TKN-INITIAL-POSITION";
/// The prefix of token names. Sources of products have one template under it: the compiler takes it, and no event has it.
const PREFIX: &str = "ZSPI-TKN";
const OVERRIDABLE: [&str; 3] = ["ZEMS-TKN-EMPHASIS", "ZEMS-TKN-CONSOLE-PRINT", "ZEMS-TKN-SUPPRESS-DISPLAY"];

impl TemplateSet {
    /// Compiles a source, and all it includes, as the template compiler TEMPL does. `dictionary` is the one the set was
    /// made from. A source with errors adds nothing.
    ///
    /// The source's templates replace those of the same key; of two SSNAME statements for one subsystem the one with an
    /// abbreviation is (Template Services Manual 5-9).
    ///
    /// ```
    /// use zems::dictionary::Dictionary;
    /// use zems::template::TemplateSet;
    /// use zems::text::{Diagnostics, NoLoader, SourceMap};
    ///
    /// let dictionary = Dictionary::empty();
    /// let mut templates = TemplateSet::new(&dictionary);
    /// let mut sources = SourceMap::new();
    /// let source = sources.add("stmpl", "VERSION: \"1\"\nSSID: ZABC-VAL-SSID\n")?;
    /// let mut diagnostics = Diagnostics::new();
    /// let listing = templates.compile(&dictionary, source, &mut sources, &NoLoader, &mut diagnostics);
    /// assert_eq!((listing.errors, listing.warnings), (1, 2));
    /// assert!(diagnostics.render(&sources).contains("ZABC-VAL-SSID is not in the dictionary"));
    /// # Ok::<(), zems::text::SourceTooLong>(())
    /// ```
    pub fn compile(
        &mut self,
        dictionary: &Dictionary,
        source: SourceId,
        sources: &mut SourceMap,
        loader: &dyn SourceLoader,
        diagnostics: &mut Diagnostics,
    ) -> Listing {
        let mut found = Diagnostics::new();
        self.source_bytes += sources.get(source).map_or(0, |source| source.text().len());
        if self.source_bytes > limits::ALL_SOURCE_BYTES {
            let message = "the template sources are too long together: at most 8 MiB are compiled";
            diagnostics.push(Diagnostic::error(source, Span::at(0), message));
            return Listing { errors: 1, ..Listing::default() };
        }
        let (file, messages) = Messages::new(source, sources, loader);
        let mut compiler = Compiler {
            dictionary,
            set: self,
            diagnostics: &mut found,
            ssid: Ssid::NULL,
            labels: HashMap::new(),
            tables: HashMap::new(),
            hasher: RandomState::new(),
            def_enums: Vec::new(),
            def_enum_places: HashMap::new(),
            fields: HashMap::new(),
        };
        compiler.note_tables();
        let mut listing = compiler.file(&file, messages);
        found.sort();
        listing.warnings = found.iter().filter(|known| known.severity == Severity::Warning).count();
        listing.errors = found.error_count();
        diagnostics.extend(found);
        listing
    }
}

struct Compiler<'a, 'd> {
    dictionary: &'d Dictionary,
    set: &'a mut TemplateSet,
    diagnostics: &'a mut Diagnostics,
    /// Of the SSID statement.
    ssid: Ssid,
    /// Numbers of the label tables made from enumerations of the dictionary, by name.
    labels: HashMap<&'d str, u32>,
    /// Numbers of all label tables of the set, by their hash.
    tables: HashMap<u64, Vec<u32>>,
    hasher: RandomState,
    /// The DEF_ENUM statements, one entry for each token and field, and where its entry is.
    def_enums: Vec<DefEnum>,
    def_enum_places: HashMap<Labelled, usize>,
    /// The fields of each structure that is referred to, by their full names, which are written as [`folded`] does.
    fields: HashMap<&'d str, HashMap<String, Field<'d>>>,
}

/// The target of a reference.
#[derive(Clone, Copy)]
struct Target {
    /// The token's code, as programs name it.
    code: TokenCode,
    subject: Subject,
    kind: DataType,
    /// The label table of the values.
    labels: Option<u32>,
}

/// The outcome for a descriptor.
#[derive(Clone, Copy)]
enum Made {
    Edit(u8),
    Test(u8),
    /// An error, which has been reported.
    Nothing,
}

impl<'d> Compiler<'_, 'd> {
    fn file(&mut self, file: &File, mut messages: Messages<'_>) -> Listing {
        let mut listing = Listing::default();
        let ssid = file.ssid.as_ref().and_then(|word| self.ssid(word));
        self.ssid = ssid.unwrap_or(Ssid::NULL);
        listing.ssid = self.ssid;
        listing.version = file.version.as_ref().map_or_else(String::new, |version| version.text.clone());
        listing.special_templates += usize::from(file.version.is_some());
        let name =
            file.name.as_ref().and_then(|name| self.subsystem_name(&name.name, name.abbreviation.as_ref()));
        if let Some(name) = &name {
            listing.special_templates += 1 + usize::from(name.abbreviation.is_some());
            listing.name = Some(name.name.clone());
            listing.abbreviation.clone_from(&name.abbreviation);
        }
        let shared: Vec<Ssid> = file.shared.iter().filter_map(|word| self.ssid(word)).collect();
        let conversions = self.conversions(file);
        self.enumerations(file);

        // Templates are added at once, and taken away again if the source has errors: there is no second list of them.
        let known = self.set.templates.len();
        let mut overrides = Vec::new();
        // The place of each format and override template, to find two of one key.
        let mut places: [HashMap<TemplateKey, Location>; 2] = Default::default();
        for message in &mut messages {
            let token = &message.token;
            if token.text.eq_ignore_ascii_case(PREFIX) && self.dictionary.token_named(PREFIX).is_none() {
                self.warn(token.place, format!("{} is not a token: no event has this template", token.text));
                continue;
            }
            let key = self.key(&message);
            let (template, option) = (self.template(&message), self.overrides(&message));
            let Some(key) = key else { continue };
            let [formats, others] = &mut places;
            if message.has_strings {
                self.once(formats, key, message.place);
                let strings = message.strings();
                self.set.templates.push(Template {
                    key,
                    program: template,
                    strings: strings.into(),
                    is_resident: message.is_resident,
                });
            }
            if !message.overrides.is_empty() {
                self.once(others, key, message.place);
                overrides.push((key, option));
            }
            if !message.has_strings && message.overrides.is_empty() {
                let text = "this MSG has neither strings nor OVERRIDE; it makes no template";
                self.warn(message.place, text.into());
            }
        }
        listing.format_templates = self.set.templates.len() - known;
        listing.override_templates = overrides.len();
        self.diagnostics.extend(messages.into_diagnostics());
        if self.diagnostics.has_errors() {
            self.set.templates.truncate(known);
            return listing;
        }

        for (at, template) in self.set.templates.iter().enumerate().skip(known) {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            listing.replaced += usize::from(self.set.formats.insert(template.key, at).is_some());
        }
        for (key, option) in overrides {
            listing.replaced += usize::from(self.set.overrides.insert(key, option).is_some());
        }
        if let Some(name) = name {
            self.install(name);
        }
        if !shared.is_empty() {
            self.set.shared.insert(Subsystem::of(self.ssid), shared);
        }
        self.set.conversions.extend(conversions);
        if file.is_common {
            // DO_COMMON: what is said of shared tokens holds for every subsystem.
            let common = self.def_enums.iter().filter(|known| match &known.of {
                Labelled::Token(code) => code.number().is_shared(),
                Labelled::Field(..) => false,
            });
            let subsystem = Subsystem::of(Ssid::NULL);
            let common: Vec<DefEnum> = common.map(|known| DefEnum { subsystem, ..known.clone() }).collect();
            self.set.def_enums.extend(common);
        }
        self.set.def_enums.append(&mut self.def_enums);
        listing
    }

    /// Only one template of a kind has a key in one object file. [TS 5-9]
    fn once(&mut self, places: &mut HashMap<TemplateKey, Location>, key: TemplateKey, place: Location) {
        if let Some(first) = places.insert(key, place) {
            let error = error(place, "there is a second template for this token and value");
            self.diagnostics.push(error.with_secondary(first, "the first is here"));
        }
    }

    // ---- Statements before MSG

    fn ssid(&mut self, word: &Word) -> Option<Ssid> {
        if !self.check_name(word) {
            return None;
        }
        if let Some(ssid) = self.dictionary.ssid_named(&word.text) {
            return Some(ssid);
        }
        let diagnostic = match self.dictionary.constant(&word.text).map(|constant| constant.value()) {
            // A text in the external form whose parts are not what they should be.
            Some(ConstantValue::Text(text)) => {
                let reason = self.dictionary.parse_ssid(text).err().map(|error| error.to_string());
                error(
                    word.place,
                    format!("{} is not a subsystem ID: {}", word.text, reason.unwrap_or_default()),
                )
                .with_code(number::BAD_SSID)
            }
            Some(ConstantValue::Number(_) | ConstantValue::Version(_)) => {
                self.not_found(word, "the DEF of a subsystem ID")
            }
            None if self.dictionary.structure_named(&word.text).is_some() => {
                error(word.place, format!("{} has not the form of a subsystem ID", word.text))
                    .with_code(number::NO_SSID_FORM)
                    .with_hint(
                        "an SSID DEF holds an owner of 8 characters, a number and a version, with values",
                    )
            }
            None => self.not_found(word, "the DEF of a subsystem ID"),
        };
        self.diagnostics.push(diagnostic);
        None
    }

    fn subsystem_name(&mut self, name: &Word, abbreviation: Option<&Word>) -> Option<SubsystemName> {
        let letter_first = |text: &str| text.starts_with(|first: char| first.is_ascii_alphabetic());
        let is_name = letter_first(&name.text)
            && name.text.len() <= limits::SUBSYSTEM_NAME
            && name.text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !is_name {
            let message = "a subsystem's name is a letter and up to 7 letters, digits and hyphens";
            self.diagnostics.push(error(name.place, message));
        }
        let short = |text: &str| {
            letter_first(text) && text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        let is_short = abbreviation.is_none_or(|abbreviation| short(&abbreviation.text));
        if let Some(abbreviation) = abbreviation.filter(|_| !is_short) {
            let message = "an abbreviation is a letter and two letters or digits";
            self.diagnostics.push(error(abbreviation.place, message));
        }
        if !is_name || !is_short {
            return None;
        }
        let subsystem = Subsystem::of(self.ssid);
        let installed = self.set.names.get(&subsystem).filter(|known| known.is_installed);
        if let Some(installed) = installed.filter(|known| known.name != name.text) {
            let message = format!("this subsystem is installed under the name {}", installed.name);
            self.diagnostics.push(error(name.place, message).with_code(number::OTHER_NAME_INSTALLED));
        }
        if let Some(abbreviation) = abbreviation {
            let same = self.set.names.iter().find(|(known, names)| {
                **known != subsystem && names.abbreviation.as_deref() == Some(&*abbreviation.text)
            });
            if let Some((_, other)) = same {
                let message = format!("{} abbreviates {} too", abbreviation.text, other.name);
                let warning = Diagnostic::new(Severity::Warning, abbreviation.place, message);
                self.diagnostics.push(warning.with_code(number::SAME_ABBREVIATION));
            }
        }
        let abbreviation = abbreviation.map(|abbreviation| abbreviation.text.clone());
        Some(SubsystemName { name: name.text.clone(), abbreviation, is_installed: true })
    }

    /// Of two SSNAME statements the one with an abbreviation is, else the later one. [TS 5-9]
    fn install(&mut self, name: SubsystemName) {
        let subsystem = Subsystem::of(self.ssid);
        let known = self.set.names.get(&subsystem);
        let keeps = known.is_some_and(|known| {
            known.is_installed && known.abbreviation.is_some() && name.abbreviation.is_none()
        });
        if !keeps {
            self.set.names.insert(subsystem, name);
        }
    }

    fn conversions(&mut self, file: &File) -> Vec<Format> {
        let mut conversions = Vec::new();
        for format in &file.formats {
            let (def, procedure) = (&format.def, &format.procedure);
            let is_known = self.dictionary.structure_named(&def.text).is_some()
                || self.dictionary.enumeration_named(&def.text).is_some();
            if self.check_name(def) && !is_known {
                // An elementary DEF leaves no trace in the dictionary, so this may be one.
                let message = format!(
                    "{} is neither a structure nor an enumeration here; nothing is converted",
                    def.text
                );
                self.warn(def.place, message);
            }
            let is_procedure = procedure.text.len() <= limits::NAME + 1
                && procedure.text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"^_-".contains(&byte));
            if !is_procedure {
                self.bad_name_shown(procedure.place, &procedure.text);
                continue;
            }
            let name = procedure.text.to_ascii_uppercase();
            if self.set.procedures.iter().all(|(known, _)| *known != name) {
                let message =
                    format!("the procedure {} is not here; values are shown without it", procedure.text);
                self.warn(procedure.place, message);
            }
            let def = def.text.to_ascii_uppercase();
            conversions.push(Format { subsystem: Subsystem::of(self.ssid), def, procedure: name });
        }
        conversions
    }

    fn enumerations(&mut self, file: &File) {
        for def_enum in &file.enumerations {
            let Some(target) = self.target(&mut Assembler::default(), &def_enum.token) else { continue };
            let kinds = [DataType::Enum, DataType::Int, DataType::Uint, DataType::Byte, DataType::Boolean];
            let place = def_enum.token.token.name.place;
            if !kinds.contains(&target.kind) {
                let message = "DEF_ENUM takes a token or field of type ENUM, INT, UINT, BYTE or BOOLEAN";
                self.diagnostics.push(error(place, message));
                continue;
            }
            let mut labels = LabelTable::default();
            for name in &def_enum.enumerations {
                let Some(enumeration) = self.enumeration(name) else { continue };
                if let Some(value) = labels.merge(&label_table(&enumeration)) {
                    let message = format!("{} gives a second label to the value {value}", name.text);
                    self.diagnostics.push(error(name.place, message));
                }
            }
            let of = match &def_enum.token.field {
                None => match self.dictionary.token_named(&def_enum.token.token.name.text) {
                    Some(token) => Labelled::Token(token.code()),
                    None => continue,
                },
                Some(path) => match self.field(path) {
                    Some((structure, field)) => Labelled::Field(structure.name().into(), field.name().into()),
                    None => continue,
                },
            };
            let labels = self.add_labels(labels);
            // Of two statements for one token the later counts.
            let at = *self.def_enum_places.entry(of.clone()).or_insert(self.def_enums.len());
            match self.def_enums.get_mut(at) {
                Some(known) => known.labels = labels,
                None => self.def_enums.push(DefEnum { subsystem: Subsystem::of(self.ssid), of, labels }),
            }
        }
    }

    fn enumeration(&mut self, name: &Word) -> Option<Enumeration<'d>> {
        if !self.check_name(name) {
            return None;
        }
        if self.dictionary.enumeration_named(&name.text).is_none() {
            let diagnostic = self.not_found(name, "an ENUM DEF");
            self.diagnostics.push(diagnostic);
        }
        self.dictionary.enumeration_named(&name.text)
    }

    // ---- MSG

    fn key(&mut self, message: &Message) -> Option<TemplateKey> {
        let token = self.token(&message.token)?;
        let value = self.constant(&message.value)?;
        let code = token.code();
        let kind = self.dictionary.profile().data_type(code.type_code());
        let Some(value) = key_value(kind, code.length(), value) else {
            let message_text = format!("{value} does not fit {}", token.name());
            self.diagnostics.push(error(message.value.place(), message_text));
            return None;
        };
        Some(TemplateKey::new(self.ssid, code, value))
    }

    fn overrides(&mut self, message: &Message) -> Overrides {
        let mut overrides = Overrides::default();
        for option in &message.overrides {
            let (Some(token), Some(value)) = (self.token(&option.token), self.constant(&option.value)) else {
                continue;
            };
            let [emphasis, console_print, _] = OVERRIDABLE;
            let field = match token.name() {
                name if name == emphasis => &mut overrides.emphasis,
                name if name == console_print => &mut overrides.console_print,
                name if OVERRIDABLE.contains(&name) => &mut overrides.suppress_display,
                _ => {
                    let error = error(option.token.place, "this token cannot be overridden")
                        .with_hint(format!("only {} can", OVERRIDABLE.join(", ")));
                    self.diagnostics.push(error);
                    continue;
                }
            };
            *field = Some(value != 0);
        }
        overrides
    }

    fn template(&mut self, message: &Message) -> Program {
        let mut assembler = Assembler::default();
        let mut used = [false; MAX_SLOTS];
        // For each descriptor number, the edit or test made of it.
        let mut made: [Option<Made>; MAX_SLOTS] = [None; MAX_SLOTS];
        for descriptor in &message.descriptors {
            if let Some(slot) = made.get_mut(usize::from(descriptor.number)) {
                *slot = Some(self.descriptor(&mut assembler, descriptor));
            }
        }
        // Of each open condition the jump to be landed, its place, and whether it is in the false branch.
        let mut open: Vec<(usize, Location, bool)> = Vec::new();
        for piece in &message.pieces {
            match piece {
                Piece::Text(text) => assembler.text(text),
                Piece::Break => assembler.ops.push(Op::Break),
                Piece::Edit(number, place) | Piece::If(number, place) => {
                    let is_condition = matches!(piece, Piece::If(..));
                    let made = made.get(usize::from(*number)).copied().flatten();
                    if let Some(used) = used.get_mut(usize::from(*number)) {
                        *used = true;
                    }
                    if is_condition {
                        open.push((assembler.ops.len(), *place, false));
                    }
                    match (made, is_condition) {
                        (Some(Made::Edit(edit)), false) => assembler.ops.push(Op::Edit(edit)),
                        (Some(Made::Test(test)), true) => assembler.ops.push(Op::Unless { test, target: 0 }),
                        // An error has been reported.
                        (Some(Made::Nothing), _) => {}
                        (None, _) => {
                            let message = format!("there is no edit descriptor {number}");
                            self.diagnostics.push(error(*place, message));
                        }
                        (Some(Made::Test(_)), false) => {
                            let message =
                                format!("edit descriptor {number} is a condition, for <*IF {number}> only");
                            self.diagnostics.push(error(*place, message));
                        }
                        (Some(Made::Edit(_)), true) => {
                            let message = format!("edit descriptor {number} is not a condition");
                            let error = error(*place, message)
                                .with_hint("a condition is a comparison or TOKENPRESENT(...)");
                            self.diagnostics.push(error);
                        }
                    }
                }
                Piece::Else(place) => match open.last_mut() {
                    Some((jump, _, in_else @ false)) => {
                        *in_else = true;
                        let branch = core::mem::replace(jump, assembler.ops.len());
                        assembler.ops.push(Op::Jump { target: 0 });
                        assembler.land(branch);
                    }
                    _ => self.diagnostics.push(error(*place, "there is no <*IF> for this <*ELSE>")),
                },
                Piece::EndIf(place) => match open.pop() {
                    Some((jump, ..)) => assembler.land(jump),
                    None => self.diagnostics.push(error(*place, "there is no <*IF> for this <*ENDIF>")),
                },
            }
        }
        for (_, place, _) in open {
            self.diagnostics.push(error(place, "there is no <*ENDIF> for this <*IF>"));
        }
        for descriptor in &message.descriptors {
            if used.get(usize::from(descriptor.number)) == Some(&false) {
                let message = format!("no marker uses edit descriptor {}", descriptor.number);
                self.warn(descriptor.place, message);
            }
        }
        self.check_size(message);
        assembler.finish()
    }

    /// The compiler's rule for one template record. [TS B-11]
    fn check_size(&mut self, message: &Message) {
        let sizes = message.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.len(),
            _ => 24,
        });
        let descriptors = message.descriptors.iter().map(|descriptor| {
            let is_qualified = descriptor.reference().is_some_and(|reference| reference.token.ssid.is_some());
            10 * usize::from(is_qualified) + 4 * usize::from(descriptor.is_message())
        });
        let size: usize = sizes.chain(descriptors).sum();
        if size > limits::RECORD {
            let text =
                format!("this template takes {size} bytes, more than one record of {} holds", limits::RECORD);
            let warning = Diagnostic::new(Severity::Warning, message.place, text).with_code(number::TOO_BIG);
            self.diagnostics.push(warning.with_hint("the template compiler splits it; its text is the same"));
        }
    }

    fn descriptor(&mut self, assembler: &mut Assembler, descriptor: &Descriptor) -> Made {
        let number = |at: usize| u8::try_from(at).unwrap_or(u8::MAX);
        let (negated, reference, comparison) = match &descriptor.kind {
            DescriptorKind::Edit { reference, code } => {
                let Some(edit) = self.edit(assembler, reference, code.as_ref()) else { return Made::Nothing };
                assembler.edits.push(edit);
                return Made::Edit(number(assembler.edits.len() - 1));
            }
            DescriptorKind::Broken => return Made::Nothing,
            DescriptorKind::Present { negated, reference } => (*negated, reference, None),
            DescriptorKind::Compare { negated, reference, operator, constant } => {
                let Some(constant) = self.constant(constant) else { return Made::Nothing };
                let constant = i64::try_from(constant).unwrap_or(i64::MAX);
                (*negated, reference, Some((*operator, constant)))
            }
        };
        let Some(Target { subject, kind, .. }) = self.target(assembler, reference) else {
            return Made::Nothing;
        };
        if comparison.is_some() && subject.shape.number(&[0; 8]).is_none() {
            let message = format!("a value of type {} cannot be compared with a number", kind_name(kind));
            self.diagnostics.push(error(reference.token.name.place, message));
            return Made::Nothing;
        }
        assembler.tests.push(Test { subject, negated, comparison });
        Made::Test(number(assembler.tests.len() - 1))
    }

    fn edit(
        &mut self,
        assembler: &mut Assembler,
        reference: &Reference,
        code: Option<&EditCode>,
    ) -> Option<Edit> {
        let target = self.target(assembler, reference)?;
        let place = code.map_or(reference.token.name.place, |code| code.word.place);
        let action = match code {
            Some(code) => self.action(assembler, &target, code)?,
            None => match default_action(&target, reference) {
                Ok(action) => action,
                Err(message) => {
                    self.diagnostics.push(error(place, message));
                    return None;
                }
            },
        };
        if let Action::Label(NO_LABELS) = action {
            self.warn(place, "no labels are known for this value; its number will stand in the text".into());
        }
        Some(Edit { subject: target.subject, action })
    }

    /// The action of an explicit edit code, if it fits the type. [TS 3-37]
    fn action(&mut self, assembler: &mut Assembler, target: &Target, code: &EditCode) -> Option<Action> {
        let written = code.word.text.to_ascii_uppercase();
        let letters = written.trim_end_matches(|c: char| c.is_ascii_digit());
        let width = match &written[letters.len()..] {
            "" => None,
            digits => match digits.parse() {
                Ok(width @ 1..=limits::WIDTH) => u8::try_from(width).ok(),
                _ => {
                    let message = format!("a width is a number from 1 to {}", limits::WIDTH);
                    self.diagnostics.push(error(code.word.place, message));
                    return None;
                }
            },
        };
        let known = EDIT_CODES.iter().chain(&NEXT_TOKEN_CODES);
        let Some(&(name, rule)) = known.clone().find(|(name, _)| *name == letters) else {
            let message = format!("{} is not an edit code", code.word.text);
            let known: Vec<&str> = known.map(|(name, _)| *name).collect();
            let error =
                error(code.word.place, message).with_hint(format!("edit codes are {}", known.join(" ")));
            self.diagnostics.push(error);
            return None;
        };
        let fits = if target.subject.operand == Operand::Next {
            NEXT_TOKEN_CODES.iter().any(|(known, _)| *known == name)
        } else {
            rule.kinds.contains(&target.kind)
        };
        let problem = match (rule.width, width) {
            _ if !fits => Some(format!("{name} does not apply to type {}", kind_name(target.kind))),
            (Width::Required, None) => Some(format!("{name} needs a width: {name}4")),
            (Width::Never, Some(_)) => Some(format!("{name} takes no width")),
            _ => None,
        };
        if let Some(problem) = problem {
            self.diagnostics.push(error(code.word.place, problem));
            return None;
        }
        let width = width.unwrap_or(0);
        let argument = code.argument.as_ref();
        let action = match name {
            "DATE" | "TIME" => {
                let of = if name == "DATE" { DateOrTime::Date } else { DateOrTime::Time };
                return self.moment(assembler, of, code);
            }
            "MSG" => return self.message(assembler, target, argument),
            "A" => Action::Text { width },
            "BOOL" => Action::Truth,
            "ENUM" => Action::Label(target.labels.unwrap_or(NO_LABELS)),
            "FILE" | "TRANSID" => Action::Plain,
            "SSID" => Action::Ssid { width },
            "SSIDABBR" => Action::Abbreviation { width },
            "SUBVOL" => Action::Subvolume,
            "SYSTEM" => Action::System,
            "IPADDR" => Action::IpAddress,
            "TOKENHEADING" => Action::Heading,
            "TOKENVALUE" => Action::NextValue,
            _ => {
                let radix = match name.trim_start_matches('Z') {
                    "B" => Radix::Binary,
                    "O" => Radix::Octal,
                    "H" => Radix::Hexadecimal,
                    _ => Radix::Decimal,
                };
                Action::Number { radix, zeros: name.starts_with('Z'), width }
            }
        };
        match argument {
            None => Some(action),
            Some(EditArgument::String(word)) => self.no_argument(word.place, name),
            Some(EditArgument::Key(key)) => self.no_argument(key.name.place, name),
        }
    }

    fn no_argument(&mut self, place: Location, name: &str) -> Option<Action> {
        self.diagnostics.push(error(place, format!("{name} takes nothing after it")));
        None
    }

    fn moment(&mut self, assembler: &mut Assembler, of: DateOrTime, code: &EditCode) -> Option<Action> {
        let (text, place) = match &code.argument {
            None => (of.default_string(), code.word.place),
            Some(EditArgument::String(word)) => (word.text.as_str(), word.place),
            Some(EditArgument::Key(key)) => return self.no_argument(key.name.place, &code.word.text),
        };
        let Some(string) = EditString::parse(text, of) else {
            let error = error(place, "this edit string has letters that form no part of a date or time")
                .with_hint("its parts are yyyy yy mm dd hh mi ss mil mic");
            self.diagnostics.push(error);
            return None;
        };
        assembler.strings.push(string);
        u8::try_from(assembler.strings.len() - 1).ok().map(Action::Moment)
    }

    fn message(
        &mut self,
        assembler: &mut Assembler,
        target: &Target,
        argument: Option<&EditArgument>,
    ) -> Option<Action> {
        let (code, ssid) = match argument {
            Some(EditArgument::String(word)) => {
                self.diagnostics.push(error(word.place, "MSG takes the key of a template: MSG (TOKEN)"));
                return None;
            }
            Some(EditArgument::Key(key)) => {
                let ssid = match &key.ssid {
                    Some(word) => Some(self.ssid(word)?),
                    None => None,
                };
                (self.token(&key.name)?.code(), ssid)
            }
            None => (target.code, None),
        };
        assembler.keys.push(MessageKey { code, ssid });
        u8::try_from(assembler.keys.len() - 1).ok().map(Action::Message)
    }

    // ---- References

    fn target(&mut self, assembler: &mut Assembler, reference: &Reference) -> Option<Target> {
        let TokenName { ssid, name, index } = &reference.token;
        let qualifier = match ssid {
            Some(word) => Some(self.ssid(word)?),
            None => None,
        };
        let token = self.token(name)?;
        let code = token.code();
        let index = match index {
            None => 1,
            Some((index @ 1..=limits::INDEX, _)) => u16::try_from(*index).unwrap_or(1),
            Some((_, place)) => {
                let message = format!("the occurrence of a token is a number from 1 to {}", limits::INDEX);
                self.diagnostics.push(error(*place, message));
                return None;
            }
        };
        let operand = if token.name() == NEXT_TOKEN {
            Operand::Next
        } else if let Some(header) = token.header_token() {
            Operand::Header(header, code.length())
        } else {
            Operand::Slot(assembler.slot(Slot::new(token, qualifier, index)))
        };
        let Some(path) = &reference.field else {
            let kind = self.dictionary.profile().data_type(code.type_code());
            let shape = Shape::of_kind(kind);
            let is_fixed =
                operand != Operand::Next && code.length() != TokenType::VARIABLE && shape != Shape::Bytes;
            let len = if is_fixed { code.length().into() } else { 0 };
            let subject = Subject { operand, shape, len, part: None };
            let def_enum = self.def_enum(&Labelled::Token(code));
            let labels = def_enum.or_else(|| self.dictionary_labels(token.enumeration()?));
            return Some(Target { code, subject, kind, labels });
        };
        let (structure, field) = self.field(path)?;
        let part = self.part(path, structure, field)?;
        let (shape, kind) = Shape::of_field(&field);
        let def_enum = self.def_enum(&Labelled::Field(structure.name().into(), field.name().into()));
        let labels = def_enum.or_else(|| self.dictionary_labels(field.enumeration()?));
        let len = part.len.saturating_mul(part.count);
        Some(Target { code, subject: Subject { operand, shape, len, part: Some(part) }, kind, labels })
    }

    fn field(&mut self, path: &FieldPath) -> Option<(Structure<'d>, Field<'d>)> {
        let mut is_named = self.check_name(&path.structure);
        for part in &path.parts {
            is_named &= self.check_name(&part.name);
        }
        if !is_named {
            return None;
        }
        let Some(structure) = self.dictionary.structure_named(&path.structure.text) else {
            let diagnostic = self.not_found(&path.structure, "a structure");
            self.diagnostics.push(diagnostic);
            return None;
        };
        let Some(last) = path.parts.last() else {
            let message = format!("name a field of {}", path.structure.text);
            self.diagnostics.push(error(path.structure.place, message));
            return None;
        };
        let parts: Vec<&str> = path.parts.iter().map(|part| part.name.text.as_str()).collect();
        let path_name = parts.join(".");
        let known = self.field_named(structure, &path_name);
        let problem = match known.map_or_else(|| structure.field(&path_name), Ok) {
            Ok(field) if field.field_type() == FieldType::Group => {
                error(last.name.place, format!("{} is a group; name a field of it", last.name.text))
            }
            Ok(field) => return Some((structure, field)),
            Err(FieldPathError::Ambiguous) => {
                error(last.name.place, format!("{} may be any of several fields", last.name.text))
                    .with_hint("name the group it is in, too")
            }
            Err(_) => error(last.name.place, format!("{} has no field {path_name}", structure.name()))
                .with_code(number::NOT_IN_DICTIONARY),
        };
        self.diagnostics.push(problem);
        None
    }

    /// The field of this full name. Structures may have thousands, and sources refer to as many.
    fn field_named(&mut self, structure: Structure<'d>, name: &str) -> Option<Field<'d>> {
        let fields = self.fields.entry(structure.name()).or_insert_with(|| {
            let mut fields = HashMap::new();
            for field in structure.fields() {
                fields.entry(folded(field.name())).or_insert(field);
            }
            fields
        });
        fields.get(&folded(name)).copied()
    }

    /// Where a field, with the indexes of its groups, is in the structure.
    fn part(&mut self, path: &FieldPath, structure: Structure<'d>, field: Field<'d>) -> Option<Part> {
        let mut offset = field.offset();
        let mut count = 1;
        let mut parts = path.parts.iter().rev().peekable();
        let mut name = field.name();
        // From the field outward through its groups; the written parts are some of them.
        loop {
            let item = self.field_named(structure, name);
            let simple = name.rsplit('.').next().unwrap_or(name);
            let written = parts.next_if(|part| same_name(&part.name.text, simple));
            if let Some((item, index)) = item.zip(written.and_then(|part| part.index)) {
                let occurs = u64::from(item.count().max(1));
                let last = index.last.unwrap_or(index.first);
                let is_last_part = item.name() == field.name();
                let problem = if last < index.first {
                    Some("a range goes from a lower to a higher number".to_string())
                } else if index.last.is_some() && !is_last_part {
                    Some("only the last part of a field's name takes a range".to_string())
                } else if last >= occurs {
                    Some(format!("{simple} occurs {occurs} times; occurrences are numbered from 0"))
                } else {
                    None
                };
                if let Some(problem) = problem {
                    self.diagnostics.push(error(index.place, problem));
                    return None;
                }
                let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
                offset = offset.saturating_add(item.stride().saturating_mul(narrow(index.first)));
                if is_last_part {
                    count = narrow(last - index.first + 1);
                }
            }
            match name.rsplit_once('.') {
                Some((group, _)) => name = group,
                None => break,
            }
        }
        let len = if field.bit().is_some() { 2 } else { field.len() };
        let stride = field.stride().max(len);
        let narrow = |number: u32| u16::try_from(number).ok();
        let part = || {
            let structure_len = narrow(structure.len())?;
            let (offset, count) = (narrow(offset)?, narrow(count)?);
            Some(Part { offset, len: narrow(len)?, count, stride: narrow(stride)?, structure_len })
        };
        let part = part();
        if part.is_none() {
            self.diagnostics.push(error(path.structure.place, "no token is long enough for this field"));
        }
        part
    }

    fn token(&mut self, word: &Word) -> Option<TokenDef<'d>> {
        if !self.check_name(word) {
            return None;
        }
        let token = self.dictionary.token_named(&word.text);
        if token.is_none() {
            let diagnostic = self.not_found(word, "a token");
            self.diagnostics.push(diagnostic);
        }
        token
    }

    /// A number, or what a name stands for: a constant, a token code, a value of an enumeration.
    fn constant(&mut self, constant: &Constant) -> Option<i128> {
        let word = match constant {
            Constant::Number(number, _) => return Some(*number),
            Constant::Name(word) => word,
        };
        if let Some((def, value)) = word.text.split_once('.') {
            if name_fault(def).is_some() || name_fault(value).is_some() {
                self.bad_name_shown(word.place, &word.text);
                return None;
            }
            let enumeration = self.dictionary.enumeration_named(def);
            let found = enumeration.and_then(|enumeration| enumeration.value_named(value));
            if found.is_none() {
                let diagnostic = self.not_found(word, "a value of an enumeration");
                self.diagnostics.push(diagnostic);
            }
            return found.map(i128::from);
        }
        if !self.check_name(word) {
            return None;
        }
        let constant = self.dictionary.constant(&word.text).map(|constant| constant.value());
        let token = || self.dictionary.token_named(&word.text);
        match constant {
            Some(ConstantValue::Number(number)) => Some(number),
            Some(ConstantValue::Version(version)) => Some(version.0.into()),
            None if token().is_some() => token().map(|token| u32::from(token.code()).into()),
            _ => {
                let diagnostic = self.not_found(word, "a number");
                self.diagnostics.push(diagnostic);
                None
            }
        }
    }

    // ---- Labels

    fn def_enum(&self, of: &Labelled) -> Option<u32> {
        self.def_enum_places.get(of).and_then(|at| self.def_enums.get(*at)).map(|known| known.labels)
    }

    /// The label table of an enumeration; `None` if it has no labels.
    fn dictionary_labels(&mut self, enumeration: Enumeration<'d>) -> Option<u32> {
        if let Some(known) = self.labels.get(enumeration.name()) {
            return Some(*known);
        }
        let table = label_table(&enumeration);
        if table.is_empty() {
            return None;
        }
        let number = self.add_labels(table);
        self.labels.insert(enumeration.name(), number);
        Some(number)
    }

    fn note_tables(&mut self) {
        for (number, table) in (0..).zip(&self.set.labels) {
            self.tables.entry(self.hasher.hash_one(table)).or_default().push(number);
        }
    }

    /// The number of a table with these labels.
    fn add_labels(&mut self, table: LabelTable) -> u32 {
        let same = self.tables.entry(self.hasher.hash_one(&table)).or_default();
        let known = same.iter().find(|number| self.set.labels(**number) == Some(&table));
        if let Some(known) = known {
            return *known;
        }
        let number = u32::try_from(self.set.labels.len()).unwrap_or(u32::MAX);
        same.push(number);
        self.set.labels.push(table);
        number
    }

    // ---- Diagnostics

    fn warn(&mut self, place: Location, message: String) {
        self.diagnostics.push(Diagnostic::new(Severity::Warning, place, message));
    }

    /// Reports a word that cannot be a name; `false` then. [DDL 2-2, TS 3-3]
    fn check_name(&mut self, word: &Word) -> bool {
        let Some(fault) = name_fault(&word.text) else { return true };
        // Some published names are longer than the rule; a name that is defined is one.
        if matches!(fault, NameFault::Length) && self.is_defined(&word.text) {
            return true;
        }
        let start = word.place.span.start;
        let offset = |at: usize| start.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        let (span, message) = match fault {
            NameFault::Character(at) => {
                let illegal = word.text.get(at..).and_then(|rest| rest.chars().next());
                let len = illegal.map_or(1, char::len_utf8);
                (Span::new(offset(at), offset(at + len)), "this character cannot stand in a name".to_string())
            }
            NameFault::Length => (word.place.span, format!("a name has at most {} characters", limits::NAME)),
        };
        let mut error = Diagnostic::error(word.place.source, span, message).with_code(number::BAD_NAME);
        if word.text.contains('^') {
            error = error.with_hint("names are written with hyphens here");
        }
        self.diagnostics.push(error);
        false
    }

    fn is_defined(&self, name: &str) -> bool {
        let dictionary = self.dictionary;
        dictionary.constant(name).is_some()
            || dictionary.token_named(name).is_some()
            || dictionary.enumeration_named(name).is_some()
            || dictionary.structure_named(name).is_some()
    }

    fn bad_name_shown(&mut self, place: Location, name: &str) {
        let message = format!("{name} has a character that cannot stand in a name, or is too long");
        self.diagnostics.push(error(place, message).with_code(number::BAD_NAME_SHOWN));
    }

    fn not_found(&self, word: &Word, wanted: &str) -> Diagnostic {
        let diagnostic = error(word.place, format!("{} is not in the dictionary", word.text))
            .with_code(number::NOT_IN_DICTIONARY);
        let name = &word.text;
        let dictionary = self.dictionary;
        let other = if dictionary.token_named(name).is_some() {
            "a token"
        } else if dictionary.constant(name).is_some() {
            "a constant"
        } else if dictionary.enumeration_named(name).is_some() {
            "an enumeration"
        } else if dictionary.structure_named(name).is_some() {
            "a structure"
        } else if dictionary.ssid_named(name).is_some() {
            "a subsystem ID"
        } else {
            return diagnostic;
        };
        let diagnostic = Diagnostic { message: format!("{name} is {other}").into(), ..diagnostic };
        diagnostic.with_hint(format!("{wanted} must stand here"))
    }
}

fn error(place: Location, message: impl Into<alloc::borrow::Cow<'static, str>>) -> Diagnostic {
    Diagnostic::new(Severity::Error, place, message)
}

fn label_table(enumeration: &Enumeration<'_>) -> LabelTable {
    let entries = enumeration.values().map(|value| (value.value(), value.label().to_owned().into()));
    // The label of a number beyond every level 89 is the one of the DEF.
    LabelTable::new(entries.collect(), enumeration.label(i32::MAX))
}

enum NameFault {
    /// At this byte.
    Character(usize),
    Length,
}

fn name_fault(name: &str) -> Option<NameFault> {
    let illegal = name.char_indices().find(|(at, c)| match c {
        'a'..='z' | 'A'..='Z' | '_' => false,
        '0'..='9' => *at == 0,
        '-' => *at == 0 || at + 1 == name.len(),
        _ => true,
    });
    match illegal {
        Some((at, _)) => Some(NameFault::Character(at)),
        None => (name.len() > limits::NAME).then_some(NameFault::Length),
    }
}

fn same_name(written: &str, name: &str) -> bool {
    written.chars().map(fold).eq(name.chars().map(fold))
}

fn folded(name: &str) -> String {
    name.chars().map(fold).collect()
}

fn fold(character: char) -> char {
    if character == '_' { '-' } else { character.to_ascii_uppercase() }
}

/// The leftmost 32 bits of a token's value, as keys have them; `None` if the token cannot have it. [TS 3-31]
fn key_value(kind: DataType, length: u8, value: i128) -> Option<i32> {
    let fits = |low: i128, high: i128| (low..=high).contains(&value);
    let low_bits = |bits: u32| i64::try_from(value & ((1 << bits) - 1)).ok();
    match (length, kind) {
        (1, _) => fits(-128, 255).then_some(())?,
        (2, _) => fits(-32_768, 65_535).then_some(())?,
        (8, _) => {}
        _ => fits(-(1 << 31), (1 << 32) - 1).then_some(())?,
    }
    Some(match (length, kind) {
        (1, _) => i32::try_from(low_bits(8)?).ok()?,
        (2, DataType::Uint | DataType::Byte | DataType::Char) => i32::try_from(low_bits(16)?).ok()?,
        (2, _) => i32::from(i16::from_ne_bytes(u16::try_from(low_bits(16)?).ok()?.to_ne_bytes())),
        (8, _) => i32::try_from(value >> 32).ok()?,
        _ => i32::from_ne_bytes(u32::try_from(low_bits(32)?).ok()?.to_ne_bytes()),
    })
}

/// The edit code a value has without one. [TS 3-37]
fn default_action(target: &Target, reference: &Reference) -> Result<Action, String> {
    let name = &reference.token.name.text;
    if target.subject.operand == Operand::Next {
        return Ok(Action::NextValue);
    }
    if same_name(name, INITIAL_POSITION) {
        return Ok(Action::Front);
    }
    let number = Action::Number { radix: Radix::Decimal, zeros: false, width: 0 };
    Ok(match target.kind {
        DataType::Boolean if target.labels.is_none() => Action::Truth,
        DataType::Boolean | DataType::Byte | DataType::Enum | DataType::Int | DataType::Uint
            if target.labels.is_some() =>
        {
            Action::Label(target.labels.unwrap_or(NO_LABELS))
        }
        DataType::Byte
        | DataType::Enum
        | DataType::Int
        | DataType::Uint
        | DataType::Int2
        | DataType::Int4 => number,
        DataType::Char => Action::Text { width: 0 },
        DataType::Ssid => Action::Ssid { width: 0 },
        DataType::Subvol => Action::Subvolume,
        DataType::List if target.subject.part.is_none() => Action::Enter,
        DataType::Mark if target.subject.part.is_none() => Action::Position,
        DataType::Ssctl if target.code.number() == TokenNumber::ENDLIST => Action::Leave,
        DataType::Timestamp => return Err(format!("{name} needs an edit code: DATE or TIME")),
        DataType::TokenCode => return Err(format!("{name} needs an edit code: MSG, or one for numbers")),
        DataType::Struct | DataType::Map | DataType::Error | DataType::Username => {
            return Err(format!("only fields of {name} can be shown: {name}.STRUCTURE.FIELD"));
        }
        kind @ (DataType::List | DataType::Mark | DataType::Ssctl | DataType::Table) => {
            return Err(format!("{name} is of type {}, which a template cannot show", kind_name(kind)));
        }
        // Bytes, and every other data type: a name, or another text of its own.
        _ => Action::Plain,
    })
}

fn kind_name(kind: DataType) -> &'static str {
    kind.name().unwrap_or("unknown")
}

#[derive(Clone, Copy)]
enum Width {
    Never,
    Optional,
    Required,
}

/// Which types an edit code applies to, and whether it has a width.
#[derive(Clone, Copy)]
struct Rule {
    width: Width,
    kinds: &'static [DataType],
}

const NUMBERS: &[DataType] = &[
    DataType::Int,
    DataType::Int2,
    DataType::Int4,
    DataType::Uint,
    DataType::Enum,
    DataType::Byte,
    DataType::Char,
    DataType::TokenCode,
];
const NODES: &[DataType] = &[
    DataType::Byte,
    DataType::Crtpid,
    DataType::Device,
    DataType::Fname,
    DataType::Fname32,
    DataType::Int,
    DataType::Int2,
    DataType::Int4,
    DataType::Subvol,
    DataType::Transid,
    DataType::Uint,
];

/// The edit codes. [TS 3-23 to 3-37] ENUM also applies where DEF_ENUM does; MSG also to BOOLEAN; IPADDR is ours.
const EDIT_CODES: [(&str, Rule); 21] = {
    const fn rule(width: Width, kinds: &'static [DataType]) -> Rule {
        Rule { width, kinds }
    }
    [
        ("I", rule(Width::Optional, NUMBERS)),
        ("B", rule(Width::Optional, NUMBERS)),
        ("O", rule(Width::Optional, NUMBERS)),
        ("H", rule(Width::Optional, NUMBERS)),
        ("ZI", rule(Width::Required, NUMBERS)),
        ("ZB", rule(Width::Required, NUMBERS)),
        ("ZO", rule(Width::Required, NUMBERS)),
        ("ZH", rule(Width::Required, NUMBERS)),
        ("A", rule(Width::Optional, &[DataType::Char])),
        ("BOOL", rule(Width::Never, &[DataType::Boolean])),
        ("DATE", rule(Width::Never, &[DataType::Timestamp])),
        ("TIME", rule(Width::Never, &[DataType::Timestamp])),
        (
            "ENUM",
            rule(
                Width::Never,
                &[DataType::Enum, DataType::Int, DataType::Uint, DataType::Byte, DataType::Boolean],
            ),
        ),
        (
            "FILE",
            rule(Width::Never, &[DataType::Crtpid, DataType::Device, DataType::Fname, DataType::Fname32]),
        ),
        (
            "MSG",
            rule(
                Width::Never,
                &[
                    DataType::Char,
                    DataType::Int,
                    DataType::Int2,
                    DataType::Int4,
                    DataType::Uint,
                    DataType::Boolean,
                    DataType::Enum,
                    DataType::Byte,
                    DataType::TokenCode,
                ],
            ),
        ),
        ("SSID", rule(Width::Optional, &[DataType::Ssid])),
        ("SSIDABBR", rule(Width::Optional, &[DataType::Ssid])),
        ("SUBVOL", rule(Width::Never, &[DataType::Fname, DataType::Fname32, DataType::Subvol])),
        ("SYSTEM", rule(Width::Never, NODES)),
        ("TRANSID", rule(Width::Never, &[DataType::Transid])),
        ("IPADDR", rule(Width::Never, &[DataType::Byte])),
    ]
};

/// The edit codes of ZSPI-TKN-NEXTTOKEN. [EMS 9-34]
const NEXT_TOKEN_CODES: [(&str, Rule); 2] = [
    ("TOKENHEADING", Rule { width: Width::Never, kinds: &[] }),
    ("TOKENVALUE", Rule { width: Width::Never, kinds: &[] }),
];
