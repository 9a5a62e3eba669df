from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pages.init_data import FRESH, read_user, sign

TOKEN = "123456:AAtestTESTtestTEST"
NOW = datetime(2026, 5, 3, 12, tzinfo=UTC)


def told(token: str = TOKEN, **more: str) -> str:
    """What Telegram hands to a page."""
    fields = {
        "user": json.dumps({"id": 7, "first_name": "Añn"}),
        "auth_date": str(int(NOW.timestamp())),
        "query_id": "AAE",
    } | more
    return urlencode({**fields, "hash": sign(fields, token)})


def test_whom_telegram_names_is_believed():
    assert read_user(told(), token=TOKEN, now=NOW) == 7


def test_the_signature_is_made_as_telegram_documents_it():
    """By hand: lines in order, keyed by the token's digest under "WebAppData"."""
    import hashlib
    import hmac

    secret = hmac.new(b"WebAppData", TOKEN.encode(), hashlib.sha256).digest()
    lines = "auth_date=1\nuser={}"
    wanted = hmac.new(secret, lines.encode(), hashlib.sha256).hexdigest()
    assert sign({"user": "{}", "auth_date": "1", "hash": "x"}, TOKEN) == wanted


@pytest.mark.parametrize(
    "forged",
    [
        told(token="123456:AAothers"),
        told().replace("7", "8", 1),
        told() + "&user=%7B%22id%22%3A8%7D",
        told() + "&x=1",
        told().partition("&hash=")[0],
        told().partition("&hash=")[0] + "&hash=%F0%9F%A6%A6",
        told() + "&a=%ff",
        "",
        "x" * 9_000,
        "&".join(f"a{n}=1" for n in range(40)),
        told(user="[]"),
        told(user="no json"),
        told(user='{"id": "7"}'),
        told(user='{"id": -7}'),
        told(user='{"id": true}'),
        told(auth_date="soon"),
        told(auth_date=""),
    ],
)
def test_nothing_else_is(forged):
    assert read_user(forged, token=TOKEN, now=NOW) is None


def test_it_is_believed_for_an_hour():
    assert read_user(told(), token=TOKEN, now=NOW + FRESH) == 7
    assert read_user(told(), token=TOKEN, now=NOW + FRESH + timedelta(seconds=1)) is None


def test_it_may_be_a_minute_ahead_of_our_clock_and_no_more():
    assert read_user(told(), token=TOKEN, now=NOW - timedelta(seconds=60)) == 7
    assert read_user(told(), token=TOKEN, now=NOW - timedelta(seconds=61)) is None


@given(st.text(max_size=200))
def test_whatever_is_sent_names_nobody(text):
    assert read_user(text, token=TOKEN, now=NOW) is None
