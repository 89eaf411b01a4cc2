import { Link } from 'react-router';

import { Mark } from '~shared/ui/Mark';

import css from './Shell.module.css';

export function Brand() {
  return (
    <Link to="/" className={css.brand} aria-label="Bylaw, to the first page">
      <Mark />
      <span>Bylaw</span>
    </Link>
  );
}
