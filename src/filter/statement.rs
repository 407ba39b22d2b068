//! Checked statements: what programs and trees are made of.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::plan::ScopeId;

/// A statement without names.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    Assign { variable: u8, value: Cond, origin: u32 },
    Compound(Vec<Step>),
    List { scope: ScopeId, body: Vec<Step>, origin: u32 },
    If { arms: Vec<(Cond, Step)>, otherwise: Option<Box<Step>> },
    End(u32),
    Empty,
}

/// A condition without names.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cond {
    Or(Vec<Cond>),
    And(Vec<Cond>),
    Not(Box<Cond>),
    Constant(bool),
    Variable { variable: u8, origin: u32 },
    Check { check: u32, origin: u32, is_never: bool },
}
