"""The emulator is as strict as Telegram, so that a bot which passes here passes there."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest

from tests.support.telegram_rules import JSON
from tests.support.telegram_server import TelegramServer

Ask = Callable[..., Any]
ADA, GROUP, FORUM = 7, -40, -1001


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        server.chat(ADA, title="Ada")
        server.chat(GROUP, "group", title="Newsroom")
        yield server


@pytest.fixture
def ask(telegram: TelegramServer) -> Iterator[Ask]:
    """Call a method; return its result, or the description of its refusal."""
    with httpx.Client(timeout=10) as client:

        def ask(method: str, **params: object) -> Any:
            url = f"{telegram.url}/bot{telegram.token}/{method}"
            answer = client.post(url, json=params).json()
            return answer["result"] if answer["ok"] else answer["description"]

        yield ask


def send(ask: Ask, text: str, **params: object) -> Any:
    return ask("sendMessage", **{"chat_id": ADA, "text": text, "parse_mode": "HTML"} | params)


def keyboard(*rows: list[Any]) -> JSON:
    return {"inline_keyboard": list(rows)}


def test_a_wrong_token_is_unauthorized_and_an_unknown_method_not_found(telegram):
    wrong = httpx.get(f"{telegram.url}/bot1:no/getMe")
    unknown = httpx.get(f"{telegram.url}/bot{telegram.token}/getYou")

    assert wrong.status_code == 401
    assert wrong.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert unknown.status_code == 404


@pytest.mark.parametrize("how", ["params", "data", "files", "json"])
def test_parameters_may_come_as_query_form_multipart_or_json(telegram, how):
    fields = {"chat_id": str(ADA), "text": "[1]", "link_preview_options": '{"is_disabled": true}'}
    sent: Any = {key: (None, value) for key, value in fields.items()} if how == "files" else fields
    answer = httpx.request("POST", f"{telegram.url}/bot{telegram.token}/SENDMESSAGE", **{how: sent})

    assert answer.json()["result"]["text"] == "[1]"
    assert telegram.messages(ADA)[0].link_preview_options == {"is_disabled": True}


def test_what_telegram_refuses_is_not_sent(telegram, ask):
    unsound = keyboard([{"text": "x", "callback_data": "x" * 65}])

    assert send(ask, "<p>") == (
        'Bad Request: can\'t parse entities: Unsupported start tag "p" at byte offset 0'
    )
    assert send(ask, "x", reply_markup=unsound) == "Bad Request: BUTTON_DATA_INVALID"
    assert "secret token" in ask("setWebhook", url="https://bot.example/", secret_token="a b")
    assert telegram.messages(ADA) == []
    assert ask("getWebhookInfo")["url"] == ""


def test_an_edit_replaces_text_and_keyboard_and_is_counted(telegram, ask):
    go = keyboard([{"text": "Go", "callback_data": "go"}])
    sent = send(ask, "one", reply_markup=go)["message_id"]
    edited = ask("editMessageText", chat_id=ADA, message_id=sent, text="two")

    (message,) = telegram.messages(ADA)
    assert (message.text, message.labels, message.edits) == ("two", [], 1)
    assert edited["edit_date"] >= edited["date"]


def test_an_edit_to_the_same_content_is_refused(ask):
    go = keyboard([{"text": "Go", "callback_data": "go"}])
    sent = send(ask, "<b>x</b>", reply_markup=go)["message_id"]
    same = {"chat_id": ADA, "message_id": sent, "parse_mode": "HTML", "reply_markup": go}

    assert "message is not modified" in ask("editMessageText", text="<b>x</b> ", **same)
    assert "message is not modified" in ask("editMessageReplyMarkup", **same)
    assert isinstance(ask("editMessageText", text="<i>x</i>", **same), dict)


def test_only_standing_messages_of_the_bot_can_be_edited(telegram, ask):
    theirs = telegram.say(ADA, "mine")
    photo = ask("sendPhoto", chat_id=ADA, photo="https://a.example/p.jpg")["message_id"]
    edit = {"chat_id": ADA, "text": "x"}

    assert ask("editMessageText", message_id=theirs, **edit) == (
        "Bad Request: message can't be edited"
    )
    assert ask("editMessageText", message_id=99, **edit) == "Bad Request: message to edit not found"
    assert "no text in the message" in ask("editMessageText", message_id=photo, **edit)
    assert "not specified" in ask("editMessageText", **edit)
    assert "MESSAGE_ID_INVALID" in ask("editMessageText", inline_message_id="1", text="x")


def test_deleted_messages_are_gone_and_others_messages_in_groups_stay(telegram, ask):
    sent = send(ask, "x")["message_id"]
    theirs = telegram.say(GROUP, "/ask")

    assert ask("deleteMessage", chat_id=ADA, message_id=sent) is True
    assert "not found" in ask("deleteMessage", chat_id=ADA, message_id=sent)
    assert "can't be deleted" in ask("deleteMessage", chat_id=GROUP, message_id=theirs)
    assert telegram.messages(ADA) == []


def test_a_reply_needs_its_message_unless_it_says_otherwise(telegram, ask):
    asked = telegram.say(ADA, "Who cut rates?")

    assert "to be replied not found" in send(ask, "x", reply_parameters={"message_id": 99})
    anyway = {"message_id": 99, "allow_sending_without_reply": True}
    assert "reply_to_message" not in send(ask, "x", reply_parameters=anyway)
    reply = send(ask, "x", reply_parameters={"message_id": asked, "quote": "cut rates"})
    assert reply["reply_to_message"]["message_id"] == asked
    assert telegram.messages(ADA)[1].quote == "cut rates"


@pytest.mark.parametrize("quote", ["raised rates", "x" * 1025])
def test_a_quote_must_occur_in_the_message_and_fit(telegram, ask, quote):
    asked = telegram.say(ADA, "Who cut rates?" + "x" * 1025)
    reply = {"message_id": asked, "quote": quote}

    assert send(ask, "x", reply_parameters=reply) == "Bad Request: QUOTE_TEXT_INVALID"


def test_forum_topics_must_exist_and_replies_stay_in_theirs(telegram, ask):
    sport = next(iter(telegram.chat(FORUM, "supergroup", topics=["Sport"]).threads))
    asked = telegram.say(FORUM, "/ask", thread=sport)
    update = ask("getUpdates")[0]["message"]

    assert update["is_topic_message"]
    assert update["reply_to_message"]["forum_topic_created"]["name"] == "Sport"
    assert "thread not found" in send(ask, "x", chat_id=FORUM, message_thread_id=99)
    assert "thread not found" in send(ask, "x", message_thread_id=sport)
    send(ask, "a", chat_id=FORUM, message_thread_id=sport)
    send(ask, "b", chat_id=FORUM, reply_parameters={"message_id": asked})
    send(ask, "c", chat_id=FORUM)
    assert [message.thread for message in telegram.messages(FORUM)] == [sport, sport, None]


def test_chats_must_be_known_unblocked_and_joined(telegram, ask):
    assert send(ask, "x", chat_id=8) == "Bad Request: chat not found"
    assert send(ask, "x", chat_id="") == "Bad Request: chat_id is empty"
    telegram.block(ADA)
    assert send(ask, "x") == "Forbidden: bot was blocked by the user"
    telegram.unblock(ADA)
    assert send(ask, "x")["text"] == "x"
    ask("leaveChat", chat_id=GROUP)
    assert send(ask, "x", chat_id=GROUP) == "Forbidden: bot is not a member of the group chat"
    assert "private" in ask("leaveChat", chat_id=ADA)
    changes = [update["my_chat_member"]["new_chat_member"] for update in ask("getUpdates")]
    assert [change["status"] for change in changes] == ["kicked", "member"]


def test_each_press_is_answered_once_and_briefly(telegram, ask):
    go = keyboard([{"text": "Go", "callback_data": "go:1"}])
    sent = send(ask, "x", reply_markup=go)["message_id"]
    query = telegram.press(ADA, sent, "Go")
    answer = {"callback_query_id": query}

    assert ask("getUpdates")[0]["callback_query"]["data"] == "go:1"
    assert ask("answerCallbackQuery", text="x" * 201, **answer) == "Bad Request: MESSAGE_TOO_LONG"
    assert ask("answerCallbackQuery", text="x" * 200, **answer) is True
    assert "query is too old" in ask("answerCallbackQuery", **answer)
    assert "query is too old" in ask("answerCallbackQuery", callback_query_id="1")
    assert telegram.callback_answers[query].text == "x" * 200


def test_only_buttons_on_the_message_can_be_pressed_unless_forged(telegram, ask):
    link = {"text": "Open", "url": "https://news.example"}
    sent = send(ask, "x", reply_markup=keyboard([link]))["message_id"]

    for name in ("Open", "Go"):
        with pytest.raises(LookupError):
            telegram.press(ADA, sent, name)
    telegram.press(ADA, sent, "go:9", forge=True)
    assert ask("getUpdates")[0]["callback_query"]["data"] == "go:9"


def test_updates_come_again_until_an_offset_acknowledges_them(telegram, ask):
    telegram.say(ADA, "one")
    telegram.say(ADA, "two")
    first = ask("getUpdates", limit=1)
    again = ask("getUpdates")
    rest = ask("getUpdates", offset=again[0]["update_id"] + 1)

    assert [len(first), len(again), len(rest)] == [1, 2, 1]
    assert again[1]["update_id"] == again[0]["update_id"] + 1
    assert ask("getUpdates") == rest == telegram.pending_updates
    assert ask("getUpdates", offset=rest[0]["update_id"] + 1) == []


def test_a_negative_offset_keeps_only_the_last(telegram, ask):
    for word in ("one", "two", "three"):
        telegram.say(ADA, word)

    assert [update["message"]["text"] for update in ask("getUpdates", offset=-1)] == ["three"]
    assert len(telegram.pending_updates) == 1


def test_an_update_can_be_delivered_twice(telegram, ask):
    telegram.say(ADA, "one", update_id=500)
    telegram.say(ADA, "one", update_id=500)
    telegram.say(ADA, "two")

    assert [update["update_id"] for update in ask("getUpdates")] == [500, 500, 100_001]


def test_a_long_poll_returns_as_soon_as_something_is_said(telegram, ask):
    started = time.monotonic()
    threading.Timer(0.1, telegram.say, (ADA, "late")).start()
    found = ask("getUpdates", timeout=5)

    assert found[0]["message"]["text"] == "late"
    assert 0.1 <= time.monotonic() - started < 2
    assert ask("getUpdates", offset=found[0]["update_id"] + 1, timeout=0.05) == []


def test_only_the_kinds_asked_for_are_kept(telegram, ask):
    ask("getUpdates", allowed_updates=["edited_message"])
    said = telegram.say(ADA, "/one x")
    telegram.edit(ADA, said, "two")

    (update,) = ask("getUpdates")
    assert update["edited_message"]["text"] == "two"
    assert "entities" not in update["edited_message"]


def test_a_second_poller_ends_the_first_with_a_conflict(telegram, ask):
    with ThreadPoolExecutor() as pool:
        first = pool.submit(httpx.get, f"{telegram.url}/bot{telegram.token}/getUpdates?timeout=9")
        telegram.wait(lambda: telegram.polling)
        assert ask("getUpdates") == []
        answer = first.result()

    assert answer.status_code == 409
    assert answer.json()["description"].startswith("Conflict: terminated by other getUpdates")


def test_a_poll_of_a_killed_bot_is_forgotten(telegram, ask):
    url = f"{telegram.url}/bot{telegram.token}/getUpdates?timeout=9"
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(url, timeout=0.1)
    telegram.wait(lambda: not telegram.polling)
    ask("getUpdates")

    assert [call.status for call in telegram.calls("getUpdates")] == [200]


class _Bot(HTTPServer):
    """Where updates are posted; it answers with the statuses in ``refusals`` first."""

    taken: list[tuple[str | None, str]]
    refusals: list[int]
    url: str


class _Hook(BaseHTTPRequestHandler):
    server: _Bot

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        secret = self.headers.get("X-Telegram-Bot-Api-Secret-Token")
        self.server.taken.append((secret, json.loads(body)["message"]["text"]))
        self.send_response(self.server.refusals.pop() if self.server.refusals else 200)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


@contextmanager
def webhook(*refusals: int) -> Iterator[_Bot]:
    with _Bot(("127.0.0.1", 0), _Hook) as server:
        server.taken, server.refusals = [], list(refusals)
        server.url = f"http://127.0.0.1:{server.server_port}/hook"
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        try:
            yield server
        finally:
            server.shutdown()


def test_a_webhook_gets_updates_in_order_with_the_secret_and_again_when_it_fails(telegram, ask):
    with webhook(503, 500) as hook:
        assert ask("setWebhook", url=hook.url, secret_token="s3-cret_")
        telegram.say(ADA, "one")
        telegram.say(ADA, "two")
        telegram.wait(lambda: not telegram.pending_updates)

    assert hook.taken == [("s3-cret_", word) for word in ("one", "one", "one", "two")]
    assert ask("getUpdates").startswith("Conflict: can't use getUpdates method while webhook")
    assert ask("getWebhookInfo")["pending_update_count"] == 0


def test_an_unreachable_webhook_keeps_updates_for_later_polling(telegram, ask):
    with webhook() as hook:
        url = hook.url
    ask("setWebhook", url=url, allowed_updates=["message"])
    telegram.say(ADA, "one")
    telegram.wait(lambda: "last_error_message" in ask("getWebhookInfo"))

    assert ask("getWebhookInfo")["allowed_updates"] == ["message"]
    assert ask("deleteWebhook") is True
    assert ask("getUpdates")[0]["message"]["text"] == "one"
    assert ask("deleteWebhook", drop_pending_updates=True) is True
    assert ask("getUpdates") == []


def test_setting_a_webhook_ends_a_long_poll(telegram, ask):
    with ThreadPoolExecutor() as pool:
        poll = pool.submit(httpx.get, f"{telegram.url}/bot{telegram.token}/getUpdates?timeout=9")
        telegram.wait(lambda: telegram.polling)
        ask("setWebhook", url="https://bot.example/")

        assert "terminated by setWebhook" in poll.result().json()["description"]


def test_a_call_that_hangs_after_is_carried_out_once_and_before_not_at_all(telegram, ask):
    telegram.hang("sendMessage", 0.05, after=True)
    with pytest.raises(httpx.RemoteProtocolError):
        send(ask, "after")
    telegram.hang("sendMessage", 0)
    with pytest.raises(httpx.RemoteProtocolError):
        send(ask, "before")
    send(ask, "well")

    assert [message.text for message in telegram.messages(ADA)] == ["after", "well"]
    assert [call.status for call in telegram.calls("sendMessage")] == [0, 0, 200]


def test_a_client_may_give_up_on_a_hanging_call(telegram, ask, caplog):
    telegram.hang("sendMessage", 0.2, after=True)
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{telegram.url}/bot{telegram.token}/sendMessage?chat_id=7&text=x", timeout=0.05)
    assert send(ask, "y")["text"] == "y"
    telegram.wait(lambda: len(telegram.calls("sendMessage")) == 2)
    telegram.stop()

    assert [message.text for message in telegram.messages(ADA)] == ["x", "y"]
    assert caplog.text == ""


def test_failures_strike_as_often_as_told_and_carry_nothing_out(telegram):
    url = f"{telegram.url}/bot{telegram.token}/sendMessage"
    telegram.fail("sendMessage", 429, retry_after=4, chat_id=ADA)
    telegram.fail("*", 502, times=2)
    telegram.fail("sendMessage", 400, description="Bad Request: no")
    answers = [httpx.post(url, json={"chat_id": ADA, "text": "x"}) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [429, 502, 502, 400, 200]
    assert answers[0].json()["parameters"] == {"retry_after": 4}
    assert answers[0].json()["description"] == "Too Many Requests: retry after 4"
    assert answers[3].json()["description"] == "Bad Request: no"
    assert len(telegram.messages(ADA)) == 1


def test_faults_that_have_not_struck_can_be_taken_back(telegram, ask):
    telegram.fail("sendMessage", 500, times=9)
    telegram.calm()

    assert send(ask, "x")["text"] == "x"


def test_a_burst_of_three_passes_and_the_fourth_must_wait(telegram, ask):
    telegram.flood_limits()
    assert "parse" in send(ask, "<")

    assert all(isinstance(send(ask, str(n)), dict) for n in range(3))
    assert send(ask, "4") == "Too Many Requests: retry after 3"
    assert isinstance(send(ask, "x", chat_id=GROUP), dict)
    assert ask("sendChatAction", chat_id=ADA, action="typing") is True
    telegram.flood_limits(False)
    assert isinstance(send(ask, "5"), dict)


def test_what_was_said_outlives_a_restart_on_the_same_port(telegram, ask):
    telegram.say(ADA, "one")
    url = telegram.url
    telegram.stop()
    telegram.say(ADA, "two")
    with pytest.raises(httpx.ConnectError):
        ask("getMe")
    telegram.restart()

    assert telegram.url == url
    assert [update["message"]["text"] for update in ask("getUpdates")] == ["one", "two"]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("/ask who", True),
        ("/ask@byline_bot who", True),
        ("/ask@other_bot who", False),
        ("hey @Byline_Bot, who?", True),
        ("who cut rates?", False),
    ],
)
def test_in_groups_the_bot_sees_only_what_is_meant_for_it(telegram, ask, text, seen):
    telegram.say(GROUP, text, user=12)

    assert [update["message"]["from"]["id"] for update in ask("getUpdates")] == [12] * seen


def test_in_groups_the_bot_sees_replies_to_itself(telegram, ask):
    sent = send(ask, "x", chat_id=GROUP)["message_id"]
    telegram.say(GROUP, "and in 2025?", reply_to=sent)

    assert ask("getUpdates")[0]["message"]["reply_to_message"]["message_id"] == sent


def test_without_privacy_mode_the_bot_sees_all_until_it_leaves():
    with TelegramServer(privacy=False) as telegram:
        telegram.chat(GROUP, "group")
        telegram.say(GROUP, "who cut rates?")
        httpx.get(f"{telegram.url}/bot{telegram.token}/leaveChat?chat_id={GROUP}")
        telegram.say(GROUP, "anyone?")
        assert len(telegram.pending_updates) == 1


def test_photos_come_as_files_attachments_or_addresses_with_short_captions(telegram, ask):
    url = f"{telegram.url}/bot{telegram.token}/sendPhoto"
    attached = httpx.post(
        url, data={"chat_id": ADA, "photo": "attach://f"}, files={"f": ("a.png", b"123")}
    )
    uploaded = httpx.post(url, data={"chat_id": ADA}, files={"photo": ("b.png", b"1234")})

    assert attached.json()["ok"]
    assert uploaded.json()["ok"]
    assert telegram.calls("sendPhoto")[1].params["photo"] == {"file_name": "b.png", "size": 4}
    assert "no photo" in ask("sendPhoto", chat_id=ADA)
    photo = {"chat_id": ADA, "photo": "id"}
    assert "caption is too long" in ask("sendPhoto", caption="x" * 1025, **photo)
    assert "caption_entities" in ask("sendPhoto", caption="<b>x</b>", parse_mode="HTML", **photo)
    assert telegram.messages(ADA)[-1].html == "<b>x</b>"


def test_commands_and_descriptions_are_checked_and_kept_by_scope(telegram, ask):
    known = [{"command": "ask", "description": "Ask"}]
    admin = {"type": "chat", "chat_id": ADA}

    assert ask("setMyCommands", commands=known, scope=admin, language_code="de") is True
    assert ask("getMyCommands", scope=admin, language_code="de") == known
    assert ask("getMyCommands") == []
    assert list(telegram.commands.values()) == [known]
    assert ask("deleteMyCommands", scope=admin, language_code="de") is True
    assert ask("getMyCommands", scope=admin, language_code="de") == []
    for bad in ({"command": "Ask"}, {"command": "x" * 33}):
        assert "COMMAND_INVALID" in ask("setMyCommands", commands=[known[0] | bad])
    assert "DESCRIPTION" in ask("setMyCommands", commands=[{"command": "a", "description": ""}])
    assert "TOO_MUCH" in ask("setMyCommands", commands=known * 101)
    assert "Array" in ask("setMyCommands")
    assert ask("setMyDescription", description="x" * 512) is True
    assert "TOO_LONG" in ask("setMyShortDescription", short_description="x" * 121)
    assert telegram.descriptions == {"description": "x" * 512}


def test_inline_queries_are_answered_once_with_sound_results(telegram, ask):
    query = telegram.inline_query("rates")
    article = {"type": "article", "id": "1", "title": "x"}
    sound = article | {"input_message_content": {"message_text": "<b>x</b>", "parse_mode": "HTML"}}
    broken = article | {"input_message_content": {"message_text": "<", "parse_mode": "HTML"}}

    def answer(*results: object) -> Any:
        return ask("answerInlineQuery", inline_query_id=query, results=list(results))

    assert ask("getUpdates")[0]["inline_query"]["query"] == "rates"
    assert "can't parse entities" in answer(broken).lower()
    assert "text is empty" in answer(article)
    assert "DUPLICATE" in answer(sound, sound)
    assert "ID_INVALID" in answer(sound | {"id": "x" * 65})
    assert "TOO_MUCH" in answer(*[sound] * 51)
    assert "Array" in ask("answerInlineQuery", inline_query_id=query)
    assert answer(sound, {"type": "photo", "id": "2"}) is True
    assert "query is too old" in answer(sound)
    assert len(telegram.inline_answers[query].results) == 2


def test_chats_and_members_can_be_looked_up(telegram, ask):
    telegram.user(ADA, last_name="Byron")

    assert ask("getChat", chat_id=GROUP)["title"] == "Newsroom"
    assert ask("getChatMember", chat_id=GROUP, user_id=ADA)["user"]["last_name"] == "Byron"
    assert "invalid user_id" in ask("getChatMember", chat_id=GROUP, user_id=99)
    assert "wrong parameter action" in ask("sendChatAction", chat_id=ADA, action="sleeping")
    assert ask("close") is True


def test_media_of_readers_arrive_without_text(telegram, ask):
    telegram.send_photo(ADA, caption="look")
    telegram.send_voice(ADA)
    telegram.send_sticker(ADA)

    photo, voice, sticker = (update["message"] for update in ask("getUpdates"))
    assert photo["photo"]
    assert photo["caption"] == "look"
    assert voice["voice"]
    assert sticker["sticker"]
    assert not any("text" in message for message in (photo, voice, sticker))


def test_waiting_in_vain_names_the_latest_calls(telegram, ask):
    ask("getMe")
    with pytest.raises(TimeoutError, match="getMe"):
        telegram.wait_messages(ADA, timeout_s=0.01)


async def test_python_telegram_bot_talks_to_it(telegram):
    async with Bot(telegram.token, base_url=f"{telegram.url}/bot") as bot:
        go = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go")]])
        sent = await bot.send_message(ADA, "<i>x</i> & y", parse_mode="HTML", reply_markup=go)
        (message,) = await telegram.wait_for_messages(ADA)
        telegram.press(ADA, message.message_id, "Go")
        telegram.say(ADA, "/start")
        pressed, said = await bot.get_updates()
        assert pressed.callback_query
        assert said.message
        await pressed.callback_query.answer("fine")
        await bot.edit_message_text("z", ADA, sent.message_id)
        with pytest.raises(BadRequest, match="not modified"):
            await bot.edit_message_text("z", ADA, sent.message_id)
        await telegram.wait_for(lambda: telegram.callback_answers)

        assert bot.username == "byline_bot"
        assert message.html == sent.text_html == "<i>x</i> &amp; y"
        assert said.message.entities[0].type == "bot_command"
        assert (await bot.get_chat(ADA)).first_name == "Ada"


def test_what_is_long_past_is_forgotten(telegram, ask):
    ask("sendMessage", chat_id=ADA, text="first")
    telegram.forget_before(telegram.messages(ADA)[0].sent_at + 60)
    assert telegram.messages(ADA) == []
    assert telegram.calls() == []
    ask("sendMessage", chat_id=ADA, text="second")
    assert [one.text for one in telegram.messages(ADA)] == ["second"]
