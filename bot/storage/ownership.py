"""A home folder belongs to its owner alone, whatever made it and with whatever rights."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_FILES = ("articles.db", "chats.db", "sample-in-use")
_FOLDERS = ("index", "models", "before-restore-", "restoring.", "saving.")
_FOLDER, _FILE = 0o700, 0o600


def close_to_others(home: Path) -> None:
    """Take all rights to a home folder from everybody but its owner.

    What Byline did not make stays as it is; so does the folder itself where it holds foreign
    folders, as it then is more than Byline's home. What belongs to another user cannot be changed.
    """
    with suppress(OSError):
        every = list(home.iterdir())
        folders = [one for one in every if one.is_dir() and not one.name.startswith(".")]
        if all(one.name.startswith(_FOLDERS) for one in folders):
            _allow(home, _FOLDER)
        for one in every:
            if one.name.startswith(_FILES) and one.is_file():
                _allow(one, _FILE)
            elif one in folders and one.name.startswith(_FOLDERS):
                for path in _within(one):
                    _allow(path, _FOLDER if path.is_dir() else _FILE)


def _within(folder: Path) -> Iterator[Path]:
    """A folder and all it holds; what it links to is elsewhere."""
    for root, _, names in os.walk(folder):
        yield Path(root)
        yield from (Path(root, name) for name in names)


def _allow(path: Path, mode: int) -> None:
    with suppress(OSError):
        known = path.lstat().st_mode
        if not stat.S_ISLNK(known) and stat.S_IMODE(known) != mode:
            path.chmod(mode)
