//! Decodes a file: the sentence of every event, and what could not be read.
//!
//! ```sh
//! cargo run --example decode -- samples/bkup-fail.bin
//! ```

use std::io::{self, Write};

use zems::site::Site;
use zems::spi::read::{Framer, Step};

fn main() -> io::Result<()> {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: decode FILE");
        std::process::exit(2);
    };
    decode(&std::fs::read(path)?, &mut io::stdout().lock())
}

/// Writes a line for each event in `input`, which holds buffers one after the other.
///
/// # Errors
///
/// The output cannot be written.
pub fn decode(input: &[u8], output: &mut impl Write) -> io::Result<()> {
    // The shipped definitions. Load your own with `zems::dictionary::Loader`.
    let site = Site::builtin();
    let mut framer = Framer::new(site.profile());
    let mut at = 0;
    // `step` returns what the rest of the input begins with. `true`: nothing comes after these bytes.
    while let Some(rest) = input.get(at..) {
        match framer.step(rest, true) {
            Step::Buffer(buffer) => {
                // Commands and responses are buffers too.
                if let Some(event) = site.event(&buffer) {
                    let emphasis = if event.emphasis() == Some(true) { "*" } else { " " };
                    writeln!(output, "{emphasis} {} {}", site.event_id(&event), site.sentence(&event))?;
                }
                at += buffer.len();
            }
            // Damage never ends the stream: the framer finds the next buffer.
            Step::Bad { len, error, ends } => {
                at += len;
                if ends {
                    writeln!(output, "! {error}")?;
                }
            }
            Step::Pad => at += 1,
            Step::Length { width, .. } => at += width,
            Step::More | Step::End => break,
        }
    }
    Ok(())
}
