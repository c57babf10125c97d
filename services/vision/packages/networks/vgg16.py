"""VGG16. Simonyan and Zisserman, Very Deep Convolutional Networks for Large-Scale Image Recognition, 2014.

As Keras Applications has it. The embedding is the global maximum of the last convolution, 512 values, of the whole
picture squeezed to a square: what VGG16(include_top=False, pooling="max") gives.
"""

from services.vision.network_contract import InputContract
from services.vision.packages.networks.resnet50 import CAFFE_SCALING
from services.vision.packages.networks.runtime import Network, import_tensorflow, scaled_input
from services.vision.packages.networks.spec import KerasFile, NetworkSpec


def _build() -> Network:
    keras = import_tensorflow().keras
    images, scaled = scaled_input(SPEC.input)
    classifier = keras.applications.VGG16(weights=None, input_tensor=scaled)
    pooled = keras.layers.GlobalMaxPooling2D(name="embedding")(classifier.get_layer("block5_conv3").output)
    network: Network = keras.Model(images, {"probabilities": classifier.output, "embedding": pooled}, name=SPEC.name)
    return network


SPEC = NetworkSpec(
    name="vgg16",
    title="VGG16",
    input=InputContract(size=224, scaling=CAFFE_SCALING),
    parameters=138_357_544,
    embedding_size=512,
    embedding_meaning="global maximum of the last convolution, not normalised",
    licence="CC-BY-4.0 (weights of Keras Applications, converted from those of the Visual Geometry Group, Oxford, "
    "trained on ImageNet)",
    official=KerasFile("vgg16"),
    build=_build,
)
