"""Prints the real SDK's hashes of uploads, and mappings as PyYAML prints them.

Run by hand only, to update test/data/parity/hashes.json and printed.json; no test needs Python:
  VENV/bin/python hash.py FOLDER      (VENV as for oracle.py, FOLDER is test/data/parity)
"""
import json, os, random, sys, tempfile

import yaml
from azure.ai.ml._utils._asset_utils import get_content_hash, get_ignore_file, get_object_hash

TREES = {
    "one file": {"main.py": "print(1)\n"},
    "nothing": {},
    "empty file": {"a": ""},
    "order by small letters": {"b.py": "1", "A.py": "2", "a/B.py": "3", "a/a.py": "4", "Z/z.py": "5", "_x": "6", "a.b": "7", "a/": None},
    "deep": {"src/pkg/mod/x.py": "x", "src/pkg/y.py": "y", "src/z.py": "z", "README.md": "#"},
    "letters beyond ASCII": {"größe.txt": "ü", "数据/文件.csv": "1,2", "Ä": "a", "é": "b", "\U0001f600.txt": "c", "\uff21.txt": "d"},
    "size in the name": {"a.txt": "a", "b.txt": "b#c#1"},
    "gitignore": {".gitignore": "*.log\nbuild/\n!keep.log\n", "a.log": "1", "keep.log": "2", "build/x": "3", "src/a.log": "4", "src/b.py": "5"},
    "amlignore goes first": {".amlignore": "data\n", ".gitignore": "*.py\n", "data/x.csv": "1", "a.py": "2"},
    "a whole folder is left out": {".amlignore": "logs\n", "logs/a": "1", "logs/b/c": "2", "x": "3"},
}


def make(root, tree):
    for path, text in tree.items():
        full = os.path.join(root, path)
        if text is None:
            os.makedirs(full, exist_ok=True)
            continue
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf8", newline="") as file:
            file.write(text)


def hashes():
    for name, tree in TREES.items():
        with tempfile.TemporaryDirectory() as root:
            make(root, tree)
            rules = get_ignore_file(root)
            files = {path: text for path, text in tree.items() if text is not None}
            yield {"name": name, "files": files, "code": get_content_hash(root, rules), "upload": get_object_hash(root, rules)}
            for path in files:
                full = os.path.join(root, path)
                if len(files) == 1:
                    yield {"name": f"{name}, alone", "file": path, "files": files, "code": get_content_hash(full), "upload": get_object_hash(full)}


TEXTS = ["python=3.8", "--extra-index-url=https://a/b", "a>=1", "-e .", "- x", "a: b", "a #b", "#c", "", "null", "1", "1.0", "yes", "~", "0x1f"]
TEXTS += ["2026-01-02", "it's", "x y ", " z", "t\tab", "ünï", "a\nb", "a\n\nb\n", "\n", "a \nb", "a\n b", "key:", "-", "?", "? a", ":a", "a:b"]
TEXTS += ["'q'", '"q"', "[a]", "{a", "a]", "*a", "&a", "!a", "|", "> x", "%a", "@a", "`a", "---", "--- a", "...", "...a", "a, b", 'a "b" \\c']
LONG = " ".join(f"word{index}" for index in range(40))
PARTS = ["a", "b", " ", "  ", ":", "#", "'", '"', "\n", "é", "\t", "-", "word", "longerword", "\\", "\u2028", "\U0001f600"]


def printed():
    random.seed(3)
    text = lambda parts, most: "".join(random.choice(parts) for _ in range(random.randint(1, most)))
    plain = PARTS[:6] + ["é"] + PARTS[12:14]
    values = [
        {"texts": TEXTS, "name": "x"},
        {"floats": [1.5, 1e-7, 1e20, 1e16, 0.1, -0.0], "other": [123456789012345678901234567890, True, False, None, [], {}]},
        {"nested": [[1, 2], [3], [[]], [{}], [{"a": 1, "b": [2]}], {"m": {"n": [1, {"o": "p " * 50 + "q"}]}}]},
        {"k": LONG, "l": [LONG, "it's " * 40, "é " * 60, "x" * 200, "a  b   " * 30 + "z", "a: " + "w " * 60 + "e", "ab\n" * 5 + "c d " * 40 + "e"]},
        {"x" * 130: 1, "": 2, "a b": 3, "1": 4, "yes": 5, "é": 6, "a\nb": 7, "a" * 127: {"b": [1]}, "b" * 123: [1], "c" * 122: [1]},
    ]
    values += [{"v": text(PARTS, 120)} for _ in range(40)] + [{"v": [text(plain, 160)]} for _ in range(20)]
    return [[value, yaml.dump(value, sort_keys=True)] for value in values]


def write(folder, name, rows):
    with open(os.path.join(folder, name), "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")


write(sys.argv[1], "hashes.json", list(hashes()))
write(sys.argv[1], "printed.json", printed())
