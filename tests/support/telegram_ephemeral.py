"""Messages that one member of a group sees, as Bot API 10.3 has them.

A bot that is no administrator may send one only within some seconds of what the member wrote to
it by an ephemeral command. Servers of before know no such methods, and ignore the parameter that
makes a message one. `telegram_members` is the members' side.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.support.telegram_rules import JSON, RefusedError, bad_request
from tests.support.telegram_world import Message, World, now

UNKNOWN = "Not Found: method not found"


def send(world: World, message: Message, params: JSON) -> JSON:
    """Send one, if its receiver lets the bot: by an administrator's right, or by what they did."""
    wanted = params["ephemeral_message_parameters"]
    chat, reader = message.chat, world.users.get(wanted.get("receiver_user_id", 0))
    if not chat.is_group:
        raise bad_request("ephemeral messages can be sent only in groups")
    if reader is None or reader["is_bot"]:
        raise bad_request("invalid receiver_user_id specified")
    replied = (params.get("reply_parameters") or {}).get("ephemeral_message_id", 0)
    heard = world.heard.get((chat.id, replied), 0.0)
    if chat.id not in world.administered and now() - heard > world.whisper_s:
        raise bad_request("not enough rights to send ephemeral messages to the chat")
    number = world.next_message_id(chat)
    shown = (params.get("reply_parameters") or {}).get("message_id")
    extra = {"ephemeral_message_id": number, "receiver_user": reader}
    message = replace(message, reply_to=shown, extra=extra)
    world.whispers[chat.id, number] = message
    return world.json(message)


def find(world: World, params: JSON) -> Message:
    """The one that a method names."""
    if not world.knows_ephemeral:
        raise RefusedError(404, UNKNOWN)
    key = params.get("chat_id", 0), params.get("ephemeral_message_id", 0)
    message = world.whispers.get(key)
    if message is None or message.extra["receiver_user"]["id"] != params.get("receiver_user_id"):
        raise bad_request("message to edit not found")
    return message


def edit(world: World, message: Message, **changes: Any) -> bool:
    """Change one."""
    edited = replace(message, **changes)
    if edited == message:
        raise bad_request("message is not modified")
    key = message.chat.id, message.extra["ephemeral_message_id"]
    world.whispers[key] = replace(edited, edits=message.edits + 1, edited_at=now())
    return True


def delete(world: World, params: JSON) -> bool:
    """Delete one."""
    message = find(world, params)
    del world.whispers[message.chat.id, message.extra["ephemeral_message_id"]]
    return True
