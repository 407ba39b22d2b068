//! Several inputs as one stream, in the order of generation time.

use core::cmp::{Ordering, Reverse};
use core::time::Duration;
use std::collections::BinaryHeap;
use std::io::{self, Read};
use std::path::PathBuf;

use zems::ems::Event;
use zems::spi::Profile;
use zems::spi::read::{Buffer, Decoder};
use zems_io::{Buffers, Item, Source};

use super::{Flow, Form, Reader, files, looks_like_hex};
use crate::Stop;
use crate::terminal::report::{Report, say};

#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// Read the inputs as one stream, in order of generation time; each of them is nearly in order.
    #[arg(long)]
    pub(crate) merge: bool,
    /// Wait for events that arrive out of order by at most this many seconds of event time. An event that arrives
    /// later is written at once, out of order, and counted.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = window)]
    merge_window: Duration,
}

impl Default for Args {
    fn default() -> Self {
        Self { merge: false, merge_window: Duration::from_secs(10) }
    }
}

fn window(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or_else(|| format!("`{text}` is not a number of seconds"))
}

/// Bytes that are held until their turn comes. Beyond that the earliest go out, whatever may still come.
const MOST_HELD: usize = 64 << 20;
/// Bytes read at a time: there may be many inputs.
const READ: usize = 1 << 16;

/// An input that is read a little at a time.
struct Small(Box<dyn Read + Send>);

impl Read for Small {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let len = space.len().min(READ);
        self.0.read(space.get_mut(..len).unwrap_or_default())
    }
}

impl Source for Small {}

struct Input<'p> {
    name: String,
    buffers: Buffers<'p, Small>,
    /// The latest time so far: with it the input has come so far.
    reached: i64,
    /// The time of the last item, which bytes that are not an event share.
    last: i64,
    empty_frames: u64,
}

/// Something that waits for its turn.
struct Held {
    time: i64,
    input: usize,
    /// Its position among all that was read.
    position: u64,
    content: Content,
}

enum Content {
    Buffer { bytes: Vec<u8>, origin: u64 },
    Between { bytes: Vec<u8>, offset: u64, frame: Option<u32> },
    Bad { bytes: Vec<u8>, offset: u64, fault: String, ends: bool },
}

impl Held {
    fn key(&self) -> (i64, usize, u64) {
        (self.time, self.input, self.position)
    }

    fn len(&self) -> usize {
        let (Content::Buffer { bytes, .. } | Content::Between { bytes, .. } | Content::Bad { bytes, .. }) =
            &self.content;
        bytes.len() + size_of::<Self>()
    }
}

impl Ord for Held {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for Held {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Held {}

/// When an event was generated, in microseconds.
fn time(buffer: &Buffer<'_>) -> Option<i64> {
    let time = Event::try_from(*buffer).ok()?.generated()?;
    time.civil().is_some().then_some(time.0)
}

impl Reader<'_> {
    /// Hands on everything in all inputs, in the order of generation time.
    pub(super) fn merged(&mut self, paths: &[PathBuf], report: &mut Report) -> Result<Flow, Stop> {
        let profile = self.profile;
        let mut inputs = self.open_all(paths, profile, report)?;
        let window = i64::try_from(self.args.merge.merge_window.as_micros()).unwrap_or(i64::MAX);
        // Those that have more, the one that is furthest back first.
        let mut open: BinaryHeap<_> = (0..inputs.len()).map(|at| Reverse((i64::MIN, at))).collect();
        let mut held: BinaryHeap<Reverse<Held>> = BinaryHeap::new();
        let (mut held_bytes, mut position) = (0_usize, 0_u64);
        let (mut written, mut late) = (i64::MIN, 0_u64);
        let mut flow = Flow::Next;
        while let Some(Reverse((_, at))) = open.pop() {
            let Some(input) = inputs.get_mut(at) else { break };
            let mut is_event = false;
            let content = match input.buffers.next() {
                Ok(Some(Item::Buffer(buffer))) => {
                    if let Some(time) = time(&buffer) {
                        is_event = true;
                        (input.last, input.reached) = (time, input.reached.max(time));
                    }
                    Some(Content::Buffer { bytes: buffer.as_bytes().to_vec(), origin: buffer.origin() })
                }
                Ok(Some(Item::Between { bytes, offset, frame })) => {
                    input.empty_frames += u64::from(frame == Some(0));
                    Some(Content::Between { bytes: bytes.to_vec(), offset, frame })
                }
                Ok(Some(Item::Bad { bytes, offset, fault, ends, .. })) => {
                    Some(Content::Bad { bytes: bytes.to_vec(), offset, fault: fault.to_string(), ends })
                }
                Ok(Some(_)) => None,
                Ok(None) => {
                    self.end_of(input)?;
                    continue;
                }
                Err(error) => {
                    self.sink.catch_up()?;
                    report.unread(format_args!("{}: {error}", input.name));
                    self.end_of(input)?;
                    continue;
                }
            };
            let (time, reached) = (input.last, input.reached);
            open.push(Reverse((reached, at)));
            let Some(content) = content else { continue };
            let item = Held { time, input: at, position, content };
            position += 1;
            if time < written {
                late += u64::from(is_event);
                flow = self.hand_on(item, &inputs, report)?;
            } else {
                held_bytes += item.len();
                held.push(Reverse(item));
            }
            // Nothing earlier than that comes any more, unless it is late.
            let bound = open.peek().map_or(i64::MAX, |Reverse((reached, _))| reached.saturating_sub(window));
            while flow == Flow::Next
                && held.peek().is_some_and(|Reverse(first)| first.time <= bound || held_bytes > MOST_HELD)
            {
                let Some(Reverse(item)) = held.pop() else { break };
                held_bytes -= item.len();
                written = written.max(item.time);
                flow = self.hand_on(item, &inputs, report)?;
            }
            if flow == Flow::Enough {
                break;
            }
        }
        while flow == Flow::Next
            && let Some(Reverse(item)) = held.pop()
        {
            flow = self.hand_on(item, &inputs, report)?;
        }
        if late > 0 {
            self.sink.catch_up()?;
            let events = if late == 1 { "event" } else { "events" };
            let seconds = self.args.merge.merge_window.as_secs_f64();
            say(format_args!(
                "{late} {events} came more than {seconds} s late: written out of order (--merge-window)"
            ));
        }
        Ok(flow)
    }

    fn open_all<'p>(
        &mut self,
        paths: &[PathBuf],
        profile: &'p Profile,
        report: &mut Report,
    ) -> Result<Vec<Input<'p>>, Stop> {
        let mut inputs = Vec::new();
        for path in paths {
            self.sink.catch_up()?;
            let Some((input, name)) = files::open(path, report) else { continue };
            self.note_content(&input, &name);
            let input = input.into_text_if(|front| match self.args.from {
                Form::Auto | Form::Hex => looks_like_hex(front),
                _ => false,
            });
            let mut buffers = Buffers::at(Small(input), self.args.from.into(), profile, 0);
            match buffers.resolve() {
                Ok(form) => self.sink.input(&name, form.into()),
                Err(error) => {
                    report.unread(format_args!("{name}: {error}"));
                    continue;
                }
            }
            inputs.push(Input { name, buffers, reached: i64::MIN, last: i64::MIN, empty_frames: 0 });
        }
        Ok(inputs)
    }

    fn end_of(&mut self, input: &Input<'_>) -> Result<(), Stop> {
        self.say_empty_frames(input.empty_frames, &input.name)
    }

    /// It is the turn of this.
    fn hand_on(&mut self, item: Held, inputs: &[Input<'_>], report: &mut Report) -> Result<Flow, Stop> {
        if let Some(input) = inputs.get(item.input)
            && self.source != input.name
        {
            self.source.clone_from(&input.name);
        }
        match item.content {
            Content::Buffer { bytes, origin } => {
                // It has been read before.
                let Ok(buffer) = Decoder::new(self.profile).at(origin).parse(&bytes) else {
                    return Ok(Flow::Next);
                };
                return self.buffer(&buffer, report);
            }
            Content::Between { bytes, offset, frame } => self.between(&bytes, offset, frame)?,
            Content::Bad { bytes, offset, fault, ends } => {
                // Regions of several inputs may be under way.
                let mut bad = self.bad_of.remove(&item.input);
                core::mem::swap(&mut self.bad, &mut bad);
                self.bad_bytes(&bytes, offset, &fault)?;
                if ends {
                    self.bad_region(report)?;
                }
                core::mem::swap(&mut self.bad, &mut bad);
                if let Some(bad) = bad {
                    self.bad_of.insert(item.input, bad);
                }
            }
        }
        Ok(Flow::Next)
    }
}
