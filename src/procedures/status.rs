use core::fmt;

use crate::spi::write::{EncodeError, EncodeErrorKind};

/// The number an SPI procedure returns: ZSPI-ERR-... (SPI Programming Manual A-4 to A-7, SPI Reference Summary 1-22).
///
/// A call that succeeds returns `Ok`, so a status here is a fault; [`Status::OK`] is for bindings that return numbers.
///
/// ```
/// use zems::procedures::Status;
///
/// assert_eq!(Status::MISTKN.0, -8);
/// assert_eq!(Status::MISTKN.name(), Some("ZSPI-ERR-MISTKN"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(clippy::exhaustive_structs)]
pub struct Status(pub i16);

macro_rules! statuses {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $symbol:literal, $text:literal;)*) => {
        impl Status {
            $($(#[$doc])* pub const $name: Self = Self($number);)*

            /// Every published status, in the order of the numbers 0, -1, -2 and so on.
            pub const ALL: [Self; 38] = [$(Self::$name),*];

            /// The symbolic name, if the number is published.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some($symbol),)*
                    _ => None,
                }
            }

            /// The meaning in words.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self.0 {
                    $($number => $text,)*
                    _ => "not a published status",
                }
            }
        }
    };
}

statuses! {
    /// The operation is completed.
    OK = 0, "ZSPI-ERR-OK", "no error";
    /// The buffer has no valid format. Never saved as the last error.
    INVBUF = -1, "ZSPI-ERR-INVBUF", "invalid buffer format";
    /// A parameter has a value the call does not take.
    ILLPARM = -2, "ZSPI-ERR-ILLPARM", "illegal parameter value";
    /// A required parameter is missing.
    MISPARM = -3, "ZSPI-ERR-MISPARM", "missing parameter";
    /// A parameter is too short for what is read from it or written to it.
    BADADDR = -4, "ZSPI-ERR-BADADDR", "illegal parameter address";
    /// The buffer has no space for the token or for header information.
    NOSPACE = -5, "ZSPI-ERR-NOSPACE", "no space in the buffer";
    /// The checksum is wrong. Never returned here: the algorithm is not published.
    XSUMERR = -6, "ZSPI-ERR-XSUMERR", "invalid checksum";
    /// Internal error.
    INTERR = -7, "ZSPI-ERR-INTERR", "internal error";
    /// The token is not in the buffer or the current list.
    MISTKN = -8, "ZSPI-ERR-MISTKN", "token not found";
    /// The token code or token map is not valid.
    ILLTKN = -9, "ZSPI-ERR-ILLTKN", "illegal token code or map";
    /// The owner of a subsystem ID breaks the rules.
    BADSSID = -10, "ZSPI-ERR-BADSSID", "invalid subsystem ID";
    /// The operation is not supported.
    NOTIMP = -11, "ZSPI-ERR-NOTIMP", "operation not supported";
    /// No stack space. Never returned here.
    NOSTACK = -12, "ZSPI-ERR-NOSTACK", "insufficient stack space";
    /// File-system error, of the text procedures.
    ZFIL_ERR = -13, "ZSPI-ERR-ZFIL-ERR", "file-system error";
    /// Guardian procedure error, of the text procedures.
    ZGRD_ERR = -14, "ZSPI-ERR-ZGRD-ERR", "Guardian procedure error";
    /// Invalid template file, of the text procedures.
    INV_FILE = -15, "ZSPI-ERR-INV-FILE", "invalid template file";
    /// More text is available, of the text procedures.
    CONTINUE = -16, "ZSPI-ERR-CONTINUE", "more text available";
    /// More text is available on a new line, of the text procedures.
    NEW_LINE = -17, "ZSPI-ERR-NEW-LINE", "more text available on a new line";
    /// No more fields, of the text procedures.
    NO_MORE = -18, "ZSPI-ERR-NO-MORE", "no more fields";
    /// A name is missing.
    MISS_NAME = -19, "ZSPI-ERR-MISS-NAME", "name missing";
    /// A name is ambiguous.
    DUP_NAME = -20, "ZSPI-ERR-DUP-NAME", "name ambiguous";
    /// An enumeration is not found.
    MISS_ENUM = -21, "ZSPI-ERR-MISS-ENUM", "enumeration not found";
    /// A structure is not found.
    MISS_STRUCT = -22, "ZSPI-ERR-MISS-STRUCT", "structure not found";
    /// An offset is not found.
    MISS_OFFSET = -23, "ZSPI-ERR-MISS-OFFSET", "offset not found";
    /// Something is too long.
    TOO_LONG = -24, "ZSPI-ERR-TOO-LONG", "too long";
    /// A field lies past the end of the token's value.
    MISS_FIELD = -25, "ZSPI-ERR-MISS-FIELD", "field past the end of the token value";
    /// No scan ID.
    NO_SCANID = -26, "ZSPI-ERR-NO-SCANID", "no scan ID";
    /// No format ID is available.
    NO_FORMATID = -27, "ZSPI-ERR-NO-FORMATID", "no format ID available";
    /// Arrays nest too deep.
    OCCURS_DEPTH = -28, "ZSPI-ERR-OCCURS-DEPTH", "OCCURS nested too deep";
    /// A label is missing.
    MISS_LABEL = -29, "ZSPI-ERR-MISS-LABEL", "label missing";
    /// A buffer size is above the maximum: EMSINIT with more than 4024 bytes.
    BUF_TOO_LARGE = -30, "ZSPI-ERR-BUF-TOO-LARGE", "buffer size above the maximum";
    /// Object form.
    OBJFORM = -31, "ZSPI-ERR-OBJFORM", "object form";
    /// Object class.
    OBJCLASS = -32, "ZSPI-ERR-OBJCLASS", "object class";
    /// An encoded name is not valid.
    BADNAME = -33, "ZSPI-ERR-BADNAME", "invalid encoded name";
    /// A template is not valid.
    TEMPLATE = -34, "ZSPI-ERR-TEMPLATE", "template";
    /// A name has an invalid character.
    ILL_CHAR = -35, "ZSPI-ERR-ILL-CHAR", "invalid character in a name";
    /// No token definition ID.
    NO_TKNDEFID = -36, "ZSPI-ERR-NO-TKNDEFID", "no token definition ID";
    /// A response is not complete.
    INCOMP_RESP = -37, "ZSPI-ERR-INCOMP-RESP", "incomplete response";
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{} ({name}): {}", self.0, self.meaning()),
            None => write!(f, "{}: {}", self.0, self.meaning()),
        }
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "Status({} {name})", self.0),
            None => write!(f, "Status({})", self.0),
        }
    }
}

impl core::error::Error for Status {}

/// The status of what the writer refuses.
impl From<EncodeError> for Status {
    fn from(error: EncodeError) -> Self {
        match error.kind() {
            EncodeErrorKind::NoSpace { .. }
            | EncodeErrorKind::BufferFull { .. }
            | EncodeErrorKind::ValueTooLong { .. }
            | EncodeErrorKind::TooDeep => Self::NOSPACE,
            EncodeErrorKind::EventTooLong { .. } => Self::BUF_TOO_LARGE,
            EncodeErrorKind::Length { .. }
            | EncodeErrorKind::Elements { .. }
            | EncodeErrorKind::NotAList
            | EncodeErrorKind::NotATable
            | EncodeErrorKind::Type { .. } => Self::ILLTKN,
            EncodeErrorKind::NoOpenList => Self::MISTKN,
            EncodeErrorKind::Checksum => Self::NOTIMP,
            EncodeErrorKind::HeaderField { .. } | EncodeErrorKind::NoLayout { .. } => Self::ILLPARM,
            _ => Self::INTERR,
        }
    }
}
