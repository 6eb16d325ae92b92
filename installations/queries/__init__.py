"""Reads for operators' screens: frozen snapshots, each in a bounded number of queries."""
