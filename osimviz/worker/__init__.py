"""The worker process: the environment and the controller, out of the window's way.

Only `messages` and `process` are for other packages; the rest runs in the child and may import OpenSim.
"""
