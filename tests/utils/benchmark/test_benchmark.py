"""torch.utils.benchmark: what measurements say, tables, and fuzzed tensors, as PyTorch's say it of the same times."""

import textwrap

import pytest

import minitorch_edu as torch
from tests.oracle import torch as pytorch
from tests.programs import assert_says_the_same

BEFORE = """
import re, timeit
B = torch.utils.benchmark
def m(times, runs=10, stmt="x + x", setup="pass", **names): return B.Measurement(runs, times, B.TaskSpec(stmt, setup, **names))
close, wide, wider = [1e-5, 1.01e-5, 1.02e-5, 1.03e-5], [1e-5, 1.2e-5, 1e-5, 1.2e-5], [1e-5, 2e-5, 1e-5, 3e-5, 1e-5]
def show(x): print(re.sub("0x[0-9a-f]+", "0x", repr(x)))
"""

PROGRAMS = {
    "a single time": "show(m([2.5e-3])); show(m([2.5e-3], 1, num_threads=4))",
    "times close together": "show(m(close)); show(m(close[:3])); show(m(close, label='sum', sub_label='four', description='quick', env='here'))",
    "times apart": "show(m(wide)); show(m(wider))",
    "statements of several lines": "show(m(close, stmt='a = 1\\nb = 2', setup='import x\\nimport y')); show(m(close, stmt='a\\nb', sub_label='s', setup='one'))",
    "each unit": "[show(m([t], 1)) for t in (2e-9, 3e-7, 1e-6, 5e-5, 1e-3, 0.5, 1.0, 20.0)]",
    "what a measurement knows": """
        for t in (close, wide, wider):
            a = m(t, label="l")
            print(f"{a.median:.6g} {a.mean:.6g} {a.iqr:.6g}", a.has_warnings, a.significant_figures, a.meets_confidence(0.01), len(a.times), a.title, a.as_row_name, a.label, a.stmt, a.num_threads)
        a.nothing""",
    "merged": "print([(len(x.raw_times), x.number_per_run, x.title) for x in B.Measurement.merge([m(close), m(wide, 5), m(close, stmt='y')])])",
    "titles": "[print(repr(B.TaskSpec(*a).title), repr(B.TaskSpec(*a).summarize())) for a in (('a', 'pass'), ('a', 'b', '', 'l'), ('a', '', '', 'l', 's', 'd'), ('a\\nb', 'c\\nd', '', None, 's', 'd'))]",
    "equal specifications": "print(B.TaskSpec('a', 'b') == B.TaskSpec('a', 'b'), len({B.TaskSpec('a', 'b'), B.TaskSpec('a', 'b')})); B.TaskSpec('a', 'b').stmt = 1",
    "units and figures": """
        for t in (1e-10, 5e-9, 1e-6, 9.99e-4, 1e-3, 0.02, 1.0, 3.0, 5000.0): print(B.select_unit(t))
        for x, n in ((3.14159, 2), (1234.5, 3), (0.000123456, 4), (-27.18, 1)): print(B.trim_sigfig(x, n))
        print([B.unit_to_english(u) for u in ("ns", "us", "ms", "s")], B.ordered_unique([3, 1, 3, 2]))
        B.trim_sigfig(1.0, 1.5)""",
    "threads for a while": """
        before = torch.get_num_threads()
        with B.set_torch_threads(3): print(torch.get_num_threads())
        print(torch.get_num_threads() == before)""",
    "a table": """
        c = B.Compare([m([t * k] * 4, 1, label="Sums", sub_label=f"[{n}]", description=d, num_threads=h) for n, k in ((10, 1), (1000, 7)) for d, t in (("loop", 3e-5), ("all at once", 1e-6)) for h in (1, 4)])
        print(c); c.trim_significant_figures(); c.colorize(); print(c); c.colorize(rowwise=True); c.print()""",
    "a table with warnings": """
        c = B.Compare([m(t, 1, label="L", sub_label=s, description=d) for s, t in (("close", close), ("wide", wide), ("wider", wider)) for d in "ab" if (s, d) != ("wide", "b")])
        print(c); c.highlight_warnings(); print(c); c.trim_significant_figures(); print(c)""",
    "a table of two machines": """
        print(B.Compare([m(close, 1, label="L", sub_label=s, description=d, env=e, num_threads=h) for e in ("old", "newer") for s in "xy" for d in "ab" for h in (1, 2)]))""",
    "several tables": "c = B.Compare([m(close, 1, label='one', description='d')]); c.extend_results([m(wide, 1, label='two', description='d')]); print(c)",
    "a table of something else": "B.Compare([1])",
    "a statement that is none": "B.Timer(lambda: 1)",
    "another language": "B.Timer('1', language='rust')",
    "a global setup": "B.Timer('1', global_setup='2')",
    "timeit's own ways": "B.Timer('1').repeat()",
    "timeit's other way": "B.Timer('1').autorange()",
    "counted calls": """
        calls = []
        t = B.Timer("f(x)", "x = 3; calls.append('begin')", globals={"f": lambda x: calls.append(x), "calls": calls}, timer=timeit.default_timer)
        r = t.timeit(200); print(type(r).__name__, r.number_per_run, len(r.raw_times), calls.count(3), calls.count("begin"))""",
    "in a clock of one's own": """
        now = [0.0]
        def tick(): now[0] += 0.001; return now[0]
        r = B.Timer("pass", timer=tick).timeit(10); print(r.raw_times, r.median)""",
    "as long as it takes": """
        seen = []
        t = B.Timer("y = torch.ones(2) + 1", label="sum", num_threads=1)
        r = t.blocked_autorange(min_run_time=0.02, callback=lambda n, s: seen.append(n))
        print(r.number_per_run == seen[0], len(seen) == len(r.raw_times), sum(r.raw_times) >= 0.02, r.title)
        r = t.adaptive_autorange(threshold=10, min_run_time=0.01, max_run_time=0.5); print(len(r.raw_times) > 3)""",
    "code in a block": '''
        t = B.Timer("""
            y = x
            z = y
        """, """
            x = 1
        """)
        show(t._task_spec.stmt); show(t._task_spec.setup)''',
    "fuzzed tensors": """
        f = B.Fuzzer([B.FuzzedParameter("k", 2, 64, "loguniform"), [B.FuzzedParameter("n", 1, 9, "uniform", strict=True), B.FuzzedParameter("r", 0.5, 1, "uniform")], B.FuzzedParameter("d", 1, 2, "uniform")],
            [B.FuzzedTensor("x", size=("k", "n"), steps=(1, 2), max_elements=100, probability_contiguous=0.3), [B.FuzzedTensor("i", ("n",), dtype=torch.int64, min_elements=3)], B.FuzzedTensor("q", ("k", 2), dim_parameter="d")],
            constraints=[lambda p: p["k"] > 3], seed=7)
        for tensors, properties, params in f.take(4):
            print(params, {k: (v.shape, v.stride(), v.dtype, v.double().sum()) for k, v in tensors.items()}, properties)
        print(f"{f.rejection_rate:.3f}")""",
    "a tensor made by hand": """
        f = B.Fuzzer([B.FuzzedParameter("k", 2, 4, "uniform")], [B.FuzzedTensor("x", ("k",), tensor_constructor=lambda size, dtype, **p: torch.full(size, p["k"], dtype=dtype), probability_contiguous=1)], seed=1)
        print([t["x"] for t, _, _ in f.take(3)], f._seed)""",
    "an unknown distribution": "B.FuzzedParameter('k', 1, 2, 'triangular')",
    "chances below zero": "B.FuzzedParameter('k', distribution={1: -1})",
    "the same name twice": "B.Fuzzer([B.FuzzedParameter('x', 1, 2, 'uniform')], [B.FuzzedTensor('x', (1,))])",
    "what nothing satisfies": "list(B.Fuzzer([B.FuzzedParameter('x', 1, 2, 'uniform')], [B.FuzzedTensor('t', ('x',), min_elements=5)], seed=0).take(1))",
    "an alias": "print(B.ParameterAlias('x'))",
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_it_says_what_pytorchs_says(program):
    import torch.utils.benchmark

    assert pytorch.utils.benchmark is torch.utils.benchmark  # which does not come by itself
    assert_says_the_same(BEFORE + textwrap.dedent(program))


def test_a_parameter_may_have_chances_and_aliases():
    B = torch.utils.benchmark
    chances = {B.ParameterAlias("n"): 0.5, 1: 0.5}
    fuzzer = B.Fuzzer(
        [B.FuzzedParameter("n", 5, 5, "uniform"), B.FuzzedParameter("k", distribution=chances)],
        [B.FuzzedTensor("x", ("n",)), B.FuzzedTensor("y", ("k",))],
        seed=0,
    )
    assert {params["k"] for _, _, params in fuzzer.take(20)} == {1, 5}


def test_chances_add_up_to_one():
    with pytest.raises(AssertionError, match="Distribution is not normalized"):
        torch.utils.benchmark.FuzzedParameter("k", distribution={1: 0.5})


def test_aliases_in_a_circle_are_refused():
    B = torch.utils.benchmark
    a, b = ({B.ParameterAlias(name): 1.0} for name in "ba")
    parameters = [B.FuzzedParameter("a", distribution=a), B.FuzzedParameter("b", distribution=b)]
    with pytest.raises(ValueError, match="ParameterAlias cycle detected"):
        next(B.Fuzzer(parameters, [], seed=0).take(1))


def test_cpp_is_refused():
    with pytest.raises(NotImplementedError, match="C\\+\\+ is not compiled here"):
        torch.utils.benchmark.Timer("1", language="cpp")
