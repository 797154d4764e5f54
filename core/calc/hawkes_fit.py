"""Hawkes fit: the self-excitement of arrivals that makes a window of them most likely."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from core.calc.arrivals import Hawkes, decayed_sums, echoes, hawkes_loglik
from core.domain.arrays import FloatArray
from core.domain.frame import Framed

LEAST_EVENTS: Final = 100
"""Three numbers cannot be had from fewer."""
_ROUNDS: Final = 500
_ENOUGH: Final = 1e-9
_LARGEST_BRANCHING: Final = 0.999


@dataclass(frozen=True, slots=True)
class HawkesFit(Framed):
    """What was found.

    Attributes:
        model: None = it could not be fitted.
        loglik: of the model; NaN without one.
        not_ready: why there is none, a clause; empty = there is one.
    """

    model: Hawkes | None
    loglik: float
    not_ready: str = ""

    def columns(self) -> Mapping[str, Any]:
        """Return one row; the parameters are not known where nothing could be fitted."""
        none = Hawkes(np.nan, np.nan, np.nan)
        fitted = (self.model or none).columns()
        return {**fitted, "loglik": self.loglik, "not_ready": self.not_ready}


def hawkes_fit(times_s: FloatArray, *, end_s: float) -> HawkesFit:
    """Return the most likely model, by expectation and maximisation in turn.

    Each event came by itself or was brought about by one before it; who by is guessed from the
    model, and the model made anew from the guesses, until it stays. Take 15 to 30 minutes: over
    longer ones the hours of the day look like excitement.

    Args:
        times_s: float64[n] in ``[0, end_s]``, strictly ascending: orders, with those of one stamp
            taken as one.
        end_s: until when it was watched, > 0.

    Raises:
        ValueError: two events have the same time, or time runs back.

    Source:
        DEFINITIONS section 12; Veen & Schoenberg (2008), J. Am. Stat. Assoc. 103.
    """
    gaps = np.diff(times_s)
    if bool(np.any(gaps <= 0)):
        msg = "events must come one after the other: take those of one time as one"
        raise ValueError(msg)
    if times_s.size < LEAST_EVENTS:
        return HawkesFit(None, float("nan"), f"{times_s.size} of {LEAST_EVENTS} orders came")
    model = Hawkes(times_s.size / end_s / 2, 0.5 / float(gaps.mean()), 1 / float(gaps.mean()))
    loglik = hawkes_loglik(times_s, model, end_s=end_s)
    for _ in range(_ROUNDS):
        model = _better(times_s, model, end_s)
        before, loglik = loglik, hawkes_loglik(times_s, model, end_s=end_s)
        if abs(loglik - before) <= _ENOUGH * abs(loglik):
            break
    return HawkesFit(model, loglik)


def _better(times_s: FloatArray, model: Hawkes, end_s: float) -> Hawkes:
    """Return a model that is at least as likely."""
    beta = model.beta_per_s
    echo = echoes(times_s, beta_per_s=beta)
    share = model.alpha_per_s / (model.mu_per_s + model.alpha_per_s * echo)
    brought = float((share * echo).sum())
    waited = float((share * _ages(times_s, echo, beta)).sum())
    left = end_s - times_s
    still = np.exp(-beta * left)
    branching = min(brought / float((1 - still).sum()), _LARGEST_BRANCHING)
    faster = brought / (waited + branching * float((left * still).sum()))
    return Hawkes((times_s.size - brought) / end_s, branching * faster, faster)


def _ages(times_s: FloatArray, echo: FloatArray, beta: float) -> FloatArray:
    """Return at each event the sum of ``age * exp(-beta * age)`` over the events before it."""
    gaps = np.diff(times_s, prepend=times_s[:1])
    # Each echo grew older by the gap, and its first part is the event before.
    return decayed_sums(np.exp(-beta * gaps), gaps * echo)
