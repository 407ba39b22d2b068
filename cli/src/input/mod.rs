//! Where buffers come from: files and standard input, in any of the input forms, in a bounded piece of memory.

pub(crate) mod files;
pub(crate) mod follow;
mod journal;
pub(crate) mod lines;
pub(crate) mod listen;
mod merge;
pub(crate) mod objects;

use core::time::Duration;
use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use clap::ValueEnum;
use zems::ems::Event;
use zems::spi::Profile;
use zems::spi::read::{Buffer, Decoder, Finding};
use zems::text::looks_like_hex;
use zems_io::{Buffers, Content, Follower, Item, Known, Source, State, Unpacked};

use crate::Stop;
use crate::input::files::Files;
use crate::input::journal::Journal;
use crate::terminal::output::{Names, Reject};
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
    /// Frames after a 16-bit length.
    Be16,
    /// Frames after a 32-bit length.
    Be32,
    /// Anything that holds buffers: memory dumps, blocks, captures. Bytes between them are not faults.
    Scan,
}

#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    #[command(flatten)]
    files: Files,
    /// Read the input in this form.
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    from: Form,
    /// Collect the bytes that are not a buffer in this file.
    #[arg(long, value_name = "FILE")]
    reject: Option<PathBuf>,
    /// Stop at the first fault.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Bytes that are not a buffer are only handed to the sink.
    #[arg(skip)]
    is_silent: bool,
    /// The files are one address to listen at.
    #[arg(skip)]
    listen: Option<listen::Args>,
    /// The state of a run that listens.
    #[arg(skip)]
    journal: Mutex<Option<Journal>>,
    #[command(flatten)]
    follow: follow::Args,
    #[command(flatten)]
    merge: merge::Args,
}

/// Receives the buffers, one by one, and whether there is to be another.
pub(crate) trait Sink {
    /// The buffers of another input follow, which holds them in this form.
    fn input(&mut self, name: &str, form: Form) {
        let _ = (name, form);
    }

    /// A buffer all of whose tokens can be read.
    fn buffer(&mut self, buffer: &Buffer<'_>, source: &str, report: &mut Report) -> Result<Flow, Stop>;

    /// A pad after a buffer, or the length before a frame.
    fn between(&mut self, bytes: &[u8], offset: u64, frame: Option<u32>) -> Result<(), Stop> {
        let _ = (bytes, offset, frame);
        Ok(())
    }

    /// A piece of a region that holds no buffer; the region's end follows in [`Sink::bad`].
    fn bad_bytes(&mut self, bytes: &[u8], offset: u64) -> Result<(), Stop> {
        let _ = (bytes, offset);
        Ok(())
    }

    /// A region that holds no buffer.
    fn bad(&mut self, bad: &Bad) -> Result<(), Stop>;

    /// Whether [`Sink::may_want`] excludes anything.
    fn screens(&self) -> bool {
        false
    }

    /// Whether the sink may want a buffer, by its header; asked in any order. A buffer that it does not want need not be handed to it.
    fn may_want(&self, buffer: &Buffer<'_>) -> bool {
        let _ = buffer;
        true
    }

    /// A message follows: what belongs before it is to be written.
    fn catch_up(&mut self) -> Result<(), Stop> {
        Ok(())
    }

    /// There is nothing more to read for now: what has been made is to go out.
    fn flush(&mut self) -> Result<(), Stop> {
        Ok(())
    }

    /// There is nothing more: everything is to have arrived where it goes.
    fn finish(&mut self) -> Result<(), Stop> {
        self.flush()
    }

    /// How many items have been handed on, and how many of them have arrived for certain. Items that [`Sink::flush`] takes out for
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

/// Bytes that are not a buffer.
#[derive(Clone, Debug)]
pub(crate) struct Bad {
    pub(crate) offset: u64,
    pub(crate) len: u64,
    pub(crate) error: String,
}

impl From<Form> for zems_io::Form {
    fn from(form: Form) -> Self {
        match form {
            Form::Auto => Self::Auto,
            Form::Raw => Self::Raw,
            Form::Hex => Self::Hex,
            Form::Be16 => Self::Be16,
            Form::Be32 => Self::Be32,
            Form::Scan => Self::Scan,
        }
    }
}

impl From<zems_io::Form> for Form {
    fn from(form: zems_io::Form) -> Self {
        match form {
            zems_io::Form::Raw => Self::Raw,
            zems_io::Form::Hex => Self::Hex,
            zems_io::Form::Be16 => Self::Be16,
            zems_io::Form::Be32 => Self::Be32,
            zems_io::Form::Scan => Self::Scan,
            _ => Self::Auto,
        }
    }
}

impl Args {
    /// Whether there may be more than one input, so that it must be said which.
    pub(crate) fn are_several(&self) -> bool {
        self.listen.is_some() || self.files.are_several()
    }

    /// These files, and no other options.
    pub(crate) fn of(files: &[PathBuf], from: Form) -> Self {
        Self {
            files: Files::of(files),
            from,
            reject: None,
            strict: false,
            is_silent: false,
            listen: None,
            journal: Mutex::default(),
            follow: follow::Args::default(),
            merge: merge::Args::default(),
        }
    }

    /// The same, but what is not a buffer is not a fault.
    pub(crate) fn silent(self) -> Self {
        Self { is_silent: true, ..self }
    }

    /// The same, but buffers come over connections.
    pub(crate) fn listening(self, connections: listen::Args) -> Self {
        Self { listen: Some(connections), ..self }
    }

    /// Whether the run waits for more at the end of its input.
    pub(crate) const fn follows(&self) -> bool {
        self.follow.follow || self.listen.is_some()
    }

    /// Hands every buffer of the input to `sink`.
    pub(crate) fn read(
        &self,
        profile: &Profile,
        report: &mut Report,
        sink: &mut dyn Sink,
    ) -> Result<(), Stop> {
        report.count("buffers");
        if let Some(connections) = &self.listen {
            return self.serve(connections, profile, report, sink);
        }
        self.follow.check(&self.files.named())?;
        if self.follow.is_service() {
            report.serve()?;
        }
        let state = self.follow.load()?;
        let reject = Reject::new(self.reject.as_deref(), self.follow.is_service())?;
        let inputs = self.files.list(report);
        let mut reader = Reader {
            args: self,
            profile,
            sink,
            reject,
            state,
            journal: None,
            path: PathBuf::new(),
            source: String::new(),
            bad: None,
            bad_of: BTreeMap::new(),
        };
        let mut ended = Ok(Flow::Next);
        if self.merge.merge {
            ended = reader.merged(&inputs, report);
        } else {
            for path in inputs {
                ended = reader.file(&path, report);
                if !matches!(ended, Ok(Flow::Next)) {
                    break;
                }
            }
        }
        let settled = reader.settle();
        ended.and(settled)?;
        report.check_inputs()?;
        reader.reject.finish()
    }

    /// Hands every buffer that comes over connections to `sink`, until the run is asked to end.
    fn serve(
        &self,
        connections: &listen::Args,
        profile: &Profile,
        report: &mut Report,
        sink: &mut dyn Sink,
    ) -> Result<(), Stop> {
        if self.follow.follow {
            return Err(Stop::Usage("--follow is for files: `listen` waits for more anyway".to_owned()));
        }
        let [address] =
            self.files.named().try_into().map_err(|_| Stop::Usage("listen at one address".to_owned()))?;
        let address: PathBuf = address;
        let address = address.display().to_string();
        let codec = listen::codec(self.from, profile)?;
        report.serve()?;
        let reject = Reject::new(self.reject.as_deref(), true)?;
        let held = self.journal.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut server = listen::Server::start(&address, &codec, connections)?;
        let mut reader = Reader {
            args: self,
            profile,
            sink,
            reject,
            state: None,
            journal: held,
            path: PathBuf::new(),
            source: String::new(),
            bad: None,
            bad_of: BTreeMap::new(),
        };
        let mut ended = reader.earlier(report);
        if matches!(ended, Ok(Flow::Next)) {
            ended = reader.connections(&mut server, report);
        }
        let kept = reader.keep_rest(&mut server);
        // Close the connections: nothing that arrives after this is taken.
        drop(server);
        let settled = reader.settle();
        ended.and(kept).and(settled)?;
        reader.reject.finish()
    }

    /// The files that are read and written, for [`Names::check`].
    pub(crate) fn names(&self) -> Names {
        let lock = self.follow.state.as_deref().map(zems_io::lock_of);
        let inputs = if self.listen.is_some() { Vec::new() } else { self.files.named() };
        Names::default()
            .inputs(&inputs)
            .output("--reject", self.reject.as_deref())
            .output("--state", self.follow.state.as_deref())
            .output("--state", lock.as_deref())
    }

    /// Checks what is read, and takes hold of the state, before an output is opened.
    pub(crate) fn hold(&self) -> Result<(), Stop> {
        if self.listen.is_some() {
            let journal = self.follow.state.as_deref().map(Journal::open).transpose()?;
            *self.journal.lock().unwrap_or_else(PoisonError::into_inner) = journal;
            return Ok(());
        }
        self.follow.check(&self.files.named())?;
        if self.merge.merge && self.follow.is_service() {
            return Err(Stop::Usage(
                "--merge is for inputs that are complete: it does not go with --follow or --state".to_owned(),
            ));
        }
        self.follow.hold()
    }

    /// Whether the run is one of a series, whose outputs grow.
    pub(crate) const fn grows(&self) -> bool {
        self.follow.is_service() || self.listen.is_some()
    }
}

/// How long to wait for connections when everything that came has gone out.
const LONG_WAIT: Duration = Duration::from_secs(1);

/// Appends what is odd about a buffer that a [`Sink`] was handed.
pub(crate) fn find(buffer: &Buffer<'_>, findings: &mut Vec<Finding>) {
    // All its tokens have been read before.
    let _ = match Event::try_from(*buffer) {
        Ok(event) => event.check(|finding| findings.push(finding)),
        Err(_) => buffer.check(|finding| findings.push(finding)),
    };
}

struct Reader<'r> {
    args: &'r Args,
    profile: &'r Profile,
    sink: &'r mut dyn Sink,
    reject: Reject,
    state: Option<State>,
    journal: Option<Journal>,
    path: PathBuf,
    source: String,
    /// The bad region that is being gone through.
    bad: Option<Bad>,
    /// The same of each of the inputs that are merged.
    bad_of: BTreeMap<usize, Bad>,
}

/// Bytes that are all there.
struct Whole(Box<dyn Read + Send>);

impl Read for Whole {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        self.0.read(space)
    }
}

impl Source for Whole {}

/// Where bytes come from, and how far they have been used.
trait Bytes: Source {
    fn known(&mut self, used: Option<u64>) -> Option<Known>;
}

impl Bytes for Whole {
    fn known(&mut self, _: Option<u64>) -> Option<Known> {
        None
    }
}

impl Bytes for Follower {
    fn known(&mut self, used: Option<u64>) -> Option<Known> {
        Some(Self::known(self, used))
    }
}

impl<B: Bytes> Bytes for &mut B {
    fn known(&mut self, used: Option<u64>) -> Option<Known> {
        (**self).known(used)
    }
}

impl Reader<'_> {
    fn file(&mut self, path: &Path, report: &mut Report) -> Result<Flow, Stop> {
        self.sink.catch_up()?;
        self.path = path.to_path_buf();
        // A run that may have to wait for a receiver ends in good order too.
        if !report.is_service() {
            let Some((input, name)) = files::open(path, report) else { return Ok(Flow::Next) };
            self.note_content(&input, &name);
            self.source.clone_from(&name);
            let mut input = Whole(input.into_text_if(|front| match self.args.from {
                Form::Auto | Form::Hex => looks_like_hex(front),
                _ => false,
            }));
            return Ok(self.buffers(&mut input, 0, report)?.0);
        }
        let mut follower = self.args.follow.follower(path, self.state.as_ref(), report);
        let mut is_first = true;
        let flow = loop {
            let started = match follower.next_file() {
                Ok(Some(started)) => started,
                Ok(None) => break Flow::Next,
                Err(error) => {
                    report.unread(format_args!("{}: {error}", follow::name(path)));
                    break Flow::Next;
                }
            };
            if started.offset == 0
                && matches!(self.args.from, Form::Auto | Form::Hex)
                && matches!(follower.content(), Content::Utf16 { .. })
            {
                report.unread(format_args!("{}: {}", follow::name(&started.path), follow::UTF_16));
                break Flow::Next;
            }
            if core::mem::take(&mut is_first) {
                report.opened();
            }
            self.source = follow::name(&started.path);
            let (flow, used) = self.buffers(&mut follower, started.offset, report)?;
            if flow == Flow::Enough {
                self.checkpoint(&mut follower, Some(used))?;
                break flow;
            }
            follower.leave(used);
        };
        if flow == Flow::Next {
            self.checkpoint(&mut follower, None)?;
        }
        Ok(flow)
    }

    /// Hands on every buffer, and how far the input was used.
    fn buffers(
        &mut self,
        input: &mut impl Bytes,
        offset: u64,
        report: &mut Report,
    ) -> Result<(Flow, u64), Stop> {
        let mut buffers = Buffers::at(input, self.args.from.into(), self.profile, offset);
        let mut empty_frames = 0_u64;
        // Damage is a fault under --strict and is kept with --reject, wherever it is.
        let screens =
            self.sink.screens() && !self.args.strict && self.args.reject.is_none() && !report.is_service();
        match buffers.resolve() {
            Ok(form) => self.sink.input(&self.source, form.into()),
            Err(error) => {
                self.sink.catch_up()?;
                report.unread(format_args!("{}: {error}", self.source));
                return Ok((Flow::Next, offset));
            }
        }
        let flow = loop {
            let used = buffers.position();
            if self.state.as_ref().is_some_and(State::is_due) {
                self.checkpoint(buffers.source(), Some(used))?;
            }
            let sink = &*self.sink;
            let next =
                if screens { buffers.next_if(&mut |buffer| sink.may_want(buffer)) } else { buffers.next() };
            let item = match next {
                Ok(Some(item)) => item,
                Ok(None) => break Flow::Next,
                Err(error) => {
                    self.sink.catch_up()?;
                    report.unread(format_args!("{}: {error}", self.source));
                    break Flow::Next;
                }
            };
            match item {
                Item::Buffer(buffer) => {
                    let flow = self.buffer(&buffer, report)?;
                    if flow == Flow::Enough {
                        break flow;
                    }
                }
                Item::Passed(count) => report.pass(count),
                Item::Between { frame, bytes, offset } => {
                    empty_frames += u64::from(frame == Some(0));
                    self.between(bytes, offset, frame)?;
                }
                Item::Bad { bytes, offset, fault, ends, .. } => {
                    self.bad_bytes(bytes, offset, fault)?;
                    if ends {
                        self.bad_region(report)?;
                    }
                }
                Item::Wait => self.checkpoint(buffers.source(), Some(used))?,
                // The input ends inside a buffer, and more may come: that is left for the next run.
                Item::Unfinished(len) if self.state.is_some() => {
                    say(format_args!(
                        "{}: {len} bytes of an unfinished buffer are left for the next run",
                        self.source
                    ));
                }
                _ => {}
            }
        };
        let source = core::mem::take(&mut self.source);
        self.say_empty_frames(empty_frames, &source)?;
        self.source = source;
        Ok((flow, buffers.position()))
    }

    /// Hands on what an earlier run that listened has taken and not handed on.
    fn earlier(&mut self, report: &mut Report) -> Result<Flow, Stop> {
        let Some(journal) = &mut self.journal else { return Ok(Flow::Next) };
        let mut records = journal.left()?;
        let mut count = 0_u64;
        let mut flow = Flow::Next;
        while flow == Flow::Next
            && let Some(record) = records.next()?
        {
            if self.source != record.peer {
                self.source = record.peer;
                self.sink.input(&self.source, self.args.from);
            }
            if let Ok(buffer) = Decoder::new(self.profile).at(record.offset).parse(&record.bytes) {
                flow = self.buffer(&buffer, report)?;
                count += 1;
            }
            self.note(record.end);
        }
        if count > 0 {
            say(format_args!("{count} buffers of an earlier run were handed on"));
        }
        Ok(flow)
    }

    /// Notes that everything up to here in the journal is handed on.
    fn note(&mut self, end: u64) {
        let handed_on = self.sink.handed_on().0;
        self.journal.iter_mut().for_each(|journal| journal.reached(handed_on, end));
    }

    /// Lets what has been made go out, and notes in the journal how far that is.
    fn save_journal(&mut self) -> Result<(), Stop> {
        self.reject.flush()?;
        self.sink.flush()?;
        let arrived = self.sink.handed_on().1;
        self.journal.as_mut().map_or(Ok(()), |journal| journal.save(arrived))
    }

    /// After a run that ends before its connections do: what came is kept for the next one.
    fn keep_rest(&mut self, server: &mut listen::Server) -> Result<(), Stop> {
        let Some(journal) = &mut self.journal else { return Ok(()) };
        server.stop();
        loop {
            match server.next(LONG_WAIT) {
                listen::Next::Pieces(pieces) => {
                    journal.add(&pieces.peer, pieces.buffers(), &mut VecDeque::new())?;
                }
                listen::Next::Quiet => {}
                listen::Next::End => return Ok(()),
            }
        }
    }

    /// Says what an input is that seems not to be buffers.
    fn note_content(&self, input: &Unpacked, name: &str) {
        if let content @ Content::Known(_) = input.content() {
            say(format_args!("{name}: this is {content}"));
        }
    }

    fn say_empty_frames(&mut self, count: u64, source: &str) -> Result<(), Stop> {
        if count > 0 {
            self.sink.catch_up()?;
            let frames = if count == 1 { "frame" } else { "frames" };
            say(format_args!("{source}: {count} {frames} of length 0 skipped"));
        }
        Ok(())
    }

    fn between(&mut self, bytes: &[u8], offset: u64, frame: Option<u32>) -> Result<(), Stop> {
        if self.args.from == Form::Scan {
            self.sink.bad_bytes(bytes, offset)
        } else {
            self.sink.between(bytes, offset, frame)
        }
    }

    /// Hands on what comes over connections, until the run is asked to end.
    fn connections(&mut self, server: &mut listen::Server, report: &mut Report) -> Result<Flow, Stop> {
        let mut is_flushed = true;
        loop {
            let next = server.next(if is_flushed { LONG_WAIT } else { Duration::ZERO });
            let pieces = match next {
                listen::Next::Pieces(pieces) => pieces,
                listen::Next::End => return Ok(Flow::Next),
                listen::Next::Quiet => {
                    if !core::mem::replace(&mut is_flushed, true) || self.journal.is_some() {
                        self.save_journal()?;
                    }
                    continue;
                }
            };
            is_flushed = false;
            let mut ends = VecDeque::new();
            if let Some(journal) = &mut self.journal {
                journal.add(&pieces.peer, pieces.buffers(), &mut ends)?;
                if journal.is_due() {
                    self.save_journal()?;
                }
            }
            let listen::Pieces { peer, pieces } = pieces;
            if *self.source != *peer {
                self.source = peer.as_ref().to_owned();
                self.sink.input(&self.source, self.args.from);
            }
            for piece in pieces {
                match piece {
                    listen::Piece::Buffer { offset, bytes } => {
                        // It has been read before.
                        let flow = match Decoder::new(self.profile).at(offset).parse(&bytes) {
                            Ok(buffer) => self.buffer(&buffer, report)?,
                            Err(_) => Flow::Next,
                        };
                        ends.pop_front().into_iter().for_each(|end| self.note(end));
                        if flow == Flow::Enough {
                            return Ok(Flow::Enough);
                        }
                    }
                    listen::Piece::BadBytes { offset, bytes } => {
                        self.reject.keep(&bytes)?;
                        self.sink.bad_bytes(&bytes, offset)?;
                    }
                    listen::Piece::Bad { offset, len, error } => {
                        self.bad = Some(Bad { offset, len, error });
                        self.bad_region(report)?;
                    }
                }
            }
        }
    }

    /// Lets what has been made go out, and keeps how far that is.
    fn checkpoint(&mut self, input: &mut impl Bytes, used: Option<u64>) -> Result<(), Stop> {
        self.reject.flush()?;
        self.sink.flush()?;
        let Some(state) = &mut self.state else { return Ok(()) };
        let Some(known) = input.known(used) else { return Ok(()) };
        let (handed_on, arrived) = self.sink.handed_on();
        state.reached(handed_on, &self.path, known);
        follow::save(state, &self.args.follow, arrived)
    }

    /// At the end: everything arrives, and the state says so.
    fn settle(&mut self) -> Result<(), Stop> {
        self.reject.flush()?;
        self.sink.flush()?;
        let finished = self.sink.finish();
        if let Some(journal) = &mut self.journal {
            journal.save(self.sink.handed_on().1)?;
        }
        let Some(state) = &mut self.state else { return finished };
        follow::save(state, &self.args.follow, self.sink.handed_on().1)?;
        finished
    }

    fn buffer(&mut self, buffer: &Buffer<'_>, report: &mut Report) -> Result<Flow, Stop> {
        let before = report.is_clean();
        let flow = self.sink.buffer(buffer, &self.source, report)?;
        report.good();
        if self.args.strict && before && !report.is_clean() { Err(Stop::Strict) } else { Ok(flow) }
    }

    fn bad_bytes(&mut self, bytes: &[u8], offset: u64, error: &dyn ToString) -> Result<(), Stop> {
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
        self.sink.catch_up()?;
        let (source, item) = (&self.source, report.next_item());
        let Bad { offset, len, error } = &bad;
        report
            .bad(*len, format_args!("{source}: item {item} at byte {offset}, {len} bytes skipped: {error}"));
        self.sink.bad(&bad)?;
        if self.args.strict { Err(Stop::Strict) } else { Ok(()) }
    }
}
