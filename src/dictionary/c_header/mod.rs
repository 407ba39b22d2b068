//! Reads C headers that the DDL compiler has generated from definitions (DDL Reference Manual, chapters 6 and 7).
//!
//! ```c
//! #pragma section zxxx_tkn_y
//! /* TOKEN-CODE ZXXX-TKN-Y created on ... */
//! #define ZXXX_TKN_Y 33490907LU
//! #pragma fieldalign shared2 __zxxx_ddl_z
//! typedef struct __zxxx_ddl_z { short z_number; union { char z_filler[8]; zspi_ddl_char8_def z_owner; } u_z_filler; } zxxx_ddl_z_def;
//! ```
//!
//! Constants, token types and codes, token maps, structures (a union is a REDEFINES), enumerations. They become
//! the definition types of the DDL compiler, among those of the other sources, so that a number reaches what is made of it. A header says
//! less than the source it was made from: headings, null values and labels are not in it. So a structure that the
//! definitions at hand have in the same form is left as it is.

mod grammar;
mod lexer;
mod merge;
mod translate;

use std::collections::{BTreeSet, HashMap, HashSet};

pub(super) use translate::Translation;

use super::naming;
use crate::text::{Diagnostic, Diagnostics, Location, Severity, SourceId, Span, limits};
use grammar::{Declaration, Define};
use lexer::Piece;

/// The definitions of a header. Names are as DDL writes them, in upper case with hyphens.
#[derive(Debug, Default)]
pub(super) struct Header {
    constants: Vec<Constant>,
    token_types: Vec<Number>,
    tokens: Vec<Number>,
    maps: Vec<Map>,
    defs: Vec<Def>,
}

#[derive(Debug)]
struct Constant {
    name: String,
    value: Literal,
    at: Location,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Literal {
    Number(i128),
    Text(String),
}

/// A token type or a token code.
#[derive(Debug)]
struct Number {
    name: String,
    value: u32,
}

#[derive(Debug)]
struct Map {
    name: String,
    words: Vec<u16>,
}

/// A type definition.
#[derive(Debug)]
struct Def {
    name: String,
    form: Form,
    at: Location,
}

#[derive(Clone, Debug, PartialEq)]
enum Form {
    Struct(Vec<Member>),
    Enum(Vec<(String, i128)>),
    /// Another name for a type.
    Type(Type, Vec<u64>),
}

/// A member of a structure.
#[derive(Clone, Debug, PartialEq)]
struct Member {
    /// `None`: bits without a name.
    name: Option<String>,
    member_type: Type,
    /// Sizes of an array.
    dimensions: Vec<u64>,
    bits: Option<u8>,
    /// Where it is in the source.
    at: Span,
}

#[derive(Clone, Debug, PartialEq)]
enum Type {
    Char,
    /// Bytes, bits or words of a number, and whether it is unsigned.
    Integer {
        bytes: u8,
        unsigned: bool,
    },
    /// Bytes.
    Float(u8),
    /// A type defined elsewhere.
    Named(String),
    Struct(Vec<Member>),
    Union(Vec<Member>),
}

/// Reads a header. Leaves out unknown declarations. `macros` are defined before it.
pub(super) fn read(
    id: SourceId,
    text: &str,
    macros: &BTreeSet<String>,
    diagnostics: &mut Diagnostics,
) -> Header {
    let code = lexer::blank_comments(text);
    let (declarations, directives) = lexer::directives(&code, macros);
    let Some(pieces) = lexer::pieces(&declarations, &directives) else {
        let message = format!(
            "the header has too many declarations for its length: {0} and one for each {1} bytes are read, with {0} members and one for \
             each {2} bytes",
            limits::C_DECLARATIONS,
            limits::C_BYTES_PER_DECLARATION,
            limits::C_BYTES_PER_SEMICOLON
        );
        diagnostics.push(Diagnostic::error(id, Span::at(0), message));
        return Header::default();
    };
    let mut reader = Reader {
        id,
        diagnostics,
        macros: HashMap::new(),
        items: Header::default(),
        section: None,
        shared8: HashSet::new(),
        enumerations: HashSet::new(),
    };
    for piece in pieces {
        match piece {
            Piece::Directive(start, text) => reader.directive(start, text),
            Piece::Declaration(start, text) => reader.declaration(start, text),
        }
    }
    let Reader { mut items, .. } = reader;
    keep_last(&mut items.constants, |constant| &constant.name);
    keep_last(&mut items.tokens, |token| &token.name);
    keep_last(&mut items.token_types, |token_type| &token_type.name);
    keep_last(&mut items.maps, |map| &map.name);
    keep_last(&mut items.defs, |def| &def.name);
    items
}

/// Of items with one name keeps the last.
fn keep_last<T>(items: &mut Vec<T>, name: impl Fn(&T) -> &String) {
    let mut known = HashSet::new();
    let kept: Vec<_> = items.drain(..).rev().filter(|item| known.insert(name(item).clone())).collect();
    items.extend(kept.into_iter().rev());
}

struct Reader<'r> {
    id: SourceId,
    diagnostics: &'r mut Diagnostics,
    /// Macros by their C names: their values, and where they are.
    macros: HashMap<String, (Literal, Location)>,
    items: Header,
    /// The name in the `#pragma section` above.
    section: Option<String>,
    /// Structures with another alignment than DDL has.
    shared8: HashSet<String>,
    /// Names of types whose values have been given.
    enumerations: HashSet<String>,
}

impl Reader<'_> {
    fn directive(&mut self, start: usize, text: &str) {
        match grammar::directive(text) {
            Some(grammar::Directive::Section(name)) => self.section = ddl_name(name),
            Some(grammar::Directive::Shared8(name)) => {
                self.shared8.extend(ddl_name(name));
            }
            Some(grammar::Directive::Define(define)) => self.define(start, text, &define),
            None => {}
        }
    }

    fn define(&mut self, start: usize, text: &str, define: &Define<'_>) {
        let at = self.location(start + text.len() - define.left, define.name.len());
        let value = match &define.value {
            grammar::Value::Number(number) => Literal::Number(*number),
            grammar::Value::Text(text) => Literal::Text(text.clone()),
            grammar::Value::Macro(name) => match self.macros.get(*name) {
                Some((value, _)) => value.clone(),
                None => return,
            },
        };
        // `zxxx_ddl_y_def_Size` is the length of a structure; that of a constant one is 0 in real headers.
        if define.name.ends_with("_Size") {
            return;
        }
        let Some(name) = ddl_name(define.name) else { return };
        let earlier = self.macros.insert(define.name.to_owned(), (value.clone(), at));
        if let Some((_, earlier)) = earlier.filter(|(earlier, _)| *earlier != value) {
            let message = format!("{} is defined twice; the later definition counts", define.name);
            let warning = Diagnostic::new(Severity::Warning, at, message);
            self.diagnostics.push(warning.with_secondary(earlier, "the earlier definition"));
        }
        match (naming::parts(&name).1, &value) {
            (Some("TKN"), Literal::Number(number)) => match u32::try_from(*number) {
                Ok(value) if value < 0x8000_0000 => self.items.tokens.push(Number { name, value }),
                _ => self.error(at, "a token code is a number from 0 to 2147483647"),
            },
            (Some("TYP"), Literal::Number(number)) => match u16::try_from(*number) {
                Ok(value) => self.items.token_types.push(Number { name, value: u32::from(value) }),
                Err(_) => self.error(at, "a token type is a number from 0 to 65535"),
            },
            _ => self.items.constants.push(Constant { name, value, at }),
        }
    }

    fn declaration(&mut self, start: usize, text: &str) {
        let declaration = match grammar::declaration(start, text) {
            Ok(Some(declaration)) => declaration,
            Ok(None) => return,
            Err(expected) => {
                let base = u32::try_from(start).unwrap_or(u32::MAX);
                let span = expected.span(text, base);
                self.diagnostics.push(Diagnostic::error(self.id, span, expected.to_string()));
                return;
            }
        };
        let section = self.section.clone();
        match declaration {
            Declaration::Map { name, words } => {
                let words = words.into_iter().map(u16::try_from).collect::<Result<Vec<_>, _>>();
                // A token map begins with the token type of all of them.
                if let (Some(name), Ok(words)) = (ddl_name(name.text), words)
                    && words.len() > 3
                    && words.first() == Some(&super::token::MAP_TYPE)
                {
                    self.items.maps.push(Map { name, words });
                }
            }
            Declaration::Type { name: Some(name), form } => {
                let at = self.location(name.start, name.text.len());
                let Some(ddl_name) = def_name(name.text) else { return };
                if self.shared8.contains(&ddl_name) {
                    let message = format!("{} is left out: its fields are aligned as in no DDL", name.text);
                    self.diagnostics.push(Diagnostic::new(Severity::Warning, at, message));
                    return;
                }
                // The type of an enumeration is a plain number; its values are in the same section.
                if matches!(form, Form::Type(..)) && self.enumerations.contains(&ddl_name) {
                    return;
                }
                if matches!(form, Form::Enum(_)) {
                    self.enumerations.insert(ddl_name.clone());
                }
                self.items.defs.push(Def { name: ddl_name, form, at });
            }
            Declaration::Type { name: None, form: Form::Enum(values) } => match section {
                Some(name) => {
                    let at = self.location(start, 4);
                    self.enumerations.insert(name.clone());
                    self.items.defs.push(Def { name, form: Form::Enum(values), at });
                }
                None => {
                    let at = self.location(start, 4);
                    self.items.constants.extend(values.into_iter().map(|(name, value)| Constant {
                        name,
                        value: Literal::Number(value),
                        at,
                    }));
                }
            },
            Declaration::Type { .. } => {}
        }
    }

    fn location(&self, start: usize, len: usize) -> Location {
        let [start, end] = [start, start + len].map(|at| u32::try_from(at).unwrap_or(u32::MAX));
        Location::new(self.id, Span::new(start, end))
    }

    fn error(&mut self, at: Location, message: &'static str) {
        self.diagnostics.push(Diagnostic::new(Severity::Error, at, message));
    }
}

/// A C name as DDL writes it; `None` if DDL has no such name.
fn ddl_name(name: &str) -> Option<String> {
    let name = name.trim_matches('_');
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic());
    (starts_well && name.len() <= 64).then(|| name.replace('_', "-").to_ascii_uppercase())
}

/// The DEF that a type is made of: `zspi_ddl_char8_def`, `__zspi_ddl_char8`.
fn def_name(name: &str) -> Option<String> {
    ddl_name(name.strip_suffix("_def").unwrap_or(name))
}
