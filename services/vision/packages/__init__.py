"""Model packages: a network on disk with everything that is needed to trust it.

`services.vision.packages.build` makes them; it is imported on its own, since only a builder has TensorFlow.
"""

from services.vision.packages.errors import PackageError, PackageFault
from services.vision.packages.manifest import Manifest, WeightsKind
from services.vision.packages.package import ClassLabel, Package, load_package

__all__ = ["ClassLabel", "Manifest", "Package", "PackageError", "PackageFault", "WeightsKind", "load_package"]
