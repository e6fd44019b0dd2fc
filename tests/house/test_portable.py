"""Nothing in the library needs POSIX: many agencies run Windows servers."""

from __future__ import annotations

import ast
from typing import Any

import pytest

MODULES = frozenset(
    "crypt curses fcntl grp nis ossaudiodev posix pty pwd readline resource spwd syslog termios tty".split()
)
"""Modules that Windows lacks."""
CALLS = {
    "os": frozenset(
        "WEXITSTATUS WIFEXITED chown chroot confstr ctermid eventfd fchdir fchmod fchown fdatasync fork forkpty "
        "getegid geteuid getgid getgroups getloadavg getpgid getpgrp getpriority getresuid getsid getuid getxattr "
        "initgroups killpg lchown lockf memfd_create mkfifo mknod nice openpty pathconf pipe2 posix_fallocate "
        "posix_spawn pread pwrite readv register_at_fork sched_getaffinity sched_yield sendfile setegid seteuid "
        "setgid setgroups setpgid setpriority setsid setuid setxattr splice statvfs sync sysconf tcgetpgrp uname "
        "wait wait3 wait4 waitid writev O_CLOEXEC O_DIRECTORY O_DSYNC O_NOCTTY O_NOFOLLOW O_NONBLOCK O_SYNC".split()
    ),
    "signal": frozenset(
        "SIGALRM SIGCHLD SIGCONT SIGHUP SIGKILL SIGPIPE SIGQUIT SIGSTOP SIGTSTP SIGUSR1 SIGUSR2 SIGWINCH alarm "
        "getitimer pause pthread_kill pthread_sigmask setitimer siginterrupt sigpending sigtimedwait sigwait".split()
    ),
    "socket": frozenset("AF_NETLINK AF_PACKET AF_UNIX SCM_RIGHTS SO_PEERCRED SO_REUSEPORT socketpair".split()),
    "time": frozenset("clock_gettime clock_settime pthread_getcpuclockid tzset".split()),
    "asyncio": frozenset("open_unix_connection start_unix_server".split()),
    "select": frozenset("devpoll epoll kqueue poll".split()),
}
METHODS = frozenset("add_signal_handler create_unix_connection create_unix_server hardlink_to lchmod".split())
"""Methods that raise NotImplementedError on Windows, or do something else there."""
ARGUMENTS = frozenset("pass_fds preexec_fn start_new_session".split())
PLACES = ("/bin/", "/dev/", "/etc/", "/home/", "/proc/", "/run/", "/sys/", "/tmp", "/usr/", "/var/")


PLATFORM = ("sys.platform", "os.name", "hasattr(os", "hasattr(signal")
"""How a program asks where it runs."""


def guarded(tree: ast.AST) -> set[ast.AST]:
    """What stands under a question about the platform: `if sys.platform == ...`, `if hasattr(os, ...)`."""
    return {
        inner
        for node in ast.walk(tree)
        if isinstance(node, (ast.If, ast.IfExp)) and any(word in ast.unparse(node.test) for word in PLATFORM)
        for inner in ast.walk(node)
    }


def complaints(source: str, tree: ast.Module | None = None) -> list[str]:
    """What of a source Windows would not do."""
    tree = tree or ast.parse(source)
    free = guarded(tree) if any(word in source for word in PLATFORM) else set()
    return [f"{node.lineno}: {what}" for node in ast.walk(tree) if node not in free and (what := _complaint(node))]  # type: ignore[attr-defined]


def _complaint(node: ast.AST) -> str:  # noqa: PLR0911 - one per kind
    match node:
        case ast.Import(names=names):
            return next((alias.name for alias in names if alias.name.split(".")[0] in MODULES), "")
        case ast.ImportFrom(module=str(module), names=names):
            wrong = [alias.name for alias in names if alias.name in CALLS.get(module, ())]
            return module if module.split(".")[0] in MODULES else ", ".join(wrong)
        case ast.Attribute(value=ast.Name(id=module), attr=name) if name in CALLS.get(module, ()):
            return f"{module}.{name}"
        case ast.Attribute(attr=name) if name in METHODS:
            return name
        case ast.Attribute(value=ast.Name(id="os"), attr="path"):
            return "os.path instead of pathlib"
        case ast.keyword(arg=str(name)) if name in ARGUMENTS:
            return name
        case ast.Constant(value=str(text)) if text.startswith(PLACES):
            return text
        case ast.Constant(value=str(text)) if "%-d" in text or "%-m" in text or "%-H" in text:
            return f"strftime {text}"
        case ast.Call(func=ast.Attribute(attr="read_text" | "write_text")) | ast.Call(func=ast.Name(id="open")):
            return _text_without_encoding(node)
        case _:
            return ""


def _text_without_encoding(call: ast.Call) -> str:
    """Text is UTF-8 by default on Linux alone."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else "open"
    places = {"read_text": 0, "write_text": 1, "open": 3}
    named = any(keyword.arg == "encoding" for keyword in call.keywords)
    binary = any(isinstance(one, ast.Constant) and "b" in str(one.value) for one in call.args[1:2])
    return "" if named or binary or len(call.args) > places[name] else f"{name} without an encoding"


@pytest.mark.parametrize(
    "source",
    [
        "import fcntl",
        "from resource import getrusage",
        "import os\nos.getuid()",
        "from os import fork",
        "import signal\nsignal.signal(signal.SIGHUP, print)",
        "loop.add_signal_handler(1, print)",
        "subprocess.run(['a'], preexec_fn=print)",
        "Path('/tmp/x')",
        "socket.socket(socket.AF_UNIX)",
        "os.path.join('a', 'b')",
        "f'{day:%-d/%-m}'",
        "Path('x').read_text()",
        "open('x')",
        "Path('x').write_text('é')",
    ],
)
def test_the_judge_can_say_no(source: str) -> None:
    """Each kind of what Windows lacks is seen."""
    assert complaints(source) != []


@pytest.mark.parametrize(
    "source",
    [
        "import sys\nif sys.platform != 'win32':\n    import fcntl",
        "import os\nx = os.getuid() if hasattr(os, 'getuid') else 0",
        "os.environ",
        "signal.SIGTERM",
        "Path('x').read_text('utf-8')",
        "open('x', 'rb')",
        "url = 'https://a.example/tmp/x'",
    ],
)
def test_the_judge_can_say_yes(source: str) -> None:
    """What every system has, and what first asks which one it is."""
    assert complaints(source) == []


def test_nothing_in_the_library_is_posix_only(library: Any) -> None:
    """No module, call, signal, flag, path or default of text that Windows does not have."""
    found = {name: complaints(text, tree) for name, (text, tree) in library.items()}
    assert {name: lines for name, lines in found.items() if lines} == {}
