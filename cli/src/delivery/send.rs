//! Sending messages to a syslog receiver: none is lost, whatever the receiver does.
//!
//! A stream has no word for "I have got it", but it has an end. After a batch, and whenever there is nothing to send, the
//! sender closes its half of the connection and waits for the receiver to close the other: a receiver does that when it has
//! read everything. Until then the batch is kept, and goes out again if the connection is lost. So a receiver that is
//! restarted may get messages twice, and gets all of them. Datagrams have no end either: all that can be noticed is that
//! there is no receiver, a moment later, and then they wait.

use core::str::FromStr;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::collections::VecDeque;
use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs, UdpSocket};
#[cfg(unix)]
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use zems::syslog::Framing;

use crate::Stop;
use crate::delivery::background::{self, is_patience_over};
use crate::terminal::report::say;

/// Messages that may wait for the connection before reading stops.
const QUEUE: usize = 1024;
/// Messages that may be sent without knowing that they have arrived.
const BATCH: usize = 10_000;
/// The same in bytes.
const BATCH_BYTES: usize = 4 << 20;
/// When nothing has been sent for so long, it is time to know.
const QUIET: Duration = Duration::from_secs(1);
/// In that time a host says that nobody listens there for datagrams.
const ECHO: Duration = Duration::from_millis(100);
/// Timeouts of the socket, [`QUIET`] each, until it is said that the receiver takes its time.
const LONG: u32 = 5;
/// Characters of a message by which it is known.
const SHOWN: usize = 120;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// A connection that was lost longer ago says nothing about the next.
const CALM: Duration = Duration::from_secs(10);
/// Pieces that are read of what a receiver says, to see that it is there.
const CHATTER: usize = 64;

/// Where a receiver listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Tcp(String),
    Udp(String),
    Unix(PathBuf),
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const FORMS: &str = "an address is tcp://HOST:PORT, udp://HOST:PORT or unix:///PATH";
        let (scheme, rest) = text.split_once("://").ok_or(FORMS)?;
        let with_port = || {
            let (host, port) = rest.rsplit_once(':').unwrap_or((rest, "514"));
            let is_whole = !host.is_empty() && (!host.contains(':') || host.ends_with(']'));
            match port.parse::<u16>() {
                Ok(_) if is_whole => Ok(format!("{host}:{port}")),
                Ok(_) => {
                    Err(format!("{rest:?} names no host: an IPv6 address stands in brackets, [::1]:514"))
                }
                Err(_) => Err(format!("{port:?} is no port")),
            }
        };
        match scheme {
            "tcp" => with_port().map(Self::Tcp),
            "udp" => with_port().map(Self::Udp),
            "unix" if cfg!(unix) && !rest.is_empty() => Ok(Self::Unix(PathBuf::from(rest))),
            _ => Err(FORMS.to_owned()),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(host) => write!(f, "tcp://{host}"),
            Self::Udp(host) => write!(f, "udp://{host}"),
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
        }
    }
}

/// How far sending is.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    handed_over: AtomicU64,
    arrived: AtomicU64,
    /// Messages that no datagram can hold.
    too_long: AtomicU64,
    reconnects: AtomicU64,
}

impl Progress {
    fn arrived(&self) -> u64 {
        self.arrived.load(Ordering::Acquire)
    }

    /// Messages that have arrived for certain, or never will.
    pub(crate) fn settled(&self) -> u64 {
        self.arrived() + self.too_long.load(Ordering::Acquire)
    }

    /// Messages handed over for sending.
    pub(crate) fn handed_over(&self) -> u64 {
        self.handed_over.load(Ordering::Relaxed)
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waiting = self.handed_over().saturating_sub(self.settled());
        let reconnects = self.reconnects.load(Ordering::Relaxed);
        write!(f, "{} sent, {waiting} waiting, {reconnects} connections lost", self.arrived())?;
        match self.too_long.load(Ordering::Relaxed) {
            0 => Ok(()),
            count => write!(f, ", {count} too long"),
        }
    }
}

/// Sends messages in the background.
pub(crate) struct Sender {
    queue: Option<SyncSender<Vec<u8>>>,
    worker: Option<JoinHandle<()>>,
    progress: Arc<Progress>,
    address: Address,
}

impl Sender {
    /// A sender to this address, which need not listen yet. Under [`Framing::Octets`] messages come without a frame, and get
    /// one on a connection only; the line end of [`Framing::Newline`] is left out of a datagram.
    pub(crate) fn new(address: Address, framing: Framing) -> Self {
        let (queue, messages) = mpsc::sync_channel(QUEUE);
        let progress = Arc::new(Progress::default());
        let worker = Worker {
            target: Target { address: address.clone(), progress: Arc::clone(&progress) },
            framing,
            connection: None,
            unconfirmed: VecDeque::new(),
            unconfirmed_bytes: 0,
            pause: Duration::ZERO,
            lost_at: None,
        };
        let worker = thread::spawn(move || worker.run(&messages));
        Self { queue: Some(queue), worker: Some(worker), progress, address }
    }

    pub(crate) fn progress(&self) -> &Arc<Progress> {
        &self.progress
    }

    /// Hands a message over. Waits while as many wait as may.
    pub(crate) fn send(&mut self, message: &[u8]) -> Result<(), Stop> {
        let Some(queue) = &self.queue else { return Ok(()) };
        if !background::hand_over(queue, message.to_vec()) {
            return Err(self.failed());
        }
        self.progress.handed_over.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Waits until everything has arrived; when the run is to end, only for a while.
    pub(crate) fn finish(&mut self) -> Result<(), Stop> {
        self.queue = None;
        if !self.worker.take().is_none_or(background::join) {
            return Err(self.failed());
        }
        if self.progress.arrived() == self.progress.handed_over() { Ok(()) } else { Err(self.failed()) }
    }

    fn failed(&self) -> Stop {
        let left = self.progress.handed_over().saturating_sub(self.progress.arrived());
        Stop::Undelivered(format!("{}: {left} messages have not been delivered", self.address))
    }
}

enum Connection {
    Tcp {
        stream: TcpStream,
        round_trip: Duration,
    },
    Udp(UdpSocket),
    #[cfg(unix)]
    UnixStream(UnixStream),
    #[cfg(unix)]
    UnixDatagram(UnixDatagram),
}

impl Connection {
    fn open(address: &Address) -> io::Result<Self> {
        match address {
            Address::Tcp(host) => {
                let mut last = io::Error::new(ErrorKind::NotFound, "the host has no address");
                for socket in host.to_socket_addrs()? {
                    let begun = Instant::now();
                    match TcpStream::connect_timeout(&socket, CONNECT_TIMEOUT) {
                        Ok(stream) => {
                            stream.set_read_timeout(Some(QUIET))?;
                            stream.set_write_timeout(Some(QUIET))?;
                            return Ok(Self::Tcp { stream, round_trip: begun.elapsed() });
                        }
                        Err(error) => last = error,
                    }
                }
                Err(last)
            }
            Address::Udp(host) => {
                let mut last = io::Error::new(ErrorKind::NotFound, "the host has no address");
                for address in host.to_socket_addrs()? {
                    let local = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
                    let socket = UdpSocket::bind(local)?;
                    match socket.connect(address) {
                        Ok(()) => return Ok(Self::Udp(socket)),
                        Err(error) => last = error,
                    }
                }
                Err(last)
            }
            #[cfg(unix)]
            Address::Unix(path) => match UnixStream::connect(path) {
                Ok(stream) => {
                    stream.set_read_timeout(Some(QUIET))?;
                    stream.set_write_timeout(Some(QUIET))?;
                    Ok(Self::UnixStream(stream))
                }
                // EPROTOTYPE: there is a socket, but one for datagrams.
                Err(error) if error.raw_os_error() == Some(PROTOTYPE) => {
                    let socket = UnixDatagram::unbound()?;
                    socket.connect(path)?;
                    socket.set_write_timeout(Some(QUIET))?;
                    Ok(Self::UnixDatagram(socket))
                }
                Err(error) => Err(error),
            },
            #[cfg(not(unix))]
            Address::Unix(_) => Err(io::Error::from(ErrorKind::Unsupported)),
        }
    }

    fn is_stream(&self) -> bool {
        match self {
            Self::Tcp { .. } => true,
            Self::Udp(_) => false,
            #[cfg(unix)]
            Self::UnixStream(_) => true,
            #[cfg(unix)]
            Self::UnixDatagram(_) => false,
        }
    }

    fn send(&mut self, message: &[u8], target: &Target) -> io::Result<()> {
        match self {
            Self::Tcp { stream, .. } => write(message, target, |rest| stream.write(rest)),
            Self::Udp(socket) => write(message, target, |whole| socket.send(whole)),
            #[cfg(unix)]
            Self::UnixStream(stream) => write(message, target, |rest| stream.write(rest)),
            #[cfg(unix)]
            Self::UnixDatagram(socket) => write(message, target, |whole| socket.send(whole)),
        }
    }

    /// Ends a stream, and knows afterwards whether all of it has been read; of datagrams, whether anybody listens.
    fn confirm(&mut self, target: &Target) -> io::Result<()> {
        match self {
            Self::Tcp { stream, round_trip } => {
                stream.set_nonblocking(true)?;
                is_open(stream)?;
                stream.set_nonblocking(false)?;
                stream.shutdown(Shutdown::Write)?;
                read_to_end(stream, target)?;
                // An end that crossed the last of what was sent is followed by a reset.
                thread::sleep((*round_trip * 2).max(Duration::from_millis(10)));
                stream.take_error()?.map_or(Ok(()), Err)
            }
            #[cfg(unix)]
            Self::UnixStream(stream) => {
                stream.set_nonblocking(true)?;
                is_open(stream)?;
                stream.set_nonblocking(false)?;
                stream.shutdown(Shutdown::Write)?;
                read_to_end(stream, target)?;
                stream.take_error()?.map_or(Ok(()), Err)
            }
            Self::Udp(socket) => {
                thread::sleep(ECHO);
                socket.take_error()?.map_or(Ok(()), Err)
            }
            #[cfg(unix)]
            Self::UnixDatagram(_) => Ok(()),
        }
    }
}

/// Where messages go, and how far that is.
struct Target {
    address: Address,
    progress: Arc<Progress>,
}

impl Target {
    fn say(&self, what: fmt::Arguments<'_>) {
        say(format_args!("{}: {what}; {}", self.address, self.progress));
    }

    /// Says that the receiver takes its time, once, when so many timeouts have passed.
    fn wait(&self, timeouts: &mut u32, what: &str) {
        *timeouts = timeouts.saturating_add(1);
        if *timeouts == LONG {
            self.say(format_args!(
                "the receiver {what} for {} seconds; waiting on",
                QUIET.as_secs() * u64::from(LONG)
            ));
        }
    }
}

/// Writes all of a message, however long the receiver takes to read.
fn write(
    mut message: &[u8],
    target: &Target,
    mut write: impl FnMut(&[u8]) -> io::Result<usize>,
) -> io::Result<()> {
    let mut timeouts = 0;
    while !message.is_empty() {
        match write(message) {
            Ok(0) => return Err(io::Error::from(ErrorKind::WriteZero)),
            Ok(count) => message = message.get(count..).unwrap_or_default(),
            Err(error) if is_for_now(&error) && !is_patience_over() => {
                target.wait(&mut timeouts, "has read nothing");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// A receiver that has gone before it was told that there is no more has not read everything.
fn is_open(stream: &mut impl Read) -> io::Result<()> {
    for _ in 0..CHATTER {
        match stream.read(&mut [0; 512]) {
            Ok(0) => return Err(io::Error::from(ErrorKind::ConnectionReset)),
            // Receivers say nothing; what they say all the same is of no interest.
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    // It talks on and on: it is there.
    Ok(())
}

/// Waits until the receiver ends its half of the connection.
fn read_to_end(stream: &mut impl Read, target: &Target) -> io::Result<()> {
    let mut timeouts = 0;
    loop {
        match stream.read(&mut [0; 512]) {
            Ok(0) => return Ok(()),
            Ok(_) if is_patience_over() => return Err(io::Error::from(ErrorKind::TimedOut)),
            Ok(_) => {}
            Err(error) if is_for_now(&error) && !is_patience_over() => {
                target.wait(
                    &mut timeouts,
                    "has not closed the connection, as it does when it has read everything,",
                );
            }
            Err(error) => return Err(error),
        }
    }
}

/// Nothing is wrong, it only takes longer than the timeouts of the socket. Unix has a word of its own for a connection that is
/// given up because the other end does not answer.
fn is_for_now(error: &io::Error) -> bool {
    match error.kind() {
        ErrorKind::Interrupted | ErrorKind::WouldBlock => true,
        ErrorKind::TimedOut => cfg!(not(unix)),
        _ => false,
    }
}

/// The system's number for "message too long".
const MESSAGE_SIZE: i32 = if cfg!(target_os = "linux") {
    90
} else if cfg!(windows) {
    10040
} else {
    40
};

/// The system's number for "wrong type of socket".
#[cfg(unix)]
const PROTOTYPE: i32 = if cfg!(target_os = "linux") { 91 } else { 41 };

struct Worker {
    target: Target,
    framing: Framing,
    connection: Option<Connection>,
    /// What has been sent, but may have to be sent again.
    unconfirmed: VecDeque<Vec<u8>>,
    unconfirmed_bytes: usize,
    /// Before the next connection, if this one is lost.
    pause: Duration,
    lost_at: Option<Instant>,
}

/// The run is to end, and what waits cannot be sent.
struct GivenUp;

impl Worker {
    fn run(mut self, messages: &Receiver<Vec<u8>>) {
        loop {
            let done = match messages.recv_timeout(QUIET) {
                Ok(message) => self.message(message),
                Err(RecvTimeoutError::Timeout) => self.confirm(),
                Err(RecvTimeoutError::Disconnected) => {
                    let _ = self.confirm();
                    return;
                }
            };
            if done.is_err() {
                return;
            }
        }
    }

    fn message(&mut self, mut message: Vec<u8>) -> Result<(), GivenUp> {
        if self.connection.is_none() {
            self.connect()?;
        }
        let Some(connection) = &mut self.connection else { return Ok(()) };
        let is_stream = connection.is_stream();
        match (self.framing, is_stream) {
            (Framing::Octets, true) => {
                message.splice(..0, format!("{} ", message.len()).into_bytes());
            }
            // A datagram ends by itself.
            (Framing::Newline, false) => {
                message.pop();
            }
            _ => {}
        }
        let sent = connection.send(&message, &self.target);
        if matches!(&sent, Err(error) if error.raw_os_error() == Some(MESSAGE_SIZE)) {
            // What was sent before it is settled before it.
            self.confirm()?;
            self.leave_out(&message);
            return Ok(());
        }
        self.unconfirmed_bytes += message.len();
        self.unconfirmed.push_back(message);
        if let Err(error) = sent {
            self.lost(&error)?;
        } else if !is_stream {
            // That there is no receiver for a datagram shows at the next.
            self.arrived(self.unconfirmed.len() - 1);
        }
        if self.unconfirmed.len() >= BATCH || self.unconfirmed_bytes >= BATCH_BYTES {
            return self.confirm();
        }
        Ok(())
    }

    /// Leaves out a message that no datagram can hold.
    fn leave_out(&self, message: &[u8]) {
        self.target.progress.too_long.fetch_add(1, Ordering::Release);
        let len = message.len();
        let front = message.get(..SHOWN).unwrap_or(message).escape_ascii();
        self.target.say(format_args!(
            "a message of {len} bytes is too long for a datagram, tcp:// would take it: {front}"
        ));
    }

    /// The first so many of what has been sent have arrived.
    fn arrived(&mut self, count: usize) {
        let bytes: usize = self.unconfirmed.drain(..count).map(|message| message.len()).sum();
        self.unconfirmed_bytes -= bytes;
        self.target.progress.arrived.fetch_add(u64::try_from(count).unwrap_or(0), Ordering::Release);
    }

    /// Makes sure that what was sent has arrived.
    fn confirm(&mut self) -> Result<(), GivenUp> {
        while !self.unconfirmed.is_empty() {
            let Some(mut connection) = self.connection.take() else { return Ok(()) };
            match connection.confirm(&self.target) {
                Ok(()) => {
                    self.arrived(self.unconfirmed.len());
                    self.pause = Duration::ZERO;
                    // A stream has been ended by that.
                    self.connection = Some(connection).filter(|connection| !connection.is_stream());
                }
                Err(error) => self.lost(&error)?,
            }
        }
        Ok(())
    }

    /// The connection is gone: everything that may not have arrived goes out again on another.
    fn lost(&mut self, error: &io::Error) -> Result<(), GivenUp> {
        let mut error = error.to_string();
        loop {
            self.connection = None;
            self.target.progress.reconnects.fetch_add(1, Ordering::Relaxed);
            self.target.say(format_args!("connection lost: {error}"));
            self.rest()?;
            self.connect()?;
            let Some(connection) = &mut self.connection else { return Ok(()) };
            match self.unconfirmed.iter().try_for_each(|message| connection.send(message, &self.target)) {
                Ok(()) => return Ok(()),
                Err(again) => error = again.to_string(),
            }
        }
    }

    /// Leaves a receiver alone that loses one connection after the other, longer and longer.
    fn rest(&mut self) -> Result<(), GivenUp> {
        if self.lost_at.is_none_or(|at| at.elapsed() > CALM) {
            self.pause = Duration::ZERO;
        }
        let goes_on = background::sleep(self.pause);
        self.pause = (self.pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
        self.lost_at = Some(Instant::now());
        if goes_on { Ok(()) } else { Err(GivenUp) }
    }

    /// Connects, however long that takes.
    fn connect(&mut self) -> Result<(), GivenUp> {
        let mut pause = FIRST_PAUSE;
        let mut was_said = false;
        loop {
            match Connection::open(&self.target.address) {
                Ok(connection) => {
                    if was_said {
                        self.target.say(format_args!("connected"));
                    }
                    self.connection = Some(connection);
                    return Ok(());
                }
                Err(error) if !was_said => {
                    self.target.say(format_args!("{error}; trying on"));
                    was_said = true;
                }
                Err(_) => {}
            }
            if !background::sleep(pause) {
                return Err(GivenUp);
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    const COUNT: u32 = 25_000;

    fn message(number: u32) -> Vec<u8> {
        format!("message {number}\n").into_bytes()
    }

    fn lines(bytes: &[u8]) -> Vec<u32> {
        let text = core::str::from_utf8(bytes).unwrap();
        let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        whole.map(|line| line.trim_end().strip_prefix("message ").unwrap().parse().unwrap()).collect()
    }

    /// The next datagram, which takes no longer than anything here on a busy machine.
    fn receive(socket: &UdpSocket) -> Vec<u8> {
        socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let mut room = [0; 100];
        let len = socket.recv(&mut room).unwrap();
        room[..len].to_vec()
    }

    fn send_all(address: Address, count: u32) {
        let mut sender = Sender::new(address, Framing::Newline);
        (0..count).for_each(|number| sender.send(&message(number)).unwrap());
        sender.finish().unwrap();
        assert_eq!(sender.progress().arrived(), u64::from(count));
    }

    #[test]
    fn addresses_are_read() {
        for (text, address) in [
            ("tcp://localhost:514", Address::Tcp("localhost:514".to_owned())),
            ("tcp://log.example", Address::Tcp("log.example:514".to_owned())),
            ("udp://[::1]:10514", Address::Udp("[::1]:10514".to_owned())),
            ("unix:///dev/log", Address::Unix("/dev/log".into())),
        ] {
            assert_eq!(text.parse(), Ok(address), "{text}");
        }
        for text in
            ["localhost:514", "http://x", "tcp://x:port", "tcp://::1", "udp://:514", "unix://", "tcp://"]
        {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_stream_gets_everything_once_and_in_order() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = Address::Tcp(listener.local_addr().unwrap().to_string());
        let sender = thread::spawn(move || send_all(address, COUNT));
        let mut received = Vec::new();
        while !sender.is_finished() {
            listener.set_nonblocking(true).unwrap();
            match listener.accept() {
                Ok((mut stream, _)) => {
                    stream.set_nonblocking(false).unwrap();
                    stream.read_to_end(&mut received).unwrap();
                }
                Err(_) => thread::sleep(Duration::from_millis(5)),
            }
        }
        sender.join().unwrap();
        assert_eq!(lines(&received), (0..COUNT).collect::<Vec<_>>());
    }

    /// A receiver that closes in the middle of everything, with bytes unread, and is away for a while.
    #[test]
    fn a_receiver_that_restarts_gets_everything() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let local = listener.local_addr().unwrap();
        let mut listener = Some(listener);
        let sender = thread::spawn(move || send_all(Address::Tcp(local.to_string()), COUNT));
        let mut received = Vec::new();
        for accepted in 0.. {
            let now = listener.take().unwrap_or_else(|| TcpListener::bind(local).unwrap());
            now.set_nonblocking(true).unwrap();
            let mut stream = loop {
                match now.accept() {
                    Ok((stream, _)) => break Some(stream),
                    Err(_) if sender.is_finished() => break None,
                    Err(_) => thread::sleep(Duration::from_millis(5)),
                }
            };
            let Some(stream) = &mut stream else { break };
            stream.set_nonblocking(false).unwrap();
            let mut part = Vec::new();
            if accepted % 2 == 0 && accepted < 6 {
                stream.take(40_000).read_to_end(&mut part).unwrap();
                let whole = part.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
                part.truncate(whole);
                if accepted == 2 {
                    drop(now);
                    thread::sleep(Duration::from_millis(300));
                } else {
                    listener = Some(now);
                }
            } else {
                stream.read_to_end(&mut part).unwrap();
                listener = Some(now);
            }
            received.extend(part);
        }
        sender.join().unwrap();
        let mut numbers = lines(&received);
        assert!(numbers.len() > usize::try_from(COUNT).unwrap());
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers, (0..COUNT).collect::<Vec<_>>());
    }

    #[test]
    #[cfg(unix)]
    fn a_unix_socket_may_be_for_streams_or_for_datagrams() {
        use std::os::unix::net::UnixListener;

        let directory = std::env::temp_dir().join(format!("zems-send-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let path = directory.join("datagrams");
        let socket = UnixDatagram::bind(&path).unwrap();
        let address: Address = format!("unix://{}", path.display()).parse().unwrap();
        let sender = thread::spawn(move || send_all(address, 2000));
        let mut room = [0; 100];
        for number in 0..2000 {
            let len = socket.recv(&mut room).unwrap();
            assert_eq!(room[..len], *message(number).trim_ascii_end());
        }
        sender.join().unwrap();

        let path = directory.join("stream");
        let address = Address::Unix(path.clone());
        // Nobody listens yet.
        let sender = thread::spawn(move || send_all(address, 100));
        thread::sleep(Duration::from_millis(250));
        let listener = UnixListener::bind(&path).unwrap();
        let mut received = Vec::new();
        listener.accept().unwrap().0.read_to_end(&mut received).unwrap();
        sender.join().unwrap();
        assert_eq!(lines(&received), (0..100).collect::<Vec<_>>());
        std::fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn a_refused_datagram_goes_out_again() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let local = socket.local_addr().unwrap();
        drop(socket);
        let mut sender = Sender::new(Address::Udp(local.to_string()), Framing::Octets);
        sender.send(&message(0)).unwrap();
        thread::sleep(Duration::from_millis(200));
        let socket = UdpSocket::bind(local).unwrap();
        sender.send(&message(1)).unwrap();
        let mut numbers = Vec::new();
        while numbers.len() < 2 {
            numbers.extend(lines(&receive(&socket)));
        }
        numbers.sort_unstable();
        assert_eq!(numbers, [0, 1]);
        sender.finish().unwrap();
    }

    #[test]
    fn the_last_datagram_waits_for_a_receiver_too() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let local = socket.local_addr().unwrap();
        drop(socket);
        let sender = thread::spawn(move || send_all(Address::Udp(local.to_string()), 1));
        thread::sleep(Duration::from_millis(500));
        assert!(!sender.is_finished());
        let socket = UdpSocket::bind(local).unwrap();
        assert_eq!(receive(&socket), b"message 0");
        sender.join().unwrap();
    }

    #[test]
    fn a_message_too_long_for_a_datagram_holds_up_nothing_and_is_told_at_the_end() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = Address::Udp(socket.local_addr().unwrap().to_string());
        let mut sender = Sender::new(address, Framing::Newline);
        for message in [message(0), vec![b'x'; 70_000], message(1)] {
            sender.send(&message).unwrap();
        }
        for expected in ["message 0", "message 1"] {
            assert_eq!(receive(&socket), expected.as_bytes());
        }
        let Err(Stop::Undelivered(said)) = sender.finish() else { panic!("one was not delivered") };
        assert!(said.ends_with("1 messages have not been delivered"), "{said}");
        let progress = sender.progress();
        assert_eq!((progress.handed_over(), progress.settled()), (3, 3));
        assert_eq!(progress.to_string(), "2 sent, 0 waiting, 0 connections lost, 1 too long");
    }

    /// The end that can be read behind such an error is none that the receiver has made.
    #[test]
    #[cfg(unix)]
    fn a_connection_that_is_given_up_is_lost() {
        struct GivenUp(u32);

        impl Read for GivenUp {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                self.0 += 1;
                match self.0 {
                    1 => Err(io::Error::from(ErrorKind::WouldBlock)),
                    2 => Err(io::Error::from(ErrorKind::TimedOut)),
                    _ => Ok(0),
                }
            }
        }

        let target = Target { address: Address::Tcp("x:1".to_owned()), progress: Arc::default() };
        let ended = read_to_end(&mut GivenUp(0), &target);
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::TimedOut);
    }
}
