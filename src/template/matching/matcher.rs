use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use std::collections::HashMap;

use aho_corasick::AhoCorasick;

use super::decode::Decoder;
use super::machine::{Capture, Machine, Memory};
use super::tokens::{Assembled, Assembler, MatchedToken};
use crate::dictionary::Dictionary;
use crate::ems::HeaderToken;
use crate::spi::{Ssid, Timestamp, TokenCode, UtcOffset};
use crate::template::display::{Names, NodeNames};
use crate::template::program::{Action, Op, Operand, Program, Subject};
use crate::template::set::{Subsystem, TemplateKey, TemplateSet, index};
use crate::text::limits::template as limits;

/// The settings for reading values from text. The counterpart of
/// [`RenderOptions`](crate::template::RenderOptions): the same zone and the same names give the same values.
#[derive(Clone, Copy, Default)]
#[allow(clippy::exhaustive_structs)]
pub struct MatchOptions<'o> {
    /// The zone times are shown in: seconds east of GMT at a time. GMT by default.
    pub zone: Option<&'o dyn UtcOffset>,
    /// Names of nodes as they were when the text was made. Other nodes are known only where they are shown by number.
    pub nodes: Option<&'o dyn NodeNames>,
    /// The day of times that are shown without a date, usually that of the event.
    pub day: Option<Timestamp>,
    /// The text has been through a printer: blanks at line breaks and at its end may be lost.
    pub printed: bool,
}

impl fmt::Debug for MatchOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MatchOptions")
            .field("zone", &self.zone.is_some())
            .field("nodes", &self.nodes.is_some())
            .field("day", &self.day)
            .field("printed", &self.printed)
            .finish()
    }
}

/// Working memory of a [`Matcher`]. Kept from one text to the next, it stops allocating.
#[derive(Debug, Default)]
pub struct Scratch {
    memory: Memory,
    /// For each template the text for which it was last a candidate.
    seen: Vec<u64>,
    text: u64,
    candidates: Vec<u32>,
}

/// The template that explains a sentence, and which bytes of it are which value. The values are read when asked for.
#[derive(Clone, Debug)]
pub struct Explanation<'f> {
    matcher: &'f Matcher<'f>,
    text: &'f str,
    options: MatchOptions<'f>,
    key: TemplateKey,
    /// The event's subsystem, and its number if it is known.
    ssid: Ssid,
    number: Option<i16>,
    captures: Vec<Capture>,
    is_ambiguous: bool,
    others: Vec<TemplateKey>,
}

/// The information in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Matched {
    /// The tokens shown in the sentence, in the order they are shown.
    pub tokens: Vec<MatchedToken>,
    /// Header tokens shown in it, and their values in the bytes that tokens of their codes have.
    pub header: Vec<(HeaderToken, Vec<u8>)>,
    /// The sentence says every byte of these values.
    pub is_exact: bool,
}

impl Explanation<'_> {
    /// The template: the event's subsystem, without version, and by its value the event number.
    #[must_use]
    pub const fn key(&self) -> TemplateKey {
        self.key
    }

    /// Whether the sentence fits the template in another way too, with other values: where one ends and the next begins
    /// is a guess then. The shortest texts were taken.
    #[must_use]
    pub const fn is_ambiguous(&self) -> bool {
        self.is_ambiguous
    }

    /// Other templates that the sentence fits too. Of several the one with most text of its own was taken.
    #[must_use]
    pub fn others(&self) -> &[TemplateKey] {
        &self.others
    }

    /// The values.
    #[must_use]
    pub fn values(&self) -> Matched {
        let assembled =
            self.matcher.assemble(self.ssid, self.number, self.text, &self.options, &self.captures);
        let Assembled { tokens, header, is_exact } = assembled.unwrap_or_default();
        Matched { tokens, header, is_exact }
    }
}

/// Finds the template that a sentence was made with, among thousands, and the tokens in it.
///
/// All templates keyed by an event number are tried through one automaton over their literals; a template without any
/// text of its own would fit everything, and is left out.
///
/// ```
/// # use zems::dictionary::{Definitions, Dictionary, SsidDefinition, TokenDefinition};
/// # use zems::spi::{TypeCode, TokenCode, TokenNumber};
/// # use zems::template::{Matcher, MatchOptions, Scratch, TemplateSet};
/// # use zems::text::{Diagnostics, NoLoader, SourceMap};
/// # let mut definitions = Definitions::default();
/// # let acme = "ACME.7.A01".parse()?;
/// # let ssid = SsidDefinition { name: "ACME-VAL-SSID".into(), ssid: acme, is_provisional: false };
/// # definitions.ssids.push(ssid);
/// # for (name, data_type, number) in [("ZEMS-TKN-EVENTNUMBER", TypeCode::ENUM, -1001), ("ACME-TKN-CPU", TypeCode::UINT, 1)] {
/// #     let code = TokenCode::new(data_type, 2, TokenNumber(number));
/// #     definitions.tokens.push(TokenDefinition { name: name.into(), code, ..Default::default() });
/// # }
/// # let dictionary = Dictionary::new(&definitions);
/// # let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
/// let source = sources.add(
///     "acme",
///     "VERSION: \"1\"\nSSID: ACME-VAL-SSID\n\
///      MSG: ZEMS-TKN-EVENTNUMBER, 8\n\"Backup process in CPU <1> died\"\n1: ACME-TKN-CPU\n",
/// )?;
/// let mut templates = TemplateSet::new(&dictionary);
/// templates.compile(&dictionary, source, &mut sources, &NoLoader, &mut diagnostics);
///
/// let matcher = Matcher::new(&templates, &dictionary);
/// let mut scratch = Scratch::default();
/// let sentence = "Backup process in CPU 3 died";
/// let options = MatchOptions::default();
/// let found = matcher.find(sentence, &options, &mut scratch).unwrap();
/// assert_eq!((found.key().ssid().to_string().as_str(), found.key().value()), ("ACME.7.0", 8));
/// assert!(!found.is_ambiguous() && found.others().is_empty());
/// let said = found.values();
/// assert_eq!(said.tokens[0].bytes, [0, 3]);
/// assert!(said.is_exact);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Matcher<'s> {
    set: &'s TemplateSet,
    dictionary: &'s Dictionary,
    automaton: AhoCorasick,
    /// The literals of the automaton, each with the templates it stands for.
    literals: Vec<(Box<str>, Vec<Candidate>)>,
    /// Templates whose literals are all inside conditions: tried with every text.
    always: Vec<Candidate>,
    messages: Messages,
    /// For each template of the set whether what is read from a sentence can contradict itself.
    may_contradict: Vec<bool>,
}

/// A template and what its sentences begin with, side by side so that most are ruled out without a look at them.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    template: u32,
    /// Up to eight bytes, and which bits of them count.
    start: u64,
    mask: u64,
}

impl Candidate {
    fn new(template: u32, program: &Program) -> Self {
        let literal = match program.ops.first() {
            Some(Op::Text { start, len }) => sure_start(program.literal(*start, *len)),
            _ => "",
        };
        let len = u32::try_from(literal.len().min(8)).unwrap_or(0);
        let mask = u64::MAX.checked_shl(64 - 8 * len).unwrap_or(0);
        Self { template, start: first_bytes(literal) & mask, mask }
    }

    #[inline]
    const fn may_start(&self, first_bytes: u64) -> bool {
        first_bytes & self.mask == self.start
    }
}

/// The first eight bytes of a text, zeros after its end.
fn first_bytes(text: &str) -> u64 {
    let mut first = [0; 8];
    first.iter_mut().zip(text.bytes()).for_each(|(to, from)| *to = from);
    u64::from_be_bytes(first)
}

/// The templates of all values of a subsystem's token, for MSG edit codes.
#[derive(Debug, Default)]
pub(super) struct Messages {
    by_code: HashMap<(u64, i16, TokenCode), Vec<(i32, u32)>>,
}

impl Messages {
    fn new(set: &TemplateSet) -> Self {
        let mut messages = Self::default();
        for (key, number) in &set.formats {
            let Subsystem { owner, number: subsystem } = Subsystem::of(key.ssid());
            let values = messages.by_code.entry((owner, subsystem, key.code())).or_default();
            values.push((key.value(), *number));
        }
        messages.by_code.values_mut().for_each(|values| values.sort_unstable());
        messages
    }

    /// The values that have a template, in ascending order, with the numbers of their templates: those of the subsystem,
    /// else of the first shared one or of the common set that has any.
    pub(super) fn of(&self, set: &TemplateSet, ssid: Ssid, code: TokenCode) -> &[(i32, u32)] {
        let of = |ssid: Ssid| {
            let Subsystem { owner, number } = Subsystem::of(ssid);
            self.by_code.get(&(owner, number, code)).map(Vec::as_slice)
        };
        of(ssid)
            .or_else(|| set.shared.get(&Subsystem::of(ssid))?.iter().find_map(|shared| of(*shared)))
            .or_else(|| of(Ssid::NULL))
            .unwrap_or_default()
    }
}

impl<'s> Matcher<'s> {
    /// Builds the automaton over the templates of a set. `dictionary` is the one the set was made from.
    ///
    /// # Panics
    /// Never: the automaton is limited by memory only.
    #[must_use]
    pub fn new(set: &'s TemplateSet, dictionary: &'s Dictionary) -> Self {
        let code = set.codes.event_number;
        let main = set.formats.iter().filter(|(key, _)| Some(key.code()) == code).map(|(_, number)| *number);
        let mut main: Vec<u32> = main.collect();
        main.sort_unstable();
        let pieces = |number: &u32| {
            let program = set.templates.get(index(*number)).map(|template| &template.program);
            program.map(required_literals).unwrap_or_default()
        };
        // Of each template the literal that fewest others have; of several the longest.
        let mut frequency: HashMap<&str, usize> = HashMap::new();
        for piece in main.iter().flat_map(pieces) {
            *frequency.entry(piece).or_default() += 1;
        }
        let mut patterns: Vec<&str> = Vec::new();
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        let mut literals: Vec<(Box<str>, Vec<Candidate>)> = Vec::new();
        let mut always = Vec::new();
        for number in &main {
            let best = pieces(number).into_iter().max_by_key(|piece| {
                let others = frequency.get(piece).copied().unwrap_or(0);
                (core::cmp::Reverse(others), piece.len())
            });
            let Some(template) = set.templates.get(index(*number)) else { continue };
            let candidate = Candidate::new(*number, &template.program);
            let Some(best) = best else {
                if !template.program.text.trim().is_empty() {
                    always.push(candidate);
                }
                continue;
            };
            let at = *numbers.entry(best).or_insert_with(|| {
                patterns.push(best);
                literals.push((best.into(), Vec::new()));
                patterns.len() - 1
            });
            if let Some((_, templates)) = literals.get_mut(at) {
                templates.push(candidate);
            }
        }
        // An automaton that would be too large is refused; then every template is tried.
        let automaton = AhoCorasick::new(&patterns).or_else(|_| {
            always.extend(literals.drain(..).flat_map(|(_, templates)| templates));
            AhoCorasick::new([""; 0])
        });
        #[allow(clippy::expect_used)]
        let automaton = automaton.expect("an automaton without patterns can be built");
        let may_contradict = set.templates.iter().map(|template| may_contradict(&template.program)).collect();
        Self { set, dictionary, automaton, literals, always, messages: Messages::new(set), may_contradict }
    }

    /// The literals of the automaton, one for each template or for several that differ elsewhere.
    pub fn literals(&self) -> impl Iterator<Item = &str> {
        self.literals.iter().map(|(literal, _)| &**literal)
    }

    /// The template that explains a sentence best.
    #[must_use]
    pub fn find<'f>(
        &'f self,
        text: &'f str,
        options: &MatchOptions<'f>,
        scratch: &mut Scratch,
    ) -> Option<Explanation<'f>> {
        scratch.text += 1;
        scratch.seen.resize(self.set.templates.len(), 0);
        scratch.candidates.clear();
        let Scratch { memory, seen, text: current, candidates } = scratch;
        let found = self.automaton.find_overlapping_iter(text);
        let found = found.filter_map(|found| self.literals.get(found.pattern().as_usize()));
        let first = first_bytes(text);
        for candidate in found.flat_map(|(_, templates)| templates).chain(&self.always) {
            if !candidate.may_start(first) {
                continue;
            }
            let number = candidate.template;
            let Some(seen) = seen.get_mut(index(number)) else { continue };
            if core::mem::replace(seen, *current) != *current && self.may_fit(number, text, options) {
                candidates.push(number);
            }
        }
        let mut best: Option<(usize, Explanation<'f>)> = None;
        let mut others = Vec::new();
        let mut steps = limits::TEXT_STEPS;
        for number in candidates.iter() {
            let Some(template) = self.set.templates.get(index(*number)) else { continue };
            let event = i16::try_from(template.key.value()).ok();
            let ssid = template.key.ssid();
            let found = self.match_one(*number, ssid, event, text, options, memory, &mut steps);
            let Some(found) = found else { continue };
            let weight = template.program.text.len();
            if best.as_ref().is_some_and(|(known, _)| *known >= weight) {
                others.push(found.key);
            } else {
                let worse = best.replace((weight, found));
                others.extend(worse.map(|(_, worse)| worse.key));
            }
        }
        // Some templates may not have been tried.
        let is_cut = steps == 0;
        best.map(|(_, best)| Explanation { others, is_ambiguous: best.is_ambiguous || is_cut, ..best })
    }

    /// Explains the sentence of an event whose subsystem and number are known, with the template the event's text is made
    /// with: see [`TemplateSet::main_template`]. A standard event is tried with the templates of all standard events.
    #[must_use]
    pub fn explain<'f>(
        &'f self,
        ssid: Ssid,
        number: i16,
        text: &'f str,
        options: &MatchOptions<'f>,
        scratch: &mut Scratch,
    ) -> Option<Explanation<'f>> {
        let set = self.set;
        let code = set.codes.event_number?;
        let by_number = |ssid| set.formats.get(&TemplateKey::new(ssid, code, number.into())).copied();
        let shared = set.shared.get(&Subsystem::of(ssid)).map_or(&[][..], |shared| shared);
        let main = by_number(ssid).or_else(|| shared.iter().find_map(|shared| by_number(*shared)));
        let standard = |of| set.codes.content_standard.map(|code| self.messages.of(set, of, code));
        let standard = [Some(ssid), set.codes.ems].into_iter().flatten().filter_map(standard);
        let standard = standard.flatten().map(|(_, number)| *number);
        let templates: Vec<u32> = match main {
            Some(main) => [main].into(),
            None => standard.chain(by_number(Ssid::NULL)).collect(),
        };
        let (memory, mut steps) = (&mut scratch.memory, limits::TEXT_STEPS);
        let found = templates.into_iter().find_map(|template| {
            self.match_one(template, ssid, Some(number), text, options, memory, &mut steps)
        })?;
        Some(Explanation { key: TemplateKey::new(ssid, code, number.into()), ..found })
    }

    /// Takes steps from those left for the text.
    #[allow(clippy::too_many_arguments)]
    fn match_one<'f>(
        &'f self,
        template: u32,
        ssid: Ssid,
        number: Option<i16>,
        text: &'f str,
        options: &MatchOptions<'f>,
        memory: &mut Memory,
        text_steps: &mut u32,
    ) -> Option<Explanation<'f>> {
        let decoder = self.decoder(options);
        let machine =
            Machine { decoder: &decoder, messages: &self.messages, ssid, text, printed: options.printed };
        let may_contradict = self.may_contradict.get(index(template)).copied().unwrap_or(true);
        let assemble = |captures: &[Capture]| self.assemble(ssid, number, text, options, captures);
        let mut first: Option<Vec<Capture>> = None;
        let mut is_ambiguous = false;
        let allowed = limits::MATCH_STEPS.min(*text_steps);
        let mut steps = allowed;
        let is_complete = machine.run(template, memory, &mut steps, |captures| {
            if may_contradict && assemble(captures).is_none() {
                return false;
            }
            match &first {
                None => first = Some(captures.into()),
                // Other ways may come to the same, through a condition that adds nothing.
                Some(first) => is_ambiguous |= assemble(first) != assemble(captures),
            }
            is_ambiguous
        });
        *text_steps -= allowed - steps;
        let key = self.set.templates.get(index(template))?.key;
        let (captures, is_ambiguous) = (first?, is_ambiguous || !is_complete);
        Some(Explanation {
            matcher: self,
            text,
            options: *options,
            key,
            ssid,
            number,
            captures,
            is_ambiguous,
            others: Vec::new(),
        })
    }

    fn decoder<'f>(&'f self, options: &MatchOptions<'f>) -> Decoder<'f> {
        let names =
            Names { nodes: options.nodes, subsystems: Some(self.set), node: None, offset: options.zone };
        Decoder { set: self.set, names }
    }

    /// The tokens of these captures; `None` if they contradict each other or the event.
    fn assemble(
        &self,
        ssid: Ssid,
        number: Option<i16>,
        text: &str,
        options: &MatchOptions<'_>,
        captures: &[Capture],
    ) -> Option<Assembled> {
        let (decoder, dictionary) = (&self.decoder(options), self.dictionary);
        let assembler = Assembler { decoder, dictionary, ssid, number, day: options.day, text };
        assembler.assemble(captures).filter(|assembled| is_event(assembled, number))
    }

    /// Whether the text begins and ends as the template does.
    fn may_fit(&self, number: u32, text: &str, options: &MatchOptions<'_>) -> bool {
        let Some(template) = self.set.templates.get(index(number)) else { return false };
        let program = &template.program;
        if let Some(Op::Text { start, len }) = program.ops.first() {
            let literal = program.literal(*start, *len);
            let sure = if options.printed { sure_start(literal) } else { literal };
            if !text.starts_with(sure) {
                return false;
            }
        }
        match program.ops.last() {
            Some(Op::Text { start, len }) if !options.printed => {
                // With a condition the last operation may be passed over.
                text.ends_with(program.literal(*start, *len))
                    || program.ops.iter().any(|op| matches!(op, Op::Unless { .. }))
            }
            _ => true,
        }
    }
}

/// The beginning of a printed literal, whatever blanks are lost.
fn sure_start(literal: &str) -> &str {
    literal.split("  ").next().unwrap_or("").trim_end_matches(' ')
}

impl fmt::Debug for Matcher<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Matcher({} literals)", self.literals.len())
    }
}

/// An event number that the sentence shows must be the one the template is for.
fn is_event(assembled: &Assembled, number: Option<i16>) -> bool {
    let shown = assembled.header.iter().find(|(token, _)| *token == HeaderToken::EventNumber);
    let Some((_, bytes)) = shown else { return true };
    number.is_none_or(|number| bytes.as_slice() == number.to_be_bytes().as_slice())
}

/// The literals that every sentence of a template has: those outside conditions, in pieces that a printed line break
/// leaves whole.
fn required_literals(program: &Program) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut condition_end = 0;
    for (at, op) in program.ops.iter().enumerate() {
        match *op {
            Op::Unless { target, .. } | Op::Jump { target } => {
                condition_end = condition_end.max(index(target));
            }
            Op::Text { start, len } if at >= condition_end => {
                let text = program.literal(start, len);
                pieces.extend(
                    text.split("  ").map(|piece| piece.trim_matches(' ')).filter(|piece| !piece.is_empty()),
                );
            }
            _ => {}
        }
    }
    pieces
}

/// Whether what is read from a sentence can contradict itself: a value shown twice, a condition, a value that is read
/// from several places or looked up.
fn may_contradict(program: &Program) -> bool {
    let mut subjects: Vec<Subject> = Vec::new();
    for op in &program.ops {
        let Op::Edit(number) = op else { continue };
        let Some(edit) = program.edits.get(usize::from(*number)) else { return true };
        let is_simple = matches!(
            edit.action,
            Action::Number { .. } | Action::Text { .. } | Action::Truth | Action::Label(_) | Action::Plain
        );
        let is_slot = matches!(edit.subject.operand, Operand::Slot(_)) && edit.subject.part.is_none();
        if !is_simple || !is_slot || subjects.contains(&edit.subject) {
            return true;
        }
        subjects.push(edit.subject);
    }
    !program.tests.is_empty()
}
