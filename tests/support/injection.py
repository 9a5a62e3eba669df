"""Exceptions at any call: functions of some modules, each of which can be told to raise once."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

import pytest


class Injector:
    """Stands before every function and method of some modules; does nothing until armed.

    Attributes:
        names: The functions, as ``module.name`` or ``module.Class.name``.
        called: Those that were called.
        fired: Whether the one that was armed has raised since.
    """

    def __init__(self, patch: pytest.MonkeyPatch, *modules: ModuleType) -> None:
        self.names: list[str] = []
        self.called: set[str] = set()
        self.fired = False
        self._armed: tuple[str, BaseException] | None = None
        self._patch = patch
        for module in modules:
            self._stand_before(module)

    def arm(self, name: str, error: BaseException) -> None:
        """Let the next call of a function raise, instead of doing anything."""
        self.fired, self._armed = False, (name, error)

    def disarm(self) -> None:
        """Let nothing raise."""
        self._armed = None

    def _stand_before(self, module: ModuleType) -> None:
        short = module.__name__.removeprefix("bot.")
        for name, value in list(vars(module).items()):
            if getattr(value, "__module__", "") != module.__name__:
                continue
            if isinstance(value, FunctionType):
                self._replace_everywhere(value, self._wrapped(f"{short}.{name}", value))
            elif inspect.isclass(value):
                for method, found in _methods(value):
                    wrapped = self._wrapped(f"{short}.{name}.{method}", found)
                    static = isinstance(vars(value)[method], staticmethod)
                    self._patch.setattr(value, method, staticmethod(wrapped) if static else wrapped)

    def _replace_everywhere(self, function: FunctionType, wrapped: Callable[..., Any]) -> None:
        for known, module in list(sys.modules.items()):
            if not known.startswith(("bot.", "tests.")) or module is None:
                continue
            for name, value in list(vars(module).items()):
                if value is function:
                    self._patch.setattr(module, name, wrapped)

    def _wrapped(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        self.names.append(name)

        @functools.wraps(function)
        def wrapped(*given: Any, **more: Any) -> Any:
            self._fire(name)
            return function(*given, **more)

        @functools.wraps(function)
        async def awaited(*given: Any, **more: Any) -> Any:
            self._fire(name)
            return await function(*given, **more)

        return awaited if inspect.iscoroutinefunction(function) else wrapped

    def _fire(self, name: str) -> None:
        self.called.add(name)
        armed = self._armed
        if armed is not None and armed[0] == name:
            self._armed, self.fired = None, True
            raise armed[1]


def _methods(kind: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The methods that a class has of its own, but for Python's."""
    for name, value in list(vars(kind).items()):
        found = value.__func__ if isinstance(value, staticmethod) else value
        if isinstance(found, FunctionType) and not name.startswith("__"):
            yield name, found
