/** When an image was taken: the clock of the camera, and how far it was from UTC. */
import type { Image } from '../api/client'
import type { ImageChange } from '../api/images'

export interface Taken {
  /** ISO 8601 without a zone; empty when it is not known. */
  local: string
  /** Minutes ahead of UTC as text; empty when nobody knows. */
  zone: string
}

const MINUTE_MS = 60_000
const HALF_HOURS = [-210, -150, 210, 270, 330, 345, 390, 570, 630, 765]

/** All offsets in use, from west to east. */
export const zones = [...Array.from({ length: 27 }, (_, n) => (n - 12) * 60), ...HALF_HOURS].sort((a, b) => a - b)

export function zoneName(minutes: number): string {
  const far = Math.abs(minutes)
  const digits = (part: number) => String(Math.floor(part)).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${digits(far / 60)}:${digits(far % 60)}`
}

export function takenOf(image: Image): Taken {
  const local = image.taken_at_local ?? ''
  if (!local || !image.taken_at || !image.time_zone_known) return { local, zone: '' }
  return { local, zone: String(Math.round((Date.parse(`${local}Z`) - Date.parse(image.taken_at)) / MINUTE_MS)) }
}

/** What to send; a browser leaves the seconds out where they are 0. */
export function takenChange({ local, zone }: Taken): ImageChange {
  if (!local) return { taken_at: null }
  const whole = local.length === 'yyyy-mm-ddThh:mm'.length ? `${local}:00` : local
  return zone ? { taken_at: whole + zoneName(Number(zone)) } : { taken_at_local: whole }
}
