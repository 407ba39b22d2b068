//! The public API that programs rely on: types that cross threads, one error type, tokens by key.

use core::error::Error as _;

use zems::Error;
use zems::dictionary::Dictionary;
use zems::ems::{Event, EventBuf, EventBuilder, EventHeader};
use zems::site::Site;
use zems::spi::read::Buffer;
use zems::spi::{Ssid, TokenKey};

/// Every type that a program holds across an await goes to another thread with it.
#[test]
fn types_that_are_held_are_send() {
    fn is_send<T: Send>() {}
    fn is_shared<T: Send + Sync>() {}

    is_shared::<Site>();
    is_shared::<Dictionary>();
    is_shared::<zems::template::TemplateSet>();
    is_shared::<zems::filter::Filters>();
    is_shared::<zems::filter::Nodes>();
    is_shared::<EventBuf>();
    is_shared::<Event<'_>>();
    is_shared::<Buffer<'_>>();
    is_shared::<TokenKey>();
    is_shared::<Error>();
    is_shared::<zems::text::Diagnostics>();
    is_shared::<zems::text::SourceMap>();

    is_send::<zems::dictionary::Loader>();
    is_send::<zems::spi::read::Tokens<'_>>();
    is_send::<zems::spi::read::Framer<'_>>();
    is_send::<EventBuilder<'_, Vec<u8>>>();
    is_send::<zems::filter::Scratch<'_>>();
    is_send::<zems::filter::Session<'_, '_>>();
    is_send::<zems::template::RenderOptions<'_>>();
    is_send::<zems::template::Text>();
    is_send::<zems::syslog::Importer<'_>>();
    is_send::<zems::syslog::TimePolicy<'_>>();
    is_send::<zems::describe::Described<'_>>();
    is_send::<zems::describe::Record<'_>>();
    is_send::<zems::site::SiteBuilder>();
    is_send::<zems::site::Sentence<'_>>();
    is_send::<Box<dyn zems::formats::Format>>();
    is_send::<zems::formats::syslog::Writer>();
    #[cfg(feature = "json")]
    is_send::<zems::formats::json::Reader<'_>>();
    #[cfg(feature = "otlp")]
    {
        is_send::<zems::formats::otlp::Writer>();
        is_send::<zems::formats::otlp::Batch>();
        is_send::<zems::formats::otlp::Request>();
        is_send::<zems::formats::otlp::Reader<'_>>();
    }
}

#[test]
fn every_error_is_an_error_of_the_library() {
    let decode: Error = Event::parse(&[0; 30]).unwrap_err().into();
    assert!(decode.is_decode() && !decode.is_encode());
    assert_eq!(decode.offset(), Some(0));
    assert!(decode.source().unwrap().is::<zems::spi::read::DecodeError>());
    assert_eq!(format!("{decode:#}"), format!("the buffer cannot be read: {}", decode.source().unwrap()));

    let text: Error = "TANDEM".parse::<Ssid>().unwrap_err().into();
    assert!(text.is_text() && text.offset().is_none());
    let option: Error = Site::builder().severity("emphasis=loud").unwrap_err().into();
    assert!(option.is_option());
    let definition: Error = zems::sources::Compiled::from_bytes(b"no").unwrap_err().into();
    assert!(definition.is_definition());

    let dictionary = Dictionary::builtin();
    let header = EventHeader::new("ACME.7.A01".parse().unwrap(), 1);
    let cpu = dictionary.token_named("ZRPC-TKN-CPU").unwrap();
    let encode = EventBuilder::new(Vec::new(), &header, dictionary.profile(), cpu, "text").unwrap_err();
    let offset = encode.offset();
    let encode: Error = encode.into();
    assert!(encode.is_encode());
    assert_eq!(encode.offset(), Some(u64::from(offset)));
}

/// A key qualifies a token as its definition says: not at all where its number is shared or its subsystem is the event's.
#[test]
fn a_key_qualifies_as_its_definition_says() {
    let site = Site::builtin();
    let key = |name| site.token_key(name).unwrap();
    let [subject, cpu, text] = ["ZCOM-TKN-SUBJ-PROC", "ZRPC-TKN-CPU", "ZEMS-TKN-EVENTNUMBER"].map(key);
    assert_eq!((subject.ssid().is_some(), cpu.ssid().is_some(), text.ssid()), (true, true, None));
    let rpc = site.dictionary().ssid_named("ZRPC-VAL-SSID").unwrap();
    for (ssid, expected) in [(rpc, [true, false]), ("ACME.7.A01".parse().unwrap(), [true, true])] {
        let header = EventHeader::new(ssid, 1);
        let mut event = EventBuilder::new(Vec::new(), &header, site.profile(), subject, "$ACME").unwrap();
        event.put(cpu, 3_u16).unwrap();
        let bytes = event.finish().unwrap();
        let event = site.parse(&bytes).unwrap();
        let stored: Vec<_> = event.tokens().skip(1).map(|token| token.unwrap().ssid().is_some()).collect();
        assert_eq!(stored, expected, "{ssid}");
        assert_eq!(event.buffer().value::<u16>(cpu).unwrap(), Some(3));
        assert_eq!(event.buffer().value::<i64>(cpu).unwrap(), None);
        assert_eq!(event.buffer().text(subject).unwrap(), Some("$ACME"));
    }
    assert_eq!(site.token_key("ZRPC-TKN-NONE"), None);
}
