//! Rendering allocates nothing.

use allocation_counter::measure;
use zems::ems::Event;
use zems::template::{Layout, RenderOptions, Text};

use super::site::{ABC_SOURCE, code, compile, dictionary, event};

const SOURCE: &str = "MSG: ZEMS-TKN-EVENTNUMBER, 4\n\"Backup in CPU <1> died because <2> at <3> (<4>),<*CR> file <5><*IF 20>, by <6><*ENDIF>\"\n\
                      1: ZABC-TKN-A, ZI2\n2: ZABC-TKN-REASON\n3: ZABC-TKN-B, TIME \"hh:mi:ss\"\n4: ZABC-TKN-STATUS, MSG\n\
                      5: ZABC-TKN-FILE32\n6: ZSPI-TKN-SSID\n20: TOKENPRESENT(ZSPI-TKN-ERRLIST)\n\
                      MSG: ZABC-TKN-STATUS, 1\n\"error <10><1>\"\n1: ZSPI-TKN-RETCODE\n10: ZSPI-TKN-ERRLIST\n";

#[test]
fn rendering_allocates_nothing() {
    let dictionary = dictionary();
    let set = compile(&dictionary, &[&format!("{ABC_SOURCE}{SOURCE}")]);
    let bytes = event(4, |event| {
        event.put(code("ZABC-TKN-A"), 3_u16)?;
        event.put(code("ZABC-TKN-REASON"), 1_i16)?;
        event.put(code("ZABC-TKN-B"), super::site::time("2026-11-20T10:15:00Z"))?;
        event.put(code("ZABC-TKN-STATUS"), 1_i16)?;
        event.put(code("ZABC-TKN-FILE32"), r"\NODE.$DATA.A.B".parse::<zems::spi::Fname32>().unwrap())?;
        event.list_qualified(zems::spi::Ssid::NULL, code("ZSPI-TKN-ERRLIST"), |list| {
            list.put(code("ZSPI-TKN-RETCODE"), 11_i16)
        })
    });
    let untemplated = event(5, |_| Ok(()));
    let (mut line, mut text) = (String::with_capacity(1000), Text::new());
    let nodes = [(3, "NODE")];
    let options = RenderOptions { nodes: Some(&nodes), ..RenderOptions::default() };
    let layout = Layout::distributor(60);
    let expected = "Backup in CPU 03 died because it abended at 10:15:00 (error 11), file \\NODE.$DATA.A.B, by CUSTOMER.ABC.J00";
    let mut render = |line: &mut String| {
        let event = Event::parse(&bytes).unwrap();
        line.clear();
        let rendered = set.render(&event, &dictionary, &options, line).unwrap();
        assert!(rendered.status.is_normal());
        assert_eq!(line, expected);
        set.render_line(&event, &dictionary, &options, line).unwrap();
        let event = Event::parse(&untemplated).unwrap();
        set.render_line(&event, &dictionary, &options, line).unwrap();
        line.clear();
        set.print(&event, &dictionary, &options, &layout, &mut text, line).unwrap();
        assert!(line.lines().count() > 3);
    };
    // The working memory of the layout grows once.
    render(&mut line);
    let allocations = measure(|| render(&mut line));
    assert_eq!(allocations.count_total, 0);
}
