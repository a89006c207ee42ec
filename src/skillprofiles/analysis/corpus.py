"""Questions about all pages together: which languages there are, which texts are used again."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from skillprofiles.analysis.files import coded
from skillprofiles.analysis.lookup import Lookup
from skillprofiles.analysis.rows import FLAG, TEXT
from skillprofiles.corpus.filler import MASK as FILLER_MASK
from skillprofiles.corpus.filler import folded, mask
from skillprofiles.frames import to_pandas

MASK: Final = "{skill}"
"""What stands for the skill's name in a text that several skills share."""

_COUNT: Final = pd.ArrowDtype(pa.int32())
_PAGE: Final = ("skill", "language", "content_language", "mandatory", "optional", "updated_on")


def profile(lookup: Lookup, skill: str, language: str | None) -> pd.Series[Any]:
    """Answer `skillprofiles.analysis.Dataset.profile`."""
    rows = lookup.rows(skill, language=language)
    at = int(np.argmax(rows))
    keys = lookup.keys
    wanted = {
        "skill": keys.skill.values[keys.skill.codes[at]],
        "language": keys.language.values[keys.language.codes[at]],
    }
    pages = lookup.files.read("profiles", list(wanted))
    mask = np.ones(pages.num_rows, dtype=np.bool_)
    for name, value in wanted.items():
        mask &= pc.equal(pages[name], value).to_numpy()
    columns = lookup.files.columns("profiles")
    return to_pandas(lookup.files.read_where("profiles", mask, columns)).iloc[0]


def skills(lookup: Lookup) -> pd.DataFrame:
    """Answer `skillprofiles.analysis.Dataset.skills`."""
    pages = lookup.about()
    languages = pages.groupby("skill")["language"].agg(list)
    found = pages.drop_duplicates("skill").sort_values("skill", ignore_index=True)
    found["languages"] = _lists([languages[skill] for skill in found["skill"]])
    return found[["skill", "skill_name", "domain", "group", "languages"]]


def roles(lookup: Lookup) -> pd.DataFrame:
    """Answer `skillprofiles.analysis.Dataset.roles`."""
    keys = lookup.keys
    cells = pd.DataFrame(
        {
            "role": keys.role.codes,
            "skill": keys.skill.codes,
            "edition": lookup.ranks,
            "mandatory": lookup.files.read("requirements", ["mandatory"])["mandatory"].to_numpy(),
        }
    )
    preferred = cells.groupby(["role", "skill"])["edition"].transform("min")
    cells = cells[cells["edition"] == preferred]
    found = cells.groupby("role").agg(
        skills=("skill", "nunique"), requirements=("skill", "size"), mandatory=("mandatory", "sum")
    )
    names = pd.Series([keys.role.values[code] for code in found.index], dtype=TEXT)
    found = found.astype(_COUNT).reset_index(drop=True)
    found.insert(0, "role", names)
    return found.sort_values("role", ignore_index=True)


def coverage(lookup: Lookup) -> pd.DataFrame:
    """Answer `skillprofiles.analysis.Dataset.coverage`."""
    pages = to_pandas(lookup.files.read("profiles", _PAGE))
    names = lookup.about().drop_duplicates("skill")[["skill", "skill_name"]].sort_values("skill")
    languages = pd.DataFrame({"language": sorted(pages["language"].unique())}, dtype=TEXT)
    found = names.merge(languages, how="cross").merge(pages, on=["skill", "language"], how="left")
    newest = found["skill"].map(pages.groupby("skill")["updated_on"].max())
    behind = pd.to_datetime(newest) - pd.to_datetime(found["updated_on"])
    found["available"] = found["updated_on"].notna().astype(FLAG)
    found["requirements"] = (found["mandatory"] + found["optional"]).astype(_COUNT)
    found["days_behind"] = behind.dt.days.astype(_COUNT)
    figures = ["requirements", "updated_on", "days_behind", "content_language"]
    return found[["skill", "skill_name", "language", "available", *figures]]


def reuse(lookup: Lookup, at_least: int) -> pd.DataFrame:
    """Answer `skillprofiles.analysis.Dataset.reuse`."""
    texts, pairs = _masked_texts(lookup)
    found = pairs.groupby("text").agg(
        skills=("skill", "nunique"), requirements=("rows", "sum"), row=("row", "min")
    )
    found = found[found["skills"] >= at_least]
    found = found.sort_values(["skills", "requirements", "row"], ascending=[False, False, True])
    users = pairs[pairs["text"].isin(found.index)].groupby("text")["skill"].unique()
    slugs = lookup.keys.skill.values
    used_by = [sorted(slugs[code] for code in users.loc[number]) for number in found.index]
    rows = pa.array(found["row"], pa.int64())
    places = to_pandas(lookup.files.read("requirements", ["source", "line"]).take(rows))
    return pd.DataFrame(
        {
            "text": pd.Series([texts[number] for number in found.index], dtype=TEXT),
            "skills": pd.Series(found["skills"].to_numpy(), dtype=_COUNT),
            "requirements": pd.Series(found["requirements"].to_numpy(), dtype=_COUNT),
            "used_by": _lists(used_by),
            "source": places["source"],
            "line": places["line"],
        }
    )


def _masked_texts(lookup: Lookup) -> tuple[list[str], pd.DataFrame]:
    """Return the distinct texts without names, and who uses which.

    Returns:
        The texts, and a row for each text of each profile: text (its number), skill (its code),
        row (the first of ``requirements`` that has it), rows (how many have it).
    """
    keys = lookup.keys
    column = lookup.files.read("requirements", ["description"])["description"]
    descriptions = coded(column.dictionary_encode().unify_dictionaries())
    spoken = len(keys.language.values)
    page = keys.skill.codes.astype(np.int64) * spoken + keys.language.codes
    pages = max(len(keys.skill.values) * spoken, 1)
    pairs, first, rows = np.unique(
        descriptions.codes * np.int64(pages) + page, return_index=True, return_counts=True
    )
    names, said = _names(lookup), list(map(folded, descriptions.values))
    numbers: dict[str, int] = {}
    text = [
        numbers.setdefault(mask(said[at], names[of]), len(numbers))
        for at, of in zip((pairs // pages).tolist(), (pairs % pages).tolist(), strict=True)
    ]
    skill = (pairs % pages) // max(spoken, 1)
    frame = pd.DataFrame({"text": text, "skill": skill, "row": first, "rows": rows})
    return [shown.replace(FILLER_MASK, MASK) for shown in numbers], frame


def _names(lookup: Lookup) -> dict[int, str]:
    """Return the folded name of each skill, empty where it has none, by the number of its page."""
    skills = {slug: code for code, slug in enumerate(lookup.keys.skill.values)}
    languages = {slug: code for code, slug in enumerate(lookup.keys.language.values)}
    named = lookup.about()[["skill", "language", "skill_name"]].itertuples(index=False, name=None)
    return {
        skills[skill] * len(languages) + languages[language]: "" if pd.isna(name) else folded(name)
        for skill, language, name in named
    }


def _lists(values: list[list[str]]) -> pd.Series[Any]:
    """Return a column of lists of texts."""
    # From a list without rows pandas makes no such column by itself.
    return pd.Series(pd.arrays.ArrowExtensionArray(pa.array(values, pa.list_(pa.string()))))
