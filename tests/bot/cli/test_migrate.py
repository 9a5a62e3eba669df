"""Everything goes from files into PostgreSQL and back, whenever it is cut short; backups too."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.cli import main
from bot.cli import migrate as command
from bot.storage.chats import ChatStore
from bot.storage.moving.migrate import find_files, find_schemas, migrate
from bot.telegram.home_lock import hold_home
from corpus.errors import StoreError
from corpus.storage.database import copying, postgres
from corpus.storage.database.copying import Copied
from corpus.storage.database.dialects import write_rows
from corpus.storage.database.postgres import Schema
from corpus.storage.store import Store
from tests.support.models import FakeEncoder, story
from tests.support.newsroom import ARTICLES, ROOT, newsroom
from tests.support.postgres import connect, query
from tests.support.rows import read_all

pytestmark = pytest.mark.sqlite_only("says itself what is in files and what on a server")
FILES = ("articles.db", "chats.db")


class Killed(BaseException):
    """Nothing of the process goes on."""


def run(home: Path, *arguments: str, database: str = ""):
    environment = {"BYLINE_HOME": str(home), "BYLINE_DATABASE_URL": database}
    return CliRunner().invoke(main.app, arguments, env=environment, catch_exceptions=False)


def told(result) -> str:
    return " ".join(result.stderr.split())


def same(home: Path, other: Path) -> bool:
    return all(read_all(home / name) == read_all(other / name) for name in FILES)


def copy_out(url: str, other: Path) -> None:
    migrate(find_schemas(url), find_files(other), Copied())


def change(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(statement, values)


def test_every_row_of_every_table_comes_over_and_back(home, url, other):
    before = [read_all(home / name) for name in FILES]
    result = run(home, "migrate", url)
    assert result.exit_code == 0
    assert "passage                        5" in result.stdout
    assert "set BYLINE_DATABASE_URL" in result.stdout
    assert re.search(r"Copying: (\d\d\d) of \1 rows", told(result))
    assert [read_all(home / name) for name in FILES] == before
    result = run(other, "migrate", "--to-files", database=url)
    assert "take BYLINE_DATABASE_URL out" in result.stdout
    assert same(home, other)


def test_keys_go_on_after_the_last_that_was_ever_given(home, url, other):
    for table in ("subscription", "passage"):
        name = "articles.db" if table == "passage" else "chats.db"
        change(home / name, "UPDATE sqlite_sequence SET seq = ? WHERE name = ?", 2**41, table)
    change(home / "chats.db", "DELETE FROM subscription")
    assert run(home, "migrate", database=url).stdout.endswith("Everything is in the database.\n")
    assert query(url, "SELECT nextval('chats.subscription_id_seq')") == 2**41 + 1
    assert query(url, "SELECT nextval('articles.version_key_seq')") == 2**40 + 4
    copy_out(url, other)
    given = dict(read_all(other / "chats.db")["sqlite_sequence"])
    assert given["subscription"] == 2**41 + 1
    kept = dict(read_all(other / "articles.db")["sqlite_sequence"])
    assert kept["passage"] == 2**41


def test_what_came_over_is_an_archive_that_goes_on(tmp_path, url):
    with newsroom(tmp_path / "home", ARTICLES) as room:
        revision = room.store.revision()
        room.store.close()
    migrate(find_files(tmp_path / "home"), find_schemas(url), Copied())
    store = Store.open(tmp_path, url)
    assert store.revision() == revision
    assert [one.id for one in store.articles()] == [one.id for one in ARTICLES]
    last = int(store.changes().keys[-1])
    with newsroom(tmp_path / "more", [story(1)]) as room:
        articles = list(room.store.articles())
        room.store.close()
    embedded = FakeEncoder().embed([])
    store.put(articles[0], [], embedded)
    assert store.count() == len(ARTICLES) + 1
    assert int(store.changes().keys[-1]) == last
    store.close()


@pytest.mark.parametrize("call", [0, 13, 46])
def test_a_copy_that_is_killed_goes_on_and_doubles_nothing(call, home, url, other, monkeypatch):
    monkeypatch.setattr(copying, "_ROWS", 4)
    calls = iter(range(1000))
    for name in ("write_rows", "finish"):
        real = getattr(copying, name)

        def once(*arguments, real=real):
            if next(calls) == call:
                raise Killed
            real(*arguments)
            if next(calls) == call:
                raise Killed

        monkeypatch.setattr(copying, name, once)
    source, target = find_files(home), find_schemas(url)
    with pytest.raises(Killed):
        migrate(source, target, Copied())
    migrate(source, target, Copied())
    monkeypatch.undo()
    copy_out(url, other)
    assert same(home, other)


def test_a_kill_at_the_very_end_leaves_one_database_to_finish(home, url, other, monkeypatch):
    real, ended = copying.finish, []

    def finish(target):
        if ended:
            raise Killed
        ended.append(real(target))

    monkeypatch.setattr(copying, "finish", finish)
    with pytest.raises(Killed):
        migrate(find_files(home), find_schemas(url), Copied())
    monkeypatch.undo()
    tables = {one.table for one in migrate(find_files(home), find_schemas(url), Copied())}
    assert ("exchange" in tables, "article" in tables) == (True, False)
    copy_out(url, other)
    assert same(home, other)


def test_a_process_that_is_killed_for_good_leaves_what_goes_on(home, url, other, monkeypatch):
    slow = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from bot.storage.moving import migrate as m\n"
        "from corpus.storage.database import copying\n"
        "copying._ROWS = 1\n"
        "real = copying.write_rows\n"
        "copying.write_rows = lambda *a: (real(*a), time.sleep(0.02))\n"
        "home, url = Path(sys.argv[1]), sys.argv[2]\n"
        "m.migrate(m.find_files(home), m.find_schemas(url), copying.Copied())\n"
    )
    process = subprocess.Popen([sys.executable, "-c", slow, home, url], cwd=ROOT)
    until = time.monotonic() + 60
    copied = "SELECT count(*) FROM articles.passage"
    while time.monotonic() < until and not query(url, copied):
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    monkeypatch.setattr(postgres, "_LET_GO_S", 10.0)
    assert 0 < query(url, copied) <= 5
    copied = Copied()
    migrate(find_files(home), find_schemas(url), copied)
    assert 0 < copied.size < sum((home / name).stat().st_size for name in FILES)
    copy_out(url, other)
    assert same(home, other)


def cut_short(source, target, monkeypatch) -> None:
    """Copy the articles, and nothing of the chats."""
    real = copying.copy_rows

    def copy_rows(*arguments):
        real(*arguments)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(copying, "copy_rows", copy_rows)
        with pytest.raises(Killed):
            migrate(source, target, Copied())


def half(home: Path, url: str, monkeypatch) -> None:
    cut_short(find_files(home), find_schemas(url), monkeypatch)


def test_half_a_copy_is_opened_by_nobody(home, url, monkeypatch):
    half(home, url, monkeypatch)
    with pytest.raises(StoreError, match=r"half of a copy; run the same `byline migrate`"):
        Store.open(home, url)
    with pytest.raises(StoreError, match="half of a copy"):
        ChatStore(Schema(url, "chats"))


def test_what_changed_between_two_runs_is_copied_as_it_is_now(home, url, other, monkeypatch):
    half(home, url, monkeypatch)
    change(home / "articles.db", "UPDATE article SET headline = 'Corrected'")
    run(home, "migrate", url)
    copy_out(url, other)
    assert same(home, other)


def test_a_database_that_changed_between_two_runs_is_copied_as_it_is_now(
    home, url, other, monkeypatch
):
    run(home, "migrate", url)
    cut_short(find_schemas(url), find_files(other), monkeypatch)
    with pytest.raises(StoreError, match="half of a copy"):
        Store.open(other)
    query(url, "UPDATE articles.article SET headline = 'Corrected' RETURNING 1")
    copy_out(url, other)
    headlines = {row[3] for row in read_all(other / "articles.db")["article"]}
    assert headlines == {"Corrected"}


def test_half_a_copy_by_another_version_is_left_alone(home, url, monkeypatch):
    half(home, url, monkeypatch)
    place = """UPDATE articles.copying SET place = replace(place, 'articles_', 'older_')
        RETURNING 1"""
    query(url, place)
    assert "another version of Byline; drop it" in told(run(home, "migrate", url))


def test_a_database_that_holds_something_else_is_refused_and_left_alone(home, url, other):
    store = Store.open(other, url)
    store.put(story(1), [], FakeEncoder().embed([]))
    store.close()
    result = run(home, "migrate", url)
    assert result.exit_code == 2
    assert "(articles) holds something already (article); name an empty database" in told(result)
    assert query(url, "SELECT count(*) FROM articles.article") == 1


def test_files_that_hold_something_else_are_refused(home, url, rich):
    run(home, "migrate", url)
    assert "articles.db holds something already" in told(
        run(home, "migrate", "--to-files", database=url)
    )
    assert same(home, rich)


def test_a_home_folder_without_chats_is_copied_as_it_is(home, url, other):
    (home / "chats.db").unlink()
    run(home, "migrate", url)
    assert not (home / "chats.db").exists()
    copy_out(url, other)
    assert read_all(home / "articles.db") == read_all(other / "articles.db")
    assert read_all(other / "chats.db")["exchange"] == []


def test_a_running_bot_is_not_copied_from_under(home, url):
    with hold_home(home):
        result = run(home, "migrate", url)
    assert (result.exit_code, "another bot" in told(result)) == (2, True)


@pytest.mark.parametrize("back", [False, True])
def test_a_database_that_others_use_is_left_alone(back, home, url, other):
    if back:
        run(home, "migrate", url)
    with closing(connect(url, "byline, process 7 on elsewhere")):
        result = run(other if back else home, "migrate", url, *["--to-files"] * back)
        assert "process 7 on elsewhere uses" in told(result)
        assert "stop it first" in told(result)
        assert result.exit_code == 2


def test_a_process_that_just_ended_is_waited_for(home, url, monkeypatch):
    dead = connect(url, "byline, process 7 on elsewhere")
    monkeypatch.setattr(postgres, "_LET_GO_S", 60.0)
    monkeypatch.setattr(postgres.time, "sleep", lambda _: dead.close())
    assert run(home, "migrate", url).exit_code == 0


def test_what_is_missing_is_said(home, tmp_path, url):
    assert "name the database" in told(run(home, "migrate"))
    assert "no address of a PostgreSQL database" in told_error(home, "migrate", "mysql://x/y")
    assert "there is no archive" in told(run(tmp_path / "none", "migrate", url))
    gone = "postgresql+psycopg://byline@127.0.0.1:1/none"
    assert "cannot open postgresql+psycopg://byline@127.0.0.1:1/none" in told(
        run(home, "migrate", gone)
    )


def test_what_speaks_to_postgresql_is_asked_for(home, url, monkeypatch):
    assert "no address of a PostgreSQL database" in told_error(home, "migrate", "::nothing")
    monkeypatch.setattr(postgres, "find_spec", lambda _: None)
    assert "pip install 'byline[postgres]'" in told_error(home, "migrate", url)


def told_error(home: Path, *arguments: str) -> str:
    with pytest.raises(StoreError) as raised:
        run(home, *arguments)
    return str(raised.value)


def test_a_file_that_is_no_database_is_refused(home, url, other):
    run(home, "migrate", url)
    other.mkdir()
    (other / "articles.db").write_text("nothing of ours" * 100)
    assert "not a database" in told(run(other, "migrate", "--to-files", database=url))


def test_tables_that_one_side_lacks_are_named(home, url):
    change(home / "chats.db", "CREATE TABLE rumour (id INTEGER PRIMARY KEY)")
    assert "rumour: not in both databases" in told(run(home, "migrate", url))


def test_rows_that_did_not_come_over_are_counted(home, url, monkeypatch):
    real = copying.set_counters

    def lose(connection, last):
        real(connection, last)
        if sa.inspect(connection).has_table("entry"):
            connection.execute(sa.text("DELETE FROM entry"))

    monkeypatch.setattr(copying, "set_counters", lose)
    result = run(home, "migrate", url)
    assert "not all came over; rows there and here: entry 5 and 0" in told(result)


def test_a_server_that_goes_away_costs_no_more_than_a_batch(home, url, other, monkeypatch):
    real = copying.write_rows

    def end(connection, table, rows):
        if table.name == "passage":
            backend = connection.connection.driver_connection.info.backend_pid
            query(url, f"SELECT pg_terminate_backend({backend}, 1000)")
        real(connection, table, rows)

    with monkeypatch.context() as patch:
        patch.setattr(copying, "write_rows", end)
        result = run(home, "migrate", url)
    assert (result.exit_code, "cannot copy: " in told(result)) == (2, True)
    assert run(home, "migrate", url).exit_code == 0
    copy_out(url, other)
    assert same(home, other)


def test_ctrl_c_ends_it_and_says_that_the_same_command_goes_on(home, url, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(copying, "write_rows", interrupt)
    result = run(home, "migrate", url)
    assert result.exit_code == 130
    assert "the same command goes on after it" in told(result)


def test_a_terminal_shows_at_any_moment_how_far_it_came():
    line = command._Line(Copied(rows=1200, total=5000, size=3_400_000), lambda: 7.0, 2.0)
    assert str(line.__rich__()) == "Copying: 1,200 of 5,000 rows, 3.4 MB in 5.0 s"


@pytest.fixture(scope="module")
def odd(server) -> Iterator[tuple[sa.Engine, sa.Engine, sa.Table]]:
    table = sa.Table("odd", sa.MetaData(), sa.Column("at", sa.Integer), sa.Column("said", sa.Text))
    table.append_column(sa.Column("held", sa.JSON))
    table.append_column(sa.Column("raw", sa.LargeBinary))
    shared = postgres.connect(Schema(server.create(), "odd"))
    own = sa.create_engine("sqlite://")
    for engine in (shared, own):
        table.create(engine)
    yield shared, own, table
    shared.dispose()


@given(said=st.lists(st.text(), min_size=1, max_size=6), raw=st.binary(max_size=50))
@trying(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
def test_any_text_comes_over_but_for_what_postgresql_cannot_hold(odd, said, raw):
    shared, own, table = odd
    rows = [(number, one, f'["{number}"]', raw) for number, one in enumerate(said)]
    for engine in (own, shared):
        with engine.connect() as connection, connection.begin() as transaction:
            write_rows(connection, table, rows)
            read = connection.execute(copying._select(table, [])).all()
            kept = [(*row[:3], bytes(row[3])) for row in sorted(read)]
            transaction.rollback()
        if engine is own:
            assert kept == rows
    told = [(at, one.replace("\0", "\ufffd"), *more) for at, one, *more in rows]
    assert kept == told
