"""The expert: carries out a task's plan, with the retries that a flaky server and misspelled names ask for."""

import re

from task import call
from wire import tojson

PREAMBLE_SHARE = 0.3
MAX_ATTEMPTS = 8
"""A call is repaired at most this often: a flaky tool fails once, and every misspelled name of a call once more."""


def demonstrate(task, rng):
    """The expert's whole conversation as messages."""
    server, plan = task.server(), task.plan()
    messages, results = task.prompt_messages(), None
    while True:
        try:
            thought, calls = plan.send(results)
        except StopIteration as end:
            thought, reply = end.value
            return [*messages, assistant(thought, reply)]
        results = perform(server, messages, thought, calls, preamble(rng))


def perform(server, messages, thought, calls, content):
    """Runs calls until each has succeeded, appends the turns, and returns the good results in the order of `calls`."""
    results, open_calls = [None] * len(calls), list(enumerate(calls))
    for _ in range(MAX_ATTEMPTS):
        messages.append(assistant(thought, content, [wish for _, wish in open_calls]))
        failed = []
        for at, wish in open_calls:
            results[at] = server.run(wish["name"], wish["arguments"])
            messages.append({"role": "tool", "content": tojson(results[at])})
            if "error" in results[at]:
                failed.append((at, repaired(wish, results[at]["error"])))
        if not failed:
            return results
        open_calls, content = failed, ""
        thought = "I correct the call." if "mean" in messages[-1]["content"] else "That failed, I try again."
    raise RuntimeError(f"the expert cannot repair {open_calls}")


def repaired(wish, error):
    suggestion = re.fullmatch(r"unknown \w+ (.+), did you mean (.+)\?", error)
    if not suggestion:
        return wish
    wrong, right = suggestion.groups()
    return call(wish["name"], **{k: right if v == wrong else v for k, v in wish["arguments"].items()})


def preamble(rng):
    return rng.choice(["Let me check that.", "One moment.", "I will look."]) if rng.random() < PREAMBLE_SHARE else ""


def assistant(thought, content, calls=()):
    return {"role": "assistant", "reasoning_content": thought, "content": content, "tool_calls": list(calls)}
