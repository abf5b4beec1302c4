//! Values that the tests of several operations share.

use stateline_base::{ExecutionId, Payload, ShardId, Timestamp};
use stateline_journal::MachineKind;
use stateline_runtime::{Ending, ExecutionView, Lineage, Machine, MachineStatus, RedriveStatus};

const STARTED: Timestamp = Timestamp::from_millis(1_763_683_200_123);

/// A Standard execution that started at a fixed time and, unless it runs, ended half a second later.
pub(super) fn view(ending: Ending) -> ExecutionView {
    ExecutionView {
        id: ExecutionId::new(STARTED, ShardId::from_number(1), 1),
        arn: "arn:aws:states:us-east-1:000000000000:execution:m:e".into(),
        name: "e".into(),
        machine_arn: "arn:aws:states:us-east-1:000000000000:stateMachine:m".into(),
        version_arn: None,
        alias_arn: None,
        kind: MachineKind::Standard,
        started: STARTED,
        stopped: (ending != Ending::Running).then(|| STARTED.plus_millis(500)),
        input: Payload::parse(r#"{ "a" : 1 }"#).expect("JSON"),
        trace_header: None,
        ending,
        map_run_arn: None,
        redrives: 0,
        redriven_at: None,
        redrive_status: RedriveStatus::Redrivable,
        pending_redrive: false,
    }
}

/// A Standard machine created with nothing but what must be given.
pub(super) fn machine() -> Machine {
    Machine {
        arn: "arn:aws:states:us-east-1:000000000000:stateMachine:m".into(),
        name: "m".into(),
        definition: r#"{"StartAt": "S"}"#.into(),
        role_arn: "arn:aws:iam::000000000000:role/r".into(),
        kind: MachineKind::Standard,
        created: STARTED,
        status: MachineStatus::Active,
        logging: None,
        tracing_enabled: false,
        encryption: None,
        tags: Vec::new(),
        lineage: Lineage::default(),
    }
}
