from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.archive import Archive
from corpus.article import Article
from corpus.attribution.attribution import Attribution, Kind
from corpus.ingest import ingest
from corpus.nlp.segment import split_sentences
from corpus.storage.store import Store
from retrieval.context import SearchContext
from retrieval.period import Period, drop_periods
from retrieval.query.people import People
from retrieval.search import Searcher
from retrieval.timeline.clustering import sort_newest_first
from retrieval.timeline.entries import choose_entries
from retrieval.timeline.timeline import Entry, Timeline
from tests.support.harbour import open_harbour
from tests.support.harbour import printed as printed_on
from tests.support.models import FakeAttributor, FakeEncoder

TODAY = date(2026, 11, 23)


def printed(headline, body, day, *, publisher="The Light", **more):
    published = datetime(2026, *day, 7, tzinfo=UTC) if day else None
    url = f"https://{publisher.replace(' ', '').casefold()}.example/{headline.replace(' ', '-')}"
    return Article(headline, body, url=url, publisher=publisher, published=published, **more)


CRACK = printed(
    "Crack closes bridge at Lissen",
    "The bridge at Lissen was closed on Monday after a diver found a crack in its third pier.\n\n"
    "Lorries go round by Halm, which takes them an hour.",
    (5, 4),
)
REPAIR = printed(
    "Bridge at Lissen to be repaired by autumn",
    "The bridge at Lissen will be repaired by October, the county promised its farmers.\n\n"
    "A firm from Halm will pour the concrete.",
    (6, 11),
)
OPEN = printed(
    "Bridge at Lissen opens again",
    "The bridge at Lissen opened again on Sunday with a brass band and a goat.\n\n"
    "Farmers crossed it first, and the goat crossed the bridge last. Lorries follow on Monday.",
    (10, 12),
)
MENTION = printed(
    "Cheese wins a medal",
    "A cheese from Halm won a medal in the capital on Friday, to nobody’s surprise there. Judges "
    "praised its rind. They tasted forty kinds before noon and drank cider with each of them.\n\n"
    "Its maker came late: the bridge at Lissen was closed.",
    (6, 20),
)
OTHER = printed(
    "Card players crown a champion",
    "Ruth Amsel won the county’s bridge cup with a small slam that nobody else had bid.",
    (7, 1),
)
BRIDGE = CRACK, REPAIR, OPEN


def made(home, *articles, said=None):
    store = Store.open(home)
    ingest(articles, store=store, embedder=FakeEncoder(), attributor=FakeAttributor(said))
    searcher = Searcher(Archive(home, store), FakeEncoder())
    searcher.refresh()
    return searcher


def spoken(article, quote, name, *, cue="said", role="", kind=Kind.REPORTED):
    def find(words):
        return article.body.index(words), article.body.index(words) + len(words)

    return Attribution(find(quote), kind, find(name), name, role, find(cue), 0.75)


def texts(told):
    return [line.article.body[slice(*line.sentence)] for line in told]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    home = tmp_path_factory.mktemp("bridge")
    return made(home, MENTION, OTHER, REPAIR, CRACK, OPEN)


def test_a_story_rests_on_the_articles_about_its_event_and_on_no_mention(searcher):
    told = searcher.story("the bridge at Lissen", today=TODAY)

    assert told.articles == (OPEN, REPAIR, CRACK)
    assert told.searched == 5
    assert told.periods == ()


def test_what_is_new_comes_apart_from_how_it_came_oldest_first(searcher):
    told = searcher.story("the bridge at Lissen", today=TODAY)

    assert {line.article for line in told.news} == {OPEN}
    assert texts(told.news)[0].startswith("The bridge at Lissen opened again")
    assert [line.article for line in told.timeline] == [CRACK, REPAIR]
    assert texts(told.timeline)[0].endswith("a crack in its third pier.")


def test_the_only_article_of_its_day_tells_two_lines_in_its_order(searcher):
    assert texts(searcher.story("the bridge at Lissen", today=TODAY).news) == [
        "The bridge at Lissen opened again on Sunday with a brass band and a goat.",
        "Farmers crossed it first, and the goat crossed the bridge last.",
    ]


def test_words_for_stories_are_not_looked_for(searcher):
    told = searcher.story("latest news about the Lissen bridge story", today=TODAY)

    assert told.articles == (OPEN, REPAIR, CRACK)


@pytest.mark.parametrize(
    ("topic", "since", "articles"),
    [
        ("the bridge at Lissen since June 2026", None, (OPEN, REPAIR)),
        ("the bridge at Lissen in June 2026", None, (REPAIR,)),
        ("what became in June of the bridge at Lissen", None, (REPAIR,)),
        ("the bridge at Lissen", date(2026, 6, 12), (OPEN,)),
        ("the bridge at Lissen in May or in June", date(2026, 5, 30), (REPAIR,)),
        ("the bridge at Lissen this week", None, ()),
    ],
)
def test_a_time_limits_the_articles(searcher, topic, since, articles):
    told = searcher.story(topic, since=since, today=TODAY)

    assert told.articles == articles
    assert told.periods
    assert "June" not in told.topic


def test_the_periods_tell_what_the_articles_are_limited_to(searcher):
    told = searcher.story("bridge at Lissen in June", since=date(2026, 6, 5), today=TODAY)

    june = Period(date(2026, 6, 1), date(2026, 6, 30))
    assert told.periods == (june, Period(date(2026, 6, 5), TODAY))
    assert told.topic == "bridge at Lissen"


def test_an_article_without_date_counts_only_where_no_time_is_asked_for(tmp_path):
    undated = replace(CRACK, published=None)
    searcher = made(tmp_path, undated, REPAIR, OPEN, MENTION)

    anytime = searcher.story("bridge at Lissen", today=TODAY)
    assert anytime.articles == (OPEN, REPAIR, undated)
    assert [line.article for line in anytime.timeline] == [REPAIR, undated]
    assert undated not in searcher.story("bridge at Lissen in 2026", today=TODAY).articles


def test_articles_without_any_date_tell_too(tmp_path):
    undated = [replace(article, published=None) for article in BRIDGE]
    told = made(tmp_path, *undated, MENTION).story("bridge at Lissen", today=TODAY)

    assert set(told.articles) == set(undated)
    assert len(told.news) == 3
    assert told.timeline == ()


@pytest.mark.parametrize("topic", ["submarine cables", "", "  ", "the"])
def test_a_topic_of_which_no_article_tells_has_an_empty_story(searcher, topic):
    told = searcher.story(topic, today=TODAY)

    assert (told.articles, told.news, told.timeline) == ((), (), ())
    assert told.searched == 5


def test_an_empty_archive_tells_nothing(tmp_path):
    told = made(tmp_path).story("bridge", today=TODAY)

    assert told == Timeline("bridge", (), (), ())


def test_an_article_that_says_the_topic_in_other_words_belongs_when_it_is_like_another(tmp_path):
    body = (
        "The bridge at Lissen was closed on Monday after a diver found a crack in its third pier."
    )
    same = printed(
        "Diver finds a crack at Lissen",
        body.replace("The bridge at Lissen", "The old crossing at Lissen") + " It is the bridge.",
        (5, 5),
        publisher="Gazette",
    )
    told = made(tmp_path, CRACK, same, OTHER, MENTION).story("crossing at Lissen", today=TODAY)

    assert same in told.articles


def test_what_is_printed_long_after_is_another_event(tmp_path):
    later = replace(
        CRACK, url="https://light.example/later", published=CRACK.published + timedelta(days=700)
    )
    told = made(tmp_path, CRACK, REPAIR, later, MENTION).story("bridge at Lissen", today=TODAY)

    assert told.articles in ((REPAIR, CRACK), (later,))


def test_a_copy_comes_once_from_whoever_printed_it_first(tmp_path):
    copy = replace(
        CRACK, url="https://gazette.example/crack", publisher="Gazette",
        published=CRACK.published + timedelta(hours=3), body=CRACK.body + "\n\nSo it goes.",
    )  # fmt: skip
    told = made(tmp_path, copy, CRACK, OPEN, MENTION).story("bridge at Lissen", today=TODAY)

    assert set(told.articles) == {OPEN, CRACK, copy}
    assert [(line.article, line.copies) for line in told.timeline] == [(CRACK, (copy,))]


def test_a_brief_does_not_hide_the_line_that_holds_it(tmp_path):
    brief = printed(
        "Bridge at Lissen closed",
        "The bridge at Lissen was closed on Monday.",
        (5, 3),
        publisher="Gazette",
    )
    told = made(tmp_path, brief, CRACK, OPEN, MENTION).story("bridge at Lissen", today=TODAY)

    assert [(line.article, line.copies) for line in told.timeline] == [(brief, ()), (CRACK, ())]
    assert texts(told.timeline)[1].endswith("a crack in its third pier.")


def test_what_two_publishers_tell_in_other_words_comes_once(tmp_path):
    other = printed(
        "Bridge at Lissen closed",
        "After a diver found a crack in its third pier on Monday the bridge at Lissen was closed.",
        (5, 4),
        publisher="Gazette",
    )
    told = made(tmp_path, CRACK, other, OPEN, MENTION).story("bridge at Lissen", today=TODAY)

    first, second = sorted((CRACK, other), key=lambda article: article.id)
    assert [(line.article, line.copies) for line in told.timeline] == [(first, (second,))]


def test_lines_with_other_numbers_are_told_apart(tmp_path):
    one = printed("Bridge at Lissen", "A crack of 3 metres closed the bridge at Lissen.", (5, 4))
    other = printed(
        "Lissen bridge",
        "The bridge at Lissen closed, a crack of 5 metres.",
        (5, 4),
        publisher="Gazette",
    )
    told = made(tmp_path, one, other, MENTION, OTHER).story("bridge at Lissen", today=TODAY)

    assert len(told.news) == 2
    assert all(line.copies == () for line in told.news)


def test_of_many_articles_the_newest_and_the_first_are_told(tmp_path):
    many = [
        replace(
            OPEN,
            url=f"https://light.example/{day}",
            body=f"The bridge at Lissen was crossed by {day} herds on day {day} of the fair.",
            published=datetime(2026, 5, day, tzinfo=UTC),
        )
        for day in range(1, 21)
    ]
    told = made(tmp_path, *many).story("bridge at Lissen", today=TODAY)

    assert [article.published.day for article in told.articles] == [*range(20, 9, -1), 1]


def test_of_many_articles_without_date_twelve_are_told(tmp_path):
    many = [
        replace(
            OPEN,
            url=f"https://light.example/{day}",
            body=f"The bridge at Lissen was crossed by {day} herds on day {day} of the fair.",
            published=None,
        )
        for day in range(1, 16)
    ]
    assert len(made(tmp_path, *many).story("bridge at Lissen", today=TODAY).articles) == 12


def test_a_line_adds_to_what_was_told(tmp_path):
    again = printed(
        "Crack at Lissen grows",
        "The bridge at Lissen, which was closed on Monday after a diver found a crack, stays shut. "
        "Engineers measured the crack anew and found that it reaches the bed of the river.",
        (5, 6),
    )
    told = made(tmp_path, CRACK, again, OPEN, MENTION).story("crack at Lissen", today=TODAY)

    assert "reaches the bed" in texts(told.news)[0]


# Where the articles disagree

DENIAL = printed(
    "Engineer denies that he knew of the crack",
    "Olaf Brandt, the county engineer, denied on Tuesday that he had read the diver’s warning "
    "about the third pier of the bridge at Lissen, whatever Ruth Amsel may say.",
    (5, 6),
)
CLAIM = printed(
    "Diver says she warned of the crack",
    "Ruth Amsel, the diver, said that she had handed her warning about the third pier of the "
    "bridge at Lissen to Brandt in person.",
    (5, 5),
    publisher="Gazette",
)
SAID = {
    DENIAL.id: [
        spoken(
            DENIAL,
            "that he had read the diver’s warning about the third pier of the bridge at Lissen",
            "Olaf Brandt",
            cue="denied",
            role="the county engineer",
        )
    ],
    CLAIM.id: [
        spoken(
            CLAIM,
            "that she had handed her warning about the third pier of the bridge at Lissen to "
            "Brandt in person",
            "Ruth Amsel",
            role="the diver",
        )
    ],
}


def disagreements(home, *articles, said=None, topic="bridge at Lissen"):
    return made(home, *articles, OTHER, MENTION, said=said).story(topic, today=TODAY).disagreements


def test_what_one_says_and_another_denies_stands_side_by_side(tmp_path):
    assert disagreements(tmp_path, DENIAL, CLAIM, said=SAID) == (
        (Entry(CLAIM, (0, len(CLAIM.body))), Entry(DENIAL, (0, len(DENIAL.body)))),
    )


def changed(article, old, new):
    """Change an article's text and what was said in it."""
    said = SAID[article.id][0]
    body = article.body.replace(old, new)
    quote = article.body[slice(*said.quote)].replace(old, new)
    cue = article.body[slice(*said.cue)].replace(old, new)
    return replace(article, body=body), (quote, said.name, cue, said.role)


@pytest.mark.parametrize(
    ("article", "old", "new"),
    [
        (CLAIM, "to Brandt in person", "to a clerk in person"),
        (DENIAL, "diver’s warning", "written warning"),
        (CLAIM, "had handed", "had never handed"),
        (CLAIM, "said", "denied"),
        (DENIAL, "denied", "has not denied"),
        (DENIAL, "denied", "said"),
        (DENIAL, "that he had read", "that Ruth Amsel paid for lunch, not that he had read"),
    ],
)
def test_what_is_no_plain_contradiction_is_left_out(tmp_path, article, old, new):
    other = CLAIM if article is DENIAL else DENIAL
    fresh, (quote, name, cue, role) = changed(article, old, new)
    if "lunch" in new:
        quote = "that Ruth Amsel paid for lunch"
    fresh = replace(fresh, body=fresh.body.replace("Ruth Amsel may", "she may"))
    said = SAID | {fresh.id: [spoken(fresh, quote, name, cue=cue, role=role)]}

    assert disagreements(tmp_path, fresh, other, said=said) == ()


def test_statements_of_other_times_or_without_date_do_not_contradict_each_other(tmp_path):
    later = replace(CLAIM, published=CLAIM.published + timedelta(days=90))
    undated = replace(CLAIM, published=None)

    assert disagreements(tmp_path / "a", DENIAL, later, said=SAID) == ()
    assert disagreements(tmp_path / "b", DENIAL, undated, said=SAID) == ()


def test_a_figure_that_is_disputed_in_the_next_sentence_is_a_disagreement(tmp_path):
    cost = printed(
        "Bridge at Lissen costs farmers dear",
        "The closed bridge at Lissen costs every farm 900 crowns a week, the union said. The "
        "county’s treasurer disputed that figure. Nobody rejected the estimate of the goats.",
        (5, 8),
    )
    copy = replace(
        cost, url="https://gazette.example/cost", publisher="Gazette",
        published=cost.published + timedelta(hours=1), body=cost.body + "\n\nRain fell.",
    )  # fmt: skip
    (pair,) = disagreements(tmp_path, cost, copy)

    assert texts(pair) == [
        "The closed bridge at Lissen costs every farm 900 crowns a week, the union said.",
        "The county’s treasurer disputed that figure.",
    ]
    assert [(line.article, line.copies) for line in pair] == [(cost, (copy,)), (cost, (copy,))]


def test_one_reply_to_two_figures_makes_two_disagreements(tmp_path):
    farms, cows = (
        printed(
            f"Bridge at Lissen, {what}",
            f"{claim} The county’s treasurer disputed that figure.",
            (5, 8),
            publisher=publisher,
        )
        for what, claim, publisher in (
            ("farms", "The closed bridge at Lissen costs every farm 900 crowns a week.", "Gazette"),
            ("cows", "The closed bridge at Lissen left 40 cows of Halm unmilked.", "Echo"),
        )
    )
    found = disagreements(tmp_path, farms, cows)

    assert {pair[0].article for pair in found} == {farms, cows}
    assert all(line.copies == () for pair in found for line in pair)


def test_who_asserts_another_thing_does_not_carry_the_first(tmp_path):
    """One denial meets two claims: it is shown with the first, which the other does not print."""
    other = printed(
        "Diver recalls her letter",
        "Ruth Amsel, the diver, said that her warning about the third pier of the bridge at Lissen "
        "went to Brandt by post, twice.",
        (5, 5),
        publisher="Echo",
    )
    letter = spoken(
        other,
        "that her warning about the third pier of the bridge at Lissen went to Brandt by post",
        "Ruth Amsel",
        role="the diver",
    )
    (pair,) = disagreements(tmp_path, DENIAL, CLAIM, other, said=SAID | {other.id: [letter]})

    assert pair[1].article == DENIAL
    assert pair[0].article in (CLAIM, other)
    assert pair[0].copies == pair[1].copies == ()


def test_a_claim_that_is_disputed_in_its_own_sentence_has_no_other_side(tmp_path):
    cost = printed(
        "Bridge at Lissen costs farmers dear",
        "The closed bridge at Lissen hurts farmers, the union said. The mayor said that goats swim "
        "well, but the union disputed that claim.",
        (5, 8),
    )
    assert disagreements(tmp_path, cost) == ()


def test_what_leans_on_other_sentences_is_no_side_of_a_disagreement(tmp_path):
    cost = printed(
        "Bridge at Lissen costs farmers dear",
        "The closed bridge at Lissen hurts. It costs every farm 900 crowns a week, the union said. "
        "The county’s treasurer disputed that figure.",
        (5, 8),
    )
    assert disagreements(tmp_path, cost) == ()


FIRST = printed(
    "Herd on bridge at Lissen",
    "A herd of 40 cows blocked the bridge at Lissen for most of Friday morning.",
    (5, 8),
)


@pytest.mark.parametrize(
    ("body", "days", "publisher", "disagree"),
    [
        ("A herd of 60 cows blocked the bridge at Lissen on Friday morning.", 1, "Gazette", True),
        ("A herd of 40 cows blocked the bridge at Lissen on Friday morning.", 1, "Gazette", False),
        ("A herd of 60 cows blocked the bridge at Lissen on Friday morning.", 9, "Gazette", False),
        (
            "A herd of 60 cows blocked the bridge at Lissen on Friday morning.",
            1,
            "The Light",
            False,
        ),
        (
            "A herd of more than 30 cows blocked the bridge at Lissen on Friday morning.",
            1,
            "Gazette",
            False,
        ),
        (
            "A herd of 60 goats blocked the bridge at Lissen on Friday morning.",
            1,
            "Gazette",
            False,
        ),
        ("They counted 60 cows on the bridge at Lissen.", 1, "Gazette", False),
        (
            "He saw a herd of 60 cows that blocked the bridge at Lissen on Friday morning.",
            1,
            "Gazette",
            False,
        ),
    ],
)
def test_two_publishers_figures_for_one_thing_disagree_only_when_printed_together(
    tmp_path, body, days, publisher, disagree
):
    second = printed("Cows block bridge at Lissen", body, (5, 8 + days), publisher=publisher)

    pairs = disagreements(tmp_path, FIRST, second)

    assert [[line.article for line in pair] for pair in pairs] == [[FIRST, second]] * disagree


def test_sums_of_money_and_shares_are_figures_too(tmp_path):
    one = printed(
        "Bridge at Lissen: the bill",
        "Repairs of the bridge at Lissen cost $4 million, or 12% of the county’s whole budget.",
        (5, 8),
    )
    other = replace(
        one,
        url="https://gazette.example/bill",
        publisher="Gazette",
        body=one.body.replace("12%", "15%"),
    )
    assert len(disagreements(tmp_path, one, other)) == 1


# Verbatim, whatever is printed

SENTENCES = st.sampled_from(
    [
        "The bridge at Lissen was closed on Monday.",
        "A diver found a crack of 3 metres in the third pier of the bridge.",
        "He said that the bridge would hold.",
        "“Nobody told me,” said Olaf Brandt, the county engineer.",
        "“It will hold. It always has,” she said.",
        "But that was before the rain.",
        "Sign up here",
        "Dr. Amsel of St. Halm, U.S. Navy (ret.), agreed at 2.30 p.m. on Friday.",
        "Lorries go round by Halm … for now!",
        "Why?",
    ]
)
BODIES = st.lists(st.lists(SENTENCES, min_size=1, max_size=4), min_size=1, max_size=6).map(
    lambda paragraphs: "\n\n".join(" ".join(paragraph) for paragraph in paragraphs)
)
ARTICLES = st.lists(
    st.tuples(BODIES, st.none() | st.integers(1, 6), st.sampled_from(["The Light", "Gazette"])),
    max_size=5,
).map(
    lambda drawn: [
        printed(f"Bridge at Lissen {n}", body, day and (5, day), publisher=publisher)
        for n, (body, day, publisher) in enumerate(drawn)
    ]
)


@settings(max_examples=60, deadline=None)
@given(articles=ARTICLES)
def test_every_line_is_a_run_of_whole_sentences_of_its_article(searcher, articles):
    snapshot = searcher.snapshot
    context = SearchContext(
        searcher.store, snapshot.index, snapshot.publishers, People(), searcher.encoder
    )
    news, timeline = choose_entries("the bridge at Lissen", sort_newest_first(articles), context)

    told = (*news, *timeline)
    for line in told:
        pieces = split_sentences(line.article.body)
        starts, ends = [piece[0] for piece in pieces], [piece[1] for piece in pieces]
        first, last = starts.index(line.sentence[0]), ends.index(line.sentence[1])
        assert first <= last <= first + 1
    assert {a for line in told for a in (line.article, *line.copies)} == set(articles)
    assert len(news) <= 3
    assert bool(news) == bool(articles)
    days = [line.article.published for line in timeline if line.article.published]
    assert days == sorted(days)
    assert all(line.article.published >= day for line in news for day in days)


@settings(max_examples=8, deadline=None)
@given(drawn=ARTICLES)
def test_a_story_keeps_to_its_limits_and_names_no_article_twice(tmp_path_factory, drawn):
    since = date(2026, 5, 3)
    told = made(tmp_path_factory.mktemp("drawn"), *drawn, OTHER, MENTION).story(
        "the bridge at Lissen", since=since, today=TODAY
    )

    assert len(set(told.articles)) == len(told.articles)
    assert all(article.published.date() >= since for article in told.articles)
    days = [article.published for article in told.articles]
    assert days == sorted(days, reverse=True)
    assert {line.article for line in (*told.news, *told.timeline)} <= set(told.articles)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("the port strike since Monday", "the port strike"),
        ("what happened in July 2016 in Halm", "what happened in Halm"),
        ("the vote of 3 May 2026", "the vote"),
        ("the vote on 31 February 2026", "the vote on 31 February 2026"),
        ("this week", ""),
    ],
)
def test_times_are_taken_out_of_a_text(text, rest):
    assert drop_periods(text, today=TODAY) == rest


def test_a_summary_knows_who_said_what(searcher):
    summary = searcher.summary(OPEN, count=1)

    assert summary.article == OPEN
    assert len(summary.sentences) == 1


def test_an_article_that_only_touches_on_the_topic_is_not_in_its_story(tmp_path):
    """A list of news that opens with a name is no news of whoever bears it."""
    tale = [f"Keller said that round {n} was hard for Keller." for n in range(4)]
    filler = [f"It was{' so' * n}." for n in range(30)]
    listed = printed("All moves of the league", " ".join([*tale[:2], *filler]), (10, 9))
    told = printed("Keller wins title", " ".join(tale), (9, 1))
    searcher = made(tmp_path, listed, told)

    assert searcher.story("Keller", today=TODAY).articles == (told,)


def test_a_topic_keeps_its_story_when_one_of_its_words_is_in_no_article(tmp_path):
    told = printed("Flood memo surfaces", "The flood memo was found in a drawer.", (9, 1))
    searcher = made(tmp_path, told, CRACK)

    assert searcher.story("flood memo scandal", today=TODAY).articles == (told,)
    assert not searcher.story("memo volcano scandal", today=TODAY).articles


def test_a_story_tells_what_changed_though_it_is_told_in_the_same_words(tmp_path):
    old, new = (
        printed_on(
            f"Pier of Skarn {cost}", f"The pier of Skarn will cost {cost} million crowns.", day
        )
        for cost, day in ((12, (5, 4)), (19, (6, 11)))
    )
    searcher = open_harbour(tmp_path, [old, new])
    story = searcher.timeline("pier of Skarn").timeline
    told = [entry.article for entry in (*story.news, *story.timeline)]
    assert told == [new, old]
