"""Loads, validates and prints jobs with the real Python SDK, and creates their REST bodies.

Run by hand only, to update the expected results under test/data/parity; no test needs Python:
  python3 -m venv VENV && VENV/bin/pip install azure-ai-ml==1.35.2
  VENV/bin/python oracle.py < cases.jsonl > results.jsonl
A case is a line of JSON: {"id", "yaml" (text of the job file), "base" (its folder)?}.
Set AZURE_ML_CLI_PRIVATE_FEATURES_ENABLED=true for nodes that are a preview feature of the SDK.
A result is a line of JSON: {"id", "stage": "load" | "validate" | "submit" | "accepted", "error"?,
"flat"? (the dump, as YAML text), "rest"?}.
"flat" is the output of `az ml job`: command and spark jobs load as pipeline nodes, and are printed as jobs.
"""
import io, json

from each_case import WORKSPACE, answer_each_case, message_of


def print_job(job):
    out = io.StringIO()
    job.dump(out)
    return out.getvalue()


def explain(error, case):
    return {"type": type(error).__name__, "message": message_of(error, case)}


def resolve_assets(job):
    """Gives inline environments and components ids, in place of the upload before a submission."""
    from azure.ai.ml.entities import Component, Environment
    from azure.ai.ml.entities._builders.base_node import BaseNode

    for thing in (job, getattr(job, "trial", None)):
        environment = getattr(thing, "environment", None)
        if isinstance(environment, Environment):
            thing.environment = f"{WORKSPACE}/environments/{environment.name}/versions/{environment.version}"
    original = BaseNode._get_component_id

    def component_id(self):
        found = original(self)
        if isinstance(found, Component):
            # The hash is equal for equal inline components.
            return f"{WORKSPACE}/components/{found.name or 'azureml_anonymous'}/versions/{found._get_anonymous_hash()}"
        return found

    BaseNode._get_component_id = component_id


def rest_body(job):
    from azure.ai.ml._restclient.arm_ml_service._utils.model_base import SdkJSONEncoder
    from azure.ai.ml.entities._job.to_rest_functions import to_rest_job_object

    body = to_rest_job_object(job)
    if hasattr(body, "serialize"):
        return body.serialize()
    return json.loads(json.dumps(body, cls=SdkJSONEncoder, exclude_readonly=True))


def run(case):
    from azure.ai.ml import load_job
    from azure.ai.ml.entities._builders.base_node import BaseNode

    result = {"id": case["id"], "stage": "load"}
    try:
        job = load_job(io.StringIO(case["yaml"]))
    except BaseException as error:
        return {**result, "error": explain(error, case)}
    result["stage"] = "accepted"
    result["class"] = type(job).__name__
    try:
        flat = job._to_job() if isinstance(job, BaseNode) else job
        if flat is not job:
            # The SDK does not set it here; without it, a local folder is printed as azureml:FOLDER.
            flat._base_path = job._base_path
        result["flat"] = print_job(flat)
    except BaseException as error:
        result["flat_error"] = explain(error, case)
    if hasattr(job, "_validate"):
        try:
            checked = job._validate()
            if checked is not None and not checked.passed:
                result["stage"] = "validate"
                result["error"] = {"message": json.dumps(checked._to_dict(), default=str)}
        except BaseException as error:
            result.update(stage="validate", error=explain(error, case))
    try:
        resolve_assets(job)
        result["rest"] = json.loads(json.dumps(rest_body(job), default=str))
    except BaseException as error:
        if result["stage"] == "accepted":
            result.update(stage="submit", error=explain(error, case))
    return result


if __name__ == "__main__":
    answer_each_case(run)
