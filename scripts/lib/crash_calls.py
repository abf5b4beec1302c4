"""What the function of the crash tests has noted: its processes and its calls."""
import collections
import time


class Calls:
    """The file of notes, read as it grows."""

    def __init__(self, path):
        self.path = path
        self.offset = 0
        self.processes = {}  # pid -> start time; those of the life of the server that is looked at
        self.requests = collections.Counter()
        self.express_requests = set()
        self.by_execution = collections.Counter()
        self.places = collections.defaultdict(set)  # execution -> what it called for
        self.first = {}  # execution -> time of its first call

    def read(self):
        """Takes in what was added, whole lines only."""
        if not self.path.exists():
            return
        with open(self.path, "rb") as notes:
            notes.seek(self.offset)
            text = notes.read()
        text = text[: text.rfind(b"\n") + 1]
        self.offset += len(text)
        for line in text.decode().splitlines():
            words = line.split()
            if words[0] == "start":
                self.processes[int(words[1])] = words[2]
            else:
                _, request, execution, at, _, when = words
                self.requests[request] += 1
                if execution.startswith("express-"):
                    self.express_requests.add(request)
                self.by_execution[execution] += 1
                self.places[execution].add(at)
                self.first.setdefault(execution, float(when))

    def orphans(self, seconds):
        """Processes of a killed server that are still alive after so many seconds; then they are forgotten.

        Gives them with the seconds that the last one took to end.
        """
        begun = time.monotonic()
        while True:
            self.read()
            alive = [pid for pid, started in self.processes.items() if is_alive(pid, started)]
            waited = time.monotonic() - begun
            if not alive or waited > seconds:
                self.processes.clear()
                return alive, waited
            time.sleep(0.005)


def is_alive(pid, started):
    """Whether the process that started at that time still runs; the dead wait to be collected as zombies."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
    except OSError:
        return False
    return fields[19] == started and fields[0] not in "ZX"
