"""A day in seconds: the clocks, the waits and the threads of the product, all by a virtual clock.

``data.clock`` is the one module that asks what time it is, so both clocks are replaced there. Every
wait in the product ends in ``Condition.wait`` or ``data.clock.sleep_s``; so those two, and how a
thread starts and is waited for, are all that is replaced besides. A thread becomes a strand: it
runs until it waits, then the next one that is due runs. The code of the product stays as it is, and
the same day always passes in the same order.
"""

import threading
from collections import deque
from contextlib import contextmanager
from heapq import heappop, heappush
from itertools import count
from math import ceil
from unittest.mock import patch

from greenlet import getcurrent, greenlet

NS = 1_000_000_000


class Strand:
    """What a thread is here."""

    def __init__(self, thread):
        self.name = thread.name
        self.alive = True
        self.waiters = []


class Waiter:
    """Stands in a condition's queue like the lock that it usually is; ``release`` wakes it up."""

    def __init__(self, hub):
        self._hub = hub
        self._strand = getcurrent()
        self.woken = self.over = False

    def release(self):
        self.woken = True
        self.end()

    def end(self):
        """Go on, once."""
        if not self.over:
            self.over = True
            self._hub.soon(self._strand)


class Hub:
    """The virtual clock, and whose turn it is. The one who made it drives it.

    Attributes:
        strands: threads that run, by the object that the product knows.
        failures: what ended a strand.
        skew_ns: how far the product's wall clock is ahead of the venues'.
    """

    def __init__(self, start_ns):
        self.strands = {}
        self.failures = []
        self.skew_ns = 0
        self._start_ns = self._now_ns = start_ns
        self._turns = []
        self._ready = deque()
        self._numbers = count(1)
        self._driver = getcurrent()
        self._thread_id = threading.get_ident()

    # What data.clock asks of the module time.

    def time_ns(self):
        return self._now_ns + self.skew_ns

    def monotonic(self):
        return 1_000 + (self._now_ns - self._start_ns) / NS

    def sleep(self, seconds):
        self.block(Waiter(self), seconds)

    # What a market and its venues use.

    @property
    def now_ns(self):
        return self._now_ns

    def at(self, ns, call):
        """Call something at an instant; the call must not wait."""
        heappush(self._turns, (max(ns, self._now_ns), next(self._numbers), call))

    def every(self, seconds, call, *, first_s=None):
        """Call something again and again."""
        step_ns = round(seconds * NS)
        due_ns = self._now_ns + (step_ns if first_s is None else round(first_s * NS))

        def turn():
            nonlocal due_ns
            due_ns += step_ns
            self.at(due_ns, turn)
            call()

        self.at(due_ns, turn)

    def soon(self, strand):
        """Let a strand go on at this instant."""
        self._ready.append(strand)

    def block(self, waiter, seconds):
        """Wait for at most so long (None = for ever); return whether it was woken up."""
        if seconds is not None:
            # Never early: who wakes up a moment before the time waits for it again and again.
            self.at(self._now_ns + max(ceil(seconds * NS), 0) + 1, waiter.end)
        if getcurrent() is self._driver:
            while not waiter.over:
                self._step()
        else:
            self._driver.switch()
        return waiter.woken

    def run_until(self, ns):
        """Let time pass."""
        while self._ready or (self._turns and self._turns[0][0] <= ns):
            self._step()
        self._now_ns = max(ns, self._now_ns)

    def _step(self):
        if self._ready:
            strand = self._ready.popleft()
            if strand is not self._driver:
                strand.switch()
        else:
            self._now_ns, _, call = heappop(self._turns)
            call()
        if self.failures:
            raise self.failures[0]

    # What stands for the threads' own methods.

    def mine(self):
        """Whether the caller lives by this clock."""
        return threading.get_ident() == self._thread_id

    def start(self, thread):
        strand = self.strands[thread] = Strand(thread)
        thread._ident = next(self._numbers)

        def run():
            try:
                thread.run()
            except Exception as error:  # noqa: BLE001 - the driver raises it
                self.failures.append(error)
            strand.alive = False
            del self.strands[thread]
            for waiter in strand.waiters:
                waiter.release()

        thread._strand = strand
        self.soon(greenlet(run, self._driver))

    def join(self, thread, timeout):
        strand = thread._strand
        if strand.alive:
            waiter = Waiter(self)
            strand.waiters.append(waiter)
            self.block(waiter, timeout)

    def wait(self, condition, timeout):
        waiter = Waiter(self)
        condition._waiters.append(waiter)
        saved = condition._release_save()
        try:
            woken = self.block(waiter, timeout)
        finally:
            condition._acquire_restore(saved)
        if not woken and waiter in condition._waiters:
            condition._waiters.remove(waiter)
        return woken


@contextmanager
def virtual_time(start_ns):
    """Everything that waits in this thread, or is started by it, lives by the hub's clock."""
    hub = Hub(start_ns)
    thread, condition = threading.Thread, threading.Condition
    start, join, is_alive, wait = thread.start, thread.join, thread.is_alive, condition.wait

    def new_start(self):
        hub.start(self) if hub.mine() else start(self)

    def new_join(self, timeout=None):
        hub.join(self, timeout) if hasattr(self, "_strand") else join(self, timeout)

    def new_is_alive(self):
        return self._strand.alive if hasattr(self, "_strand") else is_alive(self)

    def new_wait(self, timeout=None):
        return hub.wait(self, timeout) if hub.mine() else wait(self, timeout)

    with (
        patch("data.clock.time", hub),
        patch.object(thread, "start", new_start),
        patch.object(thread, "join", new_join),
        patch.object(thread, "is_alive", new_is_alive),
        patch.object(condition, "wait", new_wait),
    ):
        yield hub
