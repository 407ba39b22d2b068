use core::fmt;

/// The pair of status words EMSTEXT returns, and its extended pair (EMS Manual 15-23 to 15-25).
///
/// The extended pair keeps the first problem of a text. Whatever it is, there is a text; it may be incomplete.
///
/// ```
/// use zems::template::Status;
///
/// assert_eq!(Status::NORMAL.to_string(), "(0,0) (0,0)");
/// assert_eq!(Status::MISSING_TOKEN.extended(), (8, 1));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Status {
    simple: (i16, i16),
    extended: (i16, i16),
}

impl Status {
    /// A text without a problem.
    pub const NORMAL: Self = Self { simple: (0, 0), extended: (0, 0) };
    /// No template and no text token: the text says so.
    pub const NO_TEMPLATE: Self = Self { simple: (10, 0), extended: (0, 0) };
    /// The bytes are not an event.
    pub const BAD_BUFFER: Self = Self { simple: (11, 0), extended: (4, 0) };
    /// The tokens of the event cannot be read to their end.
    pub const UNREADABLE_TOKEN: Self = Self::error(4, 11);
    /// More than ten MSG edit codes inside each other.
    pub const MSG_LEVELS: Self = Self::error(8, 0);
    /// A token the template shows is not in the event, or its value ends too early.
    pub const MISSING_TOKEN: Self = Self::error(8, 1);
    /// There is not enough space for the text.
    pub const NO_ROOM: Self = Self::error(8, 3);

    /// EMSTEXT's error: simple status (10,0) and this extended pair.
    #[must_use]
    pub const fn error(first: i16, second: i16) -> Self {
        Self { simple: (10, 0), extended: (first, second) }
    }

    /// The status words.
    #[must_use]
    pub const fn simple(self) -> (i16, i16) {
        self.simple
    }

    /// The words of the extended status.
    #[must_use]
    pub const fn extended(self) -> (i16, i16) {
        self.extended
    }

    /// Whether there was no problem.
    #[must_use]
    pub const fn is_normal(self) -> bool {
        matches!(self.simple, (0, 0))
    }

    /// Keeps the first problem.
    pub(super) fn note(&mut self, problem: Self) {
        if self.is_normal() {
            *self = problem;
        }
    }
}

/// Both pairs, as an operator writes them.
impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((a, b), (c, d)) = (self.simple, self.extended);
        write!(f, "({a},{b}) ({c},{d})")
    }
}
