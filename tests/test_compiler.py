"""torch.compile and torch.jit: what they are given runs as it is, under PyTorch's names and errors."""

from __future__ import annotations

import pickle
import warnings

import pytest

import minitorch_edu
from minitorch_edu.ops import warned
from tests.programs import assert_says_the_same

NET = """
torch.manual_seed(0)
net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2))
net.extra = 'extra'
c = torch.compile(net, backend='eager')
x = torch.ones(2, 3)
"""

PROGRAMS = [
    "print(torch.compile(lambda x: x + 1, backend='eager')(torch.ones(2)))",
    "@torch.compile(backend='eager')\ndef f(x, y=2):\n    'doc'\n    return x * y\nprint(f(torch.ones(2)), f(torch.ones(2), y=3), f.__name__, f.__doc__)",
    "@torch.compile(backend='eager', fullgraph=True, dynamic=True)\ndef f(x): return x.sin()\nx = torch.ones(2, requires_grad=True); f(x).sum().backward(); print(x.grad)",
    "f = lambda x: x\nprint(torch.compile(f, backend='eager')._torchdynamo_orig_callable is f)",
    "torch.compile(3)",
    "torch.compile(lambda x: x, mode='default', options={})",
    "torch.compile(lambda x: x, mode='foo')",
    "torch.compile(lambda x: x, backend='foo')",
    "print(torch.compile(lambda x: x + 1, disable=True)(torch.ones(1)))",
    NET + "print(c, list(c.state_dict()), [n for n, _ in c.named_parameters()], [n for n, _ in c.named_modules()])",
    NET + "print(torch.equal(c(x), net(x)), c._orig_mod is net, c.extra, len(c), c[0] is net[0], type(c).__name__)",
    NET + "c.eval(); print(net.training, c.training); net.train(); print(c.training); c.other = 3; print(net.other); del c.other; print(hasattr(net, 'other'))",
    NET + "c.load_state_dict(c.state_dict()); net.load_state_dict({k.removeprefix('_orig_mod.'): v for k, v in c.state_dict().items()}); print('loaded')",
    NET + "net.load_state_dict(c.state_dict())",
    NET + "c.missing",
    NET + "c.zero_grad(); c(x).sum().backward(); print(net[0].weight.grad.shape, c.double()._orig_mod[0].weight.dtype)",
    "len(torch.compile(torch.nn.Linear(1, 1), backend='eager'))",
    "print(torch.compiler.is_compiling(), torch.compiler.is_dynamo_compiling(), torch.compiler.is_exporting(), torch._dynamo.is_compiling())",
    "print(torch.compiler.reset(), torch._dynamo.reset(), torch.compiler.cudagraph_mark_step_begin())",
    "def f(x): return x\nprint(torch.compiler.disable(f)(3), torch.compiler.disable(recursive=False)(f)(3), torch.compiler.allow_in_graph(f) is f, torch.compiler.assume_constant_result(f) is f)",
    "def f(x): return x\nprint(torch.compiler.allow_in_graph([f, f]) == [f, f])",
    "with torch.compiler.set_stance('force_eager'): print(1)\n@torch.compiler.set_stance('default')\ndef f(): return 2\nprint(f())",
    "torch._dynamo.config.suppress_errors = True; print(torch._dynamo.config.suppress_errors); torch._dynamo.config.suppress_errors = False",
    "print(torch.jit.is_scripting(), torch.jit.is_tracing(), torch.jit.annotate(int, 3), torch.jit.isinstance(3, int), torch.jit.Final)",
    "def f(x): return x\nprint(torch.jit.ignore(f) is f, torch.jit.unused(f) is f, torch.jit.export(f) is f, torch.jit.ignore(drop=True)(f) is f)",
    "print(torch.version.cuda, torch.version.hip, torch.version.debug, torch.version.xpu, torch.version.rocm)",
    "print(torch.backends.opt_einsum.is_available(), torch.backends.opt_einsum.enabled, torch.backends.opt_einsum.strategy, torch.backends.opt_einsum.get_opt_einsum(), torch.backends.opt_einsum.set_flags())",
    "torch.backends.opt_einsum.set_flags(True)",
    "torch.backends.opt_einsum.set_flags(None, 'auto')",
    "with torch.backends.opt_einsum.flags(enabled=False): print(1)",
    "print(torch.backends.cudnn.is_acceptable(torch.ones(1)), torch.backends.cusparselt.is_available(), torch.backends.cusparselt.version())",
    "print(torch.backends.cudnn.set_flags(True)[:5], torch.backends.cudnn.set_flags(_benchmark=True)[:3], torch.backends.cudnn.benchmark); torch.backends.cudnn.benchmark = False",
]  # fmt: skip


@pytest.mark.host
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_says_what_it_says_in_pytorch(program):
    assert_says_the_same(program)


@pytest.mark.parametrize(
    "use",
    [
        lambda torch: torch.compile(abs),
        lambda torch: torch.jit.script(abs),
        lambda torch: torch.jit.trace(abs),
    ],
)
def test_it_says_once_that_nothing_is_compiled(use, monkeypatch):
    monkeypatch.setattr(warned, "_said", set())
    for expected in (1, 0):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            assert use(minitorch_edu)(-3) == 3
        assert (
            len([each for each in caught if "compiles nothing in this engine" in str(each.message)])
            == expected
        )


def test_jit_is_deprecated_as_in_pytorch():
    with pytest.warns(
        DeprecationWarning, match="`torch.jit.script` is deprecated. Please switch to `torch.compile`"
    ):
        minitorch_edu.jit.script(abs)


def test_a_module_of_scripts_is_a_module():
    torch = minitorch_edu

    class Twice(torch.jit.ScriptModule):
        @torch.jit.script_method
        def forward(self, x):
            return x * 2

    assert Twice()(torch.ones(1)).item() == 2


def test_a_compiled_module_can_be_pickled():
    torch = minitorch_edu
    module = torch.compile(torch.nn.Linear(2, 1))
    again = pickle.loads(pickle.dumps(module))
    assert list(again.state_dict()) == ["_orig_mod.weight", "_orig_mod.bias"]
    torch.testing.assert_close(again(torch.ones(2)), module(torch.ones(2)))


def test_a_module_can_compile_itself():
    module = minitorch_edu.nn.Linear(2, 1)
    module.compile(backend="eager")
    assert list(module.state_dict()) == ["weight", "bias"]


def test_the_configuration_tells_what_computes():
    text = minitorch_edu.__config__.show()
    assert "NumPy" in text and minitorch_edu.backends.cpu.get_cpu_capability() in text
    assert "get_num_threads() : " in minitorch_edu.__config__.parallel_info()


def test_a_hook_that_comes_after_compiling_runs():
    module, seen = minitorch_edu.nn.Linear(2, 1), []
    compiled = minitorch_edu.compile(module)
    module.register_forward_hook(lambda *given: seen.append(given[-1].shape))
    compiled(minitorch_edu.ones(3, 2))
    assert seen == [(3, 1)]
