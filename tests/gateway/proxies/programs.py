"""nginx and Caddy as programs, with the files of deploy/proxy: only addresses and the certificate are the test's."""

import asyncio
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

DEPLOY = Path(__file__).parents[3] / "deploy" / "proxy"
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
_CERTIFICATE = (
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 "
    "-subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
)
_NGINX_FRAME = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/pictor.conf;
}}
"""


@dataclass(frozen=True)
class ReverseProxy:
    """One that runs, and what a client trusts to reach it."""

    url: str
    trust: ssl.SSLContext | bool
    folder: Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _swapped(text: str, old: str, new: str) -> str:
    assert old in text, f"the file no longer has {old!r}"
    return text.replace(old, new)


def nginx(folder: Path, gateway: str, prefix: str) -> tuple[list[str], dict[str, str], str, ssl.SSLContext | bool]:
    port, cert, key = free_port(), folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [*_CERTIFICATE.split(), "-keyout", str(key), "-out", str(cert)],
        check=True,
        capture_output=True,
        timeout=60,
    )
    text = (DEPLOY / "nginx.conf").read_text()
    text = _swapped(text, "server 127.0.0.1:8000;", f"server {gateway};")
    text = _swapped(text, "listen 80;", f"listen 127.0.0.1:{free_port()};")
    text = _swapped(text, "listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;")
    text = _swapped(text, "/etc/ssl/certs/example.org.pem", str(cert))
    text = _swapped(text, "/etc/ssl/private/example.org.key", str(key))
    if prefix:
        text = re.sub(r"    location / \{.*?\}\n", "", text, flags=re.DOTALL)
        text = re.sub(
            r"^    #(location /pictor/ \{|    proxy_pass http://pictor;|\})$", r"    \1", text, flags=re.MULTILINE
        )
        if prefix == "stripped":
            text = _swapped(
                text,
                "location /pictor/ {\n        proxy_pass http://pictor;",
                "location /pictor/ {\n        proxy_pass http://pictor/;",
            )
    (folder / "pictor.conf").write_text(text)
    (folder / "nginx.conf").write_text(_NGINX_FRAME.format(folder=folder))
    command = ["nginx", "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    return command, {}, f"https://127.0.0.1:{port}", ssl.create_default_context(cafile=cert)


def caddy(folder: Path, gateway: str, prefix: str) -> tuple[list[str], dict[str, str], str, ssl.SSLContext | bool]:
    port = free_port()
    text = (DEPLOY / "Caddyfile").read_text()
    if prefix:
        how = {"kept": "handle /pictor/*", "stripped": "handle_path /pictor/*"}[prefix]
        text = _swapped(text, "\thandle {", f"\t{how} {{")
    (folder / "Caddyfile").write_text("{\n\tadmin off\n\tgrace_period 1s\n}\n" + text)
    env = {"PICTOR_SITE": f"http://127.0.0.1:{port}", "PICTOR_GATEWAY": gateway, "HOME": str(folder)}
    return ["caddy", "run", "--config", str(folder / "Caddyfile")], env, env["PICTOR_SITE"], True


PROGRAMS: dict[str, Callable[..., tuple[list[str], dict[str, str], str, ssl.SSLContext | bool]]] = {
    "nginx": nginx,
    "caddy": caddy,
}


def missing() -> list[str]:
    """Name those whose program is not on PATH."""
    return [name for name in PROGRAMS if shutil.which(name, path=_PATH) is None]


@asynccontextmanager
async def reverse_proxy(name: str, folder: Path, *, before: str, prefix: str = "") -> AsyncIterator[ReverseProxy]:
    """Run one before the gateway at URL `before`; `prefix` is "", or whether /pictor is "kept" or "stripped"."""
    folder.mkdir()  # noqa: ASYNC240 - on a disk that is there
    command, env, url, trust = PROGRAMS[name](folder, urlsplit(before).netloc, prefix)
    with (folder / "output.log").open("wb") as output:
        process = subprocess.Popen(  # noqa: ASYNC220 - started once a test
            command,
            env={**os.environ, "PATH": _PATH, **env},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            await _listening(url, process, folder)
            yield ReverseProxy(url, trust, folder)
        finally:
            process.send_signal(signal.SIGTERM)
            await asyncio.to_thread(process.wait, 20)


async def _listening(url: str, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    place = urlsplit(url)
    async with asyncio.timeout(30):
        while True:
            logs = "".join(log.read_text(errors="replace") for log in folder.glob("*.log"))  # noqa: ASYNC240
            assert process.poll() is None, logs
            try:
                _, writer = await asyncio.open_connection(place.hostname, place.port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            return
