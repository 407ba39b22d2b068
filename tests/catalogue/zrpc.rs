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
pub const ZRPC_TKN_INIT_ERR: ::zems::spi::TokenCode = ::zems::spi::TokenCode::from_bits(0x0B020001);
/// ZRPC-TKN-BAD-ARG, provisional.
pub const ZRPC_TKN_BAD_ARG: ::zems::spi::TokenCode = ::zems::spi::TokenCode::from_bits(0x01FF0002);
/// ZRPC-TKN-SOCK-TYPE, provisional.
pub const ZRPC_TKN_SOCK_TYPE: ::zems::spi::TokenCode = ::zems::spi::TokenCode::from_bits(0x0B020003);
/// ZRPC-TKN-WAIT-TYPE, provisional.
pub const ZRPC_TKN_WAIT_TYPE: ::zems::spi::TokenCode = ::zems::spi::TokenCode::from_bits(0x0B020004);
/// ZRPC-TKN-IP-ADDR, provisional.
pub const ZRPC_TKN_IP_ADDR: ::zems::spi::TokenCode = ::zems::spi::TokenCode::from_bits(0x0C040005);
/// ZRPC-TKN-NEWPROC-TYPE, provisional.
pub const ZRPC_TKN_NEWPROC_TYPE: ::zems::spi::TokenCode = ::zems::spi::TokenCode::from_bits(0x0B020006);
/// ZRPC-TKN-CREATE-ERR, provisional.
pub const ZRPC_TKN_CREATE_ERR: ::zems::spi::TokenCode = ::zems::spi::TokenCode::from_bits(0x02020007);
/// ZRPC-TKN-CPU, provisional.
pub const ZRPC_TKN_CPU: ::zems::spi::TokenCode = ::zems::spi::TokenCode::from_bits(0x09020008);
/// ZRPC-TKN-BKUP-FAIL-REASON, provisional.
pub const ZRPC_TKN_BKUP_FAIL_REASON: ::zems::spi::TokenCode = ::zems::spi::TokenCode::from_bits(0x0B020009);
/// ZRPC-TKN-MEM-ERR, provisional.
pub const ZRPC_TKN_MEM_ERR: ::zems::spi::TokenCode = ::zems::spi::TokenCode::from_bits(0x0B02000A);
/// ZRPC-TKN-PROG-ERR, provisional.
pub const ZRPC_TKN_PROG_ERR: ::zems::spi::TokenCode = ::zems::spi::TokenCode::from_bits(0x0B02000B);
/// ZRPC-TKN-SYS-MSGCODE, provisional.
pub const ZRPC_TKN_SYS_MSGCODE: ::zems::spi::TokenCode = ::zems::spi::TokenCode::from_bits(0x0202000D);
/// ZRPC-TKN-CS-ERR, provisional.
pub const ZRPC_TKN_CS_ERR: ::zems::spi::TokenCode = ::zems::spi::TokenCode::from_bits(0x0B02000E);
/// ZRPC-TKN-RPC-PROC, provisional.
pub const ZRPC_TKN_RPC_PROC: ::zems::spi::TokenCode = ::zems::spi::TokenCode::from_bits(0x0B02000F);
/// ZRPC-TKN-PROGRAM-NUM, provisional.
pub const ZRPC_TKN_PROGRAM_NUM: ::zems::spi::TokenCode = ::zems::spi::TokenCode::from_bits(0x03040010);
/// ZRPC-TKN-VERSION, provisional.
pub const ZRPC_TKN_VERSION: ::zems::spi::TokenCode = ::zems::spi::TokenCode::from_bits(0x03040011);
/// ZRPC-TKN-PMAPPROC, provisional.
pub const ZRPC_TKN_PMAPPROC: ::zems::spi::TokenCode = ::zems::spi::TokenCode::from_bits(0x0B020012);
/// ZRPC-MAP-RECV-INFO, provisional.
pub const ZRPC_MAP_RECV_INFO: ::zems::spi::TokenCode = ::zems::spi::TokenCode::from_bits(0x07FF000C);
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

    /// What people call the value.
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

    /// What people call the value.
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

    /// What people call the value.
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

    /// What people call the value.
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

    /// What people call the value.
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

    /// What people call the value.
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

    /// What people call the value.
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

    /// What people call the value.
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

    /// What people call the value.
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

/// Puts bytes at an offset, if there is room for them.
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
