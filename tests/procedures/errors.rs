//! Every row of the error table that a call here can return: SPI Programming Manual.

use super::{A, B, C, ENDLIST, LIST, Program, code, special, ssid, text};
use zems::ems::HeaderToken;
use zems::procedures::{Host, Initial, Special, Status, TextStatus, TokenId, ssnull};
use zems::spi::{TokenCode, TypeCode};

/// The status is returned, and saved with the code that the call was made with.
fn saved(
    program: &mut Program,
    status: Status,
    code: TokenCode,
    call: impl FnOnce(&mut Program) -> Result<(), Status>,
) {
    program.put(special(Special::ClearErr), &[]).unwrap();
    assert_eq!(call(program), Err(status));
    assert_eq!(program.last_error(), (status.0, code), "{status}");
}

fn init(header_type: i16, owner: &str, initial: &Initial, len: u16) -> Result<(), Status> {
    let mut owner_bytes = [b' '; 8];
    owner_bytes[..owner.len()].copy_from_slice(owner.as_bytes());
    let ssid = zems::spi::Ssid::new(owner_bytes, 7, zems::spi::Version(0));
    Host::default().ssinit(&mut [0; 100], len, &ssid, header_type, initial)
}

#[test]
fn ssinit() {
    let plain = Initial::default();
    assert_eq!(init(0, "ACME", &plain, 100), Ok(()));
    assert_eq!(init(1, "ACME", &plain, 100), Err(Status::ILLPARM));
    assert_eq!(init(0, "1CME", &plain, 100), Err(Status::BADSSID));
    assert_eq!(init(0, " ACME", &plain, 100), Err(Status::BADSSID));
    assert_eq!(init(0, "AC ME", &plain, 100), Err(Status::BADSSID));
    assert_eq!(init(0, "ACME", &plain, 55), Err(Status::NOSPACE));
    assert_eq!(init(0, "ACME", &plain, 56), Ok(()));
    assert_eq!(init(0, "ACME", &plain, 101), Err(Status::BADADDR));
    assert_eq!(init(0, "ACME", &Initial { checksum: 1, ..plain }, 100), Err(Status::NOTIMP));
}

#[test]
fn invbuf_is_not_saved() {
    let mut program = Program::new();
    program.put(A, &[0, 1]).unwrap();
    for (at, byte) in [(0, 0), (27, 0), (2, 0)] {
        let mut bad = program.clone();
        bad.bytes[at] = byte;
        if at == 2 {
            bad.bytes[3] = 61;
        }
        let before = bad.bytes.clone();
        assert_eq!(bad.get(A, 1), Err(Status::INVBUF));
        assert_eq!(bad.bytes, before, "nothing is written");
    }
    // A position in a list that is none.
    let mut bad = program.clone();
    bad.bytes[46..48].copy_from_slice(&[0, 56]);
    bad.bytes[48..50].copy_from_slice(&[0, 58]);
    assert_eq!(bad.get(A, 1), Err(Status::INVBUF));
    assert_eq!(bad.last_error().0, 0);
}

#[test]
fn illparm() {
    let program = &mut Program::new();
    program.put(A, &[0, 1]).unwrap();
    for operation in [Special::Count, Special::Len, Special::Offset, Special::NextCode, Special::DefaultSsid]
    {
        let code = special(operation);
        saved(program, Status::ILLPARM, code, |program| program.put(code, &[0; 8]));
    }
    for operation in [
        Special::Delete,
        Special::ClearErr,
        Special::DataFlush,
        Special::ResetBuffer,
        Special::InitialPosition,
    ] {
        let code = special(operation);
        saved(program, Status::ILLPARM, code, |program| program.get(code, 0).map(|_| ()));
    }
    for token in [
        HeaderToken::HeaderType,
        HeaderToken::Ssid,
        HeaderToken::UsedLen,
        HeaderToken::LastErr,
        HeaderToken::LastErrCode,
    ] {
        let code = special(Special::Header(token));
        saved(program, Status::ILLPARM, code, |program| program.put(code, &[0; 12]));
    }
    for operation in [Special::Command, Special::ObjectType, Special::LastPosition] {
        let code = special(operation);
        saved(program, Status::ILLPARM, code, |program| program.put(code, &[0; 8]));
    }
    saved(program, Status::ILLPARM, A, |program| program.get(A, -1).map(|_| ()));
    saved(program, Status::ILLPARM, A, |program| program.get_of(A, 1, 0, None).map(|_| ()));
    saved(program, Status::ILLPARM, A, |program| program.get_of(A, 1, 0xFFFF, None).map(|_| ()));
    saved(program, Status::ILLPARM, A, |program| program.put_qualified(A, &[0, 1], Some(0), None));
    saved(program, Status::ILLPARM, A, |program| program.put_qualified(A, &[0, 1], Some(-1), None));
    let count = special(Special::Count);
    saved(program, Status::ILLPARM, count, |program| {
        program.ask(Special::Count, special(Special::Len), 0).map(|_| ())
    });
    saved(program, Status::ILLPARM, ENDLIST, |program| program.get(ENDLIST, 2).map(|_| ()));
    let used = special(Special::Header(HeaderToken::UsedLen));
    saved(program, Status::ILLPARM, used, |program| program.get(used, 2).map(|_| ()));
    let next = special(Special::NextToken);
    saved(program, Status::ILLPARM, next, |program| program.get(next, 1).map(|_| ()));
    let position = special(Special::Position);
    saved(program, Status::ILLPARM, position, |program| program.put(position, &[0, 0, 0, 58, 0, 1, 0, 0]));
    let odd = [text("a"), text("bb")].concat();
    saved(program, Status::ILLPARM, B, |program| program.put_qualified(B, &odd, Some(2), None));
    let delete = special(Special::Delete);
    saved(program, Status::ILLPARM, delete, |program| {
        program.put_qualified(delete, &A.to_be_bytes(false), Some(-1), None)
    });
    let control = code(TypeCode::SSCTL, 0, 20);
    saved(program, Status::ILLPARM, control, |program| program.put(control, &[]));
}

#[test]
fn misparm() {
    let program = &mut Program::new();
    program.put_qualified(A, &[0, 1], None, Some(ssid("OTHER.9.0"))).unwrap();
    let host = Host::default();
    saved(program, Status::MISPARM, A, |program| host.ssputtkn(&mut program.bytes, A, None, None, None));
    let len = special(Special::Len);
    saved(program, Status::MISPARM, len, |program| {
        host.ssgettkn(&mut program.bytes, len, Some(&mut A.to_be_bytes(false)), None, None, None)
    });
    for operation in [Special::NextCode, Special::NextToken] {
        let code = special(operation);
        saved(program, Status::MISPARM, code, |program| {
            host.ssgettkn(&mut program.bytes, code, Some(&mut [0; 4]), None, None, None)
        });
        saved(program, Status::MISPARM, code, |program| {
            host.ssgettkn(&mut program.bytes, code, None, None, None, Some(&mut ssid("ACME.7.0")))
        });
    }
    let mut own = ssid("OTHER.9.0");
    saved(program, Status::MISPARM, A, |program| {
        host.ssgettkn(&mut program.bytes, A, None, None, None, Some(&mut own))
    });
}

#[test]
fn badaddr() {
    let program = &mut Program::new();
    program.put(B, &text("four")).unwrap();
    let host = Host::default();
    saved(program, Status::BADADDR, B, |program| {
        host.ssgettkn(&mut program.bytes, B, Some(&mut [0; 5]), None, None, None)
    });
    saved(program, Status::BADADDR, A, |program| program.put(A, &[1]));
    saved(program, Status::BADADDR, B, |program| program.put(B, &[0, 4, 1, 2, 3]));
    assert_eq!(ssnull(&[2303, 1, 4, 0, 1024], &mut [0; 3]), Err(Status::BADADDR));
    assert_eq!(host.ssgettkn(&mut program.bytes[..60], B, None, None, None, None), Err(Status::BADADDR));
}

#[test]
fn nospace() {
    let program = &mut Program::with_len(56 + 6 + 10);
    program.put(A, &[0, 1]).unwrap();
    saved(program, Status::NOSPACE, B, |program| program.put(B, &text("12345")));
    program.put(B, &text("1234")).unwrap();
    saved(program, Status::NOSPACE, ENDLIST, |program| {
        let mut other = Program::with_len(56 + 10);
        other.put(LIST, &[]).unwrap();
        other.put(special(Special::Header(HeaderToken::BufferLen)), &62_u16.to_be_bytes()).unwrap();
        let result = other.put(ENDLIST, &[]);
        program.bytes = other.bytes;
        result
    });
}

/// A declared length below the used length is set all the same, and every later call fails.
#[test]
fn a_length_below_the_used_length() {
    for operation in [Special::ResetBuffer, Special::Header(HeaderToken::BufferLen)] {
        let mut program = Program::new();
        program.put(A, &[0, 1]).unwrap();
        assert_eq!(program.put(special(operation), &61_u16.to_be_bytes()), Err(Status::NOSPACE));
        assert_eq!(program.bytes[2..4], 61_u16.to_be_bytes());
        assert_eq!(i16::from_be_bytes([program.bytes[40], program.bytes[41]]), Status::NOSPACE.0);
        assert_eq!(program.get(A, 1), Err(Status::INVBUF));
    }
}

#[test]
fn mistkn() {
    let program = &mut Program::new();
    program.put(A, &[0, 1]).unwrap();
    saved(program, Status::MISTKN, B, |program| program.get(B, 0).map(|_| ()));
    saved(program, Status::MISTKN, A, |program| program.get(A, 2).map(|_| ()));
    saved(program, Status::MISTKN, ENDLIST, |program| program.put(ENDLIST, &[]));
    saved(program, Status::MISTKN, ENDLIST, |program| program.get(ENDLIST, 0).map(|_| ()));
    let next = special(Special::NextToken);
    program.get(A, 0).unwrap();
    saved(program, Status::MISTKN, next, |program| program.get(next, 0).map(|_| ()));
    let delete = special(Special::Delete);
    saved(program, Status::MISTKN, delete, |program| program.put(delete, &C.to_be_bytes(false)));
}

#[test]
fn illtkn() {
    let program = &mut Program::new();
    let host = Host::default();
    for bad in [
        code(TypeCode(45), 2, 1),
        code(TypeCode::UNDEF, 2, 1),
        code(TypeCode::INT, 3, 1),
        code(TypeCode::TIMESTAMP, 4, 1),
        code(TypeCode::LIST, 4, -253),
        code(TypeCode::MAP, 255, 1),
    ] {
        saved(program, Status::ILLTKN, bad, |program| program.put(bad, &[0; 8]));
        saved(program, Status::ILLTKN, bad, |program| program.get(bad, 1).map(|_| ()));
    }
    let variable = code(TypeCode::INT, 255, 1);
    saved(program, Status::ILLTKN, variable, |program| program.put(variable, &[0, 3, 1, 2, 3]));
    let map = [2303, 1, 4, 0, 512];
    saved(program, Status::ILLTKN, code(TypeCode::MAP, 255, 1), |program| {
        host.ssput(&mut program.bytes, TokenId::Map(&map), Some(&[0; 4]), None, None)
    });
    assert_eq!(ssnull(&map, &mut [0; 4]), Err(Status::ILLTKN));
}

#[test]
fn badssid() {
    let program = &mut Program::new();
    let bad = zems::spi::Ssid::new(*b"-ACME   ", 1, zems::spi::Version(0));
    saved(program, Status::BADSSID, A, |program| program.put_qualified(A, &[0, 1], None, Some(bad)));
}

#[test]
fn notimp() {
    let program = &mut Program::new();
    for operation in [Special::Addr, Special::Offset] {
        let code = special(operation);
        saved(program, Status::NOTIMP, code, |program| {
            program.ask(operation, special(Special::Command), 1).map(|_| ())
        });
    }
    let checksum = special(Special::Header(HeaderToken::Checksum));
    saved(program, Status::NOTIMP, checksum, |program| program.put(checksum, &[0xFF, 0xFF]));
    // A buffer that comes with a checksum can be neither checked nor kept correct, until it is turned off.
    program.bytes[22] |= 0x80;
    assert_eq!(program.put(A, &[0, 1]), Err(Status::NOTIMP));
    assert_eq!(program.get(A, 1), Err(Status::NOTIMP));
    assert_eq!(program.get(checksum, 1).unwrap(), [0xFF, 0xFF]);
    program.put(checksum, &[0, 0]).unwrap();
    assert_eq!(program.put(A, &[0, 1]), Ok(()));
}

#[test]
fn clearerr() {
    let mut program = Program::new();
    program.get(A, 1).unwrap_err();
    let last = special(Special::Header(HeaderToken::LastErr));
    assert_eq!(program.get(last, 1).unwrap(), (-8_i16).to_be_bytes());
    let last_code = special(Special::Header(HeaderToken::LastErrCode));
    assert_eq!(program.get(last_code, 1).unwrap(), A.to_be_bytes(false));
    program.put(special(Special::ClearErr), &[]).unwrap();
    assert_eq!(program.last_error(), (0, TokenCode::default()));
}

#[test]
fn texts_of_subsystem_ids() {
    let dictionary = zems::dictionary::Dictionary::builtin();
    let host = Host { names: dictionary, ..Host::default() };
    let mut chars = [0; 24];
    for (text, expected) in [("TANDEM.94.0", "TANDEM.94.0"), ("0.0.0", "0.0.0"), ("HP.-5.C00", "HP.-5.C00")] {
        let (len, status) = host.ssidtotext(&ssid(text), &mut chars);
        assert_eq!((&chars[..len], status), (expected.as_bytes(), TextStatus::OK));
    }
    let ems = dictionary.parse_ssid("TANDEM.EMS.D20").unwrap();
    let (len, _) = host.ssidtotext(&ems, &mut chars);
    assert_eq!(&chars[..len], b"TANDEM.EMS.D20");
    assert_eq!(host.texttossid(b"TANDEM.EMS.D20,"), (14, ems, TextStatus::OK));
    assert_eq!(host.texttossid(b"000.0.000").0, 9);
    assert_eq!(host.texttossid(b"TANDEM.NONE.0").2, TextStatus::NAME_NOT_FOUND);
    for bad in ["", " TANDEM.1.0", "TANDEM.1", "TANDEM.-32768.0", "1.1.0", "TANDEM.1.65536"] {
        assert_eq!(host.texttossid(bad.as_bytes()), (0, zems::spi::Ssid::NULL, TextStatus::INVALID), "{bad}");
    }
    let bad = zems::spi::Ssid::new(*b"1       ", 1, zems::spi::Version(0));
    assert_eq!(host.ssidtotext(&bad, &mut chars), (0, TextStatus::INVALID));
    assert_eq!(host.ssidtotext(&ems, &mut chars[..5]), (0, TextStatus::MISSING));
}
