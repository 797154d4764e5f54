"""Alerts: rules on figures and markers, what watches them, and what is kept and told of each."""
