"""The networks for fingers and eyes, which differ in what goes in and comes out, and their weights file (`crates/net`)."""

import hashlib
import struct

import torch
import torch.nn.functional as F
from torch import nn

CELL = 4  # pixels of a side of an output cell


def box_mean(x: torch.Tensor, side: int) -> torch.Tensor:
    """Mean over a box of odd `side`, of what lies inside the picture."""
    half = side // 2
    sums = F.pad(x, (half + 1, half, half + 1, half)).double().cumsum(2).cumsum(3)
    total = sums[:, :, side:, side:] - sums[:, :, :-side, side:] - sums[:, :, side:, :-side] + sums[:, :, :-side, :-side]
    h, w = x.shape[2:]
    rows, cols = (torch.arange(n) for n in (h, w))
    tall = (rows + half).clamp_max(h - 1) - (rows - half).clamp_min(0) + 1
    wide = (cols + half).clamp_max(w - 1) - (cols - half).clamp_min(0) + 1
    return (total / (tall[:, None] * wide)).float()


def conv(cin: int, cout: int, size: int, stride: int = 1, dilation: int = 1) -> nn.Sequential:
    """Convolution and batch normalisation; the latter is folded into the former when weights are written."""
    pad = dilation * (size // 2)
    return nn.Sequential(
        nn.Conv2d(cin, cout, size, stride, pad, dilation, bias=False), nn.BatchNorm2d(cout, momentum=0.02)
    )


class Network(nn.Module):
    """About 9,300 multiply-adds a pixel; names of the layers are those of the weights file."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.stem = conv(inputs, 16, 5, 2)
        self.down1 = conv(16, 32, 3, 2)
        self.a0a, self.a0b = conv(32, 32, 3), conv(32, 32, 3)
        self.down2 = conv(32, 64, 3, 2)
        for i, d in enumerate((1, 2, 3, 1)):
            setattr(self, f"b{i}a", conv(64, 64, 3, 1, d))
            setattr(self, f"b{i}b", conv(64, 64, 3, 1, d))
        self.up, self.skip = conv(64, 48, 1), conv(32, 48, 1)
        self.c0a, self.c0b = conv(48, 48, 3), conv(48, 48, 3)
        self.hid = conv(48, 64, 1)
        self.head = nn.Conv2d(64, outputs, 1)

    def residual(self, x: torch.Tensor, name: str) -> torch.Tensor:
        inner = F.relu(getattr(self, name + "a")(x))
        return F.relu(x + getattr(self, name + "b")(inner))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.relu(self.down1(F.relu(self.stem(x))))
        skip = self.residual(x, "a0")
        x = F.relu(self.down2(skip))
        for i in range(4):
            x = self.residual(x, f"b{i}")
        up = F.interpolate(self.up(x), scale_factor=2, mode="nearest")
        x = self.residual(F.relu(up + self.skip(skip)), "c0")
        return self.head(F.relu(self.hid(x)))


LAYERS = (
    "stem down1 a0a a0b down2 b0a b0b b1a b1b b2a b2b b3a b3b up skip c0a c0b hid head".split()
)


def folded(network: Network) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    """Weights and biases with batch normalisation folded in, weights rounded to half precision."""
    out = {}
    for name in LAYERS:
        layer = getattr(network, name)
        if isinstance(layer, nn.Conv2d):
            weight, bias = layer.weight.detach().float(), layer.bias.detach().float()
        else:
            c, n = layer[0], layer[1]
            scale = n.weight.detach() / torch.sqrt(n.running_var + n.eps)
            weight = (c.weight.detach() * scale[:, None, None, None]).float()
            bias = (n.bias.detach() - n.running_mean * scale).float()
        out[name] = (weight.half(), bias)
    return out


def write_weights(network: Network, path: str) -> str:
    """Writes the weights file and returns its SHA-256. Format: crates/net."""
    data = bytearray(b"RLNET001")
    data += struct.pack("<I", len(LAYERS))
    for name, (weight, bias) in folded(network).items():
        data += struct.pack("<B", len(name)) + name.encode()
        data += struct.pack("<IIII", *weight.shape)
        data += weight.numpy().astype("<f2").tobytes() + bias.numpy().astype("<f4").tobytes()
    with open(path, "wb") as f:
        f.write(data)
    return hashlib.sha256(data).hexdigest()


def plain(weights: dict[str, tuple[torch.Tensor, torch.Tensor]], x: torch.Tensor) -> torch.Tensor:
    """The network as the weights file has it, in single precision: what other implementations must give."""

    def run(name: str, x: torch.Tensor, stride: int = 1, dilation: int = 1) -> torch.Tensor:
        weight, bias = weights[name]
        pad = dilation * (weight.shape[-1] // 2)
        return F.conv2d(x, weight.float(), bias, stride, pad, dilation)

    def residual(x: torch.Tensor, name: str, dilation: int = 1) -> torch.Tensor:
        inner = F.relu(run(name + "a", x, 1, dilation))
        return F.relu(x + run(name + "b", inner, 1, dilation))

    x = F.relu(run("down1", F.relu(run("stem", x, 2)), 2))
    skip = residual(x, "a0")
    x = F.relu(run("down2", skip, 2))
    for i, d in enumerate((1, 2, 3, 1)):
        x = residual(x, f"b{i}", d)
    up = F.interpolate(run("up", x), scale_factor=2, mode="nearest")
    x = residual(F.relu(up + run("skip", skip)), "c0")
    return run("head", F.relu(run("hid", x)))
