from __future__ import annotations

import pytest
from lxml import html

from corpus.parse.around.regained import regain

ONE = "The town council voted on Monday to close the harbour bridge for a whole year."
TWO = "Ferries will run every ten minutes instead, the mayor told a crowd on the quay."
THREE = "Engineers found cracks in four of the nine piers last autumn, and told nobody at all."


def read(markup: str, lines: list[str]) -> list[str]:
    return regain(html.fromstring(f"<html><body>{markup}</body></html>"), lines)


def test_boxes_of_the_same_kind_are_one_text():
    boxes = "".join(f'<div class="group"><p>{line}</p></div>' for line in (ONE, TWO, THREE))
    assert read(boxes, [ONE]) == [ONE, TWO, THREE]
    assert read(boxes, [ONE, THREE]) == [ONE, TWO, THREE]
    assert read(boxes, [TWO]) == [TWO, THREE]


@pytest.mark.parametrize(
    "box",
    [
        '<div class="other"><p>{}</p></div>',
        '<div class="group"><p><a href="/x">{}</a></p></div>',
        '<div class="group"><p>{}<script>1</script></p></div>',
        '<div class="group"><p>var a = "{}"; b; c; d;</p></div>',
        '<div class="comments"><div class="group"><p>{}</p></div></div>',
        '<div class="group"><p>Too few words.</p></div>',
    ],
)
def test_other_boxes_are_not(box):
    first = f'<div class="comments"></div><div class="group"><p>{ONE}</p></div>'
    assert read(first + box.replace("{}", TWO), [ONE]) == [ONE]


def test_boxes_without_a_name_belong_to_a_text_that_goes_on_after_them():
    plain = "".join(f"<p>{line}</p>" for line in (ONE, TWO, THREE))
    assert read(plain, [ONE, THREE]) == [ONE, TWO, THREE]
    assert read(plain, [ONE]) == [ONE]


def test_lines_that_stand_in_another_order_of_breaks_are_not_told_twice():
    assert read(f"<p>{ONE}</p><p>{TWO}<br>{THREE}</p><p>{ONE} x</p>", [ONE, TWO, THREE]) == [
        ONE,
        TWO,
        THREE,
    ]
    assert read("<p>Red</p>", []) == []
