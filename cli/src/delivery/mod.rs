//! Sending events to receivers over the network.

pub(crate) mod address;
pub(crate) mod background;
pub(crate) mod http;
pub(crate) mod otlp;
pub(crate) mod queue;
pub(crate) mod syslog;
pub(crate) mod tls;

/// Settings of a receiver over the network in addition to its own options.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Circumstances<'a> {
    pub(crate) tls: &'a tls::Args,
    /// The run waits for more at the end of its input.
    pub(crate) follows: bool,
}
