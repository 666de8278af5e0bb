"""Settings of a recommender, from arguments or from `RECOMMENDER_*` environment variables."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr

from ..tools.catalog import default_home
from .environment import EnvironmentSettings, words

OFFLINE = "offline"


class Settings(EnvironmentSettings):
    """Read once, at the edge: nothing deeper looks at the environment."""

    catalog: str = "books"
    """Name of an embedded catalog, a catalog file, or an index directory; several with commas: `books,movies`."""
    catalog_store: str | None = None
    """URL of a Chroma server that holds the items of catalogs; on disk below `home` when not given."""
    model: str = OFFLINE
    """`offline`, or any name that `init_chat_model` knows: `openai:gpt-5-mini`."""
    base_url: str | None = None
    """Address of an OpenAI-compatible server."""
    home: Path = Field(default_factory=default_home)
    """Where indexes, profiles and conversations are kept; the user's data directory when not given."""
    database_url: SecretStr | None = None
    """PostgreSQL server for profiles and conversations, `postgresql://user:password@host/database`; SQLite files below
    `home` when not given."""
    database_connections: int = Field(default=10, ge=2, le=1_000)
    """To that server, at most, for reading and writing; as many again for locks, of which each turn that runs holds
    one, so that fewer turns than this run at the same time."""
    keep_threads_days: float | None = Field(default=None, gt=0)
    """A conversation without a turn for so many days is deleted by the server; none is when not given."""
    ranker: Path | None = None
    """Directory of a trained ranker; the one that lies with the catalog when not given."""
    correct: str = ""
    """What lists are corrected for, with commas between: `diversity=0.2,popularity=0.1`."""
    timeout_s: float = Field(default=30.0, gt=0)
    """Seconds that one model call may take."""
    max_retries: int = Field(default=1, ge=0, le=5)
    """How often one model call is tried again."""
    shots: int = Field(default=4, ge=0, le=20)
    """Demonstrations in the prompt of a hosted model; 0 is zero-shot."""
    economy: bool = False
    """One model call at most per turn."""

    def with_database(self, url: str | None) -> Settings:
        """The same settings with that database, where one is given."""
        return self.replaced(database_url=SecretStr(url) if url else None)

    def replaced(self, **given: object) -> Settings:
        """The same settings, with what is given and not empty in the place of theirs."""
        return self.model_copy(update={name: value for name, value in given.items() if value})

    @property
    def corrections(self) -> list[str]:
        """The words of `correct`, one each."""
        return list(words(self.correct))

    @property
    def memory(self) -> str:
        """Where the profiles are: the address of the database, or their file."""
        return self.database_url.get_secret_value() if self.database_url else str(self.memory_path)

    @property
    def memory_path(self) -> Path:
        """The SQLite file of the profiles."""
        return self.home / "memory.sqlite"

    @property
    def threads_path(self) -> Path:
        """The SQLite file of the conversations."""
        return self.home / "threads.sqlite"
