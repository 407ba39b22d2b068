import subprocess
import sys

import pytest

from conftest import ROOT


def test_a_night_of_events(night, tmp_path):
    pytest.importorskip("duckdb")
    pytest.importorskip("matplotlib")
    picture = tmp_path / "night.png"
    script = ROOT / "bindings" / "python" / "examples" / "night.py"
    run = subprocess.run([sys.executable, script, night / "good.bin", picture], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "ssid" in run.stdout
    import matplotlib.image

    pixels = matplotlib.image.imread(picture)[..., :3]
    assert pixels.shape[1] > 500
    # The curve is drawn in the first colour of the palette.
    blue = (abs(pixels - [0x1F / 255, 0x77 / 255, 0xB4 / 255]) < 0.1).all(axis=2)
    assert blue.sum() > 100
