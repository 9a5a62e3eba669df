"""Channels whose posts the bot takes in, and the posts that came and are still to be taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

import sqlalchemy as sa
from pydantic import TypeAdapter

from corpus.article import SHARED
from corpus.parse.telegram.post import Channel, Post
from corpus.storage.database.dialects import INTEGER, insert

_METADATA = sa.MetaData()
_CHANNEL = sa.Table(
    "channel",
    _METADATA,
    sa.Column("chat_id", INTEGER, primary_key=True),
    sa.Column("title", sa.Text),
    sa.Column("name", sa.Text),
    sa.Column("discussion", INTEGER),
    sa.Column("open", sa.Boolean),
    sa.Column("taking", sa.Boolean),
    sa.Column("added_by", INTEGER),
    sa.Column("since", sa.Float),
)
_POST = sa.Table(
    "channel_post",
    _METADATA,
    sa.Column("chat_id", INTEGER, primary_key=True),
    sa.Column("message_id", INTEGER, primary_key=True),
    sa.Column("album", sa.Text),
    sa.Column("payload", sa.Text),
    sa.Column("edited", sa.Float),
    sa.Column("received", sa.Float),
    sa.Column("version", INTEGER),
    sa.Column("waiting", sa.Boolean),
    sa.Column("article", sa.Text),
)
_FIRST_NUMBER = 10**12
"""The Bot API counts channels down from minus this."""
_MOST = 32
"""How many posts are taken at once."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A channel that the bot was added to by somebody who may.

    Attributes:
        chat_id: The channel's number, as the Bot API writes it.
        title: As its readers see it.
        name: By which it is public; empty for none.
        discussion: The group where its posts are discussed, or None.
        open: Whether readers elsewhere may be answered from it; otherwise only that group may.
        taking: Whether new posts are taken in.
        added_by: Who added the bot; None where they had themselves forgotten.
    """

    chat_id: int
    title: str
    name: str
    discussion: int | None
    open: bool
    taking: bool
    added_by: int | None

    @property
    def channel(self) -> Channel:
        """What its posts' addresses are made of."""
        return Channel(max(0, -self.chat_id - _FIRST_NUMBER), self.title, self.name)

    @property
    def own_shelf(self) -> str:
        """The shelf on which its posts lie where nobody else is answered from them."""
        return f"c{self.chat_id}"

    @property
    def shelf(self) -> str:
        """The shelf on which its posts belong now."""
        return SHARED if self.open else self.own_shelf


@dataclass(frozen=True, slots=True)
class Waiting:
    """A post, or the parts of an album, to be taken in.

    Attributes:
        chat_id: The channel's.
        posts: In the order of their numbers.
        versions: Which version of each of them this is.
        articles: Ids of those that earlier versions became.
    """

    chat_id: int
    posts: tuple[Post, ...]
    versions: tuple[int, ...]
    articles: frozenset[str]


class Channels:
    """All of them. Every method is one short transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, chat_id: int, title: str, name: str, *, added_by: int) -> None:
        """Take in a channel's posts from now on.

        A new one is open to readers elsewhere where it is public; one that was known before stays
        as it was.
        """
        change = {"title": title, "name": name, "taking": True, "added_by": added_by}
        row = {"chat_id": chat_id, "open": bool(name), "since": _now(), **change}
        self._write(
            insert(_CHANNEL)
            .values(row)
            .on_conflict_do_update(index_elements=["chat_id"], set_=change)
        )

    def change(self, chat_id: int, **values: str | int | bool | None) -> None:
        """Change what is known of a channel, by the names of `Membership`'s attributes."""
        self._write(_CHANNEL.update().where(_CHANNEL.c.chat_id == chat_id).values(values))

    def get(self, chat_id: int) -> Membership | None:
        """Look a channel up."""
        return next(iter(self._read(_CHANNEL.c.chat_id == chat_id)), None)

    def all(self) -> list[Membership]:
        """Those that are known, in the order of their titles."""
        return self._read(sa.true())

    def shelves(self, chat_id: int) -> tuple[str, ...]:
        """Shelves that a chat may be answered from, beside the shared one and its own.

        A channel that is not open to readers elsewhere is to its own discussion group.
        """
        here = (_CHANNEL.c.discussion == chat_id) | (_CHANNEL.c.chat_id == chat_id)
        return tuple(one.own_shelf for one in self._read(here & ~_CHANNEL.c.open))

    def closed_shelves(self) -> tuple[str, ...]:
        """The shelves of all channels that are not open to readers elsewhere."""
        return tuple(one.own_shelf for one in self._read(~_CHANNEL.c.open))

    def keep(self, chat_id: int, post: Post) -> None:
        """Keep a post until it is taken in; an older version than one that is known is none."""
        stamp = (post.edited or post.sent or datetime.fromtimestamp(0, UTC)).timestamp()
        change = {
            "album": post.album,
            "payload": _posts().dump_json(post).decode(),
            "edited": stamp,
            "received": _now(),
            "waiting": True,
        }
        row = {"chat_id": chat_id, "message_id": post.number, "version": 1, **change}
        newer = {**change, "version": _POST.c.version + 1}
        upsert = insert(_POST).values(row).on_conflict_do_update(
            index_elements=["chat_id", "message_id"], set_=newer, where=_POST.c.edited <= stamp
        )  # fmt: skip
        self._write(upsert)

    def waiting(self, quiet_s: float) -> list[Waiting]:
        """The oldest posts that are to be taken in.

        Args:
            quiet_s: For so long nothing must have come of an album, whose parts come one by one.
        """
        oldest = _POST.select().where(_POST.c.waiting)
        ordered = oldest.order_by(_POST.c.received, _POST.c.message_id).limit(_MOST)
        found = dict[tuple[int, str], Waiting]()
        with self._engine.connect() as connection:
            for row in connection.execute(ordered).all():
                key = row.chat_id, row.album or f"#{row.message_id}"
                if key not in found:
                    parts = _parts(connection, row) if row.album else [row]
                    if not row.album or _is_quiet(parts, quiet_s):
                        found[key] = _waiting(parts)
        return list(found.values())

    def claim(self, one: Waiting, article_id: str) -> None:
        """Note, before it is stored, which article a post becomes."""
        self._write(_POST.update().where(_those(one)).values(article=article_id))

    def done(self, one: Waiting) -> None:
        """Note that a post was taken in, unless a newer version came meanwhile.

        The text of one that stands alone goes; another part of an album may come or change.
        """
        for post, version in zip(one.posts, one.versions, strict=True):
            here = (_POST.c.chat_id == one.chat_id) & (_POST.c.message_id == post.number)
            change = {"waiting": False} if post.album else {"waiting": False, "payload": ""}
            self._write(_POST.update().where(here, _POST.c.version == version).values(change))

    def release(self, one: Waiting) -> None:
        """Note that nothing is stored of a post."""
        self._write(_POST.update().where(_those(one)).values(article=None))

    def articles(self, chat_id: int) -> list[str]:
        """Ids of the articles that a channel's posts became."""
        wanted = sa.select(_POST.c.article).where(
            _POST.c.chat_id == chat_id, _POST.c.article.is_not(None)
        )
        with self._engine.connect() as connection:
            return list(connection.execute(wanted.distinct()).scalars())

    def moved(self, article_id: str, new_id: str) -> None:
        """Note that an article has another id now."""
        self._write(_POST.update().where(_POST.c.article == article_id).values(article=new_id))

    def has_article(self, article_id: str) -> bool:
        """Whether any post became this article."""
        wanted = sa.select(sa.literal(1)).where(_POST.c.article == article_id).limit(1)
        with self._engine.connect() as connection:
            return connection.execute(wanted).scalar() is not None

    def _read(self, which: sa.ColumnElement[bool]) -> list[Membership]:
        query = _CHANNEL.select().where(which).order_by(_CHANNEL.c.title, _CHANNEL.c.chat_id)
        with self._engine.connect() as connection:
            return [_membership(row) for row in connection.execute(query)]

    def _write(self, statement: sa.Executable) -> None:
        with self._engine.begin() as connection:
            connection.execute(statement)


@cache
def _posts() -> TypeAdapter[Post]:
    return TypeAdapter(Post)


def _parts(
    connection: sa.Connection, row: sa.Row[tuple[object, ...]]
) -> Sequence[sa.Row[tuple[object, ...]]]:
    here = (_POST.c.chat_id == row.chat_id) & (_POST.c.album == row.album)
    return connection.execute(_POST.select().where(here).order_by(_POST.c.message_id)).all()


def _is_quiet(rows: Iterable[sa.Row[tuple[object, ...]]], quiet_s: float) -> bool:
    # A clock that was set back must not hold an album up.
    return all(not 0 <= _now() - row.received < quiet_s for row in rows)


def _waiting(rows: Sequence[sa.Row[tuple[object, ...]]]) -> Waiting:
    return Waiting(
        rows[0].chat_id,
        tuple(_posts().validate_json(row.payload) for row in rows),
        tuple(row.version for row in rows),
        frozenset(row.article for row in rows if row.article),
    )


def _those(one: Waiting) -> sa.ColumnElement[bool]:
    numbers = [post.number for post in one.posts]
    return (_POST.c.chat_id == one.chat_id) & _POST.c.message_id.in_(numbers)


def _membership(row: sa.Row[tuple[object, ...]]) -> Membership:
    return Membership(
        row.chat_id, row.title, row.name, row.discussion, row.open, row.taking, row.added_by
    )


def _now() -> float:
    return datetime.now(UTC).timestamp()
