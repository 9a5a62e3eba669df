"""How well an archive answers: the figures, and what counts as found."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from math import log2

import pytest

from corpus.archive import Archive
from corpus.ingest import ingest
from corpus.storage.store import Store
from retrieval.errors import RetrievalError
from retrieval.evaluation.evaluate import FIGURES, evaluate
from retrieval.evaluation.qrels import Case, Expected, Judgments
from retrieval.results import Hit, Result, Verdict
from retrieval.search import Searcher
from tests.support.models import FakeEncoder, story
from tests.support.newsroom import BEES, COPY, FUNICULAR

STORIES = [story(number) for number in range(12)]


class ToldSearcher(Searcher):
    """Answers with the hits it was told, in (0, 1] the surer the longer the question is."""

    hits: tuple[Hit, ...] = ()

    def search(self, query: str, count: int = 10, *, today: date | None = None) -> Result:
        sure = min(1.0, len(query) / 100)
        verdict = Verdict.ANSWER if sure >= 0.5 else Verdict.NOTHING
        self.today = today
        return Result(query, verdict, sure, self.hits[:count], len(STORIES))


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    store = Store.open(tmp_path_factory.mktemp("home"))
    ingest([*STORIES, BEES, FUNICULAR, COPY], store=store, embedder=FakeEncoder())
    return store


@pytest.fixture
def searcher(store, tmp_path) -> ToldSearcher:
    searcher = ToldSearcher(Archive(tmp_path, store), FakeEncoder())
    searcher.refresh()
    return searcher


def passages(store: Store, *wanted: tuple[int, int]) -> tuple[Hit, ...]:
    """Hits: of each story the passage with a number."""
    found = []
    for number, place in wanted:
        article = STORIES[number]
        starts = sorted(s for a, s, _ in store.changes().spans if a == article.id)
        located = store.locate(f"{article.id}#{starts[place]}")
        assert located
        found.append(Hit(*located, 0.5))
    return tuple(found)


def case(*expected: Expected, question: str = "Which ferry?" * 5, **more: object) -> Case:
    return Case(str(more.pop("id", "1")), question, expected, **more)


def asked(searcher: Searcher, *cases: Case):
    return evaluate(Judgments(cases), searcher, model="fake")


def figures(searcher: Searcher, *expected: Expected) -> dict[str, float]:
    return asked(searcher, case(*expected)).questions[0].figures


def test_figures_of_a_ranking_with_two_of_three_answers(store, searcher):
    searcher.hits = passages(store, (0, 0), (1, 0), (2, 0), (3, 1), (4, 0))
    wanted = (
        Expected(STORIES[1].id, "ferry 1 LEFT.\n"),
        Expected(STORIES[3].id, "came to pier 3"),
        Expected(STORIES[7].id, "Ferry 7 left"),
    )
    gained, ideal = 1 / log2(3) + 1 / log2(5), 1 + 1 / log2(3) + 1 / log2(4)
    assert figures(searcher, *wanted) == pytest.approx(
        {
            "hits@1": 0, "hits@4": 1, "hits@10": 1, "mrr@10": 1 / 2,
            "ndcg@10": gained / ideal, "recall@10": 2 / 3,
        }, abs=1e-6,
    )  # fmt: skip


def test_grades_weigh_in_ndcg(store, searcher):
    searcher.hits = passages(store, (1, 0), (2, 0))
    wanted = Expected(f"{STORIES[1].id}#0", grade=1), Expected(f"{STORIES[2].id}#0", grade=3)
    gained, ideal = 1 + 3 / log2(3), 3 + 1 / log2(3)
    assert figures(searcher, *wanted)["ndcg@10"] == pytest.approx(gained / ideal, abs=1e-6)


def test_two_answers_in_one_passage_are_both_found_even_in_the_last_one(store, searcher):
    last = (10, 0)
    searcher.hits = passages(store, *((number, 0) for number in range(9)), last)
    found = figures(searcher, Expected(text="Ferry 10 left"), Expected(text="10 left. Ferry"))
    assert (found["recall@10"], found["hits@10"], found["mrr@10"]) == (1, 1, 0.1)


def test_what_stands_below_rank_ten_is_not_found(store, searcher):
    searcher.hits = passages(store, *((number, 0) for number in range(11)))
    assert set(figures(searcher, Expected(text="Ferry 10 left")).values()) == {0}


def test_an_answer_counts_once_where_it_comes_up_first(store, searcher):
    searcher.hits = passages(store, (0, 0), (1, 0), (1, 1))
    found = figures(searcher, Expected(STORIES[1].id), Expected(text="no such words"))
    ideal = 1 + 1 / log2(3)
    assert found["ndcg@10"] == pytest.approx(1 / log2(3) / ideal, abs=1e-6)
    assert found["recall@10"] == 0.5


def test_without_words_the_ranks_count_articles(store, searcher):
    assert len(searcher.hits) == 0
    searcher.hits = passages(store, (0, 0), (0, 1), (1, 1), (2, 0), (1, 0), (3, 0), (4, 0), (5, 0))
    done = asked(searcher, case(Expected(STORIES[1].id), Expected(STORIES[3].id)))
    assert done.level == "article"
    assert done.questions[0].figures["mrr@10"] == 1 / 2
    gained, ideal = 1 / log2(3) + 1 / log2(5), 1 + 1 / log2(3)
    assert done.questions[0].figures["ndcg@10"] == pytest.approx(gained / ideal, abs=1e-6)


def test_ten_articles_are_ranked_where_they_have_several_passages(store, searcher):
    searcher.hits = passages(store, *((number // 2, number % 2) for number in range(22)))
    assert figures(searcher, Expected(STORIES[9].id))["mrr@10"] == 0.1
    assert figures(searcher, Expected(STORIES[10].id))["hits@10"] == 0


@pytest.mark.parametrize(
    "name",
    [
        STORIES[1].id,
        STORIES[1].url,
        "HTTPS://News.Example:443/ferries/1?utm_source=mail#top",
        " ferry 1  sails AGAIN",
    ],
)
def test_an_article_is_known_by_id_address_and_headline(store, searcher, name):
    searcher.hits = passages(store, (0, 0), (1, 0))
    done = asked(searcher, case(Expected(name)))
    assert done.questions[0].figures["mrr@10"] == 1 / 2
    assert done.missing == ()


def test_a_passage_is_known_by_the_place_where_it_begins_however_the_body_is_cut(store, searcher):
    first, second = searcher.hits = passages(store, (1, 0), (1, 1))
    assert first.passage.end > 5
    assert figures(searcher, Expected(first.passage.id))["mrr@10"] == 1
    assert figures(searcher, Expected(f"{STORIES[1].id}#5"))["mrr@10"] == 1
    assert figures(searcher, Expected(second.passage.id))["mrr@10"] == 1 / 2
    done = asked(searcher, case(Expected(f"{STORIES[1].id}#999999")))
    assert (done.level, done.questions[0].figures["hits@10"]) == ("passage", 0)


def test_words_must_stand_in_the_article_that_is_named_where_one_is(store, searcher):
    searcher.hits = passages(store, (1, 0))
    assert figures(searcher, Expected(text="Ferry 1 left."))["hits@1"] == 1
    assert figures(searcher, Expected(STORIES[1].id, "Ferry 1 left."))["hits@1"] == 1
    assert figures(searcher, Expected(STORIES[2].id, "Ferry 1 left."))["hits@1"] == 0
    assert figures(searcher, Expected(STORIES[1].id, "Ferry 2 left."))["hits@1"] == 0


def test_a_copy_counts_as_the_article_it_stands_for(store, searcher):
    (spans,) = [(s, e) for a, s, e in store.changes().spans if a == FUNICULAR.id]
    located = store.locate(f"{FUNICULAR.id}#{spans[0]}")
    assert located
    searcher.hits = (Hit(*located, 0.5, copies=(COPY,)),)
    assert figures(searcher, Expected(COPY.id))["hits@1"] == 1
    assert figures(searcher, Expected(COPY.id, "3,120 signatures"))["hits@1"] == 1
    assert figures(searcher, Expected(f"{COPY.id}#0"))["hits@1"] == 0


def test_an_article_that_is_not_there_is_named_and_never_found(store, searcher):
    searcher.hits = passages(store, (1, 0), (2, 0))
    done = asked(searcher, case(Expected("Lost", "ferry"), Expected(STORIES[1].id)))
    assert done.missing == ("Lost",)
    assert done.questions[0].figures["recall@10"] == 0.5


def test_the_summary_tells_refused_abstained_and_how_well_the_confidence_parts_them(
    store, searcher
):
    searcher.hits = passages(store, (1, 0))
    lengths = {True: (90, 80, 40), False: (80, 30)}
    cases = [
        case(*[Expected(STORIES[1].id)] * yes, question="x" * length, id=f"{yes}{length}")
        for yes, some in lengths.items()
        for length in some
    ]
    done = asked(searcher, *cases)
    summary = done.summary
    assert (summary.answerable, summary.unanswerable) == (3, 2)
    assert (summary.refused, summary.abstained) == (1 / 3, 1 / 2)
    wins = (1 + 1) + (0.5 + 1) + (0 + 1)
    assert summary.auroc == pytest.approx(wins / 6)
    assert summary.figures["hits@1"] == 1
    assert [one.answered for one in done.questions] == [True, True, False, True, False]
    assert [bool(one.figures) for one in done.questions] == [True, True, True, False, False]


@pytest.mark.parametrize("expected", [(), (Expected(text="Ferry"),)])
def test_shares_of_nothing_are_left_out(searcher, expected):
    summary = asked(searcher, case(*expected)).summary
    assert summary.auroc is None
    assert summary.refused == (0.0 if expected else None)
    assert summary.abstained == (None if expected else 0.0)
    assert set(summary.figures) == (set(FIGURES) if expected else set())


def test_times_are_milliseconds_without_what_loads_first(searcher, monkeypatch):
    times = iter([0.0, 0.010, 1.0, 1.030, 2.0, 2.020])
    monkeypatch.setattr("retrieval.evaluation.evaluate.time.perf_counter", times.__next__)
    summary = asked(searcher, *(case(id=number) for number in range(3))).summary
    assert summary.median_ms == pytest.approx(20)
    assert summary.p95_ms == pytest.approx(20 + 0.9 * 10)  # numpy goes between its neighbours


def test_a_question_is_asked_as_on_its_day_and_progress_is_told(searcher):
    told: list[int] = []
    day = date(2026, 3, 9)
    cases = Judgments((case(), case(id=2, today=day)), unjudged=4)
    done = evaluate(cases, searcher, model="fake", progress=told.append)
    assert (searcher.today, told, done.unjudged) == (day, [1, 2], 4)
    assert (done.judgments, done.articles) == (cases.digest, 15)


def test_an_empty_archive_is_refused(tmp_path):
    searcher = Searcher(Archive(tmp_path, Store.open(tmp_path)), FakeEncoder())
    with pytest.raises(RetrievalError, match="byline add"):
        asked(searcher, case())


def test_without_the_library_its_name_is_told(searcher, monkeypatch):
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    with pytest.raises(RetrievalError, match="pip install ir-measures"):
        asked(searcher, case())


def test_equal_headlines_are_one_answer_wherever_it_stands(tmp_path):
    own = Store.open(tmp_path)
    twins = [replace(story(n), headline="Ferry late") for n in (1, 2)]
    ingest([*twins, *STORIES[3:6]], store=own, embedder=FakeEncoder())
    searcher = Searcher(Archive(tmp_path, own), FakeEncoder())
    searcher.refresh()
    found = asked(searcher, case(Expected("Ferry late"), question="When did ferry 2 leave?"))
    assert found.questions[0].figures["recall@10"] == 1
