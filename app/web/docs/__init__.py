"""What an integrator reads: the reference, quick starts, every error, the changelog, a collection.

Owns: the pages under `/docs`, which ask nobody but this service, and `openapi.json`. Texts are
files beside the code (`quick_start/*.sh`, `errors.toml`, `changelog.toml`), so that tests run the
first and compare the others with what the service answers. Called by `main`.
"""
