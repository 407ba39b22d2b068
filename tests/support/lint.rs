//! Any event that can be read can be checked, and every finding lies in its event.

use zems::analysis::lint::{Linter, Place, Selection};
use zems::ems::Event;
use zems::site::Site;
use zems::spi::read::Buffer;

pub fn lint(bytes: &[u8]) {
    let site = Site::builtin();
    let mut linter = Linter::new(&site, Selection::default());
    let mut rest = bytes;
    let mut events = Vec::new();
    while let Ok((buffer, after)) = Buffer::parse_prefix(rest) {
        let offset = u64::try_from(bytes.len() - rest.len()).unwrap();
        if let Ok(event) = Event::try_from(buffer) {
            events.push(offset..offset + u64::try_from(buffer.len()).unwrap());
            linter.event("input", offset, &event);
        }
        rest = after;
    }
    for finding in linter.finish() {
        if let Place::Event(place) = &finding.place {
            assert!(events.iter().any(|event| event.contains(&place.offset)), "{finding:?}");
        }
        assert!(finding.count > 0 && !finding.expected.is_empty());
    }
}
