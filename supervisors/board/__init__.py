"""The board of this moment: figures, lights, lists, the wall, finding any case. Figures over time: supervisors/charts."""
