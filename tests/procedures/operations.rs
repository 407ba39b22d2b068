//! Several values, DELETE, DATA-FLUSH, DEFAULT-SSID, and SSMOVE.

use super::{A, B, C, ENDLIST, LIST, MARK, Program, special, ssid, text};
use zems::procedures::{Host, Special, Status, TokenId};
use zems::spi::TokenCode;
use zems::spi::read::Buffer;

/// Every token of the buffer, lists with their end, as `code=bytes`.
fn listing(program: &Program) -> Vec<String> {
    let (buffer, _) = Buffer::parse_prefix(&program.bytes).unwrap();
    buffer.check(|finding| panic!("{finding:?}")).unwrap();
    let mut lines = Vec::new();
    for visit in buffer.walk() {
        match visit.unwrap() {
            zems::spi::read::Visit::Token(token) => {
                let values: Vec<String> = match token.table() {
                    Some(table) => {
                        table.items().map(|item| String::from_utf8_lossy(item.bytes()).into_owned()).collect()
                    }
                    None => vec![String::from_utf8_lossy(token.bytes()).into_owned()],
                };
                lines.push(format!("{}={}", token.code().number().0, values.join("|")));
            }
            zems::spi::read::Visit::Open(_) => lines.push("(".to_owned()),
            _ => lines.push(")".to_owned()),
        }
    }
    lines
}

fn delete(program: &mut Program, code: TokenCode, index: i16) -> Result<(), Status> {
    program.put_qualified(special(Special::Delete), &code.to_be_bytes(false), Some(index), None)
}

fn filled() -> Program {
    let mut program = Program::new();
    program.put(B, &text("one")).unwrap();
    program.put(LIST, &[]).unwrap();
    program.put(B, &text("in")).unwrap();
    program.put(C, b"ccc").unwrap();
    program.put(ENDLIST, &[]).unwrap();
    program.put(C, b"abc").unwrap();
    program.put(B, &text("two")).unwrap();
    program
}

#[test]
fn several_values_are_a_table_and_are_found_one_by_one() {
    let mut program = Program::new();
    program.put_qualified(C, b"aaabbbccc", Some(3), None).unwrap();
    program.put_qualified(A, &[0, 1, 0, 2], Some(2), None).unwrap();
    program.put_qualified(B, &[text("ab"), text(""), text("cdef")].concat(), Some(3), None).unwrap();
    program.put_qualified(MARK, &[], Some(2), None).unwrap();
    program.put(C, b"ddd").unwrap();
    assert_eq!(listing(&program), ["3=aaa|bbb|ccc", "1=\0\u{1}|\0\u{2}", "2=ab||cdef", "7=", "7=", "3=ddd"]);
    assert_eq!(program.get(C, 2).unwrap(), b"bbb");
    assert_eq!(program.get(C, 0).unwrap(), b"ccc");
    assert_eq!(program.get(C, 0).unwrap(), b"ddd");
    assert_eq!(program.ask(Special::Count, C, 1), Ok(4));
    assert_eq!(program.ask(Special::Offset, C, 2), Ok(68 + 3));
    assert_eq!(program.get_of(C, 2, 9, None).unwrap(), (b"bbbcccddd".to_vec(), 3));
    assert_eq!(program.get_of(B, 1, 2, None).unwrap(), ([text("ab"), text("")].concat(), 2));
    assert_eq!(program.get(B, 0).unwrap(), text("cdef"));
    program.put(special(Special::InitialPosition), &[0, 0]).unwrap();
    for expected in [(C, 3), (A, 2), (B, 3), (MARK, 2), (C, 1)] {
        assert_eq!(program.next(Special::NextCode), Ok(expected));
    }
    program.put(special(Special::InitialPosition), &[0, 0]).unwrap();
    let codes: Vec<_> = core::iter::from_fn(|| program.next(Special::NextToken).ok()).collect();
    assert_eq!(codes, [C, C, C, A, A, B, B, B, MARK, MARK, C].map(|code| (code, 1)));
}

#[test]
fn delete_removes_a_token_or_a_whole_list() {
    let mut program = filled();
    delete(&mut program, LIST, 1).unwrap();
    assert_eq!(listing(&program), ["2=one", "3=abc", "2=two"]);
    delete(&mut program, B, 2).unwrap();
    assert_eq!(listing(&program), ["2=one", "3=abc"]);
    assert_eq!(program.used().len(), 66 + 4 + 3, "no pad at the end");
    assert_eq!(program.context().last_token(), 0);
    delete(&mut program, B, 1).unwrap();
    delete(&mut program, C, 0).unwrap();
    assert_eq!(program.used().len(), 56);
    assert_eq!(delete(&mut program, C, 0), Err(Status::MISTKN));
}

#[test]
fn delete_inside_a_list_keeps_the_lengths() {
    let mut program = filled();
    program.get(LIST, 0).unwrap();
    delete(&mut program, B, 0).unwrap();
    assert_eq!(listing(&program), ["2=one", "(", "3=ccc", ")", "3=abc", "2=two"]);
    assert_eq!(program.get(C, 0).unwrap(), b"ccc", "the token after the deleted one is next");
    delete(&mut program, C, 0).unwrap();
    assert_eq!(listing(&program), ["2=one", "(", ")", "3=abc", "2=two"]);
    assert_eq!(program.next(Special::NextToken), Ok((ENDLIST, 1)));
    assert_eq!(program.next(Special::NextToken), Ok((C, 1)));
}

#[test]
fn delete_of_one_value_of_a_table() {
    for (code, values, index, expected) in [
        (C, b"aaabbbccc".to_vec(), 1, "3=bbb|ccc"),
        (C, b"aaabbbccc".to_vec(), 2, "3=aaa|ccc"),
        (C, b"aaabbbccc".to_vec(), 3, "3=aaa|bbb"),
        (B, [text("ab"), text("cdef"), text("")].concat(), 1, "2=cdef|"),
        (B, [text("ab"), text("cdef"), text("")].concat(), 2, "2=ab|"),
        (B, [text("ab"), text("cdef"), text("")].concat(), 3, "2=ab|cdef"),
    ] {
        for is_last in [true, false] {
            let mut program = Program::new();
            program.put_qualified(code, &values, Some(3), None).unwrap();
            if !is_last {
                program.put(A, b"xy").unwrap();
            }
            delete(&mut program, code, index).unwrap();
            let mut lines = vec![expected];
            lines.extend((!is_last).then_some("1=xy"));
            assert_eq!(listing(&program), lines);
        }
    }
}

#[test]
fn data_flush_removes_from_the_current_token_on() {
    let flush = special(Special::DataFlush);
    let mut program = filled();
    program.get(C, 0).unwrap();
    program.put(flush, &[]).unwrap();
    assert_eq!(listing(&program), ["2=one", "(", "2=in", "3=ccc", ")"]);
    program.put(A, b"xy").unwrap();
    assert_eq!(listing(&program).last().unwrap(), "1=xy");
    program.put(special(Special::InitialPosition), &[0, 0]).unwrap();
    program.put(flush, &[]).unwrap();
    assert_eq!(program.used().len(), 56);

    // In a list the list is open again.
    let mut program = filled();
    program.get(LIST, 0).unwrap();
    program.get(C, 0).unwrap();
    program.put(flush, &[]).unwrap();
    assert_eq!((program.context().last_list(), program.pointers()), (66, (66, 72, true)));
    program.put(A, b"xy").unwrap();
    program.put(ENDLIST, &[]).unwrap();
    assert_eq!(listing(&program), ["2=one", "(", "2=in", "1=xy", ")"]);
}

#[test]
fn the_default_subsystem_is_that_of_the_list() {
    let mut program = Program::new();
    let other = ssid("OTHER.9.D20");
    program.put_qualified(LIST, &[], None, Some(other)).unwrap();
    program.put(A, b"in").unwrap();
    program.put(ENDLIST, &[]).unwrap();
    program.put_qualified(A, b"of", None, Some(other)).unwrap();
    program.put(A, b"my").unwrap();
    let default = special(Special::DefaultSsid);
    assert_eq!(program.get(default, 0).unwrap(), ssid("ACME.7.A01").as_bytes());
    assert_eq!(program.get(A, 1).unwrap(), b"my", "the SSID in force qualifies");
    assert_eq!(
        program.get_of(A, 1, 1, Some(ssid("OTHER.9.C00"))).unwrap().0,
        b"of",
        "versions are not compared"
    );
    program.get(LIST, 1).unwrap();
    let mut expected = ssid("OTHER.9.0").as_bytes().to_vec();
    assert_eq!(program.get(default, 0).unwrap(), expected);
    assert_eq!(program.get(A, 1).unwrap(), b"in");
    program.put(special(Special::InitialPosition), &[0, 0]).unwrap();
    // NEXTTOKEN returns the SSID without version.
    let (mut value, mut of) = ([0; 4], zems::spi::Ssid::NULL);
    let host = Host::default();
    let next = special(Special::NextToken);
    for _ in 0..4 {
        host.ssgettkn(&mut program.bytes, next, Some(&mut value), None, None, Some(&mut of)).unwrap();
    }
    expected.truncate(12);
    assert_eq!(of.as_bytes().as_slice(), expected);
}

fn move_of(
    code: TokenCode,
    source: (&mut Program, i16),
    dest: (&mut Program, i16),
    count: u16,
) -> (Result<(), Status>, u16) {
    let mut count = count;
    let host = Host::default();
    let (from, to) = (&mut source.0.bytes, &mut dest.0.bytes);
    let result = host.ssmovetkn(code, from, Some(source.1), to, Some(dest.1), Some(&mut count), None);
    (result, count)
}

#[test]
fn ssmove_appends() {
    let (mut source, mut dest) = (filled(), Program::new());
    assert_eq!(move_of(B, (&mut source, 0), (&mut dest, 0), 9), (Ok(()), 2));
    assert_eq!(move_of(LIST, (&mut source, 1), (&mut dest, 0), 1), (Ok(()), 1));
    assert_eq!(listing(&dest), ["2=one", "2=two", "(", "2=in", "3=ccc", ")"]);
    assert_eq!(
        source.pointers(),
        (0, 66, true),
        "the last token moved is current, and a list is not entered"
    );
    assert_eq!(move_of(A, (&mut source, 0), (&mut dest, 0), 1), (Err(Status::MISTKN), 0));
    assert_eq!((source.last_error(), dest.last_error().0), ((-8, A), 0));
}

#[test]
fn ssmove_replaces_and_appends_what_is_not_there() {
    let mut source = Program::new();
    for value in ["a", "longer", "c"] {
        source.put(B, &text(value)).unwrap();
    }
    let mut dest = filled();
    assert_eq!(move_of(B, (&mut source, 1), (&mut dest, 1), 3), (Ok(()), 3));
    assert_eq!(listing(&dest), ["2=a", "(", "2=in", "3=ccc", ")", "3=abc", "2=longer", "2=c"]);
    // Into a list, and into a table.
    dest.get(LIST, 1).unwrap();
    assert_eq!(move_of(B, (&mut source, 2), (&mut dest, 1), 1), (Ok(()), 1));
    assert_eq!(listing(&dest)[..4], ["2=a", "(", "2=longer", "3=ccc"]);
    for is_last in [true, false] {
        for (index, expected) in [(1, "2=longer|cd|ef"), (2, "2=ab|longer|ef"), (3, "2=ab|cd|longer")] {
            let mut table = Program::new();
            table.put_qualified(B, &[text("ab"), text("cd"), text("ef")].concat(), Some(3), None).unwrap();
            if !is_last {
                table.put(C, b"ccc").unwrap();
            }
            assert_eq!(move_of(B, (&mut source, 2), (&mut table, index), 1), (Ok(()), 1));
            assert_eq!(listing(&table)[0], expected);
        }
    }
    // A whole list.
    let mut other = Program::new();
    other.put(LIST, &[]).unwrap();
    other.put(A, b"xy").unwrap();
    other.put(ENDLIST, &[]).unwrap();
    let mut dest = filled();
    assert_eq!(move_of(LIST, (&mut other, 1), (&mut dest, 1), 1), (Ok(()), 1));
    assert_eq!(listing(&dest), ["2=one", "(", "1=xy", ")", "3=abc", "2=two"]);
}

#[test]
fn ssmove_of_an_open_list_appends_only() {
    let mut source = Program::new();
    source.put(LIST, &[]).unwrap();
    source.put(A, b"ab").unwrap();
    let mut dest = filled();
    assert_eq!(move_of(LIST, (&mut source, 1), (&mut dest, 1), 1), (Err(Status::MISTKN), 0));
    assert_eq!(move_of(LIST, (&mut source, 1), (&mut dest, 0), 1), (Ok(()), 1));
    dest.put(A, b"cd").unwrap();
    dest.put(ENDLIST, &[]).unwrap();
    assert_eq!(listing(&dest)[7..], ["(", "1=ab", "1=cd", ")"]);
}

#[test]
fn ssmove_keeps_whose_token_it_is() {
    let mut source = filled();
    let host = Host::default();
    let mut dest = Program::new();
    let initial = zems::procedures::Initial::default();
    host.ssinit(&mut dest.bytes, 2000, &ssid("OTHER.9.0"), 0, &initial).unwrap();
    assert_eq!(move_of(C, (&mut source, 1), (&mut dest, 0), 1), (Ok(()), 1));
    assert_eq!(move_of(LIST, (&mut source, 1), (&mut dest, 0), 1), (Ok(()), 1));
    let acme = ssid("ACME.7.0");
    let buffer = Buffer::parse_prefix(&dest.bytes).unwrap().0;
    let tokens: Vec<_> = buffer.tokens().map(Result::unwrap).collect();
    assert_eq!(tokens.iter().map(|token| token.ssid()).collect::<Vec<_>>(), [Some(acme), Some(acme)]);
    let inside = tokens[1].tokens().unwrap().next().unwrap().unwrap();
    assert_eq!((inside.ssid(), inside.effective_ssid()), (None, acme));
}

#[test]
fn ssmove_fills_a_structure_and_says_where_it_failed() {
    let map = [2303, 9, 6, 17152, 512, 1, 17162, 1024 + 32];
    let short = [2303, 9, 2, 17152, 512];
    let (mut source, mut dest) = (Program::new(), Program::new());
    let host = Host::default();
    host.ssput(&mut source.bytes, TokenId::Map(&short), Some(&[1, 2]), None, None).unwrap();
    let (from, to) = (&mut source.bytes, &mut dest.bytes);
    host.ssmove(TokenId::Map(&map), from, Some(1), to, None, None, None).unwrap();
    assert_eq!(dest.used()[56..], [7, 255, 0, 9, 0, 6, 1, 2, 32, 32, 32, 32]);
    assert_eq!(dest.used()[20..22], 17152_u16.to_be_bytes());
    host.ssmove(TokenId::Map(&short), &mut source.bytes, Some(1), &mut dest.bytes, Some(1), None, None)
        .unwrap();
    assert_eq!(dest.used()[56..], [7, 255, 0, 9, 0, 2, 1, 2]);
    // The destination is full: its fault, and the count says what was copied.
    let mut source = Program::new();
    (0..3).for_each(|_| source.put(A, b"xy").unwrap());
    let mut dest = Program::with_len(56 + 13);
    assert_eq!(move_of(A, (&mut source, 0), (&mut dest, 0), 9), (Err(Status::NOSPACE), 2));
    assert_eq!((source.last_error().0, dest.last_error()), (0, (-5, A)));
}
