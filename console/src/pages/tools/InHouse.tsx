import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useMay } from '~features/session/session';
import { inHouseQuery, useInHouse } from '~features/tools/queries';
import type { Tool } from '~shared/api/types';
import { Complaint } from '~shared/ui/Complaint';

import { InHouseDialog } from './InHouseDialog';
import css from './ToolsPage.module.css';

/** A way to register a model that the organisation runs itself. */
export function NewInHouse() {
  const may = useMay();
  const change = useInHouse();
  const [opened, dialog] = useDisclosure(false);
  if (!may('decide_tools')) {
    return null;
  }
  return (
    <>
      <Button variant="default" onClick={dialog.open}>
        Register an in-house model
      </Button>
      <InHouseDialog
        key={String(opened)}
        opened={opened}
        title="Register an in-house model"
        change={change}
        onClose={dialog.close}
        onSave={(given) => change.mutate({ register: given }, { onSuccess: dialog.close })}
      />
    </>
  );
}

/** What can be done with a tool that is a model of one's own. */
export function InHouse({ tool }: { tool: Tool }) {
  const may = useMay();
  const change = useInHouse();
  const [opened, dialog] = useDisclosure(false);
  const { data } = useQuery(inHouseQuery);
  const model = data?.find((each) => each.tool === tool.id && each.state === 'registered');
  if (!model || !may('decide_tools')) {
    return null;
  }
  const { revision } = model;
  return (
    <section aria-label="In-house model" className={css.inHouse}>
      <Button variant="default" onClick={dialog.open}>
        Change the entry
      </Button>
      <Button
        variant="default"
        loading={change.isPending}
        onClick={() => change.mutate({ withdraw: tool.id, revision })}
      >
        Take it out of the catalogue
      </Button>
      {!opened && <Complaint error={change.error} />}
      <InHouseDialog
        key={String(opened)}
        opened={opened}
        title={`Change ${model.name}`}
        model={model}
        change={change}
        onClose={dialog.close}
        onSave={(given) => change.mutate({ amend: given, tool: tool.id, revision }, { onSuccess: dialog.close })}
      />
    </section>
  );
}
