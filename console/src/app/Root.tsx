import { Outlet, ScrollRestoration, useNavigation } from 'react-router';

import css from './Shell.module.css';

/** What every page has, with or without an account. */
export function Root() {
  const { state } = useNavigation();
  return (
    <>
      {state === 'loading' && <div className={css.progress} role="progressbar" aria-label="Loading the page" />}
      <Outlet />
      <ScrollRestoration getKey={({ pathname }) => pathname.split('/', 2).join('/')} />
    </>
  );
}
