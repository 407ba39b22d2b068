//! Names of files, processes, users and transactions in their internal, fixed-length forms.
//!
//! Each type holds the bytes as stored. Its text (`Display`) is the external form; `round_trips` says whether reading that
//! text gives the same bytes again, which is not so for unnamed processes and for bytes that are not a name at all.
//!
//! A local name begins with `$`. A name in network form begins with `\`, the node's number in one byte, and has no `$`
//! (`\3.$DATA` is `5C 03 "DATA  "`), which leaves two characters less for the name.

use core::fmt;
use core::str::FromStr;

use byteorder::{BigEndian, ByteOrder};

macro_rules! fixed_bytes {
    ($($(#[$doc:meta])* $name:ident[$len:literal];)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $len]);

        impl $name {
            /// Bytes of the internal form.
            pub const LEN: usize = $len;

            /// The name with these bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// The bytes as stored.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    )*};
}

fixed_bytes! {
    /// An internal file name: volume, device or process; subvolume or first qualifier; file or second qualifier, each in
    /// 8 bytes (SPI Programming Manual 4-16).
    ///
    /// ```
    /// use zems::spi::Fname;
    ///
    /// let file: Fname = "$SYSTEM.SYS00.OSIMAGE".parse()?;
    /// assert_eq!(file.as_bytes(), b"$SYSTEM SYS00   OSIMAGE ");
    /// let remote: Fname = r"\3.$DATA.APP".parse()?;
    /// assert_eq!(remote.as_bytes(), b"\\\x03DATA  APP             ");
    /// assert_eq!(remote.to_string(), r"\3.$DATA.APP");
    /// # Ok::<(), zems::spi::NameError>(())
    /// ```
    Fname[24];
    /// A node name in 8 bytes, `\` included, and an [`Fname`] (SPI Programming Manual 4-16).
    ///
    /// ```
    /// use zems::spi::Fname32;
    ///
    /// let manager: Fname32 = r"\NODE.$SSCP".parse()?;
    /// assert!(manager.as_bytes().starts_with(b"\\NODE   $SSCP   "));
    /// # Ok::<(), zems::spi::NameError>(())
    /// ```
    Fname32[32];
    /// Volume and subvolume: the first two parts of an [`Fname`].
    Subvol[16];
    /// A device or volume: the first part of an [`Fname`].
    Device[8];
    /// A C-series process: 6 bytes of name (or, unnamed, of clock), processor, process number (EMS Manual 5-20).
    Crtpid[8];
    /// Group and user name, 8 bytes each.
    Username[16];
    /// A D-series process handle: ten words, null when all are -1.
    Phandle[20];
    /// A transaction: node number + 1 and processor, 32-bit sequence, flags (TMF manuals 4-14).
    Transid[8];
}

/// Why a text is not a name of the wanted form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameError {
    /// The first part does not begin with `$`, or has nothing after it.
    Volume,
    /// A part is empty, longer than its field, or holds a blank, a period or a character outside printable ASCII.
    Part,
    /// There are more parts than the form has.
    Parts,
    /// A node is given where none fits, is not a number from 0 to 255 where one is needed, or has a name over 7 characters.
    Node,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Volume => "a name begins with $ and at least one character",
            Self::Part => "a part of the name is empty, too long for its field, or no printable ASCII without blanks",
            Self::Parts => "the name has more parts than its form holds",
            Self::Node => "the node does not fit: a number from 0 to 255, in a 32-byte name a name of up to 7 characters",
        })
    }
}

impl core::error::Error for NameError {}

macro_rules! file_names {
    ($($name:ident, $parts:literal;)*) => {$(
        impl $name {
            /// Whether the text, read again, gives the same bytes.
            #[must_use]
            pub fn round_trips(&self) -> bool {
                is_local_or_network(&self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                show_name(f, &self.0)
            }
        }

        impl FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                let mut bytes = [b' '; Self::LEN];
                read_name(text, $parts, &mut bytes)?;
                Ok(Self(bytes))
            }
        }
    )*};
}

file_names! {
    Fname, 3;
    Subvol, 2;
    Device, 1;
}

impl Fname32 {
    /// The node name, `\` included, and the name on that node.
    #[must_use]
    pub fn parts(&self) -> (&[u8], Fname) {
        let mut local = [b' '; Fname::LEN];
        let (node, rest) = self.0.split_at_checked(8).unwrap_or_default();
        local.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        (node.trim_ascii_end(), Fname(local))
    }

    /// Whether the text, read again, gives the same bytes.
    #[must_use]
    pub fn round_trips(&self) -> bool {
        let (node, local) = self.parts();
        let (field, _) = self.0.split_at_checked(8).unwrap_or_default();
        let node_ok = match node.split_first() {
            None => true,
            Some((b'\\', [])) => true,
            Some((b'\\', name)) => is_part(name),
            Some(_) => false,
        };
        node_ok && is_blank_filled(field, node.len()) && local.0.first() == Some(&b'$') && local.round_trips()
    }
}

impl fmt::Display for Fname32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (node, local) = self.parts();
        if !node.is_empty() {
            show_bytes(f, node)?;
            f.write_str(".")?;
        }
        local.fmt(f)
    }
}

impl FromStr for Fname32 {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let mut bytes = [b' '; Self::LEN];
        let (field, local) = bytes.split_at_mut(8);
        let name = match text.strip_prefix('\\') {
            Some(rest) => {
                let (node, name) = rest.split_once('.').ok_or(NameError::Volume)?;
                if !node.is_empty() && !is_part(node.as_bytes()) {
                    return Err(NameError::Node);
                }
                fill(field, b"\\", node.as_bytes()).map_err(|_| NameError::Node)?;
                name
            }
            None => text,
        };
        if !name.starts_with('$') {
            return Err(NameError::Volume);
        }
        read_name(name, 3, local)?;
        Ok(Self(bytes))
    }
}

impl Crtpid {
    /// Composes a process ID from its external name, processor and process number.
    ///
    /// # Errors
    /// The name is not `$` and up to five characters (with a node number, `\3.$`, up to four).
    pub fn new(name: &str, cpu: u8, pin: u8) -> Result<Self, NameError> {
        let mut field = [b' '; 6];
        read_name(name, 1, &mut field)?;
        let [a, b, c, d, e, f] = field;
        Ok(Self([a, b, c, d, e, f, cpu, pin]))
    }

    /// The six bytes of the name part.
    #[must_use]
    pub fn name(&self) -> CrtpidName<'_> {
        let (name, _) = self.0.split_at_checked(6).unwrap_or_default();
        CrtpidName(name)
    }

    /// The processor.
    #[must_use]
    pub const fn cpu(&self) -> u8 {
        let [.., cpu, _] = self.0;
        cpu
    }

    /// The process number.
    #[must_use]
    pub const fn pin(&self) -> u8 {
        let [.., pin] = self.0;
        pin
    }

    /// Whether the name part is a name: unnamed processes have clock bits there.
    #[must_use]
    pub fn has_name(&self) -> bool {
        is_local_or_network(self.name().0)
    }
}

/// The name of a named process, `cc,ppp` of an unnamed one (Template Services Manual 2-11).
impl fmt::Display for Crtpid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.has_name() { self.name().fmt(f) } else { write!(f, "{:02},{:03}", self.cpu(), self.pin()) }
    }
}

/// The name part of a [`Crtpid`].
#[derive(Clone, Copy, Debug)]
pub struct CrtpidName<'a>(&'a [u8]);

impl fmt::Display for CrtpidName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show_name(f, self.0)
    }
}

impl Username {
    /// Whether the text, read again, gives the same bytes.
    #[must_use]
    pub fn round_trips(&self) -> bool {
        self.0.chunks(8).all(|field| {
            let part = field.trim_ascii_end();
            is_part(part) && is_blank_filled(field, part.len())
        })
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (group, user) = self.0.split_at_checked(8).unwrap_or_default();
        show_bytes(f, group.trim_ascii_end())?;
        f.write_str(".")?;
        show_bytes(f, user.trim_ascii_end())
    }
}

impl FromStr for Username {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let (group, user) = text.split_once('.').ok_or(NameError::Part)?;
        let mut bytes = [b' '; Self::LEN];
        let (group_field, user_field) = bytes.split_at_mut(8);
        fill(group_field, b"", group.as_bytes())?;
        fill(user_field, b"", user.as_bytes())?;
        Ok(Self(bytes))
    }
}

/// Ten unsigned words with periods between, as TACL shows a process handle.
impl fmt::Display for Phandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, word) in self.0.chunks_exact(2).enumerate() {
            let separator = if at == 0 { "" } else { "." };
            write!(f, "{separator}{}", BigEndian::read_u16(word))?;
        }
        Ok(())
    }
}

/// The text of TRANSIDTOTEXT for nodes without names: `\node(flags).cpu.sequence`.
impl fmt::Display for Transid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [node, cpu, a, b, c, d, x, y] = self.0;
        if let Some(node) = node.checked_sub(1) {
            write!(f, "\\{node}")?;
            match u16::from_be_bytes([x, y]) {
                0 => f.write_str(".")?,
                flags => write!(f, "({flags}).")?,
            }
        }
        write!(f, "{cpu}.{}", u32::from_be_bytes([a, b, c, d]))
    }
}

/// Whether `bytes`, 8-byte parts of which the first may be shorter, are a name that its text says completely.
fn is_local_or_network(bytes: &[u8]) -> bool {
    let (first, rest) = bytes.split_at_checked(8).unwrap_or((bytes, &[]));
    let (prefix, name) = match first {
        [b'$', name @ ..] => (1, name),
        [b'\\', _, name @ ..] => (2, name),
        _ => return false,
    };
    let name = name.trim_ascii_end();
    if !is_part(name) || !is_blank_filled(first, prefix + name.len()) {
        return false;
    }
    let parts = rest.chunks(8).take_while(|field| field.first() != Some(&b' ')).count();
    let are_parts = rest.chunks(8).take(parts).all(|field| {
        let part = field.trim_ascii_end();
        is_part(part) && is_blank_filled(field, part.len())
    });
    are_parts && is_blank_filled(rest, parts * 8)
}

/// Printable ASCII without blanks, periods and backslashes, and at least one character.
fn is_part(part: &[u8]) -> bool {
    !part.is_empty() && part.iter().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'.' | b'\\'))
}

fn is_blank_filled(field: &[u8], from: usize) -> bool {
    field.iter().skip(from).all(|byte| *byte == b' ')
}

fn show_name(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    let (first, rest) = bytes.split_at_checked(8).unwrap_or((bytes, &[]));
    match first {
        [b'\\', node, name @ ..] => {
            write!(f, "\\{node}.$")?;
            show_bytes(f, name.trim_ascii_end())?;
        }
        name => show_bytes(f, name.trim_ascii_end())?,
    }
    for part in rest.chunks(8).map(<[u8]>::trim_ascii_end).take_while(|part| !part.is_empty()) {
        f.write_str(".")?;
        show_bytes(f, part)?;
    }
    Ok(())
}

fn show_bytes(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    use fmt::Write;
    bytes.iter().try_for_each(|byte| {
        f.write_char(if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '?' })
    })
}

/// Reads `[\node.]$name[.part[.part]]` into 8-byte fields; the first takes what is left of `bytes` if that is less.
fn read_name(text: &str, parts: usize, bytes: &mut [u8]) -> Result<(), NameError> {
    let first_len = bytes.len().min(8);
    let (first, rest) = bytes.split_at_mut_checked(first_len).ok_or(NameError::Parts)?;
    let (node, text) = match text.strip_prefix('\\') {
        Some(text) => {
            let (node, text) = text.split_once('.').ok_or(NameError::Volume)?;
            (Some(node.parse::<u8>().map_err(|_| NameError::Node)?), text)
        }
        None => (None, text),
    };
    let mut texts = text.split('.');
    let name = texts.next().and_then(|name| name.strip_prefix('$')).ok_or(NameError::Volume)?;
    if name.is_empty() {
        return Err(NameError::Volume);
    }
    match node {
        Some(node) => fill(first, &[b'\\', node], name.as_bytes())?,
        None => fill(first, b"$", name.as_bytes())?,
    }
    if text.split('.').count() > parts {
        return Err(NameError::Parts);
    }
    rest.chunks_mut(8).zip(texts).try_for_each(|(field, part)| fill(field, b"", part.as_bytes()))
}

/// Writes `prefix` and `name` at the front of a blank field.
fn fill(field: &mut [u8], prefix: &[u8], name: &[u8]) -> Result<(), NameError> {
    let is_name = is_part(name) || name.is_empty() && prefix == b"\\";
    if !is_name || prefix.len() + name.len() > field.len() {
        return Err(NameError::Part);
    }
    field.iter_mut().zip(prefix.iter().chain(name)).for_each(|(to, from)| *to = *from);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_come_back() {
        for text in
            ["$SYSTEM.SYS00.OSIMAGE", "$A", "$ZNET.#ZSPI", r"\254.$SYSTEM.A.B", "$VOLUME7.SUBVOLUM.FILENAME"]
        {
            let name: Fname = text.parse().unwrap();
            assert!(name.round_trips());
            assert_eq!(name.to_string(), text);
        }
        for text in [r"\NODE.$VOLUME7.A.B", "$SSCP", r"\.$SSCP"] {
            let name: Fname32 = text.parse().unwrap();
            assert!(name.round_trips());
            assert_eq!(name.to_string(), text);
        }
        assert_eq!("$DATA.APP".parse::<Subvol>().unwrap().as_bytes(), b"$DATA   APP     ");
        assert_eq!("$LAPX".parse::<Device>().unwrap().as_bytes(), b"$LAPX   ");
        assert_eq!("SUPER.OPER".parse::<Username>().unwrap().to_string(), "SUPER.OPER");
    }

    #[test]
    fn the_manager_of_the_real_command() {
        let name = Fname32::from_bytes(*b"\\       $SSCP                   ");
        assert!(name.round_trips());
        assert_eq!(name.to_string(), r"\.$SSCP");
        assert_eq!(r"\.$SSCP".parse(), Ok(name));
    }

    #[test]
    fn says_what_is_wrong() {
        for (text, error) in [
            ("", NameError::Volume),
            ("SYSTEM", NameError::Volume),
            ("$", NameError::Volume),
            ("$TOOLONGX", NameError::Part),
            ("$A..B", NameError::Part),
            ("$A.B.C.D", NameError::Parts),
            (r"\300.$A", NameError::Node),
            (r"\NODE.$A", NameError::Node),
            (r"\3.$SYSTEMX", NameError::Part),
        ] {
            assert_eq!(text.parse::<Fname>(), Err(error), "{text}");
        }
        assert_eq!(r"\NODENAME.$A".parse::<Fname32>(), Err(NameError::Node));
        assert_eq!("$ABCDEF".parse::<Device>().map(|name| *name.as_bytes()), Ok(*b"$ABCDEF "));
        assert_eq!(Crtpid::new("$ABCDEF", 0, 0), Err(NameError::Part));
        assert_eq!("SUPER".parse::<Username>(), Err(NameError::Part));
    }

    #[test]
    fn bytes_that_are_not_a_name_have_no_text() {
        for bytes in [
            *b"                        ",
            *b"$A      B     X C       ",
            *b"$A              C       ",
            [0; 24],
        ] {
            assert!(!Fname::from_bytes(bytes).round_trips());
        }
        assert!(!Username::from_bytes(*b"SUPER           ").round_trips());
    }

    #[test]
    fn processes_are_named_or_numbered() {
        let named = Crtpid::new("$ABC", 2, 45).unwrap();
        assert_eq!(named.as_bytes(), b"$ABC  \x02\x2D");
        assert_eq!(named.to_string(), "$ABC");
        let unnamed = Crtpid::from_bytes([0, 1, 2, 3, 4, 5, 2, 94]);
        assert!(!unnamed.has_name());
        assert_eq!(unnamed.to_string(), "02,094");
        assert_eq!(Crtpid::new(r"\3.$ZPM", 0, 9).unwrap().to_string(), r"\3.$ZPM");
    }

    #[test]
    fn transactions_print_as_transidtotext_does() {
        assert_eq!(Transid::from_bytes([4, 1, 0, 0, 0, 200, 0, 2]).to_string(), r"\3(2).1.200");
        assert_eq!(Transid::from_bytes([4, 1, 0, 0, 0, 200, 0, 0]).to_string(), r"\3.1.200");
        assert_eq!(Transid::from_bytes([0, 1, 0, 0, 0, 200, 0, 2]).to_string(), "1.200");
    }
}
