"""Skill-profile pages from the web into a raw store: politely, resumably, with their provenance.

Scrapy does the crawling; what it is pointed at and what it leaves behind is decided here. Importing
the modules of this room needs the extra ``fetch``.
"""
