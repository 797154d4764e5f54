"""Outside: alerts to the services that people use, through apprise; off until it is set up."""

import logging
import warnings
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Any, Final

from core.domain.units import Ns
from data.alerts.alert import Alert
from data.clock import wall_ns

WAITS_S: Final = (1.0, 5.0, 20.0)
"""After each attempt that failed; then it is given up."""
_MOST_WAITING: Final = 100
_SHOWN: Final = 50
_POLL_S: Final = 0.2

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """How one alert went to one service.

    Attributes:
        alert_id: which alert.
        service: its name; the address is a secret, and is nowhere shown.
        at_ns: when it was taken or given up, on our clock.
        problem: why it did not go, one sentence; empty = it was taken.
    """

    alert_id: str
    service: str
    at_ns: Ns
    problem: str = ""


class Outside:
    """Sends in a thread of its own; a service that fails is tried again a few times."""

    def __init__(self, urls: Sequence[str], *, waits_s: Sequence[float] = WAITS_S) -> None:
        """Make one; ``start`` begins.

        Args:
            urls: apprise's addresses of services; none = it is off.
            waits_s: as WAITS_S.
        """
        self._urls, self._waits_s = tuple(urls), tuple(waits_s)
        self._queue: Queue[Alert] = Queue(_MOST_WAITING)
        self._sent: deque[Sent] = deque(maxlen=_SHOWN)
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="alerts-outside", daemon=True)

    @property
    def is_on(self) -> bool:
        """Whether any service is set up."""
        return bool(self._urls)

    def start(self) -> None:
        """Start the thread, if there is anything to do for it."""
        if self._urls:
            self._thread.start()

    def stop(self) -> None:
        """End the thread; what waits is not sent any more."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=2)  # a service may be slow to answer

    def send(self, alert: Alert) -> None:
        """Send an alert as soon as its turn comes; returns at once."""
        if not self._urls:
            return
        try:
            self._queue.put_nowait(alert)
        except Full:
            said = f"{_MOST_WAITING} alerts were waiting; this one was not sent"
            self._sent.append(Sent(alert.id, "every service", wall_ns(), said))

    def sent(self) -> tuple[Sent, ...]:
        """Return how the newest went, newest first."""
        return tuple(reversed(self._sent))

    def _run(self) -> None:
        services = _services(self._urls)
        for name, service in services:
            if service is None:
                self._sent.append(Sent("", name, wall_ns(), "apprise cannot read this address"))
        while not self._stopping.is_set():
            try:
                alert = self._queue.get(timeout=_POLL_S)
            except Empty:
                continue
            for name, service in services:
                if service is not None:
                    self._deliver(alert, name, service)

    def _deliver(self, alert: Alert, name: str, service: Any) -> None:
        problem = ""
        for wait_s in (*self._waits_s, 0.0):
            problem = _attempt(alert, service)
            if not problem or self._stopping.wait(wait_s):
                break
        self._sent.append(Sent(alert.id, name, wall_ns(), problem))


def message(alert: Alert) -> tuple[str, str]:
    """Return title and body; one that is not of the live market says so first."""
    source = "" if alert.is_live else f"[{alert.source.upper()}] "
    return f"{source}Tapescope: {alert.rule.name}", f"{source}{alert.text}"


def _services(urls: Sequence[str]) -> list[tuple[str, Any]]:
    """Return names and services; None stands for an address that cannot be read."""
    # It logs addresses, and with them the trader's keys, of what it cannot read first of all.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings():
        # One of its plugins asks for a module that Python 3.13 no longer has, and says so.
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise

        found = [apprise.Apprise.instantiate(url) for url in urls]
    return [
        (str(each.service_name) if each else f"service {number}", each or None)
        for number, each in enumerate(found, 1)
    ]


def _attempt(alert: Alert, service: Any) -> str:
    """Return why it did not go; empty = it did."""
    title, body = message(alert)
    try:
        taken = service.notify(title=title, body=body, body_format="text")
    except Exception as error:
        # Its own message may hold the address: what is logged says only what broke, and where.
        name = type(error).__name__
        broke = RuntimeError(name).with_traceback(error.__traceback__)
        log.exception("an alert could not be sent", exc_info=broke)
        return f"{name}; the log of the server says where"
    return "" if taken else "the service did not take it"
