//! The border of every function: pointers in, handles out, no panic across.

use core::ffi::{CStr, c_char};
use std::ffi::CString;
use std::panic::{AssertUnwindSafe, catch_unwind};

use zems::spi::Ssid;

use crate::error::{ZemsCode, ZemsError};

/// A text that belongs to a handle: `length` bytes of UTF-8 without a NUL at the end. Print it with `"%.*s"`. `data` is NULL
/// where there is no text.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ZemsText {
    /// The first byte.
    pub data: *const c_char,
    /// The number of bytes.
    pub length: usize,
}

impl ZemsText {
    pub(crate) const NONE: Self = Self { data: core::ptr::null(), length: 0 };
}

impl From<&str> for ZemsText {
    fn from(text: &str) -> Self {
        Self { data: text.as_ptr().cast(), length: text.len() }
    }
}

impl From<Option<&str>> for ZemsText {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::NONE, Self::from)
    }
}

/// A subsystem ID as it is stored: owner (8 characters), number and version (2 bytes each, most significant first). 12 zero
/// bytes are not a particular subsystem.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZemsSsid {
    /// The bytes.
    pub bytes: [u8; 12],
}

impl From<Ssid> for ZemsSsid {
    fn from(ssid: Ssid) -> Self {
        Self { bytes: *ssid.as_bytes() }
    }
}

impl From<ZemsSsid> for Ssid {
    fn from(ssid: ZemsSsid) -> Self {
        Self::from_bytes(ssid.bytes)
    }
}

/// The version of the library: `major.minor.patch`. The text is never freed.
#[unsafe(no_mangle)]
pub extern "C" fn zems_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    VERSION.as_ptr().cast()
}

/// Runs a call that may fail; `error` gets a handle if it does, else NULL. A panic is an error like any other.
pub(crate) fn call(
    error: *mut *mut ZemsError,
    run: impl FnOnce() -> Result<ZemsCode, ZemsError>,
) -> ZemsCode {
    let result = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().copied().map(str::to_owned);
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
        Err(ZemsError::new(ZemsCode::Internal, format!("internal error, please report it: {text}")))
    });
    let (code, handle) = match result {
        Ok(code) => (code, core::ptr::null_mut()),
        Err(failure) => (failure.code, Box::into_raw(Box::new(failure))),
    };
    if error.is_null() {
        free(handle);
    } else {
        // SAFETY: the caller gives NULL, or a place for a pointer.
        unsafe { error.write(handle) };
    }
    code
}

/// Runs a call that has nothing to report; `fallback` is its answer if it panics.
pub(crate) fn answer<T>(fallback: T, run: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or(fallback)
}

fn is_null(name: &str) -> ZemsError {
    ZemsError::new(ZemsCode::Argument, format!("the argument `{name}` is NULL"))
}

/// A handle or structure that is read.
pub(crate) fn shared<'a, T>(pointer: *const T, name: &str) -> Result<&'a T, ZemsError> {
    // SAFETY: the caller gives NULL, or a pointer to a value that lives and is not changed during the call.
    unsafe { pointer.as_ref() }.ok_or_else(|| is_null(name))
}

/// A handle that is changed.
pub(crate) fn exclusive<'a, T>(pointer: *mut T, name: &str) -> Result<&'a mut T, ZemsError> {
    // SAFETY: the caller gives NULL, or a pointer to a value that no other call uses meanwhile.
    unsafe { pointer.as_mut() }.ok_or_else(|| is_null(name))
}

/// Bytes with a length.
pub(crate) fn bytes<'a>(data: *const u8, length: usize, name: &str) -> Result<&'a [u8], ZemsError> {
    if length == 0 {
        return Ok(&[]);
    }
    if data.is_null() {
        return Err(is_null(name));
    }
    if isize::try_from(length).is_err() {
        let message = format!("the length {length} of the argument `{name}` is more than memory can have");
        return Err(ZemsError::new(ZemsCode::Argument, message));
    }
    // SAFETY: the caller says that this many bytes can be read there; the length is one that a slice may have.
    Ok(unsafe { core::slice::from_raw_parts(data, length) })
}

/// Text that ends with a NUL.
pub(crate) fn text<'a>(data: *const c_char, name: &str) -> Result<&'a str, ZemsError> {
    optional_text(data, name)?.ok_or_else(|| is_null(name))
}

/// Text that ends with a NUL, or NULL.
pub(crate) fn optional_text<'a>(data: *const c_char, name: &str) -> Result<Option<&'a str>, ZemsError> {
    if data.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller says that a NUL ends the text.
    let text = unsafe { CStr::from_ptr(data) };
    text.to_str().map(Some).map_err(|error| {
        ZemsError::new(ZemsCode::Argument, format!("the argument `{name}` is not UTF-8"))
            .at(u64::try_from(error.valid_up_to()).unwrap_or(u64::MAX))
    })
}

/// UTF-8 with a length.
pub(crate) fn text_of<'a>(data: *const c_char, length: usize, name: &str) -> Result<&'a str, ZemsError> {
    core::str::from_utf8(bytes(data.cast(), length, name)?).map_err(|error| {
        ZemsError::new(ZemsCode::Argument, format!("the argument `{name}` is not UTF-8"))
            .at(u64::try_from(error.valid_up_to()).unwrap_or(u64::MAX))
    })
}

/// A subsystem ID; NULL is the one of 12 zero bytes.
pub(crate) fn ssid(pointer: *const ZemsSsid) -> Ssid {
    // SAFETY: the caller gives NULL, or a pointer to 12 bytes.
    unsafe { pointer.as_ref() }.map_or(Ssid::NULL, |ssid| (*ssid).into())
}

/// Writes a result where the caller wants it.
pub(crate) fn put<T>(place: *mut T, value: T, name: &str) -> Result<(), ZemsError> {
    if place.is_null() {
        return Err(is_null(name));
    }
    // SAFETY: the caller gives a place for such a value.
    unsafe { place.write(value) };
    Ok(())
}

/// Writes a result if the caller wants it.
pub(crate) fn put_if<T>(place: *mut T, value: T) {
    if !place.is_null() {
        // SAFETY: the caller gives a place for such a value.
        unsafe { place.write(value) };
    }
}

/// Hands a new handle to the caller, who frees it.
pub(crate) fn hand_out<T>(place: *mut *mut T, value: T, name: &str) -> Result<ZemsCode, ZemsError> {
    if place.is_null() {
        return Err(is_null(name));
    }
    put(place, Box::into_raw(Box::new(value)), name)?;
    Ok(ZemsCode::Ok)
}

/// Takes a handle back and drops it.
pub(crate) fn free<T>(handle: *mut T) {
    if !handle.is_null() {
        answer((), || {
            // SAFETY: the handle was made by `hand_out`, `call` or this crate's constructors, which box it, and is freed once.
            drop(unsafe { Box::from_raw(handle) });
        });
    }
}

/// Takes a handle back for its value.
pub(crate) fn take<T>(handle: *mut T, name: &str) -> Result<T, ZemsError> {
    if handle.is_null() {
        return Err(is_null(name));
    }
    // SAFETY: the handle was boxed by this crate, and the caller gives it away.
    Ok(*unsafe { Box::from_raw(handle) })
}

/// A text that the caller frees. A NUL would end it early and is replaced by `?`.
pub(crate) fn string(text: String) -> *mut c_char {
    let string = CString::new(text).or_else(|error| {
        let mut bytes = error.into_vec();
        bytes.iter_mut().filter(|byte| **byte == 0).for_each(|byte| *byte = b'?');
        CString::new(bytes)
    });
    string.unwrap_or_default().into_raw()
}

/// Frees a text that a function returned as `char *`. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_string_free(text: *mut c_char) {
    if !text.is_null() {
        // SAFETY: `string` made the text with `into_raw`, and it is freed once.
        drop(unsafe { CString::from_raw(text) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{zems_error_code, zems_error_free};

    #[test]
    fn a_panic_is_an_error() {
        let mut error = core::ptr::null_mut();
        let code = call(&mut error, || panic!("on purpose"));
        assert_eq!(code, ZemsCode::Internal);
        // SAFETY: the handle is new.
        assert_eq!(unsafe { zems_error_code(error) }, ZemsCode::Internal);
        // SAFETY: it is freed once.
        unsafe { zems_error_free(error) };
        assert_eq!(answer(-7, || panic!("on purpose")), -7);
    }

    #[test]
    fn a_text_with_a_nul_is_whole() {
        let text = string("a\0b".to_owned());
        // SAFETY: `string` ends the text with a NUL.
        assert_eq!(unsafe { CStr::from_ptr(text) }.to_bytes(), b"a?b");
        // SAFETY: it is freed once.
        unsafe { zems_string_free(text) };
    }
}
