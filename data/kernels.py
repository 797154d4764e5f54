"""Compiled calculators: made in the background by the first start, loaded by every later one.

Until they are there, and where they cannot be made, calculators work in numpy; both forms return
the same arrays.
"""

import logging
import os
import re
import shutil
from hashlib import sha256
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Thread, Timer
from typing import Final

from core.calc import compiled
from data.settings import Settings

log = logging.getLogger(__name__)

_KERNELS: Final = "core.calc.kernels"
_AFTER_S: Final = 5.0
"""The first seconds belong to the first chart: even to import numba takes half of one."""
_SOURCES: Final = Path(compiled.__file__).parent / "kernels"
_ROOT: Final = _SOURCES.parents[2]
_IMPORTED: Final = re.compile(r"^from (core\.[\w.]+) import", re.MULTILINE)


def start(settings: Settings) -> Thread | None:
    """Begin in the background, some seconds later; None = the settings do not want it."""
    if not settings.compile:
        return None
    folder = settings.home / "compiled"
    thread = Timer(_AFTER_S, compile_and_use, (folder,))
    thread.name, thread.daemon = "compile", True
    thread.start()
    return thread


def compile_and_use(folder: Path) -> bool:
    """Compile what ``folder`` does not have yet, and let calculators use it.

    Args:
        folder: where compiled code is kept; nothing else may be in it.

    Returns:
        Whether they do; if not, the log says why, and the next start tries anew.
    """
    try:
        kept = folder / _edition()
        _forget_others(kept)
        os.environ["NUMBA_CACHE_DIR"] = str(kept)  # numba reads it when it compiles
        compiled.use(import_module(_KERNELS).FORMS)
    except PackageNotFoundError:
        log.warning("numba is not installed: calculators work in numpy")
    except Exception:
        log.exception("calculators could not be compiled and work in numpy")
        shutil.rmtree(folder, ignore_errors=True)  # what is broken is not loaded again
    else:
        return True
    return False


def _edition() -> str:
    """Name the sources and their compiler: numba itself sees only that one file has changed."""
    digest = sha256(version("numba").encode())
    for path in sorted(_files()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _files() -> set[Path]:
    """Return the kernels, and what they import: its constants are part of what is compiled."""
    kernels = set(_SOURCES.glob("*.py"))
    texts = [path.read_text(encoding="utf-8") for path in kernels]
    names = {name for text in texts for name in _IMPORTED.findall(text)}
    return kernels | {_ROOT / f"{name.replace('.', '/')}.py" for name in names}


def _forget_others(kept: Path) -> None:
    if kept.parent.is_dir():
        for other in kept.parent.iterdir():
            if other != kept:
                shutil.rmtree(other, ignore_errors=True)
