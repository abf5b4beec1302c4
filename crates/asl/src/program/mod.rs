//! What a definition becomes once no error is left: an indexed, checked,
//! immutable program. The engine walks it; nothing in it is text to be parsed
//! again. Every name has been resolved to an index, every path and intrinsic
//! is compiled, every default is filled in.

mod choice;
mod data_flow;
mod distributed;
mod retry;
mod states;

pub use choice::{Choice, ChoiceRule, Comparison, Condition, Operand, Operator, Relation, TypeTest};
pub use data_flow::{Jsonata, QueryLanguage, ResultPath, Selector, Template};
pub use distributed::{
    Distributed, ItemBatcher, ItemReader, OutputType, Percentage, ResultWriter, Transformation,
};
pub use retry::{Catcher, Jitter, Retrier};
pub use states::{Fail, FailText, Kind, Map, Number, Parallel, Pass, Task, Wait, WaitUntil};

use std::sync::Arc;

/// Index of a state within [`Program::states`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateIndex(pub u32);

/// Index of a `States` object within [`Program::scopes`]; 0 is the top level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeIndex(pub u32);

/// A checked definition.
#[derive(Clone, Debug)]
pub struct Program {
    /// `TimeoutSeconds` of the machine.
    pub timeout_seconds: Option<u64>,
    /// Every state of every `States` object, in the order of the text.
    pub states: Vec<State>,
    /// Every `States` object: the top level first, then branches and item processors.
    pub scopes: Vec<Scope>,
    /// The variables that states read, in the order of the states; each list in the
    /// order of the alphabet and without repetition. States that read none are left out.
    pub(crate) variables: Vec<(StateIndex, Vec<Arc<str>>)>,
}

/// One `States` object: the top level, a branch, or an item processor.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The state named by `StartAt`.
    pub start_at: StateIndex,
    /// The Parallel or Map state this belongs to; `None` for the top level.
    pub parent: Option<StateIndex>,
}

/// One state.
#[derive(Clone, Debug)]
pub struct State {
    /// As written, 1 to 80 characters, unique in the whole definition.
    pub name: Arc<str>,
    /// The `States` object it stands in.
    pub scope: ScopeIndex,
    /// The state's own `QueryLanguage`, or the machine's.
    pub language: QueryLanguage,
    /// `InputPath`; the whole input in a JSONata state.
    pub input_path: Selector,
    /// `OutputPath`; the whole output in a JSONata state.
    pub output_path: Selector,
    /// `Output` (JSONata). Absent: the result of Task, Parallel and Map, the input of all others.
    pub output: Option<Template>,
    /// `Assign`: an object of variables' names and values.
    pub assign: Option<Template>,
    /// What kind of state it is, with the fields of that kind.
    pub kind: Kind,
}

/// Where an execution goes after a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition {
    /// `Next`.
    Next(StateIndex),
    /// `End: true`.
    End,
}

impl Program {
    /// The top-level `States` object.
    #[must_use]
    pub fn root(&self) -> ScopeIndex {
        ScopeIndex(0)
    }

    /// The state at an index.
    ///
    /// # Panics
    /// When the index is not of this program.
    #[must_use]
    pub fn state(&self, index: StateIndex) -> &State {
        &self.states[index.0 as usize]
    }

    /// The `States` object at an index.
    ///
    /// # Panics
    /// When the index is not of this program.
    #[must_use]
    pub fn scope(&self, index: ScopeIndex) -> &Scope {
        &self.scopes[index.0 as usize]
    }

    /// The variables that states read: names of states and of variables. What
    /// DescribeStateMachine shows as `variableReferences`.
    pub fn variable_references(&self) -> impl Iterator<Item = (&str, &[Arc<str>])> {
        self.variables.iter().map(|(state, names)| (&*self.state(*state).name, &**names))
    }

    /// Finds a state by its name, which is unique in the whole definition.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<StateIndex> {
        let at = self.states.iter().position(|state| &*state.name == name)?;
        u32::try_from(at).ok().map(StateIndex)
    }
}
