"""The process's one publisher, and the token that its pages carry."""

import secrets
import sys
from threading import Lock
from types import ModuleType
from typing import Any, Final

from data.runtime import runtime
from pages.shell.feeds import Feeds
from pages.shell.publisher import Publisher

_HOLDER: Final = "tapescope_publisher"
_lock = Lock()


def publisher() -> Publisher[Any]:
    """Return the publisher, made and started at the first call."""
    with _lock:
        holder = _holder()
        if not hasattr(holder, "publisher"):
            holder.publisher = Publisher(Feeds(runtime()))  # type: ignore[attr-defined]
            holder.publisher.start()
        return holder.publisher  # type: ignore[no-any-return]


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
