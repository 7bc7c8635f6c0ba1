"""Where each control token may stand in a sampled turn, and whether a turn keeps to it: the grammar that Derail reads by,
but that a call whose JSON is broken between its brackets is followed as if it were whole."""

import json
import re

from wire import CALL_BEGIN, CALL_END, CONTROL_TOKENS, THINK_BEGIN, THINK_END, TURN_END

LEGAL = {
    "start": (THINK_BEGIN, CALL_BEGIN),
    "prose": (TURN_END, CALL_BEGIN),
    "think": (THINK_END,),
    "after-think": (CALL_BEGIN,),
    "call-start": (),
    "call-body": (),
    "call-string": (),
    "call-done": (CALL_END,),
    "call-broken": (CALL_END,),
    "after-call": (CALL_BEGIN, TURN_END),
    "ended": (),
    "outside": tuple(CONTROL_TOKENS),
}
"""By state: what may come next."""
UNFINISHED = {"think", "call-start", "call-body", "call-string", "call-done", "call-broken"}
"""States in which the end of the turn is premature."""

PLAIN = f"(?:(?!{'|'.join(map(re.escape, CONTROL_TOKENS))}).)*"
WELL_FORMED = re.compile(
    rf"(?:<think>{PLAIN}</think>)?{PLAIN}((?:<tool_call>{PLAIN}</tool_call>\s*)*){re.escape(TURN_END)}", re.S
)
CALL_BODY = re.compile("<tool_call>(.*?)</tool_call>", re.S)


def is_broken(turn):
    """Whether a turn leaves the wire form: a marker out of place, no turn end, or a call that is no JSON."""
    match = WELL_FORMED.fullmatch(turn)
    return not match or not all(map(is_call, CALL_BODY.findall(match[1])))


def is_call(body):
    try:
        call = json.loads(body)
    except ValueError:
        return False
    return isinstance(call, dict) and isinstance(call.get("name"), str) and isinstance(call.get("arguments"), dict)


def states_before(tokens):
    """The state before each token of a turn, given as texts."""
    reader, states = Reader(), []
    for token in tokens:
        states.append(reader.state)
        reader.take(token)
    return states


class Reader:
    """Follows one turn token by token; `state` tells what may come next."""

    def __init__(self):
        self.state, self.depth, self.escaped = "start", 0, False

    def take(self, token):
        if token in CONTROL_TOKENS:
            self.take_control(token)
        elif self.state in ("start", "after-think", "after-call"):
            self.state = "prose" if token.strip() else self.state
        elif self.state.startswith("call"):
            for char in token:
                self.take_json(char)

    def take_control(self, token):
        after = {THINK_BEGIN: "think", THINK_END: "after-think", CALL_BEGIN: "call-start", CALL_END: "after-call", TURN_END: "ended"}
        self.state, self.depth, self.escaped = after.get(token, "outside"), 0, False

    def take_json(self, char):
        if self.state == "call-start":
            self.state = "call-body" if char == "{" else self.state if char.isspace() else "call-broken"
            self.depth = 1
        elif self.state == "call-string":
            self.state = "call-body" if char == '"' and not self.escaped else "call-string"
            self.escaped = char == "\\" and not self.escaped
        elif self.state == "call-body":
            self.take_punctuation(char)
        elif self.state == "call-done" and not char.isspace():
            self.state = "call-broken"

    def take_punctuation(self, char):
        if char == '"':
            self.state = "call-string"
        elif char in "{[":
            self.depth += 1
        elif char in "}]":
            self.depth -= 1
            self.state = "call-done" if self.depth == 0 else "call-body"
