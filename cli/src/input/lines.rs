//! Where lines come from: files and standard input, once or as they grow.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;

use crate::Stop;
use crate::input::follow::{self, Place, State, Tail};
use crate::input::{Input, inputs, open};
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
    files: &[PathBuf],
    follow: &follow::Args,
    report: &mut Report,
    sink: &mut dyn LineSink,
) -> Result<(), Stop> {
    let inputs = inputs(files);
    follow.check(&inputs)?;
    let state = follow.state.as_deref().map(State::load).transpose()?;
    let mut reader = Reader { sink, state, path: PathBuf::new(), place: Place::default() };
    if !follow.is_service() {
        for path in inputs {
            let (input, name) = open(&path, report)?;
            reader.place = Place::default();
            reader.lines(Input::Plain(input), &name, report)?;
        }
        return Ok(());
    }
    report.serve()?;
    for path in inputs {
        let starts = reader.state.as_ref().map(|state| state.starts(&path)).unwrap_or_default();
        let mut tail = Tail::new(&path, starts, follow);
        reader.path.clone_from(&path);
        while let Some((name, place)) = tail.next_file() {
            reader.place = place;
            reader.lines(Input::Tail(&mut tail), &name, report)?;
        }
        reader.checkpoint()?;
    }
    Ok(())
}

struct Reader<'r> {
    sink: &'r mut dyn LineSink,
    state: Option<State>,
    path: PathBuf,
    /// Everything before it has been dealt with.
    place: Place,
}

impl Reader<'_> {
    fn lines(&mut self, input: Input<'_>, name: &str, report: &mut Report) -> Result<(), Stop> {
        let mut input = BufReader::with_capacity(1 << 16, input);
        let mut line = Vec::new();
        let start = self.place.offset;
        for number in 1_u64.. {
            line.clear();
            if !input.buffer().contains(&b'\n') && input.get_mut().is_quiet() {
                self.checkpoint()?;
            }
            let count = Read::by_ref(&mut input).take(LONGEST).read_until(b'\n', &mut line)?;
            let mut count = u64::try_from(count).unwrap_or(u64::MAX);
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
            if count == 0 || !is_whole && input.get_ref().goes_on() {
                // The rest of a line that is being written comes the next time.
                return Ok(());
            }
            let offset = self.place.offset;
            let place = Named { name, number: (start == 0).then_some(number), offset };
            let bytes = if is_too_long { &[][..] } else { &line };
            let origin = Origin { place: &place, offset, len: count, bytes };
            let text = line.strip_suffix(b"\n").unwrap_or(&line);
            let text = text.strip_suffix(b"\r").unwrap_or(text);
            if is_too_long {
                self.sink.too_long(&origin, report)?;
            } else if !text.is_empty() {
                self.sink.line(text, &origin, report)?;
            }
            self.place.offset = self.place.offset.saturating_add(count);
            if self.state.as_ref().is_some_and(State::is_due) {
                self.checkpoint()?;
            }
        }
        Ok(())
    }

    /// Lets what has been made go out, and keeps how far that is.
    fn checkpoint(&mut self) -> Result<(), Stop> {
        self.sink.flush()?;
        let Some(state) = &mut self.state else { return Ok(()) };
        state.reached(0, &self.path, &self.place);
        state.save(0)
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
