"""The doors: each authenticates its own way, then hands a Delivery to ingest."""
