"""The networks that model packages are made of. Importing this starts no TensorFlow."""

from services.vision.packages.networks import efficientnet_lite2, inception_v3, resnet50, vgg16
from services.vision.packages.networks.spec import KerasFile, NetworkSpec, WheelFile

REFERENCE, STARTER = inception_v3.SPEC, efficientnet_lite2.SPEC
NETWORKS = {spec.name: spec for spec in (REFERENCE, resnet50.SPEC, vgg16.SPEC, STARTER)}

__all__ = ["NETWORKS", "REFERENCE", "STARTER", "KerasFile", "NetworkSpec", "WheelFile"]
