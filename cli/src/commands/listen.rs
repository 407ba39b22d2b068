//! `zems listen`: events from programs that connect, to the same outputs as `decode`.

use crate::Stop;
use crate::commands::decode;
use crate::input::listen;
use crate::terminal::report::Report;

/// Accept connections from programs that forward events, and treat every event as `decode` does.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    after_help = EXAMPLES,
    mut_arg("files", |arg| {
        arg.value_name("ADDRESS").num_args(1).required(true).help(
            "Where to listen: tcp://HOST:PORT, tls://HOST:PORT or unix:///PATH. Port 0 is a free port",
        )
    }),
    mut_arg("from", |arg| arg.help("How connections send buffers: raw (also auto), be16 or be32")),
    mut_arg("follow", |arg| arg.hide(true)),
    mut_arg("state", |arg| arg.help(
        "Keep events in this file until they have arrived where they go; the next run begins with those that have not",
    )),
)]
pub(crate) struct Args {
    #[command(flatten)]
    connections: listen::Args,
    #[command(flatten)]
    decode: decode::Args,
}

const EXAMPLES: &str = "\
Examples:
  zems listen tcp://0.0.0.0:7000 --from be32 --format json -o events.jsonl
  zems listen unix:///run/zems.sock --syslog-to tls://log.example \\
      --state /var/lib/zems/listen.state
  zems listen tls://0.0.0.0:7001 --tls-cert cert.pem --tls-key key.pem \\
      --otlp-to http://localhost:4318
  zems listen tcp://127.0.0.1:7000 --config /etc/zems/listen.toml \\
      --metrics 127.0.0.1:9600";

pub(crate) fn run(args: Args, report: &mut Report) -> Result<(), Stop> {
    decode::run(&args.decode.listening(args.connections), report)
}
