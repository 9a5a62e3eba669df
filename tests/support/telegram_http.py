"""The emulated Bot API over HTTP: one tornado server in a thread, polling and webhook.

`telegram_server` adds the test's side: readers, observations and weather.
"""

from __future__ import annotations

import asyncio
import json
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from socket import socket
from typing import Any, Self
from urllib.parse import urlsplit

from tornado.httpclient import AsyncHTTPClient, HTTPError
from tornado.httpserver import HTTPServer
from tornado.iostream import StreamClosedError
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from tests.support.telegram_faults import CALLS_THAT_SEND, Faults, FloodLimits
from tests.support.telegram_methods import METHODS
from tests.support.telegram_rules import JSON, RefusedError, Webhook
from tests.support.telegram_world import World, now

_NAMES = {name.lower(): name for name in (*METHODS, "getUpdates")}
_PLAIN = frozenset(
    {"text", "caption", "url", "secret_token", "description", "short_description", "action"}
    | {"callback_query_id", "inline_query_id", "guest_query_id", "parse_mode", "language_code"}
    | {"next_offset"}
)
_ONE_POLL = "Conflict: terminated by other getUpdates request; make sure that only one bot instance"
_HOOKED = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
_LONGEST_POLL_S = 50


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the bot.

    Attributes:
        params: As sent, JSON values decoded; a file appears as its name and size.
        status: HTTP status answered, 0 where the connection was dropped.
        description: Why it was refused, or an empty string.
        at: When it was answered, in seconds since the epoch.
    """

    method: str
    params: JSON
    status: int
    description: str
    at: float


class BotApi:
    """Serves one bot from a `World`, which ``_changed`` guards against other threads."""

    def __init__(
        self,
        token: str = "123456:TEST",  # noqa: S107 - worth nothing anywhere else
        *,
        username: str = "byline_bot",
        privacy: bool = True,
    ) -> None:
        self.token = token
        bot = {"id": int(token.split(":")[0]), "is_bot": True, "first_name": "Byline"}
        self._world = World(bot | {"username": username}, privacy=privacy)
        self._calls: list[Call] = []
        self._faults = Faults()
        self._flood: FloodLimits | None = None
        self._changed = threading.Condition()
        self._waiting: set[asyncio.Event] = set()
        self._poll = object()
        self._polls = 0
        self._balancer: Balancer | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._port = 0

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_exc: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Base address; python-telegram-bot wants ``f"{url}/bot"``."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> Self:
        """Listen, on a free port the first time and on the same one ever after."""
        sockets = bind_sockets(self._port, "127.0.0.1")
        self._port = sockets[0].getsockname()[1]
        ready = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(sockets, ready)), daemon=True
        )
        self._thread.start()
        ready.wait()
        return self

    def stop(self) -> None:
        """Drop every connection and stop listening; what was said is remembered."""
        with self._changed:
            loop, self._loop = self._loop, None
            if loop is None or self._thread is None:
                return
            loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def restart(self) -> None:
        """Come back on the same port after an outage."""
        self.stop()
        self.start()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Hold the lock, then wake whoever waits for news, in tests and in the server."""
        with self._changed:
            yield
            self._changed.notify_all()
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        for event in self._waiting:
            event.set()

    async def _news(self, timeout_s: float | None = None) -> None:
        """Wait until something may have changed. Runs in the server's thread only."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            async with asyncio.timeout(timeout_s):
                await event.wait()
        except TimeoutError:
            pass
        finally:
            self._waiting.discard(event)

    async def _serve(self, sockets: list[socket], ready: threading.Event) -> None:
        self._stopping = asyncio.Event()
        routes = [
            (r"/bot([^/]+)/(\w+)", _Handler, {"server": self}),
            (r"/file/bot([^/]+)/documents/(\w+)", _Files, {"server": self}),
        ]
        http = HTTPServer(Application(routes, log_function=lambda _: None))
        http.add_sockets(sockets)
        webhook = asyncio.create_task(self._post_updates())
        with self._changed:
            self._loop = asyncio.get_running_loop()
        ready.set()
        await self._stopping.wait()
        webhook.cancel()
        http.stop()
        await http.close_all_connections()

    def file(self, token: str, file_id: str) -> bytes | None:
        """A file that a reader sent; None for a wrong token, or where there is none."""
        with self._changed:
            return self._world.files.get(file_id) if token == self.token else None

    async def respond(self, token: str, method: str, params: JSON) -> tuple[int, JSON]:
        """Carry out one request and log it; status 0 asks to drop the connection."""
        name = _NAMES.get(method.lower(), method)
        try:
            if token != self.token:
                raise RefusedError(401, "Unauthorized")
            status, result = await self._carry_out(name, params)
        except RefusedError as error:
            status, result = error.code, None
            answer: JSON = {"ok": False, "error_code": status, "description": error.description}
            if error.parameters:
                answer["parameters"] = error.parameters
        else:
            answer = {"ok": True, "result": result}
        with self._changing():
            self._calls.append(Call(name, params, status, answer.get("description", ""), now()))
        return status, answer

    async def _carry_out(self, name: str, params: JSON) -> tuple[int, Any]:
        if name not in _NAMES.values():
            raise RefusedError(404, "Not Found")
        with self._changed:
            fault = self._faults.take(name, params)
        if fault and fault.status:
            raise fault.error()
        result = await self._call(name, params) if fault is None or fault.after else None
        if fault:
            await asyncio.sleep(fault.seconds)
        return (0 if fault else 200), result

    async def _call(self, name: str, params: JSON) -> Any:
        if name == "getUpdates":
            return await self._get_updates(params)
        with self._changing():
            chat = self._world.chats.get(params.get("chat_id", 0))
            limits = self._flood if chat and name in CALLS_THAT_SEND else None
            if limits and chat:
                limits.check(chat)
            result = METHODS[name](self._world, params)
            if limits and chat:
                limits.count(chat)
            return result

    async def _get_updates(self, params: JSON) -> list[JSON]:
        """Answer with pending updates, or wait for one; a newer request ends an older one."""
        mine = self._poll = object()
        self._wake()
        loop = asyncio.get_running_loop()
        until = loop.time() + min(float(params.get("timeout") or 0), _LONGEST_POLL_S)
        with self._changing():
            if self._world.webhook.url:
                raise RefusedError(409, _HOOKED)
            self._world.acknowledge(int(params.get("offset") or 0))
            if "allowed_updates" in params:
                self._world.webhook = Webhook(allowed_updates=tuple(params["allowed_updates"]))
        while True:
            with self._changed:
                if self._world.webhook.url:
                    raise RefusedError(409, "Conflict: terminated by setWebhook request")
                if self._poll is not mine:
                    raise RefusedError(409, f"{_ONE_POLL} is running")
                found = self._world.updates[: int(params.get("limit") or 100)]
            if found or loop.time() >= until:
                return found
            with self._held_poll():
                await self._news(until - loop.time())

    @contextmanager
    def _held_poll(self) -> Iterator[None]:
        with self._changed:
            self._polls += 1
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._polls -= 1
                self._changed.notify_all()

    async def _post_updates(self) -> None:
        """Post pending updates to the webhook, one after another, each until it is accepted."""
        client, pause_s = AsyncHTTPClient(force_instance=True, max_clients=100), 0.05
        while True:
            with self._changed:
                hook, updates = self._world.webhook, self._world.updates[:1]
                balancer = self._balancer
            if hook.url and balancer:
                await self._post_side_by_side(client, hook, balancer)
                continue
            if not (hook.url and updates):
                await self._news()
                continue
            error = await _post(client, hook, updates[0])
            with self._changing():
                self._world.webhook_error = error
                if not error and updates[0] in self._world.updates:
                    self._world.updates.remove(updates[0])
            if error:
                await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, 1.0) if error else 0.05

    async def _post_side_by_side(
        self, client: AsyncHTTPClient, hook: Webhook, balancer: Balancer
    ) -> None:
        """Post pending updates to several addresses, many at a time and in no order."""
        posting: dict[int, asyncio.Task[None]] = {}
        try:
            while self._balancer is balancer:
                with self._changed:
                    updates = [one for one in self._world.updates if id(one) not in posting]
                for one in updates[: balancer.at_once - len(posting)]:
                    post = self._deliver(client, hook, balancer, one)
                    task = posting[id(one)] = asyncio.create_task(post)
                    task.add_done_callback(partial(_leave, posting, id(one)))
                if posting:
                    news = asyncio.create_task(self._news())
                    await asyncio.wait(
                        {news, *posting.values()}, return_when=asyncio.FIRST_COMPLETED
                    )
                    news.cancel()
                else:
                    await self._news()
        finally:
            for task in posting.values():
                task.cancel()

    async def _deliver(
        self, client: AsyncHTTPClient, hook: Webhook, balancer: Balancer, update: JSON
    ) -> None:
        """Post one update until it is accepted, and some of them once more."""
        pause_s = 0.05
        while error := await _post(client, balancer.choose(hook), update):
            with self._changing():
                self._world.webhook_error = error
                balancer.refused += 1
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, 0.2)
        balancer.accepted.add(update["update_id"])
        if balancer.chance.random() < balancer.twice:
            balancer.doubled += 1
            await _post(client, balancer.choose(hook), update)
        with self._changing():
            if any(one is update for one in self._world.updates):
                self._world.updates = [one for one in self._world.updates if one is not update]


def _leave(posting: dict[int, asyncio.Task[None]], key: int, _: object) -> None:
    posting.pop(key, None)


@dataclass(slots=True)
class Balancer:
    """What stands before several processes, and posts to any of them.

    Attributes:
        addresses: Without a path.
        at_once: Most updates that are posted at a time; they overtake one another.
        twice: Share of the updates that are delivered twice, maybe to two processes.
        refused: How often one was not taken.
        doubled: How many were delivered twice.
        accepted: The numbers of those that were taken.
    """

    addresses: list[str]
    at_once: int = 40
    twice: float = 0.0
    refused: int = 0
    doubled: int = 0
    accepted: set[int] = field(default_factory=set)
    chance: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311

    def choose(self, hook: Webhook) -> Webhook:
        """The webhook, at one of the addresses."""
        path = urlsplit(hook.url).path
        return replace(hook, url=f"{self.chance.choice(self.addresses)}{path}")


async def _post(client: AsyncHTTPClient, hook: Webhook, update: JSON) -> str:
    """What went wrong, or an empty string."""
    headers = {"Content-Type": "application/json"}
    if hook.secret_token:
        headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret_token
    try:
        await client.fetch(hook.url, method="POST", headers=headers, body=json.dumps(update))
    except HTTPError as error:
        return f"Wrong response from the webhook: {error.code} {error.message}"
    except OSError as error:
        return f"Connection failed: {error.strerror}"
    return ""


class _Handler(RequestHandler):
    """One request: parameters from query, form, JSON body or files, all decoded alike."""

    def initialize(self, server: BotApi) -> None:
        self._server = server

    async def get(self, token: str, method: str) -> None:
        self._work = asyncio.ensure_future(self._server.respond(token, method, self._params()))
        await asyncio.wait([self._work])
        if self._work.cancelled():
            return
        with suppress(StreamClosedError):  # the bot may be gone by now
            await self._answer(*self._work.result())

    post = get

    async def _answer(self, status: int, answer: JSON) -> None:
        if status == 0:
            self.detach().close()
            return
        self.set_status(status)
        # A gateway in front of Telegram answers a 502, and not in JSON.
        page = "<html><head><title>502 Bad Gateway</title></head></html>"
        await self.finish(page if status == 502 else answer)

    def on_connection_close(self) -> None:
        # A poll whose bot was killed must not meet its successor: nobody is there to be told 409.
        if self.path_args[1].lower() == "getupdates":
            self._work.cancel()

    def _params(self) -> JSON:
        if self.request.headers.get("Content-Type", "").startswith("application/json"):
            body = json.loads(self.request.body or b"{}")
            return {name: _decoded(name, value) for name, value in body.items()}
        params = {
            name: _decoded(name, values[-1].decode())
            for name, values in self.request.arguments.items()
        }
        for name, files in self.request.files.items():
            params[name] = {"file_name": files[-1].filename, "size": len(files[-1].body)}
        return params


class _Files(RequestHandler):
    """What readers sent, for who knows the bot's token."""

    def initialize(self, server: BotApi) -> None:
        self._server = server

    async def get(self, token: str, file_id: str) -> None:
        content = self._server.file(token, file_id)
        if content is None:
            self.send_error(404)
        else:
            await self.finish(content)


def _decoded(name: str, value: Any) -> Any:
    """A parameter's value; all but plain text may come as JSON in a string."""
    if not isinstance(value, str) or name in _PLAIN:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
