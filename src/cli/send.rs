//! Sending messages to a syslog receiver: none is lost, whatever the receiver does.
//!
//! A stream has no word for "I have got it", but it has an end. After a batch, and whenever there is nothing to send, the
//! sender closes its half of the connection and waits for the receiver to close the other: a receiver does that when it has
//! read everything. Until then the batch is kept, and goes out again if the connection is lost. So a receiver that is
//! restarted may get messages twice, and gets all of them. Datagrams have no end either: all that can be noticed is that
//! there is no receiver, and then they wait.

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

use super::Stop;
use super::background::{self, is_patience_over};
use super::report::say;

/// Messages that may wait for the connection before reading stops.
const QUEUE: usize = 1024;
/// Messages that may be sent without knowing that they have arrived.
const BATCH: usize = 10_000;
/// The same in bytes.
const BATCH_BYTES: usize = 4 << 20;
/// When nothing has been sent for so long, it is time to know.
const QUIET: Duration = Duration::from_secs(1);
/// What UDP over IPv4 can carry.
const LONGEST_DATAGRAM: usize = 65_507;
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
    reconnects: AtomicU64,
}

impl Progress {
    /// Messages that have arrived for certain.
    pub(crate) fn arrived(&self) -> u64 {
        self.arrived.load(Ordering::Acquire)
    }

    /// Messages handed over for sending.
    pub(crate) fn handed_over(&self) -> u64 {
        self.handed_over.load(Ordering::Relaxed)
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arrived = self.arrived();
        let waiting = self.handed_over().saturating_sub(arrived);
        let reconnects = self.reconnects.load(Ordering::Relaxed);
        write!(f, "{arrived} sent, {waiting} waiting, {reconnects} connections lost")
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
    /// A sender to this address, which need not listen yet. On a connection, where messages have no ends of their own, each gets
    /// its length in front if `counts_octets` (RFC 6587, 3.4.1).
    pub(crate) fn new(address: Address, counts_octets: bool) -> Self {
        let (queue, messages) = mpsc::sync_channel(QUEUE);
        let progress = Arc::new(Progress::default());
        let worker = Worker {
            address: address.clone(),
            counts_octets,
            progress: Arc::clone(&progress),
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

    fn send(&mut self, message: &[u8]) -> io::Result<()> {
        match self {
            Self::Tcp { stream, .. } => write(message, |rest| stream.write(rest)),
            Self::Udp(socket) => write(message, |whole| socket.send(whole)),
            #[cfg(unix)]
            Self::UnixStream(stream) => write(message, |rest| stream.write(rest)),
            #[cfg(unix)]
            Self::UnixDatagram(socket) => write(message, |whole| socket.send(whole)),
        }
    }

    /// Ends the connection, and knows afterwards whether all of it has been read.
    fn confirm(&mut self) -> io::Result<()> {
        match self {
            Self::Tcp { stream, round_trip } => {
                stream.set_nonblocking(true)?;
                is_open(stream)?;
                stream.set_nonblocking(false)?;
                stream.shutdown(Shutdown::Write)?;
                read_to_end(stream)?;
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
                read_to_end(stream)?;
                stream.take_error()?.map_or(Ok(()), Err)
            }
            _ => Ok(()),
        }
    }
}

/// Writes all of a message, however long the receiver takes to read.
fn write(mut message: &[u8], mut write: impl FnMut(&[u8]) -> io::Result<usize>) -> io::Result<()> {
    while !message.is_empty() {
        match write(message) {
            Ok(0) => return Err(io::Error::from(ErrorKind::WriteZero)),
            Ok(count) => message = message.get(count..).unwrap_or_default(),
            Err(error) if is_for_now(&error) && !is_patience_over() => {}
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

fn read_to_end(stream: &mut impl Read) -> io::Result<()> {
    loop {
        match stream.read(&mut [0; 512]) {
            Ok(0) => return Ok(()),
            Ok(_) if is_patience_over() => return Err(io::Error::from(ErrorKind::TimedOut)),
            Ok(_) => {}
            Err(error) if is_for_now(&error) && !is_patience_over() => {}
            Err(error) => return Err(error),
        }
    }
}

/// Nothing is wrong, it only takes longer than the timeouts of the socket.
fn is_for_now(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock | ErrorKind::TimedOut)
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
    address: Address,
    counts_octets: bool,
    progress: Arc<Progress>,
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

    fn message(&mut self, message: Vec<u8>) -> Result<(), GivenUp> {
        if self.connection.is_none() {
            self.connect()?;
        }
        let Some(connection) = &mut self.connection else { return Ok(()) };
        let is_stream = connection.is_stream();
        let message = match is_stream && self.counts_octets {
            true => [message.len().to_string().as_bytes(), b" ", &message].concat(),
            false => message,
        };
        if !is_stream {
            if message.len() > LONGEST_DATAGRAM {
                self.refuse(&message);
                return Ok(());
            }
            // Of datagrams the last is kept: that there was no receiver for it shows only at the next.
            while self.unconfirmed.len() > 1 {
                self.unconfirmed.pop_front();
            }
            self.unconfirmed_bytes = 0;
        }
        let sent = connection.send(&message);
        if matches!(&sent, Err(error) if error.raw_os_error() == Some(MESSAGE_SIZE)) {
            self.refuse(&message);
            return Ok(());
        }
        self.unconfirmed_bytes += message.len();
        self.unconfirmed.push_back(message);
        if let Err(error) = sent {
            self.lost(&error)?;
        }
        if !is_stream {
            self.progress.arrived.fetch_add(1, Ordering::Release);
            return Ok(());
        }
        if self.unconfirmed.len() >= BATCH || self.unconfirmed_bytes >= BATCH_BYTES {
            return self.confirm();
        }
        Ok(())
    }

    /// Tells of a message that no datagram can hold. It stays among those that have not arrived.
    fn refuse(&self, message: &[u8]) {
        let len = message.len();
        say(format_args!("{}: a message of {len} bytes is too long for a datagram", self.address));
    }

    /// Makes sure that what was sent has arrived.
    fn confirm(&mut self) -> Result<(), GivenUp> {
        loop {
            let Some(mut connection) = self.connection.take_if(|connection| connection.is_stream()) else {
                return Ok(());
            };
            match connection.confirm() {
                Ok(()) => {
                    let count = u64::try_from(self.unconfirmed.len()).unwrap_or(0);
                    self.progress.arrived.fetch_add(count, Ordering::Release);
                    self.unconfirmed.clear();
                    self.unconfirmed_bytes = 0;
                    self.pause = Duration::ZERO;
                    return Ok(());
                }
                Err(error) => self.lost(&error)?,
            }
        }
    }

    /// The connection is gone: everything that may not have arrived goes out again on another.
    fn lost(&mut self, error: &io::Error) -> Result<(), GivenUp> {
        let mut error = error.to_string();
        loop {
            self.connection = None;
            self.progress.reconnects.fetch_add(1, Ordering::Relaxed);
            say(format_args!("{}: connection lost: {error}; {}", self.address, self.progress));
            self.rest()?;
            self.connect()?;
            let Some(connection) = &mut self.connection else { return Ok(()) };
            match self.unconfirmed.iter().try_for_each(|message| connection.send(message)) {
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
            match Connection::open(&self.address) {
                Ok(connection) => {
                    if was_said {
                        say(format_args!("{}: connected", self.address));
                    }
                    self.connection = Some(connection);
                    return Ok(());
                }
                Err(error) if !was_said => {
                    say(format_args!("{}: {error}; trying on; {}", self.address, self.progress));
                    was_said = true;
                }
                Err(_) => {}
            }
            if is_patience_over() {
                return Err(GivenUp);
            }
            background::sleep(pause);
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

    fn send_all(address: Address, count: u32) {
        let mut sender = Sender::new(address, false);
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
            assert_eq!(room[..len], message(number));
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
        let mut sender = Sender::new(Address::Udp(local.to_string()), true);
        sender.send(&message(0)).unwrap();
        thread::sleep(Duration::from_millis(200));
        let socket = UdpSocket::bind(local).unwrap();
        sender.send(&message(1)).unwrap();
        let mut room = [0; 100];
        let mut numbers = Vec::new();
        while numbers.len() < 2 {
            let len = socket.recv(&mut room).unwrap();
            numbers.extend(lines(&room[..len]));
        }
        numbers.sort_unstable();
        assert_eq!(numbers, [0, 1]);
        sender.finish().unwrap();
    }
}
