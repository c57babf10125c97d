/** An image in words. */
import type { Image, ImageLabel } from '../api/client'
import { decimal, number, t } from '../i18n'

const LEAST = 0.05

/** The labels worth showing: confirmed ones first, rejected ones never, no guess below 5 %. */
export function shownLabels(image: Image): ImageLabel[] {
  const rank = (label: ImageLabel) => (label.status === 'confirmed' ? 2 : label.score)
  return image.labels
    .filter((label) => label.status === 'confirmed' || (label.status !== 'rejected' && label.score >= LEAST))
    .sort((a, b) => rank(b) - rank(a))
}

/** What a screen reader says: the title, else the first labels. */
export function altOf(image: Image): string {
  const labels = shownLabels(image).slice(0, 3).map((label) => label.name)
  return image.title || labels.join(', ') || t('image.untitled')
}

/** What the camera wrote, as pairs of name and value. The place is there for the owner alone. */
export function cameraFacts({ exif }: Image): [string, string | null][] {
  const { make, model, exposure_s: exposure, f_number: aperture, iso, focal_length_mm: focal } = exif
  // Many models begin with their maker: "Canon Canon EOS R5" is nobody's camera.
  const named = model && make && model.toLowerCase().startsWith(make.split(' ')[0]!.toLowerCase())
  return [
    [t('exif.camera'), (named ? [model] : [make, model]).filter(Boolean).join(' ') || null],
    [t('exif.lens'), exif.lens],
    [t('exif.exposure'), [exposure && exposureWords(exposure), aperture && `f/${decimal(aperture, 1)}`].filter(Boolean).join(', ') || null],
    ['ISO', iso && number(iso)],
    [t('exif.focal_length'), focal && `${decimal(focal, 1)} mm`],
    [t('exif.place'), placeWords(exif)],
    [t('exif.altitude'), exif.altitude_m === null ? null : `${decimal(exif.altitude_m, 0)} m`],
    [t('exif.software'), exif.software],
  ].map(([name, value]) => [name as string, value ? String(value) : null])
}

const exposureWords = (seconds: number) => (seconds < 0.3 ? `1/${number(Math.round(1 / seconds))} s` : `${decimal(seconds, 1)} s`)

function placeWords({ latitude, longitude }: Image['exif']): string | null {
  if (latitude === null || longitude === null) return null
  const side = (value: number, forward: string, back: string) => `${decimal(Math.abs(value), 5)}° ${value < 0 ? back : forward}`
  return `${side(latitude, 'N', 'S')}, ${side(longitude, 'E', 'W')}`
}
