import type { SlurmServer } from './SlurmServer.js'

/** What of an sbatch script starts Ray over the job's nodes and the server on it, and waits until that answers. */
export function slurmServerLines({ nodes, port, command, ray }: SlurmServer): string[] {
  return `
# The server and its Ray end with this script, however it ends.
trap 'kill $(jobs -p) 2>/dev/null' EXIT
mkdir -p "$run/launch" "$run/server"
export port=${port}

# Waits until a port answers; fails where the process behind it is gone.
answers() {
  until (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; do
    kill -0 "$3" 2>/dev/null || return 1
    sleep 2
  done
}
gone() {
  echo "$1 ended before it answered; why:  tail $2" >&2
  exit 1
}
${nodes > 1 ? rayLines(nodes, ray) : ''}
# What it saved outlives the job: a requeued one finds the run's checkpoints again.
{ ${command}; } >> "$run/launch/server.log" 2>&1 &
server=$!
answers localhost "$port" "$server" || gone 'the Tinker server' "$run/launch/server.log"
`
    .trim()
    .split('\n')
}

function rayLines(nodes: number, ray: string): string {
  const start = `${ray} start`
  return `
head=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
srun --overlap --nodes=1 --ntasks=1 --nodelist="$head" \\
  ${start} --head --port=6379 --disable-usage-stats --block >> "$run/launch/ray.log" 2>&1 &
answers "$head" 6379 $! || gone 'the head of Ray' "$run/launch/ray.log"
srun --overlap --nodes=${nodes - 1} --ntasks=${nodes - 1} --exclude="$head" \\
  ${start} --address="$head:6379" --disable-usage-stats --block >> "$run/launch/ray.log" 2>&1 &
export RAY_ADDRESS="$head:6379"
`
}
