"""The command that shows what readers think of the answers, and makes an evaluation set of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import texts
from bot.cli import output
from bot.cli.console import ERR, AsJson, fail
from bot.cli.summarise import first_day
from bot.services import Services
from bot.settings import load
from bot.storage.feedback import Rating
from corpus.article import Article
from corpus.nlp.segment import Slice, split_sentences
from corpus.storage.store import Store
from corpus.text import squeeze
from retrieval.answers import AnswerKind
from retrieval.citation import link_to
from retrieval.results import Verdict

_ALONE = "--clear stands alone: it deletes everything"
_NO_QUESTIONS = (
    "no reader sent a question along with a thumb up for a passage, so there is nothing to "
    "write to {}"
)


def feedback(
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="2026-08-03, '3 August', Monday ...")
    ] = None,
    questions: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write questions for `evaluate`.")
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Delete all feedback.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the thumbs under answers, oldest first, with the questions that readers sent along.

    With --questions, write those that a passage answers, by their reader's thumb up, to a file
    that `byline evaluate` reads. /forget deletes a reader's feedback, and nothing else does but
    --clear.
    """
    archive, today = Services(load()), datetime.now(UTC).date()
    if clear:
        if since or questions:
            fail(_ALONE)
        output.say(f"Deleted {_thumbs(archive.chats.feedback.clear())}")
        return
    first = datetime.combine(first_day(since, today), time(), UTC) if since is not None else None
    ratings = archive.chats.feedback.ratings(first)
    if questions:
        _write(ratings, archive.store, questions)
    else:
        _show(ratings, archive.store, as_json=as_json)


_SAID = {
    Verdict.ANSWER: "said",
    Verdict.CLOSEST: "nearest said",
    Verdict.NOTHING: "said on the topic",
}
_SHOWN = {
    AnswerKind.PEOPLE: "people",
    AnswerKind.SUMMARY: "summary",
    AnswerKind.TIMELINE: "story",
    AnswerKind.ARTICLES: "which article",
}


def _show(ratings: list[Rating], store: Store, *, as_json: bool) -> None:
    for rating in ratings:
        told = _told(rating, store)
        if as_json:
            output.write(told)
        else:
            output.say(_line(rating, told))
    if not as_json:
        good = sum(rating.good for rating in ratings)
        output.say(f"{_thumbs(len(ratings))}, {good:,} of them up")


def _told(rating: Rating, store: Store) -> dict[str, Any]:
    article = store.get(_article(rating)) if rating.place else None
    stretch = _stretch(rating, article, store) if article else None
    return {
        "rated": rating.rated.isoformat(timespec="seconds"),
        "thumb": "up" if rating.good else "down",
        "reason": rating.reason,
        "verdict": _name_answer(rating),
        "question": rating.question,
        "asked": rating.asked.isoformat(timespec="seconds") if rating.asked else None,
        "place": rating.place or None,
        "article": output.describe(article) if article else None,
        "link": (link_to(article, stretch) if stretch else article.url) if article else None,
    }


def _name_answer(rating: Rating) -> str:
    """Name what was shown in one word, as programs that read this know it."""
    if rating.kind is AnswerKind.QUOTATIONS:
        return _SAID[rating.verdict or Verdict.ANSWER]
    if rating.kind is AnswerKind.PASSAGES:
        return rating.verdict or ""
    return _SHOWN[rating.kind] if rating.kind else ""


def _line(rating: Rating, told: dict[str, Any]) -> str:
    about = [f"{rating.rated:%Y-%m-%d}", _name_answer(rating), rating.reason]
    lines = [
        f"{texts.GOOD if rating.good else texts.BAD}  {' · '.join(filter(None, about))}",
        rating.question,
        told["article"] and told["article"]["headline"],
        told["link"],
    ]
    return "\n    ".join(filter(None, lines))


def _write(ratings: list[Rating], store: Store, file: Path) -> None:
    left_out: Counter[str] = Counter()
    cases = list(_cases(_gold(ratings, store, left_out)))
    if not cases:
        fail(_NO_QUESTIONS.format(file))
    try:
        lines = (json.dumps(case, ensure_ascii=False) for case in cases)
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except OSError as error:
        fail(f"cannot write {file}: {error.strerror}")
    written = "one question" if len(cases) == 1 else f"{len(cases):,} questions"
    output.say(f"Wrote {written} to {file}")
    for reason, count in sorted(left_out.items()):
        ERR.print(f"Left out: {_thumbs(count)} {reason}", style="dim", highlight=False)


def _gold(ratings: Iterable[Rating], store: Store, left_out: Counter[str]) -> Iterator[Rating]:
    """Yield the ratings that say which passage answers which question; count the others."""
    for rating in ratings:
        if rating.question is None:
            left_out["without a question"] += 1
        elif not rating.good:
            left_out["pointing down: what would answer is not known"] += 1
        elif "#" not in (rating.place or ""):
            left_out["for a summary or story, which no passage answers"] += 1
        elif store.get(_article(rating)) is None:
            left_out["for an article that is gone"] += 1
        else:
            yield rating


def _cases(ratings: Iterable[Rating]) -> Iterator[dict[str, Any]]:
    """One case a question and day, as `retrieval.evaluation.qrels` reads it, all its passages."""
    same: dict[tuple[str, str], list[Rating]] = {}
    for rating in ratings:
        asked = f"{rating.asked or rating.rated:%Y-%m-%d}"
        same.setdefault((squeeze(rating.question or "").casefold(), asked), []).append(rating)
    for (_, today), group in same.items():
        places = dict.fromkeys(rating.place for rating in group)
        yield {
            "id": group[0].key,
            "question": group[0].question,
            "answers": [{"article": place} for place in places],
            "today": today,
        }


def _article(rating: Rating) -> str:
    return (rating.place or "").partition("#")[0]


def _stretch(rating: Rating, article: Article, store: Store) -> Slice | None:
    """Where in the article it is: the passage, or else the sentence in which it begins."""
    _, _, start = (rating.place or "").partition("#")
    if not start:
        return None
    if found := store.locate(rating.place or ""):
        return found[1].start, found[1].end
    return next(
        (one for one in split_sentences(article.body) if one[0] <= int(start) < one[1]), None
    )


def _thumbs(count: int) -> str:
    return "one thumb" if count == 1 else f"{count:,} thumbs"
