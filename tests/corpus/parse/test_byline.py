"""Names as bylines print them."""

import pytest

from corpus.parse.byline import (
    drop_by,
    drop_place,
    is_byline,
    is_host,
    is_names,
    is_outlet,
    is_section,
    keep_distinct,
    read_host,
    read_names,
)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Jane Doe and John Roe in Geneva", ("Jane Doe", "John Roe")),
        ("Story by: Jane Doe, Political Editor", ("Jane Doe",)),
        ("By By Jane Doe", ("Jane Doe",)),
        ("Jane Doe, Jr., and JANE DOE, Jr.", ("Jane Doe, Jr.",)),
        ("jane@news.example | Jane Doe (Geneva) @jane", ("Jane Doe",)),
        ("Ma&ntilde;uel R&iacute;os &amp; Ida Brandt", ("Mañuel Ríos", "Ida Brandt")),
        ("Editor of the Gazette", ()),
        ("By", ()),
        ("", ()),
    ],
)
def test_names_stand_alone_as_printed(line, names):
    assert read_names(line) == names


def test_a_part_that_is_too_long_is_no_name():
    assert read_names("Jane " + "x" * 90) == ()


def test_labels_and_places_are_dropped():
    assert drop_by("Written by: Jane Doe") == "Jane Doe"
    assert drop_place("Jane Doe in Geneva") == "Jane Doe"


def test_the_first_spelling_of_a_name_stays():
    assert keep_distinct(["Jane Doe", "JANE DOE", "Ida"]) == ("Jane Doe", "Ida")


@pytest.mark.parametrize(
    ("line", "byline"),
    [
        ("By Jane Doe and John Roe", True),
        ("By Jane van der Doe, news.example", True),
        ("By Tuesday the fire was out.", False),
        ("By 9 Sailors", False),
        ("Jane Doe", False),
    ],
)
def test_a_byline_is_told_from_a_sentence(line, byline):
    assert is_byline(line) is byline


def test_a_line_of_more_names_than_a_byline_has_is_none():
    assert is_names(", ".join(["Jane Doe"] * 12))
    assert not is_names(", ".join(["Jane Doe"] * 13))


def test_outlets_hosts_and_sections_are_no_people():
    assert is_outlet("Example News")
    assert is_outlet("example.org")
    assert not is_outlet("Jane Doe")
    assert not is_outlet("")
    assert is_host("news.example.org")
    assert not is_host("Mr. Doe")
    assert is_section("World / Asia-Pacific")
    assert is_section("Opinion")
    assert not is_section("Bridge / closed for a very long week")
    assert not is_section(" / ")


@pytest.mark.parametrize(
    ("url", "host"),
    [("https://www.news.example/a", "news.example"), ("http://[", None), ("", None), (None, None)],
)
def test_the_host_of_an_address_that_has_none_is_none(url, host):
    assert read_host(url) == host


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("View all posts by Ida Brandt", ("Ida Brandt",)),
        ("Zeige alle Beiträge von Ida Brandt →", ("Ida Brandt",)),
        ("Von Ida Brandt und Ole Finn", ("Ida Brandt", "Ole Finn")),
        ("Par Ida Brandt et Ole Finn", ("Ida Brandt", "Ole Finn")),
        ("Por Ida Brandt y Ole FinnHace 3 horas", ("Ida Brandt", "Ole Finn")),
        ("Ida BrandtDecember 21, 2020", ("Ida Brandt",)),
        ("Ida Brandt - Mon, 21 Dec 2020", ("Ida Brandt",)),
        ("Ida Brandt | Updated: May 4, 2020", ("Ida Brandt",)),
        ("Paul December 21", ("Paul",)),
        ("Ida BrandtVNA", ("Ida Brandt",)),
        ("\N{BUST IN SILHOUETTE}by Ida Brandt", ("Ida Brandt",)),
        ("田中宏昌，谢若含", ("田中宏昌", "谢若含")),
        ("这个项目正在改进。它很好", ()),
        ("VNA Staff", ("VNA Staff",)),
        ("Velm News Desk", ("Velm News Desk",)),
        ("Smart Tram Team", ("Smart Tram Team",)),
        ("Ida Brandt Staff", ("Ida Brandt",)),
        ("José Ortega y Gasset", ("José Ortega y Gasset",)),
        ("Ida Brandt 7 June 2020", ("Ida Brandt",)),
        ("Ida Brandt Updated 7 June", ("Ida Brandt",)),
        ("Ida BrandtOle Finn", ("Ida Brandt", "Ole Finn")),
        ("Ida MacLeod Finn", ("Ida MacLeod Finn",)),
        ("Ida Brandt, PhD, and Ole Finn MPH", ("Ida Brandt", "Ole Finn")),
        ("Jack Ma", ("Jack Ma",)),
        ("Ida Brandt And Ole Finn For The Velm Post", ("Ida Brandt", "Ole Finn")),
        ("['Ida Brandt', \"Ole O'Finn\"]", ("Ida Brandt", "Ole O'Finn")),
        ("ida@post.example (Ida Brandt)", ("Ida Brandt",)),
        ("desk@post.example", ()),
        ("Von", ("Von",)),
        ("MBA", ()),
    ],
)
def test_names_are_freed_of_what_stands_around_them(line, names):
    assert read_names(line) == names


def test_bylines_of_other_languages_are_bylines():
    assert is_byline("Von Ida Brandt und Ole Finn")
    assert not is_byline("Por la mañana")
    assert not is_byline("About Velm")
