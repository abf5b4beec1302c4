//! Distributed Maps whose items come from a reader and whose results go to a writer: what is asked
//! of the world, and what comes of it.

mod common;

use common::{Answer, Run, Source, run};
use expect_test::{Expect, expect};
use serde_json::{Value, json};
use stateline_engine::{Counts, Input, MapRunStatus, MapRunSummary};
use stateline_journal::Event;

/// A Map that reads, with these fields.
fn map(fields: &Value) -> String {
    let mut map = json!({"Type": "Map", "Label": "M", "End": true,
        "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSONL"},
            "Parameters": {"Bucket": "b", "Key.$": "$.key"}},
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
            "StartAt": "C", "States": {"C": {"Type": "Pass", "End": true}}}});
    if let (Value::Object(map), Value::Object(fields)) = (&mut map, fields) {
        map.extend(fields.clone());
    }
    json!({"StartAt": "M", "States": {"M": map}}).to_string()
}

fn reads(fields: &Value, items: usize) -> Run {
    let items = (0..items).map(|number| json!({"n": number})).collect();
    run(&map(fields), r#"{"key":"k"}"#).source(Source { items, page: 3, ..Source::default() })
}

fn told(run: &Run) -> String {
    let calls: String = run.calls.iter().map(|call| format!("> {call}\n")).collect();
    format!("{calls}{}= {}\n", run.print(), run.output())
}

fn check(run: Run, expected: &Expect) {
    expected.assert_eq(&told(&run.run_out()));
}

fn only(run: &Run) -> &MapRunSummary {
    assert_eq!(run.x.map_runs.len(), 1);
    run.x.map_runs.values().next().expect("there is one")
}

fn succeeded(total: u64) -> Counts {
    Counts { succeeded: total, total, ..Counts::default() }
}

fn writes() -> Value {
    json!({"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject",
        "Parameters": {"Bucket": "b", "Prefix.$": "$.key"}}})
}

fn with(mut fields: Value, more: &Value) -> Value {
    if let (Value::Object(fields), Value::Object(more)) = (&mut fields, more) {
        fields.extend(more.clone());
    }
    fields
}

#[test]
fn items_come_as_children_can_begin() {
    check(
        reads(&json!({"MaxConcurrency": 2}), 5),
        &expect![[r#"
        > read 1 to 2 from the first
        > child #1 {"n":0}
        > child #2 {"n":1}
        > read 1 to 1 from 2
        > child #3 {"n":2}
        > read 1 to 1 from 3
        > child #4 {"n":3}
        > read 1 to 1 from 4
        > child #5 {"n":4}
        > release
        1(0) ExecutionStarted {"key":"k"}
        2(0) MapStateEntered M {"key":"k"}
        3(2) MapStateStarted length 0
        4(3) MapRunStarted
        5(4) MapRunSucceeded
        6(5) MapStateSucceeded
        7(4) MapStateExited M [{"n":0},{"n":1},{"n":2},{"n":3},{"n":4}]
        8(7) ExecutionSucceeded [{"n":0},{"n":1},{"n":2},{"n":3},{"n":4}]
        = [{"n":0},{"n":1},{"n":2},{"n":3},{"n":4}]
    "#]],
    );
}

#[test]
fn a_source_without_items_is_no_child() {
    check(
        reads(&json!({}), 0),
        &expect![[r#"
        > read 1 to 1000 from the first
        > release
        1(0) ExecutionStarted {"key":"k"}
        2(0) MapStateEntered M {"key":"k"}
        3(2) MapStateStarted length 0
        4(3) MapRunStarted
        5(4) MapRunSucceeded
        6(5) MapStateSucceeded
        7(4) MapStateExited M []
        8(7) ExecutionSucceeded []
        = []
    "#]],
    );
}

#[test]
fn counts_grow_while_items_are_read() {
    let mut run = reads(&json!({"MaxConcurrency": 2}), 5);
    let mut totals = Vec::new();
    while run.step() {
        totals.push(only(&run).items.total);
    }
    assert!(totals.is_sorted() && totals.contains(&2) && totals.contains(&4), "{totals:?}");
    assert_eq!((only(&run).items, only(&run).children), (succeeded(5), succeeded(5)));
}

#[test]
fn no_more_than_max_items_are_read() {
    let reader = json!({"ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2",
        "ReaderConfig": {"MaxItems": 4}, "Parameters": {"Bucket": "b"}}});
    let run = reads(&reader, 9).run_out();
    assert_eq!(only(&run).items, succeeded(4));
    assert_eq!(run.output(), r#"[{"n":0},{"n":1},{"n":2},{"n":3}]"#);
}

#[test]
fn max_items_below_0_is_an_error_of_the_reader() {
    let reader = json!({"ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2",
        "ReaderConfig": {"MaxItemsPath": "$.max"}, "Parameters": {"Bucket": "b"}}});
    let run = run(&map(&reader), r#"{"max":-1}"#).run_out();
    assert_eq!(run.output(), "States.ItemReaderFailed: field MaxItems must be positive");
    let kinds: Vec<&str> = run.history().iter().map(|event| event.event_type).collect();
    assert!(kinds.contains(&"MapRunStarted") && kinds.contains(&"MapRunFailed"), "{kinds:?}");
}

#[test]
fn a_path_into_the_state_s_input_has_no_say_in_what_a_reader_gives() {
    for path in ["$.all", "$.nowhere", "$[0]"] {
        let run = reads(&json!({"ItemsPath": path}), 2).run_out();
        assert_eq!(run.output(), r#"[{"n":0},{"n":1}]"#, "{path}");
    }
}

#[test]
fn the_selector_sees_where_an_item_came_from() {
    let fields = json!({"ItemSelector": {"index.$": "$$.Map.Item.Index", "n.$": "$$.Map.Item.Value.n",
        "source.$": "$$.Map.Item.Source", "key.$": "$.key"}});
    let run = reads(&fields, 2).run_out();
    expect![[r#"[{"index":0,"n":0,"source":"S3://bucket/key","key":"k"},{"index":1,"n":1,"source":"S3://bucket/key","key":"k"}]"#]].assert_eq(&run.output());
}

#[test]
fn batches_are_full_until_the_source_ends() {
    let fields = json!({"ItemBatcher": {"MaxItemsPerBatch": 4}, "MaxConcurrency": 1});
    let run = reads(&fields, 10).run_out();
    assert_eq!((only(&run).items, only(&run).children), (succeeded(10), succeeded(3)));
    expect![[r#"[{"Items":[{"n":0},{"n":1},{"n":2},{"n":3}]},{"Items":[{"n":4},{"n":5},{"n":6},{"n":7}]},{"Items":[{"n":8},{"n":9}]}]"#]].assert_eq(&run.output());
}

#[test]
fn batches_are_bounded_by_their_bytes() {
    // {"Items":[]} has 12 bytes, an item with its comma 8.
    let fields = json!({"ItemBatcher": {"MaxInputBytesPerBatch": 30}});
    let run = reads(&fields, 5).run_out();
    assert_eq!(only(&run).children, succeeded(3));
    let fields = json!({"ItemBatcher": {"MaxInputBytesPerBatch": 12 + 8 * 200}});
    let run = reads(&fields, 500).run_out();
    assert_eq!((only(&run).items, only(&run).children), (succeeded(500), succeeded(4)));
}

#[test]
fn a_batch_that_is_too_large_reads_no_further() {
    // Every item has some hundred bytes, and a batch may have 256 KiB.
    let items = (0..20_000).map(|number| json!({"n": number, "text": "t".repeat(100)})).collect();
    let fields = json!({"ItemBatcher": {"MaxItemsPerBatch": 1_000_000}});
    let mut run =
        run(&map(&fields), r#"{"key":"k"}"#).source(Source { items, page: 500, ..Source::default() });
    run = run.run_out();
    assert!(run.output().starts_with("States.DataLimitExceeded"), "{}", run.output());
    // Some 2,200 items are too many. The questions double, up to no more than twice that.
    let asked =
        run.calls.iter().filter_map(|call| call.strip_prefix("read ")?.split(' ').next()?.parse().ok());
    let asked: Vec<usize> = asked.collect();
    assert_eq!(asked, [1_000, 2_000, 4_000]);
}

#[test]
fn a_batch_whose_items_are_selected_small_may_have_many_large_ones() {
    let items = (0..1_500).map(|number| json!({"n": number, "text": "t".repeat(500)})).collect();
    let fields = json!({"ItemBatcher": {"MaxItemsPerBatch": 1_500}, "MaxConcurrency": 1,
        "ItemSelector": {"n.$": "$$.Map.Item.Value.n"}, "ResultPath": null});
    let run = run(&map(&fields), r#"{"key":"k"}"#).source(Source { items, page: 500, ..Source::default() });
    let run = run.run_out();
    assert_eq!((only(&run).items, only(&run).children), (succeeded(1_500), succeeded(1)));
}

#[test]
fn a_reader_that_fails_ends_the_map_run() {
    let mut run = reads(&json!({"MaxConcurrency": 2}), 9);
    run.source.fails_at = Some(4);
    check(
        run,
        &expect![[r#"
        > read 1 to 2 from the first
        > child #1 {"n":0}
        > child #2 {"n":1}
        > read 1 to 1 from 2
        > child #3 {"n":2}
        > read 1 to 1 from 3
        > child #4 {"n":3}
        > read 1 to 1 from 4
        > release
        1(0) ExecutionStarted {"key":"k"}
        2(0) MapStateEntered M {"key":"k"}
        3(2) MapStateStarted length 0
        4(3) MapRunStarted
        5(4) MapRunFailed States.ItemReaderFailed / no such object
        6(5) MapStateFailed
        7(6) ExecutionFailed States.ItemReaderFailed / no such object
        = States.ItemReaderFailed: no such object
    "#]],
    );
}

#[test]
fn failures_count_at_once_and_shares_when_all_items_are_known() {
    let failing = [Answer::Ok("1"), Answer::Err("E", "no"), Answer::Err("E", "no")];
    let fails = |fields: &Value| {
        let run = reads(&with(json!({"MaxConcurrency": 2}), fields), 8).answer("child", &failing).run_out();
        (only(&run).status, only(&run).items.total)
    };
    assert_eq!(fails(&json!({})), (MapRunStatus::Failed, 2));
    assert_eq!(fails(&json!({"ToleratedFailureCount": 1})), (MapRunStatus::Failed, 3));
    assert_eq!(fails(&json!({"ToleratedFailurePercentage": 25})), (MapRunStatus::Succeeded, 8));
    assert_eq!(fails(&json!({"ToleratedFailurePercentage": 24})), (MapRunStatus::Failed, 8));
    // With so few items at most the share can no longer be met.
    let few = json!({"ToleratedFailurePercentage": 24, "ItemReader": {
        "Resource": "arn:aws:states:::s3:listObjectsV2", "ReaderConfig": {"MaxItems": 8},
        "Parameters": {"Bucket": "b"}}});
    assert_eq!(fails(&few), (MapRunStatus::Failed, 3));
}

#[test]
fn results_are_written_before_the_map_run_succeeds() {
    check(
        reads(&writes(), 3),
        &expect![[r#"
        > read 1 to 1000 from the first
        > child #1 {"n":0}
        > child #2 {"n":1}
        > child #3 {"n":2}
        > release
        > write {"Bucket":"b","Prefix":"k"}
        1(0) ExecutionStarted {"key":"k"}
        2(0) MapStateEntered M {"key":"k"}
        3(2) MapStateStarted length 0
        4(3) MapRunStarted
        5(4) MapRunSucceeded
        6(5) MapStateSucceeded
        7(4) MapStateExited M {"MapRunArn":"arn:aws:states:us-east-1:000000000000:mapRun:m/M:bdd73226-2feb-4e95-a8ef-e333b266f103","ResultWriterDetails":{"Bucket":"b","Key":"k"}}
        8(7) ExecutionSucceeded {"MapRunArn":"arn:aws:states:us-east-1:000000000000:mapRun:m/M:bdd73226-2feb-4e95-a8ef-e333b266f103","ResultWriterDetails":{"Bucket":"b","Key":"k"}}
        = {"MapRunArn":"arn:aws:states:us-east-1:000000000000:mapRun:m/M:bdd73226-2feb-4e95-a8ef-e333b266f103","ResultWriterDetails":{"Bucket":"b","Key":"k"}}
    "#]],
    );
}

#[test]
fn results_are_written_before_the_map_run_fails() {
    let fields = with(writes(), &json!({"MaxConcurrency": 2}));
    check(
        reads(&fields, 3).answer("child", &[Answer::Err("E", "no")]),
        &expect![[r#"
        > read 1 to 2 from the first
        > child #1 {"n":0}
        > child #2 {"n":1}
        > release
        > stop child #2
        > write {"Bucket":"b","Prefix":"k"}
        1(0) ExecutionStarted {"key":"k"}
        2(0) MapStateEntered M {"key":"k"}
        3(2) MapStateStarted length 0
        4(3) MapRunStarted
        5(4) MapRunFailed States.ExceedToleratedFailureThreshold / The specified tolerated failure threshold was exceeded
        6(5) MapStateFailed
        7(6) ExecutionFailed States.ExceedToleratedFailureThreshold / The specified tolerated failure threshold was exceeded
        = States.ExceedToleratedFailureThreshold: The specified tolerated failure threshold was exceeded
    "#]],
    );
}

#[test]
fn results_that_cannot_be_written_fail_the_map_run() {
    let mut run = reads(&writes(), 1);
    run.source.write_fails = true;
    run = run.run_out();
    assert_eq!(run.output(), "States.ResultWriterFailed: no such bucket");
    // A redrive writes them again, and nothing else.
    run.source.write_fails = false;
    run.calls.clear();
    run.input(Input::Redrive { token: None, map_run: 0 });
    let run = run.run_out();
    assert_eq!(run.calls, [r#"write {"Bucket":"b","Prefix":"k"}"#]);
    assert_eq!(only(&run).status, MapRunStatus::Succeeded);
}

#[test]
fn a_redrive_reads_on_and_has_the_others_go_on() {
    let mut run =
        reads(&json!({"MaxConcurrency": 2}), 6).answer("child", &[Answer::Err("E", "no")]).run_out();
    assert_eq!(only(&run).status, MapRunStatus::Failed);
    run.calls.clear();
    run.input(Input::Redrive { token: None, map_run: 0 });
    let run = run.run_out();
    assert_eq!(only(&run).items, succeeded(6));
    expect![[r#"
        child #1 {"n":0}
        child #2 {"n":1}
        read 1 to 1 from 2
        child #3 {"n":2}
        read 1 to 1 from 3
        child #4 {"n":3}
        read 1 to 1 from 4
        child #5 {"n":4}
        read 1 to 1 from 5
        child #6 {"n":5}
        release"#]]
    .assert_eq(&run.calls.join("\n"));
    assert_eq!(run.output(), r#"[{"n":0},{"n":1},{"n":2},{"n":3},{"n":4},{"n":5}]"#);
}

#[test]
fn a_stop_ends_the_reading() {
    let mut run = reads(&json!({"MaxConcurrency": 1}), 6);
    run.step();
    run.calls.clear();
    run.input(Input::Stop(stateline_base::Failure::default()));
    assert_eq!(run.calls, ["stop child #1", "release"]);
}

#[test]
fn outputs_are_not_kept_once_they_fit_into_no_result() {
    let wide = "x".repeat(1_000);
    let items: Vec<Value> = (0..800).map(|number| json!({"n": number, "x": wide})).collect();
    let run = run(&map(&json!({"MaxConcurrency": 40})), r#"{"key":"k"}"#);
    let mut run = run.source(Source { items, page: 100, ..Source::default() });
    let (mut most, mut steps) = (0, 0);
    while run.step() {
        steps += 1;
        if steps % 40 == 0 {
            most = most.max(format!("{:?}", run.x).len());
        }
    }
    assert!(most < 600_000, "the execution took {most} bytes as text");
    assert!(run.output().starts_with("States.DataLimitExceeded"), "{}", run.output());
    let taken = run.records.iter().filter(|record| matches!(record.event, Event::ItemsTaken { .. }));
    assert_eq!(taken.count(), 800);
}

/// The same Map, however small the decisions, the pages, the batches and the concurrency are: every
/// item becomes part of one child, in order.
#[test]
fn every_item_is_taken_once_however_decisions_are_cut() {
    for (records_max, page, concurrency, batch) in cases() {
        let mut fields = json!({"MaxConcurrency": concurrency});
        if batch > 0 {
            fields["ItemBatcher"] = json!({"MaxItemsPerBatch": batch});
        }
        let mut run = reads(&fields, 23);
        run.records_max = records_max;
        run.source.page = page;
        let run = run.run_out();
        let case =
            format!("{records_max} records, pages of {page}, {concurrency} at once, batches of {batch}");
        let mut next = 0;
        for record in &run.records {
            let Event::ItemsTaken { input, items, cursor, .. } = &record.event else { continue };
            let taken = input.value().get("Items").and_then(Value::as_array).cloned();
            let taken = taken.unwrap_or_else(|| vec![input.value().clone()]);
            assert_eq!(taken.len(), *items as usize, "{case}");
            for item in taken {
                assert_eq!(item, json!({"n": next}), "{case}");
                next += 1;
            }
            assert_eq!(**cursor, next.to_string(), "{case}");
        }
        assert_eq!((next, only(&run).items), (23, succeeded(23)), "{case}");
    }
}

fn cases() -> impl Iterator<Item = (usize, usize, u64, u64)> {
    let batches = [0, 1, 3, 50];
    [1, 2, 5, 4_096].into_iter().flat_map(move |records_max| {
        [1, 4, 30].into_iter().flat_map(move |page| {
            [1, 3, 0].into_iter().flat_map(move |concurrency| {
                batches.into_iter().map(move |batch| (records_max, page, concurrency, batch))
            })
        })
    })
}

#[test]
fn of_children_that_failed_little_is_kept_and_they_go_on_as_they_began() {
    let items: Vec<Value> = (0..400).map(|number| json!({"n": number, "x": "x".repeat(1_000)})).collect();
    let causes: Vec<String> = (0..400).map(|number| format!("{number} {}", "c".repeat(5_000))).collect();
    let failing: Vec<Answer> = causes.iter().map(|cause| Answer::Err("E", cause.clone().leak())).collect();
    let fields = with(writes(), &json!({"MaxConcurrency": 10, "ToleratedFailureCount": 399}));
    let run = run(&map(&fields), r#"{"key":"k"}"#).answer("child", &failing);
    let mut run = run.source(Source { items: items.clone(), page: 100, ..Source::default() });
    let mut most = 0;
    while run.step() {
        most = most.max(format!("{:?}", run.x).len());
    }
    // Ten that run have their inputs; of four hundred that failed there are only numbers.
    assert!(most < 150_000, "{most} bytes");
    assert_eq!(only(&run).items.failed, 400);
    run.calls.clear();
    run.input(Input::Redrive { token: None, map_run: 0 });
    let run = run.run_out();
    assert_eq!(only(&run).items, succeeded(400));
    let again: Vec<&str> = run.calls.iter().filter_map(|call| call.strip_prefix("child #")).collect();
    let expected: Vec<String> =
        items.iter().zip(1..).map(|(item, attempt)| format!("{attempt} {item}")).collect();
    assert_eq!(again, expected);
}
