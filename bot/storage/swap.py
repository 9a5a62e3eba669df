"""Put other databases in the place of a home folder's own: wholly, or not at all.

A rename is whole or not there, several are not. What is to be done is written down first, and the
articles come last: as long as they have not, a process that finds the plan undoes what was done.

Tested with backups in `tests/bot/storage/test_backup.py`.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from bot.storage.staging import PLAN, RESTORING, list_abandoned, remove, sweep

ARTICLES, CHATS = "articles.db", "chats.db"
SAMPLE = "sample-in-use"
BESIDE = ("-wal", "-shm", "-journal")
FORMER, RESTORED = "what was there before is in place", "what was restored is in place"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be put in place of what.

    Attributes:
        time: When; part of the names that the former archive gets.
        former: Which databases were there before.
        fresh: Which databases come.
        sample: Whether the articles that come are the bundled sample.
    """

    time: str
    former: tuple[str, ...]
    fresh: tuple[str, ...]
    sample: bool

    def aside(self, home: Path) -> Path:
        """The folder that keeps the former articles and their index."""
        return home / f"before-restore-{self.time}"

    def kept_chats(self, home: Path) -> Path:
        """The copy of the former chats.

        It is named like those of upgrades, so `/forget` and the deletion of old questions reach it.
        """
        return home / f"{CHATS}.before-restore-{self.time}"

    def moves(self, home: Path) -> Iterator[tuple[Path, Path]]:
        """What makes room: from where, to where."""
        aside = self.aside(home)
        for name in (*(f"{ARTICLES}{end}" for end in BESIDE), "index", SAMPLE):
            yield home / name, aside / name
        for end in BESIDE:
            kept = self.kept_chats(home)
            yield home / f"{CHATS}{end}", kept.with_name(f"{kept.name}{end}")


def swap(folder: Path, home: Path, *, sample: bool) -> Path | None:
    """Put the databases of a folder in the place of a home's own, which are set aside.

    Nobody else may use either.

    Args:
        folder: Made by `stage` in the home folder.
        home: The home folder.
        sample: Whether the articles are the bundled sample.

    Returns:
        The folder that keeps the former articles, if there were any.
    """
    names = (CHATS, ARTICLES)
    former, fresh = (
        tuple(name for name in names if (place / name).exists()) for place in (home, folder)
    )
    for name in fresh:
        (folder / name).chmod(0o600)
    plan = Plan(datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ"), former, fresh, sample)
    _write_down(plan, folder)
    if former:
        plan.aside(home).mkdir(mode=0o700)
    for here, there in plan.moves(home):
        if here.exists():
            here.rename(there)
    if CHATS in former:
        _keep(home / CHATS, plan.kept_chats(home))
        os.utime(plan.kept_chats(home))  # the age of a copy counts from now
    if ARTICLES in former:
        _keep(home / ARTICLES, plan.aside(home) / ARTICLES)
    if CHATS in fresh:
        (folder / CHATS).replace(home / CHATS)
    else:
        (home / CHATS).unlink(missing_ok=True)
    (folder / ARTICLES).replace(home / ARTICLES)
    _finish(folder, home, plan)
    return plan.aside(home) if former else None


def settle(home: Path) -> list[str]:
    """Bring to an end, one way or the other, what a killed process had begun to swap.

    Returns:
        What is in place now, a line for each: `FORMER` or `RESTORED`.
    """
    sweep(home)
    outcomes = [undo_or_finish(folder, home) for folder in list_abandoned(home, RESTORING)]
    for outcome in outcomes:
        _log.warning("a restore was cut short", outcome=outcome)
    return outcomes


def undo_or_finish(folder: Path, home: Path) -> str:
    """Undo a swap, or bring it to its end where the articles are in place already.

    It may be cut short too, and repeated.

    Returns:
        What is in place now: `FORMER` or `RESTORED`.
    """
    if not (folder / PLAN).exists():  # it had not begun, or was at its end
        return FORMER if (folder / ARTICLES).exists() else RESTORED
    known = json.loads((folder / PLAN).read_text(encoding="utf-8"))
    plan = Plan(known["time"], tuple(known["former"]), tuple(known["fresh"]), known["sample"])
    if not (folder / ARTICLES).exists():
        _finish(folder, home, plan)
        return RESTORED
    came = CHATS in plan.fresh and not (folder / CHATS).exists()
    if CHATS in plan.former:
        kept = plan.kept_chats(home)
        if kept.exists() and (came or not (home / CHATS).exists()):
            kept.replace(home / CHATS)
        kept.unlink(missing_ok=True)
    elif came:
        (home / CHATS).unlink(missing_ok=True)
    for here, there in plan.moves(home):
        if there.exists() and not here.exists():
            there.rename(here)
    shutil.rmtree(plan.aside(home), ignore_errors=True)
    _drop(folder)
    return FORMER


def _finish(folder: Path, home: Path, plan: Plan) -> None:
    if plan.sample:
        (home / SAMPLE).touch()
    _drop(folder)


def _drop(folder: Path) -> None:
    (folder / PLAN).unlink(missing_ok=True)
    remove(folder)


def _write_down(plan: Plan, folder: Path) -> None:
    partly = folder / f"{PLAN}.part"
    with partly.open("w", encoding="utf-8") as file:
        json.dump(asdict(plan), file)
        file.flush()
        os.fsync(file.fileno())
    partly.rename(folder / PLAN)


def _keep(here: Path, there: Path) -> None:
    """Give a file a second name, or a copy where the disk knows no second names."""
    with suppress(OSError):
        os.link(here, there)
        return
    shutil.copy(here, there)
