"""Reads the scene stream of `ridgeline synth scenes` (format: README.md), and makes batches of it."""

import math
import struct
from typing import BinaryIO, Iterator, NamedTuple

import torch
import torch.nn.functional as F

from network import CELL, box_mean
from patches import read_exactly

# Channels of the head: log-odds of pupil, of iris and pupil together (lids or not), and of iris that is seen; then the
# way to the middle of limbus and pupil and the logarithm of their radii.
PUPIL, IRIS, SEEN, LIMBUS, PUPIL_CIRCLE = 0, 1, 2, slice(3, 6), slice(6, 9)
CHANNELS = 9
LONG = 192  # the longer side of what the network sees
SHORT = (112, 120, 144, 144, 144, 168, 192)
WAY_PX = 32.0  # unit of the ways to a middle
RADIUS_PX = (24.0, 10.0)  # radii whose logarithm is zero: limbus, pupil
# Bits of a scene's parts.
BIT_SEEN, BIT_LID, BIT_PUPIL, BIT_IRIS = 1, 2, 4, 8


class Scene(NamedTuple):
    """One scene, small enough to keep tens of thousands of."""

    image: torch.Tensor  # u8, h x w
    parts: torch.Tensor  # u8, h x w
    circles: torch.Tensor  # f32, 2 x 3: pupil, limbus: x, y, radius


def scenes(stream: BinaryIO) -> Iterator[Scene]:
    """Yields scenes until the stream ends."""
    magic, w, h = struct.unpack("<8sII", read_exactly(stream, 16))
    if magic != b"RLSCENE1":
        raise ValueError(f"not a scene stream of version 1: {magic!r}")
    size = w * h
    while head := stream.read(2 * size + 24):
        if len(head) != 2 * size + 24:
            raise EOFError("the stream ends within a scene")
        planes = torch.frombuffer(bytearray(head[: 2 * size]), dtype=torch.uint8).reshape(2, h, w)
        circles = torch.tensor(struct.unpack("<6f", head[2 * size :])).reshape(2, 3)
        yield Scene(planes[0], planes[1], circles)


class Batch:
    """Eyes as a camera may have placed them: turned, mirrored, nearer or farther, cut by the frame."""

    def __init__(self, chosen: list[Scene], g: torch.Generator) -> None:
        n, (h0, w0) = len(chosen), chosen[0].image.shape
        h, w = SHORT[int(torch.randint(len(SHORT), (1,), generator=g))], LONG
        image = torch.stack([s.image for s in chosen]).float()[:, None]
        parts = torch.stack([s.parts for s in chosen])[:, None]
        circles = torch.stack([s.circles for s in chosen])
        u = lambda lo, hi: lo + (hi - lo) * torch.rand(n, generator=g)
        # Pixels of the scene a pixel of the picture; limbus radii of 10 to 90 px, most of them wholly in it.
        limbus = circles[:, 1, 2]
        want = 10.0 * torch.exp(u(0.0, 1.0) * math.log(min(90.0, 0.72 * h) / 10.0))
        grain = limbus / torch.where(u(0, 1) < 0.5, want, limbus * w / w0)
        grain = grain.clamp(limbus / (0.75 * h), limbus / 9.0)
        turn, mirror = u(-0.35, 0.35), torch.where(u(0, 1) < 0.5, -1.0, 1.0)
        squeeze = torch.where(u(0, 1) < 0.2, u(0.88, 1.12), torch.ones(n))
        room = lambda side: (0.5 * side - 0.9 * limbus / grain).clamp_min(0.04 * side)
        px, py = 0.5 * w + room(w) * u(-1, 1), 0.5 * h + room(h) * u(-1, 1)
        # Half of the pictures show the scene as it was framed, as far as it reaches.
        framed = u(0, 1) < 0.5
        sx, sy = (circles[:, 1, 0] + 0.5 - 0.5 * w0) / grain, (circles[:, 1, 1] + 0.5 - 0.5 * h0) / grain
        px, py = torch.where(framed, 0.5 * w + sx * mirror, px), torch.where(framed, 0.5 * h + sy, py)
        px, py = px.clamp(0.04 * w, 0.96 * w), py.clamp(0.04 * h, 0.96 * h)
        c, s = torch.cos(turn), torch.sin(turn)
        # From picture to scene.
        m = grain[:, None, None] * torch.stack(
            [torch.stack([c * mirror, s], 1), torch.stack([-s * mirror, c * squeeze], 1)], 1
        )
        y, x = torch.meshgrid(torch.arange(h) + 0.5, torch.arange(w) + 0.5, indexing="ij")
        d = torch.stack([x[None] - px[:, None, None], y[None] - py[:, None, None]], 1)
        at = torch.einsum("nij,njhw->nihw", m, d) + (circles[:, 1, :2] + 0.5)[:, :, None, None]
        grid = torch.stack([at[:, 0] * (2 / w0) - 1, at[:, 1] * (2 / h0) - 1], 3)
        padding = "border" if float(torch.rand(1, generator=g)) < 0.5 else "reflection"
        # What a smaller picture cannot hold is taken away first.
        soft = F.avg_pool2d(image, 3, 1, 1, count_include_pad=False)
        image = torch.where((grain > 1.5)[:, None, None, None], soft, image)
        self.image = F.grid_sample(image, grid, padding_mode=padding, align_corners=False)
        bits = torch.cat([(parts & b > 0).float() for b in (BIT_SEEN, BIT_LID, BIT_PUPIL, BIT_IRIS)], 1)
        seen, lid, pupil, iris = F.grid_sample(bits, grid, padding_mode="zeros", align_corners=False).split(1, 1)
        beyond = 1.0 - F.grid_sample(torch.ones(n, 1, h0, w0), grid, padding_mode="zeros", align_corners=False)
        self.seen, self.lid, self.pupil, self.iris = seen, torch.maximum(lid, beyond), pupil, iris
        # Middles and radii in the picture.
        back = torch.linalg.inv(m)
        ways = torch.einsum("nij,nkj->nki", back, circles[:, :, :2] - circles[:, 1:, :2])
        middle = torch.stack([px, py], 1)[:, None] + ways - 0.5
        radii = circles[:, :, 2:] / (grain * squeeze.sqrt())[:, None, None]
        self.circles = torch.cat([middle, radii], 2)
        self.eye = torch.ones(n)  # 0 where there is none

    def __len__(self) -> int:
        return len(self.image)


def normalise(grey: torch.Tensor) -> torch.Tensor:
    """Two channels of B x 1 x H x W grey levels: against the whole picture, at most 3 deviations; against 33 px around."""
    mean = grey.mean((2, 3), keepdim=True)
    whole = ((grey - mean) / (grey.var((2, 3), keepdim=True, correction=0).sqrt() + 8.0)).clamp(-3.0, 3.0)
    centred = grey - 128.0
    local = box_mean(centred, 33)
    deviation = (box_mean(centred * centred, 33) - local * local).clamp_min(0.0).sqrt()
    return torch.cat([whole, (centred - local) / (deviation + 6.0)], 1)


def truths(batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """What the head should say: three shares a cell, and six numbers."""
    shares = F.avg_pool2d(torch.cat([batch.pupil, batch.iris, batch.seen], 1), CELL)
    h, w = shares.shape[2:]
    y, x = torch.meshgrid(torch.arange(h) * CELL + 1.5, torch.arange(w) * CELL + 1.5, indexing="ij")
    numbers = []
    for circle, unit in ((batch.circles[:, 1], RADIUS_PX[0]), (batch.circles[:, 0], RADIUS_PX[1])):
        cx, cy, r = (v[:, None, None] for v in circle.unbind(1))
        numbers += [(cx - x) / WAY_PX, (cy - y) / WAY_PX, torch.log(r / unit).expand(-1, h, w)]
    return shares, torch.stack(numbers, 1)


def losses(out: torch.Tensor, batch: Batch) -> dict[str, torch.Tensor]:
    """Each a mean over what it concerns; weights are the caller's."""
    shares, numbers = truths(batch)
    # A small eye counts as much as a large one: half of the weight lies on the iris and near it.
    near = F.max_pool2d(shares[:, 1:2], 5, 1, 2)
    balance = 1.0 + near * (near.numel() / near[:, 0, 0, 0].numel() / near.sum((1, 2, 3), keepdim=True).clamp_min(8.0))
    cross = F.binary_cross_entropy_with_logits(out[:, :3], shares, reduction="none") * balance
    names = ("pupil", "iris", "seen")
    parts = {name: cross[:, k].mean() for k, name in enumerate(names)}
    inside = shares[:, 1:2] / shares[:, 1:2].sum((1, 2, 3), keepdim=True).clamp_min(1e-6)
    away = F.smooth_l1_loss(out[:, 3:], numbers, beta=0.05, reduction="none") * inside
    parts["circles"] = away.sum((1, 2, 3)).mean()
    return parts


def circles(out: torch.Tensor) -> torch.Tensor:
    """Limbus and pupil of each picture, n x 2 x 3, by the mean of the cells that are sure to be iris."""
    h, w = out.shape[2:]
    y, x = torch.meshgrid(torch.arange(h) * CELL + 1.5, torch.arange(w) * CELL + 1.5, indexing="ij")
    weight = torch.sigmoid(out[:, IRIS].float()) ** 4
    weight = weight / weight.sum((1, 2), keepdim=True).clamp_min(1e-6)
    mean = lambda v: (v * weight).sum((1, 2))
    found = []
    for part, unit in ((LIMBUS, RADIUS_PX[0]), (PUPIL_CIRCLE, RADIUS_PX[1])):
        dx, dy, r = out[:, part].float().unbind(1)
        found.append(torch.stack([mean(dx * WAY_PX + x), mean(dy * WAY_PX + y), unit * torch.exp(mean(r))], 1))
    return torch.stack(found, 1)


assert CHANNELS == PUPIL_CIRCLE.stop
