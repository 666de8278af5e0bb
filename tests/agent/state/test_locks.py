"""One turn of a thread at a time, in one process and in several."""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from langgraph_recommender.agent.settings import Settings
from langgraph_recommender.agent.state.locks import InProcessLocks, ThreadBusy, ThreadLock
from langgraph_recommender.agent.state.opening import open_storage
from pydantic import SecretStr

OTHER = """
import sys, time
from pathlib import Path
from pydantic import SecretStr
from langgraph_recommender.agent.settings import Settings
from langgraph_recommender.agent.state.opening import open_storage

home, url, count, thread, seconds = sys.argv[1:]
with open_storage(Settings(home=Path(home), database_url=SecretStr(url) if url else None)) as storage:
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(int(count)):
        with storage.locks.hold(thread, timeout_s=30):
            total = Path(home, "total")
            before = int(total.read_text())
            time.sleep(float(seconds))
            total.write_text(str(before + 1))
            print("held", flush=True)
"""


class Other:
    """A process that adds to a number in a file, a thread's lock around each time."""

    def __init__(self, settings: Settings, *, count: int, thread: str, seconds: float) -> None:
        url = settings.database_url.get_secret_value() if settings.database_url else ""
        command = [sys.executable, "-c", OTHER, str(settings.home), url, str(count), thread, str(seconds)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.said() == "ready"

    def start(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def said(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()


@pytest.fixture(params=["process", "file", pytest.param("postgres", marks=pytest.mark.postgres)])
def locks(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ThreadLock]:
    if request.param == "process":
        yield InProcessLocks()
        return
    url = SecretStr(request.getfixturevalue("database")) if request.param == "postgres" else None
    with open_storage(Settings(home=tmp_path, database_url=url)) as storage:
        yield storage.locks


def test_a_thread_is_held_by_one_at_a_time_and_others_are_free(locks: ThreadLock) -> None:
    with locks.hold("ada:1", timeout_s=5), locks.hold("ada:2", timeout_s=5), ThreadPoolExecutor(1) as pool:

        def want(timeout_s: float) -> None:
            with locks.hold("ada:1", timeout_s=timeout_s):
                pass

        for timeout_s in (0.05, 0):
            with pytest.raises(ThreadBusy, match="still being answered"):
                pool.submit(want, timeout_s).result(timeout=10)
    with locks.hold("ada:1", timeout_s=0):
        pass


def test_a_turn_that_fails_gives_its_lock_back(locks: ThreadLock) -> None:
    with pytest.raises(KeyError), locks.hold("ada:1", timeout_s=1):
        raise KeyError
    with locks.hold("ada:1", timeout_s=1):
        pass


def test_many_turns_of_one_thread_run_one_by_one(locks: ThreadLock) -> None:
    running, most = 0, 0

    def turn(_: int) -> None:
        nonlocal running, most
        with locks.hold("ada:1", timeout_s=20):
            running += 1
            most = max(most, running)
            time.sleep(0.002)
            running -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(turn, range(24)))
    assert (running, most) == (0, 1)


def test_two_processes_lose_nothing_of_one_thread(settings: Settings) -> None:
    total = settings.home / "total"
    settings.home.mkdir(exist_ok=True)
    total.write_text("0")
    others = [Other(settings, count=25, thread="ada:1", seconds=0.002) for _ in range(2)]
    for one in others:
        one.start()
    assert [one.process.wait(timeout=30) for one in others] == [0, 0]
    assert total.read_text() == "50"


def test_a_process_that_is_killed_lets_go(settings: Settings) -> None:
    (settings.home / "total").write_text("0")
    other = Other(settings, count=2, thread="ada:1", seconds=1)
    other.start()
    assert other.said() == "held"
    with open_storage(settings) as storage:
        with pytest.raises(ThreadBusy), storage.locks.hold("ada:1", timeout_s=0.1):
            pass
        other.process.kill()
        other.process.wait()
        with storage.locks.hold("ada:1", timeout_s=10):
            pass


def test_the_file_of_the_locks_is_private(tmp_path: Path) -> None:
    with open_storage(Settings(home=tmp_path)):
        assert (tmp_path / "threads.lock").stat().st_mode & 0o077 == 0 or sys.platform == "win32"
