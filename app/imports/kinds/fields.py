"""The columns that each kind of file may have, and what people call them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One of our columns; `called` are headings it goes by, in words without accents or signs."""

    name: str
    called: tuple[str, ...] = ()
    required: bool = False


SKU = Field(
    "sku",
    (
        "sku", "item sku", "lineitem sku", "product sku", "variant sku", "seller sku", "sku code",
        "sku id", "item", "item code", "item number", "item no", "item id", "article",
        "article number", "article code", "article no", "product code", "product id", "material",
        "stock code", "part number", "part no", "internal reference", "default code", "ean", "gtin",
        "upc", "barcode", "artikel", "artikelnummer", "artikel nr", "artikelnr", "art nr",
        "reference article", "ref article", "code article", "referencia", "codigo",
        "codigo articulo", "codice", "codice articolo", "artikelcode", "produkt", "produktnummer",
    ),
    required=True,
)  # fmt: skip
DATE_WORDS = (
    "date", "day", "datum", "tag", "fecha", "data", "jour", "giorno", "dia", "date time",
    "datetime", "timestamp",
)  # fmt: skip
QUANTITY_WORDS = (
    "quantity", "qty", "units", "pieces", "pcs", "menge", "anzahl", "stuck", "stueck", "quantite",
    "qte", "cantidad", "unidades", "quantita", "qta", "aantal",
)  # fmt: skip
CHANNEL = Field(
    "channel",
    (
        "channel", "sales channel", "location", "location code", "store", "store code", "shop",
        "outlet", "warehouse", "source", "kanal", "filiale", "lager", "canal", "magasin", "tienda",
        "negozio", "winkel",
    ),
)  # fmt: skip
REFERENCE = Field(
    "reference",
    (
        "reference", "ref", "po", "po number", "po no", "purchase order", "purchase order number",
        "order number", "order no", "document number", "contract", "bestellung", "bestellnummer",
        "commande", "numero de commande", "pedido", "ordine", "bestelling",
    ),
    required=True,
)  # fmt: skip
DUE_DATE = Field(
    "due_date",
    (
        "due date", "due", "expected date", "expected", "eta", "arrival date", "delivery date",
        "expected delivery", "expected delivery date", "promised date", "need by", "needed by",
        "date needed", "required date", "liefertermin", "lieferdatum", "date de livraison",
        "fecha de entrega", "data di consegna", "leverdatum", *DATE_WORDS,
    ),
    required=True,
)  # fmt: skip

FIELDS: Mapping[str, tuple[Field, ...]] = {
    "sales": (
        Field("event_id", ("event id", "transaction id", "transaction number", "line id", "id")),
        SKU,
        Field("kind", ("kind", "type", "transaction type", "movement type", "art", "typ", "tipo")),
        Field(
            "quantity",
            (
                "quantity", "lineitem quantity", "quantity sold", "qty sold", "units sold",
                "quantity purchased", "quantity ordered", "qty ordered", "sales quantity",
                "sales qty", "sold", "sales units", "verkauft", "verkaufte menge", "absatz",
                "quantite vendue", "cantidad vendida", "quantita venduta", *QUANTITY_WORDS,
            ),
            required=True,
        ),
        Field(
            "occurred_at",
            (
                "occurred at", "order date", "sale date", "sales date", "sold at", "created at",
                "purchase date", "invoice date", "transaction date", "order created", "ordered at",
                "bestelldatum", "verkaufsdatum", "rechnungsdatum", "date de vente",
                "date de commande", "fecha de venta", "fecha pedido", "data ordine",
                "data vendita", "besteldatum", "verkoopdatum", *DATE_WORDS,
            ),
            required=True,
        ),
        Field(
            "unit_price",
            (
                "unit price", "price", "lineitem price", "sales price", "selling price",
                "item price", "preis", "einzelpreis", "verkaufspreis", "stuckpreis", "prix",
                "prix unitaire", "precio", "precio unitario", "prezzo", "prezzo unitario", "prijs",
            ),
        ),
        CHANNEL,
        Field(
            "order_id",
            (
                "order id", "order number", "order no", "order", "invoice no", "invoice number",
                "invoice", "receipt", "receipt number", "bestellnummer", "bestell nr",
                "auftragsnummer", "auftrag", "belegnummer", "rechnungsnummer", "commande",
                "numero de commande", "facture", "pedido", "numero de pedido", "factura", "ordine",
                "numero ordine", "ordernummer",
            ),
        ),
        Field("line", ("line", "line number", "line no", "order line", "order item id", "item id")),
    ),
    "stock": (
        SKU,
        Field(
            "on_hand",
            (
                "on hand", "stock on hand", "soh", "qty on hand", "quantity on hand", "stock",
                "stock level", "inventory", "available", "inventory level", "closing stock",
                "bestand", "lagerbestand", "verfugbar", "stock disponible", "existencias",
                "inventario", "giacenza", "voorraad", *QUANTITY_WORDS,
            ),
            required=True,
        ),
        Field(
            "as_of",
            (
                "as of", "stock date", "snapshot date", "inventory date", "count date",
                "bestandsdatum", "stichtag", "date de stock", "date inventaire", "fecha de stock",
                *DATE_WORDS,
            ),
            required=True,
        ),
    ),
    "inbound": (
        REFERENCE,
        SKU,
        Field(
            "quantity",
            (
                "quantity", "quantity ordered", "qty ordered", "outstanding",
                "outstanding quantity", "open quantity", "remaining", *QUANTITY_WORDS,
            ),
            required=True,
        ),
        DUE_DATE,
        Field("received_on", ("received on", "received date", "receipt date", "wareneingang")),
    ),
    "known_demand": (
        REFERENCE,
        SKU,
        Field("quantity", QUANTITY_WORDS, required=True),
        DUE_DATE,
        Field(
            "probability",
            ("probability", "likelihood", "wahrscheinlichkeit", "probabilite", "probabilidad"),
        ),
    ),
    "catalog": (
        SKU,
        Field(
            "style",
            (
                "style", "style code", "style number", "parent sku", "parent", "handle", "model",
                "product", "modell", "modele", "modelo", "modello",
            ),
            required=True,
        ),
        Field("colorway", ("colorway", "color", "colour", "farbe", "couleur", "color", "colore")),
        Field("size", ("size", "grosse", "groesse", "taille", "talla", "taglia", "maat")),
        Field(
            "price",
            (
                "price", "retail price", "sales price", "list price", "rrp", "msrp",
                "variant price", "preis", "verkaufspreis", "prix", "precio", "prezzo", "prijs",
            ),
            required=True,
        ),
        Field("name", ("name", "title", "product name", "style name", "description",
                       "bezeichnung", "nom", "nombre", "nome", "naam")),
        Field("category", ("category", "product type", "type", "kategorie", "categorie",
                           "categoria", "warengruppe")),
        Field("salvage_value", ("salvage value",)),
        Field("launch_date", ("launch date", "launch", "first sale", "available from")),
        Field("end_of_life_date", ("end of life date", "end of life", "end date", "phase out")),
    ),
}  # fmt: skip

_WORDS = re.compile(r"[a-z0-9]+")


def words(heading: str) -> str:
    """Return a heading as plain words: `Qty. On-Hand` and `qty_on_hand` are the same."""
    plain = unicodedata.normalize("NFKD", heading.replace("ß", "ss").replace("ø", "o")).lower()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(_WORDS.findall(plain))


def guessed(kind: str, headings: Sequence[str]) -> dict[str, str]:
    """Return which heading is which of our columns, as far as the headings tell.

    A heading that is our own name counts first, then the names a column goes by, the more
    usual one first. A heading means one column only.
    """
    told: dict[str, str] = {}
    free = {words(heading): heading for heading in reversed(headings)}
    for field in FIELDS[kind]:
        own = words(field.name)
        if own in free:
            told[field.name] = free.pop(own)
    # A file's only date is the date, whatever else it could be called.
    for field in sorted(FIELDS[kind], key=lambda one: not one.required):
        if field.name in told:
            continue
        name = next((name for name in field.called if name in free), None)
        if name is not None:
            told[field.name] = free.pop(name)
    return {field.name: told[field.name] for field in FIELDS[kind] if field.name in told}


def missing(kind: str, mapping: Mapping[str, str]) -> list[str]:
    """Return our columns that a file of the kind must have and the mapping lacks."""
    return [one.name for one in FIELDS[kind] if one.required and one.name not in mapping]
