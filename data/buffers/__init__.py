"""The recent past, bounded. One writer; readers get owned, sorted copies."""
