"""What Telegram refuses, and in which words: pure functions over one request's parameters.

Texts are parsed by Telegram's own library (``tdjson``), so an emulated refusal is a real one.
Descriptions are those of the real server, except for an empty button label, too many buttons and
malformed commands or inline results, where ours name the rule.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any
from urllib.parse import urlsplit

import tdjson

JSON = dict[str, Any]

TEXT_UNITS = 4096
CAPTION_UNITS = 1024
RAW_BYTES = 32_768
ENTITIES = 100
BUTTONS = 100
BUTTONS_A_ROW = 8
INLINE_QUERY = 256
CHAT_ACTIONS = frozenset(
    {"typing", "choose_sticker", "find_location", "upload_photo", "upload_document"}
    | {f"record_{what}" for what in ("video", "voice", "video_note")}
    | {f"upload_{what}" for what in ("video", "voice", "video_note")}
)
WEBHOOK_PORTS = (80, 88, 443, 8443)

_PARSE_MODES: dict[str, JSON | None] = {
    "": None,
    "html": {"@type": "textParseModeHTML"},
    "markdown": {"@type": "textParseModeMarkdown", "version": 1},
    "markdownv2": {"@type": "textParseModeMarkdown", "version": 2},
}
_ENTITY_TYPES = {
    "BlockQuote": "blockquote",
    "BotCommand": "bot_command",
    "EmailAddress": "email",
    "ExpandableBlockQuote": "expandable_blockquote",
    "MentionName": "text_mention",
    "PhoneNumber": "phone_number",
    "PreCode": "pre",
    "TextUrl": "text_link",
    "CustomEmoji": "custom_emoji",
}
_OPAQUE = {"text_link", "text_mention", "code", "pre"}
_ACTIONS = (
    *("url", "callback_data", "web_app", "login_url", "copy_text", "callback_game", "pay"),
    *("switch_inline_query", "switch_inline_query_current_chat", "switch_inline_query_chosen_chat"),
)


class RefusedError(Exception):
    """The server's answer to a request that it does not carry out.

    Attributes:
        code: HTTP status and ``error_code``.
        description: The text sent, prefix included ("Bad Request: chat not found").
        parameters: ``ResponseParameters``, such as ``retry_after`` in seconds.
    """

    def __init__(self, code: int, description: str, parameters: JSON | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters or {}


def bad_request(description: str) -> RefusedError:
    return RefusedError(400, f"Bad Request: {description}")


def too_many_requests(retry_after_s: int) -> RefusedError:
    words = f"Too Many Requests: retry after {retry_after_s}"
    return RefusedError(429, words, {"retry_after": retry_after_s})


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text as the reader sees it, and its entities (offsets in UTF-16 units, by offset)."""

    text: str = ""
    entities: tuple[JSON, ...] = ()


def utf16_len(text: str) -> int:
    """Length as Telegram counts it: ``utf16_len("a😀") == 3``."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_slice(text: str, offset: int, length: int) -> str:
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[2 * offset : 2 * (offset + length)].decode("utf-16-le", "surrogatepass")


def message_text(params: JSON) -> Formatted:
    """The ``text`` of a message to send, refused where Telegram refuses it."""
    raw = _string(params, "text")
    if not raw:
        raise bad_request("message text is empty")
    found = _formatted(raw, params.get("parse_mode"), params.get("entities"))
    if not found.text:
        raise bad_request("text must be non-empty")
    if utf16_len(found.text) > TEXT_UNITS:
        raise bad_request("message is too long")
    return found


def caption(params: JSON) -> Formatted:
    """The ``caption`` of a photo, which may be empty."""
    mode, entities = params.get("parse_mode"), params.get("caption_entities")
    found = _formatted(_string(params, "caption"), mode, entities)
    if utf16_len(found.text) > CAPTION_UNITS:
        raise bad_request("message caption is too long")
    return found


def quote(reply: JSON, replied: str) -> str | None:
    """The ``quote`` of ``ReplyParameters``: a part of the text replied to, or None."""
    if not reply.get("quote"):
        return None
    mode, entities = reply.get("quote_parse_mode"), reply.get("quote_entities")
    text = _formatted(str(reply["quote"]), mode, entities).text
    if not text or utf16_len(text) > CAPTION_UNITS or text not in replied:
        raise bad_request("QUOTE_TEXT_INVALID")
    return text


def found_entities(text: str) -> tuple[JSON, ...]:
    """The commands, mentions, hashtags and addresses that Telegram marks by itself."""
    answer = _td({"@type": "getTextEntities", "text": text})
    return tuple(map(_bot_api_entity, answer["entities"]))


def keyboard(markup: object) -> tuple[tuple[JSON, ...], ...]:
    """The rows of an inline keyboard; other reply markups have none.

    Raises:
        RefusedError: If a button breaks a rule, or there are too many.
    """
    if markup is None:
        return ()
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    rows = [row for row in markup.get("inline_keyboard", ()) if row]
    if sum(map(len, rows)) > BUTTONS or any(len(row) > BUTTONS_A_ROW for row in rows):
        raise bad_request("reply markup is too long")
    return tuple(tuple(check_button(button) for button in row) for row in rows)


def check_button(button: JSON) -> JSON:
    """A button as it is, refused where Telegram refuses it."""
    if not str(button.get("text", "")).strip():
        raise bad_request("can't parse inline keyboard button: text must be non-empty")
    actions = [name for name in _ACTIONS if name in button]
    if len(actions) != 1:
        few = "Text buttons are unallowed in the inline keyboard"
        many = "exactly one action must be set"
        raise bad_request(f"can't parse inline keyboard button: {many if actions else few}")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    if "copy_text" in button and not 1 <= utf16_len(button["copy_text"].get("text", "")) <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    if len(button.get("switch_inline_query", "")) > INLINE_QUERY:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button:
        _check_button_url(button["url"])
    return button


def _check_button_url(url: str) -> None:
    """Ask Telegram's own link check, through a link in HTML, which vanishes if it is unsound."""
    refusal = f"inline keyboard button URL '{url}' is invalid: "
    if "://" in url and urlsplit(url).scheme not in ("http", "https", "tg"):
        raise bad_request(f"{refusal}Unsupported URL protocol")
    if not check_link(url):
        raise bad_request(f"{refusal}Wrong HTTP URL")


def check_link(url: str) -> bool:
    """Whether Telegram makes a link of an address; others it drops without a word."""
    return bool(_parse(f'<a href="{escape(url)}">x</a>', "html", None)[1])


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where updates are posted. An empty ``url`` means long polling."""

    url: str = ""
    secret_token: str = ""
    allowed_updates: tuple[str, ...] = ()
    max_connections: int = 40


def webhook(params: JSON) -> Webhook:
    """The webhook asked for.

    Unlike the real server, this one also takes plain HTTP and any port on 127.0.0.1, as a Bot API
    server of one's own does.
    """
    url, secret = _string(params, "url"), _string(params, "secret_token")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    _check_webhook_url(url)
    return Webhook(
        url=url,
        secret_token=secret,
        allowed_updates=tuple(params.get("allowed_updates") or ()),
        max_connections=int(params.get("max_connections", 40)),
    )


def _check_webhook_url(url: str) -> None:
    try:
        parts, port = urlsplit(url), urlsplit(url).port
    except ValueError:
        raise bad_request("bad webhook: invalid URL specified") from None
    if not url or parts.hostname in ("127.0.0.1", "localhost"):
        return
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if (port or 443) not in WEBHOOK_PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def commands(found: object) -> list[JSON]:
    """The list of ``BotCommand`` to show, refused where one is malformed."""
    if not isinstance(found, list):
        raise bad_request("can't parse commands: Expected an Array of BotCommand")
    if len(found) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in found:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command.get("command", "")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "").strip()) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return found


def inline_results(results: object) -> list[JSON]:
    """The results of an inline query: at most 50, each with an id of its own and sound content."""
    if not isinstance(results, list):
        raise bad_request("can't parse inline query results: Expected an Array")
    if len(results) > 50:
        raise bad_request("RESULTS_TOO_MUCH")
    ids = [str(result.get("id", "")) for result in results]
    if any(not 1 <= len(id_.encode()) <= 64 for id_ in ids):
        raise bad_request("RESULT_ID_INVALID")
    if len(set(ids)) < len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    for result in results:
        inline_message(result)
    return results


def inline_message(result: JSON) -> tuple[Formatted, tuple[tuple[JSON, ...], ...]]:
    """The text and the buttons of the message that an inline result becomes."""
    buttons = keyboard(result.get("reply_markup"))
    content, article = result.get("input_message_content"), result.get("type") == "article"
    if article and not str(result.get("title", "")).strip():
        raise bad_request("ARTICLE_TITLE_EMPTY")
    if article and content is None:
        raise bad_request("message text is empty")
    if content is None or "message_text" not in content:
        return Formatted(), buttons
    return message_text(content | {"text": content["message_text"]}), buttons


def results_button(button: JSON | None) -> JSON | None:
    """The button above inline results, which leads to the bot."""
    if button is None:
        return None
    if not str(button.get("text", "")).strip():
        raise bad_request("button text must be non-empty")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", button.get("start_parameter", "")):
        raise bad_request("START_PARAM_INVALID")
    return button


def _string(params: JSON, name: str) -> str:
    return str(params.get(name) or "")


def _formatted(raw: str, mode: object, entities: Sequence[JSON] | None) -> Formatted:
    """Parse, mark addresses, trim and cap, in Telegram's order."""
    try:
        size = len(raw.encode())
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    if size > RAW_BYTES:
        raise bad_request("text is too long")
    text, given = _parse(re.sub(r"\r", "", raw), mode, entities)
    marked = [*given, *(found for found in found_entities(text) if not _hidden(found, given))]
    marked.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    trimmed = _trim(text, marked)
    return Formatted(trimmed.text, trimmed.entities[:ENTITIES])


def _parse(
    text: str, mode: object, entities: Sequence[JSON] | None
) -> tuple[str, tuple[JSON, ...]]:
    try:
        parser = _PARSE_MODES[str(mode or "").lower()]
    except KeyError:
        raise bad_request("unsupported parse_mode") from None
    if parser is None:
        return text, tuple(entities or ())
    answer = _td({"@type": "parseTextEntities", "text": text, "parse_mode": parser})
    if answer["@type"] == "error":
        message: str = answer["message"]
        raise bad_request(message[0].lower() + message[1:])
    return answer["text"], tuple(map(_bot_api_entity, answer["entities"]))


def _hidden(found: JSON, given: Sequence[JSON]) -> bool:
    """Whether an address stands inside a link or code, where Telegram does not mark it."""
    start, end = found["offset"], found["offset"] + found["length"]
    return any(
        entity["type"] in _OPAQUE
        and start < entity["offset"] + entity["length"]
        and entity["offset"] < end
        for entity in given
    )


def _trim(text: str, entities: Sequence[JSON]) -> Formatted:
    """Without spaces and line breaks at the ends; entities move along, emptied ones vanish."""
    cut = len(text) - len(text.lstrip(" \n"))
    trimmed = text.strip(" \n")
    size = utf16_len(trimmed)
    kept = []
    for entity in entities:
        start = max(entity["offset"] - cut, 0)
        end = min(entity["offset"] + entity["length"] - cut, size)
        if start < end:
            kept.append(entity | {"offset": start, "length": end - start})
    return Formatted(trimmed, tuple(kept))


def _bot_api_entity(entity: JSON) -> JSON:
    """TDLib's ``textEntity`` as the Bot API writes it."""
    kind = entity["type"]
    name = kind["@type"].removeprefix("textEntityType")
    known = {"type": _ENTITY_TYPES.get(name, name.lower())}
    known |= {"offset": entity["offset"], "length": entity["length"]}
    if "user_id" in kind:
        user = {"id": kind["user_id"], "is_bot": False, "first_name": "Someone"}
        return known | {"user": user}
    return known | {key: kind[key] for key in ("url", "language", "custom_emoji_id") if key in kind}


def _td(request: JSON) -> JSON:
    _silence_td()
    answer: JSON = json.loads(tdjson.td_execute(json.dumps(request).encode()) or b"{}")
    return answer


@cache
def _silence_td() -> None:
    tdjson.td_execute(b'{"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}')
