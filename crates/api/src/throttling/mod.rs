//! Rates of requests, as AWS limits them for each operation, account and region.
//!
//! Off unless it is asked for. A request is counted before anything of it is
//! done, so one that is refused has changed nothing, and one that was accepted is
//! never given up. `bucket` is the arithmetic, `rates` AWS's numbers.

mod bucket;
mod rates;

pub use bucket::Rate;

use bucket::Bucket;
use rates::START_EXPRESS;
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Mutex;

/// Buckets that are looked through for full ones, which need not be kept.
const SWEEP_MIN: usize = 1_024;

/// `[throttling]`: nothing is limited by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Throttling {
    /// AWS's own rates, which differ by region.
    pub aws: bool,
    /// Rates by the name of the operation; they stand above AWS's.
    pub operations: Operations,
}

/// Rates by name. `StartExecutionExpress` is the rate of starting Express machines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operations(BTreeMap<&'static str, Rate>);

impl<'de> Deserialize<'de> for Operations {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OperationsVisitor;
        impl<'de> Visitor<'de> for OperationsVisitor {
            type Value = Operations;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("rates by the name of the operation")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Operations, M::Error> {
                let mut rates = BTreeMap::new();
                while let Some(name) = map.next_key::<String>()? {
                    let known = rates::known(&name)
                        .ok_or_else(|| de::Error::custom(format!("there is no operation `{name}`")))?;
                    let rate: Rate = map.next_value()?;
                    if rate.bucket == 0 || rate.per_second == 0 {
                        let message = format!("{name}: bucket and per_second are at least 1");
                        return Err(de::Error::custom(message));
                    }
                    rates.insert(known, rate);
                }
                Ok(Operations(rates))
            }
        }
        deserializer.deserialize_map(OperationsVisitor)
    }
}

impl Throttling {
    /// The rate of a name in a region, if it is limited.
    fn rate(&self, name: &str, region: &str) -> Option<Rate> {
        let own = self.operations.0.get(name).copied();
        own.or_else(|| rates::of_aws(name, region).filter(|_| self.aws))
    }

    /// Whether anything is limited.
    fn is_on(&self) -> bool {
        self.aws || !self.operations.0.is_empty()
    }
}

/// Whose bucket it is: the operation, the account and the region.
type Key = (&'static str, Box<str>, Box<str>);

/// The buckets in use.
#[derive(Debug, Default)]
struct Buckets {
    held: HashMap<Key, Bucket>,
    sweep_at: usize,
}

/// Counts requests and says which are too many.
#[derive(Debug)]
pub(crate) struct Throttle {
    settings: Throttling,
    buckets: Mutex<Buckets>,
}

impl Throttle {
    /// With full buckets.
    pub(crate) fn new(settings: Throttling) -> Self {
        Throttle { settings, buckets: Mutex::default() }
    }

    /// Counts a request; too many of them are told in how many milliseconds to come again.
    /// `now` is in milliseconds, from anywhere.
    pub(crate) fn take(&self, name: &str, account: &str, region: &str, now: u64) -> Result<(), u64> {
        if !self.settings.is_on() {
            return Ok(());
        }
        let (Some(name), Some(rate)) = (rates::known(name), self.settings.rate(name, region)) else {
            return Ok(());
        };
        let mut buckets = self.buckets.lock().expect("no holder of the buckets panics");
        if buckets.held.len() >= buckets.sweep_at.max(SWEEP_MIN) {
            buckets.held.retain(|(name, _, region), bucket| {
                self.settings.rate(name, region).is_some_and(|rate| !bucket.is_full(rate, now))
            });
            buckets.sweep_at = buckets.held.len() * 2;
        }
        let key = (name, account.into(), region.into());
        buckets.held.entry(key).or_insert_with(|| Bucket::full(rate, now)).take(rate, now)
    }

    /// Whether starts of Standard and of Express machines have rates, so that it matters which it is.
    pub(crate) fn limits_starts(&self) -> bool {
        self.settings.is_on()
    }

    /// The name under which a start counts.
    pub(crate) fn start_name(express: bool) -> &'static str {
        if express { START_EXPRESS } else { "StartExecution" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn throttle(settings: &str) -> Throttle {
        Throttle::new(serde_json::from_str(settings).expect("the test's settings are right"))
    }

    #[test]
    fn nothing_is_limited_unless_it_is_asked_for() {
        let off = throttle("{}");
        assert!((0..100_000).all(|_| off.take("ListExecutions", "1", "us-east-1", 0).is_ok()));
        assert!(!off.limits_starts());
        let one = throttle(r#"{"operations": {"StopExecution": {"bucket": 1, "per_second": 2}}}"#);
        assert!((0..100_000).all(|_| one.take("ListExecutions", "1", "us-east-1", 0).is_ok()));
        assert_eq!(one.take("StopExecution", "1", "us-east-1", 0), Ok(()));
        assert_eq!(one.take("StopExecution", "1", "us-east-1", 0), Err(500));
    }

    #[test]
    fn accounts_regions_and_operations_do_not_disturb_each_other() {
        let aws = throttle(r#"{"aws": true, "operations": {"TestState": {"bucket": 1, "per_second": 1}}}"#);
        let burst = |name, account, region| {
            (0..10_000).take_while(|_| aws.take(name, account, region, 0).is_ok()).count()
        };
        assert_eq!(burst("StartExecution", "1", "us-east-1"), 1_300);
        assert_eq!(burst("StartExecution", "2", "us-east-1"), 1_300);
        assert_eq!(burst("StartExecution", "1", "us-east-2"), 800);
        assert_eq!(burst(Throttle::start_name(true), "1", "us-east-1"), 6_000);
        assert_eq!(burst("StopExecution", "1", "us-east-1"), 1_000);
        assert_eq!(burst("TestState", "1", "us-east-1"), 1, "an own rate stands above AWS's");
        assert_eq!(burst("StartSyncExecution", "1", "us-east-1"), 10_000);
        assert_eq!(aws.take("StartExecution", "1", "us-east-1", 0), Err(4));
        assert_eq!(aws.take("StartExecution", "1", "us-east-1", 4), Ok(()));
    }

    #[test]
    fn buckets_of_accounts_that_went_away_are_dropped() {
        let aws = throttle(r#"{"aws": true}"#);
        for number in 0..100_000u64 {
            let account = format!("{number:012}");
            assert_eq!(aws.take("StartExecution", &account, "us-east-1", number), Ok(()));
        }
        let held = aws.buckets.lock().expect("it is not held").held.len();
        assert!(held < 3 * SWEEP_MIN, "{held} buckets");
    }

    #[test]
    fn settings_are_checked() {
        let read = |text| serde_json::from_str::<Throttling>(text).map_err(|error| error.to_string());
        let wrong =
            read(r#"{"operations": {"Start": {"bucket": 1, "per_second": 1}}}"#).expect_err("no such");
        assert!(wrong.starts_with("there is no operation `Start`"), "{wrong}");
        let zero =
            read(r#"{"operations": {"TestState": {"bucket": 0, "per_second": 1}}}"#).expect_err("zero");
        assert!(zero.starts_with("TestState: bucket and per_second are at least 1"), "{zero}");
        assert!(read(r#"{"operations": {"TestState": {"bucket": 1}}}"#).is_err());
        assert!(read(r#"{"amazon": true}"#).is_err());
    }
}
