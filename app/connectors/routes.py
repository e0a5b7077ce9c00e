"""`POST /v1/webhooks/{platform}/{connection}`: a signature of the body instead of a key."""

from typing import Annotated, Any

from fastapi import Depends, Request

from app.connectors.receive import Incoming, receive
from app.connectors.schemas import DeliveryOut, PlatformName
from app.web.context import DatabaseDep, SettingsDep
from app.web.routing import router

routes = router(tag="shops", signed=True)

ANY_OBJECT: dict[str, Any] = {
    "security": [],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"type": "object", "description": "What the platform sends."},
                "example": {"id": 450789469},
            }
        },
    },
}


async def _incoming(request: Request, platform: PlatformName, connection: str) -> Incoming:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Incoming(platform, connection, headers, await request.body())


@routes.post("/webhooks/{platform}/{connection}", openapi_extra=ANY_OBJECT)
def receive_webhook(
    incoming: Annotated[Incoming, Depends(_incoming)],
    database: DatabaseDep,
    settings: SettingsDep,
) -> DeliveryOut:
    """Take what a shop tells of an order or its stock, at the address that its connection names.

    The signature lets it in; an unknown connection and a wrong signature are one 401. What is
    authentic is answered 200: what cannot be used waits in quarantine, so that the platform does
    not give up.
    """
    return DeliveryOut(status=receive(database, incoming, sandbox=settings.sandbox))
