"""What osim-rl and programs for it use of gym, where gym is absent or does not work any more."""

import importlib
import sys
import types
from importlib.machinery import ModuleSpec
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from osimviz.envs import spaces

#: The release whose interface this is; osim-rl asks for 0.10.4 or later.
_VERSION = "0.10.5"


class Space:
    """Base of spaces: sampled with a generator of their own."""

    shape: Any = None
    dtype: Any = None


class Box(spaces.Box, Space):
    """Vectors between two bounds, with gym's arguments."""

    def __init__(
        self, low: ArrayLike, high: ArrayLike, shape: tuple[int, ...] | None = None, dtype: Any = np.float32
    ) -> None:
        spaces.Box.__init__(self, low, high, tuple(np.shape(low) if shape is None else shape))
        self.dtype = np.dtype(dtype)


class Discrete(Space):
    """The numbers from 0 to n - 1."""

    def __init__(self, n: int) -> None:
        self.shape, self.dtype = (), np.dtype(np.int64)
        self.n = n
        self._random = np.random.RandomState()

    def seed(self, seed: int | None = None) -> None:
        """Start the samples anew."""
        self._random = np.random.RandomState(seed)

    def sample(self) -> int:
        """Return one of the numbers."""
        return int(self._random.randint(self.n))

    def contains(self, x: int) -> bool:
        """Return whether `x` is one of the numbers."""
        return 0 <= int(x) < self.n


class Env:
    """Base of environments: gym's attributes, none of its wrappers."""

    metadata: ClassVar[dict[str, Any]] = {"render.modes": []}
    reward_range = (-float("inf"), float("inf"))
    spec: Any = None
    action_space: Any = None
    observation_space: Any = None

    @property
    def unwrapped(self) -> "Env":
        """The environment itself."""
        return self

    def seed(self, seed: int | None = None) -> list[int]:
        """Do nothing: osim-rl draws from the global generators."""
        return []

    def render(self, mode: str = "human") -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class Wrapper(Env):
    """Base of wrappers: what it does not define is the environment's."""

    def __init__(self, env: Any) -> None:
        self.env = env
        self.action_space, self.observation_space = env.action_space, env.observation_space

    def __getattr__(self, name: str) -> Any:
        """Return the environment's attribute."""
        if name == "env":
            raise AttributeError(name)
        return getattr(self.env, name)

    @property
    def unwrapped(self) -> Any:
        """The environment inside."""
        return self.env.unwrapped

    def reset(self, **arguments: Any) -> Any:
        """Reset the environment."""
        return self.env.reset(**arguments)

    def step(self, action: Any, **arguments: Any) -> Any:
        """Step the environment."""
        return self.env.step(action, **arguments)


def np_random(seed: int | None = None) -> tuple[np.random.RandomState, int | None]:
    """Return a generator and its seed, as ``gym.utils.seeding.np_random``."""
    return np.random.RandomState(seed), seed


def is_usable() -> bool:
    """Return whether gym can be imported and makes a space as osim-rl does."""
    try:
        gym = importlib.import_module("gym")
        box = importlib.import_module("gym.spaces").Box(np.array([0.0, 0.0]), np.array([1.0, 1.0]))
        return bool(box.sample().shape == (2,)) and isinstance(gym.Env, type)
    except Exception:  # noqa: BLE001
        # An old gym can fail with anything on a new Python or NumPy; then it is of no use.
        return False


def stand_in() -> None:
    """Put this in the place of gym in this process."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "gym"]:
        del sys.modules[name]
    seeding = _module("gym.utils.seeding", np_random=np_random)
    contents = {
        "gym.utils.seeding": seeding,
        "gym.utils": _module("gym.utils", seeding=seeding),
        "gym.spaces": _module("gym.spaces", Space=Space, Box=Box, Discrete=Discrete),
        "gym.core": _module("gym.core", Env=Env, Wrapper=Wrapper),
    }
    parts = {name.partition(".")[2]: module for name, module in contents.items() if name.count(".") == 1}
    gym = _module("gym", Env=Env, Wrapper=Wrapper, Space=Space, __version__=_VERSION, **parts)
    sys.modules.update({"gym": gym, **contents})


def _module(name: str, **contents: Any) -> types.ModuleType:
    module = types.ModuleType(name, "Stands in for gym in this process.")
    module.__spec__ = ModuleSpec(name, None, is_package=True)
    module.__path__ = []
    module.__dict__.update(contents)
    return module
