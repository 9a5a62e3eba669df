"""What Telegram Desktop exports of a channel: ``result.json``, cut into pieces and read.

Such a file may hold gigabytes. Whoever reads it cuts it by its brackets alone (`cut_export`), and
what the pieces say is read elsewhere (`read_export`), each as a small export of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from corpus.article import Article
from corpus.dates import parse_time
from corpus.errors import Failure, UnreadableError
from corpus.parse.records import Piece
from corpus.parse.telegram.post import Channel, LinkedArticle, Post, join_albums, read_post

MAX_MESSAGE_BYTES = 1_000_000
PRIVATE = "the export of a private chat is no publication; export a channel or a group"

_PIECE_BYTES = 1_000_000
_PIECE_MESSAGES = 500
_ALBUM = 100
"""How many more messages a piece takes for the sake of an album, of which Telegram allows ten."""
_HEAD_BYTES = 100_000
_DEPTH = 100
_BLOCK_BYTES = 1 << 16

_KINDS = (
    *("public_channel", "private_channel"),
    *("public_supergroup", "private_supergroup", "private_group"),
)
_OTHERS = ("personal_chat", "bot_chat", "saved_messages", "replies", "verification_codes")
_TYPE = re.compile(rb'"type"\s*:\s*"(?:' + "|".join((*_KINDS, *_OTHERS)).encode() + rb')"')
_MESSAGES = re.compile(rb'"messages"\s*:\s*\[')
_WHOLE_ACCOUNT = b'"about": "Here is the data you requested'
_STEP = re.compile(rb'(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+[{}\[\]]', re.DOTALL)
"""Everything up to the next bracket that is none of a text's."""
_MEDIA = frozenset({"photo", "file", "media_type"})
_TIME = re.compile(rb'"date_unixtime"\s*:\s*"(\d{1,12})"')
_KEY = b'"messages"'


@dataclass(frozen=True, slots=True)
class Posts:
    """What a piece of an export holds.

    Attributes:
        channel: Whose.
        numbers: Of all its messages, in their order, those without a text among them.
        found: The posts that are articles, in their order.
    """

    channel: Channel
    numbers: tuple[int, ...]
    found: tuple[Article | LinkedArticle, ...]


def looks_like_export(opening: bytes) -> bool:
    """Whether a JSON document that begins so is an export: of one chat, or of a whole account."""
    start = opening.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(b"{"):
        return False
    one = _TYPE.search(start) is not None and _MESSAGES.search(start) is not None
    return one or _WHOLE_ACCOUNT in start


def cut_export(blocks: Iterable[bytes], *, where: str) -> Iterator[Piece | Failure]:
    """Cut an export into pieces, each of them a small export, without a look at what they say.

    Args:
        blocks: The file; memory is taken for a few of them and one piece, however long it is.
        where: Its name, for failures.

    Yields:
        Pieces of up to 500 messages, an album never in two of them; a failure for each message
        of over 1 MB, and for a file that ends too early.

    Raises:
        UnreadableError: It cannot be JSON.
    """
    cutter = _Cutter(where)
    for block in blocks:
        yield from cutter.feed(block)
    yield from cutter.end()


@dataclass(slots=True)
class _Batch:
    """Messages that go into one piece, with what stands above them."""

    head: bytes
    messages: list[bytes] = field(default_factory=list)
    size: int = 0
    time: bytes = b""

    def takes(self, message: bytes) -> bool:
        """Whether a message belongs to this piece."""
        count = len(self.messages)
        if count < _PIECE_MESSAGES and self.size < _PIECE_BYTES:
            return True
        return count < _PIECE_MESSAGES + _ALBUM and self.time != b"" and _time(message) == self.time

    def add(self, message: bytes) -> None:
        self.messages.append(message)
        self.size += len(message)
        self.time = _time(message)

    def written(self, where: str) -> Iterator[Piece]:
        """As a piece; none where there are no messages."""
        if self.messages:
            body = b",".join(self.messages)
            yield Piece(where, self.head + _KEY + b":[" + body + b"]}", whole=True)


class _Cutter:
    """Follows the brackets of a document that comes in blocks.

    Outside of a list of messages it remembers where each object began, for the chat's name and
    type stand before its messages; within one, how deep it is.
    """

    def __init__(self, where: str) -> None:
        self._where = where
        self._held = b""
        self._at = 0
        self._wanted = _BLOCK_BYTES
        self._open: list[int | None] = []
        self._batch: _Batch | None = None
        self._depth = 0
        self._start: int | None = None
        self._skipping = False

    def feed(self, block: bytes) -> Iterator[Piece | Failure]:
        """Take in what comes next."""
        self._held += block
        if len(self._held) - self._at < self._wanted:
            return
        while step := _STEP.match(self._held, self._at):
            before, self._at = self._at, step.end()
            bracket = self._held[self._at - 1 : self._at]
            if self._batch is None:
                self._seek(bracket, before)
            else:
                yield from self._collect(bracket)
        self._drop()
        # A long text is looked at again only once there is twice as much of it.
        self._wanted = max(1, 2 * (len(self._held) - self._at))
        if len(self._held) - self._at > 4 * MAX_MESSAGE_BYTES:
            raise UnreadableError("not an export: no text of Telegram's is over 4 MB")

    def end(self) -> Iterator[Piece | Failure]:
        """Take in what is left."""
        self._wanted = 0
        yield from self.feed(b"")
        if self._batch is not None:
            yield from self._batch.written(self._where)
        if self._batch is not None or self._open:
            yield Failure(self._where, "the export is cut short; what it holds up to there is read")

    def _seek(self, bracket: bytes, before: int) -> None:
        """Look for a list of messages."""
        if bracket in b"]}":
            self._open[-1:] = []
            return
        if len(self._open) >= _DEPTH:
            raise UnreadableError("nested too deeply")
        said = self._held[before : self._at - 1].rstrip().removesuffix(b":").rstrip()
        start = self._open[-1] if self._open else None
        if bracket == b"[" and start is not None and said.endswith(_KEY):
            self._batch = _Batch(self._held[start : before + len(said) - len(_KEY)])
        else:
            self._open.append(self._at - 1 if bracket == b"{" else None)

    def _collect(self, bracket: bytes) -> Iterator[Piece | Failure]:
        """Collect messages until their list ends."""
        assert self._batch is not None  # noqa: S101 - as whoever calls knows
        if bracket in b"{[":
            self._depth += 1
            if self._depth == 1:
                self._start = self._at - 1
            return
        self._depth -= 1
        if self._depth < 0:
            yield from self._batch.written(self._where)
            self._batch, self._depth = None, 0
        elif self._depth == 0:
            message = b"" if self._start is None else self._held[self._start : self._at]
            self._start = None
            if self._skipping or len(message) > MAX_MESSAGE_BYTES:
                self._skipping = False
                yield Failure(self._where, "a message of over 1 MB is left out")
                return
            if not self._batch.takes(message):
                yield from self._batch.written(self._where)
                self._batch = _Batch(self._batch.head)
            self._batch.add(message)

    def _drop(self) -> None:
        """Let go of what is read, but for what an object that is still open began with."""
        if self._start is not None and self._at - self._start > MAX_MESSAGE_BYTES:
            self._start, self._skipping = None, True
        kept = self._at if self._start is None else self._start
        if self._batch is None:
            near = [one for one in self._open if one is not None and self._at - one < _HEAD_BYTES]
            kept = min([kept, *near])
        self._held, self._at = self._held[kept:], self._at - kept
        self._start = None if self._start is None else self._start - kept
        self._open = [one - kept if one is not None and one >= kept else None for one in self._open]


def _time(message: bytes) -> bytes:
    found = _TIME.search(message)
    return found[1] if found else b""


def read_export(data: bytes, *, name: str = "") -> Posts:
    """Read a piece of an export.

    Service messages are left out, and so is what is too short to be an article. Albums, which an
    export does not tell from pictures sent one by one, are those of one sender and second.

    Args:
        data: As `cut_export` writes it.
        name: By which the channel is public, which no export says.

    Raises:
        UnreadableError: It is of a private chat, or no export.
    """
    export = _load(data)
    kind, messages = export.get("type"), export.get("messages")
    if kind in _OTHERS:
        raise UnreadableError(PRIVATE)
    if kind not in _KINDS or not isinstance(messages, list):
        raise UnreadableError("not an export of Telegram Desktop that we know")
    title = export.get("name")
    own = 0 if kind == "private_group" else _number(export.get("id")) or 0
    channel = Channel(own, title if isinstance(title, str) else "", name)
    told = [one for one in messages if isinstance(one, dict) and _number(one.get("id"))]
    messages = [one for one in told if one.get("type") == "message"]
    posts = [_post(one, channel) for one in messages]
    _mark_albums(posts, [not _MEDIA.isdisjoint(one) for one in messages])
    found = read_posts(posts, channel)
    return Posts(channel, tuple(_number(one["id"]) or 0 for one in told), tuple(found))


def read_posts(posts: Iterable[Post], channel: Channel) -> Iterator[Article | LinkedArticle]:
    """Read posts that follow one another, without those that say too little."""
    for post in join_albums(list(posts)):
        try:
            yield read_post(post, channel)
        except UnreadableError:
            continue


def _mark_albums(posts: list[Post], media: Sequence[bool]) -> None:
    """Take pictures and films of one sender and second for an album."""
    for at in range(1, len(posts)):
        before, post = posts[at - 1 : at + 1]
        sent = (before.sent, before.origin, before.author)
        if (
            post.sent
            and sent == (post.sent, post.origin, post.author)
            and all(media[at - 1 : at + 1])
        ):
            posts[at - 1] = replace(before, album=before.album or str(before.number))
            posts[at] = replace(post, album=posts[at - 1].album)


def _load(data: bytes) -> Mapping[str, object]:
    try:
        export = json.loads(data.decode())
    except (ValueError, RecursionError):
        raise UnreadableError("not JSON, or cut short") from None
    if not isinstance(export, dict):
        raise UnreadableError("not an export of Telegram Desktop that we know")
    return export


def _post(message: Mapping[str, object], channel: Channel) -> Post:
    said = message.get("text") or message.get("text_entities")
    runs = said if isinstance(said, list) else [said]
    # A string alone has its addresses beside it.
    marked = runs if isinstance(said, list) else message.get("text_entities")
    sender = _text(message.get("from"))
    return Post(
        number=_number(message["id"]) or 0,
        text="".join(_run(one) for one in runs),
        sent=_moment(message, "date"),
        edited=_moment(message, "edited"),
        author=_text(message.get("author")) or ("" if sender == channel.title else sender),
        origin=_text(message.get("forwarded_from")),
        links=tuple(_links(marked if isinstance(marked, list) else ())),
    )


def _run(run: object) -> str:
    return run if isinstance(run, str) else _text(run.get("text")) if isinstance(run, dict) else ""


def _links(runs: Iterable[object]) -> Iterator[str]:
    for run in runs:
        if isinstance(run, dict) and run.get("type") in ("link", "text_link"):
            yield _text(run.get("href")) or _text(run.get("text"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> int | None:
    sound = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**53
    return value if sound else None  # type: ignore[return-value]


def _moment(message: Mapping[str, object], name: str) -> datetime | None:
    """When something was done: in seconds since 1970, or as the clock of whoever exported says."""
    seconds = message.get(f"{name}_unixtime")
    try:
        if isinstance(seconds, str | int) and int(seconds) > 0:
            return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    found = parse_time(_text(message.get(name)))
    return found.time if found else None
