/** The anchor of a part of a module. */
export const anchor = (title: string) => title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
