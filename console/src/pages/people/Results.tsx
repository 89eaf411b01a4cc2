import { Button, FileButton } from '@mantine/core';

import { useImportResults, useImportStatements } from '~features/people/courses';
import { counted } from '~shared/format/numbers';
import { Refused } from '~shared/ui/Refused';

import css from './People.module.css';

/** Who completed a course or a module elsewhere, as files of the learning system tell it. */
export function Results({ id }: { id: string }) {
  const results = useImportResults(id);
  const statements = useImportStatements(id);
  const kinds = [
    { accept: '.csv,.tsv,.txt,text/csv', name: `Import results of ${id} (CSV)`, run: results },
    { accept: '.json,application/json', name: `Import xAPI statements of ${id}`, run: statements },
  ];
  const told = results.data ?? statements.data;
  return (
    <>
      <div className={css.buttons}>
        {kinds.map(({ accept, name, run }) => (
          <FileButton key={name} accept={accept} onChange={(file) => file && run.mutate(file)}>
            {(props) => (
              <Button {...props} variant="default" size="compact-sm" loading={run.isPending}>
                {name}
              </Button>
            )}
          </FileButton>
        ))}
      </div>
      {told && (
        <p role="status">
          {counted(told.recorded, 'completion')} recorded, {told.known} known before, {told.ignored} about something
          else, {told.strangers} of people who are not in the directory.
        </p>
      )}
      <Refused error={results.error ?? statements.error} />
    </>
  );
}
