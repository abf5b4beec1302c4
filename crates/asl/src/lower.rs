//! Checked states → program. Called when no error is left; it only puts the
//! pieces together, because names were resolved and paths compiled where they
//! were checked.

use crate::check::Checked;
use crate::program::{Program, Scope};

/// The program; `None` when a piece is missing, which an error has explained.
pub(crate) fn lower(checked: Checked) -> Option<Program> {
    let states = checked.states.into_iter().collect::<Option<Vec<_>>>()?;
    let scope = |(start_at, parent): (Option<_>, _)| Some(Scope { start_at: start_at?, parent });
    let scopes = checked.scopes.into_iter().map(scope).collect::<Option<Vec<_>>>()?;
    (!scopes.is_empty()).then_some(Program {
        timeout_seconds: checked.timeout_seconds,
        states,
        scopes,
        variables: checked.variables,
    })
}
