"""Who published a passage, and when."""

from datetime import date

import numpy as np

from retrieval.index.facets import Facets
from retrieval.period import Period

MONDAY = date(2026, 3, 2).toordinal()


def facets(publishers, days):
    leads = np.zeros(len(publishers), np.bool_)
    return Facets().extend(publishers, np.array(days, np.int32), leads)


def test_publishers_share_a_code_and_nobody_has_the_first():
    known = facets(["Gazette", "", "Gazette"], [0, 0, 0])
    assert known.names == ("", "Gazette")
    assert known.codes.tolist() == [1, 0, 1]
    more = known.extend(["Courier", "Gazette"], np.array([0, 0], np.int32), np.array([True, False]))
    assert more.names == ("", "Gazette", "Courier")
    assert more.codes.tolist() == [1, 0, 1, 2, 1]
    assert more.leads.tolist() == [False, False, False, True, False]


def test_passages_are_told_by_their_publishers():
    known = facets(["Gazette", "", "Courier"], [0, 0, 0])
    assert known.published_by({"Gazette", "Courier"}).tolist() == [True, False, True]
    assert known.published_by({"The Globe"}).tolist() == [False, False, False]


def test_a_period_holds_both_its_ends_and_no_passage_without_a_day():
    known = facets([""] * 4, [0, MONDAY - 1, MONDAY, MONDAY + 1])
    day = Period(date(2026, 3, 1), date(2026, 3, 2))
    assert known.published_in(day).tolist() == [False, True, True, False]


def test_recency_halves_and_counts_from_the_newest_day():
    known = facets([""] * 3, [MONDAY, MONDAY - 30, 0])
    assert known.recency(30).tolist() == [1, 0.5, 0]
    assert Facets().recency(30).tolist() == []


def test_what_is_kept_keeps_its_order_and_its_names():
    kept = facets(["Gazette", "Courier"], [1, 2]).keep(np.array([False, True]))
    assert kept.names == ("", "Gazette", "Courier")
    assert (kept.codes.tolist(), kept.days.tolist()) == ([2], [2])
