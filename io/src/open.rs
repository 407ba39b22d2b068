//! Opening what is to be read.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

use crate::content::{Content, FRONT};
use crate::packing::{MAGIC_LEN, Packing, packing, unpacked};
use crate::utf16::Utf16;

/// Bytes to be read, unpacked if they were compressed.
pub struct Unpacked {
    /// The first bytes, which are looked at and read all the same.
    front: Vec<u8>,
    rest: Box<dyn Read + Send>,
    packing: Option<Packing>,
}

impl core::fmt::Debug for Unpacked {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Unpacked").field("packing", &self.packing).field("content", &self.content()).finish()
    }
}

/// Opens a file, or standard input for `-`, and unpacks it if it is compressed.
///
/// ```
/// use std::io::Read;
///
/// let path = std::env::temp_dir().join(format!("zems-io-open-{}", std::process::id()));
/// std::fs::write(&path, "FFE4")?;
/// let mut text = String::new();
/// zems_io::open(&path)?.into_bytes().read_to_string(&mut text)?;
/// assert_eq!(text, "FFE4");
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// The file cannot be opened or read, or is a directory.
pub fn open(path: &Path) -> io::Result<Unpacked> {
    if path.as_os_str() == "-" {
        return unpack(io::stdin());
    }
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "is a directory"));
    }
    unpack(file)
}

/// Bytes to be read, unpacked if they are compressed. Waits until there is something to tell that by.
///
/// # Errors
///
/// The first bytes cannot be read.
pub fn unpack(mut input: impl Read + Send + 'static) -> io::Result<Unpacked> {
    let front = front(&mut input)?;
    let Some(packing) = packing(&front) else {
        return Ok(Unpacked { front, rest: Box::new(input), packing: None });
    };
    let mut rest = unpacked(packing, Cursor::new(front).chain(input));
    let front = self::front(&mut rest)?;
    Ok(Unpacked { front, rest, packing: Some(packing) })
}

/// The first bytes: as many as come at once, but enough to know compressed data.
fn front(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; FRONT];
    let mut len = 0;
    while len < MAGIC_LEN {
        match input.read(bytes.get_mut(len..).unwrap_or_default()) {
            Ok(0) => break,
            Ok(count) => len += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(len);
    Ok(bytes)
}

impl Unpacked {
    /// How it was compressed.
    #[must_use]
    pub const fn packing(&self) -> Option<Packing> {
        self.packing
    }

    /// Its kind, by its first bytes.
    #[must_use]
    pub fn content(&self) -> Content {
        Content::of(&self.front)
    }

    /// The bytes as they are.
    #[must_use]
    pub fn into_bytes(self) -> Box<dyn Read + Send> {
        Box::new(Cursor::new(self.front).chain(self.rest))
    }

    /// Text: UTF-16 as UTF-8, without a byte order mark of either; everything else as it is.
    #[must_use]
    pub fn into_text(mut self) -> Box<dyn Read + Send> {
        match self.content() {
            Content::Utf16 { is_big_endian } => {
                if self.front.starts_with(&[0xFF, 0xFE]) || self.front.starts_with(&[0xFE, 0xFF]) {
                    self.front.drain(..2);
                }
                Box::new(Utf16::new(self.into_bytes(), is_big_endian))
            }
            _ => {
                if self.front.starts_with(b"\xEF\xBB\xBF") {
                    self.front.drain(..3);
                }
                self.into_bytes()
            }
        }
    }

    /// The same for what may be text or not: UTF-16 becomes UTF-8 if `is_wanted` says so of its first characters.
    #[must_use]
    pub fn into_text_if(self, is_wanted: impl Fn(&[u8]) -> bool) -> Box<dyn Read + Send> {
        let Content::Utf16 { is_big_endian } = self.content() else { return self.into_bytes() };
        let mark = self.front.starts_with(&[0xFF, 0xFE]) || self.front.starts_with(&[0xFE, 0xFF]);
        let front = self.front.get(if mark { 2 } else { 0 }..).unwrap_or_default();
        let even = front.get(..front.len() & !1).unwrap_or_default();
        let mut text = Vec::new();
        // Memory can always be read.
        let _ = Utf16::new(even, is_big_endian).read_to_end(&mut text);
        if is_wanted(&text) { self.into_text() } else { self.into_bytes() }
    }
}

/// The text of a source file, of at most `limit` bytes: unpacked, UTF-16 as UTF-8, without a byte order mark. Bytes that are not
/// UTF-8 are taken for Latin-1, in which old vendor files are written.
///
/// # Errors
///
/// The file cannot be read, or is longer.
pub fn read_text(path: &Path, limit: u64) -> io::Result<String> {
    text(open(path)?, limit)
}

/// The same of bytes that are not in a file.
///
/// # Errors
///
/// They cannot be read, or are more.
pub fn text(source: Unpacked, limit: u64) -> io::Result<String> {
    let mut bytes = Vec::new();
    source.into_text().take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|len| len > limit) {
        let error = format!("is longer than {limit} bytes, the most that a source may have");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, error));
    }
    Ok(String::from_utf8(bytes)
        .unwrap_or_else(|error| error.as_bytes().iter().copied().map(char::from).collect()))
}
