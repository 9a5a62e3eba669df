"""Everything that can be set, read once from the environment and a `.env` file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from pydantic import (
    AliasChoices,
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from corpus.errors import StoreError
from corpus.storage.database.postgres import check_url


class SettingsError(Exception):
    """One or more settings are wrong; the message names each of them on a line of its own."""


class Settings(BaseSettings):
    """Byline's settings; `.env.example` explains each one to whoever runs the bot."""

    model_config = SettingsConfigDict(
        env_prefix="BYLINE_", env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True
    )

    home: Path = Field(default_factory=lambda: platformdirs.user_data_path("byline"))
    database_url: SecretStr | None = None
    telegram_bot_token: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("TELEGRAM_BOT_TOKEN", "BYLINE_TELEGRAM_BOT_TOKEN"),
    )
    telegram_api_url: HttpUrl = HttpUrl("https://api.telegram.org")
    webhook_url: HttpUrl | None = None
    webhook_secret: Annotated[SecretStr | None, Field(validate_default=True)] = None
    webhook_listen: str = "127.0.0.1"
    webhook_port: Annotated[int, Field(ge=1, le=65535)] = 8443
    pages_url: HttpUrl | None = None
    pages_listen: str = "127.0.0.1"
    newsroom_questions: bool = False
    pages_port: Annotated[int, Field(ge=1, le=65535)] = 8444
    admins: Annotated[frozenset[int], NoDecode] = frozenset()
    access: Literal["open", "invite"] = "open"
    channels: Literal["admins", "anybody"] = "admins"
    questions_a_day: Annotated[int, Field(ge=1, le=100_000)] = 200
    alerts: Annotated[int, Field(ge=1, le=1000)] = 20
    readers_add: Literal["shelf", "shared", "off"] = "shelf"
    shelf_articles: Annotated[int, Field(ge=1, le=10_000)] = 200
    shelf_a_day: Annotated[int, Field(ge=1, le=10_000)] = 20
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 30
    keep_hours: Annotated[int, Field(ge=1, le=720)] = 24
    keep_articles_days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    engine: Literal["memory", "milvus"] = "memory"
    milvus_uri: SecretStr = SecretStr("http://127.0.0.1:19530")
    model: str = "all-MiniLM-L6-v2"
    runtime: Literal["auto", "openvino", "openvino-bf16", "openvino-f32", "torch"] = "auto"
    reranker: str = "auto"
    reranker_ms: Annotated[int, Field(ge=1, le=60_000)] = 250
    metrics_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    metrics_listen: str = "127.0.0.1"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("home")
    @classmethod
    def _expanded(cls, value: Path) -> Path:
        try:
            return value.expanduser()
        except RuntimeError:
            raise ValueError("there is no such user; write the path out") from None

    @field_validator("database_url")
    @classmethod
    def _names_a_database(cls, value: SecretStr | None) -> SecretStr | None:
        if value:
            try:
                check_url(value.get_secret_value())
            except StoreError as error:
                raise ValueError(str(error)) from None
        return value

    @field_validator("milvus_uri")
    @classmethod
    def _leads_to_a_server(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"https?://\S{1,500}", value.get_secret_value()):
            raise ValueError("is no address of a server, such as http://milvus:19530")
        return value

    @field_validator("admins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return value.replace(",", " ").split() if isinstance(value, str) else value

    @field_validator("access")
    @classmethod
    def _has_somebody_to_ask(cls, value: str, info: ValidationInfo) -> str:
        if value == "invite" and not info.data.get("admins", True):
            raise ValueError("needs BYLINE_ADMINS: nobody could let a reader in")
        return value

    @field_validator("telegram_bot_token")
    @classmethod
    def _looks_like_a_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"\d{1,20}:[A-Za-z0-9_-]{3,100}", value.get_secret_value()):
            raise ValueError("is no bot token; copy the line that @BotFather gave you")
        return value

    @field_validator("pages_url")
    @classmethod
    def _is_public(cls, value: HttpUrl | None) -> HttpUrl | None:
        if value and (value.scheme != "https" or value.query or value.fragment):
            raise ValueError("must be an https address without a query; a proxy has to end TLS")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _fits_the_header(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError("may hold 1 to 256 letters, digits, - and _ only")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _is_known_to_all_replicas(
        cls, value: SecretStr | None, info: ValidationInfo
    ) -> SecretStr | None:
        if not value and info.data.get("database_url") and info.data.get("webhook_url"):
            raise ValueError(
                "is needed with BYLINE_DATABASE_URL: all processes that share the database must "
                "know the same; make one with `openssl rand -hex 32`"
            )
        return value


def load() -> Settings:
    """Read the settings.

    Raises:
        SettingsError: Names every bad variable at once, without repeating a secret's value.
    """
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"{_variable(e['loc'][0])}: {_plain(e['msg'])}" for e in error.errors()]
        raise SettingsError("\n".join(lines)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f".env cannot be read; save it as UTF-8 text ({error})") from None


def _variable(name: int | str) -> str:
    name = str(name).upper()
    return name if name.startswith(("BYLINE_", "TELEGRAM_BOT_")) else f"BYLINE_{name}"


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ")
