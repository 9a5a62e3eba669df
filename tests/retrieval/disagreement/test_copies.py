"""Newer versions of the same text."""

from __future__ import annotations

from dataclasses import replace

from corpus.article import Passage
from retrieval.disagreement.copies import has_changed, is_newer_version
from retrieval.results import Hit
from tests.support.harbour import printed

LINES = "The ferry to Tarn is being repaired. It will sail again on {day}. Bread gets dearer."
OLD = printed("Ferry to Tarn", LINES.format(day="3 May"), (1, 14))
NEW = printed("Ferry to Tarn", LINES.format(day="9 June"), (4, 2), publisher="The Courier")


def hit(article):
    return Hit(article, Passage(article.id, 0, len(article.body), article.body), 1.0)


def test_a_copy_with_another_day_is_a_newer_version():
    assert is_newer_version(hit(OLD), hit(NEW))
    assert is_newer_version(hit(NEW), hit(OLD))


def test_the_same_text_or_one_of_the_same_day_or_of_none_is_a_copy():
    again = replace(OLD, published=NEW.published)
    assert not is_newer_version(hit(OLD), hit(again))
    assert not is_newer_version(hit(OLD), hit(replace(NEW, published=OLD.published)))
    assert not is_newer_version(hit(OLD), hit(replace(NEW, published=None)))


def test_what_changed_has_to_be_said_in_nearly_the_same_words():
    other = replace(NEW, body="Bread gets dearer. On 9 June the price rises, say two bakers.")
    assert not is_newer_version(hit(OLD), hit(other))


def test_lines_tell_what_changed():
    lines = [(one, (0, len(one.body))) for one in (OLD, NEW)]
    assert has_changed(*lines)
    assert not has_changed(lines[0], lines[0])
    assert not has_changed(lines[0], (replace(NEW, published=None), lines[1][1]))
