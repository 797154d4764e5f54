"""WebSocket frames as bytes, written past the library: cheap, and legal or not as asked."""

from contextlib import suppress


def write(connection, data):
    """Write to one client; one that is being cut takes nothing, and stops nobody else's frames."""
    if data and not connection.transport.is_closing():
        with suppress(RuntimeError):  # its sending side is closed already
            connection.transport.write(data)


def frame(payload, opcode=0x81):
    """One whole frame, as a server sends it."""
    size = len(payload)
    if size < 126:
        head = bytes((opcode, size))
    elif size < 65_536:
        head = bytes((opcode, 126)) + size.to_bytes(2, "big")
    else:
        head = bytes((opcode, 127)) + size.to_bytes(8, "big")
    return head + payload
