"""A clock that a test sets: tests/faults/clock.c, compiled and loaded before the C library of a server."""
import os
import pathlib
import shutil
import struct
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2] / "tests/faults/clock.c"
HOUR = 3600


class Clock:
    """The offset of one server's time of day; 0 in the beginning."""

    def __init__(self, folder):
        compiler = shutil.which("cc") or sys.exit("there is no C compiler (cc): scripts/setup installs one")
        self.library, self.file = folder / "clock.so", folder / "clock"
        subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-o", str(self.library), str(SOURCE)], check=True)
        self.seconds = 0.0
        self.set(0)

    def set(self, seconds):
        """The server's clock is so many seconds ahead of the machine's from now on, or behind."""
        self.seconds = seconds
        # In place: the server has this file mapped.
        file = os.open(self.file, os.O_WRONLY | os.O_CREAT, 0o600)
        os.pwrite(file, struct.pack("=q", int(seconds * 1_000_000_000)), 0)
        os.close(file)

    def environment(self):
        """What makes a server go by this clock."""
        return {"LD_PRELOAD": str(self.library), "STATELINE_TEST_CLOCK": str(self.file)}
