"""What is found out once a message, and only where it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar, overload

Owner = TypeVar("Owner")
Value = TypeVar("Value")


class lazy(Generic[Owner, Value]):  # noqa: N801 - used as functools.cached_property is
    """A property that is computed when first read, and kept with its object.

    That of functools, before Python 3.12, computes one object's at a time, whatever their number:
    all messages waited for the search of one. Here two threads that read one object's at once may
    both compute it.

    Example:
        >>> class Message:
        ...     @lazy
        ...     def words(self) -> list[str]:
        ...         return "who resigned".split()
        >>> message = Message()
        >>> message.words is message.words
        True
    """

    def __init__(self, compute: Callable[[Owner], Value]) -> None:
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, instance: None, owner: type[Owner]) -> lazy[Owner, Value]: ...
    @overload
    def __get__(self, instance: Owner, owner: type[Owner] | None = None) -> Value: ...
    def __get__(
        self, instance: Owner | None, owner: type[Owner] | None = None
    ) -> lazy[Owner, Value] | Value:
        if instance is None:
            return self
        value = self._compute(instance)
        vars(instance)[self._name] = value  # which is looked at first from now on
        return value
