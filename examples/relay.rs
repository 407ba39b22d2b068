//! A relay: accepts connections with events after 32-bit lengths, and forwards the critical events, all in one stream, to another
//! receiver.
//!
//! ```sh
//! zems listen --from be32 tcp://127.0.0.1:7001 &
//! cargo run --features tokio --example relay -- 127.0.0.1:7000 127.0.0.1:7001
//! ```

use std::io;

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_util::codec::FramedWrite;
use zems::codec::{Codec, Events};
use zems::ems::EventBuf;

/// Events that wait for the receiver. When this many wait, the relay stops reading, and the senders wait.
const WAITING: usize = 1000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let mut addresses = std::env::args().skip(1);
    let (Some(listen), Some(forward)) = (addresses.next(), addresses.next()) else {
        eprintln!("usage: relay LISTEN-ADDRESS FORWARD-ADDRESS");
        return Ok(());
    };
    let listener = TcpListener::bind(listen).await?;
    let (events, mut waiting) = mpsc::channel::<EventBuf>(WAITING);
    tokio::spawn(async move {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => drop(tokio::spawn(read(stream, peer.to_string(), events.clone()))),
                Err(error) => eprintln!("relay: {error}"),
            }
        }
    });
    let mut receiver = FramedWrite::new(TcpStream::connect(forward).await?, Codec::be32());
    while let Some(event) = waiting.recv().await {
        receiver.send(event).await.map_err(io::Error::other)?;
    }
    Ok(())
}

/// Reads one connection to its end. A fault loses its own bytes only.
async fn read(stream: TcpStream, peer: String, events: mpsc::Sender<EventBuf>) {
    let mut stream = Events::new(stream, Codec::be32());
    while let Some(event) = stream.next().await {
        match event {
            Ok(event) if event.event().emphasis() == Some(true) => {
                if events.send(event).await.is_err() {
                    return;
                }
            }
            Ok(_) => {}
            Err(fault) => eprintln!("relay: {peer}: {fault}"),
        }
    }
}
