use alloc::sync::Arc;

use bytes::Bytes;

use super::event::Event;
use crate::spi::Profile;
use crate::spi::read::{DecodeError, Decoder};

/// An event that owns its bytes: cheap to clone, without a lifetime, for queues and threads.
///
/// A `Vec<u8>` becomes one without a copy: `EventBuf::parse(vec.into())`.
#[derive(Clone, Debug)]
pub struct EventBuf {
    bytes: Bytes,
    profile: Option<Arc<Profile>>,
}

impl EventBuf {
    /// Takes the event that fills `bytes`, under the default profile.
    ///
    /// # Errors
    /// The bytes are not an SPI buffer, or a command or response.
    pub fn parse(bytes: Bytes) -> Result<Self, DecodeError> {
        Self::checked(Self { bytes, profile: None })
    }

    /// Takes the event that fills `bytes`, under this profile.
    ///
    /// # Errors
    /// The bytes are not an SPI buffer, or a command or response.
    pub fn parse_with(bytes: Bytes, profile: Arc<Profile>) -> Result<Self, DecodeError> {
        Self::checked(Self { bytes, profile: Some(profile) })
    }

    fn checked(self) -> Result<Self, DecodeError> {
        self.view().map(drop)?;
        Ok(self)
    }

    /// The event.
    ///
    /// # Panics
    /// Never: the bytes have been looked at in the constructor and do not change.
    #[must_use]
    #[allow(clippy::expect_used, clippy::missing_panics_doc)]
    pub fn event(&self) -> Event<'_> {
        self.view().expect("the constructor has read the same bytes")
    }

    fn view(&self) -> Result<Event<'_>, DecodeError> {
        let profile = self.profile.as_deref().unwrap_or(&Profile::DEFAULT);
        Decoder::new(profile).parse(&self.bytes)?.try_into()
    }

    /// The event's bytes, shared with this.
    #[must_use]
    pub const fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The event's bytes.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.bytes
    }
}
