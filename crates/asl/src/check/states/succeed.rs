//! Succeed (reference 01, section 5.5): no field of its own.

use crate::check::{Checker, Ending, Site};
use crate::program::Kind;

pub(super) fn check(c: &mut Checker<'_>, site: &Site<'_>) -> Kind {
    c.ending(site.index, Ending::Ends);
    Kind::Succeed
}
