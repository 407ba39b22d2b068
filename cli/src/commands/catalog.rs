//! `zems catalog`: what is defined.

use std::io::Write;

use clap::ValueEnum;
use zems::dictionary::EventDef;
use zems::dictionary::catalogue::{Catalogue, Pattern, Texts};
use zems::template::{TemplateInfo, TemplateKey, TemplatePiece};

use crate::Stop;
use crate::args::definitions::{self, Definitions};
use crate::terminal::output;
use crate::terminal::report::say;

/// List definitions: subsystems, constants, tokens, structures, enumerations, events, messages.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// List only names that match: a part of a name, or with `*` and `?` the whole name. Case is ignored; `-`, `_`
    /// and `^` are equal.
    #[arg(value_name = "PATTERN", default_value = "")]
    pattern: String,
    /// List in this format.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    #[command(flatten)]
    definitions: definitions::Args,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Tables for people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
    /// A Rust module of constants, enumerations and structure views.
    Rust,
}

const EXAMPLES: &str = "\
Examples:
  zems catalog zrpc                            everything of the RPC subsystem
  zems catalog --format json | jq 'select(.kind == \"event\")'
  zems catalog --define acmeddl --format rust 'acme-*' > src/acme.rs";

pub(crate) fn run(args: &Args) -> Result<(), Stop> {
    let definitions = args.definitions.load()?;
    let texts = EventTexts(&definitions);
    let catalogue = Catalogue::new(definitions.dictionary(), Pattern::new(&args.pattern), &texts);
    let mut text = String::new();
    // Writing to a String does not fail.
    let _ = match args.format {
        Format::Text => catalogue.write_tables(&mut text),
        Format::Json => catalogue.write_json(&mut text),
        Format::Rust => catalogue.write_rust(&mut text),
    };
    let mut output = output::stdout();
    output.write_all(text.as_bytes())?;
    output.flush()?;
    if catalogue.entries().next().is_none() && !args.pattern.is_empty() {
        say(format_args!("nothing that is defined is called like {}", args.pattern));
    }
    Ok(())
}

/// The texts that the templates in use have for events.
struct EventTexts<'d>(&'d Definitions);

impl EventTexts<'_> {
    fn find(&self, event: EventDef<'_>) -> Option<TemplateInfo<'_>> {
        let number = self.0.dictionary().token_named("ZEMS-TKN-EVENTNUMBER")?;
        self.0.templates().template(TemplateKey::new(event.ssid(), number.code(), event.number().into()))
    }
}

impl Texts for EventTexts<'_> {
    fn template(&self, event: EventDef<'_>) -> Option<String> {
        self.find(event).map(|template| template.strings().to_owned())
    }

    /// A variable goes by the name of its token: `JSRPD-TKN-ERROR-MESSAGE` is `<error-message>`.
    fn message(&self, event: EventDef<'_>) -> Option<String> {
        let pieces = self.find(event)?.pieces().map(|piece| match piece {
            TemplatePiece::Text(text) => text.to_owned(),
            TemplatePiece::Token { ssid, code, .. } => {
                let token = self.0.dictionary().token(ssid.unwrap_or(event.ssid()), code);
                let name = token.map_or_else(|| code.to_string(), |token| token.name().to_ascii_lowercase());
                format!("<{}>", name.split_once("-tkn-").map_or(&*name, |(_, variable)| variable))
            }
            TemplatePiece::Header(token) => format!("<{}>", token.name().to_ascii_lowercase()),
            _ => "<token>".to_owned(),
        });
        Some(pieces.collect())
    }
}
