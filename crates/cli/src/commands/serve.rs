//! `stateline serve`: the server.

use super::Outcome;
use super::server::{Plan, announce, serve};
use crate::args::ServeArgs;
use crate::config::{FILE_NAME, Settings};
use crate::host::Host;
use crate::shutdown::Signals;
use std::path::Path;
use std::sync::Arc;

pub async fn run(args: ServeArgs) -> Outcome {
    let settings = match &args.config {
        Some(path) => Settings::read(path)?,
        None => Settings::read_if_there(Path::new(FILE_NAME))?,
    };
    let plan = Plan::new(&args.server, &settings)?;
    let listeners = plan.bind().await?;
    let signals = Signals::listen()?;
    let host = Arc::new(Host::open(&settings, &plan.host)?);
    announce(&listeners, &plan)?;
    serve(listeners, host, signals, plan.grace).await
}
