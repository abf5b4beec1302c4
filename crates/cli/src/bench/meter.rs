//! What a process and a folder use, as the kernel counts it.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// A process that is measured, or a group of them.
#[derive(Clone, Copy, Debug)]
pub struct Meter {
    pid: u32,
    whole_group: bool,
}

impl Meter {
    /// Of a process.
    pub fn of(pid: u32) -> Meter {
        Meter { pid, whole_group: false }
    }

    /// Of all processes in a group but the functions of the benchmark, as a server may be that a
    /// script starts. What is told is the sum of what the processes tell.
    pub fn of_group(leader: u32) -> Meter {
        Meter { pid: leader, whole_group: true }
    }

    /// Of this process.
    pub fn own() -> Meter {
        Meter::of(std::process::id())
    }

    /// Processor time used so far in microseconds, user and system; its children's is not in it.
    /// The kernel tells it in steps of 10 ms.
    pub fn cpu_micros(self) -> Option<u64> {
        let ticks = self.sum(|process| ticks_of(&read(process, "stat")?))?;
        Some(ticks * 1_000_000 / rustix::param::clock_ticks_per_second())
    }

    /// The same of the threads that there are, exactly; those that have ended are not in it.
    pub fn thread_micros(self) -> Option<u64> {
        self.sum(|process| {
            let mut nanos = 0;
            for thread in std::fs::read_dir(format!("/proc/{process}/task")).ok()? {
                // One that ends meanwhile has no more to tell.
                let Ok(stat) = std::fs::read_to_string(thread.ok()?.path().join("schedstat")) else {
                    continue;
                };
                nanos += stat.split_whitespace().next()?.parse::<u64>().ok()?;
            }
            Some(nanos / 1_000)
        })
    }

    /// The most memory that was resident at once, in KiB.
    pub fn rss_max_kib(self) -> Option<u64> {
        self.sum(|process| kib(process, "status", "VmHWM:"))
    }

    /// The memory that is resident, in KiB.
    pub fn rss_kib(self) -> Option<u64> {
        self.sum(|process| kib(process, "status", "VmRSS:"))
    }

    /// The proportional set size in KiB: resident memory, of pages that others have too only a share.
    /// Only its owner may ask for it.
    pub fn pss_kib(self) -> Option<u64> {
        self.sum(|process| kib(process, "smaps_rollup", "Pss:"))
    }

    fn sum(self, of: impl Fn(u32) -> Option<u64>) -> Option<u64> {
        if !self.whole_group {
            return of(self.pid);
        }
        // One that ends meanwhile, or has ended, tells no more.
        let told: Vec<u64> = group(self.pid).into_iter().filter_map(of).collect();
        (!told.is_empty()).then(|| told.iter().sum())
    }
}

fn read(process: u32, file: &str) -> Option<String> {
    std::fs::read_to_string(format!("/proc/{process}/{file}")).ok()
}

fn kib(process: u32, file: &str, name: &str) -> Option<u64> {
    let text = read(process, file)?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The processes of a group, without those that are functions of the benchmark.
fn group(leader: u32) -> Vec<u32> {
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let processes = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let counts = |process: &u32| {
        let in_group = read(*process, "stat").as_deref().and_then(group_of) == Some(leader);
        in_group && !read(*process, "cmdline").is_some_and(|words| words.contains("\0bench-function\0"))
    };
    processes.filter(counts).collect()
}

/// The group of a line of `/proc/PID/stat`: the fifth field, the third behind the name.
fn group_of(stat: &str) -> Option<u32> {
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(2)?.parse().ok()
}

/// User and system time of a line of `/proc/PID/stat`, whose second field may hold anything in brackets.
fn ticks_of(stat: &str) -> Option<u64> {
    let (_, rest) = stat.rsplit_once(')')?;
    // The fields behind the brackets begin with the third; 14 and 15 are the times.
    let mut fields = rest.split_whitespace().skip(11);
    let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(user + system)
}

/// Bytes that a folder takes on disk; holes in files do not count.
pub fn disk_bytes(folder: &Path) -> std::io::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let data = entry.metadata()?;
        bytes += if data.is_dir() { disk_bytes(&entry.path())? } else { data.blocks() * 512 };
    }
    Ok(bytes)
}

/// The file system that a folder is on, by name where it is a usual one.
pub fn file_system(folder: &Path) -> String {
    let Ok(found) = rustix::fs::statfs(folder) else { return "unknown".to_owned() };
    match u64::try_from(found.f_type).unwrap_or(0) {
        0xEF53 => "ext4",
        0x0102_1994 => "tmpfs",
        0x5846_5342 => "xfs",
        0x9123_683E => "btrfs",
        0x794C_7630 => "overlay",
        0x2FC1_2FC1 => "zfs",
        other => return format!("{other:#x}"),
    }
    .to_owned()
}

/// How long work waited for a processor in the last ten seconds, in percent of the time; the whole machine's.
pub fn cpu_pressure_percent() -> Option<f64> {
    let pressure = std::fs::read_to_string("/proc/pressure/cpu").ok()?;
    let some = pressure.lines().find_map(|line| line.strip_prefix("some "))?;
    some.split_whitespace().find_map(|field| field.strip_prefix("avg10="))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_found_behind_any_name() {
        let stat = "7 (a) b) c) S 1 7 7 0 -1 4194560 1 0 0 0 25 17 0 0 20 0 3 0";
        assert_eq!(ticks_of(stat), Some(42));
        assert_eq!(ticks_of("7 (a) S"), None);
        assert_eq!(group_of(stat), Some(7));
    }

    #[test]
    fn this_process_uses_memory() {
        let own = Meter::own();
        assert!(own.rss_max_kib().is_some_and(|kib| kib > 100));
        assert!(own.rss_kib() <= own.rss_max_kib());
        assert!(own.pss_kib().is_some_and(|kib| kib > 100));
        assert!(own.thread_micros().is_some());
        assert!(own.cpu_micros().is_some());
        assert_eq!(Meter::of(u32::MAX).cpu_micros(), None);
    }

    #[test]
    fn folders_are_counted_with_what_is_below() {
        let folder = tempfile::tempdir().expect("a folder");
        let below = folder.path().join("below");
        std::fs::create_dir(&below).expect("a folder");
        std::fs::write(below.join("file"), [1; 10_000]).expect("a file");
        std::fs::File::open(below.join("file")).and_then(|file| file.sync_all()).expect("a sync");
        assert!(disk_bytes(folder.path()).expect("a size") >= 8_192);
    }
}
