"""The commands of ``python -m data``: one module each, with ``add_to`` and a function that runs."""
