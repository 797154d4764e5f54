"""Arrivals: how often orders come, and how much they excite one another (Hawkes)."""

from dataclasses import dataclass

import numpy as np

from core.domain.arrays import FloatArray
from core.domain.frame import Framed


@dataclass(frozen=True, slots=True)
class Hawkes(Framed):
    """Intensity ``mu + sum of alpha * exp(-beta * age)`` over the events before, times in seconds.

    Attributes:
        mu_per_s: what comes by itself, > 0.
        alpha_per_s: by how much an event raises the intensity, >= 0.
        beta_per_s: how fast that decays, > 0.
    """

    mu_per_s: float
    alpha_per_s: float
    beta_per_s: float

    @property
    def branching(self) -> float:
        """Events that an event brings about; from 1 on they never die out."""
        return self.alpha_per_s / self.beta_per_s

    @property
    def stationary_per_s(self) -> float:
        """Mean intensity in the long run; NaN where there is none."""
        return self.mu_per_s / (1 - self.branching) if self.branching < 1 else float("nan")


def echoes(times_s: FloatArray, *, beta_per_s: float) -> FloatArray:
    """Return at each event the sum of ``exp(-beta * age)`` over the events before it.

    Args:
        times_s: float64[n], sorted; those of equal time count for one another in their order.
        beta_per_s: > 0.
    """
    decay = np.exp(-beta_per_s * np.diff(times_s, prepend=times_s[:1]))
    return decayed_sums(decay, decay * (np.arange(times_s.size) > 0))


def arrival_rate(times_s: FloatArray, at_s: FloatArray, *, tau_s: float) -> FloatArray:
    """Return the rate at each instant: past events, each worth ``exp(-age / tau) / tau``.

    Args:
        times_s: float64[n], sorted.
        at_s: float64[m], any order; an event of that very time counts.
        tau_s: how long an event counts, > 0.

    Returns:
        float64[m] per second; too low for about three tau after the first event.
    """
    if not times_s.size:
        return np.zeros(at_s.size)
    sums = echoes(times_s, beta_per_s=1 / tau_s) + 1
    last = np.searchsorted(times_s, at_s, side="right") - 1
    age = at_s - times_s[np.maximum(last, 0)]
    return np.where(last >= 0, sums[last] * np.exp(-np.maximum(age, 0) / tau_s) / tau_s, 0.0)


def hawkes_loglik(times_s: FloatArray, model: Hawkes, *, end_s: float) -> float:
    """Return the log-likelihood of events in ``[0, end_s]``.

    Give it orders, not fills: fills of one order at one time look like endless excitement.

    Args:
        times_s: float64[n] in ``[0, end_s]``, sorted.
        model: with the intensity.
        end_s: until when it was watched.

    Source:
        DEFINITIONS section 12; Ozaki (1979), Ann. Inst. Stat. Math. 31.
    """
    rates = model.mu_per_s + model.alpha_per_s * echoes(times_s, beta_per_s=model.beta_per_s)
    died = -np.expm1(-model.beta_per_s * (end_s - times_s))
    expected = model.mu_per_s * end_s + model.branching * died.sum()
    return float(np.log(rates).sum() - expected)


def hawkes_residuals(times_s: FloatArray, model: Hawkes) -> FloatArray:
    """Return the events that were expected between each event and the one before it.

    Returns:
        float64[n], from 0 for the first; of a model that fits they are exponential with mean 1.

    Source:
        DEFINITIONS section 12, time-rescaling.
    """
    gaps = np.diff(times_s, prepend=0.0)
    left = echoes(times_s, beta_per_s=model.beta_per_s)
    before = np.append(0.0, left[:-1] + 1)[: times_s.size]
    excited: FloatArray = model.branching * before * -np.expm1(-model.beta_per_s * gaps)
    return model.mu_per_s * gaps + excited


def decayed_sums(decay: FloatArray, add: FloatArray) -> FloatArray:
    """Return ``x[i] = decay[i] * x[i-1] + add[i]`` from 0, without a loop.

    Args:
        decay: float64[n] in [0, 1].
        add: float64[n], >= 0: nothing cancels, so no digit is lost.

    Source:
        Hillis & Steele (1986), "Data Parallel Algorithms".
    """
    factor, sums = decay.copy(), add.astype(np.float64)
    reach = 1
    while reach < sums.size:
        sums[reach:] += factor[reach:] * sums[:-reach].copy()
        factor[reach:] = factor[reach:] * factor[:-reach]
        reach *= 2
    return sums
