//! The nodes that are evaluated.

use super::{Signature, Sym};
use crate::text::regex::Pattern;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A part of an expression. Attributes that few nodes have are in [`Extra`].
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// In bytes of the text.
    pub(crate) offset: usize,
    /// `x[]`: a result of one element stays an array.
    pub(crate) keep_array: bool,
    /// A path one of whose steps is marked so.
    pub(crate) keep_singleton: bool,
    /// An array constructor at an end of a path, whose array stays whole.
    pub(crate) constructs: bool,
    /// A step that makes tuples, because of `@`, `#` or `%`.
    pub(crate) tuple: bool,
    pub(crate) extra: Option<Box<Extra>>,
}

#[derive(Debug, Default)]
pub(crate) struct Extra {
    /// Filters of what is no step of a path.
    pub(crate) predicates: Vec<Stage>,
    /// Filters and positions of a step.
    pub(crate) stages: Vec<Stage>,
    pub(crate) group: Option<Group>,
    /// `@$name`
    pub(crate) focus: Option<Sym>,
    /// `#$name`
    pub(crate) index: Option<Sym>,
    /// Under which name a `%` further on finds the parent of this step's values.
    pub(crate) ancestor: Option<Label>,
    /// While parsing: the `%` in here whose step is not found yet.
    pub(crate) seeking: Vec<usize>,
}

#[derive(Debug)]
pub(crate) enum Stage {
    Filter(Node),
    Index(Sym),
}

/// `{key: value, …}`
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) pairs: Vec<(Node, Node)>,
}

/// A name that is settled while the text is parsed: two `%` may turn out to be one.
#[derive(Clone, Debug)]
pub(crate) struct Label(Arc<AtomicU32>);

impl Label {
    pub(crate) fn new(sym: Sym) -> Label {
        Label(Arc::new(AtomicU32::new(sym.number())))
    }

    pub(crate) fn sym(&self) -> Sym {
        Sym::from_index(self.0.load(Ordering::Relaxed))
    }

    pub(crate) fn become_same(&self, other: &Label) {
        self.0.store(other.0.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Equal,
    Unequal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Concatenate,
    Range,
    In,
    And,
    Or,
}

impl Operator {
    const TEXTS: [(&'static str, Operator); 16] = [
        ("+", Operator::Add),
        ("-", Operator::Subtract),
        ("*", Operator::Multiply),
        ("/", Operator::Divide),
        ("%", Operator::Remainder),
        ("=", Operator::Equal),
        ("!=", Operator::Unequal),
        ("<", Operator::Less),
        ("<=", Operator::LessEqual),
        (">", Operator::Greater),
        (">=", Operator::GreaterEqual),
        ("&", Operator::Concatenate),
        ("..", Operator::Range),
        ("in", Operator::In),
        ("and", Operator::And),
        ("or", Operator::Or),
    ];

    pub(crate) fn from_text(text: &str) -> Option<Operator> {
        Operator::TEXTS.iter().find(|(known, _)| *known == text).map(|(_, operator)| *operator)
    }

    pub(crate) fn text(self) -> &'static str {
        Operator::TEXTS.iter().find(|(_, known)| *known == self).map(|(text, _)| *text).unwrap_or_default()
    }
}

#[derive(Debug)]
pub(crate) struct SortTerm {
    pub(crate) descending: bool,
    pub(crate) value: Node,
}

/// What a node is.
#[derive(Debug)]
pub(crate) enum Kind {
    Path(Vec<Node>),
    /// A step of a path by the name of a member.
    Name(Arc<str>),
    Text(Arc<str>),
    Number(f64),
    Bool(bool),
    Null,
    Regex(Pattern),
    /// `*`
    Wildcard,
    /// `**`
    Descendants,
    /// `%`
    Parent {
        slot: usize,
        label: Label,
    },
    /// `$`
    Context,
    Variable(Sym),
    Binary {
        operator: Operator,
        left: Box<Node>,
        right: Box<Node>,
    },
    Negate(Box<Node>),
    Array(Vec<Node>),
    Object(Group),
    Condition {
        condition: Box<Node>,
        then: Box<Node>,
        otherwise: Option<Box<Node>>,
    },
    Block {
        nodes: Vec<Node>,
        /// Whether something is bound directly in the block, which then needs a
        /// frame of its own.
        binds: bool,
    },
    Bind {
        sym: Sym,
        value: Box<Node>,
    },
    Call {
        procedure: Box<Node>,
        arguments: Vec<Node>,
        name: Option<CallName>,
    },
    /// A call with `?` for some of its arguments, which are `None`.
    Partial {
        procedure: Box<Node>,
        arguments: Vec<Option<Node>>,
        name: Option<CallName>,
    },
    Lambda(Lambda),
    /// `~>`
    Apply {
        left: Box<Node>,
        right: Box<Node>,
    },
    Transform(Transform),
    Sort(Vec<SortTerm>),
}

/// `function($a, $b)<signature>{ body }`
#[derive(Debug)]
pub(crate) struct Lambda {
    pub(crate) params: Vec<Sym>,
    pub(crate) signature: Option<Signature>,
    pub(crate) body: Box<Node>,
}

/// `|pattern|update, delete|`
#[derive(Debug)]
pub(crate) struct Transform {
    pub(crate) pattern: Box<Node>,
    pub(crate) update: Box<Node>,
    pub(crate) delete: Option<Box<Node>>,
}

/// How a call names its function, for messages.
#[derive(Clone, Debug)]
pub(crate) struct CallName {
    pub(crate) text: Arc<str>,
    /// Given if the function is named as a field, by which a forgotten `$` shows.
    pub(crate) as_field: Option<Sym>,
}

impl Node {
    pub(crate) fn new(kind: Kind, offset: usize) -> Node {
        Node {
            kind,
            offset,
            keep_array: false,
            keep_singleton: false,
            constructs: false,
            tuple: false,
            extra: None,
        }
    }

    pub(crate) fn extra_mut(&mut self) -> &mut Extra {
        self.extra.get_or_insert_default()
    }

    pub(crate) fn stages(&self) -> &[Stage] {
        self.extra.as_deref().map(|extra| &*extra.stages).unwrap_or_default()
    }

    pub(crate) fn predicates(&self) -> &[Stage] {
        self.extra.as_deref().map(|extra| &*extra.predicates).unwrap_or_default()
    }

    pub(crate) fn group(&self) -> Option<&Group> {
        self.extra.as_deref()?.group.as_ref()
    }

    pub(crate) fn focus(&self) -> Option<Sym> {
        self.extra.as_deref()?.focus
    }

    pub(crate) fn index(&self) -> Option<Sym> {
        self.extra.as_deref()?.index
    }

    pub(crate) fn ancestor(&self) -> Option<Sym> {
        self.extra.as_deref()?.ancestor.as_ref().map(Label::sym)
    }

    pub(crate) fn seeking(&self) -> &[usize] {
        self.extra.as_deref().map(|extra| &*extra.seeking).unwrap_or_default()
    }
}
