"""Everything that can go wrong, drawn first.

TapescopeError
├── FeedError            one message could not be used: count it, keep its bytes, go on
│   ├── MalformedFrame     not the JSON shape that the venue documents
│   ├── BadNumber          a price or size that is not a plain decimal on the instrument's grid
│   │   └── OffGrid          a plain decimal, but between two steps of the grid
│   └── UnknownSymbol      a symbol that nobody asked for or that is not listed
├── VenueError           a venue answered, but not with data
│   ├── RateLimited        wait ``retry_after_s``, then ask again
│   ├── VenueRefused       final for this venue until restart (HTTP 403 or 451)
│   ├── VenueDown          the venue or the way to it is down: back off and ask again
│   └── NotListed          the venue does not list this symbol: tell the trader
├── SettingsError        a settings key or value is wrong: keep the last good file, name the key
├── RecordingError       a recording cannot be read at all; what can be read is played
└── JournalError         a journal entry is refused or cannot be kept: say why, keep what was typed
"""


class TapescopeError(Exception):
    """Base of every error that the product raises on purpose.

    Attributes:
        ui_message: one sentence for the trader: what is wrong and what to do.
    """

    def __init__(self, message: str, *, ui_message: str | None = None) -> None:
        super().__init__(message)
        self.ui_message = ui_message or message


class FeedError(TapescopeError):
    """One message could not be used.

    Attributes:
        raw: the bytes as they arrived; empty until the feed loop adds them.
    """

    raw: bytes = b""


class MalformedFrame(FeedError):
    """The message does not have the shape that the venue documents."""


class BadNumber(FeedError):
    """A price or size is not a plain decimal on the instrument's grid."""


class OffGrid(BadNumber):
    """A plain decimal lies between two steps of the instrument's grid."""


class UnknownSymbol(FeedError):
    """The message speaks of a symbol that is not subscribed."""


class VenueError(TapescopeError):
    """A venue answered, but not with data.

    Attributes:
        venue: its code, for example ``binance``.
    """

    def __init__(self, message: str, *, venue: str, ui_message: str | None = None) -> None:
        super().__init__(message, ui_message=ui_message)
        self.venue = venue


class RateLimited(VenueError):
    """Too many requests.

    Attributes:
        retry_after_s: seconds to wait before the next request.
    """

    def __init__(self, message: str, *, venue: str, retry_after_s: float) -> None:
        super().__init__(message, venue=venue)
        self.retry_after_s = retry_after_s


class VenueRefused(VenueError):
    """The venue does not serve this address (HTTP 403 or 451): final until restart."""


class VenueDown(VenueError):
    """The venue, or the way to it, is down for now."""


class NotListed(VenueError):
    """The venue does not list the symbol."""


class SettingsError(TapescopeError):
    """A settings key or value is wrong."""


class RecordingError(TapescopeError):
    """A recording cannot be read."""


class JournalError(TapescopeError):
    """A journal entry cannot be kept, or an exported journal cannot be read."""
