"""Several processes write the profile of one user at once, and nothing of it is lost."""

import subprocess
import sys

from langgraph_recommender.agent.settings import Settings
from langgraph_recommender.agent.state.opening import open_storage
from langgraph_recommender.tools.profile.memory import ProfileMemory

STATEMENTS = 60
WRITER = """
import sys
from datetime import UTC, datetime
from langgraph_recommender.tools.profile.memory import ProfileMemory
from langgraph_recommender.tools.profile.model import Preference
from langgraph_recommender.tools.profile.stores import store_at

source, name, count = sys.argv[1:]
with store_at(source) as store:
    memory = ProfileMemory(store)
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(int(count)):
        time = datetime(2026, 1, 1, tzinfo=UTC)
        own = Preference(value=f"{name} {number}", facet="genre", catalog="books", weight=1.0, time=time)
        shared = Preference(value=f"shared {number}", facet="genre", catalog="books", weight=1.0, time=time)
        memory.remember("ada", own, key=f"{name}:{number}")
        memory.remember("ada", shared, key=f"shared:{number}")
        if number % 20 == 0:
            memory.set_language("ada", "en")
            memory.load("ada")
"""


def test_two_processes_that_write_one_profile_lose_nothing(settings: Settings) -> None:
    with open_storage(settings) as storage:
        writers = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER, settings.memory, name, str(STATEMENTS)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for name in ("one", "other")
        ]
        assert [one.stdout.readline() for one in writers if one.stdout] == ["ready\n", "ready\n"]
        for one in writers:
            assert one.stdin
            one.stdin.write("go\n")
            one.stdin.flush()
        for one in writers:
            one.communicate(timeout=60)
        assert [one.returncode for one in writers] == [0, 0]
        profile = ProfileMemory(storage.store).load("ada")
    expected = {f"{name} {number}" for name in ("one", "other", "shared") for number in range(STATEMENTS)}
    assert {one.value for one in profile.preferences} == expected
    assert len(profile.preferences) == len(expected)
    assert profile.language == "en"
