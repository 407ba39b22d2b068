use core::ops::Range;

use super::map::TokenMap;
use super::state::{Entry, Level, Place, Target, Work, stored_len};
use super::status::Status;
use super::vocabulary::Special;
use super::{Host, TokenId};
use crate::ems::HeaderToken;
use crate::spi::{DataType, Ssid, TokenCode, TypeCode};

/// The request apart from the token: the parameters that SSGET and EMSGET share.
#[derive(Debug)]
pub(super) struct Parameters<'v> {
    pub(super) value: Value<'v>,
    pub(super) index: Option<i16>,
    pub(super) count: Option<&'v mut u16>,
    pub(super) ssid: Option<&'v mut Ssid>,
}

/// The parameter `value` of a get.
#[derive(Debug)]
pub(super) enum Value<'v> {
    Omitted,
    Given(&'v mut [u8]),
    /// Nothing is copied; the number of bytes that would be.
    Measured(&'v mut usize),
}

impl Value<'_> {
    pub(super) fn given(&self) -> Option<&[u8]> {
        match self {
            Self::Given(bytes) => Some(bytes),
            Self::Omitted | Self::Measured(_) => None,
        }
    }

    /// The place for some bytes of the value, `None` if they are only counted.
    ///
    /// # Errors
    /// [`Status::MISPARM`]: the value is omitted. [`Status::BADADDR`]: it is too short.
    fn place(&mut self, range: Range<usize>) -> Result<Option<&mut [u8]>, Status> {
        match self {
            Self::Omitted => Err(Status::MISPARM),
            Self::Given(bytes) => bytes.get_mut(range).map(Some).ok_or(Status::BADADDR),
            Self::Measured(len) => {
                **len = range.end.max(**len);
                Ok(None)
            }
        }
    }
}

impl<'v> From<Option<&'v mut [u8]>> for Value<'v> {
    fn from(value: Option<&'v mut [u8]>) -> Self {
        value.map_or(Self::Omitted, Self::Given)
    }
}

/// One value in the buffer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) level: Level,
    pub(super) entry: Entry,
    pub(super) index: usize,
}

/// The most words a map has that is given in a value.
const MAX_MAP_WORDS: usize = 1024;

impl Host<'_> {
    /// SSGET: gets values of a token, or carries out a special operation (SPI Programming Manual 3-12 to 3-23).
    ///
    /// `value` receives the values; for ADDR, COUNT, LEN and OFFSET it has the token code or map that is asked about.
    /// `count` is the most values wanted, and afterwards the number of values or the result. `ssid` qualifies the token;
    /// NEXTCODE, NEXTTOKEN and DEFAULT-SSID return one.
    ///
    /// # Errors
    /// The status of the call. The pointers are as before.
    pub fn ssget(
        &self,
        buffer: &mut [u8],
        token_id: TokenId<'_>,
        value: Option<&mut [u8]>,
        index: Option<i16>,
        count: Option<&mut u16>,
        ssid: Option<&mut Ssid>,
    ) -> Result<(), Status> {
        let parameters = Parameters { value: value.into(), index, count, ssid };
        self.call(buffer, token_id.code(), |work| self.get(work, token_id, parameters))
    }

    /// The number of bytes that [`ssget`](Self::ssget) with these parameters writes into its value. The pointers and the last
    /// error are as before.
    ///
    /// ```
    /// use zems::procedures::{Host, Initial, TokenId};
    /// use zems::spi::{TokenCode, TokenNumber, TypeCode};
    ///
    /// let host = Host::default();
    /// let name = TokenId::Code(TokenCode::new(TypeCode::CHAR, 255, TokenNumber(1)));
    /// let mut buffer = [0; 1024];
    /// host.ssinit(&mut buffer, 1024, &"ACME.7.A01".parse()?, 0, &Initial::default())?;
    /// host.ssput(&mut buffer, name, Some(b"\x00\x05$DISK"), None, None)?;
    /// assert_eq!(host.ssget_len(&mut buffer, name, None, 1, None), Ok(7));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The status that the call would return for any reason other than its value.
    pub fn ssget_len(
        &self,
        buffer: &mut [u8],
        token_id: TokenId<'_>,
        index: Option<i16>,
        count: u16,
        ssid: Option<&Ssid>,
    ) -> Result<usize, Status> {
        self.measured(buffer, token_id, index, count, ssid, |work, parameters| {
            self.get(work, token_id, parameters)
        })
    }

    /// Runs a get that copies nothing and leaves the pointers alone.
    pub(super) fn measured(
        &self,
        buffer: &mut [u8],
        token_id: TokenId<'_>,
        index: Option<i16>,
        mut count: u16,
        ssid: Option<&Ssid>,
        get: impl FnOnce(&mut Work<'_, '_>, Parameters<'_>) -> Result<(), Status>,
    ) -> Result<usize, Status> {
        if let TokenId::Code(code) = token_id
            && let Some(Special::Addr | Special::Count | Special::Len | Special::Offset) = self.special(code)
        {
            // The value is what is asked about; the result is in the count.
            return Ok(0);
        }
        let mut work = Work::open(buffer, self.profile)?;
        let place = work.place();
        let (mut len, mut ssid) = (0, ssid.copied().unwrap_or(Ssid::NULL));
        let value = Value::Measured(&mut len);
        let parameters = Parameters { value, index, count: Some(&mut count), ssid: Some(&mut ssid) };
        let result = get(&mut work, parameters);
        work.set_place(place)?;
        result.map(|()| len)
    }

    /// SSGETTKN: SSGET for a token code given by value.
    ///
    /// # Errors
    /// The status of the call.
    pub fn ssgettkn(
        &self,
        buffer: &mut [u8],
        token_code: TokenCode,
        value: Option<&mut [u8]>,
        index: Option<i16>,
        count: Option<&mut u16>,
        ssid: Option<&mut Ssid>,
    ) -> Result<(), Status> {
        self.ssget(buffer, TokenId::Code(token_code), value, index, count, ssid)
    }

    pub(super) fn get(
        &self,
        work: &mut Work<'_, '_>,
        token_id: TokenId<'_>,
        parameters: Parameters<'_>,
    ) -> Result<(), Status> {
        let index = usize::try_from(parameters.index.unwrap_or(0)).map_err(|_| Status::ILLPARM)?;
        let special = match token_id {
            TokenId::Code(code) => self.special(code),
            TokenId::Map(_) => None,
        };
        if work.has_checksum() && special != Some(Special::Header(HeaderToken::Checksum)) {
            return Err(Status::NOTIMP);
        }
        match special {
            None => self.get_values(work, token_id, index, parameters),
            Some(operation @ (Special::Addr | Special::Count | Special::Len | Special::Offset)) => {
                self.attribute(work, operation, index, parameters)
            }
            Some(operation @ (Special::NextCode | Special::NextToken)) => {
                if index != 0 {
                    return Err(Status::ILLPARM);
                }
                self.next(work, operation == Special::NextCode, parameters)
            }
            Some(Special::EndList) => {
                if index > 1 {
                    return Err(Status::ILLPARM);
                }
                let level = work.level(work.place().list)?;
                if level.list == 0 {
                    return Err(Status::MISTKN);
                }
                work.set_place(left(&level))?;
                set_count(parameters.count, 1);
                Ok(())
            }
            Some(Special::DefaultSsid) => {
                let level = work.level(work.place().list)?;
                let ssid = work.level_ssid(&level);
                let ssid = if level.list == 0 { ssid } else { ssid.without_version() };
                fill(parameters.value, ssid.as_bytes())?;
                if let Some(place) = parameters.ssid {
                    *place = ssid;
                }
                set_count(parameters.count, 1);
                Ok(())
            }
            Some(Special::Position) => {
                fill(parameters.value, &work.place().to_bytes()?)?;
                set_count(parameters.count, 1);
                Ok(())
            }
            Some(Special::LastPosition) => {
                fill(parameters.value, &last_position(work)?.to_bytes()?)?;
                set_count(parameters.count, 1);
                Ok(())
            }
            Some(special) if is_header_token(special) => {
                if index > 1 {
                    return Err(Status::ILLPARM);
                }
                let header = self.header_value(work, special)?;
                fill(parameters.value, header.bytes())?;
                set_count(parameters.count, 1);
                Ok(())
            }
            Some(_) => Err(Status::ILLPARM),
        }
    }

    /// The special operation or header token of this code. A pseudo token of EMSGET is an ordinary one to SSGET.
    pub(super) fn special(&self, code: TokenCode) -> Option<Special> {
        self.vocabulary.special(code.number()).filter(|special| !is_pseudo_token(*special))
    }

    /// # Errors
    /// [`Status::ILLTKN`]: the data type is unknown, or the length is not a multiple of its base size.
    pub(super) fn check_code(&self, code: TokenCode) -> Result<(), Status> {
        let kind = self.profile.data_type(code.type_code());
        let fits = match kind {
            DataType::Unknown | DataType::Map | DataType::Table => false,
            DataType::List => code.length() == 0 || code.is_variable(),
            _ if code.is_variable() => true,
            kind => {
                kind.element_len().is_none_or(|element| usize::from(code.length()).is_multiple_of(element))
            }
        };
        if fits { Ok(()) } else { Err(Status::ILLTKN) }
    }

    fn get_values(
        &self,
        work: &mut Work<'_, '_>,
        token_id: TokenId<'_>,
        index: usize,
        parameters: Parameters<'_>,
    ) -> Result<(), Status> {
        let wanted = parameters.count.as_ref().map_or(1, |count| **count);
        if wanted == 0 || i16::from_be_bytes(wanted.to_be_bytes()) < 0 {
            return Err(Status::ILLPARM);
        }
        let map = self.map(token_id)?;
        let code = map.map_or(token_id.code(), |map| map.code());
        let ssid = parameters.ssid.as_ref().map_or(Ssid::NULL, |ssid| **ssid);
        let target = work.resolve(code, ssid)?;
        let mut found = self.find(work, target, index)?.ok_or(Status::MISTKN)?;
        let mut value = parameters.value;
        let (mut count, mut filled) = (0, 0);
        loop {
            count += 1;
            if !found.entry.is_list {
                filled = self.copy_value(work, &found, map, &mut value, filled)?;
            }
            if count == wanted {
                break;
            }
            let Some(next) = self.following(work, target, &found)? else { break };
            found = next;
        }
        let place = if found.entry.is_list && !found.entry.is_table {
            Place::start_of(found.entry.start)
        } else {
            found.entry.place(&found.level, found.index)
        };
        work.set_place(place)?;
        set_count(parameters.count, count);
        Ok(())
    }

    pub(super) fn map<'w>(&self, token_id: TokenId<'w>) -> Result<Option<TokenMap<'w>>, Status> {
        match token_id {
            TokenId::Code(code) => self.check_code(code).map(|()| None),
            TokenId::Map(words) => TokenMap::new(words).map(Some),
        }
    }

    /// Copies a value after those before it; returns where it ends.
    fn copy_value(
        &self,
        work: &Work<'_, '_>,
        found: &Found,
        map: Option<TokenMap<'_>>,
        value: &mut Value<'_>,
        filled: usize,
    ) -> Result<usize, Status> {
        let bytes = work.slice(work.value(&found.level, &found.entry, found.index)?)?;
        let code = found.entry.code;
        if let Some(map) = map {
            let end = filled + map.len();
            if let Some(to) = value.place(filled..end)? {
                map.fill_null(to);
                to.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
            }
            return Ok(end);
        }
        let start = if code.is_variable() { filled.next_multiple_of(2) } else { filled };
        let end = start + stored_len(code, bytes.len());
        if end == start {
            return Ok(end);
        }
        let Some(to) = value.place(start..end)? else { return Ok(end) };
        let to = if code.is_variable() {
            let (word, to) = to.split_at_mut(2);
            word.copy_from_slice(&u16::try_from(bytes.len()).unwrap_or(u16::MAX).to_be_bytes());
            to
        } else {
            to
        };
        to.copy_from_slice(bytes);
        Ok(end)
    }

    /// The occurrence that an index means: from the start of the level, or with 0 the next one from the next-token pointer.
    pub(super) fn find(
        &self,
        work: &Work<'_, '_>,
        target: Target,
        index: usize,
    ) -> Result<Option<Found>, Status> {
        let place = work.place();
        let level = work.level(place.list)?;
        if index > 0 {
            return nth(work, target, &level, (level.start, 0), index);
        }
        // The list token itself, named again before its first token.
        if level.list != 0 && place.current == level.list && place.is_unread {
            let outer = work.level(level.parent)?;
            let list = work.search(&outer, level.list, target).next().ok_or(Status::INVBUF)??;
            if list.is_wanted {
                return Ok(Some(Found { level: outer, entry: list, index: 1 }));
            }
        }
        let from = next_token(work, &level, place)?;
        nth(work, target, &level, from, 1)
    }

    pub(super) fn following(
        &self,
        work: &Work<'_, '_>,
        target: Target,
        found: &Found,
    ) -> Result<Option<Found>, Status> {
        if found.index < found.entry.values {
            return Ok(Some(Found { index: found.index + 1, ..*found }));
        }
        nth(work, target, &found.level, (found.entry.next, 0), 1)
    }

    fn attribute(
        &self,
        work: &mut Work<'_, '_>,
        operation: Special,
        index: usize,
        parameters: Parameters<'_>,
    ) -> Result<(), Status> {
        let result = parameters.count.ok_or(Status::MISPARM)?;
        let mut words = [0; MAX_MAP_WORDS];
        let named = match parameters.value.given() {
            None => TokenId::Code(TokenCode::default()),
            Some(bytes) => token_id(bytes, &mut words)?,
        };
        if named.code() == TokenCode::default() {
            if index != 0 {
                return Err(Status::ILLPARM);
            }
            let found = current(work)?.ok_or(Status::MISTKN)?;
            *result = self.measure(work, operation, &found, None)?;
            return Ok(());
        }
        if let TokenId::Code(code) = named
            && let Some(special) = self.special(code)
        {
            if !is_header_token(special) {
                return Err(Status::ILLPARM);
            }
            if index > 1 {
                return Err(Status::ILLPARM);
            }
            *result = match operation {
                Special::Len => {
                    u16::try_from(self.header_value(work, special)?.bytes().len()).unwrap_or(u16::MAX)
                }
                Special::Count => u16::from(self.header_value(work, special).is_ok()),
                _ => return Err(Status::NOTIMP),
            };
            return Ok(());
        }
        let map = self.map(named)?;
        let ssid = parameters.ssid.as_ref().map_or(Ssid::NULL, |ssid| **ssid);
        let target = work.resolve(map.map_or(named.code(), |map| map.code()), ssid)?;
        let Some(found) = self.find(work, target, index)? else {
            if operation == Special::Count {
                *result = 0;
                return Ok(());
            }
            return Err(Status::MISTKN);
        };
        let measured = if operation == Special::Count {
            self.count(work, target, &found)?
        } else {
            self.measure(work, operation, &found, map)?
        };
        work.set_place(found.entry.place(&found.level, found.index).unread())?;
        *result = measured;
        Ok(())
    }

    fn measure(
        &self,
        work: &Work<'_, '_>,
        operation: Special,
        found: &Found,
        map: Option<TokenMap<'_>>,
    ) -> Result<u16, Status> {
        let value = work.value(&found.level, &found.entry, found.index)?;
        let (entry, has_word) = (&found.entry, found.entry.code.is_variable() && !found.entry.is_list);
        let measured = match operation {
            Special::Len if entry.is_list => 0,
            Special::Len => map.map_or_else(|| stored_len(entry.code, value.len()), |map| map.len()),
            Special::Count => {
                let target = Target { code: entry.code, ssid: entry.ssid };
                return self.count(work, target, found);
            }
            _ => value.start - if has_word { 2 } else { 0 },
        };
        u16::try_from(measured).map_err(|_| Status::NOTIMP)
    }

    /// Occurrences from this one on, wherever they are on the level.
    fn count(&self, work: &Work<'_, '_>, target: Target, found: &Found) -> Result<u16, Status> {
        let mut count = found.entry.values + 1 - found.index;
        for entry in work.search(&found.level, found.entry.next, target) {
            let entry = entry?;
            if entry.is_wanted {
                count += entry.values;
            }
        }
        u16::try_from(count).map_err(|_| Status::NOTIMP)
    }

    /// NEXTCODE and NEXTTOKEN.
    fn next(&self, work: &mut Work<'_, '_>, is_code: bool, parameters: Parameters<'_>) -> Result<(), Status> {
        let mut value = parameters.value;
        if matches!(value, Value::Omitted) {
            return Err(Status::MISPARM);
        }
        let place = work.place();
        let mut level = work.level(place.list)?;
        let mut from = after_current(work, &level, place, is_code)?;
        // One more step leaves the list whose end-list token is current.
        if level.list != 0 && !level.is_open && place.current == level.end {
            let outer = work.level(level.parent)?;
            let list = work.entry(&outer, level.list)?;
            (level, from) = (outer, (list.next, 0));
        }
        let (at, skip) = from;
        let next = work.entries(&level, at).next().transpose()?;
        let (code, ssid, is_default, count, place) = match next {
            Some(entry) => {
                let count = if is_code { contiguous(work, &level, &entry)? } else { 1 };
                let place = match (entry.is_list, is_code) {
                    (true, false) => Place::start_of(entry.start),
                    _ => entry.place(&level, skip + 1),
                };
                (named(&entry), entry.ssid, entry.is_shared_or_default, count, place.unread())
            }
            None if level.list != 0 && !level.is_open => {
                let place = if is_code {
                    Place { list: level.list, current: level.end, index: 1, is_unread: true }
                } else {
                    left(&level)
                };
                let control = work.profile.type_code(DataType::Ssctl).ok_or(Status::INTERR)?;
                let code = TokenCode::new(control, 0, self.vocabulary.number(Special::EndList));
                (code, work.level_ssid(&level), true, 1, place)
            }
            None => return Err(Status::MISTKN),
        };
        if parameters.ssid.is_none() && !is_default {
            return Err(Status::MISPARM);
        }
        let to = value.place(0..4)?;
        work.set_place(place)?;
        if let Some(to) = to {
            to.copy_from_slice(&code.to_be_bytes(false));
        }
        if let Some(place) = parameters.ssid {
            *place = ssid.without_version();
        }
        set_count(parameters.count, count);
        Ok(())
    }
}

/// The code a program names a stored token by: a list has length 0.
fn named(entry: &Entry) -> TokenCode {
    if entry.is_list { TokenCode::new(entry.code.type_code(), 0, entry.code.number()) } else { entry.code }
}

/// Where the pointers are after a list has been left: its list token is current, and what follows it is next.
fn left(level: &Level) -> Place {
    Place { list: level.parent, current: level.list, index: 1, is_unread: false }
}

/// The `index`th occurrence from an offset of a level on, of whose first token some values are passed over.
fn nth(
    work: &Work<'_, '_>,
    target: Target,
    level: &Level,
    (from, passed): (usize, usize),
    index: usize,
) -> Result<Option<Found>, Status> {
    let (mut left, mut passed) = (index, passed);
    for entry in work.search(level, from, target) {
        let entry = entry?;
        if entry.is_wanted {
            let available = entry.values.saturating_sub(passed);
            if left <= available {
                return Ok(Some(Found { level: *level, entry, index: passed + left }));
            }
            left -= available;
        }
        passed = 0;
    }
    Ok(None)
}

/// The next-token pointer: the offset of a token of the level, and how many of its values are before the pointer.
pub(super) fn next_token(work: &Work<'_, '_>, level: &Level, place: Place) -> Result<(usize, usize), Status> {
    if let Some(at) = edge(level, place)? {
        return Ok((at, 0));
    }
    let entry = work.entry(level, place.current)?;
    let passed = place.index.saturating_sub(usize::from(place.is_unread));
    Ok(if passed < entry.values { (place.current, passed) } else { (entry.next, 0) })
}

/// The next item after the current token: of NEXTTOKEN the next value, of NEXTCODE the next token of another code.
fn after_current(
    work: &Work<'_, '_>,
    level: &Level,
    place: Place,
    is_code: bool,
) -> Result<(usize, usize), Status> {
    if let Some(at) = edge(level, place)? {
        return Ok((at, 0));
    }
    let entry = work.entry(level, place.current)?;
    if !is_code {
        return Ok(if place.index < entry.values { (entry.start, place.index) } else { (entry.next, 0) });
    }
    let mut at = entry.next;
    for other in work.entries(level, entry.next) {
        let other = other?;
        if !is_same(&entry, &other) {
            break;
        }
        at = other.next;
    }
    Ok((at, 0))
}

/// The offset of the first token of a level if the place is before it, or the level's end if the place is there.
fn edge(level: &Level, place: Place) -> Result<Option<usize>, Status> {
    if place.current == level.list {
        return Ok(Some(level.start));
    }
    if level.list != 0 && !level.is_open && place.current == level.end {
        return Ok(Some(level.end));
    }
    if place.index == 0 { Err(Status::INVBUF) } else { Ok(None) }
}

fn is_same(one: &Entry, other: &Entry) -> bool {
    one.code == other.code && one.ssid.is_same_subsystem(other.ssid)
}

/// Occurrences that follow each other without another token between.
fn contiguous(work: &Work<'_, '_>, level: &Level, entry: &Entry) -> Result<u16, Status> {
    let mut count = 0;
    for other in work.entries(level, entry.start) {
        let other = other?;
        if !is_same(entry, &other) {
            break;
        }
        count += other.values;
    }
    u16::try_from(count).map_err(|_| Status::NOTIMP)
}

/// The current token, `None` at the start of the buffer and at an end-list token.
pub(super) fn current(work: &Work<'_, '_>) -> Result<Option<Found>, Status> {
    let place = work.place();
    let level = work.level(place.list)?;
    if place.current == 0 || level.list != 0 && !level.is_open && place.current == level.end {
        return Ok(None);
    }
    let level = if place.current == level.list { work.level(level.parent)? } else { level };
    let entry = work.entry(&level, place.current)?;
    Ok(Some(Found { level, entry, index: place.index.clamp(1, entry.values.max(1)) }))
}

/// The position of the token put last; the start of the buffer if there is none.
fn last_position(work: &Work<'_, '_>) -> Result<Place, Status> {
    let at = work.last_token();
    if at == 0 {
        return Ok(Place::default());
    }
    let mut level = work.level(0)?;
    loop {
        let mut inner = None;
        for entry in work.entries(&level, level.start) {
            let entry = entry?;
            if entry.start == at {
                return Ok(entry.place(&level, entry.values));
            }
            if entry.is_list && at > entry.start && at < entry.next {
                inner = Some(work.inside(&level, &entry));
                break;
            }
        }
        let Some(inner) = inner else { return Ok(Place::default()) };
        if !inner.is_open && at == inner.end {
            return Ok(left(&inner));
        }
        level = inner;
    }
}

/// The token code or map whose bytes these are.
fn token_id<'w>(bytes: &[u8], words: &'w mut [u16; MAX_MAP_WORDS]) -> Result<TokenId<'w>, Status> {
    let code = TokenCode::from_bits(u32::from_be_bytes(*bytes.first_chunk().ok_or(Status::BADADDR)?));
    if code.type_code() != TypeCode::MAP {
        return Ok(TokenId::Code(code));
    }
    let mut len = 0;
    for (word, pair) in words.iter_mut().zip(bytes.as_chunks().0) {
        *word = u16::from_be_bytes(*pair);
        len += 1;
    }
    words.get(..len).map(TokenId::Map).ok_or(Status::INTERR)
}

/// Copies a value of a known length.
pub(super) fn fill(mut value: Value<'_>, bytes: &[u8]) -> Result<(), Status> {
    if let Some(to) = value.place(0..bytes.len())? {
        to.copy_from_slice(bytes);
    }
    Ok(())
}

pub(super) fn set_count(count: Option<&mut u16>, to: u16) {
    if let Some(count) = count {
        *count = to;
    }
}

pub(super) fn is_header_token(special: Special) -> bool {
    matches!(
        special,
        Special::Header(_)
            | Special::Command
            | Special::ObjectType
            | Special::MaxResp
            | Special::ServerVersion
    )
}

fn is_pseudo_token(special: Special) -> bool {
    matches!(
        special,
        Special::Subject | Special::SenderId | Special::XSenderId | Special::XSenderIdPd | Special::D00
    )
}
