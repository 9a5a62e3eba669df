"""Follow-ups: texts that lean on the question before them, completed so that they stand alone.

Whoever is in doubt leaves a text alone: a new question that inherits an old topic is answered
wrongly, while a follow-up that is not understood costs its reader a few words more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from retrieval.period import drop_periods, find_periods
from retrieval.query.anaphora import (
    Lean,
    asks,
    drop_opening,
    find_fragment,
    find_leans,
    is_addressed,
    strip_bare,
    wants_more,
    wants_speakers,
)
from retrieval.query.intent import NO_TALK, Ask, AskWhoSaid, Talk
from retrieval.query.keyphrases import extract_keyphrases, shorten, swap
from retrieval.query.people import People
from retrieval.query.question import Publishers
from retrieval.query.topic import find_topic
from retrieval.query.who_said import Form, WhoQuestion, is_pronoun, read_who
from retrieval.tokens import tokenize_query

_TOPIC_TERMS = 8
_QUOTED_TERMS = 12
_FRAGMENT_TERMS = 3
_ABOUT = re.compile(r"^(?:about|on|regarding)\s+", re.IGNORECASE)
_PLACE = re.compile(r"^(?P<at>in|at|on)\s+(?:the\s+)?(?P<name>[A-ZÀ-Þ].*)$")
_SAYING = re.compile(r"(?:say|says|said|think|thinks|thought|tell|told)\b", re.IGNORECASE)
_INTO = re.compile(r"^(?:by|for|to|from|with|in|on|at|of)\s+(?:who|whom|whose|what|which)\b", re.I)
_HELPS = re.compile(r"\b(?:do|does|did|will|would|can|could|is|are|was|were|has|have|had)\b", re.I)
_HERO = (Form.SAID_BY, Form.EVERYTHING, Form.DID)


@dataclass(frozen=True, slots=True)
class PriorTurn:
    """What was talked about just before.

    Attributes:
        question: The last question, complete; may be empty where an article was shown unasked.
        said: Whom and what it was about, where that was asked without a sentence.
        people: Whom the last answer quotes or names, likeliest first.
        topic: What the last question was about, where it was a follow-up itself.
        headline: Of the article that it shows, or empty.
        articles: Ids of those that the answers showed, the last one first.
        quoted: The part of the answer that is replied to, or empty.
        replied: Whether the text replies to that answer, and does not just come after it.
    """

    question: str
    people: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    headline: str = ""
    quoted: str = ""
    replied: bool = False
    said: AskWhoSaid | None = None
    articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A text with what it leans on.

    Attributes:
        text: Complete, to be asked as any question; empty where only more of the same is wanted,
            or where `said` says what is.
        taken: What was taken over, as it was put before; may be empty.
        topic: What the next follow-up is about too; empty where the text says it.
        more: Whether the next page of the last answer is wanted.
        speakers: Whether it is wanted who says what in the article that was shown.
        said: Whom and what it asks about, where that takes no sentence of the reader's.
        talk: What of before helps to answer it.
    """

    text: str
    taken: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    more: bool = False
    speakers: bool = False
    said: AskWhoSaid | None = None
    talk: Talk = NO_TALK

    @property
    def intent(self) -> Ask | AskWhoSaid:
        """What is asked."""
        return replace(self.said or Ask.read(self.text), talk=self.talk)


@dataclass(frozen=True, slots=True)
class Known:
    """What of the archive helps to read a text.

    Attributes:
        publishers: By name.
        people: Those quoted.
        together: Whether some passage holds all of some terms, and most of others.
        is_name: Whether a word that is typed without a capital is printed with one.
        told: Whether a word of the question before stands in the articles that were shown.
    """

    publishers: Publishers = field(default_factory=lambda: Publishers([]))
    people: People = field(default_factory=People)
    together: Callable[[Sequence[str], Sequence[str]], bool] = lambda _new, _old: True
    is_name: Callable[[str], bool] = lambda _word: False
    told: Callable[[str], bool] = lambda _word: True


def complete(text: str, before: PriorTurn, *, known: Known, today: date) -> FollowUp | None:
    """Complete a text that leans on what was talked about before it.

    People, places, times, publishers and the topic carry over, as far as the text does not name
    its own.

    Args:
        text: As typed.
        before: What it may lean on.
        known: What of the archive helps.
        today: The day from which "last week" counts.

    Returns:
        None where the text stands alone.

    Example:
        >>> before = PriorTurn("When did the council approve the tram?")
        >>> complete("and why?", before, known=Known(), today=date(2026, 11, 23)).text
        'Why did the council approve the tram?'
        >>> complete("Who won the cup?", before, known=Known(), today=date(2026, 11, 23)) is None
        True
    """
    if wants_more(text):
        return FollowUp("", more=True)
    if before.articles and wants_speakers(text):
        return FollowUp("", speakers=True)
    return _Completion(text, before, known, today).complete()


def complete_loosely(text: str, before: PriorTurn, *, known: Known, today: date) -> FollowUp | None:
    """Put a text that says nothing of leaning beside the topic that was talked about.

    Whether it leans at all is for what is found to say; see `retrieval.routing.readings`.

    Returns:
        None where there is no topic, or nothing in the text.
    """
    return _Completion(text, before, known, today).beside_topic()


class _Completion:
    """One text beside the question before it."""

    def __init__(self, text: str, before: PriorTurn, known: Known, today: date) -> None:
        self._before = before
        self._known = known
        self._today = today
        self._opened, self._rest = drop_opening(text)
        self._former = before.question.strip().rstrip("?.! ")
        self._who = self._read_former(before)

    def _read_former(self, before: PriorTurn) -> WhoQuestion | None:
        if before.said:
            form = Form.SAID_BY if before.said.speaker else Form.ABOUT
            return WhoQuestion(form, speaker=before.said.speaker, topic=before.said.topic)
        return read_who(self._former, people=self._known.people) if self._former else None

    def complete(self) -> FollowUp | None:
        rest = self._rest
        if not rest or not extract_keyphrases(f"{self._former} {self._before.headline}"):
            return None
        if scope := self._scope():
            return scope
        if word := strip_bare(rest):
            return self._asked_of_topic(word)
        if leans := find_leans(rest, self._names(rest), replied=self._before.replied):
            return self._filled(leans)
        if asks(rest) and not extract_keyphrases(rest) and not is_addressed(rest):
            return self._beside(rest, self._topic())
        if part := find_fragment(rest, self._opened, replied=self._before.replied):
            return self._fragment(part)
        return self._short()

    def beside_topic(self) -> FollowUp | None:
        rest, topic = self._rest, self._topic()
        new = tokenize_query([find_fragment(rest, self._opened, replied=self._before.replied)])
        told = self._before.articles or self._known.together(new, tokenize_query(topic))
        if new and not told:  # "and penguins?": nothing is at hand that may tell of them
            return None
        return self._beside(rest, topic) if rest else None

    def _scope(self) -> FollowUp | None:
        """A text that names a time or a publisher and nothing else."""
        rest = self._rest
        if not find_periods(rest, today=self._today) and find_periods(
            f"in {rest}", today=self._today
        ):
            rest = f"in {rest}"  # "2025", "August"
        named, times = self._publishers(rest), find_periods(rest, today=self._today)
        if not (named or times) or not self._former or asks(rest):
            return None
        left = drop_periods(rest, today=self._today)
        if not set(tokenize_query([left])) <= set(tokenize_query(named)):
            return None
        taken = self._taken(self._freed(self._former, times=bool(times), publishers=bool(named)))
        if said := self._before.said:
            topic = self._freed(said.topic, times=bool(times), publishers=bool(named))
            return self._said(replace(said, topic=f"{topic} {rest}".strip()), taken)
        text = self._taken_by(named) if named else self._former
        if times:
            when = self._known.publishers.without(rest)
            text = f"{drop_periods(text, today=self._today)} {when}"
        return self._whole(f"{text}?", taken)

    def _said(
        self, said: AskWhoSaid, taken: tuple[str, ...], topic: tuple[str, ...] = ()
    ) -> FollowUp:
        talk = Talk(articles=self._before.articles)
        return FollowUp("", taken, topic, said=said, talk=talk)

    def _whole(self, text: str, taken: tuple[str, ...]) -> FollowUp:
        """The former question with something else in the place of a part."""
        return FollowUp(text, taken, talk=Talk(articles=self._before.articles))

    def _freed(self, text: str, *, times: bool, publishers: bool) -> str:
        """A text without the times and the publishers that it names, or either."""
        text = drop_periods(text, today=self._today) if times else text
        return self._known.publishers.without(text) if publishers else text

    def _taken_by(self, named: Sequence[str]) -> str:
        """The former question with other publishers."""
        names = " and ".join(re.sub("^The ", "the ", name) for name in named)
        replaced = self._known.publishers.without(self._former, instead=names)
        return replaced if replaced != self._former else f"{self._former} in {names}"

    def _asked_of_topic(self, word: str) -> FollowUp | None:
        """Only a question word: "why?"."""
        statement = shorten(self._former)
        if self._before.quoted or not tokenize_query([statement]):
            return self._beside(word, self._topic())
        return self._whole(f"{_capital(word)} {statement}?", self._taken(self._former))

    def _filled(self, leans: Sequence[Lean]) -> FollowUp | None:
        """Put whom or what they mean in the place of pronouns."""
        person, topic = self._person(), self._topic()
        deed: tuple[str, ...] = ()
        if person and any(lean.person for lean in leans):
            topic = tuple(one for one in topic if one not in person)
            deed = () if topic else self._deed(person)
        taken: list[str] = []
        parts, end = list[str](), 0
        for lean in leans:
            nobody = not lean.person or not person
            if nobody and lean.subject and _SAYING.match(self._rest[lean.end :].lstrip()):
                return self._said_of(topic)
            if lean.person and person:
                meant: tuple[str, ...] = (person,)
            else:
                meant = _names_of(topic) if lean.place else topic
            taken += meant
            meant = meant or deed or (person,)
            words = f"in {' '.join(meant)}" if lean.place else self._joined(meant)
            parts += self._rest[end : lean.start], f"{words}'s" if lean.possessive else words
            end = lean.end
        if not taken:
            return None
        text = "".join((*parts, self._rest[end:]))
        return self._leaning(f"{_capital(text)}?", tuple(dict.fromkeys(taken)), self._topic())

    def _leaning(self, text: str, taken: tuple[str, ...], topic: tuple[str, ...]) -> FollowUp:
        """The text's own words beside what they mean."""
        own = self._rest if tokenize_query([self._rest]) else ""
        return FollowUp(text, taken, topic, talk=Talk(own, self._before.articles))

    def _deed(self, person: str) -> tuple[str, ...]:
        """What somebody does in the former question: no topic, but what "that" means."""
        return tuple(one for one in self._phrases(self._former) if one not in person)

    def _said_of(self, topic: tuple[str, ...]) -> FollowUp | None:
        """What anybody said of the topic."""
        if not topic:
            return None
        return self._said(AskWhoSaid("", self._joined(topic)), topic, topic)

    def _fragment(self, part: str) -> FollowUp | None:
        """A few words without a verb: a person, a place, or what else it is about."""
        if about := _ABOUT.match(part):
            return self._about(part[about.end() :])
        if len(tokenize_query([part])) > _FRAGMENT_TERMS or not tokenize_query([part]):
            return None
        if self._somebody(part) or (self._who is not None and self._named_person(part)):
            return self._of_person(part)
        if place := self._other_place(part):
            return place
        return self._added(part)

    def _about(self, topic: str) -> FollowUp | None:
        if len(tokenize_query([topic])) > _FRAGMENT_TERMS or not tokenize_query([topic]):
            return None
        if self._who is not None and self._who.form in _HERO and not is_pronoun(self._who.speaker):
            speaker = self._who.speaker
            return self._said(AskWhoSaid(speaker, topic), (speaker,))
        return self._added(topic)

    def _of_person(self, name: str) -> FollowUp | None:
        """The same of somebody else."""
        if self._who is not None and self._who.form not in _HERO:
            topic = self._who.topic or self._who.words
            return self._said(AskWhoSaid(name, topic), self._phrases(topic))
        if said := self._before.said:
            return self._said(replace(said, speaker=name), self._phrases(said.topic))
        if former := self._asked_person():
            text = swap(self._former, former, name)
            return self._whole(f"{text}?", self._taken(self._former, without=former))
        return self._added(name)

    def _other_place(self, part: str) -> FollowUp | None:
        """The same of another place: "and in Castrel?"."""
        place = _PLACE.match(part)
        if not place:
            return None
        named = [one for one in self._phrases(self._former) if one[:1].isupper()]
        led = [
            one
            for one in named
            if re.search(rf"\b{place['at']} {re.escape(one)}(?!\w)", self._former)
        ]
        led = led or [one for one in named if not self._somebody(one)]
        if len(led) != 1:
            return None
        (former,) = led
        text = swap(self._former, former, place["name"])
        return self._whole(f"{text}?", self._taken(self._former, without=former))

    def _added(self, part: str) -> FollowUp | None:
        """What is new beside the topic, where the archive tells of both together."""
        topic = self._topic()
        new, old = tokenize_query([part]), tokenize_query(topic)
        if len(new) > 1 and not part[:1].isupper():  # "and the port strike?" is a topic of its own
            return None
        if not topic or not self._known.together(new, old):
            return None
        return self._leaning(f"{_capital(part)}: {' '.join(topic)}?", topic, topic)

    def _beside(self, words: str, topic: Sequence[str]) -> FollowUp | None:
        if not topic:
            return None
        return self._leaning(
            f"{_capital(words)} {self._joined(topic)}?", tuple(topic), tuple(topic)
        )

    def _short(self) -> FollowUp | None:
        """A question of a word or two that opens as a follow-up does: "and who paid?"."""
        terms = tokenize_query([self._rest])
        most = 2 if self._before.replied else 1
        leans = self._opened or self._before.replied or _INTO.match(self._rest)
        if not leans or not 0 < len(terms) <= most:
            return None
        if self._names(self._rest) or set(terms) <= set(tokenize_query([self._former])):
            return None
        topic = self._topic()
        if not topic or not self._known.together(terms, tokenize_query(topic)):
            return None
        return self._beside(self._rest, topic)

    def _publishers(self, text: str) -> tuple[str, ...]:
        named = self._known.publishers.named_in(text)
        return tuple(name for names in named for name in names)

    def _names(self, text: str) -> bool:
        """Whether a text names somebody or something itself."""
        return bool(re.search(r"(?<!^)(?<![.?!]\s)\b[A-ZÀ-Þ]\w", text)) or any(
            self._is_name(word) for word in text.split()[1:] if len(word) > _FRAGMENT_TERMS
        )

    def _named_person(self, words: str) -> bool:
        bare_words = words.strip(" ,")
        return bool(tokenize_query([bare_words])) and bool(self._known.people.find(bare_words))

    def _is_name(self, word: str) -> bool:
        """Whether a word, with or without a capital, belongs to a name and not to an office."""
        plain = word.strip(" ,").casefold()
        return any(plain in one.name.casefold().split() for one in self._known.people.find(plain))

    def _is_known(self, name: str) -> bool:
        """Whether somebody quoted has all the words of a name in theirs."""
        words = set(name.casefold().split())
        found = self._known.people.find(name)
        return any(words <= set(form.casefold().split()) for one in found for form in one.forms)

    def _somebody(self, words: str) -> bool:
        """Whether words name a person rather than a body: people are printed with what they are."""
        return any(person.roles for person in self._known.people.find(words.strip(" ,")))

    def _asked_person(self) -> str:
        """Whom the former question names, in its words; empty for nobody."""
        who = self._who
        if who is not None and who.speaker and not is_pronoun(who.speaker):
            return who.speaker
        found = self._phrases(self._former)
        named = (one for one in found if one[:1].isupper() or self._is_name(one))
        return next(filter(self._somebody, named), "")

    def _person(self) -> str:
        """Whom "he" or "she" means; empty for nobody known."""
        if self._before.quoted:
            named = _names_of(self._phrases(self._before.quoted))
            if quoted := next(filter(self._somebody, named), ""):
                return quoted
        asked, shown = self._asked_person(), list(filter(self._is_known, self._before.people))
        if asked and (not shown or self._is_among(asked)):
            return asked
        if len(shown) == 1 or asked:
            return asked if len(shown) != 1 else shown[0]
        found = " ".join(self._about_what(_asked_about(self._who) or self._former))
        words = [re.sub("['’]s?$", "", word) for word in found.split()]
        office = next(filter(self._somebody, words), "")
        own = self._known.is_name(office) or self._is_name(office)
        return office if own or not office else f"the {office}"

    def _is_among(self, name: str) -> bool:
        forms = {form for one in self._known.people.find(name) for form in (one.name, *one.forms)}
        return not forms.isdisjoint(self._before.people)

    def _topic(self) -> tuple[str, ...]:
        """What it is about, in the words of the former question, or else of the headline."""
        if self._before.quoted:
            return _first(self._phrases(self._before.quoted), _QUOTED_TERMS)
        if self._before.topic:
            return self._before.topic
        asked = self._about_what(_asked_about(self._who) or self._former)
        return _first(asked or self._phrases(self._before.headline), _TOPIC_TERMS)

    def _about_what(self, text: str) -> tuple[str, ...]:
        bare_text = drop_periods(self._known.publishers.without(text), today=self._today)
        return find_topic(bare_text, is_name=self._known.is_name, told=self._known.told)

    def _joined(self, found: Sequence[str]) -> str:
        """Join phrases by what stands between them in the former question, if they follow there."""
        start, end = self._former.find(found[0]), self._former.rfind(found[-1])
        between = self._former[start : end + len(found[-1])] if 0 <= start <= end else ""
        whole = extract_keyphrases(between) == tuple(found) and not _HELPS.search(between)
        return between if whole else " ".join(found)

    def _phrases(self, text: str) -> tuple[str, ...]:
        bare_text = drop_periods(self._known.publishers.without(text), today=self._today)
        return extract_keyphrases(shorten(bare_text) or bare_text)

    def _taken(self, text: str, *, without: str = "") -> tuple[str, ...]:
        """What a former question gives: its phrases, publishers and times."""
        dropped = set(tokenize_query([without]))
        about = [one for one in self._about_what(text) if not dropped & set(tokenize_query([one]))]
        said = [one for one in self._phrases(text) if not dropped & set(tokenize_query([one]))]
        return tuple(dict.fromkeys(about or said))


def _names_of(found: Sequence[str]) -> tuple[str, ...]:
    """Keep the phrases that are names; all of them where none is."""
    return tuple(one for one in found if one[:1].isupper()) or tuple(found)


def _asked_about(who: WhoQuestion | None) -> str:
    return (who.topic or who.words) if who is not None else ""


def _first(found: Sequence[str], most: int) -> tuple[str, ...]:
    """Keep the first phrases, of so many terms in all."""
    kept: list[str] = []
    for phrase in found:
        if kept and len(tokenize_query([*kept, phrase])) > most:
            break
        kept.append(phrase)
    return tuple(kept)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
