//! Accounts and regions in which there is something.

use super::{Asked, document, query};
use crate::api::Answer;
use crate::aws::{ApiError, Object};

/// Lists accounts and regions that have state machines, and those of a request that names none.
pub(super) async fn answer(asked: Asked<'_>) -> Result<Answer, ApiError> {
    query::values(&asked.head.uri, [])?;
    let accounts: Vec<_> = asked.api.service().accounts().into_iter().collect();
    let settings = asked.api.settings();
    Ok(document(Object::document(|answer| {
        answer.array("accounts", &accounts, usize::MAX, |item, ((account, region), machines)| {
            item.text("account", account);
            item.text("region", region);
            item.number("stateMachines", *machines as u64);
        });
        answer.object("default", |default| {
            default.text("account", &settings.default_account);
            default.text("region", &settings.default_region);
        });
    })))
}
