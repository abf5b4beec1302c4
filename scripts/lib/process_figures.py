"""What a process takes: memory, files, processor time; and what a folder takes on disk."""
import os
import pathlib

MEBIBYTE = 1 << 20


def memory(pid):
    """Bytes that are resident."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def processor_seconds(pid):
    """Processor time of all its threads so far, in user and in kernel mode."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def open_files(pid):
    """How many file descriptors it has."""
    return len(os.listdir(f"/proc/{pid}/fd"))


def disk(folder):
    """Bytes that the files of a folder take on disk. Files may go while this looks."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(place, name)).st_blocks * 512
            except OSError:
                continue
    return total
