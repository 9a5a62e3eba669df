"""Who, where and when, as an article prints it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.article import Article
from corpus.attribution.attribution import Attribution, Kind
from corpus.errors import CorpusError
from corpus.nlp.entities import Sort
from corpus.nlp.segment import split_sentences
from retrieval.extraction import key_facts as module
from retrieval.extraction.dates_in_text import find_times
from retrieval.extraction.key_facts import Facts, find_facts
from retrieval.extraction.name_types import (
    drop_title,
    find_fullest,
    find_mentions,
    is_acting,
    judge_names,
)

PUBLISHED = datetime(2026, 8, 20, tzinfo=UTC)
BODY = (
    "Maria Keller, the mayor of Hamburg, opened a bridge in Hamburg on Friday.\n\n"
    "“It is a good day,” Keller said. The German Railway Association said trains would cross it "
    "from 3 September.\n\n"
    "Critics in Berlin had doubted the plan since 2019. Keller’s office thanked them."
)


def article(body: str = BODY, headline: str = "Keller opens bridge", **fields: object) -> Article:
    return Article(headline=headline, body=body, **{"published": PUBLISHED, **fields})  # type: ignore[arg-type]


def shown(one: Article, found: Facts) -> tuple[list[str], list[str], list[str]]:
    who, where, when = (
        [one.body[slice(*at)] for at in part] for part in (found.who, found.where, found.when)
    )
    return who, where, when


def read(body: str = BODY, **fields: object) -> tuple[list[str], list[str], list[str]]:
    one = article(body, **fields)  # type: ignore[arg-type]
    return shown(one, find_facts(one, split_sentences(body)))


def when(body: str, published: datetime | None = PUBLISHED) -> list[str]:
    one = article(body, published=published)
    return [body[slice(*at)] for at in find_times(one, split_sentences(body))]


def said(name: str, role: str = "mayor", confidence: float = 0.9) -> Attribution:
    return Attribution((0, 1), Kind.DIRECT, None, name, role, None, confidence)


def test_who_where_and_when_are_found():
    who, where, when = read()
    assert who == ["Maria Keller", "German Railway Association"]
    assert where == ["Hamburg", "Berlin"]
    assert when == ["3 September", "Friday"]


def test_each_name_is_placed_where_the_body_first_prints_it_in_full():
    body = "Keller was late.\n\n" + BODY
    one = article(body)
    [start, end] = find_facts(one, split_sentences(body)).who[0]
    assert body[start:end] == "Maria Keller"
    assert start == body.index("Maria Keller")


def test_a_full_name_is_found_outside_the_sentences_that_are_read():
    opening = (
        "Mr Keller opened a bridge. It cost a lot. It is long. Nobody had built it before.\n\n"
    )
    body = opening + "Many came. Ferries stopped for Thomas Keller, said a boatman."
    one = article(body, headline="Keller opens a bridge")
    assert shown(one, find_facts(one, [])) == (["Thomas Keller"], [], [])


def test_a_surname_that_is_never_completed_is_shown_only_from_the_headline_and_acting():
    body = "Mr Keller said the bridge was safe. The bridge is long. It cost a lot."
    assert read(body)[0] == ["Keller"]
    assert read(body, headline="Bridge opens")[0] == []


def test_the_headlines_names_come_first():
    assert read(headline="Railway bridge opens: German Railway Association")[0] == [
        "German Railway Association",
        "Maria Keller",
    ]


def test_speakers_with_a_role_are_shown_though_the_summary_leaves_them_out():
    body = BODY + "\n\n“It rattles,” said Arvid Solberg, a baker. Solberg lives below the bridge."
    one = article(body)
    chosen = split_sentences(body)[:1]

    def who(*attributions: Attribution) -> list[str]:
        return shown(one, find_facts(one, chosen, attributions=attributions))[0]

    assert "Arvid Solberg" in who(said("Mr Arvid Solberg"))
    for other in (said("Arvid Solberg", role=""), said("Arvid Solberg", confidence=0.3)):
        assert "Arvid Solberg" not in who(other)
    assert who(said("a baker"), said("Nobody Printed")) == who()


def test_a_name_that_a_speaker_bears_in_full_is_a_persons(monkeypatch):
    body = "In Varga they trust, but Varga waited. Helena Varga, the mayor, said so."
    one = article(body, headline="Mayor waits")
    monkeypatch.setattr(module, "find_entities", lambda *_: [])
    monkeypatch.setattr(module, "_judged", lambda *_: [("Varga", Sort.PLACE)])
    found = find_facts(one, [], attributions=[said("Helena Varga")])
    assert shown(one, found) == (["Helena Varga"], [], [])


def test_neither_publisher_nor_author_is_a_fact():
    assert read(authors=("Maria Keller",))[0] == ["German Railway Association"]
    assert read(publisher="German Railway Association News")[0] == ["Maria Keller"]


def test_initials_are_not_a_second_name():
    body = (
        "The World Health Organization said in Geneva that masks help. "
        "The WHO said tests help. WHO staff met."
    )
    assert read(body, headline="Masks help")[0] == ["World Health Organization"]


def test_a_name_within_another_is_not_a_second_one(monkeypatch):
    names = [("Dunmore Union", Sort.BODY), ("Dunmore Union of Dockers", Sort.BODY)]
    monkeypatch.setattr(module, "find_entities", lambda *_: [])
    monkeypatch.setattr(module, "_judged", lambda *_: names)
    body = "The Dunmore Union of Dockers met. The Dunmore Union is old."
    assert read(body)[0] == ["Dunmore Union"]


def test_common_words_in_capitals_are_no_names(monkeypatch):
    monkeypatch.setattr(module, "find_entities", lambda *_: [])
    for sort in Sort:
        monkeypatch.setattr(module, "_judged", lambda *_, s=sort: [("Turnout", s)])
        body = "Turnout said turnout. In Turnout it was high."
        assert read(body, headline="Turnout high") == ([], [], [])


@pytest.mark.parametrize(("place", "kept"), [("AI", []), ("UK", ["UK"])])
def test_capitals_are_a_place_only_where_known(monkeypatch, place, kept):
    monkeypatch.setattr(module, "find_entities", lambda *_: [])
    monkeypatch.setattr(module, "_judged", lambda *_: [(place, Sort.PLACE)])
    assert read(f"Work in {place} began.")[1] == kept


def test_a_body_of_one_word_has_to_be_named_twice(monkeypatch):
    monkeypatch.setattr(module, "find_entities", lambda *_: [])
    monkeypatch.setattr(module, "_judged", lambda *_: [("Ofcom", Sort.BODY)])
    assert read("Ofcom said no.")[0] == []
    assert read("Ofcom said no. Ofcom meant it.")[0] == ["Ofcom"]
    assert read("Ofcom said no, and Old Ofcom meant it.")[0] == []


def test_a_name_that_is_always_cut_short_is_left_out(monkeypatch):
    monkeypatch.setattr(module, "find_entities", lambda *_: [])
    monkeypatch.setattr(module, "_judged", lambda *_: [("Quay Workers", Sort.BODY)])
    assert read("The Quay Workers’ Union met.")[0] == []


def test_things_in_capitals_are_nobody(monkeypatch):
    monkeypatch.setattr(module, "find_entities", lambda *_: [])
    for thing in ("Super AI", "Email Kirsten"):
        monkeypatch.setattr(module, "_judged", lambda *_, t=thing: [(t, Sort.PERSON)])
        assert read(f"{thing} or send an email.")[0] == []


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("PORT AVERIN (Reuters) - The gates stay shut for now.", ["PORT AVERIN"]),
        ("LINDMARK — The gates stay shut for now.", ["LINDMARK"]),
        ("Lindmark, May 3 (AP) - The gates stay shut for now.", ["Lindmark"]),
        ("UPDATE — The gates stay shut, says the update.", []),
        ("Lindmark stays as it was - so they say.", []),
    ],
)
def test_the_place_in_front_of_an_article_comes_first(body, place):
    assert read(body, headline="Gates stay shut")[1] == place


def test_articles_in_other_languages_have_no_facts():
    assert read(language="de") == ([], [], [])
    assert read(" ") == ([], [], [])


def test_a_missing_model_is_told(monkeypatch):
    def missing(*_: object) -> None:
        raise CorpusError("no English model is installed")

    monkeypatch.setattr(module, "find_entities", missing)
    with pytest.raises(CorpusError, match="no English model"):
        read()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["Maria Keller", "Keller", "in Berlin", "on Friday", "said", "the BBC's", "“", "”",
             "3 August", "Dr.", "\n\n", ".", "-", "(AP) —", "31 February", "’s Union", "May", "7"]
        ),
        max_size=25,
    ),
    st.booleans(),
)  # fmt: skip
def test_every_fact_is_a_clean_slice_of_the_body_and_none_comes_twice(words, dated):
    one = article(" ".join(words), published=PUBLISHED if dated else None)
    found = find_facts(one, split_sentences(one.body))
    assert len(found.who) <= 4
    assert max(len(found.where), len(found.when)) <= 2
    for part in (found.who, found.where, found.when):
        texts = [one.body[slice(*at)] for at in part]
        assert all(0 <= start < end <= len(one.body) for start, end in part)
        assert all(text.strip() == text and "\n" not in text for text in texts)
        assert len(set(texts)) == len(texts)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_has_facts_within_it(body):
    one = article(body)
    for at in (lambda found: (*found.who, *found.where, *found.when))(find_facts(one, [])):
        assert body[slice(*at)].strip() == body[slice(*at)] != ""


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("They met on Friday, 21 August 2026.", ["Friday, 21 August 2026"]),
        ("They met on August 21st.", ["August 21st"]),
        ("They met on Monday night.", ["Monday night"]),
        ("They met this morning.", ["this morning"]),
        ("They will meet in late September.", ["late September"]),
        ("They will meet in May 2027.", ["May 2027"]),
        ("They met on Friday. They meet again on 3 September.", ["3 September", "Friday"]),
        ("They met on Friday and on Friday.", ["Friday"]),
        ("They met on Friday, late on Friday evening.", ["Friday evening"]),
        ("It took 26 days, as every Friday.", []),
        ("She is 74 and the annual, daily or Friday’s row may end.", []),
        ("The Friday Club shops on Black Friday.", []),
        ("They had met in March 2021 and in March.", []),
        ("They had met on 14 July, after 4 January.", []),
        ("Nothing since Monday, nor last August.", []),
        ("“We met on Friday,” she said.", []),
    ],
)
def test_times_are_those_of_the_news(body, found):
    assert when(body) == found


def test_days_around_the_turn_of_the_year_are_of_the_nearer_year():
    january = datetime(2026, 1, 3, tzinfo=UTC)
    assert when("They met on 29 December.", january) == ["29 December"]
    assert when("They had met on 2 December.", january) == []
    december = datetime(2026, 12, 20, tzinfo=UTC)
    assert when("They will meet on 4 January.", december) == ["4 January"]


def test_without_a_date_of_publication_no_day_is_long_ago():
    assert when("They met on 2 December.", None) == ["2 December"]


def test_today_counts_only_where_an_article_begins():
    assert when("They met today. One. Two. Three.") == ["today"]
    assert when("They met. One. Two. Today, they say: few walk today.") == []


@pytest.mark.parametrize(
    ("body", "name", "sort", "judgement"),
    [
        ("He lives in Aldbury.", "Aldbury", Sort.PLACE, Sort.PLACE),
        ("He lives in northern Aldbury.", "Aldbury", Sort.PERSON, Sort.PLACE),
        ("Aldbury won.", "Aldbury", Sort.PLACE, None),
        ("In Aldbury Town they won.", "Aldbury", Sort.PLACE, None),
        ("Once in Aldbury’s life it won.", "Aldbury", Sort.PLACE, None),
        ("He lives in the Netherlands.", "Netherlands", Sort.PLACE, Sort.PLACE),
        ("Leipzig is top in the Bundesliga.", "Bundesliga", Sort.PLACE, None),
        ("He holds shares in Foobar.", "Foobar", Sort.PLACE, None),
        ("The Harbour Cup said no.", "Harbour Cup", Sort.BODY, None),
        ("Fences stand on Mill Street.", "Mill Street", Sort.BODY, Sort.PLACE),
        ("They come from Port Elm.", "Port Elm", Sort.PLACE, Sort.PLACE),
        ("They bought him from Elm.", "Elm", Sort.PLACE, None),
        ("Mill Street is shut.", "Mill Street", Sort.PLACE, None),
        ("Aldbury Bank is shut.", "Aldbury Bank", Sort.BODY, Sort.BODY),
        ("Foobar, which sells tea, said no.", "Foobar", Sort.BODY, Sort.BODY),
        ("Foobar tastes good.", "Foobar", Sort.BODY, None),
        ("In Foobar they said no; Foobar said no.", "Foobar", Sort.BODY, None),
        ("Storm Ottilie hit.", "Storm Ottilie", Sort.PERSON, None),
        ("The Steam Box is a box. A Steam Box beeps.", "Steam Box", Sort.PERSON, None),
        ("The Maria Keller effect. Maria Keller left.", "Maria Keller", Sort.PERSON, Sort.PERSON),
        ("Nobody is here.", "Maria Keller", Sort.PERSON, None),
    ],
)
def test_the_words_around_a_name_tell_what_bears_it(body, name, sort, judgement):
    assert judge_names(body, name, sort) is judgement


def test_a_part_of_a_longer_name_is_no_mention():
    assert find_mentions("Bankman-Fried, Jean-Bankman, Bankmans. Bankman!", "Bankman") == [(39, 46)]


def test_whoever_says_something_acts():
    assert is_acting("Foobar has denied it.", "Foobar")
    assert not is_acting("Foobar is red.", "Foobar")


def test_what_is_no_part_of_a_name_is_taken_off():
    assert drop_title("QB Josh Berg") == "Josh Berg"
    assert drop_title("J.J. van Berg") == "J.J. van Berg"
    assert drop_title("JD Berg") == "JD Berg"
    assert drop_title("Mayor") == "Mayor"


def test_the_longest_known_name_is_the_full_one():
    assert find_fullest("", "Keller", ["Maria Keller", "Maria Anna Keller", "Keller Maria"]) == (
        "Maria Anna Keller"
    )
    assert find_fullest("Keller.", "Keller", []) == "Keller"
    assert find_fullest("", "Maria Keller", ["Keller"]) == "Maria Keller"
