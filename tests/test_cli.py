"""The program from outside: real processes, exit status, one line for every error."""

import json
import os
import pickle
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from osimviz import load

ROOT = Path(__file__).parents[1]
NO_DISPLAY = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}


def osimviz(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=NO_DISPLAY if env is None else env,
        stdin=subprocess.DEVNULL,
    )


def refused(*arguments: str, env: dict[str, str] | None = None) -> str:
    """Run with bad usage or input, check the form of the answer, return the line."""
    result = osimviz(*arguments, env=env)
    assert result.returncode == 2, result
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("osimviz: error: ")
    assert "Traceback" not in result.stderr
    return lines[0]


def summary_of(result: subprocess.CompletedProcess[str]) -> dict[str, object]:
    summary: dict[str, object] = json.loads(result.stdout.splitlines()[-1])
    return summary


def failing_controller(folder: Path, body: str) -> str:
    file = folder / "failing.py"
    file.write_text(
        f"n = 0\n\ndef controller(observation):\n    global n\n    n += 1\n    {body}\n    return [0.1] * 19\n"
    )
    return str(file)


def test_that_the_main_job_runs_headless_and_its_summary_is_the_last_line() -> None:
    result = osimviz("--headless", "--controller", "random", "--steps", "12", "--json")
    assert result.returncode == 0, result.stderr
    summary = summary_of(result)
    keys = ["env", "env_args", "controller", "seed", "steps", "time_s", "total_reward", "ended_by", "wall_time_s"]
    assert list(summary)[:9] == keys
    assert {"real_time_factor", "files"} <= summary.keys()
    assert (summary["env"], summary["controller"], summary["seed"]) == ("prosthetics", "random", 0)
    assert (summary["steps"], summary["time_s"], summary["ended_by"]) == (12, 0.12, "step_limit")
    assert summary["files"] == []


def test_that_the_package_is_the_program_too(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "osimviz", "--headless", "--controller", "zero", "--steps", "2", "--json"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=NO_DISPLAY | {"PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert summary_of(result)["steps"] == 2


def test_that_nothing_is_imported_from_the_folder_it_is_started_in(tmp_path: Path) -> None:
    # Python's own way of starting a process imports from there; people have files of such names.
    for module in ("collections", "random", "queue", "signal", "numpy", "tempfile", "opensim", "fractions", "torch"):
        (tmp_path / f"{module}.py").write_text(f"open({str(tmp_path / 'imported')!r}, 'a').write('{module} ')\n")
    controller = tmp_path / "own" / "agent.py"
    controller.parent.mkdir()
    # What a controller starts itself imports from its own folder, as ever.
    (controller.parent / "helper.py").write_text("import gains\nprint(gains.GAIN)\n")
    (controller.parent / "gains.py").write_text("GAIN = 0.25\n")
    controller.write_text(
        "import pathlib, subprocess, sys\n"
        "helper = pathlib.Path(__file__).with_name('helper.py')\n"
        "gain = float(subprocess.check_output([sys.executable, str(helper)]))\n"
        "def controller(observation):\n    return [gain] * 19\n"
    )
    program = [
        sys.executable,
        str(ROOT / "main.py"),
        "--headless",
        "--json",
        "--controller",
        str(controller),
        "--trust",
    ]
    pictures = ["--screenshot", "a.png", "--video", "a.webm", "--plots", "a.svg"]
    result = subprocess.run(
        [*program, "--steps", "3", "--size", "64x64", "--record", "a.h5", "--export", "a.csv", *pictures],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=NO_DISPLAY | {"XDG_CACHE_HOME": str(tmp_path / "cache")},
        cwd=tmp_path,
    )
    assert (result.returncode, result.stderr) == (0, "")
    # Each as it was named.
    assert summary_of(result)["files"] == ["a.h5", "a.csv", "a.png", "a.webm", "a.svg"]
    assert not (tmp_path / "imported").exists()
    assert ",0.25," in (tmp_path / "a.csv").read_text()


def test_that_environment_arguments_and_seed_reach_the_run() -> None:
    arguments = ("--headless", "--json", "--steps", "3", "--controller", "constant:0.05")
    plain = summary_of(osimviz(*arguments))
    flat = summary_of(osimviz(*arguments, "--env-arg", "model=2D", "--env-arg", "prosthetic=false"))
    assert flat["env_args"] == {"model": "2D", "prosthetic": "false"}
    assert flat["total_reward"] != plain["total_reward"]
    # Measured with osim-rl: first reward at excitation 0.05, model 2D without prosthesis.
    first = summary_of(
        osimviz("--headless", "--json", "--steps", "1", "--controller", "constant:0.05", "--env-arg", "model=2D")
    )
    assert first["total_reward"] == pytest.approx(0.683831, abs=1e-5)


def test_that_pictures_are_written_without_a_display(tmp_path: Path) -> None:
    first, second = tmp_path / "early.png", tmp_path / "end.png"
    result = osimviz(
        *("--headless", "--json", "--steps", "6", "--screenshot", str(first), "--screenshot", str(second)),
        *("--at", "0.02", "--at", "end", "--size", "320x240"),
    )
    assert result.returncode == 0, result.stderr
    assert summary_of(result)["files"] == [str(first), str(second)]
    for file in (first, second):
        content = file.read_bytes()
        assert content.startswith(b"\x89PNG")
        assert struct.unpack(">II", content[16:24]) == (320, 240)
    assert first.read_bytes() != second.read_bytes()


def test_that_an_existing_picture_is_not_overwritten_unless_forced(tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    file.write_text("mine")
    assert "exists" in refused("--headless", "--screenshot", str(file), "--steps", "1")
    assert file.read_text() == "mine"
    result = osimviz("--headless", "--screenshot", str(file), "--steps", "1", "--force", "--size", "64x64")
    assert result.returncode == 0, result.stderr
    assert file.read_bytes().startswith(b"\x89PNG")


def test_that_a_run_is_recorded_and_exported(tmp_path: Path) -> None:
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    files = [tmp_path / name for name in ("run.h5", "run.csv", "run.npz", "run.sto", "run.mot")]
    exports = [argument for file in files[1:] for argument in ("--export", str(file))]
    result = osimviz(
        "--headless", "--json", "--steps", "5", "--controller", "zero", "--record", str(files[0]), *exports
    )
    assert result.returncode == 0, result.stderr
    assert summary_of(result)["files"] == [str(file) for file in files]
    run = load(files[0])
    assert run.time_s[-1] == pytest.approx(0.05)
    assert run.outcome is not None
    assert run.outcome.ended_by == "step_limit"
    assert len(files[1].read_text().splitlines()) == 7
    assert "exists" in refused("--headless", "--record", str(files[0]))
    assert "--force" not in refused("--headless", "--record", str(files[0]))
    assert "--force" in refused("--headless", "--steps", "1", "--export", str(files[1]))
    assert "is a folder" in refused("--headless", "--steps", "1", "--export", str(folder))


def test_that_files_are_named_in_bytes_that_are_no_text(tmp_path: Path) -> None:
    # As a file of a system in Latin-1 is, unpacked on one in UTF-8.
    controller, recording, picture = (
        os.fsdecode(bytes(tmp_path) + b"/m\xfcll" + end) for end in (b".py", b".h5", b".png")
    )
    Path(controller).write_text("def controller(observation):\n    return [0.1] * 19\n")
    arguments = ("--headless", "--json", "--size", "64x64")
    made = osimviz(*arguments, "--controller", controller, "--trust", "--steps", "2", "--record", recording)
    assert (made.returncode, made.stderr) == (0, "")
    shown = osimviz(*arguments, recording, "--screenshot", picture, "--export", f"{picture}.csv")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert summary_of(shown)["files"] == [f"{picture}.csv", picture]
    assert load(Path(recording)).info.controller == Path(controller).name


def test_that_a_recording_that_could_not_be_made_is_not_among_the_files() -> None:
    result = osimviz("--headless", "--json", "--steps", "2", "--record", "/proc/run.h5")
    assert result.returncode == 1
    assert "the recording stopped: No such file or directory (/proc/run.h5)" in result.stderr
    assert summary_of(result)["files"] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--no-such-option"], ["--no-such-option"]),
        (["--video", "run.avi"], ["--video", ".mp4"]),
        (["--export", "run.csv"], ["--export", "--headless"]),
        (["--headless", "--record", "run.txt"], ["--record", ".h5"]),
        (["--headless", "--export", "run.xyz"], ["--export", ".csv"]),
        (["--headles"], ["--headles"]),
        (["--controller", "missing.pkl"], ["no file missing.pkl"]),
        (["missing.pkl"], ["no file missing.pkl"]),
        (["run.h5"], ["no file run.h5"]),
        (["--controller", "rnadom"], ["no controller rnadom", "random, zero, constant:X"]),
        (["--controller", "constant:lots"], ["constant:X", "'lots'"]),
        (["--controller", "constant:nan"], ["constant:X"]),
        (["a.pkl", "--controller", "b.pkl"], ["two controllers"]),
        (["--headless", "--controller", "leg.osim"], ["leg.osim is a model", "--env leg.osim"]),
        (["--headless", "--controller", "run.h5"], ["run.h5 is a recording", "replay:run.h5"]),
        (["--env", "prosthetix"], ["prosthetix", "prosthetics"]),
        (["--env-arg", "modell=2D"], ["modell", "model"]),
        (["--env-arg", "model=4D"], ["4D"]),
        (["--env-arg", "model"], ["KEY=VALUE"]),
        (["--env-arg", "difficulty=2"], ["difficulty"]),
        (["--steps", "-5"], ["--steps -5"]),
        (["--steps", "0"], ["--steps 0"]),
        (["--steps", "many"], ["--steps", "'many'"]),
        (["--seed", "-1"], ["--seed"]),
        (["--seed", "1.5"], ["--seed"]),
        (["--json"], ["--headless"]),
        (["--headless", "--screenshot", "picture.jpg"], [".png"]),
        (["--headless", "--screenshot", "no/such/folder/a.png"], ["folder"]),
        (["--headless", "--screenshot", "a.png", "--size", "0x10"], ["--size"]),
        (["--headless", "--screenshot", "a.png", "--size", "wide"], ["--size"]),
        (["--headless", "--screenshot", "a.png", "--at", "-1"], ["--at"]),
        (["--headless", "--screenshot", "a.png", "--at", "soon"], ["--at"]),
        (["--headless", "--at", "1"], ["--at"]),
        (["--log-level", "loud"], ["loud", "debug"]),
        ([], ["no display", "--headless"]),
    ],
)
def test_that_bad_usage_gets_one_line_and_status_two(arguments: list[str], words: list[str]) -> None:
    line = refused(*arguments)
    for word in words:
        assert word in line


def test_that_a_display_that_cannot_be_reached_is_told_before_qt_aborts() -> None:
    assert "display :987 cannot be reached" in refused(env={**NO_DISPLAY, "DISPLAY": ":987"})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no complete pickle"),
        (pickle.dumps([1.0] * 500)[:40], "no complete pickle"),
        (b"\x80\x04\x8c\x0bno_such_mod\x8c\x01C\x93.", "needs the module no_such_mod"),
        (pickle.dumps({"weights": 1}), "which is no controller"),
    ],
)
def test_that_a_file_without_a_controller_gets_one_line_and_status_two(
    tmp_path: Path, content: bytes, words: str
) -> None:
    file = tmp_path / "my.pkl"
    file.write_bytes(content)
    assert words in refused("--headless", "--trust", "--controller", str(file))


@pytest.mark.parametrize(
    ("body", "words", "ended_by"),
    [
        ("if n == 4: raise ValueError('lost')", ["raised ValueError at step 4", "lost"], "controller_error"),
        ("if n == 4: return [0.1] * 18", ["step 4", "(19,)", "(18,)"], "controller_error"),
        ("if n == 4: return None", ["step 4", "None", "(19,)"], "controller_error"),
        ("if n == 4: return 'text'", ["step 4", "text", "(19,)"], "controller_error"),
        ("if n == 4: return [float('nan')] * 19", ["step 4", "nan", "(19,)"], "controller_error"),
        ("if n == 4: __import__('os')._exit(3)", ["step 4", "exit status 3"], "worker_died"),
    ],
)
def test_that_a_run_that_fails_keeps_its_steps_with_status_one(
    tmp_path: Path, body: str, words: list[str], ended_by: str
) -> None:
    picture = tmp_path / "last.png"
    result = osimviz(
        *("--headless", "--json", "--trust", "--controller", failing_controller(tmp_path, body)),
        *("--screenshot", str(picture)),
        *("--at", "failure", "--size", "64x48"),
    )
    assert result.returncode == 1
    errors = [line for line in result.stderr.splitlines() if line.startswith("osimviz: error: ")]
    assert len(errors) == 1
    for word in words:
        assert word in errors[0]
    assert "Traceback" not in result.stderr
    summary = summary_of(result)
    assert (summary["steps"], summary["ended_by"]) == (3, ended_by)
    assert picture.exists()


def test_that_the_traceback_is_there_for_who_asks(tmp_path: Path) -> None:
    controller = failing_controller(tmp_path, "raise ValueError('lost')")
    result = osimviz("--headless", "--trust", "--controller", controller, "--log-level", "debug")
    assert "Traceback" in result.stderr
    assert "raise ValueError('lost')" in result.stderr


def test_that_ctrl_c_stops_cleanly_and_leaves_no_process(tmp_path: Path) -> None:
    marker = tmp_path / "stepping"
    controller = failing_controller(tmp_path, f"open({str(marker)!r}, 'w').close()")
    program = subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), "--headless", "--json", "--trust", "--controller", controller],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=NO_DISPLAY,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not marker.exists() and time.monotonic() < deadline:
        program.poll()
    children = psutil.Process(program.pid).children(recursive=True)
    # A terminal sends it to the whole group, the worker included.
    os.killpg(program.pid, signal.SIGINT)
    out, err = program.communicate(timeout=30)
    assert program.returncode == 0, err
    assert json.loads(out.splitlines()[-1])["ended_by"] == "stopped"
    assert "Traceback" not in err
    _, alive = psutil.wait_procs(children, timeout=5)
    assert not alive


def test_that_a_killed_program_takes_its_worker_along(tmp_path: Path) -> None:
    marker = tmp_path / "stepping"
    controller = failing_controller(tmp_path, f"open({str(marker)!r}, 'w').close()\n    while True: pass")
    program = subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), "--headless", "--trust", "--controller", controller],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=NO_DISPLAY,
    )
    deadline = time.monotonic() + 60
    while not marker.exists() and time.monotonic() < deadline:
        program.poll()
    children = psutil.Process(program.pid).children(recursive=True)
    assert children
    program.kill()
    program.wait(10)
    _, alive = psutil.wait_procs(children, timeout=10)
    assert not alive


def test_that_version_and_help_are_printed() -> None:
    assert osimviz("--version").stdout.startswith("osimviz 0.")
    text = osimviz("--help").stdout
    for option in ("--controller", "--env-arg", "--headless", "--screenshot", "--seed", "--steps"):
        assert option in text


def test_that_a_recording_is_shown_without_being_run(tmp_path: Path) -> None:
    file, picture = tmp_path / "run.h5", tmp_path / "run.png"
    osimviz("--headless", "--steps", "4", "--controller", "zero", "--record", str(file))
    result = osimviz("--headless", "--json", str(file), "--screenshot", str(picture), "--size", "64x48")
    assert result.returncode == 0, result.stderr
    assert summary_of(result)["steps"] == 4
    assert summary_of(result)["files"] == [str(picture)]
    assert "a recording" in refused(str(file), "--controller", "zero")


@pytest.mark.parametrize("content", [b"", b"junk", b"\x89HDF\r\n\x1a\n" + b"\0" * 100])
def test_that_a_file_that_is_no_recording_gets_one_line(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.h5"
    file.write_bytes(content)
    assert "broken.h5" in refused("--headless", str(file))


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of two episodes, of 3 and of 5 steps."""
    from osimviz.frames import Outcome
    from osimviz.recording import RecordingWriter
    from tests.sample_runs import sample_frame, sample_info

    writer = RecordingWriter(tmp_path_factory.mktemp("recorded") / "two.h5")
    for n_steps in (3, 5):
        writer.begin_episode(sample_info(), sample_frame(0))
        for step in range(1, n_steps + 1):
            writer.append(sample_frame(step))
        writer.end_episode(Outcome("fell", n_steps, 0.01 * n_steps, "fell"))
    writer.close()
    return writer.path


def test_that_an_episode_of_a_recording_is_chosen_by_its_number(recorded: Path, tmp_path: Path) -> None:
    last = summary_of(osimviz("--headless", "--json", str(recorded)))
    assert (last["steps"], last["episodes"]) == (5, 2)
    table = tmp_path / "first.csv"
    result = osimviz("--headless", "--json", str(recorded), "--episode", "0", "--export", str(table))
    assert summary_of(result)["steps"] == 3
    assert len(table.read_text().splitlines()) == 1 + 4
    assert "none of number 7" in refused("--headless", str(recorded), "--episode", "7")
    assert "--episode" in refused("--headless", "--episode", "0")


def test_that_several_recordings_get_a_summary_each_and_a_broken_one_is_told(recorded: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.h5"
    broken.write_bytes(b"junk")
    result = osimviz("--headless", "--json", str(recorded), str(broken), str(recorded), "--episode", "0")
    assert result.returncode == 2
    lines = result.stdout.splitlines()
    assert [json.loads(line)["steps"] for line in lines] == [3, 3]
    assert result.stderr.startswith("osimviz: error: broken.h5: it is no osimviz recording")
    text = osimviz("--headless", str(recorded), str(recorded)).stdout
    assert text.count(f"{recorded}:\n") == 2
    assert "of one recording" in refused(
        "--headless", str(recorded), str(recorded), "--export", str(tmp_path / "a.csv")
    )
    assert "is run" in refused(str(recorded), str(tmp_path / "policy.py"))
    assert "two controllers" in refused("a.py", "b.py")


def test_that_a_motion_is_shown_with_its_model_and_refused_without(recorded: Path, tmp_path: Path) -> None:
    from osimviz.envs.models import model_path

    motion, table = tmp_path / "walk.mot", tmp_path / "walk.csv"
    motion.write_text(
        "walk\nversion=1\nnRows=3\nnColumns=3\ninDegrees=yes\nendheader\ntime\tknee_angle_l\tpelvis_ty\n"
        "0.0\t-10\t0.9\n0.1\t-20\t0.95\n0.2\t-30\t1.0\n"
    )
    model = str(model_path("gait14dof22musc_20170320.osim"))
    for arguments in ([str(motion), "--model", model], [model, str(motion)]):
        result = osimviz("--headless", "--json", *arguments, "--export", str(table), "--force")
        assert result.returncode == 0, result.stderr
        summary = summary_of(result)
        assert (summary["steps"], summary["time_s"], summary["ended_by"]) == (2, 0.2, "done")
        assert summary["controller"] == "motion file walk.mot"
        assert summary["total_reward"] == 0.0
        header, *rows = table.read_text().splitlines()
        knee = header.split(",").index("coordinates/knee_angle_l/value [rad]")
        assert float(rows[2].split(",")[knee]) == pytest.approx(-0.523598775598)
    assert "--model MODEL.osim" in refused("--headless", str(motion))
    assert "--model" in refused("--headless", str(recorded), "--model", model)
    assert "is no model" in refused("--headless", str(motion), "--model", str(recorded))
    (tmp_path / "bad.mot").write_text("nothing")
    assert "endheader" in refused("--headless", str(tmp_path / "bad.mot"), "--model", model)
