import { shellQuote } from '../../lib/shellQuote.js'
import { NODE_MIB } from './nodeMemory.js'
import type { SlurmJob } from './SlurmJob.js'
import { slurmServerLines } from './slurmServerLines.js'

/**
 * An sbatch script that goes on where its time limit stopped it: the run is checkpointed before the limit, requeued, and
 * continued with the same job id and output file, until it is done.
 *
 * Slurm's traps that shape it: `B:` signals reach the batch shell alone, so it passes them on; a trap ends `wait` early,
 * so it waits again; requeueing on an exit code needs the administrator's RequeueExit, so it calls `scontrol requeue`.
 */
export function slurmScript(job: SlurmJob): string {
  return [...header(job), '', ...choice(job), '', ...body(job)].join('\n') + '\n'
}

function header(job: SlurmJob): string[] {
  const { cpus, memoryMiB } = job.resources
  const limit = job.maxParallel === undefined ? '' : `%${job.maxParallel}`
  return [
    '#!/bin/bash',
    `# Trains ${job.name}; where its time limit stops it, it is checkpointed, requeued and goes on.`,
    `# Written by: ${job.writtenBy}`,
    directive('job-name', job.name),
    directive('chdir', job.workingDirectory),
    directive('output', job.output),
    '#SBATCH --open-mode=append',
    directive('time', job.timeLimit),
    `#SBATCH --signal=B:USR1@${job.graceSeconds}`,
    '#SBATCH --requeue',
    ...(job.server
      ? [
          `#SBATCH --nodes=${job.server.nodes}`,
          '#SBATCH --ntasks-per-node=1',
          `#SBATCH --gpus-per-node=${job.server.gpusPerNode}`,
          '#SBATCH --exclusive', // every processor of the nodes
          '#SBATCH --mem=0', // and all of their memory
        ]
      : ['#SBATCH --nodes=1', '#SBATCH --ntasks=1', `#SBATCH --cpus-per-task=${cpus}`, `#SBATCH --mem=${memoryMiB}M`]),
    ...(job.array ? [`#SBATCH --array=0-${job.runs.length - 1}${limit}`] : []),
    ...job.options.map((option) => `#SBATCH ${option}`),
  ]
}

/** sbatch reads double quotes in its directives, with backslashes as escapes. */
function directive(name: string, value: string): string {
  return `#SBATCH --${name}=${/^[\w@%+=:,./-]+$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`}`
}

/** Which run, and under which name Slurm knows this task: the first task's own id is the whole array's. */
function choice({ runs, array }: SlurmJob): string[] {
  if (!array) return [`run=${shellQuote(runs[0])}`, 'job=$SLURM_JOB_ID']
  return [
    'runs=(',
    ...runs.map((run) => `  ${shellQuote(run)}`),
    ')',
    'run=${runs[$SLURM_ARRAY_TASK_ID]}',
    'job=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID',
  ]
}

function body({ node, program, resources, server }: SlurmJob): string[] {
  const budget = Math.round(Math.max(resources.memoryMiB / 2, resources.memoryMiB - NODE_MIB))
  return `
# Past this the engine says so; past the job's memory Linux would kill it.
export FINTUNE_MEMORY_LIMIT="\${FINTUNE_MEMORY_LIMIT:-${budget}M}"

# USR1 comes before the time limit, TERM when the job is cancelled or preempted. Node gets TERM for either: it writes a
# checkpoint and exits with 75.
pid=
told=
stop() {
  [ "$told" = USR1 ] || told=$1
  [ -z "$pid" ] || kill -TERM "$pid" 2>/dev/null
}
trap 'stop USR1' USR1
trap 'stop TERM' TERM

# Changes with every finished step and evaluation.
progress() { cat "$run/steps.jsonl" "$run"/eval/*.json 2>/dev/null | cksum; }
before=$(progress)
${server ? `\n${slurmServerLines(server).join('\n')}\n` : ''}
${shellQuote(node)} ${shellQuote(program)} run "$run/launch/recipe.yaml" --run-dir "$run" --resume=auto &
pid=$!
[ -z "$told" ] || kill -TERM "$pid"

# A trap ends wait early, with a status above 128: wait again for node's own.
wait "$pid"
status=$?
while kill -0 "$pid" 2>/dev/null; do
  wait "$pid"
  status=$?
done
if [ "$status" -gt 128 ]; then
  wait "$pid"
  again=$?
  [ "$again" -eq 127 ] || status=$again
fi

if [ "$status" -eq 75 ] && [ "$told" = TERM ]; then
  echo "cancelled or preempted, checkpointed; go on with:  scontrol requeue $job" >&2
elif [ "$status" -eq 75 ] && [ "$(progress)" = "$before" ]; then
  echo "not one step was finished within the time limit: not requeued; give it more with --time" >&2
  status=1
elif [ "$status" -eq 75 ]; then
  echo "time limit near, checkpointed; requeueing $job" >&2
  scontrol requeue "$job" || echo "could not be requeued; submit the script again, it goes on" >&2
fi
exit "$status"`
    .trim()
    .split('\n')
}
