"""HTTP in and out: what time it is, and in the sandbox what time it shall be.

The clock itself lies below keys and access, so its routes live here.
"""

from app.clock.time import now, set_now
from app.parties.access import FOR_OPS, ClockFollowersDep, KeyRingDep
from app.parties.schemas import ClockIn, ClockOut
from app.web.context import DatabaseDep, SettingsDep
from app.web.routing import router

routes = router(tag="clock")
sandbox_routes = router(tag="clock")


@routes.get("/clock")
def get_clock(database: DatabaseDep, settings: SettingsDep) -> ClockOut:
    """Say what time the service lives in."""
    with database.read() as session:
        return ClockOut(now=now(session, sandbox=settings.sandbox), sandbox=settings.sandbox)


@sandbox_routes.put("/clock", dependencies=FOR_OPS)
def put_clock(
    body: ClockIn,
    followers: ClockFollowersDep,
    ring: KeyRingDep,
    database: DatabaseDep,
) -> ClockOut:
    """Set the time, which then stands still; what is due by then is done before this answers."""
    with database.write() as session:
        set_now(session, body.now)
        for follow in followers:
            follow(session, body.now)
    ring.forget()
    return ClockOut(now=body.now, sandbox=True)
