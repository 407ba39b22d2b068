//! Sending events to receivers over the network.

pub(crate) mod address;
pub(crate) mod background;
pub(crate) mod http;
pub(crate) mod otlp;
pub(crate) mod queue;
pub(crate) mod syslog;
pub(crate) mod tls;
