"""The straight-line limit: the same cells in one process, with imports done once, no kernel and no page."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
import yaml
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

from briefkit.notebook.outputs import MIME
from briefkit.project.notebooks import declared, sections

shell = InteractiveShell.instance(display_pub_class=CapturingDisplayPublisher)
given = yaml.safe_load(Path(sys.argv[1]).read_text(encoding="utf-8"))
for path in sections("notebooks").values():
    known = declared(path)
    shell.reset(new_session=False)
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            shell.run_cell(cell.source, silent=True).raise_error()
        if "parameters" in cell.metadata.get("tags", []):
            shell.user_ns.update({name: value for name, value in given.items() if name in known})
            if "claims" in known:
                found = [one["data"].get(MIME, {}) for one in shell.display_pub.outputs]
                shell.user_ns["claims"] = {one["claim"]: one for one in found if one.get("kind") == "claim"}
print(len(shell.display_pub.outputs), "outputs")
