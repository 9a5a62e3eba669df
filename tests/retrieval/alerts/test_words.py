from hypothesis import given
from hypothesis import strategies as st

from retrieval.alerts.words import find_surname, is_alone, list_terms, list_wanted


def want(topic):
    return [term for term, _ in list_wanted(topic)]


def test_both_sides_lose_accents_and_the_dots_of_abbreviations():
    assert want("Kovač") == want("kovac") == list(list_terms("Kovač’s"))
    assert want("U.S. tariffs") == list(list_terms("US tariffs"))


def test_a_stop_word_counts_by_its_capitals_alone():
    assert want("Will Smith") == ["=Will", "smith"]
    assert want("WHO") == ["=WHO"]
    assert "=Will" not in list_terms("They will smith it.")


def test_words_with_figures_stay_whole():
    assert want("T20 cricket at the G7, 3M") == ["t20", "cricket", "g7", "3m"]


def test_words_that_ask_for_news_count_where_nothing_else_does():
    assert want("ferry news") == ["ferri"]
    assert want("New York") == ["new", "york"]
    assert want("stories") == ["stori"]


def test_a_topic_without_terms_wants_nothing():
    assert want("May") == want("the") == want("") == []


def test_a_word_is_wanted_once():
    assert want("ferry, Ferries and ferry") == ["ferri"]


def test_a_question_makes_no_given_name_of_its_verb():
    assert list_wanted("will the tram open") == [("tram", False), ("open", False)]


def test_finds_the_surname_of_one_person_only():
    assert find_surname("anna keller") == "keller"
    assert find_surname("Anna Keller and Peter Finch") == ""
    assert find_surname("Keller") == ""


def test_a_surname_is_alone_where_titles_and_verbs_stand_beside_it():
    assert is_alone("keller", "On Monday Mayor Keller left. “Well,” Keller said.")
    assert not is_alone("Keller", "Peter Keller left; Keller said so.")
    assert not is_alone("Keller", "A Keller Holdings ship.")
    assert not is_alone("Keller", "The keller is German.")
    assert not is_alone("Keller", "Nobody was there.")


@given(st.text())
def test_any_text_has_terms_in_the_order_of_its_words(text):
    assert all(isinstance(term, str) and term for term in list_terms(text))
    assert len(want(text)) == len(set(want(text)))
