//! Where the fields of a definition lie. [DDL 9-60, H-1 to H-3; DDL426798 6-54, 9-60, H-3]
//!
//! By default (`?FILLER 1`) text and single bytes may start anywhere, everything else starts on a word, and a group
//! starts on a word if anything in it must; a byte is left free in front where needed. Under `?FIELDALIGN_SHARED8`
//! everything starts at a multiple of its own width. A group is laid out once, from offset 0: since it starts at a
//! multiple of its alignment wherever it is used, its inside is the same everywhere.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;

use super::collect::{NULL_RANGE, OCCURS_RANGE, null_byte, occurs_count};
use super::data_type::DdlType;
use super::names::NameId;
use super::resolve::{Reported, Resolver, as_text, positions};
use super::tables::{AttributeKind, Field, FieldKind, Head, Kind, NONE, Operand, Stored, index, short};
use crate::text::limits::ddl as limits;

impl Resolver<'_> {
    /// Lays out every definition, those it is made of first.
    pub(super) fn definitions(&mut self) {
        #[derive(Clone, Copy, PartialEq)]
        enum State {
            New,
            Open,
            Done,
        }
        let mut states = alloc::vec![State::New; self.tables.defs.len()];
        self.faulty = self.tables.defs.iter().map(|def| def.head.broken).collect();
        let mut stack = Vec::new(); // definitions being resolved, with the next field to look at
        for start in 0..states.len() {
            if states[start] == State::New && !self.tables.defs[start].head.replaced {
                states[start] = State::Open;
                stack.push((start, index(self.tables.defs[start].root)));
            }
            while let Some((def, at)) = stack.last_mut() {
                let (def, field) = (*def, *at);
                let root = index(self.tables.defs[def].root);
                if field >= index(self.tables.fields[root].end) {
                    stack.pop();
                    states[def] = State::Done;
                    // One that is broken already is looked at too: its other faults are named in the same run.
                    let errors = self.diagnostics.error_count();
                    let result = self.lay_out(def);
                    self.faulty[def] |= self.diagnostics.error_count() > errors;
                    self.tables.defs[def].head.broken |= result.is_err();
                    continue;
                }
                *at += 1;
                let FieldKind::Named(name) = self.tables.fields[field].kind else { continue };
                let head = self.tables.defs[def].head;
                let Field { at, type_distance, .. } = self.tables.fields[field];
                let mark = match type_distance {
                    0 => at, // `TYPE *`
                    distance => at.further(distance, self.tables.names.spelling(name).len()),
                };
                self.laying_out = Some(def);
                let found = self.find(&head, Kind::Def, name, mark);
                self.laying_out = None;
                match found {
                    Ok(made_of) if states[made_of] == State::Open => {
                        let message =
                            format!("{} contains itself", self.spelling(self.tables.defs[made_of].head.name));
                        self.error(&head, mark, message);
                        self.tables.fields[field].kind = FieldKind::Unknown;
                        self.tables.defs[def].head.broken = true;
                    }
                    Ok(made_of) => {
                        self.tables.fields[field].kind = FieldKind::Def(short(made_of));
                        if states[made_of] == State::New {
                            states[made_of] = State::Open;
                            stack.push((made_of, index(self.tables.defs[made_of].root)));
                        }
                    }
                    Err(Reported) => {
                        self.tables.fields[field].kind = FieldKind::Unknown;
                        self.tables.defs[def].head.broken = true;
                    }
                }
            }
        }
    }

    /// One definition, everything it is made of being laid out.
    fn lay_out(&mut self, def: usize) -> Result<(), Reported> {
        let head = self.tables.defs[def].head;
        let root = index(self.tables.defs[def].root);
        let end = index(self.tables.fields[root].end);
        let shared8 = self.tables.defs[def].shared8;

        let mut result = self.clauses(def, root..end);
        if self.tables.defs[def].expanded > limits::FIELDS || self.tables.defs[def].depth > limits::NESTING {
            self.tables.fields[root].align = 0;
            return Err(Reported);
        }
        for at in root..end {
            result = result.and(self.measure(&head, at, shared8));
        }
        for at in (root..end).rev() {
            if self.tables.fields[at].kind == FieldKind::Data(DdlType::Group) {
                result = result.and(self.place_members(&head, at, shared8));
            }
        }
        for at in root..end {
            if self.tables.fields[at].kind == FieldKind::Data(DdlType::Group) {
                let base = self.tables.fields[at].offset;
                let mut member = at + 1;
                while member < index(self.tables.fields[at].end) {
                    let field = &mut self.tables.fields[member];
                    field.offset = field.offset.saturating_add(base); // inside a definition of at most 32,767 bytes
                    member = index(field.end);
                }
            }
        }
        for at in root..end {
            let field = self.tables.fields[at];
            if let Some(tacl) = field.tacl
                && field.align != 0
                && u32::from(field.size) != tacl.size()
            {
                let name = self.spelling(field.name);
                let message =
                    format!("{name} has {} bytes, but TACL {} has {}", field.size, tacl.name(), tacl.size());
                self.error(&head, field.at, message);
                result = Err(Reported);
            }
        }
        self.tables.defs[def].ssid = self.ssid(def);
        result
    }

    /// Clauses that need constants or other fields; nesting and number of fields.
    fn clauses(&mut self, def: usize, fields: core::ops::Range<usize>) -> Result<(), Reported> {
        let head = self.tables.defs[def].head;
        let mut groups: Vec<(usize, Option<u8>)> = Vec::new(); // end and SPI-NULL of each group around
        // Fields that OCCURS DEPENDING ON may name, in the few definitions that have it.
        let mut before = BTreeSet::new();
        let depends = fields.clone().any(|at| {
            let field = &self.tables.fields[at];
            field.has_occurs && self.tables.attribute(field, AttributeKind::Depending).is_some()
        });
        let (mut expanded, mut depth) = (0_u32, 0_u8);
        let mut result = Ok(());
        for at in fields {
            while groups.last().is_some_and(|&(end, _)| end <= at) {
                groups.pop();
            }
            let field = self.tables.fields[at];
            for position in positions(field.attributes, u32::from(field.attribute_count)) {
                let attribute = self.tables.attributes[position];
                if matches!(attribute.kind, AttributeKind::Value | AttributeKind::Fill)
                    && self.is_provisional(attribute.operand)
                {
                    self.tables.fields[at].provisional = true;
                }
                let done = self.clause(def, at, attribute.kind, attribute.operand, &before);
                match done {
                    Ok(value) => self.tables.attributes[position].operand.value = value,
                    // A text that is missing does not move a field.
                    Err(Reported) if is_text(attribute.kind) => {}
                    Err(Reported) => result = Err(Reported),
                }
            }
            if depends && field.name != NameId::NONE {
                before.insert(self.tables.names.key(field.name));
            }

            let field = self.tables.fields[at];
            let around = groups.iter().rev().find_map(|(_, null)| *null);
            if around.is_some() && field.null.is_some() {
                let name = self.spelling(field.name);
                let message = format!("{name} has the SPI-NULL of its group, and cannot have its own");
                self.error(&head, field.at, message);
                result = Err(Reported);
            }
            let is_bit = matches!(self.tables.data(&field), DdlType::Bit { .. });
            if is_bit && around.or(field.null).is_some_and(|null| null != 255) {
                self.error(&head, field.at, "the SPI-NULL of a BIT field must be 255");
                result = Err(Reported);
            }

            if is_bit && field.has_occurs {
                self.error(&head, field.at, "a BIT field cannot OCCUR");
                result = Err(Reported);
            }

            let (mut inside, mut members) = (0, 0);
            if let FieldKind::Def(of) = field.kind {
                let of = self.tables.defs[index(of)];
                if of.head.broken {
                    result = Err(Reported);
                }
                (inside, members) = (of.depth.saturating_add(1), of.expanded);
            }
            if field.level > 1 {
                expanded = expanded.saturating_add(1);
            }
            expanded = expanded.saturating_add(members);
            let nested = u8::try_from(groups.len()).unwrap_or(u8::MAX);
            depth = depth.max(nested.saturating_add(inside));
            if depth > limits::NESTING || expanded > limits::FIELDS {
                let name = self.spelling(head.name);
                let message = if depth > limits::NESTING {
                    format!("{name} nests groups more than {} deep", limits::NESTING)
                } else {
                    format!("{name} has more than {} fields, those of its TYPEs included", limits::FIELDS)
                };
                // One made of such a definition is too large too, and says nothing more.
                if members <= limits::FIELDS && inside <= limits::NESTING + 1 {
                    self.error(&head, field.at, message);
                }
                self.tables.defs[def].depth = u8::MAX;
                self.tables.defs[def].expanded = u32::MAX;
                return Err(Reported);
            }
            if index(field.end) > at + 1 {
                groups.push((index(field.end), field.null));
            }
        }
        self.tables.defs[def].depth = depth;
        self.tables.defs[def].expanded = expanded;
        result
    }

    /// One clause; returns what stands for it from now on.
    fn clause(
        &mut self,
        def: usize,
        field: usize,
        kind: AttributeKind,
        operand: Operand,
        before: &BTreeSet<NameId>,
    ) -> Result<Stored, Reported> {
        let head = &self.tables.defs[def].head.clone();
        match kind {
            AttributeKind::Null => {
                let value = self.literal(head, operand)?;
                let Some(byte) = null_byte(value, self.tables) else {
                    self.error(head, operand.at, NULL_RANGE);
                    return Err(Reported);
                };
                self.tables.fields[field].null = Some(byte);
                Ok(value)
            }
            AttributeKind::Occurs => {
                self.laying_out = Some(def);
                let value = self.literal(head, operand);
                self.laying_out = None;
                let value = value?;
                let Some(count) = occurs_count(value) else {
                    self.error(head, operand.at, OCCURS_RANGE);
                    return Err(Reported);
                };
                self.tables.fields[field].count = count;
                Ok(value)
            }
            AttributeKind::Minimum => {
                let minimum = self.number(
                    head,
                    operand,
                    0..=i128::from(limits::DEFINITION),
                    "the least number of OCCURS",
                )?;
                Ok(Stored::Number(i64::try_from(minimum).unwrap_or(0)))
            }
            AttributeKind::Depending => {
                let Stored::Name(name) = operand.value else { return Ok(operand.value) };
                let written = self.spelling(name);
                let last = written.rsplit('.').next().unwrap_or(&written);
                let known = self.tables.names.find(last).is_some_and(|name| before.contains(&name));
                if !known {
                    let message = format!("there is no field {written} before this one to depend on");
                    self.error(head, operand.at, message);
                    return Err(Reported);
                }
                Ok(operand.value)
            }
            AttributeKind::Values => {
                if let Stored::Values(first, count) = operand.value {
                    self.enumeration(head, field, first, count)?;
                }
                Ok(operand.value)
            }
            AttributeKind::BitEnum => {
                if let Stored::Name(name) = operand.value {
                    self.find(head, Kind::Def, name, operand.at)?;
                }
                Ok(operand.value)
            }
            AttributeKind::Fill => self.literal(head, operand),
            AttributeKind::Value => {
                let value = self.literal(head, operand)?;
                self.initial_value(def, field, value, operand.at);
                Ok(value)
            }
            AttributeKind::Heading | AttributeKind::Display | AttributeKind::Label | AttributeKind::Ssid => {
                self.text(head, operand)
            }
        }
    }

    /// A string, or a constant that is one.
    pub(super) fn text(&mut self, head: &Head, operand: Operand) -> Result<Stored, Reported> {
        let value = self.literal(head, operand)?;
        if as_text(self.tables, value).is_none() {
            self.error(head, operand.at, "this constant is not a string");
            return Err(Reported);
        }
        Ok(value)
    }

    /// Level 89: the first value is 0, each other one more than the one before, unless given. [DDL 6-85]
    fn enumeration(&mut self, head: &Head, field: usize, first: u32, count: u32) -> Result<(), Reported> {
        let field = self.tables.fields[field];
        let data = self.tables.data(&field);
        if !matches!(data, DdlType::Enum | DdlType::Binary { .. } | DdlType::Logical(_) | DdlType::Bit { .. })
        {
            let name = self.spelling(field.name);
            self.error(
                head,
                field.at,
                format!("{name} has level 89 values, but is not a number (TYPE ENUM)"),
            );
            return Err(Reported);
        }
        let mut used = BTreeSet::new();
        let mut next = 0_i128;
        let mut result = Ok(());
        for at in positions(first, count) {
            let value = self.tables.values[at];
            let range = i128::from(i16::MIN)..=i128::from(i16::MAX);
            let number = match value.value.value {
                Stored::Absent if range.contains(&next) => Ok(next),
                Stored::Absent => {
                    self.error(head, value.at, "the value after 32767 does not fit an enumeration");
                    Err(Reported)
                }
                _ => self.number(head, value.value, range, "the value of an enumeration"),
            };
            self.tables.values[at].provisional |= self.is_provisional(value.value);
            if let Stored::Name(constant) = value.value.value {
                self.tables.values[at].constant = constant;
            }
            if value.label != Stored::Absent {
                let label = Operand { value: value.label, at: value.at };
                if let Ok(label) = self.text(head, label) {
                    self.tables.values[at].label = label;
                }
            }
            let Ok(number) = number else {
                result = Err(Reported);
                continue;
            };
            next = number + 1;
            // Where a value was not understood, the numbers that follow from it are not known.
            let is_known = !head.broken || self.tables.values[at].value.value != Stored::Absent;
            if is_known && !used.insert(number) {
                let name = self.spelling(value.name);
                self.error(
                    head,
                    value.at,
                    format!("{name} has the value {number}, which another name has already"),
                );
                result = Err(Reported);
            }
            self.tables.values[at].value.value = Stored::Number(i64::try_from(number).unwrap_or(0));
        }
        result
    }

    /// Size and alignment of one occurrence of an elementary field, or of one made of a definition.
    fn measure(&mut self, head: &Head, at: usize, shared8: bool) -> Result<(), Reported> {
        let field = self.tables.fields[at];
        let (size, mut align) = match field.kind {
            FieldKind::Data(DdlType::Group) => return Ok(()),
            FieldKind::Data(data) if shared8 => (data.size().unwrap_or(0), data.width()),
            FieldKind::Data(data) => (data.size().unwrap_or(0), if data.is_byte_aligned() { 1 } else { 2 }),
            FieldKind::Def(of) => {
                let of = self.tables.fields[index(self.tables.defs[index(of)].root)];
                if of.align == 0 {
                    self.tables.fields[at].align = 0;
                    return Err(Reported);
                }
                let width = if shared8 { self.tables.data(&of).width() } else { 1 };
                (u32::from(of.size), of.align.max(width))
            }
            FieldKind::Named(_) | FieldKind::Unknown => {
                self.tables.fields[at].align = 0;
                return Err(Reported);
            }
        };
        if field.tacl.is_some() {
            align = align.max(2);
        }
        let size = stride(size, align, field.has_occurs);
        let fitting = self.fit(head, field, size);
        let field = &mut self.tables.fields[at];
        // Without a size, nothing follows from it.
        (field.size, field.align) = fitting.map_or((0, 0), |size| (size, align));
        fitting.map(|_| ())
    }

    /// Offsets of the members of a group from its start; size and alignment of the group.
    fn place_members(&mut self, head: &Head, group: usize, shared8: bool) -> Result<(), Reported> {
        let end = index(self.tables.fields[group].end);
        let mut member = group + 1;
        while member < end {
            let Field { redefines, align, end: next, .. } = self.tables.fields[member];
            if redefines != NONE {
                // The filler goes before what is redefined.
                let redefined = &mut self.tables.fields[index(redefines)];
                redefined.align = redefined.align.max(align);
            }
            member = index(next);
        }

        let group_field = self.tables.fields[group];
        let mut align = if shared8 || group_field.tacl.is_some() { 2 } else { 1 };
        let mut size = 0_u32;
        let mut word = None; // of BIT fields: its offset and the bits used
        let mut result = Ok(());
        let mut is_known = true; // the size of every member that counts
        member = group + 1;
        while member < end {
            let field = self.tables.fields[member];
            align = align.max(field.align);
            let total = u32::from(field.size) * u32::from(field.count);
            let mut first_bit = 0;
            let offset;
            if field.redefines != NONE {
                let redefined = self.tables.fields[index(field.redefines)];
                if let DdlType::Bit { .. } = self.tables.data(&redefined) {
                    let name = self.spelling(redefined.name);
                    self.error(head, field.at, format!("{name} is a BIT field, which cannot be redefined"));
                    result = Err(Reported);
                }
                offset = u32::from(redefined.offset);
                let allowed = u32::from(redefined.size) * u32::from(redefined.count);
                // Natural alignment may have to round the alternative up.
                let allowed = if shared8 { round_up(allowed, field.align) } else { allowed };
                if total > allowed && redefined.align != 0 {
                    let message = format!(
                        "{} has {total} bytes, more than the {allowed} of {}, which it redefines",
                        self.spelling(field.name),
                        self.spelling(redefined.name)
                    );
                    self.error(head, field.at, message);
                    result = Err(Reported);
                }
                size = size.max(offset + total);
            } else if let DdlType::Bit { width, .. } = self.tables.data(&field) {
                let (at, used) = match word {
                    Some((at, used)) if used + width <= 16 => (at, used),
                    _ => {
                        let at = round_up(size, 2);
                        size = at + 2;
                        (at, 0)
                    }
                };
                (offset, first_bit) = (at, used);
                word = Some((at, used + width));
            } else {
                is_known &= field.align != 0;
                word = None;
                offset = round_up(size, field.align);
                size = offset + total;
            }
            if self.fit(head, group_field, size).is_err() {
                self.tables.fields[group].align = 0;
                return Err(Reported);
            }
            let field = &mut self.tables.fields[member];
            field.offset = u16::try_from(offset).unwrap_or(u16::MAX); // before `size`, which fits
            field.first_bit = first_bit;
            member = index(field.end);
        }
        if shared8 {
            size = round_up(size, align);
        }
        let size = stride(size, align, group_field.has_occurs);
        let fitting = self.fit(head, group_field, size);
        let field = &mut self.tables.fields[group];
        (field.size, field.align) = fitting.map_or((0, 0), |size| (size, if is_known { align } else { 0 }));
        result.and(fitting.map(|_| ()))
    }

    /// Checks a size, all occurrences included, against what a definition may hold.
    fn fit(&mut self, head: &Head, field: Field, size: u32) -> Result<u16, Reported> {
        let total = u64::from(size) * u64::from(field.count);
        match u16::try_from(size) {
            Ok(size) if total <= u64::from(limits::DEFINITION) => Ok(size),
            _ => {
                let name = self.spelling(field.name);
                let message =
                    format!("{name} has {total} bytes; a definition has at most {}", limits::DEFINITION);
                self.error(head, field.at, message);
                Err(Reported)
            }
        }
    }
}

/// Texts shown with a field, and its VALUE, have no part in the layout.
fn is_text(kind: AttributeKind) -> bool {
    use AttributeKind::{BitEnum, Display, Fill, Heading, Label, Ssid, Value};
    matches!(kind, BitEnum | Display | Fill | Heading | Label | Ssid | Value)
}

/// The size of one occurrence: an array whose items need a word has a filler after an odd item, so that the next starts
/// on a word. [DDL 9-60 (d)]
fn stride(size: u32, align: u8, has_occurs: bool) -> u32 {
    if has_occurs { round_up(size, align) } else { size }
}

fn round_up(offset: u32, align: u8) -> u32 {
    offset.next_multiple_of(u32::from(align.max(1)))
}
