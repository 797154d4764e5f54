"""A to-do list with due times and priorities, worked off by one thread."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from threading import Condition

from data.clock import monotonic_s


@dataclass(slots=True)
class Chore:
    """Something to be done.

    Attributes:
        name: a chore of the same name replaces this one while it waits; empty = none does.
        give_up: called when the chore is dropped undone.
        due_s: not before, on the steady clock.
        tries: how often it was begun.
    """

    run: Callable[[], None]
    priority: int
    name: str = ""
    give_up: Callable[[], None] | None = None
    due_s: float = 0.0
    tries: int = field(default=0)
    number: int = field(default=0)


class Chores:
    """Due chores come out by priority, then in the order in which they were put in."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._waiting: list[Chore] = []
        self._numbers = count()
        self._closed = False

    def put(self, chore: Chore, *, after_s: float = 0.0) -> None:
        """Add a chore that is due after ``after_s`` seconds."""
        with self._changed:
            chore.due_s = monotonic_s() + after_s
            chore.number = next(self._numbers)
            if chore.name:
                self._waiting = [one for one in self._waiting if one.name != chore.name]
            self._waiting.append(chore)
            self._changed.notify()

    def take(self) -> Chore | None:
        """Wait for a due chore and return it; None = the list was closed."""
        with self._changed:
            while not self._closed:
                now_s = monotonic_s()
                due = [one for one in self._waiting if one.due_s <= now_s]
                if due:
                    chosen = min(due, key=lambda one: (one.priority, one.number))
                    self._waiting.remove(chosen)
                    return chosen
                next_s = min((one.due_s for one in self._waiting), default=None)
                self._changed.wait(None if next_s is None else next_s - now_s)
            return None

    def close(self) -> None:
        """Let the thread that waits in ``take`` go."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
