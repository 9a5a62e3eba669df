from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.archive import Archive
from corpus.article import Article
from corpus.attribution.attribution import Attribution, Extraction, Kind
from corpus.ingest import ingest
from corpus.storage.store import Store
from retrieval.query.intent import AskWhoSaid, Talk
from retrieval.query.who_said import Form
from retrieval.quotations.quotation import (
    Quotation,
    find_sentence,
    measure_likeness,
    merge_quotations,
)
from retrieval.search import Searcher
from tests.support.models import FakeEncoder

TODAY = date(2026, 11, 23)


def article(name, day, body, publisher="The Light"):
    return Article(
        headline=name,
        body=body,
        url=f"https://{publisher.split()[-1].casefold()}.example/{name.replace(' ', '-')}",
        publisher=publisher,
        published=datetime(2026, *day, tzinfo=UTC),
    )


FARES = article(
    "Ferry fares rise",
    (5, 3),
    "Fares on the ferry rise to nine crowns. “It is a disgrace,” said Ines Okafor of the fares.\n\n"
    "Mayor Helena Varga denied that the city had asked for higher fares. "
    "She promised a summer ticket.",
)
STRIKE = article(
    "Dockers walk out",
    (8, 3),
    "The cranes stopped at six. “Listen to that,” Okafor said at the gate. “No more arithmetic.”"
    "\n\n"
    "The mayor did not deny that talks had failed, and both sides voiced “serious concerns”.",
)
MATCH = article(
    "Rovers draw",
    (9, 5),
    "“I saw the whistle,” said Niko Varga, the striker. The goalkeeper shrugged at the whistle.",
)
WIRE = "LINDMARK — “Distance is a kind of danger to all of us,” the minister Paloma Driscoll said."
WARD = article("Ward stays", (10, 1), WIRE)
WARD_AGAIN = article("Reprieve for ward", (10, 2), f"{WIRE} Bells rang.", "Tern Gazette")
QUOTED = [
    (FARES, "It is a disgrace,", "Ines Okafor", "said", "Ines Okafor", Kind.DIRECT),
    (FARES, "that the city had asked for higher fares", "Helena Varga", "denied", "Helena Varga",
     Kind.REPORTED),
    (FARES, "a summer ticket", "She", "promised", "Helena Varga", Kind.REPORTED),
    (STRIKE, "Listen to that,", "Okafor", "said", "Okafor", Kind.DIRECT),
    (STRIKE, "No more arithmetic.", "Okafor", "said", "Okafor", Kind.DIRECT),
    (STRIKE, "that talks had failed", "The mayor", "did not deny", "the mayor", Kind.REPORTED),
    (STRIKE, "serious concerns", "both sides", "voiced", "both sides", Kind.MIXED),
    (MATCH, "I saw the whistle,", "Niko Varga", "said", "Niko Varga", Kind.DIRECT),
    (WARD, "Distance is a kind of danger to all of us,", "Paloma Driscoll", "said",
     "Paloma Driscoll", Kind.DIRECT),
    (WARD_AGAIN, "Distance is a kind of danger to all of us,", "Paloma Driscoll", "said",
     "Paloma Driscoll", Kind.DIRECT),
]  # fmt: skip


def span(body, text):
    start = body.index(text)
    return start, start + len(text)


def attributed(article, quote, speaker, cue, name, kind):
    body = article.body
    role = {"Helena Varga": "Mayor", "Niko Varga": "the striker"}.get(name, "")
    found = span(body, quote), kind, span(body, speaker), name, role, span(body, cue), 0.9
    return Attribution(*found)


def made(home, rows=QUOTED):
    store = Store.open(home)
    articles = dict.fromkeys((FARES, STRIKE, MATCH, WARD, WARD_AGAIN, *(row[0] for row in rows)))
    ingest(articles, store=store, embedder=FakeEncoder())
    for one in articles:
        own = tuple(attributed(*row) for row in rows if row[0] is one)
        store.attributions.keep(one, Extraction(1, own))
    searcher = Searcher(Archive(home, store), FakeEncoder())
    searcher.refresh()
    return searcher


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    return made(tmp_path_factory.mktemp("said"))


def ask(searcher, text, **more):
    said = searcher.who(text, today=TODAY, **more)
    assert said is not None
    return said


def quotes(quotations):
    return [quotation.quote for quotation in quotations]


def test_what_somebody_said_about_a_topic_leaves_out_the_rest(searcher):
    said = ask(searcher, "What did Okafor say about the fares?")

    assert quotes(said.quotations) == ["It is a disgrace,"]
    assert [person.name for person in said.people] == ["Ines Okafor"]
    assert said.searched == len(QUOTED)
    assert not said.widened


def test_a_quotation_comes_with_its_sentence_and_article(searcher):
    (quotation,) = ask(searcher, "What did Okafor say about the fares?").quotations

    assert quotation.article == FARES
    shown = FARES.body[slice(*quotation.sentence)]
    assert shown == "“It is a disgrace,” said Ines Okafor of the fares."


def test_own_words_come_before_a_report_of_the_same_story_that_fits_a_little_better(tmp_path):
    spoken = FARES, "It is a disgrace,", "Ines Okafor", "said", "Ines Okafor", Kind.DIRECT
    reported = (FARES, "that the city had asked for higher fares", "Helena Varga", "denied",
                "Ines Okafor", Kind.REPORTED)  # fmt: skip
    both = ask(
        made(tmp_path / "both", [reported, spoken]), "What did Okafor say about higher fares?"
    )
    alone = ask(made(tmp_path / "alone", [reported]), "What did Okafor say about higher fares?")

    assert quotes(both.quotations) == ["It is a disgrace,", reported[1]]
    assert quotes(alone.quotations) == [reported[1]]


def test_without_a_topic_the_latest_comes_first(searcher):
    said = ask(searcher, "everything okafor said")

    assert quotes(said.quotations) == [
        "Listen to that,",
        "No more arithmetic.",
        "It is a disgrace,",
    ]
    assert len(ask(searcher, "everything okafor said", count=1).quotations) == 1


def test_the_exact_words_lead_to_who_said_them(searcher):
    said = ask(searcher, 'Who voiced "Serious  concerns"?')

    assert [q.attribution.name for q in said.quotations] == ["both sides"]
    assert said.verbatim


def test_words_remembered_nearly_right_lead_to_who_said_them(searcher):
    said = ask(searcher, "Who said that a distance is kind of a danger to all of us?")

    assert said.quotations[0].attribution.name == "Paloma Driscoll"
    assert not said.verbatim


def test_words_that_nobody_said_are_nobodys_and_others_spoke_on_it(searcher):
    said = ask(searcher, 'Who said "the fares are fair"?')

    assert said.quotations == ()
    assert "Ines Okafor" in [q.attribution.name for q in said.others]


def test_words_are_not_put_into_the_mouth_of_who_spoke_beside_them(searcher):
    said = ask(searcher, "Who said that the ferry rises to nine crowns?")

    assert said.quotations == ()


def test_a_quoted_fragment_is_found_by_the_whole_sentence_as_remembered(searcher):
    said = ask(searcher, "Who said they had serious concerns?")

    assert [q.attribution.name for q in said.quotations] == ["both sides"]


def test_who_denied_is_told_by_the_reporters_word(searcher):
    denied = ask(searcher, "Who denied asking for higher fares?")
    not_denied = ask(searcher, "Who did not deny that talks failed?")

    assert quotes(denied.quotations) == ["that the city had asked for higher fares"]
    assert quotes(not_denied.quotations) == ["that talks had failed"]


def test_a_stand_that_nobody_took_is_nobodys(searcher):
    assert ask(searcher, "Who criticised the fares?").quotations == ()


BOAT = article(
    "Boat for sale",
    (9, 9),
    "Ulla Brandt slammed the sale of the lifeboat as “a theft from all of us”. Tom Marlow owned "
    "the boat for a year. “It was I who hid the bill,” he owned up. The gate slammed "
    "on Brandt’s hand.",
)
BOAT_SAID = [
    (BOAT, "a theft from all of us", "Ulla Brandt", "slammed", "Ulla Brandt", Kind.MIXED),
    (BOAT, "It was I who hid the bill,", "Tom Marlow", "owned up", "Tom Marlow", Kind.DIRECT),
]


@pytest.fixture
def harbour(tmp_path):
    searcher = made(tmp_path)
    ingest([BOAT], store=searcher.store, embedder=FakeEncoder())
    own = tuple(attributed(*row) for row in BOAT_SAID)
    searcher.store.attributions.keep(BOAT, Extraction(1, own))
    searcher.refresh()
    return searcher


def test_a_doubted_verb_is_answered_where_a_reporter_tells_of_it_with_that_verb(harbour):
    said = ask(harbour, "Who slammed the sale of the lifeboat?")

    assert [q.attribution.name for q in said.quotations] == ["Ulla Brandt"]


@pytest.mark.parametrize(
    "text",
    [
        "Who owned the boat?",
        "Who blasted the sale of the lifeboat?",  # of the family, but not the verb
        "Who slammed the door?",
        "Who supported the fares?",
        "Did Okafor back the fares?",
        "Did Varga accept the fares?",  # there are two
        "Did Thornbury attack the fares?",
    ],
)
def test_a_doubted_verb_that_nobody_tells_of_is_another_question(harbour, text):
    assert harbour.who(text, today=TODAY) is None


def test_a_verb_is_told_by_the_words_behind_it(harbour):
    said = ask(harbour, "Who owned up to hiding the bill?")

    assert quotes(said.quotations) == ["It was I who hid the bill,"]


def test_somebodys_stand_without_a_topic_is_told_with_the_very_verb(harbour):
    assert quotes(ask(harbour, "Did Brandt slam it?").quotations) == ["a theft from all of us"]
    assert harbour.who("Did Brandt welcome it?", today=TODAY) is None


BREWERY = article(
    "Brewery buys a barge",
    (6, 1),
    "“A barge is cheaper than a lorry,” the company said. The harbour office will measure it.",
)
MILL = article(
    "Mill is sold",
    (6, 9),
    "“Nobody loses a job,” the company said. The mill ground flour for the island for 90 years.",
)


@pytest.mark.parametrize("topic", ["", "jobs"])
def test_a_body_without_a_name_is_the_one_that_was_talked_about(tmp_path, topic):
    rows = [
        (one, quote, "the company", "said", "the company", Kind.DIRECT)
        for one, quote in ((BREWERY, "A barge is cheaper than a lorry,"),
                           (MILL, "Nobody loses a job,"))
    ]  # fmt: skip
    searcher = made(tmp_path, rows)
    for at_hand, own in ((BREWERY, "A barge"), (MILL, "Nobody")):
        asked = AskWhoSaid("the company", topic, Talk(articles=(at_hand.id,)))
        said = searcher.ask(asked, today=TODAY).said
        assert all(one.startswith(own) for one in quotes(said.quotations))
    assert len(searcher.ask(AskWhoSaid("the company"), today=TODAY).said.quotations) == 2


def test_two_of_one_surname_are_asked_about(searcher):
    said = ask(searcher, "What did Varga say about the whistle?")

    assert [person.name for person in said.people] == ["Helena Varga", "Niko Varga"]
    assert said.quotations == said.others == ()


def test_the_one_that_was_chosen_answers(searcher):
    said = ask(searcher, "What did Varga say about the whistle?", person="Niko Varga")

    assert quotes(said.quotations) == ["I saw the whistle,"]


def test_somebody_unknown_said_nothing_and_others_are_shown(searcher):
    said = ask(searcher, "What did Ann Thornbury say about the fares?")

    assert said.people == said.quotations == ()
    assert {q.attribution.name for q in said.others} >= {"Ines Okafor", "Helena Varga"}
    assert ask(searcher, "What did Ann Thornbury say?").others == ()


def test_a_topic_that_somebody_never_spoke_on_is_shown_with_others_who_did(searcher):
    said = ask(searcher, "What did Niko Varga say about the fares?")

    assert said.quotations == ()
    assert "Niko Varga" not in [q.attribution.name for q in said.others]
    assert said.others


def test_what_was_said_about_a_topic_is_everybodys(searcher):
    said = ask(searcher, "What was said about the fares?")

    assert {q.attribution.name for q in said.quotations} == {"Ines Okafor", "Helena Varga"}
    assert said.question.form is Form.ABOUT


def test_did_she_say_it_shows_the_nearest_and_who_did(searcher):
    said = ask(searcher, 'Did Okafor say "I saw the whistle"?')
    own = ask(searcher, 'Did Okafor say "it is a disgrace"?')

    assert not said.verbatim
    assert quotes(said.others) == ["I saw the whistle,"]
    assert own.verbatim
    assert own.others == ask(searcher, "Did Okafor say that the fares rise?").others == ()


def test_did_she_deny_it_shows_what_she_denied(searcher):
    said = ask(searcher, "Did Mayor Varga deny it?")

    assert quotes(said.quotations) == ["that the city had asked for higher fares"]
    assert ask(searcher, "Did Okafor deny it?").quotations == ()


def test_one_quotation_in_two_papers_is_shown_once_as_printed_first(searcher):
    said = ask(searcher, "What did Driscoll say about danger?")

    (quotation,) = said.quotations
    assert quotation.article == WARD
    assert quotation.copies == (WARD_AGAIN,)


def test_a_time_limits_the_answer_and_is_told(searcher):
    said = ask(searcher, "What did Okafor say in May 2026?")

    assert quotes(said.quotations) == ["It is a disgrace,"]
    assert [str(period) for period in said.periods] == ["May 2026"]


def test_a_publisher_limits_the_answer_and_a_copy_counts(searcher):
    said = ask(searcher, "What did Driscoll say about danger to the Tern Gazette?")

    assert said.publishers == ("Tern Gazette",)
    assert len(said.quotations) == 1


def test_a_time_in_which_nothing_was_said_widens_the_answer(searcher):
    said = ask(searcher, "What did Okafor say about the fares in 2019?")
    latest = ask(searcher, "What did Okafor say in 2019?")

    assert quotes(said.quotations) == ["It is a disgrace,"]
    assert said.widened
    assert latest.widened
    assert said.periods == ()


def test_a_pronoun_is_nobody_unless_the_talk_tells_who(searcher):
    known = ask(searcher, "What did she say about the fares?", person="Helena Varga")

    assert {q.attribution.name for q in known.quotations} == {"Helena Varga"}
    assert ask(searcher, "What did she say about the fares?").question.form is Form.ABOUT
    assert searcher.who("What did she say?", today=TODAY) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Who denied it?",
        "Who won the match?",
        "What did the Gazette say of it?",
        "What did Tern Gazette say?",
    ],
)
def test_other_questions_are_not_answered(searcher, text):
    assert searcher.who(text, today=TODAY) is None


@given(
    st.sampled_from(["What did Okafor say about {}?", "Who said {}?", "Did Okafor deny {}?", "{}"]),
    st.text(max_size=40),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_asked_only_the_archive_answers(searcher, form, text):
    said = searcher.who(form.format(text), today=TODAY)

    for quotation in (said.quotations + said.others) if said else ():
        start, end = quotation.sentence
        assert start <= quotation.attribution.quote[0]
        assert quotation.attribution.quote[1] <= end


def test_an_archive_without_quotations_knows_nobody(tmp_path):
    searcher = made(tmp_path, [])

    assert searcher.who("What did the mayor say?") is None
    assert ask(searcher, "What did Okafor say about the fares?").searched == 0
    assert searcher.who("Who said the fares rise?").quotations == ()


def test_new_quotations_are_known_at_once(tmp_path):
    searcher = made(tmp_path, [])
    assert ask(searcher, "What did Okafor say?").people == ()

    searcher.store.attributions.keep(FARES, Extraction(1, (attributed(*QUOTED[0]),)))

    assert quotes(ask(searcher, "What did Okafor say?").quotations) == ["It is a disgrace,"]


def test_somebody_quoted_very_often_is_answered_from_the_passages_found(tmp_path, monkeypatch):
    monkeypatch.setattr("retrieval.quotations.search._LOOKED_AT", 1)

    said = ask(made(tmp_path), "What did Okafor say about the fares?")

    assert quotes(said.quotations) == ["It is a disgrace,"]


def test_a_sentence_holds_cue_and_speaker_unless_they_are_far():
    body = "She began. " + "Nothing happened. " * 60 + "“Done,” he said. Then it rained."
    near = Attribution(span(body, "Done,"), Kind.DIRECT, span(body, "he"), "", "", None, 1.0)
    far = Attribution(span(body, "Done,"), Kind.DIRECT, span(body, "She"), "", "", None, 1.0)
    shown = {body[slice(*find_sentence(Article("A", body), one))] for one in (near, far)}

    assert all(text.startswith("“Done,”") for text in shown)


def test_a_sentence_of_a_quotation_over_paragraphs_holds_all_of_them():
    body = "First. “One,” he said. “Two.\n\n“Three.” Last."
    quote = (body.index("Two"), body.index("Three") + 6)
    one = Attribution(quote, Kind.DIRECT, None, "", "", None, 1.0)

    assert body[slice(*find_sentence(Article("A", body), one))].endswith("“Three.”")


def test_short_quotations_are_copies_only_in_the_same_sentence():
    first = article("One", (1, 1), "“Yes,” said Ada Quill of the plan for a wall of stone.")
    second = article("Two", (1, 2), "“Yes,” said Ada Quill when asked whether it rains.", "Post")
    third = article("Three", (1, 3), first.body, "Echo")

    def quoted(one):
        attribution = attributed(one, "Yes,", "Ada Quill", "said", "Ada Quill", Kind.DIRECT)
        return Quotation(one, attribution, (0, len(one.body)), 1.0)

    found = merge_quotations(map(quoted, (third, second, first)))

    assert [(q.article, q.copies) for q in found] == [(first, (third,)), (second, ())]


def said_by_quill(name, day, quote, publisher):
    one = article(name, day, f"“{quote}” said Ada Quill.", publisher)
    attribution = attributed(one, quote, "Ada Quill", "said", "Ada Quill", Kind.DIRECT)
    return Quotation(one, attribution, (0, len(one.body)), 1.0)


def test_a_few_words_of_a_quotation_are_no_copy_of_it():
    words = "We shall mend the wall before winter"
    part = said_by_quill("Part", (1, 1), f"{words},", "Post")
    whole = said_by_quill(
        "Whole",
        (1, 2),
        f"{words}, and whoever took its stones may bring them back at night,",
        "Echo",
    )
    for order in ([part, whole], [whole, part]):
        assert merge_quotations(order) == order


def test_the_fullest_of_a_quotations_copies_stands_for_them():
    words = "We shall mend the wall before winter, stone by stone and by hand"
    short = said_by_quill("Short", (1, 1), f"{words},", "Post")
    same = said_by_quill("Same", (1, 2), f"{words},", "Echo")
    full = said_by_quill("Full", (1, 3), f"{words}, as ever,", "Bell")

    (found,) = merge_quotations([same, full, short])
    assert (found.article, found.copies) == (full.article, (short.article, same.article))
    (found,) = merge_quotations([same, short])
    assert (found.article, found.copies) == (short.article, (same.article,))


def test_a_chain_of_quotations_does_not_merge_its_ends():
    words = (
        "We shall mend the wall before winter comes and the gate in spring when the frost is out"
    )
    parts = words.split()
    chain = [
        said_by_quill(f"Part {start}", (1, start + 1), " ".join(parts[start : start + 12]), paper)
        for start, paper in ((3, "Echo"), (0, "Post"), (6, "Bell"))
    ]
    found = merge_quotations(chain)

    assert [(one.article, one.copies) for one in found] == [
        (chain[1].article, (chain[0].article,)),
        (chain[2].article, ()),
    ]


def test_likeness_forgives_marks_and_a_slip_but_not_other_words():
    assert measure_likeness("it’s NOT nine", "“It's not nine,”") == 1.0
    assert 0.8 < measure_likeness("a toster in a bath", "a toaster in a bath") < 1
    assert measure_likeness("tram", "trams") == 0.0
    assert measure_likeness("", "anything") == 0.0
    assert measure_likeness("the plan is no such action", "is no such action") == 19 / 28
    assert measure_likeness("a very long sentence that nobody said", "a very") == 0.0
