"""What a factory's line has to do week by week: in which order, with how many changeovers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.insight.schedule.changes import Cost, Job, Kind
from app.insight.schedule.model import DAYS_PER_WEEK, Line, Schedule, Terms, Work, monday_of
from app.insight.schedule.sequence import in_sequence
from app.recommendations.weeks import OVER_TOLERATED

MINUTES_PER_DAY = 24 * 60
MINUTES_PER_WEEK = DAYS_PER_WEEK * MINUTES_PER_DAY
STYLE_CHANGE = 1
MINUTE = 1000
"""Hours weigh first, then changes of style: no week has a thousand of them."""


@dataclass(frozen=True, slots=True)
class Step:
    """A job in its place, and the hours it takes to change over to it."""

    job: Job
    changes_over: bool
    changeover_hours: float


@dataclass(frozen=True, slots=True)
class WeekLoad:
    """A week of the line.

    Attributes:
        monday: Its first day.
        load: What is due in it, as a share of a week of all the factory can make, counted as
            capacity is when more is recommended: what should be made by now, reported or not, takes
            no more time. Work of offers that state no capacity is left out.
        unrated_units: Units of such offers.
        is_over: What is due by its end does not fit the time until then, set-ups not counted.
        steps: What is made, in order; the first goes on from what the line made before.
    """

    monday: date
    load: float
    unrated_units: int
    is_over: bool
    steps: tuple[Step, ...]

    @property
    def changeovers(self) -> int:
        """Return how often the line changes over."""
        return sum(step.changes_over for step in self.steps)

    @property
    def changeover_hours(self) -> float:
        """Return the hours it takes."""
        return sum(step.changeover_hours for step in self.steps)


def line_loads(schedule: Schedule) -> list[WeekLoad]:
    """Return every week from this one to the last with work to make, empty ones between too."""
    unmade: dict[date, list[tuple[Work, Line]]] = {}
    for work in schedule.work:
        for line in work.lines:
            if line.to_make:
                unmade.setdefault(schedule.week_of(line.due), []).append((work, line))
    if not unmade:
        return []
    found: list[WeekLoad] = []
    committed, monday = 0.0, monday_of(schedule.today)
    while monday <= max(unmade):
        due = unmade.get(monday, [])
        last = next((week.steps[-1].job for week in reversed(found) if week.steps), None)
        load = sum(
            work.line_share * line.to_make / rate
            for work, line in due
            if (rate := _terms(schedule, work).capacity_per_week)
        )
        committed += load
        end = monday + timedelta(days=DAYS_PER_WEEK)
        time = (end - schedule.today).days / DAYS_PER_WEEK
        found.append(
            WeekLoad(
                monday=monday,
                load=load,
                unrated_units=sum(
                    line.to_make
                    for work, line in due
                    if not _terms(schedule, work).capacity_per_week
                ),
                is_over=committed > time + OVER_TOLERATED,
                steps=_steps(schedule, _jobs(schedule, due, monday), last),
            )
        )
        monday = end
    return found


def _steps(schedule: Schedule, jobs: Sequence[Job], last: Job | None) -> tuple[Step, ...]:
    """Return the jobs in order; `last` is what the line made before."""
    matrix = schedule.setup_matrix
    order = in_sequence(jobs, last, changeover_cost(matrix), changeover_kind(matrix))
    return tuple(
        Step(job, not _is_same(before, job), changeover_hours(matrix, before, job))
        for before, job in zip([last, *order], order, strict=False)
    )


def _terms(schedule: Schedule, work: Work) -> Terms:
    return schedule.terms.get(work.offer, Terms(None, 0.0))


def _jobs(schedule: Schedule, due: Sequence[tuple[Work, Line]], monday: date) -> list[Job]:
    """Return a job for each colorway of a style: due with its first unit."""
    start = max(monday, schedule.today)
    found: dict[tuple[str, str, str], Job] = {}
    for work, line in due:
        terms = _terms(schedule, work)
        rate = terms.capacity_per_week
        minutes = round(line.to_make * MINUTES_PER_WEEK / rate) if rate else 0
        until = (line.due - start).days * MINUTES_PER_DAY
        key = (line.brand, line.style, line.colorway)
        one = found.get(key, Job(*key, 0, 0, until, terms.setup_hours))
        found[key] = Job(
            *key,
            one.units + line.to_make,
            one.minutes + minutes,
            min(one.due_minutes, until),
            max(one.setup_hours, terms.setup_hours),
        )
    return list(found.values())


def changeover_cost(matrix: Mapping[str, Mapping[str, float]]) -> Cost:
    """Return what makes one order of jobs better than another: hours, then changes of style."""

    def cost(last: Job | None, job: Job) -> int:
        minutes = round(changeover_hours(matrix, last, job) * 60)
        return minutes * MINUTE + (0 if _is_same_style(last, job) else STYLE_CHANGE)

    return cost


def changeover_kind(matrix: Mapping[str, Mapping[str, float]]) -> Kind:
    """Return what a changeover to another style depends on: names in the matrix, hours."""
    named = set(matrix).union(*matrix.values())

    def kind(job: Job) -> tuple[object, ...]:
        return (*(name if name in named else None for name in _names(job)), job.setup_hours)

    return kind


def changeover_hours(
    matrix: Mapping[str, Mapping[str, float]], last: Job | None, job: Job
) -> float:
    """Return the hours from one job to the next by the factory's matrix.

    The first entry that is there counts, the more exact one first; a colorway is named
    `style/colorway` or `colorway`. A matrix that says nothing leaves the offer's set-up hours to
    a change of style and nothing to one of colorway.
    """
    if _is_same(last, job):
        return 0.0
    to = _names(job)
    same_style = _is_same_style(last, job)
    if last is not None:
        for start in _names(last):
            row = matrix.get(start, {})
            # From a style to itself says nothing of its colorways.
            named = [name for name in to if not (same_style and name == job.style)]
            for name in named:
                if name in row:
                    return float(row[name])
    return 0.0 if same_style else job.setup_hours


def _names(job: Job) -> tuple[str, str, str]:
    """Return what a matrix may call a job, the most exact name first."""
    return f"{job.style}/{job.colorway}", job.colorway, job.style


def _is_same_style(last: Job | None, job: Job) -> bool:
    return last is not None and (last.brand, last.style) == (job.brand, job.style)


def _is_same(last: Job | None, job: Job) -> bool:
    return last is not None and _is_same_style(last, job) and last.colorway == job.colorway
