//! A compiled path: its steps, and the facts about them that evaluation needs.
//!
//! Built by `compile`, walked by `evaluate`. Its text form is Jayway's
//! normalised one, which error messages quote (`$['a'][0]..['b'][?]`).

use std::fmt;

use crate::filter::Condition;

/// One step of a path.
#[derive(Clone, Debug)]
pub(crate) enum Token {
    /// `.name`, `['name']`, `['a','b']`; the quote is kept for messages.
    Property { names: Vec<String>, quote: char },
    /// `[0]`, `[0,2]`; negative counts from the end.
    Index(Vec<i32>),
    /// `[1:3]`; at least one side is given, a step is read but ignored.
    Slice { from: Option<i32>, to: Option<i32> },
    /// `.*`, `[*]`.
    Wildcard,
    /// `..`.
    Scan,
    /// `[?(…)]`.
    Filter(Condition),
    /// `.length()`, `.concat(…)`.
    Function { name: String, parameters: Vec<Parameter>, written_empty: bool },
}

/// An argument of a function.
#[derive(Clone, Debug)]
pub(crate) enum Parameter {
    /// JSON text, parsed leniently when it is used.
    Json(String),
    /// A path over the whole document.
    Path(Steps),
}

/// A whole path.
#[derive(Clone, Debug)]
pub(crate) struct Steps {
    /// `$` or `@`.
    pub(crate) root: char,
    /// Starts at the document even inside a filter.
    pub(crate) from_document: bool,
    pub(crate) tokens: Vec<Token>,
    /// How many leading tokens each name one place.
    definite_prefix: usize,
    /// The tokens follow a scan that was moved into a function's argument.
    behind_scan: bool,
}

impl Steps {
    pub(crate) fn new(root: char, tokens: Vec<Token>) -> Self {
        let mut steps =
            Self { root, from_document: root == '$', tokens, definite_prefix: 0, behind_scan: false };
        steps.invert_scanned_function();
        steps.count_definite();
        steps
    }

    fn count_definite(&mut self) {
        self.definite_prefix =
            (0..self.tokens.len()).find(|&index| !self.is_definite_at(index)).unwrap_or(self.tokens.len());
    }

    /// `$..a.length()` means the length of what `$..a` finds, so the path up to
    /// its first function becomes that function's argument.
    fn invert_scanned_function(&mut self) {
        let ends_in_function = matches!(self.tokens.last(), Some(Token::Function { .. }));
        if !ends_in_function || !matches!(self.tokens.first(), Some(Token::Scan)) {
            return;
        }
        let Some(at) = self.tokens.iter().position(|t| matches!(t, Token::Function { .. })) else {
            return;
        };
        let rest = self.tokens.split_off(at);
        let scanned = std::mem::replace(&mut self.tokens, rest);
        let mut argument = Self::new(self.root, scanned);
        argument.from_document = true;
        if let Some(Token::Function { parameters, .. }) = self.tokens.first_mut() {
            *parameters = vec![Parameter::Path(argument)];
        }
        self.root = '$';
        self.behind_scan = true;
    }

    fn is_definite_at(&self, index: usize) -> bool {
        match self.tokens.get(index) {
            Some(Token::Property { names, .. }) => names.len() == 1 || self.is_leaf(index),
            Some(Token::Index(indexes)) => indexes.len() == 1,
            Some(Token::Function { .. }) => true,
            _ => false,
        }
    }

    /// Names at most one place, so that reading gives the value itself.
    pub(crate) fn is_definite(&self) -> bool {
        self.definite_prefix == self.tokens.len()
    }

    /// Every step before this one names at most one place.
    pub(crate) fn is_upstream_definite(&self, index: usize) -> bool {
        index <= self.definite_prefix && !self.behind_scan
    }

    pub(crate) fn is_leaf(&self, index: usize) -> bool {
        index + 1 >= self.tokens.len()
    }

    pub(crate) fn ends_in_function(&self) -> bool {
        matches!(self.tokens.last(), Some(Token::Function { .. }))
    }

    /// The keys of an object are a set in Jayway, which is no list.
    pub(crate) fn ends_in_keys(&self) -> bool {
        matches!(self.tokens.last(), Some(Token::Function { name, .. }) if name == "keys")
    }

    /// The text of the step before the last one.
    pub(crate) fn fragment_before_last(&self) -> String {
        match self.tokens.len().checked_sub(2).and_then(|index| self.tokens.get(index)) {
            Some(token) => token.to_string(),
            None => self.root.to_string(),
        }
    }

    /// The same path with a wildcard behind it.
    pub(crate) fn with_wildcard(&self) -> Self {
        let mut longer = self.clone();
        longer.tokens.push(Token::Wildcard);
        longer.count_definite();
        longer
    }

    /// The text from this step to the end.
    pub(crate) fn text_from(&self, index: usize) -> String {
        self.tokens.iter().skip(index).map(ToString::to_string).collect()
    }
}

impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.root)?;
        self.tokens.iter().try_for_each(|token| token.fmt(f))
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Property { names, quote } => {
                f.write_str("[")?;
                for (index, name) in names.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    write!(f, "{comma}{quote}{name}{quote}")?;
                }
                f.write_str("]")
            }
            Self::Index(indexes) => {
                let texts: Vec<String> = indexes.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", texts.join(","))
            }
            Self::Slice { from, to } => {
                let text = |side: &Option<i32>| side.map(|n| n.to_string()).unwrap_or_default();
                write!(f, "[{}:{}]", text(from), text(to))
            }
            Self::Wildcard => f.write_str("[*]"),
            Self::Scan => f.write_str(".."),
            Self::Filter(_) => f.write_str("[?]"),
            Self::Function { name, written_empty: true, .. } => write!(f, ".{name}()"),
            Self::Function { name, .. } => write!(f, ".{name}(...)"),
        }
    }
}
