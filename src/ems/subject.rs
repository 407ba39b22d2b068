use core::iter::FusedIterator;

use crate::spi::read::{Buffer, DecodeError, Finding, FindingKind, Token, Tokens};
use crate::spi::{Ssid, TokenCode, Value};

/// A token that a subject mark announces: an object the event is about (EMS Manual 14-1, 15-9).
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    token: Token<'a>,
    position: usize,
}

impl<'a> Subject<'a> {
    /// The subject token, or the table whose first value is the subject.
    #[must_use]
    pub const fn token(&self) -> &Token<'a> {
        &self.token
    }

    /// How many tokens are before it at the top level, marks included.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.position
    }

    /// The subject's code.
    #[must_use]
    pub const fn code(&self) -> TokenCode {
        self.token.code()
    }

    /// Whose token the subject is.
    #[must_use]
    pub fn ssid(&self) -> Ssid {
        self.token.effective_ssid()
    }

    /// The bytes of the subject's value.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.token.first_bytes()
    }

    /// The subject's value.
    #[must_use]
    pub fn value(&self) -> Value<'a> {
        Value::new(self.token.data_type(), self.bytes())
    }
}

/// Iterator over the subjects of an event. A mark that announces none is passed over: see
/// [`Event::check`](super::Event::check).
#[derive(Clone, Debug)]
pub struct Subjects<'a> {
    tokens: Tokens<'a>,
    position: usize,
    after_mark: bool,
}

impl<'a> Subjects<'a> {
    pub(super) const fn new(tokens: Tokens<'a>) -> Self {
        Self { tokens, position: 0, after_mark: false }
    }
}

impl<'a> Iterator for Subjects<'a> {
    type Item = Result<Subject<'a>, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let token = match self.tokens.next()? {
                Ok(token) => token,
                Err(error) => return Some(Err(error)),
            };
            let position = self.position;
            self.position += 1;
            let is_mark = token.is_subject_mark();
            let is_subject = self.after_mark && !is_mark && !token.is_list();
            self.after_mark = is_mark;
            if is_subject {
                return Some(Ok(Subject { token, position }));
            }
        }
    }
}

impl FusedIterator for Subjects<'_> {}

/// Holds the tokens of a walk against the rules for subjects.
#[derive(Debug, Default)]
pub(super) struct SubjectCheck {
    /// The offset of a mark of the top level that still wants its subject.
    open_mark: Option<u64>,
    has_subject: bool,
}

impl SubjectCheck {
    pub(super) fn token(&mut self, token: &Token<'_>, report: &mut impl FnMut(Finding)) {
        let offset = token.range().start;
        let is_mark = token.is_subject_mark();
        if token.depth() > 0 {
            if is_mark {
                report(Finding::new(FindingKind::MarkInList, offset));
            }
            return;
        }
        if let Some(mark) = self.open_mark.take() {
            if is_mark {
                report(Finding::new(FindingKind::MarkBeforeMark, mark));
            } else if token.is_list() {
                report(Finding::new(FindingKind::MarkBeforeList, mark));
            } else {
                self.has_subject = true;
            }
        }
        self.open_mark = is_mark.then_some(offset);
    }

    pub(super) fn end(self, buffer: &Buffer<'_>, report: &mut impl FnMut(Finding)) {
        if let Some(mark) = self.open_mark {
            report(Finding::new(FindingKind::MarkAtEnd, mark));
        }
        if !self.has_subject {
            report(Finding::new(FindingKind::NoSubject, buffer.origin()));
        }
    }
}
