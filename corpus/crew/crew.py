"""Prepare articles in several processes, for archives that would take one of them days.

An article at which such a process breaks, or takes longer than any article should, costs that
process its life, and the import that article; at the second time it is set aside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Lock
from typing import Self

from corpus.article import Article
from corpus.crew.hand import Tools
from corpus.crew.process import BrokenHandError, Hand
from corpus.errors import CorpusError, Failure, attempt
from corpus.prepare import Prepared, name_article
from corpus.sandbox.sandbox import MOST_STRIKES, Forgetful, Strikes, name_item

DEADLINE_S = 120.0
"""For a hundred thousand characters, and for anything shorter; a slow machine takes a tenth."""
_CHARS = 100_000
SET_ASIDE = "set aside: embedding it had to be stopped twice"


class Crew:
    """Some processes, started as they are needed; use it as a context, which ends them.

    Args:
        tools: What each of them works with.
        count: How many.
        strikes: Remembers at which articles they broke; nobody does for longer than this where
            None.
        deadline_s: How long a short article may take.
        start: Starts one.
    """

    def __init__(
        self,
        tools: Tools,
        count: int,
        *,
        strikes: Strikes | None = None,
        deadline_s: float = DEADLINE_S,
        start: Callable[[], Hand] = Hand,
    ) -> None:
        self._tools = tools
        self._strikes = strikes or Forgetful()
        self._deadline_s = deadline_s
        self._start = start
        self._pool = ThreadPoolExecutor(count, "crew")
        self._starting, self._lock = Lock(), Lock()
        self._hands, self._idle = set[Hand](), list[Hand]()
        self._closed = False
        self.ahead = count

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def begin(self, articles: Sequence[Article]) -> Iterator[Prepared | Failure]:
        """Begin with a batch; the iterator waits for each article, in their order.

        Raises:
            ToolError: From the iterator: no process can be started, or none can prepare anything.
        """
        begun = [
            self._pool.submit(attempt, partial(self._prepare, article), name_article(article))
            for article in articles
        ]
        return (one.result() for one in begun)

    def close(self) -> None:
        """End the processes, whatever they do."""
        with self._lock:
            self._closed = True
            hands = list(self._hands)
        for hand in hands:
            hand.end()
        self._pool.shutdown(cancel_futures=True)
        for hand in hands:
            hand.close()

    def _prepare(self, article: Article) -> Prepared | Failure:
        name, struck = name_article(article), _tell_item(article)
        if self._strikes.count(struck) >= MOST_STRIKES:
            return Failure(name, SET_ASIDE)
        allowed_s = self._deadline_s * max(1, -(-len(article.body) // _CHARS))
        hand = self._take()
        try:
            made = hand.prepare(article, allowed_s=allowed_s)
        except BrokenHandError as error:
            self._let_go(hand)
            if not self._closed:
                self._strikes.add(struck)
            late = f"takes longer than {allowed_s:g} s to embed and to find who said what"
            return Failure(name, late if error.late else f"what embeds it {error}")
        with self._lock:
            self._idle.append(hand)
        return made

    def _take(self) -> Hand:
        """Take a process that does nothing, or start one."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
        with self._starting:  # one after another: what the first one exports, the others find
            hand = self._start()
            with self._lock:
                self._hands.add(hand)
                closed = self._closed
            if closed:  # whoever closed us did not see it
                hand.end()
            try:
                hand.equip(self._tools)
            except CorpusError:
                self._let_go(hand)
                raise
            return hand

    def _let_go(self, hand: Hand) -> None:
        hand.end()
        with self._lock:
            self._hands.discard(hand)
        hand.close()


def _tell_item(article: Article) -> str:
    """Name an article as it reads, for this version of Byline."""
    return name_item(f"prepare {article.id}\n{article.body}".encode(errors="replace"))
