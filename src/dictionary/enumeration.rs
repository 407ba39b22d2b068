use core::fmt;

use super::image::{Record, Section, same_name};

/// The named values of an ENUM DEF (DDL Reference Manual 6-85).
#[derive(Clone, Copy)]
pub struct Enumeration<'d>(pub(super) Record<'d>);

/// One level 89 of an [`Enumeration`].
#[derive(Clone, Copy)]
pub struct EnumValue<'d>(Record<'d>);

impl<'d> Enumeration<'d> {
    pub(super) const SIZE: usize = 24;

    /// The DEF's name.
    #[must_use]
    pub fn name(&self) -> &'d str {
        self.0.text(0)
    }

    /// The values in the order of the DEF.
    pub fn values(&self) -> impl Iterator<Item = EnumValue<'d>> + Clone + use<'d> {
        let (image, first, count) = (self.0.image(), self.0.number(4), self.0.number(5));
        (first..first.saturating_add(count))
            .map_while(move |number| image.record(Section::EnumValues, EnumValue::SIZE, number))
            .map(EnumValue)
    }

    /// The level 89 with this value.
    #[must_use]
    pub fn value(&self, value: i32) -> Option<EnumValue<'d>> {
        // Values mostly follow each other.
        let guess = value.checked_sub(self.values().next()?.value()).and_then(|at| u32::try_from(at).ok());
        let guess = guess.filter(|at| *at < self.0.number(5)).and_then(|at| {
            let number = self.0.number(4).checked_add(at)?;
            self.0.image().record(Section::EnumValues, EnumValue::SIZE, number).map(EnumValue)
        });
        guess
            .filter(|known| known.value() == value)
            .or_else(|| self.values().find(|known| known.value() == value))
    }

    /// The name of a value: AS of its level 89, else its name; without a level 89, AS of the DEF.
    #[must_use]
    pub fn label(&self, value: i32) -> Option<&'d str> {
        self.value(value).map(|value| value.label()).or_else(|| self.0.optional_text(2))
    }

    /// The value with this name, or whose CONSTANT has it, or with this label.
    #[must_use]
    pub fn value_named(&self, name: &str) -> Option<i32> {
        let is_constant =
            |value: &EnumValue<'_>| value.constant().is_some_and(|known| same_name(known, name));
        let named = self.values().find(|value| same_name(value.name(), name));
        let named = named.or_else(|| self.values().find(is_constant));
        named.or_else(|| self.values().find(|value| value.label() == name)).map(|value| value.value())
    }
}

impl<'d> EnumValue<'d> {
    pub(super) const SIZE: usize = 28;

    /// The level 89's name.
    #[must_use]
    pub fn name(&self) -> &'d str {
        self.0.text(0)
    }

    /// The display name of it: AS of the level 89, else its name.
    #[must_use]
    pub fn label(&self) -> &'d str {
        self.0.optional_text(2).unwrap_or_else(|| self.name())
    }

    /// The CONSTANT that gives the number: the name programs know the value by.
    #[must_use]
    pub fn constant(&self) -> Option<&'d str> {
        self.0.optional_text(5)
    }

    /// The number.
    #[must_use]
    pub fn value(&self) -> i32 {
        self.0.signed(4)
    }
}

impl fmt::Debug for Enumeration<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Enumeration({})", self.name())
    }
}

impl fmt::Debug for EnumValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.name(), self.value())
    }
}
