"""What a chat sets: kept for it alone, shown by buttons or words, and followed everywhere."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from bot import texts
from bot.answers import summaries
from bot.message_context import MessageContext
from bot.reply.actions import SpeakPlainly, decode, encode
from bot.reply.reply import Outcome, Quote
from bot.storage import preferences
from bot.storage.chats import ChatStore
from bot.storage.preferences import ExcerptLength, Preferences, find_timezone, localize
from corpus.article import Article
from retrieval.extraction.key_facts import Facts
from retrieval.results import Verdict
from retrieval.search import Searcher
from tests.support.databases import bytes_in, look_into
from tests.support.newsroom import (
    BEES,
    BEES_QUESTION,
    COPY,
    FUNICULAR,
    FUNICULAR_QUESTION,
    PASTED,
    READER,
    action,
    buttons,
    citations,
    labels,
    marked,
    newsroom,
    notes,
    quotes,
    said,
    text,
)

GAZETTE, COURIER = "Wexmoor Gazette", "The Courier"
TERMINAL = MessageContext(0)
NIGHT = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
PETITION = "Nobody took our petition seriously,"


@pytest.fixture
def state(tmp_path):
    opened = ChatStore(tmp_path / "chats.db")
    yield opened
    opened.close()


@pytest.fixture
def room(tmp_path):
    with newsroom(tmp_path, [FUNICULAR, COPY, BEES, PASTED]) as opened:
        yield opened


def typed(room, words="", place=READER):
    return room.conversation.hear(place, f"/settings {words}")


def press(room, reply, label, place=READER):
    return room.conversation.press(place, action(reply, label))


def kept(room, place=READER):
    return room.state.preferences.get(place.chat_id)


def leave_out(room, *publishers):
    room.state.preferences.put(READER.chat_id, Preferences(left_out=frozenset(publishers)))


def opened(room, menu, place=READER):
    return press(room, typed(room, place=place), texts.say(menu), place).reply


# Keeping them


def test_nothing_is_set_at_first(state):
    first = state.preferences.get(7)
    assert first == Preferences("", "UTC", ExcerptLength.NORMAL, frozenset(), frozenset())


def test_the_settings_of_all_chats_are_read_at_once(state):
    assert state.preferences.all() == {}
    chosen = Preferences("de", left_out=frozenset({"The Pier"}))
    state.preferences.put(7, chosen)
    state.preferences.put(-100, Preferences("zh"))
    assert state.preferences.all() == {7: chosen, -100: Preferences("zh")}


def test_what_is_set_is_kept_for_that_chat(tmp_path, state):
    chosen = Preferences(
        "de", "Asia/Kolkata", ExcerptLength.LONG, frozenset("AB"), frozenset({"Ł, “x”"})
    )
    state.preferences.put(7, Preferences("es"))
    state.preferences.put(7, chosen)
    state.preferences.put(8, Preferences("zh"))
    state.close()

    again = ChatStore(tmp_path / "chats.db")

    assert again.preferences.get(7) == chosen
    assert again.preferences.get(8) == Preferences("zh")
    again.close()


def test_forgetting_a_chat_forgets_its_settings_and_no_other_s(tmp_path, state):
    state.preferences.put(7, Preferences("de").leaving_out("Secretive Gazette"))
    state.preferences.put(8, Preferences("es"))

    assert state.forget(7) == {"preference": 1}

    assert state.preferences.get(7) == Preferences()
    assert state.preferences.get(8) == Preferences("es")
    assert b"Secretive" not in bytes_in(tmp_path)


def test_settings_do_not_age(tmp_path):
    with closing(ChatStore(tmp_path / "chats.db", retention=timedelta(0))) as state:
        state.preferences.put(7, Preferences("de"))
        state.purge()
        assert state.preferences.get(7) == Preferences("de")


def test_a_database_from_before_gets_the_table(tmp_path):
    ChatStore(tmp_path / "chats.db").close()
    with look_into(tmp_path / "chats.db") as database:
        ((kept_at,),) = database.execute(sa.text("SELECT version_num FROM alembic_version"))
        columns = [one["name"] for one in sa.inspect(database).get_columns("preference")]
    assert kept_at >= "chats_0003"
    assert columns[:3] == ["chat_id", "language", "timezone"]
    assert columns[3:] == ["context", "preferred", "left_out", "rich", "only_asker"]


def test_a_publisher_is_preferred_then_left_out_then_like_any_other():
    once = Preferences().turned("A")
    twice = once.turned("A")
    assert (once.preferred, once.left_out) == ({"A"}, frozenset())
    assert (twice.preferred, twice.left_out) == (frozenset(), {"A"})
    assert twice.turned("A") == Preferences()


PUBLISHERS = st.sampled_from("ABCD")


@given(st.lists(st.tuples(st.sampled_from(["turned", "preferring", "leaving_out"]), PUBLISHERS)))
def test_no_publisher_is_ever_both_preferred_and_left_out(changes):
    now = Preferences()
    for change, publisher in changes:
        now = getattr(now, change)(publisher)
        assert not now.preferred & now.left_out
        assert now.taste.preferred == now.preferred
        assert now.taste.left_out == now.left_out


@pytest.mark.parametrize(
    ("timezone", "day"),
    [("UTC", 23), ("Europe/Berlin", 24), ("America/New_York", 23), ("Nowhere/Else", 23)],
)
def test_a_day_begins_when_it_does_for_the_reader(timezone, day):
    assert Preferences(timezone=timezone).day(NIGHT) == date(2026, 11, day)


def test_today_is_now():
    assert Preferences().day() == datetime.now(UTC).date()


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("  europe/BERLIN ", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("utc", "UTC"),
        ("knox", "America/Indiana/Knox"),
        ("Atlantis", None),
        ("GMT+2", None),
        ("Europe", None),
        ("../etc/passwd", None),
        ("", None),
        (" ", None),
    ],
)
def test_a_zone_is_found_by_its_name_or_city(words, zone):
    assert find_timezone(words) == zone


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_whatever_is_called_a_zone_tells_some_time(words):
    assert localize(words, NIGHT) == NIGHT
    assert localize(find_timezone(words) or words, NIGHT) == NIGHT


# The message


def test_the_message_says_what_is_set(room):
    reply = typed(room)
    (said_,) = notes(reply)
    assert "Language: English, as Telegram says" in said_
    assert "Time zone: UTC, " in said_
    assert "about 90 words" in said_
    assert "Publishers: all alike" in said_
    assert "Rich replies: off" in said_
    assert labels(reply)[:4] == ["Language", "Time zone", "How much is shown", "Publishers"]
    assert labels(reply)[4:] == ["Rich replies"]


def test_the_message_names_the_publishers_that_are_chosen(room):
    typed(room, "prefer the courier")
    (said_,) = notes(typed(room, f"leave out {GAZETTE.upper()}"))
    assert f"Publishers: ★ {COURIER}, ✕ {GAZETTE}" in said_


def test_many_chosen_publishers_are_not_all_named(room):
    room.state.preferences.put(7, Preferences(left_out=frozenset(map(str, range(10)))))
    (said_,) = notes(typed(room))
    assert "✕ 4, ✕ 5, …\n" in said_


def test_rich_replies_are_turned_on_by_who_can_read_the_sample(room):
    sample = opened(room, "menu-rich")
    assert sample.rich
    assert quotes(sample)[0].after
    assert labels(sample) == ["Copy citation", "I can read it", "It is empty"]
    outcome = press(room, sample, "I can read it")
    assert outcome.toast == texts.say("saved")
    assert "Rich replies: on" in notes(outcome.reply)[0]
    assert kept(room).rich
    press(room, sample, "It is empty")
    assert kept(room).rich is False


def test_rich_replies_are_set_by_words_too(room):
    typed(room, "rich on")
    assert kept(room).rich
    typed(room, "RICH off")
    assert kept(room).rich is False
    assert texts.say("rich-sample") in notes(typed(room, "rich perhaps"))[-1]
    assert kept(room).rich is False


def test_a_sample_leaves_out_whom_the_reader_does_and_an_empty_archive_has_none(room, tmp_path):
    sample = typed(room, "rich")
    shown = {citation.publisher for citation in citations(sample)}
    leave_out(room, *shown)
    assert not shown & {citation.publisher for citation in citations(typed(room, "rich"))}
    with newsroom(tmp_path / "empty", []) as empty:
        assert labels(typed(empty, "rich")) == ["I can read it", "It is empty"]


def test_a_terminal_has_no_rich_replies(room):
    assert "Rich replies" not in labels(typed(room, place=TERMINAL))


def test_only_quotations_are_rich_and_only_where_that_is_set(room):
    assert room.ask(FUNICULAR_QUESTION).rich is None
    typed(room, "rich on")
    assert room.ask(FUNICULAR_QUESTION).rich
    assert room.conversation.hear(READER, "/help").rich is False
    turned = room.conversation.press(READER, action(room.ask(FUNICULAR_QUESTION), "Summary"))
    assert turned.reply.rich
    typed(room, "rich off")
    assert room.ask(FUNICULAR_QUESTION).rich is None


@pytest.mark.parametrize("asked", [FUNICULAR_QUESTION, "/summary funicular"])
def test_one_tap_turns_rich_replies_off_and_the_message_into_a_plain_one(room, asked):
    typed(room, "rich on")
    reply = room.conversation.hear(READER, asked)
    rate = action(reply, texts.GOOD)
    plainly = SpeakPlainly(rate.key, rate.page, rate.whole)
    outcome = room.conversation.press(READER, plainly)
    assert outcome == Outcome(texts.say("rich-off-now"), reply)
    assert outcome.reply.rich is False
    assert kept(room).rich is False


def test_a_story_turned_plain_is_that_story(room):
    typed(room, "rich on")
    told = room.conversation.hear(READER, "/story hill")
    plainly = SpeakPlainly(told.key, told.page, whole=False)
    assert room.conversation.press(READER, plainly).reply == told
    assert told.rich


def test_rich_replies_are_turned_off_below_a_message_that_is_too_old_to_be_known(room):
    typed(room, "rich on")
    forgotten = SpeakPlainly("-", -1, whole=False)
    guest = replace(READER, may_set=False)
    assert room.conversation.press(guest, forgotten) == Outcome(texts.say("settings-refused"))
    assert kept(room).rich
    outcome = room.conversation.press(READER, forgotten)
    assert outcome == Outcome(texts.say("rich-off-now"))
    assert kept(room).rich is False


def test_a_server_that_knows_none_turns_rich_replies_off_everywhere(state):
    for chat_id, rich in ((7, True), (8, None), (9, False)):
        state.preferences.put(chat_id, Preferences("de", rich=rich))
    state.preferences.forgo_rich()
    found = state.preferences.all()
    assert {chat: one.rich for chat, one in found.items()} == {7: False, 8: None, 9: False}


def test_readers_are_asked_once_after_ten_answers_and_not_where_others_read_along(room):
    talk, group = room.conversation, replace(READER, private=False)
    for _ in range(9):
        room.state.usage.seen(READER.chat_id, NIGHT)
        assert talk.offer_rich(READER) is None
    assert talk.offer_rich(group) is None
    sample = talk.offer_rich(READER)
    assert sample.rich
    assert talk.offer_rich(READER)  # it did not go out
    talk.offered_rich(READER)
    assert talk.offer_rich(READER) is None
    assert kept(room).rich is False


def test_a_terminal_says_no_language(room):
    assert "as Telegram says" not in notes(typed(room, place=TERMINAL))[0]
    menu = opened(room, "menu-language", TERMINAL)
    assert labels(menu)[:2] == ["✓ English", "Deutsch"]


def test_the_language_changes_with_the_message_itself(room):
    menu = opened(room, "menu-language")
    assert labels(menu)[:3] == ["✓ As Telegram says", "English", "Deutsch"]
    assert labels(menu)[3:6] == ["Русский", "中文", "Español"]

    outcome = press(room, menu, "Deutsch")

    with texts.speak("de"):
        assert outcome.toast == texts.say("saved")
        assert notes(outcome.reply) == [texts.say("settings-language")]
        assert outcome.reply.language == "de"
        assert "✓ Deutsch" in labels(outcome.reply)
    assert room.conversation.help(READER).language == "de"


def test_as_telegram_says_means_the_writer_s_language_again(room):
    spaniard = replace(READER, language="es-MX")
    typed(room, "language de", spaniard)
    assert room.conversation.help(spaniard).language == "de"
    reply = typed(room, "language auto", spaniard)
    assert reply.language == room.conversation.help(spaniard).language == "es"


@pytest.mark.parametrize("words", ["language DE", "language  Deutsch", "LANGUAGE de"])
def test_a_language_is_typed_by_code_or_by_name(room, words):
    typed(room, words)
    assert kept(room).language == "de"


def test_zones_are_offered_around_the_reader_s_and_tell_their_time(room):
    typed(room, "timezone kolkata")
    menu = opened(room, "menu-timezone")
    chosen = [label for label in labels(menu) if label.startswith("✓")]
    assert chosen == [f"✓ Kolkata {localize('Asia/Kolkata', datetime.now(UTC)):%H:%M}"]
    assert [label.split(" ")[0] for label in labels(menu)[:4]] == [
        "Tehran", "Dubai", "Karachi", "✓",
    ]  # fmt: skip

    east = press(room, menu, labels(menu)[7]).reply
    assert kept(room).timezone == "Asia/Singapore"
    assert any(label.startswith("Tokyo") for label in labels(east))


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "Pacific/Auckland", "Asia/Kathmandu", "?"])
def test_any_zone_stands_among_those_offered(room, zone):
    room.state.preferences.put(7, Preferences(timezone=zone))
    menu = opened(room, "menu-timezone")
    assert len([label for label in labels(menu) if label.startswith("✓ ")]) == 1
    assert len(labels(menu)) == 9


def test_how_much_is_shown_is_chosen_of_three(room):
    menu = opened(room, "menu-context")
    assert labels(menu)[1] == "✓ About 90 words"
    reply = press(room, menu, "The whole passage").reply
    assert kept(room).context is ExcerptLength.LONG
    assert labels(reply)[1:3] == ["About 90 words", "✓ The whole passage"]


def test_publishers_turn_in_place(room):
    menu = opened(room, "menu-publishers")
    assert labels(menu) == [GAZETTE, COURIER, "All settings"]
    once = press(room, menu, COURIER).reply
    assert labels(once) == [GAZETTE, f"★ {COURIER}", "All alike again", "All settings"]
    twice = press(room, once, f"★ {COURIER}").reply
    assert labels(twice)[1] == f"✕ {COURIER}"
    assert kept(room).left_out == {COURIER}
    none = press(room, twice, "All alike again").reply
    assert labels(none) == labels(menu)
    assert kept(room) == Preferences()


def test_many_publishers_come_in_pages_and_a_press_stays_on_its_page(room):
    room.add(replace(BEES, url=f"https://x.example/{n}", publisher=f"Daily {n}") for n in range(9))
    menu = opened(room, "menu-publishers")
    assert labels(menu)[-3:] == ["1/2", "›", "All settings"]
    second = press(room, menu, "›").reply
    last = labels(second)[-4]
    turned = press(room, second, last).reply
    assert f"★ {last}" in labels(turned)
    assert "2/2" in labels(turned)
    assert ("›" in labels(second), "‹" in labels(menu)) == (False, False)


def test_a_chosen_publisher_can_be_let_go_when_its_articles_are_gone(room):
    leave_out(room, "Vanished Times")
    menu = opened(room, "menu-publishers")
    press(room, menu, "✕ Vanished Times")
    assert kept(room) == Preferences()


def test_every_menu_leads_back(room):
    for menu in ("menu-language", "menu-timezone", "menu-context", "menu-publishers"):
        back = press(room, opened(room, menu), texts.say("menu-all"))
        assert labels(back.reply) == labels(typed(room))


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_button_fits_into_callback_data(room, language):
    typed(room, f"language {language}")
    long = "The Most Honourable and Ancient Intelligencer of the Isles and Beyond, Weekend Edition"
    room.add([replace(BEES, url="https://long.example", publisher=long)])
    with texts.speak(language):
        menus = [typed(room)]
        menus += [
            room.conversation.press(READER, button.action).reply for button in buttons(menus[0])
        ]
    for button in (one for menu in menus for one in buttons(menu)):
        assert button.copy or 0 < len(encode(button.action).encode()) <= 64
        assert len(button.label) <= 60


@pytest.mark.parametrize(
    ("words", "menu"),
    [
        ("nonsense", "settings"),
        ("language klingon", "settings-language"),
        ("timezone Atlantis", "settings-timezone"),
        ("context enormous", "settings-context"),
        ("prefer nobody", "settings-publishers"),
        ("leave out e", "settings-publishers"),
    ],
)
def test_words_that_mean_nothing_are_said_back_with_the_choice(room, words, menu):
    unknown, choice = notes(typed(room, words))
    assert unknown == texts.say("settings-unknown", typed=words)
    assert choice.split(" ")[0] == texts_of(menu).split(" ")[0]
    assert kept(room) == Preferences()


def texts_of(key):
    values = {"language": "", "told": 0, "timezone": "", "time": "", "context": "normal"}
    return texts.say(key, publishers="", **values)


@pytest.mark.parametrize("menu", ["language", "timezone", "context", "publishers"])
def test_a_menu_opens_by_its_name(room, menu):
    assert typed(room, menu) == opened(room, f"menu-{menu}")


def test_part_of_a_publisher_s_name_will_do_where_it_is_one_s(room):
    typed(room, "leave out gazette")
    assert kept(room).left_out == {GAZETTE}
    typed(room, "allow gazette")
    assert kept(room) == Preferences()


# Rights and forgeries

GROUP = MessageContext(-100, private=False, may_set=False)
CHIEF = replace(GROUP, may_set=True)


def test_in_a_group_only_its_administrators_change_settings(room):
    for words in ("language de", "leave out gazette"):
        assert notes(typed(room, words, GROUP)) == [texts.say("settings-refused")]
    reply = typed(room, place=GROUP)
    assert notes(reply)[1] == texts.say("settings-of-group")
    for button in buttons(reply):
        outcome = room.conversation.press(GROUP, button.action)
        assert (outcome.toast, outcome.reply) == (texts.say("settings-refused"), None)
    assert kept(room, GROUP) == Preferences()

    typed(room, "language de", CHIEF)
    assert kept(room, GROUP) == Preferences("de")
    assert kept(room) == Preferences()


@pytest.mark.parametrize(
    "forged",
    [
        "set:", "set", "set:show", "set:show:", "set:show:nothing", "set:language", "set:language:",
        "set:language:xx", "set:timezone:Mars/Base", "set:timezone:../../etc/passwd",
        "set:context:", "set:context:huge", "set:publisher:", "set:publisher:0123456789ab.0",
        "set:publisher:gazette.x", "set:show:publishers.1.2", "set:show:publishers.٣",
        "set:nonsense:x", "set:show:publishers.99999999",
    ],
)  # fmt: skip
def test_a_forged_press_changes_nothing(room, forged):
    outcome = room.conversation.press(READER, decode(forged))
    assert (outcome.toast, outcome.reply) == (texts.say("stale"), None)
    assert kept(room) == Preferences()


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                ["show", "language", "publisher", "publishers", "alike", ".", "-1", "7", "de"]
            ),
            st.text(max_size=6),
        ),
        max_size=5,
    ).map(":".join)
)
def test_no_press_and_no_words_ever_fail(shared_room, data):
    outcome = shared_room.conversation.press(READER, decode(f"set:{data}"))
    assert outcome.toast or outcome.reply
    assert shared_room.conversation.hear(READER, f"/settings {data.replace(':', ' ')}").blocks


@pytest.fixture(scope="module")
def shared_room(tmp_path_factory):
    with newsroom(tmp_path_factory.mktemp("shared"), [FUNICULAR, BEES]) as opened_:
        yield opened_


# Following them


def test_a_short_context_shows_the_sentence_that_answers(room):
    typed(room, "context short")
    reply = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
    (quote,) = quotes(reply)
    assert text(quote) == marked(quote)
    assert "3,120 signatures" in text(quote)
    assert texts.say("whole") in labels(reply)


def test_a_long_context_shows_the_whole_passage(room):
    usual = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
    whole = room.conversation.press(READER, action(usual, texts.say("whole"))).reply
    typed(room, "context long")
    reply = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
    assert quotes(reply) == quotes(whole)
    assert len(text(quotes(reply)[0])) > len(text(quotes(usual)[0]))
    assert texts.say("whole") not in labels(reply)


def test_a_left_out_publisher_is_neither_cited_nor_named_as_a_copy(room):
    (everybody,) = citations(room.ask(FUNICULAR_QUESTION))
    assert (everybody.publisher, everybody.copies) == (GAZETTE, (COURIER,))

    leave_out(room, COURIER)
    (one,) = citations(room.ask(FUNICULAR_QUESTION))
    assert (one.publisher, one.copies) == (GAZETTE, ())

    leave_out(room, GAZETTE)
    (other,) = citations(room.ask(FUNICULAR_QUESTION))
    assert (other.publisher, other.copies) == (COURIER, ())


def test_a_preferred_publisher_is_cited_before_its_copies(room):
    typed(room, "prefer courier")
    (cited,) = citations(room.ask(FUNICULAR_QUESTION))
    assert (cited.publisher, cited.copies) == (COURIER, (GAZETTE,))


def honest(room, monkeypatch):
    """Let the searcher say what it finds."""
    room.searcher.told = None
    monkeypatch.setattr(room.searcher, "who", super(type(room.searcher), room.searcher).who)


def left_out_note(count):
    return texts.say("left-out", publishers=count)


def test_the_reply_says_how_many_are_left_out_where_one_of_them_answers(room):
    assert room.searcher.search(BEES_QUESTION).verdict is Verdict.ANSWER
    leave_out(room, GAZETTE, COURIER, "Nobody Knows")
    reply = room.ask(BEES_QUESTION)
    assert not quotes(reply)
    assert notes(reply) == [texts.say("nothing", articles=1), left_out_note(3)]


def test_it_does_not_where_they_know_no_better(room):
    leave_out(room, COURIER)
    assert left_out_note(1) not in notes(room.ask("Who invented the submarine telegraph?"))
    assert left_out_note(1) not in notes(room.ask(BEES_QUESTION))


def test_where_all_are_left_out_the_archive_is_not_called_empty(tmp_path):
    with newsroom(tmp_path, [FUNICULAR, BEES]) as room:
        leave_out(room, GAZETTE)
        for reply in (
            room.ask(BEES_QUESTION),
            room.conversation.latest(READER),
            room.conversation.start(READER),
        ):
            assert notes(reply) == [left_out_note(1)]


def test_an_empty_archive_is_called_so_whoever_is_left_out(tmp_path):
    with newsroom(tmp_path, []) as room:
        leave_out(room, GAZETTE)
        assert notes(room.ask("Who won?")) == [texts.say("empty")]


def test_the_latest_and_the_examples_leave_them_out(room):
    leave_out(room, GAZETTE)
    latest = room.conversation.latest(READER)
    assert [one.publisher for one in citations(latest)] == [COURIER, None]
    assert notes(latest) == [texts.say("latest", articles=2)]
    examples = " ".join(labels(room.conversation.start(READER)))
    assert BEES.headline not in examples


def test_who_said_what_leaves_them_out(room, monkeypatch):
    for article in (FUNICULAR, COPY):
        spoken = said(article, PETITION, "Petra Oblonsky", cue="said")
        room.attribute(article, [spoken])
    honest(room, monkeypatch)
    question = "What did Petra Oblonsky say about the petition?"
    (cited,) = citations(room.ask(question))
    assert (cited.publisher, cited.copies) == (GAZETTE, (COURIER,))

    leave_out(room, GAZETTE)
    (cited,) = citations(room.ask(question))
    assert (cited.publisher, cited.copies) == (COURIER, ())


def test_nobody_said_it_but_in_what_is_left_out(room, monkeypatch):
    honest(room, monkeypatch)
    room.attribute(PASTED, [said(PASTED, "The water comes back next week", "Ulla Brandt")])
    leave_out(room, GAZETTE, COURIER)
    for wish in (
        "What did Petra Oblonsky say about the petition?",
        "/quotes Petra Oblonsky about the petition",
    ):
        reply = room.conversation.hear(READER, wish)
        assert notes(reply)[-1] == left_out_note(2)
        assert not quotes(reply)


def test_nobody_is_known_where_all_quotations_are_left_out(room, monkeypatch):
    honest(room, monkeypatch)
    leave_out(room, GAZETTE, COURIER)
    named = room.conversation.hear(READER, "/quotes Petra Oblonsky")
    assert notes(named) == [texts.say("unknown-person", name="Petra Oblonsky"), left_out_note(2)]


def test_a_name_nobody_has_is_still_unknown(room, monkeypatch):
    honest(room, monkeypatch)
    leave_out(room, GAZETTE)
    reply = room.conversation.hear(READER, "/quotes Zebedee Quirk")
    assert left_out_note(1) not in notes(reply)


@pytest.mark.parametrize("command", ["/summary", "/story"])
def test_summaries_and_stories_leave_them_out(room, command, monkeypatch):
    monkeypatch.setattr(summaries, "find_facts", lambda *_, **__: Facts())
    wish = f"{command} {BEES.headline}"
    assert any(isinstance(block, Quote) for block in room.conversation.hear(READER, wish).blocks)
    leave_out(room, GAZETTE)
    reply = room.conversation.hear(READER, wish)
    assert not quotes(reply)
    assert notes(reply)[-1] == left_out_note(1)


def test_days_count_in_the_reader_s_zone(room, monkeypatch):
    asked = []

    def search(query, count=10, *, today=None, **more):
        asked.append(today)
        return Searcher.search(room.searcher, query, count, today=today, **more)

    monkeypatch.setattr(room.searcher, "search", search)
    room.state.clock = lambda: NIGHT
    room.ask(BEES_QUESTION)
    typed(room, "timezone Tokyo")
    room.ask(BEES_QUESTION)
    assert asked == [date(2026, 11, 23), date(2026, 11, 24)]


def test_a_reader_hears_of_a_fault_though_the_settings_cannot_be_read(room, monkeypatch):
    def broken(*_):
        raise OperationalError("SELECT", {}, Exception("disk I/O error"))

    monkeypatch.setattr(preferences.PreferenceStore, "get", broken)
    reply = room.conversation.fault(replace(READER, language="de"), "Who?", "abc123")
    assert reply.language == "de"
    assert "abc123" in notes(reply)[0]


def test_forgetting_says_that_the_settings_go_too(room):
    typed(room, "language de")
    room.conversation.forget(READER)
    assert kept(room) == Preferences()
    assert room.conversation.help(READER).language == "en"


def test_a_copy_that_comes_later_is_a_publisher_to_choose(room):
    late = Article(headline="Bells", body="The bells of Wexmoor rang.", publisher="Late Paper")
    room.add([late])
    assert "Late Paper" in labels(opened(room, "menu-publishers"))
