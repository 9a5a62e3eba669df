"""Chromium without a window, driven by its own protocol: what tests of pages see and press.

https://chromedevtools.github.io/devtools-protocol/. Where there is no Chromium (in ``PATH``, or
named by ``CHROMIUM``), the tests say so and are skipped.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
from tornado.websocket import WebSocketClientConnection, websocket_connect

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_START_S, _ANSWER_S = 60, 30
_LARGEST = 64 << 20


def find_chromium() -> str | None:
    """The program; None where there is none."""
    named = os.environ.get("CHROMIUM")
    return next(filter(None, map(shutil.which, [named] if named else _NAMES)), None)


def find_axe() -> Path | None:
    """axe-core's script: named by ``AXE``, or where npm puts it; None where there is none."""
    root = Path(__file__).parents[2]
    named = Path(os.environ.get("AXE", root / "node_modules" / "axe-core" / "axe.min.js"))
    return named if named.is_file() else None


@contextmanager
def browsing() -> Iterator[int]:
    """Run Chromium; yields the port on which it is driven."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            *(find_chromium() or "chromium", "--headless", "--no-sandbox", "--disable-gpu"),
            *("--remote-debugging-port=0", f"--user-data-dir={profile}", "--hide-scrollbars"),
            *("--disable-background-networking", "--no-first-run", "--disable-extensions"),
            "about:blank",
        ]
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            try:
                yield _read_port(Path(profile, "DevToolsActivePort"))
            finally:
                process.terminate()


def _read_port(file: Path) -> int:
    until = time.monotonic() + _START_S
    while time.monotonic() < until:
        if file.is_file() and (lines := file.read_text().split()):
            return int(lines[0])
        time.sleep(0.05)
    raise TimeoutError("Chromium did not start")


class Tab:
    """One tab.

    Attributes:
        said: What the page's console was told: errors, and what a policy refused.
        asked: The addresses that it asked for.
    """

    def __init__(self, socket: WebSocketClientConnection) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._loaded = asyncio.Event()
        self.said: list[str] = []
        self.asked: list[str] = []

    async def listen(self) -> None:
        """Hear what Chromium says, for as long as it speaks."""
        while (text := await self._socket.read_message()) is not None:
            told = json.loads(text)
            if "id" in told:
                self._answers.pop(told["id"]).set_result(told)
            elif told["method"] == "Page.loadEventFired":
                self._loaded.set()
            elif told["method"] == "Network.requestWillBeSent":
                self.asked.append(told["params"]["request"]["url"])
            elif told["method"] == "Log.entryAdded":
                self.said.append(told["params"]["entry"]["text"])
            elif told["method"] == "Runtime.exceptionThrown":
                self.said.append(json.dumps(told["params"]["exceptionDetails"]))

    async def do(self, method: str, **params: object) -> dict[str, Any]:
        """Have something done; returns what comes of it."""
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        message = {"id": number, "method": method, "params": params}
        await self._socket.write_message(json.dumps(message))
        async with asyncio.timeout(_ANSWER_S):
            told = await answer
        assert "error" not in told, told
        result: dict[str, Any] = told["result"]
        return result

    async def open(self, url: str) -> None:
        """Go somewhere, and wait until all of it is there."""
        self._loaded.clear()
        await self.do("Page.navigate", url=url)
        async with asyncio.timeout(_ANSWER_S):
            await self._loaded.wait()
        # Where it scrolls to, it is after the next frame.
        await asyncio.sleep(0.1)

    async def follow(self, script: str) -> None:
        """Run what leads to another page, and wait until all of that is there."""
        self._loaded.clear()
        await self.run(script)
        async with asyncio.timeout(_ANSWER_S):
            await self._loaded.wait()

    async def size(self, width: int, height: int = 800, scale: float = 1) -> None:
        """Make the window as large."""
        await self.do(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=scale, mobile=False,
        )  # fmt: skip

    async def prefer(self, scheme: str = "light", media: str = "") -> None:
        """Show it as who prefers dark colours, or as it is printed."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        await self.do("Emulation.setEmulatedMedia", media=media, features=features)

    async def forbid_scripts(self) -> None:
        """Run no script of any page."""
        await self.do("Emulation.setScriptExecutionDisabled", value=True)

    async def run(self, script: str) -> Any:
        """Run a script beside the page's own, and wait for what it gives."""
        told = await self.do(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    async def press(self, key: str, code: int) -> None:
        """Press a key and let go of it."""
        about = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        text = {"text": "\r"} if key == "Enter" else {}
        await self.do("Input.dispatchKeyEvent", type="keyDown", **about, **text)
        await self.do("Input.dispatchKeyEvent", type="keyUp", **about)

    async def photograph(self, file: Path, *, whole: bool = False) -> None:
        """Take a picture of what is seen, or of all of the page."""
        told = await self.do("Page.captureScreenshot", captureBeyondViewport=whole)
        file.write_bytes(base64.b64decode(told["data"]))  # noqa: ASYNC240 - nobody waits


@asynccontextmanager
async def opened(port: int) -> AsyncIterator[Tab]:
    """Open a tab."""
    async with httpx.AsyncClient(trust_env=False) as client:
        new = (await client.put(f"http://127.0.0.1:{port}/json/new?about:blank")).json()
    socket = await websocket_connect(new["webSocketDebuggerUrl"], max_message_size=_LARGEST)
    tab = Tab(socket)
    hearing = asyncio.create_task(tab.listen())
    try:
        for domain in ("Page", "Runtime", "Network", "Log"):
            await tab.do(f"{domain}.enable")
        yield tab
    finally:
        socket.close()
        await hearing
