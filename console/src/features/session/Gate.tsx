import type { ReactNode } from 'react';
import { Navigate, useLocation } from 'react-router';

import type { Permission } from '~shared/api/permissions';
import { Page } from '~shared/ui/Page';
import { Forbidden } from '~shared/ui/States';

import { useMay } from './session';

interface Props {
  permission: Permission;
  children: ReactNode;
}

/** A page for those who hold `permission`. Who may not see the first page begins with what is asked of them. */
export function Gate({ permission, children }: Props) {
  const may = useMay();
  const { pathname } = useLocation();
  if (may(permission)) {
    return children;
  }
  return pathname === '/' ? <Navigate to={may('take_part') ? '/mine' : '/policy'} replace /> : <NoAccess />;
}

function NoAccess() {
  return (
    <Page title="No access">
      <Forbidden />
    </Page>
  );
}
