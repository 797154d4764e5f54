"""Lines of our own shaped as the venues' archives, and short ways to read them."""

import gzip
import io
import zipfile
from pathlib import Path

import numpy as np

from core.domain.instrument import InstrumentId
from data.imports.files import read_file
from data.imports.tables import Wish

BINANCE_AGG_SPOT = """\
26129,61602.01000000,0.12500000,27781,27783,1735689600010866,True,True
26130,61602.02000000,1.00000000,27784,27784,1735689600010867,False,True
26131,61602.00000000,0.00001000,27785,27786,1735689601000000,True,True
"""
BINANCE_AGG_PERP = """\
agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker
5933014,61800.3,0.006,100,105,1717200000123,true
5933015,61800.4,12.5,106,106,1717200000456,false
"""
BINANCE_TRADES_SPOT = """\
51175358,17.80180000,5.69000000,101.29224200,1583709433583,True,True
51175359,17.80200000,1.00000000,17.80200000,1583709433600,False,True
"""
BINANCE_TRADES_PERP = """\
id,price,qty,quote_qty,time,is_buyer_maker
5053880937,68402.6,0.024,1641.6624,1717113600031,false
5053880938,68402.5,0.005,342.0125,1717113600130,true
"""
BYBIT_LINEAR = """\
timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,foreignNotional,RPI
1790380800.0232,BTCUSDT,Buy,0.02,57199.5,ZeroMinusTick,224061a0-e105-508c-9696-b53ab4b5bb03,1,2,3,0
1790380800.1176,BTCUSDT,Sell,1,57199.4,MinusTick,20f43950-d8dd-5b31-9112-a178eb6023af,1,2,3,1
"""
BYBIT_SPOT = """\
id,timestamp,price,volume,side,rpi
1,1747612800074,106453.8,0.003718,sell,0
2,1747612800150,106456.9,0.000500,buy,1
"""
OKX = """\
instrument_name,trade_id,side,price,size,created_time,source
BTC-USDT-SWAP,2199,buy,83760.0,3.58,1790380800000,0
BTC-USDT-SWAP,2200,sell,83759.9,1,1790380800005,1
"""
OKX_OLD = """\
trade_id/撮合id,side/交易方向,size/数量,price/价格,created_time/成交时间
719977054,BUY,0.00527188,84760.0,1682434103856
719977057,sell,0.0277,84760.1,1682434103857
"""
OKX_BARE = """\
719977054,BUY,0.00527188,84760.0,1632434103856
719977057,sell,0.0277,84760.1,1632434103857
"""
TARDIS = """\
exchange,symbol,timestamp,local_timestamp,id,side,price,amount
binance-futures,BTCUSDT,1585699200245000,1585699200277534,118396511,buy,6425.51,0.5
okex-swap,BTC-USDT-SWAP,1585699200250000,1585699200277540,7,unknown,6425.5,2
bybit,ETHUSDT,1585699200260000,1585699200277550,224061a0-e105-508c-9696-b53ab4b5bb03,sell,132.7,1.5
"""

ARCHIVES = {
    "BTCUSDT-aggTrades-2025-01-01.csv": BINANCE_AGG_SPOT,
    "BTCUSDT-aggTrades-2024-06-01.csv": BINANCE_AGG_PERP,
    "BTCUSDT-trades-2020-03-08.csv": BINANCE_TRADES_SPOT,
    "BTCUSDT-trades-2024-05-31.csv": BINANCE_TRADES_PERP,
    "BTCUSDT2026-09-26.csv": BYBIT_LINEAR,
    "BTCUSDT_2025-05-19.csv": BYBIT_SPOT,
    "BTC-USDT-SWAP-trades-2026-09-26.csv": OKX,
    "BTC-USDT-trades-2023-04-25.csv": OKX_OLD,
    "BTC-USDT-aggtrades-2021-09-24.csv": OKX_BARE,
    "binance-futures_trades_2020-04-01.csv": TARDIS,
}
"""By the name that such a file has."""


def plain(text: str) -> bytes:
    return text.encode()


def gz(text: str) -> bytes:
    return gzip.compress(text.encode())


def zipped(text: str, member: str = "x.csv") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, text)
    return out.getvalue()


def imported(path: Path, name: str | None = None, **wish):
    """Everything of a file: (rows by instrument, tally). ``name`` is the --instrument."""
    wanted = Wish(InstrumentId.parse(name) if name else None, **wish)
    reading = read_file(path, wanted, scratch=path.parent)
    try:
        parts = {}
        for instrument, channel, rows in reading.blocks():
            parts.setdefault((instrument, channel), []).append(rows)
        return {key: np.concatenate(each) for key, each in parts.items()}, reading.tally
    finally:
        reading.close()
