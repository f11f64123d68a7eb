import * as tf from '@tensorflow/tfjs-core'
import { linear } from './linear.js'

const SIZE = 512
const SECONDS = 0.06
const FEWEST = 2

/** Float operations a second of a 512³ matrix product on the backend in use, the best of what 60 ms allow (at least two). */
export function measurePeakFlops(): number {
  const flops = 2 * SIZE ** 3
  const operand = () => tf.fill([SIZE, SIZE], 1) as tf.Tensor2D
  return tf.tidy(() => {
    const [x, weight] = [operand(), tf.variable(operand())]
    const began = performance.now()
    let best = Infinity
    for (let times = 0; times < FEWEST || performance.now() - began < SECONDS * 1000; times++) {
      const started = performance.now()
      const product = linear(x, weight as unknown as tf.Tensor2D)
      product.dataSync() // a GPU's product is not there before it is read
      product.dispose()
      best = Math.min(best, performance.now() - started)
    }
    weight.dispose()
    return flops / (best / 1000)
  })
}
