"""lr_scheduler: learning rates that change while a model learns, by a plan or by what comes out."""

from minitorch_edu import missing as _missing
from minitorch_edu.optim.lr_scheduler.chains import ChainedScheduler as ChainedScheduler
from minitorch_edu.optim.lr_scheduler.chains import SequentialLR as SequentialLR
from minitorch_edu.optim.lr_scheduler.cosine import CosineAnnealingLR as CosineAnnealingLR
from minitorch_edu.optim.lr_scheduler.cosine import CosineAnnealingWarmRestarts as CosineAnnealingWarmRestarts
from minitorch_edu.optim.lr_scheduler.cycles import CyclicLR as CyclicLR
from minitorch_edu.optim.lr_scheduler.cycles import OneCycleLR as OneCycleLR
from minitorch_edu.optim.lr_scheduler.factors import ConstantLR as ConstantLR
from minitorch_edu.optim.lr_scheduler.factors import ExponentialLR as ExponentialLR
from minitorch_edu.optim.lr_scheduler.factors import LambdaLR as LambdaLR
from minitorch_edu.optim.lr_scheduler.factors import LinearLR as LinearLR
from minitorch_edu.optim.lr_scheduler.factors import MultiplicativeLR as MultiplicativeLR
from minitorch_edu.optim.lr_scheduler.factors import MultiStepLR as MultiStepLR
from minitorch_edu.optim.lr_scheduler.factors import PolynomialLR as PolynomialLR
from minitorch_edu.optim.lr_scheduler.factors import StepLR as StepLR
from minitorch_edu.optim.lr_scheduler.plateau import ReduceLROnPlateau as ReduceLROnPlateau
from minitorch_edu.optim.lr_scheduler.scheduler import EPOCH_DEPRECATION_WARNING as EPOCH_DEPRECATION_WARNING
from minitorch_edu.optim.lr_scheduler.scheduler import LRScheduler as LRScheduler
from minitorch_edu.optim.lr_scheduler.scheduler import _LRScheduler as _LRScheduler

__getattr__ = _missing.names_of(__name__)
