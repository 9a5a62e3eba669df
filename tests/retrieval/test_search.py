import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.archive import Archive
from corpus.article import Article
from corpus.ingest import ingest
from corpus.parse.records import write_record
from corpus.storage.store import Store
from retrieval.answers import AnswerKind, Missing
from retrieval.encoding.encoder import Encoder
from retrieval.errors import FingerprintError
from retrieval.index.facets import Facets
from retrieval.period import Period
from retrieval.query.followup import PriorTurn
from retrieval.query.intent import Ask, AskWhoSaid, Summarise, TellTimeline
from retrieval.ranking.answerability import Evidence, decide_verdict, estimate_confidence
from retrieval.ranking.fusion import fuse, interleave, take_best
from retrieval.ranking.publisher_preference import PublisherPreference
from retrieval.reading.model import ReaderModel
from retrieval.reading.reader import Reader
from retrieval.results import Verdict
from retrieval.routing.router import ROUTES
from retrieval.search import Searcher
from tests.support import harbour
from tests.support.models import FakeAttributor, FakeEncoder, FakeReaderModel

FERRY = Article(
    headline="Ferry fares rise",
    body="Fares on the Skarn ferry rise to nine crowns in June. "
    "Ines Okafor called it a disgrace.\n\nThe owner blamed diesel. He promised a summer ticket.",
    url="https://light.example/ferry",
    publisher="The Light",
    published=datetime(2026, 5, 3, tzinfo=UTC),
)
TRAM = Article(
    headline="Tram works stop",
    body="Workers found timbers under Rope Walk and the tram works stopped.\n\n"
    "A museum will look at the timbers.",
    url="https://light.example/tram",
    publisher="The Light",
    published=datetime(2026, 10, 27, tzinfo=UTC),
)
FERRY_AGAIN = Article(
    headline="Ferry fares fall",
    body="Fares on the Skarn ferry fall to seven crowns, the Gazette has learned.",
    url="https://gazette.example/ferry",
    publisher="Gazette",
    published=datetime(2026, 9, 1, tzinfo=UTC),
)
TODAY = date(2026, 11, 23)


def made(home, *articles):
    store = Store.open(home)
    ingest(articles, store=store, embedder=FakeEncoder())
    searcher = Searcher(Archive(home, store), FakeEncoder())
    searcher.refresh()
    return searcher


@pytest.fixture
def searcher(tmp_path):
    return made(tmp_path, FERRY, TRAM, FERRY_AGAIN)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    return made(tmp_path_factory.mktemp("shared"), FERRY, TRAM, FERRY_AGAIN)


def headlines(searcher, query):
    return [hit.article.headline for hit in searcher.search(query, today=TODAY).hits]


def test_the_passage_that_answers_comes_first(searcher):
    result = searcher.search("What was found under Rope Walk?", today=TODAY)

    assert result.hits[0].article == TRAM
    assert TRAM.body[result.hits[0].passage.start : result.hits[0].passage.end] in TRAM.body
    assert result.verdict is Verdict.ANSWER
    assert result.searched == 3


def test_a_named_publisher_comes_first_and_is_told(searcher):
    query = "What did the Gazette say about fares on the Skarn ferry?"

    assert headlines(searcher, query)[0] == "Ferry fares fall"
    assert searcher.search(query, today=TODAY).publishers == ("Gazette",)


def test_a_named_month_comes_first_and_is_told(searcher):
    query = "What happened to the fares on the Skarn ferry in May 2026?"

    assert headlines(searcher, query)[0] == "Ferry fares rise"
    assert [str(p) for p in searcher.search(query, today=TODAY).periods] == ["May 2026"]


def test_a_named_publisher_without_such_an_article_loses_no_answer(searcher):
    assert headlines(searcher, "Did the Gazette write of timbers under Rope Walk?")[0] == (
        "Tram works stop"
    )


def test_the_newest_breaks_a_tie(searcher):
    assert headlines(searcher, "Skarn ferry fares crowns now?")[0] == "Ferry fares fall"


def test_an_opening_passage_comes_before_a_later_one_that_says_no_more(tmp_path):
    said = "The quarry at Lissen closes for good in spring, the owners said."
    filler = "Nothing else was decided on the day, and the meeting went on until late. " * 12
    late = Article(headline="Quarry", body=f"{filler}\n\n{said} {filler}", publisher="Gazette")
    early = Article(headline="Quarry", body=f"{said} {filler}\n\n{filler}", publisher="Gazette")
    searcher = made(tmp_path, late, early)

    first = searcher.search("When does the quarry at Lissen close?", today=TODAY).hits[0]

    assert (first.article.id, first.passage.start) == (early.id, 0)


def test_a_comparison_shows_both_sides_first(searcher):
    found = headlines(
        searcher,
        "Did The Light say fares on the Skarn ferry rise, while the Gazette said fares on the "
        "Skarn ferry fall?",
    )

    assert set(found[:2]) == {"Ferry fares rise", "Ferry fares fall"}


def test_a_brief_does_not_hide_the_report_that_answers(tmp_path):
    first = "The old toll bridge at Skarn will be pulled down, the county council has decided."
    brief = Article(
        headline="Skarn bridge to go",
        body=first,
        url="https://wire.example/skarn",
        publisher="Wire",
        published=datetime(2026, 5, 1, tzinfo=UTC),
    )
    report = Article(
        headline="Skarn bridge to go",
        body=f"{first} Its piers go to the museum at Halm, and the toll house to a baker. Work "
        "begins in March, when the swallows have not come back yet, and costs 70,000 crowns.",
        url="https://light.example/skarn",
        publisher="The Light",
        published=datetime(2026, 5, 2, tzinfo=UTC),
    )
    searcher = made(tmp_path, brief, report, FERRY, TRAM)
    hits = searcher.search("What will the bridge at Skarn cost in crowns?", today=TODAY).hits

    assert hits[0].article == report
    assert "70,000 crowns" in hits[0].passage.text
    assert all(hit.copies == () for hit in hits)
    assert brief in [hit.article for hit in hits]


def test_quoted_words_must_match(searcher):
    assert headlines(searcher, "Who spoke of “a summer ticket” for the fall of fares?")[0] == (
        "Ferry fares rise"
    )


def test_quoted_words_match_as_words_only(tmp_path):
    whole = Article("At the fair", "Of the art nobody in Skarn spoke at all on that day in May.")
    part = Article("What critics praised", "The critics praised the article on the town hall.")
    other = Article("Bread", "Bread is baked in the harbour.")
    searcher = made(tmp_path, part, whole, other)

    assert headlines(searcher, "Which critics praised “the art” in the town hall?")[0] == (
        "At the fair"
    )


@pytest.mark.parametrize("query", ["", "   ", "\n"])
def test_a_blank_question_finds_nothing(searcher, query):
    result = searcher.search(query)

    assert (result.verdict, result.hits) == (Verdict.NOTHING, ())


def test_an_empty_archive_finds_nothing(tmp_path):
    result = made(tmp_path).search("Who cut the fares?")

    assert (result.verdict, result.hits, result.searched) == (Verdict.NOTHING, (), 0)


def test_a_passage_that_vanished_since_is_left_out(searcher):
    searcher.store.remove(TRAM.id)

    assert "Tram works stop" not in headlines(searcher, "What was found under Rope Walk?")


def test_no_more_hits_come_than_were_asked_for(searcher):
    assert len(searcher.search("Skarn ferry fares", 1, today=TODAY).hits) == 1


@given(query=st.text(max_size=100))
def test_any_question_is_answered_with_slices_of_bodies(shared, query):
    for hit in shared.search(query, today=TODAY).hits:
        passage = hit.passage
        assert hit.article.body[passage.start : passage.end] == passage.text
        assert hit.score >= 0


def test_the_marked_sentence_is_the_one_that_holds_what_the_headline_lacks(searcher):
    (start, end) = (0, len(FERRY.body))
    passage = next(
        hit.passage
        for hit in searcher.search("ferry fares rise disgrace").hits
        if hit.article == FERRY
    )

    chosen = searcher.excerpt("Who called the rise of ferry fares a disgrace?", FERRY, passage)

    assert FERRY.body[slice(*chosen.marked)] == "Ines Okafor called it a disgrace."
    assert start <= chosen.shown[0] <= chosen.marked[0] < chosen.marked[1] <= chosen.shown[1] <= end


def test_two_neighbours_are_marked_where_each_holds_part_of_the_answer(searcher):
    passage = searcher.search("Skarn ferry fares rise").hits[0].passage
    query = "nine crowns in June: Okafor, a disgrace"

    chosen = searcher.excerpt(query, FERRY, passage)

    assert FERRY.body[slice(*chosen.marked)].startswith("Fares on the Skarn ferry rise to nine")
    assert FERRY.body[slice(*chosen.marked)].endswith("a disgrace.")


def test_an_excerpt_of_a_long_passage_keeps_to_ninety_words(tmp_path):
    sentences = [f"Boat {n} left the quay at noon with twelve people on board." for n in range(15)]
    body = " ".join([*sentences[:7], "Only the Cordelia stayed behind.", *sentences[7:]])
    article = Article("Regatta", body, url="https://light.example/regatta")
    searcher = made(tmp_path, article)
    passage = searcher.search("Cordelia").hits[0].passage

    chosen = searcher.excerpt("Which boat stayed behind, the Cordelia?", article, passage)

    assert body[slice(*chosen.marked)] == "Only the Cordelia stayed behind."
    assert 70 <= len(body[slice(*chosen.shown)].split()) <= 90
    before = chosen.marked[0] - chosen.shown[0]
    after = chosen.shown[1] - chosen.marked[1]
    assert abs(before - after) < 80  # as much on either side


def test_fusion_adds_normalised_scores():
    fused = fuse(np.array([4.0, 2.0, 0.0]), np.array([0.1, 0.8, -0.3]), weight=0.25)

    assert fused == pytest.approx([0.75 + 0.25 * 0.1 / 0.8, 0.75 * 0.5 + 0.25, 0.0])


def test_fusion_of_nothing_is_nothing():
    assert fuse(np.zeros(2), np.array([-0.1, -0.2])).tolist() == [0, 0]


@given(st.lists(st.sampled_from([0.0, 0.1, 0.5, 0.9]), max_size=30), st.integers(0, 12))
def test_the_best_are_the_first_of_a_full_sort(scores, count):
    ordered = sorted((-score, place) for place, score in enumerate(scores) if score > 0)

    assert take_best(np.array(scores), count) == [place for _, place in ordered[:count]]


def test_interleaving_takes_turns_and_skips_what_was_taken():
    assert interleave([[1, 2, 3], [2, 4], []], 10) == [1, 2, 4, 3]


@pytest.mark.parametrize(
    "beside",
    [
        "in the Harbour Courier",
        "as Tibor Quill asked",
        "in March 1987",
        "“summer crown voucher”",
    ],
)
def test_a_publisher_person_or_date_that_the_archive_does_not_hold_makes_us_less_sure(
    searcher, beside
):
    asked = "Why do fares on the Skarn ferry rise"
    sure = searcher.search(f"{asked}?", today=TODAY).confidence
    assert searcher.search(f"{asked} {beside}?", today=TODAY).confidence < sure


def test_facets_know_publisher_day_age_and_opening():
    facets = Facets().extend(
        ["A", "", "B"], np.array([100, 0, 130], np.int32), np.array([True, False, False])
    )
    facets = facets.extend(["B"], np.array([160], np.int32), np.array([True]))

    assert facets.published_by(["B"]).tolist() == [False, False, True, True]
    day = date.fromordinal(100)
    assert facets.published_in(Period(day, day)).tolist() == [True, False, False, False]
    assert facets.recency(30).tolist() == [0.25, 0.0, 0.5, 1.0]
    kept = facets.keep(np.array([True, True, False, True]))
    assert (kept.names, kept.leads.tolist()) == (facets.names, [True, False, True])


def test_the_verdict_follows_the_confidence():
    assert [decide_verdict(sure) for sure in (0.9, 0.15, 0.01)] == [
        Verdict.ANSWER,
        Verdict.CLOSEST,
        Verdict.NOTHING,
    ]


@pytest.fixture(scope="module")
def news(tmp_path_factory):
    return harbour.open_harbour(tmp_path_factory.mktemp("harbour"))


def unembedded(home, *articles):
    """An archive with articles that no encoder has seen."""
    archive = Archive.open(home)
    records = home / "articles.jsonl"
    records.write_text("".join(json.dumps(write_record(one)) + "\n" for one in articles))
    archive.add(records, attributor=FakeAttributor())
    return archive


class Interrupted(FakeEncoder):
    """While it embeds the first passages, somebody else does something."""

    def __init__(self, meanwhile):
        super().__init__()
        self._meanwhile = [meanwhile]

    def embed(self, passages):
        while self._meanwhile:
            self._meanwhile.pop()()
        return super().embed(passages)


def test_a_search_embeds_what_was_stored_without_vectors(tmp_path):
    archive = unembedded(tmp_path, FERRY, TRAM)
    assert archive.store.fingerprints() == set()
    searcher = Searcher(archive, FakeEncoder())

    assert searcher.ask("What was found under Rope Walk?", today=TODAY).citation.publisher
    assert archive.store.unembedded() == []
    assert archive.store.fingerprints() == {"fake"}


def test_what_is_added_while_the_rest_is_embedded_is_embedded_too(tmp_path):
    archive = unembedded(tmp_path, FERRY)
    searcher = Searcher(archive, Interrupted(lambda: unembedded(tmp_path, TRAM)))

    assert searcher.refresh()
    assert archive.store.unembedded() == []
    assert headlines(searcher, "What was found under Rope Walk?")[0] == TRAM.headline


def test_nothing_is_embedded_by_another_model_than_the_archives(tmp_path):
    made(tmp_path, FERRY)
    archive = unembedded(tmp_path, TRAM)
    other = FakeEncoder("other", dimension=32)

    with pytest.raises(FingerprintError, match="indexed with fake") as caught:
        Searcher(archive, other).refresh()
    assert (caught.value.stored, caught.value.wanted) == ("fake", "other")
    assert archive.store.unembedded() == [TRAM.id]
    assert Searcher(archive, FakeEncoder()).refresh()


def test_another_model_that_embeds_meanwhile_is_told_even_of_other_dimensions(tmp_path):
    archive = unembedded(tmp_path, FERRY)
    other = FakeEncoder("other", dimension=32)

    def add():
        ingest([TRAM], store=archive.store, embedder=other)

    with pytest.raises(FingerprintError, match="indexed with other"):
        Searcher(archive, Interrupted(add)).refresh()


def test_a_look_at_an_archive_that_did_not_change_asks_nothing_more(searcher, monkeypatch):
    monkeypatch.setattr(type(searcher.store), "unembedded", None)

    assert not searcher.refresh()
    searcher.store.remove(TRAM.id)
    monkeypatch.undo()
    assert searcher.refresh()
    assert len(searcher) == 2


@pytest.mark.parametrize(
    "nothing", ["", " \n", Ask(" "), AskWhoSaid("", ""), AskWhoSaid(" ", " "), TellTimeline()]
)
def test_a_message_that_says_nothing_is_not_answered(news, nothing):
    assert news.ask(nothing, today=TODAY) is None


@pytest.mark.parametrize("topic", ["the", "in July 2026"])
def test_who_said_what_of_no_topic_is_nobody(news, topic):
    found = news.who_said("", topic, today=TODAY)

    assert (found.verdict, found.text, found.said.people) == (Verdict.NOTHING, "", ())
    assert found.said.searched == 5


def test_whatever_is_asked_is_answered_in_the_way_it_is_likeliest_meant(news):
    asked = {
        "Why was the bridge at Lissen closed?": AnswerKind.PASSAGES,
        "What did Okafor say about the bridge?": AnswerKind.QUOTATIONS,
        "What did Varga say?": AnswerKind.PEOPLE,
        "summary of the cheese story": AnswerKind.SUMMARY,
        "what happened with the bridge at Lissen?": AnswerKind.TIMELINE,
    }
    answers = {text: news.ask(text, today=TODAY) for text in asked}

    assert {text: answer.kind for text, answer in answers.items()} == asked
    assert all(answer.intent == Ask.read(text) for text, answer in answers.items())
    for answer in answers.values():
        others = [one.probability for one in answer.alternatives]
        assert others == sorted(others, reverse=True)
        assert answer.probability + sum(others) == pytest.approx(1)


def test_the_first_question_takes_in_the_archive(tmp_path):
    made(tmp_path, FERRY, TRAM)
    searcher = Searcher(Archive.open(tmp_path), FakeEncoder())

    assert len(searcher) == 0
    assert searcher.ask("What was found under Rope Walk?", today=TODAY).citation.publisher
    assert len(searcher) == 2


def test_an_index_that_was_saved_is_started_from(tmp_path, monkeypatch):
    searcher = made(tmp_path, FERRY, TRAM)
    searcher.save()
    assert searcher.snapshot.index.saved

    def derive(*_):
        raise AssertionError("the index is derived anew")

    monkeypatch.setattr("retrieval.index.snapshot._terms", derive)
    again = Searcher(Archive.open(tmp_path), FakeEncoder())

    assert again.ask("What was found under Rope Walk?", today=TODAY).citation.headline == (
        TRAM.headline
    )


def test_what_is_added_later_is_found_after_a_refresh(tmp_path):
    searcher = made(tmp_path, FERRY)
    unembedded(tmp_path, TRAM)
    asked = "What was found under Rope Walk?"

    assert searcher.ask(asked, today=TODAY).text == ""
    assert searcher.refresh()
    assert searcher.ask(asked, today=TODAY).citation.headline == TRAM.headline


@pytest.mark.parametrize("asked", ["Who?", AskWhoSaid("Okafor"), Summarise(), TellTimeline("tram")])
def test_an_empty_archive_answers_nothing(tmp_path, asked):
    assert Searcher(Archive.open(tmp_path), FakeEncoder()).ask(asked) is None


def test_the_kind_that_is_wanted_is_shown_or_nothing(news):
    asked = "Why was the bridge at Lissen closed?"
    kinds = [news.ask(asked, today=TODAY, route=kind) for kind in ROUTES]

    assert [type(answer).__name__ for answer in kinds] == [
        "PassageAnswer", "QuotationAnswer", "SummaryAnswer", "SummaryAnswer",
    ]  # fmt: skip
    assert news.ask("penguins", today=TODAY, route=AnswerKind.TIMELINE) is None


@pytest.mark.parametrize("kind", [AnswerKind.SUMMARY, AnswerKind.TIMELINE])
def test_whoever_wants_a_summary_gets_that_of_an_article_that_nobody_named(news, kind):
    asked = "what happened in the capital?"

    assert news.ask(asked, today=TODAY, route=kind).summary.article == harbour.CHEESE
    assert news.ask(asked, today=TODAY).kind is not AnswerKind.SUMMARY


def test_a_choice_is_no_kind_of_answer_to_want(news):
    with pytest.raises(ValueError, match="no route leads to people"):
        news.ask("Who closed the bridge?", route=AnswerKind.PEOPLE)


def test_whom_and_which_articles_a_message_means_may_be_told(news):
    said = news.ask("What did Varga say?", today=TODAY, person="Niko Varga")
    summed = news.ask("sum it up", today=TODAY, shown=[harbour.CHEESE.id])

    assert said.text == "Everybody heard the whistle,"
    assert summed.citation.headline == "Cheese wins a medal"


def test_a_publisher_that_is_left_out_answers_nothing(news):
    taste = PublisherPreference(left_out=frozenset(["Tern Gazette"]))
    asked = "How many crowns are the fares on the Skarn ferry?"

    assert news.ask(asked, today=TODAY).citation.publisher == "Tern Gazette"
    hits = news.ask(asked, today=TODAY, taste=taste, route=AnswerKind.PASSAGES).result.hits
    assert {hit.article.publisher for hit in hits} <= {"The Light"}


@pytest.mark.parametrize(
    ("speaker", "topic", "text"),
    [
        ("Okafor", "", "It will last for ninety years,"),  # the latest first
        ("Ines Okafor", "the bridge", "We shall not open the bridge before autumn,"),
        ("okafor", "in May", "We shall not open the bridge before autumn,"),
        ("", "the whistle", "Everybody heard the whistle,"),
        ("the mayor", "a summer ticket", "A summer ticket must come,"),
        ("Okafor", "cheese", ""),
        ("Quill", "", ""),
    ],
)
def test_who_said_what_is_a_speaker_and_a_topic(news, speaker, topic, text):
    answer = news.who_said(speaker, topic, today=TODAY)

    assert (answer.kind, answer.text) == (AnswerKind.QUOTATIONS, text)
    assert answer.intent == AskWhoSaid(speaker, topic)
    assert answer.verdict is (Verdict.ANSWER if text else Verdict.NOTHING)


def test_who_said_what_of_a_name_that_several_have_asks_which(news):
    answer = news.who_said("Varga", today=TODAY)

    assert answer.kind is AnswerKind.PEOPLE
    assert [one.name for one in answer.said.people] == ["Helena Varga", "Niko Varga"]


@pytest.mark.parametrize(
    "topic", ["cheese", "Cheese wins a medal", harbour.CHEESE.url, harbour.CHEESE.id]
)
def test_a_summary_is_of_a_topic_headline_address_or_id(news, topic):
    answer = news.summarise(topic, count=1, today=TODAY)

    assert answer.kind is AnswerKind.SUMMARY
    assert answer.summary.article == harbour.CHEESE
    assert len(answer.summary.sentences) == 1


def test_a_summary_of_several_articles_asks_which_and_of_none_says_why(news):
    assert news.summarise("bridge at Lissen", today=TODAY).kind is AnswerKind.ARTICLES
    assert news.summarise("penguins", today=TODAY).missing is Missing.TOPIC
    assert news.summarise("", today=TODAY).missing is Missing.NOTHING_SHOWN


def test_a_timeline_is_told_of_several_articles_a_line_each(news):
    answer = news.timeline("bridge at Lissen", today=TODAY)

    assert answer.kind is AnswerKind.TIMELINE
    assert answer.timeline.articles == tuple(reversed(harbour.BRIDGE))
    assert len(answer.text.splitlines()) >= 3


def test_a_timeline_counts_its_days_from_today(news):
    told = [
        news.timeline("bridge at Lissen last month", today=day) for day in (date(2026, 7, 1), TODAY)
    ]

    assert [one.summary.article for one in told] == [harbour.REPAIR, harbour.OPEN]


def test_a_timeline_of_one_article_is_its_summary_and_of_none_says_so(news):
    assert news.timeline("cheese", today=TODAY).kind is AnswerKind.SUMMARY
    assert news.timeline("penguins", today=TODAY).verdict is Verdict.NOTHING


def test_a_misspelt_word_is_matched_to_the_archives_own(news):
    spelt = news.spell("When did the brigde at Lisen open?")

    assert spelt.text == "When did the bridge at Lissen open?"
    assert news.spell("When did the bridge at Lissen open?").text == spelt.text


def test_a_follow_up_leans_on_what_was_talked_about_before(news):
    before = PriorTurn("What did Okafor say about the bridge?", people=("Ines Okafor",))

    assert news.follow_up("and in May?", before, today=TODAY).text == (
        "What did Okafor say about the bridge in May?"
    )
    assert news.follow_up("Who won the medal?", before, today=TODAY) is None


def test_a_follow_up_adds_only_what_the_archive_tells_of_together(news):
    before = PriorTurn("Why was the bridge at Lissen closed?")

    added = news.follow_up("and lorries?", before, today=TODAY)
    assert added.text.startswith("Lorries: bridge")
    for apart in ("and nettles?", "and penguins?"):
        assert news.follow_up(apart, before, today=TODAY) is None


def test_the_models_that_come_with_byline_are_the_default_and_wait_to_be_loaded(tmp_path):
    searcher = Searcher(Archive.open(tmp_path))

    assert isinstance(searcher.encoder, Encoder)
    assert searcher.reader
    assert searcher.reader.name == ReaderModel.name
    assert not (tmp_path / "models").exists()


def test_with_an_encoder_of_ones_own_nothing_reads_that_was_not_given(tmp_path):
    archive, reader = Archive.open(tmp_path), Reader(FakeReaderModel(), limit_ms=60_000)

    assert Searcher(archive, FakeEncoder()).reader is None
    assert Searcher(archive, FakeEncoder(), reader=reader).reader is reader
    assert Searcher(archive, reader=reader).reader is reader


def test_answers_are_the_same_from_several_threads(news):
    asked = ["Why was the bridge at Lissen closed?", "What did Okafor say?", "sum up the cheese"]
    alone = [news.ask(text, today=TODAY) for text in asked]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: news.ask(text, today=TODAY), asked * 5))

    assert together == alone * 5


@given(*(st.floats(0, 1) for _ in range(4)))
def test_more_evidence_never_makes_us_less_sure(cosine, covered, named, more):
    less = estimate_confidence(Evidence(cosine, covered, named))

    assert estimate_confidence(Evidence(min(1, cosine + more), covered, named)) >= less
    assert estimate_confidence(Evidence(cosine, min(1, covered + more), named)) >= less
    assert estimate_confidence(Evidence(cosine, covered, min(1, named + more))) >= less


def test_a_newer_version_is_no_copy(tmp_path):
    told = "The ferry to Tarn is being repaired in the yard at Halm. It will sail again on {} May."
    days = {3: (3, 4), 17: (4, 5)}
    old, new = (
        harbour.printed(f"Ferry of {day}", told.format(day), on) for day, on in days.items()
    )
    again = harbour.printed("Ferry again", old.body, (4, 6), publisher="Tern Gazette")
    hits = (
        harbour.open_harbour(tmp_path, [old, new, again]).search("When will the ferry sail?").hits
    )
    found = [{hit.article, *hit.copies} for hit in hits]
    assert sorted(found, key=len) == [{new}, {old, again}]
