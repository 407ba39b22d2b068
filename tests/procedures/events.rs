//! EMSINIT, EMSADDSUBJECT, EMSADDTOKENS and EMSGET: EMS Manual section 15.

use super::{A, B, C, LIST, code, special, ssid, text};
use zems::ems::{Event, HeaderToken};
use zems::procedures::{AddedToken, Host, Overrides, Reporter, Special, Status, TokenId};
use zems::spi::read::Buffer;
use zems::spi::{Ssid, TokenCode, TypeCode};

fn host() -> Host<'static> {
    let reporter = Reporter { node: 3, process: br"\NODE.$ZPM", cpu: 1, pin: 300, user: (255, 1) };
    Host { reporter, ..Host::default() }
}

fn event() -> Vec<u8> {
    let mut buffer = vec![0; 1000];
    host()
        .emsinit(&mut buffer, 1000, &ssid("ACME.7.A01"), 101, B, Some(&text("$DISK")), None, None, None)
        .unwrap();
    buffer
}

fn header(token: HeaderToken) -> TokenCode {
    special(Special::Header(token))
}

fn get(buffer: &mut [u8], code: TokenCode, overrides: &Overrides) -> Result<Vec<u8>, Status> {
    let mut value = vec![0xAA; 100];
    host().emsgettkn(buffer, code, Some(&mut value), None, None, None, overrides)?;
    value.truncate(value.iter().rposition(|byte| *byte != 0xAA).map_or(0, |at| at + 1));
    Ok(value)
}

#[test]
fn emsinit_statuses() {
    let own = ssid("ACME.7.A01");
    let init = |len: u16, space: usize, own: &Ssid, code, value: Option<&[u8]>, length| {
        host().emsinit(&mut vec![0; space], len, own, 1, code, value, length, None, None)
    };
    assert_eq!(init(4024, 4024, &own, A, Some(&[0, 1]), None), Ok(()));
    assert_eq!(init(4025, 5000, &own, A, Some(&[0, 1]), None), Err(Status::BUF_TOO_LARGE));
    assert_eq!(init(130, 130, &own, A, Some(&[0, 1]), None), Err(Status::NOSPACE));
    assert_eq!(init(200, 199, &own, A, Some(&[0, 1]), None), Err(Status::BADADDR));
    assert_eq!(init(200, 200, &Ssid::NULL, A, Some(&[0, 1]), None), Err(Status::BADSSID));
    assert_eq!(init(200, 200, &own, A, None, None), Err(Status::MISPARM));
    assert_eq!(init(200, 200, &own, LIST, None, None), Err(Status::ILLPARM));
    assert_eq!(init(200, 200, &own, code(TypeCode::MAP, 255, 1), Some(&[0; 9]), None), Err(Status::ILLTKN));
    assert_eq!(init(200, 200, &own, B, Some(b""), Some(0)), Ok(()), "no bytes, said so");
    assert_eq!(init(200, 200, &own, B, None, Some(0)), Ok(()));
    assert_eq!(init(200, 200, &own, B, Some(b"ab"), Some(3)), Err(Status::BADADDR));
}

#[test]
fn a_failed_emsinit_leaves_the_buffer() {
    let mut buffer = event();
    let before = buffer.clone();
    let own = ssid("ACME.7.A01");
    let long = text(&"x".repeat(2000));
    let result = host().emsinit(&mut buffer, 1000, &own, 1, B, Some(&long), None, None, None);
    assert_eq!((result, buffer == before), (Err(Status::NOSPACE), true));
}

#[test]
fn the_subject_of_another_subsystem_is_qualified_and_its_mark_is_not() {
    let mut buffer = vec![0; 1000];
    let (own, other) = (ssid("ACME.7.A01"), ssid("TANDEM.21.D00"));
    host().emsinit(&mut buffer, 1000, &own, 1, B, Some(&text("x")), None, Some(&other), None).unwrap();
    host().emsaddsubject(&mut buffer, C, Some(b"abc"), None, Some(&own)).unwrap();
    let event = Event::try_from(Buffer::parse_prefix(&buffer).unwrap().0).unwrap();
    let tokens: Vec<_> = event.tokens().map(Result::unwrap).collect();
    let own: Vec<_> = tokens.iter().map(|token| token.ssid().map(|ssid| ssid.to_string())).collect();
    assert_eq!(own, [None, Some("TANDEM.21.0".to_owned()), None, None]);
    assert_eq!(event.subjects().count(), 2);
}

#[test]
fn a_subject_may_be_a_structure() {
    let map = [2303, 9, 4, 17152, 1024];
    let mut buffer = vec![0; 400];
    let (host, own) = (host(), ssid("ACME.7.A01"));
    let id = TokenId::Map(&map);
    host.emsinitmap(&mut buffer, 400, &own, 1, id, Some(&[0, 0, 0, 1]), None, None, None).unwrap();
    host.emsaddsubjectmap(&mut buffer, id, Some(&[0, 0, 0, 2]), None, None).unwrap();
    host.emsaddtokenmaps(&mut buffer, None, &[AddedToken::new(id, &[0, 0, 0, 3])]).unwrap();
    assert_eq!(host.emsaddtokens(&mut buffer, None, &[AddedToken::new(id, &[0; 4])]), Err(Status::ILLTKN));
    let event = Event::try_from(Buffer::parse_prefix(&buffer).unwrap().0).unwrap();
    assert_eq!(event.subjects().count(), 2);
    assert_eq!(event.buffer().standard().max_field_version().0, 17152);
}

#[test]
fn emsaddtokens_sets_header_tokens() {
    let mut buffer = event();
    let descriptor = code(TypeCode::CHAR, 255, -1008);
    let added = [
        AddedToken::new(header(HeaderToken::Emphasis).into(), &[0xFF, 0xFF]),
        AddedToken::new(header(HeaderToken::ContentStandard).into(), &[0, 5]),
        AddedToken { token_id: descriptor.into(), data: Some(br"\N.$X"), length: Some(5) },
        AddedToken::new(header(HeaderToken::UserId).into(), &[7, 8]),
    ];
    host().emsaddtokens(&mut buffer, None, &added).unwrap();
    let more = [
        AddedToken::new(header(HeaderToken::Crtpid).into(), b"$ABC  \x05\x06"),
        AddedToken::new(header(HeaderToken::LogTime).into(), &[0, 0, 0, 0, 0, 0, 0, 9]),
        AddedToken::new(header(HeaderToken::EventNumber).into(), &[0, 77]),
        AddedToken::new(header(HeaderToken::Pin).into(), &[1, 1]),
    ];
    host().emsaddtokens(&mut buffer, None, &more).unwrap();
    let event = Event::try_from(Buffer::parse_prefix(&buffer).unwrap().0).unwrap();
    assert_eq!(
        (event.emphasis(), event.suppress_display(), event.content_standard()),
        (Some(true), Some(false), Some(5))
    );
    assert_eq!((event.process_descriptor(), event.user()), (Some(&br"\N.$X"[..]), Some((7, 8))));
    assert_eq!((event.crtpid().unwrap().as_bytes(), event.number()), (b"$ABC  \x05\x06", Some(77)));
    assert_eq!((event.cpu(), event.pin()), (Some(1), Some(257)), "the others stay");
    assert_eq!(event.tokens().count(), 2, "none of them is in the body");
    for token in [HeaderToken::NodeName, HeaderToken::HeaderVersion, HeaderToken::Ssid] {
        let added = [AddedToken::new(header(token).into(), &[0; 12])];
        assert_eq!(host().emsaddtokens(&mut buffer, None, &added), Err(Status::ILLPARM));
    }
}

#[test]
fn emsaddtokens_takes_one_to_four() {
    let mut buffer = event();
    let one = AddedToken::new(A.into(), &[0, 1]);
    assert_eq!(host().emsaddtokens(&mut buffer, None, &[]), Err(Status::MISPARM));
    assert_eq!(host().emsaddtokens(&mut buffer, None, &[one; 5]), Err(Status::ILLPARM));
    let bad = AddedToken::new(A.into(), &[0]);
    assert_eq!(host().emsaddtokens(&mut buffer, None, &[one, bad, one]), Err(Status::BADADDR));
    host().emsaddtokens(&mut buffer, None, &[one; 4]).unwrap();
    let event = Buffer::parse_prefix(&buffer).unwrap().0;
    assert_eq!(event.tokens().count(), 2 + 1 + 4);
    assert_eq!(event.context().unwrap().last_error_code(), A);
}

#[test]
fn ems_procedures_want_an_event() {
    let mut program = super::Program::new();
    let one = [AddedToken::new(A.into(), &[0, 1])];
    assert_eq!(host().emsaddtokens(&mut program.bytes, None, &one), Err(Status::INVBUF));
    assert_eq!(host().emsaddsubject(&mut program.bytes, A, Some(&[0, 1]), None, None), Err(Status::INVBUF));
    assert_eq!(get(&mut program.bytes, A, &Overrides::default()), Err(Status::INVBUF));
}

#[test]
fn overrides_are_what_emsget_returns() {
    let mut buffer = event();
    let code = header(HeaderToken::Emphasis);
    let overrides = Overrides { emphasis: Some(true), ..Overrides::default() };
    assert_eq!(get(&mut buffer, code, &Overrides::default()).unwrap(), [0, 0]);
    assert_eq!(get(&mut buffer, code, &overrides).unwrap(), [0xFF, 0xFF]);
    assert_eq!(get(&mut buffer, header(HeaderToken::ConsolePrint), &overrides).unwrap(), [0, 0]);
}

#[test]
fn pseudo_tokens() {
    let mut buffer = event();
    let none = &Overrides::default();
    assert_eq!(get(&mut buffer, special(Special::D00), none).unwrap(), Vec::<u8>::new());
    let sender = get(&mut buffer, special(Special::SenderId), none).unwrap();
    assert_eq!(sender, format!("{:<8}{:<24}", "\\NODE", "$ZPM").into_bytes());
    assert_eq!(get(&mut buffer, special(Special::XSenderId), none).unwrap(), [0, 8, 0, 0, 0, 3, 0, 1, 1, 44]);
    assert_eq!(get(&mut buffer, special(Special::XSenderIdPd), none).unwrap(), text(r"\NODE.$ZPM"));
    let own = ssid("ACME.7.A01");
    let c_series = Host { layout: Some(32), reporter: Reporter::default(), ..host() };
    let mut older = vec![0; 400];
    c_series.emsinit(&mut older, 400, &own, 1, A, Some(&[0, 1]), None, None, None).unwrap();
    assert_eq!(get(&mut older, special(Special::D00), none), Err(Status::MISTKN));
    assert_eq!(get(&mut older, special(Special::SenderId), none), Err(Status::MISTKN));
    let program = &mut super::Program { bytes: buffer };
    assert_eq!(program.get(special(Special::Subject), 0), Err(Status::MISTKN), "SSGET does not know it");
}

#[test]
fn special_operations_on_subjects() {
    let mut buffer = event();
    host().emsaddtokens(&mut buffer, None, &[AddedToken::new(B.into(), &text("no subject"))]).unwrap();
    host().emsaddsubject(&mut buffer, B, Some(&text("second")), None, None).unwrap();
    let ask = |buffer: &mut [u8], operation, named: Special, index| {
        let (mut value, mut count) = (special(named).to_be_bytes(false), 0);
        let operation = special(operation);
        let none = &Overrides::default();
        host()
            .emsgettkn(buffer, operation, Some(&mut value), Some(index), Some(&mut count), None, none)
            .map(|()| count)
    };
    assert_eq!(ask(&mut buffer, Special::Count, Special::Subject, 1), Ok(2));
    assert_eq!(ask(&mut buffer, Special::Count, Special::Subject, 0), Err(Status::ILLPARM));
    assert_eq!(ask(&mut buffer, Special::Len, Special::Subject, 2), Ok(8));
    assert_eq!(ask(&mut buffer, Special::Len, Special::Subject, 3), Err(Status::MISTKN));
    assert_eq!(ask(&mut buffer, Special::Offset, Special::Subject, 1), Err(Status::NOTIMP));
    assert_eq!(ask(&mut buffer, Special::Len, Special::D00, 1), Err(Status::NOTIMP));
    // Index 0 goes from subject to subject; the occurrence counts all tokens of the code.
    let mut occurrences = Vec::new();
    loop {
        let (mut value, mut count) = ([0; 4], 1);
        let subject = special(Special::Subject);
        let none = &Overrides::default();
        match host().emsgettkn(&mut buffer, subject, Some(&mut value), None, Some(&mut count), None, none) {
            Ok(()) => occurrences.push(count),
            Err(status) => break assert_eq!(status, Status::MISTKN),
        }
    }
    assert_eq!(occurrences, [1, 3]);
    // Header tokens have a length and a count.
    let program = &mut super::Program { bytes: buffer };
    assert_eq!(program.ask(Special::Len, header(HeaderToken::GenTime), 1), Ok(8));
    assert_eq!(program.ask(Special::Count, header(HeaderToken::GenTime), 1), Ok(1));
    assert_eq!(program.ask(Special::Len, header(HeaderToken::NodeName), 1), Ok(7));
}
