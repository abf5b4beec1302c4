//! What jobs and clusters ask for, on behalf of one attempt.

use super::optimised;
use crate::aws::{Aws, Call, Fault, Style};
use crate::jobs::{Asked, Refusal, Services};
use crate::kubernetes::{Presign, Presigned};
use serde_json::Value;
use stateline_protocols::Spelling;
use stateline_runtime::Attempt;

/// Services, for an attempt.
pub(crate) struct OnBehalf<'a> {
    pub aws: &'a Aws,
    pub attempt: &'a Attempt,
}

impl OnBehalf<'_> {
    fn refusal(&self, style: Style<'_>, fault: &Fault, parameters: &Value) -> Refusal {
        let failure = fault.failure(style, parameters);
        match fault {
            Fault::Service(fault) => Refusal::answered(failure, fault.status, fault.code.clone()),
            // Credentials come back, and a job goes on without them meanwhile.
            Fault::NoCredentials(_) | Fault::Role { .. } => Refusal::unanswered(failure, true),
            _ => Refusal::unanswered(failure, fault.may_pass()),
        }
    }
}

impl Services for OnBehalf<'_> {
    fn ask<'a>(&'a self, model: &'a str, operation: &'a str, parameters: Value) -> Asked<'a> {
        Box::pin(async move {
            let style = optimised::of_model(model).map_or(Style::Sdk { client: model }, |row| row.style());
            let call = Call {
                service: model,
                action: operation,
                parameters: &parameters,
                spelling: Spelling::Optimised,
                behalf: self.attempt.into(),
            };
            let called = self.aws.call(&call).await;
            called.map(optimised::with_metadata).map_err(|fault| self.refusal(style, &fault, &parameters))
        })
    }
}

impl Presign for OnBehalf<'_> {
    fn presign<'a>(&'a self, cluster: &'a str) -> Presigned<'a> {
        let style = Style::Optimised { prefix: "EKS", product: "AmazonEKS" };
        Box::pin(async move {
            let address = self.aws.presigned_identity(cluster, self.attempt.into()).await;
            address.map_err(|fault| self.refusal(style, &fault, self.attempt.input.value()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::environment::Environment;
    use crate::config::AwsConfig;
    use crate::test_attempt::attempt;
    use crate::wire::{NoAnswer, Wire};
    use std::sync::Arc;
    use std::time::Duration;

    #[test]
    fn a_job_may_go_on_without_a_name_and_without_an_answer() {
        let aws = Aws::new(&AwsConfig::default(), &Environment::default(), Arc::new(Wire::new()));
        let (aws, attempt) =
            (aws.expect("nothing is wrong"), attempt("arn:aws:states:::batch:submitJob.sync", "{}"));
        let behalf = OnBehalf { aws: &aws, attempt: &attempt };
        let passes =
            |fault: &Fault| behalf.refusal(Style::Sdk { client: "Batch" }, fault, &Value::Null).passes;
        let (machine, task, reason) = ("m".to_owned(), "t".to_owned(), "no".to_owned());
        assert!(passes(&Fault::NoCredentials(None)));
        assert!(passes(&Fault::Role { machine, task, reason }));
        assert!(passes(&Fault::NoAnswer(
            "host".to_owned(),
            NoAnswer::TimedOut("host".to_owned(), Duration::from_secs(1))
        )));
        assert!(!passes(&Fault::NoAnswer("host".to_owned(), NoAnswer::TooLarge(1))));
        assert!(!passes(&Fault::NoAnswer("host".to_owned(), NoAnswer::Certificates("none".to_owned()))));
        assert!(!passes(&Fault::Parameters("[no]".to_owned())));
        assert!(!passes(&Fault::Unknown("no".to_owned())));
    }
}
