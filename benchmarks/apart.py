"""Contenders in processes of their own: none pays for the garbage, the caches or the imports of another.

A contender is started once, takes a round whenever it is told to, and waits in between; so rounds of several
interleave as they would in one process.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

HERE = Path(__file__).parent


class Contender:
    """One process; `take` has it take one round.

    Args:
        script: beside this file; it must end in `serve`.
        arguments: of the script.
    """

    def __init__(self, script: str, *arguments: str) -> None:
        command = [sys.executable, str(HERE / script), *arguments]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def take(self, **asked: Any) -> Any:
        """What one round gave.

        Raises:
            RuntimeError: the process is gone; what it said stands on the standard error.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self._process.wait(30)
            msg = f"{self._process.args[1:3]} ended with {self._process.returncode}"  # type: ignore[index]
            raise RuntimeError(msg)
        return json.loads(line)

    def close(self) -> None:
        """Let it end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()


@contextmanager
def contenders(commands: Mapping[str, tuple[str, ...]]) -> Generator[dict[str, Contender], None, None]:
    """Processes by name, for the length of the block."""
    running: dict[str, Contender] = {}
    try:
        for name, command in commands.items():
            running[name] = Contender(*command)
        yield running
    finally:
        for one in running.values():
            one.close()


def serve(take: Callable[..., Any]) -> None:
    """Inside a contender: take a round for every line that comes in, each with a clean heap."""
    for line in sys.stdin:
        gc.collect()
        print(json.dumps(take(**json.loads(line))), flush=True)
