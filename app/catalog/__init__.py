"""Styles, colorways, SKUs, life dates and likeness: what a brand sells and on which economics.

Owns: styles and SKUs. Called by `sales` and `stock` (which SKU is that), `demand`, `refresh`.
"""
