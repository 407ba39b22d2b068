//! The pages of a manual: heads and feet are not part of the text.

use std::collections::{HashMap, HashSet};

use super::super::Line;
use super::{heading, is_token_name, part};
use crate::text::Span;

/// A line of the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct PageLine<'t> {
    pub(super) text: &'t str,
    pub(super) at: u32,
    /// The first of a page.
    pub(super) begins_page: bool,
}

impl PageLine<'_> {
    pub(super) fn span(&self) -> Span {
        Span::new(self.at, self.at.saturating_add(u32::try_from(self.text.len()).unwrap_or(u32::MAX)))
    }
}

/// The lines without heads and feet of pages: the number of the page, the title of the manual with its part number, and what is
/// between these or beside them again and again.
pub(super) fn without_furniture<'t>(lines: &[Line<'t>]) -> Vec<PageLine<'t>> {
    let titles: HashSet<&str> = lines.iter().filter_map(|line| title(line.text)).collect();
    let mut is_furniture: Vec<bool> = lines
        .iter()
        .map(|line| is_page_number(line.text) || title(line.text).is_some() || titles.contains(line.text))
        .collect();
    let is_beside = |is_furniture: &[bool], at: usize| {
        let before = at.checked_sub(1).and_then(|before| is_furniture.get(before)).copied();
        let after = is_furniture.get(at + 1).copied();
        (before == Some(true), after == Some(true))
    };
    let may_be = |text: &str| {
        text.len() > 3
            && text.starts_with(|c: char| c.is_alphanumeric())
            && heading(text).is_none()
            && part(text).is_none()
            && !text.split(' ').any(is_token_name)
    };
    let mut times: HashMap<&str, usize> = HashMap::new();
    for (at, line) in lines.iter().enumerate() {
        let (before, after) = is_beside(&is_furniture, at);
        if (before || after) && may_be(line.text) {
            *times.entry(line.text).or_default() += if before && after { 2 } else { 1 };
        }
    }
    let sure = is_furniture.clone();
    for (at, line) in lines.iter().enumerate() {
        let (before, after) = is_beside(&sure, at);
        let is_repeated = times.get(line.text).is_some_and(|times| *times > 1);
        if let Some(place) = is_furniture.get_mut(at)
            && (before || after)
            && is_repeated
        {
            *place = true;
        }
    }
    let mut kept = Vec::with_capacity(lines.len());
    let mut begins_page = true;
    for (line, is_furniture) in lines.iter().zip(is_furniture) {
        begins_page |= line.begins_page || is_furniture;
        if !is_furniture {
            kept.push(PageLine { text: line.text, at: line.at, begins_page });
            begins_page = false;
        }
    }
    kept
}

/// `B-16`, `10-21`.
fn is_page_number(line: &str) -> bool {
    line.split_once('-').is_some_and(|(chapter, page)| {
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_chapter =
            is_digits(chapter) || chapter.len() == 1 && chapter.bytes().all(|byte| byte.is_ascii_uppercase());
        is_chapter && chapter.len() < 3 && is_digits(page) && page.len() < 4
    })
}

/// The title before a part number: `Title—520481-003`.
fn title(line: &str) -> Option<&str> {
    let (title, part) = line.rsplit_once(['—', '–'])?;
    let (document, revision) = part.split_once('-')?;
    let is_number = |text: &str, len| text.len() == len && text.bytes().all(|byte| byte.is_ascii_digit());
    (is_number(document, 6) && is_number(revision, 3)).then_some(title)
}
