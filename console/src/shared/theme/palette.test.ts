import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

/** The colours of a scheme, as `tokens.css` has them. */
function tokens(scheme: 'light' | 'dark'): Record<string, string> {
  const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');
  const block = css.split(`[data-mantine-color-scheme="${scheme}"]`)[1]?.split('}')[0] ?? '';
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, hex]) => [name, hex]));
}

type Rgb = [number, number, number];

/** Linear light, 0 to 1 (IEC 61966-2-1). */
function linear(hex: string): Rgb {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

/** WCAG 2.2, contrast ratio. */
function contrast(one: string, other: string): number {
  const [dark = 0, bright = 0] = [luminance(linear(one)), luminance(linear(other))].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}

/** Full dichromacy in linear RGB: Machado, Oliveira, Fernandes 2009, severity 1.0. */
const EYES: Record<string, [Rgb, Rgb, Rgb]> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Oklab (Ottosson 2020): distances in it are about as large as they look. */
function oklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function seen(hex: string, eye: [Rgb, Rgb, Rgb]): Rgb {
  const light = linear(hex);
  const through = eye.map((row) =>
    Math.min(
      1,
      Math.max(
        0,
        row.reduce((sum, part, at) => sum + part * (light[at] ?? 0), 0),
      ),
    ),
  );
  return oklab(through as Rgb);
}

const distance = (one: Rgb, other: Rgb) => Math.hypot(...one.map((part, at) => part - (other[at] ?? 0)));

const ACTIONS = ['allow', 'coach', 'justify', 'redact', 'block'];
/** Two colours this far apart in Oklab are told apart side by side, as in a stacked bar. */
const TOLD_APART = 0.08;

for (const scheme of ['light', 'dark'] as const) {
  const colour = tokens(scheme);
  const ratio = (one: string, other: string) => contrast(colour[one] ?? '', colour[other] ?? '');

  test(`text can be read in ${scheme} colours`, () => {
    const grounds = ['paper', 'surface', 'sunken'];
    const pairs = [
      ...['ink', 'ink-soft', 'muted', 'link', 'block-ink', 'seal'].flatMap((text) =>
        grounds.map((ground) => [text, ground] as const),
      ),
      ...ACTIONS.map((action) => [`${action}-ink`, `${action}-tint`] as const),
      ...ACTIONS.map((action) => ['ink', `${action}-tint`] as const),
      ...ACTIONS.map((action) => ['link', `${action}-tint`] as const),
      ['on-accent', 'accent'] as const,
      ['ink', 'accent-tint'] as const,
    ];
    const weak = pairs.filter(([text, ground]) => ratio(text, ground) < 4.5);
    expect(weak.map(([text, ground]) => `${text} on ${ground}: ${ratio(text, ground).toFixed(2)}`)).toEqual([]);
  });

  test(`shapes stand out in ${scheme} colours`, () => {
    const weak = [...ACTIONS, 'line-strong', 'focus'].filter((shape) => ratio(shape, 'surface') < 3);
    expect(weak.map((shape) => `${shape}: ${ratio(shape, 'surface').toFixed(2)}`)).toEqual([]);
  });

  test(`the five actions can be told apart by every eye in ${scheme} colours`, () => {
    const alike = Object.entries(EYES).flatMap(([name, eye]) =>
      ACTIONS.flatMap((one, at) =>
        ACTIONS.slice(at + 1).flatMap((other) => {
          const apart = distance(seen(colour[one] ?? '', eye), seen(colour[other] ?? '', eye));
          return apart < TOLD_APART ? [`${name}: ${one} and ${other}, ${apart.toFixed(3)}`] : [];
        }),
      ),
    );
    expect(alike).toEqual([]);
  });
}
