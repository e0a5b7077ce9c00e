"""Models that misbehave, for the child process to run beside StatsForecast's own."""

import re
import signal

from app.forecasting.fitted import engine
from app.forecasting.fitted.asks import Answer, Ask

HANGS_ON = 666_666.0
"""Demand that every model hangs on."""


def answer(ask: Ask) -> Answer:
    if ask.model == "Hangs" or (ask.history == HANGS_ON).any():
        # In native code, without ever coming back to Python.
        re.match(r"(a+)+$", "a" * 64 + "b")
    if ask.model == "Swallows":
        bytearray(8 * 2**30)
    if ask.model == "Crashes":
        signal.raise_signal(signal.SIGSEGV)
    return engine.answer(ask)
