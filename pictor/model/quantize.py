"""`pictor model quantize`."""

import argparse
import asyncio
import sys

from pictor.model.calibration import calibration_pictures
from pictor.model.telling import Teller, weights_said


def run_quantize(arguments: argparse.Namespace) -> None:
    from services.vision.packages import load_package  # noqa: PLC0415
    from services.vision.packages.quantize import quantize  # noqa: PLC0415

    source = load_package(arguments.package)
    tell = Teller()
    pictures = asyncio.run(
        calibration_pictures(arguments.images, arguments.holdout, tell, wanted=source.manifest.input.model_input)
    )
    package = quantize(
        source, arguments.to, calibration=pictures.calibration, held_out=pictures.held_out, progress=tell
    )
    found = package.manifest.quantization
    assert found is not None  # noqa: S101 - quantize measures it
    sys.stdout.write(
        f"package  {package.folder}\n"
        f"space    {package.manifest.space}, of its own: images that are in the library are embedded again\n"
        f"made of  {source.manifest.space}, {weights_said(source)}\n"
        f"images   {found.calibration_images} to calibrate with, {found.held_out_images} others to compare with fp32 on"
        f"{pictures.said}\n"
        f"top-1    {100 * found.top_1:.1f} % have the same first label\n"
        f"top-5    {100 * found.top_5:.1f} % of the first five labels are the same\n"
        f"cosine   {found.cosine_median:.5f} (median), {found.cosine_min:.5f} (least) between the embeddings\n"
        "Nothing uses it yet: where you find that good enough, point PICTOR_MODEL_PACKAGE at it.\n"
    )
