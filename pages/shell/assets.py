"""Assets: the front ends and plotly.js, served by this process; nothing loads from elsewhere."""

import os
from pathlib import Path
from typing import Final

import plotly
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FRONT: Final = Path(__file__).resolve().parent / "front"
_PLOTLY: Final = Path(plotly.__file__).resolve().parent / "package_data"
_LOADER: Final = """
export default function (component) {{
  let leave = null;
  import(new URL("/assets/front/{module}.js", location.origin).href)
    .then((module) => {{ leave = module.{export}(component); }})
    .catch((error) => console.error("a live component could not start", error));
  return () => leave && leave();
}}
"""


class _Checked(StaticFiles):
    """Files that a browser may keep, but asks about each time: an update is seen at once."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Return the file with the header that says so."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = "no-cache"
        return response


def mounts() -> list[Mount]:
    """Return ``/assets/front`` (our modules) and ``/assets/plotly`` (plotly.min.js)."""
    return [
        Mount("/assets/front", _Checked(directory=FRONT)),
        Mount("/assets/plotly", _Checked(directory=_PLOTLY)),
    ]


def loader(module: str, export: str = "render") -> str:
    """Return the script of a component whose front end is a module of ours.

    It is sent again at every rerun, so it only fetches the real module, which the browser keeps;
    and it runs from a blob, against which a path alone means nothing: the address must be whole.

    Args:
        module: its name in ``pages/shell/front``.
        export: its function that takes the component and returns what ends it.
    """
    return _LOADER.format(module=module, export=export)
