//! SQL data types, with the sizes their values have in a program: text with a length in front for VARCHAR, binary numbers
//! by their precision, and dates, times and intervals as text. [DDL 6-53; SQL/MP Reference Manual, "Data Types"]

use alloc::string::String;

use crate::text::grammar::{Parsed, decimal, expected, integer, lexeme};

use super::ast::Type;
use super::data_type::{DdlType, Sign};
use super::grammar::blanks;
use crate::text::limits::ddl as limits;

/// The parts of a date and time from the greatest to the smallest, each with its digits. FRACTION has as many as are
/// asked for.
const PARTS: [(&str, u16); 7] =
    [("YEAR", 4), ("MONTH", 2), ("DAY", 2), ("HOUR", 2), ("MINUTE", 2), ("SECOND", 2), ("FRACTION", 6)];
const DAY: usize = 2;
const HOUR: usize = 3;
const SECOND: usize = 5;
const FRACTION: usize = 6;

const WANT: &str = "an SQL data type: CHARACTER VARCHAR NCHAR NUMERIC DECIMAL SMALLINT INTEGER LARGEINT FLOAT REAL \
                    DOUBLE DATE TIME TIMESTAMP DATETIME or INTERVAL";

/// `TYPE SQL` after the keyword SQL.
pub(super) fn data_type(input: &str) -> Parsed<'_, Type<'_>> {
    let (rest, name) = word(input);
    let binary = |bytes, scale, unsigned| Type::Data(DdlType::Binary { bytes, scale, unsigned });
    match name.as_str() {
        "CHAR" | "CHARACTER" => match after(rest, "VARYING") {
            Some(rest) => text(rest, |length| Type::Varying(DdlType::Character(length))),
            None => text(rest, |length| Type::Data(DdlType::Character(length))),
        },
        "VARCHAR" => text(rest, |length| Type::Varying(DdlType::Character(length))),
        "NCHAR" => match after(rest, "VARYING") {
            Some(rest) => text(rest, |length| Type::Varying(DdlType::National(length))),
            None => text(rest, |length| Type::Data(DdlType::National(length))),
        },
        "SMALLINT" | "INTEGER" | "INT" | "LARGEINT" => {
            let bytes = match name.as_str() {
                "SMALLINT" => 2,
                "LARGEINT" => 8,
                _ => 4,
            };
            let (rest, unsigned) = signedness(rest);
            Ok((rest, binary(bytes, 0, unsigned)))
        }
        "NUMERIC" | "DECIMAL" => {
            let (rest, (digits, scale)) = precision(rest)?;
            let (rest, unsigned) = signedness(rest);
            if name == "NUMERIC" {
                let bytes = match digits {
                    0..=4 => 2,
                    5..=9 => 4,
                    _ => 8,
                };
                return Ok((rest, binary(bytes, i8::try_from(scale).unwrap_or(0), unsigned)));
            }
            let sign = if unsigned { Sign::None } else { Sign::LeadingEmbedded };
            Ok((rest, Type::Data(DdlType::Numeric { digits, scale, sign })))
        }
        "FLOAT" => {
            let (end, bits) = optional_number(rest, 54)?;
            match bits {
                1..=22 => Ok((end, Type::Data(DdlType::Float(4)))),
                23..=54 => Ok((end, Type::Data(DdlType::Float(8)))),
                _ => expected(rest, "a precision from 1 to 54"),
            }
        }
        "REAL" => Ok((rest, Type::Data(DdlType::Float(4)))),
        "DOUBLE" => Ok((after(rest, "PRECISION").unwrap_or(rest), Type::Data(DdlType::Float(8)))),
        "DATE" => Ok((rest, moment(0, DAY, 0))),
        "TIME" => {
            let (rest, fraction) = fraction(rest, 0)?;
            Ok((rest, moment(HOUR, if fraction == 0 { SECOND } else { FRACTION }, fraction)))
        }
        "TIMESTAMP" => {
            let (rest, fraction) = fraction(rest, 6)?;
            Ok((rest, moment(0, if fraction == 0 { SECOND } else { FRACTION }, fraction)))
        }
        "DATETIME" => {
            let (rest, first) = part(rest)?;
            let Some(behind) = after(rest, "TO") else { return expected(rest, "TO") };
            let (rest, last) = part_from(behind, first)?;
            let (rest, fraction) = if last == FRACTION { fraction(rest, 6)? } else { (rest, 0) };
            Ok((rest, moment(first, last, fraction)))
        }
        "INTERVAL" => {
            let (rest, first) = part(rest)?;
            let default = if first == FRACTION { 6 } else { 2 };
            let (mut rest, digits) = fraction(rest, default)?;
            let (mut last, mut fractions) = (first, 6);
            if let Some(behind) = after(rest, "TO") {
                (rest, last) = part_from(behind, first)?;
                if last == FRACTION {
                    (rest, fractions) = fraction(rest, 6)?;
                }
            }
            // A sign, the first part with its own number of digits, the others as in a date.
            let others = if last > first { 1 + length(first + 1, last, fractions) } else { 0 };
            Ok((rest, Type::Data(DdlType::Character(1 + digits + others))))
        }
        _ => expected(input, WANT),
    }
}

/// A date and time from one part to another.
fn moment<'s>(first: usize, last: usize, fraction: u16) -> Type<'s> {
    Type::Data(DdlType::Character(length(first, last, fraction)))
}

/// Characters of the parts, one separator between each two.
fn length(first: usize, last: usize, fraction: u16) -> u16 {
    let digits = (first..=last).map(|at| match PARTS.get(at) {
        Some(_) if at == FRACTION => fraction,
        Some((_, digits)) => *digits,
        None => 0,
    });
    digits.map(|digits| digits + 1).sum::<u16>().saturating_sub(1)
}

fn part(input: &str) -> Parsed<'_, usize> {
    part_from(input, 0)
}

/// A part that is not greater than `first`.
fn part_from(input: &str, first: usize) -> Parsed<'_, usize> {
    let (rest, name) = word(input);
    match PARTS.iter().position(|(known, _)| *known == name) {
        Some(at) if at >= first => Ok((rest, at)),
        _ => expected(input, "YEAR, MONTH, DAY, HOUR, MINUTE, SECOND or FRACTION"),
    }
}

/// `n` or `( n )`: characters of a text.
fn text<'s>(input: &'s str, of: impl Fn(u16) -> Type<'s>) -> Parsed<'s, Type<'s>> {
    let (rest, length) = optional_number(input, 1)?;
    match u16::try_from(length) {
        Ok(length) if length > 0 && u32::from(length) <= limits::DEFINITION => {
            // UPSHIFT and CHARACTER SET say nothing about the size; UPSHIFT is a clause of its own.
            let mut rest = rest;
            if let Some(behind) = after(rest, "CHARACTER").and_then(|rest| after(rest, "SET")) {
                (rest, _) = word(behind);
            }
            Ok((rest, of(length)))
        }
        _ => expected(input, "a length from 1 to 32767"),
    }
}

/// `p` or `p,s`, with or without parentheses: digits, and those after the decimal point.
fn precision(input: &str) -> Parsed<'_, (u8, u8)> {
    let (inside, open) = opened(input);
    let (mut rest, digits) = lexeme(blanks, decimal)(inside)?;
    let mut scale = 0;
    if let Some(behind) = rest.strip_prefix(',') {
        (rest, scale) = lexeme(blanks, integer)(blanks(behind))?;
    }
    let rest = closed(rest, open)?;
    match (u8::try_from(digits), u8::try_from(scale)) {
        (Ok(digits @ 1..=18), Ok(scale)) if scale <= digits => Ok((rest, (digits, scale))),
        _ => expected(inside, "a precision from 1 to 18 and a scale that is not greater"),
    }
}

/// `(n)`, from 0 to 6 for fractions of a second and to 18 for the first part of an interval.
fn fraction(input: &str, default: u16) -> Parsed<'_, u16> {
    let (rest, number) = match input.starts_with('(') {
        true => optional_number(input, default.into())?,
        false => (input, default.into()),
    };
    match u16::try_from(number) {
        Ok(number @ 0..=18) => Ok((rest, number)),
        _ => expected(input, "a number from 0 to 18"),
    }
}

fn optional_number(input: &str, default: u64) -> Parsed<'_, u64> {
    let (inside, open) = opened(input);
    if !open && !inside.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok((input, default));
    }
    let (rest, number) = lexeme(blanks, decimal)(inside)?;
    Ok((closed(rest, open)?, number))
}

fn opened(input: &str) -> (&str, bool) {
    match input.strip_prefix('(') {
        Some(rest) => (blanks(rest), true),
        None => (input, false),
    }
}

fn closed(input: &str, open: bool) -> Result<&str, nom::Err<crate::text::grammar::Expected<'_>>> {
    match input.strip_prefix(')') {
        Some(rest) if open => Ok(blanks(rest)),
        _ if open => Err(nom::Err::Error(crate::text::grammar::Expected::new(input, ")"))),
        _ => Ok(input),
    }
}

fn signedness(input: &str) -> (&str, bool) {
    match after(input, "UNSIGNED") {
        Some(rest) => (rest, true),
        None => (after(input, "SIGNED").unwrap_or(input), false),
    }
}

/// The input after this word, if it begins with it.
fn after<'s>(input: &'s str, expected: &str) -> Option<&'s str> {
    let (rest, found) = word(input);
    (found == expected).then_some(rest)
}

/// The next word in upper case and what follows.
fn word(input: &str) -> (&str, String) {
    let end = input.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(input.len());
    let (word, rest) = input.split_at(end);
    (blanks(rest), word.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (text, size) in [
            ("CHAR 10", 10),
            ("CHARACTER(3) CHARACTER SET ISO88591", 3),
            ("NCHAR 4", 8),
            ("smallint", 2),
            ("INTEGER UNSIGNED", 4),
            ("LARGEINT", 8),
            ("NUMERIC (4)", 2),
            ("NUMERIC (9,2) UNSIGNED", 4),
            ("NUMERIC (18, 4)", 8),
            ("DECIMAL (7,2)", 7),
            ("FLOAT (22)", 4),
            ("FLOAT", 8),
            ("REAL", 4),
            ("DOUBLE PRECISION", 8),
            ("DATE", 10),
            ("TIME", 8),
            ("TIMESTAMP", 26),
            ("DATETIME YEAR TO FRACTION(3)", 23),
            ("DATETIME HOUR TO MINUTE", 5),
            ("INTERVAL DAY(4) TO SECOND", 14),
            ("INTERVAL YEAR", 3),
        ] {
            let (rest, kind) = data_type(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
            assert_eq!(rest, "", "{text}");
            let Type::Data(data) = kind else { panic!("{text}") };
            assert_eq!(data.size(), Some(size), "{text}");
        }
        assert_eq!(data_type("varchar 10."), Ok((".", Type::Varying(DdlType::Character(10)))));
        assert_eq!(data_type("NCHAR VARYING (5)"), Ok(("", Type::Varying(DdlType::National(5)))));
        for text in ["", "BLOB", "CHAR 0", "NUMERIC 19", "DATETIME DAY TO YEAR", "CHAR (3", "FLOAT 55"] {
            assert!(data_type(text).is_err(), "{text}");
        }
    }
}
