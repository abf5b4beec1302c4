//! What the SDK does besides calling: the host's prefix, and what it tries again.

use aws_sdk_sfn::Client;
use aws_sdk_sfn::config::interceptors::BeforeSerializationInterceptorContextMut;
use aws_sdk_sfn::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_sfn::error::BoxError;
use aws_smithy_runtime_api::client::endpoint::EndpointPrefix;

use crate::{ACCOUNT, Outcome, ROLE, Story};

/// The SDK has no setting that leaves out `sync-`, but it looks for the prefix where interceptors can take it away.
#[derive(Debug)]
pub struct WithoutHostPrefix;

impl Intercept for WithoutHostPrefix {
    fn name(&self) -> &'static str {
        "WithoutHostPrefix"
    }

    fn modify_before_serialization(
        &self,
        _context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        config.interceptor_state().unset::<EndpointPrefix>();
        Ok(())
    }
}

/// A client with its defaults, through a proxy that spoils first attempts.
/// The test that started this program counts the attempts.
pub async fn retries(story: &mut Story, flaky: &Client) -> Outcome {
    let (slow, failing) =
        (format!("{ACCOUNT}:stateMachine:sleep"), format!("{ACCOUNT}:stateMachine:failing"));
    let call = story.client.create_state_machine().name("failing").definition(story.definition("chain"));
    call.role_arn(ROLE).send().await?;
    let found = flaky.describe_state_machine().state_machine_arn(&slow).send().await;
    story.results.way("retries", "after throttling and a fault", "", found.is_ok(), &found);
    let found = flaky.list_state_machines().send().await;
    story.results.way("retries", "after a connection that broke", "", found.is_ok(), &found);
    let found =
        flaky.start_execution().state_machine_arn(&slow).name("lost").input("{\"a\": 1}").send().await?;
    let holds = found.execution_arn() == format!("{ACCOUNT}:execution:sleep:lost");
    story.results.way("lost answers", "an execution with a name starts once", "", holds, &found);
    let call = story.client.start_execution().state_machine_arn(&failing).input("{\"go\": false}");
    let arn = call.send().await?.execution_arn().to_owned();
    story.ended(&arn).await?;
    flaky.redrive_execution().execution_arn(&arn).send().await?;
    let found = story.ended(&arn).await?;
    let holds = found.redrive_count() == Some(1);
    story.results.way("client tokens", "a redrive whose answer was lost happens once", "", holds, &found);
    Ok(())
}
