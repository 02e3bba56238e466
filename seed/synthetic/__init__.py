"""The synthetic set: made-up films, people and ratings, as many as are wanted, to try things at scale.

What there is of number n stands in `films`, `people` and `ratings`, which know nothing of any store, for a process of
its own makes the films; `loading` stores what is missing.
"""
