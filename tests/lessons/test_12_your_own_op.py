"""Lesson 12 says what is so: what its cells print, and what its prose says of both engines."""

import pytest

from tests.lessons.course import ENGINES, LessonTests, failures, solved_in_here


@pytest.fixture(scope="module", autouse=True)
def warm():
    """PyTorch imports a lot when it first differentiates a Function: on a busy machine more than a claim has time for."""
    solved_in_here("12_your_own_op", "torch")


class TestLesson(LessonTests):
    name = "12_your_own_op"

    def test_a_wrong_answer_fails_the_claims_it_declares_and_no_other(self, lesson, wrong, engine):
        if engine == "torch" and wrong.stem.startswith("q4"):
            pytest.skip("a card is our engine's own")
        super().test_a_wrong_answer_fails_the_claims_it_declares_and_no_other(lesson, wrong, engine)

    def test_the_solutions_pass_the_hidden_tests(self, lesson, engine):
        for name, exercise in lesson.hidden.items():
            if name == "q4" and engine == "torch":
                continue  # a card is our engine's own
            assert failures(exercise, dict(solved_in_here(lesson.name, engine))) == {}, name


def test_what_the_prose_says_is_what_the_cells_print(solved):
    assert solved["overflow"].splitlines() == [
        "tensor([0.3133, 0.6931,    inf], grad_fn=<LogBackward0>)",
        "tensor([0.2689, 0.5000,    nan])",
    ]
    assert solved["ten-lines"].splitlines() == [
        "tensor([  0.3133,   0.6931, 100.0000], grad_fn=<SoftplusBackward>)",
        "tensor([0.2689, 0.5000, 1.0000])",
    ]
    assert solved["nodes"].splitlines()[0] == "['SoftplusBackward', 'torch::autograd::AccumulateGrad']"
    measured, said = solved["measure"].splitlines()
    assert measured == said
    right, _, forgetful, times_three = (line.split(":")[1].strip() for line in solved["forgets"].splitlines())
    assert right == forgetful == times_three
    assert solved["kink"].split() == "relu at -1 and 2: True relu at 0: False".split()
    assert "gradcheck: True  gradgradcheck: False" in solved["remembers"].splitlines()[1]
    losses = [line.split("tensor") for line in solved["silent"].splitlines()]
    assert losses[0][0].split()[1:] == losses[1][0].split()[1:] and losses[0][1] != losses[1][1]
    assert (
        solved["count"].strip()
        == "function StretchBackward returned an incorrect number of gradients (expected 2, got 1)"
    )
    assert solved["needs"].splitlines() == ["needs_input_grad: (False, True)", "tensor(6.)"]
    assert solved["suspect"].strip() == "True"


def test_the_cells_of_cards_say_what_the_prose_says(lesson):
    cells = {cell.id: cell for cell in lesson.solved.cells}

    def text(name):
        return "".join(
            output.get("text", "") for output in cells[name].outputs if output.get("name") == "stdout"
        )

    assert "def grad_input(grad, result):" in text("tanh-card")
    assert text("card").splitlines() == [
        "tensor([  0.3133,   0.6931, 100.0000], grad_fn=<SoftPlusBackward0>)",
        "True True",
    ]
    assert "nobody can supply 'x'" in text("card-error")


@pytest.mark.parametrize("engine", ENGINES)
class TestOnBothEngines:
    def test_relu_has_the_slope_0_at_0_and_a_measured_one_of_a_half(self, engine):
        torch = pytest.importorskip(engine)
        x = torch.tensor(0.0, requires_grad=True)
        torch.relu(x).backward()
        step = torch.tensor(1e-6, dtype=torch.float64)
        assert x.grad.item() == 0.0
        assert ((torch.relu(step) - torch.relu(-step)) / (2 * step)).item() == 0.5

    def test_the_second_derivative_of_softplus(self, engine):
        torch = pytest.importorskip(engine)
        namespace = solved_in_here("12_your_own_op", engine)
        s = torch.sigmoid(torch.tensor([-1.0, 0.0, 2.0]))
        assert torch.allclose(namespace["bend"], s * (1 - s))

    @pytest.mark.parametrize("saved", [True, False])
    def test_only_what_is_saved_for_backward_has_the_alarm(self, engine, saved):
        torch = pytest.importorskip(engine)

        class Square(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                if saved:
                    ctx.save_for_backward(x)
                else:
                    ctx.x = x
                return x * x

            @staticmethod
            def backward(ctx, grad):
                x = ctx.saved_tensors[0] if saved else ctx.x
                return 2 * grad * x

        leaf = torch.tensor([1.0, 2.0], requires_grad=True)
        x = leaf * 1
        y = Square.apply(x)
        x.mul_(10)
        if saved:
            with pytest.raises(RuntimeError, match="modified by an inplace operation"):
                y.sum().backward()
        else:
            y.sum().backward()
            assert leaf.grad.tolist() == [20.0, 40.0]

    def test_an_intermediate_result_that_is_returned_has_a_second_derivative(self, engine):
        torch = pytest.importorskip(engine)

        class Softplus(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                slope = torch.sigmoid(x)
                ctx.save_for_backward(slope)
                return torch.log(1 + torch.exp(x)), slope

            @staticmethod
            def backward(ctx, grad, grad_slope):
                (slope,) = ctx.saved_tensors
                return grad * slope + grad_slope * slope * (1 - slope)

        x = torch.tensor([-1.0, 0.0, 2.0], dtype=torch.float64, requires_grad=True)
        assert torch.autograd.gradcheck(Softplus.apply, (x,))
        assert torch.autograd.gradgradcheck(Softplus.apply, (x,))

    def test_gradcheck_passes_a_wrong_forward_with_its_own_derivative_and_a_mistake_on_the_other_side(
        self, engine
    ):
        torch = pytest.importorskip(engine)
        namespace = solved_in_here("12_your_own_op", engine)
        assert namespace["passes"](lambda x: torch.log(2 + torch.exp(x)), -1.0, 2.0)
        assert namespace["passes"](namespace["Suspect"].apply, 0.5)
        assert not namespace["passes"](namespace["Suspect"].apply, -0.5)
        assert not namespace["passes"](lambda x: namespace["Quantize"].apply(x, 0.25), 0.3)

    def test_gradcheck_wants_float64(self, engine):
        torch = pytest.importorskip(engine)
        x = torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)
        softplus = solved_in_here("12_your_own_op", engine)["Softplus"].apply
        with pytest.warns(UserWarning, match="not a double precision"):
            assert not torch.autograd.gradcheck(softplus, (x,), raise_exception=False)

    def test_a_nan_in_a_gradient_makes_the_weights_nan(self, engine):
        torch = pytest.importorskip(engine)
        w = torch.tensor([1.0, 2.0], requires_grad=True)
        torch.log(1 + torch.exp(w.sum() * 100)).backward()
        assert torch.isnan(w - 0.1 * w.grad).all()
