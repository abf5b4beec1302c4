"""The recording file layer: what a process did to the files below a folder, and faults on demand.

tests/faults/filelog.c is preloaded into the process under test; this module builds it, reads what
it has noted, and writes the rules by which it makes calls fail.
"""
import collections
import errno
import functools
import mmap
import pathlib
import shutil
import struct
import subprocess
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SOURCE = REPOSITORY / "tests/faults/filelog.c"
LIBRARY = REPOSITORY / "target/faults/filelog.so"

# As in the C file.
KINDS = (None, "created", "made_folder", "written", "sized", "synced", "renamed", "unlinked", "removed_folder",
         "said", "forbidden", "sync_failed", "started")
CALLS = {"open": 1, "create": 2, "read": 4, "write": 8, "sync": 16, "sync_folder": 32, "rename": 64, "unlink": 128,
         "mkdir": 256, "resize": 512, "space": 1024}
ACTIONS = {"fail": 1, "cut_short": 2, "delay": 3, "pretend": 4}
HEADER = struct.Struct("<II5Q")
RULE = struct.Struct("<10I24s")
RULES = 8

Entry = collections.namedtuple("Entry", "kind name began inode offset other data")


@functools.cache
def library():
    """The path of the layer, built anew when its source is younger."""
    compiler = shutil.which("cc") or sys.exit("cc is missing; run scripts/setup")
    if not LIBRARY.exists() or LIBRARY.stat().st_mtime < SOURCE.stat().st_mtime:
        LIBRARY.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", "-U_FORTIFY_SOURCE",
                        "-o", str(LIBRARY), str(SOURCE), "-lpthread"], check=True)
    return LIBRARY


def surroundings(root, record=None, rules=None):
    """Environment variables that put the layer under a process."""
    env = {"LD_PRELOAD": str(library()), "FILELOG_ROOT": str(pathlib.Path(root).resolve())}
    if record:
        env["FILELOG_FILE"] = str(record)
    if rules:
        env["FILELOG_RULES"] = str(rules.path)
    return env


def read(path):
    """All entries in the order in which they were noted."""
    content = memoryview(pathlib.Path(path).read_bytes())
    entries, at, first = [], 0, 0
    while at < len(content):
        kind, name_length, began, inode, offset, other, data_length = HEADER.unpack_from(content, at)
        at += HEADER.size
        name = bytes(content[at:at + name_length]).decode()
        at += name_length
        data = content[at:at + data_length]
        at += data_length
        if at > len(content):
            raise ValueError("the record ends inside an entry")
        if KINDS[kind] == "started":
            # Each process counts its own.
            first = len(entries)
        entries.append(Entry(KINDS[kind], name, began + first, inode, offset, other, data))
    return entries


class Rules:
    """Faults, changed while the process runs. Numbers 0 to 7; a later one is asked after an earlier one."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.path.write_bytes(bytes(RULES * RULE.size))
        with open(self.path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), RULES * RULE.size)

    def set(self, number, calls, action, error="EIO", spare=0, times=0, permille=0, millis=0, part=""):
        """Lets a fault happen from now on. `spare` calls are let go first; `times` 0 means each one."""
        self.clear(number)
        mask = sum(CALLS[call] for call in calls)
        at = number * RULE.size
        self.map[at:at + RULE.size] = RULE.pack(0, mask, ACTIONS[action], getattr(errno, error), spare, times,
                                                permille, millis, 0, 0, part.encode())
        self.map[at:at + 4] = struct.pack("<I", 1)

    def clear(self, number=None):
        """Takes one back, or all."""
        for each in range(RULES) if number is None else (number,):
            self.map[each * RULE.size:each * RULE.size + 4] = bytes(4)

    def met(self, number):
        """How often it was carried out."""
        fields = RULE.unpack_from(self.map, number * RULE.size)
        times, met = fields[5], fields[9]
        return min(met, times) if times else met
