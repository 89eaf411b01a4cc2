import { Button, createTheme, Drawer, type MantineColorsTuple, Modal, Select, Tooltip } from '@mantine/core';

/** Mantine wants ten shades of every colour; what is drawn comes from `mantine.css`. */
const ink: MantineColorsTuple = [
  '#e6eaf3',
  '#d3daea',
  '#b9c9ee',
  '#8fa5d3',
  '#6a84b8',
  '#48649b',
  '#22375f',
  '#1d3054',
  '#182947',
  '#121f37',
];

const TITLE = { title: { fontFamily: 'var(--font-title)', fontSize: '1.35rem', fontWeight: 600 } };

export const theme = createTheme({
  primaryColor: 'ink',
  colors: { ink },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'var(--font-text)',
  headings: { fontFamily: 'var(--font-title)' },
  components: {
    Button: Button.extend({
      defaultProps: { size: 'sm' },
      styles: { label: { fontWeight: 600 } },
      // Mantine writes white on every filled button; in dark colours ours are light.
      vars: (_, { variant = 'filled' }) => ({
        root: variant === 'filled' ? { '--button-color': 'var(--on-accent)' } : {},
      }),
    }),
    // Scroll locking would insert a <style> element; `page.css` keeps scrolling inside instead.
    Drawer: Drawer.extend({ defaultProps: { lockScroll: false }, styles: TITLE }),
    Modal: Modal.extend({ defaultProps: { lockScroll: false }, styles: TITLE }),
    Select: Select.extend({ defaultProps: { comboboxProps: { shadow: 'md' } } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 250, events: { hover: true, focus: true, touch: true } } }),
  },
});
