import sys

# Where rich and click are installed, httpx loads them for a command line of its own, which nobody calls here.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
