"""An entry of the audit log on the wire."""

from typing import Any, Literal

from app.audit.tables import AuditEntry
from app.web.wire import Timestamp, Wire, example


class AuditOut(Wire):
    """Something that was done; `key` is told to the side whose key it was, and to ops."""

    model_config = example(
        {
            "id": "aud_01a213b547e5766c9f7da2346b93a8de",
            "at": "2026-03-02T10:15:00Z",
            "action": "recommendation.answered",
            "subject": "rec_01a213b547e5766c9f7da2346b93a8de",
            "role": "factory",
            "key": "key_01a213b547e5766c9f7da2346b93a8de",
            "details": {"decision": "accept", "status": "accepted", "quantity": 120},
        }
    )

    id: str
    at: Timestamp
    action: str
    subject: str
    role: Literal["ops", "brand", "factory", "command"]
    key: str | None
    details: dict[str, Any]

    @classmethod
    def of(cls, row: AuditEntry, reader: str) -> "AuditOut":
        """Show a row to a reader of that role."""
        return cls(
            id=row.id,
            at=row.at,
            action=row.action,
            subject=row.subject,
            role=row.role,
            key=row.key_id if reader in {"ops", row.role} else None,
            details=row.details,
        )
