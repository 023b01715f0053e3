/** Everything this project throws on bad input. A message names the operation, what came, the rule and the way out. */
export class RungsError extends Error {
  override readonly name: string = 'RungsError'
}

/** Shapes that do not fit together, or a size that cannot be. */
export class ShapeError extends RungsError {
  override readonly name: string = 'ShapeError'
}

/** A dtype that an operation or a device does not take. */
export class DTypeError extends RungsError {
  override readonly name: string = 'DTypeError'
}

/** A dim outside `[-ndim, ndim)`, or named twice. */
export class AxisError extends RungsError {
  override readonly name: string = 'AxisError'
}

/** A position outside an array. */
export class IndexError extends RungsError {
  override readonly name: string = 'IndexError'
}

/** A device that is missing, lost, full, or not the one that was meant; an array that was disposed. */
export class DeviceError extends RungsError {
  override readonly name: string = 'DeviceError'
}
