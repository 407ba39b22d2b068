use super::get::is_header_token;
use super::header::{check_owner, raise_max_field_version, reset_buffer};
use super::map::TokenMap;
use super::state::{Place, Work, raw};
use super::status::Status;
use super::vocabulary::Special;
use super::{Host, TokenId};
use crate::ems::HeaderToken;
use crate::spi::{DataType, Ssid, TokenCode};

/// ZSPI-VAL-INITIAL-LIST.
const INITIAL_LIST: [u8; 2] = [0xFF; 2];
/// ZSPI-VAL-INITIAL-BUFFER.
const INITIAL_BUFFER: [u8; 2] = [0; 2];

impl Host<'_> {
    /// SSPUT: adds tokens at the end of the buffer, or carries out a special operation (SPI Programming Manual 3-7 to 3-12).
    ///
    /// `token_value` has as many values as `count` says, 1 if it is omitted. For ZSPI-TKN-DELETE it has the code to delete,
    /// and `count` is the index.
    ///
    /// # Errors
    /// The status of the call. The pointers are as before.
    pub fn ssput(
        &self,
        buffer: &mut [u8],
        token_id: TokenId<'_>,
        token_value: Option<&[u8]>,
        count: Option<i16>,
        ssid: Option<&Ssid>,
    ) -> Result<(), Status> {
        self.call(buffer, token_id.code(), |work| self.put(work, token_id, token_value, count, ssid))
    }

    /// SSPUTTKN: SSPUT for a token code given by value.
    ///
    /// # Errors
    /// The status of the call.
    pub fn ssputtkn(
        &self,
        buffer: &mut [u8],
        token_code: TokenCode,
        token_value: Option<&[u8]>,
        count: Option<i16>,
        ssid: Option<&Ssid>,
    ) -> Result<(), Status> {
        self.ssput(buffer, TokenId::Code(token_code), token_value, count, ssid)
    }

    pub(super) fn put(
        &self,
        work: &mut Work<'_, '_>,
        token_id: TokenId<'_>,
        value: Option<&[u8]>,
        count: Option<i16>,
        ssid: Option<&Ssid>,
    ) -> Result<(), Status> {
        let special = match token_id {
            TokenId::Code(code) => self.vocabulary.special(code.number()),
            TokenId::Map(_) => None,
        };
        if work.has_checksum() && special != Some(Special::Header(HeaderToken::Checksum)) {
            return Err(Status::NOTIMP);
        }
        let ssid = ssid.copied().unwrap_or(Ssid::NULL);
        if ssid != Ssid::NULL {
            check_owner(ssid)?;
        }
        match special {
            None => self.put_values(work, token_id, value, count.unwrap_or(1), ssid),
            Some(Special::EndList) => work.close_list(),
            Some(Special::ClearErr) => {
                work.save_error(Status::OK, TokenCode::default());
                Ok(())
            }
            Some(Special::ResetBuffer) => reset_buffer(work, u16::from_be_bytes(fixed(value)?)),
            Some(Special::DataFlush) => work.flush(),
            Some(Special::Delete) => {
                let index = usize::try_from(count.unwrap_or(0)).map_err(|_| Status::ILLPARM)?;
                let code = TokenCode::from_bits(u32::from_be_bytes(fixed(value)?));
                if self.vocabulary.special(code.number()).is_some() {
                    return Err(Status::ILLPARM);
                }
                work.delete(work.resolve(code, ssid)?, index)
            }
            Some(Special::InitialPosition) => {
                let place = match fixed(value)? {
                    INITIAL_BUFFER => Place::default(),
                    INITIAL_LIST if work.place().list == 0 => Place::default(),
                    INITIAL_LIST => Place::start_of(work.place().list).unread(),
                    _ => return Err(Status::ILLPARM),
                };
                work.set_place(place)
            }
            Some(Special::Position) => {
                let place = Place::from_bytes(fixed(value)?);
                if !work.is_place(place) {
                    return Err(Status::ILLPARM);
                }
                work.set_place(place)
            }
            Some(special) if is_header_token(special) => self.set_header(work, special, value),
            Some(_) => Err(Status::ILLPARM),
        }
    }

    fn put_values(
        &self,
        work: &mut Work<'_, '_>,
        token_id: TokenId<'_>,
        value: Option<&[u8]>,
        count: i16,
        ssid: Ssid,
    ) -> Result<(), Status> {
        let count = usize::try_from(count).ok().filter(|count| *count > 0).ok_or(Status::ILLPARM)?;
        let map = self.map(token_id)?;
        let code = map.map_or(token_id.code(), |map| map.stored_code());
        match self.profile.data_type(code.type_code()) {
            DataType::List if count > 1 => return Err(Status::ILLPARM),
            DataType::List => return work.open_list(ssid, code),
            // Stored, it would end a list.
            DataType::Ssctl => return Err(Status::ILLPARM),
            _ => {}
        }
        let values = Values::new(code, map, value, count)?;
        if count == 1 {
            let bytes = values.clone().next().unwrap_or_default();
            work.append(|encoder| encoder.put_qualified(ssid, code, raw(bytes)))?;
        } else if code.length() == 0 {
            work.append(|encoder| (0..count).try_for_each(|_| encoder.put_qualified(ssid, code, ())))?;
        } else {
            work.append(|encoder| encoder.put_table_qualified(ssid, code, values.clone().map(raw)))?;
        }
        if let Some(map) = map {
            let newest = values.map(|structure| map.newest_version(structure)).max().unwrap_or_default();
            raise_max_field_version(work, newest.0);
        }
        Ok(())
    }
}

/// A value of a known length.
///
/// # Errors
/// [`Status::MISPARM`]: there is none. [`Status::BADADDR`]: it is shorter.
fn fixed<const N: usize>(value: Option<&[u8]>) -> Result<[u8; N], Status> {
    value.ok_or(Status::MISPARM)?.first_chunk().copied().ok_or(Status::BADADDR)
}

/// The values of one put, as they follow each other in the caller's memory.
#[derive(Clone, Debug)]
struct Values<'v> {
    rest: &'v [u8],
    /// The length of each value, `None` if each begins with a length word.
    len: Option<usize>,
    left: usize,
}

impl<'v> Values<'v> {
    /// # Errors
    /// [`Status::MISPARM`]: no value is given. [`Status::BADADDR`]: they are shorter than they say. [`Status::ILLPARM`]: one
    /// of several values of variable length is odd.
    fn new(
        code: TokenCode,
        map: Option<TokenMap<'_>>,
        value: Option<&'v [u8]>,
        count: usize,
    ) -> Result<Self, Status> {
        let len = match map {
            Some(map) => Some(map.len()),
            None if code.is_variable() => None,
            None => Some(usize::from(code.length())),
        };
        let rest = match (value, len) {
            (Some(value), _) => value,
            (None, Some(0)) => &[],
            (None, _) => return Err(Status::MISPARM),
        };
        let values = Self { rest, len, left: count };
        let mut check = values.clone();
        let mut is_odd = false;
        for bytes in check.by_ref() {
            is_odd |= bytes.len() % 2 == 1;
        }
        if count > 1 && code.is_variable() && is_odd {
            return Err(Status::ILLPARM);
        }
        if check.left > 0 {
            return Err(Status::BADADDR);
        }
        Ok(values)
    }
}

impl<'v> Iterator for Values<'v> {
    type Item = &'v [u8];

    fn next(&mut self) -> Option<&'v [u8]> {
        let left = self.left.checked_sub(1)?;
        let (len, rest) = match self.len {
            Some(len) => (len, self.rest),
            None => {
                let (word, rest) = self.rest.split_first_chunk()?;
                (usize::from(u16::from_be_bytes(*word)), rest)
            }
        };
        let (bytes, rest) = rest.split_at_checked(len)?;
        (self.rest, self.left) = (rest, left);
        Some(bytes)
    }
}
