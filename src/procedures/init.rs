use super::Host;
use super::header::check_owner;
use super::map::TokenMap;
use super::status::Status;
use crate::spi::write::{CommandHeader, Encoder, SliceOutput, StandardFields};
use crate::spi::{Ssid, Version};

/// The parameters of SSINIT that a program may omit. The default of each is the procedure's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)]
pub struct Initial {
    /// ZSPI-TKN-COMMAND.
    pub command: i16,
    /// ZSPI-TKN-OBJECT-TYPE.
    pub object_type: i16,
    /// ZSPI-TKN-MAXRESP: 0 = one response without a list, n = up to n in lists, -1 = as many as fit.
    pub max_resp: i16,
    /// ZSPI-TKN-SERVER-VERSION.
    pub server_version: u16,
    /// Turns the checksum on if it is not 0.
    pub checksum: i16,
    /// ZSPI-TKN-MAX-FIELD-VERSION.
    pub max_field_version: u16,
}

impl Host<'_> {
    /// SSINIT: writes the header of a command into a buffer (SPI Programming Manual 3-4).
    ///
    /// # Errors
    /// [`Status::ILLPARM`]: the header type is not 0, which is the only one for programs. [`Status::BADSSID`].
    /// [`Status::NOSPACE`]: the header does not fit the buffer. [`Status::BADADDR`]: `buffer` is shorter than
    /// `buffer_length`. [`Status::NOTIMP`]: a checksum is asked for.
    pub fn ssinit(
        &self,
        buffer: &mut [u8],
        buffer_length: u16,
        ssid: &Ssid,
        header_type: i16,
        initial: &Initial,
    ) -> Result<(), Status> {
        if header_type != 0 {
            return Err(Status::ILLPARM);
        }
        check_owner(*ssid)?;
        let buffer = buffer.get_mut(..usize::from(buffer_length)).ok_or(Status::BADADDR)?;
        if initial.checksum != 0 {
            return Err(Status::NOTIMP);
        }
        let standard = StandardFields {
            buffer_len: buffer_length,
            max_field_version: Version(initial.max_field_version),
            ..StandardFields::new(*ssid)
        };
        let header = CommandHeader {
            standard,
            object_type: initial.object_type,
            max_response: initial.max_resp,
            server_version: initial.server_version,
            ..CommandHeader::new(*ssid, initial.command)
        };
        Encoder::command(SliceOutput::new(buffer), &header, self.profile)?.finish()?;
        Ok(())
    }
}

/// SSNULL: fills a structure with the null values of its map (SPI Programming Manual 3-6).
///
/// # Errors
/// [`Status::ILLTKN`]: the map is not valid. [`Status::BADADDR`]: the structure is shorter than the map says.
pub fn ssnull(token_map: &[u16], structure: &mut [u8]) -> Result<(), Status> {
    let map = TokenMap::new(token_map)?;
    map.fill_null(structure.get_mut(..map.len()).ok_or(Status::BADADDR)?);
    Ok(())
}
