"""Trains the fingerprint front-end on synthetic patches alone. How to run it, and the model card: README.md."""

import argparse
import json
import math
import pathlib
import random
import subprocess
import sys

import torch
import torch.nn.functional as F

from ahead import ahead
from degrade import Degrade
from loop import Loop
from network import Network, folded, plain, write_weights
from patches import patches
from truth import CELL, CHANNELS, DIRECTION, HEAT, KIND, MASK, OFFSET, Batch, losses, normalise, sample

# The renderer's own batches of 16 share a finger: two fingers' fresh patches a step.
FRESH, AGAIN = 32, 32
KEPT = 24_000  # patches kept for repetition, about 2 GB
AHEAD = 256  # patches read before they are needed, about 30 MB
WEIGHTS = {
    "found": 1.0,
    "false": 1.0,
    "offset": 0.5,
    "direction": 1.0,
    "kind": 0.2,
    "mask": 1.0,
    "flow": 1.0,
    "period": 1.0,
    "ridges": 2.0,
}
VALIDATION_SEED = 0x5EED_0F_7E57  # fingers that training never sees


class Stream:
    """Patches from one renderer process, in their order."""

    def __init__(self, ridgeline: str, seed: int, count: int, first: int, threads: int) -> None:
        command = [ridgeline, "synth", "patches", "--seed", str(seed), "--count", str(count)]
        command += ["--first-batch", str(first), "--threads", str(threads)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        self.patches = ahead(patches(self.process.stdout), AHEAD)

    def take(self, n: int) -> list:
        return [sample(next(self.patches)) for _ in range(n)]


def peaks(out: torch.Tensor, threshold: float) -> list[torch.Tensor]:
    """Minutiae of each patch, n x 5: x, y, direction, bifurcation, confidence. 3 x 3 maxima, 6 px suppression."""
    heat = torch.sigmoid(out[:, HEAT].float())
    top = (heat == F.max_pool2d(heat[:, None], 3, 1, 1)[:, 0]) & (heat > threshold) & (out[:, MASK] > 0)
    found = []
    for i in range(len(out)):
        row, col = torch.nonzero(top[i], as_tuple=True)
        at = out[i, :, row, col].float()
        x = col * CELL + 1.5 + CELL * at[OFFSET][0]
        y = row * CELL + 1.5 + CELL * at[OFFSET][1]
        angle = torch.atan2(at[DIRECTION][1], at[DIRECTION][0])
        points = torch.stack([x, y, angle, (at[KIND] > 0).float(), heat[i, row, col]], 1)
        points = points[points[:, 4].argsort(descending=True)]
        kept: list[torch.Tensor] = []
        for p in points:
            if all((p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2 >= 36.0 for q in kept):
                kept.append(p)
        found.append(torch.stack(kept) if kept else torch.zeros(0, 5))
    return found


def agreement(out: torch.Tensor, batch: Batch, threshold: float) -> dict[str, float]:
    """Recall and precision at 8 px and 0.5 rad, place and direction errors, share of right types."""
    true = said = hit = right = 0
    places, turns = 0.0, 0.0
    for i, found in enumerate(peaks(out, threshold)):
        truth = batch.minutiae[(batch.of == i) & (batch.minutiae[:, 4] > 0.4)]
        true, said = true + len(truth), said + len(found)
        free = torch.ones(len(truth), dtype=torch.bool)
        for p in found:
            if not len(truth):
                break
            d = (truth[:, 0] - p[0]) ** 2 + (truth[:, 1] - p[1]) ** 2
            turn = torch.remainder(truth[:, 2] - p[2] + math.pi, 2 * math.pi) - math.pi
            ok = free & (d < 64.0) & (turn.abs() < 0.5)
            if ok.any():
                best = torch.where(ok, d, torch.inf).argmin()
                free[best] = False
                hit += 1
                places += float(d[best].sqrt())
                turns += float(turn[best].abs())
                right += int(truth[best, 3] == p[3])
    n = max(hit, 1)
    recall, precision = hit / max(true, 1), hit / max(said, 1)
    return {
        "recall": recall,
        "precision": precision,
        "f1": 2 * recall * precision / max(recall + precision, 1e-9),
        "px": places / n,
        "rad": turns / n,
        "type": right / n,
    }


def validate(network: Network, ridgeline: str, count: int = 384) -> dict[str, float]:
    """On fingers and degradations that training has not seen, with the threshold that is best there."""
    stream = Stream(ridgeline, VALIDATION_SEED, count, 0, 1)
    degrade = Degrade(VALIDATION_SEED)
    outs, batches = [], []
    network.eval()
    with torch.no_grad():
        for _ in range(count // 64):
            batch = degrade(Batch(stream.take(64)))
            outs.append(network(normalise(batch.image)))
            batches.append(batch)
    best: dict[str, float] = {"f1": -1.0}
    for threshold in (0.2, 0.3, 0.4, 0.5):
        parts = [agreement(o, b, threshold) for o, b in zip(outs, batches)]
        mean = {k: sum(p[k] for p in parts) / len(parts) for k in parts[0]}
        if mean["f1"] > best["f1"]:
            best = {"threshold": threshold, **mean}
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ridgeline", default="target/release/ridgeline", help="the program that renders patches")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("trained"), help="folder for the results")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patches", type=int, default=134_400, help="fresh patches to train on")
    parser.add_argument("--rate", type=float, default=3e-3, help="highest learning rate")
    parser.add_argument("--threads", type=int, default=1, help="threads of the training")
    parser.add_argument("--render-threads", type=int, default=1, help="threads of the renderer")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    dice = random.Random(args.seed)
    degrade = Degrade(args.seed)

    network = Network(1, CHANNELS)
    with torch.no_grad():
        network.head.bias[HEAT] = -4.0  # about one cell in fifty holds a minutia
    loop = Loop(network, args.patches // FRESH, args.rate, args.out)
    loop.resume(degrade.g)
    left = (loop.steps - loop.first) * FRESH
    stream = Stream(args.ridgeline, args.seed, left, loop.first * FRESH // 16, args.render_threads)
    kept: list = []
    for step in range(loop.first, loop.steps):
        fresh = stream.take(FRESH)
        again = dice.sample(kept, min(AGAIN, len(kept)))
        for s in fresh:
            if len(kept) < KEPT:
                kept.append(s)
            else:
                kept[dice.randrange(KEPT)] = s
        batch = degrade(Batch(fresh + again))
        loop.step(step, normalise(batch.image), lambda out: losses(out, batch), WEIGHTS, degrade.g)
        if step % 500 == 499 and step + 1 < loop.steps:
            finish(settled(loop, kept, args.seed), args, f"after {step + 1} of {loop.steps} steps")
    if loop.first < loop.steps:
        finish(settled(loop, kept, args.seed), args, "done")


def settled(loop: Loop, kept: list, seed: int) -> Network:
    """The network to write, its batch statistics taken over ten batches."""
    dice, degrade = random.Random(seed), Degrade(seed)
    some = lambda: degrade(Batch(dice.sample(kept, min(FRESH + AGAIN, len(kept)))))
    return loop.settled(normalise(some().image) for _ in range(10))


def finish(network: Network, args: argparse.Namespace, what: str) -> None:
    """Writes weights, a test vector of them, and figures on unseen synthetic fingers."""
    figures = validate(network, args.ridgeline)
    hash_ = write_weights(network, str(args.out / "weights.bin"))
    batch = Batch(Stream(args.ridgeline, VALIDATION_SEED, 16, 0, 1).take(1))
    x = normalise(batch.image)[:, :, 40:112, 24:120]
    with torch.no_grad():
        y = plain(folded(network), x)
    with open(args.out / "vector.bin", "wb") as f:
        f.write(torch.tensor(x.shape[2:], dtype=torch.int32).numpy().tobytes())
        f.write(x.contiguous().numpy().tobytes() + y.contiguous().numpy().tobytes())
    card = {"seed": args.seed, "patches": args.patches, "sha256": hash_, "state": what, "unseen": figures}
    (args.out / "card.json").write_text(json.dumps(card, indent=1) + "\n")
    print(f"{what}: {json.dumps(figures)} {hash_}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
