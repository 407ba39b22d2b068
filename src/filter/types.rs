//! The types that EMF gives the values of each SPI data type (EMS Manual Table 5-2), and what may be compared with what.

use super::messages::Treatment;
use crate::dictionary::FieldType;
use crate::ems::HeaderToken;
use crate::spi::DataType;

/// How the bytes of an operand are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Numbers of 1, 2, 4 or 8 bytes each.
    Elements { size: u8, is_signed: bool },
    /// Characters. Fixed-length text is filled with blanks, which MATCH passes over.
    Text { is_fixed: bool },
    /// An internal file name, 24 bytes.
    FileName,
    /// Nothing to compare: lists, marks, codes for the SPI procedures.
    Illegal,
}

/// A form, and what the compiler warns of when it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EmfType {
    pub(super) form: Form,
    pub(super) coerced_to: Option<Treatment>,
}

impl EmfType {
    pub(super) const fn signed(size: u8) -> Self {
        Self { form: Form::Elements { size, is_signed: true }, coerced_to: None }
    }

    pub(super) const fn unsigned(size: u8) -> Self {
        Self { form: Form::Elements { size, is_signed: false }, coerced_to: None }
    }

    pub(super) const fn text(is_fixed: bool) -> Self {
        Self { form: Form::Text { is_fixed }, coerced_to: None }
    }

    pub(super) const FILE_NAME: Self = Self { form: Form::FileName, coerced_to: None };
    const ILLEGAL: Self = Self { form: Form::Illegal, coerced_to: None };
    /// Words that mean something else together.
    const WORDS: Self = Self { coerced_to: Some(Treatment::Unsigned), ..Self::unsigned(2) };
    /// Fixed text that means something else.
    const CHARACTERS: Self = Self { coerced_to: Some(Treatment::Text), ..Self::text(true) };

    /// The row of Table 5-2. Types newer than the table are words, with a warning.
    pub(super) const fn of(kind: DataType, is_variable: bool) -> Self {
        match kind {
            DataType::Boolean | DataType::Enum | DataType::Int => Self::signed(2),
            DataType::Int2 => Self::signed(4),
            DataType::Int4 => Self::signed(8),
            DataType::Byte => Self::unsigned(1),
            DataType::Uint | DataType::Ssid => Self::unsigned(2),
            DataType::TokenCode => Self::unsigned(4),
            DataType::Timestamp => Self::unsigned(8),
            DataType::Transid => Self { coerced_to: Some(Treatment::Unsigned), ..Self::unsigned(8) },
            DataType::Char => Self::text(!is_variable),
            DataType::Fname => Self::FILE_NAME,
            DataType::Fname32 | DataType::Subvol | DataType::Username => Self::CHARACTERS,
            DataType::List | DataType::Ssctl | DataType::Table | DataType::Mark => Self::ILLEGAL,
            _ => Self::WORDS,
        }
    }

    /// The type of a field of a structure, by its declaration; `None` for what is not an SPI data type.
    pub(super) fn of_field(field_type: FieldType) -> Option<Self> {
        Some(match field_type {
            FieldType::Character | FieldType::NumericDisplay => Self::text(true),
            FieldType::Binary { bits: bits @ (8 | 16 | 32 | 64), unsigned, .. } => {
                let size = bits / 8;
                if unsigned { Self::unsigned(size) } else { Self::signed(size) }
            }
            FieldType::Enum => Self::signed(2),
            FieldType::Logical(1) => Self::unsigned(1),
            FieldType::Logical(bytes @ (2 | 4)) => Self::signed(bytes),
            FieldType::Bit { .. } => Self::unsigned(2),
            FieldType::Group | FieldType::Float(_) | FieldType::Unknown => Self::WORDS,
            FieldType::Tacl(tacl) => Self::of(tacl.data_type(), false),
            _ => return None,
        })
    }

    /// The type of a header token, whatever the definition files say: the header holds it so.
    pub(super) const fn of_header(token: HeaderToken) -> Self {
        match token {
            HeaderToken::GenTime | HeaderToken::LogTime => Self::unsigned(8),
            HeaderToken::LastErrCode => Self::unsigned(4),
            HeaderToken::NodeNum => Self::signed(4),
            HeaderToken::UserId => Self::unsigned(1),
            HeaderToken::NodeName | HeaderToken::ProcDesc => Self::text(false),
            HeaderToken::Crtpid => Self::WORDS,
            HeaderToken::Checksum
            | HeaderToken::ConsolePrint
            | HeaderToken::Emphasis
            | HeaderToken::SuppressDisplay
            | HeaderToken::EventNumber
            | HeaderToken::LastErr
            | HeaderToken::ContentStandard
            | HeaderToken::ContentUser
            | HeaderToken::HeaderVersion => Self::signed(2),
            _ => Self::unsigned(2),
        }
    }
}

/// Whether the compiler lets two operands be compared: numbers with numbers, signed or not; text and file names with each
/// other (EMS Manual 5-22).
pub(super) const fn are_comparable(left: Form, right: Form) -> bool {
    matches!(
        (left, right),
        (Form::Elements { .. }, Form::Elements { .. })
            | (Form::Text { .. } | Form::FileName, Form::Text { .. } | Form::FileName)
    )
}
