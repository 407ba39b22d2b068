//! Syslog: messages over TCP, TLS, UDP and local sockets.
//!
//! Syslog has no acknowledgement. A stream has an end: after a batch the sender waits until the receiver has probably read
//! everything, closes its half of the connection, and waits until the receiver closes the other. Only an end that follows the
//! sender's own at once confirms the batch. An end that comes before it shows that the receiver went away. An end that comes late
//! is ambiguous: the receiver was still reading, or a proxy has ended the stream for a receiver that went away. In both cases the
//! batch is sent again, in the second one with a longer wait: see [`Closing`].
//!
//! The limits of that are in `docs/delivery.md`: a receiver that goes away in the moment between both ends, with bytes unread and a
//! proxy in front of it, cannot be distinguished from one that has read everything; and a receiver can lose what it has read.
//!
//! Datagrams have no end: the sender can only detect that nobody listens, a moment later, and then it waits.

use core::time::Duration;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs, UdpSocket};
#[cfg(unix)]
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use zems::formats::syslog::Framing;

use crate::delivery::address::Address;
use crate::delivery::background::is_patience_over;
use crate::delivery::queue::{Answer, Fault, Put, Queue, Receiver, Settings, Words};
use crate::terminal::report::say;

/// Messages that may be sent without knowing that they have arrived.
const BATCH: usize = 10_000;
/// The same in bytes.
const BATCH_BYTES: usize = 1 << 20;
/// When nothing has been sent for so long, the batch is confirmed.
const QUIET: Duration = Duration::from_secs(1);
/// A batch is confirmed at the latest after this.
const DELAY: Duration = Duration::from_secs(10);
/// How long the sender waits before it ends a stream. A receiver that goes away in that time, while a proxy holds the last of the
/// batch for it, is detected.
const HOLD: Duration = Duration::from_millis(250);
/// The same after a receiver has gone away.
const HOLD_AFTER_LOSS: Duration = Duration::from_secs(1);
/// A proxy reports in less than that that it cannot reach its receiver.
const LONGEST_HOLD: Duration = Duration::from_secs(30);
/// A receiver that has read everything ends the stream within this time after the sender, or within [`ROUND_TRIPS`].
const PROMPT: Duration = Duration::from_millis(150);
const ROUND_TRIPS: u32 = 4;
/// After this many confirmed batches the wait becomes shorter again.
const CONFIRMED_BEFORE_DECAY: u32 = 8;
/// In that time a host says that nobody listens there for datagrams.
const ECHO: Duration = Duration::from_millis(100);
/// Timeouts of the socket, [`QUIET`] each, until a message says that the receiver is slow.
const LONG: u32 = 5;
/// Characters of a message by which it is known.
const SHOWN: usize = 120;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A queue to this address, which need not listen yet. Under [`Framing::Octets`] messages come without a frame, and get one on a
/// stream only; the line end of [`Framing::Newline`] is left out of a datagram.
/// It is given up when it cannot be reached for `away_for`.
pub(crate) fn start(
    address: Address,
    framing: Framing,
    tls: Option<Arc<ClientConfig>>,
    away_for: Option<Duration>,
) -> Queue<Vec<u8>> {
    let settings = Settings {
        name: address.to_string(),
        words: Words::Messages,
        items: BATCH,
        bytes: BATCH_BYTES,
        quiet: QUIET,
        delay: DELAY,
        first_pause: FIRST_PAUSE,
        longest_pause: LONGEST_PAUSE,
        retry_for: None,
        away_for,
        loss_note: matches!(address, Address::Tcp(_)).then_some(
            "every message is sent again; but a proxy in front of the receiver can drop what it holds without a sign: tls:// or \
             --otlp-to leave less to chance",
        ),
    };
    Queue::start(Syslog { address, framing, tls, connection: None, closing: Closing::default() }, settings)
}

struct Syslog {
    address: Address,
    framing: Framing,
    /// For [`Address::Tls`].
    tls: Option<Arc<ClientConfig>>,
    connection: Option<Connection>,
    closing: Closing,
}

/// How long the sender waits before it ends a stream, and which ends of the receiver confirm what was sent.
#[derive(Debug, PartialEq, Eq)]
struct Closing {
    hold: Duration,
    prompt: Duration,
    /// Batches confirmed since the last doubt.
    confirmed: u32,
}

impl Default for Closing {
    fn default() -> Self {
        Self { hold: HOLD, prompt: PROMPT, confirmed: 0 }
    }
}

impl Closing {
    /// The receiver has ended a stream so long after the sender did.
    fn judge(&mut self, late: Duration, round_trip: Duration) -> Result<Answer, Fault> {
        if late <= self.prompt.max(round_trip * ROUND_TRIPS) {
            self.confirmed += 1;
            if self.confirmed >= CONFIRMED_BEFORE_DECAY {
                self.hold = (self.hold / 2).max(HOLD);
                self.confirmed = 0;
            }
            return Ok(Answer::default());
        }
        self.confirmed = 0;
        if self.hold >= LONGEST_HOLD {
            // It had all the time it could need, and is slow to end a connection.
            (self.hold, self.prompt) = (HOLD, late * 2);
            return Ok(Answer { is_doubtful: true, ..Answer::default() });
        }
        self.hold = ((self.hold + late) * 2).min(LONGEST_HOLD);
        Err(Fault::Doubtful(format!(
            "the receiver ended a connection only {:.1} s after the sender: it was still reading, or a proxy ended it for a receiver that \
             is gone; what was sent over that connection is sent again",
            late.as_secs_f32()
        )))
    }

    /// The receiver has gone away.
    fn lost(&mut self) {
        self.hold = self.hold.max(HOLD_AFTER_LOSS);
        self.confirmed = 0;
    }
}

impl Receiver for Syslog {
    type Item = Vec<u8>;

    fn len(message: &Vec<u8>) -> usize {
        message.len()
    }

    fn put(&mut self, message: &Vec<u8>) -> Result<Put, Fault> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.open().map_err(|error| Fault::Away(error.to_string()))?,
        };
        let is_stream = connection.is_stream();
        let sent = self.connection.insert(connection).send(message, self.framing, &self.address);
        match sent {
            Ok(()) if is_stream => Ok(Put::Unconfirmed),
            // That there is no receiver for a datagram shows at the next.
            Ok(()) => Ok(Put::ConfirmsEarlier),
            Err(error) if error.raw_os_error() == Some(MESSAGE_SIZE) => {
                let (len, front) = (message.len(), message.get(..SHOWN).unwrap_or(message).escape_ascii());
                Err(Fault::ItemRefused(format!(
                    "a message of {len} bytes is too long for a datagram, tcp:// would take it: {front}"
                )))
            }
            Err(error) => Err(Fault::Lost(error.to_string())),
        }
    }

    fn confirm(&mut self, _: &[Vec<u8>]) -> Result<Answer, Fault> {
        let Some(mut connection) = self.connection.take() else { return Ok(Answer::default()) };
        let ended = connection.confirm(&self.address, self.closing.hold).map_err(|error| {
            self.closing.lost();
            Fault::Lost(error.to_string())
        })?;
        match ended {
            Ended::Late(late, round_trip) => self.closing.judge(late, round_trip),
            Ended::Read => Ok(Answer::default()),
            Ended::Open => {
                self.connection = Some(connection);
                Ok(Answer::default())
            }
        }
    }

    fn reset(&mut self) {
        self.connection = None;
    }
}

impl Syslog {
    fn open(&self) -> io::Result<Connection> {
        match &self.address {
            Address::Tcp(host) => {
                let (stream, round_trip) = connect(host)?;
                Ok(Connection::Stream { stream: Stream::Tcp(stream), round_trip })
            }
            Address::Tls(name, host) => {
                let (mut stream, round_trip) = connect(host)?;
                let config = self.tls.clone().ok_or_else(|| io::Error::from(ErrorKind::Unsupported))?;
                let name = ServerName::try_from(name.clone()).map_err(io::Error::other)?;
                let mut tls = ClientConnection::new(config, name).map_err(io::Error::other)?;
                stream.set_read_timeout(Some(CONNECT_TIMEOUT))?;
                while tls.is_handshaking() {
                    tls.complete_io(&mut stream)?;
                }
                stream.set_read_timeout(Some(QUIET))?;
                Ok(Connection::Stream {
                    stream: Stream::Tls(Box::new(StreamOwned::new(tls, stream))),
                    round_trip,
                })
            }
            Address::Udp(host) => {
                let mut last = no_address();
                for address in host.to_socket_addrs()? {
                    let local = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
                    let socket = UdpSocket::bind(local)?;
                    match socket.connect(address) {
                        Ok(()) => return Ok(Connection::Udp(socket)),
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
                    Ok(Connection::Stream { stream: Stream::Unix(stream), round_trip: Duration::ZERO })
                }
                // EPROTOTYPE: there is a socket, but one for datagrams.
                Err(error) if error.raw_os_error() == Some(PROTOTYPE) => {
                    let socket = UnixDatagram::unbound()?;
                    socket.connect(path)?;
                    socket.set_write_timeout(Some(QUIET))?;
                    Ok(Connection::UnixDatagram(socket))
                }
                Err(error) => Err(error),
            },
            #[cfg(not(unix))]
            Address::Unix(_) => Err(io::Error::from(ErrorKind::Unsupported)),
        }
    }
}

/// A connection, and how long it took to make it.
fn connect(host: &str) -> io::Result<(TcpStream, Duration)> {
    let mut last = no_address();
    for socket in host.to_socket_addrs()? {
        let begun = Instant::now();
        match TcpStream::connect_timeout(&socket, CONNECT_TIMEOUT) {
            Ok(stream) => {
                stream.set_read_timeout(Some(QUIET))?;
                stream.set_write_timeout(Some(QUIET))?;
                return Ok((stream, begun.elapsed()));
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn no_address() -> io::Error {
    io::Error::new(ErrorKind::NotFound, "the host has no address")
}

enum Connection {
    Stream {
        stream: Stream,
        round_trip: Duration,
    },
    Udp(UdpSocket),
    #[cfg(unix)]
    UnixDatagram(UnixDatagram),
}

impl Connection {
    const fn is_stream(&self) -> bool {
        matches!(self, Self::Stream { .. })
    }

    fn send(&mut self, message: &[u8], framing: Framing, address: &Address) -> io::Result<()> {
        // A datagram ends by itself.
        let datagram = || {
            if framing == Framing::Newline { message.strip_suffix(b"\n").unwrap_or(message) } else { message }
        };
        match self {
            Self::Stream { stream, .. } if framing == Framing::Octets => {
                let mut framed = format!("{} ", message.len()).into_bytes();
                framed.extend_from_slice(message);
                write(&framed, address, |rest| stream.write(rest))
            }
            Self::Stream { stream, .. } => write(message, address, |rest| stream.write(rest)),
            Self::Udp(socket) => write(datagram(), address, |whole| socket.send(whole)),
            #[cfg(unix)]
            Self::UnixDatagram(socket) => write(datagram(), address, |whole| socket.send(whole)),
        }
    }

    /// Ends a stream, after it has waited so long for an end that the receiver makes by itself; of datagrams it learns whether
    /// anybody listens.
    fn confirm(&mut self, address: &Address, hold: Duration) -> io::Result<Ended> {
        match self {
            Self::Stream { stream, round_trip } => {
                stream.flush_all(address)?;
                // Between two processes of one system there is no proxy.
                stay_open(stream, if stream.is_local() { Duration::from_millis(1) } else { hold })?;
                stream.set_read_timeout(QUIET)?;
                stream.end(address)?;
                let begun = Instant::now();
                read_to_end(stream, address)?;
                let late = begun.elapsed();
                // An end that crossed the last of what was sent is followed by a reset.
                if !stream.is_local() {
                    thread::sleep((*round_trip * 2).max(Duration::from_millis(10)));
                }
                stream.take_error()?.map_or(Ok(()), Err)?;
                Ok(if stream.is_local() { Ended::Read } else { Ended::Late(late, *round_trip) })
            }
            Self::Udp(socket) => {
                thread::sleep(ECHO);
                socket.take_error()?.map_or(Ok(Ended::Open), Err)
            }
            #[cfg(unix)]
            Self::UnixDatagram(_) => Ok(Ended::Open),
        }
    }
}

/// How a connection is after it was asked whether everything has arrived.
enum Ended {
    /// There are no streams on it.
    Open,
    /// The receiver has read everything.
    Read,
    /// The receiver has ended it so long after the sender, and the time to make the connection.
    Late(Duration, Duration),
}

enum Stream {
    Tcp(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
    #[cfg(unix)]
    Unix(UnixStream),
}

impl Stream {
    const fn is_local(&self) -> bool {
        match self {
            Self::Tcp(_) | Self::Tls(_) => false,
            #[cfg(unix)]
            Self::Unix(_) => true,
        }
    }

    fn set_read_timeout(&self, time: Duration) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.set_read_timeout(Some(time)),
            Self::Tls(stream) => stream.sock.set_read_timeout(Some(time)),
            #[cfg(unix)]
            Self::Unix(stream) => stream.set_read_timeout(Some(time)),
        }
    }

    /// Sends what TLS has not sent yet.
    fn flush_all(&mut self, address: &Address) -> io::Result<()> {
        let Self::Tls(stream) = self else { return Ok(()) };
        let mut timeouts = 0;
        while stream.conn.wants_write() {
            match stream.conn.write_tls(&mut stream.sock) {
                Ok(0) => return Err(io::Error::from(ErrorKind::WriteZero)),
                Ok(_) => {}
                Err(error) if is_for_now(&error) && !is_patience_over() => {
                    wait(address, &mut timeouts, "has read nothing");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Tells the receiver that no more comes.
    fn end(&mut self, address: &Address) -> io::Result<()> {
        if let Self::Tls(stream) = self {
            stream.conn.send_close_notify();
        }
        self.flush_all(address)?;
        match self {
            Self::Tcp(stream) => stream.shutdown(Shutdown::Write),
            Self::Tls(stream) => stream.sock.shutdown(Shutdown::Write),
            #[cfg(unix)]
            Self::Unix(stream) => stream.shutdown(Shutdown::Write),
        }
    }

    fn take_error(&self) -> io::Result<Option<io::Error>> {
        match self {
            Self::Tcp(stream) => stream.take_error(),
            Self::Tls(stream) => stream.sock.take_error(),
            #[cfg(unix)]
            Self::Unix(stream) => stream.take_error(),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.write(bytes),
            Self::Tls(stream) => stream.write(bytes),
            #[cfg(unix)]
            Self::Unix(stream) => stream.write(bytes),
        }
    }
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.read(into),
            Self::Tls(stream) => stream.read(into),
            #[cfg(unix)]
            Self::Unix(stream) => stream.read(into),
        }
    }
}

/// Reports once that the receiver is slow, after this many timeouts.
fn wait(address: &Address, timeouts: &mut u32, what: &str) {
    *timeouts = timeouts.saturating_add(1);
    if *timeouts == LONG {
        let seconds = QUIET.as_secs() * u64::from(LONG);
        say(format_args!("{address}: the receiver {what} for {seconds} seconds; waiting on"));
    }
}

/// Writes all of a message, however long the receiver takes to read.
fn write(
    mut message: &[u8],
    address: &Address,
    mut write: impl FnMut(&[u8]) -> io::Result<usize>,
) -> io::Result<()> {
    let mut timeouts = 0;
    while !message.is_empty() {
        match write(message) {
            Ok(0) => return Err(io::Error::from(ErrorKind::WriteZero)),
            Ok(count) => message = message.get(count..).unwrap_or_default(),
            Err(error) if is_for_now(&error) && !is_patience_over() => {
                wait(address, &mut timeouts, "has read nothing");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// A receiver that ends the stream before the sender does has not read everything, or has not said so.
const EARLY: &str = "the receiver ended the connection before the sender did, which confirms nothing";

/// Waits so long, and fails if the receiver ends the stream in that time.
fn stay_open(stream: &mut Stream, time: Duration) -> io::Result<()> {
    let begun = Instant::now();
    loop {
        let left = time.saturating_sub(begun.elapsed()).min(QUIET);
        if left.is_zero() {
            return Ok(());
        }
        stream.set_read_timeout(left)?;
        match stream.read(&mut [0; 512]) {
            Ok(0) => return Err(io::Error::other(EARLY)),
            // Receivers say nothing; what they say all the same is of no interest.
            Ok(_) => {}
            Err(error) if is_for_now(&error) && !is_patience_over() => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Err(io::Error::other(EARLY)),
            Err(error) => return Err(error),
        }
    }
}

/// Waits until the receiver ends its half of the connection.
fn read_to_end(stream: &mut impl Read, address: &Address) -> io::Result<()> {
    let mut timeouts = 0;
    loop {
        match stream.read(&mut [0; 512]) {
            Ok(0) => return Ok(()),
            Ok(_) if is_patience_over() => return Err(io::Error::from(ErrorKind::TimedOut)),
            Ok(_) => {}
            Err(error) if is_for_now(&error) && !is_patience_over() => {
                wait(
                    address,
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

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;
    use crate::Stop;

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
        let mut space = [0; 100];
        let len = socket.recv(&mut space).unwrap();
        space[..len].to_vec()
    }

    fn send_all(address: Address, count: u32) {
        let mut sender = start(address, Framing::Newline, None, None);
        (0..count).for_each(|number| sender.send(message(number)).unwrap());
        sender.finish().unwrap();
        assert_eq!(sender.counters().delivered(), u64::from(count));
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
        let mut space = [0; 100];
        for number in 0..2000 {
            let len = socket.recv(&mut space).unwrap();
            assert_eq!(space[..len], *message(number).trim_ascii_end());
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
        let mut sender = start(Address::Udp(local.to_string()), Framing::Octets, None, None);
        sender.send(message(0)).unwrap();
        thread::sleep(Duration::from_millis(200));
        let socket = UdpSocket::bind(local).unwrap();
        sender.send(message(1)).unwrap();
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
    fn a_message_too_long_for_a_datagram_delays_nothing_and_is_reported_at_the_end() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = Address::Udp(socket.local_addr().unwrap().to_string());
        let mut sender = start(address, Framing::Newline, None, None);
        for message in [message(0), vec![b'x'; 70_000], message(1)] {
            sender.send(message).unwrap();
        }
        for expected in ["message 0", "message 1"] {
            assert_eq!(receive(&socket), expected.as_bytes());
        }
        let Err(Stop::Undelivered(said)) = sender.finish() else { panic!("one was not delivered") };
        assert!(said.ends_with("1 messages have not been delivered"), "{said}");
        let counters = sender.counters();
        assert_eq!((counters.handed_over(), counters.settled()), (3, 3));
        assert_eq!(counters.to_string(), "2 sent, 0 waiting, 0 connections lost, 1 too long");
    }

    #[test]
    fn a_late_end_confirms_nothing_until_the_receiver_had_all_the_time_it_could_need() {
        let [none, ms, second] = [Duration::ZERO, Duration::from_millis(1), Duration::from_secs(1)];
        let mut closing = Closing::default();
        assert_eq!(closing.judge(PROMPT, none).unwrap(), Answer::default());
        assert!(matches!(closing.judge(PROMPT + ms, none), Err(Fault::Doubtful(_))));
        assert_eq!(closing.hold, (HOLD + PROMPT + ms) * 2);
        // The limit for a late answer depends on the distance.
        assert_eq!(closing.judge(second, second / ROUND_TRIPS).unwrap(), Answer::default());
        let doubts = (0..100).take_while(|_| closing.judge(second, none).is_err()).count();
        assert_eq!(doubts, 4);
        // It was accepted as the habit of this receiver, and is known as such.
        assert_eq!(closing, Closing { hold: HOLD, prompt: second * 2, confirmed: 0 });
        assert_eq!(closing.judge(second, none).unwrap(), Answer::default());
        closing.lost();
        assert_eq!(closing.hold, HOLD_AFTER_LOSS);
        for _ in 0..2 * CONFIRMED_BEFORE_DECAY {
            assert_eq!(closing.judge(none, none).unwrap(), Answer::default());
        }
        assert_eq!(closing.hold, HOLD);
    }

    /// The end that can be read after such an error is none that the receiver has made.
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

        let ended = read_to_end(&mut GivenUp(0), &Address::Tcp("x:1".to_owned()));
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::TimedOut);
    }
}
