//! Tokens: the walk over a buffer, and single ones.

use core::ffi::c_char;

use self_cell::self_cell;
use zems::describe::{Elements, Item, Values};
use zems::site::Site;
use zems::spi::read::{MAX_DEPTH, TokenKey, Visit, Walk};
use zems::spi::{Ssid, TokenCode};

use crate::border::{ZemsSsid, ZemsText, answer, call, exclusive, free, hand_out, put, shared, string, text};
use crate::error::{ZemsCode, ZemsError};
use crate::event::{Shared, ZemsEvent};
use crate::site::token_named;

/// The kind of a `ZemsToken`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZemsTokenKind {
    /// A token with a value, or one value of a table.
    Value = 0,
    /// A list. Its tokens follow, with a greater depth.
    ListBegin = 1,
    /// The end of a list.
    ListEnd = 2,
    /// Several values of one code. They follow as `ZEMS_TOKEN_KIND_VALUE`.
    TableBegin = 3,
    /// The end of a table.
    TableEnd = 4,
}

/// A token, or one value of a table. Its pointers are valid as long as the event.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ZemsToken {
    /// The kind.
    pub kind: ZemsTokenKind,
    /// The token code as it is stored, without the extended bit.
    pub code: u32,
    /// The subsystem that qualifies the token.
    pub ssid: ZemsSsid,
    /// The number of lists around it.
    pub depth: u32,
    /// Its position on its level, from 0; for a value of a table, its position in the table.
    pub index: usize,
    /// Whether it is a subject: directly after a subject mark on the top level.
    pub is_subject: bool,
    /// Whether the name depends on an unpublished number.
    pub is_provisional: bool,
    /// Whether the value is a single integer. It is then in `integer`.
    pub has_integer: bool,
    /// The value as an integer; -1 or 0 for a BOOLEAN.
    pub integer: i64,
    /// The offset of the token code from the start of the buffer.
    pub offset: usize,
    /// The bytes of the value as they are stored, without length word and pad; NULL if there are none.
    pub value: *const u8,
    /// The number of those bytes.
    pub length: usize,
    /// The name, if a definition gives one.
    pub name: ZemsText,
    /// The label of the value, if its enumeration has one.
    pub label: ZemsText,
}

impl ZemsToken {
    fn new(kind: ZemsTokenKind, item: &Item<'_>, is_subject: bool) -> Self {
        let integer = item.scalar().and_then(|scalar| scalar.as_integer());
        let is_value = kind == ZemsTokenKind::Value;
        let bytes = if is_value { item.bytes() } else { &[] };
        Self {
            kind,
            code: item.code().into(),
            ssid: item.token().effective_ssid().into(),
            depth: u32::try_from(item.token().depth()).unwrap_or(u32::MAX),
            index: item.index(),
            is_subject,
            is_provisional: item.is_provisional(),
            has_integer: is_value && integer.is_some(),
            integer: integer.filter(|_| is_value).unwrap_or(0),
            offset: item.token().start(),
            value: if bytes.is_empty() { core::ptr::null() } else { bytes.as_ptr() },
            length: bytes.len(),
            name: item.name().into(),
            label: item.label().filter(|_| is_value).into(),
        }
    }
}

/// The state of a walk.
struct Steps<'a> {
    site: &'a Site,
    walk: Walk<'a>,
    /// The table whose values come next.
    table: Option<(Item<'a>, Values<'a>, bool)>,
    indexes: [usize; MAX_DEPTH + 1],
    is_after_mark: bool,
}

impl<'a> Steps<'a> {
    fn next(&mut self) -> Result<Option<ZemsToken>, ZemsError> {
        if let Some((table, values, is_subject)) = &mut self.table {
            if let Some(value) = values.next() {
                // A mark announces the first value.
                let token = ZemsToken::new(ZemsTokenKind::Value, &value, *is_subject);
                *is_subject = false;
                return Ok(Some(token));
            }
            let end = ZemsToken::new(ZemsTokenKind::TableEnd, table, false);
            self.table = None;
            return Ok(Some(end));
        }
        let Some(visit) = self.walk.next().transpose()? else { return Ok(None) };
        let (Visit::Token(token) | Visit::Open(token) | Visit::Close(token)) = visit;
        let depth = token.depth();
        let index = self.indexes.get(depth).copied().unwrap_or(0);
        if matches!(visit, Visit::Close(_)) {
            let item = Item::new(self.site, token, index.saturating_sub(1));
            return Ok(Some(ZemsToken::new(ZemsTokenKind::ListEnd, &item, false)));
        }
        let item = Item::new(self.site, token, index);
        self.indexes.get_mut(depth).into_iter().for_each(|known| *known = index + 1);
        let is_mark = depth == 0 && self.site.profile().is_subject_mark(token.code());
        let is_list = matches!(visit, Visit::Open(_));
        let is_subject = depth == 0 && self.is_after_mark && !is_mark && !is_list;
        if depth == 0 {
            self.is_after_mark = is_mark;
        }
        if is_list {
            self.indexes.get_mut(depth + 1).into_iter().for_each(|inside| *inside = 0);
            return Ok(Some(ZemsToken::new(ZemsTokenKind::ListBegin, &item, false)));
        }
        if let Some(values) = item.values() {
            self.table = Some((item, values, is_subject));
            return Ok(Some(ZemsToken::new(ZemsTokenKind::TableBegin, &item, false)));
        }
        Ok(Some(ZemsToken::new(ZemsTokenKind::Value, &item, is_subject)))
    }
}

self_cell!(
    struct WalkOf {
        owner: Shared,
        #[not_covariant]
        dependent: Steps,
    }
);

/// A walk over all tokens of a buffer. It keeps its event alive.
pub struct ZemsWalk(WalkOf);

impl core::fmt::Debug for ZemsWalk {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ZemsWalk").finish_non_exhaustive()
    }
}

/// Begins a walk over the tokens of the body, including those in lists and tables.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_walk_new(
    event: *const ZemsEvent,
    walk: *mut *mut ZemsWalk,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let event = shared(event, "event")?;
        let steps = WalkOf::try_new(event.shared(), |shared| {
            let site = shared.site();
            let walk = shared.buffer()?.walk();
            Ok::<_, ZemsError>(Steps {
                site,
                walk,
                table: None,
                indexes: [0; MAX_DEPTH + 1],
                is_after_mark: false,
            })
        })?;
        hand_out(walk, ZemsWalk(steps), "walk")
    })
}

/// The next token. `ZEMS_CODE_END` after the last one; an error names the byte where the buffer is damaged, and the tokens
/// before it have been returned.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_walk_next(
    walk: *mut ZemsWalk,
    token: *mut ZemsToken,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let walk = exclusive(walk, "walk")?;
        match walk.0.with_dependent_mut(|_, steps| steps.next())? {
            Some(next) => put(token, next, "token").map(|()| ZemsCode::Ok),
            None => Ok(ZemsCode::End),
        }
    })
}

/// Frees a walk. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_walk_free(walk: *mut ZemsWalk) {
    free(walk);
}

/// The token with this code on the top level: occurrence `index`, from 1, counting each value of a table. With `ssid` NULL
/// the token is one of the buffer's own subsystem. `ZEMS_CODE_MISSING` if there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_event_find(
    event: *const ZemsEvent,
    ssid: *const ZemsSsid,
    code: u32,
    index: usize,
    token: *mut ZemsToken,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let event = shared(event, "event")?;
        let ssid = crate::border::ssid(ssid);
        let code = TokenCode::from_bits(code);
        let wanted = if ssid == Ssid::NULL { TokenKey::new(code) } else { TokenKey::qualified(ssid, code) };
        find(event, wanted, index, token, &format_args!("the code {code:X}"))
    })
}

/// The token with this name on the top level; otherwise as `zems_event_find`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_event_find_named(
    event: *const ZemsEvent,
    name: *const c_char,
    index: usize,
    token: *mut ZemsToken,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let event = shared(event, "event")?;
        let name = text(name, "name")?;
        let def = token_named(event.site(), name)?;
        let wanted = match def.owner_ssid() {
            Some(owner) => TokenKey::qualified(owner, def.stored_code()),
            None => TokenKey::new(def.stored_code()),
        };
        find(event, wanted, index, token, &format_args!("the name {name}"))
    })
}

fn find(
    event: &ZemsEvent,
    wanted: TokenKey,
    index: usize,
    result: *mut ZemsToken,
    what: &dyn core::fmt::Display,
) -> Result<ZemsCode, ZemsError> {
    let mut left = index.checked_sub(1).ok_or_else(|| {
        ZemsError::new(ZemsCode::Argument, "the argument `index` is 0: occurrences count from 1")
    })?;
    let buffer = event.buffer()?;
    let mut is_after_mark = false;
    for (at, token) in buffer.tokens().enumerate() {
        let token = token?;
        let was_after_mark =
            core::mem::replace(&mut is_after_mark, event.site().profile().is_subject_mark(token.code()));
        if !wanted.matches(&token) {
            continue;
        }
        let item = Item::new(event.site(), token, at);
        let kind = if token.is_list() { ZemsTokenKind::ListBegin } else { ZemsTokenKind::Value };
        let Some(mut values) = item.values() else {
            if left == 0 {
                let is_subject = was_after_mark && !token.is_list();
                put(result, ZemsToken::new(kind, &item, is_subject), "token")?;
                return Ok(ZemsCode::Ok);
            }
            left -= 1;
            continue;
        };
        let count = values.clone().count();
        if let Some(value) = values.nth(left) {
            put(result, ZemsToken::new(kind, &value, was_after_mark && left == 0), "token")?;
            return Ok(ZemsCode::Ok);
        }
        left -= count;
    }
    Err(ZemsError::new(
        ZemsCode::Missing,
        format_args!("the buffer has no occurrence {index} of a token with {what}"),
    ))
}

/// Subject `index` of the event, from 1. `ZEMS_CODE_MISSING` if it has fewer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_event_subject(
    event: *const ZemsEvent,
    index: usize,
    token: *mut ZemsToken,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let event = shared(event, "event")?;
        let missing =
            || ZemsError::new(ZemsCode::Missing, format_args!("the buffer has no subject number {index}"));
        let buffer = event.buffer()?;
        let Some(described) = event.site().event(&buffer) else { return Err(missing()) };
        let at = index.checked_sub(1).ok_or_else(|| {
            ZemsError::new(ZemsCode::Argument, "the argument `index` is 0: subjects count from 1")
        })?;
        let subject = described.subjects().nth(at).transpose()?.ok_or_else(missing)?;
        let item = Item::new(event.site(), *subject.token(), subject.position()).first_value();
        put(token, ZemsToken::new(ZemsTokenKind::Value, &item, true), "token")?;
        Ok(ZemsCode::Ok)
    })
}

/// The value of a token of this event as text: numbers in digits, times in RFC 3339, names in their external form, bytes
/// without a meaning as hexadecimal digits. Free it with `zems_string_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_token_text(
    event: *const ZemsEvent,
    token: *const ZemsToken,
    result: *mut *mut c_char,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let (event, token) = (shared(event, "event")?, shared(token, "token")?);
        let site = event.site();
        let data_type = site.profile().data_type(TokenCode::from_bits(token.code).type_code());
        let bytes = event.part(token.value, token.length)?;
        let mut text = String::new();
        for (at, element) in Elements::new(data_type, bytes).enumerate() {
            text.push_str(if at > 0 { " " } else { "" });
            text.push_str(&element.text(site).to_string());
        }
        put(result, string(text), "result")?;
        Ok(ZemsCode::Ok)
    })
}

/// The name of the data type of a token, such as `INT` or `TIMESTAMP`; no text if it is unknown. It is never freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_token_type(event: *const ZemsEvent, token: *const ZemsToken) -> ZemsText {
    answer(ZemsText::NONE, || {
        let (Ok(event), Ok(token)) = (shared(event, "event"), shared(token, "token")) else {
            return ZemsText::NONE;
        };
        let type_code = TokenCode::from_bits(token.code).type_code();
        event.site().profile().data_type(type_code).name().into()
    })
}
