# Make a key for operators on the machine that serves, and say where the service is:
# `uv run shortrun keys create --role ops`
: "${SHORTRUN_URL:=http://127.0.0.1:8000}" "${OPS_KEY:?export OPS_KEY=sr_live_...}"

# A factory that may be asked:
curl -s -X PUT "$SHORTRUN_URL/v1/factories/fab1" -H "Authorization: Bearer $OPS_KEY" -H "Content-Type: application/json" \
  -d '{"name": "Fab One", "timezone": "Europe/Lisbon"}'

# A brand. Its time zone defines its days, and only the factories it lists know of it:
curl -s -X PUT "$SHORTRUN_URL/v1/brands/acme" -H "Authorization: Bearer $OPS_KEY" -H "Content-Type: application/json" \
  -d '{"name": "Acme", "timezone": "Europe/Paris", "currency": "EUR", "factories": ["fab1"]}'

# A key for each of the two. A key is shown once, here only:
curl -s "$SHORTRUN_URL/v1/api-keys" -H "Authorization: Bearer $OPS_KEY" -H "Content-Type: application/json" \
  -d '{"role": "brand", "brand": "acme", "name": "shop"}'
curl -s "$SHORTRUN_URL/v1/api-keys" -H "Authorization: Bearer $OPS_KEY" -H "Content-Type: application/json" \
  -d '{"role": "factory", "factory": "fab1", "name": "ERP"}'

# Is everything there that requests need?
curl -s "$SHORTRUN_URL/readyz"
