//! The names of a program's states, as the projection to public history asks for them.

use stateline_asl::program::{Kind, StateIndex};
use stateline_asl::{Program, TaskResource};
use stateline_base::Arn;
use stateline_journal::{Names, StateType, TaskKind, TaskLabel};
use std::sync::Arc;

/// A program and the region its machine lives in.
pub struct ProgramNames<'a> {
    program: &'a Program,
    region: Arc<str>,
}

impl<'a> ProgramNames<'a> {
    /// Names for the executions of one machine.
    #[must_use]
    pub fn new(program: &'a Program, machine_arn: &str) -> Self {
        let region = Arn::parse(machine_arn).map_or("", |arn| arn.region);
        ProgramNames { program, region: region.into() }
    }
}

impl Names for ProgramNames<'_> {
    fn state_name(&self, state: u32) -> Arc<str> {
        self.program.state(StateIndex(state)).name.clone()
    }

    fn state_type(&self, state: u32) -> StateType {
        match &self.program.state(StateIndex(state)).kind {
            Kind::Pass(_) => StateType::Pass,
            Kind::Task(_) => StateType::Task,
            Kind::Choice(_) => StateType::Choice,
            Kind::Wait(_) => StateType::Wait,
            Kind::Succeed => StateType::Succeed,
            Kind::Fail(_) => StateType::Fail,
            Kind::Parallel(_) => StateType::Parallel,
            Kind::Map(_) => StateType::Map,
        }
    }

    fn task_kind(&self, state: u32) -> TaskKind {
        let Kind::Task(task) = &self.program.state(StateIndex(state)).kind else {
            unreachable!("task events belong to Task states, which the lifecycle holds them to")
        };
        match &task.resource {
            TaskResource::Function { arn } => TaskKind::Function { resource: arn.clone() },
            TaskResource::Activity { arn } => TaskKind::Activity { resource: arn.clone() },
            TaskResource::Integration { service, action, .. } => {
                TaskKind::Service(TaskLabel { resource_type: service.clone(), resource: action.clone() })
            }
        }
    }

    fn region(&self) -> Arc<str> {
        self.region.clone()
    }
}
