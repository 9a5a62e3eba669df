"""How a process is called where others are told of it.

Tested with what goes by it in `tests/bot/storage/coordination/test_replica.py`.
"""

from __future__ import annotations

import os
import re
import secrets
import socket

_HOST_CHARS = 24
_STRANGE = re.compile(r"[^A-Za-z0-9-]")


def name_process() -> str:
    """Name this process by its machine and number, and by chance: containers are all number 1.

    Example:
        >>> name_process() == name_process()
        False
    """
    host = _STRANGE.sub("-", socket.gethostname().partition(".")[0])[:_HOST_CHARS]
    return f"{host or 'byline'}-{os.getpid()}-{secrets.token_hex(2)}"


def number_process() -> int:
    """Number this process by chance."""
    return secrets.randbits(62)
