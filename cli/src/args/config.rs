//! `--config FILE`: options in a TOML file, under their names. An option on the command line replaces that of the file.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;

use clap::ArgAction;
use toml::{Table, Value};

use crate::Stop;

/// The option itself, for the commands that have it.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// Read options from this TOML file, under their names: `format = "json"`, `follow = true`, `define = ["a", "b"]`. An option of
    /// the command line replaces that of the file.
    // Read by `expanded` before all others.
    #[arg(long, value_name = "FILE")]
    config: Option<std::path::PathBuf>,
}

/// The arguments with those of the file, if the command has the option and names a file. `command` is that of the arguments; the
/// first argument is the program, the second the command.
pub(crate) fn expanded(args: Vec<OsString>, command: &clap::Command) -> Result<Vec<OsString>, Stop> {
    let Some(path) = value_of(&args, "config") else { return Ok(args) };
    if !command.get_arguments().any(|arg| arg.get_long() == Some("config")) {
        return Ok(args);
    }
    let path = Path::new(&path);
    let wrong = |what: &dyn core::fmt::Display| Stop::Usage(format!("--config {}: {what}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| wrong(&error))?;
    let table: Table = text.parse().map_err(|error: toml::de::Error| {
        let message = error.message().lines().collect::<Vec<_>>().join(", ");
        let Some(span) = error.span() else { return wrong(&message) };
        let front = text.get(..span.start).unwrap_or(&text);
        let line = front.matches('\n').count() + 1;
        let column = front.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Stop::Usage(format!("--config {}:{line}:{column}: {message}", path.display()))
    })?;
    let mut options = Vec::new();
    for (name, value) in &table {
        let Some(arg) = command.get_arguments().find(|arg| arg.get_long() == Some(name.as_str())) else {
            let names = command.get_arguments().filter_map(clap::Arg::get_long);
            let near =
                names.map(|near| (strsim::jaro(near, name), near)).filter(|(likeness, _)| *likeness > 0.8);
            let near = near.max_by(|(one, _), (other, _)| one.total_cmp(other));
            let near = near.map(|(_, near)| format!("; is {near} meant?")).unwrap_or_default();
            return Err(wrong(&format!("{name} is not an option of {}{near}", command.get_name())));
        };
        if name == "config" {
            return Err(wrong(&"a file cannot name another"));
        }
        if is_given(&args, arg) {
            continue;
        }
        let is_flag = matches!(arg.get_action(), ArgAction::SetTrue);
        let values = match value {
            Value::Array(values) => values.as_slice(),
            value => core::slice::from_ref(value),
        };
        for value in values {
            let text = match value {
                Value::Boolean(true) if is_flag => {
                    options.push(OsString::from(format!("--{name}")));
                    continue;
                }
                Value::Boolean(false) if is_flag => continue,
                _ if is_flag => return Err(wrong(&format!("{name} is true or false"))),
                Value::String(text) => text.clone(),
                Value::Integer(number) => number.to_string(),
                Value::Float(number) => number.to_string(),
                Value::Datetime(time) => time.to_string(),
                Value::Boolean(_) | Value::Array(_) | Value::Table(_) => {
                    return Err(wrong(&format!("{name} takes a text, a number, or a list of them")));
                }
            };
            options.push(OsString::from(format!("--{name}={text}")));
        }
    }
    let mut all = args;
    let rest = all.split_off(all.len().min(2));
    all.extend(options);
    all.extend(rest);
    Ok(all)
}

/// The value of a long option among arguments.
fn value_of(args: &[OsString], name: &str) -> Option<OsString> {
    let mut args = args.iter().skip(2).take_while(|arg| *arg != "--");
    while let Some(arg) = args.next() {
        let Some(rest) = arg.to_str().and_then(|arg| arg.strip_prefix("--")?.strip_prefix(name)) else {
            continue;
        };
        match rest.strip_prefix('=') {
            Some(value) => return Some(value.into()),
            None if rest.is_empty() => return args.next().cloned(),
            None => {}
        }
    }
    None
}

/// Whether an option is among the arguments.
fn is_given(args: &[OsString], arg: &clap::Arg) -> bool {
    let long = arg.get_long().map(|long| format!("--{long}"));
    let short = arg.get_short().map(|short| format!("-{short}"));
    args.iter().skip(2).take_while(|arg| *arg != "--").filter_map(|arg| OsStr::to_str(arg)).any(|given| {
        long.as_deref().is_some_and(|long| {
            given.strip_prefix(long).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        }) || short.as_deref().is_some_and(|short| given.starts_with(short) && !given.starts_with("--"))
    })
}
