//! Where services are: partitions, and the host that a call goes to.

use crate::service::Service;
use crate::table;
use regex_lite::Regex;
use std::sync::LazyLock;

/// A group of regions with domains and identities of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    /// `aws`, `aws-cn`, …
    pub id: &'static str,
    /// `amazonaws.com`
    pub dns_suffix: &'static str,
    /// `api.aws`, which newer services have as their only one.
    pub dual_stack_dns_suffix: &'static str,
}

/// Where a call goes, and what it is signed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host<'a> {
    /// The name of the host, in front of which an operation's prefix may have to stand.
    pub name: String,
    /// The region to sign for.
    pub signing_region: String,
    /// The service to sign for.
    pub signing_name: &'a str,
}

impl Partition {
    /// The partition that a region lies in, known or to come; `None` for what is no region's name.
    #[must_use]
    pub fn of_region(region: &str) -> Option<Self> {
        static PARTITIONS: LazyLock<Vec<(Partition, Regex)>> =
            LazyLock::new(|| table::partitions().filter_map(Partition::read).collect());
        PARTITIONS.iter().find(|(_, regions)| regions.is_match(region)).map(|(partition, _)| *partition)
    }

    /// A line of the table, with what the names of the partition's regions are like.
    fn read(line: &'static str) -> Option<(Self, Regex)> {
        let mut parts = line.splitn(4, ' ');
        let (id, dns_suffix, dual_stack_dns_suffix) = (parts.next()?, parts.next()?, parts.next()?);
        Some((Partition { id, dns_suffix, dual_stack_dns_suffix }, Regex::new(parts.next()?).ok()?))
    }
}

impl Service {
    /// Where the service is in a region; `None` for a region of no partition.
    /// Operations may have another place: see `Operation::host`.
    #[must_use]
    pub fn host(&self, region: &str) -> Option<Host<'_>> {
        self.host_of("", region)
    }

    /// The line of the region counts before the partition's, and that before the one for all.
    pub(crate) fn host_of(&self, number: &str, region: &str) -> Option<Host<'_>> {
        let partition = Partition::of_region(region)?;
        let lines = || {
            self.facts().filter_map(|(word, rest)| {
                (word.strip_prefix("host")? == number).then(|| rest.split_once(' '))?
            })
        };
        let line = [region, partition.id, "*"]
            .into_iter()
            .find_map(|whom| lines().find(|(named, _)| *named == whom))
            .map(|(_, line)| line);
        // A model without rules has the host that most have.
        let prefix = self.endpoint_prefix();
        let usual = format!("{prefix}.{{region}}.{{suffix}}");
        let mut parts = line.unwrap_or(&usual).split(' ');
        let name = parts.next()?.replace("{region}", region).replace("{suffix}", partition.dns_suffix);
        let name = name.replace("{dual}", partition.dual_stack_dns_suffix);
        let mut host = Host { name, signing_region: region.to_owned(), signing_name: self.signing_name() };
        for part in line.unwrap_or_default().split(' ').skip(1) {
            match part.split_once('=') {
                Some(("r", signing_region)) => host.signing_region = signing_region.to_owned(),
                Some(("n", signing_name)) => host.signing_name = signing_name,
                _ => {}
            }
        }
        Some(host)
    }
}
