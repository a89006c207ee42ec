"""skillprofiles: skill-profile pages in, validated tables out."""

__version__ = "0.1.0"
