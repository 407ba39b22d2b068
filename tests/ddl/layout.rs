//! Layouts of definitions made at random: against the rules every layout keeps, and against the single pass that
//! The DDL Reference Manual (chapter 6, alignment) writes down, which places every field where it finally lies. The library lays out each
//! definition once, from 0, and uses it anywhere; both must agree.

use core::cell::Cell;
use core::fmt::Write;

use proptest::collection::vec;
use proptest::prelude::*;
use zems::ddl::{self, Input, Schema};
use zems::text::{NoLoader, SourceMap};

use super::oracle;

/// A line item.
#[derive(Clone, Debug)]
struct Item {
    kind: Kind,
    occurs: Option<u16>,
    /// Alternatives, each made to fit.
    redefined_by: Vec<Alternative>,
    /// Bytes of all occurrences and alignment, once known: they are asked for often.
    known: Cell<(Option<u32>, Option<u32>)>,
}

#[derive(Clone, Debug)]
enum Kind {
    /// Text or another single byte: clause and bytes.
    Bytes(&'static str, u32),
    /// Anything that is on a word.
    Words(&'static str, u32),
    Bit(u8),
    Group(Vec<Item>),
    /// TYPE: an earlier definition, counted back.
    Def(usize),
}

/// The items that redefine an item of this many bytes.
#[derive(Clone, Copy, Debug)]
enum Alternative {
    /// One byte.
    Byte,
    /// As many bytes.
    Text,
    /// A group of words and, if they do not come out even, a byte; needs two bytes.
    Words,
}

fn item() -> impl Strategy<Value = Item> {
    let leaf = prop_oneof![
        3 => prop::sample::select(vec![("PIC X", 1), ("PIC X(3)", 3), ("TYPE CHARACTER 4", 4), ("PIC S9(2)", 3),
            ("TYPE BINARY 8", 1), ("TYPE LOGICAL 1", 1), ("PIC 9999 COMP-3", 3)])
            .prop_map(|(clause, size)| Kind::Bytes(clause, size)),
        3 => prop::sample::select(vec![("TYPE BINARY 16", 2), ("TYPE BINARY 32", 4), ("TYPE BINARY 64 UNSIGNED", 8),
            ("TYPE FLOAT", 4), ("TYPE COMPLEX", 8), ("TYPE ENUM", 2), ("TYPE LOGICAL", 2), ("PIC 9(4) COMP", 2),
            ("TYPE CHARACTER 8 TACL DEVICE", 8)])
            .prop_map(|(clause, size)| Kind::Words(clause, size)),
        2 => (1_u8..=16).prop_map(Kind::Bit),
        2 => (0_usize..4).prop_map(Kind::Def),
    ];
    let alternative = prop_oneof![Just(Alternative::Byte), Just(Alternative::Text), Just(Alternative::Words)];
    let finish = move |kind| {
        (Just(kind), prop::option::weighted(0.3, 1_u16..4), vec(alternative.clone(), 0..3)).prop_map(
            |(kind, occurs, redefined_by)| Item { kind, occurs, redefined_by, known: Cell::default() },
        )
    };
    let finish_group = finish.clone();
    leaf.prop_flat_map(finish).prop_recursive(3, 16, 5, move |inner| {
        vec(inner, 1..5).prop_map(Kind::Group).prop_flat_map(finish_group.clone())
    })
}

/// The source of definitions `d0`, `d1`, ..., and what the reference says about each field of each.
struct Reference {
    definitions: Vec<Vec<Item>>,
}

/// Offset and size of one occurrence.
type Fields = Vec<(String, u32, u32)>;

impl Reference {
    fn source(&self) -> String {
        let mut text = String::new();
        for (at, items) in self.definitions.iter().enumerate() {
            writeln!(text, "DEF d{at}.").unwrap();
            self.items(&mut text, at, items, 2);
            writeln!(text, "END").unwrap();
        }
        text
    }

    fn items(&self, text: &mut String, def: usize, items: &[Item], level: u8) {
        for (at, item) in items.iter().enumerate() {
            let occurs = match item.occurs {
                Some(times) if !matches!(item.kind, Kind::Bit(_)) => format!(" OCCURS {times} TIMES"),
                _ => String::new(),
            };
            match &item.kind {
                Kind::Bytes(clause, _) | Kind::Words(clause, _) => {
                    writeln!(text, " {level:02} f{at} {clause}{occurs}.").unwrap();
                }
                Kind::Bit(width) => writeln!(text, " {level:02} f{at} TYPE BIT {width}.").unwrap(),
                Kind::Def(back) => match self.earlier(def, *back) {
                    Some(earlier) => writeln!(text, " {level:02} f{at} TYPE d{earlier}{occurs}.").unwrap(),
                    None => writeln!(text, " {level:02} f{at} PIC X{occurs}.").unwrap(),
                },
                Kind::Group(members) => {
                    writeln!(text, " {level:02} f{at}{occurs}.").unwrap();
                    self.items(text, def, members, level + 1);
                }
            }
            for (number, (alternative, size)) in self.alternatives(def, item).enumerate() {
                let name = format!(" {level:02} r{at}-{number} REDEFINES f{at}");
                match alternative {
                    Alternative::Byte => writeln!(text, "{name} PIC X.").unwrap(),
                    Alternative::Text => writeln!(text, "{name} TYPE CHARACTER {size}.").unwrap(),
                    Alternative::Words => {
                        let inner = level + 1;
                        writeln!(text, "{name}. {inner:02} w TYPE BINARY 16 OCCURS {} TIMES.", size / 2)
                            .unwrap();
                        if size % 2 == 1 {
                            writeln!(text, " {inner:02} FILLER PIC X.").unwrap();
                        }
                    }
                }
            }
        }
    }

    fn earlier(&self, def: usize, back: usize) -> Option<usize> {
        def.checked_sub(back + 1)
    }

    /// The redefinitions of an item, with the bytes they have at hand. A BIT field can have none.
    fn alternatives(&self, def: usize, item: &Item) -> impl Iterator<Item = (Alternative, u32)> {
        let space = match (&item.kind, item.known.get().0) {
            (Kind::Bit(_), _) => 0,
            (_, Some(space)) => space,
            (_, None) if item.redefined_by.is_empty() => 0,
            (_, None) => {
                let size = self.members(def, item, 0, "", &mut Vec::new());
                let space = size * u32::from(item.occurs.unwrap_or(1));
                item.known.set((Some(space), item.known.get().1));
                space
            }
        };
        let all = item.redefined_by.clone().into_iter().map(move |alternative| (alternative, space));
        all.filter(|(alternative, space)| {
            *space >= if matches!(alternative, Alternative::Words) { 2 } else { 1 }
        })
    }

    // Section 6.2, literally.

    fn align(&self, def: usize, item: &Item) -> u32 {
        if let (_, Some(align)) = item.known.get() {
            return align;
        }
        let align = match &item.kind {
            Kind::Bytes(..) => 1,
            Kind::Words(..) | Kind::Bit(_) => 2,
            Kind::Group(members) => self.group_align(def, members),
            Kind::Def(back) => match self.earlier(def, *back) {
                Some(earlier) => self.group_align(earlier, &self.definitions[earlier]),
                None => 1,
            },
        };
        item.known.set((item.known.get().0, Some(align)));
        align
    }

    fn group_align(&self, def: usize, members: &[Item]) -> u32 {
        members.iter().map(|member| self.place_align(def, member)).max().unwrap_or(1)
    }

    /// With that of every item that redefines it.
    fn place_align(&self, def: usize, item: &Item) -> u32 {
        let words =
            self.alternatives(def, item).any(|(alternative, _)| matches!(alternative, Alternative::Words));
        self.align(def, item).max(if words { 2 } else { 1 })
    }

    /// Places what is inside an item that starts at `offset`; returns the bytes of one occurrence.
    fn members(&self, def: usize, item: &Item, offset: u32, path: &str, fields: &mut Fields) -> u32 {
        let size = match &item.kind {
            Kind::Bytes(_, size) | Kind::Words(_, size) => *size,
            Kind::Bit(_) => 2,
            Kind::Group(members) => self.place(def, members, offset, path, fields) - offset,
            Kind::Def(back) => match self.earlier(def, *back) {
                Some(earlier) => {
                    self.place(earlier, &self.definitions[earlier], offset, path, fields) - offset
                }
                None => 1,
            },
        };
        let pad = item.occurs.is_some() && self.align(def, item) == 2 && size % 2 == 1;
        size + u32::from(pad)
    }

    /// Places the members of a group from `offset` on; returns where it ends.
    fn place(&self, def: usize, members: &[Item], mut offset: u32, path: &str, fields: &mut Fields) -> u32 {
        let mut bits: Option<(u32, u8)> = None; // word and bits used
        for (at, item) in members.iter().enumerate() {
            let name = |name: String| if path.is_empty() { name } else { format!("{path}.{name}") };
            if let Kind::Bit(width) = item.kind {
                let (word, used) = match bits {
                    Some((word, used)) if used + width <= 16 => (word, used),
                    _ => {
                        offset += offset % 2;
                        offset += 2;
                        (offset - 2, 0)
                    }
                };
                bits = Some((word, used + width));
                fields.push((name(format!("f{at}")), word, 2));
                continue;
            }
            bits = None;
            if self.place_align(def, item) == 2 {
                offset += offset % 2;
            }
            let inside = name(format!("f{at}"));
            let own = fields.len();
            fields.push((inside.clone(), offset, 0));
            let size = self.members(def, item, offset, &inside, fields);
            fields[own].2 = size;
            for (number, (alternative, size)) in self.alternatives(def, item).enumerate() {
                let redefinition = name(format!("r{at}-{number}"));
                match alternative {
                    Alternative::Byte => fields.push((redefinition, offset, 1)),
                    Alternative::Text => fields.push((redefinition, offset, size)),
                    Alternative::Words => {
                        fields.push((redefinition.clone(), offset, size));
                        fields.push((format!("{redefinition}.w"), offset, 2));
                        if size % 2 == 1 {
                            fields.push((format!("{redefinition}.FILLER"), offset + size - 1, 1));
                        }
                    }
                }
            }
            offset += size * u32::from(item.occurs.unwrap_or(1));
        }
        offset
    }
}

fn compile(source: String) -> (Schema, SourceMap, String) {
    let mut sources = SourceMap::new();
    let id = sources.add("random", source).unwrap();
    let (schema, diagnostics) = ddl::compile(&mut sources, &[Input::user(id)], &NoLoader);
    let rendered = diagnostics.render(&sources);
    (schema, sources, rendered)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn layouts_agree_with_the_single_pass(definitions in vec(vec(item(), 1..5), 1..5)) {
        let reference = Reference { definitions };
        let source = reference.source();
        let (schema, sources, diagnostics) = compile(source.clone());
        let too_long = (0..reference.definitions.len())
            .any(|at| reference.place(at, &reference.definitions[at], 0, "", &mut Vec::new()) > 32_767);
        prop_assume!(!too_long);
        prop_assert_eq!(diagnostics.as_str(), "", "{}", source);
        oracle::check_schema(&schema, &sources);
        for (at, items) in reference.definitions.iter().enumerate() {
            let mut expected = Vec::new();
            let size = reference.place(at, items, 0, "", &mut expected);
            let def = schema.def(&format!("d{at}")).unwrap();
            let found: Fields =
                def.qualified_fields().map(|(name, field)| (name, field.offset, field.size)).collect();
            prop_assert_eq!(found, expected, "{}", source);
            prop_assert_eq!(def.size(), size, "{}", source);
        }
    }

    /// Under ?FIELDALIGN_SHARED8 every number is at a multiple of its width, and so does what it is in.
    #[test]
    fn shared8_aligns_by_width(definitions in vec(vec(item(), 1..5), 1..5)) {
        let reference = Reference { definitions };
        let source = format!("?FIELDALIGN_SHARED8\n{}", reference.source());
        let (schema, sources, _) = compile(source.clone());
        oracle::check_schema(&schema, &sources);
        for at in 0..reference.definitions.len() {
            let Some(def) = schema.def(&format!("d{at}")) else { continue }; // too long
            for field in def.fields() {
                let width = match field.data {
                    ddl::DdlType::Binary { bytes, .. } | ddl::DdlType::Float(bytes) => u32::from(bytes),
                    ddl::DdlType::Complex => 4,
                    _ => 1,
                };
                prop_assert_eq!(field.offset % width, 0, "{} in\n{}", field.name, source);
                prop_assert_eq!(field.size % width, 0);
            }
            prop_assert!(def.size() % 2 == 0);
        }
    }

    /// Any words in any order.
    #[test]
    fn soup_never_panics(words in vec(prop::sample::select(SOUP.to_vec()), 0..120)) {
        oracle::check(words.join(" ").as_bytes());
        oracle::check(words.join("\n").as_bytes());
    }

    #[test]
    fn text_never_panics(text in "\\PC*\n?\\PC*") {
        oracle::check(text.as_bytes());
    }
}

const SOUP: [&str; 90] = [
    "CONSTANT",
    "DEF",
    "DEF",
    "DEF",
    "TOKEN-TYPE",
    "TOKEN-CODE",
    "TOKEN-MAP",
    "TOKEN",
    "RECORD",
    "OUTPUT",
    "EXIT",
    "END",
    "END",
    "END.",
    ".",
    ".",
    ".",
    ".",
    ".",
    ",",
    ";",
    "!",
    "*",
    "?SECTION",
    "?SOURCE",
    "?COLUMNS",
    "02",
    "02",
    "03",
    "03",
    "04",
    "49",
    "88",
    "89",
    "66",
    "a",
    "b",
    "c",
    "d",
    "a.",
    "b.",
    "a.b",
    "FILLER",
    "TYPE",
    "TYPE",
    "TYPE *",
    "PIC X",
    "PIC 9(4) COMP",
    "PIC",
    "BINARY",
    "BINARY 16",
    "BINARY 32,2",
    "BIT 3",
    "BIT 9",
    "ENUM",
    "ENUM BEGIN",
    "CHARACTER 3",
    "LOGICAL",
    "SQL",
    "BEGIN",
    "OCCURS",
    "OCCURS 2 TIMES",
    "VARYING",
    "0 TO 4 TIMES DEPENDING ON",
    "REDEFINES",
    "REDEFINES a",
    "SPI-NULL",
    "SPI-NULL 0",
    "TACL SSID",
    "HEADING",
    "VALUE",
    "VALUE IS",
    "VALUE 1",
    "VERSION",
    "NOVERSION",
    "FOR",
    "THRU",
    "IS",
    "\"x\"",
    "'C00'",
    "\"",
    "N\"x\"",
    "%17",
    "-3",
    "99999999999999999999",
    "1.5",
    "LN",
    "SSID \"A.1.0\"",
    "MUST BE",
    "é",
];
