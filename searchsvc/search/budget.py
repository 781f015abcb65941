"""How long one request may take, from parsing to the last highlight."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter


@dataclass(slots=True)
class Budget:
    """A deadline, of `time.perf_counter`; `is_spent` once something was left out because of it."""

    deadline: float
    is_spent: bool = False

    @classmethod
    def of(cls, started: float, milliseconds: float) -> Budget:
        return cls(started + milliseconds / 1000)

    def is_over(self) -> bool:
        """Whether nothing more may be begun. Whoever asks leaves something out then."""
        if perf_counter() > self.deadline:
            self.is_spent = True
        return self.is_spent
