"""Every module is one exchange: facts, and bytes to domain and back. Pure: no socket, no clock."""
