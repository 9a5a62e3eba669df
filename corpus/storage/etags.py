"""What feeds' servers said about their newest state.

Tested in `tests/corpus/storage/test_store.py`.
"""

from __future__ import annotations

import sqlalchemy as sa

from corpus.storage.database.dialects import insert
from corpus.storage.tables import FEED


class Feeds:
    """Remembers each feed's ETag and Last-Modified, so that an unchanged one is not read again.

    What is to be remembered is written by `keep`, once the feed's articles are stored: a feed
    that was fetched by a process that died will be read again.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._pending: dict[str, tuple[str | None, str | None]] = {}

    def recall(self, url: str) -> tuple[str | None, str | None]:
        """Return the feed's last ETag and Last-Modified, each None where unknown."""
        query = sa.select(FEED.c.etag, FEED.c.modified).where(FEED.c.url == url)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return (row.etag, row.modified) if row else (None, None)

    def remember(self, url: str, *, etag: str | None, modified: str | None) -> None:
        """Note what the feed's server said this time, until `keep`."""
        self._pending[url] = (etag, modified)

    def keep(self) -> None:
        """Write down what was noted."""
        with self._engine.begin() as connection:
            for url, (etag, modified) in self._pending.items():
                change = {"etag": etag, "modified": modified}
                row = insert(FEED).values(url=url, **change)
                connection.execute(row.on_conflict_do_update(index_elements=["url"], set_=change))
        self._pending.clear()
