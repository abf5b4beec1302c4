//! The way from the root to the node being looked at, for error messages.
//!
//! A list on the stack, so that walking a document allocates nothing for it.

use std::fmt;

/// One step of the way.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    Root(char),
    Name(&'a str),
    Index(i64),
}

/// A place and the way to it.
#[derive(Clone, Copy)]
pub(super) struct Trail<'a> {
    before: Option<&'a Trail<'a>>,
    place: Place<'a>,
}

impl<'a> Trail<'a> {
    pub(super) fn root(root: char) -> Self {
        Self { before: None, place: Place::Root(root) }
    }

    pub(super) fn then<'b>(&'b self, place: Place<'b>) -> Trail<'b>
    where
        'a: 'b,
    {
        Trail { before: Some(self), place }
    }
}

impl fmt::Display for Trail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut places = vec![self.place];
        let mut trail = self;
        while let Some(before) = trail.before {
            places.push(before.place);
            trail = before;
        }
        places.iter().rev().try_for_each(|place| match place {
            Place::Root(root) => write!(f, "{root}"),
            Place::Name(name) => write!(f, "['{name}']"),
            Place::Index(index) => write!(f, "[{index}]"),
        })
    }
}
