"""Folders in a home folder in which copies of its databases lie for a while.

Tested with backups in `tests/bot/storage/test_backup.py`.
"""

from __future__ import annotations

import json
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
_ELSEWHERE = "elsewhere.json"
"""Stands in a folder whose owner writes to other places too, and names those."""


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


def note_elsewhere(folder: Path, *paths: Path) -> None:
    """Note in a folder of `stage` what `sweep` is to delete with it: files, or folders of files."""
    names = [str(path.absolute()) for path in paths]
    (folder / _ELSEWHERE).write_text(json.dumps(names), encoding="utf-8")


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
                if prefix == SAVING:  # what is restored comes from elsewhere itself
                    _remove_elsewhere(folder)
                remove(folder)


def _remove_elsewhere(folder: Path) -> None:
    for path in _read_elsewhere(folder):
        for one in (*path.glob("*"), path):
            with suppress(OSError):
                one.rmdir() if one.is_dir() and not one.is_symlink() else one.unlink()


def _read_elsewhere(folder: Path) -> list[Path]:
    try:
        names = json.loads((folder / _ELSEWHERE).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # there is nothing, or its writer was killed first
        return []
    return [Path(name) for name in names]


def _is_held(lock: Path) -> bool:
    with closing(sqlite3.connect(lock, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            return True
    return False
