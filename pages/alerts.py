"""Alerts: rules on any figure or marker, what they would have done, and what they told."""

import streamlit as st

from pages.shell import alerts_list, alerts_log, alerts_new, alerts_past


@st.fragment
def rules() -> None:
    """Show how a rule is made, its past, and the rules as they stand."""
    with st.expander("New alert", icon=":material/add_alert:", expanded=True):
        alerts_new.show()
        alerts_past.show()
    alerts_list.show()


st.subheader("Alerts")
rules()
st.markdown("**Log**")
# No fragment: a page that one switches to from within a fragment is left without its body.
alerts_log.show()
