"""One run: look, read what changed, decide, build, publish, remember."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from skillprofiles import __version__, releases
from skillprofiles.config import Config
from skillprofiles.ingest import quarantine, record
from skillprofiles.ingest.ledger import FILE_NAME, Known, Ledger, UnusableLedger
from skillprofiles.ingest.plan import Plan, make_plan
from skillprofiles.ingest.previous import file_of
from skillprofiles.ingest.reading import Progress, Read, findings_of, read_sources, workers_for
from skillprofiles.ingest.record import Run
from skillprofiles.ingest.scan import UNSURE, Scan, scan
from skillprofiles.ingest.state import State, facts_of, known_state, rebuilt_state
from skillprofiles.ingest.workplace import Workplace
from skillprofiles.pipeline.batch import Tally
from skillprofiles.pipeline.execute import Job
from skillprofiles.releases import layout


class NoInput(Exception):
    """The input folder cannot be used; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a run goes about it.

    Attributes:
        workers: number of processes that read.
        scheduler: address of a Dask cluster that reads instead.
        max_loss: share of the published profiles, 0 to 1, above which losing them needs a yes.
        accept_loss: that yes.
        keep: how many releases to keep; None for all.
        page_seconds: how long reading one page may take; None for as long as it likes.
        again: names of sources to read whether they changed or not; None for all of them.
    """

    workers: int = 1
    scheduler: str | None = None
    max_loss: float = 0.1
    accept_loss: bool = False
    keep: int | None = None
    page_seconds: float | None = 30.0
    again: frozenset[str] | None = frozenset()


@dataclass(slots=True)
class Ingest:
    """One run.

    Attributes:
        raw: the input folder.
        folder: the published folder.
        config: the configuration.
        options: how to go about it.
        progress: told how far it is.
        run: the record of the run.
        tallies: for each rule broken by a source read in this run how often, and where first.
    """

    raw: Path
    folder: Path
    config: Config
    options: Options
    progress: Progress
    run: Run = field(init=False)
    tallies: dict[str, Tally] = field(default_factory=dict)

    def go(self) -> Run:
        """Do it, and return the record of it.

        Raises:
            NoInput: if there is nothing that could be read.
            skillprofiles.export.publish.Locked: if another run works in the folder.
            skillprofiles.ingest.audit.Contradiction: if the release built contradicts itself.
            skillprofiles.pipeline.workers.NoCluster: if the cluster cannot be used.
            OSError: if a file cannot be read or written.
        """
        self._check()
        began = perf_counter()
        with Workplace(self.folder) as place:
            self.run = record.begin(self.folder, os.fspath(self.raw), __version__)
            self.run.previous = layout.current(self.folder)
            self.run.write(self.folder)
            try:
                with _open_ledger(self.folder) as ledger:
                    self._go(place, ledger)
                    self._tidy()
            except BaseException as error:
                self.run.result = "failed"
                self.run.reason = " ".join(str(error).split()) or type(error).__name__
                raise
            finally:
                self._end(perf_counter() - began)
        return self.run

    def _check(self) -> None:
        if not self.raw.is_dir():
            what = "is not a folder" if self.raw.exists() else "does not exist"
            raise NoInput(f"'{self.raw}' {what}")
        raw, folder = self.raw.resolve(), self.folder.resolve()
        if folder.is_relative_to(raw):
            raise NoInput(f"'{self.folder}' lies inside '{self.raw}': it would be read as input")

    def _go(self, place: Workplace, ledger: Ledger) -> None:
        facts = facts_of(self.folder, self.raw.resolve(), self.config, self.run.run)
        state = known_state(self.folder, ledger, facts) or rebuilt_state(self.folder, facts)
        found = self._scan(state)
        if not self._is_new(state, found):
            self.run.result = "unchanged"
            ledger.record(self.run.run, facts, (), (), (), ())
            return
        if state.trusted and not self._load(state):
            state = rebuilt_state(self.folder, facts)
            found = self._scan(state)
        with self._timed("compare"):
            everything = state.everything or self.options.again is None
            again = None if everything else self.options.again
            plan = make_plan(found, state.stamps, state.previous, self.raw, self.config, again)
        if not state.previous.release and not plan.read:
            raise NoInput(f"there is no source in '{self.raw}'; nothing was published")
        place.stage()
        read = self._read(place, state, plan)
        self._count(plan, read)
        if self._is_blocked(read):
            self._set_aside(read, place)
            return
        self._publish(place, state, read)
        self._remember(ledger, state, found, plan, read)
        self._set_aside(read, place)
        quarantine.release_all_but(self.folder, _rejected(state, read))

    def _scan(self, state: State) -> Scan:
        with self._timed("look"):
            everything = state.everything or self.options.again is None
            found = scan(self.raw, state.stamps, self.config.excludes, everything=everything)
        self.run.counts = {"files": found.files, "unchanged": found.unchanged}
        return found

    def _is_new(self, state: State, found: Scan) -> bool:
        changed = found.changed or found.vanished or self.options.again
        return bool(changed) or state.must_publish or not state.previous.release

    def _load(self, state: State) -> bool:
        """Load the release to build upon; False where it is damaged."""
        previous = state.previous
        if previous.release and releases.damage(self.folder, previous.release):
            return False
        previous.load_sources()
        return True

    def _read(self, place: Workplace, state: State, plan: Plan) -> Read:
        job = Job(self.config, str(place.parts), self.options.page_seconds)
        workers = workers_for(self.options.workers, self.options.scheduler)
        with self._timed("read"):
            read = read_sources(plan, state.previous, self.raw, job, workers, self.progress)
        self.tallies = read.tallies
        return read

    def _count(self, plan: Plan, read: Read) -> None:
        resolution, loss = read.resolution, read.resolution.loss
        self.run.counts |= {
            "same": plan.same,
            "read": len(read.inputs),
            **{name: len(resolution.names(name)) for name in ("accepted", "rejected", "skipped")},
            "retired": len(plan.retired),
            "held": len(resolution.held),
        }
        self.run.findings = {code: tally.count for code, tally in sorted(read.tallies.items())}
        self.run.loss = {
            "rejected": len(loss.rejected),
            "retired": len(loss.retired),
            "published": loss.published,
            "share": round(loss.share, 4),
        }

    def _is_blocked(self, read: Read) -> bool:
        loss = read.resolution.loss
        if loss.share <= self.options.max_loss or self.options.accept_loss:
            return False
        self.run.result = "blocked"
        self.run.reason = (
            f"{len(loss.rejected):,} of {loss.published:,} published profiles would be rejected "
            f"and {len(loss.retired):,} retired, more than {self.options.max_loss:.0%}"
        )
        return True

    def _publish(self, place: Workplace, state: State, read: Read) -> None:
        from skillprofiles.ingest.build import Batches, build
        from skillprofiles.ingest.publish import Origin, publish

        batches = Batches(read.manifests, read.verdict, str(place.parts))
        with self._timed("build"):
            built = build(place.staged, state.previous, read.touched, read.resolution, batches)
        self.run.result = "unchanged"
        if built.new or state.must_publish or not state.previous.release:
            origin = Origin(
                self.run.run, self.run.began, state.facts["reading"], state.facts["config"]
            )
            with self._timed("publish"):
                publish(self.folder, place.staged, built, state.previous, origin)
            self.run.result = "published"
        state.facts["release"] = layout.current(self.folder) or ""

    def _remember(self, ledger: Ledger, state: State, found: Scan, plan: Plan, read: Read) -> None:
        known = list(read.resolution.sources.values())
        unread = {file_of(item.source) for item in known if item.sha256 is None}
        if not state.trusted:
            known += [
                Known(name, seen.sha256, None, seen.status)
                for name, seen in state.previous.sources.items()
                if name not in read.touched
            ]
        stamps = {name: UNSURE if name in unread else stamp for name, stamp in found.stamps.items()}
        with self._timed("remember"):
            ledger.record(
                self.run.run, state.facts, stamps.items(), found.vanished, known, plan.retired
            )

    def _set_aside(self, read: Read, place: Workplace) -> None:
        """Put the sources that were rejected into quarantine."""
        from skillprofiles.read.load import load

        rejected = set(read.resolution.names("rejected"))
        if not rejected:
            return
        findings = findings_of(read, rejected, str(place.parts))
        for source in sorted(rejected):
            known = read.resolution.sources[source]
            data = load(read.inputs[source], self.config.max_bytes)
            entry = quarantine.Entry(
                source,
                known.sha256,
                known.bytes,
                self.run.run,
                self.run.began,
                source in read.resolution.held,
                findings[source],
            )
            quarantine.put(self.folder, entry, data if isinstance(data, bytes) else None)

    def _tidy(self) -> None:
        if self.options.keep is not None and self.run.result == "published":
            releases.prune(self.folder, self.options.keep)
        record.forget_old(self.folder)

    def _end(self, seconds: float) -> None:
        """Complete the record and write it; where the disk fails the run's own error counts."""
        run = self.run
        run.ended = record.moment(record.utc_now())
        run.seconds["all"] = round(seconds, 3)
        run.release = layout.current(self.folder)
        run.peak_bytes = record.peak_bytes()
        if run.release:
            with suppress(releases.DamagedManifest):
                made = releases.read_manifest(layout.path_of(self.folder, run.release))
                run.sources = {**made.sources, "held": made.held}
                run.tables = {name: table.rows for name, table in made.tables.items()}
        try:
            run.write(self.folder)
        except OSError:
            if run.result != "failed":
                raise

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        began = perf_counter()
        try:
            yield
        finally:
            spent = self.run.seconds.get(stage, 0.0) + perf_counter() - began
            self.run.seconds[stage] = round(spent, 3)


def _open_ledger(folder: Path) -> Ledger:
    path = folder / FILE_NAME
    try:
        ledger = Ledger(path)
        ledger.facts()
        return ledger
    except UnusableLedger:
        return Ledger.anew(path)


def _rejected(state: State, read: Read) -> set[str]:
    """Return the names of all sources that the current release lists as rejected."""
    carried = {
        name
        for name, seen in state.previous.sources.items()
        if seen.status == "rejected" and name not in read.touched
    }
    return carried.union(read.resolution.names("rejected"))
