"""Records the requests of the real MLClient that submits jobs to a fake service within the same process.

Run by hand only, to update the bodies under test/data/parity/bodies; no test needs Python:
  VENV/bin/python submit.py < cases.jsonl > results.jsonl       (VENV and cases as for oracle.py; with
  "validate": true, the client validates the job first, as it does by default, and missing data is an error)
A result is a line of JSON: {"id", "loaded"?, "name"?, "job"? (properties of the job), "assets" (assets that are registered before
it, {path: properties}), "calls" (paths that are read before it, each once), "error"?}.
The service has every requested asset: a label is version 7, and code exists under its content hash, so that no file is
uploaded twice. Uploaded data is stored at the path that the client requests.
"""
import base64, io, json, os, urllib.parse

from each_case import WORKSPACE, answer_each_case, message_of

# Assets of earlier runs must not count as registered.
os.environ["AZURE_ML_DISABLE_ON_DISK_CACHE"] = "true"


class Submitted(BaseException):
    pass


def created(properties):
    """A created asset as the service returns it: a prompt flow has become a parallel component, which the client reads."""
    spec = properties.get("componentSpec", {})
    flow = spec.get("type") == "promptflow_parallel"
    return {**properties, "componentSpec": {**spec, "type": "parallel"}} if flow else properties


class Service:
    def __init__(self):
        self.assets, self.calls, self.job = {}, [], None

    def answer(self, method, url, body):
        where = urllib.parse.urlparse(url)
        path, query = urllib.parse.unquote(where.path), urllib.parse.parse_qs(where.query)
        if where.hostname.endswith("blob.core.windows.net"):
            # No blob exists yet, and every upload succeeds.
            return (404, None) if method in ("HEAD", "GET") else (200 if "comp" in query else 201, None)
        if not path.startswith(WORKSPACE):
            return 404, {"error": {"code": "UserError", "message": f"{method} {url}"}}
        place = path[len(WORKSPACE) :].lstrip("/")
        if method == "PUT":
            properties = json.loads(body)["properties"]
            if place.startswith("jobs/"):
                self.job = {"name": place[len("jobs/") :], "properties": properties}
                raise Submitted()
            self.assets[place] = properties
            return 201, {"id": path, "name": path.split("/")[-1], "properties": created(properties), "systemData": {}}
        if place and not place.startswith(("codes/", "datastores/")) and place not in self.calls:
            self.calls.append(place)
        return self.read(method, path, place, query)

    def read(self, method, path, place, query):
        if place == "":
            return 200, {"id": path, "name": "ws", "location": "westus", "properties": {"workspaceId": "w"}}
        if place.startswith("codes/"):
            found = f"{WORKSPACE}/codes/{query['hash'][0]}/versions/1" if "hash" in query else path
            code = {"id": found, "name": "1", "properties": {"codeUri": "https://acc.blob.core.windows.net/c", "isAnonymous": True}}
            return 200, {"value": [code]} if "hash" in query else code
        if place.endswith("/listSecrets"):
            return 200, {"secretsType": "Sas", "sasToken": "sig=x"}
        if place.startswith("datastores/"):
            account = {"datastoreType": "AzureBlob", "accountName": "acc", "containerName": "c", "credentials": {"credentialsType": "Sas", "secrets": {"secretsType": "Sas"}}}
            return 200, {"id": path, "name": path.split("/")[-1], "properties": account}
        if place.startswith("computes/"):
            return 200, {"id": path, "name": path.split("/")[-1], "properties": {"computeType": "AmlCompute", "properties": {}}}
        if place.endswith("/versions"):
            return 200, {"value": [{"id": f"{path}/7", "name": "7", "properties": self.asset(place)}]}
        if "/versions/" in place:
            return 200, {"id": path, "name": path.split("/")[-1], "properties": self.asset(place)}
        return 200, {"id": path, "name": path.split("/")[-1], "properties": {"latestVersion": "7", "nextVersion": "8"}}

    def asset(self, place):
        kind = place.split("/")[0]
        if kind == "data":
            return {"dataType": "uri_folder", "dataUri": "azureml://datastores/d/paths/p"}
        if kind == "environments":
            return {"image": "x"}
        if kind == "components":
            return {"componentSpec": {"name": place.split("/")[1], "version": "7", "type": "command", "command": "x", "environment": "azureml:e:1"}}
        return {"modelUri": "azureml://datastores/d/paths/p", "modelType": "custom_model", "flavors": {}}


class Credential:
    def get_token(self, *scopes, **_):
        from azure.core.credentials import AccessToken

        claims = {"aud": "https://ml.azure.com", "tid": "t", "exp": 9999999999}
        part = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
        return AccessToken(f"{part({'alg': 'none'})}.{part(claims)}.eA", 9999999999)


def serve(service):
    import requests

    def send(_adapter, request, **_):
        body = request.body.read() if hasattr(request.body, "read") else request.body
        status, answer = service.answer(request.method, request.url, body)
        response = requests.Response()
        response.status_code, response.request, response.url = status, request, request.url
        text = b"" if answer is None else json.dumps(answer).encode()
        response.headers.update({"Content-Type": "application/json", "Content-Length": str(len(text)), "ETag": '"x"', "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT"})
        if status == 404 and answer is None:
            response.headers["x-ms-error-code"] = "BlobNotFound"
        response.raw = io.BytesIO(text)
        response._content = text
        return response

    requests.adapters.HTTPAdapter.send = send


def upload_what_is_there():
    """Counts missing paths and empty folders as uploaded, because the corpus does not contain most of its data."""
    from azure.ai.ml._artifacts import _artifact_utilities as artifacts
    from azure.ai.ml.entities._assets._artifacts.artifact import ArtifactStorageInfo

    upload = artifacts._upload_to_datastore

    def upload_or_not(*positional, **named):
        path = named.get("path", positional[2] if len(positional) > 2 else None)
        if os.path.isfile(path) or any(names for _, _, names in os.walk(path)):
            return upload(*positional, **named)
        place = f"LocalUpload/{named.get('asset_hash') or '0' * 64}/{os.path.basename(path)}"
        datastore = f"{WORKSPACE}/datastores/{named.get('datastore_name') or 'workspaceblobstore'}"
        return ArtifactStorageInfo("", "", place, datastore, "c", "https://acc.blob.core.windows.net/", False)

    artifacts._upload_to_datastore = upload_or_not


def run(case):
    if not case.get("validate"):
        upload_what_is_there()
    import azure.ai.ml.operations._job_operations as operations
    from azure.ai.ml import MLClient, load_job

    operations.get_git_properties = lambda: {}
    service = Service()
    serve(service)
    result = {"id": case["id"]}
    try:
        job = load_job(io.StringIO(case["yaml"]))
        result["loaded"] = True
        job.name = job.name or "job-1"
        job.experiment_name = job.experiment_name or "Default"
        client = MLClient(Credential(), "00000000-0000-0000-0000-000000000000", "rg", "ws")
        client.jobs.create_or_update(job, skip_validation=not case.get("validate"))
    except Submitted:
        pass
    except BaseException as error:
        result["error"] = f"{type(error).__name__}: {message_of(error, case)}"
    result.update(assets=service.assets, calls=service.calls)
    if service.job is not None:
        result.update(name=service.job["name"], job=service.job["properties"])
    return json.loads(json.dumps(result, default=str).replace(WORKSPACE, "{WS}"))


if __name__ == "__main__":
    answer_each_case(run)
