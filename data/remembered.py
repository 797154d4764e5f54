"""Remembered: what the trader last chose on a page, kept in the workspace's settings.toml."""

import os
from collections.abc import MutableMapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Final, TypeAlias

import tomlkit
from tomlkit.exceptions import TOMLKitError

from core.domain.errors import SettingsError

Value: TypeAlias = bool | int | float | str | Sequence[str] | None

_lock: Final = Lock()


def remember(path: Path, key: str, value: Value) -> None:
    """Write one setting into a settings file; all else in it stays as it is, comments too.

    The file is replaced in one step: whoever reads it sees it before or after. One writes at a
    time.

    Args:
        path: ``settings.toml``; made where it is not there.
        key: of the setting; ``table.name`` for one of a table, which is made where it is not there.
        value: None = the default: the setting leaves the file.

    Raises:
        SettingsError: the file cannot be read or written.
    """
    try:
        with _lock:
            _write(path, key, value)
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        msg = f"{path} cannot be written ({error}); what was chosen will not be remembered: {key}"
        raise SettingsError(msg) from error


def _write(path: Path, key: str, value: Value) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    document = tomlkit.parse(before)
    _put(document, key, value)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")  # another process may write, too
    part.write_text(tomlkit.dumps(document), encoding="utf-8")
    part.replace(path)


def _put(document: tomlkit.TOMLDocument, key: str, value: Value) -> None:
    table, _, name = key.rpartition(".")
    holder: Any = document
    if table:
        if table not in document:
            document[table] = tomlkit.table()
        holder = document[table]
        if not isinstance(holder, MutableMapping):
            msg = f"{table} is no table"
            raise TOMLKitError(msg)
    if value is None:
        holder.pop(name, None)
    elif isinstance(value, bool | int | float | str):
        holder[name] = value
    else:
        listed = tomlkit.array().multiline(multiline=True)
        listed.extend(value)
        holder[name] = listed
