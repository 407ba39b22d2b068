//! The labelled list of all tokens, as the SPI_BUFFER_FORMAT procedures print it. It shows the stored bytes.

use super::{Format, FormatDef, Options, OptionsError, Utf8};
use crate::describe::Record;
use crate::site::Site;
use crate::spi::read::DecodeError;
use crate::template::{ListError, ListOptions, TokenLister};

pub(super) const TOKENS: FormatDef = FormatDef {
    name: "tokens",
    about: "The labelled list of all tokens",
    options: &["no-header", "width", "labels", "zone"],
    is_one_file: false,
    make: |site, options| Ok(Box::new(Lists::new(site, options)?)),
};

struct Lists {
    site: Site,
    options: ListOptions,
    is_first: bool,
}

impl Lists {
    fn new(site: &Site, options: &Options) -> Result<Self, OptionsError> {
        let mut list = ListOptions {
            header: options.header,
            ddl_names: options.ddl_names,
            buffer_values_only: true,
            width: options.width,
            ..ListOptions::default()
        };
        // Labels and values need space: on a narrow page fields are below their token.
        if list.width > 0 && list.width < list.token_label + list.field_label + 15 {
            list.field_label = 0;
        }
        let made = Self { site: site.clone(), options: list, is_first: true };
        made.lister().map_err(|error| OptionsError::new("width", error.to_string()))?;
        Ok(made)
    }

    fn lister(&self) -> Result<TokenLister<'_>, ListError> {
        let render = self.site.render_options(true);
        TokenLister::new(self.options, self.site.dictionary(), self.site.templates(), render)
    }
}

impl Format for Lists {
    fn has_parts(&self) -> bool {
        true
    }

    fn event(&mut self, out: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        if !core::mem::replace(&mut self.is_first, false) {
            out.push(b'\n');
        }
        self.part(out, record)
    }

    fn part(&mut self, part: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        let Ok(lister) = self.lister() else { return Ok(()) };
        match lister.list(record.described.buffer(), &mut Utf8(part)) {
            Err(ListError::Decode(error)) => Err(error),
            _ => Ok(()),
        }
    }

    fn join(&mut self, out: &mut Vec<u8>, part: &[u8]) {
        if !core::mem::replace(&mut self.is_first, false) {
            out.push(b'\n');
        }
        out.extend_from_slice(part);
    }

    fn command(&mut self, out: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        self.event(out, record)
    }
}
