"""Every module draws one result as plain Plotly dicts. Pure."""
