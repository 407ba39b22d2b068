//! Sending events to receivers over the network.

pub(crate) mod background;
pub(crate) mod otlp;
pub(crate) mod send;
