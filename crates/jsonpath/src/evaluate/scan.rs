//! The scan step, `..`: tries the next step on every object and array below.
//!
//! Arrays have a quirk. Where the step after the scan is not the last one, it is
//! only asked whether it fits the array, and the step after it is applied to
//! every element; a name at the end of the path then keeps the elements whose
//! index is the one written in front of it. That is what makes `$..x[0].k` right
//! and `$..*.k` nearly empty. Called by `Walk`.

use serde_json::Value;

use super::trail::{Place, Trail};
use super::{Found, Node, Walk};
use crate::fault::Fault;
use crate::token::Token;

impl Walk<'_> {
    pub(super) fn scan<'x>(
        &self,
        at: usize,
        node: Node<'x>,
        trail: &Trail<'_>,
        found: &mut Found<'x>,
    ) -> Result<(), Fault> {
        if self.steps.is_leaf(at) {
            return Err(Fault::other("Current path token is a leaf"));
        }
        if node.is_set {
            return Ok(());
        }
        self.scan_below(at + 1, node.value, trail, found)
    }

    fn scan_below<'x>(
        &self,
        target: usize,
        value: &'x Value,
        trail: &Trail<'_>,
        found: &mut Found<'x>,
    ) -> Result<(), Fault> {
        self.meter.deeper(|| match value {
            Value::Object(members) => {
                if self.fits(target, value)? {
                    self.step(target, Node::of(value), trail, found)?;
                }
                members.iter().try_for_each(|(name, member)| {
                    self.scan_below(target, member, &trail.then(Place::Name(name)), found)
                })
            }
            Value::Array(items) => {
                if self.fits(target, value)? {
                    self.scan_array(target, value, items, trail, found)?;
                }
                (0_i64..).zip(items).try_for_each(|(index, item)| {
                    self.scan_below(target, item, &trail.then(Place::Index(index)), found)
                })
            }
            _ => Ok(()),
        })
    }

    fn scan_array<'x>(
        &self,
        target: usize,
        value: &'x Value,
        items: &'x [Value],
        trail: &Trail<'_>,
        found: &mut Found<'x>,
    ) -> Result<(), Fault> {
        if self.steps.is_leaf(target) {
            return self.step(target, Node::of(value), trail, found);
        }
        (0_i64..).zip(items).enumerate().try_for_each(|(position, (index, item))| {
            self.hand_over(target + 1, position);
            self.step(target + 1, Node::of(item), &trail.then(Place::Index(index)), found)
        })
    }

    /// Notes for the token at `at` which element of an array it works on. The
    /// note stays for the rest of the walk, as it does in Jayway.
    fn hand_over(&self, at: usize, position: usize) {
        let mut scanned = self.scanned.borrow_mut();
        if scanned.len() <= at {
            scanned.resize(at + 1, None);
        }
        if let Some(slot) = scanned.get_mut(at) {
            *slot = Some(position);
        }
    }

    /// Whether a name at the end of the path may keep what it found.
    pub(super) fn accepts_scanned(&self, at: usize) -> bool {
        let noted = self.scanned.borrow().get(at).copied().flatten();
        noted.is_none_or(|position| {
            let wanted = format!("[{position}]");
            match &self.before_last {
                Some(text) => *text == wanted,
                None => self.steps.fragment_before_last() == wanted,
            }
        })
    }

    /// Whether the step after the scan is worth trying on this container.
    fn fits(&self, target: usize, value: &Value) -> Result<bool, Fault> {
        match self.steps.tokens.get(target) {
            Some(Token::Property { names, .. }) => {
                let Some(members) = value.as_object() else { return Ok(false) };
                let single = names.len() == 1 || self.steps.is_leaf(target);
                Ok(!single || names.iter().all(|name| members.contains_key(name)))
            }
            Some(Token::Index(_) | Token::Slice { .. }) => Ok(value.is_array()),
            Some(Token::Wildcard) => Ok(true),
            Some(Token::Filter(_)) => self.accepts(target, value),
            _ => Ok(false),
        }
    }
}
