//! The documentation, tested: every block of every page, and every link.
//!
//! The language of a fenced block says what is done with it:
//!
//! | block | test |
//! |---|---|
//! | `console` | the commands after `$ ` run in a copy of the clone; the output must be what the page shows. A line `...` stands for any lines, `[..]` for any characters |
//! | `sh` | the commands run; each must exit with 0 |
//! | `sh no-run` | needs a host, a receiver or a network: the syntax and the options of every `zems` command are checked |
//! | `toml` with `[dependencies]` | the dependencies of the `rust` blocks after it |
//! | `rust` | built and run as a package of its own, with exactly those dependencies; without any, with `zems = "0.1"` |
//! | `json`, `jsonl` | each object is JSON |
//!
//! Every page runs in a directory of its own, with links to the files of the clone and `events.bin`, which
//! `zems generate -n 1000 --seed 7` makes.

use core::fmt::Write as _;
use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const ZEMS: &str = env!("CARGO_BIN_EXE_zems");

/// A fenced block of a page.
struct Block {
    /// The line of its opening fence, from 1.
    line: usize,
    /// The words after the opening fence: `sh no-run`.
    info: String,
    text: String,
}

impl Block {
    fn language(&self) -> &str {
        self.info.split([' ', ',']).next().unwrap_or_default()
    }
}

/// Every Markdown page of the repository, as its path from the root.
fn pages() -> Vec<PathBuf> {
    fn collect(directory: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(directory).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            // Links are other names of what is found elsewhere.
            if entry.file_type().unwrap().is_dir() {
                let skipped = ["target", "node_modules", "corpus", "dist", "venv", "pkg", "book"];
                if !skipped.contains(&name.as_str()) && (!name.starts_with('.') || name == ".github") {
                    collect(&entry.path(), found);
                }
            } else if name.ends_with(".md") {
                found.push(entry.path());
            }
        }
    }
    let mut found = Vec::new();
    collect(Path::new(ROOT), &mut found);
    let mut found: Vec<_> = found.iter().map(|path| path.strip_prefix(ROOT).unwrap().to_owned()).collect();
    found.sort();
    found
}

fn read(page: &Path) -> String {
    fs::read_to_string(Path::new(ROOT).join(page)).unwrap()
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let Some(info) = line.trim_start().strip_prefix("```") else { continue };
        let indent = line.len() - line.trim_start().len();
        let mut body = String::new();
        for (_, line) in lines.by_ref() {
            if line.trim() == "```" {
                break;
            }
            body.push_str(line.get(indent..).unwrap_or(""));
            body.push('\n');
        }
        blocks.push(Block { line: at + 1, info: info.trim().to_owned(), text: body });
    }
    blocks
}

/// A command of a block and the output shown below it.
pub(crate) struct Step {
    pub(crate) line: usize,
    pub(crate) command: String,
    /// `None`: any output will do.
    pub(crate) shown: Option<String>,
}

/// The commands of a `console` block. A command continues while the shell would want more of it.
fn console_steps(block: &Block) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (number, line) in block.text.lines().enumerate() {
        if let Some(command) = line.strip_prefix("$ ") {
            let line = block.line + 1 + number;
            steps.push(Step { line, command: command.to_owned(), shown: Some(String::new()) });
            continue;
        }
        let step = steps.last_mut().expect("a console block begins with `$ `");
        let unfinished = step.shown.as_deref() == Some("")
            && (line.starts_with("> ") || step.command.ends_with('\\') || !complete(&step.command));
        if unfinished {
            step.command.push('\n');
            step.command.push_str(line.strip_prefix("> ").unwrap_or(line));
        } else {
            let shown = step.shown.as_mut().unwrap();
            shown.push_str(line);
            shown.push('\n');
        }
    }
    steps
}

/// Whether the shell can read a command to its end.
fn complete(command: &str) -> bool {
    let mut shell = Command::new("bash");
    let checked =
        shell.args(["-n", "-c", command]).stdout(Stdio::null()).stderr(Stdio::piped()).output().unwrap();
    let told = String::from_utf8_lossy(&checked.stderr).into_owned();
    // A here document that the text ends within is a warning.
    checked.status.success() && told.is_empty()
}

/// The commands of a `sh` block: lines, joined while the shell wants more.
fn shell_steps(block: &Block) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut command = String::new();
    let mut begun = 0;
    for (number, line) in block.text.lines().enumerate() {
        if command.is_empty() {
            begun = block.line + 1 + number;
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
        } else {
            command.push('\n');
        }
        command.push_str(line);
        if complete(&command) && !command.ends_with('\\') {
            steps.push(Step { line: begun, command: core::mem::take(&mut command), shown: None });
        }
    }
    assert!(command.is_empty(), "line {begun}: the shell cannot read {command}");
    steps
}

/// The directory that the commands of a page run in.
fn directory_of(page: &Path) -> PathBuf {
    let name = page.to_str().unwrap().replace(['/', '.'], "-");
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("docs").join(name);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    let root = fs::canonicalize(ROOT).unwrap();
    for entry in fs::read_dir(&root).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if name != "target" && name != ".git" {
            std::os::unix::fs::symlink(entry.path(), directory.join(name)).unwrap();
        }
    }
    let made = Command::new(ZEMS)
        .args(["generate", "-n", "1000", "--seed", "7", "-o", "events.bin"])
        .current_dir(&directory)
        .status()
        .unwrap();
    assert!(made.success());
    directory
}

/// How long all commands of a page may take.
const LIMIT: Duration = Duration::from_secs(300);

/// The functions of the shell before the first command of a page.
const PRELUDE: &str = r#"
cargo() {
  case "$1" in
    # Building a release takes minutes; what is named must be there, with the lock file that --locked wants.
    install)
      [ "$2 $3" = "--locked --path" ] && grep -q '^name = "zems"' "$4/Cargo.toml" && [ -f Cargo.lock ] ;;
    *) echo "the documentation cannot run: cargo $*" >&2; return 1 ;;
  esac
}
"#;

/// Runs the commands of a page in one shell; for each, its exit code and what it wrote.
pub(crate) fn run(page: &Path, steps: &[Step]) -> Vec<(i32, String)> {
    let directory = directory_of(page);
    let mut script = PRELUDE.to_owned();
    for step in steps {
        // In braces, so that `cd` and variables last.
        write!(script, "{{ {}\n}} 2>&1 </dev/null\nprintf '\\n%s %s\\n' '=====' $?\n", step.command).unwrap();
    }
    let bin = Path::new(ZEMS).parent().unwrap();
    let mut shell = Command::new("bash")
        .arg("-s")
        .current_dir(&directory)
        .env("PATH", format!("{}:{}", bin.display(), std::env::var("PATH").unwrap()))
        .env_remove("COLUMNS")
        .env_remove("ZEMS_DEFINE")
        .env_remove("ZEMS_ZONE")
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let mut stdin = shell.stdin.take().unwrap();
    let feed = std::thread::spawn(move || drop(stdin.write_all(script.as_bytes())));
    // A command that never ends is a fault of the page, not of the test run.
    let group = shell.id();
    let (ended, wait) = std::sync::mpsc::channel::<()>();
    let watch = std::thread::spawn(move || {
        if wait.recv_timeout(LIMIT).is_err() {
            let _ = Command::new("kill").args(["-9", "--", &format!("-{group}")]).status();
        }
    });
    let output = shell.wait_with_output().unwrap();
    let _ = ended.send(());
    watch.join().unwrap();
    feed.join().unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let mut ran = Vec::new();
    let mut parts = output.split("\n===== ");
    let mut text = parts.next().unwrap().to_owned();
    for part in parts {
        let (code, next) = part.split_once('\n').unwrap();
        ran.push((code.parse().unwrap(), core::mem::replace(&mut text, next.to_owned())));
    }
    ran
}

/// Whether a line is what a page shows.
fn line_fits(shown: &str, line: &str) -> bool {
    let Some((start, open)) = shown.split_once("[..]") else { return shown == line };
    let Some(rest) = line.strip_prefix(start) else { return false };
    (0..=rest.len()).any(|skipped| rest.is_char_boundary(skipped) && line_fits(open, &rest[skipped..]))
}

/// Whether output is what a page shows, `...` standing for any lines.
fn fits(shown: &[&str], lines: &[&str]) -> bool {
    match shown.split_first() {
        None => lines.is_empty(),
        Some((&"...", shown)) => (0..=lines.len()).any(|skipped| fits(shown, &lines[skipped..])),
        Some((first, shown)) => {
            lines.split_first().is_some_and(|(line, lines)| line_fits(first, line) && fits(shown, lines))
        }
    }
}

fn steps_of(page: &Path) -> Vec<Step> {
    let blocks = blocks(&read(page));
    let mut steps = Vec::new();
    for block in &blocks {
        match block.info.as_str() {
            "console" => steps.append(&mut console_steps(block)),
            "sh" => steps.append(&mut shell_steps(block)),
            _ => {}
        }
    }
    steps
}

/// The commands whose output is not as a page shows it.
fn faults_of(page: &Path) -> Vec<String> {
    let steps = steps_of(page);
    if steps.is_empty() {
        return Vec::new();
    }
    let ran = run(page, &steps);
    let mut faults = Vec::new();
    if ran.len() != steps.len() {
        let stopped = steps.get(ran.len()).map_or("", |step| &step.command);
        faults.push(format!(
            "{}: {} of {} commands ended; then: {stopped}",
            page.display(),
            ran.len(),
            steps.len()
        ));
    }
    for (step, (code, output)) in steps.iter().zip(ran) {
        let place = format!("{}:{}: {}", page.display(), step.line, step.command);
        if code != 0 {
            faults.push(format!("{place}\nexit code {code}\n{output}"));
        } else if let Some(shown) = &step.shown {
            let expected: Vec<_> = shown.trim_end().lines().collect();
            let lines: Vec<_> = output.trim_end().lines().collect();
            if !fits(&expected, &lines) {
                faults.push(format!("{place}\n--- the page shows\n{shown}--- it prints\n{output}"));
            }
        }
    }
    faults
}

#[test]
fn every_command_of_the_documentation_prints_the_output_on_its_page() {
    let only = std::env::var("PAGE").ok();
    let pages = pages();
    let pages = pages.iter().filter(|page| only.as_deref().is_none_or(|only| page.ends_with(only)));
    let faults: Vec<_> = pages.flat_map(|page| faults_of(page)).collect();
    assert!(faults.is_empty(), "{} faults\n\n{}", faults.len(), faults.join("\n\n"));
}

#[test]
fn the_test_of_the_commands_sees_a_difference() {
    assert!(fits(&["a", "...", "z[..]9"], &["a", "b", "c", "z 99"]));
    assert!(!fits(&["a", "..."], &["b"]));
    assert!(!fits(&["a"], &["a", "b"]));
    assert!(!fits(&["a[..]b"], &["acbd"]));
    assert!(fits(&["[..]"], &["anything"]));
    let block = Block { line: 1, info: "sh".to_owned(), text: "echo a \\\n  b\ncat <<E\nx\nE\n".to_owned() };
    let commands: Vec<_> = shell_steps(&block).into_iter().map(|step| step.command).collect();
    assert_eq!(commands, ["echo a \\\n  b", "cat <<E\nx\nE"]);
}

/// The languages of blocks, so that a slip does not take a block out of the tests.
const LANGUAGES: &[&str] = &[
    "console",
    "sh",
    "sh no-run",
    "toml",
    "rust",
    "python",
    "json",
    "jsonl",
    "text",
    "yaml",
    "ini",
    "rsyslog",
    "sql",
    "c",
    "typescript",
    "javascript",
    "tacl",
    "diff",
    "html",
];

#[test]
fn every_block_names_a_language_that_the_tests_know() {
    let mut faults = Vec::new();
    for page in pages() {
        for block in blocks(&read(&page)) {
            if !LANGUAGES.contains(&block.info.as_str()) {
                faults.push(format!("{}:{}: `{}`", page.display(), block.line, block.info));
            }
            if ["json", "jsonl"].contains(&block.language()) {
                let values = serde_json::Deserializer::from_str(&block.text).into_iter::<serde_json::Value>();
                for value in values {
                    if let Err(error) = value {
                        faults.push(format!("{}:{}: {error}", page.display(), block.line));
                        break;
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The help of a command of the program.
pub(crate) fn help_of(words: &[&str]) -> Option<String> {
    let output = Command::new(ZEMS).args(words).arg("--help").stdin(Stdio::null()).output().unwrap();
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
}

/// The options that a `zems` command in shell text uses and its help does not have.
fn unknown_options(text: &str) -> Vec<String> {
    let joined = text.replace("\\\n", " ");
    let mut unknown = Vec::new();
    for line in joined.lines().map(|line| line.split(" #").next().unwrap()) {
        for command in line.split(['|', ';']) {
            let words: Vec<_> = command.split_whitespace().collect();
            let Some(at) = words.iter().position(|word| *word == "zems" || word.ends_with("/zems")) else {
                continue;
            };
            let words = &words[at + 1..];
            let named = words.iter().take_while(|word| !word.starts_with('-')).count();
            let Some(help) = (1..=named.min(2)).rev().find_map(|count| help_of(&words[..count])) else {
                unknown.push(format!("no command: zems {}", words.join(" ")));
                continue;
            };
            for word in words.iter().filter(|word| word.starts_with("--") && word.len() > 2) {
                let option = word.split('=').next().unwrap().trim_end_matches(['\'', '"', ')', '`', ',']);
                let known = help
                    .split(|char: char| !char.is_alphanumeric() && char != '-')
                    .any(|known| known == option);
                if !known {
                    unknown.push(format!("no option {option}: zems {}", words.join(" ")));
                }
            }
        }
    }
    unknown
}

#[test]
fn every_option_in_the_documentation_exists() {
    let mut faults = Vec::new();
    for page in pages() {
        for block in blocks(&read(&page)) {
            let is_manifest = block.text.contains("[dependencies]");
            if ["sh", "console", "ini", "yaml", "toml"].contains(&block.language()) && !is_manifest {
                let place = format!("{}:{}", page.display(), block.line);
                faults.extend(
                    unknown_options(&block.text).into_iter().map(|fault| format!("{place}: {fault}")),
                );
            }
            if block.info == "sh no-run" && !complete(&block.text) {
                faults.push(format!("{}:{}: the shell cannot read this", page.display(), block.line));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(unknown_options("zems decode --no-such-thing x").len(), 1);
    assert_eq!(unknown_options("zems dekode x").len(), 1);
}

/// The commands of the program, those of `import` as two words.
pub(crate) fn commands() -> Vec<Vec<String>> {
    fn below(words: &[String], found: &mut Vec<Vec<String>>) {
        let help = help_of(&words.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
        let Some((_, list)) = help.split_once("\nCommands:\n") else { return };
        for line in list.lines().take_while(|line| !line.is_empty()) {
            let is_name = line.starts_with("  ") && !line.starts_with("   ");
            let Some(name) = line.split_whitespace().next().filter(|name| is_name && *name != "help") else {
                continue;
            };
            let words = [words, &[name.to_owned()]].concat();
            below(&words, found);
            found.push(words);
        }
    }
    let mut found = vec![Vec::new()];
    below(&[], &mut found);
    found
}

#[test]
fn examples_in_help_fit_80_columns() {
    let commands = commands();
    assert!(commands.len() > 15, "{commands:?}");
    let mut long = Vec::new();
    for words in commands {
        let help = help_of(&words.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
        let Some((_, examples)) = help.split_once("Examples:\n") else { continue };
        let examples = examples.lines().take_while(|line| !line.is_empty());
        long.extend(examples.filter(|line| line.len() > 80).map(str::to_owned));
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

/// The packages that the Rust blocks of the documentation make: their names, dependencies and source.
fn packages() -> Vec<(String, String, String)> {
    let mut packages = Vec::new();
    for page in pages() {
        let mut dependencies = None;
        for block in blocks(&read(&page)) {
            match block.language() {
                "toml" if block.text.contains("[dependencies]") => dependencies = Some(block.text),
                "rust" => {
                    let name = page.to_str().unwrap().replace(['/', '.'], "-").to_lowercase();
                    let dependencies =
                        dependencies.clone().unwrap_or_else(|| "[dependencies]\nzems = \"0.1\"\n".to_owned());
                    packages.push((format!("doc-{name}-{}", block.line), dependencies, program(&block.text)));
                }
                _ => {}
            }
        }
    }
    packages
}

/// A block as a source file. One without `main` that ends as rustdoc asks for is the body of `main`.
fn program(block: &str) -> String {
    if !block.contains("# Ok::<") {
        return block.to_owned();
    }
    let lines: Vec<_> = block.lines().map(|line| line.strip_prefix("# ").unwrap_or(line)).collect();
    format!("fn main() -> Result<(), Box<dyn std::error::Error>> {{\n{}\n}}\n", lines.join("\n"))
}

#[test]
fn every_rust_block_builds_with_the_dependencies_shown_and_runs() {
    let root = fs::canonicalize(ROOT).unwrap();
    let workspace = root.join("target/doc-packages");
    let packages = packages();
    assert!(packages.len() >= 3, "the documentation has Rust blocks");
    fs::create_dir_all(&workspace).unwrap();
    let mut members = BTreeSet::new();
    for (name, dependencies, source) in &packages {
        let directory = workspace.join(name);
        fs::create_dir_all(directory.join("src")).unwrap();
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n{dependencies}"
        );
        fs::write(directory.join("Cargo.toml"), manifest).unwrap();
        let _ = fs::remove_file(directory.join("src/lib.rs"));
        let _ = fs::remove_file(directory.join("src/main.rs"));
        let file = if source.contains("fn main()") { "src/main.rs" } else { "src/lib.rs" };
        fs::write(directory.join(file), source).unwrap();
        members.insert(format!("\"{name}\""));
    }
    let members: Vec<_> = members.into_iter().collect();
    let manifest = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n[patch.crates-io]\nzems = {{ path = \"{}\" }}\n\n[profile.dev]\ndebug = false\n",
        members.join(", "),
        root.display()
    );
    fs::write(workspace.join("Cargo.toml"), manifest).unwrap();
    // The versions that everything else is tested with.
    fs::copy(root.join("Cargo.lock"), workspace.join("Cargo.lock")).unwrap();
    for (name, _, source) in &packages {
        let verb = if source.contains("fn main()") { "run" } else { "build" };
        let ran = Command::new(env!("CARGO"))
            .args([verb, "--quiet", "--package", name])
            .current_dir(&workspace)
            .env("CARGO_TARGET_DIR", root.join("target/doc-packages/target"))
            .env("CARGO_TERM_COLOR", "never")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{name}\n{told}");
    }
}

/// The anchor that a heading has on the page.
fn anchor(heading: &str) -> String {
    let mut anchor = String::new();
    for char in heading.trim().to_lowercase().chars() {
        match char {
            ' ' => anchor.push('-'),
            '-' | '_' => anchor.push(char),
            _ if char.is_alphanumeric() => anchor.push(char),
            _ => {}
        }
    }
    anchor
}

fn anchors(text: &str) -> BTreeSet<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut anchors = BTreeSet::new();
    for line in outside_of_blocks(text) {
        let heading = line.trim_start_matches('#');
        if heading.len() < line.len() && heading.starts_with(' ') {
            let anchor = anchor(heading);
            let count = seen.entry(anchor.clone()).or_default();
            anchors.insert(if *count == 0 { anchor.clone() } else { format!("{anchor}-{count}") });
            *count += 1;
        }
    }
    anchors
}

fn outside_of_blocks(text: &str) -> Vec<&str> {
    let mut inside = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if !inside {
            lines.push(line);
        }
    }
    lines
}

/// The targets of the links and images of a page.
fn links(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    for line in outside_of_blocks(text) {
        // Code is not a place for links.
        let plain: String = line.split('`').step_by(2).collect::<Vec<_>>().join("``");
        let mut rest = plain.as_str();
        while let Some(at) = rest.find("](") {
            rest = &rest[at + 2..];
            let Some(end) = rest.find(')') else { break };
            links.push(rest[..end].to_owned());
        }
    }
    links
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let mut faults = Vec::new();
    for page in pages() {
        let text = read(&page);
        for link in links(&text) {
            if link.starts_with("http") || link.starts_with("mailto:") {
                continue;
            }
            let (file, fragment) = link.split_once('#').unwrap_or((&link, ""));
            let target = if file.is_empty() {
                Path::new(ROOT).join(&page)
            } else {
                Path::new(ROOT).join(page.parent().unwrap()).join(file)
            };
            if !target.exists() {
                faults.push(format!("{}: no file {link}", page.display()));
            } else if !fragment.is_empty()
                && !anchors(&fs::read_to_string(&target).unwrap()).contains(fragment)
            {
                faults.push(format!("{}: no heading {link}", page.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(anchor("From raw to `json`: how?"), "from-raw-to-json-how");
}

#[test]
fn every_page_of_docs_is_in_the_summary() {
    let summary = read(Path::new("docs/SUMMARY.md"));
    let listed: BTreeSet<_> = links(&summary).into_iter().collect();
    let pages = pages();
    let docs = pages.iter().filter_map(|page| page.strip_prefix("docs").ok());
    let missing: Vec<_> = docs
        .map(|page| page.to_str().unwrap())
        .filter(|page| *page != "SUMMARY.md" && !listed.contains(*page))
        .collect();
    assert!(missing.is_empty(), "not in docs/SUMMARY.md: {missing:?}");
}

#[test]
fn the_readme_is_at_most_150_lines() {
    assert!(read(Path::new("README.md")).lines().count() <= 150);
}
