"""The npm packages of `package.json` beside this file."""

from __future__ import annotations

from pathlib import Path

import pytest

NODE_MODULES = Path(__file__).parent / "node_modules"


def npm_file(path: str) -> Path:
    """A file of a package, such as `axe-core/axe.min.js`; skips the test that asks in vain."""
    file = NODE_MODULES / path
    if not file.exists():
        pytest.skip(f"needs {path}: npm install --no-package-lock --prefix tests/browser")
    return file
