//! Where lines come from: files and standard input, once or as they grow.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;

use zems_io::{Content, Follower, Known, Source, State};

use crate::Stop;
use crate::input::files::{self, Files};
use crate::input::follow;
use crate::terminal::named;
use crate::terminal::report::Report;

/// What takes the lines, one by one.
pub(crate) trait LineSink {
    /// A line that is not empty, without its end.
    fn line(&mut self, line: &[u8], origin: &Origin<'_>, report: &mut Report) -> Result<(), Stop>;

    /// A piece of a line that is too long to be handed over; the line's end follows in [`LineSink::too_long`].
    fn piece(&mut self, bytes: &[u8]) -> Result<(), Stop>;

    /// A line that is too long to be handed over.
    fn too_long(&mut self, origin: &Origin<'_>, report: &mut Report) -> Result<(), Stop>;

    /// There is nothing more to read for now: what has been made is to go out.
    fn flush(&mut self) -> Result<(), Stop>;
}

/// Where something comes from.
pub(crate) struct Origin<'p> {
    /// How it is named to people.
    pub(crate) place: &'p dyn fmt::Display,
    /// Where in its file it begins.
    pub(crate) offset: u64,
    pub(crate) len: u64,
    /// What of it nothing else keeps, as it stood: that is collected if nothing can be made of it.
    pub(crate) bytes: &'p [u8],
}

/// No line that could become an event is longer.
const LONGEST: u64 = 1 << 16;

/// Hands every line of the files to `sink`.
pub(crate) fn read(
    files: &Files,
    follow: &follow::Args,
    report: &mut Report,
    sink: &mut dyn LineSink,
) -> Result<(), Stop> {
    follow.check(&files.named())?;
    let state = follow.load()?;
    let inputs = files.list(report);
    let mut reader = Reader { sink, state, follow, path: PathBuf::new(), offset: 0 };
    if !follow.is_service() {
        for path in inputs {
            let Some((input, name)) = files::open_text(&path, HINT, report) else { continue };
            reader.offset = 0;
            reader.lines(&mut Whole(input), &name, report)?;
        }
        return report.check_inputs();
    }
    report.serve()?;
    for path in inputs {
        reader.path.clone_from(&path);
        reader.follow(report)?;
    }
    report.check_inputs()
}

/// What to do with event buffers where lines are expected.
const HINT: &str = "use zems decode";

/// Lines that are all there.
struct Whole(Box<dyn Read + Send>);

impl Read for Whole {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        self.0.read(space)
    }
}

impl Source for Whole {}

/// Where lines come from, and how far they have been used.
trait Lines: Source {
    fn known(&mut self, used: Option<u64>) -> Option<Known>;
}

impl Lines for Whole {
    fn known(&mut self, _: Option<u64>) -> Option<Known> {
        None
    }
}

impl Lines for Follower {
    fn known(&mut self, used: Option<u64>) -> Option<Known> {
        Some(Self::known(self, used))
    }
}

struct Reader<'r> {
    sink: &'r mut dyn LineSink,
    state: Option<State>,
    follow: &'r follow::Args,
    path: PathBuf,
    /// Everything before it has been dealt with.
    offset: u64,
}

impl Reader<'_> {
    /// Reads one input, as far as it goes, or on and on.
    fn follow(&mut self, report: &mut Report) -> Result<(), Stop> {
        let path = self.path.clone();
        let mut follower = self.follow.follower(&path, self.state.as_ref(), report);
        let mut is_first = true;
        loop {
            match follower.next_file() {
                Ok(Some(started)) => {
                    let name = follow::name(&started.path);
                    let content = if started.offset == 0 { follower.content() } else { Content::Text };
                    let refused = match content {
                        Content::Utf16 { .. } => Some("is text in UTF-16, which is not followed".to_owned()),
                        other => files::refusal(other, HINT),
                    };
                    if let Some(refused) = refused {
                        report.unread(format_args!("{name}: {refused}"));
                        return Ok(());
                    }
                    if core::mem::take(&mut is_first) {
                        report.opened();
                    }
                    self.offset = started.offset;
                    self.lines(&mut follower, &name, report)?;
                    follower.leave(self.offset);
                }
                Ok(None) => break,
                Err(error) => {
                    report.unread(format_args!("{}: {error}", follow::name(&path)));
                    break;
                }
            }
        }
        self.checkpoint(&mut follower, None)
    }

    fn lines(&mut self, input: &mut impl Lines, name: &str, report: &mut Report) -> Result<(), Stop> {
        let mut input = BufReader::with_capacity(1 << 16, input);
        let mut line = Vec::new();
        let start = self.offset;
        for number in 1_u64.. {
            line.clear();
            if !input.buffer().contains(&b'\n') && input.get_mut().would_wait() {
                self.checkpoint(*input.get_mut(), Some(self.offset))?;
            }
            let read = Read::by_ref(&mut input).take(LONGEST).read_until(b'\n', &mut line);
            let read = read.map_err(|error| named::at(name, &error))?;
            let mut count = u64::try_from(read).unwrap_or(u64::MAX);
            let mut is_whole = line.ends_with(b"\n");
            let is_too_long = !is_whole && count == LONGEST;
            if is_too_long {
                let mut taken = self.sink.piece(&line);
                let rest = rest_of_line(&mut input, |bytes| {
                    if taken.is_ok() {
                        taken = self.sink.piece(bytes);
                    }
                });
                taken?;
                let (rest, has_end) = rest?;
                (count, is_whole) = (count.saturating_add(rest), has_end);
            }
            if count == 0 || !is_whole && input.get_ref().may_grow() {
                // The rest of a line that is being written comes the next time.
                return Ok(());
            }
            let offset = self.offset;
            let place = Named { name, number: (start == 0).then_some(number), offset };
            let bytes = if is_too_long { &[][..] } else { &line };
            let origin = Origin { place: &place, offset, len: count, bytes };
            let text = line.strip_suffix(b"\n").unwrap_or(&line);
            let text = text.strip_suffix(b"\r").unwrap_or(text);
            // A writer that goes on where it was leaves zeros in a log that was emptied.
            let zeros = text.iter().take_while(|byte| **byte == 0).count();
            let text = text.get(zeros..).unwrap_or_default();
            if is_too_long {
                self.sink.too_long(&origin, report)?;
            } else if !text.is_empty() {
                self.sink.line(text, &origin, report)?;
            }
            self.offset = self.offset.saturating_add(count);
            if self.state.as_ref().is_some_and(State::is_due) {
                self.checkpoint(*input.get_mut(), Some(self.offset))?;
            }
        }
        Ok(())
    }

    /// Lets what has been made go out, and keeps how far that is.
    fn checkpoint(&mut self, input: &mut impl Lines, used: Option<u64>) -> Result<(), Stop> {
        self.sink.flush()?;
        let Some(state) = &mut self.state else { return Ok(()) };
        let Some(known) = input.known(used) else { return Ok(()) };
        state.reached(0, &self.path, known);
        follow::save(state, self.follow, 0)
    }
}

/// A line of a file.
struct Named<'n> {
    name: &'n str,
    /// From 1, if the file was read from its start.
    number: Option<u64>,
    offset: u64,
}

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.number {
            Some(number) => write!(f, "{}: line {number}", self.name),
            None => write!(f, "{}: line at byte {}", self.name, self.offset),
        }
    }
}

/// Goes behind the next line end, with every piece of the way shown; returns how many bytes that were, and whether there is a
/// line end.
pub(crate) fn rest_of_line(input: &mut impl BufRead, mut show: impl FnMut(&[u8])) -> io::Result<(u64, bool)> {
    let mut skipped = 0;
    loop {
        let buffer = input.fill_buf()?;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let len = end.map_or(buffer.len(), |at| at + 1);
        buffer.get(..len).into_iter().for_each(&mut show);
        input.consume(len);
        skipped += u64::try_from(len).unwrap_or(u64::MAX);
        if end.is_some() || len == 0 {
            return Ok((skipped, end.is_some()));
        }
    }
}
