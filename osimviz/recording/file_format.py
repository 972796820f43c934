"""The names of everything in a recording file, in one place.

A recording is an HDF5 file in Minari's layout (``episode_0/observations``, ...) with what is needed to draw and debug
the run beside it::

    /                       attributes: format, format_version, writer, provenance (JSON)
    /model_K/mesh_M/        points, triangles of a bone; attributes: name, digest
    /episode_N/             attributes: id, seed, created_s (since 1970), total_steps
        observations        (n + 1, d)
        actions             (n, a)
        rewards             (n,)
        terminations        (n,) true where the episode ended by its own condition
        truncations         (n,) true where a limit or the user ended it
        infos/NAME          (n + 1,) numbers the environment reported, NaN at the reset
        run                 JSON: model, channel table, environment, arguments; one dataset for all it describes
        outcome             JSON as bytes, empty until the episode ended
        bookmarks           JSON as bytes: [[step, note], ...]; empty where there are none
        checksums           (n_blocks,) CRC-32 of every `BLOCK_ROWS` frames
        frames/FIELD        (n + 1, ...) every other attribute of `osimviz.frames.Frame`
        frames/path_points_m (n_points, 3), with path_counts (n + 1, n_muscles) and path_starts (n + 1,)
"""

from osimviz.recording.row_layout import RETURN_FIELD, ROW_FIELDS

FORMAT_NAME = "osimviz recording"
#: Raised with every change that an older program would misread. Format 2 has the terms of the reward, the number of
#: clipped actions and bookmarks; files of format 1 are read without them. Format 3 has the seed and the time of an
#: episode's beginning as its attributes alone.
FORMAT_VERSION = 3
#: Oldest HDF5 library whose readers understand the file; it is the first with single-writer, multiple-reader access.
LIBRARY_BOUNDS = ("v110", "v110")
#: Frames of a checksum, and most frames of a chunk: about 1 MB for a model of 22 muscles.
BLOCK_ROWS = 128
#: A chunk takes its room with its first row, and a policy that falls at once makes episodes of sixty: their file was
#: half empty with whole blocks as chunks. So those of wide rows are shorter, down to about so many bytes, but not to
#: fewer rows than this: a long run has thousands of them.
CHUNK_BYTES = 8192
LEAST_CHUNK_ROWS = 32
#: Points of a chunk of muscle paths, about as many frames of a model of 22 muscles.
POINT_ROWS = 2048

#: Fields that have a name of Minari's. Those with n rows have none for the reset.
_MINARI = {"observation": "observations", "action": "actions", "reward": "rewards"}
#: Fields whose datasets start with the first step.
WITHOUT_RESET = ("action", "reward")

PATH_POINTS, PATH_COUNTS, PATH_STARTS = "frames/path_points_m", "frames/path_counts", "frames/path_starts"
TERMINATIONS, TRUNCATIONS = "terminations", "truncations"
INFOS, RUN, OUTCOME, CHECKSUMS, BOOKMARKS = "infos", "run", "outcome", "checksums", "bookmarks"


def dataset_of(field: str) -> str:
    """Return where a field of the rows lies in its episode's group."""
    return _MINARI.get(field, f"frames/{field}")


#: Every field of a row and the return, by dataset.
ROW_DATASETS = {field: dataset_of(field) for field in (*ROW_FIELDS, RETURN_FIELD)}


def episode_name(number: int) -> str:
    """Return the name of an episode's group."""
    return f"episode_{number}"
