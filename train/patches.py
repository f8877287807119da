"""Reads the patch stream of `ridgeline synth patches` (format: README.md). Standard library only."""

import struct
import sys
from typing import BinaryIO, Iterator, NamedTuple


class Patch(NamedTuple):
    """One patch; planes are bytes, row by row."""

    image: memoryview
    ridges: memoryview
    mask: memoryview
    orientation: memoryview
    period: memoryview
    minutiae: list[tuple[float, float, float, int, int]]


def read_exactly(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) != count:
        raise EOFError(f"the stream ends within a patch: {len(data)} of {count} bytes")
    return data


def patches(stream: BinaryIO) -> Iterator[Patch]:
    """Yields patches until the stream ends."""
    magic, side, block = struct.unpack("<8sII", read_exactly(stream, 16))
    if magic != b"RLPATCH1":
        raise ValueError(f"not a patch stream of version 1: {magic!r}")
    pixels, blocks = side * side, (side // block) ** 2
    sizes = (pixels, pixels, pixels, blocks, blocks)
    while head := stream.read(2):
        (count,) = struct.unpack("<H", head if len(head) == 2 else head + read_exactly(stream, 1))
        body = memoryview(read_exactly(stream, sum(sizes)))
        planes, at = [], 0
        for size in sizes:
            planes.append(body[at : at + size])
            at += size
        minutiae = list(struct.iter_unpack("<fffBB", read_exactly(stream, 14 * count)))
        yield Patch(*planes, minutiae)


if __name__ == "__main__":
    total = points = 0
    for patch in patches(sys.stdin.buffer):
        total += 1
        points += len(patch.minutiae)
    print(f"{total} patches, {points / max(total, 1):.1f} minutiae each")
