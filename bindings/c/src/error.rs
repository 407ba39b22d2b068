//! Errors: a code, a message, and where.

use core::ffi::c_char;
use core::fmt;
use std::ffi::CString;

use zems::procedures::Status;
use zems::spi::read::{DecodeError, DecodeErrorKind};
use zems::spi::write::{EncodeError, EncodeErrorKind};

use crate::border::{answer, free};

/// The result of a function: 0 after success, 1 at the end, 2 if an item does not exist, and an error above that.
///
/// Numbers never change their meaning; later versions may add some.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ZemsCode {
    Ok = 0,
    /// The end: no further item follows.
    End = 1,
    /// The token, name or subject does not exist. `zems_error_message` names it.
    Missing = 2,
    /// An argument is NULL, not UTF-8, or not one of the values that the function takes.
    Argument = 3,
    /// A file cannot be opened, read or written.
    File = 4,
    /// Sources of definitions have errors, or compiled ones are damaged.
    Definitions = 5,
    /// A filter or condition has errors.
    Filter = 6,
    /// A JSON line does not have the documented form.
    Json = 7,
    /// A handle was used after its end.
    Finished = 8,
    /// A fault of the library. Please report it.
    Internal = 9,

    /// The bytes are not a buffer. Codes up to 199 give the reason.
    Decode = 100,
    DecodeShortHeader = 101,
    DecodeMessageCode = 102,
    DecodeUsedLengthShort = 103,
    DecodeUsedLengthLong = 104,
    DecodeTruncated = 105,
    DecodeHeaderCode = 106,
    DecodeTrailingBytes = 107,
    DecodeShortTokenCode = 108,
    DecodeShortSsid = 109,
    DecodeShortLengthWord = 110,
    DecodeValueTooLong = 111,
    DecodeListTooLong = 112,
    DecodeUnclosedList = 113,
    DecodeTooDeep = 114,
    DecodeFrame = 115,
    /// The hexadecimal text has a fault.
    DecodeHex = 116,

    /// The buffer cannot be built. Codes up to 299 give the reason; `zems_error_status` has the SPI status.
    Encode = 200,
    EncodeNoSpace = 201,
    EncodeBufferFull = 202,
    EncodeEventTooLong = 203,
    EncodeLength = 204,
    EncodeElements = 205,
    EncodeValueTooLong = 206,
    EncodeType = 207,
    EncodeNotAList = 208,
    EncodeNotATable = 209,
    EncodeNoDataType = 210,
    EncodeTooDeep = 211,
    EncodeNoOpenList = 212,
    EncodeOpenList = 213,
    EncodeHeader = 214,
    EncodeChecksum = 215,
    EncodeNoLayout = 216,
    EncodeHeaderField = 217,
    EncodeNoSubject = 218,
    EncodeMisplacedMark = 219,
    /// A number is outside the range of its token.
    EncodeRange = 220,
}

/// Why a call failed. Free it with `zems_error_free`.
#[derive(Debug)]
pub struct ZemsError {
    pub(crate) code: ZemsCode,
    message: CString,
    offset: Option<u64>,
    length: u64,
    status: Status,
}

impl ZemsError {
    pub(crate) fn new(code: ZemsCode, message: impl fmt::Display) -> Self {
        let message = CString::new(message.to_string().replace('\0', "?")).unwrap_or_default();
        Self { code, message, offset: None, length: 0, status: Status::OK }
    }

    /// Adds the offset of the fault.
    pub(crate) fn at(self, offset: u64) -> Self {
        Self { offset: Some(offset), ..self }
    }

    /// Adds the length of the faulty region.
    pub(crate) fn of_length(self, length: u64) -> Self {
        Self { length, ..self }
    }

    pub(crate) fn io(what: &dyn fmt::Display, error: &std::io::Error) -> Self {
        Self::new(ZemsCode::File, format_args!("{what}: {error}"))
    }
}

impl From<DecodeError> for ZemsError {
    fn from(error: DecodeError) -> Self {
        let code = match error.kind() {
            DecodeErrorKind::ShortHeader { .. } => ZemsCode::DecodeShortHeader,
            DecodeErrorKind::MessageCode { .. } => ZemsCode::DecodeMessageCode,
            DecodeErrorKind::UsedLengthShort { .. } => ZemsCode::DecodeUsedLengthShort,
            DecodeErrorKind::UsedLengthLong { .. } => ZemsCode::DecodeUsedLengthLong,
            DecodeErrorKind::Truncated { .. } => ZemsCode::DecodeTruncated,
            DecodeErrorKind::HeaderCode { .. } => ZemsCode::DecodeHeaderCode,
            DecodeErrorKind::TrailingBytes { .. } => ZemsCode::DecodeTrailingBytes,
            DecodeErrorKind::ShortTokenCode { .. } => ZemsCode::DecodeShortTokenCode,
            DecodeErrorKind::ShortSsid { .. } => ZemsCode::DecodeShortSsid,
            DecodeErrorKind::ShortLengthWord => ZemsCode::DecodeShortLengthWord,
            DecodeErrorKind::ValueTooLong { .. } => ZemsCode::DecodeValueTooLong,
            DecodeErrorKind::ListTooLong { .. } => ZemsCode::DecodeListTooLong,
            DecodeErrorKind::UnclosedList { .. } => ZemsCode::DecodeUnclosedList,
            DecodeErrorKind::TooDeep => ZemsCode::DecodeTooDeep,
            DecodeErrorKind::ShortFrameLength { .. }
            | DecodeErrorKind::FrameCut { .. }
            | DecodeErrorKind::FrameTooLong { .. }
            | DecodeErrorKind::FrameLength { .. } => ZemsCode::DecodeFrame,
            _ => ZemsCode::Decode,
        };
        Self::new(code, error).at(error.offset())
    }
}

impl From<EncodeError> for ZemsError {
    fn from(error: EncodeError) -> Self {
        let code = match error.kind() {
            EncodeErrorKind::NoSpace { .. } => ZemsCode::EncodeNoSpace,
            EncodeErrorKind::BufferFull { .. } => ZemsCode::EncodeBufferFull,
            EncodeErrorKind::EventTooLong { .. } => ZemsCode::EncodeEventTooLong,
            EncodeErrorKind::Length { .. } => ZemsCode::EncodeLength,
            EncodeErrorKind::Elements { .. } => ZemsCode::EncodeElements,
            EncodeErrorKind::ValueTooLong { .. } => ZemsCode::EncodeValueTooLong,
            EncodeErrorKind::Type { .. } => ZemsCode::EncodeType,
            EncodeErrorKind::NotAList => ZemsCode::EncodeNotAList,
            EncodeErrorKind::NotATable => ZemsCode::EncodeNotATable,
            EncodeErrorKind::NoDataType { .. } => ZemsCode::EncodeNoDataType,
            EncodeErrorKind::TooDeep => ZemsCode::EncodeTooDeep,
            EncodeErrorKind::NoOpenList => ZemsCode::EncodeNoOpenList,
            EncodeErrorKind::OpenList => ZemsCode::EncodeOpenList,
            EncodeErrorKind::Header => ZemsCode::EncodeHeader,
            EncodeErrorKind::Checksum => ZemsCode::EncodeChecksum,
            EncodeErrorKind::NoLayout { .. } => ZemsCode::EncodeNoLayout,
            EncodeErrorKind::HeaderField { .. } => ZemsCode::EncodeHeaderField,
            EncodeErrorKind::NoSubject => ZemsCode::EncodeNoSubject,
            EncodeErrorKind::MisplacedMark => ZemsCode::EncodeMisplacedMark,
            _ => ZemsCode::Encode,
        };
        Self { status: Status::from(error), ..Self::new(code, error).at(error.offset().into()) }
    }
}

/// The code that the call returned.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_error_code(error: *const ZemsError) -> ZemsCode {
    // SAFETY: the caller gives NULL or an error that lives.
    answer(ZemsCode::Internal, || unsafe { error.as_ref() }.map_or(ZemsCode::Ok, |error| error.code))
}

/// The message: fault, place and remedy. It belongs to the error. Empty for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_error_message(error: *const ZemsError) -> *const c_char {
    // SAFETY: the caller gives NULL or an error that lives.
    unsafe { error.as_ref() }.map_or(c"".as_ptr(), |error| error.message.as_ptr())
}

/// The byte of the fault, counted from the start of the input, buffer or text; -1 if the error is not
/// about one byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_error_offset(error: *const ZemsError) -> i64 {
    // SAFETY: the caller gives NULL or an error that lives.
    let offset = unsafe { error.as_ref() }.and_then(|error| error.offset);
    offset.and_then(|offset| i64::try_from(offset).ok()).unwrap_or(-1)
}

/// The length in bytes of the region that is not a buffer, for an error of a reader; else 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_error_length(error: *const ZemsError) -> u64 {
    // SAFETY: the caller gives NULL or an error that lives.
    unsafe { error.as_ref() }.map_or(0, |error| error.length)
}

/// The status that an SPI procedure would return (ZSPI-ERR-...), 0 if there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_error_status(error: *const ZemsError) -> i16 {
    // SAFETY: the caller gives NULL or an error that lives.
    unsafe { error.as_ref() }.map_or(0, |error| error.status.0)
}

/// Frees an error. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_error_free(error: *mut ZemsError) {
    free(error);
}
