//! The options of `--format csv`.

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "CSV")]
pub(crate) struct Args {
    /// Write these columns, separated by commas: names of columns, or of any token; NAME:2 is its second occurrence.
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(crate) columns: Vec<String>,
    /// Put a ' before text that a spreadsheet would run as a formula.
    #[arg(long)]
    pub(crate) spreadsheet: bool,
}
