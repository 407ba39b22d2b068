//! Everything about one buffer: the tree of its tokens, what every byte means, texts and advice.

use serde::{Serialize, Serializer};
use zems::describe::{Described, Fidelity, FieldItem, Item, Record, Region, Visitor};
use zems::ems::Event;
use zems::formats::json;
use zems::site::Site;
use zems::spi::read::{Buffer, Finding};
use zems::spi::{DataType, Timestamp};
use zems::template::Text;

/// Everything about a buffer. Offsets count from its first byte.
#[derive(Serialize)]
pub(crate) struct Details {
    kind: &'static str,
    ssid: String,
    #[serde(flatten)]
    event: Option<EventDetails>,
    length: usize,
    tokens: Vec<Node>,
    regions: Vec<Span>,
    findings: Vec<Oddity>,
    provisional: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// The details that only events have.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EventDetails {
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<i16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    generated: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    process: Option<String>,
    header: String,
    sentence: String,
    advice: Vec<Advice>,
}

#[derive(Serialize)]
struct Advice {
    heading: &'static str,
    text: String,
}

#[derive(Serialize)]
struct Oddity {
    offset: u64,
    finding: String,
}

/// Bytes that mean one thing.
#[derive(Serialize)]
struct Span {
    start: usize,
    end: usize,
    role: &'static str,
    depth: usize,
    /// The number of the token among all of them, lists and what is in them included.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "is_false")]
    provisional: bool,
    meaning: String,
}

/// A token, a value of a table, or a field.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "is_false")]
    provisional: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ssid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<usize>,
    #[serde(skip_serializing_if = "is_false")]
    subject: bool,
    /// The value for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// Where all its bytes are, and those of its value.
    start: usize,
    end: usize,
    value_start: usize,
    value_end: usize,
    /// Where its value is in the JSON form; missing if it has none that can be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<Vec<Step>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    children: Vec<Node>,
}

/// A key or an index of the JSON form.
#[derive(Clone)]
enum Step {
    Key(String),
    Index(usize),
}

impl Serialize for Step {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Key(key) => serializer.serialize_str(key),
            Self::Index(index) => index.serialize(serializer),
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl Details {
    pub(crate) fn new(site: &Site, buffer: &Buffer<'_>) -> Self {
        let described = Described::new(site, buffer);
        let mut regions = Vec::new();
        let read = described.regions(&mut |region: Region| {
            regions.push(Span {
                start: region.range.start,
                end: region.range.end,
                role: region.role.name(),
                depth: region.depth,
                token: region.token,
                name: region.name,
                provisional: region.is_provisional,
                meaning: region.meaning,
            });
        });
        let subjects = described.event().map(|event| {
            event.subjects().flatten().map(|subject| subject.token().start()).collect::<Vec<_>>()
        });
        let mut tree = Tree {
            levels: vec![Vec::new()],
            paths: vec![vec![Step::Key("tokens".into())]],
            count: 0,
            origin: buffer.origin(),
            subjects: subjects.unwrap_or_default(),
            fields: None,
        };
        // The regions have met the same error.
        let _ = described.visit(&mut tree);
        let mut provisional = Vec::new();
        described.provisional(true, &mut |name| {
            if !provisional.iter().any(|known| known == name) {
                provisional.push(name.to_owned());
            }
        });
        Self {
            kind: if described.event().is_some() { "event" } else { "command" },
            ssid: described.event().map_or_else(
                || site.ssid(buffer.ssid()).to_string(),
                |event| site.event_ssid(event).to_string(),
            ),
            event: described.event().map(|event| EventDetails::new(site, event)),
            length: buffer.len(),
            tokens: tree.finish(),
            regions,
            findings: findings(buffer)
                .into_iter()
                .map(|finding| Oddity {
                    offset: finding.offset().saturating_sub(buffer.origin()),
                    finding: finding.kind().to_string(),
                })
                .collect(),
            provisional,
            error: read.err().map(|error| error.to_string()),
        }
    }
}

impl EventDetails {
    fn new(site: &Site, event: &Event<'_>) -> Self {
        let advice = site.advice(event);
        let advice = advice.texts().map(|(heading, text)| Advice { heading, text: text.to_owned() });
        Self {
            number: event.number(),
            name: site.event_name(event).map(str::to_owned),
            severity: site.severity(event).name(),
            generated: event.generated().map(|time| time_text(site, time)),
            process: site.process(event).map(|process| process.to_string()),
            header: site.header(event).to_string(),
            sentence: site.sentence(event).to_string(),
            advice: advice.collect(),
        }
    }
}

/// A time in the zone of the site, to the second fraction that it has.
pub(crate) fn time_text(site: &Site, time: Timestamp) -> String {
    if time == Timestamp::UNSET {
        "not set".to_owned()
    } else if time.is_elapsed() {
        format!("{} microseconds", time.0)
    } else {
        site.local(time).to_string().replace('T', " ").trim_end_matches('Z').to_owned()
    }
}

fn findings(buffer: &Buffer<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    // A token that cannot be read ends the search; the regions tell.
    let _ = match Event::try_from(*buffer) {
        Ok(event) => event.check(|finding| found.push(finding)),
        Err(_) => buffer.check(|finding| found.push(finding)),
    };
    found
}

/// The JSON form of a buffer, on one line or indented.
pub(crate) fn json_text(
    site: &Site,
    buffer: &Buffer<'_>,
    raw: bool,
    advice: bool,
    is_pretty: bool,
) -> Result<String, String> {
    let described = Described::new(site, buffer);
    let findings = findings(buffer);
    let (mut sentence, mut text, mut said) = (Text::new(), None, None);
    if let Some(event) = described.event() {
        site.sentence_text(event, &site.render_options(false), &mut sentence);
        text = Some(sentence.as_str());
        said = advice.then(|| site.advice(event));
    }
    let mut record = Record::new(described);
    record.text = text;
    record.advice = said;
    record.findings = &findings;
    record.raw = raw;
    let mut out = Vec::new();
    if is_pretty {
        let mut serializer = serde_json::Serializer::pretty(&mut out);
        record.serialize(&mut serializer).map_err(|error| error.to_string())?;
    } else {
        json::write(&mut out, &record).map_err(|error| error.to_string())?;
    }
    String::from_utf8(out).map_err(|error| error.to_string())
}

/// The tree under construction.
struct Tree {
    /// The nodes of each open level.
    levels: Vec<Vec<Node>>,
    /// Where each open level is in the JSON form.
    paths: Vec<Vec<Step>>,
    count: usize,
    origin: u64,
    /// Where the tokens of subjects begin.
    subjects: Vec<usize>,
    /// The groups that are open in the structure at hand, with where they end.
    fields: Option<Vec<usize>>,
}

impl Tree {
    fn finish(mut self) -> Vec<Node> {
        // A list that could not be read to its end stays open.
        while self.levels.len() > 1 {
            self.close(None);
        }
        self.levels.pop().unwrap_or_default()
    }

    fn open(&mut self, node: Node, path: Vec<Step>) {
        self.push(node);
        self.levels.push(Vec::new());
        self.paths.push(path);
    }

    fn close(&mut self, end: Option<usize>) {
        let children = self.levels.pop().unwrap_or_default();
        self.paths.pop();
        if let Some(node) = self.levels.last_mut().and_then(|level| level.last_mut()) {
            node.children = children;
            node.end = end.unwrap_or(node.end);
        }
    }

    fn push(&mut self, node: Node) {
        if let Some(level) = self.levels.last_mut() {
            level.push(node);
        }
    }

    /// The path of what comes next in the level at hand.
    fn path(&self, index: usize, key: &str) -> Vec<Step> {
        let mut path = self.paths.last().cloned().unwrap_or_default();
        path.extend([Step::Index(index), Step::Key(key.into())]);
        path
    }

    fn place(&self, at: u64) -> usize {
        usize::try_from(at.saturating_sub(self.origin)).unwrap_or(usize::MAX)
    }

    fn node(&mut self, item: &Item<'_>) -> Node {
        let range = item.token().range();
        let value = item.range();
        let token = Some(self.count);
        self.count += 1;
        Node {
            name: item.name().map(str::to_owned),
            provisional: item.is_provisional(),
            code: Some(format!("{:X}", item.code())),
            kind: item.data_type().name(),
            ssid: item.ssid().map(|ssid| item.site().ssid(ssid).to_string()),
            token,
            subject: self.subjects.contains(&item.token().start()),
            text: None,
            label: None,
            start: self.place(range.start),
            end: self.place(range.end),
            value_start: self.place(value.start),
            value_end: self.place(value.end),
            path: None,
            children: Vec::new(),
        }
    }

    /// Closes the groups that end before `at`.
    fn close_groups(&mut self, at: usize) {
        while let Some(end) = self.fields.as_mut().and_then(|open| open.pop_if(|end| *end <= at)) {
            let _ = end;
            self.close(None);
        }
    }

    /// Closes the structure at hand.
    fn close_fields(&mut self) {
        if self.fields.is_some() {
            self.close_groups(usize::MAX);
            self.fields = None;
            self.close(None);
        }
    }
}

impl Visitor for Tree {
    fn begin_list(&mut self, list: &Item<'_>) {
        self.close_fields();
        let node = self.node(list);
        let path = self.path(list.index(), "tokens");
        self.open(node, path);
    }

    fn end_list(&mut self, list: &Item<'_>) {
        self.close_fields();
        let end = self.place(list.token().range().end);
        self.close(Some(end));
    }

    fn begin_table(&mut self, table: &Item<'_>) {
        self.close_fields();
        let node = self.node(table);
        let path = self.path(table.index(), "values");
        self.open(node, path);
    }

    fn end_table(&mut self, _table: &Item<'_>) {
        self.close_fields();
        self.close(None);
    }

    fn value(&mut self, item: &Item<'_>) {
        self.close_fields();
        let is_of_table =
            matches!(self.paths.last().and_then(|path| path.last()), Some(Step::Key(key)) if key == "values");
        let mut node = if is_of_table {
            let range = item.range();
            let (start, end) = (self.place(range.start), self.place(range.end));
            let mut path = self.paths.last().cloned().unwrap_or_default();
            path.push(Step::Index(item.index()));
            let name = Some(format!("[{}]", item.index()));
            let kind = item.data_type().name();
            let path = item.round_trips().then_some(path);
            Node { name, kind, start, end, value_start: start, value_end: end, path, ..Node::empty() }
        } else {
            let key = if item.fidelity() == Fidelity::Exact { "value" } else { "hex" };
            let path = self.path(item.index(), key);
            let node = self.node(item);
            Node { path: (!item.is_mark()).then_some(path), ..node }
        };
        node.label = item.label().map(str::to_owned);
        let has_fields = item.fields().is_some();
        if !item.is_mark() && !has_fields {
            node.text = Some(shown(item));
        }
        if !has_fields {
            return self.push(node);
        }
        let path = node.path.take().unwrap_or_default();
        // A change of one field would lose the bytes that the fields do not show.
        let path = if item.round_trips() { path } else { Vec::new() };
        self.open(node, path);
        self.fields = Some(Vec::new());
    }

    fn field(
        &mut self,
        item: &Item<'_>,
        field: &FieldItem<'_>,
        index: usize,
        place: &core::ops::Range<usize>,
    ) {
        self.close_groups(place.start);
        let base = self.place(item.range().start);
        let (start, end) = (base + place.start, base + place.end);
        let outer = self.paths.last().cloned().unwrap_or_default();
        let path = (!outer.is_empty()).then(|| {
            let mut path = outer;
            path.push(Step::Key(field.name().to_owned()));
            if field.is_array() {
                path.push(Step::Index(index));
            }
            path
        });
        let name =
            if field.is_array() { format!("{}({index})", field.name()) } else { field.name().to_owned() };
        let node = Node { name: Some(name), start, end, value_start: start, value_end: end, ..Node::empty() };
        if field.is_group() {
            self.open(node, path.unwrap_or_default());
            self.fields.get_or_insert_default().push(place.end);
            return;
        }
        let scalar = field.scalar(place);
        let path = path.filter(|_| scalar.fidelity() == Fidelity::Exact);
        let text = Some(scalar.text(item.site()).to_string());
        let label = field.label(place).map(str::to_owned);
        self.push(Node { text, label, path, ..node });
    }
}

impl Node {
    const fn empty() -> Self {
        Self {
            name: None,
            provisional: false,
            code: None,
            kind: None,
            ssid: None,
            token: None,
            subject: false,
            text: None,
            label: None,
            start: 0,
            end: 0,
            value_start: 0,
            value_end: 0,
            path: None,
            children: Vec::new(),
        }
    }
}

/// The text of a value; its bytes where there is none.
fn shown(item: &Item<'_>) -> String {
    if item.has_text() && item.data_type() != DataType::Struct {
        return item.text().to_string();
    }
    zems::describe::Hex(item.bytes()).to_string()
}
