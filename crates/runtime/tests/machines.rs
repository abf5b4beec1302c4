//! What becomes of machines after their creation: updates, versions, aliases and tags, and that
//! all of it, with what executions remember of it, survives a restart.
#![allow(clippy::disallowed_methods, reason = "tests wait and spawn")]

use serde_json::json;
use stateline_base::{Failure, Limits, Payload, Timestamp};
use stateline_journal::MachineKind;
use stateline_runtime::{
    Alias, Attempt, CallFuture, Config, Connector, Created, Ending, Entropy, ExecutionView, Lineage, Machine,
    MachineStatus, Outcome, Publish, Route, Service, ServiceError, StartRequest, Started, SystemClock,
    UpdateAlias, UpdateMachine, Updated,
};
use stateline_store::{Fault, Group, MemStore, Options, Put, Status, Store, Table, open_embedded};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::runtime::Handle;

const ARN: &str = "arn:aws:states:us-east-1:000000000000:stateMachine:m";

/// Nothing here calls anything.
struct Silence;

impl Connector for Silence {
    fn call(&self, _: Attempt) -> CallFuture {
        Box::pin(std::future::pending::<Outcome>())
    }
}

/// Counts up, so that the weights of an alias are kept exactly by a hundred starts in a row.
#[derive(Default)]
struct Count(AtomicU64);

impl Entropy for Count {
    fn draw(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

fn open(store: Arc<dyn Store>, limits: Limits) -> Service {
    let config = Config {
        store,
        connector: Arc::new(Silence),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(Count::default()),
        limits,
        workers: 2,
        mailbox_capacity: 1_000,
    };
    Service::open(config, &Handle::current()).expect("the store opens")
}

fn in_memory() -> (MemStore, Service) {
    let store = MemStore::new();
    let service = open(Arc::new(store.clone()), Limits::default());
    (store, service)
}

/// A definition whose output tells which one it is.
fn gives(result: &str) -> Arc<str> {
    json!({"StartAt": "S", "States": {"S": {"Type": "Pass", "Result": result, "End": true}}})
        .to_string()
        .into()
}

/// A definition whose executions stay open, over restarts too.
fn hangs(comment: &str) -> Arc<str> {
    let wait = json!({"Type": "Wait", "Seconds": 600, "End": true});
    json!({"Comment": comment, "StartAt": "S", "States": {"S": wait}}).to_string().into()
}

fn machine(definition: Arc<str>, kind: MachineKind) -> Machine {
    Machine {
        arn: ARN.into(),
        name: "m".into(),
        definition,
        role_arn: "arn:aws:iam::000000000000:role/first".into(),
        kind,
        created: Timestamp::from_millis(1),
        status: MachineStatus::Active,
        logging: None,
        tracing_enabled: false,
        encryption: None,
        tags: vec![("a".to_owned(), "1".to_owned())],
        lineage: Lineage::default(),
    }
}

async fn create(service: &Service, definition: Arc<str>, publish: bool) {
    let lineage = Lineage { first_version: publish.then(Publish::default), ..Lineage::default() };
    let machine = Machine { lineage, ..machine(definition, MachineKind::Standard) };
    assert!(matches!(service.create_machine(machine).await, Ok(Created::New(_))));
}

fn define(definition: Arc<str>, publish: bool) -> UpdateMachine {
    let publish = publish.then(Publish::default);
    UpdateMachine { arn: ARN.into(), definition: Some(definition), publish, ..UpdateMachine::default() }
}

async fn update(service: &Service, change: UpdateMachine) -> Updated {
    service.update_machine(change).await.expect("the machine is updated")
}

fn request(arn: &str, name: Option<&str>) -> StartRequest {
    let input = Payload::parse("{}").expect("JSON");
    StartRequest { machine_arn: arn.into(), name: name.map(Arc::from), input, trace_header: None }
}

async fn start(service: &Service, arn: &str) -> Started {
    service.start(request(arn, None)).await.expect("accepted")
}

async fn ended(service: &Service, arn: &str) -> ExecutionView {
    for _ in 0..2_000 {
        let view = service.describe(arn).await.expect("an accepted execution can be described");
        if view.ending != Ending::Running {
            return view;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{arn} does not end");
}

/// What an execution gives, and through which version and alias it was started.
async fn outcome(service: &Service, started: &Started) -> (String, Option<Arc<str>>, Option<Arc<str>>) {
    let view = ended(service, &started.arn).await;
    let Ending::Succeeded(output) = view.ending else { panic!("it succeeds: {view:?}") };
    (output.text().to_owned(), view.version_arn, view.alias_arn)
}

fn qualified(qualifier: &str) -> Arc<str> {
    format!("{ARN}:{qualifier}").into()
}

fn routes(weights: &[(u32, u8)]) -> Vec<Route> {
    weights.iter().map(|(version, weight)| Route { version: *version, weight: *weight }).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_makes_a_revision_and_what_runs_keeps_its_own() {
    let (_, service) = in_memory();
    create(&service, hangs("first"), false).await;
    let old = start(&service, ARN).await;
    let same = update(&service, define(hangs("first"), false)).await;
    assert_eq!((same.machine.lineage.revision_id.as_ref(), same.machine.lineage.updated), (None, None));
    let role: Arc<str> = "arn:aws:iam::000000000000:role/second".into();
    let change = UpdateMachine {
        role_arn: Some(role.clone()),
        logging: Some(Some(r#"{"level":"OFF"}"#.into())),
        tracing_enabled: Some(true),
        ..define(hangs("second"), false)
    };
    let new = update(&service, change.clone()).await.machine;
    assert!(new.lineage.revision_id.is_some() && new.lineage.updated.is_some(), "{new:?}");
    assert_eq!(update(&service, change).await.machine, new, "an update that changes nothing is none");
    let young = start(&service, ARN).await;

    let used = service.used_machine(&old.arn).await.expect("described").machine;
    assert_eq!((&used.definition, &used.lineage.revision_id), (&hangs("first"), &None));
    assert_eq!((&*used.role_arn, used.tracing_enabled), ("arn:aws:iam::000000000000:role/first", false));
    assert_eq!((used.logging, used.lineage.updated), (None, Some(Timestamp::from_millis(1))));
    let used = service.used_machine(&young.arn).await.expect("described").machine;
    assert_eq!((&used.definition, &used.role_arn, used.tracing_enabled), (&hangs("second"), &role, true));
    assert_eq!(used.lineage.revision_id, new.lineage.revision_id);
    assert_eq!((used.logging, used.lineage.updated), (new.logging.clone(), new.lineage.updated));
    let back =
        UpdateMachine { logging: Some(None), ..UpdateMachine { arn: ARN.into(), ..Default::default() } };
    let back = update(&service, back).await.machine;
    assert_eq!(back.logging, None);
    assert_ne!(back.lineage.revision_id, new.lineage.revision_id);
    let missing = UpdateMachine { arn: qualified("1"), ..define(hangs("x"), false) };
    assert_eq!(service.update_machine(missing).await, Err(ServiceError::MachineDoesNotExist(qualified("1"))));
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn versions_are_numbered_for_ever_and_belong_to_one_revision() {
    let (_, service) = in_memory();
    create(&service, gives("one"), true).await;
    let publish = async |revision: Option<&str>| service.publish_version(ARN, revision, None).await;
    assert_eq!(publish(None).await.map(|version| version.number), Ok(1), "the revision has a version");
    assert_eq!(publish(Some("INITIAL")).await.map(|version| version.number), Ok(1));
    let conflict = ServiceError::RevisionConflict { wanted: "x".into(), current: "INITIAL".into() };
    assert_eq!(publish(Some("x")).await, Err(conflict));
    let second = update(&service, define(gives("two"), true)).await;
    assert_eq!(second.version.as_ref().map(|version| version.number), Some(2));
    let again = update(&service, define(gives("two"), true)).await;
    assert_eq!(again.version, second.version, "nothing changed, so that its version stands");
    assert!(matches!(publish(Some("INITIAL")).await, Err(ServiceError::RevisionConflict { .. })));
    service.delete_version(&qualified("2")).await.expect("deleted");
    service.delete_version(&qualified("2")).await.expect("a missing one may be deleted");
    assert_eq!(publish(None).await.map(|version| version.number), Ok(3), "no number comes twice");
    let page = service.versions(ARN, None, 1).await.expect("listed");
    assert_eq!((page.items[0].number, page.next.as_deref()), (3, Some("3")));
    let page = service.versions(ARN, page.next.as_deref(), 1).await.expect("listed");
    assert_eq!((page.items[0].number, page.next), (1, None));
    let view = service.machine_view(&qualified("1")).await.expect("shown");
    assert_eq!((&view.machine.definition, &view.machine.arn), (&gives("one"), &qualified("1")));
    assert_eq!(view.machine.lineage.revision_id, None);
    let gone = service.machine_view(&qualified("2")).await;
    assert_eq!(gone, Err(ServiceError::MachineDoesNotExist(qualified("2"))));
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn starts_go_where_versions_and_aliases_lead() {
    let (_, service) = in_memory();
    create(&service, gives("one"), true).await;
    update(&service, define(gives("two"), true)).await;
    update(&service, define(gives("three"), false)).await;
    service.create_alias(ARN, "live", None, routes(&[(1, 30), (2, 70)])).await.expect("created");
    assert_eq!(outcome(&service, &start(&service, ARN).await).await, ("\"three\"".to_owned(), None, None));
    let (one, two, live) = (qualified("1"), qualified("2"), qualified("live"));
    let through = start(&service, &one).await;
    assert_eq!(
        through.arn.rsplit_once(':').expect("an ARN").0,
        "arn:aws:states:us-east-1:000000000000:execution:m"
    );
    assert_eq!(outcome(&service, &through).await, ("\"one\"".to_owned(), Some(one.clone()), None));
    let mut chosen = [0, 0];
    for _ in 0..20 {
        let (output, version, alias) = outcome(&service, &start(&service, &live).await).await;
        assert_eq!(alias.as_ref(), Some(&live));
        let (at, expected) = if output == "\"one\"" { (0, &one) } else { (1, &two) };
        assert_eq!(version.as_ref(), Some(expected));
        chosen[at] += 1;
    }
    assert!(chosen[0] > 0 && chosen[1] > 0, "{chosen:?}");
    let listed = async |arn: &str, status| {
        let page = service.executions(arn, status, None, 100).await.expect("listed");
        page.items.len()
    };
    assert_eq!(listed(&one, None).await, 1 + chosen[0]);
    assert_eq!(listed(&two, Some(Status::Succeeded)).await, chosen[1]);
    assert_eq!(listed(&live, None).await, 20);
    assert_eq!(listed(ARN, None).await, 22);
    for missing in [qualified("9"), qualified("other")] {
        let error = Err(ServiceError::MachineDoesNotExist(missing.clone()));
        assert_eq!(service.start(request(&missing, None)).await, error);
        assert_eq!(service.executions(&missing, None, None, 1).await.map(drop), error.map(drop));
    }
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_is_taken_whichever_version_the_draw_falls_on() {
    let (_, service) = in_memory();
    create(&service, hangs("one"), true).await;
    update(&service, define(hangs("two"), true)).await;
    service.create_alias(ARN, "live", None, routes(&[(1, 50), (2, 50)])).await.expect("created");
    let first = service.start(request(&qualified("live"), Some("n"))).await.expect("accepted");
    let version = service.describe(&first.arn).await.expect("described").version_arn;
    for _ in 0..60 {
        let again = service.start(request(&qualified("live"), Some("n"))).await;
        assert_eq!(again.as_ref(), Ok(&first));
    }
    assert_eq!(service.start(request(ARN, Some("n"))).await, Ok(first.clone()));
    assert_eq!(service.describe(&first.arn).await.expect("described").version_arn, version);
    assert_eq!(service.executions(ARN, None, None, 10).await.expect("listed").items.len(), 1);
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn express_executions_start_through_versions_too() {
    let (_, service) = in_memory();
    let lineage = Lineage { first_version: Some(Publish::default()), ..Lineage::default() };
    let express = Machine { lineage, ..machine(gives("one"), MachineKind::Express) };
    service.create_machine(express).await.expect("created");
    update(&service, define(gives("two"), false)).await;
    let output = async |arn: &str| {
        let view = service.start_sync(request(arn, None)).await.expect("run");
        let Ending::Succeeded(output) = view.ending else { panic!("it succeeds") };
        (output.text().to_owned(), view.version_arn)
    };
    assert_eq!(output(ARN).await, ("\"two\"".to_owned(), None));
    assert_eq!(output(&qualified("1")).await, ("\"one\"".to_owned(), Some(qualified("1"))));
    service.start(request(&qualified("1"), None)).await.expect("accepted");
    service.shutdown(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn aliases_are_made_changed_and_guard_their_versions() {
    let (_, service) = in_memory();
    create(&service, gives("one"), true).await;
    let missing = |arn: &Arc<str>| Err::<Arc<Alias>, _>(ServiceError::NoSuchResource(arn.clone()));
    let made =
        service.create_alias(ARN, "b", Some("text".into()), routes(&[(1, 100)])).await.expect("created");
    let again = service.create_alias(ARN, "b", Some("text".into()), routes(&[(1, 100)])).await;
    assert_eq!(again, Ok(made.clone()));
    let other = service.create_alias(ARN, "b", None, routes(&[(1, 100)])).await;
    assert_eq!(other, Err(ServiceError::AliasExists));
    service.create_alias(ARN, "a", None, routes(&[(1, 100)])).await.expect("created");
    assert_eq!(service.create_alias(ARN, "c", None, routes(&[(2, 100)])).await, missing(&qualified("2")));
    let elsewhere: Arc<str> = ARN.replace(":m", ":n").into();
    assert_eq!(service.create_alias(&elsewhere, "c", None, routes(&[(1, 100)])).await, missing(&elsewhere));
    let error = service.delete_version(&qualified("1")).await;
    assert_eq!(error, Err(ServiceError::VersionInUse("b, a".to_owned())));
    update(&service, define(gives("two"), true)).await;
    let forth = service.create_alias(ARN, "two", None, routes(&[(1, 30), (2, 70)])).await.expect("created");
    let back = service.create_alias(ARN, "two", None, routes(&[(2, 70), (1, 30)])).await;
    assert_eq!(back, Ok(forth), "the order of the ways means nothing");
    let swapped = service.create_alias(ARN, "two", None, routes(&[(1, 70), (2, 30)])).await;
    assert_eq!(swapped, Err(ServiceError::AliasExists));
    service.delete_alias(&qualified("two")).await.expect("deleted");
    let change = UpdateAlias { arn: qualified("a"), description: None, routes: Some(routes(&[(2, 100)])) };
    let changed = service.update_alias(change.clone()).await.expect("changed");
    assert_eq!((changed.description.clone(), &changed.routes), (None, &routes(&[(2, 100)])));
    assert_eq!(service.alias(&qualified("a")), Ok(changed));
    let lost = UpdateAlias { arn: qualified("z"), ..change };
    assert_eq!(service.update_alias(lost).await, missing(&qualified("z")));
    let names = async |arn: &str, after: Option<&str>, limit| {
        let page = service.aliases(arn, after, limit).await.expect("listed");
        (page.items.iter().map(|alias| alias.name.to_string()).collect::<Vec<_>>(), page.next)
    };
    let both = vec!["b".to_owned(), "a".to_owned()];
    assert_eq!(names(ARN, None, 9).await, (both.clone(), None), "in the order of their creation");
    let (first, next) = names(ARN, None, 1).await;
    assert_eq!((first, next.is_some()), (both[..1].to_vec(), true));
    assert_eq!(names(ARN, next.as_deref(), 1).await, (both[1..].to_vec(), None));
    assert_eq!(names(&qualified("2"), None, 9).await, (both[1..].to_vec(), None));
    assert_eq!(service.aliases(&qualified("7"), None, 9).await.map(drop), missing(&qualified("7")).map(drop));
    for _ in 0..2 {
        service.delete_alias(&qualified("b")).await.expect("deleted, or gone already");
    }
    assert_eq!(service.alias(&qualified("b")), missing(&qualified("b")));
    service.delete_version(&qualified("1")).await.expect("nothing leads to it any more");
    let nobodys = format!("{elsewhere}:x");
    assert_eq!(service.delete_alias(&nobodys).await, missing(&nobodys.clone().into()).map(drop));
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_are_only_so_many_of_each() {
    let limits = Limits { versions_max: 2, aliases_max: 1, tags_max: 3, ..Limits::default() };
    let service = open(Arc::new(MemStore::new()), limits);
    create(&service, gives("one"), true).await;
    update(&service, define(gives("two"), true)).await;
    let before = service.machine(ARN).await.expect("there");
    let full = service.update_machine(define(gives("three"), true)).await;
    assert_eq!(full, Err(ServiceError::QuotaExceeded { what: "versions", machine: ARN.into(), limit: 2 }));
    assert_eq!(service.machine(ARN).await, Ok(before), "a refused update changes nothing");
    service.create_alias(ARN, "a", None, routes(&[(1, 100)])).await.expect("created");
    let full = service.create_alias(ARN, "b", None, routes(&[(1, 100)])).await;
    assert_eq!(full, Err(ServiceError::QuotaExceeded { what: "aliases", machine: ARN.into(), limit: 1 }));
    let tags = |keys: &str| keys.chars().map(|key| (key.to_string(), "v".to_owned())).collect::<Vec<_>>();
    assert_eq!(
        service.tag(ARN, tags("bcd")).await,
        Err(ServiceError::TooManyTags { resource: ARN.into(), limit: 3 })
    );
    service.tag(ARN, tags("abc")).await.expect("one of them is there already");
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tags_come_and_go_without_a_revision() {
    let (_, service) = in_memory();
    create(&service, gives("one"), true).await;
    let tag = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    service.tag(ARN, vec![tag("b", "2"), tag("a", "3")]).await.expect("tagged");
    assert_eq!(service.tags(ARN).await, Ok(vec![tag("a", "3"), tag("b", "2")]));
    service.untag(ARN, &["a".to_owned(), "none".to_owned()]).await.expect("untagged");
    assert_eq!(service.tags(ARN).await, Ok(vec![tag("b", "2")]));
    assert_eq!(service.machine(ARN).await.expect("there").lineage.revision_id, None);
    for arn in
        [qualified("1"), ARN.replace(":m", ":n").into(), ARN.replace("stateMachine", "activity").into()]
    {
        assert_eq!(service.tags(&arn).await, Err(ServiceError::ResourceNotFound(arn.clone())));
        assert_eq!(service.tag(&arn, vec![tag("a", "")]).await, Err(ServiceError::ResourceNotFound(arn)));
    }
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_of_it_survives_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("data");
    let reopen = async || {
        // A store that was dropped a moment ago may still be closing its files.
        for _ in 0..100 {
            if let Ok(store) = open_embedded(&path, Options { sync: false, ..Options::default() }) {
                return open(Arc::new(store), Limits::default());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the folder does not open");
    };
    let service = reopen().await;
    create(&service, hangs("one"), true).await;
    update(&service, define(hangs("two"), true)).await;
    service.create_alias(ARN, "live", Some("text".into()), routes(&[(1, 100)])).await.expect("created");
    service.tag(ARN, vec![("b".to_owned(), "2".to_owned())]).await.expect("tagged");
    let through = start(&service, &qualified("live")).await;
    let used = service.used_machine(&through.arn).await.expect("described");
    let (machine, alias) = (service.machine(ARN).await, service.alias(&qualified("live")));
    let versions = service.versions(ARN, None, 9).await;
    service.shutdown(Duration::ZERO).await;
    drop(service);

    let service = reopen().await;
    assert_eq!(service.machine(ARN).await, machine);
    assert_eq!(service.alias(&qualified("live")), alias);
    assert_eq!(service.versions(ARN, None, 9).await, versions);
    assert_eq!(service.used_machine(&through.arn).await, Ok(used));
    let listed = service.executions(&qualified("live"), None, None, 9).await.expect("listed");
    let item = &listed.items[0];
    assert_eq!((&item.version_arn, &item.alias_arn), (&Some(qualified("1")), &Some(qualified("live"))));
    let third = update(&service, define(hangs("three"), true)).await.version.expect("asked for");
    assert_eq!(third.number, 3);
    service.delete_machine(ARN).await.expect("deleted");
    assert!(matches!(ended(&service, &through.arn).await.ending, Ending::Aborted(_)));
    service.shutdown(Duration::ZERO).await;
    drop(service);

    let service = reopen().await;
    create(&service, hangs("again"), false).await;
    assert_eq!(service.versions(ARN, None, 9).await.map(|page| page.items), Ok(Vec::new()));
    assert_eq!(service.aliases(ARN, None, 9).await.map(|page| page.items), Ok(Vec::new()));
    assert_eq!(service.used_machine(&through.arn).await.expect("kept").machine.definition, hangs("one"));
    let first = service.publish_version(ARN, None, None).await.expect("published");
    assert_eq!(first.number, 1, "it is another machine");
    service.shutdown(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_a_crash_and_nothing_else_was_done() {
    let full = Arc::new(AtomicU64::new(0));
    let told = full.clone();
    let plan = move |_: u64| if told.load(Ordering::SeqCst) == 1 { Fault::Full } else { Fault::None };
    let store = MemStore::with_faults(plan);
    let service = open(Arc::new(store.clone()), Limits::default());
    create(&service, gives("one"), true).await;
    let second = update(&service, define(gives("two"), true)).await;
    let alias = service.create_alias(ARN, "live", None, routes(&[(1, 100)])).await.expect("created");
    full.store(1, Ordering::SeqCst);
    // The first that finds no room is told so; those after it may be turned away before they try.
    let refused = service.update_machine(define(gives("three"), true)).await;
    assert!(matches!(refused, Err(ServiceError::StoreFull(_))), "{refused:?}");
    assert!(service.tag(ARN, vec![("x".to_owned(), String::new())]).await.is_err());
    assert!(service.delete_alias(&qualified("live")).await.is_err());
    let check = async |service: &Service| {
        assert_eq!(service.machine(ARN).await.as_ref(), Ok(&second.machine));
        let versions = service.versions(ARN, None, 9).await.expect("listed").items;
        assert_eq!((versions.len(), Some(&versions[0])), (2, second.version.as_ref()));
        assert_eq!(service.alias(&qualified("live")).as_ref(), Ok(&alias));
    };
    check(&service).await;
    let after = store.crash();
    drop(service);
    full.store(0, Ordering::SeqCst);
    let service = open(Arc::new(after), Limits::default());
    check(&service).await;
    assert_eq!(outcome(&service, &start(&service, &qualified("live")).await).await.0, "\"one\"");
    service.shutdown(Duration::ZERO).await;
}

/// As a release without revisions wrote a machine: no lineage, and executions name its definition.
fn write_as_before(store: &MemStore, definition: &str) {
    let machine = machine(definition.into(), MachineKind::Standard);
    let bytes = postcard_of(&machine);
    let put = Put { table: Table::StateMachines, key: ARN.to_owned(), bytes: Some(bytes) };
    let mut text = vec![0];
    text.extend_from_slice(definition.as_bytes());
    let hash = hash_of(definition);
    let text = Put { table: Table::Definitions, key: hash, bytes: Some(text) };
    let epoch = store.acquire("an older release").expect("an epoch");
    store.commit(&Group { epoch, appends: Vec::new(), puts: vec![put, text] }).expect("written");
}

fn postcard_of(machine: &Machine) -> Vec<u8> {
    postcard::to_extend(machine, vec![1]).expect("plain data")
}

fn hash_of(text: &str) -> String {
    use sha2::{Digest, Sha256};
    let hash = Sha256::new().chain_update([0]).chain_update(text.as_bytes()).finalize();
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn machines_of_an_older_release_go_on() {
    let store = MemStore::new();
    write_as_before(&store, &hangs("old"));
    let service = open(Arc::new(store.clone()), Limits::default());
    assert_eq!(service.machine(ARN).await.expect("read").tags.len(), 1);
    let old = start(&service, ARN).await;
    let version = service.publish_version(ARN, Some("INITIAL"), None).await.expect("published");
    let through = start(&service, &version.arn).await;
    update(&service, define(hangs("new"), false)).await;
    let definition_of = async |service: &Service, started: &Started| {
        service.used_machine(&started.arn).await.expect("described").machine.definition
    };
    assert_eq!(definition_of(&service, &old).await, hangs("old"));
    let used = service.used_machine(&old.arn).await.expect("described").machine;
    assert_eq!(used.lineage, Lineage::default(), "it has the first revision");
    service.shutdown(Duration::ZERO).await;
    let service = open(Arc::new(store), Limits::default());
    for started in [&old, &through] {
        assert_eq!(definition_of(&service, started).await, hangs("old"));
        service.stop(&started.arn, Failure::default()).await.expect("it goes on and can be stopped");
    }
    let young = start(&service, ARN).await;
    assert_eq!(definition_of(&service, &young).await, hangs("new"));
    service.shutdown(Duration::ZERO).await;
}
