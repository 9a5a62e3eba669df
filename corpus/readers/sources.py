"""Whatever an operator names as a source of articles: files, folders, addresses, feeds.

Tested with the command that reads them in `tests/bot/cli/test_main.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.article import Article
from corpus.errors import Failure, attempt, attempt_all
from corpus.storage.etags import Feeds

if TYPE_CHECKING:
    from corpus.readers.exports import Exports
    from corpus.readers.reading import Reading
    from corpus.readers.web import Web
    from corpus.sandbox.sandbox import Strikes


def read_sources(
    sources: Iterable[str],
    *,
    feeds: Feeds,
    strikes: Strikes | None = None,
    exports: Exports | None = None,
    reading: Reading | None = None,
) -> Iterator[Article | Failure]:
    """Read articles from paths, addresses of pages and feeds, and OPML lists.

    Args:
        sources: Each a path, where "~" is the reader's home, or an address with "://".
        feeds: Remembers feeds, so that an unchanged one is not read again.
        strikes: Remembers what reading had to be stopped at, so that it is not read for ever.
        exports: Knows of exported channels, and is told of those that are read.
        reading: Is told how much there is to read and how far that came, and knows where an
            interrupted import goes on.

    Yields:
        Each article, or why something was not read.
    """
    # What reads pages takes half a second to import, and whoever only asks does without it.
    from corpus.readers.exports import Exports
    from corpus.readers.fetch import Fetcher
    from corpus.readers.guard import Deadline
    from corpus.readers.reading import Reading
    from corpus.readers.web import Web, read_page_at
    from corpus.sandbox.sandbox import Sandbox

    sources, exports, reading = list(sources), exports or Exports(), reading or Reading()
    measured = [attempt(partial(_measure, one), one) for one in sources]
    reading.total = sum(size for size in measured if isinstance(size, int))
    with Fetcher() as fetcher:
        web = Web(fetcher, feeds, Sandbox(strikes))
        within = Deadline.start(web.list_s)
        exports.follow = exports.follow or partial(read_page_at, web=web, within=within)
        for source in sources:
            yield from attempt_all(_read_source(source, web, exports, reading), source)


def _measure(source: str) -> int:
    """How many bytes are read of files; of an address nobody knows."""
    from corpus.readers.files import measure_path

    is_path = source and "://" not in source and not source.casefold().endswith(".opml")
    return measure_path(_expanded(source)) if is_path else 0


def _read_source(
    source: str, web: Web, exports: Exports, reading: Reading
) -> Iterator[Article | Failure]:
    from corpus.readers.files import read_path
    from corpus.readers.web import read_opml_file, read_url

    if "://" in source:
        yield from read_url(source, web)
    elif source.casefold().endswith(".opml"):
        yield from read_opml_file(_expanded(source), web)
    elif source:
        path = _expanded(source)
        yield from read_path(path, sandbox=web.sandbox, exports=exports, reading=reading)
    else:  # an unset variable, say; it must not mean the folder we are in
        yield Failure('""', "no path or address given")


def _expanded(source: str) -> Path:
    try:
        return Path(source).expanduser()
    except RuntimeError:  # "~name" of nobody: what it says is then said not to be there
        return Path(source)
