"""Finds the folders that jobs of a corpus use as `code` or build context and that the corpus does not contain.

Run by hand only, to update test/data/parity/corpus-folders.txt, which it prints. It creates the folders, so use a copy:
  python3 test/parity/make_folders.py COPY_OF_CORPUS
"""
import os, sys

import yaml

root = sys.argv[1]


def local(path):
    return isinstance(path, str) and "://" not in path and not path.startswith(("azureml:", "git+", "/"))


def walk(node, folder, made):
    if isinstance(node, list):
        for item in node:
            walk(item, folder, made)
    if not isinstance(node, dict):
        return
    wanted = [node.get("code")]
    if isinstance(node.get("build"), dict):
        wanted.append(node["build"].get("path"))
    for path in wanted:
        if local(path):
            full = os.path.normpath(os.path.join(folder, path))
            if full.startswith(os.path.normpath(root)) and not os.path.exists(full):
                os.makedirs(full)
                made.append(os.path.relpath(full, root))
    for item in node.values():
        walk(item, folder, made)


made = []
for folder, _, names in os.walk(root):
    for name in names:
        if name.endswith((".yml", ".yaml")):
            try:
                with open(os.path.join(folder, name), encoding="utf8") as file:
                    walk(yaml.safe_load(file), folder, made)
            except yaml.YAMLError:
                pass
print("\n".join(sorted(made)))
