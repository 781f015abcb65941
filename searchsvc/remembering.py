"""What is remembered of words and questions, bounded in number and in length.

Anyone may ask anything: what a memory keeps of long texts is bounded by leaving them out.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar, Generic, TypeVar
from weakref import WeakMethod

LONGEST = 64
"""Characters: what is made of a longer text is not remembered."""
KEPT_WHILE_SERVING = 1 << 14
"""Words of each memo in a process that answers the public."""

Made = TypeVar("Made")
Function = TypeVar("Function", bound=Callable[..., Any])


class Memo(dict[str, Made], Generic[Made]):
    """What a function makes of words; when full it begins anew. Threads share it."""

    most: ClassVar[int] = 1 << 18
    """Of each memo of the process: publishing reads every word of a site."""

    def __init__(self, make: Callable[[str], Made]) -> None:
        self._make = make

    def __missing__(self, text: str) -> Made:
        made = self._make(text)
        if len(text) <= LONGEST:
            if len(self) >= Memo.most:
                self.clear()
            self[text] = made
        return made


def remember_less() -> None:
    """For a process that answers the public, of whose words few come again."""
    Memo.most = KEPT_WHILE_SERVING


def remembered(most: int) -> Callable[[Function], Function]:
    """Keeps a function's last answers for short texts, for any number of threads."""

    def remembering_it(function: Function) -> Function:
        kept = lru_cache(maxsize=most)(function)

        def call(*arguments: Any) -> Any:
            return kept(*arguments) if _are_short(arguments) else function(*arguments)

        return call  # type: ignore[return-value]

    return remembering_it


def remembering(method: Function, most: int) -> Function:
    """A bound method that keeps its last answers for short texts.

    Kept by its own object it makes no circle: what an object maps into memory goes with it, not
    when the collector next runs.
    """
    of = WeakMethod(method)

    def call(*arguments: Any) -> Any:
        bound = of()
        assert bound is not None, "its object has gone"
        return bound(*arguments)

    return remembered(most)(call)  # type: ignore[return-value]


def _are_short(arguments: tuple[Any, ...]) -> bool:
    return sum(len(text) for text in arguments if isinstance(text, str)) <= LONGEST
