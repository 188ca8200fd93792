"""The journal of answers: lines that a grader can read, bounded, never in the way; and the recheck that believes nothing."""

import json

import pytest
from minitorch_widgets import Question, log_to, read_log, recheck
from minitorch_widgets.learning import journal
from minitorch_widgets.learning.journal import Journal, default_path
from minitorch_widgets.learning.predicting import Prediction
from minitorch_widgets.learning.running import namespace_of

pytestmark = pytest.mark.host

QUESTIONS = [
    Question("shape", "a - b", ("shape",), program="n = random.randint(3, 9)\na, b = torch.ones(n), torch.ones(n, 1)"),
    Question("alias", "m.T.reshape(6)", ("shares memory", "dtype"), program="m = torch.zeros(2, 3)", shares="m"),
    Question("grad", "(w * w).sum().backward()", ("grad",), of="w",
             program="w = torch.tensor([1., 2.], requires_grad=True)"),
]  # fmt: skip


@pytest.fixture
def log(tmp_path):
    log_to(tmp_path / "lesson.answers.jsonl")
    yield tmp_path / "lesson.answers.jsonl"
    log_to(None)


def answer(torch, question, *answers, seed=0):
    return Prediction(question, namespace_of(question, torch, seed), seed=seed).answer(*answers)


def test_a_question_and_its_answer_are_two_lines(torch, log):
    answer(torch, QUESTIONS[0], (3,), seed=5)
    asked, answered = read_log(log)
    assert (asked["event"], asked["question"], asked["ask"]) == ("asked", "shape", ["shape"])
    assert asked["shown"]["code"] == "a - b" and asked["shown"]["setting"][0]["name"] == "a"
    assert answered["answer"] == [3] and answered["right"] is False and answered["seed"] == 5
    assert [entry["n"] for entry in (asked, answered)] == [0, 1] and 0 <= asked["t"] <= answered["t"] < 60
    assert all(entry["v"] == 1 and entry["intact"] for entry in (asked, answered))


def test_attempts_are_counted(torch, log):
    for given in ((3,), (3, 3)):
        answer(torch, QUESTIONS[0], given)
    assert [entry["attempt"] for entry in read_log(log) if entry["event"] == "answered"] == [1, 2]


def test_the_recheck_comes_to_the_same_verdicts(torch, log):
    seed = 4
    n = namespace_of(QUESTIONS[0], torch, seed)["n"]
    answer(torch, QUESTIONS[0], (n, n), seed=seed)
    answer(torch, QUESTIONS[1], "yes", "float32", seed=seed)
    answer(torch, QUESTIONS[2], [2, 4], seed=seed)
    found = recheck(log, QUESTIONS, torch, seed=seed)
    assert [(each.question, each.ask, each.right) for each in found] == [
        ("shape", "shape", True), ("alias", "shares memory", False), ("alias", "dtype", True), ("grad", "grad", True),
    ]  # fmt: skip
    assert [each.misconception for each in found] == ["", "reshape never copies", "", ""]
    assert all(each.claimed == each.right and each.intact and each.problem == "" for each in found)


def forged(**facts):
    return {"event": "answered", "question": "shape", "ask": "shape", "answer": [9], "right": True, **facts}


def test_what_a_line_claims_is_not_believed(torch):
    found = recheck([forged(truth=[9], seed=1)], QUESTIONS, torch, seed=4)
    assert (found[0].right, found[0].claimed) == (False, True)


@pytest.mark.parametrize(
    "line",
    [
        forged(question="none of these"),
        forged(ask="value"),
        forged(ask="__class__"),
        forged(answer={"shape": [1]}),
        forged(answer=[[[[[[[[[[1]]]]]]]]]]),
        forged(answer="9" * 10_000),
        forged(answer="__import__('os').system('true')"),
        forged(answer=10**400),
        forged(answer=None),
        forged(program="raise SystemExit", code="1/0"),
        {"event": "answered"},
    ],
)
def test_a_forged_line_is_not_right_and_stops_nothing(torch, line):
    n = namespace_of(QUESTIONS[0], torch, 4)["n"]
    found = recheck([line, forged(answer=[n, n])], QUESTIONS, torch, seed=4)
    assert [each.right for each in found] == [False, True]


def test_the_seed_is_the_graders(torch):
    sizes = {namespace_of(QUESTIONS[0], torch, seed)["n"] for seed in range(8)}
    n = namespace_of(QUESTIONS[0], torch, 1)["n"]
    other = next(seed for seed in range(40) if namespace_of(QUESTIONS[0], torch, seed)["n"] != n)
    lines = [forged(answer=[n, n], seed=1)]
    assert len(sizes) > 1
    assert recheck(lines, QUESTIONS, torch, seed=1)[0].right
    assert not recheck(lines, QUESTIONS, torch, seed=lambda question: other)[0].right


def test_a_line_that_was_changed_or_taken_out_shows(torch, log):
    for given in ((3,), (3, 3)):
        answer(torch, QUESTIONS[0], given)
    lines = log.read_text().splitlines()
    log.write_text("\n".join([lines[0], lines[1].replace("[3]", "[4]"), *lines[2:]]) + "\n")
    assert [entry["intact"] for entry in read_log(log)] == [True, True, False, True]
    log.write_text("\n".join([lines[0], *lines[2:]]) + "\n")
    assert [entry["intact"] for entry in read_log(log)] == [True, False, True]


def test_what_is_no_line_of_a_journal_is_left_out(log):
    journal.journal().write("opened", lesson="l", step=0)
    with open(log, "ab") as file:
        file.write(
            b'not json\n{"v": 99, "event": "asked"}\n[1]\n{"v": 1, "event": "party"}\n\xff\xfe\n'
            + b"[" * 9999
            + b"\n"
        )
    assert [entry["event"] for entry in read_log(log)] == ["opened"]


def test_a_journal_never_raises(tmp_path, torch):
    for path in ("/nowhere/at/all.jsonl", tmp_path, "\0"):
        broken = Journal(path)
        assert broken.write("opened", lesson="l") is False
    log_to("/nowhere/at/all.jsonl")
    assert answer(torch, QUESTIONS[2], [2, 4]).right
    log_to(None)


def test_a_journal_does_not_grow_without_bound(tmp_path):
    small = Journal(tmp_path / "small.jsonl", most_bytes=2_000)
    written = [small.write("opened", lesson="l" * 10_000, step=number) for number in range(50)]
    assert written[0] and not written[-1]
    entries = read_log(small.path)
    assert entries[-1]["event"] == "full" and [each["event"] for each in entries].count("full") == 1
    assert small.path.stat().st_size < 2_500


def test_a_long_answer_is_cut_and_a_strange_one_is_words(tmp_path):
    kept = Journal(tmp_path / "kept.jsonl")
    assert kept.write("answered", answer=["x" * 10_000, float("nan"), object, 10**30, list(range(1000))])
    (entry,) = read_log(kept.path)
    assert len(entry["answer"][0]) == 500 and entry["answer"][1] == "nan" and len(entry["answer"][4]) == 64


def test_a_new_kernel_goes_on_in_the_same_file(tmp_path):
    for _ in range(2):
        Journal(tmp_path / "a.jsonl").write("opened", lesson="l")
    entries = read_log(tmp_path / "a.jsonl")
    assert len({each["session"] for each in entries}) == 2 and all(each["intact"] for each in entries)


def test_in_plain_python_nothing_is_written_unless_asked_for(monkeypatch, tmp_path):
    monkeypatch.delenv("MINITORCH_ANSWERS", raising=False)
    assert default_path() is None
    monkeypatch.setenv("MINITORCH_ANSWERS", str(tmp_path / "here.jsonl"))
    assert default_path() == tmp_path / "here.jsonl"


def test_a_notebooks_journal_lies_beside_it(monkeypatch, tmp_path):
    import IPython

    shell = type("Shell", (), {"kernel": object(), "user_ns": {}})()
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    monkeypatch.delenv("MINITORCH_ANSWERS", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JPY_SESSION_NAME", "folder/views.ipynb")
    assert default_path() == tmp_path / "views.answers.jsonl"
    shell.user_ns["__vsc_ipynb_file__"] = str(tmp_path / "other.ipynb")
    assert default_path() == tmp_path / "other.answers.jsonl"


def test_every_line_is_json_by_itself(torch, log):
    answer(torch, QUESTIONS[1], "yes", "float32")
    for line in log.read_text().splitlines():
        assert json.loads(line)["v"] == 1
