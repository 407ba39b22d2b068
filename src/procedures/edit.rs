use super::get::{Found, current, next_token};
use super::state::{Entry, Level, Place, Target, Work, stored_len};
use super::status::Status;

impl Work<'_, '_> {
    /// ZSPI-TKN-DELETE: removes an occurrence of a token, or a whole list. Index 0 is the next one at or after the current
    /// token.
    ///
    /// # Errors
    /// [`Status::MISTKN`]: there is none.
    pub(super) fn delete(&mut self, target: Target, index: usize) -> Result<(), Status> {
        let place = self.place();
        let level = self.level(place.list)?;
        let found = if index > 0 {
            self.occurrence(target, &level, (level.start, 0), index)?
        } else {
            let at_current = if place.current == level.list || place.current == level.end {
                next_or_end(&level, place)
            } else {
                (self.entry(&level, place.current)?.start, place.index.saturating_sub(1))
            };
            self.occurrence(target, &level, at_current, 1)?
        };
        let found = found.ok_or(Status::MISTKN)?;
        if found.entry.values > 1 {
            self.delete_value(&found)
        } else {
            self.remove(&found.level, &found.entry)
        }
    }

    /// The `index`th wanted token from an offset of the level on, some of whose values are passed over.
    fn occurrence(
        &self,
        target: Target,
        level: &Level,
        (from, passed): (usize, usize),
        index: usize,
    ) -> Result<Option<Found>, Status> {
        let (mut left, mut passed) = (index, passed);
        for entry in self.search(level, from, target) {
            let entry = entry?;
            let available = entry.values.saturating_sub(core::mem::take(&mut passed));
            if entry.is_wanted && left <= available {
                return Ok(Some(Found { level: *level, entry, index: entry.values - available + left }));
            }
            if entry.is_wanted {
                left -= available;
            }
        }
        Ok(None)
    }

    /// ZSPI-TKN-DATA-FLUSH: removes the current token and everything after it. At the start of the buffer that is everything.
    ///
    /// # Errors
    /// [`Status::INVBUF`]: the position is none.
    pub(super) fn flush(&mut self) -> Result<(), Status> {
        let place = self.place();
        let Some(found) = current(self)? else {
            let level = self.level(place.list)?;
            if place.current == 0 {
                self.truncate(&level, level.start)?;
            } else {
                // The end-list token alone.
                let (_, end) = self.before(&level, level.end)?;
                self.truncate(&level, end)?;
                let before = self.place_before(&self.level(place.list)?, level.end)?;
                self.set_place(before)?;
            }
            return Ok(());
        };
        let (level, entry) = (found.level, found.entry);
        if found.index > 1 {
            let end = self.value(&level, &entry, found.index - 1)?.end;
            self.resize_table(&entry, found.index - 1, end)?;
            self.truncate(&level, end)?;
            return self.set_place(entry.place(&level, found.index - 1));
        }
        let before = self.place_before(&level, entry.start)?;
        let (_, end) = self.before(&level, entry.start)?;
        self.truncate(&level, end)?;
        self.set_place(before)
    }

    /// Removes a token, table or list.
    pub(super) fn remove(&mut self, level: &Level, entry: &Entry) -> Result<(), Status> {
        let place = self.place();
        let removed = entry.start..entry.next;
        let is_here = removed.contains(&place.current) || removed.contains(&place.list);
        let before = if is_here { Some(self.place_before(level, entry.start)?) } else { None };
        if removed.contains(&self.last_token()) {
            self.set_last_token(0);
        }
        if level.is_open && entry.next >= level.end {
            let (_, end) = self.before(level, entry.start)?;
            self.truncate(level, end)?;
        } else {
            self.splice(level, entry.start, entry.next - entry.start, 0)?;
        }
        before.map_or(Ok(()), |before| self.set_place(before))
    }

    /// The last token of a level before an offset, and where its value ends; the level's start if there is none.
    fn before(&self, level: &Level, at: usize) -> Result<(Option<Entry>, usize), Status> {
        let mut last = None;
        for entry in self.entries(level, level.start) {
            let entry = entry?;
            if entry.start >= at {
                break;
            }
            last = Some(entry);
        }
        Ok((last, last.map_or(level.start, |entry| entry.end)))
    }

    /// The place at which the token before an offset has been read.
    fn place_before(&self, level: &Level, at: usize) -> Result<Place, Status> {
        let (entry, _) = self.before(level, at)?;
        Ok(entry.map_or(Place::start_of(level.list), |entry| entry.place(level, entry.values)))
    }

    /// Whether a saved position is one of this buffer.
    pub(super) fn is_place(&self, place: Place) -> bool {
        let Ok(level) = self.level(place.list) else { return false };
        if place.current == level.list {
            return place.index == Place::start_of(level.list).index;
        }
        if level.list != 0 && !level.is_open && place.current == level.end {
            return place.index == 1;
        }
        let found = self
            .entries(&level, level.start)
            .map_while(Result::ok)
            .find(|entry| entry.start == place.current);
        found.is_some_and(|entry| place.index >= 1 && place.index <= entry.values.max(1))
            && next_token(self, &level, place).is_ok()
    }

    /// Writes how many values a table has, and where they end.
    fn resize_table(&mut self, entry: &Entry, count: usize, end: usize) -> Result<(), Status> {
        let word = |value: usize| u16::try_from(value).map_err(|_| Status::INTERR);
        self.set_word(entry.start + 4, word(end - entry.start - 6)?);
        self.set_word(entry.start + 6, word(count)?);
        Ok(())
    }

    /// Removes one of several values of a table.
    fn delete_value(&mut self, found: &Found) -> Result<(), Status> {
        let Found { level, entry, index } = *found;
        let value = self.stored_value(&level, &entry, index)?;
        let end = if index == entry.values {
            self.value(&level, &entry, index - 1)?.end
        } else {
            let next = self.stored_value(&level, &entry, index + 1)?.start;
            self.move_down(next..entry.end, value.start);
            entry.end - (next - value.start)
        };
        let place = self.place();
        self.resize_table(&entry, entry.values - 1, end)?;
        if level.is_open && entry.next >= level.end {
            let (last_token, last_list) = (self.last_token(), self.last_list());
            self.truncate(&level, end)?;
            self.set_last_token(last_token);
            self.set_last_list(last_list);
        } else {
            let after = end.next_multiple_of(2);
            if after > end {
                self.write(end, &[0])?;
            }
            self.splice(&level, after, entry.next - after, 0)?;
        }
        // The current value stays the current one; of the one removed, the one before it becomes so.
        if place.current == entry.start && place.list == level.list && place.index >= index {
            let before = match place.index - 1 {
                0 => self.place_before(&self.level(level.list)?, entry.start)?,
                before if place.index == index => Place { index: before, is_unread: false, ..place },
                before => Place { index: before, ..place },
            };
            self.set_place(before)?;
        }
        Ok(())
    }

    /// A value of a token with its length word.
    pub(super) fn stored_value(
        &self,
        level: &Level,
        entry: &Entry,
        index: usize,
    ) -> Result<core::ops::Range<usize>, Status> {
        let value = self.value(level, entry, index)?;
        let word = stored_len(entry.code, 0);
        Ok(value.start - word..value.end)
    }

    /// Makes one value of a table as long as `len` bytes, its length word not counted. Returns where the value is to be
    /// written, length word first.
    ///
    /// # Errors
    /// [`Status::NOSPACE`]
    pub(super) fn resize_value(&mut self, found: &Found, len: usize) -> Result<usize, Status> {
        let Found { level, entry, index } = *found;
        let value = self.stored_value(&level, &entry, index)?;
        let new = stored_len(entry.code, len);
        if new == value.len() {
            return Ok(value.start);
        }
        let is_last = index == entry.values;
        let is_tail = is_last && level.is_open && entry.next >= level.end;
        let (old_span, new_span) = if is_tail {
            (value.len(), new)
        } else {
            (value.len().next_multiple_of(2), new.next_multiple_of(2))
        };
        self.splice(&level, value.start, old_span, new_span)?;
        let end = if is_last { value.start + new } else { entry.end - old_span + new_span };
        self.resize_table(&entry, entry.values, end)?;
        if new % 2 == 1 && !is_tail {
            self.write(value.start + new, &[0])?;
        }
        Ok(value.start)
    }
}

fn next_or_end(level: &Level, place: Place) -> (usize, usize) {
    (if place.current == level.list { level.start } else { level.end }, 0)
}
