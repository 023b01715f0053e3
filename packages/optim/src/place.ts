import { type Device, DeviceError, type DType, type Tensor } from '@rungs/autograd'

/** The dtype of step counts and learning rates: PyTorch keeps them in double precision. */
export const countType = (device: Device): DType => (device.dtypes.has('float64') ? 'float64' : 'float32')

/**
 * `x`, which `owner` remembers, on a device in a dtype; itself where nothing changes.
 * @param holder what the user's variable may be called.
 * @throws {DeviceError} where it is on a device that cannot be read at once, saying what moves it.
 */
export function place(owner: string, x: Tensor, device: Device, dtype: DType, holder = 'optimizer'): Tensor {
  if (x.device === device) return x.to(dtype)
  if (x.device.readSync === undefined) {
    throw new DeviceError(
      `${owner}: the parameters are on ${device.name} now, what is remembered about them on ${x.device.name}, which cannot be ` +
        `read at once: await ${holder}.transfer(device) after await model.transfer(device)`,
    )
  }
  return x.device.dtypes.has(dtype) ? x.to(dtype).to(device) : x.to(device).to(dtype)
}
