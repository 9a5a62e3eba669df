"""What buttons carry: written and read back, and as version 0.1.0 wrote it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reply.actions import (
    ACTIONS,
    MOST_BYTES,
    Admit,
    AskAlone,
    AskExactly,
    ChannelWish,
    ChoosePerson,
    Explain,
    ListSpeakers,
    Menu,
    OpenMenu,
    Rate,
    RemoveArticle,
    Retry,
    SendBroadcast,
    SendQuestion,
    SetExcerptLength,
    SetLanguage,
    SetTimezone,
    ShowPassages,
    ShowSpeaker,
    ShowWhole,
    Summarise,
    TellStory,
    TreatAlike,
    TurnPage,
    TurnPeople,
    TurnPublisher,
    decode,
    encode,
)
from bot.storage.preferences import find_timezone
from retrieval.alerts.alert import Level
from retrieval.answers import AnswerKind

KEY = "bCd3-Gh1_KlM"  # as `secrets.token_urlsafe(9)` makes them
_KEYS = st.from_regex(r"[A-Za-z0-9_-]{12}", fullmatch=True)
_PAGES = st.integers(-999_999, 999_999)
_FIELDS = {
    "key": _KEYS,
    "menu": st.sampled_from(Menu),
    "good": st.booleans(),
    "whole": st.booleans(),
    "wanted": st.booleans(),
    "digest": st.from_regex(r"[0-9a-f]{12}", fullmatch=True),
    "timezone": st.sampled_from(["UTC", "America/Argentina/ComodRivadavia", "Etc/GMT+12"]),
    "language": st.sampled_from(["en", "zh", "auto"]),
    "length": st.sampled_from(["short", "normal", "long"]),
    "chat_id": st.integers(-(10**14), 10**12),
    "kind": st.sampled_from(AnswerKind),
    "article": st.from_regex(r"[0-9a-f]{12}", fullmatch=True),
    "paused": st.booleans(),
    "on": st.booleans(),
    "listed": st.booleans(),
    "asker": st.booleans(),
    "level": st.sampled_from(Level),
    "batch": st.integers(1, 10**14),
    "broadcast": st.integers(1, 10**9),
    "wish": st.sampled_from(ChannelWish),
}


def any_action() -> st.SearchStrategy:
    """Every kind of action, with whatever may stand in its fields."""
    return st.one_of(
        st.builds(kind, **{name: _FIELDS.get(name, _PAGES) for name in kind.__match_args__})
        for kind in sorted(ACTIONS, key=lambda kind: kind.__name__)
    )


@given(any_action())
def test_whatever_a_button_does_is_read_back_as_it_was_written(action):
    data = encode(action)
    assert decode(data) == action
    assert 1 <= len(data.encode()) <= MOST_BYTES


_PIECES = ["2", "page", "set", "show", "language", "let", "a", "1", "-1", "0.1", "٣", ""]


@given(st.text(max_size=64) | st.lists(st.sampled_from(_PIECES)).map(":".join))
def test_whatever_a_tampered_client_says_is_an_action_or_nothing(data):
    action = decode(data)
    assert action is None or type(action) in ACTIONS


@pytest.mark.parametrize(
    ("data", "action"),
    [
        (f"page:{KEY}:1", TurnPage(KEY, 1)),
        (f"page:{KEY}:-1", TurnPage(KEY, -1)),
        (f"whole:{KEY}:3", ShowWhole(KEY, 3)),
        (f"rate:{KEY}:1.2.0", Rate(KEY, good=True, page=2, whole=False)),
        (f"rate:{KEY}:-1.0.1", Rate(KEY, good=False, page=0, whole=True)),
        (f"why:{KEY}:3.1.0", Explain(KEY, 3, page=1, whole=False)),
        (f"send:{KEY}:1.1", SendQuestion(KEY, page=1, whole=True)),
        (f"retry:{KEY}:0", Retry(KEY)),
        (f"alone:{KEY}:0", AskAlone(KEY)),
        (f"exact:{KEY}:0", AskExactly(KEY)),
        (f"passages:{KEY}:0", ShowPassages(KEY)),
        (f"who:{KEY}:7", ChoosePerson(KEY, 7)),
        (f"which:{KEY}:1", TurnPeople(KEY, 1)),
        (f"voices:{KEY}:4", ListSpeakers(KEY, 4)),
        (f"voices:{KEY}:4.2", ListSpeakers(KEY, 4, 2)),
        (f"voice:{KEY}:4.2.1", ShowSpeaker(KEY, 4, 2, 1)),
        (f"sum:{KEY}:0", Summarise(KEY, 0)),
        (f"sum:{KEY}:0.3", Summarise(KEY, 0, 3)),
        (f"story:{KEY}:2", TellStory(KEY, 2)),
        ("set:show:main", OpenMenu(Menu.MAIN)),
        ("set:show:publishers.2", OpenMenu(Menu.PUBLISHERS, 2)),
        ("set:show:publishers.-1", OpenMenu(Menu.PUBLISHERS, -1)),
        ("set:language:auto", SetLanguage("auto")),
        ("set:timezone:America/New_York", SetTimezone("America/New_York")),
        ("set:context:short", SetExcerptLength("short")),
        ("set:publisher:0123456789ab.1", TurnPublisher("0123456789ab", 1)),
        ("set:alike:", TreatAlike()),
        ("let:-1001234567890:1", Admit(-1001234567890, wanted=True)),
        ("let:7:0", Admit(7, wanted=False)),
        (f"remove:{KEY}:1", RemoveArticle(KEY, wanted=True)),
        ("cast:12:0", SendBroadcast(12, wanted=False)),
    ],
)
def test_buttons_that_version_0_1_0_wrote_go_on_doing_what_they_did(data, action):
    assert decode(data) == action


@pytest.mark.parametrize(
    "data",
    [
        "", ":", "2", "2:", "3:page:k:0", "page", "page:k", "page:k:", "page:k:x", "page::0",
        "page:k:1:1", "page:k:٣", "page:k:1.2.3.4", "2:page", "2:page:k", "2:page:k:", "2:page:k:٣",
        "2:page:k:1:1", "2:page:k:1.0", "2:page::0", "2:page:a b:0", "2:rate:k:2:0:0", "2:burn:k:0",
        "2:set:show:main", "show:main", "show:main:0", "2:show:nothing:0", "set", "set:",
        "set:page:k", "set:show:", "set:show:nothing", "set:language:", "set:publisher:00.x",
        "rate:k:0.0.0", "let:x:1", "let:8", "let:8:2", "cast:abc:1", "remove:k:2", "🐙:🐙:🐙",
        "2:page:\ud800:0",
    ],
)  # fmt: skip
def test_what_no_button_ever_said_is_nothing(data):
    assert decode(data) is None


@pytest.mark.parametrize(
    "action", [Retry("k:1"), Retry(""), SetTimezone("Mars " * 20), Retry("k" * 65)]
)
def test_what_no_button_can_carry_is_refused(action):
    with pytest.raises(ValueError, match="no button can carry"):
        encode(action)


def test_every_time_zone_fits():
    from zoneinfo import available_timezones

    for zone in map(find_timezone, available_timezones()):
        assert zone
        assert decode(encode(SetTimezone(zone))) == SetTimezone(zone)
