"""What happens to prints after and around the touch: seeded, batched, on top of what the renderer draws.

The renderer knows skin and sensors (docs/synthetic.md); here come the things that cost a second look: lines across the
ridges, smears, crumpled and faded zones, other prints beneath, frames, resampling, sharpening, compression.
"""

import math

import torch
import torch.nn.functional as F

from chance import Chance
from network import box_mean
from truth import CELL, CELLS, SIDE, Batch


class Degrade(Chance):
    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        axis = torch.arange(SIDE, dtype=torch.float32)
        self.y, self.x = torch.meshgrid(axis, axis, indexing="ij")

    def field(self, n: int, cells: int) -> torch.Tensor:
        """Smooth noise, n x 1 x SIDE x SIDE, deviation about 1; `cells` bumps across."""
        coarse = torch.randn((n, 1, cells + 3, cells + 3), generator=self.g)
        fine = F.interpolate(coarse, size=(SIDE, SIDE), mode="bicubic", align_corners=False)
        return fine * 1.3

    def __call__(self, batch: Batch) -> Batch:
        image = batch.image
        n = len(batch)
        self.residue(image, n)
        self.lines(image, n)
        self.crumple(image, batch, n)
        self.press(image, batch, n)
        self.fade(image, batch, n)
        self.smear(image, batch, n)
        self.dots(image, n)
        self.drag(image, n)
        self.resample(image, n)
        self.harden(image, n)
        self.sharpen(image, n)
        self.stripes(image, n)
        self.noise(image, n)
        self.compress(image, n)
        self.frame(image, batch, n)
        self.nothing(image, batch, n)
        batch.image = image.clamp(0.0, 255.0).round()
        return batch

    def residue(self, image: torch.Tensor, n: int) -> None:
        """Another person's print beneath."""
        for i in self.some(n, 0.08).tolist():
            other = image[(i * 7 + 1) % n].roll((17, 29), (1, 2)).flip(2)
            away = (other - other.median()) * self.between(0.08, 0.4, 1)
            image[i] += away * (0.5 + 0.5 * torch.tanh(self.field(1, 3)[0]))

    def lines(self, image: torch.Tensor, n: int) -> None:
        """White or dark lines across the ridges: creases, cuts, scratches, hairs; often many and nearly parallel."""
        at = self.some(n, 0.3)
        if not len(at):
            return
        k, m = 8, len(at)
        main = self.between(0, math.pi, m, 1)
        angle = main + 0.35 * torch.randn((m, k), generator=self.g) * self.between(0.3, 3.0, m, 1)
        px, py = self.between(0, SIDE, m, k), self.between(0, SIDE, m, k)
        half = self.between(8, 110, m, k) * self.between(0.3, 1.0, m, 1)
        width = self.between(0.6, 2.2, m, k)
        depth = self.between(0.3, 1.0, m, k) * (self.unit(m, k) < self.between(0.1, 1.0, m, 1))
        bend = 0.004 * torch.randn((m, k), generator=self.g)
        dark = self.unit(m, 1) < 0.12
        cover = torch.zeros(m, SIDE, SIDE)
        for j in range(k):
            c, s = torch.cos(angle[:, j]), torch.sin(angle[:, j])
            dx, dy = self.x - px[:, j, None, None], self.y - py[:, j, None, None]
            along = dx * c[:, None, None] + dy * s[:, None, None]
            across = dy * c[:, None, None] - dx * s[:, None, None] + bend[:, j, None, None] * along**2
            w = width[:, j, None, None]
            shape = (1.3 - (across / w) ** 2).clamp_(0, 1) * ((half[:, j, None, None] - along.abs()) / 6).clamp_(0, 1)
            cover = torch.maximum(cover, depth[:, j, None, None] * shape)
        flat = image[at, 0]
        light = flat.amax((1, 2), keepdim=True) * 0.9 + flat.mean((1, 2), keepdim=True) * 0.1
        deep = flat.amin((1, 2), keepdim=True)
        target = torch.where(dark[:, :, None], deep, light)
        image[at, 0] = flat + cover * (target - flat)

    def band(self, m: int) -> torch.Tensor:
        """Zones as folds of skin have them, m x 1 x SIDE x SIDE, 0 to 1: a wavy strip, or patches."""
        angle, reach = self.between(0, math.pi, m, 1, 1, 1), self.between(8, 45, m, 1, 1, 1)
        across = (self.x - 95.5) * torch.sin(angle) + (self.y - 95.5) * torch.cos(angle)
        across = across + self.between(-60, 60, m, 1, 1, 1) + 18.0 * self.field(m, 5)
        strip = torch.sigmoid((reach - across.abs()) / 4.0)
        patches = torch.sigmoid(4.0 * (self.field(m, 4) - self.between(-0.6, 1.4, m, 1, 1, 1)))
        return torch.where(self.unit(m, 1, 1, 1) < 0.5, strip, patches)

    def crumple(self, image: torch.Tensor, batch: Batch, n: int) -> None:
        """Loose skin: ridges pushed to and fro, torn by a net of fine white folds, run together between them."""
        at = self.some(n, 0.16)
        if not len(at):
            return
        m = len(at)
        zone, much = self.band(m), self.between(0.15, 1.0, m, 1, 1, 1)
        cells = int(self.between(10, 30, 1))
        push = 2.5 * much * zone
        dx, dy = (self.field(m, cells) * push)[:, 0], (self.field(m, cells) * push)[:, 0]
        grid = torch.stack([(self.x + dx + 0.5) * (2 / SIDE) - 1, (self.y + dy + 0.5) * (2 / SIDE) - 1], 3)
        flat = F.grid_sample(image[at], grid, padding_mode="border", align_corners=False)
        light, dark = flat.amax((2, 3), keepdim=True), flat.amin((2, 3), keepdim=True)
        merged = torch.sigmoid((self.field(m, cells) - 0.6) * 6.0) * zone * much
        flat = flat + merged * (dark + 10.0 - flat)
        folds = torch.exp(-((self.field(m, cells) / self.between(0.10, 0.4, m, 1, 1, 1)) ** 2))
        folds = folds * torch.sigmoid(3.0 * self.field(m, 12) + 1.0) * zone * much.sqrt()
        image[at] = flat + folds * (light - flat)
        self.doubt(batch, at, (zone * much)[:, 0])
        self.lose(batch, at, zone * much > 0.7)

    def press(self, image: torch.Tensor, batch: Batch, n: int) -> None:
        """Wet or hard pressed: ridges widen until valleys close. Dry or light: they thin until they break."""
        at = self.some(n, 0.3)
        if not len(at):
            return
        m = len(at)
        zone = torch.sigmoid(3.0 * self.field(m, 4) + self.between(-2.0, 4.0, m, 1, 1, 1))
        share = zone * self.between(0.3, 1.0, m, 1, 1, 1)
        wide = self.unit(m, 1, 1, 1) < 0.4
        flat = image[at]
        three, five = ((k, 1, k // 2) for k in (3, 5))
        wet = torch.where(wide, -F.max_pool2d(-flat, *five), -F.max_pool2d(-flat, *three))
        dry = F.max_pool2d(flat, *three)
        wetted = self.unit(m, 1, 1, 1) < 0.6
        image[at] = flat + share * (torch.where(wetted, wet, dry) - flat)
        closed = share * (wetted & wide)
        self.doubt(batch, at, 0.6 * closed[:, 0])
        self.lose(batch, at, box_mean(closed, 9) > 0.85)

    def drag(self, image: torch.Tensor, n: int) -> None:
        """The finger moves: a picture drawn out along a line, or one put together from slices that do not quite fit."""
        for i in self.some(n, 0.08).tolist():
            if self.unit(1) < 0.5:
                angle, length = self.between(0, 2 * math.pi, 1), self.between(1.5, 5.0, 1)
                steps = torch.linspace(-0.5, 0.5, 5) * length
                dx, dy = steps * torch.cos(angle), steps * torch.sin(angle)
                x, y = self.x[None] + dx[:, None, None], self.y[None] + dy[:, None, None]
            else:
                ends = torch.cumsum(self.between(4, 28, SIDE), 0)
                slice_of = torch.bucketize(torch.arange(SIDE) + 0.5, ends)
                slips = (0.7 * torch.randn(SIDE + 1, generator=self.g)).clamp(-1.8, 1.8)[slice_of]
                x, y = (self.x + slips[:, None])[None], self.y[None]
                if self.unit(1) < 0.3:
                    x, y = self.x[None], (self.y + slips[None, :])[None]
            grid = torch.stack([(x + 0.5) * (2 / SIDE) - 1, (y + 0.5) * (2 / SIDE) - 1], 3)
            seen = image[i : i + 1].expand(len(grid), 1, SIDE, SIDE)
            image[i] = F.grid_sample(seen, grid, padding_mode="border", align_corners=False).mean(0)

    def harden(self, image: torch.Tensor, n: int) -> None:
        """Drivers that raise local contrast until hardly a grey is left."""
        at = self.some(n, 0.14)
        if not len(at):
            return
        flat, steep = image[at], self.between(0.8, 4.0, len(at), 1, 1, 1)
        local = box_mean(flat, 33)
        deviation = box_mean((flat - local) ** 2, 33).clamp_min(0.0).sqrt() + 6.0
        hard = 128.0 + 120.0 * torch.tanh(steep * (flat - local) / deviation)
        image[at] = flat + self.between(0.5, 1.0, len(at), 1, 1, 1) * (hard - flat)

    def doubt(self, batch: Batch, at: torch.Tensor, amount: torch.Tensor) -> None:
        """Minutiae are less to be seen where `amount` (m x SIDE x SIDE, 0 to 1) is high."""
        full = torch.zeros(len(batch), SIDE, SIDE)
        full[at] = amount
        x, y = (batch.minutiae[:, k].round().long().clamp(0, SIDE - 1) for k in (0, 1))
        batch.minutiae[:, 4] *= 1.0 - 0.7 * full[batch.of, y, x]

    def fade(self, image: torch.Tensor, batch: Batch, n: int) -> None:
        """Zones where contrast is nearly gone; what is gone altogether is no truth any more."""
        at = self.some(n, 0.3)
        if not len(at):
            return
        m = len(at)
        field = self.field(m, 4)
        strength = self.between(0.5, 3.5, m, 1, 1, 1)
        keep = torch.sigmoid(strength * (field + self.between(-0.2, 1.6, m, 1, 1, 1)) * 1.5)
        floor = self.between(0.0, 0.35, m, 1, 1, 1)
        keep = floor + (1 - floor) * keep
        level = box_mean(image[at], 25)
        level = level + self.between(-40, 40, m, 1, 1, 1) * (1 - keep)
        image[at] = level + (image[at] - level) * keep
        self.lose(batch, at, keep < 0.12)

    def smear(self, image: torch.Tensor, batch: Batch, n: int) -> None:
        """Dark or white blots with soft edges: sweat between the ridges, grease, dry spots."""
        at = self.some(n, 0.22)
        if not len(at):
            return
        m = len(at)
        field = self.field(m, 9)
        blot = torch.sigmoid((field - self.between(1.0, 2.6, m, 1, 1, 1)) * self.between(2.0, 8.0, m, 1, 1, 1))
        flat = image[at]
        dark = flat.amin((2, 3), keepdim=True)
        light = flat.amax((2, 3), keepdim=True)
        level = torch.where(self.unit(m, 1, 1, 1) < 0.65, dark, light)
        level = level + self.between(-20, 20, m, 1, 1, 1)
        image[at] = flat + blot * (level - flat)
        wide = box_mean(blot, 9)
        self.lose(batch, at, wide > 0.85)

    def lose(self, batch: Batch, at: torch.Tensor, gone: torch.Tensor) -> None:
        lost = torch.zeros(len(batch), CELLS, CELLS, dtype=torch.bool)
        lost[at] = F.avg_pool2d(gone.float(), CELL)[:, 0] > 0.5
        batch.lose(lost)

    def dots(self, image: torch.Tensor, n: int) -> None:
        """Very dry skin: ridges fall apart into dots of one to three pixels."""
        for i in self.some(n, 0.12).tolist():
            cells = int(self.between(70, 150, 1))
            grain = torch.rand((1, 1, cells, cells), generator=self.g)
            grain = F.interpolate(grain, size=(SIDE, SIDE), mode="bilinear", align_corners=False)[0]
            zone = torch.sigmoid(2.0 * self.field(1, 3)[0] + self.between(-1.0, 2.0, 1))
            gaps = torch.sigmoid((grain - self.between(0.45, 0.62, 1)) * 18) * zone
            light = image[i].flatten().quantile(0.9)
            image[i] += gaps * (light - image[i]).clamp_min(0.0)

    def resample(self, image: torch.Tensor, n: int) -> None:
        """Through a coarser grid and back, as exchange at other resolutions does."""
        for i in self.some(n, 0.2).tolist():
            side = int(SIDE * self.between(0.48, 0.9, 1))
            mode = "bilinear" if self.unit(1) < 0.6 else "nearest" if self.unit(1) < 0.25 else "bicubic"
            extra = {} if mode == "nearest" else {"align_corners": False}
            small = F.interpolate(image[i : i + 1], size=(side, side), mode=mode, **extra)
            image[i] = F.interpolate(small, size=(SIDE, SIDE), mode="bilinear", align_corners=False)[0]

    def sharpen(self, image: torch.Tensor, n: int) -> None:
        """Blur, or the sharpening that drivers do, with its halos and clipped levels."""
        at = self.some(n, 0.35)
        if not len(at):
            return
        soft = F.avg_pool2d(F.avg_pool2d(image[at], 3, 1, 1, count_include_pad=False), 3, 1, 1, count_include_pad=False)
        amount = self.between(-1.0, 2.5, len(at), 1, 1, 1)
        image[at] = (image[at] + amount * (image[at] - soft)).clamp(0.0, 255.0)

    def stripes(self, image: torch.Tensor, n: int) -> None:
        """Rows or columns with a level of their own."""
        for i in self.some(n, 0.12).tolist():
            size = (1, 1, SIDE) if self.unit(1) < 0.5 else (1, SIDE, 1)
            image[i] += torch.randn(size, generator=self.g) * self.between(1.0, 9.0, 1)

    def noise(self, image: torch.Tensor, n: int) -> None:
        at = self.some(n, 0.4)
        if len(at):
            fine = torch.randn((len(at), 1, SIDE, SIDE), generator=self.g)
            soft = F.avg_pool2d(fine, 3, 1, 1, count_include_pad=False) * 2.2
            mixed = torch.where(self.unit(len(at), 1, 1, 1) < 0.5, fine, soft)
            image[at] += mixed * self.between(0.0, 1.0, len(at), 1, 1, 1) ** 2 * 45.0

    def compress(self, image: torch.Tensor, n: int) -> None:
        """Rounding of cosine coefficients in blocks of 8 x 8."""
        at = self.some(n, 0.25)
        if not len(at):
            return
        m, blocks = len(at), SIDE // 8
        x = image[at, 0].reshape(m, blocks, 8, blocks, 8).transpose(2, 3) - 128.0
        steps = self.steps * self.between(0.3, 3.5, m, 1, 1, 1, 1)
        x = torch.round((self.dct @ x @ self.dct.T) / steps) * steps
        x = self.dct.T @ x @ self.dct
        image[at, 0] = x.transpose(2, 3).reshape(m, SIDE, SIDE) + 128.0

    def frame(self, image: torch.Tensor, batch: Batch, n: int) -> None:
        """The sensor's field ends within the picture, with a hard edge."""
        at = self.some(n, 0.12)
        lost = torch.zeros(n, CELLS, CELLS, dtype=torch.bool)
        for i in at.tolist():
            angle = self.between(0, 2 * math.pi, 1)
            if self.unit(1) < 0.85:
                angle = torch.round(angle / (math.pi / 2)) * (math.pi / 2)
            reach = self.between(20, 95, 1)
            inside = (self.x - 95.5) * torch.cos(angle) + (self.y - 95.5) * torch.sin(angle) < reach
            level = self.between(0, 255, 1) if self.unit(1) < 0.4 else image[i].max()
            image[i, 0] = torch.where(inside, image[i, 0], level)
            lost[i] = F.avg_pool2d((~inside).float()[None, None], CELL)[0, 0] > 0.5
        batch.lose(lost)

    def nothing(self, image: torch.Tensor, batch: Batch, n: int) -> None:
        """No finger: noise, clouds, letters' strokes, weave. Truth: nothing is there."""
        at = self.some(n, 0.03)
        lost = torch.zeros(n, CELLS, CELLS, dtype=torch.bool)
        for i in at.tolist():
            kind = int(self.between(0, 4, 1))
            if kind == 0:
                scene = self.field(1, int(self.between(2, 60, 1)))[0] * 40.0
            elif kind == 1:
                scene = torch.randn((1, SIDE, SIDE), generator=self.g) * 40.0
            elif kind == 2:
                scene = torch.sign(self.field(1, int(self.between(6, 40, 1)))[0]) * 60.0
            else:
                u, v = self.between(0.2, 2.6, 2).tolist()
                scene = (torch.sin(u * self.x) * torch.sin(v * self.y) * 50.0)[None]
            image[i] = self.between(60, 220, 1) + scene * self.between(0.2, 1.0, 1)
            lost[i] = True
        batch.lose(lost)
