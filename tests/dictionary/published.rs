//! Numbers that the manuals print, and structures they draw.

use zems::dictionary::{ConstantValue, Dictionary};

#[test]
fn numbers() {
    let dictionary = Dictionary::builtin();
    for (name, value) in [
        // Data types.
        ("ZSPI-TDT-INT", 2),
        ("ZSPI-TDT-INT2", 3),
        ("ZSPI-TDT-INT4", 4),
        ("ZSPI-TDT-FLT", 5),
        ("ZSPI-TDT-FLT2", 6),
        ("ZSPI-TDT-STRUCT", 7),
        ("ZSPI-TDT-MAP", 8),
        ("ZSPI-TDT-UINT", 9),
        ("ZSPI-TDT-ENUM", 11),
        ("ZSPI-TDT-FNAME", 20),
        ("ZSPI-TDT-TIMESTAMP", 23),
        ("ZSPI-TDT-SSID", 24),
        ("ZSPI-TDT-ERROR", 28),
        ("ZSPI-TDT-TOKENCODE", 29),
        ("ZSPI-TDT-MARK", 31),
        ("ZSPI-TDT-LIST", 37),
        ("ZSPI-TDT-SSCTL", 39),
        // Values.
        ("ZSPI-VAL-MSGCODE", -28),
        ("ZSPI-VAL-HDRSIZE", 256),
        ("ZSPI-VAL-TRUE", -1),
        ("ZSPI-VAL-TNM-MIN", -512),
        ("ZSPI-VAL-TNM-HDR", -480),
        ("ZSPI-VAL-TNM-GBF", -448),
        ("ZSPI-VAL-TNM-STD", -256),
        ("ZEMS-VAL-EVT-BUFLEN", 4024),
        ("ZEMS-VAL-MIN-USER-VALUE", 1024),
        // Status numbers.
        ("ZSPI-ERR-INVBUF", -1),
        ("ZSPI-ERR-NOSPACE", -5),
        ("ZSPI-ERR-MISTKN", -8),
        ("ZSPI-ERR-BADSSID", -10),
        ("ZSPI-ERR-INCOMP-RESP", -37),
        // Token numbers.
        ("ZSPI-TNM-HDRTYPE", -511),
        ("ZSPI-TNM-LASTERR", -507),
        ("ZSPI-TNM-LASTERRCODE", -506),
        ("ZSPI-TNM-SSID", -505),
        ("ZSPI-TNM-USEDLEN", -504),
        ("ZSPI-TNM-SERVER-VERSION", -501),
        ("ZSPI-TNM-LEN", -445),
        ("ZSPI-TNM-POSITION", -442),
        ("ZSPI-TNM-ERROR", -251),
        ("ZSPI-TNM-RESPONSE-TYPE", -248),
        ("ZSPI-TNM-SERVER-BANNER", -246),
        ("ZSPI-TNM-RETCODE", 0),
        // Subsystems.
        ("ZSPI-SSN-ZSPI", 1),
        ("ZSPI-SSN-ZTAP", 4),
        ("ZSPI-SSN-ZPWY", 8),
        ("ZSPI-SSN-ZCOM", 21),
        ("ZSPI-SSN-ZSCP", 25),
        ("ZSPI-SSN-ZCMK", 83),
        ("ZSPI-SSN-ZWMS", 165),
        ("ZSPI-SSN-ZMXO", 231),
        // Events, commands and errors.
        ("ZEMS-EVT-WRITE-TO-0", 512),
        ("ZEMS-EVT-BURST-START", 538),
        ("ZEMS-EVT-BAD-FILTER", 1005),
        ("ZEMS-CMD-GETEVENT", 3),
        ("ZEMS-ERR-EOF", 1032),
        ("ZCDG-EVT-PON-INTRPT", -10003),
        ("ZRPC-EVT-CPU-SWITCH", -1),
        ("ZRPC-EVT-BKUP-FAIL", 8),
        ("ZRPC-EVT-PORTMAP-ERR", 17),
        ("ZRPC-VAL-CSE-TIMEDOUT", 5),
    ] {
        let constant = dictionary.constant(name).unwrap_or_else(|| panic!("{name} is not defined"));
        assert_eq!(constant.value(), ConstantValue::Number(value), "{name}");
        assert!(!constant.is_provisional(), "{name}");
    }
    let ConstantValue::Version(version) = dictionary.constant("ZSPI-VAL-VERSION").unwrap().value() else {
        panic!("a version is a version");
    };
    assert_eq!(version.0, 17428);
    assert_eq!(dictionary.constant("ZSPI-VAL-TANDEM").unwrap().value(), ConstantValue::Text("TANDEM  "));
}

#[test]
fn token_types_and_codes() {
    let dictionary = Dictionary::builtin();
    for (name, value) in [
        ("ZSPI-TYP-INT", 514),
        ("ZSPI-TYP-ENUM", 2818),
        ("ZSPI-TYP-MAP", 2303),
        ("ZSPI-TYP-STRING", 511),
        ("ZSPI-TYP-LIST", 9472),
        ("ZSPI-TYP-MARK", 7936),
        ("ZSPI-TYP-SSCTL", 9984),
        ("ZSPI-TYP-SSID", 24 << 8 | 12),
        ("ZSPI-TYP-TOKENCODE", 29 << 8 | 4),
        ("ZSPI-TYP-CHAR50", 1 << 8 | 50),
        ("ZSPI-TYP-POSITION", 39 << 8 | 8),
    ] {
        assert_eq!(dictionary.token_type(name).map(|it| it.value()), Some(value), "{name}");
    }
    for (name, code, stored) in [
        ("ZSPI-TKN-SSID", 0x180C_FE07, 0x180C_FE07),
        ("ZSPI-TKN-ERRLIST", 0x2500_FF04, 0x25FF_FF04),
        ("ZSPI-TKN-ENDLIST", 0x2700_FF02, 0x2700_FF02),
        ("ZSPI-TKN-ERROR", 0x1C0E_FF05, 0x1C0E_FF05),
        ("ZSPI-TKN-RETCODE", 0x0B02_0000, 0x0B02_0000),
        ("ZSPI-TKN-LASTERRCODE", 0x1D04_FE06, 0x1D04_FE06),
    ] {
        let token = dictionary.token_named(name).unwrap();
        assert_eq!((u32::from(token.code()), u32::from(token.stored_code())), (code, stored), "{name}");
        let any = "TANDEM.165.N29".parse().unwrap();
        assert_eq!(dictionary.token(any, token.stored_code()).unwrap().name(), name);
    }
}

#[test]
fn structures() {
    let dictionary = Dictionary::builtin();
    for (name, len) in [
        ("ZSPI-DDL-SSID", 12),
        ("ZSPI-DDL-ERROR", 14),
        ("ZSPI-DDL-PARM-ERR", 8),
        ("ZSPI-DDL-CRTPID", 8),
        ("ZSPI-DDL-FNAME", 24),
        ("ZSPI-DDL-FNAME32", 32),
        ("ZSPI-DDL-PHANDLE", 20),
        ("ZSPI-DDL-USERNAME", 16),
        ("ZSPI-DDL-CHAR7", 7),
    ] {
        assert_eq!(dictionary.structure_named(name).map(|it| it.len()), Some(len), "{name}");
    }
    let error = dictionary.structure_named("ZSPI-DDL-PARM-ERR").unwrap();
    let offsets: Vec<_> = error.fields().map(|field| (field.name(), field.offset())).collect();
    assert_eq!(offsets, [("Z-TOKENCODE", 0), ("Z-INDEX", 4), ("Z-OFFSET", 6)]);
}

#[test]
fn every_event_of_the_rpc_and_jsrpd_chapters() {
    let dictionary = Dictionary::builtin();
    let rpc = dictionary.ssid_named("ZRPC-VAL-SSID").unwrap();
    assert!((1..=17).chain([-1]).all(|number| dictionary.event(rpc, number).is_some()));
    let jsrpd = dictionary.parse_ssid("JUNIPER.JSRPD.0").unwrap();
    assert_eq!(jsrpd.to_string(), "JUNIPER.1.0");
    for (number, tag, severity) in [
        (1, "JSRPD_DAEMONIZE_FAILED", Some(0)),
        (2, "JSRPD_DUPLICATE", Some(3)),
        (3, "JSRPD_NOT_ROOT", Some(3)),
        (4, "JSRPD_PID_FILE_LOCK", Some(3)),
        (5, "JSRPD_PID_FILE_UPDATE", Some(3)),
        (6, "JSRPD_SOCKET_CREATION_FAILURE", Some(3)),
        (7, "JSRPD_SOCKET_LISTEN_FAILURE", Some(3)),
        (8, "JSRPD_SOCKET_RECV_HB_FAILURE", Some(3)),
        (9, "JSRPD_USAGE", Some(3)),
        (10, "JSRPD_NODE_STATE_CHANGE", Some(3)),
        (11, "JSRPD_HA_SRG_STATE_CHANGE", Some(1)),
        (12, "JSRPD_BFD_STATE_DOWN", None),
        (13, "JSRPD_ICD_BFD_STATE_DOWN", None),
        (14, "JSRPD_HA_CONTROL_LINK_UP", None),
    ] {
        let event = dictionary.event(jsrpd, number).unwrap();
        let message = event.message().unwrap();
        assert_eq!((message.tag(), message.severity()), (tag, severity));
        assert_eq!(message.facility(), severity.map(|_| 3));
        assert_eq!(event.subject().unwrap().name(), "SYSLOG-TKN-PROCESS");
    }
    assert_eq!(dictionary.subsystem_number("TANDEM", "SAFEGUARD"), Some(9010));
    assert_eq!(dictionary.parse_ssid("TANDEM.SAFEGUARD.0").map(|ssid| ssid.number()), Ok(9010));
    assert_eq!(dictionary.token_named("ZCOM-TKN-SUBJ-PROCESS").unwrap().name(), "ZCOM-TKN-SUBJ-PROC");
}
