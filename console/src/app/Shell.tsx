import { ActionIcon, Drawer } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { IconMenu2 } from '@tabler/icons-react';
import { useEffect } from 'react';
import { Outlet, useLocation } from 'react-router';

import { RequireSession } from '~features/session/RequireSession';

import { Brand } from './Brand';
import { Navigation } from './Navigation';
import css from './Shell.module.css';

function focusSearch(event: KeyboardEvent) {
  const search = document.querySelector<HTMLElement>('[data-search]');
  if (search) {
    event.preventDefault();
    search.focus();
  }
}

/** Navigation beside the page; on a phone, behind a button. */
export function Shell() {
  const [open, { toggle, close }] = useDisclosure(false);
  const { pathname } = useLocation();
  useHotkeys([['/', focusSearch]]);
  // going anywhere closes the menu
  useEffect(close, [pathname, close]);

  return (
    <RequireSession>
      <a href="#main" className={css.skip}>
        Skip to the page
      </a>
      <div className={css.frame}>
        <aside className={css.side}>
          <Navigation />
        </aside>
        <header className={css.top}>
          <ActionIcon variant="subtle" size="lg" aria-label="Menu" aria-expanded={open} onClick={toggle}>
            <IconMenu2 size={22} aria-hidden />
          </ActionIcon>
          <Brand />
        </header>
        <Drawer
          opened={open}
          onClose={close}
          size={280}
          title={<Brand />}
          closeButtonProps={{ 'aria-label': 'Close the menu' }}
        >
          <Navigation brand={false} />
        </Drawer>
        <main id="main" tabIndex={-1} className={css.main}>
          <Outlet />
        </main>
      </div>
    </RequireSession>
  );
}
