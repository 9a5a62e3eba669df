import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article
from corpus.nlp.segment import split_passages, split_sentences
from retrieval.alerts import rating
from retrieval.alerts.alert import Alert, Incoming, Level, read_alert
from retrieval.alerts.learned import load_learned
from retrieval.alerts.matching import AlertIndex
from retrieval.alerts.showing import Showing
from tests.support.alerts import EELS, STRIKE, fits, match, meet
from tests.support.models import FakeAttributor, FakeEncoder
from tests.support.newsroom import said, sample

LABELS = Path(__file__).parents[2] / "data" / "alerts.jsonl"
NEWS = meet(STRIKE)


def test_an_article_fits_by_the_stems_of_all_terms():
    assert fits("strikes of the ferry", NEWS)
    assert not fits("ferry timetable", NEWS)
    assert not fits("strike", meet(EELS))


def test_a_name_fits_by_the_surname_as_by_the_whole_name():
    assert fits("kovac", NEWS, Level.MORE)
    assert fits("Rosa Kovač", NEWS, Level.MORE)
    assert not fits("Petra Kovač", NEWS, Level.MORE)


def test_a_full_name_fits_where_the_surname_alone_can_mean_nobody_else():
    mayor = replace(
        STRIKE,
        headline="Kovač resigns as mayor",
        body="Mayor Kovač resigned on Monday. “I am tired,” Kovač said. Tolmouth votes in May.",
    )
    assert fits("Rosa Kovač", meet(mayor))
    named = replace(mayor, body=mayor.body.replace("Mayor Kovač", "Dario Kovač"))
    assert not fits("Rosa Kovač", meet(named), Level.MORE)


def test_a_given_name_and_a_surname_of_different_people_are_nobody():
    both = replace(
        STRIKE,
        headline="Rosa Finch meets Dario Kovač",
        body="Rosa Finch met Dario Kovač on Monday. Finch and Kovač shook hands.",
    )
    assert not fits("Rosa Kovač", meet(both), Level.MORE)
    assert fits("Dario Kovač", meet(both))


def test_somebody_has_to_speak_where_that_is_wanted():
    assert fits("strike", NEWS, speaker="Kovač")
    assert fits("strike", NEWS, speaker="Rosa Kovač")
    assert fits("strike", NEWS, speaker="the secretary")
    assert not fits("strike", NEWS, speaker="Anders Will")
    assert not fits("strike", NEWS, speaker="the mayor")
    assert not fits("strike", meet(STRIKE, []), speaker="Kovač")


def test_whoever_is_named_in_full_fits_where_an_article_quotes_them_once():
    market = replace(
        STRIKE,
        headline="A day in the market of Tolmouth",
        body=(
            "Rain fell on the stalls all day, and nobody sold a herring before noon. " * 6
            + "\n\n“I only came for the bells,” said Rosa Kovač.\n\n"
            + "Fishmongers packed up early, and the square was empty by four in the afternoon. " * 6
        ),
    )
    said = FakeAttributor().attribute(market)
    assert fits("Rosa Kovač", meet(market, said), Level.FEWER)
    assert not fits("Rosa Kovač", meet(market, []), Level.FEWER)
    assert not fits("Rosa Kovač ferry", meet(market, said), Level.FEWER)


def test_somebody_has_to_speak_of_it_and_not_in_another_part_of_the_article():
    body = (
        "“Nobody counts me,” said Rosa Kovač in the market of Tolmouth, where the bells ring.\n\n"
        + "Rain fell on the stalls and on the old men who sell herring there all year. " * 4
        + "\n\nAn eel ladder was opened at the weir. The eel ladder cost a fortune."
    )
    news = meet(replace(STRIKE, headline="A day in Tolmouth", body=body))
    assert fits("eel ladder", news, Level.MORE)
    assert not fits("eel ladder", news, Level.MORE, speaker="Rosa Kovač")
    assert fits("bells market", news, Level.MORE, speaker="Rosa Kovač")


def test_without_a_topic_whatever_somebody_says_fits():
    alerts = [Alert(4, "", speaker="Kovač", level=Level.BALANCED), Alert(5, "", speaker="Finch")]
    [found] = match(NEWS, *alerts)
    assert (found.alert, found.score) == (4, 0.75)
    assert STRIKE.body[slice(*found.sentence)].startswith("“Nobody sails")


def test_a_surname_of_somebody_else_speaks_for_nobody():
    quoted = said(STRIKE, "Nobody sails for half a wage,", "Rosa Kovač", cue="said")
    other = replace(quoted, name="Dario Kovač")
    assert fits("strike", meet(STRIKE, [quoted]), speaker="Rosa Kovač")
    assert not fits("strike", meet(STRIKE, [other]), speaker="Rosa Kovač")
    assert fits("strike", meet(STRIKE, [replace(quoted, name="Kovač")]), speaker="Rosa Kovač")


def test_only_articles_of_the_publisher_that_is_wanted_fit():
    assert fits("strike", NEWS, publisher="tolmouth herald")
    assert not fits("strike", NEWS, publisher="The Courier")
    desk = meet(replace(STRIKE, publisher="Tolmouth Herald - Harbour"))
    assert fits("strike", desk, publisher="Tolmouth Herald")
    assert not fits("strike", meet(replace(STRIKE, publisher=None)), publisher="Tolmouth Herald")
    assert fits("strike", meet(replace(STRIKE, publisher=None)))


def test_meaning_counts_for_more_alone():
    encoder = FakeEncoder(synonyms={"walkout": "strike", "mariners": "ferry"})
    alert = Alert(1, "mariners strike over pay", level=Level.MORE)
    assert match(NEWS, alert, encoder=encoder)
    assert not match(NEWS, replace(alert, level=Level.BALANCED), encoder=encoder)


def test_levels_ask_for_more_or_less_certainty():
    alerts = [Alert(n, "quay", level=level) for n, level in enumerate(Level)]
    told = {found.alert for found in match(NEWS, *alerts)}
    sure = {found.alert for found in match(NEWS, *(replace(a, topic="strike") for a in alerts))}
    assert told < sure == {0, 1, 2}


def test_thumbs_down_raise_the_threshold_of_one_alert():
    [found] = match(NEWS, Alert(1, "strike"), Alert(2, "strike", raised=0.5))
    assert found.alert == 1


def test_many_alerts_that_want_the_same_are_told_each():
    alerts = [Alert(number, "ferry strike") for number in range(5)]
    assert [found.alert for found in match(NEWS, *alerts)] == list(range(5))


def test_a_topic_of_stop_words_fits_nothing():
    assert not fits("the", NEWS, Level.MORE)


def test_no_article_fits_no_alert_and_no_passage_fits_none():
    assert match(NEWS) == []
    assert match(replace(NEWS, passages=[]), Alert(1, "strike")) == []


@pytest.mark.parametrize("vectors", [np.zeros((0, 0)), np.zeros((2, 7)), np.full((9, 64), np.nan)])
def test_terms_alone_tell_where_there_are_no_vectors(vectors):
    alert = Alert(1, "ferry strike", level=Level.BALANCED)
    [found] = match(Incoming(STRIKE, NEWS.passages, vectors.astype(np.float32), []), alert)
    assert 0.5 <= found.score <= 1


def test_an_index_takes_over_what_was_embedded_before():
    encoder = FakeEncoder()
    first = AlertIndex([Alert(1, "strike"), Alert(2, "eels")], encoder=encoder)
    again = AlertIndex([Alert(2, "eels"), Alert(3, "bells")], encoder=encoder, before=first)
    assert encoder.texts == 3
    assert (len(first), len(again)) == (2, 2)
    assert [found.alert for found in again.match(EELS, *_rest(meet(EELS)))] == [2]


def _rest(new: Incoming):
    return new.passages, new.vectors, new.said


def test_evidence_is_weighed_in_parts_as_at_once(monkeypatch):
    alerts = [Alert(n, topic) for n, topic in enumerate(("strike", "ferry", "night pay", "Kovač"))]
    whole = match(NEWS, *alerts)
    monkeypatch.setattr(rating, "_AT_ONCE", 1)
    assert match(NEWS, *alerts) == whole


def test_the_passage_and_the_sentence_are_verbatim_and_hold_what_is_wanted():
    [found] = match(NEWS, Alert(1, "bridge painted strike", level=Level.MORE))
    passage = found.passage
    assert STRIKE.body[passage.start : passage.end] == passage.text
    start, end = found.sentence
    assert passage.start <= start < end <= passage.end
    assert "bridge is being painted" in STRIKE.body[start:end]


def test_a_caption_is_shown_only_where_no_sentence_holds_as_much():
    body = f"The crews on strike in Tolmouth. Photo: Ana Finch\n\n{STRIKE.body}"
    [found] = match(meet(replace(STRIKE, body=body)), Alert(1, "strike", level=Level.MORE))
    assert "Photo" not in body[slice(*found.sentence)]


def test_what_somebody_says_is_shown_before_sentences_that_hold_more():
    [found] = match(NEWS, Alert(1, "ferry strike", speaker="Kovač", level=Level.MORE))
    assert STRIKE.body[slice(*found.sentence)].startswith("“Nobody sails")


def test_where_no_sentence_holds_anything_one_of_the_nearest_passage_is_shown():
    new = meet(EELS)
    pieces = split_sentences(EELS.body)
    showing = Showing(EELS, new.passages, pieces)
    passage, sentence = showing.choose(np.zeros(len(pieces), np.float32), nearest=1)
    assert passage == new.passages[1]
    assert EELS.body[slice(*sentence)].startswith("A new ladder")


def test_a_sentence_that_is_cut_between_passages_stays_in_one():
    body = f"{'so ' * 120}strike."
    article = replace(STRIKE, headline="Strike", body=body)
    passages = split_passages(article.id, body, words=30)
    new = Incoming(article, passages, np.zeros((len(passages), 64), np.float32), [])
    [found] = match(new, Alert(1, "strike", level=Level.MORE))
    assert found.sentence == (found.passage.start, found.passage.end)


def test_alerts_over_the_sample_are_told_rightly():
    """Floors below what `benchmarks/alerts.py` measures with the real encoder."""
    labels = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    read = [read_alert(label["alert"], id=number) for number, label in enumerate(labels)]
    alerts = [alert for alert in read if alert and not alert.speaker]
    news = [meet(article) for article in sample()]
    for level, least_right, least_found in ((Level.FEWER, 0.98, 0.45), (Level.MORE, 0.93, 0.85)):
        index = AlertIndex((replace(a, level=level) for a in alerts), encoder=FakeEncoder())
        told = [
            (labels[found.alert], new.article.id)
            for new in news
            for found in index.match(new.article, *_rest(new))
        ]
        right = sum(article in label["fits"] for label, article in told)
        wrong = sum(article not in label["fits"] + label["may"] for label, article in told)
        wanted = sum(len(labels[alert.id]["fits"]) for alert in alerts)
        assert right / (right + wrong) >= least_right
        assert right / wanted >= least_found


def test_what_was_learned_is_whole():
    learned = load_learned()
    assert learned.thresholds[Level.FEWER] > learned.thresholds[Level.BALANCED]
    assert learned.thresholds[Level.BALANCED] > learned.thresholds[Level.MORE] > 0
    assert learned.unknown > max(learned.common.values()) > 0


@given(
    st.text(
        st.sampled_from("Rosa Kovač's ferry strike. “”,\n\nU.S.A é1"), min_size=1, max_size=300
    ),
    st.text(max_size=60),
)
def test_any_article_and_any_alert_can_be_matched(body, topic):
    article = Article(headline="Strike", body=body, publisher="Tolmouth Herald")
    alerts = [Alert(1, topic, level=Level.MORE), Alert(2, "ferry strike", speaker="Kovač")]
    for found in match(meet(article), *alerts, Alert(3, body[:40], level=Level.MORE)):
        start, end = found.sentence
        assert found.passage.start <= start <= end <= found.passage.end
        assert 0 <= found.score <= 1
