"""What you see: one screen per file. No arithmetic, no sockets."""
