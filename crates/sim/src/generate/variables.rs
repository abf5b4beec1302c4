//! Variables: a scope that has one gives it a value in its first state; later
//! states change it, and states within it read it.

use super::{Author, States, set};
use serde_json::{Value, json};

impl Author<'_> {
    /// The variable of a new scope, sometimes; while the scope is written, its states may use it.
    /// Gives what [`Author::close_variable`] needs.
    pub(super) fn open_variable(&mut self) -> Option<String> {
        let variable = self.dice.once_in(3).then(|| {
            self.named += 1;
            format!("v{}", self.named)
        });
        self.variables.extend(variable.clone());
        std::mem::replace(&mut self.own, variable)
    }

    /// Gives a scope's variable its first value, before anything else. Gives the state to begin with.
    pub(super) fn close_variable(
        &mut self,
        states: &mut States,
        outer: Option<String>,
        start: Option<String>,
    ) -> Option<String> {
        let Some(variable) = std::mem::replace(&mut self.own, outer) else { return start };
        self.variables.retain(|other| *other != variable);
        let name = self.name("Let");
        let assign = json!({format!("{variable}.$"): "$.n"});
        let state = json!({"Type": "Pass", "Assign": assign});
        states.insert(name.clone(), super::then(state, start.as_deref()));
        Some(name)
    }

    /// One more for the variable of this scope, in a state, a Choice rule or a catcher, sometimes.
    pub(super) fn count_up(&mut self, site: &mut Value) {
        let Some(variable) = self.own.clone() else { return };
        if self.dice.once_in(3) {
            let one_more = format!("States.MathAdd(${variable}, 1)");
            set(site, "Assign", json!({format!("{variable}.$"): one_more}));
        }
    }

    /// The value of some variable as a part of a request, sometimes.
    pub(super) fn tell_variable(&mut self, request: &mut Value) {
        if self.variables.is_empty() || !self.dice.once_in(2) {
            return;
        }
        let variable = self.dice.pick(&self.variables).clone();
        set(request, "v.$", json!(format!("${variable}")));
    }
}
