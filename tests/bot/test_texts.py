"""What Byline says in five languages: nothing missing, nothing unused, nothing out of bounds."""

import ast
import inspect
import re
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor
from hypothesis import given, settings
from hypothesis import strategies as st

import bot
from bot import texts
from bot.dialogue import conversation
from bot.telegram.sending.text_limits import count_units
from retrieval.period import Period

BOT = Path(bot.__file__).parent
OTHERS = sorted(set(texts.LANGUAGES) - {texts.ENGLISH})
TOAST, LABEL, DESCRIPTION = 200, 40, 256
SAY, OWN = "texts.say", {"texts.py": ("say",)}
COUNTS = (0, 1, 2, 5, 21, 1234)


class Message(Visitor):
    """What one message of a catalogue refers to."""

    def __init__(self, message):
        self.variables, self.references, self.nodes = set(), set(), []
        self.visit(message)

    def visit_VariableReference(self, node):  # noqa: N802 - the library looks for this name
        self.variables.add(node.id.name)

    def visit_MessageReference(self, node):  # noqa: N802
        self.references.add(node.id.name)

    def visit_SelectExpression(self, node):  # noqa: N802
        self.nodes.append(node)
        self.generic_visit(node)


def read(language):
    text = (BOT / "locales" / f"{language}.ftl").read_text(encoding="utf-8")
    entries = FluentParser().parse(text).body
    broken = [entry.content for entry in entries if isinstance(entry, ftl.Junk)]
    assert broken == []
    messages = [entry for entry in entries if isinstance(entry, ftl.Message)]
    names = [message.id.name for message in messages]
    assert sorted(names) == sorted(set(names)), "a key stands twice"
    return {message.id.name: Message(message) for message in messages}


CATALOGUES = {language: read(language) for language in texts.LANGUAGES}
ENGLISH = CATALOGUES[texts.ENGLISH]


def variables(catalogue, key):
    """The variables of a message and of all that it refers to."""
    message = catalogue[key]
    return message.variables.union(*(variables(catalogue, one) for one in message.references))


@cache
def modules():
    """Every module of the bot, with the names that it calls `say` by."""
    return [
        (file.name, ast.parse(file.read_text(encoding="utf-8")), {SAY, *OWN.get(file.name, ())})
        for file in sorted(BOT.rglob("*.py"))
    ]


@cache
def calls():
    return list(_calls())


def _calls():
    """Every sentence that is said: where, its key, and its variables, or None for unknown ones.

    A key is written out in the call, or handed on as ``key``: then it is written out where that is
    set, or in the call of the function that takes it.
    """
    for file, module, names in modules():
        helpers = {
            one.name: [argument.arg for argument in one.args.args].index("key")
            for one in ast.walk(module)
            if isinstance(one, ast.FunctionDef) and hands_on(one, names)
        }
        for node in ast.walk(module):
            match node:
                case ast.Call(func=called, args=[key, *_], keywords=given) if (
                    ast.unparse(called) in names
                ):
                    known = all(one.arg for one in given) and not isinstance(key, ast.JoinedStr)
                    values = {one.arg for one in given} if known else None
                    yield f"{file}:{node.lineno}", key, values
                case ast.Call(func=ast.Name(id=name), args=arguments) if name in helpers:
                    yield f"{file}:{node.lineno}", arguments[helpers[name]], None
                case ast.Assign(targets=[ast.Name(id="key")], value=ast.IfExp() as chosen):
                    yield f"{file}:{node.lineno}", chosen, None


def hands_on(function, names):
    """Whether a function has a parameter ``key`` and says it."""
    takes = any(one.arg == "key" for one in function.args.args)
    return takes and any(f"{name}(key" in ast.unparse(function) for name in names)


def keys_of(argument):
    """The keys that an argument may stand for; None where they are not written out."""
    match argument:
        case ast.Constant(value=str(key)):
            return [key]
        case ast.Name(id="key"):
            return []
        case ast.IfExp(body=one, orelse=other):
            both = keys_of(one), keys_of(other)
            return None if None in both else [*both[0], *both[1]]
        case ast.JoinedStr(values=[ast.Constant(value=str(prefix)), *_]):
            return [key for key in ENGLISH if key.startswith(prefix)]
    return None


@cache
def needed():
    """The keys that are said, or stand in the code to be said elsewhere."""
    written = {
        node.value
        for _, module, _ in modules()
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    said = {key for _, argument, _ in calls() for key in keys_of(argument) or ()}
    return (said | written) & ENGLISH.keys()


def reached(catalogue, keys):
    """The keys, and all that their messages refer to."""
    every = set()
    todo = [key for key in keys if key in catalogue]
    while todo:
        key = todo.pop()
        if key not in every:
            every.add(key)
            todo += catalogue[key].references
    return every


def say_all(language, key, count):
    """Say a message with one number for every number, and a name for every other variable."""
    values = {name: count if name in numbers(key) else "Nim" for name in variables(ENGLISH, key)}
    with texts.speak(language):
        return texts.say(key, **values)


@cache
def numbers(key):
    """The variables that choose a plural form in any language."""
    return {
        select.selector.id.name
        for catalogue in CATALOGUES.values()
        for one in reached(catalogue, [key])
        for select in catalogue[one].nodes
        if isinstance(select.selector, ftl.VariableReference) and counts(select)
    }


def counts(select):
    """Whether variants are numbers or plural forms."""
    forms = {"zero", "one", "two", "few", "many"}
    keys = [variant.key for variant in select.variants]
    return any(isinstance(key, ftl.NumberLiteral) or key.name in forms for key in keys)


def test_every_sentence_that_is_said_has_a_key_that_is_written_out():
    assert [where for where, argument, _ in calls() if keys_of(argument) is None] == []
    written = {(where, key) for where, argument, _ in calls() for key in keys_of(argument)}
    assert sorted((where, key) for where, key in written if key not in ENGLISH) == []


def test_every_call_names_the_variables_of_its_sentence():
    named = [(where, keys_of(argument), values) for where, argument, values in calls()]
    wrong = [
        (where, key, values)
        for where, keys, values in named
        if values is not None
        for key in keys
        if key in ENGLISH and values != variables(ENGLISH, key)
    ]
    assert wrong == []


def test_no_sentence_stands_in_a_catalogue_for_nothing():
    for language, catalogue in CATALOGUES.items():
        assert set(catalogue) - reached(catalogue, needed()) == set(), language


@pytest.mark.parametrize("language", OTHERS)
def test_no_sentence_for_readers_is_missing(language):
    parts = {key for message in ENGLISH.values() for key in message.references}
    said = {key for _, argument, _ in calls() for key in keys_of(argument)}
    wanted = {key for key in needed() - (parts - said) if not key.startswith("admin-")}
    assert wanted - CATALOGUES[language].keys() == set()


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_uses_the_same_variables(language):
    catalogue = CATALOGUES[language]
    for key in needed() & catalogue.keys():
        assert variables(catalogue, key) == variables(ENGLISH, key), key


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_names_the_same_commands(language):
    def commands(text):
        return sorted(re.findall(r"(?<![\w/])/[a-z]+", text))

    for key in needed() & CATALOGUES[language].keys():
        assert commands(say_all(language, key, 5)) == commands(say_all("en", key, 5)), key


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("count", COUNTS)
def test_everything_can_be_said_with_any_number(language, count):
    for key in needed():
        said = say_all(language, key, count)
        assert said.strip(), key
        assert not re.search(r"[{}$\u2068\u2069]|\?\?\?", said), key
        assert "!" not in said.replace("quick!", ""), key


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_plural_forms_are_those_of_the_language(language):
    forms = {"ru": {"one", "few", "many"}, "zh": {"other"}}.get(language, {"one", "other"})
    for key, message in CATALOGUES[language].items():
        for select in message.nodes:
            names = {one.key.name for one in select.variants if isinstance(one.key, ftl.Identifier)}
            plural = names & {"zero", "one", "two", "few", "many", "other"}
            if counts(select) and not names & {"short", "normal", "long"}:
                assert plural <= forms | {"other"}, key


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "в 1 статье"),
        (2, "в 2 статьях"),
        (5, "в 5 статьях"),
        (21, "в 21 статье"),
        (1234, "в 1\u00a0234 статьях"),
    ],
)
def test_russian_declines_what_it_counts(count, said):
    with texts.speak("ru"):
        assert texts.story("T", count) == f"«T» {said}"


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "1 секунду."), (2, "2 секунды."), (5, "5 секунд."), (21, "21 секунду.")],
)
def test_russian_has_three_plural_forms(count, said):
    with texts.speak("ru"):
        assert texts.say("busy", seconds=count).endswith(said)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "1,234 articles"), ("de", "1.234 Artikeln"), ("zh", "1,234 篇"), ("es", "1.234 art")],
)
def test_numbers_are_written_as_the_language_writes_them(language, said):
    with texts.speak(language):
        assert said in texts.story("T", 1234)


@pytest.mark.parametrize(
    ("language", "day", "month", "span"),
    [
        ("en", "24 Aug 2026", "August 2026", "1 Mar 2026 to 3 Mar 2026"),
        ("de", "24. Aug. 2026", "August 2026", "1. März 2026 bis 3. März 2026"),
        ("ru", "24 авг. 2026", "август 2026", "1 мар. 2026 – 3 мар. 2026"),
        ("zh", "2026年8月24日", "2026年8月", "2026年3月1日至2026年3月3日"),
        ("es", "24 ago 2026", "agosto de 2026", "1 mar 2026 – 3 mar 2026"),
    ],
)
def test_dates_are_written_as_the_language_writes_them(language, day, month, span):
    with texts.speak(language):
        assert texts.format_day(datetime(2026, 8, 24, 9, tzinfo=UTC)) == day
        assert texts.format_period(Period(date(2026, 8, 1), date(2026, 8, 31))) == month
        assert texts.format_period(Period(date(2026, 3, 1), date(2026, 3, 3))) == span
        assert texts.format_period(Period(date(2026, 1, 1), date(2026, 12, 31))).startswith("2026")
        assert texts.format_day(None) == ""


@given(st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.integers(0, 400))
@settings(max_examples=100, deadline=None)
def test_english_writes_periods_as_questions_are_read(first, days):
    period = Period(first, date.fromordinal(first.toordinal() + days))
    assert texts.format_period(period) == str(period)


@given(st.text(max_size=5000), st.sampled_from(list(texts.LANGUAGES)))
@settings(max_examples=100, deadline=None)
def test_whatever_is_inserted_stands_unchanged_but_for_what_would_be_a_link(inserted, language):
    with texts.speak(language):
        for said in (
            texts.say("unknown-person", name=inserted),
            texts.none_about(inserted or "x", 3),
            texts.help_text(3, [inserted, "B", "C"]),
        ):
            assert texts.unlink(inserted) in said
            assert inserted.replace("\u2060", "") in said.replace("\u2060", "")


def test_what_looks_like_a_placeable_is_not_one():
    assert "{ $name } {articles}" in texts.say("everything", name="{ $name } {articles}")


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_toasts_labels_and_descriptions_fit_where_telegram_shows_them(language):
    for where, most in (("toast", TOAST), ("label", LABEL), ("description", DESCRIPTION)):
        for key in shown_as(where):
            assert count_units(say_all(language, key, 1234)) <= most, (key, where)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_message_leaves_room_for_the_news(language):
    for key in needed():
        assert count_units(say_all(language, key, 1234)) <= 2048, key


def shown_as(where):
    """The keys that are said in a toast, in a button's label, or in the menu of commands."""
    if where == "description":
        return {key for key in needed() if "command-" in key}
    name = {"toast": "Outcome", "label": "Button"}[where]
    found = set()
    for _, module, _ in modules():
        for node in ast.walk(module):
            match node:
                case ast.Call(func=ast.Name(id=made), args=[words, *_]) if made == name:
                    said = [one for one in ast.walk(words) if isinstance(one, ast.Call)]
                    keys = [keys_of(one.args[0]) for one in said if ast.unparse(one.func) == SAY]
                    found.update(key for several in keys for key in several or ())
    assert found
    return found & ENGLISH.keys()


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("zh-hans", "zh"),
        ("zh_TW", "zh"),
        ("pt-br", "en"),
        ("", "en"),
    ],
)
def test_the_nearest_language_is_spoken_and_english_where_there_is_none(code, language):
    with texts.speak(code):
        assert texts.get_language() == language
        with texts.speak("ru"):
            assert texts.get_language() == "ru"
        assert texts.get_language() == language
    assert texts.get_language() == "en"


def test_what_a_language_lacks_is_said_in_english():
    lacking = min(ENGLISH.keys() - CATALOGUES["de"].keys())
    assert say_all("de", lacking, 5) == say_all("en", lacking, 5)


def test_a_key_that_is_in_no_catalogue_is_an_error():
    with pytest.raises(KeyError):
        texts.say("no-such-key")


def test_a_variable_that_is_missing_is_an_error():
    with pytest.raises(ValueError, match="name"):
        texts.say("everything")


def test_every_public_method_of_a_conversation_speaks_the_readers_language():
    """Those that take a place, that is; `spoken` makes them, and leaves its mark."""
    silent = {"sent", "language"}
    for name, method in vars(conversation.Conversation).items():
        if name.startswith("_") or not inspect.isfunction(method):
            continue
        if "place" in inspect.signature(method).parameters and name not in silent:
            assert hasattr(method, "__wrapped__"), name
