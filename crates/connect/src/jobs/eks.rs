//! EKS: clusters, node groups and Fargate profiles, made and deleted. The task's output is what the
//! describing operation answers. What is being made is deleted when nobody waits for it any more, as
//! the permissions that AWS asks for tell; what is being deleted is deleted all the same.

use super::job::{Again, Call, Job, Missing, Work, as_answered, as_given, by_state, filled, never};
use serde_json::{Value, json};

/// States of parts that will not come up any more.
const BROKEN: [&str; 3] = ["CREATE_FAILED", "DELETE_FAILED", "DELETING"];

const CREATE_CLUSTER: Job = Job {
    service: "eks",
    action: "createCluster",
    model: "eks",
    operation: "createCluster",
    again: Again::Token("ClientRequestToken"),
    pause_max_s: 30,
    request: as_given,
    shown: as_answered,
    look: |work| cluster(work, "describeCluster"),
    read: |_, answer| by_state(answer, "/Cluster/Status", &["ACTIVE"], &["FAILED", "DELETING"]),
    missing: Missing::Fails,
    stop: |work| Vec::from_iter(cluster(work, "deleteCluster")),
};

const DELETE_CLUSTER: Job = Job {
    action: "deleteCluster",
    operation: "deleteCluster",
    again: Again::Once,
    shown: |request, answer| deleting(answer, "Cluster", &[("Name", request.get("Name"))]),
    read: |_, answer| by_state(answer, "/Cluster/Status", &[], &["FAILED"]),
    missing: Missing::Ends,
    stop: never,
    ..CREATE_CLUSTER
};

const CREATE_NODEGROUP: Job = Job {
    action: "createNodegroup",
    operation: "createNodegroup",
    look: |work| part(work, "describeNodegroup", "NodegroupName"),
    read: |_, answer| by_state(answer, "/Nodegroup/Status", &["ACTIVE"], &BROKEN),
    stop: |work| Vec::from_iter(part(work, "deleteNodegroup", "NodegroupName")),
    ..CREATE_CLUSTER
};

const DELETE_NODEGROUP: Job = Job {
    action: "deleteNodegroup",
    operation: "deleteNodegroup",
    shown: |request, answer| part_deleting(request, answer, "Nodegroup", "NodegroupName"),
    look: |work| part(work, "describeNodegroup", "NodegroupName"),
    read: |_, answer| by_state(answer, "/Nodegroup/Status", &[], &["DELETE_FAILED"]),
    ..DELETE_CLUSTER
};

const CREATE_PROFILE: Job = Job {
    action: "createFargateProfile",
    operation: "createFargateProfile",
    look: |work| part(work, "describeFargateProfile", "FargateProfileName"),
    read: |_, answer| by_state(answer, "/FargateProfile/Status", &["ACTIVE"], &BROKEN),
    stop: |work| Vec::from_iter(part(work, "deleteFargateProfile", "FargateProfileName")),
    ..CREATE_CLUSTER
};

const DELETE_PROFILE: Job = Job {
    action: "deleteFargateProfile",
    operation: "deleteFargateProfile",
    shown: |request, answer| part_deleting(request, answer, "FargateProfile", "FargateProfileName"),
    look: |work| part(work, "describeFargateProfile", "FargateProfileName"),
    read: |_, answer| by_state(answer, "/FargateProfile/Status", &[], &["DELETE_FAILED"]),
    ..DELETE_CLUSTER
};

pub(super) const JOBS: &[Job] =
    &[CREATE_CLUSTER, DELETE_CLUSTER, CREATE_NODEGROUP, DELETE_NODEGROUP, CREATE_PROFILE, DELETE_PROFILE];

fn cluster(work: &Work<'_>, operation: &'static str) -> Option<Call> {
    Call::new(operation, json!({"Name": work.asked("/Name")?}))
}

/// A question about a part of a cluster, by its name.
fn part(work: &Work<'_>, operation: &'static str, name: &str) -> Option<Call> {
    let cluster = work.asked("/ClusterName")?;
    Call::new(operation, json!({"ClusterName": cluster, name: work.asked(&format!("/{name}"))?}))
}

/// The answer to a deletion. One that is made again after a crash may find nothing any more, and then
/// the names are all there is to tell.
fn deleting(answer: Value, member: &str, names: &[(&str, Option<&Value>)]) -> Value {
    let mut description = json!({"Status": "DELETING"});
    for (name, value) in names {
        description[*name] = json!(value);
    }
    filled(answer, member, description)
}

fn part_deleting(request: &Value, answer: Value, member: &str, name: &str) -> Value {
    deleting(answer, member, &[("ClusterName", request.get("ClusterName")), (name, request.get(name))])
}

#[cfg(test)]
mod tests {
    use super::super::fake::{Fake, check, check_again, check_stop};
    use expect_test::expect;
    use serde_json::{Value, json};

    const PART: &str = r#"{"ClusterName":"c","NodegroupName":"n","FargateProfileName":"f"}"#;

    fn cluster(status: &str) -> Value {
        json!({"Cluster": {"Name": "c", "Status": status}})
    }

    #[test]
    fn a_cluster_is_made() {
        let fake = |end| {
            let fake = Fake::new().on("createCluster", cluster("CREATING"));
            fake.on("describeCluster", cluster("CREATING")).on("describeCluster", cluster(end))
        };
        let (resource, input) = ("eks:createCluster.sync", r#"{"Name":"c"}"#);
        check(
            resource,
            input,
            fake("ACTIVE"),
            &expect![[r#"
            eks:createCluster {"Name":"c","ClientRequestToken":"00000000-0000-4000-8000-00000000abcd"}
            gives {"Cluster":{"Name":"c","Status":"CREATING"}}
            eks:describeCluster {"Name":"c"}
            eks:describeCluster {"Name":"c"}
            after 1 s gives {"Cluster":{"Name":"c","Status":"ACTIVE"}}
        "#]],
        );
        check(
            resource,
            input,
            fake("FAILED"),
            &expect![[r#"
            eks:createCluster {"Name":"c","ClientRequestToken":"00000000-0000-4000-8000-00000000abcd"}
            gives {"Cluster":{"Name":"c","Status":"CREATING"}}
            eks:describeCluster {"Name":"c"}
            eks:describeCluster {"Name":"c"}
            after 1 s fails with States.TaskFailed: {"Cluster":{"Name":"c","Status":"FAILED"}}
        "#]],
        );
        check_stop(
            resource,
            input,
            fake("ACTIVE").on("deleteCluster", json!({})),
            &expect![[r#"
            eks:createCluster {"Name":"c","ClientRequestToken":"00000000-0000-4000-8000-00000000abcd"}
            eks:deleteCluster {"Name":"c"}
        "#]],
        );
    }

    #[test]
    fn a_cluster_is_deleted_when_it_is_not_known_any_more() {
        let gone = Fake::new()
            .on("deleteCluster", cluster("DELETING"))
            .on("describeCluster", cluster("DELETING"))
            .refuse("describeCluster", 404, "ResourceNotFoundException");
        let (resource, input) = ("eks:deleteCluster.sync", r#"{"Name":"c"}"#);
        check(
            resource,
            input,
            gone,
            &expect![[r#"
            eks:deleteCluster {"Name":"c"}
            gives {"Cluster":{"Name":"c","Status":"DELETING"}}
            eks:describeCluster {"Name":"c"}
            eks:describeCluster {"Name":"c"}
            after 1 s gives {"Cluster":{"Name":"c","Status":"DELETING"}}
        "#]],
        );
        let fake = Fake::new().refuse("deleteCluster", 404, "ResourceNotFoundException");
        check(
            resource,
            input,
            fake,
            &expect![[r#"
            eks:deleteCluster {"Name":"c"}
            fails with Service.ResourceNotFoundException: refused (Status Code: 404)
        "#]],
        );
        let again = Fake::new().refuse("deleteCluster", 404, "ResourceNotFoundException").refuse(
            "describeCluster",
            404,
            "ResourceNotFoundException",
        );
        check_again(
            resource,
            input,
            again,
            &expect![[r#"
                eks:deleteCluster {"Name":"c"}
                eks:describeCluster {"Name":"c"}
                gives {"Cluster":{"Status":"DELETING","Name":"c"}}
                eks:describeCluster {"Name":"c"}
                after 0 s gives {"Cluster":{"Status":"DELETING","Name":"c"}}
            "#]],
        );
        check_stop(
            resource,
            input,
            Fake::new().on("deleteCluster", json!({})),
            &expect![[r#"
            eks:deleteCluster {"Name":"c"}
        "#]],
        );
    }

    #[test]
    fn a_deletion_that_goes_on_after_a_crash_is_this_one() {
        let busy = |status| {
            let fake = Fake::new().refuse("deleteCluster", 409, "ResourceInUseException");
            let fake = fake.on("describeCluster", cluster(status));
            fake.refuse("describeCluster", 404, "ResourceNotFoundException")
        };
        let (resource, input) = ("eks:deleteCluster.sync", r#"{"Name":"c"}"#);
        check_again(
            resource,
            input,
            busy("DELETING"),
            &expect![[r#"
            eks:deleteCluster {"Name":"c"}
            eks:describeCluster {"Name":"c"}
            gives {"Cluster":{"Status":"DELETING","Name":"c"}}
            eks:describeCluster {"Name":"c"}
            after 0 s gives {"Cluster":{"Status":"DELETING","Name":"c"}}
        "#]],
        );
        check_again(
            resource,
            input,
            busy("ACTIVE"),
            &expect![[r#"
            eks:deleteCluster {"Name":"c"}
            eks:describeCluster {"Name":"c"}
            fails with Service.ResourceInUseException: refused (Status Code: 409)
        "#]],
        );
        check(
            resource,
            input,
            busy("DELETING"),
            &expect![[r#"
            eks:deleteCluster {"Name":"c"}
            fails with Service.ResourceInUseException: refused (Status Code: 409)
        "#]],
        );
    }

    #[test]
    fn parts_of_a_cluster_are_made_and_deleted() {
        let group = |status| json!({"Nodegroup": {"NodegroupName": "n", "Status": status}});
        let profile = |status| json!({"FargateProfile": {"FargateProfileName": "f", "Status": status}});
        let fake =
            Fake::new().on("createNodegroup", group("CREATING")).on("describeNodegroup", group("ACTIVE"));
        check(
            "eks:createNodegroup.sync",
            PART,
            fake,
            &expect![[r#"
            eks:createNodegroup {"ClusterName":"c","NodegroupName":"n","FargateProfileName":"f","ClientRequestToken":"00000000-0000-4000-8000-00000000abcd"}
            gives {"Nodegroup":{"NodegroupName":"n","Status":"CREATING"}}
            eks:describeNodegroup {"ClusterName":"c","NodegroupName":"n"}
            after 0 s gives {"Nodegroup":{"NodegroupName":"n","Status":"ACTIVE"}}
        "#]],
        );
        let fake = Fake::new()
            .on("deleteNodegroup", group("DELETING"))
            .on("describeNodegroup", group("DELETE_FAILED"));
        check(
            "eks:deleteNodegroup.sync",
            PART,
            fake,
            &expect![[r#"
            eks:deleteNodegroup {"ClusterName":"c","NodegroupName":"n","FargateProfileName":"f"}
            gives {"Nodegroup":{"NodegroupName":"n","Status":"DELETING"}}
            eks:describeNodegroup {"ClusterName":"c","NodegroupName":"n"}
            after 0 s fails with States.TaskFailed: {"Nodegroup":{"NodegroupName":"n","Status":"DELETE_FAILED"}}
        "#]],
        );
        let fake = Fake::new()
            .on("createFargateProfile", profile("CREATING"))
            .on("describeFargateProfile", profile("CREATE_FAILED"));
        check(
            "eks:createFargateProfile.sync",
            PART,
            fake,
            &expect![[r#"
            eks:createFargateProfile {"ClusterName":"c","NodegroupName":"n","FargateProfileName":"f","ClientRequestToken":"00000000-0000-4000-8000-00000000abcd"}
            gives {"FargateProfile":{"FargateProfileName":"f","Status":"CREATING"}}
            eks:describeFargateProfile {"ClusterName":"c","FargateProfileName":"f"}
            after 0 s fails with States.TaskFailed: {"FargateProfile":{"FargateProfileName":"f","Status":"CREATE_FAILED"}}
        "#]],
        );
        let fake = Fake::new().on("deleteFargateProfile", profile("DELETING")).refuse(
            "describeFargateProfile",
            404,
            "ResourceNotFoundException",
        );
        check(
            "eks:deleteFargateProfile.sync",
            PART,
            fake,
            &expect![[r#"
            eks:deleteFargateProfile {"ClusterName":"c","NodegroupName":"n","FargateProfileName":"f"}
            gives {"FargateProfile":{"FargateProfileName":"f","Status":"DELETING"}}
            eks:describeFargateProfile {"ClusterName":"c","FargateProfileName":"f"}
            after 0 s gives {"FargateProfile":{"FargateProfileName":"f","Status":"DELETING"}}
        "#]],
        );
    }

    #[test]
    fn parts_that_are_being_made_are_called_off() {
        let fake = Fake::new().on("createNodegroup", json!({})).on("deleteNodegroup", json!({}));
        check_stop(
            "eks:createNodegroup.sync",
            PART,
            fake,
            &expect![[r#"
            eks:createNodegroup {"ClusterName":"c","NodegroupName":"n","FargateProfileName":"f","ClientRequestToken":"00000000-0000-4000-8000-00000000abcd"}
            eks:deleteNodegroup {"ClusterName":"c","NodegroupName":"n"}
        "#]],
        );
        let fake = Fake::new().on("createFargateProfile", json!({})).on("deleteFargateProfile", json!({}));
        check_stop(
            "eks:createFargateProfile.sync",
            PART,
            fake,
            &expect![[r#"
            eks:createFargateProfile {"ClusterName":"c","NodegroupName":"n","FargateProfileName":"f","ClientRequestToken":"00000000-0000-4000-8000-00000000abcd"}
            eks:deleteFargateProfile {"ClusterName":"c","FargateProfileName":"f"}
        "#]],
        );
    }
}
