//! The fields of a definition with every TYPE followed, in the order of the source.

use alloc::vec::Vec;

use super::data_type::DdlType;
use super::tables::{Field, FieldKind, Tables, index, short};

/// One field on the way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// Index in [`Tables::fields`].
    pub(super) field: usize,
    /// From the start of the definition walked.
    pub(super) offset: u32,
    /// 1 for a member of the definition itself.
    pub(super) depth: u8,
    /// SPI-NULL of a group around it, which overrides its own.
    pub(super) null: Option<u8>,
    /// The field, or a group around it, redefines another.
    pub(super) overlay: bool,
}

/// See [`Tables::walk`]. The stack is as deep as groups are nested, which resolution has bounded.
#[derive(Clone, Debug)]
pub(super) struct Walk<'t> {
    tables: &'t Tables,
    stack: Vec<Frame>,
}

#[derive(Clone, Copy, Debug)]
struct Frame {
    next: u32,
    end: u32,
    /// Offset of the definition whose fields these are.
    base: u32,
    depth: u8,
    null: Option<u8>,
    overlay: bool,
}

impl Tables {
    /// The fields of a resolved definition.
    pub(super) fn walk(&self, def: usize) -> Walk<'_> {
        let mut walk = Walk { tables: self, stack: Vec::new() };
        if let Some(root) = self.defs.get(def).and_then(|def| self.fields.get(index(def.root))) {
            let around = Frame { next: 0, end: 0, base: 0, depth: 0, null: None, overlay: false };
            walk.enter(root, self.defs.get(def).map_or(0, |def| def.root), 0, around);
        }
        walk
    }

    /// The type of a field, TYPE followed.
    pub(super) fn data(&self, field: &Field) -> DdlType {
        self.made_of(field, |field| match field.kind {
            FieldKind::Data(data) => Some(data),
            _ => None,
        })
        .unwrap_or(DdlType::Group)
    }

    /// Asks a field, then the definition it is made of, and so on, for something.
    pub(super) fn made_of<T>(&self, field: &Field, ask: impl Fn(&Field) -> Option<T>) -> Option<T> {
        let mut field = field;
        for _ in 0..=crate::text::limits::ddl::NESTING {
            if let Some(answer) = ask(field) {
                return Some(answer);
            }
            let FieldKind::Def(def) = field.kind else { return None };
            field = self.fields.get(index(self.defs.get(index(def))?.root))?;
        }
        None
    }
}

impl Walk<'_> {
    /// Walks the members of a field, if it has any. `around` is the frame the field is in.
    fn enter(&mut self, field: &Field, at: u32, offset: u32, around: Frame) {
        let mut null = around.null;
        let (mut field, mut at) = (*field, at);
        let mut base = around.base;
        for _ in 0..=crate::text::limits::ddl::NESTING {
            null = null.or(field.null);
            match field.kind {
                FieldKind::Data(DdlType::Group) => {
                    self.stack.push(Frame { next: at + 1, end: field.end, base, null, ..around });
                    return;
                }
                FieldKind::Def(def) => {
                    let Some(root) = self.tables.defs.get(index(def)).map(|def| def.root) else { return };
                    let Some(found) = self.tables.fields.get(index(root)) else { return };
                    (field, at, base) = (*found, root, offset);
                }
                _ => return,
            }
        }
    }
}

impl Iterator for Walk<'_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        loop {
            let frame = self.stack.last_mut()?;
            if frame.next >= frame.end {
                self.stack.pop();
                continue;
            }
            let at = frame.next;
            let around = *frame;
            let field = self.tables.fields.get(index(at))?;
            frame.next = field.end;
            let overlay = around.overlay || field.redefines != super::tables::NONE;
            let step = Step {
                field: index(at),
                offset: around.base.saturating_add(u32::from(field.offset)),
                depth: around.depth.saturating_add(1),
                null: around.null,
                overlay,
            };
            let inside = Frame { depth: step.depth, overlay, ..around };
            self.enter(field, short(step.field), step.offset, inside);
            return Some(step);
        }
    }
}
