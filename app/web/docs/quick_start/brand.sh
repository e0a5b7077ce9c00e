# Your key, and where the service is:
: "${SHORTRUN_URL:=http://127.0.0.1:8000}" "${BRAND_KEY:?export BRAND_KEY=sr_live_...}"

# A style, what it earns, and its SKUs. Putting it again replaces it:
curl -s -X PUT "$SHORTRUN_URL/v1/styles/S2" -H "Authorization: Bearer $BRAND_KEY" -H "Content-Type: application/json" \
  -d '{"name": "City S2", "category": "scooter", "currency": "EUR", "price": "39.00", "skus": [{"sku": "S2-BLK-M", "colorway": "BLK", "size": "M"}, {"sku": "S2-BLK-L", "colorway": "BLK", "size": "L"}]}'

# What is in the warehouse now:
curl -s "$SHORTRUN_URL/v1/stock" -H "Authorization: Bearer $BRAND_KEY" -H "Content-Type: application/json" \
  -d "{\"levels\": [{\"sku\": \"S2-BLK-M\", \"on_hand\": 20, \"as_of\": \"$(date -u +%Y-%m-%dT%H:%M:%SZ)\"}, {\"sku\": \"S2-BLK-L\", \"on_hand\": 20, \"as_of\": \"$(date -u +%Y-%m-%dT%H:%M:%SZ)\"}]}"

# What was sold. Each event counts once by its id, however often it is sent:
curl -s "$SHORTRUN_URL/v1/sales" -H "Authorization: Bearer $BRAND_KEY" -H "Content-Type: application/json" \
  -d "{\"events\": [{\"event_id\": \"order-1001-line-1\", \"sku\": \"S2-BLK-M\", \"kind\": \"sale\", \"quantity\": 3, \"occurred_at\": \"$(date -u +%Y-%m-%dT%H:%M:%SZ)\", \"order_id\": \"1001\"}]}"

# A worker refreshes the style by itself within seconds; what it decided, and why (404 `not_decided_yet` until then):
curl -s --retry 5 --retry-delay 1 --retry-all-errors --fail-with-body "$SHORTRUN_URL/v1/decisions/S2" -H "Authorization: Bearer $BRAND_KEY"

# What customers will want, with quantiles:
curl -s "$SHORTRUN_URL/v1/forecasts/S2-BLK-M?periods=4" -H "Authorization: Bearer $BRAND_KEY"

# What it recommends to make, once a factory has put an offer:
curl -s "$SHORTRUN_URL/v1/recommendations" -H "Authorization: Bearer $BRAND_KEY"
