"""Reported stock levels, and the supply ledger that inbound, recommendations and runs write.

Owns: levels, expected supply by date, receipts. Called by shops; written by `runs` and
`recommendations`; read by `demand` (what was out of stock) and `refresh` (what there is).
"""
