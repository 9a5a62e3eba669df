from __future__ import annotations

from datetime import UTC, datetime

from typer.testing import CliRunner

from bot.cli.main import app
from bot.storage.chats import ChatStore


def test_a_new_key_ends_what_the_last_one_signed(tmp_path, monkeypatch):
    state = ChatStore(tmp_path / "chats.db")
    key = state.page_keys.current(datetime.now(UTC))
    monkeypatch.setenv("BYLINE_HOME", str(tmp_path))
    told = CliRunner().invoke(app, ["unlink"])
    assert told.exit_code == 0
    assert "open nothing any more" in told.output
    assert state.page_keys.find(key.number, datetime.now(UTC)) is None
    state.close()
