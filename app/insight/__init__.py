"""What work done tells: scorecards of brand and factory, figures over a period, the schedule.

Owns no tables: it reads those of the rooms below. `refresh` asks it what was learned of offers.
"""
