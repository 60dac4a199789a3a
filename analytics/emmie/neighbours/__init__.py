"""Statistical neighbours: an authority beside places like it, on published figures.

Methods: ``docs/methods/questions/statistical_neighbours.md``.
"""
