//! Options that have no effect with the other options are refused: one table says what each option needs.
//!
//! The table of formats ([`zems::formats::FormatDef::options`]) names the options that a format reads; all others are here. A test holds the table against all commands, so that no option can be left out.

use core::fmt::Write;
use std::path::PathBuf;

use clap::ArgMatches;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use zems::formats;

/// When an option has an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// Always, or depending on the input only.
    Always,
    /// Together with one of these.
    With(&'static [&'static str]),
    /// Unless one of these is given.
    Without(&'static [&'static str]),
    /// With these values of --format.
    In(&'static [&'static str]),
    /// With a format that takes it into account, or together with one of these.
    InFormat(&'static [&'static str]),
    /// If one of the inputs is a directory.
    InDirectories,
    /// It is there because the command is built of another one.
    Never(&'static str),
}

use Effect::{Always, In, InDirectories, InFormat, Never, With, Without};

const SELECTIONS: &[&str] =
    &["filter", "where", "ssid", "event", "process", "subject", "text", "items", "since", "until"];

/// Every option of every command: the first row whose command fits decides. `*` is every command.
const EFFECTS: &[(&str, &str, Effect)] = &[
    // Options that only some formats take into account.
    ("decode listen", "raw", InFormat(&[])),
    ("decode listen", "advice", InFormat(&[])),
    ("decode listen", "no_names", InFormat(&["explain"])),
    ("decode listen", "no_provisional", InFormat(&[])),
    ("decode listen", "labels", InFormat(&[])),
    ("decode listen", "severity", InFormat(&[])),
    ("decode listen", "width", InFormat(&[])),
    ("decode listen", "indent", InFormat(&[])),
    ("decode listen", "no_header", InFormat(&[])),
    ("decode listen", "zone", InFormat(&["filter", "where", "since", "until"])),
    ("decode listen", "node", InFormat(&["filter", "where"])),
    ("decode listen", "color", InFormat(&["explain"])),
    ("decode listen", "columns", InFormat(&[])),
    ("decode listen", "spreadsheet", InFormat(&[])),
    ("decode listen", "syslog_style", InFormat(&[])),
    ("decode listen", "framing", InFormat(&[])),
    ("decode listen", "max_message", InFormat(&[])),
    ("decode listen", "facility", InFormat(&[])),
    ("decode listen", "enterprise", InFormat(&[])),
    ("decode listen", "otlp_batch", InFormat(&[])),
    // Receivers.
    ("decode listen", "output", Without(&["otlp_to", "syslog_to"])),
    ("decode listen", "syslog_to", Always),
    ("decode listen", "syslog_retry_for", With(&["syslog_to"])),
    ("decode listen", "otlp_to", Always),
    ("decode listen", "otlp_header", With(&["otlp_to"])),
    ("decode listen", "otlp_retry_for", With(&["otlp_to"])),
    ("decode listen", "otlp_compression", With(&["otlp_to"])),
    ("decode listen", "otlp_delay", With(&["otlp_to"])),
    ("decode listen", "ca", With(&["otlp_to", "syslog_to"])),
    ("decode", "metrics", With(&["follow"])),
    // Connections.
    ("listen", "follow", Never("connections are always followed")),
    ("listen", "recursive", Never("connections have no directories")),
    ("listen", "threads", Never("what comes over connections is written as it comes")),
    ("decode dump", "threads", Always),
    ("listen", "merge", Never("connections are read as they come")),
    ("listen", "merge_window", Never("connections are read as they come")),
    ("*", "merge", Always),
    ("*", "merge_window", With(&["merge"])),
    ("listen", "metrics", Always),
    ("listen", "max_connections", Always),
    ("listen", "buffer_timeout", Always),
    ("listen", "idle_timeout", Always),
    ("listen", "tls_cert", Always),
    ("listen", "tls_key", Always),
    // Selection.
    ("*", "filter", Always),
    ("*", "where", Always),
    ("*", "param", With(&["filter", "where"])),
    ("*", "compatible", With(&["filter"])),
    ("*", "explain", With(&["filter", "where"])),
    ("*", "invert", With(SELECTIONS)),
    ("generate", "ssid", Always),
    ("generate", "event", Always),
    ("*", "ssid", Always),
    ("*", "event", Always),
    ("*", "process", Always),
    ("*", "subject", Always),
    ("*", "text", Always),
    ("*", "items", Always),
    ("*", "since", Always),
    ("*", "until", Always),
    ("*", "limit", Always),
    // Definitions.
    ("*", "define", Always),
    ("*", "no_builtin", Always),
    ("check compile lint", "include", Always),
    ("check compile lint", "c_define", Always),
    ("*", "include", With(&["define", "filter", "where"])),
    ("*", "c_define", With(&["define"])),
    // Input and output.
    ("*", "from", Always),
    ("*", "reject", Always),
    ("*", "strict", Always),
    ("*", "follow", Always),
    ("*", "state", Always),
    ("*", "recursive", InDirectories),
    ("import catalog", "force", Always),
    ("*", "force", Without(&["output"])),
    ("*", "output", Always),
    ("*", "format", Always),
    ("*", "config", Always),
    ("decode listen", "unwrap", Always),
    ("decode listen", "no_notes", In(&["text"])),
    // Names, zones and colours of other commands.
    ("check import", "node", Always),
    ("dump stats", "node", With(&["filter", "where"])),
    ("*", "zone", Always),
    ("dump", "color", Always),
    ("dump", "no_provisional", Always),
    ("check", "preview", Always),
    ("import syslog", "year", Always),
    // `import catalog` checks these when it knows whose chapter it is.
    ("import catalog", "owner", Always),
    ("import catalog", "number", Always),
    ("import catalog", "no_descriptions", Always),
    ("import catalog", "variable", Always),
    ("import catalog", "literal", Always),
    ("stats", "html", Always),
    ("stats", "baseline", Always),
    ("doctor", "top", In(&["text"])),
    ("stats", "top", Always),
    ("stats", "by", Always),
    ("stats", "bursts", Always),
    ("learn", "raw", Always),
    ("learn", "printed", Always),
    ("learn", "listing", Always),
    ("lint", "rule", Always),
    ("lint", "off", Always),
    ("lint", "against", Always),
    ("diff", "ignore", Always),
    ("diff", "window", Always),
    ("generate", "count", Always),
    ("generate", "seed", Always),
    ("generate", "like", Always),
    ("generate", "start", Always),
    ("generate", "step", Always),
    ("generate", "damaged", Always),
];

/// The row of an option. `command` is its whole name, as in `import syslog`.
fn effect(command: &str, id: &str) -> Option<Effect> {
    let fits = |commands: &str| {
        commands == "*"
            || commands == command
            || commands.split(' ').any(|name| Some(name) == command.split(' ').next())
                && !commands.starts_with("import ")
    };
    EFFECTS.iter().find(|(commands, option, _)| *option == id && fits(commands)).map(|(.., effect)| *effect)
}

/// Refuses what was given on the command line and has no effect.
pub(crate) fn check(matches: &ArgMatches) -> Result<(), clap::Error> {
    let Some((name, mut matches)) = matches.subcommand() else { return Ok(()) };
    let mut command = name.to_owned();
    while let Some((name, inner)) = matches.subcommand() {
        let _ = write!(command, " {name}");
        matches = inner;
    }
    for id in matches.ids().map(clap::Id::as_str) {
        if is_given(matches, id)
            && let Some(effect) = effect(&command, id)
            && let Some(problem) = problem(matches, id, effect)
        {
            return Err(clap::Error::raw(ErrorKind::ArgumentConflict, format!("{} {problem}", option(id))));
        }
    }
    Ok(())
}

/// Why an option that is given has no effect, if it has none.
fn problem(matches: &ArgMatches, id: &str, effect: Effect) -> Option<String> {
    let is_any_given = |others: &[&str]| others.iter().any(|other| is_given(matches, other));
    let options = |others: &[&str]| others.iter().map(|other| option(other)).collect::<Vec<_>>().join(" or ");
    let not_in = |format: &str, formats: &[&str]| {
        format!("has no effect with --format {format}; it needs {}", formats.join(", "))
    };
    match effect {
        Always => None,
        // Sources are named by the environment too.
        With(others) if others.contains(&"define") && std::env::var_os("ZEMS_DEFINE").is_some() => None,
        With(others) => (!is_any_given(others)).then(|| {
            let has = |other: &&&str| matches.try_contains_id(other).is_ok();
            let others: Vec<_> = others.iter().filter(has).copied().collect();
            format!("has no effect without {}", options(&others))
        }),
        Without(others) => {
            let other = others.iter().find(|other| is_given(matches, other))?;
            Some(format!("has no effect with {}", option(other)))
        }
        In(formats) => {
            let format = format(matches);
            (!formats.contains(&&*format)).then(|| not_in(&format, formats))
        }
        InFormat(others) => {
            let name = id.replace('_', "-");
            let format = format(matches);
            let takes = |format: &formats::FormatDef| format.options.contains(&&*name);
            if formats::named(&format).is_none_or(takes) || is_any_given(others) {
                return None;
            }
            let formats: Vec<_> = formats::ALL
                .iter()
                .filter(|format| takes(format) && format.name != "dump")
                .map(|format| format.name)
                .collect();
            let or = if others.is_empty() { String::new() } else { format!(", or {}", options(others)) };
            Some(format!("{}{or}", not_in(&format, &formats)))
        }
        InDirectories => {
            let files = matches.try_get_many::<PathBuf>("files").ok().flatten();
            let has_directory = files.is_some_and(|mut files| files.any(|file| file.is_dir()));
            (!has_directory).then(|| "has no effect: none of the inputs is a directory".to_owned())
        }
        Never(why) => Some(format!("has no effect with this command: {why}")),
    }
}

/// The format of the output: that of the receiver, if one is named, else that of `--format`.
fn format(matches: &ArgMatches) -> String {
    if is_given(matches, "otlp_to") {
        return "otlp".to_owned();
    }
    if is_given(matches, "syslog_to") {
        return "syslog".to_owned();
    }
    let raw = matches.try_get_raw("format").ok().flatten().and_then(|mut values| values.next());
    raw.map_or_else(|| "text".to_owned(), |value| value.to_string_lossy().to_ascii_lowercase())
}

fn is_given(matches: &ArgMatches, id: &str) -> bool {
    matches.try_contains_id(id).is_ok_and(|there| there)
        && matches.value_source(id) == Some(ValueSource::CommandLine)
}

fn option(id: &str) -> String {
    format!("--{}", id.replace('_', "-"))
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The options of a command and of those in it, by the whole name of the command.
    fn options(command: &clap::Command, name: &str, found: &mut Vec<(String, String)>) {
        for inner in command.get_subcommands() {
            let name = if name.is_empty() {
                inner.get_name().to_owned()
            } else {
                format!("{name} {}", inner.get_name())
            };
            options(inner, &name, found);
        }
        let ids =
            command.get_arguments().filter(|arg| !arg.is_positional()).map(|arg| arg.get_id().to_string());
        found.extend(ids.filter(|id| id != "help" && id != "version").map(|id| (name.to_owned(), id)));
    }

    /// Whoever adds an option says here when it has an effect.
    pub(crate) fn assert_complete(program: &clap::Command) {
        let mut all = Vec::new();
        options(program, "", &mut all);
        assert!(all.len() > 200, "{}", all.len());
        let missing: Vec<_> = all.iter().filter(|(command, id)| effect(command, id).is_none()).collect();
        assert!(missing.is_empty(), "no row in EFFECTS: {missing:?}");
        let used: BTreeSet<_> = all
            .iter()
            .filter_map(|(command, id)| Some((effect(command, id)?, id)))
            .map(|(effect, id)| format!("{id} {effect:?}"))
            .collect();
        let stale: Vec<_> =
            EFFECTS.iter().filter(|(_, id, effect)| !used.contains(&format!("{id} {effect:?}"))).collect();
        assert!(stale.is_empty(), "no such option: {stale:?}");
        // Every option that a format takes into account is an option of decode.
        for format in formats::ALL {
            for name in format.options.iter().filter(|_| format.name != "dump") {
                assert!(
                    matches!(effect("decode", &name.replace('-', "_")), Some(InFormat(_))),
                    "{} {name}",
                    format.name
                );
            }
        }
    }
}
