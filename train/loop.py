"""What both trainings share: steps, the running mean of the weights, stopping and going on."""

import copy
import math
import pathlib
import time
from typing import Callable, Iterable

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from network import Network

MEMORY = 0.998  # of the running mean of the weights, which is what is written


class Loop:
    def __init__(self, network: Network, steps: int, rate: float, out: pathlib.Path) -> None:
        out.mkdir(parents=True, exist_ok=True)
        self.network = network.to(memory_format=torch.channels_last)
        self.mean = AveragedModel(self.network, multi_avg_fn=get_ema_multi_avg_fn(MEMORY), use_buffers=True)
        self.optimiser = torch.optim.AdamW(self.network.parameters(), lr=rate, weight_decay=1e-2)
        warm = min(200, steps // 10 + 1)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimiser,
            lambda s: (s + 1) / warm if s < warm else 0.5 * (1 + math.cos(math.pi * (s - warm) / (steps - warm))) + 1e-3,
        )
        self.steps, self.first, self.state = steps, 0, out / "state.pt"
        self.began, self.shown = time.time(), {}

    def resume(self, dice: torch.Generator) -> None:
        """Goes on where an earlier run stopped. Samples kept for repetition are not stored: newer ones are repeated."""
        if not self.state.exists():
            return
        saved = torch.load(self.state)
        for name in ("network", "mean", "optimiser", "schedule"):
            getattr(self, name).load_state_dict(saved[name])
        dice.set_state(saved["dice"])
        self.first = saved["step"]
        if self.first < self.steps:
            print(f"going on at step {self.first} of {self.steps}", flush=True)
        else:
            print(f"nothing left to do: {self.state.parent} holds a finished training of {self.steps} steps")

    def step(
        self,
        step: int,
        x: torch.Tensor,
        losses: Callable[[torch.Tensor], dict[str, torch.Tensor]],
        weights: dict[str, float],
        dice: torch.Generator,
    ) -> None:
        self.network.train()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            out = self.network(x.contiguous(memory_format=torch.channels_last))
        parts = losses(out.float())
        loss = sum(weights[k] * v for k, v in parts.items())
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimiser.step()
        self.mean.update_parameters(self.network)
        self.schedule.step()
        for k, v in parts.items():
            value = float(v.detach())
            self.shown[k] = 0.98 * self.shown.get(k, value) + 0.02 * value
        if step % 50 == 49:
            left = (time.time() - self.began) / (step + 1 - self.first) * (self.steps - step - 1)
            text = " ".join(f"{k} {v:.3f}" for k, v in self.shown.items())
            print(f"{step + 1}/{self.steps}, {left / 60:.0f} min left: {text}", flush=True)
        if step % 250 == 249 or step + 1 == self.steps:
            names = ("network", "mean", "optimiser", "schedule")
            saved = {name: getattr(self, name).state_dict() for name in names}
            torch.save({**saved, "dice": dice.get_state(), "step": step + 1}, self.state.with_suffix(".new"))
            self.state.with_suffix(".new").replace(self.state)

    def settled(self, inputs: Iterable[torch.Tensor]) -> Network:
        """The mean of the weights with batch statistics of its own: those that were averaged along belong to none."""
        network = copy.deepcopy(self.mean.module).train()
        for layer in network.modules():
            if isinstance(layer, torch.nn.BatchNorm2d):
                layer.reset_running_stats()
                layer.momentum = None  # a plain mean over the rounds
        with torch.no_grad():
            for x in inputs:
                network(x)
        return network.eval()
