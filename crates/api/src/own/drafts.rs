//! Drafts over the wire. What a draft is and how long it lives is the runtime's business.

use super::presence::Seen;
use super::{Asked, document, parsed, query};
use crate::api::{Answer, Api, plain_answer};
use crate::aws::{ApiError, Caller, Object};
use bytes::Bytes;
use hyper::StatusCode;
use serde::Deserialize;
use serde::de::IgnoredAny;
use stateline_base::Timestamp;
use stateline_runtime::{
    DRAFT_BYTES_MAX, DRAFT_ID_CHARS_MAX, Draft, DraftBody, DraftHeader, DraftSave, ServiceError,
};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Where one draft is.
pub(super) const ITEM: &str = "/stateline/drafts/item";

/// Characters of a title.
const TITLE_CHARS_MAX: usize = 300;
/// Characters of an ARN, of a revision's id and of an editor's.
const NAME_CHARS_MAX: usize = 2_048;
const EDITOR_CHARS_MAX: usize = 100;

/// What a save brings.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Saved<'b> {
    #[serde(borrow)]
    id: Cow<'b, str>,
    title: String,
    text: String,
    #[serde(borrow)]
    format: Cow<'b, str>,
    #[serde(borrow)]
    machine_type: Cow<'b, str>,
    state_machine_arn: Option<String>,
    base_revision_id: Option<String>,
    sample_inputs: Option<BTreeMap<String, String>>,
    editor: String,
    if_saved_at: Option<f64>,
    /// A draft that is sent back as it came has it; when it was saved is said by the server.
    #[serde(rename = "savedAt")]
    _saved_at: Option<f64>,
    /// So are who else is there and what the machine is by now.
    #[serde(rename = "editors")]
    _editors: Option<IgnoredAny>,
    #[serde(rename = "machineRevisionId")]
    _machine_revision_id: Option<IgnoredAny>,
    #[serde(rename = "machineUpdatedAt")]
    _machine_updated_at: Option<IgnoredAny>,
}

/// What a draft's machine is by now.
#[derive(Debug)]
struct MachineNow {
    /// Empty for the initial one.
    revision: String,
    /// Absent when it never was changed.
    updated: Option<Timestamp>,
}

/// The account's drafts, the latest first.
pub(super) async fn list(asked: Asked<'_>) -> Result<Answer, ApiError> {
    query::values(&asked.head.uri, [])?;
    let caller = asked.caller();
    let drafts = asked.api.service().drafts(caller.account, caller.region)?;
    Ok(document(Object::document(|answer| {
        answer.array("drafts", &drafts, usize::MAX, |object, draft| {
            object.text("id", &draft.id);
            header(object, draft);
        });
    })))
}

/// Deletes a draft.
pub(super) async fn delete(asked: Asked<'_>) -> Result<Answer, ApiError> {
    let [id] = query::values(&asked.head.uri, ["id"])?;
    let (id, caller) = (checked_id(id)?, asked.caller());
    asked.api.service().delete_draft(caller.account, caller.region, &id).await?;
    Ok(document(b"{}".to_vec()))
}

/// Looks at a draft. One that is not there is no error: who opens a machine asks whether it has one.
pub(super) async fn look(asked: Asked<'_>) -> Result<Answer, ApiError> {
    let [id, editor] = query::values(&asked.head.uri, ["id", "editor"])?;
    let (api, id, caller) = (asked.api, checked_id(id)?, asked.caller());
    if let Some(editor) = editor.as_deref() {
        check_length("editor", editor, 1, EDITOR_CHARS_MAX)?;
    }
    let draft = api.service().draft(caller.account, caller.region, &id).await?;
    let others = meet(api, &caller, &id, editor.as_deref());
    // A machine's draft is named as the machine is, unless it says otherwise.
    let machine_arn = match &draft {
        Some(draft) => draft.header.machine_arn.as_deref(),
        None => Some(&*id),
    };
    let machine = machine_now(api, &caller, machine_arn).await;
    Ok(document(Object::document(|answer| {
        if let Some(draft) = &draft {
            whole(answer, draft);
        }
        standing(answer, machine.as_ref(), &others);
    })))
}

/// Saves a draft.
pub(super) async fn save(asked: Asked<'_>) -> Result<Answer, ApiError> {
    let [id] = query::values(&asked.head.uri, ["id"])?;
    let (api, id, caller) = (asked.api, checked_id(id)?, asked.caller());
    let (draft, if_saved) = read(&id, parsed(asked.body)?)?;
    let others = meet(api, &caller, &id, Some(&draft.header.editor));
    let machine_arn = draft.header.machine_arn.clone();
    let service = api.service().clone();
    let (account, region) = (caller.account.to_owned(), caller.region.to_owned());
    // A save that has begun is not given up with its connection.
    let saving = tokio::spawn(async move { service.save_draft(&account, &region, draft, if_saved).await });
    let saved = match saving.await {
        Ok(saved) => saved?,
        Err(_) => return Err(ServiceError::Unavailable("it is shutting down".into()).into()),
    };
    match saved {
        DraftSave::Saved(at) => {
            let machine = machine_now(api, &caller, machine_arn.as_deref()).await;
            Ok(document(Object::document(|answer| {
                answer.time("savedAt", at);
                standing(answer, machine.as_ref(), &others);
            })))
        }
        DraftSave::Changed(stored) => Ok(changed(&id, stored.as_deref())),
    }
}

/// Who else is at a draft. Who says so is there from now on, too.
fn meet(api: &Api, caller: &Caller<'_>, id: &str, editor: Option<&str>) -> Vec<Seen> {
    let draft = format!("{}/{}/{id}", caller.account, caller.region);
    let now = api.service().now();
    match editor {
        Some(editor) => api.presence().meet(&draft, editor, now),
        None => api.presence().at(&draft, now),
    }
}

/// What the machine is by now; nothing of one that is not there, or is not the caller's.
async fn machine_now(api: &Api, caller: &Caller<'_>, arn: Option<&str>) -> Option<MachineNow> {
    let arn = arn.filter(|arn| caller.check_own(arn).is_ok())?;
    let machine = api.service().machine(arn).await.ok()?;
    Some(MachineNow {
        revision: machine.lineage.revision_id.as_deref().unwrap_or_default().to_owned(),
        updated: machine.lineage.updated,
    })
}

fn checked_id(id: Option<Cow<'_, str>>) -> Result<Cow<'_, str>, ApiError> {
    let id = id.ok_or_else(|| ApiError::Validation("say which draft is meant: ?id=…".to_owned()))?;
    check_length("id", &id, 1, DRAFT_ID_CHARS_MAX)?;
    Ok(id)
}

fn check_length(name: &str, text: &str, least: usize, most: usize) -> Result<(), ApiError> {
    let length = text.chars().count();
    if (least..=most).contains(&length) {
        return Ok(());
    }
    Err(ApiError::Validation(format!("{name} must have from {least} to {most} characters, not {length}")))
}

/// A draft that may be kept, and when the one that is stored must have been saved.
fn read(id: &str, saved: Saved<'_>) -> Result<(Draft, Option<Timestamp>), ApiError> {
    let wrong = |message: String| Err(ApiError::Validation(message));
    if saved.id != id {
        return wrong(format!("the body is of the draft '{}' and the path of '{id}'", saved.id));
    }
    check_length("title", &saved.title, 0, TITLE_CHARS_MAX)?;
    check_length("editor", &saved.editor, 1, EDITOR_CHARS_MAX)?;
    check_length("stateMachineArn", saved.state_machine_arn.as_deref().unwrap_or("-"), 1, NAME_CHARS_MAX)?;
    check_length("baseRevisionId", saved.base_revision_id.as_deref().unwrap_or_default(), 0, NAME_CHARS_MAX)?;
    let is_yaml = word("format", &saved.format, ["json", "yaml"])?;
    let is_express = word("machineType", &saved.machine_type, ["STANDARD", "EXPRESS"])?;
    let sample_inputs = saved.sample_inputs.unwrap_or_default();
    let inputs: usize = sample_inputs.iter().map(|(state, input)| state.len() + input.len()).sum();
    for (name, bytes) in [("text", saved.text.len()), ("sampleInputs", inputs)] {
        if bytes > DRAFT_BYTES_MAX {
            return wrong(format!("{name} must have at most {DRAFT_BYTES_MAX} bytes, not {bytes}"));
        }
    }
    let if_saved = match saved.if_saved_at {
        None => None,
        Some(seconds) if seconds.is_finite() && (0.0..1e12).contains(&seconds) =>
        {
            #[allow(clippy::cast_possible_truncation, reason = "1e15 milliseconds fit")]
            Some(Timestamp::from_millis((seconds * 1_000.0).round() as i64))
        }
        Some(other) => {
            return wrong(format!("ifSavedAt must be a savedAt, or 0 for a new draft, not {other}"));
        }
    };
    let header = DraftHeader {
        id: id.to_owned(),
        title: saved.title,
        saved: Timestamp::default(),
        is_yaml,
        is_express,
        machine_arn: saved.state_machine_arn,
        editor: saved.editor,
    };
    let body = DraftBody { text: saved.text, base_revision_id: saved.base_revision_id, sample_inputs };
    Ok((Draft { header, body }, if_saved))
}

/// Whether a value is the second of two words.
fn word(name: &str, value: &str, words: [&str; 2]) -> Result<bool, ApiError> {
    match words.iter().position(|word| *word == value) {
        Some(at) => Ok(at == 1),
        None => Err(ApiError::Validation(format!("{name} must be {}, not '{value}'", words.join(" or ")))),
    }
}

/// Somebody else was quicker: who, when, and what is stored now.
fn changed(id: &str, stored: Option<&Draft>) -> Answer {
    let message = match stored {
        Some(stored) => format!(
            "The draft '{id}' was saved by the editor '{}' at {} meanwhile; take that over, or save with that time",
            stored.header.editor, stored.header.saved
        ),
        None => {
            format!("The draft '{id}' is not stored any more: somebody deleted it; save with ifSavedAt 0")
        }
    };
    let error = ApiError::Conflict(message);
    let body = Object::document(|answer| {
        error.members(answer);
        if let Some(stored) = stored {
            answer.object("stored", |object| whole(object, stored));
        }
    });
    plain_answer(StatusCode::CONFLICT, Bytes::from(body))
}

fn header(object: &mut Object<'_>, draft: &DraftHeader) {
    object.text("title", &draft.title);
    object.time("savedAt", draft.saved);
    object.text("format", if draft.is_yaml { "yaml" } else { "json" });
    object.text("machineType", if draft.is_express { "EXPRESS" } else { "STANDARD" });
    object.text_if("stateMachineArn", draft.machine_arn.as_deref());
}

fn whole(object: &mut Object<'_>, draft: &Draft) {
    let Draft { header: shown, body } = draft;
    object.text("id", &shown.id);
    header(object, shown);
    object.text("text", &body.text);
    object.text_if("baseRevisionId", body.base_revision_id.as_deref());
    if !body.sample_inputs.is_empty() {
        object.object("sampleInputs", |inputs| {
            for (state, input) in &body.sample_inputs {
                inputs.member_text(state, input);
            }
        });
    }
    object.text("editor", &shown.editor);
}

/// How a draft stands beside what others do.
fn standing(object: &mut Object<'_>, machine: Option<&MachineNow>, others: &[Seen]) {
    if let Some(machine) = machine {
        object.text("machineRevisionId", &machine.revision);
        if let Some(updated) = machine.updated {
            object.time("machineUpdatedAt", updated);
        }
    }
    object.array("editors", others, usize::MAX, |object, seen| {
        object.text("editor", &seen.editor);
        object.time("seenAt", seen.at);
    });
}
