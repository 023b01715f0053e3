import { stack, type Tensor } from 'rungs'

/** The mean of numbers that are still on their device, read at once. */
export const meanOf = (numbers: readonly Tensor[]): Promise<number> => stack(numbers).mean().item()
