use core::fmt;
use core::iter::FusedIterator;

use super::sink::Text;

/// How a text is laid out in lines: EMSTEXT's line length, number of lines and indent (EMS Manual 15-19 to 15-22).
///
/// A line ends at the last blank that fits, or at a `<*CR>` if that lies beyond half the width, columns counted from the
/// start of the line, indent included. Blanks at the end are dropped. A word that does not fit the rest of a line goes to
/// the next; one longer than a whole line is split at the width.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)]
pub struct Layout {
    /// Columns of a line; 0 = no limit, and one line.
    pub width: usize,
    /// Lines at most; 0 = no limit. Longer text is cut.
    pub lines: usize,
    /// Blanks before every line but the first. At least one column is left for text.
    pub indent: usize,
}

impl Layout {
    /// One line, however long.
    pub const ONE_LINE: Self = Self { width: 0, lines: 0, indent: 0 };
    /// The indent of a printing distributor (EMS Manual 13-40).
    pub const DISTRIBUTOR_INDENT: usize = 36;

    /// A printing distributor's lines of this width.
    #[must_use]
    pub const fn distributor(width: usize) -> Self {
        Self { width, lines: 0, indent: Self::DISTRIBUTOR_INDENT }
    }

    /// The lines of a text.
    #[must_use]
    pub fn rows<'t>(&self, text: &'t Text) -> Rows<'t> {
        Rows { layout: *self, text: text.as_str(), breaks: text.breaks(), at: Some(0), lines: 0 }
    }

    /// Writes a text line by line, `\n` between lines and none after the last. `false`: the end was cut.
    ///
    /// # Errors
    /// Only those of `out`.
    pub fn write(&self, text: &Text, out: &mut (impl fmt::Write + ?Sized)) -> Result<bool, fmt::Error> {
        let mut rows = self.rows(text);
        let mut is_first = true;
        for row in rows.by_ref() {
            if !is_first {
                out.write_char('\n')?;
            }
            is_first = false;
            row.write(out)?;
        }
        Ok(!rows.is_cut())
    }
}

/// One line of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row<'t> {
    /// Blanks before the text; 0 if there is no text.
    pub indent: usize,
    /// The text, without blanks at its end.
    pub text: &'t str,
}

impl Row<'_> {
    /// Columns used: what EMSTEXT's actual-lengths array holds for the line. A line that is not used has -1 there.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.indent + self.text.chars().count()
    }

    fn write(&self, out: &mut (impl fmt::Write + ?Sized)) -> fmt::Result {
        for _ in 0..self.indent {
            out.write_char(' ')?;
        }
        out.write_str(self.text)
    }
}

/// Iterator over the lines of a text; see [`Layout::rows`].
#[derive(Clone, Debug)]
pub struct Rows<'t> {
    layout: Layout,
    text: &'t str,
    breaks: &'t [usize],
    /// Byte offset of what comes next; `None` after the last line.
    at: Option<usize>,
    lines: usize,
}

impl Rows<'_> {
    /// Whether there is text left that the number of lines has no space for.
    #[must_use]
    pub const fn is_cut(&self) -> bool {
        self.at.is_some() && self.layout.lines != 0 && self.lines >= self.layout.lines
    }

    /// Where the line that starts at `start` ends, and where the next one starts.
    fn end_of_line(&mut self, start: usize, columns: usize, indent: usize) -> (usize, Option<usize>) {
        let rest = self.text.get(start..).unwrap_or("");
        let fits = match rest.char_indices().nth(columns) {
            Some((fits, _)) if columns > 0 => fits,
            _ => return (self.text.len(), None),
        };
        let (line, behind) = rest.split_at(fits);
        // Break marks before this line are never needed again.
        while self.breaks.first().is_some_and(|mark| *mark <= start) {
            self.breaks = self.breaks.get(1..).unwrap_or_default();
        }
        let marks = self.breaks.iter().map(|mark| mark - start).take_while(|mark| *mark <= fits);
        let mark = marks.last();
        let column = |at: usize| indent + line.get(..at).map_or(0, |before| before.chars().count());
        let late_mark = mark.filter(|mark| column(*mark) * 2 > self.layout.width);
        let last_blank = || if behind.starts_with(' ') { Some(fits) } else { line.rfind(' ') };
        let not_at_start =
            |at: &usize| line.get(..*at).is_some_and(|text| !text.trim_end_matches(' ').is_empty());
        let end = late_mark.or_else(|| last_blank().filter(not_at_start)).or(mark).unwrap_or(fits);
        let next = rest.get(end..).map_or(0, |behind| behind.trim_start_matches(' ').len());
        let next = self.text.len() - next;
        (start + end, (next < self.text.len()).then_some(next))
    }
}

impl<'t> Iterator for Rows<'t> {
    type Item = Row<'t>;

    fn next(&mut self) -> Option<Row<'t>> {
        let start = self.at?;
        if self.is_cut() {
            return None;
        }
        let Layout { width, indent, .. } = self.layout;
        let indent = if self.lines == 0 { 0 } else { indent.min(width.saturating_sub(1)) };
        let (end, next) = match width {
            0 => (self.text.len(), None),
            width => self.end_of_line(start, width - indent, indent),
        };
        self.at = next;
        self.lines += 1;
        let text = self.text.get(start..end).unwrap_or("").trim_end_matches(' ');
        Some(Row { indent: if text.is_empty() { 0 } else { indent }, text })
    }
}

impl FusedIterator for Rows<'_> {}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;
    use core::fmt::Write;

    use super::super::sink::Sink;
    use super::*;

    fn laid_out(source: &str, layout: Layout) -> String {
        let mut text = Text::new();
        for (number, part) in source.split('^').enumerate() {
            if number > 0 {
                text.preferred_break();
            }
            text.write_str(part).unwrap();
        }
        let mut lines = String::new();
        layout.write(&text, &mut lines).unwrap();
        lines
    }

    fn width(width: usize) -> Layout {
        Layout { width, lines: 0, indent: 2 }
    }

    #[test]
    fn as_many_whole_words_as_fit() {
        for (text, lines) in [
            ("", ""),
            ("1234567890", "1234567890"),
            ("123456789 1", "123456789\n  1"),
            ("1234567890 1", "1234567890\n  1"),
            ("12 45 789012 4567", "12 45\n  789012\n  4567"),
            ("12345678901234567890", "1234567890\n  12345678\n  90"),
            ("123 12345678901234", "123\n  12345678\n  901234"),
            ("  12 4567  90  ", "  12 4567\n  90"),
            ("12        ", "12"),
            ("1         2", "1\n  2"),
            ("äöü äöü äöü", "äöü äöü\n  äöü"),
        ] {
            assert_eq!(laid_out(text, width(10)), lines, "{text}");
        }
    }

    #[test]
    fn preferred_breaks_count_beyond_half_the_width() {
        for (text, lines) in [
            ("1234567^ 90 x", "1234567\n  90 x"),
            ("12345^6 89 xx", "12345^6 89\n  xx"),
            ("123456^7 9 xx", "123456\n  7 9 xx"),
            ("1234567^89^01234", "123456789\n  01234"),
            ("123^45678901", "123\n  45678901"),
            ("12^", "12"),
        ] {
            assert_eq!(laid_out(text, width(10)), lines.replace('^', ""), "{text}");
        }
    }

    #[test]
    fn indent_leaves_a_column() {
        assert_eq!(laid_out("ab cd", Layout { width: 3, lines: 0, indent: 9 }), "ab\n  c\n  d");
        assert_eq!(laid_out("abc", Layout { width: 1, lines: 0, indent: 9 }), "a\nb\nc");
    }

    /// The lengths of TACL's manual, page 9-156: 75, 28, and three lines not used.
    #[test]
    fn actual_lengths_leave_out_blanks() {
        let mut text = Text::new();
        text.write_str(&"x".repeat(75)).unwrap();
        text.write_str(" ").unwrap();
        text.write_str(&"y".repeat(20)).unwrap();
        let layout = Layout { width: 80, lines: 5, indent: 8 };
        let mut rows = layout.rows(&text);
        assert_eq!(rows.by_ref().map(|row| row.columns()).collect::<Vec<_>>(), [75, 28]);
        assert!(!rows.is_cut());
    }

    #[test]
    fn what_does_not_fit_the_lines_is_cut() {
        let mut text = Text::new();
        text.write_str("a b c d").unwrap();
        let mut lines = String::new();
        assert!(!Layout { width: 1, lines: 3, indent: 0 }.write(&text, &mut lines).unwrap());
        assert_eq!(lines, "a\nb\nc");
        lines.clear();
        assert!(Layout { width: 1, lines: 4, indent: 0 }.write(&text, &mut lines).unwrap());
        assert_eq!(lines, "a\nb\nc\nd");
        assert!(Layout::ONE_LINE.write(&text, &mut lines).unwrap());
    }
}
