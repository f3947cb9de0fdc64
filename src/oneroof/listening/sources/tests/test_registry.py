"""Networks are found by their folders, and all have one shape."""

from pathlib import Path

import pytest

from oneroof.listening import sources
from oneroof.listening.sources.base import Length, Network, Rejected

ROOT = Path(sources.__file__).parent
DOCS = ROOT.parents[3] / "docs" / "networks"


def test_every_folder_is_a_network_named_as_it() -> None:
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert set(sources.networks()) == folders


@pytest.mark.parametrize("network", list(sources.networks().values()), ids=lambda network: network.key)
def test_every_network_is_documented_and_tested(network: Network) -> None:
    assert (DOCS / f"{network.key}.md").is_file()
    assert list((ROOT / network.key / "tests").glob("test_*.py"))
    page = (DOCS / f"{network.key}.md").read_text()
    assert all(f"`{field.name}`" in page for field in network.fields)


def test_an_unknown_network_is_said_with_those_that_are() -> None:
    with pytest.raises(sources.UnknownNetworkError, match="rss"):
        sources.network("nowhere")


def test_raw_of_what_was_rejected_is_bounded_and_storable() -> None:
    rejected = Rejected("line 1", "why", "a\0" * 20_000)
    assert len(rejected.raw) == 10_000
    assert "\0" not in rejected.raw


def test_length_counts_as_the_channel_counts() -> None:
    assert Length(10, lambda text: len(text.encode()), "bytes").left("été") == 5
