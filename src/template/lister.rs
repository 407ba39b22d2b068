use alloc::sync::Arc;
use core::fmt;
pub type Conversion = Arc<dyn Fn(&[u8], &mut dyn fmt::Write) -> fmt::Result + Send + Sync>;
