"""Back-tests: every account's facts and human decisions once more, day by day, under the live policies and a candidate.

What a policy decides (holds, classes, steps, cancelled lines, suggested limits) is decided again; the input of people and
other systems stays.
"""
