//! The state that is tested: found in the definition, and whether it can be tested as asked.

use super::{Kind, Pattern, Program, StateIndex, TaskResource, refused};
use crate::aws::constrain::text;
use crate::aws::error::ApiError;
use crate::shapes;
use stateline_asl::program::{Map, ScopeIndex};
use stateline_asl::{Compilation, MachineKind, aws_text, compile, compile_state};

/// A state of a program.
pub(super) struct Subject {
    pub(super) program: Program,
    pub(super) state: StateIndex,
}

impl Subject {
    /// A definition is a state, or with `stateName` a machine with that state anywhere in it.
    pub(super) fn of(request: &shapes::TestState<'_>) -> Result<Self, ApiError> {
        let definition = text(request.definition.as_ref());
        let Some(name) = &request.state_name else {
            let program = checked(compile_state(definition))?;
            let state = program.scope(program.root()).start_at;
            return Ok(Subject { program, state });
        };
        let program = checked(compile(definition, MachineKind::Standard))?;
        let state = program.find(name).ok_or_else(|| refused("State not found in definition"))?;
        Ok(Subject { program, state })
    }

    pub(super) fn kind(&self) -> &Kind {
        &self.program.state(self.state).kind
    }

    /// What a Task calls.
    pub(super) fn resource(&self) -> Option<&TaskResource> {
        match self.kind() {
            Kind::Task(task) => Some(&task.resource),
            _ => None,
        }
    }

    /// The Map that the state is, if it is one.
    pub(super) fn map(&self) -> Option<&Map> {
        match self.kind() {
            Kind::Map(map) => Some(map),
            _ => None,
        }
    }

    /// Whether the state stands in a Map's processor, however deep.
    pub(super) fn is_in_map(&self) -> bool {
        self.parents().any(|parent| matches!(self.program.state(parent).kind, Kind::Map(_)))
    }

    /// Whether a state of that name stands in this one.
    pub(super) fn has_within(&self, name: &str) -> bool {
        let Some(inner) = self.program.find(name) else { return false };
        self.parents_of(inner).any(|parent| parent == self.state)
    }

    fn parents(&self) -> impl Iterator<Item = StateIndex> {
        self.parents_of(self.state)
    }

    /// The Parallel and Map states around a state, the nearest first.
    fn parents_of(&self, state: StateIndex) -> impl Iterator<Item = StateIndex> {
        let parent = |state: &StateIndex| {
            let scope: ScopeIndex = self.program.state(*state).scope;
            self.program.scope(scope).parent
        };
        std::iter::successors(Some(state), parent).skip(1)
    }

    /// Refuses what only a mock can stand for, and a Task that nobody has the right to run.
    pub(super) fn check_runs(&self, is_mocked: bool, has_role: bool) -> Result<(), ApiError> {
        if is_mocked {
            return Ok(());
        }
        match (self.kind(), self.resource()) {
            (Kind::Map(_) | Kind::Parallel(_), _) => Err(ApiError::InvalidDefinition(NO_MAP.to_owned())),
            (_, None) => Ok(()),
            (_, Some(TaskResource::Activity { .. })) => Err(needs_mock("Activity tasks")),
            (_, Some(TaskResource::Integration { pattern: Pattern::Sync | Pattern::Sync2, .. })) => {
                Err(needs_mock("the .sync service integration pattern"))
            }
            (_, Some(TaskResource::Integration { pattern: Pattern::WaitForTaskToken, .. })) => {
                Err(needs_mock("the .waitForTaskToken service integration pattern"))
            }
            (_, Some(_)) if !has_role => Err(refused("RoleArn must be specified when testing a Task state")),
            (_, Some(_)) => Ok(()),
        }
    }
}

const NO_MAP: &str = "TestState API does not support Map or Parallel states. \
                      Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]";

fn needs_mock(what: &str) -> ApiError {
    ApiError::InvalidDefinition(format!("TestState API does not support {what} unless a mock is specified"))
}

fn checked(compilation: Compilation) -> Result<Program, ApiError> {
    let Compilation { program, diagnostics, .. } = compilation;
    program.ok_or_else(|| ApiError::InvalidDefinition(aws_text(&diagnostics)))
}
