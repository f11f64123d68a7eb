import { createHash } from 'node:crypto'
import { stringify } from 'yaml'
import type { KubernetesJob } from './KubernetesJob.js'

const RECIPE_FOLDER = '/etc/fintune'
/** Lines unbroken, and nothing by reference. */
const asWritten = { lineWidth: 0, aliasDuplicateObjects: false }

/**
 * A ConfigMap with the recipe and a Job that carries it out, as YAML for `kubectl apply`.
 *
 * Kubernetes knows no requeueing: a pod that was evicted, drained or stopped exits with 75 at a checkpoint, and the Job
 * starts the next one without counting a failure (podFailurePolicy, which needs restartPolicy Never); 2 and 3 mean that
 * the recipe, its input or its rewards are wrong, so no other pod would do better.
 */
export function kubernetesManifest(job: KubernetesJob): string {
  const name = objectName(job.name)
  const metadata = {
    name,
    ...(job.namespace === undefined ? {} : { namespace: job.namespace }),
    labels: { 'app.kubernetes.io/name': 'fintune', 'app.kubernetes.io/instance': name },
  }
  const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'recipe.yaml': job.recipe } }
  const manifest = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata,
    spec: {
      backoffLimit: job.retries,
      podFailurePolicy: { rules: failureRules },
      template: { metadata: { labels: metadata.labels }, spec: podSpec(job, name) },
    },
  }
  const comments = [
    `# Trains ${job.name}. A pod that is stopped leaves a checkpoint (exit 75) and the next one goes on from it.`,
    `# Written by: ${job.writtenBy}`,
    `# The claim ${job.volumeClaim} holds model, data and runs; ${job.image} holds node and fintune.`,
  ]
  return [comments.join('\n'), stringify(configMap, asWritten), '---', stringify(manifest, asWritten)]
    .map((part) => part.trimEnd() + '\n')
    .join('')
}

/** In their order: the first that fits decides. */
const failureRules = [
  { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
  { action: 'Ignore', onExitCodes: { containerName: 'fintune', operator: 'In', values: [75] } },
  { action: 'FailJob', onExitCodes: { containerName: 'fintune', operator: 'In', values: [2, 3] } },
]

function podSpec(job: KubernetesJob, name: string): object {
  return {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: job.graceSeconds,
    containers: [
      {
        name: 'fintune',
        image: job.image,
        // node itself as process 1: npm would not pass the signal on
        command: ['node', job.program],
        args: ['run', `${RECIPE_FOLDER}/recipe.yaml`, '--run-dir', job.runDirectory, '--resume=auto'],
        workingDir: job.mountPath,
        ...environment(job),
        resources: resources(job),
        volumeMounts: [
          { name: 'work', mountPath: job.mountPath },
          { name: 'recipe', mountPath: RECIPE_FOLDER, readOnly: true },
        ],
      },
    ],
    volumes: [
      { name: 'work', persistentVolumeClaim: { claimName: job.volumeClaim } },
      { name: 'recipe', configMap: { name } },
    ],
  }
}

function environment({ secretVariables, secret }: KubernetesJob): object {
  if (secretVariables.length === 0) return {}
  return { env: secretVariables.map((name) => ({ name, valueFrom: { secretKeyRef: { name: secret, key: name } } })) }
}

/** Memory is limited to what is asked for, so that the engine's budget, which reads the cgroup's limit, holds. */
function resources({ resources: { cpus, memoryMiB }, gpus }: KubernetesJob): object {
  const memory = `${memoryMiB}Mi`
  const accelerators = gpus === undefined ? {} : { 'nvidia.com/gpu': gpus }
  return {
    requests: { cpu: String(cpus), memory, ...accelerators },
    limits: { cpu: String(cpus), memory, ...accelerators },
  }
}

/** A DNS label (lower case, digits, hyphens, at most 63 characters); what that changes is told apart by a hash. */
function objectName(name: string): string {
  const whole = `fintune-${name}`
  const plain = whole
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/-+$/, '')
  if (plain === whole && plain.length <= 63) return plain
  return `${plain.slice(0, 56).replace(/-+$/, '')}-${createHash('sha256').update(name).digest('hex').slice(0, 6)}`
}
