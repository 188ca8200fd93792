"""torch.utils.benchmark: how long something takes, measured often enough to be trusted, and compared."""

from minitorch_edu import missing as _missing
from minitorch_edu.utils.benchmark.compare import Colorize as Colorize
from minitorch_edu.utils.benchmark.compare import Compare as Compare
from minitorch_edu.utils.benchmark.fuzzer import FuzzedParameter as FuzzedParameter
from minitorch_edu.utils.benchmark.fuzzer import FuzzedTensor as FuzzedTensor
from minitorch_edu.utils.benchmark.fuzzer import Fuzzer as Fuzzer
from minitorch_edu.utils.benchmark.fuzzer import ParameterAlias as ParameterAlias
from minitorch_edu.utils.benchmark.measurement import Measurement as Measurement
from minitorch_edu.utils.benchmark.measurement import TaskSpec as TaskSpec
from minitorch_edu.utils.benchmark.measurement import ordered_unique as ordered_unique
from minitorch_edu.utils.benchmark.measurement import select_unit as select_unit
from minitorch_edu.utils.benchmark.measurement import set_torch_threads as set_torch_threads
from minitorch_edu.utils.benchmark.measurement import trim_sigfig as trim_sigfig
from minitorch_edu.utils.benchmark.measurement import unit_to_english as unit_to_english
from minitorch_edu.utils.benchmark.timer import Language as Language
from minitorch_edu.utils.benchmark.timer import Timer as Timer
from minitorch_edu.utils.benchmark.timer import timer as timer

__getattr__ = _missing.names_of(__name__)
