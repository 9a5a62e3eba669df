"""The picture of the house shows the house as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from benchmarks.flow import (
    PACKAGES,
    STEPS,
    Room,
    describe,
    find_arrows,
    find_floors,
    find_present,
    read_rooms,
)
from benchmarks.flow_picture import DRAWN_FROM, digest, draw

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def rooms():
    return read_rooms()


def house(**uses):
    return {name: Room(f"bot.{name}", "", tuple(used.split())) for name, used in uses.items()}


def test_the_page_is_what_the_imports_say(rooms):
    page = (DOCS / "flow.md").read_text(encoding="utf-8")
    assert page == describe(rooms), "run make flow"


def test_the_picture_was_drawn_from_the_page():
    page = (DOCS / "flow.md").read_text(encoding="utf-8")
    with Image.open(DOCS / "flow.png") as picture:
        assert picture.info[DRAWN_FROM] == digest(page), "run make flow"


def test_every_value_is_made_in_a_room_that_is_there(rooms):
    assert all(find_present(step, rooms) for step in STEPS)


def test_every_room_says_what_it_is(rooms):
    assert {room.package for room in rooms} == set(PACKAGES)
    assert [room.name for room in rooms if not room.about] == []


def test_a_room_stands_below_all_that_use_it():
    rooms = house(top="middle low", middle="low", low="", alone="")
    assert find_floors(rooms) == [["alone", "top"], ["middle"], ["low"]]


def test_arrows_that_others_imply_are_left_out():
    rooms = house(top="middle low", middle="low", low="")
    assert find_arrows(rooms) == [("top", "middle"), ("middle", "low")]


def test_a_circle_has_no_floors():
    with pytest.raises(ValueError, match="circle: left, right"):
        find_floors(house(left="right", right="left"))


def test_a_picture_keeps_what_it_was_drawn_from(rooms):
    assert draw(rooms, "page").count(digest("page").encode()) == 1
