"""Greetings, thanks, and the few other things that people say to a bot and that are no question.

They are known in the languages that the bot speaks. A text counts only as a whole: "Good morning
Vietnam" is a question.

Tested with the other things that messages ask for in `tests/bot/intents/test_intent.py`.
"""

from __future__ import annotations

import json
import re
from enum import StrEnum
from functools import cache
from importlib.resources import files


class SmallTalk(StrEnum):
    """What is said to a bot and is no question about the news."""

    GREETING = "greeting"
    THANKS = "thanks"
    HELP = "help"
    ABOUT = "about"
    """Who it is that answers."""
    KNOWS = "knows"
    """What there is to ask about."""
    CHATTER = "chatter"
    """Whatever wants nothing: "lol"."""
    LATEST = "latest"
    """A wish for news, whatever they are."""


_END = r"[\s.!?,;:…！？。，～)(\-\U0001F300-\U0001FAFF\u2600-\u27BF\uFE0F\u2764]*"
_HELLO = r"""(?:hi(?:ya)?|hello|hey|howdy|greetings|good\ (?:morning|afternoon|evening|day)
    |how\ are\ you(?:\ (?:doing|today))?|how(?:'s|s|\ is)\ it\ going|what's\ up|sup|yo
    |(?:are\ )?(?:you|anyone|anybody)\ there
    |hallo|moin|servus|guten\ (?:tag|morgen|abend)|gr(?:ü|ue)(?:ß|ss)\ (?:gott|dich)
    |привет(?:ик)?|здравствуй(?:те)?|добр(?:ый\ (?:день|вечер)|ое\ утро)|салют
    |bonjour|bonsoir|salut|ciao|buongiorno|ol[aá]|hej|merhaba
    |hola(?:[,\s]+(?:qu[eé]\ tal|c[oó]mo\ est[aá]s?))?|buen(?:os\ d[ií]as|as\ (?:tardes|noches)|as)
    |你好|您好|早上好|下午好|晚上好|嗨)
    (?:[\s,]+(?:there|bot|byline|all|everyone|again|zusammen|an\ alle|всем|a\ todos))*"""
_THANK = r"""(?:(?:ok(?:ay)?|great|cool|perfect|nice|good|super|wow|awesome|excellent|fine|got\ it
      |yes|alles\ klar|хорошо|отлично|vale|perfecto|好的?)[\s,.!]+)*
    (?:(?:many\ |much\ )?thanks?(?:\ you)?(?:\ (?:very\ much|so\ much|a\ lot|again|a\ million))?
      |thx|tnx|ty|cheers|much\ appreciated
      |(?:vielen\ (?:lieben\ )?|herzlichen\ |besten\ )?danke?
         (?:\ (?:sch(?:ö|oe)n|sehr|dir|ihnen))?
      |(?:большое\ )?спасибо(?:\ большое)?|благодарю|спс
      |(?:muchas\ |mil\ )?gracias|谢谢(?:你|您)?|多谢|感谢|謝謝
      |(?:ok(?:ay)?|great|cool|perfect|got\ it|awesome|excellent|well\ done|good\ bot
        |good\ ?night|(?:good)?bye|see\ you|tsch(?:ü|ue)ss?|пока|adi[oó]s|再见))
    (?:[\s,]+(?:for\ (?:that|this|the\ help|your\ help|the\ answer)|bot|byline))*"""
_HELP = r"""(?:please\s+)?(?:help(?:\ me)?
    |what\ (?:else\ )?can\ (?:you\ (?:do(?:\ for\ me)?|tell\ me)|i\ (?:ask|do)(?:\ (?:you|here))?)
    |how\ (?:do|does|can)\ (?:you|this|it|i)\ (?:bot\ )?(?:work|use\ (?:you|this|it)|ask)(?:\ here)?
    |what\ do\ you\ do|commands
    |hilfe|was\ kannst\ du|wie\ funktioniert\ (?:das|es)
    |помощь|помоги(?:те)?|что\ ты\ умеешь|как\ это\ работает
    |ayuda|qu[eé]\ puedes\ hacer|c[oó]mo\ funciona
    |帮助|幫助|你能做什么|你会什么|怎么用)"""
_ABOUT = r"""(?:(?:so|and|but)\s+)?(?:
    (?:who|what)(?:\ (?:exactly|the\ hell))?\ are\ (?:you|u)|who(?:'s|s|\ is)\ (?:this|there)
    |what(?:'s|s|\ is)\ (?:this(?:\ bot)?|your\ name|byline)
    |(?:are|r)\ (?:you|u)\ (?:(?:really|just|actually|even)\ )?(?:an?\ |the\ )?
      (?:(?:real|actual|live|artificial)\ )?
      (?:ai|a\.i\.|bot|chat\s?bot|robot|human(?:\ being)?|person|machine|computer|program|real
        |alive|intelligence|chat\s?gpt|gpt(?:-?\d)?|llm|language\ model|gemini|claude|siri|alexa
        |copilot)
      (?:\ or\ (?:an?\ )?(?:ai|bot|robot|human|person|machine|real\ person))?
    |am\ i\ (?:talking|speaking|chatting)\ (?:to|with)\ (?:an?\ )?
      (?:ai|bot|robot|human|person|machine)
    |is\ (?:this|that|it)\ (?:an?\ )?(?:ai|bot|chat\s?bot|robot|human|person|chat\s?gpt)
    |who\ (?:made|built|runs|wrote|created)\ you
    |wer\ bist\ du|bist\ du\ (?:eine?\ )?(?:ki|bot|roboter|mensch|maschine)
    |кто\ ты|ты\ (?:бот|человек|робот)
    |qui[eé]n\ eres|eres\ (?:un\ |una\ )?(?:ia|bot|robot|persona|humano)
    |你是谁|你是(?:机器人|人工智能|人|真人)吗?)"""
_KNOWS = r"""what\ (?:all\ )?do\ you\ know(?:\ about)?
    |what\ (?:articles|news|papers|newspapers|sources|publishers|topics|stories)\ (?:do|can)\ you
      \ (?:have|know|cover|read|search|use)
    |which\ (?:articles|papers|newspapers|sources|publishers|topics)\ (?:do|can)\ you
      \ (?:have|know|cover|read|search|use)
    |where\ (?:do|does)\ (?:you\ get\ (?:your|the)|your)\ (?:news|answers|information)
      (?:\ (?:come\ )?from)?
    |what(?:'s|s|\ is)\ (?:in\ )?(?:your|the)\ (?:archive|database|sources)
    |how\ many\ articles\ (?:do\ you\ (?:have|know)|are\ there)
    |was\ wei(?:ß|ss)t\ du | что\ ты\ знаешь | qu[eé]\ sabes | 你知道什么"""
_NEWS = r"""(?:(?:(?:please\s+)?(?:show|give|tell|read)\ (?:me|us)|any
      |what(?:'s|s|\ is|\ are))\s++)?
    (?:the\ )?(?:
       (?:latest|newest|recent|(?:today|yesterday|this\ week)'?s|top|more)?\s*
       (?:news|headlines|stories|articles)
       (?:\ (?:today|(?:of|from)\ (?:today|yesterday|the\ day|(?:this|the)\ week)|this\ week|now
         |please|in))?
      |latest|newest)
    | (?:(?:a\ )?(?:short\ |quick\ )?(?:summary|recap)\ of|sum\ up|summari[sz]e|recap)
      \ (?:the\ |today's\ |todays\ )?(?:(?:latest|top|newest)\ )?(?:news|headlines)
      (?:\ (?:today|of\ (?:today|the\ day)|please|pls))?
    | what(?:'s|s|\ is)\ (?:new|happening|going\ on)(?:\ (?:today|now|in\ the\ news))?
    | what(?:'s|\ is)\ in\ the\ news(?:\ today)? | what\ happened\ today
    | nachrichten | neuigkeiten | was\ gibt\ es\ neues | was\ gibt's\ neues
    | новости | что\ нового | noticias | (?:qué|que)\ hay\ de\ nuevo | 新闻 | 最新消息"""
_SMALL_TALK = [
    (kind, re.compile(rf"[¡¿\s]*+(?:{words}){_END}", re.IGNORECASE | re.VERBOSE))
    for kind, words in (
        (SmallTalk.GREETING, _HELLO),
        (SmallTalk.THANKS, _THANK),
        (SmallTalk.HELP, _HELP),
        (SmallTalk.ABOUT, _ABOUT),
        (SmallTalk.KNOWS, _KNOWS),
        (SmallTalk.LATEST, _NEWS),
    )
]  # fmt: skip
_APPROVAL = re.compile(
    r"[\s\U0001F44D\U0001F44C\U0001F44F\U0001F64F\U0001F64C\U0001F600-\U0001F60F\U0001F642\U0001F970"
    r"\u2764\uFE0F\u2705\U0001F3FB-\U0001F3FF\U0001F4AF\U0001F525\U0001F389]+"
)
_PAUSE = r"""(?:\s*+[.!?,;:…！？。，]++(?:\s++|(?<=[^.:])|(?<=\.\.)) | \s++[–—-]\s++
    | \s++(?=(?:who|what|when|where|why|how|which|did|does|is|are|was|were|can|could|please|tell
        |show|summari[sz]e)\b))"""
"""What parts a courtesy from what is asked; no full stop or colon within a word: "hey.com"."""
_COURTESY = re.compile(
    rf"[¡¿\s]*+(?:(?:{_HELLO}|{_THANK}){_PAUSE})+(?=\S)", re.IGNORECASE | re.VERBOSE
)
"""Matched where a text begins, never searched for: "city was" holds a "ty" that thanks nobody."""


def detect_small_talk(said: str) -> SmallTalk | None:
    """Tell small talk from everything else.

    Example:
        >>> detect_small_talk("Guten Tag!"), detect_small_talk("thanks to whom?")
        (<SmallTalk.GREETING: 'greeting'>, None)
    """
    found = next((kind for kind, words in _SMALL_TALK if words.fullmatch(said)), None)
    return found or (SmallTalk.THANKS if _APPROVAL.fullmatch(said) else _read_chatter(said))


_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_CHATTER = "chatter.json"


@cache
def _chatter() -> dict[str, frozenset[str]]:
    """Words that thank, words that laugh, and what may stand beside them and asks for nothing."""
    file = files("bot").joinpath("locales", _CHATTER)
    listed: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return {kind: frozenset(words.split()) for kind, words in listed.items()}


def _read_chatter(said: str) -> SmallTalk | None:
    """Tell what wants nothing: only words that thank or laugh, and such as stand beside them."""
    words = {word.casefold() for word in _WORD.findall(said)}
    chatter = _chatter()
    if not words or "?" in said or not words <= frozenset().union(*chatter.values()):
        return None
    if words & chatter["grateful"]:
        return SmallTalk.THANKS
    return SmallTalk.CHATTER if words & chatter["idle"] else None


def drop_courtesy(text: str) -> str:
    """Take a greeting or thanks off the front of what is asked, if anything is.

    Example:
        >>> drop_courtesy("Thanks! And who paid?"), drop_courtesy("Thanks!")
        ('And who paid?', 'Thanks!')
    """
    found = _COURTESY.match(text)
    rest = text[found.end() :] if found else text
    return rest if any(char.isalnum() for char in rest) else text
