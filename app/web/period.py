"""A period in a query: `?from=&to=`, days that both count."""

from typing import Annotated

from fastapi import Query

from app.web.wire import Day

FromDay = Annotated[Day | None, Query(alias="from", description="First day.")]
ToDay = Annotated[Day | None, Query(alias="to", description="Last day, included.")]
