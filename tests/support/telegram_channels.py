"""Channels of the emulated Telegram: their posts, and who lets the bot in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tests.support.telegram_http import BotApi
from tests.support.telegram_rules import JSON, found_entities
from tests.support.telegram_world import Chat, Message, now

_RIGHTS = (
    *("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages"),
    *("can_manage_video_chats", "can_restrict_members", "can_promote_members", "can_change_info"),
    *("can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories"),
    *("can_post_messages", "can_edit_messages"),
)
_SIZE = {"file_id": "p", "file_unique_id": "p", "width": 90, "height": 60}


class ChannelSide(BotApi):
    """What happens in channels; a part of `TelegramServer`.

    A channel's posts come to the bot once somebody made it an administrator there. Where a group
    is linked, a copy of each post stands in it, and comes from there as well, as it does where the
    bot may read all of the group.
    """

    def channel(
        self, chat_id: int, title: str, *, username: str = "", discussion: int | None = None
    ) -> Chat:
        """Create a channel that the bot is not in, perhaps with a group that discusses it."""
        with self._changing():
            chat = Chat(chat_id, "channel", title, username=username, linked=discussion)
            self._world.chats[chat_id] = chat
            self._world.left.add(chat_id)
            return chat

    def rename_channel(self, chat_id: int, title: str, username: str) -> None:
        """Change by what a channel is known."""
        with self._changing():
            chat = replace(self._world.chats[chat_id], title=title, username=username)
            self._world.chats[chat_id] = chat

    def join_channel(self, chat_id: int, *, user: int) -> None:
        """A user makes the bot an administrator."""
        with self._changing():
            self._world.left.discard(chat_id)
            self._change_membership(chat_id, "left", "administrator", user)

    def leave_channel(self, chat_id: int, *, user: int) -> None:
        """A user takes the bot out again."""
        with self._changing():
            self._change_membership(chat_id, "administrator", "left", user)
            self._world.left.add(chat_id)

    def post(
        self, chat_id: int, text: str, *, update_id: int | None = None, **extra: object
    ) -> int:
        """Post a text; further fields of the Bot API's ``Message`` may follow."""
        with self._changing():
            return self._posted(chat_id, text, extra, {}, update_id)

    def album(self, chat_id: int, captions: Sequence[str], *, group: str = "") -> list[int]:
        """Post pictures together, each with its caption or none; one update a picture."""
        with self._changing():
            group = group or self._world.next_query_id()
            return [self._pictured(chat_id, caption, group) for caption in captions]

    def post_picture(self, chat_id: int, caption: str = "", *, group: str = "") -> int:
        """Post a picture, by itself or as one more of an album."""
        with self._changing():
            return self._pictured(chat_id, caption, group)

    def edit_post(self, chat_id: int, message_id: int, text: str) -> None:
        """Change the text or caption of a post."""
        with self._changing():
            message = self._world.messages[chat_id, message_id]
            edited = replace(message, text=text, entities=found_entities(text), edited_at=now())
            edited = replace(edited, chat=self._world.chats[chat_id], edits=message.edits + 1)
            self._world.put(edited)
            self._heard("edited_channel_post", edited)

    def _pictured(self, chat_id: int, caption: str, group: str) -> int:
        media: JSON = {"photo": [_SIZE]}
        return self._posted(chat_id, caption, {"media_group_id": group} if group else {}, media)

    def _posted(
        self, chat_id: int, text: str, extra: JSON, media: JSON, update_id: int | None = None
    ) -> int:
        chat = self._world.chats[chat_id]
        message = Message(
            chat=chat,
            message_id=self._world.next_message_id(chat),
            sender={},
            text=text,
            entities=found_entities(text),
            sent_at=now(),
            media=media,
            extra={"sender_chat": chat.json(), **extra},
        )
        self._world.put(message)
        self._heard("channel_post", message, update_id)
        if chat.linked is not None and chat.linked in self._world.chats:
            self._copy(message, self._world.chats[chat.linked])
        return message.message_id

    def _copy(self, post: Message, group: Chat) -> None:
        """Put the copy of a post into the group that discusses it."""
        origin = {
            "type": "channel",
            "date": int(post.sent_at),
            "chat": post.chat.json(),
            "message_id": post.message_id,
        }
        sender = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
        known = {"is_automatic_forward": True, "forward_origin": origin}
        copy = replace(post, chat=group, message_id=self._world.next_message_id(group))
        copy = replace(copy, sender=sender, extra={**post.extra, **known})
        self._world.put(copy)
        self._world.enqueue("message", self._world.json(copy))

    def _heard(self, kind: str, message: Message, update_id: int | None = None) -> None:
        if message.chat.id not in self._world.left:
            self._world.enqueue(kind, self._world.json(message), update_id=update_id)

    def _change_membership(self, chat_id: int, old: str, new: str, user: int) -> None:
        chat, bot = self._world.chats[chat_id], self._world.bot
        change: JSON = {"chat": chat.json(), "from": self._world.user(user), "date": int(now())}
        for key, status in (("old_chat_member", old), ("new_chat_member", new)):
            rights = dict.fromkeys(_RIGHTS, False) if status == "administrator" else {}
            change[key] = {"user": bot, "status": status} | rights
        self._world.enqueue("my_chat_member", change)
