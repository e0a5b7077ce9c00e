"""Sold, cancelled, returned: each event stored once, whatever the retries and their order.

Owns: sales events, their ids and, on PostgreSQL, the months that they are partitioned by. Called by
shops and imports; read by `demand` alone, and by `stock` for what left the shelf since the last
report.
"""
