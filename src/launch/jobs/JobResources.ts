/** What a job asks its scheduler for. */
export interface JobResources {
  readonly cpus: number
  readonly memoryMiB: number
}
