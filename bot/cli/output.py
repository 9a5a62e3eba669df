"""What the commands print: JSON for programs, plain lines for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Column, Table

from bot import texts
from bot.reply.citations import note_otherwise, quote_marked, quote_passage
from bot.reply.reply import Block, Note, Reply
from bot.terminal import draw
from corpus.article import Article
from corpus.attribution.attribution import MOST_CHARS
from corpus.errors import Failure
from corpus.ingest import Tally
from corpus.nlp.segment import Slice
from corpus.parse.records import write_record
from corpus.storage.store import Change
from corpus.text import disarm
from retrieval.citation import join_credit, link_to
from retrieval.disagreement.newest import Otherwise, Settled
from retrieval.extraction.candidates import Candidate
from retrieval.results import Hit, Result, Verdict

if TYPE_CHECKING:
    from bot.services import Services
    from retrieval.evaluation.evaluate import Evaluation, Summary
    from retrieval.evaluation.significance import Difference

_OUT = Console(highlight=False)
_MOST_FAILURES = 20
_LEVELS = {
    "passage": "Ranks count passages.",
    "article": "Ranks count articles, each where the best of its passages is.",
}


def say(text: str) -> None:
    """Print lines for people, without what a file's name could make a terminal do."""
    _OUT.print(disarm(text), markup=False, soft_wrap=True)


def show(*blocks: Block) -> None:
    """Print what a chat in a terminal would show."""
    _OUT.print(draw(Reply(blocks)))


@contextmanager
def show_asking(console: Console, total: int) -> Iterator[Callable[[int], None]]:
    """Show how many questions were asked so far, on a terminal."""
    with console.status("Opening the archive") as status:
        yield lambda asked: status.update(f"Asking: {asked:,} of {total:,} questions")


def show_tally(tally: Tally, *, as_json: bool) -> None:
    """Print what became of a batch."""
    counts = {str(change): tally.changes[change] for change in Change}
    if as_json:
        cut = [article.url or article.id for article in tally.cut]
        failures = {"failed": tally.failed, "failures": _listed(tally)}
        write(counts | failures | {"cut": cut})
        return
    _say_failures("Not read", tally)
    for article in tally.cut[:_MOST_FAILURES]:
        what = f"who said what was looked for in its first {MOST_CHARS:,} characters"
        say(f"Read in part: {article.url or article.headline}: {what}")
    said = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    say(f"Articles: {said}, {tally.failed:,} not read")


def _listed(tally: Tally) -> list[dict[str, str]]:
    return [{"where": failed.where, "reason": failed.reason} for failed in tally.failures]


def _say_failures(what: str, tally: Tally) -> None:
    shown = tally.failures[:_MOST_FAILURES]
    for failed in shown:
        say(f"{what}: {failed.where}: {failed.reason}")
    if (more := tally.failed - len(shown)) > 0:
        all_listed = tally.failed == len(tally.failures)
        listed = "them all" if all_listed else f"the first {len(tally.failures):,}"
        say(f"… and {more:,} more; --json lists {listed}")


def show_reindexed(tally: Tally, *, as_json: bool) -> None:
    """Print what was embedded anew, and in how many articles was looked for who said what."""
    if as_json:
        counts = {"reindexed": tally.articles, "passages": tally.passages}
        failures = {"failed": tally.failed, "failures": _listed(tally)}
        write(counts | {"attributed": tally.attributed} | failures)
    else:
        _say_failures("Not embedded", tally)
        say(f"Embedded anew: {tally.passages:,} passages of {tally.articles:,} articles")
        say(f"Who said what, found anew: in {tally.attributed:,} articles")


def show_filled(passages: int, *, as_json: bool) -> None:
    """Print how much was sent to the search engine."""
    if as_json:
        write({"sent": passages})
    else:
        say(f"Sent to the engine: {passages:,} passages")


def show_answer(
    result: Result, settled: Settled | None, beside: Sequence[Candidate] = (), *, as_json: bool
) -> None:
    """Print the answer to one question.

    Args:
        result: Of the search.
        settled: What to show of its hits; None without hits.
        beside: Other hits that may answer, where it is not sure that the first does.
        as_json: Print what `show_hits` prints, with what is marked in the first hit, and what
            another article says otherwise.
    """
    if as_json:
        written = _result(settled.result if settled else result)
        write(
            written | {"marked": None, "otherwise": None} | (_settled(settled) if settled else {})
        )
    elif settled and result.verdict is not Verdict.NOTHING:
        _show_settled(settled, beside)
    else:
        words = (
            texts.say("nothing", articles=result.searched)
            if result.searched
            else texts.say("empty-admin")
        )
        show(Note(words))


def _show_settled(settled: Settled, beside: Sequence[Candidate]) -> None:
    first, chosen, other = settled.result.hits[0], settled.excerpt, settled.otherwise
    sure = settled.result.verdict is Verdict.ANSWER
    show(*quote_passage(first.article, chosen, sure=sure, copies=first.copies))
    _say_link(first.article, chosen.marked)
    for one in beside:
        article = one.hit.article
        show(*quote_marked(article, one.hit.passage, one.marked, one.hit.copies))
        _say_link(article, one.marked)
    if other:
        show(*note_otherwise(other))
        _say_link(other.article, other.piece)


def _say_link(article: Article, words: Slice) -> None:
    if link := link_to(article, words):
        say(link)


def show_hits(result: Result, *, as_json: bool) -> None:
    """Print the hits for one question: an object a line, or a line a hit."""
    if as_json:
        write(_result(result))
        return
    say(f"{result.query}: {result.verdict} ({result.confidence:.2f})")
    for rank, hit in enumerate(result.hits, 1):
        say(f"{rank:3}. {hit.score:.3f}  {hit.passage.id}  {hit.article.headline}")


def show_parsed(file: Path, item: Article | Failure, *, as_json: bool) -> None:
    """Print what was read from a file, or why nothing was."""
    if as_json:
        read = {"error": item.reason} if isinstance(item, Failure) else write_record(item)
        write({"file": file.name, **read})
    elif isinstance(item, Failure):
        say(f"Not read: {item.where}: {item.reason}")
    else:
        say(f"{file.name}: {item.headline}")
        say("  " + join_credit(item.publisher, ", ".join(item.authors), item.printed_date))
        say("  " + item.body.replace("\n\n", "\n  "))


def show_stats(archive: Services, *, as_json: bool) -> None:
    """Print what the archive holds."""
    store = archive.store
    newest = store.latest(1)
    numbers: dict[str, Any] = {
        "home": str(archive.home),
        "articles": store.count(),
        "publishers": len(store.publishers()),
        "passages": len(archive.searcher),
        "newest": newest[0].printed_date if newest else None,
        "model": archive.encoder.fingerprint,
        "runtime": archive.encoder.runtime,
        "reranker": archive.reader.name if archive.reader else None,
    }
    if as_json:
        write(numbers)
        return
    for name, value in numbers.items():
        say(f"{name:12}{value if value is not None else '-'}")


def show_evaluation(
    evaluation: Evaluation,
    before: Evaluation | None = None,
    differences: Sequence[Difference] = (),
    *,
    as_json: bool,
) -> None:
    """Print how well the archive answers.

    Args:
        evaluation: To be shown.
        before: An earlier one to compare it with.
        differences: From the earlier one to this.
        as_json: Print an object that a later evaluation can be compared with.
    """
    if as_json:
        told = {"differences": [asdict(one) for one in differences]} if before else {}
        write(told | asdict(evaluation))
        return
    counts = evaluation.summary
    say(
        f"{counts.answerable:,} questions that the archive should answer, "
        f"{counts.unanswerable:,} that it should not; {evaluation.articles:,} articles"
    )
    say(_LEVELS[evaluation.level])
    if missing := evaluation.missing:
        say(f"Not in the archive, so never found: {len(missing):,} expected, as {missing[0]}")
    if evaluation.unjudged:
        say(f"Left out: {evaluation.unjudged:,} questions that no judgment names")
    if before:
        say(f"Before: {before.model}\nAfter:  {evaluation.model}")
    _OUT.print(_compared(evaluation, before, differences) if before else _figures(evaluation))


def _figures(evaluation: Evaluation) -> Table:
    table = Table(Column("", no_wrap=True), Column(justify="right"), box=None, show_header=False)
    for name, value in _rows(evaluation.summary).items():
        table.add_row(name, _number(name, value))
    return table


def _compared(after: Evaluation, before: Evaluation, differences: Sequence[Difference]) -> Table:
    numbers = ("before", "after", "change", "95 % interval", "p")
    table = Table("", *(Column(name, justify="right") for name in numbers), box=None)
    tested = {one.figure: one for one in differences}
    earlier = _rows(before.summary)
    for name, value in _rows(after.summary).items():
        old, change = earlier[name], tested.get(name)
        more = (f"{change.low:+.3f} to {change.high:+.3f}", f"{change.p:.4f}") if change else ()
        sign = "+.1f" if name.endswith("ms") else "+.3f"
        table.add_row(
            name,
            _number(name, old),
            _number(name, value),
            f"{round(value - old, 3) + 0.0:{sign}}",
            *more,
        )
    return table


def _rows(summary: Summary) -> dict[str, float]:
    """Name the figures of a summary that there are, in the order of their printing."""
    shares = {name: getattr(summary, name) for name in ("refused", "abstained", "auroc")}
    known = {name: share for name, share in shares.items() if share is not None}
    times = {"median ms": summary.median_ms, "p95 ms": summary.p95_ms}
    return summary.figures | known | times


def _number(name: str, value: float) -> str:
    return f"{value:.1f}" if name.endswith("ms") else f"{value:.3f}"


def _result(result: Result) -> dict[str, Any]:
    return {
        "query": result.query,
        "verdict": str(result.verdict),
        "confidence": round(result.confidence, 4),
        "searched": result.searched,
        "hits": [_hit(rank, hit) for rank, hit in enumerate(result.hits, 1)],
    }


def _hit(rank: int, hit: Hit) -> dict[str, Any]:
    return {
        "rank": rank,
        "score": round(hit.score, 4),
        "article": describe(hit.article),
        "copies": [describe(copy) for copy in hit.copies],
        "start": hit.passage.start,
        "end": hit.passage.end,
        "text": hit.passage.text,
    }


def describe(article: Article) -> dict[str, Any]:
    """Tell programs which article it is."""
    record = write_record(article)
    named = ("url", "headline", "publisher", "authors", "published")
    return {"id": article.id, **{name: record[name] for name in named}}


def _settled(settled: Settled) -> dict[str, Any]:
    first, other = settled.result.hits[0], settled.otherwise
    return {
        "marked": _place(first.article, settled.excerpt.marked),
        "otherwise": other and describe_otherwise(other),
    }


def describe_otherwise(other: Otherwise) -> dict[str, Any]:
    """Tell programs what another article says otherwise."""
    return {"article": describe(other.article), "newer": other.is_newer} | _place(
        other.article, other.piece
    )


def _place(article: Article, words: Slice) -> dict[str, Any]:
    start, end = words
    return {
        "start": start,
        "end": end,
        "text": article.body[start:end],
        "link": link_to(article, words),
    }


def write(value: dict[str, Any]) -> None:
    """Print an object on a line of its own."""
    # Flushed a line at a time: whoever scripts `byline search` may wait for each answer.
    print(json.dumps(value, ensure_ascii=False), flush=True)  # noqa: T201 - JSON is the result
