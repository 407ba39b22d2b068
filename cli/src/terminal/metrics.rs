//! `--metrics ADDRESS`: the counters of a run as OpenMetrics text over HTTP.

use core::fmt::{self, Write as _};
use core::time::Duration;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use crate::Stop;
use crate::terminal::report::Counters;

/// The option.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// Serve counters as OpenMetrics text at http://HOST:PORT/metrics. There is no access control: name an address that only the
    /// collector can reach.
    #[arg(long, value_name = "HOST:PORT")]
    metrics: Option<String>,
}

/// A request is shorter, and comes sooner.
const LONGEST_REQUEST: u64 = 1 << 14;
const PATIENCE: Duration = Duration::from_secs(2);
const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// A number that only grows, or one that does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Counter,
    Gauge,
}

/// A number with its name, without the prefix `zems_`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Metric {
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
    pub(crate) kind: Kind,
    pub(crate) value: u64,
}

impl Metric {
    pub(crate) const fn counter(name: &'static str, help: &'static str, value: u64) -> Self {
        Self { name, help, kind: Kind::Counter, value }
    }

    pub(crate) const fn gauge(name: &'static str, help: &'static str, value: u64) -> Self {
        Self { name, help, kind: Kind::Gauge, value }
    }
}

impl Args {
    pub(crate) const fn is_wanted(&self) -> bool {
        self.metrics.is_some()
    }

    /// Serves the counters, if an address is named.
    pub(crate) fn serve(&self, counters: &Arc<Counters>) -> Result<(), Stop> {
        let Some(address) = &self.metrics else { return Ok(()) };
        let wrong = |error: io::Error| Stop::Usage(format!("--metrics {address}: {error}"));
        let listener = TcpListener::bind(address).map_err(wrong)?;
        let local = listener.local_addr().map_err(wrong)?;
        crate::terminal::report::say(format_args!("metrics at http://{local}/metrics"));
        let counters = Arc::clone(counters);
        thread::spawn(move || {
            for stream in listener.incoming() {
                match stream {
                    // A collector asks now and then: one after the other, each for a short time.
                    Ok(stream) => drop(answer(&stream, &counters)),
                    Err(_) => thread::sleep(Duration::from_millis(100)),
                }
            }
        });
        Ok(())
    }
}

fn answer(stream: &TcpStream, counters: &Counters) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut request = BufReader::new(stream.take(LONGEST_REQUEST));
    let mut first = String::new();
    request.read_line(&mut first)?;
    let mut line = String::new();
    while request.read_line(&mut line)? > 2 {
        line.clear();
    }
    let mut words = first.split_ascii_whitespace();
    let (status, body) = match (words.next(), words.next()) {
        (Some("GET"), Some("/metrics" | "/")) => ("200 OK", text(&counters.metrics())),
        (Some("GET"), _) => ("404 Not Found", "the counters are at /metrics\n".to_owned()),
        _ => ("405 Method Not Allowed", "only GET is answered\n".to_owned()),
    };
    let kind = if status == "200 OK" { CONTENT_TYPE } else { "text/plain; charset=utf-8" };
    let len = body.len();
    let mut stream = stream;
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len}\r\nConnection: close\r\n\r\n{body}"
    )?;
    stream.flush()
}

/// The exposition format.
fn text(metrics: &[Metric]) -> String {
    let mut text = String::new();
    for Metric { name, help, kind, value } in metrics {
        let (kind, suffix) = match kind {
            Kind::Counter => ("counter", "_total"),
            Kind::Gauge => ("gauge", ""),
        };
        // Writing to a String does not fail.
        let _: fmt::Result = writeln!(
            text,
            "# TYPE zems_{name} {kind}\n# HELP zems_{name} {help}\nzems_{name}{suffix} {value}"
        );
    }
    text.push_str("# EOF\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_that_of_the_standard() {
        let metrics = [
            Metric { name: "buffers_good", help: "Buffers read.", kind: Kind::Counter, value: 3 },
            Metric { name: "connections", help: "Connections.", kind: Kind::Gauge, value: 1 },
        ];
        assert_eq!(
            text(&metrics),
            "# TYPE zems_buffers_good counter\n# HELP zems_buffers_good Buffers read.\nzems_buffers_good_total 3\n\
             # TYPE zems_connections gauge\n# HELP zems_connections Connections.\nzems_connections 1\n# EOF\n"
        );
    }
}
