"""New alert: the fields of a rule, what it would have done, and the buttons that arm or keep it."""

from math import isnan
from typing import Any, Final

import streamlit as st

from core.calc.alert_rule import Condition
from core.domain.errors import SettingsError
from core.domain.instrument import Instrument
from data.alerts.alert import unit_of
from data.alerts.figures import FIGURES, FigureSpec
from data.alerts.rule import Rule, rule_of
from data.runtime import Runtime, runtime
from data.views.moment import Moment
from pages.figures.venues import instrument_title
from pages.shell import alerts_past
from pages.shell.words import refusal

_LEVELS: Final = tuple(each for each in Condition if each is not Condition.NEW_MARKER)
_SIDES: Final = {"any": "either side", "buy": "buying", "sell": "selling"}


def show() -> None:
    """Show the fields; without a market there is nothing to watch."""
    run = runtime()
    draft = _draft(run)
    if draft is None:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        look = alerts_past.choose(run, "new")
        if st.button("See what it would have done", key="alert_past", type="primary"):
            alerts_past.begin(run, draft, look)
        if st.button("Arm it", key="alert_arm", icon=":material/notifications_active:"):
            _keep(run, draft, armed=True)
        if st.button("Keep it unarmed", key="alert_keep", type="tertiary"):
            _keep(run, draft, armed=False)


def _draft(run: Runtime) -> Rule | None:
    """Return the rule that the fields say; None = it cannot be, and why is said."""
    first = st.columns([3, 3, 2, 2, 2], vertical_alignment="bottom")
    figure = first[0].selectbox(
        "Watch", list(FIGURES), format_func=lambda each: FIGURES[each].title, key="alert_figure"
    )
    listed = [each for each in run.source.instruments() if each.id.kind in FIGURES[figure].kinds]
    if not listed:
        st.info("No market has this figure now.")
        return None
    by_name = {str(each.id): each for each in listed}
    named = first[1].selectbox(
        "Of",
        list(by_name),
        format_func=lambda each: instrument_title(by_name[each].id),
        key="alert_instrument",
    )
    of = by_name[named]
    fires = _marker(first[2]) if FIGURES[figure].rules else _level(run, figure, of, first)
    second = st.columns([4, 2, 2, 2], vertical_alignment="bottom")
    title = FIGURES[figure].title
    key = f"alert_name_{figure}_{of.base}"
    name = second[0].text_input("Name", value=f"{title} {of.base}", key=key)
    cool_down_s = second[1].number_input(
        "Cool-down, s", 0.0, 86_400.0, 60.0, format="%.0f", key="alert_cool"
    )
    sound = second[2].toggle("Sound", value=True, key="alert_sound")
    outside = second[3].toggle(
        "Outside",
        key="alert_outside",
        disabled=not run.alerts.outside.is_on,
        help="Send it to the services in settings.toml, [alerts] urls. Only live markets are sent.",
    )
    if fires is None:
        st.info("Its value is not known now: write the threshold.")
        return None
    values = {"name": name, "figure": figure, "instrument": named, "cool_down_s": cool_down_s}
    try:
        return rule_of(values | fires | {"sound": sound, "outside": outside})
    except SettingsError as error:
        st.error(f"This rule cannot be: {refusal(error)}")
        return None


def _level(run: Runtime, figure: str, of: Instrument, places: Any) -> dict[str, Any] | None:
    """Return condition and numbers; the threshold begins where the figure is now.

    None = there is no threshold yet: where the figure is not known, none is guessed.
    """
    unit = unit_of(figure, of)
    condition = places[2].selectbox("Fires when it", _LEVELS, key="alert_condition")
    key = f"alert_threshold_{figure}_{of.id}"
    if st.session_state.get(key) is None:
        moment = Moment(run.source.now_ns(), run.source.name)
        spec = FigureSpec(figure, of.id, run.settings.thresholds.wall_btc_base)
        value = spec.query().view(run.engine, moment).value
        st.session_state[key] = None if isnan(value) else float(f"{value:.6g}")
    threshold = places[3].number_input(
        f"Threshold, {unit}", value=None, step=None, format="%.8g", key=key
    )
    hysteresis = places[4].number_input(
        "Back by",
        0.0,
        format="%.8g",
        key=f"alert_hysteresis_{figure}",
        help=f"Hysteresis: how far it must come back before it can fire again, in {unit}.",
    )
    if threshold is None:
        return None
    return {"condition": str(condition), "threshold": threshold, "hysteresis": hysteresis}


def _marker(place: Any) -> dict[str, Any]:
    side = place.selectbox("Side", list(_SIDES), format_func=_SIDES.get, key="alert_side")
    return {"condition": str(Condition.NEW_MARKER), "side": side}


def _keep(run: Runtime, draft: Rule, *, armed: bool) -> None:
    try:
        run.alerts.rules.add(rule_of(draft.values() | {"armed": armed}))
    except SettingsError as error:
        st.error(refusal(error))
    else:
        st.toast("The rule is armed." if armed else "The rule is kept; it is not watched.")
