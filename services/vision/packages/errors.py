"""What can be wrong with a model package, or with making one."""

from enum import StrEnum


class PackageFault(StrEnum):
    """Why a package is refused; stable, so that status pages and scripts can tell the cases apart."""

    MISSING = "package_missing"
    MANIFEST = "package_manifest_invalid"
    DIGEST = "package_digest_mismatch"
    GOLDEN = "package_golden_mismatch"
    ENGINE = "package_engine_unavailable"
    REMOTE = "package_remote_unfit"  # passes when the other server is mended, without a change of the package
    TARGET = "package_target_taken"
    BUSY = "package_build_busy"
    WEIGHTS = "package_weights_unusable"
    DOWNLOAD = "package_download_failed"
    DISK = "package_disk"
    TOOLS = "package_tools_missing"
    IMAGES = "package_images_too_few"


class PackageError(Exception):
    """A package cannot be used or made. The message is a sentence for the operator: what is wrong, what to do next."""

    def __init__(self, code: PackageFault, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
