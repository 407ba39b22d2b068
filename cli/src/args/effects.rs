//! Options that have no effect with the chosen format are refused: one table says what each needs.

use clap::ArgMatches;
use clap::error::ErrorKind;
use clap::parser::ValueSource;

/// Options of `decode`, and the formats they change. An option that is not here is good for every format.
const FORMATS: [(&str, &[&str]); 21] = [
    ("width", &["text", "tokens"]),
    ("indent", &["text"]),
    ("no_header", &["text", "csv", "tokens"]),
    ("color", &["text"]),
    ("raw", &["json", "otlp"]),
    ("columns", &["csv", "arrow", "parquet"]),
    ("spreadsheet", &["csv"]),
    ("labels", &["tokens"]),
    ("syslog_style", &["syslog"]),
    ("framing", &["syslog"]),
    ("facility", &["syslog", "otlp"]),
    ("enterprise", &["syslog"]),
    ("max_message", &["syslog"]),
    ("severity", &["syslog", "otlp", "cef", "leef", "ecs"]),
    ("syslog_to", &["syslog"]),
    ("otlp_to", &["otlp"]),
    ("otlp_compression", &["otlp"]),
    ("otlp_retry_for", &["otlp"]),
    ("otlp_header", &["otlp"]),
    ("otlp_timeout", &["otlp"]),
    ("tokens", &["json", "text", "csv", "otlp", "tokens"]),
];

/// Options that change something only together with another one: the one, and any of the others.
const TOGETHER: [(&str, &[&str]); 7] = [
    ("param", &["filter", "where"]),
    ("compatible", &["filter"]),
    ("framing", &["syslog_to", "format"]),
    ("otlp_compression", &["otlp_to"]),
    ("otlp_retry_for", &["otlp_to"]),
    ("otlp_header", &["otlp_to"]),
    ("ca", &["otlp_to", "syslog_to"]),
];

/// Refuses what was given on the command line and has no effect.
pub(crate) fn check(matches: &ArgMatches) -> Result<(), clap::Error> {
    let Some((command, matches)) = matches.subcommand() else { return Ok(()) };
    let is_given = |id: &str| {
        matches.try_contains_id(id).is_ok_and(|there| there)
            && matches.value_source(id) == Some(ValueSource::CommandLine)
    };
    let refuse = |message: String| Err(clap::Error::raw(ErrorKind::ArgumentConflict, message));
    if command == "decode" {
        let format = if is_given("otlp_to") {
            "otlp".to_owned()
        } else if is_given("syslog_to") {
            "syslog".to_owned()
        } else {
            let raw = matches.try_get_raw("format").ok().flatten().and_then(|mut values| values.next());
            raw.map_or_else(|| "text".to_owned(), |value| value.to_string_lossy().to_ascii_lowercase())
        };
        for (id, formats) in FORMATS {
            if is_given(id) && !formats.contains(&&*format) {
                let wanted = formats.join(", ");
                let option = option(id);
                return refuse(format!("{option} has no effect with --format {format}; it needs {wanted}\n"));
            }
        }
    }
    for (id, others) in TOGETHER {
        if is_given(id) && !others.iter().any(|other| is_given(other)) {
            let wanted: Vec<_> = others.iter().map(|other| option(other)).collect();
            return refuse(format!("{} has no effect without {}\n", option(id), wanted.join(" or ")));
        }
    }
    Ok(())
}

fn option(id: &str) -> String {
    format!("--{}", id.replace('_', "-"))
}
