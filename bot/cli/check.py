"""The command that looks whether a home folder is sound.

Tested with what it calls in `tests/bot/admin/test_check.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated

import typer

from bot.admin.check import Finding
from bot.admin.check import check as look
from bot.cli import output
from bot.cli.console import AsJson
from bot.services import Services
from bot.settings import load

_UNSOUND = 1


def check(
    repair: Annotated[
        bool, typer.Option("--repair", help="Make index, vectors and models anew where damaged.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look whether databases, index, vectors and models are sound, and enough of the disk is free.

    Exits with 1 where something is wrong. A bot may run meanwhile.
    """
    if not _show(look(Services(load()), repair=repair), as_json=as_json):
        raise typer.Exit(_UNSOUND)


def _show(findings: Iterable[Finding], *, as_json: bool) -> bool:
    """Print what was found, part by part as it is; returns whether all is well."""
    told: list[Finding] = []
    for one in findings:
        told.append(one)
        if not as_json:
            how = "mended" if one.mended else "wrong" if one.fault else "sound"
            output.say(f"{one.part:12}{how}{f': {one.fault}' if one.fault else ''}")
    sound = all(one.sound for one in told)
    if as_json:
        output.write({"sound": sound, "parts": [asdict(one) for one in told]})
    return sound
