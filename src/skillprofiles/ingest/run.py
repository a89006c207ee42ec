"""One run: look, read what changed, decide, build, publish, remember.

What only a run needs that finds something new is imported by then: mostly there is nothing new.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from skillprofiles import __version__, releases
from skillprofiles.config import Config
from skillprofiles.ingest import quarantine, record
from skillprofiles.ingest.ledger import FILE_NAME, Ledger
from skillprofiles.ingest.mirror import Mirror
from skillprofiles.ingest.options import Options
from skillprofiles.ingest.raw import NoInput, Raw, raw_at
from skillprofiles.ingest.record import Run
from skillprofiles.ingest.scan import Scan
from skillprofiles.ingest.state import State, facts_of, known_state, rebuilt_state
from skillprofiles.ingest.workplace import Workplace
from skillprofiles.releases import layout
from skillprofiles.storage import UnusableFile

if TYPE_CHECKING:
    from skillprofiles.ingest.plan import Plan
    from skillprofiles.ingest.reading import Progress, Read
    from skillprofiles.pipeline.batch import Tally


@dataclass(slots=True)
class Ingest:
    """One run.

    Attributes:
        raw: the input folder, or its URL.
        folder: the published folder.
        config: the configuration.
        options: how to go about it.
        progress: told how far it is.
        run: the record of the run.
        tallies: for each rule broken by a source read in this run how often, and where first.
        mirror: what makes ``folder`` a mirror of one behind a URL.
        input: the input folder, as it is read.
    """

    raw: Path | str
    folder: Path
    config: Config
    options: Options
    progress: Progress
    run: Run = field(init=False)
    tallies: dict[str, Tally] = field(default_factory=dict)
    mirror: Mirror | None = None
    input: Raw = field(init=False)

    def __post_init__(self) -> None:
        """Find out where the input is."""
        self.input = raw_at(self.raw)

    def go(self) -> Run:
        """Do it, and return the record of it.

        Raises:
            NoInput: if there is nothing that could be read.
            skillprofiles.export.publish.Locked: if another run works in the folder.
            skillprofiles.releases.remote.Overtaken: if another run published behind the URL.
            skillprofiles.ingest.audit.Contradiction: if the release built contradicts itself.
            skillprofiles.pipeline.losses.NoCluster: if the cluster cannot be used.
            OSError: if a file cannot be read or written.
        """
        began = perf_counter()
        if not record.run_ids(self.folder):
            # A slip of the pen leaves no trace; later on an input that is gone is a failed run.
            self.input.check(self.published)
        with Workplace(self.folder) as place:
            if self.mirror:
                self.mirror.pull()
            self.run = record.begin(self.folder, self.input.place, __version__)
            self.run.previous = layout.current(self.folder)
            self.run.write(self.folder)
            try:
                self.input.check(self.published)
                with Ledger(self.folder / FILE_NAME) as ledger:
                    self._go(place, ledger)
                    self._tidy()
                if self.mirror:
                    with self._timed("push"):
                        self.mirror.push(self.options.keep)
            except BaseException as error:
                self.run.result = "failed"
                self.run.reason = self._told(error)
                raise
            finally:
                self._end(perf_counter() - began)
            if self.mirror:
                self.mirror.push_records()
        return self.run

    @property
    def published(self) -> str:
        """Where the releases are for their readers: a path or a URL."""
        return self.mirror.url if self.mirror else os.fspath(self.folder)

    @property
    def became(self) -> str | None:
        """The release that this run has made current for its readers; None before that."""
        if self.mirror:
            return self.mirror.committed
        now = layout.current(self.folder)
        return now if now != self.run.previous else None

    def _told(self, error: BaseException) -> str:
        said = " ".join(str(error).split()) or type(error).__name__
        if isinstance(error, KeyboardInterrupt):
            said = "interrupted"
        return f"{said}; {self.so_far}" if self.became else said

    @property
    def so_far(self) -> str:
        """What is the case where a run ends after it published, in words."""
        return f"release {self.became} had become current before, the next run does the rest"

    def _go(self, place: Workplace, ledger: Ledger) -> None:
        facts = facts_of(self.folder, self.input.place, self.config, self.run.run)
        state = known_state(self.folder, ledger, facts) or rebuilt_state(self.folder, facts)
        found = self._scan(state)
        if not self._is_new(state, found):
            self.run.result = "unchanged"
            self._remember_nothing(ledger, state, found)
            return
        self._take_in(place, ledger, state, found)

    def _take_in(self, place: Workplace, ledger: Ledger, state: State, found: Scan) -> None:
        """Make the next release of what changed."""
        from skillprofiles.ingest.aftermath import let_go, set_aside
        from skillprofiles.ingest.decide import is_blocked
        from skillprofiles.ingest.plan import Plan
        from skillprofiles.ingest.unread import due, told

        if state.trusted and not self._load(state):
            state = rebuilt_state(self.folder, state.facts)
            found = self._scan(state)
        find = self.input.find
        everything = state.everything or self.options.again is None
        late = due(state.previous, state.unread)
        again = None if everything else self._again(state) | late
        plan = Plan(found, state.stamps, state.previous, find, self.config, again)
        place.stage()
        read = self._read(place, state, plan)
        late = frozenset(state.previous.sources) if everything else late
        state.facts["unread"] = told(late, read.touched, found.hidden)
        if not state.previous.release and not read.count:
            raise NoInput(f"there is no source in '{self.raw}'; nothing was published")
        parts = str(place.parts)
        if is_blocked(self.folder, self.run, self.options, state, plan, read, parts):
            set_aside(self.folder, self.run, read, parts, find, self.config)
            return
        self._publish(place, state, read)
        set_aside(self.folder, self.run, read, parts, find, self.config)
        let_go(self.folder, state.previous, read)
        gone = [*plan.retired, *read.resolution.displaced]
        self._remember(ledger, state, found, read, parts, gone)

    def _scan(self, state: State) -> Scan:
        with self._timed("look"):
            everything = state.everything or self.options.again is None
            found = self.input.scan(state.stamps, self.config.excludes, everything=everything)
        self.run.counts = {"files": found.files, "unchanged": found.unchanged}
        return found

    def _is_new(self, state: State, found: Scan) -> bool:
        made = state.previous.manifest
        if made is None or state.must_publish:
            return True
        changed = found.changed or found.vanished or self.options.again
        return bool(changed) or not self._is_settled(made)

    def _is_settled(self, made: releases.ReleaseManifest) -> bool:
        """Whether what the release says is rejected lies in quarantine, as far as numbers tell."""
        return quarantine.is_settled(self.folder, made.sources["rejected"])

    def _again(self, state: State) -> frozenset[str]:
        """Return the sources to read though their bytes are known."""
        from skillprofiles.ingest.aftermath import misplaced

        return (self.options.again or frozenset()) | misplaced(self.folder, state.previous)

    def _load(self, state: State) -> bool:
        """Load the release to build upon; False where it is damaged."""
        previous = state.previous
        if previous.release and releases.damage(self.folder, previous.release):
            return False
        previous.load_sources()
        return True

    def _read(self, place: Workplace, state: State, plan: Plan) -> Read:
        from skillprofiles.ingest.reading import read_sources, workers_for
        from skillprofiles.pipeline.execute import Job

        parts, find = os.path.abspath(place.parts), self.input.find
        job = Job(self.config, parts, self.options.page_seconds)
        workers = workers_for(self.options.workers, self.options.scheduler, parts, self.input.place)
        with self._timed("read"):
            read = read_sources(plan, state.previous, find, job, workers, self.progress)
        self.tallies = read.tallies
        return read

    def _publish(self, place: Workplace, state: State, read: Read) -> None:
        from skillprofiles import contracts
        from skillprofiles.ingest.build import Batches, build
        from skillprofiles.ingest.publish import Origin, publish

        batches = Batches(read.manifests, read.verdict, str(place.parts))
        with self._timed("build"):
            built = build(place.staged, state.previous, read.touched, read.resolution, batches)
        self.run.result = "unchanged"
        made = state.previous.manifest
        if built.new or state.must_publish or made is None:
            # As long as some of it was read otherwise, a ledger that is lost has all read again.
            by = made if made and state.facts["unread"] != "[]" else None
            origin = Origin(
                self.run.run,
                self.run.began,
                by.reading if by else state.facts["reading"],
                by.config if by else state.facts["config"],
            )
            with self._timed("publish"):
                publish(self.folder, place.staged, built, state.previous, origin)
            self.run.result = "published"
        state.facts["release"] = layout.current(self.folder) or ""
        state.facts["contract"] = contracts.VERSION

    def _remember_nothing(self, ledger: Ledger, state: State, found: Scan) -> None:
        if state.trusted:
            with suppress(UnusableFile):
                ledger.record(self.run.run, state.facts, (), found.vanished, (), ())
                return
        from skillprofiles.ingest.reading import Read

        self._remember(ledger, state, found, Read())

    def _remember(
        self,
        ledger: Ledger,
        state: State,
        found: Scan,
        read: Read,
        parts: str = "",
        retired: Sequence[str] = (),
    ) -> None:
        from skillprofiles.ingest.aftermath import remember

        with self._timed("remember"):
            remember(ledger, self.run.run, state, found, read, parts, retired)

    def _tidy(self) -> None:
        if self.options.keep is not None and self.run.is_good:
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
