"""Whether what was read is published: how much would be lost by it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from skillprofiles.ingest.forgone import Forgone, forgone
from skillprofiles.ingest.options import Options
from skillprofiles.ingest.plan import Plan
from skillprofiles.ingest.reading import Read
from skillprofiles.ingest.record import Run
from skillprofiles.ingest.resolve import Loss
from skillprofiles.ingest.state import State
from skillprofiles.releases import layout

_NAMED: Final = 5


def is_blocked(
    folder: Path, run: Run, options: Options, state: State, plan: Plan, read: Read, parts: str
) -> bool:
    """Decide whether a run publishes nothing, because too much would be lost; tell its record why.

    Args:
        folder: the published folder.
        run: the record of the run.
        options: how much may be lost.
        state: what the run started from.
        plan: what it was to read.
        read: what it read.
        parts: where the parts of that are.
    """
    gone = Forgone()
    if state.damaged and state.previous.release:
        gone = forgone(folder, state.damaged, state.previous, read, parts)
    loss = _with(read.resolution.loss, gone)
    _count(run, plan, read, loss)
    if gone.sources:
        run.loss |= {"forgone": len(gone.sources), "first_forgone": gone.sources[:_NAMED]}
    nothing_left = not state.previous.release and bool(layout.release_ids(folder))
    if options.accept_loss or not (nothing_left or loss.share > options.max_loss):
        return False
    run.result = "blocked"
    run.loss |= {
        "first_rejected": list(loss.rejected[:_NAMED]),
        "first_retired": list(loss.retired[:_NAMED]),
    }
    run.reason = (
        "every release is damaged, and what they hold of sources rejected since would be lost"
        if nothing_left
        else f"{len(loss.rejected):,} of {loss.published:,} published profiles would be rejected "
        f"and {len(loss.retired):,} retired, more than {options.max_loss:.0%}"
    )
    if gone.sources and not nothing_left:
        run.reason += f"; {len(gone.sources):,} of them only damaged release {state.damaged} holds"
    return True


def _with(loss: Loss, gone: Forgone) -> Loss:
    """Count what only a damaged release held as well."""
    return Loss(
        tuple(sorted({*loss.rejected, *gone.rejected})),
        tuple(sorted({*loss.retired, *gone.retired})),
        max(loss.published, gone.published),
    )


def _count(run: Run, plan: Plan, read: Read, loss: Loss) -> None:
    resolution = read.resolution
    run.counts |= {
        "same": plan.same,
        "read": read.count,
        **{name: resolution.counts[name] for name in ("accepted", "rejected", "skipped")},
        "retired": len(plan.retired),
        "held": len(resolution.held),
    }
    run.findings = {code: tally.count for code, tally in sorted(read.tallies.items())}
    run.loss = {
        "rejected": len(loss.rejected),
        "retired": len(loss.retired),
        "published": loss.published,
        "share": round(loss.share, 4),
    }
