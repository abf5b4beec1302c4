//! The shell around the engine: shards, the commit loop, timers, dispatch and recovery.
//!
//! A worker thread owns shards and is their only writer. It decides through the
//! engine and hands batches to one committer thread, which makes many of them
//! durable with one fsync; only then do replies and calls leave. Time, chance
//! and calls come in through ports, so that the simulator can drive the same
//! code. Wire formats belong to the API, services to the connectors.

mod activities;
mod batch;
mod body;
mod catalog;
mod children;
mod committer;
mod connector;
mod desk;
mod dispatch;
mod drafts;
mod express;
mod family;
mod feed;
mod inputs;
mod machine;
mod mailbox;
mod meter;
mod mocks;
mod panics;
pub mod parts;
mod ports;
mod repeatable;
mod requests;
mod results;
mod service;
mod shards;
mod steady;
mod stored;
mod tasks;
mod token;
mod watchers;
mod worker;

pub use activities::{Activities, ActivityEntry};
pub use batch::{Batch, Invocation, Then};
pub use catalog::{Catalog, Definition, Entry};
pub use children::{ChildReport, ChildStart, MapRunView};
pub use connector::{
    Attempt, CallFuture, Caller, ChildResult, Connector, FunctionFacts, HttpExchange, HttpRequest,
    HttpResponse, ItemPage, ItemSource, ItemsFuture, Outcome, ResultSource, ResultStatus, ResultTarget,
    Traced, TracedFuture,
};
pub use desk::{Desk, Offer, Place};
pub use drafts::{DRAFT_BYTES_MAX, DRAFT_ID_CHARS_MAX, DRAFTS_MAX, Draft, DraftBody, DraftHeader, DraftSave};
pub use family::Reports;
pub use feed::ItemRequest;
pub use inputs::ChildInputs;
pub use machine::{
    Alias, Lineage, Machine, MachineStatus, Publish, Qualifier, Revision, Route, Version, qualified_arn,
    qualifier,
};
pub use meter::{CommitFigures, CommitMeter};
pub use mocks::{MockPlace, Mocked, Mocks, NoMocks};
pub use ports::{Clock, Entropy, SystemClock, SystemEntropy};
pub use repeatable::is_repeatable;
pub use requests::{
    ActivityTask, ChildFilter, ChildStatus, CreateMachine, Created, Ending, ExecutionItem, ExecutionView,
    HistoryPage, HistoryRequest, MachineView, Page, RedriveStatus, ServiceError, StartRequest, Started,
    TokenWord, UpdateAlias, UpdateMachine, Updated, UsedMachine, status_of,
};
pub use results::{JournalResults, PendingChildren, ResultRequest};
pub use service::{
    Backup, Config, ExecutionWatch, ExpressRecord, Figures, Found, MachineOverview, OpenServiceError,
    Preview, Search, Seen, Service, SystemFigures, TaskFilter, TestPlace, TestRequest, Tested, WorkerFigures,
};
pub use shards::{ChildQuestion, Delivery, MapRunChange, MapRunUpdate, Message, RedriveRequest, Shards};
pub use stateline_engine::{
    Counts, Inspection, MapRunStatus, MapRunSummary, Mock, NotRedrivable, ReadItem, StateTestOutcome,
    StateTestRequest, StateTestStatus,
};
pub use tasks::{OpenTask, TaskDetails, WaitsFor};
pub use token::{TaskToken, TokenKey};
pub use watchers::{Change, ChangeFilter, Changes, News, Watchers};
