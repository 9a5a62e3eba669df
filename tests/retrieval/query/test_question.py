import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.period import Period, find_periods
from retrieval.query.question import Publishers, split_clauses, understand

TODAY = date(2026, 11, 23)  # a Monday
PAPERS = Publishers(
    ["The Harbour Light", "Tern Valley Gazette", "FOX News - Health", "cnn.com", "Fortune"]
)


def names(text):
    return [name for found in PAPERS.named_in(text) for name in found]


def said(text):
    return [str(period) for period in find_periods(text, today=TODAY)]


@pytest.mark.parametrize(
    ("text", "publishers"),
    [
        ("What did The Harbour Light say?", ["The Harbour Light"]),
        ("What did the Harbour Light say?", ["The Harbour Light"]),
        ("what did the harbour light say?", ["The Harbour Light"]),
        ("Is it in the Gazette?", ["Tern Valley Gazette"]),
        ("According to FOX News, is it safe?", ["FOX News - Health"]),
        ("CNN reported it", ["cnn.com"]),
        ("Fortune and CNN agree", ["Fortune", "cnn.com"]),
    ],
)
def test_a_publisher_is_known_by_the_names_people_use(text, publishers):
    assert names(text) == publishers


@pytest.mark.parametrize(
    "text",
    [
        "A fortune was lost",
        "The harbour light went out at Rope Walk",
        "Who is Anti-Fortune?",
        "Which Fortune-telling fair?",
    ],
)
def test_a_publisher_needs_a_capital_where_other_words_have_one(text):
    assert names(text) == []


EVERYDAY = Publishers(
    ["The Age", "Fortune", "Rivals", "Business Today", "The Guardian", "FOX News"]
)


@pytest.mark.parametrize(
    "text",
    [
        "how old is the age of consent",
        "he made a fortune in crypto",
        "in the age of ai who wins",
        "The Age of Ultron box office",
        "Fortune favours the bold",
        "rivals of tesla",
        "who is the guardian of the child",
        "was it a fox?",
    ],
)
def test_everyday_words_are_no_publishers_where_a_capital_tells_nothing(text):
    assert EVERYDAY.named_in(text) == []
    assert EVERYDAY.without(text) == text


@pytest.mark.parametrize(
    ("text", "publisher"),
    [
        ("what was in the age on trams", "The Age"),
        ("according to fortune, who won", "Fortune"),
        ("Was it in The Age?", "The Age"),
        ("and the guardian?", "The Guardian"),
        ("how did the guardian describe it", "The Guardian"),
        ("summarise the guardian article on trams", "The Guardian"),
        ("the guardian's piece about trams", "The Guardian"),
        ("guardian on trams", "The Guardian"),
        ("the fox article about the flu", "FOX News"),
    ],
)
def test_everyday_words_are_publishers_where_the_words_around_are_about_a_paper(text, publisher):
    assert EVERYDAY.named_in(text) == [(publisher,)]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("What does Business Today say?", []),
        ("Who was on the Today show?", []),
        ("how do today's pupils travel", []),
        ("today's news", ["23 November 2026"]),
        ("what happened today", ["23 November 2026"]),
    ],
)
def test_today_is_a_day_only_where_it_is_meant_as_one(text, days):
    question = understand(text, publishers=EVERYDAY, today=TODAY)
    assert [str(period) for period in question.whole.periods] == days


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on 3 May 2026", ["3 May 2026"]),
        ("on May 3rd, 2026", ["3 May 2026"]),
        ("on 2026-05-03", ["3 May 2026"]),
        ("in October", ["October 2026"]),
        ("in December", ["December 2025"]),  # the last one that has begun
        ("in December 2024", ["December 2024"]),
        ("in 2025", ["2025"]),
        ("yesterday", ["22 November 2026"]),
        ("last week", ["16 Nov 2026 to 22 Nov 2026"]),
        ("last month", ["October 2026"]),
        ("last year", ["2025"]),
        ("on Friday", ["20 November 2026"]),
        ("on Monday", ["16 November 2026"]),  # today is one; another is meant
        ("since October", ["1 Oct 2026 to 23 Nov 2026"]),
        ("since Friday", ["20 Nov 2026 to 23 Nov 2026"]),
        ("on 31 February 2026", []),
        ("He may march in 12 days", []),
        ("the 2,000 homes, all 2025 of them", []),
    ],
)
def test_days_months_and_years_are_found(text, expected):
    assert said(text) == expected


def test_a_leap_day_without_a_year_is_taken_as_it_comes():
    assert said("on 29 February") == []
    assert [str(p) for p in find_periods("on 29 February", today=date(2028, 3, 1))] == [
        "29 February 2028"
    ]


def test_a_comparison_has_an_aspect_for_each_publisher_and_clause():
    question = understand(
        "Did The Harbour Light praise the new tram line, while Fortune and CNN warned of its cost?",
        publishers=PAPERS,
        today=TODAY,
    )

    assert [(aspect.text, aspect.publishers) for aspect in question.aspects] == [
        ("Did The Harbour Light praise the new tram line", ("The Harbour Light",)),
        ("Fortune and CNN warned of its cost", ("Fortune",)),
        ("Fortune and CNN warned of its cost", ("cnn.com",)),
    ]
    assert question.whole.publishers == ("The Harbour Light", "Fortune", "cnn.com")


def test_a_plain_question_has_no_aspects():
    assert not understand("Who cut the fares?", publishers=PAPERS, today=TODAY).aspects


def test_names_are_words_with_a_capital_within_a_sentence():
    question = understand("Did Ines Okafor call CNN? Why?", publishers=PAPERS, today=TODAY)

    assert question.names == ("ine", "okafor")


def test_quoted_words_are_a_phrase_from_two_words_on():
    question = understand(
        "Who called it “a gift to the sea” or “mad”?", publishers=PAPERS, today=TODAY
    )

    assert question.phrases == ("a gift to the sea",)


@pytest.mark.parametrize("text", ["What is the latest on the strike?", "How much is it now?"])
def test_a_question_may_ask_for_how_things_stand_now(text):
    assert understand(text, publishers=PAPERS, today=TODAY).newest


def test_a_part_of_a_compound_asks_for_nothing_new():
    asked = "Who ran the now-bankrupt ferry line?"
    assert not understand(asked, publishers=PAPERS, today=TODAY).newest


@given(st.text(max_size=300))
def test_any_text_can_be_understood(text):
    question = understand(text, publishers=PAPERS, today=TODAY)

    assert question.whole.text == text
    assert len(question.aspects) != 1


@given(st.text("abc and while, . The Fortune;?", max_size=200))
def test_clauses_lose_no_word_but_the_conjunctions(text):
    kept = re.findall(r"\w+", " ".join(split_clauses(text)))
    rest = iter(re.findall(r"\w+", text))

    assert all(any(word == other for other in rest) for word in kept)


def test_a_period_counts_both_its_ends():
    assert Period(date(2026, 2, 1), date(2026, 2, 28)).days == 28
