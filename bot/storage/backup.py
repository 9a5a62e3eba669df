"""Save a home folder into one file while Byline runs, and bring it back.

A backup is a ZIP file of the two databases, as SQLite files, and a manifest. The index is not in
it: it is derived anew. Neither are questions: they are kept for a day, and a file would keep them
for ever.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter

from bot.storage.chats import ChatStore
from bot.storage.moving.dumps import list_held, put_in, take_out
from bot.storage.moving.migrate import find_schemas
from bot.storage.staging import RESTORING, SAVING, note_elsewhere, stage
from bot.storage.swap import ARTICLES, CHATS, SAMPLE, settle, swap, undo_or_finish
from corpus.errors import StoreError
from corpus.storage.database.postgres import Schema
from corpus.storage.store import Store

_MANIFEST = "manifest.json"
_FORMAT = 1
_LOCK_WAIT_S = 1
_BROADCASTS = ("delivery", "broadcast")
_OWNER_ONLY = 0o600
_MANIFEST_BYTES = 1 << 16
_CHUNK = 1 << 20
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, struct.error)
"""What zipfile raises for files that are damaged, encrypted or packed in unknown ways."""
_SCHEMA = re.compile(r"CREATE (TABLE|INDEX|UNIQUE INDEX) ", re.IGNORECASE)
"""How SQLite writes down what Byline's databases consist of."""


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

    revision: Annotated[str, Field(pattern=r"^[\w.-]{1,100}$")]
    size: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


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

    byline: Annotated[str, Field(pattern=r"^[\w.+-]{1,100}$")]
    made: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT[\d:.]{1,20}[+\d:]{0,6}$")]
    articles: Annotated[int, Field(ge=0)]
    sample: bool
    databases: dict[str, Database]
    format: Annotated[int, Field(ge=1, le=_FORMAT)] = _FORMAT


def back_up(home: Path, file: Path, *, url: str = "") -> Manifest:
    """Write a home folder's databases to a file, whoever reads and writes them meanwhile.

    Each database is copied as it is at one moment. The file appears under its name when it is
    whole, and only its owner may read it.

    Args:
        home: The home folder.
        file: What to write; a file that is there already is replaced.
        url: Of the PostgreSQL database that is used instead of files.

    Raises:
        BackupError: There is nothing to save, or no room.
    """
    if not url and not (home / ARTICLES).exists():
        raise BackupError(f"there is no archive in {home}; set BYLINE_HOME to where it is")
    partly = file.with_name(f"{file.name}.part")
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        settle(home)
        # The articles beside the file, where its owner has room for them; what is known of chats
        # in the home folder, where `/forget` finds what a killed process leaves.
        with (
            stage(home, SAVING) as chats,
            tempfile.TemporaryDirectory(dir=file.parent, prefix=f"{file.name}.") as articles,
        ):
            note_elsewhere(chats, partly, Path(articles))
            copies = _copy_all(home, {ARTICLES: Path(articles), CHATS: chats}, url)
            manifest = _describe(home, copies)
            _pack(copies, manifest, partly)
        partly.replace(file)
    except (OSError, sqlite3.Error, StoreError) as error:
        with suppress(OSError):
            partly.unlink()
        raise BackupError(f"cannot write {file}: {_reason(error)}") from error
    return manifest


def restore(
    file: Path, home: Path, *, force: bool = False, url: str = ""
) -> tuple[Manifest, Path | Schema | None]:
    """Put a backup's databases into a home folder, brought to today's schema.

    Nothing changes before the backup is known to be whole.

    Args:
        file: What `back_up` wrote.
        home: The home folder; made where missing.
        force: Whether to set aside what is there.
        url: Of the PostgreSQL database that is used instead of files.

    Returns:
        What the backup holds, and the folder or schema that now keeps the former archive, if there
        was one. The former chats stay beside the new ones as a copy that is deleted like their
        questions; on PostgreSQL they are gone.

    Raises:
        BackupError: The file is no sound backup or of a newer Byline, the home folder is not
            empty, or a process uses it.
    """
    settle(home)
    held = _list_held(home, url)
    if held and not force:
        where = find_schemas(url)["articles"] if url else home
        raise BackupError(f"{where} already holds {' and '.join(held)}; --force sets them aside")
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with stage(home, RESTORING) as folder:
            manifest = _unpack(file, folder)
            _upgrade(folder, manifest)
            return manifest, _put_in(folder, home, manifest, url, held)
    except (OSError, *_UNREADABLE, sqlite3.Error, StoreError) as error:
        raise BackupError(f"cannot restore {file}: {_reason(error)}") from error


def _list_held(home: Path, url: str) -> list[str]:
    if not url:
        return [name for name in (ARTICLES, CHATS) if (home / name).exists()]
    try:
        return list_held(url)
    except StoreError as error:
        raise BackupError(str(error)) from error


def _put_in(
    folder: Path, home: Path, manifest: Manifest, url: str, held: list[str]
) -> Path | Schema | None:
    if not url:
        with _alone(home, held):
            return _swap(folder, home, manifest)
    aside = put_in({Path(name).stem: folder / name for name in manifest.databases}, url)
    if manifest.sample:
        (home / SAMPLE).touch()
    else:
        (home / SAMPLE).unlink(missing_ok=True)
    return aside


def _swap(folder: Path, home: Path, manifest: Manifest) -> Path | None:
    """Swap the databases; where that fails midway, say which archive is in place now."""
    try:
        return swap(folder, home, sample=manifest.sample)
    except BaseException as error:
        try:
            outcome = undo_or_finish(folder, home)
        except OSError:
            outcome = "the next command brings either archive into place"
        raise BackupError(f"cannot restore: {_reason(error)}; {outcome}") from error


def _copy_all(home: Path, folders: Mapping[str, Path], url: str) -> dict[str, Path]:
    """Copy each database into a folder of its own; returns the copies by name."""
    copies = {
        name: folder / name for name, folder in folders.items() if url or (home / name).exists()
    }
    if url:
        take_out(url, {Path(name).stem: copy for name, copy in copies.items()})
        for copy in copies.values():
            _put_in_one_file(copy)
    else:
        for name, copy in copies.items():
            _copy(home / name, copy)
    if CHATS in copies:
        _empty_of_questions(copies[CHATS])
    return copies


def _describe(home: Path, copies: Mapping[str, Path]) -> Manifest:
    with closing(sqlite3.connect(copies[ARTICLES])) as archive:
        (articles,) = archive.execute("SELECT count(*) FROM article").fetchone()
    databases = {name: _described(copies[name]) for name in sorted(copies)}
    made, sample = datetime.now(UTC).isoformat(timespec="seconds"), (home / SAMPLE).exists()
    return Manifest(version("byline"), made, articles, sample, databases)


def _copy(path: Path, target: Path) -> None:
    with closing(sqlite3.connect(path)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
    _put_in_one_file(target)


def _put_in_one_file(path: Path) -> None:
    with closing(sqlite3.connect(path)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")


def _empty_of_questions(path: Path) -> None:
    state = ChatStore(path, retention=timedelta(0))
    with closing(sqlite3.connect(path)) as copy, copy:
        for table in _BROADCASTS:  # or one under way would be sent once more
            copy.execute(f"DELETE FROM {table}")  # noqa: S608 - the names are ours
    state.purge()
    state.close()
    _put_in_one_file(path)


def _described(path: Path) -> Database:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with closing(sqlite3.connect(path)) as database:
        (revision,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
    return Database(revision, path.stat().st_size, digest)


def _pack(copies: Mapping[str, Path], manifest: Manifest, file: Path) -> None:
    file.unlink(missing_ok=True)  # of a run cut short, with whatever rights it has
    file.touch(_OWNER_ONLY)
    with (
        file.open("wb") as raw,
        zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as pack,
    ):
        pack.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=2))
        for name, copy in copies.items():
            pack.write(copy, name)


def _unpack(file: Path, folder: Path) -> Manifest:
    with zipfile.ZipFile(file) as pack:
        manifest = _read_manifest(pack)
        wanted, free = sum(one.size for one in manifest.databases.values()), _count_free(folder)
        if wanted > free:
            raise BackupError(f"the backup takes {_mb(wanted)}, and only {_mb(free)} are free")
        for name, expected in manifest.databases.items():
            if name not in pack.namelist():
                raise zipfile.BadZipFile(f"its {name} is missing")
            _write(pack.getinfo(name), pack, folder / name, expected.size)
            _check(folder / name, expected)
    return manifest


def _count_free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def _mb(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


def _write(info: zipfile.ZipInfo, pack: zipfile.ZipFile, target: Path, size: int) -> None:
    """Unpack a file, and not a byte more of it than its manifest says."""
    if info.compress_type not in _PACKED:  # others may take any memory
        raise zipfile.BadZipFile(f"its {target.name} is packed in another way than Byline's")
    left = size
    with pack.open(info) as packed, target.open("wb") as file:
        while chunk := packed.read(min(_CHUNK, left + 1)):
            left -= len(chunk)
            if left < 0:
                raise zipfile.BadZipFile(f"its {target.name} is larger than it says")
            file.write(chunk)


def _read_manifest(pack: zipfile.ZipFile) -> Manifest:
    """Read what the backup says of itself; names that are not ours never become paths."""
    try:
        info = pack.getinfo(_MANIFEST)
        if info.compress_type not in _PACKED:
            raise KeyError(_MANIFEST)
        with pack.open(info) as packed:
            known = json.loads(packed.read(_MANIFEST_BYTES))
        if known["format"] > _FORMAT:
            raise BackupError("the backup was made by a newer Byline; bring Byline up to date")
        manifest = TypeAdapter(Manifest).validate_python(known, strict=False)
        if ARTICLES not in manifest.databases or not manifest.databases.keys() <= {ARTICLES, CHATS}:
            raise KeyError(ARTICLES)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise zipfile.BadZipFile("it is no backup of Byline's") from error
    return manifest


def _check(path: Path, expected: Database) -> None:
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != expected.sha256:
            raise zipfile.BadZipFile(f"its {path.name} is damaged")
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA trusted_schema = OFF")
        _refuse_schema(database, path.name)
        (found,) = database.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            what = " ".join(found.split())
            raise zipfile.BadZipFile(f"its {path.name} is damaged: {what}")


def _refuse_schema(database: sqlite3.Connection, name: str) -> None:
    """Refuse what runs by itself when a database is used: triggers, views, virtual tables.

    Reading the schema runs nothing.
    """
    rows = database.execute("SELECT type, sql FROM sqlite_master").fetchall()
    for kind, statement in rows:
        plain = kind in ("table", "index") and isinstance(statement, str | None)
        if not plain or not (_SCHEMA.match(statement) if statement else kind == "index"):
            raise zipfile.BadZipFile(f"its {name} holds more than tables and indexes")


def _upgrade(folder: Path, manifest: Manifest) -> None:
    """Bring both to today's schema; one of a newer Byline is refused."""
    Store.open(folder).close()
    if CHATS in manifest.databases:
        ChatStore(folder / CHATS).close()


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


def _reason(error: BaseException) -> str:
    said = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return said or type(error).__name__
