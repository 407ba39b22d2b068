//! The rules of the template language (DSM Template Services Manual 427187, section 3).

use core::fmt::Write;

use zems::ems::{Event, EventBuilder, EventHeader};
use zems::spi::write::Raw;
use zems::spi::{Crtpid, Profile, Ssid, TokenCode};
use zems::template::{
    Layout, Origin, RenderOptions, Rendered, Status, TemplateKey, TemplateSet, Text, write_bad_buffer,
    write_template_file_error,
};

use super::site::{
    self, ABC, ABC_SOURCE, EMS, UVW, code, compile, dictionary, event, event_of, render, time,
};

/// The text of event 4 of ABC under one template.
fn shown(
    strings: &str,
    descriptors: &str,
    tokens: impl FnOnce(&mut EventBuilder<'_, Vec<u8>>) -> Result<(), zems::spi::write::EncodeError>,
) -> (String, Rendered) {
    let source = format!("{ABC_SOURCE}MSG: ZEMS-TKN-EVENTNUMBER, 4\n{strings}\n{descriptors}\n");
    render(&compile(&dictionary(), &[&source]), &event(4, tokens))
}

fn text_of(set: &TemplateSet, bytes: &[u8], options: &RenderOptions<'_>) -> (String, Status) {
    let mut text = String::new();
    let rendered = set.render(&Event::parse(bytes).unwrap(), &dictionary(), options, &mut text).unwrap();
    (text, rendered.status)
}

// ---- Which text

#[test]
fn templates_are_searched_in_order() {
    let of = |ssid: &str, message: &str| {
        format!("VERSION: \"1\"\nSSID: {ssid}\nSSNAME: \"X\"\nSHARED_SSID: UVW-VAL-SSID\n{message}")
    };
    let own = of("ZABC-VAL-SSID", "MSG: ZEMS-TKN-EVENTNUMBER, 4\n\"own\"\n");
    let own_standard = of("ZABC-VAL-SSID", "MSG: ZEMS-TKN-CONTENT-STANDARD, 3\n\"own standard\"\n");
    let shared = of("UVW-VAL-SSID", "MSG: ZEMS-TKN-EVENTNUMBER, 4\n\"shared\"\n")
        .replace("SHARED_SSID: UVW-VAL-SSID\n", "");
    let standard = of("ZEMS-VAL-SSID", "MSG: ZEMS-TKN-CONTENT-STANDARD, 3\n\"standard\"\n");
    let common_standard =
        of("ZSPI-VAL-NULL-SSID", "MSG: ZEMS-TKN-CONTENT-STANDARD, 3\n\"common standard\"\n");
    let common = of("ZSPI-VAL-NULL-SSID", "MSG: ZEMS-TKN-EVENTNUMBER, 4\n\"common\"\n");
    // Says which subsystems ABC shares, and nothing else.
    let sharing = of("ZABC-VAL-SSID", "MSG: ZEMS-TKN-EVENTNUMBER, 99\n\"other\"\n");
    let header =
        EventHeader { content_standard: 3, ..EventHeader::new("CUSTOMER.1.K99".parse().unwrap(), 4) };
    let bytes = site::build(&header, |_| Ok(()));
    let mut sources = vec![&own, &shared, &own_standard, &standard, &common_standard, &common];
    for expected in ["own", "shared", "own standard", "standard", "common standard", "common"] {
        let all: Vec<&str> = sources.iter().map(|source| source.as_str()).chain([sharing.as_str()]).collect();
        let (text, rendered) = render(&compile(&dictionary(), &all), &bytes);
        assert_eq!((text.as_str(), rendered.status), (expected, Status::NORMAL));
        sources.remove(0);
    }
    let none = render(&compile(&dictionary(), &[&sharing]), &bytes);
    assert_eq!(none.1.origin, Origin::Fallback);
}

#[test]
fn a_later_source_replaces_a_template_and_its_names() {
    let dictionary = dictionary();
    let mut set = compile(&dictionary, &[&format!("{ABC_SOURCE}MSG: ZEMS-TKN-EVENTNUMBER, 4\n\"one\"\n")]);
    let source = "VERSION: \"2\"\nSSID: ZABC-VAL-SSID\nSSNAME: \"ABC\", \"ABC\"\nMSG: ZEMS-TKN-EVENTNUMBER, 4\n\"two\"\n";
    let (listing, _) = site::add(&mut set, &dictionary, source);
    assert_eq!((listing.replaced, set.len()), (1, 1));
    assert_eq!(render(&set, &event(4, |_| Ok(()))).0, "two");
    // The name with the abbreviation is.
    site::add(&mut set, &dictionary, ABC_SOURCE);
    let key = TemplateKey::new(ABC.parse().unwrap(), code("ZEMS-TKN-EVENTNUMBER"), 4);
    assert_eq!(set.template(key).unwrap().strings(), "two");
    assert_eq!(set.subsystem_name(ABC.parse().unwrap()), Some("ABC"));
}

#[test]
fn without_a_template_the_text_token_is_the_text() {
    let set = TemplateSet::new(&dictionary());
    let ems: Ssid = EMS.parse().unwrap();
    let bytes = event(4, |event| {
        event.put_qualified(ems, code("ZEMS-TKN-OPMSG"), Raw(b"old"))?;
        event.put_qualified(ems, code("ZEMS-TKN-TEXT"), "UPS: on \u{7}battery, M\u{fc}nchen")
    });
    let (text, rendered) = render(&set, &bytes);
    assert_eq!((text.as_str(), rendered.origin), ("UPS: on ?battery, M\u{fc}nchen", Origin::TextToken));
    let bytes = event_of(EMS, 7, |event| event.put(code("ZEMS-TKN-OPMSG"), Raw(b"LDEV 5 ERROR\x07")));
    let (text, rendered) = render(&set, &bytes);
    assert_eq!((text.as_str(), rendered.origin), ("LDEV 5 ERROR?", Origin::ConsoleMessage));
    assert!(rendered.status.is_normal());
}

#[test]
fn the_four_fallback_texts() {
    let set = TemplateSet::new(&dictionary());
    let bytes = event_of(UVW, -4, |_| Ok(()));
    let (text, rendered) = render(&set, &bytes);
    assert_eq!(
        text,
        "EMSTEXT -- No template and no TEXT token for event. SSID = TANDEM.300.D00 Event number = -4 Subject = $ZABC"
    );
    assert_eq!(rendered.status.to_string(), "(10,0) (0,0)");

    // A token that reaches beyond the end: the text token after it cannot be looked for.
    let mut broken = event(4, |event| event.put(code("ZABC-TKN-TEXT"), "long"));
    let last = broken.len() - 6;
    broken[last..last + 2].copy_from_slice(&999_u16.to_be_bytes());
    let (text, rendered) = render(&set, &broken);
    assert_eq!(
        text,
        "EMSTEXT error (4,11) prevented display of event. SSID = CUSTOMER.1.J00 Event number = 4 Subject = $ZABC"
    );
    assert_eq!(rendered.status.to_string(), "(10,0) (4,11)");

    // A subject of a type that cannot be shown is left out.
    let header = EventHeader::new(ABC.parse().unwrap(), 4);
    let subject = code("ZABC-MAP-INFO");
    let builder = EventBuilder::new(Vec::new(), &header, &Profile::DEFAULT, subject, Raw(&[1, 2])).unwrap();
    let (text, _) = render(&set, &builder.finish().unwrap());
    assert!(text.ends_with("Event number = 4"), "{text}");

    let mut text = String::new();
    let status = write_bad_buffer(&[0x12; 200], &mut text).unwrap();
    assert_eq!(text, format!("EMSTEXT -- Bad event buffer:{}", " 1212".repeat(60)));
    assert_eq!(status.to_string(), "(11,0) (4,0)");

    let mut text = String::new();
    let event = Event::parse(&bytes).unwrap();
    write_template_file_error(Status::error(2, 11), true, "TEMPLATE", "no such file", &event, &mut text)
        .unwrap();
    assert_eq!(
        text,
        "EMSTEXT error (2,11) File open error TEMPLATE no such file. SSID = TANDEM.300.D00 Event number = -4 Subject = $ZABC"
    );
}

// ---- Missing tokens

#[test]
fn a_missing_token_is_filled_and_noted() {
    let (text, rendered) = shown("\"a<1>b<2>c\"", "1: ZABC-TKN-A\n2: ZABC-TKN-LOC", |event| {
        event.put(code("ZABC-TKN-LOC"), 7_i16)
    });
    assert_eq!((text.as_str(), rendered.status), ("ab7c", Status::MISSING_TOKEN));
    assert_eq!(rendered.status.to_string(), "(10,0) (8,1)");
    let set = compile(
        &dictionary(),
        &[&format!("{ABC_SOURCE}MSG: ZEMS-TKN-EVENTNUMBER, 4\n\"a<1>b\"\n1: ZABC-TKN-A\n")],
    );
    let options = RenderOptions { filler: "????", ..RenderOptions::default() };
    assert_eq!(text_of(&set, &event(4, |_| Ok(())), &options).0, "a????b");
}

#[test]
fn a_field_beyond_the_end_is_missing() {
    let descriptors = "1: ZABC-MAP-INFO.ZABC-DDL-INFO.LOC\n20: TOKENPRESENT(ZABC-MAP-INFO.ZABC-DDL-INFO.LOC)\n\
                       21: TOKENPRESENT(ZABC-MAP-INFO)";
    let strings = "\"[<*IF 20><1><*ELSE>no<*ENDIF>][<*IF 21>yes<*ENDIF>]\"";
    let put = |bytes: &'static [u8]| {
        move |event: &mut EventBuilder<'_, Vec<u8>>| event.put(code("ZABC-MAP-INFO"), Raw(bytes))
    };
    assert_eq!(shown(strings, descriptors, put(&[0, 1, 0, 3])).0, "[3][yes]");
    assert_eq!(shown(strings, descriptors, put(&[0, 1, 0])).0, "[no][yes]");
    assert_eq!(
        shown("\"[<1>]\"", "1: ZABC-MAP-INFO.ZABC-DDL-INFO.LOC", put(&[0, 1])).1.status,
        Status::MISSING_TOKEN
    );
}

#[test]
fn conditions() {
    let check = |condition: &str, value: Option<i16>| {
        let (text, rendered) = shown("\"<*IF 1>T<*ELSE>F<*ENDIF>\"", &format!("1: {condition}"), |event| {
            value.map_or(Ok(()), |value| event.put(code("ZABC-TKN-FILEERR"), value))
        });
        assert!(rendered.status.is_normal());
        text == "T"
    };
    for (operator, holds) in [
        ("<", [true, false, false]),
        ("=", [false, true, false]),
        (">", [false, false, true]),
        ("<=", [true, true, false]),
        (">=", [false, true, true]),
        ("<>", [true, false, true]),
    ] {
        for (value, holds) in [99, 100, 101].into_iter().zip(holds) {
            assert_eq!(check(&format!("ZABC-TKN-FILEERR {operator} ZABC-VAL-LIMIT"), Some(value)), holds);
            assert_eq!(check(&format!("NOT ZABC-TKN-FILEERR{operator}100"), Some(value)), !holds);
        }
        // A comparison with a missing token is false, NOT or no NOT.
        assert!(!check(&format!("ZABC-TKN-FILEERR {operator} 100"), None));
        assert!(!check(&format!("NOT ZABC-TKN-FILEERR {operator} 100"), None));
    }
    assert!(check("ZABC-TKN-FILEERR < -%10", Some(-9)));
    assert!(check("ZABC-TKN-FILEERR = %hFf", Some(255)) && check("ZABC-TKN-FILEERR = -%B101", Some(-5)));
    assert!(
        check("TOKENPRESENT(ZABC-TKN-FILEERR)", Some(0)) && !check("TOKENPRESENT(ZABC-TKN-FILEERR)", None)
    );
    assert!(check("NOT TOKENPRESENT (ZABC-TKN-FILEERR)", None));
    assert!(
        check("TOKENPRESENT(ZEMS-TKN-EVENTNUMBER)", None)
            && !check("TOKENPRESENT(ZEMS-TKN-CONTENT-USER)", None)
    );
}

#[test]
fn conditions_nest() {
    let strings = "\"<*IF 1>a<*IF 2>b<*ELSE>c<*ENDIF>d<*ELSE>e<*IF 2>f<*ENDIF><*ENDIF>g\"";
    let descriptors = "1: ZABC-TKN-A = 1\n2: ZABC-TKN-LOC = 1";
    for (a, loc, text) in [(1_u16, 1_i16, "abdg"), (1, 0, "acdg"), (0, 1, "efg"), (0, 0, "eg")] {
        let shown = shown(strings, descriptors, |event| {
            event.put(code("ZABC-TKN-A"), a)?;
            event.put(code("ZABC-TKN-LOC"), loc)
        });
        assert_eq!(shown.0, text);
    }
}

// ---- Tokens

#[test]
fn occurrences_subsystems_and_tables() {
    let uvw: Ssid = UVW.parse().unwrap();
    let operation = code("UVW-TKN-OPERATION");
    let (text, rendered) = shown(
        "\"<1> <2> <3> <4> <5> <6>\"",
        "1: ZABC-TKN-LOC\n2: ZABC-TKN-LOC(2)\n3: ZABC-TKN-LOC(4)\n4: SSID ( UVW-VAL-SSID, UVW-TKN-OPERATION )\n\
         5: SSID(UVW-VAL-SSID,UVW-TKN-OPERATION(2))\n6: ZABC-TKN-STATUS",
        |event| {
            event.put(code("ZABC-TKN-LOC"), 1_i16)?;
            // A token of the same code in the event's own subsystem.
            event.put(operation, 90_i16)?;
            event.put_qualified(uvw, operation, 91_i16)?;
            event.put_table_qualified(ABC.parse().unwrap(), code("ZABC-TKN-LOC"), [2_i16, 3, 4])?;
            event.put_qualified(uvw, operation, 92_i16)?;
            event.put(code("ZABC-TKN-STATUS"), 5_i16)
        },
    );
    assert_eq!((text.as_str(), rendered.status), ("1 2 4 91 92 5", Status::NORMAL));
    let (_, rendered) =
        shown("\"<1>\"", "1: ZABC-TKN-LOC(2)", |event| event.put(code("ZABC-TKN-LOC"), 1_i16));
    assert_eq!(rendered.status, Status::MISSING_TOKEN);
}

#[test]
fn a_list_token_moves_into_the_list() {
    let strings = "\"<1><2>|<10><1><2>|<11><1><2><3>|<12><1><2>|<12><1><2>\"";
    let descriptors = "1: ZABC-TKN-LOC\n2: ZABC-TKN-FILEERR\n3: ZABC-TKN-A\n10: ZSPI-TKN-ERRLIST\n\
                       11: ZSPI-TKN-DATALIST\n12: ZSPI-TKN-ENDLIST";
    let (text, rendered) = shown(strings, descriptors, |event| {
        event.put(code("ZABC-TKN-LOC"), 1_i16)?;
        event.put(code("ZABC-TKN-FILEERR"), 2_i16)?;
        event.list_qualified(Ssid::NULL, code("ZSPI-TKN-ERRLIST"), |list| {
            list.put(code("ZABC-TKN-LOC"), 3_i16)?;
            list.list_qualified(Ssid::NULL, code("ZSPI-TKN-DATALIST"), |list| {
                list.put(code("ZABC-TKN-FILEERR"), 4_i16)?;
                list.put(code("ZABC-TKN-A"), 5_u16)
            })
        })
    });
    // In the list, then outward; ENDLIST goes out again, and beyond the top level does nothing.
    assert_eq!((text.as_str(), rendered.status), ("12|32|345|32|12", Status::NORMAL));
}

#[test]
fn marks_and_next_tokens() {
    let (text, rendered) = shown(
        "\"<1>=<2> <3> <4> <5>=<2>, <6><2>, <7>\"",
        "1: ZSPI-TKN-NEXTTOKEN, TOKENHEADING\n2: ZSPI-TKN-NEXTTOKEN, TOKENVALUE\n3: ZSPI-TKN-NEXTTOKEN, TOKENVALUE\n\
         4: ZSPI-TKN-NEXTTOKEN\n5: ZEMS-TKN-SUBJECT-MARK(2)\n6: ZSPI-TKN-INITIAL-POSITION\n7: ZSPI-TKN-ERRLIST",
        |event| {
            event.put(code("ZABC-TKN-REASON"), 2_i16)?;
            event.put(code("ZABC-TKN-B"), time("2026-11-20T10:15:00.123456Z"))?;
            event.subject(code("ZABC-TKN-NAME"), "second")
        },
    );
    // From the front: the mark, the subject, the reason, the time; then the second subject; then the first mark again.
    assert_eq!(text, "Subject Mark=$ZABC it stopped 2026-11-20 10:15:00.123.456 =second, , ");
    assert_eq!(rendered.status, Status::MISSING_TOKEN);
}

// ---- MSG

#[test]
fn msg_keys_are_32_bits() {
    let source = format!(
        "{ABC_SOURCE}MSG: ZEMS-TKN-EVENTNUMBER, 4\n\"<1> <2> <3> <4>\"\n1: ZABC-TKN-FLAG, MSG\n2: ZABC-TKN-BIG, MSG\n\
         3: ZABC-TKN-A, MSG\n4: ZABC-TKN-FILEERR, MSG\n\
         MSG: ZABC-TKN-FLAG, ZSPI-VAL-TRUE\n\"yes\"\nMSG: ZABC-TKN-BIG, 8589934592\n\"two times 2^32\"\n\
         MSG: ZABC-TKN-A, 65535\n\"all ones\"\nMSG: ZABC-TKN-FILEERR, -1\n\"minus one\"\n"
    );
    let set = compile(&dictionary(), &[&source]);
    let bytes = event(4, |event| {
        event.put(code("ZABC-TKN-FLAG"), true)?;
        event.put(code("ZABC-TKN-BIG"), 2_i64 << 32 | 5)?;
        event.put(code("ZABC-TKN-A"), 65_535_u16)?;
        event.put(code("ZABC-TKN-FILEERR"), -1_i16)
    });
    assert_eq!(render(&set, &bytes).0, "yes two times 2^32 all ones minus one");
    // Without templates: the leftmost 32 bits, signed.
    let bytes = event(4, |event| {
        event.put(code("ZABC-TKN-FLAG"), false)?;
        event.put(code("ZABC-TKN-BIG"), -1_i64)?;
        event.put(code("ZABC-TKN-A"), 40_000_u16)
    });
    assert_eq!(render(&set, &bytes).0, "0 -1 40000 ");
}

#[test]
fn msg_nests_ten_deep_and_no_deeper() {
    let chain = |levels: usize| {
        let mut source = format!(
            "{ABC_SOURCE}MSG: ZEMS-TKN-EVENTNUMBER, 4\n\"0<1>\"\n1: ZABC-TKN-LOC, MSG(ZABC-TKN-STATUS)\n"
        );
        let tokens = [
            "STATUS", "FILEERR", "EQUIP", "LOC", "A", "ADDR", "NAME", "FLAG", "REASON", "OWNER", "TEXT",
            "LEVEL",
        ];
        for (level, pair) in tokens.windows(2).take(levels).enumerate() {
            write!(source, "MSG: ZABC-TKN-{}, 7\n\",{}", pair[0], level + 1).unwrap();
            if level + 1 < levels {
                write!(source, "<1>\"\n1: ZABC-TKN-LOC, MSG(ZABC-TKN-{})\n", pair[1]).unwrap();
            } else {
                source.push_str("\"\n");
            }
        }
        let set = compile(&dictionary(), &[&source]);
        render(&set, &event(4, |event| event.put(code("ZABC-TKN-LOC"), 7_i16)))
    };
    let (text, rendered) = chain(10);
    assert_eq!((text.as_str(), rendered.status), ("0,1,2,3,4,5,6,7,8,9,10", Status::NORMAL));
    let (text, rendered) = chain(11);
    assert_eq!((text.as_str(), rendered.status), ("0,1,2,3,4,5,6,7,8,9,107", Status::MSG_LEVELS));
}

#[test]
fn texts_do_not_grow_without_bound() {
    // Each level shows the next one a hundred times.
    let markers = "\"<1><1><1><1><1><1><1><1><1><1>\"\n".repeat(10);
    let source = format!(
        "{ABC_SOURCE}MSG: ZEMS-TKN-EVENTNUMBER, 4\n{markers}1: ZABC-TKN-LOC, MSG\nMSG: ZABC-TKN-LOC, 7\n{markers}1: ZABC-TKN-LOC, MSG\n"
    );
    let set = compile(&dictionary(), &[&source]);
    let start = crate::clock::CpuTime::start();
    let (text, rendered) = render(&set, &event(4, |event| event.put(code("ZABC-TKN-LOC"), 7_i16)));
    assert!(text.len() <= 32_767 && !rendered.status.is_normal());
    assert!(start.elapsed().as_secs() < 5);

    let long = "x".repeat(3000);
    let (text, rendered) = shown(&"\"<1><1><1><1>\"\n".repeat(5), "1: ZABC-TKN-TEXT(2)", |event| {
        event.put(code("ZABC-TKN-TEXT"), long.as_str())
    });
    assert_eq!((text.len(), rendered.status), (30_000, Status::NO_ROOM));
}

#[test]
fn a_template_that_shows_itself_ends() {
    // Without a token to look for, and without text: only the tries count.
    let markers = "\"<1><1><1><1><1><1><1><1><1><1>\"\n".repeat(10);
    let source = format!(
        "{ABC_SOURCE}MSG: ZEMS-TKN-EVENTNUMBER, 4\n{markers}1: ZEMS-TKN-EVENTNUMBER, MSG\n\
         MSG: ZEMS-TKN-EVENTNUMBER, 5\n\"a<1>b\"\n1: ZEMS-TKN-EVENTNUMBER, MSG\n"
    );
    let set = compile(&dictionary(), &[&source]);
    let start = crate::clock::CpuTime::start();
    let (text, rendered) = render(&set, &event(4, |_| Ok(())));
    assert!(start.elapsed().as_secs() < 5);
    assert!(text.len() <= 32_767 && !rendered.status.is_normal(), "{}", rendered.status);
    // Ten levels, and then the number.
    let (text, rendered) = render(&set, &event(5, |_| Ok(())));
    assert_eq!((text.as_str(), rendered.status), ("aaaaaaaaaaa5bbbbbbbbbbb", Status::MSG_LEVELS));
}

#[test]
fn conditions_nest_without_end() {
    let depth = 20_000;
    let strings = "\"<*IF 1>(\"\n".repeat(depth) + &"\")<*ENDIF>\"\n".repeat(depth);
    let (text, rendered) = shown(&strings, "1: TOKENPRESENT(ZEMS-TKN-EVENTNUMBER)", |_| Ok(()));
    assert_eq!(text.len(), 32_767);
    assert_eq!(rendered.status, Status::NO_ROOM);
    let (text, _) = shown(&strings, "1: NOT TOKENPRESENT(ZEMS-TKN-EVENTNUMBER)", |_| Ok(()));
    assert_eq!(text, "");
}

// ---- Edit codes

#[test]
fn edit_codes() {
    let nodes = [(3, "NODE"), (4, "\\FOUR")];
    let options = RenderOptions { nodes: Some(&nodes), ..RenderOptions::default() };
    let check = |token: &str, edit: &str, value: &[u8]| {
        let source = format!("{ABC_SOURCE}MSG: ZEMS-TKN-EVENTNUMBER, 4\n\"<1>\"\n1: {token}{edit}\n");
        let ssid = if token.contains("ZEMS") { EMS } else { ABC };
        let name = token.trim_start_matches("SSID(ZEMS-VAL-SSID,").trim_end_matches(')');
        let bytes = event(4, |event| event.put_qualified(ssid.parse().unwrap(), code(name), Raw(value)));
        text_of(&compile(&dictionary(), &[&source]), &bytes, &options).0
    };
    let file = b"\\\x04DATA  APP     FILE    ";
    for (token, edit, value, text) in [
        ("ZABC-TKN-FILEERR", ", I5", &[0xFF, 0xF4][..], "  -12"),
        ("ZABC-TKN-FILEERR", ", ZI5", &[0xFF, 0xF4], "-0012"),
        ("ZABC-TKN-FILEERR", ", B", &[0, 5], "101"),
        ("ZABC-TKN-FILEERR", ", ZB8", &[0, 5], "00000101"),
        ("ZABC-TKN-FILEERR", ", O", &[0xFF, 0xFF], "177777"),
        ("ZABC-TKN-FILEERR", ", h6", &[0xFF, 0xFF], "  FFFF"),
        ("ZABC-TKN-FILEERR", ", SYSTEM", &[0, 3], "\\NODE"),
        ("ZABC-TKN-FILEERR", ", SYSTEM", &[0, 9], "\\9"),
        ("ZABC-TKN-NAME", ", I", b"AB  C ", "65 66 32 32 67 32"),
        ("ZABC-TKN-NAME", "", b"AB  C ", "AB  C "),
        ("ZABC-TKN-ADDR", "", &[1, 2, 3, 4], "1 2 3 4"),
        ("ZABC-TKN-ADDR", ", IPADDR", &[10, 0, 0, 1], "10.0.0.1"),
        ("ZABC-TKN-FLAG", "", &[0, 1], "T"),
        ("ZABC-TKN-REASON", ", I", &[0, 2], "2"),
        ("ZABC-TKN-REASON", "", &[0, 2], "it stopped"),
        ("ZABC-TKN-REASON", ", ENUM", &[0, 3], "for no known reason"),
        ("ZABC-TKN-DEVICE", "", b"$LAPX   ", "$LAPX"),
        ("ZABC-TKN-FILE32", "", b"\\NCN    $DATA   APP     FILE    ", "\\NCN.$DATA.APP.FILE"),
        ("ZABC-TKN-FILE32", ", SUBVOL", b"\\NCN    $DATA   APP     FILE    ", "\\NCN.$DATA.APP"),
        ("ZABC-TKN-FILE32", ", SYSTEM", b"\\NCN    $DATA   APP     FILE    ", "\\NCN"),
        ("ZABC-TKN-FILE32", ", SYSTEM", b"        $DATA   APP     FILE    ", "\\NODE"),
        ("SSID(ZEMS-VAL-SSID,ZEMS-TKN-PROGRAMFILE)", "", file, "\\FOUR.$DATA.APP.FILE"),
        ("SSID(ZEMS-VAL-SSID,ZEMS-TKN-PROGRAMFILE)", ", SUBVOL", file, "\\FOUR.$DATA.APP"),
        ("SSID(ZEMS-VAL-SSID,ZEMS-TKN-PROGRAMFILE)", ", SYSTEM", file, "\\FOUR"),
        ("ZABC-TKN-TRANSID", "", &[4, 1, 0, 0, 0, 200, 0, 0], "\\NODE.1.200"),
        ("ZABC-TKN-TRANSID", ", SYSTEM", &[5, 1, 0, 0, 0, 200, 0, 0], "\\FOUR"),
        ("ZABC-TKN-LEVEL", "", &[0, 0, 0, 0xFF], "0.5"),
        ("ZABC-TKN-BIG", "", &[0xFF; 8], "-1"),
    ] {
        assert_eq!(check(token, edit, value), text, "{token}{edit}");
    }
}

#[test]
fn def_enum_gives_labels() {
    let source = "VERSION: \"1\"\nSSID: ZABC-VAL-SSID\nSSNAME: \"ABC\"\n\
                  DEF_ENUM: ZSPI-TKN-RETCODE AS ZABC-DDL-RETCODE\n\
                  DEF_ENUM: ZABC-MAP-INFO.ZABC-DDL-INFO.LOC AS ENUM ZABC-DDL-MORE\n\
                  MSG: ZEMS-TKN-EVENTNUMBER, 4\n\"<1> <2> <3>\"\n1: ZSPI-TKN-RETCODE\n\
                  2: ZABC-MAP-INFO.ZABC-DDL-INFO.LOC\n3: ZABC-MAP-INFO.ZABC-DDL-INFO.EQUIP\n";
    let set = compile(&dictionary(), &[source]);
    let bytes = event(4, |event| {
        event.put(code("ZSPI-TKN-RETCODE"), 100_i16)?;
        event.put(code("ZABC-MAP-INFO"), Raw(&[0, 100, 0, 200]))
    });
    assert_eq!(render(&set, &bytes).0, "bad worst 100");
}

/// Of two statements for one token the later counts; that many of them take no longer than they are long.
#[test]
fn def_enum_again_and_again() {
    let mut source = String::from("VERSION: \"1\"\nSSID: ZABC-VAL-SSID\nSSNAME: \"ABC\"\n");
    source.push_str("DEF_ENUM: ZABC-TKN-STATUS AS ZABC-DDL-RETCODE\n");
    source.push_str(&"DEF_ENUM: ZABC-TKN-LOC AS ZABC-DDL-RETCODE\n".repeat(20_000));
    source.push_str("DEF_ENUM: ZABC-TKN-LOC AS ZABC-DDL-MORE\n");
    for number in 1..20_000 {
        let message = "\"<1> <2>\"\n1: ZABC-TKN-LOC\n2: ZABC-TKN-STATUS\n";
        writeln!(source, "MSG: ZEMS-TKN-EVENTNUMBER, {number}\n{message}").unwrap();
    }
    let start = crate::clock::CpuTime::start();
    let set = compile(&dictionary(), &[&source]);
    assert!(start.elapsed().as_secs() < 5);
    let bytes = event(4, |event| {
        event.put(code("ZABC-TKN-LOC"), 100_i16)?;
        event.put(code("ZABC-TKN-STATUS"), 100_i16)
    });
    assert_eq!(render(&set, &bytes).0, "worse bad");
}

/// As many references as a structure has fields take no longer than both are long.
#[test]
fn fields_of_a_long_structure() {
    let mut site = site::definitions();
    let names: Vec<String> = (0..12_000).map(|number| format!("F-{number}")).collect();
    let binary = zems::dictionary::FieldType::Binary { bits: 16, unsigned: false, scale: 0 };
    let fields = (0_u32..).zip(&names).map(|(at, name)| (name.as_str(), 2 * at, 2, 1, binary));
    site::structure(&mut site, "ZABC-DDL-LONG", 24_000, &fields.collect::<Vec<_>>());
    let dictionary = zems::dictionary::Dictionary::new(&site);
    let mut source = String::from(ABC_SOURCE);
    for message in 0..240 {
        writeln!(source, "MSG: ZEMS-TKN-EVENTNUMBER, {message}").unwrap();
        (0..50).for_each(|number| writeln!(source, "\"<{number}>\"").unwrap());
        for number in 0..50 {
            let field = message * 50 + number;
            writeln!(source, "{number}: ZABC-TKN-TEXT.zabc-ddl-long.f_{field}").unwrap();
        }
    }
    let start = crate::clock::CpuTime::start();
    let set = compile(&dictionary, &[&source]);
    assert!(start.elapsed().as_secs() < 3);
    let bytes = event(0, |event| event.put(code("ZABC-TKN-STATUS"), 1_i16));
    // The subject's five characters: two fields, and then none.
    let (text, rendered) = render(&set, &bytes);
    assert_eq!((text.as_str(), rendered.status), ("930616706", Status::MISSING_TOKEN));
}

/// DICT names a dictionary of another system: any form of the name will do.
#[test]
fn dict_has_no_effect() {
    let dictionary = dictionary();
    let with = |dict: &str| {
        let source = format!(
            "VERSION: \"1\"\nDICT: {dict}\nSSID: ZABC-VAL-SSID\nSSNAME: \"ABC\"\nMSG: ZEMS-TKN-EVENTNUMBER, 4\n\"x\"\n"
        );
        site::add(&mut TemplateSet::new(&dictionary), &dictionary, &source)
    };
    for dict in ["$DATA.ABC", r"\NODE.$DATA.ABC", "ABC", "=_DICTIONARY", "$DATA01.UC4DICT == comment"] {
        assert_eq!(with(dict).1, "", "{dict}");
    }
    assert!(with("").1.contains("expected the subvolume of a dictionary"));
    assert!(with("$DATA.ABC more").1.contains("expected the end of the line"));
}

#[test]
fn names_and_numbers_of_subsystems() {
    let source = format!("{ABC_SOURCE}MSG: ZEMS-TKN-EVENTNUMBER, 4\n\"<1>\"\n1: ZSPI-TKN-SSID, SSID20\n");
    let set = compile(&dictionary(), &[&source]);
    let bytes = event(4, |_| Ok(()));
    assert_eq!(text_of(&set, &bytes, &RenderOptions::default()).0, "CUSTOMER.ABC.J00    ");
    let options = RenderOptions { numbers_only: true, ..RenderOptions::default() };
    assert_eq!(text_of(&set, &bytes, &options).0, "CUSTOMER.1.J00      ");
}

// ---- Header and layout

fn line(header: &EventHeader<'_>, options: &RenderOptions<'_>) -> String {
    let source = format!(
        "{ABC_SOURCE}MSG: ZEMS-TKN-EVENTNUMBER, 4\n\"text\"\nMSG: ZEMS-TKN-EVENTNUMBER, -4\n\"text\"\n"
    );
    let dictionary = dictionary();
    let set = compile(&dictionary, &[&source]);
    let bytes = site::build(header, |_| Ok(()));
    let mut line = String::new();
    set.render_line(&Event::parse(&bytes).unwrap(), &dictionary, options, &mut line).unwrap();
    line
}

#[test]
fn t_25_the_header_of_a_printing_distributor() {
    let nodes = [(3, "NODE")];
    let cet = |_| 3600;
    let named = RenderOptions { nodes: Some(&nodes), zone: Some(&cet), ..RenderOptions::default() };
    let plain = RenderOptions::default();
    let base = EventHeader {
        generated: time("2026-11-20T23:15:59.999999Z"),
        node: 3,
        cpu: 2,
        pin: 45,
        ..EventHeader::new(ABC.parse().unwrap(), 4)
    };
    let process: &[u8] = br"\NODE.$ZPM";
    for (header, options, expected) in [
        (
            EventHeader { process, ..base },
            &plain,
            r"26-11-20 23:15:59 \NODE.$ZPM  CUSTOMER.ABC.J00        000004 text",
        ),
        (
            EventHeader { process, emphasis: true, number: -4, ..base },
            &named,
            r"26-11-21 00:15:59 \NODE.$ZPM* CUSTOMER.ABC.J00        -00004 text",
        ),
        (
            EventHeader { process: b"0,298", ..base },
            &named,
            r"26-11-21 00:15:59 \NODE.0,298  CUSTOMER.ABC.J00        000004 text",
        ),
        (
            EventHeader { process: b"$ZPM", layout: Some(32), ..base },
            &named,
            r"26-11-21 00:15:59 \NODE.$ZPM  CUSTOMER.ABC.J00        000004 text",
        ),
        // An unnamed process of a C-series event.
        (
            EventHeader { layout: Some(32), ..base },
            &plain,
            r"26-11-20 23:15:59 \3.02,045  CUSTOMER.ABC.J00        000004 text",
        ),
        (
            EventHeader { generated: zems::spi::Timestamp::UNSET, process, ..base },
            &plain,
            r"00-00-00 00:00:00 \NODE.$ZPM  CUSTOMER.ABC.J00        000004 text",
        ),
    ] {
        assert_eq!(line(&header, options), expected);
    }
}

/// The column of a printed sample (GUG 17-3): process from 19, text from 62 with a local process name of five characters.
#[test]
fn columns_of_the_printed_sample() {
    let header = EventHeader {
        generated: time("1996-10-03T15:09:51Z"),
        process: br"\NET.$FTI1",
        ..EventHeader::new("TANDEM.500.G01".parse().unwrap(), 23)
    };
    let line = line(&header, &RenderOptions::default());
    assert_eq!(
        (&line[18..28], line.find("TANDEM"), line.find("000023")),
        (r"\NET.$FTI1", Some(30), Some(54))
    );
}

#[test]
fn a_template_can_make_the_header() {
    let source = format!(
        "{ABC_SOURCE}MSG: ZABC-TKN-STATUS, 1\n\"<1> <2>: \"\n1: ZEMS-TKN-GENTIME, TIME \"hh:mi:ss\"\n2: ZEMS-TKN-EVENTNUMBER, ZI4\n\
                          MSG: ZEMS-TKN-EVENTNUMBER, 4\n\"text\"\n"
    );
    let dictionary = dictionary();
    let set = compile(&dictionary, &[&source]);
    let key = TemplateKey::new(ABC.parse().unwrap(), code("ZABC-TKN-STATUS"), 1);
    let options = RenderOptions { header: Some(key), ..RenderOptions::default() };
    let bytes = event(4, |_| Ok(()));
    let mut line = String::new();
    set.render_line(&Event::parse(&bytes).unwrap(), &dictionary, &options, &mut line).unwrap();
    assert_eq!(line, "10:15:00 0004: text");
}

#[test]
fn emstext_fills_lines() {
    let source = format!(
        "{ABC_SOURCE}MSG: ZEMS-TKN-EVENTNUMBER, 4\n\"one two three four,<*CR> five six seven eight\"\n"
    );
    let dictionary = dictionary();
    let set = compile(&dictionary, &[&source]);
    let bytes = event(4, |_| Ok(()));
    let (event, options) = (Event::parse(&bytes).unwrap(), RenderOptions::default());
    let mut text = Text::new();
    let (rendered, header) = set.emstext(&event, &dictionary, &options, &mut text).unwrap();
    assert!(rendered.status.is_normal());
    assert_eq!(header, "26-11-20 10:15:00 \\NODE.$ZABC  CUSTOMER.ABC.J00        000004 ".len());
    let layout = Layout { width: 80, lines: 5, indent: header };
    let rows: Vec<_> = layout.rows(&text).map(|row| (row.columns(), row.text.to_owned())).collect();
    assert_eq!(rows[0].1, "26-11-20 10:15:00 \\NODE.$ZABC  CUSTOMER.ABC.J00        000004 one two three");
    assert_eq!(
        rows[1..],
        [(72, "four,".to_owned()), (80, "five six seven".to_owned()), (72, "eight".to_owned())]
            .map(|(_, text)| (header + text.len(), text))
    );
    // Not enough lines.
    let mut lines = String::new();
    let layout = Layout { width: 40, lines: 2, indent: 4 };
    let rendered = set.print(&event, &dictionary, &options, &layout, &mut text, &mut lines).unwrap();
    assert_eq!((lines.lines().count(), rendered.status), (2, Status::NO_ROOM));
}

#[test]
fn an_event_of_unknown_layout_is_shown_too() {
    let mut bytes = event(4, |_| Ok(()));
    // Another length byte: 80 instead of 82, so that the header ends two bytes earlier.
    bytes[25] = 80;
    bytes.drain(108..110);
    let used = u16::from_be_bytes([bytes[4], bytes[5]]) - 2;
    bytes[4..6].copy_from_slice(&used.to_be_bytes());
    let dictionary = dictionary();
    let mut line = String::new();
    let event = Event::parse(&bytes).unwrap();
    assert_eq!(event.layout(), None);
    TemplateSet::new(&dictionary)
        .render_line(&event, &dictionary, &RenderOptions::default(), &mut line)
        .unwrap();
    assert!(
        line.starts_with("00-00-00 00:00:00 ?  CUSTOMER.1.J00          ?????? EMSTEXT -- No template"),
        "{line}"
    );
    assert!(line.contains("Event number = ?"), "{line}");
}

#[test]
fn process_ids_in_a_sentence() {
    let mut site = site::definitions();
    site.tokens.push(zems::dictionary::TokenDefinition {
        name: "ZABC-TKN-PROCESS".into(),
        code: TokenCode::new(site::CRTPID, 8, zems::spi::TokenNumber(40)),
        ..Default::default()
    });
    let dictionary = zems::dictionary::Dictionary::new(&site);
    let source = format!(
        "{ABC_SOURCE}MSG: ZEMS-TKN-EVENTNUMBER, 4\n\"<1> on <2>\"\n1: ZABC-TKN-PROCESS\n2: ZABC-TKN-PROCESS, SYSTEM\n"
    );
    let set = compile(&dictionary, &[&source]);
    for (process, text) in [
        (Crtpid::new("$ABC", 2, 45).unwrap(), r"$ABC on \3"),
        (Crtpid::from_bytes([0, 1, 2, 3, 4, 5, 2, 94]), r"\3.02,094 on \3"),
        (Crtpid::new(r"\7.$ZPM", 0, 9).unwrap(), r"\7.$ZPM on \7"),
    ] {
        let code = dictionary.token_named("ZABC-TKN-PROCESS").unwrap().code();
        let bytes = event(4, |event| event.put(code, process));
        let mut shown = String::new();
        set.render(&Event::parse(&bytes).unwrap(), &dictionary, &RenderOptions::default(), &mut shown)
            .unwrap();
        assert_eq!(shown, text);
    }
}
