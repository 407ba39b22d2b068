use crate::harness::{Bench, Row};
use core::hint::black_box;
use zems::ems::{Event, EventHeader};
use zems::filter::{Compiler, Filter, Parameters, Scratch};
use zems::spi::{TypeCode, TokenCode, TokenNumber};
use zems::text::SourceMap;
#[path = "../../../tests/filter/site.rs"]
mod site;
use site::{code, dictionary, nodes, ssid};
fn filter(source: &str) -> Filter {
    let (dictionary, nodes) = (dictionary(), nodes());
    let mut sources = SourceMap::new();
    let id = sources.add("source", source.to_string()).unwrap();
    match Compiler::new(&dictionary).with_nodes(&nodes).filter(&mut sources, id).into_result() {
        Ok(c) => c.load(&Parameters::new(), &dictionary).unwrap(),
        Err(d) => panic!("{}", d.render(&sources)),
    }
}
fn events() -> Vec<Vec<u8>> {
    let mut r = crate::events::Rng(3);
    (0..256)
        .map(|_| {
            let owner = ["ACME.7.A01", "TANDEM.9000.0", "TANDEM.12.0", "TANDEM.21.0"][r.below(4)];
            let h = EventHeader {
                cpu: r.below(8) as u16,
                pin: 5,
                emphasis: r.below(4) == 0,
                process: br"\ABCD.$NULL:430",
                ..EventHeader::new(ssid(owner), 490 + r.below(40) as i16)
            };
            let order = r.below(20);
            site::event(&h, |b| {
                for t in 0..20 {
                    let acme = ssid("ACME.7.0");
                    let v = r.below(4) as i16;
                    match (t + order) % 20 {
                        0 => b.put_qualified(acme, code("ABC-TKN-STUFF"), v),
                        2 => b.put_qualified(acme, code("XYZ-TKN-UINT"), v as u16),
                        4 => b.put_qualified(acme, code("XYZ-TKN-DOUBLE"), i32::from(v)),
                        6 => b.put_qualified(acme, code("XYZ-TKN-INDEX"), v),
                        14 => b.put_qualified(acme, code("XYZ-TKN-QUAD"), i64::from(v)),
                        o => b.put(
                            TokenCode::new(TypeCode::CHAR, 255, TokenNumber(300 + o as i16)),
                            &"some other value".as_bytes()[..r.below(16)],
                        ),
                    }
                    .unwrap()
                }
            })
        })
        .collect()
}
pub fn run(bench: &mut Bench) {
    let f = filter(
        "FILTER f; BEGIN
        IF ZSPI^TKN^SSID = SSID(TANDEM.12.0) AND ZEMS^TKN^EVENTNUMBER >= 500 AND ZEMS^TKN^EVENTNUMBER < 520
            AND (ZEMS^TKN^EMPHASIS = -1 OR ZEMS^TKN^PIN = 0) AND ZEMS^TKN^CPU <> 3 THEN PASS; END;",
    );
    let fb = filter("FILTER f; BEGIN SSID(ACME^VAL^SSID)
        IF ABC^TKN^STUFF <> 3 AND XYZ^TKN^UINT < 3 AND XYZ^TKN^DOUBLE >= 0 AND XYZ^TKN^INDEX < 3 AND XYZ^TKN^QUAD <= 2 THEN PASS; END;");
    let bytes = events();
    let parsed: Vec<Event<'_>> = bytes.iter().map(|b| Event::parse(b).unwrap()).collect();
    let mut s = Scratch::new();
    let twelve = ssid("TANDEM.12.0");
    let hand = |e: &Event<'_>| {
        e.ssid().is_same_subsystem(twelve)
            && e.number().is_some_and(|n| (500..520).contains(&n))
            && (e.emphasis() == Some(true) || e.pin() == Some(0))
            && e.cpu().is_some_and(|c| c != 3)
    };
    // peers get ready values
    struct V {
        ssnum: i64,
        evno: i64,
        emph: bool,
        pin: i64,
        cpu: i64,
    }
    let vals: Vec<V> = parsed
        .iter()
        .map(|e| V {
            ssnum: if e.ssid().is_same_subsystem(twelve) { 12 } else { 7 },
            evno: e.number().unwrap().into(),
            emph: e.emphasis().unwrap(),
            pin: e.pin().unwrap().into(),
            cpu: e.cpu().unwrap().into(),
        })
        .collect();
    let prog =
        cel::Program::compile("ssnum == 12 && evno >= 500 && evno < 520 && (emph || pin == 0) && cpu != 3")
            .unwrap();
    let ctxs: Vec<cel::Context<'_, '_>> = vals
        .iter()
        .map(|v| {
            let mut c = cel::Context::default();
            c.add_variable_from_value("ssnum", v.ssnum);
            c.add_variable_from_value("evno", v.evno);
            c.add_variable_from_value("emph", v.emph);
            c.add_variable_from_value("pin", v.pin);
            c.add_variable_from_value("cpu", v.cpu);
            c
        })
        .collect();
    let mut eng = rhai::Engine::new();
    eng.set_optimization_level(rhai::OptimizationLevel::Full);
    let ast = eng
        .compile_expression("ssnum == 12 && evno >= 500 && evno < 520 && (emph || pin == 0) && cpu != 3")
        .unwrap();
    let mut scopes: Vec<rhai::Scope<'_>> = vals
        .iter()
        .map(|v| {
            let mut c = rhai::Scope::new();
            c.push("ssnum", v.ssnum)
                .push("evno", v.evno)
                .push("emph", v.emph)
                .push("pin", v.pin)
                .push("cpu", v.cpu);
            c
        })
        .collect();
    let mut k = 0;
    for i in 0..parsed.len() {
        let w = hand(&parsed[i]);
        k += usize::from(w);
        assert_eq!(f.verdict(&parsed[i], &mut s).unwrap().is_pass(), w);
        assert_eq!(prog.execute(&ctxs[i]).unwrap(), cel::Value::Bool(w));
        assert_eq!(eng.eval_ast_with_scope::<bool>(&mut scopes[i], &ast).unwrap(), w);
    }
    let (mut s2, mut s3, mut s4) = (Scratch::new(), Scratch::new(), Scratch::new());
    println!("\n{k} of {} pass", parsed.len());
    let rows: Vec<Row<'_>> = vec![
        (
            "handwritten Rust on the parsed event",
            Box::new(|_c| {
                for e in &parsed {
                    black_box(hand(black_box(e)));
                }
            }),
        ),
        (
            "ours: header filter, parsed event",
            Box::new(|_c| {
                for e in &parsed {
                    black_box(f.verdict(black_box(e), &mut s).unwrap().is_pass());
                }
            }),
        ),
        (
            "ours: header filter, from bytes",
            Box::new(|_c| {
                for b in &bytes {
                    black_box(f.verdict(&Event::parse(black_box(b)).unwrap(), &mut s2).unwrap().is_pass());
                }
            }),
        ),
        (
            "ours: 5 body tokens, parsed event",
            Box::new(|_c| {
                for e in &parsed {
                    black_box(fb.verdict(black_box(e), &mut s3).unwrap().is_pass());
                }
            }),
        ),
        (
            "ours: 5 body tokens, from bytes",
            Box::new(|_c| {
                for b in &bytes {
                    black_box(fb.verdict(&Event::parse(black_box(b)).unwrap(), &mut s4).unwrap().is_pass());
                }
            }),
        ),
        (
            "cel, execute only",
            Box::new(|_c| {
                for c in &ctxs {
                    black_box(prog.execute(black_box(c)).unwrap());
                }
            }),
        ),
        (
            "cel, context per event",
            Box::new(|_c| {
                for v in &vals {
                    let mut c = cel::Context::default();
                    c.add_variable_from_value("ssnum", v.ssnum);
                    c.add_variable_from_value("evno", v.evno);
                    c.add_variable_from_value("emph", v.emph);
                    c.add_variable_from_value("pin", v.pin);
                    c.add_variable_from_value("cpu", v.cpu);
                    black_box(prog.execute(&c).unwrap());
                }
            }),
        ),
        (
            "rhai, execute only",
            Box::new(|_c| {
                for c in &mut scopes {
                    black_box(eng.eval_ast_with_scope::<bool>(c, &ast).unwrap());
                }
            }),
        ),
    ];
    let times = bench.table("Compiled filter, 5 comparisons", (256, "event"), 1, rows);
    bench.claim_faster(
        "filter, 5 header comparisons from bytes",
        &times,
        "ours: header filter, from bytes",
        "cel, execute only",
        25.0,
    );
    bench.claim_faster(
        "filter, 5 body tokens",
        &times,
        "ours: 5 body tokens, from bytes",
        "cel, execute only",
        3.0,
    );
}
