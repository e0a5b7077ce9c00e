"""What the audit log says of a recommendation: what its brand and its factory both know."""

from app.audit.record import Act, Detail
from app.recommendations.tables import Recommendation


def act_on(row: Recommendation, action: str, decision: str | None = None) -> Act:
    """Return what was done to a recommendation, as it stands after it."""
    said: dict[str, Detail] = {"status": row.status, "quantity": row.quantity}
    details = said | ({"decision": decision} if decision else {})
    return Act(action, row.id, brand_id=row.brand_id, factory_id=row.factory_id, details=details)
