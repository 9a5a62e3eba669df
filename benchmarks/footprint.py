"""What a program holds of the machine: memory, descriptors and threads of all its processes.

Linux tells that in `/proc`.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Footprint:
    """What some processes hold together.

    Attributes:
        memory_mib: Resident, which counts pages that they share in each of them.
        own_mib: Of that what no file stands behind.
    """

    processes: int = 0
    memory_mib: float = 0.0
    own_mib: float = 0.0
    descriptors: int = 0
    threads: int = 0


def footprint(pid: int) -> Footprint:
    """Measure a process and all that it started; nothing where it is gone."""
    known: list[tuple[float, float, int, int]] = []
    for one in tree(pid):
        with suppress(OSError, KeyError, ValueError):  # it may end while it is looked at
            known.append(_measure(_PROC / str(one)))
    if not known:
        return Footprint()
    memory, own, descriptors, threads = (sum(values) for values in zip(*known, strict=True))
    return Footprint(len(known), memory, own, int(descriptors), int(threads))


def alive(pid: int) -> bool:
    """Whether a process runs, and is not only waited for."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


def tree(pid: int) -> list[int]:
    """A process and its descendants."""
    children = defaultdict[int, list[int]](list)
    for folder in _PROC.glob("[0-9]*"):
        with suppress(OSError):
            fields = (folder / "stat").read_text().rpartition(") ")[2].split()
            children[int(fields[1])].append(int(folder.name))
    found = [pid]
    for one in found:
        found += children[one]
    return found


def _measure(folder: Path) -> tuple[float, float, int, int]:
    lines = (folder / "status").read_text().splitlines()
    said = dict(line.split(":", 1) for line in lines if ":" in line)
    kib = {name: int(said[name].split()[0]) for name in ("VmRSS", "RssAnon")}
    descriptors = sum(1 for _ in (folder / "fd").iterdir())
    return (
        kib["VmRSS"] / 1024,
        kib["RssAnon"] / 1024,
        descriptors,
        int(said["Threads"]),
    )
