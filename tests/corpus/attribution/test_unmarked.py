"""Posts, interviews and columns: speech without quotation marks."""

from __future__ import annotations

from corpus.attribution.attribute import attribute
from corpus.attribution.attribution import Kind
from corpus.attribution.unmarked import find_posts


def said(body: str, **more) -> list[tuple[str, str]]:
    """Name and words of what is told."""
    return [(one.name, body[slice(*one.quote)]) for one in attribute(body, **more)]


POST = (
    "The pier opens at noon, bring your boots. pic.twitter.com/x1 — Ada Quill (@adaq) May 3, 2024"
)


def test_a_post_belongs_to_whoever_posted_it():
    assert said(POST) == [("Ada Quill", "The pier opens at noon, bring your boots.")]


def test_a_handle_in_a_sentence_is_no_post():
    assert list(find_posts("The harbour (@aldbury) posted nothing on Monday.")) == []


def test_a_link_by_itself_is_no_post():
    assert (
        list(find_posts("https://t.co/abc pic.twitter.com/x1 — Ada Quill (@adaq) May 3, 2024"))
        == []
    )


def test_what_a_body_posts_is_no_speech():
    assert (
        list(find_posts("Tickets are on sale now. — Harbour Music (@harbourm) May 3, 2024")) == []
    )


INTERVIEW = (
    "Peter Hale: Why did you close the pier last winter?\n\n"
    "Ada Quill: The rivets were loose and nobody had looked at them.\n\n"
    "Hale: And will you mend it before the storms?\n\n"
    "Quill: We have ordered the steel already."
)


def test_the_turns_of_an_interview_belong_to_whom_they_name():
    assert [name for name, _ in said(INTERVIEW)] == ["Peter Hale", "Ada Quill"] * 2


def test_an_interview_is_direct_speech():
    assert {one.kind for one in attribute(INTERVIEW)} == {Kind.DIRECT}


def test_a_list_with_colons_is_no_interview():
    body = "Kick Off: The match begins at noon.\n\nStadium: It is sold out.\n\nMore: See the table."
    assert list(find_posts(body)) == []


def test_i_is_whoever_alone_signed_the_article():
    body = "I believe that the pier will never be mended in our time."
    assert said(body, authors=("Ada Quill",))[0][0] == "Ada Quill"
    assert said(body, authors=("Ada Quill", "Peter Hale"))[0][0] == ""
    assert said(body)[0][0] == ""


def test_i_within_a_quotation_is_not_the_author():
    body = "“I believe that the pier will never be mended,” Peter Hale said on the quay."
    assert {name for name, _ in said(body, authors=("Ada Quill",))} == {"Peter Hale"}


ANSWERS = (
    "Ada Quill has mended the pier. Quill gave an interview on the quay.\n\n"
    "Why did it take so long?\n\nWe had no steel, and I had no crew.\n\n"
    "Who paid for the steel?\n\nThe county did, and I am glad of it.\n\n"
    "Will it stand?\n\nI will stand on it myself all winter.\n\nThe pier opens in May."
)


def test_the_answers_of_an_interview_without_names_are_given_by_whom_it_opens_with():
    found = [one for one in attribute(ANSWERS) if one.kind is Kind.DIRECT]
    assert [one.name for one in found] == ["Ada Quill"] * 3
    assert ANSWERS[slice(*found[0].quote)] == "We had no steel, and I had no crew."


def test_what_does_not_call_itself_an_interview_is_none():
    body = ANSWERS.replace("an interview", "a party")
    assert [one for one in attribute(body) if one.kind is Kind.DIRECT] == []


def test_an_interview_with_two_people_names_neither():
    body = ANSWERS.replace("Quill gave", "Peter Hale gave")
    assert [one for one in attribute(body) if one.kind is Kind.DIRECT] == []
