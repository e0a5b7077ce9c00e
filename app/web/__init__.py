"""What every route shares: the boundary that reads requests and the shape of every answer.

Owns: strict bodies, wire types, problems, paging, idempotency, limits, request ids, work
for all who wait at once, health and the docs page. Knows no tenant: who is asking is decided in
`parties/access.py`. Called by the routes of every room and by `main`.
"""
