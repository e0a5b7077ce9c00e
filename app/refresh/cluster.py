"""Forecast and decide a batch on an existing Dask cluster: a chunk of panels a task.

Reading and publishing stay here, under the batch's lease: the cluster gets arrays and gives back
proposals, and touches no database. What the styles of a batch share is shared out here, over all
chunks. A task that fails, or a cluster that goes away, leaves the batch to this process.
"""

import threading
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import structlog

from app.errors import SetupError, Unavailable
from app.forecasting.past.priors import BrandPriors
from app.refresh.batches import Batch
from app.refresh.decide import Alone, Decided, decide_alone, decide_together
from app.refresh.gather import Gathered, gather
from app.refresh.metrics import stage
from app.sales.tables import SalesRow

CHUNK_STYLES = 50
"""Large enough that a task computes for half a second, small enough that a batch is many."""

CONNECT_SECONDS = 10
LOOK_SECONDS = 2.0
"""How often it is looked whether any worker of the cluster is left while tasks are under way."""

SAME_EVERYWHERE = ("shortrun", "numpy", "scipy", "pandas", "statsforecast")
"""Packages that a decision's last digits depend on."""

log = structlog.get_logger()
_one_at_a_time = threading.Lock()


class ClusterGone(Exception):
    """No worker of the cluster is left."""


class Cluster:
    """A connection to a Dask scheduler, whose workers have this version of the program."""

    def __init__(self, scheduler: str) -> None:
        """Connect.

        Raises:
            SetupError: If nobody answers there, or its workers would decide otherwise.
        """
        try:
            from distributed import Client
        except ImportError:
            raise SetupError("--engine dask needs the extra: uv sync --extra cluster") from None
        try:
            connect: Any = Client  # distributed is typed in parts
            self._client = connect(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise SetupError(f"no Dask scheduler answers at {scheduler}: {error}") from None
        own = _versions()
        for worker, found in self._client.run(_versions).items():
            if found != own:
                self.close()
                raise SetupError(f"the worker {worker} has {found}, not {own}")

    def decided(
        self, batch: Batch, style_ids: Sequence[int], priors: BrandPriors
    ) -> Decided | None:
        """Decide a batch's styles; None where this process has to do it."""
        try:
            chunks = _gathered(batch, style_ids, priors)
            with stage("decide", styles=len(style_ids)):
                found = decide_together(
                    chunks, paths=batch.settings.forecast_paths, alone=self._alone
                )
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001  whatever it was, the batch is decided here
            log.warning("cluster_failed", error=f"{type(error).__name__}: {error}", instead="local")
            return None
        whole = Decided()
        for one in found:
            whole = whole.with_more(one)
        return whole

    def close(self) -> None:
        """Give the connection back; the cluster stays."""
        self._client.close()

    def _alone(self, chunks: Sequence[Gathered], paths: int) -> list[Alone]:
        """Decide every chunk as a task.

        Raises:
            ClusterGone: If no worker is left, or the scheduler went away.
        """
        if not self._has_workers():
            raise ClusterGone("no worker of the Dask cluster is left")
        tasks = self._client.map(_decide_chunk, chunks, paths=paths, pure=False)
        while not self._are_done(tasks):
            if not self._has_workers():
                self._client.cancel(tasks)
                raise ClusterGone("no worker of the Dask cluster is left")
        found: list[Alone] = self._client.gather(tasks)
        return found

    def _are_done(self, tasks: Sequence[Any]) -> bool:
        """Wait for the tasks a while; say whether they came to an end, whatever it is."""
        import distributed

        wait: Any = distributed.wait
        with self._client.as_current():
            try:
                wait(tasks, timeout=LOOK_SECONDS)
            except TimeoutError:
                return False
        return True

    def _has_workers(self) -> bool:
        known: dict[str, Any] = self._client.scheduler_info().get("workers", {})
        return self._client.status == "running" and bool(known)


def _versions() -> dict[str, str]:
    return {name: version(name) for name in SAME_EVERYWHERE}


def _decide_chunk(chunk: Gathered, *, paths: int) -> Alone:
    """Decide a chunk in a worker of the cluster, one at a time in a process.

    The paths of styles that want a run are sent back only where something is shared out.
    """
    with _one_at_a_time:
        decided, pending = decide_alone(chunk, paths)
    return decided, pending if chunk.limits.are_any else []


def _gathered(batch: Batch, style_ids: Sequence[int], priors: BrandPriors) -> list[Gathered]:
    """Read the batch in chunks, in one snapshot; each knows with whom it shares."""
    chunks = [
        style_ids[first : first + CHUNK_STYLES] for first in range(0, len(style_ids), CHUNK_STYLES)
    ]
    with stage("panel", styles=len(style_ids)), batch.database.read(SalesRow) as session:
        return [
            gather(
                session,
                batch.brand,
                chunk,
                at=batch.at,
                origin=batch.origin,
                priors=priors,
                decided_with=style_ids,
            )
            for chunk in chunks
        ]
