"""Every wait and limit of the Telegram side, so that tests can shorten them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from telegram.error import RetryAfter


@dataclass(frozen=True, slots=True)
class Limits:
    """How long things take.

    A rate is ``(burst, period in seconds)``: in any stretch of ``n`` seconds at most
    ``burst + n * burst / period`` messages pass.

    Attributes:
        overall: Messages to all chats; Telegram allows about 30 a second.
        chat: Messages to one private chat; one a second.
        group: Messages to one group; 20 a minute.
        pacing_s: How long the database may take to say when a message may go out, where replicas
            share the pace.
        first_delay_s: First wait before a request is tried again; it doubles each time.
        longest_delay_s: Where the doubling ends.
        attempts: Tries before a request that Telegram's servers fail is given up, or something
            that dies whenever it is started.
        warn_every_s: Least time between two warnings that there is no connection.
        connect_s: Longest wait for a connection.
        read_s: Longest wait for Telegram's answer.
        poll_s: How long Telegram may hold a request for updates open.
        typing_every_s: When to show "typing" again; Telegram hides it after five seconds.
        press_s: Longest that a pressed button may show its spinner.
        questions: Questions a chat may ask within ``questions_s``.
        questions_s: See ``questions``.
        unnoticed_s: Waits shorter than this need no explanation.
        at_once: Most questions looked up at a time; what is quick goes beside them.
        line: Most questions that wait for an answer; whoever comes then has to ask again.
        line_told: With as many before them, readers are told how many there are.
        line_told_s: Unless those are answered sooner than that.
        lane: Most updates of one chat that wait; those that come then are not answered.
        lane_told_s: How often a chat is told of that, at most.
        in_hand: Most updates of all chats in memory; then no more are taken from Telegram.
        handed_in: Most addresses, texts and files that wait to be read.
        reading_told_s: After how long it is said that something is being read.
        piece_s: How long a piece of a long paste waits for the next.
        stale_s: Age from which a left-over question gets an apology instead of an answer.
        purge_every_s: How often questions are deleted that were kept long enough.
        stop_s: Longest time to finish what is in hand when told to stop.
        conflicts: Refusals in a row (409) that prove that another process uses the token.
        settled_s: Who has listened for longer puts up with four times as many, so that of two
            processes the newcomer gives way. What was started again works once it has run for as
            long.
        aside_s: How long a process lets the other go first before it asks once more; after as long
            without a refusal they are counted anew.
        stuck_s: How long the queue may stand still with updates in it.
        silent_s: How long Telegram may be silent before `/healthz` says so.
        alerts_s: How often to look whether something is to be told unasked.
        gather_s: For how long what follows is gathered, once an alert told of something.
        album_s: For how long nothing more of an album must have come before it is taken in.
        posts_s: How often cited posts of channels are looked at again.
        look_s: How often a bot with a webhook looks whether it is still its own.
        linger_s: For how long a replica keeps a chat that says nothing more: what is said soon
            after meets the process that knows what was said before.
        sweep_s: How often a replica looks for what nobody answers, at least.
        gap_s: For how long an update waits for one with a lower number that has not come.
    """

    overall: tuple[float, float] = (2, 0.077)
    chat: tuple[float, float] = (1, 1.02)
    group: tuple[float, float] = (4, 15)
    pacing_s: float = 2
    first_delay_s: float = 0.5
    longest_delay_s: float = 30
    attempts: int = 8
    warn_every_s: float = 60
    connect_s: float = 10
    read_s: float = 20
    poll_s: float = 30
    typing_every_s: float = 4.5
    press_s: float = 2
    questions: int = 20
    questions_s: float = 60
    unnoticed_s: float = 3
    at_once: int = 8
    line: int = 200
    line_told: int = 20
    line_told_s: float = 10
    lane: int = 20
    lane_told_s: float = 10
    in_hand: int = 500
    handed_in: int = 50
    reading_told_s: float = 1
    piece_s: float = 1.2
    stale_s: float = 600
    purge_every_s: float = 3600
    stop_s: float = 18
    conflicts: int = 3
    settled_s: float = 30
    aside_s: float = 5
    stuck_s: float = 30
    silent_s: float = 60
    alerts_s: float = 1
    gather_s: float = 600
    album_s: float = 1.5
    posts_s: float = 600
    look_s: float = 20
    linger_s: float = 5
    sweep_s: float = 0.5
    gap_s: float = 1


STANDARD = Limits()


def count_seconds(error: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else wait
