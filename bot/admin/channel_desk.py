"""What admins see and decide of the channels that the bot takes in.

Tested on the emulated Telegram in `tests/telegram/test_channels.py`.
"""

from __future__ import annotations

from bot import texts
from bot.admin.take_posts import PostTaker
from bot.reply.actions import ChannelWish, DecideChannel
from bot.reply.buttons import cut
from bot.reply.reply import Button, Note, Outcome, Reply
from bot.storage.channels import Channels, Membership

_MOST = 20
_TITLE = 30


class ChannelDesk:
    """Lists the channels, and does what the buttons below say.

    Args:
        channels: Knows them.
        taker: Moves and removes their posts.
    """

    def __init__(self, channels: Channels, taker: PostTaker) -> None:
        self._channels = channels
        self._taker = taker

    def list(self) -> Reply:
        """List the channels, each with buttons to decide about it."""
        members = self._channels.all()
        if not members:
            return Reply((Note(texts.say("admin-no-channels")),))
        lines = [texts.say("admin-channels", count=len(members))]
        lines += [_line(one) for one in members[:_MOST]]
        return Reply((Note("\n".join(lines)),), tuple(_row(one) for one in members[:_MOST]))

    def press(self, action: DecideChannel) -> Outcome:
        """Do what a button says of a channel."""
        member = self._channels.get(action.chat_id)
        if member is None:
            return Outcome(texts.say("admin-channel-unknown"), self.list())
        match action.wish:
            case ChannelWish.ASK:
                return Outcome(reply=_ask(member))
            case ChannelWish.OPEN | ChannelWish.CLOSE:
                self._taker.open(member.chat_id, wanted=action.wish is ChannelWish.OPEN)
            case ChannelWish.STOP | ChannelWish.RESUME:
                wanted = action.wish is ChannelWish.RESUME
                self._channels.change(member.chat_id, taking=wanted)
            case ChannelWish.FORGET:
                count = self._taker.forget(member.chat_id)
                return Outcome(texts.say("admin-channel-forgotten", count=count), self.list())
        return Outcome(reply=self.list())


def _line(member: Membership) -> str:
    return texts.say(
        "admin-channel",
        title=cut(member.title, 2 * _TITLE),
        open=str(member.open).lower(),
        taking=str(member.taking).lower(),
        discussed=str(member.discussion is not None).lower(),
    )


def _row(member: Membership) -> tuple[Button, ...]:
    wish = ChannelWish.CLOSE if member.open else ChannelWish.OPEN
    row = (
        _button("admin-channel-close" if member.open else "admin-channel-open", member, wish),
        _button(
            "admin-channel-stop" if member.taking else "admin-channel-forget",
            member,
            ChannelWish.ASK,
        ),
    )
    if member.taking:
        return row
    return (*row, _button("admin-channel-resume", member, ChannelWish.RESUME))


def _ask(member: Membership) -> Reply:
    words = Note(texts.say("admin-channel-really-stop", title=member.title))
    rows = (
        (_button("admin-channel-stop-keep", member, ChannelWish.STOP),),
        (_button("admin-channel-stop-forget", member, ChannelWish.FORGET),),
        (_button("admin-channel-back", member, ChannelWish.LIST),),
    )
    return Reply((words,), rows)


def _button(key: str, member: Membership, wish: ChannelWish) -> Button:
    label = texts.say(key, title=cut(member.title, _TITLE))
    return Button(label, action=DecideChannel(member.chat_id, wish))
