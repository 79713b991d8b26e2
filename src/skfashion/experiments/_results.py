"""Results of measured rows, line by line, and the folder that keeps them."""

import json
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from skfashion import __version__
from skfashion.experiments._rows import REPRODUCED, TOLERANCES, Claim, Row
from skfashion.experiments.papers import CONCLUSIONS, ROWS

NOT_JUDGED = "not judged"  # the verdict on a sample: published values are about all images
PICTURE = "picture"  # stands for the metric of a row that has a picture only
OPEN_DETAILS = "Details that the papers leave open, and our choices"
FILE = "results.json"


@dataclass(frozen=True)
class Measurement:
    """The values of a row's metrics with each seed, and their cost, including steps that other rows share."""

    row: Row
    values: Mapping[str, Sequence[float]]  # by metric, one for each seed
    seconds: Sequence[float] = ()
    peak_mib: Sequence[float | None] = ()

    @property
    def n_seeds(self) -> int:
        """Number of seeds; 0 of a mere picture."""
        return max(map(len, self.values.values()), default=0)

    def mean(self, metric: str) -> float:
        """Return the average over the seeds."""
        return sum(self.values[metric]) / len(self.values[metric])

    def verdict(self, metric: str) -> str:
        """Judge the mean over the seeds, or every seed if the tolerance is zero."""
        tolerance = TOLERANCES[metric]
        judged = [self.mean(metric)] if tolerance.margin else self.values[metric]
        holds = all(tolerance.holds(self.row.published[metric], value) for value in judged)
        return REPRODUCED if holds else "differs"


@dataclass(frozen=True)
class MetricLine:
    """A metric of a row: its published value, if there is one, and the measured values."""

    row: Row
    metric: str
    values: Sequence[float] = ()  # one for each seed
    has_fewer_seeds: bool = False  # than other rows
    published: float | None = None
    verdict: str | None = None

    @property
    def difference(self) -> float | None:
        """The mean minus the published value."""
        return None if self.published is None else sum(self.values) / len(self.values) - self.published


@dataclass(frozen=True)
class ClaimLine:
    """A claim of a row, or a conclusion of a paper, and its verdict."""

    source: str
    statement: str
    differences: Sequence[float]  # one for each seed; the claim holds if they are positive
    verdict: str


@dataclass(frozen=True)
class CostLine:
    """The medians of a row's costs over the seeds."""

    row: Row
    seconds: float
    peak_mib: float | None


@dataclass(frozen=True, kw_only=True)
class Results:
    """Everything that one run of rows has found.

    Parameters
    ----------
    measurements : sequence of Measurement
        One for each row.
    data : str
        Name of the images.
    n_seeds : int
        Number of seeds; some rows take fewer.
    is_judged : bool, default=False
        Whether the images are those of the papers, so that published values can be compared with the measured ones.
    machine : str, default=""
        Processors, processes and versions.
    command : str, default=""
        How to run it again.
    errata : sequence of str, default=()
        Errors of the papers.
    pictures : dict of str to bytes, default={}
        PNG files by name: the row's name, perhaps a hyphen and a word.
    """

    measurements: Sequence[Measurement]
    data: str
    n_seeds: int
    is_judged: bool = False
    machine: str = ""
    command: str = ""
    errata: Sequence[str] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)

    def metrics(self) -> Iterator[MetricLine]:
        """Yield the metrics of each row, the published ones first."""
        max_seeds = max((m.n_seeds for m in self.measurements), default=0)
        for m in self.measurements:
            row = m.row
            if not m.values:
                yield MetricLine(row, PICTURE)
            for metric in [*row.published, *(metric for metric in m.values if metric not in row.published)]:
                line = MetricLine(row, metric, m.values[metric], m.n_seeds < max_seeds)
                if metric in row.published:
                    verdict = m.verdict(metric) if self.is_judged else NOT_JUDGED
                    line = replace(line, published=row.published[metric], verdict=verdict)
                yield line

    def claims(self) -> Iterator[ClaimLine]:
        """Yield the claims of the rows."""
        for m in self.measurements:
            for claim in m.row.claims:
                yield self._judge(m.row.name, claim, m.values)

    def conclusions(self) -> Iterator[ClaimLine]:
        """Yield the papers' conclusions from several rows, if all of these were measured."""
        values = {f"{m.row.name} {metric}": values for m in self.measurements for metric, values in m.values.items()}
        measured = {m.row.name for m in self.measurements}
        for conclusion in CONCLUSIONS:
            if conclusion.rows <= measured:
                yield self._judge(f"{conclusion.paper.key}, {conclusion.source}", conclusion.claim, values)

    def _judge(self, source, claim: Claim, values):
        verdict = claim.verdict(values) if self.is_judged else NOT_JUDGED
        return ClaimLine(source, claim.statement, claim.differences(values), verdict)

    def costs(self) -> Iterator[CostLine]:
        """Yield the costs of rows that have metrics."""
        for m in self.measurements:
            if m.values and m.seconds:
                peaks = [peak for peak in m.peak_mib if peak is not None]
                yield CostLine(m.row, statistics.median(m.seconds), statistics.median(peaks) if peaks else None)

    def notes(self) -> dict[str, list[str]]:
        """Collect by title: errors of the papers, reasons for differences, details that the papers leave open."""
        notes = {
            "Errors in the papers": list(self.errata),
            "Reasons for differences": list(self._reasons()) if self.is_judged else [],
            OPEN_DETAILS: self._open_details(),
        }
        return {title: texts for title, texts in notes.items() if texts}

    def _reasons(self):
        for m in self.measurements:
            for metric in m.row.published:
                if m.verdict(metric) != REPRODUCED:
                    reason = m.row.reasons.get(metric, "not explained yet.")
                    yield f"{m.row.name}, {metric.replace('_', ' ')}: {reason}"

    def _open_details(self):
        sources: dict[str, list[str]] = {}  # several rows may share their details
        for row in (m.row for m in self.measurements if m.row.details):
            sources.setdefault(row.details, []).append(f"{row.name} ({row.source})")
        return [f"{', '.join(names)}: {details}" for details, names in sources.items()]

    @property
    def caption(self) -> str:
        """The images, the number of seeds, the tolerances, and the number of reproduced values."""
        seeds = f"mean and range of {self.n_seeds} seeds, or of fewer if the row says so"
        judged = self._summary() if self.is_judged else "A sample is not judged."
        return f"{self.data}; {seeds if self.n_seeds > 1 else 'one seed'}. {judged}".rstrip()

    def _summary(self):
        metrics = dict.fromkeys(metric for m in self.measurements for metric in m.row.published)
        if not metrics:
            return ""
        rules = "; ".join(f"{metric.replace('_', ' ')} {TOLERANCES[metric]}" for metric in metrics)
        verdicts = [m.verdict(metric) for m in self.measurements for metric in m.row.published]
        n_reproduced = verdicts.count(REPRODUCED)
        return f"Reproduced: {rules}. {n_reproduced} of {len(verdicts)} comparisons reproduce the published value."

    def picture_caption(self, name: str) -> str:
        """Return the caption of a picture."""
        (row,) = (m.row for m in self.measurements if m.row.name == name.partition("-")[0])
        return f"{name}, {row.source}: {row.system}"

    def write(self, folder: Path) -> None:
        """Write results.json and the pictures."""
        for name, png in self.pictures.items():
            (folder / f"{name}.png").write_bytes(png)
        content = {
            "skfashion": __version__,
            "data": self.data,
            "n_seeds": self.n_seeds,
            "is_judged": self.is_judged,
            "machine": self.machine,
            "command": self.command,
            "rows": {m.row.name: self._to_json(m) for m in self.measurements},
            "errata": list(self.errata),
            "pictures": list(self.pictures),
        }
        (folder / FILE).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")

    def _to_json(self, measurement):
        row = measurement.row
        return {
            "published": row.published,
            "values": measurement.values,
            "verdicts": {metric: measurement.verdict(metric) for metric in (row.published if self.is_judged else ())},
            "claims": {claim.statement: claim.differences(measurement.values) for claim in row.claims},
            "seconds": measurement.seconds,
            "peak_mib": measurement.peak_mib,
        }

    @classmethod
    def read(cls, folder: Path) -> "Results":
        """Read the files of `write`; texts and tolerances are those of today's rows."""
        content = json.loads((folder / FILE).read_text(encoding="utf-8"))
        rows, known = content["rows"], {row.name: row for row in ROWS}
        return cls(
            measurements=[Measurement(known[n], r["values"], r["seconds"], r["peak_mib"]) for n, r in rows.items()],
            pictures={name: (folder / f"{name}.png").read_bytes() for name in content["pictures"]},
            **{name: content[name] for name in ("data", "n_seeds", "is_judged", "machine", "command", "errata")},
        )
