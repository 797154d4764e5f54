"""Health in words: one line that says whether all is well, and sentences on the recordings."""

from collections.abc import Sequence
from math import inf
from typing import Final, Literal, TypeAlias

from core.domain.instrument import MarketKind, Venue
from core.domain.units import NS_PER_DAY, NS_PER_S, Ns
from data.feeds.health import ChannelHealth, State
from data.store.recorder import RecorderState, RecorderStatus
from data.views.health import DiskFigures
from pages.figures.off_words import WORST_FIRST
from pages.figures.venues import VENUE_NAMES
from pages.shell.words import counted, utc_text

Level: TypeAlias = Literal["well", "amiss", "none"]
"""Of a whole page: all is well, something is not, or there is nothing to judge."""

GB: Final = 10**9
_NAMED: Final = 3
_NO_CONNECTIONS: Final = {
    "simulated": "There are no connections: the market is simulated.",
    "replay": "There are no connections: a recording is being played.",
    "starting": "There are no connections yet: the exchanges are being asked.",
    "idle": "There are no connections: there is no market.",
}
_AGES: Final = ((86_400.0, "d"), (3600.0, "h"), (60.0, "min"))
_SIZES: Final = ((10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "kB"))


def worst_first(channels: Sequence[ChannelHealth]) -> list[ChannelHealth]:
    """Return the channels that are not live, the worst first, then those that are longest so."""
    amiss = [each for each in channels if each.state is not State.LIVE]
    return sorted(amiss, key=lambda each: (WORST_FIRST.index(each.state), each.since_ns))


def headline(channels: Sequence[ChannelHealth], *, source: str) -> tuple[Level, str]:
    """Return what the connections are worth, and one line that says so or what is amiss.

    Args:
        source: its name; only ``live`` has connections.
    """
    if source != "live":
        return "none", _NO_CONNECTIONS.get(source, _NO_CONNECTIONS["idle"])
    if not channels:
        return "amiss", "No channel yet: nothing has been subscribed."
    amiss = worst_first(channels)
    if not amiss:
        instruments = {(each.venue, each.kind, each.symbol) for each in channels}
        of = counted(len(instruments), "instrument")
        if len(channels) == 1:
            return "well", f"The only channel of {of} is live."
        return "well", f"All {counted(len(channels), 'channel')} of {of} are live."
    groups = _grouped(amiss)
    named = "; ".join(_clause(each) for each in groups[:_NAMED])
    unnamed = sum(map(len, groups[_NAMED:]))
    more = f"; and {unnamed} more" if unnamed else ""
    verb = "is" if len(amiss) == 1 else "are"
    words = f"{len(amiss)} of {counted(len(channels), 'channel')} {verb} not live: {named}{more}."
    return "amiss", words


def recording_words(
    status: RecorderStatus | None, *, source: str, notes: Sequence[str] = ()
) -> tuple[bool, str]:
    """Return whether recording is as it should be, and what becomes of what comes now.

    Args:
        status: None = nothing is being recorded.
        source: its name; only ``live`` is recorded.
        notes: what the recording of this run has to say.
    """
    if source != "live":
        return True, "Only the live market is recorded."
    if status is None:
        return not notes, " ".join(["Nothing is being recorded.", *dict.fromkeys(notes)])
    if status.state is RecorderState.RECORDING:
        return True, "Recording."
    return False, status.reason or "Recording has ended."


def disk_words(disk: DiskFigures, *, keep_days: int | None, keep_gb: float | None) -> str:
    """Return how much is recorded, how fast it grows, and how long that may go on.

    Args:
        keep_days: recorded days kept before today; None = all.
        keep_gb: size kept, 10^9 bytes; None = any.
    """
    words = [f"{size_text(disk.recorded_bytes)} recorded.", _limits(keep_days, keep_gb)]
    if disk.free_bytes is not None:
        words.append(f"{size_text(disk.free_bytes)} free on the disk.")
    if disk.bytes_per_day is None:
        words.append("How fast it grows is told after ten minutes of recording.")
    else:
        words.append(_pace(disk, disk.bytes_per_day, keep_days, keep_gb))
    return " ".join(words)


def size_text(size_bytes: float) -> str:
    """Return for example ``1.24 GB``: 10^9 bytes, as disks are sold."""
    for unit, name in _SIZES:
        if abs(size_bytes) >= unit:
            return f"{size_bytes / unit:.3g} {name}"
    return counted(int(size_bytes), "byte")


def span_text(span_ns: Ns) -> str:
    """Return a length of time in the largest unit that it fills, such as ``2.5 h``."""
    seconds = span_ns / NS_PER_S
    for unit_s, name in _AGES:
        if seconds >= unit_s:
            return f"{seconds / unit_s:.1f} {name}"
    return f"{seconds:.1f} s"


def _grouped(amiss: Sequence[ChannelHealth]) -> list[list[ChannelHealth]]:
    """Return channels by market and state: what one dead exchange does to all of its channels."""
    groups: dict[tuple[Venue, MarketKind, State], list[ChannelHealth]] = {}
    for each in amiss:
        groups.setdefault((each.venue, each.kind, each.state), []).append(each)
    return list(groups.values())


def _clause(group: Sequence[ChannelHealth]) -> str:
    """Return one clause for channels of one market and state, with the reason of the first."""
    channel = group[0]
    market = f"{VENUE_NAMES[channel.venue]} {channel.kind}"
    reason = f" ({channel.reason.rstrip('.')})" if channel.reason else ""
    state = f"{channel.state} since {utc_text(channel.since_ns)}{reason}"
    symbols = {each.symbol for each in group}
    if len(group) == 1:
        return f"{market} {channel.symbol} {channel.channel} is {state}"
    if len(symbols) == 1:
        return f"{market} {channel.symbol}: {len(group)} channels are {state}"
    return f"{market}: {len(group)} channels are {state}"


def _limits(keep_days: int | None, keep_gb: float | None) -> str:
    limits = []
    if keep_days is not None:
        limits.append(f"days older than {keep_days}")
    if keep_gb is not None:
        limits.append(f"the oldest days beyond {keep_gb:g} GB")
    return f"Deleted by themselves: {' and '.join(limits)}." if limits else "Nothing is deleted."


def _pace(
    disk: DiskFigures, bytes_per_day: float, keep_days: int | None, keep_gb: float | None
) -> str:
    """Return how fast it grows, and which limit ends that first."""
    grows = f"It grows by {size_text(bytes_per_day)} a day"
    ends = []
    if keep_gb is not None:
        ends.append((max(keep_gb * GB - disk.recorded_bytes, 0), "the size limit is reached"))
    if disk.free_bytes is not None:
        ends.append((disk.free_bytes, "the disk is full"))
    room, end = min(ends, default=(inf, ""))
    of_age = inf if keep_days is None else bytes_per_day * (keep_days + 1)
    if of_age < disk.recorded_bytes + room:
        return f"{grows}: {keep_days} days and today will be about {size_text(of_age)}."
    if not end or bytes_per_day <= 0:
        return f"{grows}."
    return f"{grows}: {end} in {span_text(round(room / bytes_per_day * NS_PER_DAY))}."
