import type { Device, DType, Tensor } from '@rungs/autograd'

/** The dtype of step counts and learning rates: PyTorch keeps them in double precision. */
export const countType = (device: Device): DType => (device.dtypes.has('float64') ? 'float64' : 'float32')

/** `x` on a device in a dtype; itself where nothing changes. */
export const place = (x: Tensor, device: Device, dtype: DType): Tensor =>
  x.device.dtypes.has(dtype) ? x.to(dtype).to(device) : x.to(device).to(dtype)
