use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::matcher::{MatchOptions, Matched, Matcher, Scratch};
use super::printed::{PrintedEvent, UNKNOWN};
use super::tokens::MatchedToken;
use crate::dictionary::Dictionary;
use crate::ems::{Event, EventBuilder, EventHeader, HeaderToken, UNKNOWN_PROCESSOR};
use crate::spi::write::{EncodeError, Raw};
use crate::spi::{Ssid, Timestamp, UtcOffset};
use crate::template::display::NodeNames;
use crate::template::emstext::RenderOptions;
use crate::template::set::TemplateSet;

/// The settings for making events of text.
#[derive(Clone, Copy, Default)]
#[allow(clippy::exhaustive_structs)]
pub struct ImportOptions<'o> {
    /// The zone the text is in.
    pub zone: Option<&'o dyn UtcOffset>,
    /// Names of nodes; an unknown node becomes node 0.
    pub nodes: Option<&'o dyn NodeNames>,
}

impl fmt::Debug for ImportOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImportOptions")
            .field("zone", &self.zone.is_some())
            .field("nodes", &self.nodes.is_some())
            .finish()
    }
}

/// An event made of text.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Imported {
    /// The event.
    pub bytes: Vec<u8>,
    /// How its text was explained; `None`: by no template, so that the event has it as ZEMS-TKN-TEXT.
    pub matched: Option<Matched>,
    /// The subsystem ID is one that no definition knows: the event has the SSID 0.0.0, and SYSLOG-TKN-SSID as printed.
    pub has_printed_ssid: bool,
}

/// Makes events of what a printing distributor has printed.
///
/// An event gets tokens only if its own text, written again, is the one that was read; else it gets the text as
/// ZEMS-TKN-TEXT. A subsystem ID that no definition knows is kept as SYSLOG-TKN-SSID. Processor and process number are
/// [`UNKNOWN_PROCESSOR`] if the line does not say them. Nothing is lost.
#[derive(Debug)]
pub struct Importer<'i> {
    set: &'i TemplateSet,
    dictionary: &'i Dictionary,
    matcher: &'i Matcher<'i>,
    options: ImportOptions<'i>,
    scratch: Scratch,
    text: String,
}

impl<'i> Importer<'i> {
    /// An importer for a matcher of this set.
    #[must_use]
    pub fn new(
        set: &'i TemplateSet,
        dictionary: &'i Dictionary,
        matcher: &'i Matcher<'i>,
        options: ImportOptions<'i>,
    ) -> Self {
        Self { set, dictionary, matcher, options, scratch: Scratch::default(), text: String::new() }
    }

    /// Makes an event of a printed one.
    ///
    /// # Errors
    /// The dictionary does not know ZEMS-TKN-TEXT, or the text is longer than an event.
    pub fn event(&mut self, printed: &PrintedEvent<'_>) -> Result<Imported, EncodeError> {
        let known = printed.ssid(self.set);
        let (ssid, has_printed_ssid) = (known.unwrap_or(Ssid::NULL), known.is_none());
        let generated = match (printed.time, self.options.zone) {
            (Timestamp::UNSET, _) | (_, None) => printed.time,
            (local, Some(zone)) => Timestamp::from_local(local, |time| zone.utc_offset(time)),
        };
        let (node, cpu, pin) = self.process(printed.process);
        let header = EventHeader {
            generated,
            process: if printed.process == UNKNOWN { &[] } else { printed.process.as_bytes() },
            node,
            cpu,
            pin,
            emphasis: printed.emphasis,
            ..EventHeader::new(ssid, printed.number)
        };
        let options = MatchOptions {
            zone: self.options.zone,
            nodes: self.options.nodes,
            day: Some(generated),
            printed: true,
        };
        let found = self.matcher.explain(ssid, printed.number, &printed.text, &options, &mut self.scratch);
        // Whose message it is is not known: templates of no subsystem do not explain it.
        let found = found.filter(|_| !has_printed_ssid);
        if let Some(matched) = found.map(|found| found.values())
            && let Ok(bytes) = self.build(&header, &matched, &printed.text)
            && self.says(&bytes, &printed.text)
        {
            return Ok(Imported { bytes, matched: Some(matched), has_printed_ssid });
        }
        let bytes = self.with_text(&header, &printed.text, has_printed_ssid.then_some(printed.ssid))?;
        Ok(Imported { bytes, matched: None, has_printed_ssid })
    }

    /// Node number, processor and process number of `\node.cc,ppp` or `\node.$name`.
    fn process(&self, process: &str) -> (i32, u16, u16) {
        let (node, process) =
            process.strip_prefix('\\').and_then(|rest| rest.split_once('.')).unwrap_or(("", process));
        let node = node.parse().ok().or_else(|| self.options.nodes?.number(node)).unwrap_or(0);
        let unnamed =
            process.split_once(',').and_then(|(cpu, pin)| Some((cpu.parse().ok()?, pin.parse().ok()?)));
        let (cpu, pin) = unnamed.unwrap_or((UNKNOWN_PROCESSOR, UNKNOWN_PROCESSOR));
        (node, cpu, pin)
    }

    /// The event with the tokens of a match: the subject first, then the others, those of lists in their lists.
    fn build(&self, header: &EventHeader<'_>, matched: &Matched, text: &str) -> Result<Vec<u8>, EncodeError> {
        let mut header = *header;
        for (token, bytes) in &matched.header {
            let number = bytes.iter().fold(0_i64, |number, byte| number << 8 | i64::from(*byte));
            let word = u16::try_from(number).unwrap_or(0);
            let signed = i16::from_ne_bytes(word.to_ne_bytes());
            match token {
                HeaderToken::Cpu => header.cpu = word,
                HeaderToken::Pin => header.pin = word,
                HeaderToken::ContentStandard => header.content_standard = signed,
                HeaderToken::ContentUser => header.content_user = signed,
                HeaderToken::ProcDesc => header.process = bytes,
                _ => {}
            }
        }
        let profile = self.dictionary.profile();
        let mut writer = EventBuilder::relay(Vec::new(), &header, profile)?;
        let event = self.dictionary.event(header.standard.ssid, header.number);
        let defined = event.and_then(|event| event.subject()).map(|subject| subject.stored_code());
        let on_top = || matched.tokens.iter().filter(|token| token.lists.is_empty());
        let subject = on_top()
            .find(|token| token.is_subject)
            .or_else(|| on_top().find(|token| Some(token.code) == defined))
            .or_else(|| on_top().next());
        let put = |writer: &mut EventBuilder<'_, Vec<u8>>, token: &MatchedToken| {
            writer.put_qualified(token.ssid.unwrap_or(Ssid::NULL), token.code, Raw(&token.bytes))
        };
        match subject {
            Some(subject) => {
                let ssid = subject.ssid.unwrap_or(Ssid::NULL);
                writer.subject_qualified(ssid, subject.code, Raw(&subject.bytes))?;
            }
            // A sentence without tokens is its own subject.
            None => self.put_text(&mut writer, text)?,
        }
        for token in on_top().filter(|token| subject.is_none_or(|subject| !core::ptr::eq(subject, *token))) {
            put(&mut writer, token)?;
        }
        let mut open: &[(Option<Ssid>, crate::spi::TokenCode)] = &[];
        for token in matched.tokens.iter().filter(|token| !token.lists.is_empty()) {
            if token.lists != open {
                open.iter().try_for_each(|_| writer.end_list())?;
                for (ssid, code) in &token.lists {
                    writer.begin_list(ssid.unwrap_or(Ssid::NULL), *code)?;
                }
                open = &token.lists;
            }
            put(&mut writer, token)?;
        }
        open.iter().try_for_each(|_| writer.end_list())?;
        writer.finish()
    }

    /// The event with its text in ZEMS-TKN-TEXT, which is its subject too, and a subsystem ID that is not known.
    fn with_text(
        &self,
        header: &EventHeader<'_>,
        text: &str,
        ssid: Option<&str>,
    ) -> Result<Vec<u8>, EncodeError> {
        let mut writer = EventBuilder::relay(Vec::new(), header, self.dictionary.profile())?;
        self.put_text(&mut writer, text)?;
        if let Some(ssid) = ssid
            && let Some(token) = self.dictionary.token_named("SYSLOG-TKN-SSID")
        {
            writer.put_qualified(token.ssid().unwrap_or(Ssid::NULL), token.stored_code(), ssid)?;
        }
        writer.finish()
    }

    fn put_text(&self, writer: &mut EventBuilder<'_, Vec<u8>>, text: &str) -> Result<(), EncodeError> {
        let (code, ssid) = self.set.codes.text.unwrap_or_default();
        writer.subject_qualified(ssid.unwrap_or(Ssid::NULL), code, text)
    }

    /// Whether an event's own sentence is this text, but for blanks that printing may have lost.
    fn says(&mut self, bytes: &[u8], text: &str) -> bool {
        let Ok(event) = Event::parse(bytes) else { return false };
        let options =
            RenderOptions { nodes: self.options.nodes, zone: self.options.zone, ..RenderOptions::default() };
        self.text.clear();
        let rendered = self.set.render(&event, self.dictionary, &options, &mut self.text);
        rendered.is_ok()
            && self
                .text
                .split(' ')
                .filter(|word| !word.is_empty())
                .eq(text.split(' ').filter(|word| !word.is_empty()))
    }
}
