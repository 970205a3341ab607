"""LLVM text becomes running code, made once, kept on disk, made again when what is kept cannot be trusted."""

from __future__ import annotations

import ctypes
import threading

import pytest

from unmoor.engine import cache, machine

TEXT = "define i64 @answer(i64 %x) {\n  %y = mul i64 %x, 6\n  ret i64 %y\n}\n"
KEY = "machine-test".ljust(64, "0")


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """An empty cache folder, and nothing loaded in this process."""
    monkeypatch.setenv("UNMOOR_CACHE", str(tmp_path))
    monkeypatch.setattr(machine, "_loaded", {})
    return tmp_path


class Maker:
    """Counts how often the text had to be made."""

    def __init__(self, text: str = TEXT) -> None:
        self.text, self.calls = text, 0

    def __call__(self) -> tuple[str, str]:
        self.calls += 1
        return self.text, "a note"


def answer(code: machine.Code) -> int:
    return ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)(code.address("answer"))(7)


def test_made_once_in_a_process(fresh):
    maker = Maker()
    first, second = (machine.obtain(KEY, maker) for _ in range(2))
    assert first is second
    assert maker.calls == 1
    assert (answer(first), first.note, first.cached) == (42, "a note", False)


def test_the_next_process_finds_it_on_disk(fresh, monkeypatch):
    machine.obtain(KEY, Maker())
    monkeypatch.setattr(machine, "_loaded", {})
    maker = Maker()
    code = machine.obtain(KEY, maker)
    assert maker.calls == 0
    assert (answer(code), code.note, code.cached) == (42, "a note", True)


def test_another_key_is_other_code(fresh):
    machine.obtain(KEY, Maker())
    other = machine.obtain(KEY[::-1], Maker(TEXT.replace("6", "5")))
    assert answer(other) == 35


@pytest.mark.parametrize("damage", ["flipped", "short", "foreign", "empty"])
def test_damaged_code_is_made_again_and_the_file_repaired(fresh, monkeypatch, damage):
    machine.obtain(KEY, Maker())
    whole = cache.place(KEY).read_bytes()
    flipped = bytearray(whole)
    flipped[-len(whole) // 3] ^= 0x10
    spoilt = {"flipped": bytes(flipped), "short": whole[:-9], "foreign": b"\x7fELF" + bytes(400), "empty": b""}
    cache.place(KEY).write_bytes(spoilt[damage])
    monkeypatch.setattr(machine, "_loaded", {})
    maker = Maker()
    code = machine.obtain(KEY, maker)
    assert maker.calls == 1
    assert (answer(code), code.cached) == (42, False)
    assert cache.place(KEY).read_bytes() == whole


def test_without_a_cache_folder_it_still_runs(fresh, monkeypatch):
    (fresh / "file").write_text("")
    monkeypatch.setenv("UNMOOR_CACHE", str(fresh / "file" / "cache"))
    maker = Maker()
    assert answer(machine.obtain(KEY, maker)) == 42
    machine.obtain(KEY, maker)
    assert maker.calls == 1  # kept in this process at least


def test_a_failing_maker_leaves_nothing(fresh):
    def broken() -> tuple[str, str]:
        raise ValueError("no text")

    with pytest.raises(ValueError, match="no text"):
        machine.obtain(KEY, broken)
    with pytest.raises(RuntimeError):
        machine.obtain(KEY, Maker("define i64 @answer(i64 %x) { ret i32 }"))
    assert not list(fresh.iterdir())
    assert answer(machine.obtain(KEY, Maker())) == 42


def test_threads_that_ask_at_once_share_one_making(fresh):
    maker, found = Maker(), []
    threads = [threading.Thread(target=lambda: found.append(machine.obtain(KEY, maker))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert maker.calls == 1
    assert len({id(code) for code in found}) == 1


def test_object_code_is_reproducible():
    assert machine.compile_text(TEXT) == machine.compile_text(TEXT)


def test_the_optimiser_runs():
    loop = """define double @f(ptr %p) {
      %a = load double, ptr %p
      %b = load double, ptr %p
      %c = fsub double %a, %b
      %d = fadd double %c, %a
      ret double %d
    }
    """
    assert len(machine.compile_text(loop, 2)) <= len(machine.compile_text(loop, 0))


def test_the_target_names_processor_and_version():
    import llvmlite
    import llvmlite.binding as llvm

    name = machine.target_name()
    assert llvm.get_host_cpu_name() in name
    assert llvmlite.__version__ in name
    assert llvm.get_default_triple() in name
