"""Who opened a Mini App, as Telegram signs it: https://core.telegram.org/bots/webapps."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

FRESH = timedelta(hours=1)
"""How long after it was signed it is believed: as long as somebody may leave a page open."""
_AHEAD = timedelta(minutes=1)
_MOST_CHARS, _MOST_FIELDS = 8_000, 30


def read_user(told: str, *, token: str, now: datetime) -> int | None:
    """Whose Telegram signed this.

    Args:
        told: What Telegram hands to the page (``tgWebAppData``), as it came.
        token: Of the bot, which is what it is signed by.
        now: UTC time.

    Returns:
        The user's number; None for what is forged, too old, from the future, or of nobody.
    """
    fields = _read(told)
    if fields is None or not _is_signed(fields, token):
        return None
    signed = _number(fields.get("auth_date", ""))
    if signed is None or not -_AHEAD.total_seconds() <= now.timestamp() - signed:
        return None
    return _user(fields) if now.timestamp() - signed <= FRESH.total_seconds() else None


def sign(fields: Mapping[str, str], token: str) -> str:
    """Sign fields as Telegram does, in hexadecimal digits."""
    lines = "\n".join(f"{name}={fields[name]}" for name in sorted(fields) if name != "hash")
    secret = hmac.digest(b"WebAppData", token.encode(), "sha256")
    return hmac.digest(secret, lines.encode(), "sha256").hex()


def _read(told: str) -> dict[str, str] | None:
    """The fields; None where one comes twice, or there is too much."""
    if len(told) > _MOST_CHARS:
        return None
    try:
        pairs = parse_qsl(
            told, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        return None
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else None


def _is_signed(fields: Mapping[str, str], token: str) -> bool:
    given = fields.get("hash", "").encode(errors="replace")
    try:
        return hmac.compare_digest(sign(fields, token).encode(), given)
    except UnicodeEncodeError:
        return False


def _user(fields: Mapping[str, str]) -> int | None:
    try:
        user = json.loads(fields.get("user", ""))
    except ValueError:
        return None
    number = user.get("id") if isinstance(user, dict) else None
    return number if type(number) is int and 0 < number < 1 << 52 else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else None
