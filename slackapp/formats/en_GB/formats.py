"""Moments as Django's admin lists show them."""

DATETIME_FORMAT = "j F Y, H:i T"  # 24 November 2026, 00:29 UTC; Django's has a.m. and no zone
