"""Checks on the values of one column that Pandera does not bring along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
import pyarrow.compute as pc

from skillprofiles.contracts._columns import stated
from skillprofiles.model import is_slug

# Weaker than `is_slug`, but read alike by the regular expressions of every language: that letters
# of other scripts are letters, and in lower case, is beyond the common ground.
_SLUG_KEYWORD: Final = r"^[^ -/:-@A-Z\[-`{-~]+([-_.]+[^ -/:-@A-Z\[-`{-~]+)*$"


def slug() -> pandera.Check:
    """Return a check for identifiers: words in lower case, joined by ``-``, ``_`` or ``.``."""
    return _distinct(
        "slug",
        is_slug,
        **stated(
            "is letters and digits of any script in lower case, joined by '-', '_' or '.'",
            "besteht aus kleinen Buchstaben und Ziffern jeder Schrift, verbunden durch "
            "'-', '_' oder '.'",
            pattern=_SLUG_KEYWORD,
        ),
    )


def folded() -> pandera.Check:
    """Return a check for names: not empty, no white space but single spaces between words."""
    return _distinct(
        "folded",
        lambda value: value != "" and value == " ".join(value.split()),
        **stated(
            "is not empty and has no white space but single spaces between words",
            "ist nicht leer und hat außer einzelnen Leerzeichen zwischen Wörtern keine "
            "Zwischenräume",
            pattern=r"^\S+( \S+)*$",
        ),
    )


def one_line() -> pandera.Check:
    """Return a check for texts: not empty, no line feed and no carriage return."""
    return pandera.Check(
        _is_one_line,
        name="one_line",
        **stated(
            "is not empty and has no line breaks",
            "ist nicht leer und enthält keine Zeilenumbrüche",
            pattern=r"^[^\r\n]+$",
        ),
    )


def filled_items() -> pandera.Check:
    """Return a check for lists of strings: no item is null, empty or padded."""
    return pandera.Check(
        _has_filled_items,
        name="filled_items",
        **stated(
            "has no item that is empty or starts or ends with white space",
            "enthält keinen Eintrag, der leer ist oder mit Leerraum beginnt oder endet",
            items={"type": "string", "pattern": r"^\S(.*\S)?$"},
        ),
    )


def flat(values: pd.Series[Any]) -> pa.Array:
    """Return the values of an Arrow-backed series as one Arrow array."""
    array = pa.array(values)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def holding(holds: Any, values: pd.Series[Any]) -> pd.Series[bool]:
    """Return Arrow or numpy booleans as a series on the index of ``values``; null is False."""
    if isinstance(holds, pa.Array | pa.ChunkedArray):
        holds = pc.fill_null(holds, False).to_numpy(zero_copy_only=False)
    return pd.Series(holds, index=values.index, dtype=bool)


def equal(values: pd.Series[Any], others: Any) -> pd.Series[bool]:
    """Tell for each value whether it equals the other; null equals nothing."""
    same: pd.Series[bool] = (values == others).fillna(False).astype(bool)
    return same


def _verdicts(texts: pa.Array, holds: Callable[[str], bool]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Judge each distinct text once; return a verdict for each text. Null does not hold."""
    encoded = texts.dictionary_encode(null_encoding="encode")
    distinct = encoded.dictionary.to_pylist()
    judged = np.array([text is not None and holds(text) for text in distinct], dtype=bool)
    verdicts: np.ndarray[Any, np.dtype[np.bool_]] = judged[encoded.indices.to_numpy()]
    return verdicts


def _distinct(name: str, holds: Callable[[str], bool], **stated: Any) -> pandera.Check:
    def check(values: pd.Series[Any]) -> pd.Series[bool]:
        return holding(_verdicts(flat(values), holds), values)

    return pandera.Check(check, name=name, **stated)


def _is_one_line(values: pd.Series[Any]) -> pd.Series[bool]:
    texts = flat(values)
    buffer = texts.buffers()[2]
    data = buffer.to_pybytes() if buffer else b""
    # A regular expression over the texts of a batch takes ten times as long as the rest of the
    # contract. Two searches of the bytes they lie in settle nearly every batch.
    if b"\n" not in data and b"\r" not in data:
        return holding(pc.greater(pc.binary_length(texts), 0), values)
    return holding(pc.match_substring_regex(texts, r"^[^\r\n]+$"), values)


def _has_filled_items(values: pd.Series[Any]) -> pd.Series[bool]:
    lists = flat(values)
    filled = _verdicts(pc.list_flatten(lists), lambda item: item != "" and item == item.strip())
    holds = np.ones(len(lists), dtype=bool)
    holds[pc.list_parent_indices(lists).to_numpy()[~filled]] = False
    return holding(holds, values)
