//! `?SOURCE` and `?SECTION`: which parts of which sources are read, in which order. [DDL 9-96, 9-99, 9-100]

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::text::{Diagnostic, Diagnostics, Location, SourceId, SourceLoader, SourceMap, Span};

use super::lines::{self, Command, CommandKind, Lines};
use super::{Input, Origin};
use crate::text::limits::ddl as limits;

/// Everything there is to read, in order.
#[derive(Debug, Default)]
pub(super) struct Program {
    files: Vec<(SourceId, File)>,
    pub(super) stretches: Vec<Stretch>,
}

/// A piece of a source between two commands that matter. Statements that begin in it are read now; the last may end
/// after it, but not after `limit`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    pub(super) source: SourceId,
    pub(super) origin: Origin,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) limit: u32,
    pub(super) shared8: bool,
    /// The `?SOURCE` at its end.
    pub(super) include: Option<Span>,
}

#[derive(Debug)]
struct File {
    lines: Lines,
    /// The parts between `?SECTION` lines, in order; the first has no name.
    parts: Vec<Part>,
    /// Parts of each section, by its folded name; none are left once it was asked for.
    sections: BTreeMap<String, Vec<usize>>,
    /// The whole source was asked for.
    asked_for: bool,
}

#[derive(Debug)]
struct Part {
    start: u32,
    end: u32,
    /// Index of its first command, and after its last.
    commands: (usize, usize),
    read: bool,
}

impl Program {
    /// The source after the line rules.
    pub(super) fn lines(&self, source: SourceId) -> Option<&Lines> {
        self.file(source).map(|file| &file.lines)
    }

    fn file(&self, source: SourceId) -> Option<&File> {
        let at = self.files.binary_search_by_key(&source, |(id, _)| *id).ok()?;
        self.files.get(at).map(|(_, file)| file)
    }
}

/// Follows every `?SOURCE` from the inputs on. Each part of a source is read once, where it is first asked for.
pub(super) fn expand(
    sources: &mut SourceMap,
    inputs: &[Input],
    loader: &dyn SourceLoader,
    diagnostics: &mut Diagnostics,
) -> Program {
    let program = Program::default();
    let mut expander =
        Expander { sources, loader, diagnostics, program, loaded: BTreeMap::new(), shared8: false };
    for input in inputs {
        expander.shared8 = false;
        expander.read(*input);
    }
    expander.program
}

struct Expander<'a> {
    sources: &'a mut SourceMap,
    loader: &'a dyn SourceLoader,
    diagnostics: &'a mut Diagnostics,
    program: Program,
    /// The answers of the loader, so that a name is asked for once in each file.
    loaded: BTreeMap<(SourceId, String), Option<SourceId>>,
    /// `?FIELDALIGN_SHARED8` is in force.
    shared8: bool,
}

/// A source being read: where we are in it.
struct Frame {
    source: SourceId,
    /// Parts still to read, the next one last.
    parts: Vec<usize>,
    /// Offset after what was read.
    at: u32,
    /// Next command of the part.
    command: usize,
}

impl Expander<'_> {
    fn read(&mut self, input: Input) {
        let mut stack = Vec::new();
        self.enter(&mut stack, input.source, None, *limits::COLUMNS.end());
        while let Some(frame) = stack.last_mut() {
            let Some(&part_index) = frame.parts.last() else {
                stack.pop();
                continue;
            };
            let source = frame.source;
            let Some(file) = self.program.file(source) else {
                stack.pop();
                continue;
            };
            let Some(part) = file.parts.get(part_index) else {
                frame.parts.pop();
                continue;
            };
            let command = file.lines.commands.get(frame.command).filter(|_| frame.command < part.commands.1);
            let stop = command.map_or(part.end, |command| command.line);
            let stretch = Stretch {
                source,
                origin: input.origin,
                start: frame.at,
                end: stop,
                limit: part.end,
                shared8: self.shared8,
                include: command
                    .filter(|command| matches!(command.kind, CommandKind::Source { .. }))
                    .map(|command| command.span),
            };
            frame.at = stop;
            frame.command += 1;
            let mut include = None;
            match command.map(|command| (command.span, &command.kind)) {
                None => {
                    frame.parts.pop();
                    if let Some(next) = frame.parts.last().and_then(|&next| file.parts.get(next)) {
                        frame.at = next.start;
                        frame.command = next.commands.0;
                    }
                }
                Some((_, CommandKind::Shared8(on))) => self.shared8 = *on,
                Some((span, CommandKind::Source { file, sections, columns })) => {
                    include = Some((span, *file, sections.clone(), *columns));
                }
                Some((_, CommandKind::Section { .. })) => {}
            }
            self.program.stretches.push(stretch);
            if let Some((span, file, sections, columns)) = include {
                let place = Location::new(source, span);
                self.include(&mut stack, place, file, &sections, columns);
            }
        }
    }

    /// Follows one `?SOURCE`.
    fn include(
        &mut self,
        stack: &mut Vec<Frame>,
        command: Location,
        file: Span,
        sections: &[Span],
        columns: u64,
    ) {
        let Some(including) = self.sources.get(command.source) else { return };
        let name = including.slice(file).to_string();
        if stack.len() >= limits::INCLUDES {
            let message = format!("?SOURCE is nested more than {} deep", limits::INCLUDES);
            self.diagnostics.push(Diagnostic::error(command.source, file, message));
            return;
        }
        let known = self.loaded.get(&(command.source, name.to_ascii_uppercase())).copied();
        let Some(source) = known.unwrap_or_else(|| self.load(command.source, file, &name)) else { return };
        if let Some(depth) = stack.iter().position(|frame| frame.source == source) {
            let through: Vec<&str> = stack[depth..]
                .iter()
                .filter_map(|frame| self.sources.get(frame.source).map(|source| source.name()))
                .collect();
            let error = Diagnostic::error(command.source, file, format!("{name} includes itself"))
                .with_hint(format!("the chain is {} -> {name}", through.join(" -> ")));
            self.diagnostics.push(error);
            return;
        }
        self.enter(stack, source, Some((command.source, sections)), columns);
    }

    /// Asks the loader for a file, once.
    fn load(&mut self, including: SourceId, file: Span, name: &str) -> Option<SourceId> {
        let loaded = self.loader.load(self.sources.get(including)?.name(), name);
        let error = |message: String| Diagnostic::error(including, file, message);
        let source = match loaded {
            None => match self.sources.get(including).and_then(|it| self.loader.refusal(it.name(), name)) {
                Some(reason) => Err(error(format!("{name} is not opened: {reason}"))),
                None => Err(error(format!("cannot find {name}"))
                    .with_hint("the file is looked for beside this one and in the include directories")),
            },
            Some((full_name, text)) => match self.sources.find(&full_name) {
                Some(source) => Ok(source),
                None if self.sources.iter().count() >= limits::SOURCES => {
                    Err(error(format!("more than {} sources", limits::SOURCES)))
                }
                None => self.sources.add(full_name, text).map_err(|long| error(long.to_string())),
            },
        };
        let source = source.map_err(|error| self.diagnostics.push(error)).ok();
        self.loaded.insert((including, name.to_ascii_uppercase()), source);
        source
    }

    /// Starts to read a source, or only some sections of it, named in `sections.0`.
    fn enter(
        &mut self,
        stack: &mut Vec<Frame>,
        source: SourceId,
        sections: Option<(SourceId, &[Span])>,
        columns: u64,
    ) {
        if self.program.file(source).is_none() {
            let Some(text) = self.sources.get(source).map(|source| source.text()) else { return };
            let lines = lines::read(source, text, columns, self.diagnostics);
            let file = File::new(lines, text);
            let at = self.program.files.partition_point(|(id, _)| *id < source);
            self.program.files.insert(at, (source, file));
        }
        let sources = &*self.sources;
        let Ok(at) = self.program.files.binary_search_by_key(&source, |(id, _)| *id) else { return };
        let Some((_, file)) = self.program.files.get_mut(at) else { return };
        let mut parts: Vec<usize> = match sections {
            Some((including, names)) if !names.is_empty() => {
                let mut parts = Vec::new();
                for &name in names {
                    let written = sources.get(including).map_or("", |source| source.slice(name));
                    match file.sections.get_mut(&written.to_ascii_uppercase()) {
                        Some(section) => parts.append(section),
                        None => {
                            let in_file = sources.get(source).map_or("the file", |source| source.name());
                            let message = format!("there is no section {written} in {in_file}");
                            self.diagnostics.push(Diagnostic::error(including, name, message));
                        }
                    }
                }
                parts.sort_unstable();
                parts
            }
            _ if file.asked_for => return,
            _ => {
                file.asked_for = true;
                (0..file.parts.len()).collect()
            }
        };
        parts.retain(|&part| {
            file.parts.get_mut(part).is_some_and(|part| !core::mem::replace(&mut part.read, true))
        });
        parts.reverse();
        let first = parts.last().and_then(|&part| file.parts.get(part));
        let (at, command) = first.map_or((0, 0), |part| (part.start, part.commands.0));
        stack.push(Frame { source, parts, at, command });
    }
}

impl File {
    fn new(lines: Lines, text: &str) -> Self {
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let mut parts = Vec::new();
        let mut sections: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut part = Part { start: 0, end: length, commands: (0, 0), read: false };
        for (index, Command { line, kind, .. }) in lines.commands.iter().enumerate() {
            if let CommandKind::Section { name } = kind {
                part.end = *line;
                part.commands.1 = index;
                parts.push(part);
                part = Part { start: *line, end: length, commands: (index + 1, 0), read: false };
                let name = text.get(name.range()).unwrap_or("").to_ascii_uppercase();
                sections.entry(name).or_default().push(parts.len());
            }
        }
        part.commands.1 = lines.commands.len();
        parts.push(part);
        Self { lines, parts, sections, asked_for: false }
    }
}
