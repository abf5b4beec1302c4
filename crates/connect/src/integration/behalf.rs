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
        let (status, code) = match fault {
            Fault::Service(fault) => (Some(fault.status), fault.code.clone()),
            // No answer, as far as anybody can tell.
            Fault::NoAnswer(_) => (None, None),
            _ => (Some(400), None),
        };
        Refusal { failure: fault.failure(style, parameters), status, code }
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
