"""Runs a function of the real SDK for each case, a line of JSON, and prints its answers, for the scripts here."""
import itertools, json, logging, os, random, sys, traceback, uuid, warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

WORKSPACE = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ws"


def message_of(error, case):
    if case.get("trace"):
        traceback.print_exception(error)
    message = getattr(error, "message", None)
    return message if isinstance(message, str) else str(error)


def isolated(answer, case):
    """The answer from a new process with fixed random numbers and ids, because the SDK keeps state between jobs."""
    read, write = os.pipe()
    if os.fork() == 0:
        os.close(read)
        sys.stdout = sys.stderr if case.get("trace") else open(os.devnull, "w")
        if not case.get("trace"):
            sys.stderr = sys.stdout
        random.seed(7)
        numbers = itertools.count(1)
        uuid.uuid4 = lambda: uuid.UUID(int=next(numbers))
        os.chdir(case.get("base") or "/tmp")
        with os.fdopen(write, "w") as out:
            out.write(json.dumps(answer(case), default=str))
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as text:
        said = text.read()
    os.wait()
    return said


def answer_each_case(answer):
    import azure.ai.ml, azure.ai.ml.entities, azure.ai.ml.operations  # noqa: F401  loaded once, inherited by every child

    for line in sys.stdin:
        if line.strip():
            print(isolated(answer, json.loads(line)), flush=True)
