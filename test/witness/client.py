"""Uses the real azure-ai-ml client with the fake of Azure ML; prints a line for each operation."""
import base64, io, json, os, sys, time
from contextlib import redirect_stdout

server, blobs, subscription, group, workspace = sys.argv[1:6]
os.environ["AZUREML_DEV_URL_MFE"] = server
os.environ["AZUREML_RUN_POLLING_INTERVAL_MIN"] = "1"
os.environ["AZUREML_RUN_POLLING_INTERVAL_MAX"] = "1"

from azure.ai.ml import MLClient, Input, Output, command, load_job
from azure.ai.ml.constants import _common
from azure.ai.ml.entities import Environment
from azure.ai.ml.sweep import Choice
from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError

# All storage accounts have the same address here.
for module in [_common, sys.modules["azure.ai.ml._artifacts._artifact_utilities"]]:
    module.STORAGE_ACCOUNT_URLS["AzureBlob"] = blobs + "/{}"


def segment(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


class Credential:
    def get_token(self, *scopes, **_):
        audience = scopes[0].removesuffix("/.default").rstrip("/")
        claims = {"aud": audience, "tid": "00000000-0000-0000-0000-000000000002", "exp": int(time.time()) + 3600}
        return AccessToken(f"{segment({'alg': 'none'})}.{segment(claims)}.c2ln", claims["exp"])


client = MLClient(Credential(), subscription, group, workspace)
jobs = client.jobs


def said(what, value):
    print(json.dumps([what, value]), flush=True)


def ended(name):
    while True:
        status = jobs.get(name).status
        if status in ("Completed", "Failed", "Canceled"):
            return status
        time.sleep(0.2)


def streamed(name):
    text = io.StringIO()
    with redirect_stdout(text):
        jobs.stream(name)
    return "Execution Summary" in text.getvalue() and "second 1" in text.getvalue()


def command_job(name, course="succeeds", **more):
    more.setdefault("environment", "any:1")
    return command(name=name, command="echo hello", compute="cpu-cluster", tags={"azureml_server.course": course}, experiment_name="witness", **more)


# A command job with code, an environment and data.
job = command_job(
    "witness-command",
    code=os.path.join(os.path.dirname(__file__), "src"),
    environment=Environment(image="library/python:latest"),
    inputs={"number": 3, "data": Input(type="uri_folder", path="azureml:numbers:1")},
    outputs={"out": Output(type="uri_folder")},
)
created = jobs.create_or_update(job)
said("command: created", [created.name, created.status, created.type, created.studio_url is not None])
said("command: streamed", streamed("witness-command"))
got = jobs.get("witness-command")
said("command: got", [got.status, got.experiment_name, sorted(got.outputs), sorted(got.inputs)])

# The same code and environment are reused.
again = jobs.create_or_update(command_job("witness-again", code=os.path.join(os.path.dirname(__file__), "src"), environment=Environment(image="library/python:latest")))
said("command: again", again.name)
try:
    jobs.create_or_update(command_job("witness-again", course="fails"))
    said("command: name taken", "accepted")
except HttpResponseError as error:
    said("command: name taken", [error.status_code, error.error.code if error.error else None])

# A job that fails.
jobs.create_or_update(command_job("witness-fails", "fails"))
try:
    jobs.stream("witness-fails")
except Exception as error:
    said("fails: streamed", type(error).__name__)
said("fails: got", ended("witness-fails"))

# A job that is canceled.
jobs.create_or_update(command_job("witness-cancel", "lasts"))
jobs.begin_cancel("witness-cancel").result()
said("cancel: got", ended("witness-cancel"))
try:
    jobs.begin_cancel("witness-cancel").result()
    said("cancel: again", "accepted")
except HttpResponseError as error:
    said("cancel: again", error.status_code)

# Archive and restore.
jobs.archive("witness-cancel")
said("archive: listed", sorted(job.name for job in jobs.list() if job))
jobs.restore("witness-cancel")
said("restore: listed", sorted(job.name for job in jobs.list() if job))

# A sweep.
trial = command_job("unused", inputs={"rate": 0.1})
sweep = trial(rate=Choice([0.1, 0.2])).sweep(primary_metric="loss", goal="minimize", sampling_algorithm="random", compute="cpu-cluster")
sweep.name, sweep.experiment_name = "witness-sweep", "witness"
sweep.set_limits(max_total_trials=2, max_concurrent_trials=2, timeout=3600)
said("sweep: created", jobs.create_or_update(sweep).type)
said("sweep: ended", ended("witness-sweep"))
said("sweep: children", sorted(child.name for child in jobs.list(parent_job_name="witness-sweep")))
archived = jobs.archive("witness-sweep")
said("sweep: archived", sorted(job.name for job in jobs.list(list_view_type="ArchivedOnly") if job))

# A pipeline with an inline step.
pipeline = load_job(os.path.join(os.path.dirname(__file__), "pipeline.yml"))
pipeline.name = "witness-pipeline"
created = jobs.create_or_update(pipeline)
said("pipeline: created", [created.type, created.status])
text = io.StringIO()
with redirect_stdout(text):
    jobs.stream("witness-pipeline")
said("pipeline: streamed", "Execution Summary" in text.getvalue())
children = sorted(child.display_name for child in jobs.list(parent_job_name="witness-pipeline"))
said("pipeline: children", children)
said("pipeline: child got", jobs.get("witness-pipeline_one").status)
jobs.archive("witness-pipeline")
said("pipeline: archived", sorted(job.name for job in jobs.list(list_view_type="ArchivedOnly") if job))
