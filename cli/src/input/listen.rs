//! Buffers from programs that connect: many connections at once, each with its turn, in bounded memory.
//!
//! Tasks read the connections and take the bytes apart; the thread of the command takes what they find from one channel of bounded
//! length, and hands it to the sink. A task whose connection has sent something waits for its place in the channel, in order; while
//! it waits it reads nothing, and the sender waits in turn. So no sender is served before others, and none is asked to hold
//! more than it sends.

use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use bytes::{Bytes, BytesMut};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::codec::Decoder as _;
use zems::codec::{Codec, Item};
use zems::spi::Profile;

use crate::Stop;
use crate::delivery::tls;
use crate::terminal::metrics::Metric;
use crate::terminal::report::say;
use crate::terminal::signals::asked_to_stop;

/// Where to listen, and for how long to wait.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Connections")]
pub(crate) struct Args {
    /// Serve at most N connections at once; close further ones.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    max_connections: u32,
    /// Close a connection that leaves a buffer unfinished for so long.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    buffer_timeout: u64,
    /// Close a connection that sends nothing for so long. Default: never.
    #[arg(long, value_name = "SECONDS")]
    idle_timeout: Option<u64>,
    /// The certificate chain (PEM) of tls://.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The key (PEM) of tls://.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
}

/// Pieces that wait for the sink: each is of one connection, and of one read.
const WAITING: usize = 64;
/// Bytes of a read, at first and at most.
const FIRST_READ: usize = 1 << 12;
const LONGEST_READ: usize = 1 << 16;
/// Bytes that are not a buffer, in a row, after which a connection is closed.
const MOST_BAD_BYTES: u64 = 1 << 20;
/// Regions that are not a buffer, in a row, after which a connection is closed.
const MOST_BAD_REGIONS: u32 = 100;
/// How long a connection may take to agree on TLS.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// When the run is asked to end: a connection with nothing to read for so long is closed ...
const QUIET: Duration = Duration::from_millis(200);
/// ... and each one after this.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often the signal to stop is looked for.
const POLL: Duration = Duration::from_millis(50);
/// After a fault of the listener.
const REST: Duration = Duration::from_millis(100);
/// Messages about connections that are refused: one in so long.
const SAY_AGAIN: Duration = Duration::from_secs(10);

/// The data that connections have sent.
pub(crate) enum Piece {
    Buffer {
        offset: u64,
        bytes: Bytes,
    },
    /// A part of a region that is not a buffer.
    BadBytes {
        offset: u64,
        bytes: Bytes,
    },
    /// The end of the region.
    Bad {
        offset: u64,
        len: u64,
        error: String,
    },
}

/// Pieces of one connection, in order.
pub(crate) struct Pieces {
    pub(crate) peer: Arc<str>,
    pub(crate) pieces: Vec<Piece>,
}

impl Pieces {
    /// The buffers among them, with their offsets.
    pub(crate) fn buffers(&self) -> impl Iterator<Item = (u64, &[u8])> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Buffer { offset, bytes } => Some((*offset, &bytes[..])),
            _ => None,
        })
    }
}

/// How many connections there are.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    pub(crate) opened: AtomicU64,
    pub(crate) closed: AtomicU64,
    /// Closed for what they sent, or did not send.
    pub(crate) disconnected: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) bytes: AtomicU64,
}

impl Connections {
    pub(crate) fn metrics(&self) -> Vec<Metric> {
        let [opened, closed, disconnected, refused, bytes] =
            [&self.opened, &self.closed, &self.disconnected, &self.refused, &self.bytes]
                .map(|count| count.load(Ordering::Relaxed));
        vec![
            Metric::gauge("connections", "Connections now.", opened.saturating_sub(closed)),
            Metric::counter("connections_opened", "Connections accepted.", opened),
            Metric::counter("connections_disconnected", "Connections closed for a fault.", disconnected),
            Metric::counter("connections_refused", "Connections over the limit.", refused),
            Metric::counter("received_bytes", "Bytes received.", bytes),
        ]
    }
}

/// The connections of this run.
pub(crate) static CONNECTIONS: OnceLock<Arc<Connections>> = OnceLock::new();

/// An address to listen at.
#[derive(Debug)]
enum Address {
    Tcp(String),
    Tls(String),
    Unix(PathBuf),
}

impl Address {
    fn parse(text: &str) -> Result<Self, Stop> {
        let wrong = || {
            Stop::Usage(format!(
                "{text}: listen at tcp://HOST:PORT, tls://HOST:PORT or unix:///PATH; port 0 is a free one"
            ))
        };
        let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
        let port = rest.rsplit_once(':').map(|(host, port)| (host, port.parse::<u16>()));
        match (scheme, port) {
            ("tcp", Some((host, Ok(_)))) if !host.is_empty() => Ok(Self::Tcp(rest.to_owned())),
            ("tls", Some((host, Ok(_)))) if !host.is_empty() => Ok(Self::Tls(rest.to_owned())),
            ("unix", _) if cfg!(unix) && !rest.is_empty() => Ok(Self::Unix(PathBuf::from(rest))),
            _ => Err(wrong()),
        }
    }
}

enum Listener {
    Tcp(TcpListener),
    Tls(TcpListener, TlsAcceptor),
    #[cfg(unix)]
    Unix(UnixListener),
}

/// A listener, and the pieces of all its connections.
pub(crate) struct Server {
    runtime: tokio::runtime::Runtime,
    pieces: mpsc::Receiver<Pieces>,
    stop: watch::Sender<bool>,
    socket: Option<PathBuf>,
}

impl Server {
    pub(crate) fn start(address: &str, codec: &Codec, args: &Args) -> Result<Self, Stop> {
        // As many connections as the system allows; if it allows no more, that shows at the listener.
        let _ = rlimit::increase_nofile_limit(u64::from(args.max_connections) + 100);
        let address = Address::parse(address)?;
        let has_certificate = args.tls_cert.is_some();
        if matches!(address, Address::Tls(_)) != has_certificate {
            return Err(Stop::Usage(
                "tls:// needs --tls-cert and --tls-key, and nothing else does".to_owned(),
            ));
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let (sender, pieces) = mpsc::channel(WAITING);
        let (stop, stopped) = watch::channel(false);
        let (listener, name) = runtime.block_on(bind(&address, args))?;
        say(format_args!("listening at {name}"));
        let socket = match &address {
            Address::Unix(path) => Some(path.clone()),
            _ => None,
        };
        let shared = Shared {
            sender,
            stopped,
            codec: codec.clone(),
            places: Arc::new(Semaphore::new(
                usize::try_from(args.max_connections).unwrap_or(usize::MAX >> 4),
            )),
            connections: Arc::clone(CONNECTIONS.get_or_init(Arc::default)),
            buffer_timeout: Duration::from_secs(args.buffer_timeout),
            idle_timeout: args.idle_timeout.map(Duration::from_secs),
        };
        runtime.spawn(accept(listener, name, shared));
        Ok(Self { runtime, pieces, stop, socket })
    }

    /// Accepts no more connections, and ends those that are quiet.
    pub(crate) fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// The next pieces; `None` within this time, or at the end.
    pub(crate) fn next(&mut self, wait: Duration) -> Next {
        if asked_to_stop() {
            self.stop.send_replace(true);
        }
        let received = self.runtime.block_on(async { timeout(wait.min(POLL), self.pieces.recv()).await });
        match received {
            Ok(Some(pieces)) => Next::Pieces(pieces),
            Ok(None) => Next::End,
            Err(_) => Next::Quiet,
        }
    }
}

/// The next item.
pub(crate) enum Next {
    Pieces(Pieces),
    /// Nothing for now.
    Quiet,
    /// The run was asked to end, and every connection is closed.
    End,
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(socket) = &self.socket {
            let _ = fs::remove_file(socket);
        }
    }
}

async fn bind(address: &Address, args: &Args) -> Result<(Listener, String), Stop> {
    let cannot = |text: &str, error: &dyn core::fmt::Display| Stop::Usage(format!("{text}: {error}"));
    let tcp = async |text: &str| {
        let listener = TcpListener::bind(text).await.map_err(|error| cannot(text, &error))?;
        let local = listener.local_addr().map_err(|error| cannot(text, &error))?;
        Ok::<_, Stop>((listener, local))
    };
    match address {
        Address::Tcp(text) => {
            let (listener, local) = tcp(text).await?;
            Ok((Listener::Tcp(listener), format!("tcp://{local}")))
        }
        Address::Tls(text) => {
            let acceptor = acceptor(args)?;
            let (listener, local) = tcp(text).await?;
            Ok((Listener::Tls(listener, acceptor), format!("tls://{local}")))
        }
        #[cfg(unix)]
        Address::Unix(path) => {
            use std::os::unix::fs::FileTypeExt;
            use std::os::unix::net::UnixStream;

            // Remove the socket of an earlier run, if nobody listens on it.
            let is_socket = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.file_type().is_socket());
            if is_socket
                && UnixStream::connect(path)
                    .is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
            {
                let _ = fs::remove_file(path);
            }
            let name = format!("unix://{}", path.display());
            let listener = UnixListener::bind(path).map_err(|error| cannot(&name, &error))?;
            Ok((Listener::Unix(listener), name))
        }
        #[cfg(not(unix))]
        Address::Unix(_) => Err(Stop::Usage("there are no unix sockets here".to_owned())),
    }
}

fn acceptor(args: &Args) -> Result<TlsAcceptor, Stop> {
    let wrong =
        |path: &Path, error: &dyn core::fmt::Display| Stop::Usage(format!("{}: {error}", path.display()));
    let (Some(certificate), Some(key)) = (&args.tls_cert, &args.tls_key) else {
        return Err(Stop::Usage("tls:// needs --tls-cert and --tls-key".to_owned()));
    };
    let chain = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.map_err(|error| wrong(certificate, &error))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| wrong(key, &error))?;
    let config = ServerConfig::builder_with_provider(tls::provider()).with_safe_default_protocol_versions();
    let config = config.map_err(|error| wrong(certificate, &error))?.with_no_client_auth();
    let config = config.with_single_cert(chain, private).map_err(|error| wrong(certificate, &error))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

#[derive(Clone)]
struct Shared {
    sender: mpsc::Sender<Pieces>,
    stopped: watch::Receiver<bool>,
    codec: Codec,
    places: Arc<Semaphore>,
    connections: Arc<Connections>,
    buffer_timeout: Duration,
    idle_timeout: Option<Duration>,
}

/// Accepts connections until the run is asked to end.
async fn accept(listener: Listener, name: String, shared: Shared) {
    let mut stopped = shared.stopped.clone();
    let mut last_said: Option<Instant> = None;
    let mut number = 0_u64;
    loop {
        let accepted = tokio::select! {
            biased;
            _ = stopped.wait_for(|stopped| *stopped) => return,
            accepted = accept_one(&listener) => accepted,
        };
        let mut may_say = || {
            let may = last_said.is_none_or(|last| last.elapsed() >= SAY_AGAIN);
            if may {
                last_said = Some(Instant::now());
            }
            may
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                if may_say() {
                    say(format_args!("{name}: {error}; connections wait"));
                }
                sleep(REST).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&shared.places).try_acquire_owned() else {
            shared.connections.refused.fetch_add(1, Ordering::Relaxed);
            if may_say() {
                say(format_args!("{name}: too many connections (--max-connections): {peer} was refused"));
            }
            continue;
        };
        number += 1;
        let peer: Arc<str> = if peer.is_empty() { format!("{name}#{number}").into() } else { peer.into() };
        let shared = shared.clone();
        shared.connections.opened.fetch_add(1, Ordering::Relaxed);
        tokio::spawn(async move {
            let connections = Arc::clone(&shared.connections);
            match stream {
                Incoming::Tcp(stream) => serve(stream, peer, shared).await,
                Incoming::Tls(stream, acceptor) => match timeout(HANDSHAKE, acceptor.accept(stream)).await {
                    Ok(Ok(stream)) => serve(stream, peer, shared).await,
                    Ok(Err(error)) => disconnected(&connections, &peer, &error),
                    Err(_) => disconnected(&connections, &peer, &"no agreement on TLS in 10 seconds"),
                },
                #[cfg(unix)]
                Incoming::Unix(stream) => serve(stream, peer, shared).await,
            }
            connections.closed.fetch_add(1, Ordering::Relaxed);
            drop(place);
        });
    }
}

enum Incoming {
    Tcp(tokio::net::TcpStream),
    Tls(tokio::net::TcpStream, TlsAcceptor),
    #[cfg(unix)]
    Unix(tokio::net::UnixStream),
}

async fn accept_one(listener: &Listener) -> io::Result<(Incoming, String)> {
    match listener {
        Listener::Tcp(listener) => {
            let (stream, peer) = listener.accept().await?;
            Ok((Incoming::Tcp(stream), format!("tcp://{peer}")))
        }
        Listener::Tls(listener, acceptor) => {
            let (stream, peer) = listener.accept().await?;
            Ok((Incoming::Tls(stream, acceptor.clone()), format!("tls://{peer}")))
        }
        #[cfg(unix)]
        Listener::Unix(listener) => Ok((Incoming::Unix(listener.accept().await?.0), String::new())),
    }
}

fn disconnected(connections: &Connections, peer: &str, why: &dyn core::fmt::Display) {
    connections.disconnected.fetch_add(1, Ordering::Relaxed);
    say(format_args!("{peer}: disconnected: {why}"));
}

/// The bytes read from a connection.
struct Connection {
    codec: Codec,
    bytes: BytesMut,
    pieces: Vec<Piece>,
    /// The region that is not a buffer, as far as it goes.
    region: Option<(u64, u64)>,
    bad_bytes: u64,
    bad_regions: u32,
}

impl Connection {
    /// Takes apart what has come.
    fn take(&mut self, at_end: bool) {
        loop {
            let item = if at_end {
                self.codec.decode_eof(&mut self.bytes)
            } else {
                self.codec.decode(&mut self.bytes)
            };
            match item {
                Ok(Some(Item::Event { offset, event })) => self.buffer(offset, event.into_bytes()),
                Ok(Some(Item::Command { offset, bytes })) => self.buffer(offset, bytes),
                Ok(Some(Item::Bad { offset, bytes, error, ends })) => {
                    let len = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                    self.bad_bytes = self.bad_bytes.saturating_add(len);
                    let (start, before) = self.region.unwrap_or((offset, 0));
                    let len = before.saturating_add(len);
                    self.pieces.push(Piece::BadBytes { offset, bytes });
                    self.region = Some((start, len)).filter(|_| !ends);
                    if ends {
                        self.bad_regions = self.bad_regions.saturating_add(1);
                        self.pieces.push(Piece::Bad { offset: start, len, error: error.to_string() });
                    }
                }
                Ok(_) | Err(_) => return,
            }
        }
    }

    fn buffer(&mut self, offset: u64, bytes: Bytes) {
        (self.bad_bytes, self.bad_regions) = (0, 0);
        self.pieces.push(Piece::Buffer { offset, bytes });
    }

    /// Why the connection is to be closed.
    fn is_hostile(&self) -> Option<&'static str> {
        if self.bad_bytes >= MOST_BAD_BYTES {
            return Some("1 MiB in a row that holds no buffer");
        }
        (self.bad_regions >= MOST_BAD_REGIONS).then_some("100 regions in a row that are not buffers")
    }
}

/// Reads a connection to its end.
async fn serve<S: AsyncRead + Unpin>(mut stream: S, peer: Arc<str>, shared: Shared) {
    let mut connection = Connection {
        codec: shared.codec,
        bytes: BytesMut::new(),
        pieces: Vec::new(),
        region: None,
        bad_bytes: 0,
        bad_regions: 0,
    };
    let mut stopped = shared.stopped;
    let mut read = FIRST_READ;
    // When the unfinished buffer began; when something came last.
    let (mut unfinished, mut last) = (None, Instant::now());
    let mut end: Option<Instant> = None;
    loop {
        // A single byte may be the pad of a buffer that is complete.
        if connection.bytes.len() <= 1 {
            unfinished = None;
        }
        let mut deadline = unfinished.map(|since: Instant| since + shared.buffer_timeout);
        let idle = shared.idle_timeout.and_then(|time| last.checked_add(time));
        deadline = deadline.into_iter().chain(idle).min();
        if let Some(end) = end {
            deadline = Some(deadline.into_iter().chain([end, Instant::now() + QUIET]).min().unwrap_or(end));
        }
        connection.bytes.reserve(read);
        let count = tokio::select! {
            biased;
            _ = stopped.wait_for(|stopped| *stopped), if end.is_none() => {
                end = Some(Instant::now() + PATIENCE);
                continue;
            }
            count = stream.read_buf(&mut connection.bytes) => count,
            () = async { sleep_until(deadline.unwrap_or_else(Instant::now)).await }, if deadline.is_some() => {
                if end.is_some() {
                    Ok(0)
                } else {
                    let why = if unfinished.is_some() { "a buffer was not finished in time" } else { "it has sent nothing for too long" };
                    disconnected(&shared.connections, &peer, &why);
                    Ok(0)
                }
            }
        };
        let count = match count {
            Ok(count) => count,
            Err(error) => {
                // The bytes before the error have been taken; an unfinished buffer is reported below.
                disconnected(&shared.connections, &peer, &error);
                0
            }
        };
        shared.connections.bytes.fetch_add(u64::try_from(count).unwrap_or(0), Ordering::Relaxed);
        last = Instant::now();
        read = if count >= read { (read * 2).min(LONGEST_READ) } else { read };
        connection.take(count == 0);
        if !connection.pieces.is_empty() {
            unfinished = None;
            let pieces = core::mem::take(&mut connection.pieces);
            if shared.sender.send(Pieces { peer: Arc::clone(&peer), pieces }).await.is_err() {
                return;
            }
        }
        if count == 0 {
            return;
        }
        if let Some(why) = connection.is_hostile() {
            disconnected(&shared.connections, &peer, &why);
            connection.take(true);
            let pieces = core::mem::take(&mut connection.pieces);
            let _ = shared.sender.send(Pieces { peer, pieces }).await;
            return;
        }
        unfinished = unfinished.or_else(|| Some(Instant::now()));
    }
}

/// The codec of a form.
pub(crate) fn codec(form: super::Form, profile: &Profile) -> Result<Codec, Stop> {
    let codec = match form {
        super::Form::Auto | super::Form::Raw => Codec::raw(),
        super::Form::Be16 => Codec::be16(),
        super::Form::Be32 => Codec::be32(),
        _ => return Err(Stop::Usage("listen reads --from raw, be16 or be32".to_owned())),
    };
    if *profile == Profile::DEFAULT {
        return Ok(codec);
    }
    // There is one in a run.
    Ok(codec.with_profile(Box::leak(Box::new(profile.clone()))))
}
