//! Provides a few buffers to try things on. The repository has the same bytes with comments in `samples/*.hex`.

/// A real command of 138 bytes (SNAX/XF and SNAX/APN Configuration and Management Manual 425836-006, page 15-10).
pub const COMMAND: &[u8] = include_bytes!("../samples/command.bin");

/// An event of 183 bytes with a subject, a qualified token, a structure and an error list.
pub const EVENT: &[u8] = include_bytes!("../samples/event.bin");

/// Event 8 of the RPC subsystem, ZRPC-EVT-BKUP-FAIL: the backup process of the portmapper died.
pub const BKUP_FAIL: &[u8] = include_bytes!("../samples/bkup-fail.bin");

/// The Junos message JSRPD_PID_FILE_LOCK as an event of the owner JUNIPER.
pub const PID_FILE_LOCK: &[u8] = include_bytes!("../samples/pid-file-lock.bin");
