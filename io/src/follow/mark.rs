//! How far a file has been read, and how it is known again.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use serde_json::{Value as Json, json};

use crate::identity::Identity;

/// Bytes at the front of a file, and before a place in it, by which it is known.
const KNOWN_BY: u64 = 256;

/// A place in a file, and enough of the bytes before it to know the file again under another name, in a copy, or compressed;
/// and to notice that it was emptied and filled again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) file: Identity,
    /// Everything before it has been dealt with. In a compressed file it counts the bytes of the content.
    pub(crate) offset: u64,
    /// A digest of the first bytes, as many as lie before `offset` and at most [`KNOWN_BY`].
    front: u64,
    /// A digest of as many bytes directly before `offset`.
    tail: u64,
    pub(crate) role: Role,
}

/// Why a file is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It is read: what is added to it is wanted.
    Read,
    /// It is read, and compressed: nothing is added to it.
    Packed,
    /// It was there before, or is a copy: nothing of it is wanted.
    Other,
}

impl Mark {
    /// The mark of a file that has been read to `offset`.
    pub(crate) fn new(file: &mut File, identity: Identity, offset: u64, role: Role) -> io::Result<Self> {
        let (front, tail) = if role == Role::Packed { (0, 0) } else { digests(file, offset)? };
        Ok(Self { file: identity, offset, front, tail, role })
    }

    /// The mark of a compressed file.
    pub(crate) const fn packed(file: Identity, offset: u64) -> Self {
        Self { file, offset, front: 0, tail: 0, role: Role::Packed }
    }

    /// Whether the file begins as the marked one did up to the mark. Of a compressed file only its identity is known.
    pub(crate) fn fits(&self, file: &mut File) -> io::Result<bool> {
        if self.role == Role::Packed {
            return Ok(Identity::of_file(file)? == self.file);
        }
        Ok(file.metadata()?.len() >= self.offset && digests(file, self.offset)? == (self.front, self.tail))
    }

    /// The same for the content of a compressed file, which is read up to the mark; also whether there is more.
    pub(crate) fn fits_content(&self, mut content: impl Read) -> io::Result<Option<bool>> {
        let known = self.offset.min(KNOWN_BY);
        let mut front = Vec::new();
        content.by_ref().take(known).read_to_end(&mut front)?;
        if digest(&front) != self.front || len(&front) < known {
            return Ok(None);
        }
        // The last bytes before the mark, of the front and of what follows.
        let mut tail = front;
        let between = (self.offset - known).saturating_sub(KNOWN_BY);
        if io::copy(&mut content.by_ref().take(between), &mut io::sink())? < between {
            return Ok(None);
        }
        content.by_ref().take(self.offset - known - between).read_to_end(&mut tail)?;
        let start = tail.len().saturating_sub(usize::try_from(known).unwrap_or(0));
        if digest(tail.get(start..).unwrap_or_default()) != self.tail {
            return Ok(None);
        }
        Ok(Some(content.by_ref().take(1).read(&mut [0])? > 0))
    }

    /// Whether the content of a compressed file begins as that of the marked one.
    pub(crate) fn begins(&self, content: impl Read) -> io::Result<bool> {
        let known = self.offset.min(KNOWN_BY);
        let mut front = Vec::new();
        content.take(known).read_to_end(&mut front)?;
        Ok(digest(&front) == self.front)
    }

    pub(crate) fn json(&self) -> Json {
        let role = match self.role {
            Role::Read => "read",
            Role::Packed => "packed",
            Role::Other => "other",
        };
        json!({
            "device": self.file.device, "inode": self.file.inode, "offset": self.offset,
            "front": format!("{:016x}", self.front), "tail": format!("{:016x}", self.tail), "role": role,
        })
    }

    pub(crate) fn from_json(json: &Json) -> Option<Self> {
        let number = |key: &str| json[key].as_u64();
        let digest = |key: &str| json[key].as_str().and_then(|text| u64::from_str_radix(text, 16).ok());
        let role = match json["role"].as_str()? {
            "read" => Role::Read,
            "packed" => Role::Packed,
            "other" => Role::Other,
            _ => return None,
        };
        let file = Identity::new(number("device")?, number("inode")?);
        Some(Self { file, offset: number("offset")?, front: digest("front")?, tail: digest("tail")?, role })
    }

    /// A mark of the first version of the state, which kept the front in hexadecimal digits and no tail. `file` is the file
    /// that has the name now, if there is one.
    pub(crate) fn from_version_1(json: &Json, file: Option<&mut File>) -> Option<Self> {
        let number = |key: &str| json[key].as_u64();
        let identity = Identity::new(number("device")?, number("inode")?);
        let offset = number("offset")?;
        let digits = json["front"].as_str()?;
        let bytes: Option<Vec<u8>> = digits
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        let front = digest(&bytes?);
        let tail = file.and_then(|file| digests(file, offset).ok()).map_or(front, |(_, tail)| tail);
        Some(Self { file: identity, offset, front, tail, role: Role::Read })
    }
}

/// Digests of the front of a file and of the bytes before a place in it.
fn digests(file: &mut File, offset: u64) -> io::Result<(u64, u64)> {
    let known = offset.min(KNOWN_BY);
    let front = digest(&range(file, 0, known)?);
    let tail = if offset <= KNOWN_BY { front } else { digest(&range(file, offset - known, known)?) };
    Ok((front, tail))
}

fn range(file: &mut File, start: u64, count: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(start))?;
    Read::by_ref(file).take(count).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// FNV-1a: the same in every version of this program.
fn digest(bytes: &[u8]) -> u64 {
    let step = |sum: u64, byte: &u8| (sum ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3);
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, step)
}

fn len(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
