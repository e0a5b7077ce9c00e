"""Write down what somebody did, in the transaction that does it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.audit.chain import chained
from app.audit.tables import AuditEntry, AuditHead
from app.ids import new_id

Detail = str | int | bool | None | list[str]


class Actor(Protocol):
    """Whoever does something: a caller with a key, or the command line without one."""

    @property
    def role(self) -> str:
        """`ops`, `brand`, `factory` or `command`."""

    @property
    def key_id(self) -> str | None:
        """The id of the key that was shown."""


@dataclass(frozen=True)
class CommandLine:
    """Whoever can run commands on the machine."""

    role: str = "command"
    key_id: str | None = None


@dataclass(frozen=True)
class Act:
    """What was done.

    Attributes:
        action: Such as `offer.put`.
        subject: The id of what it was done to.
        brand_id: Whose it is; that brand's keys read the entry.
        factory_id: Whose it is, too; a factory reads no more of an entry than a brand does, so
            nothing that only one of the two may know belongs in the details of both.
        details: What of it somebody will ask for. No floats: they are not written the same
            everywhere, and the hash covers them.
    """

    action: str
    subject: str
    brand_id: int | None = None
    factory_id: int | None = None
    details: Mapping[str, Detail] = field(default_factory=dict)


def record(session: Session, actor: Actor, act: Act, *, at: datetime) -> None:
    """Add an entry to the log; the last write of a transaction.

    The head is locked until the commit: entries are in the order of the commits, and whatever
    else a transaction waits for it has by now.
    """
    query = select(AuditHead.last_seq, AuditHead.last_hash).with_for_update()
    last_seq, last_hash = session.execute(query).one()
    entry = {
        "seq": last_seq + 1,
        "id": new_id("aud"),
        "at": at,
        "role": actor.role,
        "key_id": actor.key_id,
        "action": act.action,
        "subject": act.subject,
        "brand_id": act.brand_id,
        "factory_id": act.factory_id,
        "details": dict(act.details),
    }
    entry["hash"] = chained(last_hash, entry)
    session.execute(insert(AuditEntry), [entry])
    session.execute(update(AuditHead).values(last_seq=entry["seq"], last_hash=entry["hash"]))
