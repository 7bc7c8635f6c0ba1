"""Made-up conversations in the wire forms of Qwen2.5 and Qwen3 about anything: what control tokens stand beside in the
rollouts of other models. Nothing here can be solved; it teaches where control tokens may stand.
"""

import json
import random

from wild_values import Wild
from wire import TURN_END, TURN_START

MAX_CALLS = 6
QWEN_TOOLS = (
    "\n\n# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are provided with function "
    "signatures within <tools></tools> XML tags:\n<tools>\n{}\n</tools>\n\nFor each function call, return a json object "
    "with function name and arguments within <tool_call></tool_call> XML tags:\n<tool_call>\n"
    '{{"name": <function-name>, "arguments": <args-json-object>}}\n</tool_call>'
)
QWEN_SYSTEM = "You are Qwen, created by Alibaba Cloud. You are a helpful assistant."


class Talk:
    """One conversation with habits of its own: whether it thinks, declares tools, talks before it calls."""

    def __init__(self, rng, size):
        self.rng, self.wild, self.size = rng, Wild(rng), size
        self.thinks = rng.choices(["always", "never", "empty", "sometimes"], [4, 6, 1, 1])[0]
        self.talks = rng.choice([0.05, 0.3, 0.7])
        self.call_share = rng.choice([0.15, 0.5, 0.8])
        self.tight = rng.random() < 0.04
        self.tools = [(self.wild.tool_name(), self.wild.object(2)) for _ in range(rng.randint(1, 7))]

    def text(self):
        rng = self.rng
        parts = [self.system()]
        if rng.random() < 0.15:
            parts.append(self.turn("user", self.wild.prose(8)))
        while sum(map(len, parts)) < self.size:
            parts.append(self.turn("user", self.question()))
            for _ in range(rng.choice([1, 1, 2, 3, 5])):
                body, calls = self.reply()
                parts.append(self.turn("assistant", body))
                if not calls:
                    break
                parts.append(self.turn("user", self.results(calls)))
                if sum(map(len, parts)) > self.size:
                    break
        return "".join(parts)

    def turn(self, role, body):
        return f"{TURN_START}{role}\n{body}{TURN_END}\n"

    def system(self):
        rng, wild = self.rng, self.wild
        kind = rng.choices(["none", "plain", "tools"], [4, 2, 5])[0]
        if kind == "none":
            return ""
        about = QWEN_SYSTEM if rng.random() < 0.4 else wild.prose(rng.choice([1, 2, 6]))
        if kind == "plain":
            return self.turn("system", about)
        declared = [
            {"type": "function", "function": {"name": name, "description": wild.sentence(), "parameters": wild.schema(arguments)}}
            for name, arguments in self.tools
        ]
        return self.turn("system", about + QWEN_TOOLS.format("\n".join(map(json.dumps, declared))))

    def question(self):
        """Often names what the next call holds, so that there is something to copy."""
        wild = self.wild
        self.said = [wild.text_value() for _ in range(self.rng.randint(0, 3))]
        parts = [wild.paragraph(1, 3), *(f"{wild.words(1, 3)}: {said}" for said in self.said if len(said) < 80)]
        return " ".join(parts) if self.rng.random() < 0.8 else wild.prose(4)

    def reply(self):
        """(text of the turn, number of calls)."""
        rng, wild = self.rng, self.wild
        thought = self.thought()
        if rng.random() >= self.call_share:
            return thought + wild.prose(rng.choice([1, 1, 2, 4])), 0
        count = rng.choice([1, 1, 1, 1, 2, 2, 3, 4, 5])
        talk = wild.prose(rng.choice([1, 1, 2])) + "\n" * rng.choice([1, 1, 1, 2]) if rng.random() < self.talks else ""
        after = "\n" + wild.paragraph(1, 2) if rng.random() < 0.08 else ""
        gap = rng.choice(["\n", "\n", "\n", "\n\n"])
        return thought + talk + gap.join(self.call() for _ in range(count)) + after, count

    def thought(self):
        kind = self.thinks if self.thinks != "sometimes" else self.rng.choice(["always", "never"])
        if kind == "never":
            return ""
        body = "" if kind == "empty" else self.wild.prose(self.rng.choice([1, 2, 3, 5]))
        return f"<think>\n{body}\n</think>\n\n"

    def call(self):
        rng, wild = self.rng, self.wild
        name, pattern = rng.choice(self.tools)
        if rng.random() < 0.1:
            name, pattern = wild.tool_name(), wild.object(2)
        arguments = {key: self.argument(value) for key, value in pattern.items()}
        body = {"name": name, "arguments": arguments}
        if rng.random() < 0.04:
            body = {"arguments": arguments, "name": name}
        text = wild.json_text(body)
        return f"<tool_call>{text}</tool_call>" if self.tight else f"<tool_call>\n{text}\n</tool_call>"

    def argument(self, value):
        rng = self.rng
        if isinstance(value, str):
            return rng.choice(self.said) if self.said and rng.random() < 0.5 else self.wild.text_value()
        if isinstance(value, dict):
            return {k: self.argument(v) for k, v in value.items()}
        if isinstance(value, list) and value:
            return [self.argument(rng.choice(value)) for _ in range(rng.choice([1, 1, 2, 3]))]
        return self.wild.scalar() if rng.random() < 0.3 else value

    def results(self, count):
        return "\n".join(f"<tool_response>\n{self.wild.result()}\n</tool_response>" for _ in range(count))


def wild_talk(rng, size):
    """A conversation of at least `size` characters."""
    return Talk(rng, size).text()


if __name__ == "__main__":
    for seed in range(3):
        print(wild_talk(random.Random(seed), 1500), "\n=====")
