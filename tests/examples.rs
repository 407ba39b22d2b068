//! The examples run, and do what they say.

#[path = "../examples/build.rs"]
mod build;
#[path = "../examples/custom_format.rs"]
mod custom_format;
#[path = "../examples/decode.rs"]
mod decode;
#[cfg(feature = "tokio")]
#[path = "../examples/filter_service.rs"]
mod filter_service;
#[path = "../examples/generated/main.rs"]
mod generated;
#[cfg(feature = "tokio")]
#[path = "../examples/tcp.rs"]
mod tcp;

use zems::ems::Event;

#[test]
fn decode_prints_sentences_and_faults() {
    let input = [zems::samples::BKUP_FAIL, b"noise", zems::samples::COMMAND, zems::samples::EVENT].concat();
    let mut output = Vec::new();
    decode::decode(&input, &mut output).unwrap();
    let output = String::from_utf8(output).unwrap();
    let lines: Vec<_> = output.lines().collect();
    assert_eq!(lines.len(), 3, "{output}");
    assert_eq!(lines[0], "* ZRPC-EVT-BKUP-FAIL Backup process in CPU 3 died because its CPU is down");
    assert!(lines[1].starts_with("! the first word is 6E6F"), "{output}");
    assert!(lines[2].contains("ACME.7"), "{output}");
}

#[test]
fn build_makes_an_event_with_a_list() {
    let bytes = build::disk_nearly_full("$DATA01", 3, &["ACCTS   ", "LOGS    "]).unwrap();
    let event = Event::parse(&bytes).unwrap();
    assert_eq!((event.number(), event.emphasis()), (Some(101), Some(true)));
    assert_eq!(event.generated().unwrap().to_string(), "2026-11-20T10:15:00.000000Z");
    // Mark, subject, number, list.
    assert_eq!(event.tokens().count(), 4);
    assert!(build::disk_nearly_full("$DATA01", 3, &["too long for its token"]).is_err());
}

#[test]
fn a_format_of_ones_own_writes_a_line() {
    let line = custom_format::line(zems::samples::BKUP_FAIL).unwrap();
    assert_eq!(
        line,
        "event=ZRPC-EVT-BKUP-FAIL severity=critical ZCOM-TKN-SUBJ-PROC=\"$ZPM\" ZCOM-TKN-OBJTYPE=\"PROC\" ZRPC-TKN-CPU=\"3\" \
         ZRPC-TKN-BKUP-FAIL-REASON=\"its CPU is down\" msg=\"Backup process in CPU 3 died because its CPU is down\"\n"
    );
}

#[test]
fn generated_types_come_back() {
    assert_eq!(generated::round_trip().unwrap(), "branch Nydegg closed: out of hours");
}

#[cfg(feature = "tokio")]
#[tokio::test]
async fn a_producer_and_a_consumer_over_tcp() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let consumer = tokio::spawn(async move { tcp::consume(listener.accept().await.unwrap().0).await });
    tcp::produce(tokio::net::TcpStream::connect(address).await.unwrap(), 3).await.unwrap();
    let sentence = "Backup process in CPU 3 died because its CPU is down".to_owned();
    assert_eq!(consumer.await.unwrap(), vec![sentence; 3]);
}

#[cfg(feature = "tokio")]
#[tokio::test]
async fn the_filter_service_sends_back_what_passes() {
    use futures_util::{SinkExt, StreamExt};
    use tokio_util::codec::FramedWrite;
    use zems::codec::{Codec, Events};
    use zems::ems::EventBuf;

    let source = include_str!("../samples/portmapper.emf");
    let filter = filter_service::compile("portmapper", source).unwrap();
    assert!(
        filter_service::compile("bad", "FILTER x; BEGIN nonsense END;")
            .unwrap_err()
            .to_string()
            .contains("bad:1:")
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service =
        tokio::spawn(async move { filter_service::serve(listener.accept().await.unwrap().0, &filter).await });
    let (reader, writer) = tokio::net::TcpStream::connect(address).await.unwrap().into_split();
    let mut sink = FramedWrite::new(writer, Codec::be32());
    for bytes in [zems::samples::EVENT, zems::samples::BKUP_FAIL] {
        sink.send(EventBuf::parse(bytes::Bytes::from_static(bytes)).unwrap()).await.unwrap();
    }
    SinkExt::<EventBuf>::close(&mut sink).await.unwrap();
    let back: Vec<_> = Events::new(reader, Codec::be32()).collect().await;
    let numbers: Vec<_> = back.iter().map(|event| event.as_ref().unwrap().event().number()).collect();
    assert_eq!(numbers, [Some(8)]);
    service.await.unwrap().unwrap();
}
