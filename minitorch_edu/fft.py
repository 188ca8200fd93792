"""fft: Fourier transforms under PyTorch's names, `torch.fft.fft` and its like."""

from minitorch_edu import missing as _missing
from minitorch_edu.ops.fourier_calls import fft as fft
from minitorch_edu.ops.fourier_calls import fft2 as fft2
from minitorch_edu.ops.fourier_calls import fftfreq as fftfreq
from minitorch_edu.ops.fourier_calls import fftn as fftn
from minitorch_edu.ops.fourier_calls import fftshift as fftshift
from minitorch_edu.ops.fourier_calls import hfft as hfft
from minitorch_edu.ops.fourier_calls import hfft2 as hfft2
from minitorch_edu.ops.fourier_calls import hfftn as hfftn
from minitorch_edu.ops.fourier_calls import ifft as ifft
from minitorch_edu.ops.fourier_calls import ifft2 as ifft2
from minitorch_edu.ops.fourier_calls import ifftn as ifftn
from minitorch_edu.ops.fourier_calls import ifftshift as ifftshift
from minitorch_edu.ops.fourier_calls import ihfft as ihfft
from minitorch_edu.ops.fourier_calls import ihfft2 as ihfft2
from minitorch_edu.ops.fourier_calls import ihfftn as ihfftn
from minitorch_edu.ops.fourier_calls import irfft as irfft
from minitorch_edu.ops.fourier_calls import irfft2 as irfft2
from minitorch_edu.ops.fourier_calls import irfftn as irfftn
from minitorch_edu.ops.fourier_calls import rfft as rfft
from minitorch_edu.ops.fourier_calls import rfft2 as rfft2
from minitorch_edu.ops.fourier_calls import rfftfreq as rfftfreq
from minitorch_edu.ops.fourier_calls import rfftn as rfftn

__getattr__ = _missing.names_of(__name__)
