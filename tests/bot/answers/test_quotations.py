"""What readers get for questions about who said what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from bot import texts
from bot.message_context import MessageContext
from bot.reply.actions import decode, encode
from bot.reply.reply import Outcome, Speaker
from bot.telegram.sending.render import render
from corpus.attribution.attribution import Kind
from retrieval.period import Period, find_periods
from retrieval.query.intent import Ask, AskWhoSaid
from retrieval.query.people import Person
from retrieval.query.who_said import Form
from retrieval.results import Verdict
from tests.support.newsroom import (
    COPY,
    FUNICULAR,
    FUNICULAR_QUESTION,
    OBLONSKY,
    PASTED,
    READER,
    action,
    buttons,
    citations,
    hears,
    labels,
    marked,
    newsroom,
    notes,
    quotation,
    quotes,
    said,
    sample,
    text,
    without_runner_up,
)

OTHER = MessageContext(chat_id=8)
ASKED = "What did Oblonsky say about the petition?"
COUNCIL = replace(
    FUNICULAR,
    headline="Council argues about the hill",
    url="https://gazette.example/council",
    body=(
        "The bus “will not do”, said Petra Oblonsky, a driver.\n\n"
        "The mayor, Tom Marlow, denied that the hill had been forgotten.\n\n"
        "“We count riders,” Marlow said. “We count them twice.”\n\n"
        "“Then count again,” a passer-by called."
    ),
)
PETITION = said(
    FUNICULAR, "Nobody took our petition seriously,", "Petra Oblonsky", cue="said", role="driver"
)
BUS = said(COUNCIL, "will not do", "Petra Oblonsky", cue="said", kind=Kind.MIXED, role="a driver")
DENIAL = said(
    COUNCIL, "the hill had been forgotten", "Tom Marlow", cue="denied", kind=Kind.REPORTED,
    role="mayor",
)  # fmt: skip
RIDERS = said(COUNCIL, "We count riders,", "Tom Marlow", cue="said", role="mayor")
TWICE = said(COUNCIL, "We count them twice.", "Tom Marlow", cue="said", role="mayor")
AGAIN = said(COUNCIL, "Then count again,")
WARDEN = said(PASTED, "The water comes back next week", "Ulla Brandt", kind=Kind.REPORTED)


@pytest.fixture
def room(tmp_path):
    with newsroom(tmp_path, [FUNICULAR, PASTED, COUNCIL]) as opened:
        opened.attribute(FUNICULAR, [PETITION])
        opened.attribute(PASTED, [WARDEN])
        opened.attribute(COUNCIL, [BUS, DENIAL, RIDERS, TWICE, AGAIN])
        yield opened


def ask(room, *found, **more):
    room.searcher.heard = hears(*found, **more)
    return room.ask(ASKED)


def speakers(reply):
    return [block for block in reply.blocks if isinstance(block, Speaker)]


def press(room, reply, label):
    outcome = room.conversation.press(READER, action(reply, label))
    assert outcome.reply, outcome.toast
    return outcome.reply


# A quotation


def test_a_quotation_names_its_speaker_role_verb_and_day(room):
    reply = ask(room, quotation(FUNICULAR, PETITION))
    assert reply.blocks[0] == Speaker("Petra Oblonsky", "driver", "said", FUNICULAR.published)
    assert notes(reply) == []


def test_a_quotation_stands_in_its_whole_sentence_with_the_marks_printed(room):
    (quote,) = quotes(ask(room, quotation(FUNICULAR, PETITION)))
    assert text(quote) in FUNICULAR.body
    assert text(quote).startswith("“Nobody took our petition seriously,” said Petra Oblonsky, who")
    assert marked(quote) == "Nobody took our petition seriously,"


def test_the_link_opens_at_the_quotation(room):
    reply = ask(room, quotation(FUNICULAR, PETITION))
    (citation,) = citations(reply)
    (opening,) = [one.url for one in buttons(reply) if one.label == texts.say("open-quotation")]
    assert citation.url == opening
    assert "Nobody%20took%20our%20petition%20seriously" in opening


def test_reported_speech_is_called_that_and_gets_no_quotation_marks_from_us(room):
    reply = ask(room, quotation(COUNCIL, DENIAL))
    (quote,) = quotes(reply)
    assert notes(reply) == ["Reported, not quoted:"]
    assert text(quote) == "The mayor, Tom Marlow, denied that the hill had been forgotten."
    assert speakers(reply)[0].cue == "denied"
    assert "“" not in render(reply).plain


@pytest.mark.parametrize("found", ["whole", "fragment"])
def test_the_quoted_words_are_marked_and_not_the_reporters_around_them(room, found):
    whole = said(COUNCIL, "The bus “will not do”", BUS.name, cue="said", kind=Kind.REPORTED)
    room.attribute(COUNCIL, [BUS, whole])
    reply = ask(room, quotation(COUNCIL, whole if found == "whole" else BUS))
    assert notes(reply) == []
    assert marked(quotes(reply)[0]) == "will not do"
    assert speakers(reply)[0].role == "a driver"


def test_a_speaker_who_is_not_clear_is_said_to_be_so(room):
    reply = ask(room, quotation(COUNCIL, AGAIN))
    assert (speakers(reply)[0].name, speakers(reply)[0].label) == ("", texts.say("unnamed"))


def test_a_quotation_that_several_publishers_carried_names_them(room):
    room.add([COPY])
    reply = ask(room, quotation(FUNICULAR, PETITION, COPY))
    assert citations(reply)[0].copies == ("The Courier",)


def test_an_article_without_an_address_has_no_link_to_its_quotation(room):
    reply = ask(room, quotation(PASTED, WARDEN))
    assert citations(reply)[0].url is None
    assert texts.say("open-quotation") not in labels(reply)


def test_what_one_speaker_says_on_both_sides_of_the_verb_is_shown_once(room):
    split = replace(TWICE, speaker=RIDERS.speaker, cue=RIDERS.cue)
    room.attribute(COUNCIL, [RIDERS, split])
    for found in ((RIDERS, split), (split, RIDERS), (RIDERS,), (split,)):
        (quote,) = quotes(ask(room, *(quotation(COUNCIL, one) for one in found)))
        assert text(quote) == "“We count riders,” Marlow said. “We count them twice.”"
        assert marked(quote) == "We count riders,We count them twice."


# Whatever is asked


@pytest.fixture(scope="module")
def gazette(tmp_path_factory):
    """The whole sample, with the real search for quotations."""
    with newsroom(tmp_path_factory.mktemp("sample"), sample()) as opened:
        opened.bodies = [article.body for article in opened.store.articles()]
        yield opened


WORDS = ("who", "said", "what", "did", "say", "about", "Okafor", "Calloway", "pay", "“yes”", "?")


@trying(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(WORDS)).map(" ".join))
@example("What did Okafor say?")
@example("Did Calloway say “yes”?")
@example("/quotes Quist")
def test_every_quotation_is_an_exact_slice_and_every_page_fits_telegram(gazette, question):
    replies = [gazette.conversation.hear(READER, question)]
    pressed = [button for button in buttons(replies[0]) if button.action]
    replies += [gazette.conversation.press(READER, one.action).reply for one in pressed]
    for reply in filter(None, replies):
        assert 0 < len(render(reply).plain) <= 4096
        assert all(any(text(q) in body for body in gazette.bodies) for q in quotes(reply))


# Pages


def test_short_quotations_share_a_page_and_an_article_is_cited_once(room):
    found = [quotation(COUNCIL, one) for one in (BUS, DENIAL, AGAIN)]
    reply = ask(room, *found, quotation(PASTED, WARDEN))
    assert len(quotes(reply)) == 3
    assert len(citations(reply)) == 1
    assert "1/2" in labels(reply)
    assert texts.say("open-quotation") not in labels(reply)
    second = press(room, reply, texts.ON)
    assert citations(second)[0].headline == PASTED.headline
    assert press(room, second, texts.BACK) == reply


def test_who_said_something_is_answered_one_quotation_at_a_time(room):
    reply = ask(room, quotation(COUNCIL, BUS), quotation(COUNCIL, AGAIN), form=Form.WHO_SAID)
    assert len(quotes(reply)) == 1
    assert "1/2" in labels(reply)


def test_a_long_quotation_has_a_page_of_its_own(room):
    long = replace(COUNCIL, body="“Aye " + "aye " * 100 + "aye,” said Tom Marlow. “No,” said Ed.")
    found = [said(long, "aye aye,", "Tom Marlow"), said(long, "No,", "Ed")]
    room.add([long])
    room.attribute(long, found)
    reply = ask(room, *(quotation(long, one) for one in found))
    assert "1/2" in labels(reply)


def test_pages_end_where_they_end(room):
    reply = ask(room, quotation(COUNCIL, BUS), quotation(PASTED, WARDEN), form=Form.WHO_SAID)
    here = action(reply, "1/2")
    before, after = replace(here, page=-1), replace(here, page=2)
    assert room.conversation.press(READER, before) == Outcome(texts.say("first"))
    assert room.conversation.press(READER, after) == Outcome(texts.say("last"))


def test_a_quotation_of_a_removed_article_is_said_to_be_gone_and_skipped(room):
    reply = ask(room, quotation(COUNCIL, BUS), quotation(PASTED, WARDEN), form=Form.WHO_SAID)
    room.remove(COUNCIL)
    gone = press(room, reply, "1/2")
    assert notes(gone) == [texts.say("gone")]
    assert quotes(press(room, gone, texts.ON))


def test_a_quotation_corrected_since_is_not_shown(room):
    reply = ask(room, quotation(COUNCIL, BUS))
    room.attribute(COUNCIL, [DENIAL])
    key = action(reply, "👍").key
    gone = room.conversation.press(READER, decode(f"page:{key}:0")).reply
    assert notes(gone) == [texts.say("gone")]


def test_an_answer_with_quotations_can_be_rated_and_exchanged_for_passages(room):
    reply = ask(room, quotation(COUNCIL, BUS))
    assert room.conversation.press(READER, action(reply, "👍")).toast == texts.say("thanks")
    passages = press(room, reply, texts.say("passages"))
    assert quotes(passages)
    assert speakers(passages) == []


# What is limited, near, or nobody's


def test_an_answer_from_the_times_and_publishers_named_says_so(room):
    (march,) = find_periods("in March 2026", today=date(2026, 4, 1))
    assert isinstance(march, Period)
    reply = ask(room, quotation(COUNCIL, BUS), publishers=("The Pier",), periods=(march,))
    assert notes(reply) == ["Only from The Pier, March 2026:"]


def test_an_answer_from_elsewhere_says_so(room):
    assert notes(ask(room, quotation(COUNCIL, BUS), widened=True)) == [texts.say("widened")]


def test_words_that_nobody_said_just_so_are_not_passed_off_as_said(room):
    reply = ask(room, quotation(COUNCIL, BUS), form=Form.WHO_SAID, exact=True)
    assert notes(reply) == [texts.say("not-verbatim")]


def test_did_she_say_it_shows_the_nearest_and_leaves_the_judgement_to_the_reader(room):
    found = quotation(COUNCIL, BUS), quotation(PASTED, WARDEN), quotation(FUNICULAR, PETITION)
    reply = ask(room, *found, quotation(COUNCIL, AGAIN), form=Form.DID)
    assert notes(reply)[0] == texts.say("nearest")
    assert "for you to judge" in texts.say("nearest")
    assert notes(press(room, reply, texts.ON))[0] == texts.say("nearest")


def test_the_very_words_need_no_such_note(room):
    reply = ask(room, quotation(COUNCIL, BUS), form=Form.DID, verbatim=True, exact=True)
    assert notes(reply) == []


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, "in none of them does Petra Oblonsky say that."),
        ({"people": ()}, "found nobody who said that."),
        ({"people": (), "form": Form.WHO_DID}, "found nobody who did."),
        ({"people": (), "form": Form.ABOUT}, "found nothing on that."),
    ],
)
def test_nobody_said_it_says_so_with_how_much_was_searched(room, more, told):
    room.searcher.told = Verdict.NOTHING
    room.searcher.heard = hears(**more)
    reply = room.ask(ASKED, told=Verdict.NOTHING)
    (note,) = notes(reply)
    assert "7 quotations" in note
    assert told in note
    assert quotes(reply) == []
    assert texts.say("passages") not in labels(reply)


def test_whoever_did_not_say_it_has_said_other_things_a_button_away(room):
    room.searcher.heard = hears()
    reply = room.ask(ASKED, told=Verdict.NOTHING)
    room.searcher.heard = hears(quotation(COUNCIL, BUS))
    assert speakers(press(room, reply, "Everything Petra Oblonsky said"))


def test_a_name_that_nobody_has_is_repeated_and_who_is_quoted_most_is_offered(room):
    room.searcher.heard = hears(people=(), speaker="Zork")
    reply = room.ask(ASKED, told=Verdict.NOTHING)
    assert "none is by anyone called “Zork”." in notes(reply)[0]
    assert labels(reply)[0] == "Tom Marlow, mayor"


def test_who_spoke_on_the_topic_instead_is_a_button_away_and_called_just_that(room):
    others = [quotation(COUNCIL, one) for one in (RIDERS, TWICE, AGAIN, BUS)]
    room.searcher.heard = hears(others=others)
    reply = room.ask(ASKED, told=Verdict.NOTHING)
    assert notes(reply)[0].endswith("These spoke on the topic:")
    assert labels(reply)[:2] == ["Tom Marlow, mayor", "Petra Oblonsky, a driver"]
    shown = press(room, reply, "Petra Oblonsky, a driver")
    assert notes(shown) == [texts.say("on-topic")]
    assert marked(quotes(shown)[0]) == "will not do"


def test_where_nobody_said_it_but_a_passage_answers_a_button_shows_that(room):
    room.searcher.heard = hears()
    reply = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
    assert labels(reply)[0] == texts.say("passages")
    assert marked(quotes(press(room, reply, texts.say("passages")))[0]).startswith("She collected")


def test_an_archive_without_attributions_answers_with_passages(room):
    room.searcher.heard = lambda *_: replace(hears()(), searched=0)
    assert quotes(room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER))


# Which of them


def several(count):
    return tuple(Person(f"Ada Quill {n}", ("a baker",), 1, ("Ada Quill",)) for n in range(count))


def test_several_people_of_a_name_are_asked_about_and_the_button_answers(room):
    asked = []

    def heard(intent, person):
        asked.append((intent, person))
        people = (OBLONSKY,) if person else several(2)
        return hears(*[quotation(COUNCIL, BUS)] * bool(person), people=people)()

    room.searcher.heard = heard
    reply = room.ask(ASKED)
    assert notes(reply) == ["Which one do you mean?"]
    assert labels(reply) == ["Ada Quill 0, a baker", "Ada Quill 1, a baker"]
    assert quotes(press(room, reply, "Ada Quill 1, a baker"))
    question = Ask.read(ASKED)
    assert asked == [(question, None), (question, "Ada Quill 1")]


def test_many_people_of_a_name_are_listed_in_pages(room):
    reply = ask(room, people=several(19))
    assert len(labels(reply)) == 8 + 2
    second = press(room, reply, texts.ON)
    assert labels(second)[0] == "Ada Quill 8, a baker"
    assert labels(second)[-3:] == [texts.BACK, "2/3", texts.ON]
    third = press(room, second, texts.ON)
    assert labels(third)[3:] == [texts.BACK, "3/3"]
    beyond = replace(action(third, "3/3"), page=3)
    assert room.conversation.press(READER, beyond) == Outcome(texts.say("last"))


def test_a_person_whom_nobody_quotes_any_more_gets_a_toast(room):
    reply = ask(room, people=several(2))
    room.searcher.heard = lambda *_: None
    outcome = room.conversation.press(READER, action(reply, "Ada Quill 0, a baker"))
    assert outcome == Outcome(texts.say("gone-short"))


@pytest.mark.parametrize("forged", ["who:{}:9", "who:{}:-1", "voices:{}:0", "voice:{}:0.0.0"])
def test_a_forged_choice_gets_a_toast(room, forged):
    key = action(ask(room, people=several(2)), "Ada Quill 0, a baker").key
    outcome = room.conversation.press(READER, decode(forged.format(key)))
    assert outcome.toast
    assert outcome.reply is None


def test_a_page_forged_of_people_shows_nothing(room):
    key = action(ask(room, people=several(2)), "Ada Quill 0, a baker").key
    for verb in ("page", "whole"):
        assert notes(room.conversation.press(READER, decode(f"{verb}:{key}:0")).reply) == [
            texts.say("gone")
        ]
    answer = action(ask(room, quotation(COUNCIL, BUS)), "👍").key
    for verb in ("who", "which"):
        forged = f"{verb}:{answer}:0"
        assert room.conversation.press(READER, decode(forged)) == Outcome(texts.say("stale"))


def test_no_button_works_in_another_chat_and_all_fit_into_callback_data(room):
    replies = [
        ask(room, quotation(COUNCIL, BUS)),
        ask(room, people=several(9)),
        ask(room, others=[quotation(COUNCIL, BUS)]),
    ]
    replies.append(press(room, replies[0], texts.say("who")))
    replies.append(press(room, replies[-1], "Tom Marlow, mayor (2)"))
    for button in (one for reply in replies for one in buttons(reply) if one.action):
        assert room.conversation.press(OTHER, button.action) == Outcome(texts.say("stale"))
        assert len(encode(button.action).encode()) <= 64


# The speakers of an article


def test_a_passage_answer_opens_the_speakers_of_its_article(room):
    answer = room.ask("Which mayor denied that the hill was forgotten?", told=Verdict.ANSWER)
    listed = press(room, answer, "Who said what")
    assert notes(listed) == [texts.say("quoted-in")]
    assert citations(listed)[0].url == COUNCIL.url
    assert labels(listed)[:2] == ["Tom Marlow, mayor (2)", "Petra Oblonsky, a driver (1)"]
    assert press(room, listed, texts.say("back-to-answer")) == without_runner_up(answer)


def test_a_speaker_opens_their_quotations_in_the_articles_order(room):
    listed = press(room, room.ask("hill forgotten mayor", told=Verdict.ANSWER), "Who said what")
    shown = press(room, listed, "Tom Marlow, mayor (2)")
    assert [one.cue for one in speakers(shown)] == ["denied", "said"]
    assert len(citations(shown)) == 1
    assert press(room, shown, texts.say("all-speakers")) == listed


def test_an_article_in_which_nobody_is_quoted_has_no_such_button(room):
    room.attribute(COUNCIL, [])
    reply = room.ask("Which mayor denied that the hill was forgotten?", told=Verdict.ANSWER)
    assert citations(reply)[0].headline == COUNCIL.headline
    assert texts.say("who") not in labels(reply)


def test_many_speakers_and_many_quotations_are_shown_in_pages(room):
    words = [f"“Word {n},” said Ed Q{n % 9}." for n in range(27)]
    crowd = replace(COUNCIL, body="\n\n".join(words))
    room.add([crowd])
    found = [said(crowd, f"Word {n},", f"Ed Q{n % 9}") for n in range(27)]
    words_of_nine = [
        replace(one, name=found[8].name) if n > 17 else one for n, one in enumerate(found)
    ]
    room.attribute(crowd, words_of_nine)
    answer = ask(room, quotation(crowd, found[0]))
    listed = press(room, answer, texts.say("who"))
    assert len(labels(listed)) == 8 + 2 + 1
    assert len(labels(press(room, listed, texts.ON))) == 1 + 2 + 1
    shown = press(room, listed, "Ed Q8 (11)")
    assert "1/4" in labels(shown)
    assert len(quotes(press(room, shown, texts.ON))) == 3
    assert texts.BACK not in labels(shown)
    for here in (action(listed, "1/2"), action(shown, "1/4")):
        before = replace(here, page=-1)
        assert room.conversation.press(READER, before) == Outcome(texts.say("first"))


def test_the_speakers_of_a_removed_article_are_gone(room):
    answer = ask(room, quotation(COUNCIL, BUS))
    listed = press(room, answer, texts.say("who"))
    room.remove(COUNCIL)
    for reply, label in ((answer, texts.say("who")), (listed, "Tom Marlow, mayor (2)")):
        assert room.conversation.press(READER, action(reply, label)) == Outcome(
            texts.say("gone-short")
        )


# /quotes


def test_quotes_without_a_name_says_how_and_offers_who_is_quoted_most(room):
    reply = room.conversation.hear(READER, "/quotes")
    assert notes(reply) == [texts.say("how-to-quote")]
    assert labels(reply)[0] == "Tom Marlow, mayor"
    assert len(set(labels(reply))) == len(labels(reply))
    room.searcher.heard = hears(quotation(COUNCIL, RIDERS))
    assert speakers(press(room, reply, "Tom Marlow, mayor"))


@pytest.mark.parametrize(
    ("typed", "wish"),
    [
        ("/quotes Marlow", AskWhoSaid("Marlow")),
        ("/quotes@byline_bot  tom marlow", AskWhoSaid("tom marlow")),
        ("/quotes Marlow about the hill", AskWhoSaid("Marlow", "the hill")),
        ("/quotes Marlow on riders", AskWhoSaid("Marlow", "riders")),
        ("/quotes the rules about motors", AskWhoSaid("the rules", "motors")),
    ],
)
def test_quotes_asks_for_what_somebody_said(room, typed, wish):
    asked = []

    def heard(intent, _):
        asked.append(intent)
        return hears(quotation(COUNCIL, RIDERS))()

    room.searcher.heard = heard
    assert quotes(room.conversation.hear(READER, typed))
    assert asked == [wish]


def test_quotes_of_somebody_whom_nobody_quotes_says_so_and_offers_others(room):
    reply = room.conversation.hear(READER, "/quotes Zork")
    assert "none is by anyone called “Zork”." in notes(reply)[0]
    assert labels(reply) == ["Tom Marlow, mayor", "Petra Oblonsky, a driver", "Ulla Brandt"]


def test_quotes_takes_any_words_for_a_name(room):
    reply = room.conversation.hear(READER, "/quotes the rules about riders")
    assert "none is by anyone called “the rules”. These spoke" in notes(reply)[0]
    assert labels(reply)[0] == "Tom Marlow, mayor"


def test_quotes_of_somebody_unknown_says_so_and_offers_others(room):
    room.searcher.heard = lambda *_: replace(hears(people=(), speaker="Zork")(), searched=0)
    reply = room.conversation.hear(READER, "/quotes Zork")
    assert notes(reply) == [texts.say("unknown-person", name="Zork")]
    assert labels(reply)


def test_quotes_from_an_empty_archive_tells_how_to_fill_it(tmp_path):
    with newsroom(tmp_path, []) as room:
        assert notes(room.conversation.hear(READER, "/quotes Zork")) == [texts.say("empty")]
