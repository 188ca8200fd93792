"""torch.utils.data: where samples come from, in which order, and how they become batches."""

from minitorch_edu import missing as _missing
from minitorch_edu.utils.data._utils.collate import default_collate as default_collate
from minitorch_edu.utils.data._utils.collate import default_convert as default_convert
from minitorch_edu.utils.data._utils.worker import get_worker_info as get_worker_info
from minitorch_edu.utils.data.dataloader import DataLoader as DataLoader
from minitorch_edu.utils.data.dataset import ChainDataset as ChainDataset
from minitorch_edu.utils.data.dataset import ConcatDataset as ConcatDataset
from minitorch_edu.utils.data.dataset import Dataset as Dataset
from minitorch_edu.utils.data.dataset import IterableDataset as IterableDataset
from minitorch_edu.utils.data.dataset import StackDataset as StackDataset
from minitorch_edu.utils.data.dataset import Subset as Subset
from minitorch_edu.utils.data.dataset import TensorDataset as TensorDataset
from minitorch_edu.utils.data.dataset import random_split as random_split
from minitorch_edu.utils.data.distributed import DistributedSampler as DistributedSampler
from minitorch_edu.utils.data.sampler import BatchSampler as BatchSampler
from minitorch_edu.utils.data.sampler import RandomSampler as RandomSampler
from minitorch_edu.utils.data.sampler import Sampler as Sampler
from minitorch_edu.utils.data.sampler import SequentialSampler as SequentialSampler
from minitorch_edu.utils.data.sampler import SubsetRandomSampler as SubsetRandomSampler
from minitorch_edu.utils.data.sampler import WeightedRandomSampler as WeightedRandomSampler

__getattr__ = _missing.names_of(__name__)
