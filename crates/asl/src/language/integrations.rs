//! What a Task may call: the optimised integrations with their patterns, the services of `aws-sdk`, and
//! the parameters of each action, out of the services' models.

use crate::TaskResource;
use crate::check::integrations::OPTIMISED;
use crate::operation::optimised_model;
use stateline_models::names::{raised, sdk};
use stateline_models::{Form, Member, Service, Shape};

/// A service with optimised integrations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntegratedService {
    /// As in a resource: `sqs`, `emr-serverless`.
    pub id: &'static str,
    /// For people: `SQS`.
    pub title: String,
    /// What may be asked of it, in the order of AWS's documentation.
    pub actions: Vec<Action>,
}

/// An action of an integration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// As in a resource: `sendMessage`.
    pub action: String,
    /// For people: `Send message`.
    pub title: String,
    /// `arn:aws:states:::sqs:sendMessage`, without a pattern.
    pub resource: String,
    /// What may stand behind the dot besides nothing: `sync`, `sync:2`, `waitForTaskToken`.
    pub patterns: Vec<&'static str>,
}

/// A parameter of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// As Step Functions spells it.
    pub name: String,
    /// Whether the action cannot do without.
    pub required: bool,
    /// `string`, `integer`, `object`, `array of string`, `"A" | "B"`.
    pub type_name: String,
    /// What is known of it besides: what it is, its bounds.
    pub documentation: Option<String>,
    /// The words that it is one of, in order; none where it is no word.
    pub words: Vec<String>,
}

/// Names for people of services whose model has another or none.
const TITLES: &[(&str, &str)] = &[
    ("lambda", "Lambda"),
    ("states", "Step Functions"),
    ("bedrock", "Bedrock"),
    ("bedrockagentcore", "Bedrock AgentCore"),
    ("apigateway", "API Gateway"),
    ("http", "HTTP endpoint"),
];

/// Parameters of actions that are no operation of a service's model: name, whether it is required, its
/// type, what it is.
type Own = (&'static str, bool, &'static str, &'static str);
const HTTP: &[Own] = &[
    ("ApiEndpoint", true, "string", "The URL to call, with https in front."),
    ("Method", true, "string", "GET, POST, PUT, DELETE, PATCH, OPTIONS or HEAD."),
    (
        "Authentication",
        false,
        "object",
        "ConnectionArn of the EventBridge connection that authenticates the request.",
    ),
    ("InvocationConfig", false, "object", "ConnectionArn of a connection to a private endpoint."),
    ("Headers", false, "object", "Headers by name."),
    ("QueryParameters", false, "object", "What stands behind the question mark, by name."),
    ("RequestBody", false, "any", "The body; JSON unless Transform says otherwise."),
    ("Transform", false, "object", "RequestBodyEncoding and how arrays are encoded in a form."),
];
const API_GATEWAY: &[Own] = &[
    ("ApiEndpoint", true, "string", "The host of the API: <id>.execute-api.<region>.amazonaws.com."),
    ("Method", true, "string", "GET, POST, PUT, DELETE, PATCH, OPTIONS or HEAD."),
    ("Headers", false, "object", "Headers by name, each with a list of values."),
    ("Stage", false, "string", "The API's stage."),
    ("Path", false, "string", "The path behind the stage."),
    ("QueryParameters", false, "object", "What stands behind the question mark, each with a list of values."),
    ("RequestBody", false, "any", "The body."),
    ("AllowNullValues", false, "boolean", "Whether nulls in the body are sent."),
    ("AuthType", false, "string", "NO_AUTH, IAM_ROLE or RESOURCE_POLICY."),
];
const EKS_CALL: &[Own] = &[
    ("ClusterName", true, "string", "The cluster's name."),
    ("CertificateAuthority", true, "string", "The cluster's certificate authority, in Base64."),
    ("Endpoint", true, "string", "The URL of the cluster's API."),
    ("Method", true, "string", "GET, POST, PUT, DELETE or PATCH."),
    ("Path", true, "string", "The path in the Kubernetes API."),
    ("QueryParameters", false, "object", "What stands behind the question mark, each with a list of values."),
    ("RequestBody", false, "any", "The body."),
];
const EKS_RUN_JOB: &[Own] = &[
    ("ClusterName", true, "string", "The cluster's name."),
    ("CertificateAuthority", true, "string", "The cluster's certificate authority, in Base64."),
    ("Endpoint", true, "string", "The URL of the cluster's API."),
    ("Namespace", false, "string", "The job's namespace; default when absent."),
    ("LogOptions", false, "object", "RetrieveLogs, and which logs."),
    ("Job", true, "object", "The Job as Kubernetes takes it."),
];
const BEDROCK_INVOKE: &[Own] = &[
    ("ModelId", true, "string", "The model's id or ARN."),
    ("Body", false, "any", "What the model is asked, as the model takes it; or give Input."),
    ("Input", false, "object", "S3Uri of an object with what the model is asked."),
    ("Output", false, "object", "S3Uri of an object for the model's answer."),
    ("ContentType", false, "string", "The type of the body; application/json when absent."),
    ("Accept", false, "string", "The type of the answer; application/json when absent."),
];
const EMR_FLEET: &[Own] = &[
    ("ClusterId", true, "string", "The cluster's id."),
    ("InstanceFleetName", true, "string", "The fleet's name."),
    ("InstanceFleet", true, "object", "What is to change: TargetOnDemandCapacity, TargetSpotCapacity."),
];
const EMR_GROUP: &[Own] = &[
    ("ClusterId", true, "string", "The cluster's id."),
    ("InstanceGroupName", true, "string", "The group's name."),
    ("InstanceGroup", true, "object", "What is to change: InstanceCount and others."),
];
const EMR_CLUSTER: &[Own] = &[("ClusterId", true, "string", "The cluster's id.")];
const EMR_ADD_STEP: &[Own] = &[
    ("ClusterId", true, "string", "The cluster's id."),
    ("Step", true, "object", "Name, ActionOnFailure and HadoopJarStep."),
    ("ExecutionRoleArn", false, "string", "The role that the step runs with."),
];
const EMR_CANCEL_STEP: &[Own] =
    &[("ClusterId", true, "string", "The cluster's id."), ("StepId", true, "string", "The step's id.")];
const EMR_PROTECTION: &[Own] = &[
    ("ClusterId", true, "string", "The cluster's id."),
    ("TerminationProtected", true, "boolean", "Whether the cluster is protected."),
];

/// The services with optimised integrations, in the order of AWS's documentation.
#[must_use]
pub fn services() -> Vec<IntegratedService> {
    let mut services: Vec<IntegratedService> = Vec::new();
    for (id, actions, patterns) in OPTIMISED {
        let actions = actions.iter().map(|action| Action {
            action: (*action).to_owned(),
            title: words(action),
            resource: format!("arn:aws:states:::{id}:{action}"),
            patterns: patterns.names(),
        });
        match services.iter_mut().find(|service| service.id == *id) {
            Some(service) => service.actions.extend(actions),
            None => services.push(IntegratedService { id, title: title(id), actions: actions.collect() }),
        }
    }
    services
}

/// The services that `aws-sdk` integrations can call: name in a resource, name for people.
#[must_use]
pub fn sdk_services() -> Vec<(&'static str, String)> {
    static NAMES: std::sync::OnceLock<Vec<(&'static str, String)>> = std::sync::OnceLock::new();
    // Each model has to be unpacked for its name, which nobody should wait for twice.
    let read = |name: &'static str| {
        let service = Service::find(name)?;
        service.obstacle().is_none().then(|| (name, service.service_id().to_owned()))
    };
    NAMES.get_or_init(|| Service::names().filter_map(read).collect()).clone()
}

/// The actions of a service that `aws-sdk` integrations can call; `None` when there is no such service.
#[must_use]
pub fn sdk_actions(service: &str) -> Option<Vec<Action>> {
    let model = Service::shared(service).filter(|model| model.obstacle().is_none())?;
    let actions = model.operations().filter(|operation| !operation.has_event_stream()).map(|operation| {
        let action = lowered(operation.name());
        let resource = format!("arn:aws:states:::aws-sdk:{service}:{action}");
        Action { title: words(&action), action, resource, patterns: vec!["waitForTaskToken"] }
    });
    Some(actions.collect())
}

/// The parameters of what a resource calls, the required ones first; `None` for functions, activities
/// and what is not there.
#[must_use]
pub fn parameters(resource: &str) -> Option<Vec<Parameter>> {
    let task = TaskResource::parse(resource)?;
    let TaskResource::Integration { service, action, .. } = &task else { return None };
    if !crate::check::integrations::is_known(&task) {
        return None;
    }
    let name = action.split('.').next().unwrap_or_default();
    if let Some(own) = own_parameters(service, name) {
        return Some(own.iter().map(own_parameter).collect());
    }
    let is_sdk = service.starts_with("aws-sdk:");
    let asked = task.operation();
    let (model, operation) = match (&asked, &**service, name) {
        (Some(asked), ..) => (asked.service, asked.operation),
        (None, "lambda", _) => ("lambda", "invoke"),
        (None, "states", _) => ("sfn", name),
        (None, "bedrockagentcore", _) => ("bedrockagentcore", name),
        (None, "elasticmapreduce", "createCluster") => ("emr", "runJobFlow"),
        _ => return Some(Vec::new()),
    };
    let model = Service::shared(model)?;
    let Some(Form::Structure(structure)) =
        model.operation(operation).and_then(|operation| Some(operation.input()?.form()))
    else {
        return Some(Vec::new());
    };
    let mut parameters: Vec<Parameter> =
        structure.members.iter().map(|member| parameter(member, is_sdk)).collect();
    parameters.sort_by_key(|parameter| !parameter.required);
    Some(parameters)
}

fn own_parameters(service: &str, action: &str) -> Option<&'static [Own]> {
    Some(match (service, action) {
        ("http", "invoke") => HTTP,
        ("apigateway", "invoke") => API_GATEWAY,
        ("eks", "call") => EKS_CALL,
        ("eks", "runJob") => EKS_RUN_JOB,
        ("elasticmapreduce", "terminateCluster") => EMR_CLUSTER,
        ("elasticmapreduce", "addStep") => EMR_ADD_STEP,
        ("elasticmapreduce", "cancelStep") => EMR_CANCEL_STEP,
        ("elasticmapreduce", "setClusterTerminationProtection") => EMR_PROTECTION,
        ("elasticmapreduce", "modifyInstanceFleetByName") => EMR_FLEET,
        ("elasticmapreduce", "modifyInstanceGroupByName") => EMR_GROUP,
        ("bedrock", "invokeModel") => BEDROCK_INVOKE,
        _ => return None,
    })
}

fn own_parameter((name, required, type_name, documentation): &Own) -> Parameter {
    Parameter {
        name: (*name).to_owned(),
        required: *required,
        type_name: (*type_name).to_owned(),
        documentation: Some((*documentation).to_owned()),
        words: Vec::new(),
    }
}

fn parameter(member: &Member<'_>, is_sdk: bool) -> Parameter {
    let required = member.required && !member.wire.idempotency_token;
    let name = if is_sdk { sdk(member.name) } else { raised(member.name) };
    let is_document = !is_sdk && DOCUMENTS.contains(&name.as_str());
    let type_name = if is_document { "any".to_owned() } else { type_name(member.shape, 0) };
    let documentation = bounds(member.shape).filter(|_| !is_document);
    let made_up = member.wire.idempotency_token.then(|| "Made up when it is not given.".to_owned());
    Parameter {
        name,
        required,
        type_name,
        documentation: documentation.or(made_up),
        words: words_of(member.shape),
    }
}

fn words_of(shape: Shape<'_>) -> Vec<String> {
    let Form::Text(_, words) = shape.form() else { return Vec::new() };
    let mut words: Vec<String> = words.into_iter().map(str::to_owned).collect();
    words.sort_unstable();
    words
}

/// What a pattern makes of a call.
pub(super) fn about_pattern(pattern: &str) -> Option<&'static str> {
    match pattern {
        "sync" => Some("Waits until the job is done."),
        "sync:2" => Some("Waits until the execution has ended; its output is JSON, not text."),
        "waitForTaskToken" => {
            Some("Waits until somebody returns the task token, which the request must hold.")
        }
        _ => None,
    }
}

/// Parameters of optimised integrations that are texts or bytes in the model and take any JSON:
/// `Payload` of Lambda, `Input` of Step Functions.
const DOCUMENTS: [&str; 2] = ["Payload", "Input"];

/// Words of a text that are shown, and lists within lists.
const WORDS_MAX: usize = 6;
const NESTED_MAX: usize = 3;

fn type_name(shape: Shape<'_>, depth: usize) -> String {
    match shape.form() {
        Form::Structure(_) | Form::Map(_) => "object".to_owned(),
        Form::List(list) if depth < NESTED_MAX => format!("array of {}", type_name(list.of, depth + 1)),
        Form::List(_) => "array".to_owned(),
        Form::Text(_, words) if words.is_empty() => "string".to_owned(),
        Form::Text(_, words) => {
            let mut shown: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
            shown.sort_unstable();
            if shown.len() > WORDS_MAX {
                shown.truncate(WORDS_MAX);
                shown.push("…".to_owned());
            }
            shown.join(" | ")
        }
        Form::Blob(_) => "string (bytes)".to_owned(),
        Form::Timestamp(_) => "timestamp".to_owned(),
        Form::Integer(_) => "integer".to_owned(),
        Form::Float(_) => "number".to_owned(),
        Form::Boolean => "boolean".to_owned(),
        Form::Any => "any".to_owned(),
    }
}

fn bounds(shape: Shape<'_>) -> Option<String> {
    let (bounds, what) = match shape.form() {
        Form::Text(bounds, words) if words.is_empty() => (bounds, " characters"),
        Form::Integer(bounds) | Form::Float(bounds) => (bounds, ""),
        _ => return None,
    };
    match (bounds.min, bounds.max) {
        (Some(min), Some(max)) => Some(format!("From {min} to {max}{what}.")),
        (Some(min), None) => Some(format!("At least {min}{what}.")),
        (None, Some(max)) => Some(format!("At most {max}{what}.")),
        (None, None) => None,
    }
}

fn title(id: &str) -> String {
    if let Some((_, title)) = TITLES.iter().find(|(known, _)| *known == id) {
        return (*title).to_owned();
    }
    let model = optimised_model(id).and_then(Service::shared);
    model.map_or_else(|| id.to_owned(), |service| service.service_id().to_owned())
}

/// `sendMessage` as `Send message`; runs of capitals stay.
fn words(action: &str) -> String {
    let letters: Vec<char> = action.chars().collect();
    let mut text = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let follows = letters.get(at + 1);
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let begins = letter.is_ascii_uppercase() && before.is_some_and(|before| !before.is_ascii_uppercase());
        let alone = follows.is_none_or(|next| !next.is_ascii_uppercase());
        if begins {
            text.push(' ');
        }
        if at == 0 {
            text.push(letter.to_ascii_uppercase());
        } else if begins && alone {
            text.push(letter.to_ascii_lowercase());
        } else {
            text.push(*letter);
        }
    }
    text
}

fn lowered(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}
