use core::ops::Range;

use crate::spi::header::{self, field};
use crate::spi::profile::Profile;
use crate::spi::ssid::Ssid;
use crate::spi::token_code::{TokenCode, TokenNumber, TypeCode};
use crate::spi::version::Version;

/// The standard part of a new buffer; the rest of it follows from the tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)]
pub struct StandardFields {
    /// Whose message it is.
    pub ssid: Ssid,
    /// Z-BUFLEN, the declared length, above which the buffer does not grow.
    pub buffer_len: u16,
    /// ZSPI-TKN-MAX-FIELD-VERSION to begin with.
    pub max_field_version: Version,
    /// Whether a context part is written after the specialized part.
    pub context: bool,
}

impl StandardFields {
    /// Declared length 4024, no field version, with a context part.
    #[must_use]
    pub const fn new(ssid: Ssid) -> Self {
        Self { ssid, buffer_len: 4024, max_field_version: Version(0), context: true }
    }

    /// Standard part and header code; the used length is patched in at the end.
    #[inline]
    pub(crate) fn encode(&self, header_code: TokenCode) -> [u8; field::SPECIALIZED] {
        let mut bytes = [0; field::SPECIALIZED];
        self.encode_into(header_code, &mut bytes);
        bytes
    }

    /// The same, in place.
    #[inline(always)]
    pub(crate) fn encode_into(&self, header_code: TokenCode, bytes: &mut [u8; field::SPECIALIZED]) {
        let mut put = |at: Range<usize>, value: &[u8]| {
            if let Some(place) = bytes.get_mut(at) {
                place.copy_from_slice(value);
            }
        };
        put(field::MESSAGE_CODE, &header::MESSAGE_CODE.to_be_bytes());
        put(field::BUFFER_LEN, &self.buffer_len.to_be_bytes());
        put(field::OCCURS, &[0; 2]);
        put(field::SSID, self.ssid.as_bytes());
        put(field::CHECKSUM, &[0; 2]);
        put(field::MAX_FIELD_VERSION, &self.max_field_version.0.to_be_bytes());
        put(field::FLAGS, &[0; 2]);
        put(field::HEADER_CODE, &header_code.to_be_bytes(false));
    }
}

/// The header of a command or response (ZSPI^DDL^CMDHDR^DEF, SPI Programming Manual C-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)]
pub struct CommandHeader {
    /// The fields every buffer has.
    pub standard: StandardFields,
    /// ZSPI-TKN-COMMAND.
    pub command: i16,
    /// ZSPI-TKN-OBJECT-TYPE; 0 is none.
    pub object_type: i16,
    /// ZSPI-TKN-MAXRESP: 0 = one response without a list, n = up to n in lists, -1 = as many as fit.
    pub max_response: i16,
    /// ZSPI-TKN-SERVER-VERSION; 0 is none.
    pub server_version: u16,
}

impl CommandHeader {
    /// A command of this subsystem, everything else null.
    #[must_use]
    pub const fn new(ssid: Ssid, command: i16) -> Self {
        let standard = StandardFields::new(ssid);
        Self { standard, command, object_type: 0, max_response: 0, server_version: 0 }
    }

    pub(super) fn specialized(&self) -> [u8; 8] {
        let [a, b] = self.command.to_be_bytes();
        let [c, d] = self.object_type.to_be_bytes();
        let [e, f] = self.max_response.to_be_bytes();
        let [g, h] = self.server_version.to_be_bytes();
        [a, b, c, d, e, f, g, h]
    }
}

/// The code, fields not yet filled in, of a context part.
pub(crate) const CONTEXT_PART: [u8; header::CONTEXT_LEN] = {
    let code = TokenCode::new(TypeCode::STRUCT, header::CONTEXT_FIELDS_LEN, TokenNumber::POSITION);
    let [a, b, c, d] = code.to_be_bytes(false);
    [a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
};

/// The properties of a header that is given as bytes.
pub(super) struct Parts {
    pub(super) ssid: Ssid,
    pub(super) buffer_len: u16,
    pub(super) has_checksum: bool,
    pub(super) max_field_version: Version,
    pub(super) number: TokenNumber,
    /// Offset of the context part.
    pub(super) context: Option<usize>,
}

/// Takes a header apart that ends just before the first token; `None` if the bytes are not such a header.
pub(super) fn parts(bytes: &[u8], profile: &Profile) -> Option<Parts> {
    let word = |at: usize| bytes.get(at..)?.first_chunk().map(|word| u16::from_be_bytes(*word));
    let code = token_code(bytes.get(field::HEADER_CODE)?)?;
    let number = code.number();
    let is_header = word(field::MESSAGE_CODE.start)? == header::MESSAGE_CODE
        && code.type_code() == TypeCode::STRUCT
        && number.is_header_type()
        && number != profile.table_header;
    let specialized_end = field::SPECIALIZED + usize::from(code.length());
    let behind = specialized_end.next_multiple_of(2);
    let mut context = None;
    let mut end = behind;
    if let Some(rest) = bytes.get(behind..).filter(|rest| !rest.is_empty()) {
        let code = token_code(rest)?;
        let is_context = code.type_code() == TypeCode::STRUCT
            && code.number() == TokenNumber::POSITION
            && code.length() >= header::CONTEXT_FIELDS_LEN;
        if !is_context {
            return None;
        }
        context = Some(behind);
        end = (behind + 4 + usize::from(code.length())).next_multiple_of(2);
    }
    // A buffer without tokens may end before the last pad.
    if !is_header || bytes.len() != end && bytes.len() + 1 != end {
        return None;
    }
    Some(Parts {
        ssid: Ssid::from_bytes(*bytes.get(field::SSID)?.first_chunk()?),
        buffer_len: word(field::BUFFER_LEN.start)?,
        has_checksum: word(field::FLAGS.start)? & header::CHECKSUM_FLAG != 0,
        max_field_version: Version(word(field::MAX_FIELD_VERSION.start)?),
        number,
        context,
    })
}

/// The token code at the front, if it is in the simple form.
fn token_code(bytes: &[u8]) -> Option<TokenCode> {
    let bits = u32::from_be_bytes(*bytes.first_chunk()?);
    (bits >> 31 == 0).then(|| TokenCode::from_bits(bits))
}
