//! Filter tables: rows of subsystems and event numbers, and directives that test the header (EMS Manual 6-2 to 6-7).
//!
//! Also the front half of burst filters, whose sources have the same form.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::RangeInclusive;

use super::burst::BurstFilter;
use super::environment::{Environment, excerpt};
use super::explain::{Decision, Excerpt, Explanation, Step};
use super::file_name::NodeIdentity;
use super::run::Scratch;
use super::verdict::Verdict;
use crate::dictionary::TABLE_DIRECTIVES;
use crate::ems::Event;
use crate::spi::{Owner, Ssid, UtcOffset, Version};
use crate::text::{Diagnostic, Diagnostics, Location, Severity, SourceId, SourceMap, Span};

/// Event numbers of one subsystem may lie this far apart.
const MAX_EVENT_SPREAD: i32 = 4096;
/// Subsystem numbers of one owner may lie this far apart.
const MAX_SUBSYSTEM_SPREAD: i32 = 256;
/// Pass values of one subsystem may lie this far apart.
const MAX_VALUE_SPREAD: i32 = 32767;

/// The directives of the filter language.
const LANGUAGE_DIRECTIVES: [&str; 3] = ["LIST", "NOLIST", "SOURCE"];

/// Whether a source is a filter table or burst filter: the first directive that is known at all is one of theirs.
pub(super) fn is_table(text: &str) -> bool {
    let is_in = |list: &[&str], keyword: &str| list.iter().any(|known| known.eq_ignore_ascii_case(keyword));
    let mut keywords = text.lines().filter_map(|line| line.strip_prefix('?')?.split_whitespace().next());
    let first =
        keywords.find(|keyword| is_in(&TABLE_DIRECTIVES, keyword) || is_in(&LANGUAGE_DIRECTIVES, keyword));
    first.is_some_and(|keyword| is_in(&TABLE_DIRECTIVES, keyword))
}

/// The content of a source of this form.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_enums)]
pub enum TableSource {
    /// Rows and tests on the header.
    Table(FilterTable),
    /// Burst detection and suppression.
    Burst(BurstFilter),
}

/// A filter table, ready to run. It never changes: any number of threads may use it at once.
#[derive(Clone, Debug)]
pub struct FilterTable {
    is_pass: bool,
    tests: Vec<(HeaderTest, Excerpt)>,
    /// The content of the third column.
    column: Column,
    owners: Vec<OwnerRows>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    EventNumber,
    ContentStandard,
    ContentUser,
}

#[derive(Clone, Debug)]
struct OwnerRows {
    /// `None` for `*`.
    owner: Option<Owner>,
    subsystems: Vec<SubsystemRows>,
}

#[derive(Clone, Debug)]
struct SubsystemRows {
    /// `None` for `*`.
    number: Option<i16>,
    #[expect(clippy::vec_box, reason = "a vector of rows that grows would take three times as much")]
    rows: Vec<Box<Row>>,
}

#[derive(Clone, Debug)]
struct Row {
    /// `None` for `*`.
    events: Option<RangeInclusive<i16>>,
    value: Option<i16>,
    excerpt: Excerpt,
}

/// A directive that tests the header.
#[derive(Clone, Debug)]
enum HeaderTest {
    Emphasis(bool),
    User {
        group: u8,
        /// `None` for `*`.
        user: Option<u8>,
    },
    /// Minutes of the day, the first included, the last not.
    Window {
        from: u16,
        to: u16,
    },
    ContentStandard(i16),
    ContentUser(i16),
    Process(Box<str>),
    Node {
        name: Box<str>,
        number: Option<u32>,
    },
    Cpu(u16),
    Pin(u16),
}

impl FilterTable {
    /// Whether rows that match are passed; a FAIL table rejects them.
    #[must_use]
    pub const fn is_pass(&self) -> bool {
        self.is_pass
    }

    /// The information in the table of an event. A PASS table passes what matches and fails the rest. A FAIL table discards what
    /// matches, and has nothing against the rest: it passes that without a value, and in a chain the next filter is asked.
    #[must_use]
    pub fn verdict(&self, event: &Event<'_>, scratch: &Scratch<'_>) -> Verdict<'static> {
        self.judge(event, scratch.zone)
    }

    /// The information in the table of an event, and why.
    #[must_use]
    pub fn explain(&self, event: &Event<'_>, scratch: &Scratch<'_>) -> Explanation<'static> {
        self.why(event, scratch.zone)
    }

    pub(super) fn judge(&self, event: &Event<'_>, zone: Option<&dyn UtcOffset>) -> Verdict<'static> {
        self.outcome(self.matching(event, zone).ok())
    }

    pub(super) fn why(&self, event: &Event<'_>, zone: Option<&dyn UtcOffset>) -> Explanation<'static> {
        let matching = self.matching(event, zone);
        let verdict = self.outcome(matching.ok());
        let mut steps = Vec::new();
        for (test, excerpt) in &self.tests {
            let holds = test.holds(event, zone);
            steps.push(Step { condition: excerpt.clone(), holds, operands: Vec::new(), origin: None });
            if !holds {
                break;
            }
        }
        let decided_by = match matching {
            Ok(row) => Decision::Row(row.excerpt.clone()),
            Err(Some(directive)) => Decision::Directive(directive.clone()),
            Err(None) => Decision::NoRow,
        };
        Explanation { verdict, decided_by, steps }
    }

    fn outcome(&self, row: Option<&Row>) -> Verdict<'static> {
        match (self.is_pass, row) {
            (true, Some(row)) => Verdict::Pass { value: row.value, routing: &[] },
            (true, None) => Verdict::Fail,
            (false, Some(_)) => Verdict::Discard,
            (false, None) => Verdict::Pass { value: None, routing: &[] },
        }
    }

    /// The row an event matches; else the directive it does not answer to, if there is one.
    fn matching(&self, event: &Event<'_>, zone: Option<&dyn UtcOffset>) -> Result<&Row, Option<&Excerpt>> {
        if let Some((_, excerpt)) = self.tests.iter().find(|(test, _)| !test.holds(event, zone)) {
            return Err(Some(excerpt));
        }
        let ssid = event.ssid();
        let number = match self.column {
            Column::EventNumber => event.number(),
            Column::ContentStandard => event.content_standard(),
            Column::ContentUser => event.content_user(),
        };
        let owners = self.owners.iter().filter(|rows| rows.owner.is_none_or(|owner| owner == ssid.owner()));
        let subsystems = owners
            .flat_map(|owner| &owner.subsystems)
            .filter(|rows| rows.number.is_none_or(|number| number == ssid.number()));
        let mut rows = subsystems.flat_map(|subsystem| &subsystem.rows);
        let is_in = |events: &RangeInclusive<i16>| number.is_some_and(|number| events.contains(&number));
        rows.find(|row| row.events.as_ref().is_none_or(is_in)).map(|row| &**row).ok_or(None)
    }
}

impl HeaderTest {
    fn holds(&self, event: &Event<'_>, zone: Option<&dyn UtcOffset>) -> bool {
        match self {
            Self::Emphasis(emphasis) => event.emphasis() == Some(*emphasis),
            Self::User { group, user } => event.user().is_some_and(|(its_group, its_user)| {
                *group == its_group && user.is_none_or(|user| user == its_user)
            }),
            Self::Window { from, to } => {
                let minute = event.generated().and_then(|time| {
                    let offset = zone.map_or(0, |zone| zone.utc_offset(time));
                    let local = time.shifted(offset).unix_micros()?;
                    u16::try_from(local.rem_euclid(86_400_000_000) / 60_000_000).ok()
                });
                minute.is_some_and(|minute| (*from..*to).contains(&minute))
            }
            Self::ContentStandard(value) => event.content_standard() == Some(*value),
            Self::ContentUser(value) => event.content_user() == Some(*value),
            Self::Process(name) => is_process(event, name.as_bytes()),
            Self::Node { name, number } => {
                let own = NodeIdentity::of(event);
                number.is_some() && own.number == *number
                    || own.name.is_some_and(|own| own.eq_ignore_ascii_case(name.as_bytes()))
            }
            Self::Cpu(cpu) => event.cpu() == Some(*cpu),
            Self::Pin(pin) => event.pin() == Some(*pin),
        }
    }
}

/// Whether this is the name of the reporting process, node and sequence number left out.
fn is_process(event: &Event<'_>, name: &[u8]) -> bool {
    let is_it = |own: &[u8]| own.eq_ignore_ascii_case(name);
    let Some(descriptor) = event.process_descriptor() else {
        let crtpid = event.crtpid().filter(|crtpid| crtpid.as_bytes().starts_with(b"$"));
        return crtpid.is_some_and(|crtpid| {
            let (own, _) = crtpid.as_bytes().split_at_checked(6).unwrap_or_default();
            is_it(own.trim_ascii_end())
        });
    };
    let local = match descriptor.strip_prefix(b"\\") {
        Some(rest) => rest.split(|byte| *byte == b'.').nth(1),
        None => Some(descriptor),
    };
    local.and_then(|local| local.split(|byte| *byte == b':').next()).is_some_and(is_it)
}

/// Reads a filter table or burst filter.
pub(super) fn read(
    environment: &Environment<'_>,
    sources: &SourceMap,
    id: SourceId,
    diagnostics: &mut Diagnostics,
) -> Option<TableSource> {
    let mut reader = Reader::new(environment, sources, id, diagnostics);
    reader.lines();
    reader.finish()
}

/// Columns where the fields of a row begin, from 1; from column 50 on all is comment.
const COLUMNS: [usize; 4] = [1, 10, 20, 40];
const COMMENT_COLUMN: usize = 50;

struct Reader<'r> {
    environment: &'r Environment<'r>,
    text: &'r str,
    name: &'r str,
    id: SourceId,
    diagnostics: &'r mut Diagnostics,
    /// Inside the text of a ?COMMENT.
    is_comment: bool,
    /// Each directive seen, its argument and place.
    directives: BTreeMap<String, (String, Location)>,
    tests: Vec<(HeaderTest, Excerpt)>,
    owners: Vec<OwnerRows>,
    known_owners: BTreeMap<Option<Owner>, Location>,
    /// Of the last owner.
    known_subsystems: BTreeMap<Option<i16>, Location>,
    first_row: Option<Location>,
}

/// A word of a row.
struct Word<'r> {
    text: &'r str,
    place: Location,
}

impl<'r> Reader<'r> {
    fn new(
        environment: &'r Environment<'r>,
        sources: &'r SourceMap,
        id: SourceId,
        diagnostics: &'r mut Diagnostics,
    ) -> Self {
        let source = sources.get(id);
        Self {
            environment,
            text: source.map_or("", |source| source.text()),
            name: source.map_or("", |source| source.name()),
            id,
            diagnostics,
            is_comment: false,
            directives: BTreeMap::new(),
            tests: Vec::new(),
            owners: Vec::new(),
            known_owners: BTreeMap::new(),
            known_subsystems: BTreeMap::new(),
            first_row: None,
        }
    }

    fn lines(&mut self) {
        let mut start = 0_usize;
        for (number, whole) in (1_u32..).zip(self.text.split_inclusive('\n')) {
            let line = whole.trim_end_matches(['\n', '\r']);
            if line.starts_with('?') {
                self.is_comment = false;
                self.directive(line.trim_end(), start, number);
            } else if !self.is_comment && !line.starts_with('!') && !line.trim().is_empty() {
                self.row(line, start, number);
            }
            start += whole.len();
        }
    }

    fn location(&self, start: usize, text: &str) -> Location {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Location::new(self.id, Span::new(offset(start), offset(start + text.len())))
    }

    fn excerpt(&self, start: usize, line: u32, text: &str) -> Excerpt {
        Excerpt {
            location: self.location(start, text),
            source: self.name.into(),
            line,
            column: 1,
            text: excerpt(text).into(),
        }
    }

    fn error(&mut self, location: Location, message: impl Into<alloc::borrow::Cow<'static, str>>) {
        self.diagnostics.push(Diagnostic::new(Severity::Error, location, message));
    }

    // --- Directives -----------------------------------------------------------------------------------------------

    fn directive(&mut self, line: &str, start: usize, number: u32) {
        let words = line.strip_prefix('?').unwrap_or(line);
        let (keyword, argument) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
        let (keyword, argument) = (keyword.to_ascii_uppercase(), argument.trim());
        let location = self.location(start, line);
        if let Some(first) = self.first_row {
            self.diagnostics.push(
                Diagnostic::new(Severity::Error, location, "Directives stand before the rows")
                    .with_secondary(first, "the first row"),
            );
            return;
        }
        if keyword == "COMMENT" {
            self.is_comment = true;
            return;
        }
        if let Some((_, first)) = self.directives.get(&keyword) {
            let diagnostic =
                Diagnostic::new(Severity::Error, location, "This directive has been given already")
                    .with_secondary(*first, "here");
            self.diagnostics.push(diagnostic);
            return;
        }
        let is_first = self.directives.is_empty();
        self.directives.insert(keyword.clone(), (argument.to_string(), location));
        let excerpt = self.excerpt(start, number, line);
        match keyword.as_str() {
            "PASS" | "FAIL" => {}
            "SUPPRESS" if !is_first => self.error(location, "?SUPPRESS comes before all other directives"),
            "SUPPRESS" | "N" | "T1" | "T2" | "T3" | "S" | "L" => {}
            "STYPE" | "UTYPE" if argument.is_empty() => {}
            "START" | "STOP" => {}
            _ => match self.header_test(&keyword, argument) {
                Ok(test) => self.tests.push((test, excerpt)),
                Err(want) => self.error(location, want),
            },
        }
    }

    fn header_test(&self, keyword: &str, argument: &str) -> Result<HeaderTest, String> {
        let number = || argument.parse::<u16>();
        let event_type = || {
            let value = argument.parse::<i16>().ok().filter(|value| *value != 0);
            value.ok_or_else(|| format!("?{keyword} takes an event type other than 0, or nothing"))
        };
        Ok(match keyword {
            "EMPHASIS" => match argument {
                "0" => HeaderTest::Emphasis(false),
                "1" => HeaderTest::Emphasis(true),
                _ => return Err("?EMPHASIS takes 0 or 1".to_string()),
            },
            "USER" => {
                let want =
                    || "?USER takes group,user: two numbers below 256, the second may be *".to_string();
                let (group, user) = argument.split_once(',').ok_or_else(want)?;
                let user = match user.trim() {
                    "*" => None,
                    user => Some(user.parse::<u8>().map_err(|_| want())?),
                };
                HeaderTest::User { group: group.trim().parse().map_err(|_| want())?, user }
            }
            "STYPE" => HeaderTest::ContentStandard(event_type()?),
            "UTYPE" => HeaderTest::ContentUser(event_type()?),
            "CPU" => HeaderTest::Cpu(number().map_err(|_| "?CPU takes a number".to_string())?),
            "PIN" => HeaderTest::Pin(number().map_err(|_| "?PIN takes a number".to_string())?),
            "PROCESS" if argument.starts_with('$') && argument.len() > 1 => {
                HeaderTest::Process(argument.into())
            }
            "PROCESS" => return Err("?PROCESS takes the name of a process, which begins with $".to_string()),
            "NODE" => {
                let name = argument.strip_prefix('\\').unwrap_or(argument);
                if name.is_empty() {
                    return Err("?NODE takes the name or the number of a node".to_string());
                }
                let known = self.environment.nodes.number(name);
                HeaderTest::Node { name: name.into(), number: name.parse().ok().or(known) }
            }
            _ => {
                return Err(format!("?{keyword} is not a directive of filter tables"));
            }
        })
    }

    /// Minutes of the day from `hh:mm`.
    fn minutes(&mut self, keyword: &str) -> Option<(u16, Location)> {
        let (argument, location) = self.directives.get(keyword)?.clone();
        let time = argument.split_once(':').and_then(|(hours, minutes)| {
            let hours = hours.parse::<u16>().ok().filter(|hours| *hours < 24)?;
            let minutes = minutes.parse::<u16>().ok().filter(|minutes| *minutes < 60)?;
            Some((hours * 60 + minutes, location))
        });
        if time.is_none() {
            self.error(location, format!("?{keyword} takes a time of day: hh:mm"));
        }
        time
    }

    // --- Rows -----------------------------------------------------------------------------------------------------

    fn row(&mut self, line: &str, start: usize, number: u32) {
        let whole = self.location(start, line.trim_end());
        self.first_row.get_or_insert(whole);
        let excerpt = self.excerpt(start, number, line.trim_end());
        let Some([owner, subsystem, events, value]) = self.fields(line, start) else { return };
        // The faults of an owner or subsystem is reported once; the rows below belong to it all the same.
        match owner {
            Some(owner) => self.owner(&owner),
            None if self.owners.is_empty() => {
                self.error(whole, "The first row has an owner");
                self.owners.push(OwnerRows { owner: None, subsystems: Vec::new() });
            }
            None => {}
        }
        match &subsystem {
            Some(subsystem) => self.subsystem(subsystem),
            None => {
                if let Some(owner) = self.owners.last_mut().filter(|owner| owner.subsystems.is_empty()) {
                    owner.subsystems.push(SubsystemRows { number: None, rows: Vec::new() });
                    self.error(whole, "A row with an owner needs a subsystem");
                    return;
                }
            }
        }
        let events = match events {
            None if subsystem.is_some() => Some(None),
            None => {
                self.error(whole, "This row has neither a subsystem nor an event number");
                return;
            }
            Some(word) => self.events(&word),
        };
        let value = match value {
            Some(word) => self.value(&word),
            None => Some(None),
        };
        let (Some(events), Some(value)) = (events, value) else { return };
        let rows = self.owners.last_mut().and_then(|owner| owner.subsystems.last_mut());
        if let Some(rows) = rows {
            rows.rows.push(Box::new(Row { events, value, excerpt }));
        }
    }

    /// The words of a row by the column they begin in.
    fn fields<'l>(&mut self, line: &'l str, start: usize) -> Option<[Option<Word<'l>>; 4]> {
        if let Some(tab) = line.find('\t') {
            self.error(
                self.location(start + tab, "\t"),
                "A row is divided by columns, which tabs hide: use blanks",
            );
            return None;
        }
        let end = line.char_indices().nth(COMMENT_COLUMN - 1).map_or(line.len(), |(end, _)| end);
        let content = line.get(..end).unwrap_or(line);
        let mut fields = [None, None, None, None];
        let mut at = 0;
        while let Some(rest) = content.get(at..).filter(|rest| !rest.trim().is_empty()) {
            let from = at + (rest.len() - rest.trim_start().len());
            let word =
                content.get(from..).and_then(|rest| rest.split_whitespace().next()).unwrap_or_default();
            at = from + word.len();
            let column = content.get(..from).map_or(0, |before| before.chars().count()) + 1;
            let field = COLUMNS.partition_point(|first| *first <= column).saturating_sub(1);
            let place = self.location(start + from, word);
            let wanted = COLUMNS.get(field).copied().unwrap_or(1);
            let next = COLUMNS.get(field + 1).copied().unwrap_or(COMMENT_COLUMN);
            if column + word.chars().count() > next {
                self.error(place, format!("This reaches into column {next}, where the next field begins"));
                return None;
            }
            let slot = fields.get_mut(field)?;
            if slot.is_some() {
                self.error(place, "Two words stand in one field");
                return None;
            }
            if column != wanted {
                let message = format!("This begins in column {column}; the field begins in column {wanted}");
                self.diagnostics.push(Diagnostic::new(Severity::Warning, place, message));
            }
            *slot = Some(Word { text: word, place });
        }
        Some(fields)
    }

    fn owner(&mut self, word: &Word<'_>) {
        let owner = match word.text {
            "*" => None,
            text => match Ssid::parse(&format!("{}.0.0", text.to_ascii_uppercase()), |_, _| None) {
                Ok(ssid) if ssid != Ssid::NULL => Some(ssid.owner()),
                _ => {
                    let message = "An owner is a letter and up to seven letters, digits or hyphens, or *";
                    self.error(word.place, message);
                    None
                }
            },
        };
        if let Some(first) = self.known_owners.insert(owner, word.place) {
            let diagnostic = Diagnostic::new(Severity::Error, word.place, "An owner can appear only once")
                .with_secondary(first, "first here");
            self.diagnostics.push(diagnostic);
        } else {
            self.owners.push(OwnerRows { owner, subsystems: Vec::new() });
        }
        self.known_subsystems.clear();
    }

    fn subsystem(&mut self, word: &Word<'_>) {
        let Some(rows) = self.owners.last_mut() else { return };
        let number = match word.text {
            "*" => None,
            text => text.parse::<i16>().ok().or_else(|| {
                let ssid = Ssid::new(rows.owner?, 0, Version(0));
                self.environment.dictionary.subsystem_number(ssid.owner_name()?, &text.to_ascii_uppercase())
            }),
        };
        rows.subsystems.push(SubsystemRows { number, rows: Vec::new() });
        if number.is_none() && word.text != "*" {
            let diagnostic =
                Diagnostic::new(Severity::Error, word.place, "The number of this subsystem is not known")
                    .with_hint("write the number, or give the template file that names the subsystem");
            self.diagnostics.push(diagnostic);
        } else if let Some(first) = self.known_subsystems.insert(number, word.place) {
            let message = "A subsystem can appear only once for its owner";
            let diagnostic =
                Diagnostic::new(Severity::Error, word.place, message).with_secondary(first, "first here");
            self.diagnostics.push(diagnostic);
        }
    }

    fn events(&mut self, word: &Word<'_>) -> Option<Option<RangeInclusive<i16>>> {
        if word.text == "*" {
            return Some(None);
        }
        let (first, last) = word.text.split_once("..").unwrap_or((word.text, word.text));
        match (first.parse::<i16>(), last.parse::<i16>()) {
            (Ok(0), _) | (_, Ok(0)) => self.error(word.place, "0 is not an event number"),
            (Ok(first), Ok(last)) if first <= last => return Some(Some(first..=last)),
            (Ok(_), Ok(_)) => self.error(word.place, "The first event number is above the last"),
            _ => self.error(word.place, "An event number, a range a..b, or * stands here"),
        }
        None
    }

    fn value(&mut self, word: &Word<'_>) -> Option<Option<i16>> {
        match word.text.parse::<i16>() {
            Ok(0) => self.error(word.place, "0 is not a pass value"),
            Ok(value) => return Some(Some(value)),
            Err(_) => self.error(word.place, "A pass value lies between -32768 and 32767"),
        }
        None
    }

    // --- The end --------------------------------------------------------------------------------------------------

    fn finish(mut self) -> Option<TableSource> {
        let whole = self.location(0, self.text.lines().next().unwrap_or_default());
        const BURST: [&str; 6] = ["N", "T1", "T2", "T3", "S", "L"];
        if let Some((_, suppress)) = self.directives.get("SUPPRESS").cloned() {
            let other = self
                .directives
                .iter()
                .find(|(keyword, _)| *keyword != "SUPPRESS" && !BURST.contains(&keyword.as_str()));
            if let Some((_, (_, place))) = other {
                let place = *place;
                self.diagnostics.push(
                    Diagnostic::new(Severity::Error, place, "Incompatible directives (error -60)")
                        .with_secondary(suppress, "a burst filter has only burst directives"),
                );
            }
            if let Some(row) = self.first_row {
                self.error(row, "A burst filter has no rows");
            }
            return Some(TableSource::Burst(self.burst()));
        }
        if let Some((_, (_, place))) =
            self.directives.iter().find(|(keyword, _)| BURST.contains(&keyword.as_str()))
        {
            self.error(*place, "SUPPRESS directive missing (error -59)");
            if !self.directives.contains_key("PASS") && !self.directives.contains_key("FAIL") {
                return None;
            }
        }
        let is_pass = match (self.directives.get("PASS"), self.directives.get("FAIL")) {
            (Some((_, pass)), Some((_, fail))) => {
                let (pass, fail) = (*pass, *fail);
                self.diagnostics.push(
                    Diagnostic::new(Severity::Error, pass, "Incompatible directives (error -60)")
                        .with_secondary(fail, "a table is for passing or for failing"),
                );
                true
            }
            (None, None) => {
                let diagnostic = Diagnostic::new(
                    Severity::Error,
                    whole,
                    "A filter table has a ?PASS or a ?FAIL directive",
                );
                self.diagnostics.push(diagnostic);
                true
            }
            (pass, _) => pass.is_some(),
        };
        self.window();
        let column = self.column();
        if self.first_row.is_none() {
            let message = "This table has no rows, so no event matches it";
            self.diagnostics.push(Diagnostic::new(Severity::Warning, whole, message));
        }
        self.check_limits(is_pass);
        Some(TableSource::Table(FilterTable { is_pass, tests: self.tests, column, owners: self.owners }))
    }

    fn window(&mut self) {
        let (start, stop) = (self.minutes("START"), self.minutes("STOP"));
        let Some((_, location)) = start.or(stop) else { return };
        let (from, to) = (start.map_or(0, |(minute, _)| minute), stop.map_or(24 * 60, |(minute, _)| minute));
        if from >= to {
            let place = stop.map_or(location, |(_, place)| place);
            self.error(place, "?STOP has to be later than ?START");
        }
        let directive = if start.is_some() { "START" } else { "STOP" };
        let text =
            format!("?{directive} {}", self.directives.get(directive).map_or("", |(argument, _)| argument));
        let before = usize::try_from(location.span.start).unwrap_or(0);
        let line = self.text.get(..before).map_or(0, |before| before.matches('\n').count()) + 1;
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        let excerpt = Excerpt { location, source: self.name.into(), line, column: 1, text: text.into() };
        self.tests.push((HeaderTest::Window { from, to }, excerpt));
    }

    fn column(&mut self) -> Column {
        let is_column = |keyword| {
            self.directives.get(keyword).filter(|(argument, _)| argument.is_empty()).map(|(_, place)| *place)
        };
        match (is_column("STYPE"), is_column("UTYPE")) {
            (Some(standard), Some(user)) => {
                self.diagnostics.push(
                    Diagnostic::new(Severity::Error, user, "Incompatible directives (error -60)")
                        .with_secondary(standard, "the third column holds event types of one kind"),
                );
                Column::ContentStandard
            }
            (Some(_), None) => Column::ContentStandard,
            (None, Some(_)) => Column::ContentUser,
            (None, None) => Column::EventNumber,
        }
    }

    /// The spreads that a table may have, and rows that others hide.
    fn check_limits(&mut self, is_pass: bool) {
        let mut faults: Vec<(Severity, Location, String)> = Vec::new();
        for owner in &self.owners {
            let numbers = owner.subsystems.iter().filter_map(|rows| rows.number);
            if spread(numbers) > MAX_SUBSYSTEM_SPREAD
                && let Some(row) = owner.subsystems.iter().flat_map(|rows| &rows.rows).last()
            {
                let message =
                    format!("Subsystem numbers of one owner lie at most {MAX_SUBSYSTEM_SPREAD} apart");
                faults.push((Severity::Error, row.excerpt.location, message));
            }
            for subsystem in &owner.subsystems {
                let Some(last) = subsystem.rows.last() else { continue };
                let ranges = || subsystem.rows.iter().filter_map(|row| row.events.as_ref());
                if spread(ranges().flat_map(|range| [*range.start(), *range.end()])) > MAX_EVENT_SPREAD {
                    let message =
                        format!("Event numbers of one subsystem lie at most {MAX_EVENT_SPREAD} apart");
                    faults.push((Severity::Error, last.excerpt.location, message));
                }
                if spread(subsystem.rows.iter().filter_map(|row| row.value)) > MAX_VALUE_SPREAD {
                    let message =
                        format!("Pass values of one subsystem lie at most {MAX_VALUE_SPREAD} apart");
                    faults.push((Severity::Error, last.excerpt.location, message));
                }
                if let Some(row) = subsystem.rows.iter().find(|row| !is_pass && row.value.is_some()) {
                    let message = "Only a ?PASS table has pass values".to_string();
                    faults.push((Severity::Error, row.excerpt.location, message));
                }
                let mut sorted: Vec<&Row> =
                    subsystem.rows.iter().map(|row| &**row).filter(|row| row.events.is_some()).collect();
                sorted.sort_by_key(|row| row.events.as_ref().map(|range| *range.start()));
                let mut reach: Option<i16> = None;
                for row in sorted {
                    let Some(range) = &row.events else { continue };
                    if reach.is_some_and(|reach| *range.start() <= reach) {
                        let message =
                            "Some of these event numbers stand in another row, too; the first row counts";
                        faults.push((Severity::Warning, row.excerpt.location, message.to_string()));
                    }
                    reach = reach.max(Some(*range.end()));
                }
            }
        }
        for (severity, location, message) in faults {
            self.diagnostics.push(Diagnostic::new(severity, location, message));
        }
    }

    fn burst(&mut self) -> BurstFilter {
        let mut burst = BurstFilter::default();
        let mut number = |keyword: &str, range: RangeInclusive<i32>, default: i32| {
            let Some((argument, location)) = self.directives.get(keyword).cloned() else { return default };
            match argument.parse::<i32>() {
                Ok(number) if range.contains(&number) => number,
                _ => {
                    let message =
                        format!("?{keyword} takes a number between {} and {}", range.start(), range.end());
                    self.diagnostics.push(Diagnostic::new(Severity::Error, location, message));
                    default
                }
            }
        };
        let unsigned = |number: i32| u16::try_from(number).unwrap_or(0);
        burst.events = unsigned(number("N", 2..=32767, burst.events.into()));
        burst.interval_start = unsigned(number("T1", 1..=3600, burst.interval_start.into()));
        burst.interval_end = unsigned(number("T2", 1..=3600, burst.interval_end.into()));
        burst.interval_check_end = unsigned(number("T3", 15..=3600, burst.interval_check_end.into()));
        burst.simultaneous_bursts = unsigned(number("S", 2..=128, burst.simultaneous_bursts.into()));
        let bytes = number("L", -1..=254, burst.subject_bytes.map_or(-1, i32::from));
        burst.subject_bytes = u8::try_from(bytes).ok();
        burst
    }
}

fn spread(numbers: impl Iterator<Item = i16>) -> i32 {
    let (mut least, mut most) = (i32::MAX, i32::MIN);
    for number in numbers.map(i32::from) {
        (least, most) = (least.min(number), most.max(number));
    }
    if least > most { 0 } else { most - least }
}
