//! The properties that hold for any bytes. The fuzzer (`fuzz/fuzz_targets/syslog.rs`) runs it on its inputs, `corpus.rs` on
//! those it has kept, and a property on others.

use core::cell::RefCell;

use zems::ems::Event;
use zems::formats::syslog::{Framing, Options, Style, Writer};
use zems::site::Site;
use zems::spi::Timestamp;
use zems::syslog::{Form, Importer, Line, TimePolicy};

use super::texts::importer;

/// Every line of the input.
pub fn check(input: &[u8]) {
    for line in input.split(|byte| *byte == b'\n') {
        IMPORTER.with_borrow_mut(|importer| check_line(line, importer));
    }
}

fn check_line(line: &[u8], importer: &mut Importer<'_>) {
    let read = Line::parse_bytes(line);
    fields_are_in_the_line(line, &read);
    if let Ok(text) = core::str::from_utf8(line) {
        let of_text = Line::parse(text);
        assert_eq!((of_text.form(), of_text.time()), (read.form(), read.time()));
        assert_eq!(of_text.message().as_bytes(), read.message());
        let data = of_text.structured_data().map(|data| data.as_written().as_bytes());
        assert_eq!(data, read.structured_data().map(|data| data.as_written()));
    }
    let spelled = respelled(&read);
    let is_canonical = read.form() == Form::Structured && spelled == line && is_strict(&read);

    let mut import = |line: &[u8]| {
        let policy = TimePolicy { now: Timestamp(212_660_000_000_000_000), ..TimePolicy::default() };
        let mut bytes = Vec::new();
        let imported = importer.event(&Line::parse_bytes(line), &policy, &mut bytes);
        assert_eq!(imported.is_err(), bytes.is_empty());
        imported.is_ok().then_some(bytes)
    };
    let Some(bytes) = import(line) else {
        assert!(line.len() > 1_500, "a short line fits an event");
        return;
    };
    let event = Event::parse(&bytes).unwrap();
    event.check(|finding| panic!("{finding:?}")).unwrap();
    let junos = write(&event, Style::Junos, Framing::Datagram);
    if is_canonical {
        assert_eq!(junos.escape_ascii().to_string(), line.escape_ascii().to_string());
    }
    // A line that was written is read as the same event.
    if let Some(again) = import(&junos) {
        let again = write(&Event::parse(&again).unwrap(), Style::Junos, Framing::Datagram);
        assert_eq!(again.escape_ascii().to_string(), junos.escape_ascii().to_string());
    }
    for style in [Style::Rfc5424, Style::Junos, Style::Bsd, Style::Standard, Style::ExplicitPriority] {
        let bare = write(&event, style, Framing::Datagram);
        let octets = write(&event, style, Framing::Octets);
        assert_eq!(octets, [format!("{} ", bare.len()).as_bytes(), &bare].concat());
        let newline = write(&event, style, Framing::Newline);
        assert_eq!(newline.iter().position(|byte| *byte == b'\n'), Some(newline.len() - 1));
        if style == Style::Rfc5424 {
            is_rfc5424(&bare);
        }
    }
}

thread_local! {
    /// Made once: an importer is made of all templates.
    static IMPORTER: RefCell<Importer<'static>> = RefCell::new(importer());
}

fn write(event: &Event<'_>, style: Style, framing: Framing) -> Vec<u8> {
    let site = Site::builtin();
    let mut out = Vec::new();
    let writer = Writer::new(&site, Options { style, framing, ..Options::default() });
    writer.write(&mut out, event, &site.sentence(event).to_string()).unwrap();
    out
}

/// All fields are parts of the line, one after the other, and the message is its end.
fn fields_are_in_the_line(line: &[u8], read: &Line<'_, [u8]>) {
    let mut at = 0;
    let data = read.structured_data().map(|data| data.as_written());
    let message = (read.form() != Form::Service).then_some(read.message());
    // Some write the host first.
    let place = |field: Option<&[u8]>| field.map_or(0, |field| field.as_ptr() as usize);
    let is_host_first = read.host().is_some() && place(read.host()) < place(read.time_text());
    let [first, second] =
        if is_host_first { [read.host(), read.time_text()] } else { [read.time_text(), read.host()] };
    let fields = [read.sequence(), first, second, read.process(), read.pid(), read.tag(), data, message];
    for field in fields.into_iter().flatten() {
        let found = line[at..].windows(field.len().max(1)).position(|part| part == field);
        at += found.filter(|_| !field.is_empty()).unwrap_or(0) + field.len();
        assert!(field.is_empty() || found.is_some(), "{:?} of {:?}", field, line.escape_ascii().to_string());
    }
    assert!(line.ends_with(read.message()));
    for element in read.structured_data().into_iter().flat_map(|data| data.elements()) {
        assert!(!element.id().is_empty());
        for param in element.params() {
            assert!(!param.name().is_empty());
            let value = param.value();
            assert_eq!(String::from_utf8_lossy(&value.unescaped()), value.to_string());
        }
    }
}

/// A structured line from its fields.
fn respelled(read: &Line<'_, [u8]>) -> Vec<u8> {
    let Some(priority) = read.priority() else { return Vec::new() };
    let mut line = format!("<{}>1", priority.pri()).into_bytes();
    let data = read.structured_data().map(|data| data.as_written());
    for field in [read.time_text(), read.host(), read.process(), read.pid(), read.tag(), data] {
        line.push(b' ');
        line.extend_from_slice(field.unwrap_or(b"-"));
    }
    if !read.message().is_empty() {
        line.push(b' ');
        line.extend_from_slice(read.message());
    }
    line
}

/// Whether a header has nothing that the writer must change.
fn is_strict(read: &Line<'_, [u8]>) -> bool {
    let is_time = read.time_text().is_none_or(|text| {
        let digits = text.iter().skip(20).take_while(|byte| byte.is_ascii_digit()).count();
        let is_spelled = !text.iter().any(|byte| matches!(byte, b' ' | b't' | b'z' | b','))
            && (text.ends_with(b"Z") || text[..text.len() - 2].ends_with(b":"));
        is_spelled
            && digits <= 6
            && read.time().is_some_and(|time| time.utc_offset.is_some() && time.second < 60)
    });
    let fields = [read.host(), read.process(), read.pid(), read.tag()];
    is_time
        && fields.into_iter().flatten().all(|field| field.iter().all(|byte| *byte > b' ' && *byte != 0x7F))
}

/// Holds a message against the grammar of RFC 5424, section 6.
fn is_rfc5424(message: &[u8]) {
    let shown = message.escape_ascii().to_string();
    let read = Line::parse_bytes(message);
    assert_eq!(read.form(), Form::Structured, "{shown}");
    assert!(is_strict(&read), "{shown}");
    let limits = [(read.host(), 255), (read.process(), 48), (read.pid(), 128), (read.tag(), 32)];
    for (field, limit) in limits {
        let field = field.unwrap_or(b"-");
        assert!((1..=limit).contains(&field.len()) && field.iter().all(u8::is_ascii_graphic), "{shown}");
    }
    let is_name = |name: &[u8]| {
        let fits = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'=' | b']' | b'"');
        (1..=32).contains(&name.len()) && name.iter().all(fits)
    };
    for element in read.structured_data().into_iter().flat_map(|data| data.elements()) {
        assert!(is_name(element.id()), "{shown}");
        for param in element.params() {
            let value = param.value();
            assert!(is_name(param.name()) && core::str::from_utf8(value.as_written()).is_ok(), "{shown}");
            let escaped: Vec<u8> = value
                .unescaped()
                .iter()
                .flat_map(|byte| match byte {
                    b'"' | b'\\' | b']' => vec![b'\\', *byte],
                    byte => vec![*byte],
                })
                .collect();
            assert_eq!(escaped, value.as_written(), "{shown}");
        }
    }
}
