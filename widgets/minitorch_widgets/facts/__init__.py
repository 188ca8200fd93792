"""What tensors, arrays, graphs and storages say of themselves: read by PyTorch's names, copying nothing but values."""
