"""Short ways to make the rows and views of rebuilt orders in tests of figures."""

import numpy as np

from core.domain.units import NS_PER_S
from data.views.order_rows import ORDER_DTYPE
from data.views.orders import OrdersView
from tests.support.trades import START_NS


def order(after_s, value, *, side=1, of=0, **told):
    """One row: worth ``value`` at ``price``, whose last fill was at ``last``."""
    price = told.get("price", 60_000.0)
    row = np.zeros(1, ORDER_DTYPE)
    row["ts_event_ns"] = START_NS + round(after_s * NS_PER_S)
    row["price"] = row["first_price"] = price
    row["last_price"] = told.get("last", price)
    row["size_base"], row["value_quote"] = value / price, value
    row["fills"], row["levels"] = told.get("fills", 1), told.get("levels", 1)
    row["of"], row["aggressor"] = of, side
    return row


def orders_view(*rows, of, since_ns=0):
    """A view of rows in the order of time, whose instruments are ``of``."""
    every = np.concatenate([np.zeros(0, ORDER_DTYPE), *rows])
    return OrdersView(every, tuple(of), since_ns)
