//! Two streams of events compared.

use zems::analysis::diff::{Counts, Differ, Input, Kind};
use zems::site::Site;

use crate::lint::{E, T, V, acme, token};

#[path = "../support/diff.rs"]
mod oracle;

/// A change: what happened, event number, subject, and the tokens with their values.
type Found = (Kind, Option<i16>, Option<String>, Vec<String>);

fn run(differ: &Differ<'_>, a: &[Vec<u8>], b: &[Vec<u8>]) -> (Vec<Found>, Counts) {
    let (mut a, mut b) = (a.iter(), b.iter());
    let mut found = Vec::new();
    let counts = differ
        .run::<()>(
            |input| {
                let next = match input {
                    Input::A => a.next(),
                    Input::B => b.next(),
                };
                Ok(next.map(|bytes| (bytes.clone(), 0)))
            },
            |change| {
                let shown = |seen: Option<&zems::analysis::diff::Seen<'_>>| {
                    seen.map_or_else(
                        || "-".to_owned(),
                        |seen| {
                            format!(
                                "{seen}{}",
                                seen.label().map_or(String::new(), |label| format!(" ({label})"))
                            )
                        },
                    )
                };
                let tokens = change.tokens().iter();
                let tokens =
                    tokens.map(|token| format!("{token}: {} -> {}", shown(token.a()), shown(token.b())));
                found.push((change.kind(), change.number(), change.subject(), tokens.collect()));
                Ok(())
            },
        )
        .unwrap();
    (found, counts)
}

/// The tokens of the only change there is.
fn tokens(site: &Site, a: &E<'_>, b: &E<'_>) -> Vec<String> {
    let (mut found, counts) = run(&Differ::new(site), &[a.bytes(site)], &[b.bytes(site)]);
    assert_eq!((found.len(), counts.changed, counts.added + counts.removed), (1, 1, 0), "{found:?}");
    found.remove(0).3
}

fn are_equal(site: &Site, a: &E<'_>, b: &E<'_>) -> bool {
    let (found, counts) = run(&Differ::new(site), &[a.bytes(site)], &[b.bytes(site)]);
    assert_eq!(found.is_empty(), counts.are_equal());
    found.is_empty()
}

fn event<'a>(number: i16, subject: &'a str, count: i64) -> E<'a> {
    E::of("ACME.7.A01", number)
        .tokens([T::Subject("ACME-TKN-DISK", V::Text(subject)), token("ACME-TKN-COUNT", V::Int(count))])
}

#[test]
fn what_another_run_changes_is_ignored() {
    let sources = acme();
    let site = sources.site();
    let moved = E::new().at(86_400).header(|header| {
        (header.cpu, header.pin, header.process) = (7, 200, br"\N.$ACME:4711");
        header.standard.ssid = "ACME.7.B02".parse().unwrap();
    });
    assert!(are_equal(site, &E::new(), &moved), "times, processor, process number, sequence number, version");
    let process = |text| E::new().with([token("ACME-TKN-PROC", V::Text(text))]);
    assert!(are_equal(site, &process(r"\N.$P:17"), &process(r"\N.$P:18")));
    assert_eq!(
        tokens(site, &process(r"\N.$P:17"), &process(r"\N.$Q:17")),
        [r"ACME-TKN-PROC: \N.$P:17 -> \N.$Q:17"]
    );
    let emphasis = E::new().header(|header| (header.emphasis, header.process) = (true, br"\N.$ACMF"));
    assert_eq!(
        tokens(site, &E::new(), &emphasis),
        [r"ZEMS-TKN-PROC-DESC: \N.$ACME -> \N.$ACMF", "ZEMS-TKN-EMPHASIS: false -> true"]
    );
}

#[test]
fn tokens_pair_by_their_occurrence_and_have_labels() {
    let sources = acme();
    let site = sources.site();
    let modes = |modes: &[i64]| {
        E::new().with(modes.iter().map(|mode| token("ACME-TKN-MODE", V::Int(*mode))).collect::<Vec<_>>())
    };
    assert_eq!(tokens(site, &modes(&[1, 1]), &modes(&[1, 2])), ["ACME-TKN-MODE[2]: 1 (slow) -> 2 (fast)"]);
    assert_eq!(tokens(site, &modes(&[1]), &modes(&[1, 2])), ["ACME-TKN-MODE[2]: - -> 2 (fast)"]);
    assert_eq!(tokens(site, &modes(&[1]), &modes(&[])), ["ACME-TKN-MODE: 1 (slow) -> -"]);
    let unnamed = |bytes| E::new().with([T::Code(None, 0x0202_0063, bytes)]);
    assert_eq!(tokens(site, &unnamed(&[0, 1]), &unnamed(&[0, 2])), ["02020063: 1 -> 2"]);
    // A token that is a subject in one event only.
    let other = |subject: bool| {
        let value = V::Text("x");
        E::new().with([if subject {
            T::Subject("ACME-TKN-OTHER", value)
        } else {
            token("ACME-TKN-OTHER", value)
        }])
    };
    assert_eq!(
        tokens(site, &other(false), &other(true)),
        ["ACME-TKN-OTHER: x -> -", "ACME-TKN-OTHER: - -> x"]
    );
}

#[test]
fn structures_name_the_field_and_lists_are_compared_inside() {
    let sources = acme();
    let site = sources.site();
    let spot = |bytes| E::new().with([token("ACME-MAP-SPOT", V::Bytes(bytes))]);
    assert_eq!(
        tokens(site, &spot(&[0, 1, 0, 2]), &spot(&[0, 1, 0, 3])),
        ["ACME-MAP-SPOT.SECOND-PART: 2 -> 3"]
    );
    assert_eq!(tokens(site, &spot(&[0, 1]), &spot(&[0, 1, 0, 3])), ["ACME-MAP-SPOT.SECOND-PART: - -> 3"]);
    let mut differ = Differ::new(site);
    assert!(differ.ignore("acme^map^spot.second-part"));
    let (a, b) = ([spot(&[0, 1, 0, 2]).bytes(site)], [spot(&[0, 1, 0, 3]).bytes(site)]);
    assert!(run(&differ, &a, &b).0.is_empty(), "an ignored field");
    let list = |inside: Vec<T<'static>>| E::new().with([T::List("ZSPI-TKN-DATALIST", inside)]);
    let count = |count| token("ACME-TKN-COUNT", V::Int(count));
    assert_eq!(
        tokens(site, &list(vec![count(1), count(2)]), &list(vec![count(1), count(5)])),
        ["ZSPI-TKN-DATALIST/ACME-TKN-COUNT[2]: 2 -> 5"]
    );
    assert_eq!(tokens(site, &E::new(), &list(vec![count(1)])), ["ZSPI-TKN-DATALIST/ACME-TKN-COUNT: - -> 1"]);
    assert_eq!(tokens(site, &E::new(), &list(vec![])).len(), 1, "an empty list");
}

#[test]
fn events_pair_by_subsystem_number_and_subject_in_order() {
    let sources = acme();
    let site = sources.site();
    let bytes = |events: &[E<'_>]| events.iter().map(|event| event.bytes(site)).collect::<Vec<_>>();
    let differ = Differ::new(site);
    for other in [event(2, r"\N.$A", 1), event(1, r"\N.$B", 1)] {
        let (found, _) = run(&differ, &bytes(&[event(1, r"\N.$A", 1)]), &bytes(&[other]));
        assert_eq!(
            found.iter().map(|found| found.0).collect::<Vec<_>>(),
            [Kind::Removed, Kind::Added],
            "{found:?}"
        );
    }
    let a = bytes(&[event(1, r"\N.$A", 1), event(1, r"\N.$A", 2), event(2, r"\N.$A", 1)]);
    let b = bytes(&[event(1, r"\N.$A", 2), event(1, r"\N.$A", 1), event(2, r"\N.$A", 1)]);
    let (found, counts) = run(&differ, &a, &b);
    assert_eq!((counts.changed, counts.same), (2, 1), "the first pairs with the first: {found:?}");
    // An event at another place pairs within the window only.
    let a = bytes(&[event(1, r"\N.$A", 1), event(2, r"\N.$A", 1), event(3, r"\N.$A", 1)]);
    let b = bytes(&[event(2, r"\N.$A", 1), event(3, r"\N.$A", 1), event(1, r"\N.$A", 7)]);
    let (found, _) = run(&differ, &a, &b);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].0, found[0].1), (Kind::Changed, Some(1)));
    let (found, _) = run(&Differ::new(site).window(1), &a, &b);
    assert_eq!(
        found.iter().map(|found| found.0).collect::<Vec<_>>(),
        [Kind::Removed, Kind::Added],
        "{found:?}"
    );
}

/// More events than are in memory at a time, with runs of new ones: every event is in exactly one count.
#[test]
fn long_inputs_keep_their_place() {
    let sources = acme();
    let site = sources.site();
    let subjects: Vec<String> = (0..50).map(|at| format!(r"\N.$D{at}")).collect();
    // Logs do not repeat themselves event by event.
    let mut random = crate::support::hidden::Random(7);
    let mut below = |limit: u64| usize::try_from(random.below(limit)).unwrap();
    let all: Vec<Vec<u8>> = (0..40_000)
        .map(|_| event(i16::try_from(below(11)).unwrap(), &subjects[below(50)], 0).bytes(site))
        .collect();
    let new = event(99, r"\N.$NEW", 1).bytes(site);
    let mut b = all.clone();
    b.splice(30_000..30_000, vec![new.clone(); 3000]);
    b.splice(100..100, vec![new; 9000]);
    b.remove(20);
    let (found, counts) = run(&Differ::new(site), &all, &b);
    assert_eq!((counts.added, counts.removed, counts.changed, counts.same), (12_000, 1, 0, 39_999));
    assert!(found.iter().all(|found| found.0 != Kind::Added || found.1 == Some(99)));
}

/// The checks of the fuzz target `diff`, over the samples.
#[test]
fn damaged_samples_are_counted_both_ways() {
    let all = [zems::samples::EVENT, zems::samples::BKUP_FAIL, zems::samples::COMMAND, zems::samples::EVENT]
        .concat();
    for cut in [0_u8, 60, 100, 128, 200, 255] {
        for at in (0..all.len()).step_by(17) {
            let mut bytes = vec![cut];
            bytes.extend(&all);
            bytes[at + 1] ^= 0x11;
            oracle::any(&bytes);
        }
    }
}

/// Logs that repeat themselves event by event: a token tells where events of the same kind were added.
#[test]
fn periodic_inputs_keep_their_place() {
    let sources = acme();
    let site = sources.site();
    for (period, at, len) in
        [(1, 100, 700), (7, 100, 9000), (550, 3000, 5000), (1, 100, 15_000), (3, 9000, 16_000)]
    {
        let beat = |number: usize, count: usize| {
            let number = i16::try_from(number % period + 1).unwrap();
            event(number, r"\N.$A", i64::try_from(count).unwrap()).bytes(site)
        };
        let a: Vec<_> = (0..30_000).map(|number| beat(number, number % 32_000)).collect();
        let mut b = a.clone();
        b.splice(at..at, (0..len).map(|number| beat(at + number, 32_001 + number % 700)));
        let added = u64::try_from(len).unwrap();
        let (_, counts) = run(&Differ::new(site), &a, &b);
        let found = (counts.added, counts.removed, counts.changed, counts.same);
        assert_eq!(found, (added, 0, 0, 30_000), "period {period}, {len} at {at}");
        let (_, counts) = run(&Differ::new(site), &b, &a);
        let found = (counts.added, counts.removed, counts.changed, counts.same);
        assert_eq!(found, (0, added, 0, 30_000), "the other way round");
    }
}

/// Whatever is added, removed and changed: every event is in exactly one count, and the result is the same the other way round.
/// Tokens that were not changed are the same.
#[test]
fn any_edits_are_counted() {
    use proptest::prelude::*;
    let sources = acme();
    let site = sources.site();
    let events = proptest::collection::vec((1..4_i16, 0..3_i64), 0..60);
    // At a place: remove, add, or change an event.
    let edits = proptest::collection::vec((any::<prop::sample::Index>(), 0..3_u8, 1..4_i16), 0..12);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let result = runner.run(&(events, edits), |(events, edits)| {
        let bytes = |events: &[(i16, i64)]| -> Vec<Vec<u8>> {
            events.iter().map(|(number, count)| event(*number, r"\N.$A", *count).bytes(site)).collect()
        };
        let mut edited = events.clone();
        for (place, edit, number) in &edits {
            let at = if edited.is_empty() { 0 } else { place.index(edited.len()) };
            match edit {
                0 if !edited.is_empty() => drop(edited.remove(at)),
                1 => edited.insert(at, (*number, 77)),
                _ => edited.get_mut(at).into_iter().for_each(|event| event.1 = 78),
            }
        }
        let (a, b) = (bytes(&events), bytes(&edited));
        let (found, there) = run(&Differ::new(site), &a, &b);
        let (_, back) = run(&Differ::new(site), &b, &a);
        let len = |events: &[Vec<u8>]| u64::try_from(events.len()).unwrap();
        prop_assert_eq!(there.removed + there.changed + there.same, len(&a));
        prop_assert_eq!(there.added + there.changed + there.same, len(&b));
        prop_assert_eq!(len(&a) + back.removed, len(&b) + back.added);
        prop_assert_eq!(u64::try_from(found.len()).unwrap(), there.added + there.removed + there.changed);
        if edits.is_empty() {
            prop_assert!(found.is_empty());
        }
        let (found, _) = run(&Differ::new(site), &a, &a);
        prop_assert!(found.is_empty(), "an input does not differ from itself");
        Ok(())
    });
    result.unwrap();
}

#[test]
fn commands_are_counted_and_not_compared() {
    let site = Site::builtin();
    let (command, event) = (zems::samples::COMMAND.to_vec(), zems::samples::EVENT.to_vec());
    let (found, counts) = run(&Differ::new(&site), &[command, event.clone()], &[event]);
    assert_eq!((found.len(), counts.other, counts.same), (0, 1, 1));
}

/// The committed inputs of the fuzz target.
#[test]
fn the_inputs_of_the_fuzzer() {
    crate::files::files("fuzz/corpus/diff", None, 3).iter().for_each(|input| oracle::any(input));
}
