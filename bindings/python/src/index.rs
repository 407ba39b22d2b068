//! Pieces of files: where a file can be cut so that every event is read exactly once.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::PathBuf;

use pyo3::prelude::*;
use zems::spi::Profile;
use zems_io::{Buffers, Form, Item, Source};

use crate::reader::Input;
use crate::site::{Site, or_builtin};

/// A piece of an uncompressed file: from a buffer to the end of another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub(crate) start: u64,
    pub(crate) end: u64,
}

/// Bytes that are all there.
pub(crate) struct Whole(Box<dyn Read + Send>);

impl Read for Whole {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        self.0.read(space)
    }
}

impl Source for Whole {}

/// The buffers of an input, or of a piece of it.
pub(crate) type Pieces<'p> = Buffers<'p, Whole>;

impl Input {
    /// The buffers of the piece, or of all of the input.
    pub(crate) fn pieces<'p>(
        self,
        form: Form,
        profile: &'p Profile,
        piece: Option<Piece>,
    ) -> PyResult<Pieces<'p>> {
        match (piece, self) {
            (Some(piece), Self::File(path)) => {
                let mut file = File::open(path)?;
                file.seek(SeekFrom::Start(piece.start))?;
                let bytes = file.take(piece.end - piece.start);
                let form = if form == Form::Auto { Form::Raw } else { form };
                Ok(Buffers::at(Whole(Box::new(bytes)), form, profile, piece.start))
            }
            (_, input) => Ok(Buffers::at(Whole(input.open()?), form, profile, 0)),
        }
    }
}

/// Cuts a file into at most `parts` pieces of about the same size, each from a buffer to the end of another: `(start, end)` of each.
/// `None` if the file cannot be cut: it is compressed, or text.
#[pyfunction]
#[pyo3(signature = (path, parts, *, site=None, form="auto"))]
pub(crate) fn cut(
    py: Python<'_>,
    path: PathBuf,
    parts: u64,
    site: Option<&Site>,
    form: &str,
) -> PyResult<Option<Vec<(u64, u64)>>> {
    let form = crate::reader::form(form)?;
    let site = or_builtin(site);
    py.detach(|| pieces(&path, parts.max(1), form, site.profile())).map_err(PyErr::from)
}

fn pieces(
    path: &std::path::Path,
    parts: u64,
    form: Form,
    profile: &Profile,
) -> io::Result<Option<Vec<(u64, u64)>>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut front = [0; 4096];
    let shown = file.read(&mut front)?;
    let front = front.get(..shown).unwrap_or_default();
    if zems_io::packing(front).is_some()
        || form == Form::Hex
        || form == Form::Auto && zems::text::looks_like_hex(front)
    {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(0))?;
    let form = if form == Form::Auto { Form::Raw } else { form };
    let mut buffers = Buffers::new(BufReader::new(file), form, profile);
    let (mut cuts, mut begin, mut next) = (Vec::new(), 0_u64, 1_u64);
    // Before a buffer of a frame its length is read.
    let lead = match form {
        Form::Be16 => 2,
        Form::Be32 => 4,
        _ => 0,
    };
    while next < parts {
        let goal = length / parts * next;
        let Some(item) = buffers.next()? else { break };
        if let Item::Buffer(buffer) = item {
            let at = buffer.origin().saturating_sub(lead);
            if at >= goal && at > begin {
                cuts.push((begin, at));
                begin = at;
                next += 1;
            }
        }
    }
    cuts.push((begin, length));
    Ok(Some(cuts))
}
