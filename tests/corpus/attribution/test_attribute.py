"""Who said what, in every shape that reporters print it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.attribution.attribute import attribute
from corpus.attribution.attribution import Attribution, Kind
from tests.support.patterns import growth

OPENING = "Deputy mayor Ingrid Solberg met the council of Aldbury on Monday.\n\n"


def printed(body: str) -> list[Attribution]:
    return [found for found in attribute(body) if found.kind is not Kind.REPORTED]


def spoken(body: str) -> list[tuple[str, str, str]]:
    """Quote, mention and cue of each quotation."""

    def words(at: tuple[int, int] | None) -> str:
        return body[slice(*at)] if at else ""

    return [(words(f.quote), words(f.speaker), words(f.cue)) for f in printed(body)]


@pytest.mark.parametrize(
    ("body", "mention", "cue"),
    [
        ("“We will open the bridge,” Solberg said.", "Solberg", "said"),
        ("“We will open the bridge,” said Solberg.", "Solberg", "said"),
        ("Solberg said, “We will open the bridge.”", "Solberg", "said"),
        ("Solberg said: “We will open the bridge.”", "Solberg", "said"),
        ("“We will open the bridge,” he told reporters on Tuesday.", "he", "told"),
        ("“We will open the bridge,” a campaign operative said.", "a campaign operative", "said"),
        ("“We will open the bridge,” said the ministry.", "the ministry", "said"),
        ("According to Solberg, “we will open the bridge.”", "Solberg", "According to"),
        ('"We will open the bridge," Solberg said.', "Solberg", "said"),
        ("«We will open the bridge,» Solberg said.", "Solberg", "said"),
    ],
)
def test_a_quotation_has_the_speaker_and_the_cue_beside_it(body, mention, cue):
    [(quote, speaker, word)] = spoken(body)
    assert quote.casefold().startswith("we will open the bridge")
    assert (speaker, word) == (mention, cue)


def test_both_halves_of_a_split_quotation_have_one_speaker():
    body = "“The bridge,” Solberg said, “will open before the winter storms come.”"
    assert {speaker for _, speaker, _ in spoken(body)} == {"Solberg"}
    assert len(spoken(body)) == 2


def test_a_quotation_over_several_paragraphs_has_one_speaker():
    body = (
        "“The bridge is old,” Ingrid Solberg said. “It must be mended before the winter.\n\n"
        "“We have asked the county for the money three times.\n\n"
        "“Nobody has answered our letters yet.”"
    )
    assert {speaker for _, speaker, _ in spoken(body)} == {"Ingrid Solberg"}
    assert len(spoken(body)) == 4


def test_a_quotation_without_cue_belongs_to_the_running_speaker():
    body = "“The bridge is old,” Ingrid Solberg said. “It must be mended before the winter.”"
    assert [speaker for _, speaker, _ in spoken(body)] == ["Ingrid Solberg"] * 2


def test_a_fragment_belongs_to_who_voiced_it():
    body = "At the meeting, both sides voiced “grave doubts” over the plan to close the pier."
    assert spoken(body) == [("grave doubts", "both sides", "voiced")]
    [found] = printed(body)
    assert found.kind is Kind.MIXED
    assert found.name == "both sides"


def test_whole_sentences_are_direct_speech():
    [found] = printed("“We will open the bridge,” Solberg said.")
    assert found.kind is Kind.DIRECT


@pytest.mark.parametrize(
    "body",
    [
        "The orchestra played “The Ballad of the Northern Lights” on Saturday evening.",
        "The novel “A Winter by the Sea” is in its third printing.",
        "Tickets for “Romeo and Juliet” cost 12 crowns.",
    ],
)
def test_titles_are_no_attributions(body):
    assert printed(body) == []


def test_a_surname_means_the_full_name_with_its_role():
    [found] = printed(OPENING + "“We will open the bridge,” Solberg said.")
    assert (found.name, found.role) == ("Ingrid Solberg", "Deputy mayor")


def test_an_apposition_gives_the_role():
    body = "“We will open the bridge,” said Ingrid Solberg, the mayor of Aldbury, on Monday."
    [found] = printed(body)
    assert (found.name, found.role) == ("Ingrid Solberg", "the mayor of Aldbury")


def test_a_pronoun_means_the_person_before_it_of_its_gender():
    body = (
        "Ingrid Solberg met Peter Hale on the quay.\n\n"
        "“We will open the bridge,” she said. “I shall believe it when I see it,” he said."
    )
    assert [found.name for found in printed(body)] == ["Ingrid Solberg", "Peter Hale"]


def test_a_pronoun_without_anybody_before_it_means_nobody_known():
    [found] = printed("“We will open the bridge,” she said.")
    assert found.name == ""
    assert found.speaker is not None


def test_two_names_together_are_printed_as_a_group():
    body = "Oslo and Bergen agreed that the plan “is not a fair solution” for the coast."
    [found] = printed(body)
    assert found.name == "Oslo and Bergen"


def test_a_line_below_a_quotation_names_its_speaker():
    body = "The debate went on.\n\n“We will open the bridge before the storms.”\n\nIngrid Solberg."
    assert [speaker for _, speaker, _ in spoken(body)] in ([], ["Ingrid Solberg"])


def test_a_dash_and_a_name_sign_a_quotation():
    assert spoken("“We will open the bridge.” — Ingrid Solberg") == [
        ("We will open the bridge.", "Ingrid Solberg", "")
    ]
    assert spoken("“We will open the bridge.” — Solberg") == [
        ("We will open the bridge.", "Solberg", "—")
    ]


def test_a_title_never_begins_before_another_name():
    body = (
        "Deputy mayor Ingrid Solberg and harbour director Peter Hale opened the pier.\n\n"
        "“We are glad,” Hale said."
    )
    assert [(one.name, one.role) for one in printed(body)] == [("Peter Hale", "harbour director")]


@pytest.mark.parametrize(
    ("body", "mention"),
    [
        ("The plan was called “a costly mistake” by Ingrid Solberg.", "Ingrid Solberg"),
        ("Solberg’s promise that the town “will never sell the pier” was cheered.", "Solberg"),
        ("A letter from Solberg called the plan “a costly mistake”.", "A letter from Solberg"),
        ("Solberg went on to say that the plan is “a costly mistake”.", "Solberg"),
        ("Ingrid Solberg, who said the plan is “a costly mistake”, left early.", "Ingrid Solberg"),
        ("Solberg (D-Aldbury) said the plan is “a costly mistake”.", "Solberg"),
        ("Solberg, 58, told the council, “This is a costly mistake.”", "Solberg"),
        ("INGRID SOLBERG: “This is a costly mistake.”", "INGRID SOLBERG"),
    ],
)
def test_other_ways_to_tell_who_spoke(body, mention):
    assert [speaker for _, speaker, _ in spoken(body)] == [mention]


def test_the_bare_surname_of_two_people_is_not_stretched():
    body = (
        "Ingrid Solberg and Peter Solberg run the ferry.\n\n"
        "“We sail at noon,” Solberg said, and Peter Solberg nodded."
    )
    assert printed(body)[0].name == "Solberg"


def test_the_rest_of_a_mixed_sentence_is_reported_speech():
    body = "Solberg said that the plan to close the pier is “not a fair solution” for the coast."
    rest = [body[slice(*f.quote)] for f in attribute(body) if f.kind is Kind.REPORTED]
    assert any("close the pier" in piece for piece in rest)
    assert all("fair" not in piece for piece in rest)


def test_a_language_without_word_lists_has_no_attributions():
    assert attribute("“Wir gehen,” sagte Anna.", language="de") == []


def test_an_empty_body_has_no_attributions():
    assert attribute(" \n") == []


VOCABULARY = """
“ ” " ' ’ « » : , . ( ) said says he she Solberg Ingrid Hale mayor the of to according told that
who by statement “Yes, I called 58 wrote not
"""
WORDS = st.lists(st.sampled_from([*VOCABULARY.split(), "\n\n"]), max_size=40).map(" ".join)


@given(st.one_of(WORDS, st.text(max_size=60)))
@example("“ “ “ called he he statement said")
@example("said he he to according")
@settings(max_examples=60, deadline=None)
def test_any_text_gives_valid_slices_in_order(body):
    found = attribute(body)
    for one in found:
        for start, end in filter(None, (one.quote, one.speaker, one.cue)):
            assert 0 <= start < end <= len(body)
        assert 0 <= one.confidence <= 1
        assert one.name == "" or one.speaker is not None
    assert all(one.quote <= other.quote for one, other in pairwise(found))


@pytest.mark.parametrize(
    ("mention", "name", "role"),
    [
        ("Deputy Minister of Foreign Affairs Kofi Lund", "Kofi Lund",
         "Deputy Minister of Foreign Affairs"),
        ("the harbour’s director, Ada Quill,", "Ada Quill", "harbour’s director"),
        ("a spokesman for Mayor Helena Brandt", "spokesman for Mayor Helena Brandt", ""),
    ],
)  # fmt: skip
def test_an_office_before_a_name_is_its_role(mention, name, role):
    body = f"“We object to the plan,” said {mention} on Monday."
    [found] = printed(body)
    assert (found.name, found.role.removeprefix("the ")) == (name, role)


def test_a_role_held_under_somebody_is_not_theirs():
    body = "Corin Lind, chief of staff to Mayor Ada Quill, left. “I am sorry for it,” Quill said."
    [found] = printed(body)
    assert (found.name, found.role) == ("Ada Quill", "Mayor")


def test_nobody_is_no_name():
    [found] = attribute("Nobody said that the bridge was safe to cross.")
    assert found.name == ""


def test_a_name_with_a_hyphen_is_one_name():
    body = "Ada Quill-Marsh, the founder of Lantern, spoke. “I will pay it back,” Quill-Marsh said."
    [found] = printed(body)
    assert found.name == "Ada Quill-Marsh"


def test_who_founded_a_company_is_not_the_company_s_role():
    [found] = attribute("The founder of Lantern said that Lantern was sound and would pay.")
    assert (found.name, found.role) == ("The founder of Lantern", "")


@pytest.mark.parametrize("shape", ['"a" ', "“‘a’” ", "—"])
def test_any_shape_of_text_twice_as_long_takes_about_twice_as_long(shape):
    assert growth(attribute, lambda times: shape * (6_000 * times // len(shape))) < 2.9


@pytest.mark.parametrize(
    "end", ["\n\n", " "], ids=["between paragraphs", "anywhere in an endless one"]
)
def test_of_a_very_long_body_only_the_beginning_is_read(monkeypatch, end):
    body = OPENING + f"“The bridge is open,” said Ada Solberg.{end}" * 9
    whole = attribute(body)
    monkeypatch.setattr("corpus.attribution.attribute.MOST_CHARS", 200)
    read = attribute(body)
    assert (len(whole), len(read)) == (9, 3)
    assert [one.quote for one in read] == [one.quote for one in whole[:3]]


@pytest.mark.parametrize(
    "sentence",
    [
        "“The bridge is open,” said Ada Solberg of it. ",
        "Ada Solberg said that the bridge was open and that it was “good” for “all”. ",
        "Ada Solberg: The bridge is open now and will be.\nTom Vance: And is it safe?\n",
    ],
)
def test_a_text_with_twice_as_much_speech_takes_about_twice_as_long(sentence):
    assert growth(attribute, lambda times: OPENING + sentence * (100 * times)) < 2.9
