//! Signatures of functions: `<s-n?:b>`.
//!
//! A signature says which types the arguments have, which may be left out, and for
//! which of those the context value steps in. [`crate::evaluate`] checks arguments
//! against it; the built-in functions have theirs in the same form.

use super::refuse;
use crate::error::{Problem, SyntaxError};

/// A set of types; `m` (missing) stands for undefined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Types(u16);

impl Types {
    const ALL: [char; 8] = ['s', 'n', 'b', 'l', 'o', 'a', 'f', 'm'];

    fn of(letters: &str) -> Types {
        let bit = |(index, letter): (usize, &char)| if letters.contains(*letter) { 1 << index } else { 0 };
        Types(Types::ALL.iter().enumerate().map(bit).sum())
    }

    pub(crate) fn has(self, letter: char) -> bool {
        Types::ALL.iter().position(|known| *known == letter).is_some_and(|index| self.0 >> index & 1 == 1)
    }
}

/// A parameter.
#[derive(Clone, Debug)]
pub(crate) struct Param {
    pub(crate) types: Types,
    /// An array: a single value is wrapped.
    pub(crate) is_array: bool,
    /// What the array's elements are, as written.
    pub(crate) subtype: Option<String>,
    pub(crate) optional: bool,
    /// One or more.
    pub(crate) many: bool,
    /// The fewest possible, instead of the most (`n-?`).
    pub(crate) lazy: bool,
    /// The context value steps in if the argument is left out.
    pub(crate) context: bool,
}

/// The parameters of a function.
#[derive(Clone, Debug)]
pub(crate) struct Signature {
    pub(crate) params: Vec<Param>,
}

impl Signature {
    /// Reads a signature with its angle brackets. What it returns is not kept, since
    /// JSONata does not check it.
    ///
    /// # Errors
    /// `S0401`, `S0402`, both at `start`, which is where the signature stands in the text: `text`
    /// is put together from tokens, so that a place in it is none in the expression.
    pub(crate) fn parse(text: &str, start: usize) -> Result<Signature, SyntaxError> {
        let letters: Vec<char> = text.chars().collect();
        let mut params: Vec<Param> = Vec::new();
        let mut position = 1;
        while let Some(letter) = letters.get(position).copied().filter(|letter| *letter != ':') {
            match letter {
                's' | 'n' | 'b' | 'l' | 'o' => params.push(param(&format!("{letter}m"))),
                'a' => params.push(Param { is_array: true, ..param("asnblfom") }),
                'f' => params.push(param("f")),
                'j' => params.push(param("asnblom")),
                'x' => params.push(param("asnblfom")),
                '(' => {
                    let end = closing(&letters, position, '(', ')');
                    let choice: String = inner(&letters, position, end);
                    if choice.contains('<') {
                        return Err(refuse(&Problem::new("S0402"), start));
                    }
                    params.push(param(&format!("{choice}m")));
                    position = end;
                }
                '<' => {
                    let end = closing(&letters, position, '<', '>');
                    let last = params.last_mut().filter(|last| last.is_array || last.types == Types::of("f"));
                    let Some(last) = last else {
                        return Err(refuse(&Problem::new("S0401"), start));
                    };
                    last.subtype = Some(inner(&letters, position, end));
                    position = end;
                }
                _ => modify(params.last_mut(), letter),
            }
            position += 1;
        }
        Ok(Signature { params })
    }
}

fn param(letters: &str) -> Param {
    Param {
        types: Types::of(letters),
        is_array: false,
        subtype: None,
        optional: false,
        many: false,
        lazy: false,
        context: false,
    }
}

/// A second mark makes the first one modest, as in the regular expression that
/// jsonata.js makes of a signature.
fn modify(param: Option<&mut Param>, letter: char) {
    let Some(param) = param else { return };
    let marked = param.optional || param.many;
    match letter {
        '-' => {
            param.context = true;
            param.optional = true;
        }
        '?' => {
            param.lazy = marked;
            param.optional |= !marked;
        }
        '+' => param.many = true,
        _ => {}
    }
}

fn inner(letters: &[char], open: usize, close: usize) -> String {
    letters.get(open + 1..close.min(letters.len())).unwrap_or_default().iter().collect()
}

/// Where the bracket at `start` closes, or the end of the text.
fn closing(letters: &[char], start: usize, open: char, close: char) -> usize {
    let mut depth = 1;
    for (position, letter) in letters.iter().enumerate().skip(start + 1) {
        if *letter == close {
            depth -= 1;
            if depth == 0 {
                return position;
            }
        } else if *letter == open {
            depth += 1;
        }
    }
    letters.len()
}

#[cfg(test)]
mod tests {
    use crate::Expression;

    #[test]
    fn errors_stand_where_the_signature_does() {
        for (text, code) in [("λ($a)<λ(λ<s>)>{1}", "S0402"), ("λ($a)<λλλ<s>>{1}", "S0401")] {
            let error = Expression::parse(text).expect_err(text);
            assert_eq!((error.code, &text[error.offset..=error.offset]), (code, "<"), "{text}: {error}");
        }
    }
}
