"""torch.utils.model_zoo: the old home of `torch.hub.load_state_dict_from_url`."""

from minitorch_edu import missing as _missing
from minitorch_edu.hub import load_state_dict_from_url as load_url

__getattr__ = _missing.names_of(__name__)
__all__ = ["load_url"]
