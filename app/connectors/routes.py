"""`POST /v1/webhooks/{platform}/{connection}`: a signature of the body instead of a key."""

from typing import Annotated, Any, cast

from fastapi import Depends, Request

from app.connectors.receive import Deliveries, Incoming
from app.connectors.schemas import DeliveryOut, PlatformName
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
    address = request.client.host if request.client else "unknown"
    return Incoming(platform, connection, address, headers, await request.body())


async def _deliveries(request: Request) -> Deliveries:
    return cast(Deliveries, request.app.state.deliveries)


DeliveriesDep = Annotated[Deliveries, Depends(_deliveries)]


@routes.post("/webhooks/{platform}/{connection}", openapi_extra=ANY_OBJECT)
async def receive_webhook(
    incoming: Annotated[Incoming, Depends(_incoming)], deliveries: DeliveriesDep
) -> DeliveryOut:
    """Take what a shop tells of an order or its stock, at the address that its connection names.

    The signature lets it in; an unknown connection and a wrong signature are one 401. What is
    authentic is answered 200: what cannot be used waits in quarantine, so that the platform does
    not give up. Too many bad signatures from one address are 429 for a while.
    """
    return DeliveryOut(status=await deliveries.receive(incoming))
