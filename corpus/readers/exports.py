"""Exported Telegram channels: files and folders of them, and what is no longer in them."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from corpus.article import SHARED, Article
from corpus.errors import Failure, attempt
from corpus.parse.telegram.export import Posts, cut_export, looks_like_export
from corpus.parse.telegram.page import looks_like_export_page
from corpus.parse.telegram.post import Channel, LinkedArticle
from corpus.sandbox.sandbox import Sandbox

MOST_LINKS = 500
"""How many of an export's links to articles elsewhere are followed."""
EMPTY = "the export holds no post with a text"
FEWER = f"only {MOST_LINKS} links to articles are followed; the other posts stand for themselves"

_PAGE = re.compile(r"messages(\d{0,9})\.html", re.ASCII)
_JSON, _FIRST_PAGE, _ACCOUNT = "result.json", "messages.html", "export_results.html"
_CHATS = "chats"
_OPENING_BYTES = 1 << 16

Follow = Callable[[str], Article | Failure]
"""Reads the article at an address."""


class Archived(Protocol):
    """Knows which articles there are."""

    def addresses(self, prefix: str) -> Mapping[str, str]:
        """Ids of articles whose addresses begin so, each with its address."""
        ...


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a channel beside its exports.

    Attributes:
        name: By which it is public; empty for none.
        shelf: On which its posts belong.
    """

    name: str = ""
    shelf: str = SHARED


@dataclass(slots=True)
class Exports:
    """What reading exports takes, and what became of them.

    Attributes:
        name: By which the channel of any export is public; empty where nobody says.
        known: What is known of channels, by their numbers (see `Channel.id`).
        follow: Reads articles that posts only link to; None to take the posts themselves.
        read: The numbers of all messages of each channel whose export was read to its end.
    """

    name: str = ""
    known: Mapping[int, Known] = field(default_factory=dict)
    follow: Follow | None = None
    read: dict[Channel, array[int]] = field(default_factory=dict)

    def missing(self, archive: Archived) -> list[str]:
        """Ids of posts that are stored, and not in the export where they would have to be.

        An export may begin and end anywhere: nothing is said of what is older than its first
        message, or newer than its last.
        """
        return [
            article_id
            for channel, numbers in self.read.items()
            if numbers and (prefix := channel.prefix)
            for article_id in _gone(archive.addresses(prefix), prefix, numbers)
        ]

    def tell(self, channel: Channel) -> Known:
        """What is known of a channel, by its number or its name."""
        known = self.known.get(channel.id)
        named = (one for one in self.known.values() if one.name and one.name == channel.name)
        return known or next(named, Known())

    def note(self, channel: Channel, numbers: Iterable[int]) -> None:
        """Note the messages of a channel whose export was read."""
        self.read.setdefault(channel, array("q")).extend(numbers)


def _gone(urls: Mapping[str, str], prefix: str, numbers: Sequence[int]) -> Iterator[str]:
    known, first, last = frozenset(numbers), min(numbers), max(numbers)
    for article_id, url in urls.items():
        number = url.removeprefix(prefix)
        told = number.isascii() and number.isdigit() and first <= int(number) <= last
        if told and int(number) not in known:
            yield article_id


def choose_files(parent: Path, folders: list[str], names: Sequence[str]) -> Sequence[str]:
    """Choose what is to be read of a folder that is an export; of any other folder, all.

    Beside the messages lie pictures, and pages and scripts that only show them. Where both forms
    lie there, the JSON has more to say.

    Args:
        parent: The folder.
        folders: Names of those in it; those with nothing to read are taken out.
        names: Of its files.
    """
    if _JSON in names and looks_like_export(_opening(parent / _JSON)):
        folders.clear()
        return [_JSON]
    if _FIRST_PAGE in names and looks_like_export_page(_opening(parent / _FIRST_PAGE)):
        folders.clear()
        pages = (found for name in names if (found := _PAGE.fullmatch(name)))
        return [found[0] for found in sorted(pages, key=lambda one: int(one[1] or 1))]
    if _ACCOUNT in names and looks_like_export_page(_opening(parent / _ACCOUNT)):
        folders[:] = [_CHATS] if _CHATS in folders else []
        return []
    return names


def _opening(path: Path) -> bytes:
    try:
        if not path.is_file():  # a pipe would wait for ever
            return b""
        with path.open("rb") as file:
            return file.read(_OPENING_BYTES)
    except OSError:  # whoever reads it will say so
        return b""


def read_export_file(
    blocks: Iterable[bytes], *, where: str, sandbox: Sandbox, exports: Exports
) -> Iterator[Article | Failure]:
    """Read ``result.json``, piece by piece.

    Yields:
        Articles and failures in the order of the posts; a failure where there are none at all.
    """
    taking = _Taking(where, exports)
    for piece in cut_export(blocks, where=where):
        if isinstance(piece, Failure):
            yield taking.failed(piece)
            continue
        posts = attempt(partial(_read_piece, piece.data, sandbox, exports), where)
        if isinstance(posts, Failure):
            yield taking.failed(posts)
        else:
            yield from taking.take(posts)
    yield from taking.end()


def _read_piece(data: bytes, sandbox: Sandbox, exports: Exports) -> Posts:
    posts = sandbox.read_export(data, name=exports.name)
    name = exports.tell(posts.channel).name
    return sandbox.read_export(data, name=name) if name and not exports.name else posts


def read_export_page(
    data: bytes, *, where: str, sandbox: Sandbox, exports: Exports
) -> Iterator[Article | Failure]:
    """Read one of the pages of an export, as `read_export_file` does."""
    taking = _Taking(where, exports)
    yield from taking.take(sandbox.read_export_page(data, name=exports.name))
    yield from taking.end()


class _Taking:
    """What was taken out of one file so far."""

    def __init__(self, where: str, exports: Exports) -> None:
        self._where = where
        self._exports = exports
        self._numbers: dict[Channel, array[int]] = {}
        self._links = 0
        self._said = 0
        self._whole = True

    def failed(self, failure: Failure) -> Failure:
        """Note that a part of it was not read."""
        self._whole = False
        self._said += 1
        return failure

    def take(self, posts: Posts) -> Iterator[Article | Failure]:
        """Hand on the articles of some posts, and those that they link to."""
        self._numbers.setdefault(posts.channel, array("q")).extend(posts.numbers)
        shelf = self._exports.tell(posts.channel).shelf
        for item in posts.found:
            found = [item] if isinstance(item, Article) else self._followed(item)
            for one in found:
                self._said += 1
                yield replace(one, shelf=shelf) if isinstance(one, Article) else one

    def end(self) -> Iterator[Failure]:
        """Say what remains to be said."""
        if self._links > MOST_LINKS:
            yield Failure(self._where, FEWER)
        if not self._said:
            yield Failure(self._where, EMPTY)
        if self._whole:
            for channel, numbers in self._numbers.items():
                self._exports.note(channel, numbers)

    def _followed(self, linked: LinkedArticle) -> list[Article | Failure]:
        """The article that a post links to or, where it cannot be had, the post."""
        own: list[Article | Failure] = [linked.post] if linked.post else []
        self._links += self._exports.follow is not None
        if self._exports.follow is None or self._links > MOST_LINKS:
            return own
        found = self._exports.follow(linked.link)
        return [found] if isinstance(found, Article) else own or [found]
