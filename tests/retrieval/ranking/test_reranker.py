"""The first hits in the order of a cross-encoder: a fake one, and tiny real ones made here."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services import Services
from bot.settings import Settings
from corpus.archive import Archive
from corpus.article import Article, Passage
from corpus.ingest import ingest
from corpus.storage.store import Store
from retrieval.encoding.backend import quieten
from retrieval.errors import ModelError
from retrieval.index.header import add_header
from retrieval.query.question import Aspect, understand
from retrieval.ranking.answerability import estimate_confidence
from retrieval.ranking.rank import rank
from retrieval.ranking.reranker import DEPTH, CrossEncoder, Reranker
from retrieval.results import Hit
from retrieval.search import Searcher, weigh
from tests.support.models import FakeAttributor, FakeEncoder
from tests.support.newsroom import without_a_model

TODAY = date(2026, 11, 23)
WHOLE = Aspect("Which boat came first?")


class FakeScorer:
    """Rates a passage by the number in it; every pair takes as long as it is told, by its clock.

    Args:
        scores: What to give for a text that holds a word, instead of its number.
        pair_s: Seconds a pair.
    """

    name = "fake"

    def __init__(self, scores: dict[str, float] | None = None, *, pair_s: float = 0) -> None:
        self.scores = scores or {}
        self.pair_s = pair_s
        self.now = 0.0
        self.pairs: list[tuple[str, str]] = []

    def clock(self) -> float:
        return self.now

    def load(self) -> None:
        pass

    def score(self, query: str, text: str) -> float:
        self.pairs.append((query, text))
        self.now += self.pair_s
        told = [score for word, score in self.scores.items() if word in text]
        return told[0] if told else float(text.rsplit(" ", 1)[1])


def hits_of(numbers: Sequence[float]) -> list[Hit]:
    """Hits in this order, whose passages end in the numbers."""
    articles = [Article(f"Boat {place}", f"It came {n}") for place, n in enumerate(numbers)]
    return [
        Hit(article, Passage(article.id, 0, len(article.body), article.body), 1 / place)
        for place, article in enumerate(articles, 1)
    ]


def numbers_of(hits: Sequence[Hit]) -> list[float]:
    return [float(hit.passage.text.rsplit(" ", 1)[1]) for hit in hits]


def reranked(
    numbers: Sequence[float],
    scorer: FakeScorer | None = None,
    *,
    aspects: Sequence[Aspect] = (),
    limit_ms: int = 1000,
) -> list[float]:
    scorer = scorer or FakeScorer()
    reranker = Reranker(scorer, limit_ms=limit_ms, clock=scorer.clock)
    return numbers_of(reranker.rerank(hits_of(numbers), aspects or [WHOLE] * len(numbers)))


# The order


def test_the_best_rated_comes_first_and_ties_keep_their_order():
    hits = hits_of([1, 5, 3, 5])
    order = Reranker(FakeScorer(), limit_ms=1000).rerank(hits, [WHOLE] * 4)
    assert order == [hits[1], hits[3], hits[2], hits[0]]  # with their own scores: 1/2, 1/4, 1/3, 1


def test_only_the_first_ten_are_reordered():
    assert reranked([*range(10), 99, 98]) == [*range(9, -1, -1), 99, 98]


def test_nothing_is_reordered_to_nothing():
    scorer = FakeScorer()
    assert reranked([], scorer) == []
    assert scorer.pairs == []


def test_passages_are_rated_behind_their_headers_for_the_question():
    scorer = FakeScorer()
    article = Article("Ferry runs again", "It sailed at 7", publisher="Gazette")
    hit = Hit(article, Passage(article.id, 0, 14, "It sailed at 7"), 1.0)
    Reranker(scorer, limit_ms=1000).rerank([hit], [WHOLE])
    assert scorer.pairs == [(WHOLE.text, "Ferry runs again. Gazette.\nIt sailed at 7")]


def test_hits_change_places_only_with_those_of_the_same_aspect():
    one, other = Aspect("Did both rise?", ("A",)), Aspect("Did both rise?", ("B",))
    aspects = [one, other, one, other, one]
    assert reranked([1, 20, 3, 40, 2], aspects=aspects) == [3, 40, 2, 20, 1]


def test_each_aspect_is_rated_by_its_own_clause():
    scorer, clauses = FakeScorer(), [Aspect("Did it rise?"), Aspect("Did it fall?")]
    reranked([1, 2], scorer, aspects=clauses)
    assert [query for query, _ in scorer.pairs] == ["Did it rise?", "Did it fall?"]


# The time


@pytest.mark.parametrize(
    ("limit_ms", "order"),
    [
        (1, [1, 2, 3, 4]),  # the first takes 125 ms, however short the time
        (249, [1, 2, 3, 4]),  # another would take until 250 ms
        (250, [2, 1, 3, 4]),
        (375, [3, 2, 1, 4]),
        (500, [4, 3, 2, 1]),
    ],
)
def test_when_time_is_up_the_hits_that_were_rated_are_in_order_and_the_rest_behind_them(
    limit_ms, order
):
    scorer = FakeScorer(pair_s=1 / 8)
    assert reranked([1, 2, 3, 4], scorer, limit_ms=limit_ms) == order
    assert 1000 * scorer.now <= max(limit_ms, 125)


@settings(deadline=None, max_examples=60)
@given(
    numbers=st.lists(st.integers(0, 5), max_size=14),
    limit_ms=st.integers(1, 400),
    comparison=st.booleans(),
)
def test_no_hit_falls_behind_one_that_was_not_rated_and_none_is_lost(numbers, limit_ms, comparison):
    scorer, hits = FakeScorer(pair_s=0.03), hits_of(numbers)
    aspects = [Aspect(f"{n % 2}" if comparison else "") for n in range(len(hits))]
    order = Reranker(scorer, limit_ms=limit_ms, clock=scorer.clock).rerank(hits, aspects)
    rated = len(scorer.pairs)
    assert rated <= DEPTH
    assert order[rated:] == hits[rated:]
    assert {hit.article.id for hit in order[:rated]} == {hit.article.id for hit in hits[:rated]}
    for aspect in aspects[:2]:
        ours = [place for place in range(rated) if aspects[place] == aspect]
        own = [numbers_of(order)[place] for place in ours]
        assert own == sorted(own, reverse=True)


def test_a_question_that_waits_too_long_for_another_keeps_its_order():
    started, go = threading.Event(), threading.Event()

    class Stuck(FakeScorer):
        def score(self, query, text):
            started.set()
            assert go.wait(10)
            return super().score(query, text)

    stuck = Stuck()
    reranker = Reranker(stuck, limit_ms=10, clock=stuck.clock)  # real time passes in the wait only
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(reranker.rerank, hits_of([1, 2]), [WHOLE] * 2)
        assert started.wait(10)
        assert numbers_of(reranker.rerank(hits_of([1, 2]), [WHOLE] * 2)) == [1, 2]
        go.set()
        assert numbers_of(first.result()) == [2, 1]


def test_a_fault_of_the_model_does_not_lock_out_the_next_question():
    class Faulty(FakeScorer):
        def score(self, query, text):
            rated = super().score(query, text)
            if len(self.pairs) == 1:
                raise RuntimeError("out of memory")
            return rated

    reranker = Reranker(Faulty(), limit_ms=1000)
    with pytest.raises(RuntimeError):
        reranker.rerank(hits_of([1, 2]), [WHOLE] * 2)
    assert numbers_of(reranker.rerank(hits_of([1, 2]), [WHOLE] * 2)) == [2, 1]


# Through the searcher


def told(headline: str, body: str, publisher: str = "The Light") -> Article:
    return Article(
        headline, body, url=f"https://{headline.casefold()}.example/", publisher=publisher
    )


FARES = told("Fares", "Fares on the Skarn ferry rise to nine crowns in June, its owner says.")
BOATS = told("Boats", "The Skarn ferry has a new boat, which is called Heron and needs no diesel.")
CROWD = told(
    "Crowd", "A crowd asked why the fares rise, as “a summer ticket” was promised.", "Post"
)
QUAY = told("Quay", "Divers look at the quay, says the Post, where a barge struck it.", "Post")
QUESTION = "Why do fares on the Skarn ferry rise?"


@pytest.fixture
def search(tmp_path):
    store = Store.open(tmp_path)
    ingest([FARES, BOATS, CROWD, QUAY], store=store, embedder=FakeEncoder())

    def search(query: str, scores: dict[str, float] | None = None, count: int = 10):
        scorer = FakeScorer({"": 0.0} if scores is None else scores | {"": 0.0})
        reranker = None if scores is None else Reranker(scorer, limit_ms=1000)
        folder = tmp_path / "index"
        searcher = Searcher(Archive(folder, store), FakeEncoder(), reranker=reranker)
        searcher.refresh()
        return searcher, searcher.search(query, count, today=TODAY)

    return search


def passages(searcher: Searcher, keys: list[int]) -> list[tuple[Article, Passage]]:
    found = searcher.store.passages(keys)
    return [found[key] for key in keys]


def headlines(result) -> list[str]:
    return [hit.article.headline for hit in result.hits]


def test_the_rerankers_order_replaces_that_of_the_scores_and_leaves_the_scores(search):
    (_, plain), (_, other) = search(QUESTION), search(QUESTION, {"Boats": 2.0, "Crowd": 1.0})
    assert headlines(plain)[0] == "Fares"
    assert headlines(other)[:2] == ["Boats", "Crowd"]
    assert {hit.article: hit.score for hit in other.hits} == {
        hit.article: hit.score for hit in plain.hits
    }


def test_the_verdict_is_about_the_hit_that_is_first_now(search):
    (_, plain), (searcher, other) = search(QUESTION), search(QUESTION, {"Quay": 1.0})
    index, names = searcher.snapshot.index, searcher.snapshot.publishers
    question = understand(QUESTION, publishers=names, today=TODAY)
    ranking = rank(question, index, FakeEncoder(), 20)
    keys = [int(index.keys[place]) for place in ranking.rows]
    (quay,) = [
        place
        for place, (article, _) in zip(ranking.rows, passages(searcher, keys), strict=True)
        if article == QUAY
    ]
    assert other.confidence == estimate_confidence(weigh(question, index, ranking, row=quay))
    assert plain.confidence == estimate_confidence(weigh(question, index, ranking))
    assert other.confidence < plain.confidence


def test_fewer_hits_than_ten_are_the_first_of_ten_reranked(search):
    assert headlines(search(QUESTION, {"Quay": 1.0}, 1)[1]) == ["Quay"]


def test_the_quoted_words_still_go_first(search):
    asked = "Who promised “a summer ticket” for the Skarn ferry?"
    found = headlines(search(asked, {"Boats": 2.0, "Fares": 1.0})[1])
    assert found[:3] == ["Crowd", "Boats", "Fares"]


def test_both_sides_of_a_comparison_stay_on_top(search):
    asked = (
        "Did The Light say that fares on the Skarn ferry rise, while the Post said that divers "
        "look at the quay?"
    )
    plain = headlines(search(asked)[1])
    assert set(plain[:2]) == {"Fares", "Quay"}
    other = headlines(search(asked, {"Boats": 9.0, "Fares": 8.0, "Crowd": -1.0})[1])
    assert set(other[:2]) == {"Boats", "Quay"}


def test_nothing_is_reranked_where_nothing_is_found(search):
    searcher, _ = search(QUESTION, {})
    assert searcher.search("zyzzyva qwijibo").hits == search("zyzzyva qwijibo")[1].hits


# Real models


loads_a_model = [
    pytest.mark.slow,
    # The libraries below us warn of what they will change.
    pytest.mark.filterwarnings("default::DeprecationWarning"),
    pytest.mark.filterwarnings("default::FutureWarning"),
    pytest.mark.filterwarnings("default::UserWarning"),
]
PAIRS = [("ferry fares", f"the ferry {word} at noon") for word in ("sails", "waits", "sinks", "")]


def make_model(folder: Path, *, labels: int = 1, headless: bool = False) -> Path:
    """Save a cross-encoder of random weights that reads letters."""
    quieten(offline=True)
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizer

    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", *letters]
    words += [f"##{letter}" for letter in letters]
    torch.manual_seed(2)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
        num_labels=labels,
        initializer_range=1.0,  # so that texts differ by more than rounding
    )
    (BertModel if headless else BertForSequenceClassification)(config).save_pretrained(folder)
    vocabulary = {word: place for place, word in enumerate(words)}
    BertTokenizer(vocab=vocabulary, model_max_length=64).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return make_model(tmp_path_factory.mktemp("model") / "tiny")


def refused(model: Path | str) -> str:
    """What is said of a model that cannot be used."""
    with pytest.raises(ModelError) as caught:
        CrossEncoder(str(model)).load()
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300 + len(str(model))
    assert "set BYLINE_RERANKER to" in str(caught.value)
    return str(caught.value)


class TestTinyModel:
    pytestmark = loads_a_model

    def test_pairs_are_rated_as_the_model_rates_them_before_its_sigmoid(self, tiny):
        from sentence_transformers import CrossEncoder as Model
        from torch.nn import Identity

        expected = Model(str(tiny), device="cpu").predict(PAIRS, activation_fn=Identity())
        scorer = CrossEncoder(str(tiny))
        scores = [scorer.score(query, text) for query, text in PAIRS]
        assert scores == pytest.approx(expected.tolist(), abs=1e-4)
        assert len({round(score, 3) for score in scores}) == len(PAIRS)

    def test_the_order_is_that_of_the_ratings(self, tiny):
        scorer = CrossEncoder(str(tiny))
        hits = [
            Hit(article, Passage(article.id, 0, len(article.body), article.body), 1.0)
            for article in (FARES, BOATS, CROWD, QUAY)
        ]
        order = Reranker(scorer, limit_ms=60_000).rerank(hits, [WHOLE] * 4)
        scores = {
            hit.article: scorer.score(WHOLE.text, add_header(hit.article, hit.passage.text))
            for hit in hits
        }
        rated = [scores[hit.article] for hit in order]
        assert rated == pytest.approx(sorted(scores.values(), reverse=True), abs=1e-4)
        assert order != hits

    def test_threads_may_share_a_reranker(self, tiny):
        reranker = Reranker(CrossEncoder(str(tiny)), limit_ms=60_000)
        hits = hits_of(range(6))
        with ThreadPoolExecutor(4) as pool:
            orders = list(pool.map(lambda _: reranker.rerank(hits, [WHOLE] * 6), range(12)))
        assert all(order == orders[0] for order in orders)

    def test_several_labels_are_refused(self, tmp_path):
        said = refused(make_model(tmp_path / "three", labels=3))
        assert "it gives 3 scores for a pair instead of one" in said

    def test_an_embedding_model_is_refused(self, tmp_path):
        said = refused(make_model(tmp_path / "bi", headless=True))
        assert "it is no cross-encoder but a BertModel" in said

    def test_weights_that_are_no_numbers_are_refused(self, tiny, tmp_path):
        from safetensors.torch import load_file, save_file

        shutil.copytree(tiny, tmp_path / "nan")
        weights = load_file(tmp_path / "nan" / "model.safetensors")
        weights["classifier.bias"] *= float("nan")
        save_file(weights, tmp_path / "nan" / "model.safetensors", {"format": "pt"})
        assert "its weights are damaged" in refused(tmp_path / "nan")

    @pytest.mark.parametrize(
        ("file", "left"),
        [
            ("model.safetensors", b"cut short"),
            ("model.safetensors", None),
            ("config.json", b"{}"),
            ("config.json", b"[]"),
            ("config.json", None),
            ("tokenizer.json", b"{"),
        ],
    )
    def test_a_damaged_model_is_told_in_one_line(self, tiny, tmp_path, file, left):
        shutil.copytree(tiny, tmp_path / "tiny")
        if left is None:
            (tmp_path / "tiny" / file).unlink()
        else:
            (tmp_path / "tiny" / file).write_bytes(left)
        assert "cannot use the reranker" in refused(tmp_path / "tiny")

    def test_a_folder_that_is_not_there_is_told(self, tmp_path, monkeypatch):
        monkeypatch.setattr(os, "environ", dict(os.environ))
        assert "nowhere" in refused(tmp_path / "nowhere")


def test_making_one_loads_nothing(tmp_path):
    CrossEncoder(str(tmp_path))


@pytest.mark.parametrize(("local", "shut"), [(True, None), (False, "0")])
def test_a_name_keeps_the_hub_open_that_an_encoder_in_a_folder_would_shut(
    tmp_path, monkeypatch, local, shut
):
    monkeypatch.setattr(os, "environ", {})
    CrossEncoder(str(tmp_path) if local else "cross-encoder/some-model")
    assert os.environ.get("HF_HUB_OFFLINE") == shut


# In an archive


@pytest.fixture
def archive(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.services.Encoder", without_a_model)
    monkeypatch.setattr("bot.services.Extractor", FakeAttributor)

    def archive(model: Path | None) -> Services:
        reranker = str(model) if model else None
        return Services(Settings(_env_file=None, home=tmp_path / "home", reranker=reranker))

    return archive


def test_none_is_used_unless_it_is_set(archive):
    assert archive(None).reranker is None


class TestArchive:
    pytestmark = loads_a_model

    def test_the_model_that_is_set_reorders_the_hits(self, archive, tiny):
        for model in (None, tiny):
            ours = archive(model)
            ingest([FARES, BOATS, CROWD, QUAY], store=ours.store, embedder=ours.encoder)
            ours.warm()
            with ours.kept_fresh() as searcher:
                found = searcher.search(QUESTION)
            if model is None:
                plain = found
        assert ours.reranker
        assert ours.reranker.name == str(tiny)
        assert set(headlines(found)) == set(headlines(plain))
        assert headlines(found) != headlines(plain)

    def test_a_model_that_cannot_be_loaded_is_told_before_the_first_question(
        self, archive, tmp_path
    ):
        (tmp_path / "empty").mkdir()
        ours = archive(tmp_path / "empty")
        with pytest.raises(ModelError, match="set BYLINE_RERANKER"), ours.kept_fresh():
            pytest.fail("it began to serve")
