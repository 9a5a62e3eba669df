"""How far the files of an import were read and stored, so that it can go on after a kill.

Tested in `tests/corpus/storage/test_checkpoints.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import islice

import sqlalchemy as sa

from corpus.storage.database.dialects import insert
from corpus.storage.database.opening import tell_faults
from corpus.storage.tables import CHECKPOINT

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a file was read; what came before that is stored.

    Attributes:
        file: Its path.
        state: Tells the file from what it may become.
        pieces: Of how many of its pieces (lines, messages, rows together) all is stored.
        within: How many articles and failures of the piece after them came.
        articles: How many articles came so far.
        failed: How many failures.
        done: Whether it was read to its end.
    """

    file: str
    state: str
    pieces: int = 0
    within: int = 0
    articles: int = 0
    failed: int = 0
    done: bool = False


class Checkpoints:
    """Keeps one for each file; reached as `Store.checkpoints`.

    Args:
        engine: The archive's database.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def find(self, file: str) -> Checkpoint | None:
        """Return how far a file was read; None where no import of it was interrupted."""
        query = sa.select(CHECKPOINT).where(CHECKPOINT.c.file == file)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        counts = (row.pieces, row.within, row.articles, row.failed)
        return Checkpoint(row.file, row.state, *counts, done=bool(row.done))

    def keep(self, checkpoints: Iterable[Checkpoint]) -> None:
        """Write some down, all or none.

        Raises:
            StoreError: The disk is full, say.
        """
        with tell_faults(), self._engine.begin() as connection:
            for checkpoint in checkpoints:
                keep_checkpoint(connection, checkpoint)

    def drop(self, files: Iterable[str]) -> None:
        """Forget about some files, whose import is finished."""
        rest = iter(files)
        with tell_faults(), self._engine.begin() as connection:
            while some := list(islice(rest, _BATCH)):
                connection.execute(sa.delete(CHECKPOINT).where(CHECKPOINT.c.file.in_(some)))


def keep_checkpoint(connection: sa.Connection, checkpoint: Checkpoint) -> None:
    """Write one down together with the article that it stands behind."""
    row = asdict(checkpoint)
    new = insert(CHECKPOINT).values(row)
    connection.execute(new.on_conflict_do_update(index_elements=["file"], set_=row))
