"""Links to the bot, and what is offered for other chats."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot.dialogue.sharing
from bot.answers import summaries
from bot.message_context import MessageContext
from bot.reply.deep_links import (
    looks_shared,
    read_passage,
    read_said,
    spell_out,
    write_passage,
    write_question,
    write_said,
    write_summary,
    write_topic,
)
from bot.reply.reply import Reply
from bot.storage.answer_ref import QuotationsRef, QuoteRef
from bot.storage.preferences import Preferences
from corpus.article import Article
from corpus.attribution.attribution import Kind
from corpus.text import squeeze
from retrieval.extraction.key_facts import Facts
from retrieval.query.who_said import Form, WhoQuestion
from retrieval.quotations.search import Said
from retrieval.results import Verdict
from tests.support.newsroom import (
    BEES,
    COPY,
    FUNICULAR,
    FUNICULAR_QUESTION,
    PASTED,
    READER,
    Newsroom,
    buttons,
    citations,
    labels,
    marked,
    newsroom,
    notes,
    quotation,
    quotes,
    said,
)

ELSEWHERE = MessageContext(chat_id=8)
LATER = Article(
    headline="Wexmoor funicular cars leave for the brewery",
    body="The two cars of the Wexmoor funicular left for the brewery on Thursday.",
    url="https://courier.example/cars",
    publisher="The Courier",
    published=datetime(2026, 3, 9, tzinfo=UTC),
)
PETITION = said(
    FUNICULAR,
    "“Nobody took our petition seriously,”",
    "Petra Oblonsky",
    cue="said",
    role="driver",
)
WARDEN = said(PASTED, "The water comes back next week", "Ulla Brandt", cue="said")


@pytest.fixture(autouse=True)
def without_a_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summaries, "find_facts", lambda *_, **__: Facts())


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    with newsroom(tmp_path) as room:
        yield room


def payload_of(reply: Reply) -> str:
    """What the Share button under an answer takes along."""
    (found,) = [button.share for button in buttons(reply) if button.share]
    return found


def voices(room: Newsroom, *quotations: object, others: tuple[object, ...] = (), **more: object):
    """Let every question be one about who said what, with these quotations as its answer."""
    for article, one in ((FUNICULAR, PETITION), (PASTED, WARDEN)):
        room.attribute(article, [one])
    form = more.pop("form", Form.SAID_BY)
    asked = WhoQuestion(form, speaker="Oblonsky", topic="", words="", cue="", denied=False)
    known = Said(asked, (), quotations, others, 12, **more)
    room.searcher.heard = lambda *_: known


@given(topic=st.text(max_size=60))
def test_a_topic_comes_back_from_its_link_or_has_none(topic):
    payload = write_topic(topic)
    assert (payload is None) == (not 0 < len(topic.encode()) <= 46)
    if payload:
        assert len(payload) <= 64
        words = squeeze(topic)
        whole = words and words.isprintable()
        assert spell_out(payload) == (("t", words) if whole else ("", ""))


@given(payload=st.text("ptsqa_-0123456789abcdef=", max_size=70))
def test_whatever_a_link_carries_is_read_or_left_alone(payload):
    spell_out(payload)
    for read in (read_passage(payload), read_said(payload)):
        assert read is None or looks_shared(payload)


def test_the_longest_page_of_quotations_fits_into_a_link():
    quoted = tuple(QuoteRef(f"{n}abcdef01234", 123456, ("0123456789ab",)) for n in range(3))
    payload = write_said(QuotationsRef(quoted))
    assert payload is not None
    assert len(payload) == 61
    assert read_said(payload) == QuotationsRef(tuple(replace(one, copies=()) for one in quoted))
    assert write_said(QuotationsRef(quoted * 2)) is None


def test_a_passages_link_names_passage_and_sentences():
    assert write_passage("0123456789ab", 40, (52, 90)) == "p_0123456789ab_40_52_90"
    assert read_passage("p_0123456789ab_40_52_90") == ("0123456789ab#40", (52, 90))


@pytest.mark.parametrize("payload", ["t_", "t_!!!!", "t_gICA", "x_YWJj", "t_AAAA", "", "ask"])
def test_a_payload_that_spells_no_words_has_none(payload):
    assert spell_out(payload) == ("", "")


def test_a_shared_answer_is_the_same_in_another_chat_long_after_the_question_is_gone(room):
    answer = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
    room.state.forget(READER.chat_id)

    again = room.conversation.arrive(ELSEWHERE, payload_of(answer))

    assert again.blocks == answer.blocks
    assert labels(again) == [label for label in labels(answer) if label not in "‹›1/32/33/3"]
    assert payload_of(again) == payload_of(answer)
    assert "signatures" not in payload_of(answer)


def test_the_buttons_of_an_answer_that_came_by_link_work(room):
    answer = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
    again = room.conversation.arrive(ELSEWHERE, payload_of(answer))
    (whole,) = [one.action for one in buttons(again) if one.label == "Summary"]
    summed = room.conversation.press(ELSEWHERE, whole).reply
    assert summed is not None
    assert citations(summed)[0].headline == FUNICULAR.headline


def test_a_shared_page_of_quotations_opens_again(room):
    voices(room, quotation(FUNICULAR, PETITION), quotation(PASTED, WARDEN))
    answer = room.ask("What did Oblonsky say?")
    again = room.conversation.arrive(ELSEWHERE, payload_of(answer))
    assert again.blocks == answer.blocks
    assert payload_of(again) == payload_of(answer)
    (offer,) = room.conversation.offers(READER, payload_of(answer)).found
    assert (offer.reply.blocks, offer.payload) == (answer.blocks, payload_of(answer))


def test_a_shared_summary_opens_again(room):
    answer = room.ask("Sum up the funicular article")
    assert payload_of(answer) == write_summary(FUNICULAR.id)
    assert room.conversation.arrive(ELSEWHERE, payload_of(answer)).blocks == answer.blocks


def test_a_link_to_a_topic_tells_its_story(room):
    room.add([LATER])
    payload = write_topic("Wexmoor funicular")
    assert payload is not None
    told = room.conversation.arrive(READER, payload)
    assert told.blocks == room.conversation.story(READER, "Wexmoor funicular").blocks
    assert "Wexmoor funicular" in notes(told)[0]


def test_a_link_with_a_question_asks_it(room):
    room.searcher.told = Verdict.ANSWER
    payload = write_question("How many florins for a hive?")
    assert payload is not None
    assert citations(room.conversation.arrive(READER, payload))[0].headline == BEES.headline


@pytest.mark.parametrize(
    "payload", ["", "nonsense", "p_1_2", "p_zzzzzzzzzzzz_0_0_5", "s_", "t_!", "a_12", "p_" * 40]
)
def test_a_forged_link_starts_like_any_other(room, payload):
    assert (
        room.conversation.arrive(READER, payload).blocks == room.conversation.start(READER).blocks
    )


@pytest.mark.parametrize(
    "payload",
    ["p_0123456789ab_0_0_5", "s_0123456789ab_7", "a_0123456789ab", f"p_{FUNICULAR.id}_1_2_3"],
)
def test_a_link_to_what_is_gone_says_so_and_starts(room, payload):
    gone, *rest = room.conversation.arrive(READER, payload).blocks
    assert "removed or changed" in gone.text
    assert tuple(rest) == room.conversation.start(READER).blocks


def test_a_forged_place_in_a_passage_marks_whole_sentences_only(room):
    body = FUNICULAR.body
    for first, last in ((9999, 10000), (body.index("petition"), body.index("petition") + 4)):
        reply = room.conversation.arrive(READER, f"p_{FUNICULAR.id}_0_{first}_{last}")
        (quote,) = quotes(reply)
        assert marked(quote).strip()[-1] in ".”"
        assert marked(quote) in body


def test_nothing_typed_offers_the_latest_articles(room):
    offers = room.conversation.offers(READER, "  ")
    assert [offer.title for offer in offers.found] == [
        FUNICULAR.headline,
        BEES.headline,
        PASTED.headline,
    ]
    first = offers.found[0]
    assert first.description.startswith("Wexmoor Gazette · 3 Mar 2026 · The Wexmoor funicular")
    assert first.payload == write_summary(FUNICULAR.id)
    assert citations(first.reply)[0].url == FUNICULAR.url


def test_a_question_offers_passages_with_their_whole_citation(room):
    room.searcher.told = Verdict.ANSWER
    offers = room.conversation.offers(READER, FUNICULAR_QUESTION)
    best = offers.found[0]
    assert offers.verdict is Verdict.ANSWER
    assert best.title == FUNICULAR.headline
    assert best.description == (
        "Wexmoor Gazette · 3 Mar 2026 · She collected 3,120 signatures on two summer weekends."
    )
    assert marked(quotes(best.reply)[0]) == (
        "She collected 3,120 signatures on two summer weekends."
    )
    assert "#:~:text=She%20collected" in (citations(best.reply)[0].url or "")
    opening, asking = buttons(best.reply)
    assert (opening.label, opening.url) == ("Open at the passage", citations(best.reply)[0].url)
    assert (asking.label, asking.start) == ("Ask me more", best.payload)


def test_an_offered_statement_marks_what_is_quoted_beside_the_paraphrase(room):
    told = said(FUNICULAR, "who drove its cars", "Petra Oblonsky", cue="said", kind=Kind.REPORTED)
    voices(room, quotation(FUNICULAR, told))
    room.attribute(FUNICULAR, [PETITION, told])
    (offer,) = room.conversation.offers(READER, "What did Oblonsky say?").found
    assert marked(quotes(offer.reply)[0]) == "“Nobody took our petition seriously,”"


def test_offers_have_payloads_of_their_own_that_find_them_again(room):
    room.add([COPY, replace(BEES, url="https://courier.example/bees", publisher="The Courier")])
    for typed in ("", "hives and cars", "florins"):
        offers = room.conversation.offers(READER, typed)
        payloads = [offer.payload for offer in offers.found]
        assert len(set(payloads)) == len(payloads)
        assert all(0 < len(payload) <= 64 for payload in payloads)
        for payload in payloads:
            (again,) = room.conversation.offers(READER, payload).found
            assert again.payload == payload


def test_finding_more_ends_where_a_reader_would_wait(room, monkeypatch):
    monkeypatch.setattr(bot.dialogue.sharing, "_BUDGET_S", -1)
    room.searcher.told = Verdict.ANSWER
    assert len(room.conversation.offers(READER, "hives and cars").found) == 1


def test_nothing_that_answers_offers_nothing(room):
    room.searcher.told = Verdict.NOTHING
    offers = room.conversation.offers(READER, "Who stole the moon?")
    assert (offers.found, offers.verdict, offers.searched) == ((), Verdict.NOTHING, 3)


def test_an_articles_address_offers_its_summary(room):
    (offer,) = room.conversation.offers(READER, f"{BEES.url}?utm_source=x").found
    assert offer.payload == write_summary(BEES.id)
    for strange in ("https://nowhere.example/x", "https://["):
        room.searcher.told = Verdict.NOTHING
        assert room.conversation.offers(READER, strange).found == ()


def test_a_question_who_said_it_offers_quotations(room):
    voices(room, quotation(FUNICULAR, PETITION), quotation(PASTED, WARDEN))
    first, second = room.conversation.offers(READER, "What did they say?").found
    assert first.title == "Petra Oblonsky, driver"
    assert first.description.endswith("2026 · “Nobody took our petition seriously,”")
    assert second.title == "Ulla Brandt"
    assert [button.label for button in buttons(second.reply)] == ["Ask me more"]


def test_where_nobody_said_it_those_on_the_topic_are_offered_as_unsure(room):
    voices(room, others=(quotation(PASTED, WARDEN),))
    offers = room.conversation.offers(READER, "Who denied it?")
    assert [offer.title for offer in offers.found] == ["Ulla Brandt"]
    assert offers.verdict is Verdict.CLOSEST
    reply = room.conversation.visit(READER, "Who denied it?")
    assert "These spoke on the topic" in notes(reply)[0]


def test_the_nearest_quotation_is_called_so(room):
    voices(room, quotation(PASTED, WARDEN), form=Form.DID)
    offers = room.conversation.offers(READER, "Did Brandt deny it?")
    assert offers.verdict is Verdict.CLOSEST
    assert "nearest" in notes(room.conversation.visit(READER, "Did Brandt deny it?"))[0]


def test_where_nobody_spoke_at_all_passages_are_offered(room):
    voices(room)
    room.searcher.told = Verdict.ANSWER
    offers = room.conversation.offers(READER, FUNICULAR_QUESTION)
    assert offers.found[0].title == FUNICULAR.headline


def test_a_topics_link_offers_its_story(room):
    room.add([LATER])
    payload = write_topic("Wexmoor funicular")
    assert payload is not None
    (offer,) = room.conversation.offers(READER, payload).found
    assert offer.title == "Wexmoor funicular"
    assert offer.description.startswith("“Wexmoor funicular” in 2 articles")
    assert [button.start for button in buttons(offer.reply)] == [payload]
    answer = room.ask("timeline of the Wexmoor funicular")
    assert payload_of(answer) == payload


def test_a_topic_that_nobody_writes_about_offers_no_story(room):
    room.searcher.told = Verdict.NOTHING
    payload = write_topic("zeppelins")
    assert payload is not None
    assert room.conversation.offers(READER, payload).found == ()


def test_what_a_reader_leaves_out_is_not_offered_either(room):
    left_out = Preferences(left_out=frozenset({"Wexmoor Gazette"}))
    room.state.preferences.put(READER.chat_id, left_out)
    room.searcher.told = Verdict.ANSWER
    for typed in ("", FUNICULAR_QUESTION):
        offered = room.conversation.offers(READER, typed).found
        assert {offer.title for offer in offered} <= {PASTED.headline}
        assert {offer.title for offer in room.conversation.offers(ELSEWHERE, typed).found} > {
            FUNICULAR.headline
        }


def test_a_guest_gives_one_answer_and_remembers_nothing(room):
    room.searcher.told = Verdict.ANSWER
    reply = room.conversation.visit(READER, FUNICULAR_QUESTION)
    assert marked(quotes(reply)[0]) == "She collected 3,120 signatures on two summer weekends."
    assert not any(button.action for button in buttons(reply))
    assert room.state.forget(READER.chat_id).get("exchange", 0) == 0


def test_a_guest_says_when_it_is_unsure_and_when_nothing_answers(room):
    room.searcher.told = Verdict.CLOSEST
    assert "may not answer" in notes(room.conversation.visit(READER, FUNICULAR_QUESTION))[0]
    room.searcher.told = Verdict.NOTHING
    reply = room.conversation.visit(READER, "Who stole the moon?")
    assert notes(reply)[0].startswith("I searched 3 articles")
    assert spell_out(buttons(reply)[0].start) == ("q", "Who stole the moon?")
    long = room.conversation.visit(READER, "Who stole the moon? " * 4)
    assert buttons(long)[0].start == "ask"


def test_a_guest_names_where_it_looked_first(room):
    room.searcher.told = Verdict.ANSWER
    reply = room.conversation.visit(READER, "How many signatures, says the Wexmoor Gazette?")
    assert notes(reply) == ["Looked first in Wexmoor Gazette."]


def test_a_guest_that_is_asked_nothing_says_how(room):
    assert "/ask" in notes(room.conversation.visit(READER, " "))[0]


def test_an_empty_archive_has_nothing_to_offer(tmp_path):
    with newsroom(tmp_path, []) as room:
        assert room.conversation.offers(READER, "").found == ()
        assert "no articles" in notes(room.conversation.visit(READER, "Who?"))[0]
