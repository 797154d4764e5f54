"""Settings: one frozen object, read from the workspace's settings.toml and the environment."""

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args
from urllib.parse import urlsplit

from core.domain.errors import SettingsError
from core.domain.instrument import InstrumentId, MarketKind, Venue
from data import setting_values
from data.setting_values import Outlets
from data.thresholds import Thresholds, changed

RECORDED: Final = "store:"
"""What a day of our own recordings begins with, where a path of a file could stand."""

SourceChoice: TypeAlias = Literal["auto", "live", "replay", "simulated"]
PaletteChoice: TypeAlias = Literal["classic", "colour-blind"]
Transport: TypeAlias = Literal["WS", "REST"]
Endpoints: TypeAlias = Mapping[tuple[Venue, MarketKind, Transport], str]

_ENDPOINT: Final = re.compile(r"TAPESCOPE_ENDPOINT_([A-Z]+)_([A-Z]+)_(WS|REST)")
_TABLE: Final = "thresholds"
_SCHEMES: Final[dict[str, tuple[str, ...]]] = {"WS": ("ws", "wss"), "REST": ("http", "https")}
_DEFAULT_SYMBOLS: Final = {
    (Venue.BINANCE, MarketKind.PERP): "{}USDT",
    (Venue.BINANCE, MarketKind.SPOT): "{}USDT",
    (Venue.OKX, MarketKind.PERP): "{}-USDT-SWAP",
    (Venue.OKX, MarketKind.SPOT): "{}-USDT",
    (Venue.BYBIT, MarketKind.PERP): "{}USDT",
    (Venue.BYBIT, MarketKind.SPOT): "{}USDT",
}
DEFAULT_INSTRUMENTS: Final = tuple(
    InstrumentId(venue, kind, pattern.format(coin))
    for coin in ("BTC", "ETH", "SOL")
    for (venue, kind), pattern in _DEFAULT_SYMBOLS.items()
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the trader can choose, in the file or on the pages that keep it there.

    Attributes:
        home: the workspace folder: settings, recordings, journal.
        source: where the market comes from; ``auto`` = live, else simulated.
        replay: recordings to play, in order, or one day of our own, which begins with RECORDED and
            goes on as RecordedSource says, for the source ``replay``; naming one in the
            environment chooses that source.
        seed: of the simulated market.
        speed: of the simulated market and of a replay; ``inf`` = as fast as it goes (replay).
        instruments: followed from the start; more can be added on the page.
        endpoints: replaces the venues' own servers, ``scheme://host:port``.
        record: whether the live market is recorded.
        record_books: whether its books are recorded too; they are most of the bytes.
        record_raw: whether every frame is kept as it arrived, besides.
        retain_days: recorded days kept before today; None = all.
        retain_gb: size of recordings kept, 10^9 bytes; None = any.
        compile: whether calculators are compiled in the background.
        layers: what the chart shows, one text per layer; None = as at the first start.
        thresholds: where the words of the pages begin.
        palette: which pair of colours stands for buying and selling.
        coins: what the dashboard shows, in its order.
        hud: whether the floating panel is shown.
        tour: whether the tour of the first start is still to be shown.
        alerts: where alerts go besides the page; nowhere, until it is set.
    """

    home: Path
    source: SourceChoice = "auto"
    replay: tuple[Path, ...] = ()
    seed: int = 7
    speed: float = 1.0
    instruments: tuple[InstrumentId, ...] = DEFAULT_INSTRUMENTS
    endpoints: Endpoints = field(default_factory=dict)
    record: bool = True
    record_books: bool = True
    record_raw: bool = False
    retain_days: int | None = 30
    retain_gb: float | None = 20.0
    compile: bool = True
    layers: tuple[str, ...] | None = None
    thresholds: Thresholds = field(default_factory=Thresholds)
    palette: PaletteChoice = "classic"
    coins: tuple[str, ...] = ("BTC", "ETH", "SOL")
    hud: bool = False
    tour: bool = True
    alerts: Outlets = field(default_factory=Outlets)


def load_settings(environ: Mapping[str, str], *, project: Path) -> Settings:
    """Return the settings: defaults, then ``settings.toml``, then the environment.

    Args:
        environ: the process environment.
        project: folder of the project; the workspace is ``workspace/`` in it unless
            ``TAPESCOPE_HOME`` names another.

    Raises:
        SettingsError: a key is unknown or a value is out of range; the message names it.
    """
    home = workspace(environ, project=project)
    settings = _from_file(Settings(home=home), home / "settings.toml")
    for name, key in _VARIABLES.items():
        if environ.get(name):
            settings = _with(settings, key, environ[name], origin=name)
    if environ.get("TAPESCOPE_REPLAY") and not environ.get("TAPESCOPE_SOURCE"):
        settings = replace(settings, source="replay")
    endpoints = dict(settings.endpoints)
    for name, value in environ.items():
        if name.startswith("TAPESCOPE_ENDPOINT_"):
            endpoints[_endpoint_key(name)] = _endpoint(value, origin=name)
    return replace(settings, endpoints=endpoints)


def chosen(settings: Settings, key: str, value: object) -> Settings:
    """Return the settings with another value for one of them.

    Args:
        key: its name, ``thresholds.<name>`` for one threshold.
        value: as the file could say it; None = the default.

    Raises:
        SettingsError: there is no such setting, or its value cannot be; the message names it.
    """
    table, _, name = key.rpartition(".")
    if table == _TABLE:
        return replace(settings, thresholds=changed(settings.thresholds, {name: value}))
    if value is None and key in _READERS:
        return replace(settings, **{key: getattr(Settings(home=settings.home), key)})
    return _with(settings, key, value, origin=key)


def workspace(environ: Mapping[str, str], *, project: Path) -> Path:
    """Return the workspace folder: ``TAPESCOPE_HOME``, else ``workspace/`` in the project."""
    return Path(environ.get("TAPESCOPE_HOME") or project / "workspace").expanduser()


_VARIABLES: Final = {
    "TAPESCOPE_SOURCE": "source",
    "TAPESCOPE_REPLAY": "replay",
    "TAPESCOPE_SEED": "seed",
    "TAPESCOPE_SPEED": "speed",
    "TAPESCOPE_RECORD": "record",
    "TAPESCOPE_RECORD_BOOKS": "record_books",
    "TAPESCOPE_RECORD_RAW": "record_raw",
    "TAPESCOPE_COMPILE": "compile",
    "TAPESCOPE_TOUR": "tour",
}


def _from_file(settings: Settings, path: Path) -> Settings:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return settings
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"{path} cannot be read ({error}); mend or remove it"
        raise SettingsError(msg) from error
    for key, value in table.items():
        settings = _with(settings, key, value, origin=f"{path}: {key}")
    return settings


def _with(settings: Settings, key: str, value: object, *, origin: str) -> Settings:
    read = _READERS.get(key)
    if read is None:
        msg = f"{origin} is not a setting; the settings are {', '.join(sorted(_READERS))}"
        raise SettingsError(msg)
    return replace(settings, **{key: read(value, origin)})


def _paths(value: object, origin: str) -> tuple[Path, ...]:
    """Read one path, several in a list, or several joined as in ``PATH``.

    A text that is the path of a file is one path, whatever is in it; so is the name of a day of our
    own recordings.
    """
    names = value
    if isinstance(value, str):
        whole = value.startswith(RECORDED) or Path(value).expanduser().exists()
        names = [value] if whole else value.split(os.pathsep)
    if not isinstance(names, list) or not all(isinstance(each, str) and each for each in names):
        msg = f"{origin} must name one or more recordings, was {value!r}"
        raise SettingsError(msg)
    return tuple(Path(each).expanduser() for each in names)


def _thresholds(value: object, origin: str) -> Thresholds:
    if not isinstance(value, dict):
        msg = f"{origin} must be a table such as whale_quote = 500000"
        raise SettingsError(msg)
    return changed(Thresholds(), value, origin=origin)


def _instruments(value: object, origin: str) -> tuple[InstrumentId, ...]:
    if not isinstance(value, list) or not value:
        msg = f'{origin} must be a list such as ["binance.perp.BTCUSDT"], was {value!r}'
        raise SettingsError(msg)
    try:
        return tuple(InstrumentId.parse(str(each)) for each in value)
    except ValueError as error:
        msg = f"{origin}: {error}"
        raise SettingsError(msg) from error


def _endpoints(value: object, origin: str) -> Endpoints:
    if not isinstance(value, dict):
        msg = f"{origin} must be a table such as BINANCE_SPOT_WS = 'ws://127.0.0.1:9000'"
        raise SettingsError(msg)
    return {
        _endpoint_key(f"TAPESCOPE_ENDPOINT_{key}"): _endpoint(each, origin=f"{origin}.{key}")
        for key, each in value.items()
    }


def _endpoint_key(name: str) -> tuple[Venue, MarketKind, Transport]:
    parts = _ENDPOINT.fullmatch(name)
    if parts and parts[1].lower() in set(Venue) and parts[2].lower() in set(MarketKind):
        transport: Transport = "WS" if parts[3] == "WS" else "REST"
        return Venue(parts[1].lower()), MarketKind(parts[2].lower()), transport
    msg = (
        f"{name} is not an endpoint; write TAPESCOPE_ENDPOINT_<VENUE>_<MARKET>_<WS|REST> with "
        "venue BINANCE, OKX or BYBIT and market SPOT or PERP"
    )
    raise SettingsError(msg)


def _endpoint(value: object, *, origin: str) -> str:
    schemes = _SCHEMES[origin.rpartition("_")[2]]
    try:
        parts = urlsplit(str(value))
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    plain = f"{parts.scheme}://{host}" + (f":{port}" if port is not None else "")
    if parts.scheme not in schemes or not host or plain != str(value).rstrip("/").lower():
        msg = f"{origin} must be {' or '.join(schemes)}://host:port and no more, was {value!r}"
        raise SettingsError(msg)
    return plain


_READERS: Final[dict[str, Callable[[object, str], Any]]] = {
    "source": partial(setting_values.choice, of=get_args(SourceChoice)),
    "replay": _paths,
    "seed": setting_values.seed,
    "speed": setting_values.speed,
    "instruments": _instruments,
    "endpoints": _endpoints,
    "record": setting_values.switch,
    "record_books": setting_values.switch,
    "record_raw": setting_values.switch,
    "retain_days": setting_values.days,
    "retain_gb": setting_values.gigabytes,
    "compile": setting_values.switch,
    "layers": setting_values.layers,
    _TABLE: _thresholds,
    "palette": partial(setting_values.choice, of=get_args(PaletteChoice)),
    "coins": setting_values.coins,
    "hud": setting_values.switch,
    "tour": setting_values.switch,
    "alerts": setting_values.outlets,
}
