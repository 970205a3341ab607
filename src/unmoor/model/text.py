"""What stands where in an Antimony file, so that a refusal can name a line; its meaning is libAntimony's business."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from unmoor.model.screen import read_model_text

_IGNORED = re.compile(r'(?P<string>"[^"\n]*")|/\*.*?\*/|//[^\n]*|#[^\n]*', re.DOTALL)
_NAME = r"[A-Za-z_]\w*"
_DOTTED = rf"{_NAME}(?:\.{_NAME})+"
_PATH = rf"{_NAME}(?:\.{_NAME})*"
_MODEL = re.compile(rf"^model\s+\*?({_NAME})\s*(?:\((.*)\))?")
_IMPORT = re.compile(r'^import\s+"([^"]+)"$')
_WIRE = re.compile(rf"^({_PATH})\s+is\s+({_PATH})$")
_INSTANCE = re.compile(rf"^({_NAME})\s*:\s*({_NAME})\s*\((.*?)\)?$")
_KEYWORDS = frozenset("model end species substanceOnly compartment const var function time import is in".split())
_REACTION = re.compile(rf"^({_NAME})\s*:(?!=)")
_EQUATION = re.compile(rf"^({_PATH})\s*('\s*=|:=|=)(.*)$")
_IDENTIFIER = re.compile(rf"(?<![\w.]){_NAME}")
_NUMBER = re.compile(r"(?<![\w.])(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])")


@dataclass(frozen=True)
class Statement:
    """One statement without comments, and the line it stands on."""

    text: str
    line: int


@dataclass(frozen=True)
class Wire:
    """`port is source`: two dotted names that become one quantity."""

    port: str
    source: str
    where: str


@dataclass(frozen=True)
class Equation:
    """The left side, sign (:=, =, '=) and right side of one equation of the text."""

    name: str
    sign: str
    formula: str
    line: int

    @property
    def is_number(self) -> bool:
        """Whether the right side mentions no symbol."""
        return _IDENTIFIER.search(self.formula) is None


@dataclass(frozen=True)
class Source:
    """One Antimony file: its path, its text as written and its statements in order."""

    path: Path
    text: str
    statements: tuple[Statement, ...]

    @property
    def name(self) -> str:
        """The file's stem, which is also the name of its model."""
        return self.path.stem

    def at(self, line: int) -> str:
        """File and line, as errors show them."""
        return f"{self.path.name}:{line}"

    def models(self) -> list[tuple[str, str, int]]:
        """Name, interface text and line of each model of the file."""
        found = [(_MODEL.match(each.text), each.line) for each in self.statements]
        return [(match[1], (match[2] or "").strip(), line) for match, line in found if match]

    def imports(self) -> list[tuple[str, int]]:
        """Each imported file as written, and its line."""
        found = [(_IMPORT.match(each.text), each.line) for each in self.statements]
        return [(match[1], line) for match, line in found if match]

    def without_imports(self) -> str:
        """The text with its imports blanked out, line for line."""
        imported = {line for _, line in self.imports()}
        lines = enumerate(self.text.split("\n"), 1)
        return "\n".join(
            re.sub(r'import\s+"[^"]+"', "", line) if number in imported else line for number, line in lines
        )

    def wires(self) -> list[Wire]:
        """Every `a is b` of two names (a name of display, in quotes, is none)."""
        found = [(_WIRE.match(each.text), each.line) for each in self.statements]
        return [Wire(match[1], match[2], self.at(line)) for match, line in found if match]

    def instances(self) -> list[tuple[str, str, str, int]]:
        """Instance, module, arguments as written, and line."""
        found = [(_INSTANCE.match(each.text), each.line) for each in self.statements]
        return [(match[1], match[2], match[3].strip(), line) for match, line in found if match]

    def reactions(self) -> list[tuple[str, int]]:
        """Each named reaction and its line."""
        found = [(_REACTION.match(each.text), each) for each in self.statements]
        return [(match[1], each.line) for match, each in found if match and not _INSTANCE.match(each.text)]

    def equations(self) -> list[Equation]:
        """Every statement of the form name := formula, name = formula or name' = formula."""
        found = [(_EQUATION.match(each.text), each.line) for each in self.statements]
        return [Equation(m[1], m[2].replace(" ", ""), m[3].strip(), line) for m, line in found if m]

    def dotted(self) -> list[tuple[str, int]]:
        """Dotted names used elsewhere than in a wire, with their line."""
        return [
            (name, each.line) for each in self._formulas() for name in re.findall(rf"(?<![\w.]){_DOTTED}", each.text)
        ]

    def numbers(self) -> list[tuple[str, int]]:
        """Numbers written anywhere in equations and reactions, with their line."""
        return [(number, each.line) for each in self._formulas() for number in _NUMBER.findall(each.text)]

    def identifiers(self) -> set[str]:
        """Every name the text uses."""
        return {name for each in self._formulas() for name in _IDENTIFIER.findall(each.text)} - _KEYWORDS

    def _formulas(self) -> list[Statement]:
        others = (_WIRE, _IMPORT, _MODEL)
        return [each for each in self.statements if not any(form.match(each.text) for form in others)]

    def line_of(self, symbol: str, sign: str = "") -> int:
        """The line of the symbol's own equation (the one with `sign`, if given), else of its first mention, else 0."""
        own = [each for each in self.equations() if each.name == symbol]
        for equation in [each for each in own if each.sign == sign] + own:
            return equation.line
        mention = re.compile(rf"(?<![\w.]){re.escape(symbol)}(?![\w.])")
        return next((each.line for each in self.statements if mention.search(each.text)), 0)

    def where(self, symbol: str, sign: str = "") -> str:
        """File and line of a symbol, or the file alone when the text does not mention it."""
        line = self.line_of(symbol, sign)
        return self.at(line) if line else self.path.name


def read_source(path: Path) -> Source:
    """Read one Antimony file into statements; raises BadInput or Unsupported for what is no text of its size."""
    text = read_model_text(path).replace("\r\n", "\n")
    # Comments keep their line breaks, so that line numbers stay those of the file.
    bare = _IGNORED.sub(lambda match: match["string"] or "\n" * match[0].count("\n") or " ", text)
    statements = [
        Statement(piece.strip(), number)
        for number, line in enumerate(bare.split("\n"), 1)
        for piece in line.split(";")
        if piece.strip()
    ]
    return Source(path, text, tuple(statements))
