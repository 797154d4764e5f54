"""Sentences for the trader, each under a key so that it can be taken back."""

from collections.abc import Hashable
from threading import Lock


class Notes:
    """In the order in which their keys were first used; any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sentences: dict[Hashable, str] = {}

    def put(self, key: Hashable, sentence: str) -> None:
        """Say ``sentence``, in place of what was said under ``key``."""
        with self._lock:
            self._sentences[key] = sentence

    def drop(self, key: Hashable) -> None:
        """Say nothing under ``key`` any more."""
        with self._lock:
            self._sentences.pop(key, None)

    def sentences(self) -> tuple[str, ...]:
        """Return each different sentence once."""
        with self._lock:
            return tuple(dict.fromkeys(self._sentences.values()))
