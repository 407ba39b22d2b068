use core::cmp::Ordering;
use core::fmt;

/// A relational operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Relation {
    /// The operator of this symbol.
    pub(super) fn of(symbol: &str) -> Option<Self> {
        Some(match symbol {
            "=" => Self::Equal,
            "<>" => Self::NotEqual,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            _ => return None,
        })
    }

    /// Whether it holds of two values in this order.
    #[inline]
    pub(super) const fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }

    /// The operator that says the same with the operands exchanged.
    pub(super) const fn exchanged(self) -> Self {
        match self {
            Self::Equal | Self::NotEqual => self,
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
        }
    }

    /// Whether only equality matters.
    pub(super) const fn is_equality(self) -> bool {
        matches!(self, Self::Equal | Self::NotEqual)
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        })
    }
}

/// The numbers of which a relation to a constant holds: those of one range, or all but those.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    least: i64,
    /// How far the greatest lies above the least.
    span: u64,
    is_inside: bool,
}

impl Range {
    /// The numbers that are in this relation to `constant`.
    pub(super) const fn new(relation: Relation, constant: i64) -> Self {
        let (least, greatest, is_inside) = match relation {
            Relation::Equal => (constant, constant, true),
            Relation::NotEqual => (constant, constant, false),
            Relation::LessOrEqual => (i64::MIN, constant, true),
            Relation::GreaterOrEqual => (constant, i64::MAX, true),
            // At the end of the numbers all but everything is left: nothing.
            Relation::Greater if constant == i64::MAX => (i64::MIN, constant, false),
            Relation::Greater => (constant + 1, i64::MAX, true),
            Relation::Less if constant == i64::MIN => (constant, i64::MAX, false),
            Relation::Less => (i64::MIN, constant - 1, true),
        };
        Self { least, span: greatest.abs_diff(least), is_inside }
    }

    /// The numbers of two ranges; `None` if that is not a range.
    pub(super) fn and(self, other: Self) -> Option<Self> {
        let least = self.least.max(other.least);
        let greatest =
            self.least.checked_add_unsigned(self.span)?.min(other.least.checked_add_unsigned(other.span)?);
        let is_range = self.is_inside && other.is_inside && least <= greatest;
        is_range.then_some(Self { least, span: greatest.abs_diff(least), is_inside: true })
    }

    /// Whether a number is one of them.
    #[inline]
    pub(super) const fn holds(self, number: i64) -> bool {
        (number.wrapping_sub(self.least).cast_unsigned() <= self.span) == self.is_inside
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_what_its_relation_holds() {
        let numbers = [i64::MIN, i64::MIN + 1, -1, 0, 1, 5, i64::MAX - 1, i64::MAX];
        for relation in ["=", "<>", "<", "<=", ">", ">="].map(|symbol| Relation::of(symbol).unwrap()) {
            for constant in numbers {
                for number in numbers {
                    let expected = relation.holds(number.cmp(&constant));
                    let range = Range::new(relation, constant);
                    assert_eq!(range.holds(number), expected, "{number} {relation} {constant}");
                }
            }
        }
    }

    #[test]
    fn ranges_intersect_if_they_are_ranges() {
        let range = |symbol, constant| Range::new(Relation::of(symbol).unwrap(), constant);
        let both = range(">=", 500).and(range("<=", 519)).unwrap();
        assert!([499, 500, 519, 520].map(|number| both.holds(number)) == [false, true, true, false]);
        assert_eq!(range("=", 5).and(range(">=", 5)), Some(range("=", 5)));
        assert_eq!(range("<=", 4).and(range(">=", 5)), None);
        assert_eq!(range("<>", 4).and(range(">=", 5)), None);
    }
}
