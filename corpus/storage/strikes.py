"""What reading had to be stopped at, so that nobody tries it for ever.

Tested in `tests/corpus/storage/test_strikes.py`.
"""

from __future__ import annotations

import sqlalchemy as sa

from corpus.storage.database.dialects import insert
from corpus.storage.tables import STRIKE


class Strikes:
    """Counts by item; which item that is, only whoever has it can tell.

    What others count meanwhile is not noticed: it is read once, since few items have any.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._known: dict[str, int] | None = None

    def count(self, item: str) -> int:
        """How often reading this had to be stopped."""
        if self._known is None:
            with self._engine.connect() as connection:
                rows = connection.execute(sa.select(STRIKE.c.item, STRIKE.c.times)).all()
            self._known = {row.item: row.times for row in rows}
        return self._known.get(item, 0)

    def add(self, item: str) -> None:
        """Count once more; written at once."""
        first, more = insert(STRIKE).values(item=item, times=1), {"times": STRIKE.c.times + 1}
        with self._engine.begin() as connection:
            connection.execute(first.on_conflict_do_update(index_elements=["item"], set_=more))
        self._known = None
