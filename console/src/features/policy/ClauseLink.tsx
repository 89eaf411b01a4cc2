import { Link } from 'react-router';

import { ClauseName } from '~shared/ui/Badges';

import { clauseLink } from './queries';

/** A clause's id, leading to where it stands in the policy. */
export function ClauseLink({ id, title }: { id: string; title?: string }) {
  return (
    <Link to={clauseLink(id)} title={title ?? `Read ${id} in the policy`}>
      <ClauseName id={id} />
    </Link>
  );
}
