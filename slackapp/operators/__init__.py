"""How operators sign in to the admin site, and what they see first."""
