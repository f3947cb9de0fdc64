"""Every network has a stand-in, and what it says it cannot pass are cases that there are."""

import ast
from pathlib import Path

import pytest

from oneroof.listening.sources import networks
from oneroof.listening.sources.base import Network
from oneroof.listening.sources.tests.contract import BadDay, counterpart_of

HERE = Path(__file__).parent
SPEAKING = [place for place in networks().values() if place.poll or place.receive or place.publish]


def cases(module: str) -> set[str]:
    tree = ast.parse((HERE / f"test_contract_{module}.py").read_text())
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return {name.removeprefix("test_") for name in names if name.startswith("test_")} | set(BadDay)


@pytest.mark.parametrize("place", SPEAKING, ids=lambda place: place.key)
def test_a_network_declares_what_it_cannot_pass_and_why(place: Network) -> None:
    side = counterpart_of(place.key)
    assert side.key == place.key
    assert set(side.cannot_hear) <= cases("hearing")
    assert set(side.cannot_answer) <= cases("answering") | cases("reading")
    assert all(len(reason) > 15 for reason in (*side.cannot_hear.values(), *side.cannot_answer.values()))
