"""What the pages of each language call things: one TOML file a language, no word of it in code.

A new language is a new file beside this one; nothing else has to change.
"""

from skillprofiles.vocabulary._language import Language
from skillprofiles.vocabulary._lexicon import Lexicon, lexicon
from skillprofiles.vocabulary._load import LANGUAGES, language, preference

__all__ = ["LANGUAGES", "Language", "Lexicon", "language", "lexicon", "preference"]
