"""The members' side of messages that one member of a group sees (see `telegram_ephemeral`)."""

from __future__ import annotations

from tests.support.telegram_http import BotApi
from tests.support.telegram_rules import found_entities
from tests.support.telegram_world import Message, button_named, now


class EphemeralSide(BotApi):
    """What members write and press that nobody else sees, and what they see of the bot."""

    def ephemeral_messages(self, on: bool) -> None:
        """Whether the server knows such messages, which one of before Bot API 10.2 does not."""
        with self._changing():
            self._world.knows_ephemeral = on

    def administer(self, chat_id: int) -> None:
        """Make the bot an administrator of a group."""
        with self._changing():
            self._world.administered.add(chat_id)

    def answer_within(self, seconds: float) -> None:
        """For how long after a command or a press a bot may answer that way."""
        with self._changing():
            self._world.whisper_s = seconds

    def whisper(self, chat_id: int, text: str, *, user: int = 1, **extra: object) -> int:
        """A member writes for the bot's eyes only: a command, or a reply; returns its number."""
        with self._changing():
            world, chat = self._world, self._world.chats[chat_id]
            number = world.next_message_id(chat)
            message = Message(
                chat=chat,
                message_id=0,
                sender=world.user(user),
                text=text,
                entities=found_entities(text),
                sent_at=now(),
                extra={"ephemeral_message_id": number, "receiver_user": world.bot} | extra,
            )
            world.heard[chat_id, number] = now()
            world.enqueue("message", world.json(message))
            return number

    def whispers(self, chat_id: int, user: int = 1) -> list[Message]:
        """What of the bot's stands in a group for one member to see, oldest first."""
        with self._changed:
            every = [one for (chat, _), one in self._world.whispers.items() if chat == chat_id]
            return [one for one in every if one.extra["receiver_user"]["id"] == user]

    def press_whisper(
        self, message: Message, button: str, *, user: int | None = None, forge: bool = False
    ) -> str:
        """A member presses a button under what they alone see; returns the callback query's id.

        Args:
            message: It.
            button: Data or label.
            user: Who presses, who is its reader unless a client was tampered with.
            forge: Send the data as it is.

        Raises:
            LookupError: If there is no such button.
        """
        with self._changing():
            world = self._world
            found = {"callback_data": button} if forge else button_named(message.buttons, button)
            if found is None or "callback_data" not in found:
                raise LookupError(f"no button {button!r} among {message.labels}")
            query_id = world.next_query_id()
            world.callbacks[query_id] = None
            presser = world.user(user or message.extra["receiver_user"]["id"])
            query = {"id": query_id, "from": presser, "message": world.json(message)}
            query |= {"chat_instance": str(message.chat.id), "data": found["callback_data"]}
            world.enqueue("callback_query", query)
            return query_id
