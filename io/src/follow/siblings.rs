//! The files that rotation has left beside a log.

use core::cmp::Ordering;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::identity::{Identity, end_of_links};

/// A file beside a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sibling {
    pub(crate) path: PathBuf,
    pub(crate) identity: Identity,
    /// How its name continues that of the log. `None`: it does not, and only its identity can tell that it was the log.
    pub(crate) age: Option<Age>,
    pub(crate) modified: Option<SystemTime>,
}

/// How old a rotated file is, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    /// `log.1`: the greater, the older.
    Number(u64),
    /// `log-20261121`, `log.2026-11-21T10`: the greater, the younger.
    Date(Vec<u64>),
    /// Another name that continues the log's.
    Other,
}

impl Age {
    /// Whether both are of one kind, and which is older: the older is less.
    fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => Some(b.cmp(a)),
            (Self::Date(a), Self::Date(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }

    /// The age that `other` has as a rotated file of the log called `name`.
    fn of(name: &str, other: &str) -> Option<Self> {
        const PACKED: [&str; 8] = [".gz", ".zst", ".zstd", ".bz2", ".xz", ".lz4", ".Z", ".zip"];
        let other = PACKED.iter().find_map(|ending| other.strip_suffix(ending)).unwrap_or(other);
        let beside = || {
            // `app.1.log` beside `app.log`
            let (stem, ending) = name.rsplit_once('.')?;
            other.strip_prefix(stem)?.strip_suffix(ending)?.strip_suffix('.')
        };
        let is_age = |rest: &&str| matches!(rest.as_bytes(), [b'.' | b'-' | b'_', b'0'..=b'9', ..]);
        let rest = other.strip_prefix(name).filter(is_age).or_else(|| beside().filter(is_age))?;
        let rest = rest.get(1..)?;
        let is_date = |c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | '.' | ':' | '+' | 'T' | 'Z');
        if !rest.chars().all(is_date) {
            return Some(Self::Other);
        }
        let groups: Option<Vec<u64>> = rest
            .split(|c: char| !c.is_ascii_digit())
            .filter(|group| !group.is_empty())
            .map(|group| group.parse().ok())
            .collect();
        match groups?.as_slice() {
            [number] if *number < 100_000 => Some(Self::Number(*number)),
            groups => Some(Self::Date(groups.to_vec())),
        }
    }
}

/// The other files in the directory of a log, the oldest first; also those in the directory of the file that a link of that
/// name leads to. The names decide where they can; between names of different kinds the time of the last change does.
pub(crate) fn siblings(path: &Path) -> Vec<Sibling> {
    let mut found: Vec<Sibling> = Vec::new();
    let target = end_of_links(path).filter(|target| target != path);
    for log in [Some(path.to_path_buf()), target].into_iter().flatten() {
        let directory = match log.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let name = log.file_name().unwrap_or_default().to_string_lossy();
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            let (path, other) = (entry.path(), entry.file_name());
            let Ok(metadata) = fs::metadata(&path) else { continue };
            let other = other.to_string_lossy();
            if !metadata.is_file() || other == name {
                continue;
            }
            let (identity, modified) = (Identity::of(&metadata), metadata.modified().ok());
            let sibling = Sibling { path, identity, age: Age::of(&name, &other), modified };
            match found.iter_mut().find(|known| known.identity == identity && cfg!(unix)) {
                Some(known) if known.age.is_none() => *known = sibling,
                Some(_) => {}
                None => found.push(sibling),
            }
        }
    }
    found.sort_by(|a, b| a.modified.cmp(&b.modified).then_with(|| a.path.cmp(&b.path)));
    in_order_of_names(&mut found);
    found
}

/// Counts files among the rotated ones that a link called `path` may have led to since it led to the file `last`: those that are not
/// `known`, are beside it, were written to later, and have a name like it or like the present target.
pub(crate) fn count_targets(
    path: &Path,
    last: Identity,
    known: impl Fn(Identity) -> bool,
    files: &mut [Sibling],
) {
    let Some(target) = end_of_links(path).filter(|target| target != path) else { return };
    let Some(last) = files.iter().find(|file| file.identity == last).cloned() else { return };
    let [old, new] = [&last.path, &target].map(|path| name_of(path));
    for file in files {
        let is_later = file.modified >= last.modified && file.path.parent() == last.path.parent();
        if file.age.is_none()
            && is_later
            && !known(file.identity)
            && is_like(&name_of(&file.path), &old, &new)
        {
            file.age = Some(Age::Other);
        }
    }
}

/// Whether a link called `path` may have led to a file before: its name is like that of the present target.
pub(crate) fn is_like_target(path: &Path, file: &Path) -> bool {
    let target = end_of_links(path).filter(|target| target != path);
    target.is_some_and(|target| shape(&name_of(&target)) == shape(&name_of(file)))
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Whether a name begins and ends as both others do, and has letters and digits where one of them has its own.
fn is_like(name: &str, old: &str, new: &str) -> bool {
    let same = |(a, b): &(char, char)| a == b;
    let front: String = old.chars().zip(new.chars()).take_while(same).map(|(c, _)| c).collect();
    let back: String = old.chars().rev().zip(new.chars().rev()).take_while(same).map(|(c, _)| c).collect();
    let back: String = back.chars().rev().collect();
    let shape_of = shape(name);
    name.starts_with(&front) && name.ends_with(&back) && (shape_of == shape(old) || shape_of == shape(new))
}

/// A name with every letter and every digit alike.
fn shape(name: &str) -> String {
    let class = |c: char| match c {
        '0'..='9' => '0',
        c if c.is_alphabetic() => 'a',
        c => c,
    };
    name.chars().map(class).collect()
}

/// Puts the files whose names are of one kind in the order of these, in the places that they have together.
fn in_order_of_names(files: &mut [Sibling]) {
    let kinds: [fn(&Age) -> bool; 2] =
        [|age| matches!(age, Age::Number(_)), |age| matches!(age, Age::Date(_))];
    for is_of_kind in kinds {
        let is_one = |file: &Sibling| file.age.as_ref().is_some_and(is_of_kind);
        let mut sorted: Vec<_> = files.iter().filter(|file| is_one(file)).cloned().collect();
        sorted.sort_by(|a, b| {
            let both = a.age.as_ref().zip(b.age.as_ref());
            both.and_then(|(a, b)| a.compare(b)).unwrap_or(Ordering::Equal)
        });
        files.iter_mut().filter(|file| is_one(file)).zip(sorted).for_each(|(file, next)| *file = next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_age() {
        for (name, other, age) in [
            ("log", "log.1", Some(Age::Number(1))),
            ("log", "log.12.gz", Some(Age::Number(12))),
            ("log", "log-20261121", Some(Age::Date(vec![20_261_121]))),
            ("log", "log-20261121.zst", Some(Age::Date(vec![20_261_121]))),
            ("log", "log.2026-11-21T10:15", Some(Age::Date(vec![2026, 11, 21, 10, 15]))),
            ("log", "log-1767226500", Some(Age::Date(vec![1_767_226_500]))),
            ("app.log", "app.log.2", Some(Age::Number(2))),
            ("app.log", "app.2.log", Some(Age::Number(2))),
            ("app.log", "app-20261121.log.gz", Some(Age::Date(vec![20_261_121]))),
            ("log", "log.1.bak", Some(Age::Other)),
            ("log", "log.old", None),
            ("log", "logs.1", None),
            ("log", "log", None),
            ("log", "log.99999999999999999999999", None),
        ] {
            assert_eq!(Age::of(name, other), age, "{other}");
        }
    }

    #[test]
    fn names_of_targets_are_alike() {
        for (name, old, new, expected) in [
            ("app-20261121.log", "app-20261120.log", "app-20261122.log", true),
            ("app-20261201.log", "app-20261130.log", "app-20261202.log", true),
            ("web-20261121.log", "app-20261120.log", "app-20261122.log", false),
            ("app-20261121.err", "app-20261120.log", "app-20261122.log", false),
            ("app-20261121.log.gz", "app-20261120.log", "app-20261122.log", false),
            ("app.10", "app.9", "app.11", true),
            ("b", "a", "c", true),
            ("state", "a", "c", false),
            ("a", "0", "b", true),
        ] {
            assert_eq!(is_like(name, old, new), expected, "{name}");
        }
    }

    #[test]
    fn names_come_before_times() {
        let at = |path: &str, age, seconds| Sibling {
            path: PathBuf::from(path),
            identity: Identity::default(),
            age: Some(age),
            modified: Some(SystemTime::UNIX_EPOCH + core::time::Duration::from_secs(seconds)),
        };
        // A clock that was set back.
        let mut files = [
            at("log.1", Age::Number(1), 1),
            at("log-20261120", Age::Date(vec![20_261_120]), 2),
            at("log.3", Age::Number(3), 3),
            at("log.2", Age::Number(2), 4),
        ];
        in_order_of_names(&mut files);
        let order: Vec<_> = files.iter().map(|file| file.path.to_str().unwrap()).collect();
        assert_eq!(order, ["log.3", "log-20261120", "log.2", "log.1"]);
    }
}
