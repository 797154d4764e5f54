"""The only package that opens a connection: sockets, REST, supervision, health."""
