import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where the hub is and where its files are kept, as the hub's own tools read it from the environment. */
export interface HubSettings {
  /** The shared cache: HF_HUB_CACHE, or HF_HOME/hub, or ~/.cache/huggingface/hub. */
  readonly cacheDir: string
  /** HF_ENDPOINT without a trailing slash; undefined: the public hub. */
  readonly endpoint: string | undefined
  /** HF_TOKEN. Never shown. */
  readonly token: string | undefined
  /** HF_HUB_OFFLINE is 1, true, yes or on. */
  readonly offline: boolean
}

export function hubSettings(env: Readonly<Record<string, string | undefined>> = process.env): HubSettings {
  const home = env.HF_HOME || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'huggingface')
  return {
    cacheDir: env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE || join(home, 'hub'),
    endpoint: env.HF_ENDPOINT?.replace(/\/+$/, '') || undefined,
    token: env.HF_TOKEN?.trim() || undefined,
    offline: /^(1|true|yes|on)$/i.test(env.HF_HUB_OFFLINE ?? ''),
  }
}
