"""The header's texts, each under its label.

The layouts differ in order only: each text is a label, a caption, a stock line, or the value of the
label above it. What is left over is *loose*: the md layout writes domain, group and date that way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

from skillprofiles.model import Settled, Text
from skillprofiles.vocabulary import LANGUAGES, Lexicon, lexicon
from skillprofiles.vocabulary.fold import fold

FIGURES = ("roles", "levels", "mandatory")
_FIGURE = re.compile(r"(\d{1,5})(?:\s+(\S.*))?", re.ASCII)
_COLON = re.compile("[:：]")
_DIGIT = re.compile(r"\d", re.ASCII)
_MARKS = "*#_ \t"
_LONGEST_LABEL = 40
_MOST_DIGITS = 18
ENDS_OF_SENTENCE = (".", "!", "?", "…", "。", "！", "？")
# Texts that stand on many pages are short; a page must not fill the memory with one that is not.
_LONGEST_KEPT = 200


@dataclass(slots=True)
class Fields:
    """The header's texts: values and labels by field, captions with a number, and the rest.

    ``label_texts`` are all labels as they are spelled: they tell the language.
    """

    values: dict[str, list[Text]] = field(default_factory=dict)
    labels: dict[str, list[Text]] = field(default_factory=dict)
    optional: list[tuple[str, Text]] = field(default_factory=list)
    loose: list[Text] = field(default_factory=list)
    label_texts: tuple[str, ...] = ()

    def first(self, name: str) -> Text | None:
        """Return the first value of a field, or None."""
        values = self.values.get(name)
        return values[0] if values else None

    def declared(self) -> dict[str, int]:
        """Return the declared figures that can be read."""
        found = {}
        for name in FIGURES:
            values = self.values.get(name)
            if values and _is_number(number := values[0].text):
                found[name] = int(number)
        if self.optional and _is_number(number := self.optional[0][0]):
            found["optional"] = int(number)
        return found

    def add_label(self, name: str, label: Text) -> None:
        """Open a field; its values may follow."""
        if name in self.labels:
            self.labels[name].append(label)
        else:
            self.labels[name], self.values[name] = [label], []


def _is_summary(fields: Fields, text: Text) -> bool:
    """Whether a text that begins like a help line is a summary: no sentence, and where it stands."""
    words = lexicon()
    known = fold(text.text) in words.boilerplate or fold(text.text) in words.captions
    return not (fields.values["profile"] or known or text.text.endswith(ENDS_OF_SENTENCE))


def _is_number(text: str) -> bool:
    return text.isdigit() and text.isascii() and len(text) <= _MOST_DIGITS


def collect(texts: list[Text]) -> Fields:
    """Put each text of a header under its label."""
    fields = Fields()
    current: str | None = None
    for text in texts:
        short = len(text.text) <= _LONGEST_KEPT
        kind, what, value = _classified(text.text) if short else _classify(text.text)
        if kind == "label":
            fields.add_label(what, text)
            current = what
        elif kind == "stock" and not (current == "profile" and _is_summary(fields, text)):
            continue
        elif kind == "optional":
            fields.optional.append((what, text))
            current = None
        elif kind == "both":
            label, _, _ = value.partition("\n")
            fields.add_label(what, Text(label, text.line))
            current = _assign(fields, what, Text(value[len(label) + 1 :], text.line))
        elif current:
            current = _assign(fields, current, text)
        else:
            fields.loose.append(text)
    labels = chain.from_iterable(fields.labels.values())
    fields.label_texts = tuple([text.text for text in labels])
    return fields


def _classify(text: str) -> tuple[str, str, str]:
    """Return what a text is: label, stock, optional, both (label and value), or other."""
    words = lexicon()
    folded = fold(text)
    name = words.labels.get(folded) or words.labels.get(fold(text.strip(_MARKS)))
    if name:
        return "label", name, ""
    if folded in words.captions or words.is_boilerplate(text):
        return "stock", "", ""
    if match := words.optional.fullmatch(text):
        return "optional", next(group for group in match.groups() if group), ""
    if labelled := _label_and_value(text, words):
        name, label, value = labelled
        return "both", name, f"{label}\n{value}"
    return "other", "", ""


# Most texts of a header stand on every page of its language.
_classified = lru_cache(maxsize=4096)(_classify)


def _assign(fields: Fields, name: str, text: Text) -> str | None:
    """Give a value to a field; return the field that takes the next one."""
    if text.text[0] in ":：":
        text = Text(text.text[1:].lstrip(), text.line)
        if not text.text:
            return name
    if name in FIGURES and not text.text.isdigit():
        text = _without_caption(fields, text)
    fields.values[name].append(text)
    return name if name == "profile" else None


def _without_caption(fields: Fields, text: Text) -> Text:
    """Return a figure without the caption behind it, which may hold another one."""
    match = _FIGURE.fullmatch(text.text)
    if not match or not match[2]:
        return text
    words = lexicon()
    if optional := words.optional.fullmatch(match[2]):
        fields.optional.append((next(group for group in optional.groups() if group), text))
    elif fold(match[2]) not in words.captions:
        return text
    return Text(match[1], text.line)


def _label_and_value(text: str, lexicon: Lexicon) -> tuple[str, str, str] | None:
    """Split ``Roles: 4`` and ``Roles 4``; other texts that contain a label are not split."""
    name, label, value = None, "", ""
    if (colon := _COLON.search(text)) and (at := colon.start()):
        label, value = text[:at], text[at + 1 :].strip(_MARKS)
        name = lexicon.labels.get(fold(label.strip(_MARKS)))
    if not name and (figure := _DIGIT.search(text)):
        label, value = _before(text, figure.start()), text[figure.start() :]
        name = lexicon.labels.get(fold(label.strip(_MARKS)))
    return (name, label.strip(_MARKS), value) if name and value else None


def _before(text: str, at: int) -> str:
    """Return what stands before a figure, without blanks and colon; empty where it is no label."""
    label = text[:at].rstrip()
    if len(label) == at:
        return ""
    label = label[:-1].rstrip() if label.endswith((":", "：")) else label
    return label if 2 <= len(label) <= _LONGEST_LABEL else ""


def page_language(fields: Fields, settled: Settled) -> tuple[str | None, str]:
    """Return the language most labels are in, or None where two have as many, and the counts."""
    return (settled.language, "") if settled.language else _most_spoken(fields.label_texts)


@lru_cache(maxsize=256)
def _most_spoken(labels: tuple[str, ...]) -> tuple[str | None, str]:
    votes = dict.fromkeys(LANGUAGES, 0)
    for label in labels:
        for code in label_languages(label):
            votes[code] += 1
    ranked = sorted(votes, key=votes.__getitem__, reverse=True)
    if votes[ranked[0]] > votes[ranked[1]]:
        return ranked[0], ""
    return None, ", ".join(f"{votes[code]} {code}" for code in ranked if votes[code]) or "no label"


@lru_cache(maxsize=256)
def label_languages(label: str) -> frozenset[str]:
    """Return the languages that have a label."""
    return lexicon().label_languages.get(fold(label.strip(_MARKS)), frozenset())


@lru_cache(maxsize=256)
def foreign_labels(labels: tuple[str, ...], code: str) -> frozenset[str]:
    """Return those of the labels that a language does not have, though another one has."""
    return frozenset(
        label for label in labels if (codes := label_languages(label)) and code not in codes
    )
