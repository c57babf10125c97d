"""scripts/build_taxonomy.py: the same input gives the same bytes, and wrong input gives none."""

import json
import subprocess
import sys
from pathlib import Path

from tests.vision.package_cache import REPOSITORY

SCRIPT = REPOSITORY / "scripts" / "build_taxonomy.py"
DATA = REPOSITORY / "services" / "vision" / "labels" / "data"

HEAD = "  1 This software and database is being provided to you, the LICENSEE, by  \n  2   \n  3 Princeton.  \n"


def run_script(classes: Path, wordnet: Path, to: Path) -> "subprocess.CompletedProcess[str]":
    arguments = [sys.executable, str(SCRIPT), str(classes), str(wordnet), "--to", str(to)]
    return subprocess.run(arguments, capture_output=True, text=True, timeout=300, check=False)


def wordnet_line(offset: int, words: list[str], parents: list[int]) -> str:
    fields = [f"{offset:08}", "03", "n", f"{len(words):02x}", *(f"{word} 0" for word in words), f"{len(parents):03}"]
    fields += [f"@ {parent:08} n 0000" for parent in parents]
    return " ".join(fields) + f" | what {words[0]} means  \n"


def a_world(folder: Path, *, classes: int, ancestors: int) -> tuple[Path, Path]:
    """A class list and a data.noun with a chain of ancestors above all classes."""
    lines = [wordnet_line(1, ["entity", "it"], [])]
    lines += [wordnet_line(n, [f"thing_{n}"], [n - 1]) for n in range(2, ancestors + 1)]
    lines += [wordnet_line(5000 + n, [f"class_{n}", "alias"], [ancestors]) for n in range(classes)]
    wordnet = folder / "data.noun"
    wordnet.write_text(HEAD + "".join(lines), encoding="ascii")
    table = folder / "classes.csv"
    rows = "".join(f"{n},n{5000 + n:08},class_{n}\n" for n in range(classes))
    table.write_text("index,wnid,name\n" + rows, encoding="utf-8")
    return table, wordnet


def test_a_full_world_is_written_and_counted(tmp_path: Path) -> None:
    done = run_script(*a_world(tmp_path, classes=1000, ancestors=860), tmp_path / "out")
    assert (done.returncode, done.stdout) == (0, "1000 classes, 860 ancestors\n")
    classes = json.loads((tmp_path / "out" / "classes.json").read_text())
    assert classes[7] == {
        "id": "n00005007",
        "name": "class 7",
        "synonyms": ["alias"],
        "gloss": "what class_7 means",
        "parents": ["n00000860"],
    }
    taxonomy = (tmp_path / "out" / "taxonomy.json").read_text()
    assert len(taxonomy.splitlines()) == 862  # one record a line, between brackets
    assert json.loads(taxonomy)[0]["synonyms"] == ["it"]
    licence = (tmp_path / "out" / "LICENSE.wordnet").read_text()
    assert licence.splitlines() == [
        "This software and database is being provided to you, the LICENSEE, by",
        "",
        "Princeton.",
    ]


def test_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    world = a_world(tmp_path, classes=1000, ancestors=860)
    for name in ("one", "two"):
        assert run_script(*world, tmp_path / name).returncode == 0
    for name in ("classes.json", "taxonomy.json", "LICENSE.wordnet"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_another_count_writes_nothing(tmp_path: Path) -> None:
    done = run_script(*a_world(tmp_path, classes=999, ancestors=860), tmp_path / "out")
    assert done.returncode == 1
    assert "expected 1000 classes and 860 ancestors" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_class_that_wordnet_lacks_is_named(tmp_path: Path) -> None:
    table, wordnet = a_world(tmp_path, classes=1000, ancestors=860)
    table.write_text(table.read_text().replace("n00005999", "n77777777"))
    done = run_script(table, wordnet, tmp_path / "out")
    assert done.returncode == 1
    assert "n77777777" in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_shipped_licence_is_wordnets() -> None:
    licence = (DATA / "LICENSE.wordnet").read_text()
    assert "WordNet 3.0 Copyright 2006 by Princeton University." in licence
    assert licence.rstrip().endswith("Princeton University and LICENSEE agrees to preserve same.")
