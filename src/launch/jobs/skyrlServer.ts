import { InputError } from '../../lib/InputError.js'
import { shellQuote } from '../../lib/shellQuote.js'
import type { Recipe } from '../../recipe/Recipe.js'
import { h100 } from '../cluster/ClusterAssumptions.js'
import { modelShapeOf } from '../cluster/modelShapeOf.js'
import { gpusPerReplica } from '../cluster/simulateSampling.js'
import type { SlurmServer } from './SlurmServer.js'

/**
 * The server of a recipe's job: SkyRL (FSDP training, vLLM sampling, Ray where there are several nodes), or what `command`
 * names instead. It listens where the recipe's engine.url says.
 *
 * @throws InputError where the recipe's engine is none, or is elsewhere
 */
export async function skyrlServer(
  recipe: Recipe,
  options: { nodes: number; gpusPerNode: number; skyrl?: string; command?: string },
): Promise<SlurmServer> {
  const { engine, model } = recipe
  if (engine.type !== 'tinker') {
    throw new InputError(
      '--server-nodes: the recipe trains on this machine; a server is for  engine: {type: tinker, url: http://localhost:8000}',
    )
  }
  const { hostname, port, protocol } = new URL(engine.url)
  if (protocol !== 'http:' || !['localhost', '127.0.0.1'].includes(hostname)) {
    throw new InputError(
      `engine.url: found ${engine.url}; the job's server runs beside the trainer. Use  --set engine.url=http://localhost:8000`,
    )
  }
  const { nodes, gpusPerNode, skyrl } = options
  const uv = skyrl === undefined ? '' : `uv run --project ${shellQuote(skyrl)} --extra tinker --extra fsdp `
  const { shape } = options.command === undefined ? await modelShapeOf(recipe, undefined) : { shape: null }
  const spread = shape ? Math.min(gpusPerReplica(shape, h100), nodes * gpusPerNode) : 1
  const config = {
    'trainer.placement.policy_num_nodes': nodes,
    'trainer.placement.policy_num_gpus_per_node': gpusPerNode,
    'generator.inference_engine.num_engines': Math.floor((nodes * gpusPerNode) / spread),
    'generator.inference_engine.tensor_parallel_size': spread,
  }
  const words = [
    `${uv === '' ? 'python ' : uv}-m skyrl.tinker.api --backend fsdp --base-model`,
    shellQuote(engine.baseModel ?? model.path ?? ''),
    `--host 127.0.0.1 --port "$port" --checkpoints-base "$run/server/checkpoints"`,
    `--database-url "sqlite:///$run/server/tinker.db" --backend-config ${shellQuote(JSON.stringify(config))}`,
  ]
  return {
    nodes,
    gpusPerNode,
    port: Number(port) || 80,
    command: options.command ?? words.join(' '),
    ray: `${uv}ray`,
  }
}
