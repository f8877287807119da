"""Reads on while a step is calculated, so that renderer and training do not wait for each other."""

import queue
import threading
from typing import Iterator, TypeVar

T = TypeVar("T")


def ahead(source: Iterator[T], room: int) -> Iterator[T]:
    """What `source` yields, in its order; up to `room` of it are fetched before they are asked for."""
    waiting: queue.Queue = queue.Queue(room)

    def fetch() -> None:
        try:
            for item in source:
                waiting.put((item, None))
            waiting.put((None, StopIteration()))
        except Exception as e:  # raised again where it can be seen
            waiting.put((None, e))

    threading.Thread(target=fetch, daemon=True).start()
    while True:
        item, end = waiting.get()
        if isinstance(end, StopIteration):
            return
        if end is not None:
            raise end
        yield item
