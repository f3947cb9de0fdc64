"""Sends what a source has queued and is killed at one step of the way: ``killed_at.py STEP=SOURCE …``.

Each in a child of its own, by SIGKILL, as a machine would lose its power. Prints each step with the signal.
"""

import os
import signal
import smtplib
import sys
from collections.abc import Callable
from typing import Any

import django

FINAL_DOT = b".\r\n"


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dies_after(function: Callable[..., Any]) -> Callable[..., Any]:
    def lasts_until_it_is_done(*words: Any, **more: Any) -> None:
        function(*words, **more)
        die()

    return lasts_until_it_is_done


def before_the_final_dot(send: Callable[..., Any]) -> Callable[..., Any]:
    return lambda connection, text: die() if text == FINAL_DOT else send(connection, text)


def after_the_servers_word(getreply: Callable[..., Any]) -> Callable[..., Any]:
    def reads(connection: smtplib.SMTP) -> Any:
        answer = getreply(connection)
        return die() if answer == (250, b"taken") else answer

    return reads


def set_trap(step: str) -> None:
    from oneroof.care.outbox import outcomes, sending

    match step:
        case "before-intent":
            sending._begin = die
        case "after-intent":
            sending._begin = dies_after(sending._begin)
        case "before-dot":
            smtplib.SMTP.send = before_the_final_dot(smtplib.SMTP.send)
        case "after-word":
            smtplib.SMTP.getreply = after_the_servers_word(smtplib.SMTP.getreply)
        case "before-outcome":
            sending._settle = die
        case "within-outcome":
            outcomes.note_answer = dies_after(outcomes.note_answer)
        case "after-outcome":
            sending._settle = dies_after(sending._settle)


def main(pairs: list[str]) -> None:
    for step, source in (pair.split("=") for pair in pairs):
        child = os.fork()
        if not child:
            set_trap(step)
            from oneroof.care.outbox.sending import drain

            drain(int(source))
            os._exit(0)
        _child, status = os.waitpid(child, 0)
        sys.stdout.write(f"{step} {os.WTERMSIG(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oneroof.config.settings")
    django.setup()
    main(sys.argv[1:])
