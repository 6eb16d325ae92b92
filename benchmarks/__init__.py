"""What Countersign costs, measured on this machine."""
