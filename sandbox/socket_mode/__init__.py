"""Socket Mode: everything for the app goes over WebSockets that the app opens."""
