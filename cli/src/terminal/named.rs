//! Faults of reading and writing, with where they are.

use std::io::{self, Read, Write};

/// Reads or writes, and says in its faults where they are.
pub(crate) struct Named<T> {
    inner: T,
    name: String,
}

impl<T> Named<T> {
    pub(crate) const fn new(inner: T, name: String) -> Self {
        Self { inner, name }
    }

    pub(crate) fn into_parts(self) -> (T, String) {
        (self.inner, self.name)
    }

    fn fault(&self, error: &io::Error) -> io::Error {
        at(&self.name, error)
    }
}

/// The error, with its place.
pub(crate) fn at(name: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{name}: {error}"))
}

impl<T: Read> Read for Named<T> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        self.inner.read(space).map_err(|error| self.fault(&error))
    }
}

impl<T: Write> Write for Named<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner.write(bytes).map_err(|error| self.fault(&error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush().map_err(|error| self.fault(&error))
    }
}
