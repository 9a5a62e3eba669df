"""What readers get who ask for a summary or a story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
import structlog
from hypothesis import example, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from bot import texts
from bot.answers import summaries
from bot.message_context import MessageContext
from bot.reply.actions import decode
from bot.reply.reply import Dateline, Facts, Outcome, Quote, Reply
from bot.storage.preferences import Preferences
from bot.telegram.sending.render import render
from corpus.article import Article
from corpus.errors import CorpusError
from corpus.nlp.segment import Slice, split_sentences
from retrieval.citation import Citation
from retrieval.extraction import key_facts as real
from retrieval.extraction.summary import Summary
from retrieval.period import find_periods
from retrieval.results import Verdict
from retrieval.search import Searcher
from retrieval.timeline.timeline import Entry, Timeline
from tests.support.articles import BRIEF, LONG
from tests.support.newsroom import (
    BEES,
    COPY,
    FUNICULAR,
    FUNICULAR_QUESTION,
    PASTED,
    READER,
    Newsroom,
    action,
    buttons,
    citations,
    follow_searcher,
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
)

TOMORROW = datetime.now(UTC) + timedelta(days=1)
GROUP = MessageContext(chat_id=-100, private=False)


def leading(article: Article, *, count: int = 3) -> Summary:
    """The first sentences, so that tests need not know how they are chosen."""
    return Summary(article, tuple(split_sentences(article.body)[:count]))


def no_facts(*_: object, **__: object) -> real.Facts:
    return real.Facts()


@pytest.fixture(autouse=True)
def without_a_parser(monkeypatch):
    monkeypatch.setattr(summaries, "find_facts", no_facts)


@pytest.fixture
def room(tmp_path, monkeypatch):
    with newsroom(tmp_path, [FUNICULAR, BEES, PASTED, BRIEF]) as opened:
        follow_searcher(opened.searcher, monkeypatch)
        opened.searcher.summary = leading
        opened.searcher.named = lambda *_, **__: ()
        opened.searcher.story = lambda topic, **_: Timeline(topic, (), (), (), searched=4)
        yield opened


def hear(room: Newsroom, typed: str, place: MessageContext = READER) -> Reply:
    return room.conversation.hear(place, typed)


def press(room: Newsroom, reply: Reply, label: str) -> Reply:
    outcome = room.conversation.press(READER, action(reply, label))
    assert outcome.reply, outcome.toast
    return outcome.reply


def names(room: Newsroom, *articles: Article) -> None:
    room.searcher.named = lambda *_, **__: articles


def at(article: Article, words: str) -> Slice:
    start = article.body.index(words)
    return start, start + len(words)


def line(article: Article, number: int = 0, *copies: Article) -> Entry:
    return Entry(article, split_sentences(article.body)[number], copies)


def tells(room: Newsroom, *lines: Entry, news: Sequence[Entry] = (), **more: object) -> None:
    articles = tuple(dict.fromkeys(one.article for one in (*news, *lines)))
    found = Timeline("hill", articles, tuple(news), lines, searched=4, **more)
    room.searcher.story = lambda *_, **__: found


# An article


def test_a_summary_is_made_of_whole_sentences_each_linked_to_its_place(room):
    reply = hear(room, f"/summary {FUNICULAR.url}")
    first, second, third = quotes(reply)[0].spans[::2]
    assert first.text == (
        "The Wexmoor funicular will close for good on Sunday, after 91 years on the hill."
    )
    assert first.url.startswith(f"{FUNICULAR.url}#:~:text=The%20Wexmoor")
    assert second.text == "Its owner says that too few people ride it."
    assert second.url.startswith(f"{FUNICULAR.url}#:~:text=Its%20owner")
    assert third.text.startswith("“Nobody took our petition seriously,” said Petra Oblonsky")


def test_neighbours_share_a_quote_and_what_is_left_out_shows(room):
    places = split_sentences(FUNICULAR.body)
    chosen = (places[1], places[3], places[4])
    room.searcher.summary = lambda article, **_: Summary(article, chosen)
    one, two = quotes(hear(room, f"/summary {FUNICULAR.url}"))
    assert (one.cut_before, one.cut_after) == (True, True)
    assert (two.cut_before, two.cut_after) == (False, True)
    assert text(two) == FUNICULAR.body[places[3][0] : places[4][1]]


def test_below_a_summary_stand_the_key_facts_as_printed_and_the_citation(room, monkeypatch):
    found = real.Facts(who=(at(FUNICULAR, "Petra Oblonsky"),), when=(at(FUNICULAR, "on Sunday"),))
    monkeypatch.setattr(summaries, "find_facts", lambda *_, **__: found)
    _, about, citation = hear(room, f"/summary {FUNICULAR.url}").blocks
    assert about == Facts((("Who", ("Petra Oblonsky",)), ("When", ("on Sunday",))))
    assert isinstance(citation, Citation)
    assert (citation.headline, citation.url) == (FUNICULAR.headline, FUNICULAR.url)


def test_without_a_language_model_a_summary_has_no_key_facts(room, monkeypatch):
    def missing(*_: object, **__: object) -> real.Facts:
        raise CorpusError("no English model is installed")

    monkeypatch.setattr(summaries, "find_facts", missing)
    with structlog.testing.capture_logs() as log:
        reply = hear(room, f"/summary {FUNICULAR.url}")
    assert [type(block) for block in reply.blocks] == [Quote, Citation]
    assert log[0]["reason"] == "no English model is installed"


def test_a_summary_leads_to_its_article_and_its_speakers(room):
    room.attribute(FUNICULAR, [said(FUNICULAR, "Nobody took our petition", "Petra Oblonsky")])
    reply = hear(room, f"/summary {FUNICULAR.url}")
    assert labels(reply) == [
        texts.say("open-article"),
        texts.say("who"),
        texts.say("shorter"),
        texts.say("longer"),
        texts.say("copy-citation"),
        texts.say("share"),
        texts.GOOD,
        texts.BAD,
    ]
    assert buttons(reply)[0].url == FUNICULAR.url
    speakers = press(room, reply, texts.say("who"))
    assert press(room, speakers, texts.say("back-to-answer")) == reply
    thanked = room.conversation.press(READER, action(reply, texts.GOOD))
    assert thanked.toast == texts.say("thanks")


def test_a_pasted_article_is_summed_up_without_links(room):
    names(room, PASTED)
    reply = hear(room, "/summary choir")
    assert all(not span.url for quote in quotes(reply) for span in quote.spans)
    assert texts.say("open-article") not in labels(reply)


def test_shorter_and_longer_change_the_number_of_sentences(room):
    three = hear(room, f"/summary {FUNICULAR.url}")
    one = press(room, three, texts.say("shorter"))
    assert text(quotes(one)[0]) == FUNICULAR.body[slice(*split_sentences(FUNICULAR.body)[0])]
    assert texts.say("shorter") not in labels(one)
    assert press(room, one, texts.say("longer")) == three
    seven = press(room, three, texts.say("longer"))
    assert text(quotes(seven)[0]) == FUNICULAR.body[: split_sentences(FUNICULAR.body)[6][1]]
    assert texts.say("longer") not in labels(seven)
    assert press(room, seven, texts.say("shorter")) == three


def test_an_article_of_one_sentence_gets_neither(room):
    reply = hear(room, f"/summary {BRIEF.url}")
    (quote,) = quotes(reply)
    assert text(quote) == BRIEF.body
    assert not quote.cut_after
    assert labels(reply) == [
        texts.say("open-article"),
        texts.say("copy-citation"),
        texts.say("share"),
        texts.GOOD,
        texts.BAD,
    ]


def test_a_number_of_sentences_is_granted(room):
    reply = hear(room, f"summarise {FUNICULAR.url} in two sentences")
    assert text(quotes(reply)[0]) == FUNICULAR.body[: split_sentences(FUNICULAR.body)[1][1]]
    assert texts.say("shorter") in labels(reply)
    assert texts.say("longer") in labels(reply)


def test_a_summary_too_long_for_a_message_ends_with_a_sentence(room):
    long = "The hive was " + "very " * 150 + "old."
    wordy = replace(LONG, body=" ".join([long] * 9))
    room.add([wordy])
    reply = hear(room, f"/summary {wordy.url}")
    drawn = (
        press(room, reply, texts.say("longer")) if texts.say("longer") in labels(reply) else reply
    )
    assert text(quotes(drawn)[0]).endswith(" old.")
    assert len(render(drawn).plain) <= 4096


def test_twenty_thousand_words_are_summed_up_within_a_message(room):
    assert len(LONG.body.split()) > 19_000
    room.add([LONG])
    reply = press(room, hear(room, f"/summary {LONG.url}"), texts.say("longer"))
    (quote,) = quotes(reply)
    assert text(quote) == LONG.body[: split_sentences(LONG.body)[6][1]]
    assert len(render(reply).html) <= 4096


# What is meant


def answered(room: Newsroom, place: MessageContext = READER, message: int = 5) -> Reply:
    reply = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER, place=place)
    room.conversation.sent(place, message, reply)
    return reply


@pytest.mark.parametrize("typed", ["/summary", "Summarise this", "tl;dr"])
def test_a_reply_to_an_answer_sums_up_its_article(room, typed):
    answered(room)
    room.conversation.sent(READER, 6, hear(room, f"/summary {BEES.url}"))
    reply = hear(room, typed, replace(READER, replied=5))
    assert citations(reply)[0].headline == FUNICULAR.headline


def test_this_is_the_last_answer_in_a_private_chat_only(room):
    answered(room)
    answered(room, GROUP)
    assert citations(hear(room, "sum it up"))[0].headline == FUNICULAR.headline
    assert notes(hear(room, "/summary", GROUP)) == [texts.say("how-to-sum-up")]
    assert citations(hear(room, "/summary", replace(GROUP, replied=5)))


def test_a_reply_to_ones_own_question_means_its_answer(room):
    answered(room)
    room.conversation.sent(READER, 6, hear(room, f"/summary {BEES.url}"))
    room.state.answered(READER.chat_id, 4, 5)
    reply = hear(room, "/summary", replace(READER, replied=4))
    assert citations(reply)[0].headline == FUNICULAR.headline


def test_this_is_never_another_chats_answer(room):
    answered(room)
    for place in (MessageContext(chat_id=8), MessageContext(chat_id=8, replied=5)):
        assert notes(hear(room, "/summary", place)) == [texts.say("how-to-sum-up")]


def test_a_reply_to_a_message_of_which_nothing_is_known_asks_for_a_name(room):
    answered(room)
    reply = hear(room, "/summary", replace(READER, replied=99))
    assert notes(reply) == [texts.say("how-to-sum-up")]


def test_a_reply_to_several_articles_asks_which(room):
    room.conversation.sent(READER, 5, room.conversation.latest(READER))
    reply = hear(room, "summarise this", replace(READER, replied=5))
    assert notes(reply) == [texts.say("which-article")]
    assert f"{BEES.headline} · 2 Mar 2026" in labels(reply)
    assert texts.say("whole-story") not in labels(reply)


def test_a_removed_article_is_said_to_be_gone(room):
    reply = answered(room)
    summed = hear(room, f"/summary {FUNICULAR.url}")
    room.remove(FUNICULAR)
    assert notes(hear(room, "/summary", replace(READER, replied=5))) == [texts.say("gone-article")]
    for one, label in ((reply, texts.say("summary")), (summed, texts.say("shorter"))):
        outcome = room.conversation.press(READER, action(one, label))
        assert outcome == Outcome(texts.say("gone-short"))
    key = action(summed, texts.GOOD).key
    assert notes(room.conversation.press(READER, decode(f"page:{key}:0")).reply) == [
        texts.say("gone-article")
    ]


def test_what_was_shown_is_no_reason_to_fail_an_answer_that_is_out(room, monkeypatch):
    from sqlalchemy.exc import OperationalError

    def full_disk(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    monkeypatch.setattr(room.state, "show", full_disk)
    assert answered(room)


def test_a_passages_button_sums_its_article_up_and_leads_back(room):
    reply = answered(room)
    summed = press(room, reply, texts.say("summary"))
    assert citations(summed)[0].url == FUNICULAR.url
    shorter = press(room, summed, texts.say("shorter"))
    assert press(room, shorter, texts.say("back-to-answer")) == reply


def test_quotations_of_one_article_have_the_button_too(room):
    one = said(FUNICULAR, "Nobody took our petition seriously,", "Petra Oblonsky", cue="said")
    room.attribute(FUNICULAR, [one])
    room.searcher.heard = hears(quotation(FUNICULAR, one))
    reply = room.ask("What did Oblonsky say?")
    summed = press(room, reply, texts.say("summary"))
    assert text(quotes(summed)[0]).startswith("The Wexmoor funicular will close")
    assert press(room, summed, texts.say("back-to-answer")) == reply


def test_a_name_that_fits_one_article_sums_it_up(room):
    names(room, BEES)
    assert citations(hear(room, "summary of the bees story"))[0].headline == BEES.headline


def test_a_name_that_fits_several_asks_which_and_offers_the_story_of_all(room):
    names(room, BEES, FUNICULAR)
    tells(room, line(BEES), line(FUNICULAR))
    which = hear(room, "/summary hill")
    assert notes(which) == [texts.say("which-article")]
    assert labels(which) == [
        "Beekeepers count their winter losses · 2 Mar 2026",
        "Wexmoor funicular makes its last climb · 3 Mar 2026",
        texts.say("whole-story"),
    ]
    chosen = press(room, which, labels(which)[1])
    assert citations(chosen)[0].headline == FUNICULAR.headline
    assert press(room, chosen, texts.say("back-to-list")) == which
    story = press(room, which, texts.say("whole-story"))
    assert len(quotes(story)) == 2
    assert press(room, story, texts.say("back-to-list")) == which


def test_no_more_than_eight_are_offered_and_no_story_that_is_none(room):
    many = [
        replace(BEES, url=f"https://gazette.example/{n}", headline=f"Bees {n}", body=f"Hive {n}.")
        for n in "abcdefghij"
    ]
    room.add(many)
    names(room, *many)
    which = hear(room, "/summary bees")
    assert len(labels(which)) == 8
    for article in many:
        room.remove(article)
    key = buttons(which)[0].action.key
    assert notes(room.conversation.press(READER, decode(f"page:{key}:0")).reply) == [
        texts.say("gone-article")
    ]


def test_where_no_headline_fits_the_articles_about_it_are_offered(room):
    tells(room, line(BEES), line(FUNICULAR))
    assert len(labels(hear(room, "/summary the hill"))) == 3
    tells(room, line(BEES))
    assert citations(hear(room, "/summary the hill"))[0].headline == BEES.headline


def test_a_name_that_nothing_fits_is_said_to_be_unknown(room):
    (note,) = notes(hear(room, "/summary marmalade"))
    assert note == "I searched 4 articles, and none is about “marmalade”."


def test_an_address_is_read_however_it_is_spelt(room):
    reply = hear(room, "summarise HTTPS://Gazette.Example:443/bees?utm_source=mail#top please")
    assert citations(reply)[0].headline == BEES.headline


@pytest.mark.parametrize("url", ["https://gazette.example/none", "http://[broken", "https://x"])
def test_an_address_of_no_article_here_is_said_to_be_that_and_how_to_add_it(room, url):
    (note,) = notes(hear(room, url))
    assert "byline add" in note


def test_a_link_to_the_bot_opens_the_summary_of_its_article(room):
    room.searcher.named = partial(Searcher.named, room.searcher)
    reply = hear(room, f"/start a_{BEES.id}")
    assert citations(reply)[0].headline == BEES.headline
    for payload in ("a_unknown", "a_", "unknown"):
        assert "Two to try" in notes(hear(room, f"/start {payload}"))[0]


def test_an_empty_archive_has_nothing_to_sum_up(tmp_path):
    with newsroom(tmp_path, []) as empty:
        for typed in ("/summary", "/story hill", f"/summary {BEES.url}"):
            assert notes(hear(empty, typed)) == [texts.say("empty")]


@pytest.mark.parametrize(
    "forged", ["sum:{}:9", "sum:{}:-1", "sum:{}:0.99", "sum:{}:0.-1", "story:{}:0"]
)
def test_forged_buttons_get_a_toast_only(room, forged):
    key = action(answered(room), texts.GOOD).key
    pressed = room.conversation.press(READER, decode(forged.format(key)))
    assert pressed == Outcome(texts.say("stale"))


# A story


def test_a_story_says_what_it_rests_on_then_what_is_new_then_how_it_came(room):
    tells(room, line(BEES), line(FUNICULAR, 1), news=[line(FUNICULAR)])
    reply = hear(room, "What happened with the hill?")
    assert notes(reply) == [
        "“hill” in 2 articles, 2 Mar 2026 to 3 Mar 2026",
        texts.say("news"),
        texts.say("timeline"),
    ]
    assert [text(quote) for quote in quotes(reply)] == [
        FUNICULAR.body[slice(*split_sentences(FUNICULAR.body)[0])],
        BEES.body[slice(*split_sentences(BEES.body)[0])],
        FUNICULAR.body[slice(*split_sentences(FUNICULAR.body)[1])],
    ]
    assert labels(reply) == [texts.say("share"), texts.GOOD, texts.BAD]


def test_every_line_has_date_publisher_link_and_who_else_printed_it(room):
    tells(room, line(BEES), line(FUNICULAR, 0, COPY, FUNICULAR))
    dated = [one for one in hear(room, "/story hill").blocks if isinstance(one, Dateline)]
    assert [(one.publisher, one.published, one.copies) for one in dated] == [
        (BEES.publisher, BEES.published, ()),
        (FUNICULAR.publisher, FUNICULAR.published, ("The Courier",)),
    ]
    assert dated[1].url is not None
    assert dated[1].url.startswith(f"{FUNICULAR.url}#:~:text=The%20Wexmoor")


def test_a_story_of_a_time_says_so(room):
    tells(
        room, line(BEES), line(PASTED), periods=find_periods("March 2026", today=date(2026, 4, 1))
    )
    assert notes(hear(room, "/story hill in March 2026"))[0] == (
        "“hill” in 2 articles, only March 2026"
    )


def test_articles_that_disagree_stand_side_by_side(room):
    tells(room, line(BEES), disagreements=((line(BEES, 2), line(FUNICULAR, 2)),) * 2)
    told = room.searcher.story("")
    room.searcher.story = lambda *_, **__: replace(told, articles=(BEES, FUNICULAR))
    reply = hear(room, "/story hill")
    assert notes(reply).count(texts.say("disagree")) == 2
    kinds = [type(block) for block in reply.blocks[-4:]]
    assert kinds == [Dateline, Quote, Dateline, Quote]


def test_of_lines_that_disagree_the_numbers_are_marked_that_not_all_have(room):
    pier = replace(BEES, url="https://pier.example", body="The 2 piers cost 1,200 crowns in 1931.")
    quay = replace(BEES, url="https://quay.example", body="The 2 piers cost 900 crowns in 1931.")
    tells(room, line(BEES), line(FUNICULAR), disagreements=((line(pier), line(quay)),))
    shown = [marked(quote) for quote in quotes(hear(room, "/story hill"))]
    assert shown[-2:] == ["1,200", "900"]
    assert not any(shown[:-2])


def test_a_long_story_has_pages_of_eight_lines_that_say_where_one_is(room):
    tells(room, *[line(FUNICULAR), line(BEES)] * 9, news=[line(FUNICULAR, 1)])
    first = hear(room, "/story hill")
    assert len(quotes(first)) == 8
    assert "1/3" in labels(first)
    second = press(room, first, texts.ON)
    assert len(quotes(second)) == 8
    assert notes(second)[1:] == [texts.say("timeline")]
    third = press(room, second, texts.ON)
    assert len(quotes(third)) == 3
    assert press(room, press(room, third, texts.BACK), texts.BACK) == first
    assert (texts.BACK in labels(first), texts.ON in labels(third)) == (False, False)
    for label, reply, page, toast in (
        ("1/3", first, -1, texts.say("first")),
        ("3/3", third, 3, texts.say("last")),
    ):
        beyond = replace(action(reply, label), page=page)
        assert room.conversation.press(READER, beyond) == Outcome(toast)


def test_a_disagreement_is_not_torn_apart_by_a_page(room):
    pair = (line(BEES, 2), line(FUNICULAR, 2))
    tells(room, *[line(FUNICULAR), line(BEES)] * 3, line(BEES, 1), disagreements=(pair,))
    first = hear(room, "/story hill")
    assert len(quotes(first)) == 7
    assert len(quotes(press(room, first, texts.ON))) == 2


def test_a_reply_to_a_story_asks_which_of_its_articles(room):
    tells(room, line(BEES), line(FUNICULAR))
    room.conversation.sent(READER, 5, hear(room, "/story hill"))
    which = hear(room, "/summary", replace(READER, replied=5))
    assert len(labels(which)) == 2


def test_what_the_articles_disagree_on_is_not_told_twice(room):
    pair = (line(BEES, 1), line(FUNICULAR, 1))
    tells(room, line(BEES), *pair, disagreements=(pair,))
    told = [text(quote) for quote in quotes(hear(room, "/story hill"))]
    assert len(told) == len(set(told)) == 3


def test_what_happened_somewhere_is_not_answered_with_an_article_of_another_name(room):
    tells(room, line(BEES))
    room.searcher.told = Verdict.ANSWER
    for found in ((), (BEES, FUNICULAR)):
        names(room, *found)
        assert texts.say("open-article") not in labels(hear(room, "What happened in Wexmoor?"))
    names(room, FUNICULAR)
    assert hear(room, "What happened in Wexmoor?").articles == (FUNICULAR.id,)
    assert texts.say("open-article") in labels(hear(room, "/story Wexmoor"))


def test_a_story_in_one_article_is_its_summary(room):
    tells(room, line(BEES))
    names(room, BEES)
    for typed in ("/story bees", "What happened to the bees?"):
        reply = hear(room, typed)
        assert citations(reply)[0].headline == BEES.headline
        assert notes(reply) == []


def test_a_story_of_nothing_says_how_much_was_searched(room):
    for typed in ("/story marmalade", "catch me up on marmalade"):
        assert notes(hear(room, typed)) == ["I searched 4 articles, and none is about “marmalade”."]


def test_what_happened_is_a_question_where_no_article_is_about_it(room):
    room.searcher.told = Verdict.ANSWER
    reply = hear(room, "What happened with the signatures?")
    assert texts.say("summary") in labels(reply)
    assert quotes(reply)


def counted(room: Newsroom) -> list[date]:
    """Tell a story of several pages; the days on which it was looked for come to stand here."""
    days = []

    def story(topic: str, *, today: date, **_: object) -> Timeline:
        days.append(today)
        lines = tuple(line(article, n) for article in (FUNICULAR, BEES) for n in (0, 1)) * 3
        times = find_periods(topic, today=today)
        return Timeline("hill", (FUNICULAR, BEES), (), lines, periods=times, searched=4)

    room.searcher.story = story
    return days


def test_a_story_is_looked_for_once_and_its_pages_come_from_what_is_kept(room):
    days = counted(room)
    first = hear(room, "/story hill since yesterday")
    second = press(room, first, texts.ON)
    assert notes(second)[0] == notes(first)[0]
    assert len(quotes(first)) + len(quotes(second)) == 12
    assert press(room, second, texts.BACK) == first
    assert len(days) == 1


def test_a_story_counts_its_days_from_when_it_was_asked(room, monkeypatch):
    days = counted(room)
    names(room, BEES, FUNICULAR)
    which = hear(room, "/summary hill since yesterday")
    told = hear(room, "/story hill since yesterday")
    asked = Preferences.day
    monkeypatch.setattr(Preferences, "day", lambda now, at=None: asked(now, at or TOMORROW))
    press(room, which, texts.say("whole-story"))
    assert days == [datetime.now(UTC).date()] * len(days)
    assert notes(press(room, told, texts.ON))[0] == notes(told)[0]


def test_a_story_that_is_gone_says_so(room):
    tells(room, *[line(FUNICULAR), line(BEES)] * 9)
    reply = hear(room, "/story hill")
    key = action(reply, texts.GOOD).key
    room.remove(FUNICULAR)
    assert len(quotes(press(room, reply, texts.ON))) == 1
    room.remove(BEES)
    assert room.conversation.press(READER, action(reply, texts.ON)) == Outcome(
        texts.say("gone-short")
    )
    assert notes(room.conversation.press(READER, decode(f"page:{key}:0")).reply) == [
        texts.say("gone-article")
    ]


# Whatever is asked


@pytest.fixture(scope="module")
def gazette(tmp_path_factory):
    """The whole sample, with the real summaries and stories."""
    with newsroom(tmp_path_factory.mktemp("sample"), sample()) as opened:
        yield opened


WISHES = ("/summary", "/story", "what happened with", "summarise", "catch me up on")
WORDS = ("the", "tram", "port", "strike", "Rovers", "memo", "gate", "Cordelia", "since July", "?")
PRESSED = ("Shorter", "Longer", "›", texts.say("whole-story"), texts.say("summary"))


@trying(max_examples=40, deadline=None)
@given(st.sampled_from(WISHES), st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join))
@example("/story", "port strike")
@example("/summary", "tram")
def test_every_sentence_stands_word_for_word_where_its_link_leads(gazette, wish, topic):
    replies = [gazette.conversation.hear(READER, f"{wish} {topic}")]
    found = [
        one.action for one in buttons(replies[0]) if one.label in PRESSED or "2026" in one.label
    ]
    replies += [gazette.conversation.press(READER, one).reply for one in found]
    for reply in filter(None, replies):
        check(gazette, reply)


def check(gazette: Newsroom, reply: Reply) -> None:
    drawn = render(reply)
    assert 0 < len(drawn.plain) <= 4096
    assert drawn.html.count("<a ") + drawn.html.count("<blockquote") <= 100
    pages = [one.url for one in reply.blocks if isinstance(one, Citation | Dateline) and one.url]
    pages = [page.partition("#")[0] for page in pages]
    bodies = [article.body for article in gazette.store.articles() if article.url in pages]
    for quote in quotes(reply):
        assert any(text(quote) in body for body in bodies)
    for block in reply.blocks:
        if isinstance(block, Facts):
            assert all(word in bodies[0] for _, words in block.parts for word in words)


def test_with_the_real_parser_facts_are_printed_words(gazette, monkeypatch):
    monkeypatch.setattr(summaries, "find_facts", real.find_facts)
    for article in sample()[::10]:
        reply = hear(gazette, f"/summary {article.url}")
        assert any(isinstance(block, Facts) for block in reply.blocks)
        check(gazette, reply)
