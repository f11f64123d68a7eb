const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']

/** A size as people read it, in powers of 1024: 512 bytes, 11.2 MiB. */
export function formatBytes(sizeBytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, sizeBytes)) / 10))
  return `${power === 0 ? sizeBytes : (sizeBytes / 1024 ** power).toFixed(1)} ${units[power]}`
}
