//! Numbers of the subsystems and nodes that printed lines name.

use std::collections::{BTreeMap, BTreeSet};

use super::header::Header;
use super::limits;
use super::listing::Listing;
use super::pairing::Pair;
use super::report::{Candidate, EventAt, Outcome, Report, Subject};
use super::samples::Samples;

/// A name and its number.
#[derive(Clone, Debug)]
pub(super) struct Numbered {
    /// The owner of a subsystem.
    pub(super) owner: String,
    pub(super) name: String,
    pub(super) number: i64,
    pub(super) events: usize,
    pub(super) of: usize,
}

/// How often a name was printed for each number, and where.
#[derive(Default)]
struct Counts(BTreeMap<i64, Vec<usize>>);

/// The numbers of subsystems that are printed or listed by name.
pub(super) fn subsystems(
    samples: &Samples,
    pairs: &[Pair],
    listed: &[(usize, &Listing)],
    report: &mut Report,
) -> Vec<Numbered> {
    let mut counts: BTreeMap<(String, String), Counts> = BTreeMap::new();
    let mut named: BTreeSet<(usize, &str)> =
        pairs.iter().map(|pair| (pair.raw, samples.subsystem(&samples.lines[pair.line]))).collect();
    // An event that is printed and listed counts once.
    named.extend(listed.iter().filter_map(|(raw, listing)| Some((*raw, listing.subsystem()?))));
    for (at, name) in named {
        let raw = &samples.raws[at];
        let Some(owner) = raw.ssid.owner_name().filter(|_| name.parse::<i16>().is_err()) else { continue };
        let key = (owner.to_owned(), name.to_owned());
        counts.entry(key).or_default().0.entry(raw.ssid.number().into()).or_default().push(at);
    }
    let subject =
        |(owner, name): &(String, String)| Subject::Subsystem { owner: owner.clone(), name: name.clone() };
    decide(samples, counts, subject, "more events of this subsystem", report)
        .into_iter()
        .map(|((owner, name), number)| Numbered { owner, name, ..number })
        .collect()
}

/// The numbers of nodes that are printed by name, where the place of the number is certain.
pub(super) fn nodes(
    samples: &Samples,
    pairs: &[Pair],
    headers: &[Header],
    report: &mut Report,
) -> Vec<Numbered> {
    let headers: BTreeMap<u8, &Header> = headers.iter().map(|header| (header.length, header)).collect();
    let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
    for pair in pairs {
        let (raw, line) = (&samples.raws[pair.raw], &samples.lines[pair.line]);
        let name = samples.node(line);
        let number = headers.get(&raw.length).and_then(|header| header.node(samples.header(raw)));
        let Some(number) = number.filter(|_| is_node_name(name)) else {
            continue;
        };
        counts.entry(name.to_owned()).or_default().0.entry(number).or_default().push(pair.raw);
    }
    let subject = |name: &String| Subject::Node { name: name.clone() };
    decide(samples, counts, subject, "more events of this node", report)
        .into_iter()
        .map(|(name, number)| Numbered { name, ..number })
        .collect()
}

/// A letter, and letters and digits: what is printed for a node without a name is its number.
fn is_node_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Each name with its number, if enough events say so, hardly one says another, and no other name has the number.
fn decide<K: Ord + Clone>(
    samples: &Samples,
    counts: BTreeMap<K, Counts>,
    subject: impl Fn(&K) -> Subject,
    decides: &str,
    report: &mut Report,
) -> Vec<(K, Numbered)> {
    let mut decided = Vec::new();
    for (name, Counts(numbers)) in counts {
        let of: usize = numbers.values().map(Vec::len).sum();
        let Some((number, raws)) = numbers.iter().max_by_key(|(_, raws)| raws.len()) else { continue };
        let against = numbers.iter().filter(|(other, _)| *other != number).flat_map(|(_, raws)| raws);
        let by: Vec<EventAt> = against.take(8).map(|raw| samples.raws[*raw].at()).collect();
        let events = raws.len();
        decided.push((
            name,
            Numbered { owner: String::new(), name: String::new(), number: *number, events, of },
            by,
        ));
    }
    let numbers: Vec<_> = decided.iter().map(|(_, it, _)| (it.number, it.events)).collect();
    let mut learned = Vec::new();
    for (name, it, by) in decided {
        let candidate = Candidate::Number(it.number);
        // A name that was printed for this number as often.
        let is_unique =
            numbers.iter().filter(|(number, events)| *number == it.number && *events * 10 >= it.events);
        let outcome = if it.events < limits::EVENTS || is_unique.count() > 1 {
            let decides = decides.to_owned();
            Outcome::Ambiguous { candidates: vec![candidate], count: 1, decides }
        } else if (it.of - it.events) * limits::CONTRADICTED > it.of {
            Outcome::Contradicted { candidate, by }
        } else {
            learned.push((name.clone(), it.clone()));
            Outcome::Learned {
                answer: candidate,
                events: it.events,
                of: it.of,
                note: None,
                contradicted_by: by,
            }
        };
        report.add(subject(&name), outcome);
    }
    learned
}
