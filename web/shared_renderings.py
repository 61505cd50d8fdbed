"""Shared renderings: a page fragment that many readers want at once is rendered once."""

import asyncio
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool

Made = TypeVar("Made")
GATHER_SECONDS = 0.03  # those woken by one change come one after another: the rendering waits for them


class SharedRenderings:
    """One rendering at a time for each key; whoever asks gets one that began after they asked, so nobody sees an old state."""

    def __init__(self) -> None:
        self._next: dict[Hashable, asyncio.Task[Any]] = {}
        self._under_way: dict[Hashable, asyncio.Task[Any]] = {}

    async def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` gives, run in a thread; raises what it raises."""
        task = self._next.get(key)
        if task is None:
            task = self._next[key] = asyncio.create_task(self._make(key, make))
        return await asyncio.shield(task)

    async def _make(self, key: Hashable, make: Callable[[], Made]) -> Made:
        before = self._under_way.get(key)
        await asyncio.sleep(GATHER_SECONDS)
        if before is not None:
            await asyncio.wait([before])
        mine = self._under_way[key] = self._next.pop(key)
        try:
            return await run_in_threadpool(make)
        finally:
            if self._under_way.get(key) is mine:
                del self._under_way[key]
