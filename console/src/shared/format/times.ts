const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit', second: '2-digit' });
const dayAndClock = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: 'numeric',
  minute: '2-digit',
});
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });
const hours = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const dayOnly = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const relative = new Intl.RelativeTimeFormat('en-GB', { numeric: 'auto' });

/** The time of day for today, with the date otherwise. */
export function formatTime(at: string, now = new Date()): string {
  const date = new Date(at);
  return date.toDateString() === now.toDateString() ? clock.format(date) : dayAndClock.format(date);
}

export const formatDay = (at: string) => day.format(new Date(at));
export const formatFull = (at: string) => full.format(new Date(at));

/** A label on a time axis whose points are `seconds` apart. */
export function formatTick(at: string, seconds: number): string {
  const date = new Date(at);
  if (seconds >= 86_400) {
    return dayOnly.format(date);
  }
  return seconds >= 10_800 ? dayAndClock.format(date) : hours.format(date);
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** `3 minutes ago`, `in 2 days`. */
export function formatRelative(at: string, now = Date.now()): string {
  const seconds = Math.round((Date.parse(at) - now) / 1000);
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) {
      return relative.format(Math.trunc(seconds / length), unit);
    }
  }
  return Math.abs(seconds) < 10 ? 'just now' : relative.format(seconds, 'second');
}
