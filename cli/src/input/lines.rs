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

/// Receives the lines, one by one.
pub(crate) trait LineSink {
    /// The length of the octet-counted frame that begins with these bytes, if one does. [`LONGEST_FRONT`] bytes are enough to tell.
    fn frame_len(&self, front: &[u8]) -> Option<usize> {
        let _ = front;
        None
    }

    /// A line that is not empty, without its end; or a frame, which may have line ends inside.
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
    /// The name of its file.
    pub(crate) source: &'p str,
    /// Where in its file it begins.
    pub(crate) offset: u64,
    pub(crate) len: u64,
    /// The part of it that nothing else keeps, unchanged: it is collected if nothing can be made of it.
    pub(crate) bytes: &'p [u8],
}

/// No line that could become an event is longer.
const LONGEST: u64 = 1 << 16;
/// Bytes that tell whether an octet-counted frame begins: its length, a blank, the priority.
const LONGEST_FRONT: usize = "999999 <191>".len();

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

/// The hint for event buffers where lines are expected.
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
                        Content::Utf16 { .. } => Some(follow::UTF_16.to_owned()),
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
        let input = BufReader::with_capacity(1 << 16, input);
        let mut input = Ahead { bytes: Vec::new(), at: 0, input };
        let mut line = Vec::new();
        let start = self.offset;
        let mut number = 1_u64;
        loop {
            line.clear();
            if !input.has_next(self.sink) && input.input.get_mut().would_wait() {
                self.checkpoint(*input.input.get_mut(), Some(self.offset))?;
            }
            let front =
                read_frame(self.sink, &mut input, &mut line).map_err(|error| named::at(name, &error))?;
            let is_framed = front == Front::Frame;
            if front == Front::Unfinished && input.input.get_ref().may_grow() {
                return Ok(());
            }
            if front == Front::Line && !line.ends_with(b"\n") {
                let left = LONGEST.saturating_sub(length(&line));
                let read = Read::by_ref(&mut input).take(left).read_until(b'\n', &mut line);
                read.map_err(|error| named::at(name, &error))?;
            }
            let mut count = length(&line);
            let mut is_whole = is_framed || line.ends_with(b"\n");
            let is_too_long = !is_whole && count >= LONGEST;
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
            if count == 0 || !is_whole && input.input.get_ref().may_grow() {
                // The rest of a line that is being written comes the next time.
                return Ok(());
            }
            let place = |offset, number| Named { name, number: (start == 0).then_some(number), offset };
            if is_too_long {
                let place = place(self.offset, number);
                let origin =
                    Origin { place: &place, source: name, offset: self.offset, len: count, bytes: &[] };
                self.sink.too_long(&origin, report)?;
                self.offset = self.offset.saturating_add(count);
                number += 1;
            } else {
                // The length in front of a line may be wrong: then it is the line that it looks like, and so are those that were read
                // with it.
                let mut rest = line.as_slice();
                while !rest.is_empty() {
                    let end = rest.iter().position(|byte| *byte == b'\n').filter(|_| !is_framed);
                    let (bytes, after) =
                        rest.split_at_checked(end.map_or(rest.len(), |at| at + 1)).unwrap_or_default();
                    rest = after;
                    let count = length(bytes);
                    let place = place(self.offset, number);
                    let text = text_of(bytes);
                    if !text.is_empty() {
                        self.sink.line(
                            text,
                            &Origin { place: &place, source: name, offset: self.offset, len: count, bytes },
                            report,
                        )?;
                    }
                    self.offset = self.offset.saturating_add(count);
                    let ends = bytes.iter().filter(|byte| **byte == b'\n').count();
                    number += u64::try_from(ends).unwrap_or(u64::MAX);
                }
            }
            if self.state.as_ref().is_some_and(State::is_due) {
                self.checkpoint(*input.input.get_mut(), Some(self.offset))?;
            }
        }
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

/// A line without its end. A writer that continues where it was leaves zeros in a log that was emptied.
fn text_of(line: &[u8]) -> &[u8] {
    let text = line.strip_suffix(b"\n").unwrap_or(line);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    let zeros = text.iter().take_while(|byte| **byte == 0).count();
    text.get(zeros..).unwrap_or_default()
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// The first bytes of an input.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Front {
    /// A line, of which some bytes were read; or whole lines that a wrong length has shown as a frame.
    Line,
    /// An octet-counted frame, which was read.
    Frame,
    /// A frame whose end the input does not have.
    Unfinished,
}

/// Reads the octet-counted frame at the front of the input, with the line end after it. A frame may have line ends inside and need
/// not have one after it; so that a wrong length joins no lines, the input has to end after it, or go on with a line end or with
/// another frame.
fn read_frame(
    sink: &dyn LineSink,
    input: &mut Ahead<impl BufRead>,
    frame: &mut Vec<u8>,
) -> io::Result<Front> {
    read_front(input, frame)?;
    let Some(len) = sink.frame_len(frame).filter(|len| u64::try_from(*len).is_ok_and(|len| len <= LONGEST))
    else {
        return Ok(Front::Line);
    };
    if let Some(after) = frame.get(len..) {
        input.push_back(after);
        frame.truncate(len);
    } else {
        let missing = u64::try_from(len - frame.len()).unwrap_or(u64::MAX);
        Read::by_ref(input).take(missing).read_to_end(frame)?;
    }
    let is_finished = frame.len() == len;
    if is_finished {
        let mut next = Vec::with_capacity(LONGEST_FRONT);
        read_front(input, &mut next)?;
        if matches!(next.as_slice(), b"\n" | b"\r\n") {
            frame.append(&mut next);
            return Ok(Front::Frame);
        }
        input.push_back(&next);
        let is_at_end = next.len() < LONGEST_FRONT && !next.ends_with(b"\n");
        let may_be_frame = is_at_end && matches!(next.as_slice(), [] | [b'\r'] | [b'1'..=b'9', ..]);
        if may_be_frame || sink.frame_len(&next).is_some() {
            return Ok(Front::Frame);
        }
    }
    if let Some(last) = frame.iter().rposition(|byte| *byte == b'\n') {
        input.push_back(frame.get(last + 1..).unwrap_or_default());
        frame.truncate(last + 1);
    }
    Ok(if is_finished { Front::Line } else { Front::Unfinished })
}

fn read_front(input: &mut impl BufRead, front: &mut Vec<u8>) -> io::Result<usize> {
    let longest = u64::try_from(LONGEST_FRONT).unwrap_or(u64::MAX);
    input.take(longest).read_until(b'\n', front)
}

/// An input some bytes of which were read too early.
struct Ahead<R> {
    bytes: Vec<u8>,
    /// How many of them have been read again.
    at: usize,
    input: R,
}

impl<R: BufRead> Ahead<R> {
    /// Gives back the last bytes that were read.
    fn push_back(&mut self, bytes: &[u8]) {
        let at = self.at.saturating_sub(bytes.len());
        if self.bytes.get(at..self.at) == Some(bytes) {
            self.at = at;
        } else {
            let rest = self.bytes.split_off(self.at);
            self.bytes.clear();
            self.bytes.extend_from_slice(bytes);
            self.bytes.extend_from_slice(&rest);
            self.at = 0;
        }
    }
}

impl<R: Read> Ahead<BufReader<R>> {
    /// Whether a whole frame or line can be read without waiting.
    fn has_next(&self, sink: &dyn LineSink) -> bool {
        let [ahead, buffer] = [self.bytes.get(self.at..).unwrap_or_default(), self.input.buffer()];
        match sink.frame_len(if ahead.is_empty() { buffer } else { ahead }) {
            Some(len) => len <= ahead.len() + buffer.len(),
            None => ahead.contains(&b'\n') || buffer.contains(&b'\n'),
        }
    }
}

impl<R: BufRead> Read for Ahead<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(out)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Ahead<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self.bytes.get(self.at..) {
            Some(bytes) if !bytes.is_empty() => Ok(bytes),
            _ => self.input.fill_buf(),
        }
    }

    fn consume(&mut self, count: usize) {
        if self.at < self.bytes.len() { self.at += count } else { self.input.consume(count) }
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

/// Goes after the next line end, with every piece of the way shown; returns how many bytes that were, and whether there is a
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
