import { Alert, Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { DataTable, type DataTableColumn } from 'mantine-datatable';
import { useState } from 'react';

import { frameworksQuery, useMakePack } from '~features/evidence/queries';
import { ClauseLink } from '~features/policy/ClauseLink';
import { useMay } from '~features/session/session';
import { Problem } from '~shared/api/problem';
import type { Framework } from '~shared/api/types';
import { plain } from '~shared/format/words';
import { Panel } from '~shared/ui/Page';
import { Failed, Lines } from '~shared/ui/States';

import css from './Evidence.module.css';

type Control = Framework['controls'][number];

const COLUMNS: DataTableColumn<Control>[] = [
  { accessor: 'id', title: 'Point', render: (control) => <Point control={control} /> },
  { accessor: 'clauses', title: 'Served by', render: (control) => <Served control={control} /> },
];

export function FrameworksView() {
  const { data, error, refetch } = useQuery(frameworksQuery);
  if (error && !data) {
    return <Failed error={error} retry={() => void refetch()} />;
  }
  if (!data) {
    return <Lines count={9} height={28} />;
  }
  return (
    <div className={css.stack}>
      {data.map((framework) => (
        <FrameworkPanel key={framework.id} framework={framework} />
      ))}
    </div>
  );
}

function FrameworkPanel({ framework }: { framework: Framework }) {
  const [open, setOpen] = useState(false);
  const pack = useMakePack(framework.id);
  const may = useMay();
  const served = framework.controls.filter((control) => control.clauses.length > 0).length;
  return (
    <Panel
      title={framework.name}
      aside={
        <div className={css.buttons}>
          <Button variant="default" onClick={() => setOpen(!open)} aria-expanded={open}>
            {open ? 'Hide points' : `Show ${framework.controls.length} points`}
          </Button>
          {may('read_audit') && (
            <Button
              leftSection={<IconDownload size={17} aria-hidden />}
              loading={pack.isPending}
              onClick={() => pack.mutate()}
              aria-label={`Download evidence pack for ${framework.name}`}
            >
              Evidence pack
            </Button>
          )}
        </div>
      }
    >
      <p>
        {framework.title}. {served} of {framework.controls.length} points are served by clauses of the policy in force.
      </p>
      <p className="muted">{framework.status}</p>
      {pack.error && (
        <Alert role="alert" color="ink" title={pack.error.message}>
          {pack.error instanceof Problem && pack.error.detail}
        </Alert>
      )}
      {pack.isSuccess && (
        <p role="status">
          The pack is in your downloads. Verify it anywhere with <code>bylaw audit verify --pack</code>.
        </p>
      )}
      {open && (
        <DataTable
          className={css.table}
          records={framework.controls}
          columns={COLUMNS}
          verticalAlign="top"
          scrollAreaProps={{ type: 'never' }}
        />
      )}
    </Panel>
  );
}

function Point({ control }: { control: Control }) {
  return (
    <>
      <strong>{control.id}</strong>
      <span className={css.sub}>{control.title}</span>
      {control.status && <span className={css.sub}>{control.status}</span>}
    </>
  );
}

function Served({ control }: { control: Control }) {
  if (control.outside) {
    return <span className="muted">Outside Bylaw: {control.outside}</span>;
  }
  return (
    <span className={css.chips}>
      {control.clauses.map((id) => (
        <ClauseLink key={id} id={id} />
      ))}
      {control.functions.map((name) => (
        <span key={name}>{plain(name)}</span>
      ))}
    </span>
  );
}
