# Your key, and where the service is:
: "${SHORTRUN_URL:=http://127.0.0.1:8000}" "${FACTORY_KEY:?export FACTORY_KEY=sr_live_...}"

# What you make for a brand, and on which terms:
curl -s -X PUT "$SHORTRUN_URL/v1/offers/S2-small" -H "Authorization: Bearer $FACTORY_KEY" -H "Content-Type: application/json" \
  -d '{"brand": "acme", "styles": ["S2"], "mode": "small_batch", "currency": "EUR", "price_breaks": [{"min_quantity": 1, "unit_cost": "14.00"}, {"min_quantity": 200, "unit_cost": "12.10"}], "setup_cost": "120.00", "moq": {"run": 10}, "lead_time_days": {"mean": 14, "sd": 2}}'

# What is asked of you. Keep `next_cursor`, pass it as `after` next time; with `Prefer: wait` the answer is held until there is news:
curl -s "$SHORTRUN_URL/v1/factories/fab1/feed" -H "Authorization: Bearer $FACTORY_KEY" -H "Prefer: wait=10"

# Or all that waits for an answer now:
curl -s "$SHORTRUN_URL/v1/factories/fab1/recommendations?status=open" -H "Authorization: Bearer $FACTORY_KEY"

# Accept the first of them (the answer has its `run`); or {"decision": "decline", "reason": "..."}, or a counter:
RECOMMENDATION=$(curl -s "$SHORTRUN_URL/v1/factories/fab1/recommendations?status=open&limit=1" -H "Authorization: Bearer $FACTORY_KEY" | sed -n 's/.*"id":"\(rec_[0-9a-f]*\)".*/\1/p')
curl -s "$SHORTRUN_URL/v1/recommendations/$RECOMMENDATION/response" -H "Authorization: Bearer $FACTORY_KEY" -H "Content-Type: application/json" \
  -d '{"decision": "accept"}'

# The work you have accepted:
curl -s "$SHORTRUN_URL/v1/runs" -H "Authorization: Bearer $FACTORY_KEY"
