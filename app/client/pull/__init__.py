"""A factory's feed or schedule as files in a folder, for systems that cannot poll.

Every event is in exactly one file, whatever stops the command and whenever. `folder` keeps that
promise, `writing` turns what was read into files, `command` is `shortrun pull`.
"""
