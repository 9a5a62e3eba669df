"""Whom "he" and "she" mean, and where that is in doubt."""

from __future__ import annotations

import pytest

from corpus.attribution.attribute import attribute

QUOTE = "“We will open the bridge before the storms,”"


def speakers(body: str) -> list[str]:
    """The names of those whom a pronoun tells to have spoken."""
    return [
        found.name
        for found in attribute(body)
        if found.speaker and body[slice(*found.speaker)].casefold() in ("he", "she")
    ]


@pytest.mark.parametrize(
    "body",
    [
        f"Ingrid Solberg flew to San Francisco. {QUOTE} she said.",
        f"Ingrid Solberg works for Lantern Technologies. {QUOTE} she said.",
        f"Ingrid Solberg was hit by COVID in June. {QUOTE} she said.",
        f"Ingrid Solberg won the Harbour Cup in May. {QUOTE} she said.",
    ],
)
def test_she_is_no_city_no_company_no_disease_and_no_month(body):
    assert speakers(body) == ["Ingrid Solberg"]


def test_a_company_by_itself_is_nobody():
    assert speakers(f"Lantern Technologies rose sharply in March. {QUOTE} he said.") == [""]


def test_a_headline_in_capitals_names_nobody():
    body = f"HALE AND WYNN TELL ALL ABOUT THE PIER\n\n{QUOTE} he said."
    assert speakers(body) == [""]


def test_who_is_spoken_of_by_name_did_not_say_it():
    body = (
        "Ada Quill and Rosa Hale sailed on Monday.\n\n"
        "“Ada Quill has opened doors for every girl on this coast,” she said."
    )
    assert speakers(body) != ["Ada Quill"]


def test_a_pronoun_goes_on_with_who_spoke_last():
    body = (
        "Peter Hale said that the pier was safe. Oscar Wynn had his doubts about the pier.\n\n"
        "Peter Hale answered him at once. “Look at the rivets,” he said. “They are new.”"
    )
    assert set(speakers(body)) == {"Peter Hale"}


def test_whoever_is_as_likely_as_another_is_not_named():
    body = f"Peter Hale and Oscar Wynn met on the quay. {QUOTE} he said."
    assert speakers(body) == [""]


def test_a_person_without_a_name_is_not_taken_for_one_with_a_name():
    body = f"Ingrid Solberg met the crew on Monday. A neighbour watched it all. {QUOTE} she said."
    assert speakers(body) == [""]


def test_the_title_tells_he_from_she():
    body = f"Mrs Solberg met Mr Hale on the quay. {QUOTE} she said."
    assert speakers(body) == ["Solberg"]


def test_an_article_s_own_pronoun_tells_he_from_she():
    body = (
        "Quennell Abiodun said she would mend her boat herself. Peter Hale laughed at it.\n\n"
        f"{QUOTE} she said."
    )
    assert speakers(body)[-1] == "Quennell Abiodun"


def test_a_pronoun_before_the_sentence_s_own_name_is_not_the_last_one():
    body = (
        "Martha Solberg sleeps well. In her first book, “A Winter by the Sea”, "
        "Rosa Hale writes that sleep is a foreign harbour."
    )
    assert all(found.name != "Martha Solberg" for found in attribute(body))


def test_a_small_word_within_a_name_belongs_to_it():
    body = f"The manager Erik ten Brink was glad. {QUOTE} Ten Brink said."
    [found] = [one for one in attribute(body) if one.name]
    assert (found.name, found.role) == ("Erik ten Brink", "manager")


@pytest.mark.parametrize(
    "body",
    [
        f"{QUOTE} said Ada Quill (the founder of “Lantern”).",
        f"The founder of Ada Quill was glad. {QUOTE} said Ada Quill.",
    ],
)
def test_a_role_never_ends_in_the_middle(body):
    roles = {found.role for found in attribute(body)}
    assert not any(role.endswith(" of") for role in roles)


@pytest.mark.parametrize(
    "body",
    [
        f"Ingrid Solberg is an Oscar winner. {QUOTE} she said.",
        f"Ingrid Solberg tried Lantern. Lantern is the one that she still uses. {QUOTE} she said.",
        f"Ingrid Solberg plays for Chelsea Women. Chelsea Women pay her well. {QUOTE} she said.",
    ],
)
def test_what_a_name_stands_beside_makes_no_person_of_it(body):
    assert set(speakers(body)) <= {"Ingrid Solberg", ""}


def test_what_somebody_directs_is_no_part_of_their_name():
    body = f"The Director of Content Carol Quill spoke on Monday. {QUOTE} Quill said."
    [found] = [one for one in attribute(body) if one.name]
    assert found.name == "Carol Quill"
