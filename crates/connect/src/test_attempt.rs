//! Attempts for the unit tests of this crate.

use stateline_asl::TaskResource;
use stateline_base::Payload;
use stateline_runtime::{Attempt, Caller};

/// An attempt at `resource` with the JSON text `input`.
pub(crate) fn attempt(resource: &str, input: &str) -> Attempt {
    Attempt {
        execution_arn: "arn:aws:states:us-east-1:000000000000:execution:m:e".into(),
        state: "Call".into(),
        request_id: "00000000-0000-4000-8000-00000000abcd".into(),
        resource: TaskResource::parse(resource).expect("a resource"),
        input: Payload::parse(input).expect("JSON"),
        deadline: None,
        region: "us-east-1".into(),
        account: "000000000000".into(),
        caller: Caller::default(),
        repeated: false,
        mock: None,
    }
}
