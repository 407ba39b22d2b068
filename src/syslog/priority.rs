use core::fmt;

use crate::dictionary::{FACILITIES, SEVERITIES};

/// Facility and severity of a message: the PRI of RFC 5424, 6.2.1, and of RFC 3164, 4.1.1.
///
/// ```
/// use zems::syslog::Priority;
///
/// let daemon_error = Priority::from_pri(27).unwrap();
/// assert_eq!((daemon_error.facility(), daemon_error.severity()), (3, 3));
/// assert_eq!(daemon_error.to_string(), "daemon.error");
/// assert_eq!(daemon_error.facility_code(), "DAEMON");
/// assert_eq!(Priority::from_pri(192), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Priority(u8);

/// The codes Junos writes in `%FACILITY-SEVERITY`, by facility number (Junos System Log Messages Reference 10.3, table 9).
/// 15 is reserved.
const JUNOS_FACILITIES: [&str; 24] = [
    "KERN", "USER", "MAIL", "DAEMON", "AUTH", "SYSLOG", "LPR", "NEWS", "UUCP", "CRON", "AUTHPRIV", "FTP",
    "NTP", "SECURITY", "CONSOLE", "CLOCK", "LOCAL0", "DFC", "EXTERNAL", "FIREWALL", "PFE", "CONFLICT",
    "CHANGE", "INTERACT",
];

impl Priority {
    /// user.notice: what RFC 3164, 4.3.3, gives a message without one.
    pub(crate) const UNKNOWN: Self = Self(13);

    /// The priority with this PRI: facility times 8 plus severity, 0 to 191.
    #[must_use]
    pub const fn from_pri(pri: u8) -> Option<Self> {
        if pri < 192 { Some(Self(pri)) } else { None }
    }

    /// The priority of a facility, 0 to 23, and a severity, 0 to 7.
    #[must_use]
    pub const fn new(facility: u8, severity: u8) -> Option<Self> {
        if facility < 24 && severity < 8 { Some(Self(facility * 8 + severity)) } else { None }
    }

    /// Facility times 8 plus severity.
    #[must_use]
    pub const fn pri(self) -> u8 {
        self.0
    }

    /// 0 (kernel messages) to 23 (local7).
    #[must_use]
    pub const fn facility(self) -> u8 {
        self.0 / 8
    }

    /// 0 (emergency) to 7 (debug).
    #[must_use]
    pub const fn severity(self) -> u8 {
        self.0 % 8
    }

    /// Whether an event with this severity is critical: emergency, alert or critical.
    #[must_use]
    pub const fn is_critical(self) -> bool {
        self.severity() <= 2
    }

    /// The Junos name of the facility in `%FACILITY-SEVERITY`: `DAEMON`.
    #[must_use]
    pub fn facility_code(self) -> &'static str {
        JUNOS_FACILITIES.get(usize::from(self.facility())).copied().unwrap_or_default()
    }

    /// The number of a facility by its name in [`FACILITIES`], by the code Junos writes, or by its digits. Case does not
    /// matter.
    #[must_use]
    pub fn facility_named(name: &str) -> Option<u8> {
        let number = name.parse().ok().filter(|number: &u8| *number < 24);
        number.or_else(|| place(&FACILITIES, name)).or_else(|| place(&JUNOS_FACILITIES, name))
    }

    /// The number of a severity by its name in [`SEVERITIES`], by the names of `syslog.h` (`emerg`, `crit`, `err`,
    /// `warn`), or by its digit. Case does not matter.
    #[must_use]
    pub fn severity_named(name: &str) -> Option<u8> {
        const SHORT: [&str; 8] = ["emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"];
        let number = name.parse().ok().filter(|number: &u8| *number < 8);
        number.or_else(|| place(&SEVERITIES, name)).or_else(|| place(&SHORT, name))
    }
}

fn place(names: &[&str], wanted: &str) -> Option<u8> {
    names.iter().position(|name| name.eq_ignore_ascii_case(wanted)).and_then(|at| u8::try_from(at).ok())
}

/// `daemon.error`.
impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |names: &[&'static str], number: u8| names.get(usize::from(number)).copied();
        let facility = name(&FACILITIES, self.facility()).unwrap_or_default();
        write!(f, "{facility}.{}", name(&SEVERITIES, self.severity()).unwrap_or_default())
    }
}

impl fmt::Debug for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Priority({} {self})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_priority_is_its_facility_and_severity() {
        for pri in 0..192 {
            let priority = Priority::from_pri(pri).unwrap();
            assert_eq!(Priority::new(priority.facility(), priority.severity()), Some(priority));
            assert_eq!(Priority::facility_named(priority.facility_code()), Some(priority.facility()));
        }
        assert_eq!((Priority::new(24, 0), Priority::new(0, 8)), (None, None));
    }

    #[test]
    fn names_of_facilities_and_severities() {
        for (name, number) in [("daemon", 3), ("PFE", 20), ("local4", 20), ("Interact", 23), ("16", 16)] {
            assert_eq!(Priority::facility_named(name), Some(number), "{name}");
        }
        for (name, number) in [("error", 3), ("ERR", 3), ("emerg", 0), ("warning", 4), ("7", 7)] {
            assert_eq!(Priority::severity_named(name), Some(number), "{name}");
        }
        assert_eq!((Priority::facility_named("24"), Priority::severity_named("none")), (None, None));
    }
}
