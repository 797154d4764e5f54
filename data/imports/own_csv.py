"""Our own CSV of trades, as ``export trades`` writes it: sizes are in the base coin."""

from typing import Final

from data.imports.layout import ABSENT, UNKNOWN, Head, Layout, sides

COLUMNS: Final = (
    "source",
    "instrument",
    "ts_event_ns",
    "ts_recv_ns",
    "trade_id",
    "side",
    "price",
    "size",
    "flags",
    "fills",
)
"""One line a trade. ``ts_recv_ns`` is empty where the receipt time is not known, ``fills`` is 0
where the venue does not say how many fills the trade merges; ``flags`` are TradeFlag bits."""

SIDES: Final = sides("buy", "sell") | {"unknown": UNKNOWN}

_FLAGS: Final = {str(bits): bits for bits in range(256)}


def sniff(head: Head) -> Layout | None:
    """Return the layout of our own trades; None = the file is something else."""
    places = {name: head.place(name) for name in COLUMNS[1:]}
    if ABSENT in places.values():
        return None
    return Layout(
        title="Tapescope trades",
        channel="",
        cells=len(head.columns),
        sides=SIDES,
        stamp=places["ts_event_ns"],
        recv=places["ts_recv_ns"],
        trade_id=places["trade_id"],
        side=places["side"],
        price=places["price"],
        size=places["size"],
        flag=places["flags"],
        flags=_FLAGS,
        fills_column=places["fills"],
        name=(places["instrument"], places["instrument"]),
        signed_ids=True,
        sizes_in_base=True,
    )
