//! Systems that nobody has seen: header layouts, numbers, names and zones by seed, their events, and the lines they print.

use std::collections::BTreeMap;

use zems::dictionary::{Definitions, Dictionary, SsidDefinition, SubsystemDefinition, TokenDefinition};
use zems::ems::{EventBuilder, EventHeader};
use zems::spi::write::Raw;
use zems::spi::{
    HeaderBit, HeaderField, HeaderLayout, Profile, Ssid, SubjectMark, Timestamp, TokenCode, TokenNumber,
    TypeCode,
};
use zems::template::{Layout, ListOptions, RenderOptions, TemplateSet, Text, TokenLister};

/// Numbers that follow from a seed: SplitMix64.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn byte(&mut self) -> u8 {
        self.next().to_be_bytes()[0]
    }

    pub fn choice<'c, T>(&mut self, of: &'c [T]) -> &'c T {
        &of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, usize::try_from(self.below(at as u64 + 1)).unwrap());
        }
    }

    pub fn name(&mut self, longest: u64) -> String {
        let count = 2 + self.below(longest - 1);
        (0..count).map(|_| char::from(b'A' + u8::try_from(self.below(26)).unwrap())).collect()
    }
}

/// The bytes of a header that no field has.
#[derive(Clone, Copy)]
enum Gap {
    Zero,
    Constant(u8),
    Random,
    Few,
}

/// A system.
pub struct Hidden {
    pub dictionary: Dictionary,
    pub templates: TemplateSet,
    pub layouts: Vec<HeaderLayout>,
    gaps: Vec<Vec<(usize, Gap)>>,
    pub nodes: Vec<(i32, String)>,
    pub subsystems: Vec<(Ssid, Option<String>)>,
    pub zone: i32,
    processes: Vec<String>,
    text: (TokenCode, Ssid),
    start: i64,
    dense: u64,
}

/// An event of a system, and the line it prints, without line breaks.
pub struct Made {
    pub bytes: Vec<u8>,
    pub line: String,
    /// Whether it carries the token that is its whole text.
    pub has_text: bool,
}

/// Which fields a layout has is up to chance, but those without which no line tells of an event are there.
fn layout(random: &mut Random, length: u8) -> (HeaderLayout, Vec<(usize, Gap)>) {
    let mut fields = vec![(HeaderField::EventNumber, 2_u8), (HeaderField::GenerationTime, 8)];
    let mut maybe = |field, len, percent, random: &mut Random| {
        if random.chance(percent) {
            fields.push((field, len));
        }
    };
    maybe(HeaderField::LogTime, 8, 70, random);
    maybe(HeaderField::Flags, if random.chance(50) { 2 } else { 1 }, 90, random);
    match random.below(4) {
        0 => {}
        1 => maybe(HeaderField::System, if random.chance(50) { 1 } else { 2 }, 100, random),
        _ => maybe(HeaderField::NodeNumber, 4, 100, random),
    }
    match random.below(3) {
        0 => maybe(HeaderField::ProcessDescriptor, 36, 100, random),
        _ => maybe(HeaderField::CrtpidName, 6, 90, random),
    }
    let words = random.chance(50);
    let (cpu, pin) = if words {
        (HeaderField::Cpu, HeaderField::Pin)
    } else {
        (HeaderField::CrtpidCpu, HeaderField::CrtpidPin)
    };
    let width = if words { 2 } else { 1 };
    maybe(cpu, width, 80, random);
    maybe(pin, width, 80, random);
    maybe(HeaderField::Group, 1, 50, random);
    maybe(HeaderField::User, 1, 50, random);
    random.shuffle(&mut fields);
    // Leave out the fields that do not fit.
    let mut used = 0;
    fields.retain(|(field, len)| {
        let is_needed = matches!(field, HeaderField::EventNumber | HeaderField::GenerationTime);
        let fits = u64::from(used) + u64::from(*len) + 10 <= u64::from(length);
        let keep = is_needed || fits;
        used += if keep { *len } else { 0 };
        keep
    });
    let mut free = length - used;
    let (mut layout, mut at, mut gaps) = (HeaderLayout::new('H', length), 0_u8, Vec::new());
    let mut gap = |at: u8, len: u8, random: &mut Random| {
        let kind = match random.below(5) {
            0 | 1 => Gap::Zero,
            2 => Gap::Constant(random.byte()),
            3 => Gap::Few,
            _ => Gap::Random,
        };
        gaps.extend((at..at + len).map(|at| (usize::from(at), kind)));
    };
    for (field, len) in fields {
        if free > 0 && random.chance(50) {
            let skip = 1 + u8::try_from(random.below(u64::from(free.min(6)))).unwrap();
            gap(at, skip, random);
            (at, free) = (at + skip, free - skip);
        }
        layout = layout.with(field, at, len);
        at += len;
    }
    gap(at, free, random);
    if let Some((offset, len)) = layout.place(HeaderField::Flags) {
        let (offset, len) = (u8::try_from(offset).unwrap(), u8::try_from(len).unwrap());
        let bits = (0..8 * len).map(|bit| HeaderBit::new(offset + bit / 8, bit % 8));
        let mut bits: Vec<_> = bits.collect();
        // A flag may be in another word than the others.
        let gap = gaps.iter().find(|(_, kind)| matches!(kind, Gap::Zero)).map(|(at, _)| *at);
        random.shuffle(&mut bits);
        if let Some(gap) = gap.filter(|_| random.chance(20)) {
            bits[0] = HeaderBit::new(u8::try_from(gap).unwrap(), bits[0].bit);
            gaps.retain(|(at, _)| *at != gap);
        }
        (layout.emphasis, layout.console_print, layout.suppress_display) =
            (Some(bits[0]), Some(bits[1]), Some(bits[2]));
    }
    (layout, gaps)
}

impl Hidden {
    /// The system of a seed.
    pub fn new(random: &mut Random) -> Self {
        let count = 1 + random.below(2);
        let (mut layouts, mut gaps): (Vec<HeaderLayout>, Vec<_>) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let length = 20 + u8::try_from(random.below(101)).unwrap();
            if layouts.iter().all(|known| known.length != length) {
                let (layout, gap) = layout(random, length);
                layouts.push(layout);
                gaps.push(gap);
            }
        }
        Self::with_layouts(random, layouts, gaps)
    }

    /// A system whose headers are the shipped ones.
    pub fn shipped(random: &mut Random) -> Self {
        let layouts: Vec<_> = Profile::DEFAULT.layouts().copied().collect();
        let gaps = layouts.iter().map(|_| Vec::new()).collect();
        Self::with_layouts(random, layouts, gaps)
    }

    fn with_layouts(random: &mut Random, layouts: Vec<HeaderLayout>, gaps: Vec<Vec<(usize, Gap)>>) -> Self {
        let number = |random: &mut Random| 1 + i16::try_from(random.below(9000)).unwrap();
        let mark = TokenNumber(-1001 - i16::try_from(random.below(500)).unwrap());
        let mut profile = Profile::WITHOUT_LAYOUTS;
        layouts.iter().for_each(|layout| assert!(profile.set_layout(*layout)));
        profile.subject_mark = SubjectMark { number: mark, any: true };
        let owners = [*b"TANDEM  ", *b"TANDEM  ", *b"BANK    "];
        let versions = ["D10", "G06", "0", "A01"];
        let mut subsystems: Vec<(Ssid, Option<String>)> = Vec::new();
        for _ in 0..2 + random.below(4) {
            let (owner, number) = (*random.choice(&owners), number(random));
            let ssid = Ssid::new(owner, number, random.choice(&versions).parse().unwrap());
            let name = random.chance(70).then(|| random.name(7));
            let is_new = |(known, other): &(Ssid, Option<String>)| {
                known.number() != number && (other.is_none() || *other != name)
            };
            if subsystems.iter().all(is_new) {
                subsystems.push((ssid, name));
            }
        }
        let ems = Ssid::new(*b"TANDEM  ", 9100 + number(random) % 800, "0".parse().unwrap());
        let text = TokenCode::new(TypeCode::CHAR, 255, TokenNumber(number(random)));
        let mut nodes: BTreeMap<i32, String> = BTreeMap::new();
        for _ in 0..1 + random.below(4) {
            nodes.insert(i32::try_from(random.below(255)).unwrap(), random.name(6));
        }
        let mut definitions = Definitions::default();
        definitions.profile = profile;
        definitions.nodes = nodes.clone().into_iter().collect();
        for (ssid, name) in &subsystems {
            if let Some(name) = name {
                let subsystem = SubsystemDefinition { ssid: *ssid, name: name.clone(), abbreviation: None };
                definitions.subsystems.push(subsystem);
            }
        }
        definitions.ssids.push(SsidDefinition {
            name: "ZEMS-VAL-SSID".into(),
            ssid: ems,
            is_provisional: false,
        });
        definitions.tokens.push(TokenDefinition {
            name: "ZEMS-TKN-TEXT".into(),
            code: text,
            ssid: Some(ems),
            home: Some(ems),
            ..TokenDefinition::default()
        });
        let dictionary = Dictionary::new(&definitions);
        let templates = TemplateSet::new(&dictionary);
        let processes = (0..1 + random.below(8)).map(|_| format!("${}", random.name(5))).collect();
        Self {
            dictionary,
            templates,
            layouts,
            gaps,
            nodes: nodes.into_iter().collect(),
            subsystems,
            zone: 900 * (i32::try_from(random.below(105)).unwrap() - 48),
            processes,
            text: (text, ems),
            start: 212_600_000_000_000_000 + i64::try_from(random.below(30_000_000)).unwrap() * 1_000_000,
            dense: 1 + random.below(20),
        }
    }

    /// This many events, in the order they were generated, and their lines.
    pub fn events(&self, count: usize, random: &mut Random) -> Vec<Made> {
        let mut time = self.start;
        let mut made = Vec::new();
        for _ in 0..count {
            time += i64::try_from(random.below(self.dense * 1_000_000)).unwrap();
            made.push(self.event(time, random));
        }
        made
    }

    fn event(&self, time: i64, random: &mut Random) -> Made {
        let at = usize::try_from(random.below(self.layouts.len() as u64)).unwrap();
        let layout = &self.layouts[at];
        let (ssid, _) = random.choice(&self.subsystems).clone();
        let (node, name) = random.choice(&self.nodes).clone();
        let named = random.chance(70);
        let process = match (named, layout.place(HeaderField::ProcessDescriptor)) {
            (false, _) => String::new(),
            (true, Some(_)) => format!("\\{name}.{}", random.choice(&self.processes)),
            (true, None) => random.choice(&self.processes).clone(),
        };
        let words = layout.place(HeaderField::Cpu).is_some();
        let pin = if words && layout.place(HeaderField::Pin).is_some() {
            random.below(1200)
        } else {
            random.below(255)
        };
        let number = match random.below(12) {
            0 => -1 - i16::try_from(random.below(30)).unwrap(),
            1..5 => 1 + i16::try_from(random.below(5)).unwrap(),
            _ => i16::try_from(random.below(1200)).unwrap(),
        };
        let logged =
            if random.chance(80) { time + i64::try_from(random.below(4_000_000)).unwrap() } else { 0 };
        let header = EventHeader {
            generated: Timestamp(time),
            logged: Timestamp(logged),
            user: (random.byte(), random.byte()),
            node,
            process: process.as_bytes(),
            cpu: u16::try_from(random.below(16)).unwrap(),
            pin: u16::try_from(pin).unwrap(),
            emphasis: random.chance(25),
            console_print: random.chance(30),
            suppress_display: random.chance(10),
            layout: Some(layout.length),
            ..EventHeader::new(ssid, number)
        };
        let profile = self.dictionary.profile();
        let mut writer = EventBuilder::relay(Vec::new(), &header, profile).unwrap();
        let subject = TokenCode::new(TypeCode::CHAR, 255, TokenNumber(1));
        writer
            .subject_qualified(Ssid::NULL, subject, Raw(random.choice(&self.processes).as_bytes()))
            .unwrap();
        let has_text = random.chance(85);
        if has_text {
            let words: Vec<_> = (0..3 + random.below(14)).map(|_| random.name(9).to_lowercase()).collect();
            writer.put_qualified(self.text.1, self.text.0, Raw(words.join(" ").as_bytes())).unwrap();
        }
        let count = TokenCode::new(TypeCode::INT, 2, TokenNumber(2));
        writer.put_qualified(Ssid::NULL, count, Raw(&random.next().to_be_bytes()[..2])).unwrap();
        let mut bytes = writer.finish().unwrap();
        for (place, gap) in &self.gaps[at] {
            bytes[28 + place] = match gap {
                Gap::Zero => 0,
                Gap::Constant(byte) => *byte,
                Gap::Random => random.byte(),
                Gap::Few => random.byte() % 4,
            };
        }
        let line = self.print(&self.dictionary, &self.templates, &bytes, 0);
        Made { bytes, line, has_text }
    }

    /// The list that an analyzer of the system prints for an event: header tokens and tokens.
    pub fn list(&self, bytes: &[u8]) -> String {
        let buffer = zems::spi::read::Decoder::new(self.dictionary.profile()).parse(bytes).unwrap();
        let zone = |_| self.zone;
        let render = RenderOptions { zone: Some(&zone), ..RenderOptions::default() };
        let lister =
            TokenLister::new(ListOptions::default(), &self.dictionary, &self.templates, render).unwrap();
        let mut list = String::new();
        lister.list(&buffer, &mut list).unwrap();
        list
    }

    /// The line that a system with these definitions prints for an event, in its own zone.
    pub fn print(
        &self,
        dictionary: &Dictionary,
        templates: &TemplateSet,
        bytes: &[u8],
        width: usize,
    ) -> String {
        let buffer = zems::spi::read::Decoder::new(dictionary.profile()).parse(bytes).unwrap();
        let event = zems::ems::Event::try_from(buffer).unwrap();
        let zone = |_| self.zone;
        let options = RenderOptions { zone: Some(&zone), ..RenderOptions::default() };
        let (mut text, mut out) = (Text::new(), String::new());
        let layout = Layout::distributor(width);
        templates.print(&event, dictionary, &options, &layout, &mut text, &mut out).unwrap();
        out
    }

    /// The log of these events as it is found: lines lost, doubled, in another order, wrapped, and some of another system.
    pub fn log(&self, made: &[Made], random: &mut Random) -> String {
        let other = Self::new(random);
        let mut lines: Vec<String> = Vec::new();
        for event in made {
            if random.chance(5) {
                continue;
            }
            let line = self.print(&self.dictionary, &self.templates, &event.bytes, 80);
            if random.chance(5) {
                lines.push(line.clone());
            }
            lines.push(line);
            if random.chance(10) {
                let foreign =
                    Self { start: self.start, ..Self::new(&mut Random(other.start.unsigned_abs())) };
                let line = foreign.events(1, random).remove(0);
                lines.push(line.line);
            }
        }
        for at in 1..lines.len() {
            if random.chance(5) {
                let other = at.saturating_sub(usize::try_from(random.below(10)).unwrap());
                lines.swap(at, other);
            }
        }
        lines.join("\n") + "\n"
    }
}
