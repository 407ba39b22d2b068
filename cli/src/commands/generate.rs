//! `zems generate`: events by seed, for tests and load.

use std::io::Write;
use std::path::PathBuf;

use zems::dictionary::{Dictionary, EventDef, FieldType, Presence, Structure, TokenDef};
use zems::ems::{EventBuilder, EventHeader, MAX_EVENT_LEN};
use zems::spi::write::{EncodeError, Raw};
use zems::spi::{
    DataType, Fname32, HeaderField, HeaderLayout, Profile, Ssid, Timestamp, TokenCode, TokenNumber,
};

use crate::Stop;
use crate::args::definitions;
use crate::args::select;
use crate::terminal::output::{Names, Output};
use crate::terminal::report::Report;

/// Generate valid events by seed, and damaged ones on request: the same seed gives the same bytes.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// How many.
    #[arg(short = 'n', long, value_name = "N", default_value_t = 1)]
    count: u64,
    /// The seed of everything random.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Only events of subsystems that fit: TANDEM.RPC.*.
    #[arg(long, value_name = "PATTERN")]
    ssid: Option<String>,
    /// Only events with these numbers: 8, 1-99.
    #[arg(long, value_name = "N[,N-M]", value_parser = select::numbers, allow_hyphen_values = true)]
    event: Option<select::Numbers>,
    /// Make events of the system that these definitions describe: its header layouts, flag bits, numbers, data types, subject mark,
    /// nodes and subsystems. `zems learn` writes such a directory.
    #[arg(long, value_name = "DIR")]
    like: Option<PathBuf>,
    /// When the first event is generated.
    #[arg(long, value_name = "TIME", default_value = "2026-01-01T00:00:00Z", value_parser = select::time)]
    start: Timestamp,
    /// Seconds from one event to the next, on average.
    #[arg(long, value_name = "SECONDS", default_value_t = 1.0, value_parser = step)]
    step: f64,
    /// How many of 100 events to damage: cut short, lengths and bytes changed.
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=100))]
    damaged: u8,
    /// Write the buffers to this file. Default: standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write to a terminal anyway.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    definitions: definitions::Args,
}

const EXAMPLES: &str = "\
Examples:
  zems generate -n 1000 -o events.bin
  zems generate -n 20 --seed 7 --ssid 'TANDEM.RPC.*' | zems decode
  zems generate -n 1000 --no-builtin --like site -o events.bin
  zems generate -n 100 --damaged 10 | zems decode --format json > /dev/null";

pub(crate) fn run(args: &Args, report: &mut Report) -> Result<(), Stop> {
    report.count("events");
    Names::default().inputs(&args.definitions.paths()).output("-o", args.output.as_deref()).check()?;
    let mut sources = args.definitions.clone();
    sources.define.extend(args.like.clone());
    let definitions = sources.load()?;
    let dictionary = definitions.dictionary();
    let fits = |event: &EventDef<'_>| {
        args.ssid.as_ref().is_none_or(|pattern| select::ssid_fits(pattern, event.ssid(), dictionary))
            && args.event.as_ref().is_none_or(|numbers| numbers.contain(event.number()))
    };
    let events: Vec<_> =
        dictionary.events().filter(|event| event.subject().is_some() && fits(event)).collect();
    let like = args.like.as_ref().map(|_| Like::new(dictionary));
    let wants_all = args.ssid.is_none() && args.event.is_none();
    if events.is_empty() && !(like.is_some() && wants_all) {
        return Err(Stop::Usage(
            "no defined event with a subject matches; `zems catalog` lists the events".to_owned(),
        ));
    }
    let mut output = Output::new(args.output.as_deref())?.refuse_terminal(args.force)?;
    let mut random = Random(args.seed);
    let mut time = args.start;
    for _ in 0..args.count {
        let made = Made { dictionary, time, like: like.as_ref() };
        let (name, made) = match (random.choice(&events), &like) {
            (Some(event), _) => (event.name(), made.event(event, &mut random)),
            // Definitions without events: of numbers and tokens as they come.
            (None, Some(like)) => ("an event", made.any(like, &mut random)),
            (None, None) => break,
        };
        let mut bytes = made.map_err(|error| Stop::Usage(format!("{name}: {error}")))?;
        if random.below(100) < u64::from(args.damaged) {
            damage(&mut bytes, &mut random);
        }
        output.write_all(&bytes)?;
        report.good();
        time = Timestamp(time.0.saturating_add(random.pause(args.step)));
    }
    output.finish()
}

fn step(text: &str) -> Result<f64, String> {
    let seconds = text.parse().map_err(|_| format!("{text:?} is not a number of seconds"))?;
    if (0.0..=1e9).contains(&seconds) { Ok(seconds) } else { Err("from 0 to a billion seconds".to_owned()) }
}

/// Numbers that follow from a seed: SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// One of 0 to `limit` - 1.
    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    fn byte(&mut self) -> u8 {
        self.next().to_be_bytes()[0]
    }

    fn choice<'c, T>(&mut self, of: &'c [T]) -> Option<&'c T> {
        let count = u64::try_from(of.len()).unwrap_or(u64::MAX);
        usize::try_from(self.below(count)).ok().and_then(|at| of.get(at))
    }

    /// Microseconds until the next of events that come by chance, `mean` seconds apart on average.
    fn pause(&mut self, mean: f64) -> i64 {
        let mean = core::time::Duration::from_secs_f64(mean).as_micros();
        let longest = u64::try_from(mean.saturating_mul(2)).unwrap_or(u64::MAX);
        i64::try_from(self.below(longest.saturating_add(1))).unwrap_or(0)
    }

    /// A name as NonStop systems have them: a letter, then letters and digits.
    fn name(&mut self, longest: u64) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        let count = 2 + self.below(longest.saturating_sub(1));
        let letters = (0..count).filter_map(|at| {
            let letters = if at == 0 { LETTERS.get(..26) } else { Some(LETTERS) };
            self.choice(letters?).copied().map(char::from)
        });
        letters.collect()
    }

    fn text(&mut self) -> String {
        const WORDS: &[&str] =
            &["file", "not", "found", "path", "down", "timeout", "line", "restarted", "by", "operator", "43"];
        let count = 1 + self.below(5);
        let words: Vec<_> = (0..count).filter_map(|_| self.choice(WORDS).copied()).collect();
        words.join(" ")
    }
}

/// Events of one moment.
struct Made<'d> {
    dictionary: &'d Dictionary,
    time: Timestamp,
    /// The system that is to be like.
    like: Option<&'d Like>,
}

/// The peculiarities of a system that definitions describe.
struct Like {
    /// The length bytes of its own header layouts; those of the shipped ones if it has none.
    layouts: Vec<u8>,
    nodes: Vec<(i32, String)>,
    /// Its subsystems.
    ssids: Vec<Ssid>,
}

impl Like {
    fn new(dictionary: &Dictionary) -> Self {
        let profile = dictionary.profile();
        let is_own = |layout: &&HeaderLayout| Profile::DEFAULT.layouts().all(|shipped| shipped != *layout);
        let mut layouts: Vec<_> = profile.layouts().filter(is_own).map(|layout| layout.length).collect();
        if layouts.is_empty() {
            layouts = profile.layouts().map(|layout| layout.length).collect();
        }
        let ssids = dictionary.subsystems().map(|subsystem| subsystem.ssid()).collect();
        Self { layouts, nodes: dictionary.nodes().to_vec(), ssids }
    }
}

impl Made<'_> {
    /// An event with its subject, every token it always has, and some of the others.
    fn event(&self, event: &EventDef<'_>, random: &mut Random) -> Result<Vec<u8>, EncodeError> {
        let mut process = String::new();
        let header = self.header(event.ssid(), event.number(), event.emphasis(), &mut process, random);
        let mut writer = EventBuilder::relay(Vec::new(), &header, self.dictionary.profile())?;
        self.body(&mut writer, event, random)?;
        writer.finish()
    }

    /// An event of which only the numbers are known: a subject, and a text if the token for it is known.
    fn any(&self, like: &Like, random: &mut Random) -> Result<Vec<u8>, EncodeError> {
        const SUBJECT: TokenCode = TokenCode::new(zems::spi::TypeCode::CHAR, 255, TokenNumber(1));
        let ssid = random.choice(&like.ssids).copied();
        let ssid = ssid.unwrap_or_else(|| Ssid::new(*b"TANDEM  ", 1, zems::spi::Version(0)));
        let number = i16::try_from(1 + random.below(999)).unwrap_or(1);
        let mut process = String::new();
        let header = self.header(ssid, number, None, &mut process, random);
        let mut writer = EventBuilder::relay(Vec::new(), &header, self.dictionary.profile())?;
        writer.subject_qualified(Ssid::NULL, SUBJECT, Raw(format!("${}", random.name(5)).as_bytes()))?;
        if let Some(text) = self.dictionary.token_named("ZEMS-TKN-TEXT") {
            writer.put_qualified(home(&text), text.stored_code(), Raw(random.text().as_bytes()))?;
        }
        writer.finish()
    }

    /// A header of the shipped layout, or of one of those that are to be like.
    fn header<'p>(
        &self,
        ssid: Ssid,
        number: i16,
        emphasis: Option<bool>,
        process: &'p mut String,
        random: &mut Random,
    ) -> EventHeader<'p> {
        const NODES: [(&str, i32); 4] = [("NODE", 3), ("SYSA", 4), ("SYSB", 5), ("TEST", 254)];
        let (node, node_number) = random.choice(&NODES).copied().unwrap_or(("NODE", 3));
        let mut node = (node_number, node.to_owned());
        let mut layout = None;
        *process = format!("\\{}.${}", node.1, random.name(5));
        if let Some(like) = self.like {
            node = random.choice(&like.nodes).cloned().unwrap_or(node);
            layout = random.choice(&like.layouts).copied();
            let known = layout.and_then(|length| self.dictionary.profile().layout(length));
            // The content of the field; a process without a name shows processor and process number.
            let longest =
                known.and_then(|it| it.place(HeaderField::ProcessDescriptor)).map_or(33, |(_, len)| len - 2);
            *process = format!("\\{}.${}", node.1, random.name(5));
            if random.below(5) == 0 || process.len() > longest.min(33) {
                process.clear();
            }
        }
        let emphasis = emphasis.unwrap_or_else(|| random.below(8) == 0);
        EventHeader {
            generated: self.time,
            logged: Timestamp(self.time.0.saturating_add(i64::from(random.byte()))),
            user: (random.byte(), random.byte()),
            node: node.0,
            process: process.as_bytes(),
            cpu: u16::from(random.byte() % 16),
            pin: u16::from(random.byte()),
            emphasis,
            layout,
            ..EventHeader::new(ssid, number)
        }
    }

    /// The subject, every token an event always has, and some of the others.
    fn body(
        &self,
        writer: &mut EventBuilder<'_, Vec<u8>>,
        event: &EventDef<'_>,
        random: &mut Random,
    ) -> Result<(), EncodeError> {
        if let Some(subject) = event.subject() {
            let bytes = self.value(&subject, event, random);
            writer.subject_qualified(home(&subject), subject.stored_code(), Raw(&bytes))?;
            writer.raise_max_field_version(subject.newest_version(&bytes));
        }
        let mut open = None;
        for wanted in event.event_tokens() {
            let is_there = match wanted.presence {
                Presence::Required => true,
                Presence::Internal => false,
                _ => random.below(2) == 0,
            };
            let token = wanted.token;
            if !is_there || token.header_token().is_some() || token.stored_code().type_code() == LIST {
                continue;
            }
            let list = wanted.within.map(|list| (home(&list), list.stored_code()));
            if list != open {
                if open.take().is_some() {
                    writer.end_list()?;
                }
                if let Some((ssid, code)) = list {
                    writer.begin_list(ssid, code)?;
                    open = list;
                }
            }
            let bytes = self.value(&token, event, random);
            // Space for the end of the list, and for the next pad.
            if writer.len() + bytes.len() + 32 < usize::from(MAX_EVENT_LEN) {
                writer.put_qualified(home(&token), token.stored_code(), Raw(&bytes))?;
                writer.raise_max_field_version(token.newest_version(&bytes));
            }
        }
        if open.is_some() {
            writer.end_list()?;
        }
        Ok(())
    }

    /// A value that a token of this code can have.
    fn value(&self, token: &TokenDef<'_>, event: &EventDef<'_>, random: &mut Random) -> Vec<u8> {
        let code = token.stored_code();
        let kind = self.dictionary.profile().data_type(code.type_code());
        let len = (!code.is_variable()).then_some(usize::from(code.length()));
        if let Some(structure) = token.structure() {
            let mut bytes = self.structure(&structure, event, random);
            bytes.resize(len.unwrap_or(bytes.len()), 0);
            return bytes;
        }
        let labelled: Vec<_> = token.enumeration().map(|e| e.values().collect()).unwrap_or_default();
        if let Some(value) = random.choice(&labelled) {
            let bytes = value.value().to_be_bytes();
            let len = len.or(kind.element_len()).unwrap_or(2);
            return bytes.get(bytes.len().saturating_sub(len)..).unwrap_or_default().to_vec();
        }
        if token.name().ends_with("-CPU") && len == Some(2) {
            return vec![0, random.byte() % 16];
        }
        let sign = token.name().contains("PROC").then_some("$");
        let mut bytes = self.element(kind, sign, event, random);
        match len {
            None => {}
            Some(len) if kind.is_string() => bytes.resize(len, b' '),
            Some(len) => {
                while bytes.len() < len {
                    let more = self.element(kind, None, event, random);
                    bytes.extend(if more.is_empty() { vec![0] } else { more });
                }
                bytes.truncate(len);
            }
        }
        bytes
    }

    /// Every field of a structure; bit fields and digits are left 0, which all of them can be.
    fn structure(&self, structure: &Structure<'_>, event: &EventDef<'_>, random: &mut Random) -> Vec<u8> {
        let mut bytes = vec![0; usize::try_from(structure.len()).unwrap_or(0)];
        let in_use = |field: &zems::dictionary::Field<'_>| {
            !field.is_group() && field.redefines().is_none() && field.bit().is_none()
        };
        for field in structure.fields().filter(in_use) {
            let kind = match field.field_type() {
                FieldType::Character => DataType::Char,
                FieldType::Tacl(tacl) => tacl.data_type(),
                _ => DataType::Unknown,
            };
            let mut value = self.element(kind, None, event, random);
            let len = usize::try_from(field.len()).unwrap_or(0);
            if kind == DataType::Unknown {
                value = vec![0; len];
                if let Some(low) = value.last_mut() {
                    *low = random.byte() % 100;
                }
            }
            value.resize(len, if kind == DataType::Char { b' ' } else { 0 });
            if let Some(place) = field.place(&[]).and_then(|place| bytes.get_mut(place)) {
                place.copy_from_slice(&value);
            }
        }
        bytes
    }

    /// One element of a data type.
    fn element(
        &self,
        kind: DataType,
        name: Option<&str>,
        event: &EventDef<'_>,
        random: &mut Random,
    ) -> Vec<u8> {
        let small = i16::from(random.byte() % 100);
        match kind {
            DataType::Char => match name {
                Some(sign) => format!("{sign}{}", random.name(5)).into_bytes(),
                None => random.text().into_bytes(),
            },
            DataType::Byte => vec![random.byte()],
            DataType::Int | DataType::Uint | DataType::Enum => small.to_be_bytes().to_vec(),
            DataType::Int2 => i32::from(small).to_be_bytes().to_vec(),
            DataType::Int4 => i64::from(small).to_be_bytes().to_vec(),
            DataType::Boolean => if random.below(2) == 0 { [0, 0] } else { [255, 255] }.to_vec(),
            DataType::Timestamp => self.time.0.to_be_bytes().to_vec(),
            DataType::Ssid => event.ssid().as_bytes().to_vec(),
            DataType::Error => [&event.ssid().as_bytes()[..], &small.to_be_bytes()].concat(),
            DataType::TokenCode => TokenCode::default().to_be_bytes(false).to_vec(),
            DataType::Fname32 => {
                let name = format!("$DATA01.{}.{}", random.name(8), random.name(8));
                name.parse().map_or_else(|_| vec![0; 32], |name: Fname32| name.as_bytes().to_vec())
            }
            DataType::Fname | DataType::Subvol | DataType::Device | DataType::Crtpid => {
                let mut name = format!("{:<8}", format!("$D{:02}", random.below(100)));
                for _ in 1..kind.element_len().unwrap_or(8) / 8 {
                    name += &format!("{:<8}", random.name(8));
                }
                let mut name = name.into_bytes();
                name.truncate(kind.element_len().unwrap_or(8));
                name
            }
            DataType::Username => format!("{:<8}{:<8}", random.name(8), random.name(8)).into_bytes(),
            _ => vec![0; kind.element_len().unwrap_or(0)],
        }
    }
}

const LIST: zems::spi::TypeCode = zems::spi::TypeCode::LIST;

/// Whose token it is; the null SSID stands for the event's own.
fn home(token: &TokenDef<'_>) -> Ssid {
    token.ssid().unwrap_or(Ssid::NULL)
}

/// The damage done to buffers on their way: an end that is missing, a length that is wrong, bytes that are others.
fn damage(bytes: &mut Vec<u8>, random: &mut Random) {
    let len = u64::try_from(bytes.len()).unwrap_or(0);
    let at = |random: &mut Random| usize::try_from(random.below(len)).unwrap_or(0);
    match random.below(3) {
        0 => bytes.truncate(at(random)),
        1 => {
            // A length byte of a token after the header, or a length word.
            let place = at(random) & !1 | 1;
            if let Some(byte) = bytes.get_mut(place) {
                *byte = byte.wrapping_add(1 + random.byte() % 255);
            }
        }
        _ => {
            for _ in 0..=random.below(4) {
                let place = at(random);
                if let Some(byte) = bytes.get_mut(place) {
                    *byte = random.byte();
                }
            }
        }
    }
}
