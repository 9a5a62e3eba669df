"""The Bot API's methods over a `World`: the table `METHODS` at the end names them all.

To add one, write a function of a `World` and decoded parameters that returns the ``result`` or
raises `RefusedError`, and list it. ``getUpdates`` alone lives in `telegram_server`, as it waits.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.support import telegram_ephemeral as ephemeral
from tests.support import telegram_rules as rules
from tests.support.telegram_rich import Rich, rich_message
from tests.support.telegram_rules import JSON, Formatted, RefusedError, bad_request
from tests.support.telegram_world import CallbackAnswer, Chat, InlineAnswer, Message, World, now

MOST_FILE_BYTES = 20 * 1024 * 1024
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)


def get_me(world: World, _params: JSON) -> JSON:
    return world.bot | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": world.inline,
        "supports_guest_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_webhook(world: World, params: JSON) -> bool:
    wanted = rules.webhook(params)
    if "allowed_updates" not in params:
        wanted = replace(wanted, allowed_updates=world.webhook.allowed_updates)
    world.webhook, world.webhook_error = wanted, ""
    if params.get("drop_pending_updates"):
        world.updates.clear()
    return True


def delete_webhook(world: World, params: JSON) -> bool:
    return set_webhook(world, {"drop_pending_updates": params.get("drop_pending_updates")})


def get_webhook_info(world: World, _params: JSON) -> JSON:
    hook = world.webhook
    known = {"url": hook.url, "has_custom_certificate": False}
    known["pending_update_count"] = len(world.updates)
    if hook.url:
        known["max_connections"] = hook.max_connections
    if world.webhook_error:
        known["last_error_message"] = world.webhook_error
    if hook.allowed_updates:
        known["allowed_updates"] = list(hook.allowed_updates)
    return known


def send_message(world: World, params: JSON) -> JSON:
    return _send(world, params, rules.message_text(params), {})


def send_rich_message(world: World, params: JSON) -> JSON:
    """A server of before Bot API 10.1 knows no such method."""
    if not world.knows_rich:
        raise RefusedError(404, "Not Found: method not found")
    rich = rich_message(params.get("rich_message"))
    return _send(world, params, Formatted(rich.text), {}, rich)


def send_photo(world: World, params: JSON) -> JSON:
    """A photo is a file of the request, ``attach://`` naming one, an address, or a file id."""
    photo = params.get("photo")
    if isinstance(photo, str) and photo.startswith("attach://"):
        photo = params.get(photo.removeprefix("attach://"))
    if not photo:
        raise bad_request("there is no photo in the request")
    sizes = [{"file_id": "photo", "file_unique_id": "photo", "width": 640, "height": 480}]
    return _send(world, params, rules.caption(params), {"photo": sizes})


def send_document(world: World, params: JSON) -> JSON:
    """Like a photo."""
    document = params.get("document")
    if isinstance(document, str) and document.startswith("attach://"):
        document = params.get(document.removeprefix("attach://"))
    if not document:
        raise bad_request("there is no document in the request")
    name = document["file_name"] if isinstance(document, dict) else "file"
    known = {"file_id": "document", "file_unique_id": "document", "file_name": name}
    return _send(world, params, rules.caption(params), {"document": known})


def get_file(world: World, params: JSON) -> JSON:
    """Where a file can be fetched that a reader sent, if a bot may have it."""
    file_id = str(params.get("file_id", ""))
    if file_id not in world.files:
        raise bad_request("invalid file_id")
    size = len(world.files[file_id])
    if size > MOST_FILE_BYTES:
        raise bad_request("file is too big")
    known = {"file_id": file_id, "file_unique_id": file_id, "file_size": size}
    return known | {"file_path": f"documents/{file_id}"}


def _send(
    world: World, params: JSON, body: Formatted, media: JSON, rich: Rich | None = None
) -> JSON:
    chat = _writable(world, params)
    buttons = _keyboard(world, params)
    if world.knows_ephemeral and "ephemeral_message_parameters" in params:  # others do not look
        sent = Message(chat, 0, world.bot, body.text, body.entities, buttons, sent_at=now())
        return ephemeral.send(world, replace(sent, thread=_thread(chat, params)), params)
    replied, quote = _reply(world, chat, params)
    thread = _thread(chat, params) or (replied.thread if replied else None)
    message = Message(
        chat=chat,
        message_id=world.next_message_id(chat),
        sender=world.bot,
        text=body.text,
        entities=body.entities,
        buttons=buttons,
        reply_to=replied.message_id if replied else None,
        quote=quote,
        thread=thread,
        sent_at=now(),
        link_preview_options=params.get("link_preview_options"),
        parse_mode=params.get("parse_mode"),
        media=media,
        rich=rich,
    )
    world.put(message)
    return world.json(message)


def edit_message_text(world: World, params: JSON) -> JSON:
    message = _own(world, params)
    if message.media:
        raise bad_request("there is no text in the message to edit")
    rich = None
    if world.knows_rich and "rich_message" in params:  # others do not look at it
        if params.get("text"):
            raise bad_request("either text or rich_message must be specified")
        rich = rich_message(params["rich_message"])
    body = Formatted(rich.text) if rich else rules.message_text(params)
    return _edit(
        world,
        message,
        rich=rich,
        text=body.text,
        entities=body.entities,
        buttons=_keyboard(world, params),
        link_preview_options=params.get("link_preview_options"),
        parse_mode=params.get("parse_mode"),
    )


def edit_message_reply_markup(world: World, params: JSON) -> JSON:
    buttons = _keyboard(world, params)
    return _edit(world, _own(world, params), buttons=buttons)


def edit_ephemeral_message_text(world: World, params: JSON) -> bool:
    body, buttons = rules.message_text(params), _keyboard(world, params)
    message = ephemeral.find(world, params)
    return ephemeral.edit(world, message, text=body.text, entities=body.entities, buttons=buttons)


def edit_ephemeral_message_reply_markup(world: World, params: JSON) -> bool:
    return ephemeral.edit(world, ephemeral.find(world, params), buttons=_keyboard(world, params))


def _keyboard(world: World, params: JSON) -> tuple[tuple[JSON, ...], ...]:
    rows = rules.keyboard(params.get("reply_markup"))
    if not world.inline and any("switch_inline_query" in button for row in rows for button in row):
        raise bad_request("BOT_INLINE_DISABLED")
    return rows


def _edit(world: World, message: Message, **changes: Any) -> JSON:
    edited = replace(message, **changes)
    if replace(edited, parse_mode=message.parse_mode) == message:
        raise bad_request(NOT_MODIFIED)
    edited = replace(edited, edits=message.edits + 1, edited_at=now())
    world.put(edited)
    return world.json(edited)


def delete_message(world: World, params: JSON) -> bool:
    message = _message(world, params, "message to delete not found")
    if message.sender != world.bot and message.chat.is_group:
        raise bad_request("message can't be deleted")
    del world.messages[message.chat.id, message.message_id]
    return True


def answer_callback_query(world: World, params: JSON) -> bool:
    """Each query once; a second answer finds it gone, so that a test sees the slip."""
    query_id, text = str(params.get("callback_query_id", "")), str(params.get("text") or "")
    if world.callbacks.get(query_id, ...) is not None:
        raise bad_request(QUERY_TOO_OLD)
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    alert, url = bool(params.get("show_alert")), str(params.get("url") or "")
    world.callbacks[query_id] = CallbackAnswer(query_id, text, alert, url, now())
    return True


def answer_inline_query(world: World, params: JSON) -> bool:
    query_id = str(params.get("inline_query_id", ""))
    if world.inline_queries.get(query_id, ...) is not None:
        raise bad_request(QUERY_TOO_OLD)
    if len(str(params.get("next_offset") or "").encode()) > 64:
        raise bad_request("next_offset is too long")
    world.inline_queries[query_id] = InlineAnswer(
        results=rules.inline_results(params.get("results")),
        button=rules.results_button(params.get("button")),
        cache_time=int(params.get("cache_time", 300)),
        personal=bool(params.get("is_personal")),
        at=now(),
    )
    return True


def answer_guest_query(world: World, params: JSON) -> JSON:
    """Post one message into a chat that the bot is no member of; each query once."""
    query_id = str(params.get("guest_query_id", ""))
    if query_id not in world.guest_queries or query_id in world.guest_answers:
        raise bad_request(QUERY_TOO_OLD)
    (result,) = rules.inline_results([params.get("result") or {}])
    asked = world.guest_queries[query_id]
    world.guest_answers[query_id] = inline_message(world, asked.chat, result, world.bot)
    return {"inline_message_id": f"guest-{query_id}"}


def inline_message(world: World, chat: Chat, result: JSON, sender: JSON) -> Message:
    """The message that an inline result becomes in a chat."""
    body, buttons = rules.inline_message(result)
    content = result.get("input_message_content") or {}
    return Message(
        chat=chat,
        message_id=world.next_message_id(chat),
        sender=sender,
        text=body.text,
        entities=body.entities,
        buttons=buttons,
        sent_at=now(),
        link_preview_options=content.get("link_preview_options"),
        parse_mode=content.get("parse_mode"),
        extra={} if sender == world.bot else {"via_bot": world.bot},
    )


def send_chat_action(world: World, params: JSON) -> bool:
    chat = _writable(world, params)
    _thread(chat, params)
    if params.get("action") not in rules.CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


def set_my_commands(world: World, params: JSON) -> bool:
    world.commands[_scope(params)] = rules.commands(params.get("commands"))
    return True


def get_my_commands(world: World, params: JSON) -> list[JSON]:
    return world.commands.get(_scope(params), [])


def delete_my_commands(world: World, params: JSON) -> bool:
    world.commands.pop(_scope(params), None)
    return True


def _scope(params: JSON) -> tuple[str, str]:
    scope = params.get("scope") or {"type": "default"}
    return json.dumps(scope, sort_keys=True), str(params.get("language_code") or "")


def set_my_description(world: World, params: JSON) -> bool:
    return _describe(world, params, "description", most=512)


def set_my_short_description(world: World, params: JSON) -> bool:
    return _describe(world, params, "short_description", most=120)


def _describe(world: World, params: JSON, name: str, *, most: int) -> bool:
    text = str(params.get(name) or "")
    if len(text) > most:
        raise bad_request(f"BOT_{name.upper()}_TOO_LONG")
    world.descriptions[name] = text
    return True


def get_chat(world: World, params: JSON) -> JSON:
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
    chat = _chat(world, params)
    linked = {"linked_chat_id": chat.linked} if chat.linked else {}
    return (
        chat.json()
        | linked
        | {
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys((*gifts, "gifts_from_channels"), False),
        }
    )


def get_chat_member(world: World, params: JSON) -> JSON:
    _chat(world, params)
    user_id = params.get("user_id")
    user = world.bot if user_id == world.bot["id"] else world.users.get(user_id or 0)
    if user is None:
        raise bad_request("invalid user_id specified")
    status = "creator" if (params["chat_id"], user_id) in world.owners else "member"
    return {"status": status, "user": user, "is_anonymous": False}


def leave_chat(world: World, params: JSON) -> bool:
    chat = _writable(world, params)
    if not chat.is_group:
        raise bad_request("chat member status can't be changed in private chats")
    world.left.add(chat.id)
    return True


def accept(_world: World, _params: JSON) -> bool:
    """Answer True and do nothing."""
    return True


def _chat(world: World, params: JSON) -> Chat:
    if params.get("chat_id") in (None, ""):
        raise bad_request("chat_id is empty")
    if moved := world.migrated.get(params["chat_id"]):
        words = "Bad Request: group chat was upgraded to a supergroup chat"
        raise RefusedError(400, words, {"migrate_to_chat_id": moved})
    if params["chat_id"] not in world.chats:
        raise bad_request("chat not found")
    return world.chats[params["chat_id"]]


def _writable(world: World, params: JSON) -> Chat:
    chat = _chat(world, params)
    if chat.id in world.blocked:
        raise RefusedError(403, "Forbidden: bot was blocked by the user")
    if chat.id in world.left:
        raise RefusedError(403, f"Forbidden: bot is not a member of the {chat.type} chat")
    return chat


def _thread(chat: Chat, params: JSON) -> int | None:
    thread: int | None = params.get("message_thread_id") or None
    if thread is not None and thread not in chat.threads:
        raise bad_request("message thread not found")
    return thread


def _reply(world: World, chat: Chat, params: JSON) -> tuple[Message | None, str | None]:
    """The message replied to and the quoted part of it."""
    reply = params.get("reply_parameters") or {}
    message_id = reply.get("message_id") or params.get("reply_to_message_id")
    if message_id is None:
        return None, None
    replied = world.messages.get((reply.get("chat_id", chat.id), message_id))
    if replied is not None:
        return replied, rules.quote(reply, replied.text)
    anyway = reply.get("allow_sending_without_reply") or params.get("allow_sending_without_reply")
    if not anyway:
        raise bad_request("message to be replied not found")
    return None, None


def _message(world: World, params: JSON, refusal: str) -> Message:
    chat = _writable(world, params)
    if not params.get("message_id"):
        raise bad_request("message identifier is not specified")
    try:
        return world.messages[chat.id, params["message_id"]]
    except KeyError:
        raise bad_request(refusal) from None


def _own(world: World, params: JSON) -> Message:
    """The bot's own message that is to be edited."""
    if "inline_message_id" in params:
        raise bad_request("MESSAGE_ID_INVALID")
    message = _message(world, params, "message to edit not found")
    if message.sender != world.bot:
        raise bad_request("message can't be edited")
    return message


METHODS: dict[str, Callable[[World, JSON], Any]] = {
    "getMe": get_me,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "sendMessage": send_message,
    "sendRichMessage": send_rich_message,
    "editEphemeralMessageText": edit_ephemeral_message_text,
    "editEphemeralMessageReplyMarkup": edit_ephemeral_message_reply_markup,
    "deleteEphemeralMessage": ephemeral.delete,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "getFile": get_file,
    "editMessageText": edit_message_text,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
    "answerGuestQuery": answer_guest_query,
    "sendChatAction": send_chat_action,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyDescription": set_my_description,
    "setMyShortDescription": set_my_short_description,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "leaveChat": leave_chat,
    "logOut": accept,
    "close": accept,
}
