"""Whether keys still hold at the end of a wait, asked for all who stop waiting at one moment."""

import asyncio
from collections.abc import Callable


class Recheck:
    """Puts the questions of one moment together: a thousand who wait are woken at once."""

    def __init__(self) -> None:
        self._keys: set[str] = set()
        self._asking: asyncio.Task[set[str]] | None = None

    async def holds(self, key_id: str, holding: Callable[[set[str]], set[str]]) -> bool:
        """Say whether a key holds, by a question put after this call.

        Args:
            key_id: The key.
            holding: Returns those of some keys that hold; called on a thread of its own.
        """
        self._keys.add(key_id)
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask(holding))
        return key_id in await asyncio.shield(self._asking)

    async def _ask(self, holding: Callable[[set[str]], set[str]]) -> set[str]:
        await asyncio.sleep(0)  # until everybody who was woken has asked
        keys, self._keys, self._asking = self._keys, set(), None
        return await asyncio.to_thread(holding, keys)
