"""What lamps, cameras, glasses and compression do to pictures of eyes: seeded, batched, on top of what the renderer draws."""

import math

import torch
import torch.nn.functional as F

from chance import Chance
from scenes import Batch


class Degrade(Chance):
    def field(self, n: int, size: tuple[int, int], cells: int) -> torch.Tensor:
        """Smooth noise, n x 1 x h x w, deviation about 1; `cells` bumps across."""
        coarse = torch.randn((n, 1, cells + 3, cells + 3), generator=self.g)
        return F.interpolate(coarse, size=size, mode="bicubic", align_corners=False) * 1.3

    def __call__(self, batch: Batch) -> Batch:
        image, n = batch.image, len(batch)
        self.size = image.shape[2:]
        self.y, self.x = torch.meshgrid(*(torch.arange(s, dtype=torch.float32) for s in self.size), indexing="ij")
        self.reflectance(image, batch, n)
        self.texture(image, batch, n)
        self.light(image, n)
        self.lines(image, batch, n)
        self.glare(image, batch, n)
        self.cover(image, batch, n)
        self.blur(image, n)
        self.tone(image, n)
        self.grain(image, n)
        self.compress(image, n)
        self.border(image, batch, n)
        self.nothing(image, batch, n)
        batch.image = image.clamp(0.0, 255.0).round()
        return batch

    def reflectance(self, image: torch.Tensor, batch: Batch, n: int) -> None:
        """Other eyes and other wavelengths: dull scleras, hazy pupils, dark or light irises and skins."""
        iris = (batch.iris - batch.pupil).clamp_min(0.0)
        ring = (image * iris).sum((2, 3), keepdim=True) / iris.sum((2, 3), keepdim=True).clamp_min(1.0)
        sclera = ((1.0 - batch.iris) * (1.0 - batch.lid)).clamp(0.0, 1.0)
        keep = torch.where(self.unit(n, 1, 1, 1) < 0.6, self.between(0.12, 1.6, n, 1, 1, 1), torch.ones(n, 1, 1, 1))
        image += sclera * (keep - 1.0) * (image - ring)
        haze = torch.where(self.unit(n, 1, 1, 1) < 0.4, self.between(0.0, 0.75, n, 1, 1, 1), torch.zeros(n, 1, 1, 1))
        inside = batch.pupil * (1.0 - batch.lid)
        image += inside * haze * (ring - image) * (image < ring)
        tint = torch.where(self.unit(n, 1, 1, 1) < 0.6, self.between(-70, 60, n, 1, 1, 1), torch.zeros(n, 1, 1, 1))
        image += batch.lid * tint
        dark = torch.where(self.unit(n, 1, 1, 1) < 0.5, self.between(-65, 35, n, 1, 1, 1), torch.zeros(n, 1, 1, 1))
        image += iris * (1.0 - batch.lid) * dark * ((image - 25.0) / 80.0).clamp(0.0, 1.0)

    def texture(self, image: torch.Tensor, batch: Batch, n: int) -> None:
        """Rings, blotches and rays of irises that the renderer does not know; skin with folds and shadows."""
        at = self.some(n, 0.5)
        if not len(at):
            return
        m, iris = len(at), (batch.iris - batch.pupil).clamp_min(0.0)[at]
        (px, py, pr), (lx, ly, lr) = (batch.circles[at, k].unbind(1) for k in (0, 1))
        over = lambda v: v[:, None, None]
        r = torch.hypot(self.x - over(px), self.y - over(py))
        rho = ((r - over(pr)) / over((lr - pr).clamp_min(2.0))).clamp(-0.5, 2.0)
        ring = torch.sigmoid((rho - self.between(0.15, 0.75, m, 1, 1)) * self.between(4.0, 30.0, m, 1, 1))
        bump = torch.exp(-(((rho - self.between(0.0, 1.0, m, 1, 1)) / self.between(0.05, 0.3, m, 1, 1)) ** 2))
        change = ring * self.between(-40, 40, m, 1, 1) + bump * self.between(-30, 30, m, 1, 1)
        blot = self.field(m, self.size, int(self.between(6, 24, 1))) * self.between(0.0, 18.0, m, 1, 1, 1)
        image[at] += iris * (change[:, None] + blot)
        folds = self.field(m, self.size, int(self.between(3, 14, 1))) * 30.0 * self.unit(m, 1, 1, 1) ** 2
        image[at] += batch.lid[at] * folds

    def light(self, image: torch.Tensor, n: int) -> None:
        """Lamps at one side, light that falls off towards the corners."""
        at = self.some(n, 0.5)
        if not len(at):
            return
        m, (h, w) = len(at), self.size
        angle, much = self.between(0, 2 * math.pi, m, 1, 1), self.between(0.0, 0.65, m, 1, 1)
        u, v = (self.x - 0.5 * w) / (0.5 * w), (self.y - 0.5 * h) / (0.5 * w)
        slope = 1.0 + much * (u * torch.cos(angle) + v * torch.sin(angle))
        fall = 1.0 - self.between(-0.2, 0.75, m, 1, 1) * (u * u + v * v) / 2.0
        uneven = 1.0 + 0.12 * self.field(m, self.size, 3)[:, 0]
        image[at] *= (slope * fall.clamp_min(0.1) * uneven)[:, None].clamp(0.05, 2.5)

    def lines(self, image: torch.Tensor, batch: Batch, n: int) -> None:
        """Hairs, and lashes where the renderer has none; dark mostly."""
        at = self.some(n, 0.25)
        if not len(at):
            return
        m, k, (h, w) = len(at), 10, self.size
        main = self.between(0, math.pi, m, 1)
        angle = main + 0.4 * torch.randn((m, k), generator=self.g)
        px, py = self.between(0, w, m, k), self.between(0, h, m, k)
        half, width = self.between(10, 120, m, k), self.between(0.5, 1.8, m, k)
        depth = self.between(0.3, 1.0, m, k) * (self.unit(m, k) < self.between(0.1, 1.0, m, 1))
        bend = 0.004 * torch.randn((m, k), generator=self.g)
        cover = torch.zeros(m, h, w)
        for j in range(k):
            c, s = torch.cos(angle[:, j])[:, None, None], torch.sin(angle[:, j])[:, None, None]
            dx, dy = self.x - px[:, j, None, None], self.y - py[:, j, None, None]
            along = dx * c + dy * s
            across = dy * c - dx * s + bend[:, j, None, None] * along**2
            shape = (1.3 - (across / width[:, j, None, None]) ** 2).clamp_(0, 1)
            shape = shape * ((half[:, j, None, None] - along.abs()) / 6).clamp_(0, 1)
            cover = torch.maximum(cover, depth[:, j, None, None] * shape)
        grey = torch.where(self.unit(m, 1, 1) < 0.8, self.between(5, 70, m, 1, 1), self.between(150, 250, m, 1, 1))
        image[at, 0] += cover * (grey - image[at, 0])
        batch.seen[at, 0] *= (cover < 0.4).float()

    def glare(self, image: torch.Tensor, batch: Batch, n: int) -> None:
        """Lamps and windows in cornea and glasses: spots, rings of spots, broad patches, soft veils."""
        at = self.some(n, 0.45)
        if not len(at):
            return
        m = len(at)
        (px, py, _), (lx, ly, lr) = (batch.circles[at, k].unbind(1) for k in (0, 1))
        kind = self.unit(m)
        light = torch.zeros(m, *self.size)
        for j in range(4):
            wide = torch.where(kind < 0.6, self.between(0.03, 0.12, m), self.between(0.15, 0.8, m))
            spread = torch.where(kind < 0.6, 0.5, 1.2) * lr
            x = lx + spread * torch.randn(m, generator=self.g)
            y = ly + spread * torch.randn(m, generator=self.g)
            a, b = wide * lr, wide * lr * self.between(0.3, 2.0, m)
            turn = self.between(0, math.pi, m)
            c, s = torch.cos(turn)[:, None, None], torch.sin(turn)[:, None, None]
            dx, dy = self.x - x[:, None, None], self.y - y[:, None, None]
            u, v = (c * dx + s * dy) / a[:, None, None], (c * dy - s * dx) / b[:, None, None]
            corner = torch.where(self.unit(m, 1, 1) < 0.5, 2.0, 6.0)
            level = u.abs() ** corner + v.abs() ** corner
            edge = self.between(1.0, 8.0, m, 1, 1)
            on = (self.unit(m, 1, 1) < 0.6).float()
            light = torch.maximum(light, on * torch.sigmoid((1.0 - level) * edge))
        strength = torch.where(self.unit(m, 1, 1) < 0.7, self.between(0.7, 1.0, m, 1, 1), self.between(0.1, 0.6, m, 1, 1))
        light = light * strength
        image[at, 0] += light * (255.0 - image[at, 0])
        batch.seen[at, 0] *= (light < 0.5).float()

    def cover(self, image: torch.Tensor, batch: Batch, n: int) -> None:
        """Something in front: a finger, a frame's temple, a shade."""
        for i in self.some(n, 0.08).tolist():
            angle = self.between(0, 2 * math.pi, 1)
            (_, _, _), (lx, ly, lr) = batch.circles[i].tolist()
            reach = self.between(0.5, 3.0, 1) * lr
            away = (self.x - lx) * torch.cos(angle) + (self.y - ly) * torch.sin(angle) - reach
            inside = (torch.sigmoid(away) * torch.sigmoid(self.between(0.3, 2.5, 1) * lr - away))[None]
            level = self.between(5, 230, 1) + 8.0 * self.field(1, self.size, 8)[0]
            image[i] += inside * (level - image[i])
            batch.seen[i] *= (inside < 0.5).float()

    def blur(self, image: torch.Tensor, n: int) -> None:
        for i in self.some(n, 0.4).tolist():
            sigma = float(self.unit(1)) ** 1.5 * 3.0
            if sigma < 0.2:
                continue
            reach = int(3 * sigma + 1)
            taps = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / sigma) ** 2)
            taps = taps / taps.sum()
            both = self.unit(1) < 0.75  # else smeared along one axis
            padded = F.pad(image[i : i + 1], (reach,) * 4, mode="replicate")
            out = F.conv2d(padded, taps.reshape(1, 1, 1, -1))
            out = F.conv2d(out, taps.reshape(1, 1, -1, 1)) if both else out[:, :, reach:-reach]
            image[i] = out[0]

    def tone(self, image: torch.Tensor, n: int) -> None:
        """Gain, offset and curve of cameras; clipped at both ends."""
        at = self.some(n, 0.7)
        if not len(at):
            return
        m = len(at)
        flat = image[at].clamp(0.0, 255.0) / 255.0
        gamma = torch.exp(self.between(-0.85, 0.85, m, 1, 1, 1))
        flat = flat**gamma
        gain, lift = torch.exp(self.between(-1.2, 0.35, m, 1, 1, 1)), self.between(-0.12, 0.22, m, 1, 1, 1)
        image[at] = 255.0 * (flat * gain + lift).clamp(0.0, 1.0)

    def grain(self, image: torch.Tensor, n: int) -> None:
        at = self.some(n, 0.6)
        if not len(at):
            return
        fine = torch.randn((len(at), 1, *self.size), generator=self.g)
        soft = F.avg_pool2d(fine, 3, 1, 1, count_include_pad=False) * 2.2
        mixed = torch.where(self.unit(len(at), 1, 1, 1) < 0.6, fine, soft)
        image[at] += mixed * self.unit(len(at), 1, 1, 1) ** 2 * 22.0
        for i in self.some(n, 0.1).tolist():
            size = (1, 1, self.size[1]) if self.unit(1) < 0.3 else (1, self.size[0], 1)
            image[i] += torch.randn(size, generator=self.g) * self.between(0.5, 5.0, 1)

    def compress(self, image: torch.Tensor, n: int) -> None:
        """Rounding of cosine coefficients in blocks of 8 x 8."""
        h, w = (s // 8 for s in self.size)
        at = self.some(n, 0.25)
        if not len(at):
            return
        m = len(at)
        x = image[at, 0, : 8 * h, : 8 * w].reshape(m, h, 8, w, 8).transpose(2, 3) - 128.0
        steps = self.steps * self.between(0.2, 2.5, m, 1, 1, 1, 1)
        x = torch.round((self.dct @ x @ self.dct.T) / steps) * steps
        x = self.dct.T @ x @ self.dct
        image[at, 0, : 8 * h, : 8 * w] = x.transpose(2, 3).reshape(m, 8 * h, 8 * w) + 128.0

    def border(self, image: torch.Tensor, batch: Batch, n: int) -> None:
        """The picture ends within the frame."""
        for i in self.some(n, 0.1).tolist():
            level = self.between(0, 255, 1) if self.unit(1) < 0.5 else torch.tensor([0.0])
            h, w = self.size
            for side in range(4):
                if self.unit(1) < 0.5:
                    share = float(self.between(0.01, 0.2, 1))
                    rows = slice(0, int(share * h)) if side == 0 else slice(h - int(share * h), h) if side == 1 else slice(None)
                    columns = slice(0, int(share * w)) if side == 2 else slice(w - int(share * w), w) if side == 3 else slice(None)
                    image[i, :, rows, columns] = level
                    batch.seen[i, :, rows, columns] = 0.0

    def nothing(self, image: torch.Tensor, batch: Batch, n: int) -> None:
        """No eye: noise, clouds, discs, strokes, weave; or a picture from which the eye has been painted over."""
        for i in self.some(n, 0.06).tolist():
            kind = int(self.between(0, 5, 1))
            if kind == 0:
                scene = self.field(1, self.size, int(self.between(2, 40, 1)))[0] * 50.0
            elif kind == 1:
                scene = torch.randn((1, *self.size), generator=self.g) * 40.0
            elif kind == 2:
                scene = torch.sign(self.field(1, self.size, int(self.between(4, 30, 1)))[0]) * 60.0
            elif kind == 3:
                u, v = self.between(0.05, 2.0, 2).tolist()
                scene = (torch.sin(u * self.x) * torch.sin(v * self.y) * 50.0)[None]
            else:
                (_, _, _), (lx, ly, lr) = batch.circles[i].tolist()
                r = torch.hypot(self.x - lx, self.y - ly) / max(lr, 4.0)
                hide = torch.sigmoid((self.between(1.3, 2.2, 1) - r) * 6.0)[None]
                level = image[i].mean() + self.between(-60, 60, 1) + 12.0 * self.field(1, self.size, 10)[0]
                scene = image[i] + hide * (level - image[i]) - 128.0
            image[i] = 128.0 + scene * (1.0 if kind == 4 else float(self.between(0.2, 1.0, 1)))
            for part in (batch.seen, batch.pupil, batch.iris):
                part[i] = 0.0
            batch.eye[i] = 0.0


