"""LLVM text to running machine code of this processor, through the cache."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from dataclasses import dataclass

import llvmlite
import llvmlite.binding as llvm

from unmoor.engine import cache

_loaded: dict[str, Code] = {}
_lock = threading.Lock()


@dataclass(frozen=True)
class Code:
    """Code loaded into this process; `note` is what its maker wrote beside it."""

    engine: llvm.ExecutionEngine
    note: str
    cached: bool

    def address(self, name: str) -> int:
        """Where a function of this code begins."""
        return int(self.engine.get_function_address(name))


def obtain(key: str, make: Callable[[], tuple[str, str]]) -> Code:
    """The code of `key`: from this process, from disk, or made now by `make` -> (LLVM text, note) and stored."""
    with _lock:
        if key not in _loaded:
            stored = cache.read(key)
            if stored is None:
                text, note = make()
                binary = compile_text(text)
                cache.write(key, binary, note)
                _loaded[key] = Code(_load(binary), note, cached=False)
            else:
                _loaded[key] = Code(_load(stored[0]), stored[1], cached=True)
        return _loaded[key]


@functools.cache
def target_name() -> str:
    """The processor the code is for, with the versions that shape it."""
    features = llvm.get_host_cpu_features().flatten()
    return f"{llvm.get_default_triple()} {llvm.get_host_cpu_name()} {features} llvmlite {llvmlite.__version__}"


def compile_text(text: str, level: int = 2) -> bytes:
    """Optimise LLVM text for this processor and return the object code."""
    target = _target(level)
    module = llvm.parse_assembly(text)
    module.verify()
    options = llvm.create_pipeline_tuning_options(speed_level=level)
    llvm.create_pass_builder(target, options).getModulePassManager().run(
        module, llvm.create_pass_builder(target, options)
    )
    return bytes(target.emit_object(module))


def _target(level: int) -> llvm.TargetMachine:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    # 512-bit registers are used where they exist: one vector then is one register
    features = llvm.get_host_cpu_features().flatten() + ",-prefer-256-bit"
    host = llvm.Target.from_default_triple()
    return host.create_target_machine(cpu=llvm.get_host_cpu_name(), features=features, opt=level, jit=True)


def _load(binary: bytes) -> llvm.ExecutionEngine:
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _target(2))
    engine.add_object_file(llvm.ObjectFileRef.from_data(binary))
    engine.finalize_object()
    return engine
