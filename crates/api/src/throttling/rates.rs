//! AWS's published rates of each operation (reference 05, token buckets).

use super::bucket::Rate;

/// The name of the bucket of starts of Express machines; those of Standard ones have the operation's.
pub(super) const START_EXPRESS: &str = "StartExecutionExpress";

/// The regions with the larger quotas.
const LARGE: [&str; 3] = ["us-east-1", "us-west-2", "eu-west-1"];

/// Rates of one name: in the large regions, and in the others.
type Rates = Option<[Rate; 2]>;

const fn rates(large: (u32, u32), other: (u32, u32)) -> Rates {
    Some([Rate { bucket: large.0, per_second: large.1 }, Rate { bucket: other.0, per_second: other.1 }])
}

const fn same(bucket: u32, per_second: u32) -> Rates {
    rates((bucket, per_second), (bucket, per_second))
}

/// Every operation, and the starts of Express machines. `None` is an operation without a fixed rate.
const TABLE: [(&str, Rates); 38] = [
    ("CreateActivity", same(100, 1)),
    ("CreateStateMachine", same(100, 1)),
    ("CreateStateMachineAlias", same(100, 1)),
    ("DeleteActivity", same(100, 1)),
    ("DeleteStateMachine", same(100, 1)),
    ("DeleteStateMachineAlias", same(100, 1)),
    ("DeleteStateMachineVersion", same(100, 1)),
    ("DescribeActivity", same(200, 1)),
    ("DescribeExecution", rates((300, 15), (250, 10))),
    ("DescribeMapRun", same(200, 1)),
    ("DescribeStateMachine", same(200, 20)),
    ("DescribeStateMachineAlias", same(200, 1)),
    ("DescribeStateMachineForExecution", same(200, 1)),
    ("GetActivityTask", rates((3_000, 500), (1_500, 300))),
    ("GetExecutionHistory", same(400, 20)),
    ("ListActivities", rates((100, 10), (100, 5))),
    ("ListExecutions", rates((200, 5), (100, 2))),
    ("ListMapRuns", same(100, 1)),
    ("ListStateMachineAliases", same(100, 1)),
    ("ListStateMachineVersions", same(100, 1)),
    ("ListStateMachines", same(100, 5)),
    ("ListTagsForResource", same(100, 1)),
    ("PublishStateMachineVersion", same(100, 1)),
    ("RedriveExecution", rates((1_300, 300), (800, 150))),
    ("SendTaskFailure", rates((3_000, 500), (1_500, 300))),
    ("SendTaskHeartbeat", rates((3_000, 500), (1_500, 300))),
    ("SendTaskSuccess", rates((3_000, 500), (1_500, 300))),
    ("StartExecution", rates((1_300, 300), (800, 150))),
    (START_EXPRESS, same(6_000, 6_000)),
    ("StartSyncExecution", None),
    ("StopExecution", rates((1_000, 200), (500, 25))),
    ("TagResource", same(200, 1)),
    ("TestState", same(50, 10)),
    ("UntagResource", same(200, 1)),
    ("UpdateMapRun", same(100, 1)),
    ("UpdateStateMachine", same(100, 1)),
    ("UpdateStateMachineAlias", same(100, 1)),
    ("ValidateStateMachineDefinition", same(100, 1)),
];

/// The name as the table spells it.
pub(super) fn known(name: &str) -> Option<&'static str> {
    TABLE.into_iter().find(|(known, _)| *known == name).map(|(known, _)| known)
}

/// AWS's rate of a name in a region.
pub(super) fn of_aws(name: &str, region: &str) -> Option<Rate> {
    let (_, rates) = TABLE.into_iter().find(|(known, _)| *known == name)?;
    let [large, other] = rates?;
    Some(if LARGE.contains(&region) { large } else { other })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_differ_where_aws_says_so() {
        let rate = |bucket, per_second| Some(Rate { bucket, per_second });
        assert_eq!(of_aws("StartExecution", "us-east-1"), rate(1_300, 300));
        assert_eq!(of_aws("StartExecution", "eu-central-1"), rate(800, 150));
        assert_eq!(of_aws(START_EXPRESS, "eu-central-1"), rate(6_000, 6_000));
        assert_eq!(of_aws("ListExecutions", "ap-southeast-2"), rate(100, 2));
        assert_eq!(of_aws("StartSyncExecution", "us-east-1"), None);
        assert_eq!(of_aws("Other", "us-east-1"), None);
        assert_eq!((known("TestState"), known("testState")), (Some("TestState"), None));
    }
}
