//! Holds the definitions that come with the crate, as source text.
//!
//! Everything public about SPI, EMS, the common extensions, RPC and the JSRPD messages, in the languages a site writes its
//! own in. Numbers that the vendor has not published are marked `provisional` there and nowhere else. `jsrpd.*` is what
//! `zems import catalog` makes of the chapter, held so by a test.

/// A shipped source: its name, and its text.
type Source = (&'static str, &'static str);

/// Definition sources (`.ddl`) and the facts about events that these cannot say (`.events`), in the order of loading.
#[must_use]
pub const fn definitions() -> &'static [Source] {
    &DEFINITIONS
}

/// Template sources: the texts of the events.
#[must_use]
pub const fn templates() -> &'static [Source] {
    &TEMPLATES
}

macro_rules! sources {
    ($($name:literal),* $(,)?) => { [$(($name, include_str!($name))),*] };
}

static DEFINITIONS: [Source; 20] = sources![
    "subsystems.ddl",
    "zspi.ddl",
    "zems.ddl",
    "zcom.ddl",
    "zcmk.ddl",
    "zgrd.ddl",
    "zcdg.ddl",
    "zrpc.ddl",
    "syslog.ddl",
    "jsrpd.ddl",
    "jsrpd-later.ddl",
    "subsystems.events",
    "zems.events",
    "zcom.events",
    "zcdg.events",
    "zrpc.events",
    "syslog.events",
    "jsrpd.events",
    "jsrpd-advice.events",
    "jsrpd-later.events",
];

static TEMPLATES: [Source; 7] = sources![
    "zems.tmpl",
    "zcom.tmpl",
    "zcdg.tmpl",
    "zrpc.tmpl",
    "syslog.tmpl",
    "jsrpd.tmpl",
    "jsrpd-later.tmpl",
];
