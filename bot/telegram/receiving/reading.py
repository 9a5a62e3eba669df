"""Reading what Telegram sends, one update at a time, so that a broken one spoils no other.

Tested with broken ones in `tests/telegram/test_poison.py`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from telegram import Bot, Update

_HALF = re.compile("[\ud800-\udfff]")
"""Half of a character, which can neither be stored nor sent."""
_MOST = 2**63 - 1
"""No number of Telegram's, and none that a database takes, is larger."""


class UnstoredError(Exception):
    """An update could not be stored, and is to be delivered once more."""


class WithdrawnError(Exception):
    """What was about to be answered is answered by another process by now."""


@dataclass(frozen=True, slots=True)
class Poison:
    """An update that cannot be read, in the queue in its place.

    Attributes:
        update_id: Telegram's number; None where it has none.
        kind: What it is said to be, of a few words.
        first: Whether the admins are to hear of it.
    """

    update_id: int | None
    kind: str
    first: bool


def parse_payload(payload: bytes) -> object:
    """What JSON says; a number of any length, which Python's reader refuses, is out of range.

    Raises:
        ValueError: It is no JSON.
    """
    try:
        return json.loads(payload.decode(errors="replace"), parse_int=_number)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def read(raw: object, bot: Bot) -> Update:
    """Make an update of what came out of Telegram's JSON.

    Half a character becomes U+FFFD, which is as long, so that entities stay where they are.

    Raises:
        Exception: Of any kind, where it cannot be read.
    """
    if read_number(raw) is None:
        raise ValueError("an update needs a number")
    return Update.de_json(_sound(raw), bot)


def read_number(raw: object) -> int | None:
    """The number of an update that may be broken; None where it has none that can be one."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    return number if 0 <= number <= _MOST else None


def name_raw_kind(raw: object) -> str:
    """Name what an update that may be broken is said to be: one of Telegram's words, no other."""
    if isinstance(raw, Update):
        names = [kind for kind in Update.ALL_TYPES if getattr(raw, kind) is not None]
    else:
        names = [kind for kind in Update.ALL_TYPES if isinstance(raw, dict) and kind in raw]
    return names[0] if names else "unknown"


def _number(digits: str) -> int:
    return int(digits) if len(digits) <= len(str(_MOST)) else _MOST + 1


def _sound(value: Any) -> Any:
    if isinstance(value, str):
        return _HALF.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, dict):
        return {name: _sound(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_sound(one) for one in value]
    if isinstance(value, int) and abs(value) > _MOST:
        raise ValueError("a number is out of range")
    return value
