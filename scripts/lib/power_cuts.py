"""Where the power is cut: points of a record, and the images made there."""
import collections
import copy
import pathlib
import random
import shutil

import file_log
import power_disk
from server import REPOSITORY

# Where images are left that do not hold, and how many of a profile.
KEPT = REPOSITORY / "target/faults/failed"
KEPT_MAX = 2

Cut = collections.namedtuple("Cut", "profile number order form part")


class Record:
    """A record of one run, with the folder as it was before."""

    def __init__(self, profile, path, root, before, entries=None):
        self.profile, self.path, self.root = profile, path, pathlib.Path(root)
        self.entries = file_log.read(path) if entries is None else entries
        # Inodes are those of the folder that was recorded, so it is read before the run.
        self.before = before

    def syncs(self):
        """How many syncs it has."""
        return sum(entry.kind == "synced" for entry in self.entries)

    def compare(self):
        """Carries everything out again and compares with the folder as it is. Gives what was met."""
        disk = self.before()
        for entry in self.entries:
            disk.take(entry)
        disk.compare(self.root)
        return disk.counts

    def cuts(self, count, seed, orders=power_disk.ORDERS):
        """So many points, most of them just before or behind a sync, with what becomes of the rest."""
        chance = random.Random(f"{seed} {self.profile}")
        syncs = [number for number, entry in enumerate(self.entries) if entry.kind == "synced"]
        chosen = []
        for part in range(count):
            if syncs and chance.random() < 0.7:
                number = chance.choice(syncs) + chance.choice((0, 0, 1))
            else:
                number = chance.randint(0, len(self.entries))
            chosen.append(Cut(self.profile, number, chance.choice(orders),
                              chance.choice(power_disk.FORMS), part))
        return sorted(chosen, key=lambda cut: cut.number)

    def keep_some(self, found, seed):
        """Leaves the first images that do not hold where they can be looked at, and says so."""
        return [(cut, f"{what} (kept in {self.keep(cut, seed)})" if number < KEPT_MAX else what)
                for number, (cut, what) in enumerate(found)]

    def keep(self, cut, seed):
        """Makes one image again and leaves it, with the record."""
        place = KEPT / f"{cut.profile}-{cut.number}-{cut.order}-{cut.form}-{cut.part}"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        for _, image in self.images([cut], place, seed):
            image.rename(place / "image")
        if self.path:
            shutil.copy(self.path, place / "record")
        return place

    def images(self, cuts, folder, seed):
        """Makes one folder after the other; gives each with its cut and the entries before it."""
        pool = pathlib.Path(folder) / f"pool-{self.profile}"
        pool.mkdir(parents=True, exist_ok=True)
        disk, taken = self.before(), 0
        for cut in cuts:
            while taken < cut.number:
                disk.take(self.entries[taken])
                taken += 1
            target = pathlib.Path(folder) / f"{self.profile}-{cut.number}-{cut.part}"
            disk.image(str(target), cut.order, cut.form, random.Random(f"{seed} {cut}"), str(pool))
            yield cut, target


def record_of(profile, run, root, path):
    """Takes the folder in as it is, lets `run` work under the recording layer, and reads what it did."""
    before = power_disk.Disk(root, root)
    run(file_log.surroundings(root, path))
    return Record(profile, path, root, lambda: copy.deepcopy(before))
