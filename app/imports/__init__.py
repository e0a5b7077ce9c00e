"""Files taken in: sales, stock, inbound supply, known demand and the catalog, in any usual format.

Owns: imports, their files while they last, what was wrong in them, and learned mappings. `sources`
knows formats, `kinds` what columns mean; `work.py` is the worker's side, portion by portion. Also
reads a retailer's real history, and economics and offers written as TOML. It stores through
`sales`, `stock`, `demand`, `catalog`, `sourcing` and `parties`; called over HTTP, by the worker
and by the command line.
"""
