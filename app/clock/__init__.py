"""The time the whole service lives in.

Owns the sandbox's clock row. With `SHORTRUN_SANDBOX=1` an operator sets the time and it stands
still; otherwise it is the machine's. Every rule about time asks here, once per request or batch.
"""
