"""The public pages: whom to ask, what is kept, on which terms, how it is protected."""
