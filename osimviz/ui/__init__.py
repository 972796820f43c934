"""The window: PyQt5 and pyqtgraph, in the window's process only. It never imports OpenSim."""
