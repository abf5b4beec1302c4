//! `GetExecutionHistory`: the public history in pages, from either end.

use super::Call;
use super::arn::check_kept_execution;
use super::constrain::{page_size, read, text};
use super::encode::Object;
use super::error::ApiError;
use super::history::write_event;
use super::page_token::Question;
use crate::shapes;
use stateline_base::Timestamp;
use stateline_runtime::{HistoryPage, HistoryRequest};

/// Bytes of an answer after which a page ends early: a thousand events may each carry the largest payload.
const PAGE_BYTES_MAX: usize = 32 * 1024 * 1024;

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::GetExecutionHistory<'_> = read(call)?;
    let arn = text(request.execution_arn.as_ref());
    let limit = page_size(request.max_results);
    check_kept_execution(arn, call.api.service().keeps_express())?;
    let reverse = request.reverse_order.unwrap_or_default();
    let include_data = request.include_execution_data.unwrap_or(true);
    let order = if reverse { "newest first" } else { "oldest first" };
    let question =
        Question::new(&["GetExecutionHistory", arn, order, if include_data { "data" } else { "" }]);
    let service = call.api.service();
    let from_id =
        request.next_token.as_deref().map(|token| first_id(question, token, service.now())).transpose()?;
    let page = service.history(arn, HistoryRequest { limit, reverse, from_id }).await?;
    Ok(write(&page, include_data, PAGE_BYTES_MAX, |id| question.seal(&id.to_string(), service.now())))
}

/// The event id in a token.
fn first_id(question: Question, token: &str, now: Timestamp) -> Result<u64, ApiError> {
    question.open(token, now)?.parse().map_err(|_| ApiError::InvalidToken)
}

fn write(page: &HistoryPage, include_data: bool, bytes_max: usize, seal: impl Fn(u64) -> String) -> Vec<u8> {
    Object::document(|answer| {
        let written = answer.array("events", &page.events, bytes_max, |item, event| {
            write_event(item, event, include_data);
        });
        let next = page.events.get(written).map(|event| event.id).or(page.next_id);
        answer.text_if("nextToken", next.map(seal).as_deref());
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use stateline_base::Failure;
    use stateline_journal::{HistoryDetails, HistoryEvent};

    fn page(ids: impl IntoIterator<Item = u64>, next_id: Option<u64>) -> HistoryPage {
        let event = |id| HistoryEvent {
            timestamp: Timestamp::from_millis(1),
            id,
            previous_event_id: 0,
            event_type: "ExecutionFailed",
            details: HistoryDetails::Failure(Failure::default()),
        };
        HistoryPage { events: ids.into_iter().map(event).collect(), next_id }
    }

    fn ids_and_token(page: &HistoryPage, bytes_max: usize) -> (Vec<u64>, Option<String>) {
        let bytes = write(page, true, bytes_max, |id| format!("from {id}"));
        let answer: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
        let ids =
            answer["events"].as_array().expect("events").iter().filter_map(|event| event["id"].as_u64());
        (ids.collect(), answer.get("nextToken").and_then(|token| token.as_str()).map(str::to_owned))
    }

    #[test]
    fn the_token_begins_the_next_page() {
        assert_eq!(ids_and_token(&page([1, 2], None), usize::MAX), (vec![1, 2], None));
        assert_eq!(
            ids_and_token(&page([1, 2], Some(3)), usize::MAX),
            (vec![1, 2], Some("from 3".to_owned()))
        );
        assert_eq!(ids_and_token(&page([], None), usize::MAX), (vec![], None));
    }

    #[test]
    fn a_page_that_grows_too_large_ends_early() {
        assert_eq!(ids_and_token(&page([9, 8, 7], Some(6)), 1), (vec![9], Some("from 8".to_owned())));
        assert_eq!(ids_and_token(&page([9, 8, 7], None), 150).1, Some("from 7".to_owned()));
    }

    #[test]
    fn tokens_hold_an_event_id() {
        let (question, now) = (Question::new(&["x"]), Timestamp::from_millis(0));
        assert_eq!(first_id(question, &question.seal("12", now), now), Ok(12));
        assert_eq!(first_id(question, &question.seal("twelve", now), now), Err(ApiError::InvalidToken));
    }
}
