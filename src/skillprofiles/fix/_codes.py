"""Which rules' findings a repair makes go away."""

from __future__ import annotations

from typing import Final

from skillprofiles.rules import contract, rows, source

FIXABLE: Final = frozenset(
    rule.code
    for rule in (
        source.LEGACY_ENCODING,
        source.MOJIBAKE,
        source.BYTE_ORDER_MARK,
        source.LINE_ENDINGS,
        source.INVISIBLE,
        source.DECOMPOSED,
        source.NO_BREAK_SPACE,
        source.WRONG_CHARSET,
        rows.RAGGED_ROW,
    )
)
FIXABLE_UNSAFE: Final = frozenset(
    rule.code
    for rule in (
        contract.MANDATORY_COUNT,
        contract.OPTIONAL_COUNT,
        contract.ROLE_COUNT,
        contract.LEVEL_COUNT,
    )
)
