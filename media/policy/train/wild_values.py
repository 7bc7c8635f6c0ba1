"""Made-up tools and values: what stands in the calls of other people's rollouts, without taking any of it."""

import json
import string

from names import CITIES, MADE_UP_NAMES, NOUNS, PEOPLE, SYLLABLES
from text import code_lines, passages, sentences

VERBS = (
    "get set add create delete remove update list find search fetch read write open close send check cancel book "
    "view edit run start stop compute convert query login logout turn_on transfer record apply verify submit load"
).split()
OBJECTS = (
    "user account balance order item file path message reminder event flight ticket contact device setting network "
    "report invoice product record table query page image note task project team payment refund address profile "
    "schedule location weather price stock session token group comment issue branch commit package customer date"
).split()
KEYS = (
    "id name title content text message time date start_time end_time user user_name username password email phone "
    "address city country query path file_path command description status type count quantity amount price limit "
    "offset page enabled verbose items products tags options filters values data code old_string new_string url "
    "language format sender receiver reason timeout priority notes currency product keys ids config"
).split()
OPENINGS = (
    "Please;I need to;Can you;I want to;Could you help me to;Now;Also;Hi,;It seems that;There was an issue:;Great!;"
    "Here is what I found:;I'm sorry, but;The system says:;Thank you.;To do this,;First,;Then;Finally,;Okay,;Let me see.;"
    "Wait,;The user wants that;So;I should check whether;Is there anything else?;Would you like to go on?;Successfully done:"
).split(";")
ESCAPED = ["\\u00e9", "\\u4f60\\u597d", "\\ud83d\\ude00", "\\u2019", "\\/", "\\t"]
WORLDLY = ["é", "ü", "ñ", "’", "“quoted”", "–", "—", "×", "→", "你好", "世界", "日本", "привет", "😀", "✅", "°", "€", "…"]


class Wild:
    """Draws words, names, values and prose from one generator of random numbers."""

    def __init__(self, rng):
        self.rng = rng

    def chance(self, share):
        return self.rng.random() < share

    def word(self):
        rng = self.rng
        if self.chance(0.25):
            return "".join(rng.choices(SYLLABLES, k=rng.randint(1, 4)))
        if self.chance(0.3):
            return rng.choice(rng.choice([NOUNS, CITIES, PEOPLE, MADE_UP_NAMES, OBJECTS, VERBS]))
        return rng.choice(rng.choice(sentences()).split())

    def words(self, low, high):
        return " ".join(self.word() for _ in range(self.rng.randint(low, high)))

    def identifier(self):
        parts = [self.rng.choice(OBJECTS) if self.chance(0.7) else "".join(self.rng.choices(SYLLABLES, k=2))]
        if self.chance(0.5):
            parts.append(self.rng.choice(OBJECTS))
        return parts

    def tool_name(self):
        rng = self.rng
        parts = [rng.choice(VERBS), *self.identifier()]
        return rng.choices(
            ["_".join(parts), parts[0] + "".join(p.title() for p in parts[1:]), "".join(p.title() for p in parts),
             parts[-1].title() + "." + "_".join(parts[:-1]), "-".join(parts), parts[0].title(), parts[0]],
            [10, 3, 2, 1, 1, 1, 1])[0]

    def key(self):
        rng = self.rng
        if self.chance(0.65):
            return rng.choice(KEYS)
        parts = self.identifier()
        return "_".join(parts) if self.chance(0.7) else parts[0] + "".join(p.title() for p in parts[1:])

    def sentence(self):
        rng = self.rng
        text = rng.choice(sentences()) if self.chance(0.5) else self.words(3, 14)
        if self.chance(0.4):
            text = f"{rng.choice(OPENINGS)} {text}"
        if self.chance(0.1):
            text += " " + rng.choice(WORLDLY)
        if self.chance(0.4):
            text = text.rstrip(".") + rng.choice(["?", "?", "?", "!", "!", "...", ":", "", ";", ","])
        return text

    def quoted(self):
        rng = self.rng
        name = rng.choice([self.word(), self.words(2, 4), self.number_text(), self.stamp()])
        return rng.choice(['"{}"', "'{}'", "`{}`", "**{}**", "({})", "[{}]", "\"{}\",", "<{}>"]).format(name)

    def paragraph(self, low=1, high=5):
        parts = []
        for _ in range(self.rng.randint(low, high)):
            parts.append(self.sentence())
            if self.chance(0.3):
                parts.append(self.quoted())
        return " ".join(parts)

    def bullets(self):
        rng = self.rng
        mark = rng.choice(["- ", "* ", "{}. ", "{}) ", "- **", "   - ", "### ", "• "])
        lines = []
        for at in range(1, rng.randint(2, 8)):
            head = mark.format(at)
            line = head + (f"{self.words(1, 3)}**: " if head.endswith("**") else "")
            lines.append(line + rng.choice([self.sentence(), self.words(1, 6), f"{self.words(1, 2)}: {self.scalar_text()}"]))
        return "\n".join(lines)

    def block(self):
        fence = self.rng.choice(["python", "json", "bash", ""])
        body = self.json_text(self.object(2)) if fence == "json" else self.rng.choice(code_lines())
        return f"```{fence}\n{body}\n```"

    def prose(self, blocks=4):
        """Text of an assistant, a user or a tool: paragraphs, lists, code blocks."""
        rng = self.rng
        parts = []
        for _ in range(rng.randint(1, blocks)):
            kind = rng.choices(["paragraph", "bullets", "block", "passage"], [10, 4, 1.5, 1])[0]
            if kind == "paragraph":
                parts.append(self.paragraph())
            elif kind == "bullets":
                parts.append(self.paragraph(1, 1) + "\n" * rng.choice([1, 2]) + self.bullets())
            elif kind == "block":
                parts.append(self.block())
            else:
                parts.append(rng.choice(passages()[0])[: rng.choice([200, 400, 900])].strip())
        return rng.choice(["\n\n", "\n\n", "\n"]).join(parts)

    def number_text(self):
        rng = self.rng
        return rng.choice([str(rng.randint(0, 10 ** rng.randint(1, 9))), f"{rng.uniform(-1, 1000):.{rng.randint(1, 6)}f}"])

    def stamp(self):
        rng = self.rng
        day = f"20{rng.randint(10, 29)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        clock = f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}"
        return rng.choice([day, clock, f"{day} {clock}", f"{day}T{clock}:00Z", f"{day} {clock}:00"])

    def path(self):
        rng = self.rng
        name = "/".join(self.identifier()[0] for _ in range(rng.randint(1, 4)))
        return rng.choice(["/", "./", "", "~/", "C:\\"]) + name + rng.choice([".py", ".txt", ".json", "", "/", ".md"])

    def text_value(self):
        """A string as it stands in arguments; long ones with line breaks, quotes and code."""
        rng = self.rng
        kind = rng.choices(["word", "words", "sentence", "stamp", "path", "id", "mail", "code", "prose", "json", "odd", "empty", "number"],
                           [8, 8, 8, 4, 4, 4, 2, 4, 3, 1.5, 2, 0.7, 2])[0]
        if kind == "word":
            return self.word()
        if kind == "words":
            return self.words(2, 5)
        if kind == "sentence":
            return self.paragraph(1, 3)
        if kind == "stamp":
            return self.stamp()
        if kind == "path":
            return self.path()
        if kind == "id":
            return "".join(rng.choices(string.ascii_lowercase + string.digits, k=rng.randint(4, 24)))
        if kind == "mail":
            return f"{self.word().lower()}@{self.word().lower()}.{rng.choice(['com', 'org', 'io'])}"
        if kind == "code":
            return rng.choice(code_lines()) if self.chance(0.7) else rng.choice(["SELECT * FROM ", "ls -la ", "grep -rn ", "cd ", "python -m "]) + self.words(1, 4)
        if kind == "prose":
            return self.prose(2)
        if kind == "json":
            return self.json_text(self.object(1))
        if kind == "odd":
            return rng.choice(["{}", "[]", "}", "{", '"', "</a>", "<b>", "a & b", "tool call", "\\n", "}}", "null", "{x}", *WORLDLY])
        return "" if kind == "empty" else self.number_text()

    def scalar(self):
        rng = self.rng
        kind = rng.choices(["text", "whole", "real", "flag", "null"], [12, 4, 2, 2, 0.6])[0]
        if kind == "text":
            return self.text_value()
        if kind == "whole":
            return rng.choice([rng.randint(0, 20), rng.randint(-5, 100000), rng.randint(0, 10**rng.randint(1, 10))])
        if kind == "real":
            return round(rng.uniform(-10, 1000), rng.randint(1, 5))
        return rng.choice([True, False]) if kind == "flag" else None

    def scalar_text(self):
        value = self.scalar()
        return str(value) if len(str(value)) < 60 else self.word()

    def value(self, depth):
        rng = self.rng
        kind = rng.choices(["scalar", "list", "objects", "object"], [14, 2, 1.2, 1.5] if depth else [1, 0, 0, 0])[0]
        if kind == "list":
            return [self.scalar() for _ in range(rng.choice([0, 1, 1, 2, 3, 5]))]
        if kind == "objects":
            return [self.object(depth - 1) for _ in range(rng.choice([1, 1, 2, 3]))]
        return self.object(depth - 1) if kind == "object" else self.scalar()

    def object(self, depth=2):
        return {self.key(): self.value(depth) for _ in range(self.rng.choice([0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5]))}

    def json_text(self, value):
        """In the spellings that models use: mostly Python's, also compact, indented, and with odd blanks."""
        rng = self.rng
        style = rng.choices(["python", "compact", "indent", "loose"], [14, 2, 3, 1])[0]
        ascii_only = self.chance(0.3)
        if style == "compact":
            return json.dumps(value, ensure_ascii=ascii_only, separators=(",", ":"))
        if style == "indent":
            return json.dumps(value, ensure_ascii=ascii_only, indent=rng.choice([1, 2, 2, 4]))
        text = json.dumps(value, ensure_ascii=ascii_only)
        if style == "loose" and text.endswith("}"):
            text = text[:-1] + rng.choice([" }", "\n}", "  }"])
        return text

    def result(self):
        """What a tool may answer."""
        rng = self.rng
        kind = rng.choices(["json", "text", "error", "repr", "code", "empty", "prose"], [6, 3, 2, 3, 2, 1, 2])[0]
        if kind == "json":
            return self.json_text(self.object(3))[:1500]
        if kind == "repr":
            return " ".join(f"{self.key()}: {self.value(1)}" for _ in range(rng.randint(1, 5)))[:800]
        if kind == "error":
            return rng.choice(["Error: ", "error: ", '{"error": "', "status: False message: "]) + self.words(2, 8)
        if kind == "code":
            return rng.choice(passages()[1])[: rng.choice([200, 500, 900])]
        if kind == "prose":
            return self.prose(3)[:1500]
        return "" if kind == "empty" else self.paragraph(1, 2)

    def schema(self, arguments):
        """A tool's schema that fits these arguments."""
        return {"type": "object", "properties": {k: self.property(v) for k, v in arguments.items()},
                "required": [k for k in arguments if self.chance(0.8)]}

    def property(self, value):
        kinds = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object", type(None): "null"}
        found = {"type": kinds[type(value)]}
        if self.chance(0.5):
            found["description"] = self.sentence()
        if isinstance(value, dict) and self.chance(0.5):
            found["properties"] = {k: self.property(v) for k, v in value.items()}
        if isinstance(value, list) and value:
            found["items"] = self.property(value[0])
        return found
