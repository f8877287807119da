"""Batches of patches as tensors, and what the network should say about them."""

from typing import NamedTuple

import torch
import torch.nn.functional as F

from network import CELL, box_mean
from patches import Patch

CHANNELS = 26
# Channels of the head: heat, offset, direction, type, mask, orientation, period, ridges of a cell's 16 pixels.
HEAT, OFFSET, DIRECTION, KIND, MASK, FLOW, PERIOD, RIDGES = (
    0,
    slice(1, 3),
    slice(3, 5),
    5,
    6,
    slice(7, 9),
    9,
    slice(10, 26),
)
PERIOD_UNIT_PX = 10.0

SIDE = 192
CELLS = SIDE // CELL
MOST = 120  # minutiae kept of a patch; more do not occur in practice


def normalise(grey: torch.Tensor) -> torch.Tensor:
    """(I - local mean) / (local deviation + 6) over boxes of 33 px; grey is B x 1 x H x W in grey levels."""

    # Centred first: squares of grey levels lose digits in single precision.
    centred = grey - 128.0
    local = box_mean(centred, 33)
    deviation = (box_mean(centred * centred, 33) - local * local).clamp_min(0.0).sqrt()
    return (centred - local) / (deviation + 6.0)


class Sample(NamedTuple):
    """One patch, small enough to keep tens of thousands of."""

    image: torch.Tensor  # u8, SIDE x SIDE
    ridges: torch.Tensor  # u8, SIDE x SIDE
    mask: torch.Tensor  # u8, CELLS x CELLS, mean of the pixels
    blocks: torch.Tensor  # u8, 2 x 24 x 24: orientation, period
    minutiae: torch.Tensor  # f32, n x 5: x, y, direction, bifurcation, visibility


def sample(patch: Patch) -> Sample:
    def plane(data: memoryview, *shape: int) -> torch.Tensor:
        return torch.frombuffer(bytearray(data), dtype=torch.uint8).reshape(shape)

    mask = plane(patch.mask, SIDE, SIDE).reshape(CELLS, CELL, CELLS, CELL).float().mean((1, 3))
    points = [(x, y, d, float(kind == 2), v / 255.0) for x, y, d, kind, v in patch.minutiae[:MOST]]
    return Sample(
        plane(patch.image, SIDE, SIDE),
        plane(patch.ridges, SIDE, SIDE),
        mask.round().to(torch.uint8),
        torch.stack([plane(patch.orientation, 24, 24), plane(patch.period, 24, 24)]),
        torch.tensor(points, dtype=torch.float32).reshape(-1, 5),
    )


class Batch:
    """Planes with the batch first; minutiae in one list with the index of their patch."""

    def __init__(self, samples: list[Sample]) -> None:
        self.image = torch.stack([s.image for s in samples]).float()[:, None]
        self.ridges = torch.stack([s.ridges for s in samples])
        self.mask = torch.stack([s.mask for s in samples]).float() / 255.0
        self.blocks = torch.stack([s.blocks for s in samples])
        self.of = torch.cat([torch.full((len(s.minutiae),), i) for i, s in enumerate(samples)])
        self.minutiae = torch.cat([s.minutiae for s in samples])

    def __len__(self) -> int:
        return len(self.image)

    def lose(self, lost: torch.Tensor) -> None:
        """What lies where `lost` (B x CELLS x CELLS) is true cannot be read."""
        self.mask = self.mask * (~lost)
        at = cells_of(self.minutiae)
        kept = ~lost[self.of, at[1], at[0]]
        self.of, self.minutiae = self.of[kept], self.minutiae[kept]


def cells_of(minutiae: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Column and row of the cell that holds each minutia."""
    at = ((minutiae[:, :2] + 0.5) / CELL).long().clamp(0, CELLS - 1)
    return at[:, 0], at[:, 1]


def losses(out: torch.Tensor, batch: Batch) -> dict[str, torch.Tensor]:
    """Each a mean over what it concerns; weights are the caller's."""
    b = len(batch)
    col, row = cells_of(batch.minutiae)
    centre = torch.stack([col, row], 1) * CELL + 0.5 * (CELL - 1)
    offset = (batch.minutiae[:, :2] - centre) / CELL
    # Half-visible ridges make half-sure minutiae.
    trust = ((batch.minutiae[:, 4] - 0.25) / 0.35).clamp(0.1, 1.0)

    # Heat: a narrow bell around each minutia (focal loss of Law and Deng, "CornerNet", 2018).
    heat = torch.zeros(b, CELLS + 2, CELLS + 2)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            d2 = (offset[:, 0] - dx) ** 2 + (offset[:, 1] - dy) ** 2
            bell = torch.exp(-d2 / (2 * 0.55**2))
            index = (batch.of * (CELLS + 2) + row + 1 + dy) * (CELLS + 2) + col + 1 + dx
            heat.view(-1).scatter_reduce_(0, index, bell, "amax")
    heat = heat[:, 1:-1, 1:-1]
    weight = torch.zeros(b, CELLS, CELLS)
    weight.view(-1).scatter_reduce_(0, (batch.of * CELLS + row) * CELLS + col, trust, "amax")
    logit = out[:, HEAT]
    p = torch.sigmoid(logit).clamp(1e-5, 1 - 1e-5)
    hit = weight > 0
    found = -(weight * (1 - p) ** 2 * torch.log(p))[hit].sum()
    # Nobody is punished for a spark beyond what the mask calls readable but near it.
    false = -((1 - heat) ** 4 * p**2 * torch.log(1 - p))[~hit].sum()
    n = trust.sum().clamp_min(1.0)

    at = out.permute(0, 2, 3, 1)[batch.of, row, col]
    angle = batch.minutiae[:, 2]
    unit = torch.stack([torch.cos(angle), torch.sin(angle)], 1)
    kind = F.binary_cross_entropy_with_logits(at[:, KIND], batch.minutiae[:, 3], weight=trust, reduction="sum")

    mask = F.binary_cross_entropy_with_logits(out[:, MASK], batch.mask)

    known = batch.blocks[:, 0] < 255
    theta = batch.blocks[:, 0].float() * (torch.pi / 255.0)
    flow = torch.stack([torch.cos(2 * theta), torch.sin(2 * theta), batch.blocks[:, 1].float() / (10 * PERIOD_UNIT_PX)], 1)
    flow = F.interpolate(flow * known[:, None], scale_factor=2, mode="bilinear", align_corners=False)
    solid = F.interpolate(known[:, None].float(), scale_factor=2, mode="bilinear", align_corners=False)[:, 0]
    inside = ((solid > 0.99) & (batch.mask > 0.3)).float()
    area = inside.sum().clamp_min(1.0)
    length = flow[:, :2].norm(dim=1, keepdim=True).clamp_min(1e-3)
    orientation = ((out[:, FLOW] - flow[:, :2] / length) ** 2).sum(1)
    period = (out[:, PERIOD] - flow[:, 2]).abs()

    height = F.pixel_unshuffle(batch.ridges[:, None].float(), CELL)
    ridge = ((out[:, RIDGES] - (height - 128.0) / 127.0) ** 2).mean(1)
    return {
        "found": found / n,
        "false": false / n,
        "offset": ((at[:, OFFSET] - offset).abs().sum(1) * trust).sum() / n,
        "direction": (((at[:, DIRECTION] - unit) ** 2).sum(1) * trust).sum() / n,
        "kind": kind / n,
        "mask": mask,
        "flow": (orientation * inside).sum() / area,
        "period": (period * inside).sum() / area,
        "ridges": (ridge * inside).sum() / area,
    }


assert CHANNELS == RIDGES.stop
