//! Every row of the pointer table: SPI Programming Manual 2-16 to 2-26, 3-22, 3-23, 5-1 to 5-5.

use super::{A, B, C, ENDLIST, LIST, Program, special, text};
use zems::procedures::{Special, Status};
use zems::spi::TokenCode;

/// `A=1 B="b" LIST(A=2 A=3) C="ccc"`, with the offsets of the tokens: 56, 62, 70, 76, 82, 88 (end of the list), 92.
fn program() -> Program {
    let mut program = Program::new();
    program.put(A, &[0, 1]).unwrap();
    program.put(B, &text("b")).unwrap();
    program.put(LIST, &[]).unwrap();
    program.put(A, &[0, 2]).unwrap();
    program.put(A, &[0, 3]).unwrap();
    program.put(ENDLIST, &[]).unwrap();
    program.put(C, b"ccc").unwrap();
    program
}

const START: (u16, u16, bool) = (0, 0, true);

#[test]
fn ssinit() {
    let program = Program::new();
    assert_eq!(program.pointers(), START);
    assert_eq!((program.context().last_list(), program.context().last_token()), (0, 0));
}

#[test]
fn ssput_moves_the_last_put_pointer_alone() {
    let mut program = Program::new();
    program.put(A, &[0, 1]).unwrap();
    assert_eq!((program.pointers(), program.context().last_token()), (START, 56));
    program.put(B, &text("b")).unwrap();
    assert_eq!((program.pointers(), program.context().last_token()), (START, 62));
    program.put(LIST, &[]).unwrap();
    assert_eq!((program.context().last_list(), program.context().last_token()), (70, 70));
    program.put(A, &[0, 2]).unwrap();
    assert_eq!((program.context().last_list(), program.context().last_token()), (70, 76));
    program.put(ENDLIST, &[]).unwrap();
    assert_eq!((program.context().last_list(), program.context().last_token()), (0, 82));
    assert_eq!(program.pointers(), START);
}

#[test]
fn reset_buffer_goes_to_the_start() {
    let mut program = program();
    program.get(C, 0).unwrap();
    assert_eq!(program.get(B, 0), Err(Status::MISTKN));
    program.put(special(Special::ResetBuffer), &2000_u16.to_be_bytes()).unwrap();
    assert_eq!(program.pointers(), START);
    assert_eq!(program.context().last_token(), 0);
    assert_eq!(program.last_error(), (0, TokenCode::default()));
}

#[test]
fn ssget_moves_after_the_token() {
    let mut program = program();
    assert_eq!(program.get(B, 0).unwrap(), text("b"));
    assert_eq!(program.pointers(), (0, 62, true));
    assert_eq!(program.get(A, 0), Err(Status::MISTKN), "the next A is before the next-token pointer");
    assert_eq!(program.get(A, 1).unwrap(), [0, 1]);
    assert_eq!(program.pointers(), (0, 56, true));
}

#[test]
fn nexttoken_stays_at_the_token() {
    let mut program = program();
    assert_eq!(program.next(Special::NextToken), Ok((A, 1)));
    assert_eq!(program.pointers(), (0, 56, false));
    assert_eq!(program.get(A, 0).unwrap(), [0, 1], "the next get reads the token it returned");
    assert_eq!(program.pointers(), (0, 56, true));
    assert_eq!(program.next(Special::NextToken), Ok((B, 1)));
    assert_eq!(program.next(Special::NextToken), Ok((LIST, 1)));
    assert_eq!(program.pointers(), (70, 70, false), "it enters the list");
    assert_eq!(program.next(Special::NextToken), Ok((A, 1)));
    assert_eq!(program.next(Special::NextToken), Ok((A, 1)));
    assert_eq!(program.get(A, 0).unwrap(), [0, 3]);
    assert_eq!(program.next(Special::NextToken), Ok((ENDLIST, 1)));
    assert_eq!(program.pointers(), (0, 70, true), "and leaves it");
    assert_eq!(program.next(Special::NextToken), Ok((C, 1)));
    assert_eq!(program.next(Special::NextToken), Err(Status::MISTKN));
    assert_eq!(program.get(C, 0).unwrap(), b"ccc", "an error leaves the pointers alone");
}

#[test]
fn nextcode_stays_at_the_token_and_does_not_enter() {
    let mut program = program();
    assert_eq!(program.next(Special::NextCode), Ok((A, 1)));
    assert_eq!(program.get(A, 0).unwrap(), [0, 1]);
    assert_eq!(program.next(Special::NextCode), Ok((B, 1)));
    assert_eq!(program.next(Special::NextCode), Ok((LIST, 1)));
    assert_eq!(program.pointers(), (0, 70, false));
    assert_eq!(program.next(Special::NextCode), Ok((C, 1)));
    assert_eq!(program.next(Special::NextCode), Err(Status::MISTKN));
}

#[test]
fn nextcode_ends_a_list_and_leaves_it_with_one_more() {
    let mut program = program();
    program.get(LIST, 0).unwrap();
    assert_eq!(program.next(Special::NextCode), Ok((A, 2)));
    assert_eq!(program.next(Special::NextCode), Ok((ENDLIST, 1)));
    assert_eq!(program.pointers(), (70, 88, false), "still in the list");
    assert_eq!(program.get(C, 0), Err(Status::MISTKN));
    assert_eq!(program.next(Special::NextCode), Ok((C, 1)));
    assert_eq!(program.pointers(), (0, 92, false));
}

#[test]
fn nextcode_counts_what_follows_each_other() {
    let mut program = Program::new();
    for code in [A, A, A, B, A, A, C] {
        let value = if code == A {
            vec![0, 1]
        } else if code == B {
            text("b")
        } else {
            b"ccc".to_vec()
        };
        program.put(code, &value).unwrap();
    }
    for expected in [(A, 3), (B, 1), (A, 2), (C, 1)] {
        assert_eq!(program.next(Special::NextCode), Ok(expected));
    }
    assert_eq!(program.next(Special::NextCode), Err(Status::MISTKN));
}

#[test]
fn an_attribute_of_a_named_token_moves_to_it() {
    let mut program = program();
    assert_eq!(program.ask(Special::Len, B, 0), Ok(3));
    assert_eq!(program.pointers(), (0, 62, false));
    assert_eq!(program.get(B, 0).unwrap(), text("b"));
    assert_eq!(program.ask(Special::Offset, C, 0), Ok(96));
    assert_eq!(program.pointers(), (0, 92, false));
}

#[test]
fn an_attribute_of_the_current_token_moves_nothing() {
    let mut program = program();
    program.get(B, 0).unwrap();
    for (operation, expected) in
        [(Special::Len, 3), (Special::Offset, 66), (Special::Count, 1), (Special::Addr, 66)]
    {
        assert_eq!(program.ask(operation, TokenCode::default(), 0), Ok(expected), "{operation:?}");
        assert_eq!(program.pointers(), (0, 62, true));
    }
}

#[test]
fn a_header_token_moves_nothing() {
    let mut program = program();
    program.get(LIST, 0).unwrap();
    let before = program.pointers();
    let used = program.get(special(Special::Header(zems::ems::HeaderToken::UsedLen)), 0).unwrap();
    assert_eq!(used, 99_u16.to_be_bytes(), "header tokens are reachable inside a list");
    assert_eq!(program.get(special(Special::Command), 1).unwrap(), [0, 3]);
    assert_eq!(program.pointers(), before);
}

#[test]
fn an_error_moves_nothing() {
    let mut program = program();
    program.get(B, 0).unwrap();
    let last_token = program.context().last_token();
    for result in [
        program.get(A, 0).map(|_| ()),
        program.get(A, -1).map(|_| ()),
        program.ask(Special::Len, LIST, 5).map(|_| ()),
        program.put(A, &[]),
        program.put(ENDLIST, &[]),
        program.put(special(Special::Position), &[0, 0, 0, 57, 0, 1, 0, 0]),
    ] {
        result.unwrap_err();
        assert_eq!(program.pointers(), (0, 62, true));
        assert_eq!(program.context().last_token(), last_token);
    }
}

#[test]
fn a_list_token_selects_its_list() {
    let mut program = program();
    program.get(LIST, 0).unwrap();
    assert_eq!(program.pointers(), (70, 70, true));
    assert_eq!(program.get(A, 0).unwrap(), [0, 2]);
    assert_eq!(program.get(A, 2).unwrap(), [0, 3], "an index counts from the start of the list");
    assert_eq!(program.get(C, 1), Err(Status::MISTKN), "only the list is visible");
}

#[test]
fn tokens_inside_a_list_are_not_visible_outside() {
    let mut program = program();
    assert_eq!(program.ask(Special::Count, A, 1), Ok(1));
    assert_eq!(program.get(A, 2), Err(Status::MISTKN));
}

#[test]
fn endlist_leaves_the_list() {
    let mut program = program();
    program.get(LIST, 0).unwrap();
    let (_, count) = program.get_of(ENDLIST, 0, 9, None).unwrap();
    assert_eq!((count, program.pointers()), (1, (0, 70, true)));
    assert_eq!(program.get(C, 0).unwrap(), b"ccc");
    assert_eq!(program.get(ENDLIST, 0), Err(Status::MISTKN));
}

#[test]
fn a_position_is_saved_and_restored() {
    let mut program = program();
    program.get(LIST, 0).unwrap();
    program.next(Special::NextToken).unwrap();
    let saved = program.get(special(Special::Position), 0).unwrap();
    assert_eq!(saved.len(), 8);
    let pointers = program.pointers();
    program.put(special(Special::InitialPosition), &[0, 0]).unwrap();
    assert_eq!(program.pointers(), START);
    program.put(special(Special::Position), &saved).unwrap();
    assert_eq!(program.pointers(), pointers);
    assert_eq!(program.get(A, 0).unwrap(), [0, 2]);
    let last = program.get(special(Special::LastPosition), 0).unwrap();
    program.put(special(Special::Position), &last).unwrap();
    assert_eq!(program.ask(Special::Len, TokenCode::default(), 0), Ok(3));
}

#[test]
fn initial_position_of_a_list() {
    let mut program = program();
    program.get(LIST, 0).unwrap();
    program.get(A, 2).unwrap();
    program.put(special(Special::InitialPosition), &[0xFF, 0xFF]).unwrap();
    assert_eq!(program.pointers(), (70, 70, false));
    program.get(LIST, 0).unwrap();
    assert_eq!(program.get(A, 0).unwrap(), [0, 2]);
}

/// A received buffer has no position of its own until it is reset.
#[test]
fn a_buffer_without_context_part_gets_one() {
    let mut program = program();
    let mut bytes = program.used().to_vec();
    bytes.drain(36..56);
    let used = u16::try_from(bytes.len()).unwrap();
    bytes[4..6].copy_from_slice(&(used - 6).to_be_bytes());
    let mut without = Program { bytes: bytes.clone() };
    assert_eq!(without.get(A, 0), Err(Status::NOSPACE), "the buffer is full");
    bytes.resize(200, 0);
    let mut without = Program { bytes };
    assert_eq!(without.get(A, 0).unwrap(), [0, 1]);
    assert_eq!(program.get(A, 0).unwrap(), [0, 1]);
    assert_eq!(without.used()[56..], program.used()[56..]);
}
