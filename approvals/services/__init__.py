"""The only writers of the domain, one file per thing that people do."""
