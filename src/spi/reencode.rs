use core::fmt;

use super::read::{Buffer, DecodeError, Token, Visit};
use super::ssid::Ssid;
use super::token_code::TokenCode;
use super::write::{EncodeError, EncodeErrorKind, Encoder, Output, Raw};

/// The fate of a token in [`reencode`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)]
pub enum Action<'v> {
    /// It stays as it is, to the byte. Of a list: it stays, and its tokens are asked for one by one.
    Keep,
    /// It goes, a list with all that is in it.
    Drop,
    /// Another token takes its place, a list's with all that is in it.
    Replace {
        /// Whose token the new one is; the null SSID stands for the one in force.
        ssid: Ssid,
        /// The new token's code.
        code: TokenCode,
        /// The new token's value.
        value: &'v [u8],
    },
}

/// Why a buffer cannot be written again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReencodeError {
    /// The buffer cannot be read.
    Decode(DecodeError),
    /// The new buffer cannot be written.
    Encode(EncodeError),
}

/// Writes a buffer again after what is in `output`, token by token as `action` says. After an error `output` is as before.
///
/// Kept parts are kept to the byte: pads, foreign header bytes, tokens of unknown types. Keeping everything gives the
/// same bytes. After a change the lengths of the lists around it, the used length and the context part's last token
/// are written anew, and the context part's position, which would point elsewhere, is cleared.
///
/// ```
/// use zems::spi::{Action, read::Buffer, reencode};
///
/// let buffer = Buffer::parse(zems::samples::EVENT)?;
/// let mut same = Vec::new();
/// reencode(&buffer, &mut same, |_| Action::Keep)?;
/// assert_eq!(same, zems::samples::EVENT);
///
/// let mut shorter = Vec::new();
/// reencode(&buffer, &mut shorter, |token| if token.is_list() { Action::Drop } else { Action::Keep })?;
/// assert_eq!(shorter.len(), 183 - 36);
/// assert_eq!(Buffer::parse(&shorter)?.tokens().count(), 6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// A token of the buffer cannot be read; a replacement does not fit its code or the buffer's declared length; the buffer
/// carries a checksum and something changes; `output` is too short.
pub fn reencode<'a, 'v, O: Output>(
    buffer: &Buffer<'a>,
    output: &mut O,
    action: impl FnMut(&Token<'a>) -> Action<'v>,
) -> Result<(), ReencodeError> {
    let before = output.len();
    let written = copy(buffer, &mut *output, action);
    if written.is_err() {
        output.truncate(before);
    }
    written
}

fn copy<'a, 'v, O: Output>(
    buffer: &Buffer<'a>,
    output: &mut O,
    mut action: impl FnMut(&Token<'a>) -> Action<'v>,
) -> Result<(), ReencodeError> {
    let bytes = buffer.as_bytes();
    let mut encoder = Encoder::copy_header(output, buffer.profile(), bytes, buffer.body().start)?;
    let mut is_changed = false;
    // The list that is left out with all that is in it, by its offset.
    let mut left_out = None;
    // The text after the token written last, where a pad may be wanted.
    let mut pad =
        bytes.get(buffer.body().start.saturating_sub(1)..).and_then(<[u8]>::first).copied().unwrap_or(0);
    // The end of the last token of the top level, if it is kept.
    let mut kept_end = buffer.body().start;
    for visit in buffer.walk() {
        let token = match visit? {
            Visit::Close(list) => {
                if left_out.is_none() {
                    let code = list.bytes().last_chunk().copied().unwrap_or_default();
                    encoder.copy_end_list(code, list.bytes().len(), pad)?;
                    pad = 0;
                    kept_end = list.end();
                } else if left_out == Some(list.start()) {
                    left_out = None;
                }
                continue;
            }
            Visit::Token(_) | Visit::Open(_) if left_out.is_some() => continue,
            Visit::Token(token) | Visit::Open(token) => token,
        };
        let action = action(&token);
        if action == Action::Keep {
            if token.is_list() {
                let code = bytes.get(token.start()..token.value_offset()).unwrap_or_default();
                encoder.copy_begin_list(code, token.effective_ssid(), pad)?;
            } else {
                encoder.copy_token(token.raw(), pad)?;
            }
            pad = bytes.get(token.end()).copied().unwrap_or(0);
            kept_end = token.end();
            continue;
        }
        is_changed = true;
        kept_end = bytes.len();
        left_out = token.is_list().then_some(token.start());
        if let Action::Replace { ssid, code, value } = action {
            encoder.pad_with(pad)?;
            encoder.put_qualified(ssid, code, Raw(value))?;
            pad = 0;
        }
    }
    if let Some(trailing_pad) = bytes.get(kept_end) {
        encoder.pad_with(*trailing_pad)?;
    }
    if !is_changed {
        return Ok(());
    }
    if buffer.standard().has_checksum() {
        return Err(encoder.error(EncodeErrorKind::Checksum).into());
    }
    encoder.clear_position();
    encoder.finish()?;
    Ok(())
}

impl From<DecodeError> for ReencodeError {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

impl From<EncodeError> for ReencodeError {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}

impl fmt::Display for ReencodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decode(error) => error.fmt(f),
            Self::Encode(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for ReencodeError {}
