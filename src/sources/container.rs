//! The form of a compiled file: a header, then sections.
//!
//! ```text
//!   0        8         12         16          24
//!   magic  | version | sections | checksum  | (kind, length, bytes) ...
//! ```
//!
//! Numbers are little-endian. The checksum is over everything after it. The version is looked at before it, since another
//! version may have another checksum.

use super::CompiledError;

const MAGIC: [u8; 8] = *b"zemsdef\x1A";
/// Changes with every change of the form of a section.
const VERSION: u32 = 4;
const HEADER: usize = 24;

/// Whether bytes begin as a compiled file does.
pub(super) fn has_magic(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

/// A file of these sections, each with its kind.
pub(super) fn write(sections: &[(u32, &[u8])]) -> Vec<u8> {
    let mut body = Vec::with_capacity(sections.iter().map(|(_, bytes)| bytes.len() + 12).sum());
    for (kind, bytes) in sections {
        body.extend(kind.to_le_bytes());
        body.extend(u64::try_from(bytes.len()).unwrap_or(0).to_le_bytes());
        body.extend(*bytes);
    }
    let mut file = Vec::with_capacity(HEADER + body.len());
    file.extend(MAGIC);
    file.extend(VERSION.to_le_bytes());
    file.extend(u32::try_from(sections.len()).unwrap_or(0).to_le_bytes());
    file.extend(checksum(&body).to_le_bytes());
    file.extend(body);
    file
}

/// The sections of a file.
pub(super) fn read(file: &[u8]) -> Result<Vec<(u32, &[u8])>, CompiledError> {
    let mut rest = file.strip_prefix(&MAGIC).ok_or(CompiledError::NotCompiled)?;
    let damaged = CompiledError::Damaged;
    let version = u32::from_le_bytes(array(&mut rest).ok_or(damaged)?);
    if version != VERSION {
        return Err(CompiledError::Version { found: version, known: VERSION });
    }
    let count = u32::from_le_bytes(array(&mut rest).ok_or(damaged)?);
    let sum = u64::from_le_bytes(array(&mut rest).ok_or(damaged)?);
    if checksum(rest) != sum {
        return Err(damaged);
    }
    let mut sections = Vec::new();
    for _ in 0..count {
        let kind = u32::from_le_bytes(array(&mut rest).ok_or(damaged)?);
        let len = u64::from_le_bytes(array(&mut rest).ok_or(damaged)?);
        let len = usize::try_from(len).map_err(|_| damaged)?;
        sections.push((kind, take(&mut rest, len).ok_or(damaged)?));
    }
    if rest.is_empty() { Ok(sections) } else { Err(damaged) }
}

/// Eight bytes at a time: the file is read at every start. It finds damage, it does not sign.
fn checksum(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let (words, rest) = bytes.as_chunks();
    let mut last = [0; 8];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    let length = u64::try_from(bytes.len()).unwrap_or(0);
    let words = words.iter().copied().chain([last]).map(u64::from_le_bytes);
    words.fold(length, |sum, word| (sum ^ word).wrapping_mul(FACTOR).rotate_left(29))
}

/// Takes bytes from the front.
pub(super) fn take<'b>(rest: &mut &'b [u8], len: usize) -> Option<&'b [u8]> {
    let (taken, behind) = rest.split_at_checked(len)?;
    *rest = behind;
    Some(taken)
}

/// Takes a number of bytes that is known.
pub(super) fn array<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    take(rest, N)?.first_chunk().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_come_back_and_damage_is_found() {
        let file = write(&[(1, b"one"), (7, b""), (2, b"something longer")]);
        assert_eq!(read(&file).unwrap(), [(1, &b"one"[..]), (7, b""), (2, b"something longer")]);
        for at in 0..file.len() {
            let mut damaged = file.clone();
            damaged[at] ^= 0x20;
            let error = read(&damaged).unwrap_err();
            match at {
                0..8 => assert_eq!(error, CompiledError::NotCompiled),
                8..12 => assert!(matches!(error, CompiledError::Version { known: VERSION, .. })),
                _ => assert_eq!(error, CompiledError::Damaged, "{at}"),
            }
            assert!(read(&file[..at]).is_err(), "{at}");
        }
        let mut longer = file;
        longer.push(0);
        assert_eq!(read(&longer), Err(CompiledError::Damaged));
    }
}
