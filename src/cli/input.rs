//! Where buffers come from: files and standard input, in any of the input forms, in a bounded piece of memory.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};
use zems::spi::Profile;
use zems::spi::read::{Buffer, Framer, Step};

use super::Stop;
use super::hex::{HexBlocks, looks_like_hex};
use super::report::Report;

/// How the bytes of the input are buffers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Hexadecimal text if it looks so, else raw.
    #[default]
    Auto,
    /// Buffers back to back, those of odd length optionally padded.
    Raw,
    /// Hexadecimal digits, `#` comments, a blank line between buffers.
    Hex,
    /// Frames behind a 16-bit length.
    Be16,
    /// Frames behind a 32-bit length.
    Be32,
}

#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// Files to read; none or `-` is standard input.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How the input holds its buffers.
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    from: Form,
    /// Collect the bytes that are no buffer in this file.
    #[arg(long, value_name = "FILE")]
    reject: Option<PathBuf>,
    /// Stop at the first fault.
    #[arg(long)]
    pub(crate) strict: bool,
}

/// What takes the buffers, one by one, and whether there is to be another.
pub(crate) trait Sink {
    /// A buffer all of whose tokens can be read.
    fn buffer(&mut self, buffer: &Buffer<'_>, source: &str, report: &mut Report) -> Result<Flow, Stop>;

    /// A piece of a region that holds no buffer; the region's end follows in [`Sink::bad`].
    fn bad_bytes(&mut self, bytes: &[u8], offset: u64) -> Result<(), Stop> {
        let _ = (bytes, offset);
        Ok(())
    }

    /// A region that holds no buffer.
    fn bad(&mut self, bad: &Bad) -> Result<(), Stop>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    Next,
    /// Enough has been seen.
    Enough,
}

/// Bytes that are no buffer.
#[derive(Debug)]
pub(crate) struct Bad {
    pub(crate) offset: u64,
    pub(crate) len: u64,
    pub(crate) error: String,
}

/// How much of a raw stream is in memory.
const WINDOW: usize = 1 << 20;
/// How much is looked at to tell hexadecimal text from bytes.
const FRONT: usize = 4096;

impl Args {
    /// Hands every buffer of the input to `sink`.
    pub(crate) fn read(
        &self,
        profile: &Profile,
        report: &mut Report,
        sink: &mut dyn Sink,
    ) -> Result<(), Stop> {
        report.count("buffers were");
        let reject = match &self.reject {
            Some(path) => Some(File::create(path).map_err(|error| cannot(path, &error))?),
            None => None,
        };
        let mut reader = Reader { args: self, profile, sink, reject, source: String::new(), bad: None };
        for path in inputs(&self.files) {
            if reader.file(&path, report)? == Flow::Enough {
                break;
            }
        }
        Ok(())
    }
}

/// The files to read, standard input if none is named.
pub(crate) fn inputs(files: &[PathBuf]) -> Vec<PathBuf> {
    if files.is_empty() { [PathBuf::from("-")].into() } else { files.to_vec() }
}

/// Opens a file, or standard input for `-`; returns the name to show for it.
pub(crate) fn open(path: &Path, report: &mut Report) -> Result<(Box<dyn Read>, String), Stop> {
    if path.as_os_str() == "-" {
        return Ok((Box::new(io::stdin().lock()), "standard input".to_owned()));
    }
    let file = File::open(path).map_err(|error| cannot(path, &error))?;
    let metadata = file.metadata().map_err(|error| cannot(path, &error))?;
    if metadata.is_dir() {
        return Err(Stop::Usage(format!("{}: is a directory", path.display())));
    }
    let name = path.display().to_string();
    let shows_progress = metadata.is_file() && io::stderr().is_terminal() && !io::stdout().is_terminal();
    if !shows_progress {
        return Ok((Box::new(file), name));
    }
    let bar = ProgressBar::new(metadata.len());
    let style = ProgressStyle::with_template("{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message(name.clone());
    report.progress = Some(bar.clone());
    Ok((Box::new(bar.wrap_read(file)), name))
}

fn cannot(path: &Path, error: &io::Error) -> Stop {
    Stop::Usage(format!("{}: {error}", path.display()))
}

struct Reader<'r> {
    args: &'r Args,
    profile: &'r Profile,
    sink: &'r mut dyn Sink,
    reject: Option<File>,
    source: String,
    /// The bad region that is being gone through.
    bad: Option<Bad>,
}

impl Reader<'_> {
    fn file(&mut self, path: &Path, report: &mut Report) -> Result<Flow, Stop> {
        let (input, name) = open(path, report)?;
        self.source = name;
        let mut input = BufReader::with_capacity(1 << 16, input);
        let form = match self.args.from {
            Form::Auto => {
                let front = input.fill_buf().map_err(|error| self.failed(&error))?;
                let front = front.get(..FRONT).unwrap_or(front);
                if looks_like_hex(front) { Form::Hex } else { Form::Raw }
            }
            form => form,
        };
        match form {
            Form::Auto | Form::Raw => self.raw(&mut input, report),
            Form::Hex => self.hex(&mut input, report),
            Form::Be16 => self.framed(&mut input, 2, report),
            Form::Be32 => self.framed(&mut input, 4, report),
        }
    }

    fn failed(&self, error: &io::Error) -> Stop {
        Stop::Usage(format!("{}: {error}", self.source))
    }

    fn raw(&mut self, input: &mut impl Read, report: &mut Report) -> Result<Flow, Stop> {
        let mut framer = Framer::new(self.profile);
        let mut window = vec![0; WINDOW];
        let (mut start, mut end, mut at_end) = (0, 0, false);
        loop {
            let offset = framer.offset();
            let bytes = &window[start..end];
            match framer.step(bytes, at_end) {
                Step::More => {
                    window.copy_within(start..end, 0);
                    (start, end) = (0, end - start);
                    let count = read_some(input, &mut window[end..]).map_err(|error| self.failed(&error))?;
                    at_end = count == 0;
                    end += count;
                }
                Step::End => return Ok(Flow::Next),
                Step::Pad => start += 1,
                Step::Buffer(buffer) => {
                    start += buffer.len();
                    if self.buffer(&buffer, report)? == Flow::Enough {
                        return Ok(Flow::Enough);
                    }
                }
                Step::Bad { len, error, ends } => {
                    start += len;
                    self.bad_bytes(&bytes[..len], offset, &error)?;
                    if ends {
                        self.bad_region(report)?;
                    }
                }
            }
        }
    }

    fn hex(&mut self, input: &mut impl BufRead, report: &mut Report) -> Result<Flow, Stop> {
        let mut blocks = HexBlocks::default();
        let mut line = Vec::new();
        let mut offset = 0;
        loop {
            line.clear();
            let count = Read::by_ref(input).take(LONGEST_LINE).read_until(b'\n', &mut line);
            let count = count.map_err(|error| self.failed(&error))?;
            let line = line.strip_suffix(b"\n").unwrap_or(&line);
            let block = if count == 0 { blocks.end() } else { blocks.line(line) };
            if let Some(block) = block {
                let len = u64::try_from(block.bytes.len()).unwrap_or(u64::MAX);
                let flow = match &block.fault {
                    Some(fault) => {
                        self.bad_bytes(&block.bytes, offset, fault)?;
                        self.bad_region(report)?;
                        Flow::Next
                    }
                    None => self.frame(&block.bytes, offset, report)?,
                };
                if flow == Flow::Enough {
                    return Ok(flow);
                }
                offset += len;
            }
            if count == 0 {
                return Ok(Flow::Next);
            }
        }
    }

    fn framed(&mut self, input: &mut impl Read, width: usize, report: &mut Report) -> Result<Flow, Stop> {
        let mut offset = 0;
        let mut frame = Vec::new();
        loop {
            frame.clear();
            let prefix_len = u64::try_from(width).unwrap_or(0);
            let failed = |error: io::Error| Stop::Usage(format!("{}: {error}", self.source));
            let read = Read::by_ref(input).take(prefix_len).read_to_end(&mut frame).map_err(failed)?;
            if read == 0 {
                return Ok(Flow::Next);
            }
            let len = frame.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
            let prefix = core::mem::take(&mut frame);
            let wanted = len.min(u64::try_from(Framer::LOOK_AHEAD).unwrap_or(u64::MAX));
            let read = Read::by_ref(input).take(wanted).read_to_end(&mut frame).map_err(failed)?;
            let is_whole = prefix.len() == width && u64::try_from(read) == Ok(len);
            if is_whole {
                if self.frame(&frame, offset + prefix_len, report)? == Flow::Enough {
                    return Ok(Flow::Enough);
                }
                offset += prefix_len + len;
                continue;
            }
            // Too long for a buffer, or cut off: the length cannot be trusted, but it is all there is.
            let error = if prefix.len() < width {
                "the input ends inside the length of a frame".to_owned()
            } else if u64::try_from(read).is_ok_and(|read| read < wanted) {
                format!("the frame is {len} bytes long, but the input ends after {read}")
            } else {
                format!("the frame is {len} bytes long, longer than any buffer")
            };
            self.bad_bytes(&prefix, offset, &error)?;
            offset += u64::try_from(prefix.len()).unwrap_or(0);
            let mut left = len.saturating_sub(u64::try_from(read).unwrap_or(0));
            while !frame.is_empty() {
                self.bad_bytes(&frame, offset, &error)?;
                offset += u64::try_from(frame.len()).unwrap_or(0);
                frame.clear();
                let failed = |error: io::Error| Stop::Usage(format!("{}: {error}", self.source));
                let piece = left.min(u64::try_from(WINDOW).unwrap_or(0));
                let read = Read::by_ref(input).take(piece).read_to_end(&mut frame).map_err(failed)?;
                left -= u64::try_from(read).unwrap_or(0);
            }
            self.bad_region(report)?;
        }
    }

    /// All of `bytes`: one buffer, as it should be, or more, or none.
    fn frame(&mut self, bytes: &[u8], origin: u64, report: &mut Report) -> Result<Flow, Stop> {
        let mut framer = Framer::new(self.profile).at(origin);
        let mut rest = bytes;
        loop {
            let offset = framer.offset();
            match framer.step(rest, true) {
                Step::End | Step::More => return Ok(Flow::Next),
                Step::Pad => rest = &rest[1..],
                Step::Buffer(buffer) => {
                    rest = &rest[buffer.len()..];
                    if self.buffer(&buffer, report)? == Flow::Enough {
                        return Ok(Flow::Enough);
                    }
                }
                Step::Bad { len, error, ends } => {
                    self.bad_bytes(&rest[..len], offset, &error)?;
                    rest = &rest[len..];
                    if ends {
                        self.bad_region(report)?;
                    }
                }
            }
        }
    }

    fn buffer(&mut self, buffer: &Buffer<'_>, report: &mut Report) -> Result<Flow, Stop> {
        let before = report.is_clean();
        let flow = self.sink.buffer(buffer, &self.source, report)?;
        report.good();
        if self.args.strict && before && !report.is_clean() { Err(Stop::Strict) } else { Ok(flow) }
    }

    fn bad_bytes(&mut self, bytes: &[u8], offset: u64, error: &dyn ToString) -> Result<(), Stop> {
        if let Some(reject) = &mut self.reject {
            reject.write_all(bytes)?;
        }
        self.sink.bad_bytes(bytes, offset)?;
        let bad = self.bad.get_or_insert_with(|| Bad { offset, len: 0, error: error.to_string() });
        bad.len += u64::try_from(bytes.len()).unwrap_or(0);
        Ok(())
    }

    fn bad_region(&mut self, report: &mut Report) -> Result<(), Stop> {
        let Some(bad) = self.bad.take() else { return Ok(()) };
        let (source, item) = (&self.source, report.next_item());
        let Bad { offset, len, error } = &bad;
        report
            .bad(*len, format_args!("{source}: item {item} at byte {offset}, {len} bytes skipped: {error}"));
        self.sink.bad(&bad)?;
        if self.args.strict { Err(Stop::Strict) } else { Ok(()) }
    }
}

/// Lines of hexadecimal text are not longer.
const LONGEST_LINE: u64 = 1 << 20;

fn read_some(input: &mut impl Read, room: &mut [u8]) -> io::Result<usize> {
    loop {
        match input.read(room) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}
