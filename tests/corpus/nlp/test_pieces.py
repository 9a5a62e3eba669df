from hypothesis import given
from hypothesis import strategies as st

from corpus.nlp.pieces import MOST_CHARS, MOST_WORD_CHARS, cut_pieces


def pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in cut_pieces(text)]


def test_paragraphs_are_pieces_with_the_line_breaks_behind_them():
    assert pieces("One.\n\nTwo.\nThree.") == ["One.\n\n", "Two.\n", "Three."]
    assert pieces("") == []


def test_a_monstrous_paragraph_is_cut_between_sentences_or_words():
    sentence = "The ferry runs again. "
    first, *_ = pieces(sentence * 500)
    assert first.endswith("again. ")
    assert MOST_CHARS - len(sentence) <= len(first) <= MOST_CHARS
    first, *_ = pieces("ferry " * 900)
    assert first.endswith("ferry ")


def test_a_monstrous_word_is_cut_wherever_that_is():
    assert pieces(f"a {'$' * 700} b") == [f"a {'$' * 300}", "$" * 300, f"{'$' * 100} b"]
    assert max(map(len, pieces("x" * 50_000))) == MOST_WORD_CHARS


@given(st.text("a. \n$", max_size=30), st.integers(1, 4000))
def test_together_the_pieces_are_the_text(unit, times):
    text = unit * times
    found = pieces(text)
    assert "".join(found) == text
    assert all(found)
    assert all(len(piece.rstrip("\n")) <= MOST_CHARS for piece in found)


def test_a_stretch_is_cut_by_itself():
    assert list(cut_pieces("One.\nTwo.\nThree.", 2, 8)) == [(2, 5), (5, 8)]
