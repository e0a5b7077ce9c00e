"""The typed HTTP client: every call that a brand, a factory or a script makes, with retries.

It knows the contract and nothing of the service behind it, so the demo, connectors and users
share one way in. Answers are the service's own JSON, typed; problems are raised as `ProblemError`.
"""

from app.client.answers import Standing
from app.client.client import ShortrunClient
from app.client.failures import ClientError, NotUnderstood, ProblemError, Unreachable
from app.client.sending import Retries

__all__ = [
    "ClientError",
    "NotUnderstood",
    "ProblemError",
    "Retries",
    "ShortrunClient",
    "Standing",
    "Unreachable",
]
