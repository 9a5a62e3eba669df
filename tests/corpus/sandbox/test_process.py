"""A process that hangs, lies, dies or floods costs its own life and one item, never ours."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from corpus.article import Article
from corpus.errors import SandboxError, UnreadableError
from corpus.sandbox.messages import Answer, Job, Kind
from corpus.sandbox.process import OUT_OF_MEMORY, Reason, StoppedError, Worker, shared

PUPPET = """
import json, os, sys, time
def say(text):
    sys.stdout.buffer.write(text.encode() + b"\\n")
    sys.stdout.buffer.flush()
say("{}")
waiting = []
for line in iter(sys.stdin.buffer.readline, b""):
    job = json.loads(line)
    sys.stdin.buffer.read(job["size"])
    waiting.append(job["where"])
    while waiting and not job["more"]:
        exec(waiting.pop(0))
        say("{}")
"""
"""Does what the job's place says, so that a test can let it do anything."""

ARTICLE = Article("Ferry returns", "The ferry returns in May.")


def puppet(script: str = PUPPET, *, deadline_s: float = 0.3) -> Worker:
    return Worker((sys.executable, "-c", script), deadline_s=deadline_s)


@pytest.fixture
def worker():
    found = puppet()
    yield found
    found.close()


def do(worker: Worker, code: str, data: bytes = b"") -> list[Answer]:
    return worker.ask(Job(Kind.PAGE, code), data)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("time.sleep(60)", Reason.TIME),
        ("while True: pass", Reason.TIME),
        ('while True: say(\'{"found": "x"}\'); time.sleep(0.01)', Reason.TIME),
        ("os._exit(1)", Reason.CRASH),
        ("os.abort()", Reason.CRASH),
        (f"os._exit({OUT_OF_MEMORY})", Reason.MEMORY),
        ("os.close(1); time.sleep(60)", Reason.CRASH),
        ("say('no JSON')", Reason.CRASH),
        ("say('[]')", Reason.CRASH),
        ('say(\'{"found": {"headline": 5, "body": "x"}}\')', Reason.CRASH),
        ('say(\'{"found": {"__reduce__": ["os.system", "id"]}}\')', Reason.CRASH),
        ("sys.stdout.buffer.write(b'x' * 20_000_000)", Reason.CRASH),
        ("[say(json.dumps({'found': 'x' * 1_000_000})) for _ in range(20)]", Reason.CRASH),
    ],
)
def test_what_goes_wrong_is_a_short_error_and_counted(code, reason):
    worker = puppet(deadline_s=0.3 if reason is Reason.TIME else 30)
    with pytest.raises(StoppedError) as stopped:
        do(worker, code)
    assert stopped.value.reason is reason
    assert isinstance(stopped.value, UnreadableError)
    assert len(str(stopped.value)) < 80
    assert worker.stopped == {reason: 1}
    assert do(worker, 'say(\'{"found": "again"}\')') == [Answer("again")]
    worker.close()


def test_of_several_things_only_the_one_that_breaks_the_process_is_not_read():
    worker = puppet(deadline_s=30)
    tell = 'say(\'{"found": "x"}\')'
    codes = [tell, "os._exit(1)", tell, f"os._exit({OUT_OF_MEMORY})", "os._exit(1)", tell]
    found = worker.ask_all([(Job(Kind.LINE, code), b"x" * 100_000) for code in codes])
    assert [one if isinstance(one, list) else one.reason for one in found] == [
        [Answer("x")],
        Reason.CRASH,
        [Answer("x")],
        Reason.MEMORY,
        Reason.CRASH,
        [Answer("x")],
    ]
    assert worker.ask_all([]) == []
    worker.close()


def test_a_process_that_does_not_listen_is_not_waited_for():
    deaf = puppet(PUPPET.replace("sys.stdin.buffer.read(job", "time.sleep(60); (job"))
    with pytest.raises(StoppedError, match=r"longer than 0\.3 s"):
        do(deaf, "", b"x" * 1_000_000)


def test_more_than_five_megabytes_may_take_as_much_longer():
    deaf = puppet()
    with pytest.raises(StoppedError, match=r"longer than 0\.6 s"):
        do(deaf, "time.sleep(60)", b"x" * 5_000_001)


def test_one_process_stays_warm_until_it_is_closed(worker):
    tell = "say(json.dumps({'found': str(os.getpid())}))"
    first, second = do(worker, tell), do(worker, tell)
    assert first == second
    worker.close()
    assert do(worker, tell) != first
    worker.close()
    worker.close()


def test_a_process_that_died_in_its_sleep_is_replaced_and_nobody_blamed(worker):
    [told] = do(worker, "say(json.dumps({'found': str(os.getpid())}))")
    os.kill(int(str(told.found)), 9)
    while worker._running is not None and worker._running.lives:
        pass
    assert do(worker, "") == []
    assert worker.stopped == {}


def test_an_answer_that_nobody_waited_for_goes_to_nobody_else(worker, monkeypatch):
    do(worker, "")

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("corpus.sandbox.pipes.Pipes.read_line", interrupt)
        with pytest.raises(KeyboardInterrupt):
            do(worker, 'say(\'{"found": "late"}\')')
    assert do(worker, "") == []
    assert worker.stopped == {}


def test_children_die_with_it(tmp_path):
    note = tmp_path / "pid"
    code = (
        "import subprocess; child = subprocess.Popen([sys.executable, '-c', "
        f"'import time; time.sleep(600)']); open({str(note)!r}, 'w').write(str(child.pid)); "
        "time.sleep(60)"
    )
    worker = puppet(deadline_s=1)
    with pytest.raises(StoppedError):
        do(worker, code)
    state = subprocess.run(
        ["/bin/ps", "-o", "stat=", "-p", note.read_text()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert state.stdout.strip()[:1] in ("", "Z")


def test_no_secret_of_the_environment_is_passed_on(worker, monkeypatch):
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:secret")
    [told] = do(worker, "say(json.dumps({'found': ' '.join(os.environ)}))")
    assert "PYTHONPATH" in str(told.found)
    assert "TELEGRAM_BOT_TOKEN" not in str(told.found)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (("/nowhere/python",), "No such file"),
        ((sys.executable, "-c", "pass"), "see what"),
        ((sys.executable, "-c", "print('hello')"), "see what"),
    ],
)
def test_where_no_process_can_be_started_the_error_says_so(command, reason):
    with pytest.raises(SandboxError, match=f"cannot start the process that reads .*{reason}"):
        do(Worker(command), "")


def test_threads_take_turns(worker):
    found: dict[int, list[Answer]] = {}

    def ask(number: int) -> None:
        found[number] = do(worker, f'say(\'{{"found": "{number}"}}\')')

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: [Answer(str(number))] for number in range(8)}


def test_a_program_shares_one():
    assert shared() is shared()
