//! A filter service: reads events from a connection, and sends back those that an EMF filter passes.
//!
//! ```sh
//! cargo run --features tokio --example filter_service -- samples/portmapper.emf 127.0.0.1:7000
//! ```

use core::error::Error;
use std::io;
use std::sync::Arc;

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::codec::FramedWrite;
use zems::codec::{Codec, Events};
use zems::ems::EventBuf;
use zems::filter::{Compiler, Filter, Parameters, Verdict};
use zems::site::Site;
use zems::text::SourceMap;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(path), Some(address)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: filter_service FILTER-SOURCE LISTEN-ADDRESS");
        std::process::exit(2);
    };
    let filter = Arc::new(compile(&path, &std::fs::read_to_string(&path)?)?);
    let listener = TcpListener::bind(address).await?;
    loop {
        let (stream, peer) = listener.accept().await?;
        let filter = Arc::clone(&filter);
        tokio::spawn(async move {
            if let Err(error) = serve(stream, &filter).await {
                eprintln!("{peer}: {error}");
            }
        });
    }
}

/// Compiles a filter source once; all connections share the result.
///
/// # Errors
///
/// The compiler's messages.
pub fn compile(name: &str, source: &str) -> Result<Filter, Box<dyn Error>> {
    let site = Site::builtin();
    let mut sources = SourceMap::new();
    let id = sources.add(name.to_owned(), source.to_owned())?;
    let compiled = Compiler::new(site.dictionary()).filter(&mut sources, id);
    let filter = compiled.into_result().map_err(|diagnostics| diagnostics.render(&sources))?;
    Ok(filter.load(&Parameters::new(), site.dictionary())?)
}

/// Sends back the events that pass, until the sender closes its half of the connection.
///
/// # Errors
///
/// The connection fails.
pub async fn serve(stream: TcpStream, filter: &Filter) -> io::Result<()> {
    let (reader, writer) = stream.into_split();
    let mut events = Events::new(reader, Codec::be32());
    let mut passed = FramedWrite::new(writer, Codec::be32());
    while let Some(event) = events.next().await {
        match event {
            Ok(event) if passes(filter, &event) => passed.send(event).await.map_err(io::Error::other)?,
            Ok(_) => {}
            Err(fault) => eprintln!("{fault}"),
        }
    }
    SinkExt::<EventBuf>::close(&mut passed).await.map_err(io::Error::other)
}

fn passes(filter: &Filter, event: &EventBuf) -> bool {
    // Working memory and texts of the site. A service that counts every microsecond keeps it for the connection.
    let site = Site::builtin();
    let verdict = filter.verdict(&event.event(), &mut site.filter_scratch());
    // An event with a token that cannot be read passes: a filter must not hide damage.
    !matches!(verdict, Ok(Verdict::Fail))
}
