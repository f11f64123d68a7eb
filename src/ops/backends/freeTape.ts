import * as tf from '@tensorflow/tfjs-core'
import { enterTapeNode } from './enterTapeNode.js'

/** After a pass that failed: frees what TensorFlow.js's tape saved for it, which would otherwise stay for good. */
export function freeTape(): void {
  const { state } = tf.engine()
  enterTapeNode([], [])
  tf.dispose((state.activeTape ?? []).map(({ saved }) => saved ?? []))
  state.activeTape = null as unknown as typeof state.activeTape
}
