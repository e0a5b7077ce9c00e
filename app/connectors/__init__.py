"""Shops tell what they sell: signed deliveries of Shopify, WooCommerce, BigCommerce and others.

Owns: connections, the snapshot of each order, the map from a platform's items to SKUs, and the
quarantine of what could not be used. A shop's order is told many times, late and out of order;
its snapshot and refunds are merged, and what the merged order says beyond what was booked becomes
sales events. Called by platforms over HTTP, by the worker that fetches orders, by `reconcile`.
"""
