//! A producer and a consumer over TCP: events after 32-bit lengths, the form that `zems listen --from be32` reads too.
//!
//! ```sh
//! cargo run --features tokio --example tcp -- consume 127.0.0.1:7000 &
//! cargo run --features tokio --example tcp -- produce 127.0.0.1:7000
//! ```

use std::io;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::codec::FramedWrite;
use zems::codec::{Codec, Events};
use zems::ems::EventBuf;
use zems::site::Site;

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["produce", address] => produce(TcpStream::connect(address).await?, 3).await,
        ["consume", address] => {
            let listener = TcpListener::bind(address).await?;
            let (stream, _) = listener.accept().await?;
            for line in consume(stream).await {
                println!("{line}");
            }
            Ok(())
        }
        _ => {
            eprintln!("usage: tcp produce|consume HOST:PORT");
            std::process::exit(2);
        }
    }
}

/// Sends an event `count` times.
///
/// # Errors
///
/// The connection fails.
pub async fn produce(stream: TcpStream, count: usize) -> io::Result<()> {
    let event = EventBuf::parse(Bytes::from_static(zems::samples::BKUP_FAIL)).map_err(io::Error::other)?;
    let mut sink = FramedWrite::new(stream, Codec::be32());
    for _ in 0..count {
        // `feed` waits for the receiver when the buffer of the sink is full. Cloning an event copies no bytes.
        sink.feed(event.clone()).await.map_err(io::Error::other)?;
    }
    SinkExt::<EventBuf>::close(&mut sink).await.map_err(io::Error::other)
}

/// The sentences of all events that a connection carries, and its faults.
pub async fn consume(stream: TcpStream) -> Vec<String> {
    let site = Site::builtin();
    let mut events = Events::new(stream, Codec::be32());
    let mut lines = Vec::new();
    while let Some(event) = events.next().await {
        lines.push(match event {
            Ok(event) => site.sentence(&event.event()).to_string(),
            // A fault loses its own bytes only; the next event follows.
            Err(fault) => format!("! {fault}"),
        });
    }
    lines
}
