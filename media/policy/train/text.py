"""Ordinary text beside the world: prose, code and JSON of Python and of packages that may be redistributed."""

import ast
import inspect
import json
import sysconfig
from functools import cache
from pathlib import Path
from pydoc_data import topics

STDLIB = Path(sysconfig.get_paths()["stdlib"])
PACKAGES = Path(sysconfig.get_paths()["purelib"])
SOURCES = (
    "argparse ast calendar collections/__init__ configparser csv datetime difflib email/message functools gettext "
    "http/client imaplib inspect json/decoder locale logging/__init__ mailbox optparse pdb pickle platform random "
    "sched shutil smtplib socket sqlite3/dump statistics string subprocess tarfile tempfile textwrap threading "
    "tkinter/__init__ traceback unittest/case unittest/mock urllib/request uuid webbrowser"
).split()
"""Of Python's own library (PSF licence)."""
PACKAGE_SOURCES = (
    "networkx/algorithms/centrality/*.py networkx/algorithms/shortest_paths/*.py networkx/classes/*.py "
    "numpy/lib/*.py numpy/_core/fromnumeric.py numpy/_core/numeric.py sympy/core/*.py sympy/geometry/*.py "
    "click/*.py jinja2/*.py rich/*.py"
).split()
"""Packages that the recipe installs anyway, under BSD or MIT licences."""
HELD_OUT_SOURCES = "pathlib turtle typing zipfile".split()
"""Their docstrings are never trained on; they measure how far control tokens stay out of prose."""
CHUNK_CHARS = 900
"""About 350 tokens, near the length of a conversation of the world."""


@cache
def passages():
    """(prose, code, json) as three lists of chunks."""
    sources = training_sources()
    prose = [*topics.topics.values(), *(doc for source in sources for doc in docstrings(source))]
    return chunks("\n\n".join(prose)), chunks("\n\n".join(sources)), [outline(source) for source in sources]


@cache
def sentences():
    """Single sentences of the prose, on one line each."""
    found = []
    for passage in passages()[0]:
        flat = " ".join(passage.split())
        found += [part.strip() + "." for part in flat.split(". ") if 20 < len(part) < 200]
    return found


@cache
def code_lines():
    """Runs of code, a few lines each."""
    runs = []
    for passage in passages()[1]:
        lines = [line for line in passage.splitlines() if line.strip()]
        runs += ["\n".join(lines[at : at + 4]) for at in range(0, len(lines), 4)]
    return runs


def training_sources():
    files = [STDLIB / f"{name}.py" for name in SOURCES]
    files += [file for pattern in PACKAGE_SOURCES for file in sorted(PACKAGES.glob(pattern))]
    return [text for file in files if (text := file.read_text(errors="replace")).strip()]


def held_out_prose():
    sources = [(STDLIB / f"{name}.py").read_text() for name in HELD_OUT_SOURCES]
    return chunks("\n\n".join(doc for source in sources for doc in docstrings(source)))


def docstrings(source):
    nodes = [n for n in ast.walk(ast.parse(source)) if isinstance(n, (ast.FunctionDef, ast.ClassDef, ast.Module))]
    return [inspect.cleandoc(doc) for node in nodes if (doc := ast.get_docstring(node))]


def outline(source):
    """The first definitions of a module as a JSON document."""
    functions = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef)][:12]
    listed = [
        {"name": f.name, "line": f.lineno, "arguments": [a.arg for a in f.args.args], "nested": None}
        for f in functions
    ]
    return json.dumps({"functions": listed, "complete": False}, indent=2)


def chunks(text):
    return [text[at : at + CHUNK_CHARS] for at in range(0, len(text), CHUNK_CHARS)]


def wrapped(passage, question, rng):
    """A passage as it may stand in a rollout: bare, as a question, as a reply, or as the result of a tool."""
    return rng.choice(
        [
            passage,
            f"<|im_start|>user\n{passage}<|im_end|>\n",
            f"<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n{passage}<|im_end|>\n",
            f"<|im_start|>user\n<tool_response>\n{passage}\n</tool_response><|im_end|>\n",
        ]
    )
