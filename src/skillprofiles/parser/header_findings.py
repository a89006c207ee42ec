"""What is wrong with a header, each with its place; looked up only when there is something."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches

from skillprofiles.findings import Report
from skillprofiles.model import Document, Span, Text
from skillprofiles.parser.dates import looks_like_date
from skillprofiles.parser.fields import Fields, foreign_labels, label_languages
from skillprofiles.read.locate import line_span, text_span
from skillprofiles.rules import header as rules
from skillprofiles.vocabulary import LANGUAGES, Lexicon, language

_LONGEST_LABEL = 60
_LABEL = re.compile(r"([^\d:：]{2,40}?)\s*(?:[:：]|\s\d)")
_CAPTION = re.compile(r"\d+\s+(\D.*)")
_DIGITS = re.compile(r"\d+")
_MOST_LOOKED_AT = 100


class HeaderFindings:
    """Reports on the header of one document, and remembers the fields that cannot be used."""

    def __init__(
        self,
        document: Document,
        fields: Fields,
        code: str | None,
        lexicon: Lexicon,
        report: Report,
    ) -> None:
        """Report on a page in the language ``code``, where that is known."""
        self.document = document
        self.fields = fields
        self.code = code
        self.lexicon = lexicon
        self.report = report
        self.missing: set[str] = set()

    def label_missing(self, name: str) -> None:
        """Report a label that is not there, with the line that may have been meant."""
        self.missing.add(name)
        item = language(self.code or LANGUAGES[0])
        spellings = item.captions["optional"] if name == "optional" else item.labels[name]
        lines = self._like_labels({len(spelling.split()) for spelling in spellings})
        close = [
            match
            for spelling in spellings
            for match in get_close_matches(spelling, lines, 1, cutoff=0.75)
        ]
        place, instead = None, ""
        if close:
            text, part = lines[close[0]]
            place = text_span(self.document, text, part)
            instead = f"; line {place.line} reads '{part}'"
        self.report.add(
            rules.LABEL_MISSING,
            place or self._start(),
            field=name,
            label=spellings[0].replace("{n}", "N"),
            instead=instead,
        )

    def _like_labels(self, lengths: Collection[int]) -> dict[str, tuple[Text, str]]:
        """Return what may be a misspelled label, with its text and the part of it that it is.

        That is a text, what stands before the value that it holds as well (of a text of an HTML
        page, which may do without a sign between the two, as many words as the label has), or what
        stands behind a figure. Numbers are written as in the vocabulary's captions.
        """
        values = [text for texts in self.fields.values.values() for text in texts]
        lengths = lengths if self.document.kind == "html" else ()
        return {
            _DIGITS.sub("{n}", part): (text, part)
            for text in (*self.fields.loose[:_MOST_LOOKED_AT], *values[:_MOST_LOOKED_AT])
            for part in (*_parts(text.text, lengths), text.text)
            if len(part) <= _LONGEST_LABEL
        }

    def _start(self) -> Span:
        texts = self.document.texts
        return line_span(self.document, texts[0].line if texts else 1)

    def value_missing(self, name: str) -> None:
        """Report a label without a value."""
        self.missing.add(name)
        label = self.fields.labels[name][0]
        self.report.add(rules.VALUE_MISSING, text_span(self.document, label), label=label.text)

    def figure_unusable(self, name: str, digits: str, text: Text) -> None:
        """Report a figure that is no number, or one too large."""
        place = text_span(self.document, text, digits if digits in text.text else None)
        self.report.add(rules.FIGURE_UNUSABLE, place, field=name, text=digits[:60])

    def date_unusable(self, text: Text, code: str) -> None:
        """Report a date that is none in the language of the page."""
        place = text_span(self.document, text)
        pattern = language(code).date.format(day="D", month="M", year="YYYY")
        self.report.add(rules.DATE_UNUSABLE, place, text=text.text[:60], pattern=pattern)

    def date_in_future(self, text: Text, date: dt.date) -> None:
        """Report a date that nowhere has come yet."""
        place = text_span(self.document, text)
        self.report.add(rules.DATE_IN_FUTURE, place, date=date.isoformat())

    def domain_disagrees(self, first: Text, second: Text) -> None:
        """Report two domains."""
        self.report.add(
            rules.DOMAIN_DISAGREES,
            text_span(self.document, second),
            first=first.text,
            first_line=first.line,
            second=second.text,
        )

    def on_the_whole(
        self, dates: Sequence[int], loose: Sequence[Text], beside: Sequence[Text]
    ) -> None:
        """Report what only the whole header shows: repeated labels, unknown lines, two languages.

        Args:
            dates: which of the fields' loose texts are dates.
            loose: texts without a label that nothing was made of.
            beside: texts that stand beside the summary.
        """
        dated = [self.fields.loose[at] for at in dates]
        self._repeated(dated)
        self._unknown([text for text in loose if text not in dated], beside)
        self._mixed()

    def _repeated(self, dates: Sequence[Text]) -> None:
        for name, texts in self.fields.labels.items():
            values = self.fields.values[name]
            if name != "profile" and len(values) > 1:
                self._differing(name, values)
            elif name == "profile" and len(texts) > 1 and self.document.kind != "html":
                after = [value for value in values if value.line > texts[1].line]
                self.repeated(name, (values or texts)[0], (after or texts[1:])[0])
        if "updated" not in self.fields.labels and len({text.text for text in dates}) > 1:
            self.repeated("updated", dates[0], dates[1])
        numbers = self.fields.optional
        if len({number for number, _ in numbers}) > 1:
            self.repeated("optional", numbers[0][1], numbers[-1][1])

    def _differing(self, name: str, values: Sequence[Text]) -> None:
        second = next((value for value in values if value.text != values[0].text), None)
        if second:
            self.repeated(name, values[0], second)

    def repeated(self, name: str, first: Text, second: Text) -> None:
        """Report a second, different value of a field."""
        self.missing.add(name)
        self.report.add(
            rules.LABEL_REPEATED,
            text_span(self.document, second),
            field=name,
            first=first.text,
            first_line=first.line,
            second=second.text,
        )

    def _unknown(self, loose: Sequence[Text], beside: Sequence[Text]) -> None:
        """Report loose lines; of an HTML page, which has many, only those beside the summary."""
        texts = list(beside) if not self.missing else []
        if self.document.kind != "html":
            rest = [text for text in self.document.trailer if not self._in_footer(text)]
            texts += [text for text in (*loose, *rest) if not _is_prose(text.text)]
        for text in texts:
            if not looks_like_date(text.text):
                place = text_span(self.document, text)
                self.report.add(rules.UNKNOWN_LINE, place, text=text.text[:80])

    def _in_footer(self, text: Text) -> bool:
        last = text is self.document.trailer[-1]
        return self.lexicon.is_footer(text.text) or (last and self.lexicon.begins_footer(text.text))

    def _mixed(self) -> None:
        foreign = self.code and foreign_labels(self.fields.label_texts, self.code)
        if not foreign:
            return
        for texts in self.fields.labels.values():
            for text in texts:
                if text.text in foreign:
                    self.report.add(
                        rules.LANGUAGES_MIXED,
                        text_span(self.document, text),
                        text=text.text,
                        other="/".join(sorted(label_languages(text.text))),
                        language=self.code,
                    )


def _parts(text: str, lengths: Collection[int]) -> Iterator[str]:
    """Yield what could be the label in a text that holds its value too, and its caption."""
    for length in lengths:
        yield " ".join(text[: 2 * _LONGEST_LABEL].split()[:length])
    if label := _LABEL.match(text):
        yield label[1]
    if caption := _CAPTION.fullmatch(text):
        yield caption[1]


def _is_prose(text: str) -> bool:
    """Whether a text is a sentence; help lines are, labels and values are not."""
    return text.endswith((".", "!", "?", "。", "！", "？")) and (
        len(text.split()) > 3 or not text.isascii()
    )
