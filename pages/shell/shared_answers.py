"""Shared answers: queries by question, each asked once a tick for all who ask the same."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

from data.clock import monotonic_s

SHARED_S: Final = 0.05
"""A tick: who asks within it is told the same."""

Key = TypeVar("Key")
Asked = TypeVar("Asked")
Said = TypeVar("Said")


class SharedAnswers(Generic[Key, Asked, Said]):
    """Queries by key, and what each said last; publisher's thread only.

    A question that nobody asks for a while is forgotten with all that its query has computed.
    """

    def __init__(self, make: Callable[[Key], Asked], *, most: int) -> None:
        """Make one without queries.

        Args:
            make: returns a new query for a key.
            most: so many queries are kept, those that were asked last.
        """
        self._make, self._most = make, most
        self._queries: OrderedDict[Key, Asked] = OrderedDict()
        self._said: dict[Key, tuple[Hashable, float, Said]] = {}

    def query(self, key: Key) -> Asked:
        """Return what answers a question."""
        if key not in self._queries:
            self._queries[key] = self._make(key)
        self._queries.move_to_end(key)
        if len(self._queries) > self._most:
            gone, _ = self._queries.popitem(last=False)
            self._said.pop(gone, None)
        return self._queries[key]

    def answer(self, key: Key, ask: Callable[[Asked], Said], *, at: Hashable = None) -> Said:
        """Return what was said within this tick, or ask.

        Args:
            at: what was said at another one is not told again.
        """
        query, now_s = self.query(key), monotonic_s()
        if key in self._said:
            said_at, made_s, said = self._said[key]
            if said_at == at and now_s - made_s < SHARED_S:
                return said
        said = ask(query)
        self._said[key] = at, now_s, said
        return said
