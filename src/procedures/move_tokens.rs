use super::get::{Found, set_count};
use super::header::raise_max_field_version;
use super::map::TokenMap;
use super::state::{Target, Work, stored_len};
use super::status::Status;
use super::{Host, TokenId};
use crate::spi::write::{Encode, Output, token_len};
use crate::spi::{DataType, Ssid, TokenCode};

impl Host<'_> {
    /// SSMOVE: copies tokens of one code, or whole lists, from one buffer to another (SPI Programming Manual 3-24 to 3-26).
    ///
    /// `source_index` counts as in SSGET. With `dest_index` 0 the copies are added at the end; above 0 they replace tokens from
    /// that occurrence on, and are added when there are no more. `count` is the most to copy, and afterwards the number copied.
    ///
    /// # Errors
    /// The status of the call, saved in the source, or in the destination if that has the fault. Tokens that were copied before
    /// stay, and `count` says how many there are.
    #[allow(clippy::too_many_arguments)]
    pub fn ssmove(
        &self,
        token_id: TokenId<'_>,
        source_buffer: &mut [u8],
        source_index: Option<i16>,
        dest_buffer: &mut [u8],
        dest_index: Option<i16>,
        count: Option<&mut u16>,
        ssid: Option<&Ssid>,
    ) -> Result<(), Status> {
        let code = token_id.code();
        let mut dest = Work::open(dest_buffer, self.profile)?;
        self.call(source_buffer, code, |source| {
            let index = |index: Option<i16>| usize::try_from(index.unwrap_or(0)).map_err(|_| Status::ILLPARM);
            let (source_index, dest_index) = (index(source_index)?, index(dest_index)?);
            let wanted = count.as_ref().map_or(1, |count| **count);
            if wanted == 0 || i16::from_be_bytes(wanted.to_be_bytes()) < 0 {
                return Err(Status::ILLPARM);
            }
            let is_special =
                matches!(token_id, TokenId::Code(code) if self.vocabulary.special(code.number()).is_some());
            if is_special {
                return Err(Status::ILLPARM);
            }
            if source.has_checksum() || dest.has_checksum() {
                return Err(Status::NOTIMP);
            }
            let map = self.map(token_id)?;
            let target =
                source.resolve(map.map_or(code, |map| map.code()), ssid.copied().unwrap_or(Ssid::NULL))?;
            let mut moved = 0;
            let result =
                self.move_all(source, source_index, &mut dest, dest_index, target, map, wanted, &mut moved);
            set_count(count, moved);
            match result {
                Err(Fault::Source(status)) => Err(status),
                Err(Fault::Dest(status)) => {
                    if status != Status::INVBUF {
                        dest.save_error(status, code);
                    }
                    // The source has no fault of its own.
                    Ok(Err(status))
                }
                Ok(()) => Ok(Ok(())),
            }
        })?
    }

    /// SSMOVETKN: SSMOVE for a token code given by value.
    ///
    /// # Errors
    /// The status of the call.
    #[allow(clippy::too_many_arguments)]
    pub fn ssmovetkn(
        &self,
        token_code: TokenCode,
        source_buffer: &mut [u8],
        source_index: Option<i16>,
        dest_buffer: &mut [u8],
        dest_index: Option<i16>,
        count: Option<&mut u16>,
        ssid: Option<&Ssid>,
    ) -> Result<(), Status> {
        let token_id = TokenId::Code(token_code);
        self.ssmove(token_id, source_buffer, source_index, dest_buffer, dest_index, count, ssid)
    }

    #[allow(clippy::too_many_arguments)]
    fn move_all(
        &self,
        source: &mut Work<'_, '_>,
        source_index: usize,
        dest: &mut Work<'_, '_>,
        dest_index: usize,
        target: Target,
        map: Option<TokenMap<'_>>,
        wanted: u16,
        moved: &mut u16,
    ) -> Result<(), Fault> {
        let found = self.find(source, target, source_index).map_err(Fault::Source)?;
        let mut found = found.ok_or(Fault::Source(Status::MISTKN))?;
        loop {
            if found.entry.is_open && dest_index > 0 {
                return Err(Fault::Source(Status::MISTKN));
            }
            let replaced = match dest_index {
                0 => None,
                index => {
                    let list = dest.place().list;
                    let level = dest.level(list).map_err(Fault::Dest)?;
                    dest.nth_of(target, &level, index + usize::from(*moved)).map_err(Fault::Dest)?
                }
            };
            match replaced {
                None => add(source, dest, &found, map)?,
                Some(replaced) => replace(source, dest, &found, &replaced, map)?,
            }
            *moved += 1;
            source.set_place(found.entry.place(&found.level, found.index)).map_err(Fault::Source)?;
            if *moved == wanted {
                return Ok(());
            }
            match self.following(source, target, &found).map_err(Fault::Source)? {
                Some(next) => found = next,
                None => return Ok(()),
            }
        }
    }
}

/// A status, and whose it is.
#[derive(Clone, Copy, Debug)]
enum Fault {
    Source(Status),
    Dest(Status),
}

/// A value, cut or filled with nulls to the length of a map.
#[derive(Clone, Copy, Debug)]
struct Payload<'a> {
    bytes: &'a [u8],
    map: Option<TokenMap<'a>>,
}

impl<'a> Payload<'a> {
    fn new(source: &'a Work<'_, '_>, found: &Found, map: Option<TokenMap<'a>>) -> Result<Self, Fault> {
        let value = source.value(&found.level, &found.entry, found.index).map_err(Fault::Source)?;
        let mut bytes = source.slice(value).map_err(Fault::Source)?;
        if let Some(map) = map {
            bytes = bytes.get(..map.len()).unwrap_or(bytes);
        }
        Ok(Self { bytes, map })
    }
}

impl Encode for Payload<'_> {
    fn encoded_len(&self) -> usize {
        self.map.map_or(self.bytes.len(), |map| map.len())
    }

    fn fits(&self, _: DataType) -> bool {
        true
    }

    fn encode(&self, output: &mut impl Output) {
        output.extend(self.bytes);
        let mut passed = 0;
        for run in self.map.iter().flat_map(TokenMap::runs) {
            let nulls = [run.null; 255];
            let from = self.bytes.len().clamp(passed, passed + run.len);
            passed += run.len;
            output.extend(nulls.get(..passed - from).unwrap_or_default());
        }
    }
}

/// The SSID a token is put with: a token that SPI owns and that has none of its own gets none.
fn qualifier(found: &Found) -> Ssid {
    let entry = &found.entry;
    if entry.is_shared_or_default && entry.code.number().is_shared() && !entry.is_list {
        Ssid::NULL
    } else {
        entry.ssid
    }
}

/// Adds a copy at the end of the destination.
fn add(
    source: &Work<'_, '_>,
    dest: &mut Work<'_, '_>,
    found: &Found,
    map: Option<TokenMap<'_>>,
) -> Result<(), Fault> {
    let entry = &found.entry;
    if !entry.is_list {
        let payload = Payload::new(source, found, map)?;
        dest.append(|encoder| encoder.put_qualified(qualifier(found), entry.code, payload))
            .map_err(Fault::Dest)?;
        raise(dest, &payload);
        return Ok(());
    }
    let inside = source.inside(&found.level, entry);
    let content = source.slice(inside.start..entry.end).map_err(Fault::Source)?;
    let before = (dest.used(), dest.last_token(), dest.last_list());
    let mut put = || -> Result<(), Status> {
        dest.open_list(entry.ssid, entry.code)?;
        let start = dest.append_raw(content)?;
        if entry.is_open {
            let last_list = source.last_list();
            if last_list > entry.start && last_list < entry.end {
                dest.set_last_list(start + last_list - inside.start);
            }
            let last_token = source.last_token();
            if last_token >= inside.start {
                dest.set_last_token(start + last_token - inside.start);
            }
            return Ok(());
        }
        // The copy brought its end-list token along.
        let len = u16::try_from(content.len()).map_err(|_| Status::NOSPACE)?;
        dest.set_word(start - 2, len);
        dest.set_last_list(before.2);
        dest.set_last_token(start + content.len() - 4);
        Ok(())
    };
    put().map_err(|status| {
        dest.take_back(before);
        Fault::Dest(status)
    })
}

fn raise(dest: &mut Work<'_, '_>, payload: &Payload<'_>) {
    if let Some(map) = payload.map {
        raise_max_field_version(dest, map.newest_version(payload.bytes).0);
    }
}

/// Replaces one occurrence in the destination.
fn replace(
    source: &Work<'_, '_>,
    dest: &mut Work<'_, '_>,
    found: &Found,
    replaced: &Found,
    map: Option<TokenMap<'_>>,
) -> Result<(), Fault> {
    let entry = &found.entry;
    if replaced.entry.is_open {
        return Err(Fault::Source(Status::MISTKN));
    }
    let payload = if entry.is_list {
        let inside = source.inside(&found.level, entry);
        Payload { bytes: source.slice(inside.start..entry.end).map_err(Fault::Source)?, map: None }
    } else {
        Payload::new(source, found, map)?
    };
    let mut put = || -> Result<(), Status> {
        if replaced.entry.is_table {
            let at = dest.resize_value(replaced, payload.encoded_len())?;
            return dest.write_value(at, entry.code, &payload);
        }
        let in_force = dest.level_ssid(&replaced.level);
        let ssid = if entry.is_list { entry.ssid } else { qualifier(found) };
        let own = (ssid != Ssid::NULL && !ssid.is_same_subsystem(in_force)).then_some(ssid.without_version());
        let len = token_len(entry.code, own.is_some(), payload.encoded_len());
        dest.replace_token(replaced, len)?;
        let start = replaced.entry.start;
        dest.write(start, &entry.code.to_be_bytes(own.is_some()))?;
        let mut at = start + 4;
        if let Some(own) = own {
            dest.write(at, own.as_bytes())?;
            at += Ssid::LEN;
        }
        dest.write_value(at, entry.code, &payload)
    };
    put().map_err(Fault::Dest)?;
    raise(dest, &payload);
    Ok(())
}

impl Work<'_, '_> {
    /// The `index`th wanted token of a level, from 1.
    fn nth_of(
        &self,
        target: Target,
        level: &super::state::Level,
        index: usize,
    ) -> Result<Option<Found>, Status> {
        let mut left = index;
        for entry in self.search(level, level.start, target) {
            let entry = entry?;
            if !entry.is_wanted {
                continue;
            }
            if left <= entry.values {
                return Ok(Some(Found { level: *level, entry, index: left }));
            }
            left -= entry.values;
        }
        Ok(None)
    }

    /// Writes a value, after its length word if it has one.
    fn write_value(&mut self, at: usize, code: TokenCode, payload: &Payload<'_>) -> Result<(), Status> {
        let mut at = at;
        if code.is_variable() {
            let len = u16::try_from(payload.encoded_len()).map_err(|_| Status::NOSPACE)?;
            self.write(at, &len.to_be_bytes())?;
            at += stored_len(code, 0);
        }
        self.write(at, payload.bytes)?;
        at += payload.bytes.len();
        let mut passed = 0;
        for run in payload.map.iter().flat_map(TokenMap::runs) {
            let nulls = [run.null; 255];
            let from = payload.bytes.len().clamp(passed, passed + run.len);
            passed += run.len;
            let nulls = nulls.get(..passed - from).unwrap_or_default();
            self.write(at, nulls)?;
            at += nulls.len();
        }
        Ok(())
    }
}
