"""A strict Telegram Bot API server for tests, over real HTTP on 127.0.0.1.

`TelegramServer` runs in a thread of its own, so the bot under test may share the test's event loop
or be a subprocess. Its methods play the readers and the network, and are safe from any thread::

    with TelegramServer() as telegram:
        telegram.chat(7)
        bot = Bot(telegram.token, base_url=f"{telegram.url}/bot")
        ...
        telegram.say(7, "Who cut rates?")
        reply = (await telegram.wait_for_messages(7))[0]
        telegram.press(7, reply.message_id, "Summary")

Around it: `telegram_http` (the server itself), `telegram_rules` (what is refused),
`telegram_rich` (rich messages), `telegram_ephemeral` and `telegram_members` (those that one member
sees), `telegram_channels` (what happens in channels),
`telegram_methods` (one function a method), `telegram_world` (what is remembered),
and `telegram_faults` (failures and sending limits).
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from tests.support.telegram_channels import ChannelSide
from tests.support.telegram_faults import Fault, FloodLimits, Storm
from tests.support.telegram_http import Balancer, Call
from tests.support.telegram_members import EphemeralSide
from tests.support.telegram_methods import inline_message
from tests.support.telegram_rules import INLINE_QUERY, JSON, found_entities
from tests.support.telegram_world import (
    CallbackAnswer,
    Chat,
    InlineAnswer,
    Message,
    button_named,
    now,
)

T = TypeVar("T")
PATIENCE_S = 30.0
"""How long anything is waited for: a busy machine is no fault, and whoever is right waits less."""


class TelegramServer(EphemeralSide, ChannelSide):
    """The server, a context manager; one bot, any number of chats.

    It has more public methods than our style allows a class, as it is all that a test needs to
    know of Telegram. Times are seconds, chat and user ids are integers as in the Bot API.
    """

    # Readers

    def chat(
        self, chat_id: int, type: str = "private", *, title: str = "", topics: Sequence[str] = ()
    ) -> Chat:
        """Create a chat that the bot may write to; ``topics`` make a forum of a supergroup."""
        with self._changing():
            chat = Chat(chat_id, type, title or f"Reader {chat_id}")
            self._world.chats[chat_id] = chat
            if not chat.is_group:
                self._world.user(chat_id, first_name=chat.title)
        for topic in topics:
            self.add_thread(chat_id, topic)
        return chat

    def user(self, user_id: int, **fields: object) -> None:
        """Set fields of a user, such as ``first_name`` or ``language_code``."""
        with self._changing():
            self._world.user(user_id, **fields)

    def own(self, chat_id: int, user_id: int) -> None:
        """Make a user the owner of a group, besides others."""
        with self._changing():
            self._world.user(user_id)
            self._world.owners.add((chat_id, user_id))

    def add_thread(self, chat_id: int, name: str) -> int:
        """Open a forum topic; its id is that of the service message that opens it."""
        with self._changing():
            chat = self._world.chats[chat_id]
            opened = {"forum_topic_created": {"name": name, "icon_color": 0x6FB9F0}}
            message = Message(
                chat=chat,
                message_id=self._world.next_message_id(chat),
                sender=self._world.user(1),
                text="",
                sent_at=now(),
                extra=opened,
            )
            self._world.put(message)
            chat.threads[message.message_id] = name
            return message.message_id

    def say(
        self,
        chat_id: int,
        text: str,
        *,
        user: int | None = None,
        thread: int | None = None,
        reply_to: int | None = None,
        update_id: int | None = None,
        media: JSON | None = None,
        **extra: object,
    ) -> int:
        """A reader writes; commands, mentions and addresses are marked as Telegram does.

        Args:
            chat_id: A chat made with `chat`.
            text: Plain text, as typed.
            user: Who writes; in a private chat its owner, in a group user 1 unless told.
            thread: Forum topic. A message there replies to the topic's first, as on Telegram.
            reply_to: Id of the message replied to.
            update_id: In place of the next; an old one plays a doubled delivery.
            media: What the text is the caption of.
            **extra: Further fields of the Bot API's ``Message`` (``forward_origin``, ``photo``).

        Returns:
            The message's id, also where privacy mode keeps it from the bot.
        """
        with self._changing():
            chat = self._world.chats[chat_id]
            message = Message(
                chat=chat,
                message_id=self._world.next_message_id(chat),
                sender=self._world.user(user or (1 if chat.is_group else chat_id)),
                text=text,
                entities=found_entities(text),
                reply_to=reply_to or thread,
                thread=thread,
                sent_at=now(),
                media=media or {},
                extra=extra,
            )
            self._world.put(message)
            self._tell("message", message, update_id)
            return message.message_id

    def edit(self, chat_id: int, message_id: int, text: str) -> None:
        """A reader edits a message of theirs."""
        with self._changing():
            message = self._world.messages[chat_id, message_id]
            message = replace(message, text=text, entities=found_entities(text), edited_at=now())
            self._world.put(replace(message, edits=message.edits + 1))
            self._tell("edited_message", message)

    def send_photo(self, chat_id: int, caption: str = "") -> int:
        size = {"file_id": "p", "file_unique_id": "p", "width": 90, "height": 60}
        return self.say(chat_id, "", photo=[size], caption=caption)

    def send_file(
        self,
        chat_id: int,
        name: str,
        content: bytes,
        *,
        caption: str = "",
        size: int | None = None,
        **extra: object,
    ) -> int:
        """A reader sends a file; ``size`` is what Telegram says of it, by default the truth."""
        with self._changing():
            file_id = f"file{len(self._world.files) + 1}"
            self._world.files[file_id] = content
        document = {"file_id": file_id, "file_unique_id": file_id, "file_name": name}
        document["file_size"] = len(content) if size is None else size
        return self.say(chat_id, caption, media={"document": document}, **extra)

    def send_voice(self, chat_id: int) -> int:
        return self.say(chat_id, "", voice={"file_id": "v", "file_unique_id": "v", "duration": 2})

    def send_sticker(self, chat_id: int) -> int:
        shape = {"width": 512, "height": 512, "is_animated": False, "is_video": False}
        known = {"file_id": "s", "file_unique_id": "s", "type": "regular"}
        return self.say(chat_id, "", sticker=known | shape)

    def press(
        self,
        chat_id: int,
        message_id: int,
        button: str,
        *,
        user: int | None = None,
        forge: bool = False,
    ) -> str:
        """A reader presses a button, named by its callback data or its label.

        Args:
            chat_id: A chat made with `chat`.
            message_id: The bot's message that carries the button.
            button: Data or label; with ``forge``, data that need not be there.
            user: As in `say`.
            forge: Send the data as it is, as a tampered client can.

        Returns:
            The callback query's id, to look up in `callback_answers`.

        Raises:
            LookupError: If the message or such a button is gone.
        """
        with self._changing():
            message = self._world.messages[chat_id, message_id]
            found = (
                {"callback_data": button} if forge else button_named(message.every_button, button)
            )
            if found is None or "callback_data" not in found:
                raise LookupError(f"no button {button!r} among {message.labels}")
            query_id = self._world.next_query_id()
            self._world.callbacks[query_id] = None
            presser = self._world.user(user or (1 if message.chat.is_group else chat_id))
            query = {"id": query_id, "from": presser, "message": self._world.json(message)}
            query |= {"chat_instance": str(chat_id), "data": found["callback_data"]}
            self._world.enqueue("callback_query", query)
            return query_id

    def react(self, chat_id: int, message_id: int, emoji: str = "", *, user: int = 1) -> None:
        """A reader reacts to a message, or takes that back.

        By the documentation a bot hears of it only where it administers the chat (see `own`).
        """
        with self._changing():
            key, chat = (chat_id, message_id, user), self._world.chats[chat_id]
            old, new = self._world.reactions.get(key, ""), emoji
            self._world.reactions[key] = emoji
            if (chat_id, self._world.bot["id"]) in self._world.owners:
                change = {"chat": chat.json(), "message_id": message_id, "date": int(now())}
                change |= {"user": self._world.user(user)}
                for name, one in (("old_reaction", old), ("new_reaction", new)):
                    change[name] = [{"type": "emoji", "emoji": one}] if one else []
                self._world.enqueue("message_reaction", change)

    def inline_query(self, text: str, *, user: int = 1, offset: str = "") -> str:
        """A reader types after the bot's name in any chat; returns the query's id."""
        if len(text) > INLINE_QUERY:
            raise ValueError("Telegram lets nobody type as much")
        with self._changing():
            query_id = self._world.next_query_id()
            self._world.inline_queries[query_id] = None
            query = {"id": query_id, "from": self._world.user(user), "query": text}
            self._world.enqueue("inline_query", query | {"offset": offset})
            return query_id

    def choose(self, query_id: str, result_id: str, chat_id: int) -> Message:
        """A reader taps an inline result, which becomes a message of theirs in a chat."""
        with self._changing():
            answer, chat = self._world.inline_queries[query_id], self._world.chats[chat_id]
            (result,) = [one for one in answer.results if one["id"] == result_id] if answer else ()
            sender = self._world.user(1 if chat.is_group else chat_id)
            message = inline_message(self._world, chat, result, sender)
            self._world.put(message)
            self._tell("message", message)
            return message

    def guest_message(self, text: str, *, user: int = 1, replied: str = "") -> str:
        """A reader summons the bot in a chat that it is no member of; returns the query's id.

        Args:
            text: With the bot's name, as typed.
            user: Who summons it.
            replied: Text of somebody's message that this one replies to.
        """
        with self._changing():
            query_id = self._world.next_query_id()
            chat = Chat(-555, "supergroup", "Elsewhere")
            known: JSON = {"guest_query_id": query_id}
            if replied:
                first = Message(chat, 1, self._world.user(2), replied, sent_at=now())
                known["reply_to_message"] = first.json()
            message = Message(
                chat=chat,
                message_id=2,
                sender=self._world.user(user),
                text=text,
                entities=found_entities(text),
                sent_at=now(),
                extra=known,
            )
            self._world.guest_queries[query_id] = message
            self._world.enqueue("guest_message", self._world.json(message))
            return query_id

    def migrate(self, chat_id: int, new_chat_id: int, *, told: bool = True) -> None:
        """A group becomes a supergroup; its messages stay behind.

        Args:
            chat_id: The group, which can be written to no more.
            new_chat_id: What it is from now on.
            told: Whether the bot hears of it at once.
        """
        with self._changing():
            old = self._world.chats[chat_id]
            new = self._world.chats[new_chat_id] = Chat(new_chat_id, "supergroup", old.title)
            self._world.migrated[chat_id] = new_chat_id
        if told:
            self.say(chat_id, "", migrate_to_chat_id=new_chat_id)
            self.say(new.id, "", migrate_from_chat_id=chat_id)

    def deliver(self, *updates: object) -> None:
        """Hold updates for the bot as they are, however broken, as one batch."""
        with self._changing():
            for update in updates:
                self._world.hold(update)

    def inline_mode(self, on: bool) -> None:
        """Whether the bot's owner has switched inline mode on, which readers' buttons need."""
        with self._changing():
            self._world.inline = on

    def rich_messages(self, on: bool) -> None:
        """Whether the server knows rich messages, which one of before Bot API 10.1 does not."""
        with self._changing():
            self._world.knows_rich = on

    def forge(self, update: JSON) -> None:
        """Take the queries of a made-up update for ones that the bot may answer."""
        with self._changing():
            if query := update.get("callback_query"):
                self._world.callbacks[query["id"]] = None
            if query := update.get("inline_query"):
                self._world.inline_queries[query["id"]] = None
            if guest := update.get("guest_message"):
                chat = self._world.chats[guest["chat"]["id"]]
                known = Message(chat, guest["message_id"], guest["from"], guest.get("text", ""))
                self._world.guest_queries[guest["guest_query_id"]] = known

    def block(self, chat_id: int) -> None:
        """The reader blocks the bot, which is told so."""
        self._set_membership(chat_id, "member", "kicked")

    def unblock(self, chat_id: int) -> None:
        self._set_membership(chat_id, "kicked", "member")

    def add_bot(self, chat_id: int, *, user: int) -> None:
        """Somebody adds the bot to a group."""
        self._set_membership(chat_id, "left", "member", user=user)

    # What became of it

    def messages(self, chat_id: int) -> list[Message]:
        """The bot's messages that stand in a chat, oldest first, each as last edited."""
        with self._changed:
            every = [m for (chat, _), m in self._world.messages.items() if chat == chat_id]
            return sorted(
                (m for m in every if m.sender == self._world.bot), key=lambda m: m.message_id
            )

    def calls(self, method: str | None = None, *, since: int = 0) -> list[Call]:
        """Every answered request, or those of one method, oldest first; ``since`` skips some."""
        with self._changed:
            return [call for call in self._calls[since:] if method in (None, call.method)]

    @property
    def callback_answers(self) -> dict[str, CallbackAnswer]:
        """Accepted answers by callback query id, in the order of the presses."""
        with self._changed:
            return {key: answer for key, answer in self._world.callbacks.items() if answer}

    @property
    def inline_answers(self) -> dict[str, InlineAnswer]:
        """Accepted answers by inline query id."""
        with self._changed:
            return {key: answer for key, answer in self._world.inline_queries.items() if answer}

    @property
    def guest_answers(self) -> dict[str, Message]:
        """The messages posted as a guest, by guest query id."""
        with self._changed:
            return dict(self._world.guest_answers)

    @property
    def commands(self) -> dict[tuple[str, str], list[JSON]]:
        """Command lists by scope (as JSON) and language code."""
        with self._changed:
            return dict(self._world.commands)

    @property
    def descriptions(self) -> dict[str, str]:
        """``description`` and ``short_description``, where set."""
        with self._changed:
            return dict(self._world.descriptions)

    @property
    def pending_updates(self) -> list[JSON]:
        """Updates that the bot has not acknowledged, oldest first."""
        with self._changed:
            return list(self._world.updates)

    def listen(self, hear: Callable[[Message], None]) -> None:
        """Have each message heard as it is sent or edited, in the server's thread; be quick."""
        with self._changed:
            self._world.hear = hear

    def forget_before(self, at: float) -> None:
        """Forget messages and calls of before a time, lest a long run fill the memory."""
        with self._changed:
            held = self._world.messages
            self._world.messages = {key: one for key, one in held.items() if one.sent_at >= at}
            self._calls = [call for call in self._calls if call.at >= at]

    @property
    def polling(self) -> bool:
        """Whether the bot waits in a long poll right now."""
        with self._changed:
            return self._polls > 0

    def wait(self, found: Callable[[], T], *, timeout_s: float = PATIENCE_S) -> T:
        """Block until ``found()`` is true, and return it; it is asked every 20 ms and on news.

        Raises:
            TimeoutError: With the latest calls, if it stays false.
        """
        until = time.monotonic() + timeout_s
        while not (value := found()):
            if time.monotonic() >= until:
                latest = [(c.method, c.status, c.description) for c in self.calls()[-8:]]
                raise TimeoutError(f"not within {timeout_s} s; latest calls: {latest}")
            with self._changed:
                self._changed.wait(0.02)
        return value

    async def wait_for(self, found: Callable[[], T], *, timeout_s: float = PATIENCE_S) -> T:
        """`wait` without blocking the event loop; ``found`` runs in another thread."""
        return await asyncio.to_thread(self.wait, found, timeout_s=timeout_s)

    def wait_messages(
        self, chat_id: int, count: int = 1, *, timeout_s: float = PATIENCE_S
    ) -> list[Message]:
        """Block until the bot has ``count`` messages or more in a chat, and return them all."""
        self.wait(lambda: len(self.messages(chat_id)) >= count, timeout_s=timeout_s)
        return self.messages(chat_id)

    async def wait_for_messages(
        self, chat_id: int, count: int = 1, *, timeout_s: float = PATIENCE_S
    ) -> list[Message]:
        """`wait_messages` without blocking the event loop."""
        return await asyncio.to_thread(self.wait_messages, chat_id, count, timeout_s=timeout_s)

    # Weather

    def fail(
        self,
        method: str,
        status: int = 500,
        *,
        times: int = 1,
        retry_after: int = 1,
        chat_id: int | None = None,
        description: str = "",
    ) -> None:
        """Refuse the next ``times`` calls of a method (``"*"``: any), uncarried-out."""
        fault = Fault(method, times, chat_id, status)
        fault.retry_after, fault.description = retry_after, description
        self._add_fault(fault)

    def hang(self, method: str, seconds: float, *, times: int = 1, after: bool = False) -> None:
        """Leave the next calls unanswered, then drop the connection.

        Args:
            method: Its name, or ``"*"`` for any.
            seconds: How long to keep silent; 0 drops the connection at once.
            times: How many calls.
            after: Whether they are carried out, so that only the answer is lost.
        """
        self._add_fault(Fault(method, times, seconds=seconds, after=after))

    def storm(self, share: float, *, longest_s: float = 1.0, seed: int = 1) -> Storm:
        """Let a share of all calls fail from now on (see `Storm`), until it is `calm`."""
        with self._changed:
            chance = random.Random(seed)  # noqa: S311 - no secret
            self._faults.storm = storm = Storm(share, longest_s, chance)
        return storm

    def _add_fault(self, fault: Fault) -> None:
        with self._changed:
            self._faults.add(fault)

    def calm(self) -> None:
        """Take back faults that have not struck yet, and end a storm."""
        with self._changed:
            self._faults.clear()

    def balance(self, addresses: Sequence[str], *, at_once: int = 40, twice: float = 0) -> Balancer:
        """Post updates to several processes, side by side; see `Balancer`."""
        balancer = Balancer([*addresses], at_once, twice)
        with self._changing():
            self._balancer = balancer
        return balancer

    def flood_limits(self, on: bool = True) -> None:
        """Enforce the limits on sending (see `FloodLimits`), counting from now."""
        with self._changed:
            self._flood = FloodLimits() if on else None

    def _tell(self, kind: str, message: Message, update_id: int | None = None) -> None:
        if self._world.sees(message):
            self._world.enqueue(kind, self._world.json(message), update_id=update_id)

    def _set_membership(self, chat_id: int, old: str, new: str, *, user: int | None = None) -> None:
        with self._changing():
            chat, bot = self._world.chats[chat_id], self._world.bot
            changer = self._world.user(user or chat_id)
            (self._world.blocked.add if new == "kicked" else self._world.blocked.discard)(chat_id)
            change = {"chat": chat.json(), "from": changer, "date": int(now())}
            for key, status in (("old_chat_member", old), ("new_chat_member", new)):
                until = {"until_date": 0} if status == "kicked" else {}
                change[key] = {"user": bot, "status": status} | until
            self._world.enqueue("my_chat_member", change)
