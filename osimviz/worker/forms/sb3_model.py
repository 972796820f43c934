"""A model saved by Stable-Baselines3. Its data are pickles: runs code."""

import inspect
import sys
import traceback
from pathlib import Path
from typing import Any

import numpy as np

from osimviz.frames import Array
from osimviz.worker.controller_errors import ControllerLoadError, first_line, missing_module, required
from osimviz.worker.forms.loaded_form import LoadedForm


class Sb3Controller:
    """Asks a policy of Stable-Baselines3, deterministically.

    Parameters
    ----------
    policy : stable_baselines3.common.policies.BasePolicy
        In evaluation mode.
    observation_space, action_space : gymnasium.Space
        What it was trained with.
    """

    observation_kind = "vector"

    def __init__(self, policy: Any, observation_space: Any, action_space: Any) -> None:
        self._policy = policy
        self.observation_space = observation_space
        low, high = getattr(action_space, "low", None), getattr(action_space, "high", None)
        is_symmetric = low is not None and np.all(np.asarray(low) == -1.0) and np.all(np.asarray(high) == 1.0)
        self.action_range = "tanh" if is_symmetric else "unit"

    def predict(self, observation: list[float]) -> Array:
        """Return the deterministic action."""
        action, _ = self._policy.predict(np.asarray(observation, dtype=np.float32), deterministic=True)
        return np.asarray(action)


def load_sb3(path: Path, *, is_trusted: bool) -> LoadedForm:
    """Load the policy of a saved model, of whichever algorithm; needs the package stable-baselines3.

    Raises
    ------
    ControllerLoadError
        If there is no consent, the package is not installed, or the policy cannot be built.
    """
    if not is_trusted:
        raise ControllerLoadError(f"{path.name} may run code", "If you trust its author, run it with --trust.")
    torch = required("torch", path)
    files = required("stable_baselines3.common.save_util", path)
    torch.set_num_threads(1)
    sys.path.insert(0, str(path.parent))
    try:
        data, parameters, _ = files.load_from_zip_file(path, device="cpu")
        policy = _policy(data, parameters)
    except ModuleNotFoundError as error:
        raise missing_module(path, error) from error
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        raise ControllerLoadError(
            f"{path.name} cannot be loaded as a Stable-Baselines3 model ({type(error).__name__}: {first_line(error)})",
            "Save it again with the installed version of stable-baselines3.",
            traceback.format_exc(),
        ) from error
    controller = Sb3Controller(policy, data["observation_space"], data["action_space"])
    return LoadedForm(f"{path.name} · {type(policy).__name__}", controller, speakers=(controller,))


def _policy(data: Any, parameters: Any) -> Any:
    """Build the policy alone: the algorithm, its buffers and its environment are not needed to act."""
    policy_class = data["policy_class"]
    arguments = dict(data.get("policy_kwargs") or {})
    if "use_sde" in inspect.signature(policy_class).parameters:
        arguments.setdefault("use_sde", bool(data.get("use_sde")))
    policy = policy_class(data["observation_space"], data["action_space"], lambda progress: 0.0, **arguments)
    policy.load_state_dict(parameters["policy"])
    policy.set_training_mode(False)
    return policy
