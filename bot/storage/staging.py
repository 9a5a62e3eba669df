"""Folders in a home folder in which copies of its databases lie for a while.

Tested with backups in `tests/bot/storage/test_backup.py`.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

SAVING, RESTORING = "saving.", "restoring."
PLAN = "plan.json"
"""Stands in a folder whose databases are on their way into the home folder; see `swap`."""
_LOCK = "lock"


@contextmanager
def stage(home: Path, prefix: str) -> Iterator[Path]:
    """Make a folder for its owner's eyes that is gone when the context ends.

    Other processes can tell it from one that a killed process left: see `list_abandoned`. One that
    holds a `PLAN` at the end stays.
    """
    folder = Path(tempfile.mkdtemp(dir=home, prefix=prefix))
    try:
        with closing(sqlite3.connect(folder / _LOCK, isolation_level=None)) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            yield folder
    finally:
        if not (folder / PLAN).exists():
            remove(folder)


def remove(folder: Path) -> None:
    """Delete a folder of `stage`; what tells of it goes last, so that it may be cut short."""
    for path in folder.glob("*"):
        if path.name != _LOCK:
            with suppress(OSError):
                path.unlink()
    shutil.rmtree(folder, ignore_errors=True)


def list_abandoned(home: Path, prefix: str) -> list[Path]:
    """List the folders of `stage` that no process is at work on, oldest name first."""
    folders = sorted(folder for folder in home.glob(f"{prefix}*") if (folder / _LOCK).is_file())
    return [folder for folder in folders if not _is_held(folder / _LOCK)]


def sweep(home: Path) -> None:
    """Delete what killed processes left, but what is half on its way: see `swap.settle`."""
    for prefix in (SAVING, RESTORING):
        for folder in list_abandoned(home, prefix):
            if not (folder / PLAN).exists():
                remove(folder)


def _is_held(lock: Path) -> bool:
    with closing(sqlite3.connect(lock, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            return True
    return False
