//! Stores for the unit tests of this folder.

use super::Stores;
use crate::aws::Aws;
use crate::aws::environment::Environment;
use crate::config::{BucketConfig, Config};
use crate::wire::Wire;
use std::path::Path;
use std::sync::Arc;
use tokio::runtime::Handle;

/// The bucket `b` is a folder; all others are at an endpoint, if there is one.
pub(super) fn stores_of(folder: &Path, endpoint: Option<&str>) -> Arc<Stores> {
    let mut config = Config::new(".");
    config.buckets.insert("b".to_owned(), BucketConfig { dir: folder.to_owned() });
    config.aws.endpoint_url = endpoint.map(str::to_owned);
    let aws = Aws::new(&config.aws, &Environment::default(), Arc::new(Wire::new())).expect("a good endpoint");
    Arc::new(Stores::new(&config, aws, Handle::current()).expect("a good folder"))
}
