/// What the bytes of a value mean: the data types of the SPI Programming Manual 4-12 to 4-18, by name.
///
/// The numbers these kinds have on a system stand in its [`Profile`](super::Profile).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
#[non_exhaustive]
pub enum Kind {
    /// A number no definition explains, or UNDEF: bytes.
    #[default]
    Unknown,
    Char,
    Byte,
    Int,
    Int2,
    Int4,
    Uint,
    Enum,
    Boolean,
    /// 32-bit Tandem floating point.
    Flt,
    /// 64-bit Tandem floating point.
    Flt2,
    Timestamp,
    Ssid,
    /// An SSID and the number of an error of that subsystem.
    Error,
    TokenCode,
    Fname,
    Fname32,
    Subvol,
    Device,
    Crtpid,
    Username,
    Phandle,
    Transid,
    /// No value: a place in the buffer.
    Mark,
    /// A level of its own.
    List,
    /// Codes the SPI procedures act on; the end of a list.
    Ssctl,
    Struct,
    /// The identifying code of a structure; never stored in a buffer.
    Map,
    /// The header of several values of one token code.
    Table,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 29] = [
        Self::Unknown,
        Self::Char,
        Self::Byte,
        Self::Int,
        Self::Int2,
        Self::Int4,
        Self::Uint,
        Self::Enum,
        Self::Boolean,
        Self::Flt,
        Self::Flt2,
        Self::Timestamp,
        Self::Ssid,
        Self::Error,
        Self::TokenCode,
        Self::Fname,
        Self::Fname32,
        Self::Subvol,
        Self::Device,
        Self::Crtpid,
        Self::Username,
        Self::Phandle,
        Self::Transid,
        Self::Mark,
        Self::List,
        Self::Ssctl,
        Self::Struct,
        Self::Map,
        Self::Table,
    ];

    /// Bytes of one element; a value holds a whole number of them. `None` where the kind sets no size.
    #[must_use]
    pub const fn element_len(self) -> Option<usize> {
        match self {
            Self::Char | Self::Byte => Some(1),
            Self::Int | Self::Uint | Self::Enum | Self::Boolean => Some(2),
            Self::Int2 | Self::Flt | Self::TokenCode => Some(4),
            Self::Int4 | Self::Flt2 | Self::Timestamp | Self::Device | Self::Crtpid | Self::Transid => {
                Some(8)
            }
            Self::Ssid => Some(12),
            Self::Error => Some(14),
            Self::Subvol | Self::Username => Some(16),
            Self::Phandle => Some(20),
            Self::Fname => Some(24),
            Self::Fname32 => Some(32),
            Self::Unknown
            | Self::Mark
            | Self::List
            | Self::Ssctl
            | Self::Struct
            | Self::Map
            | Self::Table => None,
        }
    }

    /// Whether values of a fixed length stand on byte boundaries in a table (SPI Programming Manual C-7).
    #[must_use]
    pub const fn is_string(self) -> bool {
        matches!(self, Self::Char | Self::Byte)
    }

    /// The name the manuals give the data type, without its `ZSPI-TDT-` prefix.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::Unknown => return None,
            Self::Char => "CHAR",
            Self::Byte => "BYTE",
            Self::Int => "INT",
            Self::Int2 => "INT2",
            Self::Int4 => "INT4",
            Self::Uint => "UINT",
            Self::Enum => "ENUM",
            Self::Boolean => "BOOLEAN",
            Self::Flt => "FLT",
            Self::Flt2 => "FLT2",
            Self::Timestamp => "TIMESTAMP",
            Self::Ssid => "SSID",
            Self::Error => "ERROR",
            Self::TokenCode => "TOKENCODE",
            Self::Fname => "FNAME",
            Self::Fname32 => "FNAME32",
            Self::Subvol => "SUBVOL",
            Self::Device => "DEVICE",
            Self::Crtpid => "CRTPID",
            Self::Username => "USERNAME",
            Self::Phandle => "PHANDLE",
            Self::Transid => "TRANSID",
            Self::Mark => "MARK",
            Self::List => "LIST",
            Self::Ssctl => "SSCTL",
            Self::Struct => "STRUCT",
            Self::Map => "MAP",
            Self::Table => "SSTBL",
        })
    }
}
