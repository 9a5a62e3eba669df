from dataclasses import replace

from retrieval.alerts.copies import is_copy
from tests.support.alerts import EELS, STRIKE


def test_a_wire_story_in_another_paper_is_a_copy():
    other = replace(
        STRIKE,
        headline="Night pay: crews walk out",
        url="https://courier.example/1",
        publisher="The Courier",
        body=STRIKE.body.replace(" on Monday", ""),
    )
    assert is_copy(STRIKE, other)
    assert is_copy(other, STRIKE)


def test_a_part_of_a_text_is_no_copy_of_it():
    brief = replace(STRIKE, body=STRIKE.body.partition("\n\n")[0], url="https://courier.example/2")
    assert not is_copy(STRIKE, brief)
    assert not is_copy(brief, STRIKE)


def test_other_texts_are_no_copies_whatever_their_headlines():
    assert not is_copy(STRIKE, replace(EELS, headline=STRIKE.headline))


def test_headlines_tell_where_there_is_no_body():
    bare = replace(STRIKE, body=" ")
    assert is_copy(bare, replace(bare, url="https://courier.example/3"))
    assert not is_copy(bare, replace(bare, headline="Crews go back to work at last"))
