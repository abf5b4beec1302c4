//! What a Task may call, for whoever chooses one.

use super::super::query;
use crate::aws::{ApiError, Object};
use hyper::Uri;
use stateline_asl::language::{self, Action};

/// What is asked.
#[derive(Debug)]
pub(super) enum Asked {
    /// The services.
    Services,
    /// The actions of one service that the SDK integrations call.
    Service(String),
    /// The parameters of one action.
    Resource(String),
}

pub(super) fn read(uri: &Uri) -> Result<Asked, ApiError> {
    let [service, resource] = query::values(uri, ["service", "resource"])?;
    match (service, resource) {
        (None, None) => Ok(Asked::Services),
        (Some(service), None) => Ok(Asked::Service(service.into_owned())),
        (None, Some(resource)) => Ok(Asked::Resource(resource.into_owned())),
        (Some(_), Some(_)) => {
            Err(ApiError::Validation("ask for a service or for a resource, not for both".to_owned()))
        }
    }
}

pub(super) fn write(asked: &Asked) -> Result<Vec<u8>, ApiError> {
    match asked {
        Asked::Services => Ok(services()),
        Asked::Service(service) => {
            let actions = language::sdk_actions(service);
            let actions = actions.ok_or_else(|| ApiError::ResourceNotFound(service.clone()))?;
            Ok(Object::document(|answer| {
                answer.array("actions", &actions, usize::MAX, |object, action| {
                    object.text("action", &action.action);
                    object.text("title", &action.title);
                    object.text("resource", &action.resource);
                });
            }))
        }
        Asked::Resource(resource) => {
            let parameters = language::parameters(resource);
            let parameters = parameters.ok_or_else(|| ApiError::ResourceNotFound(resource.clone()))?;
            Ok(Object::document(|answer| {
                answer.array("parameters", &parameters, usize::MAX, |object, parameter| {
                    object.text("name", &parameter.name);
                    object.flag("required", parameter.required);
                    object.text("type", &parameter.type_name);
                    object.text_if("documentation", parameter.documentation.as_deref());
                });
            }))
        }
    }
}

fn services() -> Vec<u8> {
    let sdk = language::sdk_services();
    Object::document(|answer| {
        answer.array("services", &language::services(), usize::MAX, |object, service| {
            object.text("id", service.id);
            object.text("title", &service.title);
            object.flag("optimised", true);
            object.array("actions", &service.actions, usize::MAX, action);
        });
        answer.array("sdk", &sdk, usize::MAX, |object, (id, title)| {
            object.text("id", id);
            object.text("title", title);
        });
    })
}

fn action(object: &mut Object<'_>, action: &Action) {
    object.text("action", &action.action);
    object.text("title", &action.title);
    object.text("resource", &action.resource);
    let patterns = serde_json::Value::from(action.patterns.clone());
    object.json("patterns", &patterns.to_string());
}
