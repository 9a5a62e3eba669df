"""Every sentence a reader may see that is not news."""

from __future__ import annotations

from collections.abc import Sequence

OPEN = "Open at the passage"
WHOLE = "Whole passage"
BACK, ON = "‹", "›"
GOOD, BAD = "👍", "👎"
SHOW_CLOSEST = "Show the closest passages"
LATEST = "Latest articles"
OPEN_QUOTATION = "Open at the quotation"
WHO = "Who said what"
ALL_SPEAKERS = "All speakers"
BACK_TO_ANSWER = "Back to the answer"
BACK_TO_LIST = "Back to the list"
SUMMARY = "Summary"
SHORTER, LONGER = "Shorter", "Longer"
OPEN_ARTICLE = "Open the article"
WHOLE_STORY = "The whole story"
ARROW = "↗"
PASSAGES = "Show passages"
TRY_AGAIN = "Try again"
SHOW_ANSWER = "Show the answer"

CLOSEST = "Closest passage I found; it may not answer your question:"
STALE = "This list is too old, ask again"
THANKS = "Thank you, noted"
FIRST, LAST = "This is the first", "This is the last"
GONE = "That passage was removed or changed since. Ask again, and I will look anew."
GONE_SHORT = "That article was removed or changed since"
GONE_ARTICLE = "That article was removed since, so there is nothing left to sum up."
FACT_WHO, FACT_WHERE, FACT_WHEN = "Who", "Where", "When"
NEWS, TIMELINE = "What is new:", "How it came:"
DISAGREE = "Not the same everywhere:"
WHICH_ARTICLE = "Which article do you mean?"
HOW_TO_SUM_UP = (
    "Which article? Reply to one of my answers with /summary, or name the article: "
    "/summary and some words of its headline, or its address."
)
HOW_TO_TELL = (
    "Write after the command what the story is about: /story the port strike since Monday."
)
NOT_HERE = (
    "No article here has that address. Whoever runs me can add it, on the machine I run on, with "
    "byline add and the address."
)
REPORTED = "Reported, not quoted:"
UNNAMED = "The article does not make clear who"
NOBODY_SAID, NOBODY_DID, NOTHING_SAID = "nobody who said that", "nobody who did", "nothing on that"
NEAREST = "Here is what was said nearest to that; whether it amounts to it is for you to judge:"
ON_TOPIC = "Said on the topic; not what you asked for:"
WIDENED = "Nothing fits the time or publisher you named; this is from elsewhere:"
NOT_VERBATIM = "Nobody is quoted with exactly these words; this comes nearest:"
WHICH = "Which one do you mean?"
QUOTED_IN = "These are quoted in this article; tap a name to read what was said:"
HOW_TO_QUOTE = (
    "Write a name after the command, and a topic if you like: /quotes Kovač about the ferry."
)
UNREADABLE = "I read text and links. Write your question in words, please."
HOW_TO_ASK = "Write your question after the command, like this: /ask Who opposed the plan?"
EMPTY_FOR_READER = "There are no articles here yet. Whoever runs this bot has yet to add some."
EMPTY_FOR_ADMIN = (
    "The archive is empty. On the machine I run on, add articles with\n"
    "byline add FOLDER, or a file, an article's address or a feed's address.\n"
    "I notice them within seconds, without a restart."
)
PRIVACY = (
    "What I keep: this chat's number, your questions and what I showed for them, for 24 hours, "
    "so that buttons work and no question gets lost; and your 👍 👎, without the question's words, "
    "to find out where I am wrong.\n\n"
    "I keep no names, no phone numbers, nothing about groups I am not asked in, and I pass "
    "nothing on: the search runs on the machine that runs me.\n\n"
    "/forget deletes everything of this chat at once."
)


def start(articles: int, publishers: Sequence[str]) -> str:
    """Say in one sentence what the bot is for."""
    return (
        f"Ask me about the news in {_articles(articles)}{_of(publishers)}, and I answer with the "
        "very passage and a link that opens there. Two to try:"
    )


def example(headline: str) -> str:
    """Make a question of a headline."""
    return f"What about “{headline}”?"


def help_text(articles: int, publishers: Sequence[str]) -> str:
    """Say what the bot can do."""
    return (
        f"I search {_articles(articles)}{_of(publishers)}. Write a question as you would ask a "
        "colleague, and I quote the passage that answers, word for word, with its article. I "
        "never write a sentence about the news myself; when nothing answers, I say so.\n\n"
        "Ask what somebody said, or who said or criticised something, and I quote who did. Ask "
        "what happened with something, and I tell it from all articles that do.\n\n"
        "/ask QUESTION: the same in a group\n"
        "/quotes NAME about TOPIC: what somebody said\n"
        "/summary: sums up the article of the answer that you reply to, or that you name\n"
        "/story TOPIC: what is new, and how it came\n"
        "/latest: the newest articles\n"
        "/privacy: what I keep, and for how long\n"
        "/forget: delete what I keep of this chat"
    )


def latest(articles: int) -> str:
    """Introduce the newest articles."""
    return f"The newest of {_articles(articles)}:"


def scope(publishers: Sequence[str], periods: Sequence[str]) -> str:
    """Say where the search looked first, as the question asked."""
    return f"Looked first in {', '.join([*publishers, *periods])}."


def nothing(articles: int) -> str:
    """Say that nothing answers, and what could help."""
    return (
        f"I searched {_articles(articles)}, and none of them answers that. "
        "Try other words, or name a person, a place or a date."
    )


def story(topic: str, articles: int, days: Sequence[str] = (), periods: Sequence[str] = ()) -> str:
    """Say what a story rests on: how many articles, and its limits, or else their days."""
    if periods:
        return f"“{topic}” in {_articles(articles)}, only {', '.join(periods)}"
    between = " to ".join(dict.fromkeys(days))
    return f"“{topic}” in {_articles(articles)}{', ' if between else ''}{between}"


def none_about(topic: str, articles: int, periods: Sequence[str] = ()) -> str:
    """Say that no article is about a topic."""
    when = f" of {', '.join(periods)}" if periods else ""
    about = f"about “{topic}”" if topic else "what you name"
    return f"I searched {_articles(articles)}, and none{when} is {about}."


def wish(name: str, topic: str) -> str:
    """Make a question of a wish for quotations."""
    return f"What did {name} say about {topic}?" if topic else f"Everything {name} said"


def everything(name: str) -> str:
    """Offer all that somebody said."""
    return f"Everything {name} said"


def limited(publishers: Sequence[str], periods: Sequence[str]) -> str:
    """Say what quotations are limited to, as the question asked."""
    return f"Only from {', '.join([*publishers, *periods])}:"


def nobody(quotations: int, *, found: str, others: bool) -> str:
    """Say that no quotation answers, and whether anyone spoke on the topic."""
    return f"I searched {_quotations(quotations)}, and found {found}.{_others(others)}"


def nothing_by(name: str, quotations: int, *, others: bool) -> str:
    """Say that somebody did not say it, as far as is known."""
    searched = _quotations(quotations)
    return f"I searched {searched}, and in none of them does {name} say that.{_others(others)}"


def nobody_called(name: str, quotations: int, *, others: bool) -> str:
    """Say that nobody of a name is quoted."""
    searched = _quotations(quotations)
    return f"I searched {searched}, and none is by anyone called “{name}”.{_others(others)}"


def _others(others: bool) -> str:
    return " These spoke on the topic:" if others else ""


def unknown_person(name: str) -> str:
    """Say that nobody of a name is quoted."""
    return f"I know of nothing that anyone named “{name}” said."


def fault(reference: str) -> str:
    """Apologise for a fault; the reference stands in the log too."""
    return f"Something broke. Your question is saved; tap to try again. (Reference {reference})"


UNCERTAIN = "The connection broke while I was answering. If no answer stands above, tap to see it."


def late(questions: int) -> str:
    """Apologise for questions that came while the bot was away."""
    which = "your question" if questions == 1 else f"your {questions} questions"
    return f"I was away when {which} came, sorry. Ask again, and I answer at once."


def busy(seconds: int) -> str:
    """Say how long to wait."""
    wait = "a second" if seconds == 1 else f"{seconds} seconds"
    return f"That was quick! Your question is kept; I answer it in {wait}."


def forgot(questions: int) -> str:
    """Say what was deleted."""
    match questions:
        case 0:
            return "Done. There was no question of this chat to delete."
        case 1:
            return "Done. Your question and all that belonged to it are deleted."
    return f"Done. Your {questions} questions and all that belonged to them are deleted."


def _articles(count: int) -> str:
    return "one article" if count == 1 else f"{count:,} articles"


def _quotations(count: int) -> str:
    return "one quotation" if count == 1 else f"{count:,} quotations"


def _of(publishers: Sequence[str]) -> str:
    match publishers:
        case []:
            return ""
        case [one]:
            return f" of {one}"
        case [one, two]:
            return f" of {one} and {two}"
    return f" of {publishers[0]}, {publishers[1]} and {len(publishers) - 2} more publishers"
