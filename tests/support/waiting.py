"""Wait for a condition with a deadline; a test never sleeps and hopes."""

import time


def until(condition, *, within_s=10.0, what="the condition"):
    """Return the first truthy value of ``condition()``; fail when none comes in time."""
    deadline = time.monotonic() + within_s
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what} did not come within {within_s} s"
        time.sleep(0.005)
