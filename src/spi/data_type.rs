use super::token_code::TypeCode;

/// The table of the data types, a line for each: the variant, the name that the manuals give it without its `ZSPI-TDT-` prefix, the
/// bytes of one element, and its number. Published numbers are constants of [`TypeCode`]; the others are those that
/// [`Profile::DEFAULT`](super::Profile::DEFAULT) assumes.
macro_rules! data_types {
    ($($(#[$doc:meta])* $variant:ident $name:ident $len:tt $(published $number:literal)? $(provisional $assumed:literal)?;)*) => {
        /// The meaning of the bytes of a value: the data types of the SPI Programming Manual 4-12 to 4-18, by name.
        ///
        /// The numbers of these data types on a system are in its [`Profile`](super::Profile).
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        #[allow(missing_docs)]
        #[non_exhaustive]
        pub enum DataType {
            /// A number no definition explains, or UNDEF: bytes.
            #[default]
            Unknown,
            $($(#[$doc])* $variant,)*
        }

        impl DataType {
            /// Every data type.
            pub const ALL: [Self; 29] = [Self::Unknown, $(Self::$variant),*];

            /// Bytes of one element; a value holds a whole number of them. `None` where the data type sets no size.
            #[must_use]
            pub const fn element_len(self) -> Option<usize> {
                match self {
                    Self::Unknown => None,
                    $(Self::$variant => data_types!(@len $len),)*
                }
            }

            /// The name the manuals give the data type, without its `ZSPI-TDT-` prefix.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    Self::Unknown => None,
                    $(Self::$variant => Some(stringify!($name)),)*
                }
            }

            /// The number that is published, or else assumed until a definition gives one.
            pub(super) const fn default_code(self) -> Option<TypeCode> {
                match self {
                    Self::Unknown => None,
                    $(Self::$variant => Some(TypeCode($($number)? $($assumed)?)),)*
                }
            }
        }

        #[allow(missing_docs)]
        impl TypeCode {
            pub const UNDEF: Self = Self(0);
            $($(pub const $name: Self = Self($number);)?)*
        }
    };
    (@len -) => { None };
    (@len $len:literal) => { Some($len) };
}

data_types! {
    Char CHAR 1 published 1;
    Byte BYTE 1 provisional 12;
    Int INT 2 published 2;
    Int2 INT2 4 published 3;
    Int4 INT4 8 published 4;
    Uint UINT 2 published 9;
    Enum ENUM 2 published 11;
    Boolean BOOLEAN 2 provisional 10;
    /// 32-bit Tandem floating point.
    Flt FLT 4 published 5;
    /// 64-bit Tandem floating point.
    Flt2 FLT2 8 published 6;
    Timestamp TIMESTAMP 8 published 23;
    Ssid SSID 12 published 24;
    /// An SSID and the number of an error of that subsystem.
    Error ERROR 14 published 28;
    TokenCode TOKENCODE 4 published 29;
    Fname FNAME 24 published 20;
    Fname32 FNAME32 32 published 25;
    Subvol SUBVOL 16 published 26;
    Device DEVICE 8 provisional 22;
    Crtpid CRTPID 8 provisional 21;
    Username USERNAME 16 published 27;
    Phandle PHANDLE 20 published 32;
    Transid TRANSID 8 published 30;
    /// No value: a place in the buffer.
    Mark MARK - published 31;
    /// A level of its own.
    List LIST - published 37;
    /// Codes the SPI procedures act on; the end of a list.
    Ssctl SSCTL - published 39;
    Struct STRUCT - published 7;
    /// The identifying code of a structure; never stored in a buffer.
    Map MAP - published 8;
    /// The header of several values of one token code.
    Table SSTBL - provisional 38;
}

impl DataType {
    /// Whether values of a fixed length are on byte boundaries in a table (SPI Programming Manual C-7).
    #[must_use]
    pub const fn is_string(self) -> bool {
        matches!(self, Self::Char | Self::Byte)
    }
}
