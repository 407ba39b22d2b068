//! The properties that hold for any bytes as compiled definitions.

use zems::dictionary::Dictionary;
use zems::sources::Compiled;
use zems::template::{RenderOptions, TemplateSet};

/// The file as it is, then its content without the container that a checksum protects: as a dictionary, and as templates.
pub fn compiled(data: &[u8]) {
    let _ = Compiled::from_bytes(data);
    let templates = TemplateSet::from_bytes(data);
    if let Some(templates) = &templates {
        let written = templates.to_bytes();
        assert_eq!(TemplateSet::from_bytes(&written).map(|again| again.to_bytes()), Some(written));
    }
    let dictionary = Dictionary::from_compiled(data);
    if let Some(dictionary) = &dictionary {
        let written = dictionary.to_compiled();
        assert_eq!(Dictionary::from_compiled(&written).map(|again| again.to_compiled()), Some(written));
        for structure in dictionary.structures() {
            for field in structure.fields() {
                let _ = (field.name().len(), field.group().is_some(), field.redefines().is_some());
                let _ = field.enumeration().map(|values| values.values().count());
            }
        }
        for token in dictionary.tokens() {
            let _ = (token.name().len(), token.heading(), token.map_words().count());
        }
        for event in dictionary.events() {
            let _ = dictionary.event(event.ssid(), event.number()).is_some();
        }
    }
    let dictionary = dictionary.as_ref().unwrap_or(Dictionary::builtin());
    let event = zems::ems::Event::parse(zems::samples::BKUP_FAIL).expect("the sample is an event");
    let mut text = String::new();
    let _ = templates.unwrap_or_else(TemplateSet::builtin).render(
        &event,
        dictionary,
        &RenderOptions::default(),
        &mut text,
    );
}
