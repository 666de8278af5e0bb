"""A file larger than the memory that reading it takes, and events that do not fit."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from langgraph_recommender.tools.errors import LogError
from langgraph_recommender.tools.ranking.data.memory import free_memory
from langgraph_recommender.tools.ranking.data.reading import read_interactions
from langgraph_recommender.tools.ranking.data.report import ReadReport

READING = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from langgraph_recommender.tools.ranking.data.reading import read_interactions
from langgraph_recommender.tools.ranking.data.report import ReadReport

def peak():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) * 1024

def read(path):
    return len(read_interactions(Path(path), now=datetime(2026, 1, 1, tzinfo=UTC), report=ReadReport()))

small, large = sys.argv[1:]
read(small)
before = peak()
print(json.dumps({"events": read(large), "taken": peak() - before}))
"""
LIMITED = """
import resource
from langgraph_recommender.tools.ranking.data.memory import free_memory
used = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmSize")) * 1024
resource.setrlimit(resource.RLIMIT_AS, (used + 50_000_000, resource.RLIM_INFINITY))
print(free_memory())
"""
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux counts it")
def test_a_file_several_times_larger_than_the_memory_it_takes(tmp_path: Path) -> None:
    small, large = tmp_path / "small.csv", tmp_path / "large.csv"
    small.write_text("user,item,text,time\nu,i,words,1\n")
    words = "some words that nobody reads, " * 33
    with large.open("w") as file:
        file.write("user,item,text,time\n")
        for number in range(240_000):
            file.write(f'u{number % 20_011},i{number * 7919 % 5003},"{words}",{1_600_000_000 + number}\n')
    done = subprocess.run(
        [sys.executable, "-c", READING, str(small), str(large)], capture_output=True, text=True, check=True
    )
    measured = json.loads(done.stdout)
    assert measured["events"] == 240_000
    assert measured["taken"] < large.stat().st_size / 3


def test_events_that_do_not_fit_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("user,item\n" + "".join(f"u{number},i\n" for number in range(10_000)))
    with pytest.raises(LogError, match=r"a\.csv: its events do not fit into memory, only 10,000 were read"):
        read_interactions(path, now=NOW, report=ReadReport(), memory=1_000_000)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the limits of Linux")
def test_the_limit_of_the_process_counts() -> None:
    done = subprocess.run([sys.executable, "-c", LIMITED], capture_output=True, text=True, check=True)
    assert 0 < int(done.stdout) <= 50_000_000
    assert 50_000_000 < free_memory() <= sys.maxsize
