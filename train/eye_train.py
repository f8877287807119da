"""Trains the network that finds eyes on synthetic scenes alone. How to run it, and the model card: README.md."""

import argparse
import json
import pathlib
import random
import subprocess
import sys

import torch

from ahead import ahead
from eye_degrade import Degrade
from loop import Loop
from network import CELL, Network, folded, plain, write_weights
from scenes import CHANNELS, IRIS, LONG, PUPIL, SEEN, Batch, Scene, circles, losses, normalise, scenes, truths

FRESH, AGAIN = 12, 20
KEPT = 24_000  # scenes kept for repetition, about 2.5 GB
AHEAD = 128  # scenes read before they are needed, about 13 MB
WEIGHTS = {"pupil": 1.0, "iris": 1.0, "seen": 0.7, "circles": 1.0}
VALIDATION_SEED = 0x5EED_0F_7E57  # eyes that training never sees


class Stream:
    """Scenes from one renderer process, in their order."""

    def __init__(self, ridgeline: str, seed: int, count: int, first: int, threads: int) -> None:
        command = ridgeline.split() + ["synth", "scenes", "--seed", str(seed), "--count", str(count)]
        command += ["--first", str(first), "--threads", str(threads)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        self.scenes = ahead(scenes(self.process.stdout), AHEAD)

    def take(self, n: int) -> list[Scene]:
        return [next(self.scenes) for _ in range(n)]


def validate(network: Network, ridgeline: str, count: int = 480) -> dict[str, float]:
    """On eyes and degradations that training has not seen: overlap of the areas, circles against the truth."""
    stream, degrade = Stream(ridgeline, VALIDATION_SEED, count, 0, 1), Degrade(VALIDATION_SEED)
    network.eval()
    overlap, limbus, pupil, false = [[], [], []], [], [], []
    with torch.no_grad():
        for _ in range(count // 48):
            batch = degrade(Batch(stream.take(48), degrade.g))
            out = network(normalise(batch.image))
            shares, _ = truths(batch)
            said, eye = torch.sigmoid(out[:, :3]), batch.eye > 0
            for k in (PUPIL, IRIS, SEEN):
                both, either = torch.minimum(said[:, k], shares[:, k]), torch.maximum(said[:, k], shares[:, k])
                overlap[k].append((both.sum((1, 2)) / either.sum((1, 2)).clamp_min(1.0))[eye])
            found, r = circles(out), batch.circles[:, 1, 2]
            limbus.append(((found[:, 0] - batch.circles[:, 1]).abs().amax(1) / r)[eye])
            pupil.append(((found[:, 1] - batch.circles[:, 0]).abs().amax(1) / r)[eye])
            false.append(said[:, IRIS].amax((1, 2))[~eye])
    limbus, pupil, false = torch.cat(limbus), torch.cat(pupil), torch.cat(false)
    names = ("pupil", "iris", "seen")
    figures = {f"{name}_iou": float(torch.cat(overlap[k]).mean()) for k, name in enumerate(names)}
    for name, away in (("limbus", limbus), ("pupil", pupil)):
        figures |= {f"{name}_median": float(away.median()), f"{name}_p95": float(away.quantile(0.95))}
    return figures | {"false_eyes": float((false > 0.5).float().mean())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ridgeline", default="target/release/ridgeline", help="the program that renders scenes")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("trained-eyes"), help="folder for the results")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scenes", type=int, default=28_800, help="fresh scenes to train on")
    parser.add_argument("--rate", type=float, default=3e-3, help="highest learning rate")
    parser.add_argument("--threads", type=int, default=1, help="threads of the training")
    parser.add_argument("--render-threads", type=int, default=1, help="threads of the renderer")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    dice, degrade = random.Random(args.seed), Degrade(args.seed)
    network = Network(2, CHANNELS)
    with torch.no_grad():
        network.head.bias[:3] = -2.0  # most of a picture is neither
    loop = Loop(network, args.scenes // FRESH, args.rate, args.out)
    loop.resume(degrade.g)
    stream = Stream(args.ridgeline, args.seed, args.scenes - loop.first * FRESH, loop.first * FRESH, args.render_threads)
    kept: list[Scene] = []
    for step in range(loop.first, loop.steps):
        fresh = stream.take(FRESH)
        again = dice.sample(kept, min(AGAIN, len(kept)))
        for s in fresh:
            if len(kept) < KEPT:
                kept.append(s)
            else:
                kept[dice.randrange(KEPT)] = s
        batch = degrade(Batch(fresh + again, degrade.g))
        loop.step(step, normalise(batch.image), lambda out: losses(out, batch), WEIGHTS, degrade.g)
        if step % 500 == 499 and step + 1 < loop.steps:
            finish(loop, kept, args, f"after {step + 1} of {loop.steps} steps")
    if loop.first < loop.steps:
        finish(loop, kept, args, "done")


def finish(loop: Loop, kept: list[Scene], args: argparse.Namespace, what: str) -> None:
    """Writes weights, a test vector of them, and figures on unseen synthetic eyes."""
    dice, degrade = random.Random(args.seed), Degrade(args.seed)
    some = lambda: degrade(Batch(dice.sample(kept, min(FRESH + AGAIN, len(kept))), degrade.g))
    network = loop.settled(normalise(some().image) for _ in range(10))
    figures = validate(network, args.ridgeline)
    hash_ = write_weights(network, str(args.out / "weights.bin"))
    picture = some().image[:1, :, 16:88, 40:136].round()
    with torch.no_grad():
        x = normalise(picture)
        y = plain(folded(network), x)
    with open(args.out / "vector.bin", "wb") as f:
        f.write(torch.tensor(x.shape[2:], dtype=torch.int32).numpy().tobytes())
        f.write(picture.contiguous().numpy().tobytes() + y.contiguous().numpy().tobytes())
    card = {"seed": args.seed, "scenes": args.scenes, "sha256": hash_, "state": what, "unseen": figures}
    (args.out / "card.json").write_text(json.dumps(card, indent=1) + "\n")
    print(f"{what}: {json.dumps(figures)} {hash_}", flush=True)


assert LONG % (2 * CELL) == 0

if __name__ == "__main__":
    sys.exit(main())
