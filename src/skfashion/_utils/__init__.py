"""Shared knowledge of several rooms: these modules import nothing else of the package."""
