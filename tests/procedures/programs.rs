//! Two programs after the manuals' examples, call by call: one sends a command and reads the response, one reports an event.

use super::{LIST, code, special, ssid, text};
use zems::ems::{Event, HeaderToken};
use zems::procedures::{
    AddedToken, Host, Initial, Overrides, Reporter, Special, Status, TokenId, Vocabulary, ssnull,
};
use zems::spi::read::Buffer;
use zems::spi::{Ssid, TokenCode, TokenNumber, TypeCode};

/// The command of the SNAX/XF and SNAX/APN Configuration and Management Manual 15-10, of which the manual prints every byte.
#[test]
fn the_command_sender_makes_the_printed_buffer() {
    let host = Host::default();
    let mut buffer = vec![0; 3900];
    let object = code(TypeCode::CHAR, 255, 9990);
    let manager = code(TypeCode::FNAME32, 32, -243);
    let timeout = code(TypeCode::TIMESTAMP, 8, 8000);
    let allow_type = code(TypeCode::ENUM, 2, -249);
    let map = [2303, 8001, 10, 17152, 2048 + 32, 512 + 255];

    let initial = Initial { command: 3, object_type: 13, max_resp: 10, ..Initial::default() };
    host.ssinit(&mut buffer, 3900, &ssid("TANDEM.36.C30"), 0, &initial).unwrap();
    host.ssputtkn(&mut buffer, object, Some(&text("$SNA1")), None, None).unwrap();
    let file = format!("{:<8}{:<24}", "\\", "$SSCP");
    host.ssputtkn(&mut buffer, manager, Some(file.as_bytes()), None, None).unwrap();
    host.ssputtkn(&mut buffer, timeout, Some(&90_000_000_i64.to_be_bytes()), None, None).unwrap();
    host.ssputtkn(&mut buffer, allow_type, Some(&[0, 3]), None, None).unwrap();
    // The program asks whether the structure is there before it puts it.
    let mut structure = [0; 10];
    let found = host.ssget(&mut buffer, TokenId::Map(&map), Some(&mut structure), Some(1), None, None);
    assert_eq!(found, Err(Status::MISTKN));
    ssnull(&map, &mut structure).unwrap();
    structure[..8].copy_from_slice(b"$Z321 \x0D\x94");
    host.ssput(&mut buffer, TokenId::Map(&map), Some(&structure), None, None).unwrap();

    let mut used = [0; 2];
    let used_len = special(Special::Header(HeaderToken::UsedLen));
    host.ssgettkn(&mut buffer, used_len, Some(&mut used), None, None, None).unwrap();
    let message = &buffer[..usize::from(u16::from_be_bytes(used))];
    assert_eq!(message, zems::samples::COMMAND);
}

/// The command and the response of the NetBatch Management Programming Manual 3-12, with the printed used lengths.
#[test]
fn the_server_answers_and_the_sender_reads() {
    let host = Host::default();
    let name = code(TypeCode::CHAR, 255, 1);
    let state = code(TypeCode::ENUM, 2, 2);
    let retcode = code(TypeCode::ENUM, 2, 0);
    let reset = special(Special::ResetBuffer);
    let used_len = special(Special::Header(HeaderToken::UsedLen));
    let mut word = [0; 2];

    let mut command = vec![0; 600];
    let initial = Initial { command: 11, object_type: 2, max_resp: -1, ..Initial::default() };
    host.ssinit(&mut command, 600, &ssid("TANDEM.165.N29"), 0, &initial).unwrap();
    host.ssputtkn(&mut command, name, Some(&text("JOBFILE")), None, None).unwrap();
    host.ssgettkn(&mut command, used_len, Some(&mut word), None, None, None).unwrap();
    assert_eq!(u16::from_be_bytes(word), 69);

    // The server: the command as received is the response's header, its tokens are removed.
    let mut response = vec![0; 900];
    response[..69].copy_from_slice(&command[..69]);
    host.ssputtkn(&mut response, reset, Some(&900_u16.to_be_bytes()), None, None).unwrap();
    let mut value = [0; 64];
    host.ssgettkn(&mut response, name, Some(&mut value), None, None, None).unwrap();
    let asked = value[..9].to_vec();
    host.ssputtkn(&mut response, special(Special::InitialPosition), Some(&[0, 0]), None, None).unwrap();
    host.ssputtkn(&mut response, special(Special::DataFlush), None, None, None).unwrap();
    host.ssputtkn(&mut response, LIST, None, None, None).unwrap();
    host.ssputtkn(&mut response, name, Some(&asked), None, None).unwrap();
    host.ssputtkn(&mut response, retcode, Some(&[0, 0]), None, None).unwrap();
    host.ssputtkn(&mut response, special(Special::EndList), None, None, None).unwrap();
    host.ssgettkn(&mut response, used_len, Some(&mut word), None, None, None).unwrap();
    assert_eq!(u16::from_be_bytes(word), 86, "56 + (4+2) + (4+2+7) + 1 + (4+2) + 4");
    let sent = &response[..86];
    Buffer::parse(sent).unwrap().check(|finding| panic!("{finding:?}")).unwrap();

    // The sender reads what came back, whatever it is.
    let mut received = vec![0; 600];
    received[..86].copy_from_slice(sent);
    host.ssputtkn(&mut received, reset, Some(&600_u16.to_be_bytes()), None, None).unwrap();
    let mut seen = Vec::new();
    loop {
        let (mut next, mut of) = ([0; 4], Ssid::NULL);
        let step = special(Special::NextToken);
        match host.ssgettkn(&mut received, step, Some(&mut next), None, None, Some(&mut of)) {
            Ok(()) => seen.push(TokenCode::from_bits(u32::from_be_bytes(next))),
            Err(status) => {
                assert_eq!(status, Status::MISTKN);
                break;
            }
        }
        if seen.last() == Some(&retcode) {
            host.ssgettkn(&mut received, retcode, Some(&mut word), None, None, None).unwrap();
            assert_eq!(word, [0, 0]);
        }
    }
    assert_eq!(seen, [LIST, name, retcode, special(Special::EndList)]);
    let _ = state;
}

/// The event of the EMS Manual's dump in the Template Services Manual 2-11: used length 118 with the C-series header.
#[test]
fn the_event_of_the_printed_dump_has_the_printed_length() {
    let process = br"\NCN.$EMSC";
    let reporter = Reporter { node: 221, process, cpu: 2, pin: 94, user: (165, 82) };
    let host = Host { reporter, layout: Some(32), ..Host::default() };
    let collector = code(TypeCode::ENUM, 2, 24);
    let purged = code(TypeCode::FNAME, 24, 28);
    let mut buffer = vec![0; 1000];
    let generated = "1986-05-13T14:25:00Z".parse().unwrap();
    let own = ssid("TANDEM.9000.C20");
    host.emsinit(&mut buffer, 1000, &own, 520, collector, Some(&[0, 0]), None, None, Some(generated))
        .unwrap();
    let file = format!("{:<8}{:<8}{:<8}", "$VOLUME", "SUBVOL", "FNAME");
    host.emsaddtokens(&mut buffer, None, &[AddedToken::new(purged.into(), file.as_bytes())]).unwrap();
    let (event, _) = Buffer::parse_prefix(&buffer).unwrap();
    assert_eq!(event.len(), 118);
    let event = Event::try_from(event).unwrap();
    assert_eq!(
        (event.number(), event.cpu(), event.pin(), event.user()),
        (Some(520), Some(2), Some(94), Some((165, 82)))
    );
    assert_eq!(event.generated(), Some(generated));
    assert_eq!(event.subjects().next().unwrap().unwrap().code(), collector);
}

/// An event generator with two subjects and an error list, after the event PM-LINKFAIL of the TS/MP Management
/// Programming Manual 10-12, and the consumer that reads it as the EMS Manual 4-17 does.
#[test]
fn the_event_generator_and_the_consumer() {
    let reporter = Reporter { node: 1, process: br"\SYS.$PM1", cpu: 2, pin: 65, user: (255, 255) };
    let host = Host { reporter, now: "2026-11-20T10:15:00Z".parse().unwrap(), ..Host::default() };
    let pathway = ssid("TANDEM.53.D40");
    let ems = ssid("TANDEM.9000.0");
    let lm = code(TypeCode::CHAR, 255, 101);
    let server_class = code(TypeCode::CHAR, 255, 102);
    let event_class = code(TypeCode::ENUM, 2, 103);
    let nested = code(TypeCode::ENUM, 2, 104);
    let action_needed = code(TypeCode(10), 2, 2);
    let manager = code(TypeCode::FNAME32, 32, -243);
    let error_list = code(TypeCode::LIST, 0, -252);
    let error = code(TypeCode::ERROR, 14, -251);
    let emphasis = special(Special::Header(HeaderToken::Emphasis));

    let mut buffer = vec![0; 4024];
    host.emsinit(&mut buffer, 4024, &pathway, 1007, lm, Some(b"LM-1"), Some(4), None, None).unwrap();
    let file = format!("{:<8}{:<24}", "\\SYS", "$PM1");
    host.emsaddtokens(
        &mut buffer,
        None,
        &[
            AddedToken::new(manager.into(), file.as_bytes()),
            AddedToken::new(emphasis.into(), &[0xFF, 0xFF]),
            AddedToken::new(event_class.into(), &[0, 3]),
        ],
    )
    .unwrap();
    host.emsaddtokens(&mut buffer, Some(&ems), &[AddedToken::new(action_needed.into(), &[0, 0])]).unwrap();
    host.emsaddsubject(&mut buffer, server_class, Some(&text("S101")), None, None).unwrap();
    host.ssputtkn(&mut buffer, error_list, None, None, None).unwrap();
    let of = host.emsaddsubject(&mut buffer, server_class, Some(&text("S102")), None, None);
    assert_eq!(of, Err(Status::ILLPARM), "a list has no subjects");
    let mut cause = pathway.as_bytes().to_vec();
    cause.extend(1034_i16.to_be_bytes());
    host.ssputtkn(&mut buffer, error, Some(&cause), None, None).unwrap();
    host.ssputtkn(&mut buffer, nested, Some(&1034_i16.to_be_bytes()), None, None).unwrap();
    host.ssputtkn(&mut buffer, special(Special::EndList), None, None, None).unwrap();

    let (message, _) = Buffer::parse_prefix(&buffer).unwrap();
    let event = Event::try_from(message).unwrap();
    event.check(|finding| panic!("{finding:?}")).unwrap();
    assert_eq!((event.number(), event.emphasis(), event.subjects().count()), (Some(1007), Some(true), 2));
    assert_eq!(event.generated(), Some(host.now));
    let stored =
        event.tokens().find_map(|token| token.ok().filter(|token| token.code() == action_needed)).unwrap();
    assert_eq!(stored.ssid().unwrap().to_string(), "TANDEM.9000.0");

    // The consumer: number, subject 1, its length, its value.
    let none = &Overrides::default();
    let mut received = vec![0; 5000];
    let len = message.len();
    received[..len].copy_from_slice(message.as_bytes());
    host.ssputtkn(&mut received, special(Special::ResetBuffer), Some(&5000_u16.to_be_bytes()), None, None)
        .unwrap();
    let mut word = [0; 2];
    let number = special(Special::Header(HeaderToken::EventNumber));
    host.emsgettkn(&mut received, number, Some(&mut word), None, None, None, none).unwrap();
    assert_eq!(i16::from_be_bytes(word), 1007);
    let subject = special(Special::Subject);
    let mut found = Vec::new();
    for index in 1..=3 {
        let (mut bits, mut count, mut of) = ([0; 4], 1, Ssid::NULL);
        let (place, own) = (Some(&mut count), Some(&mut of));
        match host.emsgettkn(&mut received, subject, Some(&mut bits), Some(index), place, own, none) {
            Ok(()) => {}
            Err(status) => {
                assert_eq!((index, status), (3, Status::MISTKN));
                break;
            }
        }
        let subject_code = TokenCode::from_bits(u32::from_be_bytes(bits));
        assert!(of.is_same_subsystem(pathway));
        let mut len = 0;
        let occurrence = i16::try_from(count).ok();
        let ask = special(Special::Len);
        host.emsgettkn(&mut received, ask, Some(&mut bits), occurrence, Some(&mut len), Some(&mut of), none)
            .unwrap();
        let mut value = vec![0; usize::from(len)];
        let own = Some(&mut of);
        host.emsgettkn(&mut received, subject_code, Some(&mut value), occurrence, None, own, none).unwrap();
        found.push((subject_code, value));
    }
    assert_eq!(found, [(lm, text("LM-1")), (server_class, text("S101"))]);
    let _ = Vocabulary::DEFAULT.number(Special::Subject) == TokenNumber(-1050);
}
