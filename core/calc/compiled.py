"""Compiled: what a calculator asks for a faster form of itself before it works in numpy."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final, ParamSpec, TypeAlias, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

Forms: TypeAlias = Mapping[str, Callable[..., Any]]
"""Compiled forms by the name of the calculator; see ``core.calc.kernels``."""

_FORMS: Final[dict[str, Callable[..., Any]]] = {}


def use(forms: Forms) -> None:
    """Let calculators answer by ``forms`` from their next call on; those not named by numpy.

    Any thread may call it at any time, since both forms of a calculator return the same arrays.
    """
    for name in _FORMS.keys() - forms.keys():
        del _FORMS[name]
    _FORMS.update(forms)


def in_use() -> Forms:
    """Return the forms in use; empty = all is numpy."""
    return dict(_FORMS)


def compilable(numpy_form: Callable[P, R]) -> Callable[P, R]:
    """Return a calculator that asks its compiled form first.

    Where there is none, or it returns None because it is not made for such arguments,
    ``numpy_form`` answers, or says what is wrong with them. It stays at hand as ``__wrapped__``.
    """

    @wraps(numpy_form)
    def ask(*args: P.args, **kwargs: P.kwargs) -> R:
        form = _FORMS.get(numpy_form.__name__)
        found: R | None = form(*args, **kwargs) if form is not None else None
        return found if found is not None else numpy_form(*args, **kwargs)

    return ask
