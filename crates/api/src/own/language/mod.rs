//! What an editor asks about a text: what is wrong with it, what could stand at a place, what stands
//! there, what a state makes of an input. The answers come from the language's crate and the engine;
//! here they get their wire form, and places become UTF-16 units.

mod completion;
mod diagnostics;
mod palette;
mod preview;
mod turns;

pub(crate) use turns::Turns;

use super::{Asked, document, parsed};
use crate::Answer;
use crate::aws::ApiError;
use stateline_asl::MachineKind;
use stateline_asl::language::{Callable, Format, Source};

/// Where the integrations are listed.
pub(super) const PALETTE: &str = "/stateline/language/palette";
pub(super) const DIAGNOSTICS: &str = "/stateline/language/diagnostics";
pub(super) const COMPLETION: &str = "/stateline/language/completion";
pub(super) const HOVER: &str = "/stateline/language/hover";
pub(super) const PREVIEW: &str = "/stateline/language/preview";

/// Answers a question about a text, or about what there is.
pub(super) async fn answer(asked: Asked<'_>) -> Result<Answer, ApiError> {
    let limit = asked.api.service().limits().definition_bytes_max;
    let (turns, body) = (asked.api.turns(), asked.body.clone());
    let answer = match asked.head.uri.path() {
        PALETTE => {
            let question = palette::read(&asked.head.uri)?;
            turns.text(move || palette::write(&question)).await?
        }
        COMPLETION => {
            let callable = callable(&asked).await?;
            turns.text(move || completion::complete(&body, limit, &callable)).await?
        }
        HOVER => turns.text(move || completion::hover(&body, limit)).await?,
        PREVIEW => {
            let service = asked.api.service().clone();
            let prefix = asked.caller().machine_prefix();
            turns.preview(move || preview::run(&body, limit, &service, &prefix)).await?
        }
        _ => turns.text(move || diagnostics::run(&body, limit)).await?,
    };
    Ok(document(answer))
}

/// Of each kind of what can be called: so many are offered.
const CALLABLE_MAX: usize = 500;

/// What the caller has on this server.
async fn callable(asked: &Asked<'_>) -> Result<Callable, ApiError> {
    let (service, caller) = (asked.api.service(), asked.caller());
    let prefix = caller.function_prefix();
    let functions = service.functions().into_iter().take(CALLABLE_MAX);
    let activities = service.activities(&caller.activity_prefix(), None, CALLABLE_MAX).items;
    let machines = service.machines(&caller.machine_prefix(), None, CALLABLE_MAX).await?.items;
    Ok(Callable {
        functions: functions.map(|function| format!("{prefix}{}", function.name)).collect(),
        activities: activities.iter().map(|activity| activity.arn.to_string()).collect(),
        machines: machines.iter().map(|machine| machine.arn.to_string()).collect(),
    })
}

/// A text with its format and what it is to be, which are words.
fn source<'t>(text: &'t str, format: &str, kind: &str) -> Result<Source<'t>, ApiError> {
    let wrong = |name: &str, value: &str, words: &str| {
        Err(ApiError::Validation(format!("{name} must be {words}, not '{value}'")))
    };
    let format = match format {
        "json" => Format::Json,
        "yaml" => Format::Yaml,
        other => return wrong("format", other, "json or yaml"),
    };
    let kind = match kind {
        "STANDARD" => MachineKind::Standard,
        "EXPRESS" => MachineKind::Express,
        other => return wrong("type", other, "STANDARD or EXPRESS"),
    };
    Ok(Source { text, format, kind })
}
