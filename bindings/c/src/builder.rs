//! Builds events.

use core::ffi::c_char;

use self_cell::self_cell;
use zems::ems::{EventBuilder, EventHeader};
use zems::site::Site;
use zems::spi::write::Raw;
use zems::spi::{DataType, Profile, Ssid, Timestamp, TokenCode};

use crate::border::{
    ZemsSsid, bytes, call, exclusive, free, hand_out, optional_text, put, shared, ssid, take, text,
};
use crate::error::{ZemsCode, ZemsError};
use crate::event::{ZEMS_UNKNOWN, ZemsEvent, now, site_or_shipped};
use crate::site::{ZemsSite, token_named};

type Writer<'a> = Option<EventBuilder<'a, Vec<u8>>>;

self_cell!(
    struct WriterOf {
        owner: Site,
        #[not_covariant]
        dependent: Writer,
    }
);

/// An event under construction. A call that fails leaves it unchanged.
pub struct ZemsBuilder(WriterOf);

impl core::fmt::Debug for ZemsBuilder {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ZemsBuilder").finish_non_exhaustive()
    }
}

/// The header of a new event. Initialize it with `zems_new_event_init`, which sets the other fields to null.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ZemsNewEvent {
    /// The subsystem that reports the event.
    pub ssid: ZemsSsid,
    /// The event number.
    pub number: i16,
    /// The time of the event in microseconds since 1970-01-01 00:00 GMT; INT64_MIN for the time now.
    pub generated: i64,
    /// The process that reports: `\NODE.$NAME`, at most 33 bytes. NULL for none.
    pub process: *const c_char,
    /// The node number.
    pub node: i32,
    /// The processor.
    pub cpu: u16,
    /// The number of the process in its processor.
    pub pin: u16,
    /// The group number of the user.
    pub group: u8,
    /// The user number.
    pub user: u8,
    /// Whether the event is critical.
    pub emphasis: bool,
    /// Whether it is printed on the console.
    pub console_print: bool,
    /// Whether displays suppress it.
    pub suppress_display: bool,
    /// ZEMS-TKN-CONTENT-STANDARD; 0 = null.
    pub content_standard: i16,
    /// ZEMS-TKN-CONTENT-USER; 0 = null.
    pub content_user: i16,
    /// The length byte of the header layout, such as 32 for the C series; 0 for the first layout of the definitions.
    pub layout: u8,
}

/// Initializes `event` with a subsystem, a number and the current time; all other fields are null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_new_event_init(
    event: *mut ZemsNewEvent,
    ssid: *const ZemsSsid,
    number: i16,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let new = ZemsNewEvent {
            ssid: *shared(ssid, "ssid")?,
            number,
            generated: i64::MIN,
            process: core::ptr::null(),
            node: 0,
            cpu: 0,
            pin: 0,
            group: 0,
            user: 0,
            emphasis: false,
            console_print: false,
            suppress_display: false,
            content_standard: 0,
            content_user: 0,
            layout: 0,
        };
        put(event, new, "event")?;
        Ok(ZemsCode::Ok)
    })
}

/// Begins an event with its first subject: a token of `subject_ssid`, or with NULL of the event's own subsystem. `value` has
/// the bytes as they are stored, most significant first, without a length word.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_builder_new(
    site: *const ZemsSite,
    event: *const ZemsNewEvent,
    subject_ssid: *const ZemsSsid,
    subject_code: u32,
    value: *const u8,
    length: usize,
    builder: *mut *mut ZemsBuilder,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let (site, new) = (site_or_shipped(site), shared(event, "event")?);
        let value = bytes(value, length, "value")?;
        let process = optional_text(new.process, "event->process")?.unwrap_or_default();
        let own = Ssid::from(new.ssid);
        if own.owner_name().is_none() {
            let message = "event->ssid has no valid owner: a letter, then letters, digits and hyphens, filled with blanks";
            return Err(ZemsError::new(ZemsCode::Argument, message));
        }
        let generated = match new.generated {
            i64::MIN => now(),
            micros => Timestamp::from_unix_micros(micros).ok_or_else(|| {
                ZemsError::new(
                    ZemsCode::Argument,
                    format_args!("event->generated is {micros}, which is not a time"),
                )
            })?,
        };
        let header = EventHeader {
            generated,
            process: process.as_bytes(),
            node: new.node,
            cpu: new.cpu,
            pin: new.pin,
            user: (new.group, new.user),
            emphasis: new.emphasis,
            console_print: new.console_print,
            suppress_display: new.suppress_display,
            content_standard: new.content_standard,
            content_user: new.content_user,
            layout: Some(new.layout).filter(|layout| *layout != 0),
            ..EventHeader::new(own, new.number)
        };
        let begun = WriterOf::try_new(site, |site| {
            let mut writer = EventBuilder::relay(Vec::new(), &header, site.profile())?;
            let code = TokenCode::from_bits(subject_code);
            refuse(site.profile(), &writer, code)?;
            writer.subject_qualified(ssid(subject_ssid), code, Raw(value))?;
            Ok::<_, ZemsError>(Some(writer))
        })?;
        hand_out(builder, ZemsBuilder(begun), "builder")
    })
}

/// Runs a put on the event under construction.
fn with(
    builder: *mut ZemsBuilder,
    error: *mut *mut ZemsError,
    run: impl FnOnce(&Site, &mut EventBuilder<'_, Vec<u8>>) -> Result<(), ZemsError>,
) -> ZemsCode {
    call(error, || {
        exclusive(builder, "builder")?.0.with_dependent_mut(|site, writer| match writer {
            Some(writer) => run(site, writer).map(|()| ZemsCode::Ok),
            None => Err(ZemsError::new(ZemsCode::Finished, "the builder is finished")),
        })
    })
}

/// Adds a token of `ssid`, or with NULL of the subsystem in force. `value` has the bytes as they are stored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_builder_put(
    builder: *mut ZemsBuilder,
    of: *const ZemsSsid,
    code: u32,
    value: *const u8,
    length: usize,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    with(builder, error, |site, writer| {
        let code = TokenCode::from_bits(code);
        refuse(site.profile(), writer, code)?;
        Ok(writer.put_qualified(ssid(of), code, Raw(bytes(value, length, "value")?))?)
    })
}

/// Tokens that are not put by their code: a mark is put with its subject, a list is opened and closed.
fn refuse(profile: &Profile, writer: &EventBuilder<'_, Vec<u8>>, code: TokenCode) -> Result<(), ZemsError> {
    let (error, message) = match profile.data_type(code.type_code()) {
        _ if profile.is_subject_mark(code) => {
            (ZemsCode::EncodeMisplacedMark, "a subject mark is put with its subject, by zems_builder_subject")
        }
        DataType::List => {
            (ZemsCode::EncodeNotAList, "a list is not put as a value: use zems_builder_begin_list")
        }
        DataType::Ssctl => {
            (ZemsCode::EncodeNotAList, "a control token is not put: zems_builder_end_list ends a list")
        }
        _ => return Ok(()),
    };
    Err(ZemsError::new(error, message).at(u64::try_from(writer.len()).unwrap_or(u64::MAX)))
}

/// Adds a token by name, under the subsystem of its definition.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_builder_put_named(
    builder: *mut ZemsBuilder,
    name: *const c_char,
    value: *const u8,
    length: usize,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    with(builder, error, |site, writer| {
        let def = token_named(site, text(name, "name")?)?;
        refuse(site.profile(), writer, def.stored_code())?;
        let value = bytes(value, length, "value")?;
        writer.put_qualified(def.owner_ssid().unwrap_or_default(), def.stored_code(), Raw(value))?;
        if def.is_map() {
            writer.raise_max_field_version(def.newest_version(value));
        }
        Ok(())
    })
}

/// Adds a token whose value is a whole number, in the width of its data type: INT, UINT, ENUM, BOOLEAN, BYTE, INT2, INT4 or
/// TIMESTAMP. `ZEMS_CODE_ENCODE_RANGE` if it does not fit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_builder_put_integer(
    builder: *mut ZemsBuilder,
    of: *const ZemsSsid,
    code: u32,
    value: i64,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    with(builder, error, |site, writer| {
        let (code, ssid) = (TokenCode::from_bits(code), ssid(of));
        let data_type = site.profile().data_type(code.type_code());
        let range = || {
            let name = data_type.name().unwrap_or("an unknown data type");
            ZemsError::new(
                ZemsCode::EncodeRange,
                format_args!("{value} is not a value of {name}, the type of {code}"),
            )
            .at(u64::try_from(writer.len()).unwrap_or(u64::MAX))
        };
        match data_type {
            DataType::Int | DataType::Enum | DataType::Boolean => {
                let word = i16::try_from(value).map_err(|_| range())?;
                writer.put_qualified(ssid, code, Raw(&word.to_be_bytes()))?;
            }
            DataType::Uint => {
                let word = u16::try_from(value).map_err(|_| range())?;
                writer.put_qualified(ssid, code, Raw(&word.to_be_bytes()))?;
            }
            DataType::Byte => {
                let byte = u8::try_from(value).map_err(|_| range())?;
                writer.put_qualified(ssid, code, Raw(&[byte]))?;
            }
            DataType::Int2 => {
                let number = i32::try_from(value).map_err(|_| range())?;
                writer.put_qualified(ssid, code, Raw(&number.to_be_bytes()))?;
            }
            DataType::Int4 | DataType::Timestamp => {
                writer.put_qualified(ssid, code, Raw(&value.to_be_bytes()))?
            }
            _ => return Err(range()),
        }
        Ok(())
    })
}

/// Adds `count` values of one code as a table. `values` has them one after the other, each of `length` bytes as they are
/// stored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_builder_put_table(
    builder: *mut ZemsBuilder,
    of: *const ZemsSsid,
    code: u32,
    values: *const u8,
    length: usize,
    count: usize,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    with(builder, error, |_, writer| {
        let all = length.checked_mul(count).ok_or_else(|| {
            ZemsError::new(ZemsCode::Argument, "`length` times `count` is more than memory can have")
        })?;
        let values = bytes(values, all, "values")?;
        let code = TokenCode::from_bits(code);
        if length == 0 {
            // More empty values than an event has bytes cannot be counted.
            let values = core::iter::repeat_n(Raw(&[]), count.min(1 << 16));
            return Ok(writer.put_table_qualified(ssid(of), code, values)?);
        }
        Ok(writer.put_table_qualified(ssid(of), code, values.chunks(length).map(Raw))?)
    })
}

/// Adds a further subject: mark and token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_builder_subject(
    builder: *mut ZemsBuilder,
    of: *const ZemsSsid,
    code: u32,
    value: *const u8,
    length: usize,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    with(builder, error, |site, writer| {
        let code = TokenCode::from_bits(code);
        refuse(site.profile(), writer, code)?;
        Ok(writer.subject_qualified(ssid(of), code, Raw(bytes(value, length, "value")?))?)
    })
}

/// Opens a list. The tokens that follow are in it until `zems_builder_end_list`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_builder_begin_list(
    builder: *mut ZemsBuilder,
    of: *const ZemsSsid,
    code: u32,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    with(builder, error, |_, writer| Ok(writer.begin_list(ssid(of), TokenCode::from_bits(code))?))
}

/// Closes the innermost open list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_builder_end_list(
    builder: *mut ZemsBuilder,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    with(builder, error, |_, writer| Ok(writer.end_list()?))
}

/// The bytes of the event so far; `ZEMS_UNKNOWN` for NULL or a finished builder.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_builder_length(builder: *mut ZemsBuilder) -> i32 {
    let mut length = ZEMS_UNKNOWN;
    with(builder, core::ptr::null_mut(), |_, writer| {
        length = i32::try_from(writer.len()).unwrap_or(ZEMS_UNKNOWN);
        Ok(())
    });
    length
}

/// Completes the event and frees the builder, whether it succeeds or not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_builder_finish(
    builder: *mut ZemsBuilder,
    event: *mut *mut ZemsEvent,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let ZemsBuilder(mut writer) = take(builder, "builder")?;
        let built = writer.with_dependent_mut(|_, writer| writer.take().map(EventBuilder::finish));
        let built = built.ok_or_else(|| ZemsError::new(ZemsCode::Finished, "the builder is finished"))??;
        let site = writer.borrow_owner();
        hand_out(event, ZemsEvent::new(site, built.into(), 0), "event")
    })
}

/// Frees a builder that is not finished. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_builder_free(builder: *mut ZemsBuilder) {
    free(builder);
}
