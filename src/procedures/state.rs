use core::ops::Range;

use super::status::Status;
use crate::spi::header::{CHECKSUM_FLAG, CONTEXT_LEN, USED_LEN_BASE, field};
use crate::spi::read::{Buffer, DecodeErrorKind, Decoder, TokenKey, Tokens};
use crate::spi::write::{Encode, EncodeError, Encoder, SliceOutput};
use crate::spi::{DataType, HeaderType, Profile, Ssid, TokenCode, TokenNumber, TokenType, TypeCode};

/// A caller's buffer during one call: every state the procedures keep is in the buffer itself.
///
/// The context part is put back if the buffer comes without one (SPI Programming Manual C-4).
#[derive(Debug)]
pub(super) struct Work<'b, 'p> {
    bytes: &'b mut [u8],
    pub(super) profile: &'p Profile,
    context: usize,
    body: usize,
    used: usize,
}

/// Offsets of the context part's fields from its start.
mod context {
    pub(super) const LAST_ERROR: usize = 4;
    pub(super) const LAST_ERROR_CODE: usize = 6;
    pub(super) const LIST: usize = 10;
    pub(super) const CURRENT: usize = 12;
    pub(super) const INDEX: usize = 14;
    pub(super) const LAST_LIST: usize = 16;
    pub(super) const LAST_TOKEN: usize = 18;
}

/// Where the current-token pointer and the next-token pointer are.
///
/// The context part has three words for both: the list, the token, and an index. The index counts the values of a
/// repeated token from 1. Its highest bit says that the current value has not been read, so that the next-token pointer
/// is at the current token and not after it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Offset of the current list, 0 = none.
    pub(super) list: usize,
    /// Offset of the current token: 0 = start of the buffer, `list` = the list token itself, the end of the list's tokens =
    /// its end-list token.
    pub(super) current: usize,
    /// Which value of the current token, from 1; 0 at the start of the buffer.
    pub(super) index: usize,
    /// The next-token pointer is at the current token.
    pub(super) is_unread: bool,
}

const UNREAD: u16 = 0x8000;

impl Place {
    /// Before the first token of a level.
    pub(super) fn start_of(list: usize) -> Self {
        Self { list, current: list, index: usize::from(list != 0), is_unread: false }
    }

    pub(super) fn unread(self) -> Self {
        Self { is_unread: true, ..self }
    }

    fn words(self) -> Result<[u16; 3], Status> {
        let word = |value: usize| u16::try_from(value).map_err(|_| Status::NOTIMP);
        let index = word(self.index)?;
        if index >= UNREAD {
            return Err(Status::NOTIMP);
        }
        Ok([word(self.list)?, word(self.current)?, index | if self.is_unread { UNREAD } else { 0 }])
    }

    fn from_words([list, current, index]: [u16; 3]) -> Self {
        Self {
            list: list.into(),
            current: current.into(),
            index: usize::from(index & !UNREAD),
            is_unread: index & UNREAD != 0,
        }
    }

    /// The 8 bytes of ZSPI-TYP-POSITION; the fourth word is 0.
    pub(super) fn to_bytes(self) -> Result<[u8; 8], Status> {
        let [[a, b], [c, d], [e, f]] = self.words()?.map(u16::to_be_bytes);
        Ok([a, b, c, d, e, f, 0, 0])
    }

    pub(super) fn from_bytes([a, b, c, d, e, f, ..]: [u8; 8]) -> Self {
        Self::from_words([[a, b], [c, d], [e, f]].map(u16::from_be_bytes))
    }
}

/// The tokens between one list token and its end, or of the top level.
#[derive(Clone, Copy, Debug)]
pub(super) struct Level {
    /// Offset of the list token, 0 for the top level.
    pub(super) list: usize,
    /// Offset of the enclosing list, 0 = none.
    pub(super) parent: usize,
    pub(super) start: usize,
    /// End of the tokens: of a closed list the offset of its end-list token.
    pub(super) end: usize,
    /// Offset of the SSID in force.
    ssid_at: u16,
    depth: u8,
    /// No end-list token has been put yet. The top level always is.
    pub(super) is_open: bool,
}

/// One token of a level, or a table of several.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) start: usize,
    /// End of the value, without pad.
    pub(super) end: usize,
    /// Offset of the next token code.
    pub(super) next: usize,
    pub(super) code: TokenCode,
    /// The SSID that qualifies the token.
    pub(super) ssid: Ssid,
    is_extended: bool,
    pub(super) is_shared_or_default: bool,
    /// Occurrences stored here: 1, or those of a table.
    pub(super) values: usize,
    pub(super) is_table: bool,
    pub(super) is_list: bool,
    /// A list without an end-list token.
    pub(super) is_open: bool,
    /// It is a token that was looked for.
    pub(super) is_wanted: bool,
    /// Offset of the value without length word; of a table, of its first value.
    content: usize,
}

impl Entry {
    /// The place of one of its values.
    pub(super) fn place(&self, level: &Level, index: usize) -> Place {
        Place { list: level.list, current: self.start, index, is_unread: false }
    }
}

impl<'b, 'p> Work<'b, 'p> {
    /// # Errors
    /// [`Status::INVBUF`]: the header is not one. [`Status::BADADDR`]: the slice ends before the buffer does.
    /// [`Status::NOSPACE`]: the context part is missing and does not fit. None of them can be saved.
    pub(super) fn open(bytes: &'b mut [u8], profile: &'p Profile) -> Result<Self, Status> {
        let parsed = Decoder::new(profile).parse_prefix(bytes);
        let (buffer, _) = parsed.map_err(|error| match error.kind() {
            DecodeErrorKind::ShortHeader { .. } | DecodeErrorKind::Truncated { .. } => Status::BADADDR,
            _ => Status::INVBUF,
        })?;
        let (used, body, has_context) = (buffer.len(), buffer.body().start, buffer.context().is_some());
        let context = (field::SPECIALIZED + buffer.specialized().len()).next_multiple_of(2);
        let mut work = Self { bytes, profile, context, body, used };
        if !has_context {
            work.insert_context()?;
        }
        Ok(work)
    }

    fn insert_context(&mut self) -> Result<(), Status> {
        // The specialized part of an empty buffer may be odd and its pad not be there.
        let tail = self.body.min(self.used)..self.used;
        let used = self.context + CONTEXT_LEN + tail.len();
        if used > self.capacity() {
            return Err(Status::NOSPACE);
        }
        self.bytes.copy_within(tail, self.context + CONTEXT_LEN);
        let code = TokenCode::new(TypeCode::STRUCT, 16, TokenNumber::POSITION);
        if let Some(part) =
            self.bytes.get_mut(self.context..).and_then(|rest| rest.first_chunk_mut::<CONTEXT_LEN>())
        {
            *part = [0; CONTEXT_LEN];
            part.iter_mut().zip(code.to_be_bytes(false)).for_each(|(to, from)| *to = from);
        }
        self.body = self.context + CONTEXT_LEN;
        self.set_used(used);
        Ok(())
    }

    /// The limit of the buffer: its declared length, if the caller's slice has as much.
    fn capacity(&self) -> usize {
        self.bytes.len().min(usize::from(self.word(field::BUFFER_LEN.start)))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.used).unwrap_or_default()
    }

    pub(super) fn slice(&self, range: Range<usize>) -> Result<&[u8], Status> {
        self.bytes().get(range).ok_or(Status::INVBUF)
    }

    /// Writes bytes that replace others of the same number.
    pub(super) fn write(&mut self, at: usize, bytes: &[u8]) -> Result<(), Status> {
        let to = self.bytes.get_mut(at..at + bytes.len()).ok_or(Status::INVBUF)?;
        to.copy_from_slice(bytes);
        Ok(())
    }

    pub(super) fn word(&self, at: usize) -> u16 {
        self.bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |word| u16::from_be_bytes(*word))
    }

    pub(super) fn set_word(&mut self, at: usize, word: u16) {
        if let Some(place) = self.bytes.get_mut(at..).and_then(|rest| rest.first_chunk_mut()) {
            *place = word.to_be_bytes();
        }
    }

    fn set_offset(&mut self, at: usize, offset: usize) {
        self.set_word(at, u16::try_from(offset).unwrap_or(0));
    }

    pub(super) const fn used(&self) -> usize {
        self.used
    }

    fn set_used(&mut self, used: usize) {
        self.used = used;
        self.set_offset(field::OCCURS.start, used - USED_LEN_BASE);
    }

    /// The buffer for the reader. An open list cannot be walked by it; [`Work::entries`] can.
    ///
    /// # Errors
    /// None: the header was read when the buffer was opened.
    pub(super) fn buffer(&self) -> Result<Buffer<'_>, Status> {
        Decoder::new(self.profile)
            .parse_prefix(self.bytes)
            .map(|(buffer, _)| buffer)
            .map_err(|_| Status::INVBUF)
    }

    pub(super) fn is_event(&self) -> bool {
        self.buffer().is_ok_and(|buffer| buffer.header_type() == HeaderType::Event)
    }

    /// The checksum flag is on: the buffer can be neither checked nor kept correct.
    pub(super) fn has_checksum(&self) -> bool {
        self.word(field::FLAGS.start) & CHECKSUM_FLAG != 0
    }

    pub(super) fn save_error(&mut self, status: Status, code: TokenCode) {
        self.set_word(self.context + context::LAST_ERROR, status.0.cast_unsigned());
        let [a, b, c, d] = code.to_be_bytes(false);
        self.set_word(self.context + context::LAST_ERROR_CODE, u16::from_be_bytes([a, b]));
        self.set_word(self.context + context::LAST_ERROR_CODE + 2, u16::from_be_bytes([c, d]));
    }

    pub(super) fn last_token(&self) -> usize {
        self.word(self.context + context::LAST_TOKEN).into()
    }

    pub(super) fn set_last_token(&mut self, at: usize) {
        self.set_offset(self.context + context::LAST_TOKEN, at);
    }

    /// Offset of the list that puts go to, 0 = none.
    pub(super) fn last_list(&self) -> usize {
        self.word(self.context + context::LAST_LIST).into()
    }

    pub(super) fn set_last_list(&mut self, at: usize) {
        self.set_offset(self.context + context::LAST_LIST, at);
    }

    pub(super) fn place(&self) -> Place {
        let word = |at| self.word(self.context + at);
        Place::from_words([word(context::LIST), word(context::CURRENT), word(context::INDEX)])
    }

    /// # Errors
    /// [`Status::NOTIMP`]: the index does not fit.
    pub(super) fn set_place(&mut self, place: Place) -> Result<(), Status> {
        let [list, current, index] = place.words()?;
        self.set_word(self.context + context::LIST, list);
        self.set_word(self.context + context::CURRENT, current);
        self.set_word(self.context + context::INDEX, index);
        Ok(())
    }

    fn top(&self) -> Level {
        Level {
            list: 0,
            parent: 0,
            start: self.body,
            end: self.used,
            ssid_at: field::SSID_AT,
            depth: 0,
            is_open: true,
        }
    }

    /// The level inside the list at this offset; 0 is the top level.
    ///
    /// # Errors
    /// [`Status::INVBUF`]: no list begins there.
    pub(super) fn level(&self, list: usize) -> Result<Level, Status> {
        let mut level = self.top();
        while level.list != list {
            let mut outer = None;
            for entry in self.entries(&level, level.start) {
                let entry = entry?;
                if entry.start > list {
                    break;
                }
                if entry.is_list && list < entry.next {
                    outer = Some(entry);
                    break;
                }
            }
            level = self.inside(&level, &outer.ok_or(Status::INVBUF)?);
        }
        Ok(level)
    }

    /// The level inside a list token of `level`.
    pub(super) fn inside(&self, level: &Level, list: &Entry) -> Level {
        let own_ssid = u16::try_from(list.start + 4).unwrap_or(field::SSID_AT);
        Level {
            list: list.start,
            parent: level.list,
            start: list.content,
            end: if list.is_open { self.used } else { list.end - 4 },
            ssid_at: if list.is_extended { own_ssid } else { level.ssid_at },
            depth: level.depth + 1,
            is_open: list.is_open,
        }
    }

    pub(super) fn level_ssid(&self, level: &Level) -> Ssid {
        let bytes = self.bytes.get(usize::from(level.ssid_at)..).and_then(|rest| rest.first_chunk());
        bytes.map_or(Ssid::NULL, |bytes| Ssid::from_bytes(*bytes))
    }

    /// The tokens of a level from an offset on.
    pub(super) fn entries<'a>(&'a self, level: &Level, from: usize) -> Entries<'a> {
        let tokens =
            self.buffer().ok().map(|buffer| buffer.tokens_in(from..level.end, level.ssid_at, level.depth));
        Entries { bytes: self.bytes(), profile: self.profile, tokens, level: *level, wanted: None }
    }

    /// The target with the SSID of the current list, if it has none.
    ///
    /// # Errors
    /// [`Status::INVBUF`]: the current list is none.
    pub(super) fn resolve(&self, code: TokenCode, ssid: Ssid) -> Result<Target, Status> {
        let ssid = if ssid == Ssid::NULL { self.level_ssid(&self.level(self.place().list)?) } else { ssid };
        Ok(Target { code, ssid })
    }

    /// The tokens of a level from an offset on, with those marked that are wanted.
    pub(super) fn search<'a>(&'a self, level: &Level, from: usize, wanted: Target) -> Entries<'a> {
        Entries { wanted: Some(wanted), ..self.entries(level, from) }
    }

    /// The token at this offset of a level.
    ///
    /// # Errors
    /// [`Status::INVBUF`]: none can be read there.
    pub(super) fn entry(&self, level: &Level, at: usize) -> Result<Entry, Status> {
        let is_inside = at >= level.start && at < level.end && at.is_multiple_of(2);
        self.entries(level, at).next().filter(|_| is_inside).unwrap_or(Err(Status::INVBUF))
    }

    /// The bytes of one value, counted from 1, without length word.
    ///
    /// # Errors
    /// [`Status::INVBUF`]: a table is shorter than its count says.
    pub(super) fn value(&self, level: &Level, entry: &Entry, index: usize) -> Result<Range<usize>, Status> {
        if !entry.is_table {
            return Ok(entry.content..entry.end);
        }
        let skipped = index.checked_sub(1).ok_or(Status::INVBUF)?;
        if !entry.code.is_variable() {
            let len = usize::from(entry.code.length());
            let start = entry.content + skipped * self.stride(entry.code, len);
            return if index <= entry.values { Ok(start..start + len) } else { Err(Status::INVBUF) };
        }
        let mut tokens = self.buffer()?.tokens_in(entry.start..level.end, level.ssid_at, level.depth);
        let token = tokens.next().and_then(Result::ok).ok_or(Status::INVBUF)?;
        let item = token.table().and_then(|table| table.items().nth(skipped)).ok_or(Status::INVBUF)?;
        let start = item.value_offset();
        Ok(start..start + item.bytes().len())
    }

    /// Bytes from one value of a table to the next: strings of a fixed length are packed, all else begins on a word.
    pub(super) fn stride(&self, code: TokenCode, stored_len: usize) -> usize {
        if self.profile.data_type(code.type_code()).is_string() && !code.is_variable() {
            stored_len
        } else {
            stored_len.next_multiple_of(2)
        }
    }

    /// Adds a token, table or list at the end of the buffer, which is inside the list that puts go to.
    ///
    /// # Errors
    /// The result of `put`; [`Status::INVBUF`]: the list that puts go to is none, or is closed.
    pub(super) fn append(
        &mut self,
        put: impl FnOnce(&mut Encoder<'p, SliceOutput<'_>>) -> Result<(), EncodeError>,
    ) -> Result<usize, Status> {
        let level = self.put_level()?;
        let (ssid, declared) = (self.level_ssid(&level), self.word(field::BUFFER_LEN.start));
        let output = SliceOutput::resume(self.bytes, self.used);
        let mut encoder = Encoder::resume(output, ssid, declared, self.profile);
        put(&mut encoder)?;
        let (used, at) = encoder.suspend();
        self.set_used(used);
        self.set_last_token(at);
        Ok(at)
    }

    /// The level that puts go to.
    ///
    /// # Errors
    /// [`Status::INVBUF`]: the last list is none, or is closed.
    pub(super) fn put_level(&self) -> Result<Level, Status> {
        let level = self.level(self.last_list())?;
        if level.is_open { Ok(level) } else { Err(Status::INVBUF) }
    }

    /// Adds a list token; puts go into the list from here on.
    ///
    /// # Errors
    /// [`Status::NOSPACE`], also for one list too many inside each other.
    pub(super) fn open_list(&mut self, ssid: Ssid, code: TokenCode) -> Result<(), Status> {
        if usize::from(self.put_level()?.depth) >= crate::spi::read::MAX_DEPTH {
            return Err(Status::NOSPACE);
        }
        let code = TokenCode::new(code.type_code(), TokenType::VARIABLE, code.number());
        let mut qualifier = 0;
        self.append(|encoder| {
            let before = encoder.len().next_multiple_of(2);
            encoder.begin_list(ssid, code)?;
            qualifier = encoder.len() - before;
            Ok(())
        })?;
        let start = self.used - qualifier;
        self.set_last_token(start);
        self.set_last_list(start);
        Ok(())
    }

    /// Ends the list that puts go to.
    ///
    /// # Errors
    /// [`Status::MISTKN`]: no list is open. [`Status::NOSPACE`].
    pub(super) fn close_list(&mut self) -> Result<(), Status> {
        let level = self.put_level()?;
        if level.list == 0 {
            return Err(Status::MISTKN);
        }
        let control = self.profile.type_code(DataType::Ssctl).ok_or(Status::INTERR)?;
        let (at, length_at) = (self.used.next_multiple_of(2), level.start - 2);
        let len = u16::try_from(at + 4 - level.start).map_err(|_| Status::NOSPACE)?;
        if at + 4 > self.capacity() {
            return Err(Status::NOSPACE);
        }
        let [high, low] = len.to_be_bytes();
        self.clear_pad();
        self.write(at, &[control.0, 0, high, low])?;
        self.set_word(length_at, len);
        self.set_used(at + 4);
        self.set_last_token(at);
        self.set_last_list(level.parent);
        Ok(())
    }

    /// Adds bytes of a list as they are elsewhere; returns where they begin.
    ///
    /// # Errors
    /// [`Status::NOSPACE`]
    pub(super) fn append_raw(&mut self, bytes: &[u8]) -> Result<usize, Status> {
        let start = self.used;
        if start + bytes.len() > self.capacity() {
            return Err(Status::NOSPACE);
        }
        self.write(start, bytes)?;
        self.set_used(start + bytes.len());
        Ok(start)
    }

    /// Goes back to a used length, last token and last list, after puts that did not all succeed.
    pub(super) fn take_back(&mut self, (used, last_token, last_list): (usize, usize, usize)) {
        self.set_used(used);
        self.set_last_token(last_token);
        self.set_last_list(last_list);
    }

    /// Makes space of `len` bytes in the place of a token.
    ///
    /// # Errors
    /// [`Status::NOSPACE`]
    pub(super) fn replace_token(&mut self, replaced: &super::get::Found, len: usize) -> Result<(), Status> {
        let (level, entry) = (&replaced.level, &replaced.entry);
        if level.is_open && entry.next >= level.end {
            return self.splice(level, entry.start, entry.end - entry.start, len);
        }
        let span = len.next_multiple_of(2);
        self.splice(level, entry.start, entry.next - entry.start, span)?;
        if span > len {
            self.write(entry.start + len, &[0])?;
        }
        Ok(())
    }

    /// Moves bytes towards the start.
    pub(super) fn move_down(&mut self, from: Range<usize>, to: usize) {
        if to <= from.start && from.end <= self.used {
            self.bytes.copy_within(from, to);
        }
    }

    fn clear_pad(&mut self) {
        if self.used % 2 == 1
            && let Some(pad) = self.bytes.get_mut(self.used)
        {
            *pad = 0;
        }
    }

    /// Ends the buffer here. The lists in force at `level` are open from here on.
    ///
    /// # Errors
    /// [`Status::INVBUF`]: the enclosing lists cannot be found.
    pub(super) fn truncate(&mut self, level: &Level, used: usize) -> Result<(), Status> {
        let mut open = *level;
        while open.list != 0 {
            let parent = self.level(open.parent)?;
            self.set_word(open.start - 2, 0);
            open = parent;
            // Look up the next level only after this length word is 0: every list inside is open now.
        }
        self.set_last_list(level.list);
        if self.last_token() >= used {
            self.set_last_token(0);
        }
        self.set_used(used);
        Ok(())
    }

    /// Replaces `old` bytes of a level by space for `new` bytes, and moves what follows. Both are even, unless the bytes end
    /// the buffer.
    ///
    /// # Errors
    /// [`Status::NOSPACE`]
    pub(super) fn splice(&mut self, level: &Level, at: usize, old: usize, new: usize) -> Result<(), Status> {
        let old = old.min(self.used - at);
        let used = self.used - old + new;
        if used > self.capacity() {
            return Err(Status::NOSPACE);
        }
        let resized = |len: u16| u16::try_from(usize::from(len) + new - old).unwrap_or(u16::MAX);
        let mut outer = *level;
        while outer.list != 0 {
            let parent = self.level(outer.parent)?;
            if !outer.is_open {
                let len = resized(self.word(outer.start - 2));
                self.set_word(outer.start - 2, len);
                self.set_word(outer.end + 2, len);
            }
            outer = parent;
        }
        self.bytes.copy_within(at + old..self.used, at + new);
        for pointer in [context::LIST, context::CURRENT, context::LAST_LIST, context::LAST_TOKEN] {
            let pointer = self.context + pointer;
            let offset = usize::from(self.word(pointer));
            if offset >= at + old {
                self.set_offset(pointer, offset + new - old);
            }
        }
        self.set_used(used);
        Ok(())
    }
}

/// Iterator over the tokens of a level; the last one may be an open list.
#[derive(Debug)]
pub(super) struct Entries<'a> {
    bytes: &'a [u8],
    profile: &'a Profile,
    tokens: Option<Tokens<'a>>,
    level: Level,
    wanted: Option<Target>,
}

/// A token that is looked for by a program's code; the null SSID stands for the one in force.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    pub(super) code: TokenCode,
    pub(super) ssid: Ssid,
}

impl Target {
    fn key(self) -> TokenKey {
        if self.ssid == Ssid::NULL {
            TokenKey::new(self.code)
        } else {
            TokenKey::qualified(self.ssid, self.code)
        }
    }
}

impl Iterator for Entries<'_> {
    type Item = Result<Entry, Status>;

    fn next(&mut self) -> Option<Self::Item> {
        let tokens = self.tokens.as_mut()?;
        let start = Tokens::position(tokens);
        let token = match tokens.next()? {
            Ok(token) => token,
            Err(_) => return Some(self.open_list(start).ok_or(Status::INVBUF)),
        };
        let (code, ssid) = (token.code(), token.effective_ssid());
        let table = token.table();
        Some(Ok(Entry {
            start,
            end: token.end(),
            next: Tokens::position(tokens),
            code,
            ssid,
            is_extended: token.ssid().is_some(),
            is_shared_or_default: code.number().is_shared() || ssid.is_same_subsystem(token.default_ssid()),
            values: table.map_or(1, |table| table.len()),
            is_table: table.is_some(),
            is_list: token.is_list(),
            is_open: false,
            is_wanted: self.wanted.is_some_and(|wanted| wanted.key().matches(&token)),
            content: token.value_offset(),
        }))
    }
}

impl Entries<'_> {
    /// A list whose length word is 0 reaches to the end of the buffer.
    fn open_list(&self, start: usize) -> Option<Entry> {
        let rest = self.bytes.get(start..)?;
        let bits = u32::from_be_bytes(*rest.first_chunk()?);
        let (code, is_extended) = (TokenCode::from_bits(bits), bits >> 31 != 0);
        let content = start + 4 + if is_extended { Ssid::LEN } else { 0 } + 2;
        let length: &[u8; 2] = self.bytes.get(content - 2..)?.first_chunk()?;
        let is_open_list = code.is_variable()
            && self.profile.data_type(code.type_code()) == DataType::List
            && *length == [0; 2]
            && self.level.is_open
            && usize::from(self.level.depth) < crate::spi::read::MAX_DEPTH;
        let own = rest.get(4..)?.first_chunk().filter(|_| is_extended);
        let in_force = Ssid::from_bytes(*self.bytes.get(usize::from(self.level.ssid_at)..)?.first_chunk()?);
        let ssid = own.map_or(in_force, |own| Ssid::from_bytes(*own));
        is_open_list.then_some(Entry {
            start,
            end: self.bytes.len(),
            next: self.bytes.len(),
            code,
            ssid,
            is_extended,
            is_shared_or_default: code.number().is_shared() || ssid.is_same_subsystem(in_force),
            values: 1,
            is_table: false,
            is_list: true,
            is_open: true,
            is_wanted: self.wanted.is_some_and(|wanted| {
                self.profile.data_type(wanted.code.type_code()) == DataType::List
                    && wanted.code.number() == code.number()
                    && (code.number().is_shared()
                        || ssid.is_same_subsystem(if wanted.ssid == Ssid::NULL {
                            in_force
                        } else {
                            wanted.ssid
                        }))
            }),
            content,
        })
    }
}

/// Bytes a value takes in its token: the length word of a variable one counts.
pub(super) fn stored_len(code: TokenCode, value_len: usize) -> usize {
    value_len + 2 * usize::from(code.is_variable())
}

/// Bytes that are the value of any data type.
pub(super) fn raw(bytes: &[u8]) -> impl Encode + Clone + '_ {
    crate::spi::write::Raw(bytes)
}
