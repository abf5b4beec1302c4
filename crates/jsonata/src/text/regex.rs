//! Regular expressions with JavaScript's meaning, and the replacement texts of
//! `$replace`.
//!
//! An engine of its own, because the evaluator must give the same answer to the
//! same arguments for ever: each step of a search is counted against the
//! evaluator's budget, and nothing else ends it. Patterns have JavaScript's
//! grammar without the `u` flag: captures are forgotten on each round of a loop,
//! `\1` before its group matches the empty text, look-behinds have any length,
//! and matching goes by UTF-16 units, so that `^..$` matches one emoji. A match
//! that ends between the two units of a character, which a Rust text cannot, is
//! widened to the whole character.
//!
//! [`parse`] makes a tree of the pattern, [`compile`] a program of the tree,
//! [`run`] executes it with an explicit stack, and [`set`] holds characters.

mod compile;
mod parse;
mod run;
mod set;
#[cfg(test)]
mod tests;

use super::{Fault, TextError, number};
use std::ops::Range;
use std::sync::Arc;

/// A compiled pattern; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    program: Arc<compile::Program>,
}

/// Where a pattern matched, in bytes of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// One for each pair of capturing parentheses; `None` for one that took no part.
    pub(crate) groups: Vec<Option<Range<usize>>>,
}

/// The steps ran out before the search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RegexLimit;

impl Pattern {
    /// Compiles the text between the slashes with the letters behind them (`i`,
    /// `m`). Time and memory are in proportion to the text's length.
    ///
    /// # Errors
    /// A fault without a code, since it is JavaScript's own: `Invalid regular
    /// expression: /(/: Unterminated group`.
    pub(crate) fn compile(source: &str, flags: &str) -> Result<Pattern, Fault> {
        let fold = flags.contains('i');
        let lines = flags.contains('m');
        let invalid = |problem: &str| {
            // jsonata.js adds the flag g, and Node shows the flags.
            let flags = [("i", fold), ("m", lines)].map(|(flag, set)| if set { flag } else { "" }).concat();
            Fault::new("", format!("Invalid regular expression: /{source}/g{flags}: {problem}"))
        };
        if flags.chars().any(|flag| !matches!(flag, 'i' | 'm')) || flags.len() > 2 {
            return Err(Fault::new("", format!("Invalid flags supplied to RegExp constructor '{flags}g'")));
        }
        let tree = parse::parse(source, fold).map_err(invalid)?;
        Ok(Pattern { program: Arc::new(compile::compile(&tree, fold, lines)) })
    }

    /// The first match that starts at `start` (a byte of `text`) or behind it. Each
    /// step of the search takes one from `budget`.
    ///
    /// # Errors
    /// [`RegexLimit`] when `budget` would fall below zero; the same for a search
    /// whose stack outgrows 32 MiB.
    pub(crate) fn find_at(
        &self,
        text: &str,
        start: usize,
        budget: &mut u64,
    ) -> Result<Option<Match>, RegexLimit> {
        if !text.is_char_boundary(start) {
            return Ok(None);
        }
        run::find(&self.program, text, start, budget)
    }
}

/// The replacement text of `$replace` for one match: `$0` is the match, `$1` to
/// `$9`, `$10` … are groups (nothing, for one without a part in it), `$$` is a
/// dollar sign, and any other `$` is itself. Appends to `out`.
///
/// # Errors
/// [`TextError::TooLong`] when `out` would grow beyond `max` bytes.
pub(crate) fn expand(
    template: &str,
    matched: &str,
    groups: &[Option<&str>],
    out: &mut String,
    max: usize,
) -> Result<(), TextError> {
    let mut push = |piece: &str| {
        if out.len().saturating_add(piece.len()) > max {
            return Err(TextError::TooLong);
        }
        out.push_str(piece);
        Ok(())
    };
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        push(before)?;
        rest = if let Some(after) = after.strip_prefix('$') {
            push("$")?;
            after
        } else if let Some(after) = after.strip_prefix('0') {
            push(matched)?;
            after
        } else if let Some((group, after)) = group_reference(after, groups.len()) {
            push(group.and_then(|index| *groups.get(index)?).unwrap_or_default())?;
            after
        } else {
            push("$")?;
            after
        };
    }
    push(rest)
}

/// The group that the digits at the start name, counted from 0, and the text
/// behind them. As many digits count as the number of groups has, or one less
/// when they would name a group that is not there.
fn group_reference(text: &str, groups: usize) -> Option<(Option<usize>, &str)> {
    let digits_max = groups.checked_ilog10().unwrap_or(0) as usize + 1;
    let read = |count: usize| {
        let end = text.char_indices().nth(count).map_or(text.len(), |(end, _)| end);
        number::parse_int(&text[..end])
    };
    let mut index = read(digits_max);
    if digits_max > 1 && index > groups as f64 {
        index = read(digits_max - 1);
    }
    if index.is_nan() {
        return None;
    }
    // jsonata.js goes on behind as many characters as the number has when written.
    let length = number::js_text(index).len();
    let after = text.char_indices().nth(length).map_or("", |(start, _)| &text[start..]);
    let group = if index >= 1.0 { Some(index as usize - 1) } else { None };
    Some((group, after))
}
