//! State machines, their versions, aliases and tags.

use aws_sdk_sfn::types::{
    RoutingConfigurationListItem, StateMachineType, Tag, ValidateStateMachineDefinitionResultCode,
};

use crate::{ACCOUNT, Outcome, ROLE, Story, refused};

const UNKNOWN: &str = "arn:aws:states:us-east-1:000000000000:stateMachine:unknown";

/// Create, validate, describe, list.
pub async fn machines(story: &mut Story) -> Outcome {
    let (client, wrong) = (story.client.clone(), story.definition("wrong"));
    for (name, kind) in [
        ("chain", StateMachineType::Standard),
        ("sleep", StateMachineType::Standard),
        ("echo", StateMachineType::Standard),
        ("express", StateMachineType::Express),
    ] {
        let definition = story.definition(if name == "express" { "chain" } else { name });
        let call =
            client.create_state_machine().name(name).definition(definition).role_arn(ROLE).r#type(kind);
        let made = call.send().await?;
        let wanted = format!("{ACCOUNT}:stateMachine:{name}");
        story.results.works("CreateStateMachine", name, made.state_machine_arn() == wanted, &made);
    }
    let create =
        || client.create_state_machine().name("echo").definition(story.definition("chain")).role_arn(ROLE);
    let (taken, bad, named) = (create(), create().definition(&wrong), create().name("a b"));
    refused!(
        story,
        "CreateStateMachine",
        "StateMachineAlreadyExists",
        is_state_machine_already_exists,
        taken
    );
    refused!(story, "CreateStateMachine", "InvalidDefinition", is_invalid_definition, bad);
    refused!(story, "CreateStateMachine", "InvalidName", is_invalid_name, named);

    let validate = |definition: &str| client.validate_state_machine_definition().definition(definition);
    let good = validate(&story.definition("echo")).send().await?;
    let holds =
        *good.result() == ValidateStateMachineDefinitionResultCode::Ok && good.diagnostics().is_empty();
    story.results.works("ValidateStateMachineDefinition", "accepts a good one", holds, &good);
    let found = validate(&wrong).send().await?;
    let holds =
        *found.result() == ValidateStateMachineDefinitionResultCode::Fail && !found.diagnostics().is_empty();
    story.results.works("ValidateStateMachineDefinition", "finds mistakes", holds, &found);
    let call = validate(&wrong).max_results(101);
    refused!(story, "ValidateStateMachineDefinition", "ValidationException", is_validation_exception, call);

    let describe = |arn: &str| client.describe_state_machine().state_machine_arn(arn);
    let found = describe(&format!("{ACCOUNT}:stateMachine:echo")).send().await?;
    let holds = found.definition() == story.definition("echo") && found.name() == "echo";
    story.results.works("DescribeStateMachine", "shows the text", holds, &found);
    refused!(
        story,
        "DescribeStateMachine",
        "StateMachineDoesNotExist",
        is_state_machine_does_not_exist,
        describe(UNKNOWN)
    );
    refused!(story, "DescribeStateMachine", "InvalidArn", is_invalid_arn, describe("nonsense"));

    let (mut names, mut pages) = (Vec::new(), 0);
    let mut stream = client.list_state_machines().into_paginator().page_size(3).send();
    while let Some(page) = stream.next().await {
        names.extend(page?.state_machines().iter().map(|machine| machine.name().to_owned()));
        pages += 1;
    }
    story.results.works(
        "ListStateMachines",
        "lists all, by name",
        names == ["chain", "echo", "express", "sleep"],
        &names,
    );
    story.results.way("pages", "of ListStateMachines", "", pages == 2, &pages);
    refused!(
        story,
        "ListStateMachines",
        "InvalidToken",
        is_invalid_token,
        client.list_state_machines().next_token("nonsense")
    );
    Ok(())
}

/// Updates and versions.
pub async fn versions(story: &mut Story) -> Outcome {
    let (client, arn) = (story.client.clone(), format!("{ACCOUNT}:stateMachine:echo"));
    let update = |arn: &str| client.update_state_machine().state_machine_arn(arn);
    let told = update(&arn).definition(story.definition("chain")).publish(true).send().await?;
    let holds = told.revision_id().is_some() && told.state_machine_version_arn() == Some(&format!("{arn}:1"));
    story.results.works("UpdateStateMachine", "publishes", holds, &told);
    refused!(
        story,
        "UpdateStateMachine",
        "MissingRequiredParameter",
        is_missing_required_parameter,
        update(&arn)
    );
    let call = update(UNKNOWN).role_arn(ROLE);
    refused!(story, "UpdateStateMachine", "StateMachineDoesNotExist", is_state_machine_does_not_exist, call);
    let told = update(&arn).definition(story.definition("echo")).send().await?;
    story.results.works(
        "UpdateStateMachine",
        "changes the definition",
        told.state_machine_version_arn().is_none(),
        &told,
    );

    let publish = |arn: &str| client.publish_state_machine_version().state_machine_arn(arn);
    let told = publish(&arn).send().await?;
    let holds = told.state_machine_version_arn() == format!("{arn}:2");
    story.results.works("PublishStateMachineVersion", "makes the next one", holds, &told);
    let call = publish(&arn).revision_id("of another time");
    refused!(story, "PublishStateMachineVersion", "ConflictException", is_conflict_exception, call);
    refused!(
        story,
        "PublishStateMachineVersion",
        "StateMachineDoesNotExist",
        is_state_machine_does_not_exist,
        publish(UNKNOWN)
    );

    let list = || client.list_state_machine_versions().state_machine_arn(&arn);
    let found = list().send().await?;
    let arns: Vec<_> =
        found.state_machine_versions().iter().map(|row| row.state_machine_version_arn().to_owned()).collect();
    let holds = arns == [format!("{arn}:2"), format!("{arn}:1")];
    story.results.works("ListStateMachineVersions", "lists the newest first", holds, &arns);
    refused!(
        story,
        "ListStateMachineVersions",
        "InvalidToken",
        is_invalid_token,
        list().next_token("nonsense")
    );
    Ok(())
}

/// Aliases, and a version that one of them holds.
pub async fn aliases(story: &mut Story) -> Outcome {
    let (client, machine) = (story.client.clone(), format!("{ACCOUNT}:stateMachine:echo"));
    let (arn, nobody) = (format!("{machine}:live"), format!("{machine}:nobody"));
    let route = |version: u32, weight: i32| {
        let item = RoutingConfigurationListItem::builder()
            .state_machine_version_arn(format!("{machine}:{version}"))
            .weight(weight);
        item.build().expect("both fields are there")
    };
    let create = |name: &str| client.create_state_machine_alias().name(name);
    let made = create("live").routing_configuration(route(2, 100)).send().await?;
    story.results.works("CreateStateMachineAlias", "makes one", made.state_machine_alias_arn() == arn, &made);
    let call = create("live").description("another").routing_configuration(route(2, 100));
    refused!(story, "CreateStateMachineAlias", "ConflictException", is_conflict_exception, call);
    let call = create("half").routing_configuration(route(1, 50));
    refused!(story, "CreateStateMachineAlias", "ValidationException", is_validation_exception, call);

    let update = |arn: &str| {
        client.update_state_machine_alias().state_machine_alias_arn(arn).routing_configuration(route(1, 50))
    };
    let told = update(&arn).routing_configuration(route(2, 50)).send().await;
    story.results.works("UpdateStateMachineAlias", "changes it", told.is_ok(), &told);
    let call = update(&nobody).routing_configuration(route(2, 50));
    refused!(story, "UpdateStateMachineAlias", "ResourceNotFound", is_resource_not_found, call);
    let describe = |arn: &str| client.describe_state_machine_alias().state_machine_alias_arn(arn);
    let found = describe(&arn).send().await?;
    let holds = found.routing_configuration() == [route(1, 50), route(2, 50)];
    story.results.works("DescribeStateMachineAlias", "shows it", holds, &found);
    refused!(
        story,
        "DescribeStateMachineAlias",
        "ResourceNotFound",
        is_resource_not_found,
        describe(&nobody)
    );
    let list = |arn: &str| client.list_state_machine_aliases().state_machine_arn(arn);
    let found = list(&machine).send().await?;
    let holds =
        found.state_machine_aliases().iter().map(|row| row.state_machine_alias_arn()).eq([arn.as_str()]);
    story.results.works("ListStateMachineAliases", "lists it", holds, &found);
    refused!(
        story,
        "ListStateMachineAliases",
        "StateMachineDoesNotExist",
        is_state_machine_does_not_exist,
        list(UNKNOWN)
    );

    let delete = |version: u32| {
        client.delete_state_machine_version().state_machine_version_arn(format!("{machine}:{version}"))
    };
    refused!(story, "DeleteStateMachineVersion", "ConflictException", is_conflict_exception, delete(1));
    let call = client.delete_state_machine_alias().state_machine_alias_arn("nonsense");
    refused!(story, "DeleteStateMachineAlias", "InvalidArn", is_invalid_arn, call);
    let told = client.delete_state_machine_alias().state_machine_alias_arn(&arn).send().await;
    story.results.works("DeleteStateMachineAlias", "removes it", told.is_ok(), &told);
    let told = delete(1).send().await;
    story.results.works("DeleteStateMachineVersion", "removes one that no alias holds", told.is_ok(), &told);
    Ok(())
}

/// Tags of a machine.
pub async fn tags(story: &mut Story) -> Outcome {
    let (client, arn) = (story.client.clone(), format!("{ACCOUNT}:stateMachine:sleep"));
    let tag = |key: &str| Tag::builder().key(key).value("one").build();
    let set = |arn: &str| client.tag_resource().resource_arn(arn).tags(tag("team"));
    let told = set(&arn).tags(tag("stage")).send().await;
    story.results.works("TagResource", "sets two", told.is_ok(), &told);
    let untag = |arn: &str| client.untag_resource().resource_arn(arn).tag_keys("stage");
    let told = untag(&arn).send().await;
    story.results.works("UntagResource", "takes one away", told.is_ok(), &told);
    let list = |arn: &str| client.list_tags_for_resource().resource_arn(arn);
    let found = list(&arn).send().await?;
    story.results.works("ListTagsForResource", "shows what is left", found.tags() == [tag("team")], &found);
    refused!(story, "TagResource", "ResourceNotFound", is_resource_not_found, set(UNKNOWN));
    refused!(story, "UntagResource", "ResourceNotFound", is_resource_not_found, untag(UNKNOWN));
    refused!(story, "ListTagsForResource", "ResourceNotFound", is_resource_not_found, list(UNKNOWN));
    let many = (0..51).map(|number| tag(&format!("key-{number}"))).collect();
    refused!(story, "TagResource", "TooManyTags", is_too_many_tags, set(&arn).set_tags(Some(many)));
    Ok(())
}

/// Delete.
pub async fn ends(story: &mut Story) -> Outcome {
    let delete = |arn: &str| story.client.delete_state_machine().state_machine_arn(arn);
    let (call, wrong) = (delete(&format!("{ACCOUNT}:stateMachine:express")), delete("nonsense"));
    let told = call.send().await;
    story.results.works("DeleteStateMachine", "removes one", told.is_ok(), &told);
    refused!(story, "DeleteStateMachine", "InvalidArn", is_invalid_arn, wrong);
    Ok(())
}
