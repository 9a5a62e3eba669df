"""A home folder as 0.1.0 wrote it is opened and goes on, whatever became of the code since.

`data/home-0.1.0.md` says what the folder holds and how it was made. It is never made again, so the
strings here are the very ones that stand under messages in readers' chats.
"""

from __future__ import annotations

import json
import tarfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from telegram import Bot
from typer.testing import CliRunner

from bot import texts
from bot.cli import main
from bot.dialogue.conversation import Conversation
from bot.message_context import MessageContext
from bot.reply.actions import decode
from bot.reply.reply import Outcome
from bot.storage.access import Standing
from bot.storage.broadcasts import Sent, Stage
from bot.storage.chats import ChatStore
from bot.storage.feedback import Reason
from bot.storage.preferences import ExcerptLength, Preferences
from bot.telegram.receiving.inbox import Inbox, Leftover, find_question
from corpus.archive import Archive
from corpus.attribution.attribution import Kind
from corpus.storage.store import Store
from retrieval.encoding.encoder import DEFAULT_MODEL, Encoder
from retrieval.results import Verdict
from retrieval.search import Searcher
from tests.support.fakes import QUICK
from tests.support.models import FakeEncoder
from tests.support.newsroom import citations, notes
from tests.support.office import ADMIN, GROUP, READER, changed, emulated, said, serving, toast

PACKED = Path(__file__).parents[1] / "data" / "home-0.1.0.tar.gz"
FINGERPRINT = "all-MiniLM-L6-v2@53aa51172d14/openvino-f32/headline+publisher+date/180"
DIMENSION = 384
GERMAN, WAITING, INVITED, DECLINED, BLOCKED = 8, 11, 12, 13, 14
GATE, FOUNDRY, COPY = "46e054d49f7d", "11ea31cf5788", "0775e68f07fc"
TRAIN, OPENED, LOGBOOK = "2f34c1c8094f", "26199bcc414e", "9d51421450a4"
HERALD, POST = "Ostrow Herald", "The Senn Post"
AFTER = 300_001
"""An update's number, higher than those that 0.1.0 saw."""

PRESSED = """
# Which foundry will cast the hinge?
8  whole:is6qeS4LqYZ7:0  New hinge for the lock comes from Brill
8  sum:is6qeS4LqYZ7:0  New hinge for the lock comes from Brill
8  voices:is6qeS4LqYZ7:0  New hinge for the lock comes from Brill
8  page:is6qeS4LqYZ7:-1  Das ist die erste Seite
8  page:is6qeS4LqYZ7:0  New hinge for the lock comes from Brill
8  page:is6qeS4LqYZ7:1  Night trains stand in for barges at Ostrow lock
8  rate:is6qeS4LqYZ7:1.0.0  Danke, notiert
8  rate:is6qeS4LqYZ7:-1.0.0  Notiert. Was stimmt daran nicht?

# How much is the damage at the Ostrow lock?
7  whole:eUjdWqbJomRe:0  Forty barges wait at Ostrow lock
7  sum:eUjdWqbJomRe:0  Forty barges wait at Ostrow lock
7  voices:eUjdWqbJomRe:0  Forty barges wait at Ostrow lock
7  page:eUjdWqbJomRe:-1  This is the first
7  page:eUjdWqbJomRe:0  Forty barges wait at Ostrow lock
7  page:eUjdWqbJomRe:1  Ostrow lock opens again
7  rate:eUjdWqbJomRe:1.0.0  Thank you, noted
7  rate:eUjdWqbJomRe:-1.0.0  Noted. What is wrong with it?
7  send:eUjdWqbJomRe:0.0  Thank you. Your question is kept with your thumb

# How many wagons derailed?
7  sum:EqMG_zf8MAf2:0  Night trains stand in for barges at Ostrow lock
7  voices:EqMG_zf8MAf2:0  Night trains stand in for barges at Ostrow lock
7  page:EqMG_zf8MAf2:-1  This is the first
7  page:EqMG_zf8MAf2:0  Night trains stand in for barges at Ostrow lock
7  page:EqMG_zf8MAf2:1  Forty barges wait at Ostrow lock
7  rate:EqMG_zf8MAf2:1.0.0  Thank you, noted
7  rate:EqMG_zf8MAf2:-1.0.0  Noted. What is wrong with it?
7  why:EqMG_zf8MAf2:0.0.0  Thank you, noted
7  why:EqMG_zf8MAf2:1.0.0  Thank you, noted
7  why:EqMG_zf8MAf2:2.0.0  Thank you, noted
7  why:EqMG_zf8MAf2:3.0.0  Thank you, noted
7  send:EqMG_zf8MAf2:0.0  Thank you. Your question is kept with your thumb

# Who won the chess final in Reykjavik?
7  page:IbH1ZM_k83Td:0  Ostrow lock opens again
7  whole:IbH1ZM_k83Td:0  Ostrow lock opens again
7  sum:IbH1ZM_k83Td:0  Ostrow lock opens again
7  voices:IbH1ZM_k83Td:0  Ostrow lock opens again
7  page:IbH1ZM_k83Td:-1  This is the first
7  page:IbH1ZM_k83Td:1  Keeper's logbook found behind a stove
7  rate:IbH1ZM_k83Td:1.0.0  Thank you, noted
7  rate:IbH1ZM_k83Td:-1.0.0  Noted. What is wrong with it?

# What did Rosa Tindall say?
7  sum:GoIH68yKmPtM:0  Ostrow lock opens again
7  voices:GoIH68yKmPtM:0  Ostrow lock opens again
7  page:GoIH68yKmPtM:-1  This is the first
7  page:GoIH68yKmPtM:0  She swings as if she had never been ill
7  page:GoIH68yKmPtM:1  The lower hinge has sheared clean off
7  rate:GoIH68yKmPtM:1.0.0  Thank you, noted
7  rate:GoIH68yKmPtM:-1.0.0  Noted. What is wrong with it?
7  sum:GoIH68yKmPtM:1  Forty barges wait at Ostrow lock
7  voices:GoIH68yKmPtM:1  Forty barges wait at Ostrow lock
7  page:GoIH68yKmPtM:2  This is the last
7  rate:GoIH68yKmPtM:1.1.0  Thank you, noted
7  rate:GoIH68yKmPtM:-1.1.0  Noted. What is wrong with it?

# Did Rosa Tindall say “the lock is as good as new”?
7  sum:NdLS8s8KaHuL:0  Ostrow lock opens again
7  voices:NdLS8s8KaHuL:0  Ostrow lock opens again
7  rate:NdLS8s8KaHuL:1.0.0  Thank you, noted
7  rate:NdLS8s8KaHuL:-1.0.0  Noted. What is wrong with it?

# What did Ilse Marrack say about commuters?
7  page:O8Sn-2n8yguL:0  Not one commuter will notice

# /quotes Ilse Marrack
7  retry:vmrhKdB19Css:0  We have kept the wooden pattern since my grandfather's day

# What did Oake say?
7  who:LkHDg3qAaMfX:0  the lock would be looked over every spring from now on
7  which:LkHDg3qAaMfX:0  Which one do you mean?
7  who:LkHDg3qAaMfX:1  He ate herring on two hundred evenings in a row

# /quotes Rosa Tindall
7  retry:pzv9qzMDDnnz:0  She swings as if she had never been ill

# /quotes Ilse Marrack
7  retry:yGLb44xEVcHK:0  We have kept the wooden pattern since my grandfather's day

# /quotes Milena Hask
7  retry:FgCYpk17cOKN:0  that passengers would have to wait for them

# /quotes The authority
7  retry:j-cMssExxlko:0  to let those with fruit and milk pass first, once the gate

# /quotes Graham Oake
7  retry:ix2kzZiupDXN:0  the lock would be looked over every spring from now on

# /quotes Hanna Oake
7  retry:_6e9EdSySCda:0  He ate herring on two hundred evenings in a row

# Who said “not one commuter will notice”?
7  sum:_sO5bvQ0oBYb:0  Night trains stand in for barges at Ostrow lock
7  voices:_sO5bvQ0oBYb:0  Night trains stand in for barges at Ostrow lock
7  rate:_sO5bvQ0oBYb:1.0.0  Thank you, noted
7  rate:_sO5bvQ0oBYb:-1.0.0  Noted. What is wrong with it?
7  voice:_sO5bvQ0oBYb:0.0.0  that passengers would have to wait for them
7  page:_sO5bvQ0oBYb:0  Not one commuter will notice

# /summary https://herald.example/lock/gate
7  voices:ZiNEsh_tC3b-:0  Forty barges wait at Ostrow lock
7  sum:ZiNEsh_tC3b-:0.1  Forty barges wait at Ostrow lock
7  sum:ZiNEsh_tC3b-:0.7  Forty barges wait at Ostrow lock
7  rate:ZiNEsh_tC3b-:1.0.1  Thank you, noted
7  rate:ZiNEsh_tC3b-:-1.0.1  Noted. What is wrong with it?
7  sum:ZiNEsh_tC3b-:0.3  Forty barges wait at Ostrow lock
7  send:ZiNEsh_tC3b-:0.1  Thank you. Your question is kept with your thumb

# /summary lock
7  sum:3JC4E7xOZsju:0  Ostrow lock opens again
7  sum:3JC4E7xOZsju:1  New hinge for the lock comes from Brill
7  sum:3JC4E7xOZsju:2  Forty barges wait at Ostrow lock
7  sum:3JC4E7xOZsju:3  Night trains stand in for barges at Ostrow lock
7  voices:3JC4E7xOZsju:0  Ostrow lock opens again
7  sum:3JC4E7xOZsju:0.1  Ostrow lock opens again
7  sum:3JC4E7xOZsju:0.7  Ostrow lock opens again
7  page:3JC4E7xOZsju:0  Which article do you mean?
7  rate:3JC4E7xOZsju:1.0.1  Thank you, noted
7  rate:3JC4E7xOZsju:-1.0.1  Noted. What is wrong with it?

# /story Ostrow lock
7  rate:EPSw49Tftf00:1.0.0  Thank you, noted
7  rate:EPSw49Tftf00:-1.0.0  Noted. What is wrong with it?

# What did Milena Hask say about passengers?
7  sum:vag8B7Qn_y8r:0  Night trains stand in for barges at Ostrow lock
7  voices:vag8B7Qn_y8r:0  Night trains stand in for barges at Ostrow lock
7  rate:vag8B7Qn_y8r:1.0.0  Thank you, noted
7  rate:vag8B7Qn_y8r:-1.0.0  Noted. What is wrong with it?

# What did Milena Hask say about the mills?
7  sum:PlAg_MoNuAbk:0  Night trains stand in for barges at Ostrow lock
7  voices:PlAg_MoNuAbk:0  Night trains stand in for barges at Ostrow lock
7  rate:PlAg_MoNuAbk:1.0.0  Thank you, noted
7  rate:PlAg_MoNuAbk:-1.0.0  Noted. What is wrong with it?

# What did Milena Hask say about commuters?
7  sum:Np2B5gLvKV7t:0  Night trains stand in for barges at Ostrow lock
7  voices:Np2B5gLvKV7t:0  Night trains stand in for barges at Ostrow lock
7  rate:Np2B5gLvKV7t:1.0.0  Thank you, noted
7  rate:Np2B5gLvKV7t:-1.0.0  Noted. What is wrong with it?

# When did the Ostrow lock open again?
7  whole:rGHdVrMejkwF:0  Ostrow lock opens again
7  sum:rGHdVrMejkwF:0  Ostrow lock opens again
7  voices:rGHdVrMejkwF:0  Ostrow lock opens again
7  page:rGHdVrMejkwF:-1  This is the first
7  page:rGHdVrMejkwF:0  Ostrow lock opens again
7  page:rGHdVrMejkwF:1  Forty barges wait at Ostrow lock
7  rate:rGHdVrMejkwF:1.0.0  Thank you, noted
7  rate:rGHdVrMejkwF:-1.0.0  Noted. What is wrong with it?

# Why was Ostrow lock open shut?
7  whole:7sJqz3BRDGkV:0  Forty barges wait at Ostrow lock
7  sum:7sJqz3BRDGkV:0  Forty barges wait at Ostrow lock
7  voices:7sJqz3BRDGkV:0  Forty barges wait at Ostrow lock
7  page:7sJqz3BRDGkV:-1  This is the first
7  page:7sJqz3BRDGkV:0  Forty barges wait at Ostrow lock
7  page:7sJqz3BRDGkV:1  Ostrow lock opens again
7  rate:7sJqz3BRDGkV:1.0.0  Thank you, noted
7  rate:7sJqz3BRDGkV:-1.0.0  Noted. What is wrong with it?

# How many kilograms does the hinge weigh?
7  sum:52kdU34TJGEI:0  Brill foundry to cast new hinge for Ostrow lock
7  voices:52kdU34TJGEI:0  Brill foundry to cast new hinge for Ostrow lock
7  page:52kdU34TJGEI:-1  This is the first
7  page:52kdU34TJGEI:0  Brill foundry to cast new hinge for Ostrow lock
7  page:52kdU34TJGEI:1  Ostrow lock opens again
7  rate:52kdU34TJGEI:1.0.0  Thank you, noted
7  rate:52kdU34TJGEI:-1.0.0  Noted. What is wrong with it?

# The river authority put the damage at 240,000 crowns.
7  whole:uxKJ5RmYzAJs:0  Forty barges wait at Ostrow lock
7  sum:uxKJ5RmYzAJs:0  Forty barges wait at Ostrow lock
7  voices:uxKJ5RmYzAJs:0  Forty barges wait at Ostrow lock
7  rate:uxKJ5RmYzAJs:1.0.0  Thank you, noted
7  rate:uxKJ5RmYzAJs:-1.0.0  Noted. What is wrong with it?

# Not one commuter will notice,
7  sum:sG9hBBnSge2r:0  Night trains stand in for barges at Ostrow lock
7  voices:sG9hBBnSge2r:0  Night trains stand in for barges at Ostrow lock
7  rate:sG9hBBnSge2r:1.0.0  Thank you, noted
7  rate:sG9hBBnSge2r:-1.0.0  Noted. What is wrong with it?

# a_46e054d49f7d
7  voices:wFOaIS7hmLtq:0  Forty barges wait at Ostrow lock
7  sum:wFOaIS7hmLtq:0.1  Forty barges wait at Ostrow lock
7  sum:wFOaIS7hmLtq:0.7  Forty barges wait at Ostrow lock
7  rate:wFOaIS7hmLtq:1.0.1  Thank you, noted
7  rate:wFOaIS7hmLtq:-1.0.1  Noted. What is wrong with it?

# /story Ostrow lock
7  rate:L6Tx7LHgqzWp:1.0.0  Thank you, noted
7  rate:L6Tx7LHgqzWp:-1.0.0  Noted. What is wrong with it?

# Who noted every ship in the logbook?
-100  page:q-1SehBDj0qK:0  every ship, and what he had for supper
-100  page:q-1SehBDj0qK:1  He ate herring on two hundred evenings in a row

# What did Hanna Oake say?
-200  sum:SdU5i6GvCSJw:0  Keeper's logbook found behind a stove
-200  voices:SdU5i6GvCSJw:0  Keeper's logbook found behind a stove
-200  rate:SdU5i6GvCSJw:1.0.0  Thank you, noted
-200  rate:SdU5i6GvCSJw:-1.0.0  Noted. What is wrong with it?

# How many skippers were paid?
12  whole:nTSd15qVTKdK:0  Ostrow lock opens again
12  sum:nTSd15qVTKdK:0  Ostrow lock opens again
12  voices:nTSd15qVTKdK:0  Ostrow lock opens again
12  page:nTSd15qVTKdK:-1  This is the first
12  page:nTSd15qVTKdK:0  Ostrow lock opens again
12  page:nTSd15qVTKdK:1  Forty barges wait at Ostrow lock
12  rate:nTSd15qVTKdK:1.0.0  Thank you, noted
12  rate:nTSd15qVTKdK:-1.0.0  Noted. What is wrong with it?

# Which foundry will cast the hinge?
12  page:aVgaE6AWplsf:0  Brill foundry to cast new hinge for Ostrow lock
12  whole:aVgaE6AWplsf:0  Brill foundry to cast new hinge for Ostrow lock

# Where is the coal harbour?
0  page:i5DXMfHJA-g0:1  Forty barges wait at Ostrow lock
"""
"""In which chat a button stands, what 0.1.0 wrote behind it, and words of what it has to do.

A change that cannot do one of them any more moves its row to a table whose buttons have to say
"ask again", as they do after a day: nothing else, least of all a fault, is an answer.
"""

ASKED_ANEW = """
7  exact:H8NHvpvc523b:0  Night trains stand in for barges at Ostrow lock
7  passages:GoIH68yKmPtM:0  Ostrow lock opens again
7  passages:NdLS8s8KaHuL:0  Ostrow lock opens again
7  passages:_sO5bvQ0oBYb:0  Night trains stand in for barges at Ostrow lock
7  story:3JC4E7xOZsju:0  The Ostrow lock opened again
7  passages:vag8B7Qn_y8r:0  Night trains stand in for barges at Ostrow lock
7  passages:PlAg_MoNuAbk:0  Night trains stand in for barges at Ostrow lock
7  alone:7GRu_TxYcEZd:0  Night trains stand in for barges at Ostrow lock
7  passages:Np2B5gLvKV7t:0  Night trains stand in for barges at Ostrow lock
7  alone:wH4losOvEiOC:0  Night trains stand in for barges at Ostrow lock
7  alone:WF489PKA_8aS:0  Forty barges wait at Ostrow lock
7  exact:ay2qbVN2RMi4:0  Brill foundry to cast new hinge for Ostrow lock
7  retry:u_1KLRrQAv7m:0  Ostrow lock opens again
7  retry:1__8oDdwy_nZ:0  Brill foundry to cast new hinge for Ostrow lock
7  exact:H7M1IutqMQZ6:0  I searched 6 articles
7  retry:l5ME9QF5-tJi:0  Ostrow lock opens again
7  retry:W6E8rDcXw5S2:0  Brill foundry to cast new hinge for Ostrow lock
7  passages:sG9hBBnSge2r:0  Night trains stand in for barges at Ostrow lock
-100  passages:q-1SehBDj0qK:0  Keeper's logbook found behind a stove
-200  passages:SdU5i6GvCSJw:0  Keeper's logbook found behind a stove
12  retry:76D-okPE-X5d:0  Night trains stand in for barges at Ostrow lock
7  story:EPSw49Tftf00:0  The Ostrow lock opened again
0  retry:f72boe5oK7bK:0  Night trains stand in for barges at Ostrow lock
7  story:L6Tx7LHgqzWp:0  The Ostrow lock opened again
"""
"""The same for buttons that search once more, which takes the real model."""

loads_a_model = [
    pytest.mark.slow,
    # The libraries below us warn of what they will change.
    pytest.mark.filterwarnings("default::DeprecationWarning"),
    pytest.mark.filterwarnings("default::FutureWarning"),
    pytest.mark.filterwarnings("default::UserWarning"),
]


@dataclass
class Room:
    """What a bot opens of a home folder."""

    conversation: Conversation
    searcher: Searcher
    state: ChatStore
    store: Store
    encoder: FakeEncoder | Encoder

    def press(self, chat_id: int, action: str) -> Outcome:
        place = MessageContext(chat_id, private=chat_id >= 0)
        return self.conversation.press(place, decode(action))


def unpacked(folder: Path, *, ago: timedelta = timedelta()) -> Path:
    """The home folder as if its bot had stopped that long ago."""
    with tarfile.open(PACKED) as pack:
        pack.extractall(folder, filter="data")
    home = folder / "home"
    engine, known = sa.create_engine(f"sqlite:///{home / 'chats.db'}"), sa.MetaData()
    known.reflect(engine)
    with engine.begin() as chats:
        last = chats.execute(sa.select(sa.func.max(known.tables["answer"].c.sent))).scalar_one()
        later_s = time.time() - ago.total_seconds() - last
        for table in known.sorted_tables:  # all that is a fraction is a time, in seconds
            times = [column for column in table.c if isinstance(column.type, sa.Float)]
            if times:
                chats.execute(table.update().values({one: one + later_s for one in times}))
        for name, column, size_s in (("tally", "hour", 3600), ("spent", "day", 86_400)):
            at = known.tables[name].c[column]
            chats.execute(at.table.update().values({at: at + int(later_s // size_s)}))
    engine.dispose()
    return home


@contextmanager
def opened(home: Path, encoder: FakeEncoder | Encoder | None = None) -> Iterator[Room]:
    encoder = encoder or FakeEncoder(FINGERPRINT, dimension=DIMENSION)
    store, state = Store.open(home), ChatStore(home / "chats.db")
    searcher = Searcher(Archive(home, store), encoder)
    searcher.refresh()
    try:
        yield Room(Conversation(searcher, state), searcher, state, store, encoder)
    finally:
        state.close()
        store.close()


@pytest.fixture
def room(tmp_path) -> Iterator[Room]:
    with opened(unpacked(tmp_path)) as one:
        yield one


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> Path:
    """Where the default model is exported to, once for all tests."""
    return Path(tmp_path_factory.mktemp("models"))


def real_encoder(models: Path, store: Store) -> Encoder:
    """What this version embeds questions of the old archive with."""
    return Encoder(DEFAULT_MODEL, runtime="auto", cache=models, kept=store.fingerprints())


def rows(table: str) -> list[tuple[int, str, str]]:
    """A table's rows: chat, callback data, words."""
    lines = [line.split("  ", 2) for line in table.splitlines() if line and line[0] != "#"]
    return [(int(chat), action, words) for chat, action, words in lines]


def exchanges(table: str) -> dict[str, list[tuple[int, str, str]]]:
    """A table's rows by the exchange that they name."""
    found: dict[str, list[tuple[int, str, str]]] = {}
    for row in rows(table):
        found.setdefault(row[1].split(":")[1], []).append(row)
    return found


# The archive


def test_the_articles_are_there(room):
    assert [(article.id, article.publisher) for article in room.store.articles()] == [
        (GATE, HERALD),
        (FOUNDRY, HERALD),
        (COPY, POST),
        (TRAIN, POST),
        (OPENED, HERALD),
        (LOGBOOK, None),
    ]
    article = room.store.get("https://herald.example/lock/foundry")
    assert article
    assert article.authors == ("Ada Brenner", "Jon Pell")
    assert article.published == datetime(2026, 5, 7, 8, tzinfo=UTC)
    assert article.section == "River"
    feed = "https://herald.example/feed.xml"
    assert room.store.feeds.recall(feed) == ('"lock-1"', None)


def test_the_index_serves_as_it_lies_there_and_nothing_is_embedded_again(room):
    assert room.store.fingerprints() == {FINGERPRINT}
    index, stored = room.searcher.snapshot.index, room.store.changes()
    assert index.saved
    assert (len(index), index.articles, index.dimension) == (6, 6, DIMENSION)
    assert index.keys.tolist() == stored.keys.tolist()
    assert np.array_equal(index.vectors.whole(), stored.vectors.astype(np.float32))
    assert room.encoder.texts == 0


def test_an_index_that_is_derived_anew_needs_no_embedding_either(tmp_path):
    home = unpacked(tmp_path)
    (home / "index" / "manifest.json").unlink()
    with opened(home) as room:
        assert not room.searcher.snapshot.index.saved
        assert len(room.searcher) == 6
        assert room.encoder.texts == 0


def test_todays_encoder_goes_on_with_the_embeddings_of_0_1_0(room, tmp_path):
    fingerprint = real_encoder(tmp_path / "models", room.store).fingerprint
    searcher = Searcher(Archive(tmp_path, room.store), FakeEncoder(fingerprint))
    assert searcher.refresh()
    assert room.store.stale(fingerprint) == []


def test_who_said_what_is_known(room):
    assert room.store.attributions.outdated(1) == []
    assert room.store.attributions.count() == 18
    article = room.store.get(GATE)
    assert article
    pay = room.store.attributions.of(GATE)[-1]
    assert article.body[slice(*pay.quote)] == "We will pay for every lost day,"
    assert (pay.name, pay.role) == ("Graham Oake", "the head of the river authority")
    assert (pay.kind, article.body[slice(*(pay.cue or (0, 0)))]) == (Kind.DIRECT, "said")
    people = {name for name, _, _ in room.store.attributions.people()}
    assert {"Rosa Tindall", "Graham Oake", "Ilse Marrack", "Milena Hask", "Hanna Oake"} <= people


def test_a_question_finds_its_passage(room):
    first = room.searcher.search("What did the river authority put the damage at?").hits[0]
    assert first.article.id == GATE
    assert "240,000 crowns" in first.passage.text


@pytest.fixture(scope="class")
def asking(models, tmp_path_factory) -> Iterator[Room]:
    """The home with the real model; its tests only ask."""
    home = unpacked(tmp_path_factory.mktemp("asking"))
    store = Store.open(home)
    encoder = real_encoder(models, store)
    store.close()
    with opened(home, encoder) as room:
        yield room


class TestWithTheDefaultModel:
    pytestmark = loads_a_model

    def test_a_question_is_answered(self, asking):
        question = "How many kilograms does the hinge weigh?"
        assert asking.searcher.search(question).verdict is Verdict.ANSWER
        reply = asking.conversation.ask(MessageContext(1), question)
        (citation,) = citations(reply)
        assert (citation.publisher, citation.copies) == (HERALD, (POST,))
        assert "It weighs 1,900 kilograms" in str(reply)

    @pytest.mark.parametrize(("chat_id", "action", "words"), rows(ASKED_ANEW))
    def test_a_button_that_searches_still_does(self, asking, chat_id, action, words):
        assert words in str(asking.press(chat_id, action))


# Buttons under old messages


@pytest.mark.parametrize("pressed", exchanges(PRESSED).values(), ids=exchanges(PRESSED))
def test_the_buttons_of_an_old_answer_do_their_job(room, pressed):
    for chat_id, action, words in pressed:
        assert words in str(room.press(chat_id, action)), action


@pytest.mark.parametrize("table", [PRESSED, ASKED_ANEW])
def test_in_another_chat_they_say_to_ask_again(room, table):
    for _, action, _ in rows(table):
        assert room.press(999, action).toast == texts.say("stale")


@pytest.mark.parametrize("table", [PRESSED, ASKED_ANEW])
def test_after_a_day_they_say_to_ask_again(tmp_path, table):
    with opened(unpacked(tmp_path, ago=timedelta(hours=25))) as room:
        room.state.purge()
        for chat_id, action, _ in rows(table):
            with texts.speak("de" if chat_id == GERMAN else "en"):
                assert room.press(chat_id, action) == Outcome(texts.say("stale"))


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ("p_46e054d49f7d_0_330_383", "The river authority put the damage at 240,000 crowns."),
        ("s_2f34c1c8094f_268", "Not one commuter will notice"),
        ("s_26199bcc414e_153_46e054d49f7d_189", "The lower hinge has sheared clean off"),
        ("a_46e054d49f7d", "Gate three of the Ostrow lock would not open"),
    ],
)
def test_links_to_the_bot_open_what_they_name(room, payload, words):
    assert words in str(room.conversation.hear(MessageContext(1), f"/start {payload}"))


# Settings


def test_preferences_are_kept(room):
    chosen = Preferences(
        language="de",
        timezone="Europe/Berlin",
        context=ExcerptLength.SHORT,
        preferred=frozenset({POST}),
        left_out=frozenset({HERALD}),
    )
    assert room.state.preferences.get(GERMAN) == chosen
    assert room.state.preferences.get(GROUP) == Preferences(context=ExcerptLength.LONG)
    assert room.state.preferences.get(READER) == Preferences()


@pytest.mark.parametrize(
    ("action", "changed"),
    [
        ("set:publisher:c3aaa49c9812.0", {"left_out": frozenset()}),
        (
            "set:publisher:fdd6415031f7.0",
            {"preferred": frozenset(), "left_out": frozenset({HERALD, POST})},
        ),
        ("set:alike:", {"preferred": frozenset(), "left_out": frozenset()}),
        ("set:language:auto", {"language": ""}),
        ("set:language:zh", {"language": "zh"}),
        ("set:timezone:Africa/Nairobi", {"timezone": "Africa/Nairobi"}),
        ("set:context:normal", {"context": ExcerptLength.NORMAL}),
        ("set:context:long", {"context": ExcerptLength.LONG}),
    ],
)
def test_the_buttons_of_old_settings_set(room, action, changed):
    before = room.state.preferences.get(GERMAN)
    assert room.press(GERMAN, action).reply
    after = room.state.preferences.get(GERMAN)
    assert {name for name in changed if getattr(after, name) == changed[name]} == changed.keys()
    kept = {"language", "timezone", "context", "preferred", "left_out"} - changed.keys()
    assert all(getattr(after, name) == getattr(before, name) for name in kept)


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("set:show:main", "Zeitzone: Europe/Berlin"),
        ("set:show:language", "✓ Deutsch"),
        ("set:show:timezone", "✓ Berlin"),
        ("set:show:context", "✓ Der Satz, der antwortet"),
        ("set:show:publishers", "✕ Ostrow Herald"),
    ],
)
def test_the_buttons_of_old_settings_open_their_menus(room, action, words):
    assert words in str(room.press(GERMAN, action))


# What was said before


def test_messages_are_known_by_what_they_show_and_answer(room):
    assert room.state.answer_to(READER, 25) == 26
    assert room.state.shown(READER, 26) == (GATE,)
    turn = room.state.turns.at(READER, [58])
    assert turn
    assert (turn.key, turn.topic, turn.before) == ("7sJqz3BRDGkV", ("Ostrow", "lock open"), 56)
    thread = room.state.turns.at(-200, [3])
    assert thread
    assert (thread.thread, thread.people) == (1, ("Hanna Oake",))


def test_an_old_message_can_be_summed_up_and_asked_about(room):
    replied = MessageContext(READER, replied=26)
    (citation,) = citations(room.conversation.ask(replied, "sum it up"))
    assert citation.headline == "Forty barges wait at Ostrow lock"
    reply = room.conversation.ask(
        MessageContext(-200, thread_id=1, private=False, replied=3), "and of herring?"
    )
    assert notes(reply)[0] == "Taking it with: Hanna Oake"


# What readers think, and how much they ask


def test_feedback_is_listed(tmp_path, monkeypatch):
    monkeypatch.setenv("BYLINE_HOME", str(unpacked(tmp_path)))
    monkeypatch.chdir(tmp_path)
    listed = CliRunner().invoke(main.app, ["feedback", "--json"], catch_exceptions=False)
    told = [json.loads(line) for line in listed.stdout.splitlines()]
    assert [(one["thumb"], one["verdict"], one["reason"]) for one in told] == [
        ("up", "answer", None),
        ("down", "closest", "wrong passage"),
        ("up", "summary", None),
    ]
    assert [one["question"] for one in told] == [
        None,
        "How many wagons derailed?",
        "/summary https://herald.example/lock/gate",
    ]
    assert told[1]["article"]["headline"] == "Night trains stand in for barges at Ostrow lock"
    assert told[2]["article"]["id"] == GATE


def test_feedback_outlives_its_question(tmp_path):
    with opened(unpacked(tmp_path, ago=timedelta(days=40))) as room:
        room.state.purge()
        assert room.state.exchange("EqMG_zf8MAf2", READER) is None
        found = room.state.feedback.find("EqMG_zf8MAf2", READER)
    assert found
    assert (found.good, found.reason, found.place) == (False, Reason.PASSAGE, f"{TRAIN}#0")


def test_who_may_ask_is_kept(room):
    assert room.state.access.standings([READER, WAITING, INVITED, DECLINED, BLOCKED]) == {
        WAITING: Standing.WAITING,
        INVITED: Standing.APPROVED,
        DECLINED: Standing.DECLINED,
        BLOCKED: Standing.BLOCKED,
    }
    assert room.state.access.next_question(WAITING) == "RfpLSls0W2Nc"
    exchange = room.state.exchange("RfpLSls0W2Nc", WAITING)
    assert exchange
    assert exchange.question == "Which foundry will cast the hinge?"


def test_usage_is_counted_on(room):
    usage = room.state.usage.usage(datetime.now(UTC))
    assert (usage.week.asked, usage.week.unanswered) == (25, 3)
    assert (usage.readers[2], usage.groups[2]) == (3, 2)


def test_broadcasts_are_kept(room):
    assert [one.text for one in room.state.broadcasts.sending()] == [
        "Half of you have this already."
    ]
    draft = room.state.broadcasts.find(2, ADMIN)
    assert draft
    assert draft.stage is Stage.DRAFT
    assert room.state.broadcasts.counts(1) == Counter({Sent.ARRIVED: 2})
    half = Counter([Sent.ARRIVED, Sent.BEGUN, Sent.WAITING])
    assert room.state.broadcasts.counts(3) == half


# A bot that goes on


async def test_updates_in_hand_are_replayed(room):
    class Application:
        bot = Bot("1:TEST")

    inbox = Inbox(room.state, QUICK)
    await inbox.replay(Application())
    inbox.close()
    first, second = (inbox.get_nowait() for _ in range(inbox.qsize()))
    assert find_question(first) == "What did Hanna Oake say about herring?"
    assert isinstance(second, Leftover)
    assert find_question(second.updates[0]) == "What did Ilse Marrack say about the pattern?"


def without_a_model(*_: object, **__: object) -> FakeEncoder:
    return FakeEncoder(FINGERPRINT, dimension=DIMENSION)


async def test_a_bot_goes_on_where_0_1_0_stopped(tmp_path):
    home = unpacked(tmp_path)
    with emulated() as telegram:
        for chat_id in (WAITING, INVITED):
            telegram.chat(chat_id)
        async with serving(telegram, home, encoder=without_a_model) as office:
            # the question in hand is answered; the answer that may be out already has a button
            (answer,) = await telegram.wait_for_messages(READER)
            assert "He ate herring on two hundred evenings in a row" in answer.text
            sent = await telegram.wait_for_messages(INVITED, 2)
            (unsure,) = [message for message in sent if message.buttons]
            assert unsure.labels == [["Show the answer"]]
            # the broadcast reaches whom it had not reached
            (cast,) = [message for message in sent if not message.buttons]
            assert cast.text == "Half of you have this already."
            assert telegram.messages(GERMAN) == []
            await telegram.wait_for(lambda: not office.state.unfinished())
            await telegram.wait_for(lambda: not office.state.broadcasts.sending())


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("remove:JnwhHNT6b9-x:1", "Removed “Ostrow lock opens again”."),
        ("remove:JnwhHNT6b9-x:0", "Kept “Ostrow lock opens again”."),
        ("cast:2:0", "Sent to nobody."),
        ("let:11:1", "Let 11 in."),
        ("let:11:0", "Declined 11."),
    ],
)
async def test_an_admins_old_buttons_do_their_job(tmp_path, action, words):
    with emulated() as telegram:
        telegram.chat(WAITING)
        async with serving(telegram, unpacked(tmp_path), encoder=without_a_model):
            message = await said(telegram, "/health", update_id=AFTER)
            telegram.press(ADMIN, message.message_id, action, forge=True)
            assert words in (await changed(telegram, message, words)).text
            if action == "let:11:1":  # and what was asked is answered
                told, _ = await telegram.wait_for_messages(WAITING, 2)
                assert told.text == "The owner has let you in. Ask me about the news."


@pytest.mark.parametrize(
    ("action", "told"),
    [("cast:1:0", "stale"), ("let:12:1", "admin-decided"), ("let:13:1", "admin-decided")],
)
async def test_what_was_decided_is_not_decided_again(tmp_path, action, told):
    with emulated() as telegram:
        async with serving(telegram, unpacked(tmp_path), encoder=without_a_model) as office:
            message = await said(telegram, "/health", update_id=AFTER)
            query = telegram.press(ADMIN, message.message_id, action, forge=True)
            assert await toast(telegram, query) == texts.say(told)
            standings = office.state.access.standings([INVITED, DECLINED])
    assert standings == {INVITED: Standing.APPROVED, DECLINED: Standing.DECLINED}
