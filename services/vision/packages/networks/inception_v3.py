"""Inception V3, the reference.

Szegedy et al., Rethinking the Inception Architecture for Computer Vision, 2015, as Keras Applications has it.
"""

from services.vision.network_contract import InputContract, Scaling
from services.vision.packages.networks.runtime import Network, import_tensorflow, scaled_input
from services.vision.packages.networks.spec import KerasFile, NetworkSpec


def _build() -> Network:
    keras = import_tensorflow().keras
    images, scaled = scaled_input(SPEC.input)
    classifier = keras.applications.InceptionV3(weights=None, input_tensor=scaled)
    outputs = {"probabilities": classifier.output, "embedding": classifier.get_layer("avg_pool").output}
    network: Network = keras.Model(images, outputs, name=SPEC.name)
    return network


SPEC = NetworkSpec(
    name="inception_v3",
    title="Inception V3",
    input=InputContract(size=299, scaling=Scaling(mean=(127.5, 127.5, 127.5), divisor=127.5)),
    parameters=23_851_784,
    embedding_size=2048,
    embedding_meaning="global average pool, not normalised",
    licence="Apache-2.0 (weights of Keras Applications, trained on ImageNet)",
    official=KerasFile("inception_v3"),
    build=_build,
)
