//! Events of a file or of memory, one by one.

use core::ffi::c_char;
use std::io::{Cursor, Read};
use std::path::Path;

use bytes::Bytes;
use self_cell::self_cell;
use zems::site::Site;
use zems_io::{Buffers, Form, Item, Plain};

use crate::border::{bytes, call, exclusive, free, hand_out, optional_text, put, text};
use crate::error::{ZemsCode, ZemsError};
use crate::event::{ZemsEvent, site_or_shipped};
use crate::site::ZemsSite;

type Input<'a> = Buffers<'a, Plain<Box<dyn Read + Send>>>;

self_cell!(
    struct ReaderOf {
        owner: Site,
        #[not_covariant]
        dependent: Input,
    }
);

/// Reads buffers from an input, in bounded memory.
pub struct ZemsReader {
    input: ReaderOf,
    name: String,
}

impl core::fmt::Debug for ZemsReader {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ZemsReader").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Opens a file of buffers; it may be compressed, and `-` is standard input. `form` is `auto`, `raw`, `hex`, `be16`, `be32`
/// or `scan`, as for `zems decode --from`; NULL is `auto`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_reader_open(
    site: *const ZemsSite,
    path: *const c_char,
    form: *const c_char,
    reader: *mut *mut ZemsReader,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let (path, form) = (text(path, "path")?, form_of(form)?);
        let unpacked = zems_io::open(Path::new(path)).map_err(|error| ZemsError::io(&path, &error))?;
        hand_out(reader, reader_of(site, unpacked.into_bytes(), path, form), "reader")
    })
}

/// Reads buffers from memory, which is copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_reader_memory(
    site: *const ZemsSite,
    data: *const u8,
    length: usize,
    form: *const c_char,
    reader: *mut *mut ZemsReader,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let (data, form) = (bytes(data, length, "data")?, form_of(form)?);
        let input = Box::new(Cursor::new(data.to_vec()));
        hand_out(reader, reader_of(site, input, "memory", form), "reader")
    })
}

fn reader_of(site: *const ZemsSite, input: Box<dyn Read + Send>, name: &str, form: Form) -> ZemsReader {
    let site = site_or_shipped(site);
    let input = ReaderOf::new(site, |site| Buffers::new(input, form, site.profile()));
    ZemsReader { input, name: name.to_owned() }
}

fn form_of(form: *const c_char) -> Result<Form, ZemsError> {
    Ok(match optional_text(form, "form")?.unwrap_or("auto") {
        "auto" => Form::Auto,
        "raw" => Form::Raw,
        "hex" => Form::Hex,
        "be16" => Form::Be16,
        "be32" => Form::Be32,
        "scan" => Form::Scan,
        other => {
            let message = format!("the form {other:?} is not auto, raw, hex, be16, be32 or scan");
            return Err(ZemsError::new(ZemsCode::Argument, message));
        }
    })
}

/// Reads the next buffer. `ZEMS_CODE_END` after the last one. A region that is not a buffer is an error with its offset and length; the
/// call after it continues after the region. After `ZEMS_CODE_FILE` nothing more comes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_reader_next(
    reader: *mut ZemsReader,
    event: *mut *mut ZemsEvent,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let ZemsReader { input, name } = exclusive(reader, "reader")?;
        put(event, core::ptr::null_mut(), "event")?;
        let next = input.with_dependent_mut(|site, input| next(site, input, name))?;
        match next {
            Some(next) => hand_out(event, next, "event"),
            None => Ok(ZemsCode::End),
        }
    })
}

fn next(site: &Site, input: &mut Input<'_>, name: &str) -> Result<Option<ZemsEvent>, ZemsError> {
    let mut length = 0_u64;
    loop {
        match input.next().map_err(|error| ZemsError::io(&name, &error))? {
            None => return Ok(None),
            Some(Item::Buffer(buffer)) => {
                let bytes = Bytes::copy_from_slice(buffer.as_bytes());
                return Ok(Some(ZemsEvent::new(site, bytes, buffer.origin())));
            }
            Some(Item::Bad { bytes, region, fault, ends, .. }) => {
                length = length.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
                if ends {
                    let error = match fault {
                        zems_io::Fault::Decode(error) => ZemsError::from(*error),
                        other => ZemsError::new(ZemsCode::DecodeHex, other),
                    };
                    return Err(error.at(region).of_length(length));
                }
            }
            Some(_) => {}
        }
    }
}

/// Frees a reader. Its events stay valid. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_reader_free(reader: *mut ZemsReader) {
    free(reader);
}
