"""Match an article against many alerts at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.article import Article, Passage
from corpus.attribution.attribution import Attribution
from corpus.nlp.segment import Slice
from retrieval.alerts.alert import Alert, Incoming, Level, Match
from retrieval.alerts.learned import load_learned
from retrieval.alerts.rating import Rater, Rating, Sight
from retrieval.alerts.showing import Showing
from retrieval.alerts.wishes import Ints, Mask, Wish
from retrieval.query.question import list_short_names
from retrieval.results import Encoder


class AlertIndex:
    """Alerts, inverted by what they want; the work hangs on the article, hardly on their number.

    By default an article must hold all terms of an alert, stemmed, and a given name beside its
    surname, or the surname alone where it can mean nobody else; whoever has to say something must
    be quoted in a passage about it. Only `Level.MORE` takes what is close by meaning.

    Args:
        alerts: Each id once.
        encoder: Embeds their topics, as it embedded the passages.
        before: An index whose embeddings are taken over where topics stayed; of the same encoder.
    """

    def __init__(
        self, alerts: Iterable[Alert], *, encoder: Encoder, before: AlertIndex | None = None
    ) -> None:
        self._alerts = tuple(alerts)
        wanted = [Wish(one.topic, one.speaker) for one in self._alerts]
        wishes = tuple(dict.fromkeys(wanted))
        numbers = {wish: number for number, wish in enumerate(wishes)}
        known = before.rater.embeddings if before else {}
        self.rater: Rater = Rater(wishes, encoder=encoder, known=known)
        self._wish_of = np.array([numbers[wish] for wish in wanted], np.int64)
        thresholds = load_learned().thresholds
        least = [thresholds[one.level] + one.raised for one in self._alerts]
        self._least = np.array(least, np.float32)
        self._loose = np.array([one.level is Level.MORE for one in self._alerts], np.bool_)
        self._papers = np.array([one.publisher.casefold() for one in self._alerts], np.str_)

    def __len__(self) -> int:
        return len(self._alerts)

    def match(
        self,
        article: Article,
        passages: Sequence[Passage],
        vectors: NDArray[np.float32],
        said: Sequence[Attribution],
    ) -> list[Match]:
        """Find the alerts that an article fits.

        Args:
            article: The article.
            passages: All of its passages, in order.
            vectors: Their embeddings, a row each; no rows, or zeros, where there are none.
            said: Who said what in it.

        Returns:
            One for each alert that it fits, in the order of the alerts.
        """
        allowed = self._allow(article)
        if not passages or not allowed.any():
            return []
        sight = self.rater.look(Incoming(article, passages, vectors, said))
        rating = self.rater.rate(
            sight, sought=self._mark(allowed), loose=self._mark(allowed & self._loose)
        )
        rows = self._find_rows(rating)
        fits = allowed & (rows >= 0)
        fits[fits] = (rating.scores[rows[fits]] >= self._least[fits]) & (
            rating.whole[rows[fits]] | self._loose[fits]
        )
        shown = self._show(set(rows[fits].tolist()), rating, sight)
        return [
            Match(self._alerts[number].id, float(rating.scores[row]), *shown[row])
            for number, row in zip(np.flatnonzero(fits).tolist(), rows[fits].tolist(), strict=True)
        ]

    def _allow(self, article: Article) -> Mask:
        """Tell the alerts that want articles of any publisher, or of this one."""
        names = list_short_names(article.publisher) if article.publisher else ()
        return np.isin(self._papers, ["", *{name.casefold() for name in names}])

    def _mark(self, alerts: Mask) -> Mask:
        """Mark what some alerts want, with whom they name by the surname alone."""
        marked = np.zeros(len(self.rater.full), np.bool_)
        marked[self._wish_of[alerts]] = True
        return marked[self.rater.full]

    def _find_rows(self, rating: Rating) -> Ints:
        """Find the row of each alert in a rating, by full name or surname; -1 for none."""
        best = np.full(len(self.rater.full), -1, np.int64)
        order = np.lexsort((rating.scores, rating.whole))
        best[self.rater.full[rating.wishes[order]]] = order
        return best[self._wish_of]

    def _show(
        self, rows: set[int], rating: Rating, sight: Sight
    ) -> dict[int, tuple[Passage, Slice]]:
        """Choose what to show for some rows of a rating."""
        showing = Showing(sight.new.article, sight.new.passages, sight.held.pieces)
        speakers = [self.rater.wishes.wishes[row].speaker for row in rating.wishes.tolist()]
        return {
            row: showing.choose(
                rating.shares[row],
                nearest=int(rating.nearest[row]),
                heard=sight.heard[speakers[row]] if speakers[row] else (),
            )
            for row in rows
        }
