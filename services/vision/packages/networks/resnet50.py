"""ResNet50. He et al., Deep Residual Learning for Image Recognition, 2015, as Keras Applications has it.

Seen as in the paper: the shorter side resized to 256, the middle 224 x 224.
"""

from services.vision.network_contract import InputContract, Scaling
from services.vision.packages.networks.runtime import Network, import_tensorflow, scaled_input
from services.vision.packages.networks.spec import KerasFile, NetworkSpec

CAFFE_SCALING = Scaling(mean=(123.68, 116.779, 103.939), divisor=1.0, channels="BGR")


def _build() -> Network:
    keras = import_tensorflow().keras
    images, scaled = scaled_input(SPEC.input)
    classifier = keras.applications.ResNet50(weights=None, input_tensor=scaled)
    outputs = {"probabilities": classifier.output, "embedding": classifier.get_layer("avg_pool").output}
    network: Network = keras.Model(images, outputs, name=SPEC.name)
    return network


SPEC = NetworkSpec(
    name="resnet50",
    title="ResNet50",
    input=InputContract(size=224, fit="centre_crop", crop=224 / 256, scaling=CAFFE_SCALING),
    parameters=25_636_712,
    embedding_size=2048,
    embedding_meaning="global average pool, not normalised",
    licence="MIT (weights of Keras Applications, converted from those that He et al. published, trained on ImageNet)",
    official=KerasFile("resnet"),
    build=_build,
)
