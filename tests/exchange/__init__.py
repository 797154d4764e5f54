"""A local exchange on 127.0.0.1 that speaks the three venues' dialects over real sockets."""
