"""Cross-encoders of sentence-transformers as what reads: tiny ones made here."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.services import Services
from bot.settings import Settings
from corpus.ingest import ingest
from retrieval.encoding.backend import quieten
from retrieval.errors import ModelError
from retrieval.index.header import add_header
from retrieval.reading.cross_encoder import CrossEncoder
from retrieval.reading.reader import Reader
from tests.support.models import FakeAttributor
from tests.support.newsroom import without_a_model
from tests.support.skarn import BOATS, CROWD, FARES, QUAY, QUESTION, headlines, hit_of

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
        scores = [scorer.read(query, "", text).relevance for query, text in PAIRS]
        assert scores == pytest.approx(expected.tolist(), abs=1e-4)
        assert len({round(score, 3) for score in scores}) == len(PAIRS)

    def test_windows_are_rated_behind_their_headers(self, tiny):
        model = CrossEncoder(str(tiny))
        read = Reader(model, limit_ms=60_000).read(
            [QUESTION] * 2, [hit_of(FARES), hit_of(BOATS)], lambda _: 1.0
        )
        for number, article in enumerate((FARES, BOATS)):
            window = read[number]
            alone = model.read(QUESTION, add_header(article, ""), article.body)
            assert window.reading.relevance == pytest.approx(alone.relevance, abs=1e-4)
            assert window.reading.answers is None

    def test_threads_may_share_a_model(self, tiny):
        model = CrossEncoder(str(tiny))
        with ThreadPoolExecutor(4) as pool:
            rated = list(pool.map(lambda _: model.read(*PAIRS[0][:1], "", PAIRS[0][1]), range(12)))
        assert all(one == rated[0] for one in rated)

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

    def test_one_that_cannot_be_loaded_is_not_sound(self, tiny, tmp_path):
        CrossEncoder(str(tiny)).verify()
        shutil.copytree(tiny, tmp_path / "tiny")
        (tmp_path / "tiny" / "config.json").unlink()
        with pytest.raises(ModelError, match="cannot use the reranker"):
            CrossEncoder(str(tmp_path / "tiny")).verify()

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
        reranker = str(model) if model else "none"
        return Services(Settings(_env_file=None, home=tmp_path / "home", reranker=reranker))

    return archive


def test_none_is_used_where_it_is_turned_off(archive):
    assert archive(None).reader is None


class TestArchive:
    pytestmark = loads_a_model

    def test_the_model_that_is_set_reads_the_hits(self, archive, tiny):
        for model in (None, tiny):
            ours = archive(model)
            ingest([FARES, BOATS, CROWD, QUAY], store=ours.store, embedder=ours.encoder)
            ours.warm()
            with ours.kept_fresh() as searcher:
                found = searcher.search(QUESTION)
            if model is None:
                plain = found
        assert ours.reader
        assert ours.reader.name == str(tiny)
        assert set(headlines(found)) == set(headlines(plain))
        assert all(hit.window for hit in found.hits)
        assert not any(hit.window for hit in plain.hits)

    def test_a_model_that_cannot_be_loaded_is_told_before_the_first_question(
        self, archive, tmp_path
    ):
        (tmp_path / "empty").mkdir()
        ours = archive(tmp_path / "empty")
        with pytest.raises(ModelError, match="set BYLINE_RERANKER"), ours.kept_fresh():
            pytest.fail("it began to serve")
