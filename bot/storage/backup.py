"""Save a home folder into one file while Byline runs, and bring it back.

A backup is a ZIP file of the two databases and a manifest. The index is not in it: it is derived
anew. Neither are questions: they are kept for a day, and a file would keep them for ever.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from bot.storage.chats import ChatStore
from corpus.errors import StoreError
from corpus.storage.store import Store

_ARTICLES, _CHATS = "articles.db", "chats.db"
_SAMPLE = "sample-in-use"
_MANIFEST = "manifest.json"
_BESIDE = ("-wal", "-shm", "-journal")
_FORMAT = 1
_LOCK_WAIT_S = 1
_BROADCASTS = ("delivery", "broadcast")
_OWNER_ONLY = 0o600
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)
"""What zipfile raises for files that are damaged, encrypted or packed in unknown ways."""


class BackupError(Exception):
    """A backup cannot be made or brought back; the message says in one line why."""


@dataclass(frozen=True, slots=True)
class Database:
    """A database as the backup holds it.

    Attributes:
        revision: Of its schema.
        size: In bytes.
        sha256: Of its bytes, in hexadecimal digits.
    """

    revision: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds.

    Attributes:
        byline: Version that made it.
        made: UTC time, in ISO 8601.
        articles: How many.
        sample: Whether they are the bundled sample.
        databases: By file name.
        format: Of the backup itself.
    """

    byline: str
    made: str
    articles: int
    sample: bool
    databases: dict[str, Database]
    format: int = _FORMAT


def back_up(home: Path, file: Path) -> Manifest:
    """Write a home folder's databases to a file, whoever reads and writes them meanwhile.

    Each database is copied as it is at one moment. The file appears under its name when it is
    whole, and only its owner may read it.

    Args:
        home: The home folder.
        file: What to write; a file that is there already is replaced.

    Raises:
        BackupError: There is nothing to save, or no room.
    """
    if not (home / _ARTICLES).exists():
        raise BackupError(f"there is no archive in {home}; set BYLINE_HOME to where it is")
    partly = file.with_name(f"{file.name}.part")
    try:
        # Beside the file, where its owner wants such data to be, and has room for it.
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=f"{file.name}.") as folder:
            manifest = _copied(home, Path(folder))
            _pack(Path(folder), manifest, partly)
        partly.replace(file)
    except (OSError, sqlite3.Error, StoreError) as error:
        with suppress(OSError):
            partly.unlink()
        raise BackupError(f"cannot write {file}: {_reason(error)}") from error
    return manifest


def restore(file: Path, home: Path, *, force: bool = False) -> tuple[Manifest, Path | None]:
    """Put a backup's databases into a home folder, brought to today's schema.

    Nothing changes before the backup is known to be whole.

    Args:
        file: What `back_up` wrote.
        home: The home folder; made where missing.
        force: Whether to set aside what is there.

    Returns:
        What the backup holds, and the folder that now keeps the former archive, if there was one.
        The former chats stay beside the new ones as a copy that is deleted like their questions.

    Raises:
        BackupError: The file is no sound backup or of a newer Byline, the home folder is not
            empty, or a process uses it.
    """
    held = [name for name in (_ARTICLES, _CHATS) if (home / name).exists()]
    if held and not force:
        raise BackupError(f"{home} already holds {' and '.join(held)}; --force sets them aside")
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home, prefix="restoring.") as folder:
            manifest = _unpack(file, Path(folder))
            _upgrade(Path(folder), manifest)
            with _alone(home, held):
                aside = _set_aside(home) if held else None
                _move_in(Path(folder), home, manifest)
    except (OSError, *_UNREADABLE, sqlite3.Error, StoreError) as error:
        raise BackupError(f"cannot restore {file}: {_reason(error)}") from error
    return manifest, aside


def _copied(home: Path, folder: Path) -> Manifest:
    for name in (_ARTICLES, _CHATS):
        if (home / name).exists():
            _copy(home / name, folder / name)
    if (folder / _CHATS).exists():
        _empty_of_questions(folder / _CHATS)
    with closing(sqlite3.connect(folder / _ARTICLES)) as archive:
        (articles,) = archive.execute("SELECT count(*) FROM article").fetchone()
    databases = {path.name: _described(path) for path in sorted(folder.glob("*.db"))}
    made, sample = datetime.now(UTC).isoformat(timespec="seconds"), (home / _SAMPLE).exists()
    return Manifest(version("byline"), made, articles, sample, databases)


def _copy(path: Path, target: Path) -> None:
    with closing(sqlite3.connect(path)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # all of it in one file


def _empty_of_questions(path: Path) -> None:
    state = ChatStore(path, retention=timedelta(0))
    with closing(sqlite3.connect(path)) as copy, copy:
        for table in _BROADCASTS:  # or one under way would be sent once more
            copy.execute(f"DELETE FROM {table}")  # noqa: S608 - the names are ours
    state.purge()
    state.close()
    with closing(sqlite3.connect(path)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")


def _described(path: Path) -> Database:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with closing(sqlite3.connect(path)) as database:
        (revision,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
    return Database(revision, path.stat().st_size, digest)


def _pack(folder: Path, manifest: Manifest, file: Path) -> None:
    file.unlink(missing_ok=True)  # of a run cut short, with whatever rights it has
    file.touch(_OWNER_ONLY)
    with (
        file.open("wb") as raw,
        zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as pack,
    ):
        pack.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=2))
        for name in manifest.databases:
            pack.write(folder / name, name)


def _unpack(file: Path, folder: Path) -> Manifest:
    with zipfile.ZipFile(file) as pack:
        manifest = _read_manifest(pack)
        for name, expected in manifest.databases.items():
            if name not in pack.namelist():
                raise zipfile.BadZipFile(f"its {name} is missing")
            with pack.open(name) as packed, (folder / name).open("wb") as target:
                shutil.copyfileobj(packed, target)
            _check(folder / name, expected)
    return manifest


def _read_manifest(pack: zipfile.ZipFile) -> Manifest:
    """Read what the backup says of itself; names that are not ours never become paths."""
    try:
        known = json.loads(pack.read(_MANIFEST))
        if known["format"] > _FORMAT:
            raise BackupError("the backup was made by a newer Byline; bring Byline up to date")
        held = {name: Database(**about) for name, about in known.pop("databases").items()}
        if _ARTICLES not in held or not held.keys() <= {_ARTICLES, _CHATS}:
            raise KeyError(_ARTICLES)
        return Manifest(**known, databases=held)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise zipfile.BadZipFile("it is no backup of Byline's") from error


def _check(path: Path, expected: Database) -> None:
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != expected.sha256:
            raise zipfile.BadZipFile(f"its {path.name} is damaged")
    with closing(sqlite3.connect(path)) as database:
        (found,) = database.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            what = " ".join(found.split())
            raise zipfile.BadZipFile(f"its {path.name} is damaged: {what}")


def _upgrade(folder: Path, manifest: Manifest) -> None:
    """Bring both to today's schema; one of a newer Byline is refused."""
    Store.open(folder).close()
    if _CHATS in manifest.databases:
        ChatStore(folder / _CHATS).close()


@contextmanager
def _alone(home: Path, names: list[str]) -> Iterator[None]:
    """Make sure that nobody has the databases open, and nobody opens them meanwhile.

    SQLite leaves the write-ahead log only where no other connection is open, so that trying to
    tells of every process, however it was started.
    """
    with ExitStack() as stack:
        for name in names:
            try:
                connection = sqlite3.connect(home / name, timeout=_LOCK_WAIT_S)
                stack.enter_context(closing(connection))
                connection.execute("PRAGMA journal_mode = DELETE")
                connection.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    raise
                raise BackupError(f"a bot or another command uses {home}; stop it first") from error
            except sqlite3.DatabaseError:
                continue  # damaged, which may well be why there is a restore
        yield


def _set_aside(home: Path) -> Path:
    """Keep what was there: articles and index in a dated folder, chats as a dated copy.

    That copy is named like those of upgrades, so `/forget` and the deletion of old questions reach
    it.
    """
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = home / f"before-restore-{now}"
    aside.mkdir(mode=0o700)
    names = [_ARTICLES, *(f"{_ARTICLES}{end}" for end in _BESIDE), "index", _SAMPLE]
    moves = {home / name: aside / name for name in names}
    for end in ("", *_BESIDE):
        moves[home / f"{_CHATS}{end}"] = home / f"{_CHATS}.before-restore-{now}{end}"
    for here, there in moves.items():
        if here.exists():
            here.rename(there)
            os.utime(there)  # the age of a copy counts from now
    return aside


def _move_in(folder: Path, home: Path, manifest: Manifest) -> None:
    # The archive comes last: where this is cut short, nothing looks as if it were whole.
    for name in sorted(manifest.databases, reverse=True):
        (folder / name).chmod(_OWNER_ONLY)
        (folder / name).replace(home / name)
    if manifest.sample:
        (home / _SAMPLE).touch()


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
