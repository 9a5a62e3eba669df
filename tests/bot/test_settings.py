"""What can be set, and what is said when it is set wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load
from retrieval.reading.reader import LIMIT_MS

EXAMPLE = Path(__file__).parents[2] / ".env.example"
TOKEN = "123456789:AAE-abc_DEF"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """A folder without .env and an environment without our variables."""
    monkeypatch.chdir(tmp_path)
    for name in variables():
        monkeypatch.delenv(name, raising=False)


def variables() -> set[str]:
    """Every variable that is read."""
    fields = set(Settings.model_fields) - {"telegram_bot_token"}
    return {f"BYLINE_{name.upper()}" for name in fields} | {"TELEGRAM_BOT_TOKEN"}


def test_nothing_has_to_be_set():
    settings = load()
    assert settings.telegram_bot_token is None
    assert settings.home.is_absolute()
    assert settings.model == "all-MiniLM-L6-v2"
    assert settings.admins == frozenset()
    assert settings.reranker == "auto"
    assert str(settings.telegram_api_url) == "https://api.telegram.org/"


@pytest.mark.parametrize("name", ["TELEGRAM_BOT_TOKEN", "BYLINE_TELEGRAM_BOT_TOKEN"])
def test_the_token_is_read_under_both_names_and_never_shown(monkeypatch, name):
    monkeypatch.setenv(name, TOKEN)
    settings = load()
    assert settings.telegram_bot_token is not None
    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert TOKEN not in repr(settings) + str(settings)


@pytest.mark.parametrize("written", ["7,8", "7 8", " 7, 8 ", "7,,8"])
def test_admins_are_parted_by_commas_or_blanks(monkeypatch, written):
    monkeypatch.setenv("BYLINE_ADMINS", written)
    assert load().admins == {7, 8}


def test_a_file_named_env_is_read_and_the_environment_goes_before_it(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text(f"BYLINE_WEBHOOK_PORT=88\nTELEGRAM_BOT_TOKEN={TOKEN}\nOTHER=1\n")
    assert load().webhook_port == 88
    assert load().telegram_bot_token is not None
    monkeypatch.setenv("BYLINE_WEBHOOK_PORT", "443")
    assert load().webhook_port == 443


def test_an_empty_variable_counts_as_unset(monkeypatch):
    for name in variables():
        monkeypatch.setenv(name, "")
    assert load() == Settings(_env_file=None)


def test_every_bad_variable_is_named_at_once_and_no_secret_is_repeated(monkeypatch):
    wrong = {
        "TELEGRAM_BOT_TOKEN": "my-secret-token",
        "BYLINE_HOME": "~nobody-of-that-name/byline",
        "BYLINE_TELEGRAM_API_URL": "not a url",
        "BYLINE_WEBHOOK_URL": "ftp://x",
        "BYLINE_WEBHOOK_SECRET": "my secret hook",
        "BYLINE_WEBHOOK_PORT": "70000",
        "BYLINE_ADMINS": "me",
        "BYLINE_RUNTIME": "tpu",
        "BYLINE_RERANKER_MS": "0.3 s",
        "BYLINE_KEEP_HOURS": "a day",
        "BYLINE_LOG_LEVEL": "loud",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        load()
    lines = str(raised.value).splitlines()
    assert {line.partition(":")[0] for line in lines} == set(wrong)
    assert len(lines) == len(wrong)
    assert "my" not in str(raised.value).replace("may", "")
    assert "Value error" not in str(raised.value)


def test_a_reranker_and_its_time_are_taken_as_written(monkeypatch):
    monkeypatch.setenv("BYLINE_RERANKER", "models/judge")
    monkeypatch.setenv("BYLINE_RERANKER_MS", "250")
    assert (load().reranker, load().reranker_ms) == ("models/judge", LIMIT_MS)


@pytest.mark.parametrize("time", ["0", "-5", "60001"])
def test_a_reranker_has_between_a_millisecond_and_a_minute(monkeypatch, time):
    monkeypatch.setenv("BYLINE_RERANKER_MS", time)
    with pytest.raises(SettingsError, match="BYLINE_RERANKER_MS: "):
        load()


@pytest.mark.parametrize("hours", ["0", "-1", "721", "1.5"])
def test_questions_are_kept_between_an_hour_and_thirty_days(monkeypatch, hours):
    monkeypatch.setenv("BYLINE_KEEP_HOURS", hours)
    with pytest.raises(SettingsError, match="BYLINE_KEEP_HOURS: "):
        load()


@pytest.mark.parametrize("secret", ["x" * 257, "a b", "ключ"])
def test_a_webhook_secret_that_telegram_would_refuse_is_refused(monkeypatch, secret):
    monkeypatch.setenv("BYLINE_WEBHOOK_SECRET", secret)
    with pytest.raises(SettingsError, match="BYLINE_WEBHOOK_SECRET: may hold 1 to 256"):
        load()


def test_a_webhook_secret_that_telegram_takes_is_taken(monkeypatch):
    monkeypatch.setenv("BYLINE_WEBHOOK_SECRET", "a-B_9" * 51)
    assert load().webhook_secret is not None


def test_a_home_may_be_written_with_a_tilde(monkeypatch):
    monkeypatch.setenv("HOME", "/home/reader")
    monkeypatch.setenv("BYLINE_HOME", "~/news")
    assert load().home == Path("/home/reader/news")


def test_a_file_named_env_that_is_no_text_is_said_to_be_none(tmp_path):
    (tmp_path / ".env").write_bytes(b"BYLINE_MODEL=\xff\xfe\x00")
    with pytest.raises(SettingsError, match=r"\.env cannot be read; save it as UTF-8"):
        load()


def test_settings_cannot_be_changed_later():
    with pytest.raises(ValueError, match="frozen"):
        load().model = "another"


def test_every_variable_is_explained_in_the_example_and_none_besides():
    explained = re.findall(r"^#?\s*([A-Z][A-Z_]+)=", EXAMPLE.read_text(), flags=re.MULTILINE)
    ours = [name for name in explained if name.startswith(("BYLINE_", "TELEGRAM_"))]
    assert sorted(ours) == sorted(variables())


def test_the_example_works_as_it_stands(tmp_path):
    (tmp_path / ".env").write_text(EXAMPLE.read_text())
    assert load().model == "all-MiniLM-L6-v2"


def test_by_invitation_somebody_has_to_invite(monkeypatch):
    monkeypatch.setenv("BYLINE_ACCESS", "invite")
    with pytest.raises(SettingsError, match="needs BYLINE_ADMINS"):
        load()
    monkeypatch.setenv("BYLINE_ADMINS", "7")
    assert load().access == "invite"


def test_everybody_may_ask_two_hundred_questions_a_day_unless_told_otherwise(monkeypatch):
    assert (load().access, load().questions_a_day) == ("open", 200)
    assert load().alerts == 20
    monkeypatch.setenv("BYLINE_QUESTIONS_A_DAY", "0")
    with pytest.raises(SettingsError, match="BYLINE_QUESTIONS_A_DAY"):
        load()


def test_replicas_must_know_the_same_secret(monkeypatch):
    monkeypatch.setenv("BYLINE_DATABASE_URL", "postgresql://byline@db/byline")
    assert load().webhook_secret is None
    monkeypatch.setenv("BYLINE_WEBHOOK_URL", "https://bot.example.org/byline")
    with pytest.raises(SettingsError, match="WEBHOOK_SECRET: is needed with"):
        load()
    monkeypatch.setenv("BYLINE_WEBHOOK_SECRET", "s3cret")
    assert load().webhook_secret is not None


def test_the_index_lies_in_memory_unless_an_engine_is_named(monkeypatch):
    assert load().engine == "memory"
    monkeypatch.setenv("BYLINE_ENGINE", "milvus")
    monkeypatch.setenv("BYLINE_MILVUS_URI", "http://ada:s3cret@milvus:19530")
    assert load().engine == "milvus"
    assert "s3cret" not in repr(load())


@pytest.mark.parametrize(
    ("name", "value"), [("ENGINE", "lucene"), ("MILVUS_URI", "milvus:19530"), ("MILVUS_URI", " ")]
)
def test_an_engine_that_cannot_be_is_refused(monkeypatch, name, value):
    monkeypatch.setenv(f"BYLINE_{name}", value)
    with pytest.raises(SettingsError, match=f"BYLINE_{name}"):
        load()
