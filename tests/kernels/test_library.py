"""Loading the compiled part."""

from __future__ import annotations

import _ctypes
import re
from pathlib import Path

import pytest

from searchsvc.kernels import bindings, library


def test_a_missing_library_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(ImportError, match=r"_kernels.so is missing.*pip install \."):
        library.load(tmp_path / "_kernels.so")


def test_a_library_that_is_none_says_why_it_cannot_be_loaded(tmp_path: Path) -> None:
    path = tmp_path / "_kernels.so"
    path.write_bytes(b"not a library")
    with pytest.raises(ImportError, match=r"cannot be loaded: .*pip install \."):
        library.load(path)


def test_a_library_of_other_sources_is_not_called() -> None:
    with pytest.raises(ImportError, match=r"lower_bound.*pip install \."):
        library.load(Path(_ctypes.__file__))


def test_signatures_have_the_arguments_of_the_c_files() -> None:
    """Nothing else would notice one argument more."""
    folder = Path(library.__file__).parent
    source = "".join(path.read_text("utf-8") for path in folder.glob("*.c"))
    exported = re.findall(r"EXPORT (\w+) (\w+)\(([^)]*)\)", source)
    assert {name for _, name, _ in exported} == set(library.SIGNATURES)
    for result, name, arguments in exported:
        taken = library.SIGNATURES[name]
        assert (taken[0] is None) == (result == "void")
        kinds = ["*" in argument for argument in arguments.split(",")]
        assert [kind is library._A for kind in taken[1]] == kinds, name


def test_both_sides_have_the_same_bounds() -> None:
    header = (Path(library.__file__).parent / "kernels.h").read_text("utf-8")
    assert f"MOST_WORDS = {bindings.MOST_WORDS} " in header
