import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { hostname, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './temporaryFolder.js'

/** A Slurm cluster of this one machine: its commands' environment. */
export interface SlurmCluster {
  readonly env: Readonly<Record<string, string>>
  /** Runs sinfo, squeue, scontrol …; returns stdout. */
  readonly command: (program: string, args: readonly string[]) => string
  /** The ends of the daemons' logs, for the message of a test that fails. */
  readonly logs: () => string
}

/** Why Slurm cannot be started here; null where it can. */
export function slurmMissing(): string | null {
  const programs = ['/usr/sbin/slurmctld', '/usr/sbin/slurmd', '/usr/sbin/munged']
  const missing = programs.filter((program) => !existsSync(program))
  if (missing.length > 0) return `${missing.join(', ')} missing: apt-get install slurm-wlm munge (CI does)`
  return process.getuid?.() === 0 ? null : 'slurmd needs root'
}

/**
 * Debian's slurm-wlm with all of its files, sockets and keys in a folder of its own, on free ports; ended and gone when
 * the test is finished. Credentials expire after seconds, since a requeued job waits that long before it starts again.
 */
export async function startSlurm(): Promise<SlurmCluster> {
  const folder = await temporaryFolder()
  for (const name of ['state', 'spool']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'munge.key'), randomBytes(1024), { mode: 0o400 })
  writeFileSync(join(folder, 'slurm.conf'), configuration(folder, await freePort(), await freePort()))
  const env = { SLURM_CONF: join(folder, 'slurm.conf') }
  const files = ['socket', 'key', 'pid', 'log', 'seed'].map((name) => mungeFile(folder, name))
  start('munged', ['--foreground', '--force', ...files], env)
  await until(() => existsSync(join(folder, 'munge.socket')), 'munged’s socket')
  start('slurmctld', ['-D', '-i'], env)
  start('slurmd', ['-D'], env)
  const command = (program: string, args: readonly string[]) =>
    execFileSync(program, args, {
      env: { ...process.env, ...env },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  const isIdle = () => {
    try {
      return command('sinfo', ['-h', '-o', '%T']).trim() === 'idle'
    } catch {
      return false // slurmctld does not answer yet
    }
  }
  const logs = () => ['ctld.log', 'd.log'].map((name) => endOf(join(folder, name))).join('\n')
  await until(isIdle, 'an idle node', logs)
  return { env, command, logs }
}

function mungeFile(folder: string, name: string): string {
  return name === 'socket'
    ? `--socket=${join(folder, 'munge.socket')}`
    : `--${name}-file=${join(folder, `munge.${name}`)}`
}

function start(program: string, args: readonly string[], env: Record<string, string>): ChildProcess {
  const child = spawn(`/usr/sbin/${program}`, args, { env: { ...process.env, ...env }, stdio: 'ignore' })
  onTestFinished(async () => {
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    if (child.exitCode === null) await gone
  })
  return child
}

function configuration(folder: string, controllerPort: number, nodePort: number): string {
  const host = hostname().split('.')[0]
  return `ClusterName=local
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${controllerPort}
SlurmdPort=${nodePort}
AuthType=auth/munge
AuthInfo=cred_expire=10,socket=${folder}/munge.socket
SlurmUser=root
SlurmdUser=root
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/ctld.pid
SlurmdPidFile=${folder}/d.pid
SlurmctldLogFile=${folder}/ctld.log
SlurmdLogFile=${folder}/d.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=1,sched_interval=2
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
KillWait=5
NodeName=${host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=${Math.floor(totalmem() / 2 ** 20)} State=UNKNOWN
PartitionName=main Nodes=${host} Default=YES MaxTime=INFINITE State=UP
`
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function endOf(path: string): string {
  return existsSync(path) ? `${path}\n${readFileSync(path, 'utf8').slice(-4000)}` : `no ${path}`
}

async function until(holds: () => boolean, what: string, log = () => ''): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (holds()) return
    await sleep(200)
  }
  throw new Error(`waited a minute for ${what}\n${log()}`)
}
