"""Work that steps back behind the answers.

Tested with the work that does in `tests/telegram/test_admin.py`.
"""

from __future__ import annotations

import os
import sys
import threading

_NICE = 10


def step_back() -> None:
    """Give this thread, and those it starts, what the others leave of the processors."""
    if sys.platform == "linux":  # elsewhere it would slow the whole process down
        me = threading.get_native_id()
        nice = max(_NICE, os.getpriority(os.PRIO_PROCESS, me))  # few may step forward again
        os.setpriority(os.PRIO_PROCESS, me, nice)
