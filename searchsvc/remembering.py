"""Methods that remember their last answers, of objects that go as soon as nobody uses them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar
from weakref import WeakMethod

Method = TypeVar("Method", bound=Callable[..., Any])


def remembering(method: Method, most: int) -> Method:
    """A bound method that keeps its last answers, for any number of threads.

    Kept by its own object it makes no circle: what an object maps into memory goes with it, not
    when the collector next runs.
    """
    of = WeakMethod(method)

    def call(*arguments: Any) -> Any:
        bound = of()
        assert bound is not None, "its object has gone"
        return bound(*arguments)

    return lru_cache(maxsize=most)(call)  # type: ignore[return-value]
