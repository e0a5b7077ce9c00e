"""What keeps files from being pulled, apart from the service."""


class PullRefused(Exception):
    """Somebody has to look; the message is one line that says at what."""


class FolderUnusable(PullRefused):
    """The folder cannot be written to, or is not this factory's and format's."""


class FolderBusy(PullRefused):
    """Another process holds the folder."""


class FeedBroken(PullRefused):
    """An event is missing: the feed did not go on with the number that comes next."""
