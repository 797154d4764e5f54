"""Remembered: what the trader last chose on the page, kept in the workspace's settings.toml."""

import os
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Final

import tomlkit
from tomlkit.exceptions import TOMLKitError

from core.domain.errors import SettingsError

_KEY: Final = "layers"
_lock: Final = Lock()


def remember_layers(path: Path, layers: Sequence[str]) -> None:
    """Write the layers shown into a settings file; all else in it stays as it is, comments too.

    The file is replaced in one step: whoever reads it sees it before or after. One writes at a
    time.

    Args:
        path: ``settings.toml``; made where it is not there.
        layers: one text per layer.

    Raises:
        SettingsError: the file cannot be read or written.
    """
    try:
        with _lock:
            _write(path, layers)
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        msg = f"{path} cannot be written ({error}); the layers chosen will not be remembered"
        raise SettingsError(msg) from error


def _write(path: Path, layers: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    document = tomlkit.parse(before)
    listed = tomlkit.array().multiline(multiline=True)
    listed.extend(layers)
    document[_KEY] = listed
    part = path.with_name(f"{path.name}.{os.getpid()}.part")  # another process may write, too
    part.write_text(tomlkit.dumps(document), encoding="utf-8")
    part.replace(path)
