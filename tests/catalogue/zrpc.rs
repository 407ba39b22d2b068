// Made by `zems catalog --format rust` from definitions; changes here are lost.

/// ZRPC-VAL-SSID, provisional.
pub const ZRPC_VAL_SSID: ::zems::spi::Ssid = ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]);
/// ZRPC-VAL-VERSION.
pub const ZRPC_VAL_VERSION: ::zems::spi::Version = ::zems::spi::Version(17418);
/// ZRPC-VAL-EXT-SSID.
pub const ZRPC_VAL_EXT_SSID: &str = "TANDEM.RPC.0";
/// ZRPC-VAL-INIT-ERR-NO-MOM, provisional.
pub const ZRPC_VAL_INIT_ERR_NO_MOM: i16 = 1;
/// ZRPC-VAL-INIT-ERR-ARGS, provisional.
pub const ZRPC_VAL_INIT_ERR_ARGS: i16 = 2;
/// ZRPC-VAL-INIT-ERR-MULT-BCPU, provisional.
pub const ZRPC_VAL_INIT_ERR_MULT_BCPU: i16 = 3;
/// ZRPC-VAL-INIT-ERR-INV-BCPU, provisional.
pub const ZRPC_VAL_INIT_ERR_INV_BCPU: i16 = 4;
/// ZRPC-VAL-INIT-ERR-MULT-TCPIP, provisional.
pub const ZRPC_VAL_INIT_ERR_MULT_TCPIP: i16 = 5;
/// ZRPC-VAL-INIT-ERR-INV-TCPIP, provisional.
pub const ZRPC_VAL_INIT_ERR_INV_TCPIP: i16 = 6;
/// ZRPC-VAL-INIT-ERR-TCPIP-NO-FND, provisional.
pub const ZRPC_VAL_INIT_ERR_TCPIP_NO_FND: i16 = 7;
/// ZRPC-VAL-INIT-ERR-NOT-TCPIP, provisional.
pub const ZRPC_VAL_INIT_ERR_NOT_TCPIP: i16 = 8;
/// ZRPC-VAL-INIT-ERR-MULT-COLL, provisional.
pub const ZRPC_VAL_INIT_ERR_MULT_COLL: i16 = 9;
/// ZRPC-VAL-INIT-ERR-INV-COLL, provisional.
pub const ZRPC_VAL_INIT_ERR_INV_COLL: i16 = 10;
/// ZRPC-VAL-INIT-ERR-COLL-NO-FND, provisional.
pub const ZRPC_VAL_INIT_ERR_COLL_NO_FND: i16 = 11;
/// ZRPC-VAL-INIT-ERR-NOT-COLL, provisional.
pub const ZRPC_VAL_INIT_ERR_NOT_COLL: i16 = 12;
/// ZRPC-VAL-INIT-ERR-NOT-SUPER, provisional.
pub const ZRPC_VAL_INIT_ERR_NOT_SUPER: i16 = 13;
/// ZRPC-VAL-WAITED, provisional.
pub const ZRPC_VAL_WAITED: i16 = 1;
/// ZRPC-VAL-NOWAITED, provisional.
pub const ZRPC_VAL_NOWAITED: i16 = 2;
/// ZRPC-VAL-BACKUP, provisional.
pub const ZRPC_VAL_BACKUP: i16 = 1;
/// ZRPC-VAL-REMOTE, provisional.
pub const ZRPC_VAL_REMOTE: i16 = 2;
/// ZRPC-VAL-PRIMARY, provisional.
pub const ZRPC_VAL_PRIMARY: i16 = 3;
/// ZRPC-VAL-BKUP-ABENDED, provisional.
pub const ZRPC_VAL_BKUP_ABENDED: i16 = 1;
/// ZRPC-VAL-BKUP-CPU-DOWN, provisional.
pub const ZRPC_VAL_BKUP_CPU_DOWN: i16 = 2;
/// ZRPC-VAL-BKUP-STOPPED, provisional.
pub const ZRPC_VAL_BKUP_STOPPED: i16 = 3;
/// ZRPC-VAL-MEM-ERR-NO-MORE-PMAP-ENTRIES, provisional.
pub const ZRPC_VAL_MEM_ERR_NO_MORE_PMAP_ENTRIES: i16 = 1;
/// ZRPC-VAL-CSE-CANTENCODEARGS.
pub const ZRPC_VAL_CSE_CANTENCODEARGS: i16 = 1;
/// ZRPC-VAL-CSE-CANTDECODERES.
pub const ZRPC_VAL_CSE_CANTDECODERES: i16 = 2;
/// ZRPC-VAL-CSE-CANTSEND.
pub const ZRPC_VAL_CSE_CANTSEND: i16 = 3;
/// ZRPC-VAL-CSE-CANTRECV.
pub const ZRPC_VAL_CSE_CANTRECV: i16 = 4;
/// ZRPC-VAL-CSE-TIMEDOUT.
pub const ZRPC_VAL_CSE_TIMEDOUT: i16 = 5;
/// ZRPC-VAL-CSE-VERSMISMATCH.
pub const ZRPC_VAL_CSE_VERSMISMATCH: i16 = 6;
/// ZRPC-VAL-CSE-AUTHERROR.
pub const ZRPC_VAL_CSE_AUTHERROR: i16 = 7;
/// ZRPC-VAL-CSE-PROGUNAVAIL.
pub const ZRPC_VAL_CSE_PROGUNAVAIL: i16 = 8;
/// ZRPC-VAL-CSE-PROGVERSMISMATCH.
pub const ZRPC_VAL_CSE_PROGVERSMISMATCH: i16 = 9;
/// ZRPC-VAL-CSE-PROCUNAVAIL.
pub const ZRPC_VAL_CSE_PROCUNAVAIL: i16 = 10;
/// ZRPC-VAL-CSE-CANTDECODEARGS.
pub const ZRPC_VAL_CSE_CANTDECODEARGS: i16 = 11;
/// ZRPC-VAL-CSE-SYSTEMERROR.
pub const ZRPC_VAL_CSE_SYSTEMERROR: i16 = 12;
/// ZRPC-VAL-CSE-UNKNOWNHOST.
pub const ZRPC_VAL_CSE_UNKNOWNHOST: i16 = 13;
/// ZRPC-VAL-CSE-PMAPFAILURE.
pub const ZRPC_VAL_CSE_PMAPFAILURE: i16 = 14;
/// ZRPC-VAL-CSE-PROGNOTREGISTERED.
pub const ZRPC_VAL_CSE_PROGNOTREGISTERED: i16 = 15;
/// ZRPC-VAL-CSE-FAILED.
pub const ZRPC_VAL_CSE_FAILED: i16 = 16;
/// ZRPC-VAL-CSE-UNKNOWNPROTO.
pub const ZRPC_VAL_CSE_UNKNOWNPROTO: i16 = 17;
/// ZRPC-EVT-CPU-SWITCH.
pub const ZRPC_EVT_CPU_SWITCH: i16 = -1;
/// ZRPC-EVT-PMAP-STARTED.
pub const ZRPC_EVT_PMAP_STARTED: i16 = 1;
/// ZRPC-EVT-IO-ERR.
pub const ZRPC_EVT_IO_ERR: i16 = 2;
/// ZRPC-EVT-INIT-FAIL.
pub const ZRPC_EVT_INIT_FAIL: i16 = 3;
/// ZRPC-EVT-SLR-ERR.
pub const ZRPC_EVT_SLR_ERR: i16 = 4;
/// ZRPC-EVT-RPC-ERR.
pub const ZRPC_EVT_RPC_ERR: i16 = 5;
/// ZRPC-EVT-CREATE-ERR.
pub const ZRPC_EVT_CREATE_ERR: i16 = 6;
/// ZRPC-EVT-CONN-LOST.
pub const ZRPC_EVT_CONN_LOST: i16 = 7;
/// ZRPC-EVT-BKUP-FAIL.
pub const ZRPC_EVT_BKUP_FAIL: i16 = 8;
/// ZRPC-EVT-9.
pub const ZRPC_EVT_9: i16 = 9;
/// ZRPC-EVT-MEM-FULL.
pub const ZRPC_EVT_MEM_FULL: i16 = 10;
/// ZRPC-EVT-PROG-ERR.
pub const ZRPC_EVT_PROG_ERR: i16 = 11;
/// ZRPC-EVT-UNEXP-IO-CMPL.
pub const ZRPC_EVT_UNEXP_IO_CMPL: i16 = 12;
/// ZRPC-EVT-MAX-ABENDS.
pub const ZRPC_EVT_MAX_ABENDS: i16 = 13;
/// ZRPC-EVT-UNKWN-MSG-SRC.
pub const ZRPC_EVT_UNKWN_MSG_SRC: i16 = 14;
/// ZRPC-EVT-UNEXP-SYS-MSG.
pub const ZRPC_EVT_UNEXP_SYS_MSG: i16 = 15;
/// ZRPC-EVT-CLNT-STAT-ERR.
pub const ZRPC_EVT_CLNT_STAT_ERR: i16 = 16;
/// ZRPC-EVT-PORTMAP-ERR.
pub const ZRPC_EVT_PORTMAP_ERR: i16 = 17;
/// ZRPC-TNM-INIT-ERR, provisional.
pub const ZRPC_TNM_INIT_ERR: i16 = 1;
/// ZRPC-TNM-BAD-ARG, provisional.
pub const ZRPC_TNM_BAD_ARG: i16 = 2;
/// ZRPC-TNM-SOCK-TYPE, provisional.
pub const ZRPC_TNM_SOCK_TYPE: i16 = 3;
/// ZRPC-TNM-WAIT-TYPE, provisional.
pub const ZRPC_TNM_WAIT_TYPE: i16 = 4;
/// ZRPC-TNM-IP-ADDR, provisional.
pub const ZRPC_TNM_IP_ADDR: i16 = 5;
/// ZRPC-TNM-NEWPROC-TYPE, provisional.
pub const ZRPC_TNM_NEWPROC_TYPE: i16 = 6;
/// ZRPC-TNM-CREATE-ERR, provisional.
pub const ZRPC_TNM_CREATE_ERR: i16 = 7;
/// ZRPC-TNM-CPU, provisional.
pub const ZRPC_TNM_CPU: i16 = 8;
/// ZRPC-TNM-BKUP-FAIL-REASON, provisional.
pub const ZRPC_TNM_BKUP_FAIL_REASON: i16 = 9;
/// ZRPC-TNM-MEM-ERR, provisional.
pub const ZRPC_TNM_MEM_ERR: i16 = 10;
/// ZRPC-TNM-PROG-ERR, provisional.
pub const ZRPC_TNM_PROG_ERR: i16 = 11;
/// ZRPC-TNM-RECV-INFO, provisional.
pub const ZRPC_TNM_RECV_INFO: i16 = 12;
/// ZRPC-TNM-SYS-MSGCODE, provisional.
pub const ZRPC_TNM_SYS_MSGCODE: i16 = 13;
/// ZRPC-TNM-CS-ERR, provisional.
pub const ZRPC_TNM_CS_ERR: i16 = 14;
/// ZRPC-TNM-RPC-PROC, provisional.
pub const ZRPC_TNM_RPC_PROC: i16 = 15;
/// ZRPC-TNM-PROGRAM-NUM, provisional.
pub const ZRPC_TNM_PROGRAM_NUM: i16 = 16;
/// ZRPC-TNM-VERSION, provisional.
pub const ZRPC_TNM_VERSION: i16 = 17;
/// ZRPC-TNM-PMAPPROC, provisional.
pub const ZRPC_TNM_PMAPPROC: i16 = 18;
/// ZRPC-TYP-SOCK-TYPE.
pub const ZRPC_TYP_SOCK_TYPE: ::zems::spi::TokenType = ::zems::spi::TokenType(2818);
/// ZRPC-TYP-WAIT-TYPE.
pub const ZRPC_TYP_WAIT_TYPE: ::zems::spi::TokenType = ::zems::spi::TokenType(2818);
/// ZRPC-TYP-NEWPROC-TYPE.
pub const ZRPC_TYP_NEWPROC_TYPE: ::zems::spi::TokenType = ::zems::spi::TokenType(2818);
/// ZRPC-TYP-BKUP-FAIL-REASON.
pub const ZRPC_TYP_BKUP_FAIL_REASON: ::zems::spi::TokenType = ::zems::spi::TokenType(2818);
/// ZRPC-TYP-MEM-ERR.
pub const ZRPC_TYP_MEM_ERR: ::zems::spi::TokenType = ::zems::spi::TokenType(2818);
/// ZRPC-TYP-CS-ERR.
pub const ZRPC_TYP_CS_ERR: ::zems::spi::TokenType = ::zems::spi::TokenType(2818);
/// ZRPC-TYP-PMAPPROC.
pub const ZRPC_TYP_PMAPPROC: ::zems::spi::TokenType = ::zems::spi::TokenType(2818);
/// ZRPC-TKN-INIT-ERR, provisional.
pub const ZRPC_TKN_INIT_ERR: ::zems::spi::TokenKey = ::zems::spi::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020001));
/// ZRPC-TKN-BAD-ARG, provisional.
pub const ZRPC_TKN_BAD_ARG: ::zems::spi::TokenKey = ::zems::spi::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF0002));
/// ZRPC-TKN-SOCK-TYPE, provisional.
pub const ZRPC_TKN_SOCK_TYPE: ::zems::spi::TokenKey = ::zems::spi::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020003));
/// ZRPC-TKN-WAIT-TYPE, provisional.
pub const ZRPC_TKN_WAIT_TYPE: ::zems::spi::TokenKey = ::zems::spi::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020004));
/// ZRPC-TKN-IP-ADDR, provisional.
pub const ZRPC_TKN_IP_ADDR: ::zems::spi::TokenKey = ::zems::spi::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0C040005));
/// ZRPC-TKN-NEWPROC-TYPE, provisional.
pub const ZRPC_TKN_NEWPROC_TYPE: ::zems::spi::TokenKey = ::zems::spi::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020006));
/// ZRPC-TKN-CREATE-ERR, provisional.
pub const ZRPC_TKN_CREATE_ERR: ::zems::spi::TokenKey = ::zems::spi::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 0, 0]), ::zems::spi::TokenCode::from_bits(0x02020007));
/// ZRPC-TKN-CPU, provisional.
pub const ZRPC_TKN_CPU: ::zems::spi::TokenKey = ::zems::spi::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 0, 0]), ::zems::spi::TokenCode::from_bits(0x09020008));
/// ZRPC-TKN-BKUP-FAIL-REASON, provisional.
pub const ZRPC_TKN_BKUP_FAIL_REASON: ::zems::spi::TokenKey = ::zems::spi::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020009));
/// ZRPC-TKN-MEM-ERR, provisional.
pub const ZRPC_TKN_MEM_ERR: ::zems::spi::TokenKey = ::zems::spi::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B02000A));
/// ZRPC-TKN-PROG-ERR, provisional.
pub const ZRPC_TKN_PROG_ERR: ::zems::spi::TokenKey = ::zems::spi::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B02000B));
/// ZRPC-TKN-SYS-MSGCODE, provisional.
pub const ZRPC_TKN_SYS_MSGCODE: ::zems::spi::TokenKey = ::zems::spi::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0202000D));
/// ZRPC-TKN-CS-ERR, provisional.
pub const ZRPC_TKN_CS_ERR: ::zems::spi::TokenKey = ::zems::spi::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B02000E));
/// ZRPC-TKN-RPC-PROC, provisional.
pub const ZRPC_TKN_RPC_PROC: ::zems::spi::TokenKey = ::zems::spi::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B02000F));
/// ZRPC-TKN-PROGRAM-NUM, provisional.
pub const ZRPC_TKN_PROGRAM_NUM: ::zems::spi::TokenKey = ::zems::spi::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 0, 0]), ::zems::spi::TokenCode::from_bits(0x03040010));
/// ZRPC-TKN-VERSION, provisional.
pub const ZRPC_TKN_VERSION: ::zems::spi::TokenKey = ::zems::spi::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 0, 0]), ::zems::spi::TokenCode::from_bits(0x03040011));
/// ZRPC-TKN-PMAPPROC, provisional.
pub const ZRPC_TKN_PMAPPROC: ::zems::spi::TokenKey = ::zems::spi::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020012));
/// ZRPC-MAP-RECV-INFO, provisional.
pub const ZRPC_MAP_RECV_INFO: ::zems::spi::TokenKey = ::zems::spi::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 0, 0]), ::zems::spi::TokenCode::from_bits(0x07FF000C));
/// ZRPC-MAP-RECV-INFO, provisional.
pub const ZRPC_MAP_RECV_INFO_WORDS: [u16; 7] = [2303, 12, 12, 17418, 2048, 767, 512];
/// A value of ZRPC-DDL-INIT-ERR. Values without a name are values too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ZrpcDdlInitErr(pub i16);

impl ZrpcDdlInitErr {
    /// unable to locate MOM.
    pub const ZRPC_ENM_INIT_ERR_NO_MOM: Self = Self(1);
    /// illegal argument list.
    pub const ZRPC_ENM_INIT_ERR_ARGS: Self = Self(2);
    /// BACKUPCPU specified more than once.
    pub const ZRPC_ENM_INIT_ERR_MULT_BCPU: Self = Self(3);
    /// invalid BACKUPCPU specified.
    pub const ZRPC_ENM_INIT_ERR_INV_BCPU: Self = Self(4);
    /// TCP/IP specified more than once.
    pub const ZRPC_ENM_INIT_ERR_MULT_TCPIP: Self = Self(5);
    /// invalid TCP/IP process name.
    pub const ZRPC_ENM_INIT_ERR_INV_TCPIP: Self = Self(6);
    /// TCP/IP process does not exist.
    pub const ZRPC_ENM_INIT_ERR_TCPIP_NO_FND: Self = Self(7);
    /// not a TCP/IP process.
    pub const ZRPC_ENM_INIT_ERR_NOT_TCPIP: Self = Self(8);
    /// COLLECTOR specified more than once.
    pub const ZRPC_ENM_INIT_ERR_MULT_COLL: Self = Self(9);
    /// invalid COLLECTOR device name.
    pub const ZRPC_ENM_INIT_ERR_INV_COLL: Self = Self(10);
    /// COLLECTOR device does not exist.
    pub const ZRPC_ENM_INIT_ERR_COLL_NO_FND: Self = Self(11);
    /// not a valid COLLECTOR device.
    pub const ZRPC_ENM_INIT_ERR_NOT_COLL: Self = Self(12);
    /// must be a super-group user.
    pub const ZRPC_ENM_INIT_ERR_NOT_SUPER: Self = Self(13);

    /// The display name of the value.
    #[must_use]
    pub const fn label(self) -> Option<&'static str> {
        match self.0 {
            1 => Some("unable to locate MOM"),
            2 => Some("illegal argument list"),
            3 => Some("BACKUPCPU specified more than once"),
            4 => Some("invalid BACKUPCPU specified"),
            5 => Some("TCP/IP specified more than once"),
            6 => Some("invalid TCP/IP process name"),
            7 => Some("TCP/IP process does not exist"),
            8 => Some("not a TCP/IP process"),
            9 => Some("COLLECTOR specified more than once"),
            10 => Some("invalid COLLECTOR device name"),
            11 => Some("COLLECTOR device does not exist"),
            12 => Some("not a valid COLLECTOR device"),
            13 => Some("must be a super-group user"),
            _ => None,
        }
    }
}

/// A value of ZRPC-DDL-SOCK-TYPE. Values without a name are values too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ZrpcDdlSockType(pub i16);

impl ZrpcDdlSockType {
    /// TCP stream.
    pub const ZRPC_ENM_SOCK_STREAM: Self = Self(1);
    /// UDP datagram.
    pub const ZRPC_ENM_SOCK_DATAGRAM: Self = Self(2);
    /// raw.
    pub const ZRPC_ENM_SOCK_RAW: Self = Self(3);

    /// The display name of the value.
    #[must_use]
    pub const fn label(self) -> Option<&'static str> {
        match self.0 {
            1 => Some("TCP stream"),
            2 => Some("UDP datagram"),
            3 => Some("raw"),
            _ => None,
        }
    }
}

/// A value of ZRPC-DDL-WAIT-TYPE. Values without a name are values too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ZrpcDdlWaitType(pub i16);

impl ZrpcDdlWaitType {
    /// waited.
    pub const ZRPC_ENM_WAITED: Self = Self(1);
    /// nowait.
    pub const ZRPC_ENM_NOWAITED: Self = Self(2);

    /// The display name of the value.
    #[must_use]
    pub const fn label(self) -> Option<&'static str> {
        match self.0 {
            1 => Some("waited"),
            2 => Some("nowait"),
            _ => None,
        }
    }
}

/// A value of ZRPC-DDL-NEWPROC-TYPE. Values without a name are values too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ZrpcDdlNewprocType(pub i16);

impl ZrpcDdlNewprocType {
    /// Backup.
    pub const ZRPC_ENM_BACKUP: Self = Self(1);
    /// Remote.
    pub const ZRPC_ENM_REMOTE: Self = Self(2);
    /// Primary.
    pub const ZRPC_ENM_PRIMARY: Self = Self(3);

    /// The display name of the value.
    #[must_use]
    pub const fn label(self) -> Option<&'static str> {
        match self.0 {
            1 => Some("Backup"),
            2 => Some("Remote"),
            3 => Some("Primary"),
            _ => None,
        }
    }
}

/// A value of ZRPC-DDL-BKUP-FAIL-REASON. Values without a name are values too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ZrpcDdlBkupFailReason(pub i16);

impl ZrpcDdlBkupFailReason {
    /// it abended.
    pub const ZRPC_ENM_BKUP_ABENDED: Self = Self(1);
    /// its CPU is down.
    pub const ZRPC_ENM_BKUP_CPU_DOWN: Self = Self(2);
    /// it was stopped.
    pub const ZRPC_ENM_BKUP_STOPPED: Self = Self(3);

    /// The display name of the value.
    #[must_use]
    pub const fn label(self) -> Option<&'static str> {
        match self.0 {
            1 => Some("it abended"),
            2 => Some("its CPU is down"),
            3 => Some("it was stopped"),
            _ => None,
        }
    }
}

/// A value of ZRPC-DDL-MEM-ERR. Values without a name are values too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ZrpcDdlMemErr(pub i16);

impl ZrpcDdlMemErr {
    /// no more portmapper entries.
    pub const ZRPC_ENM_NO_MORE_PMAP_ENTRIES: Self = Self(1);

    /// The display name of the value.
    #[must_use]
    pub const fn label(self) -> Option<&'static str> {
        match self.0 {
            1 => Some("no more portmapper entries"),
            _ => None,
        }
    }
}

/// A value of ZRPC-DDL-CS-ERR. Values without a name are values too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ZrpcDdlCsErr(pub i16);

impl ZrpcDdlCsErr {
    /// cannot encode arguments.
    pub const ZRPC_ENM_CSE_CANTENCODEARGS: Self = Self(1);
    /// cannot decode results.
    pub const ZRPC_ENM_CSE_CANTDECODERES: Self = Self(2);
    /// cannot send.
    pub const ZRPC_ENM_CSE_CANTSEND: Self = Self(3);
    /// cannot receive.
    pub const ZRPC_ENM_CSE_CANTRECV: Self = Self(4);
    /// call timed out.
    pub const ZRPC_ENM_CSE_TIMEDOUT: Self = Self(5);
    /// incompatible version.
    pub const ZRPC_ENM_CSE_VERSMISMATCH: Self = Self(6);
    /// not authenticated.
    pub const ZRPC_ENM_CSE_AUTHERROR: Self = Self(7);
    /// program unavailable.
    pub const ZRPC_ENM_CSE_PROGUNAVAIL: Self = Self(8);
    /// program has another version.
    pub const ZRPC_ENM_CSE_PROGVERSMISMATCH: Self = Self(9);
    /// procedure unavailable.
    pub const ZRPC_ENM_CSE_PROCUNAVAIL: Self = Self(10);
    /// arguments not decoded by the server.
    pub const ZRPC_ENM_CSE_CANTDECODEARGS: Self = Self(11);
    /// system error.
    pub const ZRPC_ENM_CSE_SYSTEMERROR: Self = Self(12);
    /// unknown host.
    pub const ZRPC_ENM_CSE_UNKNOWNHOST: Self = Self(13);
    /// portmapper call failed.
    pub const ZRPC_ENM_CSE_PMAPFAILURE: Self = Self(14);
    /// program not registered.
    pub const ZRPC_ENM_CSE_PROGNOTREGISTERED: Self = Self(15);
    /// failed.
    pub const ZRPC_ENM_CSE_FAILED: Self = Self(16);
    /// unknown protocol.
    pub const ZRPC_ENM_CSE_UNKNOWNPROTO: Self = Self(17);

    /// The display name of the value.
    #[must_use]
    pub const fn label(self) -> Option<&'static str> {
        match self.0 {
            1 => Some("cannot encode arguments"),
            2 => Some("cannot decode results"),
            3 => Some("cannot send"),
            4 => Some("cannot receive"),
            5 => Some("call timed out"),
            6 => Some("incompatible version"),
            7 => Some("not authenticated"),
            8 => Some("program unavailable"),
            9 => Some("program has another version"),
            10 => Some("procedure unavailable"),
            11 => Some("arguments not decoded by the server"),
            12 => Some("system error"),
            13 => Some("unknown host"),
            14 => Some("portmapper call failed"),
            15 => Some("program not registered"),
            16 => Some("failed"),
            17 => Some("unknown protocol"),
            _ => None,
        }
    }
}

/// A value of ZRPC-DDL-PMAPPROC. Values without a name are values too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ZrpcDdlPmapproc(pub i16);

impl ZrpcDdlPmapproc {
    /// PMAPPROC_NULL.
    pub const ZRPC_ENM_PMAPPROC_NULL: Self = Self(0);
    /// PMAPPROC_SET.
    pub const ZRPC_ENM_PMAPPROC_SET: Self = Self(1);
    /// PMAPPROC_UNSET.
    pub const ZRPC_ENM_PMAPPROC_UNSET: Self = Self(2);
    /// PMAPPROC_GETPORT.
    pub const ZRPC_ENM_PMAPPROC_GETPORT: Self = Self(3);
    /// PMAPPROC_DUMP.
    pub const ZRPC_ENM_PMAPPROC_DUMP: Self = Self(4);
    /// PMAPPROC_CALLIT.
    pub const ZRPC_ENM_PMAPPROC_CALLIT: Self = Self(5);

    /// The display name of the value.
    #[must_use]
    pub const fn label(self) -> Option<&'static str> {
        match self.0 {
            0 => Some("PMAPPROC_NULL"),
            1 => Some("PMAPPROC_SET"),
            2 => Some("PMAPPROC_UNSET"),
            3 => Some("PMAPPROC_GETPORT"),
            4 => Some("PMAPPROC_DUMP"),
            5 => Some("PMAPPROC_CALLIT"),
            _ => None,
        }
    }
}

/// A value of ZRPC-DDL-IOTYPE. Values without a name are values too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ZrpcDdlIotype(pub i16);

impl ZrpcDdlIotype {
    /// system message.
    pub const ZRPC_ENM_IO_SYSTEM: Self = Self(0);
    /// WRITE.
    pub const ZRPC_ENM_IO_WRITE: Self = Self(1);
    /// READ.
    pub const ZRPC_ENM_IO_READ: Self = Self(2);
    /// WRITEREAD.
    pub const ZRPC_ENM_IO_WRITEREAD: Self = Self(3);

    /// The display name of the value.
    #[must_use]
    pub const fn label(self) -> Option<&'static str> {
        match self.0 {
            0 => Some("system message"),
            1 => Some("WRITE"),
            2 => Some("READ"),
            3 => Some("WRITEREAD"),
            _ => None,
        }
    }
}

/// The tokens of ZRPC-EVT-CPU-SWITCH at the top level. Read and written in this order they are found without a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZrpcEvtCpuSwitch<'a> {
    /// ZCOM-TKN-SUBJ-PROC, the subject.
    pub zcom_tkn_subj_proc: &'a [u8],
    /// ZCOM-TKN-OBJTYPE.
    pub zcom_tkn_objtype: Option<i16>,
    /// ZCOM-TKN-NEW-CPU.
    pub zcom_tkn_new_cpu: Option<i16>,
    /// ZCOM-TKN-OLD-CPU.
    pub zcom_tkn_old_cpu: Option<i16>,
    /// ZCOM-TKN-CPU-SWITCH-CAUSE.
    pub zcom_tkn_cpu_switch_cause: Option<i16>,
}

impl<'a> ZrpcEvtCpuSwitch<'a> {
    /// Whose event it is.
    pub const SSID: ::zems::spi::Ssid = ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]);
    /// The event's number.
    pub const NUMBER: i16 = -1;

    /// The tokens of an event, wherever they stand; `None` if it has no such subject.
    ///
    /// # Errors
    /// A token cannot be read.
    pub fn decode(event: &::zems::ems::Event<'a>) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        match Self::in_order(event.buffer()) {
            Some(found) => Ok(Some(found)),
            None => Self::search(event.buffer()),
        }
    }

    #[inline]
    fn in_order(buffer: &::zems::spi::read::Buffer<'a>) -> Option<Self> {
        if !buffer.ssid().is_same_subsystem(Self::SSID) {
            return None;
        }
        let mut tokens = buffer.sequence();
        tokens.mark()?;
        let found = Self {
            zcom_tkn_subj_proc: tokens.bytes_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C))?,
            zcom_tkn_objtype: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
            zcom_tkn_new_cpu: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0202000E)),
            zcom_tkn_old_cpu: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x02020014)),
            zcom_tkn_cpu_switch_cause: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020003)),
        };
        tokens.is_at_end().then_some(found)
    }

    #[cold]
    fn search(
        buffer: &::zems::spi::read::Buffer<'a>,
    ) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        let found = buffer.find_many(&[
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0202000E)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x02020014)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020003)),
        ])?;
        let [zcom_tkn_subj_proc, zcom_tkn_objtype, zcom_tkn_new_cpu, zcom_tkn_old_cpu, zcom_tkn_cpu_switch_cause] = found;
        let Some(zcom_tkn_subj_proc) = zcom_tkn_subj_proc.map(|token| token.first_bytes()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            zcom_tkn_subj_proc,
            zcom_tkn_objtype: zcom_tkn_objtype.and_then(|token| token.first()),
            zcom_tkn_new_cpu: zcom_tkn_new_cpu.and_then(|token| token.first()),
            zcom_tkn_old_cpu: zcom_tkn_old_cpu.and_then(|token| token.first()),
            zcom_tkn_cpu_switch_cause: zcom_tkn_cpu_switch_cause.and_then(|token| token.first()),
        }))
    }

    /// Writes the event into `space` and returns its length. The header says whose event it is, and which.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `space`.
    pub fn encode(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Result<usize, ::zems::spi::write::EncodeError> {
        if let Some(len) = self.write_in_order(header, profile, space) {
            return Ok(len);
        }
        let output = ::zems::spi::write::SliceOutput::new(space);
        Ok(self.build(header, profile, output)?.into_written().len())
    }

    #[inline]
    fn write_in_order(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Option<usize> {
        let mut event = ::zems::ems::SequenceWriter::new(header, profile, space)?;
        event.mark()?;
        event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C), self.zcom_tkn_subj_proc)?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        if let Some(value) = self.zcom_tkn_new_cpu {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0202000E), value)?;
        }
        if let Some(value) = self.zcom_tkn_old_cpu {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x02020014), value)?;
        }
        if let Some(value) = self.zcom_tkn_cpu_switch_cause {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020003), value)?;
        }
        event.finish()
    }

    /// Writes the event after what is in `output`.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `output`.
    pub fn build<O: ::zems::spi::write::Output>(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        output: O,
    ) -> Result<O, ::zems::spi::write::EncodeError> {
        let mut event = ::zems::ems::EventBuilder::qualified(
            output,
            header,
            profile,
            ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]),
            ::zems::spi::TokenCode::from_bits(0x01FF002C),
            self.zcom_tkn_subj_proc,
        )?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        if let Some(value) = self.zcom_tkn_new_cpu {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0202000E), value)?;
        }
        if let Some(value) = self.zcom_tkn_old_cpu {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x02020014), value)?;
        }
        if let Some(value) = self.zcom_tkn_cpu_switch_cause {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020003), value)?;
        }
        event.finish()
    }
}

/// The tokens of ZRPC-EVT-PMAP-STARTED at the top level. Read and written in this order they are found without a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZrpcEvtPmapStarted<'a> {
    /// ZCOM-TKN-SUBJ-PROC, the subject.
    pub zcom_tkn_subj_proc: &'a [u8],
    /// ZCOM-TKN-OBJTYPE.
    pub zcom_tkn_objtype: Option<i16>,
    /// ZSPI-TKN-SERVER-BANNER.
    pub zspi_tkn_server_banner: Option<&'a [u8]>,
}

impl<'a> ZrpcEvtPmapStarted<'a> {
    /// Whose event it is.
    pub const SSID: ::zems::spi::Ssid = ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]);
    /// The event's number.
    pub const NUMBER: i16 = 1;

    /// The tokens of an event, wherever they stand; `None` if it has no such subject.
    ///
    /// # Errors
    /// A token cannot be read.
    pub fn decode(event: &::zems::ems::Event<'a>) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        match Self::in_order(event.buffer()) {
            Some(found) => Ok(Some(found)),
            None => Self::search(event.buffer()),
        }
    }

    #[inline]
    fn in_order(buffer: &::zems::spi::read::Buffer<'a>) -> Option<Self> {
        if !buffer.ssid().is_same_subsystem(Self::SSID) {
            return None;
        }
        let mut tokens = buffer.sequence();
        tokens.mark()?;
        let found = Self {
            zcom_tkn_subj_proc: tokens.bytes_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C))?,
            zcom_tkn_objtype: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
            zspi_tkn_server_banner: tokens.bytes(::zems::spi::TokenCode::from_bits(0x0132FF0A)),
        };
        tokens.is_at_end().then_some(found)
    }

    #[cold]
    fn search(
        buffer: &::zems::spi::read::Buffer<'a>,
    ) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        let found = buffer.find_many(&[
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
            ::zems::spi::read::TokenKey::new(::zems::spi::TokenCode::from_bits(0x0132FF0A)),
        ])?;
        let [zcom_tkn_subj_proc, zcom_tkn_objtype, zspi_tkn_server_banner] = found;
        let Some(zcom_tkn_subj_proc) = zcom_tkn_subj_proc.map(|token| token.first_bytes()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            zcom_tkn_subj_proc,
            zcom_tkn_objtype: zcom_tkn_objtype.and_then(|token| token.first()),
            zspi_tkn_server_banner: zspi_tkn_server_banner.map(|token| token.first_bytes()),
        }))
    }

    /// Writes the event into `space` and returns its length. The header says whose event it is, and which.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `space`.
    pub fn encode(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Result<usize, ::zems::spi::write::EncodeError> {
        if let Some(len) = self.write_in_order(header, profile, space) {
            return Ok(len);
        }
        let output = ::zems::spi::write::SliceOutput::new(space);
        Ok(self.build(header, profile, output)?.into_written().len())
    }

    #[inline]
    fn write_in_order(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Option<usize> {
        let mut event = ::zems::ems::SequenceWriter::new(header, profile, space)?;
        event.mark()?;
        event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C), self.zcom_tkn_subj_proc)?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        if let Some(value) = self.zspi_tkn_server_banner {
            event.put(::zems::spi::TokenCode::from_bits(0x0132FF0A), value)?;
        }
        event.finish()
    }

    /// Writes the event after what is in `output`.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `output`.
    pub fn build<O: ::zems::spi::write::Output>(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        output: O,
    ) -> Result<O, ::zems::spi::write::EncodeError> {
        let mut event = ::zems::ems::EventBuilder::qualified(
            output,
            header,
            profile,
            ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]),
            ::zems::spi::TokenCode::from_bits(0x01FF002C),
            self.zcom_tkn_subj_proc,
        )?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        if let Some(value) = self.zspi_tkn_server_banner {
            event.put(::zems::spi::TokenCode::from_bits(0x0132FF0A), value)?;
        }
        event.finish()
    }
}

/// The tokens of ZRPC-EVT-IO-ERR at the top level. Read and written in this order they are found without a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZrpcEvtIoErr<'a> {
    /// ZCOM-TKN-SUBJ-FILE, the subject.
    pub zcom_tkn_subj_file: &'a [u8],
    /// ZCOM-TKN-OBJTYPE.
    pub zcom_tkn_objtype: Option<i16>,
}

impl<'a> ZrpcEvtIoErr<'a> {
    /// Whose event it is.
    pub const SSID: ::zems::spi::Ssid = ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]);
    /// The event's number.
    pub const NUMBER: i16 = 2;

    /// The tokens of an event, wherever they stand; `None` if it has no such subject.
    ///
    /// # Errors
    /// A token cannot be read.
    pub fn decode(event: &::zems::ems::Event<'a>) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        match Self::in_order(event.buffer()) {
            Some(found) => Ok(Some(found)),
            None => Self::search(event.buffer()),
        }
    }

    #[inline]
    fn in_order(buffer: &::zems::spi::read::Buffer<'a>) -> Option<Self> {
        if !buffer.ssid().is_same_subsystem(Self::SSID) {
            return None;
        }
        let mut tokens = buffer.sequence();
        tokens.mark()?;
        let found = Self {
            zcom_tkn_subj_file: tokens.bytes_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002D))?,
            zcom_tkn_objtype: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
        };
        tokens.is_at_end().then_some(found)
    }

    #[cold]
    fn search(
        buffer: &::zems::spi::read::Buffer<'a>,
    ) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        let found = buffer.find_many(&[
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002D)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
        ])?;
        let [zcom_tkn_subj_file, zcom_tkn_objtype] = found;
        let Some(zcom_tkn_subj_file) = zcom_tkn_subj_file.map(|token| token.first_bytes()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            zcom_tkn_subj_file,
            zcom_tkn_objtype: zcom_tkn_objtype.and_then(|token| token.first()),
        }))
    }

    /// Writes the event into `space` and returns its length. The header says whose event it is, and which.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `space`.
    pub fn encode(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Result<usize, ::zems::spi::write::EncodeError> {
        if let Some(len) = self.write_in_order(header, profile, space) {
            return Ok(len);
        }
        let output = ::zems::spi::write::SliceOutput::new(space);
        Ok(self.build(header, profile, output)?.into_written().len())
    }

    #[inline]
    fn write_in_order(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Option<usize> {
        let mut event = ::zems::ems::SequenceWriter::new(header, profile, space)?;
        event.mark()?;
        event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002D), self.zcom_tkn_subj_file)?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        event.finish()
    }

    /// Writes the event after what is in `output`.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `output`.
    pub fn build<O: ::zems::spi::write::Output>(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        output: O,
    ) -> Result<O, ::zems::spi::write::EncodeError> {
        let mut event = ::zems::ems::EventBuilder::qualified(
            output,
            header,
            profile,
            ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]),
            ::zems::spi::TokenCode::from_bits(0x01FF002D),
            self.zcom_tkn_subj_file,
        )?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        event.finish()
    }
}

/// The tokens of ZRPC-EVT-INIT-FAIL at the top level. Read and written in this order they are found without a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZrpcEvtInitFail<'a> {
    /// ZCOM-TKN-SUBJ-PROC, the subject.
    pub zcom_tkn_subj_proc: &'a [u8],
    /// ZCOM-TKN-OBJTYPE.
    pub zcom_tkn_objtype: Option<i16>,
    /// ZRPC-TKN-INIT-ERR.
    pub zrpc_tkn_init_err: Option<i16>,
    /// ZRPC-TKN-BAD-ARG.
    pub zrpc_tkn_bad_arg: Option<&'a [u8]>,
}

impl<'a> ZrpcEvtInitFail<'a> {
    /// Whose event it is.
    pub const SSID: ::zems::spi::Ssid = ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]);
    /// The event's number.
    pub const NUMBER: i16 = 3;

    /// The tokens of an event, wherever they stand; `None` if it has no such subject.
    ///
    /// # Errors
    /// A token cannot be read.
    pub fn decode(event: &::zems::ems::Event<'a>) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        match Self::in_order(event.buffer()) {
            Some(found) => Ok(Some(found)),
            None => Self::search(event.buffer()),
        }
    }

    #[inline]
    fn in_order(buffer: &::zems::spi::read::Buffer<'a>) -> Option<Self> {
        if !buffer.ssid().is_same_subsystem(Self::SSID) {
            return None;
        }
        let mut tokens = buffer.sequence();
        tokens.mark()?;
        let found = Self {
            zcom_tkn_subj_proc: tokens.bytes_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C))?,
            zcom_tkn_objtype: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
            zrpc_tkn_init_err: tokens.value(::zems::spi::TokenCode::from_bits(0x0B020001)),
            zrpc_tkn_bad_arg: tokens.bytes(::zems::spi::TokenCode::from_bits(0x01FF0002)),
        };
        tokens.is_at_end().then_some(found)
    }

    #[cold]
    fn search(
        buffer: &::zems::spi::read::Buffer<'a>,
    ) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        let found = buffer.find_many(&[
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]), ::zems::spi::TokenCode::from_bits(0x0B020001)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]), ::zems::spi::TokenCode::from_bits(0x01FF0002)),
        ])?;
        let [zcom_tkn_subj_proc, zcom_tkn_objtype, zrpc_tkn_init_err, zrpc_tkn_bad_arg] = found;
        let Some(zcom_tkn_subj_proc) = zcom_tkn_subj_proc.map(|token| token.first_bytes()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            zcom_tkn_subj_proc,
            zcom_tkn_objtype: zcom_tkn_objtype.and_then(|token| token.first()),
            zrpc_tkn_init_err: zrpc_tkn_init_err.and_then(|token| token.first()),
            zrpc_tkn_bad_arg: zrpc_tkn_bad_arg.map(|token| token.first_bytes()),
        }))
    }

    /// Writes the event into `space` and returns its length. The header says whose event it is, and which.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `space`.
    pub fn encode(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Result<usize, ::zems::spi::write::EncodeError> {
        if let Some(len) = self.write_in_order(header, profile, space) {
            return Ok(len);
        }
        let output = ::zems::spi::write::SliceOutput::new(space);
        Ok(self.build(header, profile, output)?.into_written().len())
    }

    #[inline]
    fn write_in_order(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Option<usize> {
        let mut event = ::zems::ems::SequenceWriter::new(header, profile, space)?;
        event.mark()?;
        event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C), self.zcom_tkn_subj_proc)?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        if let Some(value) = self.zrpc_tkn_init_err {
            event.put(::zems::spi::TokenCode::from_bits(0x0B020001), value)?;
        }
        if let Some(value) = self.zrpc_tkn_bad_arg {
            event.put(::zems::spi::TokenCode::from_bits(0x01FF0002), value)?;
        }
        event.finish()
    }

    /// Writes the event after what is in `output`.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `output`.
    pub fn build<O: ::zems::spi::write::Output>(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        output: O,
    ) -> Result<O, ::zems::spi::write::EncodeError> {
        let mut event = ::zems::ems::EventBuilder::qualified(
            output,
            header,
            profile,
            ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]),
            ::zems::spi::TokenCode::from_bits(0x01FF002C),
            self.zcom_tkn_subj_proc,
        )?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        if let Some(value) = self.zrpc_tkn_init_err {
            event.put(::zems::spi::TokenCode::from_bits(0x0B020001), value)?;
        }
        if let Some(value) = self.zrpc_tkn_bad_arg {
            event.put(::zems::spi::TokenCode::from_bits(0x01FF0002), value)?;
        }
        event.finish()
    }
}

/// The tokens of ZRPC-EVT-SLR-ERR at the top level. Read and written in this order they are found without a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZrpcEvtSlrErr<'a> {
    /// ZCOM-TKN-SUBJ-FILE, the subject.
    pub zcom_tkn_subj_file: &'a [u8],
    /// ZCOM-TKN-OBJTYPE.
    pub zcom_tkn_objtype: Option<i16>,
    /// ZRPC-TKN-SOCK-TYPE.
    pub zrpc_tkn_sock_type: Option<i16>,
    /// ZRPC-TKN-WAIT-TYPE.
    pub zrpc_tkn_wait_type: Option<i16>,
    /// ZRPC-TKN-IP-ADDR.
    pub zrpc_tkn_ip_addr: Option<&'a [u8]>,
}

impl<'a> ZrpcEvtSlrErr<'a> {
    /// Whose event it is.
    pub const SSID: ::zems::spi::Ssid = ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]);
    /// The event's number.
    pub const NUMBER: i16 = 4;

    /// The tokens of an event, wherever they stand; `None` if it has no such subject.
    ///
    /// # Errors
    /// A token cannot be read.
    pub fn decode(event: &::zems::ems::Event<'a>) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        match Self::in_order(event.buffer()) {
            Some(found) => Ok(Some(found)),
            None => Self::search(event.buffer()),
        }
    }

    #[inline]
    fn in_order(buffer: &::zems::spi::read::Buffer<'a>) -> Option<Self> {
        if !buffer.ssid().is_same_subsystem(Self::SSID) {
            return None;
        }
        let mut tokens = buffer.sequence();
        tokens.mark()?;
        let found = Self {
            zcom_tkn_subj_file: tokens.bytes_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002D))?,
            zcom_tkn_objtype: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
            zrpc_tkn_sock_type: tokens.value(::zems::spi::TokenCode::from_bits(0x0B020003)),
            zrpc_tkn_wait_type: tokens.value(::zems::spi::TokenCode::from_bits(0x0B020004)),
            zrpc_tkn_ip_addr: tokens.bytes(::zems::spi::TokenCode::from_bits(0x0C040005)),
        };
        tokens.is_at_end().then_some(found)
    }

    #[cold]
    fn search(
        buffer: &::zems::spi::read::Buffer<'a>,
    ) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        let found = buffer.find_many(&[
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002D)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]), ::zems::spi::TokenCode::from_bits(0x0B020003)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]), ::zems::spi::TokenCode::from_bits(0x0B020004)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]), ::zems::spi::TokenCode::from_bits(0x0C040005)),
        ])?;
        let [zcom_tkn_subj_file, zcom_tkn_objtype, zrpc_tkn_sock_type, zrpc_tkn_wait_type, zrpc_tkn_ip_addr] = found;
        let Some(zcom_tkn_subj_file) = zcom_tkn_subj_file.map(|token| token.first_bytes()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            zcom_tkn_subj_file,
            zcom_tkn_objtype: zcom_tkn_objtype.and_then(|token| token.first()),
            zrpc_tkn_sock_type: zrpc_tkn_sock_type.and_then(|token| token.first()),
            zrpc_tkn_wait_type: zrpc_tkn_wait_type.and_then(|token| token.first()),
            zrpc_tkn_ip_addr: zrpc_tkn_ip_addr.map(|token| token.first_bytes()),
        }))
    }

    /// Writes the event into `space` and returns its length. The header says whose event it is, and which.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `space`.
    pub fn encode(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Result<usize, ::zems::spi::write::EncodeError> {
        if let Some(len) = self.write_in_order(header, profile, space) {
            return Ok(len);
        }
        let output = ::zems::spi::write::SliceOutput::new(space);
        Ok(self.build(header, profile, output)?.into_written().len())
    }

    #[inline]
    fn write_in_order(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Option<usize> {
        let mut event = ::zems::ems::SequenceWriter::new(header, profile, space)?;
        event.mark()?;
        event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002D), self.zcom_tkn_subj_file)?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        if let Some(value) = self.zrpc_tkn_sock_type {
            event.put(::zems::spi::TokenCode::from_bits(0x0B020003), value)?;
        }
        if let Some(value) = self.zrpc_tkn_wait_type {
            event.put(::zems::spi::TokenCode::from_bits(0x0B020004), value)?;
        }
        if let Some(value) = self.zrpc_tkn_ip_addr {
            event.put(::zems::spi::TokenCode::from_bits(0x0C040005), value)?;
        }
        event.finish()
    }

    /// Writes the event after what is in `output`.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `output`.
    pub fn build<O: ::zems::spi::write::Output>(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        output: O,
    ) -> Result<O, ::zems::spi::write::EncodeError> {
        let mut event = ::zems::ems::EventBuilder::qualified(
            output,
            header,
            profile,
            ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]),
            ::zems::spi::TokenCode::from_bits(0x01FF002D),
            self.zcom_tkn_subj_file,
        )?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        if let Some(value) = self.zrpc_tkn_sock_type {
            event.put(::zems::spi::TokenCode::from_bits(0x0B020003), value)?;
        }
        if let Some(value) = self.zrpc_tkn_wait_type {
            event.put(::zems::spi::TokenCode::from_bits(0x0B020004), value)?;
        }
        if let Some(value) = self.zrpc_tkn_ip_addr {
            event.put(::zems::spi::TokenCode::from_bits(0x0C040005), value)?;
        }
        event.finish()
    }
}

/// The tokens of ZRPC-EVT-RPC-ERR at the top level. Read and written in this order they are found without a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZrpcEvtRpcErr<'a> {
    /// ZCOM-TKN-SUBJ-FILE, the subject.
    pub zcom_tkn_subj_file: &'a [u8],
    /// ZCOM-TKN-OBJTYPE.
    pub zcom_tkn_objtype: Option<i16>,
}

impl<'a> ZrpcEvtRpcErr<'a> {
    /// Whose event it is.
    pub const SSID: ::zems::spi::Ssid = ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]);
    /// The event's number.
    pub const NUMBER: i16 = 5;

    /// The tokens of an event, wherever they stand; `None` if it has no such subject.
    ///
    /// # Errors
    /// A token cannot be read.
    pub fn decode(event: &::zems::ems::Event<'a>) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        match Self::in_order(event.buffer()) {
            Some(found) => Ok(Some(found)),
            None => Self::search(event.buffer()),
        }
    }

    #[inline]
    fn in_order(buffer: &::zems::spi::read::Buffer<'a>) -> Option<Self> {
        if !buffer.ssid().is_same_subsystem(Self::SSID) {
            return None;
        }
        let mut tokens = buffer.sequence();
        tokens.mark()?;
        let found = Self {
            zcom_tkn_subj_file: tokens.bytes_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002D))?,
            zcom_tkn_objtype: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
        };
        tokens.is_at_end().then_some(found)
    }

    #[cold]
    fn search(
        buffer: &::zems::spi::read::Buffer<'a>,
    ) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        let found = buffer.find_many(&[
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002D)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
        ])?;
        let [zcom_tkn_subj_file, zcom_tkn_objtype] = found;
        let Some(zcom_tkn_subj_file) = zcom_tkn_subj_file.map(|token| token.first_bytes()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            zcom_tkn_subj_file,
            zcom_tkn_objtype: zcom_tkn_objtype.and_then(|token| token.first()),
        }))
    }

    /// Writes the event into `space` and returns its length. The header says whose event it is, and which.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `space`.
    pub fn encode(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Result<usize, ::zems::spi::write::EncodeError> {
        if let Some(len) = self.write_in_order(header, profile, space) {
            return Ok(len);
        }
        let output = ::zems::spi::write::SliceOutput::new(space);
        Ok(self.build(header, profile, output)?.into_written().len())
    }

    #[inline]
    fn write_in_order(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Option<usize> {
        let mut event = ::zems::ems::SequenceWriter::new(header, profile, space)?;
        event.mark()?;
        event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002D), self.zcom_tkn_subj_file)?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        event.finish()
    }

    /// Writes the event after what is in `output`.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `output`.
    pub fn build<O: ::zems::spi::write::Output>(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        output: O,
    ) -> Result<O, ::zems::spi::write::EncodeError> {
        let mut event = ::zems::ems::EventBuilder::qualified(
            output,
            header,
            profile,
            ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]),
            ::zems::spi::TokenCode::from_bits(0x01FF002D),
            self.zcom_tkn_subj_file,
        )?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        event.finish()
    }
}

/// The tokens of ZRPC-EVT-CREATE-ERR at the top level. Read and written in this order they are found without a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZrpcEvtCreateErr<'a> {
    /// ZCOM-TKN-SUBJ-FILE, the subject.
    pub zcom_tkn_subj_file: &'a [u8],
    /// ZCOM-TKN-OBJTYPE.
    pub zcom_tkn_objtype: Option<i16>,
    /// ZRPC-TKN-NEWPROC-TYPE.
    pub zrpc_tkn_newproc_type: Option<i16>,
    /// ZRPC-TKN-CREATE-ERR.
    pub zrpc_tkn_create_err: Option<i16>,
}

impl<'a> ZrpcEvtCreateErr<'a> {
    /// Whose event it is.
    pub const SSID: ::zems::spi::Ssid = ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]);
    /// The event's number.
    pub const NUMBER: i16 = 6;

    /// The tokens of an event, wherever they stand; `None` if it has no such subject.
    ///
    /// # Errors
    /// A token cannot be read.
    pub fn decode(event: &::zems::ems::Event<'a>) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        match Self::in_order(event.buffer()) {
            Some(found) => Ok(Some(found)),
            None => Self::search(event.buffer()),
        }
    }

    #[inline]
    fn in_order(buffer: &::zems::spi::read::Buffer<'a>) -> Option<Self> {
        if !buffer.ssid().is_same_subsystem(Self::SSID) {
            return None;
        }
        let mut tokens = buffer.sequence();
        tokens.mark()?;
        let found = Self {
            zcom_tkn_subj_file: tokens.bytes_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002D))?,
            zcom_tkn_objtype: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
            zrpc_tkn_newproc_type: tokens.value(::zems::spi::TokenCode::from_bits(0x0B020006)),
            zrpc_tkn_create_err: tokens.value(::zems::spi::TokenCode::from_bits(0x02020007)),
        };
        tokens.is_at_end().then_some(found)
    }

    #[cold]
    fn search(
        buffer: &::zems::spi::read::Buffer<'a>,
    ) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        let found = buffer.find_many(&[
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002D)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]), ::zems::spi::TokenCode::from_bits(0x0B020006)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]), ::zems::spi::TokenCode::from_bits(0x02020007)),
        ])?;
        let [zcom_tkn_subj_file, zcom_tkn_objtype, zrpc_tkn_newproc_type, zrpc_tkn_create_err] = found;
        let Some(zcom_tkn_subj_file) = zcom_tkn_subj_file.map(|token| token.first_bytes()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            zcom_tkn_subj_file,
            zcom_tkn_objtype: zcom_tkn_objtype.and_then(|token| token.first()),
            zrpc_tkn_newproc_type: zrpc_tkn_newproc_type.and_then(|token| token.first()),
            zrpc_tkn_create_err: zrpc_tkn_create_err.and_then(|token| token.first()),
        }))
    }

    /// Writes the event into `space` and returns its length. The header says whose event it is, and which.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `space`.
    pub fn encode(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Result<usize, ::zems::spi::write::EncodeError> {
        if let Some(len) = self.write_in_order(header, profile, space) {
            return Ok(len);
        }
        let output = ::zems::spi::write::SliceOutput::new(space);
        Ok(self.build(header, profile, output)?.into_written().len())
    }

    #[inline]
    fn write_in_order(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Option<usize> {
        let mut event = ::zems::ems::SequenceWriter::new(header, profile, space)?;
        event.mark()?;
        event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002D), self.zcom_tkn_subj_file)?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        if let Some(value) = self.zrpc_tkn_newproc_type {
            event.put(::zems::spi::TokenCode::from_bits(0x0B020006), value)?;
        }
        if let Some(value) = self.zrpc_tkn_create_err {
            event.put(::zems::spi::TokenCode::from_bits(0x02020007), value)?;
        }
        event.finish()
    }

    /// Writes the event after what is in `output`.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `output`.
    pub fn build<O: ::zems::spi::write::Output>(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        output: O,
    ) -> Result<O, ::zems::spi::write::EncodeError> {
        let mut event = ::zems::ems::EventBuilder::qualified(
            output,
            header,
            profile,
            ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]),
            ::zems::spi::TokenCode::from_bits(0x01FF002D),
            self.zcom_tkn_subj_file,
        )?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        if let Some(value) = self.zrpc_tkn_newproc_type {
            event.put(::zems::spi::TokenCode::from_bits(0x0B020006), value)?;
        }
        if let Some(value) = self.zrpc_tkn_create_err {
            event.put(::zems::spi::TokenCode::from_bits(0x02020007), value)?;
        }
        event.finish()
    }
}

/// The tokens of ZRPC-EVT-CONN-LOST at the top level. Read and written in this order they are found without a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZrpcEvtConnLost<'a> {
    /// ZCOM-TKN-SUBJ-PROC, the subject.
    pub zcom_tkn_subj_proc: &'a [u8],
    /// ZCOM-TKN-OBJTYPE.
    pub zcom_tkn_objtype: Option<i16>,
}

impl<'a> ZrpcEvtConnLost<'a> {
    /// Whose event it is.
    pub const SSID: ::zems::spi::Ssid = ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]);
    /// The event's number.
    pub const NUMBER: i16 = 7;

    /// The tokens of an event, wherever they stand; `None` if it has no such subject.
    ///
    /// # Errors
    /// A token cannot be read.
    pub fn decode(event: &::zems::ems::Event<'a>) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        match Self::in_order(event.buffer()) {
            Some(found) => Ok(Some(found)),
            None => Self::search(event.buffer()),
        }
    }

    #[inline]
    fn in_order(buffer: &::zems::spi::read::Buffer<'a>) -> Option<Self> {
        if !buffer.ssid().is_same_subsystem(Self::SSID) {
            return None;
        }
        let mut tokens = buffer.sequence();
        tokens.mark()?;
        let found = Self {
            zcom_tkn_subj_proc: tokens.bytes_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C))?,
            zcom_tkn_objtype: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
        };
        tokens.is_at_end().then_some(found)
    }

    #[cold]
    fn search(
        buffer: &::zems::spi::read::Buffer<'a>,
    ) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        let found = buffer.find_many(&[
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
        ])?;
        let [zcom_tkn_subj_proc, zcom_tkn_objtype] = found;
        let Some(zcom_tkn_subj_proc) = zcom_tkn_subj_proc.map(|token| token.first_bytes()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            zcom_tkn_subj_proc,
            zcom_tkn_objtype: zcom_tkn_objtype.and_then(|token| token.first()),
        }))
    }

    /// Writes the event into `space` and returns its length. The header says whose event it is, and which.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `space`.
    pub fn encode(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Result<usize, ::zems::spi::write::EncodeError> {
        if let Some(len) = self.write_in_order(header, profile, space) {
            return Ok(len);
        }
        let output = ::zems::spi::write::SliceOutput::new(space);
        Ok(self.build(header, profile, output)?.into_written().len())
    }

    #[inline]
    fn write_in_order(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Option<usize> {
        let mut event = ::zems::ems::SequenceWriter::new(header, profile, space)?;
        event.mark()?;
        event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C), self.zcom_tkn_subj_proc)?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        event.finish()
    }

    /// Writes the event after what is in `output`.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `output`.
    pub fn build<O: ::zems::spi::write::Output>(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        output: O,
    ) -> Result<O, ::zems::spi::write::EncodeError> {
        let mut event = ::zems::ems::EventBuilder::qualified(
            output,
            header,
            profile,
            ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]),
            ::zems::spi::TokenCode::from_bits(0x01FF002C),
            self.zcom_tkn_subj_proc,
        )?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        event.finish()
    }
}

/// The tokens of ZRPC-EVT-BKUP-FAIL at the top level. Read and written in this order they are found without a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZrpcEvtBkupFail<'a> {
    /// ZCOM-TKN-SUBJ-PROC, the subject.
    pub zcom_tkn_subj_proc: &'a [u8],
    /// ZCOM-TKN-OBJTYPE.
    pub zcom_tkn_objtype: Option<i16>,
    /// ZRPC-TKN-CPU.
    pub zrpc_tkn_cpu: Option<u16>,
    /// ZRPC-TKN-BKUP-FAIL-REASON.
    pub zrpc_tkn_bkup_fail_reason: Option<i16>,
}

impl<'a> ZrpcEvtBkupFail<'a> {
    /// Whose event it is.
    pub const SSID: ::zems::spi::Ssid = ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]);
    /// The event's number.
    pub const NUMBER: i16 = 8;

    /// The tokens of an event, wherever they stand; `None` if it has no such subject.
    ///
    /// # Errors
    /// A token cannot be read.
    pub fn decode(event: &::zems::ems::Event<'a>) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        match Self::in_order(event.buffer()) {
            Some(found) => Ok(Some(found)),
            None => Self::search(event.buffer()),
        }
    }

    #[inline]
    fn in_order(buffer: &::zems::spi::read::Buffer<'a>) -> Option<Self> {
        if !buffer.ssid().is_same_subsystem(Self::SSID) {
            return None;
        }
        let mut tokens = buffer.sequence();
        tokens.mark()?;
        let found = Self {
            zcom_tkn_subj_proc: tokens.bytes_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C))?,
            zcom_tkn_objtype: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
            zrpc_tkn_cpu: tokens.value(::zems::spi::TokenCode::from_bits(0x09020008)),
            zrpc_tkn_bkup_fail_reason: tokens.value(::zems::spi::TokenCode::from_bits(0x0B020009)),
        };
        tokens.is_at_end().then_some(found)
    }

    #[cold]
    fn search(
        buffer: &::zems::spi::read::Buffer<'a>,
    ) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        let found = buffer.find_many(&[
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]), ::zems::spi::TokenCode::from_bits(0x09020008)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]), ::zems::spi::TokenCode::from_bits(0x0B020009)),
        ])?;
        let [zcom_tkn_subj_proc, zcom_tkn_objtype, zrpc_tkn_cpu, zrpc_tkn_bkup_fail_reason] = found;
        let Some(zcom_tkn_subj_proc) = zcom_tkn_subj_proc.map(|token| token.first_bytes()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            zcom_tkn_subj_proc,
            zcom_tkn_objtype: zcom_tkn_objtype.and_then(|token| token.first()),
            zrpc_tkn_cpu: zrpc_tkn_cpu.and_then(|token| token.first()),
            zrpc_tkn_bkup_fail_reason: zrpc_tkn_bkup_fail_reason.and_then(|token| token.first()),
        }))
    }

    /// Writes the event into `space` and returns its length. The header says whose event it is, and which.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `space`.
    pub fn encode(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Result<usize, ::zems::spi::write::EncodeError> {
        if let Some(len) = self.write_in_order(header, profile, space) {
            return Ok(len);
        }
        let output = ::zems::spi::write::SliceOutput::new(space);
        Ok(self.build(header, profile, output)?.into_written().len())
    }

    #[inline]
    fn write_in_order(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Option<usize> {
        let mut event = ::zems::ems::SequenceWriter::new(header, profile, space)?;
        event.mark()?;
        event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C), self.zcom_tkn_subj_proc)?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        if let Some(value) = self.zrpc_tkn_cpu {
            event.put(::zems::spi::TokenCode::from_bits(0x09020008), value)?;
        }
        if let Some(value) = self.zrpc_tkn_bkup_fail_reason {
            event.put(::zems::spi::TokenCode::from_bits(0x0B020009), value)?;
        }
        event.finish()
    }

    /// Writes the event after what is in `output`.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `output`.
    pub fn build<O: ::zems::spi::write::Output>(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        output: O,
    ) -> Result<O, ::zems::spi::write::EncodeError> {
        let mut event = ::zems::ems::EventBuilder::qualified(
            output,
            header,
            profile,
            ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]),
            ::zems::spi::TokenCode::from_bits(0x01FF002C),
            self.zcom_tkn_subj_proc,
        )?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        if let Some(value) = self.zrpc_tkn_cpu {
            event.put(::zems::spi::TokenCode::from_bits(0x09020008), value)?;
        }
        if let Some(value) = self.zrpc_tkn_bkup_fail_reason {
            event.put(::zems::spi::TokenCode::from_bits(0x0B020009), value)?;
        }
        event.finish()
    }
}

/// The tokens of ZRPC-EVT-MEM-FULL at the top level. Read and written in this order they are found without a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZrpcEvtMemFull<'a> {
    /// ZCOM-TKN-SUBJ-PROC, the subject.
    pub zcom_tkn_subj_proc: &'a [u8],
    /// ZCOM-TKN-OBJTYPE.
    pub zcom_tkn_objtype: Option<i16>,
    /// ZRPC-TKN-MEM-ERR.
    pub zrpc_tkn_mem_err: Option<i16>,
}

impl<'a> ZrpcEvtMemFull<'a> {
    /// Whose event it is.
    pub const SSID: ::zems::spi::Ssid = ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]);
    /// The event's number.
    pub const NUMBER: i16 = 10;

    /// The tokens of an event, wherever they stand; `None` if it has no such subject.
    ///
    /// # Errors
    /// A token cannot be read.
    pub fn decode(event: &::zems::ems::Event<'a>) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        match Self::in_order(event.buffer()) {
            Some(found) => Ok(Some(found)),
            None => Self::search(event.buffer()),
        }
    }

    #[inline]
    fn in_order(buffer: &::zems::spi::read::Buffer<'a>) -> Option<Self> {
        if !buffer.ssid().is_same_subsystem(Self::SSID) {
            return None;
        }
        let mut tokens = buffer.sequence();
        tokens.mark()?;
        let found = Self {
            zcom_tkn_subj_proc: tokens.bytes_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C))?,
            zcom_tkn_objtype: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
            zrpc_tkn_mem_err: tokens.value(::zems::spi::TokenCode::from_bits(0x0B02000A)),
        };
        tokens.is_at_end().then_some(found)
    }

    #[cold]
    fn search(
        buffer: &::zems::spi::read::Buffer<'a>,
    ) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        let found = buffer.find_many(&[
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]), ::zems::spi::TokenCode::from_bits(0x0B02000A)),
        ])?;
        let [zcom_tkn_subj_proc, zcom_tkn_objtype, zrpc_tkn_mem_err] = found;
        let Some(zcom_tkn_subj_proc) = zcom_tkn_subj_proc.map(|token| token.first_bytes()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            zcom_tkn_subj_proc,
            zcom_tkn_objtype: zcom_tkn_objtype.and_then(|token| token.first()),
            zrpc_tkn_mem_err: zrpc_tkn_mem_err.and_then(|token| token.first()),
        }))
    }

    /// Writes the event into `space` and returns its length. The header says whose event it is, and which.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `space`.
    pub fn encode(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Result<usize, ::zems::spi::write::EncodeError> {
        if let Some(len) = self.write_in_order(header, profile, space) {
            return Ok(len);
        }
        let output = ::zems::spi::write::SliceOutput::new(space);
        Ok(self.build(header, profile, output)?.into_written().len())
    }

    #[inline]
    fn write_in_order(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Option<usize> {
        let mut event = ::zems::ems::SequenceWriter::new(header, profile, space)?;
        event.mark()?;
        event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C), self.zcom_tkn_subj_proc)?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        if let Some(value) = self.zrpc_tkn_mem_err {
            event.put(::zems::spi::TokenCode::from_bits(0x0B02000A), value)?;
        }
        event.finish()
    }

    /// Writes the event after what is in `output`.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `output`.
    pub fn build<O: ::zems::spi::write::Output>(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        output: O,
    ) -> Result<O, ::zems::spi::write::EncodeError> {
        let mut event = ::zems::ems::EventBuilder::qualified(
            output,
            header,
            profile,
            ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]),
            ::zems::spi::TokenCode::from_bits(0x01FF002C),
            self.zcom_tkn_subj_proc,
        )?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        if let Some(value) = self.zrpc_tkn_mem_err {
            event.put(::zems::spi::TokenCode::from_bits(0x0B02000A), value)?;
        }
        event.finish()
    }
}

/// The tokens of ZRPC-EVT-PROG-ERR at the top level. Read and written in this order they are found without a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZrpcEvtProgErr<'a> {
    /// ZCOM-TKN-SUBJ-PROC, the subject.
    pub zcom_tkn_subj_proc: &'a [u8],
    /// ZCOM-TKN-OBJTYPE.
    pub zcom_tkn_objtype: Option<i16>,
    /// ZRPC-TKN-PROG-ERR.
    pub zrpc_tkn_prog_err: Option<i16>,
    /// ZSPI-TKN-PROG-FNAME.
    pub zspi_tkn_prog_fname: Option<&'a [u8]>,
    /// ZGRD-TKN-BINDSTAMP.
    pub zgrd_tkn_bindstamp: Option<::zems::spi::Timestamp>,
    /// ZGRD-TKN-ENTRYPOINTLABEL.
    pub zgrd_tkn_entrypointlabel: Option<u16>,
    /// ZGRD-TKN-SREGISTER.
    pub zgrd_tkn_sregister: Option<u16>,
    /// ZGRD-TKN-PREGISTER.
    pub zgrd_tkn_pregister: Option<u16>,
    /// ZGRD-TKN-STACKENV.
    pub zgrd_tkn_stackenv: Option<u16>,
    /// ZGRD-TKN-LREGISTER.
    pub zgrd_tkn_lregister: Option<u16>,
}

impl<'a> ZrpcEvtProgErr<'a> {
    /// Whose event it is.
    pub const SSID: ::zems::spi::Ssid = ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]);
    /// The event's number.
    pub const NUMBER: i16 = 11;

    /// The tokens of an event, wherever they stand; `None` if it has no such subject.
    ///
    /// # Errors
    /// A token cannot be read.
    pub fn decode(event: &::zems::ems::Event<'a>) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        match Self::in_order(event.buffer()) {
            Some(found) => Ok(Some(found)),
            None => Self::search(event.buffer()),
        }
    }

    #[inline]
    fn in_order(buffer: &::zems::spi::read::Buffer<'a>) -> Option<Self> {
        if !buffer.ssid().is_same_subsystem(Self::SSID) {
            return None;
        }
        let mut tokens = buffer.sequence();
        tokens.mark()?;
        let found = Self {
            zcom_tkn_subj_proc: tokens.bytes_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C))?,
            zcom_tkn_objtype: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
            zrpc_tkn_prog_err: tokens.value(::zems::spi::TokenCode::from_bits(0x0B02000B)),
            zspi_tkn_prog_fname: tokens.bytes(::zems::spi::TokenCode::from_bits(0x01FFFF0F)),
            zgrd_tkn_bindstamp: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 46, 0, 0]), ::zems::spi::TokenCode::from_bits(0x17080001)),
            zgrd_tkn_entrypointlabel: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 46, 0, 0]), ::zems::spi::TokenCode::from_bits(0x09020002)),
            zgrd_tkn_sregister: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 46, 0, 0]), ::zems::spi::TokenCode::from_bits(0x09020003)),
            zgrd_tkn_pregister: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 46, 0, 0]), ::zems::spi::TokenCode::from_bits(0x09020004)),
            zgrd_tkn_stackenv: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 46, 0, 0]), ::zems::spi::TokenCode::from_bits(0x09020005)),
            zgrd_tkn_lregister: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 46, 0, 0]), ::zems::spi::TokenCode::from_bits(0x09020006)),
        };
        tokens.is_at_end().then_some(found)
    }

    #[cold]
    fn search(
        buffer: &::zems::spi::read::Buffer<'a>,
    ) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        let found = buffer.find_many(&[
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]), ::zems::spi::TokenCode::from_bits(0x0B02000B)),
            ::zems::spi::read::TokenKey::new(::zems::spi::TokenCode::from_bits(0x01FFFF0F)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 46, 0, 0]), ::zems::spi::TokenCode::from_bits(0x17080001)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 46, 0, 0]), ::zems::spi::TokenCode::from_bits(0x09020002)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 46, 0, 0]), ::zems::spi::TokenCode::from_bits(0x09020003)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 46, 0, 0]), ::zems::spi::TokenCode::from_bits(0x09020004)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 46, 0, 0]), ::zems::spi::TokenCode::from_bits(0x09020005)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 46, 0, 0]), ::zems::spi::TokenCode::from_bits(0x09020006)),
        ])?;
        let [zcom_tkn_subj_proc, zcom_tkn_objtype, zrpc_tkn_prog_err, zspi_tkn_prog_fname, zgrd_tkn_bindstamp, zgrd_tkn_entrypointlabel, zgrd_tkn_sregister, zgrd_tkn_pregister, zgrd_tkn_stackenv, zgrd_tkn_lregister] = found;
        let Some(zcom_tkn_subj_proc) = zcom_tkn_subj_proc.map(|token| token.first_bytes()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            zcom_tkn_subj_proc,
            zcom_tkn_objtype: zcom_tkn_objtype.and_then(|token| token.first()),
            zrpc_tkn_prog_err: zrpc_tkn_prog_err.and_then(|token| token.first()),
            zspi_tkn_prog_fname: zspi_tkn_prog_fname.map(|token| token.first_bytes()),
            zgrd_tkn_bindstamp: zgrd_tkn_bindstamp.and_then(|token| token.first()),
            zgrd_tkn_entrypointlabel: zgrd_tkn_entrypointlabel.and_then(|token| token.first()),
            zgrd_tkn_sregister: zgrd_tkn_sregister.and_then(|token| token.first()),
            zgrd_tkn_pregister: zgrd_tkn_pregister.and_then(|token| token.first()),
            zgrd_tkn_stackenv: zgrd_tkn_stackenv.and_then(|token| token.first()),
            zgrd_tkn_lregister: zgrd_tkn_lregister.and_then(|token| token.first()),
        }))
    }

    /// Writes the event into `space` and returns its length. The header says whose event it is, and which.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `space`.
    pub fn encode(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Result<usize, ::zems::spi::write::EncodeError> {
        if let Some(len) = self.write_in_order(header, profile, space) {
            return Ok(len);
        }
        let output = ::zems::spi::write::SliceOutput::new(space);
        Ok(self.build(header, profile, output)?.into_written().len())
    }

    #[inline]
    fn write_in_order(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Option<usize> {
        let mut event = ::zems::ems::SequenceWriter::new(header, profile, space)?;
        event.mark()?;
        event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C), self.zcom_tkn_subj_proc)?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        if let Some(value) = self.zrpc_tkn_prog_err {
            event.put(::zems::spi::TokenCode::from_bits(0x0B02000B), value)?;
        }
        if let Some(value) = self.zspi_tkn_prog_fname {
            event.put(::zems::spi::TokenCode::from_bits(0x01FFFF0F), value)?;
        }
        if let Some(value) = self.zgrd_tkn_bindstamp {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 46, 0, 0]), ::zems::spi::TokenCode::from_bits(0x17080001), value)?;
        }
        if let Some(value) = self.zgrd_tkn_entrypointlabel {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 46, 0, 0]), ::zems::spi::TokenCode::from_bits(0x09020002), value)?;
        }
        if let Some(value) = self.zgrd_tkn_sregister {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 46, 0, 0]), ::zems::spi::TokenCode::from_bits(0x09020003), value)?;
        }
        if let Some(value) = self.zgrd_tkn_pregister {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 46, 0, 0]), ::zems::spi::TokenCode::from_bits(0x09020004), value)?;
        }
        if let Some(value) = self.zgrd_tkn_stackenv {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 46, 0, 0]), ::zems::spi::TokenCode::from_bits(0x09020005), value)?;
        }
        if let Some(value) = self.zgrd_tkn_lregister {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 46, 0, 0]), ::zems::spi::TokenCode::from_bits(0x09020006), value)?;
        }
        event.finish()
    }

    /// Writes the event after what is in `output`.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `output`.
    pub fn build<O: ::zems::spi::write::Output>(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        output: O,
    ) -> Result<O, ::zems::spi::write::EncodeError> {
        let mut event = ::zems::ems::EventBuilder::qualified(
            output,
            header,
            profile,
            ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]),
            ::zems::spi::TokenCode::from_bits(0x01FF002C),
            self.zcom_tkn_subj_proc,
        )?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        if let Some(value) = self.zrpc_tkn_prog_err {
            event.put(::zems::spi::TokenCode::from_bits(0x0B02000B), value)?;
        }
        if let Some(value) = self.zspi_tkn_prog_fname {
            event.put(::zems::spi::TokenCode::from_bits(0x01FFFF0F), value)?;
        }
        if let Some(value) = self.zgrd_tkn_bindstamp {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 46, 0, 0]), ::zems::spi::TokenCode::from_bits(0x17080001), value)?;
        }
        if let Some(value) = self.zgrd_tkn_entrypointlabel {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 46, 0, 0]), ::zems::spi::TokenCode::from_bits(0x09020002), value)?;
        }
        if let Some(value) = self.zgrd_tkn_sregister {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 46, 0, 0]), ::zems::spi::TokenCode::from_bits(0x09020003), value)?;
        }
        if let Some(value) = self.zgrd_tkn_pregister {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 46, 0, 0]), ::zems::spi::TokenCode::from_bits(0x09020004), value)?;
        }
        if let Some(value) = self.zgrd_tkn_stackenv {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 46, 0, 0]), ::zems::spi::TokenCode::from_bits(0x09020005), value)?;
        }
        if let Some(value) = self.zgrd_tkn_lregister {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 46, 0, 0]), ::zems::spi::TokenCode::from_bits(0x09020006), value)?;
        }
        event.finish()
    }
}

/// The tokens of ZRPC-EVT-UNEXP-IO-CMPL at the top level. Read and written in this order they are found without a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZrpcEvtUnexpIoCmpl<'a> {
    /// ZCOM-TKN-SUBJ-FILE, the subject.
    pub zcom_tkn_subj_file: &'a [u8],
    /// ZCOM-TKN-OBJTYPE.
    pub zcom_tkn_objtype: Option<i16>,
}

impl<'a> ZrpcEvtUnexpIoCmpl<'a> {
    /// Whose event it is.
    pub const SSID: ::zems::spi::Ssid = ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]);
    /// The event's number.
    pub const NUMBER: i16 = 12;

    /// The tokens of an event, wherever they stand; `None` if it has no such subject.
    ///
    /// # Errors
    /// A token cannot be read.
    pub fn decode(event: &::zems::ems::Event<'a>) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        match Self::in_order(event.buffer()) {
            Some(found) => Ok(Some(found)),
            None => Self::search(event.buffer()),
        }
    }

    #[inline]
    fn in_order(buffer: &::zems::spi::read::Buffer<'a>) -> Option<Self> {
        if !buffer.ssid().is_same_subsystem(Self::SSID) {
            return None;
        }
        let mut tokens = buffer.sequence();
        tokens.mark()?;
        let found = Self {
            zcom_tkn_subj_file: tokens.bytes_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002D))?,
            zcom_tkn_objtype: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
        };
        tokens.is_at_end().then_some(found)
    }

    #[cold]
    fn search(
        buffer: &::zems::spi::read::Buffer<'a>,
    ) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        let found = buffer.find_many(&[
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002D)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
        ])?;
        let [zcom_tkn_subj_file, zcom_tkn_objtype] = found;
        let Some(zcom_tkn_subj_file) = zcom_tkn_subj_file.map(|token| token.first_bytes()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            zcom_tkn_subj_file,
            zcom_tkn_objtype: zcom_tkn_objtype.and_then(|token| token.first()),
        }))
    }

    /// Writes the event into `space` and returns its length. The header says whose event it is, and which.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `space`.
    pub fn encode(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Result<usize, ::zems::spi::write::EncodeError> {
        if let Some(len) = self.write_in_order(header, profile, space) {
            return Ok(len);
        }
        let output = ::zems::spi::write::SliceOutput::new(space);
        Ok(self.build(header, profile, output)?.into_written().len())
    }

    #[inline]
    fn write_in_order(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Option<usize> {
        let mut event = ::zems::ems::SequenceWriter::new(header, profile, space)?;
        event.mark()?;
        event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002D), self.zcom_tkn_subj_file)?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        event.finish()
    }

    /// Writes the event after what is in `output`.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `output`.
    pub fn build<O: ::zems::spi::write::Output>(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        output: O,
    ) -> Result<O, ::zems::spi::write::EncodeError> {
        let mut event = ::zems::ems::EventBuilder::qualified(
            output,
            header,
            profile,
            ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]),
            ::zems::spi::TokenCode::from_bits(0x01FF002D),
            self.zcom_tkn_subj_file,
        )?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        event.finish()
    }
}

/// The tokens of ZRPC-EVT-MAX-ABENDS at the top level. Read and written in this order they are found without a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZrpcEvtMaxAbends<'a> {
    /// ZCOM-TKN-SUBJ-PROC, the subject.
    pub zcom_tkn_subj_proc: &'a [u8],
    /// ZCOM-TKN-OBJTYPE.
    pub zcom_tkn_objtype: Option<i16>,
}

impl<'a> ZrpcEvtMaxAbends<'a> {
    /// Whose event it is.
    pub const SSID: ::zems::spi::Ssid = ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]);
    /// The event's number.
    pub const NUMBER: i16 = 13;

    /// The tokens of an event, wherever they stand; `None` if it has no such subject.
    ///
    /// # Errors
    /// A token cannot be read.
    pub fn decode(event: &::zems::ems::Event<'a>) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        match Self::in_order(event.buffer()) {
            Some(found) => Ok(Some(found)),
            None => Self::search(event.buffer()),
        }
    }

    #[inline]
    fn in_order(buffer: &::zems::spi::read::Buffer<'a>) -> Option<Self> {
        if !buffer.ssid().is_same_subsystem(Self::SSID) {
            return None;
        }
        let mut tokens = buffer.sequence();
        tokens.mark()?;
        let found = Self {
            zcom_tkn_subj_proc: tokens.bytes_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C))?,
            zcom_tkn_objtype: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
        };
        tokens.is_at_end().then_some(found)
    }

    #[cold]
    fn search(
        buffer: &::zems::spi::read::Buffer<'a>,
    ) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        let found = buffer.find_many(&[
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
        ])?;
        let [zcom_tkn_subj_proc, zcom_tkn_objtype] = found;
        let Some(zcom_tkn_subj_proc) = zcom_tkn_subj_proc.map(|token| token.first_bytes()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            zcom_tkn_subj_proc,
            zcom_tkn_objtype: zcom_tkn_objtype.and_then(|token| token.first()),
        }))
    }

    /// Writes the event into `space` and returns its length. The header says whose event it is, and which.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `space`.
    pub fn encode(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Result<usize, ::zems::spi::write::EncodeError> {
        if let Some(len) = self.write_in_order(header, profile, space) {
            return Ok(len);
        }
        let output = ::zems::spi::write::SliceOutput::new(space);
        Ok(self.build(header, profile, output)?.into_written().len())
    }

    #[inline]
    fn write_in_order(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Option<usize> {
        let mut event = ::zems::ems::SequenceWriter::new(header, profile, space)?;
        event.mark()?;
        event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C), self.zcom_tkn_subj_proc)?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        event.finish()
    }

    /// Writes the event after what is in `output`.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `output`.
    pub fn build<O: ::zems::spi::write::Output>(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        output: O,
    ) -> Result<O, ::zems::spi::write::EncodeError> {
        let mut event = ::zems::ems::EventBuilder::qualified(
            output,
            header,
            profile,
            ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]),
            ::zems::spi::TokenCode::from_bits(0x01FF002C),
            self.zcom_tkn_subj_proc,
        )?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        event.finish()
    }
}

/// The tokens of ZRPC-EVT-UNKWN-MSG-SRC at the top level. Read and written in this order they are found without a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZrpcEvtUnkwnMsgSrc<'a> {
    /// ZCOM-TKN-SUBJ-PROC, the subject.
    pub zcom_tkn_subj_proc: &'a [u8],
    /// ZCOM-TKN-OBJTYPE.
    pub zcom_tkn_objtype: Option<i16>,
    /// ZRPC-MAP-RECV-INFO.
    pub zrpc_map_recv_info: Option<&'a [u8]>,
}

impl<'a> ZrpcEvtUnkwnMsgSrc<'a> {
    /// Whose event it is.
    pub const SSID: ::zems::spi::Ssid = ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]);
    /// The event's number.
    pub const NUMBER: i16 = 14;

    /// The tokens of an event, wherever they stand; `None` if it has no such subject.
    ///
    /// # Errors
    /// A token cannot be read.
    pub fn decode(event: &::zems::ems::Event<'a>) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        match Self::in_order(event.buffer()) {
            Some(found) => Ok(Some(found)),
            None => Self::search(event.buffer()),
        }
    }

    #[inline]
    fn in_order(buffer: &::zems::spi::read::Buffer<'a>) -> Option<Self> {
        if !buffer.ssid().is_same_subsystem(Self::SSID) {
            return None;
        }
        let mut tokens = buffer.sequence();
        tokens.mark()?;
        let found = Self {
            zcom_tkn_subj_proc: tokens.bytes_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C))?,
            zcom_tkn_objtype: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
            zrpc_map_recv_info: tokens.bytes(::zems::spi::TokenCode::from_bits(0x07FF000C)),
        };
        tokens.is_at_end().then_some(found)
    }

    #[cold]
    fn search(
        buffer: &::zems::spi::read::Buffer<'a>,
    ) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        let found = buffer.find_many(&[
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]), ::zems::spi::TokenCode::from_bits(0x07FF000C)),
        ])?;
        let [zcom_tkn_subj_proc, zcom_tkn_objtype, zrpc_map_recv_info] = found;
        let Some(zcom_tkn_subj_proc) = zcom_tkn_subj_proc.map(|token| token.first_bytes()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            zcom_tkn_subj_proc,
            zcom_tkn_objtype: zcom_tkn_objtype.and_then(|token| token.first()),
            zrpc_map_recv_info: zrpc_map_recv_info.map(|token| token.first_bytes()),
        }))
    }

    /// Writes the event into `space` and returns its length. The header says whose event it is, and which.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `space`.
    pub fn encode(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Result<usize, ::zems::spi::write::EncodeError> {
        if let Some(len) = self.write_in_order(header, profile, space) {
            return Ok(len);
        }
        let output = ::zems::spi::write::SliceOutput::new(space);
        Ok(self.build(header, profile, output)?.into_written().len())
    }

    #[inline]
    fn write_in_order(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Option<usize> {
        let mut event = ::zems::ems::SequenceWriter::new(header, profile, space)?;
        event.mark()?;
        event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C), self.zcom_tkn_subj_proc)?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        if let Some(value) = self.zrpc_map_recv_info {
            event.put(::zems::spi::TokenCode::from_bits(0x07FF000C), value)?;
        }
        event.finish()
    }

    /// Writes the event after what is in `output`.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `output`.
    pub fn build<O: ::zems::spi::write::Output>(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        output: O,
    ) -> Result<O, ::zems::spi::write::EncodeError> {
        let mut event = ::zems::ems::EventBuilder::qualified(
            output,
            header,
            profile,
            ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]),
            ::zems::spi::TokenCode::from_bits(0x01FF002C),
            self.zcom_tkn_subj_proc,
        )?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        if let Some(value) = self.zrpc_map_recv_info {
            event.put(::zems::spi::TokenCode::from_bits(0x07FF000C), value)?;
        }
        event.finish()
    }
}

/// The tokens of ZRPC-EVT-UNEXP-SYS-MSG at the top level. Read and written in this order they are found without a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZrpcEvtUnexpSysMsg<'a> {
    /// ZCOM-TKN-SUBJ-PROC, the subject.
    pub zcom_tkn_subj_proc: &'a [u8],
    /// ZCOM-TKN-OBJTYPE.
    pub zcom_tkn_objtype: Option<i16>,
    /// ZRPC-TKN-SYS-MSGCODE.
    pub zrpc_tkn_sys_msgcode: Option<i16>,
}

impl<'a> ZrpcEvtUnexpSysMsg<'a> {
    /// Whose event it is.
    pub const SSID: ::zems::spi::Ssid = ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]);
    /// The event's number.
    pub const NUMBER: i16 = 15;

    /// The tokens of an event, wherever they stand; `None` if it has no such subject.
    ///
    /// # Errors
    /// A token cannot be read.
    pub fn decode(event: &::zems::ems::Event<'a>) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        match Self::in_order(event.buffer()) {
            Some(found) => Ok(Some(found)),
            None => Self::search(event.buffer()),
        }
    }

    #[inline]
    fn in_order(buffer: &::zems::spi::read::Buffer<'a>) -> Option<Self> {
        if !buffer.ssid().is_same_subsystem(Self::SSID) {
            return None;
        }
        let mut tokens = buffer.sequence();
        tokens.mark()?;
        let found = Self {
            zcom_tkn_subj_proc: tokens.bytes_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C))?,
            zcom_tkn_objtype: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
            zrpc_tkn_sys_msgcode: tokens.value(::zems::spi::TokenCode::from_bits(0x0202000D)),
        };
        tokens.is_at_end().then_some(found)
    }

    #[cold]
    fn search(
        buffer: &::zems::spi::read::Buffer<'a>,
    ) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        let found = buffer.find_many(&[
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]), ::zems::spi::TokenCode::from_bits(0x0202000D)),
        ])?;
        let [zcom_tkn_subj_proc, zcom_tkn_objtype, zrpc_tkn_sys_msgcode] = found;
        let Some(zcom_tkn_subj_proc) = zcom_tkn_subj_proc.map(|token| token.first_bytes()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            zcom_tkn_subj_proc,
            zcom_tkn_objtype: zcom_tkn_objtype.and_then(|token| token.first()),
            zrpc_tkn_sys_msgcode: zrpc_tkn_sys_msgcode.and_then(|token| token.first()),
        }))
    }

    /// Writes the event into `space` and returns its length. The header says whose event it is, and which.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `space`.
    pub fn encode(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Result<usize, ::zems::spi::write::EncodeError> {
        if let Some(len) = self.write_in_order(header, profile, space) {
            return Ok(len);
        }
        let output = ::zems::spi::write::SliceOutput::new(space);
        Ok(self.build(header, profile, output)?.into_written().len())
    }

    #[inline]
    fn write_in_order(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Option<usize> {
        let mut event = ::zems::ems::SequenceWriter::new(header, profile, space)?;
        event.mark()?;
        event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C), self.zcom_tkn_subj_proc)?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        if let Some(value) = self.zrpc_tkn_sys_msgcode {
            event.put(::zems::spi::TokenCode::from_bits(0x0202000D), value)?;
        }
        event.finish()
    }

    /// Writes the event after what is in `output`.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `output`.
    pub fn build<O: ::zems::spi::write::Output>(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        output: O,
    ) -> Result<O, ::zems::spi::write::EncodeError> {
        let mut event = ::zems::ems::EventBuilder::qualified(
            output,
            header,
            profile,
            ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]),
            ::zems::spi::TokenCode::from_bits(0x01FF002C),
            self.zcom_tkn_subj_proc,
        )?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        if let Some(value) = self.zrpc_tkn_sys_msgcode {
            event.put(::zems::spi::TokenCode::from_bits(0x0202000D), value)?;
        }
        event.finish()
    }
}

/// The tokens of ZRPC-EVT-CLNT-STAT-ERR at the top level. Read and written in this order they are found without a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZrpcEvtClntStatErr<'a> {
    /// ZCOM-TKN-SUBJ-PROC, the subject.
    pub zcom_tkn_subj_proc: &'a [u8],
    /// ZCOM-TKN-OBJTYPE.
    pub zcom_tkn_objtype: Option<i16>,
    /// ZRPC-TKN-CS-ERR.
    pub zrpc_tkn_cs_err: Option<i16>,
    /// ZRPC-TKN-RPC-PROC.
    pub zrpc_tkn_rpc_proc: Option<i16>,
    /// ZRPC-TKN-PROGRAM-NUM.
    pub zrpc_tkn_program_num: Option<i32>,
    /// ZRPC-TKN-VERSION.
    pub zrpc_tkn_version: Option<i32>,
    /// ZRPC-TKN-IP-ADDR.
    pub zrpc_tkn_ip_addr: Option<&'a [u8]>,
}

impl<'a> ZrpcEvtClntStatErr<'a> {
    /// Whose event it is.
    pub const SSID: ::zems::spi::Ssid = ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]);
    /// The event's number.
    pub const NUMBER: i16 = 16;

    /// The tokens of an event, wherever they stand; `None` if it has no such subject.
    ///
    /// # Errors
    /// A token cannot be read.
    pub fn decode(event: &::zems::ems::Event<'a>) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        match Self::in_order(event.buffer()) {
            Some(found) => Ok(Some(found)),
            None => Self::search(event.buffer()),
        }
    }

    #[inline]
    fn in_order(buffer: &::zems::spi::read::Buffer<'a>) -> Option<Self> {
        if !buffer.ssid().is_same_subsystem(Self::SSID) {
            return None;
        }
        let mut tokens = buffer.sequence();
        tokens.mark()?;
        let found = Self {
            zcom_tkn_subj_proc: tokens.bytes_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C))?,
            zcom_tkn_objtype: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
            zrpc_tkn_cs_err: tokens.value(::zems::spi::TokenCode::from_bits(0x0B02000E)),
            zrpc_tkn_rpc_proc: tokens.value(::zems::spi::TokenCode::from_bits(0x0B02000F)),
            zrpc_tkn_program_num: tokens.value(::zems::spi::TokenCode::from_bits(0x03040010)),
            zrpc_tkn_version: tokens.value(::zems::spi::TokenCode::from_bits(0x03040011)),
            zrpc_tkn_ip_addr: tokens.bytes(::zems::spi::TokenCode::from_bits(0x0C040005)),
        };
        tokens.is_at_end().then_some(found)
    }

    #[cold]
    fn search(
        buffer: &::zems::spi::read::Buffer<'a>,
    ) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        let found = buffer.find_many(&[
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]), ::zems::spi::TokenCode::from_bits(0x0B02000E)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]), ::zems::spi::TokenCode::from_bits(0x0B02000F)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]), ::zems::spi::TokenCode::from_bits(0x03040010)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]), ::zems::spi::TokenCode::from_bits(0x03040011)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]), ::zems::spi::TokenCode::from_bits(0x0C040005)),
        ])?;
        let [zcom_tkn_subj_proc, zcom_tkn_objtype, zrpc_tkn_cs_err, zrpc_tkn_rpc_proc, zrpc_tkn_program_num, zrpc_tkn_version, zrpc_tkn_ip_addr] = found;
        let Some(zcom_tkn_subj_proc) = zcom_tkn_subj_proc.map(|token| token.first_bytes()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            zcom_tkn_subj_proc,
            zcom_tkn_objtype: zcom_tkn_objtype.and_then(|token| token.first()),
            zrpc_tkn_cs_err: zrpc_tkn_cs_err.and_then(|token| token.first()),
            zrpc_tkn_rpc_proc: zrpc_tkn_rpc_proc.and_then(|token| token.first()),
            zrpc_tkn_program_num: zrpc_tkn_program_num.and_then(|token| token.first()),
            zrpc_tkn_version: zrpc_tkn_version.and_then(|token| token.first()),
            zrpc_tkn_ip_addr: zrpc_tkn_ip_addr.map(|token| token.first_bytes()),
        }))
    }

    /// Writes the event into `space` and returns its length. The header says whose event it is, and which.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `space`.
    pub fn encode(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Result<usize, ::zems::spi::write::EncodeError> {
        if let Some(len) = self.write_in_order(header, profile, space) {
            return Ok(len);
        }
        let output = ::zems::spi::write::SliceOutput::new(space);
        Ok(self.build(header, profile, output)?.into_written().len())
    }

    #[inline]
    fn write_in_order(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Option<usize> {
        let mut event = ::zems::ems::SequenceWriter::new(header, profile, space)?;
        event.mark()?;
        event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C), self.zcom_tkn_subj_proc)?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        if let Some(value) = self.zrpc_tkn_cs_err {
            event.put(::zems::spi::TokenCode::from_bits(0x0B02000E), value)?;
        }
        if let Some(value) = self.zrpc_tkn_rpc_proc {
            event.put(::zems::spi::TokenCode::from_bits(0x0B02000F), value)?;
        }
        if let Some(value) = self.zrpc_tkn_program_num {
            event.put(::zems::spi::TokenCode::from_bits(0x03040010), value)?;
        }
        if let Some(value) = self.zrpc_tkn_version {
            event.put(::zems::spi::TokenCode::from_bits(0x03040011), value)?;
        }
        if let Some(value) = self.zrpc_tkn_ip_addr {
            event.put(::zems::spi::TokenCode::from_bits(0x0C040005), value)?;
        }
        event.finish()
    }

    /// Writes the event after what is in `output`.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `output`.
    pub fn build<O: ::zems::spi::write::Output>(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        output: O,
    ) -> Result<O, ::zems::spi::write::EncodeError> {
        let mut event = ::zems::ems::EventBuilder::qualified(
            output,
            header,
            profile,
            ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]),
            ::zems::spi::TokenCode::from_bits(0x01FF002C),
            self.zcom_tkn_subj_proc,
        )?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        if let Some(value) = self.zrpc_tkn_cs_err {
            event.put(::zems::spi::TokenCode::from_bits(0x0B02000E), value)?;
        }
        if let Some(value) = self.zrpc_tkn_rpc_proc {
            event.put(::zems::spi::TokenCode::from_bits(0x0B02000F), value)?;
        }
        if let Some(value) = self.zrpc_tkn_program_num {
            event.put(::zems::spi::TokenCode::from_bits(0x03040010), value)?;
        }
        if let Some(value) = self.zrpc_tkn_version {
            event.put(::zems::spi::TokenCode::from_bits(0x03040011), value)?;
        }
        if let Some(value) = self.zrpc_tkn_ip_addr {
            event.put(::zems::spi::TokenCode::from_bits(0x0C040005), value)?;
        }
        event.finish()
    }
}

/// The tokens of ZRPC-EVT-PORTMAP-ERR at the top level. Read and written in this order they are found without a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZrpcEvtPortmapErr<'a> {
    /// ZCOM-TKN-SUBJ-PROC, the subject.
    pub zcom_tkn_subj_proc: &'a [u8],
    /// ZCOM-TKN-OBJTYPE.
    pub zcom_tkn_objtype: Option<i16>,
    /// ZRPC-TKN-PMAPPROC.
    pub zrpc_tkn_pmapproc: Option<i16>,
    /// ZRPC-TKN-IP-ADDR.
    pub zrpc_tkn_ip_addr: Option<&'a [u8]>,
}

impl<'a> ZrpcEvtPortmapErr<'a> {
    /// Whose event it is.
    pub const SSID: ::zems::spi::Ssid = ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]);
    /// The event's number.
    pub const NUMBER: i16 = 17;

    /// The tokens of an event, wherever they stand; `None` if it has no such subject.
    ///
    /// # Errors
    /// A token cannot be read.
    pub fn decode(event: &::zems::ems::Event<'a>) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        match Self::in_order(event.buffer()) {
            Some(found) => Ok(Some(found)),
            None => Self::search(event.buffer()),
        }
    }

    #[inline]
    fn in_order(buffer: &::zems::spi::read::Buffer<'a>) -> Option<Self> {
        if !buffer.ssid().is_same_subsystem(Self::SSID) {
            return None;
        }
        let mut tokens = buffer.sequence();
        tokens.mark()?;
        let found = Self {
            zcom_tkn_subj_proc: tokens.bytes_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C))?,
            zcom_tkn_objtype: tokens.value_of(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
            zrpc_tkn_pmapproc: tokens.value(::zems::spi::TokenCode::from_bits(0x0B020012)),
            zrpc_tkn_ip_addr: tokens.bytes(::zems::spi::TokenCode::from_bits(0x0C040005)),
        };
        tokens.is_at_end().then_some(found)
    }

    #[cold]
    fn search(
        buffer: &::zems::spi::read::Buffer<'a>,
    ) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {
        let found = buffer.find_many(&[
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]), ::zems::spi::TokenCode::from_bits(0x0B020012)),
            ::zems::spi::read::TokenKey::qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 35, 41, 68, 10]), ::zems::spi::TokenCode::from_bits(0x0C040005)),
        ])?;
        let [zcom_tkn_subj_proc, zcom_tkn_objtype, zrpc_tkn_pmapproc, zrpc_tkn_ip_addr] = found;
        let Some(zcom_tkn_subj_proc) = zcom_tkn_subj_proc.map(|token| token.first_bytes()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            zcom_tkn_subj_proc,
            zcom_tkn_objtype: zcom_tkn_objtype.and_then(|token| token.first()),
            zrpc_tkn_pmapproc: zrpc_tkn_pmapproc.and_then(|token| token.first()),
            zrpc_tkn_ip_addr: zrpc_tkn_ip_addr.map(|token| token.first_bytes()),
        }))
    }

    /// Writes the event into `space` and returns its length. The header says whose event it is, and which.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `space`.
    pub fn encode(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Result<usize, ::zems::spi::write::EncodeError> {
        if let Some(len) = self.write_in_order(header, profile, space) {
            return Ok(len);
        }
        let output = ::zems::spi::write::SliceOutput::new(space);
        Ok(self.build(header, profile, output)?.into_written().len())
    }

    #[inline]
    fn write_in_order(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        space: &mut [u8],
    ) -> Option<usize> {
        let mut event = ::zems::ems::SequenceWriter::new(header, profile, space)?;
        event.mark()?;
        event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x01FF002C), self.zcom_tkn_subj_proc)?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        if let Some(value) = self.zrpc_tkn_pmapproc {
            event.put(::zems::spi::TokenCode::from_bits(0x0B020012), value)?;
        }
        if let Some(value) = self.zrpc_tkn_ip_addr {
            event.put(::zems::spi::TokenCode::from_bits(0x0C040005), value)?;
        }
        event.finish()
    }

    /// Writes the event after what is in `output`.
    ///
    /// # Errors
    /// A value does not fit its token, or the event `output`.
    pub fn build<O: ::zems::spi::write::Output>(
        &self,
        header: &::zems::ems::EventHeader<'_>,
        profile: &::zems::spi::Profile,
        output: O,
    ) -> Result<O, ::zems::spi::write::EncodeError> {
        let mut event = ::zems::ems::EventBuilder::qualified(
            output,
            header,
            profile,
            ::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]),
            ::zems::spi::TokenCode::from_bits(0x01FF002C),
            self.zcom_tkn_subj_proc,
        )?;
        if let Some(value) = self.zcom_tkn_objtype {
            event.put_qualified(::zems::spi::Ssid::from_bytes([84, 65, 78, 68, 69, 77, 32, 32, 0, 21, 0, 0]), ::zems::spi::TokenCode::from_bits(0x0B020013), value)?;
        }
        if let Some(value) = self.zrpc_tkn_pmapproc {
            event.put(::zems::spi::TokenCode::from_bits(0x0B020012), value)?;
        }
        if let Some(value) = self.zrpc_tkn_ip_addr {
            event.put(::zems::spi::TokenCode::from_bits(0x0C040005), value)?;
        }
        event.finish()
    }
}

/// The bytes of ZRPC-DDL-RECV-INFO: those of a token to read, `[u8; 12]` to write. A field that the bytes do not reach is
/// `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZrpcDdlRecvInfo<B>(pub B);

impl ZrpcDdlRecvInfo<[u8; 12]> {
    /// Bytes.
    pub const LEN: usize = 12;
    /// Every field null.
    pub const NULL: Self = Self([0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0]);
}

impl<B: AsRef<[u8]>> ZrpcDdlRecvInfo<B> {
    /// ZNODE.
    #[must_use]
    pub fn znode(&self) -> Option<i32> {
        read(self.0.as_ref(), 0).map(i32::from_be_bytes)
    }

    /// ZCPU.
    #[must_use]
    pub fn zcpu(&self) -> Option<u16> {
        read(self.0.as_ref(), 4).map(u16::from_be_bytes)
    }

    /// ZPIN.
    #[must_use]
    pub fn zpin(&self) -> Option<u16> {
        read(self.0.as_ref(), 6).map(u16::from_be_bytes)
    }

    /// ZIOTYPE.
    #[must_use]
    pub fn ziotype(&self) -> Option<ZrpcDdlIotype> {
        read(self.0.as_ref(), 8).map(|word| ZrpcDdlIotype(i16::from_be_bytes(word)))
    }

    /// ZPAID.Z-BYTE.
    #[must_use]
    pub fn zpaid_z_byte(&self, index_0: usize) -> Option<u8> {
        read(self.0.as_ref(), place(10, &[(index_0, 2, 1)])?).map(u8::from_be_bytes)
    }
}

impl<B: AsRef<[u8]> + AsMut<[u8]>> ZrpcDdlRecvInfo<B> {
    /// Sets ZNODE; `None` if the value or the field does not fit.
    pub fn set_znode(&mut self, value: i32) -> Option<()> {
        write(self.0.as_mut(), 0, &value.to_be_bytes())
    }

    /// Sets ZCPU; `None` if the value or the field does not fit.
    pub fn set_zcpu(&mut self, value: u16) -> Option<()> {
        write(self.0.as_mut(), 4, &value.to_be_bytes())
    }

    /// Sets ZPIN; `None` if the value or the field does not fit.
    pub fn set_zpin(&mut self, value: u16) -> Option<()> {
        write(self.0.as_mut(), 6, &value.to_be_bytes())
    }

    /// Sets ZIOTYPE; `None` if the value or the field does not fit.
    pub fn set_ziotype(&mut self, value: ZrpcDdlIotype) -> Option<()> {
        write(self.0.as_mut(), 8, &value.0.to_be_bytes())
    }

    /// Sets ZPAID.Z-BYTE; `None` if the value or the field does not fit.
    pub fn set_zpaid_z_byte(&mut self, index_0: usize, value: u8) -> Option<()> {
        write(self.0.as_mut(), place(10, &[(index_0, 2, 1)])?, &value.to_be_bytes())
    }
}

/// `N` bytes at an offset, if they are all there.
#[allow(dead_code)]
fn read<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

/// Puts bytes at an offset, if there is space for them.
#[allow(dead_code)]
fn write(bytes: &mut [u8], at: usize, value: &[u8]) -> Option<()> {
    bytes.get_mut(at..)?.get_mut(..value.len())?.copy_from_slice(value);
    Some(())
}

/// The offset of an occurrence: that of the first, and index, number and distance of each OCCURS.
#[allow(dead_code)]
fn place(first: usize, occurs: &[(usize, usize, usize)]) -> Option<usize> {
    occurs.iter().try_fold(first, |at, (index, count, stride)| (index < count).then(|| at + index * stride))
}
