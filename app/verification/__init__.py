"""Recount what is stored from what it was made of: does every figure still add up?"""
