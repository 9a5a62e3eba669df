"""A message that follows another is read both ways, and the surer reading wins."""

from __future__ import annotations

from datetime import date

import pytest

from retrieval.query.followup import FollowUp, PriorTurn
from retrieval.query.intent import AskWhoSaid
from retrieval.routing.readings import Signs, read_follow_up, read_signs
from tests.support.harbour import CRACK, FARES, MATCH, open_harbour

TODAY = date(2026, 11, 23)
AFTER_MATCH = PriorTurn("How did Rovers do against Halm?", articles=(MATCH.id,))
AFTER_CRACK = PriorTurn("Why was the bridge closed?", articles=(CRACK.id,))


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    return open_harbour(tmp_path_factory.mktemp("harbour"))


def read(searcher, text, before, *, alone=0.5, leaning=0.5) -> FollowUp | None:
    """Read a text, with how sure the answer to each reading is."""
    context = searcher.asked(AskWhoSaid("")).context
    return read_follow_up(
        text,
        before,
        context,
        sure=lambda intent: leaning if intent.talk.articles else alone,
        today=TODAY,
    )


@pytest.mark.parametrize("text", ["who heard it", "anyone hurt", "why", "and the crowd?"])
def test_a_short_message_without_a_name_leans(searcher, text):
    found = read(searcher, text, AFTER_MATCH)
    assert found is not None
    assert found.talk.articles == (MATCH.id,)
    assert "Rovers" in found.text


@pytest.mark.parametrize(
    "text", ["What do judges praise about cheese rinds?", "Who won a medal with nettles?"]
)
def test_a_message_with_a_topic_of_its_own_stands_alone(searcher, text):
    assert read(searcher, text, AFTER_MATCH) is None


@pytest.mark.parametrize("text", ["when is the whistle allowed", "who praised the rind"])
def test_in_doubt_the_surer_answer_says_how_a_message_is_read(searcher, text):
    assert read(searcher, text, AFTER_MATCH, alone=0.02, leaning=0.98) is not None
    assert read(searcher, text, AFTER_MATCH, alone=0.9999, leaning=0.0) is None


def test_nothing_is_searched_where_the_words_leave_no_doubt(searcher):
    context = searcher.asked(AskWhoSaid("")).context

    def never(intent):
        raise AssertionError(intent)

    for text in ("and how did they do that?", "Which judges tasted forty kinds of cheese?"):
        read_follow_up(text, AFTER_MATCH, context, sure=never, today=TODAY)


def test_a_description_means_whoever_is_quoted_at_hand(searcher):
    for before, name in ((AFTER_CRACK, "Ines Okafor"), (AFTER_MATCH, "Niko Varga")):
        role = "engineer" if before is AFTER_CRACK else "striker"
        found = read(searcher, f"what did the {role} say", before)
        assert found is not None
        assert found.said is not None
        assert searcher.who_said(found.said.speaker).said.people[0].name == name


def test_of_two_of_one_name_it_is_the_one_at_hand(searcher):
    after_fares = PriorTurn("What is a ticket for the ferry?", articles=(FARES.id,))
    for before, name in ((AFTER_MATCH, "Niko Varga"), (after_fares, "Helena Varga")):
        found = read(searcher, "what did Varga say", before)
        assert found is not None
        assert found.said == AskWhoSaid(name)


def test_light_words_and_those_at_hand_are_told_from_others(searcher):
    context = searcher.asked(AskWhoSaid("")).context
    signs = read_signs(
        "and did anyone find the whistle or the cheese?", False, AFTER_MATCH, context
    )
    assert signs == Signs(completed=False, opened=True, at_hand=1, elsewhere=1)


def test_a_reply_leans_as_much_as_an_opening(searcher):
    context = searcher.asked(AskWhoSaid("")).context
    replied = PriorTurn(AFTER_MATCH.question, articles=(MATCH.id,), replied=True)
    assert read_signs("who heard", False, replied, context).opened
