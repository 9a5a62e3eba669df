"""What a question is about: its names and nouns, and no verb."""

from __future__ import annotations

import pytest

from retrieval.query.topic import find_topic

NAMES = frozenset({"okafor", "varga", "castrel", "haldry"})


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("When did Okafor resign?", ("Okafor",)),
        ("when did okafor resign", ("okafor",)),
        ("who elected varga", ("varga",)),
        ("Who opposes the new timetable?", ("new timetable",)),
        ("Did Varga thank Okafor?", ("Varga", "Okafor")),
        ("did varga thank okafor", ("varga", "okafor")),
        ("will the clinic in castrel shut", ("clinic", "castrel")),
        ("Why did the bakers stop the delivery?", ("bakers", "delivery")),
        ("how much is haldry asking for the bridge", ("haldry", "bridge")),
        ("Who is repairing the organ?", ("organ",)),
        ("How many lambs were counted in Castrel?", ("lambs", "Castrel")),
        ("Can bees dance?", ("bees",)),
        ("what did they hide under the bridge", ("bridge",)),
        ("ferry timetable", ("ferry timetable",)),
        ("What becomes of the organ?", ("organ",)),
        ("what time does the organ play", ("time", "organ")),
        ("How many lambs were lost in Castrel?", ("lambs", "Castrel")),
        ("how dear was hay", ("dear", "hay")),
        ("whats that one called", ()),
        ("did they?", ()),
        ("", ()),
    ],
)
def test_names_and_nouns_are_the_topic(question, topic):
    assert find_topic(question, is_name=NAMES.__contains__) == topic
