"""Loss of power at the store alone: groups with known contents, thousands of images.

The two children are tests of crates/store (tests/all/power.rs): `load` commits, `look` judges.
"""
import collections
import json
import os
import pathlib
import queue
import random
import shutil
import subprocess
import sys
import threading

import file_log
import power_cuts
import power_disk
from server import REPOSITORY, environment

# What is recorded: groups that are there before, groups in all, bytes that the document of a
# group has beyond its usual ones, and the share of the images.
Profile = collections.namedtuple("Profile", "before groups large share")
PROFILES = {
    "creation": Profile(0, 2, 0, 0.15),
    "work": Profile(0, 120, 0, 0.35),
    # The engine begins a new journal after 64,000,000 bytes.
    "rotation": Profile(80, 94, 1_000_000, 0.07),
    # Power that goes while the store recovers from a loss of power.
    "again": Profile(0, 10, 0, 0.2),
    # Power that goes after a sync has failed and the store was opened again.
    "failed-sync": Profile(0, 12, 0, 0.15),
}
# What must have been met, or too little was tested.
TO_MEET = ("journals made", "journals removed", "tables made", "tables removed", "blobs made", "blobs removed",
           "lists replaced", "format put in place", "db put in place")
LOOKERS = 2
# Groups by which a failed sync has been met; some leave the store unharmed, as those of merges that
# it can do without.
FAILS_BEFORE = 80
ACKNOWLEDGED = b"acknowledged "


def test_binary():
    """The binary of the store's tests: the one that STATELINE_STORE_TESTS names, or built if need be."""
    if given := os.environ.get("STATELINE_STORE_TESTS"):
        return given
    built = subprocess.run(
        ["cargo", "test", "--locked", "--quiet", "--package", "stateline-store", "--test", "all", "--no-run",
         "--message-format=json"], cwd=REPOSITORY, stdout=subprocess.PIPE, check=True)
    found = [message["executable"] for message in map(json.loads, built.stdout.splitlines())
             if message.get("executable") and message["target"]["name"] == "all"]
    return found[-1] if found else sys.exit("cargo has built no test of the store")


def acknowledged(entries):
    """How many groups these entries acknowledge."""
    numbers = [int(bytes(entry.data[len(ACKNOWLEDGED):])) for entry in entries
               if entry.kind == "said" and bytes(entry.data[:len(ACKNOWLEDGED)]) == ACKNOWLEDGED]
    return max(numbers, default=-1) + 1


class Lookers:
    """Processes that judge images as they come."""

    def __init__(self, binary, told, large):
        self.binary, self.told, self.large = binary, told, large
        self.jobs = queue.Queue(LOOKERS * 2)
        self.threads = [threading.Thread(target=self._look, daemon=True) for _ in range(LOOKERS)]
        for thread in self.threads:
            thread.start()

    def judge(self, cut, image, groups):
        """Hands one in."""
        self.jobs.put((cut, image, groups))

    def close(self):
        """Waits for all verdicts."""
        for _ in self.threads:
            self.jobs.put(None)
        for thread in self.threads:
            thread.join()

    def _look(self):
        env = environment({"STATELINE_STORE_POWER_LOOK": "1", "STATELINE_STORE_POWER_LARGE": str(self.large)})
        child = subprocess.Popen([self.binary, "power::look", "--exact", "--nocapture"], env=env, text=True,
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        while job := self.jobs.get():
            cut, image, groups = job
            # One is on its way; one more has no answer where a life has ended before.
            more = 2 if cut.profile in ("rotation", "again", "failed-sync") else 1
            verdict = "violation the child that looks has ended"
            try:
                print(f"{groups} {more} {image / 'data'}", file=child.stdin, flush=True)
                verdict = next((line[len("verdict "):].strip() for line in child.stdout if line.startswith("verdict ")),
                               verdict)
            except OSError:
                pass
            self.told(cut, verdict)
            shutil.rmtree(image, ignore_errors=True)
        child.stdin.close()
        child.wait()


class StoreTest:
    """Loads, records, cuts and judges."""

    def __init__(self, folder, seed, orders):
        self.folder, self.seed, self.orders, self.binary = pathlib.Path(folder), seed, orders, test_binary()
        self.images = self.records = self.syncs = self.entries = self.cut_points = 0
        self.met = collections.Counter()

    def load(self, root, groups, large, env=(), fails=False):
        """Lets the store commit until it has so many groups, or, where one may fail, until it does."""
        env = environment({"STATELINE_STORE_POWER_DIR": str(root / "data"), "STATELINE_STORE_POWER_GROUPS": str(groups),
                           "STATELINE_STORE_POWER_LARGE": str(large), **dict(env)})
        done = subprocess.run([self.binary, "power::load", "--exact", "--nocapture"], env=env, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode != 0 and not fails:
            raise RuntimeError(f"the store could not be loaded:\n{done.stdout[-2000:]}")

    def record(self, name, begin=None, held=0, rules=None, fails=False):
        """One recorded run. `begin` is a folder to go on from, which has so many groups. One that
        fails is opened again and goes on."""
        profile = PROFILES[name]
        root, path = self.folder / f"world-{name}", self.folder / f"record-{name}"
        shutil.rmtree(root, ignore_errors=True)
        path.unlink(missing_ok=True)
        if begin:
            shutil.copytree(begin, root)
        else:
            root.mkdir()
        if profile.before:
            self.load(root, profile.before, profile.large)

        def run(env):
            rule = {"FILELOG_RULES": str(rules.path)} if rules else {}
            if name == "rotation":
                # The old journal goes when the store has been opened again.
                self.load(root, profile.groups - 4, profile.large, env)
            if fails:
                self.load(root, FAILS_BEFORE, profile.large, {**env, **rule}, fails=True)
            self.load(root, self.groups_of(path) + profile.groups if fails else held + profile.groups, profile.large,
                      env if fails else {**env, **rule})

        record = power_cuts.record_of(name, run, root, path)
        record.held = held or profile.before
        self.met += record.compare()
        self.records += 1
        self.syncs += record.syncs()
        self.entries += len(record.entries)
        return record

    @staticmethod
    def groups_of(path):
        """How many groups a record acknowledges."""
        return acknowledged(file_log.read(path))

    def judge(self, record, cuts, large=0, keep=True):
        """Makes the images of the cuts and has them judged. Gives what does not hold."""
        found = []

        def told(cut, verdict):
            self.images += 1
            if not verdict.startswith("ok"):
                found.append((cut, verdict))

        groups = [0]
        for entry in record.entries:
            said = acknowledged([entry]) if entry.kind == "said" else 0
            groups.append(max(groups[-1], said))
        lookers = Lookers(self.binary, told, large)
        for cut, image in record.images(cuts, self.folder / "images", self.seed):
            lookers.judge(cut, image, max(record.held, groups[cut.number]))
        lookers.close()
        if keep:
            found = record.keep_some(found, self.seed)
        self.cut_points += len({cut.number for cut in cuts})
        return found

    def run(self, name, count):
        """One profile with so many images. Gives what does not hold."""
        if name == "again":
            return self.run_again(count)
        if name == "failed-sync":
            return self.run_failed_sync(count)
        record = self.record(name)
        return self.judge(record, record.cuts(count, self.seed, self.orders), PROFILES[name].large)

    def run_again(self, count):
        """Power that goes while the store recovers from a loss of power: each round begins with an image."""
        first, found, rounds = self.record("work"), [], max(2, count // 40)
        cuts = first.cuts(rounds, f"{self.seed} first", self.orders)
        for number, (cut, image) in enumerate(first.images(cuts, self.folder / "images", self.seed)):
            second = self.record("again", image, acknowledged(first.entries[:cut.number]))
            shutil.rmtree(image)
            found += self.judge(second, second.cuts(count // rounds, f"{self.seed} {number}", self.orders))
        return found

    def run_failed_sync(self, count):
        """A commit fails, the store is opened again and goes on: two lives in one record, several times."""
        rounds, found = max(2, count // 20), []
        rules, chance = file_log.Rules(self.folder / "rules"), random.Random(f"{self.seed} failed sync")
        for number in range(rounds):
            # One of the journal, or one of any file: of a table, of a list, while the store is made.
            part, spare = (".jnl", chance.randint(5, 25)) if number % 2 else ("", chance.randint(0, 400))
            rules.set(0, ("sync",), "fail", spare=spare, times=1, part=part)
            record = self.record("failed-sync", rules=rules, fails=True)
            found += self.judge(record, record.cuts(count // rounds, self.seed, self.orders))
        return found

    def self_test(self):
        """Whether the test itself sees what it is there to see. Gives what it does not see."""
        missed = []
        rules = file_log.Rules(self.folder / "rules")
        rules.set(0, ("sync", "sync_folder"), "pretend")
        record = self.record("work", rules=rules)
        if not self.judge(record, record.cuts(30, self.seed, self.orders), keep=False):
            missed.append("a store whose syncs do nothing passes")
        record = self.record("work")
        hasty = acknowledged_early(record.entries)
        early = power_cuts.Record("work", None, record.root, record.before, hasty)
        early.held = 0
        cuts = [power_cuts.Cut("work", number + 1, "journal", "nothing", number)
                for number, entry in enumerate(hasty) if entry.kind == "said"][5:15]
        if not self.judge(early, cuts, keep=False):
            missed.append("a store that acknowledges before its sync passes")
        last = max(number for number, entry in enumerate(record.entries) if entry.kind in ("renamed", "written"))
        del record.entries[last]
        try:
            record.compare()
            missed.append("a record that lacks an operation passes")
        except power_disk.Bypassed:
            pass
        return missed


def acknowledged_early(entries):
    """The same entries, with each acknowledgement before the sync that it should have waited for."""
    entries = list(entries)
    for number in [number for number, entry in enumerate(entries) if entry.kind == "said"]:
        before = max((at for at in range(number) if entries[at].kind == "synced"), default=number)
        entries.insert(before, entries.pop(number))
    return entries
