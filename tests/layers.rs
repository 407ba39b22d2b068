//! Holds the imports of `src` against the table of layers in ARCHITECTURE.md.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each module, and the modules it may import, as the table in ARCHITECTURE.md says.
///
/// A row is `| layer | \`src/module\` | what it is | what it may import |`; the last cell has names of modules, and `0 to N` for all
/// modules of those layers.
fn may_import() -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/ARCHITECTURE.md")).unwrap();
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let [_, layer, module, _, imports, _] = cells[..] else { return None };
        let module = module.trim_matches('`').strip_prefix("src/")?;
        Some((layer.parse::<usize>().ok()?, module.to_owned(), imports.to_owned()))
    });
    let rows: Vec<_> = rows.collect();
    let up_to = |highest: usize| rows.iter().filter(move |(layer, ..)| *layer <= highest);
    let table = rows.iter().map(|(layer, module, imports)| {
        let mut may = BTreeSet::new();
        for part in imports.split(',').map(str::trim) {
            if let Some(highest) = part.strip_prefix("0 to ") {
                let highest = highest.parse::<usize>().unwrap();
                assert!(highest < *layer, "{module} of layer {layer} may import layer {highest}");
                may.extend(up_to(highest).map(|(_, module, _)| module.clone()));
            } else if part != "nothing of ours" {
                may.insert(part.trim_matches('`').to_owned());
            }
        }
        (module.clone(), may)
    });
    table.collect()
}

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The code of a file: comments, whose examples may show anything, and the tests at its end left out.
fn code(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().enumerate().take_while(|(_, line)| *line != "#[cfg(test)]");
    lines
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(at, line)| (at + 1, line.to_owned()))
        .collect()
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

#[test]
fn every_module_imports_lower_layers_only() {
    let table = may_import();
    let mut faults = Vec::new();
    let mut imports = 0;
    let modules = fs::read_dir(src()).unwrap().map(|entry| entry.unwrap().path());
    for module in modules.filter(|path| path.is_dir()) {
        let name = module.file_name().unwrap().to_str().unwrap().to_owned();
        let may =
            table.get(&name).unwrap_or_else(|| panic!("src/{name} is not in the table of ARCHITECTURE.md"));
        let mut files = Vec::new();
        sources(&module, &mut files);
        for file in files {
            for (number, line) in code(&file) {
                for import in line.split("crate::").skip(1) {
                    let target: String =
                        import.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                    imports += 1;
                    if target != name && !may.contains(&target) && target != "samples" {
                        faults.push(format!("{}:{number}: {name} imports {target}", file.display()));
                    }
                }
            }
        }
    }
    assert!(imports > 50, "only {imports} imports were found: does this test still see them?");
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn read_and_write_do_not_import_each_other() {
    for (module, twin) in [("read", "write"), ("write", "read")] {
        let mut files = Vec::new();
        sources(&src().join("spi").join(module), &mut files);
        for file in files {
            for (number, line) in code(&file) {
                let meets =
                    line.contains(&format!("spi::{twin}")) || line.contains(&format!("super::{twin}"));
                assert!(!meets, "{}:{number}: {line}", file.display());
            }
        }
    }
}

#[test]
fn the_token_stream_knows_no_parser_and_no_input() {
    let mut files = Vec::new();
    sources(&src().join("spi"), &mut files);
    sources(&src().join("ems"), &mut files);
    for file in files {
        for (number, line) in code(&file) {
            for forbidden in ["nom::", "std::io", "std::fs", "std::env", "std::time", "println!"] {
                assert!(!line.contains(forbidden), "{}:{number}: {line}", file.display());
            }
        }
    }
}

#[test]
fn the_library_does_no_input_or_output() {
    let mut files = Vec::new();
    sources(&src(), &mut files);
    for file in &files {
        for (number, line) in code(file) {
            for forbidden in [
                "std::fs",
                "std::env::",
                "std::net",
                "SystemTime",
                "Instant::",
                "std::thread",
                "std::process::Command",
            ] {
                assert!(!line.contains(forbidden), "{}:{number}: {line}", file.display());
            }
        }
    }
}

/// Files that need each other are read together: no more than this many.
const LARGEST_CYCLE: usize = 4;

#[test]
fn no_import_cycle_is_large() {
    let files = Files::read();
    let edges: BTreeMap<&String, BTreeSet<String>> =
        files.code.keys().map(|module| (module, files.imports(module))).collect();
    assert!(edges.values().map(BTreeSet::len).sum::<usize>() > 500, "does this test still see the imports?");
    let reached: BTreeMap<&String, BTreeSet<&String>> =
        edges.keys().map(|start| (*start, reach(start, &edges))).collect();
    let mut faults = BTreeSet::new();
    for (start, far) in &reached {
        let cycle: Vec<_> = far.iter().filter(|other| reached[**other].contains(*start)).collect();
        if cycle.len() > LARGEST_CYCLE {
            faults.insert(format!("{cycle:?}"));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// The modules that can be reached by imports, `start` itself if a cycle leads back.
fn reach<'e>(start: &String, edges: &'e BTreeMap<&String, BTreeSet<String>>) -> BTreeSet<&'e String> {
    let mut far = BTreeSet::new();
    let mut waiting: Vec<_> = edges[start].iter().collect();
    while let Some(module) = waiting.pop() {
        if far.insert(module) {
            waiting.extend(&edges[module]);
        }
    }
    far
}

/// The code of each file by the path of its module: `spi::read::buffer`.
struct Files {
    code: BTreeMap<String, String>,
}

impl Files {
    fn read() -> Self {
        let mut paths = Vec::new();
        sources(&src(), &mut paths);
        let code = paths.iter().filter(|path| !path.ends_with("lib.rs")).map(|path| {
            let module = path.strip_prefix(src()).unwrap().with_extension("");
            let module = module.to_str().unwrap().trim_end_matches("/mod").replace('/', "::");
            let lines = code(path).into_iter().map(|(_, line)| line);
            (module, lines.collect::<Vec<_>>().join("\n"))
        });
        Self { code: code.collect() }
    }

    /// The modules in which the names are defined that a module takes from others.
    fn imports(&self, module: &str) -> BTreeSet<String> {
        let paths = self.paths(module).into_iter().filter(|(is_public, _)| !is_public).map(|(_, path)| path);
        let defined = paths.filter_map(|path| self.defined_in(&path, 0));
        defined.filter(|other| other != module).collect()
    }

    /// The absolute paths that a module names, and whether they are re-exported there.
    fn paths(&self, module: &str) -> Vec<(bool, String)> {
        let text = &self.code[module];
        let mut found = Vec::new();
        for (at, _) in text.match_indices("use ") {
            let before = text[..at].rsplit('\n').next().unwrap().trim();
            if !(before.is_empty() || before.starts_with("pub")) {
                continue;
            }
            let tree = text[at + 4..].split(';').next().unwrap().replace(['\n', ' '], "");
            expand(&tree, "", &mut |path| {
                found.push((before.starts_with("pub"), self.absolute(module, path)));
            });
        }
        for start in ["crate::", "super::", "self::"] {
            for (at, _) in text.match_indices(start) {
                let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
                if !text[..at].ends_with(is_name) {
                    let path: String = text[at..].chars().take_while(|c| is_name(*c)).collect();
                    found.push((false, self.absolute(module, path.trim_end_matches(':'))));
                }
            }
        }
        found
    }

    /// The path from the root of the crate.
    fn absolute(&self, module: &str, path: &str) -> String {
        if let Some(path) = path.strip_prefix("crate::") {
            return path.to_owned();
        }
        let (mut base, mut path) = (module.to_owned(), path.strip_prefix("self::").unwrap_or(path));
        while let Some(rest) = path.strip_prefix("super::") {
            base = base.rsplit_once("::").map_or(String::new(), |(parent, _)| parent.to_owned());
            path = rest;
        }
        if base.is_empty() { path.to_owned() } else { format!("{base}::{path}") }
    }

    /// The module that defines a name, through re-exports.
    fn defined_in(&self, path: &str, depth: usize) -> Option<String> {
        if self.code.contains_key(path) {
            return None; // A module by itself: what is taken from it is named elsewhere.
        }
        let (parent, name) = path.rsplit_once("::")?;
        if !self.code.contains_key(parent) {
            return self.defined_in(parent, depth);
        }
        let exported = self
            .paths(parent)
            .into_iter()
            .find(|(is_public, path)| *is_public && path.rsplit("::").next() == Some(name));
        match exported {
            Some((_, path)) if depth < 8 => self.defined_in(&path, depth + 1),
            _ => Some(parent.to_owned()),
        }
    }
}

/// Hands out each path of the tree of a `use`.
fn expand(tree: &str, prefix: &str, each: &mut dyn FnMut(&str)) {
    let Some((front, rest)) = tree.split_once('{') else {
        let path = tree.split("as").next().filter(|_| tree.contains("as_")).unwrap_or(tree);
        return each(&format!("{prefix}{}", path.trim_end_matches("::self")));
    };
    let (mut depth, mut start) = (0, 0);
    let inside = &rest[..rest.rfind('}').unwrap_or(rest.len())];
    for (at, c) in inside.char_indices().chain([(inside.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if start < at {
                    expand(&inside[start..at], &format!("{prefix}{front}"), each);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
}
