"""What is generated, compiled and run: one line of the matrix each, as commands."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pictor.contracts import FOLDER

HERE = Path(__file__).parent
JAR_VERSION = "7.25.0"
PYTHON_PACKAGES = ("openapi-python-client==0.29.1", "mypy==1.18.2", "ruff==0.14.5", "httpx==0.28.1", "attrs==25.4.0")
Command = tuple[str, ...]
"""A program and its arguments; `{document}`, `{released}`, `{work}` and `{out}` stand for paths."""


@dataclass(frozen=True)
class Client:
    """A generator and what becomes of its code. A step whose first program is missing is not run."""

    name: str
    generate: tuple[Command, ...]
    compile: tuple[Command, ...] = ()
    story: tuple[Command, ...] = ()
    copied: Mapping[str, str] = field(default_factory=dict)
    """Files of the folder `stories`, by where they go."""
    lacking: str = ""
    """Why there is no step, where there is none."""


def openapi_generator(language: str, *options: str) -> Command:
    jar = f"{{work}}/openapi-generator-cli-{JAR_VERSION}.jar"
    return ("java", "-jar", jar, "generate", "-i", "{document}", "-g", language, "-o", "{out}", *options)


def npm(program: str, *arguments: str) -> Command:
    return (f"{{work}}/node_modules/.bin/{program}", *arguments)


_VENV = "{work}/python/bin"
_TSC = ("--strict", "--target", "es2022", "--lib", "es2022,dom,dom.iterable", "--types", "node")
_TSC += ("--typeRoots", "{work}/node_modules/@types")

_EVERY_PHP_FILE = r"""
foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator("lib")) as $file) {
    if ($file->getExtension() !== "php") continue;
    exec("php -l " . escapeshellarg($file), $said, $wrong);
    if ($wrong) { echo implode("\n", $said); exit(1); }
}
"""

TOOLS: tuple[tuple[str, tuple[Command, ...]], ...] = (
    ("java", (("mvn", "-q", "-B", "dependency:copy", f"-Dartifact=org.openapitools:openapi-generator-cli:{JAR_VERSION}",
              "-DoutputDirectory={work}"),)),
    ("npm", (("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", "{work}"),)),
    ("python", ((sys.executable, "-m", "venv", "{work}/python"),
                (f"{_VENV}/python", "-m", "pip", "install", "--quiet", *PYTHON_PACKAGES))),
)  # fmt: skip
OASDIFF = "github.com/oasdiff/oasdiff@v1.37.0"
RELEASED = FOLDER.parent / "released" / "public.json"
"""The document of the last release: against it nothing may break. It is copied there at a release."""
GATE: Command = ("go", "run", OASDIFF, "breaking", "--fail-on", "ERR", "{released}", "{document}")
CHECKS = (
    (
        "spectral",
        npm("spectral", "lint", "{document}", "--ruleset", f"{HERE}/spectral.yaml", "--fail-severity", "warn"),
    ),
    ("redocly", npm("redocly", "lint", "{document}", "--config", f"{HERE}/redocly.yaml")),
)
CLIENTS = (
    Client(
        "openapi-python-client",
        generate=(
            (f"{_VENV}/openapi-python-client", "generate", "--path", "{document}", "--meta", "none",
             "--output-path", "{out}/pictor_client", "--overwrite", "--fail-on-warning"),
        ),
        compile=((f"{_VENV}/mypy", "--config-file", "mypy.ini", "pictor_client", "story.py"),),
        story=((f"{_VENV}/python", "story.py"),),
        copied={"story.py": "story.py", "mypy.ini": "mypy.ini"},
    ),
    Client(
        "openapi-typescript",
        generate=(npm("openapi-typescript", "{document}", "-o", "{out}/schema.ts"),),
        compile=(npm("tsc", "--noEmit", *_TSC, "--module", "esnext", "--moduleResolution", "bundler", "schema.ts"),),
        lacking="types alone: there is nothing to run",
    ),
    Client(
        "@hey-api/openapi-ts",
        generate=(npm("openapi-ts", "-i", "{document}", "-o", "{out}/client"),),
        compile=(npm("tsc", *_TSC, "--module", "commonjs", "--moduleResolution", "node10", "--esModuleInterop",
                     "--outDir", "compiled", "story.ts"),),
        story=(("node", "compiled/story.js"),),
        copied={"story.ts": "story.ts"},
    ),
    Client(
        "typescript-fetch",
        generate=(openapi_generator("typescript-fetch"),),
        compile=(npm("tsc", "--noEmit", *_TSC, "--module", "esnext", "--moduleResolution", "bundler", "index.ts"),),
        lacking="the story of TypeScript runs with @hey-api/openapi-ts",
    ),
    Client(
        "java",
        generate=(openapi_generator("java", "--additional-properties=useSingleRequestParameter=true"),),
        compile=(("mvn", "-q", "-B", "-DskipTests", "compile", "dependency:build-classpath",
                  "-Dmdep.outputFile=classpath"),),
        story=(("java", "-cp", "target/classes:{classpath}", "Story"),),
        copied={"Story.java": "src/main/java/Story.java"},
    ),
    Client(
        "go",
        generate=(openapi_generator("go", "--git-host", "example.com", "--git-user-id", "pictor", "--git-repo-id",
                                    "client", "--package-name", "pictor"),),
        compile=(("go", "mod", "tidy"), ("go", "build", "./..."), ("go", "vet", ".", "./story")),
        story=(("go", "run", "./story"),),
        copied={"story.go": "story/main.go"},
    ),
    Client(
        "rust",
        generate=(openapi_generator("rust"),),
        compile=(("cargo", "check", "--quiet"),),
        lacking="no story is told in it",
    ),
    Client("csharp", generate=(openapi_generator("csharp"),), compile=(("dotnet", "build"),),
           lacking="no story is told in it"),
    Client("kotlin", generate=(openapi_generator("kotlin"),), compile=(("mvn", "-q", "-B", "compile"),),
           copied={"kotlin.xml": "pom.xml"}, lacking="no story is told in it"),
    Client("php", generate=(openapi_generator("php"),), compile=(("php", "-r", _EVERY_PHP_FILE),),
           lacking="no story is told in it"),
)  # fmt: skip
