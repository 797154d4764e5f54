"""The process's one publisher, and the token that its pages carry."""

import secrets
import sys
from functools import partial
from threading import Lock
from types import ModuleType
from typing import Any, Final

from core.domain.units import Ns
from data.runtime import runtime
from data.views.query import Spec
from pages.shell.feeds import Feeds
from pages.shell.publisher import Publisher

_HOLDER: Final = "tapescope_publisher"
_lock = Lock()


def publisher() -> Publisher[Any]:
    """Return the publisher, made and started at the first call."""
    with _lock:
        holder = _holder()
        if not hasattr(holder, "publisher"):
            holder.feeds = Feeds(runtime())  # type: ignore[attr-defined]
            holder.publisher = Publisher(holder.feeds)  # type: ignore[attr-defined]
            holder.publisher.start()
        return holder.publisher  # type: ignore[no-any-return]


def answered(question: Spec, bars: int, *, from_ns: Ns) -> Any | None:
    """Return what charts of so many bars are told of a question right now; any thread.

    Raises:
        ValueError: it cannot be answered; in words.
        TimeoutError: the publisher has no time.
    """
    running = publisher()
    feeds: Feeds = _holder().feeds
    return running.ask(partial(feeds.answer, question, bars, from_ns=from_ns))


def token() -> str:
    """Return what a page must show to be let in at /live; new in every process."""
    with _lock:
        holder = _holder()
        if not hasattr(holder, "token"):
            holder.token = secrets.token_urlsafe(24)  # type: ignore[attr-defined]
        return holder.token  # type: ignore[no-any-return]


def stop_publisher() -> None:
    """Stop the publisher, if it was ever made."""
    holder = sys.modules.pop(_HOLDER, None)
    if holder is not None and hasattr(holder, "publisher"):
        holder.publisher.stop()


def _holder() -> ModuleType:
    # A module without a file: Streamlit's watcher evicts edited ones, and a second publisher
    # would be one that no connection knows.
    return sys.modules.setdefault(_HOLDER, ModuleType(_HOLDER))
