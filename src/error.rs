use core::error::Error as StdError;
use core::fmt;

use crate::spi::read::DecodeError;
use crate::spi::write::EncodeError;

/// Any error of the library, for programs that do not tell them apart: `?` makes one of every error above and in the codec.
///
/// It displays what could not be done, [`source`](StdError::source) says why; `{error:#}` shows both.
///
/// ```
/// fn sentence(bytes: &[u8]) -> Result<String, zems::Error> {
///     let site = zems::site::Site::builder().severity("emphasis=alert")?.build();
///     Ok(site.sentence(&site.parse(bytes)?).to_string())
/// }
///
/// let error = sentence(b"no event").unwrap_err();
/// assert!(error.is_decode());
/// assert_eq!(error.to_string(), "the buffer cannot be read");
/// assert!(format!("{error:#}").starts_with("the buffer cannot be read: "));
/// ```
#[derive(Debug)]
pub struct Error(Box<Cause>);

#[derive(Debug)]
struct Cause {
    category: Category,
    offset: Option<u64>,
    source: Box<dyn StdError + Send + Sync>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Category {
    Decode,
    Encode,
    Text,
    Record,
    Definition,
    Option,
}

impl Error {
    fn new(
        category: Category,
        offset: Option<u64>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self(Box::new(Cause { category, offset, source: source.into() }))
    }

    /// Bytes are not a buffer, or a token of it cannot be read.
    #[must_use]
    pub fn is_decode(&self) -> bool {
        self.0.category == Category::Decode
    }

    /// A value does not fit its token, or a token its buffer.
    #[must_use]
    pub fn is_encode(&self) -> bool {
        self.0.category == Category::Encode
    }

    /// A text is not a value of its kind: an SSID, a token code, a time, a number.
    #[must_use]
    pub fn is_text(&self) -> bool {
        self.0.category == Category::Text
    }

    /// A JSON object or a log record does not make a buffer.
    #[must_use]
    pub fn is_record(&self) -> bool {
        self.0.category == Category::Record
    }

    /// Definitions, templates or filters cannot be used.
    #[must_use]
    pub fn is_definition(&self) -> bool {
        self.0.category == Category::Definition
    }

    /// An option of a format, a severity rule, or the name of a rule is not known.
    #[must_use]
    pub fn is_option(&self) -> bool {
        self.0.category == Category::Option
    }

    /// The byte at which a buffer cannot be read or written on, from the start of its input.
    #[must_use]
    pub fn offset(&self) -> Option<u64> {
        self.0.offset
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0.category {
            Category::Decode => "the buffer cannot be read",
            Category::Encode => "the buffer cannot be built",
            Category::Text => "the text is not a value of its kind",
            Category::Record => "the record does not make a buffer",
            Category::Definition => "the definitions cannot be used",
            Category::Option => "the option is not known",
        })?;
        if f.alternate() { write!(f, ": {}", self.0.source) } else { Ok(()) }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.0.source)
    }
}

impl From<DecodeError> for Error {
    fn from(error: DecodeError) -> Self {
        Self::new(Category::Decode, Some(error.offset()), error)
    }
}

impl From<EncodeError> for Error {
    fn from(error: EncodeError) -> Self {
        Self::new(Category::Encode, Some(error.offset().into()), error)
    }
}

macro_rules! causes {
    ($($category:ident: $($error:ty),+;)+) => {$($(
        impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Self::new(Category::$category, None, error)
            }
        }
    )+)+};
}

causes! {
    Text: crate::spi::ParseSsidError, crate::spi::ParseTokenCodeError, crate::spi::ParseTimestampError,
        crate::spi::ParseVersionError, crate::spi::NameError, crate::spi::FltRangeError, crate::text::HexError;
    Definition: crate::text::SourceTooLong, crate::sources::CompiledError, crate::syslog::MissingDefinition,
        crate::dictionary::FieldPathError, crate::filter::LoadError, crate::filter::TooManyFilters,
        crate::template::ConversionError;
    Option: crate::formats::OptionsError, crate::site::SeverityError, crate::site::ParseLevelError,
        crate::analysis::lint::UnknownRule;
}

#[cfg(feature = "json")]
causes! { Record: crate::formats::json::JsonError; }

#[cfg(feature = "otlp")]
causes! { Record: crate::formats::otlp::OtlpError, crate::formats::otlp::ReadError; }
