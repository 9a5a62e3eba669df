"""The types of python-telegram-bot's application, as ours parametrises them: not at all.

Tested with the application in `tests/telegram/test_app.py`.
"""

from __future__ import annotations

from typing import Any

from telegram.ext import Application, CallbackContext

Context = CallbackContext[Any, Any, Any, Any]
App = Application[Any, Any, Any, Any, Any, Any]
