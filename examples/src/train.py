"""Stands in for a training script: prints what it was given and leaves a model."""
import argparse
import json
import pathlib

parser = argparse.ArgumentParser()
parser.add_argument("--data", default="")
parser.add_argument("--learning-rate", type=float, default=0.1)
parser.add_argument("--epochs", type=int, default=1)
parser.add_argument("--model", default="outputs")
arguments = parser.parse_args()

print(json.dumps(vars(arguments)))
folder = pathlib.Path(arguments.model)
folder.mkdir(parents=True, exist_ok=True)
(folder / "model.json").write_text(json.dumps({"accuracy": 1 - arguments.learning_rate}))
