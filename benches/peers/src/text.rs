use crate::harness::{Bench, Row};
use core::{fmt::Write, hint::black_box};
use zems::{
    ems::Event,
    spi::{
        Value,
        read::{Buffer, TokenKey},
    },
    template::RenderOptions,
};
#[path = "../../../tests/template/site.rs"]
mod site;
use site::{ABC_SOURCE, code, compile, dictionary, event};
const SENTENCE: &str = "MSG: ZEMS-TKN-EVENTNUMBER, 4\n\"Backup process in CPU <1> died because <2>\"\n1: ZABC-TKN-A\n2: ZABC-TKN-REASON, ENUM\n";
fn label(reason: i16) -> &'static str {
    match reason {
        1 => "it abended",
        2 => "it stopped",
        _ => "for no known reason",
    }
}
fn by_hand(buffer: &Buffer<'_>, wanted: &[TokenKey; 2], out: &mut String) {
    let [cpu, reason] = buffer.find_many(wanted).unwrap().map(|t| t.unwrap().value());
    let (Value::Uint(cpu), Value::Enum(reason)) = (cpu, reason) else { unreachable!() };
    write!(
        out,
        "Backup process in CPU {} died because {}",
        cpu.only().unwrap(),
        label(reason.only().unwrap())
    )
    .unwrap();
}
pub fn run(bench: &mut Bench) {
    let d = dictionary();
    let set = compile(&d, &[&format!("{ABC_SOURCE}{SENTENCE}")]);
    let evs: Vec<Vec<u8>> = (0..64)
        .map(|i| {
            event(4, |e| {
                e.put(code("ZABC-TKN-FILEERR"), 11_i16)?;
                e.put(code("ZABC-TKN-EQUIP"), 1_i16)?;
                e.put(code("ZABC-TKN-LOC"), 3_i16)?;
                e.put(code("ZABC-TKN-NAME"), "ABCDEF")?;
                e.put(code("ZABC-TKN-FLAG"), true)?;
                e.put(code("ZABC-TKN-A"), i as u16 % 16)?;
                e.put(code("ZABC-TKN-REASON"), 1 + i as i16 % 2)
            })
        })
        .collect();
    let args: Vec<(u16, i16)> = (0..64).map(|i| (i as u16 % 16, 1 + i as i16 % 2)).collect();
    let wanted = ["ZABC-TKN-A", "ZABC-TKN-REASON"].map(|n| TokenKey::new(code(n)));
    let opt = RenderOptions::default();
    let mut env = minijinja::Environment::new();
    env.add_template("t", "Backup process in CPU {{ cpu }} died because {{ reason }}").unwrap();
    let tmpl = env.get_template("t").unwrap();
    let (mut a, mut b, mut c, mut e) = (String::new(), String::new(), String::new(), String::new());
    for (ev, (cpu, r)) in evs.iter().zip(&args) {
        let mut s = String::new();
        set.render(&Event::parse(ev).unwrap(), &d, &opt, &mut s).unwrap();
        let w = format!("Backup process in CPU {cpu} died because {}", label(*r));
        assert_eq!(s, w);
        assert_eq!(tmpl.render(minijinja::context! { cpu => *cpu, reason => label(*r) }).unwrap(), w);
    }
    let parsed: Vec<Event<'_>> = evs.iter().map(|b| Event::parse(b).unwrap()).collect();
    let rows: Vec<Row<'_>> = vec![
        (
            "write! of ready values",
            Box::new(|_c| {
                for (cpu, r) in &args {
                    a.clear();
                    write!(
                        a,
                        "Backup process in CPU {} died because {}",
                        black_box(*cpu),
                        label(black_box(*r))
                    )
                    .unwrap();
                    black_box(&a);
                }
            }),
        ),
        (
            "write! by hand from the raw buffer",
            Box::new(|_c| {
                for ev in &evs {
                    b.clear();
                    by_hand(Event::parse(black_box(ev)).unwrap().buffer(), &wanted, &mut b);
                    black_box(&b);
                }
            }),
        ),
        (
            "ours: template from the raw buffer",
            Box::new(|_c| {
                for ev in &evs {
                    c.clear();
                    set.render(&Event::parse(black_box(ev)).unwrap(), &d, &opt, &mut c).unwrap();
                    black_box(&c);
                }
            }),
        ),
        (
            "ours: template from a parsed event",
            Box::new(|_c| {
                for ev in &parsed {
                    e.clear();
                    set.render(black_box(ev), &d, &opt, &mut e).unwrap();
                    black_box(&e);
                }
            }),
        ),
        (
            "minijinja of ready values",
            Box::new(|_c| {
                for (cpu, r) in &args {
                    black_box(
                        tmpl.render(
                            minijinja::context! { cpu => black_box(*cpu), reason => label(black_box(*r)) },
                        )
                        .unwrap(),
                    );
                }
            }),
        ),
    ];
    let times = bench.table("Sentence with two values (event of 9 tokens)", (64, "sentence"), 1, rows);
    bench.claim(
        "render from the raw buffer, 2 values",
        &times,
        "ours: template from the raw buffer",
        "write! of ready values",
        1.7,
    );
}
