//! The values that conditions compare, and how: every choice about comparison is made here.

use core::cmp::Ordering;

use super::file_name;
use super::relation::Relation;
use super::types::Form;
use crate::ems::Event;

/// The value of an operand for one event.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'e> {
    /// The token is not in the event, the parameter was not supplied, the structure is too short for the field.
    Missing,
    Elements(Elements<'e>),
    Text {
        bytes: &'e [u8],
        is_fixed: bool,
    },
    /// 24 bytes.
    FileName(&'e [u8]),
}

impl<'e> Value<'e> {
    /// Bytes read in this form. A value that is too short for it is missing.
    pub(super) fn new(form: Form, bytes: &'e [u8]) -> Self {
        match form {
            Form::Elements { size, is_signed } => {
                Self::Elements(Elements { bytes: ElementBytes::Borrowed(bytes), size, is_signed })
            }
            Form::Text { is_fixed } => Self::Text { bytes, is_fixed },
            Form::FileName => bytes.get(..24).map_or(Self::Missing, Self::FileName),
            Form::Illegal => Self::Missing,
        }
    }

    /// One number.
    pub(super) fn number(value: i128) -> Self {
        Self::Elements(Elements { bytes: ElementBytes::Number(value), size: 8, is_signed: true })
    }

    pub(super) const fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }

    /// Bits `first` to `last` of a number, bit 0 the most significant of its own width, as an unsigned number.
    pub(super) fn bits(self, first: u8, last: u8) -> Self {
        let Self::Elements(elements) = self else { return Self::Missing };
        let width = u32::from(elements.size) * 8;
        let (Some(number), Some(below)) = (elements.at(0), width.checked_sub(u32::from(last) + 1)) else {
            return Self::Missing;
        };
        let mask = (1_i128 << (u32::from(last) + 1).saturating_sub(u32::from(first))) - 1;
        Self::number(number >> below & mask)
    }
}

/// One or more numbers of one size.
#[derive(Clone, Copy, Debug)]
pub(super) struct Elements<'e> {
    pub(super) bytes: ElementBytes<'e>,
    pub(super) size: u8,
    pub(super) is_signed: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum ElementBytes<'e> {
    Borrowed(&'e [u8]),
    /// Copied out of a header: the bytes and how many they are.
    Inline([u8; 12], u8),
    /// A single number, whatever `size` says.
    Number(i128),
}

impl ElementBytes<'_> {
    /// Up to 12 bytes.
    pub(super) fn inline(bytes: &[u8]) -> Self {
        let mut space = [0; 12];
        space.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        Self::Inline(space, u8::try_from(bytes.len().min(space.len())).unwrap_or(0))
    }
}

impl Elements<'_> {
    /// How many numbers there are; bytes that make no whole number do not count.
    pub(super) fn len(&self) -> usize {
        match self.bytes {
            ElementBytes::Number(_) => 1,
            _ => self.as_bytes().len() / usize::from(self.size).max(1),
        }
    }

    /// A number, extended by its sign or by zeros.
    pub(super) fn at(&self, index: usize) -> Option<i128> {
        if let ElementBytes::Number(number) = self.bytes {
            return (index == 0).then_some(number);
        }
        let size = usize::from(self.size);
        let bytes = self.as_bytes().get(index.checked_mul(size)?..)?.get(..size)?;
        Some(number(bytes, self.is_signed))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        match &self.bytes {
            ElementBytes::Borrowed(bytes) => bytes,
            ElementBytes::Inline(bytes, len) => bytes.get(..usize::from(*len)).unwrap_or(bytes),
            ElementBytes::Number(_) => &[],
        }
    }
}

/// Up to 8 bytes as a number.
pub(super) fn number(bytes: &[u8], is_signed: bool) -> i128 {
    let unsigned = bytes.iter().fold(0_i128, |number, byte| number << 8 | i128::from(*byte));
    let is_negative = is_signed && bytes.first().is_some_and(|first| first & 0x80 != 0);
    if is_negative { unsigned - (1_i128 << (8 * bytes.len())) } else { unsigned }
}

/// Whether the operator holds (EMS Manual 5-21 to 5-25). With a missing operand none does.
///
/// Two numbers are compared by what they are, signed or not. Of composite values the elements both have count, and the
/// first unequal pair decides; values without a common element compare like missing ones. Of text and file name the
/// latter is taken for text too.
pub(super) fn compare(
    left: Value<'_>,
    relation: Relation,
    right: Value<'_>,
    is_literal: bool,
    event: &Event<'_>,
) -> bool {
    let order = match (left, right) {
        (Value::Missing, _) | (_, Value::Missing) => return false,
        (Value::Elements(left), Value::Elements(right)) => match elements_order(&left, &right) {
            Some(order) => order,
            None => return false,
        },
        (Value::FileName(left), Value::FileName(right)) if relation.is_equality() => {
            let is_same = file_name::is_same(left, right, event);
            return is_same == (relation == Relation::Equal);
        }
        (
            Value::Text { bytes: left, .. } | Value::FileName(left),
            Value::Text { bytes: right, .. } | Value::FileName(right),
        ) => text_order(left, right, is_literal),
        // The compiler does not let these meet.
        (Value::Elements(_), _) | (_, Value::Elements(_)) => return false,
    };
    relation.holds(order)
}

fn elements_order(left: &Elements<'_>, right: &Elements<'_>) -> Option<Ordering> {
    let common = left.len().min(right.len());
    let mut orders = (0..common).map(|index| left.at(index).cmp(&right.at(index)));
    (common > 0).then(|| orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal))
}

/// The order of two texts. The shorter is filled with blanks; case counts only when taken literally.
pub(super) fn text_order(left: &[u8], right: &[u8], is_literal: bool) -> Ordering {
    let fold = |byte: &u8| if is_literal { *byte } else { byte.to_ascii_uppercase() };
    let common = left.len().min(right.len());
    let (left, left_rest) = left.split_at_checked(common).unwrap_or((left, &[]));
    let (right, right_rest) = right.split_at_checked(common).unwrap_or((right, &[]));
    let front = left.iter().map(fold).cmp(right.iter().map(fold));
    let against_blanks = |rest: &[u8]| {
        rest.iter().map(fold).find(|byte| *byte != b' ').map_or(Ordering::Equal, |byte| byte.cmp(&b' '))
    };
    front.then_with(|| against_blanks(left_rest)).then_with(|| against_blanks(right_rest).reverse())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(bytes: &[u8]) -> Value<'_> {
        Value::new(Form::Elements { size: 2, is_signed: false }, bytes)
    }

    fn holds(left: Value<'_>, relation: Relation, right: Value<'_>) -> bool {
        let event = Event::parse(crate::samples::EVENT).unwrap();
        compare(left, relation, right, false, &event)
    }

    #[test]
    fn numbers_of_any_width_and_sign_compare_by_value() {
        let byte = Value::new(Form::Elements { size: 1, is_signed: false }, &[0xFF]);
        let word = Value::new(Form::Elements { size: 2, is_signed: true }, &[0x00, 0xFF]);
        let minus = Value::new(Form::Elements { size: 2, is_signed: true }, &[0xFF, 0xFF]);
        let most = Value::new(Form::Elements { size: 8, is_signed: false }, &[0xFF; 8]);
        assert!(holds(byte, Relation::Equal, word));
        assert!(holds(minus, Relation::Less, byte));
        assert!(holds(most, Relation::Greater, Value::number(i64::MAX.into())));
        assert!(holds(minus, Relation::Equal, Value::number(-1)));
    }

    #[test]
    fn the_first_unequal_pair_decides_and_only_common_elements_count() {
        // EMS Manual 5-22, 5-23.
        assert!(holds(words(&[0, 1, 0, 9]), Relation::Less, words(&[0, 2, 0, 1])));
        assert!(holds(words(&[0, 1, 0, 2]), Relation::Equal, words(&[0, 1])));
        assert!(!holds(words(&[]), Relation::Equal, words(&[0, 1])));
        assert!(!holds(words(&[7]), Relation::NotEqual, words(&[0, 1])));
    }

    #[test]
    fn the_shorter_text_is_filled_with_blanks() {
        for (left, right, order) in [
            ("abc", "ABC  ", Ordering::Equal),
            ("abc", "abcd", Ordering::Less),
            ("abc\u{1}", "abc", Ordering::Less),
            ("", "   ", Ordering::Equal),
            ("b", "abc", Ordering::Greater),
        ] {
            assert_eq!(text_order(left.as_bytes(), right.as_bytes(), false), order, "{left:?} {right:?}");
            let other_way = text_order(right.as_bytes(), left.as_bytes(), false);
            assert_eq!(other_way, order.reverse(), "{right:?} {left:?}");
        }
        assert_eq!(text_order(b"abc", b"ABC", true), Ordering::Greater);
    }

    #[test]
    fn nothing_holds_of_a_missing_value() {
        // EMS Manual 5-25.
        for relation in ["=", "<>", "<", "<=", ">", ">="].map(|symbol| Relation::of(symbol).unwrap()) {
            assert!(!holds(Value::Missing, relation, Value::number(5)));
            assert!(!holds(Value::number(5), relation, Value::Missing));
            assert!(!holds(Value::Missing, relation, Value::Missing));
        }
    }

    #[test]
    fn bits_count_from_the_most_significant_of_the_width() {
        // EMS Manual 5-19.
        let word = Value::new(Form::Elements { size: 2, is_signed: true }, &[0x80, 0x0F]);
        let bits = |first, last| match word.bits(first, last) {
            Value::Elements(elements) => elements.at(0).unwrap(),
            _ => panic!(),
        };
        assert_eq!((bits(12, 15), bits(0, 0), bits(0, 15), bits(1, 11)), (15, 1, 0x800F, 0));
        let quad = Value::new(Form::Elements { size: 8, is_signed: true }, &[0xFF; 8]);
        assert!(matches!(quad.bits(0, 63), Value::Elements(e) if e.at(0) == Some(i128::from(u64::MAX))));
    }
}
