"""Reads texts with PyYAML's safe_load, for the expected answers of test/unit/core/yaml.

Run by hand only, to update test/data/yaml/expected.jsonl; no test needs Python:
  python3 -m venv VENV && VENV/bin/pip install pyyaml==6.0.3
  VENV/bin/python test/parity/pyyaml.py < test/data/yaml/expected.jsonl > new && mv new test/data/yaml/expected.jsonl
To add a document, add a line with its text as JSON. An answer is a line: {"text", "value"} or {"text", "error"}.
A value is ["str", text], ["int", digits], ["float", repr], ["bool", true], ["null"], ["date", str], ["bytes", base64],
["list", values], ["map", [[key, value], ...]] with keys that are also values, or ["other", type].
"""
import base64, datetime, json, sys

import yaml


def tag(value):
    if value is None:
        return ["null"]
    if isinstance(value, bool):
        return ["bool", value]
    if isinstance(value, str):
        return ["str", value]
    if isinstance(value, int):
        return ["int", str(value)]
    if isinstance(value, float):
        return ["float", repr(value)]
    if isinstance(value, (datetime.date, datetime.datetime)):
        return ["date", str(value)]
    if isinstance(value, bytes):
        return ["bytes", base64.b64encode(value).decode()]
    if isinstance(value, list):
        return ["list", [tag(item) for item in value]]
    if isinstance(value, dict):
        return ["map", [[tag(key), tag(item)] for key, item in value.items()]]
    return ["other", type(value).__name__]


for line in sys.stdin:
    text = json.loads(line)
    text = text["text"] if isinstance(text, dict) else text
    try:
        answer = {"text": text, "value": tag(yaml.safe_load(text))}
    except Exception as error:
        answer = {"text": text, "error": f"{type(error).__name__}: {getattr(error, 'problem', None) or error}"}
    print(json.dumps(answer))
