"""The form of a client test: named checks, one line each, and the counts in the end."""
import contextlib
import sys
import traceback


class Checks:
    """Counts what passed and failed."""

    def __init__(self):
        self.passed = self.failed = 0

    def that(self, name, holds, detail=""):
        """One check; the detail is printed when it fails."""
        if holds:
            self.passed += 1
            print(f"ok      {name}", flush=True)
        else:
            self.failed += 1
            print(f"FAILED  {name}" + (f"\n        {detail}" if detail != "" else ""), flush=True)
        return bool(holds)

    def equal(self, name, found, expected):
        """One check that two values are equal."""
        return self.that(name, found == expected, f"expected {expected!r}\n        found    {found!r}")

    def has(self, name, text, *parts):
        """One check that a text has all parts."""
        missing = [part for part in parts if part not in text]
        return self.that(name, not missing, f"missing {missing!r} in: {text[-2000:]}")

    @contextlib.contextmanager
    def group(self, name):
        """What belongs together: an exception fails the group and the test goes on."""
        print(f"        {name}", flush=True)
        try:
            yield
        except Exception:  # whatever it was is shown, and counts
            self.failed += 1
            print(f"FAILED  {name}: ended by an exception\n{traceback.format_exc()}", flush=True)

    def skip(self, name, why):
        """Something that this machine cannot show."""
        print(f"skipped {name}: {why}", flush=True)

    def close(self):
        """Prints the counts and ends the process."""
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        sys.exit(1 if self.failed or not self.passed else 0)
