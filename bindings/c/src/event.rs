//! Events and commands: one buffer each.

use core::ffi::c_char;
use std::sync::Arc;

use bytes::Bytes;
use zems::describe::{Described, Record};
use zems::formats::json;
use zems::site::Site;
use zems::spi::Timestamp;
use zems::spi::read::{Buffer, DecodeError, Decoder};

use crate::border::{
    ZemsSsid, ZemsText, answer, bytes, call, free, hand_out, put, put_if, shared, string, text_of,
};
use crate::error::{ZemsCode, ZemsError};
use crate::site::ZemsSite;

/// A buffer: an event, a command or a response. It never changes and keeps its definitions alive.
#[derive(Debug)]
pub struct ZemsEvent(Shared);

/// A buffer and its definitions, shared by the event and its walks.
#[derive(Clone, Debug)]
pub(crate) struct Shared(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    site: Site,
    bytes: Bytes,
    /// The offset of the buffer in its input.
    origin: u64,
}

impl Shared {
    pub(crate) fn site(&self) -> &Site {
        &self.0.site
    }

    pub(crate) fn buffer(&self) -> Result<Buffer<'_>, DecodeError> {
        Decoder::new(self.0.site.profile()).at(self.0.origin).parse(&self.0.bytes)
    }
}

impl ZemsEvent {
    pub(crate) fn new(site: &Site, bytes: Bytes, origin: u64) -> Self {
        Self(Shared(Arc::new(Inner { site: site.clone(), bytes, origin })))
    }

    pub(crate) fn shared(&self) -> Shared {
        self.0.clone()
    }

    pub(crate) fn site(&self) -> &Site {
        self.0.site()
    }

    pub(crate) fn buffer(&self) -> Result<Buffer<'_>, DecodeError> {
        self.0.buffer()
    }

    /// The bytes at a pointer of one of the event's tokens.
    pub(crate) fn part(&self, data: *const u8, length: usize) -> Result<&[u8], ZemsError> {
        if data.is_null() {
            return Ok(&[]);
        }
        let all = &self.0.0.bytes;
        let start = data.addr().checked_sub(all.as_ptr().addr());
        start
            .and_then(|start| all.get(start..start.checked_add(length)?))
            .ok_or_else(|| ZemsError::new(ZemsCode::Argument, "the token is not one of this event"))
    }
}

/// The value of a header field that is not present.
pub const ZEMS_UNKNOWN: i32 = i32::MIN;

/// The header fields of a buffer. A field that the header does not have is `ZEMS_UNKNOWN`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ZemsHeader {
    /// Whether the buffer is an event; else it is a command or response.
    pub is_event: bool,
    /// The subsystem, with its version.
    pub ssid: ZemsSsid,
    /// The event number (ZEMS-TKN-EVENTNUMBER), or the command number (ZSPI-TKN-COMMAND).
    pub number: i32,
    /// The node number (ZEMS-TKN-NODENUM).
    pub node: i32,
    /// ZEMS-TKN-CPU.
    pub cpu: i32,
    /// ZEMS-TKN-PIN.
    pub pin: i32,
    /// The group number of ZEMS-TKN-USERID.
    pub group: i32,
    /// The user number of ZEMS-TKN-USERID.
    pub user: i32,
    /// ZEMS-TKN-EMPHASIS, as overridden by templates: 1 for a critical event, else 0.
    pub emphasis: i32,
    /// ZEMS-TKN-GENTIME in microseconds since 1970-01-01 00:00 GMT; INT64_MIN if it is not set.
    pub generated: i64,
    /// ZEMS-TKN-LOGTIME, likewise.
    pub logged: i64,
    /// The bytes of the buffer.
    pub used_length: usize,
}

/// Parses `data`, which must be exactly one buffer. The bytes are copied. If `site` is NULL, the shipped definitions are used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_event_parse(
    site: *const ZemsSite,
    data: *const u8,
    length: usize,
    event: *mut *mut ZemsEvent,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let (site, data) = (site_or_shipped(site), bytes(data, length, "data")?);
        Decoder::new(site.profile()).parse(data)?;
        hand_out(event, ZemsEvent::new(&site, Bytes::copy_from_slice(data), 0), "event")
    })
}

/// Parses the buffer at the start of `data` and stores its length in `used`. A pad byte may follow a buffer of odd length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_event_parse_prefix(
    site: *const ZemsSite,
    data: *const u8,
    length: usize,
    event: *mut *mut ZemsEvent,
    used: *mut usize,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let (site, data) = (site_or_shipped(site), bytes(data, length, "data")?);
        let (buffer, _) = Decoder::new(site.profile()).parse_prefix(data)?;
        put_if(used, buffer.len());
        hand_out(event, ZemsEvent::new(&site, Bytes::copy_from_slice(buffer.as_bytes()), 0), "event")
    })
}

/// Builds a buffer from a JSON line that names its tokens. An event without `generated` gets the current time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_event_from_json(
    site: *const ZemsSite,
    line: *const c_char,
    length: usize,
    event: *mut *mut ZemsEvent,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let (site, line) = (site_or_shipped(site), text_of(line, length, "line")?);
        let read = json::Reader::new(site.dictionary()).read(line, now());
        let Some(built) = read.map_err(|error| ZemsError::new(ZemsCode::Json, error))? else {
            return Err(ZemsError::new(ZemsCode::Json, "the line is an error object: it has no buffer"));
        };
        Decoder::new(site.profile()).parse(&built)?;
        hand_out(event, ZemsEvent::new(&site, built.into(), 0), "event")
    })
}

pub(crate) fn site_or_shipped(site: *const ZemsSite) -> Site {
    // SAFETY: the caller gives NULL or a site that lives.
    unsafe { site.as_ref() }.map_or_else(Site::builtin, |site| site.site.clone())
}

/// The clock of the machine.
pub(crate) fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).ok().and_then(Timestamp::from_unix_micros).unwrap_or(Timestamp::UNSET)
}

/// Frees a buffer. Walks over it stay valid. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_event_free(event: *mut ZemsEvent) {
    free(event);
}

/// The bytes of the buffer. They belong to the event.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_event_bytes(event: *const ZemsEvent, length: *mut usize) -> *const u8 {
    answer(core::ptr::null(), || {
        let Ok(event) = shared(event, "event") else {
            put_if(length, 0);
            return core::ptr::null();
        };
        put_if(length, event.0.0.bytes.len());
        event.0.0.bytes.as_ptr()
    })
}

/// The offset of the buffer in the input of its reader.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_event_origin(event: *const ZemsEvent) -> u64 {
    shared(event, "event").map_or(0, |event| event.0.0.origin)
}

/// Gets the header fields.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_event_header(
    event: *const ZemsEvent,
    header: *mut ZemsHeader,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let buffer = shared(event, "event")?.buffer()?;
        let described = shared(event, "event")?.site().event(&buffer);
        let told = described.as_ref();
        let time = |time: Option<Timestamp>| {
            time.filter(|time| *time != Timestamp::UNSET && !time.is_elapsed())
                .and_then(|time| time.unix_micros())
                .unwrap_or(i64::MIN)
        };
        let command = buffer.command().and_then(|command| command.command());
        let user = told.and_then(|event| event.user());
        let answer = ZemsHeader {
            is_event: told.is_some(),
            ssid: buffer.ssid().into(),
            number: told.and_then(|event| event.number()).or(command).map_or(ZEMS_UNKNOWN, i32::from),
            node: told.and_then(|event| event.node()).unwrap_or(ZEMS_UNKNOWN),
            cpu: told.and_then(|event| event.cpu()).map_or(ZEMS_UNKNOWN, i32::from),
            pin: told.and_then(|event| event.pin()).map_or(ZEMS_UNKNOWN, i32::from),
            group: user.map_or(ZEMS_UNKNOWN, |(group, _)| group.into()),
            user: user.map_or(ZEMS_UNKNOWN, |(_, user)| user.into()),
            emphasis: told.and_then(|event| event.emphasis()).map_or(ZEMS_UNKNOWN, i32::from),
            generated: time(told.and_then(|event| event.generated())),
            logged: time(told.and_then(|event| event.logged())),
            used_length: buffer.len(),
        };
        put(header, answer, "header")?;
        Ok(ZemsCode::Ok)
    })
}

/// A text about an event, written by `write`.
fn text_about(
    event: *const ZemsEvent,
    result: *mut *mut c_char,
    error: *mut *mut ZemsError,
    write: impl FnOnce(&Described<'_>) -> Result<Option<String>, ZemsError>,
) -> ZemsCode {
    call(error, || {
        let event = shared(event, "event")?;
        let buffer = event.buffer()?;
        let text = write(&Described::new(event.site(), &buffer))?;
        let text = text.ok_or_else(|| {
            ZemsError::new(
                ZemsCode::Missing,
                "the buffer is a command or response, or its header does not say it",
            )
        })?;
        put(result, string(text), "result")?;
        Ok(ZemsCode::Ok)
    })
}

/// The sentence of the event, made with its template. Free it with `zems_string_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_event_sentence(
    event: *const ZemsEvent,
    result: *mut *mut c_char,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    text_about(event, result, error, |described| Ok(sentence(described)))
}

fn sentence(described: &Described<'_>) -> Option<String> {
    described.event().map(|event| described.site().sentence(event).in_gmt().to_string())
}

/// The line that a printing distributor writes: time, process, subsystem, number and sentence. Free it with
/// `zems_string_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_event_line(
    event: *const ZemsEvent,
    result: *mut *mut c_char,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    text_about(event, result, error, |described| {
        Ok(described.event().map(|event| described.site().line(event).to_string()))
    })
}

/// The process that reported the event: `\NODE.$NAME`. Free it with `zems_string_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_event_process(
    event: *const ZemsEvent,
    result: *mut *mut c_char,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    text_about(event, result, error, |described| {
        let process = described.event().and_then(|event| described.site().process(event));
        Ok(process.map(|process| process.to_string()))
    })
}

/// The buffer as one JSON line. With `raw` the line also has all bytes, so that `zems_event_from_json` restores the
/// same buffer. Free it with `zems_string_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_event_json(
    event: *const ZemsEvent,
    raw: bool,
    result: *mut *mut c_char,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    text_about(event, result, error, |described| {
        let text = sentence(described);
        let mut findings = Vec::new();
        match described.event() {
            Some(event) => event.check(|finding| findings.push(finding))?,
            None => described.buffer().check(|finding| findings.push(finding))?,
        }
        let mut record = Record::new(*described);
        record.text = text.as_deref();
        record.findings = &findings;
        record.raw = raw;
        let mut line = Vec::new();
        json::write(&mut line, &record)?;
        Ok(Some(String::from_utf8_lossy(&line).into_owned()))
    })
}

/// The name of the event in the definitions; `data` is NULL if it has none. Valid as long as the event.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_event_name(event: *const ZemsEvent) -> ZemsText {
    about(event, |site, event| site.event_name(event))
}

/// The severity by the rules of the site, such as `critical` or `info`; `data` is NULL for a command. Do not free it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_event_severity(event: *const ZemsEvent) -> ZemsText {
    about(event, |site, event| Some(site.severity(event).name()))
}

fn about(
    event: *const ZemsEvent,
    ask: impl for<'s> FnOnce(&'s Site, &zems::ems::Event<'s>) -> Option<&'s str>,
) -> ZemsText {
    answer(ZemsText::NONE, || {
        let Ok(event) = shared(event, "event") else { return ZemsText::NONE };
        let Ok(buffer) = event.buffer() else { return ZemsText::NONE };
        event.site().event(&buffer).and_then(|described| ask(event.site(), &described)).into()
    })
}
