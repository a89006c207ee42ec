"""The header of a page: labels and values, figures, date, with or without labels for the last three.

The layouts differ in order only: each text is a label, a caption, a stock line, or the value of the
label above it. What is left over is *loose*: the md layout writes domain, group and date that way.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache

from skillprofiles.findings import Report
from skillprofiles.model import Document, Figures, Settled, Span, Text
from skillprofiles.parser.dates import latest_possible, looks_like_date, parse_date
from skillprofiles.read.locate import line_span, text_span
from skillprofiles.rules import header as rules
from skillprofiles.vocabulary import LANGUAGES, Lexicon, language, lexicon
from skillprofiles.vocabulary.fold import fold

FIGURES = ("roles", "levels", "mandatory")
REQUIRED = ("domain", "profile", *FIGURES, "optional", "group", "updated")
_FIGURE = re.compile(r"(\d{1,5})(?:\s+(\S.*))?", re.ASCII)
_LABEL_FIGURE = re.compile(r"(\D{2,40}?)\s*[:：]?\s+(\d\S*(?:\s.*)?)", re.ASCII)
_MARKS = "*#_ \t"
_LARGEST_FIGURE = 32_767
_LONGEST_LABEL = 60
_MOST_LOOKED_AT = 100


@dataclass(slots=True)
class Fields:
    """The header's texts, each under its label."""

    values: dict[str, list[Text]] = field(default_factory=dict)
    labels: dict[str, list[Text]] = field(default_factory=dict)
    optional: list[tuple[str, Text]] = field(default_factory=list)
    loose: list[Text] = field(default_factory=list)

    def first(self, name: str) -> Text | None:
        """Return the first value of a field, or None."""
        values = self.values.get(name)
        return values[0] if values else None


@dataclass(frozen=True, slots=True)
class Header:
    """What the header says, understood."""

    language: str
    name: Text | None
    domain: str
    group: str
    summary: str | None
    declared: Figures
    figures: dict[str, Span]
    updated_on: dt.date


def collect(texts: list[Text]) -> Fields:
    """Put each text of a header under its label."""
    lexicon_ = lexicon()
    fields = Fields()
    current: str | None = None
    for text in texts:
        kind, what, value = _classify(text.text)
        if kind == "label":
            fields.labels.setdefault(what, []).append(text)
            fields.values.setdefault(what, [])
            current = what
        elif kind == "stock":
            continue
        elif kind == "optional":
            fields.optional.append((what, text))
            current = None
        elif kind == "both":
            label, _, _ = value.partition("\n")
            fields.labels.setdefault(what, []).append(Text(label, text.line))
            fields.values.setdefault(what, [])
            current = _assign(fields, what, Text(value[len(label) + 1 :], text.line), lexicon_)
        elif current:
            current = _assign(fields, current, text, lexicon_)
        else:
            fields.loose.append(text)
    return fields


@lru_cache(maxsize=4096)
def _classify(text: str) -> tuple[str, str, str]:
    """Return what a text is: label, stock, optional, both (label and value), or other.

    Most texts of a header stand on every page of its language, so the answer is kept.
    """
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


def _assign(fields: Fields, name: str, text: Text, lexicon: Lexicon) -> str | None:
    """Give a value to a field; return the field that takes the next one."""
    if text.text[0] in ":：":
        text = Text(text.text[1:].lstrip(), text.line)
        if not text.text:
            return name
    if name in FIGURES and (match := _FIGURE.fullmatch(text.text)) and match[2]:
        if optional := lexicon.optional.fullmatch(match[2]):
            fields.optional.append((next(group for group in optional.groups() if group), text))
            text = Text(match[1], text.line)
        elif fold(match[2]) in lexicon.captions:
            text = Text(match[1], text.line)
    fields.values[name].append(text)
    return name if name == "profile" else None


def _label_and_value(text: str, lexicon: Lexicon) -> tuple[str, str, str] | None:
    """Split ``Roles: 4`` and ``Roles 4``; other texts that contain a label are not split."""
    at = next((at for at, letter in enumerate(text) if letter in ":："), -1)
    if at > 0:
        label, value = text[:at], text[at + 1 :].strip(_MARKS)
    else:
        label = value = ""
    name = lexicon.labels.get(fold(label.strip(_MARKS)))
    if not name and (match := _LABEL_FIGURE.fullmatch(text)):
        label, value = match.groups()
        name = lexicon.labels.get(fold(label.strip(_MARKS)))
    label = label.strip(_MARKS)
    return (name, label, value) if name and value else None


@lru_cache(maxsize=256)
def _label_languages(label: str) -> frozenset[str]:
    return lexicon().label_languages.get(fold(label.strip(_MARKS)), frozenset())


def page_language(fields: Fields, settled: Settled) -> tuple[str | None, str]:
    """Return the language most labels are in, or None where two have as many, and the counts."""
    if settled.language:
        return settled.language, ""
    votes = dict.fromkeys(LANGUAGES, 0)
    for texts in fields.labels.values():
        for text in texts:
            for code in _label_languages(text.text):
                votes[code] += 1
    ranked = sorted(votes, key=votes.__getitem__, reverse=True)
    if votes[ranked[0]] > votes[ranked[1]]:
        return ranked[0], ""
    return None, ", ".join(f"{votes[code]} {code}" for code in ranked if votes[code]) or "no label"


class HeaderParser:
    """Understands the collected fields of one document."""

    def __init__(
        self,
        document: Document,
        fields: Fields,
        code: str | None,
        lexicon: Lexicon,
        report: Report,
    ) -> None:
        """Parse for a page in the language ``code``; None reads dates in no way but YYYY-MM-DD."""
        self.document = document
        self.fields = fields
        self.code = code
        self.lexicon = lexicon
        self.report = report
        self.loose = list(fields.loose)
        self.missing: set[str] = set()
        self.beside: list[Text] = []
        self._spans: dict[str, Span] | None = None

    def parse(self) -> Header | None:
        """Return the header, or None where a part of it is missing or unusable (then reported)."""
        numbers = {name: self._figure(name) for name in FIGURES}
        optional = self._optional()
        updated_on = self._updated()
        domain, group = self._domain_and_group()
        name, summary = self._name_and_summary(domain, group)
        self._repeated()
        self._unknown()
        self._mixed()
        if None in (*numbers.values(), optional, updated_on, domain, group) or not self.code:
            return None
        if self.missing or summary is False:
            return None
        declared = Figures(**numbers, optional=optional)  # type: ignore[arg-type]
        assert domain is not None
        assert group is not None
        assert updated_on is not None
        assert summary is None or isinstance(summary, str)
        return Header(
            self.code, name, domain, group, summary, declared, self.figure_spans(), updated_on
        )

    def declared_roles(self) -> int | None:
        """Return the declared number of roles, where it can be read."""
        text = self.fields.first("roles")
        usable = text is not None and text.text.isascii() and text.text.isdigit()
        return int(text.text) if text and usable else None

    def figure_spans(self) -> dict[str, Span]:
        """Return the place of each figure that is on the page."""
        if self._spans is None:
            self._spans = {
                name: text_span(self.document, text, after=label.text)
                for name in FIGURES
                if (text := self.fields.first(name)) and (label := self.fields.labels[name][0])
            }
            if self.fields.optional:
                self._spans["optional"] = self._optional_span()
        return self._spans

    def _optional_span(self) -> Span:
        """Return the place of the number inside its caption."""
        number, text = self.fields.optional[0]
        whole = text_span(self.document, text)
        inside = text.text.find(number)
        if inside < 0:
            return whole
        start = whole.column + inside
        return Span(whole.line, start, whole.line, start + len(number))

    def _missing(self, name: str) -> None:
        """Report a label that is not there, with the line that may have been meant."""
        self.missing.add(name)
        item = language(self.code or LANGUAGES[0])
        spellings = item.captions["optional"] if name == "optional" else item.labels[name]
        lines = {
            text.text: text
            for text in (*self.fields.loose[:_MOST_LOOKED_AT], *self._values()[:_MOST_LOOKED_AT])
            if len(text.text) <= _LONGEST_LABEL
        }
        close = [
            match
            for spelling in spellings
            for match in get_close_matches(spelling, lines, 1, cutoff=0.75)
        ]
        place, instead = None, ""
        if close:
            place = text_span(self.document, lines[close[0]])
            instead = f"; line {place.line} reads '{close[0]}'"
        self.report.add(
            rules.LABEL_MISSING,
            place or self._start(),
            field=name,
            label=spellings[0].replace("{n}", "N"),
            instead=instead,
        )

    def _values(self) -> list[Text]:
        return [text for texts in self.fields.values.values() for text in texts]

    def _start(self) -> Span:
        texts = self.document.texts
        return line_span(self.document, texts[0].line if texts else 1)

    def _valued(self, name: str) -> Text | None:
        """Return the value of a labelled field; report a label without one."""
        if value := self.fields.first(name):
            return value
        if name in self.fields.labels:
            label = self.fields.labels[name][0]
            self.missing.add(name)
            self.report.add(rules.VALUE_MISSING, text_span(self.document, label), label=label.text)
        elif name not in self.missing:
            self._missing(name)
        return None

    def _figure(self, name: str) -> int | None:
        values = self.fields.values.get(name, [])
        if self.document.kind == "html" and len(values) > 1:
            # A menu may carry a figure's label too; a figure follows only one of them.
            self.fields.values[name] = [v for v in values if v.text.isdigit()] or values
        text = self._valued(name)
        return self._number(name, text.text, text) if text else None

    def _number(self, name: str, digits: str, text: Text) -> int | None:
        if digits.isascii() and digits.isdigit() and int(digits[:6]) <= _LARGEST_FIGURE:
            return int(digits)
        place = text_span(self.document, text, digits if digits in text.text else None)
        self.report.add(rules.FIGURE_UNUSABLE, place, field=name, text=digits[:60])
        return None

    def _optional(self) -> int | None:
        if not self.fields.optional:
            self._missing("optional")
            return None
        digits, text = self.fields.optional[0]
        return self._number("optional", digits, text)

    def _updated(self) -> dt.date | None:
        text = self.fields.first("updated")
        if text is None and "updated" not in self.fields.labels:
            text = next((item for item in self.loose if looks_like_date(item.text)), None)
        if text is None:
            self._valued("updated")
            return None
        if not self.code:
            return None
        date = parse_date(text.text, self.code)
        if date is not None and date <= latest_possible():
            return date
        place = text_span(self.document, text)
        if date is None:
            pattern = language(self.code).date.format(day="D", month="M", year="YYYY")
            self.report.add(rules.DATE_UNUSABLE, place, text=text.text[:60], pattern=pattern)
        else:
            self.report.add(rules.DATE_IN_FUTURE, place, date=date.isoformat())
        return None

    def _domain_and_group(self) -> tuple[str | None, str | None]:
        """Return domain and group, from their labels or from the two lines before the date."""
        domain, group = self._valued("domain"), self.fields.first("group")
        if group or "group" in self.fields.labels:
            group = self._valued("group")
            return domain.text if domain else None, group.text if group else None
        at = next((i for i, item in enumerate(self.loose) if looks_like_date(item.text)), None)
        before = self.loose[max((at or 0) - 2, 0) : at or 0]
        if len(before) < 2:
            self._missing("group")
            return domain.text if domain else None, None
        again, group = before
        self.loose = [item for item in self.loose if item not in (again, group)]
        if domain and domain.text != again.text:
            self.report.add(
                rules.DOMAIN_DISAGREES,
                text_span(self.document, again),
                first=domain.text,
                first_line=domain.line,
                second=again.text,
            )
            return None, None
        return again.text, group.text

    def _name_and_summary(
        self, domain: str | None, group: str | None
    ) -> tuple[Text | None, str | bool | None]:
        """Return name and summary; False for a summary that is missing (then reported)."""
        texts = list(self.fields.values.get("profile", ()))
        name = self.document.heading
        if self._valued("profile") is None:
            return name, False
        if "group" in self.fields.labels or self.document.kind == "html":
            pair = {_letters(domain), _letters(group), _letters(f"{domain}{group}")}
            if name and texts[0].text == name.text:
                texts.pop(0)
            elif name is None and fold(texts[0].text) not in self.lexicon.stock_summaries:
                name = texts.pop(0)
            texts = [text for text in texts if _letters(text.text) not in pair]
        name = name and _without_badge(name, domain, group)
        # The summary is one text; whatever else stands beside it is not taken for it.
        first = next((text for text in texts if not text.link), texts[0] if texts else None)
        self.beside = [text for text in texts if text is not first]
        summary = first.text if first else ""
        if not summary:
            label = self.fields.labels["profile"][0]
            self.report.add(rules.VALUE_MISSING, text_span(self.document, label), label=label.text)
            return name, False
        return name, None if fold(summary) in self.lexicon.stock_summaries else summary

    def _repeated(self) -> None:
        for name, texts in self.fields.labels.items():
            values = self.fields.values.get(name, [])
            if name != "profile" and len({value.text for value in values}) > 1:
                first, second = values[0], next(v for v in values if v.text != values[0].text)
                self._report_repeated(name, first, second)
            elif name == "profile" and len(texts) > 1 and self.document.kind != "html":
                after = [value for value in values if value.line > texts[1].line]
                self._report_repeated(name, (values or texts)[0], (after or texts[1:])[0])
        dates = [text for text in self.fields.loose if looks_like_date(text.text)]
        if "updated" not in self.fields.labels and len({text.text for text in dates}) > 1:
            self._report_repeated("updated", dates[0], dates[1])
        numbers = self.fields.optional
        if len({number for number, _ in numbers}) > 1:
            self._report_repeated("optional", numbers[0][1], numbers[-1][1])

    def _report_repeated(self, name: str, first: Text, second: Text) -> None:
        self.missing.add(name)
        self.report.add(
            rules.LABEL_REPEATED,
            text_span(self.document, second),
            field=name,
            first=first.text,
            first_line=first.line,
            second=second.text,
        )

    def _unknown(self) -> None:
        """Report loose lines; of an HTML page, which has many, only those beside the summary."""
        loose = self.beside if not self.missing else []
        if self.document.kind != "html":
            below = self.document.trailer
            loose = [*loose, *self.loose]
            loose += [text for text in below if not self._in_footer(text)]
        for text in loose:
            if not looks_like_date(text.text) and not _is_prose(text.text):
                place = text_span(self.document, text)
                self.report.add(rules.UNKNOWN_LINE, place, text=text.text[:80])

    def _in_footer(self, text: Text) -> bool:
        last = text is self.document.trailer[-1]
        return self.lexicon.is_footer(text.text) or (last and self.lexicon.begins_footer(text.text))

    def _mixed(self) -> None:
        if not self.code:
            return
        for texts in self.fields.labels.values():
            for text in texts:
                codes = _label_languages(text.text)
                if codes and self.code not in codes:
                    self.report.add(
                        rules.LANGUAGES_MIXED,
                        text_span(self.document, text),
                        text=text.text,
                        other="/".join(sorted(codes)),
                        language=self.code,
                    )


def _without_badge(name: Text, domain: str | None, group: str | None) -> Text:
    """Return a heading without the domain or group that is glued to it, as badges are."""
    for badge in (domain, group):
        if badge and name.text.endswith(badge):
            rest = name.text[: -len(badge)]
            if rest and not rest[-1].isspace():
                return Text(rest, name.line)
    return name


def _letters(text: str | None) -> str:
    """Return what is left of a text without spaces and signs: chips are separated by anything."""
    return "".join(letter for letter in text or "" if letter.isalnum())


def _is_prose(text: str) -> bool:
    """Whether a text is a sentence; help lines are, labels and values are not."""
    return text.endswith((".", "!", "?", "。", "！", "？")) and (
        len(text.split()) > 3 or not text.isascii()
    )
