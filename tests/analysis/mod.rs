//! What is learnt from many events.

mod learn;
