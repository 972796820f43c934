"""Open an HDF5 file as it is at this moment, whoever writes it or was killed writing it."""

import os

import h5py

from osimviz.recording.change_note import noted_change
from osimviz.recording.overlay import Overlay

#: Places in HDF5's cache of chunks, for each of the forty datasets of an episode: its own 8191 take 2 MB for every open
#: recording, and frames are read past that cache (`FileRows`). A prime number, as HDF5 wants it.
_CACHE_SLOTS = 101


def open_as_it_is(descriptor: int) -> h5py.File:
    """Open a file as it is now, through an object of our own.

    Not by its name: HDF5 refuses a file that a writer, or a killed one, left open, and gives every handle of one file
    in a process the same memory, so that a second one would not see what a bookmark changed. Not by HDF5's own way of
    reading along (SWMR) either: it knows of no new groups, and tries for minutes to read what is damaged. The writer
    leaves the file readable at every moment, save for the one in which it writes a piece.
    """
    # A change that is half made is seen as made.
    noted = noted_change(descriptor)
    pages, n_bytes = ({}, os.fstat(descriptor).st_size) if noted is None else noted
    overlay = Overlay(descriptor, n_bytes, pages)
    return h5py.File(overlay, "r", libver="latest", rdcc_nslots=_CACHE_SLOTS)
