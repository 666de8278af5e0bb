"""Every error the package raises on purpose.

RecommenderError                 base; `cure` says what to do about it
|-- InputError                   the developer or operator fixes it (exit code 2, HTTP 4xx)
|   |-- CatalogError             a catalog file, row or schema that cannot be used
|   |   `-- UnknownCatalogError  no embedded catalog, file or directory of that name
|   |-- PictureError             a picture that is missing, too large, damaged or none at all
|   |-- IndexStateError          an index that is locked, corrupt or built with another embedding
|   |-- FilterError              a filter that does not parse or names an unknown facet
|   |-- LogError                 a chat log or behaviour file that cannot be used
|   |-- StoreError               a profile store that is locked, corrupt or unreachable
|   |-- ModelFileError           a model or checkpoint that is truncated, foreign or of another version
|   |-- TrainingError            training that cannot begin or go on
|   |-- SettingsError            unknown model, missing key, missing extra
|   `-- SuiteError               an evaluation suite that cannot be used
|-- AgentError                   an agent under evaluation hung, or answered what cannot be read
|-- ModelError                   a hosted model failed, timed out or answered nonsense; the turn degrades
`-- ToolInputError               the model may read it and try again with other arguments
    `-- UnknownItemError         an item id that is not in the catalog
"""

from __future__ import annotations

from difflib import get_close_matches


class RecommenderError(Exception):
    """What went wrong, and in `cure` what to do about it."""

    def __init__(self, message: str, *, cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.message} {self.cure}".strip()


class InputError(RecommenderError):
    """Something the developer or operator passed in cannot be used."""


class CatalogError(InputError):
    """A catalog file, row or schema that cannot be used."""


class UnknownCatalogError(CatalogError):
    """No embedded catalog, file or directory of that name."""


class IndexStateError(InputError):
    """An index directory that is locked, corrupt, or built with another embedding."""


class PictureError(InputError):
    """A picture that is missing, too large, damaged or none at all."""


class FilterError(InputError):
    """A filter expression that does not parse or names an unknown facet."""


class LogError(InputError):
    """A chat log or behaviour file that cannot be used."""


class StoreError(InputError):
    """A profile store that is locked, corrupt or unreachable."""


class ModelFileError(InputError):
    """A trained model or a checkpoint that is truncated, made from other data or written by another version."""


class TrainingError(InputError):
    """Training that cannot begin, or that came to nothing."""


class SettingsError(InputError):
    """An unknown model, a missing key or a missing extra."""


class SuiteError(InputError):
    """An evaluation suite that cannot be used."""


class AgentError(RecommenderError):
    """An agent under evaluation hung, could not be reached, or answered what cannot be read."""


class ModelError(RecommenderError):
    """A hosted model failed, timed out or answered nonsense. `attempts` counts the model calls that were made."""

    def __init__(self, message: str, *, cure: str = "", attempts: int = 0) -> None:
        super().__init__(message, cure=cure)
        self.attempts = attempts


class ToolInputError(RecommenderError):
    """Arguments a model may correct: its message goes back to the model."""


class UnknownItemError(ToolInputError):
    """An item id that is not in the catalog."""


def did_you_mean(word: str, known: list[str]) -> str:
    """`Did you mean 'books'?`, or the list of what is known when nothing is near."""
    near = get_close_matches(word.casefold(), known, n=1, cutoff=0.6)
    if near:
        return f"Did you mean {near[0]!r}?"
    return f"Known: {', '.join(known[:20])}."
