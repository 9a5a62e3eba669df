"""What is found out once a message."""

from __future__ import annotations

import threading

from retrieval.routing.lazy import lazy


class Message:
    def __init__(self, wait=lambda: None):
        self.computed = 0
        self._wait = wait

    @lazy
    def found(self) -> str:
        """What it finds."""
        self._wait()
        self.computed += 1
        return "found"


def test_it_is_computed_once_an_object():
    one, other = Message(), Message()
    assert [one.found, one.found, other.found] == ["found"] * 3
    assert (one.computed, other.computed) == (1, 1)


def test_of_the_class_it_is_the_property_with_its_documentation():
    assert Message.found.__doc__ == "What it finds."


def test_no_object_waits_for_anothers():
    both = threading.Barrier(2, timeout=30)
    messages = [Message(both.wait), Message(both.wait)]
    threads = [threading.Thread(target=lambda one=one: one.found) for one in messages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.computed for one in messages] == [1, 1]
