//! Where buffers come from: files and standard input, in any of the input forms, in a bounded piece of memory.

pub(crate) mod follow;
pub(crate) mod lines;

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use zems::ems::Event;
use zems::spi::Profile;
use zems::spi::read::{Buffer, Finding, Framer, Step};
use zems::text::{HexBlocks, looks_like_hex};

use self::follow::{Place, State, Tail};
use crate::Stop;
use crate::terminal::named::Named;
use crate::terminal::output::Reject;
use crate::terminal::progress::ProgressLine;
use crate::terminal::report::{Report, say};

/// How the bytes of the input are buffers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Hexadecimal text if it looks so, else raw.
    #[default]
    Auto,
    /// Buffers back to back, those of odd length optionally padded.
    Raw,
    /// Hexadecimal digits, `#` comments, a blank line between buffers; also listings of xxd, hexdump -C, od -A x -t x1z and PTrace.
    Hex,
    /// Frames behind a 16-bit length.
    Be16,
    /// Frames behind a 32-bit length.
    Be32,
    /// Anything that holds buffers: memory dumps, blocks, captures. What lies between them is not a fault.
    Scan,
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
    /// What is no buffer is only handed to the sink.
    #[arg(skip)]
    is_silent: bool,
    #[command(flatten)]
    follow: follow::Args,
}

/// What takes the buffers, one by one, and whether there is to be another.
pub(crate) trait Sink {
    /// The buffers of another input follow, which holds them in this form.
    fn input(&mut self, name: &str, form: Form) {
        let _ = (name, form);
    }

    /// A buffer all of whose tokens can be read.
    fn buffer(&mut self, buffer: &Buffer<'_>, source: &str, report: &mut Report) -> Result<Flow, Stop>;

    /// A piece of a region that holds no buffer; the region's end follows in [`Sink::bad`].
    fn bad_bytes(&mut self, bytes: &[u8], offset: u64) -> Result<(), Stop> {
        let _ = (bytes, offset);
        Ok(())
    }

    /// A region that holds no buffer.
    fn bad(&mut self, bad: &Bad) -> Result<(), Stop>;

    /// There is nothing more to read for now: what has been made is to go out.
    fn flush(&mut self) -> Result<(), Stop> {
        Ok(())
    }

    /// There is nothing more: everything is to have arrived where it goes.
    fn finish(&mut self) -> Result<(), Stop> {
        self.flush()
    }

    /// How many items have been handed on, and how many of them have arrived for certain. What [`Sink::flush`] takes out for
    /// certain need not be counted.
    fn handed_on(&self) -> (u64, u64) {
        (0, 0)
    }
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
    /// These files, and no other options.
    pub(crate) fn of(files: &[PathBuf], from: Form) -> Self {
        Self {
            files: files.to_vec(),
            from,
            reject: None,
            strict: false,
            is_silent: false,
            follow: follow::Args::default(),
        }
    }

    /// The same, but what is no buffer is not a fault.
    pub(crate) fn silent(self) -> Self {
        Self { is_silent: true, ..self }
    }

    /// Whether the run waits for more at the end of its input.
    pub(crate) const fn follows(&self) -> bool {
        self.follow.follow
    }

    /// Hands every buffer of the input to `sink`.
    pub(crate) fn read(
        &self,
        profile: &Profile,
        report: &mut Report,
        sink: &mut dyn Sink,
    ) -> Result<(), Stop> {
        report.count("buffers");
        let inputs = inputs(&self.files);
        self.follow.check(&inputs)?;
        if self.follow.is_service() {
            report.serve()?;
        }
        let reject = Reject::new(self.reject.as_deref(), self.follow.is_service())?;
        let state = self.follow.state.as_deref().map(State::load).transpose()?;
        let mut reader = Reader {
            args: self,
            profile,
            sink,
            reject,
            state,
            path: PathBuf::new(),
            place: Place::default(),
            source: String::new(),
            bad: None,
        };
        let mut ended = Ok(Flow::Next);
        for path in inputs {
            ended = reader.file(&path, report);
            if !matches!(ended, Ok(Flow::Next)) {
                break;
            }
            reader.checkpoint()?;
        }
        let settled = reader.settle();
        ended.and(settled)
    }
}

/// Appends what is odd about a buffer that a [`Sink`] was handed.
pub(crate) fn find(buffer: &Buffer<'_>, findings: &mut Vec<Finding>) {
    // All its tokens have been read before.
    let _ = match Event::new(*buffer) {
        Some(event) => event.check(|finding| findings.push(finding)),
        None => buffer.check(|finding| findings.push(finding)),
    };
}

/// The files to read, standard input if none is named.
pub(crate) fn inputs(files: &[PathBuf]) -> Vec<PathBuf> {
    if files.is_empty() { [PathBuf::from("-")].into() } else { files.to_vec() }
}

/// Opens a file, or standard input for `-`; returns the name to show for it.
pub(crate) fn open(path: &Path, report: &mut Report) -> Result<(Box<dyn Read>, String), Stop> {
    if path.as_os_str() == "-" {
        let name = "standard input".to_owned();
        return Ok((Box::new(Named::new(io::stdin().lock(), name.clone())), name));
    }
    let file = File::open(path).map_err(|error| cannot(path, &error))?;
    let metadata = file.metadata().map_err(|error| cannot(path, &error))?;
    if metadata.is_dir() {
        return Err(Stop::Usage(format!("{}: is a directory", path.display())));
    }
    let name = path.display().to_string();
    let file = Named::new(file, name.clone());
    let shows_progress = metadata.is_file() && io::stderr().is_terminal() && !io::stdout().is_terminal();
    if !shows_progress {
        return Ok((Box::new(file), name));
    }
    let progress = ProgressLine::new(name.clone(), metadata.len());
    if let Some(last) = report.progress.replace(progress.clone()) {
        last.clear();
    }
    Ok((Box::new(progress.of(file)), name))
}

fn cannot(path: &Path, error: &io::Error) -> Stop {
    Stop::Usage(format!("{}: {error}", path.display()))
}

/// Bytes of one file.
pub(crate) enum Input<'t> {
    Plain(Box<dyn Read>),
    Tail(&'t mut Tail),
}

impl Input<'_> {
    /// Whether a read would have to wait, as far as is known.
    pub(crate) fn is_quiet(&mut self) -> bool {
        match self {
            Self::Plain(_) => false,
            Self::Tail(tail) => tail.is_quiet(),
        }
    }

    /// After the end: whether more may come, the next time or later.
    pub(crate) fn goes_on(&self) -> bool {
        matches!(self, Self::Tail(tail) if tail.goes_on())
    }
}

impl Read for Input<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(input) => input.read(room),
            Self::Tail(tail) => tail.read(room),
        }
    }
}

struct Reader<'r> {
    args: &'r Args,
    profile: &'r Profile,
    sink: &'r mut dyn Sink,
    reject: Reject,
    state: Option<State>,
    path: PathBuf,
    /// Everything before it has been dealt with.
    place: Place,
    source: String,
    /// The bad region that is being gone through.
    bad: Option<Bad>,
}

impl Reader<'_> {
    fn file(&mut self, path: &Path, report: &mut Report) -> Result<Flow, Stop> {
        self.path = path.to_path_buf();
        // A run that may have to wait for a receiver ends in good order too.
        if !report.is_service() {
            let (input, name) = open(path, report)?;
            (self.source, self.place) = (name, Place::default());
            return self.buffers(Input::Plain(input), report);
        }
        let starts = self.state.as_ref().map(|state| state.starts(path)).unwrap_or_default();
        let mut tail = Tail::new(path, starts, &self.args.follow);
        while let Some(file) = tail.next_file() {
            (self.source, self.place) = file;
            if self.buffers(Input::Tail(&mut tail), report)? == Flow::Enough {
                return Ok(Flow::Enough);
            }
        }
        Ok(Flow::Next)
    }

    fn buffers(&mut self, input: Input<'_>, report: &mut Report) -> Result<Flow, Stop> {
        // Raw buffers are read past it; it is made zero at first, and so is small.
        let mut input = BufReader::with_capacity(1 << 13, input);
        let form = match self.args.from {
            Form::Auto => {
                let front = input.fill_buf()?;
                let front = front.get(..FRONT).unwrap_or(front);
                if looks_like_hex(front) { Form::Hex } else { Form::Raw }
            }
            form => form,
        };
        self.sink.input(&self.source, form);
        match form {
            Form::Auto | Form::Raw | Form::Scan => self.raw(&mut input, report),
            Form::Hex => self.hex(&mut input, report),
            Form::Be16 => self.framed(&mut input, 2, report),
            Form::Be32 => self.framed(&mut input, 4, report),
        }
    }

    /// Before a read that needs more than is at hand: if it would have to wait, everything goes out first.
    fn before_read(&mut self, input: &mut BufReader<Input<'_>>) -> Result<(), Stop> {
        if input.get_mut().is_quiet() { self.checkpoint() } else { Ok(()) }
    }

    /// Lets what has been made go out, and keeps how far that is.
    fn checkpoint(&mut self) -> Result<(), Stop> {
        self.sink.flush()?;
        let Some(state) = &mut self.state else { return Ok(()) };
        let (handed_on, arrived) = self.sink.handed_on();
        state.reached(handed_on, &self.path, &self.place);
        state.save(arrived)
    }

    /// At the end: everything arrives, and the state says so.
    fn settle(&mut self) -> Result<(), Stop> {
        self.checkpoint()?;
        let finished = self.sink.finish();
        let Some(state) = &mut self.state else { return finished };
        state.save(self.sink.handed_on().1)?;
        finished
    }

    /// The input ends inside a buffer, and more may come: that is left for the next run.
    fn leave(&self, len: usize) {
        if len > 0 && self.state.is_some() {
            say(format_args!(
                "{}: {len} bytes of an unfinished buffer are left for the next run",
                self.source
            ));
        }
    }

    fn raw(&mut self, input: &mut BufReader<Input<'_>>, report: &mut Report) -> Result<Flow, Stop> {
        let mut framer = Framer::new(self.profile).at(self.place.offset);
        let mut window = vec![0; WINDOW];
        let (mut start, mut end, mut at_end) = (0, 0, false);
        loop {
            let offset = framer.offset();
            self.place.offset = offset;
            let bytes = &window[start..end];
            match framer.step(bytes, at_end) {
                Step::More => {
                    window.copy_within(start..end, 0);
                    (start, end) = (0, end - start);
                    self.before_read(input)?;
                    let count = read_some(input, &mut window[end..])?;
                    at_end = count == 0;
                    if at_end && input.get_ref().goes_on() {
                        self.leave(end);
                        return Ok(Flow::Next);
                    }
                    end += count;
                }
                Step::End => return Ok(Flow::Next),
                Step::Pad => start += 1,
                Step::Buffer(buffer) => {
                    start += buffer.len();
                    if self.buffer(&buffer, report)? == Flow::Enough {
                        self.place.offset = framer.offset();
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

    fn hex(&mut self, input: &mut BufReader<Input<'_>>, report: &mut Report) -> Result<Flow, Stop> {
        let mut blocks = HexBlocks::default();
        let mut line = Vec::new();
        let mut offset = 0;
        let mut in_block = 0;
        loop {
            line.clear();
            if !input.buffer().contains(&b'\n') {
                self.before_read(input)?;
            }
            let count = Read::by_ref(input).take(LONGEST_LINE).read_until(b'\n', &mut line)?;
            in_block += count;
            if count == 0 && input.get_ref().goes_on() {
                self.leave(in_block);
                return Ok(Flow::Next);
            }
            if !line.ends_with(b"\n") && u64::try_from(count) == Ok(LONGEST_LINE) {
                blocks.piece(&line);
                continue;
            }
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
                self.place.offset += u64::try_from(in_block).unwrap_or(0);
                in_block = 0;
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

    fn framed(
        &mut self,
        input: &mut BufReader<Input<'_>>,
        width: usize,
        report: &mut Report,
    ) -> Result<Flow, Stop> {
        let mut offset = self.place.offset;
        let mut frame = Vec::new();
        loop {
            frame.clear();
            self.place.offset = offset;
            if input.buffer().len() < width {
                self.before_read(input)?;
            }
            let prefix_len = u64::try_from(width).unwrap_or(0);
            let read = Read::by_ref(input).take(prefix_len).read_to_end(&mut frame)?;
            if read == 0 {
                return Ok(Flow::Next);
            }
            let len = frame.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
            let prefix = core::mem::take(&mut frame);
            let wanted = len.min(u64::try_from(Framer::LOOK_AHEAD).unwrap_or(u64::MAX));
            if u64::try_from(input.buffer().len()).is_ok_and(|at_hand| at_hand < wanted) {
                self.before_read(input)?;
            }
            let read = Read::by_ref(input).take(wanted).read_to_end(&mut frame)?;
            let is_whole = prefix.len() == width && u64::try_from(read) == Ok(len);
            if is_whole {
                let flow = self.frame(&frame, offset + prefix_len, report)?;
                offset += prefix_len + len;
                if flow == Flow::Enough {
                    self.place.offset = offset;
                    return Ok(Flow::Enough);
                }
                continue;
            }
            let is_cut = prefix.len() < width || u64::try_from(read).is_ok_and(|read| read < wanted);
            if is_cut && input.get_ref().goes_on() {
                self.leave(prefix.len() + read);
                return Ok(Flow::Next);
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
                let piece = left.min(u64::try_from(WINDOW).unwrap_or(0));
                let read = Read::by_ref(input).take(piece).read_to_end(&mut frame)?;
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
        if self.state.as_ref().is_some_and(State::is_due) {
            self.checkpoint()?;
        }
        if self.args.strict && before && !report.is_clean() { Err(Stop::Strict) } else { Ok(flow) }
    }

    fn bad_bytes(&mut self, bytes: &[u8], offset: u64, error: &dyn ToString) -> Result<(), Stop> {
        if self.args.from == Form::Scan {
            return self.sink.bad_bytes(bytes, offset);
        }
        self.reject.keep(bytes)?;
        self.sink.bad_bytes(bytes, offset)?;
        let bad = self.bad.get_or_insert_with(|| Bad { offset, len: 0, error: error.to_string() });
        bad.len += u64::try_from(bytes.len()).unwrap_or(0);
        Ok(())
    }

    fn bad_region(&mut self, report: &mut Report) -> Result<(), Stop> {
        let Some(bad) = self.bad.take() else { return Ok(()) };
        if self.args.is_silent {
            return self.sink.bad(&bad);
        }
        let (source, item) = (&self.source, report.next_item());
        let Bad { offset, len, error } = &bad;
        report
            .bad(*len, format_args!("{source}: item {item} at byte {offset}, {len} bytes skipped: {error}"));
        self.sink.bad(&bad)?;
        if self.args.strict { Err(Stop::Strict) } else { Ok(()) }
    }
}

/// A longer line of hexadecimal text, a comment most likely, is taken in pieces of this length.
const LONGEST_LINE: u64 = 1 << 20;

fn read_some(input: &mut impl Read, room: &mut [u8]) -> io::Result<usize> {
    loop {
        match input.read(room) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}
