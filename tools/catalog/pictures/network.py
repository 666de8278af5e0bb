"""EfficientNet-Lite0 (Tan & Le 2019; Lite: no squeeze-and-excitation, ReLU6) in torch, up to its pooled features.

Parameter names are those of the published weights, so that these load as they are.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

FEATURES = 1280
_STEM = 32
_LAST = 320
_EPSILON = 1e-3
_STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, _LAST),
)
"""(repeats, kernel, stride of the first, expansion, output channels), table 1 of the paper."""


class EfficientNetLite0(nn.Module):
    """Pictures (n, 3, s, s), scaled to [-1, 1], -> pooled features (n, 1280)."""

    def __init__(self) -> None:
        super().__init__()
        self._conv_stem = _Same(3, _STEM, 3, stride=2)
        self._bn0 = _norm(_STEM)
        self._blocks = nn.ModuleList(_blocks())
        self._conv_head = _Same(_LAST, FEATURES, 1)
        self._bn1 = _norm(FEATURES)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """The mean of the last feature map over its places."""
        found = functional.relu6(self._bn0(self._conv_stem(pictures)))
        for block in self._blocks:
            found = block(found)
        return functional.relu6(self._bn1(self._conv_head(found))).mean(dim=(2, 3))


class _Same(nn.Conv2d):
    """A convolution padded as in TensorFlow: the output is the input over the stride, rounded up."""

    def __init__(self, before: int, after: int, kernel: int, *, stride: int = 1, groups: int = 1) -> None:
        super().__init__(before, after, kernel, stride=stride, groups=groups, bias=False)

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        (height, width), (kernel, stride) = input.shape[-2:], (self.kernel_size[0], self.stride[0])
        tall, wide = (max((-(-side // stride) - 1) * stride + kernel - side, 0) for side in (height, width))
        return super().forward(functional.pad(input, (wide // 2, wide - wide // 2, tall // 2, tall - tall // 2)))


class _Block(nn.Module):
    """An inverted bottleneck: widen, filter each channel, narrow; added to its input where the shapes agree."""

    def __init__(self, before: int, after: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = before * expansion
        self._expands = expansion > 1
        if self._expands:
            self._expand_conv, self._bn0 = _Same(before, wide, 1), _norm(wide)
        self._depthwise_conv, self._bn1 = _Same(wide, wide, kernel, stride=stride, groups=wide), _norm(wide)
        self._project_conv, self._bn2 = _Same(wide, after, 1), _norm(after)
        self._adds = stride == 1 and before == after

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        found = functional.relu6(self._bn0(self._expand_conv(given))) if self._expands else given
        found = functional.relu6(self._bn1(self._depthwise_conv(found)))
        found = self._bn2(self._project_conv(found))
        return found + given if self._adds else found


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=_EPSILON)


def _blocks() -> list[_Block]:
    blocks, before = [], _STEM
    for repeats, kernel, stride, expansion, after in _STAGES:
        for place in range(repeats):
            blocks.append(_Block(before, after, kernel, stride if place == 0 else 1, expansion))
            before = after
    return blocks
