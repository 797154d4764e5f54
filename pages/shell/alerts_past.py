"""The past of a rule: how often it would have fired, and what followed; found in the background."""

from math import isnan
from typing import Final, TypeAlias

import streamlit as st

from core.calc.followed import Followed
from core.domain.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S
from data.alerts.rule import Rule
from data.alerts.would_have import Job, WouldHave, past_of
from data.rehearsal import HELD
from data.runtime import Runtime
from pages.figures.scale import UNKNOWN, number_text
from pages.shell.again import again
from pages.shell.tables import number_cell, row, table, text_cell
from pages.shell.words import counted, plain

Look: TypeAlias = tuple[str, float]
"""Whose past, and how many hours of it."""

_JOB: Final = "alerts_job"
_NONE: Final = "alerts_no_past"
_LENGTHS: Final = {0.25: "15 min", 1.0: "1 h", 6.0: "6 h", 24.0: "24 h", 168.0: "7 days"}
_EVERY_S: Final = 0.5
_HEADS: Final = (
    "After",
    "#Median",
    "#95 % interval",
    "#n",
    "#Left out",
    "#Random times: median",
    "#95 % of such draws",
)


def choose(run: Runtime, key: str) -> Look:
    """Let the trader choose whose past, and how much of it."""
    sources = [HELD, *run.store.sources()]
    source = st.selectbox(
        "Over",
        sources,
        format_func=lambda each: "what is held now" if each == HELD else f"recordings: {each}",
        key=f"alert_over_{key}",
        width=190,
    )
    hours = st.selectbox(
        "The newest",
        list(_LENGTHS),
        index=1,
        format_func=lambda each: _LENGTHS[each],
        key=f"alert_hours_{key}",
        width=110,
    )
    return source, hours


def chosen() -> Look:
    """Return what was last chosen of ``new``."""
    state = st.session_state
    return state.get("alert_over_new", HELD), state.get("alert_hours_new", 1.0)


def begin(run: Runtime, rule: Rule, look: Look) -> None:
    """Look for the past of a rule; one that is on its way ends."""
    before: Job | None = st.session_state.pop(_JOB, None)
    if before is not None:
        before.cancel()
    rule = run.alerts.rules.meant(rule)
    past = past_of(run, rule, *look)
    if isinstance(past, str):
        st.session_state[_NONE] = past
        return
    st.session_state.pop(_NONE, None)
    st.session_state[_JOB] = Job(rule, past)


def show() -> None:
    """Show how far it is, or what was found; nothing where nobody asked."""
    if _NONE in st.session_state:
        st.warning(plain(st.session_state[_NONE]))
        return
    job: Job | None = st.session_state.get(_JOB)
    if job is not None:
        _progress(job)


@st.fragment
def _progress(job: Job) -> None:
    if job.is_running:
        again("alerts_past", every_s=_EVERY_S)
        done = job.progress.done_frac
        text = f"{plain(job.rule.name)}: looking at the past, {100 * done:.0f} %"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.progress(done, text=text)
            if st.button("Stop", key="alert_past_stop"):
                job.cancel()
    elif job.problem or job.result is None:
        st.error(plain(job.problem or "It was ended before anything was found."))
    else:
        _found(job.rule, job.result)


def _found(rule: Rule, found: WouldHave) -> None:
    lines = [f"**{plain(rule.name)}** {plain(summary(found))}"]
    lines += [plain(each) for each in remarks(found)]
    st.markdown("  \n".join(lines))
    rows = [_followed(each) for each in found.followed]
    st.html(table("would-have", _HEADS, rows))


def summary(found: WouldHave) -> str:
    """Return how often it would have fired, and what followed after five minutes."""
    from_ns, to_ns = found.rehearsed.span_ns
    times = counted(len(found.fired_ns), "time")
    of = "what is held now" if found.source == HELD else f"recordings of {found.source}"
    said = f"would have fired {times} in {_hours((to_ns - from_ns) / NS_PER_HOUR)} of {of}"
    five = next(each for each in found.followed if each.horizon_ns == 5 * NS_PER_MINUTE)
    if not five.n:
        return f"{said}."
    return (
        f"{said}; median {_bps(five.median_bps)} after 5 min "
        f"(random times: {_bps(five.random_median_bps)}, 95 % of such draws "
        f"{_span(five.random_low_bps, five.random_high_bps)})."
    )


def remarks(found: WouldHave) -> list[str]:
    """Return what one must know of it besides."""
    said = [] if found.rehearsed.whole else ["It was ended before the newest of it."]
    if found.step_ns > NS_PER_S:
        said.append(
            f"It was looked at every {found.step_ns // NS_PER_S} s, not four times a second."
        )
    if found.known_frac < 0.995:  # noqa: PLR2004
        said.append(f"The figure was known {100 * found.known_frac:.0f} % of the time.")
    said.append("Markers: in favour of their side; figures: the move of the price. Before costs.")
    return said


def _followed(each: Followed) -> str:
    return row(
        text_cell(f"{each.horizon_ns // NS_PER_MINUTE} min"),
        number_cell(_bps(each.median_bps)),
        number_cell(_span(each.low_bps, each.high_bps)),
        number_cell(f"{each.n:,}"),
        number_cell(f"{each.left_out:,}"),
        number_cell(_bps(each.random_median_bps)),
        number_cell(_span(each.random_low_bps, each.random_high_bps)),
    )


def _bps(value: float) -> str:
    return number_text(value, 1, signed=True, unit=" bp")


def _span(low: float, high: float) -> str:
    return UNKNOWN if isnan(low) else f"{_bps(low)} to {_bps(high)}"


def _hours(hours: float) -> str:
    minutes = round(60 * hours)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"  # noqa: PLR2004
