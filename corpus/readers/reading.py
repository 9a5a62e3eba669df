"""How far the files of an import are read: for who waits for it, and to go on after a kill.

A file is read piece by piece: a line, a message, some rows. After an interruption it is cut into
the same pieces again, and those that were stored are passed over unread.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from corpus.article import Article
from corpus.errors import Failure
from corpus.storage.checkpoints import Checkpoint, Checkpoints

_T = TypeVar("_T")


@dataclass(slots=True)
class Reading:
    """The files of one import.

    Attributes:
        checkpoints: Where it is kept how far they came; None to keep nothing.
        say: Told in a line where an interrupted import goes on.
        total: Bytes of all files, packed as they are; 0 where there are none.
        resumed: How many articles were stored before the interruption.
    """

    checkpoints: Checkpoints | None = None
    say: Callable[[str], object] = lambda _: None
    total: int = 0
    resumed: int = 0
    _before: int = 0
    _now: int = 0
    _file: FileReading | None = None
    _ended: list[Checkpoint] = field(default_factory=list)
    _known: list[str] = field(default_factory=list)

    @property
    def read(self) -> int:
        """Bytes that were read so far."""
        return self._before + self._now

    def move(self, position: int) -> None:
        """Note how many bytes of the file in hand were read."""
        self._now = position

    def close(self, path: Path) -> None:
        """Note that nothing more is read of a file, whatever became of it."""
        self._before, self._now, self._file = self._before + measure([path]), 0, None

    def open(self, path: Path, opening: bytes) -> FileReading:
        """Begin with a file, or go on with it.

        Args:
            path: The file.
            opening: How it begins, unpacked.
        """
        name = str(path.absolute())
        fresh = Checkpoint(name, _tell_state(path, opening))
        found = self.checkpoints.find(name) if self.checkpoints else None
        if found and found.state != fresh.state:
            self.say(f"{path} has changed since its import was interrupted: from its beginning")
            found = None
        elif found and not found.done:
            what = f"{found.articles:,} articles, and {found.failed:,} that were not read"
            self.say(f"{path} goes on where it was interrupted, after {what}")
        self.resumed += found.articles if found else 0
        self._known.append(name)
        self._file = FileReading(found or fresh)
        return self._file

    def end(self) -> None:
        """Note that the file in hand was read to its end."""
        if self._file:
            self._ended.append(replace(self._file.place, done=True))
            self._file = None

    def here(self) -> Checkpoint | None:
        """How far the file in hand is read with what came of it last."""
        return self._file.place if self._file and self.checkpoints else None

    def reached(self) -> list[Checkpoint]:
        """How far the files are read that were not told before, once."""
        here, ended = self.here(), self._ended
        self._ended = []
        return [*ended, *([here] if here else [])]

    def settle(self, reached: Sequence[Checkpoint]) -> None:
        """Keep how far the files were read: all that came of them until then is stored.

        Raises:
            StoreError: It cannot be written.
        """
        if self.checkpoints:
            self.checkpoints.keep(reached)

    def finish(self) -> None:
        """Forget how far the files were read: they are wholly stored, and all was told."""
        if self.checkpoints:
            self.checkpoints.drop(self._known)
        self._known.clear()


class FileReading:
    """One file.

    Attributes:
        place: How far it is read.
    """

    def __init__(self, place: Checkpoint) -> None:
        self.place = place
        self._passed = place.within

    def skip(self, pieces: Iterator[_T]) -> Iterator[_T]:
        """Pass over the pieces that are done."""
        return islice(pieces, self.place.pieces, None)

    def take(self, found: Iterable[Article | Failure]) -> Iterator[Article | Failure]:
        """Count what is in the next piece, and hand on what did not come before."""
        for item in islice(found, self._passed, None):
            place, failed = self.place, isinstance(item, Failure)
            self.place = replace(
                place,
                within=place.within + 1,
                articles=place.articles + (not failed),
                failed=place.failed + failed,
            )
            yield item
        self._passed = 0
        self.place = replace(self.place, pieces=self.place.pieces + 1, within=0)


def measure(files: Iterable[Path]) -> int:
    """Add up the sizes of files; what cannot be looked at counts nothing."""
    return sum(map(_size, files))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0


def _tell_state(path: Path, opening: bytes) -> str:
    """Tell a file from one that was changed, and what reads it from another version of that."""
    from corpus.sandbox.sandbox import find_version  # whoever only asks does without it

    seen = path.stat()
    told = hashlib.sha256(find_version() + b"\n%d\n%d\n" % (seen.st_size, seen.st_mtime_ns))
    told.update(opening)
    return told.hexdigest()
