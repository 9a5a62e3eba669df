"""What happens with each kind of update: short callbacks around the conversation.

Tested on the emulated Telegram in `tests/telegram/test_app.py`.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError
from telegram import MaybeInaccessibleMessage, Message, ReactionType, ReactionTypeEmoji, Update
from telegram.error import BadRequest, TelegramError
from telegram.ext import (
    CallbackQueryHandler,
    CommandHandler,
    ExtBot,
    MessageHandler,
    MessageReactionHandler,
    TypeHandler,
    filters,
)

from bot import texts
from bot.dialogue.conversation import Conversation
from bot.dialogue.quota import DailyQuota
from bot.intents.commands import (
    ASK,
    FORGET,
    HELP,
    READERS,
    SETTINGS,
    START,
    Command,
    Cost,
    read_command,
)
from bot.intents.handed import Handed
from bot.message_context import MessageContext
from bot.reply.actions import Action, AlertAction, Retry, SettingsAction, ShelfAction
from bot.reply.deep_links import asks_something
from bot.reply.reply import Outcome, Reply
from bot.request_trace import get_current
from bot.settings import Settings
from bot.storage.chats import ChatStore
from bot.storage.coordination.buckets import Kind
from bot.telegram.context import App, Context
from bot.telegram.crowds import Crowds
from bot.telegram.error_replies import ErrorReplies, contain
from bot.telegram.groups.group_moves import GroupMoves
from bot.telegram.groups.whispers import Whispers
from bot.telegram.inline import InlineHandlers
from bot.telegram.limits import Limits
from bot.telegram.line import Line
from bot.telegram.permissions import may_decide
from bot.telegram.quota import make_quota
from bot.telegram.reading_room import ReadingRoom, download
from bot.telegram.receiving import group_messages
from bot.telegram.receiving.commands import hear_in
from bot.telegram.receiving.forwards import read_forwarded
from bot.telegram.receiving.held import Held
from bot.telegram.receiving.inbox import Inbox, Leftover, find_question
from bot.telegram.receiving.presses import acknowledge, read_action
from bot.telegram.sending import send
from bot.telegram.sending.rate_limiter import Before, UncertainError
from bot.telegram.sending.typing_indicator import TypingIndicator
from retrieval.answers import AnswerKind
from retrieval.results import Verdict

_log = structlog.get_logger(__name__)


_NEW = filters.UpdateType.MESSAGE & ~group_messages.Noise()
_EDITED = filters.UpdateType.EDITED_MESSAGE
_PRIVATE = filters.ChatType.PRIVATE
_REMEMBERED = 1000
Make = Callable[[MessageContext], Reply]


class Handlers:
    """Hears updates and answers them through the conversation."""

    def __init__(  # noqa: PLR0913 - one parameter a thing that handlers share
        self,
        conversation: Conversation,
        state: ChatStore,
        *,
        inbox: Inbox,
        timing: Limits,
        settings: Settings,
        line: Line,
        moves: GroupMoves,
        held: Held,
    ) -> None:
        self._conversation = conversation
        self._state = state
        self._inbox = inbox
        self._line = line
        self._timing = timing
        self._admins = settings.admins
        self._limits = DailyQuota(state, settings.questions_a_day)
        self._allowance = make_quota(
            state.buckets, Kind.ASKED, timing.questions, timing.questions_s
        )
        self._elsewhere = InlineHandlers(conversation, self._limits, self._admins)
        self._whispers = Whispers(conversation, state, inbox, context_of=self._message_context)
        self._apologies = ErrorReplies(
            conversation,
            self._elsewhere,
            held,
            context_of=self._message_context,
            aside=self._whispers.answer,
            pause_s=timing.first_delay_s,
            puts_off=inbox.puts_off,
        )
        self._inbox.pairs.reads = conversation.takes_in
        self._crowds = Crowds(
            conversation,
            line,
            told_from=timing.line_told,
            told_from_s=timing.line_told_s,
            context_of=self._message_context,
        )
        self._moves = moves
        self._albums: dict[int, str] = {}
        self._typing = TypingIndicator(timing.typing_every_s)
        self._reading = ReadingRoom(conversation, timing, self._typing)

    def attach(self, application: App) -> None:
        """Register every callback."""
        add = application.add_handler
        self._crowds.attach(application)
        for one in READERS:
            heard = _NEW & hear_in(one.where)
            add(CommandHandler(one.name, partial(self.command, command=one), filters=heard))
        unknown = partial(self.command, command=HELP)
        add(MessageHandler(_NEW & _PRIVATE & filters.COMMAND, unknown))
        add(MessageHandler(_NEW & _PRIVATE & self._inbox.pairs, self.told))
        if self._conversation.takes_in:
            add(MessageHandler(_NEW & group_messages.HandsIn(), self.handed))
        add(MessageHandler(_NEW & _PRIVATE & filters.TEXT, self.question))
        add(MessageHandler(_NEW & ~_PRIVATE & group_messages.Asked(), self.question))
        add(MessageHandler(filters.StatusUpdate.MIGRATE, self.migrated))
        self._elsewhere.attach(application)
        add(MessageHandler(_EDITED & _PRIVATE & filters.TEXT, self.edited))
        add(MessageHandler(_NEW & _PRIVATE & ~filters.StatusUpdate.ALL, self.unreadable))
        add(CallbackQueryHandler(self.press))
        add(MessageReactionHandler(self.reacted))
        add(TypeHandler(Leftover, self.left_over))
        add(TypeHandler(object, self.finish), group=1)
        application.add_error_handler(self._apologies.fault)

    async def close(self) -> None:
        """Stop whatever still shows "typing", and whatever is still to be read."""
        self._reading.close()
        await self._typing.close()

    async def command(self, update: Update, context: Context, *, command: Command) -> None:
        """Answer a command, as the table of commands says who decides and what it costs."""
        allowed = not command.guarded or await may_decide(context.bot, update)
        meant, words = _meant(update, command)

        def do(message_context: MessageContext) -> Reply:
            asked_by = replace(message_context, may_set=allowed)
            return self._conversation.do(asked_by, meant, words)

        here = await self._meet(update)
        followed = meant is START and asks_something(words)
        cost = Cost.QUESTION if followed else command.cost
        make = await self._take_turn(update, context, here, cost) or do
        if command.noted:
            await self.answer(update, context, make, here)
        else:
            reply = await self._think(update, context, make, here)
            await self._deliver(update, context, reply)
        if command in (SETTINGS, FORGET):
            await self._whispers.chosen(context.bot, here)

    async def question(self, update: Update, context: Context) -> None:
        """Answer a question, or take in what is handed in with it."""
        message, asked = update.message, find_question(update)
        if message is not None:
            if not await self._inbox.pairs.speaks_for_itself(message):
                return
            whole = await self._inbox.pastes.gather(message)
            if whole is None:
                return
            asked = whole or asked
        here = await self._meet(update)
        handed = await self._read_handed(message, here, asked)
        refused = await self._take_turn(update, context, here, to_read=asked if handed else "")
        if handed is None:
            await self.answer(update, context, refused or self._asking(asked), here)
            return
        take = partial(self._conversation.hand_in, handed=handed)
        slow = handed.sure and refused is None
        await self.answer(update, context, refused or take, here, slow=slow)

    async def handed(self, update: Update, context: Context) -> None:
        """Take in a file, or what stands below a picture."""
        message = update.message
        if message is None or not await self._inbox.pairs.speaks_for_itself(message):
            return
        if message.document is None:
            await self.question(update, context)
            return
        here, pairs = await self._meet(update), self._inbox.pairs
        question = find_question(update) or pairs.find_comment(message)
        refused = await self._take_turn(update, context, here, to_read=question or "-")
        if refused:
            await self.answer(update, context, refused, here)
            return
        async with download(message.document, context.bot) as path:
            if path is None:
                make = self._conversation.too_large
                await self.answer(update, context, make, here)
            else:
                take = partial(self._conversation.hand_in_file, path=path, question=question)
                await self.answer(update, context, take, here, slow=True)

    async def _read_handed(
        self, message: Message | None, here: MessageContext, asked: str
    ) -> Handed | None:
        """What a message hands in, with what was said beside it; None for a question."""
        if not self._conversation.takes_in:
            return None
        handed = await asyncio.to_thread(self._conversation.read_handed, here, asked)
        if message is None:
            return handed
        if handed is None or not handed.addresses:
            handed = read_forwarded(message) or handed
        comment = self._inbox.pairs.find_comment(message)
        return replace(handed, question=comment) if handed and comment else handed

    async def told(self, _: Update, __: Context) -> None:
        """Leave alone what was forwarded with a comment: the comment's answer is for both."""

    async def migrated(self, update: Update, _: Context) -> None:
        """Note that a group has become a supergroup, as both of them say."""
        message = update.effective_message
        if message is not None and message.migrate_to_chat_id:
            await self._moves.note(message.chat.id, message.migrate_to_chat_id)
        if message is not None and message.migrate_from_chat_id:
            await self._moves.note(message.migrate_from_chat_id, message.chat.id)

    async def edited(self, update: Update, context: Context) -> None:
        """Answer an edited question where its first answer stands, or anew where that is gone.

        Where its reader has asked enough, the first answer stays, and that is said below.
        """
        message, question = update.edited_message, find_question(update)
        if message is None or question.startswith("/"):
            return
        here = await self._meet(update)
        answer = await asyncio.to_thread(self._state.answer_to, here.chat_id, message.message_id)
        message_context = replace(here, edited=answer)
        refused = await self._take_turn(update, context, here)
        if refused and answer is not None:
            await self._deliver(update, context, refused(here))
            return
        if answer is None:
            await self.answer(update, context, refused or self._asking(question), here)
            return
        reply = await self._think(update, context, self._asking(question), message_context)
        try:
            await self._edit(context, message_context, message_id=answer, reply=reply)
        except BadRequest as error:
            _log.info("cannot edit the answer; sending another", reason=error.message)
            await self._send(update, context, reply)

    async def unreadable(self, update: Update, context: Context) -> None:
        """Say that only text is read; once for all pictures of an album."""
        message, chat = update.message, update.effective_chat
        if message is not None and chat is not None and message.media_group_id:
            if self._albums.get(chat.id) == message.media_group_id:
                return
            self._albums.pop(chat.id, None)
            self._albums[chat.id] = message.media_group_id
            if len(self._albums) > _REMEMBERED:
                del self._albums[next(iter(self._albums))]
        here = await self._meet(update)
        await self.answer(update, context, self._conversation.unreadable, here)

    async def press(self, update: Update, context: Context) -> None:
        """Answer the press once and soon, then change the message that carries the button."""
        query = update.callback_query
        if query is None:
            return
        action = read_action(query.data)
        message_context = await self._meet(update)
        action = await self._whispers.meant(update, message_context, action)
        if toast := await self._refused_press(update, message_context, action):
            await acknowledge(query, toast)
            return
        # What is done again may be a command.
        if isinstance(action, SettingsAction | ShelfAction | AlertAction | Retry):
            message_context = replace(
                message_context, may_set=await may_decide(context.bot, update)
            )
        pressing = asyncio.ensure_future(self._pressed(update, message_context, action))
        done, _ = await asyncio.wait({pressing}, timeout=self._timing.press_s)
        known = done and not pressing.exception()
        await acknowledge(query, pressing.result().toast if known else "")
        outcome = await pressing
        if isinstance(action, SettingsAction):
            await self._whispers.chosen(context.bot, message_context)
        if query.message is not None and not await self._whispers.change(
            update, context.bot, action, outcome
        ):
            await self._change(update, context, query.message, outcome)

    async def _change(
        self,
        update: Update,
        context: Context,
        pressed: MaybeInaccessibleMessage,
        outcome: Outcome,
    ) -> None:
        """Do with a message that all see as a press says."""
        message_context = self._message_context(update)
        try:
            if outcome.attachment:
                await send.send_file(context.bot, message_context, outcome.attachment)
            if outcome.rating:
                await send.edit_rating(context.bot, pressed, outcome.rating)
            if outcome.reply is None:
                return
            message_context = self._message_context(update)  # it may turn out to have moved
            if pressed.chat.id != message_context.chat_id:  # it stayed behind in the old group
                await self._send(update, context, outcome.reply)
                return
            message_id = pressed.message_id
            await self._edit(context, message_context, message_id=message_id, reply=outcome.reply)
        except BadRequest as error:
            _log.info("cannot edit the pressed message", reason=error.message)

    async def reacted(self, update: Update, _: Context) -> None:
        """Take a thumb that is set as a reaction for one that is pressed.

        Telegram hands on reactions only where the bot is an administrator, so buttons stay.
        """
        reaction = update.message_reaction
        if reaction is None:
            return
        before = {_emoji(one) for one in reaction.old_reaction}
        now = {_emoji(one) for one in reaction.new_reaction}
        thumbs = [one for one in (texts.GOOD, texts.BAD) if one in now - before]
        if len(thumbs) == 1:
            here, good = await self._meet(update), thumbs[0] == texts.GOOD
            await asyncio.to_thread(
                self._conversation.reacted, here, reaction.message_id, good=good
            )

    async def _refused_press(
        self, update: Update, here: MessageContext, action: Action | None
    ) -> str:
        """What to say in place of doing what a button says; empty where it may be done."""
        asks = isinstance(action, Retry)
        # In this order: what is to be asked again counts as none of the day's questions.
        if asks and (toast := await self._crowds.join_by_press(update, here)):
            return toast
        return await asyncio.to_thread(self._no_more, update, here, action)

    async def _pressed(
        self, update: Update, here: MessageContext, action: Action | None
    ) -> Outcome:
        async with self._line.turn(update.update_id):  # which a button that asks anew waits for
            return await asyncio.to_thread(
                contain, lambda here: self._conversation.press(here, action), here
            )

    async def left_over(self, update: Leftover, context: Context) -> None:
        """See to what a former process left in doubt, or unanswered for too long."""
        if update.held_for is None:
            await self._apologies.leftover(update, context)
        else:
            await self._whispers.remind(update, context.bot)

    async def finish(self, update: object, _: Context) -> None:
        """Runs after every update that was answered, if only by an apology."""
        updates = update.updates if isinstance(update, Leftover) else (update,)
        for one in updates:
            if isinstance(one, Update) and self._inbox.keeps(one):
                await self._inbox.done(one.update_id)

    def _no_more(
        self, update: Update, message_context: MessageContext, action: Action | None
    ) -> str:
        """What to say where a button asks anew, and its reader has asked enough."""
        if message_context.admin:
            return ""
        with texts.speak(self._conversation.language(message_context)):
            return self._limits.toast(_reader(update), action)

    def _asking(self, question: str) -> Make:
        return lambda message_context: self._conversation.ask(message_context, question)

    async def _take_turn(
        self,
        update: Update,
        context: Context,
        message_context: MessageContext,
        cost: Cost = Cost.QUESTION,
        *,
        to_read: str = "",
    ) -> Make | None:
        """Make a chat that asks too fast wait; it is told for how long, and then answered.

        Args:
            update: What came.
            context: The bot's.
            message_context: Where it came from.
            cost: What it takes of what a chat may ask.
            to_read: What is handed in to be read, which waits in a line of its own.

        Returns:
            What makes the reply in place of an answer, where the reader has asked enough.
        """
        if cost is Cost.NOTHING:
            return None
        wait_s = await self._allowance.wait_s(message_context.chat_id)
        if wait_s >= self._timing.unnoticed_s:
            seconds = math.ceil(wait_s)
            reply = await asyncio.to_thread(self._conversation.busy, message_context, seconds)
            await send.send(context.bot, message_context, reply)
        if wait_s:
            await asyncio.sleep(await self._allowance.wait_s(message_context.chat_id))
        await self._allowance.spend(message_context.chat_id)
        crowded = None if to_read else await self._crowds.join(update, context, message_context)
        if crowded or cost is Cost.TURN:
            return crowded
        return await asyncio.to_thread(self._refusal, update, message_context, to_read)

    def _refusal(
        self, update: Update, message_context: MessageContext, to_read: str
    ) -> Make | None:
        question, reader = to_read or find_question(update), _reader(update)
        with texts.speak(self._conversation.language(message_context)):
            reply = self._limits.refuse(message_context, reader, question, to_read=bool(to_read))
        return (lambda _: reply) if reply else None

    async def answer(
        self,
        update: Update,
        context: Context,
        make: Make,
        here: MessageContext | None = None,
        *,
        slow: bool = False,
    ) -> None:
        """Send what a function makes, showing "typing" meanwhile.

        Args:
            update: What is answered.
            context: The bot's.
            make: Makes the reply.
            here: Where it came from.
            slow: Whether it fetches or reads first; it is made beside the answers then.
        """
        message_context, start = here or await self._meet(update), time.monotonic()
        told = None
        if slow:
            reply, told = await self._reading.think(update, context.bot, make, message_context)
        else:
            reply = await self._think(update, context, make, message_context)
        await self._send(update, context, reply, instead_of=told)
        found, seconds = get_current(), time.monotonic() - start
        if found.answer:
            kind, verdict = AnswerKind(found.answer), Verdict(found.verdict)
            with suppress(SQLAlchemyError):  # a full disk, say: the answer is out all the same
                await asyncio.to_thread(
                    self._state.usage.note, kind, verdict, seconds, datetime.now(UTC)
                )
                await self._offer_rich(context, message_context)

    async def _offer_rich(self, context: Context, here: MessageContext) -> None:
        """Ask once, below one of the first answers, whether rich ones can be read."""
        sample = await asyncio.to_thread(self._conversation.offer_rich, here)
        if sample is None:
            return
        try:
            offered = await send.offer_rich(context.bot, here, sample)
        except (TelegramError, UncertainError) as error:  # the answer is out all the same
            _log.info("cannot ask about rich replies", reason=str(error))
            offered = isinstance(error, UncertainError)
        if offered:
            await asyncio.to_thread(self._conversation.offered_rich, here)

    async def forgo_rich(self) -> None:
        """Answer nobody by rich messages any more: the server knows none."""
        with suppress(SQLAlchemyError):  # a full disk, say: this process knows
            await asyncio.to_thread(self._conversation.forgo_rich)

    async def show_commands(self, bot: ExtBot[Before]) -> None:
        """List the commands of groups that have a list of their own."""
        await self._whispers.show_commands(bot)

    async def _think(
        self, update: Update, context: Context, make: Make, here: MessageContext
    ) -> Reply:
        """Make a reply when it is its question's turn, showing "typing" meanwhile."""
        async with self._line.turn(update.update_id), self._typing.shown(context.bot, here):
            return await asyncio.to_thread(contain, make, here)

    async def _send(
        self, update: Update, context: Context, reply: Reply, *, instead_of: int | None = None
    ) -> None:
        """Send an answer, in place of what was said meanwhile if anything was."""
        message, answer = update.effective_message, instead_of
        if answer is None and await self._whispers.answer(update, context.bot, reply):
            return
        if answer is None or not await self._replaced(update, context, answer, reply):
            answer = await self._deliver(update, context, reply)
        message_context = self._message_context(update)  # a group may turn out to have moved
        await asyncio.to_thread(self._conversation.sent, message_context, answer, reply)
        if message_context.private and message is not None:
            with suppress(SQLAlchemyError):  # a full disk, say: the answer is out all the same
                await asyncio.to_thread(
                    self._state.answered, message_context.chat_id, message.message_id, answer
                )

    async def _replaced(self, update: Update, context: Context, said: int, reply: Reply) -> bool:
        """Put an answer in the place of what was said meanwhile; False where that is gone."""
        await self._inbox.begin(update.update_id)
        try:
            await send.edit(context.bot, self._message_context(update), said, reply)
        except BadRequest as error:
            _log.info("cannot edit what was said; sending another", reason=error.message)
            return False
        return True

    async def _deliver(self, update: Update, context: Context, reply: Reply) -> int:
        message_context, message = self._message_context(update), update.effective_message
        before = partial(self._inbox.begin, update.update_id)
        here = (
            message is not None
            and message.chat.id == message_context.chat_id
            and not message_context.private
        )
        to = message.message_id if message and here else None
        return await send.send(context.bot, message_context, reply, before=before, to=to)

    async def _edit(
        self, context: Context, message_context: MessageContext, *, message_id: int, reply: Reply
    ) -> None:
        # Noted first, so that whoever sees the change can reply to it at once.
        await asyncio.to_thread(self._conversation.sent, message_context, message_id, reply)
        await send.edit(context.bot, message_context, message_id, reply)

    async def _meet(self, update: Update) -> MessageContext:
        """Where an update came from, with what its chat set: that is read once for an update."""
        return await asyncio.to_thread(self._conversation.meet, self._message_context(update))

    def _message_context(self, update: Update) -> MessageContext:
        chat, user, message = update.effective_chat, update.effective_user, update.effective_message
        topic = message.message_thread_id if message and message.is_topic_message else None
        return MessageContext(
            chat_id=self._moves.now(chat.id) if chat else 0,
            thread_id=topic,
            private=chat is not None and chat.type == chat.PRIVATE,
            admin=user is not None and user.id in self._admins,
            replied=_replied(message, topic),
            quoted=message.quote.text if message and message.quote else "",
            language=(user.language_code or "") if user else "",
        )


def _emoji(reaction: ReactionType) -> str:
    return reaction.emoji if isinstance(reaction, ReactionTypeEmoji) else ""


def _meant(update: Update, command: Command) -> tuple[Command, str]:
    """What a command asks for.

    In a group, one that says nothing by itself asks what it replies to: that is a question then,
    whatever it begins with.
    """
    typed = find_question(update)
    named, words = read_command(typed)
    return (command, words) if named is command or not command.words else (ASK, typed)


def _reader(update: Update) -> int:
    """Who writes or presses: a person, or else the chat in whose name they do."""
    message, user = update.effective_message, update.effective_user
    if message is not None and message.sender_chat is not None and not update.callback_query:
        return message.sender_chat.id
    return user.id if user else 0


def _replied(message: Message | None, topic: int | None) -> int | None:
    """The message replied to; whatever is said in a topic replies to the topic's first."""
    replied = message.reply_to_message if message else None
    return replied.message_id if replied and replied.message_id != topic else None
