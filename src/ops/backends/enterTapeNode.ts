import * as tf from '@tensorflow/tfjs-core'

let leavePrevious = () => {}

/**
 * To be called as the gradient function of a tape node begins: frees what the node before held. TensorFlow.js keeps
 * every saved activation and every gradient until the whole backward pass is over, which about doubles its memory;
 * but the tape runs backward once, so that a node's own are of no use after it.
 *
 * @param dys   the gradients of the node's outputs
 * @param saved what the tape saved for the node
 * @param leave called when the next node begins (or the next pass)
 */
export function enterTapeNode(dys: tf.Tensor | tf.Tensor[], saved: tf.Tensor[], leave: () => void = () => {}): void {
  leavePrevious()
  // A gradient from outside (the caller's dy) is not of this pass's scope, and stays.
  const scope = (tf.engine().state.activeScope as { id: number } | null)?.id
  const own = (Array.isArray(dys) ? dys : [dys]).filter((dy) => !dy.kept && dy.scopeId === scope)
  leavePrevious = () => {
    leave()
    tf.dispose([own, saved])
    leavePrevious = () => {}
  }
}
