"""What both degradations throw dice with, and the cosines of their compression."""

import math

import torch


class Chance:
    def __init__(self, seed: int) -> None:
        self.g = torch.Generator().manual_seed(seed)
        k, n = torch.meshgrid(torch.arange(8.0), torch.arange(8.0), indexing="ij")
        dct = torch.cos(math.pi * (2 * n + 1) * k / 16) * 0.5
        dct[0] /= math.sqrt(2)
        self.dct = dct
        # Coarser towards high frequencies, like ISO/IEC 10918-1 Annex K's example, but ours.
        self.steps = 8.0 + 3.0 * (k + n) ** 1.3

    def unit(self, *shape: int) -> torch.Tensor:
        return torch.rand(shape, generator=self.g)

    def between(self, lo: float, hi: float, *shape: int) -> torch.Tensor:
        return lo + (hi - lo) * self.unit(*shape)

    def some(self, n: int, share: float) -> torch.Tensor:
        """Indices of those that it happens to."""
        return torch.nonzero(self.unit(n) < share)[:, 0]
