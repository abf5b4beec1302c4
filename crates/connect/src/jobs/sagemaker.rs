//! SageMaker: training, transforming, processing, tuning and labelling. The author names each job, and
//! the service never takes two of one name. The task's output is what the describing operation answers.
//! A job that was stopped has failed.

use super::job::{Again, Call, Job, Missing, Progress, Work, as_answered, as_given, by_state};
use serde_json::{Value, json};

const TAKEN: &str = "ResourceInUse";

/// One kind of job: what is done with it, the member that names it and the one that has its state.
macro_rules! job {
    ($create:literal, $describe:literal, $stop:literal, $name:literal, $state:literal) => {
        Job {
            service: "sagemaker",
            action: $create,
            model: "sagemaker",
            operation: $create,
            again: Again::Name($name, TAKEN),
            pause_max_s: 30,
            request: as_given,
            shown: as_answered,
            look: |work| about(work, $describe, $name),
            read: |_, answer| read(answer, concat!("/", $state)),
            missing: Missing::Fails,
            stop: |work| Vec::from_iter(about(work, $stop, $name)),
        }
    };
}

pub(super) const JOBS: &[Job] = &[
    job!(
        "createTrainingJob",
        "describeTrainingJob",
        "stopTrainingJob",
        "TrainingJobName",
        "TrainingJobStatus"
    ),
    job!(
        "createTransformJob",
        "describeTransformJob",
        "stopTransformJob",
        "TransformJobName",
        "TransformJobStatus"
    ),
    job!(
        "createProcessingJob",
        "describeProcessingJob",
        "stopProcessingJob",
        "ProcessingJobName",
        "ProcessingJobStatus"
    ),
    job!(
        "createHyperParameterTuningJob",
        "describeHyperParameterTuningJob",
        "stopHyperParameterTuningJob",
        "HyperParameterTuningJobName",
        "HyperParameterTuningJobStatus"
    ),
    job!(
        "createLabelingJob",
        "describeLabelingJob",
        "stopLabelingJob",
        "LabelingJobName",
        "LabelingJobStatus"
    ),
];

fn about(work: &Work<'_>, operation: &'static str, name: &str) -> Option<Call> {
    Call::new(operation, json!({name: work.asked(&format!("/{name}"))?}))
}

fn read(answer: Value, state: &str) -> Progress {
    by_state(answer, state, &["Completed"], &["Failed", "Stopped", "Deleting", "DeleteFailed"])
}

#[cfg(test)]
mod tests {
    use super::super::fake::{Fake, check, check_again, check_stop, told};
    use expect_test::expect;
    use serde_json::{Value, json};

    const RESOURCE: &str = "sagemaker:createTrainingJob.sync";
    const INPUT: &str = r#"{"TrainingJobName":"n","RoleArn":"r","Tags":[]}"#;

    fn training(status: &str) -> Value {
        json!({"TrainingJobName": "n", "RoleArn": "r", "TrainingJobStatus": status})
    }

    fn fake() -> Fake {
        Fake::new().on("createTrainingJob", json!({"TrainingJobArn": "arn"}))
    }

    #[test]
    fn training_ends() {
        let fake = |end: &str| {
            let describe = "describeTrainingJob";
            fake().on(describe, training("InProgress")).on(describe, training(end))
        };
        check(
            RESOURCE,
            INPUT,
            fake("Completed"),
            &expect![[r#"
            sagemaker:createTrainingJob {"TrainingJobName":"n","RoleArn":"r","Tags":[]}
            gives {"TrainingJobArn":"arn"}
            sagemaker:describeTrainingJob {"TrainingJobName":"n"}
            sagemaker:describeTrainingJob {"TrainingJobName":"n"}
            after 1 s gives {"TrainingJobName":"n","RoleArn":"r","TrainingJobStatus":"Completed"}
        "#]],
        );
        check(
            RESOURCE,
            INPUT,
            fake("Failed"),
            &expect![[r#"
            sagemaker:createTrainingJob {"TrainingJobName":"n","RoleArn":"r","Tags":[]}
            gives {"TrainingJobArn":"arn"}
            sagemaker:describeTrainingJob {"TrainingJobName":"n"}
            sagemaker:describeTrainingJob {"TrainingJobName":"n"}
            after 1 s fails with States.TaskFailed: {"TrainingJobName":"n","RoleArn":"r","TrainingJobStatus":"Failed"}
        "#]],
        );
        check(
            RESOURCE,
            INPUT,
            fake("Stopped"),
            &expect![[r#"
            sagemaker:createTrainingJob {"TrainingJobName":"n","RoleArn":"r","Tags":[]}
            gives {"TrainingJobArn":"arn"}
            sagemaker:describeTrainingJob {"TrainingJobName":"n"}
            sagemaker:describeTrainingJob {"TrainingJobName":"n"}
            after 1 s fails with States.TaskFailed: {"TrainingJobName":"n","RoleArn":"r","TrainingJobStatus":"Stopped"}
        "#]],
        );
    }

    #[test]
    fn every_kind_of_job_is_made_described_and_stopped() {
        for kind in ["Transform", "Processing", "HyperParameterTuning", "Labeling"] {
            let name = |verb: &str| -> &'static str { format!("{verb}{kind}Job").leak() };
            let resource = format!("sagemaker:{}.sync", name("create"));
            let input = json!({format!("{kind}JobName"): "n"}).to_string();
            let done = json!({format!("{kind}JobStatus"): "Completed"});
            let fake = Fake::new().on(name("create"), json!({})).on(name("describe"), done.clone());
            let told = told(&resource, &input, fake);
            assert!(told.contains(&format!("sagemaker:{} {input}", name("describe"))), "{told}");
            assert!(told.contains(&format!("gives {done}")), "{told}");
        }
    }

    #[test]
    fn a_job_without_a_name_cannot_be_found() {
        check(
            RESOURCE,
            "{}",
            fake(),
            &expect![[r#"
            sagemaker:createTrainingJob {}
            gives {"TrainingJobArn":"arn"}
            after 0 s fails with States.TaskFailed: The job cannot be found again: the answer of createTrainingJob does not name it: {"TrainingJobArn":"arn"}
        "#]],
        );
    }

    #[test]
    fn a_job_that_is_there_after_a_crash_is_this_one_if_it_is_the_same() {
        let refused = || Fake::new().refuse("createTrainingJob", 400, "ResourceInUse");
        check(
            RESOURCE,
            INPUT,
            refused(),
            &expect![[r#"
            sagemaker:createTrainingJob {"TrainingJobName":"n","RoleArn":"r","Tags":[]}
            fails with Service.ResourceInUse: refused (Status Code: 400)
        "#]],
        );
        let same = refused().on("describeTrainingJob", training("Completed"));
        check_again(
            RESOURCE,
            INPUT,
            same,
            &expect![[r#"
            sagemaker:createTrainingJob {"TrainingJobName":"n","RoleArn":"r","Tags":[]}
            sagemaker:describeTrainingJob {"TrainingJobName":"n"}
            gives {"TrainingJobName":"n","RoleArn":"r","TrainingJobStatus":"Completed"}
            sagemaker:describeTrainingJob {"TrainingJobName":"n"}
            after 0 s gives {"TrainingJobName":"n","RoleArn":"r","TrainingJobStatus":"Completed"}
        "#]],
        );
        let mut other = training("Completed");
        other["RoleArn"] = json!("another");
        check_again(
            RESOURCE,
            INPUT,
            refused().on("describeTrainingJob", other),
            &expect![[r#"
            sagemaker:createTrainingJob {"TrainingJobName":"n","RoleArn":"r","Tags":[]}
            sagemaker:describeTrainingJob {"TrainingJobName":"n"}
            fails with Service.ResourceInUse: refused (Status Code: 400)
        "#]],
        );
    }

    #[test]
    fn training_is_called_off() {
        check_stop(
            RESOURCE,
            INPUT,
            fake().on("stopTrainingJob", json!({})),
            &expect![[r#"
            sagemaker:createTrainingJob {"TrainingJobName":"n","RoleArn":"r","Tags":[]}
            sagemaker:stopTrainingJob {"TrainingJobName":"n"}
        "#]],
        );
    }
}
