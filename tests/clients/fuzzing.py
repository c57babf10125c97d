"""`make contract-fuzz`: Schemathesis against a live stack, all phases, 25 examples an operation; some ten minutes."""

import argparse
import json
import subprocess
import sys
import tempfile
from http import HTTPStatus
from pathlib import Path

import httpx

from pictor.contracts import FOLDER
from services.gateway.proxy.browser import PAGE_HEADER
from tests.clients.generators import HERE
from tests.clients.pictures import draw_pictures
from tests.e2e.stack import RunningStack, running_stack, send

SCHEMATHESIS = "schemathesis==4.32.5"
CONFIG = HERE / "schemathesis.toml"
ALONE = "--phases=examples,coverage,fuzzing"
"""Without the stateful phase."""
BY_THEMSELVES = (
    "sessions_delete",
    "me_change_password",
    "users_update",
    "users_delete",
    "users_reset_password",
    "spaces_delete",
)
"""Operations that lock the caller out, or take away what the others are asked about, once they are led to what there
is. They are asked last, and about what is not there: without the stateful phase."""
LED_THERE = (
    *("shares_get", "shares_images", "shares_content", "shares_variant", "downloads_content"),
    *("operations_get", "operations_pause", "operations_resume", "operations_cancel"),
)
"""Operations whose secrets and ids no list gives to Schemathesis: they are asked once more, about what is there."""
NO_LIMIT = {"PICTOR_RATE_PER_S": "100000", "PICTOR_RATE_BURST": "100000"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make contract-fuzz", description=__doc__)
    parser.add_argument("--weights", default="starter", help="PICTOR_WEIGHTS of the stack")
    asked, further = parser.parse_known_args()
    with tempfile.TemporaryDirectory(prefix="pictor-fuzz-") as name:
        folder = Path(name)
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True, timeout=300)
        subprocess.run([folder / "venv/bin/pip", "install", "--quiet", SCHEMATHESIS], check=True, timeout=900)
        with running_stack(folder / "data", PICTOR_WEIGHTS=asked.weights, **NO_LIMIT) as stack:
            known = folder / "known.toml"
            known.write_text(CONFIG.read_text() + _parameters(_fill(stack, folder)))
            together = [f"--exclude-operation-id={operation}" for operation in BY_THEMSELVES]
            apart = [f"--include-operation-id={operation}" for operation in BY_THEMSELVES]
            there = [f"--include-operation-id={operation}" for operation in LED_THERE]
            outcomes = [
                _fuzz(stack, folder, known, _token(stack), *there, ALONE, *further),
                _fuzz(stack, folder, CONFIG, _token(stack), *together, *further),
                _fuzz(stack, folder, CONFIG, _key(stack), *apart, ALONE, *further),
            ]
    return max(outcomes)


def _token(stack: RunningStack) -> str:
    """Of a session. An API key is in the list of keys: the stateful phase revokes it, and has 401 for all the rest."""
    account = {"name": stack.credentials["user"], "password": stack.credentials["password"]}
    return str(httpx.post(f"{stack.url}/v1/sessions", json=account).raise_for_status().json()["token"])


def _key(stack: RunningStack) -> str:
    scopes = json.loads((FOLDER / "public.json").read_text())["components"]["schemas"]["Scope"]["enum"]
    with stack.client(_token(stack)) as client:
        asked = {"name": "fuzz", "scopes": scopes}
        return str(client.post("/v1/api-keys", json=asked).raise_for_status().json()["key"])


def _fill(stack: RunningStack, folder: Path) -> dict[str, str]:
    """Keep two images and a collection: from lists of them Schemathesis knows ids that are there. Give the path
    parameters that are in no list."""
    with stack.client() as client:
        images = [
            send(client, picture.read_bytes(), title=picture.stem, tags=["fuzz"])["id"]
            for picture in sorted(draw_pictures(folder / "pictures").iterdir())
        ]
        made = client.post("/v1/collections", json={"name": "Fuzz"}).raise_for_status().json()["id"]
        client.put(f"/v1/collections/{made}/images/{images[0]}").raise_for_status()
        asked = {"name": "Fuzz", "allow_download": True}
        share = client.post(f"/v1/collections/{made}/shares", json=asked).raise_for_status().json()
        download = client.post("/v1/downloads", json={"ids": images}).raise_for_status().json()
        operation = client.post("/v1/images:rerender").raise_for_status().json()
    return {
        "secret": share["secret"],
        "image_id": images[0],
        "download_id": download["id"],
        "operation_id": operation["id"],
    }


def _parameters(values: dict[str, str]) -> str:
    return "\n[parameters]\n" + "".join(f'"path.{name}" = "{value}"\n' for name, value in values.items())


def _fuzz(stack: RunningStack, folder: Path, config: Path, credential: str, *options: str) -> int:
    """Run Schemathesis. A run at whose end nobody is signed in any more has not asked what it says: that is a fault."""
    command = [str(folder / "venv/bin/schemathesis"), "--config-file", str(config), "run"]
    command += [
        str(FOLDER / "public.json"),
        "--url",
        stack.url,
        "--continue-on-failure",
        "--header",
        f"{PAGE_HEADER}: 1",
    ]
    command += ["--header", f"Authorization: Bearer {credential}", *options]
    outcome = subprocess.run(command, cwd=folder, timeout=7200, check=False).returncode
    with stack.client(credential) as client:
        if client.get("/v1/me").status_code != HTTPStatus.OK:
            print("the caller was locked out on the way: what came after it was not asked")
            return 1
    return outcome


if __name__ == "__main__":
    sys.exit(main())
