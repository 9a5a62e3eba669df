"""What lies on a chat's shelf: listed, kept, removed, handed out.

Tested with handing in, in `tests/bot/dialogue/test_hand_ins.py`.
"""

from __future__ import annotations

import json
from dataclasses import replace

from bot import texts
from bot.intake import name_shelf
from bot.message_context import MessageContext
from bot.reply.actions import (
    ExportShelf,
    KeepArticle,
    ShareWithAll,
    ShelfAction,
    TakeOff,
    TurnShelf,
)
from bot.reply.buttons import make_pager
from bot.reply.page_links import link_to
from bot.reply.reply import Attachment, Block, Button, Note, Outcome, Reply
from corpus.article import SHARED
from corpus.parse.records import write_record
from corpus.storage.articles.listing import Held
from corpus.storage.store import Store
from retrieval.citation import cite

_A_PAGE = 5
_FILE = "shelf.jsonl"


class ShelfMenu:
    """Shows a chat its shelf, and does what the buttons there say.

    Args:
        store: Every article, whoever's.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def show(self, context: MessageContext, page: int = 0) -> Reply:
        """List a page, from 0, of what lies on the shelf, newest first."""
        held = self._shelf(context).held()
        if not held:
            return Reply((Note(texts.say("shelf-empty")),))
        page = max(0, min(page, (len(held) - 1) // _A_PAGE))
        first = page * _A_PAGE
        shown = held[first : first + _A_PAGE]
        blocks: list[Block] = [Note(texts.say("shelf", articles=len(held)))]
        for number, one in enumerate(shown, first + 1):
            blocks += [_numbered(number, one), Note(_describe_end(one))]
        rows = [_row(number, one, page) for number, one in enumerate(shown, first + 1)]
        turn = make_pager(TurnShelf, page, -(-len(held) // _A_PAGE))
        export = (Button(texts.say("export"), action=ExportShelf()),)
        ids = tuple(one.article.id for one in shown)
        return Reply(tuple(blocks), tuple(row for row in (*rows, turn, export) if row), ids)

    def press(self, context: MessageContext, action: ShelfAction) -> Outcome:
        """Do what a button says, if who presses may decide that."""
        match action:
            case TurnShelf(page):
                return Outcome(reply=self.show(context, page))
            case ExportShelf():
                return self._export(context)
            case ShareWithAll(article):
                return self._share(context, article)
            case KeepArticle(article, page) | TakeOff(article, page) if context.may_set:
                return self._change(context, article, page, keep=isinstance(action, KeepArticle))
        return Outcome(texts.say("not-allowed"))

    def _shelf(self, context: MessageContext) -> Store:
        return self._store.only(name_shelf(context.chat_id))

    def _change(
        self, context: MessageContext, article_id: str, page: int, *, keep: bool
    ) -> Outcome:
        shelf = self._shelf(context)
        if shelf.get(article_id) is None:
            return Outcome(texts.say("gone-short"))
        if keep:
            shelf.expire(article_id, None)
        else:
            shelf.remove(article_id)
        toast = texts.say("kept" if keep else "taken-off")
        return Outcome(toast, self.show(context, page) if page >= 0 else None)

    def _share(self, context: MessageContext, article_id: str) -> Outcome:
        if not context.admin:
            return Outcome(texts.say("not-allowed"))
        shelf = self._shelf(context)
        if shelf.get(article_id) is None:
            return Outcome(texts.say("gone-short"))
        shelf.move(article_id, SHARED)
        return Outcome(texts.say("handed-to-all"))

    def _export(self, context: MessageContext) -> Outcome:
        articles = list(self._shelf(context).articles())
        if not articles:
            return Outcome(texts.say("gone-short"))
        records = (write_record(article) for article in articles)
        content = "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in records)
        return Outcome(attachment=Attachment(_FILE, content.encode()))


def _numbered(number: int, held: Held) -> Block:
    cited = cite(held.article, link_to(held.article))
    return replace(cited, headline=f"{number}. {cited.headline}")


def _describe_end(held: Held) -> str:
    if held.expires is None:
        return texts.say("shelf-kept")
    return texts.say("shelf-until", day=texts.format_day(held.expires))


def _row(number: int, held: Held, page: int) -> tuple[Button, ...]:
    keep = Button(
        texts.say("keep-number", number=number), action=KeepArticle(held.article.id, page)
    )
    off = Button(texts.say("remove-number", number=number), action=TakeOff(held.article.id, page))
    return (keep, off) if held.expires else (off,)
