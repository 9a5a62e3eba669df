import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.alerts.alert import MOST_CHARS, Level, read_alert

PAPERS = ("The Gazette", "The Harbour Light", "FOX News - Health", "FOX News - Style", "The Age")


@pytest.mark.parametrize(
    ("typed", "topic", "publisher", "speaker"),
    [
        ("Kovač in the Gazette", "Kovač", "The Gazette", ""),
        ("ferry strike when the mayor says something", "ferry strike", "", "the mayor"),
        ("anything about rate cuts", "rate cuts", "", ""),
        ("tell me when there is news about the ferry", "the ferry", "", ""),
        ("alert me when Kovač resigns", "Kovač resigns", "", ""),
        ("Kovač when she says something on the ferry", "ferry", "", "Kovač"),
        ("when Kovač speaks", "", "", "Kovač"),
        ("anything Kovač says about the ferry", "ferry", "", "Kovač"),
        ("mayor says something about the ferry", "ferry", "", "mayor"),
        ("quotes by Kovač on tax", "tax", "", "Kovač"),
        ("quotes by Kovač", "", "", "Kovač"),
        ("what the mayor says", "", "", "the mayor"),
        ("rent when somebody says something on it", "rent", "", ""),
        ("Powell when the Fed says that rates fall", "Powell rates fall", "", "the Fed"),
        ("please let me know if the council says anything about bins", "bins", "", "the council"),
        ("tram in the Gazette when he says something on it", "", "The Gazette", "tram"),
        ("News from the harbour light about eels", "eels", "The Harbour Light", ""),
        ("tram in the harbour light, daily", "tram daily", "The Harbour Light", ""),
        ("flu in Fox News", "flu", "Fox News", ""),
        ("trams in the age", "trams", "The Age", ""),
        ("the age of reason", "age of reason", "", ""),
        ("strike in Dover", "strike in Dover", "", ""),
        ("Say Anything band", "Say Anything band", "", ""),
        ("when harry met sally", "harry met sally", "", ""),
        ("when the whole of the council of the old town says something", "council", "", ""),
        ("everything", "", "", ""),
        ("тарифы", "тарифы", "", ""),
    ],
)  # fmt: skip
def test_reads_what_people_type(typed, topic, publisher, speaker):
    alert = read_alert(typed, id=3, publishers=PAPERS)
    if not topic and not speaker:
        assert alert is None
        return
    assert alert is not None
    assert alert.id == 3
    assert (alert.publisher, alert.speaker) == (publisher, speaker)
    assert alert.topic == topic or topic in alert.topic.split()


@pytest.mark.parametrize(
    "typed", ["", "  ", "news", "tell me something new", "the", "in the Gazette"]
)
def test_takes_nothing_from_a_text_that_says_nothing(typed):
    assert read_alert(typed, publishers=PAPERS) is None


def test_takes_an_unknown_paper_for_part_of_the_topic():
    alert = read_alert("Kovač in the Gazette")
    assert alert is not None
    assert (alert.topic, alert.publisher) == ("Kovač in the Gazette", "")


def test_is_careful_unless_told_otherwise():
    alert = read_alert("eels")
    assert alert is not None
    assert (alert.level, alert.raised) == (Level.FEWER, 0.0)


@given(st.text(st.sampled_from("when in says Gazette .,?! “”\n\t\0éж1"), max_size=400) | st.text())
def test_reads_whatever_is_typed_and_no_more_than_a_message(typed):
    alert = read_alert(typed, publishers=PAPERS)
    assert alert is None or len(f"{alert.topic}{alert.speaker}") <= MOST_CHARS
    assert alert is None or alert.topic or alert.speaker
